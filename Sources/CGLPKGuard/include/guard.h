// GLPK's long calls, from which its failed assertions return.
//
// GLPK checks itself with assertions, and one that fails prints a line, calls a hook and aborts the process. The hook
// jumps back into these functions instead. What GLPK had allocated for the call is lost then, and the problem object is
// in no state to be used again, not even to be deleted.
#pragma once

#include <glpk.h>
#include <stdbool.h>

/// The code of a call that a failed assertion ended; GLPK's own codes are positive.
#define GLPK_FAILED_ASSERTION (-1)

/// When a call is to end: `is_over` is asked with `info` every hundredth of a second, also within a linear program,
/// which may cycle for hours; once it says so, the call ends with `GLP_ETMLIM`. NULL is for never.
struct glpk_end {
  bool (*is_over)(void *info);
  void *info;
};

/// `glp_simplex`.
int glpk_guarded_simplex(glp_prob *problem, const glp_smcp *parameters, struct glpk_end end);

/// `glp_exact`: the simplex method in fractions, from the basis that is there.
int glpk_guarded_exact(glp_prob *problem, const glp_smcp *parameters, struct glpk_end end);

/// `glp_intopt`. Its callback is outside the guard: an assertion that fails in what it calls still aborts, since
/// jumping over its frames, which are not C, would be undefined.
int glpk_guarded_intopt(glp_prob *problem, const glp_iocp *parameters, struct glpk_end end);

/// The assertion that failed last on this thread.
const char *glpk_failed_assertion(void);
