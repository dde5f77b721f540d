/* test_tools_sweep.c -- the table of sweep cell by cell, the data of its figure, and limits
 */
#include <math.h>

#include "in_process.h"

/* A stream of a report, whose numbers are these and those that follow. */
static int stream_text(char *to, const char *name, int first)
{
	int k = first;

	return sprintf(to,
		       "\"%s\": {\"n\": %d, \"slope_zspec\": {\"value\": %d, \"error\": %d}, "
		       "\"offset_zspec\": %d, \"rms_zspec_curve\": %d, \"tv\": {\"value\": %d, "
		       "\"error\": %d, \"floor\": %d, \"floor_error\": %d}, \"mean_residual\": %d, "
		       "\"sigma_mad\": %d, \"outlier_fraction\": %d, \"errors\": "
		       "{\"slope_zspec\": %d, \"offset_zspec\": %d, \"rms_zspec_curve\": %d, "
		       "\"mean_residual\": %d, \"sigma_mad\": %d, \"outlier_fraction\": %d}}",
		       name, k, k + 1, k + 2, k + 3, k + 4, k + 5, k + 6, k + 7, k + 8, k + 9,
		       k + 10, k + 11, k + 12, k + 13, k + 14, k + 15, k + 16, k + 17);
}

static int begin(void **state)
{
	char text[4096] = "{";

	if (in_folder(state) != 0)
		return -1;
	stream_text(text + 1, "a", 100);
	strcat(text, ", ");
	stream_text(text + strlen(text), "b", 200);
	strcat(text, "}");
	write_text("1.json", text);
	stream_text(strcpy(text, "{") + 1, "b", 300);
	strcat(text, ", ");
	stream_text(text + strlen(text), "c", 400);
	strcat(text, "}");
	write_text("2.json", text);
	write_text("3.json", "{\"a\": {\"n\": 7, \"tv\": {\"value\": null}}}");
	return 0;
}

#define TITLE                                                                                      \
	"stream\tn\tsubset\tslope_zspec\tslope_zspec_err\tslope_zspec_bootstrap_err\t"             \
	"offset_zspec\toffset_zspec_err\trms_zspec_curve\trms_zspec_curve_err\ttv\ttv_err\t"       \
	"tv_floor\ttv_floor_err\tmean_residual\tmean_residual_err\tsigma_mad\tsigma_mad_err\t"     \
	"outlier_fraction\toutlier_fraction_err\n"

/* The line of a stream whose numbers begin with this one. */
static void put_line(char *to, const char *value, const char *name, int k, const char *subset)
{
	sprintf(to + strlen(to),
		"%s\t%s\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t"
		"%d\n",
		value, name, k, subset, k + 1, k + 2, k + 12, k + 3, k + 13, k + 4, k + 14, k + 5,
		k + 6, k + 7, k + 8, k + 9, k + 15, k + 10, k + 16, k + 11, k + 17);
}

static void tables_have_a_line_for_each_stream(void **state)
{
	char expected[4096] = "value\t" TITLE;

	(void)state;
	put_line(expected, "10", "a", 100, "-");
	put_line(expected, "10", "b", 200, "-");
	put_line(expected, "2e1", "b", 300, "-");
	put_line(expected, "2e1", "c", 400, "-");
	strcat(expected, "x\ta\t7\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\n");
	run_well(sweep_main, "sweep 10=1.json 2e1=2.json x=3.json");
	assert_string_equal(contents("stdout"), expected);
	strcpy(expected, "size\t" TITLE);
	put_line(expected, "10", "a", 100, "5");
	put_line(expected, "10", "b", 200, "5");
	put_line(expected, "2e1", "b", 300, "0.25");
	put_line(expected, "2e1", "c", 400, "0.25");
	run_well(sweep_main, "sweep --name size --subsets 5,0.25 10=1.json 2e1=2.json");
	assert_string_equal(contents("stdout"), expected);
}

/* ---- the figure ---- */

/* Line i of the data of a stream: as many numbers as these; x of several streams are a bit apart.
 */
static void data_is(int of_stream, int i, const double *expected, int n)
{
	char begin_of[32];
	const char *at;

	snprintf(begin_of, sizeof begin_of, "$stream%d << EOD\n", of_stream);
	at = strstr(contents("stdout"), begin_of);
	assert_non_null(at);
	at += strlen(begin_of);
	for (int k = 0; k < i; k++)
		at = strchr(at, '\n') + 1;
	for (int k = 0; k < n; k++) {
		char *end;
		double found = strtod(at, &end);

		if (!(isnan(found) && isnan(expected[k])) &&
		    fabs(found - expected[k]) > (k ? 1e-6 : 0.5))
			fail_msg("stream %d, line %d, number %d: expected %g, found %g", of_stream,
				 i, k, expected[k], found);
		at = end;
	}
	assert_int_equal(*at, '\n');
}

#define DATA(stream, line, n, ...) data_is(stream, line, (double[]){ __VA_ARGS__ }, n)

