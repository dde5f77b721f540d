/* test_train_state.c -- the checkpoint of a run: what it says, what comes back of it, and which run
 * it is not one of
 */
#include <math.h>
#include <unistd.h>

#include "../../tools/train/checkpoint.h"
#include "in_process.h"

#define NET "conv 3x3 2 prelu\npool\nflatten\nebv\ndense 4 relu\n"
#define HEADER(min, left, bins)                                                                    \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 4, "           \
	"\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 1, \"labels\": \"channels\", "      \
	"\"grid\": {\"target\": \"z\", \"min\": " min ", \"max\": 0.4, \"bins\": " bins            \
	", \"left\": " left ", \"right\": 1}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, "          \
	"\"width\": 0.5, \"channels\": 3}}"

/* A run, all of whose numbers differ. */
struct run {
	struct model model;
	struct pz_train t;
	struct pz_schedule plan;
	struct run_id id;
};

static struct run one, two;

static void begin_run(struct run *r, const char *header_text, const char *net, unsigned roles)
{
	const char *name = "h.pz";
	struct pz_reader *in = NULL;

	stream(name, header_text, NULL);
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(model_new(&r->model, net, pz_reader_header(in)), 0);
	pz_reader_close(in);
	assert_int_equal(pz_train_init(&r->t, r->model.net, roles), 0);
	r->plan = (struct pz_schedule){ .iterations = 40,
					.batch = 4,
					.rate = 0.5,
					.factor = 4,
					.drop = { 0.25, 0.74, 0.5, 1 },
					.drops = 4 };
	r->id = (struct run_id){ .seed = 3,
				 .data = 0xfedcba9876543210,
				 .weights = 0x123456789abcdef,
				 .examples = 20,
				 .batch = 4,
				 .augment = 1,
				 .roles = roles,
				 .decay = 0.125,
				 .dropout = 0.0625,
				 .plan = &r->plan };
}

static void end_run(struct run *r)
{
	pz_train_release(&r->t);
	model_release(&r->model);
	*r = (struct run){ 0 };
}

static void begin_two(unsigned roles)
{
	begin_run(&one, HEADER("0", "2", "5"), NET, roles);
	begin_run(&two, HEADER("0", "2", "5"), NET, roles);
}

static void end_two(void)
{
	end_run(&one);
	end_run(&two);
}

/* Numbers in all places of the network and its moments. */
static void fill(struct run *r)
{
	size_t n = pz_net_block(r->model.net);

	for (size_t i = 0; i < n; i++) {
		pz_net_values(r->model.net)[i] = (float)i + 0.25f;
		r->t.adam.first[i] = (float)i + 0.5f;
		r->t.adam.second[i] = (float)i + 0.75f;
		if (r->t.mean)
			r->t.mean[i] = -(float)i - 1;
	}
	r->t.iteration = 20;
	r->t.adam.step = 19;
	r->t.loss_sum = 1.25;
	r->t.loss_count = 5;
	r->t.best = 0.375;
	r->t.since = 7;
}

static void write_one(void)
{
	unlink("run.state");
	unlink("run.state.previous");
	assert_int_equal(checkpoint_write("run.state", &one.model, &one.t, &one.id), 0);
}

static int read_two(void)
{
	return checkpoint_read("run.state", &two.model, &two.t, &two.id);
}

/* ---- what it says ---- */

/* The pairs "rates" of a checkpoint after so many iterations. */
static int rates_after(int64_t iterations, double *x)
{
	const char *name = "run.state";
	struct pz_reader *in = NULL;
	int n;

	one.t.iteration = iterations;
	write_one();
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	n = pz_map_numbers(pz_reader_header(in)->map, "rates", x, 64);
	pz_reader_close(in);
	return n;
}

static void rates_of_steps_are_where_they_drop(void **state)
{
	/* drops after 10, 30 (29.6) and 20 iterations, and none behind the last */
	static const double all[] = { 0, 0.5, 10, 0.125, 20, 0.03125, 30, 0.0078125 };
	static const struct {
		int64_t iterations;
		int n;
	} of[] = { { 0, 0 },  { 1, 2 },  { 10, 2 }, { 11, 4 }, { 20, 4 },
		   { 21, 6 }, { 30, 6 }, { 31, 8 }, { 40, 8 } };
	double x[64];

	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		int n = rates_after(of[i].iterations, x);

		if (of[i].n == 0)
			assert_true(n <= 0);
		else
			assert_int_equal(n, of[i].n);
		for (int k = 0; k < of[i].n; k++)
			assert_true(x[k] == all[k]);
	}
	end_two();
}

