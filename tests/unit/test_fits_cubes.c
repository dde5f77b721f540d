/* test_fits_cubes.c -- planes of cubes, and images of several pieces: every pixel, of every type */
#include <fitsio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

#define WIDTH  700L /* 94 rows are read at a time, or by their bytes fewer */
#define HEIGHT 130L
#define PLANES 3L
#define AREA   (WIDTH * HEIGHT)
#define BLANK  11 /* undefined, where there are such */

/* Pixel i of plane p. */
static int value_at(long i, long p, int bitpix)
{
	long x = i % WIDTH, y = i / WIDTH;

	return (int)((7 * x + 13 * y + 29 * p + x * y) % 101) - (bitpix == 8 ? 0 : 50);
}

/* A number as the file has it, big-endian. */
static void put_number(FILE *to, int value, int bitpix)
{
	union {
		double d;
		uint64_t bits;
	} wide = { .d = value };
	union {
		float f;
		uint32_t bits;
	} narrow = { .f = (float)value };
	uint64_t bits = bitpix == -64   ? wide.bits
			: bitpix == -32 ? narrow.bits
					: (uint64_t)(int64_t)value;

	for (int shift = abs(bitpix) - 8; shift >= 0; shift -= 8)
		putc((int)(bits >> shift & 255), to);
}

/* Which axis behind the second the planes lie along; blank: there is a number for undefined. */
static void write_cube(const char *name, int bitpix, int axis, bool blank)
{
	char card[12][81];
	const char *cards[13] = { NULL };
	FILE *to = fopen(name, "wb");
	size_t n = 0, size = (size_t)(abs(bitpix) / 8 * AREA * PLANES);

	assert_non_null(to);
	snprintf(card[n++], 81, "SIMPLE  =                    T");
	snprintf(card[n++], 81, "BITPIX  = %20d", bitpix);
	snprintf(card[n++], 81, "NAXIS   = %20d", axis + 1);
	snprintf(card[n++], 81, "NAXIS1  = %20ld", WIDTH);
	snprintf(card[n++], 81, "NAXIS2  = %20ld", HEIGHT);
	for (int i = 2; i <= axis; i++)
		snprintf(card[n++], 81, "NAXIS%d  = %20ld", i + 1, i == axis ? PLANES : 1);
	if (blank)
		snprintf(card[n++], 81, "BLANK   = %20d", BLANK);
	for (size_t i = 0; i < n; i++)
		cards[i] = card[i];
	raw_hdu(to, cards, "", 0, 0);
	for (long i = 0; i < AREA * PLANES; i++)
		put_number(to, value_at(i % AREA, i / AREA, bitpix), bitpix);
	for (; size % 2880; size++)
		putc(0, to);
	assert_int_equal(fclose(to), 0);
}

static const int types[] = { 8, 16, 32, 64, -32, -64 };

static float found[AREA];
static int64_t whole[AREA];

/* Fails unless the floats found are those of a plane. */
static void plane_is(const char *what, int bitpix, long p, bool blank, const float *pixels)
{
	for (long i = 0; i < AREA; i++) {
		int v = value_at(i, p, bitpix);
		float wanted = blank && v == BLANK ? NAN : (float)v;

		if (isnan(wanted) ? !isnan(pixels[i]) : pixels[i] != wanted)
			fail_msg("%s, BITPIX %d, plane %ld: pixel %ld: expected %g, found %g", what,
				 bitpix, p, i, (double)wanted, (double)pixels[i]);
	}
}

/* In three calls, of which the second is longer than a piece. */
static void read_in_calls(struct pz_fits *f, float *pixels)
{
	static const size_t from[] = { 0, 3, 128, 130 };

	for (int k = 0; k < 3; k++)
		if (pz_fits_read_rows(f, from[k], from[k + 1] - from[k], pixels + from[k] * WIDTH) <
		    0)
			fail_msg("%s", pz_error_text());
}

static bool is_bad(const struct pz_fits_bad *bad, int v, bool undefined)
{
	if (bad->how == PZ_FITS_BITS)
		return undefined || ((uint64_t)(int64_t)v & bad->bits);
	return undefined || (bad->how == PZ_FITS_NOT_0 ? v != 0 : v <= 0);
}

