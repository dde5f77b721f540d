/* onnx.c -- a network as an ONNX graph
 *
 * Operators of set 13, which all runtimes since 2021 have. Maps are (N, channels, rows, columns)
 * there; where the engine's order matters, at "flatten", the graph transposes.
 * Source: onnx.ai, "Operators" and onnx.proto3.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/exchange.h>

#include "grammar.h"
#include "protobuf.h"

#define OPERATORS 13
#define IR        7 /* version of the format */
#define NAME      80
#define INPUTS    20                      /* of a node, at most */
#define SIZE_MOST (((size_t)1 << 31) - 1) /* of a file          */

/* Fields of the messages. */
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_GRAPH = 7, MODEL_OPERATORS = 8, MODEL_NOTE = 14 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_TYPE = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_INTEGERS = 8, ATTRIBUTE_TYPE = 20 };
enum { TYPE_INTEGER = 2, TYPE_INTEGERS = 7 };
enum { TENSOR_SHAPE = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_BYTES = 9 };
enum { FLOAT32 = 1 };

/* The graph while it is made. */
struct graph {
	const struct pz_net *net;
	struct pb bytes;
	char at[NAME];    /* the value that the next layer reads        */
	char block[NAME]; /* that all paths of a block read; ""         */
	const char *block_name;
	char joined[INPUTS][NAME]; /* ends of a block's paths          */
	int paths, numbered;
	int rc;
};

/* -- nodes */

static void begin_node(struct pb *node, const char *type, const char *name)
{
	pz_pb_text(node, NODE_NAME, name);
	pz_pb_text(node, NODE_TYPE, type);
}

static void add_integer(struct pb *node, const char *name, int64_t value)
{
	struct pb attribute = { 0 };

	pz_pb_text(&attribute, ATTRIBUTE_NAME, name);
	pz_pb_integer(&attribute, ATTRIBUTE_INTEGER, value);
	pz_pb_integer(&attribute, ATTRIBUTE_TYPE, TYPE_INTEGER);
	pz_pb_message(node, NODE_ATTRIBUTE, &attribute);
}

static void add_integers(struct pb *node, const char *name, const int64_t *value, int n)
{
	struct pb attribute = { 0 };

	pz_pb_text(&attribute, ATTRIBUTE_NAME, name);
	for (int i = 0; i < n; i++)
		pz_pb_integer(&attribute, ATTRIBUTE_INTEGERS, value[i]);
	pz_pb_integer(&attribute, ATTRIBUTE_TYPE, TYPE_INTEGERS);
	pz_pb_message(node, NODE_ATTRIBUTE, &attribute);
}

/* A name for the next value: that of a layer, and what is done to it. */
static void name_value(struct graph *g, const char *layer, char name[NAME])
{
	snprintf(name, NAME, "%.40s.%d", layer, g->numbered++);
}

