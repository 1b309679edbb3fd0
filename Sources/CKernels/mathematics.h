// Elementary functions without branches, so that loops over them become vector code.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE double double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static const double to_integer = 0x1.8p52; // Adding it rounds to a whole number, found in the low bits.
static const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;

// 2^k for a whole k within -1022 ... 1023 that is held as k + to_integer.
INLINE double power_of_two(double shifted) { return double_of((bits_of(shifted) - bits_of(to_integer) + 1023) << 52); }

// exp(x + low) for |low| far below |x|: x = k ln 2 + r, then the Taylor polynomial of degree 13 for |r| <= ln(2)/2,
// whose remainder is below 2^-57; in all less than 1 unit in the last place.
INLINE double exponential_sum(double x, double low) {
  double limited = x > 710 ? 710 : x < -746 ? -746 : x;
  double shifted = limited * 1.44269504088896338700e+00 + to_integer;
  double k = shifted - to_integer;
  double r = ((limited - k * ln2_high) - k * ln2_low) + low;
  double p = 1.0 / 6227020800;
  p = p * r + 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  double value = 1 + (r + r * r * p);
  // Two factors, because 2^k itself may be too large or too small for a double while the product is not.
  double half = k * 0.5 + to_integer;
  double rest = k - (half - to_integer);
  return value * power_of_two(half) * power_of_two(rest + to_integer);
}

INLINE double exponential(double x) { return exponential_sum(x, 0); }

// log(x), after FreeBSD's e_log.c (Sun Microsystems, 1993): less than 1 unit in the last place.
INLINE double logarithm(double x) {
  int tiny = x < 0x1p-1022;
  uint64_t bits = bits_of(tiny ? x * 0x1p54 : x) + (0x3ff0000000000000 - 0x3fe6a09e00000000);
  double k = double_of((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023) - (tiny ? 54 : 0);
  double f = double_of((bits & 0x000fffffffffffff) + 0x3fe6a09e00000000) - 1;
  double half_square = 0.5 * f * f;
  double s = f / (2 + f), z = s * s, w = z * z;
  double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double even = z * (6.666666666666735130e-01 +
                     w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  double value = s * (half_square + (odd + even)) + k * ln2_low - half_square + f + k * ln2_high;
  value = x == 0 ? -INFINITY : x < 0 ? NAN : value;
  return x == INFINITY || x != x ? x : value;
}

// x^y for 0 < x < infinity and finite y: log(x) as a sum of two doubles, good to about 2^-66, times y, through exp.
INLINE double power_of_positive(double x, double y) {
  int tiny = x < 0x1p-1022;
  uint64_t bits = bits_of(tiny ? x * 0x1p54 : x) + (0x3ff0000000000000 - 0x3fe6a09e00000000);
  double k = double_of((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023) - (tiny ? 54 : 0);
  double m = double_of((bits & 0x000fffffffffffff) + 0x3fe6a09e00000000);
  // log(m) = 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1) / (m + 1).
  double above = m - 1, below = m + 1, below_low = m - (below - 1);
  double inverse = 1 / below, s = above * inverse;
  double s_low = (fma(-s, below, above) - s * below_low) * inverse;
  double z = s * s, z_low = fma(s, s, -z) + 2 * s * s_low;
  double cube = z * s, cube_low = fma(z, s, -cube) + (z * s_low + z_low * s);
  const double third = 1.0 / 3, third_low = 0x1.5555555555555p-56;
  double t = cube * third, t_low = fma(cube, third, -t) + (cube * third_low + cube_low * third);
  double p = 1.0 / 23;
  p = p * z + 1.0 / 21;
  p = p * z + 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  double high = s + t, low = (s - high + t) + (s_low + t_low + cube * z * p);
  high *= 2;
  low *= 2;
  double k_high = k * ln2_high;
  double sum = k_high + high, difference = sum - k_high;
  double sum_low = ((k_high - (sum - difference)) + (high - difference)) + (low + k * ln2_low);
  double product = y * sum, product_low = fma(y, sum, -product) + y * sum_low;
  product = product > 800 ? 800 : product < -800 ? -800 : product;
  product_low = product_low > 1 ? 0 : product_low < -1 ? 0 : product_low;
  return exponential_sum(product, product_low);
}

// tanh(x), after Cephes (Moshier, 1995): a rational function near 0, the exponential elsewhere.
INLINE double hyperbolic_tangent(double x) {
  double size = fabs(x), z = x * x;
  double p = ((-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z - 1.61468768441708447952e3) * z;
  double q = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3;
  double large = 1 - 2 / (exponential(2 * size) + 1);
  return copysign(size < 0.625 ? size + size * (p / q) : large, x);
}

// 1 / (1 + exp(-x)).
INLINE double logistic(double x) { return 1 / (1 + exponential(-x)); }
