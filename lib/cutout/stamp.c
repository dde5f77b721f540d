/* stamp.c -- one band of one stamp: where its points are, its sky, its pixels */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "matched.h"
#include "sky.h"
#include "stamp.h"
#include "widened.h"

#define ARCSEC (M_PI / 180 / 3600)

void pz_stamp_make_grid(struct stamp_grid *g, const struct pz_cutout_options *o,
			const double radec[2], double step, struct pz_wcs *reference)
{
	int size = o->size + 2 * pz_matched_margin(o, step);

	if (!o->native) {
		pz_stampmap_north(g, size, radec, step);
		return;
	}
	if (pz_stampmap_native(g, size, radec, o->pixscale, reference) < 0) {
		g->size = 0;
		return;
	}
	/* The frame's own pixels are not those of the first frame, which are `step`. */
	size = o->size + 2 * pz_matched_margin(o, sqrt(g->area) / ARCSEC);
	if (size > g->size && pz_stampmap_native(g, size, radec, o->pixscale, reference) < 0)
		g->size = 0;
}

void pz_stamp_rows(const struct stamp_map *m, const struct pz_cutout_options *o, double step,
		   double *low, double *high)
{
	double around = o->sky ? o->sky_outer / step * hypot(m->c[1][1], m->c[1][2]) : 0;

	if (m->kind == MAP_NONE)
		return;
	*low = fmin(*low, fmin(m->low[1], m->c[1][0] - around));
	*high = fmax(*high, fmax(m->high[1], m->c[1][0] + around));
}

/* Of a torn stamp, row by row: frame pixels in each of its pixels, NaN where it has none. */
static int exact_areas(const struct piece *p, double **areas)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	size_t size = (size_t)p->grid->size;
	double *around = malloc(2 * MAP_AROUND * size * sizeof *around);

	*areas = malloc(size * size * sizeof **areas);
	if (!around || !*areas) {
		free(around);
		return pz_fail(PZ_ENOMEM, "no memory for the areas of %zu pixels", size * size);
	}
	for (size_t j = 0; j < size; j++) {
		pthread_mutex_lock(&on->lock);
		pz_stampmap_around(p->grid, (int)j, around);
		pthread_mutex_unlock(&on->lock);
		pthread_mutex_lock(&f->lock);
		pz_wcs_smooth_pixels(f->wcs, MAP_AROUND * size, around, around);
		pthread_mutex_unlock(&f->lock);
		pz_stampmap_areas((int)size, around, *areas + j * size);
	}
	free(around);
	return 0;
}

/* How the points of a stamp lie. */
struct lattice {
	int side, step; /* step: from one pixel to the next */
};

/* The pixel of the grid that a point lies in, along one axis. */
static size_t pixel_of(const struct piece *p, const struct lattice *l, size_t point)
{
	int size = p->grid->size;
	double at = ((double)point - (l->side - 1) / 2.0) / l->step + size / 2.0;

	return at > 0 ? (size_t)fmin(at, size - 1) : 0;
}

/* Points of pixels that have no area are lost too; and areas of pixels become those of points,
 * where these are what is resampled. */
static int settle_areas(const struct piece *p, const struct lattice *l, bool widened,
			double *points, double **areas)
{
	size_t side = (size_t)l->side, size = (size_t)p->grid->size, n = widened ? side * side : 0;
	double *fine = malloc((n + 1) * sizeof *fine);

	if (!fine)
		return pz_fail(PZ_ENOMEM, "no memory for the areas of %zu points", n);
	for (size_t k = 0; k < side * side; k++) {
		double area = (*areas)[pixel_of(p, l, k / side) * size + pixel_of(p, l, k % side)];

		if (!isfinite(area))
			points[2 * k] = NAN;
		if (widened)
			fine[k] = isfinite(area) ? area / ((double)l->step * l->step) : 0;
	}
	for (size_t i = 0; i < size * size; i++)
		(*areas)[i] = isfinite((*areas)[i]) ? (*areas)[i] : 0;
	if (widened) {
		free(*areas);
		*areas = fine;
	} else {
		free(fine);
	}
	return 0;
}

