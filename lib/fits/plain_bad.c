/* plain_bad.c -- which pixels of a mask are bad; of one that is not compressed, by its bytes */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "plain.h"

#define CHUNK ((size_t)256)     /* pixels          */
#define PIECE ((size_t)1 << 16) /* bytes, or a row */

/* What is looked for in plain pixels, eight bytes at a time. */
struct pattern {
	uint64_t bits, flip; /* these, after those were flipped */
};

/* Eight bytes of big-endian numbers that are all the same, as memory has them. */
static uint64_t repeat_number(uint64_t number, size_t width)
{
	uint64_t all = 0;

	for (size_t shift = 0; shift < 64; shift += 8 * width)
		all |= number << shift;
	return __builtin_bswap64(all);
}

/* The pattern of bits of what plain pixels mean, of 64 bits and a sign; false: there is none. */
static bool find_pattern(const struct fits_band *b, size_t width, const struct pz_fits_bad *bad,
			 struct pattern *p)
{
	uint64_t sign = (uint64_t)1 << (8 * width - 1), own = sign | (sign - 1);
	uint64_t bits = bad->bits & own;
	bool is_unsigned = width == 1 || b->zero == (double)sign;

	if (bad->how != PZ_FITS_BITS || (b->zero != 0 && (b->zero != (double)sign || width == 1)))
		return false;
	if (bad->bits & ~own && !is_unsigned)
		bits |= sign; /* which fills all above it */
	p->bits = repeat_number(bits, width);
	p->flip = repeat_number(b->zero == 0 ? 0 : sign, width);
	return true;
}

static bool has_pattern(const uint8_t *bytes, size_t size, const struct pattern *p)
{
	uint64_t all = 0, word;
	size_t i = 0;

	for (; i + sizeof word <= size; i += sizeof word) {
		memcpy(&word, bytes + i, sizeof word);
		all |= word ^ p->flip;
	}
	word = p->flip;
	memcpy(&word, bytes + i, size - i);
	return (all | (word ^ p->flip)) & p->bits;
}

/* Rows of a plain image whose bytes say which are bad: n pixels. */
static int blank_bytes(const struct pz_fits *f, const uint8_t *bytes, size_t n, struct fits_band *b,
		       const struct pz_fits_bad *bad, float *pixels)
{
	size_t width = (size_t)abs(f->bitpix) / 8;
	int64_t room[CHUNK];
	struct pattern p;
	bool known = find_pattern(b, width, bad, &p);
	int rc = 0;

	b->pixels.any = room;
	for (size_t i = 0; i < n && rc == 0; i += CHUNK) {
		size_t m = n - i < CHUNK ? n - i : CHUNK;

		if (known && !has_pattern(bytes + i * width, m * width, &p))
			continue;
		pz_fits_tile_widen(bytes + i * width, m, width, b->stored, b->pixels);
		rc = pz_fits_tile_blank(f, b, 0, m, bad, pixels + i);
	}
	return rc;
}

static int blank_rows(struct pz_fits *f, size_t y, size_t n, struct fits_band *b,
		      const struct pz_fits_bad *bad, float *pixels)
{
	size_t width = (size_t)f->size[0], size = (size_t)abs(f->bitpix) / 8;
	size_t most = PIECE / (width * size) + 1;
	uint8_t *buffer = f->bytes ? NULL : malloc(most * width * size);
	const uint8_t *bytes;
	int rc = 0;

	if (!buffer && !f->bytes)
		return pz_fail(PZ_ENOMEM, "%s: no memory for %zu rows", f->where, most);
	y += (size_t)(f->plane * f->size[1]);
	for (size_t i = 0; i < n && rc == 0; i += most) {
		size_t count = (n - i < most ? n - i : most) * width;

		rc = pz_fits_plain_find(f, (y + i) * (uint64_t)width, count, buffer, &bytes);
		if (rc == 0)
			rc = blank_bytes(f, bytes, count, b, bad, pixels + i * width);
	}
	free(buffer);
	return rc;
}

/* Rows of other plain images. */
static int blank_numbers(struct pz_fits *f, size_t y, size_t n, const struct pz_fits_bad *bad,
			 float *pixels)
{
	size_t width = (size_t)f->size[0], most = PIECE / width + 1;
	void *value = malloc(most * width * sizeof(int64_t));
	int rc = value ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for %zu rows", f->where, most);

	for (size_t i = 0; i < n && rc == 0; i += most) {
		size_t m = n - i < most ? n - i : most;
		float *to = pixels + i * width;

		if (bad->how == PZ_FITS_BITS) {
			rc = pz_fits_read_rows_integers(f, y + i, m, value);
			pz_fits_mark_bits(bad->bits, value, rc < 0 ? 0 : m * width, to);
		} else {
			rc = pz_fits_read_rows(f, y + i, m, value);
			pz_fits_mark_values(bad->how, value, rc < 0 ? 0 : m * width, to);
		}
	}
	free(value);
	return rc;
}

int pz_fits_blank_rows(struct pz_fits *f, size_t y, size_t n, const struct pz_fits_bad *bad,
		       float *pixels)
{
	struct fits_band plain;
	int rc = bad->how == PZ_FITS_BITS ? pz_fits_check_integers(f, y, n)
					  : pz_fits_check_rows(f, y, n);

	if (rc < 0)
		return rc;
	if (f->tiles)
		return pz_fits_tiles_blank(f, (size_t)(f->plane * f->size[1]) + y, n, bad, pixels);
	return pz_fits_plain_describe(f, &plain) ? blank_rows(f, y, n, &plain, bad, pixels)
						 : blank_numbers(f, y, n, bad, pixels);
}
