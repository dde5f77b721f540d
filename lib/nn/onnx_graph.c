/* onnx_graph.c -- nodes, tensors and values of an ONNX graph
 *
 * Source: onnx.proto3.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onnx_graph.h"

enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_INTEGERS = 8, ATTRIBUTE_TYPE = 20 };
enum { TYPE_INTEGER = 2, TYPE_INTEGERS = 7 };
enum { TENSOR_SHAPE = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_BYTES = 9 };
enum { FLOAT32 = 1 };

/* -- nodes */

void pz_onnx_begin_node(struct pb *node, const char *type, const char *name)
{
	pz_pb_text(node, NODE_NAME, name);
	pz_pb_text(node, NODE_TYPE, type);
}

void pz_onnx_add_integer(struct pb *node, const char *name, int64_t value)
{
	struct pb attribute = { 0 };

	pz_pb_text(&attribute, ATTRIBUTE_NAME, name);
	pz_pb_integer(&attribute, ATTRIBUTE_INTEGER, value);
	pz_pb_integer(&attribute, ATTRIBUTE_TYPE, TYPE_INTEGER);
	pz_pb_message(node, NODE_ATTRIBUTE, &attribute);
}

void pz_onnx_add_integers(struct pb *node, const char *name, const int64_t *value, int n)
{
	struct pb attribute = { 0 };

	pz_pb_text(&attribute, ATTRIBUTE_NAME, name);
	for (int i = 0; i < n; i++)
		pz_pb_integer(&attribute, ATTRIBUTE_INTEGERS, value[i]);
	pz_pb_integer(&attribute, ATTRIBUTE_TYPE, TYPE_INTEGERS);
	pz_pb_message(node, NODE_ATTRIBUTE, &attribute);
}

/* A name for the next value: that of a layer, and what is done to it. */
static void name_value(struct onnx_graph *g, const char *layer, char name[ONNX_NAME])
{
	snprintf(name, ONNX_NAME, "%.40s.%d", layer, g->numbered++);
}

void pz_onnx_end_node(struct onnx_graph *g, struct pb *node, const char *type, const char *layer,
		      const char *const *also, int n)
{
	char name[ONNX_NAME];

	name_value(g, layer, name);
	pz_onnx_begin_node(node, type, name);
	pz_pb_text(node, NODE_INPUT, g->at);
	for (int i = 0; i < n; i++)
		pz_pb_text(node, NODE_INPUT, also[i]);
	pz_pb_text(node, NODE_OUTPUT, name);
	pz_pb_message(&g->bytes, GRAPH_NODE, node);
	strcpy(g->at, name);
}

/* -- tensors */

/* (out, ky, kx, in) as (out, in, ky, kx). */
static void reorder(const struct pz_tensor *t, const float *from, float *to)
{
	size_t area = t->shape[1] * t->shape[2], in = t->shape[3];

	for (size_t o = 0; o < t->shape[0]; o++)
		for (size_t i = 0; i < in; i++)
			for (size_t k = 0; k < area; k++)
				*to++ = from[(o * area + k) * in + i];
}

void pz_onnx_add_tensor(struct onnx_graph *g, const char *name, bool map)
{
	const struct pz_tensor *t = pz_net_find(g->net, name);
	const float *values = pz_net_values((struct pz_net *)(uintptr_t)g->net) + t->offset;
	float *moved = t->rank == 4 ? malloc(t->count * sizeof *moved) : NULL;
	struct pb tensor = { 0 };

	if (t->rank == 4 && !moved) {
		g->bytes.failed = true;
		return;
	}
	if (moved)
		reorder(t, values, moved);
	for (int i = 0; i < t->rank; i++)
		pz_pb_integer(&tensor, TENSOR_SHAPE,
			      (int64_t)t->shape[t->rank < 4 || i == 0 ? i
						: i == 1              ? 3
								      : i - 1]);
	for (int i = 0; i < 2 && map; i++)
		pz_pb_integer(&tensor, TENSOR_SHAPE, 1);
	pz_pb_integer(&tensor, TENSOR_TYPE, FLOAT32);
	pz_pb_text(&tensor, TENSOR_NAME, name);
	pz_pb_bytes(&tensor, TENSOR_BYTES, moved ? moved : values, t->count * sizeof *values);
	pz_pb_message(&g->bytes, GRAPH_TENSOR, &tensor);
	free(moved);
}

void pz_onnx_name_tensor(const struct onnx_graph *g, const char *layer, const char *what,
			 char name[ONNX_NAME])
{
	snprintf(name, ONNX_NAME, "%s%s%s.%s", g->block_name ? g->block_name : "",
		 g->block_name ? "." : "", layer, what);
}

void pz_onnx_add_value(struct onnx_graph *g, int field, const char *name, const int64_t *shape,
		       int n)
{
	struct pb value = { 0 }, type = { 0 }, tensor = { 0 }, axes = { 0 };

	for (int i = -1; i < n; i++) {
		struct pb axis = { 0 };

		if (i < 0)
			pz_pb_text(&axis, 2, "N");
		else
			pz_pb_integer(&axis, 1, shape[i]);
		pz_pb_message(&axes, 1, &axis);
	}
	pz_pb_integer(&tensor, 1, FLOAT32);
	pz_pb_message(&tensor, 2, &axes);
	pz_pb_message(&type, 1, &tensor);
	pz_pb_text(&value, 1, name);
	pz_pb_message(&value, 2, &type);
	pz_pb_message(&g->bytes, field, &value);
}
