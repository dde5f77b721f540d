/* test_tools_calibrate.c -- step 4 on a few galaxies by hand: which cells correct what, tables of
 * cells, and what is said of galaxies that stay as they are
 */
#include <math.h>

#include "in_process.h"

/* Eighty bins of 0.005, forty wide ones of 0.01; rows of 15, 16 and 17. */
#define AXES(target)                                                                               \
	"\"grid\": {\"target\": \"" target "\", \"min\": 0, \"max\": 0.4, \"bins\": 80, "          \
	"\"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, "       \
	"\"channels\": 2}"
#define USUAL "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES("z") "}"

#define GALAXY(id, z, mag, mode)                                                                   \
	"{\"id\": " id ", \"z\": " z ", \"mag\": " mag ", \"zphot\": {\"mode\": " mode "}}"

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	/* the cell of 0.1 in the row of 15: three galaxies, too high by 0.02 on average; that of
	 * 0.2 in the row of 17: one, too low by 0.05 */
	stream("train.pz", USUAL, GALAXY("1", "0.09", "15.5", "0.102"),
	       GALAXY("2", "0.08", "15.25", "0.104"), GALAXY("3", "0.078", "14", "0.102"),
	       GALAXY("4", "0.255", "17.5", "0.205"), NULL);
	return 0;
}

static void said(const char *text)
{
	if (strcmp(contents("stderr"), text) != 0)
		fail_msg("expected '%s', found '%s'", text, contents("stderr"));
}

static void mode_is(size_t i, double expected)
{
	double found = number("out.pz", i, "zphot.mode");

	if (!(fabs(found - expected) < 1e-12))
		fail_msg("galaxy %zu: expected %.12g, found %.12g", i, expected, found);
}

static void cells_correct_their_galaxies(void **state)
{
	(void)state;
	stream("in.pz", USUAL,
	       "{\"id\": 5, \"mag\": 15.9, \"zphot\": {\"mode\": 0.1001}, \"pz\": "
	       "[1, 2]}",
	       GALAXY("6", "0.3", "15.9", "0.1099"), GALAXY("7", "0.3", "15.9", "0.0999"),
	       GALAXY("8", "0.3", "16.5", "0.105"), GALAXY("9", "0.3", "19", "0.2"),
	       "{\"id\": 10, \"zphot\": {\"mode\": 0.209}}", GALAXY("11", "0.3", "15", "0.4"),
	       GALAXY("12", "0.3", "15", "-99"), "{\"id\": 13, \"mag\": 15}", NULL);
	run_well(calibrate_main, "calibrate --train train.pz --whole in.pz -o out.pz");
	mode_is(0, 0.1001 - 0.02);
	mode_is(1, 0.1099 - 0.02);
	mode_is(2, 0.0999);
	mode_is(3, 0.105);
	mode_is(4, 0.2 + 0.05);
	mode_is(5, 0.209 + 0.05); /* an unknown magnitude is in the faintest row */
	mode_is(6, 0.4);
	mode_is(7, -99);
	assert_null(strstr(records("out.pz"), "\"pz\""));
	assert_non_null(strstr(records("out.pz"), "{\"id\":13,\"mag\":15}\n"));
	said("calibrate: 1 galaxy has no magnitude and is counted in the faintest row\n"
	     "calibrate: 5 of 9 galaxies are not corrected: 2 in cells of fewer than 1 training "
	     "galaxy, 1 outside of 0 to 0.4, 2 without an estimate\n");
	/* cells of three and more */
	run_well(calibrate_main, "calibrate --train train.pz --whole -m 3 in.pz -o out.pz");
	mode_is(0, 0.1001 - 0.02);
	mode_is(4, 0.2);
	assert_non_null(strstr(contents("stderr"),
			       "7 of 9 galaxies are not corrected: 4 in cells of fewer than 3 "
			       "training galaxies, 1 outside of 0 to 0.4, 2 without an estimate"));
	run_well(calibrate_main, "calibrate --train train.pz --whole -m 4 in.pz -o out.pz");
	mode_is(0, 0.1001);
	stream("in.pz", USUAL, GALAXY("6", "0.3", "15.9", "0.1099"),
	       GALAXY("7", "0.3", "15.9", "0.0999"), NULL);
	run_well(calibrate_main, "calibrate --train train.pz --whole in.pz -o out.pz");
	said("calibrate: 1 of 2 galaxies is not corrected: 1 in cells of fewer than 1 training "
	     "galaxy, 0 outside of 0 to 0.4, 0 without an estimate\n");
}

