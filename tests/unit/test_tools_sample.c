/* test_tools_sample.c -- partition, balance, normalize and softlabel on a few records, by value */
#include <math.h>

#include <pz/bins.h>
#include <pz/partition.h>
#include <pz/random.h>

#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}, "  \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.15, \"threshold\": 2}"
#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\", " AXES "}"
#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 2, \"pixel\": "       \
	"\"f4\", \"unit\": \"nmgy\", " AXES "}"
#define PREDICTIONS                                                                                \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"bands\": [\"g\"], \"size\": 2, \"pixel\": "  \
	"\"f4\", " AXES "}"
#define IMG "\"img\": [1, 2, 3, 4]"

/* Lines of records(name). */
static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* ---- partition */

/* Galaxies 1 to 40, with z = id / 100. */
static void forty(const char *name)
{
	static char text[40][64];
	const char *record[40];

	for (int i = 0; i < 40; i++) {
		snprintf(text[i], sizeof text[i], "{\"id\": %d, \"z\": %.2f}", i + 1,
			 (i + 1) / 100.);
		record[i] = text[i];
	}
	stream_of(name, CATALOGUE, record, 40);
}

static void a_part_holds_the_ids_whose_hash_lies_in_it(void **state)
{
	char expected[4096] = "";

	(void)state;
	forty("in.pz");
	for (int i = 1; i <= 40; i++) {
		double x = (double)(pz_id_hash_int(i, 7) >> 11) / 9007199254740992.;

		if (x >= 0.25 && x < 0.75)
			sprintf(expected + strlen(expected), "{\"id\":%d,\"z\":%g}\n", i, i / 100.);
	}
	run_well(partition_main,
		 "partition -v --seed 7 --keep b --parts a=1/4,b=0.5,c=0.25 in.pz -o out.pz");
	assert_string_equal(records("out.pz"), expected);
	snprintf(expected, sizeof expected, "kept %zu of 40 records\n",
		 count_lines(records("out.pz")));
	assert_non_null(strstr(contents("stderr"), expected));
	assert_non_null(strstr(contents("stderr"), "40 records in, "));
}

static void within_a_range_only(void **state)
{
	const char *text;

	(void)state;
	forty("in.pz");
	run_well(partition_main, "partition --keep a --parts a=1e-9 --within z=0.05,0.1 in.pz "
				 "-o out.pz");
	text = records("out.pz");
	assert_int_equal(count_lines(text), 34); /* 40 but 5 to 10, ends included */
	assert_non_null(strstr(text, "\"id\":4,"));
	assert_null(strstr(text, "\"id\":5,"));
	assert_null(strstr(text, "\"id\":10,"));
	assert_non_null(strstr(text, "\"id\":11,"));
	assert_int_equal(run(partition_main, "partition --keep a --parts a=1 --within z=0.05,0.1 "
					     "--outside drop in.pz -o out.pz"),
			 0);
	assert_int_equal(count_lines(records("out.pz")), 6);
	assert_null(strstr(contents("stderr"), "kept"));
	run_badly(partition_main, "partition --keep a --parts a=1 --within z=2,1 in.pz", 2,
		  "--within: expected KEY=MIN,MAX, found 'z=2,1'");
	run_badly(partition_main, "partition --keep a --parts a=1 --within z=1,2,3 in.pz", 2,
		  "--within: expected KEY=MIN,MAX, found 'z=1,2,3'");
	run_well(partition_main, "partition --keep a --parts a=1 --within z=0.1,0.1 --outside drop "
				 "in.pz -o out.pz");
	assert_int_equal(count_lines(records("out.pz")), 1);
	run_badly(partition_main, "partition in.pz", 2, "--keep");
	run_badly(partition_main, "partition --keep d in.pz", 2, "train, valid, test");
}

/* ---- balance */

/* Twelve galaxies of one cell, three of another, and one without a redshift. */
static void cells(const char *name)
{
	static char text[16][96];
	const char *record[16];

	for (int i = 0; i < 16; i++) {
		snprintf(text[i], sizeof text[i],
			 i < 12   ? "{\"id\": %d, \"z\": 0.15, \"mag\": 15.5}"
			 : i < 15 ? "{\"id\": %d, \"z\": 0.25, \"mag\": 15.5}"
				  : "{\"id\": %d, \"mag\": 15.5}",
			 i);
		record[i] = text[i];
	}
	stream_of(name, CATALOGUE, record, 16);
}

