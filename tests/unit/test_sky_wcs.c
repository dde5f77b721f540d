/* test_sky_wcs.c -- pixels and places on the sky */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../../lib/wcs/transform.h"
#include "descriptors.h"
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

/* A header from lines, the last one NULL, with a card of theirs replaced by the one that is
 * given, or that one added. */
static int parse_lines(struct pz_wcs **w, const char *const *line, const char *other)
{
	char header[64 * 80 + 1];
	size_t n = 0, key = other ? strcspn(other, " =") : 0;
	bool placed = !other;

	for (; *line; line++) {
		bool same = other && !placed && !strncmp(*line, other, key) &&
			    strspn(*line + key, " =") > 0;

		sprintf(header + 80 * n++, "%-80.80s", same ? other : *line);
		placed |= same;
	}
	if (!placed)
		sprintf(header + 80 * n++, "%-80.80s", other);
	sprintf(header + 80 * n++, "%-80s", "END");
	assert_true(n < 64);
	return pz_wcs_parse(w, header, (int)n, "a.fits: HDU 0");
}

static const char *const simple[] = { "NAXIS   = 2",
				      "CTYPE1  = 'RA---TAN-SIP'",
				      "CTYPE2  = 'DEC--TAN-SIP'",
				      "CRVAL1  = 10.",
				      "CRVAL2  = +.2E+2 / degrees",
				      "CRPIX1  = 6/pixels",
				      "CRPIX2  = 6",
				      "CD1_1   = -1D-4",
				      "CD1_2   = 2D-5",
				      "CD2_1   = 3D-5",
				      "CD2_2   =               0.0001",
				      "A_ORDER = 2",
				      "B_ORDER = 2",
				      "A_2_0   = 1.E-3",
				      "B_1_1   = -2.E-3",
				      NULL };

/* Pixel (9, 12) of the header above, by the formula. */
static void simple_sky(double radec[2])
{
	const struct test_wcs t = { { 10, 20 },
				    { 6, 6 },
				    { { -1e-4, 2e-5 }, { 3e-5, 1e-4 } },
				    { { 1e-3, 0, 0 }, { 0, -2e-3, 0 } } };

	test_wcs_sky(&t, (const double[]){ 9, 12 }, radec);
}

/* However a card is written, its value counts, and never its comment. */
static void cards_are_read_by_their_values(void **state)
{
	static const char *const cards[] = {
		"CRVAL1  = 1D1",
		"CRVAL1  = +1.0d+01",
		"CRVAL1  = 10 / [deg\xb0] of \xc2\xb0 and \x01",
		"CRVAL1  = 10/",
		"CRVAL1  =\t10.\t/ tabs",
		"CRVAL1  =                                                                  10.000",
		"HIERARCH CRVAL1 = 10. / as ESO",
		"CRVAL1A = 99.",
		"CRVAL1  = 1.E1 /' a quote",
		"CD001002= 2E-5",
		"CD1_02  = 2E-5 / as long ago",
		"crpix1  = 6.",
		"A_2_0   = 1d-3",
		"A_ORDER = 2.0",
		"A_3_0   = 0.0",
		"AP_ORDER= 0",
		"RADESYS =",
		"RADESYS = ''",
		"EQUINOX = '   '",
		"RADECSYS= 'fk5     '",
		"EQUINOX = '2000.0'",
		"EPOCH   = 'J2000'",
		"EQUINOX = ",
		"CROTA2  = 77. / without effect beside CD",
		"CDELT1  = 7. / likewise",
		"CTYPE3  = 'WAVE-TAB'",
		"CUNIT3  = 'furlong'",
		"CUNIT1  = 'degree'",
		"WAT1_001= 'wtype=tan axtype=ra'",
		"CNPIX1  = 7 / of a plate, without the others of it",
		"COMMENT = 'CRVAL1",
		"EPOCH of no use",
		"PV1_5A  = NaN",
		"MJD-OBS = NaN",
		"DATE-OBS= 'yesterday'",
		"WCSAXES = 2",
		"DP1     = 'NTERMS: 1E9'",
	};
	double want[2], radec[2];

	(void)state;
	simple_sky(want);
	for (size_t k = 0; k < sizeof cards / sizeof *cards; k++) {
		struct pz_wcs *w, *copy;

		if (parse_lines(&w, simple, cards[k]) != 0)
			fail_msg("%s: %s", cards[k], pz_error_text());
		assert_string_equal(pz_wcs_note(w), "");
		assert_int_equal(pz_wcs_copy(&copy, w), 0);
		pz_wcs_free(w);
		pz_wcs_sky(copy, 1, (const double[]){ 9, 12 }, radec);
		if (fabs(radec[0] - want[0]) > 1e-11 || fabs(radec[1] - want[1]) > 1e-11)
			fail_msg("%s: %.12f %.12f", cards[k], radec[0] - want[0],
				 radec[1] - want[1]);
		pz_wcs_free(copy);
	}
}

