#include "include/training.h"
#include "multiversion.h"

#define QUARTER_SUMS(a, b)                                                                   \
  (__builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) + \
   __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31))

// The sums of sixteen vectors: of halves of quarters, of quarters, of pairs of quarters, and of all.
INLINED void store_sums(const sixteen *vectors, int adds, float *result) {
  sixteen eight[8], four[4], two[2];
  UNROLLED for (int i = 0; i < 8; i++) {
    const sixteen a = vectors[2 * i], b = vectors[2 * i + 1];
    eight[i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29) +
               __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
  }
  UNROLLED for (int i = 0; i < 4; i++) {
    const sixteen a = eight[2 * i], b = eight[2 * i + 1];
    four[i] = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
              __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  }
  UNROLLED for (int i = 0; i < 2; i++) two[i] = QUARTER_SUMS(four[2 * i], four[2 * i + 1]);
  const sixteen sums = QUARTER_SUMS(two[0], two[1]);
  *(sixteen *)result = adds ? *(sixteen *)result + sums : sums;
}

INLINED void forward(const int vectors, const struct kernel_columns *w, const struct kernel_batch *input,
                     const float *bias, const float *floor, float *output) {
  // Copies, which no store can change.
  const int32_t *const starts = w->starts, *const rows = w->rows, *const active = input->active;
  const float *const weights = w->weights;
  const ptrdiff_t count = input->count, outputs = w->outputs;
  const float *x_values = input->values;
  for (ptrdiff_t j = 0; j < outputs; j++)
    UNROLLED for (int v = 0; v < vectors; v++)((sixteen *)(output + j * kernel_lanes))[v] = (sixteen){0} + bias[j];
  for (ptrdiff_t place = 0; place < count; place++, x_values += kernel_lanes) {
    const ptrdiff_t k = active ? active[place] : place;
    const int32_t end = starts[k + 1];
    sixteen x[4];
    UNROLLED for (int v = 0; v < vectors; v++) x[v] = ((const sixteen *)x_values)[v];
    for (int32_t entry = starts[k]; entry < end; entry++) {
      sixteen *sums = (sixteen *)(output + rows[entry] * kernel_lanes);
      UNROLLED for (int v = 0; v < vectors; v++) sums[v] += weights[entry] * x[v];
    }
  }
  for (ptrdiff_t j = 0; j < outputs; j++) UNROLLED for (int v = 0; v < vectors; v++) {
      sixteen *value = (sixteen *)(output + j * kernel_lanes) + v;
      const sixteen least = (sixteen){0} + floor[j];
      *value = CHOSEN(*value <= least, least, *value);
    }
}

MULTIVERSIONED
void kernel_columns_forward(ptrdiff_t lanes, const struct kernel_columns *w, const struct kernel_batch *input,
                            const float *bias, const float *floor, float *output) {
  switch (lanes / 16) {
    case 1: return forward(1, w, input, bias, floor, output);
    case 2: return forward(2, w, input, bias, floor, output);
    case 3: return forward(3, w, input, bias, floor, output);
    default: return forward(4, w, input, bias, floor, output);
  }
}

INLINED void back(const int vectors, const struct kernel_columns *w, const float *delta, const float *values,
                  const float *floor, float *result) {
  const int32_t *const starts = w->starts, *const rows = w->rows;
  const float *const weights = w->weights;
  const ptrdiff_t inputs = w->inputs;
  for (ptrdiff_t k = 0; k < inputs; k++) {
    const int32_t end = starts[k + 1];
    sixteen sums[4];
    UNROLLED for (int v = 0; v < vectors; v++) sums[v] = (sixteen){0};
    for (int32_t entry = starts[k]; entry < end; entry++) {
      const sixteen *slopes = (const sixteen *)(delta + rows[entry] * kernel_lanes);
      UNROLLED for (int v = 0; v < vectors; v++) sums[v] += weights[entry] * slopes[v];
    }
    const sixteen least = (sixteen){0} + floor[k];
    const sixteen *own = (const sixteen *)(values + k * kernel_lanes);
    UNROLLED for (int v = 0; v < vectors; v++)((sixteen *)(result + k * kernel_lanes))[v] =
        (sixteen)((sixteen_int)sums[v] & (own[v] > least));
  }
}

