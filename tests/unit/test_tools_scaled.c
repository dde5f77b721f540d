/* test_tools_scaled.c -- normalize and softlabel: divisors of bands by hand, what their messages
 * count, and options that do not go together */
#include <float.h>
#include <math.h>

#include "../../tools/normalize/soften.h"
#include "json_map.h"

#define STAMPS(more)                                                                               \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 3, \"pixel\":" \
	" \"f4\", \"pixscale\": 0.25, \"unit\": \"nmgy\"" more "}"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

static void header_has(const char *name, const char *what)
{
	if (!strstr(header(name), what))
		fail_msg("'%s' lacks '%s'", header(name), what);
}

/* ---- divisors ---- */

static void divisors_as_they_are_given(void **state)
{
	struct pz_header h = header_of(STAMPS(""));

	(void)state;
	assert_int_equal(soften_parse("0.5,3e0", &h), 0);
	assert_true(h.has_soften && h.soften[0] == 0.5 && h.soften[1] == 3);
	assert_int_equal(soften_parse("3.4028234663852886e38,1e-30", &h), 0);
	assert_true(h.soften[0] == (double)FLT_MAX);
	h.has_soften = false;
	FAILS(soften_parse("1", &h), PZ_EUSAGE,
	      "--soften: expected a number for each of 2 bands, found 1");
	FAILS(soften_parse("1,2,3", &h), PZ_EUSAGE,
	      "--soften: expected a number for each of 2 bands, found 3");
	for (size_t i = 0; i < 8; i++) {
		static const char *const wrong[] = { "",         "1,",    "0,1", "-1,2",
						     "1,3.5e38", "1,nan", "1 2", "a,b" };
		char text[160];

		snprintf(text, sizeof text,
			 "--soften: expected auto, or numbers above 0 with commas between, found "
			 "'%s'",
			 wrong[i]);
		FAILS(soften_parse(wrong[i], &h), PZ_EUSAGE, text);
	}
	assert_false(h.has_soften);
	pz_header_release(&h);
}

/* A stamp whose border is level + noise * {-3, -1, -1, -1, 1, 1, 1, 3}, corners counted twice, and
 * whose middle is bright. Their deviations from the median, level, are noise (eight), and 3 noise
 * (four of 12): the median is noise. */
#define IMG(l, n)                                                                                  \
	(l) - (n), (l) + (n), (l) - (n), (l) + (n), 900., (l)-3 * (n), (l) + (n), (l) - (n),       \
		(l) + 3 * (n)