/* Line i of a table, behind its title: the kind "mode" and numbers. */
static void line_is(const char *name, int i, const double *expected, int n)
{
	const char *at = contents(name);

	for (int k = 0; k < i; k++)
		at = strchr(at, '\n') + 1;
	assert_int_equal(strncmp(at, "mode", 4), 0);
	at += 4;
	for (int k = 0; k < n; k++) {
		char *rest;
		double found = strtod(at, &rest);

		if (rest == at || !(fabs(found - expected[k]) < 1e-12))
			fail_msg("%s, line %d, number %d: expected %g, found '%.40s'", name, i, k,
				 expected[k], at);
		at = rest;
	}
	assert_int_equal(*at, '\n');
}

#define LINE(name, i, n, ...) line_is(name, i, (double[]){ __VA_ARGS__ }, n)

static void no_line(const char *name, int i)
{
	const char *at = contents(name);

	for (int k = 0; k < i; k++)
		at = strchr(at, '\n') + 1;
	assert_string_equal(at, "");
}

/* What is drawn for the cells of the input: ten galaxies for each, and as many as are asked for. */
static void tables_list_the_cells(void **state)
{
	(void)state;
	stream("in.pz", USUAL, GALAXY("5", "0.3", "15.9", "0.1001"),
	       GALAXY("6", "0.3", "17.9", "0.2049"), NULL);
	run_well(calibrate_main,
		 "calibrate --train train.pz --whole --table t.tsv in.pz -o out.pz");
	assert_int_equal(
		strncmp(contents("t.tsv"), "estimate\trow\tmag\tbin\tzphot\tcount\tmean\n", 38), 0);
	LINE("t.tsv", 1, 6, 0, 15.5, 10, 0.105, 3, 0.02);
	LINE("t.tsv", 2, 6, 2, 17.5, 20, 0.205, 1, -0.05);
	no_line("t.tsv", 3);
	run_well(calibrate_main, "calibrate --train train.pz --plan p.tsv --table t.tsv in.pz -o "
				 "out.pz");
	/* of each test cell, by bins of z that lie nearest */
	assert_int_equal(strncmp(contents("p.tsv"),
				 "estimate\trow\tmag\tzphot_bin\tzphot\tz_bin\tz\tnumber\n", 48),
			 0);
	LINE("p.tsv", 1, 7, 0, 15.5, 20, 0.1025, 18, 0.0925, 10);
	LINE("p.tsv", 2, 7, 2, 17.5, 40, 0.2025, 51, 0.2575, 10);
	no_line("p.tsv", 3);
	LINE("t.tsv", 2, 6, 2, 17.5, 20, 0.205, 10, -0.05);
	run_well(calibrate_main,
		 "calibrate --train train.pz -s 6 --plan p.tsv --table t.tsv in.pz -o out.pz");
	LINE("p.tsv", 1, 7, 0, 15.5, 20, 0.1025, 18, 0.0925, 3);
	LINE("t.tsv", 2, 6, 2, 17.5, 20, 0.205, 3, -0.05);
	/* one that cannot be written costs neither the other nor the stream */
	run_badly(calibrate_main,
		  "calibrate --train train.pz --plan no/p --table t2.tsv in.pz -o o1.pz", 1,
		  "calibrate: no/p: ");
	run_badly(calibrate_main,
		  "calibrate --train train.pz --plan p2.tsv --table no/t in.pz -o o2.pz", 1,
		  "calibrate: no/t: ");
	assert_int_equal(access("t2.tsv", F_OK) + access("p2.tsv", F_OK), 0);
	assert_int_equal(access("o1.pz", F_OK) + access("o2.pz", F_OK), 0);
}

