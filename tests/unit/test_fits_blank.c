/* test_fits_blank.c -- which pixels of a mask are bad, told without reading their numbers, is what
 * their numbers say: of every type, compressed and plain
 */
#include <fitsio.h>
#include <math.h>
#include <zlib.h>

#include "in_process.h"
#include "raw_fits.h"

#define WIDTH  301L /* no whole chunks, nor whole blocks */
#define HEIGHT 40L
#define N      (WIDTH * HEIGHT)
#define NONE   (-12345) /* an undefined pixel */

static const uint64_t masks[] = { 1,
				  2,
				  0x90,
				  (uint64_t)1 << 7,
				  (uint64_t)1 << 15,
				  (uint64_t)1 << 31,
				  (uint64_t)1 << 32,
				  (uint64_t)3 << 40,
				  (uint64_t)1 << 63,
				  0x8000000080008000,
				  UINT64_MAX };

#define MASKS (sizeof masks / sizeof *masks)

static uint64_t chance = 88172645463325252;

static uint64_t any_number(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance;
}

/* ---- whole numbers */

struct kind {
	int bitpix, type;
	int64_t least, most;
};

static const struct kind kinds[] = { { BYTE_IMG, TBYTE, 0, 255 },
				     { SBYTE_IMG, TSBYTE, -128, 127 },
				     { SHORT_IMG, TSHORT, INT16_MIN, INT16_MAX },
				     { USHORT_IMG, TUSHORT, 0, UINT16_MAX },
				     { LONG_IMG, TINT, INT32_MIN, INT32_MAX },
				     { ULONG_IMG, TUINT, 0, UINT32_MAX },
				     { LONGLONG_IMG, TLONGLONG, INT64_MIN, INT64_MAX } };

#define KINDS (sizeof kinds / sizeof *kinds)

static int64_t whole[N];

/* Mostly runs of one number, with others here and there; small: none below 0, as in line lists. */
static void make_numbers(const struct kind *k, bool small)
{
	for (long i = 0; i < N; i++) {
		long run = i / 40;
		uint64_t range = (uint64_t)k->most - (uint64_t)k->least;

		whole[i] = run % 5 == 3 ? 16 : run % 11 == 7 ? 1 << run % 7 : 0;
		if (small && any_number() % 400 == 0)
			whole[i] = (int64_t)(any_number() % 900);
		else if (!small && any_number() % 400 == 0)
			whole[i] =
				(int64_t)((uint64_t)k->least +
					  any_number() % (range < UINT64_MAX ? range + 1 : range));
		if (whole[i] > k->most || whole[i] < k->least)
			whole[i] = k->most;
		if (whole[i] == NONE)
			whole[i] = 1;
	}
}

/* codec 0: not compressed. CFITSIO compresses pixels of the image's own type only. */
static void write_numbers(const char *name, const struct kind *k, int codec, const long tile[2])
{
	static union {
		uint8_t u8[N];
		int8_t i8[N];
		int16_t i16[N];
		uint16_t u16[N];
		int i32[N];
		unsigned u32[N];
		LONGLONG i64[N];
	} as;
	long size[] = { WIDTH, HEIGHT };
	fitsfile *f = NULL;
	int status = 0;

	for (long i = 0; i < N; i++)
		switch (k->bitpix) {
		case BYTE_IMG:
			as.u8[i] = (uint8_t)whole[i];
			break;
		case SBYTE_IMG:
			as.i8[i] = (int8_t)whole[i];
			break;
		case SHORT_IMG:
			as.i16[i] = (int16_t)whole[i];
			break;
		case USHORT_IMG:
			as.u16[i] = (uint16_t)whole[i];
			break;
		case LONG_IMG:
			as.i32[i] = (int)whole[i];
			break;
		case ULONG_IMG:
			as.u32[i] = (unsigned)whole[i];
			break;
		default:
			as.i64[i] = whole[i];
		}
	unlink(name);
	fits_create_file(&f, name, &status);
	if (codec)
		fits_set_compression_type(f, codec, &status);
	if (codec)
		fits_set_tile_dim(f, 2, (long *)(uintptr_t)tile, &status);
	fits_create_img(f, k->bitpix, 2, size, &status);
	fits_write_img(f, k->type, 1, N, &as, &status);
	fits_close_file(f, &status);
	if (status)
		fail_msg("bitpix %d, codec %d: CFITSIO %d", k->bitpix, codec, status);
}

