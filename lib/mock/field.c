/* field.c -- galaxies and stars of the field, which are not in the catalogue
 *
 * Most of them are fainter than the sample, and they lie on and beside its galaxies as chance has
 * it. The galaxies of the field are drawn like those of the sample, from a survey of the same
 * telescope with a fainter limit; stars are points of light with the spectrum of a black body.
 */
#include <math.h>

#include "parts.h"

#define STAR_BRIGHT 14.5 /* AB magnitudes in r                  */
#define STAR_SLOPE  0.12 /* of log10 of the number by magnitude */
#define COMPLETE    99   /* magnitude to which nothing is missed */

/* A number of the Poisson distribution; where the mean is large, of the normal one. */
static uint64_t draw_poisson(struct pz_random *r, double mean)
{
	double limit = exp(-mean), product = 1;
	uint64_t n = 0;

	if (mean > 30)
		return (uint64_t)fmax(0, rint(mean + sqrt(mean) * pz_random_normal(r)));
	while ((product *= pz_random_uniform(r)) > limit)
		n++;
	return n;
}

/* A star is drawn as a galaxy without extent. */
static void draw_star(const struct pz_mock_survey *s, struct pz_random *r, struct pz_mock_galaxy *g)
{
	double low = pow(10, STAR_SLOPE * STAR_BRIGHT), high = pow(10, STAR_SLOPE * s->limit);
	double mag = log10(low + (high - low) * pz_random_uniform(r)) / STAR_SLOPE;
	double kelvin = 3200 + 3800 * pow(pz_random_uniform(r), 1.5);
	double flux = pow(10, -0.4 * (mag - s->zeropoint)) * pz_mock_profiles[0].total;

	*g = (struct pz_mock_galaxy){ .part[0].axis = 1, .part[1].axis = 1 };
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->part[0].flux[b] = flux *
				     pz_mock_black_body(3, s->centre[MOCK_R], s->centre[b], kelvin);
}

void pz_mock_field_begin(struct mock_field *f, const struct pz_mock *sky, const char *purpose,
			 uint64_t number, const double from[2], const double to[2])
{
	const struct pz_mock_survey *s = sky->survey;
	double area = (to[0] - from[0]) * (to[1] - from[1]) * pow(s->pixscale / 3600, 2);

	*f = (struct mock_field){ .sky = sky->field };
	if (!sky->field)
		return;
	f->next = pz_random_stream(purpose, number) << 20;
	for (int k = 0; k < 2; k++) {
		f->from[k] = from[k];
		f->to[k] = to[k];
	}
	pz_random_init(&f->random, sky->field->seed, pz_random_stream(purpose, number));
	f->galaxies = draw_poisson(&f->random, area * s->field_galaxies);
	f->stars = draw_poisson(&f->random, area * s->field_stars);
}

int pz_mock_field_next(struct mock_field *f, struct pz_mock_galaxy *g, double at[2])
{
	if (f->galaxies == 0 && f->stars == 0)
		return 0;
	for (int k = 0; k < 2; k++)
		at[k] = f->from[k] + pz_random_uniform(&f->random) * (f->to[k] - f->from[k]);
	if (f->galaxies) {
		pz_mock_galaxy(f->sky, f->next++, g);
		f->galaxies--;
	} else {
		draw_star(f->sky->survey, &f->random, g);
		f->stars--;
	}
	return 1;
}

int pz_mock_open_field(struct pz_mock *sky)
{
	struct pz_mock_survey s = *sky->survey;

	s.limit = s.field_limit;
	s.half = COMPLETE;
	s.zmax = fmax(s.zmax, 1.2);
	return pz_mock_open_survey(&sky->field, &s, pz_random_stream("mock field", sky->seed));
}
