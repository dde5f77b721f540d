/* work.h -- the memory of a batch on its way through a network */
#ifndef PZ_NN_WORK_H
#define PZ_NN_WORK_H

#include "dropout.h"
#include "norm.h"
#include "plan.h"

/* Gradients of the trunk's parameters are added up in this many lanes: chunk i
 * of n belongs to lane i * NN_LANES / n. More lanes feed more cores (make bench-threads) and
 * cost a copy of the trunk's gradient each. */
#define NN_LANES 16

struct pz_work {
	const struct pz_net *net;
	size_t max, threads; /* stamps; threads */
	bool train;
	const struct pz_ranks *ranks; /* ranks that share batches of `batch`; NULL: none */
	size_t batch;
	struct nn_dropout dropout; /* of the next step of training; not of what is validated */

	/* Of every chunk when training, of every thread when not. */
	float *maps, *products;
	size_t map_floats, product_floats;
	/* Of every thread; gradients of every chunk where products are normalised. */
	float *gradients, *scratch;
	size_t scratch_floats;

	struct nn_norm norm;
	float *planes, *lanes;             /* plan.planes; plan.lane of each lane   */
	float *vector, *dvector;           /* (max, plan.vector)                    */
	float *z, *y, *dy;                 /* all hidden layers, one after the other   */
	size_t hidden;                     /* floats of a stamp's hidden layers     */
	float *logits, *softmax, *dlogits; /* (max, O)                              */
	double *loss;                      /* of each stamp                         */
	void *block;
	size_t bytes;
};

#endif
