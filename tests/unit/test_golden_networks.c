/* test_golden_networks.c -- the networks against golden/networks.json
 *
 * Weights, input and labels are made by the formulas of the folder's README;
 * tolerances are its float32 ones.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <pz/error.h>
#include <pz/nn.h>

#include "../../lib/nn/conv.h"
#include "../../lib/nn/kernels.h"
#include "../../lib/nn/trunk.h"
#include "../../lib/nn/work.h"
#include "golden.h"

#define SIZE  64
#define BANDS 5

static json_t *golden;
static uint32_t set;

static int golden_load(void **state)
{
	const char *path = golden_path("networks.json");

	(void)state;
	golden = json_load_file(path, 0, NULL);
	if (!golden)
		return -1;
	set = (uint32_t)json_integer_value(json_object_get(golden, "set"));
	return 0;
}

static int golden_free(void **state)
{
	(void)state;
	json_decref(golden);
	return 0;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_non_null(value);
	return json_number_value(value);
}

static const char *word(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static double at(const json_t *array, size_t i)
{
	return json_number_value(json_array_get(array, i));
}

static void near_relative(double found, double expected, double tolerance, const char *what)
{
	if (!(fabs(found - expected) <= tolerance * fabs(expected) + 1e-30))
		fail_msg("%s: expected %.9g, found %.9g", what, expected, found);
}

static void near_absolute(double found, double expected, double tolerance, const char *what)
{
	if (!(fabs(found - expected) <= tolerance))
		fail_msg("%s: expected %.9g, found %.9g", what, expected, found);
}

/* ---- single layers ---- */

/* Numbers of a nested list, flattened in order; returns how many. */
static size_t flatten(const json_t *j, float *out)
{
	size_t n = 0;

	if (!json_is_array(j)) {
		*out = (float)json_number_value(j);
		return 1;
	}
	for (size_t i = 0; i < json_array_size(j); i++)
		n += flatten(json_array_get(j, i), out + n);
	return n;
}

/* [outer][channels][area] -> [outer][area][channels] */
static void to_last(const float *x, size_t outer, size_t channels, size_t area, float *y)
{
	for (size_t o = 0; o < outer; o++)
		for (size_t c = 0; c < channels; c++)
			for (size_t p = 0; p < area; p++)
				y[(o * area + p) * channels + c] = x[(o * channels + c) * area + p];
}

/* Rows and columns of the planes in a nested list. */
static size_t rows_of(const json_t *planes)
{
	return json_array_size(json_array_get(planes, 0));
}

static size_t columns_of(const json_t *planes)
{
	return json_array_size(json_array_get(json_array_get(planes, 0), 0));
}

/* Our maps are square, the listed ones have fewer rows than columns: two planes
 * as a map of [pixel][channel], with rows of zeros or copies of the last below. */
static int square(const json_t *planes, bool copies, float *x)
{
	size_t rows = rows_of(planes), side = columns_of(planes);
	float plane[256];

	flatten(planes, plane);
	for (size_t i = 0; i < 2 * side * side; i++) {
		size_t c = i % 2, p = i / 2, y = p / side;

		y = copies && y >= rows ? rows - 1 : y;
		x[i] = y < rows ? plane[(c * rows + y) * side + p % side] : 0;
	}
	return (int)side;
}

/* found [pixel][channel] of `side` columns against expect [channel][y][x]. */
static void near_planes(const float *found, int side, const json_t *expect, const char *what)
{
	size_t channels = json_array_size(expect), rows = rows_of(expect), n = (size_t)side;
	float plane[256];

	flatten(expect, plane);
	assert_int_equal(columns_of(expect), side);
	for (size_t i = 0; i < rows * n * channels; i++)
		near_absolute((double)found[i],
			      (double)plane[i % channels * rows * n + i / channels], 1e-5, what);
}

