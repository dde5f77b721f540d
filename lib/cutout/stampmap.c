/* stampmap.c -- stamp grids and their maps onto frames */
#include <math.h>

#include <pz/error.h>

#include "stampmap.h"

#define RAD    (M_PI / 180)
#define ARCSEC (M_PI / 180 / 3600)

static const double place[MAP_NODES + MAP_TRIED][2] = {
	{ -1, -1 }, { 0, -1 }, { 1, -1 },  { -1, 0 },    { 0, 0 },    { 1, 0 },
	{ -1, 1 },  { 0, 1 },  { 1, 1 },   { -.5, -.5 }, { .5, -.5 }, { -.5, .5 },
	{ .5, .5 }, { 1, .5 }, { -.5, 1 }, { -1, -.5 },  { .5, -1 },
};

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

/* Steps of one pixel in x and in y from a pixel, on the tangent plane there, radians. At the
 * end of a map of the sky the next pixel may have no place: then to the one before. */
static void frame_steps(struct pz_wcs *frame, const double xy[2], double ex[2], double ey[2])
{
	double pixel[5][2] = { { xy[0], xy[1] },
			       { xy[0] + 1, xy[1] },
			       { xy[0], xy[1] + 1 },
			       { xy[0] - 1, xy[1] },
			       { xy[0], xy[1] - 1 } };
	double sky[5][2], *step[2] = { ex, ey };

	pz_wcs_sky(frame, 5, pixel[0], sky[0]);
	for (int k = 0; k < 2; k++) {
		to_plane(sky[0], sky[1 + k], step[k]);
		if (isfinite(step[k][0] + step[k][1]))
			continue;
		to_plane(sky[0], sky[3 + k], step[k]);
		step[k][0] = -step[k][0];
		step[k][1] = -step[k][1];
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
			uv[i][k] = h * place[i][k];
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

/* The quadratic through the middle and, by least squares, the other eight nodes of
 * one coordinate at (u, v) = (-h, 0, h) x (-h, 0, h). */
static void fit(const double p[MAP_NODES], double h, double c[6])
{
	double left = p[0] + p[3] + p[6], right = p[2] + p[5] + p[8];
	double below = p[0] + p[1] + p[2], above = p[6] + p[7] + p[8];

	c[0] = p[4];
	c[1] = (right - left) / (6 * h);
	c[2] = (above - below) / (6 * h);
	c[3] = (p[3] + p[5] - 2 * p[4]) / (2 * h * h);
	c[4] = (p[0] + p[8] - p[2] - p[6]) / (4 * h * h);
	c[5] = (p[1] + p[7] - 2 * p[4]) / (2 * h * h);
}

/* Largest deviation of the map from the exact points. */
static double deviation(const struct stamp_map *m, double h, double exact[][2])
{
	double most = 0;

	for (int i = 0; i < MAP_NODES + MAP_TRIED; i++) {
		double xy[2];

		map_point(m, h * place[i][0], h * place[i][1], xy);
		most = fmax(most, hypot(xy[0] - exact[i][0], xy[1] - exact[i][1]));
	}
	return most;
}

static void bound(struct stamp_map *m, double exact[][2])
{
	for (int k = 0; k < 2; k++) {
		m->low[k] = m->high[k] = exact[0][k];
		for (int i = 1; i < MAP_NODES + MAP_TRIED; i++) {
			m->low[k] = fmin(m->low[k], exact[i][k]);
			m->high[k] = fmax(m->high[k], exact[i][k]);
		}
	}
}

/* Removes rounding errors of WCSLIB's arithmetic, which are far below MAP_ERROR, so that a shift
 * by whole pixels is exactly that. */
static void snap(struct stamp_map *m)
{
	for (int k = 0; k < 2; k++) {
		m->c[k][0] = nearbyint(m->c[k][0] * 0x1p20) * 0x1p-20;
		m->c[k][1] = nearbyint(m->c[k][1] * 0x1p30) * 0x1p-30;
		m->c[k][2] = nearbyint(m->c[k][2] * 0x1p30) * 0x1p-30;
	}
}

/* Chooses the simplest kind that is exact enough. */
static void pz_choice_pick(struct stamp_map *m, double h, double exact[][2])
{
	struct stamp_map plane = *m;

	for (int k = 0; k < 2; k++)
		plane.c[k][3] = plane.c[k][4] = plane.c[k][5] = 0;
	plane.kind = MAP_AFFINE;
	if (deviation(&plane, h, exact) < MAP_ERROR) {
		*m = plane;
		snap(m);
	} else {
		m->kind = deviation(m, h, exact) < MAP_ERROR ? MAP_QUADRATIC : MAP_EXACT;
	}
}

static void fit_both(struct stamp_map *m, double xy[][2], double h)
{
	for (int k = 0; k < 2; k++) {
		double p[MAP_NODES];

		for (int i = 0; i < MAP_NODES; i++)
			p[i] = xy[i][k];
		fit(p, h, m->c[k]);
	}
}

void pz_stampmap_make(struct stamp_map *m, const struct stamp_grid *g, struct pz_wcs *frame)
{
	double xy[MAP_NODES + MAP_TRIED][2], h = map_half(g);
	bool torn = false;

	*m = (struct stamp_map){ .kind = MAP_NONE };
	pz_wcs_pixels(frame, MAP_NODES + MAP_TRIED, g->sky[0], xy[0]);
	for (int i = 0; i < MAP_NODES + MAP_TRIED; i++)
		torn |= !isfinite(xy[i][0] + xy[i][1]);
	if (!torn) {
		bound(m, xy);
		fit_both(m, xy, h);
		torn = deviation(m, h, xy) > MAP_TORN;
	}
	if (torn) {
		pz_stampmap_make_torn(m, g, frame);
		return;
	}
	pz_choice_pick(m, h, xy);
	if (m->kind == MAP_EXACT) { /* its polynomial is for areas only */
		pz_wcs_smooth_pixels(frame, MAP_NODES + MAP_TRIED, g->sky[0], xy[0]);
		fit_both(m, xy, h);
		/* What is off by a cube of h is off by three squares in its slope. */
		if (!(3 * deviation(m, h, xy) < MAP_AREA * h * sqrt(pz_stampmap_area(m, 0, 0))))
			pz_stampmap_make_torn(m, g, frame);
		return;
	}
	if (!isfinite(pz_stampmap_area(m, 0, 0)))
		m->kind = MAP_NONE;
}
