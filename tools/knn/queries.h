/* queries.h -- the galaxies to estimate in batches, read and measured by a thread of its own
 *
 *      struct queries q = { .in = t->in, ... };
 *
 *      rc = queries_allocate(&q, &features);
 *      rc = pz_ahead_begin(&ahead, queries_fill, &q, (void *const[]){ &q.slot[0], &q.slot[1] });
 */
#ifndef QUERIES_H
#define QUERIES_H

#include <pz/ahead.h>
#include <pz/stream.h>

#include "colours.h"
#include "left_out.h"

#define BATCH        2048 /* galaxies: many, so that they can be searched in spatial order */
#define BATCH_STAMPS 128  /* where the records keep their pixels                           */

struct batch {
	size_t n;
	pz_map *record[BATCH];
	float *x;           /* (n, features)                                   */
	uint64_t id[BATCH]; /* hashes of their ids                             */
};

struct queries {
	struct pz_reader *in; /* these three are set by the caller             */
	bool keep_stamps;     /* the records keep their pixels                 */
	bool strict;          /* a galaxy that cannot be measured is an error  */
	const struct features *f;
	struct gauge gauge;
	struct batch slot[PZ_AHEAD_SLOTS];
	struct left_out left_out;
};

/* Prepares to measure f of the galaxies of q->in. PZ_EMISMATCH: they have other stamps. */
int queries_allocate(struct queries *q, const struct features *f);
void queries_release(struct queries *q); /* all zero is fine */
/* Fills a slot of the struct queries at context: 1, 0 at the end, < 0. */
int queries_fill(void *context, void *slot);

#endif
