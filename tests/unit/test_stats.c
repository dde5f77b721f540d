/* test_stats.c -- properties of curves, fits, distances, bootstraps and step 4 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/bootstrap.h>
#include <pz/calibrate.h>
#include <pz/curve.h>
#include <pz/distance.h>
#include <pz/error.h>
#include <pz/fit.h>
#include <pz/measure.h>
#include <pz/metrics.h>
#include <pz/pdf.h>
#include <pz/random.h>
#include <pz/threads.h>
#include <pz/variance.h>

#define N 4000

static const struct pz_grid grid = { .min = 0, .max = 0.4, .bins = 80 };
static const struct pz_rows rows = { .mag = "r", .min = 15.5, .width = 0.5, .channels = 3 };

static double z[N], zphot[N], mag[N], variance[N];
static struct pz_galaxies g = { N, z, zphot, mag };

/* Redshifts 0 .. 0.35, estimates that scatter by 0.015 about 0.9 z + 0.015. */
static int fill(void **state)
{
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 11, 0);
	for (size_t i = 0; i < N; i++) {
		z[i] = 0.35 * pz_random_uniform(&r) * pz_random_uniform(&r);
		zphot[i] = 0.9 * z[i] + 0.015 + 0.015 * pz_random_normal(&r);
		mag[i] = 15.5 + 2.5 * pz_random_uniform(&r);
		variance[i] = 0.0002;
	}
	g.n = N;
	return 0;
}

static double deviation(const double *x, int n)
{
	double mean = 0, square = 0;

	for (int i = 0; i < n; i++)
		mean += x[i] / n;
	for (int i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean);
	return sqrt(square / (n - 1));
}

/* The galaxies of g, measured with variances of their own, and the errors. */
static void measure(int draws, uint64_t seed, struct pz_measured *value, struct pz_measures *mean,
		    struct pz_measures *error)
{
	struct pz_variance *v;
	struct pz_measure m = { .galaxies = &g,
				.outlier = 0.05,
				.fit_from = 0.1,
				.fit_count = 5,
				.rms_count = 20,
				.factor = 1 };

	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	m.variance = v;
	assert_int_equal(pz_measure_galaxies(&m, value), 0);
	assert_int_equal(pz_measure_bootstrap(&m, draws, seed, mean, error), 0);
	pz_variance_free(v);
}

static void summary_of_known_residuals(void **state)
{
	double zs[] = { 0, 0, 0, 0, 0 }, zp[] = { 0.01, -0.02, 0.03, 0.3, 0.02 };
	struct pz_galaxies few = { 5, zs, zp, NULL };
	struct pz_summary s;

	(void)state;
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), 0);
	assert_true(fabs(s.mean - 0.068) < 1e-12);
	assert_true(fabs(s.median - 0.02) < 1e-12);
	assert_true(fabs(s.sigma_mad - 1.4826 * 0.01) < 1e-12);
	assert_true(fabs(s.outliers - 0.2) < 1e-12);
	assert_true(fabs(s.rms - sqrt((0.0001 + 0.0004 + 0.0009 + 0.09 + 0.0004) / 5)) < 1e-12);

	/* Squares of weights must be numbers, or the size of a redrawn bin is none. */
	few.weight = (double[]){ 1, 1e100, 1e-100, 2, 3 };
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), 0);
	few.weight = (double[]){ 1, 1, 1e200, 1, 1 };
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), PZ_EDATA);
	few.weight = (double[]){ 1, 1, 1, 1, 1e-200 };
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), PZ_EDATA);
	few.n = 0;
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), 0);
	assert_true(isnan(s.mean) && isnan(s.sigma_mad) && isnan(s.outliers));
	few.n = 5;
	zp[3] = NAN;
	assert_int_equal(pz_metrics_summary(&few, 0.05, &s), PZ_EDATA);
}

