/* htransform.c -- undoes the H transform of HCOMPRESS_1
 *
 * White, Postman & Lattanzi (1992). The H transform takes blocks of 2 x 2 pixels: h0 is their
 * sum, hx, hy and hc are what differs between their rows, columns and diagonals. The h0 of all
 * blocks are transformed again, until one is left. In the array of coefficients the h0 come
 * first, hy to the right of them, hx below, hc below on the right, and so at every level.
 */
#include <stdbool.h>

#include "hcompress.h"

/* A level of the transform: means of blocks, and their pixels, rows and columns of them. */
struct level {
	const int64_t *means;
	int64_t *a; /* all coefficients     */
	size_t stride;
	size_t rows, columns;
	int k;        /* 0: the last one      */
	int64_t most; /* that smoothing moves */
};

/* The coefficients of a row of blocks. */
struct blocks {
	const int64_t *h0;
	int64_t *hx, *hy, *hc;
};

static inline int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t largest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static inline int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return largest(least(value, high), low);
}

/* How far h moves towards slope / 2^bits, where what bounds the slope lets it be other than 0.
 * The division is towards 0. */
static inline int64_t move(int64_t h, int64_t slope, int64_t low, int64_t high, int bits,
			   int64_t most)
{
	int64_t off;

	if (low >= high)
		return 0;
	off = clamp(slope, low, high) - h * ((int64_t)1 << bits);
	return clamp(off / ((int64_t)1 << bits), -most, most);
}

/* Of a slope between the means on both sides: no mean may be passed. */
static inline int64_t slope(int64_t h, int64_t before, int64_t mean, int64_t after, int64_t most)
{
	int64_t up = after - mean, down = mean - before;
	int64_t high = largest(least(up, down), 0) * 4;
	int64_t low = least(largest(up, down), 0) * 4;

	return move(h, after - before, low, high, 3, most);
}

/* Of the curvature: the means at the corners may not be passed along either slope. */
static inline int64_t limit_curvature(const struct blocks *b, size_t j, size_t width, int64_t most)
{
	const int64_t *above = b->h0 - width, *below = b->h0 + width;
	int64_t sum = 2 * (b->hx[j] + b->hy[j]), difference = 2 * (b->hx[j] - b->hy[j]);
	int64_t d1 = below[j + 1] - b->h0[j], d2 = b->h0[j] - below[j - 1];
	int64_t d3 = b->h0[j] - above[j + 1], d4 = above[j - 1] - b->h0[j];
	int64_t high = least(least(largest(d1, 0) - sum, largest(d2, 0) + difference),
			     least(largest(d3, 0) - difference, largest(d4, 0) + sum));
	int64_t low = largest(largest(least(d1, 0) - sum, least(d2, 0) + difference),
			      largest(least(d3, 0) - difference, least(d4, 0) + sum));

	return move(b->hc[j], below[j + 1] + above[j - 1] - above[j + 1] - below[j - 1], low * 16,
		    high * 16, 6, most);
}

/* What the scale rounded off is chosen so that blocks go over into their neighbours. Those at
 * an edge stay as they are. */
static void smooth_row(const struct level *l, const struct blocks *b, size_t i)
{
	size_t width = half(l->columns);
	bool inside = i > 0 && 2 * i + 2 < l->rows;

	for (size_t j = 0; inside && j < width; j++)
		b->hx[j] += slope(b->hx[j], b->h0[j - width], b->h0[j], b->h0[j + width], l->most);
	for (size_t j = 1; 2 * j + 2 < l->columns; j++)
		b->hy[j] += slope(b->hy[j], b->h0[j - 1], b->h0[j], b->h0[j + 1], l->most);
	for (size_t j = 1; inside && 2 * j + 2 < l->columns; j++)
		b->hc[j] += limit_curvature(b, j, width, l->most);
}

/* To a multiple of the power of two, the half away from 0. */
static inline int64_t rounded(int64_t value, int64_t power)
{
	return (value + power / 2 + (power > 1 ? value >> 63 : 0)) & -power;
}

/* What was rounded away from 0 goes back by a distance. */
static inline int64_t back(int64_t value, int64_t distance)
{
	return value >= 0 ? value - distance : value + distance;
}

/* The four pixels of a block. Coefficients were stored without the low bits that follow from
 * others: of hx, hy and h0 from hc, and of h0 from all three. */
static inline void undo_block(int k, int64_t h0, int64_t hx, int64_t hy, int64_t hc, int64_t *top,
			      int64_t *bottom)
{
	const int64_t bit0 = (int64_t)1 << k, bit1 = 2 * bit0;
	const int shift = k ? 1 : 2;
	int64_t low0, low1;

	hc = rounded(hc, bit0);
	low0 = hc & bit0;
	hx = back(rounded(hx, bit1), low0);
	hy = back(rounded(hy, bit1), low0);
	low1 = (hc ^ hx ^ hy) & bit1;
	h0 += h0 >= 0 ? low0 - low1 : low0 ? low0 - low1 : low1;
	top[0] = (h0 - hx - hy + hc) >> shift;
	top[1] = (h0 - hx + hy - hc) >> shift;
	bottom[0] = (h0 + hx - hy - hc) >> shift;
	bottom[1] = (h0 + hx + hy + hc) >> shift;
}

/* Two rows, or where no second one is left, one: of what lies beyond an edge all is 0. */
static void undo_row(const struct level *l, const struct blocks *b, bool two, int64_t *top,
		     int64_t *bottom)
{
	size_t pairs = l->columns / 2;
	int64_t above[2], below[2];

	for (size_t j = 0; two && j < pairs; j++)
		undo_block(l->k, b->h0[j], b->hx[j], b->hy[j], b->hc[j], top + 2 * j,
			   bottom + 2 * j);
	for (size_t j = 0; !two && j < pairs; j++)
		undo_block(l->k, b->h0[j], 0, b->hy[j], 0, top + 2 * j, below);
	if (l->columns % 2 == 0)
		return;
	undo_block(l->k, b->h0[pairs], two ? b->hx[pairs] : 0, 0, 0, above, below);
	top[2 * pairs] = above[0];
	if (two)
		bottom[2 * pairs] = below[0];
}

/* A level into `to`, or the last one into pixels, of 32 bits; two rows are free there. */
static void undo_level(const struct level *l, int64_t *to, int32_t *pixels)
{
	size_t width = half(l->columns), height = half(l->rows);

	for (size_t i = 0; i < height; i++) {
		int64_t *row = l->a + i * l->stride;
		struct blocks b = { l->means + i * width, row + height * l->stride, row + width,
				    row + height * l->stride + width };
		bool two = 2 * i + 1 < l->rows;

		if (l->most > 0)
			smooth_row(l, &b, i);
		undo_row(l, &b, two, to, to + l->columns);
		if (l->k > 0)
			to += 2 * l->columns;
		else
			for (size_t j = 0; j < l->columns << two; j++)
				*pixels++ = (int32_t)to[j];
	}
}

void pz_fits_undo_htransform(int64_t *a, size_t x, size_t y, int64_t most, int64_t *room[2],
			     int64_t *rows, int32_t *pixels)
{
	int top = logarithm(x > y ? x : y);
	const int64_t *means = room[1];

	room[1][0] = top ? rounded(a[0], (int64_t)2 << top) : a[0];
	for (int k = top - 1, i = 0; k >= 0; k--, i ^= 1) {
		struct level l = { means, a, x, at_level(y, k), at_level(x, k), k, most };

		undo_level(&l, k ? room[i] : rows, pixels);
		means = room[i];
	}
	if (top == 0)
		pixels[0] = (int32_t)a[0];
}
