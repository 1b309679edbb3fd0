// Bounds by passes from a layer towards the inputs.
#include "vnncheck.h"

knowledge known;

void copy_knowledge(knowledge *to, const knowledge *from) { // to has been zero, or is overwritten
  const size_t count = 2 * (hidden_count + input_count);
  if (!to->lower) to->lower = room(count, sizeof *to->lower);
  to->upper = to->lower + hidden_count, to->least = to->upper + hidden_count, to->most = to->least + input_count;
  if (from) memcpy(to->lower, from->lower, count * sizeof *to->lower);
  to->is_empty = from && from->is_empty;
}

void enter(size_t r) {
  copy_knowledge(&known, NULL);
  for (size_t i = 0; i < hidden_count; i++) known.lower[i] = -INFINITY, known.upper[i] = INFINITY;
  memcpy(known.least, regions[r].lower, input_count * sizeof(double));
  memcpy(known.most, regions[r].upper, input_count * sizeof(double));
  number *end = numbers(2);
  set_double(&end[1], epsilon);
  for (size_t i = 0; i < input_count; i++) {
    if (norm == linf) {
      set_double(&end[0], center[i]);
      add(&end[0], &end[1]);
      known.most[i] = fmin(known.most[i], rounded_up(&end[0]));
      set_double(&end[0], -center[i]);
      add(&end[0], &end[1]);
      known.least[i] = fmax(known.least[i], -rounded_up(&end[0]));
    }
    if (known.least[i] > known.most[i]) known.is_empty = true;
  }
}

typedef struct {
  number slope, length;
  double order;
} segment;

static int steeper(const void *a, const void *b) {
  const double x = ((const segment *)a)->order, y = ((const segment *)b)->order;
  return (x < y) - (x > y);
}

static int shorter(const void *a, const void *b) {
  return compare(&((const segment *)a)->length, &((const segment *)b)->length);
}

// sum += the maximum of c * x over the region. Within a budget the gain is a concave function of what is spent on each
// group of inputs (each input, or each row of the image): segments of falling slope. For every price p >= 0 of the
// budget the gain is at most p * budget + sum of max(slope - p, 0) * length, and for the slope at which the budget runs
// out it is that: the price is chosen in floating point, and what it gives is summed exactly.
static void add_support(number *sum, const number *c) {
  static number *scratch;
  static segment *segments;
  if (!scratch) {
    scratch = numbers(4);
    segments = room(input_count, sizeof *segments);
    for (size_t i = 0; i < input_count; i++) mpz_init(segments[i].slope.n), mpz_init(segments[i].length.n);
  }
  number *x = &scratch[0], *slope = &scratch[1], *price = &scratch[2], *before = &scratch[3];
  for (size_t i = 0; i < input_count; i++) {
    const int sign = sign_of(&c[i]);
    if (sign == 0 && norm < l1) continue;
    set_double(x, norm >= l1 ? center[i] : sign > 0 ? known.most[i] : known.least[i]);
    add_product(sum, &c[i], x);
    if (norm < l1) continue;
    segment *s = &segments[i];
    set_double(&s->length, sign > 0 ? known.most[i] : center[i]);
    set_double(x, sign > 0 ? center[i] : known.least[i]);
    subtract(&s->length, x);
    set(&s->slope, &c[i]);
    mpz_abs(s->slope.n, s->slope.n);
    if (norm == l0) { // how much is not limited, only how often
      multiply(&s->slope, &s->slope, &s->length);
      set_double(&s->length, 1);
    }
  }
  if (norm < l1) return;
  if (norm == row_max)
    for (size_t first = 0; first < input_count; first += row_width) {
      qsort(&segments[first], row_width, sizeof *segments, shorter);
      set_zero(slope);
      set_zero(before);
      for (size_t i = first + row_width; i-- > first;) {
        add(slope, &segments[i].slope);
        set(&segments[i].slope, slope);
      }
      for (size_t i = first; i < first + row_width; i++) {
        set(x, &segments[i].length);
        subtract(&segments[i].length, before);
        set(before, x);
      }
    }
  for (size_t i = 0; i < input_count; i++) segments[i].order = nearly(&segments[i].slope);
  qsort(segments, input_count, sizeof *segments, steeper);
  double left = epsilon;
  size_t last = 0;
  while (last < input_count && (left -= nearly(&segments[last].length)) > 0) last++;
  if (last < input_count) set(price, &segments[last].slope);
  else set_zero(price);
  set_double(x, epsilon);
  add_product(sum, price, x);
  for (size_t i = 0; i < input_count; i++) {
    subtract(&segments[i].slope, price);
    if (sign_of(&segments[i].slope) > 0) add_product(sum, &segments[i].slope, &segments[i].length);
  }
}

