/* test_fits_headers.c -- where HDUs end, which one is meant, keywords, and what is said of errors
 */
#include <errno.h>
#include <fitsio.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/libraries.h>

#include "../../lib/fits/open.h"
#include "own_folder.h"
#include "raw_fits.h"
#include "says.h"

/* ---- errors of CFITSIO ---- */

static void errors_have_codes(void **state)
{
	static const struct {
		int status, code;
		const char *text;
	} known[] = {
		{ END_OF_FILE, PZ_ECORRUPT,
		  "f: cut short or corrupt: tried to move past end of file (CFITSIO 107) while w" },
		{ READ_ERROR, PZ_ECORRUPT,
		  "f: cut short or corrupt: error reading from FITS file (CFITSIO 108) while w" },
		{ DATA_DECOMPRESSION_ERR, PZ_ECORRUPT,
		  "f: cut short or corrupt: error uncompressing image (CFITSIO 414) while w" },
		{ SEEK_ERROR, PZ_ECORRUPT,
		  "f: cut short or corrupt: error seeking file position (CFITSIO 116) "
		  "while "
		  "w" },
		{ BAD_FILEPTR, PZ_ECORRUPT,
		  "f: cut short or corrupt: invalid fitsfile pointer (CFITSIO 114) while w" },
		{ MEMORY_ALLOCATION, PZ_ENOMEM, "f: no memory while w" },
		{ FILE_NOT_OPENED, PZ_EIO, "f: no memory, or too many open files, while w" },
		{ TOO_MANY_FILES, PZ_EIO, "f: no memory, or too many open files, while w" },
		{ KEY_NO_EXIST, PZ_EDATA, "f: keyword not found in header (CFITSIO 202) while w" },
		{ WRITE_ERROR, PZ_EDATA, "f: error writing to FITS file (CFITSIO 106) while w" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		errno = 0;
		says(pz_fits_fail("f", known[i].status, "w"), known[i].code, known[i].text);
	}
	errno = ENOSPC;
	says(pz_fits_fail("f", WRITE_ERROR, "w"), PZ_EIO,
	     "f: cannot write: No space left on device (CFITSIO 106) while w");
	errno = ENOSPC;
	assert_int_equal(pz_fits_fail("f", KEY_NO_EXIST, "w"), PZ_EDATA);
}

static void the_library_has_a_version(void **state)
{
	int major, minor, micro;
	float version;

	(void)state;
	fits_get_version(&version);
	assert_int_equal(sscanf(pz_fits_library(), "CFITSIO %d.%d.%d", &major, &minor, &micro), 3);
	assert_true(major >= 3 && minor < 100 && micro < 100);
	assert_true(fabs(major + minor / 100. + micro / 10000. - (double)version) < 5e-5);
}

/* ---- how long data are ---- */

#define CARDS 10

/* Of the primary HDU or of an extension: cards with "key value" each, and its bytes of data. */
struct shape {
	const char *card[CARDS];
	size_t bytes;
};

/* A card of "key value". */
static void put_card(char card[81], const char *text)
{
	size_t n = strcspn(text, " ");

	/* texts on the left, numbers on the right */
	snprintf(card, 81, text[n + 1] == '\'' ? "%-8.*s= %-20s" : "%-8.*s= %20s", (int)n, text,
		 text + n + 1);
}

/* Adds an HDU; the bytes of data are all 1, and as many as are said. */
static void add_shape(FILE *to, const struct shape *s)
{
	char card[CARDS][81];
	const char *cards[CARDS + 1] = { NULL };
	char *data = calloc(1, s->bytes + 1);
	size_t n = 0;

	assert_non_null(data);
	memset(data, 1, s->bytes);
	for (; n < CARDS && s->card[n]; n++) {
		put_card(card[n], s->card[n]);
		cards[n] = card[n];
	}
	raw_hdu(to, cards, data, s->bytes, 1);
	free(data);
}

static const struct shape last = { { "XTENSION 'IMAGE'", "BITPIX 8", "NAXIS 2", "NAXIS1 2",
				     "NAXIS2 1", "PCOUNT 0", "GCOUNT 1", "EXTNAME 'LAST'" },
				   2 };

/* That the HDU behind one is found where its data end. */
static void is_as_long(const struct shape *s)
{
	FILE *to = fopen("long.fits", "wb");
	struct pz_fits *f;
	float pixel[2];

	assert_non_null(to);
	if (strncmp(s->card[0], "SIMPLE", 6) != 0)
		raw_primary(to);
	add_shape(to, s);
	add_shape(to, &last);
	fclose(to);
	if (pz_fits_open_image(&f, "long.fits", "LAST") < 0)
		fail_msg("%s, %zu bytes: %s", s->card[1], s->bytes, pz_error_text());
	assert_int_equal(pz_fits_number_of_hdu(f), strncmp(s->card[0], "SIMPLE", 6) ? 2 : 1);
	assert_int_equal(pz_fits_read_rows(f, 0, 1, pixel), 0);
	assert_true(pixel[0] == 1 && pixel[1] == 1);
	pz_fits_close(f);
}

#define PRIMARY   "SIMPLE T"
#define EXTENSION "XTENSION 'IMAGE'"
#define TABLE     "XTENSION 'BINTABLE'"

static void the_next_hdu_is_behind_all_data(void **state)
{
	static const struct shape shape[] = {
		{ { PRIMARY, "BITPIX 8", "NAXIS 0" }, 0 },
		{ { PRIMARY, "BITPIX 8", "NAXIS 1", "NAXIS1 2880" }, 2880 },
		{ { PRIMARY, "BITPIX 8", "NAXIS 1", "NAXIS1 2881" }, 2881 },
		{ { PRIMARY, "BITPIX 16", "NAXIS 2", "NAXIS1 3", "NAXIS2 481" }, 2886 },
		{ { PRIMARY, "BITPIX -32", "NAXIS 3", "NAXIS1 3", "NAXIS2 24", "NAXIS3 11" },
		  3168 },
		{ { PRIMARY, "BITPIX 32", "NAXIS 2", "NAXIS1 0", "NAXIS2 500" }, 0 },
		{ { PRIMARY, "BITPIX -64", "NAXIS 2", "NAXIS1 19", "NAXIS2 19" }, 2888 },
		{ { PRIMARY, "BITPIX 64", "NAXIS 2", "NAXIS1 19", "NAXIS2 19" }, 2888 },
		/* groups: 5 times 3 parameters and 4 x 40 numbers of 4 bytes */
		{ { PRIMARY, "BITPIX -32", "NAXIS 3", "NAXIS1 0", "NAXIS2 4", "NAXIS3 40",
		    "PCOUNT 3", "GCOUNT 5", "GROUPS T" },
		  3260 },
		/* parameters in front of an extension's pixels */
		{ { EXTENSION, "BITPIX 16", "NAXIS 1", "NAXIS1 1400", "PCOUNT 41", "GCOUNT 1" },
		  2882 },
		{ { EXTENSION, "BITPIX 16", "NAXIS 1", "NAXIS1 500", "PCOUNT 20", "GCOUNT 3" },
		  3120 },
		{ { EXTENSION, "BITPIX 16", "NAXIS 1", "NAXIS1 9", "PCOUNT 0", "GCOUNT 0" }, 0 },
		{ { TABLE, "BITPIX 8", "NAXIS 2", "NAXIS1 8", "NAXIS2 300", "PCOUNT 500",
		    "GCOUNT 1", "TFIELDS 1", "TFORM1 'D'" },
		  2900 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
		is_as_long(&shape[i]);
}

/* The last block need not be whole, but all data must be there. */
static void data_must_be_there(void **state)
{
	FILE *to = fopen("whole.fits", "wb");
	struct pz_fits *f;

	(void)state;
	raw_primary(to);
	add_shape(to, &(struct shape){ { EXTENSION, "BITPIX 16", "NAXIS 2", "NAXIS1 5",
					 "NAXIS2 300", "PCOUNT 0", "GCOUNT 1" },
				       3000 });
	fclose(to);
	assert_int_equal(pz_fits_open_image(&f, "whole.fits", NULL), 0);
	pz_fits_close(f);
	assert_int_equal(truncate("whole.fits", 2 * 2880 + 3000), 0);
	assert_int_equal(pz_fits_open_image(&f, "whole.fits", NULL), 0);
	pz_fits_close(f);
	assert_int_equal(truncate("whole.fits", 2 * 2880 + 2999), 0);
	says(pz_fits_open_image(&f, "whole.fits", NULL), PZ_ECORRUPT,
	     "whole.fits: HDU 1: cut short or corrupt: expected to byte 11520, found 8759 bytes");
	assert_null(f);
	/* packed, it is as long as it unpacks to */
	assert_int_equal(system("gzip -kf whole.fits"), 0);
	says(pz_fits_open_image(&f, "whole.fits.gz", NULL), PZ_ECORRUPT,
	     "whole.fits.gz: HDU 1: cut short or corrupt: expected to byte 11520, found 8759 "
	     "bytes");
}

/* ---- headers that are wrong ---- */

static void wrong(const char *const *card, int code, const char *text)
{
	struct shape s = { .bytes = 2880 };
	FILE *to = fopen("wrong.fits", "wb");
	struct pz_fits *f;

	for (int i = 0; card[i]; i++)
		s.card[i] = card[i];
	add_shape(to, &s);
	fclose(to);
	says(pz_fits_open_image(&f, "wrong.fits", NULL), code, text);
}

#define WRONG(text, ...) wrong((const char *const[]){ __VA_ARGS__, NULL }, PZ_ECORRUPT, text)

static void headers_that_cannot_be(void **state)
{
	(void)state;
	wrong((const char *const[]){ "SIMPLY T", NULL }, PZ_EDATA,
	      "wrong.fits: not a FITS file (no SIMPLE = T at its beginning)");
	WRONG("wrong.fits: HDU 0: corrupt: BITPIX: expected such a card, found none", PRIMARY,
	      "NAXIS 0");
	WRONG("wrong.fits: HDU 0: corrupt: NAXIS: expected such a card, found none", PRIMARY,
	      "BITPIX 8");
	WRONG("wrong.fits: HDU 0: corrupt: BITPIX: expected 8, 16, 32, 64, -32 or -64", PRIMARY,
	      "BITPIX -16", "NAXIS 0");
	WRONG("wrong.fits: HDU 0: corrupt: BITPIX: expected 8, 16, 32, 64, -32 or -64", PRIMARY,
	      "BITPIX -65", "NAXIS 0");
	WRONG("wrong.fits: HDU 0: corrupt: NAXIS: expected at most 999 axes", PRIMARY, "BITPIX 8",
	      "NAXIS 1000");
	WRONG("wrong.fits: HDU 0: corrupt: NAXIS2: expected such a card, found none", PRIMARY,
	      "BITPIX 8", "NAXIS 999", "NAXIS1 1");
	WRONG("wrong.fits: HDU 0: corrupt: NAXIS2: expected a length of 0 or more", PRIMARY,
	      "BITPIX 8", "NAXIS 2", "NAXIS1 1", "NAXIS2 -1");
	/* the first that is wrong is told */
	WRONG("wrong.fits: HDU 0: corrupt: NAXIS1: expected a length of 0 or more", PRIMARY,
	      "BITPIX 8", "NAXIS 2", "NAXIS1 x", "NAXIS2 -1");
	WRONG("wrong.fits: HDU 0: corrupt: GCOUNT: expected a number of 0 or more", PRIMARY,
	      "BITPIX 8", "NAXIS 0", "GCOUNT -1");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 16",
	      "NAXIS 2", "NAXIS1 1000000000", "NAXIS2 5000000000");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 8",
	      "NAXIS 1", "NAXIS1 5000000000000000000");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 8",
	      "NAXIS 2", "NAXIS1 4", "NAXIS2 1152921504606846976");
	/* products and sums that would be 0, or below it, in 64 bits */
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 8",
	      "NAXIS 3", "NAXIS1 4294967296", "NAXIS2 4294967296", "NAXIS3 1");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 8",
	      "NAXIS 1", "NAXIS1 4294967296", "GCOUNT 4294967296");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 64",
	      "NAXIS 1", "NAXIS1 2305843009213693952");
	WRONG("wrong.fits: HDU 0: corrupt: its axes are longer than any file", PRIMARY, "BITPIX 16",
	      "NAXIS 1", "NAXIS1 9223372036854775807", "PCOUNT 1");
	/* 2^62 - 1 bytes are not */
	wrong((const char *const[]){ PRIMARY, "BITPIX 8", "NAXIS 2", "NAXIS1 3",
				     "NAXIS2 1537228672809129301", NULL },
	      PZ_EDATA,
	      "wrong.fits: HDU 0: 3 x 1537228672809129301 pixels, more than the limit of 2^31");
}

