/* plain.h -- pixels of an image that are not compressed, as the file has them */
#ifndef FITS_PLAIN_H
#define FITS_PLAIN_H

#include "tiles.h"

/* What the bytes of a plain image mean; false: its pixels are for CFITSIO to read, as are those of
 * an extension that is no image, which parameters of its own (PCOUNT) may stand before. */
bool pz_fits_plain_describe(struct pz_fits *f, struct fits_band *b);
/* The bytes of n pixels from pixel `first` of the image on: *bytes, read into buffer unless they
 * are in memory. */
int pz_fits_plain_find(struct pz_fits *f, uint64_t first, size_t n, uint8_t *buffer,
		       const uint8_t **bytes);
/* n pixels from pixel `first` on of an image that pz_fits_plain_describe says are FITS_F32. */
int pz_fits_plain_floats(struct pz_fits *f, uint64_t first, size_t n, float *pixels);

#endif
