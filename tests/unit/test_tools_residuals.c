/* test_tools_residuals.c -- what residuals measures when it is asked for more: tomographic bins,
 * bins of a key, intervals, weights, pairs of streams, several networks
 */
#include <math.h>

#include "../../tools/common/json_number.h"
#include "../../tools/residuals/chosen.h"
#include "../../tools/residuals/grouped.h"
#include "../../tools/residuals/sources.h"
#include "in_process.h"

#define N 40

#define AXES(min, bins, mag, outlier, from)                                                        \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": " min   \
	", \"max\": 0.4, \"bins\": " bins ", \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": "     \
	"\"" mag "\", \"min\": 15, \"width\": 1, \"channels\": 2}, \"limits\": {\"divide\": 2, "   \
	"\"outlier\": " outlier ", \"fit_from\": " from ", \"threshold\": 2}}"
#define USUAL AXES("0", "8", "r", "0.025", "0.1")

static double z[N], mode[N], x[N], weight[N];

/* Record i, with the estimate `more` (1 + z) higher; p(z) has half in z's bin and half above. */
static void write_record(int i, double more, char *to)
{
	int bin = i / 5;

	to += sprintf(to,
		      "{\"id\": %d, \"z\": %.17g, \"mag\": %.17g, \"x\": %.17g, \"w\": %.17g, "
		      "\"zphot\": {\"mode\": %.17g, \"mean\": %.17g}, \"pz\": [",
		      i, z[i], i % 2 ? 15.25 : 16.75, x[i], weight[i], mode[i] + more * (1 + z[i]),
		      0.4 - z[i]);
	for (int k = 0; k < 8; k++)
		to += sprintf(to, "%s%g", k ? ", " : "",
			      k == bin && bin == 7       ? 1.
			      : k == bin || k == bin + 1 ? 0.5
							 : 0);
	to += sprintf(to, "]");
	if (i < 30)
		to += sprintf(to, ", \"interval\": {\"low68\": %g, \"high68\": %g}",
			      i % 3 ? z[i] - 0.01 : z[i] + 0.01, z[i] + 0.02);
	sprintf(to, "}");
}

/* The galaxies from first on, in steps. */
static void write_galaxies(const char *name, int first, int step, int n, double more)
{
	static char text[N][512];
	const char *record[N];

	for (int i = 0; i < n; i++) {
		write_record(first + i * step, more, text[i]);
		record[i] = text[i];
	}
	stream_of(name, USUAL, record, (size_t)n);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < N; i++) {
		z[i] = 0.01 * i + 0.005;
		mode[i] = z[i] + 0.01 + 0.02 * (i % 2);
		x[i] = i * 7 % N;
		weight[i] = 1 + i % 4;
	}
	write_galaxies("a.pz", 0, 1, N, 0);
	return 0;
}

static json_t *report;

/* Runs residuals, with its JSON to be read. */
static void measure(const char *line)
{
	run_well(residuals_main, line);
	json_decref(report);
	report = json_load_file("r.json", 0, NULL);
	assert_non_null(report);
}

/* The number at this path: "a.tv.value". */
static double found(const char *path)
{
	return json_number_at(report, path);
}

static void near(int line, double number, double expected)
{
	if (!(fabs(number - expected) <= 1e-6 * fmax(fabs(expected), 0.001)))
		fail_msg("line %d: expected %.9g, found %.9g", line, expected, number);
}

#define NEAR(path, expected) near(__LINE__, found(path), expected)

/* The table has this line. */
static void table_has(const char *key, const char *cells)
{
	char line[160];

	snprintf(line, sizeof line, "\n%s\t%s\n", key, cells);
	if (!strstr(contents("stdout"), line))
		fail_msg("no line '%s\t%s' in\n%s", key, cells, contents("stdout"));
}

static double residual(int i)
{
	return (mode[i] - z[i]) / (1 + z[i]);
}

/* ---- options ---- */