/* Fails unless pixels become NaN where `is_bad` says, and nowhere else. */
static void check_rows(const char *name, const struct pz_fits_bad *bad, const bool *is_bad)
{
	static float pixels[N];
	struct pz_fits *f;

	if (pz_fits_open_image(&f, name, NULL) < 0)
		fail_msg("%s", pz_error_text());
	for (long i = 0; i < N; i++)
		pixels[i] = (float)i;
	for (long y = 0; y < HEIGHT; y += 7) {
		long n = HEIGHT - y < 7 ? HEIGHT - y : 7;

		if (pz_fits_blank_rows(f, (size_t)y, (size_t)n, bad, pixels + y * WIDTH) < 0)
			fail_msg("%s", pz_error_text());
	}
	pz_fits_close(f);
	for (long i = 0; i < N; i++)
		if (is_bad[i] ? !isnan(pixels[i]) : pixels[i] != (float)i)
			fail_msg("%s, how %d, bits %llx: pixel %ld, of %lld: found %g", name,
				 (int)bad->how, (unsigned long long)bad->bits, i,
				 (long long)whole[i], (double)pixels[i]);
}

static void check_bits(const char *name)
{
	bool is_bad[N];

	for (size_t m = 0; m < MASKS; m++) {
		for (long i = 0; i < N; i++)
			is_bad[i] = whole[i] == NONE || ((uint64_t)whole[i] & masks[m]);
		check_rows(name, &(struct pz_fits_bad){ PZ_FITS_BITS, masks[m] }, is_bad);
	}
	for (long i = 0; i < N; i++)
		is_bad[i] = whole[i] == NONE || whole[i] != 0;
	check_rows(name, &(struct pz_fits_bad){ PZ_FITS_NOT_0, 0 }, is_bad);
	for (long i = 0; i < N; i++)
		is_bad[i] = whole[i] == NONE || whole[i] <= 0;
	check_rows(name, &(struct pz_fits_bad){ PZ_FITS_NOT_ABOVE_0, 0 }, is_bad);
}

static void bits_of_tiles(void **state)
{
	static const int codecs[] = { RICE_1, GZIP_1, GZIP_2, PLIO_1 };
	static const long tiles[][2] = { { WIDTH, 1 }, { 70, 16 } };

	(void)state;
	for (size_t k = 0; k < KINDS; k++)
		for (size_t c = 0; c < 4; c++)
			for (int t = 0; t < 2; t++) {
				const struct kind *kind = &kinds[k];
				bool list = codecs[c] == PLIO_1;

				/* CFITSIO compresses no others */
				if (kind->bitpix == LONGLONG_IMG ||
				    (list &&
				     (kind->bitpix == ULONG_IMG || kind->bitpix == SBYTE_IMG)))
					continue;
				make_numbers(kind, list);
				write_numbers("t.fits", kind, codecs[c], tiles[t]);
				check_bits("t.fits");
			}
}

/* Copies a file into one that is packed as a whole, which is read in memory. */
static void pack_file(const char *from, const char *name)
{
	FILE *f = fopen(from, "rb");
	gzFile to = gzopen(name, "wb1");
	char bytes[2880];

	while (fread(bytes, 1, sizeof bytes, f) == sizeof bytes)
		assert_int_equal(gzwrite(to, bytes, sizeof bytes), sizeof bytes);
	fclose(f);
	gzclose(to);
}

static void bits_of_plain_images(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		make_numbers(&kinds[k], false);
		write_numbers("t.fits", &kinds[k], 0, NULL);
		check_bits("t.fits");
		pack_file("t.fits", "t.fits.gz");
		check_bits("t.fits.gz");
	}
}

/* ---- made by hand: undefined pixels, 64 bits in tiles */

static uint64_t big_endian(uint64_t n, int width)
{
	return __builtin_bswap64(n << (64 - 8 * width));
}

#define CARDS 24

static void add_card(char card[CARDS][81], size_t *n, const char *key, const char *value)
{
	snprintf(card[(*n)++], 81, "%-8s= %20s", key, value);
}

static void add_number(char card[CARDS][81], size_t *n, const char *key, long long value)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", value);
	add_card(card, n, key, text);
}

