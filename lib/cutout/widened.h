/* widened.h -- stamps whose PSF is widened
 *
 * A stamp is cut with a margin, at as many points as it would be the means of, is convolved with
 * the Gaussian that its frame's PSF lacks, and then has the values at the middles of its
 * pixels. So pixels that are larger than those of the frame do not widen the PSF further, and
 * what is finer than these cannot alias.
 */
#ifndef CUTOUT_WIDENED_H
#define CUTOUT_WIDENED_H

#include <pz/psf.h>

#include "stamp.h"

#define WIDENED_SIGMA_MAX                                                                          \
	(PZ_PSF_RADIUS_MAX / 4) /* points, of which a kernel has all of its reach */

struct widening {
	int step;        /* points from one pixel to the next           */
	double variance; /* of the Gaussian, in points squared          */
	int radius;      /* of its kernel, in points                    */
	int side;        /* of the points that are needed; 0: the PSF is left alone */
	double found;    /* of a fault                                      */
};

/* What a piece needs: 0; STAMP_BLURRED or STAMP_LONG, and w->found says how much. */
int pz_widened_plan(struct widening *w, const struct piece *p, const struct pz_cutout_options *o);

/* Fills pixels (size, size) in the unit that pz_resample fills them in; NaN where there is too
 * little under the kernel. what: of the stamp; but its map, and its points and areas where it has
 * them, are those of the points (side, side). 1: all points have data and their whole kernel; 0:
 * not so. */
int pz_widened_resample(struct resampler *r, const struct resampling *what,
			const struct widening *w, float *pixels);

#endif
