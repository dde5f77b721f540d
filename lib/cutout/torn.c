/* torn.c -- maps of stamps that are torn: in several pieces on the frame, or too strongly curved */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "stampmap.h"

#define APART 2e-3 /* stamp pixels, by which derivatives are taken          */
#define GRID  33   /* points a side by which a torn stamp is bounded        */

/* Frame pixels per step of 1 between two places either side of a point, `apart` from it. A
 * seam may lie on one side: the shorter way counts where they differ much. */
static void find_slope(const double before[2], const double at[2], const double after[2],
		       double apart, double d[2])
{
	double a = hypot(at[0] - before[0], at[1] - before[1]);
	double b = hypot(after[0] - at[0], after[1] - at[1]);
	bool first = !(b <= 2 * a), last = !(a <= 2 * b);

	/* Both where they are alike; NaN is never shorter. */
	for (int k = 0; k < 2; k++) {
		if (first && !isnan(a))
			d[k] = (at[k] - before[k]) / apart;
		else if (last && !isnan(b))
			d[k] = (after[k] - at[k]) / apart;
		else
			d[k] = (after[k] - before[k]) / (2 * apart);
	}
}

/* A place in the middle, then left, right, below and above it. */
static void put_around(double u, double v, double uv[2 * MAP_AROUND])
{
	const double around[2 * MAP_AROUND] = { u, v, u - APART, v, u + APART,
						v, u, v - APART, u, v + APART };

	memcpy(uv, around, sizeof around);
}

/* Slopes in u and in v, of pixels at such places. */
static void slopes(const double p[2 * MAP_AROUND], double du[2], double dv[2])
{
	find_slope(p + 2, p, p + 4, APART, du);
	find_slope(p + 6, p, p + 8, APART, dv);
}

void pz_stampmap_around(const struct stamp_grid *g, const struct lattice *l, int j, double *radec)
{
	double middle = (l->side - 1) / 2.0;

	for (int i = 0; i < l->side; i++)
		put_around((i - middle) / l->step, (j - middle) / l->step,
			   radec + 2 * MAP_AROUND * i);
	pz_stampmap_sky(g, MAP_AROUND * l->side, radec, radec);
}

void pz_stampmap_areas(int n, const double *pixel, double *area)
{
	for (int i = 0; i < n; i++) {
		double du[2], dv[2];

		slopes(pixel + 2 * MAP_AROUND * i, du, dv);
		area[i] = fabs(du[0] * dv[1] - du[1] * dv[0]);
	}
}

/* Points on a regular grid. */
struct web {
	int side;
	double *p; /* (side, side, 2) */
};

/* Distance from point (i, j) to the one by `di`, `dj`; 0 where there is none. */
static double step_of(const struct web *w, int i, int j, int di, int dj)
{
	const double *at = w->p + 2 * ((size_t)j * (size_t)w->side + (size_t)i);
	double d;

	if (i < 0 || j < 0 || i >= w->side || j >= w->side || i + di < 0 || j + dj < 0 ||
	    i + di >= w->side || j + dj >= w->side)
		return 0;
	d = hypot(at[2 * (dj * w->side + di)] - at[0], at[2 * (dj * w->side + di) + 1] - at[1]);
	return isnan(d) ? INFINITY : d;
}

/* Whether a point and its neighbour are connected: the distance between them on the frame is
 * not much longer than the distances before and behind them. */
static bool is_connected(const struct web *w, int i, int j, int di, int dj)
{
	double step = step_of(w, i, j, di, dj);
	double before = step_of(w, i - di, j - dj, di, dj);
	double after = step_of(w, i + di, j + dj, di, dj);

	before = isfinite(before) ? before : 0;
	after = isfinite(after) ? after : 0;
	return step <= 2 + 4 * fmax(before, after);
}

/* The point of the grid in the middle, or of the four there the nearest to the galaxy. */
static size_t middle_of(const struct stamp_map *m, int side, const double *p)
{
	size_t best = 0;
	double nearest = INFINITY;

	for (int k = 0; k < 4; k++) {
		int i = (side - (k & 1)) / 2, j = (side - (k >> 1)) / 2;
		size_t at = (size_t)j * (size_t)side + (size_t)i;
		double d = hypot(p[2 * at] - m->c[0][0], p[2 * at + 1] - m->c[1][0]);

		if (d < nearest) {
			nearest = d;
			best = at;
		}
	}
	return best;
}

