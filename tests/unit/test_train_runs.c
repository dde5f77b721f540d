/* test_train_runs.c -- whole runs of train on features: lines of the log, ends, what is learned
 * from what, and options that exclude each other
 */
#include <math.h>
#include <sys/stat.h>

#include "in_process.h"

#define LESSONS                                                                                    \
	"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"sdss\", \"labels\": \"single\", "  \
	"\"features\": [\"a\", \"b\"], \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.5, "   \
	"\"bins\": 5, \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, "        \
	"\"width\": 0.5, \"channels\": 2}}"
#define GALAXIES 40

/* Feature a says the bin, or nothing; both are around `middle`. */
static void write_galaxies(const char *name, double middle, bool says)
{
	static char text[GALAXIES][120];
	const char *record[GALAXIES];

	for (int i = 0; i < GALAXIES; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"features\": [%g, %g], \"label\": [[0, %d, 0]]}", i,
			 middle + (says ? i % 5 : i / 5 % 5), middle + i * 7 % 11, i % 5);
		record[i] = text[i];
	}
	stream_of(name, LESSONS, record, GALAXIES);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	write_text("m.net", "features\ndense 4 tanh\n");
	write_galaxies("l.pz", 0, true);
	write_galaxies("n.pz", 100, true);
	write_galaxies("nothing.pz", 0, false);
	return 0;
}

static const char *line_of(const char *name, int i)
{
	const char *at = contents(name);

	for (int k = 0; k < i && at; k++)
		at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
	return at;
}

