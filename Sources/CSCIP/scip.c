#include "scip.h"

#include <dlfcn.h>

const char *cscip_load(CSCIPFunctions *functions, void *library) {
#define CSCIP_LOAD(result, name, parameters) \
  void *name = dlsym(library, "SCIP" #name); \
  if (!name) return "SCIP" #name;            \
  functions->name = (result(*) parameters)name;
  CSCIP_FUNCTIONS(CSCIP_LOAD)
#undef CSCIP_LOAD
  return 0;
}
