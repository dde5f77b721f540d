/* test_train.c -- the trainer: draws, schedule, learning by heart, resume, frozen trunk */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pz/threads.h>

#include "descriptors.h"
#include "lessons.h"

static void assert_same(const struct pz_net *a, const struct pz_net *b)
{
	assert_int_equal(pz_net_block(a), pz_net_block(b));
	assert_memory_equal(pz_net_values((struct pz_net *)a), pz_net_values((struct pz_net *)b),
			    pz_net_block(a) * sizeof(float));
}

static void test_draws(void **state)
{
	int seen[COUNT] = { 0 }, symmetry[PZ_SYMMETRIES] = { 0 };

	(void)state;
	for (uint64_t d = 0; d < 16000; d++) {
		struct pz_draw a = pz_train_draw(1, d, COUNT, true);
		struct pz_draw b = pz_train_draw(1, d, COUNT, true);

		assert_true(a.example < COUNT && a.symmetry >= 0 && a.symmetry < PZ_SYMMETRIES);
		assert_true(a.example == b.example && a.symmetry == b.symmetry);
		assert_int_equal(pz_train_draw(1, d, COUNT, false).symmetry, 0);
		seen[a.example]++;
		symmetry[a.symmetry]++;
	}
	/* Five standard deviations. */
	for (int i = 0; i < COUNT; i++)
		assert_in_range(seen[i], 1000 - 153, 1000 + 153);
	for (int i = 0; i < PZ_SYMMETRIES; i++)
		assert_in_range(symmetry[i], 2000 - 209, 2000 + 209);
}

static void test_schedule(void **state)
{
	struct pz_schedule p = plan_of(100);

	(void)state;
	p.rate = 1;
	p.drop[0] = 0.5;
	assert_true(pz_schedule_rate(&p, 49) == 1);
	assert_true(pz_schedule_rate(&p, 50) == 0.2);
	p.drops = 2;
	p.drop[1] = 0.75;
	assert_true(pz_schedule_rate(&p, 99) == 0.2 / 5);
	assert_int_equal(pz_schedule_check(&p), 0);
	p.drop[1] = 1.5;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
	p = plan_of(0);
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
	p = plan_of(1);
	p.rate = NAN;
	assert_int_equal(pz_schedule_check(&p), PZ_EARG);
}

struct follower {
	double loss, valid_loss;
	int reports, stop_at, asked;
	int64_t seen;
};

static int follow(void *context, const struct pz_train_report *report)
{
	struct follower *f = context;

	f->loss = report->loss;
	f->valid_loss = report->valid_loss;
	f->seen = report->seen;
	f->reports++;
	return 0;
}

static bool stop(void *context)
{
	struct follower *f = context;

	return f->asked++ == f->stop_at;
}

static void test_by_heart(void **state)
{
	struct pz_schedule plan = plan_of(600);
	struct follower f = { .stop_at = -1 };
	struct pz_train_hooks hooks = { .context = &f, .report = follow, .stop = stop };
	struct pz_net *net = new_net();
	struct pz_train t;

	(void)state;
	plan.augment = false;
	assert_int_equal(pz_train_init(&t, net, PZ_ROLES_ALL), 0);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, &sky.examples, &hooks), 0);
	assert_int_equal(f.reports, 60);
	assert_int_equal(f.seen, 600 * 8);
	assert_true(f.valid_loss > floor_of() - 1e-4);
	assert_true(f.valid_loss < floor_of() + 0.05);
	assert_true(fabs(f.loss - f.valid_loss) < 0.3);
	pz_train_release(&t);
	pz_net_free(net);
}

#define LAST_ASKED -1 /* where it stops: while it validates for the last time */

/* Trains new networks, one in a go and one with a stop between, in the given roles;
 * the second on another number of threads. */
static void check_resume(unsigned roles, int stop_at)
{
	struct pz_schedule plan = plan_of(60);
	struct follower whole = { .stop_at = -1 }, parts = { .stop_at = stop_at };
	struct pz_train_hooks hooks = { .context = &whole, .report = follow, .stop = stop };
	struct pz_net *a = new_net(), *b = new_net();
	struct pz_train t;

	pz_threads_use(1);
	assert_int_equal(pz_train_init(&t, a, roles), 0);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, &sky.examples, &hooks), 0);
	pz_train_release(&t);

	pz_threads_use(2);
	hooks.context = &parts;
	if (stop_at == LAST_ASKED)
		parts.stop_at = whole.asked - 1;
	assert_int_equal(pz_train_init(&t, b, roles), 0);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, &sky.examples, &hooks), PZ_ESTOP);
	assert_true(t.iteration < 60 || stop_at == LAST_ASKED);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, &sky.examples, &hooks), 0);
	assert_int_equal(t.iteration, 60);
	pz_train_release(&t);

	assert_same(a, b);
	assert_int_equal(whole.reports, parts.reports);
	assert_true(whole.loss == parts.loss);
	assert_true(whole.valid_loss == parts.valid_loss);
	pz_net_free(a);
	pz_net_free(b);
}

