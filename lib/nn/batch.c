/* batch.c -- a whole batch through the network and back
 *
 * Chunks, lanes and column blocks depend on the network and the batch alone, so
 * the number of threads changes no bit of any result.
 *
 * How a batch runs through the engine, and where its time goes:
 *
 *      plan.c       text and shape -> steps, places of maps and parameters; once
 *      work.c       all memory of a batch; once
 *
 *      batch.c      x, joined
 *                     |    chunks of 1 to 8 stamps, a core each (team.c); where products are
 *                     |    normalised over a batch that is learned from, all of them step by
 *                     |    step (batch_norm.c)
 *      trunk.c      convolutions and pools, NHWC float32
 *        conv.c       1x1: those that read one map are one product (gemm.c), weights
 *                     packed once per batch
 *                     3x3, 5x5: Winograd's tiles (winograd.c), weights transformed
 *                     once per batch; elsewhere copied windows (im2col.c)
 *        kernels.inc  behind each product bias, activation and pool in one pass,
 *                     into the channels of the block's map, so that joining costs nothing
 *                     |    (N, pixels x channels), E(B-V), features
 *      dense.c      hidden layers over the whole batch, in blocks of columns
 *                     |    (N, F), the last hidden layer
 *      dense.c      heads and gate -> (N, O) logits
 *      loss.c       softmax -> p(z), or loss and (softmax - target)/N
 *
 * The backward pass goes through the same files in the opposite order. The product of each
 * convolution is kept, and its gradient takes its place. Chunks add their gradients up in up to
 * sixteen lanes; the number of a chunk decides which lane it belongs to, and the lanes are summed
 * in order, so that no bit depends on which core computed what. Then Adam makes one pass over
 * parameters and moments (adam.c).
 *
 * Of a training step, Net_P spends 45 % in products (1x1 layers and fc0, at the rate of large
 * products), 30 % in Winograd's products and transforms, 10 % in activations and pools, 4 % in
 * Adam and sums; Net_S3 spends 80 % in Winograd, 8 % in activations (tests/bench/bench_nn.c under
 * perf). There are three sets of kernels, for AVX-512, AVX2 and any CPU (lib/base/cpu.c); the
 * tests compare each with a plain twin.
 */
#include <assert.h>
#include <string.h>

#include <pz/nn.h>
#include <pz/ranks.h>
#include <pz/team.h>

#include "batch.h"
#include "dense.h"
#include "join.h"
#include "kernels.h"
#include "loss.h"

/* Floats of lanes at a time: those of a small network are shared out, too. */
#define REDUCE_BLOCK ((size_t)4096)

static void chunk_up(void *arg, size_t c, size_t thread)
{
	const struct nn_job *j = arg;
	const struct nn_map *image = &j->net->plan.image;
	size_t stamp = (size_t)(image->side * image->side) * (size_t)image->channels;
	size_t first = c * j->net->plan.chunk;
	struct nn_store s = pz_nn_chunk_store(j->w, c, thread);

	pz_nn_trunk_forward(j->net, &s, pz_nn_chunk_size(j->net, j->n, c), j->x + first * stamp,
			    j->joined + first * pz_net_joined(j->net),
			    j->w->vector + first * j->net->plan.vector);
}

static void step_begin(void *arg, size_t item, size_t thread)
{
	const struct nn_job *j = arg;

	pz_nn_trunk_begin(j->net, &j->w->norm, item, j->w->planes, j->w->train,
			  j->w->scratch + thread * j->w->scratch_floats);
}

/* The vectors of galaxies whose pixels are not read. */
static void join_all(const struct pz_net *net, struct pz_work *w, size_t n, const float *joined)
{
	for (size_t i = 0; i < n; i++)
		pz_nn_join(net, joined + i * pz_net_joined(net), w->vector + i * net->plan.vector);
}

/* learn: normalised products by the statistics of this batch. */
static void trunk_up(const struct pz_net *net, struct pz_work *w, size_t n, const float *x,
		     const float *joined, bool learn)
{
	struct nn_job j = { .net = net, .w = w, .n = n, .x = x, .joined = joined };

	w->norm.batch = learn;
	if (net->plan.pixels == 0) {
		join_all(net, w, n, joined);
		return;
	}
	pz_team_run(w->threads, net->plan.steps, step_begin, &j);
	if (learn && net->plan.norms)
		pz_nn_job_up(&j);
	else
		pz_team_run(w->threads, pz_nn_chunks(net, n), chunk_up, &j);
}

