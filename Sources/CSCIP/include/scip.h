// The part of SCIP's C interface that vnnlua calls, as a table of functions that is filled from an opened library.
// Nothing is linked.
//
// Types and constants are those of SCIP 10, which SCIPLibrary checks: SCIP_Real is double, SCIP_Bool unsigned int,
// SCIP_Longint long long, and enumerations are int.
#pragma once

#include <stdint.h>

// Only that the functions are there is known of pointers here.
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef int CSCIPCode;
typedef unsigned int CSCIPBool;

#define CSCIP_OKAY 1
#define CSCIP_ERROR 0

// SCIP_Result
#define CSCIP_DIDNOTRUN 1
#define CSCIP_DIDNOTFIND 3
#define CSCIP_FEASIBLE 4
#define CSCIP_INFEASIBLE 5
#define CSCIP_CUTOFF 7
#define CSCIP_SEPARATED 8
#define CSCIP_CONSADDED 11
#define CSCIP_BRANCHED 13
#define CSCIP_FOUNDSOL 15

// SCIP_Status
#define CSCIP_STATUS_UNKNOWN 0
#define CSCIP_STATUS_OPTIMAL 1
#define CSCIP_STATUS_INFEASIBLE 2
#define CSCIP_STATUS_UNBOUNDED 3
#define CSCIP_STATUS_INFORUNBD 4
#define CSCIP_STATUS_USERINTERRUPT 10
#define CSCIP_STATUS_NODELIMIT 20
#define CSCIP_STATUS_TOTALNODELIMIT 21
#define CSCIP_STATUS_TIMELIMIT 23
#define CSCIP_STATUS_GAPLIMIT 25

// SCIP_Stage
#define CSCIP_STAGE_TRANSFORMED 3
#define CSCIP_STAGE_SOLVING 9
#define CSCIP_STAGE_SOLVED 10

// SCIP_Vartype
#define CSCIP_BINARY 0
#define CSCIP_INTEGER 1
#define CSCIP_CONTINUOUS 3

// SCIP_BoundType
#define CSCIP_BOUND_LOWER 0
#define CSCIP_BOUND_UPPER 1

// SCIP_ParamType and SCIP_ParamSetting
#define CSCIP_PARAMETER_BOOL 0
#define CSCIP_PARAMETER_INT 1
#define CSCIP_PARAMETER_LONGINT 2
#define CSCIP_PARAMETER_REAL 3
#define CSCIP_PARAMETER_CHAR 4
#define CSCIP_SETTING_OFF 3

// SCIP_EventType
#define CSCIP_EVENT_PRESOLVEROUND 0x40000ull
#define CSCIP_EVENT_NODEFOCUSED 0x80000ull
#define CSCIP_EVENT_FIRSTLPSOLVED 0x2000000ull
#define CSCIP_EVENT_LPSOLVED 0x4000000ull
#define CSCIP_EVENT_BESTSOLFOUND 0x10000000ull

// SCIP_HeurTiming
#define CSCIP_DURING_LP_LOOP 0x2u
#define CSCIP_AFTER_LP_LOOP 0x4u
#define CSCIP_AFTER_LP_NODE 0x8u
#define CSCIP_AFTER_PSEUDO_NODE 0x10u
#define CSCIP_DURING_PRESOLVE 0x200u

// SCIP_BranchDir
#define CSCIP_BRANCH_DOWN 0
#define CSCIP_BRANCH_UP 1
#define CSCIP_BRANCH_EITHER 3

// SCIP_LPParam
#define CSCIP_LP_FROM_SCRATCH 0
#define CSCIP_LP_SCALING 2
#define CSCIP_LP_PRESOLVING 3
#define CSCIP_LP_INFO 5
#define CSCIP_LP_FEASIBILITY_TOLERANCE 6
#define CSCIP_LP_DUAL_TOLERANCE 7
#define CSCIP_LP_TIME_LIMIT 11
#define CSCIP_LP_TIMING 16
#define CSCIP_LP_SEED 17

typedef struct Scip SCIP;
typedef struct SCIP_Branchrule SCIP_BRANCHRULE;
typedef struct SCIP_Cons SCIP_CONS;
typedef struct SCIP_Conshdlr SCIP_CONSHDLR;
typedef struct SCIP_Event SCIP_EVENT;
typedef struct SCIP_Eventhdlr SCIP_EVENTHDLR;
typedef struct SCIP_Heur SCIP_HEUR;
typedef struct SCIP_LPi SCIP_LPI;
typedef struct SCIP_Messagehdlr SCIP_MESSAGEHDLR;
typedef struct SCIP_Node SCIP_NODE;
typedef struct SCIP_Param SCIP_PARAM;
typedef struct SCIP_Row SCIP_ROW;
typedef struct SCIP_Sepa SCIP_SEPA;
typedef struct SCIP_Sol SCIP_SOL;
typedef struct SCIP_Var SCIP_VAR;

