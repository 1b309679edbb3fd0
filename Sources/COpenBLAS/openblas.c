#define _GNU_SOURCE
#include "openblas.h"

#include "libraries.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

static openblas_table table;
static char failure[512];
static atomic_int threads_in_use = -1;
static atomic_int thread_limit = 1;

// OpenBLAS up to 0.3.22 does not know AMD processors with AVX-512 and gives them its AVX2 kernels, 1.6 to 1.8 times
// slower on the products of training. Later versions choose Skylake kernels on them themselves, and all versions in
// use know Intel's own processors, so naming the kernels never takes better ones away.
static bool needs_kernel_choice(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd") && getenv("OPENBLAS_CORETYPE") == NULL;
#else
  return false;
#endif
}

const openblas_table *openblas_open(const char **reason) {
  static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", NULL};
  const library_function functions[] = {
      {"cblas_dgemm", &table.dgemm},
      {"cblas_sgemm", &table.sgemm},
      {"cblas_dgemv", &table.dgemv},
      {"cblas_sgemv", &table.sgemv},
      {"cblas_ddot", &table.ddot},
      {"openblas_set_num_threads", &table.set_num_threads},
      {"openblas_get_num_threads", &table.get_num_threads},
      {"openblas_get_config", &table.get_config},
      {"openblas_get_corename", &table.get_corename},
  };
  bool chooses = needs_kernel_choice();
  if (chooses) setenv("OPENBLAS_CORETYPE", "SKYLAKEX", 1);
  *reason = library_open(names, functions, sizeof functions / sizeof *functions, failure, sizeof failure);
  // The programs that this one starts choose for themselves.
  if (chooses) unsetenv("OPENBLAS_CORETYPE");
  if (*reason != NULL) return NULL;
  // What the user's OPENBLAS_NUM_THREADS, the affinity mask and the machine allow.
  openblas_set_thread_limit(table.get_num_threads());
  return &table;
}

void openblas_use_threads(const openblas_table *table, int count) {
  if (atomic_load_explicit(&threads_in_use, memory_order_relaxed) == count) return;
  table->set_num_threads(count);
  atomic_store_explicit(&threads_in_use, count, memory_order_relaxed);
}

void openblas_set_thread_limit(int count) {
  atomic_store_explicit(&thread_limit, count < 1 ? 1 : count, memory_order_relaxed);
}

int openblas_thread_limit(void) { return atomic_load_explicit(&thread_limit, memory_order_relaxed); }
