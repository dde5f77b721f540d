/* test_fits_tiles.c -- compressed images: what CFITSIO writes and reads, pz_fits_read_rows reads
 * too; line lists and packed bytes by hand; files compressed as a whole
 */
#include <bzlib.h>
#include <fitsio.h>
#include <math.h>
#include <zlib.h>

#include "../../lib/fits/tile.h"
#include "in_process.h"
#include "raw_fits.h"

#include <pz/fits.h>

#define WIDTH  211L
#define HEIGHT 97L
#define N      (WIDTH * HEIGHT)
#define NONE   (-9999.) /* becomes NaN */

static uint64_t chance = 88172645463325252;

static double uniform(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (double)(chance >> 11) / 0x1p53;
}

/* What the pixels look like. */
enum look { NOISE, WILD, COUNTS, JUMPS, HOLES, LOOKS };

static double pixel(long i, enum look look, int bitpix)
{
	double most = bitpix == BYTE_IMG     ? 255
		      : bitpix == SHORT_IMG  ? 32767
		      : bitpix == USHORT_IMG ? 65535
					     : 2e9;

	switch (look) {
	case WILD:
		return bitpix < 0 ? 1e3 * uniform() : floor(most * uniform());
	case COUNTS:
		return i % 7 ? 0 : floor(fmin(most, 4000) * uniform());
	case JUMPS: /* codes of 64 zeros, and the like, to the last pixel of a tile */
		return uniform() < 0.02 ? floor(uniform() * 70) : 0;
	case HOLES:
		return bitpix < 0 && i % 11 == 3 ? NONE : i % 13 == 5 ? 0 : 100 + 5 * uniform();
	default:
		return floor(fmin(most, 200) * (0.5 + 0.1 * uniform())) +
		       (bitpix < 0 ? uniform() : 0);
	}
}

struct form {
	int codec, bitpix, dither; /* dither 0: floats as they are */
	long tile[2];
	enum look look;
};

/* All pixels as the type of the image: CFITSIO packs no others. */
static void write_pixels(fitsfile *f, const struct form *m, int *status)
{
	static uint8_t u8[N];
	static int16_t i16[N];
	static uint16_t u16[N];
	static int i32[N];
	static float f32[N];
	static double f64[N];
	float none = NONE;
	double wide_none = NONE;

	for (long i = 0; i < N; i++) {
		f64[i] = pixel(i, m->look, m->bitpix);
		f32[i] = (float)f64[i];
		i32[i] = (int)f64[i];
		u16[i] = (uint16_t)i32[i];
		i16[i] = (int16_t)i32[i];
		u8[i] = (uint8_t)i32[i];
	}
	if (m->bitpix == DOUBLE_IMG)
		fits_write_imgnull(f, TDOUBLE, 1, N, f64, &wide_none, status);
	else if (m->bitpix == FLOAT_IMG)
		fits_write_imgnull(f, TFLOAT, 1, N, f32, &none, status);
	else if (m->bitpix == LONG_IMG)
		fits_write_img(f, TINT, 1, N, i32, status);
	else if (m->bitpix == BYTE_IMG)
		fits_write_img(f, TBYTE, 1, N, u8, status);
	else if (m->bitpix == USHORT_IMG)
		fits_write_img(f, TUSHORT, 1, N, u16, status);
	else
		fits_write_img(f, TSHORT, 1, N, i16, status);
}

/* A file that CFITSIO writes. */
static void write_tiles(const char *name, const struct form *m)
{
	long size[] = { WIDTH, HEIGHT };
	fitsfile *f = NULL;
	int status = 0;

	unlink(name);
	fits_create_file(&f, name, &status);
	fits_set_compression_type(f, m->codec, &status);
	fits_set_tile_dim(f, 2, (long *)m->tile, &status);
	if (m->bitpix < 0) {
		fits_set_quantize_level(f, m->dither ? 8 : 0, &status);
		if (m->dither) {
			fits_set_quantize_dither(f, m->dither, &status);
			fits_set_dither_seed(f, 9990, &status);
		}
	}
	fits_create_img(f, m->bitpix, 2, size, &status);
	write_pixels(f, m, &status);
	fits_close_file(f, &status);
	if (status)
		fail_msg("codec %d, bitpix %d: CFITSIO %d", m->codec, m->bitpix, status);
}