static void widths_of_a_normal_agree(void **state)
{
	struct pz_measures mean, error;
	struct pz_measured all;
	struct pz_summary s;
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 5, 0);
	for (size_t i = 0; i < N; i++) {
		z[i] = 0;
		zphot[i] = 0.02 * pz_random_normal(&r);
	}
	assert_int_equal(pz_metrics_summary(&g, 0.05, &s), 0);
	assert_true(fabs(s.sigma_mad / 0.02 - 1) < 0.05);
	assert_true(fabs(s.sigma_68 / 0.02 - 1) < 0.05);
	assert_true(fabs(s.rms / 0.02 - 1) < 0.05);
	/* The mean's error is sigma / sqrt(n). */
	measure(400, 1, &all, &mean, &error);
	assert_true(all.value.summary.mean == s.mean && all.value.summary.sigma_mad == s.sigma_mad);
	assert_true(fabs(mean.summary.mean - s.mean) < 3 * error.summary.mean);
	assert_true(fabs(error.summary.mean / (0.02 / sqrt(N)) - 1) < 0.15);
}

static void a_shift_of_estimates_shifts_the_mean(void **state)
{
	struct pz_summary before, after;
	struct pz_curve curve, moved;

	(void)state;
	assert_int_equal(pz_metrics_summary(&g, 0.05, &before), 0);
	pz_curve_zspec(&grid, &g, variance, &curve);
	for (size_t i = 0; i < N; i++)
		zphot[i] += 0.01 * (1 + z[i]);
	assert_int_equal(pz_metrics_summary(&g, 0.05, &after), 0);
	pz_curve_zspec(&grid, &g, variance, &moved);
	assert_true(fabs(after.mean - before.mean - 0.01) < 1e-12);
	assert_true(fabs(after.sigma_mad - before.sigma_mad) < 1e-12);
	for (int i = 0; i < curve.n; i++)
		assert_true(fabs(moved.point[i].residual - curve.point[i].residual - 0.01) < 1e-12);
}

static void bins_of_the_curves_are_the_rules(void **state)
{
	double zs[] = { 0.005, 0.015, 0.015, 0.4, 0.39 }, zp[] = { 0.005, 0.01, 0.02, 0.01, 0.01 };
	double v[] = { 1e-4, 1e-4, 1e-4, 1e-4, 0 };
	struct pz_galaxies few = { 5, zs, zp, NULL };
	struct pz_curve c;

	(void)state;
	pz_curve_zspec(&grid, &few, v, &c);
	assert_int_equal(c.n, 3); /* 0.4 is outside, empty bins are absent */
	assert_int_equal(c.point[1].bin, 1);
	assert_int_equal(c.point[1].count, 2);
	assert_true(fabs(c.point[1].error - 0.01 / 1.015 / sqrt(2)) < 1e-12);
	assert_true(fabs(c.point[2].error - sqrt(1e-5) / 1.39) < 1e-12); /* the floor */
	pz_curve_zphot(&grid, &few, &c);
	assert_int_equal(c.n, 1); /* one galaxy gives no error: only the bin of three */
	assert_int_equal(c.point[0].bin, 1);
	assert_int_equal(c.point[0].count, 3);
	assert_true(fabs(c.point[0].residual + (0.005 / 1.015 + 0.39 / 1.4 + 0.38 / 1.39) / 3) <
		    1e-15);
	assert_true(isnan(pz_curve_rms(&c, 4)));
	assert_true(fabs(pz_curve_rms(&c, 3) - fabs(c.point[0].residual)) < 1e-15);
}

