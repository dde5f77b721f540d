/* kernels_avx512.c -- kernels for x86 CPUs with AVX512 */
#include <stdint.h>

#include "kernels.h"

#ifdef __x86_64__

#ifdef __clang__
#pragma clang attribute push(                                                                      \
	__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))),                    \
	apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif

#define SET          pz_nn_kernels_avx512
#define NAME         "avx512"
#define GEMM         pz_nn_gemm_avx512
#define FMA(a, b, c) __builtin_fmaf(a, b, c)

#include "kernels.inc"

#ifdef __clang__
#pragma clang attribute pop
#endif

#endif
