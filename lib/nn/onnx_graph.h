/* onnx_graph.h -- nodes, tensors and values of an ONNX graph */
#ifndef PZ_NN_ONNX_GRAPH_H
#define PZ_NN_ONNX_GRAPH_H

#include <pz/nn.h>

#include "protobuf.h"

#define ONNX_NAME   80
#define ONNX_INPUTS 20 /* of a node, at most */

/* Fields of a graph and of its nodes. */
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_TYPE = 4, NODE_ATTRIBUTE = 5 };

/* The graph while it is made. */
struct onnx_graph {
	const struct pz_net *net;
	struct pb bytes;
	char at[ONNX_NAME];    /* the value that the next layer reads        */
	char block[ONNX_NAME]; /* that all paths of a block read; ""         */
	const char *block_name;
	char joined[ONNX_INPUTS][ONNX_NAME]; /* ends of a block's paths          */
	bool adds;                           /* the block does, where others join their paths     */
	int paths, numbered;
};

/* Type and name of a node; attributes of it. */
void pz_onnx_begin_node(struct pb *node, const char *type, const char *name);
void pz_onnx_add_integer(struct pb *node, const char *name, int64_t value);
void pz_onnx_add_integers(struct pb *node, const char *name, const int64_t *value, int n);
/* The node reads what g->at is, and `also` (n names); g->at becomes its output. */
void pz_onnx_end_node(struct onnx_graph *g, struct pb *node, const char *type, const char *layer,
		      const char *const *also, int n);
/* A tensor of the network by its name; slopes of maps need axes for rows and columns. */
void pz_onnx_add_tensor(struct onnx_graph *g, const char *name, bool map);
/* "inc0.a1.weight" */
void pz_onnx_name_tensor(const struct onnx_graph *g, const char *layer, const char *what,
			 char name[ONNX_NAME]);
/* An input or output of float32 (by the field): N, and then these lengths. */
void pz_onnx_add_value(struct onnx_graph *g, int field, const char *name, const int64_t *shape,
		       int n);

#endif
