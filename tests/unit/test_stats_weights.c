/* test_stats_weights.c -- weights in any unit say the same; resamples are those of the seed, each
 * galaxy with its weight; a channel without galaxies says nothing of its rows
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/distance.h>
#include <pz/error.h>
#include <pz/measure.h>
#include <pz/metrics.h>
#include <pz/random.h>
#include <pz/threads.h>
#include <pz/trend.h>
#include <pz/variance.h>

#include "../../lib/stats/bias.h"
#include "../../lib/stats/dispersion.h"

#define N        160
#define CHANNELS 3
#define ROWS     (2 * CHANNELS - 1)
#define BINS     60
#define DRAWS    5

static const struct pz_grid grid = { .min = 0.1, .max = 0.7, .bins = BINS };
static const struct pz_rows rows = { .mag = "r", .min = 17, .width = 0.5, .channels = CHANNELS };

static double z[N], zphot[N], mag[N], weight[N], scaled[N];
static const struct pz_galaxies plain = { N, z, zphot, mag, false, NULL };
static const struct pz_galaxies weighed = { N, z, zphot, mag, false, weight };

static int make_galaxies(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 5, 8);
	for (int i = 0; i < N; i++) {
		z[i] = 0.12 + 0.6 * pz_random_uniform(&r);
		zphot[i] = z[i] + 0.03 * pz_random_normal(&r);
		mag[i] = 16.5 + 3 * pz_random_uniform(&r);
		weight[i] = 0.5 + 2 * pz_random_uniform(&r);
	}
	return 0;
}

/* All that is measured of galaxies, whose weights may be in any unit. */
struct all {
	struct pz_summary summary;
	struct pz_by_mag row[ROWS], wasserstein[CHANNELS];
	struct pz_spread floor;
	double tv, sigma[CHANNELS], objective[CHANNELS], bias[CHANNELS * BINS];
	double variance[ROWS * BINS], rms[3];
	struct pz_measures measures, mean, error;
};

static struct pz_variance *fitted(const struct pz_galaxies *g)
{
	struct pz_variance *v;

	assert_int_equal(pz_variance_fit(&v, &grid, &rows, g, NULL), 0);
	return v;
}

static struct pz_measure how(const struct pz_galaxies *g, const struct pz_variance *v)
{
	return (struct pz_measure){ .galaxies = g,
				    .variance = v,
				    .outlier = 0.02,
				    .fit_from = 0.2,
				    .fit_count = 2,
				    .rms_count = 3,
				    .factor = 0.75 };
}

static void measure_all(const struct pz_galaxies *g, struct all *a)
{
	struct pz_variance *v = fitted(g);
	struct pz_measure m = how(g, v);
	struct pz_measured found;

	memset(a, 0, sizeof *a);
	assert_int_equal(pz_metrics_summary(g, 0.02, &a->summary), 0);
	assert_int_equal(pz_metrics_rows(&rows, g, DRAWS, 3, a->row), 0);
	assert_int_equal(pz_distance_tv(&grid, g, &a->tv), 0);
	assert_int_equal(pz_distance_wasserstein(&grid, &rows, g, DRAWS, 3, a->wasserstein), 0);
	assert_int_equal(pz_dispersion_fit(&grid, &rows, g, a->sigma, a->objective), 0);
	assert_int_equal(pz_bias_measure(&grid, &rows, g, a->sigma, a->bias), 0);
	memcpy(a->variance, v->row, sizeof a->variance);
	assert_int_equal(pz_measure_galaxies(&m, &found), 0);
	a->measures = found.value;
	a->rms[0] = pz_curve_rms(&found.zspec, 2);
	a->rms[1] = pz_curve_rms_above(&found.zphot, 2);
	a->rms[2] = pz_curve_rms(&found.simulated, 2);
	assert_int_equal(pz_distance_tv_floor(&grid, g, &found.zspec, DRAWS, 3, &a->floor), 0);
	assert_int_equal(pz_measure_bootstrap(&m, DRAWS, 3, &a->mean, &a->error), 0);
	pz_variance_free(v);
}