/* A rate that changes all the time: of 17 iterations at most, the last among them. */
static void rates_of_curves_are_a_sample(void **state)
{
	double x[64];

	(void)state;
	for (int warm = 0; warm < 2; warm++) {
		begin_two(PZ_ROLES_LEARNED);
		one.plan.iterations = 100;
		if (warm)
			one.plan.warmup = 0.5;
		else
			one.plan.course = PZ_COURSE_COSINE;
		for (int64_t n = 1; n <= 100; n += n < 20 ? 1 : 27) {
			int count = n < 17 ? (int)n : 17;

			assert_int_equal(rates_after(n, x), 2 * count);
			for (int i = 0; i < count; i++) {
				int64_t at = n * (i + 1) / count - 1;

				assert_true(x[2 * i] == (double)at);
				assert_true(x[2 * i + 1] == pz_schedule_rate(&one.plan, at));
			}
			assert_true(x[2 * count - 2] == (double)n - 1);
		}
		end_two();
	}
}

static void the_header_has_all_numbers(void **state)
{
	(void)state;
	begin_two(PZ_ROLE_HEAD);
	fill(&one);
	write_one();
	assert_non_null(
		strstr(header("run.state"),
		       "\"checkpoint\":{\"examples\":20.0,\"batch\":4.0,\"augment\":1.0,"
		       "\"roles\":4.0,\"decay\":0.125,\"dropout\":0.0625,\"iteration\":20.0,"
		       "\"step\":19.0,\"loss_sum\":1.25,\"loss_count\":5.0,\"mean_from\":"
		       "-1.0,\"best\":0.375,\"since\":7.0}"));
	assert_non_null(strstr(header("run.state"), "\"seed\":3"));
	assert_non_null(strstr(header("run.state"), "\"weights\":81985529216486895"));
	assert_non_null(strstr(header("run.state"), "\"version\":\"" PZ_VERSION "\""));
	end_two();
}

/* ---- what comes back ---- */

static void is_back(unsigned roles, bool mean)
{
	size_t n = 0;

	assert_true(two.t.iteration == 20 && two.t.adam.step == 19 && two.t.loss_sum == 1.25);
	assert_true(two.t.loss_count == 5 && two.t.best == 0.375 && two.t.since == 7);
	for (size_t k = 0; k < pz_net_tensors(two.model.net); k++) {
		const struct pz_tensor *tensor = pz_net_tensor(two.model.net, k);
		bool learned = (tensor->role & roles) != 0;

		for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++) {
			assert_true(pz_net_values(two.model.net)[i] == (float)i + 0.25f);
			assert_true(two.t.adam.first[i] == (learned ? (float)i + 0.5f : 0));
			assert_true(two.t.adam.second[i] == (learned ? (float)i + 0.75f : 0));
			if (two.t.mean)
				assert_true(two.t.mean[i] == (learned && mean ? -(float)i - 1 : 0));
			n++;
		}
	}
	assert_true(n > 200);
}

static void a_state_comes_back(void **state)
{
	static const unsigned roles[] = { PZ_ROLES_LEARNED, PZ_ROLE_HEAD };

	(void)state;
	for (int k = 0; k < 2; k++) {
		begin_two(roles[k]);
		fill(&one);
		write_one();
		assert_int_equal(read_two(), CHECKPOINT_NEWEST);
		is_back(roles[k], false);
		end_two();
	}
}

/* The mean comes along when it has begun: behind iteration 20 it has not. */
static void a_mean_comes_back_when_it_has_begun(void **state)
{
	(void)state;
	for (int begun = 0; begun < 2; begun++) {
		begin_two(PZ_ROLES_LEARNED);
		one.plan.average = two.plan.average = begun ? 0.525 : 0.5;
		assert_int_equal(pz_train_begin_mean(&one.t, &one.plan), 0);
		assert_int_equal(pz_train_begin_mean(&two.t, &two.plan), 0);
		assert_int_equal(one.t.mean_from, begun ? 19 : 20);
		fill(&one);
		write_one();
		assert_int_equal(read_two(), CHECKPOINT_NEWEST);
		is_back(PZ_ROLES_LEARNED, begun);
		end_two();
	}
}

