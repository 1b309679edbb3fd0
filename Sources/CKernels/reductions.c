#include "kernels.h"
#include "mathematics.h"

// Ahead of the loop, farther than the processor looks by itself: sums of much memory gain 8 %, while extremes, which
// compute more, lose. Past the end it does nothing.
#define PREFETCH(a) \
  for (int line = 0; line < 32; line += 8) __builtin_prefetch((a) + 4096 + line)

// Sums of at most one block, as several running sums side by side, so that they fill vectors.
#define SUM(name, expression)                                   \
  KERNEL double tensor_loop_##name(size_t n, const double *a) { \
    _Pragma("clang fp contract(fast)");                         \
    double sums[32] = {0};                                      \
    size_t i = 0;                                               \
    for (; i + 32 <= n; i += 32) {                              \
      PREFETCH(a + i);                                          \
      for (int j = 0; j < 32; j++) {                            \
        double x = a[i + j];                                    \
        sums[j] += expression;                                  \
      }                                                         \
    }                                                           \
    for (int j = 0; i < n; i++, j++) {                          \
      double x = a[i];                                          \
      sums[j] += expression;                                    \
    }                                                           \
    for (int half = 16; half > 0; half /= 2) {                  \
      for (int j = 0; j < half; j++) sums[j] += sums[j + half]; \
    }                                                           \
    return sums[0];                                             \
  }                                                             \
  static double pairwise_##name(size_t n, const double *a) {    \
    if (n <= 4096) return tensor_loop_##name(n, a);             \
    size_t half = (n / 2 + 4095) / 4096 * 4096;                 \
    double first = pairwise_##name(half, a);                    \
    return first + pairwise_##name(n - half, a + half);         \
  }

SUM(sum, x)
SUM(sum_absolute, fabs(x))
SUM(sum_squares, x *x)

// Several running values side by side, so that they fill vectors. A NaN, once taken, stays.
#define EXTREME(name, comparison, expression)                   \
  KERNEL double tensor_loop_##name(size_t n, const double *a) { \
    double first = a[0];                                        \
    {                                                           \
      double x = first;                                         \
      first = expression;                                       \
    }                                                           \
    double best[32];                                            \
    for (int j = 0; j < 32; j++) best[j] = first;               \
    size_t i = 0;                                               \
    for (; i + 32 <= n; i += 32) {                              \
      for (int j = 0; j < 32; j++) {                            \
        double x = a[i + j];                                    \
        double y = expression;                                  \
        best[j] = y comparison best[j] || y != y ? y : best[j]; \
      }                                                         \
    }                                                           \
    for (; i < n; i++) {                                        \
      double x = a[i];                                          \
      double y = expression;                                    \
      best[0] = y comparison best[0] || y != y ? y : best[0];   \
    }                                                           \
    for (int j = 1; j < 32; j++) {                              \
      double y = best[j];                                       \
      best[0] = y comparison best[0] || y != y ? y : best[0];   \
    }                                                           \
    return best[0];                                             \
  }

EXTREME(greatest, >, x)
EXTREME(least, <, x)
EXTREME(greatest_absolute, >, fabs(x))

double tensor_reduce(int reduction, size_t n, const double *a) {
  switch (reduction) {
    case tensor_sum: return pairwise_sum(n, a);
    case tensor_sum_absolute: return pairwise_sum_absolute(n, a);
    case tensor_sum_squares: return pairwise_sum_squares(n, a);
    case tensor_reduce_maximum: return tensor_loop_greatest(n, a);
    case tensor_reduce_minimum: return tensor_loop_least(n, a);
    default: return tensor_loop_greatest_absolute(n, a);
  }
}

INLINE double sum_of(double x, double y) { return x + y; }
INLINE double greatest(double x, double y) { return x > y || x != x ? x : y; }
INLINE double least(double x, double y) { return x < y || x != x ? x : y; }

// Rows into a running row, four at a time, in strips of columns that stay in the first-level cache.
#define ROWS(name, join, term)                                                                          \
  KERNEL void tensor_rows_##name(size_t rows, size_t columns, const double *restrict a, size_t leading, \
                                 double *restrict c) {                                                  \
    enum {                                                                                              \
      strip = 1024                                                                                      \
    };                                                                                                  \
    for (size_t j0 = 0; j0 < columns; j0 += strip) {                                                    \
      size_t j1 = j0 + strip < columns ? j0 + strip : columns;                                          \
      for (size_t j = j0; j < j1; j++) c[j] = term(a[j]);                                               \
      size_t i = 1;                                                                                     \
      for (; i + 4 <= rows; i += 4) {                                                                   \
        const double *row = a + i * leading;                                                            \
        for (size_t j = j0; j < j1; j++) {                                                              \
          double first = join(term(row[j]), term(row[leading + j]));                                    \
          double second = join(term(row[2 * leading + j]), term(row[3 * leading + j]));                 \
          c[j] = join(join(first, second), c[j]);                                                       \
        }                                                                                               \
      }                                                                                                 \
      for (; i < rows; i++) {                                                                           \
        const double *row = a + i * leading;                                                            \
        for (size_t j = j0; j < j1; j++) c[j] = join(term(row[j]), c[j]);                               \
      }                                                                                                 \
    }                                                                                                   \
  }

