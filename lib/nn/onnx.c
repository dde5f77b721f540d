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
#include "onnx_graph.h"

#define OPERATORS 13
#define IR        7                       /* version of the format */
#define SIZE_MOST (((size_t)1 << 31) - 1) /* of a file          */

/* Fields of the file. */
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_GRAPH = 7, MODEL_OPERATORS = 8, MODEL_NOTE = 14 };

/* -- layers */

static void add_activation(struct onnx_graph *g, const struct nn_item *item)
{
	static const char *const type[] = {
		[NN_RELU] = "Relu", [NN_TANH] = "Tanh", [NN_PRELU] = "PRelu"
	};
	struct pb node = { 0 };
	char slope[ONNX_NAME];

	if (item->act == NN_NONE)
		return;
	pz_onnx_name_tensor(g, item->name, "slope", slope);
	if (item->act == NN_PRELU)
		pz_onnx_add_tensor(g, slope, item->kind == NN_CONV);
	pz_onnx_end_node(g, &node, type[item->act], item->name, &(const char *){ slope },
			 item->act == NN_PRELU);
}

/* A layer's weights and biases, under these names. */
static void add_parameters(struct onnx_graph *g, const char *layer, char weight[ONNX_NAME],
			   char bias[ONNX_NAME])
{
	pz_onnx_name_tensor(g, layer, "weight", weight);
	pz_onnx_name_tensor(g, layer, "bias", bias);
	pz_onnx_add_tensor(g, weight, false);
	pz_onnx_add_tensor(g, bias, false);
}

static void add_conv(struct onnx_graph *g, const struct nn_item *item)
{
	int64_t pad = item->valid ? 0 : item->kernel / 2;
	char weight[ONNX_NAME], bias[ONNX_NAME];
	struct pb node = { 0 };

	add_parameters(g, item->name, weight, bias);
	pz_onnx_add_integers(&node, "kernel_shape", (int64_t[]){ item->kernel, item->kernel }, 2);
	pz_onnx_add_integers(&node, "pads", (int64_t[]){ pad, pad, pad, pad }, 4);
	pz_onnx_end_node(g, &node, "Conv", item->name, (const char *[]){ weight, bias }, 2);
	add_activation(g, item);
}

/* The bands without their correlations, as a convolution of 1 x 1. */
static void add_whiten(struct onnx_graph *g)
{
	const struct nn_item item = { .kind = NN_CONV, .name = "whiten", .kernel = 1 };

	add_conv(g, &item);
}

/* Means of 2 x 2: every second, or all, where cells beyond the last do not count. */
static void add_pool(struct onnx_graph *g, bool same)
{
	struct pb node = { 0 };
	int64_t step = same ? 1 : 2;

	pz_onnx_add_integers(&node, "kernel_shape", (int64_t[]){ 2, 2 }, 2);
	pz_onnx_add_integers(&node, "strides", (int64_t[]){ step, step }, 2);
	pz_onnx_add_integers(&node, "pads", (int64_t[]){ 0, 0, same, same }, 4);
	pz_onnx_add_integer(&node, "count_include_pad", 0);
	pz_onnx_end_node(g, &node, "AveragePool", "pool", NULL, 0);
}

static void begin_path(struct onnx_graph *g)
{
	if (g->paths > 0)
		strcpy(g->joined[g->paths - 1], g->at);
	strcpy(g->at, g->block);
	g->paths++;
}

/* Joins values along an axis. */
static void add_concat(struct onnx_graph *g, const char *name, const char *const *also, int n)
{
	struct pb node = { 0 };

	pz_onnx_add_integer(&node, "axis", 1);
	pz_onnx_end_node(g, &node, "Concat", name, also, n);
}

/* Adds up what the paths of a block end with; g->at is the first of them. */
static void add_sum(struct onnx_graph *g)
{
	for (int i = 1; i < g->paths; i++) {
		struct pb node = { 0 };

		pz_onnx_end_node(g, &node, "Add", g->block_name, &(const char *){ g->joined[i] },
				 1);
	}
}

