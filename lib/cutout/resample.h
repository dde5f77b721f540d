/* resample.h -- a stamp from the pixels of a frame */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/cutout.h>

#include "stampmap.h"

#define NO_DATA 1e30F /* what is not below it, either side of 0, is no data */

#define RESAMPLE_PIXELS_MAX 16777216 /* of a frame, for one stamp            */
#define RESAMPLE_SIDE_MAX   4096     /* points that are located one by one   */

/* Rows of a frame in memory. */
struct window {
	const float *pixels; /* (rows, width)                                 */
	long width, height;  /* of the frame                                  */
	long y0, rows;       /* which rows                                    */
	double scale;        /* of the pixels, to the stamp's unit            */
	bool per_area;       /* they are means over an area of the sky, in sr */
};

/* What to make. */
struct resampling {
	const struct window *window;
	const struct stamp_map *map;
	const double *points; /* of MAP_EXACT: the frame pixel of each point, (size n,
				 size n, 2) with n = resample_points; else NULL   */
	const double *areas;  /* of a torn map: frame pixels in each stamp pixel, (size,
				 size); else NULL                                  */
	enum pz_kernel kernel;
	int size;
	double area; /* of a stamp pixel, in sr where the window's pixels are per_area */
	float sky;   /* taken off every frame pixel first                       */
};

/* Scratch of one thread; all zero to begin with. */
struct resampler {
	const float *pixels; /* the frame around the stamp: the window's own, or patch */
	long stride;         /* of a row there                                  */
	float *patch;        /* 0 where there is no data                        */
	float *data;         /* 1 and 0: whether there is; made where there are holes */
	size_t room;
	float *row; /* two rows of the stamp: values, shares of the kernel  */
	int row_room;
	long x0, y0, width, height; /* of what is around, in the frame          */
	bool holes;                 /* any 0 in data                            */
	bool centred;               /* the last stamp has data in its middle    */
};

void resampler_release(struct resampler *r);

/* How many points a side of a stamp pixel is sampled at. */
int resample_points(const struct stamp_map *m, const struct window *w);
/* What pixels of the frame are multiplied with beside scale, in the stamp's middle: frame
 * pixels, or sr, in a stamp pixel. */
double resample_area(const struct resampling *what);
/* The error of a stamp that covers more of a frame; returns it. */
int resample_too_large(void);

/* Fills stamp (size, size), unit of the window's pixels times scale per stamp pixel,
 * 0 without data; returns its cover, or < 0 (memory). */
double resample(struct resampler *r, const struct resampling *what, float *stamp);

#endif
