/* test_tools_estimates.c -- residuals, sweep, calibrate and knn on a few hundred galaxies, by value
 */
#include <math.h>

#include "in_process.h"

#define N 240 /* galaxies */

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 8, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 2}, "  \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.1, \"threshold\": 2}"
#define PREDICTIONS "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}"

static double z[N], mode[N], mag[N], p[N][8];

/* Estimates that are too large by 0.01 (1 + z) or so, every 20th by far too much; p(z) in two bins.
 */
static void make_galaxies(void)
{
	for (int i = 0; i < N; i++) {
		int bin = i % 8;

		z[i] = 0.05 * bin + 0.05 * ((i / 8 * 7) % 30 + 0.5) / 30;
		mode[i] = z[i] + 0.01 + 0.004 * ((i * 13) % 11 - 5) + (i % 20 == 3 ? 0.1 : 0);
		mag[i] = 15 + 2 * ((i * 29) % N) / (double)N;
		for (int k = 0; k < 8; k++)
			p[i][k] = k == bin ? 0.75 : k == (bin + 3) % 8 ? 0.25 : 0;
	}
}

static int begin(void **state)
{
	static char text[N][512];
	const char *record[N];

	if (in_folder(state) != 0)
		return -1;
	make_galaxies();
	for (int i = 0; i < N; i++) {
		char *to = text[i];

		to += sprintf(
			to,
			"{\"id\": %d, \"z\": %.17g, \"mag\": %.17g, \"u\": %.17g, \"g\": %.17g, "
			"\"r\": %.17g, \"pz\": [",
			i, z[i], mag[i], mag[i] + 2 + z[i], mag[i] + 1 - 2 * z[i] * (i % 3),
			mag[i]);
		for (int k = 0; k < 8; k++)
			to += sprintf(to, "%s%g", k ? ", " : "", p[i][k]);
		sprintf(to, "], \"zphot\": {\"mode\": %.17g, \"mean\": %.17g}}", mode[i], z[i]);
		record[i] = text[i];
	}
	stream_of("a.pz", PREDICTIONS, record, N);
	stream_of("half.pz", PREDICTIONS, record, N / 2);
	return 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The cell of a line of the table in "stdout", column 1 or 2. */
static double cell(const char *key, int column)
{
	const char *text = contents("stdout"), *at = text;
	size_t n = strlen(key);

	while (at && !(strncmp(at, key, n) == 0 && at[n] == '\t'))
		at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
	if (!at)
		fail_msg("no line '%s'", key);
	for (int i = 0; at && i < column; i++)
		at = strchr(at, '\t') + 1;
	return !at || *at == '-' ? (at && at[1] != '\t' && at[1] != '\n' ? atof(at) : NAN)
				 : atof(at);
}

static void near(double x, double y)
{
	if (!(fabs(x - y) <= 2e-5 * fmax(fabs(y), 0.01)))
		fail_msg("expected %.8g, found %.8g", y, x);
}

/* ---- residuals */

static void numbers_of_point_estimates(void **state)
{
	double d[N], off[N], mean = 0, square = 0, median, outliers = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		d[i] = (mode[i] - z[i]) / (1 + z[i]);
		mean += d[i] / N;
		square += d[i] * d[i] / N;
		outliers += fabs(d[i]) > 0.05;
	}
	run_well(residuals_main, "residuals -b 0 a.pz");
	near(cell("n", 1), N);
	near(cell("mean_residual", 1), mean);
	near(cell("rms", 1), sqrt(square));
	near(cell("outlier_fraction", 1), outliers / N);
	near(cell("mode.mean_residual", 1), mean);
	near(cell("mean.mean_residual", 1), 0);
	assert_true(isnan(cell("median.mean_residual", 1)));
	qsort(d, N, sizeof *d, ascending);
	median = (d[N / 2 - 1] + d[N / 2]) / 2;
	near(cell("median_residual", 1), median);
	for (int i = 0; i < N; i++)
		off[i] = fabs(d[i] - median);
	qsort(off, N, sizeof *off, ascending);
	near(cell("sigma_mad", 1), 1.4826 * (off[N / 2 - 1] + off[N / 2]) / 2);
	assert_true(isnan(cell("mean_residual_err", 1)));
	run_well(residuals_main, "residuals -b 0 --outlier 0.02 a.pz");
	outliers = 0;
	for (int i = 0; i < N; i++)
		outliers += fabs(d[i]) > 0.02;
	near(cell("outlier_fraction", 1), outliers / N);
	run_well(residuals_main, "residuals -b 0 -e mean a.pz");
	near(cell("sigma_mad", 1), 0);
	near(cell("mode.median_residual", 1), median);
}

