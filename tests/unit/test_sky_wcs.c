/* test_sky_wcs.c -- pixels and places on the sky */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/threads.h>
#include <pz/wcs.h>

#include "sky_header.h"

#define SIZE 1000

/* A header from cards, as pz_fits_header gives it. */
static int parse(struct pz_wcs **w, const struct pz_fits_card *c, int n)
{
	char header[80 * 40 + 1];

	for (int i = 0; i <= n; i++) {
		char *at = header + 80 * i, text[40];

		if (i < n && c[i].text)
			snprintf(text, sizeof text, "'%-8s'", c[i].text);
		else if (i < n)
			snprintf(text, sizeof text, "%25.17G", c[i].number);
		if (i < n)
			snprintf(at, 81, "%-8s= %-70s", c[i].key, text);
		else
			snprintf(at, 81, "%-80s", "END");
	}
	return pz_wcs_parse(w, header, n + 1, "test: HDU 0");
}

static void random_wcs_agree_with_the_formula(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 1, 0);
	for (int i = 0; i < 200; i++) {
		struct pz_fits_card cards[CARDS_OF_WCS];
		double pixel[20], radec[20], found[20];
		struct pz_wcs *w, *copy;
		struct test_wcs t;

		random_wcs(&t, &r, i, SIZE);
		assert_int_equal(parse(&w, cards, test_wcs_cards(&t, cards)), 0);
		for (int k = 0; k < 20; k++)
			pixel[k] = SIZE * pz_random_uniform(&r);
		for (int k = 0; k < 10; k++)
			test_wcs_sky(&t, pixel + 2 * k, radec + 2 * k);
		pz_wcs_pixels(w, 10, radec, found);
		for (int k = 0; k < 20; k++)
			assert_true(fabs(found[k] - pixel[k]) < 1e-6);
		assert_int_equal(pz_wcs_copy(&copy, w), 0);
		pz_wcs_free(w);
		pz_wcs_sky(copy, 10, pixel, found);
		for (int k = 0; k < 20; k++)
			assert_true(fabs(found[k] - radec[k]) < 1e-9);
		pz_wcs_free(copy);
	}
}

static void far_points_have_no_pixel(void **state)
{
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---TAN" }, { "CTYPE2", .text = "DEC--TAN" },
		{ "CRVAL1", .number = 10 },       { "CRVAL2", .number = 20 },
		{ "CDELT1", .number = -1e-4 },    { "CDELT2", .number = 1e-4 },
	};
	double radec[4] = { 190, -20, 10, 20 }, pixel[4];
	struct pz_wcs *w;

	(void)state;
	assert_int_equal(parse(&w, cards, 6), 0);
	pz_wcs_pixels(w, 2, radec, pixel);
	assert_true(isnan(pixel[0]) && isnan(pixel[1]));
	assert_true(fabs(pixel[2] + 1) < 1e-9 && fabs(pixel[3] + 1) < 1e-9);
	pz_wcs_free(w);
}

static void axes_may_be_swapped_and_galactic(void **state)
{
	const struct pz_fits_card swapped[] = {
		{ "CTYPE1", .text = "DEC--TAN" }, { "CTYPE2", .text = "RA---TAN" },
		{ "CRVAL1", .number = -20 },      { "CRVAL2", .number = 30 },
		{ "CDELT1", .number = 1e-4 },     { "CDELT2", .number = 1e-4 },
		{ "CRPIX1", .number = 5 },        { "CRPIX2", .number = 9 },
	};
	const struct pz_fits_card galactic[] = {
		{ "CTYPE1", .text = "GLON-CAR" }, { "CTYPE2", .text = "GLAT-CAR" },
		{ "CRVAL1", .number = 0 },        { "CRVAL2", .number = 0 },
		{ "CDELT1", .number = -1e-3 },    { "CDELT2", .number = 1e-3 },
		{ "CRPIX1", .number = 1 },        { "CRPIX2", .number = 1 },
	};
	double pixel[2] = { 4 + 10, 8 }, radec[2];
	struct pz_wcs *w;

	(void)state;
	assert_int_equal(parse(&w, swapped, 8), 0);
	pz_wcs_sky(w, 1, pixel, radec);
	assert_true(fabs(radec[0] - 30) < 1e-9 && fabs(radec[1] + 20 - 1e-3) < 1e-9);
	pz_wcs_free(w);
	pixel[0] = pixel[1] = 0;
	assert_int_equal(parse(&w, galactic, 8), 0);
	pz_wcs_sky(w, 1, pixel, radec);
	assert_true(fabs(radec[0] - 266.40499) < 1e-4 && fabs(radec[1] + 28.93617) < 1e-4);
	pz_wcs_pixels(w, 1, radec, pixel);
	assert_true(fabs(pixel[0]) < 1e-6 && fabs(pixel[1]) < 1e-6);
	pz_wcs_free(w);
}

