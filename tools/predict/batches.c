/* batches.c -- reads records, decodes their pixels and features */
#include <stdlib.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "../common/stamp.h"
#include "batches.h"

/* What the networks read of a record, as galaxy i of the batch. */
static int load_record(struct batches *b, const pz_map *record, struct batch *to, size_t i)
{
	const struct pz_header *h = pz_reader_header(b->in);
	int rc = 0;

	if (b->needs_pixels)
		rc = stamp_load(record, h, to->x + i * stamp_pixels(h));
	if (rc == 0)
		rc = stamp_ebv(record, b->needs_ebv, &to->ebv[i]);
	if (rc < 0 || !b->needs_features)
		return rc;
	if ((rc = stamp_features(record, h, to->features + i * (size_t)h->features)) > 0)
		b->incomplete++;
	return rc < 0 ? rc : 0;
}

int batches_fill(void *context, void *slot)
{
	struct batches *b = context;
	struct batch *to = slot;
	int rc = 0;

	for (to->n = 0; to->n < BATCH && b->left > 0 && (rc = pz_read(b->in)) > 0; to->n++) {
		pz_map *record = pz_reader_record(b->in);

		b->left--;
		if ((rc = load_record(b, record, to, to->n)) < 0)
			return record_fail(b->in, record, rc);
		if (!b->keep_stamps)
			pz_map_drop(record, "img");
		if ((rc = pz_map_copy(to->record[to->n], record)) < 0)
			return rc;
	}
	return rc < 0 ? rc : to->n > 0;
}

int batches_find_shard(struct batches *b, const struct shard *shard)
{
	uint64_t first, end;
	int rc;

	if (shard->parts == 0)
		return 0;
	while ((rc = pz_read(b->in)) > 0)
		;
	if (rc < 0)
		return rc;
	shard_range(shard, pz_reader_count(b->in), BATCH, &first, &end);
	b->left = end - first;
	rc = pz_reader_rewind(b->in, 0);
	return rc < 0 ? rc : pz_reader_pass(b->in, first);
}

int batches_allocate(struct batches *b)
{
	const struct pz_header *h = pz_reader_header(b->in);
	size_t pixels = stamp_pixels(h), features = (size_t)h->features;
	bool complete = true;

	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		struct batch *to = &b->slot[s];

		if (b->needs_pixels)
			complete &= (to->x = malloc(BATCH * pixels * sizeof *to->x)) != NULL;
		if (b->needs_features)
			complete &= (to->features = malloc(BATCH * features *
							   sizeof *to->features)) != NULL;
		to->ebv = malloc(BATCH * sizeof *to->ebv);
		complete &= to->ebv != NULL;
		for (size_t i = 0; i < BATCH; i++)
			complete &= (to->record[i] = pz_map_new()) != NULL;
	}
	return complete ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d stamps", BATCH);
}

void batches_release(struct batches *b)
{
	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		for (size_t i = 0; i < BATCH; i++)
			pz_map_free(b->slot[s].record[i]);
		free(b->slot[s].x);
		free(b->slot[s].ebv);
		free(b->slot[s].features);
	}
}
