/* batches.c -- reads records, decodes their pixels */
#include <stdlib.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "../common/stamp.h"
#include "batches.h"

int batches_fill(void *context, void *slot)
{
	struct batches *b = context;
	const struct pz_header *h = pz_reader_header(b->in);
	struct batch *to = slot;
	int rc = 0;

	for (to->n = 0; to->n < BATCH && b->left > 0 && (rc = pz_read(b->in)) > 0; to->n++) {
		pz_map *record = pz_reader_record(b->in);

		b->left--;
		if ((rc = stamp_load(record, h, to->x + to->n * stamp_pixels(h))) < 0 ||
		    (rc = stamp_ebv(record, b->needs_ebv, &to->ebv[to->n])) < 0)
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
	size_t pixels = stamp_pixels(pz_reader_header(b->in));
	bool complete = true;

	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		struct batch *to = &b->slot[s];

		to->x = malloc(BATCH * pixels * sizeof *to->x);
		to->ebv = malloc(BATCH * sizeof *to->ebv);
		complete &= to->x && to->ebv;
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
	}
}
