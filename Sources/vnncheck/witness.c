// One input, looked at exactly.
#include "vnncheck.h"

static bool is_inside(const region *r, const double *point) {
  number *d = numbers(4), *sum = &d[1], *most = &d[2], *x = &d[3]; // a change, the distance, a row's largest change
  number *budget = numbers(1);
  set_double(budget, r->epsilon);
  for (size_t i = 0; i < input_count; i++) {
    if (!(r->lower[i] <= point[i] && point[i] <= r->upper[i])) return false;
    if (r->norm == box) continue;
    set_double(d, -r->center[i]);
    set_double(x, point[i]);
    add(d, x);
    mpz_abs(d->n, d->n);
    if (r->norm == l0) set_double(d, sign_of(d) != 0);
    if (r->norm == linf || r->norm == row_max) {
      if (i % r->row_width == 0) set_zero(most);
      if (compare(d, most) > 0) set(most, d);
      if (r->norm == linf && compare(most, budget) > 0) return false;
    }
    if (r->norm == row_max && i % r->row_width == r->row_width - 1) add(sum, most);
    if (r->norm == l1 || r->norm == l0) add(sum, d);
  }
  return compare(sum, budget) <= 0 || r->norm == linf || r->norm == box;
}

static number *outputs_at(const number *point) {
  const number *values = point;
  number *next = NULL;
  for (size_t k = 0; k < layer_count; k++, values = next) {
    next = numbers(layers[k].outputs);
    number *weight = numbers(1);
    for (size_t r = 0; r < layers[k].outputs; r++) {
      set_double(&next[r], layers[k].bias[r]);
      for (size_t i = layers[k].starts[r]; i < layers[k].starts[r + 1]; i++) {
        set_double(weight, layers[k].weight[i]);
        add_product(&next[r], weight, &values[layers[k].columns[i]]);
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
