/* constant.c -- entropies of the labels, and of their mean */
#include <math.h>
#include <stdlib.h>

#include <pz/bins.h>
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
	const struct pz_net_shape *shape;
	size_t bins, heads, channels;
	double *target; /* (heads, bins), then (channels)  */
	double least;
	struct pz_target label[PZ_CHANNELS_MAX];
	float gate[PZ_CHANNELS_MAX];
	float *y; /* one target                      */
};

/* Adds a distribution to a sum of them. */
static void add_distribution(struct sums *s, size_t n, const float *y, double *to)
{
	for (size_t i = 0; i < n; i++) {
		to[i] += (double)y[i];
		s->least -= y[i] > 0 ? (double)y[i] * log((double)y[i]) : 0;
	}
}

static void add_lesson(struct sums *s, const struct pz_lesson *lesson)
{
	pz_lesson_targets(s->shape, lesson, s->label, s->gate);
	for (size_t k = 0; k < s->heads; k++) {
		pz_target_expand(s->label[k], s->bins, s->y);
		add_distribution(s, s->bins, s->y, s->target + k * s->bins);
	}
	add_distribution(s, s->channels, s->gate, s->target + s->heads * s->bins);
}

int constant_measure(const struct pz_examples *e, const struct pz_net_shape *shape,
		     struct constant *c)
{
	size_t n = e->count < SAMPLE ? e->count : SAMPLE;
	struct sums s = { .shape = shape,
			  .bins = (size_t)shape->bins,
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
		c->loss += entropy(s.target + k * s.bins, s.bins, (double)n);
	if (rc == 0) {
		c->loss += entropy(s.target + s.heads * s.bins, s.channels, (double)n);
		c->least = s.least / (double)n;
	}
	free(s.target);
	free(s.y);
	return rc;
}

double constant_learned(const struct constant *c, double loss)
{
	return c->loss > c->least ? (c->loss - loss) / (c->loss - c->least) : 1;
}
