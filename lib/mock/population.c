/* population.c -- galaxies of a flux-limited sample
 *
 * Four Schechter functions by spectral type in a universe of known volume. Type,
 * redshift and absolute magnitude come from tables of their density times the
 * completeness at the brightest apparent magnitude that such a galaxy can have;
 * the galaxy is then painted and kept with the probability that is left, so that
 * the sample is exactly complete as the survey says. All within galaxy i's own
 * random stream.
 */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"
#include "traits.h"

#define MAG0       (-25.0) /* absolute r magnitudes of the tables */
#define MAG1       (-15.0)
#define MAG_STEP   ((MAG1 - MAG0) / MOCK_NM)
#define MAG_ERROR  0.02 /* of the measured magnitude           */
#define SPREAD     0.1  /* of real colours around those that are drawn, magnitudes */
#define KNOTTY     0.5  /* part of the young stars that stands in knots */
#define MARGIN     0.15 /* of the brightest magnitude: cells, errors, dust */
#define RAD_ARCSEC 206264.80625

/* Spectral type 0 (early) to 1 (late); Schechter function in r. Tuned, with the
 * traits below, to the tables of pzpipe-method(7); then 0.08 magnitudes brighter, so that
 * beyond z = 0.15, where residual curves are fitted, enough galaxies are left for
 * the cure to be seen in a sample of minutes. */
static const struct {
	double type, mstar, alpha, weight;
} family[MOCK_TYPES] = {
	{ 0.05, -21.17, -0.288, 1.000 },
	{ 0.35, -21.17, -0.732, 0.847 },
	{ 0.65, -20.87, -1.090, 0.148 },
	{ 0.90, -20.41, -1.436, 1.069 },
};

static double completeness(const struct pz_mock_survey *s, double mag)
{
	return 1 / (1 + exp((mag - s->half) / s->softness));
}

/* Number density of a family at absolute magnitude and redshift: brighter by 1.3
 * magnitudes per unit of redshift, early types rarer beyond the tuned range. */
static double schechter(int t, double mag, double z)
{
	double mstar = family[t].mstar - 1.3 * fmin(z, 1.2);
	double x = pow(10, -0.4 * (mag - mstar));
	double fading = exp(-fmax(z - 0.4, 0) * (1 - family[t].type));

	return family[t].weight * pow(x, family[t].alpha + 1) * exp(-x) * fading;
}

/* Apparent magnitude in the selection band minus absolute r magnitude, for the
 * kind of light that is brightest at z, distance apart. */
static double find_brightest(const struct pz_mock *sky, double z)
{
	double best = 0;

	for (int kind = MOCK_POOR; kind <= MOCK_YOUNG; kind++) {
		double here[PZ_MOCK_BANDS] = { 0 }, rest[PZ_MOCK_BANDS] = { 0 };

		pz_mock_spectra_add(&sky->spectra, kind, 0, z, 1, here);
		pz_mock_spectra_add(&sky->spectra, kind, 0, 0, 1, rest);
		if (kind == MOCK_YOUNG) {
			pz_mock_spectra_add(&sky->spectra, MOCK_LINES, 0, z, 1, here);
			pz_mock_spectra_add(&sky->spectra, MOCK_LINES, 0, 0, 1, rest);
		}
		best = fmax(best, here[sky->survey->selection] / rest[MOCK_R]);
	}
	return -2.5 * log10(fmax(best, 1e-30)) - MARGIN;
}

void pz_mock_init_density(struct pz_mock *sky)
{
	const struct pz_mock_survey *s = sky->survey;
	const struct mock_cosmology *c = &sky->cosmology;
	double total = 0;

	for (int k = 0; k < MOCK_NZ; k++)
		sky->density->offset[k] = c->modulus[k] +
					  find_brightest(sky, c->zmin + (k + 0.5) * c->dz);
	for (int t = 0; t < MOCK_TYPES; t++) {
		for (int k = 0; k < MOCK_NZ; k++) {
			double z = c->zmin + (k + 0.5) * c->dz, sum = 0;
			double offset = sky->density->offset[k];
			double *mag = sky->density->mag[t * MOCK_NZ + k];

			for (int j = 0; j < MOCK_NM; j++) {
				double absolute = MAG0 + (j + 0.5) * MAG_STEP,
				       m = absolute + offset;

				if (m < s->limit)
					sum += schechter(t, absolute, z) * completeness(s, m);
				mag[j] = sum;
			}
			total += sum * c->volume[k];
			sky->density->cell[t * MOCK_NZ + k] = total;
		}
	}
}

