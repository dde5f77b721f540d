/* reference.c -- reads the reference sample, finds places */
#include <stdlib.h>
#include <string.h>

#include "../common/counted.h"
#include "../common/scalars.h"
#include "reference.h"

/* The hidden layer of the galaxies read so far. */
struct rows {
	size_t n, room, width;
	float *hidden;
	uint64_t *id;
};

static int make_room(struct rows *r, size_t more)
{
	size_t room = r->room ? r->room : 1024;
	float *hidden;
	uint64_t *id;

	while (room < r->n + more)
		room *= 2;
	if (room == r->room)
		return 0;
	hidden = realloc(r->hidden, room * r->width * sizeof *hidden);
	r->hidden = hidden ? hidden : r->hidden;
	id = realloc(r->id, room * sizeof *id);
	r->id = id ? id : r->id;
	if (!hidden || !id)
		return pz_fail(PZ_ENOMEM, "no memory for the last hidden layer of %zu galaxies",
			       room);
	r->room = room;
	return 0;
}

static int hash_ids(const struct batch *b, uint64_t *id)
{
	int rc = 0;

	for (size_t i = 0; i < b->n && rc == 0; i++)
		rc = record_hash(b->record[i], 0, &id[i]);
	return rc;
}

static int add_batch(struct rows *r, struct ensemble *e, const struct batch *b)
{
	int rc = make_room(r, b->n);

	if (rc == 0)
		rc = hash_ids(b, r->id + r->n);
	if (rc < 0)
		return rc;
	ensemble_run(e, b);
	memcpy(r->hidden + r->n * r->width, ensemble_hidden(e, 0, &r->width),
	       b->n * r->width * sizeof *r->hidden);
	r->n += b->n;
	return 0;
}

static int read_rows(struct tool *t, struct batches *batches, struct ensemble *e, struct rows *r)
{
	void *const slot[PZ_AHEAD_SLOTS] = { &batches->slot[0], &batches->slot[1] };
	struct pz_progress progress;
	struct pz_ahead *ahead;
	void *filled;
	int rc = pz_ahead_begin(&ahead, batches_fill, batches, slot);

	tool_progress(t, &progress, "predict", "galaxies of the domain", 0);
	while (rc >= 0 && (rc = pz_ahead_next(ahead, &filled)) > 0) {
		const struct batch *b = filled;

		rc = add_batch(r, e, b);
		pz_progress_add(&progress, (double)b->n);
	}
	pz_progress_end(&progress);
	pz_ahead_end(ahead);
	return rc;
}

static int open_sample(struct pz_reader **in, const char *const *path, const struct ensemble *e)
{
	int rc = pz_reader_open(in, path, 1, 0);

	if (rc == 0 && (rc = ensemble_fits(e, pz_reader_header(*in))) < 0)
		rc = pz_fail_in(rc, "%s", *path);
	return rc;
}

int reference_read(struct reference *d, struct tool *t, const char *path, int neighbours,
		   struct ensemble *e)
{
	struct batches batches = { .left = UINT64_MAX,
				   .needs_pixels = e->needs_pixels,
				   .needs_ebv = e->needs_ebv,
				   .needs_features = e->needs_features };
	struct rows rows = { .width = pz_net_hidden(e->model[0].net) };
	int rc;

	if ((rc = open_sample(&batches.in, &path, e)) == 0 &&
	    (rc = batches_allocate(&batches)) == 0 &&
	    (rc = read_rows(t, &batches, e, &rows)) == 0) {
		rc = pz_domain_new(&d->sample, rows.n, rows.width, rows.hidden, rows.id,
				   neighbours);
		rc = rc < 0 ? pz_fail_in(rc, "--domain: %s", path) : 0;
	}
	d->galaxies = rows.n;
	pz_reader_close(batches.in);
	batches_release(&batches);
	free(rows.hidden);
	free(rows.id);
	return rc;
}

int reference_place(struct reference *d, const struct ensemble *e, const struct batch *b)
{
	uint64_t id[BATCH];
	size_t width;
	int rc;

	if (!d->sample)
		return 0;
	if ((rc = hash_ids(b, id)) < 0)
		return rc;
	return pz_domain_run(d->sample, b->n, ensemble_hidden(e, 0, &width), id, d->place);
}

void reference_put(struct reference *d, size_t i, pz_map *record)
{
	static const char *const name[] = { "distance", "share" };
	double value[] = { d->place[i].distance, d->place[i].share };

	if (!d->sample)
		return;
	pz_map_set_named(record, "domain", name, value, 2);
	d->placed++;
	d->rare += d->place[i].share < REFERENCE_RARE;
}

void reference_say(const struct reference *d, const struct tool *t)
{
	if (d->rare)
		tool_say(t,
			 "%llu of %s farther from the training sample than 99 %% of its own "
			 "galaxies are from each other (domain.share below %g)",
			 (unsigned long long)d->rare,
			 COUNTED(d->placed, "galaxy is", "galaxies are"), REFERENCE_RARE);
}

void reference_release(struct reference *d)
{
	pz_domain_free(d->sample);
	*d = (struct reference){ 0 };
}
