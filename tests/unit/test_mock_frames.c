/* test_mock_frames.c -- where the frames of the simulated sky lie, and galaxies on them */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pz/error.h>

#include "small_sky.h"

#define WIDTH  2000
#define HEIGHT 1101
#define FIELDS 400
#define SCALE  (0.396 / 3600)
#define DEGREE (M_PI / 180)

static struct pz_mock *sky;

static int open_sky(void **state)
{
	(void)state;
	sky = open_small(WIDTH, HEIGHT, 0, 12);
	return sky ? 0 : -1;
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
		fail_msg("%s: expected %.12g within %g, found %.12g", what, wanted, tolerance,
			 found);
}

/* Mean and standard deviation of n numbers. */
static void spread_is(const char *what, const double *x, int n, double mean, double deviation)
{
	double sum = 0, square = 0;

	for (int i = 0; i < n; i++) {
		sum += x[i] / n;
		square += (x[i] - mean) * (x[i] - mean) / n;
	}
	near(what, sum, mean, 4 * deviation / sqrt(n));
	near(what, sqrt(square), deviation, 4 * deviation / sqrt(n));
}

/* ---- layouts ---- */

static void a_grid_has_a_cell_for_each(void **state)
{
	static const struct {
		uint64_t galaxies;
		int density, fields, columns, rows;
	} wanted[] = {
		/* 1968 by 1069 pixels are used: cells are about square */
		{ 0, 6, 0, 4, 2 },     { 1, 6, 1, 4, 2 },         { 6, 6, 1, 4, 2 },
		{ 7, 6, 2, 4, 2 },     { 12, 6, 2, 4, 2 },        { 13, 6, 3, 4, 2 },
		{ 100, 1, 100, 2, 1 }, { 9999, 1, 9999, 2, 1 },   { 9, 9, 1, 5, 2 },
		{ 21, 21, 1, 7, 3 },   { 22, 22, 1, 7, 4 },       { 5000, 5000, 1, 96, 53 },
		{ 701, 0, 2, 36, 20 }, { 100000000, 0, 0, 0, 0 },
	};
	struct pz_mock_layout l;

	(void)state;
	for (size_t i = 0; wanted[i].columns; i++) {
		assert_int_equal(pz_mock_layout(&l, sky, wanted[i].galaxies, wanted[i].density), 0);
		assert_int_equal(l.galaxies, wanted[i].galaxies);
		assert_int_equal(l.density, wanted[i].density ? wanted[i].density : 700);
		assert_int_equal(l.fields, wanted[i].fields);
		assert_int_equal(l.columns, wanted[i].columns);
		assert_int_equal(l.rows, wanted[i].rows);
	}
}

/* As many on the same area of sky, from 1 to 5000. */
static void other_pixels_have_other_densities(void **state)
{
	static const struct {
		double finer;
		int density;
	} wanted[] = {
		{ 1, 700 }, { 0.5, 175 }, { 2, 2800 }, { 0.1, 7 }, { 0.03, 1 }, { 3, 5000 }
	};
	struct pz_mock_layout l;

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		sky->finer = wanted[i].finer;
		assert_int_equal(pz_mock_layout(&l, sky, 1, 0), 0);
		assert_int_equal(l.density, wanted[i].density);
	}
	sky->finer = 1;
}

static void refused(uint64_t galaxies, int density, const char *says)
{
	struct pz_mock_layout l;

	assert_int_equal(pz_mock_layout(&l, sky, galaxies, density), PZ_EARG);
	assert_string_equal(pz_error_text(), says);
}

static void layouts_have_limits(void **state)
{
	(void)state;
	refused(100000001, 5000, "galaxies: expected at most 100000000, found 100000001");
	refused(100000000, 5000,
		"100000000 galaxies at density 5000: expected at most 9999 frames, found 20000");
	refused(10000, 1, "10000 galaxies at density 1: expected at most 9999 frames, found 10000");
	refused(1, -1, "density: expected 1 to 5000, found -1");
	refused(1, 5001, "density: expected 1 to 5000, found 5001");
}

