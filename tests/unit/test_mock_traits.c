/* test_mock_traits.c -- what a simulated galaxy is beside its luminosity: means, scatters, bounds
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/mock.h>

#include "../../lib/mock/archive.h"
#include "../../lib/mock/traits.h"

#define N 40000

static struct mock_traits x[N];

static void draw_all(double type, double mag, double z)
{
	struct pz_random r;

	pz_random_init(&r, 11, 4);
	for (int i = 0; i < N; i++)
		pz_mock_draw_traits(&r, type, mag, z, &x[i]);
}

static double value_of(int i, size_t at)
{
	double v;

	memcpy(&v, (const char *)&x[i] + at, sizeof v);
	return v;
}

#define AT(field) offsetof(struct mock_traits, field)

/* The least and the greatest of a field. */
static void bounds_are(int line, size_t at, double low, double high)
{
	double least = INFINITY, most = -INFINITY;

	for (int i = 0; i < N; i++) {
		least = fmin(least, value_of(i, at));
		most = fmax(most, value_of(i, at));
	}
	if (least != low || most != high)
		fail_msg("line %d: expected %g to %g, found %.9g to %.9g", line, low, high, least,
			 most);
}

#define BOUNDS(field, low, high) bounds_are(__LINE__, AT(field), low, high)

static void traits_end_at_their_bounds(void **state)
{
	double most = 0, least = 9;

	(void)state;
	draw_all(0.5, -21, 0.1);
	BOUNDS(type, 0, 1);
	draw_all(0.35, -21, 0.1);
	BOUNDS(bulge, 0, 1);
	/* bright early galaxies are rich, faint late ones far away are poor */
	draw_all(0.2, -24.5, 0);
	for (int i = 0; i < N; i++)
		most = fmax(most, x[i].metal);
	assert_true(most == 2);
	draw_all(0.9, -16, 3);
	for (int i = 0; i < N; i++)
		least = fmin(least, x[i].metal);
	assert_true(least == 0);
	draw_all(0.1, -21, 0.1);
	least = 9;
	for (int i = 0; i < N; i++)
		least = fmin(least, x[i].young);
	assert_true(least == 0);
	draw_all(0.9, -18, 4);
	for (int i = 0, at = 0; i < N; i++) {
		assert_true(x[i].young <= 0.98);
		at += x[i].young == 0.98;
		assert_true(i < N - 1 || at > 1000);
	}
	draw_all(0.6, -21, 0.1);
	for (int i = 0; i < N; i++)
		assert_true(x[i].dust <= 1.9 && x[i].dust > 0.083);
	most = 0;
	for (int i = 0; i < N; i++)
		most = fmax(most, x[i].dust);
	assert_true(most == 1.9);
}

/* Mean and standard deviation of what a function makes of each galaxy. */
static void spread_is(int line, double (*of)(const struct mock_traits *), double mean,
		      double deviation)
{
	double sum = 0, square = 0, found, scatter;
	int n = 0;

	for (int i = 0; i < N; i++) {
		double v = of(&x[i]);

		if (isnan(v))
			continue;
		sum += v;
		square += v * v;
		n++;
	}
	found = sum / n;
	scatter = sqrt(square / n - found * found);
	/* four errors of the mean, and of a deviation */
	if (n < 1000 || fabs(found - mean) > 4 * deviation / sqrt(n) + 1e-12 ||
	    fabs(scatter - deviation) > 4 * deviation / sqrt(n) + 1e-12)
		fail_msg("line %d: expected %g +- %g, found %g +- %g of %d", line, mean, deviation,
			 found, scatter, n);
}

#define SPREAD(of, mean, deviation) spread_is(__LINE__, of, mean, deviation)

static double type_of(const struct mock_traits *t)
{
	return t->type;
}

static double bulge_of(const struct mock_traits *t)
{
	return t->type > 0.25 && t->type < 0.35 ? t->bulge - (0.88 - 1.25 * t->type) : NAN;
}

/* Of mag -20.2 and z = 0.6. */
static double metal_of(const struct mock_traits *t)
{
	return t->type > 0.3 && t->type < 0.8
		       ? t->metal - (1.537 - 0.123 - 1.327 * t->type - 0.3 * 0.2)
		       : NAN;
}

static double young_of(const struct mock_traits *t)
{
	return t->type > 0.9 && t->type < 1 ? t->young - (0.47 * (t->type - 0.169) + 0.15 * 0.2)
					    : NAN;
}

static double lines_of(const struct mock_traits *t)
{
	return log(t->lines);
}

static double cosine_of(const struct mock_traits *t)
{
	return t->cos_inclination;
}

/* The logarithm of the dust above its least. */
static double dust_of(const struct mock_traits *t)
{
	double hump = (t->type - 0.55) / 0.25, cosine = fmax(t->cos_inclination, 0.2);

	return fabs(hump) < 0.2 && cosine > 0.8
		       ? log((t->dust - 0.083) /
			     (0.323 * exp(-0.5 * hump * hump) * (1 + 0.45 * (1 / cosine - 1))))
		       : NAN;
}

static double bulge_dust_of(const struct mock_traits *t)
{
	return t->bulge_dust - 0.05 - (t->type > 0.2 ? 0.35 * t->dust : 0);
}