/* Every kind that both streams have is corrected by its own galaxies. */
static void kinds_of_estimates_are_apart(void **state)
{
	(void)state;
	stream("t.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.101, \"mean\": "
	       "0.105, \"median\": 0.2}}",
	       "{\"id\": 2, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.107, \"mean\": -99}}",
	       "{\"id\": 3, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.109}}",
	       "{\"id\": 4, \"mag\": 15, \"zphot\": {\"mode\": 0.109}}", NULL);
	stream("in.pz", USUAL,
	       "{\"id\": 5, \"mag\": 15, \"zphot\": {\"mode\": 0.102, \"mean\": 0.103}}", NULL);
	run_well(calibrate_main, "calibrate --train t.pz --whole in.pz -o out.pz");
	said("calibrate: t.pz: 1 galaxy has no 'z' and was left out\n"
	     "calibrate: t.pz: 2 of 3 galaxies have no 'zphot.mean' and were left out\n");
	mode_is(0, 0.102 - (0.001 + 0.007 + 0.009) / 3);
	assert_true(fabs(number("out.pz", 0, "zphot.mean") - (0.103 - 0.005)) < 1e-12);
	assert_non_null(strstr(records("out.pz"), "\"zphot\":{\"mode\":"));
	assert_null(strstr(records("out.pz"), "median"));
	stream("t.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.101, \"mean\": "
	       "0.105}}",
	       "{\"id\": 2, \"z\": 0.1, \"zphot\": {\"mode\": 0.107}}", NULL);
	run_well(calibrate_main, "calibrate --train t.pz --whole in.pz -o out.pz");
	said("calibrate: t.pz: 1 of 2 galaxies has no 'zphot.mean' and was left out\n"
	     "calibrate: t.pz: 1 galaxy has no magnitude and is counted in the faintest row\n");
	/* one galaxy that lacks one kind */
	stream("in.pz", USUAL, "{\"id\": 5, \"mag\": 15, \"zphot\": {\"mode\": 0.102}}",
	       "{\"id\": 6, \"mag\": 15, \"zphot\": {\"mean\": 0.5}}", NULL);
	run_well(calibrate_main, "calibrate --train t.pz --whole in.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"),
			       "2 of 2 galaxies are not corrected: 0 in cells of fewer than 1 "
			       "training galaxy, 1 outside of 0 to 0.4, 2 without an estimate"));
}

static void streams_that_do_not_go_together(void **state)
{
	(void)state;
	stream("in.pz", USUAL, GALAXY("5", "0.3", "15.9", "0.1001"), NULL);
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(calibrate_main, "calibrate --train c.pz in.pz -o no.pz", 4,
		  "calibrate: c.pz: expected a stream of predictions, found catalogue");
	run_badly(calibrate_main, "calibrate --train train.pz c.pz -o no.pz", 4,
		  "calibrate: c.pz: expected a stream of predictions, found catalogue");
	stream("g.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\"}", NULL);
	run_badly(calibrate_main, "calibrate --train g.pz in.pz -o no.pz", 4,
		  "calibrate: g.pz: header: expected a redshift grid, found none");
	run_badly(calibrate_main, "calibrate --train train.pz g.pz -o no.pz", 4,
		  "calibrate: g.pz: header: expected a redshift grid, found none");
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES("mass") "}", NULL);
	run_badly(calibrate_main, "calibrate --train m.pz in.pz -o no.pz", 4, "m.pz: ");
	stream("e.pz", USUAL, "{\"id\": 1, \"mag\": 15, \"zphot\": {\"mode\": 0.1}}", NULL);
	run_badly(calibrate_main, "calibrate --train e.pz in.pz -o no.pz", 1,
		  "calibrate: e.pz: expected records with 'z', found none");
	stream("e.pz", USUAL, "{\"id\": 1, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mean\": 0.1}}",
	       NULL);
	run_badly(calibrate_main, "calibrate --train e.pz in.pz -o no.pz", 1,
		  "calibrate: expected an estimate 'zphot' that both streams have, found none");
	assert_int_not_equal(access("no.pz", F_OK), 0);
	/* nothing to correct is no mistake */
	stream("in.pz", USUAL, NULL);
	run_well(calibrate_main, "calibrate --train e.pz in.pz -o out.pz");
	said("");
	assert_string_equal(records("out.pz"), "");
	run_well(calibrate_main,
		 "calibrate --train e.pz --plan p.tsv --table t.tsv in.pz -o out.pz");
	no_line("p.tsv", 1);
	no_line("t.tsv", 1);
}

