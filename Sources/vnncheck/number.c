// Exact numbers: whole ones, by GMP, times powers of two.
#include "vnncheck.h"

// Scratch of the functions below.
static number shifted, product, difference, candidate;

void start_numbers(void) { mpz_inits(shifted.n, product.n, difference.n, candidate.n, NULL); }

number *numbers(size_t count) {
  number *result = room(count, sizeof *result);
  for (size_t i = 0; i < count; i++) mpz_init(result[i].n);
  return result;
}

void set_zero(number *a) { mpz_set_ui(a->n, 0), a->e = 0; }

void set(number *a, const number *b) { mpz_set(a->n, b->n), a->e = b->e; }

void set_double(number *a, double x) {
  int e;
  const double fraction = frexp(x, &e);
  long n = (long)ldexp(fraction, 53);
  if (n == 0) return set_zero(a);
  const int zeros = __builtin_ctzl((unsigned long)n);
  mpz_set_si(a->n, n / (1L << zeros));
  a->e = e - 53 + zeros;
}

static void add_signed(number *a, const number *b, int sign) {
  if (mpz_sgn(b->n) == 0) return;
  if (mpz_sgn(a->n) == 0) a->e = b->e;
  if (a->e > b->e) {
    mpz_mul_2exp(a->n, a->n, (mp_bitcnt_t)(a->e - b->e));
    a->e = b->e;
  }
  if (a->e == b->e) {
    (sign > 0 ? mpz_add : mpz_sub)(a->n, a->n, b->n);
  } else {
    mpz_mul_2exp(shifted.n, b->n, (mp_bitcnt_t)(b->e - a->e));
    (sign > 0 ? mpz_add : mpz_sub)(a->n, a->n, shifted.n);
  }
}

void add(number *a, const number *b) { add_signed(a, b, 1); }

void subtract(number *a, const number *b) { add_signed(a, b, -1); }

void multiply(number *a, const number *b, const number *c) { // a may be b or c
  mpz_mul(a->n, b->n, c->n);
  a->e = b->e + c->e;
}

void add_product(number *sum, const number *b, const number *c) {
  if (mpz_sgn(b->n) == 0 || mpz_sgn(c->n) == 0) return;
  multiply(&product, b, c);
  add(sum, &product);
}

int sign_of(const number *a) { return mpz_sgn(a->n); }

int compare(const number *a, const number *b) {
  set(&difference, a);
  subtract(&difference, b);
  return sign_of(&difference);
}

double nearly(const number *a) { // cut off, and infinite where it is too large
  long e;
  const double fraction = mpz_get_d_2exp(&e, a->n);
  const long power = e + a->e;
  return ldexp(fraction, power > 5000 ? 5000 : power < -5000 ? -5000 : (int)power);
}

double rounded_up(const number *a) {
  double x = nearly(a);
  if (isinf(x)) return x > 0 ? x : -DBL_MAX;
  set_double(&candidate, x);
  while (compare(&candidate, a) < 0) {
    x = nextafter(x, INFINITY);
    if (isinf(x)) break;
    set_double(&candidate, x);
  }
  return x;
}
