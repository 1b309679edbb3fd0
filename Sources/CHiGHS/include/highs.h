// The part of HiGHS's C interface that vnnlua calls, as a table of functions that is filled from an opened
// library. Nothing is linked.
//
// HighsInt is taken to be 32 bits wide, which HiGHSLibrary checks when it opens the library. The callback's structs
// stay opaque, except that the first member of the input is known to be the interrupt flag; outputs are read by name.
#pragma once

#include <stdint.h>

// Only that the functions are there is known of pointers here.
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef struct {
  int user_interrupt;
} CHiGHSCallbackInput;

typedef void (*CHiGHSCallback)(int kind, const char *message, const void *output, CHiGHSCallbackInput *input,
                               void *context);

// F(result, name in Swift, name in the library, parameters) for every function.
#define CHIGHS_FUNCTIONS(F)                                                                                     \
  F(const char *, versionText, Highs_version, (void))                                                           \
  F(int32_t, sizeOfInt, Highs_getSizeofHighsInt, (const void *highs))                                           \
  F(void *, create, Highs_create, (void))                                                                       \
  F(void, destroy, Highs_destroy, (void *highs))                                                                \
  F(int32_t, run, Highs_run, (void *highs))                                                                     \
  F(int32_t, modelStatus, Highs_getModelStatus, (const void *highs))                                            \
  F(void, resetScheduler, Highs_resetGlobalScheduler, (int32_t blocking))                                       \
  F(int32_t, passModel, Highs_passMip,                                                                          \
    (void *highs, int32_t columns, int32_t rows, int32_t entries, int32_t format, int32_t sense, double offset, \
     const double *cost, const double *column_lower, const double *column_upper, const double *row_lower,       \
     const double *row_upper, const int32_t *starts, const int32_t *indices, const double *values,              \
     const int32_t *integrality))                                                                               \
  F(int32_t, optionType, Highs_getOptionType, (const void *highs, const char *option, int32_t *type))           \
  F(int32_t, setBool, Highs_setBoolOptionValue, (void *highs, const char *option, int32_t value))               \
  F(int32_t, setInt, Highs_setIntOptionValue, (void *highs, const char *option, int32_t value))                 \
  F(int32_t, setDouble, Highs_setDoubleOptionValue, (void *highs, const char *option, double value))            \
  F(int32_t, setString, Highs_setStringOptionValue, (void *highs, const char *option, const char *value))       \
  F(int32_t, intInfo, Highs_getIntInfoValue, (const void *highs, const char *info, int32_t *value))             \
  F(int32_t, int64Info, Highs_getInt64InfoValue, (const void *highs, const char *info, int64_t *value))         \
  F(int32_t, doubleInfo, Highs_getDoubleInfoValue, (const void *highs, const char *info, double *value))        \
  F(int32_t, getSolution, Highs_getSolution,                                                                    \
    (const void *highs, double *column_value, double *column_dual, double *row_value, double *row_dual))        \
  F(int32_t, setSolution, Highs_setSolution,                                                                    \
    (void *highs, const double *column_value, const double *row_value, const double *column_dual,               \
     const double *row_dual))                                                                                   \
  F(int32_t, setCallback, Highs_setCallback, (void *highs, CHiGHSCallback callback, void *context))             \
  F(int32_t, startCallback, Highs_startCallback, (void *highs, int kind))                                       \
  F(const void *, callbackItem, Highs_getCallbackDataOutItem, (const void *output, const char *name))           \
  F(int32_t, submit, Highs_setCallbackSolution, (CHiGHSCallbackInput * input, int32_t count, const double *values))

typedef struct {
#define CHIGHS_FIELD(result, name, symbol, parameters) result(*_Nonnull name) parameters;
  CHIGHS_FUNCTIONS(CHIGHS_FIELD)
#undef CHIGHS_FIELD
} CHiGHSFunctions;

/// Fills the table from a library that dlopen has opened; returns the name of the first function that it lacks, or
/// NULL.
const char *chighs_load(CHiGHSFunctions *functions, void *library);