/* What has nothing to do with estimates stays as it is. */
static void other_values_stay(void **state)
{
	double x[3];

	(void)state;
	stream("in.pz", USUAL,
	       "{\"id\": 5, \"mag\": 15.9, \"zphot\": {\"mode\": 0.1001}, \"features\": [3, 4, 5], "
	       "\"pz\": [1], \"name\": \"n\"}",
	       NULL);
	run_well(calibrate_main, "calibrate --train train.pz --whole in.pz -o out.pz");
	assert_int_equal(numbers("out.pz", 0, "features", x, 3), 3);
	assert_true(x[0] == 3 && x[2] == 5);
	assert_non_null(strstr(records("out.pz"), "\"name\":\"n\""));
}

/* Rows of half a magnitude, and bins of 0.05, of which one lies before the range. */
static void rows_and_bins_of_any_width(void **state)
{
	static const char head[] =
		"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": "
		"0, \"max\": 4, \"bins\": 80, \"left\": 1, \"right\": 0}, \"rows\": {\"mag\": "
		"\"r\", \"min\": 15, \"width\": 0.5, \"channels\": 2}}";

	(void)state;
	stream("t.pz", head, GALAXY("1", "0.92", "15.6", "1.02"), NULL);
	stream("in.pz", head, GALAXY("2", "0.5", "15.6", "1.03"), NULL);
	run_well(calibrate_main, "calibrate --train t.pz -s 4 --plan p.tsv --table t.tsv in.pz -o "
				 "out.pz");
	LINE("p.tsv", 1, 7, 1, 15.75, 20, 1.025, 18, 0.925, 4);
	LINE("t.tsv", 1, 6, 1, 15.75, 10, 1.05, 4, 0.1);
	mode_is(0, 1.03 - 0.1);
}

static void strict_about_galaxies(void **state)
{
	(void)state;
	stream("in.pz", USUAL, GALAXY("5", "0.3", "15.9", "0.1001"),
	       "{\"id\": 6, \"mag\": 15, \"zphot\": {\"mode\": -99}}", NULL);
	run_badly(calibrate_main, "calibrate --strict --train train.pz in.pz -o no.pz", 1,
		  "calibrate: in.pz: record 2 (id 6): zphot.mode: expected a ");
	stream("t.pz", USUAL, GALAXY("5", "0.3", "15.9", "0.1001"), "{\"id\": 7, \"mag\": 15}",
	       NULL);
	stream("in.pz", USUAL, GALAXY("5", "0.3", "15.9", "0.1001"), NULL);
	run_badly(calibrate_main, "calibrate --strict --train t.pz in.pz -o no.pz", 1,
		  "calibrate: t.pz: record 2 (id 7): z: expected a ");
	run_badly(calibrate_main, "calibrate in.pz", 2,
		  "--train: expected a file of predictions with redshifts");
	run_badly(calibrate_main, "calibrate --train train.pz -s 10.5 in.pz", 2,
		  "--size: expected a whole number, found 10.5");
	run_badly(calibrate_main, "calibrate --train train.pz --whole --plan p in.pz", 2,
		  "--whole draws no galaxies, so it excludes --plan");
	run_badly(calibrate_main, "calibrate --train train.pz --whole -s 5 in.pz", 2,
		  "--whole draws no galaxies, so it excludes --size");
	run_badly(calibrate_main, "calibrate --train train.pz --plan - in.pz", 2,
		  "--plan: expected a file: the stream goes to standard output");
	run_badly(calibrate_main, "calibrate --train train.pz --table - in.pz", 2,
		  "--table: expected a file: the stream goes to standard output");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_correct_their_galaxies),
		cmocka_unit_test(tables_list_the_cells),
		cmocka_unit_test(kinds_of_estimates_are_apart),
		cmocka_unit_test(streams_that_do_not_go_together),
		cmocka_unit_test(other_values_stay),
		cmocka_unit_test(rows_and_bins_of_any_width),
		cmocka_unit_test(strict_about_galaxies),
	};

	return cmocka_run_group_tests_name("calibrate", tests, begin, out_of_folder);
}
