/* test_residuals_tables.c -- every line of the table of residuals, in its order
 */
#include "in_process.h"
#include "whole_report.h"

static struct report r[2];

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	make_reports(r);
	return 0;
}

static int end(void **state)
{
	release_reports(r);
	return out_of_folder(state);
}

/* ---- the table of numbers ---- */

static const char *table; /* what is still to be read of it */

static void write_table(int n)
{
	FILE *to = fopen("r.tsv", "w");

	assert_int_equal(report_tsv(r, n, to), 0);
	assert_int_equal(fclose(to), 0);
	table = contents("r.tsv");
}

/* The next line: this key, then two numbers (NaN: a dash). */
static void next(const char *key, const char *ending, double one, double two)
{
	char expected[200] = "", cell[2][40] = { "-", "-" };
	size_t n = strcspn(table, "\n");

	for (int i = 0; i < 2; i++)
		if (!isnan(i ? two : one))
			pz_value_format(i ? two : one, false, cell[i], sizeof cell[i]);
	snprintf(expected, sizeof expected, "%s%s\t%s\t%s", key, ending, cell[0], cell[1]);
	if (strlen(expected) != n || strncmp(table, expected, n) != 0)
		fail_msg("expected '%s', found '%.*s'", expected, (int)n, table);
	table += n + 1;
}

static const struct pz_measured *all(int i, int e)
{
	return &r[i].of[e].all;
}

/* A line of a fit: its number, the error of the fit, and that of resamples. */
static void next_line(const char *prefix, const char *key, size_t at, int e)
{
	char name[64];
	bool zspec = strstr(key, "zspec") != NULL, slope = !strncmp(key, "slope", 5);
	double fit[2] = { NAN, NAN }, value[2] = { NAN, NAN }, error[2] = { NAN, NAN };

	for (int i = 0; i < 2 && r[0].of[e].there; i++) {
		const struct pz_line *l = zspec ? &all(i, e)->zspec_line : &all(i, e)->zphot_line;

		fit[i] = slope ? l->slope_error : l->intercept_error;
		memcpy(&value[i], (const char *)&all(i, e)->value + at, sizeof *value);
		memcpy(&error[i], (const char *)&r[i].of[e].error + at, sizeof *error);
	}
	snprintf(name, sizeof name, "%s%s", prefix, key);
	next(name, "", value[0], value[1]);
	next(name, "_err", fit[0], fit[1]);
	next(name, "_bootstrap_err", error[0], error[1]);
}

static void next_point(const char *prefix, const char *key, size_t at, int e)
{
	char name[64];
	double value[2] = { NAN, NAN }, error[2] = { NAN, NAN };

	for (int i = 0; i < 2 && r[0].of[e].there; i++) {
		memcpy(&value[i], (const char *)&all(i, e)->value + at, sizeof *value);
		memcpy(&error[i], (const char *)&r[i].of[e].error + at, sizeof *error);
	}
	snprintf(name, sizeof name, "%s%s", prefix, key);
	next(name, "", value[0], value[1]);
	next(name, "_err", error[0], error[1]);
}

#define MEASURE(field) offsetof(struct pz_measures, field)

static void next_points(const char *prefix, int e)
{
	next_point(prefix, "mean_residual", MEASURE(summary.mean), e);
	next_point(prefix, "median_residual", MEASURE(summary.median), e);
	next_point(prefix, "sigma_mad", MEASURE(summary.sigma_mad), e);
	next_point(prefix, "sigma_68", MEASURE(summary.sigma_68), e);
	next_point(prefix, "rms", MEASURE(summary.rms), e);
	next_point(prefix, "outlier_fraction", MEASURE(summary.outliers), e);
}

static void next_lines(const char *prefix, int e)
{
	char name[64];
	bool there = r[0].of[e].there;

	next_line(prefix, "slope_zspec", MEASURE(slope_zspec), e);
	next_line(prefix, "intercept_zspec", MEASURE(intercept_zspec), e);
	next_point(prefix, "offset_zspec", MEASURE(offset_zspec), e);
	next_point(prefix, "rms_zspec_curve", MEASURE(rms_zspec), e);
	next_line(prefix, "slope_zphoto", MEASURE(slope_zphot), e);
	next_line(prefix, "intercept_zphoto", MEASURE(intercept_zphot), e);
	next_point(prefix, "rms_zphoto_curve", MEASURE(rms_zphot), e);
	snprintf(name, sizeof name, "%stv", prefix);
	next(name, "", there ? all(0, e)->value.tv : NAN, there ? all(1, e)->value.tv : NAN);
	next(name, "_bootstrap", there ? r[0].of[e].mean.tv : NAN,
	     there ? r[1].of[e].mean.tv : NAN);
	next(name, "_err", there ? r[0].of[e].error.tv : NAN, there ? r[1].of[e].error.tv : NAN);
}

