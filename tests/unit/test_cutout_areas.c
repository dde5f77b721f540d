/* test_cutout_areas.c -- what pixels see of the sky, at poles and elsewhere, is what geometry says
 */
#include <math.h>

#include "../../lib/cutout/solid.h"
#include "in_process.h"
#include "wcs_of.h"

#include <pz/fits.h>

#define RAD    (M_PI / 180)
#define ARCSEC (RAD / 3600)
#define SIDE   16

/* A map of pixels of a degree, its reference at pixel `at` (from 0). */
static struct pz_wcs *open_map(const char *code, double ra, double dec, double at)
{
	static const float image[SIDE * SIDE];
	char type[2][16];
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", type[0], 0, NULL },   { "CTYPE2", type[1], 0, NULL },
		{ "CRVAL1", NULL, ra, NULL },     { "CRVAL2", NULL, dec, NULL },
		{ "CRPIX1", NULL, at + 1, NULL }, { "CRPIX2", NULL, at + 1, NULL },
		{ "CDELT1", NULL, -1, NULL },     { "CDELT2", NULL, 1, NULL },
	};
	struct pz_fits *file;
	struct pz_wcs *wcs;

	snprintf(type[0], sizeof type[0], "RA---%s", code);
	snprintf(type[1], sizeof type[1], "DEC--%s", code);
	assert_int_equal(pz_fits_write_image("map.fits", image, SIDE, SIDE, cards,
					     sizeof cards / sizeof *cards),
			 0);
	assert_int_equal(pz_fits_open_image(&file, "map.fits", NULL), 0);
	if (pz_wcs_read(&wcs, file) < 0)
		fail_msg("%s", pz_error_text());
	pz_fits_close(file);
	return wcs;
}

static void is_near(const char *what, double x, double y, double found, double expected,
		    double tolerance)
{
	if (!(fabs(found / expected - 1) < tolerance))
		fail_msg("%s: pixel %g, %g: expected %.9g, found %.9g (%g times)", what, x, y,
			 expected, found, found / expected);
}

/* Between two parallels, as much of it as is on the sky: CAR, whose y is the declination. */
static double between_parallels(double from, double to)
{
	from = fmin(fmax(from, -90), 90);
	to = fmin(fmax(to, -90), 90);
	return RAD * fabs(sin(to * RAD) - sin(from * RAD));
}

/* A rectangle of the tangent plane, summed up in little pieces of the plane. */
static double on_the_plane(double x, double y, double step)
{
	const int n = 200;
	double sum = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			double a = (x + (i + 0.5) / n - 0.5) * step;
			double b = (y + (j + 0.5) / n - 0.5) * step;

			sum += pow(1 + a * a + b * b, -1.5);
		}
	return sum * step * step / n / n;
}

static void pixels_of_a_plate_carree(void **state)
{
	struct pz_wcs *wcs = open_map("CAR", 30, 0, 0);

	(void)state;
	for (double y = -91.3; y < 91.4; y += 0.3) {
		double xy[] = { 4, y }, expected = between_parallels(y - 0.5, y + 0.5);
		/* a sliver is as exact as the pixel at the pole */
		double least = fmax(expected, between_parallels(89, 90));

		is_near("CAR", xy[0], y, least + pz_solid_pixel(wcs, xy), least + expected, 2e-3);
	}
	/* a pole on an edge, in the middle, at a quarter */
	for (int k = 0; k < 3; k++) {
		double xy[] = { -7, 89.5 + 0.25 * k };

		is_near("CAR", xy[0], xy[1], pz_solid_pixel(wcs, xy),
			between_parallels(xy[1] - 0.5, xy[1] + 0.5), 1e-3);
	}
	pz_wcs_free(wcs);
}

static void pixels_of_maps_of_equal_areas(void **state)
{
	static const struct {
		const char *code;
		double dec;
	} maps[] = { { "ZEA", 90 }, { "ZEA", -90 }, { "ZEA", 20 }, { "AIT", 0 },
		     { "MOL", 0 },  { "SFL", 0 },   { "CEA", 0 } };

	(void)state;
	for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
		struct pz_wcs *wcs = open_map(maps[m].code, 30, maps[m].dec, 0);

		/* For ZEA the pole at its middle is a pixel's corner, edge, or middle. */
		for (double y = -40; y < 41; y += 2.5)
			for (double x = -40; x < 41; x += 8) {
				double xy[] = { x, y };

				is_near(maps[m].code, x, y, pz_solid_pixel(wcs, xy), RAD * RAD,
					1e-3);
			}
		pz_wcs_free(wcs);
	}
}

static void pixels_of_a_tangent_plane(void **state)
{
	(void)state;
	for (int pole = -90; pole <= 90; pole += 45) {
		struct pz_wcs *wcs = open_map("TAN", 30, pole, 0);

		for (double y = -30; y < 31; y += 7.5)
			for (double x = -30; x < 31; x += 7.5) {
				double xy[] = { x, y };

				is_near("TAN", x, y, pz_solid_pixel(wcs, xy),
					on_the_plane(x, y, RAD), 1e-3);
			}
		pz_wcs_free(wcs);
	}
}

/* Fluxes in pixels of a frame, however far from its middle a pole is. */
static void stamps_of_a_frame_near_a_pole(void **state)
{
	struct pz_wcs *wcs = open_map("CAR", 30, 0, 0);
	float pixels[SIDE * SIDE];

	(void)state;
	for (double dec = 80; dec < 90; dec += 1.999) {
		double radec[] = { 33.3, dec };
		struct stamp_grid g;

		assert_int_equal(pz_stampmap_native(&g, SIDE, radec, 0, wcs), 0);
		for (int i = 0; i < SIDE * SIDE; i++)
			pixels[i] = (float)g.area; /* of a sky of 1 */
		pz_solid_correct(&g, pixels);
		for (int i = 0; i < SIDE * SIDE; i++) {
			double y = g.centre[1] + i / SIDE - (SIDE - 1) / 2.0;

			if (fabs(y) < 90.4)
				is_near("stamp", i % SIDE, y, (double)pixels[i],
					between_parallels(y - 0.5, y + 0.5), 2e-3);
		}
	}
	pz_wcs_free(wcs);
}

