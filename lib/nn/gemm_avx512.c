/* gemm_avx512.c -- products of matrices for x86 CPUs with AVX512 */
#ifdef __x86_64__

#include "gemm.h"

#include "vector_avx512.h"

#define SET pz_nn_gemm_avx512

#include "gemm.inc"

#include "vector_end.h"

#endif
