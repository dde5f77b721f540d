/* test_mock_population.c -- the mock sample against what it must resemble
 *
 * The numbers are those of pzpipe-method(7), SIMULATED SKY, for 10,000 galaxies of the SDSS
 * main sample; beside
 * them stand the tolerances. The random numbers are the same in every run.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/mock.h>
#include <pz/random.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../../lib/mock/parts.h"

#define N 10000

static struct pz_mock *sky;
static struct pz_mock_galaxy sample[N];

static int draw_sample(void **state)
{
	(void)state;
	if (pz_mock_open(&sky, "sdss", 1) < 0)
		return -1;
	for (int i = 0; i < N; i++)
		pz_mock_galaxy(sky, (uint64_t)i, &sample[i]);
	return 0;
}

static int close_sky(void **state)
{
	(void)state;
	pz_mock_close(sky);
	return 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Quantile of n values, which get sorted. */
static double quantile(double *x, int n, double q)
{
	qsort(x, (size_t)n, sizeof *x, by_value);
	return x[(int)(q * (n - 1))];
}

static void near(const char *what, double found, double wanted, double tolerance)
{
	if (!(fabs(found - wanted) <= tolerance))
		fail_msg("%s: expected %g within %g, found %g", what, wanted, tolerance, found);
}

static void redshifts_are_distributed(void **state)
{
	static double z[N];

	(void)state;
	for (int i = 0; i < N; i++)
		z[i] = sample[i].z;
	near("5 % of z", quantile(z, N, 0.05), 0.027, 0.004);
	near("median z", quantile(z, N, 0.5), 0.090, 0.004);
	near("95 % of z", quantile(z, N, 0.95), 0.179, 0.010);
	assert_true(z[0] > 0 && z[N - 1] < 0.4);
}

static void magnitudes_are_distributed(void **state)
{
	static const double share[8] = { .015, .026, .047, .077, .137, .228, .352, .106 };
	static double mag[N];
	double count[8] = { 0 };

	(void)state;
	for (int i = 0; i < N; i++) {
		int bin = (int)floor((sample[i].mag - 14) / 0.5);

		mag[i] = sample[i].mag;
		assert_true(mag[i] > 12 && mag[i] < 17.8);
		if (bin >= 0 && bin < 8)
			count[bin]++;
	}
	near("median r", quantile(mag, N, 0.5), 16.9, 0.06);
	for (int k = 0; k < 8; k++)
		near("share of half a magnitude", count[k] / N, share[k], 0.008 + 0.1 * share[k]);
}

static void magnitude_follows_redshift(void **state)
{
	(void)state;
	for (double z = 0.03; z < 0.21; z += 0.0425) {
		double sum = 0;
		int n = 0;

		for (int i = 0; i < N; i++)
			if (fabs(sample[i].z - z) < 0.012) {
				sum += sample[i].mag;
				n++;
			}
		near("mean r at z", sum / n, 15.26 + 21.8 * z - 58.7 * z * z, 0.2);
	}
}

/* A magnitude as measured in 3" around, without the reddening. */
static double measured(const struct pz_mock_survey *s, const struct pz_mock_galaxy *g, int b,
		       struct pz_random *r)
{
	double dimmed = pow(10, -0.4 * s->extinction[b] * g->ebv);
	double flux = dimmed * (g->part[0].flux[b] + g->part[1].flux[b]);
	double pixels = M_PI * pow(3 / s->pixscale, 2);
	double noise = sqrt(pixels * s->sky[b] * s->sky[b] + flux / s->electrons[b]);

	flux += noise * pz_random_normal(r);
	return s->zeropoint - 2.5 * log10(fmax(flux, 0.01) / dimmed);
}

static double mags[N][PZ_MOCK_BANDS];

static void measure_all(void)
{
	struct pz_random r;

	pz_random_init(&r, 1, pz_random_stream("test", 1));
	for (int i = 0; i < N; i++)
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			mags[i][b] = measured(pz_mock_survey(sky), &sample[i], b, &r);
}

