/* batches.h -- stamps in batches, read and decoded by a thread of its own
 *
 *      struct batches b = { .in = t->in, .left = UINT64_MAX, ... };
 *
 *      rc = batches_allocate(&b);
 *      rc = pz_ahead_begin(&ahead, batches_fill, &b, (void *const[]){ &b.slot[0], &b.slot[1] });
 */
#ifndef BATCHES_H
#define BATCHES_H

#include <pz/ahead.h>
#include <pz/stream.h>

#include "../common/shard.h"

#define BATCH 64 /* stamps */

/* Records whose pixels are decoded. */
struct batch {
	size_t n;
	pz_map *record[BATCH];
	float *x;              /* (n, bands, size, size); NULL: pixels are not read */
	float *ebv, *features; /* (n) and (n, features of the header)             */
};

struct batches {
	struct pz_reader *in;              /* the first six are set by the caller             */
	uint64_t left;                     /* records to read at most                       */
	bool needs_pixels, needs_features; /* a record without them is an error */
	bool needs_ebv;                    /* a record without E(B-V) is an error           */
	bool keep_stamps;                  /* the records keep their pixels                 */
	uint64_t incomplete;               /* galaxies with a missing feature               */
	struct batch slot[PZ_AHEAD_SLOTS];
};

int batches_allocate(struct batches *b);
void batches_release(struct batches *b); /* all zero is fine */

/* Sets b->in to the first record of a shard, and b->left to the number of its records. A shard
 * has whole batches of the stream: the last bits of a result depend on the place in a batch. */
int batches_find_shard(struct batches *b, const struct shard *shard);
/* Fills a slot of the struct batches at context: 1, 0 at the end, < 0. */
int batches_fill(void *context, void *slot);

#endif
