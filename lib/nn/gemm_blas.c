/* gemm_blas.c -- products by CBLAS, known here alone; what is packed lies row by row */
#include <cblas.h>

#include "gemm.h"

#ifdef __ELF__
/* OpenBLAS's own, where it has threads; it calls it when a process forks. */
extern int blas_thread_shutdown_(void) __attribute__((weak));

/* OpenBLAS starts a thread for each core as it is loaded, and these look for work for 30 ms before
 * they sleep: on 64 cores that is two seconds of a processor, for threads that are never used. */
static void end_threads(void)
{
	if (blas_thread_shutdown_)
		blas_thread_shutdown_();
}
#else
static void end_threads(void)
{
}
#endif

void pz_nn_gemm_start(void)
{
	openblas_set_num_threads(1);
	end_threads();
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
