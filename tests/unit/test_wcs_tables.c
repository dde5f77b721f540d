/* test_wcs_tables.c -- distortions given as tables in other HDUs: where their values are, between
 * and beyond them; which forms are refused
 */
#include "wcs_of.h"

#include "own_folder.h"
#include "raw_fits.h"

/* A table of 3 x 2 values, and where it lies. */
struct table {
	const char *name;
	int version, width;
	double crpix[2], crval[2], cdelt[2];
	float value[6];
};

static void big_endian(const float *x, size_t n, unsigned char *to)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;

		memcpy(&bits, &x[i], 4);
		for (int k = 0; k < 4; k++)
			to[4 * i + (size_t)k] = (unsigned char)(bits >> (24 - 8 * k));
	}
}

static void add_table(FILE *to, const struct table *t)
{
	char card[14][81];
	const char *cards[15] = { NULL };
	unsigned char bytes[24];
	int n = 0;

	snprintf(card[n++], 81, "XTENSION= 'IMAGE   '");
	snprintf(card[n++], 81, "BITPIX  =                  -32");
	snprintf(card[n++], 81, "NAXIS   =                    2");
	snprintf(card[n++], 81, "NAXIS1  = %20d", t->width);
	snprintf(card[n++], 81, "NAXIS2  = %20d", 6 / t->width);
	snprintf(card[n++], 81, "PCOUNT  =                    0");
	snprintf(card[n++], 81, "GCOUNT  =                    1");
	snprintf(card[n++], 81, "EXTNAME = '%s'", t->name);
	snprintf(card[n++], 81, "EXTVER  = %20d", t->version);
	for (int k = 0; k < 2 && t->crpix[k] != -1; k++)
		snprintf(card[n++], 81, "CRPIX%d  = %20.6f", k + 1, t->crpix[k]);
	for (int k = 0; k < 2 && t->crpix[k] != -1; k++)
		snprintf(card[n++], 81, "CRVAL%d  = %20.6f", k + 1, t->crval[k]);
	cards[n] = NULL;
	for (int k = 0; k < n; k++)
		cards[k] = card[k];
	{
		char step[2][81];

		for (int k = 0; k < 2; k++) {
			snprintf(step[k], 81, "CDELT%d  = %20.6f", k + 1, t->cdelt[k]);
			if (t->crpix[k] != -1)
				cards[n++] = step[k];
		}
		cards[n] = NULL;
		big_endian(t->value, 6, bytes);
		raw_hdu(to, cards, bytes, sizeof bytes, 0);
	}
}

/* Reads the WCS of a file whose primary image has these lines, beside tables. */
static int read_wcs(struct pz_wcs **w, const char *lines, const struct table *t, int tables)
{
	static const char *const image[] = { "SIMPLE  =                    T",
					     "BITPIX  =                    8",
					     "NAXIS   =                    2",
					     "NAXIS1  =                    4",
					     "NAXIS2  =                    3",
					     "EXTEND  =                    T",
					     "CTYPE1  = 'RA---TAN'",
					     "CTYPE2  = 'DEC--TAN'",
					     "CRVAL1  = 10",
					     "CRVAL2  = 20",
					     "CRPIX1  = 5",
					     "CRPIX2  = 7",
					     "CDELT1  = -1E-4",
					     "CDELT2  = 2E-4" };
	char card[40][81];
	const char *cards[60];
	FILE *to = fopen("t.fits", "wb");
	struct pz_fits *f;
	int n = 0, rc;

	for (; n < 14; n++)
		cards[n] = image[n];
	for (int k = 0; *lines; k++) {
		int length = (int)strcspn(lines, "\n");

		snprintf(card[k], 81, "%.*s", length, lines);
		lines += length + (lines[length] == '\n');
		cards[n++] = card[k];
	}
	cards[n] = NULL;
	raw_hdu(to, cards, "abcdefghijkl", 12, 0);
	for (int k = 0; k < tables; k++)
		add_table(to, &t[k]);
	fclose(to);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	rc = pz_wcs_read(w, f);
	pz_fits_close(f);
	return rc;
}

