/* test_fits_keywords.c -- numbers and texts of headers, of an HDU's own or the primary one, and
 * files of other kinds
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <pz/error.h>

#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

static void text_is(struct pz_fits *f, const char *key, size_t size, int found, const char *text)
{
	char read[100];

	memset(read, 'x', sizeof read);
	assert_int_equal(pz_fits_find_text(f, key, read, size), found);
	assert_string_equal(read, text);
	assert_true(read[size] == 'x');
}

static void number_is(struct pz_fits *f, const char *key, int found, double number)
{
	double read = 0;

	assert_int_equal(pz_fits_find_number(f, key, &read), found);
	assert_true(found ? read == number : isnan(read));
}

/* ---- values ---- */

static const char *const own[] = { "SIMPLE  =                    T",
				   "BITPIX  =                    8",
				   "NAXIS   =                    2",
				   "NAXIS1  =                    1",
				   "NAXIS2  =                    1",
				   "PLAIN   = 'a text  '",
				   "QUOTE   = 'it''s   '           / of somebody",
				   "TWO     = ''''''",
				   "EMPTY   = ''",
				   "BLANK1  = '   '",
				   "WORD    =                    T",
				   "NUMBER  =              -1.25E2",
				   "FORTRAN =                1.5D3",
				   "SMALL   =                1.5d3",
				   "QUOTED  = '27.5    '",
				   "HEX     =                 0x10",
				   "HEXTEXT = '0X10    '",
				   "INFINITE= 'inf     '",
				   "NOTANUM = 'nan     '",
				   "MORE    = '1.5 x   '",
				   "NOTHING =",
				   "LATIN   = 'd\xe9j\xe0 vu'",
				   "UTF     = 'd\xc3\xa9j\xc3\xa0 vu'",
				   "LONG    = 'one and &'",
				   "CONTINUE  'two'",
				   NULL };

static struct pz_fits *open_own(void)
{
	FILE *to = fopen("own.fits", "wb");
	struct pz_fits *f;

	assert_non_null(to);
	raw_hdu(to, own, "\0", 1, 0);
	fclose(to);
	assert_int_equal(pz_fits_open_image(&f, "own.fits", NULL), 0);
	return f;
}

static void texts_have_no_quotes(void **state)
{
	struct pz_fits *f = open_own();
	char text[40];

	(void)state;
	text_is(f, "PLAIN", 20, 1, "a text");
	text_is(f, "QUOTE", 20, 1, "it's");
	text_is(f, "TWO", 20, 1, "''");
	text_is(f, "EMPTY", 20, 1, "");
	text_is(f, "BLANK1", 20, 1, "");
	text_is(f, "WORD", 20, 1, "T");
	text_is(f, "NUMBER", 20, 1, "-1.25E2");
	text_is(f, "NOTHING", 20, 1, "");
	text_is(f, "ABSENT", 20, 0, "");
	/* cut to what there is room for */
	text_is(f, "PLAIN", 7, 1, "a text");
	text_is(f, "PLAIN", 6, 1, "a tex");
	text_is(f, "PLAIN", 1, 1, "");
	/* Latin-1 becomes UTF-8, of which no character is cut */
	text_is(f, "LATIN", 20, 1, "d\xc3\xa9j\xc3\xa0 vu");
	text_is(f, "LATIN", 15, 1, "d\xc3\xa9j\xc3\xa0 vu");
	text_is(f, "LATIN", 8, 1, "d\xc3\xa9j");
	text_is(f, "UTF", 10, 1, "d\xc3\xa9j\xc3\xa0 vu");
	text_is(f, "UTF", 9, 1, "d\xc3\xa9j\xc3\xa0 v");
	text_is(f, "UTF", 6, 1, "d\xc3\xa9j");
	text_is(f, "UTF", 3, 1, "d");
	/* wildcards are letters of no keyword */
	text_is(f, "PLA*", 20, 0, "");
	text_is(f, "PLAI?", 20, 0, "");
	text_is(f, "NAXIS#", 20, 0, "");
	text_is(f, "", 20, 0, "");
	/* a text that goes on in the next card */
	assert_int_equal(pz_fits_text(f, "LONG", text, sizeof text), 1);
	assert_string_equal(text, "one and two");
	assert_int_equal(pz_fits_text(f, "LONG", text, 6), 1);
	assert_string_equal(text, "one a");
	assert_int_equal(pz_fits_text(f, "ABSENT", text, 6), 0);
	assert_string_equal(text, "");
	pz_fits_close(f);
}

