/* kernels_avx2.c -- kernels for x86 CPUs with AVX2 */
#include <stdint.h>

#include "kernels.h"

#ifdef __x86_64__

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

#define SET          pz_nn_kernels_avx2
#define NAME         "avx2"
#define GEMM         pz_nn_gemm_avx2
#define FMA(a, b, c) __builtin_fmaf(a, b, c)

#include "kernels.inc"

#ifdef __clang__
#pragma clang attribute pop
#endif

#endif
