// Loops that need the widest vectors the processor has: compiled for several instruction sets, chosen at load time.
// Array arguments may be the same array (in place) but must not overlap otherwise.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Before a function definition: also compile it for AVX2 and AVX-512 machines. The function must not be static.
#if defined(__x86_64__)
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif

// Before a loop: its iterations do not depend on each other, even if the arrays are the same.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

// elementwise.c: Float64, n elements, s* the distances between neighbours (0 repeats one element).

enum {
  tensor_add,
  tensor_subtract,
  tensor_multiply,
  tensor_divide,
  tensor_power,
  tensor_minimum,
  tensor_maximum,
  tensor_less,
  tensor_less_equal,
  tensor_equal,
  tensor_not_equal,
  tensor_greater,
  tensor_greater_equal,
};
// c[i] = a[i] operation b[i]; comparisons give 0 or 1; minimum and maximum give NaN if either is NaN.
void tensor_binary(int operation, size_t n, const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *c,
                   ptrdiff_t sc);

enum {
  tensor_negate,
  tensor_absolute,
  tensor_sign,
  tensor_exponential,
  tensor_logarithm,
  tensor_square_root,
  tensor_square,
  tensor_relu,
  tensor_floor,
  tensor_ceiling,
  tensor_round,
  tensor_tanh,
  tensor_sigmoid,
  tensor_is_finite,
  tensor_copy,
};
// c[i] = operation a[i].
void tensor_unary(int operation, size_t n, const double *a, ptrdiff_t sa, double *c, ptrdiff_t sc);

// c[i] = a[i] limited to lower ... upper; NaN stays.
void tensor_clamp(size_t n, const double *a, ptrdiff_t sa, double lower, double upper, double *c, ptrdiff_t sc);
// c[i] = condition[i] != 0 ? a[i] : b[i].
void tensor_where(size_t n, const double *condition, ptrdiff_t sq, const double *a, ptrdiff_t sa, const double *b,
                  ptrdiff_t sb, double *c, ptrdiff_t sc);
void tensor_fill(size_t n, double value, double *c, ptrdiff_t sc);
// c[i * columns + j] = a[j * rows + i] blockwise; c is rows x columns and is another array than a.
void tensor_transpose(size_t rows, size_t columns, const double *a, size_t leading, double *c);

enum {
  tensor_sum,
  tensor_sum_absolute,
  tensor_sum_squares,
  tensor_reduce_maximum,
  tensor_reduce_minimum,
  tensor_reduce_maximum_absolute
};
// The reduction of n > 0 neighbouring elements. Sums are pairwise: errors grow with log n.
double tensor_reduce(int reduction, size_t n, const double *a);
// c[j] = reduction over i of a[i * leading + j], where c is `columns` wide; rows > 0.
void tensor_reduce_rows(int reduction, size_t rows, size_t columns, const double *a, size_t leading, double *c);
// For argmax (or argmin if `least`) over rows: best[j] the greatest of the column, place[j] its first row.
void tensor_argmax_rows(int least, size_t rows, size_t columns, const double *a, size_t leading, double *best,
                        double *place);
// The place of the first greatest (least) of n > 0 neighbouring elements; a NaN counts as greatest (least).
size_t tensor_argmax(size_t n, const double *a);
size_t tensor_argmin(size_t n, const double *a);

// Sorts n numbers ascending, or descending, NaN last or first; -0 and 0 are equal, and equals stay in order.
// `order`, unless NULL, receives where each number was. Returns 0, -1 when there is no memory, or 1 when `should_stop`,
// which is asked some times, has said so; the numbers are as they were then.
int tensor_sort(size_t n, double *values, int64_t *order, int descending, int (*should_stop)(void));

// Conversions.
void tensor_double_to_float(size_t n, const double *a, float *c);
void tensor_float_to_double(size_t n, const float *a, double *c);

// memory.c: blocks of numbers, 64-byte aligned. Large ones are kept for a while after their release, up to 128 MB in
// all, because fresh pages from the system cost more than the arithmetic done on them. NULL when there is no memory.
double *tensor_allocate(size_t count, int zeroed);
void tensor_release(double *block, size_t count);
// From now on `tensor_fits` says whether a block of `count` numbers fits beside those in use into so many bytes. It is
// for those who ask: `tensor_allocate` does not.
void tensor_limit_memory(size_t bytes);
int tensor_fits(size_t count);
