/* cutout_strip.h -- strips of fields, filled ahead by several threads
 *
 * A strip is part of a field: its galaxies' maps, and the rows of every band that they
 * need. Each band of each strip is a task; threads take the tasks in order,
 *
 *      strip 0: u g r i z   strip 1: u g r i z   strip 2: ...
 *
 * so that files are decoded on all cores from the end of one field into the next, each
 * file once, its rows in order. What a task needs of another one, that one is before it;
 * so nothing waits for ever, and one thread alone can do them all.
 */
#ifndef CUTOUT_STRIP_H
#define CUTOUT_STRIP_H

#include "cutout_frame.h"
#include "failure.h"

struct strip {
	struct field *field;
	const struct placed *item; /* its galaxies                           */
	size_t n, room;
	struct stamp_grid *grid; /* n; size 0: no place on the reference frame */
	struct stamp_map *map;   /* (bands, n)                               */
	struct rows rows[BANDS_MAX];
	size_t missing; /* frames that this strip's field lacks, once           */
	char missing_name[256];

	/* private to the loader */
	size_t number;    /* of all strips                                      */
	bool first, last; /* of its field                                       */
	bool gridded;     /* the grids are made, or                             */
	bool broken;      /* there will be none                                 */
	int left;         /* tasks not done                                     */
	struct failure failure;
};

struct loader;

/* Reads strip after strip of the placed galaxies; frames, options, radec and x are
 * borrowed. */
int loader_open(struct loader **l, const struct pz_frames *frames,
		const struct pz_cutout_options *o, const double *radec,
		const struct cutout_index *x);
void loader_close(struct loader *l); /* NULL is fine */
/* The next strip, which is the caller's until the next call: 1, 0 none is left, < 0. */
int loader_next(struct loader *l, struct strip **strip);

#endif
