/* test_fits_tile_tables.c -- what the headers of compressed images say: sides of tiles, codecs,
 * scales of whole numbers and of rounded floats
 */
#include "tile_table.h"

/* ---- tiles ---- */

static void tiles_have_sides(void **state)
{
	(void)state;
	for (size_t width = 1; width <= 8; width *= 2) {
		begin(width);
		IS_READ();
	}
	begin(2);
	t.rows = 5;
	is_refused();
	t.rows = 7;
	is_refused();
	begin(2);
	t.rows = 2;
	set("ZTILE1 536870913");
	fails(PZ_EDATA, "t.fits: HDU 1: ZTILE1: expected a whole number from 1 to 536870912, found "
			"536870913");
	t.rows = TILES;
	set("ZTILE1 2.5");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZTILE1: expected a whole number from 1 to 536870912, found 2.5");
	t.rows = 3;
	set("ZTILE1 2");
	set("ZTILE2 536870913");
	fails(PZ_EDATA, "t.fits: HDU 1: ZTILE2: expected a whole number from 1 to 536870912, found "
			"536870913");
}

/* One tile of all pixels, whose sides may be longer than the image's; or a tile for each row. */
static void tiles_may_be_larger_than_the_image(void **state)
{
	(void)state;
	for (int k = 0; k < 4; k++) {
		begin(1);
		t.heap_bytes = 0;
		t.rows = k < 3 ? 1 : 3;
		for (int i = 0; i < WIDTH * HEIGHT; i++)
			t.heap[t.heap_bytes++] = (uint8_t)pixel_of(i % WIDTH, i / WIDTH);
		for (size_t i = 0; i < t.rows; i++) {
			put_big(t.row[i], k < 3 ? 15 : 5, 4);
			put_big(t.row[i] + 4, 5 * i, 4);
		}
		set(k == 0 ? "ZTILE1 5" : k == 1 ? "ZTILE1 536870912" : "ZTILE1 6");
		set(k == 0 ? "ZTILE2 3" : k == 1 ? "ZTILE2 536870912" : "ZTILE2 4");
		if (k == 3) { /* as a rule a row */
			unset("ZTILE1");
			unset("ZTILE2");
		}
		IS_READ();
	}
}

static void tiles_are_of_one_plane(void **state)
{
	struct pz_fits *f;
	float pixel[WIDTH * HEIGHT];

	(void)state;
	begin(1);
	set("ZNAXIS 3");
	set("ZNAXIS3 1");
	set("ZTILE3 1");
	IS_READ();
	/* two planes of three tiles each: the image is half as high */
	begin(1);
	set("ZNAXIS 3");
	set("ZNAXIS2 2");
	set("ZNAXIS3 2");
	set("ZTILE3 1");
	assert_int_equal(open_table(&f), PZ_EDATA);
	assert_int_equal(pz_fits_open_cube(&f, "t.fits", "1"), 0);
	assert_int_equal(pz_fits_planes(f), 2);
	assert_int_equal(pz_fits_read_rows(f, 1, 1, pixel), 0);
	assert_true(pixel[0] == 11 && pixel[4] == 15);
	pz_fits_close(f);
	t.rows = 3;
	set("ZTILE3 2");
	assert_int_equal(open_table(&f), PZ_EDATA);
	says(pz_fits_open_cube(&f, "t.fits", "1"), PZ_EDATA,
	     "t.fits: HDU 1: ZTILE3: expected a whole number from 1 to 1, found 2");
}

/* ---- codecs ---- */

static void codecs_have_names(void **state)
{
	(void)state;
	begin(2);
	set("ZCMPTYPE 'LZW'");
	is_refused();
	unset("ZCMPTYPE");
	is_refused();
	begin(2);
	set("ZBITPIX 24");
	fails(PZ_EDATA, "t.fits: HDU 1: ZBITPIX: expected 8, 16, 32, 64, -32 or -64, found 24");
	set("ZBITPIX -65");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZBITPIX: expected a whole number from -64 to 64, found -65");
	begin(2);
	set("ZMASKCMP 'RICE_1'");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZMASKCMP: expected no mask of undefined pixels, found RICE_1");
}

