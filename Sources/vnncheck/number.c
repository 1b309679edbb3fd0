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
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const long power = (long)(bits >> 52 & 2047);
  const uint64_t fraction = (bits & ((1ULL << 52) - 1)) | (power > 0 ? 1ULL << 52 : 0);
  if (fraction == 0) return set_zero(a);
  const int zeros = __builtin_ctzll(fraction);
  mpz_set_si(a->n, bits >> 63 ? -(long)(fraction >> zeros) : (long)(fraction >> zeros));
  a->e = (power > 0 ? power : 1) - 1075 + zeros;
}

void set_wide(number *a, __int128 n, long e) {
  const unsigned __int128 size = n < 0 ? -(unsigned __int128)n : (unsigned __int128)n;
  mp_limb_t *limbs = mpz_limbs_write(a->n, 2);
  limbs[0] = (mp_limb_t)size, limbs[1] = (mp_limb_t)(size >> 64);
  mpz_limbs_finish(a->n, n < 0 ? -2 : 2);
  a->e = e;
}

void align(number *all, size_t count) { // all with the same exponent, so that sums need no shifts
  long least = 0;
  for (size_t i = 0; i < count; i++)
    if (sign_of(&all[i]) != 0 && all[i].e < least) least = all[i].e;
  for (size_t i = 0; i < count; i++) {
    if (sign_of(&all[i]) != 0) mpz_mul_2exp(all[i].n, all[i].n, (mp_bitcnt_t)(all[i].e - least));
    all[i].e = least;
  }
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
  if (sum->e == b->e + c->e) return mpz_addmul(sum->n, b->n, c->n);
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

bool is_double(const number *a, double *x) {
  *x = nearly(a);
  if (!isfinite(*x)) return false;
  set_double(&candidate, *x);
  return compare(&candidate, a) == 0;
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
