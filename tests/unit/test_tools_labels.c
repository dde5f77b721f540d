/* test_tools_labels.c -- softlabel: labels of every kind by hand, limits of the grid, what is
 * counted and said, options that do not go together */
#include <math.h>

#include <pz/partition.h>
#include <pz/random.h>

#include "json_map.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.5, \"bins\": 5, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"
#define KIND(kind)                                                                                 \
	"{\"pzpipe\": 1, \"kind\": \"" kind "\", \"bands\": [\"g\"], \"size\": 1, \"pixel\": "     \
	"\"f4\", " AXES "}"
#define IMG "\"img\": [1]"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

static void label_is(size_t i, size_t n, double channel, double centre, double width)
{
	double x[6];

	assert_int_equal(numbers("out.pz", i, "label", x, 6), n);
	if (!(x[0] == channel && fabs(x[1] - centre) < 1e-9 && fabs(x[2] - width) < 1e-9))
		fail_msg("record %zu: found %g, %g, %g", i, x[0], x[1], x[2]);
}

/* Edges of bins belong to the bin above, the last one too; outside it is the first or last bin. */
static void labels_at_the_edges(void **state)
{
	(void)state;
	stream("in.pz", KIND("stamps"), "{\"id\": 1, \"z\": 0, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 2, \"z\": 0.25, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 3, \"z\": 0.4999, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 4, \"z\": 0.51, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 5, \"z\": -0.01, \"mag\": 15.5, " IMG ", \"pz\": [1, 0]}", NULL);
	run_well(softlabel_main, "softlabel --hard in.pz -o out.pz");
	label_is(0, 3, 0, 0, 0);
	label_is(1, 3, 0, 2, 0);
	label_is(2, 3, 0, 4, 0);
	label_is(3, 3, 0, 4, 0);
	label_is(4, 3, 0, 0, 0);
	assert_string_equal(contents("stderr"),
			    "softlabel: 2 galaxies are outside of 0 to 0.5: the "
			    "label is the first or last bin\n");
	/* an old p(z) is dropped */
	assert_null(strstr(records("out.pz"), "\"pz\""));
	if (!strstr(header("out.pz"), "\"labels\":\"channels\"") ||
	    !strstr(header("out.pz"), "\"kind\":\"stamps\"") ||
	    !strstr(header("out.pz"), "\"left\":0,\"right\":0"))
		fail_msg("%s", header("out.pz"));
	run_well(softlabel_main, "softlabel --single -b 10 in.pz -o out.pz");
	label_is(1, 3, 0, 5, 0);
	assert_non_null(strstr(header("out.pz"), "\"labels\":\"single\""));
	assert_non_null(strstr(header("out.pz"), "\"bins\":10"));
	run_badly(softlabel_main, "softlabel --single --channels 2 -b 0 -r 1,0 in.pz -o no.pz", 2,
		  "--bins, --range");
}

static void features_in_the_place_of_pixels(void **state)
{
	static const char head[] =
		"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"features\": [\"u\"], " AXES "}";

	(void)state;
	stream("in.pz", head, "{\"id\": 1, \"z\": 0.35, \"features\": [1]}",
	       "{\"id\": 2, \"z\": 0.15, \"features\": [2]}", NULL);
	run_well(softlabel_main, "softlabel --single in.pz -o out.pz");
	label_is(0, 3, 0, 3, 0);
	assert_non_null(strstr(header("out.pz"), "\"kind\":\"catalogue\""));
	assert_string_equal(contents("stderr"), "");
	run_well(softlabel_main, "softlabel in.pz -o out.pz");
	label_is(0, 3, 2, 3, 0);
	assert_string_equal(contents("stderr"), "softlabel: 2 galaxies have no magnitude and are "
						"counted in the faintest row\n");
	stream("in.pz", head, "{\"id\": 1, \"z\": 0.35}", NULL);
	run_badly(softlabel_main, "softlabel in.pz -o no.pz", 1,
		  "in.pz: record 1 (id 1): features: expected those of a galaxy, found none");
	stream("in.pz", KIND("stamps"), "{\"id\": 1, " IMG "}", "{\"id\": 2, " IMG "}", NULL);
	run_badly(softlabel_main, "softlabel in.pz -o no.pz", 1,
		  "in.pz: expected records with 'z', found none");
	stream("in.pz", KIND("model"), NULL);
	run_badly(softlabel_main, "softlabel in.pz -o no.pz", 4, "in.pz: ");
	stream("in.pz", "{\"pzpipe\": 1, \"kind\": \"stamps\"}", NULL);
	run_badly(softlabel_main, "softlabel in.pz -o no.pz", 4,
		  "in.pz: header: expected a redshift grid, found none");
}

