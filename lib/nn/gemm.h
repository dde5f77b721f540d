/* gemm.h -- products of matrices
 *
 *      c(rows, columns) = or += a(rows, depth) b(depth, columns)
 *
 * On CPUs whose vectors the engine knows (gemm.inc) the left matrix is read where it
 * stands and the right one is packed first, in panels of two vectors of columns: a
 * piece at a time (pz_nn_gemm), or once for all products with it (pz_nn_gemm_pack), as the
 * weights of a layer are for all chunks of a batch. Each value of c is a sum in one
 * order, whatever stands beside it. On other CPUs a BLAS multiplies, and its sums may
 * round by the number of rows.
 *
 * Why not a BLAS everywhere: it packs what it multiplies at every call, a third of the
 * time where few rows meet many weights; and one that does not know the CPU takes the
 * oldest kernels that it has (OpenBLAS 0.3.21 on an Emerald Rapids: 18 GFLOP/s a core
 * instead of 100; tests/bench).
 */
#ifndef PZ_NN_GEMM_H
#define PZ_NN_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/* A matrix where it stands: value (i, j) at at[i * down + j * along]. One of the two
 * is 1. */
struct nn_matrix {
	const float *at;
	size_t down, along;
};

/* For the rows of a matrix as they lie in memory; for those of its transpose. */
#define NN_ROWS(at, stride)    ((struct nn_matrix){ (at), (stride), 1 })
#define NN_COLUMNS(at, stride) ((struct nn_matrix){ (at), 1, (stride) })

/* What multiplies on one kind of CPU. */
struct nn_gemm_set {
	const char *name;
	size_t panel; /* columns of a packed matrix come in as many       */
	bool apart;   /* no bit of a row depends on how many rows there are */
	void (*pack)(size_t depth, size_t columns, struct nn_matrix b, float *packed);
	void (*multiply)(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
			 const float *packed, bool add, float *c, size_t ldc);
};

extern const struct nn_gemm_set pz_nn_gemm_avx512, pz_nn_gemm_avx2, pz_nn_gemm_blas;

/* Tells the BLAS to use the calling thread only: the engine's own threads call
 * it side by side. Called before the first product; again is harmless. */
void pz_nn_gemm_start(void);

/* Floats that a packed matrix of this size takes. */
size_t pz_nn_gemm_packed(size_t depth, size_t columns);

void pz_nn_gemm_pack(size_t depth, size_t columns, struct nn_matrix b, float *packed);

/* With a packed b. c has ldc floats from row to row. */
void pz_nn_gemm_multiply(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
			 const float *packed, bool add, float *c, size_t ldc);

#define NN_GEMM_SCRATCH ((size_t)1 << 17) /* floats */

/* With a b that is packed on the way; by the set in use, or by one named. */
void pz_nn_gemm(size_t rows, size_t columns, size_t depth, struct nn_matrix a, struct nn_matrix b,
		bool add, float *c, size_t ldc, float *scratch);
void pz_nn_gemm_by(const struct nn_gemm_set *set, size_t rows, size_t columns, size_t depth,
		   struct nn_matrix a, struct nn_matrix b, bool add, float *c, size_t ldc,
		   float *scratch);

/* The same in plain loops. */
void pz_nn_gemm_plain(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
		      struct nn_matrix b, bool add, float *c, size_t ldc);

#endif