static void colours_follow_redshift(void **state)
{
	static const double wanted[5][4][2] = {
		{ { 1.34, .42 }, { .58, .27 }, { .31, .11 }, { .23, .10 } },
		{ { 1.72, .31 }, { .82, .14 }, { .39, .04 }, { .29, .06 } },
		{ { 1.82, .24 }, { .96, .12 }, { .42, .04 }, { .33, .04 } },
		{ { 1.85, .27 }, { 1.11, .13 }, { .45, .03 }, { .33, .04 } },
		{ { 1.82, .37 }, { 1.27, .15 }, { .48, .05 }, { .32, .03 } },
	};
	static const double tolerance[4] = { .10, .05, .03, .05 };
	static double colour[N];

	(void)state;
	measure_all();
	for (int k = 0; k < 5; k++)
		for (int c = 0; c < 4; c++) {
			double median, scatter;
			int n = 0;

			for (int i = 0; i < N; i++)
				if ((int)(sample[i].z / 0.05) == k)
					colour[n++] = mags[i][c] - mags[i][c + 1];
			median = quantile(colour, n, 0.5);
			for (int i = 0; i < n; i++)
				colour[i] = fabs(colour[i] - median);
			scatter = 1.4826 * quantile(colour, n, 0.5);
			near("median colour", median, wanted[k][c][0], tolerance[c]);
			near("its scatter", scatter, wanted[k][c][1],
			     0.02 + 0.45 * wanted[k][c][1]);
		}
}

static void two_thirds_are_red(void **state)
{
	int red = 0;

	(void)state;
	for (int i = 0; i < N; i++)
		red += sample[i].mags[0] - sample[i].mags[2] > 2.22;
	near("redder than u-r = 2.22", (double)red / N, 0.667, 0.03);
}

static void shapes_are_distributed(void **state)
{
	static double size[N], axis[N];
	int n = 0;

	(void)state;
	for (int i = 0; i < N; i++)
		if (sample[i].mag > 16 && sample[i].mag < 18) {
			size[n] = sample[i].size;
			axis[n++] = sample[i].axis;
		}
	near("half-light radius", quantile(size, n, 0.5), 1.7, 0.15);
	near("median axis ratio", quantile(axis, n, 0.5), 0.60, 0.05);
	near("16 % of axis ratios", quantile(axis, n, 0.16), 0.38, 0.06);
	near("84 % of axis ratios", quantile(axis, n, 0.84), 0.84, 0.05);
}

/* Mean redshift of the ten galaxies of the first half whose colours and r are
 * nearest; r counts little. */
static double of_neighbours(const double mag[PZ_MOCK_BANDS])
{
	double distance[10], z[10], sum = 0;
	int have = 0;

	for (int i = 0; i < N / 2; i++) {
		double d = pow(0.15 * (mags[i][2] - mag[2]), 2);
		int k;

		for (int b = 0; b < 4; b++) {
			double diff = (mags[i][b] - mags[i][b + 1]) - (mag[b] - mag[b + 1]);

			d += diff * diff;
		}
		if (have == 10 && d >= distance[9])
			continue;
		for (k = have < 10 ? have++ : 9; k > 0 && distance[k - 1] > d; k--) {
			distance[k] = distance[k - 1];
			z[k] = z[k - 1];
		}
		distance[k] = d;
		z[k] = sample[i].z;
	}
	for (int k = 0; k < 10; k++)
		sum += z[k] / 10;
	return sum;
}

static double error[N / 2]; /* of the second half, estimated from the first */

static void estimate_one(void *unused, size_t i, size_t thread)
{
	double z = sample[N / 2 + i].z;

	(void)unused;
	(void)thread;
	error[i] = (of_neighbours(mags[N / 2 + i]) - z) / (1 + z);
}