/* Joins them. */
static void add_joint(struct onnx_graph *g)
{
	const char *also[ONNX_INPUTS];

	for (int i = 1; i < g->paths; i++)
		also[i - 1] = g->joined[i];
	if (g->paths > 1)
		add_concat(g, g->block_name, also, g->paths - 1);
}

static void end_block(struct onnx_graph *g)
{
	strcpy(g->joined[g->paths - 1], g->at);
	strcpy(g->at, g->joined[0]);
	if (g->adds)
		add_sum(g);
	else
		add_joint(g);
	g->block_name = NULL;
}

static void add_mean(struct onnx_graph *g)
{
	struct pb node = { 0 };

	pz_onnx_add_integers(&node, "axes", (int64_t[]){ 2, 3 }, 2);
	pz_onnx_add_integer(&node, "keepdims", 0);
	pz_onnx_end_node(g, &node, "ReduceMean", "mean", NULL, 0);
}

static void add_flatten(struct onnx_graph *g)
{
	struct pb order = { 0 }, node = { 0 };

	pz_onnx_add_integers(&order, "perm", (int64_t[]){ 0, 2, 3, 1 }, 4);
	pz_onnx_end_node(g, &order, "Transpose", "flatten", NULL, 0);
	pz_onnx_add_integer(&node, "axis", 1);
	pz_onnx_end_node(g, &node, "Flatten", "flatten", NULL, 0);
}

/* The value joins the vector, or becomes it where nothing was read before. */
static void join(struct onnx_graph *g, const char *layer, const char *value)
{
	if (*g->at)
		add_concat(g, layer, &value, 1);
	else
		strcpy(g->at, value);
}

/* (features - mean) scale, the mean for those that are NaN. */
static void add_features(struct onnx_graph *g)
{
	const char *const mean = "features.mean", *const scale = "features.scale";
	struct pb node[4] = { { 0 } };
	char before[ONNX_NAME], value[ONNX_NAME];

	pz_onnx_add_tensor(g, mean, false);
	pz_onnx_add_tensor(g, scale, false);
	strcpy(before, g->at);
	strcpy(g->at, "features");
	pz_onnx_end_node(g, &node[0], "IsNaN", "features", NULL, 0);
	pz_onnx_end_node(g, &node[1], "Where", "features", (const char *[]){ mean, "features" }, 2);
	pz_onnx_end_node(g, &node[2], "Sub", "features", &mean, 1);
	pz_onnx_end_node(g, &node[3], "Mul", "features", &scale, 1);
	strcpy(value, g->at);
	strcpy(g->at, before);
	join(g, "features", value);
}

/* x weight^T + bias */
static void add_product(struct onnx_graph *g, const char *layer)
{
	char weight[ONNX_NAME], bias[ONNX_NAME];
	struct pb node = { 0 };

	add_parameters(g, layer, weight, bias);
	pz_onnx_add_integer(&node, "transB", 1);
	pz_onnx_end_node(g, &node, "Gemm", layer, (const char *[]){ weight, bias }, 2);
}

static void add_item(struct onnx_graph *g, const struct nn_item *item)
{
	switch (item->kind) {
	case NN_WHITEN:
		add_whiten(g);
		break;
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
	case NN_ADD:
		g->adds = item->kind == NN_ADD;
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
		join(g, "ebv", "ebv");
		break;
	case NN_FEATURES:
		add_features(g);
		break;
	case NN_DENSE:
		add_product(g, item->name);
		add_activation(g, item);
		break;
	}
}

/* -- outputs */

static void add_softmax(struct onnx_graph *g, const char *name)
{
	struct pb node = { 0 };

	pz_onnx_add_integer(&node, "axis", 1);
	pz_onnx_end_node(g, &node, "Softmax", name, NULL, 0);
}

