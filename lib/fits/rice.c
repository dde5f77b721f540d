/* rice.c -- tiles in Rice's code (RICE_1), and IRAF's line lists (PLIO_1)
 *
 * Rice: the first pixel as it is, then the differences of each pixel from the one before,
 * in blocks. A block begins with a number of bits, k + 1: each difference is a count of
 * zeros, a one, and k bits. 0 stands for a block of no differences, the largest number for
 * one of plain bits. (FITS 4.0, 10.4.1)
 */
#include <string.h>

#include <pz/cpu.h>

#include "../base/inline.h"
#include "bits.h"
#include "tile.h"

/* Zeros up to a one, which goes too; SIZE_MAX: to the end. */
static inline size_t count_zeros(struct bits *b)
{
	size_t zeros = 0;

	for (;;) {
		unsigned more = b->buffer ? (unsigned)__builtin_clzll(b->buffer) : 64;

		if (more < b->held) {
			b->buffer = b->buffer << more << 1;
			b->held -= more + 1;
			return zeros + more;
		}
		if (b->borrowed)
			return SIZE_MAX;
		zeros += b->held;
		b->buffer = 0;
		b->held = 0;
		fill_bits(b);
	}
}

/* The difference that a code stands for: 0, -1, 1, -2, ... */
static inline uint32_t unfold(uint32_t code)
{
	return (code >> 1) ^ -(code & 1);
}

/* A code of k bits, the long way: SIZE_MAX where the bytes end. */
static size_t read_code(struct bits *b, unsigned k)
{
	size_t zeros = count_zeros(b);

	if (zeros == SIZE_MAX)
		return SIZE_MAX;
	if (b->held < k)
		fill_bits(b);
	return (uint32_t)(zeros << k) | (k ? take(b, k) : 0);
}

/* Up to n differences of k bits, each of them all in the buffer, while eight bytes are left to fill
 * it from: how many. Few steps of one code wait for those of the one before. */
PZ_INLINE size_t read_held(struct bits *from, unsigned k, int32_t *pixels, size_t n, uint32_t *last)
{
	const size_t often = k < 8 ? 4 : 2; /* codes that a full buffer has, as a rule */
	struct bits b = *from;              /* in registers: pixels could be its `held` */
	uint32_t pixel = *last;
	size_t i = 0, filled = 0;

	for (; i < n; i++) {
		unsigned zeros;
		uint64_t rest;

		if (i == filled) {
			if (b.end - b.at < 8)
				break;
			fill_from_eight(&b);
			filled += often;
		}
		zeros = b.buffer ? (unsigned)__builtin_clzll(b.buffer) : 64;
		if (zeros + k >= b.held)
			break;
		rest = b.buffer << 1; /* while zeros are counted */
		b.buffer = rest << (zeros + k);
		b.held -= zeros + k + 1;
		pixel += unfold(zeros << k | (uint32_t)(rest << zeros >> 1 >> (63 - k)));
		pixels[i] = (int32_t)pixel;
	}
	*last = pixel;
	*from = b;
	return i;
}

/* A block of n differences of k bits; the last pixel, or false: the bytes end. */
PZ_INLINE bool read_differences(struct bits *b, unsigned k, int32_t *pixels, size_t n,
				uint32_t *last)
{
	for (size_t i = read_held(b, k, pixels, n, last); i < n;
	     i += read_held(b, k, pixels + i, n - i, last)) {
		size_t code = read_code(b, k);

		if (code == SIZE_MAX)
			return false;
		*last += unfold((uint32_t)code);
		pixels[i++] = (int32_t)*last;
	}
	return !is_overdrawn(b);
}

static bool read_block_plain(struct bits *b, unsigned k, int32_t *pixels, size_t n, uint32_t *last)
{
	return read_differences(b, k, pixels, n, last);
}

/* For processors that count zeros and shift in one step each: all that have AVX2 and BMI2. */
#ifdef __x86_64__
__attribute__((target("lzcnt,bmi2"))) static bool
read_block_bmi2(struct bits *b, unsigned k, int32_t *pixels, size_t n, uint32_t *last)
{
	return read_differences(b, k, pixels, n, last);
}
#else
#define read_block_bmi2 read_block_plain
#endif

static bool read_plain(struct bits *b, unsigned width, int32_t *pixels, size_t n, uint32_t *last)
{
	for (size_t i = 0; i < n; i++) {
		fill_bits(b);
		*last += unfold(take(b, width));
		pixels[i] = (int32_t)*last;
	}
	return !is_overdrawn(b);
}

/* Only so many bits of a pixel count: of 8 bits without sign, of 16 with it. */
static void wrap(int width, int32_t *pixels, size_t n)
{
	for (size_t i = 0; width == 1 && i < n; i++)
		pixels[i] &= 0xff;
	for (size_t i = 0; width == 2 && i < n; i++)
		pixels[i] = (int16_t)pixels[i];
}

static inline bool has_bits(const struct fits_skip *skip, const int32_t *pixels, size_t n)
{
	return fits_any_bits(pixels, n, skip->bits, skip->zero);
}

/* Whether blocks of pixels that are all `last` may be left out. */
static inline bool is_skipped(const struct fits_skip *skip, int width, uint32_t last)
{
	int32_t pixel = (int32_t)last;

	wrap(width, &pixel, 1);
	return !has_bits(skip, &pixel, 1);
}

/* Leaves out blocks of no differences, as many as the bits held say there are, at most n; how many
 * these are. */