static float theirs[N], ours[N];

static void read_theirs(const char *name)
{
	fitsfile *f = NULL;
	float none = NAN;
	int status = 0, any;

	fits_open_image(&f, name, READONLY, &status);
	fits_read_img(f, TFLOAT, 1, N, &none, theirs, &any, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
}

/* In pieces of rows that fit no tiles. */
static void read_ours(const char *name)
{
	struct pz_fits *f;

	if (pz_fits_open_image(&f, name, NULL) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_fits_width(f), WIDTH);
	assert_int_equal(pz_fits_height(f), HEIGHT);
	for (size_t y = 0; y < HEIGHT; y += 19) {
		size_t n = HEIGHT - y < 19 ? HEIGHT - y : 19;

		if (pz_fits_read_rows(f, y, n, ours + y * WIDTH) < 0)
			fail_msg("%s", pz_error_text());
	}
	pz_fits_close(f);
}

/* How many pixels are NaN; all must be the same. */
static int same_pixels(const char *name, const struct form *m)
{
	int nan = 0;

	read_theirs(name);
	read_ours(name);
	for (long i = 0; i < N; i++) {
		nan += isnan(ours[i]);
		if (ours[i] != theirs[i] && !(isnan(ours[i]) && isnan(theirs[i])))
			fail_msg("codec %d, bitpix %d, dither %d, tile %ld x %ld, look %d: pixel "
				 "%ld: expected %.9g, found %.9g",
				 m->codec, m->bitpix, m->dither, m->tile[0], m->tile[1],
				 (int)m->look, i, (double)theirs[i], (double)ours[i]);
	}
	return nan;
}

static void whole_numbers_are_those_that_cfitsio_reads(void **state)
{
	static const int codecs[] = { RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1, PLIO_1 };
	static const int kinds[] = { BYTE_IMG, SHORT_IMG, USHORT_IMG, LONG_IMG };

	(void)state;
	for (size_t c = 0; c < sizeof codecs / sizeof *codecs; c++)
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			for (int look = 0; look < HOLES; look++) {
				struct form m = { codecs[c], kinds[k], 0, { 64, 32 }, look };

				/* CFITSIO writes line lists of noise beyond its buffer, and
				 * HCOMPRESS has fewer bits */
				if (codecs[c] == PLIO_1
					    ? look != COUNTS
					    : codecs[c] == HCOMPRESS_1 && look == WILD &&
						      kinds[k] == LONG_IMG)
					continue;
				write_tiles("t.fits", &m);
				assert_int_equal(same_pixels("t.fits", &m), 0);
			}
}

static void floats_are_those_that_cfitsio_reads(void **state)
{
	static const int codecs[] = { RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1 };
	static const int dithers[] = { NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2 };

	(void)state;
	for (size_t c = 0; c < sizeof codecs / sizeof *codecs; c++)
		for (size_t d = 0; d < 3; d++)
			for (int look = 0; look < LOOKS; look++) {
				/* one tile has more pixels than there are random numbers */
				struct form m = { codecs[c],
						  FLOAT_IMG,
						  dithers[d],
						  { d == 1 ? WIDTH : 50, d == 1 ? 60 : 41 },
						  look };

				if (codecs[c] == HCOMPRESS_1 && (look == HOLES || d == 2))
					continue; /* CFITSIO has neither */
				write_tiles("t.fits", &m);
				assert_int_equal(same_pixels("t.fits", &m) > 0, look == HOLES);
			}
	for (int bitpix = FLOAT_IMG; bitpix >= DOUBLE_IMG; bitpix += DOUBLE_IMG - FLOAT_IMG)
		for (int codec = 0; codec < 2; codec++) {
			struct form m = { codec ? GZIP_2 : GZIP_1, bitpix, 0, { 64, 32 }, HOLES };

			write_tiles("t.fits", &m);
			assert_true(same_pixels("t.fits", &m) > 0);
		}
}

/* Writes a card over the one of this key, or at the end of the table's header; text with its
 * quotes. CFITSIO would not write what is wrong. */
static void set_key(const char *name, const char *key, const char *text, int number)
{
	char begin[16], card[96], value[32];
	FILE *f = fopen(name, "r+b");
	long at = 2880; /* behind the primary header */

	snprintf(begin, sizeof begin, "%-8s=", key);
	if (text)
		snprintf(value, sizeof value, "'%s'", text);
	else
		snprintf(value, sizeof value, "%20d", number);
	snprintf(card, sizeof card, "%s %-70s", begin, value);
	for (char found[81] = "";; at += 80) {
		fseek(f, at, SEEK_SET);
		assert_int_equal(fread(found, 1, 80, f), 80);
		if (!strncmp(found, begin, 9))
			break;
		if (strncmp(found, "END ", 4) != 0)
			continue;
		assert_true((at + 80) % 2880 != 0);
		fseek(f, at + 80, SEEK_SET);
		fwrite(found, 1, 80, f);
		break;
	}
	fseek(f, at, SEEK_SET);
	fwrite(card, 1, 80, f);
	assert_int_equal(fclose(f), 0);
}

/* ZBLANK is a number that some rounded pixels have, dithered or not. */
static void blanks_are_taken_out_of_rounded_pixels(void **state)
{
	static const int dithers[] = { NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2 };

	(void)state;
	for (size_t d = 0; d < 3; d++) {
		struct form m = { RICE_1, FLOAT_IMG, dithers[d], { WIDTH, 16 }, NOISE };
		int nan = 0;

		write_tiles("t.fits", &m);
		assert_int_equal(same_pixels("t.fits", &m), 0);
		/* CFITSIO counts from 0, or where it needs numbers of its own from the least */
		for (int k = 0; k < 64 && nan == 0; k += 3) {
			set_key("t.fits", "ZBLANK", NULL, k + (d == 2 ? -2147483637 : 0));
			nan = same_pixels("t.fits", &m);
		}
		assert_true(nan > 0 && nan < N / 2);
	}
	/* without ZBLANK NaN are known by their number */
	{
		struct form m = { RICE_1, FLOAT_IMG, SUBTRACTIVE_DITHER_1, { WIDTH, 16 }, HOLES };
		int nan;

		write_tiles("t.fits", &m);
		nan = same_pixels("t.fits", &m);
		set_key("t.fits", "ZBLANK", "none", 0);
		read_ours("t.fits");
		for (long i = 0; i < N; i++)
			nan -= isnan(ours[i]);
		assert_int_equal(nan, 0);
	}
}

static void whole_numbers_without_a_value_are_below_0(void **state)
{
	struct form m = { RICE_1, SHORT_IMG, 0, { WIDTH, 16 }, COUNTS };
	static int64_t whole[N];
	struct pz_fits *f;

	(void)state;
	write_tiles("t.fits", &m);
	read_theirs("t.fits");
	set_key("t.fits", "BLANK", NULL, 0);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	assert_int_equal(pz_fits_read_rows_integers(f, 0, HEIGHT, whole), 0);
	pz_fits_close(f);
	for (long i = 0; i < N; i++)
		assert_int_equal(whole[i], theirs[i] == 0 ? -1 : (int64_t)theirs[i]);
	read_ours("t.fits");
	for (long i = 0; i < N; i++)
		assert_true(theirs[i] == 0 ? isnan(ours[i]) : ours[i] == theirs[i]);
}

/* ---- headers that say something wrong ---- */

static void refuses(const struct form *m, const char *key, const char *text, int number,
		    const char *says)
{
	struct pz_fits *f = NULL;
	float row[WIDTH];
	int rc;

	write_tiles("t.fits", m);
	set_key("t.fits", key, text, number);
	rc = pz_fits_open_image(&f, "t.fits", NULL);
	if (rc == 0)
		rc = pz_fits_read_rows(f, 0, 1, row);
	pz_fits_close(f);
	if (rc >= 0 || !strstr(pz_error_text(), says))
		fail_msg("%s: code %d, '%s' should say '%s'", key, rc, pz_error_text(), says);
}

static void headers_that_no_tile_can_have(void **state)
{
	static const struct form ints = { RICE_1, SHORT_IMG, 0, { 64, 32 }, NOISE };
	static const struct form floats = {
		RICE_1, FLOAT_IMG, SUBTRACTIVE_DITHER_1, { 64, 32 }, NOISE
	};

	(void)state;
	refuses(&ints, "ZBITPIX", NULL, 24,
		"ZBITPIX: expected 8, 16, 32, 64, -32 or -64, found 24");
	refuses(&ints, "ZBITPIX", NULL, 65, "ZBITPIX: expected a whole number from -64 to 64");
	refuses(&ints, "ZMASKCMP", "RICE_1", 0, "ZMASKCMP: expected no mask of undefined pixels");
	refuses(&ints, "ZTILE1", NULL, 0, "corrupt: ZTILE1: expected a number above 0");
	refuses(&ints, "ZVAL1", NULL, 0, "corrupt: ZVAL1: expected a number above 0");
	refuses(&ints, "ZVAL1", NULL, 4097, "BLOCKSIZE of RICE_1: expected a number of pixels");
	refuses(&ints, "ZVAL2", NULL, 3, "BYTEPIX of RICE_1: expected 1, 2 or 4, found 3");
	refuses(&floats, "ZQUANTIZ", "OTHER", 0, "ZQUANTIZ: expected NONE, NO_DITHER, SUBTRACTIVE");
	refuses(&floats, "ZQUANTIZ", "NONE", 0, "ZSCALE: expected a column, or a keyword");
	refuses(&floats, "ZDITHER0", NULL, 0, "ZDITHER0: expected a whole number from 1 to 10000");
	refuses(&floats, "ZDITHER0", NULL, 10001, "ZDITHER0: expected a whole number from 1 to");
}

/* ---- line lists ---- */

/* Fills pixels from words; what is wrong, NULL: nothing. */
static const char *follow(const unsigned *word, size_t words, int32_t *pixels, size_t n)
{
	uint8_t bytes[64];

	for (size_t i = 0; i < words; i++) {
		bytes[2 * i] = (uint8_t)(word[i] >> 8);
		bytes[2 * i + 1] = (uint8_t)word[i];
	}
	return pz_fits_tile_plio(bytes, 2 * words, pixels, n);
}

#define LIST(...) ((const unsigned[]){ __VA_ARGS__ }), sizeof((const unsigned[]){ __VA_ARGS__ }) / 4

/* The four bits of a word: 0 zeros, 4 pixels, 5 zeros and a pixel, 1 to 3 another value, 6 and 7 a
 * pixel of another value. */
static void line_lists_word_by_word(void **state)
{
	static const int32_t expected[] = { 0, 0, 1, 1, 0, 6, 4, 5, 9, 9, 12293 };
	int32_t p[11];

	(void)state;
	assert_null(follow(LIST(0, 0, 13, 0x0002, 0x4002, 0x2005, 0x5002, 0x7002, 0x6001, 0x2004,
				0x4002, 0x1005, 3, 0x4001),
			   p, 10));
	assert_memory_equal(p, expected, 40);
	/* the header of longer lists: its own length, the list's in two words */
	assert_null(follow(LIST(0, 7, 0x8000, 18, 0, 0, 0, 0x0002, 0x4002, 0x2005, 0x5002, 0x7002,
				0x6001, 0x2004, 0x4002, 0x1005, 3, 0x4001),
			   p, 11));
	assert_memory_equal(p, expected, 44);
	/* a smaller value; a list of nothing */
	assert_null(follow(LIST(0, 0, 6, 0x2009, 0x3004, 0x4002), p, 2));
	assert_true(p[0] == 6 && p[1] == 6);
	assert_null(follow(LIST(0, 0, 3), p, 2));
	assert_true(p[0] == 0 && p[1] == 0);
}

static void line_lists_that_are_wrong(void **state)
{
	int32_t p[4];

	(void)state;
	assert_string_equal(follow(LIST(0, 0), p, 4), "its bytes end too early");
	assert_string_equal(follow(LIST(0, 0, 5, 0x4004), p, 4), "its bytes end too early");
	assert_string_equal(follow(LIST(0, 7, 0x8000, 9, 0, 0), p, 4), "its bytes end too early");
	assert_string_equal(follow(LIST(0, 7, 0, 8, 1, 0, 0, 0x4004), p, 4),
			    "its bytes end too early");
	assert_string_equal(follow(LIST(0, 0, 4, 0x1004), p, 4), "its bytes end too early");
	assert_string_equal(follow(LIST(0, 0, 4, 0x4005), p, 4),
			    "its line list goes beyond its pixels");
	assert_string_equal(follow(LIST(0, 0, 4, 0x0005), p, 4),
			    "its line list goes beyond its pixels");
	assert_string_equal(follow(LIST(0, 0, 4, 0x5000), p, 4),
			    "its line list goes beyond its pixels");
	assert_string_equal(follow(LIST(0, 0, 4, 0x8001), p, 4),
			    "its line list goes beyond its pixels");
	assert_string_equal(follow(LIST(0, 0, 4, 0x4003), p, 4),
			    "its line list ends before its pixels");
}

/* ---- packed bytes ---- */

static void packed_bytes_come_out_whole(void **state)
{
	const uint8_t text[] = "of every kind the same bytes, of every kind the same";
	uint8_t packed[200], to[64];
	unsigned size = sizeof packed;
	uLongf zsize = sizeof packed;
	size_t got = 0;

	(void)state;
	assert_int_equal(
		BZ2_bzBuffToBuffCompress((char *)packed, &size, (char *)text, sizeof text, 9, 0, 0),
		BZ_OK);
	assert_null(pz_fits_tile_inflate(FITS_BZIP2, packed, size, to, sizeof to, &got));
	assert_int_equal(got, sizeof text);
	assert_memory_equal(to, text, sizeof text);
	assert_string_equal(pz_fits_tile_inflate(FITS_BZIP2, packed, size - 1, to, 64, &got),
			    "its bzip2 data are wrong or end too early");
	assert_int_equal(compress(packed, &zsize, text, sizeof text), Z_OK);
	memset(to, 0, sizeof to);
	assert_null(pz_fits_tile_inflate(FITS_GZIP, packed, zsize, to, sizeof to, &got));
	assert_int_equal(got, sizeof text);
	assert_memory_equal(to, text, sizeof text);
	assert_string_equal(pz_fits_tile_inflate(FITS_GZIP, packed, zsize - 1, to, 64, &got),
			    "its gzip data are wrong or end too early");
	assert_null(pz_fits_tile_inflate(FITS_PLAIN, text, 64 - 12, to, 52, &got));
	assert_int_equal(got, 52);
	assert_string_equal(pz_fits_tile_inflate(FITS_PLAIN, text, 53, to, 52, &got),
			    "it has more bytes than pixels");
}

/* ---- files compressed as a whole ---- */

/* A plain image of noise; its bytes are in *bytes. */
static size_t plain_image(char **bytes)
{
	struct form m = { 0, BYTE_IMG, 0, { 64, 32 }, WILD };
	size_t size;
	FILE *from;

	write_tiles("plain.fits", &m);
	from = fopen("plain.fits", "rb");
	*bytes = malloc(1 << 20);
	size = fread(*bytes, 1, 1 << 20, from);
	fclose(from);
	read_theirs("plain.fits");
	return size;
}

static void is_as_before(const char *name)
{
	read_ours(name);
	assert_memory_equal(ours, theirs, sizeof ours);
}

/* Several streams, one behind the other, as parallel packers write them: also where one ends just
 * where the reader's bytes (5000 at a time) end. */
static void streams_of_bzip2_one_behind_the_other(void **state)
{
	char *bytes, *packed = malloc(1 << 20);
	size_t size = plain_image(&bytes), exact = 0;

	(void)state;
	for (size_t first = 4000, step; first < size - 1 && exact < 2; first += step) {
		unsigned n = 1 << 19, m = 1 << 19;

		assert_int_equal(
			BZ2_bzBuffToBuffCompress(packed, &n, bytes, (unsigned)first, 1, 0, 0),
			BZ_OK);
		/* of bytes of chance n grows by about as much as first: it jumps to what is near */
		step = n % 5000 < 4940 && n % 5000 > 60 ? (4941 - n % 5000) * 9 / 10 + 1 : 1;
		if (n % 5000)
			continue;
		exact += n % 5000 == 0;
		assert_int_equal(BZ2_bzBuffToBuffCompress(packed + n, &m, bytes + first,
							  (unsigned)(size - first), 1, 0, 0),
				 BZ_OK);
		write_file("two.fits.bz2", packed, n + m);
		is_as_before("two.fits.bz2");
		/* bytes behind the last stream are passed over */
		memset(packed + n + m, 0, 700);
		write_file("two.fits.bz2", packed, n + m + 700);
		is_as_before("two.fits.bz2");
		write_file("two.fits.bz2", packed, n + m / 2);
		{
			struct pz_fits *f;

			assert_int_equal(pz_fits_open_image(&f, "two.fits.bz2", NULL), PZ_ECORRUPT);
			assert_non_null(strstr(pz_error_text(), "bzip2 data end too early"));
		}
	}
	assert_true(exact > 0);
	free(packed);
	free(bytes);
}

/* A megabyte behind the last HDU is passed over, more is not worth unpacking. */
static void bytes_behind_the_last_hdu(void **state)
{
	char *bytes;
	size_t size = plain_image(&bytes), more = (size_t)1 << 20;
	struct pz_fits *f;

	(void)state;
	bytes = realloc(bytes, size + more + 2880);
	memset(bytes + size, 0, more + 2880);
	for (int i = 0; i < 2; i++) {
		gzFile to = gzopen("more.fits.gz", "wb1");

		assert_int_equal(gzwrite(to, bytes, (unsigned)(size + more + (i ? 2880 : 0))),
				 size + more + (i ? 2880 : 0));
		gzclose(to);
		if (i == 0) {
			is_as_before("more.fits.gz");
			continue;
		}
		assert_int_equal(pz_fits_open_image(&f, "more.fits.gz", NULL), PZ_EDATA);
		assert_non_null(strstr(pz_error_text(), "unpacks to more than the "));
		assert_non_null(strstr(pz_error_text(), " bytes that its 1 HDUs have"));
	}
	free(bytes);
}

/* Tiles of a file that is in memory. */
static void tiles_within_a_packed_file(void **state)
{
	struct form m = { RICE_1, FLOAT_IMG, SUBTRACTIVE_DITHER_2, { 64, 32 }, HOLES };
	const char *bytes;
	gzFile to;
	FILE *file;
	long size;

	(void)state;
	write_tiles("t.fits", &m);
	read_theirs("t.fits");
	bytes = contents("t.fits");
	file = fopen("t.fits", "rb");
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	to = gzopen("t.fits.gz", "wb1");
	assert_int_equal(gzwrite(to, bytes, (unsigned)size), size);
	gzclose(to);
	read_ours("t.fits.gz");
	for (long i = 0; i < N; i++)
		assert_true(ours[i] == theirs[i] || (isnan(ours[i]) && isnan(theirs[i])));
}

/* The last tile may end where the file does. */
static void a_tile_ends_with_the_file(void **state)
{
	static const char *const card[] = { "XTENSION= 'BINTABLE'",
					    "BITPIX  =                    8",
					    "NAXIS   =                    2",
					    "NAXIS1  =                    8",
					    "NAXIS2  =                    8",
					    "PCOUNT  =                 2816",
					    "GCOUNT  =                    1",
					    "TFIELDS =                    1",
					    "TTYPE1  = 'COMPRESSED_DATA'",
					    "TFORM1  = '1PB(352)'",
					    "ZIMAGE  =                    T",
					    "ZBITPIX =                    8",
					    "ZNAXIS  =                    2",
					    "ZNAXIS1 =                  352",
					    "ZNAXIS2 =                    8",
					    "ZTILE1  =                  352",
					    "ZTILE2  =                    1",
					    "ZCMPTYPE= 'NOCOMPRESS'",
					    NULL };
	unsigned char data[2880];
	float row[352];
	char *bytes = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&bytes, &size);
	struct pz_fits *f;
	gzFile packed;

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		memcpy(data + 8 * i,
		       (unsigned char[]){ 0, 0, 1, 96, 0, 0, i * 352 / 256, i * 352 % 256 }, 8);
	for (unsigned i = 64; i < sizeof data; i++)
		data[i] = (unsigned char)(i % 251);
	raw_primary(to);
	raw_hdu(to, card, data, sizeof data, 0);
	fclose(to);
	write_file("end.fits", bytes, size);
	packed = gzopen("end.fits.gz", "wb1");
	assert_int_equal(gzwrite(packed, bytes, (unsigned)size), size);
	gzclose(packed);
	free(bytes);
	for (int k = 0; k < 2; k++) {
		if (pz_fits_open_image(&f, k ? "end.fits.gz" : "end.fits", NULL) < 0 ||
		    pz_fits_read_rows(f, 7, 1, row) < 0)
			fail_msg("%s", pz_error_text());
		for (unsigned i = 0; i < 352; i++)
			assert_true(row[i] == (float)((64 + 7 * 352 + i) % 251));
		pz_fits_close(f);
	}
}

