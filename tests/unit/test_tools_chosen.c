/* test_tools_chosen.c -- keep, partition and balance on samples without symmetry: the records and
 * weights to the last one, limits on both sides, and every message */
#include <math.h>

#include <pz/partition.h>

#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"
#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\", " AXES "}"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

static void is_silent(void)
{
	assert_string_equal(contents("stderr"), "");
}

/* Records {"id": i, "x": format of i} for i below n. */
static void many(const char *name, const char *header, int n, double first, double step)
{
	char(*text)[64] = calloc((size_t)n, sizeof *text);
	const char **record = calloc((size_t)n, sizeof *record);

	for (int i = 0; i < n; i++) {
		snprintf(text[i], sizeof text[i], "{\"id\": %d, \"x\": %.17g}", i,
			 first + step * i);
		record[i] = text[i];
	}
	stream_of(name, header, record, (size_t)n);
	free(text);
	free(record);
}

/* ---- keep ---- */

static void keep_counts_one_and_many(void **state)
{
	(void)state;
	stream("c.pz", CATALOGUE, "{\"id\": 1, \"x\": 1}", "{\"id\": 2, \"x\": 3}",
	       "{\"id\": 3, \"x\": 5}", "{\"id\": 4}", "{\"id\": 5}", "{\"id\": 6, \"x\": -99}",
	       "{\"id\": 7, \"x\": -99}", NULL);
	run_well(keep_main, "keep -v x<3 c.pz -o k.pz");
	assert_string_equal(records("k.pz"), "{\"id\":1,\"x\":1}\n{\"id\":6,\"x\":-99}\n"
					     "{\"id\":7,\"x\":-99}\n");
	says("keep: x: 2 records have -99, as programs write where they have no value, which was "
	     "taken for one; with --missing -99 it is missing, with --missing none this is not "
	     "said\nkeep: 2 records were left out because a value is missing, without which the "
	     "condition is unknown\nkeep: 2 records do not meet the condition\nkeep: 7 records in, "
	     "3 out, ");
	run_well(keep_main, "keep --missing none x<=3 c.pz -o k.pz");
	assert_string_equal(contents("stderr"),
			    "keep: 2 records were left out because a value is missing, without "
			    "which the condition is unknown\n");
	run_well(keep_main, "keep id<9 c.pz -o k.pz");
	is_silent();
	/* no record at all lacks no key */
	stream("none.pz", CATALOGUE, NULL);
	run_well(keep_main, "keep x<3 none.pz -o k.pz");
	assert_string_equal(records("k.pz"), "");
	is_silent();
	stream("v.pz", CATALOGUE, "{\"id\": 1, \"v\": [1, 2]}", NULL);
	run_badly(keep_main, "keep idd[1]<3 v.pz -o no.pz", 1,
		  "expected records with 'idd[1]', found none among 1 record; did you mean 'id'?");
	run_badly(keep_main, "keep v[5]<3 v.pz -o no.pz", 1,
		  "expected records with 'v[5]', found none among 1 record; inspect --fields");
	/* of two keys the second is the one that is missing */
	run_badly(keep_main, "keep x<9||y<3 c.pz -o no.pz", 2, "keep: expression: ");
}

/* Keys of the first hundred records are compared with one that none has. */
static void keys_of_the_first_hundred(void **state)
{
	static char text[102][64];
	const char *record[102];

	(void)state;
	for (int at = 99; at <= 100; at++) {
		for (int i = 0; i < 102; i++) {
			snprintf(text[i], sizeof text[i], "{\"id\": %d%s}", i,
				 i == at ? ", \"magg\": 1" : "");
			record[i] = text[i];
		}
		stream_of("c.pz", CATALOGUE, record, 102);
		run_badly(keep_main, "keep maggg<1 c.pz -o no.pz", 1,
			  at == 99 ? "among 102 records; did you mean 'magg'?"
				   : "among 102 records; inspect --fields shows what they have");
	}
}

/* ---- partition ---- */