/* Each galaxy's error depends on the seed and its id. */
static void errors_by_seed_and_id(void **state)
{
	static char text[30][64];
	const char *record[30];
	size_t at = 0;
	int left = 0;
	char said[128];

	(void)state;
	for (int i = 0; i < 30; i++) {
		snprintf(text[i], sizeof text[i], "{\"id\": %d, \"z\": 0.25, " IMG "}", i);
		record[i] = text[i];
	}
	stream_of("in.pz", KIND("stamps"), record, 30);
	run_well(softlabel_main, "softlabel --single --errors 0.2 --seed 4 in.pz -o out.pz");
	for (int i = 0; i < 30; i++) {
		struct pz_random random;
		double z;

		pz_random_init(&random, 4,
			       pz_random_stream("errors of labels", pz_id_hash_int(i, 0)));
		z = 0.25 + 0.2 * pz_random_normal(&random);
		if (z < 0 || z >= 0.5) {
			left++;
			continue;
		}
		assert_true(number("out.pz", at, "id") == i);
		label_is(at++, 3, 0, floor(10 * z), 0);
	}
	assert_true(left > 1 && at > 10);
	snprintf(said, sizeof said,
		 "softlabel: %d galaxies were left out, because --errors moves the value out of 0 "
		 "to 0.5\n",
		 left);
	assert_string_equal(contents("stderr"), said);
	stream("in.pz", KIND("stamps"), "{\"z\": 0.25, " IMG "}", NULL);
	run_badly(softlabel_main, "softlabel --errors 0.1 in.pz -o no.pz", 1,
		  "in.pz: record 1 (id none): id: expected an integer or a text");
}

static void write_streams(void)
{
	stream("s.pz", KIND("stamps"), "{\"id\": 1, \"z\": 0.25, \"mag\": 15.5, " IMG "}", NULL);
	stream("p.pz", KIND("predictions"),
	       "{\"id\": 1, \"z\": 0.25, \"mag\": 15.5, \"zphot\": {\"mode\": 0.2}, " IMG "}",
	       NULL);
	stream("empty.pz", KIND("predictions"), NULL);
	stream("no-z.pz", KIND("predictions"), "{\"id\": 1, \"zphot\": {\"mode\": 0.2}}", NULL);
	stream("no-zphot.pz", KIND("predictions"), "{\"id\": 1, \"z\": 0.25}", NULL);
	stream("two.pz", KIND("predictions"),
	       "{\"id\": 1, \"z\": 0.25, \"zphot\": {\"mode\": 0.2}}", "{\"id\": 2, \"z\": 0.25}",
	       NULL);
}

static void options_that_do_not_go_together(void **state)
{
	static const struct {
		const char *line, *says;
		int status;
	} cases[] = {
		{ "--single --hard s.pz", "--single excludes --hard, --no-shift, --fit, --refine",
		  2 },
		{ "--single --no-shift s.pz", "--single excludes --hard", 2 },
		{ "--single --fit p.pz s.pz", "--single excludes --hard", 2 },
		{ "--single --refine p.pz s.pz", "--single excludes --hard", 2 },
		{ "--single -e 1,2 s.pz", "--single excludes --hard", 2 },
		{ "--no-shift s.pz",
		  "--no-shift needs estimates: expected predictions with stamps (predict "
		  "--keep-stamps), or --fit FILE",
		  2 },
		{ "--refine p.pz s.pz", "--refine needs estimates: expected predictions", 2 },
		{ "-e 1,2 s.pz", "--extend needs estimates: expected predictions", 2 },
		{ "--share 0.5 p.pz", "--share needs --refine FILE", 2 },
		{ "--no-shift --refine p.pz p.pz",
		  "--no-shift excludes --refine, which shifts labels", 2 },
		{ "--errors 0.1 p.pz",
		  "--errors: expected stamps, found estimates: labels of step 3 "
		  "are made from true values",
		  2 },
		{ "--errors 0.1 --fit p.pz s.pz", "--errors: expected stamps, found estimates", 2 },
		{ "-e 1,2,3 p.pz", "--extend: expected two numbers, found 3", 2 },
		{ "-e 1,2.5 p.pz", "--extend: expected whole numbers, found 2.5", 2 },
		{ "--dispersions 1,1,1 s.pz",
		  "--dispersions: expected estimates to fit to, and 3 "
		  "numbers, one for each channel; found 3",
		  2 },
		{ "--dispersions 1,1 p.pz", "3 numbers, one for each channel; found 2", 2 },
		{ "--target mass --fit p.pz -r 0,1 s.pz",
		  "p.pz: expected estimates of 'mass', as the labels, found estimates of 'z'", 4 },
		{ "--fit s.pz s.pz", "expected a stream of predictions, found stamps", 4 },
		{ "--fit none.pz s.pz", "none.pz", 1 },
		{ "--fit empty.pz s.pz",
		  "empty.pz: expected records with 'z' to fit to, found none", 1 },
		{ "--fit no-z.pz s.pz", "no-z.pz: expected records with 'z' to fit to, found none",
		  1 },
		{ "--fit no-zphot.pz s.pz",
		  "no-zphot.pz: expected records with 'z' and an estimate 'zphot.mode' to fit to, "
		  "found none",
		  1 },
		{ "--strict --fit two.pz s.pz",
		  "two.pz: record 2 (id 2): zphot.mode: expected a finite number, found none", 1 },
	};

	(void)state;
	write_streams();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[128];

		snprintf(line, sizeof line, "softlabel -o no.pz %s", cases[i].line);
		run_badly(softlabel_main, line, cases[i].status, cases[i].says);
	}
}

