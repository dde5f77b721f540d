/* test_residuals_json.c -- every number of a report under its key in JSON, by value */
#include "../../tools/common/json_number.h"
#include "in_process.h"
#include "whole_report.h"

static struct report r[2];
static json_t *root;

static int begin(void **state)
{
	FILE *to;

	if (in_folder(state) != 0)
		return -1;
	make_reports(r);
	/* within both limits, 0.001 and 0.002; beyond the first one */
	r[0].tomography[0].value.bias_pz = 0;
	r[0].tomography[0].error.bias_pz = 0.0001;
	r[0].tomography[0].value.bias_zphot = 0.0015;
	r[0].tomography[0].error.bias_zphot = 0.0001;
	to = fopen("r.json", "w");
	if (report_json(r, 2, to) != 0 || fclose(to) != 0)
		return -1;
	root = json_load_file("r.json", JSON_REJECT_DUPLICATES, NULL);
	return root ? 0 : -1;
}

static int end(void **state)
{
	json_decref(root);
	release_reports(r);
	return out_of_folder(state);
}

static void is(int line, const char *path, double expected)
{
	double found = json_number_at(root, path);

	if (!(found == expected || (isnan(found) && isnan(expected))))
		fail_msg("line %d: %s: expected %.17g, found %.17g", line, path, expected, found);
}

#define IS(path, expected) is(__LINE__, path, expected)

static const json_t *object_at(const char *stream_name, const char *key)
{
	return json_object_get(json_object_get(root, stream_name), key);
}

static void is_text(const json_t *o, const char *key, const char *expected)
{
	assert_string_equal(json_string_value(json_object_get(o, key)), expected);
}

/* ---- numbers ---- */

static void numbers_with_their_errors(void **state)
{
	char path[80];

	(void)state;
	for (size_t k = 0; k < WHOLE_NUMBERS; k++)
		for (int i = 0; i < 2; i++) {
			const char *key = whole_numbers[k].key;
			bool there = i == 0 || !whole_numbers[k].of_pz;

			snprintf(path, sizeof path, "%.9s.%s", r[i].name, key);
			IS(path, there ? whole_at(&r[i], whole_numbers[k].value) : NAN);
			snprintf(path, sizeof path, "%.9s.errors.%s", r[i].name, key);
			IS(path, there ? whole_at(&r[i], whole_numbers[k].error) : NAN);
		}
	IS("one.errors.slope_zspec", r[0].of[1].error.slope_zspec);
	IS("one.errors.intercept_zspec", r[0].of[1].error.intercept_zspec);
	IS("one.errors.slope_zphoto", r[0].of[1].error.slope_zphot);
	IS("one.errors.intercept_zphoto", r[0].of[1].error.intercept_zphot);
	IS("one.errors.tv", r[0].of[1].error.tv);
	assert_null(object_at("two", "crps"));
	assert_null(json_object_get(object_at("two", "errors"), "crps"));
}

static void counts_and_settings(void **state)
{
	(void)state;
	IS("one.n", 4);
	IS("one.without_z", 11);
	IS("one.without_zphot", 12);
	IS("one.without_weight", 13);
	IS("one.not_common", 14);
	IS("one.without_pz", 1);
	IS("two.without_pz", 4);
	IS("one.outside_pz", 1);
	IS("one.outside_z", 15);
	IS("one.outside_zphot", 16);
	IS("one.axes.min", 0.1);
	IS("one.axes.max", 0.5);
	IS("one.axes.bins", 2);
	IS("one.outlier_threshold", 0.0625);
	is_text(json_object_get(root, "one"), "estimate", "mean");
	is_text(json_object_get(root, "one"), "weights", "w");
	assert_null(object_at("two", "weights"));
	IS("one.sigma_disp.0", r[0].sigma_disp[0]);
	IS("one.sigma_disp.1", r[0].sigma_disp[1]);
	assert_int_equal(json_array_size(object_at("one", "sigma_disp")), 2);
	IS("one.pit_ks_p", pz_pit_ks_p(r[0].scores.pit.ks, 25));
	for (int i = 0; i < PZ_PIT_BINS; i++) {
		char path[48];

		snprintf(path, sizeof path, "one.pit_histogram.%d", i);
		IS(path, r[0].scores.pit.histogram[i]);
		snprintf(path, sizeof path, "one.errors.pit_histogram.%d", i);
		IS(path, r[0].scores_error.pit.histogram[i]);
	}
	assert_null(object_at("two", "pit_histogram"));
	assert_null(object_at("two", "pit_ks_p"));
}