/* Parts of odd shares; texts as ids; another seed is another sample. */
static void parts_by_seed_and_id(void **state)
{
	static const char *const part[] = { "a", "b", "c" };
	static const double end[] = { 0.2, 0.9, 1 };
	char line[128], expected[4096];

	(void)state;
	many("in.pz", CATALOGUE, 50, 0, 1);
	for (int seed = 1; seed <= 3; seed += 2)
		for (int p = 0; p < 3; p++) {
			*expected = 0;
			for (int i = 0; i < 50; i++) {
				double u = (double)(pz_id_hash_int(i, (uint64_t)seed) >> 11) *
					   0x1p-53;

				if (u < end[p] && (p == 0 || u >= end[p - 1]))
					sprintf(expected + strlen(expected),
						"{\"id\":%d,\"x\":%d}\n", i, i);
			}
			snprintf(line, sizeof line,
				 "partition --seed %d -k %s -p a=2/10,b=0.7,c=0.1 in.pz -o out.pz",
				 seed, part[p]);
			run_well(partition_main, line);
			assert_string_equal(records("out.pz"), expected);
			is_silent();
		}
	run_badly(partition_main, "partition -p a=0.5,b=0.6 -k a in.pz", 2,
		  "parts: expected shares of at most 1 together, found 1.1");
	run_badly(partition_main, "partition -k a -p a=1 --outside drop in.pz", 2,
		  "--outside needs --within");
	stream("no-id.pz", CATALOGUE, "{\"id\": 1, \"z\": 5}", "{\"z\": 0.5}", NULL);
	run_badly(partition_main, "partition -k a -p a=1 no-id.pz -o no.pz", 1,
		  "no-id.pz: record 2 (id none): id: expected an integer or a text");
	/* without the number records are outside, and need no id there */
	run_well(partition_main, "partition -k a -p a=1 -w y=0,1 no-id.pz -o out.pz");
	assert_string_equal(records("out.pz"), "{\"id\":1,\"z\":5}\n{\"z\":0.5}\n");
	run_well(partition_main, "partition -v -k a -p a=1 -w z=5,5 --outside drop no-id.pz -o "
				 "out.pz");
	assert_string_equal(records("out.pz"), "{\"id\":1,\"z\":5}\n");
	says("partition: kept 1 of 2 records\n");
	run_badly(partition_main, "partition -k a -p a=1 -w =0,1 in.pz", 2,
		  "--within: expected KEY=MIN,MAX, found '=0,1'");
	run_badly(partition_main, "partition -k a -p a=1 -w z=0 in.pz", 2, "found 'z=0'");
}

/* ---- balance ---- */

/* More than 1024 galaxies, of a cell each ten, by their numbers. */
static void balance_of_many(void **state)
{
	static char text[2100][64];
	const char *record[2100];
	int seen[3][4] = { 0 };

	(void)state;
	for (int i = 0; i < 2100; i++) {
		int row = i % 3, bin = i / 3 % 4;

		snprintf(text[i], sizeof text[i], "{\"id\": %d, \"z\": %.3f, \"mag\": %.1f}", i,
			 0.1 * bin + 0.05, 15.5 + row);
		record[i] = text[i];
	}
	stream_of("in.pz", CATALOGUE, record, 2100);
	run_well(balance_main, "balance -v -t 7 in.pz -o out.pz");
	says("balance: kept 84 of 2100 galaxies; 12 of 12 cells had more than 7\n");
	for (size_t i = 0; i < 84; i++) {
		int id = (int)number("out.pz", i, "id");

		seen[id % 3][id / 3 % 4]++;
	}
	for (int k = 0; k < 12; k++)
		assert_int_equal(seen[k / 4][k % 4], 7);
	run_well(balance_main, "balance -t 175 in.pz -o out.pz");
	assert_string_equal(records("out.pz"), records("in.pz"));
	is_silent();
}

static void balance_that_cannot_be(void **state)
{
	(void)state;
	stream("in.pz", CATALOGUE, "{\"id\": 1, \"z\": 0.1, \"mag\": 15}", NULL);
	run_badly(balance_main, "balance in.pz -o no.pz", 2,
		  "header: expected a threshold, found none: give --threshold");
	run_well(balance_main, "balance -t 1 in.pz -o out.pz");
	stream("bare.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1}", NULL);
	run_badly(balance_main, "balance -t 1 bare.pz -o no.pz", 4,
		  "bare.pz: header: expected a redshift grid, found none");
	for (int i = 0; i < 4; i++) {
		static const char *const option[] = { "--target y", "--range 0,1", "--bins 3",
						      "--channels 2" };
		char line[96];

		snprintf(line, sizeof line, "balance --like in.pz %s in.pz -o no.pz", option[i]);
		run_badly(balance_main, line, 2,
			  "--like excludes --target, --range, --bins and --channels: it has no "
			  "cells");
	}
	/* galaxies without a redshift need no cell, and one needs no magnitude for that */
	stream("in.pz", CATALOGUE, "{\"id\": 1, \"z\": 0.1}", "{\"id\": 2, \"z\": -99}",
	       "{\"id\": 3, \"z\": 0.1}", "{\"id\": 4}", NULL);
	run_well(balance_main, "balance -t 5 in.pz -o out.pz");
	assert_string_equal(records("out.pz"), "{\"id\":1,\"z\":0.1}\n{\"id\":3,\"z\":0.1}\n");
	assert_string_equal(
		contents("stderr"),
		"balance: 2 galaxies have no 'z' and were left out (1 has a number that "
		"means that it is missing, first -99)\n"
		"balance: 2 galaxies have no magnitude and are counted in the faintest "
		"row\n");
}