static void tomography_is_a_number_or_edges(void **state)
{
	static const char *const wrong[] = { "0",   "65",  "2.5", "x",   "",      "1,", "1,1",
					     "2,1", "1,x", "inf", "1;2", "0,nan", "-3" };
	struct report_tomography_options t = { 0 };
	char many[1024] = "0";

	(void)state;
	assert_int_equal(tomography_parse("64", &t), 0);
	assert_true(t.bins == 64 && !t.given);
	assert_int_equal(tomography_parse("1", &t), 0);
	assert_int_equal(t.bins, 1);
	assert_int_equal(tomography_parse("-0.5,0.25,1e0", &t), 0);
	assert_true(t.bins == 2 && t.given && t.edge[0] == -0.5 && t.edge[1] == 0.25 &&
		    t.edge[2] == 1);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (tomography_parse(wrong[i], &t) != PZ_EUSAGE ||
		    !strstr(pz_error_text(), "--tomography: expected"))
			fail_msg("'%s' should be refused", wrong[i]);
	for (int i = 1; i <= 64; i++)
		sprintf(many + strlen(many), ",%d", i);
	assert_int_equal(tomography_parse(many, &t), 0);
	assert_int_equal(t.bins, 64);
	strcat(many, ",65");
	assert_int_equal(tomography_parse(many, &t), PZ_EUSAGE);
}

static void requirements_have_names(void **state)
{
	struct report_tomography_options t = { 0 };

	(void)state;
	assert_int_equal(requirements_parse("euclid,lsst-y1", &t), 0);
	assert_true(t.require[0] && !t.require[1] && !t.require[2] && !t.require[3] &&
		    t.require[4]);
	assert_int_equal(requirements_parse("lsst-y", &t), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "lsst-lens-y10,euclid, found 'lsst-y'"));
	assert_int_equal(requirements_parse("euclid,", &t), PZ_EUSAGE);
	/* the numbers of the documents that the table names */
	assert_true(report_requirements[0].limit == 0.002 && report_requirements[1].limit == 0.001);
	assert_true(report_requirements[2].limit == 0.005 && report_requirements[3].limit == 0.003);
	assert_true(report_requirements[4].limit == 0.002);
}

static void a_bias_meets_a_requirement_with_its_error(void **state)
{
	const struct report_requirement q = { "q", 0.25, "" };

	(void)state;
	assert_string_equal(report_meets(&q, -0.125, 0.125), "yes");
	assert_string_equal(report_meets(&q, 0.125, 0.126), "unsure");
	assert_string_equal(report_meets(&q, 0.375, 0.125), "unsure");
	assert_string_equal(report_meets(&q, -0.375, 0.124), "no");
	assert_string_equal(report_meets(&q, 0.25, NAN), "yes");
	assert_string_equal(report_meets(&q, 0.26, NAN), "no");
	assert_string_equal(report_meets(&q, NAN, 0.1), "-");
}

static void many_streams_are_drawn_in_part(void **state)
{
	static struct report r[6] = { { .name = "baseline" }, { .name = "step3" },
				      { .name = "b" },        { .name = "c" },
				      { .name = "step" },     { .name = "knn-mag" } };
	bool drawn[6];

	(void)state;
	assert_int_equal(chosen_streams(r, 4, NULL, drawn), 4);
	assert_int_equal(chosen_streams(r, 5, NULL, drawn), 2);
	assert_true(drawn[0] && drawn[1] && !drawn[2] && !drawn[3] && !drawn[4]);
	assert_int_equal(chosen_streams(r, 6, NULL, drawn), 3);
	assert_int_equal(chosen_streams(r + 1, 5, NULL, drawn), 2);
	assert_int_equal(chosen_streams(r, 6, "all", drawn), 6);
	assert_int_equal(chosen_streams(r, 6, "c,step", drawn), 2);
	assert_true(drawn[3] && drawn[4] && !drawn[1]);
	assert_int_equal(chosen_streams(r, 6, "c,ste", drawn), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "--steps: expected names of the streams, or all, found 'ste'");
	/* none of five has a usual name, or one alone: all are drawn */
	r[1].name[0] = 'x';
	assert_int_equal(chosen_streams(r, 5, NULL, drawn), 5);
}

static void operands_are_named(void **state)
{
	struct source s[SOURCES_MAX];
	char *two[] = { (char *)"x/a.b.pz", (char *)"n=y/q.pz" };

	(void)state;
	assert_int_equal(sources_parse_all(two, 2, s), 2);
	assert_string_equal(s[0].name, "a.b");
	assert_string_equal(s[0].path, "x/a.b.pz");
	assert_string_equal(s[1].name, "n");
	assert_string_equal(s[1].path, "y/q.pz");
	assert_int_equal(sources_parse_all(NULL, 0, s), 1);
	assert_string_equal(s[0].path, "-");
	assert_int_equal(sources_parse(".pz", &s[0]), 0);
	assert_string_equal(s[0].name, ".pz");
	assert_int_equal(sources_parse("n=", &s[0]), PZ_EUSAGE);
	assert_int_equal(sources_parse_all(NULL, SOURCES_MAX + 1, s), PZ_EUSAGE);
}

