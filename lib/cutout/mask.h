/* mask.h -- which pixels of a frame are bad */
#ifndef CUTOUT_MASK_H
#define CUTOUT_MASK_H

#include <pz/cutout.h>
#include <pz/fits.h>

/* Opens the mask of a frame of width x height, whose name is for messages; *bits are those
 * that make a pixel bad. PZ_EDATA: no image, another size, bits of an image of floats, a
 * plane that it does not have. */
int pz_mask_open(struct pz_fits **mask, const struct pz_frame *frame, const char *hdu, long width,
		 long height, const struct pz_cutout_options *o, uint64_t *bits);
/* Makes the bad pixels of n rows from y on NaN; pixels (n, width). */
int pz_mask_apply(struct pz_fits *mask, const struct pz_cutout_options *o, uint64_t bits, long y,
		  long n, float *pixels);

#endif