static void layer_conv(const json_t *layers, const char *name, bool valid)
{
	const json_t *layer = json_object_get(layers, name);
	float x[256], w[256], weight[256], bias[8], z[256];
	int side = square(json_object_get(layers, "input"), false, x);
	size_t out = flatten(json_object_get(layer, "bias"), bias);
	size_t area = flatten(json_object_get(layer, "weights"), w) / 2 / out;
	int k = (int)lround(sqrt((double)area));
	struct nn_step s = { .conv = true, .in = { 0, side, 2, 2, 0 } };
	float *scratch, *planes;

	s.c = (struct nn_conv){ .kernel = k,
				.pad = valid ? 0 : k / 2,
				.in = 2,
				.out = (int)out,
				.side = valid ? side - k + 1 : side };
	scratch = malloc(pz_nn_conv_scratch(&s) * sizeof *scratch + 64);
	planes = malloc(pz_nn_conv_planes(&s.c) * sizeof *planes);
	assert_true(scratch && planes);
	to_last(w, out, 2, area, weight);
	pz_nn_conv_begin(&s.c, weight, planes, false);
	pz_nn_conv_forward(&s, planes, 1, x, z, scratch);
	free(scratch);
	free(planes);
	for (size_t i = 0; i < out * (size_t)(s.c.side * s.c.side); i++)
		z[i] += bias[i % out];
	near_planes(z, s.c.side, json_object_get(layer, valid ? "valid" : "same"), name);
}

static void convolutions_match(void **state)
{
	const json_t *layers = json_object_get(golden, "layers");

	(void)state;
	for (int valid = 0; valid < 2; valid++) {
		layer_conv(layers, "conv1x1", valid);
		layer_conv(layers, "conv3x3", valid);
		layer_conv(layers, "conv5x5", valid);
	}
}

static void layer_act(const json_t *input, const json_t *output, enum nn_act act, enum nn_pool pool,
		      const float *alpha)
{
	float z[256], y[256], zero[2] = { 0 };
	int side = square(input, true, z);
	struct nn_act_args a = { .act = act,
				 .pool = pool,
				 .n = 1,
				 .side = (size_t)side,
				 .channels = 2,
				 .z = z,
				 .zs = 2,
				 .y = y,
				 .ys = 2,
				 .bias = zero,
				 .slope = alpha };

	pz_nn_kernels()->act_forward(&a);
	near_planes(y, pool == NN_HALF ? side / 2 : side, output, "activation or pool");
}

static void pools_and_slopes_match(void **state)
{
	const json_t *layers = json_object_get(golden, "layers"), *layer;
	const json_t *input = json_object_get(layers, "input");
	float alpha[2] = { 0 };

	(void)state;
	layer_act(input, json_object_get(layers, "pool2_stride1_same"), NN_NONE, NN_SAME, alpha);
	layer = json_object_get(layers, "pool2_stride2");
	layer_act(json_object_get(layer, "input"), json_object_get(layer, "output"), NN_NONE,
		  NN_HALF, alpha);
	layer = json_object_get(layers, "prelu");
	flatten(json_object_get(layer, "alpha"), alpha);
	layer_act(input, json_object_get(layer, "output"), NN_PRELU, NN_KEEP, alpha);
}

static void softmax_and_adam_match(void **state)
{
	const json_t *layers = json_object_get(golden, "layers"), *layer, *after;
	float x[16], p[16] = { 0 }, m[4] = { 0 }, v[4] = { 0 };
	static const double slope[4] = { 0.3, -2e-9, 0, 5 };
	size_t n;

	(void)state;
	layer = json_object_get(layers, "softmax");
	n = flatten(json_object_get(layer, "input"), x);
	pz_nn_kernels()->mix(n, x, 1, p);
	for (size_t i = 0; i < n; i++)
		near_absolute((double)p[i], at(json_object_get(layer, "output"), i), 1e-6,
			      "softmax");
	layer = json_object_get(layers, "adam");
	after = json_object_get(layer, "after");
	flatten(json_object_get(layer, "start"), x);
	for (int t = 1; t <= 3; t++) {
		double scale = sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t));
		float g[4];

		for (int i = 0; i < 4; i++)
			g[i] = (float)(t * slope[i]);
		pz_nn_kernels()->adam(&(struct nn_adam_args){
			4, x, m, v, g, (float)(number(layer, "learning_rate") * scale) });
		for (size_t i = 0; i < 4; i++)
			near_absolute((double)x[i], at(json_array_get(after, (size_t)t - 1), i),
				      3e-7, "adam");
	}
}

/* ---- networks ---- */

/* Element i of stream t (README of the golden values). */
static double stream(uint32_t t, uint32_t i)
{
	uint32_t h = i * 0x9E3779B1u + (t + 1) * 0x85EBCA77u + set * 0xC2B2AE3Du;

	h ^= h >> 16;
	h *= 0x7FEB352Du;
	h ^= h >> 15;
	h *= 0x846CA68Bu;
	h ^= h >> 16;
	return (double)h / 2147483648.0 - 1;
}

struct run {
	const json_t *json;
	struct pz_net *net;
	struct pz_work *work;
	float x[2 * BANDS * SIZE * SIZE], ebv[2];
	struct pz_target label[2 * 6];
	float gate[2 * 6];
	struct pz_targets targets;
};

