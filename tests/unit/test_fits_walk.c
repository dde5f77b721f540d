/* test_fits_walk.c -- walks through the headers of files, looks at the beginning of packed ones,
 * and what unpacking says
 */
#include <fitsio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <pz/error.h>

#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

#define BLOCK 2880

/* An HDU of bytes: its lengths; 0: there is no such axis. Its data are 7. */
static void add_image(FILE *to, bool primary, long x, long y, long z, long u)
{
	const long length[] = { x, y, z, u };
	char card[12][81];
	const char *cards[13] = { NULL };
	int axes = 0, n = 0;
	size_t size = x > 0;
	char *data;

	while (axes < 4 && length[axes])
		size *= (size_t)length[axes++];
	snprintf(card[n++], 81,
		 primary ? "SIMPLE  =                    T" : "XTENSION= 'IMAGE   '");
	snprintf(card[n++], 81, "BITPIX  =                    8");
	snprintf(card[n++], 81, "NAXIS   = %20d", axes);
	for (int i = 0; i < axes; i++)
		snprintf(card[n++], 81, "NAXIS%d  = %20ld", i + 1, length[i]);
	if (!primary) {
		snprintf(card[n++], 81, "PCOUNT  =                    0");
		snprintf(card[n++], 81, "GCOUNT  =                    1");
	}
	for (int i = 0; i < n; i++)
		cards[i] = card[i];
	data = malloc(size + 1);
	assert_non_null(data);
	memset(data, 7, size);
	raw_hdu(to, cards, data, size, 0);
	free(data);
}

static void pack(const char *name)
{
	char command[80];

	snprintf(command, sizeof command, "gzip -1kf %s", name);
	assert_int_equal(system(command), 0);
}

/* Walks on to the end; the numbers of HDUs in a text, and the code at the end. */
static const char *walk(const char *name, bool *beginning, int *rc)
{
	static char text[80];
	struct pz_fits *f;

	*text = 0;
	if (pz_fits_walk(&f, name, beginning) < 0)
		fail_msg("%s", pz_error_text());
	while ((*rc = pz_fits_walk_next(f)) > 0)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%d: %zux%zux%zu ",
			 pz_fits_number_of_hdu(f), pz_fits_width(f), pz_fits_height(f),
			 pz_fits_planes(f));
	pz_fits_close(f);
	return text;
}

static void walks_stop_at_images(void **state)
{
	FILE *to = fopen("w.fits", "wb");
	struct pz_fits *f;
	bool beginning;
	float pixel[9];
	int rc;

	(void)state;
	add_image(to, true, 0, 0, 0, 0);
	add_image(to, false, 3, 2, 0, 0);
	add_image(to, false, 9, 0, 0, 0);
	add_image(to, false, 3, 2, 4, 0);
	add_image(to, false, 3, 2, 1, 5);
	add_image(to, false, 3, 2, 2, 5);
	add_image(to, false, 1, 1, 0, 0);
	fclose(to);
	for (int k = 0; k < 2; k++) {
		beginning = k;
		assert_string_equal(walk("w.fits", &beginning, &rc),
				    "1: 3x2x1 3: 3x2x4 4: 3x2x5 6: 1x1x1 ");
		assert_int_equal(rc, 0);
		assert_false(beginning); /* it is not packed */
	}
	beginning = false;
	assert_int_equal(pz_fits_walk(&f, "w.fits", &beginning), 0);
	assert_int_equal(pz_fits_walk_next(f), 1);
	assert_string_equal(pz_fits_where(f), "w.fits: HDU 1");
	says(pz_fits_read_rows(f, 0, 1, pixel), PZ_EARG,
	     "w.fits: HDU 1: its pixels were not unpacked");
	assert_int_equal(pz_fits_walk_next(f), 1);
	assert_string_equal(pz_fits_where(f), "w.fits: HDU 3");
	pz_fits_close(f);
}

static void walks_find_what_is_cut(void **state)
{
	FILE *to = fopen("w.fits", "wb");
	bool beginning = false;
	int rc;

	(void)state;
	add_image(to, true, 3, 2, 0, 0);
	add_image(to, false, 100, 100, 0, 0);
	fclose(to);
	assert_int_equal(truncate("w.fits", 3 * BLOCK + 10000), 0);
	assert_string_equal(walk("w.fits", &beginning, &rc), "0: 3x2x1 1: 100x100x1 ");
	assert_int_equal(rc, 0);
	assert_int_equal(truncate("w.fits", 3 * BLOCK + 9999), 0);
	assert_string_equal(walk("w.fits", &beginning, &rc), "0: 3x2x1 1: 100x100x1 ");
	says(rc, PZ_ECORRUPT,
	     "w.fits: HDU 1: cut short or corrupt: expected to byte 20160, found 18639 bytes");
	to = fopen("w.fits", "wb");
	add_image(to, true, 3, 2, 0, 0);
	fclose(to);
	assert_int_equal(system("printf 'XTENSION= half a header' >>w.fits"), 0);
	assert_string_equal(walk("w.fits", &beginning, &rc), "0: 3x2x1 ");
	assert_int_equal(rc, 0);
}

