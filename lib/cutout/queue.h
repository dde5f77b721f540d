/* queue.h -- the threads that load strips and cut stamps
 *
 *      strips     load | load | load
 *      blocks       cut | cut | cut | cut
 *      the caller        write | write | write
 *
 * Stamps are cut in blocks, in order. A thread cuts if there is a complete strip and room for
 * a block; otherwise it loads. A strip is released as soon as all its stamps are cut.
 */
#ifndef CUTOUT_QUEUE_H
#define CUTOUT_QUEUE_H

#include "strip.h"

/* Stamps in a row of one strip. */
struct block {
	const struct placed *item;
	size_t n, next, left; /* stamps; to be cut next; not yet cut           */
	float *pixels;        /* (n, bands, size, size)                        */
	float *notes;         /* (n, 3, bands): cover, sky, data at the galaxy: 1, 0, or NaN
				 where the band has no frame                       */
	struct pz_failure failure;
	size_t missing; /* frames of its field, as noted with the field's first stamp */
	bool lacking;   /* the field has not all frames                        */
};

struct queue;

/* What is handed over is borrowed. */
int pz_queue_open(struct queue **q, const struct pz_frames *frames,
		  const struct pz_cutout_options *o, const double *radec,
		  const struct cutout_index *x, struct notes *notes);
void pz_queue_close(struct queue *q); /* NULL is fine */
/* The next block, which is the caller's until the next call: 1, 0 none is left, < 0. */
int pz_queue_next(struct queue *q, const struct block **block);

#endif