static void lines_are_found_again(void **state)
{
	struct pz_curve c = { .n = 20 };
	struct pz_line line;

	(void)state;
	for (int i = 0; i < c.n; i++)
		c.point[i] = (struct pz_point){ .bin = i,
						.z = 0.005 + 0.01 * i,
						.count = (size_t)i,
						.residual = 0.03 - 0.2 * (0.005 + 0.01 * i),
						.error = 0.001 * (i + 1) };
	assert_int_equal(pz_fit_line(&c, PZ_FIT_ALL, &line), 0);
	assert_int_equal(line.points, 20);
	assert_true(fabs(line.slope + 0.2) < 1e-12 && fabs(line.intercept - 0.03) < 1e-12);
	assert_true(line.slope_error < 1e-12);
	c.point[3].residual = 5; /* outside of the range below */
	assert_int_equal(pz_fit_line(&c, (struct pz_fit_range){ 0.1, 1, 15 }, &line), 0);
	assert_int_equal(line.points, 5);
	assert_true(fabs(line.slope + 0.2) < 1e-12);
	assert_int_equal(pz_fit_line(&c, (struct pz_fit_range){ 0.19, 1, 0 }, &line), PZ_EDATA);
	assert_int_equal(line.points, 1);
	assert_true(isnan(line.slope));
	assert_int_equal(pz_fit_line(&c, (struct pz_fit_range){ 0.18, 1, 0 }, &line), 0);
	assert_true(isfinite(line.slope) && isnan(line.slope_error)); /* two points */
}

static void total_variation_of_same_and_disjoint(void **state)
{
	struct pz_measures mean, error;
	struct pz_measured all;
	double value;

	(void)state;
	memcpy(zphot, z, sizeof z);
	assert_int_equal(pz_distance_tv(&grid, &g, &value), 0);
	measure(10, 1, &all, &mean, &error);
	assert_true(value == 0 && all.value.tv == 0 && mean.tv == 0 && error.tv == 0);
	for (size_t i = 0; i < N; i++)
		zphot[i] = 0.38;
	assert_int_equal(pz_distance_tv(&grid, &g, &value), 0);
	measure(10, 1, &all, &mean, &error);
	assert_true(value == 1 && all.value.tv == 1 && mean.tv == 1);
	zphot[9] = NAN;
	assert_int_equal(pz_distance_tv(&grid, &g, &value), PZ_EDATA);
}

static void wasserstein_of_a_shift_is_the_shift(void **state)
{
	struct pz_by_mag out[3];

	(void)state;
	for (size_t i = 0; i < N; i++)
		zphot[i] = z[i] + 7 * 0.005;
	assert_int_equal(pz_distance_wasserstein(&grid, &rows, &g, 5, 1, out), 0);
	for (int k = 0; k < 3; k++) {
		assert_true(out[k].count > 1000);
		assert_true(fabs(out[k].value - 0.035) < 1e-12);
		assert_true(fabs(out[k].boot.mean - 0.035) < 1e-12);
	}
	zphot[9] = NAN;
	assert_int_equal(pz_distance_wasserstein(&grid, &rows, &g, 5, 1, out), PZ_EDATA);
	zphot[9] = z[9];
}

static void floor_is_between_nothing_and_collapse(void **state)
{
	struct pz_spread floor;
	struct pz_curve c;
	double collapsed;

	(void)state;
	for (size_t i = 0; i < N; i++)
		zphot[i] = z[i] < 0.1 ? 0.05 : 0.15;
	pz_curve_zspec(&grid, &g, variance, &c);
	assert_int_equal(pz_distance_tv(&grid, &g, &collapsed), 0);
	assert_int_equal(pz_distance_tv_floor(&grid, &g, &c, 20, 1, &floor), 0);
	assert_true(floor.mean > 0 && floor.error > 0);
	assert_true(floor.mean < collapsed);
	c.n = 0; /* a curve without points leaves everyone in place */
	assert_int_equal(pz_distance_tv_floor(&grid, &g, &c, 20, 1, &floor), 0);
	assert_true(floor.mean == 0);
}

/* A uniform number, and one that is NaN in half of the draws. */
static void draw_half_nan(struct pz_random *r, const void *data, double *work, double *out)
{
	(void)data;
	work[0] = pz_random_uniform(r);
	out[0] = work[0];
	out[1] = work[0] < 0.5 ? NAN : 3;
}

