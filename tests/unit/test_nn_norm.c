/* test_nn_norm.c -- batch normalisation: against PyTorch, against differences, folded, averaged */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/exchange.h>
#include <pz/threads.h>

#include "../../lib/nn/plan.h"
#include "../../lib/nn/settle.h"
#include "lessons.h"
#include "net_batch.h"

/* Normalised paths beside others in one stack, all pools and activations, sums, a valid kernel. */
static const char mixed[] = "whiten\nconv 3x3 6 norm tanh\npool\n"
			    "block a\npath\nconv 1x1 3 norm prelu\nconv 5x5 4 norm prelu\n"
			    "path\nconv 1x1 5 tanh\npool same\n"
			    "path\nconv 3x3 3 norm none\npool same\n"
			    "path\nconv 1x1 4 norm none\nend\n"
			    "add b\npath\nconv 3x3 16 prelu\npath\nend\n"
			    "conv 3x3 7 norm prelu valid\npool same\nflatten\nebv\ndense 9 tanh\n";

static void fixture_init(struct fixture *f, const char *net_text, struct pz_net_shape s, size_t n)
{
	size_t heads = s.channels ? (size_t)s.channels : 1, pixels = (size_t)(s.size * s.size);
	struct pz_random r;

	if (pz_net_new(&f->net, net_text, &s) < 0 || pz_work_new(&f->work, f->net, n, true) < 0)
		fail_msg("%s", pz_error_text());
	pz_net_init(f->net, 3);
	pz_random_init(&r, 5, 1);
	f->n = n;
	pixels *= n * (size_t)s.bands;
	f->x = malloc(pixels * sizeof *f->x);
	f->joined = calloc(n, sizeof *f->joined);
	f->label = malloc(n * heads * sizeof *f->label);
	f->gate = calloc(n * heads, sizeof *f->gate);
	assert_true(f->x && f->joined && f->label && f->gate);
	for (size_t i = 0; i < pixels; i++)
		f->x[i] = (float)pz_random_normal(&r);
	for (size_t i = 0; i < n * heads; i++) {
		f->label[i] = (struct pz_target){ (float)(i % 7) * 0.9f, i % 3 == 1 ? 0 : 1.3f };
		f->gate[i] = i % heads == i / heads % heads;
	}
	f->targets = (struct pz_targets){ .label = f->label, .gate = f->gate };
}

/* Each number of the block belongs to one tensor or to none. */
static void tensors_lie_apart(void **state)
{
	const struct pz_net_shape of = { 3, 12, 7, 2, 0 };
	struct pz_net *net;
	unsigned char *taken;

	(void)state;
	assert_int_equal(pz_net_new(&net, mixed, &of), 0);
	taken = calloc(pz_net_block(net), 1);
	assert_non_null(taken);
	for (size_t i = 0; i < pz_net_tensors(net); i++) {
		const struct pz_tensor *t = pz_net_tensor(net, i);
		size_t count = 1;

		for (int k = 0; k < t->rank; k++)
			count *= t->shape[k];
		assert_int_equal(t->count, count);
		assert_true(t->offset + t->count <= pz_net_block(net));
		for (size_t k = 0; k < t->count; k++)
			if (taken[t->offset + k]++)
				fail_msg("%s: number %zu is another tensor's too", t->name, k);
	}
	free(taken);
	pz_net_free(net);
}

/* ---- the gradient ---- */

static double loss_of(struct fixture *f, float *gradient)
{
	return pz_net_backward(f->net, f->work, f->n, f->x, f->joined, &f->targets, gradient);
}

static double loss_alone(struct fixture *f)
{
	float *gradient = malloc(pz_net_block(f->net) * sizeof *gradient);
	double loss;

	assert_non_null(gradient);
	loss = loss_of(f, gradient);
	free(gradient);
	return loss;
}

static void check_gradients(struct pz_net_shape s, size_t n)
{
	static const struct differences differences = { 2e-3, 1e-4, loss_alone };
	float *gradient;
	struct fixture f;

	fixture_init(&f, mixed, s, n);
	gradient = malloc(pz_net_block(f.net) * sizeof *gradient);
	assert_non_null(gradient);
	lift_slopes(&f);
	loss_of(&f, gradient);
	check_slopes(&f, &differences, gradient);
	free(gradient);
	fixture_release(&f);
}

static void gradients_are_differences(void **state)
{
	(void)state;
	check_gradients((struct pz_net_shape){ 3, 16, 9, 3 }, 11);
	check_gradients((struct pz_net_shape){ 2, 12, 7, 0 }, 3);
}

