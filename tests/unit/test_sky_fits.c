/* test_sky_fits.c -- images, tables and keywords, written and read back */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/random.h>

#include "descriptors.h"

#define WIDTH  70
#define HEIGHT 50

static char dir[] = "/tmp/pz-test-fits-XXXXXX";
static float image[HEIGHT * WIDTH];

static const struct pz_fits_card cards[] = {
	{ "CTYPE1", .text = "RA---TAN", .comment = "an axis" },
	{ "CRVAL1", .number = 336.123456789012 },
	{ "EXPTIME", .number = 54, .comment = "s" },
	{ "BUNIT", .text = "nanomaggy" },
	{ "NOTE", .text = "a text so long that it does not go into the sixty-eight bytes of one "
			  "card, with a quote ' in it" },
};

#define CARDS (int)(sizeof cards / sizeof *cards)

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static int make_dir(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 1, 0);
	for (int i = 0; i < HEIGHT * WIDTH; i++)
		image[i] = (float)pz_random_normal(&r);
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", dir);
	return system(command);
}

/* The whole file; the caller frees it. */
static char *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, f), *size);
	fclose(f);
	return bytes;
}

static void spill(const char *path, const char *bytes, size_t size)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void check_image(const char *path, double tolerance)
{
	float rows[HEIGHT * WIDTH];
	struct pz_fits *f;
	char text[200];

	assert_int_equal(pz_fits_open_image(&f, path, NULL), 0);
	assert_int_equal(pz_fits_width(f), WIDTH);
	assert_int_equal(pz_fits_height(f), HEIGHT);
	assert_int_equal(pz_fits_read_rows(f, 0, HEIGHT, rows), 0);
	for (int i = 0; i < HEIGHT * WIDTH; i++)
		assert_true(fabs(rows[i] - image[i]) <= tolerance);
	assert_int_equal(pz_fits_read_rows(f, 48, 2, rows), 0);
	assert_true(fabs(rows[WIDTH + 3] - image[49 * WIDTH + 3]) <= tolerance);
	assert_int_equal(pz_fits_read_rows(f, 49, 2, rows), PZ_EARG);
	assert_true(fabs(pz_fits_number(f, "CRVAL1", 0) - 336.123456789012) < 1e-12);
	assert_true(pz_fits_number(f, "EXPTIME", 0) == 54);
	assert_true(pz_fits_number(f, "NONE", -1) == -1);
	assert_int_equal(pz_fits_text(f, "CTYPE1", text, sizeof text), 1);
	assert_string_equal(text, "RA---TAN");
	assert_int_equal(pz_fits_text(f, "NONE", text, sizeof text), 0);
	assert_string_equal(text, "");
	pz_fits_close(f);
}

static void images_come_back(void **state)
{
	const char *name[] = { "a.fits", "a.fits.gz", "b[2].fits", "!c(x)@.fits", "d[1].fits.gz" };

	(void)state;
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		assert_int_equal(
			pz_fits_write_image(in_dir(name[i]), image, WIDTH, HEIGHT, cards, CARDS),
			0);
		check_image(in_dir(name[i]), 0);
	}
	assert_int_equal(
		pz_fits_write_image(in_dir("a.fits.fz"), image, WIDTH, HEIGHT, cards, CARDS), 0);
	check_image(in_dir("a.fits.fz"), 0.05);
}

static void endings_compress(void **state)
{
	size_t plain, gz, fz;

	(void)state;
	free(slurp(in_dir("a.fits"), &plain));
	free(slurp(in_dir("a.fits.gz"), &gz));
	free(slurp(in_dir("a.fits.fz"), &fz));
	assert_int_equal(plain % 2880, 0);
	assert_true(gz < plain);
	assert_true(fz < plain);
}

static void same_call_same_bytes(void **state)
{
	const char *ending[] = { "fits", "fits.gz", "fits.fz" };
	size_t m, n;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char name[32], *a, *b;

		snprintf(name, sizeof name, "a.%s", ending[i]);
		a = slurp(in_dir(name), &m);
		snprintf(name, sizeof name, "again.%s", ending[i]);
		pz_fits_write_image(in_dir(name), image, WIDTH, HEIGHT, cards, CARDS);
		b = slurp(in_dir(name), &n);
		assert_int_equal(m, n);
		assert_memory_equal(a, b, n);
		assert_null(memmem(b, n, "DATE", 4));
		free(a);
		free(b);
	}
}

