// The part of OpenBLAS that the tensors use, opened at run time with dlopen.
//
// Opening it late leaves room to choose the processor's kernels first (OpenBLAS reads OPENBLAS_CORETYPE when it is
// loaded), costs nothing in programs that multiply no matrices, and needs no header when this is built.
#pragma once

#include <stdbool.h>

// The values of CBLAS_ORDER and CBLAS_TRANSPOSE.
enum {
  openblas_row_major = 101,
  openblas_no_transpose = 111,
  openblas_transpose = 112
};

// Functions of the library with 32-bit sizes, as Debian and most systems build it.
typedef struct {
  void (*dgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a,
                int lda, const double *b, int ldb, double beta, double *c, int ldc);
  void (*sgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                const float *b, int ldb, float beta, float *c, int ldc);
  void (*dgemv)(int order, int transpose, int m, int n, double alpha, const double *a, int lda, const double *x,
                int incx, double beta, double *y, int incy);
  void (*sgemv)(int order, int transpose, int m, int n, float alpha, const float *a, int lda, const float *x, int incx,
                float beta, float *y, int incy);
  double (*ddot)(int n, const double *x, int incx, const double *y, int incy);
  void (*set_num_threads)(int count);
  int (*get_num_threads)(void);
  char *(*get_config)(void);
  char *(*get_corename)(void);
} openblas_table;

// Opens the library. Returns its functions, or NULL after setting `reason`; both live as long as the program.
// Sets OPENBLAS_CORETYPE while it loads where OpenBLAS would take slower kernels than the processor can run.
// Call it once.
const openblas_table *openblas_open(const char **reason);

// Lets at most `count` threads work on the following products. Cheap when nothing changes.
void openblas_use_threads(const openblas_table *table, int count);

// The most threads that a product may use; at least 1, and what OpenBLAS itself proposes when it has just been opened.
void openblas_set_thread_limit(int count);
int openblas_thread_limit(void);
