/* test_fits_rice.c -- tiles in Rice's code, bit by bit: of every width, of every number of bits,
 * cut anywhere, and with blocks that may be left out
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/fits/tile.h"

#define MOST 300 /* pixels */
#define ROOM 40000

static const char too_early[] = "its bytes end too early";
static const char too_many[] = "a block in it has more bits than a pixel";

static uint64_t chance = 88172645463325252;

static uint32_t any(uint32_t below)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (uint32_t)(chance >> 32) % below;
}

/* ---- bits, one at a time ---- */

static uint8_t bytes[ROOM];
static size_t used; /* bits */

static void begin(void)
{
	memset(bytes, 0, sizeof bytes);
	used = 0;
}

static void put(uint64_t value, int n)
{
	for (int i = n - 1; i >= 0; i--, used++)
		bytes[used / 8] |= (uint8_t)((value >> i & 1) << (7 - used % 8));
}

static size_t size(void)
{
	return (used + 7) / 8;
}

/* Zeros and a one, and the last k bits of a number. */
static void put_code(uint32_t code, int k)
{
	used += code >> k;
	put(1, 1);
	put(code & (((uint64_t)1 << k) - 1), k);
}

/* ---- tiles of chance ---- */

static const struct {
	int width, digits, most; /* bits of a block's number; the most bits of a code */
} kind[] = { { 1, 3, 6 }, { 2, 4, 14 }, { 4, 5, 25 } };

/* A pixel of so many bytes: of one without sign, of two with it. */
static int32_t wrapped(int width, int64_t x)
{
	return width == 1 ? (int32_t)(x & 255) : width == 2 ? (int16_t)x : (int32_t)x;
}

/* The number that stands for a difference of pixels: 0, -1, 1, -2, ... */
static uint32_t folded(int width, int64_t difference)
{
	int32_t d = width == 1   ? (int8_t)difference
		    : width == 2 ? (int16_t)difference
				 : (int32_t)difference;

	return d < 0 ? ~((uint32_t)d << 1) : (uint32_t)d << 1;
}

/* Pixels: noise of any strength, runs, jumps. */
static void draw(int32_t *pixel, size_t n, int width)
{
	uint32_t strength = any(4) ? (uint32_t)1 << any((uint32_t)(8 * width)) : UINT32_MAX;
	int64_t at = any(UINT32_MAX);

	for (size_t i = 0; i < n; i++) {
		if (any(3) == 0)
			at += (int64_t)any(strength) - strength / 2;
		pixel[i] = wrapped(width, at);
	}
}

/* Puts a block by a number of bits that is possible, any of those. */
static void put_block(const int32_t *pixel, size_t from, size_t to, int k)
{
	int width = kind[k].width, bits;
	uint32_t code[MOST], largest = 0;

	for (size_t i = from; i < to; i++) {
		int64_t before = pixel[i ? i - 1 : 0];

		code[i] = folded(width, pixel[i] - before);
		largest = code[i] > largest ? code[i] : largest;
	}
	do
		bits = (int)any((uint32_t)kind[k].most + 2) - 1;
	while (bits < 0 ? largest > 0 : bits < kind[k].most && largest >> bits > 150);
	put((uint64_t)bits + 1, kind[k].digits);
	for (size_t i = from; bits >= 0 && i < to; i++)
		if (bits == kind[k].most)
			put(code[i], 8 * width);
		else
			put_code(code[i], bits);
}

static void encode(const int32_t *pixel, size_t n, int k, size_t block)
{
	begin();
	put((uint32_t)pixel[0], 8 * kind[k].width);
	for (size_t i = 0; i < n; i += block)
		put_block(pixel, i, i + block < n ? i + block : n, k);
}

/* In memory of just this size, so that a sanitizer sees a read beyond it. */
static const char *decode(size_t have, int k, size_t block, const struct fits_skip *skip,
			  int32_t *to, size_t n)
{
	uint8_t *copy = malloc(have ? have : 1);
	const char *says;

	assert_non_null(copy);
	memcpy(copy, bytes, have);
	memset(to, 0x5a, MOST * sizeof *to);
	says = pz_fits_tile_rice(copy, have, kind[k].width, block, skip, to, n);
	free(copy);
	return says;
}

static const size_t blocks[] = { 1, 7, 16, 32 };

static void tiles_come_back(void **state)
{
	int32_t pixel[MOST], found[MOST];

	(void)state;
	for (int i = 0; i < 6000; i++) {
		int k = i % 3;
		size_t n = 1 + any(any(4) ? 40 : MOST), block = blocks[any(4)], cut;

		draw(pixel, n, kind[k].width);
		encode(pixel, n, k, block);
		if (decode(size(), k, block, NULL, found, n))
			fail_msg("width %d, %zu pixels by %zu", kind[k].width, n, block);
		assert_memory_equal(found, pixel, n * sizeof *pixel);
		assert_int_equal(found[n < MOST ? n : 0], n < MOST ? 0x5a5a5a5a : pixel[0]);
		/* bytes behind it do not count */
		assert_null(decode(size() + 3, k, block, NULL, found, n));
		assert_memory_equal(found, pixel, n * sizeof *pixel);
		cut = any(2) ? any((uint32_t)size()) : size() - 1;
		assert_string_equal(decode(cut, k, block, NULL, found, n), too_early);
	}
}

