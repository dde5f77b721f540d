/* tiles.h -- a compressed image: the table of its tiles */
#ifndef FITS_TILES_H
#define FITS_TILES_H

#include <math.h>

#include "open.h"
#include "tile.h"

enum fits_codec { FITS_RICE, FITS_PLIO, FITS_HCOMPRESS, FITS_PACKED };

/* A column whose cells are bytes in the heap. */
struct fits_place {
	uint64_t at, size; /* bytes */
};
struct fits_column {
	int number;               /* from 1; 0: there is none */
	size_t width;             /* bytes of a value         */
	struct fits_place *place; /* in the heap, of each tile; NULL: there is no column */
};

/* A number of each tile, by a column, or one for all, by a keyword; NaN: neither. whole: the one
 * for all, if it is whole; of 64 bits a double would lose some. */
struct fits_number {
	double *each, all;
	int64_t whole;
};

/* A row of tiles, or one tile, unpacked: where its pixels are, and what they mean. */
struct fits_band {
	union fits_pixels pixels;
	enum fits_stored stored;
	bool quantized; /* floats rounded to integers */
	bool listed;    /* by PLIO */
	double scale, zero, blank;
	int64_t blank_whole; /* the same exactly, unless it is NaN */
	size_t tile;         /* from 0 */
	uint8_t *skip;       /* whether blocks are left out; memory for it  */
	bool skips;          /* some may be                                 */
};

/* A number as a whole one, INT64_MIN where there is none of 64 bits. */
static inline int64_t fits_whole_of(double number)
{
	return fabs(number) < 0x1p63 ? (int64_t)number : INT64_MIN;
}

/* What the header of a compressed image says, and the band that was read last. */
struct fits_tiles {
	enum fits_codec codec;
	enum fits_packer packer; /* of FITS_PACKED                    */
	int bitpix;
	size_t side[2];      /* pixels of a tile                  */
	size_t across, down; /* tiles in a row, and in a column of a plane */
	size_t block;        /* of Rice                           */
	int bytepix;
	bool smooth;    /* of HCOMPRESS                      */
	bool quantized; /* by scale and zero                 */
	int dither;     /* 0, 1, 2                           */
	size_t seed;    /* of it, from 1                     */
	double bscale, bzero;
	uint64_t heap; /* bytes */
	struct fits_column data, gzipped, as_is;
	struct fits_number scale, zero, blank;

	struct fits_band *band; /* across: the tiles of a row       */
	size_t row;             /* which one; SIZE_MAX: none        */
	uint64_t bits;          /* what has none of these may be left out of them; 0: nothing */
	uint8_t *packed, *plain;
	size_t packed_room, plain_room;
	uint64_t packed_at, packed_size; /* where the bytes of packed are in the file */
};

/* A tile of x by y pixels into to->pixels, which has room for 8 bytes each. Blocks without any of
 * the bits that f->tile says may be left out. */
int pz_fits_tile_unpack(struct pz_fits *f, size_t tile, size_t x, size_t y, struct fits_band *to);
/* What its pixels mean. */
int pz_fits_tile_scale(struct pz_fits *f, size_t tile, struct fits_band *b);
/* n pixels of it from `first` on; undefined is NaN, or -1. */
void pz_fits_tile_floats(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
			 float *to);
int pz_fits_tile_integers(const struct pz_fits *f, const struct fits_band *b, size_t first,
			  size_t n, int64_t *to);
/* Those of floats that were rounded after a random number was added, which is taken off again: the
 * random numbers run on through the tile. */
void pz_fits_tile_undither(const struct fits_tiles *t, const struct fits_band *b, size_t first,
			   size_t n, float *to);
/* The bits of a number of 32 bits, and what is added to it, that stand for bits of what it means,
 * of 64 bits and a sign; false: there are none. */
bool pz_fits_tile_bits(uint64_t bits, double add, uint32_t *narrow, uint32_t *zero);
/* Makes n pixels NaN whose numbers have any of the bits, or are bad by value. */
void pz_fits_mark_bits(uint64_t bits, const int64_t *value, size_t n, float *to);
void pz_fits_mark_values(enum pz_fits_how how, const float *value, size_t n, float *to);
/* Makes `to` NaN where they are bad. */
int pz_fits_tile_blank(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
		       const struct pz_fits_bad *bad, float *to);
/* n big-endian pixels of so many bytes; floats and doubles by their bits. Those of four bytes may
 * be in the memory of `to`. */
void pz_fits_tile_widen(const uint8_t *from, size_t n, size_t width, enum fits_stored stored,
			union fits_pixels to);

/* Where a column's tiles lie in the heap, which is so large: fills c->place. PZ_ECORRUPT: outside.
 */
int pz_fits_heap_places(struct pz_fits *f, struct fits_column *c, uint64_t heap);
/* The bytes of a tile in a column: *bytes, until the next call, which are *size; 0 where it has
 * none. */
int pz_fits_heap_find(struct pz_fits *f, const struct fits_column *c, size_t tile,
		      const uint8_t **bytes, size_t *size);
/* Memory of at least that many bytes under *to, whose *room it is. 0 or PZ_ENOMEM. */
int pz_fits_tile_room(const struct pz_fits *f, uint8_t **to, size_t *room, size_t need);
/* The error of a tile of which something is wrong ("no memory": PZ_ENOMEM); returns it. */
int pz_fits_tile_fail(const struct pz_fits *f, size_t tile, const char *wrong);

/* Reads what the header and the table say of the tiles; scales of each tile, if they differ. */
int pz_fits_tiles_describe(struct pz_fits *f, struct fits_tiles *t);

#endif
