/* test_tools_recalibrate.c -- recalibrate and its n(z): what the tool makes of galaxies, compared
 * with the library's functions on numbers that the test adds up itself
 */
#include <math.h>

#include <pz/conformal.h>
#include <pz/pdf.h>
#include <pz/prior.h>
#include <pz/random.h>
#include <pz/recalibrate.h>

#include "../../tools/common/scalars.h"
#include "in_process.h"

#define N    300
#define BINS 8

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.8, \"bins\": 8, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 2}"
#define PREDICTIONS "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}"
#define FLAT        "\"pz\": [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125]"

static const struct pz_grid grid = { "z", 0, 0.8, BINS, 0, 0 };
static const struct pz_rows rows = { "r", 15, 1, 2 };

static double z[N], mag[N], p[N][BINS];

/* Of the test at hand; not on its stack, where a tool's process would lose them. */
static struct pz_recalibration *map, *part;
static struct pz_conformal c;
static struct pz_counts up, down;

/* p(z) of three bins of 1/4, 1/2 and 1/4, and redshifts that lie low in them. */
static int begin(void **state)
{
	static char text[N][320];
	const char *record[N];

	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < N; i++) {
		int first = i % 6;
		char *to = text[i];

		z[i] = 0.1 * first + 0.2 * pow((i * 7 % N + 0.5) / N, 2);
		mag[i] = 14.5 + 0.5 * (i % 5); /* rows 0, 0, 0, 1, 1 */
		for (int k = 0; k < 3; k++)
			p[i][first + k] = k == 1 ? 0.5 : 0.25;
		to += sprintf(to, "{\"id\": %d, \"z\": %.17g, \"mag\": %.17g, \"pz\": [", i, z[i],
			      mag[i]);
		for (int k = 0; k < BINS; k++)
			to += sprintf(to, "%s%g", k ? ", " : "", p[i][k]);
		sprintf(to, "]}");
		record[i] = text[i];
	}
	stream_of("train.pz", PREDICTIONS, record, N);
	stream("in.pz", PREDICTIONS,
	       "{\"id\": 1001, \"mag\": 14, \"pz\": [0.25, 0.5, 0.25, 0, 0, 0, 0, 0]}",
	       "{\"id\": 1002, \"mag\": 17.5, " FLAT "}", "{\"id\": 1003, " FLAT "}", NULL);
	return 0;
}

static int row_of(double m)
{
	return m < 16 ? 0 : m < 17 ? 1 : 2;
}

static void is_pz(const char *name, size_t i, const double *expected)
{
	double found[BINS];

	assert_int_equal(numbers(name, i, "pz", found, BINS), BINS);
	for (int k = 0; k < BINS; k++)
		if (!(fabs(found[k] - expected[k]) < 1e-7))
			fail_msg("%s: record %zu, bin %d: expected %.9f, found %.9f", name, i, k,
				 expected[k], found[k]);
}

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

/* ---- a ratio of n(z) ---- */

static void add_galaxies(struct pz_counts *to, const double (*galaxy)[2], size_t n)
{
	assert_int_equal(pz_counts_init(to, &grid, &rows), 0);
	for (size_t i = 0; i < n; i++)
		to->count[BINS * row_of(galaxy[i][1]) + (int)(galaxy[i][0] * 10)]++;
}

static const double target[][2] = {
	{ 0.05, 14 }, { 0.15, 14 }, { 0.15, 14 }, { 0.35, 16.5 }, { 0.75, 17 }
};
static const double trained[][2] = { { 0.05, 14 }, { 0.25, 14 }, { 0.25, 16.5 } };

static void write_galaxies(void)
{
	stream("target.pz", PREDICTIONS, "{\"id\": 1, \"z\": 0.05, \"mag\": 14}",
	       "{\"id\": 2, \"z\": 0.15, \"mag\": 14}", "{\"id\": 3, \"z\": 0.15, \"mag\": 14}",
	       "{\"id\": 4, \"z\": 0.35, \"mag\": 16.5}", "{\"id\": 5, \"z\": 0.75}",
	       "{\"id\": 6, \"z\": 0.95, \"mag\": 14}", "{\"id\": 7, \"mag\": 14}", NULL);
	stream("trained.pz", PREDICTIONS, "{\"id\": 1, \"z\": 0.05, \"mag\": 14}",
	       "{\"id\": 2, \"z\": 0.25, \"mag\": 14}", "{\"id\": 3, \"z\": 0.25, \"mag\": 16.5}",
	       NULL);
}