static void test_resume(void **state)
{
	(void)state;
	/* before the tenth iteration, in the validation after it, and behind both */
	check_resume(PZ_ROLES_ALL, 9);
	check_resume(PZ_ROLES_ALL, 10);
	check_resume(PZ_ROLES_ALL, 23);
	check_resume(PZ_ROLES_ALL, LAST_ASKED);
	check_resume(PZ_ROLE_HEAD, 0);
	check_resume(PZ_ROLE_HEAD, 27);
}

/* Heads trained on kept features are those trained through the whole network. */
static void test_frozen(void **state)
{
	struct pz_schedule plan = plan_of(40);
	size_t heads = plan.batch * CHANNELS;
	struct pz_net *kept = new_net(), *whole = new_net(), *before = new_net();
	float *x = malloc(plan.batch * sizeof sky.x[0]), ebv[8];
	struct pz_target *label = malloc(heads * sizeof *label);
	float *gate = calloc(heads, sizeof *gate);
	struct pz_work *work;
	struct pz_adam adam;
	struct pz_train t;

	(void)state;
	for (int spooled = 0; spooled < 2; spooled++) {
		plan.memory = spooled ? 0 : (size_t)1 << 20;
		memcpy(pz_net_values(kept), pz_net_values(before),
		       pz_net_block(kept) * sizeof(float));
		sky.fetched = 0;
		assert_int_equal(pz_train_init(&t, kept, PZ_ROLE_HEAD), 0);
		assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, NULL), 0);
		pz_train_release(&t);
		assert_int_equal(sky.fetched, COUNT);
	}

	assert_int_equal(pz_work_new(&work, whole, plan.batch, true), 0);
	assert_int_equal(pz_adam_init(&adam, whole, PZ_ROLE_HEAD), 0);
	for (int64_t i = 0; i < plan.iterations; i++) {
		for (size_t j = 0; j < plan.batch; j++) {
			struct pz_draw d =
				pz_train_draw(plan.seed, (uint64_t)i * plan.batch + j, COUNT, true);
			const struct pz_lesson *l = &sky.lesson[d.example];

			pz_symmetry_apply(d.symmetry, BANDS, SIZE, sky.x[d.example],
					  x + j * PIXELS);
			ebv[j] = sky.ebv[d.example];
			for (size_t k = 0; k < CHANNELS; k++)
				label[j * CHANNELS + k] = (int)k == l->channel[0] ? l->target[0]
							  : (int)k == l->channel[1]
								  ? l->target[1]
								  : PZ_TARGET_UNIFORM;
		}
		pz_net_train(whole, work, &adam, plan.batch, x, ebv,
			     &(struct pz_targets){ .label = label, .gate = gate },
			     pz_schedule_rate(&plan, i));
	}
	for (size_t i = 0; i < pz_net_tensors(whole); i++) {
		const struct pz_tensor *tensor = pz_net_tensor(whole, i);
		double moved = 0;

		for (size_t k = tensor->offset; k < tensor->offset + tensor->count; k++) {
			assert_true(fabsf(pz_net_values(whole)[k] - pz_net_values(kept)[k]) <
				    2e-5f);
			moved += fabsf(pz_net_values(before)[k] - pz_net_values(kept)[k]);
		}
		assert_true(tensor->role == PZ_ROLE_HEAD ? moved > 0 : moved == 0);
	}
	pz_adam_release(&adam);
	pz_work_free(work);
	free(x);
	free(label);
	free(gate);
	pz_net_free(kept);
	pz_net_free(whole);
	pz_net_free(before);
}

static void test_errors(void **state)
{
	struct pz_schedule plan = plan_of(20);
	struct pz_examples nothing = sky.examples;
	struct pz_net *net = new_net();
	struct pz_train t;

	(void)state;
	assert_int_equal(pz_train_init(&t, net, PZ_ROLES_ALL), 0);
	nothing.count = 0;
	assert_int_equal(pz_train_run(&t, &plan, &nothing, NULL, NULL), PZ_EDATA);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, &nothing, NULL), PZ_EDATA);
	sky.fails_at = 4;
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, NULL), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "stamp 4 is unreadable");
	sky.fails_at = -1;
	plan.rate = 1e30;
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, NULL), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "the loss is"));
	pz_train_release(&t);
	pz_net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draws),    cmocka_unit_test(test_schedule),
		cmocka_unit_test(test_by_heart), cmocka_unit_test(test_resume),
		cmocka_unit_test(test_frozen),   cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, make_sky, NULL);
}
