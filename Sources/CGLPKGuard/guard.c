#include "guard.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

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

struct callback {
  void (*function)(glp_tree *tree, void *info);
  void *info;
};

static void call_unguarded(glp_tree *tree, void *info) {
  const struct callback *callback = info;
  jmp_buf *const outer = place;
  place = NULL;
  callback->function(tree, callback->info);
  place = outer;
}

int glpk_guarded_intopt(glp_prob *problem, const glp_iocp *parameters) {
  jmp_buf here, *const outer = place;
  struct callback callback = {parameters->cb_func, parameters->cb_info};
  glp_iocp own = *parameters;
  if (callback.function) {
    own.cb_func = call_unguarded;
    own.cb_info = &callback;
  }
  prepare();
  if (setjmp(here) == 0) {
    place = &here;
    const int ended = glp_intopt(problem, &own);
    place = outer;
    return ended;
  }
  place = outer;
  return GLPK_FAILED_ASSERTION;
}
