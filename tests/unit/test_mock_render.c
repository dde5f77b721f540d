/* test_mock_render.c -- profiles, pixels, noise, frames of the mock sky */
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

#include "../../lib/mock/parts.h"

#define SIDE 401

static struct pz_mock *sky;
static float image[SIDE * SIDE];

static int open_sky(void **state)
{
	(void)state;
	return pz_mock_open(&sky, "sdss", 5);
}

static int close_sky(void **state)
{
	(void)state;
	pz_mock_close(sky);
	return 0;
}

static void near(const char *what, double found, double wanted, double tolerance)
{
	if (!(fabs(found - wanted) <= tolerance))
		fail_msg("%s: expected %.9g within %g, found %.9g", what, wanted, tolerance, found);
}

static double of_gaussians(const struct mock_profile *p, double x)
{
	double sum = 0;

	for (int k = 0; k < p->n; k++) {
		double v = p->gaussian[k][1] * p->gaussian[k][1];

		sum += p->gaussian[k][0] / (2 * M_PI * v) * exp(-0.5 * x * x / v);
	}
	return sum;
}

/* Surface brightness of a Sersic profile of total 1 and half-light radius 1;
 * factorial is (2n)!. */
static double of_sersic(int n, double factorial, double b, double x)
{
	return exp(-b * pow(x, 1.0 / n)) * pow(b, 2 * n) / (M_PI * factorial);
}

static void sums_of_gaussians_follow_the_profiles(void **state)
{
	(void)state;
	for (double x = 0.1; x < 4; x *= 1.02)
		near("de Vaucouleurs",
		     of_gaussians(&pz_mock_profiles[0], x) / of_sersic(4, 40320, 7.66924944, x), 1,
		     0.012);
	for (double x = 0.1; x < 3; x *= 1.02)
		near("exponential",
		     of_gaussians(&pz_mock_profiles[1], x) / of_sersic(1, 2, 1.67834699, x), 1,
		     0.012);
	for (int p = 0; p < 2; p++) {
		double total = 0;

		for (int k = 0; k < pz_mock_profiles[p].n; k++)
			total += pz_mock_profiles[p].gaussian[k][0];
		near("total", total, pz_mock_profiles[p].total, 1e-5);
	}
}

static void half_the_light_is_within_the_half_light_radius(void **state)
{
	double r[2] = { 2, 2 }, radius;

	(void)state;
	near("de Vaucouleurs", pz_mock_enclosed(0, 1), 0.5, 1e-9);
	near("exponential", pz_mock_enclosed(1, 1), 0.5, 1e-9);
	near("equal radii", pz_mock_half_light(0.3, r), 2, 1e-6);
	r[1] = 5;
	radius = pz_mock_half_light(0.3, r);
	near("both", 0.3 * pz_mock_enclosed(0, radius / 2) + 0.7 * pz_mock_enclosed(1, radius / 5),
	     0.5, 1e-6);
}

static void gaussians_are_drawn_where_they_shine(void **state)
{
	struct mock_canvas canvas = { image, SIDE, SIDE };
	const double at[2] = { 200.3, 198.8 }, cov[3] = { 40, -12, 25 };
	double det = cov[0] * cov[2] - cov[1] * cov[1], peak = 1000 / (2 * M_PI * sqrt(det));
	double floor = peak * exp(-10.0);

	(void)state;
	memset(image, 0, sizeof image);
	pz_mock_draw_gaussian(&canvas, 1000, at, cov, floor);
	for (int i = 0; i < SIDE * SIDE; i++) {
		double x = i % SIDE - at[0], y = i / SIDE - at[1];
		double wanted = peak * exp(-(cov[2] * x * x - 2 * cov[1] * x * y + cov[0] * y * y) /
					   (2 * det));

		if (wanted > 1.001 * floor)
			near("pixel", image[i] / wanted, 1, 4e-6);
		else if (wanted < 0.999 * floor)
			assert_true(image[i] == 0);
	}
}

