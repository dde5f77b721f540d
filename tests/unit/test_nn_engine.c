/* test_nn_engine.c -- gradients, determinism, learning, symmetries */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/nn.h>
#include <pz/random.h>
#include <pz/threads.h>

#include "net_batch.h"

/* Every kind of item, odd sides, maps with several readers, both pools in and
 * out of blocks, and a stack of which one branch ends at once. */
static const char mixed[] = "whiten\npool same\nconv 3x3 6 tanh\npool\n"
			    "block a\n"
			    "path\nconv 1x1 3 prelu\nconv 5x5 4 prelu\n"
			    "path\nconv 1x1 5 tanh\npool same\n"
			    "path\nconv 3x3 3 tanh\n"
			    "path\npool same\nconv 1x1 2 none\n"
			    "path\nconv 1x1 4 none\nend\n"
			    "conv 3x3 7 prelu valid\npool same\nflatten\nebv\n"
			    "dense 9 tanh\ndense 8 prelu\n";

/* Paths that are added: an empty one last, first, alone beside a pool, twice; all with 1x1 layers.
 */
static const char added[] = "add a\npath\nconv 3x3 3 prelu\nconv 3x3 3 none\npath\nend\n"
			    "conv 3x3 4 tanh\n"
			    "add b\npath\npath\nconv 1x1 4 prelu\npath\npath\nconv 1x1 5 tanh\n"
			    "conv 3x3 4 none\nend\n"
			    "add c\npath\nconv 3x3 6 relu\npool\npath\npool\nconv 1x1 6 none\nend\n"
			    "add d\npath\npool same\npath\nend\nblock e\npath\nconv 1x1 2 prelu\n"
			    "path\npool same\nend\nmean\ndense 6 tanh\n";

