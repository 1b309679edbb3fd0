#include "include/training.h"
#include "multiversion.h"

typedef double eight __attribute__((vector_size(64), aligned(8)));

// A macro, because a function may not take vectors wider than the baseline's.
#define sum_of(v) ((((v)[0] + (v)[4]) + ((v)[2] + (v)[6])) + (((v)[1] + (v)[5]) + ((v)[3] + (v)[7])))

// Four rows at a time: enough independent sums to hide the latency of the multiply-add, and each load of the input
// serves four of them.
MULTIVERSIONED
void kernel_affine(const double *weight, const double *bias, const double *input, double *output, ptrdiff_t outputs,
                   ptrdiff_t inputs) {
  ptrdiff_t row = 0;
  ptrdiff_t whole = inputs & ~(ptrdiff_t)7;
  for (; row + 4 <= outputs; row += 4) {
    const double *w0 = weight + row * inputs, *w1 = w0 + inputs, *w2 = w1 + inputs, *w3 = w2 + inputs;
    eight s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (ptrdiff_t k = 0; k < whole; k += 8) {
      eight x = *(const eight *)(input + k);
      s0 += *(const eight *)(w0 + k) * x;
      s1 += *(const eight *)(w1 + k) * x;
      s2 += *(const eight *)(w2 + k) * x;
      s3 += *(const eight *)(w3 + k) * x;
    }
    double t0 = sum_of(s0), t1 = sum_of(s1), t2 = sum_of(s2), t3 = sum_of(s3);
    for (ptrdiff_t k = whole; k < inputs; k++) {
      t0 += w0[k] * input[k];
      t1 += w1[k] * input[k];
      t2 += w2[k] * input[k];
      t3 += w3[k] * input[k];
    }
    output[row] = bias[row] + t0;
    output[row + 1] = bias[row + 1] + t1;
    output[row + 2] = bias[row + 2] + t2;
    output[row + 3] = bias[row + 3] + t3;
  }
  for (; row < outputs; row++) {
    const double *w = weight + row * inputs;
    eight s = {0};
    for (ptrdiff_t k = 0; k < whole; k += 8) s += *(const eight *)(w + k) * *(const eight *)(input + k);
    double t = sum_of(s);
    for (ptrdiff_t k = whole; k < inputs; k++) t += w[k] * input[k];
    output[row] = bias[row] + t;
  }
}

MULTIVERSIONED
void kernel_affine_transposed(const double *weight, const double *input, double *output, ptrdiff_t outputs,
                              ptrdiff_t inputs) {
  for (ptrdiff_t k = 0; k < inputs; k++) output[k] = 0;
  for (ptrdiff_t row = 0; row < outputs; row++) {
    double scale = input[row];
    // Inactive neurons pass nothing back; about half of them are.
    if (scale == 0) continue;
    const double *w = weight + row * inputs;
    for (ptrdiff_t k = 0; k < inputs; k++) output[k] += scale * w[k];
  }
}
