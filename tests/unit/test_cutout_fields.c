/* test_cutout_fields.c -- one field after the other: a band that is missing where others had a torn
 * map, the galaxies of shards, and what of a catalogue lies nowhere
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/fits.h>
#include <pz/threads.h>

#include "own_folder.h"

#define WIDE 200
#define SIZE 31
#define STEP 1e-4 /* degrees of a pixel */

static float image[WIDE * WIDE];

/* A frame of ones at an RA, with a distortion that cannot be inverted beyond its corners. */
static void write_bent(const char *name, double ra)
{
	const double k = 7.5e-6;
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---TAN-SIP" },
		{ "CTYPE2", .text = "DEC--TAN-SIP" },
		{ "CRVAL1", .number = ra },
		{ "CRVAL2", .number = 0 },
		{ "CRPIX1", .number = 100.5 },
		{ "CRPIX2", .number = 100.5 },
		{ "CDELT1", .number = -STEP },
		{ "CDELT2", .number = STEP },
		{ "A_ORDER", .number = 3 },
		{ "B_ORDER", .number = 3 },
		{ "A_3_0", .number = -k },
		{ "A_1_2", .number = -k },
		{ "B_0_3", .number = -k },
		{ "B_2_1", .number = -k },
	};

	for (int i = 0; i < WIDE * WIDE; i++)
		image[i] = 1;
	assert_int_equal(pz_fits_write_image(name, image, WIDE, WIDE, cards, 14), 0);
}

/* Stamps at the same corner of five fields, of which all but the first two lack a band. */
static void a_missing_band_has_no_pixels(void **state)
{
	const char *band[] = { "g", "r" };
	const double f = -95.5 + 7.5e-6 * 2 * 95.5 * 95.5 * 95.5; /* of pixel 4 */
	struct pz_cutout_options o = { .size = SIZE, .pixscale = 3600 * STEP };
	double radec[5][2];
	struct pz_frames *frames;
	struct pz_stamp s;
	struct pz_cutout_counts counts;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char name[20];

		snprintf(name, sizeof name, "bent-g-%d.fits", i);
		write_bent(name, 10 + 5 * i);
		snprintf(name, sizeof name, "bent-r-%d.fits", i);
		if (i < 2)
			write_bent(name, 10 + 5 * i);
		radec[i][0] = 10 + 5 * i - f * STEP;
		radec[i][1] = f * STEP;
	}
	for (int threads = 1; threads < 4; threads += 2) {
		struct pz_cutout *c;

		pz_threads_use(threads);
		assert_int_equal(pz_frames_find(&frames, "bent-%b-*.fits", band, 2), 0);
		assert_int_equal(pz_cutout_open(&c, frames, &o, 5, radec[0]), 0);
		for (size_t i = 0; i < 5; i++) {
			assert_int_equal(pz_cutout_next(c, &s), 1);
			assert_int_equal(s.galaxy, i);
			assert_true(s.cover[0] > 0.3F && s.cover[0] < 0.9F);
			assert_true(i < 2 ? s.cover[1] == s.cover[0] : s.cover[1] == 0);
			for (int k = 0; k < SIZE * SIZE; k++)
				assert_true(s.pixels[SIZE * SIZE + k] == (i < 2 ? s.pixels[k] : 0));
		}
		assert_int_equal(pz_cutout_next(c, &s), 0);
		pz_cutout_count(c, &counts);
		assert_int_equal(counts.missing_frames, 3);
		assert_int_equal(counts.lacking, 3);
		assert_int_equal(counts.missing_galaxy, 2);
		assert_string_equal(counts.missing, "bent-%b-2.fits in band r");
		pz_cutout_close(c);
		pz_frames_free(frames);
	}
	pz_threads_use(0);
}

/* Whole fields, about as many galaxies in each shard; together they are all, in order. */
static void shards_are_parts_of_the_fields(void **state)
{
	static const int galaxies[] = { 3, 1, 7, 2, 2 };
	const char *band[] = { "g" };
	double radec[15][2];
	int field[15], n = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		for (int k = 0; k < galaxies[i]; k++, n++) {
			radec[n][0] = 10 + 5 * i + k * STEP;
			radec[n][1] = 0;
			field[n] = i;
		}
	for (int shards = 1; shards < 6; shards++) {
		size_t all = 0;

		for (int shard = 1; shard <= shards; shard++) {
			struct pz_cutout_options o = {
				.size = 3, .shard = shard, .shards = shards, .pixscale = 1
			};
			struct pz_cutout_counts counts;
			struct pz_frames *frames;
			struct pz_stamp s;
			struct pz_cutout *c;

			assert_int_equal(pz_frames_find(&frames, "bent-%b-*.fits", band, 1), 0);
			assert_int_equal(pz_cutout_open(&c, frames, &o, 15, radec[0]), 0);
			while (pz_cutout_next(c, &s) > 0) {
				size_t first = s.galaxy;

				assert_int_equal(s.galaxy, all++);
				while (first > 0 && field[first - 1] == field[s.galaxy])
					first--;
				/* by where its field begins among all galaxies */
				assert_int_equal((int)first * shards / 15, shard - 1);
			}
			pz_cutout_count(c, &counts);
			assert_int_equal(counts.galaxies, 15);
			assert_int_equal(counts.cut + counts.others, 15);
			pz_cutout_close(c);
			pz_frames_free(frames);
		}
		assert_int_equal(all, 15);
	}
}