/* A second image of a file that is open, in memory or not, which stays open when that is closed. */
static void an_image_beside_another(void **state)
{
	static const char *const card[] = { "XTENSION= 'IMAGE'",
					    "BITPIX  =                    8",
					    "NAXIS   =                    2",
					    "NAXIS1  =                    4",
					    "NAXIS2  =                    1",
					    "PCOUNT  =                    0",
					    "GCOUNT  =                    1",
					    "EXTNAME = 'A'",
					    "EXTVER  =                    1",
					    NULL };
	const char *second[10];
	FILE *to = fopen("beside.fits", "wb");
	struct pz_fits *f, *beside;
	float x[4];

	(void)state;
	memcpy(second, card, sizeof second);
	second[8] = "EXTVER  =                    2";
	raw_primary(to);
	raw_hdu(to, card, "\1\2\3\4", 4, 0);
	raw_hdu(to, second, "\5\6\7\10", 4, 0);
	fclose(to);
	assert_int_equal(system("gzip -kf beside.fits"), 0);
	for (int k = 0; k < 2; k++) {
		const char *name = k ? "beside.fits.gz" : "beside.fits";

		assert_int_equal(pz_fits_open_image(&f, name, "1"), 0);
		assert_int_equal(pz_fits_open_beside(&beside, f, "A", 3), PZ_EDATA);
		assert_non_null(strstr(pz_error_text(), "no image HDU A of version 3"));
		assert_null(beside);
		assert_int_equal(pz_fits_open_beside(&beside, f, "A", 2), 0);
		assert_int_equal(pz_fits_number_of_hdu(beside), 2);
		assert_int_equal(pz_fits_read_rows(beside, 0, 1, x), 0);
		assert_true(x[0] == 5 && x[3] == 8);
		pz_fits_close(beside);
		assert_int_equal(pz_fits_read_rows(f, 0, 1, x), 0);
		assert_true(x[0] == 1 && x[3] == 4);
		pz_fits_close(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_those_that_cfitsio_reads),
		cmocka_unit_test(floats_are_those_that_cfitsio_reads),
		cmocka_unit_test(blanks_are_taken_out_of_rounded_pixels),
		cmocka_unit_test(whole_numbers_without_a_value_are_below_0),
		cmocka_unit_test(headers_that_no_tile_can_have),
		cmocka_unit_test(line_lists_word_by_word),
		cmocka_unit_test(line_lists_that_are_wrong),
		cmocka_unit_test(packed_bytes_come_out_whole),
		cmocka_unit_test(streams_of_bzip2_one_behind_the_other),
		cmocka_unit_test(bytes_behind_the_last_hdu),
		cmocka_unit_test(tiles_within_a_packed_file),
		cmocka_unit_test(a_tile_ends_with_the_file),
		cmocka_unit_test(an_image_beside_another),
	};

	return cmocka_run_group_tests_name("tiles", tests, in_folder, out_of_folder);
}
