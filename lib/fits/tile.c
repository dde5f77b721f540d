/* tile.c -- one tile: its bytes, its pixels as stored, its pixels as they are meant */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "tiles.h"

#define RANDOMS   10000
#define UNDEFINED (-2147483647) /* of a tile that is dithered: no value */
#define ZERO      (-2147483646) /* of SUBTRACTIVE_DITHER_2: exactly 0    */

static float randoms[RANDOMS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Memory of at least that many bytes under *to, whose *room it is. 0 or PZ_ENOMEM. */
static int make_room_for(const struct pz_fits *f, uint8_t **to, size_t *room, size_t need)
{
	if (need <= *room)
		return 0;
	free(*to);
	*to = malloc(need);
	*room = *to ? need : 0;
	return *to ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for a tile", f->where);
}

/* The numbers from 0 to 1 that dithers are made of (FITS 4.0, appendix I). */
static void make_randoms(void)
{
	double seed = 1;

	for (int i = 0; i < RANDOMS; i++) {
		double next = 16807 * seed;

		seed = next - 2147483647 * floor(next / 2147483647);
		randoms[i] = (float)(seed / 2147483647);
	}
}

/* Where a tile's dither is among them. */
struct dither {
	size_t row, at;
};

static void jump(struct dither *d)
{
	d->row %= RANDOMS;
	d->at = (size_t)(randoms[d->row] * 500);
}

static double next_dither(struct dither *d)
{
	double value = randoms[d->at];

	if (++d->at == RANDOMS) {
		d->row++;
		jump(d);
	}
	return value;
}

static int fail_tile(const struct pz_fits *f, size_t tile, const char *wrong)
{
	if (!strcmp(wrong, "no memory"))
		return pz_fail(PZ_ENOMEM, "%s: no memory for tile %zu", f->where, tile + 1);
	return pz_fail(PZ_ECORRUPT, "%s: cut short or corrupt: tile %zu: %s", f->where, tile + 1,
		       wrong);
}

/* The bytes of a tile in a column of varying length: *bytes, until the next call, which are
 * *size; 0 where it has none. */
static int find_bytes(struct pz_fits *f, const struct fits_column *c, size_t tile,
		      const uint8_t **bytes, size_t *size)
{
	struct fits_tiles *t = f->tile;
	LONGLONG count = 0, offset = 0;
	uint64_t heap = t->heap;
	off_t at;
	int status = 0, rc;

	*size = 0;
	if (c->number)
		fits_read_descriptll(f->file, c->number, (LONGLONG)tile + 1, &count, &offset,
				     &status);
	if (status)
		return pz_fits_fail(f->where, status, "looking for its tiles");
	if (count < 0 || offset < 0 || (uint64_t)count > heap / c->width ||
	    (uint64_t)offset > heap - (uint64_t)count * c->width)
		return fail_tile(f, tile, "its bytes are outside of the heap");
	*size = (size_t)count * c->width;
	at = (off_t)(f->file->Fptr->datastart + f->file->Fptr->heapstart + offset);
	if (*size == 0)
		return 0;
	if (f->bytes) {
		if ((uint64_t)at > f->length || *size > f->length - (size_t)at)
			return fail_tile(f, tile, "its bytes are behind the file's end");
		*bytes = (const uint8_t *)f->bytes + at;
		return 0;
	}
	if ((rc = make_room_for(f, &t->packed, &t->packed_room, *size)) < 0)
		return rc;
	*bytes = t->packed;
	return (rc = pz_file_get(f->fd, at, t->packed, *size)) < 0
		       ? pz_fail_in(rc, "%s: tile %zu", f->where, tile + 1)
		       : 0;
}

/* Of pixels whose most significant bytes stand first, then the next ones: in their order. */
static void unshuffle(const uint8_t *from, uint8_t *to, size_t n, size_t width)
{
	for (size_t b = 0; b < width; b++)
		for (size_t i = 0; i < n; i++)
			to[i * width + b] = from[b * n + i];
}

static uint64_t big_endian(const uint8_t *bytes, size_t width)
{
	uint64_t value = 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* The same of four bytes each, which nearly all are. */
static void unfold_words(const uint8_t *from, size_t n, int32_t *to)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t word;

		memcpy(&word, from + 4 * i, sizeof word);
		to[i] = (int32_t)__builtin_bswap32(word);
	}
}