/* ---- PyTorch ---- */

#define GOLDEN 11

static const char golden_text[] = "conv a 3x3 3 norm prelu\npool\nblock b\npath\nconv c 1x1 2 norm "
				  "tanh\npath\nconv d 1x1 2 relu\nend\nmean\n";
static const char *const golden_tensor[] = { "a.weight",   "a.bias",       "a.slope",
					     "a.scale",    "a.mean",       "a.variance",
					     "b.c.weight", "b.c.bias",     "b.c.scale",
					     "b.c.mean",   "b.c.variance", "b.d.weight",
					     "b.d.bias",   "head0.weight", "head0.bias" };

/* Of PyTorch 1.13 in double precision (Conv2d without bias, BatchNorm2d, PReLU, AvgPool2d, Tanh):
 * the gradient's length, and its product with cos(0), cos(1), ... in the engine's order. */
static const struct {
	const char *name;
	double length, product;
} golden_gradient[] = {
	{ "a.weight", 0.23407805, -0.011239538 },    { "a.bias", 0.025048638, 0.027759741 },
	{ "a.slope", 0.040427744, 0.036311671 },     { "a.scale", 0.026167288, 0.020806348 },
	{ "b.c.weight", 0.12248559, 0.0015359532 },  { "b.c.bias", 0.039532867, 0.01525706 },
	{ "b.c.scale", 0.0082556487, 0.0071342114 }, { "b.d.weight", 0.024417843, -0.0033282328 },
	{ "b.d.bias", 0.044831181, 0.044831181 },    { "head0.weight", 0.13524849, -0.074096693 },
	{ "head0.bias", 0.092297783, 0.08072304 },
};
/* The line of the network after the batch: of what PyTorch has as mean and variance (of a
 * population) of the batch, by 0.9 and 0.1. Then p(z) of the first and the last galaxy before it,
 * by the statistics that the network began with. */
static const double golden_mean[] = { -0.24419885, -0.35113861, -0.1835814 };
static const double golden_variance[] = { 0.93810652, 1.2166685, 1.3150078 };
static const double golden_path_mean[] = { 0.12171728, -0.20878661 };
static const double golden_path_variance[] = { 0.22617028, 0.3081026 };
static const double golden_pz[] = { 0.45551073, 0.33222065, 0.21226861,
				    0.44604993, 0.34403706, 0.20991301 };

static float golden_value(const char *name, size_t tensor, size_t k)
{
	double s = sin(1 + 0.9 * (double)k + 2.3 * (double)tensor);
	const char *what = strrchr(name, '.') + 1;

	if (!strcmp(what, "slope"))
		return (float)(0.25 + 0.1 * s);
	return (float)(!strcmp(what, "scale") || !strcmp(what, "variance") ? 1 + 0.4 * s : 0.4 * s);
}

static void golden_init(struct fixture *f)
{
	fixture_init(f, golden_text, (struct pz_net_shape){ 2, 4, 3, 0 }, GOLDEN);
	assert_int_equal(pz_net_tensors(f->net), 15);
	for (size_t i = 0; i < 15; i++) {
		const struct pz_tensor *t = pz_net_find(f->net, golden_tensor[i]);

		assert_non_null(t);
		for (size_t k = 0; k < t->count; k++)
			pz_net_values(f->net)[t->offset + k] = golden_value(t->name, i, k);
	}
	for (size_t i = 0; i < (size_t)GOLDEN * 32; i++)
		f->x[i] = (float)(2 * sin(0.7 + 1.3 * pow((double)i, 1.1)));
	for (size_t i = 0; i < GOLDEN; i++)
		f->label[i] = (struct pz_target){ (float)(i % 3), 0 };
}

static void check_values(const struct pz_net *net, const char *name, const double *expected)
{
	const struct pz_tensor *t = pz_net_find(net, name);

	assert_non_null(t);
	for (size_t k = 0; k < t->count; k++) {
		double found =
			(double)pz_net_values((struct pz_net *)(uintptr_t)net)[t->offset + k];

		if (fabs(found - expected[k]) > 2e-6)
			fail_msg("%s: expected %.8g, found %.8g", name, expected[k], found);
	}
}