static void expect_ratio(const struct pz_counts *over, const struct pz_counts *under, double smooth)
{
	static const double flat[BINS] = { 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125 };
	static const double narrow[BINS] = { 0.25, 0.5, 0.25 };
	double ratio[3][BINS], q[BINS];

	assert_int_equal(pz_prior_ratio(ratio[0], over, under, smooth), 0);
	pz_prior_apply(&grid, ratio[0], narrow, q);
	is_pz("out.pz", 0, q);
	pz_prior_apply(&grid, ratio[2], flat, q);
	is_pz("out.pz", 1, q);
	/* an unknown magnitude belongs to the last row */
	is_pz("out.pz", 2, q);
}

static void pdfs_are_multiplied_by_the_ratio_of_their_row(void **state)
{
	(void)state;
	write_galaxies();
	add_galaxies(&up, target, 5);
	add_galaxies(&down, trained, 3);
	run_well(recalibrate_main, "recalibrate --prior target.pz --smooth 0 in.pz -o out.pz");
	expect_ratio(&up, NULL, 0);
	says("target.pz: 1 galaxy has no 'z'");
	says("target.pz: 1 galaxy is outside of the bins and was left out");
	says("target.pz: 1 galaxy has no magnitude");
	says("recalibrate: 1 galaxy has no magnitude");
	run_well(recalibrate_main,
		 "recalibrate --prior target.pz --trained trained.pz in.pz -o out.pz");
	expect_ratio(&up, &down, 3);
	assert_non_null(strstr(header("out.pz"), "\"recalibrated\":{\"times\":1,\"prior\":1}"));
	pz_counts_release(&up);
	pz_counts_release(&down);
}

/* Of a stream of nz: the row of all has no number and does not count. */
static void shares_of_nz_are_counts(void **state)
{
	(void)state;
	assert_int_equal(pz_counts_init(&up, &grid, &rows), 0);
	up.count[0] = 8;
	up.count[1] = 24;
	up.count[2 * BINS + 3] = 10;
	stream("nz.pz", "{\"pzpipe\": 1, \"kind\": \"nz\", " AXES "}",
	       "{\"n\": 1000, \"pz\": [0, 0, 0, 0, 0, 0, 0, 1]}",
	       "{\"row\": 0, \"n\": 32, \"pz\": [0.25, 0.75, 0, 0, 0, 0, 0, 0]}",
	       "{\"row\": 1, \"n\": 0, \"pz\": [0, 0, 0, 0, 0, 0, 0, 0]}",
	       "{\"row\": 2, \"n\": 10, \"pz\": [0, 0, 0, 1, 0, 0, 0, 0]}", NULL);
	run_well(recalibrate_main, "recalibrate --prior nz.pz --smooth 1.5 in.pz -o out.pz");
	expect_ratio(&up, NULL, 1.5);
	pz_counts_release(&up);
}