/* Pixels of so many bytes; floats and doubles by their bits. */
static void widen_pixels(const uint8_t *from, size_t n, size_t width, enum fits_stored stored,
			 union fits_pixels to)
{
	if (width == 4) {
		unfold_words(from, n, to.i32);
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

	if (!lossless && full < 4)
		full = 4; /* some write small integers in 4 bytes */
	most = n * full;
	if (make_room_for(f, &t->plain, &t->plain_room, 2 * most) < 0)
		return "no memory";
	if ((wrong = pz_fits_tile_inflate(packer, bytes, size, t->plain, most, &got)))
		return wrong;
	width = got / n;
	if (got != width * n || !(width == 1 || width == 2 || width == 4 || width == 8) ||
	    (lossless && width != full))
		return "it has another number of bytes than its pixels need";
	if (packer == FITS_GZIP_SHUFFLED && width > 1) {
		unshuffle(t->plain, t->plain + most, n, width);
		memcpy(t->plain, t->plain + most, got);
	}
	to->stored = lossless && t->bitpix == -64 ? FITS_F64
		     : lossless && t->bitpix < 0  ? FITS_F32
		     : width == 8                 ? FITS_I64
						  : FITS_I32;
	widen_pixels(t->plain, n, width, to->stored, to->pixels);
	return NULL;
}

/* Whether a tile's pixels are floats as they were, not rounded to integers. */
static bool is_lossless(const struct fits_tiles *t)
{
	return t->bitpix < 0 && !t->quantized;
}

static const char *decode_tile(struct pz_fits *f, const uint8_t *bytes, size_t size, size_t x,
			       size_t y, struct fits_band *to)
{
	struct fits_tiles *t = f->tile;
	size_t n = x * y;

	to->stored = FITS_I32;
	switch (t->codec) {
	case FITS_RICE:
		return pz_fits_tile_rice(bytes, size, t->bytepix, t->block, to->pixels.i32, n);
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
	int rc = find_bytes(f, &t->data, tile, &bytes, &size);

	to->quantized = t->quantized;
	to->listed = false;
	if (rc == 0 && size) {
		wrong = decode_tile(f, bytes, size, x, y, to);
		return wrong ? fail_tile(f, tile, wrong) : 0;
	}
	to->quantized = false; /* what could not be rounded stands in other columns as it is */
	if (rc == 0 && (rc = find_bytes(f, &t->gzipped, tile, &bytes, &size)) == 0 && size) {
		wrong = read_packed(f, FITS_GZIP, bytes, size, t->bitpix < 0, x * y, to);
		return wrong ? fail_tile(f, tile, wrong) : 0;
	}
	if (rc == 0 && (rc = find_bytes(f, &t->as_is, tile, &bytes, &size)) == 0 && size) {
		wrong = read_packed(f, FITS_PLAIN, bytes, size, t->bitpix < 0, x * y, to);
		return wrong ? fail_tile(f, tile, wrong) : 0;
	}
	return rc < 0 ? rc : fail_tile(f, tile, "it has no bytes");
}

/* A number of a tile, from its column or from a keyword for all. */
static double number_of(const struct fits_number *n, size_t tile)
{
	return n->each ? n->each[tile] : n->all;
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

/* Pixels that were rounded after a random number was added, which is taken off again. The
 * numbers run on through the tile: to its pixel `first` they are passed over. */
static void undo_dither(const struct fits_tiles *t, const struct fits_band *b, const int32_t *from,
			size_t first, size_t n, float *to)
{
	struct dither d = { (b->tile + t->seed - 1) % RANDOMS, 0 };
	bool has_blank = !isnan(b->blank);
	double blank = b->blank;

	pthread_once(&once, make_randoms);
	jump(&d);
	while (first > 0 && first >= RANDOMS - d.at) {
		first -= RANDOMS - d.at;
		d.row++;
		jump(&d);
	}
	d.at += first;
	for (size_t i = 0; i < n; i++) {
		double added = next_dither(&d);

		if (from[i] == UNDEFINED || (has_blank && from[i] == blank))
			to[i] = NAN;
		else if (t->dither == 2 && from[i] == ZERO)
			to[i] = 0;
		else
			to[i] = (float)((from[i] - added + 0.5) * b->scale + b->zero);
	}
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
			to[i] = (double)b->pixels.i64[first + i] == b->blank
					? NAN
					: (float)((double)b->pixels.i64[first + i] * b->scale +
						  b->zero);
		break;
	default:
		if (b->quantized && t->dither)
			undo_dither(t, b, b->pixels.i32 + first, first, n, to);
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

		if ((double)stored == b->blank)
			to[i] = -1;
		else if (__builtin_add_overflow(stored, zero, &to[i]) ||
			 __builtin_add_overflow(to[i], (int64_t)odd, &to[i]))
			return pz_fail(PZ_EDATA, "%s: tile %zu: a pixel does not fit into 63 bits",
				       f->where, b->tile + 1);
	}
	return 0;
}
