/* stamp.c -- one band of one stamp: where its points are, its sky, its pixels */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "matched.h"
#include "sky.h"
#include "solid.h"
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

/* Of a torn stamp, row by row: frame pixels in a stamp pixel at each point, NaN where it has
 * none. */
static int exact_areas(const struct piece *p, const struct lattice *l, double *areas)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	size_t side = (size_t)l->side;
	double *around = malloc(2 * MAP_AROUND * side * sizeof *around);

	if (!around)
		return pz_fail(PZ_ENOMEM, "no memory for the areas of %zu pixels", side);
	for (size_t j = 0; j < side; j++) {
		pthread_mutex_lock(&on->lock);
		pz_stampmap_around(p->grid, l, (int)j, around);
		pthread_mutex_unlock(&on->lock);
		pthread_mutex_lock(&f->lock);
		pz_wcs_smooth_pixels(f->wcs, MAP_AROUND * side, around, around);
		pthread_mutex_unlock(&f->lock);
		pz_stampmap_areas((int)side, around, areas + j * side);
	}
	free(around);
	return 0;
}

/* What one by one is known of the points of a stamp. */
struct located {
	struct lattice lattice; /* of the points                              */
	struct lattice pixels;  /* for each of which there is an area: these points, or the stamp's
				   pixels */
	double *points, *areas;
	bool convolved; /* values times areas are                      */
};

/* Whether the area of a point is more than twice that of a neighbour: a pole of the map is near,
 * where it is no area for what lies around, and would make one point outshine all others. */
static bool is_peak(const double *areas, size_t side, size_t k)
{
	size_t x = k % side;
	double least = areas[k];

	least = fmin(least, x > 0 ? areas[k - 1] : least);
	least = fmin(least, x + 1 < side ? areas[k + 1] : least);
	least = fmin(least, k >= side ? areas[k - side] : least);
	least = fmin(least, k + side < side * side ? areas[k + side] : least);
	return areas[k] > 2 * least;
}

/* Areas of a torn stamp; points that have none are lost too. */
static int settle_areas(const struct piece *p, struct located *at)
{
	size_t side = (size_t)at->lattice.side, pixels = (size_t)at->pixels.side, n = side / pixels;
	double step2 = (double)at->pixels.step * at->pixels.step;
	int rc;

	if (!(at->areas = malloc(pixels * pixels * sizeof *at->areas)))
		return pz_fail(PZ_ENOMEM, "no memory for the areas of %zu pixels", pixels * pixels);
	if ((rc = exact_areas(p, &at->pixels, at->areas)) < 0)
		return rc;
	for (size_t k = 0; k < side * side; k++)
		if (!isfinite(at->areas[k / side / n * pixels + k % side / n]))
			at->points[2 * k] = NAN;
	for (size_t i = 0; i < pixels * pixels && at->convolved; i++)
		if (is_peak(at->areas, pixels, i))
			at->points[2 * i] = NAN;
	for (size_t i = 0; i < pixels * pixels; i++)
		at->areas[i] = isfinite(at->areas[i]) ? at->areas[i] / step2 : 0;
	return 0;
}

/* Frame pixels of every point of a stamp, the long way. A WCS serves one thread. */
static int exact_points(const struct piece *p, struct located *at)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	int side = at->lattice.side, step = at->lattice.step, rc;
	size_t n = (size_t)side * (size_t)side;
	double *uv;

	if (side > RESAMPLE_SIDE_MAX)
		return STAMP_WIDE;
	if (!(uv = at->points = malloc(2 * n * sizeof *uv)))
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
	if (!p->map->torn)
		return 0;
	rc = pz_stampmap_connect(p->map, side, uv);
	return rc < 0 ? rc : settle_areas(p, at);
}

/* Cuts a stamp, and widens its PSF, or not (w: NULL). As pz_resample and pz_widened_resample. */
static int cut_at(struct resampler *r, const struct piece *p, struct resampling what,
		  const struct widening *w, float *pixels, double *cover)
{
	int n = pz_resample_points(p->map, p->window), rc = 0;
	struct located at = { .lattice = { what.size * n, n }, .pixels = { what.size, 1 } };

	if (w)
		at.lattice = at.pixels = (struct lattice){ w->side, w->step };
	at.convolved = w && !p->window->per_area;
	what.map = p->map;
	if (p->map->kind == MAP_EXACT)
		rc = exact_points(p, &at);
	what.points = at.points;
	what.areas = at.areas;
	if (rc == 0)
		rc = w ? pz_widened_resample(r, &what, w, pixels)
		       : pz_resample(r, &what, pixels, cover);
	free(at.points);
	free(at.areas);
	return rc;
}

