// Convolutions of numbers of the type NUMBER; NAMED makes the names of its functions. Included once for each type.

typedef NUMBER NAMED(lanes) __attribute__((vector_size(64), aligned(sizeof(NUMBER))));

// The sum of products of `count` neighbours. The compiler may not reorder a plain sum, which would wait for each term.
INLINED NUMBER NAMED(product)(const NUMBER *a, const NUMBER *b, ptrdiff_t count) {
  const ptrdiff_t width = sizeof(NAMED(lanes)) / sizeof(NUMBER);
  NAMED(lanes) even = {0}, odd = {0};
  ptrdiff_t k = 0;
  for (; k + 2 * width <= count; k += 2 * width) {
    even += *(const NAMED(lanes) *)(a + k) * *(const NAMED(lanes) *)(b + k);
    odd += *(const NAMED(lanes) *)(a + k + width) * *(const NAMED(lanes) *)(b + k + width);
  }
  even += odd;
  NUMBER sum = 0;
  for (; k < count; k++) sum += a[k] * b[k];
  for (ptrdiff_t lane = 0; lane < width; lane++) sum += even[lane];
  return sum;
}

// The input that one element of the windows meets at `height` rows of `width` outputs from (y, x) on: to `column`, with
// zeros for what is outside, or, where it `adds`, from `column` to the input. `shifts` are where the element is at the
// first window. Whether there is any.
INLINED int NAMED(meet)(int adds, const ptrdiff_t *shape, NUMBER *restrict source, const ptrdiff_t *shifts, ptrdiff_t y,
                        ptrdiff_t x, ptrdiff_t height, ptrdiff_t width, NUMBER *restrict column) {
  const ptrdiff_t *in = shape + 3 * kernel_convolution_input, *stride = shape + 3 * kernel_convolution_stride;
  ptrdiff_t top, bottom, left, right;
  inside(y, height, stride[1], shifts[1], in[1], &top, &bottom);
  inside(x, width, stride[2], shifts[2], in[2], &left, &right);
  if (top >= bottom || left >= right) return 0;
  if (!adds && (top > 0 || bottom < height || left > 0 || right < width))
    for (ptrdiff_t k = 0; k < height * width; k++) column[k] = 0;
  ptrdiff_t step = stride[2];
  for (ptrdiff_t row = top; row < bottom; row++) {
    NUMBER *restrict a = source + ((y + row) * stride[1] + shifts[1]) * in[2] + x * step + shifts[2];
    NUMBER *restrict b = column + row * width;
    if (adds && step == 1)
      for (ptrdiff_t k = left; k < right; k++) a[k] += b[k];
    else if (adds)
      for (ptrdiff_t k = left; k < right; k++) a[k * step] += b[k];
    else if (step == 1)
      for (ptrdiff_t k = left; k < right; k++) b[k] = a[k];
    else
      for (ptrdiff_t k = left; k < right; k++) b[k] = a[k * step];
  }
  return 1;
}

// Some rows of the output at a time, or a part of one: what each element of the windows meets there is written out once
// for all filters, which are then one loop of independent products each.
INLINED void NAMED(convolve)(enum walk walk, const ptrdiff_t *shape, NUMBER *weight, NUMBER *input, NUMBER *output) {
  const ptrdiff_t *in = shape + 3 * kernel_convolution_input, *kernel = shape + 3 * kernel_convolution_kernel,
                  *out = shape + 3 * kernel_convolution_output, *stride = shape + 3 * kernel_convolution_stride,
                  *dilation = shape + 3 * kernel_convolution_dilation,
                  *padding = shape + 3 * kernel_convolution_padding;
  ptrdiff_t filters = shape[0], channels = shape[1], group_filters = shape[2];
  ptrdiff_t in_size = in[0] * in[1] * in[2], out_size = out[0] * out[1] * out[2];
  ptrdiff_t taps = kernel[0] * kernel[1] * kernel[2];
  NUMBER column[tile_limit];
  // What all filters say there should stay in the nearest cache.
  ptrdiff_t room = 4096 / group_filters;
  if (room > tile_limit) room = tile_limit;
  ptrdiff_t columns = out[2] < tile_limit ? out[2] : tile_limit;
  ptrdiff_t rows = room / columns > 1 ? room / columns : 1;
  for (ptrdiff_t first = 0; first < filters; first += group_filters) {
    NUMBER *group = input + first / group_filters * channels * in_size;
    for (ptrdiff_t z = 0; z < out[0]; z++) {
      for (ptrdiff_t y = 0; y < out[1]; y += rows) {
        ptrdiff_t height = out[1] - y < rows ? out[1] - y : rows;
        for (ptrdiff_t x = 0; x < out[2]; x += columns) {
          ptrdiff_t width = out[2] - x < columns ? out[2] - x : columns;
          ptrdiff_t count = height * width;
          NUMBER *tile = output + first * out_size + (z * out[1] + y) * out[2] + x;
          for (ptrdiff_t c = 0; c < channels; c++) {
            for (ptrdiff_t tap = 0; tap < taps; tap++) {
              ptrdiff_t place[3] = {tap / (kernel[1] * kernel[2]), tap / kernel[2] % kernel[1], tap % kernel[2]};
              ptrdiff_t shifts[3];
              for (int axis = 0; axis < 3; axis++) shifts[axis] = place[axis] * dilation[axis] - padding[axis];
              ptrdiff_t iz = z * stride[0] + shifts[0];
              if (iz < 0 || iz >= in[0]) continue;
              NUMBER *source = group + c * in_size + iz * in[1] * in[2];
              if (walk == walk_transposed)
                for (ptrdiff_t k = 0; k < count; k++) column[k] = 0;
              else if (!NAMED(meet)(0, shape, source, shifts, y, x, height, width, column)) continue;
              for (ptrdiff_t f = 0; f < group_filters; f++) {
                NUMBER *own = weight + ((first + f) * channels + c) * taps + tap, w = *own;
                NUMBER *restrict b = tile + f * out_size;
                if (walk == walk_gradient) {
                  *own += NAMED(product)(b, column, count);
                } else if (w == 0) {
                  continue;
                } else if (walk == walk_forward) {
                  for (ptrdiff_t k = 0; k < count; k++) b[k] += w * column[k];
                } else {
                  for (ptrdiff_t k = 0; k < count; k++) column[k] += w * b[k];
                }
              }
              if (walk == walk_transposed) NAMED(meet)(1, shape, source, shifts, y, x, height, width, column);
            }
          }
        }
      }
    }
  }
}

MULTIVERSIONED
void NAMED(kernel_convolution_forward)(const ptrdiff_t *shape, const NUMBER *weight, const NUMBER *input,
                                       NUMBER *output) {
  NAMED(convolve)(walk_forward, shape, (NUMBER *)weight, (NUMBER *)input, output);
}

MULTIVERSIONED
void NAMED(kernel_convolution_transposed)(const ptrdiff_t *shape, const NUMBER *weight, const NUMBER *output,
                                          NUMBER *input) {
  NAMED(convolve)(walk_transposed, shape, (NUMBER *)weight, input, (NUMBER *)output);
}

MULTIVERSIONED
void NAMED(kernel_convolution_gradient)(const ptrdiff_t *shape, const NUMBER *delta, const NUMBER *input,
                                        NUMBER *gradient) {
  NAMED(convolve)(walk_gradient, shape, gradient, (NUMBER *)input, (NUMBER *)delta);
}