/* ---- balance --like ---- */

/* The weight of record i. */
static void weighs(const char *name, size_t i, double expected)
{
	double w = number(name, i, "weight");

	if (!(fabs(w - expected) < 1e-9))
		fail_msg("%s: record %zu: expected %.12g, found %.12g", name, i, expected, w);
}

/* Galaxy i of 1500 stands at i + 0.5; the target has 300 at 6, and one at i + 0.75 for i from 100
 * to 1199. Of three neighbours two are those beside the galaxy: radius 1. */
static void weights_of_many(void **state)
{
	static char text[1400][64];
	const char *record[1400];
	int n = 0;
	double sum = 0;

	(void)state;
	many("own.pz", CATALOGUE, 1500, 0.5, 1);
	for (int i = 0; i < 300; i++, n++)
		snprintf(text[n], sizeof text[n], "{\"id\": %d, \"x\": 6}", n);
	for (int i = 100; i < 1200; i++, n++)
		snprintf(text[n], sizeof text[n], "{\"id\": %d, \"x\": %d.75}", n, i);
	for (int i = 0; i < n; i++)
		record[i] = text[i];
	stream_of("target.pz", CATALOGUE, record, (size_t)n);
	run_well(balance_main, "balance -v --like target.pz --by x -k 3 own.pz -o out.pz");
	/* in a sphere of 5 and 6 lie 300; of 100 one, of 1199 two; of the others two */
	sum = (2 * 300 + 1 + 2 * 1099 + 1) / 3.;
	weighs("out.pz", 4, 0);
	weighs("out.pz", 5, 100 * 1500 / sum);
	weighs("out.pz", 6, 100 * 1500 / sum);
	weighs("out.pz", 7, 0);
	weighs("out.pz", 98, 0);
	weighs("out.pz", 600, 2 / 3. * 1500 / sum);
	weighs("out.pz", 1201, 0);
}

static void what_is_said_of_weights(void **state)
{
	(void)state;
	stream("own.pz", CATALOGUE, "{\"id\": 1, \"x\": 0, \"y\": 1}",
	       "{\"id\": 2, \"x\": 1, \"y\": 1}", "{\"id\": 3, \"x\": 9, \"y\": 1}",
	       "{\"id\": 4, \"y\": 1}", "{\"id\": 5, \"x\": 3}", NULL);
	stream("target.pz", CATALOGUE, "{\"id\": 5, \"x\": 0.5, \"y\": 1}", "{\"id\": 6}",
	       "{\"id\": 7}", "{\"id\": 8, \"x\": 0.25, \"y\": 1}", NULL);
	/* radii 1, 1 and 8, in which are both of the target, both and none */
	run_well(balance_main, "balance -v --like target.pz --by x,y -k 2 own.pz -o out.pz");
	weighs("out.pz", 0, 1.5);
	weighs("out.pz", 1, 1.5);
	weighs("out.pz", 2, 0);
	says("balance: 2 galaxies have not all numbers of --by and were left out\n"
	     "balance: target.pz: 2 galaxies have not all numbers of --by and were left out\n"
	     "balance: 1 galaxy has no galaxy of the target near and gets the weight 0\n"
	     "balance: weighted, 3 galaxies are worth 2\n");
	run_badly(balance_main, "balance --like target.pz --by x,y -k 1 own.pz -o no.pz", 1,
		  "--like: expected galaxies near those of the target, found none");
	run_badly(balance_main, "balance --strict --like target.pz --by x,y own.pz -o no.pz", 1,
		  "target.pz: record 2 (id 6): x: expected a finite number, found none");
	run_badly(balance_main, "balance --like target.pz --by q own.pz -o no.pz", 1,
		  "target.pz: expected galaxies with all of --by, found none");
	run_badly(balance_main, "balance --like target.pz --by x,,y own.pz -o no.pz", 2,
		  "--by: expected a key of at most 127 bytes, found ''");
	stream("far.pz", CATALOGUE, "{\"id\": 5, \"x\": 500, \"y\": 1}", NULL);
	run_badly(balance_main, "balance --like far.pz --by x,y -k 2 own.pz -o no.pz", 1,
		  "--like: expected galaxies near those of the target, found none: compare the "
		  "numbers of --by");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keep_counts_one_and_many),
		cmocka_unit_test(keys_of_the_first_hundred),
		cmocka_unit_test(parts_by_seed_and_id),
		cmocka_unit_test(balance_of_many),
		cmocka_unit_test(balance_that_cannot_be),
		cmocka_unit_test(weights_of_many),
		cmocka_unit_test(what_is_said_of_weights),
	};

	return cmocka_run_group_tests_name("chosen galaxies", tests, in_folder, out_of_folder);
}