static const struct test_wcs linear = {
	{ 10, 20 }, { 5, 7 }, { { -1e-4, 0 }, { 0, 2e-4 } }, { { 0 } }
};

/* That a pixel lies where one that is off by so much would without tables. */
static void offset_is(struct pz_wcs *w, double x, double y, double dx, double dy)
{
	double want[2], radec[2], pixel[2];

	test_wcs_sky(&linear, (const double[]){ x + dx, y + dy }, want);
	pz_wcs_sky(w, 1, (const double[]){ x, y }, radec);
	near(radec[0], want[0], 1e-11);
	near(radec[1], want[1], 1e-11);
	pz_wcs_pixels(w, 1, want, pixel);
	near(pixel[0], x, 2e-8);
	near(pixel[1], y, 2e-8);
}

/* Value (i, j) of the table lies at pixel (30 + 10 i, 40 + 20 j), counted from 0. */
static const struct table across = {
	"WCSDVARR", 2, 3, { 1, 0.5 }, { 40, 50 }, { 10, 20 }, { 1, 2, 4, -1, 0.5, 3 }
};

#define ASKED "CPDIS1  = 'Lookup'\nDP1     = 'EXTVER: 2'\n"

static void values_are_between_those_of_the_table(void **state)
{
	struct pz_wcs *w, *copy;

	(void)state;
	assert_int_equal(read_wcs(&w, ASKED, &across, 1), 0);
	assert_int_equal(pz_wcs_copy(&copy, w), 0);
	pz_wcs_free(w);
	offset_is(copy, 30, 40, 1, 0);
	offset_is(copy, 40, 40, 2, 0);
	offset_is(copy, 50, 40, 4, 0);
	offset_is(copy, 50, 60, 3, 0);
	offset_is(copy, 35, 40, 1.5, 0);
	offset_is(copy, 45, 40, 3, 0);
	offset_is(copy, 30, 45, 0.5, 0);
	offset_is(copy, 42, 55, 0.25 * (0.8 * 2 + 0.2 * 4) + 0.75 * (0.8 * 0.5 + 0.2 * 3), 0);
	/* beyond its border it goes on as it ends */
	offset_is(copy, -300, 40, 1, 0);
	offset_is(copy, 500, -100, 4, 0);
	offset_is(copy, 500, 900, 3, 0);
	offset_is(copy, 20, 900, -1, 0);
	pz_wcs_free(copy);
}

/* Of both axes, one of them over (y, x); the tables of a detector go before. */
static void each_axis_has_its_table(void **state)
{
	static const struct table tables[] = {
		{ "WCSDVARR", 2, 3, { 1, 0.5 }, { 40, 50 }, { 10, 20 }, { 1, 2, 4, -1, 0.5, 3 } },
		{ "WCSDVARR", 1, 2, { 0, 0 }, { 10, 20 }, { 30, 10 }, { 5, 6, 7, 9, 12, 1 } },
		{ "D2IMARR", 1, 6, { 0, 0 }, { 0, 0 }, { 1000, 1 }, { 10, 10, 10, 10, 10, 10 } },
	};
	struct pz_wcs *w;
	double pixel[2], sky[2];

	(void)state;
	assert_int_equal(read_wcs(&w,
				  ASKED "CPDIS2  = 'LOOKUP'\nDP2     = 'AXIS.1: 2'\n"
					"DP2     = 'AXIS.2: 1'\nDP2     = 'NAXES: 2'\n",
				  tables, 2),
			 0);
	/* the second table: of y from 10, 30 apart, and of x from 20, 10 apart */
	offset_is(w, 30, 40, 1, 9);
	offset_is(w, 30, 10, 1, 7);
	offset_is(w, 40, 10, 2, 12);
	offset_is(w, 35, 25, 1.5, (7 + 9 + 12 + 1) / 4.0);
	pz_wcs_free(w);
	assert_int_equal(read_wcs(&w, ASKED "D2IMDIS2= 'Lookup'\n", tables, 3), 0);
	/* ten pixels up the offset is that of the other row */
	offset_is(w, 30, 50, -1, 10);
	test_wcs_sky(&linear, (const double[]){ 29, 60 }, sky);
	pz_wcs_smooth_pixels(w, 1, sky, pixel);
	near(pixel[0], 30, 2e-8);
	near(pixel[1], 60, 2e-8);
	pz_wcs_pixels(w, 1, sky, pixel);
	near(pixel[1], 50, 2e-8);
	pz_wcs_free(w);
	/* where nothing is said, EXTVER is 1, and a table of another image is none of ours */
	assert_int_equal(read_wcs(&w, "CPDIS2  = 'Lookup'\n", tables, 3), 0);
	offset_is(w, 10, 20, 0, 5);
	offset_is(w, 40, 20, 0, 6);
	offset_is(w, 10, 30, 0, 7);
	pz_wcs_free(w);
}