static void traits_scatter_about_their_means(void **state)
{
	(void)state;
	draw_all(0.55, -20.2, 0.6);
	SPREAD(type_of, 0.55, 0.154);
	SPREAD(bulge_of, 0, 0.1);
	SPREAD(metal_of, 0, 0.165);
	SPREAD(lines_of, 0, 0.4);
	SPREAD(cosine_of, 0.5, sqrt(1 / 12.));
	SPREAD(dust_of, 0, 0.7);
	/* the absolute value of a normal number */
	SPREAD(bulge_dust_of, 0.05 * sqrt(2 / M_PI), 0.05 * sqrt(1 - 2 / M_PI));
	draw_all(0.95, -20.2, 0.6);
	SPREAD(young_of, 0, 0.11);
}

/* Edge on the dust is 2.8 times that of a face, and no more however thin the disk. */
static void disks_on_edge_are_dustier(void **state)
{
	double sum[3] = { 0 };
	int n[3] = { 0 };

	(void)state;
	draw_all(0.55, -20, 0.1);
	for (int i = 0; i < N; i++) {
		double c = x[i].cos_inclination;
		int k = c < 0.1 ? 0 : c < 0.2 ? 1 : c > 0.97 ? 2 : -1;

		if (k < 0 || fabs(x[i].type - 0.55) > 0.05 || x[i].dust >= 1.9)
			continue;
		sum[k] += log(x[i].dust - 0.083);
		n[k]++;
	}
	assert_true(n[0] > 500 && n[1] > 500 && n[2] > 100);
	assert_true(fabs(sum[0] / n[0] - sum[1] / n[1]) < 0.1);
	assert_true(fabs(sum[0] / n[0] - sum[2] / n[2] - log(2.8)) < 0.25);
}

/* Bulges of early galaxies have half of the light at least. */
static void early_galaxies_have_bulges(void **state)
{
	bool below = false;

	(void)state;
	draw_all(0.2, -21, 0.1);
	for (int i = 0; i < N; i++)
		if (x[i].type < 0.15)
			assert_true(x[i].bulge >= 0.5);
		else
			below |= x[i].bulge < 0.5;
	assert_true(below);
}

/* ---- galaxies ---- */

static void reddening_has_bounds(void **state)
{
	double least = INFINITY, most = 0, sum = 0;
	struct pz_mock_galaxy g;
	struct pz_mock *sky;
	int n = 60000;

	(void)state;
	assert_int_equal(pz_mock_open(&sky, "sdss", 1), 0);
	for (int i = 0; i < n; i++) {
		pz_mock_galaxy(sky, (uint64_t)i, &g);
		least = fmin(least, g.ebv);
		most = fmax(most, g.ebv);
		sum += log(g.ebv / 0.026);
	}
	assert_true(least == 0.003);
	assert_true(most > 0.2 && most <= 0.3);
	assert_true(fabs(sum / n) < 4 * 0.55 / sqrt(n));
	pz_mock_close(sky);
}

/* One brighter than the tables is drawn as their brightest: five magnitudes more change its flux,
 * and not its size. */
static void galaxies_beyond_the_tables(void **state)
{
	struct pz_mock_known known = { .z = 0.3, .mags = { 7, 6, 5, 4.8, 4.7 } };
	struct pz_mock_galaxy bright, brighter;
	struct pz_mock *sky;

	(void)state;
	assert_int_equal(pz_mock_open(&sky, "sdss", 1), 0);
	for (uint64_t i = 0; i < 5; i++) {
		assert_int_equal(pz_mock_galaxy_like(sky, i, &known, &bright), 0);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.mags[b] -= 5;
		assert_int_equal(pz_mock_galaxy_like(sky, i, &known, &brighter), 0);
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.mags[b] += 5;
		assert_true(fabs(bright.mags[2] - brighter.mags[2] - 5) < 1e-9);
		assert_true(fabs(brighter.size / bright.size - 1) < 1e-9);
	}
	pz_mock_close(sky);
}

static void names_of_an_archives_files(void **state)
{
	char name[40];

	(void)state;
	pz_mock_archive_name("a-%b-%n.%b.100%%.fits", "NIR-Y", "00123", name, sizeof name);
	assert_string_equal(name, "a-NIR-Y-00123.NIR-Y.100%.fits");
	pz_mock_archive_name("plain.fits", "r", "1", name, sizeof name);
	assert_string_equal(name, "plain.fits");
	pz_mock_archive_name("", "r", "1", name, sizeof name);
	assert_string_equal(name, "");
	pz_mock_archive_name("a-%b-%n.fits", "r", "123", name, 6);
	assert_string_equal(name, "a-r-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traits_end_at_their_bounds),
		cmocka_unit_test(traits_scatter_about_their_means),
		cmocka_unit_test(disks_on_edge_are_dustier),
		cmocka_unit_test(early_galaxies_have_bulges),
		cmocka_unit_test(reddening_has_bounds),
		cmocka_unit_test(names_of_an_archives_files),
		cmocka_unit_test(galaxies_beyond_the_tables),
	};

	return cmocka_run_group_tests_name("traits", tests, NULL, NULL);
}