/* Of a packed file 40 blocks are unpacked, unless it has no more. */
static void walks_through_the_beginning(void **state)
{
	static const struct {
		long blocks; /* of the first image */
		bool beginning;
		const char *images;
	} one[] = {
		{ 36, false, "0: 2880x36x1 1: 3x2x1 " }, /* 39 in all */
		{ 37, true, "0: 2880x37x1 1: 3x2x1 " },
		{ 38, true,
		  "0: 2880x38x1 1: 3x2x1 " }, /* the pixels are not there, the header is */
		{ 39, true, "0: 2880x39x1 " },
		{ 80, true, "0: 2880x80x1 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		FILE *to = fopen("w.fits", "wb");
		bool beginning = true;
		int rc;

		add_image(to, true, BLOCK, one[i].blocks, 0, 0);
		add_image(to, false, 3, 2, 0, 0);
		fclose(to);
		pack("w.fits");
		assert_string_equal(walk("w.fits.gz", &beginning, &rc), one[i].images);
		assert_int_equal(rc, 0);
		assert_int_equal(beginning, one[i].beginning);
		/* all of it where that is asked for */
		beginning = false;
		assert_non_null(strstr(walk("w.fits.gz", &beginning, &rc), "1: 3x2x1 "));
		assert_int_equal(rc, 0);
		assert_false(beginning);
	}
}

/* ---- a look at a header ---- */

static void looks_unpack_no_more_than_they_need(void **state)
{
	static const struct {
		long blocks; /* before the image that is looked at */
		bool partial;
	} one[] = { { 1, true }, { 37, true }, { 41, true }, { 990, true }, { 1010, false } };
	float pixel[3];

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		FILE *to = fopen("w.fits", "wb");
		struct pz_fits *f;

		add_image(to, true, BLOCK, one[i].blocks, 0, 0);
		add_image(to, false, 3, 2, 0, 0);
		fclose(to);
		pack("w.fits");
		assert_int_equal(pz_fits_peek_image(&f, "w.fits.gz", "1"), 0);
		assert_int_equal(pz_fits_width(f), 3);
		if (one[i].partial) {
			says(pz_fits_read_rows(f, 0, 1, pixel), PZ_EARG,
			     "w.fits.gz: HDU 1: its pixels were not unpacked");
		} else {
			assert_int_equal(pz_fits_read_rows(f, 1, 1, pixel), 0);
			assert_true(pixel[2] == 7);
		}
		pz_fits_close(f);
		/* what is not packed is open as a whole */
		assert_int_equal(pz_fits_peek_image(&f, "w.fits", "1"), 0);
		assert_int_equal(pz_fits_read_rows(f, 1, 1, pixel), 0);
		assert_true(pixel[0] == 7);
		pz_fits_close(f);
	}
	{
		struct pz_fits *f;

		says(pz_fits_peek_image(&f, "w.fits.gz", "2"), PZ_EDATA,
		     "w.fits.gz: no HDU '2' (2 HDUs, counted from 0)");
		assert_null(f);
		says(pz_fits_peek_image(&f, "not/there", NULL), PZ_EIO,
		     "not/there: No such file or directory");
	}
}

/* ---- unpacking ---- */

/* Writes over a byte of a file. */
static void spoil(const char *name, long at)
{
	FILE *f = fopen(name, "r+b");
	int byte;

	fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
	byte = getc(f);
	fseek(f, -1, SEEK_CUR);
	putc(byte ^ 0x55, f);
	fclose(f);
}

static long size_of(const char *name)
{
	struct stat s;

	assert_int_equal(stat(name, &s), 0);
	return (long)s.st_size;
}