/* CRPIX and CRVAL are 0 and CDELT 1 where a table says nothing. */
static void a_table_may_say_nothing(void **state)
{
	static const struct table bare = { "WCSDVARR",
					   2,
					   3,
					   { -1, -1 },
					   { 0 },
					   { 0 },
					   { 0.125F, 0.25F, 0.5F, -0.125F, 0, 0.375F } };
	struct pz_wcs *w;

	(void)state;
	assert_int_equal(read_wcs(&w, ASKED, &bare, 1), 0);
	offset_is(w, 0, 0, 0.125, 0);
	offset_is(w, 1, 0, 0.25, 0);
	offset_is(w, 2, 1, 0.375, 0);
	pz_wcs_free(w);
}

static void refuses(const char *lines, const struct table *t, const char *words)
{
	struct pz_wcs *w;
	int rc = read_wcs(&w, lines, t, t ? 1 : 0);

	if (rc != PZ_EDATA || w || !strstr(pz_error_text(), words))
		fail_msg("%s: %d: '%s' should say '%s'", lines, rc, pz_error_text(), words);
}

static void tables_that_are_refused(void **state)
{
	struct table t = across;

	(void)state;
	refuses(ASKED "DP1     = 'NAXES: 3'\n", &t, "DP1: expected a table over both axes");
	refuses(ASKED "DP1     = 'AXIS.1: 2'\n", &t, "DP1: expected a table over both axes");
	refuses(ASKED "DP1     = 'AXIS.2: 1'\n", &t, "DP1: expected a table over both axes");
	refuses("CPDIS2  = 'Lookup'\nDP2     = 'EXTVER: 0.5'\n", &t, "DP2: expected a table over");
	refuses("CPDIS2  = 'Lookup'\nDP2     = 'EXTVER: 1E6'\n", &t, "DP2: expected a table over");
	refuses("CPDIS2  = 'Lookup'\nDP2     = 'EXTVER: 999999'\n", &t,
		"no image HDU WCSDVARR of version 999999");
	refuses("D2IMDIS1= 'Lookup'\n", &t, "no image HDU D2IMARR of version 1");
	refuses("CQDIS1  = 'Lookup'\n", &t,
		"has a distortion given as a table (CQDIS, or of axis 1), which is not supported");
	refuses("CQDIS9  = 'Lookup'\n", &t, "(CQDIS, or of axis 9), which is not supported");
	refuses("CPDIS3  = 'Lookup'\n", &t, "(CQDIS, or of axis 3), which is not supported");
	refuses("D2IMDIS3= 'Lookup'\n", &t, "(CQDIS, or of axis 3), which is not supported");
	refuses("AXISCORR= 1\n", &t,
		"has a distortion given as a table in the form of 2010 (AXISCORR), which is not");
	t.cdelt[1] = 0;
	refuses(ASKED, &t, "a table of a WCS with CDELT2 = 0");
	t.cdelt[1] = 20;
	t.cdelt[0] = 0;
	refuses(ASKED, &t, "a table of a WCS with CDELT1 = 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_between_those_of_the_table),
		cmocka_unit_test(each_axis_has_its_table),
		cmocka_unit_test(a_table_may_say_nothing),
		cmocka_unit_test(tables_that_are_refused),
	};

	return cmocka_run_group_tests_name("tables of a WCS", tests, enter_own_folder,
					   leave_own_folder);
}
