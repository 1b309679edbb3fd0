// The regions: what is known at a node, and the largest value of a linear function over it.
#include "vnncheck.h"

knowledge known;
const region *here;

static number *middle, *rise, *fall; // a ball's centre, and how far the box is from it, above and below

void copy_knowledge(knowledge *to, const knowledge *from) { // to has been zero, or is overwritten
  const size_t count = 2 * (hidden_count + input_count);
  if (!to->lower) to->lower = room(count, sizeof *to->lower);
  to->upper = to->lower + hidden_count, to->least = to->upper + hidden_count, to->most = to->least + input_count;
  if (from) memcpy(to->lower, from->lower, count * sizeof *to->lower);
  to->is_empty = from && from->is_empty;
}

void enter(const region *r) {
  copy_knowledge(&known, NULL);
  here = r;
  for (size_t i = 0; i < hidden_count; i++) known.lower[i] = -INFINITY, known.upper[i] = INFINITY;
  memcpy(known.least, r->lower, input_count * sizeof(double));
  memcpy(known.most, r->upper, input_count * sizeof(double));
  if (!middle) middle = numbers(input_count), rise = numbers(input_count), fall = numbers(input_count);
  number *end = numbers(2);
  set_double(&end[1], r->epsilon);
  for (size_t i = 0; i < input_count; i++) {
    if (r->norm == linf) {
      set_double(&end[0], r->center[i]);
      add(&end[0], &end[1]);
      known.most[i] = fmin(known.most[i], rounded_up(&end[0]));
      set_double(&end[0], -r->center[i]);
      add(&end[0], &end[1]);
      known.least[i] = fmax(known.least[i], -rounded_up(&end[0]));
    } else if (r->norm > linf) {
      set_double(&middle[i], r->center[i]);
      set_double(&rise[i], r->upper[i]);
      subtract(&rise[i], &middle[i]);
      set_double(&end[0], r->lower[i]);
      set(&fall[i], &middle[i]);
      subtract(&fall[i], &end[0]);
    }
    if (known.least[i] > known.most[i]) known.is_empty = true;
  }
  align(middle, input_count), align(rise, input_count), align(fall, input_count);
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

static void sink(size_t *heap, size_t place, size_t count, const double *slope) {
  for (size_t child; (child = 2 * place + 1) < count; place = child) {
    if (child + 1 < count && slope[heap[child + 1]] > slope[heap[child]]) child++;
    if (slope[heap[place]] >= slope[heap[child]]) return;
    const size_t other = heap[place];
    heap[place] = heap[child], heap[child] = other;
  }
}

// Which segment a budget runs out at if the steepest are paid first; input_count where there is enough for all.
size_t last_paid(const double *slope, const double *length, double budget) {
  static size_t *heap;
  if (!heap) heap = room(input_count, sizeof *heap);
  size_t count = input_count;
  for (size_t i = 0; i < count; i++) heap[i] = i;
  for (size_t i = count / 2; i-- > 0;) sink(heap, i, count, slope);
  while (count > 0) {
    const size_t steepest = heap[0];
    if ((budget -= length[steepest]) <= 0) return steepest;
    heap[0] = heap[--count];
    sink(heap, 0, count, slope);
  }
  return input_count;
}

typedef struct {
  number slope, length;
} segment;

static int shorter(const void *a, const void *b) {
  return compare(&((const segment *)a)->length, &((const segment *)b)->length);
}

// Rows of an image, whose inputs change together: what the next bit of a row's budget brings is the sum over the inputs
// that are not at their ends yet.
static void join_rows(segment *all, number *slope, number *before, number *length) {
  for (size_t first = 0; first < input_count; first += here->row_width) {
    segment *row = &all[first];
    qsort(row, here->row_width, sizeof *row, shorter);
    set_zero(slope), set_zero(before);
    for (size_t i = here->row_width; i-- > 0;) {
      add(slope, &row[i].slope);
      set(&row[i].slope, slope);
    }
    for (size_t i = 0; i < here->row_width; i++) {
      set(length, &row[i].length);
      subtract(&row[i].length, before);
      set(before, length);
    }
  }
}

// sum += the maximum of c * x over the region. Within a budget the gain is a concave function of what is spent on each
// group of inputs (each input, or each row of the image): segments of falling slope. For every price p >= 0 of the
// budget the gain is at most p * budget + sum of max(slope - p, 0) * length, and for the slope at which the budget runs
// out it is that: the price is chosen in floating point, and what it gives is summed exactly.
void add_support(number *sum, const number *c) {
  static number *scratch;
  static segment *segments;
  static double *steepness, *lengths;
  if (!scratch) {
    scratch = numbers(4), segments = room(input_count, sizeof *segments);
    steepness = room(input_count, sizeof *steepness), lengths = room(input_count, sizeof *lengths);
    for (size_t i = 0; i < input_count; i++) mpz_init(segments[i].slope.n), mpz_init(segments[i].length.n);
  }
  number *x = &scratch[0], *price = &scratch[1], *part = &scratch[2];
  set_zero(part);
  for (size_t i = 0; i < input_count; i++) {
    const int sign = sign_of(&c[i]);
    if (here->norm < l1) {
      if (sign == 0) continue;
      set_double(x, sign > 0 ? known.most[i] : known.least[i]);
      add_product(part, &c[i], x);
      continue;
    }
    add_product(part, &c[i], &middle[i]);
    segment *s = &segments[i];
    set(&s->length, sign > 0 ? &rise[i] : &fall[i]);
    set(&s->slope, &c[i]);
    mpz_abs(s->slope.n, s->slope.n);
    if (here->norm == l0) { // how much is not limited, only how often
      multiply(&s->slope, &s->slope, &s->length);
      set_double(&s->length, 1);
    }
  }
  add(sum, part);
  if (here->norm < l1) return;
  if (here->norm == row_max) join_rows(segments, x, price, &scratch[3]);
  for (size_t i = 0; i < input_count; i++)
    steepness[i] = nearly(&segments[i].slope), lengths[i] = nearly(&segments[i].length);
  const size_t last = last_paid(steepness, lengths, here->epsilon);
  set_zero(price);
  if (last < input_count) set(price, &segments[last].slope);
  set_double(x, here->epsilon);
  add_product(sum, price, x);
  const double least = last < input_count ? steepness[last] : 0;
  for (size_t i = 0; i < input_count; i++) {
    if (steepness[i] < least) continue; // numbers that are cut off keep their order
    subtract(&segments[i].slope, price);
    if (sign_of(&segments[i].slope) > 0) add_product(sum, &segments[i].slope, &segments[i].length);
  }
}
