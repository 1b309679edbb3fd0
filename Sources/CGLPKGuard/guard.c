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

/// What is asked whether a call is over.
struct watch {
  struct glpk_end end;
  /// The time, in milliseconds, when it was asked last.
  double asked;
  /// How often the time was wanted since the call is over.
  double calls;
};

/// That of the innermost call on this thread; NULL outside of one, and in its callback.
static _Thread_local struct watch *watch;

/// Stands in for GLPK's own function of this name, whose caller in every iteration of the simplex method is GLPK
/// itself: milliseconds, and from the end of a call on with steps that are longer than any limit. Only differences
/// are taken, so that the clock need not be that of the day.
double glp_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  const double now = 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
  struct watch *const asking = watch;
  if (!asking || !asking->end.is_over) return now;
  if (asking->calls == 0) {
    if (now - asking->asked < 10) return now;
    asking->asked = now;
    if (!asking->end.is_over(asking->end.info)) return now;
  }
  return now + ++asking->calls * (1.0 + INT_MAX);
}

/// Calls `solve`, whose parameters these are, with a place for assertions to jump to and under a watch.
static int guarded(int (*solve)(glp_prob *, const void *), glp_prob *problem, const void *parameters,
                   struct glpk_end end) {
  jmp_buf here, *const outer_place = place;
  struct watch own = {.end = end}, *const outer_watch = watch;
  int code = GLPK_FAILED_ASSERTION;
  glp_error_hook(jump, NULL);
  glp_term_hook(tell, NULL);
  if (setjmp(here) == 0) {
    place = &here;
    watch = &own;
    code = solve(problem, parameters);
  }
  watch = outer_watch;
  place = outer_place;
  return code;
}

static int simplex(glp_prob *problem, const void *parameters) { return glp_simplex(problem, parameters); }

int glpk_guarded_simplex(glp_prob *problem, const glp_smcp *parameters, struct glpk_end end) {
  return guarded(simplex, problem, parameters, end);
}

static int exact(glp_prob *problem, const void *parameters) { return glp_exact(problem, parameters); }

int glpk_guarded_exact(glp_prob *problem, const glp_smcp *parameters, struct glpk_end end) {
  return guarded(exact, problem, parameters, end);
}

struct callback {
  void (*function)(glp_tree *tree, void *info);
  void *info;
};

static void call_unguarded(glp_tree *tree, void *info) {
  const struct callback *callback = info;
  jmp_buf *const outer_place = place;
  struct watch *const outer_watch = watch;
  place = NULL;
  watch = NULL;
  callback->function(tree, callback->info);
  watch = outer_watch;
  place = outer_place;
}

static int intopt(glp_prob *problem, const void *parameters) { return glp_intopt(problem, parameters); }

int glpk_guarded_intopt(glp_prob *problem, const glp_iocp *parameters, struct glpk_end end) {
  struct callback callback = {parameters->cb_func, parameters->cb_info};
  glp_iocp own = *parameters;
  if (callback.function) {
    own.cb_func = call_unguarded;
    own.cb_info = &callback;
  }
  return guarded(intopt, problem, &own, end);
}
