/* test_survey.c -- files of surveys: each key goes where it belongs, within its limits */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/bins.h>
#include <pz/error.h>

static char folder[] = "/tmp/pz-test-survey-XXXXXX";
static char path[64];

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/a.json", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static int read_survey(struct pz_survey *s, const char *json)
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fputs(json, to);
	fclose(to);
	return pz_survey_find(s, path);
}

static const char everything[] =
	"{\"survey\": \"mine\", \"about\": \"what it is\","
	"\"grid\": {\"target\": \"mass\", \"min\": 1, \"max\": 5, \"bins\": 77},"
	"\"rows\": {\"mag\": \"i\", \"min\": 13.25, \"width\": 0.75, \"channels\": 4},"
	"\"limits\": {\"divide\": 2.5, \"outlier\": 0.125, \"fit_from\": 0.375, \"threshold\": 9},"
	"\"frames\": {\"files\": \"f-%b\", \"bands\": \"u,g\", \"names\": \"A,B\", \"pixscale\": "
	"0.25,"
	"\"hdu\": \"SCI\", \"zeropoint\": \"ZP\", \"bias\": \"B0\", \"psf\": \"SEEING\"},"
	"\"mask\": {\"instead\": \"-im\", \"files\": \"-msk\", \"hdu\": \"2\", \"bits\": \"1,2\","
	"\"weights\": false}, \"extinction\": {\"u\": 4.25, \"g\": 3.5}}";

static void keys_go_where_they_belong(void **state)
{
	struct pz_survey s;

	(void)state;
	if (read_survey(&s, everything) != 0)
		fail_msg("%s", pz_error_text());
	assert_string_equal(s.name, "mine");
	assert_string_equal(s.about, "what it is");
	assert_string_equal(s.grid.target, "mass");
	assert_true(s.grid.min == 1 && s.grid.max == 5 && s.grid.bins == 77);
	assert_true(s.grid.left == 0 && s.grid.right == 0);
	assert_string_equal(s.rows.mag, "i");
	assert_true(s.rows.min == 13.25 && s.rows.width == 0.75 && s.rows.channels == 4);
	assert_true(s.divide == 2.5 && s.outlier == 0.125 && s.fit_from == 0.375);
	assert_int_equal(s.threshold, 9);
	assert_string_equal(s.frames.files, "f-%b");
	assert_string_equal(s.frames.bands, "u,g");
	assert_string_equal(s.frames.names, "A,B");
	assert_true(s.frames.pixscale == 0.25);
	assert_string_equal(s.frames.hdu, "SCI");
	assert_string_equal(s.frames.zeropoint, "ZP");
	assert_string_equal(s.frames.bias, "B0");
	assert_string_equal(s.frames.psf, "SEEING");
	assert_true(s.frames.masked && !s.frames.mask_weights);
	assert_string_equal(s.frames.mask_instead, "-im");
	assert_string_equal(s.frames.mask_files, "-msk");
	assert_string_equal(s.frames.mask_hdu, "2");
	assert_string_equal(s.frames.mask_bits, "1,2");
	assert_int_equal(s.extinctions, 2);
	assert_string_equal(s.extinction[0].band, "u");
	assert_string_equal(s.extinction[1].band, "g");
	assert_true(s.extinction[0].coefficient == 4.25 && s.extinction[1].coefficient == 3.5);
}

/* pzpipe-surveys(7): what a file leaves out. */
static void what_is_left_out_is_that_of_sdss(void **state)
{
	struct pz_survey s;

	(void)state;
	assert_int_equal(read_survey(&s, "{\"mask\": {\"weights\": true}}"), 0);
	assert_string_equal(s.name, "file");
	assert_string_equal(s.grid.target, "z");
	assert_true(s.grid.min == 0 && s.grid.max == 0.4 && s.grid.bins == 180);
	assert_string_equal(s.rows.mag, "r");
	assert_true(s.rows.min == 12.5 && s.rows.width == 0.5 && s.rows.channels == 6);
	assert_true(s.divide == 1 && s.outlier == 0.05 && s.fit_from == 0.15);
	assert_int_equal(s.threshold, 200);
	assert_true(s.frames.masked && s.frames.mask_weights);
	assert_int_equal(s.extinctions, 0);
	assert_int_equal(read_survey(&s, "{\"grid\": {\"bins\": 2}}"), 0);
	assert_false(s.frames.masked);
}