static void further_axes_of_length_one_do_no_harm(void **state)
{
	const struct pz_fits_card cards[] = {
		{ "WCSAXES", .number = 3 },       { "CTYPE1", .text = "RA---TAN" },
		{ "CTYPE2", .text = "DEC--TAN" }, { "CTYPE3", .text = "FREQ" },
		{ "CRVAL1", .number = 10 },       { "CRVAL2", .number = 20 },
		{ "CRVAL3", .number = 1.4e9 },    { "CDELT1", .number = -1e-4 },
		{ "CDELT2", .number = 1e-4 },     { "CDELT3", .number = 1e6 },
		{ "CRPIX1", .number = 3 },        { "CRPIX2", .number = 7 },
		{ "CRPIX3", .number = 50 },
	};
	double radec[2] = { 10, 20 }, pixel[2];
	struct pz_wcs *w;

	(void)state;
	assert_int_equal(parse(&w, cards, 13), 0);
	pz_wcs_pixels(w, 1, radec, pixel);
	assert_true(fabs(pixel[0] - 2) < 1e-9 && fabs(pixel[1] - 6) < 1e-9);
	pz_wcs_free(w);
}

static void expect_error(const struct pz_fits_card *cards, int n, const char *words)
{
	struct pz_wcs *w;

	assert_int_equal(parse(&w, cards, n), PZ_EDATA);
	assert_null(w);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
}

/* What WCSLIB's scanner does not survive is not shown to it. */
static void damaged_cards_are_left_out(void **state)
{
	static const char *const damage[] = { "B_1_1   = T",     "B_1_1   = 'x'",  "B_1_1   = END",
					      "B_1_1   =1D-3",   "B_1_1   = 1E",   "B_1_1   = -.",
					      "CTYPE3  = 'RA--", "AP_1_1  = (1,2)" };
	static const char *const good[] = { "NAXIS   = 2",
					    "CTYPE1  = 'RA---TAN-SIP'",
					    "CTYPE2  = 'DEC--TAN-SIP'",
					    "CRVAL1  = 10.",
					    "CRVAL2  = +.2E+2 / degrees",
					    "CRPIX1  = 6/pixels",
					    "CRPIX2  = 6",
					    "CD1_1   = -1D-4",
					    "CD2_2   =               0.0001" };
	const int cards = sizeof good / sizeof *good + 2;

	(void)state;
	for (size_t d = 0; d < sizeof damage / sizeof *damage; d++) {
		char header[16 * 80 + 1];
		double radec[2], pixel[2] = { 5, 5 };
		struct pz_wcs *w;

		for (int i = 0; i < cards - 2; i++)
			sprintf(header + 80 * i, "%-80s", good[i]);
		sprintf(header + 80 * (cards - 2), "%-80s%-80s", damage[d], "END");
		assert_int_equal(pz_wcs_parse(&w, header, cards, "here"), 0);
		pz_wcs_sky(w, 1, pixel, radec);
		assert_true(fabs(radec[0] - 10) < 1e-12 && fabs(radec[1] - 20) < 1e-12);
		pz_wcs_free(w);
	}
}

