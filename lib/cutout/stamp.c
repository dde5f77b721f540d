/* stamp.c -- one band of one stamp: where its points are, its sky, its pixels */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "sky.h"
#include "stamp.h"

void pz_stamp_make_grid(struct stamp_grid *g, const struct pz_cutout_options *o,
			const double radec[2], double step, struct pz_wcs *reference)
{
	if (!o->native)
		pz_stampmap_north(g, o->size, radec, step);
	else if (pz_stampmap_native(g, o->size, radec, o->pixscale, reference) < 0)
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

/* Of a torn stamp, row by row: frame pixels in each of its pixels; points of one that has
 * none are lost too. */
static int exact_areas(const struct piece *p, int step, double *points, double **areas)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	size_t size = (size_t)p->grid->size, side = size * (size_t)step;
	double *around = malloc(2 * MAP_AROUND * size * sizeof *around);

	*areas = malloc(size * size * sizeof **areas);
	if (!around || !*areas) {
		free(around);
		return pz_fail(PZ_ENOMEM, "no memory for the areas of %zu pixels", size * size);
	}
	for (size_t j = 0; j < size; j++) {
		double *row = *areas + j * size;

		pthread_mutex_lock(&on->lock);
		pz_stampmap_around(p->grid, (int)j, around);
		pthread_mutex_unlock(&on->lock);
		pthread_mutex_lock(&f->lock);
		pz_wcs_smooth_pixels(f->wcs, MAP_AROUND * size, around, around);
		pthread_mutex_unlock(&f->lock);
		pz_stampmap_areas((int)size, around, row);
		for (size_t k = 0; k < size * (size_t)(step * step); k++) {
			size_t i = k % side, y = j * (size_t)step + k / side;

			if (!isfinite(row[i / (size_t)step]))
				points[2 * (y * side + i)] = NAN;
		}
		for (size_t i = 0; i < size; i++)
			row[i] = isfinite(row[i]) ? row[i] : 0;
	}
	free(around);
	return 0;
}

/* Frame pixels of every point of a stamp, the long way. A WCS serves one thread. */
static int exact_points(const struct piece *p, double **points, double **areas)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	int step = pz_resample_points(p->map, p->window), side, rc = 0;
	size_t n;
	double *uv;

	if (p->grid->size > RESAMPLE_SIDE_MAX / step)
		return pz_surroundings_too_large();
	side = p->grid->size * step;
	n = (size_t)side * (size_t)side;
	uv = *points = malloc(2 * n * sizeof *uv);
	if (!uv)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp of %d points a side", side);
	for (size_t k = 0; k < n; k++) {
		uv[2 * k] = ((double)(k % (size_t)side) - (side - 1) / 2.0) / step;
		uv[2 * k + 1] = ((double)(k / (size_t)side) - (side - 1) / 2.0) / step;
	}
	pthread_mutex_lock(&on->lock);
	pz_stampmap_sky(p->grid, (int)n, uv, uv);
	pthread_mutex_unlock(&on->lock);
	pthread_mutex_lock(&f->lock);
	pz_wcs_pixels(f->wcs, n, uv, uv);
	pthread_mutex_unlock(&f->lock);
	if (p->map->torn && (rc = pz_stampmap_connect(p->map, side, uv)) == 0)
		rc = exact_areas(p, step, uv, areas);
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
	int rc = 0;

	note[0] = note[1] = note[2] = 0;
	if (o->sky && p->map->kind != MAP_NONE &&
	    (rc = pz_sky_annulus(p->window, p->map, o->sky_inner / p->step, o->sky_outer / p->step,
				 &what.sky)) <= 0) {
		memset(pixels, 0, (size_t)o->size * (size_t)o->size * sizeof *pixels);
		note[1] = NAN;
		return rc;
	}
	if (p->map->kind == MAP_EXACT)
		rc = exact_points(p, &points, &areas);
	what.points = points;
	what.areas = areas;
	if (rc >= 0) /* 1: a sky was found */
		rc = pz_resample(r, &what, pixels, &cover);
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
