/* test_tools_train.c -- train and predict on a few stamps: checkpoints, models, p(z), by value */
#include <math.h>

#include "../../tools/train/processes.h"
#include "in_process.h"

#define NET "conv 3x3 2 prelu\npool\nflatten\nebv\ndense 4 relu\n"
#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 5, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, \"width\": 0.5, \"channels\": "  \
	"3}"
#define SHAPE                                                                                      \
	"\"bands\": [\"g\", \"r\"], \"size\": 4, \"pixel\": \"f4\", \"stretch\": \"sqrt\", "       \
	"\"divide\": 1, "
#define HEADER                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", " SHAPE "\"labels\": \"channels\", "                \
	"\"survey\": \"sdss\", " AXES "}"
#define SINGLE "{\"pzpipe\": 1, \"kind\": \"stamps\", " SHAPE "\"labels\": \"single\", " AXES "}"

#define BASE "train --net small.net -b 4 --rate 1e-2 --drop 1 stamps.pz "

/* Stamps of 4 x 4 pixels in two bands, brighter with the bin of their label. */
static void stamps(const char *name, const char *head, int n)
{
	static char text[32][1024];
	const char *record[32];

	for (int i = 0; i < n; i++) {
		char *to = text[i];

		to += sprintf(to, "{\"id\": %d, \"z\": %g, \"ebv\": %g, \"img\": [", 100 + i,
			      0.08 * (i % 5) + 0.04, 0.01 * (i % 7));
		for (int k = 0; k < 32; k++)
			to += sprintf(to, "%s%g", k ? ", " : "",
				      0.3 * (i % 5) + 0.1 * ((i * 37 + k * 11) % 10) - 0.5);
		sprintf(to,
			strstr(head, "single") ? "], \"label\": [[0, %d, 0]]}"
			: i % 2                ? "], \"label\": [[1, %d, 0]]}"
					       : "], \"label\": [[0, %d, 0], [1, %d, 0]]}",
			i % 5, i % 5);
		record[i] = text[i];
	}
	stream_of(name, head, record, (size_t)n);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	write_text("small.net", NET);
	stamps("stamps.pz", HEADER, 20);
	return 0;
}

static bool same(const char *a, const char *b)
{
	char command[200];

	snprintf(command, sizeof command, "cmp -s %s %s", a, b);
	return system(command) == 0;
}

/* ---- resuming */

/* A run in two parts is the run in one. */
static void a_resumed_run_ends_as_a_whole_one(void **state)
{
	(void)state;
	run_well(train_main, BASE "-n 30 --every 10 --valid stamps.pz --log whole.tsv "
				  "--checkpoint whole.state -o whole.model");
	run_well(train_main, BASE "-n 20 --every 10 --valid stamps.pz --log parts.tsv "
				  "--checkpoint parts.state -o parts.model");
	assert_false(same("whole.model", "parts.model"));
	run_well(train_main, BASE "-n 30 --every 10 --valid stamps.pz --log parts.tsv "
				  "--checkpoint parts.state --resume -o parts.model");
	assert_non_null(strstr(contents("stderr"), "30 iterations of 4 stamps, 20 of them done"));
	assert_true(same("whole.model", "parts.model"));
	assert_true(same("whole.state", "parts.state"));
	run_well(train_main, BASE "-n 30 -j 3 -o threads.model");
	assert_true(same("whole.model", "threads.model"));
	run_well(train_main, BASE "-n 30 --seed 2 -o other.model");
	assert_false(same("whole.model", "other.model"));
}

/* Where the newest checkpoint is cut the previous one is read, and becomes the newest again: the
 * cut one must not take its place as the previous one. */
static void a_cut_checkpoint_gives_way_to_the_previous_one(void **state)
{
	(void)state;
	unlink("run.state");
	run_well(train_main, BASE "-n 30 -o whole.model");
	run_well(train_main, BASE "-n 20 --every 10 --checkpoint run.state -o run.model");
	assert_int_equal(access("run.state.previous", F_OK), 0);
	assert_int_equal(system("cp run.state.previous ten.state"), 0);
	assert_int_equal(truncate("run.state", 1000), 0);
	/* An iteration count that this checkpoint has already: nothing is written anew. */
	run_well(train_main, BASE "-n 10 --checkpoint run.state --resume -o run.model");
	assert_non_null(strstr(contents("stderr"), "run.state"));
	assert_non_null(strstr(contents("stderr"), "10 of them done"));
	run_well(train_main, BASE "-n 10 -o ten.model");
	assert_true(same("ten.model", "run.model"));
	assert_int_equal(system("cp ten.state run.state.previous"), 0);
	assert_int_equal(truncate("run.state", 1000), 0);
	run_well(train_main, BASE "-n 30 --every 30 --checkpoint run.state --resume -o run.model");
	assert_true(same("whole.model", "run.model"));
	/* The checkpoint before the last is whole as well, and that of iteration 10. */
	assert_true(same("ten.state", "run.state.previous"));
	/* Missing, it gives way likewise. */
	unlink("run.state");
	run_well(train_main, BASE "-n 30 --checkpoint run.state --resume -o run.model");
	assert_true(same("whole.model", "run.model"));
	/* Both cut: an error that names both. */
	assert_int_equal(system("head -c 900 ten.state >run.state; head -c 900 ten.state "
				">run.state.previous"),
			 0);
	run_badly(train_main, BASE "-n 30 --checkpoint run.state --resume -o no.model", 3,
		  "run.state.previous");
	assert_int_not_equal(access("no.model", F_OK), 0);
}