static inline size_t skip_blocks(struct bits *b, unsigned digits, uint8_t *block, size_t n)
{
	unsigned zeros = b->buffer ? (unsigned)__builtin_clzll(b->buffer) : 64;
	size_t count = (zeros < b->held ? zeros : b->held) / digits;

	count = count < n ? count : n;
	if (count == 0)
		return 0;
	memset(block, 1, count);
	drop(b, (unsigned)count * digits);
	return count;
}

/* A block of n pixels, of what `digits` bits say; the last pixel, or what is wrong. */
static inline const char *follow_block(struct bits *b, unsigned k, int width, int32_t *pixels,
				       size_t n, uint32_t *last)
{
	const unsigned most = width == 4 ? 25 : width == 2 ? 14 : 6;
	bool good = true;

	if (k > most + 1)
		return "a block in it has more bits than a pixel";
	if (k == 0)
		for (size_t i = 0; i < n; i++)
			pixels[i] = (int32_t)*last;
	else if (k == most + 1)
		good = read_plain(b, (unsigned)width * 8, pixels, n, last);
	else
		good = (pz_cpu() == PZ_CPU_PLAIN ? read_block_plain
						 : read_block_bmi2)(b, k - 1, pixels, n, last);
	wrap(width, pixels, n);
	return good ? NULL : "its bytes end too early";
}

const char *pz_fits_tile_rice(const uint8_t *bytes, size_t size, int width, size_t block,
			      const struct fits_skip *skip, int32_t *pixels, size_t n)
{
	const unsigned digits = width == 4 ? 5 : width == 2 ? 4 : 3; /* of a block's number */
	struct bits b = { bytes + width, bytes + size, 0, 0, 0 };
	uint32_t last = 0;

	if (size < (size_t)width || (size - (size_t)width) * 8 / digits < (n - 1) / block + 1)
		return "its bytes end too early";
	for (int i = 0; i < width; i++)
		last = last << 8 | bytes[i];
	for (size_t i = 0, step, blocks = (n - 1) / block + 1; i < blocks; i += step) {
		size_t from = i * block;
		const char *wrong = NULL;

		step = 0;
		fill_bits(&b);
		if (skip && is_skipped(skip, width, last))
			step = skip_blocks(&b, digits, skip->block + i, blocks - i);
		if (step == 0) {
			step = 1;
			wrong = follow_block(&b, take(&b, digits), width, pixels + from,
					     n - from < block ? n - from : block, &last);
			if (skip && !wrong)
				skip->block[i] = !has_bits(skip, pixels + from,
							   n - from < block ? n - from : block);
		}
		if (wrong || is_overdrawn(&b))
			return wrong ? wrong : "its bytes end too early";
	}
	return NULL;
}

/* A line list is read word by word: four bits say what to do with the other twelve. */
struct line {
	int32_t *pixels;
	size_t at, n;
	uint32_t high; /* what pixels that are not 0 are */
};

/* So many pixels, the last `filled` of them high and the others 0; false: too many. */
static bool put(struct line *l, size_t count, size_t filled)
{
	if (count > l->n - l->at)
		return false;
	for (size_t i = 0; i < count; i++)
		l->pixels[l->at++] = i + filled >= count ? (int32_t)l->high : 0;
	return true;
}

/* One word, and the one behind it; how many of them it takes, 0: it is wrong. */
static size_t follow_word(struct line *l, unsigned word, unsigned next)
{
	uint32_t low = word & 4095;

	switch (word >> 12) {
	case 0: /* zeros */
		return put(l, low, 0);
	case 1: /* another value, of two words */
		l->high = ((next & 0x7fff) << 12) + low;
		return 2;
	case 2: /* a larger one, a smaller one */
		l->high += low;
		return 1;
	case 3:
		l->high -= low;
		return 1;
	case 4: /* pixels */
		return put(l, low, low);
	case 5: /* zeros and a pixel */
		return low && put(l, low, 1);
	case 6: /* a larger value, a smaller one, and a pixel of it */
		l->high += low;
		return put(l, 1, 1);
	case 7:
		l->high -= low;
		return put(l, 1, 1);
	default:
		return 0;
	}
}

static unsigned word_at(const uint8_t *bytes, size_t i)
{
	return (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
}

/* There are two kinds of header. The old one has the length in its third word; in the new one that
 * word is negative or 0. */
const char *pz_fits_tile_plio(const uint8_t *bytes, size_t size, int32_t *pixels, size_t n)
{
	struct line l = { pixels, 0, n, 1 };
	size_t words = size / 2, first = 3, length;

	if (words < 3)
		return "its bytes end too early";
	length = word_at(bytes, 2);
	if (length == 0 || length > 32767) {
		if (words < 7)
			return "its bytes end too early";
		first = word_at(bytes, 1);
		length = ((size_t)word_at(bytes, 4) << 15) + word_at(bytes, 3);
	}
	if (first > length || length > words)
		return "its bytes end too early";
	for (size_t i = first, step; i < length && l.at < n; i += step) {
		if (word_at(bytes, i) >> 12 == 1 && i + 1 >= length)
			return "its bytes end too early";
		step = follow_word(&l, word_at(bytes, i),
				   i + 1 < length ? word_at(bytes, i + 1) : 0);
		if (step == 0)
			return "its line list goes beyond its pixels";
	}
	if (l.at < n && length > first)
		return "its line list ends before its pixels";
	for (; l.at < n; l.at++) /* an empty list: all 0 */
		pixels[l.at] = 0;
	return 0;
}