static void bootstraps_skip_nan_and_check_draws(void **state)
{
	struct pz_bootstrap b = { .draws = 1000,
				  .seed = 1,
				  .purpose = "test",
				  .stats = 2,
				  .work = 1,
				  .draw = draw_half_nan };
	struct pz_spread out[2];

	(void)state;
	assert_int_equal(pz_bootstrap_run(&b, out), 0);
	assert_true(fabs(out[0].mean - 0.5) < 0.03);
	assert_true(fabs(out[0].error - sqrt(1.0 / 12)) < 0.02);
	assert_true(out[1].mean == 3 && out[1].error == 0);
	b.draws = 1;
	assert_int_equal(pz_bootstrap_run(&b, out), PZ_EARG);
	b.draws = 0;
	assert_int_equal(pz_bootstrap_run(&b, out), 0);
	assert_true(isnan(out[0].mean) && isnan(out[0].error));
}

static void draws_do_not_depend_on_threads(void **state)
{
	struct pz_measures mean[2], error[2];
	struct pz_by_mag w[2][3], s[2][5];
	struct pz_spread floor[2];
	struct pz_measured all;

	(void)state;
	memset(w, 0, sizeof w);
	memset(s, 0, sizeof s);
	for (int t = 0; t < 2; t++) {
		pz_threads_use(1 + 2 * t);
		measure(30, 4, &all, &mean[t], &error[t]);
		assert_int_equal(pz_distance_tv_floor(&grid, &g, &all.zspec, 30, 4, &floor[t]), 0);
		assert_int_equal(pz_distance_wasserstein(&grid, &rows, &g, 30, 4, w[t]), 0);
		assert_int_equal(pz_metrics_rows(&rows, &g, 30, 4, s[t]), 0);
	}
	pz_threads_use(0);
	assert_memory_equal(&mean[0], &mean[1], sizeof mean[0]);
	assert_memory_equal(&error[0], &error[1], sizeof error[0]);
	assert_memory_equal(&floor[0], &floor[1], sizeof floor[0]);
	assert_memory_equal(w[0], w[1], sizeof w[0]);
	assert_memory_equal(s[0], s[1], sizeof s[0]);
	measure(30, 5, &all, &mean[1], &error[1]);
	assert_true(mean[0].tv != mean[1].tv); /* the seed matters */
}

/* What samples of the same kind scatter by is what one sample's resamples say. */
static void errors_are_what_other_samples_scatter_by(void **state)
{
	enum { SAMPLES = 60 };
	double slope[SAMPLES], rms[SAMPLES], of_slope = 0, of_rms = 0;
	struct pz_measures mean, error;
	struct pz_measured all;
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 3, 7);
	for (int k = 0; k < SAMPLES; k++) {
		for (size_t i = 0; i < N; i++)
			zphot[i] = 0.9 * z[i] + 0.015 + 0.015 * pz_random_normal(&r);
		measure(k == 0 ? 100 : 2, 1, &all, &mean, &error);
		slope[k] = all.value.slope_zspec;
		rms[k] = all.value.summary.rms;
		if (k == 0) {
			of_slope = error.slope_zspec;
			of_rms = error.summary.rms;
		}
	}
	assert_true(fabs(of_slope / deviation(slope, SAMPLES) - 1) < 0.35);
	assert_true(fabs(of_rms / deviation(rms, SAMPLES) - 1) < 0.35);
}

static void simulated_residuals_grow_with_the_factor(void **state)
{
	struct pz_variance *v;
	struct pz_curve once, twice;

	(void)state;
	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	pz_curve_simulated(v, &g, 1, &once);
	pz_curve_simulated(v, &g, 2, &twice);
	assert_int_equal(once.n, twice.n);
	/* n(z) falls: the mean is pulled down, the more the wider the scatter */
	assert_true(once.point[25].residual < 0);
	assert_true(twice.point[25].residual < 1.5 * once.point[25].residual);
	pz_variance_free(v);
}