static void write_hdu(FILE *to, char card[CARDS][81], size_t n, const void *data, size_t size)
{
	const char *cards[CARDS + 1] = { NULL };

	for (size_t i = 0; i < n; i++)
		cards[i] = card[i];
	raw_hdu(to, cards, data, size, 0);
}

static size_t big_endian_pixels(int width, long first, long count, uint8_t *to)
{
	for (long i = 0; i < count; i++) {
		uint64_t bytes = big_endian((uint64_t)whole[first + i], width);

		memcpy(to + i * width, &bytes, (size_t)width);
	}
	return (size_t)(count * width);
}

/* Numbers as they are, one undefined. */
static void write_plain(const char *name, int width, long long undefined)
{
	static uint8_t pixels[N * 8];
	char card[CARDS][81];
	size_t n = 0, size = big_endian_pixels(width, 0, N, pixels);
	FILE *to = fopen(name, "wb");

	add_card(card, &n, "SIMPLE", "T");
	add_number(card, &n, "BITPIX", 8LL * width);
	add_number(card, &n, "NAXIS", 2);
	add_number(card, &n, "NAXIS1", WIDTH);
	add_number(card, &n, "NAXIS2", HEIGHT);
	add_number(card, &n, "BLANK", undefined);
	write_hdu(to, card, n, pixels, size);
	fclose(to);
}

/* The same in tiles of a row, packed by gzip. zero: BZERO, as a text; or NULL. undefined 0: none
 * is. */
static void write_gzipped(const char *name, int width, const char *zero, long long undefined)
{
	static uint8_t heap[HEIGHT * 8 + N * 9], pixels[WIDTH * 8];
	size_t used = (size_t)HEIGHT * 8, n = 0;
	char card[CARDS][81];
	FILE *to = fopen(name, "wb");

	for (long y = 0; y < HEIGHT; y++) {
		size_t size = big_endian_pixels(width, y * WIDTH, WIDTH, pixels);
		uint32_t place[2];
		z_stream z = { .next_in = pixels,
			       .avail_in = (uInt)size,
			       .next_out = heap + used,
			       .avail_out = (uInt)(sizeof heap - used) };

		assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), Z_OK);
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		place[0] = __builtin_bswap32((uint32_t)z.total_out);
		place[1] = __builtin_bswap32((uint32_t)(used - (size_t)HEIGHT * 8));
		memcpy(heap + 8 * y, place, sizeof place);
		used += z.total_out;
		deflateEnd(&z);
	}
	raw_primary(to);
	add_card(card, &n, "XTENSION", "'BINTABLE'          ");
	add_number(card, &n, "BITPIX", 8);
	add_number(card, &n, "NAXIS", 2);
	add_number(card, &n, "NAXIS1", 8);
	add_number(card, &n, "NAXIS2", HEIGHT);
	add_number(card, &n, "PCOUNT", (long long)used - HEIGHT * 8);
	add_number(card, &n, "GCOUNT", 1);
	add_number(card, &n, "TFIELDS", 1);
	add_card(card, &n, "TTYPE1", "'COMPRESSED_DATA'   ");
	add_card(card, &n, "TFORM1", "'1PB'               ");
	add_card(card, &n, "ZIMAGE", "T");
	add_card(card, &n, "ZCMPTYPE", "'GZIP_1'            ");
	add_number(card, &n, "ZBITPIX", 8LL * width);
	add_number(card, &n, "ZNAXIS", 2);
	add_number(card, &n, "ZNAXIS1", WIDTH);
	add_number(card, &n, "ZNAXIS2", HEIGHT);
	add_number(card, &n, "ZTILE1", WIDTH);
	add_number(card, &n, "ZTILE2", 1);
	if (zero)
		add_card(card, &n, "BZERO", zero);
	if (undefined)
		add_number(card, &n, "BLANK", undefined);
	write_hdu(to, card, n, heap, used);
	fclose(to);
}

static void undefined_pixels_have_all_bits(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		int width = abs(kinds[k].bitpix) / 8;

		if (kinds[k].least == 0 || width == 1)
			continue;
		make_numbers(&kinds[k], false);
		for (long i = 0; i < N; i += 97)
			whole[i] = NONE;
		write_plain("t.fits", width, NONE);
		check_bits("t.fits");
		write_gzipped("t.fits", width, NULL, NONE);
		check_bits("t.fits");
	}
}

