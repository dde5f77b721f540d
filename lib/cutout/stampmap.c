/* stampmap.c -- the grids of stamps on the sky, and the scale of frames */
#include <math.h>

#include "solid.h"
#include "stampmap.h"

#define RAD    (M_PI / 180)
#define ARCSEC (M_PI / 180 / 3600)

/* A place on the tangent plane at radec, (xi, eta) in radians, back to the sky. */
static void from_plane(const double radec[2], double xi, double eta, double out[2])
{
	double d = radec[1] * RAD, down = cos(d) - eta * sin(d);

	out[0] = radec[0] + atan2(xi, down) / RAD;
	out[0] -= 360 * floor(out[0] / 360);
	out[1] = atan2(sin(d) + eta * cos(d), hypot(xi, down)) / RAD;
}

static void to_plane(const double radec[2], const double point[2], double plane[2])
{
	double d0 = radec[1] * RAD, d = point[1] * RAD, a = (point[0] - radec[0]) * RAD;
	double below = sin(d0) * sin(d) + cos(d0) * cos(d) * cos(a);

	plane[0] = cos(d) * sin(a) / below;
	plane[1] = (cos(d0) * sin(d) - sin(d0) * cos(d) * cos(a)) / below;
}

/* Places around a pixel, by which steps are measured. */
#define AROUND 5
static void look_around(struct pz_wcs *frame, const double xy[2], double apart,
			double sky[AROUND][2])
{
	double pixel[AROUND][2] = { { xy[0], xy[1] },
				    { xy[0] + apart, xy[1] },
				    { xy[0], xy[1] + apart },
				    { xy[0] - apart, xy[1] },
				    { xy[0], xy[1] - apart } };

	pz_wcs_sky(frame, AROUND, pixel[0], sky[0]);
}

/* The step of one pixel from places one pixel apart: true; false where it is another forwards than
 * backwards, or has no end. */
static bool find_step(double sky[AROUND][2], int axis, double step[2])
{
	double back[2];

	to_plane(sky[0], sky[1 + axis], step);
	to_plane(sky[0], sky[3 + axis], back);
	return hypot(step[0] + back[0], step[1] + back[1]) < 0.01 * hypot(step[0], step[1]);
}

/* Steps of one pixel in x and in y from a pixel, on the tangent plane there, radians. Near a pole
 * or the end of a map of the sky, where the next pixel is elsewhere or nowhere, by smaller ones. */
static void frame_steps(struct pz_wcs *frame, const double xy[2], double ex[2], double ey[2])
{
	double far[AROUND][2], near[AROUND][2], *step[2] = { ex, ey };
	const double apart = 0x1p-10;

	look_around(frame, xy, 1, far);
	for (int axis = 0; axis < 2; axis++) {
		double ahead[2], behind[2];

		if (find_step(far, axis, step[axis]))
			continue;
		look_around(frame, xy, apart, near);
		to_plane(near[0], near[1 + axis], ahead);
		to_plane(near[0], near[3 + axis], behind);
		for (int k = 0; k < 2; k++)
			step[axis][k] = (isfinite(ahead[k]) ? ahead[k] : -behind[k]) / apart;
	}
}

double pz_frame_pixscale(struct pz_wcs *frame, double x, double y)
{
	double xy[2] = { x, y }, ex[2], ey[2];

	frame_steps(frame, xy, ex, ey);
	return sqrt(fabs(ex[0] * ey[1] - ex[1] * ey[0])) / ARCSEC;
}

void pz_stampmap_sky(const struct stamp_grid *g, int n, const double *uv, double *radec)
{
	if (g->frame) {
		for (int i = 0; i < 2 * n; i++)
			radec[i] = g->centre[i % 2] + uv[i];
		pz_wcs_sky(g->frame, (size_t)n, radec, radec);
		return;
	}
	for (int i = 0; i < n; i++) {
		double u = uv[2 * i], v = uv[2 * i + 1];

		from_plane(g->radec, ARCSEC * (u * g->x[0] + v * g->y[0]),
			   ARCSEC * (u * g->x[1] + v * g->y[1]), radec + 2 * i);
	}
}

static void place_points(struct stamp_grid *g)
{
	double uv[MAP_NODES + MAP_TRIED][2], h = map_half(g);

	for (int i = 0; i < MAP_NODES + MAP_TRIED; i++)
		for (int k = 0; k < 2; k++)
			uv[i][k] = h * map_place[i][k];
	pz_stampmap_sky(g, MAP_NODES + MAP_TRIED, uv[0], g->sky[0]);
}

void pz_stampmap_north(struct stamp_grid *g, int size, const double radec[2], double pixscale)
{
	*g = (struct stamp_grid){ .size = size,
				  .radec = { radec[0], radec[1] },
				  .x = { -pixscale, 0 },
				  .y = { 0, pixscale },
				  .area = pixscale * pixscale * ARCSEC * ARCSEC };
	place_points(g);
}

int pz_stampmap_native(struct stamp_grid *g, int size, const double radec[2], double pixscale,
		       struct pz_wcs *frame)
{
	double ex[2], ey[2], length, side;

	*g = (struct stamp_grid){ .size = size, .radec = { radec[0], radec[1] } };
	pz_wcs_pixels(frame, 1, radec, g->centre);
	if (!isfinite(g->centre[0]) || !isfinite(g->centre[1]))
		return -1;
	frame_steps(frame, g->centre, ex, ey);
	if (pixscale == 0) {
		g->frame = frame;
		g->area = fabs(ex[0] * ey[1] - ex[1] * ey[0]);
		if (!(g->area > 0) || !isfinite(g->area))
			g->area = pz_solid_pixel(frame, g->centre);
		if (!(g->area > 0))
			return -1;
		for (int k = 0; k < 2; k++) {
			g->x[k] = ex[k] / ARCSEC;
			g->y[k] = ey[k] / ARCSEC;
		}
		place_points(g);
		return 0;
	}
	g->area = pixscale * pixscale * ARCSEC * ARCSEC;
	length = hypot(ex[0], ex[1]);
	side = ex[0] * ey[1] - ex[1] * ey[0] < 0 ? -1 : 1;
	if (!(length > 0) || !isfinite(length))
		return -1;
	/* x along the frame's, y at a right angle to it on the side of the frame's y. */
	for (int k = 0; k < 2; k++)
		g->x[k] = pixscale * ex[k] / length;
	g->y[0] = -side * g->x[1];
	g->y[1] = side * g->x[0];
	place_points(g);
	return 0;
}

void pz_stampmap_inner(const struct stamp_grid *g, int size, struct stamp_grid *inner)
{
	*inner = *g;
	inner->size = size;
	place_points(inner);
}

double pz_stampmap_elongation(const struct stamp_grid *g)
{
	double area = fabs(g->x[0] * g->y[1] - g->x[1] * g->y[0]);
	double squares = g->x[0] * g->x[0] + g->x[1] * g->x[1] + g->y[0] * g->y[0] +
			 g->y[1] * g->y[1];
	double half = squares / (2 * area); /* of the ratio and its inverse, their mean */

	return half + sqrt(fmax(half * half - 1, 0));
}

double pz_stampmap_area(const struct stamp_map *m, double u, double v)
{
	double d[2][2];

	for (int k = 0; k < 2; k++) {
		const double *c = m->c[k];

		d[k][0] = c[1] + 2 * u * c[3] + v * c[4];
		d[k][1] = c[2] + u * c[4] + 2 * v * c[5];
	}
	return fabs(d[0][0] * d[1][1] - d[0][1] * d[1][0]);
}
