/* photometry.c -- the magnitudes of a galaxy as a survey's catalogue would have them */
#include <math.h>

#include "parts.h"

#define CALIBRATION 0.01 /* error of every magnitude, however bright the galaxy */

/* Pixels of an aperture of twice the size of the galaxy behind the seeing. */
static double aperture(const struct pz_mock_survey *s, const struct pz_mock_galaxy *g, int b)
{
	double radius = 2 * hypot(g->size, s->fwhm[b] / 2) / s->pixscale;

	return M_PI * radius * radius;
}

/* A measurement of band b, freed of Galactic dust as the true magnitude is; the error is that of
 * the flux that was found. */
static void measure_band(const struct pz_mock_survey *s, int b, double surprise,
			 struct pz_mock_galaxy *g)
{
	double dimmed = pow(10, -0.4 * (g->mags[b] + s->extinction[b] * g->ebv - s->zeropoint));
	double sky2 = aperture(s, g, b) * s->sky[b] * s->sky[b], noise, found;

	noise = sqrt(sky2 + dimmed / s->electrons[b] + pow(CALIBRATION * dimmed * M_LN10 / 2.5, 2));
	found = dimmed + noise * surprise;
	g->measured[b] = g->error[b] = NAN;
	if (found <= noise / 2)
		return;
	g->measured[b] = s->zeropoint - 2.5 * log10(found) - s->extinction[b] * g->ebv;
	noise = sqrt(sky2 + found / s->electrons[b] + pow(CALIBRATION * found * M_LN10 / 2.5, 2));
	g->error[b] = 2.5 / M_LN10 * noise / found;
}

void pz_mock_measure(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g)
{
	struct pz_random r;

	pz_random_init(&r, sky->seed, pz_random_stream("mock photometry", i));
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		measure_band(sky->survey, b, pz_random_normal(&r), g);
}
