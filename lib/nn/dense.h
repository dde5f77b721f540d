/* dense.h -- fully connected layers over a whole batch
 *
 * x (n, in), z and y (n, out). Work is cut into blocks of columns whose size is
 * fixed, and the blocks are spread over the threads. The large matrix, the weights, is
 * read once and where it stands: on the way up z^T = W x^T is computed, so that it is
 * the batch that is packed.
 */
#ifndef PZ_NN_DENSE_H
#define PZ_NN_DENSE_H

#include "gemm.h"
#include "work.h"

/* Floats of workspace that a thread needs. */
#define NN_DENSE_SCRATCH (NN_GEMM_SCRATCH + NN_DENSE_TILE * NN_DENSE_TILE)
#define NN_DENSE_TILE    ((size_t)128) /* columns, and stamps, at a time */

/* z = x W^T; y = act(z + bias). */
void pz_nn_dense_forward(const struct pz_work *w, const struct nn_dense *d, size_t n,
			 const float *x, float *z, float *y);

/* y = x W^T + bias: the outputs. */
void pz_nn_dense_linear(const struct pz_work *w, const struct nn_dense *d, size_t n, const float *x,
			float *y);

/* Turns z into its gradient (the layer's activation, dy); fills the gradients of
 * bias and slope. */
void pz_nn_dense_act_backward(const struct pz_work *w, const struct nn_dense *d, size_t n, float *z,
			      float *dy, float *gradient);

/* The sums of dz over the batch, into the gradient of the bias. */
void pz_nn_dense_bias(const struct nn_dense *d, size_t n, const float *dz, float *gradient);

/* dW = dz^T x; dx = dz W where dx is not NULL. */
void pz_nn_dense_backward(const struct pz_work *w, const struct nn_dense *d, size_t n,
			  const float *x, float *dz, float *gradient, float *dx);

#endif