/* What cannot be read is an error with the card's name, and so is what WCSLIB's scanner
 * does not survive. */
static void cards_that_cannot_be_read_are_named(void **state)
{
	static const char *const cards[][2] = {
		{ "CRVAL1  = NaN", "CRVAL1: expected a number, found NaN" },
		{ "CRVAL1  = inf", "CRVAL1: expected a number, found inf" },
		{ "CRVAL1  = 1E999", "CRVAL1: expected a number, found 1E999" },
		{ "CRVAL1  = '10.0'", "CRVAL1: expected a number, found '10.0'" },
		{ "CRVAL1  = '00:40:00'", "CRVAL1: expected a number, found '00:40:00'" },
		{ "CRVAL1  = 10.0 deg", "CRVAL1: expected a number, found 10.0 deg" },
		{ "CRVAL1  = 10.0deg", "CRVAL1: expected a number" },
		{ "CRVAL1  = 10,0", "CRVAL1: expected a number, found 10,0" },
		{ "CRVAL1  = 0x10", "CRVAL1: expected a number" },
		{ "CRVAL1  = true", "CRVAL1: expected a number, found true" },
		{ "CRVAL1  =                    T", "CRVAL1: expected a number, found T" },
		{ "CRVAL1  = / none", "CRVAL1: expected a number, found no value" },
		{ "CRVAL1  =", "CRVAL1: expected a number, found no value" },
		{ "CRVAL1  =10.", "CRVAL1: expected '= ' in columns 9 and 10" },
		{ "CRVAL1 = 10.", "CRVAL1: expected '= ' in columns 9 and 10" },
		{ "CRVAL1    10.", "CRVAL1: expected '= ' in columns 9 and 10" },
		{ "CRVAL1  = \x1b[2J", "CRVAL1: expected a number, found ?[2J" },
		{ "CD1_2   = \xc2\xb0", "CD1_2: expected a number, found ??" },
		{ "B_1_1   = T", "B_1_1: expected a number" },
		{ "B_1_1   = 'x'", "B_1_1: expected a number" },
		{ "B_1_1   =1D-3", "B_1_1: expected '= '" },
		{ "B_1_1   = 1E", "B_1_1: expected a number" },
		{ "B_1_1   = -.", "B_1_1: expected a number" },
		{ "AP_1_1  = (1,2)", "AP_1_1: expected a number" },
		{ "A_ORDER = 2.5", "A_ORDER: expected a whole number, found 2.5" },
		{ "A_ORDER = 20", "A_ORDER: expected 0 to 9, found 20" },
		{ "CTYPE2  = 'DEC--", "CTYPE2: expected a text" },
		{ "CTYPE2  = DEC--TAN", "CTYPE2: expected a text" },
		{ "CTYPE2  = 'DEC--TAN'", "-SIP in both" },
		{ "CUNIT1  = '\xb0'", "CUNIT1: expected a text" },
		{ "RADESYS = FK5", "RADESYS: expected a text" },
		{ "EQUINOX = 'now'", "EQUINOX: expected a year, found 'now'" },
		{ "LONPOLE = NaN", "LONPOLE: expected a number" },
		{ "WCSAXES = 20000", "WCSAXES: expected 2 to 9, found 20000" },
		{ "WCSAXES = 99999999999", "WCSAXES: expected a whole number" },
		{ "NAXIS   = 999", "NAXIS: expected 2 to 9, found 999" },
		{ "CRPIX99 = 1.", "CRPIX99: expected axes from 1 to 9" },
		{ "CD99_99 = 1.", "CD99_99: expected axes from 1 to 9" },
		{ "PC099099= 1.", "PC99_99: expected axes from 1 to 9" },
		{ "PV99_1  = 1.", "PV99_1: expected axes from 1 to 9" },
		{ "CTYPE0  = 'x'", "CTYPE0: expected axes from 1 to 9" },
		{ "crval2  = 21.", "CRVAL2: expected one card, found two: +.2E+2 and 21." },
		{ "HIERARCH CRVAL2 = 21.", "CRVAL2: expected one card, found two" },
		{ "PC1_1   = 1.", "CD1_1 and PC1_1: expected one of them" },
		{ "CPDIS1  = 'Polynomial'", "CPDIS1: expected 'Lookup', found 'Polynomial'" },
		{ "CQDIS2  = 'TPD'", "CQDIS2: expected 'Lookup', found 'TPD'" },
		{ "DP1     = 'NAXES'", "DP1: expected a record" },
		{ "CTYPE1  = RA---TAN-SIP", "CTYPE1: expected a text in quotes" },
		{ "CUNIT1  = deg", "CUNIT1: expected a text in quotes, found deg" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof cards / sizeof *cards; k++) {
		struct pz_wcs *w = NULL;
		int rc = parse_lines(&w, simple, cards[k][0]);

		if (rc != PZ_EDATA || w)
			fail_msg("%s: %d", cards[k][0], rc);
		if (!strstr(pz_error_text(), cards[k][1]) ||
		    strncmp(pz_error_text(), "a.fits: HDU 0: ", 15) != 0)
			fail_msg("'%s' lacks '%s'", pz_error_text(), cards[k][1]);
	}
}
/* Some lines, then further ones, up to NULL each. */
static int parse_both(struct pz_wcs **w, const char *const *line, const char *const *further)
{
	const char *all[64];
	int n = 0;

	for (; *line; line++)
		all[n++] = *line;
	for (; *further && n < 63; further++)
		all[n++] = *further;
	all[n] = NULL;
	return parse_lines(w, all, NULL);
}

static const char *const plain[] = {
	"CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 10.",
	"CRVAL2  = 20.",        "CRPIX1  = 6",          "CRPIX2  = 6",
	"CDELT1  = -1E-4",      "CDELT2  = 2E-4",       NULL
};

/* That pixel (9, 12) of the header lies where the matrix and SIP have it. */
static void expect_sky(const char *const *line, const char *const *further, const double cd[2][2],
		       double a, const char *words)
{
	struct test_wcs t = { { 10, 20 }, { 6, 6 }, { { 0 } }, { { a } } };
	double want[2], radec[2];
	struct pz_wcs *w;

	memcpy(t.cd, cd, sizeof t.cd);
	test_wcs_sky(&t, (const double[]){ 9, 12 }, want);
	if (parse_both(&w, line, further) != 0)
		fail_msg("%s: %s", *further, pz_error_text());
	if (*words ? !strstr(pz_wcs_note(w), words) : *pz_wcs_note(w))
		fail_msg("%s: '%s' lacks '%s'", *further, pz_wcs_note(w), words);
	pz_wcs_sky(w, 1, (const double[]){ 9, 12 }, radec);
	if (fabs(radec[0] - want[0]) > 1e-10 || fabs(radec[1] - want[1]) > 1e-10)
		fail_msg("%s: %.12f %.12f", *further, radec[0] - want[0], radec[1] - want[1]);
	pz_wcs_free(w);
}

static void expect_refusal(const char *const *line, const char *const *further, const char *words)
{
	struct pz_wcs *w;

	assert_int_equal(parse_both(&w, line, further), PZ_EDATA);
	assert_null(w);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
}

#define LINES(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static void sip_is_applied_where_ctype_says_so(void **state)
{
	static const char *const sip[] = { "CTYPE1  = 'RA---TAN-SIP'",
					   "CTYPE2  = 'DEC--TAN-SIP'",
					   "CRVAL1  = 10.",
					   "CRVAL2  = 20.",
					   "CRPIX1  = 6",
					   "CRPIX2  = 6",
					   "CDELT1  = -1E-4",
					   "CDELT2  = 2E-4",
					   "A_ORDER = 2",
					   "B_ORDER = 2",
					   NULL };
	const double cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };

	(void)state;
	expect_sky(plain, LINES("A_ORDER = 2", "B_ORDER = 2", "A_2_0   = 1E-3"), cd, 0,
		   "SIP coefficients are not applied");
	expect_sky(plain, LINES("A_2_0   = bad", "A_ORDER = NaN"), cd, 0, "not applied");
	expect_sky(plain, LINES("AP_ORDER= 2", "AP_2_0  = 1"), cd, 0, "");
	expect_sky(sip, LINES("A_2_0   = 1E-3"), cd, 1e-3, "");
	expect_sky(sip, LINES("A_2_0   = 1E-3", "A_3_0   = 1"), cd, 1e-3, "beyond A_ORDER");
	expect_sky(sip, LINES("A_2_0   = 1E-3", "PV1_5   = 1", "PV2_1   = 2"), cd, 1e-3,
		   "under PV are not applied");
	expect_sky(sip, LINES("A_2_0   = 1E-3", "PV2_5   = none"), cd, 1e-3, "under PV");
	expect_refusal(plain, LINES("CTYPE1  = 'RA---TAN-SIP'"), "CTYPE1: expected one card");
	expect_refusal(sip, LINES("AP_ORDER= 2", "B_ORDER = 3"), "B_ORDER: expected one card");
}

