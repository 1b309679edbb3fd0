#include "include/training.h"
#include "multiversion.h"

// A tile of the result, tile_rows x (16 * tile_vectors), stays in registers while `inner` runs. The constants are
// arguments of functions that are always inlined, so that the arrays become registers.
INLINED void tile(const int tile_rows, const int tile_vectors, ptrdiff_t row, ptrdiff_t column,
                  const struct kernel_product *p) {
  sixteen sums[8][4];
  UNROLLED for (int i = 0; i < tile_rows; i++) {
    UNROLLED for (int j = 0; j < tile_vectors; j++) sums[i][j] = (sixteen){0};
  }
  const float *a = p->a + row * p->a_row, *b = p->b + column;
  for (ptrdiff_t k = 0; k < p->inner; k++, b += p->b_lead) {
    sixteen line[4];
    UNROLLED for (int j = 0; j < tile_vectors; j++) line[j] = *(const sixteen *)(b + 16 * j);
    const float *scales = a + (p->a_index ? p->a_index[k] : k) * p->a_inner;
    UNROLLED for (int i = 0; i < tile_rows; i++) {
      float scale = scales[i * p->a_row];
      UNROLLED for (int j = 0; j < tile_vectors; j++) sums[i][j] += scale * line[j];
    }
  }
  UNROLLED for (int i = 0; i < tile_rows; i++) {
    const ptrdiff_t place = p->result_index ? p->result_index[row + i] : row + i;
    UNROLLED for (int j = 0; j < tile_vectors; j++) {
      sixteen *target = (sixteen *)(p->result + place * p->result_lead + column + 16 * j);
      sixteen value = sums[i][j];
      switch (p->finish) {
        case kernel_finish_none: break;
        case kernel_finish_add: value += *target; break;
        case kernel_finish_rectify: {
          value += p->extra[row + i];
          const sixteen floor = (sixteen){0} + p->floor[row + i];
          value = CHOSEN(value <= floor, floor, value);
          break;
        }
        case kernel_finish_mask: {
          const sixteen own = *(const sixteen *)(p->extra + place * p->result_lead + column + 16 * j);
          value = (sixteen)((sixteen_int)value & (own > p->floor[row + i]));
          break;
        }
      }
      *target = value;
    }
  }
}

// All rows of one block of columns, in tiles of `tile_rows`, and the rest in one: the other matrix is read once for
// each.
INLINED void block(const int tile_rows, const int tile_vectors, ptrdiff_t column, const struct kernel_product *p) {
  ptrdiff_t i = 0;
  for (; i + tile_rows <= p->rows; i += tile_rows) tile(tile_rows, tile_vectors, i, column, p);
  switch (p->rows - i) {
    case 1: return tile(1, tile_vectors, i, column, p);
    case 2: return tile(2, tile_vectors, i, column, p);
    case 3: return tile(3, tile_vectors, i, column, p);
    case 4: return tile(4, tile_vectors, i, column, p);
    case 5: return tile(5, tile_vectors, i, column, p);
    case 6: return tile(6, tile_vectors, i, column, p);
    case 7: return tile(7, tile_vectors, i, column, p);
    default: return;
  }
}

#if defined(__x86_64__)
// Whole rows of `kernel_lanes` where there are: neighbouring lines of memory come as fast as they are multiplied.
__attribute__((target("avx512bw"))) static void product_v4(const struct kernel_product *p) {
  ptrdiff_t column = 0;
  for (; column + 64 <= p->columns; column += 64) block(6, 4, column, p);
  for (; column + 32 <= p->columns; column += 32) block(8, 2, column, p);
  for (; column < p->columns; column += 16) block(8, 1, column, p);
}

__attribute__((target("arch=x86-64-v3"))) static void product_v3(const struct kernel_product *p) {
  for (ptrdiff_t column = 0; column < p->columns; column += 16) block(4, 1, column, p);
}
#endif

void kernel_product(const struct kernel_product *p) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return product_v4(p);
  if (__builtin_cpu_supports("x86-64-v3")) return product_v3(p);
#endif
  for (ptrdiff_t column = 0; column < p->columns; column += 16) block(4, 1, column, p);
}