static void a_checkpoint_of_another_run_is_refused(void **state)
{
	(void)state;
	unlink("run.state");
	unlink("run.state.previous");
	run_well(train_main, BASE "-n 10 --checkpoint run.state -o run.model");
	run_badly(train_main, BASE "-n 20 --seed 3 --checkpoint run.state --resume -o no.model", 4,
		  "seed");
	run_badly(train_main, BASE "-n 20 -b 5 --checkpoint run.state --resume -o no.model", 4,
		  "batch");
	run_badly(train_main, BASE "-n 20 --no-augment --checkpoint run.state --resume -o no.model",
		  4, "augment");
	run_badly(train_main, BASE "-n 5 --checkpoint run.state --resume -o no.model", 4,
		  "this run has 5, the checkpoint has done 10");
	run_badly(train_main,
		  "train --net small.net -b 4 --rate 1e-3 --drop 1 stamps.pz -n 20 --checkpoint "
		  "run.state --resume -o no.model",
		  4, "rate");
	run_badly(train_main, BASE "--resume -o no.model", 2, "--checkpoint");
}

/* ---- what is learned */

/* The last number of a line of the log, of its fifth column. */
static double last_of_log(const char *name, int column)
{
	const char *text = contents(name), *line = text;
	double x = NAN;

	for (const char *at = text; *at; at++)
		if (*at == '\n' && at[1])
			line = at + 1;
	for (int i = 1; i < column; i++)
		line = strchr(line, '\t') + 1;
	sscanf(line, "%lf", &x);
	return x;
}

/* Uniform, the two listed channels and the gate would cost log 5 each and log 3. */
static void a_loss_falls_and_a_log_says_so(void **state)
{
	double first, last;
	const char *text;

	(void)state;
	run_well(train_main,
		 BASE "-v -n 200 --no-augment --every 100 --valid stamps.pz --log log.tsv "
		      "-o a.model");
	text = contents("log.tsv");
	assert_non_null(strstr(text, "iteration\t"));
	first = atof(strchr(strchr(strchr(text, '\n') + 1, '\t') + 1, '\t') + 1);
	last = last_of_log("log.tsv", 5);
	assert_true(isfinite(first) && last > 0.2 && last < 2 * log(5) + log(3));
	assert_true(last_of_log("log.tsv", 1) == 200);
	assert_non_null(strstr(contents("stderr"), "iteration 200, loss "));
	run_well(train_main, BASE "-n 1 --every 1 --valid stamps.pz --log short.tsv -o b.model");
	assert_true(last < last_of_log("short.tsv", 5));
	run_badly(train_main, BASE "-n 1 --drop 2 -o no.model", 2, "--drop");
	run_badly(train_main, "train stamps.pz -n 1 -o no.model", 2, "--net");
}

static void frozen_layers_stay_and_heads_may_be_new(void **state)
{
	(void)state;
	run_well(train_main, BASE "-n 10 -o from.model");
	run_well(train_main, "train --from from.model --freeze -n 10 -b 4 --rate 1e-2 stamps.pz -o "
			     "a.model");
	run_well(train_main, "train --from from.model --freeze -n 10 -b 4 --rate 1e-2 --memory 0 "
			     "stamps.pz -o b.model");
	assert_true(same("a.model", "b.model"));
	assert_false(same("a.model", "from.model"));
	/* shapes are arrays of numbers, as pzpipe(5) says */
	assert_non_null(strstr(records("a.model"), "\"shape\":["));
	assert_null(strstr(contents("records.json"), "\"shape\":[["));
	run_well(train_main, "train --from from.model --heads new -n 2 -b 4 stamps.pz -o c.model");
	run_badly(train_main, "train --from stamps.pz -n 1 stamps.pz", 4, "model");
	run_badly(train_main, "train --from from.model --net small.net -n 1 stamps.pz", 2, "--net");
	stamps("single.pz", SINGLE, 10);
	run_badly(train_main, "train --from from.model -n 1 -b 4 single.pz -o no.model", 4,
		  "labels");
	run_well(train_main, "train --net small.net -n 5 -b 4 single.pz -o single.model");
	run_well(predict_main, "predict -m single.model single.pz -o p.pz");
	assert_true(number("p.pz", 9, "id") == 109);
}