/* Of Rice, by the names of parameters, wherever they stand. */
static void parameters_have_names(void **state)
{
	static const char *const wrong[][2] = {
		{ "ZVAL2 0",
		  "BLOCKSIZE of RICE_1: expected a number of pixels from 1 to 4096, found 0" },
		{ "ZVAL2 4097",
		  "BLOCKSIZE of RICE_1: expected a number of pixels from 1 to 4096, found 4097" },
		{ "ZVAL2 16.5",
		  "BLOCKSIZE of RICE_1: expected a number of pixels from 1 to 4096, found 16.5" },
		{ "ZVAL3 3", "BYTEPIX of RICE_1: expected 1, 2 or 4, found 3" },
		{ "ZVAL3 8", "BYTEPIX of RICE_1: expected 1, 2 or 4, found 8" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin(4);
		set("ZCMPTYPE 'RICE_1'");
		set("ZNAME1 'OTHER'");
		set("ZVAL1 77");
		set("ZNAME2 'blocksize'");
		set("ZVAL2 32");
		set("ZNAME3 'BYTEPIX'");
		set("ZVAL3 4");
		set(wrong[i][0]);
		snprintf(text, sizeof text, "t.fits: HDU 1: %s", wrong[i][1]);
		fails(PZ_EDATA, text);
	}
}

/* ---- scales ---- */

static void whole_numbers_are_scaled(void **state)
{
	float pixel[WIDTH * HEIGHT];
	int64_t whole[WIDTH * HEIGHT];
	struct pz_fits *f;

	(void)state;
	begin(2);
	set("BSCALE 0.5");
	set("BZERO -3");
	IS_SCALED(0.5, -3);
	assert_int_equal(open_table(&f), 0);
	says(pz_fits_read_rows_integers(f, 0, 1, whole), PZ_EDATA,
	     "t.fits: HDU 1: expected an image of whole numbers, found numbers scaled by BSCALE "
	     "and "
	     "BZERO");
	pz_fits_close(f);
	begin(4);
	set("BZERO 2147483648");
	set("BLANK 12");
	assert_int_equal(open_table(&f), 0);
	assert_int_equal(pz_fits_read_rows_integers(f, 0, HEIGHT, whole), 0);
	for (int i = 0; i < WIDTH * HEIGHT; i++) {
		int v = pixel_of(i % WIDTH, i / WIDTH);

		assert_int_equal(whole[i], v == 12 ? -1 : INT64_C(2147483648) + v);
	}
	pz_fits_close(f);
	assert_int_equal(read_all(pixel), 0);
	assert_true(isnan(pixel[6]) && pixel[7] == 2147483648.F);
	begin(8);
	set("BZERO 9223372036854775808");
	IS_SCALED(1, 0x1p63);
}

/* Rounded floats: scale and zero of each tile by columns, or of all by keywords. */
static void begin_rounded(const char *method)
{
	char text[40];

	begin(4);
	set("ZBITPIX -32");
	snprintf(text, sizeof text, "ZQUANTIZ '%s'", method);
	set(text);
}

static void put_double(uint8_t *to, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	put_big(to, bits, 8);
}

static void rounded_floats_are_scaled(void **state)
{
	float pixel[WIDTH * HEIGHT];
	size_t scale, zero;

	(void)state;
	begin_rounded("NO_DITHER");
	set("ZSCALE 0.25");
	set("ZZERO 7");
	IS_SCALED(0.25, 7);
	unset("ZQUANTIZ");
	IS_SCALED(0.25, 7);
	begin_rounded("NO_DITHER");
	scale = add_column("ZSCALE", "1D", 8);
	zero = add_column("zzero", "1D", 8);
	for (size_t i = 0; i < TILES; i++) {
		put_double(t.row[i] + scale, 1 + (double)i);
		put_double(t.row[i] + zero, 100 * (double)i);
	}
	assert_int_equal(read_all(pixel), 0);
	for (int i = 0; i < WIDTH * HEIGHT; i++) {
		int x = i % WIDTH, y = i / WIDTH, tile = x / 2 + 3 * (y / 2);

		assert_true(pixel[i] == (float)((1 + tile) * pixel_of(x, y) + 100 * tile));
	}
	/* one that has neither is lost, another cannot be */
	put_double(t.row[4] + scale, NAN);
	put_double(t.row[4] + zero, NAN);
	assert_int_equal(read_all(pixel), 0);
	for (int i = 0; i < WIDTH * HEIGHT; i++)
		assert_int_equal(isnan(pixel[i]), i == 12 || i == 13);
	put_double(t.row[4] + zero, 1);
	put_double(t.row[4] + scale, 0);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: corrupt: tile 5: expected numbers under ZSCALE and ZZERO, "
	      "found 0 and 1");
}