/* ---- which HDU ---- */

static void add_image(FILE *to, const char *name, const char *version)
{
	add_shape(to, &(struct shape){ { EXTENSION, "BITPIX 8", "NAXIS 2", "NAXIS1 2", "NAXIS2 3",
					 "PCOUNT 0", "GCOUNT 1", name, version },
				       6 });
}

static int hdu_of(const char *name)
{
	struct pz_fits *f;
	int rc = pz_fits_open_image(&f, "many.fits", name);

	if (rc == 0)
		rc = pz_fits_number_of_hdu(f);
	pz_fits_close(f);
	return rc;
}

static void hdus_have_numbers_and_names(void **state)
{
	FILE *to = fopen("many.fits", "wb");
	struct pz_fits *f;

	(void)state;
	raw_primary(to);
	add_shape(to, &(struct shape){ { TABLE, "BITPIX 8", "NAXIS 2", "NAXIS1 8", "NAXIS2 2",
					 "PCOUNT 0", "GCOUNT 1", "TFIELDS 1", "TFORM1 'D'" },
				       16 });
	add_shape(to, &(struct shape){ { EXTENSION, "BITPIX 8", "NAXIS 3", "NAXIS1 2", "NAXIS2 3",
					 "NAXIS3 2", "PCOUNT 0", "GCOUNT 1", "EXTNAME 'DEEP'" },
				       12 });
	add_image(to, "EXTNAME 'SCI'", NULL);
	add_image(to, "EXTNAME 'SCI'", "EXTVER 12");
	add_image(to, "EXTNAME 'A,B'", NULL);
	add_image(to, "EXTNAME '7'", NULL);
	add_image(to, "EXTNAME 'SCI'", "HDUNAME 'Other'");
	fclose(to);
	assert_int_equal(hdu_of(NULL), 3);
	assert_int_equal(hdu_of("OTHER"), 7);
	assert_int_equal(hdu_of("other,1"), 7);
	assert_int_equal(hdu_of("3"), 3);
	assert_int_equal(hdu_of("4"), 4);
	assert_int_equal(hdu_of("sci"), 3);
	assert_int_equal(hdu_of("SCI,1"), 3);
	assert_int_equal(hdu_of("SCI,12"), 4);
	assert_int_equal(hdu_of("A,B"), 5);
	assert_int_equal(hdu_of("A,B,1"), 5);
	says(hdu_of("8"), PZ_EDATA, "many.fits: no HDU '8' (8 HDUs, counted from 0)");
	says(hdu_of("SCI,2"), PZ_EDATA, "many.fits: no HDU 'SCI,2' (8 HDUs, counted from 0)");
	says(hdu_of("SCI,0"), PZ_EDATA, "many.fits: no HDU 'SCI,0' (8 HDUs, counted from 0)");
	says(hdu_of("SCI,1x"), PZ_EDATA, "many.fits: no HDU 'SCI,1x' (8 HDUs, counted from 0)");
	says(hdu_of("SCI,4294967297"), PZ_EDATA,
	     "many.fits: no HDU 'SCI,4294967297' (8 HDUs, counted from 0)");
	says(hdu_of(""), PZ_EDATA, "many.fits: no HDU '' (8 HDUs, counted from 0)");
	says(hdu_of("-1"), PZ_EDATA, "many.fits: no HDU '-1' (8 HDUs, counted from 0)");
	says(hdu_of("0"), PZ_EDATA,
	     "many.fits: HDU 0: expected an image of two axes, found no data");
	says(hdu_of("1"), PZ_EDATA,
	     "many.fits: HDU 1: expected an image of two axes, found a table");
	says(hdu_of("DEEP"), PZ_EDATA,
	     "many.fits: HDU 2: expected an image of two axes, found an image of 2 x 3 x 2");
	says(pz_fits_open_table(&f, "many.fits", "3"), PZ_EDATA,
	     "many.fits: HDU 3: expected a table, found an image of 2 x 3");
	assert_int_equal(pz_fits_open_cube(&f, "many.fits", NULL), 0);
	assert_int_equal(pz_fits_number_of_hdu(f), 2);
	assert_int_equal(pz_fits_planes(f), 2);
	pz_fits_close(f);
	assert_int_equal(pz_fits_open_table(&f, "many.fits", NULL), 0);
	assert_int_equal(pz_fits_number_of_hdu(f), 1);
	assert_int_equal(pz_fits_rows(f), 2);
	pz_fits_close(f);
}

