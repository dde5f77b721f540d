/* test_mock_files.c -- the simulated sky as files: frames, headers, the catalogue, and what is
 * removed
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/mock.h>
#include <pz/threads.h>

#include "own_folder.h"
#include "small_sky.h"

#define WIDTH  150
#define HEIGHT 90
#define NUMBER 24 /* of the catalogue's columns, all but the id */

static struct pz_mock *sky;
static struct pz_mock_layout layout; /* 13 galaxies in three fields: 6, 6 and 1 */
static int told, stop_at;            /* calls of tell() */

static int open_sky(void **state)
{
	sky = open_small(WIDTH, HEIGHT, 0, 77);
	pz_threads_use(2);
	return enter_own_folder(state) || pz_mock_layout(&layout, sky, 13, 6);
}

static int close_sky(void **state)
{
	pz_mock_close(sky);
	return leave_own_folder(state);
}

/* Column k of galaxy i. */
static double number_of(uint64_t i, int k)
{
	return (double)i + k / 32.;
}

/* A galaxy each of whose numbers is another, with light in the band of its own number. */
static int numbered(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	const uint64_t *missing = context;
	int k = 2; /* behind ra and dec */

	*g = (struct pz_mock_galaxy){ .angle = 1 };
	g->zspec = number_of(i, k++);
	g->mag = number_of(i, k++);
	g->ebv = number_of(i, k++) / 100;
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->mags[b] = number_of(i, k++);
	g->size = number_of(i, k++);
	g->axis = number_of(i, k++);
	g->bulge = number_of(i, k++);
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->measured[b] = number_of(i, k++);
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		g->error[b] = number_of(i, k++);
	g->z = number_of(i, k++);
	for (int p = 0; p < 2; p++) {
		g->part[p] = (struct pz_mock_part){ .radius = 1, .axis = 0.7 };
		g->part[p].flux[i % 5] = 50;
	}
	return missing && i == *missing ? pz_fail(PZ_EDATA, "galaxy %d is missing", (int)i) : 0;
}

static int tell(void *context)
{
	(void)context;
	return ++told == stop_at ? pz_fail(PZ_ESTOP, "stopped") : 0;
}

static struct pz_mock_output into(const char *folder)
{
	told = stop_at = 0;
	return (struct pz_mock_output){ .directory = folder, .progress = tell };
}

static int write_sky(const struct pz_mock_output *to)
{
	return pz_mock_write(sky, &layout, numbered, NULL, to);
}

static void number_is(struct pz_fits *f, const char *key, double wanted)
{
	double found = pz_fits_number(f, key, NAN);

	if (!(fabs(found - wanted) <= 1e-14 * fabs(wanted)))
		fail_msg("%s: %s: expected %.17g, found %.17g", pz_fits_where(f), key, wanted,
			 found);
}

static void text_is(struct pz_fits *f, const char *key, const char *wanted)
{
	char found[80];

	pz_fits_text(f, key, found, sizeof found);
	if (strcmp(found, wanted) != 0)
		fail_msg("%s: %s: expected '%s', found '%s'", pz_fits_where(f), key, wanted, found);
}

static void origin_is(struct pz_fits *f, const char *arguments)
{
	text_is(f, "ORIGIN", "simulated");
	text_is(f, "CREATOR", "pzpipe mock " PZ_VERSION);
	text_is(f, "SURVEY", "sdss");
	text_is(f, "SEED", "77");
	text_is(f, "ARGS", arguments);
}

static void header_is(struct pz_fits *f, int field, int b)
{
	static const double noise[] = { 0.044, 0.024, 0.032, 0.057, 0.213 };
	static const double gain[] = { 72, 570, 590, 446, 99 };
	double variance = pz_mock_seeing(sky, "mock frame seeing", (uint64_t)field, b);
	struct pz_mock_wcs w;

	text_is(f, "BUNIT", "nanomaggy");
	text_is(f, "FILTER", (char[]){ "ugriz"[b], 0 });
	number_is(f, "EXPTIME", 53.907456);
	number_is(f, "MAGZERO", 22.5);
	number_is(f, "FWHM", 2 * sqrt(2 * log(2) * variance) * 0.396);
	number_is(f, "SKYSIG", noise[b]);
	number_is(f, "GAIN", gain[b]);
	number_is(f, "RUN", 1);
	number_is(f, "CAMCOL", 1);
	number_is(f, "FIELD", field + 1);
	pz_mock_wcs(sky, field, b, &w);
	text_is(f, "RADESYS", "ICRS");
	text_is(f, "CTYPE1", "RA---TAN");
	text_is(f, "CTYPE2", "DEC--TAN");
	text_is(f, "CUNIT1", "deg");
	text_is(f, "CUNIT2", "deg");
	for (int k = 0; k < 2; k++) {
		number_is(f, k ? "CRPIX2" : "CRPIX1", w.crpix[k]);
		number_is(f, k ? "CRVAL2" : "CRVAL1", w.crval[k]);
		number_is(f, k ? "CD2_1" : "CD1_1", w.cd[2 * k]);
		number_is(f, k ? "CD2_2" : "CD1_2", w.cd[2 * k + 1]);
	}
}