/* ---- tomography ---- */

/* Sums of the galaxies whose estimate is from low to high. */
struct sums {
	double n, true_z, zphot, pz, outside;
};

static double mean_of_pdf(int i)
{
	int bin = i / 5;

	return bin == 7 ? 0.375 : 0.05 * bin + 0.05;
}

static struct sums sums_of(const double *by, double low, double high)
{
	struct sums s = { 0 };

	for (int i = 0; i < N; i++)
		if (by[i] >= low && by[i] < high) {
			s.n++;
			s.true_z += z[i];
			s.zphot += by[i];
			s.pz += mean_of_pdf(i);
			s.outside += !(z[i] >= low && z[i] < high);
		}
	return s;
}

static void bins_between_edges(void **state)
{
	struct sums s = sums_of(mode, 0.1, 0.3);
	double mean = s.true_z / s.n, bias;
	char cell[32];

	(void)state;
	measure("residuals -b 0 --tomography 0.1,0.3,0.35 --require lsst-y1,euclid --json r.json "
		"a.pz");
	NEAR("a.tomography.bins.0.low", 0.1);
	NEAR("a.tomography.bins.1.high", 0.35);
	NEAR("a.tomography.bins.0.n", s.n);
	NEAR("a.tomography.bins.0.n_pz", s.n);
	NEAR("a.tomography.bins.0.mean_true", mean);
	NEAR("a.tomography.bins.0.mean_zphot", s.zphot / s.n);
	NEAR("a.tomography.bins.0.mean_pz", s.pz / s.n);
	bias = (s.zphot - s.true_z) / s.n / (1 + mean);
	NEAR("a.tomography.bins.0.bias_zphot", bias);
	NEAR("a.tomography.bins.0.bias_pz", (s.pz - s.true_z) / s.n / (1 + mean));
	NEAR("a.tomography.bins.0.outside", s.outside / s.n);
	NEAR("a.tomography.require.lsst-y1", 0.002);
	assert_true(isnan(found("a.tomography.require.lsst-y10")));
	/* all biases are about 0.015: no; the table has the same numbers */
	snprintf(cell, sizeof cell, "%d", (int)s.n);
	table_has("tomography.1.n", cell);
	table_has("tomography.1.low", "0.1");
	table_has("tomography.2.high", "0.35");
	table_has("tomography.1.bias_zphot_lsst-y1", "no");
	table_has("tomography.2.bias_pz_euclid", "no");
	table_has("tomography.2.bias_pz_err", "-");
	assert_null(strstr(contents("stdout"), "lsst-lens"));
	NEAR("a.tomography.worst_zphot.value", fmax(bias, found("a.tomography.bins.1.bias_zphot")));
	NEAR("a.tomography.in_no_bin", N - s.n - sums_of(mode, 0.3, 0.35).n);
	assert_non_null(
		strstr(contents("stderr"), "a: 15 galaxies are in none of the tomographic"));
}

static void bins_of_equal_numbers(void **state)
{
	double mean[N];
	struct sums s;

	(void)state;
	measure("residuals -b 10 --tomography 2 --json r.json a.pz");
	NEAR("a.tomography.bins.0.n", N / 2);
	NEAR("a.tomography.bins.1.n", N / 2);
	assert_true(isnan(found("a.tomography.bins.0.low")));
	assert_true(isnan(found("a.tomography.bins.1.high")));
	near(__LINE__, found("a.tomography.bins.0.high"), found("a.tomography.bins.1.low"));
	table_has("tomography.1.low", "-");
	assert_true(found("a.tomography.worst_pz.error") > 0);
	/* sorted by another estimate, whose mean is then given */
	for (int i = 0; i < N; i++)
		mean[i] = 0.4 - z[i];
	s = sums_of(mean, 0.2, 0.5);
	measure("residuals -b 0 --tomography 0.2,0.5 --by mean --json r.json a.pz");
	NEAR("a.tomography.bins.0.n", s.n);
	NEAR("a.tomography.bins.0.mean_true", s.true_z / s.n);
	NEAR("a.tomography.bins.0.mean_zphot", s.zphot / s.n);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(json_object_get(report, "a"), "tomography"), "by")),
		"mean");
}

