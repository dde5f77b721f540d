/* test_tools_table.c -- totable and fromtable: tables become streams and streams tables, by value
 */
#include <math.h>

#include "../../tools/common/shard.h"
#include "../../tools/table/escape.h"
#include "../../tools/table/from_likelihood.h"
#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}, "  \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.15, \"threshold\": 2}"
#define PREDICTIONS "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}"
#define ZPHOT(z)    "\"zphot\": {\"mode\": " z ", \"mean\": " z ", \"median\": " z "}"

/* One that has all that a table can have. */
static void write_predictions(const char *name)
{
	stream(name, PREDICTIONS,
	       "{\"id\": 1237648720693755918, \"z\": 0.11, \"mag\": 17.5, \"n\": 12, \"x\": 1e-7, "
	       "\"s\": \"plain\", \"ok\": true, \"v\": [1.0, 2.5], \"w\": [1, 2, 3], \"pz\": "
	       "[0.125, 0.5, 0.25, 0.125], " ZPHOT("0.15") "}",
	       "{\"id\": 2, \"z\": 0.21, \"mag\": 18.25, \"n\": -3, \"x\": 1000.0, \"s\": "
	       "\"a, \\\"b\\\"\", \"ok\": false, \"v\": [3.0, 4.0], \"w\": [4, 5, 6], \"pz\": "
	       "[0, 0, 1, 0], " ZPHOT("0.25") "}",
	       "{\"id\": 3, \"s\": \"G\\u00e9 \", \"v\": [5.0, 6.0], \"w\": [7, 8, 9], \"pz\": "
	       "[0.25, 0.25, 0.25, 0.25], " ZPHOT("0.2") "}",
	       NULL);
}

/* ---- to tables */

static void a_stream_as_csv(void **state)
{
	(void)state;
	write_predictions("a.pz");
	run_well(totable_main, "totable a.pz -o a.csv --pz p.csv");
	assert_string_equal(contents("p.csv"), "1237648720693755918,0.125,0.5,0.25,0.125\n"
					       "2,0,0,1,0\n"
					       "3,0.25,0.25,0.25,0.25\n");
	run_well(totable_main, "totable -c id,mag,n,x,s,ok,zphot_mode,z a.pz -o a.csv");
	assert_string_equal(contents("a.csv"),
			    "id,mag,n,x,s,ok,zphot_mode,z\n"
			    "1237648720693755918,17.5,12,1e-07,plain,1,0.15,0.11\n"
			    "2,18.25,-3,1000,\"a, \"\"b\"\"\",0,0.25,0.21\n"
			    "3,,,,\"G\xc3\xa9 \",,0.2,\n");
	run_well(totable_main, "totable -c zphot.median,id a.pz");
	assert_non_null(strstr(contents("stdout"), "zphot_median,id\n0.15,1237648720693755918\n"));
	run_badly(totable_main, "totable -c id,zphot_mdoe a.pz", 1, "did you mean zphot_mode?");
	run_badly(totable_main, "totable --pz p -o a.fits a.pz", 2, "--pz is for CSV only");
	run_badly(totable_main, "totable -f fits a.pz", 2, "--format fits: expected -o FILE");
}

/* By way of FITS every value comes back as it was, whatever the columns had to be. */
static void a_stream_comes_back_from_fits(void **state)
{
	(void)state;
	write_predictions("a.pz");
	run_well(totable_main, "totable a.pz -o a.fits");
	run_well(fromtable_main, "fromtable a.fits -o b.pz");
	assert_string_equal(records("b.pz"), records("a.pz"));
	for (size_t i = 0; i < 3; i++) {
		double a[4], b[4];

		assert_int_equal(numbers("a.pz", i, "pz", a, 4), 4);
		assert_int_equal(numbers("b.pz", i, "pz", b, 4), 4);
		assert_memory_equal(a, b, sizeof a);
	}
	assert_non_null(strstr(header("b.pz"), "\"bins\":4"));
	assert_non_null(strstr(header("b.pz"), "\"outlier\":0.05"));
	run_well(totable_main, "totable b.pz -o c.fits");
	run_well(fromtable_main, "fromtable c.fits -o c.pz");
	assert_string_equal(records("c.pz"), records("a.pz"));
	/* Other columns, in another order. */
	run_well(totable_main, "totable -c mag,id,zphot_mode,s a.pz -o d.fits");
	run_well(fromtable_main, "fromtable d.fits -o d.pz");
	assert_true(number("d.pz", 1, "mag") == 18.25);
	assert_true(number("d.pz", 0, "zphot.mode") == 0.15);
	assert_null(strstr(records("d.pz"), "\"n\""));
}

