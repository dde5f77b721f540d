/* test_cutout_flux.c -- what makes a frame's pixels fluxes, by the cards of its header */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/cutout/flux.h"
#include "own_folder.h"
#include "raw_fits.h"

#define CARD 80

/* An image of one pixel, with "KEY=value;KEY=value" in its header. */
static struct pz_fits *image(const char *cards)
{
	static const char *const shape[] = { "SIMPLE  =                    T",
					     "BITPIX  =                  -32",
					     "NAXIS   =                    2",
					     "NAXIS1  =                    1",
					     "NAXIS2  =                    1" };
	const char *card[16] = { shape[0], shape[1], shape[2], shape[3], shape[4] };
	char text[8][CARD + 1];
	FILE *to = fopen("a.fits", "wb");
	struct pz_fits *file;
	int n = 0;

	for (const char *at = cards; *at; n++) {
		size_t key = strcspn(at, "="), value = strcspn(at + key, ";") - 1;

		snprintf(text[n], sizeof text[n], "%-8.*s= %.*s", (int)key, at, (int)value,
			 at + key + 1);
		card[5 + n] = text[n];
		at += key + 1 + value;
		at += *at == ';';
	}
	assert_non_null(to);
	raw_hdu(to, card, "\0\0\0", 4, 0);
	fclose(to);
	assert_int_equal(pz_fits_open_image(&file, "a.fits", NULL), 0);
	return file;
}

static void near(double found, double expected)
{
	if (!(fabs(found - expected) <= 1e-12 * fabs(expected)))
		fail_msg("%.17g, expected %.17g", found, expected);
}

static void said(int rc, const char *words)
{
	assert_int_equal(rc, PZ_EDATA);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
}

static void the_unit_of_a_first_frame(void **state)
{
	static const struct {
		const char *cards, *unit;
	} cases[] = {
		{ "", "" },
		{ "BUNIT='nanomaggies'", "nmgy" },
		{ "BUNIT='mJy'", "mJy" },
		{ "BUNIT='MJy/sr'", "nJy" },
		{ "BUNIT='adu/arcsec2'", "adu" },
		{ "BUNIT='adu';BSOFTEN=100;BOFFSET=2;EXPTIME=100", "flux of AB 30" },
		{ "BUNIT='adu';BSOFTEN=100;BOFFSET=2", "count" },
		{ "BUNIT='adu';BSOFTEN=100", "" },
		{ "BUNIT='adu';BOFFSET=2", "" },
		{ "BUNIT='adu';BSOFTEN=0;BOFFSET=2", "" },
		{ "BUNIT='adu';BSOFTEN=100;BOFFSET=2;EXPTIME=0", "count" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_fits *file = image(cases[i].cards);
		char unit[UNIT_NAME];

		pz_flux_unit(file, unit);
		assert_string_equal(unit, cases[i].unit);
		pz_fits_close(file);
	}
}

static void a_stack_of_asinh(void **state)
{
	static const struct {
		const char *cards, *words;
	} bad[] = {
		{ "BSOFTEN=100", "need both, found BSOFTEN alone" },
		{ "BOFFSET=2", "need both, found BOFFSET alone" },
		{ "BSOFTEN=0;BOFFSET=2", "BSOFTEN: expected a number above 0, found 0" },
		{ "BSOFTEN=-1;BOFFSET=2", "BSOFTEN: expected a number above 0, found -1" },
		{ "BSOFTEN='x';BOFFSET=2", "BSOFTEN: expected a number, found 'x'" },
		{ "BSOFTEN=1;BOFFSET='x'", "BOFFSET: expected a number" },
	};
	float pixel[3] = { 0, 2.5F, NAN };
	struct flux_asinh a;
	struct pz_fits *file;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		file = image(bad[i].cards);
		said(pz_flux_read_asinh(&a, file), bad[i].words);
		pz_fits_close(file);
	}
	file = image("BSOFTEN=100;BOFFSET=2");
	assert_int_equal(pz_flux_read_asinh(&a, file), 0);
	pz_fits_close(file);
	assert_true(a.soften == 100 && a.offset == 2);
	pz_flux_make_linear(&a, 3, pixel);
	assert_true(pixel[0] == 2 && pixel[1] == (float)(2 + 100 * (10 - 0.1)) && isnan(pixel[2]));
	file = image("");
	assert_int_equal(pz_flux_read_asinh(&a, file), 0);
	pz_fits_close(file);
	assert_true(a.soften == 0 && a.offset == 0);
	pz_flux_make_linear(&a, 1, pixel);
	assert_true(pixel[0] == 2);
	/* no more than that many */
	pz_flux_make_linear(&(struct flux_asinh){ 5, 1 }, 1, pixel);
	assert_true(pixel[0] != 2);
	pixel[1] = 3;
	pz_flux_make_linear(&(struct flux_asinh){ 5, 1 }, 1, pixel);
	assert_true(pixel[1] == 3);
	pz_image_flux_apply(&(struct pz_image_flux){ .scale = 2 }, 1, pixel);
	assert_true(pixel[1] == 3);
}

