/* test_fits_messages.c -- what is wrong with headers that are passed by, or are in memory, is said;
 * nothing is left in CFITSIO's own list of messages, which nobody reads
 */
#include <fitsio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/fits/open.h"
#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

static void is_clean(int line)
{
	char message[FLEN_ERRMSG];

	if (fits_read_errmsg(message))
		fail_msg("line %d: a message is left: %s", line, message);
}

#define IS_CLEAN() is_clean(__LINE__)

#define IMAGE                                                                                      \
	"XTENSION= 'IMAGE   '", "BITPIX  =                    8",                                  \
		"NAXIS   =                    2", "NAXIS1  =                    4",                \
		"NAXIS2  =                    3", "PCOUNT  =                    0",                \
		"GCOUNT  =                    1"

/* A primary HDU, an image SCI, one whose first axis has no length, an image ERR. */
static void write_broken(void)
{
	static const char *const sci[] = { IMAGE, "EXTNAME = 'SCI     '", "OBJECT  = 'no end",
					   NULL };
	static const char *const broken[] = { "XTENSION= 'IMAGE   '",
					      "BITPIX  =                    8",
					      "NAXIS   =                    2",
					      "NAXIS2  =                    3",
					      "PCOUNT  =                    0",
					      "GCOUNT  =                    1",
					      NULL };
	static const char *const err[] = { IMAGE, "EXTNAME = 'ERR     '", NULL };
	FILE *to = fopen("broken.fits", "wb");

	assert_non_null(to);
	raw_primary(to);
	raw_hdu(to, sci, "abcdefghijkl", 12, 0);
	raw_hdu(to, broken, "abcdefghijkl", 12, 0);
	raw_hdu(to, err, "abcdefghijkl", 12, 0);
	fclose(to);
}

#define BROKEN "broken.fits: HDU 2: corrupt: NAXIS1: expected such a card, found none"

static void headers_that_are_passed_by(void **state)
{
	static const char *const beyond[] = { "2", "3", "ERR", "ERR,1", "NONE|ERR" };
	struct pz_fits *f, *other;

	(void)state;
	write_broken();
	assert_int_equal(pz_fits_open_image(&f, "broken.fits", "1"), 0);
	says(pz_fits_open_beside(&other, f, "ERR", 1), PZ_ECORRUPT, BROKEN);
	assert_null(other);
	pz_fits_close(f);
	assert_int_equal(pz_fits_open_image(&f, "broken.fits", NULL), 0);
	pz_fits_close(f);
	assert_int_equal(pz_fits_open_image(&f, "broken.fits", "sci"), 0); /* it stands before */
	pz_fits_close(f);
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
		says(pz_fits_open_image(&f, "broken.fits", beyond[i]), PZ_ECORRUPT, BROKEN);
		assert_null(f);
	}
	IS_CLEAN();
}

static void write_packed(const char *bytes, size_t n)
{
	FILE *to = popen("gzip -1 >short.fits.gz", "w");

	assert_non_null(to);
	assert_int_equal(fwrite(bytes, 1, n, to), n);
	assert_int_equal(pclose(to), 0);
}

/* Of a file that is packed as of one that is not, by as much of it as there is. */
static void files_of_a_few_bytes(void **state)
{
	static const char *const begin[] = { "S", "SIMPLE  =", "SIMPLE  =                    T" };
	static const char *const none[] = { "T", "SIMPLE  :", "SIMPLY  =                    T" };
	struct pz_fits *f;

	(void)state;
	for (int i = 0; i < 3; i++) {
		write_packed(begin[i], strlen(begin[i]));
		says(pz_fits_open_image(&f, "short.fits.gz", NULL), PZ_ECORRUPT,
		     "short.fits.gz: cut short or corrupt: its header has no END");
		write_packed(none[i], strlen(none[i]));
		says(pz_fits_open_image(&f, "short.fits.gz", NULL), PZ_EDATA,
		     "short.fits.gz: not a FITS file (no SIMPLE = T at its beginning)");
	}
	IS_CLEAN();
}