/* ---- bins of a key, intervals, weights ---- */

/* Ten bins of four galaxies each; the third has x of 8 to 11. */
static void bins_of_a_key(void **state)
{
	double mean = 0, outliers = 0;

	(void)state;
	for (int i = 0; i < N; i++)
		if (x[i] >= 8 && x[i] < 12) {
			mean += residual(i) / 4;
			outliers += fabs(residual(i)) > 0.025 ? 0.25 : 0;
		}
	measure("residuals -b 20 --against x --json r.json a.pz");
	NEAR("a.against.bins.2.n", 4);
	NEAR("a.against.bins.2.mean", 9.5);
	NEAR("a.against.bins.0.low", 0);
	NEAR("a.against.bins.9.high", 39);
	NEAR("a.against.bins.2.mean_residual", mean);
	NEAR("a.against.bins.2.outlier_fraction", outliers);
	assert_true(found("a.against.bins.2.errors.mean_residual") > 0);
	assert_true(found("a.against.bins.2.pit_ks_floor") > 0.1);
	NEAR("a.against.without", 0);
	run_badly(residuals_main, "residuals --against nobody a.pz", 1,
		  "a: --against: expected records with 'nobody', found none");
}

/* Estimates that are all too high by as much are as far off as distributions. */
static void distances_by_magnitude(void **state)
{
	static char text[20][160];
	const char *record[20];

	(void)state;
	for (int i = 0; i < 20; i++) {
		double true_z = 0.02 + 0.015 * i;

		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"z\": %.17g, \"mag\": %g, \"zphot\": {\"mode\": %.17g}}", i,
			 true_z, i % 2 ? 15.25 : 17.75, true_z + (i % 2 ? 0.01 : 0.03));
		record[i] = text[i];
	}
	stream_of("w.pz", USUAL, record, 20);
	measure("residuals -b 20 --json r.json w.pz");
	NEAR("w.wasserstein.value.0", 0.01);
	NEAR("w.wasserstein.value.1", 0.03);
	NEAR("w.wasserstein.mag.0", 15.25);
	write_galaxies("a.pz", 0, 1, N, 0);
}

/* With --strict every galaxy has the estimate that is measured. */
static void strict_about_the_chosen_estimate(void **state)
{
	(void)state;
	stream("lack.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.25, \"mag\": 15.5, \"zphot\": {\"mean\": 0.3}}",
	       "{\"id\": 2, \"z\": 0.3, \"mag\": 15.5, \"zphot\": {\"mode\": 0.25, \"mean\": "
	       "0.25}}",
	       NULL);
	run_badly(residuals_main, "residuals -b 2 --strict lack.pz -o no.tsv", 1,
		  "lack.pz: record 1 (id 1): zphot.mode: expected a ");
	assert_int_not_equal(access("no.tsv", F_OK), 0);
}

/* More than there is room for at first; every one counts, the first one, too. */
static void galaxies_by_the_thousand(void **state)
{
	enum { MANY = 5000 };
	static char text[MANY][120];
	static const char *record[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"z\": 0.25, \"mag\": 15.5, \"zphot\": {\"mode\": %g}}", i,
			 i % 2 ? 0.25 : 0.3);
		record[i] = text[i];
	}
	stream_of("many.pz", USUAL, record, MANY);
	measure("residuals -b 2 --json r.json many.pz");
	NEAR("many.n", MANY);
	NEAR("many.mean_residual", 0.5 * 0.05 / 1.25);
	strstr(text[0], "0.25")[2] = '8'; /* z of the first one, and of the last */
	strstr(text[MANY - 1], "0.25")[2] = '8';
	stream_of("many.pz", USUAL, record, MANY);
	measure("residuals -b 2 --json r.json many.pz");
	assert_non_null(strstr(contents("stderr"),
			       "many: 2 true values and 0 estimates are outside "
			       "of 0 to 0.4"));
}

/* In row 0 are galaxies with odd numbers, in row 1 those with even ones, of both to 30; z of every
 * third one is below its interval. */