/* Estimates that are off by 0.02 have that variance, in rows of one channel and of two. */
static void a_variance_is_that_of_every_channel(void **state)
{
	struct pz_variance *v;
	double kept[N], at[5];

	(void)state;
	assert_int_equal(pz_rows_count(&rows), 5);
	memcpy(kept, zphot, sizeof kept);
	for (size_t i = 0; i < N; i++)
		zphot[i] = z[i] + (i % 2 ? 0.02 : -0.02);
	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	for (int row = 0; row < pz_rows_count(&rows); row++)
		at[row] = pz_variance_at(v, 0.05, rows.min + (row + 0.5) * rows.width);
	for (int row = 0; row < pz_rows_count(&rows); row += 2)
		assert_true(fabs(at[row] / 0.0004 - 1) < 0.1);
	for (int row = 1; row < pz_rows_count(&rows); row += 2) /* both neighbours' channels */
		assert_true(fabs(at[row] - (at[row - 1] + at[row + 1]) / 2) < 1e-12);
	pz_variance_free(v);
	memcpy(zphot, kept, sizeof kept);
}

static void variances_follow_the_scatter(void **state)
{
	struct pz_variance *v;
	double sum = 0;

	(void)state;
	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	for (size_t i = 0; i < N; i++)
		sum += pz_variance_at(v, z[i], mag[i]) / N;
	/* (median + mean)/2 of squared normal deviates: 0.73 sigma^2, and a bias of z/10 */
	assert_true(sum > 0.5 * 0.015 * 0.015 && sum < 1.5 * 0.015 * 0.015);
	pz_variance_free(v);
	memcpy(zphot, z, sizeof z);
	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	assert_true(pz_variance_at(v, 0.1, 16) == 0); /* nothing scatters */
	pz_variance_free(v);
	g.n = 0;
	assert_int_equal(pz_variance_fit(&v, &grid, &rows, &g, NULL), 0);
	pz_variance_free(v);
}

static void estimates_of_simple_probabilities(void **state)
{
	struct pz_grid four = { .min = 0, .max = 0.4, .bins = 2, .left = 1, .right = 1 };
	double flat[] = { 0.25, 0.25, 0.25, 0.25 }, one[] = { 0, 0, 0, 1 };
	double two[] = { 0.1, 0.4, 0.1, 0.4 }, wrong[] = { 0.5, -0.1, 0.3, 0.3 };

	(void)state;
	assert_true(fabs(pz_pdf_mean(&four, flat) - 0.2) < 1e-12);
	assert_true(fabs(pz_pdf_median(&four, flat) - 0.2) < 1e-12);
	assert_true(fabs(pz_pdf_mode(&four, flat) + 0.1) < 1e-12); /* the first of equals */
	assert_true(fabs(pz_pdf_mode(&four, two) - 0.1) < 1e-12);
	assert_true(fabs(pz_pdf_median(&four, one) - 0.5) < 1e-12);
	assert_true(fabs(pz_pdf_mean(&four, one) - 0.5) < 1e-12);
	/* z beyond all bins: the way there counts as well */
	assert_true(fabs(pz_pdf_crps(&four, one, 0.9) - (0.2 / 3 + 0.3)) < 1e-12);
	assert_true(fabs(pz_pdf_crps_discrete(&four, one, 0.9) - 0.2) < 1e-12);
	one[3] = 0;
	one[2] = 1;
	assert_true(pz_pdf_crps_discrete(&four, one, 0.3) == 0);
	assert_true(fabs(pz_pdf_crps(&four, one, 0.3) - 0.2 / 12) < 1e-12);
	one[2] = 0;
	assert_true(pz_pdf_is_missing(&four, one)); /* zeros */
	one[0] = 1;
	assert_false(pz_pdf_is_missing(&four, one));
	assert_int_equal(pz_pdf_check(&four, flat), 0);
	assert_int_equal(pz_pdf_check(&four, wrong), PZ_EDATA);
	wrong[1] = NAN;
	assert_true(pz_pdf_is_missing(&four, wrong));
	assert_int_equal(pz_pdf_check(&four, wrong), PZ_EDATA);
	flat[0] = 0.3;
	assert_int_equal(pz_pdf_check(&four, flat), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "1.05"));
}

