/* test_tools_groups.c -- numbers that a user names, weights of balance --like, average and flag */
#include <math.h>

#include "../../tools/common/quantity.h"
#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"
#define CATALOGUE   "{\"pzpipe\": 1, \"kind\": \"catalogue\", " AXES "}"
#define PREDICTIONS "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}"
#define FEATURES                                                                                   \
	"{\"pzpipe\": 1, \"kind\": \"features\", \"features\": [\"g\", \"r-i\", \"x\", \"a-b\", "  \
	"\"b\"], " AXES "}"

/* ---- quantity */

/* The number that a name means in the first record of a stream. */
static double named(const char *stream_name, const char *name)
{
	struct pz_reader *in = NULL;
	struct quantity q;
	double x;

	assert_int_equal(pz_reader_open(&in, &stream_name, 1, 0), 0);
	assert_int_equal(quantity_begin(&q, "--against", name, pz_reader_header(in)), 0);
	assert_int_equal(pz_read(in), 1);
	x = quantity_read(&q, pz_reader_record(in));
	pz_reader_close(in);
	return x;
}

#define assert_named(name, expected) assert_true(fabs(named("in.pz", name) - (expected)) < 1e-6)

static void names_of_keys_features_and_differences(void **state)
{
	(void)state;
	stream("in.pz", FEATURES,
	       "{\"id\": 1, \"mag\": {\"g\": 19.5, \"r\": 18}, \"p-q\": 7, \"p\": 3, \"q\": 1, "
	       "\"x\": 40, \"domain\": {\"share\": 0.25}, \"sentinel\": -99, \"text\": \"t\", "
	       "\"features\": [1, 2, 4, 8, 16]}",
	       NULL);
	assert_named("domain.share", 0.25);
	assert_named("mag.g", 19.5);
	assert_named("mag.g-mag.r", 1.5);
	assert_named("x", 4);     /* a feature before a key                            */
	assert_named("r-i", 2);   /* a feature whose name has a -                     */
	assert_named("x-g", 3);   /* of two features                                  */
	assert_named("x-r-i", 2); /* where each side is a feature                       */
	assert_named("r-i-x", -2);
	assert_named("a-b-b", -8);
	assert_named("x-a-b", -4); /* where the first feature is                       */
	assert_named("a-b-g", 7);
	assert_named("p-q", 7); /* a key of the whole name before a difference          */
	assert_named("q-p", -2);
	assert_named("p-r-i", 1);      /* a key, and a feature whose name has a -            */
	assert_named("mag.g-x", 15.5); /* a key and a feature                              */
	assert_named("g-domain.share", 0.75);
	assert_true(isnan(named("in.pz", "nobody")));
	assert_true(isnan(named("in.pz", "mag.g-nobody")));
	assert_true(isnan(named("in.pz", "sentinel")));
	assert_true(isnan(named("in.pz", "text")));
}

static void names_that_cannot_be(void **state)
{
	struct pz_reader *in = NULL;
	const char *name = "in.pz";
	char longest[QUANTITY_NAME + 1];
	struct quantity q;

	(void)state;
	stream("in.pz", CATALOGUE, NULL);
	memset(longest, 'a', QUANTITY_NAME);
	longest[QUANTITY_NAME] = 0;
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(quantity_begin(&q, "--by", longest, pz_reader_header(in)), PZ_EUSAGE);
	assert_int_equal(quantity_begin(&q, "--by", "", pz_reader_header(in)), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "--by: expected a key of at most 127 bytes"));
	pz_reader_close(in);
}

/* ---- balance --like */

/* The weight of each record of out.pz. */
static void assert_weights(const double *expected, size_t n)
{
	const char *at = records("out.pz");

	for (size_t i = 0; i < n; i++) {
		at = strstr(at, "\"weight\":");
		assert_non_null(at);
		at += strlen("\"weight\":");
		assert_true(fabs(strtod(at, NULL) - expected[i]) < 1e-5);
	}
	assert_null(strstr(at, "\"weight\":"));
}

/* With two neighbours, of which a galaxy itself is one, the spheres reach to the nearest other one:
 * radii 1, 1, 1.1 and 7.9, with 3, 4, 2 and 1 galaxies of the target, 2 of their own. */
static void weights_by_hand(void **state)
{
	(void)state;
	stream("own.pz", CATALOGUE, "{\"id\": 1, \"x\": 0}", "{\"id\": 2, \"x\": 1}",
	       "{\"id\": 3, \"x\": 2.1}", "{\"id\": 4, \"x\": 10}", NULL);
	stream("target.pz", CATALOGUE, "{\"id\": 5, \"x\": 0.1}", "{\"id\": 6, \"x\": 0.5}",
	       "{\"id\": 7, \"x\": 0.9}", "{\"id\": 8, \"x\": 1.9}", "{\"id\": 9, \"x\": 2.2}",
	       NULL);
	run_well(balance_main, "balance --like target.pz --by x -k 2 own.pz -o out.pz");
	assert_weights((double[]){ 1.2, 1.6, 0.8, 0.4 }, 4);
	/* a unit of another size in the same number changes nothing */
	stream("own10.pz", CATALOGUE, "{\"id\": 1, \"x\": 0}", "{\"id\": 2, \"x\": 10}",
	       "{\"id\": 3, \"x\": 21}", "{\"id\": 4, \"x\": 100}", NULL);
	stream("target10.pz", CATALOGUE, "{\"id\": 5, \"x\": 1}", "{\"id\": 6, \"x\": 5}",
	       "{\"id\": 7, \"x\": 9}", "{\"id\": 8, \"x\": 19}", "{\"id\": 9, \"x\": 22}", NULL);
	run_well(balance_main, "balance --like target10.pz --by x -k 2 own10.pz -o out.pz");
	assert_weights((double[]){ 1.2, 1.6, 0.8, 0.4 }, 4);
}

