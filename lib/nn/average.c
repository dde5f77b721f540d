/* average.c -- passes over weights beside the optimiser's: their decay, and their running mean
 *
 * The mean of the weights over the last part of a run lies nearer to the minimum that they move
 * about than the weights of any iteration.
 *
 * Sources: Loshchilov and Hutter 2019 (ICLR), "Decoupled weight decay regularization"; Izmailov et
 * al. 2018 (UAI), "Averaging weights leads to wider optima and better generalization".
 */
#include <pz/team.h>
#include <pz/threads.h>

#include "average.h"

#define BLOCK ((size_t)32768) /* values at a time */

struct pass {
	float *restrict to;
	const float *restrict from; /* NULL: decay */
	size_t count;
	float factor;
};

static void block_pass(void *arg, size_t item, size_t thread)
{
	const struct pass *p = arg;
	size_t at = item * BLOCK, end = at + BLOCK < p->count ? at + BLOCK : p->count;
	float *restrict to = p->to;

	(void)thread;
	if (p->from)
		for (size_t i = at; i < end; i++)
			to[i] += p->factor * (p->from[i] - to[i]);
	else
		for (size_t i = at; i < end; i++)
			to[i] *= p->factor;
}

static void run_pass(struct pass p)
{
	pz_team_run((size_t)pz_threads(), (p.count + BLOCK - 1) / BLOCK, block_pass, &p);
}

void pz_nn_decay(struct pz_net *net, unsigned roles, double share)
{
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);

		if (t->role & roles && t->rank > 1)
			run_pass((struct pass){ .to = pz_net_values(net) + t->offset,
						.count = t->count,
						.factor = (float)(1 - share) });
	}
}

void pz_nn_average(const struct pz_net *net, unsigned roles, float *mean, int64_t n)
{
	const float *values = pz_net_values((struct pz_net *)net);

	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);

		if (t->role & roles)
			run_pass((struct pass){ .to = mean + t->offset,
						.from = values + t->offset,
						.count = t->count,
						.factor = 1 / (float)n });
	}
}

void pz_nn_swap(struct pz_net *net, unsigned roles, float *mean)
{
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);
		float *values = pz_net_values(net) + t->offset;

		for (size_t k = 0; t->role & roles && k < t->count; k++) {
			float value = values[k];

			values[k] = mean[t->offset + k];
			mean[t->offset + k] = value;
		}
	}
}