static void numbers_are_whole_values(void **state)
{
	struct pz_fits *f = open_own();
	double x;

	(void)state;
	number_is(f, "NUMBER", 1, -125);
	number_is(f, "FORTRAN", 1, 1500);
	number_is(f, "SMALL", 1, 1500);
	number_is(f, "QUOTED", 1, 27.5);
	number_is(f, "NAXIS", 1, 2);
	number_is(f, "ABSENT", 0, 0);
	says(pz_fits_find_number(f, "WORD", &x), PZ_EDATA,
	     "own.fits: HDU 0: WORD: expected a number, found T");
	assert_true(isnan(x));
	says(pz_fits_find_number(f, "HEX", &x), PZ_EDATA,
	     "own.fits: HDU 0: HEX: expected a number, found 0x10");
	says(pz_fits_find_number(f, "HEXTEXT", &x), PZ_EDATA,
	     "own.fits: HDU 0: HEXTEXT: expected a number, found '0X10    '");
	says(pz_fits_find_number(f, "INFINITE", &x), PZ_EDATA,
	     "own.fits: HDU 0: INFINITE: expected a number, found 'inf     '");
	says(pz_fits_find_number(f, "NOTANUM", &x), PZ_EDATA,
	     "own.fits: HDU 0: NOTANUM: expected a number, found 'nan     '");
	says(pz_fits_find_number(f, "MORE", &x), PZ_EDATA,
	     "own.fits: HDU 0: MORE: expected a number, found '1.5 x   '");
	says(pz_fits_find_number(f, "EMPTY", &x), PZ_EDATA,
	     "own.fits: HDU 0: EMPTY: expected a number, found ''");
	says(pz_fits_find_number(f, "NOTHING", &x), PZ_EDATA,
	     "own.fits: HDU 0: NOTHING: expected a number, found no value");
	assert_true(pz_fits_number(f, "NUMBER", 7) == -125);
	assert_true(pz_fits_number(f, "ABSENT", 7) == 7);
	pz_fits_close(f);
}

/* Numbers are written in as few digits as bring them back, of 15 to 17; whole ones as such. */
static void numbers_are_written_short(void **state)
{
	static const struct {
		double number;
		const char *text;
	} one[] = { { 0.1, "0.1" },
		    { 1 / 3., "0.3333333333333333" },
		    { 2 / 3. * 1e-20, "6.666666666666666E-21" },
		    { 0.1 + 0.2, "0.30000000000000004" },
		    { 336.123456789012, "336.123456789012" },
		    { 5, "5" },
		    { -9007199254740991., "-9007199254740991" },
		    { 1e300, "1.0E+300" } };

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		const struct pz_fits_card card = { "KEY", .number = one[i].number };
		const float pixel = 1;
		char value[40], *header, *at;
		struct pz_fits *f;
		int cards;

		assert_int_equal(pz_fits_write_image("short.fits", &pixel, 1, 1, &card, 1), 0);
		assert_int_equal(pz_fits_open_image(&f, "short.fits", NULL), 0);
		assert_int_equal(pz_fits_header(f, &header, &cards), 0);
		at = strstr(header, "KEY     =");
		assert_non_null(at);
		assert_int_equal(sscanf(at + 9, "%39s", value), 1);
		assert_string_equal(value, one[i].text);
		assert_true(pz_fits_number(f, "KEY", 0) == one[i].number);
		free(header);
		pz_fits_close(f);
	}
}

/* ---- of the primary header ---- */

