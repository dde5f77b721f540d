/* test_tools_knn.c -- knn on magnitudes: its estimates are those of the library for the features
 * that the manual page names, and what it says of galaxies that cannot be used
 */
#include <math.h>

#include <pz/knn.h>
#include <pz/pdf.h>

#include "../../tools/common/scalars.h"
#include "../../tools/knn/left_out.h"
#include "in_process.h"

#define N    4200 /* more training galaxies than there is room for at first */
#define BINS 7    /* 1 + 4 + 2 */

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 1, "       \
	"\"right\": 2}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 2}"
#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\", " AXES "}"

static const struct pz_grid grid = { "z", 0, 0.4, 4, 1, 2 };

static float mag[N][3], x[N][3];
static double z[N];
static uint64_t id[N];

static uint64_t hash_of(int number)
{
	pz_map *record = pz_map_new();
	uint64_t hash;

	pz_map_set_integer(record, "id", number);
	assert_int_equal(record_hash(record, 0, &hash), 0);
	pz_map_free(record);
	return hash;
}

/* Magnitudes u, g and r; features: g, the middle one, u - g and g - r. */
static int begin(void **state)
{
	static char text[N][120];
	static const char *record[N];

	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < N; i++) {
		z[i] = 0.05 + 0.3 * ((i * 37 % N) / (double)N);
		mag[i][0] = (float)(20 + z[i] + 0.001 * (i * 11 % 97));
		mag[i][1] = (float)(18 + 0.01 * (i * 13 % 101));
		mag[i][2] = (float)(17 - 2 * z[i] * z[i] + 0.002 * (i * 7 % 89));
		x[i][0] = mag[i][1];
		x[i][1] = (float)((double)mag[i][0] - (double)mag[i][1]);
		x[i][2] = (float)((double)mag[i][1] - (double)mag[i][2]);
		id[i] = hash_of(i);
		sprintf(text[i],
			"{\"id\": %d, \"z\": %.17g, \"u\": %.9g, \"g\": %.9g, \"r\": %.9g}", i,
			z[i], (double)mag[i][0], (double)mag[i][1], (double)mag[i][2]);
		record[i] = text[i];
	}
	stream_of("train.pz", CATALOGUE, record, N);
	stream_of("some.pz", CATALOGUE, record + N - 300, 300);
	return 0;
}

static void said(const char *text)
{
	if (strcmp(contents("stderr"), text) != 0)
		fail_msg("expected '%s', found '%s'", text, contents("stderr"));
}

static void said_first(const char *text)
{
	if (strncmp(contents("stderr"), text, strlen(text)) != 0)
		fail_msg("expected '%s', found '%s'", text, contents("stderr"));
}

/* ---- estimates ---- */

static void is(size_t i, const char *path, double expected)
{
	double found = number("out.pz", i, path);

	if (!(fabs(found - expected) <= 1e-12 * fmax(1, fabs(expected))))
		fail_msg("record %zu: %s: expected %.15g, found %.15g", i, path, expected, found);
}

/* The last 300 galaxies by the others, as the library estimates them. */
static void estimates_are(struct pz_knn_options options, bool plane)
{
	const struct pz_knn_set set = { N, 3, &x[0][0], z, id };
	static struct pz_knn_estimate e[300];
	static float pz[300 * BINS];
	struct pz_knn *knn;

	assert_int_equal(pz_knn_new(&knn, &set, &options), 0);
	assert_int_equal(pz_knn_run(knn, 300, &x[N - 300][0], id + N - 300, &grid, e, pz), 0);
	for (size_t i = 0; i < 300; i += 23) {
		double p[BINS], found[BINS];

		assert_int_equal(numbers("out.pz", i, "pz", found, BINS), BINS);
		for (int b = 0; b < BINS; b++) {
			p[b] = (double)pz[i * BINS + (size_t)b];
			assert_true(p[b] == found[b]);
		}
		is(i, "knn.z", e[i].z);
		is(i, "knn.error", e[i].error);
		is(i, "knn.extrapolated", e[i].extrapolated);
		is(i, "knn.count", e[i].count);
		is(i, "knn.rank", e[i].rank);
		is(i, "knn.mean_z", e[i].mean_z);
		is(i, "knn.nearest_z", e[i].nearest_z);
		is(i, "knn.distance", e[i].distance);
		is(i, "knn.volume", e[i].volume);
		is(i, "zphot.mode", plane ? e[i].z : pz_pdf_mode(&grid, p));
		is(i, "zphot.mean", plane ? e[i].z : pz_pdf_mean(&grid, p));
		is(i, "zphot.median", plane ? e[i].z : pz_pdf_median(&grid, p));
	}
	pz_knn_free(knn);
}