/* Our tensor for a golden name: inc0.a1.w is inc0.a1.weight. */
static const struct pz_tensor *tensor_of(const struct run *r, const char *golden_name)
{
	static const char *const ours[][2] = { { ".w", "weight" },
					       { ".b", "bias" },
					       { ".alpha", "slope" } };
	const char *dot = strrchr(golden_name, '.');
	char name[64];

	assert_non_null(dot);
	for (size_t i = 0; i < 3; i++)
		if (!strcmp(dot, ours[i][0]))
			snprintf(name, sizeof name, "%.*s.%s", (int)(dot - golden_name),
				 golden_name, ours[i][1]);
	/* A single softmax is the golden files' "head". */
	if (!strncmp(name, "head.", 5) || !strncmp(name, "out.", 4))
		snprintf(name, sizeof name, "head0%s",
			 strrchr(golden_name, '.')[1] == 'w' ? ".weight" : ".bias");
	if (!pz_net_find(r->net, name))
		fail_msg("no tensor for %s", golden_name);
	return pz_net_find(r->net, name);
}

/* Where element i, in golden order, of a tensor lies in ours. */
static size_t element(const struct run *r, const struct pz_tensor *t, size_t i)
{
	size_t in = t->shape[t->rank - 1], area, pixels;

	if (t->rank == 4) {
		area = t->shape[1] * t->shape[2];
		return (i / (in * area) * area + i % area) * in + i / area % in;
	}
	if (strcmp(t->name, "fc0.weight") || r->net->plan.mean)
		return i;
	/* fc0 after flatten: golden [channel][pixel], ours [pixel][channel]. */
	pixels = (size_t)r->net->plan.last.side * (size_t)r->net->plan.last.side;
	if (i % in == in - 1)
		return i;
	return i / in * in + i % in % pixels * (in / pixels) + i % in / pixels;
}

static void tensor_fill(struct run *r, const json_t *j)
{
	const struct pz_tensor *t = tensor_of(r, word(j, "name"));
	float *values = pz_net_values(r->net) + t->offset;
	uint32_t s = (uint32_t)number(j, "stream");
	double area = t->rank == 4 ? (double)(t->shape[1] * t->shape[2]) : 1, sum = 0, square = 0;
	double fans = area * (double)(t->shape[0] + t->shape[t->rank - 1]);
	double bound = number(r->json, "gain") * sqrt(6 / fans);

	for (size_t i = 0; i < t->count; i++) {
		double v = stream(s, (uint32_t)i);

		v = t->rank > 1                ? bound * v
		    : strstr(t->name, "slope") ? 0.25 + 0.2 * v
					       : 0.1 + 0.05 * v;
		if (i < 3)
			near_relative(v, at(json_object_get(j, "first3"), i), 1e-9, t->name);
		sum += v;
		square += v * v;
		values[element(r, t, i)] = (float)v;
	}
	near_relative(sum, number(j, "sum"), 1e-6, t->name);
	near_relative(square, number(j, "sum_sq"), 1e-6, t->name);
}

static void input_fill(struct run *r)
{
	for (int i = 0; i < 2 * BANDS * SIZE * SIZE; i++) {
		int x = i % SIZE, y = i / SIZE % SIZE, c = i / (SIZE * SIZE) % BANDS;
		int b = i / (SIZE * SIZE * BANDS);
		double s1 = 6 + c + 0.5 * (set - 1.0), s2 = 4 + c;
		double dx = x - 31.5 - 2 * b, dy = y - 30.5 + b;

		r->x[i] = (float)((4 - 0.5 * c + b) *
					  exp(-dx * dx / (2 * s1 * s1) - dy * dy / (2 * s2 * s2)) +
				  0.3 * stream(1000 + (uint32_t)b,
					       (uint32_t)((c * SIZE + y) * SIZE + x)));
	}
	for (int b = 0; b < 2; b++)
		r->ebv[b] = (float)(0.02 + 0.03 * b + 0.01 * set);
}

