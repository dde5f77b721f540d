/* stampmap_fit.c -- the polynomial that maps a stamp onto a frame, where one is good enough */
#include <math.h>

#include "stampmap.h"

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

		map_point(m, h * map_place[i][0], h * map_place[i][1], xy);
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
static void choose_kind(struct stamp_map *m, double h, double exact[][2])
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
	if (torn) {
		pz_stampmap_make_torn(m, g, frame);
		return;
	}
	bound(m, xy);
	fit_both(m, xy, h);
	choose_kind(m, h, xy);
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