/* The pixels of a frame, within so much. */
static void frame_is(const char *path, int field, int b, double within)
{
	static float found[WIDTH * HEIGHT], wanted[WIDTH * HEIGHT];
	struct pz_fits *f;

	if (pz_fits_open_image(&f, path, NULL) < 0)
		fail_msg("%s", pz_error_text());
	header_is(f, field, b);
	origin_is(f, "");
	assert_int_equal(pz_fits_width(f), WIDTH);
	assert_int_equal(pz_fits_height(f), HEIGHT);
	assert_int_equal(pz_fits_read_rows(f, 0, HEIGHT, found), 0);
	assert_int_equal(pz_mock_frame(sky, &layout, field, b, numbered, NULL, wanted), 0);
	for (int i = 0; i < WIDTH * HEIGHT; i++)
		if (!(fabsf(found[i] - wanted[i]) <= within))
			fail_msg("%s: pixel %d: expected %g, found %g", path, i, wanted[i],
				 found[i]);
	pz_fits_close(f);
}

static void frames_are_those_of_the_sky(void **state)
{
	static const char *const ending[] = { "", ".gz", ".fz" };
	char path[80];

	(void)state;
	for (int k = 0; k < 3; k++) {
		struct pz_mock_output to = into("frames");

		to.compress = k == 0 ? PZ_MOCK_PLAIN : k == 1 ? PZ_MOCK_GZ : PZ_MOCK_FZ;
		assert_int_equal(write_sky(&to), 0);
		assert_int_equal(told, 15);
		for (int field = 0; field < 3; field++)
			for (int b = 0; b < PZ_MOCK_BANDS; b++) {
				snprintf(path, sizeof path, "frames/frame-%c-000001-1-%04d.fits%s",
					 "ugriz"[b], field + 1, ending[k]);
				/* half a step, which is a sixteenth of the noise */
				frame_is(path, field, b, k < 2 ? 0 : 0.213 / 16);
			}
	}
	/* those of the skies before are gone */
	assert_string_equal(names_in("frames"),
			    "catalogue.fits "
			    "frame-g-000001-1-0001.fits.fz frame-g-000001-1-0002.fits.fz "
			    "frame-g-000001-1-0003.fits.fz frame-i-000001-1-0001.fits.fz "
			    "frame-i-000001-1-0002.fits.fz frame-i-000001-1-0003.fits.fz "
			    "frame-r-000001-1-0001.fits.fz frame-r-000001-1-0002.fits.fz "
			    "frame-r-000001-1-0003.fits.fz frame-u-000001-1-0001.fits.fz "
			    "frame-u-000001-1-0002.fits.fz frame-u-000001-1-0003.fits.fz "
			    "frame-z-000001-1-0001.fits.fz frame-z-000001-1-0002.fits.fz "
			    "frame-z-000001-1-0003.fits.fz ");
}

/* ---- the catalogue ---- */

static const char *const column[NUMBER] = {
	"ra",     "dec",    "z",     "r",     "ebv",   "true_u", "true_g", "true_r",
	"true_i", "true_z", "size",  "axis",  "bulge", "mag_u",  "mag_g",  "mag_r",
	"mag_i",  "mag_z",  "err_u", "err_g", "err_r", "err_i",  "err_z",  "true_redshift",
};

/* The units of those columns: degrees, arcsec, magnitudes, none. */
static const char unit[NUMBER + 1] = "dd-mmmmmmma--mmmmmmmmmm-";

