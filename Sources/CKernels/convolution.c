#include "include/training.h"
#include "multiversion.h"

enum walk {
  walk_forward,
  walk_transposed,
  walk_gradient
};

// How many outputs of a filter are dealt with at a time, at most.
enum {
  tile_limit = 256
};

// The first and the last but one of `count` outputs, the first of which is at `start`, whose window has its element at
// `shift` inside an input of `size`.
INLINED void inside(ptrdiff_t start, ptrdiff_t count, ptrdiff_t step, ptrdiff_t shift, ptrdiff_t size, ptrdiff_t *low,
                    ptrdiff_t *high) {
  shift += start * step;
  *low = shift >= 0 ? 0 : (-shift + step - 1) / step;
  *high = shift >= size ? 0 : (size - 1 - shift) / step + 1;
  if (*high > count) *high = count;
}

#define NUMBER double
#define NAMED(name) name
#include "convolution.h"
#undef NUMBER
#undef NAMED

#define NUMBER float
#define NAMED(name) name##_float
#include "convolution.h"
