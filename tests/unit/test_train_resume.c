/* test_train_resume.c -- which run a checkpoint is not one of, and files that are cut, changed or
 * missing
 */
#include "train_run.h"

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

static int grown; /* pixels by which its stamps are larger */

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
	h.size += grown;
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

static void keep_all(pz_map *m)
{
	(void)m;
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
	write_one();
	grown = 1;
	rewrite(keep_all);
	grown = 0;
	other("run.state: size: the model expects 4 pixels, the stamps have 5");
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
	write_text("run.state", "no stream\n");
	assert_int_equal(read_two(), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "run.state: not a pzpipe stream but text"));
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
		cmocka_unit_test(every_number_of_a_run_counts),
		cmocka_unit_test(other_networks_and_grids),
		cmocka_unit_test(other_means),
		cmocka_unit_test(headers_of_no_checkpoint),
		cmocka_unit_test(the_previous_one_takes_the_place_of_one_that_is_cut),
	};

	return cmocka_run_group_tests_name("resuming", tests, in_folder, out_of_folder);
}
