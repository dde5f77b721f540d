/* strip.h -- strips of fields: galaxies' maps, and the rows of every band they need
 *
 * Each band of each strip is a task; threads (queue.h) take the tasks in order,
 *
 *      strip 0: u g r i z   strip 1: u g r i z   strip 2: ...
 *
 * so that all cores decode files without a pause between two fields. Each file is decoded
 * once, its rows in order. A task needs only the results of tasks before it; therefore no
 * two tasks wait for each other, and one thread alone can do all of them.
 */
#ifndef CUTOUT_STRIP_H
#define CUTOUT_STRIP_H

#include <pz/team.h>

#include "../base/crew.h"
#include "frame.h"

struct strip {
	struct field *field;
	const struct placed *item; /* its galaxies                           */
	size_t n, room;
	struct stamp_grid *grid; /* n; size 0: no place on the reference frame */
	struct stamp_map *map;   /* (bands, n)                               */
	struct frame_rows rows[BANDS_MAX];
	size_t missing; /* frames that its field lacks                         */

	size_t number;    /* of all strips                                      */
	bool first, last; /* of its field                                       */
	bool gridded;     /* its grids are complete                             */
	bool broken;      /* its reference frame has no WCS: there are no grids */
	int left;         /* bands not loaded                                   */
	struct pz_failure failure;
	size_t at, uncut; /* the next galaxy to cut, and how many are not cut yet */
};

#define SLOTS 2 /* strips in memory, and their fields: one is cut, one is filled */

/* Strips in their order. Those in slots are begun and not released. */
struct loader {
	const struct pz_frames *frames;
	const struct pz_cutout_options *o;
	const double *radec;
	const struct cutout_index *x;
	struct notes *notes; /* on frames; borrowed */
	int bands;

	struct pz_crew crew; /* the queue's threads; its lock guards what follows */
	struct strip slot[SLOTS];
	struct field field[SLOTS];
	struct frame_rows spare[BANDS_MAX]; /* room of strips that are done, for the next ones */
	size_t fields;                      /* begun                         */
	size_t next;                        /* in x->placed                              */
	size_t begun, released;             /* strips                                    */
	size_t done[BANDS_MAX];             /* of each band                              */
};

/* frames, options, radec and x are borrowed. */
void pz_loader_init(struct loader *l, const struct pz_frames *frames,
		    const struct pz_cutout_options *o, const double *radec,
		    const struct cutout_index *x);
/* Once the crew has ended. */
void pz_loader_release(struct loader *l);

/* Whether another strip can be begun: one is left, and a slot is free. Lock held. */
bool pz_strip_can_begin(const struct loader *l);
/* Begins the next strip. Lock held. */
struct strip *pz_strip_begin(struct loader *l);
/* Loads one band of a strip, and counts it as loaded. Lock not held. */
void pz_strip_load(struct loader *l, struct strip *s, int b);
/* Frees the slot of the oldest strip for the next one. Lock held. */
void pz_strip_release(struct loader *l);

#endif
