#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels of the networks: Float64 for one input at a time, Float32 for training. Every kernel is compiled for AVX-512,
// AVX2 and the baseline, and the processor chooses when the program starts.

/// output = weight * input + bias; weight is outputs x inputs in row-major order.
void kernel_affine(const double *weight, const double *bias, const double *input, double *output, ptrdiff_t outputs,
                   ptrdiff_t inputs);

/// output = transpose(weight) * input; weight is outputs x inputs, `input` has `outputs` numbers.
void kernel_affine_transposed(const double *weight, const double *input, double *output, ptrdiff_t outputs,
                              ptrdiff_t inputs);