/* Makes pixels of a stamp whose PSF is widened 0 where it has no data when cut without that. */
static int clear_pixels(struct resampler *r, const struct piece *own, struct resampling what,
			float *pixels, double *cover)
{
	size_t area = (size_t)what.size * (size_t)what.size;
	float *spare = malloc(2 * area * sizeof *spare);
	int rc;

	if (!spare)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp of %d pixels a side", what.size);
	what.shares = spare + area;
	rc = cut_at(r, own, what, NULL, spare, cover);
	for (size_t i = 0; rc == 0 && i < area; i++)
		if (what.shares[i] == 0) {
			pixels[i] = 0;
		} else if (isnan(pixels[i])) { /* too little under the Gaussian */
			pixels[i] = 0;
			*cover -= (double)what.shares[i] / (double)area;
		}
	free(spare);
	return rc;
}

/* The same for a stamp whose PSF is widened. own: the stamp without its margins. */
static int cut_widened(struct resampler *r, const struct piece *p, const struct piece *own,
		       const struct resampling *what, const struct widening *w, float *pixels,
		       double *cover)
{
	int rc = cut_at(r, p, *what, w, pixels, cover);

	if (rc <= 0 || p->map->torn || own->map->torn)
		return rc < 0 ? rc : clear_pixels(r, own, *what, pixels, cover);
	*cover = 1; /* all points have data */
	return 0;
}

/* The stamp without its margins; its grid and map in g and m where others are needed. */
static struct piece own_piece(const struct piece *p, int size, struct stamp_grid *g,
			      struct stamp_map *m)
{
	struct frame *f = &p->field->frame[p->b], *on = &p->field->frame[p->field->reference];
	struct piece own = *p;

	if (p->grid->size == size || p->map->kind != MAP_EXACT)
		return own;
	pthread_mutex_lock(&on->lock);
	pz_stampmap_inner(p->grid, size, g);
	pthread_mutex_unlock(&on->lock);
	pz_frame_maps(f, on, size, 1, g, m);
	own.grid = g;
	own.map = m;
	return own;
}

/* Whether all pixels are numbers: a zero point may make of a pixel what no float holds. */
static int check_finite(const struct piece *p, int size, const float *pixels)
{
	size_t n = (size_t)size * (size_t)size;
	unsigned bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= !(fabsf(pixels[i]) <= FLT_MAX);
	if (!bad)
		return 0;
	return pz_fail(
		PZ_EDATA,
		"%s: pixels times %g do not fit a float; is the zero point, or the unit, right?",
		p->field->frame[p->b].path, p->window->scale);
}

/* To what each pixel sees of the sky. */
static void correct_areas(const struct piece *own, float *pixels)
{
	struct frame *on = &own->field->frame[own->field->reference];

	pthread_mutex_lock(&on->lock);
	pz_solid_correct(own->grid, pixels);
	pthread_mutex_unlock(&on->lock);
}

/* As pz_stamp_cut_piece, but that a fault of the stamp is returned, and *found what is wrong. */
static int cut_piece(struct resampler *r, const struct pz_cutout_options *o, const struct piece *p,
		     float *pixels, float note[NOTES], double *found)
{
	struct stamp_grid grid;
	struct stamp_map map;
	struct piece own = own_piece(p, o->size, &grid, &map);
	struct resampling what = { .window = p->window,
				   .map = own.map,
				   .kernel = o->kernel,
				   .size = o->size,
				   .area = p->grid->area };
	struct widening w;
	double cover = 0;
	int rc;

	note[0] = note[1] = note[2] = 0;
	rc = pz_widened_plan(&w, p, o);
	*found = w.found;
	if (rc < 0)
		return rc;
	if (o->sky && p->map->kind != MAP_NONE &&
	    (rc = pz_sky_annulus(p->window, own.map, o->sky_inner / p->step, o->sky_outer / p->step,
				 &what.sky)) <= 0) {
		memset(pixels, 0, (size_t)o->size * (size_t)o->size * sizeof *pixels);
		note[1] = NAN;
		return rc;
	}
	rc = w.side > 0 ? cut_widened(r, p, &own, &what, &w, pixels, &cover)
			: cut_at(r, &own, what, NULL, pixels, &cover);
	if (rc < 0)
		return rc;
	if (p->window->per_area)
		correct_areas(&own, pixels);
	note[0] = (float)cover;
	note[2] = r->centred ? 1 : 0;
	if (o->sky) /* else a stamp beyond the frame, which has no area, would have no sky */
		note[1] = (float)(what.sky * pz_resample_area(&what) * p->window->scale);
	return check_finite(p, o->size, pixels);
}

int pz_stamp_cut_piece(struct resampler *r, const struct pz_cutout_options *o,
		       const struct piece *p, float *pixels, float note[NOTES])
{
	double found;
	int rc = cut_piece(r, o, p, pixels, note, &found);

	if (rc < STAMP_RING || rc > STAMP_LONG)
		return rc;
	memset(pixels, 0, (size_t)o->size * (size_t)o->size * sizeof *pixels);
	pz_fault_note((enum stamp_fault)rc, found, note);
	return 0;
}