/* A hundred lines of the log, or one for each iteration. */
static void the_log_has_a_hundred_lines(void **state)
{
	static const struct {
		int iterations, every;
	} of[] = { { 100, 1 }, { 101, 1 }, { 199, 1 }, { 200, 2 }, { 250, 2 }, { 7, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		char line[120];

		snprintf(line, sizeof line,
			 "train -q --net m.net -n %d -b 3 --log log.tsv l.pz -o x.model",
			 of[i].iterations);
		run_well(train_main, line);
		assert_int_equal(strtol(line_of("log.tsv", 1), NULL, 10), of[i].every);
		assert_int_equal(strtol(line_of("log.tsv", 2), NULL, 10), 2 * of[i].every);
		/* seen: three an iteration */
		assert_int_equal(strtol(strchr(line_of("log.tsv", 2), '\t'), NULL, 10),
				 6 * of[i].every);
	}
	run_well(train_main,
		 "train -q --net m.net -n 100 --every 30 -b 3 --log log.tsv l.pz -o x.model");
	assert_int_equal(strtol(line_of("log.tsv", 1), NULL, 10), 30);
	assert_int_equal(strtol(line_of("log.tsv", 4), NULL, 10), 100);
	assert_string_equal(line_of("log.tsv", 5), "");
}

static const char learned_little[] =
	"is near that of an answer that is the same for all galaxies, 1.609: the network has "
	"learned little or nothing. Try more iterations, a higher --rate, or --recipe modern, "
	"which scales what the network reads\n";

/* After a thousand iterations, where the loss is still that of a constant: log 5. */
static void runs_that_learn_nothing_are_told(void **state)
{
	(void)state;
	run_well(train_main, "train --net m.net -n 1000 -b 2 --rate 1e-9 nothing.pz -o x.model");
	if (!strstr(contents("stderr"), learned_little))
		fail_msg("%s", contents("stderr"));
	run_well(train_main, "train --net m.net -n 999 -b 2 --rate 1e-9 nothing.pz -o x.model");
	assert_null(strstr(contents("stderr"), "the same for all galaxies"));
	run_well(train_main, "train --net m.net -n 1000 -b 8 --rate 1e-2 l.pz -o x.model");
	assert_null(strstr(contents("stderr"), "the same for all galaxies"));
}

/* The last lines have no new lowest loss, and it ends with the first of which that is true. */
static void a_flat_loss_ends_the_run(void **state)
{
	long long iteration, all, last;
	double best, loss[200], lowest = INFINITY;
	const char *at;
	int n = 0;

	(void)state;
	run_well(train_main, "train --net m.net -n 4000 -b 8 --rate 0.05 --every 20 --valid "
			     "nothing.pz --stop-when-flat 4 --log log.tsv l.pz -o x.model");
	at = strstr(contents("stderr"), "train: ended after");
	assert_non_null(at);
	assert_int_equal(sscanf(at,
				"train: ended after iteration %lld of %lld: the validation loss "
				"was %lf or more in the last %lld lines of the log\n",
				&iteration, &all, &best, &last),
			 4);
	assert_true(all == 4000 && last == 4 && iteration < 4000);
	for (at = line_of("log.tsv", 1); *at; at = strchr(at, '\n') + 1)
		assert_int_equal(sscanf(at, "%*s %*s %*s %*s %lf", &loss[n++]), 1);
	assert_int_equal(n, iteration / 20);
	for (int i = 0; i < n - 4; i++)
		lowest = fmin(lowest, loss[i]);
	assert_true(fabs(lowest - best) < 1e-4);
	for (int i = n - 4; i < n; i++)
		assert_true(loss[i] >= lowest);
}

/* ---- what a network keeps ---- */

/* The first value of a tensor of a model. */
static double value_of(const char *model, const char *tensor)
{
	struct pz_reader *in = NULL;
	double x = NAN;

	assert_int_equal(pz_reader_open(&in, &model, 1, 0), 0);
	while (pz_read(in) > 0) {
		const void *bytes;
		char name[64] = "";
		size_t size;
		float f;

		pz_map_text(pz_reader_record(in), "name", name, sizeof name);
		if (strcmp(name, tensor) != 0 || pz_map_has(pz_reader_record(in), "moment"))
			continue;
		assert_int_equal(pz_map_bytes(pz_reader_record(in), "data", &bytes, &size), 1);
		memcpy(&f, bytes, sizeof f);
		x = (double)f;
	}
	pz_reader_close(in);
	assert_false(isnan(x));
	return x;
}

/* A new network is scaled to its sample; one that was trained before keeps its scale. */
static void scales_are_those_of_the_first_sample(void **state)
{
	(void)state;
	run_well(train_main, "train -q --net m.net -n 3 -b 3 l.pz -o a.model");
	assert_true(fabs(value_of("a.model", "features.mean") - 2) < 1e-5);
	run_well(train_main, "train -q --net m.net -n 3 -b 3 n.pz -o b.model");
	assert_true(fabs(value_of("b.model", "features.mean") - 102) < 1e-3);
	run_well(train_main, "train -q --from a.model -n 3 -b 3 n.pz -o b.model");
	assert_true(value_of("b.model", "features.mean") == value_of("a.model", "features.mean"));
	run_well(tonetwork_main, "tonetwork -q a.model -o a.safetensors");
	run_well(train_main, "train --net m.net --weights a.safetensors -n 3 -b 3 n.pz -o b.model");
	assert_true(value_of("b.model", "features.mean") == value_of("a.model", "features.mean"));
	assert_non_null(strstr(contents("stderr"),
			       "train: a.safetensors: all 6 tensors of the network are read\n"));
}

/* Frozen: the last layer alone learns, and begins anew where that is asked for. */
static void frozen_layers_and_new_heads(void **state)
{
	double weight = value_of("a.model", "fc0.weight"),
	       head = value_of("a.model", "head0.weight");

	(void)state;
	run_well(train_main, "train -q --from a.model -n 5 -b 3 --rate 1e-2 l.pz -o b.model");
	assert_true(value_of("b.model", "fc0.weight") != weight);
	run_well(train_main,
		 "train -q --from a.model --freeze -n 5 -b 3 --rate 1e-2 l.pz -o b.model");
	assert_true(value_of("b.model", "fc0.weight") == weight);
	assert_true(value_of("b.model", "head0.weight") != head);
	run_well(train_main,
		 "train -q --from a.model --heads new --seed 9 -n 1 -b 3 --rate 1e-12 l.pz -o "
		 "b.model");
	assert_true(fabs(value_of("b.model", "fc0.weight") - weight) < 1e-9);
	assert_true(fabs(value_of("b.model", "head0.weight") - head) > 1e-6);
	run_well(train_main,
		 "train -q --from a.model --seed 9 -n 1 -b 3 --rate 1e-12 l.pz -o b.model");
	assert_true(fabs(value_of("b.model", "head0.weight") - head) < 1e-9);
}

/* ---- checkpoints ---- */

static void files_are_equal(const char *a, const char *b)
{
	struct stat one, other;

	assert_int_equal(stat(a, &one), 0);
	assert_int_equal(stat(b, &other), 0);
	assert_int_equal(one.st_size, other.st_size);
	assert_memory_equal(contents(a), contents(b), (size_t)one.st_size);
}

/* A run that has come to its end writes the same model once more; without a checkpoint it begins,
 * and that of another run is refused. */
static void a_run_resumes_where_it_was(void **state)
{
	static const char run_of[] =
		"train --net m.net -n 20 -b 4 --checkpoint s.state --resume l.pz -o ";
	char line[120];

	(void)state;
	snprintf(line, sizeof line, "%sa.model", run_of);
	run_well(train_main, line);
	assert_null(strstr(contents("stderr"), "continuing"));
	snprintf(line, sizeof line, "%sb.model", run_of);
	run_well(train_main, line);
	assert_non_null(strstr(contents("stderr"),
			       "train: s.state: continuing after iteration 20 of 20\n"));
	files_are_equal("a.model", "b.model");
	assert_int_equal(rename("s.state", "s.state.previous"), 0);
	unlink("b.model");
	run_well(train_main, line);
	assert_non_null(strstr(contents("stderr"),
			       "train: s.state: missing; continuing from s.state.previous\n"
			       "train: s.state: continuing after iteration 20 of 20\n"));
	files_are_equal("a.model", "b.model");
	run_badly(train_main,
		  "train --net m.net -n 20 -b 5 --checkpoint s.state --resume l.pz -o c.model", 4,
		  "train: s.state: batch: this run has 5, the checkpoint has 4");
	assert_int_not_equal(access("c.model", F_OK), 0);
}

static void options_that_exclude_each_other(void **state)
{
	(void)state;
	run_badly(train_main, "train --net m.net --from a.model l.pz", 2,
		  "train: --net and --from exclude each other");
	run_badly(train_main, "train l.pz", 2, "train: --net or --from is needed");
	run_badly(train_main, "train --net m.net --heads new l.pz", 2,
		  "train: --heads new needs --from");
	run_badly(train_main, "train --net m.net --freeze l.pz", 2, "--freeze needs --from");
	run_badly(train_main, "train --net m.net --memory 5 l.pz", 2, "--memory needs --freeze");
	run_badly(train_main, "train --net m.net --stop-when-flat 5 l.pz", 2,
		  "--stop-when-flat needs --valid");
	run_badly(train_main, "train --net m.net --valid none.pz -n 1 l.pz", 1, "none.pz");
	run_badly(train_main, "train --net m.net --drop 1.5 l.pz", 2, "--drop");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_has_a_hundred_lines),
		cmocka_unit_test(runs_that_learn_nothing_are_told),
		cmocka_unit_test(a_flat_loss_ends_the_run),
		cmocka_unit_test(scales_are_those_of_the_first_sample),
		cmocka_unit_test(frozen_layers_and_new_heads),
		cmocka_unit_test(a_run_resumes_where_it_was),
		cmocka_unit_test(options_that_exclude_each_other),
	};

	return cmocka_run_group_tests_name("runs of train", tests, begin, out_of_folder);
}
