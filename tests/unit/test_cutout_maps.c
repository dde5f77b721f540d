/* test_cutout_maps.c -- grids of stamps on the sky, and how exactly they are mapped onto frames
 */
#include "../../lib/cutout/stampmap.h"
#include "wcs_of.h"

#define ARCSEC (M_PI / 180 / 3600)
#define POINTS (MAP_NODES + MAP_TRIED)
#define SECOND "CDELT1  = -2.777777777777778E-4\nCDELT2  = 2.777777777777778E-4\n"
#define SIP                                                                                        \
	"CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\nCRVAL1  = 10\nCRVAL2  = 20\n"         \
	"CRPIX1  = 51\nCRPIX2  = 21\n" SECOND

static const double here[2] = { 10, 20 }; /* of the reference of these frames */

/* A tangent plane at a place, with these steps of a grid in arcsec, from its pixel (0, 0). */
static struct test_wcs plane_at(const double radec[2], const double x[2], const double y[2])
{
	return (struct test_wcs){ .crval = { radec[0], radec[1] },
				  .crpix = { 1, 1 },
				  .cd = { { x[0] / 3600, y[0] / 3600 },
					  { x[1] / 3600, y[1] / 3600 } } };
}

static void lies_on(const struct stamp_grid *g, const struct test_wcs *w, const double middle[2],
		    double half)
{
	for (int i = 0; i < POINTS; i++) {
		double at[2] = { middle[0] + half * map_place[i][0],
				 middle[1] + half * map_place[i][1] };
		double wanted[2];

		test_wcs_sky(w, at, wanted);
		near(g->sky[i][0], wanted[0], 1e-8);
		near(g->sky[i][1], wanted[1], 1e-11);
	}
}

static void grids_with_north_up(void **state)
{
	const double places[][2] = { { 10, 20 }, { 0.001, -89.9 }, { 359.9999, 60 } };
	const int size[] = { 1, 7, 64 };
	const double half[] = { 1, 3.5, 32 }, zero[2] = { 0 };

	(void)state;
	for (int i = 0; i < 9; i++) {
		const double *radec = places[i / 3];
		double x[2] = { -0.5, 0 }, y[2] = { 0, 0.5 };
		struct test_wcs w = plane_at(radec, x, y);
		struct stamp_grid g;

		pz_stampmap_north(&g, size[i % 3], radec, 0.5);
		lies_on(&g, &w, zero, half[i % 3]);
		assert_int_equal(g.size, size[i % 3]);
		assert_null(g.frame);
		assert_true(g.radec[0] == radec[0] && g.radec[1] == radec[1]);
		assert_true(g.x[0] == -0.5 && g.x[1] == 0 && g.y[0] == 0 && g.y[1] == 0.5);
		near(g.area / (0.25 * ARCSEC * ARCSEC), 1, 1e-14);
	}
}

static void grids_within_others(void **state)
{
	const double zero[2] = { 0 }, x[2] = { 0.3, 0.4 }, y[2] = { -0.2, 0.7 };
	struct test_wcs w = plane_at(here, x, y);
	struct stamp_grid g = {
		.size = 31, .radec = { 10, 20 }, .x = { x[0], x[1] }, .y = { y[0], y[1] }, .area = 3
	};
	struct stamp_grid inner;

	(void)state;
	pz_stampmap_inner(&g, 12, &inner);
	assert_int_equal(inner.size, 12);
	assert_true(inner.area == 3);
	lies_on(&inner, &w, zero, 6);
}

/* How much longer a pixel is one way: the larger singular value by the smaller one. */
static void lengths_of_pixels(void **state)
{
	(void)state;
	near(pz_stampmap_elongation(&(struct stamp_grid){ .x = { -0.4, 0 }, .y = { 0, 0.4 } }), 1,
	     1e-7);
	near(pz_stampmap_elongation(&(struct stamp_grid){ .x = { 1, 0 }, .y = { 0, 2 } }), 2,
	     1e-12);
	near(pz_stampmap_elongation(&(struct stamp_grid){ .x = { 3, 0 }, .y = { 0, -1 } }), 3,
	     1e-12);
	/* sheared by 1.5: values 2 and 1/2 */
	near(pz_stampmap_elongation(&(struct stamp_grid){ .x = { 1, 0 }, .y = { 1.5, 1 } }), 4,
	     1e-12);
	near(pz_stampmap_elongation(&(struct stamp_grid){ .x = { 1, 1.5 }, .y = { 0, 1 } }), 4,
	     1e-12);
}

