/* test_fits_hcompress.c -- HCOMPRESS tiles that CFITSIO makes: the pixels that it reads, too */
#include <fitsio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/fits/tile.h"

#define MOST  (100 * 100) /* pixels */
#define SPARE 64          /* bytes that CFITSIO may read beyond the end */
#define ROOM  (MOST * 16 + 4096)

static const size_t sides[][2] = { { 1, 2 },  { 2, 2 },   { 3, 3 },   { 4, 4 },    { 5, 7 },
				   { 7, 5 },  { 13, 11 }, { 40, 1 },  { 1, 33 },   { 9, 64 },
				   { 16, 4 }, { 64, 16 }, { 17, 33 }, { 2, 31 },   { 100, 3 },
				   { 8, 8 },  { 15, 15 }, { 65, 31 }, { 100, 100 } };
static const int scales[] = { 0, 1, 4, 16, 301 };

enum look { FLAT, NOISE, FAINT, SLOPE, STARS, LOOKS };

static uint64_t state = 88172645463325252;

static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32);
}

/* Pixels of one look, none larger than most. */
static void draw(int64_t *pixels, size_t x, size_t y, enum look look, int64_t most)
{
	for (size_t i = 0; i < x * y; i++) {
		int64_t noise = (int64_t)(next() % (2 * (uint64_t)most + 1)) - most;
		int64_t slope = (int64_t)(i % x) * most / (int64_t)(x + y) +
				(int64_t)(i / x) * most / (int64_t)(x + y);

		pixels[i] = look == FLAT    ? most
			    : look == NOISE ? noise
			    : look == FAINT ? noise / 50
			    : look == SLOPE ? slope / 2 + noise / 500
			    : next() % 40   ? noise / 200
					    : most / 2;
	}
}

/* The bytes of a tile of pixels; how many. */
static size_t compress(const int64_t *pixels, size_t x, size_t y, int scale, bool small,
		       uint8_t *bytes)
{
	static int64_t wide[MOST];
	static int narrow[MOST];
	long size = ROOM - SPARE;
	int status = 0;

	memset(bytes, 0, ROOM);
	memcpy(wide, pixels, x * y * sizeof *wide);
	for (size_t i = 0; i < x * y; i++)
		narrow[i] = (int)pixels[i];
	if (small)
		fits_hcompress(narrow, (int)x, (int)y, scale, (char *)bytes, &size, &status);
	else
		fits_hcompress64((LONGLONG *)(void *)wide, (int)x, (int)y, scale, (char *)bytes,
				 &size, &status);
	assert_int_equal(status, 0);
	return (size_t)size;
}

/* By CFITSIO, which leaves int32 in either case. */
static void expect_equal(const uint8_t *bytes, size_t size, bool smooth, bool small, size_t x,
			 size_t y)
{
	static int64_t theirs[MOST];
	static int32_t ours[MOST];
	int nx, ny, scale, status = 0;
	const char *wrong = pz_fits_tile_hcompress(bytes, size, smooth, ours, x, y);

	if (wrong)
		fail_msg("%zu x %zu: %s", x, y, wrong);
	if (small)
		fits_hdecompress((uint8_t *)(uintptr_t)bytes, smooth, (int *)(void *)theirs, &nx,
				 &ny, &scale, &status);
	else
		fits_hdecompress64((uint8_t *)(uintptr_t)bytes, smooth, (LONGLONG *)(void *)theirs,
				   &nx, &ny, &scale, &status);
	assert_int_equal(status, 0);
	assert_memory_equal(ours, theirs, x * y * sizeof *ours);
}

static uint8_t bytes[ROOM];
static int64_t pixels[MOST];

