/* net.c -- a network: making, drawing weights, its tensors and layers */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <pz/bins.h>
#include <pz/cpu.h>
#include <pz/error.h>
#include <pz/nn.h>
#include <pz/random.h>

#include "../base/os.h"
#include "kernels.h"
#include "plan.h"

#define SIZE_MAX_PX 4096
#define BANDS_MAX   256

/* pixels: whether the network reads any. That data have no pixels, or no features, is a matter of
 * the data (PZ_EMISMATCH), other shapes are one of the caller. */
static int shape_check(const struct pz_net_shape *s, bool pixels)
{
	if (s->features < 0 || s->features > PZ_FEATURES_MAX)
		return pz_fail(PZ_EARG, "features: expected at most %d, found %d", PZ_FEATURES_MAX,
			       s->features);
	if (pixels && s->bands == 0 && s->size == 0)
		return pz_fail(PZ_EMISMATCH,
			       "the network reads pixels: expected stamps, found data without "
			       "bands and size");
	if (pixels && (s->bands < 1 || s->bands > BANDS_MAX))
		return pz_fail(PZ_EARG, "bands: expected 1 to %d, found %d", BANDS_MAX, s->bands);
	if (pixels && (s->size < 1 || s->size > SIZE_MAX_PX))
		return pz_fail(PZ_EARG, "size: expected 1 to %d pixels, found %d", SIZE_MAX_PX,
			       s->size);
	if (s->bins < 2 || s->bins > PZ_BINS_MAX)
		return pz_fail(PZ_EARG, "bins: expected 2 to %d, found %d", PZ_BINS_MAX, s->bins);
	if (s->channels < 0 || s->channels > PZ_CHANNELS_MAX)
		return pz_fail(PZ_EARG, "channels: expected 0 to %d, found %d", PZ_CHANNELS_MAX,
			       s->channels);
	return 0;
}

/* Pages come into being when they are written: a model's header that claims a huge
 * network takes no memory before its tensors are there. Large ones where the system
 * has them, a model is faster to read then. */
static int values_new(struct pz_net *net)
{
	void *p = mmap(NULL, net->block * sizeof *net->values, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return pz_fail(PZ_ENOMEM, "network: no memory for %zu parameters", net->block);
	pz_os_wish_large_pages(p, net->block * sizeof *net->values);
	net->values = p;
	return 0;
}

int pz_net_new(struct pz_net **out, const char *text, const struct pz_net_shape *shape)
{
	const char *builtin = pz_net_builtin(text);
	struct nn_text *parsed = malloc(sizeof *parsed);
	struct pz_net *net = calloc(1, sizeof *net);
	int rc;

	*out = NULL;
	if (!parsed || !net) {
		rc = pz_fail(PZ_ENOMEM, "network: no memory");
		goto done;
	}
	net->shape = *shape;
	if ((rc = pz_cpu_check()) < 0 ||
	    (rc = pz_nn_text_parse(parsed, builtin ? builtin : text)) < 0 ||
	    (rc = shape_check(shape, pz_nn_text_has_pixels(parsed))) < 0)
		goto done;
	if (!pz_nn_text_has_pixels(parsed))
		net->shape.bands = net->shape.size = 0;
	if ((rc = pz_nn_plan_make(net, parsed)) < 0 || (rc = values_new(net)) < 0)
		goto done;
	net->shape.features = (int)net->plan.features;
	if (!(net->text = pz_nn_text_write(parsed))) {
		rc = pz_fail(PZ_ENOMEM, "network: no memory");
		goto done;
	}
	*out = net;
	net = NULL;
done:
	free(parsed);
	pz_net_free(net);
	return rc;
}

void pz_net_free(struct pz_net *net)
{
	if (!net)
		return;
	free(net->plan.step);
	free(net->plan.dense);
	free(net->text);
	free(net->tensor);
	free(net->layer);
	if (net->values)
		munmap(net->values, net->block * sizeof *net->values);
	free(net);
}

const char *pz_net_text(const struct pz_net *net)
{
	return net->text;
}

const struct pz_net_shape *pz_net_shape(const struct pz_net *net)
{
	return &net->shape;
}

bool pz_net_uses_ebv(const struct pz_net *net)
{
	return net->plan.ebv;
}

size_t pz_net_joined(const struct pz_net *net)
{
	return net->plan.ebv + net->plan.features;
}

size_t pz_net_hidden(const struct pz_net *net)
{
	return net->plan.dense[net->plan.layers].in;
}

size_t pz_net_outputs(const struct pz_net *net)
{
	return net->plan.dense[net->plan.layers].out;
}

size_t pz_net_count(const struct pz_net *net)
{
	size_t n = 0;

	for (size_t i = 0; i < net->tensors; i++)
		n += net->tensor[i].count;
	return n;
}

size_t pz_net_tensors(const struct pz_net *net)
{
	return net->tensors;
}

const struct pz_tensor *pz_net_tensor(const struct pz_net *net, size_t i)
{
	return i < net->tensors ? &net->tensor[i] : NULL;
}

const struct pz_tensor *pz_net_find(const struct pz_net *net, const char *name)
{
	for (size_t i = 0; i < net->tensors; i++)
		if (!strcmp(net->tensor[i].name, name))
			return &net->tensor[i];
	return NULL;
}

float *pz_net_values(struct pz_net *net)
{
	return net->values;
}

size_t pz_net_block(const struct pz_net *net)
{
	return net->block;
}

size_t pz_net_layers(const struct pz_net *net)
{
	return net->layers;
}

const struct pz_layer *pz_net_layer(const struct pz_net *net, size_t i)
{
	return i < net->layers ? &net->layer[i] : NULL;
}

/* Xavier: uniform within sqrt(6/(fan_in + fan_out)), fan = channels x kernel area. */
static void weight_init(const struct pz_tensor *t, float *w, uint64_t seed)
{
	size_t area = t->rank == 4 ? t->shape[1] * t->shape[2] : 1;
	size_t fans = area * (t->shape[0] + t->shape[t->rank - 1]);
	double bound = sqrt(6.0 / (double)fans);
	struct pz_random r;

	pz_random_init(&r, seed, pz_random_stream(t->name, 0));
	for (size_t i = 0; i < t->count; i++)
		w[i] = (float)(bound * (2 * pz_random_uniform(&r) - 1));
}

static bool ends_in(const char *name, const char *what)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot + 1, what);
}

