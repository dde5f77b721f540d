/* test_train_course.c -- the course of a training: rates, units that are off, reports, its end */
#include <stdio.h>
#include <stdlib.h>

#include "lessons.h"

#include "../../lib/nn/dropout.h"

static void near(double x, double expected)
{
	if (!(fabs(x - expected) <= 1e-9 * fmax(1, fabs(expected))))
		fail_msg("expected %.12g, found %.12g", expected, x);
}

/* ---- the plan ---- */

static void plan_is(struct pz_schedule p, const char *why)
{
	int rc = pz_schedule_check(&p);

	assert_int_equal(rc, *why ? PZ_EARG : 0);
	if (*why)
		assert_string_equal(pz_error_text(), why);
}

#define PLAN(why, ...)                                                                             \
	do {                                                                                       \
		struct pz_schedule p = plan_of(10);                                                \
		__VA_ARGS__;                                                                       \
		plan_is(p, why);                                                                   \
	} while (0)

static void plans_have_limits(void **state)
{
	(void)state;
	PLAN("", p.iterations = 1);
	PLAN("iterations: expected at least 1, found 0", p.iterations = 0);
	PLAN("", p.batch = 1);
	PLAN("batch: expected 1 to 65536, found 0", p.batch = 0);
	PLAN("", p.batch = 65536);
	PLAN("batch: expected 1 to 65536, found 65537", p.batch = 65537);
	PLAN("rate: expected above 0, found 0", p.rate = 0);
	PLAN("rate: expected above 0, found inf", p.rate = INFINITY);
	PLAN("", p.warmup = 0.999);
	PLAN("warm-up: expected a share from 0 to below 1, found 1", p.warmup = 1);
	PLAN("warm-up: expected a share from 0 to below 1, found -0.5", p.warmup = -0.5);
	PLAN("patience: expected at least 0, found -1", p.patience = -1);
	PLAN("", p.average = 1);
	PLAN("average: expected a share from 0 to 1, found 1.5", p.average = 1.5);
	PLAN("average: expected a share from 0 to 1, found -1", p.average = -1);
	PLAN("", p.dropout = 0.999);
	PLAN("dropout: expected a share from 0 to below 1, found 1", p.dropout = 1);
	PLAN("dropout: expected a share from 0 to below 1, found -0.1", p.dropout = -0.1);
	PLAN("", p.decay = 1, p.rate = 0.5);
	PLAN("decay: expected at least 0 and below 1/rate, found 2", p.decay = 2, p.rate = 0.5);
	PLAN("decay: expected at least 0 and below 1/rate, found -1", p.decay = -1);
	PLAN("", p.factor = 1);
	PLAN("drop factor: expected at least 1, found 0.5", p.factor = 0.5);
	PLAN("drop factor: expected at least 1, found inf", p.factor = INFINITY);
	PLAN("", p.drops = 16);
	PLAN("drops: expected at most 16, found 17", p.drops = 17);
	PLAN("drops: expected at most 16, found -1", p.drops = -1);
	PLAN("", p.drop[0] = 0);
	PLAN("", p.drop[0] = 1);
	PLAN("drop: expected a share from 0 to 1, found 1.5", p.drops = 2, p.drop[1] = 1.5);
	PLAN("drop: expected a share from 0 to 1, found -1", p.drop[0] = -1);
}

/* Computed by hand: the middle of an iteration counts for all but the drops. */
static void rates_follow_their_course(void **state)
{
	struct pz_schedule p = { .iterations = 10, .rate = 8, .factor = 4, .drops = 2 };

	(void)state;
	p.drop[0] = 0.5;
	p.drop[1] = 0.9;
	near(pz_schedule_rate(&p, 0), 8);
	near(pz_schedule_rate(&p, 4), 8);
	near(pz_schedule_rate(&p, 5), 2);
	near(pz_schedule_rate(&p, 8), 2);
	near(pz_schedule_rate(&p, 9), 0.5);
	p.warmup = 0.6;
	near(pz_schedule_rate(&p, 0), 8 * 0.05 / 0.6);
	near(pz_schedule_rate(&p, 4), 8 * 0.45 / 0.6);
	near(pz_schedule_rate(&p, 5), 2 * 0.55 / 0.6);
	near(pz_schedule_rate(&p, 6), 2);
	p.course = PZ_COURSE_COSINE;
	p.warmup = 0.2;
	near(pz_schedule_rate(&p, 1), 8 * 0.15 / 0.2);
	near(pz_schedule_rate(&p, 2), 7.923141121612922);
	near(pz_schedule_rate(&p, 9), 0.076858878387078);
	near(pz_schedule_rate(&p, 5), 4.780361288064513);
}

/* ---- units that are off ---- */

enum { STAMPS = 7, UNITS = 10 };

/* Unit u of a stamp by its own random word: of four of a block, so many blocks a stamp. */
static float dropped(const struct nn_dropout *d, size_t block, size_t u)
{
	uint32_t word[4];

	pz_random_block(d->seed, pz_random_stream("train.dropout", d->iteration) + 2, block + u / 4,
			word);
	return word[u % 4] < 0.25 * 4294967296.0 ? 0 : (float)(1 / 0.75);
}