/* ---- galaxies ---- */

/* Each within 0.15 of a cell from its middle, either way; cells follow one another along x. */
static void galaxies_stand_about_the_middle_of_cells(void **state)
{
	const int density = 6000 / 8;
	static double off[2][6000];
	struct pz_mock_layout l;

	(void)state;
	assert_int_equal(pz_mock_layout(&l, sky, 6000, density), 0);
	for (int i = 0; i < 6000; i++) {
		const int inside[2] = { WIDTH - 32, HEIGHT - 32 }, cells[2] = { l.columns, l.rows };
		int cell = i % density, at[2] = { cell % l.columns, cell / l.columns };
		double radec[2], pixel[2];
		struct pz_mock_wcs w;

		pz_mock_wcs(sky, i / density, MOCK_R, &w);
		pz_mock_place(sky, &l, (uint64_t)i, radec);
		pz_mock_wcs_pixel(&w, radec, pixel);
		for (int k = 0; k < 2; k++) {
			off[k][i] = (pixel[k] - 16.5) * cells[k] / inside[k] - at[k] - 0.5;
			assert_true(fabs(off[k][i]) < 0.15 + 1e-6);
		}
	}
	spread_is("x", off[0], 6000, 0, 0.15 / sqrt(3));
	spread_is("y", off[1], 6000, 0, 0.15 / sqrt(3));
}

/* ---- frames ---- */

/* How the axes of a frame are turned, in degrees. */
static double turn_of(const struct pz_mock_wcs *w)
{
	return atan2(w->cd[0], w->cd[1]) / DEGREE;
}

static double scale_of(const struct pz_mock_wcs *w)
{
	return hypot(w->cd[0], w->cd[1]);
}

/* A hundred fields side by side along right ascension, then the next row of them. */
static void fields_stand_side_by_side(void **state)
{
	static double turn[FIELDS];

	(void)state;
	for (int field = 0; field < FIELDS; field++) {
		double dec = field / 100 * WIDTH * SCALE * 1.05;
		struct pz_mock_wcs w;

		pz_mock_wcs(sky, field, MOCK_R, &w);
		assert_true(w.crpix[0] == 1001 && w.crpix[1] == 551);
		near("dec", w.crval[1], dec, 1e-9);
		near("ra", w.crval[0],
		     120 + field % 100 * HEIGHT * SCALE * 1.05 / cos(dec * DEGREE), 1e-9);
		near("scale", scale_of(&w), SCALE, 1e-12);
		near("CD2_1", w.cd[2], w.cd[1], 1e-18);
		near("CD2_2", w.cd[3], -w.cd[0], 1e-18);
		turn[field] = turn_of(&w);
	}
	spread_is("turn", turn, FIELDS, 0, 0.02);
}

/* Each band lies off r by some pixels and half a one either way, is turned, and has another scale.
 */
static void bands_lie_off_the_r_band(void **state)
{
	static const int off[PZ_MOCK_BANDS][2] = {
		{ 4, 8 }, { -3, 5 }, { 0, 0 }, { 2, -4 }, { -5, -2 }
	};
	static double shift[2][FIELDS], turn[FIELDS], scale[FIELDS];
	struct pz_mock_wcs r, w;

	(void)state;
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		if (b == MOCK_R)
			continue;
		for (int field = 0; field < FIELDS; field++) {
			double pixel[2];

			pz_mock_wcs(sky, field, MOCK_R, &r);
			pz_mock_wcs(sky, field, b, &w);
			assert_true(w.crpix[0] == 1001 && w.crpix[1] == 551);
			pz_mock_wcs_pixel(&r, w.crval, pixel);
			for (int k = 0; k < 2; k++) {
				shift[k][field] = r.crpix[k] - pixel[k] - off[b][k];
				assert_true(fabs(shift[k][field]) < 0.5 + 1e-6);
			}
			turn[field] = turn_of(&w) - turn_of(&r);
			scale[field] = scale_of(&w) / SCALE - 1;
			near("CD2_1", w.cd[2], w.cd[1], 1e-18);
			near("CD2_2", w.cd[3], -w.cd[0], 1e-18);
		}
		spread_is("x", shift[0], FIELDS, 0, sqrt(1 / 12.));
		spread_is("y", shift[1], FIELDS, 0, sqrt(1 / 12.));
		spread_is("turn", turn, FIELDS, 0, 0.01);
		spread_is("scale", scale, FIELDS, 0, 1e-4);
	}
}

