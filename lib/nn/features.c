/* features.c -- the frozen trunk, run once per (stamp, symmetry) that will be drawn */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "../base/os.h"
#include "features.h"
#include "feed.h"

#define BATCH 64

static size_t bytes_of(const struct nn_features *f)
{
	return f->pairs * f->width * sizeof *f->value;
}

/* Room for the rows: memory, or a file whose space is reserved here, so that a full
 * disk is an error before hours of work. The file is not mapped: what a mapping has
 * touched counts as the process's memory. */
static int make_room(struct nn_features *f, size_t memory)
{
	int why;

	if (bytes_of(f) <= memory) {
		f->value = malloc(bytes_of(f));
		return f->value ? 0
				: pz_fail(PZ_ENOMEM, "no memory for %zu MiB of features",
					  bytes_of(f) >> 20);
	}
	if ((f->spool = pz_file_spool()) < 0)
		return f->spool;
	if ((why = pz_os_reserve(f->spool, (off_t)bytes_of(f))) != 0)
		return pz_fail(PZ_EIO, "$TMPDIR: cannot keep %zu MiB of features: %s",
			       bytes_of(f) >> 20, strerror(why));
	return 0;
}

static int lay_out(struct nn_features *f, const struct pz_examples *examples,
		   const unsigned char *mask, size_t memory)
{
	size_t count = examples->count, row = f->width * sizeof *f->value;

	f->mask = malloc(count);
	f->first = malloc(count * sizeof *f->first);
	if (!f->mask || !f->first)
		return pz_fail(PZ_ENOMEM, "no memory for the places of %zu galaxies", count);
	for (size_t i = 0; i < count; i++) {
		f->mask[i] = mask ? mask[i] : 1;
		f->first[i] = f->pairs;
		f->pairs += (size_t)__builtin_popcount(f->mask[i]);
	}
	if (f->pairs > SIZE_MAX / 2 / row)
		return pz_fail(PZ_ENOMEM, "no memory for features of %zu stamps", f->pairs);
	return f->pairs > 0 ? make_room(f, memory) : 0;
}

/* Rows lie in the order in which the pairs are walked. */
static int compute_rows(struct nn_features *f, const struct pz_net *net, struct pz_work *work,
			struct nn_feed *feed, const struct pz_train_hooks *hooks)
{
	float *rows = f->value ? NULL : malloc(BATCH * f->width * sizeof *rows);
	size_t done = 0;
	struct nn_batch *b;
	int rc = 0;

	if (!f->value && !rows)
		return pz_fail(PZ_ENOMEM, "no memory for the features of a batch");
	if (hooks->begin)
		hooks->begin(hooks->context, "features", (double)f->pairs);
	while (rc >= 0 && (rc = pz_nn_feed_next(feed, &b)) > 0) {
		size_t at = done * f->width, size = b->n * f->width * sizeof *rows;

		if (hooks->stop && hooks->stop(hooks->context)) {
			rc = pz_fail(PZ_ESTOP,
				     "stopped while computing features, of which none are kept");
			break;
		}
		pz_net_forward(net, work, b->n, b->x, b->joined, f->value ? f->value + at : rows);
		if (rows)
			rc = pz_file_put(f->spool, (off_t)(at * sizeof *rows), rows, size);
		done += b->n;
		if (hooks->tick)
			hooks->tick(hooks->context, (double)b->n);
	}
	free(rows);
	return rc;
}

int pz_nn_features_new(struct nn_features **out, const struct pz_net *net,
		       const struct pz_examples *examples, const unsigned char *mask, size_t memory,
		       const struct pz_train_hooks *hooks)
{
	struct nn_features *f = calloc(1, sizeof *f);
	struct pz_work *work = NULL;
	struct nn_feed feed = { 0 };
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (!f)
		return pz_fail(PZ_ENOMEM, "no memory for features");
	f->width = pz_net_hidden(net);
	f->spool = -1;
	if ((rc = lay_out(f, examples, mask, memory)) < 0 ||
	    (rc = pz_work_new(&work, net, BATCH, false)) < 0 ||
	    (rc = pz_nn_feed_begin(&feed, net, pz_nn_features_rows(NULL),
				   pz_nn_walk_pairs(examples, f->mask), BATCH)) < 0 ||
	    (rc = compute_rows(f, net, work, &feed, hooks)) < 0)
		goto done;
	*out = f;
	f = NULL;
done:
	pz_nn_feed_end(&feed);
	pz_work_free(work);
	pz_nn_features_free(f);
	return rc;
}

void pz_nn_features_free(struct nn_features *f)
{
	if (!f)
		return;
	if (f->spool >= 0)
		close(f->spool);
	free(f->value);
	free(f->mask);
	free(f->first);
	free(f);
}

static int get_row(const void *of, struct pz_draw draw, float *x)
{
	const struct nn_features *f = of;
	unsigned before = f->mask[draw.example] & ((1u << draw.symmetry) - 1);
	size_t row = f->first[draw.example] + (size_t)__builtin_popcount(before);
	size_t at = row * f->width, size = f->width * sizeof *x;
	int rc;

	if (f->value) {
		memcpy(x, f->value + at, size);
		return 0;
	}
	rc = pz_file_get(f->spool, (off_t)(at * sizeof *x), x, size);
	return rc < 0 ? pz_fail_in(rc, "$TMPDIR") : 0;
}

struct nn_rows pz_nn_features_rows(const struct nn_features *f)
{
	return f ? (struct nn_rows){ f->width, get_row, f } : (struct nn_rows){ 0 };
}
