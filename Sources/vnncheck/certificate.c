// The lines of a certificate, and its trees.
#include <zlib.h>
#include "vnncheck.h"

static gzFile file;
char *line;

void open_certificate(const char *path) {
  place = path;
  file = gzopen(path, "rb");
  if (!file) stop(unreadable, "cannot be opened");
}

bool next_line(void) {
  static size_t capacity;
  for (;;) {
    size_t length = 0;
    int byte;
    line_number++;
    while ((byte = gzgetc(file)) >= 0 && byte != '\n') {
      if (byte == 0) stop(refused, "expected a text");
      if (length + 1 >= capacity && !(line = realloc(line, capacity = 2 * capacity + 1024)))
        stop(unreadable, "out of memory");
      line[length++] = (char)byte;
    }
    int status;
    const char *message = gzerror(file, &status);
    if (status != Z_OK && status != Z_STREAM_END) stop(refused, "%s", message);
    if (length == 0 && byte < 0) return false;
    if (length == 0) continue;
    line[length] = 0;
    line[strcspn(line, "#\r")] = 0;
    if (line[strspn(line, " \t")] != 0) return true;
  }
}

const char *next_word(bool is_first) { return strtok(is_first ? line : NULL, " \t"); }

bool starts_with(const char *word) {
  const size_t length = strlen(word);
  return strncmp(line, word, length) == 0 && (line[length] == ' ' || line[length] == '\t' || line[length] == 0);
}

void expect_line(const char *first, const char *second) {
  if (!next_line()) stop(refused, "expected %s %s, found the end", first, second);
  const char *word = next_word(true), *other = next_word(false);
  if (strcmp(word, first) != 0 || !other || strcmp(other, second) != 0 || next_word(false))
    stop(refused, "expected %s %s, got %s %s", first, second, word, other ? other : "");
}

double read_double(const char *word) {
  char *end = NULL;
  const double x = word ? strtod(word, &end) : NAN;
  if (!word || end == word || *end != 0 || !isfinite(x))
    stop(refused, "expected a finite number, got %s", word ? word : "nothing");
  return x;
}

static size_t read_position(const char *word, size_t most) { // counts from 0 then
  char *end = NULL;
  const long x = word ? strtol(word, &end, 10) : 0;
  if (!word || *end != 0 || x < 1 || (unsigned long)x > most)
    stop(refused, "expected a position from 1 to %zu, got %s", most, word ? word : "nothing");
  return (size_t)x - 1;
}

static number *alternative_weights, *constraint_weights;

// Words KEY:I=NUMBER to the end of the line; KEY is a layer, `a` for an inequality of the alternative, or `c` for a
// constraint. `unwanted` is NULL where only layers make sense.
static void read_hints(const alternative *unwanted) {
  for (size_t i = 0; i < hidden_count; i++) hints[i] = NAN;
  for (size_t i = 0; unwanted && i < unwanted->count; i++) set_double(&alternative_weights[i], unwanted->count == 1);
  for (size_t i = 0; i < constraint_count; i++) set_zero(&constraint_weights[i]);
  for (char *word; (word = (char *)next_word(false));) {
    char *colon = strchr(word, ':'), *equals = strchr(word, '=');
    if (!colon || !equals || colon > equals) stop(refused, "expected KEY:I=NUMBER, got %s", word);
    *colon = *equals = 0;
    const double x = read_double(equals + 1);
    const bool is_alternative = strcmp(word, "a") == 0;
    if (is_alternative || strcmp(word, "c") == 0) {
      if (!unwanted || x < 0) stop(refused, "expected weights from 0 of inequalities and constraints, in leaves only");
      const size_t i = read_position(colon + 1, is_alternative ? unwanted->count : constraint_count);
      set_double(is_alternative ? &alternative_weights[i] : &constraint_weights[i], x);
      continue;
    }
    const size_t k = read_position(word, layer_count - 1), r = read_position(colon + 1, layers[k].outputs);
    if (!layers[k].rectified[r]) stop(refused, "neuron %zu of layer %zu is passed, and has no choice", r + 1, k + 1);
    hints[offsets[k] + r] = x;
  }
}

// Whether a line was one that adds to what is known.
static bool read_bounds(void) {
  const bool is_layer = starts_with("layer"), is_upper = starts_with("upper");
  if (!is_layer && !is_upper && !starts_with("lower")) return false;
  next_word(true);
  const size_t k = read_position(next_word(false), layer_count - 1);
  const size_t r = is_layer ? 0 : read_position(next_word(false), layers[k].outputs);
  read_hints(NULL);
  if (is_layer) {
    bound_layer(k);
  } else if (!known.is_empty) {
    const double most = bound(k, r, is_upper ? 1 : -1, SIZE_MAX);
    apply(offsets[k] + r, is_upper ? -INFINITY : -most, is_upper ? most : INFINITY);
  }
  return true;
}

