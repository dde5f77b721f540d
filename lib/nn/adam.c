/* adam.c -- the optimiser, in TensorFlow's form (pzpipe-method(7), equation 8)
 *
 *      theta -= rate sqrt(1 - b2^t)/(1 - b1^t) m / (sqrt(v) + 1e-8)
 */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/nn.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "kernels.h"
#include "work.h"

#define BLOCK ((size_t)32768) /* parameters at a time */

int pz_adam_init(struct pz_adam *adam, const struct pz_net *net, unsigned roles)
{
	*adam = (struct pz_adam){ .block = pz_net_block(net), .roles = roles };
	/* calloc: the pages of what is not trained are never touched. */
	adam->gradient = calloc(adam->block, sizeof(float));
	adam->first = calloc(adam->block, sizeof(float));
	adam->second = calloc(adam->block, sizeof(float));
	if (adam->gradient && adam->first && adam->second)
		return 0;
	pz_adam_release(adam);
	return pz_fail(PZ_ENOMEM, "optimiser: no memory for %zu parameters", pz_net_block(net));
}

void pz_adam_release(struct pz_adam *adam)
{
	free(adam->gradient);
	free(adam->first);
	free(adam->second);
	*adam = (struct pz_adam){ 0 };
}

struct adam_job {
	struct pz_adam *adam;
	float *values;
	size_t from, to;
	float rate;
};

static void block_step(void *arg, size_t item, size_t thread)
{
	const struct adam_job *j = arg;
	size_t at = j->from + item * BLOCK;
	struct nn_adam_args a = { .n = at + BLOCK < j->to ? BLOCK : j->to - at,
				  .values = j->values + at,
				  .first = j->adam->first + at,
				  .second = j->adam->second + at,
				  .gradient = j->adam->gradient + at,
				  .rate = j->rate };

	(void)thread;
	pz_nn_kernels()->adam(&a);
}

static void range_step(struct pz_adam *adam, float *values, size_t from, size_t to, float rate)
{
	struct adam_job j = { adam, values, from, to, rate };

	pz_team_run((size_t)pz_threads(), (to - from + BLOCK - 1) / BLOCK, block_step, &j);
}

/* A run of parameters that share a role. */
struct range {
	unsigned role;
	size_t from, to;
};

void pz_adam_step(struct pz_adam *adam, struct pz_net *net, double rate)
{
	const struct nn_dense *hidden = &net->plan.dense[0], *d = hidden + net->plan.layers;
	size_t heads = d->out - (size_t)net->shape.channels, bias = d->bias;
	const struct range range[] = {
		{ PZ_ROLE_TRUNK, 0, hidden->weight },
		{ PZ_ROLE_HIDDEN, hidden->weight, d->weight },
		{ PZ_ROLE_HEAD, d->weight, d->weight + heads * d->in },
		{ PZ_ROLE_GATE, d->weight + heads * d->in, d->weight + d->out * d->in },
		{ PZ_ROLE_HEAD, bias, bias + heads },
		{ PZ_ROLE_GATE, bias + heads, bias + d->out },
	};
	size_t ranges = sizeof range / sizeof *range;
	double t = (double)++adam->step;
	float scaled = (float)(rate * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t)));

	/* Neighbours are taken together: what lies between them has no gradient. */
	for (size_t i = 0, last; i < ranges; i = last + 1) {
		last = i;
		if (!(range[i].role & adam->roles))
			continue;
		while (last + 1 < ranges && range[last + 1].role & adam->roles)
			last++;
		range_step(adam, net->values, range[i].from, range[last].to, scaled);
	}
}

double pz_net_train(struct pz_net *net, struct pz_work *work, struct pz_adam *adam, size_t n,
		    const float *x, const float *joined, const struct pz_targets *targets,
		    double rate)
{
	double loss = pz_net_backward(net, work, n, x, joined, targets, adam->gradient);

	pz_adam_step(adam, net, rate);
	pz_nn_norm_follow(net, &work->norm);
	return loss;
}

double pz_net_train_heads(struct pz_net *net, struct pz_work *work, struct pz_adam *adam, size_t n,
			  const float *hidden, const struct pz_targets *targets, double rate)
{
	double loss = pz_net_backward_heads(net, work, n, hidden, targets, adam->gradient);

	pz_adam_step(adam, net, rate);
	return loss;
}
