#include "kernels.h"
#include "mathematics.h"

INLINE double greatest(double x, double y) { return x > y || x != x ? x : y; }
INLINE double least(double x, double y) { return x < y || x != x ? x : y; }

#define BINARY(name, expression)                                                                                    \
  KERNEL void tensor_loop_##name(size_t n, const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *c, \
                                 ptrdiff_t sc) {                                                                    \
    if (sc == 1 && sa == 1 && sb == 1) {                                                                            \
      INDEPENDENT for (size_t i = 0; i < n; i++) {                                                                  \
        double x = a[i], y = b[i];                                                                                  \
        c[i] = expression;                                                                                          \
      }                                                                                                             \
    } else if (sc == 1 && sa == 1 && sb == 0) {                                                                     \
      double y = *b;                                                                                                \
      INDEPENDENT for (size_t i = 0; i < n; i++) {                                                                  \
        double x = a[i];                                                                                            \
        c[i] = expression;                                                                                          \
      }                                                                                                             \
    } else if (sc == 1 && sa == 0 && sb == 1) {                                                                     \
      double x = *a;                                                                                                \
      INDEPENDENT for (size_t i = 0; i < n; i++) {                                                                  \
        double y = b[i];                                                                                            \
        c[i] = expression;                                                                                          \
      }                                                                                                             \
    } else {                                                                                                        \
      for (size_t i = 0; i < n; i++) {                                                                              \
        double x = a[(ptrdiff_t)i * sa], y = b[(ptrdiff_t)i * sb];                                                  \
        c[(ptrdiff_t)i * sc] = expression;                                                                          \
      }                                                                                                             \
    }                                                                                                               \
  }

BINARY(add, x + y)
BINARY(subtract, x - y)
BINARY(multiply, x *y)
BINARY(divide, x / y)
BINARY(minimum, least(x, y))
BINARY(maximum, greatest(x, y))
BINARY(less, x < y ? 1.0 : 0.0)
BINARY(less_equal, x <= y ? 1.0 : 0.0)
BINARY(equal, x == y ? 1.0 : 0.0)
BINARY(not_equal, x != y ? 1.0 : 0.0)
BINARY(greater, x > y ? 1.0 : 0.0)
BINARY(greater_equal, x >= y ? 1.0 : 0.0)

#define UNARY(name, expression)                                                                      \
  KERNEL void tensor_loop_##name(size_t n, const double *a, ptrdiff_t sa, double *c, ptrdiff_t sc) { \
    if (sc == 1 && sa == 1) {                                                                        \
      INDEPENDENT for (size_t i = 0; i < n; i++) {                                                   \
        double x = a[i];                                                                             \
        c[i] = expression;                                                                           \
      }                                                                                              \
    } else {                                                                                         \
      for (size_t i = 0; i < n; i++) {                                                               \
        double x = a[(ptrdiff_t)i * sa];                                                             \
        c[(ptrdiff_t)i * sc] = expression;                                                           \
      }                                                                                              \
    }                                                                                                \
  }

UNARY(negate, -x)
UNARY(absolute, fabs(x))
UNARY(sign, x > 0 ? 1.0 : x < 0 ? -1.0 : x)
UNARY(exponential, exponential(x))
UNARY(logarithm, logarithm(x))
UNARY(square_root, __builtin_elementwise_sqrt(x))
UNARY(square, x *x)
UNARY(relu, x < 0 ? 0.0 : x)
UNARY(floor, __builtin_elementwise_floor(x))
UNARY(ceiling, __builtin_elementwise_ceil(x))
UNARY(round, __builtin_elementwise_roundeven(x))
UNARY(tanh, hyperbolic_tangent(x))
UNARY(sigmoid, logistic(x))
UNARY(is_finite, fabs(x) < INFINITY ? 1.0 : 0.0)
UNARY(copy, x)