static void estimates_are_those_of_the_library(void **state)
{
	(void)state;
	run_well(knn_main, "knn -q --train train.pz -m u,g,r some.pz -o out.pz");
	estimates_are((struct pz_knn_options){ .k = 100, .clip = 3 }, false);
	assert_non_null(strstr(header("out.pz"), "\"kind\":\"predictions\""));
	run_well(knn_main, "knn -q --train train.pz -m u,g,r -k 12 -c 1.5 -w tricube --plane "
			   "some.pz -o out.pz");
	estimates_are((struct pz_knn_options){ .k = 12, .clip = 1.5, .weights = PZ_KNN_TRICUBE },
		      true);
}

/* ---- what is said ---- */

#define STAR(id, z, u) "{\"id\": " id ", \"z\": " z ", \"u\": " u ", \"g\": 18}"

static void estimates_of_which_something_is_said(void **state)
{
	(void)state;
	/* g is the same in all: flat; u - g says z */
	stream("t.pz", CATALOGUE, STAR("1", "0.1", "19"), STAR("2", "0.2", "19.1"),
	       STAR("3", "0.3", "19.2"), STAR("4", "0.15", "19.05"), STAR("5", "0.25", "19.15"),
	       NULL);
	stream("q.pz", CATALOGUE, STAR("11", "0", "19.08"), NULL);
	run_well(knn_main, "knn --train t.pz -m u,g -k 4 q.pz -o out.pz");
	said("knn: 1 estimate has neighbours that are all alike in some feature\n");
	stream("q.pz", CATALOGUE, STAR("11", "0", "19.08"), STAR("12", "0", "19.9"),
	       STAR("13", "0", "19.11"), NULL);
	run_well(knn_main, "knn --train t.pz -m u,g -k 4 q.pz -o out.pz");
	said("knn: 1 of 3 estimates is extrapolated: the galaxy is outside of the box of its "
	     "neighbours\n"
	     "knn: 3 estimates have neighbours that are all alike in some feature\n"
	     "knn: 1 estimate is outside of the grid: p(z) is all in the first or last bin\n");
	stream("q.pz", CATALOGUE, STAR("12", "0", "19.9"), STAR("13", "0", "18"), NULL);
	run_well(knn_main, "knn --train t.pz -m u,g -k 4 q.pz -o out.pz");
	said("knn: 2 of 2 estimates are extrapolated: the galaxy is outside of the box of its "
	     "neighbours\n"
	     "knn: 2 estimates have neighbours that are all alike in some feature\n"
	     "knn: 2 estimates are outside of the grid: p(z) is all in the first or last bin\n");
	run_well(knn_main, "knn --train t.pz -m u,g -k 5 t.pz -o out.pz");
	assert_null(strstr(contents("stderr"), "fewer"));
	run_well(knn_main, "knn --train t.pz -m u,g -k 6 q.pz -o out.pz");
	said_first("knn: t.pz: 5 galaxies, fewer than the 6 neighbours asked for: all "
		   "are neighbours\n");
	/* a galaxy alone in the training stream has no neighbour */
	stream("t.pz", CATALOGUE, STAR("1", "0.1", "19"), NULL);
	run_well(knn_main, "knn --train t.pz -m u,g -k 1 t.pz -o out.pz");
	said("knn: 1 galaxy was left out: the training stream has no other galaxy\n");
	assert_string_equal(records("out.pz"), "");
}

