/* constant.h -- what an answer that is the same for all galaxies would lose
 *
 * A network that gives all galaxies the distribution of all labels has learned nothing from what
 * it reads. Its loss, and the lowest loss that labels of this kind allow, tell how far a run came.
 */
#ifndef CONSTANT_H
#define CONSTANT_H

#include <pz/train.h>

struct constant {
	double loss;  /* of the best constant answer: the entropies of the mean targets      */
	double least; /* mean entropy of the targets themselves: no network can lose less    */
};

/* Of up to 10,000 examples, spread over all. PZ_ENOMEM. */
int constant_measure(const struct pz_examples *e, const struct pz_net_shape *shape,
		     struct constant *c);
/* The share of what could be learned, from 0 (nothing) to 1; negative: less than nothing. */
double constant_learned(const struct constant *c, double loss);

#endif
