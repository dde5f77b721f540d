/* nowhere.h -- where the catalogue and the frames lie, when they do not meet */
#ifndef CUTOUT_NOWHERE_H
#define CUTOUT_NOWHERE_H

#include <stddef.h>

#include "../wcs/transform.h"

/* The error of n galaxies of which none is on a frame: the ranges of both, and what may be
 * wrong with the coordinates. Returns PZ_EDATA. n and fields are at least 1. */
int pz_cutout_nowhere(size_t n, const double *radec, size_t fields, const struct pz_cap *cap);

#endif
