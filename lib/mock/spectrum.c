/* spectrum.c -- the redshift that a spectrograph finds, which is wrong now and then
 *
 * Spectra fail for faint galaxies: an emission line is taken for another one, or noise for a line.
 */
#include <math.h>

#include "parts.h"

/* A line is taken for another: [O II], [O III] and H alpha, Angstrom. */
static double confuse_lines(struct pz_random *r, double z)
{
	static const double line[3] = { 3727, 5007, 6563 };
	int seen = (int)pz_random_below(r, 3), taken = (seen + 1 + (int)pz_random_below(r, 2)) % 3;

	return (1 + z) * line[seen] / line[taken] - 1;
}

static double draw_wrong(const struct pz_mock_survey *s, struct pz_random *r, double z)
{
	double wrong = confuse_lines(r, z);

	/* Beyond the survey's redshifts nobody would believe the line: it is noise. */
	if (wrong > s->zmin && wrong < s->zmax)
		return wrong;
	return s->zmin + pz_random_uniform(r) * (s->zmax - s->zmin);
}

void pz_mock_take_spectrum(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g)
{
	const struct pz_mock_survey *s = sky->survey;
	double mag = g->measured[s->selection], limit = fmin(sky->observed_to, s->limit);
	struct pz_random r;

	g->zspec = g->z;
	if (mag <= sky->observed_to) {
		pz_random_init(&r, sky->seed, pz_random_stream("mock spectrum", i));
		if (pz_random_uniform(&r) < sky->failures * exp2(mag - limit))
			g->zspec = draw_wrong(s, &r, g->z);
	} else {
		g->zspec = NAN;
	}
}