static void a_step_is_that_of_pytorch(void **state)
{
	struct fixture f;
	struct pz_adam adam;
	double loss;

	(void)state;
	golden_init(&f);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	loss = pz_net_train(f.net, f.work, &adam, f.n, f.x, NULL, &f.targets, 1e-3);
	assert_true(fabs(loss - 1.114162262) < 1e-6);
	for (size_t i = 0; i < sizeof golden_gradient / sizeof *golden_gradient; i++) {
		const struct pz_tensor *t = pz_net_find(f.net, golden_gradient[i].name);
		double length = 0, product = 0;

		for (size_t k = 0; k < t->count; k++) {
			double g = (double)adam.gradient[t->offset + k];

			length += g * g;
			product += g * cos((double)k);
		}
		if (fabs(sqrt(length) - golden_gradient[i].length) > 1e-6 ||
		    fabs(product - golden_gradient[i].product) > 1e-6)
			fail_msg("%s: expected %.8g and %.8g, found %.8g and %.8g", t->name,
				 golden_gradient[i].length, golden_gradient[i].product,
				 sqrt(length), product);
	}
	check_values(f.net, "a.mean", golden_mean);
	check_values(f.net, "a.variance", golden_variance);
	check_values(f.net, "b.c.mean", golden_path_mean);
	check_values(f.net, "b.c.variance", golden_path_variance);
	pz_adam_release(&adam);
	fixture_release(&f);
}

static void predict(const struct pz_net *net, const struct fixture *f, float *pz)
{
	size_t o = pz_net_outputs(net), h = pz_net_hidden(net);
	float *hidden = malloc(f->n * h * sizeof *hidden);
	float *logits = malloc(f->n * o * sizeof *logits);
	struct pz_work *work;

	assert_int_equal(pz_work_new(&work, net, f->n, false), 0);
	pz_net_forward(net, work, f->n, f->x, f->joined, hidden);
	pz_net_logits(net, work, f->n, hidden, logits);
	pz_net_pz(net, f->n, logits, pz);
	pz_work_free(work);
	free(hidden);
	free(logits);
}

static void predictions_are_those_of_pytorch(void **state)
{
	struct fixture f;
	float pz[GOLDEN * 3];

	(void)state;
	golden_init(&f);
	predict(f.net, &f, pz);
	for (size_t i = 0; i < 3; i++) {
		assert_true(fabs((double)pz[i] - golden_pz[i]) < 1e-6);
		assert_true(fabs((double)pz[3 * (GOLDEN - 1) + i] - golden_pz[3 + i]) < 1e-6);
	}
	fixture_release(&f);
}

/* A file may say that a variance is below 0. */
static void no_variance_gives_nan(void **state)
{
	struct fixture f;
	float pz[GOLDEN * 3];

	(void)state;
	golden_init(&f);
	pz_net_values(f.net)[pz_net_find(f.net, "a.variance")->offset] = -3;
	predict(f.net, &f, pz);
	for (size_t i = 0; i < sizeof pz / sizeof *pz; i++)
		assert_true(isfinite(pz[i]));
	fixture_release(&f);
}

/* ---- folding ---- */

static char *graph_of(const struct pz_net *net, size_t *size)
{
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, size);

	assert_int_equal(pz_net_write_onnx(net, NULL, 0, to), 0);
	fclose(to);
	return bytes;
}

/* Both are written as the same ONNX graph. */
static void check_graphs(const struct pz_net *net, const struct pz_net *folded)
{
	size_t size, other_size;
	char *graph = graph_of(net, &size), *other = graph_of(folded, &other_size);

	assert_int_equal(size, other_size);
	assert_memory_equal(graph, other, size);
	free(graph);
	free(other);
}

static void a_folded_network_gives_the_same_bytes(void **state)
{
	struct pz_net_shape s = { 3, 16, 9, 3 };
	struct pz_net *folded, *again;
	struct fixture f;
	struct pz_adam adam;
	float a[11 * 9], b[11 * 9];

	(void)state;
	fixture_init(&f, mixed, s, 11);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	for (int i = 0; i < 5; i++)
		pz_net_train(f.net, f.work, &adam, f.n, f.x, f.joined, &f.targets, 1e-2);
	assert_int_equal(pz_net_fold(f.net, &folded), 0);
	assert_null(strstr(pz_net_text(folded), "norm"));
	assert_non_null(strstr(pz_net_text(f.net), "conv conv0 3x3 6 norm tanh\n"));
	assert_null(pz_net_find(folded, "conv0.scale"));
	predict(f.net, &f, a);
	predict(folded, &f, b);
	assert_memory_equal(a, b, sizeof a);
	check_graphs(f.net, folded);
	/* of a network without norm it is a copy */
	assert_int_equal(pz_net_fold(folded, &again), 0);
	assert_string_equal(pz_net_text(again), pz_net_text(folded));
	assert_memory_equal(pz_net_values(again), pz_net_values(folded),
			    pz_net_block(folded) * sizeof(float));
	pz_net_free(again);
	pz_net_free(folded);
	pz_adam_release(&adam);
	fixture_release(&f);
}