/* Fold f of a cell of c takes threshold galaxies from (f - 1) threshold mod c on: five windows of
 * five out of twelve, in the cell's one random order. */
static void folds_are_windows_of_one_order(void **state)
{
	bool kept[4][16] = { 0 };
	int times[16] = { 0 };

	(void)state;
	cells("in.pz");
	for (int fold = 1; fold <= 3; fold++) {
		char line[96], id[16];
		const char *text;

		snprintf(line, sizeof line, "balance -t 5 --fold %d in.pz -o out.pz", fold);
		run_well(balance_main, line);
		text = records("out.pz");
		assert_int_equal(count_lines(text), 8); /* 5 of 12, and all 3 */
		for (int i = 0; i < 16; i++) {
			snprintf(id, sizeof id, "\"id\":%d,", i);
			kept[fold][i] = strstr(text, id);
			times[i] += kept[fold][i];
		}
		assert_false(kept[fold][15]);
	}
	/* Windows 0-4, 5-9, 10-14: the third comes round to three of the first. */
	for (int i = 0; i < 12; i++) {
		assert_false(kept[1][i] && kept[2][i]);
		assert_false(kept[2][i] && kept[3][i]);
		assert_int_equal(times[i], 1 + (kept[1][i] && kept[3][i]));
	}
	run_well(balance_main, "balance -t 5 in.pz -o default.pz");
	for (int i = 0; i < 12; i++) {
		char id[16];

		snprintf(id, sizeof id, "\"id\":%d,", i);
		assert_int_equal(strstr(records("default.pz"), id) != NULL, kept[1][i]);
	}
}

/* The first window is that of the smallest random numbers of seed and id. */
static void fold_one_begins_at_the_first_of_the_order(void **state)
{
	uint64_t order[12];
	const char *text;

	(void)state;
	cells("in.pz");
	run_well(balance_main, "balance -t 5 --seed 3 in.pz -o out.pz");
	text = records("out.pz");
	for (int i = 0; i < 12; i++) {
		uint32_t bits[4];

		pz_random_block(3, pz_random_stream("balance", 0), pz_id_hash_int(i, 0), bits);
		order[i] = (uint64_t)bits[1] << 32 | bits[0];
	}
	for (int i = 0; i < 12; i++) {
		char id[16];
		int before = 0;

		for (int k = 0; k < 12; k++)
			before += order[k] < order[i];
		snprintf(id, sizeof id, "\"id\":%d,", i);
		assert_int_equal(strstr(text, id) != NULL, before < 5);
	}
}

static void balance_says_what_it_did(void **state)
{
	(void)state;
	cells("in.pz");
	run_well(balance_main, "balance -v in.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"),
			       "kept 4 of 16 galaxies; 2 of 2 cells had more than 2\n"));
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no 'z'"));
	run_well(balance_main, "balance -v -t 3 in.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"),
			       "kept 6 of 16 galaxies; 1 of 2 cells had more than 3\n"));
	run_badly(balance_main, "balance --strict in.pz", 1, "record 16 (id 15): z:");
	/* Coarser: 0.15 and 0.25 lie in bins of 0.2, two cells again. */
	run_well(balance_main, "balance -b 2 -t 100 -v in.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"), "0 of 2 cells had more than 100\n"));
	assert_non_null(strstr(header("out.pz"), "\"bins\":2"));
	stream("none.pz", CATALOGUE, "{\"id\": 1}", NULL);
	run_badly(balance_main, "balance none.pz", 1,
		  "expected records with 'z', found none among 1 record");
	stream("dim.pz", CATALOGUE, "{\"id\": 1, \"z\": 0.1}", NULL);
	run_well(balance_main, "balance dim.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no magnitude"));
}

/* ---- normalize */

static void near(const double *x, const double *y, size_t n, double tolerance)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(x[i] - y[i]) <= tolerance))
			fail_msg("value %zu: expected %.9g, found %.9g", i, y[i], x[i]);
}

