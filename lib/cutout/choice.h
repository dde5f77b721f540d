/* choice.h -- which of several frames a galaxy's stamp is taken from
 *
 * A galaxy is cut from the field in which it lies deepest. If that has no data at the
 * galaxy in some band, and the galaxy lies on further fields, the stamp is kept in a file in
 * $TMPDIR, and the next round cuts the galaxy from the next field. This goes on until a field
 * has data in all bands. If none has, the stamp with data in the most bands is taken, and of
 * several such stamps the one that lies deepest. A round reads only the frames that it needs;
 * most runs have one round.
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

/* Whether this stamp is final: 1, and *s is the stamp to return, which may be an earlier one;
 * 0: the galaxy waits for the next round; < 0: an error. */
int pz_choice_pick(struct choice *c, struct candidate *s);

/* Goes to the next round. Returns how many galaxies wait for it, and their *places, which the
 * caller frees; 0: none waits; < 0: an error. */
int pz_choice_next_round(struct choice *c, struct placed **places, size_t *count);

#endif
