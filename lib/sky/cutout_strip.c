/* cutout_strip.c -- opening a field's frames, and reading what a strip needs */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include <pz/fits.h>
#include <pz/threads.h>

#include "cutout_strip.h"
#include "failure.h"

#define MARGIN      8 /* rows read around what the maps need                     */
#define WCS_THREADS 4 /* at most make maps: WCS are parsed for each, one by one  */

/* One frame of the open field. */
struct frame {
	struct pz_fits *file;
	struct pz_wcs **wcs; /* a copy for each thread                       */
	double bias, scale;  /* of its pixels                                */
};

struct loader {
	const struct pz_frames *frames;
	const struct pz_cutout_options *o;
	const double *radec;
	const struct cutout_index *x;
	int bands, threads, wcs_threads;
	size_t next; /* in x->placed                                         */
	int field;   /* the open one; -1: none                               */
	int reference;
	struct frame frame[BANDS_MAX];
};

static void close_frame(struct loader *l, struct frame *f)
{
	for (int t = 0; f->wcs && t < l->wcs_threads; t++)
		pz_wcs_free(f->wcs[t]);
	free(f->wcs);
	pz_fits_close(f->file);
	*f = (struct frame){ 0 };
}

static void close_field(struct loader *l)
{
	for (int b = 0; b < l->bands; b++)
		close_frame(l, &l->frame[b]);
	l->field = -1;
}

/* Parses the WCS once for each thread. */
static int read_wcs(struct loader *l, struct frame *f)
{
	char *header = NULL;
	int cards, rc = pz_fits_header(f->file, &header, &cards);

	if (rc == 0 && !(f->wcs = calloc((size_t)l->wcs_threads, sizeof *f->wcs)))
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", pz_fits_where(f->file));
	for (int t = 0; t < l->wcs_threads && rc == 0; t++)
		rc = pz_wcs_parse(&f->wcs[t], header, cards, pz_fits_where(f->file));
	free(header);
	return rc;
}

/* The number that text is, or that the keyword of this name holds. */
static int number_of(struct pz_fits *file, const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (end == text || *end)
		*value = pz_fits_number(file, text, NAN);
	if (!isfinite(*value))
		return pz_fail(PZ_EDATA, "%s has no number under keyword '%s'", pz_fits_where(file),
			       text);
	return 0;
}

/* What brings the frame's pixels to the stamps' unit. */
static int read_units(const struct loader *l, struct frame *f)
{
	const char *zeropoint = l->o->zeropoint;
	char unit[32];
	double value;
	int rc;

	f->bias = 0;
	f->scale = 1;
	if (l->o->bias && (rc = number_of(f->file, l->o->bias, &f->bias)) < 0)
		return rc;
	if (zeropoint) {
		if ((rc = number_of(f->file, zeropoint, &value)) < 0)
			return rc;
		f->scale = strcmp(zeropoint, "FLUXMAG0") ? pow(10, 0.4 * (22.5 - value))
							 : 1e9 / value;
		return 0;
	}
	frame_unit(f->file, unit);
	if (strcmp(unit, l->x->unit))
		return pz_fail(PZ_EDATA,
			       "%s: BUNIT: expected '%s' as in the first frame, found '%s'",
			       pz_fits_where(f->file), l->x->unit, unit);
	return 0;
}

static int open_frame(struct loader *l, struct frame *f, const char *path)
{
	int rc = pz_fits_open_image(&f->file, path, l->o->hdu);

	if (rc == 0)
		rc = read_units(l, f);
	return rc < 0 ? rc : read_wcs(l, f);
}

static int open_field(struct loader *l, int field, struct strip *s)
{
	struct failure failure = { 0 };

	close_field(l);
	l->field = field;
	l->reference = reference_band(l->frames, (size_t)field);
	for (int b = 0; b < l->bands; b++)
		if (!pz_frames_path(l->frames, (size_t)field, b) && s->missing++ == 0)
			snprintf(s->missing_name, sizeof s->missing_name, "%s in band %s",
				 pz_frames_name(l->frames, (size_t)field),
				 pz_frames_band(l->frames, b));
#pragma omp parallel for schedule(dynamic, 1) num_threads(l->threads)
	for (int b = 0; b < l->bands; b++) {
		const char *path = pz_frames_path(l->frames, (size_t)field, b);
		int rc = path ? open_frame(l, &l->frame[b], path) : 0;

		if (rc < 0)
			failure_note(&failure, (size_t)b, rc);
	}
	return failure_raise(&failure);
}

static int make_room(struct strip *s, int bands)
{
	if (s->n <= s->room)
		return 0;
	free(s->grid);
	free(s->map);
	s->grid = malloc(s->n * sizeof *s->grid);
	s->map = malloc(s->n * (size_t)bands * sizeof *s->map);
	s->room = s->grid && s->map ? s->n : 0;
	return s->room ? 0 : pz_fail(PZ_ENOMEM, "no memory for the maps of %zu stamps", s->n);
}

/* Grid and maps of galaxy i of the strip. */
static void make_maps(const struct loader *l, struct strip *s, size_t i, int thread)
{
	const double *radec = l->radec + 2 * (size_t)s->item[i].galaxy;
	struct pz_wcs *reference = l->frame[l->reference].wcs[thread];
	struct stamp_grid *g = &s->grid[i];
	struct stamp_map *m = s->map + i * (size_t)l->bands;
	int lost = 0;

	if (l->o->native)
		lost = grid_native(g, l->o->size, radec, l->o->pixscale, reference);
	else
		grid_north(g, l->o->size, radec,
			   l->o->pixscale > 0 ? l->o->pixscale : l->x->pixscale);
	for (int b = 0; b < l->bands; b++)
		if (lost || !l->frame[b].file)
			m[b] = (struct stamp_map){ .kind = MAP_NONE };
		else
			map_make(&m[b], g, l->frame[b].wcs[thread]);
}