static float *noise(size_t n, uint64_t stream, float scale)
{
	float *x = malloc(n * sizeof *x);
	struct pz_random r;

	assert_non_null(x);
	pz_random_init(&r, 5, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = scale * (float)pz_random_normal(&r);
	return x;
}

/* A net, a batch of n and targets of all three kinds. */
static void fixture_init(struct fixture *f, const char *text, struct pz_net_shape shape, size_t n)
{
	size_t heads = shape.channels ? (size_t)shape.channels : 1;

	if (pz_net_new(&f->net, text, &shape) < 0 || pz_work_new(&f->work, f->net, n, true) < 0)
		fail_msg("%s", pz_error_text());
	pz_net_init(f->net, 3);
	f->n = n;
	f->x = noise(n * (size_t)(shape.bands * shape.size * shape.size), 1, 1);
	f->joined = noise(n * (pz_net_joined(f->net) + 1), 2, shape.features ? 1 : 0.1f);
	f->label = malloc(n * heads * sizeof *f->label);
	f->gate = calloc(n * heads, sizeof *f->gate);
	assert_true(f->label && f->gate);
	for (size_t i = 0; i < n * heads; i++) {
		f->label[i] = i % 3 == 0 ? PZ_TARGET_UNIFORM
					 : (struct pz_target){ (float)(i % 7) * 0.9f,
							       i % 3 == 1 ? 0 : 1.3f };
		f->gate[i] = i % heads == i / heads % heads;
	}
	f->targets = (struct pz_targets){ .label = f->label, .gate = f->gate };
}

static double loss_of(struct fixture *f)
{
	size_t o = pz_net_outputs(f->net), h = pz_net_hidden(f->net);
	float *features = malloc(f->n * h * sizeof *features);
	float *logits = malloc(f->n * o * sizeof *logits);
	double loss;

	assert_true(features && logits);
	pz_net_forward(f->net, f->work, f->n, f->x, f->joined, features);
	pz_net_logits(f->net, f->work, f->n, features, logits);
	loss = pz_net_loss(f->net, f->work, f->n, logits, &f->targets);
	free(features);
	free(logits);
	return loss;
}

/* The gradient of the loss, where no slope of 0 hides a wrong factor. */
static float *gradient_of(struct fixture *f)
{
	float *gradient = malloc(pz_net_block(f->net) * sizeof *gradient);
	double loss;

	assert_non_null(gradient);
	lift_slopes(f);
	loss = pz_net_backward(f->net, f->work, f->n, f->x, f->joined, &f->targets, gradient);
	assert_true(fabs(loss - loss_of(f)) < 1e-6 * loss);
	return gradient;
}

static void gradients_match(const char *text, struct pz_net_shape shape, size_t n)
{
	static const struct differences differences = { 1e-3, 1e-3, loss_of };
	struct fixture f;
	float *gradient;

	fixture_init(&f, text, shape, n);
	gradient = gradient_of(&f);
	check_slopes(&f, &differences, gradient);
	free(gradient);
	fixture_release(&f);
}

static void gradients_are_differences(void **state)
{
	(void)state;
	gradients_match(mixed, (struct pz_net_shape){ 3, 14, 9, 3 }, 11);
	gradients_match(mixed, (struct pz_net_shape){ 2, 10, 7, 0 }, 3);
	gradients_match(added, (struct pz_net_shape){ 3, 6, 7, 2 }, 9);
	gradients_match("flatten\n", (struct pz_net_shape){ 2, 3, 5, 2 }, 4);
	gradients_match("S3", (struct pz_net_shape){ 5, 16, 12, 2 }, 5);
	gradients_match("S2+features", (struct pz_net_shape){ 2, 8, 7, 2, 4 }, 6);
	gradients_match("ebv\nfeatures\ndense 6 tanh\ndense 5 prelu\n",
			(struct pz_net_shape){ 0, 0, 7, 2, 3 }, 6);
}

/* values += step times the sum of the tensors' gradients, each of length 1; returns
 * what the loss changes by per step. */
static double walk(struct fixture *f, const float *gradient, double step)
{
	double slope = 0;

	for (size_t i = 0; i < pz_net_tensors(f->net); i++) {
		const struct pz_tensor *t = pz_net_tensor(f->net, i);
		float *v = pz_net_values(f->net) + t->offset;
		const float *g = gradient + t->offset;
		double norm = 0;

		for (size_t k = 0; k < t->count; k++)
			norm += (double)g[k] * (double)g[k];
		norm = sqrt(norm);
		for (size_t k = 0; norm > 0 && k < t->count; k++)
			v[k] += (float)(step * (double)g[k] / norm);
		slope += norm;
	}
	return slope;
}

/* Under valgrind (tests/run-one), where a run takes fifty times as long: smaller shapes and fewer
 * steps, whose memory is used in the same ways. */
static bool is_wrapped(void)
{
	const char *wrap = getenv("PZ_WRAP");

	return wrap && *wrap;
}

/* All tensors of a built-in network moved together. */
static void network_slope(const char *name, size_t n)
{
	const double step = 2e-4;
	struct fixture f;
	float *gradient;
	double slope, up, down;

	fixture_init(&f, name, (struct pz_net_shape){ 5, is_wrapped() ? 16 : 64, 12, 2 }, n);
	gradient = gradient_of(&f);
	slope = walk(&f, gradient, step);
	up = loss_of(&f);
	walk(&f, gradient, -2 * step);
	down = loss_of(&f);
	if (fabs((up - down) / (2 * step) - slope) > 0.02 * slope)
		fail_msg("%s: gradient %g, differences give %g", name, slope,
			 (up - down) / (2 * step));
	free(gradient);
	fixture_release(&f);
}

static void whole_networks_have_their_gradients(void **state)
{
	static const char *const names[] = { "S1", "S2", "S3", "P", "T" };

	(void)state;
	for (size_t i = 0; i < (is_wrapped() ? 3 : 5); i++)
		network_slope(names[i], 2);
}

/* A few steps at a number of threads; the parameters afterwards. */
static float *trained(int threads, const char *text, struct pz_net_shape shape, size_t n,
		      size_t *block, double *loss)
{
	struct fixture f;
	struct pz_adam adam;
	float *values;

	pz_threads_use(threads);
	fixture_init(&f, text, shape, n);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	for (int i = 0; i < 3; i++)
		*loss = pz_net_train(f.net, f.work, &adam, n - (size_t)i, f.x, f.joined, &f.targets,
				     1e-3);
	*block = pz_net_block(f.net);
	values = malloc(*block * sizeof *values);
	assert_non_null(values);
	memcpy(values, pz_net_values(f.net), *block * sizeof *values);
	pz_adam_release(&adam);
	fixture_release(&f);
	pz_threads_use(0);
	return values;
}

static void same_bytes(const char *text, struct pz_net_shape shape, size_t n)
{
	size_t block;
	double one, more;
	float *a = trained(1, text, shape, n, &block, &one);

	for (int threads = 2; threads <= 3; threads++) {
		float *b = trained(threads, text, shape, n, &block, &more);

		assert_memory_equal(a, b, block * sizeof *a);
		assert_memory_equal(&one, &more, sizeof one);
		free(b);
	}
	free(a);
}

static void threads_change_no_bit(void **state)
{
	(void)state;
	same_bytes(mixed, (struct pz_net_shape){ 3, 14, 9, 3 }, 37);
	same_bytes(added, (struct pz_net_shape){ 3, 6, 7, 2 }, 37);
	same_bytes("S3", (struct pz_net_shape){ 5, 32, 40, 3 }, 21);
	if (!is_wrapped())
		same_bytes("P", (struct pz_net_shape){ 5, 16, 40, 3 }, 5);
	same_bytes("M", (struct pz_net_shape){ 0, 0, 40, 3, 5 }, 21);
}

static void sixteen_stamps_are_learned_by_heart(void **state)
{
	struct fixture f;
	struct pz_adam adam;
	double first = 0, last = 0;

	(void)state;
	fixture_init(&f, "S2", (struct pz_net_shape){ 2, 12, 20, 0 }, 16);
	for (size_t i = 0; i < 16; i++)
		f.label[i] = (struct pz_target){ (float)i, 0 };
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	for (int i = 0; i < (is_wrapped() ? 10 : 300); i++) {
		last = pz_net_train(f.net, f.work, &adam, 16, f.x, f.joined, &f.targets, 2e-3);
		first = i ? first : last;
	}
	assert_true(first > 2.5);
	assert_true(last < (is_wrapped() ? first : 0.05));
	pz_adam_release(&adam);
	fixture_release(&f);
}

static void heads_alone_move_nothing_else(void **state)
{
	struct pz_net_shape shape = { 2, 12, 20, 3 };
	struct fixture f;
	struct pz_adam adam;
	float *old, *features;
	double loss[2];

	(void)state;
	fixture_init(&f, "S2", shape, 16);
	features = malloc(16 * pz_net_hidden(f.net) * sizeof *features);
	old = malloc(pz_net_block(f.net) * sizeof *old);
	assert_true(features && old);
	pz_net_forward(f.net, f.work, 16, f.x, f.joined, features);
	memcpy(old, pz_net_values(f.net), pz_net_block(f.net) * sizeof *old);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLE_HEAD), 0);
	for (int i = 0; i < 20; i++)
		loss[i > 0] =
			pz_net_train_heads(f.net, f.work, &adam, 16, features, &f.targets, 1e-3);
	assert_true(loss[1] < loss[0]);
	for (size_t i = 0; i < pz_net_tensors(f.net); i++) {
		const struct pz_tensor *t = pz_net_tensor(f.net, i);
		int moved = memcmp(old + t->offset, pz_net_values(f.net) + t->offset,
				   t->count * sizeof *old);

		assert_int_equal(moved != 0, t->role == PZ_ROLE_HEAD);
	}
	free(features);
	free(old);
	pz_adam_release(&adam);
	fixture_release(&f);
}

