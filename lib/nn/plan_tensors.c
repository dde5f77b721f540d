/* plan_tensors.c -- places of parameters, and the lists of tensors and layers */
#include <stdio.h>

#include <pz/error.h>

#include "plan_parts.h"

int pz_nn_plan_misfit(const struct nn_item *item, const char *what, int side)
{
	return pz_fail(PZ_EARG, "network line %d: %s (map of %d x %d pixels)", item->line, what,
		       side, side);
}

/* ---- parameters ---- */

size_t pz_nn_plan_place(struct builder *b, size_t count)
{
	size_t at = b->net->block;

	b->net->block += (count + 15) / 16 * 16;
	return at;
}

void pz_nn_plan_add_tensor(struct builder *b, enum pz_role role, const char *layer,
			   const char *what, size_t offset, int rank, const size_t *shape)
{
	struct pz_tensor *t = &b->net->tensor[b->net->tensors++];

	*t = (struct pz_tensor){ .role = role, .rank = rank, .offset = offset, .count = 1 };
	snprintf(t->name, sizeof t->name, "%s.%s", layer, what);
	for (int i = 0; i < rank; i++) {
		t->shape[i] = shape[i];
		t->count *= shape[i];
	}
	b->net->layer[b->net->layers - 1].parameters += t->count;
}

void pz_nn_plan_add_layer(struct builder *b, const char *name, int kernel, size_t in, size_t out,
			  int side)
{
	struct pz_layer *l = &b->net->layer[b->net->layers++];
	size_t area = kernel ? (size_t)kernel * (size_t)kernel : 1;

	*l = (struct pz_layer){ .kernel = kernel, .in = (int)in, .out = (int)out, .side = side };
	snprintf(l->name, sizeof l->name, "%s", name);
	l->macs = area * in * out * (size_t)side * (size_t)side;
}

/* ---- a stack of convolutions ---- */

/* The tensors of layer `item`, rows first ... of the stack c. */
static void conv_tensors(struct builder *b, const struct nn_item *item, const struct nn_conv *c,
			 const struct nn_branch *br)
{
	size_t k = (size_t)c->kernel, in = (size_t)c->in, out = (size_t)br->channels;
	size_t row = (size_t)br->first;
	char name[2 * NN_NAME + 1];

	snprintf(name, sizeof name, "%s%s%s", b->block, *b->block ? "." : "", item->name);
	pz_nn_plan_add_layer(b, name, c->kernel, in, out, c->side);
	pz_nn_plan_add_tensor(b, PZ_ROLE_TRUNK, name, "weight", c->weight + row * k * k * in, 4,
			      (size_t[]){ out, k, k, in });
	pz_nn_plan_add_tensor(b, PZ_ROLE_TRUNK, name, "bias", c->bias + row, 1, &out);
	if (br->act == NN_PRELU)
		pz_nn_plan_add_tensor(b, PZ_ROLE_TRUNK, name, "slope", c->slope + row, 1, &out);
	if (!br->norm)
		return;
	pz_nn_plan_add_tensor(b, PZ_ROLE_TRUNK, name, "scale", c->scale + row, 1, &out);
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, name, "mean", c->mean + row, 1, &out);
	pz_nn_plan_add_tensor(b, PZ_ROLE_SCALE, name, "variance", c->variance + row, 1, &out);
}

static void conv_places(struct builder *b, struct nn_conv *c)
{
	size_t out = (size_t)c->out;

	c->weight = pz_nn_plan_place(b, out * (size_t)(c->kernel * c->kernel) * (size_t)c->in);
	c->bias = pz_nn_plan_place(b, out);
	c->slope = pz_nn_plan_place(b, out);
	if (!c->norm)
		return;
	c->scale = pz_nn_plan_place(b, out);
	c->mean = pz_nn_plan_place(b, out);
	c->variance = pz_nn_plan_place(b, out);
	c->norm_at = b->plan->norms;
	b->plan->norms += out;
	b->plan->norm_widest = out > b->plan->norm_widest ? out : b->plan->norm_widest;
}

void pz_nn_plan_add_conv(struct builder *b, struct nn_conv *c, const struct nn_item *const *items)
{
	conv_places(b, c);
	for (int i = 0; i < c->branches; i++)
		conv_tensors(b, items[i], c, &c->branch[i]);
}
