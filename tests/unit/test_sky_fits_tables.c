/* test_sky_fits_tables.c -- tables as others write them: of text, with undefined values */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>

#include "descriptors.h"
#include "raw_fits.h"

static char path[] = "/tmp/pz-test-tables-XXXXXX";

static FILE *begin(void)
{
	FILE *to = fopen(path, "wb");

	assert_non_null(to);
	raw_primary(to);
	return to;
}

static struct pz_fits *finish(FILE *to)
{
	struct pz_fits *f;

	assert_int_equal(fclose(to), 0);
	assert_int_equal(pz_fits_open_table(&f, path, NULL), 0);
	return f;
}

static void expect_error(int rc, int code, const char *words)
{
	assert_int_equal(rc, code);
	assert_non_null(strstr(pz_error_text(), words));
}

/* Fields: id (I20), z (F8.4), flux (D12.3), name (A6), flag (I4, undefined is -99). */
static struct pz_fits *ascii_table(const char *rows, const char *n)
{
	char naxis2[81];
	const char *card[] = {
		"XTENSION= 'TABLE   '",
		"BITPIX  =                    8",
		"NAXIS   =                    2",
		"NAXIS1  =                   54",
		naxis2,
		"PCOUNT  =                    0",
		"GCOUNT  =                    1",
		"TFIELDS =                    5",
		"TTYPE1  = 'id'",
		"TFORM1  = 'I20'",
		"TBCOL1  =                    1",
		"TTYPE2  = 'z'",
		"TFORM2  = 'F8.4'",
		"TBCOL2  =                   22",
		"TTYPE3  = 'flux'",
		"TFORM3  = 'D12.3'",
		"TBCOL3  =                   31",
		"TSCAL3  =                  2.0",
		"TTYPE4  = 'name'",
		"TFORM4  = 'A6'",
		"TBCOL4  =                   44",
		"TTYPE5  = 'flag'",
		"TFORM5  = 'I4'",
		"TBCOL5  =                   51",
		"TNULL5  = '-99'",
		NULL,
	};
	FILE *to = begin();

	snprintf(naxis2, sizeof naxis2, "NAXIS2  = %20s", n);
	raw_hdu(to, card, rows, strlen(rows), ' ');
	return finish(to);
}

/* An id of 19 digits stays; a number without a point has its decimals at its end; blank is
 * undefined, not 0. */
static void ascii_tables_are_read(void **state)
{
	struct pz_fits *f = ascii_table(" 1234567890123456789   0.1000      1.5D+01 NGC 1     1"
					"    9007199254740993    12345     -2.5E+01 a      -99"
					"                   3                         3        ",
					"3");
	bool undefined[3];
	char text[3][8];
	int64_t id[3];
	double x[3];
	size_t repeat;

	(void)state;
	assert_int_equal(pz_fits_column_type(f, 0, &repeat), PZ_FITS_INTEGER);
	assert_int_equal(repeat, 1);
	assert_int_equal(pz_fits_column_type(f, 2, &repeat), PZ_FITS_DOUBLE);
	assert_int_equal(pz_fits_column_type(f, 3, &repeat), PZ_FITS_TEXT);
	assert_int_equal(repeat, 6);
	assert_int_equal(pz_fits_read_integers(f, 0, 0, 3, id, NULL), 0);
	assert_true(id[0] == 1234567890123456789 && id[1] == 9007199254740993 && id[2] == 3);
	assert_int_equal(pz_fits_read_doubles(f, 1, 0, 3, x), 0);
	assert_true(x[0] == 0.1 && x[1] == 1.2345 && isnan(x[2]));
	assert_int_equal(pz_fits_read_doubles(f, 2, 0, 3, x), 0);
	assert_true(x[0] == 30 && x[1] == -50 && isnan(x[2]));
	assert_int_equal(pz_fits_read_texts(f, 3, 0, 3, text[0], 8), 0);
	assert_string_equal(text[0], "NGC 1");
	assert_string_equal(text[1], "a");
	assert_int_equal(pz_fits_read_texts(f, 4, 0, 3, text[0], 8), 0);
	assert_string_equal(text[0], "1");
	assert_string_equal(text[1], "");
	assert_int_equal(pz_fits_read_integers(f, 4, 0, 3, id, undefined), 0);
	assert_true(id[0] == 1 && !undefined[0] && undefined[1] && undefined[2]);
	expect_error(pz_fits_read_integers(f, 4, 0, 3, id, NULL), PZ_EDATA, "'flag': row 2");
	pz_fits_close(f);
}

