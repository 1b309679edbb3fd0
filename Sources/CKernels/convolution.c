#include "include/training.h"
#include "multiversion.h"

enum walk {
  walk_forward,
  walk_transposed,
  walk_gradient
};

// The outputs along an axis whose window has element `tap` inside the input.
INLINED void inside(const ptrdiff_t *shape, int axis, ptrdiff_t tap, ptrdiff_t *low, ptrdiff_t *high) {
  ptrdiff_t size = shape[3 * kernel_convolution_input + axis], step = shape[3 * kernel_convolution_stride + axis];
  ptrdiff_t shift = tap * shape[3 * kernel_convolution_dilation + axis] - shape[3 * kernel_convolution_padding + axis];
  ptrdiff_t count = shape[3 * kernel_convolution_output + axis];
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