typedef void (*CSCIPMessage)(SCIP_MESSAGEHDLR *, void *file, const char *text);
typedef void (*CSCIPErrorMessage)(void *data, void *file, const char *text);
typedef CSCIPCode (*CSCIPEventRoutine)(SCIP *, SCIP_EVENTHDLR *);
typedef CSCIPCode (*CSCIPEventRun)(SCIP *, SCIP_EVENTHDLR *, SCIP_EVENT *, void *data);
typedef CSCIPCode (*CSCIPHeuristic)(SCIP *, SCIP_HEUR *, unsigned int timing, CSCIPBool is_infeasible, int *result);
typedef CSCIPCode (*CSCIPSeparator)(SCIP *, SCIP_SEPA *, int *result, CSCIPBool allows_local, int depth);
typedef CSCIPCode (*CSCIPBranching)(SCIP *, SCIP_BRANCHRULE *, CSCIPBool allows_constraints, int *result);
typedef CSCIPCode (*CSCIPSeparation)(SCIP *, SCIP_CONSHDLR *, SCIP_CONS **, int count, int useful, int *result);
typedef CSCIPCode (*CSCIPEnforcement)(SCIP *, SCIP_CONSHDLR *, SCIP_CONS **, int count, int useful,
                                      CSCIPBool is_infeasible, int *result);
typedef CSCIPCode (*CSCIPPseudoEnforcement)(SCIP *, SCIP_CONSHDLR *, SCIP_CONS **, int count, int useful,
                                            CSCIPBool is_infeasible, CSCIPBool is_objective_infeasible, int *result);
typedef CSCIPCode (*CSCIPCheck)(SCIP *, SCIP_CONSHDLR *, SCIP_CONS **, int count, SCIP_SOL *, CSCIPBool integrality,
                                CSCIPBool rows, CSCIPBool prints, CSCIPBool completely, int *result);
typedef CSCIPCode (*CSCIPLocks)(SCIP *, SCIP_CONSHDLR *, SCIP_CONS *, int type, int positive, int negative);

