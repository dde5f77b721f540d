/* queries.c -- reads and measures the galaxies to estimate */
#include <stdlib.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "queries.h"

/* Adds a record to the batch, unless a number to compare it by is missing. */
static int add_query(struct queries *q, struct batch *b, pz_map *record)
{
	float measures[FEATURES_RAW];
	const char *missing;
	int rc = gauge_measure(&q->gauge, record, measures, &missing);

	if (rc == 0)
		return left_out_note(&q->left_out, q->strict, missing);
	if (rc < 0 || (rc = record_hash(record, 0, &b->id[b->n])) < 0)
		return rc;
	features_make(q->f, measures, b->x + b->n * (size_t)q->f->dims);
	if (!q->keep_stamps)
		pz_map_drop(record, "img");
	rc = pz_map_copy(b->record[b->n], record);
	b->n++;
	return rc;
}

int queries_fill(void *context, void *slot)
{
	struct queries *q = context;
	size_t room = q->keep_stamps ? BATCH_STAMPS : BATCH;
	struct batch *b = slot;
	int rc = 0;

	for (b->n = 0; b->n < room && (rc = pz_read(q->in)) > 0;) {
		pz_map *record = pz_reader_record(q->in);

		if ((rc = add_query(q, b, record)) < 0)
			return record_fail(q->in, record, rc);
	}
	return rc < 0 ? rc : b->n > 0;
}

int queries_allocate(struct queries *q, const struct features *f)
{
	bool complete = true;
	int rc = gauge_init(&q->gauge, f, pz_reader_header(q->in));

	q->f = f;
	for (int s = 0; rc == 0 && s < PZ_AHEAD_SLOTS; s++) {
		struct batch *b = &q->slot[s];

		complete &= (b->x = malloc(BATCH * (size_t)f->dims * sizeof *b->x)) != NULL;
		for (size_t i = 0; i < BATCH; i++)
			complete &= (b->record[i] = pz_map_new()) != NULL;
	}
	return complete ? rc : pz_fail(PZ_ENOMEM, "no memory for %d galaxies", BATCH);
}

void queries_release(struct queries *q)
{
	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		for (size_t i = 0; i < BATCH; i++)
			pz_map_free(q->slot[s].record[i]);
		free(q->slot[s].x);
	}
	gauge_release(&q->gauge);
}
