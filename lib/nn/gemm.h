/* gemm.h -- matrix products; the only door to CBLAS */
#ifndef PZ_NN_GEMM_H
#define PZ_NN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/* Tells the BLAS to use the calling thread only: the engine's own threads call
 * it side by side. Called before the first product; again is harmless. */
void nn_gemm_start(void);

/* c(m,n) = op(a)(m,k) op(b)(k,n), row-major with lda, ldb, ldc floats from row to
 * row; op transposes where ta, tb say so. add: the product is added to c. */
void nn_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
	     const float *b, size_t ldb, bool add, float *c, size_t ldc);

/* The same in plain loops. */
void nn_gemm_plain(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
		   const float *b, size_t ldb, bool add, float *c, size_t ldc);

#endif