/* Frame pixels of every point of a stamp, the long way. A WCS serves one thread. */
static int exact_points(const struct piece *p, const struct widening *w, double **points,
			double **areas)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	int step = pz_resample_points(p->map, p->window), rc = 0;
	struct lattice l = { w->side, step };
	size_t n;
	double *uv;

	if (p->grid->size > RESAMPLE_SIDE_MAX / step)
		return pz_surroundings_too_large();
	if (l.side == 0)
		l.side = p->grid->size * step;
	n = (size_t)l.side * (size_t)l.side;
	uv = *points = malloc(2 * n * sizeof *uv);
	if (!uv)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp of %d points a side", l.side);
	for (size_t k = 0; k < n; k++) {
		uv[2 * k] = ((double)(k % (size_t)l.side) - (l.side - 1) / 2.0) / step;
		uv[2 * k + 1] = ((double)(k / (size_t)l.side) - (l.side - 1) / 2.0) / step;
	}
	pthread_mutex_lock(&on->lock);
	pz_stampmap_sky(p->grid, (int)n, uv, uv);
	pthread_mutex_unlock(&on->lock);
	pthread_mutex_lock(&f->lock);
	pz_wcs_pixels(f->wcs, n, uv, uv);
	pthread_mutex_unlock(&f->lock);
	if (!p->map->torn)
		return 0;
	if ((rc = pz_stampmap_connect(p->map, l.side, uv)) == 0 &&
	    (rc = exact_areas(p, areas)) == 0)
		rc = settle_areas(p, &l, w->side > 0, uv, areas);
	return rc;
}

/* Whether all pixels are numbers: a zero point may make of a pixel what no float holds. */
static int check_finite(const struct piece *p, int size, const float *pixels)
{
	size_t n = (size_t)size * (size_t)size, i = 0;

	while (i < n && isfinite(pixels[i]))
		i++;
	if (i == n)
		return 0;
	return pz_fail(
		PZ_EDATA,
		"%s: pixels times %g do not fit a float; is the zero point, or the unit, right?",
		p->field->frame[p->b].path, p->window->scale);
}

int pz_stamp_cut_piece(struct resampler *r, const struct pz_cutout_options *o,
		       const struct piece *p, float *pixels, float note[NOTES])
{
	struct resampling what = { .window = p->window,
				   .map = p->map,
				   .kernel = o->kernel,
				   .size = o->size,
				   .area = p->grid->area };
	double *points = NULL, *areas = NULL, cover = 0;
	struct widening w;
	int rc = 0;

	note[0] = note[1] = note[2] = 0;
	pz_widened_plan(&w, p, o);
	if (o->sky && p->map->kind != MAP_NONE &&
	    (rc = pz_sky_annulus(p->window, p->map, o->sky_inner / p->step, o->sky_outer / p->step,
				 &what.sky)) <= 0) {
		memset(pixels, 0, (size_t)o->size * (size_t)o->size * sizeof *pixels);
		note[1] = NAN;
		return rc;
	}
	if (p->map->kind == MAP_EXACT)
		rc = exact_points(p, &w, &points, &areas);
	what.points = points;
	what.areas = areas;
	if (rc >= 0) /* 1: a sky was found */
		rc = w.side > 0 ? pz_widened_resample(r, &what, &w, o->size, pixels, &cover)
				: pz_resample(r, &what, pixels, &cover);
	free(points);
	free(areas);
	if (rc < 0)
		return rc;
	note[0] = (float)cover;
	note[2] = r->centred ? 1 : 0;
	if (o->sky) /* else a stamp beyond the frame, which has no area, would have no sky */
		note[1] = (float)(what.sky * pz_resample_area(&what) * p->window->scale);
	return check_finite(p, o->size, pixels);
}