/* Which pixels of a plane are bad, in three calls, in each way of telling. */
static void bad_are(struct pz_fits *f, int bitpix, long p, bool blank)
{
	static const size_t from[] = { 0, 3, 128, 130 };
	static const struct pz_fits_bad ways[] = { { PZ_FITS_BITS, 4 },
						   { PZ_FITS_BITS, (uint64_t)1 << 40 },
						   { PZ_FITS_NOT_0, 0 },
						   { PZ_FITS_NOT_ABOVE_0, 0 } };

	for (int w = bitpix < 0 ? 2 : 0; w < 4; w++) {
		for (long i = 0; i < AREA; i++)
			found[i] = 1;
		for (int k = 0; k < 3; k++)
			if (pz_fits_blank_rows(f, from[k], from[k + 1] - from[k], &ways[w],
					       found + from[k] * WIDTH) < 0)
				fail_msg("%s", pz_error_text());
		for (long i = 0; i < AREA; i++) {
			int v = value_at(i, p, bitpix);

			if (isnan(found[i]) != is_bad(&ways[w], v, blank && v == BLANK))
				fail_msg("BITPIX %d, plane %ld, way %d: pixel %ld, of %d: found %g",
					 bitpix, p, w, i, v, (double)found[i]);
		}
	}
}

static void integers_are(struct pz_fits *f, int bitpix, long p, bool blank)
{
	assert_int_equal(pz_fits_read_rows_integers(f, 0, HEIGHT, whole), 0);
	for (long i = 0; i < AREA; i++) {
		int v = value_at(i, p, bitpix);

		if (whole[i] != (blank && v == BLANK ? -1 : v))
			fail_msg("BITPIX %d, plane %ld: pixel %ld: found %lld", bitpix, p, i,
				 (long long)whole[i]);
	}
	assert_int_equal(pz_fits_read_rows_integers(f, 77, 0, whole), 0);
	assert_int_equal(pz_fits_read_rows_integers(f, 77, 1, whole), 0);
	assert_int_equal(whole[5], blank && value_at(77 * WIDTH + 5, p, bitpix) == BLANK
					   ? -1
					   : value_at(77 * WIDTH + 5, p, bitpix));
}

/* Everything that can be read of a cube. */
static void cube_is(const char *name, int bitpix, bool blank)
{
	struct pz_fits *f;

	if (pz_fits_open_cube(&f, name, NULL) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_fits_planes(f), PLANES);
	assert_int_equal(pz_fits_plane(f), 0);
	assert_int_equal(pz_fits_is_float(f), bitpix < 0);
	for (long p = PLANES - 1; p >= 0; p--) {
		assert_int_equal(pz_fits_choose_plane(f, (size_t)p), 0);
		assert_int_equal(pz_fits_plane(f), p);
		read_in_calls(f, found);
		plane_is("rows", bitpix, p, blank, found);
		bad_are(f, bitpix, p, blank);
		if (bitpix > 0)
			integers_are(f, bitpix, p, blank);
		assert_int_equal(pz_fits_read_plane(f, (size_t)(p + 1) % PLANES, found), 0);
		plane_is("plane", bitpix, (p + 1) % PLANES, blank, found);
	}
	pz_fits_close(f);
}

static void planes_of_plain_cubes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		for (int blank = 0; blank < (types[i] > 0 ? 2 : 1); blank++) {
			write_cube("cube.fits", types[i], 2 + (int)i % 3, blank);
			cube_is("cube.fits", types[i], blank);
		}
	/* in memory */
	assert_int_equal(system("gzip -1kf cube.fits"), 0);
	cube_is("cube.fits.gz", types[5], false);
	write_cube("cube.fits", 16, 2, false);
	assert_int_equal(system("gzip -1kf cube.fits"), 0);
	cube_is("cube.fits.gz", 16, false);
}

/* Tiles of 64 x 32 pixels, which fit neither side; CFITSIO makes them. */
static void planes_of_compressed_cubes(void **state)
{
	static const struct {
		int codec, type;
	} form[] = { { RICE_1, SHORT_IMG }, { RICE_1, LONG_IMG }, { GZIP_2, FLOAT_IMG } };
	long size[] = { WIDTH, HEIGHT, PLANES }, tile[] = { 64, 32, 1 };

	(void)state;
	for (int k = 0; k < 3; k++) {
		fitsfile *f = NULL;
		int status = 0;

		unlink("tiles.fits");
		fits_create_file(&f, "tiles.fits", &status);
		fits_set_compression_type(f, form[k].codec, &status);
		fits_set_tile_dim(f, 3, tile, &status);
		fits_set_quantize_level(f, 0, &status);
		fits_create_img(f, form[k].type, 3, size, &status);
		for (long p = 0; p < PLANES; p++) {
			static short narrow[AREA];
			static int middle[AREA];
			long first[] = { 1, 1, p + 1 };

			for (long i = 0; i < AREA; i++) {
				middle[i] = value_at(i, p, 16);
				narrow[i] = (short)middle[i];
				found[i] = (float)middle[i];
			}
			fits_write_pix(f,
				       form[k].type == SHORT_IMG  ? TSHORT
				       : form[k].type == LONG_IMG ? TINT
								  : TFLOAT,
				       first, AREA,
				       form[k].type == SHORT_IMG  ? (void *)narrow
				       : form[k].type == LONG_IMG ? (void *)middle
								  : (void *)found,
				       &status);
		}
		fits_close_file(f, &status);
		assert_int_equal(status, 0);
		cube_is("tiles.fits", form[k].type, false);
	}
}

