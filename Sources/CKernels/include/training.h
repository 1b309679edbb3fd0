#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels of the networks: Float64 for one input at a time, Float32 for training. Every kernel is compiled for AVX-512,
// AVX2 and the baseline, and the processor chooses.
//
// The training kernels work on row-major matrices whose rows are padded to a multiple of 16 numbers ("lead"). What lies
// in the padding is computed like everything else and stays zero where it starts as zero.

/// output = weight * input + bias; weight is outputs x inputs in row-major order.
void kernel_affine(const double *weight, const double *bias, const double *input, double *output, ptrdiff_t outputs,
                   ptrdiff_t inputs);

/// output = transpose(weight) * input; weight is outputs x inputs, `input` has `outputs` numbers.
void kernel_affine_transposed(const double *weight, const double *input, double *output, ptrdiff_t outputs,
                              ptrdiff_t inputs);

/// output = weight * input + bias of sparse rows: row r has the entries from starts[r] to before starts[r + 1].
void kernel_sparse_affine(const ptrdiff_t *starts, const int32_t *columns, const double *weight, const double *bias,
                          const double *input, double *output, ptrdiff_t outputs);

/// output = transpose(weight) * input of sparse rows; `input` has `outputs` numbers.
void kernel_sparse_transposed(const ptrdiff_t *starts, const int32_t *columns, const double *weight,
                              const double *input, double *output, ptrdiff_t outputs, ptrdiff_t inputs);

/// gradient[e] += delta[r] * input[columns[e]] for the entries e of each row r.
void kernel_sparse_gradient(const ptrdiff_t *starts, const int32_t *columns, const double *delta, const double *input,
                            double *gradient, ptrdiff_t outputs);

/// What a convolution's geometry is made of: three numbers each of which the first three are filters, channels / groups
/// and filters / groups, and the others sizes along the three axes.
enum kernel_convolution_part {
  kernel_convolution_counts,
  kernel_convolution_input,
  kernel_convolution_kernel,
  kernel_convolution_output,
  kernel_convolution_stride,
  kernel_convolution_dilation,
  kernel_convolution_padding,
  kernel_convolution_parts,
};

/// output += the convolution of `input` with `weight`, [filters, channels / groups, kernel].
void kernel_convolution_forward(const ptrdiff_t *shape, const double *weight, const double *input, double *output);

/// input += the transposed convolution of `output` with `weight`.
void kernel_convolution_transposed(const ptrdiff_t *shape, const double *weight, const double *output, double *input);

/// gradient += the derivative of Σ delta * output by the weight, for one input.
void kernel_convolution_gradient(const ptrdiff_t *shape, const double *delta, const double *input, double *gradient);

/// The same for numbers in Float32.
void kernel_sparse_affine_float(const ptrdiff_t *starts, const int32_t *columns, const float *weight, const float *bias,
                                const float *input, float *output, ptrdiff_t outputs);
void kernel_sparse_transposed_float(const ptrdiff_t *starts, const int32_t *columns, const float *weight,
                                    const float *input, float *output, ptrdiff_t outputs, ptrdiff_t inputs);
void kernel_sparse_gradient_float(const ptrdiff_t *starts, const int32_t *columns, const float *delta,
                                  const float *input, float *gradient, ptrdiff_t outputs);
void kernel_convolution_forward_float(const ptrdiff_t *shape, const float *weight, const float *input, float *output);
void kernel_convolution_transposed_float(const ptrdiff_t *shape, const float *weight, const float *output,
                                         float *input);
void kernel_convolution_gradient_float(const ptrdiff_t *shape, const float *delta, const float *input, float *gradient);

/// What a product does with each result before it is stored.
enum kernel_finish {
  kernel_finish_none = 0,
  /// Adds `extra[column]`.
  kernel_finish_bias = 1,
  /// Adds `extra[column]`, then ReLU.
  kernel_finish_bias_relu = 2,
  /// Zero where `extra`, a matrix of the result's layout, is not positive: the derivative of ReLU.
  kernel_finish_mask = 3,
};

/// result[i][j] = finish(sum over k of a[i * a_row + k * a_inner] * b[k * b_lead + j]) for `rows` x `columns` results,
/// `columns` a multiple of 16. The strides of `a` make it serve the forward pass (a_row = lead, a_inner = 1) and the
/// weight gradient (a_row = 1, a_inner = lead).
void kernel_product(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner, const float *a, ptrdiff_t a_row,
                    ptrdiff_t a_inner, const float *b, ptrdiff_t b_lead, const float *extra, enum kernel_finish finish,
                    float *result, ptrdiff_t result_lead);

