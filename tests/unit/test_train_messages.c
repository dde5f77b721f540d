/* test_train_messages.c -- what train says: before it begins, while it computes, of its checkpoint,
 * and how it ends where a signal comes
 */
#include <math.h>
#include <signal.h>

#include "../../tools/train/saving.h"
#include "../../tools/train/status.h"
#include "../../tools/train/stop.h"
#include "in_process.h"

#define NET "conv 3x3 2 prelu\npool\nflatten\nebv\ndense 4 relu\n"
#define HEADER                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 4, "           \
	"\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 1, \"labels\": \"channels\", "      \
	"\"grid\": {\"target\": \"mass\", \"min\": 0, \"max\": 0.4, \"bins\": 5, \"left\": 1, "    \
	"\"right\": 2}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, \"width\": 0.5, \"channels\": "  \
	"3}}"

static struct tool tool = { .called = "train" };
static struct model model;
static struct pz_train run_of;
static struct status status = { .tool = &tool, .run = &run_of };
static struct saving saving = { .tool = &tool, .run = &run_of, .saved = -1 };

static const int signals[] = { SIGTERM, SIGUSR1, SIGINT, SIGHUP };
static const char *const names[] = { "TERM", "USR1", "INT", "HUP" };

static int begin(void **state)
{
	const char *name = "h.pz";
	struct pz_reader *in = NULL;

	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < 4; i++) /* one that the parent ignores would stay ignored */
		signal(signals[i], SIG_DFL);
	stream(name, HEADER, NULL);
	if (pz_reader_open(&in, &name, 1, 0) < 0 ||
	    model_new(&model, NET, pz_reader_header(in)) < 0 ||
	    pz_train_init(&run_of, model.net, PZ_ROLES_LEARNED) < 0)
		return -1;
	pz_reader_close(in);
	return 0;
}

static int end(void **state)
{
	pz_train_release(&run_of);
	model_release(&model);
	return out_of_folder(state);
}

/* Runs a function in a process of its own, whose messages must be these. */
static void says(int (*what)(int, char **), int expected, const char *text)
{
	assert_int_equal(run(what, "train"), expected);
	assert_string_equal(contents("stderr"), text);
}

/* ---- before it begins ---- */

static size_t stamps, batch;

static int say_start(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	status_say_start(&status, &model, stamps, batch);
	return 0;
}

static void starts(size_t n, size_t of_batch, int64_t iterations, const char *text)
{
	stamps = n;
	batch = of_batch;
	status.iterations = iterations;
	says(say_start, 0, text);
}

/* 40 parameters of the convolution (36 weights, 2 biases, 2 slopes), 40 of the dense layer (4 x 9
 * and 4), three heads of 4 x 8 and 8, a gate of 4 x 3 and 3. */
static void parameters_stamps_and_iterations_are_told(void **state)
{
	(void)state;
	starts(25, 4, 1, "train: 215 parameters, 25 stamps, 1 iteration of 4 stamps\n");
	starts(24, 1, 300,
	       "train: 215 parameters, 24 stamps, 300 iterations of 1 stamp\n"
	       "train: there are only 24 stamps for 5 bins of 'mass': p(z) is hard to learn from "
	       "fewer than 5 per bin; softlabel --bins makes fewer bins\n");
	run_of.adam.roles = PZ_ROLE_HEAD;
	run_of.iteration = 7;
	starts(1, 2, 30,
	       "train: 120 of 215 parameters, 1 stamp, 30 iterations of 2 stamps, 7 of them done\n"
	       "train: there are only 1 stamp for 5 bins of 'mass': p(z) is hard to learn from "
	       "fewer than 5 per bin; softlabel --bins makes fewer bins\n");
	run_of.iteration = 1;
	starts(99, 2, 30,
	       "train: 120 of 215 parameters, 99 stamps, 30 iterations of 2 stamps, 1 of them "
	       "done\n");
	run_of.adam.roles = PZ_ROLES_LEARNED;
	run_of.iteration = 0;
}

