/* cutout.c -- stamps, strip by strip, in blocks cut in parallel */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include <pz/threads.h>

#include "cutout_stamp.h"
#include "cutout_strip.h"
#include "cutout_turned.h"

#define BLOCK      64                 /* stamps cut at a time, at most, in */
#define BLOCK_SIZE ((size_t)32 << 20) /* so many bytes                     */

struct pz_cutout {
	struct pz_cutout_options o;
	int bands, threads;
	struct cutout_index x;
	struct loader *loader;
	struct strip *strip; /* the one being cut; NULL: none yet                */
	size_t at;           /* next galaxy of it to cut                         */

	struct resampler *resampler; /* threads                                  */
	size_t room;                 /* stamps in a block                        */
	float *pixels;               /* (room, bands, size, size)                */
	float *notes;                /* (room, 2, bands): cover, sky             */
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
	loader_close(c->loader);
	for (int t = 0; c->resampler && t < c->threads; t++)
		resampler_release(&c->resampler[t]);
	free(c->resampler);
	free(c->pixels);
	free(c->notes);
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
	c->x.step = c->o.pixscale > 0 ? c->o.pixscale : c->x.pixscale;
	return 0;
}

static int make_room(struct pz_cutout *c)
{
	size_t n = stamp_pixels(c);

	c->threads = pz_threads();
	c->resampler = calloc((size_t)c->threads, sizeof *c->resampler);
	c->room = BLOCK_SIZE / (n * sizeof *c->pixels);
	c->room = c->room > BLOCK ? BLOCK : c->room ? c->room : 1;
	c->pixels = malloc(c->room * n * sizeof *c->pixels);
	c->notes = malloc(c->room * 2 * (size_t)c->bands * sizeof *c->notes);
	if (!c->resampler || !c->pixels || !c->notes)
		return pz_fail(PZ_ENOMEM, "no memory for %zu stamps of %zu pixels", c->room, n);
	return 0;
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
		rc = loader_open(&c->loader, frames, &c->o, radec, &c->x);
	if (rc < 0)
		pz_cutout_close(c);
	else
		*out = c;
	return rc;
}

double pz_cutout_pixscale(const struct pz_cutout *c)
{
	return c->x.step;
}

const char *pz_cutout_unit(const struct pz_cutout *c)
{
	return c->x.unit;
}

void pz_cutout_count(const struct pz_cutout *c, struct pz_cutout_counts *counts)
{
	*counts = c->counts;
}

/* All bands of galaxy i of the strip: pixels (bands, size, size), notes (2, bands). */
static int cut_one(const struct pz_cutout *c, size_t i, struct resampler *r, float *pixels,
		   float *notes)
{
	const struct strip *s = c->strip;
	size_t area = (size_t)c->o.size * (size_t)c->o.size, k = (size_t)(s->item - s->field->item);
	int rc = 0;

	for (int b = 0; b < c->bands && rc == 0; b++) {
		struct piece p = { s->field,           b,
				   &s->grid[i],        &s->map[(size_t)b * s->n + i],
				   &s->rows[b].window, c->x.step };
		float *to = pixels + (size_t)b * area, note[2];

		if (s->field->frame[b].spool >= 0)
			rc = turned_read(s->field, b, k + i, c->o.size, to, note);
		else
			rc = cut_piece(r, &c->o, &p, to, note);
		notes[b] = note[0];
		notes[c->bands + b] = note[1];
	}
	return rc;
}

static int cut_block(struct pz_cutout *c)
{
	size_t left = c->strip->n - c->at, size = stamp_pixels(c);
	struct failure failure = { 0 };

	c->block = left < c->room ? left : c->room;
	c->given = 0;
	c->item = c->strip->item + c->at;
#pragma omp parallel for schedule(dynamic, 1) num_threads(c->threads)
	for (size_t k = 0; k < c->block; k++) {
		int rc = cut_one(c, c->at + k, &c->resampler[omp_get_thread_num()],
				 c->pixels + k * size, c->notes + k * 2 * (size_t)c->bands);

		if (rc < 0)
			failure_note(&failure, k, rc);
	}
	c->at += c->block;
	return failure_raise(&failure);
}

/* Goes to the next strip: 1, 0 at the end. */
static int next_strip(struct pz_cutout *c)
{
	int rc = loader_next(c->loader, &c->strip);

	if (rc <= 0)
		return rc;
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
		const float *cover = c->notes + k * 2 * (size_t)c->bands;

		if (is_poor(c, cover)) {
			c->counts.poor++;
			continue;
		}
		c->counts.cut++;
		for (int b = 0; b < c->bands; b++)
			c->counts.skyless += isnan(cover[c->bands + b]) != 0;
		*stamp = (struct pz_stamp){ .galaxy = c->item[k].galaxy,
					    .pixels = c->pixels + k * stamp_pixels(c),
					    .cover = cover,
					    .sky = cover + c->bands };
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
