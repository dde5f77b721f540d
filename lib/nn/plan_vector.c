/* plan_vector.c -- what stands behind the trunk: the vector, hidden layers, outputs */
#include <stdio.h>

#include <pz/error.h>

#include "plan_parts.h"

/* ---- behind the trunk ---- */

static int dense_add(struct builder *b, const struct nn_item *item, size_t in)
{
	struct nn_dense *d = &b->plan->dense[b->plan->layers++];
	size_t out = (size_t)item->width;

	if (in >= LIMIT / out)
		return pz_nn_plan_misfit(item, "layer too large", b->plan->last.side);
	*d = (struct nn_dense){ .in = in, .out = out, .act = item->act };
	d->weight = pz_nn_plan_place(b, in * out);
	d->bias = pz_nn_plan_place(b, out);
	d->slope = pz_nn_plan_place(b, out);
	pz_nn_plan_add_layer(b, item->name, 0, in, out, 1);
	pz_nn_plan_add_tensor(b, PZ_ROLE_HIDDEN, item->name, "weight", d->weight, 2,
			      (size_t[]){ out, in });
	pz_nn_plan_add_tensor(b, PZ_ROLE_HIDDEN, item->name, "bias", d->bias, 1, &out);
	if (item->act == NN_PRELU)
		pz_nn_plan_add_tensor(b, PZ_ROLE_HIDDEN, item->name, "slope", d->slope, 1, &out);
	return 0;
}

/* Rows first ... of the outputs, as a layer of their own. */
static void output_tensors(struct builder *b, const struct nn_dense *d, enum pz_role role,
			   const char *name, size_t first, size_t out)
{
	pz_nn_plan_add_tensor(b, role, name, "weight", d->weight + first * d->in, 2,
			      (size_t[]){ out, d->in });
	pz_nn_plan_add_tensor(b, role, name, "bias", d->bias + first, 1, &out);
}

static int outputs_add(struct builder *b, size_t in)
{
	struct nn_dense *d = &b->plan->dense[b->plan->layers];
	size_t bins = (size_t)b->net->shape.bins, m = (size_t)b->net->shape.channels;
	size_t heads = m ? m : 1, out = heads * bins + m;

	if (in >= LIMIT / out)
		return pz_fail(PZ_EARG, "network: %zu outputs of %zu units are too many", out, in);
	*d = (struct nn_dense){ .in = in, .out = out, .act = NN_NONE };
	b->net->outputs_at = b->net->block;
	d->weight = pz_nn_plan_place(b, in * out);
	d->bias = pz_nn_plan_place(b, out);
	pz_nn_plan_add_layer(b, "outputs", 0, in, out, 1);
	for (size_t k = 0; k < heads; k++) {
		char name[32];

		snprintf(name, sizeof name, "head%zu", k);
		output_tensors(b, d, PZ_ROLE_HEAD, name, k * bins, bins);
	}
	if (m)
		output_tensors(b, d, PZ_ROLE_GATE, "gate", heads * bins, m);
	return 0;
}

/* ---- the vector ---- */

/* The features, and the mean and scale of each, which training data give and nothing learns. */
static int features_add(struct builder *b, const struct nn_item *item)
{
	struct nn_plan *p = b->plan;
	size_t n = (size_t)b->net->shape.features;

	if (n == 0)
		return pz_fail(PZ_EMISMATCH,
			       "the network reads features (line %d): expected data with "
			       "features, found none",
			       item->line);
	p->features = n;
	p->feature_mean = pz_nn_plan_place(b, n);
	p->feature_scale = pz_nn_plan_place(b, n);
	pz_nn_plan_add_layer(b, "features", 0, n, n, 1);
	b->net->layer[b->net->layers - 1].macs = 0;
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, "features", "mean", p->feature_mean, 1, &n);
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, "features", "scale", p->feature_scale, 1, &n);
	return 0;
}

/* What comes from the pixels. */
static void pixels_add(struct nn_plan *p, const struct nn_item *item)
{
	p->mean = item->kind == NN_MEAN;
	p->pixels = (size_t)p->last.channels;
	if (!p->mean)
		p->pixels *= (size_t)p->last.side * (size_t)p->last.side;
}

int pz_nn_plan_vector(struct builder *b, size_t i)
{
	struct nn_plan *p = b->plan;
	const struct nn_item *item = b->text->item;
	size_t end = b->text->count, in;
	int rc = 0;

	if (pz_nn_text_has_pixels(b->text))
		pixels_add(p, &item[i++]);
	if (i < end && item[i].kind == NN_EBV) {
		p->ebv = true;
		i++;
	}
	if (i < end && item[i].kind == NN_FEATURES)
		rc = features_add(b, &item[i++]);
	if (rc < 0)
		return rc;
	in = p->vector = p->pixels + p->ebv + p->features;
	for (; i < end; i++) {
		if ((rc = dense_add(b, &item[i], in)) < 0)
			return rc;
		in = p->dense[p->layers - 1].out;
	}
	rc = outputs_add(b, in);
	if (rc == 0 && b->net->block >= LIMIT)
		rc = pz_fail(PZ_EARG, "network: more than 2^30 parameters");
	return rc;
}
