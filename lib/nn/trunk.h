/* trunk.h -- forward and backward pass of one chunk of stamps through the convolutions */
#ifndef PZ_NN_TRUNK_H
#define PZ_NN_TRUNK_H

#include "plan.h"

/* The memory of a chunk (places: plan.h). products: of all steps, or of one at a
 * time (keep = false: there is no backward pass). */
struct nn_store {
	float *maps, *products, *gradients, *scratch;
	const float *planes; /* transformed weights */
	bool keep;
};

/* n stamps x (n,C,S,S), joined (n,J) -> vector (n, plan.vector). */
void pz_nn_trunk_forward(const struct pz_net *net, const struct nn_store *s, size_t n,
			 const float *x, const float *joined, float *vector);

/* Step i alone of the forward pass, on the maps that those before it have filled. */
void pz_nn_trunk_step(const struct pz_net *net, const struct nn_store *s, size_t i, size_t n);

/* dvector (n, plan.vector) -> gradients added to a lane. Uses up the products. */
void pz_nn_trunk_backward(const struct pz_net *net, const struct nn_store *s, size_t n,
			  const float *dvector, float *lane);

/* Before and after the chunks of a batch, for one step: transforms its weights;
 * takes the gradients of its parameters from a lane. */
void pz_nn_trunk_begin(const struct pz_net *net, size_t step, float *planes, bool back);
void pz_nn_trunk_end(const struct pz_net *net, size_t step, const float *lane, float *gradient);

#endif
