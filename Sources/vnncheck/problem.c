// The problem: regions, what is unwanted in each, and constraints.
#include "vnncheck.h"

region *regions;
size_t region_count;
bool is_strict; // whether outputs are unwanted from above 0, or from 0

constraint *constraints;
size_t constraint_count;

static number *coefficients_of(yajl_val value, const char *name, size_t count) { // all 0 where they are absent
  number *result = numbers(count);
  const double *given = value ? doubles_of(value, name, count) : NULL;
  for (size_t i = 0; given && i < count; i++) set_double(&result[i], given[i]);
  return result;
}

static double *ends_of(yajl_val value, const char *name) {
  if (!value || !YAJL_IS_NUMBER(value)) return doubles_of(value, name, input_count);
  double *result = room(input_count, sizeof *result);
  for (size_t i = 0; i < input_count; i++) result[i] = double_of(value, name);
  return result;
}

// A box, and the ball around `input` that a norm other than `box` intersects it with.
static void read_region(yajl_val value, region *r, bool may_be_plain) {
  static const char *norms[] = {"box", "linf", "l1", "l0", "l1_row_max"};
  r->lower = ends_of(member(value, "lower"), "lower");
  r->upper = ends_of(member(value, "upper"), "upper");
  r->row_width = 1;
  if (may_be_plain && !member(value, "norm")) return;
  const char *name = YAJL_GET_STRING(member(value, "norm"));
  size_t found = 0;
  while (found < 5 && !(name && strcmp(name, norms[found]) == 0)) found++;
  if (found == 5) stop(unreadable, "norm: expected box, linf, l1, l0 or l1_row_max");
  r->norm = (int)found;
  r->center = doubles_of(member(value, "input"), "input", input_count);
  for (size_t i = 0; i < input_count; i++)
    if (!(r->lower[i] <= r->center[i] && r->center[i] <= r->upper[i]))
      stop(unreadable, "input: expected it between lower and upper");
  if (r->norm != box) r->epsilon = double_of(member(value, "epsilon"), "epsilon");
  if (r->epsilon < 0 || (r->norm == l0 && r->epsilon != floor(r->epsilon)))
    stop(unreadable, "epsilon: expected it not negative, and whole for l0");
  if (r->norm == row_max) {
    const size_t rows = position_of(member(value, "rows"), "rows");
    if (input_count % rows != 0) stop(unreadable, "rows: expected a divisor of the inputs");
    r->row_width = input_count / rows;
  }
}

static void read_cases(yajl_val cases) {
  region_count = length_of(cases, "cases");
  regions = room(region_count, sizeof *regions);
  for (size_t r = 0; r < region_count; r++) {
    yajl_val value = YAJL_GET_ARRAY(cases)->values[r], conditions = member(value, "conditions");
    read_region(value, &regions[r], true);
    regions[r].count = length_of(conditions, "conditions");
    regions[r].all = room(regions[r].count, sizeof(alternative));
    for (size_t a = 0; a < regions[r].count; a++) {
      yajl_val list = YAJL_GET_ARRAY(conditions)->values[a];
      alternative *unwanted = &regions[r].all[a];
      *unwanted =
          (alternative){a + 1, length_of(list, "conditions"), room(length_of(list, "conditions"), sizeof(inequality))};
      for (size_t i = 0; i < unwanted->count; i++) {
        yajl_val one = YAJL_GET_ARRAY(list)->values[i];
        unwanted->all[i].outputs = coefficients_of(member(one, "outputs"), "outputs", output_count);
        mpz_init(unwanted->all[i].constant.n);
        set_double(&unwanted->all[i].constant, double_of(member(one, "constant"), "constant"));
      }
    }
  }
}

static void read_classes(yajl_val problem) {
  regions = room(region_count = 1, sizeof *regions);
  read_region(problem, regions, false);
  is_strict = true;
  const size_t own = position_of(member(problem, "class"), "class");
  const size_t wanted = member(problem, "target") ? position_of(member(problem, "target"), "target") : 0;
  if (own > output_count || wanted > output_count || wanted == own)
    stop(unreadable, "class, target: expected two of the outputs");
  regions->all = room(output_count, sizeof(alternative));
  for (size_t rival = 1; rival <= output_count; rival++) {
    if ((rival == own && output_count > 1) || (wanted > 0 && rival != wanted)) continue;
    inequality *one = room(1, sizeof *one);
    one->outputs = numbers(output_count);
    mpz_init(one->constant.n);
    if (output_count > 1) set_double(&one->outputs[own - 1], -1);
    set_double(&one->outputs[rival - 1], 1);
    regions->all[regions->count++] = (alternative){rival, 1, one};
  }
}

static void read_constraints(yajl_val list) {
  const size_t count = list ? length_of(list, "constraints") : 0;
  constraints = room(2 * count, sizeof *constraints);
  for (size_t i = 0; i < count; i++) {
    yajl_val value = YAJL_GET_ARRAY(list)->values[i];
    const char *relation = YAJL_GET_STRING(member(value, "relation"));
    if (!relation || !(strcmp(relation, "<=") == 0 || strcmp(relation, ">=") == 0 || strcmp(relation, "=") == 0 ||
                       strcmp(relation, "==") == 0))
      stop(unreadable, "relation: expected <=, >= or ==");
    for (int sign = 1; sign >= -1; sign -= 2) {
      if ((sign > 0 && relation[0] == '>') || (sign < 0 && relation[0] == '<')) continue;
      constraint *c = &constraints[constraint_count++];
      c->inputs = coefficients_of(member(value, "inputs"), "inputs", input_count);
      c->outputs = coefficients_of(member(value, "outputs"), "outputs", output_count);
      mpz_init(c->right.n);
      set_double(&c->right, double_of(member(value, "right"), "right"));
      for (size_t j = 0; sign < 0 && j < input_count; j++) mpz_neg(c->inputs[j].n, c->inputs[j].n);
      for (size_t j = 0; sign < 0 && j < output_count; j++) mpz_neg(c->outputs[j].n, c->outputs[j].n);
      if (sign < 0) mpz_neg(c->right.n, c->right.n);
    }
  }
}

void read_problem(const content *file) {
  yajl_val problem = parse((const char *)file->bytes);
  if (strlen((const char *)file->bytes) != file->size) stop(unreadable, "expected a text");
  if (member(problem, "cases")) read_cases(member(problem, "cases"));
  else read_classes(problem);
  read_constraints(member(problem, "constraints"));
}
