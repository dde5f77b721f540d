/* hcompress.h -- the H transform of HCOMPRESS_1, and the sizes of its levels */
#ifndef FITS_HCOMPRESS_H
#define FITS_HCOMPRESS_H

#include <stddef.h>
#include <stdint.h>

static inline size_t half(size_t n)
{
	return (n + 1) / 2;
}

/* The least power of two that is not less than n. */
static inline int logarithm(size_t n)
{
	int log = 0;

	while ((size_t)1 << log < n)
		log++;
	return log;
}

/* Of n elements, those at the level where each stands for 2^k. A side of none has one, too. */
static inline size_t at_level(size_t n, int k)
{
	return n ? ((n - 1) >> k) + 1 : 1;
}

/* Turns coefficients a, y rows of x, into pixels. room: two arrays for a quarter of them each;
 * rows: for two rows of pixels; most: by how much a coefficient may move where the image is
 * smoothed, 0: it is not. */
void pz_fits_undo_htransform(int64_t *a, size_t x, size_t y, int64_t most, int64_t *room[2],
			     int64_t *rows, int32_t *pixels);

#endif