static void bad_stamps_are_named(void **state)
{
	(void)state;
	stream("bad.pz", HEADER, "{\"id\": 1, \"ebv\": 0, \"img\": [1, 2], \"label\": [[0, 1, 0]]}",
	       NULL);
	run_badly(train_main, "train --net small.net -n 1 bad.pz", 1,
		  "record 1 (id 1): img: expected 128 bytes, found 8");
	stream("bad.pz", HEADER, "{\"id\": 1, \"ebv\": 0, \"img\": [1, 2]}", NULL);
	run_badly(train_main, "train --net small.net -n 1 bad.pz", 1, "label: expected a label");
	stream("bad.pz", HEADER, "{\"id\": 1, \"ebv\": 0, \"img\": [1], \"label\": [[3, 1, 0]]}",
	       NULL);
	run_badly(train_main, "train --net small.net -n 1 bad.pz", 1,
		  "channel: expected 0 to 2, found 3");
	stream("bad.pz", HEADER, "{\"id\": 1, \"ebv\": 0, \"label\": [[0, 1, 0]]}", NULL);
	run_badly(train_main, "train --net small.net -n 1 bad.pz", 1,
		  "bad.pz: record 1 (id 1): img: expected the pixels of a stamp, found none");
	stream("bad.pz", HEADER, NULL);
	run_badly(train_main, "train --net small.net -n 1 bad.pz", 1, "no records");
}

/* ---- p(z) */

/* Estimates are those of the p(z): the fullest bin, the mean, and where half of it lies below. */
static void estimates_are_those_of_the_pdf(void **state)
{
	(void)state;
	run_well(train_main, BASE "-n 40 --no-augment -o a.model");
	run_well(predict_main, "predict -m a.model stamps.pz -o p.pz");
	for (size_t i = 0; i < 20; i += 3) {
		double p[5], sum = 0, mean = 0, half = 0, below = 0;
		int most = 0;

		assert_int_equal(numbers("p.pz", i, "pz", p, 5), 5);
		for (int k = 0; k < 5; k++) {
			assert_true(p[k] >= 0);
			sum += p[k];
			mean += p[k] * (0.08 * k + 0.04);
			most = p[k] > p[most] ? k : most;
		}
		assert_true(fabs(sum - 1) < 1e-6);
		for (int k = 0; k < 5 && below < 0.5 * sum; below += p[k++])
			half = 0.08 * (k + (0.5 * sum - below) / p[k]);
		assert_true(fabs(number("p.pz", i, "zphot.mode") - (0.08 * most + 0.04)) < 1e-9);
		assert_true(fabs(number("p.pz", i, "zphot.mean") - mean / sum) < 1e-6);
		assert_true(fabs(number("p.pz", i, "zphot.median") - half) < 1e-6);
	}
	assert_null(strstr(records("p.pz"), "img"));
	assert_non_null(strstr(header("p.pz"), "\"kind\":\"predictions\""));
	assert_null(strstr(header("p.pz"), "\"size\""));
}

/* The limits and the rows of the input stay, and come from the model where the input has none. */
static void limits_are_the_inputs_or_the_models(void **state)
{
	static const char limits[] = "\"limits\":{\"divide\":2.0,\"outlier\":0.05,\"fit_from\":0.1,"
				     "\"threshold\":2}";
	char head[900];

	(void)state;
	snprintf(head, sizeof head, "%.*s, %s}", (int)strlen(HEADER) - 1, HEADER, limits);
	stamps("limited.pz", head, 10);
	run_well(train_main, BASE "-n 2 -o bare.model");
	run_well(predict_main, "predict -m bare.model limited.pz -o p.pz");
	assert_non_null(strstr(header("p.pz"), limits));
	run_well(predict_main, "predict -m bare.model stamps.pz -o p.pz");
	assert_null(strstr(header("p.pz"), "limits"));
	run_well(train_main, "train --net small.net -b 4 -n 2 limited.pz -o limited.model");
	run_well(predict_main, "predict -m limited.model stamps.pz -o p.pz");
	assert_non_null(strstr(header("p.pz"), limits));
	assert_non_null(strstr(header("p.pz"), "\"channels\":3"));
}

