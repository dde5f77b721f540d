/* tiles.h -- a compressed image: the table of its tiles */
#ifndef FITS_TILES_H
#define FITS_TILES_H

#include "open.h"
#include "tile.h"

enum fits_codec { FITS_RICE, FITS_PLIO, FITS_HCOMPRESS, FITS_PACKED };

/* A column whose cells are bytes in the heap. */
struct fits_column {
	int number;   /* from 1; 0: there is none */
	size_t width; /* bytes of a value         */
};

/* A number of each tile, by a column, or one for all, by a keyword; NaN: neither. */
struct fits_number {
	double *each, all;
};

/* A row of tiles, or one tile, unpacked: where its pixels are, and what they mean. */
struct fits_band {
	union fits_pixels pixels;
	enum fits_stored stored;
	bool quantized; /* floats rounded to integers */
	bool listed;    /* by PLIO */
	double scale, zero, blank;
	size_t tile; /* from 0 */
};

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
	uint8_t *packed, *plain;
	size_t packed_room, plain_room;
};

/* A tile of x by y pixels into to->pixels, which has room for 8 bytes each. */
int pz_fits_tile_unpack(struct pz_fits *f, size_t tile, size_t x, size_t y, struct fits_band *to);
/* What its pixels mean. */
int pz_fits_tile_scale(struct pz_fits *f, size_t tile, struct fits_band *b);
/* n pixels of it from `first` on; undefined is NaN, or -1. */
void pz_fits_tile_floats(const struct pz_fits *f, const struct fits_band *b, size_t first, size_t n,
			 float *to);
int pz_fits_tile_integers(const struct pz_fits *f, const struct fits_band *b, size_t first,
			  size_t n, int64_t *to);

/* Reads what the header and the table say of the tiles; scales of each tile, if they differ. */
int pz_fits_tiles_describe(struct pz_fits *f, struct fits_tiles *t);

#endif
