/* test_tools_used.c -- files that tools name in the history of their output, headers that a match
 * completes, features that are missing, and silence where there is nothing to say
 */
#include <math.h>

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
		snprintf(
			text[i], sizeof text[i],
			"{\"id\": %d, \"z\": %g, \"mag\": 15.5, \"u\": %d, \"pz\": [0.25, 0.25, "
			"0.25, 0.25], \"zphot\": {\"mode\": %g}, \"features\": [%d, 2], \"label\": "
			"[[0, %d, 0]]}",
			i, 0.01 * i, 17 + i, 0.01 * i, i, i % 4);
		record[i] = text[i];
	}
	stream_of("a.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", record, GALAXIES);
	stream_of("b.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", record, GALAXIES);
	stream_of("f.pz",
		  "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"labels\": \"single\", \"features\": "
		  "[\"x\", \"y\"], " AXES "}",
		  record, GALAXIES);
	return 0;
}

/* The hash that stands in the trailer of a stream. */
static uint64_t hash_of(const char *file)
{
	struct pz_reader *in;
	uint64_t hash;

	assert_int_equal(pz_reader_open(&in, &file, 1, 0), 0);
	while (pz_read(in) > 0)
		;
	hash = pz_reader_hash(in);
	pz_reader_close(in);
	return hash;
}

/* The output names a file, with a hash that begins so. */
static void names_with(tool_main tool, const char *line, const char *file, const char *hash)
{
	char entry[64];
	size_t n = (size_t)snprintf(entry, sizeof entry, "[\"%s\",\"", file);
	const char *at;

	snprintf(entry + n, sizeof entry - n, "%s", hash);
	run_well(tool, line);
	at = strstr(header("o.pz"), entry);
	if (!at || strspn(at + n, "0123456789abcdef") < 8)
		fail_msg("%s: '%s' should name %s", line, contents("header.json"), entry);
}

/* A file with the hash of its bytes. */
static void names(tool_main tool, const char *line, const char *file)
{
	names_with(tool, line, file, "");
}

/* A stream that is read to its end with the hash that stands there. */
static void names_stream(tool_main tool, const char *line, const char *file)
{
	char hash[9];

	snprintf(hash, sizeof hash, "%08x", (unsigned)(hash_of(file) >> 32));
	names_with(tool, line, file, hash);
}

static void files_are_in_the_history(void **state)
{
	(void)state;
	names_stream(calibrate_main, "calibrate --train b.pz --whole a.pz -o o.pz", "b.pz");
	names(match_main, "match --with b.pz --take u a.pz -o o.pz", "b.pz");
	names(average_main, "average --with b.pz a.pz -o o.pz", "b.pz");
	names_stream(recalibrate_main, "recalibrate --train b.pz -c 10 a.pz -o o.pz", "b.pz");
	names_stream(knn_main, "knn --train b.pz -m u -k 5 a.pz -o o.pz", "b.pz");
	names_stream(nz_main, "nz -b 0 --trained b.pz a.pz -o o.pz", "b.pz");
	write_text("m.net", "features\ndense 2 tanh\n");
	run_well(train_main, "train -q --net m.net -n 3 -b 4 f.pz -o m.model");
	names(predict_main, "predict -m m.model f.pz -o o.pz", "m.model");
	names(train_main, "train -q --from m.model -n 3 -b 4 f.pz -o o.pz", "m.model");
	names(predict_main, "predict -m m.model --domain f.pz --neighbours 2 f.pz -o o.pz", "f.pz");
}

/* p(z) bring their bins to a stream that had none. */
static void bins_come_with_pdfs(void **state)
{
	(void)state;
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 3}", NULL);
	run_well(match_main, "match -q --with a.pz --take pz c.pz -o o.pz");
	assert_non_null(strstr(header("o.pz"), "\"grid\":{"));
	assert_non_null(strstr(contents("header.json"), "\"bins\":4"));
	run_well(match_main, "match -q --with a.pz --take u c.pz -o o.pz");
	assert_null(strstr(header("o.pz"), "\"grid\""));
	/* and take them away where the other stream has none */
	stream("d.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 3, \"pz\": \"x\"}",
	       NULL);
	run_well(match_main, "match -q --with d.pz --take pz a.pz -o o.pz");
	assert_null(strstr(header("o.pz"), "\"grid\""));
}

/* A galaxy one of whose features is NaN cannot be compared, and its name is told. */
static void features_that_are_nan(void **state)
{
	const char *name = "f.pz";
	struct pz_reader *in = NULL;
	struct pz_writer *out = NULL;
	FILE *to = fopen("n.pz", "wb");

	(void)state;
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(pz_writer_open(&out, to, "n.pz", pz_reader_header(in)), 0);
	for (int i = 0; pz_read(in) > 0; i++) {
		float x[2] = { (float)i, i == 4 ? NAN : 1 };

		pz_map_set_bytes(pz_reader_record(in), "features", x, sizeof x);
		assert_int_equal(pz_write(out, pz_reader_record(in)), 0);
	}
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	pz_reader_close(in);
	run_well(knn_main, "knn --train f.pz -k 5 n.pz -o o.pz");
	assert_non_null(strstr(contents("stderr"), "knn: n.pz: 1 galaxy was left out: a number is "
						   "missing, 'y' in the first\n"));
	run_badly(knn_main, "knn --strict --train f.pz -k 5 n.pz -o no.pz", 1,
		  "n.pz: record 5 (id 4): y: expected a number to compare galaxies by");
	/* a network takes the mean for it, and says so */
	run_well(predict_main, "predict -m m.model n.pz -o o.pz");
	assert_string_equal(contents("stderr"),
			    "predict: 1 galaxy has not all features: the training sample's mean "
			    "stands for those that are missing\n");
	run_well(predict_main, "predict -m m.model f.pz -o o.pz");
	assert_string_equal(contents("stderr"), "");
}