static void keywords_leave_no_messages(void **state)
{
	char text[80], *header;
	struct pz_fits *f, *other;
	double number;
	bool asked;
	int cards;

	(void)state;
	write_broken();
	IS_CLEAN();
	assert_int_equal(pz_fits_open_image(&f, "broken.fits", "1"), 0);
	IS_CLEAN();
	assert_int_equal(pz_fits_text(f, "NONE", text, sizeof text), 0);
	IS_CLEAN();
	assert_true(pz_fits_number(f, "NONE", 7) == 7);
	IS_CLEAN();
	assert_true(pz_fits_number(f, "EXTNAME", 7) == 7);
	IS_CLEAN();
	assert_int_equal(pz_fits_find_text(f, "NONE", text, sizeof text), 0);
	IS_CLEAN();
	assert_int_equal(pz_fits_find_number(f, "NONE", &number), 0);
	IS_CLEAN();
	assert_int_equal(pz_fits_find_number(f, "EXTNAME", &number), PZ_EDATA);
	IS_CLEAN();
	assert_int_equal(pz_fits_find_text(f, "OBJECT", text, sizeof text), 1);
	IS_CLEAN();
	assert_int_equal(pz_fits_text(f, "OBJECT", text, sizeof text), 1);
	assert_string_equal(text, "no end");
	IS_CLEAN();
	assert_int_equal(pz_fits_primary_header(f, &header, &cards, &asked), 0);
	free(header);
	IS_CLEAN();
	pz_fits_close(f);
	assert_int_equal(truncate("broken.fits", 2880 + 5760), 0);
	says(pz_fits_open_image(&f, "broken.fits", "NONE"), PZ_EDATA,
	     "broken.fits: no HDU 'NONE' (2 HDUs, counted from 0)");
	IS_CLEAN();
	says(pz_fits_open_image(&f, "broken.fits", "5"), PZ_EDATA,
	     "broken.fits: no HDU '5' (2 HDUs, counted from 0)");
	IS_CLEAN();
	assert_int_equal(pz_fits_open_image(&f, "broken.fits", "SCI"), 0);
	IS_CLEAN();
	says(pz_fits_open_beside(&other, f, "SCI", 2), PZ_EDATA,
	     "broken.fits: HDU 1: no image HDU SCI of version 2");
	IS_CLEAN();
	pz_fits_close(f);
}

/* Columns without a name. */
static void tables_leave_no_messages(void **state)
{
	static const char *const card[] = {
		"XTENSION= 'BINTABLE'",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                    2",
		"NAXIS2  =                    3", "PCOUNT  =                    0",
		"GCOUNT  =                    1", "TFIELDS =                    2",
		"TFORM1  = '1B      '",           "TFORM2  = '1B      '",
		"TTYPE2  = 'x       '",           NULL
	};
	FILE *to = fopen("table.fits", "wb");
	struct pz_fits *f;

	(void)state;
	raw_primary(to);
	raw_hdu(to, card, "abcdef", 6, 0);
	fclose(to);
	assert_int_equal(pz_fits_open_table(&f, "table.fits", NULL), 0);
	assert_string_equal(pz_fits_column_name(f, 0), "");
	assert_string_equal(pz_fits_column_name(f, 1), "x");
	pz_fits_close(f);
	IS_CLEAN();
	assert_int_equal(pz_fits_fail("f", KEY_NO_EXIST, "w"), PZ_EDATA);
	IS_CLEAN();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_that_are_passed_by),
		cmocka_unit_test(files_of_a_few_bytes),
		cmocka_unit_test(keywords_leave_no_messages),
		cmocka_unit_test(tables_leave_no_messages),
	};

	return cmocka_run_group_tests_name("messages", tests, enter_own_folder, leave_own_folder);
}
