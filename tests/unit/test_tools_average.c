/* test_tools_average.c -- means of three networks by hand, galaxies that not all of them have, and
 * streams that do not go together
 */
#include <math.h>

#include "in_process.h"

#define HEAD(target, min, max, bins, left, right, more)                                            \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"" target              \
	"\", \"min\": " min ", \"max\": " max ", \"bins\": " bins ", \"left\": " left              \
	", \"right\": " right "}" more "}"
#define USUAL                                                                                      \
	HEAD("z", "0", "0.4", "4", "0", "0",                                                       \
	     ", \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}")

static void said(const char *text)
{
	assert_string_equal(contents("stderr"), text);
}

static void pdf_is(const char *name, size_t i, const double expected[4])
{
	double p[4];

	assert_int_equal(numbers(name, i, "pz", p, 4), 4);
	for (int k = 0; k < 4; k++)
		if (!(fabs(p[k] - expected[k]) < 1e-7))
			fail_msg("bin %d: expected %.9g, found %.9g", k, expected[k], p[k]);
}

#define PDF_IS(name, i, ...) pdf_is(name, i, (double[4]){ __VA_ARGS__ })

static void near(const char *path, double expected)
{
	double found = number("out.pz", 0, path);

	if (!(fabs(found - expected) < 1e-7))
		fail_msg("%s: expected %.12g, found %.12g", path, expected, found);
}

static void write_three(void)
{
	stream("a.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.3, \"pz\": [0.5, 0.25, 0.25, 0], \"zphot\": {\"mode\": 0.05, "
	       "\"mean\": 0.125, \"median\": 0.1}, \"interval\": {\"low68\": 0}}",
	       NULL);
	stream("b.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.1, \"pz\": [0.125, 0.25, 0.5, 0.125], \"zphot\": {\"mode\": "
	       "0.25, \"mean\": 0.25, \"median\": 0.2}}",
	       NULL);
	stream("c.pz", USUAL,
	       "{\"id\": 1, \"pz\": [0.25, 0.25, 0.25, 0.25], \"zphot\": {\"mode\": 0.15, "
	       "\"mean\": 0.5}}",
	       NULL);
}

/* Each stream counts alike; the scatter is that of three numbers, with divisor two. */
static void means_of_three(void **state)
{
	(void)state;
	write_three();
	run_well(average_main, "average --with b.pz,c.pz a.pz -o out.pz");
	said("");
	PDF_IS("out.pz", 0, 0.875 / 3, 0.25, 1. / 3, 0.125);
	near("zphot.mode", 0.25);
	near("zphot.mean", (0.05 * 0.875 / 3 + 0.15 * 0.25 + 0.25 / 3 + 0.35 * 0.125));
	near("zphot.median", 0.1 * (1 + (0.5 - 0.875 / 3) / 0.25));
	near("spread.mode", 0.1);
	/* 0.125, 0.25 and 0.5: mean 0.875/3 */
	near("spread.mean", sqrt((0.015625 + 0.0625 + 0.25 - 0.875 * 0.875 / 3) / 2));
	/* one of them has no median */
	assert_true(isnan(number("out.pz", 0, "spread.median")));
	assert_null(strstr(records("out.pz"), "interval"));
	near("z", 0.3);
	/* without the first bin and the last, which one excludes each: 1/4, 1/6 and 1/3 */
	run_well(average_main, "average --with b.pz,c.pz --combine harmonic a.pz -o out.pz");
	{
		double h[4] = { 1 / (2 + 8 + 4.), 1 / 12., 1 / (4 + 2 + 4.), 0 };
		double sum = h[0] + h[1] + h[2];

		PDF_IS("out.pz", 0, h[0] / sum, h[1] / sum, h[2] / sum, 0);
	}
}

/* Alike networks scatter by nothing, whatever their estimates are. */
static void networks_that_agree(void **state)
{
	(void)state;
	write_three();
	run_well(average_main, "average --with a.pz,a.pz,a.pz a.pz -o out.pz");
	PDF_IS("out.pz", 0, 0.5, 0.25, 0.25, 0);
	near("spread.mode", 0);
	near("spread.mean", 0);
	near("spread.median", 0);
}

