/* planes.h -- bits of a mask by the names that its header gives them */
#ifndef CUTOUT_PLANES_H
#define CUTOUT_PLANES_H

#include <stdint.h>

#include <pz/fits.h>

/* Adds to *bits those of the planes named, with commas between; of each name case does not
 * count, nor whether it begins with MP_ or MB_ as its keyword does. PZ_EDATA: the header has
 * no such plane, or two. */
int pz_mask_planes(struct pz_fits *mask, const char *names, uint64_t *bits);

#endif
