/* test_cutout_resample.c -- stamps from the pixels of a frame, against plain loops over all points
 * and pixels
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/cutout/resample.h"

#define WIDE 83
#define HIGH 61
#define MOST 40 /* of a stamp */

static float frame[HIGH * WIDE];

static uint32_t chance = 1;

static double uniform(void)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 8) / 16777216.;
}

/* Noise, with so many holes. */
static void draw(double holes)
{
	for (int i = 0; i < HIGH * WIDE; i++)
		frame[i] = uniform() < holes ? NAN : (float)(5 + uniform());
}

/* ---- by plain loops ---- */

static void place(const struct stamp_map *m, double u, double v, double xy[2])
{
	for (int k = 0; k < 2; k++)
		xy[k] = m->c[k][0] + m->c[k][1] * u + m->c[k][2] * v + m->c[k][3] * u * u +
			m->c[k][4] * u * v + m->c[k][5] * v * v;
}

/* Frame pixels in a stamp's pixel: by small steps, which are exact for squares. */
static double area_at(const struct stamp_map *m, double u, double v)
{
	double left[2], right[2], below[2], above[2];

	place(m, u - 0.5, v, left);
	place(m, u + 0.5, v, right);
	place(m, u, v - 0.5, below);
	place(m, u, v + 0.5, above);
	return fabs((right[0] - left[0]) * (above[1] - below[1]) -
		    (right[1] - left[1]) * (above[0] - below[0]));
}

static double pixel_at(long x, long y)
{
	return x < 0 || y < 0 || x >= WIDE || y >= HIGH ? NAN : frame[y * WIDE + x];
}

/* The value at a place on the frame, and the share of the kernel that has data. */
static double value_at(enum pz_kernel kernel, const double xy[2], double *share)
{
	double sum = 0;
	long x0 = (long)floor(xy[0] + (kernel == PZ_NEAREST ? 0.5 : 0));
	long y0 = (long)floor(xy[1] + (kernel == PZ_NEAREST ? 0.5 : 0));
	int taps = kernel == PZ_NEAREST ? 1 : 2;

	*share = 0;
	for (int j = 0; j < taps; j++)
		for (int i = 0; i < taps; i++) {
			double p = pixel_at(x0 + i, y0 + j);
			double w = taps == 1 ? 1
					     : fabs(1 - i - (xy[0] - (double)x0)) *
						       fabs(1 - j - (xy[1] - (double)y0));

			if (isnan(p))
				continue;
			*share += w;
			sum += w * p;
		}
	if (*share < 0.5)
		*share = 0;
	return *share > 0 ? sum / *share : 0;
}

struct result {
	float stamp[MOST * MOST], share[MOST * MOST];
	double cover;
	bool centred;
};

static void expected(const struct resampling *what, int n, struct result *to)
{
	double middle = (what->size - 1) / 2.0;

	*to = (struct result){ .centred = true };
	for (int j = 0; j < what->size; j++)
		for (int i = 0; i < what->size; i++) {
			double values = 0, shares = 0, area, share, xy[2];
			int k = j * what->size + i;

			for (int p = 0; p < n * n; p++) {
				double u = i - middle + (p % n + 0.5) / n - 0.5, value;

				place(what->map, u, j - middle + (p / n + 0.5) / n - 0.5, xy);
				value = value_at(what->kernel, xy, &share);
				values += share * value;
				shares += share;
			}
			area = what->window->per_area ? what->area
			       : what->areas          ? what->areas[k]
			       : what->map->kind == MAP_AFFINE
				       ? area_at(what->map, 0, 0)
				       : area_at(what->map, i - middle, j - middle);
			if (shares < 0.5 * n * n)
				shares = 0;
			to->share[k] = (float)(shares / (n * n));
			to->stamp[k] =
				shares > 0 ? (float)(values / shares * area * what->window->scale)
					   : 0;
			to->cover += shares / (n * n) / (what->size * what->size);
			if (fabs(i - middle) < 1 && fabs(j - middle) < 1 && shares == 0)
				to->centred = false;
		}
}

/* Bounds of a map over a stamp. */
static void bound(struct stamp_map *m, int size)
{
	for (int k = 0; k < 2; k++) {
		m->low[k] = INFINITY;
		m->high[k] = -INFINITY;
	}
	for (int i = 0; i <= 2 * size; i++)
		for (int j = 0; j <= 2 * size; j++) {
			double xy[2];

			place(m, (i - size) / 2.0, (j - size) / 2.0, xy);
			for (int k = 0; k < 2; k++) {
				m->low[k] = fmin(m->low[k], xy[k]);
				m->high[k] = fmax(m->high[k], xy[k]);
			}
		}
}

static struct resampler r;
static struct result found, wanted;