#define FLAT(id)  "{\"id\": " id ", \"pz\": [0.25, 0.25, 0.25, 0.25]}"
#define BARE(id)  "{\"id\": " id ", \"zphot\": {\"mode\": 0.1}, \"spread\": {\"mode\": 1}}"
#define LEFT(id)  "{\"id\": " id ", \"pz\": [1, 0, 0, 0]}"
#define RIGHT(id) "{\"id\": " id ", \"pz\": [0, 0, 0, 1]}"

static void galaxies_that_not_all_have(void **state)
{
	(void)state;
	stream("a.pz", USUAL, FLAT("1"), FLAT("2"), FLAT("3"), FLAT("4"), NULL);
	stream("b.pz", USUAL, FLAT("4"), FLAT("2"), FLAT("1"), FLAT("3"), FLAT("9"), NULL);
	stream("c.pz", USUAL, FLAT("2"), FLAT("4"), FLAT("3"), NULL);
	run_badly(average_main, "average --with b.pz,c.pz a.pz -o no.pz", 1,
		  "average: a.pz: record 1 (id 1): expected this galaxy in all streams, found none "
		  "in c.pz: give --common to leave it out");
	run_well(average_main, "average --common --with b.pz,c.pz a.pz -o out.pz");
	said("average: 1 galaxy is not in all streams, and was left out\n");
	assert_true(number("out.pz", 0, "id") == 2 && number("out.pz", 2, "id") == 4);
	run_well(average_main, "average --common --with c.pz,a.pz b.pz -o out.pz");
	said("average: 2 galaxies are not in all streams, and were left out\n");
	/* of those that only another stream has */
	run_badly(average_main, "average --with b.pz a.pz -o no.pz", 1,
		  "average: b.pz: expected the galaxies of the first stream, found 1 further one: "
		  "give --common to leave out what not all streams have");
	run_badly(average_main, "average --with a.pz,b.pz c.pz -o no.pz", 1,
		  "average: a.pz: expected the galaxies of the first stream, found 1 further one");
	stream("d.pz", USUAL, FLAT("4"), FLAT("2"), FLAT("3"), NULL);
	run_badly(average_main, "average --with d.pz,b.pz c.pz -o no.pz", 1,
		  "average: b.pz: expected the galaxies of the first stream, found 2 further ones");
	stream("d.pz", USUAL, FLAT("2"), FLAT("2"), NULL);
	run_badly(average_main, "average --common --with a.pz d.pz -o no.pz", 1,
		  "d.pz: record 2 (id 2): id: expected one record for each galaxy, found another "
		  "with this id");
	run_badly(average_main, "average --common --with a.pz,d.pz a.pz -o no.pz", 1,
		  "d.pz: record 2 (id 2)");
	stream("d.pz", USUAL, "{\"pz\": [1, 0, 0, 0]}", NULL);
	run_badly(average_main, "average --common --with a.pz d.pz -o no.pz", 1,
		  "d.pz: record 1 (id none): id: expected an integer or a text");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

static void galaxies_without_pdf(void **state)
{
	(void)state;
	stream("a.pz", USUAL, BARE("1"), FLAT("2"), FLAT("3"), LEFT("4"), NULL);
	stream("b.pz", USUAL, FLAT("1"), FLAT("2"), FLAT("3"), RIGHT("4"), NULL);
	run_well(average_main, "average --with b.pz a.pz -o out.pz");
	said("average: 1 galaxy has no p(z) in at least one stream, and has none now\n");
	assert_int_equal(strncmp(records("out.pz"), "{\"id\":1}\n", 9), 0);
	PDF_IS("out.pz", 3, 0.5, 0, 0, 0.5);
	stream("c.pz", USUAL, FLAT("1"), BARE("2"), FLAT("3"), FLAT("4"), NULL);
	run_well(average_main, "average --with b.pz,c.pz a.pz -o out.pz");
	said("average: 2 galaxies have no p(z) in at least one stream, and have none now\n");
	run_well(average_main, "average --combine harmonic --with b.pz,b.pz a.pz -o out.pz");
	said("average: 1 galaxy has no p(z) in at least one stream, and has none now\n"
	     "average: 1 galaxy has no p(z) now: there is no bin in which all streams have "
	     "probability\n");
	assert_non_null(strstr(records("out.pz"), "\n{\"id\":4}\n"));
	stream("a.pz", USUAL, LEFT("1"), LEFT("2"), NULL);
	stream("b.pz", USUAL, RIGHT("1"), RIGHT("2"), NULL);
	run_well(average_main, "average --combine harmonic --with b.pz a.pz -o out.pz");
	said("average: 2 galaxies have no p(z) now: there is no bin in which all streams have "
	     "probability\n");
}

/* Each part of the grid must be the same, and the target. */
static void grids_that_differ(void **state)
{
	static const char *const other[][2] = {
		{ HEAD("m", "0", "0.4", "4", "0", "0", ""), "'m' from 0 to 0.4 in 0+4+0" },
		{ HEAD("z", "0.1", "0.4", "4", "0", "0", ""), "'z' from 0.1 to 0.4 in 0+4+0" },
		{ HEAD("z", "0", "0.5", "4", "0", "0", ""), "'z' from 0 to 0.5 in 0+4+0" },
		{ HEAD("z", "0", "0.4", "5", "0", "0", ""), "'z' from 0 to 0.4 in 0+5+0" },
		{ HEAD("z", "0", "0.4", "4", "1", "0", ""), "'z' from 0 to 0.4 in 1+4+0" },
		{ HEAD("z", "0", "0.4", "4", "0", "2", ""), "'z' from 0 to 0.4 in 0+4+2" },
	};
	char says[160];

	(void)state;
	stream("a.pz", USUAL, FLAT("1"), NULL);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		stream("b.pz", other[i][0], FLAT("1"), NULL);
		snprintf(says, sizeof says,
			 "average: b.pz: grid: expected 'z' from 0 to 0.4 in 0+4+0 bins as in the "
			 "first stream, found %s",
			 other[i][1]);
		run_badly(average_main, "average --with a.pz,b.pz a.pz -o no.pz", 4, says);
	}
	stream("b.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\"}", NULL);
	run_badly(average_main, "average --with a.pz b.pz -o no.pz", 4,
		  "average: b.pz: grid: expected the bins of p(z), found none");
	run_badly(average_main, "average --with b.pz a.pz -o no.pz", 4,
		  "average: b.pz: grid: expected the bins of p(z), found none");
}

static void as_many_streams_as_there_may_be(void **state)
{
	char line[400] = "average --with ";

	(void)state;
	stream("a.pz", USUAL, FLAT("1"), NULL);
	run_badly(average_main, "average a.pz", 2, "--with: expected the streams of further");
	run_badly(average_main, "average --with , a.pz", 2,
		  "--with: expected the name of a stream, found none");
	for (int i = 0; i < 63; i++)
		strcat(line, i ? ",a.pz" : "a.pz");
	strcpy(line + strlen(line), " a.pz -o out.pz");
	run_well(average_main, line);
	PDF_IS("out.pz", 0, 0.25, 0.25, 0.25, 0.25);
	strcpy(strstr(line, " a.pz -o"), ",a.pz a.pz -o no.pz");
	run_badly(average_main, line, 2, "--with: expected at most 63 streams, found more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_of_three),
		cmocka_unit_test(networks_that_agree),
		cmocka_unit_test(galaxies_that_not_all_have),
		cmocka_unit_test(galaxies_without_pdf),
		cmocka_unit_test(grids_that_differ),
		cmocka_unit_test(as_many_streams_as_there_may_be),
	};

	return cmocka_run_group_tests_name("average", tests, in_folder, out_of_folder);
}