// Powers of at most 256 numbers to a buffer of their own. Returns how many need the library's pow instead because
// they are not powers of positive finite numbers.
KERNEL int tensor_loop_positive_power(size_t n, const double *restrict a, const double *restrict b, ptrdiff_t sb,
                                      double *restrict c) {
  int special = 0;
  if (sb == 0) {
    double y = *b;
    special = !(fabs(y) < INFINITY);
    for (size_t i = 0; i < n; i++) {
      c[i] = power_of_positive(a[i], y);
      special += !(a[i] > 0 && a[i] < INFINITY);
    }
  } else {
    for (size_t i = 0; i < n; i++) {
      c[i] = power_of_positive(a[i], b[i]);
      special += !(a[i] > 0 && a[i] < INFINITY && fabs(b[i]) < INFINITY);
    }
  }
  return special;
}

static void power(size_t n, const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *c, ptrdiff_t sc) {
  if (sb == 0) {
    const double one = 1;
    if (*b == 2) {
      tensor_loop_multiply(n, a, sa, a, sa, c, sc);
      return;
    }
    if (*b == 1) {
      tensor_loop_copy(n, a, sa, c, sc);
      return;
    }
    if (*b == -1) {
      tensor_loop_divide(n, &one, 0, a, sa, c, sc);
      return;
    }
  }
  double bases[256], exponents[256], block[256];
  for (size_t start = 0; start < n; start += 256) {
    size_t count = n - start < 256 ? n - start : 256;
    const double *x = a + (ptrdiff_t)start * sa, *y = b + (ptrdiff_t)start * sb;
    if (sa != 1) {
      tensor_loop_copy(count, x, sa, bases, 1);
      x = bases;
    }
    if (sb != 1 && sb != 0) {
      tensor_loop_copy(count, y, sb, exponents, 1);
      y = exponents;
    }
    if (tensor_loop_positive_power(count, x, y, sb == 0 ? 0 : 1, block) != 0) {
      for (size_t i = 0; i < count; i++) {
        double base = x[i], exponent = sb == 0 ? *y : y[i];
        if (!(base > 0 && base < INFINITY && fabs(exponent) < INFINITY)) block[i] = pow(base, exponent);
      }
    }
    tensor_loop_copy(count, block, 1, c + (ptrdiff_t)start * sc, sc);
  }
}

void tensor_binary(int operation, size_t n, const double *a, ptrdiff_t sa, const double *b, ptrdiff_t sb, double *c,
                   ptrdiff_t sc) {
  switch (operation) {
    case tensor_add: tensor_loop_add(n, a, sa, b, sb, c, sc); break;
    case tensor_subtract: tensor_loop_subtract(n, a, sa, b, sb, c, sc); break;
    case tensor_multiply: tensor_loop_multiply(n, a, sa, b, sb, c, sc); break;
    case tensor_divide: tensor_loop_divide(n, a, sa, b, sb, c, sc); break;
    case tensor_power: power(n, a, sa, b, sb, c, sc); break;
    case tensor_minimum: tensor_loop_minimum(n, a, sa, b, sb, c, sc); break;
    case tensor_maximum: tensor_loop_maximum(n, a, sa, b, sb, c, sc); break;
    case tensor_less: tensor_loop_less(n, a, sa, b, sb, c, sc); break;
    case tensor_less_equal: tensor_loop_less_equal(n, a, sa, b, sb, c, sc); break;
    case tensor_equal: tensor_loop_equal(n, a, sa, b, sb, c, sc); break;
    case tensor_not_equal: tensor_loop_not_equal(n, a, sa, b, sb, c, sc); break;
    case tensor_greater: tensor_loop_greater(n, a, sa, b, sb, c, sc); break;
    case tensor_greater_equal: tensor_loop_greater_equal(n, a, sa, b, sb, c, sc); break;
  }
}