/* The survey's divisor is 2: (1 + |x|/2)^(1/2) - 1 with the sign of x. */
static void pixels_are_divided_and_stretched(void **state)
{
	double x[4];

	(void)state;
	stream("in.pz", STAMPS, "{\"id\": 1, \"img\": [6, -6, 16, 0]}", NULL);
	run_well(normalize_main, "normalize in.pz -o out.pz");
	assert_int_equal(numbers("out.pz", 0, "img", x, 4), 4);
	near(x, (const double[]){ 1, -1, 2, 0 }, 4, 1e-6);
	assert_non_null(strstr(header("out.pz"), "\"stretch\":\"sqrt\""));
	assert_non_null(strstr(header("out.pz"), "\"divide\":2"));
	run_well(normalize_main, "normalize -s none -d 4 in.pz -o out.pz");
	numbers("out.pz", 0, "img", x, 4);
	near(x, (const double[]){ 1.5, -1.5, 4, 0 }, 4, 0);
	run_well(normalize_main, "normalize -s asinh -d 1 in.pz -o out.pz");
	numbers("out.pz", 0, "img", x, 4);
	near(x, (const double[]){ asinh(6), -asinh(6), asinh(16), 0 }, 4, 1e-6);
	run_well(normalize_main, "normalize -s log -d 1 in.pz -o out.pz");
	numbers("out.pz", 0, "img", x, 4);
	near(x, (const double[]){ log(7), -log(7), log(17), 0 }, 4, 1e-6);
	run_badly(normalize_main, "normalize out.pz", 4, "found normalised ones (stretch log)");
}

/* 1e39 is infinite as a float32; 1e5 is beyond float16, 65504 its largest. */
static void pixels_beyond_are_counted(void **state)
{
	const unsigned char *bytes;
	const char *found;

	(void)state;
	stream("in.pz", STAMPS, "{\"id\": 1, \"img\": [1e39, 100000, -100000, 65504]}", NULL);
	run_well(normalize_main, "normalize -s none -d 1 -p f2 in.pz -o out.pz");
	assert_non_null(strstr(contents("stderr"), "1 pixel has no value"));
	assert_non_null(strstr(contents("stderr"), "2 pixels were clipped to 65504"));
	assert_non_null(strstr(header("out.pz"), "\"pixel\":\"f2\""));
	assert_non_null(strstr(records("out.pz"), "\"img\":{\"bytes\":8}"));
	/* 0, 65504, -65504, 65504 as float16, lowest byte first */
	bytes = (const unsigned char *)contents("out.pz");
	found = memmem(bytes, 4096, "\0\0\xff\x7b\xff\xfb\xff\x7b", 8);
	assert_non_null(found);
	stream("short.pz", STAMPS, "{\"id\": 1, \"img\": [1, 2, 3]}", NULL);
	run_badly(normalize_main, "normalize short.pz", 1,
		  "record 1 (id 1): img: expected 16 bytes, found 12");
	run_badly(normalize_main, "normalize -p f2 -s none -d 0 dim.pz", 4, "stamps");
	stream("flat.pz", "{\"pzpipe\": 1, \"kind\": \"stamps\"}", NULL);
	run_badly(normalize_main, "normalize flat.pz", 4,
		  "expected the bands and the size of stamps");
}

/* ---- softlabel */

