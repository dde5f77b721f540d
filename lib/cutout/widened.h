/* widened.h -- stamps whose PSF is widened
 *
 * A stamp is cut with a margin, at as many points as it would be the means of, is convolved with
 * the Gaussian that its frame's PSF lacks, and then has the values at the middles of its
 * pixels. So pixels that are larger than those of the frame do not widen the PSF further, and
 * what is finer than these cannot alias.
 */
#ifndef CUTOUT_WIDENED_H
#define CUTOUT_WIDENED_H

#include "stamp.h"

struct widening {
	int step;        /* points from one pixel to the next           */
	double variance; /* of the Gaussian, in points squared          */
	int radius;      /* of its kernel, in points                    */
	int side;        /* of the points that are needed; 0: the PSF is left alone */
};

/* What a piece needs. */
void pz_widened_plan(struct widening *w, const struct piece *p, const struct pz_cutout_options *o);

/* Fills pixels (size, size) as pz_resample does. what: of the stamp; but its points and areas,
 * where it has them, are those of the points (side, side). */
int pz_widened_resample(struct resampler *r, const struct resampling *what,
			const struct widening *w, int size, float *pixels, double *cover);

#endif