/* A file whose primary HDU has data or not, and whose extension says so of INHERIT. */
static struct pz_fits *open_extension(bool data, const char *inherit)
{
	const char *primary[] = { "SIMPLE  =                    T",
				  "BITPIX  =                    8",
				  data ? "NAXIS   =                    1"
				       : "NAXIS   =                    0",
				  "EXTEND  =                    T",
				  "BOTH    =                    1",
				  "FIRST   =                    2",
				  "BAD     =                    x",
				  NULL };
	const char *extension[] = { "XTENSION= 'IMAGE   '",
				    "BITPIX  =                    8",
				    "NAXIS   =                    2",
				    "NAXIS1  =                    1",
				    "NAXIS2  =                    1",
				    "PCOUNT  =                    0",
				    "GCOUNT  =                    1",
				    "BOTH    =                   10",
				    inherit,
				    NULL };
	const char *with_axis[10];
	FILE *to = fopen("two.fits", "wb");
	struct pz_fits *f;

	memcpy(with_axis, primary, 3 * sizeof *primary);
	with_axis[3] = "NAXIS1  =                    1";
	memcpy(with_axis + 4, primary + 4, 4 * sizeof *primary);
	raw_hdu(to, data ? with_axis : primary, "\0", data, 0);
	raw_hdu(to, extension, "\0", 1, 0);
	fclose(to);
	assert_int_equal(pz_fits_open_image(&f, "two.fits", "1"), 0);
	return f;
}

static void extensions_inherit(void **state)
{
	static const struct {
		bool data;
		const char *inherit;
		bool inherits, asked;
	} one[] = {
		{ false, NULL, true, false },
		{ false, "INHERIT =                    T", true, true },
		{ false, "INHERIT = 'T       '", true, true },
		{ false, "INHERIT =                    F", false, false },
		{ true, NULL, false, false },
		{ true, "INHERIT =                    T", true, true },
		{ true, "INHERIT =                    F", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		struct pz_fits *f = open_extension(one[i].data, one[i].inherit);
		int cards = -1, has = one[i].inherits;
		bool asked = !one[i].asked;
		char *header;
		double x;

		number_is(f, "BOTH", 1, 10);
		number_is(f, "FIRST", has, 2);
		text_is(f, "FIRST", 9, has, has ? "2" : "");
		assert_int_equal(pz_fits_find_number(f, "BAD", &x), has ? PZ_EDATA : 0);
		assert_true(pz_fits_number(f, "FIRST", -1) == -1);
		assert_int_equal(pz_fits_primary_header(f, &header, &cards, &asked), 0);
		assert_int_equal(asked, one[i].asked);
		assert_int_equal(cards, has ? 8 : 0);
		assert_int_equal(header != NULL, has);
		assert_true(!has || strstr(header, "FIRST   =                    2") != NULL);
		free(header);
		/* the file is where it was */
		assert_int_equal(pz_fits_header(f, &header, &cards), 0);
		assert_int_equal(cards, one[i].inherit ? 10 : 9);
		assert_int_equal(strlen(header), (size_t)cards * 80);
		assert_int_equal(strncmp(header, "XTENSION", 8), 0);
		free(header);
		pz_fits_close(f);
	}
}

static void the_primary_header_inherits_nothing(void **state)
{
	struct pz_fits *f = open_own();
	bool asked = true;
	char *header;
	int cards;

	(void)state;
	assert_int_equal(pz_fits_primary_header(f, &header, &cards, &asked), 0);
	assert_true(!header && cards == 0 && !asked);
	pz_fits_close(f);
}

/* ---- other files ---- */

static void write_bytes(const char *name, const char *bytes, size_t n)
{
	FILE *to = fopen(name, "wb");

	assert_int_equal(fwrite(bytes, 1, n, to), n);
	fclose(to);
}

static void files_packed_otherwise(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *by;
	} packed[] = {
		{ "\x1f\x9d\x90...", 6, "compress (.Z)" },
		{ "PK\3\4", 4, "zip" },
		{ "PK", 2, "zip" },
		{ "P", 1, "zip" },
		{ "\xfd"
		  "7zXZ\0",
		  6, "xz" },
		{ "\xfd"
		  "7zX",
		  4, "xz" },
		{ "\x28\xb5\x2f\xfd.", 5, "zstd" },
	};
	char text[300];
	struct pz_fits *f;

	(void)state;
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
		write_bytes("packed", packed[i].bytes, packed[i].n);
		snprintf(text, sizeof text,
			 "packed: packed by %s: expected FITS, plain or packed by gzip or bzip2; "
			 "unpack "
			 "it first",
			 packed[i].by);
		says(pz_fits_open_image(&f, "packed", NULL), PZ_EDATA, text);
		assert_int_equal(pz_fits_looks_like("packed"), 0);
	}
	write_bytes("packed", "", 0);
	says(pz_fits_open_image(&f, "packed", NULL), PZ_ECORRUPT, "packed: the file is empty");
	write_bytes("packed", "KP", 2);
	says(pz_fits_open_image(&f, "packed", NULL), PZ_EDATA,
	     "packed: not a FITS file (no SIMPLE = T at its beginning)");
	/* what may be a FITS file's beginning is one that was cut */
	write_bytes("packed", "SIMPL", 5);
	says(pz_fits_open_image(&f, "packed", NULL), PZ_ECORRUPT,
	     "packed: cut short or corrupt: its header has no END");
	write_bytes("packed", "SIMPLE  = T", 11);
	says(pz_fits_open_image(&f, "packed", NULL), PZ_ECORRUPT,
	     "packed: cut short or corrupt: its header has no END");
	write_bytes("packed", "SIMPLE_", 7);
	says(pz_fits_open_image(&f, "packed", NULL), PZ_EDATA,
	     "packed: not a FITS file (no SIMPLE = T at its beginning)");
}

