/* frame.c -- opening frames, and reading their rows once */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "../base/pages.h"
#include "beside.h"
#include "cube.h"
#include "frame.h"

#define MARGIN 8             /* rows read around what the maps need */
#define PIECE  ((size_t)256) /* pixels                              */

void pz_frame_close_files(struct frame *f)
{
	pz_fits_close(f->file);
	pz_fits_close(f->mask.file);
	f->file = f->mask.file = NULL;
}

void pz_frame_close(struct frame *f)
{
	pz_frame_close_files(f);
	pz_wcs_free(f->wcs);
	f->wcs = NULL;
	if (f->spool >= 0)
		close(f->spool);
	f->spool = -1;
}

int pz_frame_open(struct frame *f, const struct pz_frame *from, int b,
		  const struct pz_cutout_options *o, const char *unit)
{
	int rc = pz_cube_open(&f->file, from, o->hdu, o->planes, false);

	struct pz_frame chosen = *from;
	double scale;

	if (rc < 0)
		return rc;
	chosen.plane = pz_fits_planes(f->file) > 1 ? pz_fits_plane(f->file) : -1;
	f->width = (long)pz_fits_width(f->file);
	f->height = (long)pz_fits_height(f->file);
	f->path = from->path;
	f->band = from->band;
	f->nodata = o->nodata;
	rc = pz_flux_read(&f->flux, f->file, from, b, o, unit);
	if (rc == 0 && from->mask)
		rc = pz_mask_open(&f->mask, &chosen, o->mask_hdu, f->width, f->height, o);
	if (rc == 0 && (rc = pz_beside_read_wcs(&f->wcs, f->file, from, &scale)) == 0)
		f->flux.scale *= scale;
	return rc;
}

/* Room for that many pixels, and for those of other strips: which rows these need differs, and new
 * memory costs more than memory that is used again. */
static int make_room(const struct frame *f, struct frame_rows *to, size_t need)
{
	size_t all = (size_t)f->width * (size_t)f->height;

	if (need <= to->room)
		return 0;
	free(to->pixels);
	need = need + need / 2 < all ? need + need / 2 : all;
	to->pixels = pz_pages_alloc(need * sizeof *to->pixels);
	to->room = to->pixels ? need : 0;
	return to->room ? 0
			: pz_fail(PZ_ENOMEM, "%s: no memory for %zu pixels", pz_fits_where(f->file),
				  need);
}

/* Pixels of this value become NaN. Few pieces have any: the others are only read. */
static void blank_value(float value, size_t n, float *pixels)
{
	for (size_t i = 0; i < n; i += PIECE) {
		size_t m = n - i < PIECE ? n - i : PIECE;
		unsigned found = 0;

		for (size_t k = i; k < i + m; k++)
			found |= pixels[k] == value;
		for (size_t k = i; k < i + m && found; k++)
			pixels[k] = pixels[k] == value ? NAN : pixels[k];
	}
}

/* Rows y0..y0 + n of the file. */
static int read_new(const struct frame *f, long y0, long n, float *pixels)
{
	size_t count = n > 0 ? (size_t)(n * f->width) : 0;
	int rc = n > 0 ? pz_fits_read_rows(f->file, (size_t)y0, (size_t)n, pixels) : 0;

	if (rc == 0 && f->nodata)
		blank_value((float)*f->nodata, count, pixels);
	if (rc == 0)
		pz_flux_make_linear(&f->flux.asinh, count, pixels);
	for (size_t i = 0; i < count && f->flux.bias != 0; i++)
		pixels[i] -= (float)f->flux.bias;
	if (rc == 0 && n > 0 && f->mask.file)
		rc = pz_mask_apply(&f->mask, y0, n, pixels);
	return rc;
}

int pz_frame_read(const struct frame *f, struct frame_rows *to, const struct frame_rows *from,
		  double low, double high)
{
	struct window *w = &to->window;
	long begin, end; /* of the rows that `from` has */
	int rc;

	*w = (struct window){ .width = f->width,
			      .height = f->height,
			      .scale = f->flux.scale,
			      .per_area = f->flux.per_area };
	low = fmax(floor(low) - MARGIN, 0);
	high = fmin(ceil(high) + MARGIN, (double)f->height - 1);
	if (!(low <= high))
		return 0;
	w->y0 = (long)low;
	w->rows = (long)high - w->y0 + 1;
	if ((rc = make_room(f, to, (size_t)(w->rows * w->width))) < 0)
		return rc;
	w->pixels = to->pixels;
	begin = end = w->y0;
	if (from && from->window.y0 <= w->y0 + w->rows &&
	    w->y0 <= from->window.y0 + from->window.rows) {
		begin = from->window.y0 > w->y0 ? from->window.y0 : w->y0;
		end = from->window.y0 + from->window.rows;
		end = end < w->y0 + w->rows ? end : w->y0 + w->rows;
		memcpy(to->pixels + (begin - w->y0) * w->width,
		       from->pixels + (begin - from->window.y0) * w->width,
		       (size_t)((end - begin) * w->width) * sizeof *to->pixels);
	}
	rc = read_new(f, w->y0, begin - w->y0, to->pixels);
	if (rc == 0)
		rc = read_new(f, end, w->y0 + w->rows - end, to->pixels + (end - w->y0) * w->width);
	return rc;
}

static void map_grid(struct frame *f, int size, const struct stamp_grid *g, struct stamp_map *m)
{
	struct stamp_grid inner;
	struct stamp_map own;

	pz_stampmap_make(m, g, f->wcs);
	if (g->size == size || m->kind != MAP_EXACT)
		return;
	pz_stampmap_inner(g, size, &inner);
	pz_stampmap_make(&own, &inner, f->wcs);
	if (own.kind == MAP_NONE) {
		*m = own;
		return;
	}
	for (int k = 0; k < 2; k++) {
		m->low[k] = fmin(m->low[k], own.low[k]);
		m->high[k] = fmax(m->high[k], own.high[k]);
	}
}

void pz_frame_maps(struct frame *f, struct frame *on, int size, size_t n,
		   const struct stamp_grid *grid, struct stamp_map *map)
{
	/* Whoever holds the reference's lock waits for no other. */
	bool both = false;

	for (size_t i = 0; i < n && on != f; i++)
		both = both || grid[i].frame;
	pthread_mutex_lock(&f->lock);
	if (both)
		pthread_mutex_lock(&on->lock);
	for (size_t i = 0; i < n; i++)
		if (grid[i].size == 0)
			map[i] = (struct stamp_map){ .kind = MAP_NONE };
		else
			map_grid(f, size, &grid[i], &map[i]);
	if (both)
		pthread_mutex_unlock(&on->lock);
	pthread_mutex_unlock(&f->lock);
}