/* Whole numbers that are scaled, or moved, are no whole numbers. */
static void scaled_fields(void **state)
{
	static const char *const card[] = { "XTENSION= 'TABLE   '",
					    "BITPIX  =                    8",
					    "NAXIS   =                    2",
					    "NAXIS1  =                   15",
					    "NAXIS2  =                    2",
					    "PCOUNT  =                    0",
					    "GCOUNT  =                    1",
					    "TFIELDS =                    3",
					    "TFORM1  = 'I4'",
					    "TBCOL1  =                    1",
					    "TSCAL1  =                  0.5",
					    "TFORM2  = 'I4'",
					    "TBCOL2  =                    6",
					    "TZERO2  =                 -3.0",
					    "TFORM3  = 'I4'",
					    "TBCOL3  =                   11",
					    "TSCAL3  =                  1.0",
					    "TZERO3  =                  0.0",
					    NULL };
	FILE *to = begin();
	struct pz_fits *f;
	double x[2];

	(void)state;
	raw_hdu(to, card, "   7   11   13   -9    4    6 ", 30, ' ');
	f = finish(to);
	assert_int_equal(pz_fits_column_type(f, 0, NULL), PZ_FITS_DOUBLE);
	assert_int_equal(pz_fits_column_type(f, 1, NULL), PZ_FITS_DOUBLE);
	assert_int_equal(pz_fits_column_type(f, 2, NULL), PZ_FITS_INTEGER);
	assert_int_equal(pz_fits_read_doubles(f, 0, 0, 2, x), 0);
	assert_true(x[0] == 3.5 && x[1] == -4.5);
	assert_int_equal(pz_fits_read_doubles(f, 1, 0, 2, x), 0);
	assert_true(x[0] == 8 && x[1] == 1);
	assert_int_equal(pz_fits_read_doubles(f, 2, 0, 2, x), 0);
	assert_true(x[0] == 13 && x[1] == 6);
	pz_fits_close(f);
}

static void wrong_fields_are_errors(void **state)
{
	struct pz_fits *f = ascii_table("12345678901234567890      x.1         0x10 a         1"
					"                 1.5      0.1          1 2 a         1",
					"2");
	int64_t id;
	double x;

	(void)state;
	expect_error(
		pz_fits_read_integers(f, 0, 0, 1, &id, NULL), PZ_EDATA,
		"'id': row 1: expected a whole number of 64 bits, found '12345678901234567890'");
	expect_error(pz_fits_read_integers(f, 0, 1, 1, &id, NULL), PZ_EDATA, "found '1.5'");
	expect_error(pz_fits_read_doubles(f, 1, 0, 1, &x), PZ_EDATA,
		     "'z': row 1: expected a number");
	expect_error(pz_fits_read_doubles(f, 2, 0, 1, &x), PZ_EDATA, "found '0x10'");
	expect_error(pz_fits_read_doubles(f, 2, 1, 1, &x), PZ_EDATA, "found '1 2'");
	expect_error(pz_fits_read_doubles(f, 3, 0, 1, &x), PZ_EDATA, "expected numbers");
	pz_fits_close(f);
}