void pz_nn_batch_measure(const struct pz_net *net, struct pz_work *work, size_t n, const float *x,
			 const float *joined)
{
	trunk_up(net, work, n, x, joined, true);
}

/* Layer i's place in the blocks of hidden layers. */
static size_t hidden_at(const struct pz_work *w, size_t layer)
{
	size_t at = 0;

	for (size_t i = 0; i < layer; i++)
		at += w->max * w->net->plan.dense[i].out;
	return at;
}

/* What layer i reads. */
static float *dense_input(const struct pz_work *w, size_t layer)
{
	return layer ? w->y + hidden_at(w, layer - 1) : w->vector;
}

/* Puts the last hidden layer into dense_input(w, plan.layers). A BLAS sums in an order that depends
 * on the number of rows if there are few. So prediction with a BLAS computes all rows, although
 * those after row n are not used: the result of a stamp does not depend on how many follow it. (The
 * products of the trunk always have many rows.) drop: units that are off, in a
 * batch that is learned from; NULL: none. */
static void hidden_up(const struct pz_net *net, struct pz_work *w, size_t n, const float *x,
		      const float *joined, const struct nn_dropout *drop)
{
	size_t rows = w->train || pz_nn_kernels()->gemm->apart ? n : w->max,
	       vector = net->plan.vector;

	assert(w->net == net && n >= 1 && n <= w->max);
	trunk_up(net, w, n, x, joined, drop != NULL);
	memset(w->vector + n * vector, 0, (rows - n) * vector * sizeof *w->vector);
	for (size_t i = 0; i < net->plan.layers; i++) {
		size_t at = hidden_at(w, i);

		pz_nn_dense_forward(w, &net->plan.dense[i], rows, dense_input(w, i), w->z + at,
				    w->y + at);
		if (drop)
			pz_nn_drop(drop, i, n, net->plan.dense[i].out, w->y + at);
	}
}

void pz_net_forward(const struct pz_net *net, struct pz_work *work, size_t n, const float *x,
		    const float *joined, float *hidden)
{
	hidden_up(net, work, n, x, joined, NULL);
	memcpy(hidden, dense_input(work, net->plan.layers),
	       n * pz_net_hidden(net) * sizeof *hidden);
}

void pz_net_logits(const struct pz_net *net, struct pz_work *work, size_t n, const float *hidden,
		   float *logits)
{
	assert(work->net == net);
	pz_nn_dense_linear(work, &net->plan.dense[net->plan.layers], n, hidden, logits);
}

/* This part of the gradient is complete here: it goes on its way to the other ranks. */
static void send(const struct pz_work *w, float *gradient, size_t from, size_t to)
{
	if (w->ranks && to > from)
		w->ranks->begin(w->ranks->context, gradient + from, to - from);
}

static void receive(const struct pz_work *w)
{
	if (w->ranks)
		w->ranks->wait(w->ranks->context);
}

/* Logits, loss, and the gradients of heads and gate; dhidden where not NULL. */
static double outputs_train(const struct pz_net *net, struct pz_work *w, size_t n,
			    const float *hidden, const struct pz_targets *targets, float *gradient,
			    float *dhidden)
{
	const struct nn_dense *d = &net->plan.dense[net->plan.layers];
	double loss;

	pz_net_logits(net, w, n, hidden, w->logits);
	loss = pz_nn_loss(net, w, n, w->ranks ? w->batch : n, w->logits, targets);
	pz_nn_dense_bias(d, n, w->dlogits, gradient);
	pz_nn_dense_backward(w, d, n, hidden, w->dlogits, gradient, dhidden);
	send(w, gradient, d->weight, net->block);
	return loss;
}