/* p(z) has 0.75 in the true z's bin and 0.25 three bins on, or below it, of 0.05 each. */
static void scores_of_pdfs(void **state)
{
	double odds = 0, ks = 0, inside = 0, histogram[20] = { 0 }, pit[N];

	(void)state;
	run_well(residuals_main, "residuals -b 0 --curves curves.tsv a.pz");
	near(cell("log_loss", 1), -log(0.75));
	near(cell("brier", 1), 2 * 0.25 * 0.25);
	near(cell("cde_loss", 1), (0.75 * 0.75 + 0.25 * 0.25) / 0.05 - 2 * 0.75 / 0.05);
	for (int i = 0; i < N; i++) {
		double reach = 0.05 * (1 + mode[i]), low = mode[i] - reach, high = mode[i] + reach;
		int bin = i % 8;

		pit[i] = 0.75 * (z[i] - 0.05 * bin) / 0.05 + (bin + 3 >= 8 ? 0.25 : 0);
		for (int k = 0; k < 8; k++) {
			double a = fmax(low, 0.05 * k), b = fmin(high, 0.05 * (k + 1));

			odds += b > a ? p[i][k] * (b - a) / 0.05 / N : 0;
		}
		inside += fabs(pit[i] - 0.5) < 0.68268949 / 2;
		histogram[(int)(pit[i] * 20)]++;
	}
	near(cell("odds", 1), odds);
	near(cell("coverage_68", 1), inside / N);
	qsort(pit, N, sizeof *pit, ascending);
	for (int i = 0; i < N; i++)
		ks = fmax(ks, fmax(pit[i] - i / (double)N, (i + 1) / (double)N - pit[i]));
	near(cell("pit_ks", 1), ks);
	for (int k = 0; k < 20; k++) {
		char line[64];
		const char *at;

		snprintf(line, sizeof line, "\npit_histogram\t%.6g\t", (k + 0.5) / 20);
		at = strstr(contents("curves.tsv"), line + 1);
		assert_non_null(at);
		near(atof(at + strlen(line) - 1), histogram[k] / N);
	}
}

static void curves_and_histograms(void **state)
{
	const char *text;
	char line[64];

	(void)state;
	run_well(residuals_main, "residuals -b 0 --curves - one=a.pz");
	text = contents("stdout");
	assert_non_null(strstr(text, "stream\tcurve\tx\tvalue\t"));
	for (int k = 0; k < 8; k++) {
		double n = 0, photo = 0, share;
		const char *at;

		for (int i = 0; i < N; i++) {
			n += i % 8 == k;
			photo += mode[i] >= 0.05 * k && mode[i] < 0.05 * (k + 1);
		}
		share = n / N;
		snprintf(line, sizeof line, "one\tnz_zspec\t%.3g", 0.05 * (k + 0.5));
		assert_non_null(at = strstr(text, line));
		near(atof(at = strchr(at + strlen(line), '\t') + 1), share);
		near(atof(strchr(at, '\t') + 1), sqrt(share * (1 - share) / N));
		snprintf(line, sizeof line, "one\tnz_zphoto\t%.3g", 0.05 * (k + 0.5));
		assert_non_null(at = strstr(text, line));
		near(atof(at = strchr(at + strlen(line), '\t') + 1), photo / N);
		snprintf(line, sizeof line, "one\tnz_stacked\t%.3g", 0.05 * (k + 0.5));
		assert_non_null(at = strstr(text, line));
		near(atof(at = strchr(at + strlen(line), '\t') + 1), 0.125);
		near(atof(strchr(at, '\t') + 1),
		     sqrt((0.75 * 0.75 / 8 + 0.25 * 0.25 / 8 - 0.125 * 0.125) / N));
	}
	assert_non_null(strstr(text, "one\tcurve_zspec\t"));
	assert_non_null(strstr(text, "one\tsigma_mad_rows\t"));
	assert_non_null(strstr(text, "one\twasserstein\t"));
}