/* More training galaxies than there is room for at first, held out or not. */
static void many_galaxies_are_learned_from(void **state)
{
	enum { MANY = 5000 };
	static char text[MANY][120];
	static const char *record[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"z\": %g, \"mag\": 15.5, \"pz\": [0.25, 0.25, 0.25, "
			 "0.25]}",
			 1000 + i, 0.4 * (i * 7 % MANY) / MANY);
		record[i] = text[i];
	}
	stream_of("many.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", record, MANY);
	run_well(recalibrate_main, "recalibrate -q --train many.pz -i 50 a.pz -o o.pz");
	assert_non_null(strstr(header("o.pz"), "\"galaxies\":5000,"));
	/* uniform PITs: p(z) stay what they are, and the middle half is an interval of 50 % */
	for (size_t i = 0; i < GALAXIES; i += 7) {
		double p[4];

		assert_int_equal(numbers("o.pz", i, "pz", p, 4), 4);
		for (int k = 0; k < 4; k++)
			assert_true(fabs(p[k] - 0.25) < 0.02);
		assert_true(fabs(number("o.pz", i, "interval.low50") - 0.1) < 0.02);
		assert_true(fabs(number("o.pz", i, "interval.high50") - 0.3) < 0.02);
	}
}

/* Other streams are read to their end, where all that is looked for was found before. */
static void what_is_wrong_behind_the_last_is_noticed(void **state)
{
	static const char last[] = "{\"id\": 5, \"u\": 1, \"pz\": [1, 0, 0, 0]}";
	const char head[] = "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}";

	(void)state;
	stream("first.pz", head, "{\"id\": 1, \"u\": 1, \"pz\": [1, 0, 0, 0]}", NULL);
	stream("more.pz", head, "{\"id\": 1, \"u\": 2, \"pz\": [1, 0, 0, 0]}", last, last, NULL);
	run_badly(match_main, "match --with more.pz --take u first.pz -o no.pz", 1,
		  "match: more.pz: record 3 (id 5): id: expected one record for each galaxy");
	run_badly(average_main, "average --common --with more.pz first.pz -o no.pz", 1,
		  "more.pz: record 3 (id 5): id: expected one record for each galaxy");
	stream("more.pz", head, "{\"id\": 1, \"u\": 2, \"pz\": [1, 0, 0, 0]}", last, NULL);
	run_well(match_main, "match --with more.pz --take u first.pz -o o.pz");
	assert_string_equal(contents("stderr"), "");
	assert_int_equal(system("head -c -1 more.pz >cut.pz"), 0);
	run_badly(match_main, "match --with cut.pz --take u first.pz -o no.pz", 3, "cut.pz: ");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

static void nothing_is_said_of_nothing(void **state)
{
	(void)state;
	run_well(nz_main, "nz -b 0 a.pz -o o.pz");
	assert_string_equal(contents("stderr"), "");
	run_well(average_main, "average --with b.pz a.pz -o o.pz");
	assert_string_equal(contents("stderr"), "");
	run_well(match_main, "match -v --with b.pz --take u a.pz -o o.pz");
	assert_null(strstr(contents("stderr"), "not in"));
	run_well(recalibrate_main, "recalibrate -q --train b.pz -c 10 a.pz -o o.pz");
	run_well(knn_main, "knn --train b.pz -m u -k 5 a.pz -o o.pz");
	assert_null(strstr(contents("stderr"), "left out"));
	/* nor of an input that turns out to be wrong, but what is wrong */
	stream("w.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", "{\"id\": 1}",
	       "{\"id\": 2, \"pz\": [1]}", NULL);
	run_badly(flag_main, "flag w.pz -o no.pz", 1, "flag: w.pz: record 2 (id 2): pz: ");
	assert_int_equal(strncmp(contents("stderr"), "flag: w.pz: ", 12), 0);
	run_badly(nz_main, "nz w.pz -o no.pz", 1, "nz: w.pz: record 2 (id 2): pz: ");
	assert_int_equal(strncmp(contents("stderr"), "nz: w.pz: ", 10), 0);
	run_badly(average_main, "average --with b.pz w.pz -o no.pz", 1, "w.pz: record 2 (id 2)");
	assert_int_equal(strncmp(contents("stderr"), "average: w.pz: ", 15), 0);
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_in_the_history),
		cmocka_unit_test(bins_come_with_pdfs),
		cmocka_unit_test(features_that_are_nan),
		cmocka_unit_test(many_galaxies_are_learned_from),
		cmocka_unit_test(what_is_wrong_behind_the_last_is_noticed),
		cmocka_unit_test(nothing_is_said_of_nothing),
	};

	return cmocka_run_group_tests_name("what tools use and say", tests, begin, out_of_folder);
}