static void files_without_what_is_wanted(void **state)
{
	FILE *to = fopen("tables.fits", "wb");
	struct pz_fits *f;

	(void)state;
	raw_primary(to);
	for (int i = 0; i < 2; i++)
		add_shape(to,
			  &(struct shape){ { TABLE, "BITPIX 8", "NAXIS 2", "NAXIS1 8", "NAXIS2 2",
					     "PCOUNT 0", "GCOUNT 1", "TFIELDS 1", "TFORM1 'D'" },
					   16 });
	add_shape(to, &(struct shape){ { EXTENSION, "BITPIX 8", "NAXIS 1", "NAXIS1 5", "PCOUNT 0",
					 "GCOUNT 1" },
				       5 });
	add_shape(to, &(struct shape){ { EXTENSION, "BITPIX 8", "NAXIS 2", "NAXIS1 0", "NAXIS2 5",
					 "PCOUNT 0", "GCOUNT 1" },
				       0 });
	fclose(to);
	says(pz_fits_open_image(&f, "tables.fits", NULL), PZ_EDATA,
	     "tables.fits: expected an image of two axes, found none in 5 HDUs (HDU 0: no data; 2 "
	     "tables)");
	says(pz_fits_open_cube(&f, "tables.fits", "3"), PZ_EDATA,
	     "tables.fits: HDU 3: expected an image of two or three axes, found an image of 5");
	says(pz_fits_open_image(&f, "tables.fits", "4"), PZ_EDATA,
	     "tables.fits: HDU 4: expected an image of two axes, found an image of 0 x 5");
	to = fopen("one.fits", "wb");
	add_shape(to, &(struct shape){ { PRIMARY, "BITPIX 8", "NAXIS 4", "NAXIS1 2", "NAXIS2 2",
					 "NAXIS3 2", "NAXIS4 2" },
				       16 });
	fclose(to);
	says(pz_fits_open_cube(&f, "one.fits", NULL), PZ_EDATA,
	     "one.fits: HDU 0: expected an image of two or three axes, found an image of 2 x 2 x 2 "
	     "x "
	     "2 and no other HDU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_have_codes),
		cmocka_unit_test(the_library_has_a_version),
		cmocka_unit_test(the_next_hdu_is_behind_all_data),
		cmocka_unit_test(data_must_be_there),
		cmocka_unit_test(headers_that_cannot_be),
		cmocka_unit_test(hdus_have_numbers_and_names),
		cmocka_unit_test(files_without_what_is_wanted),
	};

	return cmocka_run_group_tests_name("headers", tests, enter_own_folder, leave_own_folder);
}