/* CD of a frame turned by `angle`, whose pixels are a * b arcsec, flipped or not, and sheared. */
static struct pz_wcs *turned(double angle, double a, double b, bool flipped, double shear,
			     double cd[2][2])
{
	char lines[600];

	cd[0][0] = (flipped ? -a : a) * cos(angle) / 3600;
	cd[1][0] = (flipped ? -a : a) * sin(angle) / 3600;
	cd[0][1] = -b * sin(angle + shear) / 3600;
	cd[1][1] = b * cos(angle + shear) / 3600;
	snprintf(lines, sizeof lines,
		 PLACED "CD1_1   = %.15E\nCD1_2   = %.15E\nCD2_1   = %.15E\nCD2_2   = %.15E\n",
		 cd[0][0], cd[0][1], cd[1][0], cd[1][1]);
	return wcs_of(lines);
}

static void grids_of_a_frame(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		double cd[2][2], sign = i % 2 ? -1 : 1;
		struct pz_wcs *w = turned(0.4 + 0.8 * i, 0.6, 0.9, i % 2, 0.2, cd);
		struct test_wcs t = { .crval = { 10, 20 }, .crpix = { 51, 21 } };
		const double middle[2] = { 50, 20 };
		struct stamp_grid g;

		/* the frame's own pixels */
		memcpy(t.cd, cd, sizeof cd);
		assert_int_equal(pz_stampmap_native(&g, 9, here, 0, w), 0);
		assert_ptr_equal(g.frame, w);
		for (int k = 0; k < 2; k++) {
			near(g.centre[k], middle[k], 1e-8);
			near(g.x[k], cd[k][0] * 3600, 1e-8);
			near(g.y[k], cd[k][1] * 3600, 1e-8);
		}
		near(g.area / ARCSEC / ARCSEC, 0.6 * 0.9 * cos(0.2), 1e-8);
		lies_on(&g, &t, middle, 4.5);
		/* squares of 0.7 arcsec along them */
		assert_int_equal(pz_stampmap_native(&g, 9, here, 0.7, w), 0);
		assert_null(g.frame);
		near(g.area / ARCSEC / ARCSEC, 0.49, 1e-12);
		near(hypot(g.x[0], g.x[1]), 0.7, 1e-12);
		near(hypot(g.y[0], g.y[1]), 0.7, 1e-12);
		near(g.x[0] * g.y[0] + g.x[1] * g.y[1], 0, 1e-12);
		near(g.x[0] * cd[0][0] + g.x[1] * cd[1][0], 0.7 * 0.6 / 3600, 1e-12);
		assert_true(g.y[0] * cd[0][1] + g.y[1] * cd[1][1] > 0);
		near(g.x[0] * g.y[1] - g.x[1] * g.y[0], sign * 0.49, 1e-12);
		t = plane_at(here, g.x, g.y);
		lies_on(&g, &t, (double[2]){ 0, 0 }, 4.5);
		/* behind the tangent plane */
		assert_int_equal(
			pz_stampmap_native(&g, 9, (double[2]){ 190, -20 }, 0.7 * (i % 2), w), -1);
		pz_wcs_free(w);
	}
}

/* Whole pixels of a frame are moved by whole pixels, to the last bit. */
static void maps_of_a_frame_onto_itself(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		double cd[2][2], radec[2];
		struct pz_wcs *w = turned(0.4 + 0.8 * i, 0.6, 0.9, i % 2, 0.2, cd);
		struct test_wcs t = { .crval = { 10, 20 }, .crpix = { 51, 21 } };
		struct stamp_grid g;
		struct stamp_map m;

		memcpy(t.cd, cd, sizeof cd);
		test_wcs_sky(&t, (double[2]){ 30, 43 }, radec);
		assert_int_equal(pz_stampmap_native(&g, 8, radec, 0, w), 0);
		pz_stampmap_make(&m, &g, w);
		assert_int_equal(m.kind, MAP_AFFINE);
		assert_false(m.torn);
		for (int k = 0; k < 2; k++) {
			assert_true(m.c[k][0] == (k ? 43 : 30));
			for (int n = 1; n < 6; n++)
				assert_true(m.c[k][n] == (n == 1 + k));
			near(m.low[k], m.c[k][0] - 4, 1e-8);
			near(m.high[k], m.c[k][0] + 4, 1e-8);
		}
		pz_wcs_free(w);
	}
}