static void frames_of_stacks_are_aligned(void **state)
{
	(void)state;
	sky->aligned = true;
	for (int field = 0; field < FIELDS; field += 7) {
		double dec = field / 100 * HEIGHT * SCALE * 1.05;
		struct pz_mock_wcs w;

		pz_mock_wcs(sky, field, field % 5, &w);
		assert_true(w.crpix[0] == 1001 && w.crpix[1] == 551);
		near("dec", w.crval[1], dec, 1e-9);
		near("ra", w.crval[0], 120 + field % 100 * WIDTH * SCALE * 1.05 / cos(dec * DEGREE),
		     1e-9);
		assert_true(w.cd[1] == 0 && w.cd[2] == 0);
		near("CD1_1", w.cd[0], -SCALE, 1e-18);
		near("CD2_2", w.cd[3], SCALE, 1e-18);
	}
	sky->aligned = false;
}

/* Against the formulas of a tangential projection by vectors. */
static void places_are_those_of_a_tangent_plane(void **state)
{
	static const double pixel[][2] = { { 3, -40 }, { 700, 1200 }, { 11, 5 } };

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct pz_mock_wcs w = { { 10, 20 },
					       { 359.9, -60 + 50. * i },
					       { 0.001, -0.002, 0.0015, 0.003 } };
		double x = (0.001 * (pixel[i][0] - 10) - 0.002 * (pixel[i][1] - 20)) * DEGREE;
		double y = (0.0015 * (pixel[i][0] - 10) + 0.003 * (pixel[i][1] - 20)) * DEGREE;
		double a = w.crval[0] * DEGREE, d = w.crval[1] * DEGREE, radec[2], back[2];
		/* the point of tangency, and x to the east, y to the north of it */
		double v[3] = { cos(d) * cos(a) - x * sin(a) - y * sin(d) * cos(a),
				cos(d) * sin(a) + x * cos(a) - y * sin(d) * sin(a),
				sin(d) + y * cos(d) };
		double ra = atan2(v[1], v[0]) / DEGREE;

		pz_mock_wcs_sky(&w, pixel[i], radec);
		near("ra", radec[0], ra < 0 ? ra + 360 : ra, 1e-9);
		near("dec", radec[1], atan2(v[2], hypot(v[0], v[1])) / DEGREE, 1e-9);
		assert_true(radec[0] >= 0 && radec[0] < 360);
		pz_mock_wcs_pixel(&w, radec, back);
		near("x", back[0], pixel[i][0], 1e-6);
		near("y", back[1], pixel[i][1], 1e-6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_grid_has_a_cell_for_each),
		cmocka_unit_test(other_pixels_have_other_densities),
		cmocka_unit_test(layouts_have_limits),
		cmocka_unit_test(galaxies_stand_about_the_middle_of_cells),
		cmocka_unit_test(fields_stand_side_by_side),
		cmocka_unit_test(bands_lie_off_the_r_band),
		cmocka_unit_test(frames_of_stacks_are_aligned),
		cmocka_unit_test(places_are_those_of_a_tangent_plane),
	};

	return cmocka_run_group_tests_name("frames of the sky", tests, open_sky, close_sky);
}