int pz_stampmap_connect(const struct stamp_map *m, int side, double *p)
{
	size_t n = (size_t)side * (size_t)side, filled = 1;
	unsigned char *reached = calloc(n, 1);
	uint32_t *stack = malloc(n * sizeof *stack);
	const struct web w = { side, p };

	if (!reached || !stack) {
		free(reached);
		free(stack);
		return pz_fail(PZ_ENOMEM, "no memory for a stamp of %d points a side", side);
	}
	stack[0] = (uint32_t)middle_of(m, side, p);
	reached[stack[0]] = 1;
	while (filled > 0) {
		size_t at = stack[--filled];
		int i = (int)(at % (size_t)side), j = (int)(at / (size_t)side);

		for (int k = 0; k < 4; k++) {
			int di = (k == 0) - (k == 1), dj = (k == 2) - (k == 3);
			size_t to = (size_t)(j + dj) * (size_t)side + (size_t)(i + di);

			if (i + di < 0 || j + dj < 0 || i + di >= side || j + dj >= side ||
			    reached[to] || !is_connected(&w, i, j, di, dj))
				continue;
			reached[to] = 1;
			stack[filled++] = (uint32_t)to;
		}
	}
	for (size_t k = 0; k < n; k++)
		if (!reached[k])
			p[2 * k] = p[2 * k + 1] = NAN;
	free(reached);
	free(stack);
	return 0;
}

/* Bounds of what hangs together, and as much more as there may be between the points. */
static void bound_torn(struct stamp_map *m, const double *p)
{
	double step = 0;

	for (int k = 0; k < 2; k++) {
		m->low[k] = m->high[k] = m->c[k][0];
		for (int i = 0; i < GRID * GRID; i++) {
			double x = p[2 * i + k];
			double dx = i % GRID ? fabs(x - p[2 * (i - 1) + k]) : 0;
			double dy = i >= GRID ? fabs(x - p[2 * (i - GRID) + k]) : 0;

			m->low[k] = fmin(m->low[k], x);
			m->high[k] = fmax(m->high[k], x);
			step = fmax(step, fmax(dx, dy)); /* NaN is no more than 0 */
		}
	}
	for (int k = 0; k < 2; k++) {
		m->low[k] -= step;
		m->high[k] += step;
	}
}

void pz_stampmap_make_torn(struct stamp_map *m, const struct stamp_grid *g, struct pz_wcs *frame)
{
	double uv[2 * MAP_AROUND], sky[2 * MAP_AROUND], p[2 * GRID * GRID], d[2][2],
		h = map_half(g);

	*m = (struct stamp_map){ .kind = MAP_NONE, .torn = true };
	put_around(0, 0, uv);
	pz_stampmap_sky(g, MAP_AROUND, uv, sky);
	pz_wcs_smooth_pixels(frame, MAP_AROUND, sky, uv);
	slopes(uv, d[0], d[1]);
	pz_wcs_pixels(frame, 1, sky, uv);
	for (int k = 0; k < 2; k++) {
		m->c[k][0] = uv[k];
		m->c[k][1] = d[0][k];
		m->c[k][2] = d[1][k];
	}
	if (!isfinite(uv[0] + uv[1]) || !isfinite(pz_stampmap_area(m, 0, 0)))
		return;
	for (int i = 0; i < GRID * GRID; i++) {
		p[2 * i] = h * (2.0 * (i % GRID) / (GRID - 1) - 1);
		p[2 * i + 1] = h * (2.0 * (i / GRID) / (GRID - 1) - 1);
	}
	pz_stampmap_sky(g, GRID * GRID, p, p);
	pz_wcs_pixels(frame, GRID * GRID, p, p);
	if (pz_stampmap_connect(m, GRID, p) < 0)
		return;
	bound_torn(m, p);
	m->kind = MAP_EXACT;
}