/* A power of two changes no digit of any of them. */
static void weights_are_in_any_unit(void **state)
{
	static const double units[] = { 0x1p-40, 0x1p50, 1 };
	static struct all first, other;
	struct pz_galaxies g = weighed;

	(void)state;
	measure_all(&g, &first);
	g.weight = scaled;
	for (int u = 0; u < 3; u++) {
		for (int i = 0; i < N; i++)
			scaled[i] = units[u] * weight[i];
		measure_all(&g, &other);
		for (size_t i = 0; i < sizeof first / sizeof(double); i++) {
			const double *a = (const double *)(const void *)&first + i;

			if (memcmp(a, (const double *)(const void *)&other + i, sizeof *a) != 0)
				fail_msg("unit %g: number %zu is %g, and was %g", units[u], i,
					 ((const double *)(const void *)&other)[i], *a);
		}
	}
}

/* Galaxies that all weigh the same are as those without weights, to rounding. */
static void weights_that_are_alike_are_none(void **state)
{
	static struct all without, with;
	struct pz_galaxies g = weighed;

	(void)state;
	for (int i = 0; i < N; i++)
		scaled[i] = 0.25;
	g.weight = scaled;
	measure_all(&plain, &without);
	measure_all(&g, &with);
	for (int i = 0; i < CHANNELS; i++) {
		assert_true(fabs(without.sigma[i] - with.sigma[i]) < 1e-6);
		assert_true(fabs(without.wasserstein[i].value - with.wasserstein[i].value) < 1e-12);
	}
	assert_true(fabs(without.tv - with.tv) < 1e-12);
	assert_true(fabs(without.summary.mean - with.summary.mean) < 1e-12);
	assert_true(fabs(without.summary.rms - with.summary.rms) < 1e-12);
	assert_true(fabs(without.floor.mean - with.floor.mean) < 1e-9);
}

/* Made again by hand: which galaxies a draw has, and their weights and variances with them. */
static void resamples_are_those_of_the_seed(void **state)
{
	struct pz_variance *v = fitted(&weighed);
	static struct pz_measures each[DRAWS];
	struct pz_measures mean, error;

	(void)state;
	for (int k = 0; k < 2; k++) {
		const struct pz_galaxies *g = k ? &weighed : &plain;
		struct pz_measure m = how(g, v);

		m.each = each;
		assert_int_equal(pz_measure_bootstrap(&m, DRAWS, 11, &mean, &error), 0);
		m.each = NULL;
		for (int d = 0; d < DRAWS; d++) {
			static double a[N], b[N], c[N], w[N];
			struct pz_galaxies drawn = { N, a, b, c, false, k ? w : NULL };
			struct pz_measured found;
			struct pz_random r;
			const double *x = (const double *)&each[d],
				     *y = (const double *)&found.value;

			pz_random_init(&r, 11, pz_random_stream("measures", (uint64_t)d));
			for (int i = 0; i < N; i++) {
				size_t j = (size_t)pz_random_below(&r, N);

				a[i] = z[j];
				b[i] = zphot[j];
				c[i] = mag[j];
				w[i] = weight[j];
			}
			m.galaxies = &drawn;
			assert_int_equal(pz_measure_galaxies(&m, &found), 0);
			for (size_t i = 0; i < sizeof mean / sizeof(double); i++)
				if (isnan(y[i]) ? !isnan(x[i]) : x[i] != y[i])
					fail_msg("draw %d: number %zu is %g, expected %g", d, i,
						 x[i], y[i]);
		}
	}
	pz_variance_free(v);
}