static void shares_inside_of_intervals(void **state)
{
	double p;
	int in = 0, n = 0;

	(void)state;
	for (int i = 1; i < 30; i += 2) {
		in += i % 3 != 0;
		n++;
	}
	p = (double)in / n;
	measure("residuals -b 0 --json r.json --curves c.tsv a.pz");
	NEAR("a.interval_68", 20 / 30.);
	NEAR("a.interval_68_rows.share.0", p);
	NEAR("a.interval_68_rows.count.0", n);
	NEAR("a.interval_68_rows.mag.0", 15.25);
	NEAR("a.interval_68_rows.error.0", sqrt(p * (1 - p) / n));
	NEAR("a.interval_68_rows.mag.1", 16.75);
	assert_true(isnan(found("a.interval_68_rows.share.2")));
	assert_true(isnan(found("a.interval_95_rows.share.0")));
	assert_non_null(strstr(contents("c.tsv"), "interval_68_rows\t15.25\t"));
	/* with weights, whose error is that of a weighted mean */
	{
		double all = 0, square = 0, inside = 0;

		for (int i = 1; i < 30; i += 2) {
			all += weight[i];
			square += weight[i] * weight[i];
			inside += i % 3 ? weight[i] : 0;
		}
		p = inside / all;
		measure("residuals -b 0 --weights w --json r.json a.pz");
		NEAR("a.interval_68_rows.share.0", p);
		NEAR("a.interval_68_rows.error.0", sqrt(p * (1 - p) * square) / all);
	}
}

static void galaxies_count_by_their_weights(void **state)
{
	double sum = 0, all = 0, outliers = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		sum += weight[i] * residual(i);
		outliers += residual(i) > 0.025 ? weight[i] : 0;
		all += weight[i];
	}
	measure("residuals -b 0 --weights w --json r.json a.pz");
	NEAR("a.mean_residual", sum / all);
	NEAR("a.outlier_fraction", outliers / all);
	stream("w.pz", USUAL,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 15, \"w\": 0, \"zphot\": {\"mode\": 0.1}}",
	       "{\"id\": 2, \"z\": 0.1, \"mag\": 15, \"w\": 2, \"zphot\": {\"mode\": 0.1}}",
	       "{\"id\": 3, \"z\": 0.1, \"mag\": 15, \"w\": -1, \"zphot\": {\"mode\": 0.1}}",
	       "{\"id\": 4, \"z\": 0.2, \"mag\": 15, \"w\": 2, \"zphot\": {\"mode\": 0.31}}",
	       "{\"id\": 5, \"z\": 0.2, \"mag\": 15, \"zphot\": {\"mode\": 0.31}}", NULL);
	measure("residuals -b 0 --weights w --json r.json w.pz");
	NEAR("w.n", 2);
	NEAR("w.without_weight", 3);
	NEAR("w.mean_residual", 0.11 / 1.2 / 2);
	assert_non_null(strstr(contents("stderr"), "w: 3 galaxies have no 'w' above 0, the weight, "
						   "and were left out (1 of them has 0)"));
	run_badly(residuals_main, "residuals --strict --weights w w.pz", 1,
		  "record 1 (id 1): w: expected a weight of 1e-100 to 1e+100, found another value");
	run_badly(residuals_main, "residuals --weights none w.pz", 1,
		  "w.pz: expected records with a 'none' of 1e-100 to 1e+100, the weight, found "
		  "none among 5 records");
}

/* ---- several streams ---- */

/* The second stream has galaxies 39 down to 10, each estimate higher by 0.004 (1 + z): whatever is
 * drawn, the mean residuals differ by that, while each of them alone varies. */
