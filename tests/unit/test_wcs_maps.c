/* test_wcs_maps.c -- maps that go around the sky, by whole turns; caps, by their corners
 */
#include "wcs_of.h"

/* -- maps that go around the sky */

/* Where RA and Dec are in a plate carree map of 360 x 180 pixels, whose longitude is `ra` at pixel
 * (at, 89.5), and whose middle is that of the image. */
static double column(double ra, double crval, double crpix, double step, double middle)
{
	double x = crpix - 1 + (ra - crval) / step, turn = fabs(360 / step);

	while (x > middle + turn / 2)
		x -= turn;
	while (x < middle - turn / 2)
		x += turn;
	return x;
}

static void cylinder(const char *lines, bool along_y, double crval, double crpix, double step)
{
	struct pz_wcs *w = wcs_of(lines);
	double middle = (along_y ? 179.0 : 359.0) / 2;

	pz_cylinder_centre(&w->cylinder, 360, 180);
	for (int ra = 3; ra < 360; ra += 7) {
		double radec[2] = { ra, 10 }, pixel[2], back[2];

		pz_wcs_pixels(w, 1, radec, pixel);
		near(pixel[along_y], column(ra, crval, crpix, step, middle), 1e-8);
		pz_wcs_sky(w, 1, pixel, back);
		near(back[0], ra, 1e-9);
		near(back[1], 10, 1e-9);
		pixel[along_y] += 720 / step;
		pz_wcs_sky(w, 1, pixel, back);
		near(back[0], ra, 1e-9);
	}
	pz_wcs_free(w);
}

#define REST "CRVAL2  = 0\nCRPIX2  = 90.5\n"

static void maps_go_around_the_sky(void **state)
{
	static const char *const codes[] = { "CAR", "CEA", "MER", "CYP", "HPX" };
	char lines[400];

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(
			lines, sizeof lines,
			"CTYPE1  = 'RA---%s'\nCTYPE2  = 'DEC--%s'\nCRVAL1  = 180\nCRPIX1  = 180.5\n"
			"CDELT1  = -1\nCDELT2  = 1\n%s" REST,
			codes[i], codes[i], i == 3 ? "PV2_1   = 1\nPV2_2   = 1\n" : "");
		cylinder(lines, false, 180, 180.5, -1);
	}
	cylinder("CTYPE1  = 'RA---CAR'\nCTYPE2  = 'DEC--CAR'\nCRVAL1  = 75\nCRPIX1  = -30.5\n"
		 "CDELT1  = 2\nCDELT2  = 1\n" REST,
		 false, 75, -30.5, 2);
	cylinder("CTYPE1  = 'RA---CAR'\nCTYPE2  = 'DEC--CAR'\nCRVAL1  = 75\nCRPIX1  = 500\n"
		 "CD1_1   = -.5\nCD2_2   = 1\n" REST,
		 false, 75, 500, -0.5);
	/* longitude along y, by a matrix and by the order of the axes */
	cylinder("CTYPE1  = 'RA---CAR'\nCTYPE2  = 'DEC--CAR'\nCRVAL1  = 75\nCRPIX2  = 20\n"
		 "CD1_2   = 2\nCD2_1   = -1\nCRVAL2  = 0\nCRPIX1  = 90\n",
		 true, 75, 20, 2);
	cylinder("CTYPE1  = 'DEC--CAR'\nCTYPE2  = 'RA---CAR'\nCRVAL2  = 75\nCRPIX2  = 20\n"
		 "CDELT1  = 1\nCDELT2  = -2\nCRVAL1  = 0\nCRPIX1  = 90\n",
		 true, 75, 20, -2);
}

