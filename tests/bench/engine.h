/* engine.h -- a network and a batch of noise, for programs that measure the engine */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include <stdio.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/nn.h>

#include "measure.h"

struct engine {
	size_t batch;
	struct pz_net *net;
	struct pz_work *work;
	struct pz_adam adam;
	float *x, *joined, *features, *logits, *pz, *gate;
	struct pz_target *label;
};

static inline float *engine_noise(size_t n, uint64_t stream)
{
	return fill_noise(malloc(n * sizeof(float)), n, stream);
}

/* Each galaxy has a label in one channel. */
static inline void engine_label(struct engine *e, size_t channels)
{
	e->label = calloc(e->batch * channels, sizeof *e->label);
	e->gate = calloc(e->batch * channels, sizeof *e->gate);
	if (!e->label || !e->gate)
		exit(1);
	for (size_t i = 0; i < e->batch; i++) {
		for (size_t k = 0; k < channels; k++)
			e->label[i * channels + k] = PZ_TARGET_UNIFORM;
		e->label[i * channels + i % channels] = (struct pz_target){ (float)(i % 60), 0 };
		e->gate[i * channels + i % channels] = 1;
	}
}

/* roles: of the parameters that are trained; 0: none. Ends the program where it cannot be had. */
static inline void engine_make(struct engine *e, const char *net, const struct pz_net_shape *s,
			       size_t batch, unsigned roles)
{
	size_t pixels = (size_t)s->bands * (size_t)(s->size * s->size);

	*e = (struct engine){ .batch = batch };
	if (pz_net_new(&e->net, net, s) < 0 || pz_work_new(&e->work, e->net, batch, roles) < 0 ||
	    (roles && pz_adam_init(&e->adam, e->net, roles) < 0)) {
		fprintf(stderr, "%s: %s\n", net, pz_error_text());
		exit(1);
	}
	pz_net_init(e->net, 1);
	e->x = engine_noise(batch * pixels, 3);
	e->joined = engine_noise(batch * pz_net_joined(e->net), 4);
	e->features = engine_noise(batch * pz_net_hidden(e->net), 5);
	e->logits = engine_noise(batch * pz_net_outputs(e->net), 6);
	e->pz = engine_noise(batch * (size_t)s->bins, 7);
	engine_label(e, (size_t)s->channels);
}

/* Steps on the first n galaxies. */
static inline void engine_predict(struct engine *e, size_t n)
{
	pz_net_forward(e->net, e->work, n, e->x, e->joined, e->features);
	pz_net_logits(e->net, e->work, n, e->features, e->logits);
	pz_net_pz(e->net, n, e->logits, e->pz);
}

static inline void engine_train(struct engine *e, size_t n)
{
	const struct pz_targets t = { .label = e->label, .gate = e->gate };

	pz_net_train(e->net, e->work, &e->adam, n, e->x, e->joined, &t, 1e-4);
}

static inline void engine_train_heads(struct engine *e, size_t n)
{
	const struct pz_targets t = { .label = e->label, .gate = e->gate };

	pz_net_train_heads(e->net, e->work, &e->adam, n, e->features, &t, 1e-4);
}

#endif