/* The plate solution of the Digitized Sky Survey: 0.1 mm and 0.36 arcsec a pixel. Headers have 20
 * terms of it, of which those beyond the 13th are of no place. */
static void plates_have_terms_of_places_and_others(void **state)
{
	static const char *const plate[] = { "CTYPE1  = 'RA---TAN'",
					     "CTYPE2  = 'DEC--TAN'",
					     "CRVAL1  = 1.",
					     "CRVAL2  = 2.",
					     "CRPIX1  = 6",
					     "CRPIX2  = 6",
					     "CDELT1  = 1.",
					     "CDELT2  = 1.",
					     "CNPIX1  = 1",
					     "CNPIX2  = 1",
					     "PPO3    = 650.",
					     "PPO6    = 650.",
					     "XPIXELSZ= 100.",
					     "YPIXELSZ= 100.",
					     "PLTRAH  = 0",
					     "PLTRAM  = 40",
					     "PLTRAS  = 0.",
					     "PLTDECSN= '+'",
					     "PLTDECD = 20",
					     "PLTDECM = 0",
					     "PLTDECS = 0.",
					     "PLATEID = 'A001'",
					     "AMDX1   = 3.6",
					     "AMDX2   = 0.",
					     "AMDX3   = 0.",
					     "AMDY1   = 3.6",
					     "AMDY2   = 0.",
					     "AMDY3   = 0.",
					     NULL };
	const double cd[2][2] = { { -1e-4, 0 }, { 0, 1e-4 } };

	(void)state;
	expect_sky(plate, LINES("AMDX13  = 0."), cd, 0, "");
	expect_sky(plate, LINES("AMDX14  = 0.", "AMDX20  = 0.", "AMDY14  = 0."), cd, 0, "");
	expect_sky(plate, LINES("AMDX14  = 1E-5"), cd, 0, "beyond AMDX13");
	expect_sky(plate, LINES("AMDX40  = 1E-5", "AMDY0   = 1."), cd, 0, "beyond AMDX13");
}