/* Item of a cumulative table where a uniform number falls. */
static int pick_item(const double *cumulative, int n, double uniform)
{
	double x = uniform * cumulative[n - 1];
	int lo = 0, hi = n - 1;

	while (lo < hi) {
		int mid = (lo + hi) / 2;

		if (cumulative[mid] > x)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Old stars between the three metallicities, from 0 (poor) to 2 (rich). */
static void add_old(const struct mock_spectra *s, double metal, double dust, double z,
		    double weight, double flux[PZ_MOCK_BANDS])
{
	double poor = fmax(1 - metal, 0), rich = fmax(metal - 1, 0);

	pz_mock_spectra_add(s, MOCK_POOR, dust, z, weight * poor, flux);
	pz_mock_spectra_add(s, MOCK_SOLAR, dust, z, weight * (1 - poor - rich), flux);
	pz_mock_spectra_add(s, MOCK_RICH, dust, z, weight * rich, flux);
}

/* Spectra of bulge and disk at z, not yet normalised, and of the young stars of the disk. */
static void shine(const struct mock_spectra *s, const struct mock_traits *x, double z,
		  double flux[3][PZ_MOCK_BANDS])
{
	memset(flux, 0, 3 * sizeof *flux);
	add_old(s, x->metal, x->bulge_dust, z, 1, flux[0]);
	add_old(s, fmax(x->metal - 0.3, 0), x->dust, z, 1 - x->young, flux[1]);
	pz_mock_spectra_add(s, MOCK_YOUNG, x->dust, z, x->young, flux[2]);
	pz_mock_spectra_add(s, MOCK_LINES, x->dust, z, x->young * x->lines, flux[2]);
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		flux[1][b] += flux[2][b];
}

/* Band fluxes of a galaxy of this absolute magnitude; what follows from them. */
static void set_fluxes(const struct pz_mock *sky, const struct mock_traits *x, double mag,
		       struct pz_mock_galaxy *g)
{
	double rest[3][PZ_MOCK_BANDS], here[3][PZ_MOCK_BANDS];
	double modulus = 5 * log10(pz_mock_cosmology_distance(&sky->cosmology, g->z)) + 25;
	double bright = pow(10, -0.4 * (mag + modulus - sky->survey->zeropoint));
	double share[2] = { x->bulge, 1 - x->bulge };

	shine(&sky->spectra, x, 0, rest);
	shine(&sky->spectra, x, g->z, here);
	for (int p = 0; p < 2; p++)
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			g->part[p].flux[b] = bright * share[p] * here[p][b] / rest[p][MOCK_R];
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->knots_flux[b] = KNOTTY * bright * share[1] * here[2][b] / rest[1][MOCK_R];
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->mags[b] = sky->survey->zeropoint -
			     2.5 * log10(g->part[0].flux[b] + g->part[1].flux[b]);
}

/* Sum of what bulge and disk are by r flux: the fraction, the radius, the axes. */
static void sum_up(struct pz_mock_galaxy *g)
{
	double bulge = g->part[0].flux[MOCK_R] /
		       (g->part[0].flux[MOCK_R] + g->part[1].flux[MOCK_R]);
	double radius[2];

	for (int p = 0; p < 2; p++)
		radius[p] = g->part[p].radius * sqrt(g->part[p].axis);
	g->bulge = bulge;
	g->size = pz_mock_half_light(bulge, radius);
	g->axis = bulge * g->part[0].axis + (1 - bulge) * g->part[1].axis;
}

/* Sizes from luminosity, in kpc at z, smaller at high z; axes from inclination. */
static void draw_shape(const struct pz_mock *sky, struct pz_random *r, const struct mock_traits *x,
		       double mag, struct pz_mock_galaxy *g)
{
	const double thickness = 0.22; /* of a disk */
	double luminous = -(mag + 21.2), cosi2 = x->cos_inclination * x->cos_inclination;
	double distance = pz_mock_cosmology_distance(&sky->cosmology, g->z);
	double kpc = distance / pow(1 + g->z, 2) * 1000 / RAD_ARCSEC; /* per arcsec */
	double grown = 1 / (1 + fmax(g->z - 0.4, 0));
	double bulge = 0.46 + 0.26 * luminous + 0.4 * log10(fmax(x->bulge, 0.02)) +
		       0.10 * pz_random_normal(r);
	double disk = 0.66 + 0.17 * luminous + 0.11 * pz_random_normal(r);

	g->part[0].radius = grown * pow(10, bulge) / kpc;
	g->part[1].radius = grown * pow(10, disk) / kpc;
	g->part[0].axis = 1 - 0.65 * pz_random_uniform(r);
	g->part[1].axis = sqrt(cosi2 + (1 - cosi2) * thickness * thickness);
	g->angle = M_PI * pz_random_uniform(r);
	sum_up(g);
}

/* A galaxy of family t at g->z with this absolute magnitude. */
static void draw(const struct pz_mock *sky, struct pz_random *r, int t, double mag,
		 struct pz_mock_galaxy *g)
{
	struct mock_traits x;

	pz_mock_draw_traits(r, family[t].type, mag, g->z, &x);
	set_fluxes(sky, &x, mag, g);
	draw_shape(sky, r, &x, mag, g);
	g->ebv = fmin(fmax(0.026 * exp(0.55 * pz_random_normal(r)), 0.003), 0.3);
}

void pz_mock_galaxy(const struct pz_mock *sky, uint64_t i, struct pz_mock_galaxy *g)
{
	const struct pz_mock_survey *s = sky->survey;
	const struct mock_cosmology *c = &sky->cosmology;
	struct pz_random r;
	double possible, measured, error;

	memset(g, 0, sizeof *g);
	pz_random_init(&r, sky->seed, pz_random_stream("mock galaxy", i));
	do {
		int cell =
			pick_item(sky->density->cell, MOCK_TYPES * MOCK_NZ, pz_random_uniform(&r));
		int k = cell % MOCK_NZ;
		int j = pick_item(sky->density->mag[cell], MOCK_NM, pz_random_uniform(&r));
		double mag = MAG0 + (j + pz_random_uniform(&r)) * MAG_STEP;

		possible = MAG0 + (j + 0.5) * MAG_STEP + sky->density->offset[k];
		g->z = c->zmin + (k + pz_random_uniform(&r)) * c->dz;
		draw(sky, &r, cell / MOCK_NZ, mag, g);
		error = MAG_ERROR * pz_random_normal(&r);
		measured = g->mags[s->selection] + error;
	} while (!(measured > s->bright && measured < s->limit) ||
		 pz_random_uniform(&r) * completeness(s, possible) > completeness(s, measured));
	pz_mock_place_knots(sky, i, g);
	pz_mock_measure(sky, i, g);
	g->mag = g->measured[MOCK_R] = g->mags[MOCK_R] + error;
	g->error[MOCK_R] = MAG_ERROR;
	if (s->selection != MOCK_R) {
		g->measured[s->selection] = measured;
		g->error[s->selection] = MAG_ERROR;
	}
	pz_mock_take_spectrum(sky, i, g);
}

/* A family likely at this absolute magnitude and redshift. */
static int pick_family(struct pz_random *r, double mag, double z)
{
	double sum[MOCK_TYPES], total = 0;

	for (int t = 0; t < MOCK_TYPES; t++)
		sum[t] = total += schechter(t, mag, z);
	return pick_item(sum, MOCK_TYPES, pz_random_uniform(r));
}

/* How far the colours are from those that are known: chi squared. */
static double unlike(const struct pz_mock_galaxy *g, const struct pz_mock_known *known)
{
	double sum = 0;

	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		double d = (g->mags[b] - g->mags[MOCK_R]) - (known->mags[b] - known->mags[MOCK_R]);
		double error = fmax(known->errors[b], 0);

		if (isfinite(d))
			sum += d * d / (error * error + SPREAD * SPREAD);
	}
	return sum;
}

/* A true magnitude of band b: between what was measured and what the galaxy drawn would have, whose
 * colours scatter by SPREAD around those of real ones. Drawn from the product of the two normal
 * distributions; what was measured without an error is the truth. */
static double draw_truth(struct pz_random *r, double measured, double error, double likely)
{
	double share, draw = pz_random_normal(r);

	if (!(error > 0))
		return measured;
	share = error * error / (error * error + SPREAD * SPREAD);
	return measured + share * (likely - measured) + sqrt(share) * SPREAD * draw;
}

/* Gives g the magnitudes and, if above 0, the size wanted. */
static void set_magnitudes(struct pz_mock_galaxy *g, const double mags[PZ_MOCK_BANDS], double size)
{
	double all = mags[MOCK_R] - g->mags[MOCK_R];

	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		double change = isfinite(mags[b]) ? mags[b] - g->mags[b] : all;

		for (int p = 0; p < 2; p++)
			g->part[p].flux[b] *= pow(10, -0.4 * change);
		g->knots_flux[b] *= pow(10, -0.4 * change);
		g->mags[b] += change;
	}
	for (int p = 0; size > 0 && p < 2; p++)
		g->part[p].radius *= size / g->size;
	sum_up(g);
}

