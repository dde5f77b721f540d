/* choice.h -- which of several frames a galaxy's stamp is taken from
 *
 * A galaxy is cut from the field in which it lies deepest. If that has no data at the
 * galaxy in some band, and the galaxy lies on further fields, the stamp waits in a file in
 * $TMPDIR, and the next round cuts the galaxy from the next field; and so on, until one has
 * data in all bands. If none has, it is the one with the most bands, of equals the deepest.
 * Each round reads only what it needs, and most runs have one.
 */
#ifndef CUTOUT_CHOICE_H
#define CUTOUT_CHOICE_H

#include <stdbool.h>

#include "index.h"

/* A stamp, as it is cut. */
struct candidate {
	const struct placed *place;
	int good;            /* bands with data at the galaxy                   */
	bool lacking;        /* its field has not all frames                    */
	bool moved;          /* it is not of the deepest field; pz_choice_pick() says   */
	const float *pixels; /* (bands, size, size)                             */
	const float *notes;  /* (3, bands): cover, sky, data at the galaxy      */
};

/* One that waits for another round. */
struct waiting {
	struct placed place; /* the last one that was tried                    */
	uint32_t slot;       /* of the best so far in the spool                 */
	int16_t good;        /* its bands                                       */
	bool lacking, moved;
};

struct choice {
	int bands;
	size_t floats, notes; /* of a stamp's pixels and notes                   */
	struct waiting *now;  /* those that this round tries again, by galaxy    */
	size_t count;
	struct waiting *next; /* those for the next round                        */
	size_t next_count, room;
	int spool; /* -1: none yet */
	uint32_t slots;
	float *kept; /* a stamp from the spool: pixels, notes */
};

void pz_choice_begin(struct choice *c, int bands, int size);
void pz_choice_end(struct choice *c);

/* Whether the stamp is the one to give: 1, and *s may have become an earlier one; 0: it
 * waits; < 0. */
int pz_choice_pick(struct choice *c, struct candidate *s);

/* Goes to the next round: *places, from malloc, of those that wait; how many, 0 if none, or
 * < 0. */
int pz_choice_next_round(struct choice *c, struct placed **places, size_t *count);

#endif