static void shares_that_are_none(void **state)
{
	static const char *const wrong[][2] = {
		{ "{\"row\": 3, \"n\": 1, " FLAT "}", "row: expected a number from 0 to 2" },
		{ "{\"row\": -1, \"n\": 1, " FLAT "}", "row: expected a number from 0 to 2" },
		{ "{\"row\": \"a\", \"n\": 1, " FLAT "}", "row: expected a number from 0 to 2" },
		{ "{\"row\": 0, \"n\": -1, " FLAT "}",
		  "n: expected a number of galaxies, found -1" },
		{ "{\"row\": 0, " FLAT "}", "n: expected a number of galaxies, found nan" },
		{ "{\"row\": 0, \"n\": 1, \"pz\": [1]}",
		  "pz: expected 32 bytes (8 bins), found 4" },
		{ "{\"row\": 0, \"n\": 1, \"pz\": \"x\"}", "pz: expected bytes, found another" },
		{ "{\"row\": 0, \"n\": 0, " FLAT "}",
		  "nz.pz: expected galaxies with 'z' within the bins, found none" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		stream("nz.pz", "{\"pzpipe\": 1, \"kind\": \"nz\", " AXES "}", wrong[i][0], NULL);
		run_badly(recalibrate_main, "recalibrate --prior nz.pz in.pz -o no.pz", 1,
			  wrong[i][1]);
	}
	stream("nz.pz",
	       "{\"pzpipe\": 1, \"kind\": \"nz\", \"grid\": {\"target\": \"z\", \"min\": 0, "
	       "\"max\": 0.8, \"bins\": 8, \"left\": 1, \"right\": 2}, \"rows\": {\"mag\": \"r\", "
	       "\"min\": 15, \"width\": 1, \"channels\": 2}}",
	       NULL);
	run_badly(recalibrate_main, "recalibrate --prior nz.pz in.pz -o no.pz", 4,
		  "nz.pz: grid: expected 0 and 0 added bins as in the input, found 1 and 2");
	stream("nz.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(recalibrate_main, "recalibrate --prior nz.pz in.pz -o no.pz", 4,
		  "nz.pz: header: expected a redshift grid, found none");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* ---- maps ---- */

/* The share of p below a redshift, and its median. */
static double below(const double *q, double at)
{
	double sum = 0;

	for (int k = 0; k < BINS; k++)
		sum += q[k] * fmin(fmax((at - 0.1 * k) / 0.1, 0), 1);
	return sum;
}

static double median(const double *q)
{
	double sum = 0;

	for (int k = 0; k < BINS; k++) {
		if (sum + q[k] >= 0.5)
			return 0.1 * (k + (0.5 - sum) / q[k]);
		sum += q[k];
	}
	return NAN;
}

/* The map of the galaxies that take says. */
static struct pz_recalibration *fit_of(bool (*take)(int), size_t cell)
{
	static double pit[N], at[N];
	static int row[N];
	struct pz_recalibration *fitted;
	struct pz_pits pits = { 0, pit, at, row };

	for (int i = 0; i < N; i++)
		if (take(i)) {
			pit[pits.n] = below(p[i], z[i]);
			at[pits.n] = median(p[i]);
			row[pits.n++] = row_of(mag[i]);
		}
	assert_int_equal(pz_recalibrate_fit(&fitted, 3, &pits, cell), 0);
	return fitted;
}

static bool every(int i)
{
	return i >= 0;
}

/* A line for each twentieth of each cell that has galaxies. */
static void table_is_of(const struct pz_recalibration *fitted, const char *table)
{
	static const char names[] = "row\tmag\tcell\tzphot\tgalaxies\tu\tmapped\n";
	int lines = 0;

	assert_ptr_equal(strstr(table, names), table);
	for (const char *at = table + strlen(names); *at; at = strchr(at, '\n') + 1) {
		double m, zphot, galaxies, u, mapped, middle, expected;
		int row, cell;

		assert_int_equal(sscanf(at, "%d %lf %d %lf %lf %lf %lf", &row, &m, &cell, &zphot,
					&galaxies, &u, &mapped),
				 7);
		middle = pz_recalibrate_middle(fitted, row, cell, &expected);
		assert_true(m == 15.5 + row && zphot == middle && galaxies == expected);
		assert_true(fabs(mapped - pz_recalibrate_value(fitted, row, middle, u)) < 1e-15);
		assert_true(fabs(u - (lines % 19 + 1) / 20.) < 1e-15);
		lines++;
	}
	for (int row = 0; row < 3; row++)
		for (int cell = 0; cell < pz_recalibrate_cells(fitted, row); cell++) {
			double galaxies;

			pz_recalibrate_middle(fitted, row, cell, &galaxies);
			lines -= galaxies > 0 ? 19 : 0;
		}
	assert_int_equal(lines, 0);
}

static void pdfs_are_mapped_as_their_pits_say(void **state)
{
	static const double narrow[BINS] = { 0.25, 0.5, 0.25 };
	double q[BINS];

	(void)state;
	map = fit_of(every, 20);
	run_well(recalibrate_main,
		 "recalibrate --train train.pz --cell 20 --table t.tsv in.pz -o out.pz");
	pz_recalibrate_pdf(map, &grid, 0, narrow, q);
	is_pz("out.pz", 0, q);
	assert_true(q[0] > 0.3); /* redshifts lie low in their p(z) */
	assert_non_null(strstr(header("out.pz"), "\"recalibrated\":{\"times\":1,\"galaxies\":300,"
						 "\"cell\":20,\"train\":\""));
	table_is_of(map, contents("t.tsv"));
	pz_recalibrate_free(map);
	/* the other default of --cell */
	map = fit_of(every, 100);
	run_well(recalibrate_main, "recalibrate --train train.pz in.pz -o out.pz");
	pz_recalibrate_pdf(map, &grid, 0, narrow, q);
	is_pz("out.pz", 0, q);
	pz_recalibrate_free(map);
}

/* A prior comes first, for the training galaxies too. */
static void a_prior_is_applied_before_the_map(void **state)
{
	static const double narrow[BINS] = { 0.25, 0.5, 0.25 };
	static double pit[N], at[N];
	static int row[N];
	struct pz_pits pits = { N, pit, at, row };
	double ratio[3][BINS], q[BINS];

	(void)state;
	write_galaxies();
	add_galaxies(&up, target, 5);
	assert_int_equal(pz_prior_ratio(ratio[0], &up, NULL, 3), 0);
	for (int i = 0; i < N; i++) {
		row[i] = row_of(mag[i]);
		pz_prior_apply(&grid, ratio[row[i]], p[i], q);
		pit[i] = fmin(below(q, z[i]), 1);
		at[i] = median(q);
	}
	assert_int_equal(pz_recalibrate_fit(&map, 3, &pits, 50), 0);
	run_well(recalibrate_main, "recalibrate -p target.pz -t train.pz -c 50 in.pz -o out.pz");
	pz_prior_apply(&grid, ratio[0], narrow, q);
	pz_recalibrate_pdf(map, &grid, 0, q, q);
	is_pz("out.pz", 0, q);
	pz_recalibrate_free(map);
	pz_counts_release(&up);
}

/* ---- intervals ---- */

static double held_share;

/* Chosen by a hash of the id with a seed of its own. */
static bool is_held(int i)
{
	pz_map *record = pz_map_new();
	uint64_t hash;

	pz_map_set_integer(record, "id", i);
	assert_int_equal(record_hash(record, pz_random_stream("recalibrate", 5), &hash), 0);
	pz_map_free(record);
	return (double)(hash >> 11) / 0x1p53 < held_share;
}

static bool is_not_held(int i)
{
	return !is_held(i);
}

static double json_at(const json_t *o, const char *key, size_t i)
{
	return json_number_value(json_array_get(json_object_get(o, key), i));
}

static void margins_are_those_of_galaxies_held_out(void **state)
{
	static const double level[] = { 0.68, 0.9 }, narrow[BINS] = { 0.25, 0.5, 0.25 };
	double score[2 * N], q[BINS], low, high;
	int row[N];
	size_t n = 0;
	json_t *whole, *interval;

	(void)state;
	held_share = 0.4;
	part = fit_of(is_not_held, 100);
	for (int i = 0; i < N; i++) {
		if (!is_held(i))
			continue;
		row[n] = row_of(mag[i]);
		pz_recalibrate_pdf(part, &grid, row[n], p[i], q);
		for (int l = 0; l < 2; l++)
			score[2 * n + (size_t)l] = pz_conformal_score(&grid, q, z[i], level[l]);
		n++;
	}
	assert_true(n > 90 && n < 150);
	assert_int_equal(pz_conformal_fit(&c, 3, level, 2, row, score, n), 0);
	run_well(recalibrate_main, "recalibrate --seed 5 --train train.pz --intervals 68,90 --held "
				   "0.4 in.pz -o out.pz");
	whole = json_loads(header("out.pz"), 0, NULL);
	interval = json_object_get(json_object_get(whole, "recalibrated"), "interval");
	assert_true(json_at(interval, "level", 0) == 68 && json_at(interval, "level", 1) == 90);
	assert_int_equal(json_integer_value(json_object_get(interval, "galaxies")), n);
	for (size_t r = 0; r < 3; r++)
		for (size_t l = 0; l < 2; l++) {
			json_t *of_row = json_array_get(json_object_get(interval, "margin"), r);

			assert_true(fabs(json_number_value(json_array_get(of_row, l)) -
					 c.margin[2 * r + l]) < 1e-12);
		}
	json_decref(whole);
	pz_recalibrate_pdf(part, &grid, 0, narrow, q);
	for (int l = 0; l < 2; l++) {
		pz_conformal_interval(&c, &grid, q, 0, l, &low, &high);
		assert_true(fabs(number("out.pz", 0, l ? "interval.low90" : "interval.low68") -
				 low) < 1e-12);
		assert_true(fabs(number("out.pz", 0, l ? "interval.high90" : "interval.high68") -
				 high) < 1e-12);
	}
	pz_conformal_release(&c);
	pz_recalibrate_free(part);
	/* p(z) themselves are mapped by all galaxies */
	part = fit_of(every, 100);
	pz_recalibrate_pdf(part, &grid, 0, narrow, q);
	is_pz("out.pz", 0, q);
	pz_recalibrate_free(part);
	run_badly(recalibrate_main,
		  "recalibrate --train train.pz --intervals 99.9 --held 0.05 in.pz -o no.pz", 1,
		  "train.pz: --held 0.05");
}

/* ---- what is said, what is refused ---- */

static void what_is_said_of_galaxies(void **state)
{
	char text[24][160];
	const char *record[24];

	(void)state;
	stream("odd.pz", PREDICTIONS,
	       "{\"id\": 7, \"mag\": 14, " FLAT ", \"interval\": {\"low68\": 1}}",
	       "{\"id\": 1004, \"mag\": 14, " FLAT "}", "{\"id\": 8, \"mag\": 14}",
	       "{\"mag\": 14, \"pz\": [0, 0, 0, 0, 0, 0, 0, 0]}", NULL);
	run_well(recalibrate_main, "recalibrate --train train.pz odd.pz -o out.pz");
	says("2 of 4 galaxies have no p(z) and were passed on unchanged");
	says("2 galaxies of the input are in train.pz as well: the p(z) of such galaxies look");
	says("1 galaxy has an 'interval' of the p(z) as they were, which was removed");
	assert_null(strstr(records("out.pz"), "interval"));
	assert_non_null(strstr(records("out.pz"), "{\"id\":8,\"mag\":14}\n"));
	run_badly(recalibrate_main, "recalibrate --strict --train train.pz odd.pz -o no.pz", 1,
		  "odd.pz: record 3 (id 8): pz: expected probabilities, found none");
	run_well(recalibrate_main, "recalibrate --train train.pz -i 50 odd.pz -o out.pz");
	assert_null(strstr(contents("stderr"), "'interval'"));
	stream("bare.pz", PREDICTIONS, "{\"id\": 1, \"z\": 0.25, \"mag\": 14}", NULL);
	run_badly(recalibrate_main, "recalibrate --strict --train bare.pz odd.pz -o no.pz", 1,
		  "bare.pz: record 1 (id 1): pz: expected probabilities, found none");
	/* of the training galaxies */
	for (int i = 0; i < 24; i++) {
		sprintf(text[i], "{\"id\": %d, \"z\": %g, \"mag\": 14, " FLAT "}", i + 1,
			i == 1 ? 0.9 : 0.25);
		record[i] = text[i];
	}
	record[0] = "{\"id\": 1, \"mag\": 14, " FLAT "}";
	record[2] = "{\"id\": 3, \"z\": 0.1, \"mag\": 14}";
	record[3] = "{\"z\": 0.15, " FLAT "}";
	stream_of("few.pz", PREDICTIONS, record, 24);
	run_well(recalibrate_main, "recalibrate --train few.pz -c 10 in.pz -o out.pz");
	says("few.pz: 1 galaxy has no 'z'");
	says("few.pz: 1 galaxy has no p(z) and was left out");
	says("few.pz: 1 galaxy has a redshift outside of the bins and was left out");
	says("few.pz: 1 galaxy has no magnitude");
	assert_non_null(strstr(header("out.pz"), "\"galaxies\":21,\"cell\":10"));
	run_badly(recalibrate_main, "recalibrate --strict --train few.pz in.pz -o no.pz", 1,
		  "few.pz: record 1 (id 1): ");
}

static void a_second_time_is_counted_and_told(void **state)
{
	(void)state;
	run_well(recalibrate_main, "recalibrate --train train.pz in.pz -o once.pz");
	run_badly(recalibrate_main, "recalibrate --train train.pz once.pz -o no.pz", 4,
		  "train.pz: recalibrated: the input is and these galaxies are not: give both as "
		  "the network predicted them");
	run_well(recalibrate_main, "recalibrate --train train.pz train.pz -o train1.pz");
	run_badly(recalibrate_main, "recalibrate --train train1.pz in.pz -o no.pz", 4,
		  "train1.pz: recalibrated: the input is not and these galaxies are: give");
	run_well(recalibrate_main, "recalibrate --train train1.pz once.pz -o twice.pz");
	says("once.pz: the p(z) were recalibrated before\n");
	assert_non_null(strstr(header("twice.pz"), "\"recalibrated\":{\"times\":2,"));
	run_well(recalibrate_main, "recalibrate --train train1.pz twice.pz -o thrice.pz");
	says("twice.pz: the p(z) were recalibrated before, with the same --train\n");
	assert_non_null(strstr(header("thrice.pz"), "\"recalibrated\":{\"times\":3,"));
}

/* Streams whose histories name models. */
static void predicted(const char *name, const char *history)
{
	char text[1024];

	snprintf(text, sizeof text,
		 "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES ", \"history\": [%s]}",
		 history);
	stream(name, text, "{\"id\": 1, \"z\": 0.1, \"mag\": 14, " FLAT "}", NULL);
}

#define PREDICT(args, files)                                                                       \
	"{\"tool\": \"predict\", \"args\": \"" args "\", \"files\": [" files "]}"
#define A "[\"a.model\", \"11111111\"]"
#define B "[\"b.model\", \"22222222\"]"

static void predictions_of_other_networks_are_told(void **state)
{
	static const struct {
		const char *input, *train;
		bool other;
	} cases[] = {
		{ PREDICT("--model FILE", A), PREDICT("--model FILE", A), false },
		{ PREDICT("--model FILE", A), PREDICT("--model FILE", B), true },
		{ PREDICT("--model FILE", A), PREDICT("--model FILE,FILE", A ", " B), true },
		{ PREDICT("--model FILE", A), "{\"tool\": \"mock\"}", false },
		{ PREDICT("--model FILE", A), "{\"tool\": \"knn\", \"files\": [" B "]}", true },
		/* the sample of --domain is no model */
		{ PREDICT("--model FILE --domain FILE", A ", " B), PREDICT("--model FILE", A),
		  false },
		/* what is no step, or has no name, hides none */
		{ PREDICT("--model FILE", A) ", 5, {\"version\": \"1\"}",
		  PREDICT("--model FILE", B), true },
		/* the last one that made p(z) counts */
		{ PREDICT("--model FILE", B) ", " PREDICT("--model FILE", A),
		  PREDICT("--model FILE", A) ", {\"tool\": \"keep\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		predicted("i.pz", cases[i].input);
		predicted("t.pz", cases[i].train);
		run(recalibrate_main, "recalibrate --train t.pz i.pz -o out.pz");
		if (cases[i].other != (strstr(contents("stderr"), "other models than") != NULL))
			fail_msg("case %zu: '%s'", i, contents("stderr"));
	}
}

static void mistakes_end_with_their_status(void **state)
{
	(void)state;
	run_badly(recalibrate_main, "recalibrate in.pz", 2,
		  "--train: expected a file of predictions with redshifts, or --prior");
	run_badly(recalibrate_main, "recalibrate --train train.pz --table - in.pz", 2,
		  "--table: expected a file: the stream goes to standard output");
	run_badly(recalibrate_main, "recalibrate --train train.pz -i 68,95,68 in.pz", 2,
		  "--intervals: expected each level once, found 68 twice");
	run_badly(recalibrate_main, "recalibrate --train train.pz -i 100 in.pz", 2, "--intervals");
	run_badly(recalibrate_main, "recalibrate --train none.pz in.pz", 1, "none.pz");
	run_badly(recalibrate_main, "recalibrate --prior train.pz --cell 10 in.pz", 2,
		  "--cell needs --train");
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(recalibrate_main, "recalibrate --train train.pz c.pz", 4,
		  "c.pz: expected a stream of predictions, found catalogue");
	run_badly(recalibrate_main, "recalibrate --train c.pz in.pz", 4,
		  "c.pz: expected a stream of predictions, found catalogue");
	stream("g.pz",
	       "{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": "
	       "0, "
	       "\"max\": 0.8, \"bins\": 8, \"left\": 1, \"right\": 0}, \"rows\": {\"mag\": \"r\", "
	       "\"min\": 15, \"width\": 1, \"channels\": 2}}",
	       NULL);
	run_badly(recalibrate_main, "recalibrate --train g.pz in.pz", 4,
		  "g.pz: grid: expected 0 and 0 added bins as in the input, found 1 and 0: give "
		  "predictions of the same network");
	stream("e.pz", PREDICTIONS, NULL);
	run_badly(recalibrate_main, "recalibrate --train e.pz in.pz", 1, "e.pz");
}

/* As many levels as there may be, in the order in which they were asked for. */
static void many_intervals(void **state)
{
	char line[200] = "recalibrate --train train.pz -c 10 --table t.tsv in.pz -o out.pz -i ";
	double before[2] = { 0, 0 };
	const char *hash;

	(void)state;
	for (int i = 0; i < PZ_NUMBERS_MAX; i++)
		sprintf(line + strlen(line), "%s%d", i ? "," : "", 90 - 5 * i);
	run_well(recalibrate_main, line);
	assert_null(strstr(contents("stderr"), "t.tsv"));
	for (int i = 0; i < PZ_NUMBERS_MAX; i++) {
		char key[2][32];
		double end[2];

		snprintf(key[0], sizeof key[0], "interval.low%d", 90 - 5 * i);
		snprintf(key[1], sizeof key[1], "interval.high%d", 90 - 5 * i);
		end[0] = number("out.pz", 0, key[0]);
		end[1] = number("out.pz", 0, key[1]);
		/* a smaller share lies within a larger one */
		assert_true(end[0] >= before[0] && (i == 0 || end[1] <= before[1]));
		assert_true(end[0] >= 0 && end[1] <= 0.8 && end[0] <= end[1]);
		memcpy(before, end, sizeof end);
	}
	assert_non_null(strstr(header("out.pz"), "\"level\":[90.0,85.0,"));
	/* the hash of the training galaxies is that of the history */
	hash = strstr(contents("header.json"), "\"train\":\"");
	assert_non_null(hash);
	snprintf(line, sizeof line, "[\"train.pz\",\"%.8s\"]", hash + 9);
	assert_non_null(strstr(contents("header.json"), line));
	/* nothing is said of nothing */
	stream("one.pz", PREDICTIONS, "{\"id\": 2001, \"mag\": 14, " FLAT "}", NULL);
	run_well(recalibrate_main, "recalibrate --train train.pz -c 10 one.pz -o out.pz");
	assert_string_equal(contents("stderr"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pdfs_are_multiplied_by_the_ratio_of_their_row),
		cmocka_unit_test(shares_of_nz_are_counts),
		cmocka_unit_test(shares_that_are_none),
		cmocka_unit_test(pdfs_are_mapped_as_their_pits_say),
		cmocka_unit_test(a_prior_is_applied_before_the_map),
		cmocka_unit_test(margins_are_those_of_galaxies_held_out),
		cmocka_unit_test(many_intervals),
		cmocka_unit_test(what_is_said_of_galaxies),
		cmocka_unit_test(a_second_time_is_counted_and_told),
		cmocka_unit_test(predictions_of_other_networks_are_told),
		cmocka_unit_test(mistakes_end_with_their_status),
	};

	return cmocka_run_group_tests_name("recalibrate", tests, begin, out_of_folder);
}