/* Estimates of another file: what lacks is said of that file; labels have its dispersion. */
static void fits_to_another_file(void **state)
{
	(void)state;
	stream("s.pz", KIND("stamps"), "{\"id\": 1, \"z\": 0.25, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 2, \"z\": 0.05, \"mag\": 16.5, " IMG "}", NULL);
	stream("p.pz", KIND("predictions"),
	       "{\"id\": 1, \"z\": 0.25, \"mag\": 15.5, \"zphot\": {\"mode\": 0.2}}",
	       "{\"id\": 2, \"mag\": 15.5, \"zphot\": {\"mode\": 0.2}}",
	       "{\"id\": 3, \"z\": -99, \"mag\": 15.5, \"zphot\": {\"mode\": 0.2}}",
	       "{\"id\": 4, \"z\": 0.25, \"mag\": 15.5}", "{\"id\": 5, \"z\": 0.25, \"mag\": 15.5}",
	       NULL);
	run_well(softlabel_main, "softlabel -v --fit p.pz --no-shift --dispersions 0.5,0.75,1 -e "
				 "2,1 s.pz -o out.pz");
	says("softlabel: p.pz: 2 galaxies have no 'z' and were left out (1 has a number that means "
	     "that it is missing, first -99)\nsoftlabel: p.pz: 2 galaxies have no 'zphot.mode' and "
	     "were left out of the fit\nsoftlabel: channel 0: the dispersion of the estimates is "
	     "0.50 bins\nsoftlabel: channel 1: the dispersion of the estimates is 0.75 bins\n"
	     "softlabel: channel 2: the dispersion of the estimates is 1.00 bins\n");
	label_is(0, 3, 0, 2, 0.5);
	label_is(1, 6, 0, 0, 0.5);
	assert_non_null(strstr(header("out.pz"), "\"left\":2,\"right\":1"));
	assert_non_null(strstr(header("out.pz"), "\"sigma_disp\":[0.5,0.75,1.0]"));
	assert_non_null(strstr(header("out.pz"), "\"sigma_disp_objective\":["));
	/* half of the bins on each side */
	run_well(softlabel_main, "softlabel --fit p.pz --hard --no-shift s.pz -o out.pz");
	assert_non_null(strstr(header("out.pz"), "\"left\":2,\"right\":2"));
	label_is(0, 3, 0, 2, 0);
	stream("s.pz", KIND("stamps"), "{\"id\": 1, \"mag\": 15.5, " IMG "}",
	       "{\"id\": 2, \"z\": 0.05, \"mag\": 16.5, " IMG "}", NULL);
	run_well(softlabel_main, "softlabel -q --fit p.pz --hard --no-shift s.pz -o out.pz");
	assert_true(number("out.pz", 0, "id") == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_at_the_edges),
		cmocka_unit_test(features_in_the_place_of_pixels),
		cmocka_unit_test(errors_by_seed_and_id),
		cmocka_unit_test(options_that_do_not_go_together),
		cmocka_unit_test(fits_to_another_file),
	};

	return cmocka_run_group_tests_name("labels", tests, in_folder, out_of_folder);
}