static bool is_whole(double x)
{
	return x == nearbyint(x);
}

/* On a plane a map is a matrix; what is left of it is rounded. */
static void maps_of_a_plane(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		double cd[2][2], det, c[2][2];
		struct pz_wcs *w = turned(0.4 + 0.8 * i, 0.6, 0.9, i % 2, 0.2, cd);
		struct stamp_grid g;
		struct stamp_map m;

		det = cd[0][0] * cd[1][1] - cd[0][1] * cd[1][0];
		/* a step of (-1, 0) and (0, 1) times 0.4 arcsec */
		c[0][0] = -0.4 / 3600 * cd[1][1] / det;
		c[1][0] = 0.4 / 3600 * cd[1][0] / det;
		c[0][1] = -0.4 / 3600 * cd[0][1] / det;
		c[1][1] = 0.4 / 3600 * cd[0][0] / det;
		pz_stampmap_north(&g, 31, here, 0.4);
		pz_stampmap_make(&m, &g, w);
		assert_int_equal(m.kind, MAP_AFFINE);
		for (int k = 0; k < 2; k++) {
			double reach = 15.5 * (fabs(c[k][0]) + fabs(c[k][1]));

			assert_true(m.c[k][0] == (k ? 20 : 50));
			near(m.c[k][1], c[k][0], 1e-9);
			near(m.c[k][2], c[k][1], 1e-9);
			assert_true(m.c[k][3] == 0 && m.c[k][4] == 0 && m.c[k][5] == 0);
			assert_true(is_whole(m.c[k][1] * 0x1p30) && is_whole(m.c[k][2] * 0x1p30));
			near(m.low[k], (k ? 20 : 50) - reach, 1e-7);
			near(m.high[k], (k ? 20 : 50) + reach, 1e-7);
		}
		near(pz_stampmap_area(&m, 3, -2), fabs(c[0][0] * c[1][1] - c[0][1] * c[1][0]),
		     1e-8);
		pz_wcs_free(w);
	}
}

/* The derivative of a polynomial by little steps. */
static void areas_of_polynomials(void **state)
{
	const struct stamp_map m = { .c = { { 5, 1.1, 0.3, 0.02, -0.05, 0.03 },
					    { -7, -0.4, 1.3, 0.04, 0.06, -0.01 } } };
	const double h = 1e-3;

	(void)state;
	for (double v = -3; v < 4; v += 1.5)
		for (double u = -2; u < 4; u += 1.25) {
			double p[4][2];

			map_point(&m, u - h, v, p[0]);
			map_point(&m, u + h, v, p[1]);
			map_point(&m, u, v - h, p[2]);
			map_point(&m, u, v + h, p[3]);
			near(pz_stampmap_area(&m, u, v),
			     fabs((p[1][0] - p[0][0]) * (p[3][1] - p[2][1]) -
				  (p[1][1] - p[0][1]) * (p[3][0] - p[2][0])) /
				     (4 * h * h),
			     1e-9);
			near(p[1][0] + p[0][0],
			     2 * (5 + 1.1 * u + 0.3 * v + 0.02 * (u * u + h * h) - 0.05 * u * v +
				  0.03 * v * v),
			     1e-12);
		}
}

/* The map of a stamp of pixels of an arcsecond around the reference of a frame that is distorted
 * like this: its plane, less the distortion. */
static struct stamp_map map_of(const char *distortion, int size, double exact[POINTS][2])
{
	char lines[1000];
	struct stamp_grid g;
	struct stamp_map m;
	struct pz_wcs *w;

	snprintf(lines, sizeof lines, SIP "A_ORDER = 3\nB_ORDER = 3\n%s", distortion);
	w = wcs_of(lines);
	pz_stampmap_north(&g, size, here, 1);
	pz_stampmap_make(&m, &g, w);
	if (exact)
		pz_wcs_pixels(w, POINTS, g.sky[0], exact[0]);
	pz_wcs_free(w);
	return m;
}

