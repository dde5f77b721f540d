/* loss.c -- labels, softmax, cross-entropy and p(z) (pzpipe-method(7), equations 4 to 7) */
#include <math.h>
#include <string.h>

#include <pz/nn.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "kernels.h"
#include "loss.h"
#include "work.h"

void pz_target_expand(struct pz_target target, size_t bins, float *y)
{
	float last = (float)(bins - 1), bin = floorf(target.centre + 0.5f), top;

	bin = bin > 0 ? bin < last ? bin : last : 0;
	if (target.width < 0) {
		for (size_t i = 0; i < bins; i++)
			y[i] = 1 / (float)bins;
	} else if (target.width == 0) {
		memset(y, 0, bins * sizeof *y);
		y[(size_t)bin] = 1;
	} else {
		/* The nearest bin's exponent is the largest: taken off, it keeps a
		 * Gaussian far outside of the grid from vanishing altogether. */
		for (size_t i = 0; i < bins; i++) {
			float d = ((float)i - target.centre) / target.width;

			y[i] = -0.5f * d * d;
		}
		top = y[(size_t)bin];
		top = 1 / pz_nn_kernels()->exps(bins, y, top, y);
		for (size_t i = 0; i < bins; i++)
			y[i] *= top;
	}
}

/* s(n) = exp(l - largest), unnormalised; returns their sum. */
static float softmax_start(size_t n, const float *l, float *s, float *top)
{
	*top = pz_nn_kernels()->largest(n, l);
	return pz_nn_kernels()->exps(n, l, *top, s);
}

/* Cross-entropy of target y against softmax(l); y becomes scale (softmax - y). */
static double entropy(size_t n, const float *l, float *restrict s, float *restrict y, float scale)
{
	float top, sum = softmax_start(n, l, s, &top), factor = scale / sum;
	double loss = 0, log_sum = (double)top + log((double)sum);

	for (size_t i = 0; i < n; i++) {
		if (y[i] > 0)
			loss += (double)y[i] * (log_sum - (double)l[i]);
		y[i] = factor * s[i] - scale * y[i];
	}
	return loss;
}

/* The targets of stamp i in the order of the outputs. */
static void target_row(const struct pz_net *net, const struct pz_targets *t, size_t i, float *y)
{
	size_t bins = (size_t)net->shape.bins, m = (size_t)net->shape.channels;
	size_t heads = m ? m : 1;

	if (t->dense) {
		memcpy(y, t->dense + i * pz_net_outputs(net), pz_net_outputs(net) * sizeof *y);
		return;
	}
	for (size_t k = 0; k < heads; k++)
		pz_target_expand(t->label[i * heads + k], bins, y + k * bins);
	if (m)
		memcpy(y + heads * bins, t->gate + i * m, m * sizeof *y);
}

#define WORTH ((size_t)1 << 15) /* exponentials worth waking another thread for */

struct loss_job {
	const struct pz_net *net;
	struct pz_work *w;
	const float *logits;
	const struct pz_targets *targets;
	size_t of;
};

static void row_loss(void *arg, size_t i, size_t thread)
{
	const struct loss_job *j = arg;
	size_t bins = (size_t)j->net->shape.bins, m = (size_t)j->net->shape.channels;
	size_t heads = m ? m : 1, at = i * pz_net_outputs(j->net), gate = at + heads * bins;
	float *s = j->w->softmax, *d = j->w->dlogits, scale = 1 / (float)j->of;
	double loss = 0;

	(void)thread;
	target_row(j->net, j->targets, i, d + at);
	for (size_t k = 0; k < heads; k++, at += bins)
		loss += entropy(bins, j->logits + at, s + at, d + at, scale);
	if (m)
		loss += entropy(m, j->logits + gate, s + gate, d + gate, scale);
	j->w->loss[i] = loss;
}

double pz_nn_loss(const struct pz_net *net, struct pz_work *w, size_t n, size_t of,
		  const float *logits, const struct pz_targets *t)
{
	struct loss_job j = { net, w, logits, t, of };
	double loss = 0;

	pz_team_run(n * pz_net_outputs(net) > WORTH ? w->threads : 1, n, row_loss, &j);
	for (size_t i = 0; i < n; i++)
		loss += w->loss[i];
	return loss / (double)of;
}

double pz_net_loss(const struct pz_net *net, struct pz_work *work, size_t n, const float *logits,
		   const struct pz_targets *targets)
{
	return pz_nn_loss(net, work, n, n, logits, targets);
}

/* p(Z) of one stamp. */
static void pz_row(const struct pz_net *net, const float *l, float *p)
{
	size_t bins = (size_t)net->shape.bins, m = (size_t)net->shape.channels;
	const float *gate = l + m * bins;
	float top, sum;

	memset(p, 0, bins * sizeof *p);
	if (!m) {
		sum = softmax_start(bins, l, p, &top);
		for (size_t i = 0; i < bins; i++)
			p[i] /= sum;
		return;
	}
	top = pz_nn_kernels()->largest(m, gate);
	sum = 0;
	for (size_t k = 0; k < m; k++)
		sum += expf(gate[k] - top);
	for (size_t k = 0; k < m; k++)
		pz_nn_kernels()->mix(bins, l + k * bins, expf(gate[k] - top) / sum, p);
}

struct pz_job {
	const struct pz_net *net;
	const float *logits;
	float *pz;
};

static void row_pz(void *arg, size_t i, size_t thread)
{
	const struct pz_job *j = arg;

	(void)thread;
	pz_row(j->net, j->logits + i * pz_net_outputs(j->net),
	       j->pz + i * (size_t)j->net->shape.bins);
}

void pz_net_pz(const struct pz_net *net, size_t n, const float *logits, float *pz)
{
	struct pz_job j = { net, logits, pz };

	pz_team_run(n * pz_net_outputs(net) > WORTH ? (size_t)pz_threads() : 1, n, row_pz, &j);
}