/* Several side by side, as table and as JSON; errors over resamples are near those of theory. */
static void two_streams_side_by_side(void **state)
{
	json_t *root, *one;
	double rms, mean, error;

	(void)state;
	run_well(residuals_main, "residuals -b 400 --json r.json whole=a.pz part=half.pz");
	near(cell("n", 1), N);
	near(cell("n", 2), N / 2);
	near(cell("outside_z", 1), 0);
	rms = cell("rms", 1);
	mean = cell("mean_residual", 1);
	error = sqrt((rms * rms - mean * mean) / N);
	assert_true(fabs(cell("mean_residual_err", 1) / error - 1) < 0.2);
	assert_true(cell("mean_residual_err", 2) > 1.2 * cell("mean_residual_err", 1));
	assert_true(cell("tv", 1) > 0 && cell("tv_floor", 1) > 0 && cell("tv_floor_err", 1) > 0);
	root = json_load_file("r.json", 0, NULL);
	assert_non_null(root);
	one = json_object_get(root, "part");
	assert_int_equal(json_integer_value(json_object_get(one, "n")), N / 2);
	near(json_number_value(json_object_get(json_object_get(one, "tv"), "value")),
	     cell("tv", 2));
	json_decref(root);
	run_badly(residuals_main, "residuals a.pz x/a.pz", 2, "two streams are named 'a'");
	run_badly(residuals_main, "residuals -b 1 a.pz", 2, "0 or at least 2, found 1");
	run_badly(residuals_main, "residuals --json - --gnuplot a.pz", 2, "exclude each other");
	run_badly(residuals_main, "residuals --dispersions 1 a.pz", 2, "expected 2 numbers");
	run_badly(residuals_main, "residuals none.pz", 1, "none.pz");
	run_well(residuals_main,
		 "residuals -b 0 --dispersions 1,1 --factor 2 --variances half.pz a.pz");
	run_well(residuals_main, "residuals -b 0 --gnuplot --panels pit,nz a.pz");
	assert_non_null(strstr(contents("stdout"), "$pit0 << EOD"));
}

static void what_is_missing_is_counted(void **state)
{
	(void)state;
	stream("few.pz", PREDICTIONS,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.12}}",
	       "{\"id\": 2, \"z\": 0.2, \"mag\": 15, \"zphot\": {\"mode\": 0.23}, \"pz\": [0, 0, "
	       "0, 0, 1, "
	       "0, 0, 0]}",
	       "{\"id\": 3, \"z\": 0.3, \"zphot\": {\"mode\": 0.5}}",
	       "{\"id\": 4, \"mag\": 15, \"zphot\": {\"mode\": 0.12}}",
	       "{\"id\": 5, \"z\": 0.3, \"mag\": 15}",
	       "{\"id\": 6, \"z\": 0.45, \"mag\": 15, \"zphot\": {\"mode\": 0.3}, \"pz\": [1, 0, "
	       "0, 0, 0, "
	       "0, 0, 0]}",
	       NULL);
	run_well(residuals_main, "residuals -b 0 few.pz");
	near(cell("n", 1), 4);
	near(cell("without_z", 1), 1);
	near(cell("without_zphot", 1), 1);
	near(cell("without_pz", 1), 2);
	near(cell("outside_pz", 1), 1);
	near(cell("outside_z", 1), 1);
	near(cell("outside_zphot", 1), 1);
	near(cell("log_loss", 1), 0);
	assert_non_null(strstr(contents("stderr"), "2 of 4 galaxies have no p(z)"));
	run_badly(residuals_main, "residuals --strict few.pz", 1, "record 2 (id 2): pz:");
	stream("one.pz", PREDICTIONS,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 15, \"zphot\": {\"mode\": 0.12}}", NULL);
	run_badly(residuals_main, "residuals one.pz", 1, "at least 2 galaxies");
}