/* ---- while it computes ---- */

/* So many seconds go by. */
static void pass(double seconds)
{
	status.pace.begun -= seconds;
	status.pace.said -= seconds;
}

static int compute(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	status.iterations = 30;
	status_begin_stage(&status, "features", 3601);
	status_add(&status, 1);
	pass(200);
	status_add(&status, 200); /* 3400 more take 3400 s */
	pass(100);
	status_add(&status, 100);
	pass(200);
	status_add(&status, 200); /* the other 3100 take 3100 s */
	status_end(&status);
	run_of.iteration = 9;
	run_of.loss_sum = 10;
	run_of.loss_count = 4;
	status_begin_stage(&status, "training", 5001);
	status_add(&status, 1);
	pass(50);
	status_add(&status, 50); /* 4950 more take 4950 s */
	pass(190);
	status_add(&status, 70); /* 120 in 240 s: 4880 more take 9760 s */
	fprintf(stderr, "%s\n", status.line);
	run_of.loss_count = 0;
	status_begin_stage(&status, "training", 80);
	fprintf(stderr, "%s\n", status.line);
	status_end(&status);
	return 0;
}

static void how_long_it_takes_is_told(void **state)
{
	(void)state;
	says(compute, 0,
	     "train: features: expected to take 1:00 h, 1 stamps/s\n"
	     "train: features: 501 of 3601 stamps, 0:52 h left\n"
	     "train: training: expected to take 1:23 h, 1 stamps/s\n"
	     "train: iteration 9 of 30, loss 2.5000, 2:43 h left\n"
	     "training, loss 2.5000\n"
	     "training\n");
}

/* ---- the checkpoint ---- */

static int explain(int argc, char **argv)
{
	(void)argv;
	saving.resuming = argc > 1;
	pz_fail(PZ_ESTOP, "stopped after iteration 5");
	fprintf(stderr, "%d ", saving_explain_stop(&saving) == PZ_ESTOP);
	fputs(pz_error_text(), stderr);
	return 0;
}

static void a_stop_says_how_to_go_on(void **state)
{
	(void)state;
	saving.path = "run.state";
	says(explain, 0,
	     "1 run.state: stopped after iteration 5; run the same command again with --resume to "
	     "continue");
	assert_int_equal(run(explain, "train again"), 0);
	assert_string_equal(contents("stderr"), "1 run.state: stopped after iteration 5; run the "
						"same command again to continue");
}

/* A state that cannot be written. */
static int write_state(int argc, char **argv)
{
	struct pz_schedule plan = { .iterations = 10, .batch = 1, .rate = 1, .factor = 1 };
	struct run_id id = { .plan = &plan };
	int rc;

	(void)argc;
	saving.id = &id;
	saving.model = &model;
	saving.path = argv[1][0] == '-' ? NULL : argv[1];
	saving.saved = atoi(argv[2]);
	run_of.iteration = 3;
	rc = saving_write_if_possible(&saving, atoi(argv[3]));
	fprintf(stderr, "%d %d %d", rc, tool.fault, (int)saving.saved);
	return 0;
}

static void state_is_written(const char *line, const char *text)
{
	assert_int_equal(run(write_state, line), 0);
	assert_string_equal(contents("stderr"), text);
}

#define CANNOT "no/such/state: cannot write a temporary file beside it: No such file or directory"

static void a_state_that_cannot_be_written_ends_only_the_first(void **state)
{
	char failed[64], said[200];

	(void)state;
	snprintf(failed, sizeof failed, "%d 0 -1", PZ_EIO);
	state_is_written("train no/such/state -1 0", failed);
	snprintf(said, sizeof said, "train: " CANNOT "\n0 %d 0", PZ_EIO);
	state_is_written("train no/such/state 0 0", said);
	snprintf(said, sizeof said, "train: " CANNOT "\n0 %d -1", PZ_EIO);
	state_is_written("train no/such/state -1 1", said);
	state_is_written("train good.state -1 0", "0 0 3");
	assert_int_equal(access("good.state", F_OK), 0);
	state_is_written("train - -1 0", "0 0 -1");
}

