#include "include/training.h"
#include "multiversion.h"

MULTIVERSIONED
double kernel_square_sum(const float *values, ptrdiff_t count) {
  double sums[8] = {0};
  ptrdiff_t k = 0;
  for (; k + 8 <= count; k += 8)
    for (int lane = 0; lane < 8; lane++) sums[lane] += (double)values[k + lane] * (double)values[k + lane];
  for (; k < count; k++) sums[0] += (double)values[k] * (double)values[k];
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

#define AT(array) (*(sixteen *)((array) + k))
#define READ(array) (*(const sixteen *)((array) + k))

MULTIVERSIONED
void kernel_adam(const struct kernel_step *step, ptrdiff_t count, float *parameters, const float *gradient,
                 float *first_moment, float *second_moment, const float *mask) {
  const struct kernel_step s = *step;
  for (ptrdiff_t k = 0; k < count; k += 16) {
    sixteen parameter = AT(parameters);
    sixteen slope = READ(gradient) * s.gradient_scale + s.weight_decay * parameter;
    sixteen first = s.first * AT(first_moment) + s.first_rest * slope;
    sixteen second = s.second * AT(second_moment) + s.second_rest * (slope * slope);
    AT(first_moment) = first;
    AT(second_moment) = second;
    parameter -= s.rate * first / (__builtin_elementwise_sqrt(second) * s.second_correction + s.epsilon);
    if (mask) parameter = (sixteen)((sixteen_int)parameter & (READ(mask) != 0));
    AT(parameters) = parameter;
  }
}

MULTIVERSIONED
void kernel_momentum(const struct kernel_step *step, ptrdiff_t count, float *parameters, const float *gradient,
                     float *velocity, const float *mask) {
  const struct kernel_step s = *step;
  for (ptrdiff_t k = 0; k < count; k += 16) {
    sixteen parameter = AT(parameters);
    sixteen speed = s.first * AT(velocity) + (READ(gradient) * s.gradient_scale + s.weight_decay * parameter);
    AT(velocity) = speed;
    parameter -= s.rate * speed;
    if (mask) parameter = (sixteen)((sixteen_int)parameter & (READ(mask) != 0));
    AT(parameters) = parameter;
  }
}