/* TNULL -99 of int16, a logical, two texts of three letters, a text of no letters. */
static void undefined_values_are_told(void **state)
{
	static const char *const card[] = {
		"XTENSION= 'BINTABLE'",
		"BITPIX  =                    8",
		"NAXIS   =                    2",
		"NAXIS1  =                    9",
		"NAXIS2  =                    2",
		"PCOUNT  =                    0",
		"GCOUNT  =                    1",
		"TFIELDS =                    4",
		"TTYPE1  = 'id'",
		"TFORM1  = 'I'",
		"TNULL1  =                  -99",
		"TTYPE2  = 'star'",
		"TFORM2  = 'L'",
		"TTYPE3  = 'bands'",
		"TFORM3  = '6A'",
		"TDIM3   = '(3,2)'",
		"TTYPE4  = 'none'",
		"TFORM4  = '0A'",
		NULL,
	};
	FILE *to = begin();
	struct pz_fits *f;
	bool undefined[2];
	char text[2][8];
	int64_t id[2];
	double x[2];

	(void)state;
	raw_hdu(to, card, "\0\7Tabcdef\xff\x9d\0abcdef", 18, 0);
	f = finish(to);
	assert_int_equal(pz_fits_read_integers(f, 0, 0, 2, id, undefined), 0);
	assert_true(id[0] == 7 && !undefined[0] && id[1] == 0 && undefined[1]);
	expect_error(pz_fits_read_integers(f, 0, 0, 2, id, NULL), PZ_EDATA,
		     "'id': row 2: expected a whole number, found none");
	assert_int_equal(pz_fits_read_doubles(f, 0, 0, 2, x), 0);
	assert_true(x[0] == 7 && isnan(x[1]));
	assert_int_equal(pz_fits_read_texts(f, 0, 0, 2, text[0], 8), 0);
	assert_string_equal(text[0], "7");
	assert_string_equal(text[1], "");
	assert_int_equal(pz_fits_read_integers(f, 1, 0, 2, id, undefined), 0);
	assert_true(id[0] == 1 && !undefined[0] && undefined[1]);
	assert_int_equal(pz_fits_column_texts(f, 2), 2);
	assert_int_equal(pz_fits_column_texts(f, 0), 1);
	expect_error(pz_fits_read_texts(f, 2, 0, 1, text[0], 8), PZ_EDATA,
		     "'bands': expected one value a row, found 2");
	assert_int_equal(pz_fits_read_texts(f, 3, 0, 2, text[0], 8), 0);
	assert_string_equal(text[0], "");
	pz_fits_close(f);
}

/* What CFITSIO relies on, or asks for memory by, is refused before it looks at it. */
static void headers_are_checked(void **state)
{
	static const char *const wrong[][3] = {
		{ "BITPIX  =                    7", "BITPIX", "8, 16, 32" },
		{ "BITPIX  =                'abc'", "BITPIX", "8, 16, 32" },
		{ "NAXIS   =                    3", "NAXIS3", "found none" },
		{ "NAXIS   =                    1", "NAXIS", "2 in a table" },
		{ "NAXIS   =                   -1", "NAXIS", "a number of axes" },
		{ "NAXIS1  =                   -9", "NAXIS1", "a length" },
		{ "NAXIS1  =                    x", "NAXIS1", "a length" },
		{ "NAXIS2  =  9000000000000000000", "its axes", "longer than any file" },
		{ "NAXIS2  = 99999999999999999999", "NAXIS2", "a length" },
		{ "PCOUNT  =                   -4", "PCOUNT", "a number of 0 or more" },
		{ "TFIELDS =                  'x'", "TFIELDS", "a number of columns" },
		{ "TFIELDS =                 1000", "TFIELDS", "a number of columns" },
		{ "TFIELDS =                    2", "TFORM2", "found none" },
		{ "TFIELD  =                    1", "TFIELDS", "found none" },
		{ "TFORMX  = 'D'", "TFORM1", "found none" },
	};
	const char *card[] = {
		"XTENSION= 'BINTABLE'",
		"BITPIX  =                    8",
		"NAXIS   =                    2",
		"NAXIS1  =                    8",
		"NAXIS2  =                    1",
		"PCOUNT  =                    0",
		"GCOUNT  =                    1",
		"TFIELDS =                    1",
		"TFORM1  = 'D'",
		NULL,
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		FILE *to = begin();
		struct pz_fits *f;
		const char *good = NULL;
		int c = 0;

		while (strncmp(card[c], wrong[i][0], strlen("NAXIS")) ||
		       (wrong[i][0][5] != card[c][5] && wrong[i][0][5] != 'X'))
			c++;
		good = card[c];
		card[c] = wrong[i][0];
		raw_hdu(to, card, "12345678", 8, 0);
		card[c] = good;
		assert_int_equal(fclose(to), 0);
		expect_error(pz_fits_open_table(&f, path, NULL), PZ_ECORRUPT, wrong[i][1]);
		expect_error(pz_fits_open_table(&f, path, NULL), PZ_ECORRUPT, wrong[i][2]);
	}
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_tables_are_read),
		cmocka_unit_test(scaled_fields),
		cmocka_unit_test(wrong_fields_are_errors),
		cmocka_unit_test(undefined_values_are_told),
		cmocka_unit_test(headers_are_checked),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