static void gaussians_are_clipped_at_the_edges(void **state)
{
	static float small[12 * 9 + 2];
	struct mock_canvas whole = { image, SIDE, SIDE }, part = { small + 1, 12, 9 };
	const double cov[3] = { 60, 20, 30 };

	(void)state;
	for (int k = 0; k < 25; k++) {
		double at[2] = { -20 + 3 * k, 30 - 2.5 * k };
		double shifted[2] = { at[0] + 150, at[1] + 150 };

		memset(image, 0, sizeof image);
		memset(small, 0, sizeof small);
		pz_mock_draw_gaussian(&whole, 1, shifted, cov, 1e-6);
		pz_mock_draw_gaussian(&part, 1, at, cov, 1e-6);
		for (int i = 0; i < 12 * 9; i++)
			near("pixel", part.pixels[i], image[(150 + i / 12) * SIDE + 150 + i % 12],
			     1e-8);
		assert_true(small[0] == 0 && small[12 * 9 + 1] == 0);
	}
}

/* A galaxy of 100 units of light in every band. */
static struct pz_mock_galaxy example(double bulge)
{
	struct pz_mock_galaxy g = { .z = 0.1, .angle = 0.6 };

	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		g.part[0].flux[b] = 100 * bulge;
		g.part[1].flux[b] = 100 * (1 - bulge);
	}
	g.part[0].radius = g.part[1].radius = 3;
	g.part[0].axis = g.part[1].axis = 1;
	return g;
}

static double light_within(double radius)
{
	double sum = 0;

	for (int i = 0; i < SIDE * SIDE; i++)
		if (hypot(i % SIDE - 200, i / SIDE - 200) <= radius)
			sum += image[i];
	return sum;
}

static void galaxies_keep_their_light(void **state)
{
	struct mock_canvas canvas = { image, SIDE, SIDE };
	const double at[2] = { 200, 200 };
	struct pz_mock_galaxy g = example(0);

	(void)state;
	memset(image, 0, sizeof image);
	pz_mock_draw(&canvas, sky, &g, 2, at, 0.5);
	near("disk", light_within(200), 100, 1.5);
	near("half of it", light_within(3 / 0.396), 50, 1.5);
	g = example(1);
	memset(image, 0, sizeof image);
	pz_mock_draw(&canvas, sky, &g, 2, at, 0.5);
	near("bulge", light_within(200), 100, 1);
	near("half of it", light_within(3 / 0.396), 50 / pz_mock_profiles[0].total, 1);
	g.ebv = 0.1;
	memset(image, 0, sizeof image);
	pz_mock_draw(&canvas, sky, &g, 0, at, 0.5);
	near("reddened u", light_within(200), 100 * pow(10, -0.4 * 0.4239), 1);
}

/* Light of a disk of 100 units, half of it in two knots 4 arcsec apart, around each knot. */
static void knots_take_their_light_from_the_disk(void **state)
{
	struct mock_canvas canvas = { image, SIDE, SIDE };
	const double at[2] = { 200, 200 };
	struct pz_mock_galaxy g = example(0);
	double near_knot[2] = { 0 };

	(void)state;
	g.knots = 2;
	g.knot[0] = (struct pz_mock_knot){ .x = 4, .y = 0, .sigma = 0.3, .share = 0.75 };
	g.knot[1] = (struct pz_mock_knot){ .x = -4, .y = 0, .sigma = 0.3, .share = 0.25 };
	g.knots_flux[2] = 50;
	memset(image, 0, sizeof image);
	pz_mock_draw(&canvas, sky, &g, 2, at, 0.5);
	near("all of it", light_within(200), 100, 1.5);
	for (int i = 0; i < SIDE * SIDE; i++)
		for (int k = 0; k < 2; k++) {
			/* The angle of the major axis is 0.6 from the x axis. */
			double x = 200 + (k ? -4 : 4) * cos(0.6) / 0.396 - i % SIDE;
			double y = 200 + (k ? -4 : 4) * sin(0.6) / 0.396 - i / SIDE;

			if (hypot(x, y) < 4)
				near_knot[k] += image[i];
		}
	/* What the smooth disk has there is the same on both sides. */
	near("difference of the knots", near_knot[0] - near_knot[1], 25, 0.8);
}