/* What leaves pixels, features and maps as they are; all else of this role is 0. */
static void scale_init(const struct pz_tensor *t, float *v)
{
	if (!strcmp(t->name, "features.scale") || ends_in(t->name, "variance"))
		for (size_t k = 0; k < t->count; k++)
			v[k] = 1;
	if (!strcmp(t->name, "whiten.weight"))
		for (size_t k = 0; k < t->shape[0]; k++)
			v[k * t->shape[0] + k] = 1;
}

void pz_net_init(struct pz_net *net, uint64_t seed)
{
	memset(net->values, 0, net->block * sizeof *net->values);
	for (size_t i = 0; i < net->tensors; i++) {
		const struct pz_tensor *t = &net->tensor[i];
		float *v = net->values + t->offset;

		if (t->role == PZ_ROLE_SCALE)
			scale_init(t, v);
		else if (t->rank > 1)
			weight_init(t, v, seed);
		else if (!ends_in(t->name, "slope"))
			for (size_t k = 0; k < t->count; k++)
				v[k] = ends_in(t->name, "scale") ? 1 : 0.1f;
	}
}

static int tensor_fits(const struct pz_tensor *t, const struct pz_tensor *other)
{
	if (!other)
		return pz_fail(PZ_EMISMATCH, "tensor '%s' is not in the other network", t->name);
	if (t->rank != other->rank || memcmp(t->shape, other->shape, sizeof t->shape) != 0)
		return pz_fail(PZ_EMISMATCH, "tensor '%s': expected %zu values, found %zu", t->name,
			       t->count, other->count);
	return 0;
}

int pz_net_copy(struct pz_net *to, const struct pz_net *from, unsigned roles)
{
	for (int copy = 0; copy < 2; copy++) {
		for (size_t i = 0; i < to->tensors; i++) {
			const struct pz_tensor *t = &to->tensor[i];
			const struct pz_tensor *other = pz_net_find(from, t->name);

			if (!(roles & t->role))
				continue;
			if (!copy && tensor_fits(t, other) < 0)
				return PZ_EMISMATCH;
			if (copy)
				memcpy(to->values + t->offset, from->values + other->offset,
				       t->count * sizeof *to->values);
		}
	}
	return 0;
}
