#include "include/training.h"
#include "multiversion.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

MULTIVERSIONED
void kernel_gather(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs, float *result,
                   ptrdiff_t lead) {
  for (ptrdiff_t i = 0; i < rows; i++) {
    const uint8_t *source = pixels + (ptrdiff_t)order[i] * inputs;
    float *target = result + i * lead;
    for (ptrdiff_t k = 0; k < inputs; k++) target[k] = (float)source[k] * (1.0f / 255.0f);
  }
}

void kernel_gather_numbers(const float *numbers, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs, float *result,
                           ptrdiff_t lead) {
  for (ptrdiff_t i = 0; i < rows; i++)
    memcpy(result + i * lead, numbers + (ptrdiff_t)order[i] * inputs, (size_t)inputs * sizeof(float));
}

// The non-zeros of one line of bytes, packed as `kernel_sparse_product` wants them; `entries` has room for 16 more.
static int32_t list_nonzeros(const uint8_t *bytes, ptrdiff_t length, uint32_t *entries) {
  int32_t count = 0;
  for (ptrdiff_t k = 0; k < length; k++) {
    // Without a branch: the edges of strokes cannot be predicted.
    entries[count] = (uint32_t)k << 8 | bytes[k];
    count += bytes[k] != 0;
  }
  return count;
}

#if defined(__x86_64__)
// The same, sixteen bytes at a time: AVX-512 packs chosen lanes.
__attribute__((target("avx512f,popcnt"))) static int32_t list_nonzeros_avx512(const uint8_t *bytes, ptrdiff_t length,
                                                                              uint32_t *entries) {
  __m512i places = _mm512_slli_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 8);
  int32_t count = 0;
  for (ptrdiff_t k = 0; k < length; k += 16) {
    __m128i narrow;
    if (k + 16 <= length) {
      narrow = _mm_loadu_si128((const __m128i *)(bytes + k));
    } else {
      uint8_t rest[16] = {0};
      memcpy(rest, bytes + k, (size_t)(length - k));
      narrow = _mm_loadu_si128((const __m128i *)rest);
    }
    __m512i wide = _mm512_cvtepu8_epi32(narrow);
    __mmask16 nonzero = _mm512_test_epi32_mask(wide, wide);
    // Packed in a register and stored whole: packing stores are slow on some processors.
    _mm512_storeu_si512(entries + count, _mm512_maskz_compress_epi32(nonzero, _mm512_or_si512(wide, places)));
    count += __builtin_popcount(nonzero);
    places = _mm512_add_epi32(places, _mm512_set1_epi32(16 << 8));
  }
  return count;
}
#endif

typedef uint8_t bytes16 __attribute__((vector_size(16), aligned(1)));

// Sixteen bytes of each of sixteen pictures, transposed by four rounds of a perfect shuffle.
INLINED void transpose_bytes(const uint8_t *const *rows, ptrdiff_t first, ptrdiff_t available, uint8_t *result,
                             ptrdiff_t lead) {
  bytes16 a[16], b[16];
  UNROLLED for (int i = 0; i < 16; i++) {
    a[i] = (bytes16){0};
    if (!rows[i]) continue;
    if (available >= 16) a[i] = *(const bytes16 *)(rows[i] + first);
    else memcpy(&a[i], rows[i] + first, (size_t)available);
  }
  for (int round = 0; round < 4; round++) {
    UNROLLED for (int i = 0; i < 8; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] =
          __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLLED for (int i = 0; i < 16; i++) a[i] = b[i];
  }
  const ptrdiff_t count = available < 16 ? available : 16;
  for (ptrdiff_t i = 0; i < count; i++) *(bytes16 *)(result + i * lead) = a[i];
}

void kernel_gather_sparse(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs,
                          uint8_t *scratch, uint32_t *by_row, int32_t *row_counts, uint32_t *by_column,
                          int32_t *column_counts) {
  int32_t (*list)(const uint8_t *, ptrdiff_t, uint32_t *) = list_nonzeros;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) list = list_nonzeros_avx512;