static void line_is(const char *key, const struct pz_line *l, double from)
{
	static const char *const name[] = { "value", "error",           "from",  "intercept",
					    "chi2",  "intercept_error", "points" };
	const double value[] = { l->slope, l->slope_error,     from,     l->intercept,
				 l->chi2,  l->intercept_error, l->points };

	for (int i = 0; i < 7; i++) {
		char path[64];

		snprintf(path, sizeof path, "one.%s.%s", key, name[i]);
		IS(path, value[i]);
	}
}

static void lines_and_total_variation(void **state)
{
	const struct report_estimate *e = &r[0].of[ESTIMATE_MEAN];

	(void)state;
	line_is("slope_zspec", &e->all.zspec_line, 0.125);
	line_is("slope_zphoto", &e->all.zphot_line, 0.1);
	IS("one.tv.value", e->all.value.tv);
	IS("one.tv.bootstrap_mean", e->mean.tv);
	IS("one.tv.error", e->error.tv);
	IS("one.tv.floor", r[0].tv_floor.mean);
	IS("one.tv.floor_error", r[0].tv_floor.error);
}

/* Each kind of estimate that there is has all numbers, the lines' too. */
static void estimates_of_every_kind(void **state)
{
	(void)state;
	assert_null(json_object_get(object_at("one", "estimates"), "mode"));
	assert_non_null(json_object_get(object_at("one", "estimates"), "mean"));
	IS("one.estimates.median.rms", r[0].of[2].all.value.summary.rms);
	IS("one.estimates.median.errors.rms", r[0].of[2].error.summary.rms);
	IS("one.estimates.mean.rms", r[0].of[1].all.value.summary.rms);
	IS("two.estimates.median.rms", r[1].of[2].all.value.summary.rms);
	IS("one.estimates.median.tv", r[0].of[2].all.value.tv);
	IS("one.estimates.median.slope_zspec", r[0].of[2].all.value.slope_zspec);
	IS("one.estimates.median.intercept_zspec", r[0].of[2].all.value.intercept_zspec);
	IS("one.estimates.median.slope_zphoto", r[0].of[2].all.value.slope_zphot);
	IS("one.estimates.median.intercept_zphoto", r[0].of[2].all.value.intercept_zphot);
	IS("one.estimates.median.crps", NAN);
	assert_null(json_object_get(json_object_get(object_at("one", "estimates"), "median"),
				    "training"));
	assert_null(object_at("one", "training"));
}

/* ---- curves ---- */

static void column_is(int line, const char *key, const char *column, const double *expected, int n)
{
	const json_t *a = json_object_get(object_at("one", key), column);

	if ((int)json_array_size(a) != n)
		fail_msg("line %d: %s.%s: expected %d numbers, found %zu", line, key, column, n,
			 json_array_size(a));
	for (int i = 0; i < n; i++) {
		char path[80];

		snprintf(path, sizeof path, "one.%s.%s.%d", key, column, i);
		is(line, path, expected[i]);
	}
}

static void columns_are(int line, const char *key, const char *names)
{
	char found[128] = "";
	const char *column;
	json_t *value;

	json_object_foreach((json_t *)object_at("one", key), column, value)
	{
		strcat(found, *found ? "," : "");
		strcat(found, column);
	}
	if (strcmp(found, names) != 0)
		fail_msg("line %d: %s: expected %s, found %s", line, key, names, found);
}

#define COLUMN(key, column, n, ...) column_is(__LINE__, key, column, (double[]){ __VA_ARGS__ }, n)
#define COLUMNS(key, names)         columns_are(__LINE__, key, names)

static void curves_have_their_columns(void **state)
{
	const struct report_estimate *e = &r[0].of[ESTIMATE_MEAN];
	const struct pz_point *p = e->all.zspec.point, *q = e->all.simulated.point;

	(void)state;
	COLUMNS("curve_zspec", "z,residual,error,bootstrap_error,count");
	COLUMN("curve_zspec", "z", 3, p[0].z, p[1].z, p[2].z);
	COLUMN("curve_zspec", "residual", 3, p[0].residual, p[1].residual, p[2].residual);
	COLUMN("curve_zspec", "error", 3, p[0].error, p[1].error, p[2].error);
	COLUMN("curve_zspec", "bootstrap_error", 3, e->error.zspec[1], e->error.zspec[3],
	       e->error.zspec[5]);
	COLUMN("curve_zspec", "count", 3, 101, 102, 103);
	p = e->all.zphot.point;
	COLUMN("curve_zphoto", "z", 2, p[0].z, p[1].z);
	COLUMN("curve_zphoto", "bootstrap_error", 2, e->error.zphot[4], e->error.zphot[6]);
	COLUMNS("curve_simulated", "z,residual,error,bootstrap_error,count,factor");
	COLUMN("curve_simulated", "residual", 4, q[0].residual, q[1].residual, q[2].residual,
	       q[3].residual);
	COLUMN("curve_simulated", "bootstrap_error", 4, e->error.simulated[0],
	       e->error.simulated[2], e->error.simulated[4], e->error.simulated[6]);
	COLUMNS("nz_zspec", "z,share,error");
	IS("one.curve_simulated.factor", 0.75);
	IS("one.curve_zspec.factor", NAN);
}