/* The real sample gives 0.0139: a mock much easier or harder is not the sky. */
static void colours_tell_redshifts_as_well_as_real_ones(void **state)
{
	double median;

	(void)state;
	measure_all();
	pz_team_run((size_t)pz_threads(), N / 2, estimate_one, NULL);
	median = quantile(error, N / 2, 0.5);
	for (int i = 0; i < N / 2; i++)
		error[i] = fabs(error[i] - median);
	near("sigma_MAD of nearest neighbours", 1.4826 * quantile(error, N / 2, 0.5), 0.0139,
	     0.0012);
}

static void a_galaxy_depends_on_seed_and_number_alone(void **state)
{
	struct pz_mock *other;
	struct pz_mock_galaxy g;

	(void)state;
	assert_int_equal(pz_mock_open(&other, "sdss", 1), 0);
	pz_mock_galaxy(other, 777, &g);
	assert_memory_equal(&g, &sample[777], sizeof g);
	pz_mock_galaxy(other, 3, &g);
	assert_memory_equal(&g, &sample[3], sizeof g);
	pz_mock_close(other);
	assert_int_equal(pz_mock_open(&other, "sdss", 2), 0);
	pz_mock_galaxy(other, 3, &g);
	assert_true(g.z != sample[3].z);
	pz_mock_close(other);
}

static void catalogues_are_painted(void **state)
{
	struct pz_mock_known known = {
		.z = 0.11, .mags = { 19.1, 17.4, 16.5, 16.1, 15.8 }, .size = 2.5, .ebv = NAN
	};
	struct pz_mock_galaxy g;

	(void)state;
	assert_int_equal(pz_mock_galaxy_like(sky, 5, &known, &g), 0);
	near("size", g.size, 2.5, 1e-3);
	near("z", g.z, 0.11, 0);
	assert_true(g.ebv > 0);
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		double flux = g.part[0].flux[b] + g.part[1].flux[b];

		near("magnitude", 22.5 - 2.5 * log10(flux), known.mags[b], 1e-9);
		near("magnitude told", g.mags[b], known.mags[b], 1e-9);
		near("magnitude measured", g.measured[b], known.mags[b], 0);
	}
	known.mags[0] = known.mags[3] = NAN;
	known.size = 0;
	known.ebv = 0.2;
	assert_int_equal(pz_mock_galaxy_like(sky, 5, &known, &g), 0);
	near("g", g.mags[1], 17.4, 1e-9);
	near("u - r drawn", g.mags[0] - g.mags[2], 2.6, 0.6);
	near("ebv", g.ebv, 0.2, 0);
	known.z = 7;
	assert_int_equal(pz_mock_galaxy_like(sky, 5, &known, &g), PZ_EDATA);
	known.z = NAN;
	assert_int_equal(pz_mock_galaxy_like(sky, 5, &known, &g), PZ_EDATA);
	known.z = 0.1;
	known.mags[2] = NAN;
	assert_int_equal(pz_mock_galaxy_like(sky, 5, &known, &g), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "galaxy 5"));
}

/* Measured magnitudes with errors: the truth scatters around them by the errors where these are
 * small beside the scatter of colours, and comes near the colours of the model where they are
 * large. */
static void noise_of_a_catalogue_is_not_painted(void **state)
{
	static double small[2000], large[2000];
	struct pz_mock_known known = { .ebv = NAN };
	struct pz_mock_galaxy g;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		known.z = sample[i].z;
		memcpy(known.mags, sample[i].mags, sizeof known.mags);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.errors[b] = 0.02;
		known.errors[0] = 0.5;
		known.mags[0] += i % 2 ? 0.5 : -0.5;
		assert_int_equal(pz_mock_galaxy_like(sky, (uint64_t)i, &known, &g), 0);
		assert_true(g.measured[0] == known.mags[0] && g.error[0] == 0.5);
		small[i] = fabs(g.mags[1] - known.mags[1]);
		large[i] = fabs(g.mags[0] - sample[i].mags[0]);
	}
	/* 0.02 and 0.1 together are 0.0196 wide. */
	near("scatter in g", 1.4826 * quantile(small, 2000, 0.5), 0.0196, 0.003);
	near("u is nearer the truth than its 0.5", quantile(large, 2000, 0.5), 0.15, 0.08);
}

