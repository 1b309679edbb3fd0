#include "include/training.h"
#include "multiversion.h"

// A tile of the result, tile_rows x (16 * tile_vectors), stays in registers while `inner` runs. The constants are
// arguments of functions that are always inlined, so that the arrays become registers.
INLINED void tile(const int tile_rows, const int tile_vectors, ptrdiff_t inner, const float *a, ptrdiff_t a_row,
                  ptrdiff_t a_inner, const float *b, ptrdiff_t b_lead, const float *extra, enum kernel_finish finish,
                  float *result, ptrdiff_t result_lead) {
  sixteen sums[8][4];
  UNROLLED for (int i = 0; i < tile_rows; i++) {
    UNROLLED for (int j = 0; j < tile_vectors; j++) sums[i][j] = (sixteen){0};
  }
  for (ptrdiff_t k = 0; k < inner; k++) {
    sixteen row[4];
    UNROLLED for (int j = 0; j < tile_vectors; j++) row[j] = *(const sixteen *)(b + k * b_lead + 16 * j);
    const float *column = a + k * a_inner;
    UNROLLED for (int i = 0; i < tile_rows; i++) {
      float scale = column[i * a_row];
      UNROLLED for (int j = 0; j < tile_vectors; j++) sums[i][j] += scale * row[j];
    }
  }
  UNROLLED for (int i = 0; i < tile_rows; i++) {
    UNROLLED for (int j = 0; j < tile_vectors; j++) {
      sixteen value = sums[i][j];
      if (finish == kernel_finish_mask) {
        sixteen active = *(const sixteen *)(extra + i * result_lead + 16 * j);
        value = (sixteen)((sixteen_int)value & (active > 0));
      } else if (finish != kernel_finish_none) {
        value += *(const sixteen *)(extra + 16 * j);
        if (finish == kernel_finish_bias_relu) value = (sixteen)((sixteen_int)value & ~(value <= 0));
      }
      *(sixteen *)(result + i * result_lead + 16 * j) = value;
    }
  }
}

// All rows of one block of columns, in tiles of `tile_rows`, then of fewer.
INLINED void block(const int tile_rows, const int tile_vectors, ptrdiff_t rows, ptrdiff_t inner, const float *a,
                   ptrdiff_t a_row, ptrdiff_t a_inner, const float *b, ptrdiff_t b_lead, const float *extra,
                   enum kernel_finish finish, float *result, ptrdiff_t result_lead) {
  const ptrdiff_t extra_row = finish == kernel_finish_mask ? result_lead : 0;
  ptrdiff_t i = 0;
  for (; i + tile_rows <= rows; i += tile_rows)
    tile(tile_rows, tile_vectors, inner, a + i * a_row, a_row, a_inner, b, b_lead, extra + i * extra_row, finish,
         result + i * result_lead, result_lead);
  for (; i + 2 <= rows; i += 2)
    tile(2, tile_vectors, inner, a + i * a_row, a_row, a_inner, b, b_lead, extra + i * extra_row, finish,
         result + i * result_lead, result_lead);
  for (; i < rows; i++)
    tile(1, tile_vectors, inner, a + i * a_row, a_row, a_inner, b, b_lead, extra + i * extra_row, finish,
         result + i * result_lead, result_lead);
}

INLINED void product(const int tile_rows, const int tile_vectors, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                     const float *a, ptrdiff_t a_row, ptrdiff_t a_inner, const float *b, ptrdiff_t b_lead,
                     const float *extra, enum kernel_finish finish, float *result, ptrdiff_t result_lead) {
  ptrdiff_t j = 0;
  for (; j + 16 * tile_vectors <= columns; j += 16 * tile_vectors)
    block(tile_rows, tile_vectors, rows, inner, a, a_row, a_inner, b + j, b_lead, extra + j, finish, result + j,
          result_lead);
  if (tile_vectors > 1)
    for (; j < columns; j += 16)
      block(tile_rows, 1, rows, inner, a, a_row, a_inner, b + j, b_lead, extra + j, finish, result + j, result_lead);
}

#if defined(__x86_64__)
__attribute__((target("avx512bw"))) static void product_v4(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                                                           const float *a, ptrdiff_t a_row, ptrdiff_t a_inner,
                                                           const float *b, ptrdiff_t b_lead, const float *extra,
                                                           enum kernel_finish finish, float *result,
                                                           ptrdiff_t result_lead) {
  product(8, 2, rows, columns, inner, a, a_row, a_inner, b, b_lead, extra, finish, result, result_lead);
}

