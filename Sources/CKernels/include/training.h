#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels of the networks: Float64 for one input at a time, Float32 for training. Every kernel is compiled for AVX-512,
// AVX2 and the baseline, and the processor chooses.
//
// The training kernels take a batch feature by feature, `kernel_lanes` examples side by side, so that one weight meets
// a vector of examples: its cost is that of the weights that are there. Rows of weights are padded to a multiple of 16
// numbers ("lead"). What lies in the padding is computed like everything else and stays zero where it starts as zero.

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
void kernel_convolution_forward_float(const ptrdiff_t *shape, const float *weight, const float *input, float *output);
void kernel_convolution_transposed_float(const ptrdiff_t *shape, const float *weight, const float *output,
                                         float *input);
void kernel_convolution_gradient_float(const ptrdiff_t *shape, const float *delta, const float *input, float *gradient);

/// How many examples lie side by side. The values of a batch in the training are a matrix features x kernel_lanes.
enum {
  kernel_lanes = 64
};

/// What a layer reads: `count` features of a batch. Where only some of all are there, as the others are zero in all
/// examples, `active` says which, ascending; it is NULL where all are.
struct kernel_batch {
  const float *values;
  const int32_t *active;
  ptrdiff_t count;
};

/// Weights listed by input (compressed sparse columns): input k has the entries from starts[k] to before
/// starts[k + 1], each between it and the output rows[entry], ascending.
struct kernel_columns {
  ptrdiff_t inputs, outputs;
  const int32_t *starts, *rows;
  const float *weights;
};

/// output[j][lane] = max(floor[j], bias[j] + sum over inputs). What is no number stays that.
void kernel_columns_forward(ptrdiff_t lanes, const struct kernel_columns *weights, const struct kernel_batch *input,
                            const float *bias, const float *floor, float *output);

/// The gradients of the inputs for the gradients `delta` of the outputs; zero where values[k][lane] is not above
/// floor[k].
void kernel_columns_back(ptrdiff_t lanes, const struct kernel_columns *weights, const float *delta, const float *values,
                         const float *floor, float *result);

/// The gradients of the entries from `first`, a multiple of 16, to before `last`, for the gradients `delta` of the
/// outputs. With `adds` they are added to what is there. `gradient` begins with the first one's, and has room for a
/// multiple of 16; the rest becomes, or stays, zero.
void kernel_columns_gradient(ptrdiff_t lanes, const struct kernel_columns *weights, const struct kernel_batch *input,
                             const float *delta, ptrdiff_t first, ptrdiff_t last, int adds, float *gradient);

/// result[j], or what is added to it, = sum over the lanes of matrix[j], for `rows` rows; it has room for a multiple of
/// 16.
void kernel_lane_sums(const float *matrix, ptrdiff_t rows, ptrdiff_t lanes, int adds, float *result);

/// What a product does with each result before it is stored.
enum kernel_finish {
  kernel_finish_none,
  /// Adds it to what is there.
  kernel_finish_add,
  /// Adds extra[row], then takes floor[row] where that is more: a ReLU where floor is 0, none where it is -infinity.
  kernel_finish_rectify,
  /// Zero where `extra`, a matrix of the result's layout, is not above floor[row]: the derivative of `rectify`.
  kernel_finish_mask,
};

/// result[i][j] = finish(sum over k of a[i * a_row + k * a_inner] * b[k * b_lead + j]) for `rows` x `columns` results,
/// `columns` a multiple of 16. Where `a_index` is given, it says which k of a belongs to each row of b; `result_index`
/// says which row of the result each is.
struct kernel_product {
  ptrdiff_t rows, columns, inner;
  const float *a;
  ptrdiff_t a_row, a_inner;
  const int32_t *a_index;
  const float *b;
  ptrdiff_t b_lead;
  enum kernel_finish finish;
  const float *extra, *floor;
  float *result;
  ptrdiff_t result_lead;
  const int32_t *result_index;
};
void kernel_product(const struct kernel_product *product);

/// Of the pixels `sources`, ascending, of up to `kernel_lanes` pictures of `inputs` bytes those that are not zero in
/// all of them, as byte / 255, row after row of `result`; `active` says which of the `count` sources they are. Returns
/// how many. Lanes without a picture, up to a multiple of 16, are zero. `order` goes on with `ahead` pictures that will
/// be wanted next.
ptrdiff_t kernel_gather_pixels(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t ahead,
                               ptrdiff_t inputs, const int32_t *sources, ptrdiff_t count, float *result,
                               int32_t *active);

/// result[k][lane] = numbers[order[lane]][sources[k]] for up to `kernel_lanes` rows of `inputs` numbers. Lanes without
/// a row, up to a multiple of 16, are zero.
void kernel_gather_numbers(const float *numbers, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs,
                           const int32_t *sources, ptrdiff_t count, float *result);

/// The cross-entropy of softmax over `classes` rows of logits, and its gradient times `share`, which the logits become;
/// zero in lanes without an example. Returns the sum of the losses; adds to `correct` the examples whose first largest
/// logit is the label's.
double kernel_softmax_cross_entropy(float *logits, const int32_t *labels, ptrdiff_t rows, ptrdiff_t classes,
                                    float share, int64_t *correct);

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

/// The loss of `count` rows of outputs against targets[order[lane]][k], and its gradient times `share`, which the
/// outputs become; zero in lanes without an example. Both are multiplied by weights[order[lane]] unless `weights` is
/// NULL. Returns the sum over the examples of the mean over the outputs; adds to `squares[k]` the squares of r, and to
/// `correct` the outputs that are above 0 just where the target is above 1/2.
double kernel_loss(enum kernel_loss_kind kind, float delta, float *outputs, const float *targets, const float *weights,
                   const int32_t *order, ptrdiff_t rows, ptrdiff_t count, float share, double *squares,
                   int64_t *correct);

/// values[k][lane] = max(values[k][lane], floor[k]); what is no number stays that.
void kernel_rectify(float *values, const float *floor, ptrdiff_t rows, ptrdiff_t lanes);

/// gradient[k][lane] = 0 where values[k][lane] is not above floor[k]: the derivative of `kernel_rectify`.
void kernel_mask(float *gradient, const float *values, const float *floor, ptrdiff_t rows, ptrdiff_t lanes);

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