/* ---- runs that it is not one of ---- */

static void other(const char *says)
{
	assert_int_equal(read_two(), PZ_EMISMATCH);
	if (!strstr(pz_error_text(), says))
		fail_msg("'%s' should say '%s'", pz_error_text(), says);
	two.id = one.id;
	two.plan = one.plan;
	two.id.plan = &two.plan;
}

static void every_number_of_a_run_counts(void **state)
{
	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	fill(&one);
	write_one();
	two.id.examples = 21;
	other("run.state: examples: this run has 21, the checkpoint has 20");
	two.id.batch = 5;
	other("run.state: batch: this run has 5, the checkpoint has 4");
	two.id.augment = 0;
	other("run.state: augment: this run has 0, the checkpoint has 1");
	two.id.roles = 4;
	other("run.state: roles: this run has 4, the checkpoint has 15");
	two.id.decay = 0.25;
	other("run.state: decay: this run has 0.25, the checkpoint has 0.125");
	two.id.dropout = 0;
	other("run.state: dropout: this run has 0, the checkpoint has 0.0625");
	two.id.seed = 0x8000000000000000;
	other("run.state: seed: this run has 9223372036854775808, the checkpoint has 3");
	two.id.data++;
	other("run.state: the run of the checkpoint learned from other stamps or labels");
	two.id.weights++;
	other("run.state: the run of the checkpoint began with other weights (--from, --heads)");
	two.plan.iterations = 19;
	other("run.state: iterations: this run has 19, the checkpoint has done 20");
	two.plan.drop[0] = 0.2;
	other("rate: this run and the checkpoint have different rates in the first 20 iterations");
	two.plan.factor = 3;
	other("different rates in the first 20 iterations");
	/* what comes later may be another */
	two.plan.drop[1] = 0.6;
	two.plan.iterations = 40;
	assert_int_equal(read_two(), CHECKPOINT_NEWEST);
	end_two();
}

static void other_networks_and_grids(void **state)
{
	(void)state;
	begin_run(&one, HEADER("0", "2", "5"), NET, PZ_ROLES_LEARNED);
	fill(&one);
	write_one();
	begin_run(&two, HEADER("0.1", "2", "5"), NET, PZ_ROLES_LEARNED);
	other("run.state: grid: this run has 0.1 to 0.4 in 2+5+1 bins, the checkpoint has 0 to 0.4 "
	      "in 2+5+1");
	end_run(&two);
	begin_run(&two, HEADER("0", "1", "6"), NET, PZ_ROLES_LEARNED);
	other("grid: this run has 0 to 0.4 in 1+6+1 bins, the checkpoint has 0 to 0.4 in 2+5+1");
	end_run(&two);
	begin_run(&two, HEADER("0", "2", "5"), "flatten\ndense 4 relu\n", PZ_ROLES_LEARNED);
	other("run.state: net: this run and the checkpoint have different networks");
	end_two();
}

static void other_means(void **state)
{
	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	one.plan.average = 0.75;
	assert_int_equal(pz_train_begin_mean(&one.t, &one.plan), 0);
	fill(&one);
	write_one();
	other("run.state: average: this run averages the parameters after iteration inf, that of "
	      "the checkpoint after iteration 10 (--average, --iterations)");
	two.plan.average = 0.5;
	assert_int_equal(pz_train_begin_mean(&two.t, &two.plan), 0);
	other("this run averages the parameters after iteration 20, that of the checkpoint after "
	      "iteration 10");
	two.t.mean_from = 9;
	other("after iteration 9, that of the checkpoint after iteration 10");
	/* as long as neither has begun they are the same; here the run's mean began at 20 */
	one.t.mean_from = 20;
	write_one();
	two.t.mean_from = 30;
	assert_int_equal(read_two(), CHECKPOINT_NEWEST);
	one.t.iteration = 21;
	write_one();
	other("after iteration 30, that of the checkpoint after iteration 20");
	end_two();
}

/* ---- files ---- */

