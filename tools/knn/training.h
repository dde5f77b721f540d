/* training.h -- the galaxies of known redshift that others are compared with
 *
 * Of each galaxy its features, its redshift and a hash of its id are kept.
 */
#ifndef TRAINING_H
#define TRAINING_H

#include <pz/knn.h>

#include "../common/tool.h"
#include "colours.h"

struct training_options {
	const char *path;
	struct features_options features;
	bool strict; /* a galaxy that would be left out is an error              */
};

/* Reads the training stream: makes f, which says how the galaxies of t->in are to be measured as
 * well, and *knn, which the caller frees. */
int training_read(struct features *f, struct pz_knn **knn, struct tool *t,
		  const struct training_options *o, const struct pz_knn_options *neighbours);

#endif
