/* cut.c -- what is asked for, and stamps one by one
 *
 * The queue cuts the galaxies of one round; those that wait for a frame with data
 * (choice.h) are the next round's, until none is left.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>
#include <pz/psf.h>

#include "choice.h"
#include "fault.h"
#include "matched.h"
#include "nowhere.h"
#include "queue.h"
#include "stamp.h"

#define SHARPEST 1.4 /* pixels: FWHM of a PSF whose samples have all of a star's flux */

struct pz_cutout {
	const struct pz_frames *frames;
	const double *radec;
	struct pz_cutout_options o;
	int bands;
	struct cutout_index x;
	struct queue *queue;
	struct choice choice;
	struct notes notes;
	unsigned char *seen;       /* a bit for each field: its frames are counted  */
	const struct block *block; /* the one whose stamps are given; NULL: none yet */
	size_t given;              /* of its stamps                                */
	int failed;
	bool over;
	struct pz_cutout_counts counts;
};

void pz_cutout_close(struct pz_cutout *c)
{
	if (!c)
		return;
	pz_queue_close(c->queue);
	pz_choice_end(&c->choice);
	pz_notes_release(&c->notes);
	pz_cutout_index_release(&c->x);
	free(c->seen);
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
	if (o->sky && !(o->sky_inner >= 0 && o->sky_outer >= o->sky_inner && o->sky_outer < 36000))
		return pz_fail(PZ_EARG, "sky: expected radii up to 36000, found %g and %g",
			       o->sky_inner, o->sky_outer);
	if (o->shards && (o->shard < 1 || o->shard > o->shards))
		return pz_fail(PZ_EARG, "shard: expected 1/%d to %d/%d, found %d/%d", o->shards,
			       o->shards, o->shards, o->shard, o->shards);
	if (!(o->match_psf >= 0 && isfinite(o->match_psf)))
		return pz_fail(PZ_EARG, "match-psf: expected at least 0, found %g", o->match_psf);
	if (o->match_psf > 0 && o->kernel != PZ_LANCZOS3)
		return pz_fail(PZ_EARG,
			       "match-psf: expected the kernel lanczos3; others widen PSFs");
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

/* Whether a zero point makes pixels nanomaggies: by option, or by a table of frames. */
static bool has_zeropoints(const struct pz_frames *frames, const struct pz_cutout_options *o)
{
	const char *without;

	return o->zeropoint || pz_frames_zeropoints(frames, &without) > 0;
}

/* That stamps of this size can be cut from frames like the first. */
static int check_width(const struct pz_cutout *c)
{
	double side = c->o.size * c->x.step / c->x.pixscale, most = sqrt(SURROUNDINGS_MAX);

	if (side <= most)
		return 0;
	return pz_fail(PZ_EDATA,
		       "stamps of %d pixels of %g\" cover %.0f x %.0f pixels of frames like the "
		       "first, whose pixels are %g\": expected at most %.0f x %.0f; cut smaller "
		       "stamps, or smaller pixels",
		       c->o.size, c->x.step, side, side, c->x.pixscale, most, most);
}

/* The PSFs of frames, where all are to become one. */
static int find_psfs(struct pz_cutout *c, const struct pz_frames *frames)
{
	double least = SHARPEST * c->x.step,
	       most = PZ_PSF_RADIUS_MAX / 5.0 * PZ_PSF_FWHM * c->x.step;

	if (c->o.match_psf > 0 && c->o.match_psf < least)
		return pz_fail(
			PZ_EDATA,
			"--match-psf %g: expected at least %.3g, %g pixels of %g arcsec, without "
			"which stars have another flux between pixels than on them; smaller "
			"pixels would do",
			c->o.match_psf, least, SHARPEST, c->x.step);
	if (c->o.match_psf > most)
		return pz_fail(PZ_EDATA,
			       "--match-psf %g: expected at most %g, for pixels of %g arcsec",
			       c->o.match_psf, most, c->x.step);
	return pz_matched_read(&c->x, frames, &c->o);
}

static int find_galaxies(struct pz_cutout *c, const struct pz_frames *frames, size_t n,
			 const double *radec)
{
	size_t found;
	bool scaled;
	int rc = n ? 0 : pz_fail(PZ_EDATA, "the catalogue has no galaxy with coordinates");

	if (rc == 0)
		rc = pz_cutout_index(&c->x, frames, &c->o, n, radec);
	if (rc < 0)
		return rc;
	found = c->x.count;
	if (found == 0)
		return pz_cutout_nowhere(n, radec, pz_frames_fields(frames), c->x.cap);
	keep_shard(&c->x, &c->o);
	c->counts.galaxies = n;
	c->counts.outside = n - found;
	c->counts.others = found - c->x.count;
	c->x.zeropoints = has_zeropoints(frames, &c->o);
	if (c->x.zeropoints)
		strcpy(c->x.unit, "nmgy");
	scaled = c->x.pixscale > 0 && isfinite(c->x.pixscale);
	if (c->o.pixscale == 0 && !scaled)
		return pz_fail(PZ_EDATA,
			       "the WCS of the first frame gives no pixel scale at its centre; "
			       "give one by --pixscale");
	c->x.pixscale = scaled ? fmax(nearbyint(c->x.pixscale * 1000) / 1000, 0.001)
			       : c->o.pixscale;
	c->x.step = c->o.pixscale > 0 ? c->o.pixscale : c->x.pixscale;
	if (c->o.sky && c->o.sky_outer == 0) {
		c->o.sky_inner = fmax(0.5 * c->o.size * c->x.step, 5);
		c->o.sky_outer = 1.5 * c->o.sky_inner;
	}
	rc = check_width(c);
	return rc < 0 ? rc : find_psfs(c, frames);
}

int pz_cutout_open(struct pz_cutout **out, const struct pz_frames *frames,
		   const struct pz_cutout_options *o, size_t n, const double *radec)
{
	struct pz_cutout *c;
	int rc = check_options(o, pz_frames_bands(frames));

	*out = NULL;
	if (rc == 0)
		rc = pz_cpu_check();
	if (rc < 0)
		return rc;
	if (!(c = calloc(1, sizeof *c)))
		return pz_fail(PZ_ENOMEM, "no memory for a cutout");
	c->o = *o;
	c->frames = frames;
	c->radec = radec;
	c->bands = pz_frames_bands(frames);
	pz_choice_begin(&c->choice, c->bands, o->size);
	pz_notes_init(&c->notes);
	rc = find_galaxies(c, frames, n, radec);
	if (rc == 0 && !(c->seen = calloc(pz_frames_fields(frames) / 8 + 1, 1)))
		rc = pz_fail(PZ_ENOMEM, "no memory for %zu fields", pz_frames_fields(frames));
	if (rc == 0)
		rc = pz_queue_open(&c->queue, frames, &c->o, radec, &c->x, &c->notes);
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

const char *pz_cutout_unused_zeropoint(const struct pz_cutout *c)
{
	return c->x.zeropoints || !c->x.zeropoint[0] ? NULL : c->x.zeropoint;
}

const char *pz_cutout_unit(const struct pz_cutout *c)
{
	return c->x.unit;
}

void pz_cutout_count(const struct pz_cutout *c, struct pz_cutout_counts *counts)
{
	*counts = c->counts;
	counts->noted = c->notes.count;
	counts->psf_low = c->x.psf_low;
	counts->psf_high = c->x.psf_high;
}

const char *pz_cutout_note(const struct pz_cutout *c, size_t i)
{
	return i < PZ_CUTOUT_NOTES && i < c->notes.count ? c->notes.kept[i].text : NULL;
}

/* The first frame that a field lacks, by name. */
static void name_missing(struct pz_cutout *c, size_t field)
{
	int b = 0;

	while (pz_frames_get(c->frames, field, b).path)
		b++;
	snprintf(c->counts.missing, sizeof c->counts.missing, "%s in band %s",
		 pz_frames_name(c->frames, field), pz_frames_band(c->frames, b));
}

/* Counts the frames that a block's field lacks, once. */
static void count_missing(struct pz_cutout *c)
{
	const struct placed *first = c->block->item;
	size_t field = c->block->missing ? (size_t)first->field : 0;

	if (!c->block->missing || c->seen[field / 8] & 1 << field % 8)
		return;
	c->seen[field / 8] |= (unsigned char)(1 << field % 8);
	if (c->counts.missing_frames == 0) {
		name_missing(c, field);
		c->counts.missing_galaxy = first->galaxy;
	}
	c->counts.missing_frames += c->block->missing;
}

/* Begins the next round: 1, 0 where nothing waits for it. */
static int next_round(struct pz_cutout *c)
{
	struct placed *before;
	size_t n;
	int rc = pz_choice_next_round(&c->choice, &before, &n);

	pz_queue_close(c->queue);
	c->queue = NULL;
	c->block = NULL;
	if (rc > 0 &&
	    (rc = pz_cutout_index_again(&c->x, c->frames, &c->o, c->radec, before, n)) == 0) {
		if (c->x.count == n)
			rc = pz_matched_read(&c->x, c->frames, &c->o);
		if (c->x.count == n && rc == 0)
			rc = pz_queue_open(&c->queue, c->frames, &c->o, c->radec, &c->x, &c->notes);
		else if (rc == 0)
			rc = pz_fail(PZ_EDATA, "frames changed while they were read");
		rc = rc < 0 ? rc : 1;
	}
	free(before);
	return rc;
}

/* Goes to the next block: 1, 0 at the end. */
static int next_block(struct pz_cutout *c)
{
	int rc = pz_queue_next(c->queue, &c->block);

	while (rc == 0 && (rc = next_round(c)) > 0)
		rc = pz_queue_next(c->queue, &c->block);
	if (rc <= 0)
		return rc;
	c->given = 0;
	count_missing(c);
	return 1;
}

static bool is_poor(const struct pz_cutout *c, const float *cover)
{
	for (int b = 0; b < c->bands; b++)
		if (cover[b] < c->o.min_cover)
			return true;
	return false;
}

/* Counts a stamp that cannot be cut: true. */
static bool count_faulty(struct pz_cutout *c, const struct candidate *s)
{
	struct fault_place at = { .match_psf = c->o.match_psf,
				  .radec = c->radec + 2 * (size_t)s->place->galaxy };
	int band;

	at.fault = pz_fault_find(s->notes, c->bands, &band);
	if (!at.fault)
		return false;
	at.found = (double)s->notes[c->bands + band];
	at.path = pz_frames_get(c->frames, (size_t)s->place->field, band).path;
	if (c->counts.faulty++ == 0) {
		pz_fault_describe(&at, c->counts.fault, sizeof c->counts.fault);
		c->counts.faulty_galaxy = s->place->galaxy;
	}
	return true;
}

/* Counts a stamp that is given. */
static void count_stamp(struct pz_cutout *c, const struct candidate *s)
{
	const float *sky = s->notes + c->bands, *centre = sky + c->bands;
	bool bare = false;

	c->counts.cut++;
	c->counts.lacking += s->lacking;
	c->counts.moved += s->moved;
	for (int i = 0; i < c->bands; i++) {
		c->counts.skyless += isnan(sky[i]) != 0;
		bare |= centre[i] == 0;
	}
	c->counts.bare += bare;
}

/* A stamp of a block as it is cut. */
static struct candidate candidate_of(const struct pz_cutout *c, const struct block *b, size_t k)
{
	size_t bands = (size_t)c->bands, area = (size_t)c->o.size * (size_t)c->o.size;
	struct candidate s = { .place = &b->item[k],
			       .lacking = b->lacking,
			       .pixels = b->pixels + k * bands * area,
			       .notes = b->notes + k * NOTES * bands };

	for (int i = 0; i < c->bands; i++)
		s.good += s.notes[2 * c->bands + i] == 1;
	return s;
}

/* The next stamp of the block that is worth giving: 1; 0: none is left. */
static int give_stamp(struct pz_cutout *c, struct pz_stamp *stamp)
{
	const struct block *b = c->block;

	while (b && c->given < b->n) {
		struct candidate s = candidate_of(c, b, c->given++);
		int rc = pz_choice_pick(&c->choice, &s);

		if (rc < 0)
			return rc;
		if (rc == 0 || count_faulty(c, &s))
			continue;
		if (is_poor(c, s.notes)) {
			c->counts.poor++;
			continue;
		}
		count_stamp(c, &s);
		*stamp = (struct pz_stamp){ .galaxy = s.place->galaxy,
					    .pixels = s.pixels,
					    .cover = s.notes,
					    .sky = s.notes + c->bands };
		return 1;
	}
	return 0;
}

int pz_cutout_next(struct pz_cutout *c, struct pz_stamp *stamp)
{
	int rc = c->failed;

	while (rc == 0 && (rc = give_stamp(c, stamp)) == 0) {
		rc = c->over ? 0 : next_block(c);
		if (rc == 0) {
			c->block = NULL;
			c->over = true;
			if (c->counts.faulty && !c->counts.cut && !c->counts.poor)
				c->failed = pz_fail(PZ_EDATA, "%s", c->counts.fault);
			return c->failed;
		}
		rc = rc < 0 ? rc : 0;
	}
	c->failed = rc < 0 ? rc : 0;
	return rc;
}
