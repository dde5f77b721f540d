/* conv.h -- a stack of convolutions, by the method that suits its shape
 *
 * x and dx: n maps as s->in describes them, from their first channel on;
 * z and dz: (n, side, side, out).
 */
#ifndef PZ_NN_CONV_H
#define PZ_NN_CONV_H

#include "plan.h"

/* Chooses the method for a stack whose shape is known. */
void pz_nn_conv_method(struct nn_conv *c);

/* Floats of workspace; of planes, the weights as products read them (transformed, packed);
 * of the weights' gradient in a lane. */
size_t pz_nn_conv_scratch(const struct nn_step *s);
size_t pz_nn_conv_planes(const struct nn_conv *c);
size_t pz_nn_conv_lane(const struct nn_conv *c);

/* Once per batch: begin turns weights into planes, for the backward pass too if back is true; end
 * turns the sum of gradients in a lane into the gradient of the weights. */
void pz_nn_conv_begin(const struct nn_conv *c, const float *weight, float *planes, bool back);
void pz_nn_conv_end(const struct nn_conv *c, const float *lane, float *dweight);

/* z = x * weight, without bias. */
void pz_nn_conv_forward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			float *z, float *scratch);

/* lane += and, where dx is not NULL, dx = (or += where s->add). */
void pz_nn_conv_backward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			 const float *dz, float *lane, float *dx, float *scratch);

/* Twins in plain loops and double sums. */
void pz_nn_conv_forward_plain(const struct nn_step *s, const float *weight, size_t n,
			      const float *x, float *z);
void pz_nn_conv_backward_plain(const struct nn_step *s, const float *weight, size_t n,
			       const float *x, const float *dz, float *dweight, float *dx);

#endif
