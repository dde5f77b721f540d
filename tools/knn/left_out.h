/* left_out.h -- galaxies that cannot be compared with others, and why */
#ifndef LEFT_OUT_H
#define LEFT_OUT_H

#include "../common/scalars.h"
#include "../common/tool.h"
#include "colours.h"

struct left_out {
	struct lacking without_z;
	uint64_t off_grid;           /* the value is outside of the grid           */
	uint64_t unmeasured;         /* a number to compare by is missing          */
	char missing[FEATURES_NAME]; /* what the first of the latter lacks         */
};

/* Counts a galaxy without the number `missing`: 0; PZ_EDATA where that is an error. */
int left_out_note(struct left_out *l, bool strict, const char *missing);
/* Says how many galaxies of the stream `name` were left out; magnitudes: as they were named on
 * the command line, or NULL. */
void left_out_say(const struct left_out *l, const struct tool *t, const char *name,
		  const char *target, const char *magnitudes);

#endif