double pz_net_backward_heads(const struct pz_net *net, struct pz_work *work, size_t n,
			     const float *hidden, const struct pz_targets *targets, float *gradient)
{
	double loss;

	assert(work->net == net && n >= 1 && n <= work->max);
	loss = outputs_train(net, work, n, hidden, targets, gradient, NULL);
	receive(work);
	return loss;
}

/* From the gradient of the last hidden layer, which lies in dy, to that of the vector. */
static void hidden_down(const struct pz_net *net, struct pz_work *w, size_t n, float *gradient)
{
	for (size_t i = net->plan.layers; i-- > 0;) {
		const struct nn_dense *d = &net->plan.dense[i];
		size_t at = hidden_at(w, i);

		pz_nn_drop(&w->dropout, i, n, d->out, w->dy + at);
		pz_nn_dense_act_backward(w, d, n, w->z + at, w->dy + at, gradient);
		pz_nn_dense_backward(w, d, n, dense_input(w, i), w->z + at, gradient,
				     i                 ? w->dy + hidden_at(w, i - 1)
				     : net->plan.steps ? w->dvector
						       : NULL);
		send(w, gradient, d->weight, d[1].weight);
	}
}

/* The chunks of a lane, one after the other. */
static void lane_down(void *arg, size_t l, size_t thread)
{
	const struct nn_job *j = arg;
	size_t chunks = pz_nn_chunks(j->net, j->n), row = j->net->plan.chunk * j->net->plan.vector;
	float *lane = j->w->lanes + l * j->net->plan.lane;

	memset(lane, 0, j->net->plan.lane * sizeof *lane);
	for (size_t c = l * chunks / j->lanes; c < (l + 1) * chunks / j->lanes; c++) {
		struct nn_store s = pz_nn_chunk_store(j->w, c, thread);

		pz_nn_trunk_backward(j->net, &s, pz_nn_chunk_size(j->net, j->n, c),
				     j->w->dvector + c * row, lane);
	}
}

/* The first lane becomes the sum of all, in their order. */
static void block_reduce(void *arg, size_t item, size_t thread)
{
	const struct nn_job *j = arg;
	size_t floats = j->net->plan.lane, from = item * REDUCE_BLOCK;
	size_t n = from + REDUCE_BLOCK < floats ? REDUCE_BLOCK : floats - from;
	float *restrict sum = j->w->lanes + from;

	(void)thread;
	for (size_t l = 1; l < j->lanes; l++) {
		const float *restrict lane = j->w->lanes + l * floats + from;

		for (size_t i = 0; i < n; i++)
			sum[i] += lane[i];
	}
}

static void step_end(void *arg, size_t item, size_t thread)
{
	const struct nn_job *j = arg;

	(void)thread;
	pz_nn_trunk_end(j->net, item, j->w->lanes, j->gradient);
}

static void trunk_down(const struct pz_net *net, struct pz_work *w, size_t n, float *gradient)
{
	size_t lanes = pz_nn_lanes(net, n);
	size_t blocks = (net->plan.lane + REDUCE_BLOCK - 1) / REDUCE_BLOCK;
	struct nn_job j = { .net = net, .w = w, .n = n, .lanes = lanes, .gradient = gradient };

	if (net->plan.norms)
		pz_nn_job_down(&j);
	else
		pz_team_run(w->threads, lanes, lane_down, &j);
	pz_team_run(w->threads, blocks, block_reduce, &j);
	pz_team_run(w->threads, net->plan.steps, step_end, &j);
}

double pz_net_backward(const struct pz_net *net, struct pz_work *work, size_t n, const float *x,
		       const float *joined, const struct pz_targets *targets, float *gradient)
{
	size_t layers = net->plan.layers;
	double loss;

	assert(work->train);
	hidden_up(net, work, n, x, joined, &work->dropout);
	loss = outputs_train(net, work, n, dense_input(work, layers), targets, gradient,
			     layers            ? work->dy + hidden_at(work, layers - 1)
			     : net->plan.steps ? work->dvector
					       : NULL);
	hidden_down(net, work, n, gradient);
	if (net->plan.norms)
		receive(work); /* sums of normalised products travel now */
	if (net->plan.steps)
		trunk_down(net, work, n, gradient);
	send(work, gradient, 0, net->plan.dense[0].weight);
	receive(work);
	return loss;
}
