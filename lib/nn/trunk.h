/* trunk.h -- forward and backward pass of one chunk of stamps through the convolutions */
#ifndef PZ_NN_TRUNK_H
#define PZ_NN_TRUNK_H

#include "norm.h"
#include "plan.h"

/* The memory of a chunk (places: plan.h). products: of all steps, or of one at a
 * time (keep = false: there is no backward pass). */
struct nn_store {
	float *maps, *products, *gradients, *scratch;
	const float *planes; /* transformed weights */
	const struct nn_norm *norm;
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

/* The same way in parts, where all chunks of a batch must be through one before the next
 * (batch_norm.c). Up: the image; of each step the product of a convolution, which is returned, and
 * its activation and pool, or another step as a whole; the vectors. Down: from the vectors; of a
 * normalised convolution the sums that go to a lane; of each step all else. */
void pz_nn_trunk_image(const struct pz_net *net, const struct nn_store *s, size_t n,
		       const float *x);
float *pz_nn_trunk_product(const struct pz_net *net, const struct nn_store *s, size_t step,
			   size_t n);
void pz_nn_trunk_activate(const struct pz_net *net, const struct nn_store *s, size_t step,
			  size_t n);
void pz_nn_trunk_vector(const struct pz_net *net, const struct nn_store *s, size_t n,
			const float *joined, float *vector);
void pz_nn_trunk_spread(const struct pz_net *net, const struct nn_store *s, size_t n,
			const float *dvector);
void pz_nn_trunk_sums(const struct pz_net *net, const struct nn_store *s, size_t step, size_t n,
		      float *lane);
void pz_nn_trunk_down(const struct pz_net *net, const struct nn_store *s, size_t step, size_t n,
		      float *lane);

/* Before and after the chunks of a batch, for one step: transforms its weights, folded first where
 * the network's statistics normalise them (scratch: room for them);
 * takes the gradients of its parameters from a lane. */
void pz_nn_trunk_begin(const struct pz_net *net, const struct nn_norm *norm, size_t step,
		       float *planes, bool back, float *scratch);
void pz_nn_trunk_end(const struct pz_net *net, size_t step, const float *lane, float *gradient);

#endif