static void items_of_a_list(void **state)
{
	static const char *const item[] = { "25", "MAG ZP", "PS1", "", "26", "26" };
	char text[FLUX_ITEM];
	double x;

	(void)state;
	for (int b = 0; b < 6; b++) {
		pz_flux_item("25, MAG ZP  ,PS1,,26 ", b, text);
		assert_string_equal(text, item[b]);
	}
	assert_true(pz_flux_is_number("25.5", &x) && x == 25.5);
	assert_true(pz_flux_is_number("-1e3", &x) && x == -1000);
	assert_false(pz_flux_is_number("", &x));
	assert_false(pz_flux_is_number("25x", &x));
	assert_false(pz_flux_is_number("PS1", &x));
}

/* With the zero point of the table (0: none), the options, and the unit of the first frame. */
static void scales_of_frames(void **state)
{
	static const struct {
		const char *cards;
		double table;
		const char *option, *bias, *unit;
		double scale, less;
		bool per_area;
	} good[] = {
		{ "BUNIT='nmgy'", 0, NULL, NULL, "nmgy", 1, 0, false },
		{ "BUNIT='nmgy'", 0, NULL, NULL, NULL, 1, 0, false },
		{ "BUNIT='adu'", 0, NULL, "7", "adu", 1, 7, false },
		{ "BUNIT='adu';SKY=-3.5", 0, NULL, "1,SKY", "adu", 1, -3.5, false },
		{ "BUNIT='mJy'", 0, NULL, NULL, "uJy", 1e3, 0, false },
		{ "BUNIT='MJy/sr'", 0, NULL, NULL, "nJy", 1e15, 0, true },
		{ "BUNIT='mJy/sr'", 0, NULL, NULL, "mJy", 1, 0, true },
		{ "", 20, NULL, NULL, NULL, 10, 0, false },
		{ "", 20, "25", NULL, NULL, 10, 0, false },
		{ "", 0, "25", NULL, NULL, 0.1, 0, false },
		{ "", 0, "9,25", NULL, NULL, 0.1, 0, false },
		{ "", 0, "0", NULL, NULL, 1e9, 0, false },
		{ "MAGZERO=27.5", 0, "MAGZERO", NULL, NULL, 0.01, 0, false },
		{ "FLUXMAG0=1E11", 0, "fluxmag0", NULL, NULL, 0.01, 0, false },
		{ "FLUX20=5", 0, "FLUX20", NULL, NULL, 2, 0, false },
		{ "EXPTIME=10", 0, "PS1", NULL, NULL, 0.01, 0, false },
		{ "BSOFTEN=1;BOFFSET=0;EXPTIME=10", 0, NULL, NULL, NULL, 0.01, 0, false },
		{ "BSOFTEN=1;BOFFSET=0;EXPTIME=10", 20, NULL, NULL, NULL, 10, 0, false },
		{ "BSOFTEN=1;BOFFSET=0;EXPTIME=10", 0, NULL, NULL, "flux of AB 27.5", 1, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const struct pz_frame frame = { .zeropoint = good[i].table };
		const struct pz_cutout_options o = { .zeropoint = good[i].option,
						     .bias = good[i].bias };
		struct pz_fits *file = image(good[i].cards);
		struct flux f;

		if (pz_flux_read(&f, file, &frame, 1, &o, good[i].unit) != 0)
			fail_msg("case %zu: %s", i, pz_error_text());
		near(f.scale, good[i].scale);
		near(f.bias, good[i].less);
		assert_int_equal(f.per_area, good[i].per_area);
		pz_fits_close(file);
	}
}

static void frames_that_do_not_fit(void **state)
{
	static const struct {
		const char *cards;
		double table;
		const char *option, *bias, *unit, *words;
	} bad[] = {
		{ "BUNIT='mag'", 0, NULL, NULL, "adu", "pixels are magnitudes or logarithms" },
		{ "BUNIT='mag'", 0, "25", NULL, NULL, "pixels are magnitudes or logarithms" },
		{ "BUNIT='Jy/beam'", 0, NULL, NULL, "Jy", "the area in it is not understood" },
		{ "BUNIT='adu'", 0, NULL, NULL, "mJy",
		  "expected 'mJy' as in the first frame, found" },
		{ "BUNIT='mJy'", 0, NULL, NULL, "adu",
		  "expected 'adu' as in the first frame, found" },
		{ "BSOFTEN=1;BOFFSET=0;EXPTIME=10", 0, NULL, NULL, "adu",
		  "in 'flux of AB 27.5' by EXPTIME; expected 'adu'" },
		{ "", 0, NULL, NULL, NULL, "no zero point, as other frames have one" },
		{ "", 0, NULL, "SKY", "", "has no number under keyword 'SKY'" },
		{ "", 0, NULL, "inf", "", "has no number under keyword 'inf'" },
		{ "", 0, "MAGZERO", NULL, NULL, "has no number under keyword 'MAGZERO'" },
		{ "MAGZERO=0", 0, "MAGZERO", NULL, NULL, "a zero point, found MAGZERO = 0" },
		{ "MAGZERO=-99", 0, "MAGZERO", NULL, NULL, "a zero point, found MAGZERO = -99" },
		{ "FLUXMAG0=0", 0, "FLUXMAG0", NULL, NULL, "a zero point, found FLUXMAG0 = 0" },
		{ "FLUXMAG0=-1", 0, "FLUXMAG0", NULL, NULL, "a zero point, found FLUXMAG0 = -1" },
		{ "FLUXMAG0=-99", 0, "FLUXMAG0", NULL, NULL, "found FLUXMAG0 = -99" },
		{ "FLUXMAG0=1E-25", 0, "FLUXMAG0", NULL, NULL, "found FLUXMAG0 = 1e-25" },
		{ "", 120, NULL, NULL, NULL, "a zero point, found zeropoint = 120" },
		{ "", -60, NULL, NULL, NULL, "a zero point, found zeropoint = -60" },
		{ "", 0, "PS1", NULL, NULL, "EXPTIME is missing; the zero point is computed" },
		{ "EXPTIME=-1", 0, "ps1", NULL, NULL, "EXPTIME: expected the exposure time" },
		{ "BSOFTEN=1;BOFFSET=0", 0, NULL, NULL, NULL, "no zero point, as other frames" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct pz_frame frame = { .zeropoint = bad[i].table };
		const struct pz_cutout_options o = { .zeropoint = bad[i].option,
						     .bias = bad[i].bias };
		struct pz_fits *file = image(bad[i].cards);
		struct flux f;

		said(pz_flux_read(&f, file, &frame, 0, &o, bad[i].unit), bad[i].words);
		pz_fits_close(file);
	}
}

static void the_keyword_of_a_zero_point(void **state)
{
	static const struct {
		const char *cards, *unit, *keyword;
	} cases[] = {
		{ "", "adu", "" },
		{ "ZPTMAG=25", "adu", "ZPTMAG" },
		{ "ZPTMAG=25;MAGZPT=26", "adu", "MAGZPT" },
		{ "MAGZERO=0;ZPTMAG=25", "adu", "ZPTMAG" },
		{ "MAGZERO=25;FLUXMAG0=1E10", "", "FLUXMAG0" },
		{ "MAGZERO=25", "nmgy", "" },
		{ "MAGZERO=25", "mJy", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_fits *file = image(cases[i].cards);
		char keyword[FLUX_KEYWORD];

		pz_flux_zeropoint_keyword(file, cases[i].unit, keyword);
		assert_string_equal(keyword, cases[i].keyword);
		pz_fits_close(file);
	}
}

static void images_that_others_have_cut(void **state)
{
	struct pz_fits *file = image("BUNIT='nanomaggies'");
	struct pz_image_flux f;
	float pixel[2] = { 2.5F, NAN };

	(void)state;
	assert_int_equal(pz_image_flux_read(&f, file), 0);
	pz_fits_close(file);
	assert_string_equal(f.unit, "nanomaggies");
	assert_true(f.offset == 0 && f.soften == 0 && f.scale == 1);
	pz_image_flux_apply(&f, 2, pixel);
	assert_true(pixel[0] == 2.5F);
	file = image("BUNIT='adu';BSOFTEN=100;BOFFSET=2;EXPTIME=10");
	assert_int_equal(pz_image_flux_read(&f, file), 0);
	pz_fits_close(file);
	assert_string_equal(f.unit, "nmgy");
	assert_true(f.offset == 2 && f.soften == 100);
	near(f.scale, 0.01);
	pz_image_flux_apply(&f, 2, pixel);
	assert_true(fabsf(pixel[0] - 9.92F) < 1e-5F && isnan(pixel[1]));
	file = image("BSOFTEN=100;BOFFSET=2");
	said(pz_image_flux_read(&f, file), "EXPTIME is missing");
	pz_fits_close(file);
	file = image("BSOFTEN=100;BOFFSET=2;EXPTIME=0");
	said(pz_image_flux_read(&f, file), "EXPTIME: expected the exposure time");
	pz_fits_close(file);
	file = image("BUNIT='mag'");
	said(pz_image_flux_read(&f, file), "pixels are magnitudes or logarithms");
	pz_fits_close(file);
	assert_true(pz_image_flux_same("nmgy", "nanomaggies"));
	assert_true(pz_image_flux_same("MJy/sr", "MJy sr-1"));
	assert_false(pz_image_flux_same("MJy/sr", "MJy"));
	assert_false(pz_image_flux_same("mJy", "nJy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_unit_of_a_first_frame),
		cmocka_unit_test(a_stack_of_asinh),
		cmocka_unit_test(items_of_a_list),
		cmocka_unit_test(scales_of_frames),
		cmocka_unit_test(frames_that_do_not_fit),
		cmocka_unit_test(the_keyword_of_a_zero_point),
		cmocka_unit_test(images_that_others_have_cut),
	};

	return cmocka_run_group_tests_name("cutout_flux", tests, enter_own_folder,
					   leave_own_folder);
}