static void noisy(char *text, size_t size, int id, double level, double g, double r)
{
	const double x[] = { IMG(level, g), IMG(-level, r) };
	size_t n = (size_t)snprintf(text, size, "{\"id\": %d, \"img\": [", id);

	for (size_t i = 0; i < 18; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%.9g", i ? ", " : "", x[i]);
	snprintf(text + n, size - n, "]}");
}

/* Of five stamps the three with the darkest borders count, of each band its own. */
static void the_noise_of_the_darkest_half(void **state)
{
	static const double level[] = { 30, 10, 50, 20, 40 }, g[] = { 4, 1, 0.25, 2, 8 };
	static char text[6][400];
	const char *record[6];
	char *before;
	double x[18];

	(void)state;
	for (int i = 0; i < 5; i++) {
		noisy(text[i], sizeof text[i], i + 1, level[i], g[i], 0.5 * g[i]);
		record[i] = text[i];
	}
	stream_of("n.pz", STAMPS(""), record, 5);
	before = strdup(records("n.pz"));
	run_well(normalize_main, "normalize -v -s none --soften auto n.pz -o out.pz");
	/* g: of 10, 20 and 30 the noise 1, 2, 4; r: of -50, -40 and -30 the noise 0.125, 4, 2 */
	header_has("out.pz", "\"soften\":[2.965,2.965]");
	says("normalize: --soften 2.965,2.965\n");
	assert_string_equal(records("out.pz"), before);
	free(before);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(numbers("out.pz", i, "img", x, 18), 18);
		assert_true(fabs(x[4] - 900 / 2.965) < 1e-3);
		assert_true(fabs(x[0] - (level[i] - g[i]) / 2.965) < 1e-4);
	}
	/* of four the half is two: the mean of 1 and 2, and of 0.125 and 4 (levels 10, 20; -50,
	 * -40) */
	stream("n.pz", STAMPS(""), text[1], text[2], text[3], text[4], NULL);
	run_well(normalize_main, "normalize -s none --soften auto n.pz -o out.pz");
	header_has("out.pz", "\"soften\":[2.224,3.058]");
	stream("n.pz", STAMPS(""), NULL);
	run_badly(normalize_main, "normalize --soften auto n.pz -o no.pz", 1,
		  "--soften auto: expected stamps, to measure the noise of the sky, found none: "
		  "give numbers by --soften or --like");
	stream("n.pz", STAMPS(""), "{\"id\": 1, \"img\": [1, 2]}", NULL);
	run_badly(normalize_main, "normalize --soften auto n.pz -o no.pz", 1,
		  "n.pz: record 1 (id 1): img: expected 72 bytes, found 8");
	stream("n.pz", STAMPS(""),
	       "{\"id\": 1, \"img\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 5, 5, 5, 1, "
	       "5, 5, 5, 5]}",
	       NULL);
	run_badly(normalize_main, "normalize --soften auto n.pz -o no.pz", 1,
		  "--soften auto: band 'r': expected noise on the borders of the first 1 stamp, "
		  "found 0: give numbers by --soften or --like");
	stream("n.pz", STAMPS(""),
	       "{\"id\": 1, \"cover\": [0.5, 1], \"img\": [0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4, "
	       "5, "
	       "6, 7, 8, 9]}",
	       "{\"id\": 2, \"cover\": [0.5, 1], \"img\": [0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4, "
	       "5, "
	       "6, 7, 8, 9]}",
	       NULL);
	run_badly(normalize_main, "normalize --soften auto n.pz -o no.pz", 1,
		  "--soften auto: band 'g': none of the first 2 stamps has data on its border");
}

/* ---- the same as others ---- */

static void what_was_done_to_others(void **state)
{
	static const char *const wrong[][2] = {
		{ STAMPS(""),
		  "expected normalised stamps, or a model of such, found stamps as cut" },
		{ "{\"pzpipe\": 1, \"kind\": \"catalogue\"}",
		  "expected a model that reads pixels, or stamps" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"i\"], \"size\": 3, "
		  "\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 3}",
		  "bands: expected 'r' as band 2, as in the input, found 'i'" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 3, "
		  "\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 3}",
		  "bands: expected 'r' as band 2, as in the input, found 'no more'" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\", \"z\"], "
		  "\"size\": "
		  "3, \"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 3}",
		  "bands: expected 'no more' as band 3, as in the input, found 'z'" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 9, "
		  "\"pixel\": \"f4\", \"stretch\": \"sqrt\", \"divide\": 3, \"unit\": \"adu\"}",
		  "unit: expected 'nmgy' as in the input, found 'adu'" },
		{ "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 9, "
		  "\"pixel\": \"f4\", \"stretch\": \"cube\", \"divide\": 3, \"unit\": \"nmgy\"}",
		  "like.pz: " },
	};
	char text[400];
	double x[18];

	(void)state;
	noisy(text, sizeof text, 1, 10, 1, 2);
	stream("n.pz", STAMPS(""), text, NULL);
	stream("like.pz", STAMPS(", \"stretch\": \"none\", \"divide\": 5"), text, NULL);
	run_well(normalize_main, "normalize --like like.pz n.pz -o out.pz");
	header_has("out.pz", "\"stretch\":\"none\"");
	header_has("out.pz", "\"divide\":5.0");
	header_has("out.pz", "[\"like.pz\",\"");
	numbers("out.pz", 0, "img", x, 18);
	assert_true(x[4] == 180);
	stream("like.pz", STAMPS(", \"stretch\": \"asinh\", \"soften\": [3, 4]"), NULL);
	run_well(normalize_main, "normalize --like like.pz n.pz -o out.pz");
	numbers("out.pz", 0, "img", x, 18);
	assert_true(fabs(x[4] - asinh(300)) < 1e-5 && fabs(x[13] - asinh(225)) < 1e-5);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		stream("like.pz", wrong[i][0], NULL);
		run_badly(normalize_main, "normalize --like like.pz n.pz -o no.pz", 4, wrong[i][1]);
		says("like.pz: ");
	}
}