/* ---- sweep */

/* Column k (from 1) of the first line of the plot in "stdout" is this number of the report. */
static void assert_plotted(const char *group, const char *key, int k)
{
	json_t *report = json_load_file("r.json", 0, NULL);
	json_t *first = json_object_get(report, "whole");
	const char *at = strstr(contents("stdout"), "$stream0 << EOD\n") + 16;
	double x = NAN;

	for (int i = 0; i < k; i++) {
		char *end;

		x = strtod(at, &end);
		at = end;
	}
	near(x, json_number_value(json_object_get(json_object_get(first, group), key)));
	json_decref(report);
}

static void a_sweep_has_the_numbers_of_its_reports(void **state)
{
	const char *text;

	(void)state;
	run_well(residuals_main, "residuals -b 5 --json r.json whole=a.pz part=half.pz");
	run_well(sweep_main, "sweep --name size 1=r.json 20=r.json -o sweep.tsv");
	text = contents("sweep.tsv");
	assert_non_null(strstr(text, "size\tstream\t"));
	assert_non_null(strstr(text, "\n1\twhole\t240\t"));
	assert_non_null(strstr(text, "\n20\tpart\t120\t"));
	run_well(sweep_main, "sweep --gnuplot --log 1=r.json 100=r.json");
	assert_non_null(strstr(contents("stdout"), "set xtics ('1' 0, '100' 2)"));
	run_well(sweep_main, "sweep --gnuplot --name size 10=r.json 20=r.json");
	assert_non_null(strstr(contents("stdout"), "set xlabel 'size' noenhanced\nset xrange ["));
	assert_plotted("slope_zspec", "value", 2);
	assert_plotted("slope_zspec", "error", 3);
	assert_plotted("tv", "value", 4);
	assert_plotted("tv", "error", 5);
	assert_plotted("tv", "floor", 10);
	assert_non_null(strstr(contents("stdout"), "'no mode collapse'"));
	/* a line that is not drawn is not explained */
	text = strcpy(calloc(1, strlen(contents("r.json")) + 1), contents("r.json"));
	for (char *at = (char *)text; (at = strstr(at, "\"floor\"")); at++)
		memcpy(at, "\"other\"", 7);
	write_text("without.json", text);
	free((char *)text);
	run_well(sweep_main, "sweep --gnuplot --name size 10=without.json 20=without.json");
	assert_null(strstr(contents("stdout"), "no mode collapse"));
	run_badly(sweep_main, "sweep r.json", 2, "expected VALUE=REPORT");
	run_badly(sweep_main, "sweep --name a\x01z 1=r.json 20=r.json", 2,
		  "--name: expected UTF-8 without control characters");
	/* one file under two names, whether it is there or not */
	write_text("there.tsv", "");
	run_badly(residuals_main, "residuals -b 0 --json there.tsv --curves ./there.tsv a.pz", 2,
		  "there.tsv");
	run_badly(residuals_main, "residuals -b 0 --json new.tsv --curves ./new.tsv a.pz", 2,
		  "new.tsv");
	run_badly(sweep_main, "sweep 1=r.json 1=r.json", 2, "found two for '1'");
	run_badly(sweep_main, "sweep --log 0=r.json 1=r.json --figure f.png", 2, "cannot have 0");
	write_text("bad.json", "{\"a\": 1}");
	run_badly(sweep_main, "sweep 1=bad.json", 1, "bad.json");
}

/* More galaxies than there is room for at first. */
static void many_galaxies_are_all_counted(void **state)
{
	enum { MANY = 2500 };
	static char text[MANY][100];
	static const char *record[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		sprintf(text[i],
			"{\"id\": %d, \"z\": 0.2, \"mag\": 15.5, \"zphot\": {\"mode\": %.17g}}", i,
			0.2 + 1.2 * 1e-6 * i);
		record[i] = text[i];
	}
	stream_of("many.pz", PREDICTIONS, record, MANY);
	run_well(residuals_main, "residuals -q -b 0 many.pz");
	assert_true(cell("n", 1) == MANY);
	assert_true(fabs(cell("mean_residual", 1) - 1e-6 * (MANY - 1) / 2) < 1e-9);
	run_well(calibrate_main, "calibrate --train many.pz --whole -m 1 many.pz -o c.pz");
	assert_true(fabs(number("c.pz", MANY - 1, "zphot.mode") - 0.2 - 1.2e-6 * (MANY - 1) / 2) <
		    1e-9);
}

