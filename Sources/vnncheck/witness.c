// One input, looked at exactly.
#include "vnncheck.h"

static bool is_inside(const region *where, const double *point) {
  number *d = numbers(3), *sum = &d[1], *most = &d[2]; // a change, the distance, and the largest change of a row
  number *budget = numbers(1);
  set_double(budget, epsilon);
  for (size_t i = 0; i < input_count; i++) {
    if (!(where->lower[i] <= point[i] && point[i] <= where->upper[i])) return false;
    if (norm == box) continue;
    set_double(d, -center[i]);
    number x = {.e = 0};
    mpz_init(x.n);
    set_double(&x, point[i]);
    add(d, &x);
    mpz_clear(x.n);
    mpz_abs(d->n, d->n);
    if (norm == l0) set_double(d, sign_of(d) != 0);
    if (norm == linf || norm == row_max) {
      if (i % row_width == 0) set_zero(most);
      if (compare(d, most) > 0) set(most, d);
      if (norm == linf && compare(most, budget) > 0) return false;
    }
    if (norm == row_max && i % row_width == row_width - 1) add(sum, most);
    if (norm == l1 || norm == l0) add(sum, d);
  }
  return compare(sum, budget) <= 0 || norm == linf || norm == box;
}

static number *outputs_at(const number *point) {
  const number *values = point;
  number *next = NULL;
  for (size_t k = 0; k < layer_count; k++, values = next) {
    next = numbers(layers[k].outputs);
    number weight = {.e = 0};
    mpz_init(weight.n);
    for (size_t r = 0; r < layers[k].outputs; r++) {
      set(&next[r], &layers[k].bias[r]);
      for (size_t i = layers[k].starts[r]; i < layers[k].starts[r + 1]; i++) {
        set_double(&weight, layers[k].weight[i]);
        add_product(&next[r], &weight, &values[layers[k].columns[i]]);
      }
      if (k + 1 < layer_count && layers[k].rectified[r] && sign_of(&next[r]) < 0) set_zero(&next[r]);
    }
  }
  return next;
}

void check_witness(void) {
  if (!next_line() || !starts_with("input")) stop(refused, "expected input and its numbers");
  double *point = room(input_count, sizeof *point);
  number *exact = numbers(input_count);
  next_word(true);
  for (size_t i = 0; i < input_count; i++) set_double(&exact[i], point[i] = read_double(next_word(false)));
  if (next_word(false)) stop(refused, "expected %zu numbers", input_count);
  const number *outputs = outputs_at(exact);
  for (size_t c = 0; c < constraint_count; c++) {
    number *excess = numbers(1);
    subtract(excess, &constraints[c].right);
    for (size_t i = 0; i < input_count; i++) add_product(excess, &constraints[c].inputs[i], &exact[i]);
    for (size_t i = 0; i < output_count; i++) add_product(excess, &constraints[c].outputs[i], &outputs[i]);
    if (sign_of(excess) > 0) stop(refused, "the input does not meet constraint %zu", c + 1);
  }
  bool inside = false;
  for (size_t r = 0; r < region_count; r++) {
    if (!is_inside(&regions[r], point)) continue;
    inside = true;
    for (size_t a = 0; a < regions[r].count; a++) {
      bool holds = true;
      for (size_t i = 0; i < regions[r].all[a].count; i++) {
        const inequality *one = &regions[r].all[a].all[i];
        number *value = numbers(1);
        set(value, &one->constant);
        for (size_t o = 0; o < output_count; o++) add_product(value, &one->outputs[o], &outputs[o]);
        holds = holds && (is_strict ? sign_of(value) > 0 : sign_of(value) >= 0);
      }
      if (holds) return;
    }
  }
  stop(refused, inside ? "the network is right at the input" : "the input is not in the region");
}
