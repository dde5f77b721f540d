/* settle.c -- measures the statistics of normalised products in training data
 *
 * They are the mean of the lines (norm.h) of batches as large as those of the training: how much
 * variances differ between batches depends on it.
 *
 * Source: Izmailov et al. 2018 (UAI), "Averaging weights leads to wider optima and better
 * generalization", section 3.2.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "batch.h"
#include "features.h"
#include "feed.h"
#include "settle.h"

#define SAMPLE 4096 /* stamps that are measured, at most */
#define BATCH  128  /* of them at a time, at most */

/* Sums of slopes and offsets of each column, weighted by stamps. */
struct measured {
	double count, *slope, *offset;
};

static void add_batch(struct measured *m, const struct nn_norm *norm, size_t columns, double n)
{
	for (size_t i = 0; i < columns; i++) {
		double slope = (double)norm->inverse[i];

		m->slope[i] += n * slope;
		m->offset[i] += n * (double)norm->mean[i] * slope;
	}
	m->count += n;
}

static int measure(struct measured *m, const struct pz_net *net, struct pz_work *work,
		   struct nn_walk walk, size_t batch)
{
	struct nn_feed feed = { 0 };
	struct nn_batch *b;
	int rc = pz_nn_feed_begin(&feed, net, pz_nn_features_rows(NULL), walk, batch);

	while (rc >= 0 && (rc = pz_nn_feed_next(&feed, &b)) > 0) {
		pz_nn_batch_measure(net, work, b->n, b->x, b->joined);
		add_batch(m, &work->norm, net->plan.norms, (double)b->n);
	}
	pz_nn_feed_end(&feed);
	return rc;
}

/* A run of columns that are normalised, and where their statistics are. */
struct columns {
	size_t at, count, mean, variance;
};

/* The run of branch *branch of step *step or the next one that is normalised. */
static bool next_columns(const struct pz_net *net, size_t *step, int *branch, struct columns *of)
{
	for (; *step < net->plan.steps; ++*step, *branch = 0) {
		const struct nn_conv *c = &net->plan.step[*step].c;

		while (*branch < c->branches) {
			const struct nn_branch *b = &c->branch[(*branch)++];
			size_t first = (size_t)b->first;

			if (!b->norm)
				continue;
			*of = (struct columns){ c->norm_at + first, (size_t)b->channels,
						c->mean + first, c->variance + first };
			return true;
		}
	}
	return false;
}

static void set_statistics(struct pz_net *net, const struct measured *m)
{
	struct columns of;
	size_t step = 0;
	int branch = 0;

	while (next_columns(net, &step, &branch, &of))
		for (size_t i = 0; i < of.count; i++) {
			size_t at = of.at + i;

			pz_nn_norm_set_line(&net->values[of.mean + i],
					    &net->values[of.variance + i], m->slope[at] / m->count,
					    m->offset[at] / m->count);
		}
}

int pz_nn_settle(struct pz_net *net, const struct pz_examples *train, size_t batch)
{
	size_t n = train->count < SAMPLE ? train->count : SAMPLE, columns = net->plan.norms;
	struct measured m = { 0 };
	struct pz_work *work = NULL;
	unsigned char *mask = NULL;
	int rc;

	batch = batch < BATCH ? batch : BATCH;
	if (columns == 0)
		return 0;
	m.slope = calloc(2 * columns, sizeof *m.slope);
	mask = calloc(train->count, 1);
	if (!m.slope || !mask) {
		rc = pz_fail(PZ_ENOMEM, "no memory for the statistics of %zu channels", columns);
		goto done;
	}
	m.offset = m.slope + columns;
	for (size_t i = 0; i < n; i++)
		mask[i * train->count / n] = 1;
	if ((rc = pz_work_new(&work, net, batch, true)) < 0 ||
	    (rc = measure(&m, net, work, pz_nn_walk_pairs(train, mask), batch)) < 0)
		goto done;
	set_statistics(net, &m);
done:
	pz_work_free(work);
	free(mask);
	free(m.slope);
	return rc;
}

size_t pz_nn_statistics(const struct pz_net *net)
{
	return 2 * net->plan.norms;
}

void pz_nn_statistics_keep(const struct pz_net *net, float *kept)
{
	struct columns of;
	size_t step = 0;
	int branch = 0;

	while (next_columns(net, &step, &branch, &of)) {
		memcpy(kept + 2 * of.at, net->values + of.mean, of.count * sizeof *kept);
		memcpy(kept + 2 * of.at + of.count, net->values + of.variance,
		       of.count * sizeof *kept);
	}
}

void pz_nn_statistics_restore(struct pz_net *net, const float *kept)
{
	struct columns of;
	size_t step = 0;
	int branch = 0;

	while (next_columns(net, &step, &branch, &of)) {
		memcpy(net->values + of.mean, kept + 2 * of.at, of.count * sizeof *kept);
		memcpy(net->values + of.variance, kept + 2 * of.at + of.count,
		       of.count * sizeof *kept);
	}
}