/* The checkpoint with another header. */
static void rewrite(void (*edit)(pz_map *))
{
	const char *name = "run.state";
	struct pz_reader *in = NULL;
	struct pz_writer *out = NULL;
	struct pz_header h = { 0 };
	FILE *to = fopen("new.state", "wb");

	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(pz_header_copy(&h, pz_reader_header(in)), 0);
	edit(h.map);
	assert_int_equal(pz_writer_open(&out, to, "new.state", &h), 0);
	while (pz_read(in) > 0)
		assert_int_equal(pz_write(out, pz_reader_record(in)), 0);
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	pz_header_release(&h);
	pz_reader_close(in);
	assert_int_equal(rename("new.state", "run.state"), 0);
}

static void drop_checkpoint(pz_map *m)
{
	pz_map_drop(m, "checkpoint");
}

static void change_version(pz_map *m)
{
	pz_map_set_text(m, "version", "0.0.1");
}

static void drop_version(pz_map *m)
{
	pz_map_drop(m, "version");
}

static int left_out; /* of the numbers of the run: 6 to 8; or 9 to 11: it is negative */

static void change_numbers(pz_map *m)
{
	const char *name[] = { "examples", "batch",     "augment", "roles",     "decay",
			       "dropout",  "iteration", "step",    "loss_count" };
	double value[] = { 20, 4, 1, 15, 0.125, 0.0625, 20, 19, 5 };

	if (left_out < 9)
		name[left_out] = "nothing";
	else
		value[left_out - 3] = -1;
	pz_map_set_named(m, "checkpoint", name, value, 9);
}

static void headers_of_no_checkpoint(void **state)
{
	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	fill(&one);
	write_one();
	rewrite(change_version);
	other("run.state: version: this is train " PZ_VERSION
	      ", the checkpoint is of version 0.0.1");
	rewrite(drop_version);
	other("the checkpoint is of version unknown");
	rewrite(drop_checkpoint);
	other("run.state: expected a checkpoint, found a model without one");
	for (left_out = 6; left_out < 12; left_out++) {
		write_one();
		rewrite(change_numbers);
		assert_int_equal(read_two(), PZ_ECORRUPT);
		assert_string_equal(pz_error_text(),
				    "run.state: header: checkpoint: expected the numbers "
				    "iteration, step and loss_count");
	}
	end_two();
}

static void the_previous_one_takes_the_place_of_one_that_is_cut(void **state)
{
	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	fill(&one);
	unlink("run.state");
	assert_int_equal(read_two(), CHECKPOINT_NONE);
	write_one();
	one.t.iteration = 21;
	assert_int_equal(checkpoint_write("run.state", &one.model, &one.t, &one.id), 0);
	assert_int_equal(read_two(), CHECKPOINT_NEWEST);
	assert_int_equal(two.t.iteration, 21);
	assert_int_equal(truncate("run.state", 2000), 0);
	assert_int_equal(read_two(), CHECKPOINT_PREVIOUS);
	assert_int_equal(two.t.iteration, 20);
	assert_non_null(strstr(pz_error_text(), "run.state: "));
	assert_int_not_equal(access("run.state.previous", F_OK), 0);
	/* it has the name now; without another one a cut one is an error */
	assert_int_equal(read_two(), CHECKPOINT_NEWEST);
	assert_int_equal(truncate("run.state", 2000), 0);
	assert_int_equal(read_two(), PZ_ECORRUPT);
	/* one of another run is no reason to read an older one */
	write_one();
	assert_int_equal(checkpoint_write("run.state", &one.model, &one.t, &one.id), 0);
	two.id.batch = 9;
	other("batch: this run has 9");
	assert_int_equal(access("run.state.previous", F_OK), 0);
	end_two();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_of_steps_are_where_they_drop),
		cmocka_unit_test(rates_of_curves_are_a_sample),
		cmocka_unit_test(the_header_has_all_numbers),
		cmocka_unit_test(a_state_comes_back),
		cmocka_unit_test(a_mean_comes_back_when_it_has_begun),
		cmocka_unit_test(every_number_of_a_run_counts),
		cmocka_unit_test(other_networks_and_grids),
		cmocka_unit_test(other_means),
		cmocka_unit_test(headers_of_no_checkpoint),
		cmocka_unit_test(the_previous_one_takes_the_place_of_one_that_is_cut),
	};

	return cmocka_run_group_tests_name("state", tests, in_folder, out_of_folder);
}
