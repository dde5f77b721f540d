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
		return pz_fail(PZ_EARG, "network: %zu outputs of %zu features are too many", out,
			       in);
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

int pz_nn_plan_vector(struct builder *b, size_t i)
{
	struct nn_plan *p = b->plan;
	const struct nn_item *item = b->text->item;
	size_t in = (size_t)p->last.channels;
	int rc;

	p->mean = item[i].kind == NN_MEAN;
	if (!p->mean)
		in *= (size_t)p->last.side * (size_t)p->last.side;
	if (i + 1 < b->text->count && item[i + 1].kind == NN_EBV) {
		p->ebv = true;
		in++;
		i++;
	}
	p->vector = in;
	for (i++; i < b->text->count; i++) {
		if ((rc = dense_add(b, &item[i], in)) < 0)
			return rc;
		in = p->dense[p->layers - 1].out;
	}
	rc = outputs_add(b, in);
	if (rc == 0 && b->net->block >= LIMIT)
		rc = pz_fail(PZ_EARG, "network: more than 2^30 parameters");
	return rc;
}
