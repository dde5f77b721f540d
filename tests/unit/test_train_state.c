/* test_train_state.c -- the checkpoint of a run: what it says, and what comes back of it
 */
#include <signal.h>
#include <sys/resource.h>

#include "train_run.h"

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

/* ---- a full disk ---- */

static void a_full_disk_is_told(void **state)
{
	FILE *to = fopen("/dev/full", "w");

	(void)state;
	if (!to)
		skip();
	begin_two(PZ_ROLES_LEARNED);
	setvbuf(to, NULL, _IONBF, 0);
	assert_int_equal(checkpoint_write_to(to, "full", &one.model, &one.t, &one.id), PZ_EIO);
	assert_non_null(strstr(pz_error_text(), "full: cannot write: No space left on device"));
	fclose(to);
	end_two();
}

/* The file before it stays where the new one cannot be written. */
static void what_cannot_be_written_leaves_the_old_one(void **state)
{
	struct rlimit before, small;

	(void)state;
	begin_two(PZ_ROLES_LEARNED);
	fill(&one);
	write_one();
	one.t.iteration = 21;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 1000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(checkpoint_write("run.state", &one.model, &one.t, &one.id), PZ_EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(pz_error_text(), "run.state: cannot write: File too large"));
	assert_int_not_equal(access("run.state.previous", F_OK), 0);
	assert_int_equal(read_two(), CHECKPOINT_NEWEST);
	assert_int_equal(two.t.iteration, 20);
	end_two();
	assert_int_equal(checkpoint_write("no folder/run.state", &one.model, &one.t, &one.id),
			 PZ_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_of_steps_are_where_they_drop),
		cmocka_unit_test(rates_of_curves_are_a_sample),
		cmocka_unit_test(the_header_has_all_numbers),
		cmocka_unit_test(a_state_comes_back),
		cmocka_unit_test(a_mean_comes_back_when_it_has_begun),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(what_cannot_be_written_leaves_the_old_one),
	};

	return cmocka_run_group_tests_name("state", tests, in_folder, out_of_folder);
}