static void survey_fails(const char *json, const char *why)
{
	struct pz_survey s;
	char expected[512];

	if (read_survey(&s, json) != PZ_EUSAGE)
		fail_msg("%s: %s", json, pz_error_text());
	snprintf(expected, sizeof expected, "survey '%s': %s", path, why);
	assert_string_equal(pz_error_text(), expected);
}

static void values_have_kinds(void **state)
{
	(void)state;
	survey_fails("[]", "expected a JSON object");
	survey_fails("{\"grid\": 1}", "key 'grid': expected an object with further keys");
	survey_fails("{\"survey\": 1}", "key 'survey': expected a text of 1 to 31 bytes");
	survey_fails("{\"about\": \"\"}", "key 'about': expected a text of 1 to 127 bytes");
	survey_fails("{\"grid\": {\"min\": \"0\"}}", "key 'grid.min': expected a number");
	survey_fails("{\"grid\": {\"bins\": 7.5}}",
		     "key 'grid.bins': expected a whole number of at least 0");
	survey_fails("{\"limits\": {\"threshold\": -1}}",
		     "key 'limits.threshold': expected a whole number of at least 0");
	survey_fails("{\"limits\": {\"threshold\": 1073741825}}",
		     "key 'limits.threshold': expected a whole number of at least 0");
	survey_fails("{\"mask\": {\"weights\": 1}}", "key 'mask.weights': expected true or false");
	survey_fails("{\"grid\": {\"binz\": 7}}",
		     "unknown key 'grid.binz'; did you mean 'grid.bins'?");
	survey_fails("{\"grid\": {\"nothing\": 7}}", "unknown key 'grid.nothing'");
	survey_fails("{\"gird\": {\"bins\": 7}}",
		     "unknown key 'gird.bins'; did you mean 'grid.bins'?");
	survey_fails("{\"extinction\": {\"u\": \"4\"}}", "key 'extinction': expected a number");
	survey_fails("{\"extinction\": {\"\": 4}}",
		     "extinction: expected at most 16 bands of 1 to 15 bytes");
	survey_fails("{\"extinction\": {\"a234567890123456\": 4}}",
		     "extinction: expected at most 16 bands of 1 to 15 bytes");
}

static void values_have_limits(void **state)
{
	struct pz_survey s;
	char json[1024] = "{\"extinction\": {";

	(void)state;
	assert_int_equal(read_survey(&s, "{\"limits\": {\"threshold\": 1073741824}}"), 0);
	assert_int_equal(s.threshold, 1 << 30);
	assert_int_equal(read_survey(&s, "{\"limits\": {\"threshold\": 0}}"), 0);
	assert_int_equal(read_survey(&s, "{\"survey\": \"a234567890123456789012345678901\"}"), 0);
	survey_fails("{\"survey\": \"a2345678901234567890123456789012\"}",
		     "key 'survey': expected a text of 1 to 31 bytes");
	assert_int_equal(read_survey(&s, "{\"extinction\": {\"a23456789012345\": 4}}"), 0);
	for (int i = 0; i < 16; i++)
		sprintf(json + strlen(json), "%s\"b%d\": %d", i ? ", " : "", i, i);
	strcat(json, "}}");
	assert_int_equal(read_survey(&s, json), 0);
	assert_int_equal(s.extinctions, 16);
	assert_true(s.extinction[15].coefficient == 15);
	strcpy(json + strlen(json) - 2, ", \"c\": 1}}");
	survey_fails(json, "extinction: expected at most 16 bands of 1 to 15 bytes");
	assert_int_equal(read_survey(&s, "{\"frames\": {\"pixscale\": 3600}}"), 0);
	assert_int_equal(read_survey(&s, "{\"frames\": {\"pixscale\": 0}}"), 0);
	survey_fails("{\"frames\": {\"pixscale\": 3600.5}}",
		     "key 'frames.pixscale': expected 0 to 3600");
	survey_fails("{\"frames\": {\"pixscale\": -0.5}}",
		     "key 'frames.pixscale': expected 0 to 3600");
	survey_fails("{\"frames\": {\"bands\": \"u,g\", \"names\": \"A\"}}",
		     "key 'frames.names': expected one for each of 'u,g'");
	survey_fails("{\"frames\": {\"names\": \"A\"}}",
		     "key 'frames.names': expected one for each of ''");
	survey_fails("{\"mask\": {\"weights\": true, \"bits\": \"1\"}}",
		     "key 'mask.weights': expected no mask.bits beside it");
	survey_fails("{\"grid\": {\"bins\": 1}}", "grid: expected 2 to 100000 bins, found 1");
	survey_fails("{\"rows\": {\"channels\": 0}}", "rows: expected 1 to 100 channels, found 0");
}