INLINE double itself(double x) { return x; }
INLINE double squared(double x) { return x * x; }

ROWS(sum, sum_of, itself)
ROWS(sum_absolute, sum_of, fabs)
ROWS(sum_squares, sum_of, squared)

// The same for extremes. One comparison finds a NaN among two numbers; a NaN in c stays because it is the second
// operand of a comparison that does not hold.
#define EXTREME_ROWS(name, join, comparison, term)                                                      \
  KERNEL void tensor_rows_##name(size_t rows, size_t columns, const double *restrict a, size_t leading, \
                                 double *restrict c) {                                                  \
    enum {                                                                                              \
      strip = 1024                                                                                      \
    };                                                                                                  \
    for (size_t j0 = 0; j0 < columns; j0 += strip) {                                                    \
      size_t j1 = j0 + strip < columns ? j0 + strip : columns;                                          \
      for (size_t j = j0; j < j1; j++) c[j] = term(a[j]);                                               \
      size_t i = 1;                                                                                     \
      for (; i + 4 <= rows; i += 4) {                                                                   \
        const double *row = a + i * leading;                                                            \
        for (size_t j = j0; j < j1; j++) {                                                              \
          double w = term(row[j]), x = term(row[leading + j]);                                          \
          double y = term(row[2 * leading + j]), z = term(row[3 * leading + j]), before = c[j];         \
          int has_nan = __builtin_isunordered(w, x) | __builtin_isunordered(y, z);                      \
          double first = w comparison x ? w : x, second = y comparison z ? y : z;                       \
          double best = first comparison second ? first : second;                                       \
          best = best comparison before ? best : before;                                                \
          c[j] = has_nan ? NAN : best;                                                                  \
        }                                                                                               \
      }                                                                                                 \
      for (; i < rows; i++) {                                                                           \
        const double *row = a + i * leading;                                                            \
        for (size_t j = j0; j < j1; j++) c[j] = join(term(row[j]), c[j]);                               \
      }                                                                                                 \
    }                                                                                                   \
  }

EXTREME_ROWS(greatest, greatest, >, itself)
EXTREME_ROWS(least, least, <, itself)
EXTREME_ROWS(greatest_absolute, greatest, >, fabs)

void tensor_reduce_rows(int reduction, size_t rows, size_t columns, const double *a, size_t leading, double *c) {
  switch (reduction) {
    case tensor_sum: tensor_rows_sum(rows, columns, a, leading, c); break;
    case tensor_sum_absolute: tensor_rows_sum_absolute(rows, columns, a, leading, c); break;
    case tensor_sum_squares: tensor_rows_sum_squares(rows, columns, a, leading, c); break;
    case tensor_reduce_maximum: tensor_rows_greatest(rows, columns, a, leading, c); break;
    case tensor_reduce_minimum: tensor_rows_least(rows, columns, a, leading, c); break;
    default: tensor_rows_greatest_absolute(rows, columns, a, leading, c); break;
  }
}

KERNEL void tensor_argmax_rows(int least, size_t rows, size_t columns, const double *restrict a, size_t leading,
                               double *restrict best, double *restrict place) {
  enum {
    strip = 1024
  };
  double sign = least ? -1 : 1;
  for (size_t j0 = 0; j0 < columns; j0 += strip) {
    size_t j1 = j0 + strip < columns ? j0 + strip : columns;
    for (size_t j = j0; j < j1; j++) {
      best[j] = sign * a[j];
      place[j] = 0;
    }
    for (size_t i = 1; i < rows; i++) {
      const double *row = a + i * leading;
      double here = (double)i;
      for (size_t j = j0; j < j1; j++) {
        double x = sign * row[j], y = best[j], p = place[j];
        int better = (x > y) | ((x != x) & (y == y));
        best[j] = better ? x : y;
        place[j] = better ? here : p;
      }
    }
    for (size_t j = j0; j < j1; j++) best[j] *= sign;
  }
}

// The first place of `value`, or of a NaN if it is one. It is there.
KERNEL size_t tensor_loop_find(const double *a, size_t n, double value) {
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    int found = 0;
    for (int j = 0; j < 32; j++) found |= (a[i + j] == value) | ((a[i + j] != a[i + j]) & (value != value));
    if (found) break;
  }
  while (value == value ? a[i] != value : a[i] == a[i]) i++;
  return i;
}

static size_t place_of(size_t n, const double *a, double (*extreme)(size_t, const double *), int least) {
  enum {
    block = 512
  };
  size_t best_start = 0;
  double best = extreme(n < block ? n : block, a);
  for (size_t start = block; start < n && best == best; start += block) {
    double value = extreme(n - start < block ? n - start : block, a + start);
    if ((least ? value < best : value > best) || value != value) {
      best = value;
      best_start = start;
    }
  }
  return best_start + tensor_loop_find(a + best_start, n - best_start, best);
}

size_t tensor_argmax(size_t n, const double *a) { return place_of(n, a, tensor_loop_greatest, 0); }
size_t tensor_argmin(size_t n, const double *a) { return place_of(n, a, tensor_loop_least, 1); }