static void bzip2_is_read(void **state)
{
	char command[600];

	(void)state;
	snprintf(command, sizeof command, "bzip2 -k '%s/a.fits'", dir);
	assert_int_equal(system(command), 0);
	check_image(in_dir("a.fits.bz2"), 0);
}

/* An image of 16 bits with BSCALE, BZERO and BLANK, card by card. */
static void integers_are_scaled(void **state)
{
	const char *card[] = { "SIMPLE  =                    T", "BITPIX  =                   16",
			       "NAXIS   =                    3", "NAXIS1  =                    2",
			       "NAXIS2  =                    2", "NAXIS3  =                    1",
			       "BSCALE  =                  0.5", "BZERO   =                 10.0",
			       "BLANK   =                   -1", "END" };
	char bytes[2 * 2880];
	struct pz_fits *f;
	float p[4];

	(void)state;
	memset(bytes, ' ', 2880);
	memset(bytes + 2880, 0, 2880);
	for (size_t i = 0; i < sizeof card / sizeof *card; i++)
		memcpy(bytes + 80 * i, card[i], strlen(card[i]));
	memcpy(bytes + 2880, "\x00\x04\xff\xff\xff\xfe\x01\x00", 8);
	spill(in_dir("scaled.fits"), bytes, sizeof bytes);
	assert_int_equal(pz_fits_open_image(&f, in_dir("scaled.fits"), NULL), 0);
	assert_int_equal(pz_fits_read_rows(f, 0, 2, p), 0);
	assert_true(p[0] == 12 && isnan(p[1]) && p[2] == 9 && p[3] == 138);
	pz_fits_close(f);
}

static void expect_error(int rc, int code, const char *words)
{
	assert_int_equal(rc, code);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
}

static void errors_name_file_and_hdu(void **state)
{
	struct pz_fits *f;
	float nan[4] = { 0 };
	struct pz_fits_card bad = { "BAD", .number = NAN };

	(void)state;
	expect_error(pz_fits_open_image(&f, in_dir("none.fits"), NULL), PZ_EIO,
		     "none.fits: No such file");
	expect_error(pz_fits_open_image(&f, dir, NULL), PZ_EDATA, "a directory");
	spill(in_dir("text"), "objid,ra,dec\n1,2,3\n", 19);
	expect_error(pz_fits_open_image(&f, in_dir("text"), NULL), PZ_EDATA, "not a FITS file");
	spill(in_dir("empty"), "", 0);
	expect_error(pz_fits_open_image(&f, in_dir("empty"), NULL), PZ_ECORRUPT, "empty");
	expect_error(pz_fits_open_table(&f, in_dir("a.fits"), NULL), PZ_EDATA,
		     "HDU 0: expected a table, found an image of 70 x 50");
	expect_error(pz_fits_open_image(&f, in_dir("a.fits"), "3"), PZ_EDATA,
		     "no HDU '3' (1 HDUs, counted from 0)");
	expect_error(pz_fits_open_image(&f, in_dir("a.fits"), "SCI"), PZ_EDATA, "no HDU 'SCI'");
	expect_error(pz_fits_write_image(in_dir("n.fits"), nan, 2, 2, &bad, 1), PZ_EARG, "BAD");
	nan[1] = NAN;
	expect_error(pz_fits_write_image(in_dir("n.fits.fz"), nan, 2, 2, NULL, 0), PZ_EARG,
		     "tiles");
	expect_error(pz_fits_write_image(in_dir("no/n.fits"), nan, 2, 2, NULL, 0), PZ_EIO,
		     "No such file");
	expect_error(pz_fits_write_image("/dev/full", image, WIDTH, HEIGHT, NULL, 0), PZ_EIO,
		     "No space");
	assert_int_not_equal(access(in_dir("n.fits"), F_OK), 0);
}

/* Opens and reads what is there; whatever the file holds, this must return. */
static int try_image(const char *path)
{
	struct pz_fits *f;
	float rows[HEIGHT * WIDTH];
	int rc = pz_fits_open_image(&f, path, NULL);

	if (rc == 0 && pz_fits_width(f) == WIDTH && pz_fits_height(f) == HEIGHT)
		rc = pz_fits_read_rows(f, 0, HEIGHT, rows);
	pz_fits_close(f);
	return rc;
}

