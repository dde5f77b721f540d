/* cutout.c -- stamps, strip by strip, in blocks cut in parallel */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include <pz/ahead.h>
#include <pz/threads.h>

#include "cutout_strip.h"
#include "failure.h"

#define BLOCK 64 /* stamps cut at a time */

struct pz_cutout {
	struct pz_cutout_options o;
	int bands, threads;
	struct cutout_index x;
	struct loader *loader;
	struct pz_ahead *ahead; /* NULL: one thread, strips filled when needed   */
	struct strip slot[PZ_AHEAD_SLOTS];
	struct strip *strip; /* the one being cut; NULL: none yet                */
	size_t at;           /* next galaxy of it to cut                         */

	struct resampler *resampler; /* threads                                  */
	float *pixels;               /* (BLOCK, bands, size, size)               */
	float *cover;                /* (BLOCK, bands)                           */
	const struct placed *item;   /* of the block                             */
	size_t block, given;         /* stamps in it, and how many are done with */
	int failed;
	struct pz_cutout_counts counts;
};

static size_t stamp_pixels(const struct pz_cutout *c)
{
	return (size_t)c->bands * (size_t)c->o.size * (size_t)c->o.size;
}

void pz_cutout_close(struct pz_cutout *c)
{
	if (!c)
		return;
	pz_ahead_end(c->ahead);
	loader_close(c->loader);
	for (int i = 0; i < PZ_AHEAD_SLOTS; i++)
		strip_release(&c->slot[i], c->bands);
	for (int t = 0; c->resampler && t < c->threads; t++)
		resampler_release(&c->resampler[t]);
	free(c->resampler);
	free(c->pixels);
	free(c->cover);
	free(c->x.placed);
	free(c);
}

static int check_options(const struct pz_cutout_options *o, int bands)
{
	if (o->size < 1 || o->size > PZ_CUTOUT_SIZE_MAX)
		return pz_fail(PZ_EARG, "size: expected 1 to %d, found %d", PZ_CUTOUT_SIZE_MAX,
			       o->size);
	if (!(o->pixscale >= 0) || !isfinite(o->pixscale))
		return pz_fail(PZ_EARG, "pixscale: expected at least 0, found %g", o->pixscale);
	if (!(o->min_cover >= 0 && o->min_cover <= 1))
		return pz_fail(PZ_EARG, "min-cover: expected 0 to 1, found %g", o->min_cover);
	if (o->shards && (o->shard < 1 || o->shard > o->shards))
		return pz_fail(PZ_EARG, "shard: expected 1/%d to %d/%d, found %d/%d", o->shards,
			       o->shards, o->shards, o->shard, o->shards);
	if (bands < 1 || bands > BANDS_MAX)
		return pz_fail(PZ_EARG, "bands: expected 1 to %d, found %d", BANDS_MAX, bands);
	return 0;
}

/* Keeps the fields of this shard: whole fields in a row, so that shards one after
 * the other are what one run would have made, and about equally many galaxies. */
static void keep_shard(struct cutout_index *x, const struct pz_cutout_options *o)
{
	size_t kept = 0, first = 0;

	if (o->shards < 2)
		return;
	for (size_t i = 0; i < x->count; i++) {
		if (x->placed[i].field != x->placed[first].field)
			first = i;
		if ((int)((double)first * o->shards / (double)x->count) == o->shard - 1)
			x->placed[kept++] = x->placed[i];
	}
	x->count = kept;
}

static int find_galaxies(struct pz_cutout *c, const struct pz_frames *frames, size_t n,
			 const double *radec)
{
	size_t found;
	int rc = cutout_index(&c->x, frames, c->o.hdu, n, radec);

	if (rc < 0)
		return rc;
	found = c->x.count;
	if (found == 0)
		return pz_fail(PZ_EDATA, "none of the catalogue's %zu galaxies lies on a frame", n);
	keep_shard(&c->x, &c->o);
	c->counts.galaxies = n;
	c->counts.outside = n - found;
	c->counts.others = found - c->x.count;
	if (c->o.zeropoint)
		strcpy(c->x.unit, "nmgy");
	c->x.pixscale = fmax(nearbyint(c->x.pixscale * 1000) / 1000, 0.001);
	return 0;
}

static int make_room(struct pz_cutout *c)
{
	size_t n = stamp_pixels(c);

	c->threads = pz_threads();
	c->resampler = calloc((size_t)c->threads, sizeof *c->resampler);
	c->pixels = malloc(BLOCK * n * sizeof *c->pixels);
	c->cover = malloc(BLOCK * (size_t)c->bands * sizeof *c->cover);
	if (!c->resampler || !c->pixels || !c->cover)
		return pz_fail(PZ_ENOMEM, "no memory for %d stamps of %zu pixels", BLOCK, n);
	return 0;
}

static int begin_loading(struct pz_cutout *c, const struct pz_frames *frames, const double *radec)
{
	void *slot[PZ_AHEAD_SLOTS];
	int rc = loader_open(&c->loader, frames, &c->o, radec, &c->x);

	for (int i = 0; i < PZ_AHEAD_SLOTS; i++)
		slot[i] = &c->slot[i];
	if (rc == 0 && c->threads > 1)
		rc = pz_ahead_begin(&c->ahead, loader_fill, c->loader, slot);
	return rc;
}