MULTIVERSIONED
void kernel_columns_back(ptrdiff_t lanes, const struct kernel_columns *w, const float *delta, const float *values,
                         const float *floor, float *result) {
  switch (lanes / 16) {
    case 1: return back(1, w, delta, values, floor, result);
    case 2: return back(2, w, delta, values, floor, result);
    case 3: return back(3, w, delta, values, floor, result);
    default: return back(4, w, delta, values, floor, result);
  }
}

// The last of the first `count` + 1 rising numbers that is not above `value`.
static ptrdiff_t place_of(const int32_t *numbers, ptrdiff_t count, int32_t value) {
  ptrdiff_t low = 0, high = count;
  while (low < high) {
    const ptrdiff_t middle = (low + high + 1) / 2;
    if (numbers[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

INLINED void slopes_of(const int vectors, const struct kernel_columns *w, const struct kernel_batch *input,
                       const float *delta, int32_t first, int32_t last, int adds, float *gradient) {
  const int32_t *const starts = w->starts, *const rows = w->rows, *const active = input->active;
  const ptrdiff_t count = input->count;
  sixteen products[16];
  ptrdiff_t k = place_of(starts, w->inputs, first), place = k;
  if (active)
    for (place = 0; place < count && active[place] < k;) place++;
  for (int32_t entry = first; entry < last; k++) {
    // Inputs that are zero in the whole batch move no weight.
    if (active && (place == count || active[place] != k)) {
      k = place == count ? w->inputs : active[place];
      const int32_t next = starts[k] < last ? starts[k] : last;
      while (entry < next) {
        if ((entry & 15) == 0 && entry + 16 <= next) {
          if (!adds) *(sixteen *)(gradient + (entry - first)) = (sixteen){0};
          entry += 16;
          continue;
        }
        products[entry & 15] = (sixteen){0};
        if ((entry & 15) == 15) store_sums(products, adds, gradient + (entry - first - 15));
        entry++;
      }
      k--;
      continue;
    }
    const int32_t end = starts[k + 1] < last ? starts[k + 1] : last;
    const sixteen *values = (const sixteen *)(input->values + place++ * kernel_lanes);
    sixteen x[4];
    UNROLLED for (int v = 0; v < vectors; v++) x[v] = values[v];
    for (; entry < end; entry++) {
      const sixteen *slopes = (const sixteen *)(delta + rows[entry] * kernel_lanes);
      sixteen product = x[0] * slopes[0];
      UNROLLED for (int v = 1; v < vectors; v++) product += x[v] * slopes[v];
      products[entry & 15] = product;
      if ((entry & 15) == 15) store_sums(products, adds, gradient + (entry - first - 15));
    }
  }
  if ((last & 15) == 0) return;
  for (int rest = last & 15; rest < 16; rest++) products[rest] = (sixteen){0};
  store_sums(products, adds, gradient + ((last & ~15) - first));
}

MULTIVERSIONED
void kernel_columns_gradient(ptrdiff_t lanes, const struct kernel_columns *w, const struct kernel_batch *input,
                             const float *delta, ptrdiff_t first, ptrdiff_t last, int adds, float *gradient) {
  const int32_t from = (int32_t)first, to = (int32_t)last;
  switch (lanes / 16) {
    case 1: return slopes_of(1, w, input, delta, from, to, adds, gradient);
    case 2: return slopes_of(2, w, input, delta, from, to, adds, gradient);
    case 3: return slopes_of(3, w, input, delta, from, to, adds, gradient);
    default: return slopes_of(4, w, input, delta, from, to, adds, gradient);
  }
}

MULTIVERSIONED
void kernel_lane_sums(const float *matrix, ptrdiff_t rows, ptrdiff_t lanes, int adds, float *result) {
  for (ptrdiff_t first = 0; first < rows; first += 16) {
    sixteen products[16];
    for (ptrdiff_t i = 0; i < 16; i++) {
      products[i] = (sixteen){0};
      if (first + i >= rows) continue;
      const sixteen *values = (const sixteen *)(matrix + (first + i) * kernel_lanes);
      for (ptrdiff_t v = 0; v < lanes / 16; v++) products[i] += values[v];
    }
    store_sums(products, adds, result + first);
  }
}
