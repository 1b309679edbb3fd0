#include "include/training.h"
#include "multiversion.h"

#include <math.h>

// exp by 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (the coefficients of Cephes' expf); the argument is not
// positive, so only underflow needs care.
INLINED void exponential(sixteen *values) {
  const sixteen floor = (sixteen){0} - 87.0f;
  sixteen_int low = *values < floor;
  sixteen clipped = (sixteen)(((sixteen_int)*values & ~low) | ((sixteen_int)floor & low));
  // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits.
  sixteen shifted = clipped * 1.44269504088896341f + 12582912.0f;
  sixteen whole = shifted - 12582912.0f;
  sixteen rest = clipped - whole * 0.693359375f + whole * 2.12194440e-4f;
  sixteen power = rest * 1.9875691500e-4f + 1.3981999507e-3f;
  power = power * rest + 8.3334519073e-3f;
  power = power * rest + 4.1665795894e-2f;
  power = power * rest + 1.6666665459e-1f;
  power = power * rest + 5.0000001201e-1f;
  power = power * rest * rest + rest + 1.0f;
  sixteen_int exponent = ((sixteen_int)shifted - 0x4B400000 + 127) << 23;
  *values = power * (sixteen)exponent;
}

MULTIVERSIONED
double kernel_softmax_cross_entropy(float *logits, const int32_t *labels, ptrdiff_t rows, ptrdiff_t classes,
                                    float share, int64_t *correct) {
  double total = 0;
  int64_t hits = 0;
  const sixteen_int places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (ptrdiff_t first = 0; first < rows; first += 16) {
    float *lanes = logits + first;
    const ptrdiff_t count = rows - first < 16 ? rows - first : 16;
    float own[16];
    for (ptrdiff_t i = 0; i < count; i++) own[i] = lanes[labels[first + i] * kernel_lanes + i];
    sixteen largest = *(const sixteen *)lanes;
    sixteen_int best = {0};
    for (ptrdiff_t j = 1; j < classes; j++) {
      const sixteen value = *(const sixteen *)(lanes + j * kernel_lanes);
      const sixteen_int larger = value > largest;
      largest = CHOSEN(larger, value, largest);
      best = (best & ~larger) | ((int)j & larger);
    }
    sixteen sum = {0};
    for (ptrdiff_t j = 0; j < classes; j++) {
      sixteen value = *(const sixteen *)(lanes + j * kernel_lanes) - largest;
      exponential(&value);
      sum += value;
      *(sixteen *)(lanes + j * kernel_lanes) = value;
    }
    // Lanes without an example have no part in the gradient.
    const sixteen scale = CHOSEN(places < (int)count, share / sum, (sixteen){0});
    for (ptrdiff_t j = 0; j < classes; j++) *(sixteen *)(lanes + j * kernel_lanes) *= scale;
    for (ptrdiff_t i = 0; i < count; i++) {
      // The sum is at least 1, so this is safe; a logit that is not finite makes the loss not finite, which is the
      // signal.
      total += (double)(largest[i] - own[i]) + (double)logf(sum[i]);
      lanes[labels[first + i] * kernel_lanes + i] -= share;
      hits += best[i] == labels[first + i];
    }
  }
  *correct += hits;
  return total;
}

double kernel_loss(enum kernel_loss_kind kind, float delta, float *outputs, const float *targets, const float *weights,
                   const int32_t *order, ptrdiff_t rows, ptrdiff_t count, float share, double *squares,
                   int64_t *correct) {
  double total = 0;
  int64_t hits = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    const float weight = weights ? weights[order[i]] : 1;
    const float *target = targets + (ptrdiff_t)order[i] * count;
    for (ptrdiff_t k = 0; k < count; k++) {
      const float output = outputs[k * kernel_lanes + i], r = output - target[k], size = fabsf(r);
      squares[k] += (double)r * (double)r;
      float loss = 0, slope = 0;
      switch (kind) {
        case kernel_loss_squares: loss = r * r, slope = 2 * r; break;
        case kernel_loss_absolute: loss = size, slope = (float)((r > 0) - (r < 0)); break;
        case kernel_loss_huber:
          loss = size <= delta ? 0.5f * r * r : delta * (size - 0.5f * delta);
          slope = size <= delta ? r : copysignf(delta, r);
          break;
        case kernel_loss_logistic: {
          // e to a power that is not positive cannot overflow.
          const float small = expf(-fabsf(output));
          loss = fmaxf(output, 0) - target[k] * output + log1pf(small);
          slope = (output >= 0 ? 1 : small) / (1 + small) - target[k];
          hits += (output > 0) == (target[k] > 0.5f);
          // fmaxf passes over what is not a number.
          if (output != output) loss = output;
          break;
        }
      }
      total += (double)(weight * loss);
      outputs[k * kernel_lanes + i] = weight * slope * share;
    }
  }
  for (ptrdiff_t k = 0; k < count; k++)
    for (ptrdiff_t i = rows; i % 16 != 0; i++) outputs[k * kernel_lanes + i] = 0;
  *correct += hits;
  return total / (double)count;
}

MULTIVERSIONED
void kernel_rectify(float *values, const float *floor, ptrdiff_t rows, ptrdiff_t lanes) {
  for (ptrdiff_t k = 0; k < rows; k++, values += kernel_lanes)
    for (ptrdiff_t i = 0; i < lanes; i++) values[i] = values[i] <= floor[k] ? floor[k] : values[i];
}

MULTIVERSIONED
void kernel_mask(float *gradient, const float *values, const float *floor, ptrdiff_t rows, ptrdiff_t lanes) {
  for (ptrdiff_t k = 0; k < rows; k++, values += kernel_lanes, gradient += kernel_lanes)
    for (ptrdiff_t i = 0; i < lanes; i++) gradient[i] = values[i] > floor[k] ? gradient[i] : 0;
}