/* Objects of ten frames: as many as the survey has, the same ones in every band. */
static void fields_are_as_dense_as_the_survey_says(void **state)
{
	const struct pz_mock_survey *s = sky->survey;
	const double from[2] = { 0, 0 }, to[2] = { s->width, s->height };
	double area = 10 * to[0] * to[1] * pow(s->pixscale / 3600, 2), faint = 0;
	struct pz_mock_galaxy g, again;
	struct mock_field f, twin;
	double at[2], same[2];
	int galaxies = 0, stars = 0;
	struct pz_mock *open;

	(void)state;
	pz_mock_field_begin(&f, sky, "test", 0, from, to);
	assert_int_equal(pz_mock_field_next(&f, &g, at), 0); /* no field was opened */
	assert_int_equal(pz_mock_open(&open, "sdss", 5), 0);
	assert_int_equal(pz_mock_open_field(open), 0);
	for (uint64_t k = 0; k < 10; k++) {
		pz_mock_field_begin(&f, open, "test", k, from, to);
		pz_mock_field_begin(&twin, open, "test", k, from, to);
		while (pz_mock_field_next(&f, &g, at)) {
			assert_int_equal(pz_mock_field_next(&twin, &again, same), 1);
			assert_memory_equal(&g, &again, sizeof g);
			assert_memory_equal(at, same, sizeof at);
			assert_true(at[0] >= 0 && at[0] < to[0] && at[1] >= 0 && at[1] < to[1]);
			g.z > 0 ? galaxies++ : stars++;
			faint += g.z > 0 && g.mag > 17.8;
		}
	}
	near("galaxies", galaxies, area * s->field_galaxies, 4 * sqrt(area * s->field_galaxies));
	near("stars", stars, area * s->field_stars, 4 * sqrt(area * s->field_stars));
	assert_true(faint > 0.9 * galaxies && faint < galaxies);
	pz_mock_close(open);
}

