/* features.h -- private: what a frozen trunk makes of (stamp, symmetry), kept */
#ifndef PZ_NN_FEATURES_H
#define PZ_NN_FEATURES_H

#include <pz/train.h>

#include "feed.h"

struct nn_features {
	size_t width;        /* F                                                */
	size_t pairs;        /* how many rows there are                          */
	unsigned char *mask; /* [examples]: symmetries kept                      */
	size_t *first;       /* [examples]: row of the first of them             */
	float *value;        /* (pairs, F); NULL: they are in the spool          */
	int spool;           /* -1: none                                         */
};

/* Computes the features of the pairs in mask (one byte an example; NULL: every
 * example as it is). Above `memory` bytes they go to an unlinked file in $TMPDIR.
 * PZ_ESTOP where the hooks say so. */
int pz_nn_features_new(struct nn_features **f, const struct pz_net *net,
		       const struct pz_examples *examples, const unsigned char *mask, size_t memory,
		       const struct pz_train_hooks *hooks);
void pz_nn_features_free(struct nn_features *f);

/* The rows of pairs that are in the mask, for a feed; of NULL: pixels. */
struct nn_rows pz_nn_features_rows(const struct nn_features *f);

#endif
