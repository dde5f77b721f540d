/* constant.c -- entropies of the labels, and of their mean */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "constant.h"

#define SAMPLE 10000

/* -sum p ln p of a distribution that is the sum of `count` ones. */
static double entropy(const double *p, size_t n, double count)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum -= p[i] > 0 ? p[i] / count * log(p[i] / count) : 0;
	return sum;
}

/* Sums of the targets of each head, and of the gate behind them; the entropies of the targets. */
struct sums {
	size_t bins, heads, channels;
	double *target; /* (heads, bins), then (channels)  */
	float *y;       /* one target                      */
	double count, least;
};

static void add_target(struct sums *s, size_t head, struct pz_target target)
{
	double own = 0;

	pz_target_expand(target, s->bins, s->y);
	for (size_t b = 0; b < s->bins; b++) {
		s->target[head * s->bins + b] += (double)s->y[b];
		own -= s->y[b] > 0 ? (double)s->y[b] * log((double)s->y[b]) : 0;
	}
	s->least += own;
}

/* As the trainer reads lessons (train.h): channels without a target are uniform. */
static void add_lesson(struct sums *s, const struct pz_lesson *l)
{
	int sides = l->channel[1] < 0 ? 1 : 2;

	s->count++;
	if (s->channels == 0) {
		add_target(s, 0, l->target[0]);
		return;
	}
	for (size_t k = 0; k < s->heads; k++) {
		int side = l->channel[0] == (int)k ? 0 : sides == 2 && l->channel[1] == (int)k;
		bool own = l->channel[side] == (int)k;

		add_target(s, k, own ? l->target[side] : PZ_TARGET_UNIFORM);
	}
	for (int i = 0; i < sides; i++)
		s->target[s->heads * s->bins + (size_t)l->channel[i]] += 1.0 / sides;
	s->least += log((double)sides);
}

int constant_measure(const struct pz_examples *e, const struct pz_net_shape *shape,
		     struct constant *c)
{
	size_t n = e->count < SAMPLE ? e->count : SAMPLE;
	struct sums s = { .bins = (size_t)shape->bins,
			  .channels = (size_t)shape->channels,
			  .heads = shape->channels ? (size_t)shape->channels : 1 };
	int rc = 0;

	*c = (struct constant){ 0 };
	s.target = calloc(s.heads * s.bins + s.channels, sizeof *s.target);
	s.y = malloc(s.bins * sizeof *s.y);
	if (!s.target || !s.y)
		rc = pz_fail(PZ_ENOMEM, "no memory for the distribution of the labels");
	for (size_t i = 0; rc == 0 && i < n; i++)
		add_lesson(&s, &e->lesson[i * e->count / n]);
	for (size_t k = 0; rc == 0 && k < s.heads; k++)
		c->loss += entropy(s.target + k * s.bins, s.bins, s.count);
	if (rc == 0) {
		c->loss += entropy(s.target + s.heads * s.bins, s.channels, s.count);
		c->least = s.least / s.count;
	}
	free(s.target);
	free(s.y);
	return rc;
}

double constant_learned(const struct constant *c, double loss)
{
	return c->loss > c->least ? (c->loss - loss) / (c->loss - c->least) : 1;
}
