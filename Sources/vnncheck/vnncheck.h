// What the parts of vnncheck know of each other.
//
// `number.c` computes exactly, `files.c` reads files and JSON, `network.c` and `problem.c` read what the certificate is
// about, `pass.c` bounds, with the regions of `region.c`, and `fast.c` does so in Float64; `certificate.c` walks
// through trees, and `witness.c` looks at one input.
#pragma once

#include <float.h>
#include <gmp.h>
#include <limits.h>
#include <math.h>
#include <sha2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

// MARK: Ends

enum {
  proved,
  refused,
  unreadable,
  trusted
};

extern const char *place; // what messages name: a file
extern long line_number;  // and a line of it, unless 0

_Noreturn void stop(int status, const char *format, ...);
void *room(size_t count, size_t size); // zeros

// MARK: Exact numbers

typedef struct {
  mpz_t n;
  long e;
} number; // n * 2^e, exactly

void start_numbers(void);      // before all others
number *numbers(size_t count); // zeros
void set_zero(number *a);
void set(number *a, const number *b);
void set_double(number *a, double x);
void set_wide(number *a, __int128 n, long e);
void align(number *all, size_t count);
void add(number *a, const number *b);
void subtract(number *a, const number *b);
void multiply(number *a, const number *b, const number *c); // a may be b or c
void add_product(number *sum, const number *b, const number *c);
int sign_of(const number *a);
int compare(const number *a, const number *b);
double nearly(const number *a); // cut off, and infinite where it is too large
bool is_double(const number *a, double *x);
double rounded_up(const number *a);

// MARK: Files

typedef struct {
  unsigned char *bytes; // and a 0 behind them
  size_t size;
  char digest[SHA256_DIGEST_STRING_LENGTH];
} content;

content read_content(const char *path);
yajl_val parse(const char *text);
yajl_val member(yajl_val object, const char *name); // NULL where it is absent or null
double double_of(yajl_val value, const char *name);
size_t position_of(yajl_val value, const char *name);
size_t length_of(yajl_val value, const char *name);
double *doubles_of(yajl_val value, const char *name, size_t count);

// MARK: The network

typedef struct {
  size_t inputs, outputs;
  size_t *starts;      // row r has the entries from starts[r] to before starts[r + 1]
  int32_t *columns;    // the input of each entry
  double *weight;      // the entries
  double *column_sums; // of their sizes, rounded
  int64_t *integers;   // the entries are integers * 2^exponents[column]
  long *exponents;
  size_t *apart, apart_count; // but for these, whose integer is 0
  double *bias;
  bool *rectified;
  bool is_dense; // every row has an entry for every input, in their order
} layer;

extern layer *layers;
extern size_t layer_count, input_count, output_count, hidden_count; // the last: all hidden neurons
extern size_t widest;                                               // the most inputs or outputs of a layer
extern size_t *offsets;                                             // of each hidden layer's first neuron

void read_network(const content *file);

// MARK: The problem

typedef struct {
  number *outputs; // coefficients
  number constant;
} inequality; // outputs * y + constant >= 0

typedef struct {
  size_t name, count;
  inequality *all;
} alternative; // what is unwanted: all of these; strictly where the problem is one of classes

enum {
  box,
  linf,
  l1,
  l0,
  row_max
};

typedef struct {
  double *lower, *upper;
  int norm;
  double *center, epsilon; // of the ball that the box is cut with
  size_t row_width;        // inputs in a row of the image
  size_t count;
  alternative *all;
} region;

typedef struct {
  number *inputs, *outputs, right;
} constraint; // inputs * x + outputs * y <= right

extern region *regions;
extern size_t region_count;
extern bool is_strict; // whether outputs are unwanted from above 0, or from 0
extern constraint *constraints;
extern size_t constraint_count;

void read_problem(const content *file);

// MARK: Bounds

typedef struct {
  double *lower, *upper; // of the hidden neurons' preactivations
  double *least, *most;  // of the inputs
  bool is_empty;         // some bounds cross: no input is left
} knowledge;

extern knowledge known;    // at the node that is read
extern const region *here; // which contains it
extern double *hints;      // a number for every hidden neuron, NAN where none is given
extern bool is_fast;

void copy_knowledge(knowledge *to, const knowledge *from);
void enter(const region *r); // of which nothing is known yet
void apply(size_t n, double low, double high);
void divide(bool is_input, size_t index, double at, bool is_second);
size_t last_paid(const double *slope, const double *length, double budget);
void add_support(number *sum, const number *c);

void choose(size_t k, const double *v, double *w, bool is_flat);
double bound(size_t k, size_t r, int sign, size_t flat);
void bound_layer(size_t k);
bool is_negative(number *total, const number *start, const number *inputs);
double fast_pass(double constant, size_t top, const double *start, const double *inputs, size_t flat);

// MARK: Claims

bool read_proof(void);    // whether no part of it is trusted
void check_witness(void); // returns where it is one

bool next_line(void); // false at the end; comments and empty lines are passed over
const char *next_word(bool is_first);
bool starts_with(const char *word);
void expect_line(const char *first, const char *second);
double read_double(const char *word);
void open_certificate(const char *path);
extern char *line;
