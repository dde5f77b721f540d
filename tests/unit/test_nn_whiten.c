/* test_nn_whiten.c -- pixels without correlations, dropout, decay and averages of weights */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/nn/average.h"
#include "../../lib/nn/work.h"
#include "lessons.h"

#define SIDE   6
#define STAMPS 40

/* Correlated bands: the third is the sum of the others, the last is constant. */
struct pixels {
	float x[STAMPS][4][SIDE * SIDE];
};

static int fetch_pixels(void *context, size_t i, float *x)
{
	const struct pixels *p = context;

	memcpy(x, p->x[i], sizeof p->x[i]);
	return 0;
}

static struct pixels *new_pixels(void)
{
	struct pixels *p = malloc(sizeof *p);
	struct pz_random r;

	assert_non_null(p);
	pz_random_init(&r, 8, 1);
	for (int i = 0; i < STAMPS; i++) {
		for (int k = 0; k < SIDE * SIDE; k++) {
			double a = pz_random_normal(&r), b = pz_random_normal(&r);

			p->x[i][0][k] = (float)(3 + 0.02 * a);
			p->x[i][1][k] = (float)(10 * a + 0.5 * b - 7);
			p->x[i][2][k] = p->x[i][0][k] + p->x[i][1][k];
			p->x[i][3][k] = 5;
		}
	}
	return p;
}

static struct pz_net *new_whitened(const char *layers, int bands, int side)
{
	struct pz_net_shape s = { .bands = bands, .size = side, .bins = 4 };
	struct pz_net *net;

	if (pz_net_new(&net, layers, &s) < 0)
		fail_msg("%s", pz_error_text());
	pz_net_init(net, 1);
	return net;
}

/* The mean of the bands of each stamp, as the network without layers hands them on. */
static void forward_means(struct pz_net *net, const struct pixels *p, float (*mean)[4])
{
	struct pz_work *work;
	float none = 0;

	assert_int_equal(pz_work_new(&work, net, STAMPS, false), 0);
	pz_net_forward(net, work, STAMPS, &p->x[0][0][0], &none, &mean[0][0]);
	pz_work_free(work);
}

static void bands_lose_their_correlations(void **state)
{
	struct pixels *p = new_pixels();
	struct pz_examples from = { .count = STAMPS, .fetch = fetch_pixels, .context = p };
	struct pz_net *net = new_whitened("whiten\nmean\n", 4, SIDE);
	const float *w = pz_net_values(net) + pz_net_find(net, "whiten.weight")->offset;
	const float *b = pz_net_values(net) + pz_net_find(net, "whiten.bias")->offset;
	double sum[4] = { 0 }, product[4][4] = { { 0 } }, n = STAMPS * SIDE * SIDE;
	float mean[STAMPS][4];

	(void)state;
	/* As made, it leaves pixels as they are. */
	forward_means(net, p, mean);
	assert_float_equal(mean[3][3], 5, 1e-5f);
	assert_int_equal(pz_train_whiten(net, &from), 0);
	forward_means(net, p, mean);
	for (int i = 0; i < STAMPS; i++) {
		double whole[4] = { 0 };

		for (int k = 0; k < SIDE * SIDE; k++) {
			double y[4];

			for (int c = 0; c < 4; c++) {
				y[c] = (double)b[c];
				for (int d = 0; d < 4; d++)
					y[c] += (double)w[4 * c + d] * (double)p->x[i][d][k];
				sum[c] += y[c];
				whole[c] += y[c] / (SIDE * SIDE);
			}
			for (int c = 0; c < 4; c++)
				for (int d = 0; d < 4; d++)
					product[c][d] += y[c] * y[d];
		}
		for (int c = 0; c < 4; c++)
			assert_float_equal(mean[i][c], whole[c], 2e-4);
	}
	for (int c = 0; c < 4; c++) {
		assert_true(fabs(sum[c] / n) < 1e-3);
		for (int d = 0; d < 4; d++)
			assert_true(fabs(product[c][d] / n - (c == d && c < 2)) < 2e-3);
	}
	pz_net_free(net);
	free(p);
}

static void what_is_measured_is_not_learned(void **state)
{
	struct pz_net *net =
		new_whitened("whiten\nconv 3x3 6 prelu\nmean\ndense 5 relu\n", BANDS, SIZE);
	const struct pz_tensor *w = pz_net_find(net, "whiten.weight");
	struct pz_schedule plan = { .iterations = 5,
				    .batch = 4,
				    .rate = 1e-2,
				    .factor = 5,
				    .decay = 0.5,
				    .average = 0.5,
				    .seed = 1 };
	float before[BANDS * BANDS], *now = pz_net_values(net) + w->offset;
	struct pz_train t;

	(void)state;
	assert_int_equal(w->role, PZ_ROLE_SCALE);
	assert_int_equal(pz_train_whiten(net, &sky.examples), 0);
	memcpy(before, now, sizeof before);
	assert_int_equal(pz_train_init(&t, net, PZ_ROLES_LEARNED), 0);
	for (int i = 0; i < COUNT; i++)
		sky.lesson[i].target[0].centre = (float)(i % 4);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, NULL), 0);
	assert_memory_equal(before, now, sizeof before);
	pz_train_release(&t);
	pz_net_free(net);
}

