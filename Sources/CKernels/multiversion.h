#pragma once

// The levels that kernels are compiled for. A vector of 16 floats is one register of AVX-512, two of AVX2, four of the
// baseline; the compiler splits it.
#if defined(__x86_64__)
#define MULTIVERSIONED __attribute__((target_clones("avx512bw", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float sixteen __attribute__((vector_size(64), aligned(4)));
typedef int sixteen_int __attribute__((vector_size(64), aligned(4)));

// For each lane a where the condition holds and b where not.
#define CHOSEN(condition, a, b) ((sixteen)(((sixteen_int)(a) & (condition)) | ((sixteen_int)(b) & ~(condition))))
