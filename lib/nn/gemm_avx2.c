/* gemm_avx2.c -- products of matrices for x86 CPUs with AVX2 */
#ifdef __x86_64__

#include "gemm.h"

#include "vector_avx2.h"

#define SET pz_nn_gemm_avx2

#include "gemm.inc"

#include "vector_end.h"

#endif