/* Makes a stamp, and compares every pixel, share and the cover with those of the loops. */
static void stamp_is(const char *what_for, struct resampling *what, int n)
{
	struct stamp_map m = *what->map;

	bound(&m, what->size);
	what->map = &m;
	assert_int_equal(pz_resample_points(&m, what->window), n);
	expected(what, n, &wanted);
	for (int shares = 0; shares < 2; shares++) {
		what->shares = shares ? found.share : NULL;
		memset(&found, 0x7f, sizeof found);
		assert_int_equal(pz_resample(&r, what, found.stamp, &found.cover), 0);
		for (int k = 0; k < what->size * what->size; k++)
			if (!(fabsf(found.stamp[k] - wanted.stamp[k]) <=
			      3e-5F * fabsf(wanted.stamp[k])) ||
			    (shares && !(fabsf(found.share[k] - wanted.share[k]) < 3e-5F)))
				fail_msg("%s: pixel %d of %d: expected %g by %g, found %g by %g",
					 what_for, k, what->size, (double)wanted.stamp[k],
					 (double)wanted.share[k], (double)found.stamp[k],
					 shares ? (double)found.share[k] : 0);
		assert_true(fabs(found.cover - wanted.cover) < 3e-5);
		assert_int_equal(r.centred, wanted.centred);
	}
}

static const struct window window = {
	.pixels = frame, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 2.5
};

/* A map whose pixels are about so large, in the middle of the frame or where it is put. */
static struct stamp_map map_of(double x, double y, double scale, bool bent)
{
	struct stamp_map m = { .kind = bent ? MAP_QUADRATIC : MAP_AFFINE,
			       .c = { { x, 0.8 * scale, -0.6 * scale },
				      { y, 0.6 * scale, 0.8 * scale } } };

	for (int k = 0; bent && k < 6; k++)
		m.c[k / 3][3 + k % 3] = 0.002 * scale * (uniform() - 0.5);
	return m;
}

static void stamps_are_sums_over_their_points(void **state)
{
	static const struct {
		double scale;
		int n;
	} coarse[] = { { 0.4, 1 }, { 1, 1 }, { 1.2, 1 }, { 1.3, 2 }, { 2.2, 2 }, { 3.1, 3 } };

	(void)state;
	for (int i = 0; i < 120; i++) {
		size_t k = (size_t)(i / 2 % 6);
		struct stamp_map m =
			map_of(41 + 3 * uniform(), 30 + 3 * uniform(), coarse[k].scale, i % 3 == 1);
		struct resampling what = { .window = &window,
					   .map = &m,
					   .kernel = i % 2 ? PZ_BILINEAR : PZ_NEAREST,
					   .size = 11 + i % 2 + (i % 5 ? 0 : 20) };

		draw(i % 4 ? 0.04 * (i % 4) : 0);
		stamp_is("anywhere", &what, coarse[k].n);
	}
}

/* At each edge and corner of the frame, and where the middle has no data. */
static void stamps_at_the_edges(void **state)
{
	(void)state;
	for (int i = 0; i < 54; i++) {
		double x = i % 3 == 0 ? 1.3137 : i % 3 == 1 ? 40.0119 : WIDE - 1.8913;
		double y = i / 3 % 3 == 0 ? 0.4171 : i / 3 % 3 == 1 ? 30.0173 : HIGH - 2.2131;
		struct stamp_map m = map_of(x, y, 1 + 0.5 * (i / 9 % 3), i % 2);
		struct resampling what = { .window = &window,
					   .map = &m,
					   .kernel = i % 4 < 2 ? PZ_BILINEAR : PZ_NEAREST,
					   .size = 14 + i % 3 };

		draw(i > 26 ? 0.3 : 0);
		stamp_is("edge", &what, i / 9 % 3 == 2 ? 2 : 1 + (i / 9 % 3));
	}
}

/* Crops of whole pixels; one row beside the frame's end is none. */
static void crops_are_the_pixels(void **state)
{
	(void)state;
	draw(0);
	for (int size = 1; size < 12; size++)
		for (int turn = 0; turn < 3; turn++) {
			struct stamp_map m = { .kind = MAP_AFFINE,
					       .c = { { 30 + size % 2 * 0.5, turn == 1 ? -1 : 1 },
						      { 30.2, 0, turn == 2 ? 1.02 : 1 } } };
			struct resampling what = {
				.window = &window, .map = &m, .kernel = PZ_NEAREST, .size = size
			};

			m.c[0][0] += 1e-3;
			m.c[1][0] += size % 2 ? 0 : 0.5;
			stamp_is("crop", &what, 1);
			m.c[0][0] = WIDE - size / 2.0 + 0.3;
			stamp_is("crop at an edge", &what, 1);
		}
}

