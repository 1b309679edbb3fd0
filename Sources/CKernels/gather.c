#include "include/training.h"
#include "multiversion.h"

#include <string.h>

typedef uint8_t bytes16 __attribute__((vector_size(16), aligned(1)));
typedef uint8_t bytes32 __attribute__((vector_size(32)));
typedef uint8_t bytes64 __attribute__((vector_size(64)));
typedef uint64_t words8 __attribute__((vector_size(64)));

#define RUN(k) \
  k, k + 1, k + 2, k + 3, k + 4, k + 5, k + 6, k + 7, k + 8, k + 9, k + 10, k + 11, k + 12, k + 13, k + 14, k + 15

// Lower or upper halves of the quarters of two vectors, byte by byte in turn.
#define EIGHT_PAIRS(k) \
  k, 64 + k, k + 1, 65 + k, k + 2, 66 + k, k + 3, 67 + k, k + 4, 68 + k, k + 5, 69 + k, k + 6, 70 + k, k + 7, 71 + k
#define INTERLEAVED(a, b, k) \
  __builtin_shufflevector(a, b, EIGHT_PAIRS(k), EIGHT_PAIRS(k + 16), EIGHT_PAIRS(k + 32), EIGHT_PAIRS(k + 48))

#define PART(i) (*(const bytes16 *)(parts[i] + first))

// The sixteen bytes from `first` on of each of 64 pictures, transposed: each quarter of a vector is sixteen pictures',
// by four rounds of a perfect shuffle.
INLINED void transpose_bytes(const uint8_t *const *parts, ptrdiff_t first, bytes64 *result) {
  bytes64 a[16], b[16];
  UNROLLED for (int i = 0; i < 16; i++) {
    const bytes32 low = __builtin_shufflevector(PART(i), PART(16 + i), RUN(0), RUN(16));
    const bytes32 high = __builtin_shufflevector(PART(32 + i), PART(48 + i), RUN(0), RUN(16));
    a[i] = __builtin_shufflevector(low, high, RUN(0), RUN(16), RUN(32), RUN(48));
  }
  UNROLLED for (int round = 0; round < 4; round++) {
    UNROLLED for (int i = 0; i < 8; i++) {
      b[2 * i] = INTERLEAVED(a[i], a[i + 8], 0);
      b[2 * i + 1] = INTERLEAVED(a[i], a[i + 8], 8);
    }
    UNROLLED for (int i = 0; i < 16; i++) a[i] = b[i];
  }
  UNROLLED for (int i = 0; i < 16; i++) result[i] = a[i];
}

MULTIVERSIONED
ptrdiff_t kernel_gather_pixels(const uint8_t *pixels, const int32_t *order, ptrdiff_t rows, ptrdiff_t ahead,
                               ptrdiff_t inputs, const int32_t *sources, ptrdiff_t count, float *result,
                               int32_t *active) {
  // What stands for pictures that are missing, and for parts of fewer pixels.
  uint8_t copies[kernel_lanes][16] = {0};
  const uint8_t *parts[kernel_lanes], *ends[kernel_lanes];
  for (ptrdiff_t i = 0; i < rows; i++) parts[i] = pixels + (ptrdiff_t)order[i] * inputs;
  const ptrdiff_t vectors = (rows + 15) / 16;
  ptrdiff_t found = 0, fetched = -1;
  for (ptrdiff_t place = 0; place < count;) {
    const ptrdiff_t first = sources[place] & ~15;
    // The pictures lie all over memory: fetch the next ones while these are worked on.
    if (first / 64 != fetched)
      for (ptrdiff_t i = 0; i < ahead; i++) __builtin_prefetch(pixels + (ptrdiff_t)order[rows + i] * inputs + first);
    fetched = first / 64;
    bytes64 columns[16];
    if (rows == kernel_lanes && inputs - first >= 16) {
      transpose_bytes(parts, first, columns);
    } else {
      const size_t available = inputs - first < 16 ? (size_t)(inputs - first) : 16;
      for (ptrdiff_t i = 0; i < rows; i++) memcpy(copies[i], parts[i] + first, available);
      for (ptrdiff_t i = 0; i < kernel_lanes; i++) ends[i] = copies[i];
      transpose_bytes(ends, 0, columns);
    }
    // Which are not black, without a branch: the edges of strokes cannot be predicted.
    int32_t bright[16];
    ptrdiff_t brights = 0;
    for (; place < count && sources[place] < first + 16; place++) {
      const ptrdiff_t k = sources[place] - first;
      bright[brights] = (int32_t)k;
      active[found + brights] = (int32_t)place;
      brights += __builtin_reduce_or((words8)columns[k]) != 0;
    }
    for (ptrdiff_t n = 0; n < brights; n++) {
      const bytes16 *bytes = (const bytes16 *)&columns[bright[n]];
      sixteen *target = (sixteen *)(result + (found + n) * kernel_lanes);
      if (vectors == 4) {
        UNROLLED for (int v = 0; v < 4; v++) target[v] = __builtin_convertvector(bytes[v], sixteen) * (1.0f / 255.0f);
      } else {
        for (ptrdiff_t v = 0; v < vectors; v++)
          target[v] = __builtin_convertvector(bytes[v], sixteen) * (1.0f / 255.0f);
      }
    }
    found += brights;
  }
  return found;
}

