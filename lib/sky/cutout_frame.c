/* cutout_frame.c -- opening frames, and reading their rows once */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/pages.h>

#include "cutout_frame.h"
#include "cutout_mask.h"

#define MARGIN 8 /* rows read around what the maps need */

void frame_close_files(struct frame *f)
{
	pz_fits_close(f->file);
	pz_fits_close(f->mask);
	f->file = f->mask = NULL;
}

void frame_close(struct frame *f)
{
	frame_close_files(f);
	pz_wcs_free(f->wcs);
	f->wcs = NULL;
	if (f->spool >= 0)
		close(f->spool);
	f->spool = -1;
}

/* Item b of a list, or the last one. */
static void item_of(const char *list, int b, char item[80])
{
	for (const char *end; b > 0 && (end = strchr(list, ',')); b--)
		list = end + 1;
	snprintf(item, 80, "%.*s", (int)strcspn(list, ","), list);
}

/* The number that band b's item is, or that the keyword of this name holds. */
static int number_of(struct pz_fits *file, const char *list, int b, char text[80], double *value)
{
	char *end;

	item_of(list, b, text);
	*value = strtod(text, &end);
	if (end == text || *end)
		*value = pz_fits_number(file, text, NAN);
	if (!isfinite(*value))
		return pz_fail(PZ_EDATA, "%s has no number under keyword '%s'", pz_fits_where(file),
			       text);
	return 0;
}

/* Nanomaggies of flux 1, by a zero point or by a keyword that has the flux of one. */
static double nanomaggies(const char *keyword, double value)
{
	if (!strcmp(keyword, "FLUXMAG0"))
		return 1e9 / value;
	if (!strcmp(keyword, "FLUX20"))
		return 10 / value;
	return pow(10, 0.4 * (22.5 - value));
}

/* What brings the frame's pixels to the stamps' unit. */
static int read_units(struct frame *f, int b, const struct pz_cutout_options *o,
		      const char *expected)
{
	char unit[32], text[80];
	double value;
	int rc;

	f->bias = 0;
	f->scale = 1;
	if (o->bias && (rc = number_of(f->file, o->bias, b, text, &f->bias)) < 0)
		return rc;
	if (o->zeropoint) {
		if ((rc = number_of(f->file, o->zeropoint, b, text, &value)) < 0)
			return rc;
		f->scale = nanomaggies(text, value);
		if (!(f->scale > 0) || !isfinite(f->scale))
			return pz_fail(PZ_EDATA, "%s: expected a zero point, found %s = %g",
				       pz_fits_where(f->file), text, value);
		return 0;
	}
	frame_unit(f->file, unit);
	if (strcmp(unit, expected))
		return pz_fail(PZ_EDATA,
			       "%s: BUNIT: expected '%s' as in the first frame, found '%s'",
			       pz_fits_where(f->file), expected, unit);
	return 0;
}

int frame_open(struct frame *f, const struct pz_frame *from, int b,
	       const struct pz_cutout_options *o, const char *unit)
{
	int rc = pz_fits_open_image(&f->file, from->path, from->hdu ? from->hdu : o->hdu);

	if (rc < 0)
		return rc;
	f->width = (long)pz_fits_width(f->file);
	f->height = (long)pz_fits_height(f->file);
	rc = read_units(f, b, o, unit);
	if (rc == 0 && from->mask)
		rc = mask_open(&f->mask, from, o->mask_hdu, f->width, f->height, o);
	return rc < 0 ? rc : pz_wcs_read(&f->wcs, f->file);
}

static int make_room(const struct frame *f, struct frame_rows *to, size_t need)
{
	if (need <= to->room)
		return 0;
	free(to->pixels);
	to->pixels = pz_pages_alloc(need * sizeof *to->pixels);
	to->room = to->pixels ? need : 0;
	return to->room ? 0
			: pz_fail(PZ_ENOMEM, "%s: no memory for %zu pixels", pz_fits_where(f->file),
				  need);
}

/* Rows y0..y0 + n of the file. */
static int read_new(const struct frame *f, const struct pz_cutout_options *o, long y0, long n,
		    float *pixels)
{
	size_t count = n > 0 ? (size_t)(n * f->width) : 0;
	int rc = n > 0 ? pz_fits_read_rows(f->file, (size_t)y0, (size_t)n, pixels) : 0;

	for (size_t i = 0; i < count && f->bias != 0; i++)
		pixels[i] -= (float)f->bias;
	if (rc == 0 && n > 0 && f->mask)
		rc = mask_apply(f->mask, o, y0, n, pixels);
	return rc;
}

int frame_read(const struct frame *f, const struct pz_cutout_options *o, struct frame_rows *to,
	       const struct frame_rows *from, double low, double high)
{
	struct window *w = &to->window;
	long begin, end; /* of the rows that `from` has */
	int rc;

	*w = (struct window){ .width = f->width, .height = f->height, .scale = f->scale };
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
	rc = read_new(f, o, w->y0, begin - w->y0, to->pixels);
	if (rc == 0)
		rc = read_new(f, o, end, w->y0 + w->rows - end,
			      to->pixels + (end - w->y0) * w->width);
	return rc;
}

void frame_maps(struct frame *f, size_t n, const struct stamp_grid *grid, struct stamp_map *map)
{
	pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < n; i++)
		if (grid[i].size == 0)
			map[i] = (struct stamp_map){ .kind = MAP_NONE };
		else
			map_make(&map[i], &grid[i], f->wcs);
	pthread_mutex_unlock(&f->lock);
}