static void packed_files_that_are_wrong(void **state)
{
	FILE *to = fopen("w.fits", "wb");
	struct pz_fits *f;

	(void)state;
	add_image(to, true, 700, 60, 0, 0);
	fclose(to);
	pack("w.fits");
	assert_int_equal(truncate("w.fits.gz", size_of("w.fits.gz") - 9), 0);
	says(pz_fits_open_image(&f, "w.fits.gz", NULL), PZ_ECORRUPT,
	     "w.fits.gz: cut short or corrupt: gzip data end too early");
	pack("w.fits");
	spoil("w.fits.gz", -8); /* of the check sum */
	says(pz_fits_open_image(&f, "w.fits.gz", NULL), PZ_ECORRUPT,
	     "w.fits.gz: cut short or corrupt: gzip data are wrong");
	assert_int_equal(system("bzip2 -kf w.fits"), 0);
	assert_int_equal(pz_fits_open_image(&f, "w.fits.bz2", NULL), 0);
	pz_fits_close(f);
	spoil("w.fits.bz2", -3);
	says(pz_fits_open_image(&f, "w.fits.bz2", NULL), PZ_ECORRUPT,
	     "w.fits.bz2: cut short or corrupt: bzip2 data are wrong");
	assert_int_equal(system("bzip2 -kf w.fits"), 0);
	assert_int_equal(truncate("w.fits.bz2", size_of("w.fits.bz2") - 1), 0);
	says(pz_fits_open_image(&f, "w.fits.bz2", NULL), PZ_ECORRUPT,
	     "w.fits.bz2: cut short or corrupt: bzip2 data end too early");
	/* of something else */
	assert_int_equal(system("echo no image | gzip >w.fits.gz"), 0);
	says(pz_fits_open_image(&f, "w.fits.gz", NULL), PZ_EDATA,
	     "w.fits.gz: not a FITS file (no SIMPLE = T at its beginning)");
}

/* More than a piece of a megabyte, and of the 16 that are begun with. */
static void large_files_unpack_in_pieces(void **state)
{
	static const long blocks[] = { 364, 5826, 6000 };
	float *row = malloc(BLOCK * sizeof *row);

	(void)state;
	assert_non_null(row);
	for (int k = 0; k < 3; k++) {
		FILE *to = fopen("w.fits", "wb");
		struct pz_fits *f;

		add_image(to, true, BLOCK, blocks[k], 0, 0);
		fclose(to);
		spoil("w.fits", -1);
		pack("w.fits");
		assert_int_equal(pz_fits_open_image(&f, "w.fits.gz", NULL), 0);
		assert_int_equal(pz_fits_read_rows(f, (size_t)blocks[k] - 1, 1, row), 0);
		assert_true(row[0] == 7 && row[BLOCK - 2] == 7 && row[BLOCK - 1] == (7 ^ 0x55));
		pz_fits_close(f);
	}
	free(row);
}

/* ---- what CFITSIO notes ---- */

/* Messages that nobody reads would stay on its stack for good. */
static void no_messages_are_left(void **state)
{
	char text[FLEN_ERRMSG];
	FILE *to = fopen("w.fits", "wb");
	struct pz_fits *f, *beside;
	double x;

	(void)state;
	add_image(to, true, 3, 2, 0, 0);
	raw_hdu(to,
		(const char *const[]){
			"XTENSION= 'BINTABLE'", "BITPIX  =                    8",
			"NAXIS   =                    2", "NAXIS1  =                    8",
			"NAXIS2  =                    1", "PCOUNT  =                    0",
			"GCOUNT  =                    1", "TFIELDS =                    1",
			"TFORM1  = 'D'", NULL },
		"12345678", 8, 0);
	fclose(to);
	fits_clear_errmsg();
	assert_int_equal(pz_fits_open_image(&f, "w.fits", NULL), 0);
	assert_int_equal(fits_read_errmsg(text), 0);
	assert_int_equal(pz_fits_find_number(f, "ABSENT", &x), 0);
	assert_int_equal(fits_read_errmsg(text), 0);
	assert_true(pz_fits_number(f, "ABSENT", 3) == 3);
	assert_int_equal(fits_read_errmsg(text), 0);
	assert_int_equal(pz_fits_text(f, "ABSENT", text, 9), 0);
	assert_int_equal(fits_read_errmsg(text), 0);
	assert_int_equal(pz_fits_open_beside(&beside, f, "ABSENT", 1), PZ_EDATA);
	assert_int_equal(fits_read_errmsg(text), 0);
	pz_fits_close(f);
	assert_int_equal(pz_fits_open_image(&f, "w.fits", "ABSENT"), PZ_EDATA);
	assert_int_equal(fits_read_errmsg(text), 0);
	assert_int_equal(pz_fits_open_table(&f, "w.fits", NULL), 0); /* no name of a column */
	assert_int_equal(fits_read_errmsg(text), 0);
	pz_fits_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_stop_at_images),
		cmocka_unit_test(walks_find_what_is_cut),
		cmocka_unit_test(walks_through_the_beginning),
		cmocka_unit_test(looks_unpack_no_more_than_they_need),
		cmocka_unit_test(packed_files_that_are_wrong),
		cmocka_unit_test(large_files_unpack_in_pieces),
		cmocka_unit_test(no_messages_are_left),
	};

	return cmocka_run_group_tests_name("walks", tests, enter_own_folder, leave_own_folder);
}
