// Bounds by passes in Float64, with all that rounding may do added to them: --fast.
//
// A sum of N products is off by less than 2 N u times the sum of their sizes, u being half of DBL_EPSILON, in whatever
// order it is done, and with fused operations or without (Higham, "Accuracy and Stability of Numerical Algorithms",
// 2002, section 3.1). `share` is more than that, so `mass`, the sum of all sizes, times `share` is more than the error
// of `sum`, the rounding of each term and of `mass` itself included; DBL_MIN is more than all that is lost near 0.
// Where numbers are so large that they might overflow, or something is infinite, there is no answer.
#include "vnncheck.h"

typedef struct {
  double sum, mass, slack; // the true sum is at most sum + share * mass + (1 + share) * slack
} account;

static void add_term(account *a, double term) { a->sum += term, a->mass += fabs(term); }

static bool fits(double x) { return fabs(x) <= 0x1p480; } // false for NaN

static double share(void) {
  const size_t terms = 4 * (hidden_count + output_count + input_count) + here->row_width;
  return (double)(terms + 64) * DBL_EPSILON;
}

// The inputs of a row change together; see join_rows.
static void join_row(double *slope, double *length) {
  for (size_t i = 1; i < here->row_width; i++)
    for (size_t j = i; j > 0 && length[j - 1] > length[j]; j--) {
      const double s = slope[j], d = length[j];
      slope[j] = slope[j - 1], length[j] = length[j - 1];
      slope[j - 1] = s, length[j - 1] = d;
    }
  for (size_t i = here->row_width - 1; i-- > 0;) slope[i] += slope[i + 1];
  for (size_t i = here->row_width; i-- > 1;) length[i] -= length[i - 1];
}

// The coefficients v of inputs, each off by e at the most.
static void add_fast_support(account *a, const double *v, const double *e) {
  static double *slope, *length;
  if (!slope) slope = room(input_count, sizeof *slope), length = room(input_count, sizeof *length);
  for (size_t i = 0; i < input_count; i++) {
    const double least = known.least[i], most = known.most[i];
    a->slack += e[i] * fmax(fabs(least), fabs(most));
    if (here->norm < l1) {
      add_term(a, v[i] * (v[i] > 0 ? most : least));
      continue;
    }
    add_term(a, v[i] * here->center[i]);
    slope[i] = fabs(v[i]);
    length[i] = v[i] > 0 ? most - here->center[i] : here->center[i] - least;
    if (here->norm == l0) slope[i] *= length[i], length[i] = 1;
  }
  if (here->norm < l1) return;
  if (here->norm == row_max)
    for (size_t first = 0; first < input_count; first += here->row_width) join_row(&slope[first], &length[first]);
  const size_t last = last_paid(slope, length, here->epsilon);
  const double price = last < input_count ? slope[last] : 0;
  add_term(a, price * here->epsilon);
  for (size_t i = 0; i < input_count; i++) {
    a->sum += fmax(slope[i] - price, 0) * length[i];
    a->mass += (slope[i] + price) * length[i];
  }
}

// As add_excess, of a coefficient v that is off by e at the most.
static bool add_fast_excess(account *a, double v, double e, double w, double low, double high, bool is_rectified) {
  if (is_rectified && high <= 0 && w == 0) return true;
  if (!fits(low) || !fits(high)) return false;
  a->slack += e * (is_rectified ? fmax(high, 0) : fmax(fabs(low), fabs(high)));
  const double first = (is_rectified && low <= 0 ? -w : v - w) * low;
  const double last = (is_rectified && high <= 0 ? -w : v - w) * high;
  add_term(a, low <= 0 && high >= 0 ? fmax(fmax(first, last), 0) : fmax(first, last));
  return true;
}

// As add_pass: at least the largest value of constant + start * z + inputs * x; infinite or NAN where there is no
// answer.
double fast_pass(double constant, size_t top, const double *start, const double *inputs, size_t flat) {
  static double *v, *e, *w;
  if (!v) v = room(widest, sizeof *v), e = room(widest, sizeof *e), w = room(widest, sizeof *w);
  account a = {0, 0, 0};
  add_term(&a, constant);
  memcpy(w, start, layers[top].outputs * sizeof *w);
  for (size_t k = top;; k--) {
    const layer *l = &layers[k];
    double largest = 0;
    memset(v, 0, l->inputs * sizeof *v);
    for (size_t r = 0; r < l->outputs; r++) {
      if (w[r] == 0) continue;
      if (!fits(w[r])) return INFINITY;
      largest = fmax(largest, fabs(w[r]));
      add_term(&a, w[r] * l->bias[r]);
      const double *weight = &l->weight[l->starts[r]];
      const int32_t *columns = &l->columns[l->starts[r]];
      const size_t count = l->starts[r + 1] - l->starts[r];
      if (l->is_dense)
        for (size_t i = 0; i < count; i++) v[i] += w[r] * weight[i];
      else
        for (size_t i = 0; i < count; i++) v[columns[i]] += w[r] * weight[i];
    }
    if (largest == 0 && !inputs) break;
    for (size_t i = 0; i < l->inputs; i++) {
      e[i] = share() * largest * l->column_sums[i] + DBL_MIN;
      if (k == 0 && inputs) v[i] += inputs[i], e[i] += DBL_EPSILON * fabs(v[i]);
      if (!fits(v[i]) || !fits(e[i])) return INFINITY;
    }
    if (k == 0) {
      add_fast_support(&a, v, e);
      break;
    }
    choose(k - 1, v, w, k - 1 == flat);
    for (size_t r = 0; r < l->inputs; r++) {
      const size_t n = offsets[k - 1] + r;
      if (!add_fast_excess(&a, v[r], e[r], w[r], known.lower[n], known.upper[n], layers[k - 1].rectified[r]))
        return INFINITY;
    }
  }
  return a.sum + share() * a.mass + (1 + share()) * a.slack + DBL_MIN;
}
