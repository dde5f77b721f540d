/* turned.c -- stamps of a frame in the order of its own rows */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "stamp.h"
#include "turned.h"

#define ROWS_MAX (3 * PZ_CUTOUT_STRIP) /* pixels that a strip may take of a band */

/* A galaxy's rows on the frame. */
struct reach {
	double low, high;
	uint32_t k; /* of the field's galaxies */
};

/* What a turned frame is cut with. */
struct cutter {
	struct field *field;
	struct frame *frame, *on; /* this one, and the reference              */
	int b;
	const struct pz_cutout_options *o;
	const double *radec;
	double step;
	size_t floats; /* of a piece in the spool: its pixels, and NOTES     */
};

/* The rows of the frame between two rows of the reference. */
static double rows_across(const struct cutter *c, double y0, double y1)
{
	double width = (double)c->on->width, xy[6][2], low = INFINITY, high = -INFINITY;

	for (int i = 0; i < 6; i++) {
		xy[i][0] = width * (i % 3) / 2 - 0.5;
		xy[i][1] = i < 3 ? y0 : y1;
	}
	pthread_mutex_lock(&c->on->lock);
	pz_wcs_sky(c->on->wcs, 6, xy[0], xy[0]);
	pthread_mutex_unlock(&c->on->lock);
	pthread_mutex_lock(&c->frame->lock);
	pz_wcs_pixels(c->frame->wcs, 6, xy[0], xy[0]);
	pthread_mutex_unlock(&c->frame->lock);
	for (int i = 0; i < 6; i++) {
		low = fmin(low, fmax(xy[i][1], 0));
		high = fmax(high, fmin(xy[i][1], (double)c->frame->height));
	}
	return high - low;
}

static bool is_turned(const struct cutter *c)
{
	int strips = pz_cutout_strips((double)c->on->width, (double)c->on->height);
	double height = (double)c->on->height, most = 0;

	for (int s = 0; s < strips && c->frame != c->on; s++)
		most = fmax(most, rows_across(c, height * s / strips - 0.5,
					      height * (s + 1) / strips - 0.5));
	return most * (double)c->frame->width > (double)ROWS_MAX;
}

/* Grid and map of galaxy k; false: the frame does not see it. */
static bool locate(const struct cutter *c, size_t k, struct stamp_grid *g, struct stamp_map *m)
{
	pthread_mutex_lock(&c->on->lock);
	pz_stamp_make_grid(g, c->o, c->radec + 2 * (size_t)c->field->item[k].galaxy, c->step,
			   c->on->wcs);
	pthread_mutex_unlock(&c->on->lock);
	pz_frame_maps(c->frame, c->on, c->o->size, 1, g, m);
	return m->kind != MAP_NONE;
}

static int by_row(const void *a, const void *b)
{
	const struct reach *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->k > y->k) - (x->k < y->k);
}

/* The galaxies that the frame sees, in the order of its rows; how many. */
static size_t find_rows(const struct cutter *c, struct reach *reach)
{
	size_t n = 0;

	for (size_t k = 0; k < c->field->n; k++) {
		struct reach r = { INFINITY, -INFINITY, (uint32_t)k };
		struct stamp_grid g;
		struct stamp_map m;

		if (!locate(c, k, &g, &m))
			continue;
		pz_stamp_rows(&m, c->o, c->step, &r.low, &r.high);
		if (r.high > -1 && r.low < (double)c->frame->height)
			reach[n++] = r;
	}
	qsort(reach, n, sizeof *reach, by_row);
	return n;
}

/* Cuts n pieces from rows in memory. */
static int cut_pieces(const struct cutter *c, struct resampler *r, const struct reach *reach,
		      size_t n, const struct frame_rows *rows, float *piece)
{
	size_t bytes = c->floats * sizeof *piece;
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		struct stamp_grid g;
		struct stamp_map m;
		struct piece p = { c->field, c->b, &g, &m, &rows->window, c->step };

		locate(c, reach[i].k, &g, &m);
		rc = pz_stamp_cut_piece(r, c->o, &p, piece, piece + c->floats - NOTES);
		if (rc == 0)
			rc = pz_file_put(c->frame->spool, (off_t)(reach[i].k * bytes), piece,
					 bytes);
	}
	return rc;
}

/* Reads the frame from top to bottom, as many rows at a time as a strip has, or as one
 * stamp needs. */
static int cut_all(const struct cutter *c, struct resampler *r, const struct reach *reach, size_t n,
		   struct frame_rows rows[2], float *piece)
{
	double most = (double)PZ_CUTOUT_STRIP / (double)c->frame->width;
	int turn = 0, rc = 0;

	for (size_t i = 0, end; i < n && rc == 0; i = end, turn = !turn) {
		double high = reach[i].high;

		for (end = i + 1; end < n && fmax(high, reach[end].high) - reach[i].low < most;
		     end++)
			high = fmax(high, reach[end].high);
		rc = pz_frame_read(c->frame, &rows[turn], &rows[!turn], reach[i].low, high);
		if (rc == 0)
			rc = cut_pieces(c, r, reach + i, end - i, &rows[turn], piece);
	}
	return rc;
}

int pz_turned_cut(struct field *field, int b, const struct pz_cutout_options *o,
		  const double *radec, const struct cutout_index *x)
{
	struct frame *f = &field->frame[b];
	struct cutter c = { field, f, &field->frame[field->reference], b, o, radec, x->step };
	struct reach *reach = NULL;
	struct resampler r = { 0 };
	struct frame_rows rows[2] = { 0 };
	float *piece = NULL;
	int rc;

	if (!is_turned(&c))
		return 0;
	c.floats = (size_t)o->size * (size_t)o->size + NOTES;
	reach = malloc(field->n * sizeof *reach);
	piece = malloc(c.floats * sizeof *piece);
	if (!reach || !piece)
		rc = pz_fail(PZ_ENOMEM, "no memory for the rows of %zu stamps", field->n);
	else if ((f->spool = pz_file_spool()) < 0)
		rc = f->spool;
	else if (ftruncate(f->spool, (off_t)(field->n * c.floats * sizeof *piece)) != 0)
		rc = pz_fail(PZ_EIO, "cannot write to a file in $TMPDIR: %s", strerror(errno));
	else
		rc = cut_all(&c, &r, reach, find_rows(&c, reach), rows, piece);
	pz_resampler_release(&r);
	free(rows[0].pixels);
	free(rows[1].pixels);
	free(reach);
	free(piece);
	return rc;
}

int pz_turned_read(const struct field *field, int b, size_t k, int size, float *pixels,
		   float note[NOTES])
{
	size_t n = (size_t)size * (size_t)size * sizeof *pixels;
	off_t at = (off_t)(k * (n + NOTES * sizeof *note));
	int fd = field->frame[b].spool, rc = pz_file_get(fd, at, pixels, n);

	if (rc == 0)
		rc = pz_file_get(fd, at + (off_t)n, note, NOTES * sizeof *note);
	return rc < 0 ? pz_fail_in(rc, "a temporary file in $TMPDIR") : 0;
}