/* Numbers that no double tells from the undefined one are not undefined. */
static void undefined_pixels_of_64_bits_are_exact(void **state)
{
	static const long long high[] = { 1LL << 53, 1LL << 62, -(1LL << 62) };
	struct pz_fits_bad bad = { PZ_FITS_BITS, 2 };
	bool is_bad[N];
	float pixels[WIDTH];
	struct pz_fits *f;

	(void)state;
	for (size_t k = 0; k < sizeof high / sizeof *high; k++) {
		for (long i = 0; i < N; i++) {
			whole[i] = high[k] + i % 4 % 3;
			is_bad[i] = i % 4 % 3 > 0; /* undefined, or of the bit */
		}
		write_plain("t.fits", 8, high[k] + 1);
		check_rows("t.fits", &bad, is_bad);
		write_gzipped("t.fits", 8, NULL, high[k] + 1);
		check_rows("t.fits", &bad, is_bad);
		assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
		assert_int_equal(pz_fits_read_rows(f, 0, 1, pixels), 0);
		pz_fits_close(f);
		for (long i = 0; i < WIDTH; i++)
			assert_int_equal(isnan(pixels[i]), whole[i] == high[k] + 1);
	}
}

static void bits_of_64_bits_in_tiles(void **state)
{
	struct pz_fits_bad bad = { PZ_FITS_BITS, 4 };
	bool is_bad[N];
	float pixels[WIDTH];
	struct pz_fits *f;

	(void)state;
	make_numbers(&kinds[KINDS - 1], false);
	write_gzipped("t.fits", 8, NULL, 0);
	check_bits("t.fits");
	/* without sign: stored less 2^63, which is the highest bit turned */
	for (long i = 0; i < N; i++) {
		whole[i] &= INT64_MAX;
		is_bad[i] = whole[i] & 4;
		whole[i] ^= INT64_MIN;
	}
	write_gzipped("t.fits", 8, "9223372036854775808", 0);
	check_rows("t.fits", &bad, is_bad);
	/* one that has no number of 63 bits */
	whole[5 * WIDTH + 100] = 1;
	write_gzipped("t.fits", 8, "9223372036854775808", 0);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	assert_int_equal(pz_fits_blank_rows(f, 4, 1, &bad, pixels), 0);
	assert_int_equal(pz_fits_blank_rows(f, 5, 1, &bad, pixels), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "tile 6: a pixel does not fit into 63 bits"));
	pz_fits_close(f);
}

/* ---- floats */

static const int dithers[] = { 0, NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2 };

/* Weights, some of which are 0, below it, or none; codec 0: not compressed. */
static void write_weights(const char *name, int bitpix, int codec, int dither)
{
	static double weight[N];
	static float f32[N];
	long size[] = { WIDTH, HEIGHT }, tile[] = { WIDTH, 3 };
	fitsfile *f = NULL;
	int status = 0;

	for (long i = 0; i < N; i++) {
		double noise = (double)(any_number() % 1000) * 1e-3;
		long run = i / 60;

		weight[i] = run % 6 == 2 ? 0 : run % 3 == 1 ? 2 : 2 + noise;
		if (any_number() % 300 == 0)
			weight[i] = any_number() % 2 ? -noise : dither ? 0 : NAN;
		f32[i] = (float)weight[i];
	}
	f32[3] = -0.F;
	unlink(name);
	fits_create_file(&f, name, &status);
	if (codec)
		fits_set_compression_type(f, codec, &status);
	if (codec)
		fits_set_tile_dim(f, 2, tile, &status);
	fits_set_quantize_level(f, dither ? 4 : 0, &status);
	if (dither)
		fits_set_quantize_dither(f, dither, &status);
	fits_create_img(f, bitpix, 2, size, &status);
	if (bitpix == FLOAT_IMG)
		fits_write_img(f, TFLOAT, 1, N, f32, &status);
	else
		fits_write_img(f, TDOUBLE, 1, N, weight, &status);
	fits_close_file(f, &status);
	if (status)
		fail_msg("bitpix %d, codec %d, dither %d: CFITSIO %d", bitpix, codec, dither,
			 status);
}