static void what_looks_like_fits(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int looks;
	} file[] = {
		{ "SIMPLE  =", 9, 1 },    { "SIMPLE  = T", 11, 1 }, { "SIMPLE  ", 8, 0 },
		{ "\x1f\x8b\x08", 3, 1 }, { "\x1f\x8b", 2, 0 },     { "BZh9", 4, 1 },
		{ "BZh", 3, 1 },          { "BZ", 2, 0 },           { "", 0, 0 },
		{ "SIMPLE   T", 10, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
		write_bytes("looks", file[i].bytes, file[i].n);
		assert_int_equal(pz_fits_looks_like("looks"), file[i].looks);
		assert_int_equal(pz_fits_looks_packed("looks"),
				 file[i].looks && *file[i].bytes != 'S');
	}
	assert_int_equal(pz_fits_looks_like("."), 0);
	assert_int_equal(pz_fits_looks_like("not/there"), 0);
	assert_int_equal(pz_fits_looks_packed("not/there"), 0);
}

static void pipes_and_folders_are_no_files(void **state)
{
	struct pz_fits *f;

	(void)state;
	says(pz_fits_open_image(&f, ".", NULL), PZ_EDATA,
	     ".: expected a regular file, found a directory");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	says(pz_fits_open_image(&f, "pipe", NULL), PZ_EDATA,
	     "pipe: expected a regular file, found a device or pipe");
	says(pz_fits_open_image(&f, "not/there", NULL), PZ_EIO,
	     "not/there: No such file or directory");
	assert_int_equal(pz_fits_looks_like("pipe"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_have_no_quotes),
		cmocka_unit_test(numbers_are_whole_values),
		cmocka_unit_test(numbers_are_written_short),
		cmocka_unit_test(extensions_inherit),
		cmocka_unit_test(the_primary_header_inherits_nothing),
		cmocka_unit_test(files_packed_otherwise),
		cmocka_unit_test(what_looks_like_fits),
		cmocka_unit_test(pipes_and_folders_are_no_files),
	};

	return cmocka_run_group_tests_name("keywords", tests, enter_own_folder, leave_own_folder);
}
