/* winograd.h -- 3x3 and 5x5 convolutions with a fraction of the multiplications
 *
 * The map is cut into tiles of m x m output pixels. A tile of z depends on t x t
 * pixels of x, t = m + k - 1, and with three small fixed matrices A, B, G
 *
 *      z = A^T [ (G w G^T) . (B^T x B) ] A         . point by point
 *
 * (Lavin & Gray 2016, arXiv 1509.09308, after Winograd 1980). Over all channels
 * the point-wise product is t*t matrix products of (tiles, in) by (in, out):
 *
 *      V = B^T x B     for each tile and channel in
 *      U = G w G^T     once per step, for all threads
 *      M[p] = V[p] U[p]                             p = 0 ... t*t-1
 *      z = A^T M A
 *
 * Multiplications per output pixel and pair of channels, against k*k:
 *
 *      k  m  t   t*t/(m*m)  saves   error, of the deviation of z (float: 3e-7)
 *      3  4  6     2.25      4.0    8e-7
 *      3  6  8     1.78      5.1    3e-6
 *      5  4  8     4         6.25   3e-6
 *
 * The backward pass uses the same transforms in the opposite order, so that everything that is
 * transformed is used twice:
 *
 *      D = A dz A^T                                 for each tile and channel out
 *      dU[p] += V[p]^T D[p],    at the end dw += G^T dU G
 *      dV[p] = D[p] U[p]^T,     dx += B dV B^T      neighbouring tiles overlap
 *
 * Points of evaluation: 0, +-1, +-1/2, +-2 and infinity for t = 8; 0, +-5/8,
 * +-3/2 and infinity for t = 6: of those tried they lose the fewest digits.
 *
 * On one core of a Zen 4 whose sgemm does 98 GFLOP/s the layers of the networks
 * come to 350 ... 400 (3x3) and 530 ... 640 (5x5) effective GFLOP/s (multiply-adds
 * of the direct sum), each way; four fifths of the time are the products. To make u
 * and ut costs as much as three maps of 16 x 16 on the way up, the end of dw half
 * of that, however large the chunk.
 *
 * A call works on a chunk of n maps in one thread and cuts it into blocks of
 * tiles whose V, D and M stay in the second cache. V is made again on the way
 * back: cheaper than to keep it, being t*t/(m*m) times the size of x. The bits of
 * z and dx depend neither on the chunk nor on the blocks; those of dU depend on
 * the chunk.
 *
 * Maps are NHWC: x has xs floats from pixel to pixel and z zs, both from the
 * first channel on (plan.h); weights are (out, ky, kx, in). Stride 1, padding
 * (k-1)/2. Nothing here allocates.
 */
#ifndef PZ_NN_WINOGRAD_H
#define PZ_NN_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>

struct nn_winograd_set;

/* A convolution's shape and how it is cut. Sizes in floats. */
struct nn_winograd {
	size_t kernel, side, in, out;
	size_t tile, reach;  /* m and t                                         */
	size_t block;        /* tiles at a time                                 */
	size_t weights;      /* of u; the same number for du                    */
	size_t weights_back; /* of ut                                           */
	size_t scratch;
	float filter[8][5];                /* G                                               */
	const struct nn_winograd_set *set; /* the vector code in use            */
};

/* Fills w for a kernel of 3 or 5 and a kind of CPU (kernels.h: its name). */
void pz_nn_winograd_make(struct nn_winograd *w, int kernel, int side, int in, int out,
			 const char *cpu);

/* Whether this is faster than copied windows (measured; see tests/bench). */
bool pz_nn_winograd_pays(int kernel, int side, int in, int out);

/* u = G weight G^T, packed for the way up, and, where ut is not NULL, for the way
 * back. */
void pz_nn_winograd_weights(const struct nn_winograd *w, const float *weight, float *u, float *ut);

/* z = x * weight. */
void pz_nn_winograd_forward(const struct nn_winograd *w, const float *u, size_t n, const float *x,
			    size_t xs, float *z, size_t zs, float *scratch);

/* du += the weights' gradient, transformed; dx += the data's, where dx is not
 * NULL. dx has xs floats from pixel to pixel. */
void pz_nn_winograd_backward(const struct nn_winograd *w, const float *ut, size_t n, const float *x,
			     size_t xs, const float *dz, size_t zs, float *du, float *dx,
			     float *scratch);

/* dweight += G^T du G. */
void pz_nn_winograd_gradient(const struct nn_winograd *w, const float *du, float *dweight);

#endif