/* ---- bytes ---- */

static float *trained(int threads, size_t *block)
{
	struct fixture f;
	struct pz_adam adam;
	float *values;

	pz_threads_use(threads);
	fixture_init(&f, mixed, (struct pz_net_shape){ 3, 16, 9, 3 }, 37);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	for (size_t i = 0; i < 3; i++)
		pz_net_train(f.net, f.work, &adam, 37 - i, f.x, f.joined, &f.targets, 1e-3);
	*block = pz_net_block(f.net);
	values = malloc(*block * sizeof *values);
	assert_non_null(values);
	memcpy(values, pz_net_values(f.net), *block * sizeof *values);
	pz_adam_release(&adam);
	fixture_release(&f);
	pz_threads_use(0);
	return values;
}

static void threads_change_no_bit(void **state)
{
	size_t block;
	float *one = trained(1, &block);

	(void)state;
	for (int threads = 2; threads <= 3; threads++) {
		float *more = trained(threads, &block);

		assert_memory_equal(one, more, block * sizeof *one);
		free(more);
	}
	free(one);
}

/* ---- the trainer ---- */

static int keep_report(void *context, const struct pz_train_report *report)
{
	*(struct pz_train_report *)context = *report;
	return 0;
}

static struct pz_train_report learn(struct pz_net *net, const struct pz_schedule *plan)
{
	struct pz_train_report last = { 0 };
	const struct pz_train_hooks hooks = { .context = &last, .report = keep_report };
	struct pz_train t;

	assert_int_equal(pz_train_init(&t, net, PZ_ROLES_ALL), 0);
	if (pz_train_run(&t, plan, &sky.examples, &sky.examples, &hooks) < 0)
		fail_msg("%s", pz_error_text());
	pz_train_release(&t);
	return last;
}

static void sixteen_stamps_are_learned_by_heart(void **state)
{
	struct pz_schedule plan = plan_of(400);
	struct pz_net *net = net_of(norm_text);
	struct pz_train_report last;

	(void)state;
	plan.augment = false;
	last = learn(net, &plan);
	if (!(last.loss < floor_of() + 0.3 && last.valid_loss < floor_of() + 0.1))
		fail_msg("expected at most %g, found %g, of what is predicted %g", floor_of(),
			 last.loss, last.valid_loss);
	assert_true(last.valid_loss > floor_of() - 1e-4);
	pz_net_free(net);
}

/* The product of a channel of the first convolution at a pixel, by hand. */
static double product(const float *weight, const float *stamp, int pixel)
{
	int y = pixel / SIZE, x = pixel % SIZE;
	double z = 0;

	for (int k = 0; k < 9 * BANDS; k++) {
		int yy = y + k / BANDS / 3 - 1, xx = x + k / BANDS % 3 - 1;

		if (yy >= 0 && yy < SIZE && xx >= 0 && xx < SIZE)
			z += (double)weight[k] * (double)stamp[(k % BANDS * SIZE + yy) * SIZE + xx];
	}
	return z;
}

/* The mean line of the two batches of eight, as mean and variance. */
static void line_by_hand(const float *weight, double *mean, double *variance)
{
	double slope = 0, offset = 0, n = 8 * SIZE * SIZE;

	for (int batch = 0; batch < 2; batch++) {
		double sum = 0, squares = 0;

		for (int i = 0; i < 8 * SIZE * SIZE; i++) {
			double z = product(weight, sky.x[8 * batch + i / (SIZE * SIZE)],
					   i % (SIZE * SIZE));

			sum += z;
			squares += z * z;
		}
		sum /= n;
		squares = 1 / sqrt(squares / n - sum * sum + 1e-5);
		slope += squares / 2;
		offset += sum * squares / 2;
	}
	*mean = offset / slope;
	*variance = 1 / (slope * slope) - 1e-5;
}

/* The mean of parameters gets statistics of its own, measured in all sixteen stamps. What is
 * validated has them as well, and training goes on as if nobody had looked. */