/* A stamp that cannot be read ends the measurement with its own error. */
static void a_stamp_that_cannot_be_read_is_named(void **state)
{
	struct pz_net *net = new_whitened("whiten\nmean\n", BANDS, SIZE);

	(void)state;
	sky.fails_at = 7;
	assert_int_equal(pz_train_whiten(net, &sky.examples), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "stamp 7"));
	sky.fails_at = -1;
	pz_net_free(net);
}

/* Units are off as often as is asked for, always the same ones, and the others make up for them. */
static void dropout_keeps_the_mean(void **state)
{
	struct nn_dropout d = { .share = 0.3, .seed = 4, .iteration = 9 };
	enum { ROWS = 50, UNITS = 101 };
	static float y[2][ROWS][UNITS];
	int off = 0;

	(void)state;
	for (int i = 0; i < 2 * ROWS * UNITS; i++)
		(&y[0][0][0])[i] = 1;
	pz_nn_drop(&d, 1, ROWS, UNITS, &y[0][0][0]);
	/* Two ranks with a part each. */
	pz_nn_drop(&d, 1, 20, UNITS, &y[1][0][0]);
	d.first = 20;
	pz_nn_drop(&d, 1, ROWS - 20, UNITS, &y[1][20][0]);
	assert_memory_equal(y[0], y[1], sizeof y[0]);
	for (int i = 0; i < ROWS * UNITS; i++) {
		float v = (&y[0][0][0])[i];

		assert_true(v == 0 || v == (float)(1 / 0.7));
		off += v == 0;
	}
	/* Five standard deviations of 5050 units. */
	assert_in_range(off, 1515 - 163, 1515 + 163);
	d.first = 0;
	d.iteration = 10;
	for (int i = 0; i < ROWS * UNITS; i++)
		(&y[1][0][0])[i] = 1;
	pz_nn_drop(&d, 1, ROWS, UNITS, &y[1][0][0]);
	assert_true(memcmp(y[0], y[1], sizeof y[0]) != 0);
}

/* The loss of the first stamps with half of the units off, and its gradient. */
static double loss_with_dropout(struct pz_net *net, float *gradient)
{
	enum { N = 8 };
	struct pz_target label[N * CHANNELS];
	float gate[N * CHANNELS] = { 0 };
	struct pz_targets targets = { .label = label, .gate = gate };
	struct pz_work *work;
	double loss;

	for (int i = 0; i < N * CHANNELS; i++) {
		label[i] = (struct pz_target){ (float)(i % BINS), 0 };
		gate[i] = i % CHANNELS == 0;
	}
	assert_int_equal(pz_work_new(&work, net, N, true), 0);
	work->dropout = (struct nn_dropout){ .share = 0.5, .seed = 3, .iteration = 1 };
	loss = pz_net_backward(net, work, N, &sky.x[0][0], sky.ebv, &targets, gradient);
	pz_work_free(work);
	return loss;
}

/* Along the gradient of one tensor the loss changes by its norm squared, with the same units off
 * in both directions. */
static void dropout_goes_through_the_gradient(void **state)
{
	static const char smooth[] =
		"conv 3x3 6 tanh\npool\nflatten\nebv\ndense 24 tanh\ndense 9 tanh\n";
	static const char *const tensors[] = { "conv0.weight", "fc0.weight", "fc1.bias" };
	struct pz_net *net;
	float *gradient, *none;

	(void)state;
	assert_int_equal(pz_net_new(&net, smooth, &shape), 0);
	pz_net_init(net, 3);
	gradient = calloc(pz_net_block(net), sizeof *gradient);
	none = calloc(pz_net_block(net), sizeof *none);
	assert_true(gradient && none);
	loss_with_dropout(net, gradient);
	for (size_t k = 0; k < sizeof tensors / sizeof *tensors; k++) {
		const struct pz_tensor *t = pz_net_find(net, tensors[k]);
		float *v = pz_net_values(net) + t->offset;
		const float *g = gradient + t->offset;
		double norm = 0, step, up, down;

		for (size_t i = 0; i < t->count; i++)
			norm += (double)g[i] * (double)g[i];
		step = 0.01 / sqrt(norm);
		for (size_t i = 0; i < t->count; i++)
			v[i] += (float)(step * (double)g[i]);
		up = loss_with_dropout(net, none);
		for (size_t i = 0; i < t->count; i++)
			v[i] -= (float)(2 * step * (double)g[i]);
		down = loss_with_dropout(net, none);
		for (size_t i = 0; i < t->count; i++)
			v[i] += (float)(step * (double)g[i]);
		assert_true(fabs((up - down) / (2 * step) / norm - 1) < 0.01);
	}
	pz_net_free(net);
	free(gradient);
	free(none);
}

