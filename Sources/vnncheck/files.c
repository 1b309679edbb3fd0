// Ends, files and JSON.
#include <stdarg.h>
#include "vnncheck.h"

const char *place = "vnncheck"; // what messages name: a file
long line_number;

_Noreturn void stop(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "vnncheck: %s", place);
  if (line_number > 0) fprintf(stderr, ":%ld", line_number);
  fputs(": ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(status);
}

void *room(size_t count, size_t size) {
  void *memory = calloc(count > 0 ? count : 1, size);
  if (!memory) stop(unreadable, "out of memory");
  return memory;
}

content read_content(const char *path) {
  place = path;
  FILE *file = fopen(path, "rb");
  if (!file) stop(unreadable, "cannot be opened");
  content result = {room(1, 1), 0, ""};
  static unsigned char part[1 << 16];
  for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0; result.size += got) {
    result.bytes = realloc(result.bytes, result.size + got + 1);
    if (!result.bytes) stop(unreadable, "out of memory");
    memcpy(result.bytes + result.size, part, got);
  }
  if (ferror(file)) stop(unreadable, "cannot be read");
  fclose(file);
  result.bytes[result.size] = 0;
  SHA256Data(result.bytes, result.size, result.digest);
  return result;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Names that stand twice would mean one thing here and another elsewhere.
static void check_names(yajl_val value, int depth) {
  if (depth > 100) stop(unreadable, "expected at most 100 levels of JSON");
  if (YAJL_IS_ARRAY(value))
    for (size_t i = 0; i < YAJL_GET_ARRAY(value)->len; i++) check_names(YAJL_GET_ARRAY(value)->values[i], depth + 1);
  if (!YAJL_IS_OBJECT(value)) return;
  const size_t count = YAJL_GET_OBJECT(value)->len;
  const char **keys = room(count, sizeof *keys);
  if (count > 0) memcpy(keys, YAJL_GET_OBJECT(value)->keys, count * sizeof *keys);
  qsort(keys, count, sizeof *keys, by_name);
  for (size_t i = 1; i < count; i++)
    if (strcmp(keys[i - 1], keys[i]) == 0) stop(unreadable, "the name %s stands twice", keys[i]);
  free(keys);
  for (size_t i = 0; i < count; i++) check_names(YAJL_GET_OBJECT(value)->values[i], depth + 1);
}

yajl_val parse(const char *text) {
  char message[200] = "";
  yajl_val value = yajl_tree_parse(text, message, sizeof message);
  if (!value || !YAJL_IS_OBJECT(value)) stop(unreadable, "expected a JSON object %s", message);
  check_names(value, 0);
  return value;
}

yajl_val member(yajl_val object, const char *name) { // NULL where it is absent or null
  const char *path[] = {name, NULL};
  yajl_val value = yajl_tree_get(object, path, yajl_t_any);
  return value && !YAJL_IS_NULL(value) ? value : NULL;
}

double double_of(yajl_val value, const char *name) {
  const double x = value && YAJL_IS_NUMBER(value) ? strtod(YAJL_GET_NUMBER(value), NULL) : NAN;
  if (!isfinite(x)) stop(unreadable, "%s: expected a finite number", name);
  return x;
}

size_t position_of(yajl_val value, const char *name) {
  const double x = double_of(value, name);
  if (x < 1 || x > INT_MAX || x != floor(x)) stop(unreadable, "%s: expected a position from 1", name);
  return (size_t)x;
}

size_t length_of(yajl_val value, const char *name) {
  if (!value || !YAJL_IS_ARRAY(value)) stop(unreadable, "%s: expected an array", name);
  return YAJL_GET_ARRAY(value)->len;
}

double *doubles_of(yajl_val value, const char *name, size_t count) {
  if (length_of(value, name) != count) stop(unreadable, "%s: expected %zu numbers", name, count);
  double *result = room(count, sizeof *result);
  for (size_t i = 0; i < count; i++) result[i] = double_of(YAJL_GET_ARRAY(value)->values[i], name);
  return result;
}