static void test_pixels_are_those_of_cfitsio(void **state_)
{
	static const int64_t most[] = { 3, 200, 65535, INT32_MAX };

	(void)state_;
	for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
		for (size_t c = 0; c < sizeof scales / sizeof *scales; c++)
			for (int i = 0; i < LOOKS * 4 * 2; i++) {
				size_t x = sides[s][0], y = sides[s][1], size;
				bool small = i % 2 && i / 2 % 4 < 3;

				draw(pixels, x, y, (enum look)(i / 8), most[i / 2 % 4]);
				size = compress(pixels, x, y, scales[c], small, bytes);
				expect_equal(bytes, size, false, small, x, y);
				expect_equal(bytes, size, true, small, x, y);
			}
}

static void test_lossless_tiles_come_back(void **state_)
{
	static int32_t ours[MOST];

	(void)state_;
	for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
		size_t x = sides[s][0], y = sides[s][1], size;

		draw(pixels, x, y, STARS, INT32_MAX);
		size = compress(pixels, x, y, 0, false, bytes);
		assert_null(pz_fits_tile_hcompress(bytes, size, false, ours, x, y));
		for (size_t i = 0; i < x * y; i++)
			assert_int_equal(ours[i], pixels[i]);
	}
}

/* In memory of just their size, so that a sanitizer sees a read beyond them. */
static const char *decode(size_t size, bool smooth, size_t x, size_t y)
{
	static int32_t ours[MOST];
	uint8_t *copy = malloc(size ? size : 1);
	const char *wrong;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	wrong = pz_fits_tile_hcompress(copy, size, smooth, ours, x, y);
	free(copy);
	return wrong;
}

static void test_cut_tiles_are_errors(void **state_)
{
	(void)state_;
	for (size_t s = 0; s + 2 < sizeof sides / sizeof *sides; s++)
		for (int look = FLAT + 1; look < LOOKS; look++) {
			size_t x = sides[s][0], y = sides[s][1], size;

			draw(pixels, x, y, (enum look)look, 5000);
			size = compress(pixels, x, y, 4, true, bytes);
			assert_null(decode(size, true, x, y));
			for (size_t cut = 0; cut < size; cut++)
				assert_non_null(decode(cut, true, x, y));
		}
}

static void test_sizes_must_be_the_tiles(void **state_)
{
	size_t size;

	(void)state_;
	draw(pixels, 7, 5, NOISE, 100);
	size = compress(pixels, 7, 5, 0, true, bytes);
	assert_string_equal(decode(size, false, 5, 7), "its HCOMPRESS data are of another size");
	assert_string_equal(decode(20, false, 7, 5), "its bytes end too early");
	assert_string_equal(decode(size - 1, false, 7, 5), "its bytes end too early");
	bytes[22] = 53;
	assert_string_equal(decode(size, false, 7, 5), "its HCOMPRESS data are wrong");
	bytes[1]++;
	assert_string_equal(decode(size, false, 7, 5), "its HCOMPRESS data are wrong");
}

/* Bits are flipped behind the sizes, or all bytes there are others. */
static void test_damaged_tiles_do_no_harm(void **state_)
{
	(void)state_;
	for (size_t s = 0; s + 2 < sizeof sides / sizeof *sides; s++)
		for (int i = 0; i < 400; i++) {
			size_t x = sides[s][0], y = sides[s][1], size;

			draw(pixels, x, y, (enum look)(i % LOOKS), i % 7 ? 3000 : INT32_MAX);
			size = compress(pixels, x, y, scales[i % 5], false, bytes);
			for (unsigned flips = next() % 8; flips > 0; flips--)
				bytes[10 + next() % (size - 10)] ^= (uint8_t)(1 << next() % 8);
			for (size_t j = i % 4 ? size : 10; j < size; j++)
				bytes[j] = (uint8_t)next();
			for (size_t j = 22; i % 4 == 0 && j < 25; j++)
				bytes[j] %= 53;
			(void)decode(size, i % 3, x, y);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pixels_are_those_of_cfitsio),
		cmocka_unit_test(test_lossless_tiles_come_back),
		cmocka_unit_test(test_cut_tiles_are_errors),
		cmocka_unit_test(test_sizes_must_be_the_tiles),
		cmocka_unit_test(test_damaged_tiles_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
