/* test_residuals_curves.c -- every point of the table of curves of residuals
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

static double field(char **at)
{
	double x = NAN;

	if (**at != '\t')
		fail_msg("expected a tab at '%.60s'", *at);
	++*at;
	if (**at == '-' && ((*at)[1] == '\t' || (*at)[1] == '\n'))
		++*at;
	else
		x = strtod(*at, at);
	return x;
}

static char *lines;

/* The next line: x, value, error, bootstrap_mean, bootstrap_error, count, row, floor. */
static void next_point_of(const char *curve, const double expected[8])
{
	char begin_of[64];

	snprintf(begin_of, sizeof begin_of, "one\t%s\t", curve);
	if (strncmp(lines, begin_of, strlen(begin_of)) != 0)
		fail_msg("expected '%s', found '%.60s'", begin_of, lines);
	lines += strlen(begin_of) - 1;
	for (int i = 0; i < 8; i++) {
		double found = field(&lines);

		if (!(isnan(found) && isnan(expected[i])) &&
		    !(fabs(found - expected[i]) <= 1e-12 * fabs(expected[i])))
			fail_msg("%s, number %d: expected %.17g, found %.17g", curve, i,
				 expected[i], found);
	}
	assert_int_equal(*lines++, '\n');
}

#define POINT_IS(curve, ...) next_point_of(curve, (double[8]){ __VA_ARGS__ })

static void points_of_curve(const char *name, const struct pz_curve *c, const double *error)
{
	for (int i = 0; i < c->n; i++) {
		const struct pz_point *p = &c->point[i];

		POINT_IS(name, p->z, p->residual, p->error, NAN, error[p->bin], (double)p->count,
			 NAN, NAN);
	}
}

static void points_by_mag(const char *name, const struct pz_by_mag *of, int n, bool mean)
{
	for (int i = 0; i < n; i++)
		POINT_IS(name, of[i].mag, of[i].value, of[i].boot.error,
			 mean ? of[i].boot.mean : NAN, NAN, (double)of[i].count, NAN, NAN);
}

/* Shares of weights 1, 2, 4 and 0.5 in the bins 0.1 to 0.3, to 0.5, and the added one to 0.7; the
 * binomial distribution's error with as many galaxies as the weights are worth. */
static void points_of_shares(void)
{
	static const double share[2][3] = { { 2 / 7.5, 4 / 7.5, 0.5 / 7.5 }, { 0, 1.5 / 7.5, 0 } };
	const double worth = 7.5 * 7.5 / (1 + 4 + 16 + 0.25);

	for (int k = 0; k < 2; k++)
		for (int b = 0; b < 3; b++)
			POINT_IS(k ? "nz_zphoto" : "nz_zspec", 0.2 + 0.2 * b, share[k][b],
				 sqrt(share[k][b] * (1 - share[k][b]) / worth), NAN, NAN, NAN, NAN,
				 NAN);
	for (int b = 0; b < WHOLE_BINS; b++) {
		double mean = r[0].stacked[b] / 2, square = r[0].squared[b] / 2;

		POINT_IS("nz_stacked", -0.05 + 0.1 * b, mean, sqrt((square - mean * mean) / 1.5),
			 NAN, NAN, NAN, NAN, NAN);
	}
	for (int b = 0; b < PZ_PIT_BINS; b++)
		POINT_IS("pit_histogram", 0.025 + 0.05 * b, r[0].scores.pit.histogram[b],
			 r[0].scores_error.pit.histogram[b], NAN, NAN, NAN, NAN, NAN);
}

