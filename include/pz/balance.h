/* balance.h -- a subset that is nearly flat in redshift and magnitude
 *
 * pzpipe-method(7), equation 9. Cells are (magnitude row, redshift bin). A cell of at most
 * t galaxies is kept whole; of a larger one, of c galaxies, a window of t in a
 * random order of its own:
 *
 *      order     g g g g g g g g g g g        c = 11, t = 3
 *      fold      1 1 1 2 2 2 3 3 3 4 4        and fold 4 takes the first again
 *
 * so folds are disjoint while folds x t <= c. The order depends on the seed and
 * on the galaxies' ids only: neither on the order of the input nor on what else
 * is in it (but for galaxies that share an id).
 */
#ifndef PZ_BALANCE_H
#define PZ_BALANCE_H

#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

struct pz_balance {
	size_t threshold; /* t, at least 1                                     */
	int fold;         /* from 1                                            */
	uint64_t seed;
};

struct pz_balance_counts {
	size_t kept;
	size_t outside;   /* row or bin below 0: these are in no cell, nor kept */
	size_t cells;     /* with any galaxy                                   */
	size_t cells_cut; /* with more than the threshold                      */
};

/* Sets keep[n] to 1 or 0. row, bin: a galaxy's cell; key: a hash of its id.
 * counts may be NULL. Takes 24 bytes a galaxy while it works.
 * 0, PZ_EARG (threshold or fold below 1), PZ_ENOMEM. */
PZ_API int pz_balance(const struct pz_balance *b, size_t n, const int *row, const int *bin,
		      const uint64_t *key, unsigned char *keep, struct pz_balance_counts *counts);

#endif
