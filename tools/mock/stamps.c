/* stamps.c -- makes stamps in batches, writes them in the order of the galaxies */
#include <math.h>
#include <stdlib.h>

#include <pz/team.h>
#include <pz/threads.h>

#include "stamps.h"

#define BATCH 256 /* stamps made at a time                           */

static int make_header(struct pz_header *h, int size, const struct pz_survey *s,
		       const struct pz_mock_survey *m)
{
	int rc = pz_header_init(h, "stamps");

	if (rc < 0)
		return rc;
	h->bands = PZ_MOCK_BANDS;
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		snprintf(h->band[b], sizeof h->band[b], "%s", m->band[b]);
	h->size = size;
	h->pixscale = m->pixscale;
	snprintf(h->unit, sizeof h->unit, "%s", m->unit);
	pz_header_set_survey(h, s);
	return 0;
}

struct batch {
	struct pz_mock_galaxy galaxy[BATCH];
	float *pixels; /* (BATCH, bands, size, size) */
	void *stored;  /* one stamp as the stream has it */
	size_t stamp;  /* numbers of a stamp */
};

static int write_stamp(struct tool *t, const struct origin *from, const struct pz_mock_layout *l,
		       struct batch *b, uint64_t i, int k, pz_map *record)
{
	static const double cover[PZ_MOCK_BANDS] = { 1, 1, 1, 1, 1 };
	const struct pz_mock_galaxy *g = &b->galaxy[k];
	double radec[2];

	pz_mock_place(from->sky, l, i, radec);
	pz_pixels_store(b->stored, b->pixels + (size_t)k * b->stamp, b->stamp, PZ_F4);
	pz_map_clear(record);
	pz_map_set_integer(record, "id", (int64_t)i);
	pz_map_set_number(record, "ra", radec[0]);
	pz_map_set_number(record, "dec", radec[1]);
	if (isfinite(g->zspec))
		pz_map_set_number(record, "z", g->zspec);
	pz_map_set_number(record, "mag", g->mag);
	pz_map_set_number(record, "ebv", g->ebv);
	pz_map_set_number(record, "size", g->size);
	pz_map_set_number(record, "axis", g->axis);
	pz_map_set_number(record, "bulge", g->bulge);
	pz_map_set_numbers(record, "cover", cover, PZ_MOCK_BANDS, 0);
	pz_map_set_bytes(record, "img", b->stored, b->stamp * pz_pixel_bytes(PZ_F4));
	return pz_write(t->out, record);
}

/* The batch that the threads fill. */
struct filling {
	const struct origin *from;
	struct batch *b;
	uint64_t first;
	int size;
	struct pz_failure failure;
};

static void fill_stamp(void *arg, size_t k, size_t thread)
{
	struct filling *f = arg;
	struct batch *b = f->b;
	int rc = origin_galaxy(f->from, f->first + k, &b->galaxy[k]);

	(void)thread;
	if (rc == 0)
		pz_mock_stamp(f->from->sky, f->first + k, &b->galaxy[k], f->size,
			      b->pixels + k * b->stamp);
	else
		pz_failure_note(&f->failure, k, rc);
}

/* Makes the stamps of a batch on all threads; 0 or an error of one of them. */
static int fill_batch(const struct origin *from, struct batch *b, uint64_t first, int n, int size)
{
	struct filling f = { .from = from, .b = b, .first = first, .size = size };

	pz_team_run((size_t)pz_threads(), (size_t)n, fill_stamp, &f);
	return pz_failure_raise(&f.failure);
}

static int write_stamps(struct tool *t, const struct origin *from, const struct pz_mock_layout *l,
			int size)
{
	struct batch b = { .stamp = PZ_MOCK_BANDS * (size_t)size * (size_t)size };
	pz_map *record = pz_map_new();
	struct pz_progress progress;
	int rc = 0;

	b.pixels = malloc(BATCH * b.stamp * sizeof *b.pixels);
	b.stored = malloc(b.stamp * pz_pixel_bytes(PZ_F4));
	if (!record || !b.pixels || !b.stored)
		rc = pz_fail(PZ_ENOMEM, "no memory for stamps of %d pixels", size);
	tool_progress(t, &progress, "mock", "stamps", (double)l->galaxies);
	for (uint64_t i = 0; rc == 0 && i < l->galaxies; i += BATCH) {
		uint64_t left = l->galaxies - i;
		int n = left < BATCH ? (int)left : BATCH;

		rc = fill_batch(from, &b, i, n, size);
		for (int k = 0; rc == 0 && k < n; k++)
			rc = write_stamp(t, from, l, &b, i + (uint64_t)k, k, record);
		pz_progress_add(&progress, n);
	}
	pz_progress_end(&progress);
	pz_map_free(record);
	free(b.pixels);
	free(b.stored);
	return rc;
}

int stamps_write(struct tool *t, const struct origin *from, const struct pz_survey *survey,
		 const struct pz_mock_layout *l, int size)
{
	struct pz_header h = { 0 };
	int rc = make_header(&h, size, survey, pz_mock_survey(from->sky));

	if (rc == 0 && (rc = tool_open_output(t, &h)) == 0)
		rc = write_stamps(t, from, l, size);
	pz_header_release(&h);
	return rc;
}
