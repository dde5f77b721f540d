/* hcompress.c -- tiles of HCOMPRESS_1: reads the coefficients of a wavelet transform
 *
 * White, Postman & Lattanzi (1992). The coefficients of the H transform (htransform.c) are stored
 * by the planes of their bits. The planes of bits of each quadrant are quadtrees: a nybble says
 * which of four quarters have any ones, and the last ones hold the bits themselves. Signs follow at
 * the end.
 */
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "hcompress.h"
#include "tile.h"

#define HEAD 25 /* bytes before the bits */

/* Coefficients have no more bits than this, so that no sum of them or slope can overflow 64.
 * Pixels of 32 bits stay below in any tile of less than 2^19 pixels a side. */
#define PLANES 52

static const char wrong_data[] = "its HCOMPRESS data are wrong";
static const char too_short[] = "its bytes end too early";

static uint32_t number_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/* A quarter of the coefficients, and room for two levels of its quadtrees. */
struct quarter {
	uint64_t *at;
	size_t stride, rows, columns;
	uint8_t *room[2];
};

/* Of the code that six bits begin with: its length, and the nybble that it stands for. */
static const uint8_t codes[64] = {
	0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x32, 0x32, 0x32, 0x32, 0x32,
	0x32, 0x32, 0x32, 0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x34, 0x38, 0x38,
	0x38, 0x38, 0x38, 0x38, 0x38, 0x38, 0x43, 0x43, 0x43, 0x43, 0x45, 0x45, 0x45,
	0x45, 0x4a, 0x4a, 0x4a, 0x4a, 0x4c, 0x4c, 0x4c, 0x4c, 0x4f, 0x4f, 0x4f, 0x4f,
	0x56, 0x56, 0x57, 0x57, 0x59, 0x59, 0x5b, 0x5b, 0x5d, 0x5d, 0x60, 0x6e,
};

static inline uint8_t take_code(struct bits *b)
{
	uint8_t code = codes[b->buffer >> 58];

	drop(b, code >> 4);
	return code & 15;
}

/* A code in the place of each 1, from the last one to the first. */
static void read_codes(struct bits *from, uint8_t *nybbles, size_t n)
{
	struct bits b = *from; /* a copy, which the bytes written cannot be part of */

	for (; n >= 8; n -= 8) {
		uint64_t ones;

		memcpy(&ones, nybbles + n - 8, sizeof ones);
		if (ones)
			fill_bits(&b);
		while (ones) {
			unsigned place = 63 - (unsigned)__builtin_clzll(ones);

			nybbles[n - 8 + place / 8] = take_code(&b);
			ones ^= (uint64_t)1 << place;
		}
	}
	fill_bits(&b);
	while (n-- > 0)
		if (nybbles[n])
			nybbles[n] = take_code(&b);
	*from = b;
}

static void read_nybbles(struct bits *from, uint8_t *nybbles, size_t n)
{
	struct bits b = *from;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint32_t eight;

		fill_bits(&b);
		eight = take(&b, 32);
		for (int j = 0; j < 8; j++)
			nybbles[i + j] = eight >> (28 - 4 * j) & 15;
	}
	fill_bits(&b);
	for (; i < n; i++)
		nybbles[i] = (uint8_t)take(&b, 4);
	*from = b;
}

/* Each nybble becomes 2 x 2 bytes, 0 or 1, of as many rows and columns as there are. */
static void expand_nybbles(const uint8_t *restrict nybbles, uint8_t *restrict to, size_t rows,
			   size_t columns)
{
	for (size_t i = 0; i < rows; i++, to += columns) {
		const uint8_t *from = nybbles + i / 2 * ((columns + 1) / 2);
		int left = i % 2 ? 1 : 3;

		for (size_t j = 0; j < columns / 2; j++) {
			to[2 * j] = from[j] >> left & 1;
			to[2 * j + 1] = from[j] >> (left - 1) & 1;
		}
		if (columns % 2)
			to[columns - 1] = from[columns / 2] >> left & 1;
	}
}

/* Reads the nybbles of a plane, from the root of its tree to its leaves; returns a pointer to them.
 */
static const uint8_t *read_tree(struct bits *b, const struct quarter *q)
{
	uint8_t *to = q->room[0], *from = q->room[1];

	to[0] = 1;
	read_codes(b, to, 1);
	for (int k = logarithm(q->rows > q->columns ? q->rows : q->columns) - 1; k > 0; k--) {
		size_t rows = at_level(q->rows, k), columns = at_level(q->columns, k);
		uint8_t *swap = from;

		from = to;
		to = swap;
		expand_nybbles(from, to, rows, columns);
		read_codes(b, to, rows * columns);
	}
	return to;
}