/* The likeliest-looking of some galaxies drawn at z. */
static void draw_like(const struct pz_mock *sky, struct pz_random *r,
		      const struct pz_mock_known *known, struct pz_mock_galaxy *g)
{
	const int draws = 24;
	struct pz_mock_galaxy other;
	double best = INFINITY, mag, z = known->z;

	mag = known->mags[MOCK_R] - 5 * log10(pz_mock_cosmology_distance(&sky->cosmology, z)) - 25;
	mag = fmin(fmax(mag, MAG0), MAG1);
	for (int n = 0; n < draws; n++) {
		other = (struct pz_mock_galaxy){ .z = z };
		draw(sky, r, pick_family(r, mag, z), mag, &other);
		if (unlike(&other, known) < best || n == 0) {
			best = unlike(&other, known);
			*g = other;
		}
	}
}

int pz_mock_galaxy_like(const struct pz_mock *sky, uint64_t i, const struct pz_mock_known *known,
			struct pz_mock_galaxy *g)
{
	double truth[PZ_MOCK_BANDS], z = known->z;
	struct pz_random r;

	if (!(z > 0 && z <= sky->survey->zmax))
		return pz_fail(PZ_EDATA, "galaxy %llu: z: expected above 0, at most %g, found %g",
			       (unsigned long long)i, sky->survey->zmax, z);
	if (!isfinite(known->mags[MOCK_R]))
		return pz_fail(PZ_EDATA, "galaxy %llu has no r magnitude", (unsigned long long)i);
	pz_random_init(&r, sky->seed, pz_random_stream("mock galaxy", i));
	draw_like(sky, &r, known, g);
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		truth[b] = draw_truth(&r, known->mags[b], known->errors[b],
				      g->mags[b] - g->mags[MOCK_R] + known->mags[MOCK_R]);
	set_magnitudes(g, truth, known->size);
	if (known->ebv >= 0)
		g->ebv = known->ebv;
	pz_mock_place_knots(sky, i, g);
	pz_mock_measure(sky, i, g);
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		if (isfinite(known->mags[b]))
			g->measured[b] = known->mags[b];
		if (isfinite(known->mags[b]) && known->errors[b] > 0)
			g->error[b] = known->errors[b];
	}
	g->mag = known->mags[MOCK_R];
	g->zspec = z;
	return 0;
}
