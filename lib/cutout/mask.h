/* mask.h -- which pixels of a frame are bad */
#ifndef CUTOUT_MASK_H
#define CUTOUT_MASK_H

#include <pz/cutout.h>
#include <pz/fits.h>

#include "flux.h"

struct mask {
	struct pz_fits *file; /* open while rows are read; NULL: all pixels count */
	struct pz_fits_bad bad;
	struct flux_asinh asinh; /* of weights                                       */
};

/* Opens the mask of a frame of width x height, whose name is for messages. PZ_EDATA: no image,
 * another size, bits of an image of floats, a plane that it does not have. */
int pz_mask_open(struct mask *m, const struct pz_frame *frame, const char *hdu, long width,
		 long height, const struct pz_cutout_options *o);
/* Makes the bad pixels of n rows from y on NaN; pixels (n, width). */
int pz_mask_apply(const struct mask *m, long y, long n, float *pixels);

#endif
