/// The Lua files of the standard library, embedded in the program.
#pragma once
#include <stddef.h>

/// One file: its path relative to the folder Stdlib and its bytes.
typedef struct vnn_stdlib_file {
  const char *path;
  const unsigned char *bytes;
  size_t count;
} vnn_stdlib_file;

/// All files, sorted by path.
const vnn_stdlib_file *vnn_stdlib_files(void);
/// How many files there are.
size_t vnn_stdlib_count(void);