static void rows_are(struct pz_fits *f, const struct pz_mock_layout *l)
{
	size_t rows = (size_t)l->galaxies;
	double *value = malloc(rows * sizeof *value);
	int64_t *id = malloc(rows * sizeof *id);

	assert_non_null(value);
	assert_non_null(id);
	assert_int_equal(pz_fits_rows(f), rows);
	assert_int_equal(pz_fits_read_integers(f, 0, 0, rows, id, NULL), 0);
	for (int c = 0; c < NUMBER; c++) {
		assert_string_equal(pz_fits_column_name(f, c + 1), column[c]);
		assert_int_equal(pz_fits_column_type(f, c + 1, NULL), PZ_FITS_DOUBLE);
		assert_int_equal(pz_fits_read_doubles(f, c + 1, 0, rows, value), 0);
		for (size_t i = 0; i < rows; i++) {
			double wanted = number_of(i, c) / (c == 4 ? 100 : 1), radec[2];

			assert_int_equal(id[i], i);
			pz_mock_place(sky, l, i, radec);
			wanted = c < 2 ? radec[c] : wanted;
			if (value[i] != wanted)
				fail_msg("%s of row %zu: expected %g, found %g", column[c], i,
					 wanted, value[i]);
		}
	}
	free(value);
	free(id);
}

static void catalogue_is(const char *path, const struct pz_mock_layout *l, const char *arguments)
{
	struct pz_fits *f;

	if (pz_fits_open_table(&f, path, "CATALOGUE") < 0)
		fail_msg("%s", pz_error_text());
	origin_is(f, arguments);
	assert_int_equal(pz_fits_columns(f), NUMBER + 1);
	assert_string_equal(pz_fits_column_name(f, 0), "id");
	assert_int_equal(pz_fits_column_type(f, 0, NULL), PZ_FITS_INTEGER);
	text_is(f, "TUNIT1", "");
	for (int c = 0; c < NUMBER; c++) {
		char key[16];

		snprintf(key, sizeof key, "TUNIT%d", c + 2);
		text_is(f, key,
			unit[c] == 'd'   ? "deg"
			: unit[c] == 'm' ? "mag"
			: unit[c] == 'a' ? "arcsec"
					 : "");
	}
	rows_are(f, l);
	pz_fits_close(f);
}

/* Rows are written by 512: none, fewer, as many, one more, and twice as many and more. */
static void the_catalogue_has_all_numbers(void **state)
{
	static const uint64_t galaxies[] = { 0, 13, 512, 513, 1031 };
	struct pz_mock_output to = into("many");
	struct pz_mock_layout l;

	(void)state;
	to.arguments = "--galaxies many";
	for (size_t k = 0; k < sizeof galaxies / sizeof *galaxies; k++) {
		assert_int_equal(pz_mock_layout(&l, sky, galaxies[k], 600), 0);
		assert_int_equal(pz_mock_write(sky, &l, numbered, NULL, &to), 0);
		catalogue_is("many/catalogue.fits", &l, "--galaxies many");
	}
}

/* ---- what is removed, and when ---- */

static void touch(const char *folder, const char *name)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
}

static const char *const of_a_sky[] = {
	"catalogue.fits",
	"catalogue.fits.part",
	"catalogue.fits.2.part",
	"frame-u-000001-1-0001.fits",
	"frame-g-000001-1-9999.fits.gz",
	"frame-z-000001-1-0000.fits.fz",
	"frame-i-000001-1-0001.fits.part",
	"frame-r-000001-1-0001.fits.fz.12.part",
	"legacysurvey-mock00001-image-z.fits.fz",
	"legacysurvey-mock00001-maskbits.fits.fz.part",
	"legacysurvey-mock00001-invvar-g.fits.fz",
	"EUC_MER_BGSUB-MOSAIC-NIR-H_TILEmock12345-NIR-H.fits",
	"CFIS.mock.00002.u.weight.fits.fz",
};

static const char *const of_others[] = {
	"catalogue.fits.gz", /* and names that are longer, shorter, or of other letters */
	"catalogue.csv",
	"frame-y-000001-1-0001.fits",
	"frame-u-000002-1-0001.fits",
	"frame-u-000001-1-001.fits",
	"frame-u-000001-1-00011.fits",
	"frame-u-000001-1-0001.fits.bz2",
	"frame-u-000001-1-0001.fits.parts",
	"legacysurvey-1234m567-image-z.fits.fz",
	"legacysurvey-mock0001-image-z.fits.fz",
	"notes",
};