/* Blocks of which no pixel has certain bits are told, and those alone; the others are whole. */
static void blocks_without_bits_are_told(void **state)
{
	int32_t pixel[MOST], found[MOST];

	(void)state;
	for (int i = 0; i < 6000; i++) {
		int k = i % 3;
		size_t n = 1 + any(MOST - 1), block = blocks[any(4)];
		uint8_t flag[MOST + 1];
		struct fits_skip skip = { (uint32_t)1 << any(32), any(3) ? 0 : any(UINT32_MAX),
					  flag };

		skip.bits |= any(2) ? (uint32_t)1 << any(8) : 0;
		draw(pixel, n, kind[k].width);
		for (size_t j = any((uint32_t)n); any(2) && j < n; j++)
			pixel[j] = any(2) ? pixel[0] : 0; /* long runs */
		encode(pixel, n, k, block);
		memset(flag, 7, sizeof flag);
		assert_null(decode(size(), k, block, &skip, found, n));
		for (size_t b = 0; b * block < n; b++) {
			size_t from = b * block, m = n - from < block ? n - from : block;
			bool any_bit = false;

			for (size_t j = from; j < from + m; j++)
				any_bit |= ((uint32_t)pixel[j] + skip.zero) & skip.bits;
			assert_int_equal(flag[b], !any_bit);
			if (any_bit)
				assert_memory_equal(found + from, pixel + from, m * sizeof *pixel);
		}
		assert_int_equal(flag[(n - 1) / block + 1], 7);
		assert_string_equal(decode(any((uint32_t)size()), k, block, &skip, found, n),
				    too_early);
	}
}

/* ---- by hand ---- */

/* Numbers of bits up to the largest, which stands for plain pixels; beyond, there are none. */
static void numbers_of_bits_have_an_end(void **state)
{
	int32_t found[MOST];

	(void)state;
	for (int k = 0; k < 3; k++)
		for (int number = 0; number < 1 << kind[k].digits; number++) {
			begin();
			put(100, 8 * kind[k].width);
			put((uint64_t)number, kind[k].digits);
			used += 64;
			if (number > kind[k].most + 1) {
				assert_string_equal(decode(size(), k, 32, NULL, found, 1),
						    too_many);
				continue;
			}
			if (number > 0 && number <= kind[k].most)
				put_code(3, 0);
			if (number == 0 || number == kind[k].most + 1) {
				assert_null(decode(size(), k, 32, NULL, found, 1));
				assert_int_equal(found[0], 100);
			}
		}
}

/* A code of 64 zeros that has no one behind it, just where the bytes end: after three codes of one
 * bit and one of eight, the bits that are held are as many as can be. */
static void a_code_without_an_end(void **state)
{
	int32_t found[MOST];

	(void)state;
	for (int ones = 0; ones < 2; ones++) {
		begin();
		put(100, 32);
		put(1, 5); /* codes of no bits but their zeros */
		for (int i = 0; i < 3; i++)
			put_code(0, 0);
		put_code(7, 0);
		used += 64;
		if (ones)
			put(1, 1);
		if (ones) {
			assert_null(decode(size(), 2, 8, NULL, found, 5));
			assert_int_equal(found[4], 100 - 4 + 32);
		} else {
			assert_string_equal(decode(size(), 2, 8, NULL, found, 5), too_early);
		}
	}
}

/* Long codes, of as many zeros as any number of reads takes. */
static void codes_of_many_zeros(void **state)
{
	int32_t found[MOST];

	(void)state;
	for (uint32_t zeros = 0; zeros < 400; zeros++)
		for (int before = 0; before < 9; before++) {
			begin();
			put(0, 32);
			put(1, 5);
			for (int i = 0; i < before; i++)
				put_code(0, 0);
			put_code(2 * zeros, 0);
			put_code(1, 0);
			assert_null(decode(size(), 2, 32, NULL, found, (size_t)before + 2));
			assert_int_equal(found[before], zeros);
			assert_int_equal(found[before + 1], (int32_t)zeros - 1);
			assert_string_equal(
				decode(size() - 1, 2, 32, NULL, found, (size_t)before + 2),
				too_early);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_come_back),
		cmocka_unit_test(blocks_without_bits_are_told),
		cmocka_unit_test(numbers_of_bits_have_an_end),
		cmocka_unit_test(a_code_without_an_end),
		cmocka_unit_test(codes_of_many_zeros),
	};

	return cmocka_run_group_tests_name("Rice", tests, NULL, NULL);
}
