/* photometry.c -- the magnitudes of a galaxy as a survey's catalogue would have them */
#include <math.h>

#include "parts.h"

#define CALIBRATION 0.01           /* error of every magnitude, however bright the galaxy */
#define POGSON      (M_LN10 / 2.5) /* relative change of flux with a magnitude            */

/* Pixels of an aperture of twice the size of the galaxy behind the seeing. */
static double aperture(const struct pz_mock_survey *s, const struct pz_mock_galaxy *g, int b)
{
	double radius = 2 * hypot(g->size, s->fwhm[b] / 2) / s->pixscale;

	return M_PI * radius * radius;
}

/* A measurement of band b, freed of Galactic dust as the true magnitude is, as an asinh magnitude:
 * a flux of 0, or below, has one too (Lupton, Gunn & Szalay 1999). Its softening is the noise of
 * the sky in an aperture of the radius FWHM. */
static void measure_band(const struct pz_mock_survey *s, int b, double surprise,
			 struct pz_mock_galaxy *g)
{
	double dust = s->extinction[b] * g->ebv;
	double flux = pow(10, -0.4 * (g->mags[b] + dust - s->zeropoint));
	double sky2 = aperture(s, g, b) * s->sky[b] * s->sky[b];
	double soft = s->sky[b] * sqrt(M_PI) * s->fwhm[b] / s->pixscale;
	double noise = sqrt(sky2 + flux / s->electrons[b] + pow(CALIBRATION * POGSON * flux, 2));

	flux += noise * surprise;
	g->measured[b] = s->zeropoint - (asinh(flux / (2 * soft)) + log(soft)) / POGSON - dust;
	g->error[b] = noise / hypot(flux, 2 * soft) / POGSON;
}

void pz_mock_measure(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g)
{
	struct pz_random r;

	pz_random_init(&r, sky->seed, pz_random_stream("mock photometry", i));
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		measure_band(sky->survey, b, pz_random_normal(&r), g);
}