/* The rows of band b that the strip's maps reach. */
static void find_rows(const struct loader *l, const struct strip *s, int b, struct window *w)
{
	double low = INFINITY, high = -INFINITY;

	*w = (struct window){ .scale = l->frame[b].scale };
	if (!l->frame[b].file)
		return;
	w->width = (long)pz_fits_width(l->frame[b].file);
	w->height = (long)pz_fits_height(l->frame[b].file);
	for (size_t i = 0; i < s->n; i++) {
		const struct stamp_map *m = &s->map[i * (size_t)l->bands + (size_t)b];

		if (m->kind == MAP_NONE)
			continue;
		low = fmin(low, m->low[1]);
		high = fmax(high, m->high[1]);
	}
	low = fmax(floor(low) - MARGIN, 0);
	high = fmin(ceil(high) + MARGIN, (double)w->height - 1);
	if (low <= high) {
		w->y0 = (long)low;
		w->rows = (long)high - w->y0 + 1;
	}
}

static int read_window(const struct loader *l, struct strip *s, int b)
{
	struct window *w = &s->window[b];
	size_t need;
	int rc;

	find_rows(l, s, b, w);
	need = (size_t)w->rows * (size_t)w->width;
	if (need > s->pixels_room[b]) {
		free(s->pixels[b]);
		s->pixels[b] = malloc(need * sizeof *s->pixels[b]);
		s->pixels_room[b] = s->pixels[b] ? need : 0;
		if (!s->pixels[b])
			return pz_fail(PZ_ENOMEM, "%s: no memory for %ld rows",
				       pz_fits_where(l->frame[b].file), w->rows);
	}
	w->pixels = s->pixels[b];
	if (need == 0)
		return 0;
	rc = pz_fits_read_rows(l->frame[b].file, (size_t)w->y0, (size_t)w->rows, s->pixels[b]);
	for (size_t i = 0; i < need && l->frame[b].bias != 0; i++)
		s->pixels[b][i] -= (float)l->frame[b].bias;
	return rc;
}

/* Leaves with the strip what MAP_EXACT needs, for the field will be closed. */
static int keep_wcs(const struct loader *l, struct strip *s)
{
	size_t i = 0, maps = s->n * (size_t)l->bands;
	int rc = 0;

	while (i < maps && s->map[i].kind != MAP_EXACT)
		i++;
	for (int b = 0; b < l->bands && i < maps && rc == 0; b++)
		if (l->frame[b].wcs)
			rc = pz_wcs_copy(&s->wcs[b], l->frame[b].wcs[0]);
	for (i = 0; i < s->n; i++)
		if (s->grid[i].frame)
			s->grid[i].frame = s->wcs[l->reference];
	return rc;
}

static int fill_strip(struct loader *l, struct strip *s)
{
	struct failure failure = { 0 };

#pragma omp parallel for schedule(static) num_threads(l->wcs_threads)
	for (size_t i = 0; i < s->n; i++)
		make_maps(l, s, i, omp_get_thread_num());
#pragma omp parallel for schedule(dynamic, 1) num_threads(l->threads)
	for (int b = 0; b < l->bands; b++) {
		int rc = read_window(l, s, b);

		if (rc < 0)
			failure_note(&failure, (size_t)b, rc);
	}
	return failure.code ? failure_raise(&failure) : keep_wcs(l, s);
}

static void forget(struct strip *s, int bands)
{
	for (int b = 0; b < bands; b++) {
		pz_wcs_free(s->wcs[b]);
		s->wcs[b] = NULL;
	}
	s->missing = 0;
}

int loader_fill(void *loader, void *strip)
{
	struct loader *l = loader;
	struct strip *s = strip;
	const struct placed *all = l->x->placed, *first = all + l->next;
	int rc = 0;

	forget(s, l->bands);
	if (l->next == l->x->count)
		return 0;
	for (s->n = 0; l->next < l->x->count && all[l->next].field == first->field &&
		       all[l->next].strip == first->strip;
	     l->next++)
		s->n++;
	s->item = first;
	if (l->field != first->field)
		rc = open_field(l, first->field, s);
	if (rc == 0)
		rc = make_room(s, l->bands);
	if (rc == 0)
		rc = fill_strip(l, s);
	if (l->next == l->x->count || all[l->next].field != first->field)
		close_field(l);
	return rc < 0 ? rc : 1;
}

int loader_open(struct loader **out, const struct pz_frames *frames,
		const struct pz_cutout_options *o, const double *radec,
		const struct cutout_index *x)
{
	struct loader *l = *out = calloc(1, sizeof *l);

	if (!l)
		return pz_fail(PZ_ENOMEM, "no memory for frames");
	*l = (struct loader){ .threads = pz_threads(),
			      .frames = frames,
			      .o = o,
			      .radec = radec,
			      .x = x,
			      .bands = pz_frames_bands(frames),
			      .field = -1 };
	l->wcs_threads = l->threads < WCS_THREADS ? l->threads : WCS_THREADS;
	return 0;
}

void loader_close(struct loader *l)
{
	if (l)
		close_field(l);
	free(l);
}

void strip_release(struct strip *s, int bands)
{
	forget(s, bands);
	free(s->grid);
	free(s->map);
	for (int b = 0; b < bands; b++)
		free(s->pixels[b]);
}
