/* gemm.c -- matrix products by CBLAS, and in plain loops */
#include <cblas.h>

#include "gemm.h"

void nn_gemm_start(void)
{
	openblas_set_num_threads(1);
}

void nn_gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
	     const float *b, size_t ldb, bool add, float *c, size_t ldc)
{
	cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
		    (blasint)m, (blasint)n, (blasint)k, 1, a, (blasint)lda, b, (blasint)ldb,
		    add ? 1 : 0, c, (blasint)ldc);
}

void nn_gemm_plain(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
		   const float *b, size_t ldb, bool add, float *c, size_t ldc)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			double sum = add ? c[i * ldc + j] : 0;

			for (size_t l = 0; l < k; l++)
				sum += (double)(ta ? a[l * lda + i] : a[i * lda + l]) *
				       (double)(tb ? b[j * ldb + l] : b[l * ldb + j]);
			c[i * ldc + j] = (float)sum;
		}
	}
}