/* Each of several ranks opens the files by itself: standard input and pipes will not do. */
static void ranks_need_files_of_their_own(void **state)
{
	const struct pz_ranks three = { .count = 3 }, one = { .count = 1 };
	const char *paths[] = { "stamps.pz", "-" };

	(void)state;
	assert_int_equal(ranks_need_files(&three, paths, 1), 0);
	assert_int_equal(ranks_need_files(&three, paths, 2), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "-: expected a file that each of 3 ranks can read");
	assert_int_equal(ranks_need_files(&three, paths, 0), PZ_EUSAGE);
	assert_int_equal(ranks_need_files(&three, (const char *[]){ "/dev/null" }, 1), PZ_EUSAGE);
	assert_int_equal(ranks_need_files(&one, paths, 2), 0);
	assert_int_equal(ranks_need_files(&one, paths, 0), 0);
}

static void models_are_combined(void **state)
{
	double a[5], b[5], mean[5], harmonic[5], sum = 0;

	(void)state;
	run_well(train_main, BASE "-n 30 -o a.model");
	run_well(train_main, BASE "-n 30 --seed 9 -o b.model");
	run_well(predict_main, "predict -m a.model stamps.pz -o a.pz");
	run_well(predict_main, "predict -m b.model stamps.pz -o b.pz");
	run_well(predict_main, "predict -m a.model,b.model stamps.pz -o mean.pz");
	run_well(predict_main, "predict -m a.model,b.model --combine harmonic stamps.pz -o h.pz");
	for (size_t i = 0; i < 20; i += 7) {
		numbers("a.pz", i, "pz", a, 5);
		numbers("b.pz", i, "pz", b, 5);
		numbers("mean.pz", i, "pz", mean, 5);
		numbers("h.pz", i, "pz", harmonic, 5);
		sum = 0;
		for (int k = 0; k < 5; k++)
			sum += 1 / (1 / a[k] + 1 / b[k]);
		for (int k = 0; k < 5; k++) {
			assert_true(fabs(mean[k] - (a[k] + b[k]) / 2) < 1e-6);
			assert_true(fabs(harmonic[k] - 1 / (1 / a[k] + 1 / b[k]) / sum) < 1e-6);
		}
	}
}

static void predict_keeps_what_is_asked_for(void **state)
{
	double x[64], y[32], z[32];
	size_t rest;

	(void)state;
	run_well(train_main, BASE "-n 5 -o a.model");
	run_well(predict_main, "predict -m a.model --keep-stamps --features stamps.pz -o p.pz");
	assert_int_equal(numbers("p.pz", 4, "img", y, 32), 32);
	numbers("stamps.pz", 4, "img", z, 32);
	assert_memory_equal(y, z, sizeof y);
	assert_int_equal(numbers("p.pz", 4, "features", x, 64), 4);
	assert_non_null(strstr(header("p.pz"), "\"size\":4"));
	/* The shards in a row are the whole. */
	rest = strlen(records("p.pz"));
	for (int i = 1; i <= 3; i++) {
		char line[96];

		snprintf(line, sizeof line,
			 "predict -m a.model --keep-stamps --features --shard %d/3 stamps.pz -o "
			 "s.pz",
			 i);
		run_well(predict_main, line);
		assert_int_equal(strncmp(records("p.pz") + strlen(records("p.pz")) - rest,
					 records("s.pz"), strlen(records("s.pz"))),
				 0);
		rest -= strlen(records("s.pz"));
	}
	assert_int_equal(rest, 0);
	run_badly(predict_main, "predict -m a.model --shard 4/3 stamps.pz", 2, "shard");
	run_badly(predict_main, "predict -m a.model,a.model --features stamps.pz", 2, "one model");
	run_badly(predict_main, "predict stamps.pz", 2, "--model");
	run_badly(predict_main, "predict -m none.model stamps.pz", 1, "none.model");
	assert_int_equal(truncate("a.model", 600), 0);
	run_badly(predict_main, "predict -m a.model stamps.pz", 3, "a.model");
	stamps("small.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 5, "
	       "\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 1, " AXES "}",
	       1);
	run_well(train_main, BASE "-n 5 -o a.model");
	run_badly(predict_main, "predict -m a.model small.pz", 4, "size: the model expects 4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_resumed_run_ends_as_a_whole_one),
		cmocka_unit_test(a_cut_checkpoint_gives_way_to_the_previous_one),
		cmocka_unit_test(a_checkpoint_of_another_run_is_refused),
		cmocka_unit_test(a_loss_falls_and_a_log_says_so),
		cmocka_unit_test(frozen_layers_stay_and_heads_may_be_new),
		cmocka_unit_test(bad_stamps_are_named),
		cmocka_unit_test(estimates_are_those_of_the_pdf),
		cmocka_unit_test(limits_are_the_inputs_or_the_models),
		cmocka_unit_test(ranks_need_files_of_their_own),
		cmocka_unit_test(models_are_combined),
		cmocka_unit_test(predict_keeps_what_is_asked_for),
	};

	return cmocka_run_group_tests_name("train and predict", tests, begin, out_of_folder);
}
