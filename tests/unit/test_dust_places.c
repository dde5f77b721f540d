/* test_dust_places.c -- maps of dust: where galaxies lie on them, by their galactic coordinates */
#include <math.h>

#include <pz/dust.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "in_process.h"

#define WIDTH   64
#define HEIGHT  60
#define SCALE   20.0
#define DEGREES (M_PI / 180)

/* ICRS, and galactic coordinates by astropy 5.2 (SkyCoord.galactic). */
static const struct place {
	double radec[2], lon, lat;
} place[] = {
	{ { 12.5, 41.3 }, 122.641524234, -21.570936806 },
	{ { 83.8, -5.4 }, 209.011607780, -19.405229985 },
	{ { 187.7, 12.4 }, 283.747144233, 74.497891392 },
	{ { 201.4, -43.0 }, 309.545560167, 19.432622436 },
	{ { 266.4, -28.9 }, 0.028603669, 0.022577096 },
	{ { 310.2, 60.15 }, 96.155112207, 11.071895638 },
	{ { 350.1, -20.7 }, 45.208056180, -68.262322634 },
	{ { 150.1, 2.2 }, 236.813664681, 42.102647956 },
};

#define PLACES (sizeof place / sizeof *place)

/* The middle of a map, in pixels from 0. */
static const double middle[2] = { 31.25, 28.5 };

/* A map whose values grow evenly, so that what lies between pixels is known. */
static void write_map(const char *name, int north, double x, double y)
{
	static float pixel[WIDTH * HEIGHT];
	const struct pz_fits_card cards[] = { { "LAM_NSGP", .number = north },
					      { "LAM_SCAL", .number = SCALE },
					      { "CRPIX1", .number = middle[0] + 1 },
					      { "CRPIX2", .number = middle[1] + 1 } };

	for (int i = 0; i < WIDTH * HEIGHT; i++)
		pixel[i] = (float)(x * (i % WIDTH) + y * (i / WIDTH));
	assert_int_equal(pz_fits_write_image(name, pixel, WIDTH, HEIGHT, cards, 4), 0);
}

/* By the definition of Lambert's projection about a pole. */
static double expected_at(const struct place *p, double x, double y)
{
	int north = p->lat > 0 ? 1 : -1;
	double r = SCALE * sqrt(1 - north * sin(p->lat * DEGREES));

	return x * (middle[0] + r * cos(p->lon * DEGREES)) +
	       y * (middle[1] - north * r * sin(p->lon * DEGREES));
}

static void galaxies_lie_where_their_galactic_coordinates_say(void **state)
{
	double radec[2 * PLACES], ebv[PLACES];

	(void)state;
	write_map("SFD_dust_4096_ngp.fits", 1, 0.25, 16);
	write_map("SFD_dust_4096_sgp.fits", -1, 8, 0.125);
	for (size_t i = 0; i < PLACES; i++) {
		radec[2 * i] = place[i].radec[0];
		radec[2 * i + 1] = place[i].radec[1];
		ebv[i] = NAN;
	}
	assert_int_equal(pz_dust_fill(".", PLACES, radec, ebv), 0);
	for (size_t i = 0; i < PLACES; i++) {
		bool north = place[i].lat > 0;
		double wanted = expected_at(&place[i], north ? 0.25 : 8, north ? 16 : 0.125);

		if (!(fabs(ebv[i] - wanted) < 2e-4))
			fail_msg("place %zu: expected %.6f, found %.6f", i, wanted, ebv[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_lie_where_their_galactic_coordinates_say),
	};

	return cmocka_run_group_tests_name("places on maps of dust", tests, in_folder,
					   out_of_folder);
}
