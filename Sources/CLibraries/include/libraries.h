// Shared libraries that are opened at run time and not linked.
#pragma once

#include <stddef.h>

// A function that a library has to have, and the pointer that is set to it.
typedef struct {
  const char *name;
  void *place;
} library_function;

// Opens the first library of `names` that there is, ended by NULL, and sets the pointers of `functions`. Returns NULL,
// or what is wrong, in `failure` of the given size. What is open stays so.
const char *library_open(const char *const *names, const library_function *functions, size_t count, char *failure,
                         size_t size);
