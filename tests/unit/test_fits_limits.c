/* test_fits_limits.c -- how large images and tables may be, and what cannot be written: each limit
 * on both sides
 */
#include <fitsio.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <pz/error.h>

#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

/* -- what is read */

/* A file of bytes with these lengths of axes, 0 where there is none, and so many bytes of data. */
static void write_axes(const long axis[3], size_t size)
{
	char text[6][81];
	const char *card[7] = { NULL };
	void *data = calloc(size + 1, 1);
	int axes = axis[2] ? 3 : 2;
	FILE *to = fopen("axes.fits", "wb");

	assert_true(data && to);
	snprintf(text[0], 81, "SIMPLE  =                    T");
	snprintf(text[1], 81, "BITPIX  =                    8");
	snprintf(text[2], 81, "NAXIS   = %20d", axes);
	for (int i = 0; i < axes; i++)
		snprintf(text[3 + i], 81, "NAXIS%d  = %20ld", i + 1, axis[i]);
	for (int i = 0; i < 3 + axes; i++)
		card[i] = text[i];
	raw_hdu(to, card, data, size, 0);
	fclose(to);
	free(data);
}

static void images_have_limits(void **state)
{
	static const struct {
		long axis[3];
		const char *text;
	} large[] = {
		{ { 65536, 32769 },
		  "axes.fits: HDU 0: 65536 x 32769 pixels, more than the limit of 2^31" },
		{ { 32769, 65536 },
		  "axes.fits: HDU 0: 32769 x 65536 pixels, more than the limit of 2^31" },
		{ { 1048577, 1 },
		  "axes.fits: HDU 0: 1048577 pixels in a row, more than the limit of 2^20" },
		{ { 65536, 8192, 5 },
		  "axes.fits: HDU 0: 5 planes, more than the limit of 2^31 pixels" },
	};
	/* as large as they may be, they are only not there */
	static const long most[][3] = { { 65536, 32768 }, { 1048576, 2048 }, { 65536, 8192, 4 } };
	float *row = malloc(1048576 * sizeof *row);
	struct pz_fits *f;

	(void)state;
	for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
		write_axes(large[i].axis, 9);
		says(pz_fits_open_cube(&f, "axes.fits", NULL), PZ_EDATA, large[i].text);
		assert_null(f);
	}
	for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
		write_axes(most[i], 9);
		says(pz_fits_open_cube(&f, "axes.fits", NULL), PZ_ECORRUPT,
		     "axes.fits: HDU 0: cut short or corrupt: expected to byte 2147489280, found "
		     "5760 bytes");
		assert_null(f);
	}
	write_axes((const long[]){ 1048576, 1, 0 }, 1048576);
	assert_int_equal(pz_fits_open_image(&f, "axes.fits", NULL), 0);
	assert_int_equal(pz_fits_width(f), 1048576);
	assert_int_equal(pz_fits_read_rows(f, 0, 1, row), 0);
	assert_true(row[0] == 0 && row[1048575] == 0);
	pz_fits_close(f);
	free(row);
}

/* A table of text with one column of this form, in rows of so many bytes. */
static int open_column(struct pz_fits **f, const char *form, long bytes)
{
	char text[11][81];
	const char *card[12] = { NULL };
	char *data = malloc((size_t)bytes);
	FILE *to = fopen("ascii.fits", "wb");

	assert_true(data && to);
	memset(data, ' ', (size_t)bytes);
	memcpy(data + bytes - 3, "1.5", 3);
	snprintf(text[0], 81, "XTENSION= 'TABLE   '");
	snprintf(text[1], 81, "BITPIX  =                    8");
	snprintf(text[2], 81, "NAXIS   =                    2");
	snprintf(text[3], 81, "NAXIS1  = %20ld", bytes);
	snprintf(text[4], 81, "NAXIS2  =                    1");
	snprintf(text[5], 81, "PCOUNT  =                    0");
	snprintf(text[6], 81, "GCOUNT  =                    1");
	snprintf(text[7], 81, "TFIELDS =                    1");
	snprintf(text[8], 81, "TBCOL1  =                    1");
	snprintf(text[9], 81, "TFORM1  = '%s'", form);
	snprintf(text[10], 81, "TTYPE1  = 'x       '");
	for (int i = 0; i < 11; i++)
		card[i] = text[i];
	raw_primary(to);
	raw_hdu(to, card, data, (size_t)bytes, ' ');
	fclose(to);
	free(data);
	return pz_fits_open_table(f, "ascii.fits", NULL);
}

