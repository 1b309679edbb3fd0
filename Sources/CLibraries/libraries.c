#include "libraries.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

const char *library_open(const char *const *names, const library_function *functions, size_t count, char *failure,
                         size_t size) {
  void *library = NULL;
  for (; *names != NULL && library == NULL; names++) {
    library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      const char *error = dlerror();
      snprintf(failure, size, "%s", error == NULL ? "cannot be loaded" : error);
    }
  }
  if (library == NULL) return failure;
  for (size_t i = 0; i < count; i++) {
    void *function = dlsym(library, functions[i].name);
    if (function == NULL) {
      snprintf(failure, size, "the library has no function %s", functions[i].name);
      return failure;
    }
    memcpy(functions[i].place, &function, sizeof function);
  }
  return NULL;
}
