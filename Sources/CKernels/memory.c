#define _GNU_SOURCE
#include "kernels.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// Blocks from 1 MB up are whole multiples of 2 MB, so that the system can back them with large pages.
static const size_t large = (size_t)1 << 20, page = (size_t)1 << 21, kept_limit = (size_t)128 << 20;

static struct {
  double *block;
  size_t bytes;
} kept[32];
static size_t kept_count, kept_bytes;
// Of all blocks in use.
static _Atomic size_t used_bytes, limit_bytes = SIZE_MAX;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t rounded(size_t count) {
  size_t bytes = count * sizeof(double);
  return bytes < large ? (bytes + 63) / 64 * 64 + (bytes == 0 ? 64 : 0) : (bytes + page - 1) / page * page;
}

/// A kept block of that size, if there is one. The lock is held.
static double *reused(size_t bytes) {
  for (size_t i = 0; i < kept_count; i++) {
    if (kept[i].bytes != bytes) continue;
    double *block = kept[i].block;
    kept_bytes -= bytes;
    kept[i] = kept[--kept_count];
    return block;
  }
  return NULL;
}

void tensor_limit_memory(size_t bytes) { limit_bytes = bytes; }

int tensor_fits(size_t count) {
  const size_t limit = limit_bytes;
  return count <= SIZE_MAX / 16 && rounded(count) <= limit && used_bytes <= limit - rounded(count);
}

double *tensor_allocate(size_t count, int zeroed) {
  if (count > SIZE_MAX / 16) return NULL;
  size_t bytes = rounded(count);
  double *block = NULL;
  if (bytes >= page) {
    pthread_mutex_lock(&lock);
    block = reused(bytes);
    // Kept blocks are no reason to pass the limit.
    while (block == NULL && kept_count > 0 && kept_bytes + used_bytes + bytes > limit_bytes) {
      kept_bytes -= kept[--kept_count].bytes;
      free(kept[kept_count].block);
    }
    pthread_mutex_unlock(&lock);
  }
  if (block == NULL) {
    void *memory = NULL;
    if (posix_memalign(&memory, bytes >= page ? page : 64, bytes) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
    if (bytes >= page) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    block = memory;
  }
  used_bytes += bytes;
  if (zeroed) memset(block, 0, bytes);
  return block;
}

void tensor_release(double *block, size_t count) {
  size_t bytes = rounded(count);
  used_bytes -= bytes;
  if (bytes >= page && bytes <= kept_limit) {
    double *dropped[32];
    size_t dropped_count = 0;
    pthread_mutex_lock(&lock);
    // The oldest go first.
    size_t first = 0;
    while (first < kept_count &&
           (kept_bytes + bytes > kept_limit || kept_count - first == sizeof kept / sizeof *kept)) {
      kept_bytes -= kept[first].bytes;
      dropped[dropped_count++] = kept[first++].block;
    }
    memmove(kept, kept + first, (kept_count - first) * sizeof *kept);
    kept_count -= first;
    kept[kept_count].block = block;
    kept[kept_count++].bytes = bytes;
    kept_bytes += bytes;
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < dropped_count; i++) free(dropped[i]);
    return;
  }
  free(block);
}
