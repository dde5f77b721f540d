/* test_mock_headers.c -- the simulated sky in files like those of archives: headers and names */
#include <sys/stat.h>

#include "../../lib/mock/cards.h"
#include "mock_archives.h"

static void number_is(struct pz_fits *f, const char *key, double wanted)
{
	double found = pz_fits_number(f, key, NAN);

	if (isnan(found) != isnan(wanted) || fabs(found - wanted) > 1e-9 * fabs(wanted))
		fail_msg("%s: %s: expected %.12g, found %.12g", pz_fits_where(f), key, wanted,
			 found);
}

static void text_is(struct pz_fits *f, const char *key, const char *wanted)
{
	char found[80];

	pz_fits_text(f, key, found, sizeof found);
	if (strcmp(found, wanted) != 0)
		fail_msg("%s: %s: expected '%s', found '%s'", pz_fits_where(f), key, wanted, found);
}

/* NaN: there is no such keyword. */
static void matrix_is(struct pz_fits *f, const struct tile *t, const struct pz_mock_wcs *w)
{
	static const char *const cd[] = { "CD1_1", "CD1_2", "CD2_1", "CD2_2" };
	static const char *const pc[] = { "PC001001", "PC001002", "PC002001", "PC002002" };
	static const char *const pv[] = { "PV1_0", "PV1_1", "PV1_2", "PV2_0", "PV2_1", "PV2_2" };
	bool is_pc = !strcmp(t->a->kind, "PC"), is_tpv = !strcmp(t->a->kind, "TPV");
	bool has_pv = is_tpv || !strcmp(t->a->kind, "SCAMP");

	text_is(f, "CTYPE1", is_tpv ? "RA---TPV" : "RA---TAN");
	text_is(f, "CTYPE2", is_tpv ? "DEC--TPV" : "DEC--TAN");
	for (int i = 0; i < 4; i++) {
		number_is(f, cd[i], is_pc ? NAN : w->cd[i]);
		number_is(f, pc[i], is_pc ? i == 0 || i == 3 : NAN);
	}
	number_is(f, "CDELT1", is_pc ? -0.25 / 3600 : NAN);
	number_is(f, "CDELT2", is_pc ? 0.25 / 3600 : NAN);
	for (int i = 0; i < 6; i++)
		number_is(f, pv[i], has_pv ? i == 1 || i == 4 : NAN);
}

/* Of a header with pixels or not, of a mask's bits or not. */
static void header_is(struct pz_fits *f, const struct tile *t, bool pixels, bool bits)
{
	bool is_ps1 = pixels && !strcmp(t->a->name, "panstarrs"), planes;
	double magzero = t->zeropoint;
	struct pz_mock_wcs w;

	pz_mock_wcs(sky, t->field, MOCK_R, &w);
	text_is(f, "FILTER", pixels ? t->band : "");
	text_is(f, "BUNIT",
		!pixels                         ? ""
		: !strcmp(t->a->name, "legacy") ? "nanomaggy"
		: !strcmp(t->a->name, "rubin")  ? "nJy"
						: "");
	number_is(f, "MAGZERO", !strcmp(t->a->name, "euclid") ? magzero : NAN);
	number_is(f, "BSOFTEN", is_ps1 ? 12.5 : NAN);
	number_is(f, "BOFFSET", is_ps1 ? 3.25 : NAN);
	number_is(f, "EXPTIME", is_ps1 ? 43. * (t->k + 1) : NAN);
	number_is(f, "FLUXMAG0", NAN);
	number_is(f, "CRPIX1", w.crpix[0] - (double)t->from);
	number_is(f, "CRPIX2", w.crpix[1]);
	number_is(f, "CRVAL1", w.crval[0]);
	number_is(f, "CRVAL2", w.crval[1]);
	matrix_is(f, t, &w);
	planes = bits && (!strcmp(t->a->name, "hsc") || !strcmp(t->a->name, "rubin"));
	number_is(f, "MP_SAT", planes ? !strcmp(t->a->name, "hsc") ? 1 : 2 : NAN);
	number_is(f, "MP_NO_DATA", planes ? !strcmp(t->a->name, "hsc") ? 8 : 0 : NAN);
	text_is(f, "SEED", "9");
	text_is(f, "ORIGIN", "simulated");
}

static void headers_say_what_archives_say(void **state)
{
	static struct tile t;
	struct pz_fits *f;

	(void)state;
	for (size_t n = 0; n < ARCHIVES; n++) {
		const struct archive_files *a = &archive[n];

		write_archive(a);
		for (int i = 0; i < a->fields * (int)strlen(a->of) * 2; i++) {
			begin_tile(&t, a, i / 2 / (int)strlen(a->of), i / 2 % (int)strlen(a->of),
				   i % 2);
			f = open_hdu(&t, a->frame, a->hdu);
			header_is(f, &t, true, false);
			pz_fits_close(f);
			if (!a->mask)
				continue;
			f = open_hdu(&t, a->mask, a->mask_hdu);
			header_is(f, &t, false, true);
			number_is(f, a->tiled ? "ZBITPIX" : "BITPIX",
				  strcmp(a->name, "panstarrs") != 0 ? 32 : 16);
			pz_fits_close(f);
		}
	}
}