static int opened(const struct pz_cutout_options *o, size_t n, const double *radec)
{
	const char *band[] = { "g" };
	struct pz_frames *frames;
	struct pz_cutout *c;
	int rc;

	pz_threads_use(1); /* which does not begin before it is asked */
	assert_int_equal(pz_frames_find(&frames, "bent-%b-*.fits", band, 1), 0);
	rc = pz_cutout_open(&c, frames, o, n, radec);
	pz_cutout_close(c);
	pz_threads_use(0);
	pz_frames_free(frames);
	return rc;
}

static void refused(const struct pz_cutout_options *o, const char *text)
{
	const double here[2] = { 10, 0 };

	assert_int_equal(opened(o, 1, here), PZ_EARG);
	assert_string_equal(pz_error_text(), text);
}

static void options_have_limits(void **state)
{
	struct pz_cutout_options o = { .size = 3, .kernel = PZ_LANCZOS3 };
	const double here[2] = { 10, 0 };

	(void)state;
	assert_int_equal(opened(&o, 1, here), 0);
	o.size = 0;
	refused(&o, "size: expected 1 to 4096, found 0");
	o.size = 4097;
	refused(&o, "size: expected 1 to 4096, found 4097");
	o.size = 1;
	o.pixscale = -0.1;
	refused(&o, "pixscale: expected at least 0, found -0.1");
	o.pixscale = INFINITY;
	refused(&o, "pixscale: expected at least 0, found inf");
	o.pixscale = 0;
	o.min_cover = 1.01;
	refused(&o, "min-cover: expected 0 to 1, found 1.01");
	o.min_cover = -0.01;
	refused(&o, "min-cover: expected 0 to 1, found -0.01");
	o.min_cover = 1;
	o.sky = true;
	o.sky_inner = 3;
	o.sky_outer = 2;
	refused(&o, "sky: expected radii up to 36000, found 3 and 2");
	o.sky_outer = 36000;
	refused(&o, "sky: expected radii up to 36000, found 3 and 36000");
	o.sky_inner = -1;
	o.sky_outer = 5;
	refused(&o, "sky: expected radii up to 36000, found -1 and 5");
	o.sky_inner = 0;
	assert_int_equal(opened(&o, 1, here), 0);
	o.sky = false;
	o.shards = 3;
	o.shard = 4;
	refused(&o, "shard: expected 1/3 to 3/3, found 4/3");
	o.shard = 0;
	refused(&o, "shard: expected 1/3 to 3/3, found 0/3");
	o.shards = 0;
	o.match_psf = -1;
	refused(&o, "match-psf: expected at least 0, found -1");
	o.match_psf = INFINITY;
	refused(&o, "match-psf: expected at least 0, found inf");
	o.match_psf = 1;
	o.kernel = PZ_BILINEAR;
	refused(&o, "match-psf: expected the kernel lanczos3; others widen PSFs");
}

/* Stamps of pixels of 0.36 arcsec, as the frames have. */
static void stamps_that_are_too_large(void **state)
{
	struct pz_cutout_options o = { .size = 4096, .pixscale = 0.36, .kernel = PZ_LANCZOS3 };
	const double here[2] = { 10, 0 };

	(void)state;
	assert_int_equal(opened(&o, 1, here), 0);
	o.pixscale = 0.37;
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"stamps of 4096 pixels of 0.37\" cover 4210 x 4210 pixels of frames like "
		"the first, whose pixels are 0.36\": expected at most 4096 x 4096; cut "
		"smaller stamps, or smaller pixels");
	o = (struct pz_cutout_options){ .size = 9, .kernel = PZ_LANCZOS3, .psf = "0.4" };
	o.match_psf = 0.503;
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"--match-psf 0.503: expected at least 0.504, 1.4 pixels of 0.36 arcsec, "
		"without which stars have another flux between pixels than on them; smaller "
		"pixels would do");
	o.match_psf = 0.505;
	assert_int_equal(opened(&o, 1, here), 0);
	o.match_psf = 173.7;
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "--match-psf 173.7: expected at most 173.616, for pixels "
			    "of 0.36 arcsec");
	o.match_psf = 173.6;
	assert_int_equal(opened(&o, 1, here), 0);
	o.match_psf = 0.6;
	o.psf = NULL;
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"bent-g-0.fits: band g: the FWHM of its PSF is not known; --psf gives it in "
		"arcsec, or the keyword that holds it, and so does a column 'psf' in a table "
		"of frames");
	o.psf = "0.61";
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"--match-psf 0.6: expected at least the FWHM of every frame's PSF, but 1 of "
		"1 frames has more; the widest is bent-g-0.fits in band g with 0.61\": "
		"--match-psf 0.61 would do, or leave such frames out");
	o.psf = "0.603"; /* half a per cent more is as good */
	assert_int_equal(opened(&o, 1, here), 0);
	o.psf = "1.5:px";
	assert_int_equal(opened(&o, 1, here), 0);
	o.psf = "1.7:px";
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "\": --match-psf 0.62 would do, or "));
	o.psf = "SEEING";
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "bent-g-0.fits: HDU 0 has no keyword 'SEEING', which --psf names");
	o.psf = "CRVAL2";
	assert_int_equal(opened(&o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "bent-g-0.fits: HDU 0: band g: expected the FWHM of a PSF, "
			    "above 0, found CRVAL2 = 0");
}