void tensor_unary(int operation, size_t n, const double *a, ptrdiff_t sa, double *c, ptrdiff_t sc) {
  switch (operation) {
    case tensor_negate: tensor_loop_negate(n, a, sa, c, sc); break;
    case tensor_absolute: tensor_loop_absolute(n, a, sa, c, sc); break;
    case tensor_sign: tensor_loop_sign(n, a, sa, c, sc); break;
    case tensor_exponential: tensor_loop_exponential(n, a, sa, c, sc); break;
    case tensor_logarithm: tensor_loop_logarithm(n, a, sa, c, sc); break;
    case tensor_square_root: tensor_loop_square_root(n, a, sa, c, sc); break;
    case tensor_square: tensor_loop_square(n, a, sa, c, sc); break;
    case tensor_relu: tensor_loop_relu(n, a, sa, c, sc); break;
    case tensor_floor: tensor_loop_floor(n, a, sa, c, sc); break;
    case tensor_ceiling: tensor_loop_ceiling(n, a, sa, c, sc); break;
    case tensor_round: tensor_loop_round(n, a, sa, c, sc); break;
    case tensor_tanh: tensor_loop_tanh(n, a, sa, c, sc); break;
    case tensor_sigmoid: tensor_loop_sigmoid(n, a, sa, c, sc); break;
    case tensor_is_finite: tensor_loop_is_finite(n, a, sa, c, sc); break;
    case tensor_copy: tensor_loop_copy(n, a, sa, c, sc); break;
  }
}

KERNEL void tensor_clamp(size_t n, const double *a, ptrdiff_t sa, double lower, double upper, double *c, ptrdiff_t sc) {
  if (sa == 1 && sc == 1) {
    INDEPENDENT for (size_t i = 0; i < n; i++) {
      double x = a[i];
      c[i] = x < lower ? lower : x > upper ? upper : x;
    }
  } else {
    for (size_t i = 0; i < n; i++) {
      double x = a[(ptrdiff_t)i * sa];
      c[(ptrdiff_t)i * sc] = x < lower ? lower : x > upper ? upper : x;
    }
  }
}

KERNEL void tensor_where(size_t n, const double *condition, ptrdiff_t sq, const double *a, ptrdiff_t sa,
                         const double *b, ptrdiff_t sb, double *c, ptrdiff_t sc) {
  if (sq == 1 && sa == 1 && sb == 1 && sc == 1) {
    INDEPENDENT for (size_t i = 0; i < n; i++) {
      double x = a[i], y = b[i];
      c[i] = condition[i] != 0 ? x : y;
    }
  } else {
    for (size_t i = 0; i < n; i++) {
      double x = a[(ptrdiff_t)i * sa], y = b[(ptrdiff_t)i * sb];
      c[(ptrdiff_t)i * sc] = condition[(ptrdiff_t)i * sq] != 0 ? x : y;
    }
  }
}

KERNEL void tensor_fill(size_t n, double value, double *c, ptrdiff_t sc) {
  if (sc == 1) {
    for (size_t i = 0; i < n; i++) c[i] = value;
  } else {
    for (size_t i = 0; i < n; i++) c[(ptrdiff_t)i * sc] = value;
  }
}

KERNEL void tensor_transpose(size_t rows, size_t columns, const double *a, size_t leading, double *c) {
  enum {
    block = 8
  }; // One cache line of each matrix.
  for (size_t j0 = 0; j0 < columns; j0 += block) {
    size_t j1 = j0 + block < columns ? j0 + block : columns;
    for (size_t i0 = 0; i0 < rows; i0 += block) {
      size_t i1 = i0 + block < rows ? i0 + block : rows;
      for (size_t i = i0; i < i1; i++) {
        for (size_t j = j0; j < j1; j++) c[i * columns + j] = a[j * leading + i];
      }
    }
  }
}

KERNEL void tensor_double_to_float(size_t n, const double *restrict a, float *restrict c) {
  for (size_t i = 0; i < n; i++) c[i] = (float)a[i];
}

KERNEL void tensor_float_to_double(size_t n, const float *restrict a, double *restrict c) {
  for (size_t i = 0; i < n; i++) c[i] = a[i];
}