/* Of two channels that a row is in, the one without galaxies has no say; a row of none has 0. */
static void rows_of_empty_channels(void **state)
{
	static double faint[N];
	struct pz_galaxies g = plain;
	struct pz_variance *v;

	(void)state;
	for (int i = 0; i < N; i++)
		faint[i] = 17.25; /* row 0, of channel 0 alone */
	g.mag = faint;
	v = fitted(&g);
	for (int b = 0; b < BINS; b++) {
		assert_true(v->channel[BINS + b] == 0);
		assert_true(b < 10 || b > 50 || v->channel[b] > 0);
		assert_true(v->row[b] == v->channel[b]);
		assert_true(v->row[BINS + b] == v->channel[b]);
		assert_true(v->row[2 * BINS + b] == 0 && v->row[4 * BINS + b] == 0);
		assert_true(pz_variance_at(v, pz_grid_centre(&grid, b), 17.6) == v->channel[b]);
		assert_true(pz_variance_at(v, pz_grid_centre(&grid, b), 18.1) == 0);
	}
	pz_variance_free(v);
	/* of two that have some, the mean */
	v = fitted(&plain);
	for (int b = 0; b < BINS; b++)
		assert_true(fabs(v->row[BINS + b] - (v->channel[b] + v->channel[BINS + b]) / 2) <=
			    1e-15 * v->row[BINS + b]);
	pz_variance_free(v);
}

/* Whatever is measured, the first galaxy that is wrong is named, and how. */
static void refused(const struct pz_galaxies *g, const struct pz_variance *v, const char *why)
{
	static double bias[CHANNELS * BINS], key[N];
	struct pz_measure m = how(g, v);
	struct pz_measured found;
	struct pz_measures mean, error;
	struct pz_summary summary;
	struct pz_by_mag row[ROWS];
	struct pz_spread spread;
	struct pz_variance *none;
	struct pz_trend_bin bin[2];
	struct pz_curve curve = { 0 };
	double sigma[CHANNELS] = { 1, 1, 1 }, tv;

	for (int i = 0; i < 11; i++) {
		int rc = i == 0   ? pz_metrics_summary(g, 0.02, &summary)
			 : i == 1 ? pz_metrics_rows(&rows, g, 0, 3, row)
			 : i == 2 ? pz_distance_tv(&grid, g, &tv)
			 : i == 3 ? pz_distance_tv_floor(&grid, g, &curve, 0, 3, &spread)
			 : i == 4 ? pz_distance_wasserstein(&grid, &rows, g, 0, 3, row)
			 : i == 5 ? pz_dispersion_fit(&grid, &rows, g, sigma, NULL)
			 : i == 6 ? pz_bias_measure(&grid, &rows, g, sigma, bias)
			 : i == 7 ? pz_measure_galaxies(&m, &found)
			 : i == 8 ? pz_measure_bootstrap(&m, 0, 3, &mean, &error)
			 : i == 9
				 ? pz_variance_fit(&none, &grid, &rows, g, i > 8 ? sigma : NULL)
				 : pz_trend_measure(&(struct pz_trend){ .galaxies = g, .key = key },
						    2, 0, 1, bin);

		if (rc != PZ_EDATA || strcmp(pz_error_text(), why) != 0)
			fail_msg("measure %d: %d, '%s'", i, rc, pz_error_text());
	}
}

static void galaxies_that_are_wrong(void **state)
{
	struct pz_variance *v = fitted(&plain);
	struct pz_galaxies g = weighed;

	(void)state;
	g.weight = scaled;
	memcpy(scaled, weight, sizeof scaled);
	scaled[7] = 0;
	refused(&g, v, "galaxy 7: expected a weight from 1e-100 to 1e+100, found 0");
	g.weight = NULL;
	g.z = scaled;
	scaled[9] = NAN;
	refused(&g, v, "galaxy 9: expected a redshift, found nan");
	g.z = z;
	g.zphot = scaled;
	refused(&g, v, "galaxy 9: expected an estimate, found nan");
	pz_variance_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_are_in_any_unit),
		cmocka_unit_test(weights_that_are_alike_are_none),
		cmocka_unit_test(resamples_are_those_of_the_seed),
		cmocka_unit_test(rows_of_empty_channels),
		cmocka_unit_test(galaxies_that_are_wrong),
	};

	return cmocka_run_group_tests_name("weights and resamples", tests, make_galaxies, NULL);
}
