/* conv.h -- a stack of convolutions, by the method that suits its shape
 *
 * x and dx: n maps as s->in describes them, from their first channel on;
 * z and dz: (n, side, side, out).
 */
#ifndef PZ_NN_CONV_H
#define PZ_NN_CONV_H

#include "plan.h"

size_t nn_conv_scratch(const struct nn_step *s, size_t n); /* floats */

/* z = x * weight, without bias. */
void nn_conv_forward(const struct nn_step *s, const float *weight, size_t n, const float *x,
		     float *z, float *scratch);

/* dweight += and, where dx is not NULL, dx = (or += where s->add). */
void nn_conv_backward(const struct nn_step *s, const float *weight, size_t n, const float *x,
		      const float *dz, float *dweight, float *dx, float *scratch);

/* Twins in plain loops and double sums. */
void nn_conv_forward_plain(const struct nn_step *s, const float *weight, size_t n, const float *x,
			   float *z);
void nn_conv_backward_plain(const struct nn_step *s, const float *weight, size_t n, const float *x,
			    const float *dz, float *dweight, float *dx);

#endif
