/* test_cutout_poles.c -- stamps beside a pole of a map, with wider PSFs: the same whichever side of
 * the stamp the pole is on; and on frames that are bent
 */
#include "../../lib/cutout/stamp.h"
#include "wcs_of.h"

#define WIDE 60
#define HIGH 50
#define SIZE 9

/* A map of the sky around the pole: columns of 6 degrees, rows of an arcsecond, the pole on the
 * upper edge of row 39. */
#define MAP                                                                                        \
	"CTYPE1  = 'RA---CAR'\nCTYPE2  = 'DEC--CAR'\nCRVAL1  = 180\nCRVAL2  = 0\n"                 \
	"CRPIX1  = 30.5\nCRPIX2  = -323959.5\nCDELT1  = -6\nCDELT2  = 2.777777777777778E-4\n"

static float image[WIDE * HIGH];
static struct field field;

static void set_frame(int b, const char *lines)
{
	field.frame[b] = (struct frame){
		.wcs = wcs_of(lines), .width = WIDE, .height = HIGH, .path = "f.fits", .spool = -1
	};
	pz_cylinder_centre(&field.frame[b].wcs->cylinder, WIDE, HIGH);
	pthread_mutex_init(&field.frame[b].lock, NULL);
}

/* Cuts a stamp along the axes of a frame that is turned by so many right angles. */
static void cut_turned(int quarters, double away, double match, float pixels[SIZE * SIZE],
		       float note[NOTES])
{
	static const int cosine[] = { 1, 0, -1, 0 }, sine[] = { 0, 1, 0, -1 };
	const double here[2] = { 63, 90 - away / 3600 };
	struct pz_cutout_options o = { .size = SIZE,
				       .kernel = PZ_LANCZOS3,
				       .native = true,
				       .pixscale = 1,
				       .match_psf = match };
	struct window window = {
		.pixels = image, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 1
	};
	struct resampler r = { 0 };
	struct stamp_grid g;
	struct stamp_map m;
	const struct piece p = { &field, 1, &g, &m, &window, 1 };
	char lines[600];

	snprintf(lines, sizeof lines,
		 TAN "CRVAL1  = 63\nCRVAL2  = %.15f\nCRPIX1  = 30\nCRPIX2  = 25\n"
		     "CD1_1   = %.15E\nCD1_2   = %.15E\nCD2_1   = %.15E\nCD2_2   = %.15E\n",
		 here[1], -cosine[quarters] / 3600., -sine[quarters] / 3600.,
		 -sine[quarters] / 3600., cosine[quarters] / 3600.);
	set_frame(0, lines);
	set_frame(1, MAP);
	field.frame[1].psf = match / 2;
	pz_stamp_make_grid(&g, &o, here, 1, field.frame[0].wcs);
	pz_frame_maps(&field.frame[1], &field.frame[0], SIZE, 1, &g, &m);
	assert_true(m.kind == MAP_EXACT && m.torn);
	if (pz_stamp_cut_piece(&r, &o, &p, pixels, note) < 0)
		fail_msg("%s", pz_error_text());
	pz_resampler_release(&r);
	for (int b = 0; b < 2; b++) {
		pz_wcs_free(field.frame[b].wcs);
		pthread_mutex_destroy(&field.frame[b].lock);
	}
}

/* Pixel (i, j) of a stamp when its frame is turned by a right angle. */
static void turn(const float from[SIZE * SIZE], float to[SIZE * SIZE])
{
	for (int j = 0; j < SIZE; j++)
		for (int i = 0; i < SIZE; i++)
			to[i * SIZE + SIZE - 1 - j] = from[j * SIZE + i];
}

static void poles_on_every_side(void **state)
{
	static const double away[] = { 0.4, 1.3, 2.2, 3.7, 4.9 }, match[] = { 0, 2 };

	(void)state;
	for (int i = 0; i < WIDE * HIGH; i++)
		image[i] = 1;
	for (size_t k = 0; k < 2 * sizeof away / sizeof *away; k++) {
		float first[SIZE * SIZE], found[SIZE * SIZE], wanted[SIZE * SIZE];
		float note[2][NOTES], most = 0;

		cut_turned(0, away[k / 2], match[k % 2], first, note[0]);
		for (int i = 0; i < SIZE * SIZE; i++)
			most = fmaxf(most, first[i]);
		for (int quarters = 1; quarters < 4; quarters++) {
			cut_turned(quarters, away[k / 2], match[k % 2], found, note[1]);
			turn(first, wanted);
			for (int i = 0; i < SIZE * SIZE; i++)
				if (!(fabsf(found[i] - wanted[i]) <= 1e-3F * most))
					fail_msg("%g from the pole, %d: pixel %d is %g, and not %g",
						 away[k / 2], quarters, i, (double)found[i],
						 (double)wanted[i]);
			assert_true(fabsf(note[1][0] - note[0][0]) < 1e-3F);
			memcpy(first, wanted, sizeof first);
		}
	}
}

/* The sky's flux in a pixel is by the map of the stamp alone, and not by that with its margins,
 * whose chord of a cube is another. */
static void skies_of_bent_frames(void **state)
{
	const double here[2] = { 10, 20 }, k = 3.8e-6;
	struct pz_cutout_options o = { .size = SIZE,
				       .kernel = PZ_LANCZOS3,
				       .match_psf = 5.5,
				       .sky = true,
				       .sky_inner = 3,
				       .sky_outer = 9 };
	struct window window = {
		.pixels = image, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 1
	};
	struct resampler r = { 0 };
	struct stamp_grid g;
	struct stamp_map m;
	const struct piece p = { &field, 0, &g, &m, &window, 1 };
	float pixels[SIZE * SIZE], note[NOTES];

	(void)state;
	for (int i = 0; i < WIDE * HIGH; i++)
		image[i] = 100;
	set_frame(0, "CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\nCRVAL1  = 10\n"
		     "CRVAL2  = 20\nCRPIX1  = 31\nCRPIX2  = 26\nA_ORDER = 3\nB_ORDER = 3\n"
		     "A_3_0   = 3.8E-6\nCDELT1  = -2.777777777777778E-4\n"
		     "CDELT2  = 2.777777777777778E-4\n");
	field.frame[0].psf = 1;
	pz_stamp_make_grid(&g, &o, here, 1, field.frame[0].wcs);
	assert_int_equal(g.size, SIZE + 2 * 10);
	pz_frame_maps(&field.frame[0], &field.frame[0], SIZE, 1, &g, &m);
	assert_true(m.kind == MAP_EXACT && !m.torn);
	assert_int_equal(pz_stamp_cut_piece(&r, &o, &p, pixels, note), 0);
	near((double)note[1], 100 * (1 - k * 4.5 * 4.5), 1e-3);
	assert_true(note[0] == 1 && note[2] == 1);
	for (int i = 0; i < SIZE * SIZE; i++)
		near((double)pixels[i], 0, 0.1);
	pz_resampler_release(&r);
	pz_wcs_free(field.frame[0].wcs);
	pthread_mutex_destroy(&field.frame[0].lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poles_on_every_side),
		cmocka_unit_test(skies_of_bent_frames),
	};

	return cmocka_run_group_tests_name("poles", tests, NULL, NULL);
}