static void labels_one_hot(void **state)
{
	double x[6];

	(void)state;
	/* Row 0 has channel 0, row 1 channels 0 and 1, row 2 channel 1: mag 15.2, 16.2 */
	stream("in.pz", STAMPS, "{\"id\": 1, \"z\": 0.15, \"mag\": 15.2, " IMG "}",
	       "{\"id\": 2, \"z\": 0.35, \"mag\": 16.2, " IMG "}",
	       "{\"id\": 3, \"z\": 0.5, \"mag\": 15.2, " IMG "}",
	       "{\"id\": 4, \"mag\": 15.2, " IMG "}", "{\"id\": 5, \"z\": 0.05, " IMG "}", NULL);
	run_well(softlabel_main, "softlabel in.pz -o out.pz");
	assert_int_equal(count_lines(records("out.pz")), 4);
	assert_int_equal(numbers("out.pz", 0, "label", x, 6), 3);
	near(x, (const double[]){ 0, 1, 0 }, 3, 0);
	assert_int_equal(numbers("out.pz", 1, "label", x, 6), 6);
	near(x, (const double[]){ 0, 3, 0, 1, 3, 0 }, 6, 0);
	numbers("out.pz", 2, "label", x, 6); /* beyond the grid: its last bin */
	near(x, (const double[]){ 0, 3, 0 }, 3, 0);
	numbers("out.pz", 3, "label", x, 6); /* no magnitude: the faintest row */
	near(x, (const double[]){ 2, 0, 0 }, 3, 0);
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no 'z'"));
	assert_non_null(strstr(contents("stderr"), "1 galaxy is outside of 0 to 0.4"));
	assert_non_null(strstr(contents("stderr"), "1 galaxy has no magnitude"));
	run_well(softlabel_main, "softlabel --single in.pz -o out.pz");
	assert_int_equal(numbers("out.pz", 1, "label", x, 6), 3);
	near(x, (const double[]){ 0, 3, 0 }, 3, 0);
	assert_null(strstr(contents("stderr"), "without magnitude"));
	run_badly(softlabel_main, "softlabel --strict in.pz", 1, "record 4 (id 4): z:");
	stream("blank.pz", STAMPS, "{\"id\": 1, \"z\": 0.1}", NULL);
	run_badly(softlabel_main, "softlabel blank.pz", 1,
		  "img: expected the pixels of a stamp, found none");
}

static void errors_of_labels(void **state)
{
	double one[3], two[3];
	int moved = 0, n;

	(void)state;
	stream("in.pz", STAMPS, "{\"id\": 1, \"z\": 0.15, " IMG "}",
	       "{\"id\": 2, \"z\": 0.25, " IMG "}", "{\"id\": 3, \"z\": 0.2, " IMG "}",
	       "{\"id\": 4, \"z\": 0.1, " IMG "}", "{\"id\": 5, \"z\": 0.3, " IMG "}",
	       "{\"id\": 6, \"z\": 0.05, " IMG "}", NULL);
	run_well(softlabel_main, "softlabel --single in.pz -o plain.pz");
	run_well(softlabel_main, "softlabel --single --errors 1e-9 in.pz -o tiny.pz");
	for (size_t i = 0; i < 6; i++) {
		numbers("plain.pz", i, "label", one, 3);
		numbers("tiny.pz", i, "label", two, 3);
		moved += one[1] != two[1];
	}
	assert_true(moved <= 3); /* only those on a border of bins may */
	run_well(softlabel_main, "softlabel --single --errors 0.3 in.pz -o wide.pz");
	n = (int)count_lines(records("wide.pz"));
	assert_true(n < 6);
	if (n < 6) {
		char said[128];

		snprintf(said, sizeof said,
			 "%d %s left out, because --errors moves the value out of 0 to 0.4", 6 - n,
			 n == 5 ? "galaxy was" : "galaxies were");
		assert_non_null(strstr(contents("stderr"), said));
	}
}

