/* sky.h -- the sky around a galaxy */
#ifndef CUTOUT_SKY_H
#define CUTOUT_SKY_H

#include "resample.h"

#define SKY_RING_MAX 1e8 /* pixels of a frame, of the square around a ring */

/* The sky per frame pixel in the ring between two radii, given in stamp pixels, around
 * the stamp's middle: the median of the pixels with data, those further from it than
 * three sigma left out, sigma from the median deviation, until none is. 1; 0 where too
 * little of the ring has data; < 0 (memory). */
int pz_sky_annulus(const struct window *w, const struct stamp_map *m, double inner, double outer,
		   float *sky);

#endif