/* What is left, per cell, of the mean of the drawn galaxies after correction. */
static double largest_left(const struct pz_correction *c, const size_t *drawn, size_t n)
{
	double sum[5 * PZ_WIDE] = { 0 }, most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = drawn[i];
		int wide = pz_grid_wide(&grid, zphot[k]);

		if (wide >= 0)
			sum[pz_rows_row(&rows, mag[k]) * PZ_WIDE + wide] +=
				pz_calibrate_value(c, zphot[k], mag[k]) - z[k];
	}
	for (int i = 0; i < 5 * PZ_WIDE; i++)
		most = fmax(most, fabs(sum[i]));
	return most;
}

static void correction_leaves_cells_without_bias(void **state)
{
	struct pz_galaxies train = { N / 2, z, zphot, mag };
	struct pz_galaxies test = { N / 2, NULL, zphot + N / 2, mag + N / 2 };
	struct pz_correction *c;
	struct pz_plan plan;
	size_t *drawn;

	(void)state;
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &train, &test, 10000), 0);
	drawn = pz_calibrate_draw(&plan, &grid, &rows, &train, 3);
	assert_non_null(drawn);
	for (size_t i = 0, k = 0; k < plan.count; k++)
		for (size_t j = 0; j < plan.cell[k].number; j++, i++) {
			assert_int_equal(pz_grid_bin(&grid, z[drawn[i]]), plan.cell[k].zspec_bin);
			assert_int_equal(pz_rows_row(&rows, mag[drawn[i]]), plan.cell[k].row);
		}
	assert_int_equal(pz_calibrate_table(&c, &grid, &rows, &train, drawn, plan.drawn, 1), 0);
	assert_true(largest_left(c, drawn, plan.drawn) < 1e-9);
	pz_calibrate_free(c);
	assert_int_equal(pz_calibrate_table(&c, &grid, &rows, &train, NULL, 0, 1), 0);
	for (size_t i = 0; i < train.n; i++)
		drawn[i] = i;
	assert_true(largest_left(c, drawn, train.n) < 1e-9);
	pz_calibrate_free(c);
	pz_plan_release(&plan);
	free(drawn);
}

static void cells_are_drawn_through_before_repeating(void **state)
{
	struct pz_galaxies train = { 3, z, zphot, mag }, test = { 1, NULL, zphot, mag };
	int often[3] = { 0 };
	struct pz_plan plan;
	size_t *drawn;

	(void)state;
	for (int i = 0; i < 3; i++) {
		z[i] = 0.101;
		zphot[i] = 0.2;
		mag[i] = 16;
	}
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &train, &test, 5), 0);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.drawn, 5);
	drawn = pz_calibrate_draw(&plan, &grid, &rows, &train, 3);
	for (int i = 0; i < 5; i++)
		often[drawn[i]]++;
	assert_true(often[0] > 0 && often[1] > 0 && often[2] > 0);
	free(drawn);
	pz_plan_release(&plan);
}

static void sparse_cells_are_left_alone(void **state)
{
	struct pz_correction *c;
	size_t drawn[] = { 0, 1, 2 };
	struct pz_galaxies train = { 3, z, zphot, mag };

	(void)state;
	for (int i = 0; i < 3; i++) {
		z[i] = 0.1;
		zphot[i] = i < 2 ? 0.203 : 0.303;
		mag[i] = 16;
	}
	assert_int_equal(pz_calibrate_table(&c, &grid, &rows, &train, drawn, 3, 2), 0);
	assert_true(fabs(pz_calibrate_value(c, 0.205, 16) - 0.102) < 1e-12);
	assert_true(pz_calibrate_value(c, 0.305, 16) == 0.305); /* one galaxy only */
	assert_true(pz_calibrate_value(c, 0.205, 17) == 0.205); /* another row */
	assert_true(pz_calibrate_value(c, 0.45, 16) == 0.45);
	assert_true(isnan(pz_calibrate_value(c, NAN, 16)));
	pz_calibrate_free(c);
	assert_int_equal(pz_calibrate_table(&c, &grid, &rows, &train, drawn, 3, 0), PZ_EARG);
	assert_null(c);
}

