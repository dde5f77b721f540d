/* test_mock_errors.c -- what the simulated sky refuses, and what it is said by: each limit on both
 * sides
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/mock.h>

#include "says.h"
#include "small_sky.h"

static struct pz_mock *sky; /* to z = 0.4 */

static int open_sky(void **state)
{
	(void)state;
	sky = open_small(50, 50, 0, 3);
	return sky ? 0 : -1;
}

static int close_sky(void **state)
{
	(void)state;
	pz_mock_close(sky);
	return 0;
}

static void galaxies_that_cannot_be_painted(void **state)
{
	struct pz_mock_known known = { .mags = { 19, 18, 17, 16.5, 16 } };
	struct pz_mock_galaxy g;

	(void)state;
	known.z = 0.4;
	assert_int_equal(pz_mock_galaxy_like(sky, 7, &known, &g), 0);
	assert_true(g.z == 0.4 && g.zspec == 0.4 && g.mag == 17);
	known.z = 1e-6;
	assert_int_equal(pz_mock_galaxy_like(sky, 7, &known, &g), 0);
	known.z = 0;
	says(pz_mock_galaxy_like(sky, 7, &known, &g), PZ_EDATA,
	     "galaxy 7: z: expected above 0, at most 0.4, found 0");
	known.z = -0.1;
	says(pz_mock_galaxy_like(sky, 7, &known, &g), PZ_EDATA,
	     "galaxy 7: z: expected above 0, at most 0.4, found -0.1");
	known.z = 0.4001;
	says(pz_mock_galaxy_like(sky, 8, &known, &g), PZ_EDATA,
	     "galaxy 8: z: expected above 0, at most 0.4, found 0.4001");
	known.z = 0.2;
	known.mags[2] = INFINITY;
	says(pz_mock_galaxy_like(sky, 9, &known, &g), PZ_EDATA, "galaxy 9 has no r magnitude");
}

/* Reddening that is known is taken, 0 as well; one that is not is drawn. */
static void reddening_of_painted_galaxies(void **state)
{
	struct pz_mock_known known = { .z = 0.1, .mags = { 19, 18, 17, 16.5, 16 } };
	struct pz_mock_galaxy g;

	(void)state;
	assert_int_equal(pz_mock_galaxy_like(sky, 7, &known, &g), 0);
	assert_true(g.ebv == 0);
	known.ebv = 0.25;
	assert_int_equal(pz_mock_galaxy_like(sky, 7, &known, &g), 0);
	assert_true(g.ebv == 0.25);
	known.ebv = -1;
	assert_int_equal(pz_mock_galaxy_like(sky, 7, &known, &g), 0);
	assert_true(g.ebv >= 0.003 && g.ebv <= 0.3);
}

/* Of a galaxy with fewer knots than there may be the others are nothing. */
static void knots_that_are_not_there(void **state)
{
	struct pz_mock_galaxy g;
	int few = 0;

	(void)state;
	for (uint64_t i = 0; i < 30; i++) {
		pz_mock_galaxy(sky, i, &g);
		assert_true(g.knots >= 4 && g.knots <= PZ_MOCK_KNOTS);
		few += g.knots < PZ_MOCK_KNOTS;
		for (int k = g.knots; k < PZ_MOCK_KNOTS; k++)
			assert_true(g.knot[k].x == 0 && g.knot[k].y == 0 && g.knot[k].sigma == 0 &&
				    g.knot[k].share == 0);
	}
	assert_true(few > 10);
}

static void pixels_have_limits(void **state)
{
	static const double good[] = { 0.05, 5 }, bad[] = { 0.0499, 5.001, -1, INFINITY };
	struct pz_mock *other;
	char text[120];

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct pz_mock_pixels pixels = { .scale = good[i], .aligned = i };

		assert_int_equal(pz_mock_open_pixels(&other, "sdss", &pixels, 1), 0);
		assert_true(pz_mock_survey(other)->pixscale == good[i]);
		assert_true(fabs(other->finer / (good[i] / 0.396) - 1) < 1e-12 &&
			    other->aligned == i);
		/* the noise of a pixel goes with its side */
		assert_true(fabs(pz_mock_survey(other)->sky[4] / (0.213 * good[i] / 0.396) - 1) <
			    1e-12);
		pz_mock_close(other);
	}
	for (int i = 0; i < 4; i++) {
		const struct pz_mock_pixels pixels = { .scale = bad[i] };

		snprintf(text, sizeof text, "pixel scale: expected 0.05 to 5 arcsec, found %g",
			 bad[i]);
		says(pz_mock_open_pixels(&other, "sdss", &pixels, 1), PZ_EARG, text);
		assert_null(other);
	}
	says(pz_mock_open(&other, "SDSS", 1), PZ_EARG,
	     "no mock sky for survey 'SDSS': expected sdss, cfhtls-wide or cfhtls-deep");
	assert_null(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_that_cannot_be_painted),
		cmocka_unit_test(reddening_of_painted_galaxies),
		cmocka_unit_test(knots_that_are_not_there),
		cmocka_unit_test(pixels_have_limits),
	};

	return cmocka_run_group_tests_name("errors of the sky", tests, open_sky, close_sky);
}