static void pairs_have_the_error_of_their_difference(void **state)
{
	double mean = 0;

	(void)state;
	write_galaxies("b.pz", 39, -1, 30, 0.004);
	for (int i = 10; i < N; i++)
		mean += residual(i) / 30;
	measure("residuals -b 50 --common --differences --json r.json a.pz b.pz");
	NEAR("a.n", 30);
	NEAR("b.n", 30);
	NEAR("a.not_common", 10);
	NEAR("a.mean_residual", mean);
	NEAR("b.differences.mean_residual.difference", 0.004);
	assert_true(found("b.differences.mean_residual.error") < 1e-12);
	assert_true(found("b.errors.mean_residual") > 1e-3);
	NEAR("b.differences.crps.difference", 0);
	assert_true(isnan(found("a.differences.crps.difference")));
	assert_non_null(
		strstr(contents("stderr"), "a: 10 galaxies are not in all streams and were"));
	assert_non_null(strstr(contents("stdout"), "\ndifference.mean_residual\t-\t0.00"));
	table_has("difference.crps", "-\t0");
	table_has("difference.crps_err", "-\t0");
	table_has("difference.crps_sigma", "-\t-");
	run_badly(residuals_main, "residuals --differences a.pz b.pz", 4,
		  "b: --differences: expected the galaxies of a in the same order, found others: "
		  "give --common");
	write_galaxies("c.pz", 0, 1, N, 0.001);
	measure("residuals -b 0 --differences --json r.json a.pz c.pz");
	NEAR("c.differences.mean_residual.difference", 0.001);
	assert_true(isnan(found("c.differences.mean_residual.error")));
	/* the same ids in another order are others */
	write_galaxies("c.pz", 39, -1, N, 0.001);
	run_badly(residuals_main, "residuals --differences a.pz c.pz", 4, "in the same order");
}

static void streams_without_common_galaxies(void **state)
{
	(void)state;
	write_galaxies("b.pz", 0, 1, 20, 0);
	write_galaxies("c.pz", 20, 1, 20, 0);
	run_badly(residuals_main, "residuals --common b.pz c.pz", 1,
		  "--common: expected galaxies that all streams have, found none: compare their");
	write_galaxies("c.pz", 5, 0, 2, 0);
	run_badly(residuals_main, "residuals --common a.pz c.pz", 1,
		  "c.pz: --common: expected ids that occur once, found one twice");
	run_badly(residuals_main, "residuals --common c.pz a.pz", 1,
		  "c.pz: --common: expected ids that occur once, found one twice");
	stream("d.pz", USUAL, "{\"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.1}}",
	       "{\"z\": 0.2, \"mag\": 15, \"zphot\": {\"mode\": 0.1}}", NULL);
	run_badly(residuals_main, "residuals --common d.pz a.pz", 1,
		  "d.pz: record 1 (id none): id: expected an integer or a text");
	run_badly(residuals_main, "residuals --differences -b 0 a.pz d.pz", 1,
		  "d: --differences: expected an 'id' in every record, found none in some");
}

/* Of two networks the deviation is the difference over the square root of 2. */
static void networks_that_are_trained_alike_differ(void **state)
{
	double one, two;

	(void)state;
	write_galaxies("b.pz", 0, 1, N, 0.003);
	measure("residuals -b 0 --tomography 2 --json r.json a=a.pz");
	one = found("a.tomography.bins.0.bias_zphot");
	assert_int_equal(rename("r.json", "1.json"), 0);
	measure("residuals -b 0 --tomography 2 --json r.json a=b.pz");
	two = found("a.tomography.bins.0.bias_zphot");
	assert_int_equal(rename("r.json", "2.json"), 0);
	measure("residuals -b 0 --tomography 2 --training 1.json,2.json --json r.json a.pz "
		"other=b.pz");
	NEAR("a.training.networks", 2);
	NEAR("a.training.mean_residual", 0.003 / sqrt(2));
	NEAR("a.estimates.mode.training.mean_residual", 0.003 / sqrt(2));
	NEAR("a.training.crps", 0);
	NEAR("a.training.tomography.bins.0.bias_zphot", fabs(two - one) / sqrt(2));
	assert_true(found("a.training.tomography.worst_zphot") > 0);
	assert_true(isnan(found("other.training.mean_residual")));
	table_has("crps_training_err", "0\t-");
	assert_non_null(strstr(contents("stdout"), "\nmean_residual_training_err\t0.0021213"));
	assert_non_null(strstr(contents("stdout"), "\ntomography.worst_pz_training_err\t"));
	assert_non_null(strstr(contents("stdout"), "\ntomography.2.bias_pz_training_err\t"));
	write_text("3.json", "{\"b\": {\"n\": 40}}");
	run_badly(residuals_main, "residuals -b 0 --training 1.json,3.json a.pz", 4,
		  "--training: expected 'a' in all reports or in none, found it in 1.json but not "
		  "in 3.json");
	run_badly(residuals_main, "residuals -b 0 --training 3.json,1.json a.pz", 4,
		  "found it in 1.json but not in 3.json");
	write_text("3.json", "{\"a\": {\"n\": 39}}");
	run_badly(residuals_main, "residuals -b 0 --training 1.json,3.json a.pz", 4,
		  "--training: 3.json: expected the same 40 galaxies in 'a', found 39");
	run_badly(residuals_main, "residuals --training 1.json a.pz", 2,
		  "--training: expected two reports or more");
	run_badly(residuals_main, "residuals --training 1.json,a.pz a.pz", 1, "a.pz: ");
}

