/* test_tools_ends.c -- inputs that are not there or end early, outputs that cannot be made or are
 * full, headers without room: every tool says so, and with which status
 */
#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 1}, "  \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.1, \"threshold\": 2}"
#define GALAXIES 30

static int begin(void **state)
{
	char text[GALAXIES][300];
	const char *record[GALAXIES];

	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < GALAXIES; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"z\": %g, \"mag\": 15.5, \"zphot\": {\"mode\": %g}, "
			 "\"pz\": [0.25, 0.25, 0.25, 0.25], \"img\": [%d]}",
			 i, 0.01 * i, 0.01 * i, i);
		record[i] = text[i];
	}
	stream_of("a.pz",
		  "{\"pzpipe\": 1, \"kind\": \"predictions\", \"bands\": [\"g\"], \"size\": 1, "
		  "\"pixel\": \"f4\", " AXES "}",
		  record, GALAXIES);
	run_well(residuals_main, "residuals -q --bootstrap 2 --json a.json a.pz -o a.tsv");
	run_well(totable_main, "totable -q a.pz -o a.csv");
	run_well(toarray_main, "toarray -q a.pz -o a.h5");
	return system("head -c -9 a.pz >cut.pz");
}

static const struct {
	tool_main main;
	const char *line, *input; /* which %s stands for */
} tools[] = {
	{ average_main, "average -q --with a.pz %s", "a.pz" },
	{ calibrate_main, "calibrate -q --train a.pz %s", "a.pz" },
	{ calibrate_main, "calibrate -q a.pz --train %s", "a.pz" },
	{ flag_main, "flag -q %s", "a.pz" },
	{ inspect_main, "inspect %s", "a.pz" },
	{ keep_main, "keep -q id>0 %s", "a.pz" },
	{ match_main, "match -q --with a.pz --take z %s", "a.pz" },
	{ match_main, "match -q a.pz --take z --with %s", "a.pz" },
	{ nz_main, "nz -q -b 0 %s", "a.pz" },
	{ nz_main, "nz -q -b 0 a.pz --trained %s", "a.pz" },
	{ recalibrate_main, "recalibrate -q -c 10 --train a.pz %s", "a.pz" },
	{ recalibrate_main, "recalibrate -q -c 10 a.pz --train %s", "a.pz" },
	{ residuals_main, "residuals -q --bootstrap 2 %s", "a.pz" },
	{ totable_main, "totable -q --format csv %s", "a.pz" },
	{ report_main, "report -q %s", "a.json" },
	{ sweep_main, "sweep 1=%s", "a.json" },
	{ fromtable_main, "fromtable -q %s", "a.csv" },
	{ fromarray_main, "fromarray -q %s", "a.h5" },
};

#define TOOLS (sizeof tools / sizeof *tools)

static const char *line_of(size_t i, const char *input, const char *more)
{
	static char line[200];
	int n = snprintf(line, sizeof line, tools[i].line, input);

	snprintf(line + n, sizeof line - (size_t)n, " %s", more);
	return line;
}

/* Where all is well. */
static void quiet_tools_say_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOOLS; i++) {
		run_well(tools[i].main, line_of(i, tools[i].input, "-o o"));
		assert_string_equal(contents("stderr"), "");
	}
	run_well(calibrate_main, "calibrate -q --train a.pz --plan p.tsv --table t.tsv a.pz -o o");
	assert_string_equal(contents("stderr"), "");
	run_well(recalibrate_main, "recalibrate -q -c 10 --train a.pz --table t.tsv a.pz -o o");
	assert_string_equal(contents("stderr"), "");
	run_well(nz_main, "nz -q -b 0 --table t.tsv a.pz -o o");
	assert_string_equal(contents("stderr"), "");
	run_well(residuals_main,
		 "residuals -q --bootstrap 2 --json r.json --curves c.tsv a.pz -o o");
	assert_string_equal(contents("stderr"), "");
}

static void inputs_that_are_not_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOOLS; i++) {
		run_badly(tools[i].main, line_of(i, "none", "-o no"), 1,
			  "No such file or directory");
		assert_non_null(strstr(contents("stderr"), "none"));
		assert_int_not_equal(access("no", F_OK), 0);
	}
}

static void inputs_that_end_early(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOOLS; i++)
		if (!strcmp(tools[i].input, "a.pz")) {
			run_badly(tools[i].main, line_of(i, "cut.pz", "-o no"), 3, "cut.pz: ");
			assert_int_not_equal(access("no", F_OK), 0);
		}
}

static void outputs_that_cannot_be_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < TOOLS; i++)
		run_badly(tools[i].main, line_of(i, tools[i].input, "-o no/such/folder"), 1,
			  "no/such/folder: ");
	run_badly(toarray_main, "toarray a.pz -o no/such/a.h5", 1, "no/such/a.h5");
	run_badly(totable_main, "totable a.pz -o no/such/a.fits", 1, "no/such/a.fits");
	run_badly(inspect_main, "inspect --png no/such/a.png a.pz", 1, "no/such/a.png");
}

static void outputs_that_are_full(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	for (size_t i = 0; i < TOOLS; i++)
		run_badly(tools[i].main, line_of(i, tools[i].input, "-o /dev/full"), 1,
			  "No space left on device");
}

/* Every way to look. */
static void streams_that_were_cut(void **state)
{
	static const char *const view[] = { "",      "-n 99",   "--fields", "--json",
					    "--tsv", "--stats", "--check",  "--png x.png" };

	(void)state;
	for (size_t i = 0; i < sizeof view / sizeof *view; i++) {
		char line[64];

		snprintf(line, sizeof line, "inspect %s cut.pz", view[i]);
		run_badly(inspect_main, line, 3, "inspect: cut.pz: ");
		/* what is known at the end alone is not shown before it */
		if (i == 2 || i == 4 || i == 5 || i == 6)
			assert_string_equal(contents("stdout"), "");
		snprintf(line, sizeof line, "inspect %s a.pz", view[i]);
		run_well(inspect_main, line);
	}
}

/* As many keys as there may be, with the history. */
static void headers_without_room(void **state)
{
	static char head[12000];
	int n = sprintf(head, "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES ", \"history\": "
			      "[]");

	(void)state;
	for (int i = 0; i < 512 - 6; i++)
		n += sprintf(head + n, ", \"k%d\": %d", i, i);
	strcpy(head + n, "}");
	stream("full.pz", head, "{\"id\": 1, \"mag\": 15, \"pz\": [1, 0, 0, 0]}", NULL);
	run_well(keep_main, "keep id>0 full.pz -o o.pz");
	run_badly(flag_main, "flag full.pz -o no.pz", 1,
		  "cannot add key 'flags': 512 keys are the limit");
	run_badly(recalibrate_main, "recalibrate -c 10 --train a.pz full.pz -o no.pz", 1,
		  "cannot add key 'recalibrated': 512 keys are the limit");
	run_well(recalibrate_main, "recalibrate -q -c 10 --train a.pz a.pz -o r.pz");
	run_badly(match_main, "match --with r.pz --take pz full.pz -o no.pz", 1,
		  "cannot add key 'recalibrated': 512 keys are the limit");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_tools_say_nothing),
		cmocka_unit_test(inputs_that_are_not_there),
		cmocka_unit_test(inputs_that_end_early),
		cmocka_unit_test(outputs_that_cannot_be_made),
		cmocka_unit_test(outputs_that_are_full),
		cmocka_unit_test(streams_that_were_cut),
		cmocka_unit_test(headers_without_room),
	};

	return cmocka_run_group_tests_name("ends of tools", tests, begin, out_of_folder);
}