static void labels_fill(struct run *r)
{
	bool soft = !strcmp(word(r->json, "loss"), "step3");
	float s = (float)set;

	for (int i = 0; i < 12; i++) {
		r->label[i] = PZ_TARGET_UNIFORM;
		r->gate[i] = 0;
	}
	r->targets = (struct pz_targets){ .label = r->label, .gate = r->gate };
	if (!strcmp(word(r->json, "loss"), "baseline")) {
		r->label[0] = (struct pz_target){ 37 + s, 0 };
		r->label[1] = (struct pz_target){ 121 + s, 0 };
		return;
	}
	r->label[2] = soft ? (struct pz_target){ 127.3f + s, 3.1f }
			   : (struct pz_target){ 37 + s, 0 };
	r->label[6 + 3] = soft ? (struct pz_target){ 211.6f + s, 4.2f }
			       : (struct pz_target){ 121 + s, 0 };
	r->label[6 + 4] = soft ? (struct pz_target){ 209.9f + s, 5.0f }
			       : (struct pz_target){ 121 + s, 0 };
	r->gate[2] = 1;
	r->gate[6 + 3] = r->gate[6 + 4] = 0.5f;
}

static void sums_match(const float *x, size_t n, const json_t *expect, const char *what)
{
	double sum = 0, square = 0;

	for (size_t i = 0; i < n; i++) {
		sum += (double)x[i];
		square += (double)x[i] * (double)x[i];
	}
	near_relative(square, number(expect, "sum_sq"), 1e-4, what);
	near_absolute(sum, number(expect, "sum"), 1e-4 * sqrt(square * (double)n), what);
}

/* Activated output of one layer, whether or not a pool took it along. */
static void activation(const struct run *r, const struct nn_step *s, const struct nn_branch *b,
		       float *products, float *y)
{
	struct nn_act_args a = { .act = b->act,
				 .n = 1,
				 .side = (size_t)s->c.side,
				 .channels = (size_t)b->channels,
				 .z = products + r->net->plan.chunk * s->c.z + b->first,
				 .zs = (size_t)s->c.out,
				 .y = y,
				 .ys = (size_t)b->channels,
				 .bias = r->net->values + s->c.bias + b->first,
				 .slope = r->net->values + s->c.slope + b->first };

	pz_nn_kernels()->act_forward(&a);
}

/* A step's layers for both stamps, each with a store of its own. */
static size_t step_match(const struct run *r, const struct nn_step *s, float *const products[2],
			 size_t layer)
{
	const json_t *list = json_object_get(r->json, "activations");
	float *y = malloc(2 * r->net->plan.product_max * sizeof *y);

	assert_non_null(y);
	for (int k = 0; s->conv && k < s->c.branches; k++, layer++) {
		const struct nn_branch *b = &s->c.branch[k];
		size_t count = (size_t)s->c.side * (size_t)s->c.side * (size_t)b->channels;
		const char *name = pz_net_layer(r->net, layer)->name;

		activation(r, s, b, products[0], y);
		activation(r, s, b, products[1], y + count);
		sums_match(y, 2 * count, json_object_get(list, name), name);
	}
	free(y);
	return layer;
}

static void activations_match(struct run *r)
{
	const struct nn_plan *p = &r->net->plan;
	size_t layer = 0;
	float *maps = malloc(p->chunk * p->maps * sizeof *maps), *products[2];
	float *vector = malloc(p->vector * sizeof *vector), *scratch;

	/* Leaves the filters' planes in the workspace. */
	pz_net_forward(r->net, r->work, 1, r->x, r->ebv, r->work->z);
	scratch = malloc(r->work->scratch_floats * sizeof *scratch + 64);
	for (size_t b = 0; b < 2; b++) {
		struct nn_store s = {
			.maps = maps, .scratch = scratch, .planes = r->work->planes, .keep = true
		};

		s.products = products[b] = malloc(p->chunk * p->products * sizeof(float));
		assert_true(maps && vector && scratch && products[b]);
		pz_nn_trunk_forward(r->net, &s, 1, r->x + b * BANDS * SIZE * SIZE, r->ebv + b,
				    vector);
	}
	for (size_t i = 0; i < p->steps; i++)
		layer = step_match(r, &p->step[i], products, layer);
	assert_int_equal(layer, json_object_size(json_object_get(r->json, "activations")));
	free(maps);
	free(vector);
	free(scratch);
	free(products[0]);
	free(products[1]);
}