/* SCAMP's polynomials: of xi on the axis of longitude, of eta on that of latitude. */
static void tan_with_polynomials_is_tpv(void **state)
{
	const double pv[2][7] = { { 1e-4, 1.002, -1e-3, 0, 8e-2, 6e-2, 2e-2 },
				  { 2e-4, 0.998, 1e-3, 0, 3e-2, 9e-2, -1e-2 } };
	const double x = -1e-4 * 400, y = 2e-4 * 300;
	const double xi = pv[0][0] + pv[0][1] * x + pv[0][2] * y + pv[0][4] * x * x +
			  pv[0][5] * x * y + pv[0][6] * y * y;
	const double eta = pv[1][0] + pv[1][1] * y + pv[1][2] * x + pv[1][4] * y * y +
			   pv[1][5] * x * y + pv[1][6] * x * x;
	const struct test_wcs t = { { 10, 20 }, { 1, 1 }, { { 1, 0 }, { 0, 1 } }, { { 0 } } };
	double want[2];

	(void)state;
	test_wcs_sky(&t, (const double[]){ xi, eta }, want);
	for (int form = 0; form < 3; form++) {
		char card[20][81];
		const char *lines[32] = {
			form == 0 ? "CTYPE1  = 'RA---TPV'" : "CTYPE1  = 'RA---TAN'",
			form == 0 ? "CTYPE2  = 'DEC--TPV'" : "CTYPE2  = 'DEC--TAN'",
			"CRVAL1  = 10.",
			"CRVAL2  = 20.",
			"CRPIX1  = 6",
			"CRPIX2  = 6",
			"CDELT1  = -1E-4",
			"CDELT2  = 2E-4"
		};
		double pixel[2] = { 5 + 400, 5 + 300 }, radec[2];
		int n = 8;
		struct pz_wcs *w, *copy;

		for (int k = 0; k < 14; k++) {
			if (k % 7 == 3)
				continue;
			sprintf(card[k], "PV%d_%d   = %.8E", k / 7 + 1, k % 7, pv[k / 7][k % 7]);
			if (form == 2)
				*strchr(card[k], 'E') = 'D';
			lines[n++] = card[k];
		}
		assert_int_equal(parse_lines(&w, lines, NULL), 0);
		assert_string_equal(pz_wcs_note(w), "");
		assert_int_equal(pz_wcs_copy(&copy, w), 0);
		pz_wcs_free(w);
		pz_wcs_sky(copy, 1, pixel, radec);
		assert_true(fabs(radec[0] - want[0]) < 1e-9 && fabs(radec[1] - want[1]) < 1e-9);
		pz_wcs_pixels(copy, 1, want, radec);
		assert_true(fabs(radec[0] - pixel[0]) < 1e-5 && fabs(radec[1] - pixel[1]) < 1e-5);
		pz_wcs_free(copy);
	}
}

