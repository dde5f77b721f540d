/* work.c -- the memory of a batch, taken in one piece */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/threads.h>

#include "../base/pages.h"
#include "batch.h"
#include "conv.h"
#include "dense.h"

#define BATCH_MAX 65536

/* The next n items of a block that is handed out from its beginning; counting
 * only while there is no block yet. Items begin on a cache line. */
static void *take(struct pz_work *w, size_t n, size_t size)
{
	void *p = w->block ? (char *)w->block + w->bytes : NULL;

	w->bytes += (n * size + 63) / 64 * 64;
	return p;
}

static float *floats(struct pz_work *w, size_t n)
{
	return take(w, n, sizeof(float));
}

static void layout_norm(struct pz_work *w, size_t chunks)
{
	const struct nn_plan *p = &w->net->plan;
	struct nn_norm *norm = &w->norm;

	if (p->norms == 0)
		return;
	norm->shift = floats(w, p->norms);
	if (!w->train)
		return;
	norm->scale = floats(w, p->norms);
	norm->mean = floats(w, p->norms);
	norm->inverse = floats(w, p->norms);
	norm->mean_du = floats(w, p->norms);
	norm->mean_dux = floats(w, p->norms);
	norm->sums = take(w, chunks * 2 * p->norm_widest, sizeof *norm->sums);
	norm->all = take(w, 2 * p->norm_widest, sizeof *norm->all);
}

static void layout_trunk(struct pz_work *w)
{
	const struct nn_plan *p = &w->net->plan;
	size_t chunks = pz_nn_chunks(w->net, w->max);
	size_t stores = w->train ? chunks : w->threads;

	w->map_floats = p->chunk * p->maps;
	w->product_floats = p->chunk * (w->train ? p->products : p->product_max);
	w->maps = floats(w, stores * w->map_floats);
	w->products = floats(w, stores * w->product_floats);
	w->planes = floats(w, p->planes);
	w->scratch = floats(w, w->threads * w->scratch_floats);
	layout_norm(w, chunks);
	if (w->train) {
		w->gradients = floats(w, (p->norms ? chunks : w->threads) * w->map_floats);
		w->lanes = floats(w, pz_nn_lanes(w->net, w->max) * p->lane);
	}
}

static void layout_rest(struct pz_work *w)
{
	size_t n = w->max, outputs = pz_net_outputs(w->net);

	w->vector = floats(w, n * w->net->plan.vector);
	w->z = floats(w, n * w->hidden);
	w->y = floats(w, n * w->hidden);
	w->logits = floats(w, n * outputs);
	w->softmax = floats(w, n * outputs);
	w->dlogits = floats(w, n * outputs);
	w->loss = take(w, n, sizeof *w->loss);
	if (w->train) {
		w->dvector = floats(w, n * w->net->plan.vector);
		w->dy = floats(w, n * w->hidden);
	}
}

static void find_sizes(struct pz_work *w)
{
	const struct nn_plan *p = &w->net->plan;

	for (size_t i = 0; i < p->layers; i++)
		w->hidden += p->dense[i].out;
	w->scratch_floats = NN_DENSE_SCRATCH;
	for (size_t i = 0; i < p->steps; i++) {
		const struct nn_conv *c = &p->step[i].c;
		size_t n = p->step[i].conv ? pz_nn_conv_scratch(&p->step[i]) : 0;
		size_t weights = (size_t)(c->kernel * c->kernel) * (size_t)c->in * (size_t)c->out;

		n = c->norm && weights > n ? weights : n;
		w->scratch_floats = n > w->scratch_floats ? n : w->scratch_floats;
	}
}

int pz_work_new(struct pz_work **out, const struct pz_net *net, size_t max_batch, bool train)
{
	struct pz_work *w = NULL;

	*out = NULL;
	if (max_batch < 1 || max_batch > BATCH_MAX)
		return pz_fail(PZ_EARG, "batch: expected 1 to %d stamps, found %zu", BATCH_MAX,
			       max_batch);
	w = calloc(1, sizeof *w);
	if (!w)
		return pz_fail(PZ_ENOMEM, "batch: no memory");
	w->net = net;
	w->max = max_batch;
	w->threads = (size_t)pz_threads();
	w->train = train;
	find_sizes(w);
	/* Once to count, once to hand out. */
	layout_trunk(w);
	layout_rest(w);
	w->block = pz_pages_alloc(w->bytes);
	if (!w->block) {
		size_t bytes = w->bytes;

		free(w);
		return pz_fail(PZ_ENOMEM, "batch of %zu stamps: no memory for %zu bytes", max_batch,
			       bytes);
	}
	w->bytes = 0;
	layout_trunk(w);
	layout_rest(w);
	*out = w;
	return 0;
}

void pz_work_free(struct pz_work *work)
{
	if (!work)
		return;
	free(work->block);
	free(work);
}

void pz_work_share(struct pz_work *work, const struct pz_ranks *ranks, size_t batch)
{
	work->ranks = ranks;
	work->batch = batch;
}

size_t pz_work_bytes(const struct pz_work *work)
{
	return work->bytes;
}