/* Ten units take three blocks, the last of them in part, eight two. */
static void check_units(size_t units, size_t blocks)
{
	struct nn_dropout d = { .share = 0.25, .seed = 5, .iteration = 3 };
	float whole[STAMPS * UNITS], part[3 * UNITS];
	size_t off = 0;

	for (size_t i = 0; i < STAMPS * units; i++)
		whole[i] = (float)(i + 1);
	pz_nn_drop(&d, 2, STAMPS, units, whole);
	for (size_t i = 0; i < STAMPS * units; i++) {
		float expected = (float)(i + 1) * dropped(&d, blocks * (i / units), i % units);

		assert_true(whole[i] == expected);
		off += expected == 0;
	}
	assert_true(off > STAMPS * units / 10 && off < STAMPS * units / 2);
	/* a rank's share of the batch is what it was in the whole */
	d.first = 4;
	for (size_t i = 0; i < 3 * units; i++)
		part[i] = (float)(4 * units + i + 1);
	pz_nn_drop(&d, 2, 3, units, part);
	assert_memory_equal(part, whole + 4 * units, 3 * units * sizeof *part);
	d.share = 0;
	pz_nn_drop(&d, 2, 3, units, part);
	assert_memory_equal(part, whole + 4 * units, 3 * units * sizeof *part);
}

static void units_are_off_by_stamp_and_iteration(void **state)
{
	(void)state;
	check_units(UNITS, 3);
	check_units(8, 2);
}

/* ---- reports ---- */

#define REPORTS 64

struct course {
	char stage[16];
	double stamps, ticked, tick;
	int ticks, reports, ends_at;
	struct pz_train_report report[REPORTS];
	struct pz_net *net;
	double *sum; /* of the parameters over the iterations from `from` on */
	int from;
};

static void begin(void *context, const char *stage, double stamps)
{
	struct course *c = context;

	snprintf(c->stage, sizeof c->stage, "%s", stage);
	c->stamps = stamps;
}

static void tick(void *context, double stamps)
{
	struct course *c = context;

	c->ticked += stamps;
	c->tick = stamps;
	c->ticks++;
	for (size_t i = 0; c->sum && c->ticks > c->from && i < pz_net_block(c->net); i++)
		c->sum[i] += (double)pz_net_values(c->net)[i];
}

static int report(void *context, const struct pz_train_report *r)
{
	struct course *c = context;

	assert_true(c->reports < REPORTS);
	c->report[c->reports++] = *r;
	return c->reports == c->ends_at ? pz_fail(PZ_EIO, "no report") : 0;
}

/* Trains a network, which is the caller's, and notes its course. */
static void train(struct pz_net *net, struct pz_train *t, const struct pz_schedule *plan,
		  bool valid, struct course *c)
{
	struct pz_train_hooks hooks = { c, begin, tick, NULL, report };

	c->net = net;
	assert_int_equal(pz_train_init(t, net, PZ_ROLES_ALL), 0);
	if (pz_train_run(t, plan, &sky.examples, valid ? &sky.examples : NULL, &hooks) != 0)
		fail_msg("%s", pz_error_text());
}

/* After every tenth iteration and the last, with the mean loss since the one before. */
static void reports_have_the_mean_loss(void **state)
{
	struct pz_schedule plan = plan_of(25);
	struct course each = { 0 }, tens = { 0 };
	struct pz_net *net = new_net(), *same = new_net();
	struct pz_train t;
	double sum = 0;

	(void)state;
	plan.every = 1;
	train(net, &t, &plan, false, &each);
	assert_true(t.best == -1);
	pz_train_release(&t);
	plan.every = 10;
	train(same, &t, &plan, true, &tens);
	pz_train_release(&t);
	assert_int_equal(each.reports, 25);
	assert_int_equal(tens.reports, 3);
	assert_string_equal(tens.stage, "training");
	assert_true(tens.stamps == 200 && tens.ticked == 200 && tens.tick == 8);
	for (int i = 0; i < 25; i++) {
		const struct pz_train_report *r = &tens.report[i / 10];
		int first = i / 10 * 10, last = i < 20 ? first + 10 : 25;

		assert_int_equal(each.report[i].iteration, i + 1);
		assert_int_equal(each.report[i].seen, 8 * (i + 1));
		near(each.report[i].rate, i < 20 ? 3e-3 : 3e-3 / 5);
		assert_true(isnan(each.report[i].valid_loss));
		sum += each.report[i].loss;
		if (i + 1 < last)
			continue;
		assert_int_equal(r->iteration, last);
		assert_int_equal(r->seen, 8 * last);
		near(r->loss, sum / (last - first));
		near(r->rate, each.report[i].rate);
		assert_true(r->valid_loss > 0 && r->waited >= 0 && r->waited <= 1);
		sum = 0;
	}
	pz_net_free(net);
	pz_net_free(same);
}