/* The bins end at -0.1 and 0.6, those beside the range too, with their ends. */
static void training_galaxies_that_cannot_be_used(void **state)
{
	(void)state;
	stream("t.pz", CATALOGUE, STAR("1", "-0.1", "19"), STAR("2", "0.6", "19.1"),
	       STAR("3", "-0.1001", "19.2"), STAR("4", "0.6001", "19.05"),
	       "{\"id\": 5, \"u\": 19, \"g\": 18}", "{\"id\": 6, \"z\": 0.1, \"g\": 18}",
	       "{\"id\": 7, \"z\": 0.1, \"u\": 18}", NULL);
	stream("q.pz", CATALOGUE, STAR("11", "0", "19.08"), "{\"id\": 12, \"u\": 18}", NULL);
	run_well(knn_main, "knn --train t.pz -m u,g -k 2 q.pz -o out.pz");
	said_first("knn: t.pz: 1 galaxy has no 'z' and was left out\n"
		   "knn: t.pz: 2 galaxies were left out: 'z' is outside of the range "
		   "of the grid\n"
		   "knn: t.pz: 2 galaxies were left out: a number is missing, 'u' in "
		   "the first\n");
	assert_non_null(strstr(contents("stderr"), "knn: q.pz: 1 galaxy was left out: a number is "
						   "missing, 'g' in the first\n"));
	run_badly(knn_main, "knn --strict --train t.pz -m u,g q.pz -o no.pz", 1,
		  "knn: t.pz: record 5 (id 5): z: expected a finite number, found none");
	stream("t.pz", CATALOGUE, STAR("1", "0.1", "19"), STAR("2", "0.2", "19.1"), NULL);
	run_badly(knn_main, "knn --strict --train t.pz -m u,g q.pz -o no.pz", 1,
		  "knn: q.pz: record 2 (id 12): g: expected a number to compare galaxies by, found "
		  "none");
	stream("t.pz", CATALOGUE, STAR("4", "0.7", "19.05"), NULL);
	run_badly(knn_main, "knn --train t.pz -m u,g q.pz -o no.pz", 1,
		  "knn: t.pz: expected galaxies to learn from, found none that can be used");
	run_badly(knn_main, "knn --train t.pz -m u,g -c 0.5 q.pz -o no.pz", 2,
		  "--clip: expected 0, or 1 and more, found 0.5");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* ---- left_out ---- */

static struct left_out left;
static const char *magnitudes;

static int say_left_out(int argc, char **argv)
{
	struct tool tool = { .called = "knn" };

	(void)argc;
	(void)argv;
	left_out_say(&left, &tool, "a.pz", "mass", magnitudes);
	return 0;
}

static void says(const char *text)
{
	run_well(say_left_out, "knn");
	said(text);
}

static void the_first_number_that_is_missing_is_named(void **state)
{
	(void)state;
	says("");
	assert_int_equal(left_out_note(&left, false, "ebv"), 0);
	says("knn: a.pz: 1 galaxy was left out: a number is missing, 'ebv' in the first; cutout "
	     "--columns ebv=NAME takes E(B-V) from the catalogue\n");
	assert_int_equal(left_out_note(&left, false, "other"), 0);
	says("knn: a.pz: 2 galaxies were left out: a number is missing, 'ebv' in the first; cutout "
	     "--columns ebv=NAME takes E(B-V) from the catalogue\n");
	left = (struct left_out){ .off_grid = 1 };
	says("knn: a.pz: 1 galaxy was left out: 'mass' is outside of the range of the grid\n");
	left = (struct left_out){ 0 };
	magnitudes = "ugr";
	left_out_note(&left, false, "ugr");
	says("knn: a.pz: 1 galaxy was left out: a number is missing, 'ugr' in the first; did you "
	     "mean --magnitudes u,g,r?\n");
	magnitudes = "ugr,x";
	says("knn: a.pz: 1 galaxy was left out: a number is missing, 'ugr' in the first\n");
	magnitudes = NULL;
	says("knn: a.pz: 1 galaxy was left out: a number is missing, 'ugr' in the first\n");
	assert_int_equal(left_out_note(&left, true, "u"), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "u: expected a number to compare galaxies by, found none");
	assert_int_equal(left.unmeasured, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates_are_those_of_the_library),
		cmocka_unit_test(estimates_of_which_something_is_said),
		cmocka_unit_test(training_galaxies_that_cannot_be_used),
		cmocka_unit_test(the_first_number_that_is_missing_is_named),
	};

	return cmocka_run_group_tests_name("knn", tests, begin, out_of_folder);
}
