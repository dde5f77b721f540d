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
