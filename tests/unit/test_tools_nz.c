/* test_tools_nz.c -- the records of nz row by row, its table, what it says, and filters that read
 * their input once, which need no room for a copy of it
 */
#include <math.h>
#include <sys/stat.h>

#include "in_process.h"

#define PREDICTIONS                                                                                \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"survey\": \"sdss\", \"bands\": [\"g\"], "    \
	"\"size\": 2, \"pixel\": \"f4\", \"features\": [\"a\"], \"telescope\": \"t\", "            \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 2, \"left\": 1, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 0.5, \"channels\": 2}}"

static void said(const char *text)
{
	if (strcmp(contents("stderr"), text) != 0)
		fail_msg("expected '%s', found '%s'", text, contents("stderr"));
}

#define SURE(id, mag) "{\"id\": " id ", \"mag\": " mag ", \"pz\": [0, 0, 1]}"
#define LOW(id, mag)  "{\"id\": " id ", \"mag\": " mag ", \"pz\": [0, 1, 0]}"

/* p(z) of one bin each say where the galaxies are: shares are counts, smoothed by 1e-9 bins. */
static void a_record_for_each_row(void **state)
{
	static const double share[3][3] = { { 0, 0.25, 0.75 }, { 0 }, { 0, 1, 0 } };
	double p[3];

	(void)state;
	stream("p.pz", PREDICTIONS, SURE("1", "15.1"), SURE("2", "15"), SURE("3", "14"),
	       LOW("4", "15.49"), LOW("5", "16"), "{\"id\": 6, \"mag\": 15, \"pz\": [0, 0, 0]}",
	       "{\"id\": 7, \"mag\": 15}", "{\"id\": 8, \"pz\": [0, 1, 0]}",
	       "{\"id\": 9, \"mag\": -99, \"pz\": [0, 1, 0]}", NULL);
	run_well(nz_main, "nz -b 0 --smooth 1e-9 --table t.tsv p.pz -o nz.pz");
	said("nz: 2 galaxies have no p(z) and were left out\n"
	     "nz: 2 galaxies have no magnitude and are counted in the faintest row\n");
	for (size_t row = 0; row < 3; row++) {
		char expected[80];

		snprintf(expected, sizeof expected,
			 "{\"id\":\"row %zu\",\"row\":%zu,\"mag\":%g,"
			 "\"n\":%d",
			 row, row, 15.25 + 0.5 * (double)row,
			 row == 0   ? 4
			 : row == 1 ? 0
				    : 3);
		if (!strstr(records("nz.pz"), expected))
			fail_msg("'%s' should have '%s'", contents("records.json"), expected);
		if (row == 1)
			continue;
		assert_int_equal(numbers("nz.pz", row, "pz", p, 3), 3);
		for (int b = 0; b < 3; b++)
			if (!(fabs(p[b] - share[row][b]) < 1e-3))
				fail_msg("row %zu, bin %d: expected %g, found %g", row, b,
					 share[row][b], p[b]);
	}
	assert_non_null(strstr(contents("records.json"), "\"row\":1,\"mag\":15.75,\"n\":0}\n"));
	assert_non_null(strstr(contents("records.json"), "{\"id\":\"all\",\"n\":7,"));
	assert_true(fabs(number("nz.pz", 0, "mean") - (0.25 * 0.1 + 0.75 * 0.3)) < 1e-3);
	assert_true(fabs(number("nz.pz", 3, "mean") - (4 * 0.1 + 3 * 0.3) / 7) < 1e-3);
	assert_true(fabs(number("nz.pz", 2, "mean") - 0.1) < 1e-3);
	assert_null(strstr(contents("records.json"), "error"));
	/* what describes galaxies is gone, what describes bins and the survey stays */
	assert_non_null(strstr(header("nz.pz"), "\"kind\":\"nz\""));
	assert_non_null(strstr(contents("header.json"), "\"survey\":\"sdss\""));
	assert_non_null(strstr(contents("header.json"), "\"left\":1"));
	assert_non_null(strstr(contents("header.json"), "\"telescope\":\"t\""));
	assert_null(strstr(contents("header.json"), "\"bands\""));
	assert_null(strstr(contents("header.json"), "\"features\""));
}