static void numbers_of_text_have_limits(void **state)
{
	struct pz_fits *f;
	double x = 0;

	(void)state;
	assert_int_equal(open_column(&f, "F4096.2", 4096), 0);
	assert_int_equal(pz_fits_read_doubles(f, 0, 0, 1, &x), 0);
	assert_true(x == 1.5);
	pz_fits_close(f);
	assert_int_equal(open_column(&f, "F4097.2", 4097), 0);
	says(pz_fits_read_doubles(f, 0, 0, 1, &x), PZ_EDATA,
	     "ascii.fits: HDU 1: column 'x': numbers of 4097 bytes");
	pz_fits_close(f);
	/* a text may be longer */
	{
		static char long_text[5001];
		char text[8] = "";
		size_t repeat = 0;

		assert_int_equal(open_column(&f, "A5000", 5000), 0);
		assert_int_equal(pz_fits_column_type(f, 0, &repeat), PZ_FITS_TEXT);
		assert_int_equal(repeat, 5000);
		assert_int_equal(pz_fits_read_texts(f, 0, 0, 1, text, sizeof text), 0);
		assert_string_equal(text, "");
		/* of a longer one as much as there is room for */
		memset(long_text, 'x', sizeof long_text);
		assert_int_equal(pz_fits_read_texts(f, 0, 0, 1, long_text, 5001), 0);
		assert_string_equal(long_text + 4997, "1.5");
		assert_int_equal(pz_fits_read_texts(f, 0, 0, 1, long_text, 5000), 0);
		assert_string_equal(long_text + 4997, "1.");
		pz_fits_close(f);
	}
}

/* The first column that has no form, of a hundred. */
static void columns_without_a_form(void **state)
{
	static char text[108][81];
	const char *card[72] = {
		"XTENSION= 'BINTABLE'",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                    1",
		"NAXIS2  =                    0", "PCOUNT  =                    0",
		"GCOUNT  =                    1", "TFIELDS =                   60"
	};
	struct pz_fits *f;
	FILE *to = fopen("forms.fits", "wb");

	(void)state;
	for (int c = 1; c < 60; c++) {
		snprintf(text[c], 81, "TFORM%-3d= '1B      '", c);
		card[7 + c] = text[c];
	}
	raw_primary(to);
	raw_hdu(to, card, "", 0, 0);
	fclose(to);
	says(pz_fits_open_table(&f, "forms.fits", NULL), PZ_ECORRUPT,
	     "forms.fits: HDU 1: corrupt: TFORM60: expected such a card, found none");
	card[7] = "TFIELDS =                    0";
	card[8] = "ZIMAGE  =                    T";
	card[9] = "ZCMPTYPE= 'RICE_1  '";
	card[10] = "ZTILE999=                    0";
	card[11] = NULL;
	to = fopen("forms.fits", "wb");
	raw_primary(to);
	raw_hdu(to, card, "", 0, 0);
	fclose(to);
	says(pz_fits_open_table(&f, "forms.fits", NULL), PZ_ECORRUPT,
	     "forms.fits: HDU 1: corrupt: ZTILE999: expected a number above 0");
}

