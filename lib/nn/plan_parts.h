/* plan_parts.h -- private: what the files that make a plan share */
#ifndef PZ_NN_PLAN_PARTS_H
#define PZ_NN_PLAN_PARTS_H

#include "plan.h"

#define LIMIT ((size_t)1 << 30) /* floats of the parameters, of a stamp's maps */

struct builder {
	struct pz_net *net;
	struct nn_plan *plan;
	const struct nn_text *text;
	const char *block; /* name of the block being built, or ""              */
	int side;          /* of the map the last function made, for messages   */
};

/* PZ_EARG with the line of the network's text, what is wrong there, and the side of the map. */
int pz_nn_plan_misfit(const struct nn_item *item, const char *what, int side);
/* The place of so many parameters in the block, on a boundary of 64 bytes. */
size_t pz_nn_plan_place(struct builder *b, size_t count);
/* Adds a layer, to which the tensors belong that are added after it. */
void pz_nn_plan_add_layer(struct builder *b, const char *name, int kernel, size_t in, size_t out,
			  int side);
/* Adds the tensor "layer.what" at an offset of the block. */
void pz_nn_plan_add_tensor(struct builder *b, enum pz_role role, const char *layer,
			   const char *what, size_t offset, int rank, const size_t *shape);
/* Places, layers and tensors of a stack whose branches, made of these items, are there. */
void pz_nn_plan_add_conv(struct builder *b, struct nn_conv *c, const struct nn_item *const *items);

/* Steps for the items from *i on to mean or flatten, whose number *i becomes. */
int pz_nn_plan_trunk(struct builder *b, size_t *i);
/* The vector that item i makes of the last map, the hidden layers and the outputs. */
int pz_nn_plan_vector(struct builder *b, size_t i);

#endif
