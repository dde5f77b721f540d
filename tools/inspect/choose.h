/* choose.h -- which stamps of a stream come on a sheet
 *
 *      choice_init(&c, CHOOSE_WORST, 64, t);
 *      while (!choice_is_full(&c) && pz_read(t->in) > 0)
 *              if ((place = choice_place(&c, record, e)) >= 0)
 *                      ... the stamp goes to this place, over what was there
 *      choice_order(&c);
 *      for (i = 0; i < c.n; i++)
 *              ... c.kept[i].place is the i-th stamp of the sheet
 */
#ifndef CHOOSE_H
#define CHOOSE_H

#include <stdbool.h>

#include <pz/random.h>

#include "../common/scalars.h"

enum choose { CHOOSE_FIRST, CHOOSE_WORST, CHOOSE_RANDOM };

#define CHOOSE_CHOICES "first,worst,random"

struct chosen {
	double rank;
	uint64_t number; /* of the record                                          */
	int place;
};

struct choice {
	enum choose by;
	int room, n, least; /* least: which one goes next                          */
	uint64_t seen;
	struct chosen *kept; /* [room]                                            */
	struct pz_random random;
	const char *target;      /* the key of the true value, the header's       */
	struct lacking z, zphot; /* galaxies without, counted where they are asked for */
};

/* All of c; release it. 0 or PZ_ENOMEM. */
int choice_init(struct choice *c, enum choose by, int room, const struct tool *t);
void choice_release(struct choice *c);

/* Where the record's stamp goes, below room; -1: it is not wanted. */
int choice_place(struct choice *c, const pz_map *record, enum estimate e);
/* Residual of the estimate; NaN: the record lacks it, or the truth, which is counted. */
double choice_residual(struct choice *c, const pz_map *record, enum estimate e);
/* Whether no later record can be wanted. */
static inline bool choice_is_full(const struct choice *c)
{
	return c->by == CHOOSE_FIRST && c->n == c->room;
}
/* Brings kept into the order of the sheet: the worst first, else that of the stream. */
void choice_order(struct choice *c);

#endif