/* ---- presets ---- */

static void write_preset(const char *in, const char *name)
{
	char file[128];
	FILE *to;

	snprintf(file, sizeof file, "%s/%s/%s", folder, in, name);
	to = fopen(file, "w");
	assert_non_null(to);
	fprintf(to, "{\"survey\": \"%s\"}", in);
	fclose(to);
}

static void next_is(const char *name, const char *expected)
{
	char *found = pz_survey_after(name);

	assert_non_null(found);
	assert_string_equal(found, expected);
	free(found);
}

/* Of two folders, and one that is none, the first has a name first; in alphabetical order. */
static void presets_are_found_in_folders(void **state)
{
	char list[256], found[128], command[128];
	struct pz_survey s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(list, sizeof list, "%s/%s", folder, i ? "two" : "one");
		assert_int_equal(mkdir(list, 0700), 0);
	}
	write_preset("one", "0c.json");
	write_preset("one", "0x.text");
	write_preset("two", "0a.json");
	write_preset("two", "0c.json");
	write_preset("two", "0b.json");
	snprintf(list, sizeof list, "/no/such/folder::%s/one:%s/two", folder, folder);
	setenv("PZ_SURVEYS", list, 1);
	next_is("", "0a");
	next_is("0a", "0b");
	next_is("0b", "0c");
	next_is("0aa", "0b");
	assert_true(pz_survey_path("0c", found, sizeof found));
	snprintf(list, sizeof list, "%s/one/0c.json", folder);
	assert_string_equal(found, list);
	assert_false(pz_survey_path("0c", found, strlen(list)));
	assert_string_equal(found, "");
	assert_true(pz_survey_path("0c", found, strlen(list) + 1));
	assert_false(pz_survey_path("0x", found, sizeof found));
	assert_false(pz_survey_path("", found, sizeof found));
	assert_false(pz_survey_path("0c.json", found, sizeof found));
	assert_int_equal(pz_survey_find(&s, "0a"), 0);
	assert_string_equal(s.name, "two");
	assert_true(pz_survey_path("sdss", found, sizeof found)); /* that of the program */
	assert_int_equal(pz_survey_find(&s, "0d"), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "survey '0d': expected 0a, 0b, 0c, "));
	assert_int_equal(pz_survey_find(&s, "sdds"), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "; did you mean sdss?"));
	unsetenv("PZ_SURVEYS");
	snprintf(command, sizeof command, "rm -r %s/one %s/two", folder, folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_go_where_they_belong),
		cmocka_unit_test(what_is_left_out_is_that_of_sdss),
		cmocka_unit_test(values_have_kinds),
		cmocka_unit_test(values_have_limits),
		cmocka_unit_test(presets_are_found_in_folders),
	};

	return cmocka_run_group_tests_name("surveys", tests, setup, teardown);
}