/* PVi_1 that is not given is 1; RA has to come first, for WCSLIB counts the axes. */
static void tpv_begins_with_one(void **state)
{
	static const char *const tpv[] = { "CTYPE1  = 'RA---TPV'", "CTYPE2  = 'DEC--TPV'",
					   "CRVAL1  = 10.",        "CRVAL2  = 20.",
					   "CRPIX1  = 6",          "CRPIX2  = 6",
					   "CDELT1  = -1E-4",      "CDELT2  = 2E-4",
					   "CROTA2  = 30.",        NULL };
	static const char *const swapped[] = { "CTYPE1  = 'DEC--TPV'", "CTYPE2  = 'RA---TPV'",
					       NULL };
	const double c = cos(M_PI / 6), s = 0.5;
	const double turned[2][2] = { { -1e-4 * c, -2e-4 * s }, { -1e-4 * s, 2e-4 * c } };

	(void)state;
	expect_sky(tpv, tpv + 9, turned, 0, "");
	expect_sky(tpv, LINES("PV1_1   = 1."), turned, 0, "");
	expect_sky(tpv, LINES("PV2_0   = 0."), turned, 0, "");
	expect_refusal(swapped, plain + 2, "CTYPE1: expected the axis of longitude first with TPV");
}

/* Some of PV are the standard's own: the pole, for instance. */
static void pv_of_the_standard_stays(void **state)
{
	const double turned[2][2] = { { 1e-4, 0 }, { 0, -2e-4 } },
		     cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };

	(void)state;
	expect_sky(plain, LINES("PV1_3   = 0."), turned, 0, "");
	expect_sky(plain, LINES("PV1_3   = 180."), cd, 0, "");
	expect_sky(plain, LINES("LONPOLE = 0.D0"), turned, 0, "");
}

