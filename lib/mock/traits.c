/* traits.c -- spectral type, bulge, metals, young stars and dust of a galaxy
 *
 * Tuned, with the families of population.c, to the tables of pzpipe-method(7).
 */
#include <math.h>

#include "traits.h"

static double clip(double x, double lo, double hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

void pz_mock_draw_traits(struct pz_random *r, double type, double mag, double z,
			 struct mock_traits *x)
{
	double luminous = -(mag + 21.2), early = fmax(z - 0.4, 0), hump;

	x->type = clip(type + 0.154 * pz_random_normal(r), 0, 1);
	x->bulge = clip(0.88 - 1.25 * x->type + 0.10 * pz_random_normal(r), 0, 1);
	if (x->type < 0.15)
		x->bulge = fmax(x->bulge, 0.5);
	x->metal = clip(1.537 + 0.123 * luminous - 1.327 * x->type - 0.3 * early +
				0.165 * pz_random_normal(r),
			0, 2);
	x->young =
		clip(0.47 * (x->type - 0.169) + 0.15 * early + 0.11 * pz_random_normal(r), 0, 0.98);
	x->lines = exp(0.4 * pz_random_normal(r));
	x->cos_inclination = pz_random_uniform(r);
	hump = (x->type - 0.55) / 0.25; /* spirals are the dusty ones, most so edge on */
	x->dust = fmin(0.083 + 0.323 * exp(-0.5 * hump * hump) *
				       (1 + 0.45 * (1 / fmax(x->cos_inclination, 0.2) - 1)) *
				       exp(0.7 * pz_random_normal(r)),
		       1.9);
	x->bulge_dust = 0.05 + (x->type > 0.2 ? 0.35 * x->dust : 0) +
			fabs(0.05 * pz_random_normal(r));
}
