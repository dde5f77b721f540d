/* settle.c -- measures the statistics of normalised products in training data
 *
 * Of a mixture of batches the mean is the mean of their means, and the variance that of their
 * variances and the variance of their means.
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
#define BATCH  64

/* Means and squares of each column, weighted by stamps. */
struct measured {
	double count, *mean, *square;
};

static void add_batch(struct measured *m, const struct nn_norm *norm, size_t columns, double n)
{
	for (size_t i = 0; i < columns; i++) {
		double mean = (double)norm->mean[i];

		m->mean[i] += n * mean;
		m->square[i] += n * ((double)norm->variance[i] + mean * mean);
	}
	m->count += n;
}

static int measure(struct measured *m, const struct pz_net *net, struct pz_work *work,
		   struct nn_walk walk)
{
	struct nn_feed feed = { 0 };
	struct nn_batch *b;
	int rc = pz_nn_feed_begin(&feed, net, pz_nn_features_rows(NULL), walk, BATCH);

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
			double mean = m->mean[of.at + i] / m->count;
			double variance = m->square[of.at + i] / m->count - mean * mean;

			net->values[of.mean + i] = (float)mean;
			net->values[of.variance + i] = (float)(variance > 0 ? variance : 0);
		}
}

int pz_nn_settle(struct pz_net *net, const struct pz_examples *train)
{
	size_t n = train->count < SAMPLE ? train->count : SAMPLE, columns = net->plan.norms;
	struct measured m = { 0 };
	struct pz_work *work = NULL;
	unsigned char *mask = NULL;
	int rc;

	if (columns == 0)
		return 0;
	m.mean = calloc(2 * columns, sizeof *m.mean);
	mask = calloc(train->count, 1);
	if (!m.mean || !mask) {
		rc = pz_fail(PZ_ENOMEM, "no memory for the statistics of %zu channels", columns);
		goto done;
	}
	m.square = m.mean + columns;
	for (size_t i = 0; i < n; i++)
		mask[i * train->count / n] = 1;
	if ((rc = pz_work_new(&work, net, BATCH, true)) < 0 ||
	    (rc = measure(&m, net, work, pz_nn_walk_pairs(train, mask))) < 0)
		goto done;
	set_statistics(net, &m);
done:
	pz_work_free(work);
	free(mask);
	free(m.mean);
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