/* The pulls of the measured magnitudes are normal, and their errors are as large as those of SDSS.
 */
static void measured_magnitudes_have_their_errors(void **state)
{
	static double pull[N], u[N];
	int n = 0;

	(void)state;
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		for (int i = 0; i < N; i++)
			pull[i] = fabs(sample[i].measured[b] - sample[i].mags[b]) /
				  sample[i].error[b];
		near("68 % of pulls", quantile(pull, N, 0.6827), 1, 0.05);
	}
	for (int i = 0; i < N; i++) {
		assert_true(sample[i].measured[MOCK_R] == sample[i].mag);
		if (fabs(sample[i].measured[0] - 19.8) < 0.2)
			u[n++] = sample[i].error[0];
	}
	near("error of u = 19.8", quantile(u, n, 0.5), 0.07, 0.02);
}

static void knots_are_young_and_keep_the_total(void **state)
{
	double blue = 0, red = 0;
	int late = 0, early = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		const struct pz_mock_galaxy *g = &sample[i];
		double share = 0;

		for (int k = 0; k < g->knots; k++) {
			share += g->knot[k].share;
			assert_true(hypot(g->knot[k].x, g->knot[k].y) <=
				    2.5001 * g->part[1].radius);
		}
		near("shares", share, 1, 1e-12);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			assert_true(g->knots_flux[b] >= 0 &&
				    g->knots_flux[b] <= g->part[1].flux[b]);
		if (g->mags[1] - g->mags[2] < 0.5) {
			blue += g->knots_flux[1] / (g->part[0].flux[1] + g->part[1].flux[1]);
			late++;
		} else if (g->mags[1] - g->mags[2] > 0.9) {
			red += g->knots_flux[1] / (g->part[0].flux[1] + g->part[1].flux[1]);
			early++;
		}
	}
	assert_true(late > 300 && early > 1000);
	assert_true(blue / late > 5 * red / early && blue / late > 0.1);
}

/* Also where a galaxy is made as bright as a real one was, in each band by another factor. */
static void knots_become_brighter_with_their_disk(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		struct pz_mock_known known = { .z = 0.3, .ebv = -1 };
		struct pz_mock_galaxy g;
		double faint[PZ_MOCK_BANDS];

		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.mags[b] = 19;
		assert_int_equal(pz_mock_galaxy_like(sky, i, &known, &g), 0);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			faint[b] = g.knots_flux[b] / g.part[1].flux[b];
		/* beyond what is drawn: the galaxy is the same, and all of it brighter */
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.mags[b] = 9;
		assert_int_equal(pz_mock_galaxy_like(sky, i, &known, &g), 0);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			assert_true(faint[b] <= 1 && g.knots_flux[b] <= g.part[1].flux[b]);
	}
}

/* Distances as the light of the disk has them, up to 2.5 half-light radii. */
static void knots_lie_where_the_light_is(void **state)
{
	double top = 0, light = 0, squares = 0, count[PZ_MOCK_KNOTS + 1] = { 0 };
	double distance = 0, sigma = 0, least = 1, most = 0;
	int knots = 0, free = 0;

	(void)state;
	for (double x = 0.0005; x < 2.5; x += 0.001) {
		top += x * x * exp(-MOCK_EXPONENTIAL * x);
		light += x * exp(-MOCK_EXPONENTIAL * x);
	}
	for (int i = 0; i < N; i++) {
		const struct pz_mock_galaxy *g = &sample[i];
		double mean = 0;

		count[g->knots] += 1.0 / N;
		for (int k = 0; k < g->knots; k++) {
			const struct pz_mock_knot *knot = &g->knot[k];
			double width = knot->sigma / g->part[1].radius;

			distance += hypot(knot->x, knot->y / g->part[1].axis) / g->part[1].radius;
			sigma += width;
			least = fmin(least, width);
			most = fmax(most, width);
			mean += log(knot->share) / g->knots;
		}
		for (int k = 0; k < g->knots; k++)
			squares += pow(log(g->knot[k].share) - mean, 2);
		knots += g->knots;
		free += g->knots - 1;
	}
	near("distance", distance / knots, top / light, 0.01);
	near("width", sigma / knots, 0.085, 0.001);
	near("least width", least, 0.05, 0.001);
	near("largest width", most, 0.12, 0.001);
	near("scatter of shares", sqrt(squares / free), 0.7, 0.01);
	for (int k = 0; k <= PZ_MOCK_KNOTS; k++)
		near("galaxies of so many knots", count[k], k < 4 ? 0 : 1.0 / 9, k < 4 ? 0 : 0.015);
}

