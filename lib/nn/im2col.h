/* im2col.h -- convolutions as products of copied windows
 *
 * Row p of the windows is what the kernel sees at output pixel p: k*k runs of
 * `in` channels, zero outside of the map. Then z = windows W^T, dW = dz^T windows
 * and the windows' gradient dz W, added back to where the windows came from.
 * The windows of a few rows of pixels at a time keep within the cache.
 */
#ifndef PZ_NN_IM2COL_H
#define PZ_NN_IM2COL_H

#include "plan.h"

/* Floats of workspace the functions below need. */
size_t pz_nn_im2col_scratch(const struct nn_conv *c);

/* x: n maps as s->in describes them; z (n, side, side, out), whole rows. Planes are W^T and,
 * for the backward pass, W, both packed (gemm.h). */
void pz_nn_im2col_forward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			  float *z, float *scratch);
/* dweight += ... */
void pz_nn_im2col_weights(const struct nn_step *s, size_t n, const float *x, const float *dz,
			  float *dweight, float *scratch);
/* dx += ... */
void pz_nn_im2col_data(const struct nn_step *s, const float *planes, size_t n, const float *dz,
		       float *dx, float *scratch);

#endif