// result = the weights of a layer, transposed, times w.
static void transpose(const layer *l, const number *w, number *result) {
  static number *weight;
  if (!weight) weight = numbers(1);
  static __int128 *sums;
  static int64_t *factors;
  static size_t capacity;
  const size_t size = l->inputs > l->outputs ? l->inputs : l->outputs;
  if (size > capacity) {
    capacity = size;
    sums = realloc(sums, size * sizeof *sums), factors = realloc(factors, size * sizeof *factors);
    if (!sums || !factors) stop(unreadable, "out of memory");
  }
  long least = LONG_MAX, most = LONG_MIN, rows = 2;
  for (size_t r = 0; r < l->outputs; r++) {
    if (sign_of(&w[r]) == 0) continue;
    const long end = w[r].e + (long)mpz_sizeinbase(w[r].n, 2);
    least = w[r].e < least ? w[r].e : least, most = end > most ? end : most;
  }
  for (size_t r = l->outputs; r > 0; r /= 2) rows++;
  for (size_t i = 0; i < l->inputs; i++) set_zero(&result[i]);
  if (least == LONG_MAX) return;
  if (!l->integers || most - least > 62 || most - least + l->bits + rows > 126) {
    for (size_t r = 0; r < l->outputs; r++)
      for (size_t i = l->starts[r]; sign_of(&w[r]) != 0 && i < l->starts[r + 1]; i++) {
        set_double(weight, l->weight[i]);
        add_product(&result[l->columns[i]], weight, &w[r]);
      }
    return;
  }
  // No sum can leave 127 bits.
  memset(sums, 0, l->inputs * sizeof *sums);
  for (size_t r = 0; r < l->outputs; r++) {
    if (sign_of(&w[r]) == 0) continue;
    const int64_t factor = mpz_get_si(w[r].n) * (1L << (w[r].e - least));
    const int64_t *integers = l->integers;
    const size_t first = l->starts[r], count = l->starts[r + 1] - first;
    if (l->is_dense)
      for (size_t i = 0; i < count; i++) sums[i] += (__int128)factor * integers[first + i];
    else
      for (size_t i = first; i < first + count; i++) sums[l->columns[i]] += (__int128)factor * integers[i];
  }
  for (size_t i = 0; i < l->inputs; i++) {
    mpz_set_si(result[i].n, (long)(sums[i] >> 64));
    mpz_mul_2exp(result[i].n, result[i].n, 64);
    mpz_add_ui(result[i].n, result[i].n, (unsigned long)sums[i]);
    result[i].e = least + l->exponent;
  }
}

double *hints; // a number for every hidden neuron, NAN where none is given

// The numbers w of a layer for the coefficients v of its outputs: those given, otherwise v or 0 where the neuron is
// decided, the chord above for v > 0, and one of the lines 0 and z below for others. Each is rounded to 40 bits of the
// largest, so that products stay short.
static void choose(size_t k, const number *v, number *w, bool is_flat) {
  static double *chosen;
  static size_t capacity;
  const layer *l = &layers[k];
  if (l->outputs > capacity) chosen = realloc(chosen, (capacity = l->outputs) * sizeof *chosen);
  if (!chosen) stop(unreadable, "out of memory");
  double largest = 0;
  for (size_t r = 0; r < l->outputs; r++) {
    const double low = known.lower[offsets[k] + r], high = known.upper[offsets[k] + r];
    const double hint = hints[offsets[k] + r], x = nearly(&v[r]);
    if (!l->rectified[r]) chosen[r] = x;
    else if (is_flat) chosen[r] = 0;
    else if (!isnan(hint)) chosen[r] = hint;
    else if (high <= 0) chosen[r] = 0;
    else if (low >= 0) chosen[r] = x;
    else if (x > 0) chosen[r] = isinf(low) || isinf(high) ? x : x * (high / (high - low));
    else chosen[r] = high > -low ? x : 0;
    if (isfinite(chosen[r])) largest = fmax(largest, fabs(chosen[r]));
  }
  int power = 0;
  if (largest > 0) (void)frexp(largest, &power);
  for (size_t r = 0; r < l->outputs; r++) {
    const bool is_bounded = isfinite(known.lower[offsets[k] + r]) && isfinite(known.upper[offsets[k] + r]);
    if ((!l->rectified[r] && !is_bounded) || !isfinite(chosen[r])) set(&w[r], &v[r]);
    else set_double(&w[r], ldexp(rint(ldexp(chosen[r], 40 - power)), power - 40));
  }
}