/* Values of several kinds under one key; whole numbers that no int64 holds. */
static void columns_of_mixed_values_come_back(void **state)
{
	(void)state;
	stream("m.pz", PREDICTIONS,
	       "{\"id\": \"a\", \"mixed\": 5, \"real\": 0.5, \"big\": 9007199254740993, " ZPHOT(
		       "0.1") "}",
	       "{\"id\": 7, \"mixed\": \"five\", \"real\": 2, \"big\": 0.25, " ZPHOT("0.1") "}",
	       "{\"id\": \"%41\", \"mixed\": \"\", \"real\": -1, \"deep\": {\"er\": 3}, " ZPHOT(
		       "0.1") "}",
	       NULL);
	run_well(totable_main, "totable m.pz -o m.fits");
	run_well(fromtable_main, "fromtable m.fits -o n.pz");
	assert_non_null(strstr(records("n.pz"), "{\"id\":\"a\",\"mixed\":5,\"real\":0.5,\"big\":"
						"9007199254740993"));
	assert_non_null(strstr(records("n.pz"), "{\"id\":7,\"mixed\":\"five\",\"real\":2.0"));
	assert_non_null(strstr(records("n.pz"), "\"id\":\"%41\""));
	assert_true(number("n.pz", 2, "deep.er") == 3);
	stream("s.pz", "{\"pzpipe\": 1, \"kind\": \"stamps\"}",
	       "{\"id\": 1, \"img\": [1, 2], \"a\": [[1], [2, 3]]}", NULL);
	run_well(totable_main, "totable s.pz");
	assert_string_equal(contents("stdout"), "id\n1\n");
	assert_non_null(strstr(contents("stderr"), "img"));
	stream("x.pz", PREDICTIONS, "{\"id\": 1, \"pz\": [0, 0, 1, 0]}", "{\"id\": 2, \"pz\": [1]}",
	       NULL);
	run_badly(totable_main, "totable x.pz", 1,
		  "record 2 (id 2): pz: expected 16 bytes as in the first record, found 4");
}

/* ---- from tables */

#define TABLE                                                                                      \
	"objID,zspec,r,ebv,photoz,u,note\n"                                                        \
	"7,0.11,17.5,0.02,0.1,18.5,one\n"                                                          \
	"a8,0.21,nan,,0.2,,\"two, three\"\n"                                                       \
	"9,,15.0,0.03,0.3,-99,\n"

static void columns_by_their_usual_names(void **state)
{
	(void)state;
	write_text("t.csv", TABLE);
	run_well(fromtable_main, "fromtable t.csv -o t.pz");
	assert_string_equal(
		records("t.pz"),
		"{\"id\":7,\"z\":0.11,\"mag\":17.5,\"ebv\":0.02,\"zphot\":{\"mode\":0.1,\"mean\":"
		"0.1,\"median\":0.1}}\n"
		"{\"id\":\"a8\",\"z\":0.21,\"zphot\":{\"mode\":0.2,\"mean\":0.2,\"median\":0.2}}\n"
		"{\"id\":9,\"mag\":15.0,\"ebv\":0.03,\"zphot\":{\"mode\":0.3,\"mean\":0.3,"
		"\"median\":"
		"0.3}}\n");
	assert_non_null(strstr(header("t.pz"), "\"bins\":180"));
	run_well(fromtable_main, "fromtable --columns z=photoz,zphot=zspec --carry u,note,y.u=u "
				 "--missing none t.csv "
				 "-o t.pz");
	assert_true(number("t.pz", 0, "z") == 0.1 && number("t.pz", 0, "zphot.mode") == 0.11);
	assert_true(number("t.pz", 0, "y.u") == 18.5 && number("t.pz", 2, "u") == -99);
	assert_non_null(strstr(records("t.pz"), "\"note\":\"two, three\""));
	run_well(fromtable_main, "fromtable --carry u --missing -99,0.03 t.csv -o t.pz");
	assert_true(number("t.pz", 2, "u") == -999 && number("t.pz", 2, "ebv") == -999);
	run_badly(fromtable_main, "fromtable --columns z=nope t.csv", 1, "no column 'nope' for z");
	run_badly(fromtable_main, "fromtable --carry ebv t.csv", 2, "'ebv' has a meaning");
	run_badly(fromtable_main, "fromtable --carry a.b=u,a.b=r t.csv", 2, "different names");
	run_badly(fromtable_main, "fromtable t.csv t.csv", 2, "expected one table, found 2");
	run_badly(fromtable_main, "fromtable --grid 0,1 t.csv", 2, "3 or 5 numbers, found 2");
	run_badly(fromtable_main, "fromtable --grid 0,1,2.5 t.csv", 2, "whole numbers of bins");
	run_well(fromtable_main, "fromtable -s cfhtls-deep --grid 0,2,50,25,30 t.csv -o t.pz");
	assert_non_null(strstr(header("t.pz"), "\"bins\":50,\"left\":25,\"right\":30"));
	assert_non_null(strstr(header("t.pz"), "\"threshold\":5"));
}