static void points_of_groups(void)
{
	for (int of_pz = 1; of_pz >= 0; of_pz--)
		for (int b = 0; b < 2; b++) {
			const struct pz_tomography_bin *t = &r[0].tomography[b];

			POINT_IS(of_pz ? "tomography_pz" : "tomography_zphot", t->value.mean_true,
				 of_pz ? t->value.bias_pz : t->value.bias_zphot,
				 of_pz ? t->error.bias_pz : t->error.bias_zphot, NAN, NAN,
				 (of_pz ? 60 : 70) + b, NAN, NAN);
		}
	for (int c = 0; c < r[0].cells; c++)
		if (r[0].cell[c].count)
			POINT_IS("pit_local", r[0].cell_zphot[c], r[0].cell[c].ks, NAN, NAN, NAN,
				 (double)r[0].cell[c].count, c / 5, r[0].cell[c].floor);
	points_by_mag("interval_68_rows", r[0].inside_68, 3, false);
	points_by_mag("interval_95_rows", r[0].inside_95, 3, false);
}

static void points_of_trend(const char *name, size_t at, bool with_floor)
{
	for (int b = 0; b < REPORT_TREND; b++) {
		const struct pz_trend_bin *t = &r[0].trend[b];

		if (t->count > 0 && !(with_floor && isnan(t->floor)))
			POINT_IS(name, t->key, (&t->value.mean)[at], (&t->error.mean)[at], NAN, NAN,
				 (double)t->count, NAN, with_floor ? t->floor : NAN);
	}
}

static void the_table_of_curves(void **state)
{
	static const char title[] = "stream\tcurve\tx\tvalue\terror\tbootstrap_mean\t"
				    "bootstrap_error\tcount\trow\tfloor\n";
	const struct report_estimate *e = &r[0].of[ESTIMATE_MEAN];
	FILE *to = fopen("c.tsv", "w");

	(void)state;
	/* an empty bin, and one without PITs */
	r[0].trend[2].count = 0;
	r[0].trend[5].floor = NAN;
	assert_int_equal(report_curves(r, 2, to), 0);
	assert_int_equal(fclose(to), 0);
	lines = strdup(contents("c.tsv"));
	assert_int_equal(strncmp(lines, title, strlen(title)), 0);
	lines += strlen(title);
	points_of_curve("curve_zspec", &e->all.zspec, e->error.zspec);
	points_of_curve("curve_zphoto", &e->all.zphot, e->error.zphot);
	points_of_curve("curve_simulated", &e->all.simulated, e->error.simulated);
	points_by_mag("sigma_mad_rows", r[0].mad, 3, true);
	points_by_mag("wasserstein", r[0].wasserstein, 2, true);
	points_of_shares();
	points_of_groups();
	points_of_trend("against_mean_residual", 0, false);
	points_of_trend("against_sigma_mad", 1, false);
	points_of_trend("against_outlier_fraction", 2, false);
	points_of_trend("against_pit_ks", 3, true);
	assert_int_equal(strncmp(lines, "two\tcurve_zspec\t", 16), 0);
	assert_null(strstr(lines, "two\tnz_stacked"));
	assert_null(strstr(lines, "two\tpit_"));
}

/* Bins, cells and rows without galaxies are no points. */
static void what_is_empty_is_left_out(void **state)
{
	struct report_series s;

	(void)state;
	r[0].tomography[0].stacked = 0;
	r[0].tomography[1].count = 0;
	r[0].inside_68[1].count = 0;
	assert_int_equal(report_series(&r[0], REPORT_TOMOGRAPHY_PZ, &s), 0);
	assert_true(s.n == 1 && s.point[0].count == 61);
	free(s.point);
	assert_int_equal(report_series(&r[0], REPORT_TOMOGRAPHY_ZPHOT, &s), 0);
	assert_true(s.n == 1 && s.point[0].count == 70);
	free(s.point);
	assert_int_equal(report_series(&r[0], REPORT_INTERVAL_68, &s), 0);
	assert_true(s.n == 2 && s.point[1].x == r[0].inside_68[2].mag);
	free(s.point);
	assert_int_equal(report_series(&r[1], REPORT_PIT_LOCAL, &s), 0);
	assert_int_equal(s.n, 0);
	free(s.point);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_curves),
		cmocka_unit_test(what_is_empty_is_left_out),
	};

	return cmocka_run_group_tests_name("curves of residuals", tests, begin, end);
}
