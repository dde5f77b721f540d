/* test_train_log.c -- the log of losses: its lines by value, and what stays of it on resuming */
#include <math.h>
#include <unistd.h>

#include "../../tools/train/log.h"
#include "in_process.h"

#define TITLE "iteration\tseen\trate\tloss\tvalid_loss\n"

static void lines_have_five_columns(void **state)
{
	const struct pz_train_report report[] = {
		{ 25, 3200, 1.23456789e-4, 2.71828182, NAN, 0.5 },
		{ 10000000000, 640000000000, 0.5, 0.0000004, 1234.5678904, 0.25 },
		{ 3, 4, 1e-9, 1, INFINITY, 0 },
	};
	struct trainlog log;

	(void)state;
	assert_int_equal(trainlog_open(&log, "log.tsv", 0), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(trainlog_add(&log, &report[i]), 0);
	/* can be watched while it is written */
	assert_string_equal(contents("log.tsv"),
			    TITLE "25\t3200\t0.000123457\t2.718282\t\n"
				  "10000000000\t640000000000\t0.5\t0.000000\t1234.567890\n"
				  "3\t4\t1e-09\t1.000000\t\n");
	assert_int_equal(trainlog_close(&log), 0);
	assert_int_equal(trainlog_close(&log), 0);
	/* no path, no log */
	assert_int_equal(trainlog_open(&log, NULL, 5), 0);
	assert_int_equal(trainlog_add(&log, &report[0]), 0);
	assert_int_equal(trainlog_close(&log), 0);
}

/* The log `before` as it is where a run goes on from this iteration, with a line of 1000. */
static void continues(const char *before, int64_t iteration, const char *expected)
{
	const struct pz_train_report report = { 1000, 2, 0.5, 0.25, NAN, 0 };
	char whole[400];
	struct trainlog log;

	write_text("log.tsv", before);
	assert_int_equal(trainlog_open(&log, "log.tsv", iteration), 0);
	assert_int_equal(trainlog_add(&log, &report), 0);
	assert_int_equal(trainlog_close(&log), 0);
	snprintf(whole, sizeof whole, "%s1000\t2\t0.5\t0.250000\t\n", expected);
	assert_string_equal(contents("log.tsv"), whole);
}

#define TEN    "10\t1\t1\t1\t\n"
#define TWENTY "20\t1\t1\t1\t\n"
#define THIRTY "30\t1\t1\t1\t\n"

static void lines_behind_the_checkpoint_go(void **state)
{
	(void)state;
	continues(TITLE TEN TWENTY THIRTY, 20, TITLE TEN TWENTY);
	continues(TITLE TEN TWENTY THIRTY, 19, TITLE TEN);
	continues(TITLE TEN TWENTY THIRTY, 9, TITLE);
	continues(TITLE TEN TWENTY THIRTY, 1, TITLE);
	continues(TITLE TEN TWENTY THIRTY, 99, TITLE TEN TWENTY THIRTY);
	/* the line of a run that began again is not the last of those that stay */
	continues(TITLE TEN THIRTY TWENTY, 20, TITLE TEN);
	/* half a line is none, and half a title neither */
	continues(TITLE TEN "20\t1", 20, TITLE TEN);
	continues("iteration\tse", 20, TITLE);
	continues("", 20, TITLE);
	/* a title is no number, whatever it is */
	continues("99\n" TEN TWENTY, 10, "99\n" TEN);
}

/* A run from the beginning keeps nothing. */
static void a_new_run_begins_a_new_log(void **state)
{
	struct trainlog log;

	(void)state;
	continues(TITLE TEN TWENTY, 0, TITLE);
	/* resumed, but its log is not there */
	unlink("log.tsv");
	assert_int_equal(trainlog_open(&log, "log.tsv", 20), 0);
	assert_int_equal(trainlog_close(&log), 0);
	assert_string_equal(contents("log.tsv"), TITLE);
	assert_int_equal(trainlog_open(&log, "no/such/log.tsv", 20), PZ_EIO);
	assert_string_equal(pz_error_text(), "no/such/log.tsv: No such file or directory");
	assert_int_equal(trainlog_open(&log, "no/such/log.tsv", 0), PZ_EIO);
}

/* A full disk ends the log with an error, once. */
static void a_log_that_cannot_be_written_ends(void **state)
{
	const struct pz_train_report report = { 1, 2, 0.5, 0.25, NAN, 0 };
	struct trainlog log;

	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(trainlog_open(&log, "/dev/full", 0), 0);
	assert_int_equal(trainlog_add(&log, &report), PZ_EIO);
	assert_string_equal(pz_error_text(), "/dev/full: cannot write: No space left on device");
	assert_null(log.to);
	assert_int_equal(trainlog_add(&log, &report), 0);
	assert_int_equal(trainlog_close(&log), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_five_columns),
		cmocka_unit_test(lines_behind_the_checkpoint_go),
		cmocka_unit_test(a_new_run_begins_a_new_log),
		cmocka_unit_test(a_log_that_cannot_be_written_ends),
	};

	return cmocka_run_group_tests_name("log", tests, in_folder, out_of_folder);
}