// A leaf: a nonnegative sum of what is unwanted, and of what constraints leave, is negative for every input.
static void read_leaf(const alternative *unwanted) {
  static number *start, *inputs, *total;
  if (!start) start = numbers(output_count), inputs = numbers(input_count), total = numbers(1);
  next_word(true);
  read_hints(unwanted);
  if (known.is_empty) return;
  for (size_t i = 0; i < output_count; i++) set_zero(&start[i]);
  for (size_t i = 0; i < input_count; i++) set_zero(&inputs[i]);
  set_zero(total);
  for (size_t a = 0; a < unwanted->count; a++) {
    add_product(total, &alternative_weights[a], &unwanted->all[a].constant);
    for (size_t i = 0; i < output_count; i++)
      add_product(&start[i], &alternative_weights[a], &unwanted->all[a].outputs[i]);
  }
  for (size_t c = 0; c < constraint_count; c++) {
    if (sign_of(&constraint_weights[c]) == 0) continue;
    add_product(total, &constraint_weights[c], &constraints[c].right);
    mpz_neg(constraint_weights[c].n, constraint_weights[c].n);
    for (size_t i = 0; i < output_count; i++)
      add_product(&start[i], &constraint_weights[c], &constraints[c].outputs[i]);
    for (size_t i = 0; i < input_count; i++) add_product(&inputs[i], &constraint_weights[c], &constraints[c].inputs[i]);
  }
  if (!is_negative(total, start, inputs)) stop(refused, "the leaf's pass is %g: expected it below 0", nearly(total));
}

typedef struct {
  knowledge saved; // before the split
  bool is_input;
  size_t index;
  double at;
} branching; // a split whose second part is still to come

// A tree in preorder; whether all of it is proved, and not trusted.
static bool read_tree(const alternative *unwanted) {
  static branching *branchings;
  static size_t capacity;
  size_t depth = 0;
  bool is_proved = true;
  for (;;) {
    if (!next_line()) stop(refused, "the tree is not finished");
    if (read_bounds()) continue;
    if (starts_with("split")) {
      if (depth == capacity) {
        branchings = realloc(branchings, (capacity + 64) * sizeof *branchings);
        if (!branchings) stop(unreadable, "out of memory");
        memset(branchings + capacity, 0, 64 * sizeof *branchings);
        capacity += 64;
      }
      branching *f = &branchings[depth++];
      next_word(true);
      const char *kind = next_word(false);
      f->is_input = kind && strcmp(kind, "x") == 0;
      if (!f->is_input && !(kind && strcmp(kind, "z") == 0)) stop(refused, "expected split x or split z");
      if (f->is_input && here->norm > linf) stop(refused, "expected splits of inputs only where the region is a box");
      const size_t k = f->is_input ? 0 : read_position(next_word(false), layer_count - 1);
      f->index = read_position(next_word(false), f->is_input ? input_count : layers[k].outputs);
      if (!f->is_input) f->index += offsets[k];
      f->at = read_double(next_word(false));
      if (next_word(false)) stop(refused, "expected nothing after the split's number");
      copy_knowledge(&f->saved, &known);
      divide(f->is_input, f->index, f->at, false);
      continue;
    }
    if (starts_with("leaf")) read_leaf(unwanted);
    else if (starts_with("trusted"))
      is_proved = false, fprintf(stderr, "vnncheck: %s:%ld: %s\n", place, line_number, line);
    else stop(refused, "expected layer, upper, lower, split, leaf or trusted, got %.40s", line);
    if (depth-- == 0) return is_proved;
    copy_knowledge(&known, &branchings[depth].saved);
    divide(branchings[depth].is_input, branchings[depth].index, branchings[depth].at, true);
  }
}

bool read_proof(void) {
  static knowledge base;
  bool is_proved = true;
  size_t most = 1;
  for (size_t r = 0; r < region_count; r++)
    for (size_t a = 0; a < regions[r].count; a++)
      most = regions[r].all[a].count > most ? regions[r].all[a].count : most;
  hints = room(hidden_count, sizeof *hints);
  alternative_weights = numbers(most), constraint_weights = numbers(constraint_count);
  for (size_t r = 0; r < region_count; r++) {
    char name[32];
    snprintf(name, sizeof name, "%zu", r + 1);
    expect_line("region", name);
    enter(&regions[r]);
    size_t done = 0;
    while (done < regions[r].count) {
      if (!next_line()) stop(refused, "expected a proof against all that is unwanted in region %zu", r + 1);
      if (done == 0 && read_bounds()) continue;
      const alternative *unwanted = &regions[r].all[done];
      next_word(true);
      if (strcmp(line, "against") != 0 || read_position(next_word(false), INT_MAX) + 1 != unwanted->name ||
          next_word(false))
        stop(refused, "expected against %zu", unwanted->name);
      if (done++ == 0) copy_knowledge(&base, &known);
      else copy_knowledge(&known, &base);
      is_proved = read_tree(unwanted) && is_proved;
    }
  }
  return is_proved;
}