static void the_mean_has_its_own_statistics(void **state)
{
	struct pz_schedule plan = plan_of(30);
	struct pz_net *seen = net_of(norm_text), *unseen = net_of(norm_text);
	const float *v = pz_net_values(seen);
	struct pz_train_report last;

	(void)state;
	plan.average = 0.5;
	last = learn(seen, &plan);
	assert_true(isfinite(last.valid_loss));
	plan.every = 0;
	learn(unseen, &plan);
	assert_memory_equal(v, pz_net_values(unseen), pz_net_block(seen) * sizeof(float));
	for (size_t c = 0; c < 6; c++) {
		double mean, variance;

		line_by_hand(v + pz_net_find(seen, "conv0.weight")->offset + c * 9 * BANDS, &mean,
			     &variance);
		assert_true(fabs((double)v[pz_net_find(seen, "conv0.mean")->offset + c] - mean) <
			    1e-5);
		assert_true(
			fabs((double)v[pz_net_find(seen, "conv0.variance")->offset + c] / variance -
			     1) < 1e-5);
	}
	pz_net_free(seen);
	pz_net_free(unseen);
}

static void what_cannot_be_read_leaves_the_statistics(void **state)
{
	struct pz_net *net = net_of(norm_text);
	float before[28], after[28];

	(void)state;
	assert_int_equal(pz_nn_statistics(net), 28);
	pz_nn_statistics_keep(net, before);
	sky.fails_at = 3;
	assert_int_equal(pz_nn_settle(net, &sky.examples, 8), PZ_ECORRUPT);
	sky.fails_at = -1;
	pz_nn_statistics_keep(net, after);
	assert_memory_equal(before, after, sizeof before);
	assert_int_equal(pz_nn_settle(net, &sky.examples, 8), 0);
	pz_nn_statistics_keep(net, after);
	assert_memory_not_equal(before, after, sizeof before);
	pz_nn_statistics_restore(net, before);
	pz_nn_statistics_keep(net, after);
	assert_memory_equal(before, after, sizeof before);
	pz_net_free(net);
}

/* ---- text ---- */

static void the_word_stands_before_the_activation(void **state)
{
	static const struct pz_net_shape s = { 2, 8, 5, 0 };
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "conv 3x3 4 norm none valid\nmean\n", &s), 0);
	assert_string_equal(pz_net_text(net), "conv conv0 3x3 4 norm none valid\nmean\n");
	/* weights 72, bias, scale, mean and variance 4 each; outputs 5 x 5 */
	assert_int_equal(pz_net_count(net), 72 + 16 + 25);
	assert_int_equal(pz_net_find(net, "conv0.scale")->role, PZ_ROLE_TRUNK);
	assert_int_equal(pz_net_find(net, "conv0.variance")->role, PZ_ROLE_SCALE);
	pz_net_init(net, 1);
	assert_true(pz_net_values(net)[pz_net_find(net, "conv0.scale")->offset] == 1);
	assert_true(pz_net_values(net)[pz_net_find(net, "conv0.variance")->offset + 3] == 1);
	assert_true(pz_net_values(net)[pz_net_find(net, "conv0.mean")->offset] == 0);
	pz_net_free(net);
	assert_int_equal(pz_net_new(&net, "conv 3x3 4 norm\nmean\n", &s), PZ_EARG);
	assert_non_null(
		strstr(pz_error_text(), "expected prelu, relu, tanh or none, found 'norm'"));
	assert_int_equal(pz_net_new(&net, "conv 3x3 4 prelu norm\nmean\n", &s), PZ_EARG);
	assert_non_null(strstr(pz_error_text(), "expected the end of the line, found 'norm'"));
	assert_int_equal(pz_net_new(&net, "mean\ndense 4 norm relu\n", &s), PZ_EARG);
	assert_non_null(
		strstr(pz_error_text(), "expected prelu, relu, tanh or none, found 'norm'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tensors_lie_apart),
		cmocka_unit_test(gradients_are_differences),
		cmocka_unit_test(a_step_is_that_of_pytorch),
		cmocka_unit_test(predictions_are_those_of_pytorch),
		cmocka_unit_test(no_variance_gives_nan),
		cmocka_unit_test(a_folded_network_gives_the_same_bytes),
		cmocka_unit_test(threads_change_no_bit),
		cmocka_unit_test(sixteen_stamps_are_learned_by_heart),
		cmocka_unit_test(the_mean_has_its_own_statistics),
		cmocka_unit_test(what_cannot_be_read_leaves_the_statistics),
		cmocka_unit_test(the_word_stands_before_the_activation),
	};

	return cmocka_run_group_tests_name("batch normalisation", tests, make_sky, NULL);
}