/* x, slope and its error, tv and its error, sigma_mad, outliers, the floor of tv. */
static void figures_have_the_numbers(void **state)
{
	(void)state;
	run_well(sweep_main, "sweep --gnuplot 10=1.json 20=2.json");
	assert_non_null(strstr(contents("stdout"), "set xrange ["));
	DATA(0, 0, 10, 10, 101, 102, 105, 106, 110, 116, 111, 117, 107);
	DATA(1, 0, 10, 10, 201, 202, 205, 206, 210, 216, 211, 217, 207);
	DATA(1, 1, 10, 20, 301, 302, 305, 306, 310, 316, 311, 317, 307);
	DATA(2, 1, 10, 20, 401, 402, 405, 406, 410, 416, 411, 417, 407);
	/* the first stream of a report that another one has, too */
	run_well(sweep_main, "sweep --gnuplot 10=1.json 20=1.json");
	DATA(0, 0, 10, 10, 101, 102, 105, 106, 110, 116, 111, 117, 107);
	DATA(0, 1, 10, 20, 101, 102, 105, 106, 110, 116, 111, 117, 107);
	/* one value that is no number, and all are names */
	run_well(sweep_main, "sweep --gnuplot 10=1.json nan=2.json");
	assert_non_null(strstr(contents("stdout"), "set xtics ('10' 0, 'nan' 1)"));
	run_well(sweep_main, "sweep --gnuplot 10=1.json inf=2.json");
	assert_non_null(strstr(contents("stdout"), "set xtics ('10' 0, 'inf' 1)"));
	run_well(sweep_main, "sweep --gnuplot 10=1.json 5x=2.json");
	assert_non_null(strstr(contents("stdout"), "set xtics ('10' 0, '5x' 1)"));
	run_well(sweep_main, "sweep --gnuplot --name it 10=1.json 20=2.json");
	assert_non_null(strstr(contents("stdout"), "set xlabel 'it' noenhanced"));
}

/* A figure that cannot be drawn does not cost the table; one that is wrong by itself does. */
static void figures_that_fail(void **state)
{
	(void)state;
	run_badly(sweep_main, "sweep --figure no/such/f.png 10=1.json -o t.tsv", 1,
		  "sweep: no/such/f.png: ");
	assert_non_null(strstr(contents("t.tsv"), "\n10\tb\t200\t"));
	unlink("t.tsv");
	run_badly(sweep_main, "sweep --figure f.gif 10=1.json -o t.tsv", 2, "f.gif");
	run_badly(sweep_main, "sweep --figure f.png --log 0=1.json 1=2.json -o t.tsv", 2,
		  "logarithmic axis cannot have 0");
	assert_int_not_equal(access("t.tsv", F_OK), 0);
	run_badly(sweep_main, "sweep --log 10=1.json", 2, "--log needs --figure or --gnuplot");
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	run_badly(sweep_main, "sweep 10=1.json -o /dev/full", 1, "sweep: ");
}

/* ---- limits ---- */

static void operands_that_are_none(void **state)
{
	(void)state;
	run_badly(sweep_main, "sweep", 2, "expected 1 to 64 operands VALUE=REPORT, found 0");
	run_badly(sweep_main, "sweep 1.json", 2, "expected VALUE=REPORT, found '1.json'");
	run_badly(sweep_main, "sweep 1=", 2, "expected VALUE=REPORT, found '1='");
	run_badly(sweep_main, "sweep =1.json", 2, "VALUE=REPORT");
	run_badly(sweep_main, "sweep 1=1.json 2=2.json 1=3.json", 2,
		  "expected one report for each value, found two for '1'");
	run_badly(sweep_main, "sweep --subsets 1,2,3 1=1.json 2=2.json", 2,
		  "--subsets: expected a number for each of 2 reports, found 3");
	run_badly(sweep_main, "sweep 1=1.json 2=none.json", 1, "none.json");
	write_text("n.json", "{\"a\": {\"n\": 1.5}}");
	run_badly(sweep_main, "sweep 1=n.json", 1,
		  "n.json: expected a report of residuals --json, found no count 'n' in 'a'");
}

static void as_many_as_there_may_be(void **state)
{
	char line[1024] = "sweep", text[1024] = "{", name[128];
	const char *at;
	int lines = 0;

	(void)state;
	for (int i = 0; i < 62; i++) /* run() takes 62 words at most */
		sprintf(line + strlen(line), " %d=3.json", i);
	run_well(sweep_main, line);
	for (at = contents("stdout"); (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 63);
	/* 16 streams */
	for (int i = 0; i < 16; i++)
		sprintf(text + strlen(text), "%s\"s%d\": {\"n\": %d}", i ? ", " : "", i, i);
	strcat(text, "}");
	write_text("many.json", text);
	run_well(sweep_main, "sweep 1=many.json");
	assert_non_null(strstr(contents("stdout"), "\n1\ts15\t15\t"));
	write_text("more.json", "{\"s16\": {\"n\": 1}}");
	run_badly(sweep_main, "sweep 1=many.json 2=more.json", 2,
		  "more.json: expected at most 16 streams, found more");
	/* names of 63 bytes */
	memset(name, 'v', sizeof name);
	strcpy(name + 63, "=3.json");
	sprintf(line, "sweep %s", name);
	run_well(sweep_main, line);
	strcpy(name + 63, "v=3.json");
	sprintf(line, "sweep %s", name);
	run_badly(sweep_main, line, 2, "VALUE=REPORT");
	sprintf(text, "{\"%.63s\": {\"n\": 1}}", name);
	write_text("long.json", text);
	run_well(sweep_main, "sweep 1=long.json");
	sprintf(text, "{\"%.64s\": {\"n\": 1}}", name);
	write_text("long.json", text);
	run_badly(sweep_main, "sweep 1=long.json", 1, "long.json: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_have_a_line_for_each_stream),
		cmocka_unit_test(figures_have_the_numbers),
		cmocka_unit_test(figures_that_fail),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(operands_that_are_none),
		cmocka_unit_test(as_many_as_there_may_be),
	};

	return cmocka_run_group_tests_name("sweep", tests, begin, out_of_folder);
}