/* The node reads what g->at is, and `also` (NULL: nothing more); g->at becomes its output. */
static void end_node(struct graph *g, struct pb *node, const char *type, const char *layer,
		     const char *const *also, int n)
{
	char name[NAME];

	name_value(g, layer, name);
	begin_node(node, type, name);
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

/* A tensor of the network by its name; slopes of maps need axes for rows and columns. */
static void add_tensor(struct graph *g, const char *name, bool map)
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

/* "inc0.a1.weight" */
static void name_tensor(const struct graph *g, const char *layer, const char *what, char name[NAME])
{
	snprintf(name, NAME, "%s%s%s.%s", g->block_name ? g->block_name : "",
		 g->block_name ? "." : "", layer, what);
}

/* -- layers */

static void add_activation(struct graph *g, const struct nn_item *item)
{
	static const char *const type[] = {
		[NN_RELU] = "Relu", [NN_TANH] = "Tanh", [NN_PRELU] = "PRelu"
	};
	struct pb node = { 0 };
	char slope[NAME];

	if (item->act == NN_NONE)
		return;
	name_tensor(g, item->name, "slope", slope);
	if (item->act == NN_PRELU)
		add_tensor(g, slope, item->kind == NN_CONV);
	end_node(g, &node, type[item->act], item->name, &(const char *){ slope },
		 item->act == NN_PRELU);
}

/* A layer's weights and biases, under these names. */
static void add_parameters(struct graph *g, const char *layer, char weight[NAME], char bias[NAME])
{
	name_tensor(g, layer, "weight", weight);
	name_tensor(g, layer, "bias", bias);
	add_tensor(g, weight, false);
	add_tensor(g, bias, false);
}

static void add_conv(struct graph *g, const struct nn_item *item)
{
	int64_t pad = item->valid ? 0 : item->kernel / 2;
	char weight[NAME], bias[NAME];
	struct pb node = { 0 };

	add_parameters(g, item->name, weight, bias);
	add_integers(&node, "kernel_shape", (int64_t[]){ item->kernel, item->kernel }, 2);
	add_integers(&node, "pads", (int64_t[]){ pad, pad, pad, pad }, 4);
	end_node(g, &node, "Conv", item->name, (const char *[]){ weight, bias }, 2);
	add_activation(g, item);
}

/* Means of 2 x 2: every second, or all, where cells beyond the last do not count. */
static void add_pool(struct graph *g, bool same)
{
	struct pb node = { 0 };
	int64_t step = same ? 1 : 2;

	add_integers(&node, "kernel_shape", (int64_t[]){ 2, 2 }, 2);
	add_integers(&node, "strides", (int64_t[]){ step, step }, 2);
	add_integers(&node, "pads", (int64_t[]){ 0, 0, same, same }, 4);
	add_integer(&node, "count_include_pad", 0);
	end_node(g, &node, "AveragePool", "pool", NULL, 0);
}

static void begin_path(struct graph *g)
{
	if (g->paths > 0)
		strcpy(g->joined[g->paths - 1], g->at);
	strcpy(g->at, g->block);
	g->paths++;
}

/* Joins values along an axis. */
static void add_concat(struct graph *g, const char *name, const char *const *also, int n)
{
	struct pb node = { 0 };

	add_integer(&node, "axis", 1);
	end_node(g, &node, "Concat", name, also, n);
}

static void end_block(struct graph *g)
{
	const char *also[INPUTS];

	strcpy(g->joined[g->paths - 1], g->at);
	strcpy(g->at, g->joined[0]);
	for (int i = 1; i < g->paths; i++)
		also[i - 1] = g->joined[i];
	if (g->paths > 1)
		add_concat(g, g->block_name, also, g->paths - 1);
	g->block_name = NULL;
}

static void add_mean(struct graph *g)
{
	struct pb node = { 0 };

	add_integers(&node, "axes", (int64_t[]){ 2, 3 }, 2);
	add_integer(&node, "keepdims", 0);
	end_node(g, &node, "ReduceMean", "mean", NULL, 0);
}

static void add_flatten(struct graph *g)
{
	struct pb order = { 0 }, node = { 0 };

	add_integers(&order, "perm", (int64_t[]){ 0, 2, 3, 1 }, 4);
	end_node(g, &order, "Transpose", "flatten", NULL, 0);
	add_integer(&node, "axis", 1);
	end_node(g, &node, "Flatten", "flatten", NULL, 0);
}

/* x weight^T + bias */
static void add_product(struct graph *g, const char *layer)
{
	char weight[NAME], bias[NAME];
	struct pb node = { 0 };

	add_parameters(g, layer, weight, bias);
	add_integer(&node, "transB", 1);
	end_node(g, &node, "Gemm", layer, (const char *[]){ weight, bias }, 2);
}

static void add_item(struct graph *g, const struct nn_item *item)
{
	switch (item->kind) {
	case NN_CONV:
		add_conv(g, item);
		break;
	case NN_POOL:
		add_pool(g, false);
		break;
	case NN_POOL_SAME:
		add_pool(g, true);
		break;
	case NN_BLOCK:
		strcpy(g->block, g->at);
		g->block_name = item->name;
		g->paths = 0;
		break;
	case NN_PATH:
		begin_path(g);
		break;
	case NN_END:
		end_block(g);
		break;
	case NN_MEAN:
		add_mean(g);
		break;
	case NN_FLATTEN:
		add_flatten(g);
		break;
	case NN_EBV:
		add_concat(g, "ebv", &(const char *){ "ebv" }, 1);
		break;
	case NN_DENSE:
		add_product(g, item->name);
		add_activation(g, item);
		break;
	}
}

/* -- outputs */

static void add_softmax(struct graph *g, const char *name)
{
	struct pb node = { 0 };

	add_integer(&node, "axis", 1);
	end_node(g, &node, "Softmax", name, NULL, 0);
}

/* g->at under a name of the graph's own. */
static void add_output(struct graph *g, const char *name)
{
	struct pb node = { 0 };

	begin_node(&node, "Identity", name);
	pz_pb_text(&node, NODE_INPUT, g->at);
	pz_pb_text(&node, NODE_OUTPUT, name);
	pz_pb_message(&g->bytes, GRAPH_NODE, &node);
}

/* The gate's shares, one value (N, 1) for each channel: "share0" ... */
static void split_gate(struct graph *g, int channels)
{
	struct pb node = { 0 };
	char name[NAME];

	add_product(g, "gate");
	add_softmax(g, "gate");
	begin_node(&node, "Split", "shares");
	pz_pb_text(&node, NODE_INPUT, g->at);
	for (int k = 0; k < channels; k++) {
		snprintf(name, sizeof name, "share%d", k);
		pz_pb_text(&node, NODE_OUTPUT, name);
	}
	add_integer(&node, "axis", 1);
	pz_pb_message(&g->bytes, GRAPH_NODE, &node);
}

/* Adds channel k's share of p(z) to `sum`, which is "" before the first. */
static void add_share(struct graph *g, int k, char sum[NAME])
{
	char share[NAME];
	struct pb node = { 0 }, total = { 0 };

	snprintf(share, sizeof share, "share%d", k);
	end_node(g, &node, "Mul", "share", &(const char *){ share }, 1);
	if (*sum)
		end_node(g, &total, "Add", "sum", &(const char *){ sum }, 1);
	strcpy(sum, g->at);
}

/* The sum over channels of gate times softmax of the head; of one output its softmax. */
static void add_outputs(struct graph *g)
{
	int channels = pz_net_shape(g->net)->channels, heads = channels ? channels : 1;
	char features[NAME], sum[NAME] = "", head[NAME];

	strcpy(features, g->at);
	add_output(g, "features");
	if (channels)
		split_gate(g, channels);
	for (int k = 0; k < heads; k++) {
		snprintf(head, sizeof head, "head%d", k);
		strcpy(g->at, features);
		add_product(g, head);
		add_softmax(g, head);
		if (channels)
			add_share(g, k, sum);
	}
	add_output(g, "pz");
}

/* -- the whole */

/* An input or output of float32: N, and then these lengths. */
static void add_value(struct graph *g, int field, const char *name, const int64_t *shape, int n)
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

static void add_values(struct graph *g, bool ebv)
{
	const struct pz_net_shape *s = pz_net_shape(g->net);

	add_value(g, GRAPH_INPUT, "image", (int64_t[]){ s->bands, s->size, s->size }, 3);
	if (ebv)
		add_value(g, GRAPH_INPUT, "ebv", (int64_t[]){ 1 }, 1);
	add_value(g, GRAPH_OUTPUT, "pz", (int64_t[]){ s->bins }, 1);
	add_value(g, GRAPH_OUTPUT, "features", (int64_t[]){ (int64_t)pz_net_features(g->net) }, 1);
}

static int write_model(struct pb *graph, const struct pz_note *notes, int n, FILE *to)
{
	struct pb model = { 0 }, operators = { 0 };
	int rc = 0;

	pz_pb_integer(&model, MODEL_IR, IR);
	pz_pb_text(&model, MODEL_PRODUCER, "pzpipe");
	pz_pb_integer(&operators, 2, OPERATORS);
	pz_pb_message(&model, MODEL_OPERATORS, &operators);
	for (int i = 0; i < n; i++) {
		struct pb note = { 0 };

		pz_pb_text(&note, 1, notes[i].key);
		pz_pb_text(&note, 2, notes[i].text);
		pz_pb_message(&model, MODEL_NOTE, &note);
	}
	pz_pb_message(&model, MODEL_GRAPH, graph);
	if (model.failed)
		rc = pz_fail(PZ_ENOMEM, "no memory for an ONNX graph");
	else if (model.size > SIZE_MOST)
		rc = pz_fail(PZ_EDATA,
			     "an ONNX file has at most 2 GiB, this network would take %zu",
			     model.size);
	else if (fwrite(model.bytes, 1, model.size, to) != model.size)
		rc = pz_fail(PZ_EIO, "cannot write the network: %m");
	pz_pb_release(&model);
	return rc;
}

int pz_net_write_onnx(const struct pz_net *net, const struct pz_note *notes, int n, FILE *to)
{
	struct nn_text *text = malloc(sizeof *text);
	struct graph g = { .net = net, .at = "image" };
	bool ebv = false;
	int rc = text ? pz_nn_text_parse(text, pz_net_text(net)) : pz_fail(PZ_ENOMEM, "no memory");

	if (rc == 0) {
		pz_pb_text(&g.bytes, GRAPH_NAME, "pzpipe");
		for (size_t i = 0; i < text->count; i++) {
			add_item(&g, &text->item[i]);
			ebv |= text->item[i].kind == NN_EBV;
		}
		add_outputs(&g);
		add_values(&g, ebv);
		rc = write_model(&g.bytes, notes, n, to);
	}
	pz_pb_release(&g.bytes);
	free(text);
	return rc;
}