/* The first that is there of several. */
static void hdus_by_several_names(void **state)
{
	const struct pz_fits_image image[] = {
		{ NULL, .type = PZ_FITS_F4 },
		{ "SCI", .type = PZ_FITS_F4, .pixels = (const float[]){ 5 }, .width = 1,
		  .height = 1 },
		{ "ERR", .type = PZ_FITS_F4, .pixels = (const float[]){ 6 }, .width = 1,
		  .height = 1 },
	};
	static const struct {
		const char *names;
		float pixel;
	} which[] = { { "SCI|ERR", 5 }, { "ERR|SCI", 6 }, { "NONE|ERR", 6 }, { "NONE|7|1", 5 },
		      { "2|SCI", 6 },   { "0|SCI", 5 },   { "|ERR", 6 } };
	struct pz_fits *f;
	float pixel;

	(void)state;
	assert_int_equal(pz_fits_write_images("names.fits", image, 3), 0);
	for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
		if (pz_fits_open_image(&f, "names.fits", which[i].names) < 0)
			fail_msg("%s: %s", which[i].names, pz_error_text());
		assert_int_equal(pz_fits_read_rows(f, 0, 1, &pixel), 0);
		assert_true(pixel == which[i].pixel);
		pz_fits_close(f);
	}
	says(pz_fits_open_image(&f, "names.fits", "A|B"), PZ_EDATA,
	     "names.fits: no HDU 'B' (3 HDUs, counted from 0)");
	says(pz_fits_open_image(&f, "none.fits", "A|B"), PZ_EIO,
	     "none.fits: No such file or directory");
}

/* -- what is written */

static void cards_that_no_header_has(void **state)
{
	static const float pixel[4] = { 1, 2, 3, 4 };
	struct pz_fits_card card = { .key = "KEY" };

	(void)state;
	card.text = "a\x7f";
	says(pz_fits_write_image("c.fits", pixel, 2, 2, &card, 1), PZ_EARG,
	     "c.fits: keyword KEY: 'a\x7f' cannot stand in a FITS header, which is ASCII");
	card.text = "\x1f";
	says(pz_fits_write_image("c.fits", pixel, 2, 2, &card, 1), PZ_EARG,
	     "c.fits: keyword KEY: '\x1f' cannot stand in a FITS header, which is ASCII");
	card.text = " ~";
	assert_int_equal(pz_fits_write_image("c.fits", pixel, 2, 2, &card, 1), 0);
	card.text = NULL;
	card.number = INFINITY;
	says(pz_fits_write_image("c.fits", pixel, 2, 2, &card, 1), PZ_EARG,
	     "c.fits: keyword KEY: inf cannot stand in a FITS header");
	card.number = NAN;
	assert_int_equal(pz_fits_write_image("c.fits", pixel, 2, 2, &card, 1), PZ_EARG);
	says(pz_fits_write_image("c.fits", pixel, 0, 2, NULL, 0), PZ_EARG,
	     "c.fits: an image of 0 x 2 pixels");
	says(pz_fits_write_image("c.fits", pixel, 2, 0, NULL, 0), PZ_EARG,
	     "c.fits: an image of 2 x 0 pixels");
	says(pz_fits_write_image("c.fits", pixel, 65536, 32769, NULL, 0), PZ_EARG,
	     "c.fits: an image of 65536 x 32769 pixels");
}

