/* loss.c -- labels, softmax, cross-entropy and p(z) (METHOD.md section 5) */
#include <math.h>
#include <string.h>

#include <pz/nn.h>

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
		top = 1 / nn_kernels()->exps(bins, y, top, y);
		for (size_t i = 0; i < bins; i++)
			y[i] *= top;
	}
}

/* s(n) = exp(l - largest), unnormalised; returns their sum. */
static float softmax_start(size_t n, const float *l, float *s, float *top)
{
	*top = nn_kernels()->largest(n, l);
	return nn_kernels()->exps(n, l, *top, s);
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

double nn_loss(const struct pz_net *net, struct pz_work *w, size_t n, const float *logits,
	       const struct pz_targets *t)
{
	size_t bins = (size_t)net->shape.bins, m = (size_t)net->shape.channels;
	size_t heads = m ? m : 1, outputs = pz_net_outputs(net);
	float scale = 1 / (float)n;
	double loss = 0;

#pragma omp parallel for schedule(static) if (n * outputs > WORTH)
	for (size_t i = 0; i < n; i++) {
		const float *l = logits + i * outputs;
		float *s = w->softmax + i * outputs, *d = w->dlogits + i * outputs;

		target_row(net, t, i, d);
		w->loss[i] = 0;
		for (size_t k = 0; k < heads; k++)
			w->loss[i] +=
				entropy(bins, l + k * bins, s + k * bins, d + k * bins, scale);
		if (m)
			w->loss[i] += entropy(m, l + heads * bins, s + heads * bins,
					      d + heads * bins, scale);
	}
	for (size_t i = 0; i < n; i++)
		loss += w->loss[i];
	return loss / (double)n;
}

double pz_net_loss(const struct pz_net *net, struct pz_work *work, size_t n, const float *logits,
		   const struct pz_targets *targets)
{
	return nn_loss(net, work, n, logits, targets);
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
	top = nn_kernels()->largest(m, gate);
	sum = 0;
	for (size_t k = 0; k < m; k++)
		sum += expf(gate[k] - top);
	for (size_t k = 0; k < m; k++)
		nn_kernels()->mix(bins, l + k * bins, expf(gate[k] - top) / sum, p);
}

void pz_net_pz(const struct pz_net *net, size_t n, const float *logits, float *pz)
{
	size_t outputs = pz_net_outputs(net), bins = (size_t)net->shape.bins;

#pragma omp parallel for schedule(static) if (n * outputs > WORTH)
	for (size_t i = 0; i < n; i++)
		pz_row(net, logits + i * outputs, pz + i * bins);
}
