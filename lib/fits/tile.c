/* tile.c -- one tile: its bytes, its pixels as stored, its pixels as they are meant */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>

#include "../base/inline.h"
#include "tiles.h"

/* Of pixels whose most significant bytes stand first, then the next ones: in their order. */
static void unshuffle(const uint8_t *from, uint8_t *to, size_t n, size_t width)
{
	for (size_t b = 0; b < width; b++)
		for (size_t i = 0; i < n; i++)
			to[i * width + b] = from[b * n + i];
}

/* The same of four bytes each, as numbers. */
static void gather_words(const uint8_t *from, size_t n, int32_t *to)
{
	const uint8_t *second = from + n, *third = second + n, *fourth = third + n;

	for (size_t i = 0; i < n; i++)
		to[i] = (int32_t)((uint32_t)from[i] << 24 | (uint32_t)second[i] << 16 |
				  (uint32_t)third[i] << 8 | fourth[i]);
}

static uint64_t big_endian(const uint8_t *bytes, size_t width)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* The same of four bytes each, which nearly all are; compiled twice, for AVX2 and for any CPU. */
PZ_INLINE void turn_words(const uint8_t *from, size_t n, int32_t *to)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t word;

		memcpy(&word, from + 4 * i, sizeof word);
		to[i] = (int32_t)__builtin_bswap32(word);
	}
}

