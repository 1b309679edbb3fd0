#include "guard.h"

#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/// Where a failed assertion jumps to; NULL outside of guarded calls.
static _Thread_local jmp_buf *place;

static _Thread_local char assertion[128];

const char *glpk_failed_assertion(void) { return assertion; }

static void jump(void *unused) {
  (void)unused;
  if (place) longjmp(*place, 1);
}

/// GLPK's output goes to standard error, but for what it says of an assertion.
static int tell(void *unused, const char *text) {
  (void)unused;
  static const char head[] = "Assertion failed: ";
  if (strncmp(text, head, sizeof head - 1) == 0) {
    snprintf(assertion, sizeof assertion, "%s", text + sizeof head - 1);
    assertion[strcspn(assertion, "\n")] = 0;
  } else if (!place || strncmp(text, "Error detected in file ", 23) != 0) {
    fputs(text, stderr);
  }
  return 1;
}

static void prepare(void) {
  glp_error_hook(jump, NULL);
  glp_term_hook(tell, NULL);
}

static int guard_linear(int (*solve)(glp_prob *, const glp_smcp *), glp_prob *problem, const glp_smcp *parameters) {
  jmp_buf here, *const outer = place;
  prepare();
  if (setjmp(here) == 0) {
    place = &here;
    const int ended = solve(problem, parameters);
    place = outer;
    return ended;
  }
  place = outer;
  return GLPK_FAILED_ASSERTION;
}

int glpk_guarded_simplex(glp_prob *problem, const glp_smcp *parameters) {
  return guard_linear(glp_simplex, problem, parameters);
}

int glpk_guarded_exact(glp_prob *problem, const glp_smcp *parameters) {
  return guard_linear(glp_exact, problem, parameters);
}

/// What is asked whether a search is over.
struct watch {
  /// May be NULL, for never.
  bool (*is_over)(void *info);
  void *info;
  /// The time, in milliseconds, when it was asked last.
  double asked;
  /// How often the time was wanted since the search is over.
  double calls;
};

/// That of the innermost search on this thread; NULL outside of one, and in its callback.
static _Thread_local struct watch *watch;

/// Stands in for GLPK's own function of this name, whose caller in every iteration of the simplex method is GLPK
/// itself: milliseconds, and from the end of a search on with steps that are longer than any limit. Only differences
/// are taken, so that the clock need not be that of the day.
double glp_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  const double now = 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
  struct watch *const asking = watch;
  if (!asking || !asking->is_over) return now;
  if (asking->calls == 0) {
    if (now - asking->asked < 10) return now;
    asking->asked = now;
    if (!asking->is_over(asking->info)) return now;
  }
  return now + ++asking->calls * (1.0 + INT_MAX);
}

struct callback {
  void (*function)(glp_tree *tree, void *info);
  void *info;
};

static void call_unguarded(glp_tree *tree, void *info) {
  const struct callback *callback = info;
  jmp_buf *const outer = place;
  struct watch *const asking = watch;
  place = NULL;
  watch = NULL;
  callback->function(tree, callback->info);
  watch = asking;
  place = outer;
}

int glpk_guarded_intopt(glp_prob *problem, const glp_iocp *parameters, bool (*is_over)(void *info)) {
  jmp_buf here, *const outer = place;
  struct watch own_watch = {.is_over = is_over, .info = parameters->cb_info}, *const outer_watch = watch;
  struct callback callback = {parameters->cb_func, parameters->cb_info};
  glp_iocp own = *parameters;
  if (callback.function) {
    own.cb_func = call_unguarded;
    own.cb_info = &callback;
  }
  prepare();
  if (setjmp(here) == 0) {
    place = &here;
    watch = &own_watch;
    const int ended = glp_intopt(problem, &own);
    watch = outer_watch;
    place = outer;
    return ended;
  }
  watch = outer_watch;
  place = outer;
  return GLPK_FAILED_ASSERTION;
}