/* Pixels of a degree are seen at an angle; those of a third of an arcsecond are not. */
static void stamps_on_the_tangent_plane(void **state)
{
	const double radec[] = { 200, -89.9 };
	float pixels[SIDE * SIDE];
	struct stamp_grid g;

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		double scale = wide ? 3600 : 0.33, area = pow(scale * ARCSEC, 2);

		pz_stampmap_north(&g, SIDE, radec, scale);
		for (int i = 0; i < SIDE * SIDE; i++)
			pixels[i] = (float)area;
		pz_solid_correct(&g, pixels);
		for (int i = 0; i < SIDE * SIDE; i++)
			if (wide)
				is_near("plane", i % SIDE, (double)(i / SIDE), (double)pixels[i],
					on_the_plane(i % SIDE - 7.5, i / SIDE - 7.5, RAD), 1e-6);
			else
				assert_true(pixels[i] == (float)area);
	}
}

/* Where one pixel further is nowhere, or on the other side of the sky: a pixel has its size. */
static void scales_at_the_end_of_a_map(void **state)
{
	static const char *const codes[] = { "ZEA", "AIT", "SFL", "MOL", "HPX" };

	(void)state;
	for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
		bool zea = c == 0;
		struct pz_wcs *wcs = open_map(codes[c], 30, zea ? 90 : 0, 0);
		/* the end of ZEA is a ring around the other pole */
		double radec[] = { 30.1, zea ? -89.9 : 89.9 };
		struct stamp_grid g;

		assert_int_equal(pz_stampmap_native(&g, 1, radec, 0, wcs), 0);
		assert_true(isfinite(g.area) && g.area > 0 && g.area < 1.3 * RAD * RAD);
		assert_int_equal(pz_stampmap_native(&g, 1, radec, 600, wcs), 0);
		assert_true(isfinite(g.x[0] + g.x[1] + g.y[0] + g.y[1]));
		pz_wcs_free(wcs);
	}
}

/* Pixels that are seen at an angle are corrected from a millionth on, at a corner of the stamp. */
static void areas_that_are_left_alone(void **state)
{
	enum { WIDE = 100 };
	static float pixels[WIDE * WIDE];
	const double here[2] = { 10, 20 };
	struct stamp_grid g;

	(void)state;
	for (int i = 0; i < 2; i++) {
		/* 3/4 of a side's square */
		double side = sqrt(1e-6 / 0.75) * (i ? 1.001 : 0.999);
		int changed = 0;

		pz_stampmap_north(&g, WIDE, here, side / WIDE / ARCSEC);
		for (int k = 0; k < WIDE * WIDE; k++)
			pixels[k] = 1;
		pz_solid_correct(&g, pixels);
		for (int k = 0; k < WIDE * WIDE; k++)
			changed += pixels[k] != 1;
		assert_true(i ? changed > 1000 : changed == 0);
	}
}

/* A frame's own pixels from a thousandth on: the stamp lies so far off its middle, along a
 * diagonal, that only the corner farthest off is that much smaller. */
static void areas_of_a_frame_that_are_left_alone(void **state)
{
	const double scale = 0.05 * M_PI / 180;
	struct pz_wcs *w = wcs_of(TAN "CRVAL1  = 10\nCRVAL2  = 20\nCRPIX1  = 1\nCRPIX2  = 1\n"
				      "CDELT1  = -0.05\nCDELT2  = 0.05\n");
	struct test_wcs t = { .crval = { 10, 20 },
			      .crpix = { 1, 1 },
			      .cd = { { -0.05, 0 }, { 0, 0.05 } } };
	/* (1 + r^2)^-1.5 at d, and at d + h: 3 (2 d h + h^2) s^2 = 1e-3 */
	const double d = (1e-3 / 3 / (scale * scale) - 64) / 16;

	(void)state;
	for (int i = 0; i < 8; i++) {
		double off = d * (i & 4 ? 1.05 : 0.95), radec[2];
		float pixels[SIDE * SIDE];
		struct stamp_grid g;
		int changed = 0;

		test_wcs_sky(&t, (double[2]){ i & 1 ? off : -off, i & 2 ? off : -off }, radec);
		assert_int_equal(pz_stampmap_native(&g, SIDE, radec, 0, w), 0);
		for (int k = 0; k < SIDE * SIDE; k++)
			pixels[k] = 1;
		pz_solid_correct(&g, pixels);
		for (int k = 0; k < SIDE * SIDE; k++)
			changed += pixels[k] != 1;
		if (i & 4 ? changed < 200 : changed != 0)
			fail_msg("%d: %d pixels are changed", i, changed);
	}
	pz_wcs_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_of_a_plate_carree),
		cmocka_unit_test(pixels_of_maps_of_equal_areas),
		cmocka_unit_test(pixels_of_a_tangent_plane),
		cmocka_unit_test(stamps_of_a_frame_near_a_pole),
		cmocka_unit_test(stamps_on_the_tangent_plane),
		cmocka_unit_test(scales_at_the_end_of_a_map),
		cmocka_unit_test(areas_that_are_left_alone),
		cmocka_unit_test(areas_of_a_frame_that_are_left_alone),
	};

	return cmocka_run_group_tests_name("areas", tests, in_folder, out_of_folder);
}