/* g->at under a name of the graph's own. */
static void add_output(struct onnx_graph *g, const char *name)
{
	struct pb node = { 0 };

	pz_onnx_begin_node(&node, "Identity", name);
	pz_pb_text(&node, NODE_INPUT, g->at);
	pz_pb_text(&node, NODE_OUTPUT, name);
	pz_pb_message(&g->bytes, GRAPH_NODE, &node);
}

/* The gate's shares, one value (N, 1) for each channel: "share0" ... */
static void split_gate(struct onnx_graph *g, int channels)
{
	struct pb node = { 0 };
	char name[ONNX_NAME];

	add_product(g, "gate");
	add_softmax(g, "gate");
	pz_onnx_begin_node(&node, "Split", "shares");
	pz_pb_text(&node, NODE_INPUT, g->at);
	for (int k = 0; k < channels; k++) {
		snprintf(name, sizeof name, "share%d", k);
		pz_pb_text(&node, NODE_OUTPUT, name);
	}
	pz_onnx_add_integer(&node, "axis", 1);
	pz_pb_message(&g->bytes, GRAPH_NODE, &node);
}

/* Adds channel k's share of p(z) to `sum`, which is "" before the first. */
static void add_share(struct onnx_graph *g, int k, char sum[ONNX_NAME])
{
	char share[ONNX_NAME];
	struct pb node = { 0 }, total = { 0 };

	snprintf(share, sizeof share, "share%d", k);
	pz_onnx_end_node(g, &node, "Mul", "share", &(const char *){ share }, 1);
	if (*sum)
		pz_onnx_end_node(g, &total, "Add", "sum", &(const char *){ sum }, 1);
	strcpy(sum, g->at);
}

/* The sum over channels of gate times softmax of the head; of one output its softmax. */
static void add_outputs(struct onnx_graph *g)
{
	int channels = pz_net_shape(g->net)->channels, heads = channels ? channels : 1;
	char hidden[ONNX_NAME], sum[ONNX_NAME] = "", head[ONNX_NAME];

	strcpy(hidden, g->at);
	add_output(g, "hidden");
	if (channels)
		split_gate(g, channels);
	for (int k = 0; k < heads; k++) {
		snprintf(head, sizeof head, "head%d", k);
		strcpy(g->at, hidden);
		add_product(g, head);
		add_softmax(g, head);
		if (channels)
			add_share(g, k, sum);
	}
	add_output(g, "pz");
}

/* -- the whole */

static void add_values(struct onnx_graph *g)
{
	const struct pz_net_shape *s = pz_net_shape(g->net);

	if (s->bands)
		pz_onnx_add_value(g, GRAPH_INPUT, "image",
				  (int64_t[]){ s->bands, s->size, s->size }, 3);
	if (pz_net_uses_ebv(g->net))
		pz_onnx_add_value(g, GRAPH_INPUT, "ebv", (int64_t[]){ 1 }, 1);
	if (s->features)
		pz_onnx_add_value(g, GRAPH_INPUT, "features", (int64_t[]){ s->features }, 1);
	pz_onnx_add_value(g, GRAPH_OUTPUT, "pz", (int64_t[]){ s->bins }, 1);
	pz_onnx_add_value(g, GRAPH_OUTPUT, "hidden", (int64_t[]){ (int64_t)pz_net_hidden(g->net) },
			  1);
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
	struct onnx_graph g = { 0 };
	struct pz_net *folded = NULL;
	int rc = text ? pz_net_fold(net, &folded) : pz_fail(PZ_ENOMEM, "no memory");

	g.net = folded;
	if (rc == 0 && (rc = pz_nn_text_parse(text, pz_net_text(folded))) == 0) {
		pz_pb_text(&g.bytes, GRAPH_NAME, "pzpipe");
		if (pz_nn_text_has_pixels(text))
			strcpy(g.at, "image");
		for (size_t i = 0; i < text->count; i++)
			add_item(&g, &text->item[i]);
		add_outputs(&g);
		add_values(&g);
		rc = write_model(&g.bytes, notes, n, to);
	}
	pz_pb_release(&g.bytes);
	pz_net_free(folded);
	free(text);
	return rc;
}
