/* norm.c -- statistics of normalised products: of a batch, of the network, folded into weights */
#include <math.h>

#include "norm.h"

/* Of the line by a network's variance; a file may hold any number for that. */
static double slope_of(float variance)
{
	return 1 / sqrt(fmax((double)variance, 0) + NN_NORM_LEAST);
}

float pz_nn_norm_fold(const struct pz_net *net, const struct nn_conv *c, const struct nn_branch *b,
		      int column, float *shift)
{
	size_t at = (size_t)(b->first + column);
	const float *v = net->values;
	double k;

	*shift = v[c->bias + at];
	if (!b->norm)
		return 1;
	k = (double)v[c->scale + at] * slope_of(v[c->variance + at]);
	*shift = (float)((double)*shift - (double)v[c->mean + at] * k);
	return (float)k;
}

void pz_nn_norm_begin(const struct pz_net *net, const struct nn_conv *c, const struct nn_norm *norm,
		      float *folded)
{
	size_t row = (size_t)(c->kernel * c->kernel) * (size_t)c->in;

	for (int i = 0; i < c->branches; i++)
		for (int k = 0; k < c->branch[i].channels; k++) {
			size_t column = (size_t)(c->branch[i].first + k);
			const float *weight = net->values + c->weight + column * row;
			float by = pz_nn_norm_fold(net, c, &c->branch[i], k,
						   &norm->shift[c->norm_at + column]);

			for (size_t j = 0; j < row; j++)
				folded[column * row + j] = by * weight[j];
		}
}

/* One column that is normalised. */
static void settle_column(const struct pz_net *net, const struct nn_conv *c,
			  const struct nn_norm *norm, size_t column, double n)
{
	size_t at = c->norm_at + column;
	double mean = norm->all[column] / n;
	double variance = fmax(norm->all[(size_t)c->out + column] / n - mean * mean, 0);
	double inverse = 1 / sqrt(variance + NN_NORM_LEAST);
	double scale = (double)net->values[c->scale + column] * inverse;

	norm->mean[at] = (float)mean;
	norm->inverse[at] = (float)inverse;
	norm->scale[at] = (float)scale;
	norm->shift[at] = (float)((double)net->values[c->bias + column] - mean * scale);
}

void pz_nn_norm_settle(const struct pz_net *net, const struct nn_conv *c,
		       const struct nn_norm *norm, double n)
{
	for (int i = 0; i < c->branches; i++)
		for (int k = 0; k < c->branch[i].channels; k++) {
			size_t column = (size_t)(c->branch[i].first + k);
			size_t at = c->norm_at + column;

			if (c->branch[i].norm) {
				settle_column(net, c, norm, column, n);
				continue;
			}
			norm->mean[at] = norm->inverse[at] = 0;
			norm->scale[at] = 1;
			norm->shift[at] = net->values[c->bias + column];
		}
}

void pz_nn_norm_set_line(float *mean, float *variance, double slope, double offset)
{
	*mean = (float)(offset / slope);
	*variance = (float)fmax(1 / (slope * slope) - NN_NORM_LEAST, 0);
}

static void follow(float *mean, float *variance, double latest_mean, double inverse)
{
	double slope = slope_of(*variance), offset = (double)*mean * slope;

	slope += NN_NORM_LATEST * (inverse - slope);
	offset += NN_NORM_LATEST * (latest_mean * inverse - offset);
	pz_nn_norm_set_line(mean, variance, slope, offset);
}

void pz_nn_norm_follow(struct pz_net *net, const struct nn_norm *norm)
{
	for (size_t s = 0; s < net->plan.steps; s++) {
		const struct nn_conv *c = &net->plan.step[s].c;

		for (int i = 0; i < c->branches && c->norm; i++)
			for (int k = 0; k < c->branch[i].channels && c->branch[i].norm; k++) {
				size_t column = (size_t)(c->branch[i].first + k);
				size_t at = c->norm_at + column;

				follow(&net->values[c->mean + column],
				       &net->values[c->variance + column], (double)norm->mean[at],
				       (double)norm->inverse[at]);
			}
	}
}