static void errors_say_what_is_wrong(void **state)
{
	const struct pz_fits_card spectrum[] = { { "CTYPE1", .text = "WAVE" },
						 { "CTYPE2", .text = "FREQ" } };
	const struct pz_fits_card unknown[] = { { "CTYPE1", .text = "RA---QQQ" },
						{ "CTYPE2", .text = "DEC--QQQ" } };
	const struct pz_fits_card ecliptic[] = { { "CTYPE1", .text = "ELON-TAN" },
						 { "CTYPE2", .text = "ELAT-TAN" } };
	const struct pz_fits_card singular[] = {
		{ "CTYPE1", .text = "RA---TAN" }, { "CTYPE2", .text = "DEC--TAN" },
		{ "CD1_1", .number = 1 },         { "CD1_2", .number = 1 },
		{ "CD2_1", .number = 1 },         { "CD2_2", .number = 1 },
	};
	const struct pz_fits_card old[] = {
		{ "CTYPE1", .text = "RA---TAN" },
		{ "CTYPE2", .text = "DEC--TAN" },
		{ "RADESYS", .text = "FK5" },
		{ "EQUINOX", .number = 1975 },
	};
	const struct pz_fits_card apparent[] = {
		{ "CTYPE1", .text = "RA---TAN" },
		{ "CTYPE2", .text = "DEC--TAN" },
		{ "RADESYS", .text = "GAPPT" },
	};
	const struct pz_fits_card lookup[] = {
		{ "CTYPE1", .text = "RA---TAN" },
		{ "CTYPE2", .text = "DEC--TAN" },
		{ "CPDIS1", .text = "Lookup" },
	};

	(void)state;
	expect_error(spectrum, 0, "HDU 0 has no WCS (CTYPE1 missing)");
	expect_error(spectrum, 2, "");
	expect_error(unknown, 2, "");
	expect_error(ecliptic, 2, "expected axes RA and Dec, found ELON-TAN");
	expect_error(singular, 6, "cannot be used");
	expect_error(old, 4, "expected FK5 of equinox 2000, found 1975");
	expect_error(apparent, 3, "found GAPPT");
	expect_error(lookup, 3, "CPDIS1");
}

/* Values by astropy's frames FK4, at two epochs, and FK4NoETerms. */
static void fk4_is_turned_to_icrs(void **state)
{
	struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---TAN" }, { "CTYPE2", .text = "DEC--TAN" },
		{ "CRVAL1", .number = 50 },       { "CRVAL2", .number = -37 },
		{ "CDELT1", .number = -1e-4 },    { "CDELT2", .number = 1e-4 },
		{ "CRPIX1", .number = 1 },        { "CRPIX2", .number = 1 },
		{ "EQUINOX", .number = 1950 },    { "MJD-OBS", .number = 45700 },
		{ "RADESYS", .text = "FK4" },
	};
	const double expected[3][2] = { { 50.479838051704, -36.821884979692 },
					{ 50.479884011417, -36.821911588051 },
					{ 50.479912198685, -36.821936052696 } };

	(void)state;
	for (int i = 0; i < 3; i++) {
		double pixel[2] = { 0, 0 }, radec[2];
		struct pz_wcs *w;

		cards[9].number = i == 1 ? 45700 : 33282; /* J1950 */
		cards[10].text = i == 2 ? "FK4-NO-E" : "FK4";
		assert_int_equal(parse(&w, cards, i == 0 ? 9 : 11), 0);
		pz_wcs_sky(w, 1, pixel, radec);
		for (int k = 0; k < 2; k++)
			assert_true(fabs(radec[k] - expected[i][k]) < 1e-8);
		pz_wcs_pixels(w, 1, radec, pixel);
		assert_true(fabs(pixel[0]) < 1e-7 && fabs(pixel[1]) < 1e-7);
		pz_wcs_free(w);
	}
}