static void cut_files_are_errors(void **state)
{
	const char *ending[] = { "fits", "fits.gz", "fits.bz2", "fits.fz" };
	size_t size;

	(void)state;
	for (int e = 0; e < 4; e++) {
		char name[32], *bytes;
		size_t data_end = e == 0 ? 2880 + sizeof image : SIZE_MAX;

		snprintf(name, sizeof name, "a.%s", ending[e]);
		bytes = slurp(in_dir(name), &size);
		for (size_t cut = 0; cut < size; cut += 211) {
			snprintf(name, sizeof name, "cut.%s", ending[e]);
			spill(in_dir(name), bytes, cut);
			/* Past its pixels a plain file is only padding. */
			if (cut < data_end && e < 3)
				assert_true(try_image(in_dir(name)) < 0);
			else
				try_image(in_dir(name));
		}
		free(bytes);
	}
}

static void flipped_bytes_never_crash(void **state)
{
	const char *ending[] = { "fits", "fits.gz", "fits.bz2", "fits.fz" };
	struct pz_random r;
	size_t size;

	(void)state;
	pz_random_init(&r, 7, 0);
	for (int e = 0; e < 4; e++) {
		char name[32], *bytes;

		snprintf(name, sizeof name, "a.%s", ending[e]);
		bytes = slurp(in_dir(name), &size);
		snprintf(name, sizeof name, "flip.%s", ending[e]);
		for (int i = 0; i < 60; i++) {
			size_t at = pz_random_below(&r, e == 0 || e == 3 ? 2880 : size);
			char old = bytes[at];

			bytes[at] = (char)pz_random_bits(&r);
			spill(in_dir(name), bytes, size);
			try_image(in_dir(name));
			bytes[at] = old;
		}
		free(bytes);
	}
}

static const struct pz_fits_column columns[] = {
	{ "ra", PZ_FITS_DOUBLE, .unit = "deg" },
	{ "flux", PZ_FITS_FLOAT, .repeat = 2 },
	{ "id", PZ_FITS_INTEGER },
	{ "name", PZ_FITS_TEXT, .repeat = 12 },
};

