#include "include/training.h"

// The gathers of one row do not wait for each other, but their sum does: two rows' worth of partial sums hide that.
void kernel_sparse_affine(const ptrdiff_t *starts, const int32_t *columns, const double *weight, const double *bias,
                          const double *input, double *output, ptrdiff_t outputs) {
  for (ptrdiff_t row = 0; row < outputs; row++) {
    ptrdiff_t entry = starts[row], end = starts[row + 1];
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; entry + 4 <= end; entry += 4) {
      s0 += weight[entry] * input[columns[entry]];
      s1 += weight[entry + 1] * input[columns[entry + 1]];
      s2 += weight[entry + 2] * input[columns[entry + 2]];
      s3 += weight[entry + 3] * input[columns[entry + 3]];
    }
    for (; entry < end; entry++) s0 += weight[entry] * input[columns[entry]];
    output[row] = bias[row] + ((s0 + s2) + (s1 + s3));
  }
}

void kernel_sparse_transposed(const ptrdiff_t *starts, const int32_t *columns, const double *weight,
                              const double *input, double *output, ptrdiff_t outputs, ptrdiff_t inputs) {
  for (ptrdiff_t k = 0; k < inputs; k++) output[k] = 0;
  for (ptrdiff_t row = 0; row < outputs; row++) {
    double scale = input[row];
    if (scale == 0) continue;
    for (ptrdiff_t entry = starts[row]; entry < starts[row + 1]; entry++)
      output[columns[entry]] += scale * weight[entry];
  }
}

void kernel_sparse_gradient(const ptrdiff_t *starts, const int32_t *columns, const double *delta, const double *input,
                            double *gradient, ptrdiff_t outputs) {
  for (ptrdiff_t row = 0; row < outputs; row++) {
    double scale = delta[row];
    if (scale == 0) continue;
    for (ptrdiff_t entry = starts[row]; entry < starts[row + 1]; entry++)
      gradient[entry] += scale * input[columns[entry]];
  }
}