static void prediction_needs_no_training_memory(void **state)
{
	struct fixture f;
	struct pz_work *lean;
	float *a, *b;
	size_t bytes;

	(void)state;
	fixture_init(&f, mixed, (struct pz_net_shape){ 3, 14, 9, 3 }, 11);
	assert_int_equal(pz_work_new(&lean, f.net, 11, false), 0);
	assert_true(pz_work_bytes(lean) < pz_work_bytes(f.work));
	bytes = 11 * pz_net_hidden(f.net) * sizeof *a;
	a = malloc(bytes);
	b = malloc(bytes);
	assert_true(a && b);
	pz_net_forward(f.net, f.work, 11, f.x, f.joined, a);
	pz_net_forward(f.net, lean, 11, f.x, f.joined, b);
	assert_memory_equal(a, b, bytes);
	free(a);
	free(b);
	pz_work_free(lean);
	fixture_release(&f);
}

static void probabilities_mix_the_heads(void **state)
{
	struct pz_net_shape shape = { 1, 4, 3, 2 };
	/* Heads with probabilities 1/4 1/4 1/2 and 1/3 each; gate 1/4 and 3/4. */
	float logits[8] = { 0, 0, logf(2), 5, 5, 5, 0, logf(3) }, pz[3];
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "mean\n", &shape), 0);
	pz_net_pz(net, 1, logits, pz);
	assert_float_equal(pz[0], 0.3125f, 1e-6f);
	assert_float_equal(pz[2], 0.375f, 1e-6f);
	pz_net_free(net);
}

