/* cosmology.c -- distances in a flat universe of matter and Lambda */
#include <math.h>

#include "parts.h"

#define HUBBLE 70.0 /* km/s/Mpc */
#define MATTER 0.3
#define LIGHT  299792.458 /* km/s */
#define STEPS  32         /* of the integral between two redshifts */

static double inverse_hubble(double z)
{
	return LIGHT / HUBBLE / sqrt(MATTER * pow(1 + z, 3) + 1 - MATTER);
}

/* Comoving distance from z0 to z1, midpoint rule. */
static double between(double z0, double z1)
{
	double h = (z1 - z0) / STEPS, sum = 0;

	for (int i = 0; i < STEPS; i++)
		sum += inverse_hubble(z0 + (i + 0.5) * h);
	return sum * h;
}

void pz_mock_cosmology_init(struct mock_cosmology *c, double zmin, double zmax)
{
	double comoving = 0, last = 0;

	c->zmin = zmin;
	c->dz = (zmax - zmin) / MOCK_NZ;
	for (int k = 0; k < MOCK_NZ; k++) {
		double z = zmin + (k + 0.5) * c->dz;

		comoving += between(last, z);
		last = z;
		c->distance[k] = comoving * (1 + z);
		c->modulus[k] = 5 * log10(c->distance[k]) + 25;
		c->volume[k] = comoving * comoving * inverse_hubble(z);
	}
}

double pz_mock_cosmology_distance(const struct mock_cosmology *c, double z)
{
	double x = fmin(fmax((z - c->zmin) / c->dz - 0.5, 0), MOCK_NZ - 1.001);
	int k = (int)x;
	double near = c->distance[k] / (c->zmin + (k + 0.5) * c->dz);
	double far = c->distance[k + 1] / (c->zmin + (k + 1.5) * c->dz);

	/* Distance over redshift is smooth down to 0: no jump below the table. */
	return z * (near + (x - k) * (far - near));
}
