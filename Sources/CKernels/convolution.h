// Convolutions of numbers of the type NUMBER; NAMED makes the names of its functions. Included once for each type.

// Every weight meets whole rows of the output, and as many elements of the input: one loop of independent products.
INLINED void NAMED(convolve)(enum walk walk, const ptrdiff_t *shape, NUMBER *weight, NUMBER *input, NUMBER *output) {
  const ptrdiff_t *in = shape + 3 * kernel_convolution_input, *kernel = shape + 3 * kernel_convolution_kernel,
                  *out = shape + 3 * kernel_convolution_output, *stride = shape + 3 * kernel_convolution_stride,
                  *dilation = shape + 3 * kernel_convolution_dilation,
                  *padding = shape + 3 * kernel_convolution_padding;
  ptrdiff_t filters = shape[0], channels = shape[1], group_filters = shape[2];
  ptrdiff_t in_size = in[0] * in[1] * in[2], out_size = out[0] * out[1] * out[2];
  for (ptrdiff_t f = 0; f < filters; f++) {
    NUMBER *target = output + f * out_size;
    for (ptrdiff_t c = 0; c < channels; c++) {
      NUMBER *source = input + (f / group_filters * channels + c) * in_size;
      for (ptrdiff_t kz = 0; kz < kernel[0]; kz++) {
        ptrdiff_t z0, z1;
        inside(shape, 0, kz, &z0, &z1);
        for (ptrdiff_t ky = 0; ky < kernel[1]; ky++) {
          ptrdiff_t y0, y1;
          inside(shape, 1, ky, &y0, &y1);
          for (ptrdiff_t kx = 0; kx < kernel[2]; kx++, weight++) {
            ptrdiff_t x0, x1;
            inside(shape, 2, kx, &x0, &x1);
            NUMBER w = *weight, sum = 0;
            if (walk != walk_gradient && w == 0) continue;
            for (ptrdiff_t z = z0; z < z1; z++) {
              for (ptrdiff_t y = y0; y < y1; y++) {
                ptrdiff_t iz = z * stride[0] + kz * dilation[0] - padding[0];
                ptrdiff_t iy = y * stride[1] + ky * dilation[1] - padding[1];
                ptrdiff_t step = stride[2];
                NUMBER *restrict a = source + (iz * in[1] + iy) * in[2] + kx * dilation[2] - padding[2];
                NUMBER *restrict b = target + (z * out[1] + y) * out[2];
                if (walk == walk_forward) {
                  if (step == 1)
                    for (ptrdiff_t x = x0; x < x1; x++) b[x] += w * a[x];
                  else
                    for (ptrdiff_t x = x0; x < x1; x++) b[x] += w * a[x * step];
                } else if (walk == walk_transposed) {
                  if (step == 1)
                    for (ptrdiff_t x = x0; x < x1; x++) a[x] += w * b[x];
                  else
                    for (ptrdiff_t x = x0; x < x1; x++) a[x * step] += w * b[x];
                } else {
                  for (ptrdiff_t x = x0; x < x1; x++) sum += b[x] * a[x * step];
                }
              }
            }
            if (walk == walk_gradient) *weight += sum;
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