static void a_report_that_fails_ends_the_run(void **state)
{
	struct pz_schedule plan = plan_of(30);
	struct course c = { .ends_at = 2 };
	struct pz_train_hooks hooks = { &c, begin, tick, NULL, report };
	struct pz_net *net = new_net();
	struct pz_train t;

	(void)state;
	assert_int_equal(pz_train_init(&t, net, PZ_ROLES_ALL), 0);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, &hooks), PZ_EIO);
	assert_int_equal(t.iteration, 20);
	assert_int_equal(c.ticks, 20);
	pz_train_release(&t);
	pz_net_free(net);
}

/* Weights that stay where they are: of four reports the first is the best. */
static void runs_end_where_the_loss_is_flat(void **state)
{
	struct pz_schedule plan = plan_of(100);
	struct course c = { 0 };
	struct pz_net *net = new_net();
	struct pz_train t;

	(void)state;
	plan.rate = 1e-30;
	plan.every = 5;
	plan.patience = 3;
	train(net, &t, &plan, true, &c);
	assert_int_equal(c.reports, 4);
	assert_int_equal(t.iteration, 20);
	assert_int_equal(t.since, 3);
	assert_true(t.best == c.report[0].valid_loss && t.best == c.report[3].valid_loss);
	assert_int_equal(pz_train_run(&t, &plan, &sky.examples, NULL, NULL), PZ_EARG);
	assert_string_equal(pz_error_text(),
			    "patience: expected galaxies to validate on, found none");
	pz_train_release(&t);
	pz_net_free(net);
}

static void the_least_loss_is_followed(void **state)
{
	struct pz_schedule plan = plan_of(50);
	struct course c = { 0 };
	struct pz_net *net = new_net();
	double best = INFINITY;
	struct pz_train t;
	int since = 0;

	(void)state;
	plan.every = 1;
	plan.rate = 0.02;
	train(net, &t, &plan, true, &c);
	for (int i = 0; i < c.reports; i++) {
		since = c.report[i].valid_loss < best ? 0 : since + 1;
		best = fmin(best, c.report[i].valid_loss);
	}
	assert_int_equal(c.reports, 50);
	assert_true(t.best == best);
	assert_int_equal(t.since, since);
	pz_train_release(&t);
	pz_net_free(net);
}

/* ---- the mean of the parameters ---- */

/* The last half of 20 iterations, and what is validated at the end is that mean. */
static void a_run_ends_with_the_mean(void **state)
{
	struct pz_schedule plan = plan_of(20);
	struct course c = { .from = 10 }, after = { 0 };
	struct pz_net *net = new_net();
	struct pz_train t;

	(void)state;
	plan.average = 0.5;
	plan.rate = 0.02;
	c.sum = calloc(pz_net_block(net), sizeof *c.sum);
	train(net, &t, &plan, true, &c);
	assert_int_equal(t.mean_from, 10);
	pz_train_release(&t);
	for (size_t i = 0; i < pz_net_block(net); i++)
		assert_true(fabs((double)pz_net_values(net)[i] - c.sum[i] / 10) < 1e-6);
	free(c.sum);
	/* a step that changes nothing tells the loss of the network that was left */
	plan = plan_of(1);
	plan.rate = 1e-30;
	train(net, &t, &plan, true, &after);
	near(c.report[1].valid_loss, after.report[0].valid_loss);
	assert_true(c.report[0].valid_loss != c.report[1].valid_loss);
	pz_train_release(&t);
	pz_net_free(net);
}

/* Validation of a mean exchanges parameters and statistics, and puts them back. */
static void validation_changes_nothing(void **state)
{
	struct pz_schedule plan = plan_of(23);
	struct course c = { 0 }, other = { 0 };
	struct pz_net *with = net_of(norm_text), *without = net_of(norm_text);
	struct pz_train t;

	(void)state;
	plan.average = 0.6;
	plan.dropout = 0.25;
	plan.decay = 0.5;
	plan.every = 4;
	train(with, &t, &plan, true, &c);
	pz_train_release(&t);
	train(without, &t, &plan, false, &other);
	pz_train_release(&t);
	assert_memory_equal(pz_net_values(with), pz_net_values(without),
			    pz_net_block(with) * sizeof(float));
	assert_int_equal(c.reports, 6);
	for (int i = 0; i < 6; i++)
		assert_true(c.report[i].loss == other.report[i].loss);
	pz_net_free(with);
	pz_net_free(without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_have_limits),
		cmocka_unit_test(rates_follow_their_course),
		cmocka_unit_test(units_are_off_by_stamp_and_iteration),
		cmocka_unit_test(reports_have_the_mean_loss),
		cmocka_unit_test(a_report_that_fails_ends_the_run),
		cmocka_unit_test(runs_end_where_the_loss_is_flat),
		cmocka_unit_test(the_least_loss_is_followed),
		cmocka_unit_test(a_run_ends_with_the_mean),
		cmocka_unit_test(validation_changes_nothing),
	};

	return cmocka_run_group_tests_name("the course of a training", tests, make_sky, NULL);
}