/* What is validated between two steps of training has all units. */
static void dropout_is_not_for_validation(void **state)
{
	struct pz_net *net = new_net();
	size_t hidden = pz_net_hidden(net);
	float *y = malloc(2 * COUNT * hidden * sizeof *y);
	struct pz_work *work;

	(void)state;
	assert_non_null(y);
	assert_int_equal(pz_work_new(&work, net, COUNT, true), 0);
	pz_net_forward(net, work, COUNT, &sky.x[0][0], sky.ebv, y);
	work->dropout = (struct nn_dropout){ .share = 0.5, .seed = 3 };
	pz_net_forward(net, work, COUNT, &sky.x[0][0], sky.ebv, y + COUNT * hidden);
	assert_memory_equal(y, y + COUNT * hidden, COUNT * hidden * sizeof *y);
	pz_work_free(work);
	pz_net_free(net);
	free(y);
}

static void weights_decay_and_biases_do_not(void **state)
{
	struct pz_net *net = new_net();
	const struct pz_tensor *w = pz_net_find(net, "fc0.weight"),
			       *b = pz_net_find(net, "fc0.bias");
	float *v = pz_net_values(net), weight = v[w->offset + 7], bias = v[b->offset + 2];
	float head = v[pz_net_find(net, "head1.weight")->offset];

	(void)state;
	pz_nn_decay(net, PZ_ROLE_HIDDEN, 0.25);
	assert_float_equal(v[w->offset + 7], 0.75 * (double)weight, 1e-9);
	assert_true(v[b->offset + 2] == bias);
	assert_true(v[pz_net_find(net, "head1.weight")->offset] == head);
	pz_net_free(net);
}

/* ---- the mean of the last iterations ---- */

struct walk {
	struct pz_net *net;
	double *sum;
	int64_t from;
	int count;
};

static int add_parameters(void *context, const struct pz_train_report *report)
{
	struct walk *w = context;
	const float *v = pz_net_values(w->net);

	if (report->iteration <= w->from)
		return 0;
	for (size_t i = 0; i < pz_net_block(w->net); i++)
		w->sum[i] += (double)v[i];
	w->count++;
	return 0;
}

static void a_run_ends_with_the_mean_of_its_last_iterations(void **state)
{
	struct pz_schedule plan = plan_of(20);
	struct walk walk = { .net = new_net(), .from = 13 };
	struct pz_train_hooks hooks = { .context = &walk, .report = add_parameters };
	struct pz_train t;

	(void)state;
	plan.every = 1;
	plan.average = 0.35;
	walk.sum = calloc(pz_net_block(walk.net), sizeof *walk.sum);
	assert_non_null(walk.sum);
	assert_int_equal(pz_train_init(&t, walk.net, PZ_ROLES_LEARNED), 0);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, &hooks), 0);
	assert_int_equal(walk.count, 7);
	for (size_t i = 0; i < pz_net_block(walk.net); i++)
		assert_true(fabs((double)pz_net_values(walk.net)[i] - walk.sum[i] / 7) < 1e-5);
	pz_train_release(&t);
	pz_net_free(walk.net);
	free(walk.sum);
}

/* The rate grows from 0, and falls to 0 as a cosine. */
static void rates_follow_a_cosine(void **state)
{
	struct pz_schedule p = { .iterations = 100,
				 .batch = 1,
				 .rate = 2,
				 .factor = 5,
				 .warmup = 0.2,
				 .course = PZ_COURSE_COSINE };

	(void)state;
	assert_int_equal(pz_schedule_check(&p), 0);
	assert_float_equal(pz_schedule_rate(&p, 0), 2 * 0.005 / 0.2, 1e-12);
	assert_float_equal(pz_schedule_rate(&p, 19), 2 * 0.195 / 0.2, 1e-12);
	assert_float_equal(pz_schedule_rate(&p, 59), 1 + cos(M_PI * (0.595 - 0.2) / 0.8), 1e-12);
	assert_true(pz_schedule_rate(&p, 99) < 1e-3);
	p.course = PZ_COURSE_STEPS;
	p.drops = 1;
	p.drop[0] = 0.5;
	assert_float_equal(pz_schedule_rate(&p, 9), 2 * 0.095 / 0.2, 1e-12);
	assert_float_equal(pz_schedule_rate(&p, 60), 0.4, 1e-12);
	p.warmup = 1;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
	p.warmup = 0;
	p.decay = -1;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
	p.decay = 0;
	p.average = NAN;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
	p.average = 0;
	p.dropout = 1;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_lose_their_correlations),
		cmocka_unit_test(what_is_measured_is_not_learned),
		cmocka_unit_test(a_stamp_that_cannot_be_read_is_named),
		cmocka_unit_test(dropout_keeps_the_mean),
		cmocka_unit_test(dropout_goes_through_the_gradient),
		cmocka_unit_test(dropout_is_not_for_validation),
		cmocka_unit_test(weights_decay_and_biases_do_not),
		cmocka_unit_test(a_run_ends_with_the_mean_of_its_last_iterations),
		cmocka_unit_test(rates_follow_a_cosine),
	};

	return cmocka_run_group_tests(tests, make_sky, NULL);
}