/* Also of a matrix that is not symmetric, as those of the sky are. */
static void a_matrix_has_its_rows(void **state)
{
	const struct pz_mock_wcs w = { { 1, 2 }, { 3, 4 }, { 5, 6, 7, 8 } };
	static const char *const key[] = { "CD1_1", "CD1_2", "CD2_1", "CD2_2" };
	struct mock_cards cards = { .n = 0 };

	(void)state;
	pz_mock_cards_matrix(&cards, &w);
	assert_int_equal(cards.n, 4);
	for (int i = 0; i < 4; i++) {
		assert_string_equal(cards.card[i].key, key[i]);
		assert_true(cards.card[i].number == 5 + i && !cards.card[i].text);
	}
}

/* That of HSC has the zero point; both say where they are from. */
static void primary_headers_of_stacks(void **state)
{
	static const char *const path[] = { "hsc/calexp-HSC-I-mock-00002.fits",
					    "rubin/deep_coadd_mock_00002_u_lsst.fits" };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct pz_fits *f;
		char *cards, *flux;
		bool asked;
		int n;

		assert_int_equal(pz_fits_open_image(&f, path[k], "MASK"), 0);
		assert_int_equal(pz_fits_number_of_hdu(f), 2);
		assert_int_equal(pz_fits_primary_header(f, &cards, &n, &asked), 0);
		flux = strstr(cards, "FLUXMAG0= ");
		assert_true(!flux == (k == 1));
		assert_true(!flux || fabs(strtod(flux + 10, NULL) / pow(10, 10.8) - 1) < 1e-9);
		assert_non_null(strstr(cards, "SEED    = '9       '"));
		assert_null(strstr(cards, "CTYPE1"));
		free(cards);
		pz_fits_close(f);
	}
}

/* ---- which there are ---- */

static void archives_are_listed(void **state)
{
	struct pz_mock_archive a;

	(void)state;
	for (int i = 0; i < (int)ARCHIVES; i++) {
		assert_true(pz_mock_archive_at(i, &a));
		assert_string_equal(a.name, archive[i].name);
		assert_true(a.pixscale == archive[i].scale);
		assert_int_equal(a.bands, strlen(archive[i].of));
	}
	assert_false(pz_mock_archive_at((int)ARCHIVES, &a));
	assert_false(pz_mock_archive_at(-1, &a));
}

static void files_of_an_archive(void **state)
{
	(void)state;
	write_archive(&archive[0]);
	assert_string_equal(names_in("legacy"), "catalogue.fits "
						"legacysurvey-mock00001-image-g.fits.fz "
						"legacysurvey-mock00001-image-i.fits.fz "
						"legacysurvey-mock00001-image-r.fits.fz "
						"legacysurvey-mock00001-image-z.fits.fz "
						"legacysurvey-mock00001-invvar-g.fits.fz "
						"legacysurvey-mock00001-invvar-i.fits.fz "
						"legacysurvey-mock00001-invvar-r.fits.fz "
						"legacysurvey-mock00001-invvar-z.fits.fz "
						"legacysurvey-mock00001-maskbits.fits.fz "
						"legacysurvey-mock00002-image-g.fits.fz "
						"legacysurvey-mock00002-image-i.fits.fz "
						"legacysurvey-mock00002-image-r.fits.fz "
						"legacysurvey-mock00002-image-z.fits.fz "
						"legacysurvey-mock00002-invvar-g.fits.fz "
						"legacysurvey-mock00002-invvar-i.fits.fz "
						"legacysurvey-mock00002-invvar-r.fits.fz "
						"legacysurvey-mock00002-invvar-z.fits.fz "
						"legacysurvey-mock00002-maskbits.fits.fz ");
	write_archive(&archive[7]);
	assert_string_equal(names_in("unions"), "CFIS.mock.00001.r.fits "
						"CFIS.mock.00001.r.weight.fits.fz "
						"CFIS.mock.00001.u.fits "
						"CFIS.mock.00001.u.weight.fits.fz "
						"CFIS.mock.00002.r.fits "
						"CFIS.mock.00002.r.weight.fits.fz "
						"CFIS.mock.00002.u.fits "
						"CFIS.mock.00002.u.weight.fits.fz "
						"catalogue.fits ");
}

/* A path has 4095 bytes at most; the system refuses one that is left no room beside. */
static void folders_of_long_names(void **state)
{
	static char folder[4100];
	struct pz_mock_output to = { .directory = folder, .archive = "kids" };
	size_t name = strlen("/KiDS_DRmock_00001_u_sci.fits");

	(void)state;
	assert_int_equal(pz_mock_layout(&layout, sky, 1, 1), 0);
	assert_int_equal(mkdir("k", 0777) | mkdir("kk", 0777), 0);
	strcpy(folder, "k");
	while (strlen(folder) + name < 4096)
		strcat(folder, "/.");
	assert_int_equal(strlen(folder) + name, 4096);
	assert_int_equal(pz_mock_write(sky, &layout, bright, NULL, &to), PZ_EUSAGE);
	assert_int_equal(strncmp(pz_error_text(), "k/./././", 8), 0);
	strcpy(folder, "kk");
	while (strlen(folder) + name < 4095)
		strcat(folder, "/.");
	assert_int_equal(pz_mock_write(sky, &layout, bright, NULL, &to), PZ_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_say_what_archives_say),
		cmocka_unit_test(a_matrix_has_its_rows),
		cmocka_unit_test(primary_headers_of_stacks),
		cmocka_unit_test(archives_are_listed),
		cmocka_unit_test(files_of_an_archive),
		cmocka_unit_test(folders_of_long_names),
	};

	return cmocka_run_group_tests_name("headers of the sky", tests, open_sky, close_sky);
}