/* In galactic coordinates, too: longitude 0 is at both edges. */
static void galactic_maps_go_around(void **state)
{
	struct pz_wcs *w = wcs_of("CTYPE1  = 'GLON-CAR'\nCTYPE2  = 'GLAT-CAR'\nCRVAL1  = 180\n"
				  "CRPIX1  = 180.5\nCDELT1  = -1\nCDELT2  = 1\n" REST);
	double first[2], last[2];

	(void)state;
	assert_true(w->cylinder.turn == 360);
	pz_cylinder_centre(&w->cylinder, 360, 180);
	pz_wcs_sky(w, 1, (const double[]){ -0.5, 89.5 }, first);
	pz_wcs_sky(w, 1, (const double[]){ 359.5, 89.5 }, last);
	/* the centre of the Galaxy */
	near(first[0], 266.40500, 1e-5);
	near(first[1], -28.93617, 1e-5);
	near(last[0], first[0], 1e-9);
	near(last[1], first[1], 1e-9);
	pz_wcs_free(w);
}

static void other_maps_do_not(void **state)
{
	struct pz_wcs *w = wcs_of("CTYPE1  = 'RA---SFL'\nCTYPE2  = 'DEC--SFL'\nCRVAL1  = 180\n"
				  "CRPIX1  = 1\nCDELT1  = -1\nCDELT2  = 1\n" REST);
	double radec[2];

	(void)state;
	assert_true(w->cylinder.turn == 0);
	pz_wcs_sky(w, 1, (const double[]){ 200, 89.5 }, radec);
	assert_true(isnan(radec[0]));
	pz_wcs_free(w);
}

/* Of pixels that are just half a turn away the lower one. */
static void the_edge_belongs_to_the_first_pixel(void **state)
{
	struct cylinder c = { .turn = 360, .lng = { -1, 0, 180 }, .period = { -360, 0 } };
	double pixel[2] = { 360, 7 };

	(void)state;
	pz_cylinder_to_reference(&c, pixel);
	assert_true(pixel[0] == 0 && pixel[1] == 7);
	pz_cylinder_to_reference(&c, pixel);
	assert_true(pixel[0] == 0);
	c = (struct cylinder){ .turn = 360, .lng = { 1, 0, -180 }, .period = { 360, 0 } };
	pixel[0] = 360;
	pz_cylinder_to_reference(&c, pixel);
	assert_true(pixel[0] == 0);
	pz_cylinder_centre(&c, 1000, 10);
	assert_true(c.home == 320.5);
	pz_cylinder_to_image(&c, pixel);
	assert_true(pixel[0] == 360);
	c.lng[1] = 2;
	pz_cylinder_centre(&c, 1000, 10);
	assert_true(c.home == 331.5);
}

/* -- caps */

static double apart(const double a[2], const double b[2])
{
	double rad = M_PI / 180;

	return acos(sin(a[1] * rad) * sin(b[1] * rad) +
		    cos(a[1] * rad) * cos(b[1] * rad) * cos((a[0] - b[0]) * rad));
}

/* 1.05 times the way from the middle to the farthest corner, and a millionth. */
static void a_cap_reaches_beyond_the_corners(void **state)
{
	const struct test_wcs t = {
		{ 10, 20 }, { 51, 21 }, { { -1e-2, 0 }, { 0, 2e-2 } }, { { 0 } }
	};
	struct pz_wcs *w = wcs_of(LINEAR);

	(void)state;
	for (int i = 0; i < 4; i++) {
		const double size[4][2] = { { 101, 41 }, { 300, 41 }, { 40, 500 }, { 1, 1 } };
		double centre[2], corner[2], radius = 0, width = size[i][0], height = size[i][1];
		struct pz_cap cap;

		test_wcs_sky(&t, (const double[]){ (width - 1) / 2, (height - 1) / 2 }, centre);
		for (int k = 0; k < 4; k++) {
			test_wcs_sky(&t,
				     (const double[]){ k % 2 ? width - 0.5 : -0.5,
						       k / 2 ? height - 0.5 : -0.5 },
				     corner);
			radius = fmax(radius, apart(centre, corner));
		}
		radius = 1.05 * radius + 1e-6;
		assert_int_equal(pz_wcs_cap(w, (size_t)width, (size_t)height, &cap), 0);
		near(cap.cosine, cos(radius), 1e-11);
		near(cap.dec[0], centre[1] - radius * 180 / M_PI, 1e-7);
		near(cap.dec[1], centre[1] + radius * 180 / M_PI, 1e-7);
		near(cap.centre[0], cos(centre[0] * M_PI / 180) * cos(centre[1] * M_PI / 180),
		     1e-12);
		near(cap.centre[1], sin(centre[0] * M_PI / 180) * cos(centre[1] * M_PI / 180),
		     1e-12);
		near(cap.centre[2], sin(centre[1] * M_PI / 180), 1e-12);
		for (int k = 0; k < 2; k++)
			assert_int_equal(
				pz_cap_holds(&cap,
					     (const double[]){ centre[0],
							       centre[1] + (k ? 1.001 : 0.999) *
										   radius * 180 /
										   M_PI }),
				!k);
	}
	pz_wcs_free(w);
	/* the border is part of it, and of an empty one there is none */
	assert_true(pz_cap_holds(&(struct pz_cap){ .centre = { 1, 0, 0 }, .cosine = 1 },
				 (const double[]){ 0, 0 }));
	assert_false(pz_cap_holds(&(struct pz_cap){ .centre = { 1, 0, 0 }, .cosine = 1.1 },
				  (const double[]){ 0, 0 }));
}