/* Lines of p(z) in any order, those of some galaxies, with numbers of another sum. */
static void lines_of_pdfs_find_their_galaxies(void **state)
{
	double p[4];

	(void)state;
	write_text("t.csv", TABLE);
	write_text("p.csv", "9,0,0,0,2\n7,10,60,20,10\n");
	run_badly(fromtable_main, "fromtable --grid 0,0.4,4 --pz p.csv t.csv", 1,
		  "expected the sum 1, found 100");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --scale-pz --pz p.csv t.csv -o t.pz");
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no p(z)"));
	assert_int_equal(numbers("t.pz", 0, "pz", p, 4), 4);
	assert_true(fabs(p[0] - 0.1) < 1e-7 && fabs(p[1] - 0.6) < 1e-7 && fabs(p[2] - 0.2) < 1e-7);
	numbers("t.pz", 1, "pz", p, 4);
	assert_true(number("t.pz", 1, "id") == 9 && p[3] == 1 && p[2] == 0);
	/* Without an estimate of its own: that of the p(z), whose last bin is 0.3 to 0.4. */
	write_text("n.csv", "id,z\n9,0.3\n7,0.1\n");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --scale-pz --pz p.csv n.csv -o n.pz");
	assert_true(fabs(number("n.pz", 0, "zphot.mode") - 0.35) < 1e-9);
	assert_true(fabs(number("n.pz", 1, "zphot.mean") - (0.005 + 0.09 + 0.05 + 0.035)) < 1e-7);
	assert_true(fabs(number("n.pz", 1, "zphot.median") - (0.1 + 0.1 * 0.4 / 0.6)) < 1e-7);
	run_badly(fromtable_main, "fromtable --strict --grid 0,0.4,4 --scale-pz --pz p.csv t.csv",
		  1, "row 2: p(z): expected one, because of --strict, found no line");
	write_text("q.csv", "6,0,1,0,0\n");
	run_badly(fromtable_main, "fromtable --grid 0,0.4,4 --pz q.csv n.csv", 1,
		  "line 1: id 6: the table has no galaxy with this id");
	write_text("q.csv", "7,0,1,b,0\n");
	run_badly(fromtable_main, "fromtable --grid 0,0.4,4 --pz q.csv n.csv", 1,
		  "expected a number, found 'b'");
}

/* Density times a bin's width, exp(-chi2 / 2) and exp(ln L), each divided by its sum. */
static void likelihoods_become_probabilities(void **state)
{
	static const char *const what[] = { "density", "chi2", "loglike" };
	static const char *const line[] = { "9,1,4,3,2\n", "9,202,200,inf,206\n",
					    "9,-1,0,-inf,-3\n" };

	(void)state;
	write_text("n.csv", "id,z\n9,0.3\n");
	for (int i = 0; i < 3; i++) {
		double p[4], e = exp(-1), f = exp(-3), sum = 1 + e + f;
		char text[96];

		write_text("p.csv", line[i]);
		snprintf(text, sizeof text,
			 "fromtable --grid 0,0.4,4 --pz p.csv --pz-is %s n.csv -o n.pz", what[i]);
		run_well(fromtable_main, text);
		numbers("n.pz", 0, "pz", p, 4);
		if (i == 0)
			assert_true(fabs(p[0] - 0.1) < 1e-7 && fabs(p[1] - 0.4) < 1e-7);
		else
			assert_true(fabs(p[0] - e / sum) < 1e-7 && fabs(p[1] - 1 / sum) < 1e-7 &&
				    p[2] == 0 && fabs(p[3] - f / sum) < 1e-7);
	}
	write_text("p.csv", "9,1,nan,1,1\n");
	run_well(fromtable_main, "fromtable --grid 0,0.4,4 --scale-pz --pz p.csv n.csv -o n.pz");
	assert_non_null(strstr(contents("stderr"),
			       "(1 NaN in some bins): 1 without an estimate was left out"));
}

/* ---- parts */