static void matrices_are_one_of_three(void **state)
{
	const double c = cos(M_PI / 6), s = 0.5, cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };
	const double turned[2][2] = { { -1e-4 * c, -2e-4 * s }, { -1e-4 * s, 2e-4 * c } };
	const double sheared[2][2] = { { -1e-4, 0 }, { 1e-4, 2e-4 } };

	(void)state;
	expect_sky(plain, LINES("CROTA2  = 3D1"), turned, 0, "");
	expect_sky(plain, LINES("CROTA2  = 30.", "CROTA1  = 30"), turned, 0, "");
	expect_sky(plain, LINES("PC002001= .5"), sheared, 0, "");
	expect_sky(plain,
		   LINES("PC2_1   = .5", "CD1_1   = -1E-4", "CD2_1   = 1E-4", "CD2_2   = 2E-4"),
		   sheared, 0, "");
	expect_sky(plain, LINES("CD1_1   = -1E-4", "CD2_2   = 2E-4", "CROTA2  = 9."), cd, 0, "");
	expect_refusal(plain, LINES("CROTA1  = 30."), "CROTA1: expected the angle of CROTA2");
	expect_refusal(plain, LINES("CROTA2  = 30.", "PC2_1   = .5"), "PC1_1 and CROTA2");
	expect_refusal(plain, LINES("CD1_1   = 1.", "PC1_1   = 2."), "CD1_1 and PC1_1");
	expect_refusal(plain, LINES("CD1_1   = 1E-4"), "CD2_2: expected a matrix");
	expect_refusal(plain, LINES("CDELT1  = -2E-4"), "CDELT1: expected one card");
}

