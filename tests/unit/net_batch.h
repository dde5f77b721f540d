/* net_batch.h -- a network with a batch for it, and whether its gradient is what differences say
 *
 * A test fills the struct, as it needs stamps and labels; the rest is here.
 */
#ifndef TEST_NET_BATCH_H
#define TEST_NET_BATCH_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/nn.h>

/* A network, and n stamps of a batch with their targets. */
struct fixture {
	struct pz_net *net;
	struct pz_work *work;
	size_t n;
	float *x, *joined, *gate;
	struct pz_target *label;
	struct pz_targets targets;
};

static inline void fixture_release(struct fixture *f)
{
	pz_work_free(f->work);
	pz_net_free(f->net);
	free(f->x);
	free(f->joined);
	free(f->label);
	free(f->gate);
}

/* Slopes of PReLU such that none of 0 hides a wrong factor. */
static inline void lift_slopes(struct fixture *f)
{
	for (size_t i = 0; i < pz_net_tensors(f->net); i++) {
		const struct pz_tensor *t = pz_net_tensor(f->net, i);

		for (size_t k = 0; strstr(t->name, "slope") && k < t->count; k++)
			pz_net_values(f->net)[t->offset + k] = 0.3f;
	}
}

/* How differences are taken: how far from where the network is, and the least norm of a gradient.
 */
struct differences {
	double step, least;
	double (*loss)(struct fixture *f);
};

/* Along the gradient of one tensor the loss changes by its norm squared. */
static inline void check_slope(struct fixture *f, const struct differences *d,
			       const struct pz_tensor *t, const float *gradient)
{
	float *v = pz_net_values(f->net) + t->offset;
	const float *g = gradient + t->offset;
	float *old = malloc(t->count * sizeof *old);
	double norm = 0, step, up, down;

	assert_non_null(old);
	memcpy(old, v, t->count * sizeof *old);
	for (size_t i = 0; i < t->count; i++)
		norm += (double)g[i] * (double)g[i];
	norm = sqrt(norm);
	if (norm < d->least)
		fail_msg("%s: no gradient", t->name);
	step = d->step / (norm > 1 ? norm : 1);
	for (size_t i = 0; i < t->count; i++)
		v[i] = old[i] + (float)(step * (double)g[i] / norm);
	up = d->loss(f);
	for (size_t i = 0; i < t->count; i++)
		v[i] = old[i] - (float)(step * (double)g[i] / norm);
	down = d->loss(f);
	memcpy(v, old, t->count * sizeof *v);
	if (fabs((up - down) / (2 * step) - norm) > 0.02 * norm + 1e-3)
		fail_msg("%s: gradient %g, differences give %g", t->name, norm,
			 (up - down) / (2 * step));
	free(old);
}

/* The same of all tensors that are learned. */
static inline void check_slopes(struct fixture *f, const struct differences *d,
				const float *gradient)
{
	for (size_t i = 0; i < pz_net_tensors(f->net); i++)
		if (pz_net_tensor(f->net, i)->role != PZ_ROLE_SCALE)
			check_slope(f, d, pz_net_tensor(f->net, i), gradient);
}

#endif