static void functions_of_magnitude(void **state)
{
	const struct pz_by_mag *m = r[0].mad, *w = r[0].wasserstein, *s = r[0].inside_68;

	(void)state;
	COLUMNS("sigma_mad_rows", "mag,value,error,bootstrap_mean,count");
	COLUMN("sigma_mad_rows", "mag", 3, m[0].mag, m[1].mag, m[2].mag);
	COLUMN("sigma_mad_rows", "value", 3, m[0].value, m[1].value, m[2].value);
	COLUMN("sigma_mad_rows", "error", 3, m[0].boot.error, m[1].boot.error, m[2].boot.error);
	COLUMN("sigma_mad_rows", "bootstrap_mean", 3, m[0].boot.mean, m[1].boot.mean,
	       m[2].boot.mean);
	COLUMN("sigma_mad_rows", "count", 3, 50, 53, 56);
	COLUMN("wasserstein", "value", 2, w[0].value, w[1].value);
	COLUMNS("interval_68_rows", "mag,share,error,count");
	COLUMN("interval_68_rows", "mag", 3, s[0].mag, s[1].mag, s[2].mag);
	COLUMN("interval_68_rows", "share", 3, s[0].value, s[1].value, s[2].value);
	COLUMN("interval_68_rows", "error", 3, s[0].boot.error, s[1].boot.error, s[2].boot.error);
	s = r[0].inside_95;
	COLUMN("interval_95_rows", "share", 3, s[0].value, s[1].value, s[2].value);
	assert_null(object_at("two", "interval_68_rows"));
}

static void cells_with_galaxies(void **state)
{
	const struct pz_pit_cell *c = r[0].cell;
	const double *z = r[0].cell_zphot;

	(void)state;
	COLUMNS("pit_local", "zphot,ks,count,row,floor");
	/* numbers 2, 6, 10 and 14 are empty */
	COLUMN("pit_local", "zphot", 11, z[0], z[1], z[3], z[4], z[5], z[7], z[8], z[9], z[11],
	       z[12], z[13]);
	COLUMN("pit_local", "ks", 11, c[0].ks, c[1].ks, c[3].ks, c[4].ks, c[5].ks, c[7].ks, c[8].ks,
	       c[9].ks, c[11].ks, c[12].ks, c[13].ks);
	COLUMN("pit_local", "floor", 11, c[0].floor, c[1].floor, c[3].floor, c[4].floor, c[5].floor,
	       c[7].floor, c[8].floor, c[9].floor, c[11].floor, c[12].floor, c[13].floor);
	COLUMN("pit_local", "count", 11, 30, 31, 33, 34, 35, 37, 38, 39, 41, 42, 43);
	COLUMN("pit_local", "row", 11, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2);
	assert_null(object_at("two", "pit_local"));
	/* what JSON has elsewhere is no series of its own */
	assert_null(object_at("one", "tomography_pz"));
	assert_null(object_at("one", "against_mean_residual"));
}

/* ---- groups ---- */

static void tomography_is(const char *part, size_t b, const struct pz_tomography_numbers *x)
{
	static const char *const name[] = { "mean_true",  "mean_pz",     "mean_zphot", "bias_pz",
					    "bias_zphot", "width_ratio", "outside" };
	const double value[] = { x->mean_true,  x->mean_pz,     x->mean_zphot, x->bias_pz,
				 x->bias_zphot, x->width_ratio, x->outside };

	for (int i = 0; i < 7; i++) {
		char path[80];

		snprintf(path, sizeof path, "one.tomography.bins.%zu.%s%s", b, part, name[i]);
		IS(path, value[i]);
	}
}