// Sixteen numbers of each of sixteen rows, transposed by four rounds of a perfect shuffle.
INLINED void transpose_numbers(const float *const *rows, float *result, ptrdiff_t lead) {
  sixteen a[16], b[16];
  UNROLLED for (int i = 0; i < 16; i++) a[i] = *(const sixteen *)rows[i];
  UNROLLED for (int round = 0; round < 4; round++) {
    UNROLLED for (int i = 0; i < 8; i++) {
      b[2 * i] = __builtin_shufflevector(a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[2 * i + 1] =
          __builtin_shufflevector(a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLLED for (int i = 0; i < 16; i++) a[i] = b[i];
  }
  UNROLLED for (int i = 0; i < 16; i++) * (sixteen *)(result + i * lead) = a[i];
}

// Sixteen rows, whole, as sixteen columns.
INLINED void transpose_rows(const float **rows, ptrdiff_t columns, float *result, ptrdiff_t lead) {
  ptrdiff_t k = 0;
  for (; k + 16 <= columns; k += 16) {
    transpose_numbers(rows, result + k * lead, lead);
    for (int i = 0; i < 16; i++) rows[i] += 16;
  }
  for (; k < columns; k++)
    for (int i = 0; i < 16; i++) result[k * lead + i] = *rows[i]++;
}

MULTIVERSIONED
void kernel_gather_numbers(const float *numbers, const int32_t *order, ptrdiff_t rows, ptrdiff_t inputs,
                           const int32_t *sources, ptrdiff_t count, float *result) {
  for (ptrdiff_t i = 0; i < rows; i += 16) {
    const float *lines[16];
    for (ptrdiff_t j = 0; j < 16; j++) lines[j] = numbers + (ptrdiff_t)order[i + j < rows ? i + j : i] * inputs;
    if (count == inputs) {
      transpose_rows(lines, inputs, result + i, kernel_lanes);
    } else {
      for (ptrdiff_t k = 0; k < count; k++)
        for (ptrdiff_t j = 0; j < 16; j++) result[k * kernel_lanes + i + j] = lines[j][sources[k]];
    }
  }
  for (ptrdiff_t i = rows; i % 16 != 0; i++)
    for (ptrdiff_t k = 0; k < count; k++) result[k * kernel_lanes + i] = 0;
}

MULTIVERSIONED
void kernel_transpose(const float *matrix, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t lead, float *result,
                      ptrdiff_t result_lead) {
  ptrdiff_t i = 0;
  for (; i + 16 <= rows; i += 16) {
    const float *sources[16];
    for (ptrdiff_t j = 0; j < 16; j++) sources[j] = matrix + (i + j) * lead;
    transpose_rows(sources, columns, result + i, result_lead);
  }
  for (; i < rows; i++)
    for (ptrdiff_t j = 0; j < columns; j++) result[j * result_lead + i] = matrix[i * lead + j];
}