/* A network on two features alone, by hand: the vector is the head's input. */
static void features_are_standardised(void **state)
{
	struct pz_net_shape shape = { .bins = 2, .channels = 0, .features = 2 };
	/* means 2 and 20, deviations 1 and 10; the second is missing once */
	const float sample[] = { 1, 10, 3, 30, 2, NAN };
	float vector[3 * 2], flat[] = { 7, 1, 7, 2 }, none[] = { NAN, 1, NAN, 2 };
	struct pz_work *work;
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "features\n", &shape), 0);
	assert_int_equal(pz_net_joined(net), 2);
	assert_int_equal(pz_net_shape(net)->bands, 0);
	pz_net_init(net, 1);
	assert_int_equal(pz_work_new(&work, net, 3, false), 0);
	pz_net_forward(net, work, 3, NULL, sample, vector);
	assert_float_equal(vector[1], 10, 0); /* at first as they are */
	assert_int_equal(pz_net_scale_features(net, 3, sample), 0);
	pz_net_forward(net, work, 3, NULL, sample, vector);
	assert_float_equal(vector[0], -sqrt(1.5), 1e-6);
	assert_float_equal(vector[1], -1, 1e-6);
	assert_float_equal(vector[3], 1, 1e-6);
	assert_float_equal(vector[4], 0, 1e-6);
	assert_float_equal(vector[5], 0, 0); /* missing: the mean */
	assert_int_equal(pz_net_scale_features(net, 2, flat), 0);
	pz_net_forward(net, work, 2, NULL, sample, vector);
	assert_float_equal(vector[0], 0, 0);
	assert_float_equal(vector[2], 0, 0);
	assert_int_equal(pz_net_scale_features(net, 2, none), PZ_EDATA);
	assert_string_equal(pz_error_text(), "feature 1: expected a value in some training "
					     "galaxy, found none");
	pz_work_free(work);
	pz_net_free(net);
}

/* More galaxies than a tile of a dense layer has: each is as it is alone. */
static void many_galaxies_are_as_each_alone(void **state)
{
	enum { MANY = 300, VECTOR = 5 };
	struct pz_net_shape shape = { .bins = 2, .channels = 0, .features = 2 };
	static float sample[MANY * 2], vector[MANY * VECTOR], alone[VECTOR];
	struct pz_work *work, *one;
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "features\ndense 70 relu\ndense 5 tanh\n", &shape), 0);
	pz_net_init(net, 1);
	assert_int_equal(pz_work_new(&work, net, MANY, false), 0);
	assert_int_equal(pz_work_new(&one, net, 1, false), 0);
	for (int i = 0; i < 2 * MANY; i++)
		sample[i] = sinf((float)i);
	pz_net_forward(net, work, MANY, NULL, sample, vector);
	for (size_t i = 0; i < MANY; i++) {
		pz_net_forward(net, one, 1, NULL, sample + 2 * i, alone);
		for (size_t k = 0; k < VECTOR; k++)
			assert_float_equal(vector[i * VECTOR + k], alone[k], 1e-5);
	}
	pz_work_free(work);
	pz_work_free(one);
	pz_net_free(net);
}

/* Behind E(B-V), which is none of them. */
static void features_behind_ebv_are_their_own_columns(void **state)
{
	struct pz_net_shape shape = { .bins = 2, .channels = 0, .features = 2 };
	const float sample[] = { 7, 1, 10, -5, 3, 30, 6, 2, NAN };
	const struct pz_tensor *mean, *scale;
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "ebv\nfeatures\n", &shape), 0);
	assert_int_equal(pz_net_joined(net), 3);
	assert_int_equal(pz_net_scale_features(net, 3, sample), 0);
	mean = pz_net_find(net, "features.mean");
	scale = pz_net_find(net, "features.scale");
	assert_float_equal(pz_net_values(net)[mean->offset], 2, 0);
	assert_float_equal(pz_net_values(net)[mean->offset + 1], 20, 0);
	assert_float_equal(pz_net_values(net)[scale->offset], sqrt(1.5), 1e-6);
	assert_float_equal(pz_net_values(net)[scale->offset + 1], 0.1, 1e-7);
	pz_net_free(net);
}