/// As `kernel_product` with a sparse left matrix of bytes: row i has `counts[i]` entries from `entries[i * capacity]`
/// on, each index << 8 | byte, where the index is the row of b and the byte stands for the number `scale[byte]`.
void kernel_sparse_product(ptrdiff_t rows, ptrdiff_t columns, const uint32_t *entries, const int32_t *counts,
                           ptrdiff_t capacity, const float *scale, const float *b, ptrdiff_t b_lead, const float *extra,
                           enum kernel_finish finish, float *result, ptrdiff_t result_lead);

/// result[i][k] = pixels[order[i]][k] / 255 for `rows` pictures of `inputs` bytes.
void kernel_gather(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs, float *result,
                   ptrdiff_t lead);

/// result[i][k] = numbers[order[i]][k] for `rows` rows of `inputs` numbers.
void kernel_gather_numbers(const float *numbers, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs, float *result,
                           ptrdiff_t lead);

/// The same pictures as the lists of their non-zeros for `kernel_sparse_product`, by picture (`by_row`, capacity
/// `inputs`, index = pixel) and by pixel (`by_column`, capacity `rows`, index = picture); both need room for 16 entries
/// behind the last. `scratch` has room for inputs * (rows rounded up to 16) bytes.
void kernel_gather_sparse(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs,
                          uint8_t *scratch, uint32_t *by_row, int32_t *row_counts, uint32_t *by_column,
                          int32_t *column_counts);

/// How many of `count` bytes are not zero.
ptrdiff_t kernel_count_nonzero(const uint8_t *bytes, ptrdiff_t count);

/// Mean cross-entropy of softmax over the first `classes` columns, and its gradient: `logits` becomes the gradient,
/// zero in the padding. Returns the sum of the losses; adds to `correct` the rows whose largest logit is the label's.
double kernel_softmax_cross_entropy(float *logits, const int32_t *labels, ptrdiff_t rows, ptrdiff_t classes,
                                    ptrdiff_t lead, int64_t *correct);

/// The losses of `kernel_loss`, r = output - target.
enum kernel_loss_kind {
  /// r^2
  kernel_loss_squares = 0,
  /// |r|
  kernel_loss_absolute = 1,
  /// r^2 / 2 up to |r| = delta, delta (|r| - delta / 2) beyond.
  kernel_loss_huber = 2,
  /// log(1 + e^output) - target output
  kernel_loss_logistic = 3,
};

/// The loss of the first `count` columns against targets[order[i]][k], and its gradient: `outputs` becomes the gradient
/// of the mean over rows and columns. Returns the sum over the rows of the mean over the columns; adds to `squares[k]`
/// the squares of r, and to `correct` the outputs that are above 0 just where the target is above 1/2.
double kernel_loss(enum kernel_loss_kind kind, float delta, float *outputs, const float *targets, const int32_t *order,
                   ptrdiff_t rows, ptrdiff_t count, ptrdiff_t lead, double *squares, int64_t *correct);

/// values[i][j] = max(values[i][j], floor[j]) for `rows` x `columns`; what is no number stays that.
void kernel_rectify(float *values, const float *floor, ptrdiff_t rows, ptrdiff_t columns);

/// gradient[i][j] = 0 where values[i][j] is not above floor[j]: the derivative of `kernel_rectify`.
void kernel_mask(float *gradient, const float *values, const float *floor, ptrdiff_t rows, ptrdiff_t columns);

/// result[j] = sum over i of matrix[i][j].
void kernel_column_sums(const float *matrix, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lead, float *result);

/// result[j][i] = matrix[i][j] for `rows` x `columns`.
void kernel_transpose(const float *matrix, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lead, float *result,
                      ptrdiff_t result_lead);

/// The sum of squares, in Float64.
double kernel_square_sum(const float *values, ptrdiff_t count);

/// The constants of one step of an optimizer.
struct kernel_step {
  /// The gradient is multiplied by this first (clipping).
  float gradient_scale;
  /// L2 penalty, added to the gradient.
  float weight_decay;
  /// Decay rates of the moments (Adam), or the momentum in `first`.
  float first, second;
  /// 1 - first and 1 - second, rounded once.
  float first_rest, second_rest;
  /// Adam: learning rate / (1 - first^t). SGD: learning rate.
  float rate;
  /// Adam: 1 / sqrt(1 - second^t), and the number that keeps the quotient finite.
  float second_correction, epsilon;
};

/// One step of Adam on `count` parameters, a multiple of 16. Where `mask` is given and zero, the parameter becomes 0.
void kernel_adam(const struct kernel_step *step, ptrdiff_t count, float *parameters, const float *gradient,
                 float *first_moment, float *second_moment, const float *mask);

/// One step of gradient descent with momentum on `count` parameters, a multiple of 16; `mask` as in `kernel_adam`.
void kernel_momentum(const struct kernel_step *step, ptrdiff_t count, float *parameters, const float *gradient,
                     float *velocity, const float *mask);