static void write_table(const char *path)
{
	double ra[3] = { 1.5, NAN, -2.25 };
	float flux[6] = { 1, 2, 3, 4, 5, 6 };
	int64_t id[3] = { 1237645876861272064, -5, 3 };
	const char *name[3] = { "NGC 1", "", "a name to cut at twelve" };
	const void *values[] = { ra, flux, id, name };
	struct pz_fits_table *t;

	assert_int_equal(pz_fits_table_begin(&t, path, "CAT", columns, 4, cards, CARDS), 0);
	assert_int_equal(pz_fits_table_add(t, 3, values), 0);
	assert_int_equal(pz_fits_table_add(t, 1, values), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
}

static void tables_come_back(void **state)
{
	struct pz_fits *f;
	double x[8];
	int64_t id[4];
	char text[4][16];
	size_t repeat;

	(void)state;
	write_table(in_dir("t.fits"));
	assert_int_equal(pz_fits_open_table(&f, in_dir("t.fits"), "cat"), 0);
	assert_string_equal(pz_fits_where(f) + strlen(dir), "/t.fits: HDU 1");
	assert_int_equal(pz_fits_rows(f), 4);
	assert_int_equal(pz_fits_columns(f), 4);
	assert_int_equal(pz_fits_column(f, "ID"), 2);
	assert_int_equal(pz_fits_column(f, "nothing"), -1);
	assert_int_equal(pz_fits_column_type(f, 1, &repeat), PZ_FITS_FLOAT);
	assert_int_equal(repeat, 2);
	assert_int_equal(pz_fits_column_type(f, 2, NULL), PZ_FITS_INTEGER);
	assert_int_equal(pz_fits_column_type(f, 3, NULL), PZ_FITS_TEXT);
	assert_int_equal(pz_fits_read_doubles(f, 0, 1, 3, x), 0);
	assert_true(isnan(x[0]) && x[1] == -2.25 && x[2] == 1.5);
	assert_int_equal(pz_fits_read_doubles(f, 1, 0, 4, x), 0);
	assert_true(x[5] == 6 && x[6] == 1);
	assert_int_equal(pz_fits_read_integers(f, 2, 0, 4, id, NULL), 0);
	assert_true(id[0] == 1237645876861272064 && id[1] == -5 && id[3] == id[0]);
	assert_int_equal(pz_fits_read_texts(f, 3, 0, 4, text[0], 16), 0);
	assert_string_equal(text[0], "NGC 1");
	assert_string_equal(text[1], "");
	assert_string_equal(text[2], "a name to cu");
	assert_int_equal(pz_fits_read_texts(f, 2, 1, 1, text[0], 16), 0);
	assert_int_equal(pz_fits_read_texts(f, 3, 0, 4, text[0], 4), 0);
	assert_string_equal((char *)text + 8, "a n");
	expect_error(pz_fits_read_doubles(f, 3, 0, 1, x), PZ_EDATA, "'name': expected numbers");
	expect_error(pz_fits_read_doubles(f, 0, 2, 3, x), PZ_EARG, "rows 2 to 5");
	pz_fits_close(f);
}

static void abandoned_tables_leave_nothing(void **state)
{
	struct pz_fits_table *t;
	char command[300];

	(void)state;
	mkdir(in_dir("sub"), 0777);
	assert_int_equal(pz_fits_table_begin(&t, in_dir("sub/t.fits"), "CAT", columns, 4, NULL, 0),
			 0);
	pz_fits_table_abandon(t);
	snprintf(command, sizeof command, "rmdir '%s/sub'", dir); /* only if it is empty */
	assert_int_equal(system(command), 0);
}

/* An image of an extension, by name, as floats. */
static void check_extension(const char *name, const char *hdu, const float *wanted, double within)
{
	static float got[HEIGHT * WIDTH];
	struct pz_fits *f;

	assert_int_equal(pz_fits_open_image(&f, in_dir(name), hdu), 0);
	assert_int_equal(pz_fits_read_rows(f, 0, HEIGHT, got), 0);
	for (int i = 0; i < HEIGHT * WIDTH; i++)
		assert_true(fabs((double)(got[i] - wanted[i])) <= within);
	pz_fits_close(f);
}

static void several_images_come_back(void **state)
{
	static const struct pz_fits_card primary[] = { { "FLUXMAG0", .number = 0.5 } };
	static const struct pz_fits_card planes[] = { { "MP_DETECTED_NEGATIVE", .number = 6 } };
	static int32_t bits[HEIGHT * WIDTH], many[HEIGHT * WIDTH];
	static float as_floats[HEIGHT * WIDTH];
	const struct pz_fits_image images[] = {
		{ .cards = primary, .n = 1 },
		{ "IMAGE", PZ_FITS_F4, image, WIDTH, HEIGHT, true, cards, CARDS },
		{ "MASK", PZ_FITS_I4, bits, WIDTH, HEIGHT, true, planes, 1 },
		{ "SHORT", PZ_FITS_I2, bits, WIDTH, HEIGHT, false, NULL, 0 },
	};
	struct pz_fits_image bad = { "SHORT", PZ_FITS_I2, many, WIDTH, HEIGHT, false, NULL, 0 };
	struct pz_fits *f;
	double number;

	(void)state;
	for (int i = 0; i < HEIGHT * WIDTH; i++) {
		bits[i] = i % 7 << 11;
		as_floats[i] = (float)bits[i];
	}
	assert_int_equal(pz_fits_write_images(in_dir("several.fits"), images, 4), 0);
	check_extension("several.fits", "IMAGE", image, 1.0 / 16);
	check_extension("several.fits", "MASK", as_floats, 0);
	check_extension("several.fits", "SHORT", as_floats, 0);
	assert_int_equal(pz_fits_open_image(&f, in_dir("several.fits"), "MASK"), 0);
	assert_int_equal(pz_fits_find_number(f, "MP_DETECTED_NEGATIVE", &number), 1);
	assert_true(number == 6);
	pz_fits_close(f);
	many[WIDTH] = 32768;
	assert_int_equal(pz_fits_write_images(in_dir("bad.fits"), &bad, 1), PZ_EARG);
	many[WIDTH] = -32768;
	assert_int_equal(pz_fits_write_images(in_dir("bad.fits"), &bad, 1), 0);
	bad.height = 0;
	assert_int_equal(pz_fits_write_images(in_dir("bad.fits"), &bad, 1), PZ_EARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_come_back),
		cmocka_unit_test(several_images_come_back),
		cmocka_unit_test(endings_compress),
		cmocka_unit_test(same_call_same_bytes),
		cmocka_unit_test(bzip2_is_read),
		cmocka_unit_test(integers_are_scaled),
		cmocka_unit_test(errors_name_file_and_hdu),
		cmocka_unit_test(cut_files_are_errors),
		cmocka_unit_test(flipped_bytes_never_crash),
		cmocka_unit_test(tables_come_back),
		cmocka_unit_test(abandoned_tables_leave_nothing),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