/* Training moves neither mean nor scale, and Adam's step is the same at any number of threads. */
static void scales_are_not_learned(void **state)
{
	struct fixture f;
	struct pz_adam adam;
	const struct pz_tensor *scale;
	float before[3];

	(void)state;
	fixture_init(&f, "M", (struct pz_net_shape){ .bins = 7, .channels = 2, .features = 3 }, 6);
	assert_int_equal(pz_net_scale_features(f.net, 6, f.joined), 0);
	scale = pz_net_find(f.net, "features.scale");
	memcpy(before, pz_net_values(f.net) + scale->offset, sizeof before);
	assert_true(before[0] > 0 && before[1] > 0 && before[2] > 0);
	assert_int_equal(pz_adam_init(&adam, f.net, PZ_ROLES_ALL), 0);
	for (int i = 0; i < 5; i++)
		pz_net_train(f.net, f.work, &adam, 6, NULL, f.joined, &f.targets, 1e-2);
	assert_memory_equal(before, pz_net_values(f.net) + scale->offset, sizeof before);
	pz_adam_release(&adam);
	fixture_release(&f);
}

static void targets_are_distributions(void **state)
{
	float y[10], sum = 0;

	(void)state;
	pz_target_expand((struct pz_target){ 3.4f, 0 }, 10, y);
	assert_float_equal(y[3], 1, 0);
	pz_target_expand((struct pz_target){ 1e9f, 0 }, 10, y);
	assert_float_equal(y[9], 1, 0);
	pz_target_expand((struct pz_target){ -7, 0 }, 10, y);
	assert_float_equal(y[0], 1, 0);
	pz_target_expand(PZ_TARGET_UNIFORM, 10, y);
	assert_float_equal(y[4], 0.1f, 1e-7f);
	/* Far outside, where every exponential underflows by itself. */
	pz_target_expand((struct pz_target){ -500, 2 }, 10, y);
	assert_true(y[0] > 0.999f);
	pz_target_expand((struct pz_target){ 4.25f, 1.5f }, 10, y);
	assert_float_equal(y[5] / y[3], expf((1.25f * 1.25f - 0.75f * 0.75f) / 4.5f), 1e-5f);
	for (int i = 0; i < 10; i++)
		sum += y[i];
	assert_float_equal(sum, 1, 1e-6f);
}

/* Which symmetry takes x to y; -1: none. */
static int symmetry_between(const float *x, const float *y)
{
	float z[2 * 9];

	for (int s = 0; s < PZ_SYMMETRIES; s++) {
		pz_symmetry_apply(s, 2, 3, x, z);
		if (!memcmp(y, z, sizeof z))
			return s;
	}
	return -1;
}

static void symmetries_form_the_group(void **state)
{
	float x[2 * 9], y[2 * 9], z[2 * 9];
	int inverses = 0, own = 0;

	(void)state;
	for (int i = 0; i < 18; i++)
		x[i] = (float)i;
	for (int a = 0; a < PZ_SYMMETRIES; a++) {
		bool seen[PZ_SYMMETRIES] = { false };

		pz_symmetry_apply(a, 2, 3, x, y);
		assert_int_equal(symmetry_between(x, y), a);
		for (int b = 0; b < PZ_SYMMETRIES; b++) {
			int ab;

			pz_symmetry_apply(b, 2, 3, y, z);
			ab = symmetry_between(x, z);
			assert_true(ab >= 0 && !seen[ab]);
			seen[ab] = true;
			inverses += ab == 0;
			own += ab == 0 && a == b;
		}
	}
	assert_int_equal(inverses, 8);
	assert_int_equal(own, 6); /* all but the two quarter turns are their own */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gradients_are_differences),
		cmocka_unit_test(whole_networks_have_their_gradients),
		cmocka_unit_test(threads_change_no_bit),
		cmocka_unit_test(sixteen_stamps_are_learned_by_heart),
		cmocka_unit_test(heads_alone_move_nothing_else),
		cmocka_unit_test(prediction_needs_no_training_memory),
		cmocka_unit_test(probabilities_mix_the_heads),
		cmocka_unit_test(features_are_standardised),
		cmocka_unit_test(many_galaxies_are_as_each_alone),
		cmocka_unit_test(features_behind_ebv_are_their_own_columns),
		cmocka_unit_test(scales_are_not_learned),
		cmocka_unit_test(targets_are_distributions),
		cmocka_unit_test(symmetries_form_the_group),
	};

	return cmocka_run_group_tests_name("network engine", tests, NULL, NULL);
}