/* Of floats as CFITSIO reads them. */
static void check_floats(const char *name)
{
	static float value[N];
	bool is_bad[N];
	fitsfile *f = NULL;
	int status = 0, any, count = 0;

	fits_open_image(&f, name, READONLY, &status);
	fits_read_img(f, TFLOAT, 1, N, NULL, value, &any, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
	for (long i = 0; i < N; i++)
		is_bad[i] = value[i] != 0;
	check_rows(name, &(struct pz_fits_bad){ PZ_FITS_NOT_0, 0 }, is_bad);
	for (long i = 0; i < N; i++)
		count += is_bad[i] = !(value[i] > 0);
	assert_true(count > N / 20 && count < N / 2);
	check_rows(name, &(struct pz_fits_bad){ PZ_FITS_NOT_ABOVE_0, 0 }, is_bad);
}

static void weights_that_are_not_above_0(void **state)
{
	(void)state;
	for (int bitpix = FLOAT_IMG; bitpix >= DOUBLE_IMG; bitpix += DOUBLE_IMG - FLOAT_IMG) {
		write_weights("t.fits", bitpix, 0, 0);
		check_floats("t.fits");
		write_weights("t.fits", bitpix, GZIP_2, 0);
		check_floats("t.fits");
	}
	for (int d = 1; d < 4; d++) {
		write_weights("t.fits", FLOAT_IMG, RICE_1, dithers[d]);
		check_floats("t.fits");
	}
}

static void bits_of_floats_and_rows_that_are_not_there(void **state)
{
	const struct pz_fits_bad bits = { PZ_FITS_BITS, 1 }, values = { PZ_FITS_NOT_0, 0 };
	float pixels[WIDTH];
	struct pz_fits *f;

	(void)state;
	write_weights("t.fits", FLOAT_IMG, RICE_1, NO_DITHER);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	assert_int_equal(pz_fits_blank_rows(f, 0, 1, &bits, pixels), PZ_EDATA);
	assert_non_null(
		strstr(pz_error_text(), "expected an image of whole numbers, found floats"));
	assert_int_equal(pz_fits_blank_rows(f, HEIGHT, 1, &values, pixels), PZ_EARG);
	assert_int_equal(pz_fits_blank_rows(f, HEIGHT - 1, 1, &values, pixels), 0);
	pz_fits_close(f);
}

/* A row whose blocks were left out is read whole afterwards. */
static void numbers_after_bits_are_whole(void **state)
{
	static const long tile[] = { WIDTH, 1 };
	int64_t row[WIDTH];
	float pixels[WIDTH];
	struct pz_fits *f;

	(void)state;
	make_numbers(&kinds[4], false);
	write_numbers("t.fits", &kinds[4], RICE_1, tile);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	for (long y = 0; y < HEIGHT; y++) {
		const struct pz_fits_bad bad[] = { { PZ_FITS_BITS, 1 << 30 },
						   { PZ_FITS_BITS, 16 } };

		memset(pixels, 0, sizeof pixels);
		assert_int_equal(pz_fits_blank_rows(f, (size_t)y, 1, &bad[0], pixels), 0);
		memset(pixels, 0, sizeof pixels);
		assert_int_equal(pz_fits_blank_rows(f, (size_t)y, 1, &bad[1], pixels), 0);
		for (long x = 0; x < WIDTH; x++)
			assert_int_equal(isnan(pixels[x]), (whole[y * WIDTH + x] & 16) != 0);
		assert_int_equal(pz_fits_read_rows_integers(f, (size_t)y, 1, row), 0);
		assert_memory_equal(row, whole + y * WIDTH, sizeof row);
	}
	pz_fits_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_of_tiles),
		cmocka_unit_test(bits_of_plain_images),
		cmocka_unit_test(undefined_pixels_have_all_bits),
		cmocka_unit_test(undefined_pixels_of_64_bits_are_exact),
		cmocka_unit_test(bits_of_64_bits_in_tiles),
		cmocka_unit_test(weights_that_are_not_above_0),
		cmocka_unit_test(bits_of_floats_and_rows_that_are_not_there),
		cmocka_unit_test(numbers_after_bits_are_whole),
	};

	return cmocka_run_group_tests_name("blank", tests, in_folder, out_of_folder);
}