__attribute__((target("arch=x86-64-v3"))) static void product_v3(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                                                                 const float *a, ptrdiff_t a_row, ptrdiff_t a_inner,
                                                                 const float *b, ptrdiff_t b_lead, const float *extra,
                                                                 enum kernel_finish finish, float *result,
                                                                 ptrdiff_t result_lead) {
  product(4, 1, rows, columns, inner, a, a_row, a_inner, b, b_lead, extra, finish, result, result_lead);
}
#endif

void kernel_product(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner, const float *a, ptrdiff_t a_row,
                    ptrdiff_t a_inner, const float *b, ptrdiff_t b_lead, const float *extra, enum kernel_finish finish,
                    float *result, ptrdiff_t result_lead) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw"))
    return product_v4(rows, columns, inner, a, a_row, a_inner, b, b_lead, extra, finish, result, result_lead);
  if (__builtin_cpu_supports("x86-64-v3"))
    return product_v3(rows, columns, inner, a, a_row, a_inner, b, b_lead, extra, finish, result, result_lead);
#endif
  product(4, 1, rows, columns, inner, a, a_row, a_inner, b, b_lead, extra, finish, result, result_lead);
}

// One row: `count` multiples of rows of b. Even and odd entries have sums of their own, to hide the latency.
INLINED void sparse_row(const int vectors, const uint32_t *entries, ptrdiff_t count, const float *scale, const float *b,
                        ptrdiff_t b_lead, const float *extra, enum kernel_finish finish, float *result) {
  sixteen even[4], odd[4];
  UNROLLED for (int j = 0; j < vectors; j++) even[j] = odd[j] = (sixteen){0};
  ptrdiff_t k = 0;
  for (; k + 2 <= count; k += 2) {
    const float *first = b + (entries[k] >> 8) * b_lead, *second = b + (entries[k + 1] >> 8) * b_lead;
    float first_scale = scale[entries[k] & 255], second_scale = scale[entries[k + 1] & 255];
    UNROLLED for (int j = 0; j < vectors; j++) {
      even[j] += first_scale * *(const sixteen *)(first + 16 * j);
      odd[j] += second_scale * *(const sixteen *)(second + 16 * j);
    }
  }
  if (k < count) {
    const float *first = b + (entries[k] >> 8) * b_lead;
    float first_scale = scale[entries[k] & 255];
    UNROLLED for (int j = 0; j < vectors; j++) even[j] += first_scale * *(const sixteen *)(first + 16 * j);
  }
  UNROLLED for (int j = 0; j < vectors; j++) {
    sixteen value = even[j] + odd[j];
    if (finish == kernel_finish_bias || finish == kernel_finish_bias_relu) {
      value += *(const sixteen *)(extra + 16 * j);
      if (finish == kernel_finish_bias_relu) value = (sixteen)((sixteen_int)value & ~(value <= 0));
    }
    *(sixteen *)(result + 16 * j) = value;
  }
}

MULTIVERSIONED
void kernel_sparse_product(ptrdiff_t rows, ptrdiff_t columns, const uint32_t *entries, const int32_t *counts,
                           ptrdiff_t capacity, const float *scale, const float *b, ptrdiff_t b_lead, const float *extra,
                           enum kernel_finish finish, float *result, ptrdiff_t result_lead) {
  ptrdiff_t j = 0;
  for (; j + 64 <= columns; j += 64)
    for (ptrdiff_t i = 0; i < rows; i++)
      sparse_row(4, entries + i * capacity, counts[i], scale, b + j, b_lead, extra + j, finish,
                 result + i * result_lead + j);
  for (; j + 32 <= columns; j += 32)
    for (ptrdiff_t i = 0; i < rows; i++)
      sparse_row(2, entries + i * capacity, counts[i], scale, b + j, b_lead, extra + j, finish,
                 result + i * result_lead + j);
  for (; j < columns; j += 16)
    for (ptrdiff_t i = 0; i < rows; i++)
      sparse_row(1, entries + i * capacity, counts[i], scale, b + j, b_lead, extra + j, finish,
                 result + i * result_lead + j);
}
