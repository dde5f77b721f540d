/* resample.h -- a stamp from the pixels of a frame */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include <pz/cutout.h>

#include "surroundings.h"

#define RESAMPLE_ENOUGH   0.5F /* of the kernel, and of a pixel, must have data */
#define RESAMPLE_SIDE_MAX 4096 /* points a side of a stamp whose points are located one by one */

/* What to make. */
struct resampling {
	const struct window *window;
	const struct stamp_map *map;
	const double *points; /* of MAP_EXACT: the frame pixel of each point, (size n,
				 size n, 2) with n = pz_resample_points; else NULL   */
	const double *areas;  /* of a torn map: frame pixels in each stamp pixel, (size,
				 size); else NULL                                  */
	enum pz_kernel kernel;
	int size;
	double area;   /* of a stamp pixel, in sr where the window's pixels are per_area */
	float sky;     /* taken off every frame pixel first                       */
	float *shares; /* (size, size), filled with each pixel's share of the kernel's weight on
			  data; or NULL                                         */
};

/* Scratch of one thread; all zero to begin with. */
struct resampler {
	struct surroundings around;
	float *row;   /* two rows of the stamp: values, and the shares of the kernel with data */
	int row_room; /* pixels of each                                        */
	bool centred; /* the last stamp has data in its middle                 */
	float *wide;  /* of stamps whose PSF is widened: what widened.c says   */
	size_t wide_room;
};

void pz_resampler_release(struct resampler *r);

/* How many points a side of a stamp pixel is sampled at. */
int pz_resample_points(const struct stamp_map *m, const struct window *w);
/* What pixels of the frame are multiplied with beside scale, in the stamp's middle: frame
 * pixels, or sr, in a stamp pixel. */
double pz_resample_area(const struct resampling *what);
/* Fills stamp (size, size): unit of the window's pixels times scale per stamp pixel, 0 without
 * data; and *cover, 0..1, the mean share of the kernel's weight that fell on data. STAMP_WIDE: the
 * stamp covers too much of the frame; PZ_ENOMEM. */
int pz_resample(struct resampler *r, const struct resampling *what, float *stamp, double *cover);

#endif