static void only_an_older_sky_is_removed(void **state)
{
	struct pz_mock_output to = into("old");
	struct pz_mock_layout none = { .density = 1, .columns = 1, .rows = 1 };
	size_t n = sizeof of_others / sizeof *of_others;

	(void)state;
	assert_int_equal(mkdir("old", 0777), 0);
	for (size_t i = 0; i < sizeof of_a_sky / sizeof *of_a_sky; i++)
		touch("old", of_a_sky[i]);
	for (size_t i = 0; i < n; i++)
		touch("old", of_others[i]);
	assert_int_equal(pz_mock_write(sky, &none, numbered, NULL, &to), 0);
	assert_int_equal(told, 0);
	for (size_t i = 0; i < n; i++)
		if (!strstr(names_in("old"), of_others[i]))
			fail_msg("%s is gone", of_others[i]);
	for (size_t i = 1; i < sizeof of_a_sky / sizeof *of_a_sky; i++) {
		char path[300];

		snprintf(path, sizeof path, "old/%s", of_a_sky[i]);
		if (access(path, F_OK) == 0)
			fail_msg("%s is still there", of_a_sky[i]);
	}
	catalogue_is("old/catalogue.fits", &none, "");
}

static void a_failure_leaves_nothing(void **state)
{
	struct pz_mock_output to = into("failed");
	struct pz_mock_layout catalogue = layout;
	uint64_t missing = 12; /* in the last field */

	(void)state;
	assert_int_equal(pz_mock_write(sky, &layout, numbered, &missing, &to), PZ_EDATA);
	assert_string_equal(pz_error_text(), "galaxy 12 is missing");
	assert_string_equal(names_in("failed"), "none");
	/* nor does one of the catalogue alone */
	catalogue.fields = 0;
	assert_int_equal(pz_mock_write(sky, &catalogue, numbered, &missing, &to), PZ_EDATA);
	assert_string_equal(pz_error_text(), "galaxy 12 is missing");
	assert_string_equal(names_in("failed"), "none");
	/* a folder that was there stays, with what is not of a sky */
	assert_int_equal(mkdir("failed", 0777), 0);
	touch("failed", "notes");
	told = 0;
	stop_at = 4;
	assert_int_equal(write_sky(&to), PZ_ESTOP);
	assert_string_equal(pz_error_text(), "stopped");
	assert_true(told == 4 || told == 5); /* a frame that another thread had begun */
	assert_string_equal(names_in("failed"), "notes ");
	unlink("failed/notes");
	told = 0;
	assert_int_equal(write_sky(&to), PZ_ESTOP);
	assert_string_equal(names_in("failed"), "");
	/* in a folder of a catalogue's name nothing can be written, and nothing is */
	to = into("taken");
	assert_int_equal(mkdir("taken", 0777), 0);
	assert_int_equal(mkdir("taken/catalogue.fits", 0777), 0);
	assert_int_equal(write_sky(&to), PZ_EIO);
	assert_non_null(strstr(pz_error_text(), "taken/catalogue.fits: cannot remove: "));
	assert_int_equal(told, 0);
	assert_string_equal(names_in("taken"), "catalogue.fits ");
}

static void places_that_cannot_be_written(void **state)
{
	struct pz_mock_output to = into("no/such");

	(void)state;
	assert_int_equal(write_sky(&to), PZ_EIO);
	assert_string_equal(pz_error_text(),
			    "no/such: cannot make the directory: No such file or directory");
	touch(".", "file");
	to = into("file");
	assert_int_equal(write_sky(&to), PZ_EIO);
	assert_string_equal(pz_error_text(), "file: Not a directory");
	to = into("archive");
	to.archive = "2mass";
	assert_int_equal(write_sky(&to), PZ_EARG);
	assert_string_equal(pz_error_text(),
			    "expected a known archive, uncompressed, found '2mass'");
	to.archive = "kids";
	to.compress = PZ_MOCK_GZ;
	assert_int_equal(write_sky(&to), PZ_EARG);
	assert_string_equal(names_in("archive"), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_those_of_the_sky),
		cmocka_unit_test(the_catalogue_has_all_numbers),
		cmocka_unit_test(only_an_older_sky_is_removed),
		cmocka_unit_test(a_failure_leaves_nothing),
		cmocka_unit_test(places_that_cannot_be_written),
	};

	return cmocka_run_group_tests_name("files of the sky", tests, open_sky, close_sky);
}