/* Adds an HDU to a file: its cards, and n pixels. */
static void add_hdu(FILE *f, const char *const *card, const float *pixel, size_t n)
{
	unsigned char bytes[2880] = { 0 };
	int cards = 0;

	for (; card[cards]; cards++)
		assert_int_equal(fprintf(f, "%-80s", card[cards]), 80);
	assert_true(cards < 36 && n <= sizeof bytes / 4);
	fprintf(f, "%-*s", 80 * (36 - cards), "END");
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;

		memcpy(&bits, &pixel[i], 4);
		for (int k = 0; k < 4; k++)
			bytes[4 * i + (size_t)k] = (unsigned char)(bits >> (24 - 8 * k));
	}
	assert_int_equal(fwrite(bytes, 1, sizeof bytes, f), sizeof bytes);
}

static const char *const distorted[] = {
	"SIMPLE  =                    T",
	"BITPIX  =                  -32",
	"NAXIS   =                    2",
	"NAXIS1  =                   20",
	"NAXIS2  =                   20",
	"CTYPE1  = 'RA---TAN-SIP'",
	"CTYPE2  = 'DEC--TAN-SIP'",
	"CRVAL1  =                 10.0",
	"CRVAL2  =                 20.0",
	"CRPIX1  =                  5.0",
	"CRPIX2  =                  5.0",
	"CDELT1  =                -1E-4",
	"CDELT2  =                 1E-4",
	"A_ORDER =                    2",
	"B_ORDER =                    2",
	"A_2_0   =                 1E-3",
	"CPDIS2  = 'Lookup  '",
	"DP2     = 'EXTVER: 3'",
	"DP2     = 'NAXES: 2'",
	"DP2     = 'AXIS.1: 1'",
	"DP2     = 'AXIS.2: 2'",
	"D2IMDIS1= 'lookup  '",
	"D2IM1   = 'EXTVER: 1'",
	"D2IM1   = 'NAXES: 2'",
	"D2IM1   = 'AXIS.1: 2'",
	"D2IM1   = 'AXIS.2: 1'",
	NULL,
};

/* A table of two columns and two rows, 10 pixels apart. */
static void add_table(FILE *f, const char *name, const char *version, const float value[4])
{
	const char *const card[] = { "XTENSION= 'IMAGE   '",
				     "BITPIX  =                  -32",
				     "NAXIS   =                    2",
				     "NAXIS1  =                    2",
				     "NAXIS2  =                    2",
				     "PCOUNT  =                    0",
				     "GCOUNT  =                    1",
				     name,
				     version,
				     "CDELT1  =                 10.0",
				     "CDELT2  =                 10.0",
				     NULL };

	add_hdu(f, card, value, 4);
}

/* Detector first (its table lies across), then SIP and the other table, both at the
 * pixel that comes of it. */
static void tables_distort(void **state)
{
	const float image[400] = { 0 }, across[4] = { 0, 1, 0, 1 }, offset[4] = { 0, 2, 4, 8 };
	struct test_wcs plain = { { 10, 20 }, { 5, 5 }, { { -1e-4, 0 }, { 0, 1e-4 } }, { { 0 } } };
	char path[] = "/tmp/pz-test-wcs-XXXXXX";
	double pixel[2] = { 3, 6 }, p[2] = { 3 + 0.6, 6 }, want[2], radec[2];
	struct pz_wcs *w, *copy;
	struct pz_fits *file;
	FILE *f = fdopen(mkstemp(path), "wb");

	(void)state;
	assert_non_null(f);
	add_hdu(f, distorted, image, 400);
	add_table(f, "EXTNAME = 'D2IMARR '", "EXTVER  =                    1", across);
	add_table(f, "EXTNAME = 'WCSDVARR'", "EXTVER  =                    3", offset);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(pz_fits_open_image(&file, path, NULL), 0);
	assert_int_equal(pz_wcs_read(&w, file), 0);
	assert_int_equal(pz_wcs_copy(&copy, w), 0);
	pz_fits_close(file);
	pz_wcs_free(w);
	unlink(path);

	want[0] = p[0] + 1e-3 * (p[0] - 4) * (p[0] - 4);
	want[1] = p[1] + (2 * p[0] + 4 * p[1]) / 10 + 2 * p[0] * p[1] / 100;
	test_wcs_sky(&plain, want, want);
	pz_wcs_sky(copy, 1, pixel, radec);
	assert_true(fabs(radec[0] - want[0]) < 1e-10 && fabs(radec[1] - want[1]) < 1e-10);
	pz_wcs_pixels(copy, 1, want, radec);
	assert_true(fabs(radec[0] - pixel[0]) < 1e-7 && fabs(radec[1] - pixel[1]) < 1e-7);
	pz_wcs_smooth_pixels(copy, 1, want, radec);
	assert_true(fabs(radec[0] - p[0]) < 1e-7 && fabs(radec[1] - p[1]) < 1e-7);
	pz_wcs_free(copy);
}