static void maps_of_second_order(void **state)
{
	const double wanted[2][6] = { { 50, 1, 0, -1e-5, -2e-5, 3e-5 },
				      { 20, 0, 1, -4e-5, 1.5e-5, -2.5e-5 } };
	double exact[POINTS][2];
	struct stamp_map m = map_of("A_2_0   = 1E-5\nA_1_1   = 2E-5\nA_0_2   = -3E-5\n"
				    "B_2_0   = 4E-5\nB_1_1   = -1.5E-5\nB_0_2   = 2.5E-5\n",
				    8, exact);

	(void)state;
	assert_int_equal(m.kind, MAP_QUADRATIC);
	for (int k = 0; k < 2; k++) {
		double low = INFINITY, high = -INFINITY;

		for (int i = 0; i < 6; i++)
			near(m.c[k][i], wanted[k][i], i < 3 ? 3e-7 : 1e-8);
		for (int i = 0; i < POINTS; i++) {
			low = fmin(low, exact[i][k]);
			high = fmax(high, exact[i][k]);
		}
		assert_true(m.low[k] == low && m.high[k] == high);
	}
}

/* What is 2e-5 pixels off a plane is a plane no more: at the corners a coefficient times 32^2, or
 * for two of them the hypotenuse. */
static void maps_that_are_hardly_planes(void **state)
{
	static const char *const forms[] = { "A_2_0   = %E\n", "A_0_2   = %E\n",
					     "B_0_2   = %E\n", "A_1_1   = %E\n",
					     "B_1_1   = %E\n", "A_1_1   = %E\nB_1_1   = %E\n" };
	char lines[80];

	(void)state;
	for (int i = 0; i < 12; i++) {
		double off = (i % 2 ? 2.05e-5 : 1.95e-5) / 1024 / (i / 2 == 5 ? sqrt(2) : 1);

		snprintf(lines, sizeof lines, forms[i / 2], off, off);
		if (map_of(lines, 64, NULL).kind != (i % 2 ? MAP_QUADRATIC : MAP_AFFINE))
			fail_msg("%s: %d", lines, map_of(lines, 64, NULL).kind);
	}
}

/* A cube is 3/8 of itself off a line through its ends, in the middle between. */
static void maps_that_no_polynomial_is(void **state)
{
	static const char *const forms[] = { "A_3_0   = %E\n", "B_0_3   = %E\n" };
	char lines[80];

	(void)state;
	for (int i = 0; i < 8; i++) {
		/* 2e-5 pixels; then a thousandth of an area */
		double off = i < 4 ? 2e-5 / 0.375 / 32768 : 1e-3 / 3 / 0.375 / 1024;
		struct stamp_map m;

		snprintf(lines, sizeof lines, forms[i / 2 % 2], off * (i % 2 ? 1.02 : 0.98));
		m = map_of(lines, 64, NULL);
		if (m.kind != (i == 0 || i == 2 ? MAP_AFFINE : MAP_EXACT) ||
		    m.torn != (i == 5 || i == 7))
			fail_msg("%d: %s: %d, %d", i, lines, m.kind, m.torn);
		/* its slope, by which areas are told, is the chord's; that of a torn one the
		 * tangent's */
		if (i >= 4)
			near(m.c[i / 2 % 2][1 + i / 2 % 2], i % 2 ? 1 : 1 - off * 0.98 * 1024,
			     5e-6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grids_with_north_up),
		cmocka_unit_test(grids_within_others),
		cmocka_unit_test(lengths_of_pixels),
		cmocka_unit_test(grids_of_a_frame),
		cmocka_unit_test(maps_of_a_frame_onto_itself),
		cmocka_unit_test(maps_of_a_plane),
		cmocka_unit_test(areas_of_polynomials),
		cmocka_unit_test(maps_of_second_order),
		cmocka_unit_test(maps_that_are_hardly_planes),
		cmocka_unit_test(maps_that_no_polynomial_is),
	};

	return cmocka_run_group_tests_name("maps of stamps", tests, NULL, NULL);
}