static void scales_that_cannot_be(void **state)
{
	(void)state;
	begin_rounded("NO_DITHER");
	set("ZSCALE 1");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZZERO: expected a column, or a keyword, for rounded floats, "
	      "found none");
	begin_rounded("SUBTRACTIVE_DITHER_3");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZQUANTIZ: expected NONE, NO_DITHER, SUBTRACTIVE_DITHER_1 or "
	      "SUBTRACTIVE_DITHER_2, found SUBTRACTIVE_DITHER_3");
	begin_rounded("SUBTRACTIVE_DITHER_1");
	set("ZSCALE 1");
	set("ZZERO 1");
	set("ZDITHER0 10001");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZDITHER0: expected a whole number from 1 to 10000, found 10001");
	set("ZDITHER0 0");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZDITHER0: expected a whole number from 1 to 10000, found 0");
	begin_rounded("NO_DITHER");
	add_column("ZSCALE", "2D", 16);
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZSCALE: expected one number for each tile, found another column");
	begin_rounded("NO_DITHER");
	add_column("ZSCALE", "1L", 1);
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZSCALE: expected one number for each tile, found another column");
	begin_rounded("NO_DITHER");
	add_column("ZBLANK", "1A", 1);
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZBLANK: expected one number for each tile, found another column");
	begin_rounded("NO_DITHER");
	add_column("ZBLANK", "8X", 1);
	fails(PZ_EDATA,
	      "t.fits: HDU 1: ZBLANK: expected one number for each tile, found another column");
}

/* What a tile's number for undefined is: of a column, a keyword, or BLANK of whole numbers. */
static void undefined_pixels_have_numbers(void **state)
{
	float pixel[WIDTH * HEIGHT];
	size_t at;

	(void)state;
	for (int k = 0; k < 3; k++) {
		begin(2);
		set(k == 1 ? "ZBLANK 13" : "BLANK 13");
		at = k == 2 ? add_column("ZBLANK", "1I", 2) : 0;
		for (size_t i = 0; k == 2 && i < TILES; i++)
			put_big(t.row[i] + at, i == 5 ? 25 : 13, 2);
		assert_int_equal(read_all(pixel), 0);
		for (int i = 0; i < WIDTH * HEIGHT; i++)
			assert_int_equal(isnan(pixel[i]), i == 7 || (k == 2 && i == 14));
	}
	/* rounded floats have no BLANK */
	begin_rounded("NO_DITHER");
	set("ZSCALE 1");
	set("ZZERO 0");
	set("BLANK 13");
	IS_READ();
	set("ZBLANK 13");
	assert_int_equal(read_all(pixel), 0);
	assert_true(isnan(pixel[7]) && pixel[8] == 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_have_sides),
		cmocka_unit_test(tiles_may_be_larger_than_the_image),
		cmocka_unit_test(tiles_are_of_one_plane),
		cmocka_unit_test(codecs_have_names),
		cmocka_unit_test(parameters_have_names),
		cmocka_unit_test(whole_numbers_are_scaled),
		cmocka_unit_test(rounded_floats_are_scaled),
		cmocka_unit_test(scales_that_cannot_be),
		cmocka_unit_test(undefined_pixels_have_numbers),
	};

	return cmocka_run_group_tests_name("tables of tiles", tests, enter_own_folder,
					   leave_own_folder);
}