static void nowhere(size_t n, const double *radec, const char *text)
{
	const struct pz_cutout_options o = { .size = 3 };

	assert_int_equal(opened(&o, n, radec), PZ_EDATA);
	assert_string_equal(pz_error_text(), text);
}

/* Frames lie at RA 10 to 30; what would bring a catalogue onto them is said. */
static void catalogues_that_lie_nowhere(void **state)
{
	const double here[] = { 100, 50, 110, 52 }, hours[] = { 10 / 15., 0 };
	const double radians[] = { 20 * M_PI / 180, 0 }, exchanged[] = { 0, 15, 1, 15 };
	const double second[] = { 100, 50, 20 / 15., 0 };
	const double early[] = { 5, 40, 6, 41 }, around[] = { 359, 60, 2, 61 };
	const double seam[] = { -3, 60 };

	(void)state;
	nowhere(2, here,
		"none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA 100 "
		"to 110, Dec 50 to 52; the frames RA 9.987321 to 30.01268, Dec -0.01267915 to "
		"0.01267915 (degrees)");
	nowhere(1, hours,
		"none of the catalogue's 1 galaxies lies on a frame: the catalogue has RA "
		"0.6666667 to 0.6666667, Dec 0 to 0; the frames RA 9.987321 to 30.01268, Dec "
		"-0.01267915 to 0.01267915 (degrees); RA in hours would fit: multiply it by "
		"15, or write it as 10:20:30.4");
	nowhere(2, second,
		"none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA "
		"1.333333 to 100, Dec 0 to 50; the frames RA 9.987321 to 30.01268, Dec "
		"-0.01267915 to 0.01267915 (degrees); RA in hours would fit: multiply it by "
		"15, or write it as 10:20:30.4");
	nowhere(1, radians,
		"none of the catalogue's 1 galaxies lies on a frame: the catalogue has RA "
		"0.3490659 to 0.3490659, Dec 0 to 0; the frames RA 9.987321 to 30.01268, "
		"Dec -0.01267915 to 0.01267915 (degrees); RA and Dec in radians would fit: "
		"multiply them by 180/pi");
	nowhere(2, exchanged,
		"none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA 0 to 1, "
		"Dec "
		"15 to 15; the frames RA 9.987321 to 30.01268, Dec -0.01267915 to 0.01267915 "
		"(degrees); RA and Dec exchanged would fit: see --columns ra=NAME,dec=NAME");
	nowhere(2, early,
		"none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA 5 "
		"to 6, Dec 40 to 41; the frames RA 9.987321 to 30.01268, Dec -0.01267915 to "
		"0.01267915 (degrees); is RA in hours? Degrees are expected, 15 times as many");
	/* the shorter way round */
	nowhere(2, around,
		"none of the catalogue's 2 galaxies lies on a frame: the catalogue has RA "
		"359 to 2, Dec 60 to 61; the frames RA 9.987321 to 30.01268, Dec "
		"-0.01267915 to 0.01267915 (degrees)");
	nowhere(1, seam,
		"none of the catalogue's 1 galaxies lies on a frame: the catalogue has RA 357 "
		"to 357, Dec 60 to 60; the frames RA 9.987321 to 30.01268, Dec -0.01267915 to "
		"0.01267915 (degrees)");
	assert_int_equal(opened(&(struct pz_cutout_options){ .size = 3 }, 0, here), PZ_EDATA);
	assert_string_equal(pz_error_text(), "the catalogue has no galaxy with coordinates");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_band_has_no_pixels),
		cmocka_unit_test(shards_are_parts_of_the_fields),
		cmocka_unit_test(options_have_limits),
		cmocka_unit_test(stamps_that_are_too_large),
		cmocka_unit_test(catalogues_that_lie_nowhere),
	};

	return cmocka_run_group_tests_name("fields", tests, enter_own_folder, leave_own_folder);
}
