#include "kernels.h"
#include "mathematics.h"

#include <stdlib.h>

// Radix sort on keys that order like the numbers: 6 passes of 11 bits, those that would move nothing left out.
enum {
  digit_bits = 11,
  digits = 6,
  buckets = 1 << digit_bits
};

INLINE uint64_t key_of(double x, uint64_t flip) {
  x = x == 0 ? 0 : x;
  uint64_t bits = x != x ? 0x7ff8000000000000 : bits_of(x);
  return (bits ^ ((bits >> 63) != 0 ? UINT64_MAX : (uint64_t)1 << 63)) ^ flip;
}

INLINE double value_of(uint64_t key, uint64_t flip) {
  key ^= flip;
  return double_of((key >> 63) != 0 ? key ^ ((uint64_t)1 << 63) : ~key);
}

// Few numbers: insertion is faster than clearing the buckets.
static void sort_few(size_t n, uint64_t *keys, int64_t *order) {
  for (size_t i = 1; i < n; i++) {
    uint64_t key = keys[i];
    int64_t place = order == NULL ? 0 : order[i];
    size_t j = i;
    for (; j > 0 && keys[j - 1] > key; j--) {
      keys[j] = keys[j - 1];
      if (order != NULL) order[j] = order[j - 1];
    }
    keys[j] = key;
    if (order != NULL) order[j] = place;
  }
}

int tensor_sort(size_t n, double *values, int64_t *order, int descending, int (*should_stop)(void)) {
  uint64_t flip = descending ? UINT64_MAX : 0;
  if (n <= 48) {
    uint64_t keys[48];
    for (size_t i = 0; i < n; i++) keys[i] = key_of(values[i], flip);
    for (size_t i = 0; i < n && order != NULL; i++) order[i] = (int64_t)i;
    sort_few(n, keys, order);
    for (size_t i = 0; i < n; i++) values[i] = value_of(keys[i], flip);
    return 0;
  }
  uint64_t *keys = (uint64_t *)tensor_allocate(n, 0), *other_keys = (uint64_t *)tensor_allocate(n, 0);
  int64_t *other_order = order == NULL ? NULL : (int64_t *)tensor_allocate(n, 0);
  size_t(*counts)[buckets] = calloc(digits, sizeof *counts);
  int status = -1;
  if (keys != NULL && other_keys != NULL && counts != NULL && (order == NULL || other_order != NULL)) {
    uint64_t *from = keys, *to = other_keys;
    int64_t *from_order = order, *to_order = other_order;
    for (size_t i = 0; i < n; i++) {
      uint64_t key = key_of(values[i], flip);
      from[i] = key;
      if (order != NULL) order[i] = (int64_t)i;
      for (int d = 0; d < digits; d++) counts[d][(key >> (d * digit_bits)) & (buckets - 1)]++;
    }
    status = 0;
    for (int d = 0; d < digits; d++) {
      if (should_stop()) {
        status = 1;
        break;
      }
      int shift = d * digit_bits;
      if (counts[d][(from[0] >> shift) & (buckets - 1)] == n) continue;
      size_t start = 0;
      for (int b = 0; b < buckets; b++) {
        size_t count = counts[d][b];
        counts[d][b] = start;
        start += count;
      }
      for (size_t i = 0; i < n; i++) {
        size_t place = counts[d][(from[i] >> shift) & (buckets - 1)]++;
        to[place] = from[i];
        if (order != NULL) to_order[place] = from_order[i];
      }
      uint64_t *keys_before = from;
      from = to;
      to = keys_before;
      int64_t *order_before = from_order;
      from_order = to_order;
      to_order = order_before;
    }
    for (size_t i = 0; i < n && status == 0; i++) values[i] = value_of(from[i], flip);
    if (order != NULL && from_order != order) memcpy(order, from_order, n * sizeof *order);
  }
  if (keys != NULL) tensor_release((double *)keys, n);
  if (other_keys != NULL) tensor_release((double *)other_keys, n);
  if (other_order != NULL) tensor_release((double *)other_order, n);
  free(counts);
  return status;
}
