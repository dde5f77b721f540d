/* tile.h -- bytes of a tile to its pixels
 *
 * CFITSIO's decoders believe what a tile says of itself: they read beyond its bytes, and
 * write beyond the room for its pixels. So a tile is found, unpacked and scaled here: nothing
 * is read or written that has not been counted.
 */
#ifndef FITS_TILE_H
#define FITS_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pixels of a tile as they are stored. */
union fits_pixels {
	void *any;
	int32_t *i32;
	int64_t *i64;
	float *f32;
	double *f64;
};
enum fits_stored { FITS_I32, FITS_I64, FITS_F32, FITS_F64 };

/* Whether any of n numbers, with zero added, has one of the bits. */
static inline bool fits_any_bits(const int32_t *from, size_t n, uint32_t bits, uint32_t zero)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (uint32_t)from[i] + zero;
	return all & bits;
}

/* Blocks that nobody looks at: of no pixel have number and zero any of the bits. */
struct fits_skip {
	uint32_t bits, zero;
	uint8_t *block; /* of each block 1 if it is one, and may lack its pixels; else 0 */
};

/* Each unpacks n pixels of a tile from size bytes: 0, or what is wrong with them. */

/* Rice's code of differences, in blocks of `block` pixels, of 1, 2 or 4 bytes each. skip: what may
 * be left out; or NULL. */
const char *pz_fits_tile_rice(const uint8_t *bytes, size_t size, int width, size_t block,
			      const struct fits_skip *skip, int32_t *pixels, size_t n);
/* IRAF's line lists: 16-bit words. */
const char *pz_fits_tile_plio(const uint8_t *bytes, size_t size, int32_t *pixels, size_t n);
/* A tile of x by y pixels; smooth as its SMOOTH says. PZ_ENOMEM is told as "no memory". */
const char *pz_fits_tile_hcompress(const uint8_t *bytes, size_t size, bool smooth, int32_t *pixels,
				   size_t x, size_t y);
/* Big-endian pixels of `width` bytes (8: of 64 bits), packed by gzip or bzip2, or not. */
enum fits_packer { FITS_PLAIN, FITS_GZIP, FITS_GZIP_SHUFFLED, FITS_BZIP2 };
/* Into at most `most` bytes: *got of them. */
const char *pz_fits_tile_inflate(enum fits_packer packer, const uint8_t *bytes, size_t size,
				 uint8_t *to, size_t most, size_t *got);

#endif
