/* blank.c -- which pixels of a mask's tiles are bad
 *
 * Most are not. So a chunk of them is looked at as it is stored, all its pixels at once, and its
 * numbers are made only where one of them may be bad.
 */
#include <math.h>

#include "tiles.h"

#define CHUNK ((size_t)256) /* pixels                            */
#define LEAST (-2147483646) /* of rounded floats: 0, or no value */

/* -- as they are stored */

static bool any_wide(const int64_t *from, size_t n, uint64_t bits)
{
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (uint64_t)from[i];
	return all & bits;
}

/* Whether any is not above 0; floats, by their bits. */
static bool any_low_float(const int32_t *from, size_t n)
{
	const int32_t infinite = 0x7f800000;
	uint32_t low = 0;

	for (size_t i = 0; i < n; i++)
		low |= from[i] <= 0 || from[i] > infinite;
	return low;
}

static int32_t lowest_of(const int32_t *from, size_t n)
{
	int32_t low = INT32_MAX;

	for (size_t i = 0; i < n; i++)
		low = from[i] < low ? from[i] : low;
	return low;
}

/* Whether any rounded float may be not above 0: they grow with what is stored, from which a random
 * number below 1 was taken. */
static bool any_low_rounded(const struct fits_band *b, const int32_t *from, size_t n)
{
	int32_t low = lowest_of(from, n);

	return !(b->scale > 0 && low > LEAST && (isnan(b->blank) || low > b->blank) &&
		 (float)((low - 0.5) * b->scale + b->zero) > 0);
}

/* Whether any pixel of a chunk may be bad. */
static bool may_have_bad(const struct fits_band *b, size_t first, size_t n,
			 const struct pz_fits_bad *bad)
{
	uint32_t bits, zero;

	if (bad->how == PZ_FITS_BITS && b->stored == FITS_I32 && isnan(b->blank) &&
	    pz_fits_tile_bits(bad->bits, b->zero, &bits, &zero))
		return fits_any_bits(b->pixels.i32 + first, n, bits, zero);
	if (bad->how == PZ_FITS_BITS && b->stored == FITS_I64 && b->zero == 0 && isnan(b->blank))
		return any_wide(b->pixels.i64 + first, n, bad->bits);
	if (bad->how == PZ_FITS_NOT_ABOVE_0 && b->stored == FITS_F32)
		return any_low_float(b->pixels.i32 + first, n);
	if (bad->how == PZ_FITS_NOT_ABOVE_0 && b->stored == FITS_I32 && b->quantized)
		return any_low_rounded(b, b->pixels.i32 + first, n);
	return true;
}

/* -- as numbers */

void pz_fits_mark_bits(uint64_t bits, const int64_t *value, size_t n, float *to)
{
	for (size_t i = 0; i < n; i++)
		if ((uint64_t)value[i] & bits)
			to[i] = NAN;
}

void pz_fits_mark_values(enum pz_fits_how how, const float *value, size_t n, float *to)
{
	for (size_t i = 0; i < n; i++)
		if (how == PZ_FITS_NOT_0 ? value[i] != 0 : !(value[i] > 0))
			to[i] = NAN;
}

static int blank_chunks(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
			const struct pz_fits_bad *bad, float *to)
{
	int64_t integer[CHUNK];
	float value[CHUNK];
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i += CHUNK) {
		size_t m = n - i < CHUNK ? n - i : CHUNK;

		if (!may_have_bad(b, first + i, m, bad))
			continue;
		if (bad->how == PZ_FITS_BITS) {
			rc = pz_fits_tile_integers(f, b, first + i, m, integer);
			pz_fits_mark_bits(bad->bits, integer, rc < 0 ? 0 : m, to + i);
		} else {
			pz_fits_tile_floats(f, b, first + i, m, value);
			pz_fits_mark_values(bad->how, value, m, to + i);
		}
	}
	return rc;
}

int pz_fits_tile_blank(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
		       const struct pz_fits_bad *bad, float *to)
{
	size_t end = first + n, block;
	int rc = 0;

	if (!b->skips)
		return blank_chunks(f, b, first, n, bad, to);
	block = f->tile->block;
	for (size_t i = first, j = first / block, next; i < end && rc == 0; i = next, j++) {
		next = (j + 1) * block < end ? (j + 1) * block : end;
		if (!b->skip[j])
			rc = blank_chunks(f, b, i, next - i, bad, to + (i - first));
	}
	return rc;
}