static void seeing_varies_by_a_tenth(void **state)
{
	const int n = 2000;
	double sum = 0, square = 0;

	(void)state;
	for (int i = 0; i < n; i++) {
		double sigma = sqrt(pz_mock_seeing(sky, "test", (uint64_t)i, 2));
		double x = log(sigma * 2.354820045 * 0.396 / 1.47);

		sum += x;
		square += x * x;
	}
	near("mean", sum / n, 0, 0.01);
	near("scatter", sqrt(square / n), 0.10, 0.01);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void normal_numbers_are_normal(void **state)
{
	const int n = SIDE * SIDE;
	double moment[5] = { 0 }, lag = 0, pair = 0, worst = 0;

	(void)state;
	pz_mock_normals(7, 9, image, (size_t)n);
	for (int i = 0; i < n; i++) {
		for (int k = 1; k < 5; k++)
			moment[k] += pow(image[i], k) / n;
		lag += i ? image[i] * image[i - 1] / n : 0;
		pair += i >= 256 ? image[i] * image[i - 256] / n : 0;
	}
	near("mean", moment[1], 0, 0.01);
	near("variance", moment[2], 1, 0.015);
	near("third moment", moment[3], 0, 0.03);
	near("fourth moment", moment[4], 3, 0.1);
	near("neighbours", lag, 0, 0.01);
	near("the two of a pair", pair, 0, 0.01);
	qsort(image, (size_t)n, sizeof *image, by_value);
	for (int i = 0; i < n; i++)
		worst = fmax(worst, fabs(0.5 * erfc(-image[i] / M_SQRT2) - (i + 0.5) / n));
	assert_true(worst < 1.63 / sqrt(n)); /* Kolmogorov and Smirnov, 1 % */
}

/* By the formula of Box and Muller: the logarithm of one word, in single precision, the angle by
 * another. */
static void normal_numbers_are_those_of_their_words(void **state)
{
	enum { CHUNK = 512, PAIRS = 256 };
	uint32_t word[CHUNK];

	(void)state;
	pz_mock_normals(7, 9, image, 3 * CHUNK);
	for (uint64_t c = 0; c < 3; c++) {
		for (uint64_t i = 0; i < CHUNK / 4; i++)
			pz_random_block(7, 9, c * (CHUNK / 4) + i, word + 4 * i);
		for (size_t i = 0; i < PAIRS; i++) {
			const float *x = image + c * CHUNK + i;
			float high = (float)(word[i] >> 8) * 256, low = (float)(word[i] & 255);
			double r = sqrt(-2 * log((high + low + 0.5F) * 0x1p-32F));
			uint32_t a = word[i + PAIRS];
			double angle = (int32_t)(a << 2) * (M_PI / 4 / 2147483648.0) +
				       (a >> 30) * M_PI_2;

			near("the first", x[0], r * cos(angle), 4e-7 * (1 + r));
			near("the second", x[PAIRS], r * sin(angle), 4e-7 * (1 + r));
		}
	}
}

static void noise_is_that_of_sky_and_light(void **state)
{
	const size_t n = 100000;
	double square[2] = { 0 };

	(void)state;
	for (int k = 0; k < 2; k++) {
		float light = k ? 5.0f : 0;

		for (size_t i = 0; i < n; i++)
			image[i] = light;
		pz_mock_noise(sky, 2, 11, image, n);
		for (size_t i = 0; i < n; i++)
			square[k] += (image[i] - light) * (image[i] - light) / n;
	}
	near("sky", sqrt(square[0]), 0.032, 0.0004);
	near("light", square[1], 0.032 * 0.032 + 5 / 590.0, 0.0002);
}

static void stamps_are_centred_and_repeatable(void **state)
{
	enum { S = 33 };
	static float a[PZ_MOCK_BANDS * S * S], b[PZ_MOCK_BANDS * S * S];
	struct pz_mock_galaxy g = example(0.5);

	(void)state;
	for (uint64_t k = 0; k < 20; k++) {
		double sum = 0, x = 0, y = 0;

		pz_mock_stamp(sky, k, &g, S, a);
		pz_mock_stamp(sky, k, &g, S, b);
		assert_memory_equal(a, b, sizeof a);
		for (int i = 0; i < S * S; i++) {
			float v = a[2 * S * S + i];

			sum += v;
			x += v * (i % S - 16);
			y += v * (i / S - 16);
		}
		near("centre", x / sum, 0, 0.9);
		near("centre", y / sum, 0, 0.9);
	}
	pz_mock_stamp(sky, 20, &g, S, b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void projections_turn_back(void **state)
{
	struct pz_mock_wcs w;
	double radec[2], pixel[2], north[2];

	(void)state;
	for (int field = 0; field < 9999; field += 777)
		for (int b = 0; b < PZ_MOCK_BANDS; b++) {
			const double at[2] = { 1900.25, 77.5 }, above[2] = { 1901.25, 77.5 };

			pz_mock_wcs(sky, field, b, &w);
			pz_mock_wcs_sky(&w, at, radec);
			pz_mock_wcs_pixel(&w, radec, pixel);
			near("x", pixel[0], at[0], 1e-6);
			near("y", pixel[1], at[1], 1e-6);
			pz_mock_wcs_sky(&w, above, north);
			near("x goes north", (north[1] - radec[1]) * 3600, 0.396, 0.001);
			assert_true(radec[0] >= 0 && radec[0] < 360 && fabs(radec[1]) < 30);
		}
}

static void bands_lie_some_pixels_apart(void **state)
{
	struct pz_mock_wcs r, u;
	const double at[2] = { 1000, 700 };
	double radec[2], pixel[2];

	(void)state;
	pz_mock_wcs(sky, 3, 2, &r);
	pz_mock_wcs(sky, 3, 0, &u);
	pz_mock_wcs_sky(&r, at, radec);
	pz_mock_wcs_pixel(&u, radec, pixel);
	near("x", pixel[0] - at[0], 4, 1);
	near("y", pixel[1] - at[1], 8, 1);
}

static void galaxies_stand_apart_and_inside(void **state)
{
	static double place[PZ_MOCK_DENSITY][2];
	struct pz_mock_layout l;
	struct pz_mock_wcs w[PZ_MOCK_BANDS];

	(void)state;
	assert_int_equal(pz_mock_layout(&l, sky, 10000, PZ_MOCK_DENSITY), 0);
	assert_int_equal(l.fields, (10000 + PZ_MOCK_DENSITY - 1) / PZ_MOCK_DENSITY);
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		pz_mock_wcs(sky, 1, b, &w[b]);
	for (int i = 0; i < l.density; i++) {
		pz_mock_place(sky, &l, (uint64_t)(l.density + i), place[i]);
		for (int b = PZ_MOCK_BANDS - 1; b >= 0; b--) {
			double p[2];

			pz_mock_wcs_pixel(&w[b], place[i], p);
			assert_true(p[0] > 16 && p[0] < 2048 - 16 && p[1] > 16 && p[1] < 1489 - 16);
		}
		for (int j = 0; j < i; j++)
			assert_true(
				hypot((place[i][0] - place[j][0]) * cos(place[i][1] * M_PI / 180),
				      place[i][1] - place[j][1]) *
					3600 / 0.396 >
				32);
	}
}

static void layouts_out_of_range_are_refused(void **state)
{
	struct pz_mock_layout l;

	(void)state;
	assert_int_equal(pz_mock_layout(&l, sky, 0, 700), 0);
	assert_int_equal(l.fields, 0);
	assert_int_equal(pz_mock_layout(&l, sky, 20000, 1), PZ_EARG);
	assert_int_equal(pz_mock_layout(&l, sky, 10, -1), PZ_EARG);
	assert_int_equal(pz_mock_layout(&l, sky, 10, PZ_MOCK_DENSITY_MAX + 1), PZ_EARG);
	assert_int_equal(pz_mock_layout(&l, sky, UINT64_MAX, 700), PZ_EARG);
}

static int bright_one(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	(void)context;
	*g = example(0.5);
	for (int p = 0; p < 2; p++)
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			g->part[p].flux[b] *= 20;
	return i == 666 ? pz_fail(PZ_EDATA, "galaxy 666 is missing") : 0;
}

static void frames_show_galaxies_where_the_sky_has_them(void **state)
{
	const struct pz_mock_survey *s = pz_mock_survey(sky);
	float *pixels = malloc(sizeof(float) * (size_t)s->width * (size_t)s->height);
	struct pz_mock_layout l;
	struct pz_mock_wcs w;

	(void)state;
	assert_non_null(pixels);
	assert_int_equal(pz_mock_layout(&l, sky, 25, 20), 0);
	assert_int_equal(pz_mock_frame(sky, &l, 1, 3, bright_one, NULL, pixels), 0);
	pz_mock_wcs(sky, 1, 3, &w);
	for (uint64_t i = 20; i < 25; i++) {
		double radec[2], at[2], sum = 0, x = 0, y = 0;

		pz_mock_place(sky, &l, i, radec);
		pz_mock_wcs_pixel(&w, radec, at);
		for (int dy = -12; dy <= 12; dy++)
			for (int dx = -12; dx <= 12; dx++) {
				int px = (int)lround(at[0]) + dx, py = (int)lround(at[1]) + dy;
				float v = pixels[(size_t)(py - 1) * (size_t)s->width + (size_t)px -
						 1];

				sum += v;
				x += v * px;
				y += v * py;
			}
		near("x", x / sum, at[0], 0.15);
		near("y", y / sum, at[1], 0.15);
	}
	assert_int_equal(pz_mock_layout(&l, sky, 1000, 700), 0);
	assert_int_equal(pz_mock_frame(sky, &l, 0, 3, bright_one, NULL, pixels), PZ_EDATA);
	free(pixels);
}

/* Other pixels: the same galaxies and sky light, so less noise in a smaller pixel. */
static void pixels_of_another_size_show_the_same_sky(void **state)
{
	const struct pz_mock_pixels fine = { .scale = 0.198, .aligned = true };
	const struct pz_mock_pixels bad[] = { { .scale = 0.04 },
					      { .scale = 5.1 },
					      { .scale = NAN } };
	struct pz_mock *sdss, *other;
	struct pz_mock_layout l;
	struct pz_mock_wcs w[2];
	struct pz_mock_galaxy a, b;

	(void)state;
	assert_int_equal(pz_mock_open(&sdss, "sdss", 4), 0);
	assert_int_equal(pz_mock_open_pixels(&other, "sdss", &fine, 4), 0);
	assert_true(pz_mock_survey(other)->pixscale == 0.198);
	for (int band = 0; band < PZ_MOCK_BANDS; band++)
		assert_true(fabs(2 * pz_mock_survey(other)->sky[band] -
				 pz_mock_survey(sdss)->sky[band]) < 1e-12);
	pz_mock_galaxy(sdss, 5, &a);
	pz_mock_galaxy(other, 5, &b);
	assert_true(a.z == b.z && a.mag == b.mag && a.size == b.size);
	/* A quarter of the area, so a quarter of the galaxies on a frame. */
	assert_int_equal(pz_mock_layout(&l, other, 1000, 0), 0);
	assert_int_equal(l.density, 175);
	assert_int_equal(pz_mock_layout(&l, sdss, 1000, 0), 0);
	assert_int_equal(l.density, PZ_MOCK_DENSITY);
	pz_mock_wcs(other, 1, 0, &w[0]);
	pz_mock_wcs(other, 1, 4, &w[1]);
	assert_memory_equal(&w[0], &w[1], sizeof w[0]);
	assert_true(w[0].cd[0] < 0 && w[0].cd[3] > 0 && w[0].cd[1] == 0 && w[0].cd[2] == 0);
	assert_true(fabs(3600 * w[0].cd[3] - 0.198) < 1e-12);
	/* Fields stand side by side. */
	pz_mock_wcs(other, 0, 0, &w[0]);
	assert_true(fabs((w[1].crval[0] - w[0].crval[0]) / (1.05 * 2048 * 0.198 / 3600) - 1) <
		    1e-9);
	pz_mock_close(other);
	pz_mock_close(sdss);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(pz_mock_open_pixels(&other, "sdss", &bad[i], 4), PZ_EARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_of_gaussians_follow_the_profiles),
		cmocka_unit_test(half_the_light_is_within_the_half_light_radius),
		cmocka_unit_test(gaussians_are_drawn_where_they_shine),
		cmocka_unit_test(gaussians_are_clipped_at_the_edges),
		cmocka_unit_test(galaxies_keep_their_light),
		cmocka_unit_test(knots_take_their_light_from_the_disk),
		cmocka_unit_test(fields_are_as_dense_as_the_survey_says),
		cmocka_unit_test(seeing_varies_by_a_tenth),
		cmocka_unit_test(normal_numbers_are_normal),
		cmocka_unit_test(normal_numbers_are_those_of_their_words),
		cmocka_unit_test(noise_is_that_of_sky_and_light),
		cmocka_unit_test(stamps_are_centred_and_repeatable),
		cmocka_unit_test(projections_turn_back),
		cmocka_unit_test(bands_lie_some_pixels_apart),
		cmocka_unit_test(galaxies_stand_apart_and_inside),
		cmocka_unit_test(pixels_of_another_size_show_the_same_sky),
		cmocka_unit_test(layouts_out_of_range_are_refused),
		cmocka_unit_test(frames_show_galaxies_where_the_sky_has_them),
	};

	return cmocka_run_group_tests_name("mock render", tests, open_sky, close_sky);
}
