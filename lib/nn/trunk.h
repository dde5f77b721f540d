/* trunk.h -- one chunk of stamps up and down the convolutions */
#ifndef PZ_NN_TRUNK_H
#define PZ_NN_TRUNK_H

#include "plan.h"

/* The memory of a chunk (places: plan.h). products: of all steps, or of one at a
 * time (keep = false, no way back). */
struct nn_store {
	float *maps, *products, *gradients, *scratch;
	bool keep;
};

/* n stamps x (n,C,S,S), ebv (n) -> vector (n, plan.vector). */
void nn_trunk_forward(const struct pz_net *net, const struct nn_store *s, size_t n, const float *x,
		      const float *ebv, float *vector);

/* dvector (n, plan.vector) -> gradients added to the block `gradient`, of which
 * only the trunk's part is touched. Uses up the products. */
void nn_trunk_backward(const struct pz_net *net, const struct nn_store *s, size_t n,
		       const float *dvector, float *gradient);

#endif