static void pixels_that_do_not_fit(void **state)
{
	float floats[6] = { 1, 2, 3, 4, 5, 6 };
	int32_t whole[6] = { -32768, 2, 3, 4, 5, 32767 };
	struct pz_fits_image image = {
		.type = PZ_FITS_I2, .pixels = whole, .width = 3, .height = 2
	};
	int64_t back[6];
	struct pz_fits *f;

	(void)state;
	assert_int_equal(pz_fits_write_images("p.fits", &image, 1), 0);
	assert_int_equal(pz_fits_open_image(&f, "p.fits", NULL), 0);
	assert_int_equal(pz_fits_read_rows_integers(f, 0, 2, back), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(back[i], whole[i]);
	pz_fits_close(f);
	for (int i = 0; i < 6; i++) {
		int32_t before = whole[i];

		for (int k = 0; k < 2; k++) {
			whole[i] = k ? 32768 : -32769;
			says(pz_fits_write_images("p.fits", &image, 1), PZ_EARG,
			     "p.fits: pixels outside of -32768 to 32767 in 16 bits");
		}
		whole[i] = before;
	}
	for (int i = 0; i < 6; i++) {
		float before = floats[i];

		floats[i] = i % 2 ? NAN : -INFINITY;
		assert_int_equal(pz_fits_write_image("p.fits", floats, 3, 2, NULL, 0), 0);
		says(pz_fits_write_image("p.fits.fz", floats, 3, 2, NULL, 0), PZ_EARG,
		     "p.fits.fz: pixels that are not finite cannot go into tiles");
		floats[i] = before;
	}
}

static void tables_that_cannot_be_written(void **state)
{
	static struct pz_fits_column column[1000];
	static char name[1000][8], path[1400], folder[1400];
	struct pz_fits_table *t;
	struct pz_fits *f;

	(void)state;
	for (int c = 0; c < 1000; c++) {
		snprintf(name[c], sizeof name[c], "c%d", c);
		column[c] = (struct pz_fits_column){ name[c], PZ_FITS_INTEGER, 1, NULL };
	}
	says(pz_fits_table_begin(&t, "t.fits", "T", column, 0, NULL, 0), PZ_EARG,
	     "t.fits: a table of 0 columns");
	says(pz_fits_table_begin(&t, "t.fits", "T", column, 1000, NULL, 0), PZ_EARG,
	     "t.fits: a table of 1000 columns");
	assert_null(t);
	assert_int_equal(pz_fits_table_begin(&t, "t.fits", "T", column, 999, NULL, 0), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
	assert_int_equal(pz_fits_open_table(&f, "t.fits", "T"), 0);
	assert_int_equal(pz_fits_columns(f), 999);
	pz_fits_close(f);
	says(pz_fits_table_begin(&t, "/dev/null", "T", column, 1, NULL, 0), PZ_EDATA,
	     "/dev/null: a table needs a regular file");
	/* names of as many bytes as CFITSIO takes, and of more */
	for (int n = 0; n < 4; n++) {
		snprintf(folder + strlen(folder), sizeof folder - strlen(folder), "%s%0200d",
			 n ? "/" : "", n);
		assert_int_equal(mkdir(folder, 0777), 0);
	}
	snprintf(path, sizeof path, "%s/a.fits", folder);
	assert_int_equal(pz_fits_table_begin(&t, path, "T", column, 1, NULL, 0), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "%s/%0230d.fits", folder, 1);
	assert_int_equal(pz_fits_table_begin(&t, path, "T", column, 1, NULL, 0), PZ_EDATA);
	assert_null(t);
	assert_int_not_equal(access(path, F_OK), 0);
}

/* Where the file may not grow nothing of it is left. */
static void tables_that_find_no_room(void **state)
{
	const struct pz_fits_column column = { "x", PZ_FITS_DOUBLE, 1, NULL };
	static double x[4000];
	const void *values[] = { x };
	struct rlimit before, small;
	struct pz_fits_table *t;
	int rc;

	(void)state;
	assert_int_equal(mkdir("small", 0777), 0);
	assert_int_equal(pz_fits_table_begin(&t, "small/t.fits", "T", &column, 1, NULL, 0), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 8000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = pz_fits_table_add(t, 4000, values);
	if (rc == 0)
		rc = pz_fits_table_finish(t);
	else
		pz_fits_table_abandon(t);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, PZ_EIO);
	assert_int_equal(rmdir("small"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_have_limits),
		cmocka_unit_test(numbers_of_text_have_limits),
		cmocka_unit_test(cards_that_no_header_has),
		cmocka_unit_test(pixels_that_do_not_fit),
		cmocka_unit_test(tables_that_cannot_be_written),
		cmocka_unit_test(tables_that_find_no_room),
		cmocka_unit_test(columns_without_a_form),
		cmocka_unit_test(hdus_by_several_names),
	};

	return cmocka_run_group_tests_name("limits of FITS", tests, enter_own_folder,
					   leave_own_folder);
}
