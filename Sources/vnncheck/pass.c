// Bounds by passes from a layer towards the inputs, exactly.
#include "vnncheck.h"

// The row that has an entry.
static size_t row_of(const layer *l, size_t entry) {
  size_t first = 0, last = l->outputs - 1;
  while (first < last) {
    const size_t middle = first + (last - first + 1) / 2;
    if (l->starts[middle] <= entry) first = middle;
    else last = middle - 1;
  }
  return first;
}

static void add_entry(const layer *l, size_t entry, const number *factor, number *result) {
  static number *weight;
  if (!weight) weight = numbers(1);
  set_double(weight, l->weight[entry]);
  add_product(&result[l->columns[entry]], weight, factor);
}

// result = the weights of a layer, transposed, times w.
static void transpose(const layer *l, const number *w, number *result) {
  static __int128 *sums;
  if (!sums) sums = room(widest, sizeof *sums);
  long least = LONG_MAX, most = LONG_MIN, rows = 2;
  for (size_t r = 0; r < l->outputs; r++) {
    if (sign_of(&w[r]) == 0) continue;
    const long end = w[r].e + (long)mpz_sizeinbase(w[r].n, 2);
    least = w[r].e < least ? w[r].e : least, most = end > most ? end : most;
  }
  for (size_t r = l->outputs; r > 0; r /= 2) rows++;
  for (size_t i = 0; i < l->inputs; i++) set_zero(&result[i]);
  if (least == LONG_MAX) return;
  if (most - least > 62 || most - least + 62 + rows > 126) {
    for (size_t r = 0; r < l->outputs; r++)
      for (size_t i = l->starts[r]; sign_of(&w[r]) != 0 && i < l->starts[r + 1]; i++) add_entry(l, i, &w[r], result);
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
  for (size_t i = 0; i < l->inputs; i++) set_wide(&result[i], sums[i], least + l->exponents[i]);
  for (size_t i = 0; i < l->apart_count; i++) {
    const number *factor = &w[row_of(l, l->apart[i])];
    if (sign_of(factor) != 0) add_entry(l, l->apart[i], factor, result);
  }
}

double *hints; // a number for every hidden neuron, NAN where none is given

// The numbers w of a layer for the coefficients v of its outputs: those given, otherwise v or 0 where the neuron is
// decided, the chord above for v > 0, and one of the lines 0 and z below for others. w may be v.
void choose(size_t k, const double *v, double *w, bool is_flat) {
  for (size_t r = 0; r < layers[k].outputs; r++) {
    const double low = known.lower[offsets[k] + r], high = known.upper[offsets[k] + r];
    const double hint = hints[offsets[k] + r], x = v[r];
    if (!layers[k].rectified[r]) w[r] = x;
    else if (is_flat) w[r] = 0;
    else if (!isnan(hint)) w[r] = hint;
    else if (high <= 0) w[r] = 0;
    else if (low >= 0) w[r] = x;
    else if (x > 0) w[r] = isinf(low) || isinf(high) ? x : x * (high / (high - low));
    else w[r] = high > -low ? x : 0;
  }
}

// The same for exact coefficients: each number is rounded to 40 bits of the largest, so that products stay short.
static void choose_short(size_t k, const number *v, number *w, bool is_flat) {
  static double *chosen;
  if (!chosen) chosen = room(widest, sizeof *chosen);
  const layer *l = &layers[k];
  for (size_t r = 0; r < l->outputs; r++) chosen[r] = nearly(&v[r]);
  choose(k, chosen, chosen, is_flat);
  double largest = 0;
  for (size_t r = 0; r < l->outputs; r++)
    if (isfinite(chosen[r])) largest = fmax(largest, fabs(chosen[r]));
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
  static number *v, *w, *bias;
  if (!v) v = numbers(widest), w = numbers(widest), bias = numbers(1);
  for (size_t r = 0; r < layers[top].outputs; r++) set(&w[r], &start[r]);
  for (size_t k = top;; k--) {
    for (size_t r = 0; r < layers[k].outputs; r++) {
      if (sign_of(&w[r]) == 0) continue;
      set_double(bias, layers[k].bias[r]);
      add_product(total, &w[r], bias);
    }
    bool is_constant = !inputs;
    for (size_t r = 0; is_constant && r < layers[k].outputs; r++) is_constant = sign_of(&w[r]) == 0;
    if (is_constant) return true;
    transpose(&layers[k], w, v);
    if (k == 0) break;
    choose_short(k - 1, v, w, k - 1 == flat);
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
  static double *rounded;
  if (!total) total = numbers(1), start = numbers(widest), rounded = room(widest, sizeof *rounded);
  if (is_fast) {
    memset(rounded, 0, layers[k].outputs * sizeof *rounded);
    rounded[r] = sign;
    const double most = fast_pass(0, k, rounded, NULL, flat);
    if (most < INFINITY) return most;
  }
  for (size_t i = 0; i < layers[k].outputs; i++) set_zero(&start[i]);
  set_double(&start[r], sign);
  set_zero(total);
  return add_pass(total, k, start, NULL, flat) ? rounded_up(total) : INFINITY;
}

// Whether total + start * z + inputs * x, z being the outputs, is shown to be negative by a pass.
bool is_negative(number *total, const number *start, const number *inputs) {
  static double *rounded, *rounded_inputs;
  if (!rounded)
    rounded = room(output_count, sizeof *rounded), rounded_inputs = room(input_count, sizeof *rounded_inputs);
  double constant;
  bool is_short = is_fast && is_double(total, &constant);
  for (size_t i = 0; is_short && i < output_count; i++) is_short = is_double(&start[i], &rounded[i]);
  for (size_t i = 0; is_short && i < input_count; i++) is_short = is_double(&inputs[i], &rounded_inputs[i]);
  if (is_short && fast_pass(constant, layer_count - 1, rounded, rounded_inputs, SIZE_MAX) < 0) return true;
  if (!add_pass(total, layer_count - 1, start, inputs, SIZE_MAX)) stop(refused, "the leaf needs bounds of all layers");
  return sign_of(total) < 0;
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