static void outputs_match(struct run *r)
{
	size_t f = pz_net_hidden(r->net), o = pz_net_outputs(r->net);
	size_t bins = (size_t)pz_net_shape(r->net)->bins;
	float *features = malloc(2 * f * sizeof *features),
	      *logits = malloc(2 * o * sizeof *logits);
	float *pz = malloc(2 * bins * sizeof *pz);
	const json_t *j;

	assert_true(features && logits && pz);
	pz_net_forward(r->net, r->work, 2, r->x, r->ebv, features);
	pz_net_logits(r->net, r->work, 2, features, logits);
	pz_net_pz(r->net, 2, logits, pz);
	sums_match(features, 2 * f, json_object_get(r->json, "features"), "features");
	sums_match(logits, 2 * o, j = json_object_get(r->json, "logits"), "logits");
	for (size_t i = 0; i < 40; i++)
		near_absolute((double)logits[i / 20 * o + i % 20],
			      at(json_array_get(json_object_get(j, "first20"), i / 20), i % 20),
			      1e-4, "logit");
	j = json_object_get(r->json, "pz");
	for (size_t b = 0; b < 2; b++) {
		size_t top = 0;

		for (size_t i = 0; i < bins; i++)
			top = pz[b * bins + i] > pz[b * bins + top] ? i : top;
		assert_int_equal(top, (size_t)at(json_object_get(j, "argmax"), b));
		near_absolute((double)pz[b * bins + top], at(json_object_get(j, "max"), b), 1e-5,
			      "pz max");
		for (size_t i = 0; i < 20; i++)
			near_absolute((double)pz[b * bins + i],
				      at(json_array_get(json_object_get(j, "first20"), b), i), 1e-5,
				      "pz");
	}
	free(features);
	free(logits);
	free(pz);
}

static void gradients_match(struct run *r, const float *gradient)
{
	const json_t *list = json_object_get(r->json, "gradients"), *j;
	double total = 0;
	size_t i;

	assert_int_equal(json_array_size(list), pz_net_tensors(r->net));
	json_array_foreach(list, i, j)
	{
		const struct pz_tensor *t = tensor_of(r, word(j, "name"));
		double square = 0;

		for (size_t k = 0; k < t->count; k++)
			square += (double)gradient[t->offset + k] * (double)gradient[t->offset + k];
		near_relative(sqrt(square), number(j, "norm"), 3e-3, t->name);
		total += square;
	}
	near_relative(sqrt(total), number(r->json, "gradient_norm"), 3e-3, "gradient");
}

static void steps_match(struct run *r)
{
	const json_t *adam = json_object_get(r->json, "adam"), *losses;
	bool all = !strcmp(word(adam, "trained"), "all");
	struct pz_adam a;

	losses = json_object_get(adam, "losses");
	assert_int_equal(pz_adam_init(&a, r->net, all ? PZ_ROLES_ALL : PZ_ROLE_HEAD), 0);
	for (size_t t = 0; t < 4; t++) {
		double loss = pz_net_train(r->net, r->work, &a, 2, r->x, r->ebv, &r->targets,
					   number(adam, "learning_rate"));

		if (t == 0)
			gradients_match(r, a.gradient);
		near_relative(loss, at(losses, t), t ? 1e-3 : 1e-5, "loss");
	}
	pz_adam_release(&a);
}

static void run_match(const json_t *json)
{
	struct pz_net_shape shape = { BANDS, SIZE, (int)number(json, "bins"),
				      (int)number(json, "channels") };
	struct run *r = calloc(1, sizeof *r);
	size_t i;
	json_t *j;

	assert_non_null(r);
	r->json = json;
	if (pz_net_new(&r->net, word(json, "net"), &shape) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_work_new(&r->work, r->net, 2, true), 0);
	assert_int_equal(pz_net_count(r->net), (size_t)number(json, "parameters"));
	json_array_foreach(json_object_get(json, "tensors"), i, j) tensor_fill(r, j);
	input_fill(r);
	labels_fill(r);
	activations_match(r);
	outputs_match(r);
	steps_match(r);
	pz_work_free(r->work);
	pz_net_free(r->net);
	free(r);
}

static void runs_match(const char *net)
{
	size_t i, found = 0;
	json_t *json;

	json_array_foreach(json_object_get(golden, "runs"), i, json)
	{
		if (strcmp(word(json, "net"), net))
			continue;
		run_match(json);
		found++;
	}
	assert_true(found > 0);
}

static void net_p_matches(void **state)
{
	(void)state;
	runs_match("P");
}

static void net_t_matches(void **state)
{
	(void)state;
	runs_match("T");
}

static void nets_s_match(void **state)
{
	(void)state;
	runs_match("S1");
	runs_match("S2");
	runs_match("S3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(convolutions_match),     cmocka_unit_test(pools_and_slopes_match),
		cmocka_unit_test(softmax_and_adam_match), cmocka_unit_test(nets_s_match),
		cmocka_unit_test(net_p_matches),          cmocka_unit_test(net_t_matches),
	};

	return cmocka_run_group_tests_name("golden networks", tests, golden_load, golden_free);
}