/* Other axes, rows, bands and limits than those of the first stream. */
static void what_differs_between_streams_is_told(void **state)
{
	const char *text;

	(void)state;
	stream("o.pz", AXES("0.1", "4", "i", "0.05", "0.2"),
	       "{\"id\": 1, \"z\": 0.11, \"mag\": 15, \"zphot\": {\"mode\": 0.1, \"median\": 0.1}, "
	       "\"pz\": [1, 0, 0, 0]}",
	       "{\"id\": 2, \"z\": 0.2, \"zphot\": {\"mode\": 0.5}, \"pz\": [0, 1, 0, 0]}", NULL);
	measure("residuals -b 0 --json r.json --against mag a.pz o.pz");
	text = contents("stderr");
	assert_non_null(strstr(text, "o: p(z) has 4 bins from 0.1 to 0.4; curves, histograms and "
				     "distances have 8 from 0 to 0.4, as in a; log_loss and brier "
				     "are left out"));
	assert_non_null(strstr(text, "o: the magnitudes are of band 'i', those of a of band 'r'"));
	assert_non_null(strstr(text, "o: the outlier threshold is 0.05, that of a is 0.025: "));
	assert_non_null(strstr(text, "o: the line is fitted from 0.2 on, that of a from 0.1 on: "));
	assert_non_null(strstr(text, "o: 1 galaxy has no 'mag' and is in none of its bins"));
	assert_non_null(
		strstr(text, "o: 1 of 2 galaxies has no 'zphot.median' and is left out of"));
	assert_non_null(strstr(text, "o: 0 true values and 1 estimate are outside of 0 to 0.4"));
	assert_non_null(
		strstr(text, "o: no slope was fitted: fewer than 2 bins above z = 0.2 have"));
	assert_true(isnan(found("o.log_loss")) && isfinite(found("o.crps")));
	stream("o.pz",
	       "{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"mass\", "
	       "\"min\": 0, \"max\": 1, \"bins\": 4, \"left\": 0, \"right\": 0}, \"rows\": "
	       "{\"mag\": \"r\", \"min\": 15, \"width\": 2, \"channels\": 2}}",
	       NULL);
	run_badly(residuals_main, "residuals a.pz o.pz", 4,
		  "o: grid.target: expected 'z' as in the first stream, found 'mass'");
	run_badly(residuals_main, "residuals o.pz", 2,
		  "o.pz: header: expected an outlier threshold, found none: give --outlier");
	run_badly(residuals_main, "residuals --outlier 1 o.pz", 1,
		  "o.pz: expected records with 'mass', found none among 0 records");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tomography_is_a_number_or_edges),
		cmocka_unit_test(requirements_have_names),
		cmocka_unit_test(a_bias_meets_a_requirement_with_its_error),
		cmocka_unit_test(many_streams_are_drawn_in_part),
		cmocka_unit_test(operands_are_named),
		cmocka_unit_test(bins_between_edges),
		cmocka_unit_test(bins_of_equal_numbers),
		cmocka_unit_test(bins_of_a_key),
		cmocka_unit_test(distances_by_magnitude),
		cmocka_unit_test(strict_about_the_chosen_estimate),
		cmocka_unit_test(galaxies_by_the_thousand),
		cmocka_unit_test(shares_inside_of_intervals),
		cmocka_unit_test(galaxies_count_by_their_weights),
		cmocka_unit_test(pairs_have_the_error_of_their_difference),
		cmocka_unit_test(streams_without_common_galaxies),
		cmocka_unit_test(networks_that_are_trained_alike_differ),
		cmocka_unit_test(what_differs_between_streams_is_told),
	};

	return cmocka_run_group_tests_name("residuals", tests, begin, out_of_folder);
}