/* Two ways at once are fine where they agree in every element. */
static void matrices_that_agree_are_one(void **state)
{
	const double c = cos(M_PI / 6), s = 0.5;
	const double cd[2][2] = { { -1e-4 * c, -2e-4 * s }, { -1e-4 * s, 2e-4 * c } };
	const double pc[2][2] = { { c, 2 * s }, { -s / 2, c } };
	char line[8][32];

	(void)state;
	for (int wrong = -1; wrong < 4; wrong++) {
		for (int k = 0; k < 4; k++) {
			double off = k == wrong ? 1e-4 : 0;

			snprintf(line[k], sizeof line[k], "PC%d_%d   = %.12f", k / 2 + 1, k % 2 + 1,
				 pc[k / 2][k % 2] + off);
			snprintf(line[4 + k], sizeof line[k], "CD%d_%d   = %.16f", k / 2 + 1,
				 k % 2 + 1, cd[k / 2][k % 2]);
		}
		if (wrong < 0) {
			expect_sky(plain, LINES("CROTA2  = 30", line[0], line[1], line[2], line[3]),
				   cd, 0, "");
			expect_sky(plain,
				   LINES(line[0], line[1], line[2], line[3], line[4], line[5],
					 line[6], line[7]),
				   cd, 0, "");
			continue;
		}
		expect_refusal(plain, LINES("CROTA2  = 30", line[0], line[1], line[2], line[3]),
			       "PC1_1 and CROTA2");
		expect_refusal(plain,
			       LINES(line[0], line[1], line[2], line[3], line[4], line[5], line[6],
				     line[7]),
			       "CD1_1 and PC1_1");
	}
	expect_refusal(plain, LINES("CD2_1   = 0.", "CD1_1   = 1E-4", "CD2_2   = 0."),
		       "CD2_2: expected a matrix, found a row of 0");
	expect_refusal(plain, LINES("CD1_1   = 0.", "CD2_2   = 1E-4"),
		       "CD1_1: expected a matrix, found a row of 0");
}

/* Of a cube the matrix may have no row for the third axis. */
static void a_third_axis_needs_no_matrix(void **state)
{
	const double cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };

	(void)state;
	expect_sky(plain,
		   LINES("WCSAXES = 3", "CTYPE3  = 'FREQ'", "CRVAL3  = 1.4E9", "CRPIX3  = 1",
			 "CD1_1   = -1E-4", "CD2_2   = 2E-4"),
		   cd, 0, "");
}

/* Beyond END there is nothing; a text may go on in the next card; alternates are none. */
static void a_header_has_an_end(void **state)
{
	const double cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };
	static const char *const alternate[] = { "CTYPE1A = 'RA---TAN'", "CTYPE2A = 'DEC--TAN'",
						 "CRVAL1A = 10.", NULL };
	static const char *const continued[] = { "CTYPE1  = 'RA--&'",  "CONTINUE  '-TAN' / more",
						 "CTYPE2  = 'DEC--&'", "CONTINUE  'TAN&'",
						 "CONTINUE  ''",       NULL };

	(void)state;
	expect_sky(plain, LINES("END", "CRVAL1  = 99.", "CRVAL2  = NaN"), cd, 0, "");
	expect_sky(continued, plain + 2, cd, 0, "");
	/* 68 characters, of which the blanks at the end do not count, and one more */
	expect_sky(LINES("CTYPE1  = 'RA---TAN                              &'",
			 "CONTINUE  '                              '", "CTYPE2  = 'DEC--TAN'"),
		   plain + 2, cd, 0, "");
	expect_refusal(LINES("CTYPE1  = 'RA---TAN                              &'",
			     "CONTINUE  '                               '", "CTYPE2  = 'DEC--TAN'"),
		       plain + 2, "CTYPE1: expected a text of at most 68 characters in quotes");
	expect_refusal(alternate, LINES("CRVAL2A = 20."), "CTYPE1A, none is read");
	expect_refusal(continued + 1, plain + 2, "no WCS (CTYPE1 missing)");
}