/* ---- signals ---- */

static int number_of(const char *name)
{
	for (int i = 0; i < 4; i++)
		if (!strcmp(names[i], name))
			return signals[i];
	return 0;
}

/* The first argument: when; the others: which signals come. */
static int stop(int argc, char **argv)
{
	int sent = 0;

	saving.path = "run.state";
	saving.resuming = true;
	saving.together = !strcmp(argv[1], "together");
	saving_announce(&saving, "here");
	if (!strcmp(argv[1], "orderly"))
		stop_in_order();
	fprintf(stderr, "%d\n", stop_asked());
	for (int i = 2; i < argc; i++) {
		raise(number_of(argv[i]));
		fprintf(stderr, "%d\n", stop_asked());
		sent++;
	}
	stop_end();
	return 10 + sent;
}

#define STOPPED "run.state: stopped here; run the same command again to continue\n"

/* Before the run: at once, well or as the signal does, with one line. */
static void signals_at_once(void **state)
{
	static const int ends[] = { 0, 0, 128 + SIGINT, 128 + SIGHUP };
	char line[64];

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(line, sizeof line, "train now %s", names[i]);
		assert_int_equal(run(stop, line), ends[i]);
		assert_string_equal(contents("stderr"), "0\ntrain: " STOPPED);
	}
	assert_int_equal(run(stop, "train now"), 10);
}

/* In the run: noted; Ctrl-C a second time does not wait, a second warning changes nothing. */
static void signals_in_order(void **state)
{
	(void)state;
	for (int together = 0; together < 2; together++) {
		char line[64];

		snprintf(line, sizeof line, "train %s TERM", together ? "together" : "orderly");
		assert_int_equal(run(stop, line), 11);
		assert_string_equal(contents("stderr"), "0\n1\n");
		strcat(line, " USR1");
		assert_int_equal(run(stop, line), 12);
		strcat(line, " HUP");
		assert_int_equal(run(stop, line), 128 + SIGHUP);
		assert_string_equal(contents("stderr"), "0\n1\n1\n");
	}
	/* noted, and the process ends by it when its state is written */
	assert_int_equal(run(stop, "train orderly INT"), 128 + SIGINT);
	assert_string_equal(contents("stderr"), "0\n1\n");
	assert_int_equal(run(stop, "train orderly HUP TERM"), 12);
	assert_int_equal(run(stop, "train orderly INT INT"), 128 + SIGINT);
	assert_string_equal(contents("stderr"), "0\n1\n");
}

static int stop_long(int argc, char **argv)
{
	char text[3000];
	int n = atoi(argv[1]);

	(void)argc;
	memset(text, 'x', (size_t)n);
	text[n] = 0;
	stop_at_once("%s", text);
	raise(SIGTERM);
	return 1;
}

/* A line is cut at 1022 bytes, with its end. */
static void lines_of_any_length(void **state)
{
	(void)state;
	for (int n = 1020; n < 1026; n++) {
		char line[32];
		size_t expected = (size_t)(n < 1022 ? n : 1022);

		snprintf(line, sizeof line, "train %d", n);
		assert_int_equal(run(stop_long, line), 0);
		assert_int_equal(strlen(contents("stderr")), expected + 1);
		assert_int_equal(strspn(contents("stderr"), "x"), expected);
		assert_true(contents("stderr")[expected] == '\n');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_stamps_and_iterations_are_told),
		cmocka_unit_test(how_long_it_takes_is_told),
		cmocka_unit_test(a_stop_says_how_to_go_on),
		cmocka_unit_test(a_state_that_cannot_be_written_ends_only_the_first),
		cmocka_unit_test(signals_at_once),
		cmocka_unit_test(signals_in_order),
		cmocka_unit_test(lines_of_any_length),
	};

	return cmocka_run_group_tests_name("messages of train", tests, begin, end);
}