static void a_cap_may_be_all_of_the_sky(void **state)
{
	struct pz_wcs *w =
		wcs_of("CTYPE1  = 'RA---ARC'\nCTYPE2  = 'DEC--ARC'\nCRVAL1  = 10\n"
		       "CRVAL2  = 20\nCRPIX1  = 1\nCRPIX2  = 1\nCDELT1  = -1\nCDELT2  = 1\n");
	struct pz_cap cap;

	(void)state;
	/* the corner is beyond the antipode; or nearer than a twentieth of the way to it */
	assert_int_equal(pz_wcs_cap(w, 200, 100, &cap), 0);
	assert_true(cap.cosine == -2 && cap.dec[0] == -90 && cap.dec[1] == 90);
	assert_true(cap.centre[0] == 0 && cap.centre[1] == 0 && cap.centre[2] == 1);
	assert_true(pz_cap_holds(&cap, (const double[]){ 5, -90 }));
	pz_wcs_free(w);
	w = wcs_of("CTYPE1  = 'RA---ARC'\nCTYPE2  = 'DEC--ARC'\nCRVAL1  = 10\nCRVAL2  = 20\n"
		   "CRPIX1  = 175.5\nCRPIX2  = 1\nCDELT1  = -1\nCDELT2  = 1\n");
	assert_int_equal(pz_wcs_cap(w, 350, 1, &cap), 0);
	assert_true(cap.cosine == -2);
	assert_int_equal(pz_wcs_cap(w, 300, 1, &cap), 0);
	assert_true(cap.cosine > -1 && cap.cosine < -0.9);
	pz_wcs_free(w);
	w = wcs_of("CTYPE1  = 'RA---SIN'\nCTYPE2  = 'DEC--SIN'\nCRVAL1  = 10\nCRVAL2  = 20\n"
		   "CRPIX1  = 500\nCRPIX2  = 1\nCDELT1  = -1\nCDELT2  = 1\n");
	assert_int_equal(pz_wcs_cap(w, 300, 100, &cap), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "its WCS puts neither the border nor the centre of the "
			    "image on the sky");
	assert_int_equal(pz_wcs_cap(w, 500, 100, &cap), 0);
	assert_true(cap.cosine == -2);
	pz_wcs_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_go_around_the_sky),
		cmocka_unit_test(galactic_maps_go_around),
		cmocka_unit_test(other_maps_do_not),
		cmocka_unit_test(the_edge_belongs_to_the_first_pixel),
		cmocka_unit_test(a_cap_reaches_beyond_the_corners),
		cmocka_unit_test(a_cap_may_be_all_of_the_sky),
	};

	return cmocka_run_group_tests_name("maps of the sky", tests, NULL, NULL);
}
