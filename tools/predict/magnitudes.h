/* magnitudes.h -- counts galaxies whose magnitude is outside of the range of a model's rows
 *
 * Nothing in a stamp shows that the network has never been trained on galaxies like it: what is
 * known of a galaxy is its magnitude.
 */
#ifndef MAGNITUDES_H
#define MAGNITUDES_H

#include "../common/tool.h"

struct magnitudes {
	uint64_t brighter, fainter, unknown;
};

/* Where the last row ends. */
double magnitudes_faint_end(const struct pz_rows *rows);
void magnitudes_count(struct magnitudes *m, const struct pz_rows *rows, const pz_map *record);
/* Says on standard error how many of all galaxies were outside, if any were. */
void magnitudes_say(const struct magnitudes *m, const struct tool *t, const struct pz_rows *rows,
		    uint64_t all);

#endif