static void galaxies_without_a_number_have_no_weight(void **state)
{
	(void)state;
	stream("own.pz", CATALOGUE, "{\"id\": 1, \"x\": 0}", "{\"id\": 2}", "{\"id\": 3, \"x\": 1}",
	       "{\"id\": 4, \"x\": 2.5}", NULL);
	stream("target.pz", CATALOGUE, "{\"id\": 5, \"x\": 0.1}", "{\"id\": 6, \"x\": 2}",
	       "{\"id\": 7}", NULL);
	/* radii 1, 1 and 1.5: 1, 2 and 1 of the target (2 alone of the last) */
	run_well(balance_main, "balance --like target.pz --by x -k 2 own.pz -o out.pz");
	assert_weights((double[]){ 0.75, 1.5, 0.75 }, 3);
	assert_null(strstr(records("out.pz"), "\"id\":2"));
	run_badly(balance_main, "balance --strict --like target.pz --by x -k 2 own.pz -o out.pz", 1,
		  "x");
}

/* ---- average, flag */

static void means_of_two_networks(void **state)
{
	(void)state;
	stream("a.pz", PREDICTIONS,
	       "{\"id\": 1, \"z\": 0.1, \"pz\": [0.5, 0.5, 0, 0], \"zphot\": {\"mode\": 0.05, "
	       "\"mean\": 0.1, \"median\": 0.1}}",
	       NULL);
	stream("b.pz", PREDICTIONS,
	       "{\"id\": 1, \"pz\": [0, 0.25, 0.75, 0], \"zphot\": {\"mode\": 0.25, \"mean\": "
	       "0.225, \"median\": 0.24}}",
	       NULL);
	run_well(average_main, "average --with b.pz a.pz -o out.pz");
	/* 0.25, 0.375, 0.375 and 0: the first of two highest bins; half is two thirds into it */
	run_well(inspect_main, "inspect --tsv out.pz -o table");
	assert_non_null(strstr(contents("table"), "zphot.mode"));
	assert_non_null(strstr(records("out.pz"), "\"zphot\":{\"mode\":0.15"));
	assert_non_null(strstr(records("out.pz"), "\"mean\":0.1625"));
	assert_non_null(strstr(records("out.pz"), "\"median\":0.16666666"));
	assert_non_null(strstr(records("out.pz"), "\"spread\":{\"mode\":0.1414213562373095"));
	/* the harmonic mean has what both have */
	run_well(average_main, "average --combine harmonic --with b.pz a.pz -o out.pz");
	assert_non_null(strstr(records("out.pz"), "\"mean\":0.15"));
	stream("c.pz", PREDICTIONS, "{\"id\": 1, \"pz\": [0, 0, 0, 1]}", NULL);
	run_well(average_main, "average --combine harmonic --with c.pz a.pz -o out.pz");
	assert_null(strstr(records("out.pz"), "pz"));
	assert_null(strstr(records("out.pz"), "zphot"));
	run_badly(average_main, "average --with d.pz a.pz -o out.pz", 1, "d.pz");
	stream("e.pz", PREDICTIONS, "{\"id\": 1, \"pz\": [0, 0, 1]}", NULL);
	run_badly(average_main, "average --with e.pz a.pz -o out.pz", 1,
		  "a.pz: record 1 (id 1): e.pz: ");
	run_badly(average_main, "average --with a.pz e.pz -o out.pz", 1,
		  "e.pz: record 1 (id 1): pz: ");
}

static void flags_of_a_galaxy(void **state)
{
	(void)state;
	stream("a.pz", PREDICTIONS,
	       "{\"id\": 1, \"mag\": 14, \"pz\": [1, 0, 0, 0], \"zphot\": {\"mode\": 0.5}, "
	       "\"zphot_corrected\": {\"mode\": 0.5}, \"domain\": {\"share\": 0.01}, "
	       "\"interval\": {\"low68\": -0.01, \"high68\": 0.1}}",
	       "{\"id\": 2, \"mag\": 16}", NULL);
	run_well(flag_main, "flag a.pz -o out.pz");
	assert_non_null(strstr(records("out.pz"), "\"flags\":498")); /* 2+16+32+64+128+256 */
	assert_non_null(strstr(records("out.pz"), "\"flags\":1}"));
	assert_non_null(strstr(contents("stderr"), "2 of 2 galaxies have a flag"));
	assert_non_null(strstr(contents("stderr"), "32 (domain): 1 galaxy with"));
	/* The ends of the bins are in them. */
	stream("a.pz", PREDICTIONS, "{\"id\": 1, \"interval\": {\"low68\": 0, \"high68\": 0.4}}",
	       "{\"id\": 2, \"interval\": {\"low68\": -1e-9, \"high68\": 0.4}}",
	       "{\"id\": 3, \"interval\": {\"low68\": 0, \"high68\": 0.400001}}", NULL);
	run_well(flag_main, "flag a.pz -o out.pz");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(((int)number("out.pz", i, "flags") & 256) != 0, i > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_keys_features_and_differences),
		cmocka_unit_test(names_that_cannot_be),
		cmocka_unit_test(weights_by_hand),
		cmocka_unit_test(galaxies_without_a_number_have_no_weight),
		cmocka_unit_test(means_of_two_networks),
		cmocka_unit_test(flags_of_a_galaxy),
	};

	return cmocka_run_group_tests_name("tools of groups", tests, in_folder, out_of_folder);
}