/* The left or right bits of a row of nybbles into a row of coefficients. */
static void insert_row(const uint8_t *restrict nybbles, int left, int bit, uint64_t *restrict row,
		       size_t columns)
{
	size_t j = 0, pairs = columns / 2;

	while (j < pairs) {
		size_t end = j + 8 < pairs ? j + 8 : pairs;
		uint64_t eight = 1;

		if (end == j + 8)
			memcpy(&eight, nybbles + j, sizeof eight);
		if (!eight) { /* most are, in high planes */
			j = end;
			continue;
		}
		for (; j < end; j++) {
			row[2 * j] |= (uint64_t)(nybbles[j] >> left & 1) << bit;
			row[2 * j + 1] |= (uint64_t)(nybbles[j] >> (left - 1) & 1) << bit;
		}
	}
	if (columns % 2)
		row[columns - 1] |= (uint64_t)(nybbles[pairs] >> left & 1) << bit;
}

static const char *read_quarter(struct bits *b, const struct quarter *q, int planes)
{
	size_t across = half(q->columns);

	for (int bit = planes - 1; bit >= 0; bit--) {
		const uint8_t *nybbles = q->room[0];

		fill_bits(b);
		switch (take(b, 4)) {
		case 0:
			read_nybbles(b, q->room[0], half(q->rows) * across);
			break;
		case 15:
			nybbles = read_tree(b, q);
			break;
		default:
			return is_overdrawn(b) ? too_short : wrong_data;
		}
		if (is_overdrawn(b))
			return too_short;
		for (size_t i = 0; i < q->rows; i++)
			insert_row(nybbles + i / 2 * across, i % 2 ? 1 : 3, bit,
				   q->at + i * q->stride, q->columns);
	}
	return NULL;
}

/* A sign for each coefficient that is not 0; then the scale, which must leave them in bounds. */
static const char *read_signs(struct bits *from, int64_t *a, size_t n, int64_t scale)
{
	struct bits b = *from;
	uint64_t any = 0;

	for (size_t i = 0; i < n;) {
		size_t end = i + 56 < n ? i + 56 : n;

		fill_bits(&b);
		for (; i < end; i++) {
			unsigned some = a[i] != 0;
			int64_t sign = -(int64_t)(b.buffer >> 63 & some);

			drop(&b, some);
			any |= (uint64_t)a[i];
			a[i] = ((a[i] ^ sign) - sign) * scale;
		}
	}
	*from = b;
	if (any > ((uint64_t)1 << PLANES) / (uint64_t)scale)
		return wrong_data;
	return is_overdrawn(&b) ? too_short : NULL;
}

/* The coefficients, without the sum. */
static const char *read_all(struct bits *b, const uint8_t *planes, int64_t *a, size_t x, size_t y,
			    int64_t *room[2], int64_t scale)
{
	const size_t right = half(x), below = half(y);
	const char *wrong = NULL;

	for (int i = 0; !wrong && i < 4; i++) {
		struct quarter q = { .at = (uint64_t *)a + (i & 1 ? right : 0) +
					   (i & 2 ? below * x : 0),
				     .stride = x,
				     .rows = i & 2 ? y / 2 : below,
				     .columns = i & 1 ? x / 2 : right,
				     .room = { (uint8_t *)room[0], (uint8_t *)room[1] } };

		wrong = read_quarter(b, &q, planes[(i + 1) / 2]);
	}
	if (wrong)
		return wrong;
	fill_bits(b);
	if (take(b, 4))
		return is_overdrawn(b) ? too_short : wrong_data;
	fill_bits(b);
	drop(b, b->held % 8); /* what was read are whole bytes */
	return read_signs(b, a, x * y, scale);
}

const char *pz_fits_tile_hcompress(const uint8_t *bytes, size_t size, bool smooth, int32_t *pixels,
				   size_t x, size_t y)
{
	struct bits b = { bytes + HEAD, bytes + size, 0, 0, 0 };
	size_t n = x * y, quarter = half(x) * half(y);
	int64_t scale, sum, *a, *room[2];
	const char *wrong;

	if (size < 2 || bytes[0] != 0xdd || bytes[1] != 0x99)
		return wrong_data;
	if (size < HEAD)
		return too_short;
	if (number_at(bytes + 2) != y || number_at(bytes + 6) != x)
		return "its HCOMPRESS data are of another size";
	scale = (int32_t)number_at(bytes + 10);
	if (scale < 1)
		scale = 1;
	sum = (int64_t)((uint64_t)number_at(bytes + 14) << 32 | number_at(bytes + 18));
	for (int i = 22; i < HEAD; i++)
		if (bytes[i] > PLANES)
			return wrong_data;
	if (sum > ((int64_t)1 << PLANES) / scale || sum < -((int64_t)1 << PLANES) / scale)
		return wrong_data;
	if (!(a = calloc(n + 2 * quarter + 2 * x, sizeof *a)))
		return "no memory";
	room[0] = a + n;
	room[1] = room[0] + quarter;
	wrong = read_all(&b, bytes + 22, a, x, y, room, scale);
	if (!wrong) {
		a[0] = sum * scale;
		pz_fits_undo_htransform(a, x, y, smooth ? scale / 2 : 0, room, room[1] + quarter,
					pixels);
	}
	free(a);
	return wrong;
}
