/* gemm.c -- products of matrices: in pieces that fit the cache, and in plain loops */
#include "gemm.h"
#include "kernels.h"

/* Columns of a piece of b at a time, rounded down to panels. */
#define COLUMNS ((size_t)512)

static size_t padded(const struct nn_gemm_set *set, size_t columns)
{
	return (columns + set->panel - 1) / set->panel * set->panel;
}

size_t pz_nn_gemm_packed(size_t depth, size_t columns)
{
	return depth * padded(pz_nn_kernels()->gemm, columns);
}

void pz_nn_gemm_pack(size_t depth, size_t columns, struct nn_matrix b, float *packed)
{
	pz_nn_kernels()->gemm->pack(depth, columns, b, packed);
}

void pz_nn_gemm_multiply(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
			 const float *packed, bool add, float *c, size_t ldc)
{
	pz_nn_kernels()->gemm->multiply(rows, columns, depth, a, packed, add, c, ldc);
}

/* Piece i of n of a whole, from where to where. */
static size_t piece(size_t whole, size_t i, size_t n)
{
	return whole * i / n;
}

void pz_nn_gemm_by(const struct nn_gemm_set *set, size_t rows, size_t columns, size_t depth,
		   struct nn_matrix a, struct nn_matrix b, bool add, float *c, size_t ldc,
		   float *scratch)
{
	for (size_t j = 0; j < columns; j += COLUMNS) {
		size_t n = columns - j < COLUMNS ? columns - j : COLUMNS;
		size_t deepest = NN_GEMM_SCRATCH / padded(set, n);
		size_t pieces = (depth + deepest - 1) / deepest;

		for (size_t i = 0; i < pieces; i++) {
			size_t l = piece(depth, i, pieces), end = piece(depth, i + 1, pieces);
			struct nn_matrix left = { a.at + l * a.along, a.down, a.along };
			struct nn_matrix right = { b.at + l * b.down + j * b.along, b.down,
						   b.along };

			set->pack(end - l, n, right, scratch);
			set->multiply(rows, n, end - l, left, scratch, add || i, c + j, ldc);
		}
	}
}

void pz_nn_gemm(size_t rows, size_t columns, size_t depth, struct nn_matrix a, struct nn_matrix b,
		bool add, float *c, size_t ldc, float *scratch)
{
	pz_nn_gemm_by(pz_nn_kernels()->gemm, rows, columns, depth, a, b, add, c, ldc, scratch);
}

/* ---- the plain twin ---- */

void pz_nn_gemm_plain(size_t rows, size_t columns, size_t depth, struct nn_matrix a,
		      struct nn_matrix b, bool add, float *c, size_t ldc)
{
	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < columns; j++) {
			double sum = add ? c[i * ldc + j] : 0;

			for (size_t l = 0; l < depth; l++)
				sum += (double)a.at[i * a.down + l * a.along] *
				       (double)b.at[l * b.down + j * b.along];
			c[i * ldc + j] = (float)sum;
		}
	}
}