/* Pixels that are means over an area of the sky; areas of each pixel; points that are known. */
static void areas_and_points_are_given(void **state)
{
	static double areas[MOST * MOST], points[2 * 4 * MOST * MOST];
	const struct window mean = { .pixels = frame,
				     .width = WIDE,
				     .height = HIGH,
				     .rows = HIGH,
				     .scale = 2,
				     .per_area = true };
	struct stamp_map m = map_of(40, 30, 1.5, true);
	struct resampling what = {
		.window = &mean, .map = &m, .kernel = PZ_BILINEAR, .size = 13, .area = 0.125
	};

	(void)state;
	draw(0.05);
	stamp_is("means", &what, 2);
	what.window = &window;
	what.map = &m;
	for (int k = 0; k < 13 * 13; k++)
		areas[k] = uniform();
	what.areas = areas;
	stamp_is("areas", &what, 2);
	/* where each point is, which is what the map says */
	for (int k = 0; k < 26 * 26; k++)
		place(&m, (k % 26 - 12.5) / 2, (k / 26 - 12.5) / 2, points + 2 * k);
	what.map = &m;
	what.points = points;
	stamp_is("points", &what, 2);
	what.map = &m;
	what.kernel = PZ_NEAREST;
	stamp_is("points", &what, 2);
}

/* The sky is taken off every pixel of the frame. */
static void the_sky_is_taken_off(void **state)
{
	struct stamp_map m = map_of(40, 30, 1, false);
	struct resampling what = { .window = &window, .map = &m, .kernel = PZ_BILINEAR, .size = 9 };

	(void)state;
	draw(0.1);
	bound(&m, 9);
	expected(&what, 1, &wanted);
	what.sky = 2;
	assert_int_equal(pz_resample(&r, &what, found.stamp, &found.cover), 0);
	for (int k = 0; k < 81; k++)
		assert_true(fabsf(found.stamp[k] -
				  (wanted.share[k] > 0 ? wanted.stamp[k] - 5 : 0)) < 1e-4F);
}

/* Lanczos's weights give every cubic back, wherever the points are. */
static void lanczos_gives_cubics_back(void **state)
{
	(void)state;
	for (int i = 0; i < HIGH * WIDE; i++) {
		double x = (i % WIDE - 40) / 20., y = (i / WIDE - 30) / 20.;

		frame[i] = (float)(3 + x - 2 * y + x * x * y - 0.5 * y * y * y + 0.3 * x * x * x);
	}
	for (int k = 0; k < 20; k++) {
		int size = 9 + k, n = 1 + k % 2;
		struct stamp_map m =
			map_of(39 + 2 * uniform(), 29 + 2 * uniform(), k % 2 ? 1.6 : 0.9, false);
		struct resampling what = {
			.window = &window, .map = &m, .kernel = PZ_LANCZOS3, .size = size - n * 4
		};

		if (what.size < 1)
			continue;
		bound(&m, what.size);
		assert_int_equal(pz_resample(&r, &what, found.stamp, &found.cover), 0);
		assert_true(found.cover == 1 && r.centred);
		for (int p = 0; p < what.size * what.size; p++) {
			double sum = 0, xy[2], middle = (what.size - 1) / 2.0;

			for (int q = 0; q < n * n; q++) {
				place(&m, p % what.size - middle + (q % n + 0.5) / n - 0.5,
				      p / what.size - middle + (q / n + 0.5) / n - 0.5, xy);
				xy[0] = (xy[0] - 40) / 20;
				xy[1] = (xy[1] - 30) / 20;
				sum += 3 + xy[0] - 2 * xy[1] + xy[0] * xy[0] * xy[1] -
				       0.5 * xy[1] * xy[1] * xy[1] + 0.3 * xy[0] * xy[0] * xy[0];
			}
			sum *= area_at(&m, 0, 0) * 2.5 / (n * n);
			assert_true(fabs(found.stamp[p] - sum) < 2e-5 * fabs(sum) + 1e-4);
		}
	}
}

static void points_of_a_pixel(void **state)
{
	static const struct {
		double scale;
		int n;
	} one[] = { { 0.1, 1 },   { 1.249, 1 }, { 1.251, 2 },
		    { 2.249, 2 }, { 2.251, 3 }, { 500, WIDE } };
	struct window small = window;

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		struct stamp_map m = map_of(0, 0, one[i].scale, false);

		assert_int_equal(pz_resample_points(&m, &window), one[i].n);
		small.width = 3;
		small.height = 7;
		assert_int_equal(pz_resample_points(&m, &small), one[i].n < 7 ? one[i].n : 7);
		small.width = small.height = 1;
		assert_int_equal(pz_resample_points(&m, &small), 1);
	}
}

static int release(void **state)
{
	(void)state;
	pz_resampler_release(&r);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_are_sums_over_their_points),
		cmocka_unit_test(stamps_at_the_edges),
		cmocka_unit_test(crops_are_the_pixels),
		cmocka_unit_test(areas_and_points_are_given),
		cmocka_unit_test(the_sky_is_taken_off),
		cmocka_unit_test(lanczos_gives_cubics_back),
		cmocka_unit_test(points_of_a_pixel),
	};

	return cmocka_run_group_tests_name("resample", tests, NULL, release);
}
