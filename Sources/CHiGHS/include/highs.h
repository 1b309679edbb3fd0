// The part of HiGHS's C interface that vnnlua calls, as function-pointer types for dlsym. Nothing is linked.
//
// HighsInt is taken to be 32 bits wide, which HiGHSLibrary checks when it opens the library. The callback's structs
// stay opaque, except that the first member of the input is known to be the interrupt flag; outputs are read by name.
#pragma once

#include <stdint.h>

typedef struct {
  int user_interrupt;
} CHiGHSCallbackInput;

typedef void (*CHiGHSCallback)(int kind, const char *message, const void *output, CHiGHSCallbackInput *input,
                               void *context);

typedef const char *(*CHiGHSVersion)(void);
typedef int32_t (*CHiGHSSizeOfInt)(const void *highs);
typedef void *(*CHiGHSCreate)(void);
typedef void (*CHiGHSDestroy)(void *highs);
typedef int32_t (*CHiGHSRun)(void *highs);
typedef int32_t (*CHiGHSModelStatus)(const void *highs);
typedef void (*CHiGHSResetScheduler)(int32_t blocking);

typedef int32_t (*CHiGHSPassModel)(void *highs, int32_t columns, int32_t rows, int32_t entries, int32_t format,
                                   int32_t sense, double offset, const double *cost, const double *column_lower,
                                   const double *column_upper, const double *row_lower, const double *row_upper,
                                   const int32_t *starts, const int32_t *indices, const double *values,
                                   const int32_t *integrality);

typedef int32_t (*CHiGHSOptionType)(const void *highs, const char *option, int32_t *type);
typedef int32_t (*CHiGHSSetInt)(void *highs, const char *option, int32_t value);
typedef int32_t (*CHiGHSSetDouble)(void *highs, const char *option, double value);
typedef int32_t (*CHiGHSSetString)(void *highs, const char *option, const char *value);

typedef int32_t (*CHiGHSGetIntInfo)(const void *highs, const char *info, int32_t *value);
typedef int32_t (*CHiGHSGetInt64Info)(const void *highs, const char *info, int64_t *value);
typedef int32_t (*CHiGHSGetDoubleInfo)(const void *highs, const char *info, double *value);
typedef int32_t (*CHiGHSGetSolution)(const void *highs, double *column_value, double *column_dual, double *row_value,
                                     double *row_dual);
typedef int32_t (*CHiGHSSetSolution)(void *highs, const double *column_value, const double *row_value,
                                     const double *column_dual, const double *row_dual);

typedef int32_t (*CHiGHSSetCallback)(void *highs, CHiGHSCallback callback, void *context);
typedef int32_t (*CHiGHSStartCallback)(void *highs, int kind);
typedef const void *(*CHiGHSCallbackItem)(const void *output, const char *name);
typedef int32_t (*CHiGHSSubmit)(CHiGHSCallbackInput *input, int32_t count, const double *values);