#endif
  const ptrdiff_t lead = (rows + 15) & ~(ptrdiff_t)15;
  for (ptrdiff_t i = 0; i < rows; i += 16) {
    const uint8_t *sources[16] = {0};
    for (ptrdiff_t j = 0; j < 16 && i + j < rows; j++) {
      sources[j] = pixels + (ptrdiff_t)order[i + j] * inputs;
      // The pictures lie all over memory: fetch the next sixteen while these are worked on.
      if (i + j + 16 < rows)
        for (ptrdiff_t k = 0; k < inputs; k += 64)
          __builtin_prefetch(pixels + (ptrdiff_t)order[i + j + 16] * inputs + k);
      row_counts[i + j] = list(sources[j], inputs, by_row + (i + j) * inputs);
    }
    for (ptrdiff_t k = 0; k < inputs; k += 16) transpose_bytes(sources, k, inputs - k, scratch + k * lead + i, lead);
  }
  // Lists of columns from the transposed bytes: appending to all lists in turn would miss the cache at every step.
  for (ptrdiff_t k = 0; k < inputs; k++) column_counts[k] = list(scratch + k * lead, rows, by_column + k * rows);
}

MULTIVERSIONED
ptrdiff_t kernel_count_nonzero(const uint8_t *bytes, ptrdiff_t count) {
  ptrdiff_t result = 0;
  for (ptrdiff_t k = 0; k < count; k++) result += bytes[k] != 0;
  return result;
}

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
                                    ptrdiff_t lead, int64_t *correct) {
  double total = 0;
  const float share = 1.0f / (float)rows;
  const sixteen_int places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int64_t hits = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    float *row = logits + i * lead;
    const float own = row[labels[i]];
    float largest = row[0];
    ptrdiff_t best = 0;
    for (ptrdiff_t j = 1; j < classes; j++)
      if (row[j] > largest) largest = row[j], best = j;
    hits += best == labels[i];
    sixteen sums = {0};
    for (ptrdiff_t j = 0; j < lead; j += 16) {
      sixteen value = *(sixteen *)(row + j) - largest;
      exponential(&value);
      value = (sixteen)((sixteen_int)value & (places + (int)j < (int)classes));
      sums += value;
      *(sixteen *)(row + j) = value;
    }
    float sum = 0;
    for (int k = 0; k < 16; k++) sum += sums[k];
    // The sum is at least 1, so this is safe; a logit that is not finite makes the loss not finite, which is the
    // signal.
    total += (double)(largest - own) + (double)logf(sum);
    const float scale = share / sum;
    for (ptrdiff_t j = 0; j < lead; j += 16) *(sixteen *)(row + j) *= scale;
    row[labels[i]] -= share;
  }
  *correct += hits;
  return total;
}

double kernel_loss(enum kernel_loss_kind kind, float delta, float *outputs, const float *targets, const int32_t *order,
                   ptrdiff_t rows, ptrdiff_t count, ptrdiff_t lead, double *squares, int64_t *correct) {
  double total = 0;
  const float share = 1.0f / ((float)rows * (float)count);
  int64_t hits = 0;
  for (ptrdiff_t i = 0; i < rows; i++) {
    float *row = outputs + i * lead;
    const float *target = targets + (ptrdiff_t)order[i] * count;
    for (ptrdiff_t k = 0; k < count; k++) {
      const float output = row[k], r = output - target[k], size = fabsf(r);
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
      total += (double)loss;
      row[k] = slope * share;
    }
  }
  *correct += hits;
  return total / (double)count;
}

MULTIVERSIONED
void kernel_rectify(float *values, const float *floor, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, values += columns)
    for (ptrdiff_t j = 0; j < columns; j++) values[j] = values[j] <= floor[j] ? floor[j] : values[j];
}

MULTIVERSIONED
void kernel_mask(float *gradient, const float *values, const float *floor, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t i = 0; i < rows; i++, values += columns, gradient += columns)
    for (ptrdiff_t j = 0; j < columns; j++) gradient[j] = values[j] > floor[j] ? gradient[j] : 0;
}

MULTIVERSIONED
void kernel_column_sums(const float *matrix, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lead, float *result) {
  for (ptrdiff_t j = 0; j < columns; j += 16) {
    sixteen a = {0}, b = {0}, c = {0}, d = {0};
    ptrdiff_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      a += *(const sixteen *)(matrix + i * lead + j);
      b += *(const sixteen *)(matrix + (i + 1) * lead + j);
      c += *(const sixteen *)(matrix + (i + 2) * lead + j);
      d += *(const sixteen *)(matrix + (i + 3) * lead + j);
    }
    for (; i < rows; i++) a += *(const sixteen *)(matrix + i * lead + j);
    *(sixteen *)(result + j) = (a + b) + (c + d);
  }
}

MULTIVERSIONED
void kernel_transpose(const float *matrix, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lead, float *result,
                      ptrdiff_t result_lead) {
  for (ptrdiff_t j = 0; j < columns; j++)
    for (ptrdiff_t i = 0; i < rows; i++) result[j * result_lead + i] = matrix[i * lead + j];
}

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