// sum += the largest v * h(z) - w * z over the neuron's bounds, h being its ReLU or, where it is passed, nothing; false
// where that is not finite. The function is linear on either side of 0, so one of z = l, 0, u attains it.
static bool add_excess(number *sum, const number *v, const number *w, double low, double high, bool is_rectified) {
  static number *scratch;
  if (!scratch) scratch = numbers(3);
  number *best = &scratch[0], *value = &scratch[1], *z = &scratch[2];
  const bool cancels = compare(v, w) == 0;
  if (cancels && (!is_rectified || low >= 0 || sign_of(v) == 0)) return true;
  if (is_rectified && sign_of(w) == 0 && (high <= 0 || sign_of(v) <= 0)) {
    if (low <= 0) return true; // 0 is attained, or approached, and not exceeded
  }
  if (!isfinite(low) || !isfinite(high)) return false;
  bool is_first = true;
  for (int end = 0; end < 3; end++) {
    const double at = end == 0 ? low : end == 1 ? high : 0;
    if (end == 2 && !(low <= 0 && high >= 0)) continue;
    set_zero(value);
    if (at > 0 || !is_rectified) set(value, v);
    subtract(value, w);
    set_double(z, at);
    multiply(value, value, z);
    if (is_first || compare(value, best) > 0) set(best, value);
    is_first = false;
  }
  add(sum, best);
  return true;
}

// total += the largest value of w * z + inputs * x, z being the preactivations of layer `top`, over what is known.
//
// One layer at a time, outputs h of the layer below get coefficients v, and v * h <= w * z + excess of its
// preactivations, for any w. `flat` is a layer whose ReLUs are bounded by their ends alone: interval arithmetic.
bool add_pass(number *total, size_t top, const number *start, const number *inputs, size_t flat) {
  static number *v, *w;
  if (!v) {
    size_t widest = input_count;
    for (size_t k = 0; k < layer_count; k++) widest = layers[k].outputs > widest ? layers[k].outputs : widest;
    v = numbers(widest), w = numbers(widest);
  }
  for (size_t r = 0; r < layers[top].outputs; r++) set(&w[r], &start[r]);
  for (size_t k = top;; k--) {
    for (size_t r = 0; r < layers[k].outputs; r++) add_product(total, &w[r], &layers[k].bias[r]);
    bool is_constant = !inputs;
    for (size_t r = 0; is_constant && r < layers[k].outputs; r++) is_constant = sign_of(&w[r]) == 0;
    if (is_constant) return true;
    transpose(&layers[k], w, v);
    if (k == 0) break;
    choose(k - 1, v, w, k - 1 == flat);
    for (size_t r = 0; r < layers[k - 1].outputs; r++) {
      const size_t n = offsets[k - 1] + r;
      if (!add_excess(total, &v[r], &w[r], known.lower[n], known.upper[n], layers[k - 1].rectified[r])) return false;
    }
  }
  for (size_t i = 0; inputs && i < input_count; i++) add(&v[i], &inputs[i]);
  add_support(total, v);
  return true;
}

// An upper bound of sign * z of a neuron, infinite where none is found.
double bound(size_t k, size_t r, int sign, size_t flat) {
  static number *start, *total;
  static size_t capacity;
  if (!total) total = numbers(1);
  if (layers[k].outputs > capacity) start = numbers(capacity = layers[k].outputs);
  for (size_t i = 0; i < layers[k].outputs; i++) set_zero(&start[i]);
  set_double(&start[r], sign);
  set_zero(total);
  return add_pass(total, k, start, NULL, flat) ? rounded_up(total) : INFINITY;
}

void apply(size_t n, double low, double high) {
  known.lower[n] = fmax(known.lower[n], low), known.upper[n] = fmin(known.upper[n], high);
  if (known.lower[n] > known.upper[n]) known.is_empty = true;
}

void divide(bool is_input, size_t index, double at, bool is_second) {
  double *low = is_input ? &known.least[index] : &known.lower[index];
  double *high = is_input ? &known.most[index] : &known.upper[index];
  if (is_second) *low = fmax(*low, at);
  else *high = fmin(*high, at);
  if (*low > *high) known.is_empty = true;
}

// Bounds the undecided neurons of a layer, by the numbers that are chosen where none are given and by intervals.
void bound_layer(size_t k) {
  for (size_t r = 0; !known.is_empty && r < layers[k].outputs; r++) {
    const size_t n = offsets[k] + r;
    const bool is_open = layers[k].rectified[r] ? known.lower[n] < 0 && known.upper[n] > 0 : isinf(known.upper[n]);
    if (!is_open) continue;
    double high = bound(k, r, 1, SIZE_MAX), low = -bound(k, r, -1, SIZE_MAX);
    if (k > 0) high = fmin(high, bound(k, r, 1, k - 1)), low = fmax(low, -bound(k, r, -1, k - 1));
    apply(n, low, high);
  }
}
