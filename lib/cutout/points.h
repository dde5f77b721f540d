/* points.h -- where the points of a stamp lie among the surrounding pixels of a frame
 *
 * The functions are inlined where they are called, for the CPU that is compiled for.
 */
#ifndef POINTS_H
#define POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/inline.h"
#include "stampmap.h"

#define POINTS_RUN 128 /* points located at a time, whole groups of lanczos3 */

/* The points of a stamp, and where they lie among the surrounding pixels. */
struct points {
	struct stamp_map map;  /* onto the surroundings                           */
	const double *located; /* on the frame, each of them; or NULL: by the map */
	double x0, y0;         /* of the surroundings, on the frame               */
	int n, side;           /* points a side of a stamp's pixel, of the stamp  */
	double step;           /* 1/n                                             */
	double right, top;     /* the last place whose kernel is inside           */
	long stride;           /* of the surroundings                             */
};

/* Where the points of a run are: the first pixel of the kernel as an index into the surroundings,
 * and how far beyond a pixel the point is. A point outside has no data; it is taken to be
 * at the next place. */
struct run {
	int count;
	double x[POINTS_RUN],
		y[POINTS_RUN]; /* from the kernel's first pixel; not of a straight run */
	int32_t at[POINTS_RUN];
	float fx[POINTS_RUN], fy[POINTS_RUN];
	bool straight;           /* on a line, all of it inside                 */
	bool inside[POINTS_RUN]; /* where not straight: each of them            */
	bool whole;              /* all kernels fall on data: share is not filled */
	float value[POINTS_RUN],
		share[POINTS_RUN]; /* interpolated; of the kernel's weight on data */
};

/* Finds points a .. a + run->count of line b of points, less `before` pixels. */
PZ_INLINE void locate_points(const struct points *p, struct run *run, int a, int b, double before)
{
	double middle = (p->side - 1) / 2.0, v = (b - middle) * p->step;

	if (p->located) {
		const double *xy = p->located + 2 * ((size_t)b * (size_t)p->side + (size_t)a);

		for (int k = 0; k < run->count; k++) {
			run->x[k] = xy[2 * k] - p->x0 - before;
			run->y[k] = xy[2 * k + 1] - p->y0 - before;
		}
		return;
	}
	for (int k = 0; k < run->count; k++) {
		double xy[2];

		map_point(&p->map, (a + k - middle) * p->step, v, xy);
		run->x[k] = xy[0] - before;
		run->y[k] = xy[1] - before;
	}
}

PZ_INLINE double clamp_place(double x, double high)
{
	x = x > 0 ? x : 0; /* 0 is NaN's */
	return x < high ? x : high;
}

PZ_INLINE bool is_inside(const struct points *p, double x, double y)
{
	return x >= 0 && y >= 0 && x <= p->right && y <= p->top;
}

/* Where the kernel of point k of a run begins, and how far from there the point is. */
PZ_INLINE void settle_point(long stride, struct run *run, int k, double x, double y)
{
	int i = (int)x, j = (int)y;

	run->fx[k] = (float)(x - i);
	run->fy[k] = (float)(y - j);
	run->at[k] = j * (int)stride + i;
}

/* Settles all points of a run that are located. */
PZ_INLINE void settle_points(const struct points *p, struct run *run)
{
	for (int k = 0; k < run->count; k++)
		settle_point(p->stride, run, k, clamp_place(run->x[k], p->right),
			     clamp_place(run->y[k], p->top));
	for (int k = 0; k < run->count; k++)
		run->inside[k] = is_inside(p, run->x[k], run->y[k]);
}

/* map_point without its zeros: point a of the line v. */
PZ_INLINE void line_point(const struct points *p, int a, double v, double before, double xy[2])
{
	double u = (a - (p->side - 1) / 2.0) * p->step;

	for (int k = 0; k < 2; k++)
		xy[k] = p->map.c[k][0] + u * p->map.c[k][1] + v * p->map.c[k][2] - before;
}

/* Most runs are on a straight line, all of which is inside if both ends are: true if so, and then
 * its points are settled. */
PZ_INLINE bool settle_line(const struct points *p, struct run *run, int a, int b, double before)
{
	double v = (b - (p->side - 1) / 2.0) * p->step, first[2], last[2];

	if (p->map.kind != MAP_AFFINE || p->located)
		return false;
	line_point(p, a, v, before, first);
	line_point(p, a + run->count - 1, v, before, last);
	if (!is_inside(p, first[0], first[1]) || !is_inside(p, last[0], last[1]))
		return false;
	for (int k = 0; k < run->count; k++) {
		double xy[2];

		line_point(p, a + k, v, before, xy);
		settle_point(p->stride, run, k, xy[0], xy[1]);
	}
	return true;
}

#endif