static void turn_words_plain(const uint8_t *from, size_t n, int32_t *to)
{
	turn_words(from, n, to);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void turn_words_avx2(const uint8_t *from, size_t n,
							    int32_t *to)
{
	turn_words(from, n, to);
}
#else
#define turn_words_avx2 turn_words_plain
#endif

void pz_fits_tile_widen(const uint8_t *from, size_t n, size_t width, enum fits_stored stored,
			union fits_pixels to)
{
	if (width == 4) {
		(pz_cpu() >= PZ_CPU_AVX2 ? turn_words_avx2 : turn_words_plain)(from, n, to.i32);
		return;
	}
	for (size_t i = 0; i < n; i++, from += width) {
		uint64_t value = big_endian(from, width);

		if (stored == FITS_I64 || stored == FITS_F64)
			to.i64[i] = (int64_t)value;
		else if (width == 1)
			to.i32[i] = (int32_t)value;
		else
			to.i32[i] = (int16_t)value;
	}
}

/* Pixels that are packed as bytes, of as many bytes as there turn out to be. */
static const char *read_packed(struct pz_fits *f, enum fits_packer packer, const uint8_t *bytes,
			       size_t size, bool lossless, size_t n, struct fits_band *to)
{
	struct fits_tiles *t = f->tile;
	size_t full = (size_t)abs(t->bitpix) / 8, got = 0, most, width;
	const char *wrong;
	uint8_t *plain;

	if (!lossless && full < 4)
		full = 4; /* some write small integers in 4 bytes */
	most = n * full;
	if (pz_fits_tile_room(f, &t->plain, &t->plain_room, 2 * most) < 0)
		return "no memory";
	plain = t->plain;
	if ((wrong = pz_fits_tile_inflate(packer, bytes, size, plain, most, &got)))
		return wrong;
	width = got / n;
	if (got != width * n || !(width == 1 || width == 2 || width == 4 || width == 8) ||
	    (lossless && width != full))
		return "it has another number of bytes than its pixels need";
	to->stored = lossless && t->bitpix == -64 ? FITS_F64
		     : lossless && t->bitpix < 0  ? FITS_F32
		     : width == 8                 ? FITS_I64
						  : FITS_I32;
	if (packer == FITS_GZIP_SHUFFLED && width == 4) {
		gather_words(plain, n, to->pixels.i32);
		return NULL;
	}
	if (packer == FITS_GZIP_SHUFFLED && width > 1) {
		unshuffle(plain, plain + most, n, width);
		plain += most;
	}
	pz_fits_tile_widen(plain, n, width, to->stored, to->pixels);
	return NULL;
}

/* Whether a tile's pixels are floats as they were, not rounded to integers. */
static bool is_lossless(const struct fits_tiles *t)
{
	return t->bitpix < 0 && !t->quantized;
}

/* A number of a tile, from its column or from a keyword for all. */
static double number_of(const struct fits_number *n, size_t tile)
{
	return n->each ? n->each[tile] : n->all;
}

/* Whether a pixel of 64 bits has no value. */
static bool is_blank(const struct fits_band *b, int64_t stored)
{
	return (double)stored == b->blank && stored == b->blank_whole;
}

bool pz_fits_tile_bits(uint64_t bits, double add, uint32_t *narrow, uint32_t *zero)
{
	if (!(fabs(add) <= 0x1p31) || add == -0x1p31)
		return false;
	*zero = (uint32_t)(int64_t)add;
	*narrow = (uint32_t)bits;
	if (bits >> 32 && add == 0)
		*narrow |= (uint32_t)1 << 31; /* the sign fills the upper half */
	return !(bits >> 32) || add == 0 || bits == UINT64_MAX;
}

/* What may be left out of a tile of whole numbers: true, where something may be. */
static bool find_skip(const struct fits_tiles *t, size_t tile, struct fits_band *b,
		      struct fits_skip *skip)
{
	skip->block = b->skip;
	b->skips = t->bits && t->bitpix > 0 && t->codec == FITS_RICE &&
		   isnan(number_of(&t->blank, tile)) &&
		   pz_fits_tile_bits(t->bits, t->bzero, &skip->bits, &skip->zero);
	return b->skips;
}

static const char *decode_tile(struct pz_fits *f, const uint8_t *bytes, size_t size, size_t x,
			       size_t y, size_t tile, struct fits_band *to)
{
	struct fits_tiles *t = f->tile;
	struct fits_skip skip;
	size_t n = x * y;

	to->stored = FITS_I32;
	switch (t->codec) {
	case FITS_RICE:
		return pz_fits_tile_rice(bytes, size, t->bytepix, t->block,
					 find_skip(t, tile, to, &skip) ? &skip : NULL,
					 to->pixels.i32, n);
	case FITS_PLIO:
		to->listed = true;
		return pz_fits_tile_plio(bytes, size, to->pixels.i32, n);
	case FITS_HCOMPRESS:
		return pz_fits_tile_hcompress(bytes, size, t->smooth, to->pixels.i32, x, y);
	default:
		return read_packed(f, t->packer, bytes, size, is_lossless(t), n, to);
	}
}

int pz_fits_tile_unpack(struct pz_fits *f, size_t tile, size_t x, size_t y, struct fits_band *to)
{
	struct fits_tiles *t = f->tile;
	const uint8_t *bytes;
	const char *wrong = NULL;
	size_t size;
	int rc = pz_fits_heap_find(f, &t->data, tile, &bytes, &size);

	to->quantized = t->quantized;
	to->listed = to->skips = false;
	if (rc == 0 && size) {
		wrong = decode_tile(f, bytes, size, x, y, tile, to);
		return wrong ? pz_fits_tile_fail(f, tile, wrong) : 0;
	}
	to->quantized = false; /* what could not be rounded stands in other columns as it is */
	if (rc == 0 && (rc = pz_fits_heap_find(f, &t->gzipped, tile, &bytes, &size)) == 0 && size) {
		wrong = read_packed(f, FITS_GZIP, bytes, size, t->bitpix < 0, x * y, to);
		return wrong ? pz_fits_tile_fail(f, tile, wrong) : 0;
	}
	if (rc == 0 && (rc = pz_fits_heap_find(f, &t->as_is, tile, &bytes, &size)) == 0 && size) {
		wrong = read_packed(f, FITS_PLAIN, bytes, size, t->bitpix < 0, x * y, to);
		return wrong ? pz_fits_tile_fail(f, tile, wrong) : 0;
	}
	return rc < 0 ? rc : pz_fits_tile_fail(f, tile, "it has no bytes");
}

/* BZERO. PLIO has no numbers below 0, so that CFITSIO, which alone writes 16 bits without sign by
 * it, stores these as they are, and the header's 32768 does not count. */
static double zero_of(const struct fits_tiles *t, const struct fits_band *b)
{
	return b->listed && t->bzero == 32768 ? 0 : t->bzero;
}

int pz_fits_tile_scale(struct pz_fits *f, size_t tile, struct fits_band *b)
{
	struct fits_tiles *t = f->tile;

	b->scale = b->quantized ? number_of(&t->scale, tile) : t->bitpix > 0 ? t->bscale : 1;
	b->zero = b->quantized ? number_of(&t->zero, tile) : t->bitpix > 0 ? zero_of(t, b) : 0;
	b->blank = b->quantized || t->bitpix > 0 ? number_of(&t->blank, tile) : NAN;
	b->blank_whole = t->blank.each || isnan(b->blank) ? fits_whole_of(b->blank)
							  : t->blank.whole;
	b->tile = tile;
	/* astropy writes NaN for both where a tile has a NaN among its pixels: they are lost. */
	if (b->quantized && isnan(b->scale + b->zero) && !isinf(b->scale) && !isinf(b->zero))
		return 0;
	if (!isfinite(b->scale) || !isfinite(b->zero) || (b->quantized && b->scale == 0))
		return pz_fail(PZ_ECORRUPT,
			       "%s: corrupt: tile %zu: expected numbers under %s, found %g and %g",
			       f->where, tile + 1,
			       b->quantized ? "ZSCALE and ZZERO" : "BSCALE and BZERO", b->scale,
			       b->zero);
	return 0;
}

static void scaled(const struct fits_band *b, size_t first, size_t n, float *to)
{
	bool is_scaled = b->scale != 1 || b->zero != 0;
	const int32_t *from = b->pixels.i32 + first;

	for (size_t i = 0; i < n; i++)
		to[i] = is_scaled ? (float)(from[i] * b->scale + b->zero) : (float)from[i];
	for (size_t i = 0; !isnan(b->blank) && i < n; i++)
		if (from[i] == b->blank)
			to[i] = NAN;
}

void pz_fits_tile_floats(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
			 float *to)
{
	const struct fits_tiles *t = f->tile;

	if (isnan(b->scale + b->zero)) {
		for (size_t i = 0; i < n; i++)
			to[i] = NAN;
		return;
	}
	switch (b->stored) {
	case FITS_F32:
		memcpy(to, b->pixels.f32 + first, n * sizeof *to);
		break;
	case FITS_F64:
		for (size_t i = 0; i < n; i++)
			to[i] = (float)b->pixels.f64[first + i];
		break;
	case FITS_I64:
		for (size_t i = 0; i < n; i++)
			to[i] = is_blank(b, b->pixels.i64[first + i])
					? NAN
					: (float)((double)b->pixels.i64[first + i] * b->scale +
						  b->zero);
		break;
	default:
		if (b->quantized && t->dither)
			pz_fits_tile_undither(t, b, first, n, to);
		else
			scaled(b, first, n, to);
	}
}

int pz_fits_tile_integers(const struct pz_fits *f, const struct fits_band *b, size_t first,
			  size_t n, int64_t *to)
{
	bool odd = b->zero == 0x1p63; /* of 64 bits without sign */
	int64_t zero = odd ? INT64_MAX : (int64_t)b->zero;

	for (size_t i = 0; i < n; i++) {
		int64_t stored = b->stored == FITS_I64 ? b->pixels.i64[first + i]
						       : b->pixels.i32[first + i];

		if (is_blank(b, stored))
			to[i] = -1;
		else if (__builtin_add_overflow(stored, zero, &to[i]) ||
			 __builtin_add_overflow(to[i], (int64_t)odd, &to[i]))
			return pz_fail(PZ_EDATA, "%s: tile %zu: a pixel does not fit into 63 bits",
				       f->where, b->tile + 1);
	}
	return 0;
}
