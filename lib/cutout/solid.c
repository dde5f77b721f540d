/* solid.c -- how much of the sky the pixels of a stamp see
 *
 * A pixel of a grid on the tangent plane is seen at an angle, the more so the farther it is from
 * the middle. What a frame's own pixel sees is summed up in cells: it has no corner where a pole,
 * or the end of the map, is in it.
 */
#include <math.h>

#include "solid.h"

#define ARCSEC (M_PI / 180 / 3600)
#define RAD    (M_PI / 180)
#define FLAT   1e-6 /* relative differences that are left alone: on a plane, */
#define EVEN   1e-3 /* and of a frame's pixels                               */
#define CELLS  4    /* a side, in a pixel; in one that is strongly curved    */
#define MANY   32

static void direction(const double radec[2], double v[3])
{
	double a = radec[0] * RAD, d = radec[1] * RAD;

	v[0] = cos(d) * cos(a);
	v[1] = cos(d) * sin(a);
	v[2] = sin(d);
}

/* The area of a parallelogram between the middles of its sides: left, right, below, above. */
static double area_across(const double radec[8])
{
	double v[4][3], a[3], b[3];

	for (int i = 0; i < 4; i++)
		direction(radec + 2 * i, v[i]);
	for (int k = 0; k < 3; k++) {
		a[k] = v[1][k] - v[0][k];
		b[k] = v[3][k] - v[2][k];
	}
	return sqrt(pow(a[1] * b[2] - a[2] * b[1], 2) + pow(a[2] * b[0] - a[0] * b[2], 2) +
		    pow(a[0] * b[1] - a[1] * b[0], 2));
}

/* What a frame's pixel sees, in n x n cells; those without a place on the sky see nothing. *even:
 * the cells are alike. */
static double sum_cells(struct pz_wcs *frame, const double xy[2], int n, bool *even)
{
	double sum = 0, least = INFINITY, most = 0, half = 0.125 / n;

	for (int j = 0; j < n; j++) {
		double at[8 * MANY];

		for (int i = 0; i < n; i++) {
			double x = xy[0] + (i + 0.5) / n - 0.5, y = xy[1] + (j + 0.5) / n - 0.5;
			const double around[] = {
				x - half, y, x + half, y, x, y - half, x, y + half
			};

			for (int k = 0; k < 8; k++)
				at[8 * i + k] = around[k];
		}
		pz_wcs_sky(frame, 4 * (size_t)n, at, at);
		for (int i = 0; i < n; i++) {
			double area = area_across(at + 8 * i) * 16;

			area = isfinite(area) ? area : 0;
			sum += area;
			least = fmin(least, area);
			most = fmax(most, area);
		}
	}
	*even = least > 0 && most <= 2 * least;
	return sum;
}

double pz_solid_pixel(struct pz_wcs *frame, const double xy[2])
{
	bool even;
	double sum = sum_cells(frame, xy, CELLS, &even);

	return even ? sum : sum_cells(frame, xy, MANY, &even);
}

/* Whether all pixels of a stamp on a frame see as much as the one in the middle. */
static bool is_even(const struct stamp_grid *g)
{
	double h = map_half(g);

	for (int i = 0; i < MAP_NODES; i++) {
		double xy[2] = { g->centre[0] + h * map_place[i][0],
				 g->centre[1] + h * map_place[i][1] };
		bool even;

		if (!(fabs(sum_cells(g->frame, xy, 1, &even) / g->area - 1) < EVEN))
			return false;
	}
	return true;
}

/* What a rectangle of the tangent plane sees, from its foot to (x, y). */
static double corner(double x, double y)
{
	return atan(x * y / sqrt(1 + x * x + y * y));
}

static void correct_plane(const struct stamp_grid *g, float *pixels)
{
	double step = sqrt(g->area), middle = (g->size - 1) / 2.0;

	for (int j = 0; j < g->size; j++)
		for (int i = 0; i < g->size; i++) {
			double x = (i - middle - 0.5) * step, y = (j - middle - 0.5) * step;
			double area = corner(x + step, y + step) - corner(x, y + step) -
				      corner(x + step, y) + corner(x, y);

			pixels[j * g->size + i] *= (float)(area / g->area);
		}
}

void pz_solid_correct(const struct stamp_grid *g, float *pixels)
{
	double middle = (g->size - 1) / 2.0;

	if (!g->frame) {
		if (0.75 * g->size * g->size * g->area > FLAT)
			correct_plane(g, pixels);
		return;
	}
	if (is_even(g))
		return;
	for (int i = 0; i < g->size * g->size; i++) {
		double xy[2] = { g->centre[0] + i % g->size - middle,
				 g->centre[1] + i / g->size - middle };

		if (pixels[i] != 0)
			pixels[i] *= (float)(pz_solid_pixel(g->frame, xy) / g->area);
	}
}