/* A line for each bin of each row that has galaxies, and of all; bins count from the range on. */
static void a_line_for_each_bin(void **state)
{
	static const double share[] = { 0, 0.25, 0.75, 0, 1, 0, 0, 4 / 7., 3 / 7. };
	static const char *const begin_of[] = {
		"row\tmag\tn\tbin\tz\tshare\terror\n",
		"0\t15.25\t4\t-1\t-0.1\t",
		"0\t15.25\t4\t0\t0.1\t",
		"0\t15.25\t4\t1\t0.3",
		"2\t16.25\t3\t-1\t-0.1\t",
		"2\t16.25\t3\t0\t0.1\t",
		"2\t16.25\t3\t1\t0.3",
		"all\tnan\t7\t-1\t-0.1\t",
		"all\tnan\t7\t0\t0.1\t",
		"all\tnan\t7\t1\t0.3",
	};
	const char *at = contents("t.tsv");

	(void)state;
	for (size_t i = 0; i < sizeof begin_of / sizeof *begin_of; i++) {
		if (strncmp(at, begin_of[i], strlen(begin_of[i])) != 0)
			fail_msg("expected '%s', found '%.50s'", begin_of[i], at);
		for (int k = 0; k < 5 && i > 0; k++)
			at = strchr(at, '\t') + 1;
		if (i > 0 && !(fabs(atof(at) - share[i - 1]) < 1e-3))
			fail_msg("line %zu: expected %g, found '%.20s'", i, share[i - 1], at);
		at = strchr(at, '\n');
		assert_true(i == 0 || !strncmp(at - 4, "\tnan", 4)); /* without errors */
		at++;
	}
	assert_string_equal(at, "");
	/* one that cannot be written costs itself */
	run_badly(nz_main, "nz -b 0 --table no/such/t.tsv p.pz -o beside.pz", 1,
		  "nz: no/such/t.tsv: ");
	assert_int_equal(access("beside.pz", F_OK), 0);
}

static void errors_where_galaxies_are_drawn(void **state)
{
	double x[3];

	(void)state;
	run_well(nz_main, "nz -b 50 --smooth 0.5 p.pz -o nz.pz");
	assert_int_equal(numbers("nz.pz", 0, "error", x, 3), 3);
	assert_true(x[1] > 0.01 && x[1] < 0.5);
	assert_true(number("nz.pz", 0, "mean_error") > 0);
	assert_true(number("nz.pz", 0, "smooth") == 0.5);
	stream("one.pz", PREDICTIONS, SURE("1", "15.1"), "{\"id\": 2}", NULL);
	run_well(nz_main, "nz -b 0 one.pz -o nz.pz");
	said("nz: 1 galaxy has no p(z) and was left out\n");
	run_badly(nz_main, "nz --strict one.pz -o no.pz", 1,
		  "nz: one.pz: record 2 (id 2): pz: expected probabilities, found none");
	stream("bad.pz", PREDICTIONS, SURE("1", "15.1"), "{\"id\": 2, \"pz\": [1]}", NULL);
	run_badly(nz_main, "nz bad.pz -o no.pz", 1,
		  "nz: bad.pz: record 2 (id 2): pz: expected 12 bytes (3 bins), found 4");
	run_badly(nz_main, "nz -b 1 one.pz", 2, "--bootstrap: expected 0, or 2 and more, found 1");
}

/* ---- one pass ---- */

/* Runs a tool that reads a pipe of this name, where there is no folder for temporary files. */
static void reads_pipe_once(tool_main tool, const char *line, const char *name)
{
	pid_t writer;

	unlink(name);
	assert_int_equal(mkfifo(name, 0600), 0);
	fflush(NULL);
	writer = fork();
	if (writer == 0) {
		int to = open(name, O_WRONLY);
		const char *text = contents("p.pz");

		_exit(to >= 0 && write(to, text, 1500) >= 0 ? 0 : 1);
	}
	run(tool, line);
	waitpid(writer, &(int){ 0 }, 0);
	unlink(name);
	if (strstr(contents("stderr"), "/no/such/folder"))
		fail_msg("%s: %s", line, contents("stderr"));
}

static void reads_once(tool_main tool, const char *line)
{
	reads_pipe_once(tool, line, "stdin");
}

static void filters_need_no_temporary_files(void **state)
{
	(void)state;
	setenv("TMPDIR", "/no/such/folder", 1);
	reads_once(nz_main, "nz -b 0 -o out.pz");
	reads_once(flag_main, "flag -o out.pz");
	reads_once(average_main, "average --with p.pz -o out.pz");
	reads_once(match_main, "match --with p.pz --take pz -o out.pz");
	reads_once(recalibrate_main, "recalibrate --train p.pz -o out.pz");
	reads_once(keep_main, "keep id>0 -o out.pz");
	reads_once(knn_main, "knn --train p.pz -m mag -o out.pz");
	reads_once(predict_main, "predict --model p.pz -o out.pz");
	reads_pipe_once(average_main, "average --with t.fifo p.pz -o out.pz", "t.fifo");
	reads_pipe_once(match_main, "match --with t.fifo --take pz p.pz -o out.pz", "t.fifo");
	reads_pipe_once(knn_main, "knn --train t.fifo -m mag p.pz -o out.pz", "t.fifo");
	unsetenv("TMPDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_for_each_row),
		cmocka_unit_test(a_line_for_each_bin),
		cmocka_unit_test(errors_where_galaxies_are_drawn),
		cmocka_unit_test(filters_need_no_temporary_files),
	};

	return cmocka_run_group_tests_name("nz", tests, in_folder, out_of_folder);
}
