/* dropout.h -- private: units of hidden layers that are off in an iteration */
#ifndef PZ_NN_DROPOUT_H
#define PZ_NN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

struct nn_dropout {
	double share; /* of the units that are off; 0: none                     */
	uint64_t seed, iteration;
	size_t first; /* number in the batch of this rank's first stamp         */
};

/* y (n, units), the outputs of a hidden layer, or their gradients: 0 where a unit is off, else
 * divided by 1 - share. */
void pz_nn_drop(const struct nn_dropout *d, size_t layer, size_t n, size_t units, float *y);

#endif