static void deep_surveys_reach_far(void **state)
{
	static double z[2000];
	struct pz_mock *deep;
	struct pz_mock_galaxy g;

	(void)state;
	assert_int_equal(pz_mock_open(&deep, "cfhtls-wide", 1), 0);
	for (int i = 0; i < 2000; i++) {
		pz_mock_galaxy(deep, (uint64_t)i, &g);
		assert_true(g.mags[3] < 25.15 && g.z > 0 && g.z < 4);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			assert_true(isfinite(g.mags[b]));
		z[i] = g.z;
	}
	near("median z", quantile(z, 2000, 0.5), 0.75, 0.2);
	assert_true(z[1999] > 2.5);
	pz_mock_close(deep);
}

static void unknown_surveys_are_refused(void **state)
{
	struct pz_mock *none;

	(void)state;
	assert_int_equal(pz_mock_open(&none, "2dF", 1), PZ_EARG);
	assert_null(none);
	assert_non_null(strstr(pz_error_text(), "2dF"));
}

/* In a flat universe of 30 % matter, against Simpson's rule from 0; H0 = 70 km/s/Mpc. */
static void distances_are_those_of_the_universe(void **state)
{
	static const double redshift[] = { 0.02, 0.1, 0.2, 0.35 };
	struct mock_cosmology c;

	(void)state;
	pz_mock_cosmology_init(&c, 0, 0.4);
	for (size_t k = 0; k < sizeof redshift / sizeof *redshift; k++) {
		double z = redshift[k], sum = 0;

		for (int i = 0; i <= 200; i++)
			sum += (i == 0 || i == 200 ? 1
				: i % 2            ? 4
						   : 2) /
			       sqrt(0.3 * pow(1 + z * i / 200, 3) + 0.7);
		sum *= z / 600 * 299792.458 / 70 * (1 + z);
		assert_true(fabs(pz_mock_cosmology_distance(&c, z) / sum - 1) < 1e-3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_the_universe),
		cmocka_unit_test(redshifts_are_distributed),
		cmocka_unit_test(magnitudes_are_distributed),
		cmocka_unit_test(magnitude_follows_redshift),
		cmocka_unit_test(colours_follow_redshift),
		cmocka_unit_test(two_thirds_are_red),
		cmocka_unit_test(shapes_are_distributed),
		cmocka_unit_test(colours_tell_redshifts_as_well_as_real_ones),
		cmocka_unit_test(a_galaxy_depends_on_seed_and_number_alone),
		cmocka_unit_test(catalogues_are_painted),
		cmocka_unit_test(noise_of_a_catalogue_is_not_painted),
		cmocka_unit_test(measured_magnitudes_have_their_errors),
		cmocka_unit_test(knots_are_young_and_keep_the_total),
		cmocka_unit_test(knots_become_brighter_with_their_disk),
		cmocka_unit_test(knots_lie_where_the_light_is),
		cmocka_unit_test(deep_surveys_reach_far),
		cmocka_unit_test(unknown_surveys_are_refused),
	};

	return cmocka_run_group_tests_name("mock population", tests, draw_sample, close_sky);
}