/* Four bins, two to each side: centres are moved by two in the network's grid, not in the label. */
static void labels_of_step_three(void **state)
{
	double x[6], y[3];

	(void)state;
	stream("in.pz", PREDICTIONS,
	       "{\"id\": 1, \"z\": 0.15, \"mag\": 15.2, \"zphot\": {\"mode\": 0.15}, " IMG "}",
	       "{\"id\": 2, \"z\": 0.25, \"mag\": 15.2, \"zphot\": {\"mode\": 0.15}, " IMG "}",
	       "{\"id\": 3, \"z\": 0.25, \"mag\": 15.2, \"zphot\": {\"mode\": 0.35}, " IMG "}",
	       NULL);
	run_well(softlabel_main, "softlabel --dispersions 0.5,0.5,0.5 --no-shift in.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"left\":2,\"right\":2"));
	assert_non_null(strstr(header("out.pz"), "\"sigma_disp\":[0.5,0.5,0.5]"));
	numbers("out.pz", 0, "label", x, 6);
	near(x, (const double[]){ 0, 1, 0.5 }, 3, 0);
	run_well(softlabel_main,
		 "softlabel --dispersions 0.5,0.5,0.5 --hard --no-shift -e 1,3 in.pz -o out.pz");
	numbers("out.pz", 1, "label", x, 6);
	near(x, (const double[]){ 0, 2, 0 }, 3, 0);
	assert_non_null(strstr(header("out.pz"), "\"left\":1,\"right\":3"));
	/* The shifted centre 2b - <i>: with one galaxy in bin 1 and two in bin 2, seen through
	 * a Gaussian of scatter s, bin 1 moves down and bin 2 up, and by less than a bin. */
	run_well(softlabel_main, "softlabel --dispersions 0.5,0.5,0.5 in.pz -o out.pz");
	numbers("out.pz", 0, "label", x, 6);
	numbers("out.pz", 1, "label", y, 3);
	assert_true(x[1] < 1 && x[1] > 0 && x[2] == 0.5);
	assert_true(y[1] > 2 && y[1] < 3);
	run_badly(softlabel_main, "softlabel --dispersions 0.5 in.pz", 2,
		  "3 numbers, one for each channel; found 1");
	run_badly(softlabel_main, "softlabel -e 1 in.pz", 2, "expected two numbers, found 1");
	run_badly(softlabel_main, "softlabel -e 1.5,2 in.pz", 2, "whole numbers, found 1.5");
	run_badly(softlabel_main, "softlabel --single --hard in.pz", 2, "--single excludes");
	run_badly(softlabel_main, "softlabel --errors 0.1 in.pz", 2, "labels of step 3");
	run_badly(softlabel_main, "softlabel --target mass in.pz", 4,
		  "expected estimates of 'mass', as the labels, found estimates of 'z'");
}

static void labels_fitted_to_another_file(void **state)
{
	double x[6];

	(void)state;
	stream("fit.pz", PREDICTIONS,
	       "{\"id\": 1, \"z\": 0.15, \"mag\": 15.2, \"zphot\": {\"mode\": 0.15}}",
	       "{\"id\": 2, \"z\": 0.25, \"mag\": 15.2, \"zphot\": {\"mode\": 0.25}}",
	       "{\"id\": 3, \"mag\": 15.2, \"zphot\": {\"mode\": 0.35}}",
	       "{\"id\": 4, \"z\": 0.15, \"mag\": 15.2}", NULL);
	stream("in.pz", STAMPS, "{\"id\": 1, \"z\": 0.15, \"mag\": 15.2, " IMG "}", NULL);
	run_badly(softlabel_main, "softlabel --no-shift in.pz", 2, "--no-shift needs estimates");
	run_well(softlabel_main,
		 "softlabel -v --no-shift --fit fit.pz --dispersions 0.25,1,1 in.pz "
		 "-o out.pz");
	numbers("out.pz", 0, "label", x, 6);
	near(x, (const double[]){ 0, 1, 0.25 }, 3, 0);
	assert_non_null(strstr(contents("stderr"), "fit.pz: 1 galaxy has no 'zphot.mode'"));
	assert_non_null(strstr(contents("stderr"),
			       "channel 0: the dispersion of the estimates is 0.25 bins"));
	assert_non_null(strstr(header("out.pz"), "[[\"fit.pz\",\""));
	run_badly(softlabel_main, "softlabel --fit in.pz in.pz", 4, "predictions");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_holds_the_ids_whose_hash_lies_in_it),
		cmocka_unit_test(within_a_range_only),
		cmocka_unit_test(folds_are_windows_of_one_order),
		cmocka_unit_test(fold_one_begins_at_the_first_of_the_order),
		cmocka_unit_test(balance_says_what_it_did),
		cmocka_unit_test(pixels_are_divided_and_stretched),
		cmocka_unit_test(pixels_beyond_are_counted),
		cmocka_unit_test(labels_one_hot),
		cmocka_unit_test(errors_of_labels),
		cmocka_unit_test(labels_of_step_three),
		cmocka_unit_test(labels_fitted_to_another_file),
	};

	return cmocka_run_group_tests_name("sample tools", tests, in_folder, out_of_folder);
}
