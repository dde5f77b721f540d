/* magnitudes.c -- counts and messages */
#include <math.h>

#include <pz/missing.h>

#include "../common/counted.h"
#include "magnitudes.h"

double magnitudes_faint_end(const struct pz_rows *rows)
{
	return rows->min + rows->width * pz_rows_count(rows);
}

void magnitudes_count(struct magnitudes *m, const struct pz_rows *rows, const pz_map *record)
{
	double mag = pz_map_number(record, "mag", NAN);

	if (!pz_is_magnitude(mag))
		m->unknown++;
	else if (mag < rows->min)
		m->brighter++;
	else if (mag >= magnitudes_faint_end(rows))
		m->fainter++;
}

static void say_outside(const struct tool *t, const struct pz_rows *rows, uint64_t n, uint64_t all,
			const char *side, double limit)
{
	if (n)
		tool_say(t,
			 "%llu of %s %s %s than the magnitudes of the model's training, %s = %g: "
			 "their p(z) %s extrapolated",
			 (unsigned long long)n, COUNTED(all, "galaxy", "galaxies"),
			 n == 1 ? "is" : "are", side, rows->mag, limit, n == 1 ? "is" : "are");
}

void magnitudes_say(const struct magnitudes *m, const struct tool *t, const struct pz_rows *rows,
		    uint64_t all)
{
	double faint = magnitudes_faint_end(rows);

	say_outside(t, rows, m->fainter, all, "fainter", faint);
	say_outside(t, rows, m->brighter, all, "brighter", rows->min);
	if (m->unknown)
		tool_say(t,
			 "%llu of %s %s no magnitude 'mag': it is unknown whether they are within "
			 "the range of the model's training, %s = %g to %g",
			 (unsigned long long)m->unknown, COUNTED(all, "galaxy", "galaxies"),
			 m->unknown == 1 ? "has" : "have", rows->mag, rows->min, faint);
}