/* Counts, and the numbers of the chosen estimate and of p(z). */
static void next_chosen(void)
{
	next("n", "", 4, 4);
	next("without_z", "", 11, 11);
	next("without_zphot", "", 12, 12);
	next("without_weight", "", 13, 13);
	next("not_common", "", 14, 14);
	next("without_pz", "", 1, 4);
	next("outside_pz", "", 1, 0);
	next("outside_z", "", 15, 15);
	next("outside_zphot", "", 16, 16);
	next_points("", ESTIMATE_MEAN);
	for (size_t k = 0; k < WHOLE_NUMBERS; k++)
		if (whole_numbers[k].of_pz) {
			next(whole_numbers[k].key, "", whole_at(&r[0], whole_numbers[k].value),
			     NAN);
			next(whole_numbers[k].key, "_err", whole_at(&r[0], whole_numbers[k].error),
			     NAN);
		}
	next_lines("", ESTIMATE_MEAN);
	next("tv_floor", "", r[0].tv_floor.mean, r[1].tv_floor.mean);
	next("tv_floor", "_err", r[0].tv_floor.error, r[1].tv_floor.error);
	next("pit_ks_p", "", pz_pit_ks_p(r[0].scores.pit.ks, 25), NAN);
}

static void next_bin(int b)
{
	static const char *const name[] = { "mean_true",  "mean_pz",     "mean_zphot", "bias_pz",
					    "bias_zphot", "width_ratio", "outside" };
	const double *value = &r[0].tomography[b].value.mean_true;
	const double *error = &r[0].tomography[b].error.mean_true;
	char key[64];

	snprintf(key, sizeof key, "tomography.%d.low", b + 1);
	next(key, "", r[0].tomography_low[b], r[1].tomography_low[b]);
	snprintf(key, sizeof key, "tomography.%d.high", b + 1);
	next(key, "", r[0].tomography_high[b], b == 1 ? NAN : r[1].tomography_high[b]);
	snprintf(key, sizeof key, "tomography.%d.n", b + 1);
	next(key, "", 70 + b, 90);
	for (int i = 0; i < 7; i++) {
		snprintf(key, sizeof key, "tomography.%d.%s", b + 1, name[i]);
		next(key, "", value[i], -value[i] / 2);
		next(key, "_err", error[i], error[i]);
	}
}

/* A second stream with the same bins, whose last one is open. */
static void give_bins(void)
{
	r[1].options.tomography = r[0].options.tomography;
	r[1].tomography = calloc(2, sizeof *r[1].tomography);
	r[1].tomography_low = numbered(4);
	r[1].tomography_high = r[1].tomography_low + 2;
	r[1].tomography_high[1] = INFINITY;
	for (int b = 0; b < 2; b++) {
		double *to = &r[1].tomography[b].value.mean_true;

		r[1].tomography[b] = r[0].tomography[b];
		r[1].tomography[b].count = 90;
		for (int i = 0; i < 7; i++)
			to[i] /= -2;
	}
}

static void next_verdicts(int b)
{
	char expected[400];

	snprintf(expected, sizeof expected,
		 "tomography.%d.bias_pz_lsst-y10\tunsure\tunsure\n"
		 "tomography.%d.bias_zphot_lsst-y10\tunsure\tunsure\n"
		 "tomography.%d.bias_pz_euclid\tunsure\tunsure\n"
		 "tomography.%d.bias_zphot_euclid\tunsure\tunsure\n",
		 b + 1, b + 1, b + 1, b + 1);
	assert_int_equal(strncmp(table, expected, strlen(expected)), 0);
	table += strlen(expected);
}

/* Line by line, to the end. */
static void the_table_of_two_streams(void **state)
{
	const struct pz_tomography_bin *last = &r[0].tomography[1];

	(void)state;
	give_bins();
	r[0].options.differences = true;
	r[0].difference[3].error = 0;
	write_table(2);
	assert_int_equal(strncmp(table, "quantity\tone\ttwo\n", 17), 0);
	table += 17;
	next_chosen();
	for (int e = 0; e < ESTIMATES; e++) {
		static const char *const prefix[] = { "mode.", "mean.", "median." };

		next_points(prefix[e], e);
		next_lines(prefix[e], e);
	}
	for (int b = 0; b < 2; b++) {
		next_bin(b);
		next_verdicts(b);
	}
	next("tomography.worst_pz", "", last->value.bias_pz, last->value.bias_pz / 2);
	next("tomography.worst_pz", "_err", last->error.bias_pz, last->error.bias_pz);
	next("tomography.worst_zphot", "", last->value.bias_zphot, last->value.bias_zphot / 2);
	next("tomography.worst_zphot", "_err", last->error.bias_zphot, last->error.bias_zphot);
	for (size_t k = 0; k < report_metrics_count; k++) {
		const struct report_difference *d = &r[0].difference[k];
		char key[64];

		snprintf(key, sizeof key, "difference.%s", report_metrics[k].key);
		next(key, "", d->value, NAN);
		next(key, "_err", d->error, NAN);
		assert_int_equal(strncmp(table, key, strlen(key)), 0);
		if (k == 3)
			next(key, "_sigma", NAN, NAN);
		else
			table = strchr(table, '\n') + 1;
	}
	assert_string_equal(table, "");
}

static void a_full_disk_is_told(void **state)
{
	FILE *to = fopen("/dev/full", "w");

	(void)state;
	if (!to)
		skip();
	setvbuf(to, NULL, _IONBF, 0);
	assert_int_equal(report_tsv(r, 1, to), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write: No space left on device");
	assert_int_equal(report_curves(r, 1, to), PZ_EIO);
	assert_int_equal(report_json(r, 1, to), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write JSON: No space left on device");
	fclose(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_two_streams),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests_name("tables of residuals", tests, begin, end);
}