static void step4_refuses_what_it_cannot_do(void **state)
{
	struct pz_galaxies none = { 0, z, zphot, mag };
	struct pz_correction *c;
	struct pz_plan p;

	(void)state;
	assert_int_equal(pz_calibrate_fit(&c, &p, &grid, &rows, &g, &none, 100, 1, 1), PZ_EDATA);
	assert_int_equal(pz_calibrate_fit(&c, &p, &grid, &rows, &g, &g, SIZE_MAX, 1, 1), PZ_EARG);
	/* No training galaxies: nothing to draw, nothing corrected. */
	assert_int_equal(pz_calibrate_fit(&c, &p, &grid, &rows, &none, &g, 100, 1, 1), 0);
	assert_int_equal(p.count, 0);
	assert_true(pz_calibrate_value(c, 0.1, 16) == 0.1);
	pz_plan_release(&p);
	pz_calibrate_free(c);
	z[3] = NAN;
	assert_int_equal(pz_calibrate_fit(&c, &p, &grid, &rows, &g, &g, 100, 1, 1), PZ_EDATA);
	assert_null(c);
}

/* Galaxies of 0.25 to 0.75 mag, and one of a magnitude that is not known, in another row. */
static void rows_have_mean_magnitudes(void **state)
{
	static const double truth[] = { 0.1, 0.2, 0.3, 0.1 }, bright[] = { 0.25, 0.5, 0.75, -1 };
	const struct pz_rows two = { "r", 0, 1, 2 };
	const struct pz_galaxies few = { 4, truth, truth, bright };
	struct pz_by_mag out[3];

	(void)state;
	assert_int_equal(pz_metrics_rows(&two, &few, 0, 1, out), 0);
	assert_int_equal(out[0].count, 3);
	assert_true(out[0].mag == 0.5 && out[0].value == 0);
	assert_int_equal(out[1].count, 0);
	assert_true(isnan(out[1].value));
	assert_int_equal(out[2].count, 1);
	assert_true(isnan(out[2].mag));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_have_mean_magnitudes),
		cmocka_unit_test_setup(summary_of_known_residuals, fill),
		cmocka_unit_test_setup(widths_of_a_normal_agree, fill),
		cmocka_unit_test_setup(a_shift_of_estimates_shifts_the_mean, fill),
		cmocka_unit_test_setup(bins_of_the_curves_are_the_rules, fill),
		cmocka_unit_test_setup(lines_are_found_again, fill),
		cmocka_unit_test_setup(total_variation_of_same_and_disjoint, fill),
		cmocka_unit_test_setup(wasserstein_of_a_shift_is_the_shift, fill),
		cmocka_unit_test_setup(floor_is_between_nothing_and_collapse, fill),
		cmocka_unit_test_setup(bootstraps_skip_nan_and_check_draws, fill),
		cmocka_unit_test_setup(draws_do_not_depend_on_threads, fill),
		cmocka_unit_test_setup(errors_are_what_other_samples_scatter_by, fill),
		cmocka_unit_test_setup(simulated_residuals_grow_with_the_factor, fill),
		cmocka_unit_test_setup(a_variance_is_that_of_every_channel, fill),
		cmocka_unit_test_setup(variances_follow_the_scatter, fill),
		cmocka_unit_test_setup(estimates_of_simple_probabilities, fill),
		cmocka_unit_test_setup(correction_leaves_cells_without_bias, fill),
		cmocka_unit_test_setup(cells_are_drawn_through_before_repeating, fill),
		cmocka_unit_test_setup(sparse_cells_are_left_alone, fill),
		cmocka_unit_test_setup(step4_refuses_what_it_cannot_do, fill),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