/* Whether the first bin meets a requirement, by p(z) and by estimates. */
static void meets_are(const char *requirement, const char *pz, const char *zphot)
{
	const json_t *bin =
		json_array_get(json_object_get(object_at("one", "tomography"), "bins"), 0);
	const json_t *meets = json_object_get(bin, "meets");

	assert_int_equal(json_object_size(meets), 2);
	is_text(json_object_get(meets, requirement), "pz", pz);
	is_text(json_object_get(meets, requirement), "zphot", zphot);
}

static void tomographic_bins(void **state)
{
	const json_t *t = object_at("one", "tomography");

	(void)state;
	is_text(t, "by", "median");
	IS("one.tomography.in_no_bin", 21);
	IS("one.tomography.require.lsst-y10", 0.001);
	IS("one.tomography.require.euclid", 0.002);
	assert_int_equal(json_object_size(json_object_get(t, "require")), 2);
	is_text(json_object_get(t, "sources"), "euclid", report_requirements[4].source);
	assert_int_equal(json_array_size(json_object_get(t, "bins")), 2);
	for (size_t b = 0; b < 2; b++) {
		tomography_is("", b, &r[0].tomography[b].value);
		tomography_is("errors.", b, &r[0].tomography[b].error);
	}
	IS("one.tomography.bins.0.n", 70);
	IS("one.tomography.bins.1.n", 71);
	IS("one.tomography.bins.1.n_pz", 61);
	IS("one.tomography.bins.0.low", r[0].tomography_low[0]);
	IS("one.tomography.bins.1.low", r[0].tomography_low[1]);
	IS("one.tomography.bins.0.high", r[0].tomography_low[2]);
	meets_are("lsst-y10", "yes", "no");
	meets_are("euclid", "yes", "yes");
	/* the biases rise */
	IS("one.tomography.worst_pz.value", r[0].tomography[1].value.bias_pz);
	IS("one.tomography.worst_pz.error", r[0].tomography[1].error.bias_pz);
	IS("one.tomography.worst_zphot.value", r[0].tomography[1].value.bias_zphot);
	IS("one.tomography.worst_zphot.error", r[0].tomography[1].error.bias_zphot);
	assert_null(object_at("two", "tomography"));
}

static void bins_of_a_key(void **state)
{
	const json_t *t = object_at("one", "against");

	(void)state;
	is_text(t, "key", "x-y");
	IS("one.against.without", 22);
	assert_int_equal(json_array_size(json_object_get(t, "bins")), REPORT_TREND);
	for (int b = 0; b < REPORT_TREND; b++) {
		static const char *const name[] = { "low",
						    "high",
						    "mean",
						    "pit_ks_floor",
						    "mean_residual",
						    "sigma_mad",
						    "outlier_fraction",
						    "pit_ks",
						    "errors.mean_residual",
						    "errors.sigma_mad",
						    "errors.outlier_fraction",
						    "errors.pit_ks" };
		const double *value = &r[0].trend[b].low;
		char path[80];

		for (int i = 0; i < 12; i++) {
			snprintf(path, sizeof path, "one.against.bins.%d.%s", b, name[i]);
			IS(path, value[i]);
		}
		snprintf(path, sizeof path, "one.against.bins.%d.n", b);
		IS(path, 80 + b);
	}
	assert_null(object_at("two", "against"));
}

static void differences_from_the_first(void **state)
{
	const json_t *d = object_at("one", "differences");

	(void)state;
	is_text(d, "from", "first");
	assert_int_equal(json_object_size(d), 1 + report_metrics_count);
	for (size_t k = 0; k < report_metrics_count; k++) {
		const struct report_difference *of = &r[0].difference[k];
		char path[80];

		snprintf(path, sizeof path, "one.differences.%s.difference", report_metrics[k].key);
		IS(path, of->value);
		snprintf(path, sizeof path, "one.differences.%s.error", report_metrics[k].key);
		IS(path, of->error);
		snprintf(path, sizeof path, "one.differences.%s.sigma", report_metrics[k].key);
		IS(path, of->value / of->error);
	}
	assert_null(object_at("two", "differences"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_with_their_errors),
		cmocka_unit_test(counts_and_settings),
		cmocka_unit_test(lines_and_total_variation),
		cmocka_unit_test(estimates_of_every_kind),
		cmocka_unit_test(curves_have_their_columns),
		cmocka_unit_test(functions_of_magnitude),
		cmocka_unit_test(cells_with_galaxies),
		cmocka_unit_test(tomographic_bins),
		cmocka_unit_test(bins_of_a_key),
		cmocka_unit_test(differences_from_the_first),
	};

	return cmocka_run_group_tests_name("JSON of residuals", tests, begin, end);
}