/* What IRAF's texts promise is counted before WCSLIB believes it. */
static void texts_of_tnx_are_checked(void **state)
{
	static const char *const tnx[] = {
		"CTYPE1  = 'RA---TNX'", "CTYPE2  = 'DEC--TNX'", "CRVAL1  = 10.",
		"CRVAL2  = 20.",        "CRPIX1  = 6",          "CRPIX2  = 6",
		"CDELT1  = -1E-4",      "CDELT2  = 2E-4",       NULL
	};
	const double cd[2][2] = { { -1e-4, 0 }, { 0, 2e-4 } };

	(void)state;
	/* One constant, 0: no distortion. */
	expect_sky(
		tnx,
		LINES("WAT1_001= 'wtype=tnx axtype=ra lngcor = \"3. 1. 1. 1. -1. 1. -1. 1. 0.D0\"'",
		      "WAT2_001= 'wtype=tnx axtype=dec latcor = \"3.  1. 1. 1. -1. 1.  -1. 1. '",
		      "WAT2_002= '0. \"'"),
		cd, 0, "");
	expect_refusal(tnx, LINES("WAT1_001= 'wtype=a_word_that_has_no_end'"), "WAT1_001");
	expect_refusal(tnx, LINES("WAT1_001= 'wtype=tnx axtype=ra'"), "WAT1_001: expected a poly");
	expect_refusal(tnx, LINES("WAT1_001= 'wtype=tnx lngcor = \"1. 90. 90. 1. 0 1 0 1 1. \"'"),
		       "as many coefficients");
	expect_refusal(tnx, LINES("WAT1_001= 'wtype=tnx lngcor = \"1. 1. 1. 7. 0 1 0 1 1. \"'"),
		       "as many coefficients");
	expect_refusal(tnx, LINES("WAT1_001= 'wtype=tnx lngcor = \"1. 1. 1. 1. 0 1 0 1 nan \"'"),
		       "as many coefficients");
	expect_refusal(tnx, LINES("WAT1_003= 'wtype=tnx'"), "WAT1_003: expected WAT1_001 to");
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
	struct test_wcs linear = { { 10, 20 }, { 5, 5 }, { { -1e-4, 0 }, { 0, 1e-4 } }, { { 0 } } };
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
	test_wcs_sky(&linear, want, want);
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

struct parsing {
	const struct pz_fits_card *cards;
	int n;
	atomic_int bad;
};

static void parse_and_use(void *arg, size_t item, size_t thread)
{
	struct parsing *p = arg;
	double radec[2] = { 10, 20 }, pixel[2] = { 0 };
	struct pz_wcs *w = NULL;

	(void)item;
	(void)thread;
	if (parse(&w, p->cards, p->n) == 0)
		pz_wcs_pixels(w, 1, radec, pixel);
	p->bad += fabs(pixel[0] - 499) > 1e-9;
	pz_wcs_free(w);
}

static void threads_may_parse_and_use_their_own(void **state)
{
	struct test_wcs t = { { 10, 20 }, { 500, 500 }, { { -1e-4, 0 }, { 0, 1e-4 } }, { { 0 } } };
	struct pz_fits_card cards[CARDS_OF_WCS];
	struct parsing p = { .cards = cards, .n = test_wcs_cards(&t, cards) };

	(void)state;
	pz_team_run(4, 64, parse_and_use, &p);
	assert_int_equal(p.bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_wcs_agree_with_the_formula),
		cmocka_unit_test(far_points_have_no_pixel),
		cmocka_unit_test(axes_may_be_swapped_and_galactic),
		cmocka_unit_test(further_axes_of_length_one_do_no_harm),
		cmocka_unit_test(cards_are_read_by_their_values),
		cmocka_unit_test(cards_that_cannot_be_read_are_named),
		cmocka_unit_test(sip_is_applied_where_ctype_says_so),
		cmocka_unit_test(tan_with_polynomials_is_tpv),
		cmocka_unit_test(tpv_begins_with_one),
		cmocka_unit_test(pv_of_the_standard_stays),
		cmocka_unit_test(matrices_are_one_of_three),
		cmocka_unit_test(matrices_that_agree_are_one),
		cmocka_unit_test(a_third_axis_needs_no_matrix),
		cmocka_unit_test(a_header_has_an_end),
		cmocka_unit_test(texts_of_tnx_are_checked),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(fk4_is_turned_to_icrs),
		cmocka_unit_test(plates_have_terms_of_places_and_others),
		cmocka_unit_test(tables_distort),
		cmocka_unit_test(missing_tables_are_named),
		cmocka_unit_test(caps_hold_their_images),
		cmocka_unit_test(threads_may_parse_and_use_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
