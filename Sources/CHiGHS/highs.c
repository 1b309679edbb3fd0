#include "highs.h"

#include <dlfcn.h>

const char *chighs_load(CHiGHSFunctions *functions, void *library) {
#define CHIGHS_LOAD(result, name, symbol, parameters) \
  void *name = dlsym(library, #symbol);               \
  if (!name) return #symbol;                          \
  functions->name = (result(*) parameters)name;
  CHIGHS_FUNCTIONS(CHIGHS_LOAD)
#undef CHIGHS_LOAD
  return 0;
}