int pz_cutout_open(struct pz_cutout **out, const struct pz_frames *frames,
		   const struct pz_cutout_options *o, size_t n, const double *radec)
{
	struct pz_cutout *c;
	int rc = check_options(o, pz_frames_bands(frames));

	*out = NULL;
	if (rc < 0)
		return rc;
	if (!(c = calloc(1, sizeof *c)))
		return pz_fail(PZ_ENOMEM, "no memory for a cutout");
	c->o = *o;
	c->bands = pz_frames_bands(frames);
	rc = find_galaxies(c, frames, n, radec);
	if (rc == 0)
		rc = make_room(c);
	if (rc == 0)
		rc = begin_loading(c, frames, radec);
	if (rc < 0)
		pz_cutout_close(c);
	else
		*out = c;
	return rc;
}

double pz_cutout_pixscale(const struct pz_cutout *c)
{
	return c->o.pixscale > 0 ? c->o.pixscale : c->x.pixscale;
}

const char *pz_cutout_unit(const struct pz_cutout *c)
{
	return c->x.unit;
}

void pz_cutout_count(const struct pz_cutout *c, struct pz_cutout_counts *counts)
{
	*counts = c->counts;
}

/* Frame pixels of every point of a stamp, the long way. One stamp at a time: the
 * strip's WCS serve one thread. */
static int exact_points(const struct strip *s, size_t i, int b, const struct stamp_map *m,
			double **points)
{
	int side = s->grid[i].size * resample_points(m), step = resample_points(m);
	size_t n = (size_t)side * (size_t)side;
	double *p = *points = malloc(2 * n * sizeof *p);

	if (!p)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp of %d points a side", side);
	for (size_t k = 0; k < n; k++) {
		p[2 * k] = ((double)(k % (size_t)side) - (side - 1) / 2.0) / step;
		p[2 * k + 1] = ((double)(k / (size_t)side) - (side - 1) / 2.0) / step;
	}
#pragma omp critical(pz_cutout_exact)
	{
		grid_sky(&s->grid[i], (int)n, p, p);
		pz_wcs_pixels(s->wcs[b], n, p, p);
	}
	return 0;
}

/* All bands of galaxy i of the strip. */
static int cut_one(const struct pz_cutout *c, size_t i, struct resampler *r, float *pixels,
		   float *cover)
{
	const struct strip *s = c->strip;
	size_t area = (size_t)c->o.size * (size_t)c->o.size;

	for (int b = 0; b < c->bands; b++) {
		const struct stamp_map *m = &s->map[i * (size_t)c->bands + (size_t)b];
		double *points = NULL, share;
		int rc = 0;

		if (m->kind == MAP_EXACT && (rc = exact_points(s, i, b, m, &points)) < 0)
			return rc;
		share = resample(r,
				 &(struct resampling){ .window = &s->window[b],
						       .map = m,
						       .points = points,
						       .kernel = c->o.kernel,
						       .size = c->o.size },
				 pixels + (size_t)b * area);
		free(points);
		if (share < 0)
			return (int)share;
		cover[b] = (float)share;
	}
	return 0;
}

static int cut_block(struct pz_cutout *c)
{
	size_t left = c->strip->n - c->at, size = stamp_pixels(c);
	struct failure failure = { 0 };

	c->block = left < BLOCK ? left : BLOCK;
	c->given = 0;
	c->item = c->strip->item + c->at;
#pragma omp parallel for schedule(dynamic, 2) num_threads(c->threads)
	for (size_t k = 0; k < c->block; k++) {
		int rc = cut_one(c, c->at + k, &c->resampler[omp_get_thread_num()],
				 c->pixels + k * size, c->cover + k * (size_t)c->bands);

		if (rc < 0)
			failure_note(&failure, k, rc);
	}
	c->at += c->block;
	return failure_raise(&failure);
}

/* Goes to the next strip: 1, 0 at the end. */
static int next_strip(struct pz_cutout *c)
{
	void *slot = &c->slot[0];
	int rc = c->ahead ? pz_ahead_next(c->ahead, &slot) : loader_fill(c->loader, slot);

	if (rc <= 0)
		return rc;
	c->strip = slot;
	c->at = 0;
	if (c->strip->missing && c->counts.missing_frames == 0)
		memcpy(c->counts.missing, c->strip->missing_name, sizeof c->counts.missing);
	c->counts.missing_frames += c->strip->missing;
	return 1;
}

static bool is_poor(const struct pz_cutout *c, const float *cover)
{
	for (int b = 0; b < c->bands; b++)
		if (cover[b] < c->o.min_cover)
			return true;
	return false;
}

/* The next stamp of the block that is worth giving; false: none is left. */
static bool give(struct pz_cutout *c, struct pz_stamp *stamp)
{
	while (c->given < c->block) {
		size_t k = c->given++;
		const float *cover = c->cover + k * (size_t)c->bands;

		if (is_poor(c, cover)) {
			c->counts.poor++;
			continue;
		}
		c->counts.cut++;
		*stamp = (struct pz_stamp){ .galaxy = c->item[k].galaxy,
					    .pixels = c->pixels + k * stamp_pixels(c),
					    .cover = cover };
		return true;
	}
	return false;
}

int pz_cutout_next(struct pz_cutout *c, struct pz_stamp *stamp)
{
	int rc = c->failed;

	while (rc == 0 && !give(c, stamp)) {
		if (!c->strip || c->at == c->strip->n) {
			if ((rc = next_strip(c)) == 0)
				return 0;
			rc = rc < 0 ? rc : 0;
		}
		if (rc == 0)
			rc = cut_block(c);
	}
	c->failed = rc;
	return rc < 0 ? rc : 1;
}