// F(result, name, parameters) for every function, without SCIP's prefix.
#define CSCIP_FUNCTIONS(F)                                                                                            \
  F(int, majorVersion, (void))                                                                                        \
  F(int, minorVersion, (void))                                                                                        \
  F(int, techVersion, (void))                                                                                         \
  F(void, messageSetErrorPrinting, (CSCIPErrorMessage, void *data))                                                   \
  F(CSCIPCode, messagehdlrCreate,                                                                                     \
    (SCIP_MESSAGEHDLR **, CSCIPBool is_buffered, const char *file, CSCIPBool is_quiet, CSCIPMessage warning,          \
     CSCIPMessage dialog, CSCIPMessage info, CSCIPCode (*release)(SCIP_MESSAGEHDLR *), void *data))                   \
  F(CSCIPCode, messagehdlrRelease, (SCIP_MESSAGEHDLR **))                                                             \
  F(void *, messagehdlrGetData, (SCIP_MESSAGEHDLR *))                                                                 \
                                                                                                                      \
  F(CSCIPCode, create, (SCIP **))                                                                                     \
  F(CSCIPCode, free, (SCIP **))                                                                                       \
  F(CSCIPCode, setMessagehdlr, (SCIP *, SCIP_MESSAGEHDLR *))                                                          \
  F(CSCIPCode, includeDefaultPlugins, (SCIP *))                                                                       \
  F(SCIP_PARAM *, getParam, (SCIP *, const char *name))                                                               \
  F(int, paramGetType, (SCIP_PARAM *))                                                                                \
  F(CSCIPCode, getRealParam, (SCIP *, const char *name, double *))                                                    \
  F(CSCIPCode, setBoolParam, (SCIP *, const char *name, CSCIPBool))                                                   \
  F(CSCIPCode, setIntParam, (SCIP *, const char *name, int))                                                          \
  F(CSCIPCode, setLongintParam, (SCIP *, const char *name, long long))                                                \
  F(CSCIPCode, setRealParam, (SCIP *, const char *name, double))                                                      \
  F(CSCIPCode, setCharParam, (SCIP *, const char *name, char))                                                        \
  F(CSCIPCode, setStringParam, (SCIP *, const char *name, const char *))                                              \
  F(CSCIPCode, setPresolving, (SCIP *, int setting, CSCIPBool is_quiet))                                              \
                                                                                                                      \
  F(double, infinity, (SCIP *))                                                                                       \
  F(CSCIPCode, createProbBasic, (SCIP *, const char *name))                                                           \
  F(CSCIPCode, setObjsense, (SCIP *, int sense))                                                                      \
  F(CSCIPCode, addOrigObjoffset, (SCIP *, double))                                                                    \
  F(CSCIPCode, createVarBasic,                                                                                        \
    (SCIP *, SCIP_VAR **, const char *name, double lower, double upper, double objective, int type))                  \
  F(CSCIPCode, addVar, (SCIP *, SCIP_VAR *))                                                                          \
  F(CSCIPCode, releaseVar, (SCIP *, SCIP_VAR **))                                                                     \
  F(CSCIPCode, getTransformedVar, (SCIP *, SCIP_VAR *, SCIP_VAR **))                                                  \
  F(CSCIPCode, addVarLocksType, (SCIP *, SCIP_VAR *, int type, int down, int up))                                     \
  F(CSCIPCode, createConsBasicLinear,                                                                                 \
    (SCIP *, SCIP_CONS **, const char *name, int count, SCIP_VAR **, const double *, double lower, double upper))     \
  F(CSCIPCode, createConsBasicBounddisjunction,                                                                       \
    (SCIP *, SCIP_CONS **, const char *name, int count, SCIP_VAR **, int *types, double *bounds))                     \
  F(CSCIPCode, createConsBasicSOS1,                                                                                   \
    (SCIP *, SCIP_CONS **, const char *name, int count, SCIP_VAR **, const double *weights))                          \
  F(CSCIPCode, createConsBasicIndicator,                                                                              \
    (SCIP *, SCIP_CONS **, const char *name, SCIP_VAR *binary, int count, SCIP_VAR **, const double *, double upper)) \
  F(SCIP_VAR *, getSlackVarIndicator, (SCIP_CONS *))                                                                  \
  F(CSCIPCode, getNegatedVar, (SCIP *, SCIP_VAR *, SCIP_VAR **))                                                      \
  F(CSCIPCode, addCons, (SCIP *, SCIP_CONS *))                                                                        \
  F(CSCIPCode, releaseCons, (SCIP *, SCIP_CONS **))                                                                   \
                                                                                                                      \
  F(CSCIPCode, transformProb, (SCIP *))                                                                               \
  F(CSCIPCode, solve, (SCIP *))                                                                                       \
  F(CSCIPCode, interruptSolve, (SCIP *))                                                                              \
  F(CSCIPCode, interruptLP, (SCIP *, CSCIPBool))                                                                      \
  F(int, getStatus, (SCIP *))                                                                                         \
  F(int, getStage, (SCIP *))                                                                                          \
  F(double, getDualbound, (SCIP *))                                                                                   \
  F(double, getLPObjval, (SCIP *))                                                                                    \
  F(double, retransformObj, (SCIP *, double))                                                                         \
  F(int, getDepth, (SCIP *))                                                                                          \
  F(long long, getNTotalNodes, (SCIP *))                                                                              \
  F(long long, getNLPIterations, (SCIP *))                                                                            \
  F(SCIP_SOL *, getBestSol, (SCIP *))                                                                                 \
  F(CSCIPCode, getSolVals, (SCIP *, SCIP_SOL *, int count, SCIP_VAR **, double *))                                    \
  F(CSCIPCode, createOrigSol, (SCIP *, SCIP_SOL **, SCIP_HEUR *))                                                     \
  F(CSCIPCode, setSolVals, (SCIP *, SCIP_SOL *, int count, SCIP_VAR **, const double *))                              \
  F(CSCIPCode, addSolFree, (SCIP *, SCIP_SOL **, CSCIPBool * is_stored))                                              \
                                                                                                                      \
  F(CSCIPCode, includeEventhdlrBasic,                                                                                 \
    (SCIP *, SCIP_EVENTHDLR **, const char *name, const char *description, CSCIPEventRun, void *data))                \
  F(CSCIPCode, setEventhdlrCopy, (SCIP *, SCIP_EVENTHDLR *, CSCIPEventRoutine))                                       \
  F(CSCIPCode, setEventhdlrInit, (SCIP *, SCIP_EVENTHDLR *, CSCIPEventRoutine))                                       \
  F(CSCIPCode, catchEvent, (SCIP *, uint64_t types, SCIP_EVENTHDLR *, void *data, int *position))                     \
  F(void *, eventhdlrGetData, (SCIP_EVENTHDLR *))                                                                     \
  F(uint64_t, eventGetType, (SCIP_EVENT *))                                                                           \
  F(CSCIPCode, includeHeurBasic,                                                                                      \
    (SCIP *, SCIP_HEUR **, const char *name, const char *description, char letter, int priority, int frequency,       \
     int offset, int depth, unsigned int timing, CSCIPBool uses_scip, CSCIPHeuristic, void *data))                    \
  F(void *, heurGetData, (SCIP_HEUR *))                                                                               \
  F(CSCIPCode, includeSepaBasic,                                                                                      \
    (SCIP *, SCIP_SEPA **, const char *name, const char *description, int priority, int frequency, double distance,   \
     CSCIPBool uses_scip, CSCIPBool is_delayed, CSCIPSeparator, void *other, void *data))                             \
  F(void *, sepaGetData, (SCIP_SEPA *))                                                                               \
  F(CSCIPCode, createEmptyRowSepa,                                                                                    \
    (SCIP *, SCIP_ROW **, SCIP_SEPA *, const char *name, double lower, double upper, CSCIPBool is_local,              \
     CSCIPBool is_modifiable, CSCIPBool is_removable))                                                                \
  F(CSCIPCode, addVarToRow, (SCIP *, SCIP_ROW *, SCIP_VAR *, double))                                                 \
  F(CSCIPCode, addRow, (SCIP *, SCIP_ROW *, CSCIPBool is_forced, CSCIPBool * is_infeasible))                          \
  F(CSCIPCode, releaseRow, (SCIP *, SCIP_ROW **))                                                                     \
  F(CSCIPCode, includeBranchruleBasic,                                                                                \
    (SCIP *, SCIP_BRANCHRULE **, const char *name, const char *description, int priority, int depth, double distance, \
     void *data))                                                                                                     \
  F(CSCIPCode, setBranchruleExecLp, (SCIP *, SCIP_BRANCHRULE *, CSCIPBranching))                                      \
  F(void *, branchruleGetData, (SCIP_BRANCHRULE *))                                                                   \
  F(CSCIPCode, chgVarBranchDirection, (SCIP *, SCIP_VAR *, int direction))                                            \
  F(CSCIPCode, branchVar, (SCIP *, SCIP_VAR *, SCIP_NODE * *down, SCIP_NODE * *equal, SCIP_NODE * *up))               \
  F(CSCIPCode, includeConshdlrBasic,                                                                                  \
    (SCIP *, SCIP_CONSHDLR **, const char *name, const char *description, int enforcing_priority,                     \
     int checking_priority, int eager_frequency, CSCIPBool needs_constraints, CSCIPEnforcement,                       \
     CSCIPPseudoEnforcement, CSCIPCheck, CSCIPLocks, void *data))                                                     \
  F(CSCIPCode, setConshdlrSepa,                                                                                       \
    (SCIP *, SCIP_CONSHDLR *, CSCIPSeparation, void *other, int frequency, int priority, CSCIPBool is_delayed))       \
  F(void *, conshdlrGetData, (SCIP_CONSHDLR *))                                                                       \
                                                                                                                      \
  F(CSCIPCode, lpiCreate, (SCIP_LPI **, SCIP_MESSAGEHDLR *, const char *name, int sense))                             \
  F(CSCIPCode, lpiFree, (SCIP_LPI **))                                                                                \
  F(double, lpiInfinity, (SCIP_LPI *))                                                                                \
  F(CSCIPCode, lpiSetIntpar, (SCIP_LPI *, int parameter, int))                                                        \
  F(CSCIPCode, lpiSetRealpar, (SCIP_LPI *, int parameter, double))                                                    \
  F(CSCIPCode, lpiAddCols,                                                                                            \
    (SCIP_LPI *, int count, const double *objective, const double *lower, const double *upper, char **names,          \
     int entries, const int *starts, const int *rows, const double *values))                                          \
  F(CSCIPCode, lpiAddRows,                                                                                            \
    (SCIP_LPI *, int count, const double *lower, const double *upper, char **names, int entries, const int *starts,   \
     const int *columns, const double *values))                                                                       \
  F(CSCIPCode, lpiSolveDual, (SCIP_LPI *))                                                                            \
  F(CSCIPCode, lpiSolvePrimal, (SCIP_LPI *))                                                                          \
  F(CSCIPBool, lpiIsOptimal, (SCIP_LPI *))                                                                            \
  F(CSCIPBool, lpiIsPrimalInfeasible, (SCIP_LPI *))                                                                   \
  F(CSCIPBool, lpiIsPrimalUnbounded, (SCIP_LPI *))                                                                    \
  F(CSCIPBool, lpiIsTimelimExc, (SCIP_LPI *))                                                                         \
  F(CSCIPCode, lpiGetIterations, (SCIP_LPI *, int *))                                                                 \
  F(CSCIPCode, lpiGetSol,                                                                                             \
    (SCIP_LPI *, double *objective, double *point, double *duals, double *activities, double *reduced_costs))

typedef struct {
#define CSCIP_FIELD(result, name, parameters) result(*_Nonnull name) parameters;
  CSCIP_FUNCTIONS(CSCIP_FIELD)
#undef CSCIP_FIELD
} CSCIPFunctions;

/// Fills the table from a library that dlopen has opened; returns the name of the first function that it lacks, or
/// NULL.
const char *cscip_load(CSCIPFunctions *functions, void *library);