/* One that the header asks for and the file has not. */
static void missing_tables_are_named(void **state)
{
	const float image[400] = { 0 }, across[4] = { 0, 1, 0, 1 };
	char path[] = "/tmp/pz-test-wcs-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "wb");
	struct pz_fits *file;
	struct pz_wcs *w;

	(void)state;
	assert_non_null(f);
	add_hdu(f, distorted, image, 400);
	add_table(f, "EXTNAME = 'D2IMARR '", "EXTVER  =                    1", across);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(pz_fits_open_image(&file, path, NULL), 0);
	assert_int_equal(pz_wcs_read(&w, file), PZ_EDATA);
	assert_null(w);
	assert_non_null(strstr(pz_error_text(), "HDU 0: no image HDU WCSDVARR of version 3"));
	pz_fits_close(file);
	unlink(path);
}

/* Every point of the image is in its cap; the far side of the sky is not. */
static void caps_hold_their_images(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 2, 0);
	for (int i = 0; i < 50; i++) {
		struct pz_fits_card cards[CARDS_OF_WCS];
		struct test_wcs t;
		struct pz_wcs *w;
		struct pz_cap cap;

		random_wcs(&t, &r, i, SIZE);
		assert_int_equal(parse(&w, cards, test_wcs_cards(&t, cards)), 0);
		assert_int_equal(pz_wcs_cap(w, SIZE, SIZE / 2, &cap), 0);
		for (int k = 0; k < 50; k++) {
			double pixel[2] = { SIZE * pz_random_uniform(&r) - 0.5,
					    SIZE / 2 * pz_random_uniform(&r) - 0.5 };
			double radec[2];

			test_wcs_sky(&t, pixel, radec);
			assert_true(pz_cap_holds(&cap, radec));
			assert_true(radec[1] >= cap.dec[0] && radec[1] <= cap.dec[1]);
			radec[1] *= -1;
			radec[0] += 180;
			assert_false(pz_cap_holds(&cap, radec));
		}
		pz_wcs_free(w);
	}
}

static void threads_may_parse_and_use_their_own(void **state)
{
	struct test_wcs t = { { 10, 20 }, { 500, 500 }, { { -1e-4, 0 }, { 0, 1e-4 } }, { { 0 } } };
	struct pz_fits_card cards[CARDS_OF_WCS];
	int n = test_wcs_cards(&t, cards), bad = 0;

	(void)state;
#pragma omp parallel for num_threads(4) reduction(+ : bad)
	for (int i = 0; i < 64; i++) {
		double radec[2] = { 10, 20 }, pixel[2] = { 0 };
		struct pz_wcs *w = NULL;

		if (parse(&w, cards, n) == 0)
			pz_wcs_pixels(w, 1, radec, pixel);
		bad += fabs(pixel[0] - 499) > 1e-9;
		pz_wcs_free(w);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_wcs_agree_with_the_formula),
		cmocka_unit_test(far_points_have_no_pixel),
		cmocka_unit_test(axes_may_be_swapped_and_galactic),
		cmocka_unit_test(further_axes_of_length_one_do_no_harm),
		cmocka_unit_test(damaged_cards_are_left_out),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(fk4_is_turned_to_icrs),
		cmocka_unit_test(tables_distort),
		cmocka_unit_test(missing_tables_are_named),
		cmocka_unit_test(caps_hold_their_images),
		cmocka_unit_test(threads_may_parse_and_use_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
