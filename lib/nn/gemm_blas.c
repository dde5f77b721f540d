/* gemm_blas.c -- products by CBLAS, known here alone; what is packed lies row by row */
#include <cblas.h>

#include "gemm.h"

void pz_nn_gemm_start(void)
{
	openblas_set_num_threads(1);
}

static void blas_pack(size_t depth, size_t columns, struct nn_matrix b, float *packed)
{
	for (size_t l = 0; l < depth; l++)
		for (size_t j = 0; j < columns; j++)
			packed[l * columns + j] = b.at[l * b.down + j * b.along];
}

static void blas_multiply(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
			  const float *packed, bool add, float *c, size_t ldc)
{
	bool by_rows = a.along == 1;
	size_t lda = by_rows ? a.down : a.along;

	/* A single row may have any distance to the next. */
	lda = by_rows && lda < depth ? depth : lda;
	cblas_sgemm(CblasRowMajor, by_rows ? CblasNoTrans : CblasTrans, CblasNoTrans, (blasint)rows,
		    (blasint)columns, (blasint)depth, 1, a.at, (blasint)lda, packed,
		    (blasint)columns, add ? 1 : 0, c, (blasint)ldc);
}

const struct nn_gemm_set pz_nn_gemm_blas = {
	.name = "blas", .panel = 1, .pack = blas_pack, .multiply = blas_multiply
};
