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

/// `glp_simplex`.
int glpk_guarded_simplex(glp_prob *problem, const glp_smcp *parameters);

/// `glp_exact`: the simplex method in fractions, from the basis that is there.
int glpk_guarded_exact(glp_prob *problem, const glp_smcp *parameters);

/// `glp_intopt`. Its callback is outside the guard: an assertion that fails in what it calls still aborts, since
/// jumping over its frames, which are not C, would be undefined.
///
/// The callback comes between linear programs, and one of those may cycle for hours. So `is_over` is asked with
/// `cb_info` every hundredth of a second, also within them; once it says so, the call ends with `GLP_ETMLIM`. NULL is
/// for never.
int glpk_guarded_intopt(glp_prob *problem, const glp_iocp *parameters, bool (*is_over)(void *info));

/// The assertion that failed last on this thread.
const char *glpk_failed_assertion(void);