static void likelihoods_that_are_none_say_why(void **state)
{
	static const struct {
		enum likelihood is;
		double p[4];
		enum likelihood_fault fault;
	} some[] = {
		{ LIKELIHOOD_CHI2, { 1, -1e-9, 1, 1 }, LIKELIHOOD_NEGATIVE },
		{ LIKELIHOOD_CHI2, { 1, 0, 1, 1 }, LIKELIHOOD_FINE },
		{ LIKELIHOOD_CHI2, { NAN, NAN, NAN, NAN }, LIKELIHOOD_ABSENT },
		{ LIKELIHOOD_CHI2, { 1, 1, 1, NAN }, LIKELIHOOD_NAN },
		{ LIKELIHOOD_CHI2, { INFINITY, INFINITY, INFINITY, INFINITY }, LIKELIHOOD_ZERO },
		{ LIKELIHOOD_LOG, { 0, -1, INFINITY, 0 }, LIKELIHOOD_INFINITE },
		{ LIKELIHOOD_LOG, { -800, -801, -900, -INFINITY }, LIKELIHOOD_FINE },
		{ LIKELIHOOD_PROBABILITY, { 0, 0, 0, 0 }, LIKELIHOOD_ZERO },
		{ LIKELIHOOD_PROBABILITY, { 0, -0.5, 1, 0.5 }, LIKELIHOOD_NEGATIVE },
		{ LIKELIHOOD_PROBABILITY, { 0, INFINITY, 1, 0 }, LIKELIHOOD_INFINITE },
		{ LIKELIHOOD_PROBABILITY, { 0, 1e-300, 3e-300, 0 }, LIKELIHOOD_FINE },
		{ LIKELIHOOD_PROBABILITY, { 0, 1e-310, 3e-310, 0 }, LIKELIHOOD_TINY },
	};
	const struct pz_grid grid = { "z", 0, 0.4, 4, 0, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		double p[4];
		int fault;

		memcpy(p, some[i].p, sizeof p);
		fault = (int)likelihood_to_pz(some[i].is, true, &grid, 2.2e-308, p);
		if (fault != (int)some[i].fault)
			fail_msg("set %zu: expected %d, found %d", i, (int)some[i].fault, fault);
		if (fault == (int)LIKELIHOOD_FINE)
			assert_true(fabs(p[0] + p[1] + p[2] + p[3] - 1) < 1e-12);
	}
}

static void texts_are_coded_and_come_back(void **state)
{
	static const char *const some[][2] = {
		{ "plain", "plain" },           { "50%", "50%25" },
		{ "end ", "end%20" },           { " x y", "%20x y" },
		{ "Gal\xc3\xa1", "Gal%C3%A1" }, { "\x1f~\x7f", "%1F~%7F" },
		{ "a\tb\n", "a%09b%0A" },       { "  ", "%20%20" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		size_t n = strlen(some[i][0]);
		char *coded = table_text_code(some[i][0], n, "");

		if (strcmp(coded, some[i][1]) != 0)
			fail_msg("'%s' became '%s'", some[i][0], coded);
		assert_int_equal(table_text_coded(some[i][0], n), strlen(coded));
		/* A percent sign alone stays as it is: nothing in its column is coded. */
		assert_int_equal(table_text_needs_code(some[i][0], n),
				 i != 1 && strcmp(some[i][0], some[i][1]) != 0);
		assert_int_equal(table_text_decode(coded), n);
		assert_memory_equal(coded, some[i][0], n);
		free(coded);
	}
	for (size_t i = 0; i < 4; i++) {
		static const char *const wrong[] = { "5%", "%2", "%2g", "%e9" };
		char text[8];

		strcpy(text, wrong[i]);
		assert_int_equal(table_text_decode(text), -1);
	}
}

/* Ten records in pieces of four: 0-3, 4-7, 8-9 to three parts. */
static void shards_are_whole_pieces(void **state)
{
	static const uint64_t part[3][2] = { { 0, 4 }, { 4, 8 }, { 8, 10 } };
	struct shard s;
	uint64_t first, end;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char text[8];

		snprintf(text, sizeof text, "%d/3", i + 1);
		assert_int_equal(shard_parse(&s, text), 0);
		shard_range(&s, 10, 4, &first, &end);
		assert_int_equal(first, part[i][0]);
		assert_int_equal(end, part[i][1]);
	}
	assert_int_equal(shard_parse(&s, NULL), 0);
	shard_range(&s, 10, 4, &first, &end);
	assert_true(first == 0 && end == 10);
	assert_int_equal(shard_parse(&s, "0/3"), PZ_EUSAGE);
	assert_int_equal(shard_parse(&s, "4/3"), PZ_EUSAGE);
	assert_int_equal(shard_parse(&s, "1/0"), PZ_EUSAGE);
	assert_int_equal(shard_parse(&s, "1/2x"), PZ_EUSAGE);
	assert_int_equal(shard_parse(&s, "1/1"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_as_csv),
		cmocka_unit_test(a_stream_comes_back_from_fits),
		cmocka_unit_test(columns_of_mixed_values_come_back),
		cmocka_unit_test(columns_by_their_usual_names),
		cmocka_unit_test(lines_of_pdfs_find_their_galaxies),
		cmocka_unit_test(likelihoods_become_probabilities),
		cmocka_unit_test(likelihoods_that_are_none_say_why),
		cmocka_unit_test(texts_are_coded_and_come_back),
		cmocka_unit_test(shards_are_whole_pieces),
	};

	return cmocka_run_group_tests_name("tables", tests, in_folder, out_of_folder);
}