static void planes_that_are_not_there(void **state)
{
	const struct pz_fits_bad bad = { PZ_FITS_BITS, 1 };
	struct pz_fits *f;

	(void)state;
	write_cube("cube.fits", 16, 2, false);
	assert_int_equal(pz_fits_open_cube(&f, "cube.fits", NULL), 0);
	says(pz_fits_choose_plane(f, 3), PZ_EDATA,
	     "cube.fits: HDU 0: expected a plane from 0 to 2, found 3");
	assert_int_equal(pz_fits_plane(f), 0);
	says(pz_fits_read_plane(f, 3, found), PZ_EARG, "cube.fits: HDU 0: plane 3 of 3");
	says(pz_fits_read_rows(f, 129, 2, found), PZ_EARG,
	     "cube.fits: HDU 0: rows 129 to 131 of an image of 130");
	says(pz_fits_read_rows(f, 131, 0, found), PZ_EARG,
	     "cube.fits: HDU 0: rows 131 to 131 of an image of 130");
	assert_int_equal(pz_fits_read_rows(f, 130, 0, found), 0);
	says(pz_fits_blank_rows(f, 0, 131, &bad, found), PZ_EARG,
	     "cube.fits: HDU 0: rows 0 to 131 of an image of 130");
	pz_fits_close(f);
	says(pz_fits_open_image(&f, "cube.fits", NULL), PZ_EDATA,
	     "cube.fits: HDU 0: expected an image of two axes, found an image of 700 x 130 x 3 and "
	     "no "
	     "other HDU");
	/* an image has one plane, of whichever axes */
	write_cube("cube.fits", -32, 2, false);
	assert_int_equal(pz_fits_open_cube(&f, "cube.fits", NULL), 0);
	says(pz_fits_read_rows_integers(f, 0, 1, whole), PZ_EDATA,
	     "cube.fits: HDU 0: expected an image of whole numbers, found floats");
	pz_fits_close(f);
}

/* An image of one plane is a cube, too. */
static void an_image_is_one_plane(void **state)
{
	const struct pz_fits_card scaled[] = { { "BSCALE", .number = 2 } };
	struct pz_fits *f;

	(void)state;
	for (long i = 0; i < AREA; i++)
		found[i] = (float)value_at(i, 0, -32);
	assert_int_equal(pz_fits_write_image("flat.fits", found, WIDTH, HEIGHT, NULL, 0), 0);
	assert_int_equal(pz_fits_open_cube(&f, "flat.fits", NULL), 0);
	assert_int_equal(pz_fits_planes(f), 1);
	assert_int_equal(pz_fits_choose_plane(f, 0), 0);
	assert_int_equal(pz_fits_choose_plane(f, 1), PZ_EDATA);
	memset(found, 0, sizeof found);
	assert_int_equal(pz_fits_read_plane(f, 0, found), 0);
	plane_is("plane", -32, 0, false, found);
	assert_int_equal(pz_fits_read_plane(f, 1, found), PZ_EARG);
	pz_fits_close(f);
	assert_int_equal(pz_fits_write_image("flat.fits", found, WIDTH, HEIGHT, scaled, 1), 0);
	assert_int_equal(pz_fits_open_image(&f, "flat.fits", NULL), 0);
	says(pz_fits_read_rows_integers(f, 0, 1, whole), PZ_EDATA,
	     "flat.fits: HDU 0: expected an image of whole numbers, found numbers scaled by BSCALE "
	     "and BZERO");
	pz_fits_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planes_of_plain_cubes),
		cmocka_unit_test(planes_of_compressed_cubes),
		cmocka_unit_test(planes_that_are_not_there),
		cmocka_unit_test(an_image_is_one_plane),
	};

	return cmocka_run_group_tests_name("cubes", tests, enter_own_folder, leave_own_folder);
}