/* Pixels of a standard deviation of d, times four, divided by four. */
static void scales_from_which_networks_learn_badly(void **state)
{
	static const struct {
		double d;
		const char *how;
	} cases[] = { { 0.029, "Give a smaller --divide" },
		      { 0.031, NULL },
		      { 9.9, NULL },
		      { 10.1, "Give a larger --divide" } };
	char text[400];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t n = (size_t)snprintf(text, sizeof text, "{\"id\": 1, \"img\": [");

		for (int k = 0; k < 18; k++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%.9g", k ? ", " : "",
					      4 * (7 + (k % 2 ? 1 : -1) * cases[i].d));
		snprintf(text + n, sizeof text - n, "]}");
		stream("n.pz", STAMPS(""), text, NULL);
		run_well(normalize_main, "normalize -s none -d 4 n.pz -o out.pz");
		if (!cases[i].how) {
			assert_string_equal(contents("stderr"), "");
			continue;
		}
		says("the pixels have a standard deviation of ");
		says(" after division by 4: a network learns badly from numbers that are not ");
		says(cases[i].how);
		run_well(normalize_main, "normalize -s none --soften 4,4 n.pz -o out.pz");
		says(" after division by the numbers of --soften: ");
		says(i ? "Give larger numbers to --soften," : "Give smaller numbers to --soften,");
	}
	/* no stamps, nothing to say; the default divisor without a survey is 1 */
	stream("n.pz", STAMPS(""), NULL);
	run_well(normalize_main, "normalize n.pz -o out.pz");
	assert_string_equal(contents("stderr"), "");
	header_has("out.pz", "\"divide\":1.0");
}

/* A stamp of more pixels than are converted at a time, of float16 to float32 and back. */
static void pixels_of_large_stamps(void **state)
{
	static char text[20000];
	static double x[2 * 23 * 23];
	size_t n = (size_t)snprintf(text, sizeof text, "{\"id\": 1, \"img\": [");

	(void)state;
	for (int i = 0; i < 1058; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%d", i ? ", " : "", i - 500);
	snprintf(text + n, sizeof text - n, "]}");
	stream("n.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 23, "
	       "\"pixel\": \"f4\", \"unit\": \"nmgy\"}",
	       text, NULL);
	run_well(normalize_main, "normalize -q -s none --soften 2,4 -p f2 n.pz -o half.pz");
	header_has("half.pz", "\"pixel\":\"f2\"");
	run_well(normalize_main, "normalize -q -s none --soften 2,4 -p f4 n.pz -o out.pz");
	assert_int_equal(numbers("out.pz", 0, "img", x, 1058), 1058);
	for (int i = 0; i < 1058; i++)
		assert_true(x[i] == (i - 500) / (i < 529 ? 2. : 4.));
}

/* Each pixel counts once in the scale of all: of 512 pixels that are converted at a time and of the
 * 17 behind them. */
static void every_pixel_counts_once(void **state)
{
	static char text[20000];
	size_t n = (size_t)snprintf(text, sizeof text, "{\"id\": 1, \"img\": [");

	(void)state;
	for (int i = 0; i < 1058; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? ", " : "",
				      i % 529 == 17 ? "227" : "0");
	snprintf(text + n, sizeof text - n, "]}");
	stream("n.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 23, "
	       "\"pixel\": \"f4\", \"unit\": \"nmgy\"}",
	       text, NULL);
	run_well(normalize_main, "normalize -s none n.pz -o out.pz");
	assert_string_equal(contents("stderr"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(divisors_as_they_are_given),
		cmocka_unit_test(the_noise_of_the_darkest_half),
		cmocka_unit_test(what_was_done_to_others),
		cmocka_unit_test(scales_from_which_networks_learn_badly),
		cmocka_unit_test(pixels_of_large_stamps),
		cmocka_unit_test(every_pixel_counts_once),
	};

	return cmocka_run_group_tests_name("scaled pixels", tests, in_folder, out_of_folder);
}