/* ---- calibrate */

/* Of its own training set, whole: in each row of magnitude and each wide bin of the estimate, a
 * twentieth of the range or so, the mean of zphot - z becomes 0, so it does over all. */
static void the_mean_of_every_cell_becomes_nothing(void **state)
{
	double before = 0, after = 0;

	(void)state;
	run_well(calibrate_main, "calibrate --train a.pz --whole -m 1 --table t.tsv a.pz -o c.pz");
	for (size_t i = 0; i < N; i++) {
		if (mode[i] < 0 || mode[i] >= 0.4) { /* in none of the cells */
			assert_true(number("c.pz", i, "zphot.mode") == mode[i]);
			continue;
		}
		before += mode[i] - z[i];
		after += number("c.pz", i, "zphot.mode") - z[i];
	}
	assert_true(before / N > 0.01);
	assert_true(fabs(after) < 1e-10);
	assert_null(strstr(records("c.pz"), "\"pz\""));
	assert_non_null(strstr(contents("t.tsv"), "\nmode\t"));
	run_well(calibrate_main, "calibrate --train a.pz --whole -m 1000000 a.pz -o c.pz");
	assert_true(number("c.pz", 7, "zphot.mode") == mode[7]);
	run_well(calibrate_main, "calibrate --train a.pz -s 5000 --plan p.json a.pz -o c.pz");
	assert_true(number("c.pz", 7, "zphot.mode") != mode[7]);
	assert_non_null(strstr(contents("p.json"), "\"estimate\""));
	run_badly(calibrate_main, "calibrate a.pz", 2, "--train");
	run_badly(calibrate_main, "calibrate --train a.pz --whole --plan p a.pz", 2, "--whole");
}

/* ---- knn */

/* u - r is 2 + z: a plane through it is exact; k neighbours, and none is the galaxy itself. */
static void neighbours_give_back_what_a_colour_says(void **state)
{
	double worst = 0, x[8], sum = 0;

	(void)state;
	run_well(knn_main, "knn --train a.pz -m u,r -k 30 -c 0 a.pz -o k.pz");
	for (size_t i = 0; i < N; i += 11)
		worst = fmax(worst, fabs(number("k.pz", i, "knn.z") - z[i]));
	assert_true(worst < 3e-6);
	assert_true(number("k.pz", 5, "knn.count") == 30 && number("k.pz", 5, "knn.rank") == 2);
	assert_int_equal(numbers("k.pz", 0, "pz", x, 8), 8);
	for (int k = 0; k < 8; k++)
		sum += x[k];
	assert_true(fabs(sum - 1) < 1e-6);
	run_well(knn_main,
		 "knn --train half.pz -m u,g,r -r r -k 20 -w tricube --also mag a.pz -o k.pz");
	assert_non_null(strstr(header("k.pz"), "\"kind\":\"predictions\""));
	run_badly(knn_main, "knn -m u,r a.pz", 2, "--train");
	run_badly(knn_main, "knn --train a.pz a.pz", 4, "--magnitudes");
	run_badly(knn_main, "knn --train a.pz -m u,y a.pz", 1, "'y'");
	run_badly(knn_main, "knn --train a.pz -m u,r -r g a.pz", 2, "g");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_point_estimates),
		cmocka_unit_test(scores_of_pdfs),
		cmocka_unit_test(curves_and_histograms),
		cmocka_unit_test(two_streams_side_by_side),
		cmocka_unit_test(what_is_missing_is_counted),
		cmocka_unit_test(many_galaxies_are_all_counted),
		cmocka_unit_test(a_sweep_has_the_numbers_of_its_reports),
		cmocka_unit_test(the_mean_of_every_cell_becomes_nothing),
		cmocka_unit_test(neighbours_give_back_what_a_colour_says),
	};

	return cmocka_run_group_tests_name("estimates", tests, begin, out_of_folder);
}
