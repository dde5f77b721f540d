/* test_golden_stats.c -- variances, curves, distances and step 4 against the golden values */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/calibrate.h>
#include <pz/curve.h>
#include <pz/distance.h>
#include <pz/fit.h>
#include <pz/measure.h>
#include <pz/metrics.h>
#include <pz/pdf.h>
#include <pz/variance.h>

#include "golden.h"

#define DRAWS 100
#define FEW   30 /* below it a bootstrap's mean and error are not compared           */

static const char *const surveys[] = { "sdss", "cfhtls" };

/* A survey with the variances of all its galaxies. */
struct fixture {
	struct golden g;
	struct pz_variance *variance;
	double *of_test; /* variance of each test galaxy                         */
	struct pz_curve zspec;
};

static struct fixture open_survey(const char *survey)
{
	struct fixture f = { .g = golden_open(survey) };
	const struct pz_grid *grid = &f.g.settings.grid;
	double *sigma = golden_sigma(&f.g);

	assert_int_equal(pz_variance_fit(&f.variance, grid, &f.g.settings.rows, &f.g.all, sigma),
			 0);
	f.of_test = golden_alloc(f.g.test.n, sizeof *f.of_test);
	for (size_t i = 0; i < f.g.test.n; i++)
		f.of_test[i] = pz_variance_at(f.variance, f.g.test.z[i], f.g.test.mag[i]);
	pz_curve_zspec(grid, &f.g.test, f.of_test, &f.zspec);
	free(sigma);
	return f;
}

static void close_survey(struct fixture *f)
{
	pz_variance_free(f->variance);
	free(f->of_test);
	golden_close_survey(&f->g);
}

static void variances(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct fixture f = open_survey(surveys[s]);
		struct golden_csv t = golden_table(&f.g, "variance_grid");

		for (size_t i = 0; i < f.g.all.n; i++)
			assert_golden(pz_variance_at(f.variance, f.g.z[i], f.g.mag[i]),
				      golden_at(&f.g.catalogue, i, "variance"));
		for (size_t i = 0; i < t.rows; i++)
			for (size_t j = 0; j < t.columns - 1; j++)
				assert_golden(f.variance->row[j * t.rows + i],
					      t.value[i * t.columns + j + 1]);
		golden_csv_free(&t);
		close_survey(&f);
	}
}

static void check_curve(const struct golden *g, const char *name, const struct pz_curve *curve)
{
	struct golden_csv t = golden_table(g, name);

	assert_int_equal(curve->n, t.rows);
	for (size_t i = 0; i < t.rows; i++) {
		const struct pz_point *p = &curve->point[i];

		assert_int_equal(p->bin, golden_at(&t, i, "bin"));
		assert_golden(p->z, golden_at(&t, i, "centre"));
		assert_golden(p->residual, golden_at(&t, i, "residual"));
		if (t.columns == 3)
			continue;
		assert_int_equal(p->count, golden_at(&t, i, "count"));
		assert_golden(p->error, golden_at(&t, i, "error"));
	}
	golden_csv_free(&t);
}

static void curves(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct fixture f = open_survey(surveys[s]);
		struct pz_curve curve;

		check_curve(&f.g, "residuals_zspec", &f.zspec);
		pz_curve_zphot(&f.g.settings.grid, &f.g.test, &curve);
		check_curve(&f.g, "residuals_zphoto", &curve);
		pz_curve_simulated(f.variance, &f.g.test, 1, &curve);
		check_curve(&f.g, "residuals_sim_1", &curve);
		pz_curve_simulated(f.variance, &f.g.test, 0.5, &curve);
		check_curve(&f.g, "residuals_sim_0.5", &curve);
		close_survey(&f);
	}
}

static void check_line(json_t *expected, const struct pz_curve *curve)
{
	struct pz_line line;

	assert_int_equal(pz_fit_line(curve, PZ_FIT_ALL, &line), 0);
	assert_golden(line.slope, json_number_value(json_object_get(expected, "a")));
	assert_golden(line.intercept, json_number_value(json_object_get(expected, "b")));
	assert_golden(line.slope_error, json_number_value(json_object_get(expected, "a_err")));
	assert_golden(line.intercept_error, json_number_value(json_object_get(expected, "b_err")));
	assert_golden(line.chi2, json_number_value(json_object_get(expected, "chi2")));
}

static void lines(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct fixture f = open_survey(surveys[s]);
		struct pz_curve zphot;

		pz_curve_zphot(&f.g.settings.grid, &f.g.test, &zphot);
		check_line(json_object_get(f.g.expected, "fit_zspec"), &f.zspec);
		check_line(json_object_get(f.g.expected, "fit_zphoto"), &zphot);
		close_survey(&f);
	}
}

static void check_summary(const struct golden *g, const struct pz_galaxies *galaxies,
			  json_t *expected)
{
	struct pz_summary s;

	assert_int_equal(pz_metrics_summary(galaxies, g->settings.outlier, &s), 0);
	assert_int_equal(galaxies->n, json_integer_value(json_object_get(expected, "n")));
	assert_golden(s.mean, json_number_value(json_object_get(expected, "mean_residual")));
	assert_golden(s.sigma_mad, json_number_value(json_object_get(expected, "sigma_mad")));
	assert_golden(s.outliers, json_number_value(json_object_get(expected, "eta")));
}

static void summary(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);

		check_summary(&g, &g.test, json_object_get(g.expected, "summary"));
		golden_close_survey(&g);
	}
}

/* A table of values by magnitude; exact is the column of full-sample values. */
static void check_by_mag(const struct golden *g, const char *name, const char *exact,
			 const char *magnitude, const struct pz_by_mag *found)
{
	struct golden_csv t = golden_table(g, name);

	for (size_t i = 0; i < t.rows; i++) {
		assert_int_equal(found[i].count, golden_at(&t, i, "count"));
		if (found[i].count == 0)
			continue;
		assert_golden(found[i].value, golden_at(&t, i, exact));
		assert_golden(found[i].mag, golden_at(&t, i, magnitude));
		if (found[i].count >= FEW)
			assert_true(golden_spread(found[i].boot.mean, found[i].boot.error,
						  golden_at(&t, i, "boot_mean"),
						  golden_at(&t, i, "boot_error")));
	}
	golden_csv_free(&t);
}

static void by_magnitude(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		const struct pz_rows *rows = &g.settings.rows;
		struct pz_by_mag found[2 * PZ_CHANNELS_MAX];

		assert_int_equal(pz_metrics_rows(rows, &g.test, DRAWS, 1, found), 0);
		check_by_mag(&g, "sigma_mad", "sigma_mad", "mean_r", found);
		assert_int_equal(
			pz_distance_wasserstein(&g.settings.grid, rows, &g.test, DRAWS, 1, found),
			0);
		check_by_mag(&g, "wasserstein", "distance", "mean_r", found);
		golden_close_survey(&g);
	}
}

static void total_variation(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct fixture f = open_survey(surveys[s]);
		const struct pz_grid *grid = &f.g.settings.grid;
		struct pz_measure m = {
			.galaxies = &f.g.test, .variance = f.variance, .fit_count = 1, .factor = 1
		};
		struct pz_measures mean, error;
		struct pz_spread floor;
		double value;

		assert_int_equal(pz_distance_tv(grid, &f.g.test, &value), 0);
		assert_int_equal(pz_measure_bootstrap(&m, DRAWS, 1, &mean, &error), 0);
		assert_int_equal(pz_distance_tv_floor(grid, &f.g.test, &f.zspec, DRAWS, 1, &floor),
				 0);
		assert_golden(value, golden_number(&f.g, "total_variation", "value"));
		assert_true(golden_spread(mean.tv, error.tv,
					  golden_number(&f.g, "total_variation", "boot_mean"),
					  golden_number(&f.g, "total_variation", "boot_error")));
		assert_true(golden_spread(floor.mean, floor.error,
					  golden_number(&f.g, "total_variation", "floor_mean"),
					  golden_number(&f.g, "total_variation", "floor_error")));
		close_survey(&f);
	}
}

static void probabilities(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		struct pz_grid grid = g.settings.grid;
		char file[64];
		struct golden_csv t;
		double sum = 0, *z, *zphot;

		grid.left = grid.right = 0;
		snprintf(file, sizeof file, "%s_pz.csv", surveys[s]);
		t = golden_csv(file, false);
		z = golden_alloc(t.rows, sizeof *z);
		zphot = golden_alloc(t.rows, sizeof *zphot);
		for (size_t i = 0; i < t.rows; i++) {
			const double *line = t.value + i * t.columns;
			double crps;

			z[i] = g.z[(size_t)line[0]];
			assert_int_equal(pz_pdf_check(&grid, line + 1), 0);
			sum += crps = pz_pdf_crps_discrete(&grid, line + 1, z[i]);
			zphot[i] = pz_pdf_mode(&grid, line + 1);
			if (i < 10) {
				assert_golden(crps, golden_item(&g, "pz", "crps_first10", i));
				assert_golden(zphot[i], golden_item(&g, "pz", "zphoto_first10", i));
			}
		}
		assert_golden(sum / (double)t.rows, golden_number(&g, "pz", "crps_mean"));
		check_summary(&g, &(struct pz_galaxies){ t.rows, z, zphot, NULL },
			      golden_json(&g, "pz", "summary"));
		free(z);
		free(zphot);
		golden_csv_free(&t);
		golden_close_survey(&g);
	}
}

static void plans(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		struct golden_csv t = golden_table(&g, "resample_plan");
		struct pz_plan plan;

		assert_int_equal(pz_calibrate_plan(&plan, &g.settings.grid, &g.settings.rows,
						   &g.train, &g.test,
						   (size_t)golden_number(&g, "step4", "size")),
				 0);
		assert_int_equal(plan.count, golden_number(&g, "step4", "plan_cells"));
		assert_int_equal(plan.drawn, golden_number(&g, "step4", "drawn"));
		for (size_t i = 0; i < t.rows; i++) {
			assert_int_equal(plan.cell[i].row, golden_at(&t, i, "row"));
			assert_int_equal(plan.cell[i].zphot_bin, golden_at(&t, i, "zphoto_bin"));
			assert_int_equal(plan.cell[i].zspec_bin,
					 golden_at(&t, i, "zspec_bin_drawn"));
			assert_int_equal(plan.cell[i].number, golden_at(&t, i, "number"));
		}
		pz_plan_release(&plan);
		golden_csv_free(&t);
		golden_close_survey(&g);
	}
}

static void check_table(const struct golden *g, const struct pz_correction *c)
{
	struct golden_csv t = golden_table(g, "step4_table");

	for (size_t i = 0; i < t.rows; i++) {
		for (size_t j = 0; j < t.columns - 1; j++) {
			double expected = t.value[i * t.columns + j + 1];
			size_t cell = j * PZ_WIDE + i;

			assert_int_equal(c->count[cell] == 0, isnan(expected));
			if (c->count[cell])
				assert_golden(c->mean[cell], expected);
		}
	}
	golden_csv_free(&t);
}

/* The listed resample gives the listed table, corrections and what follows. */
static void corrections(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		struct golden_csv ids = golden_table(&g, "resampled");
		struct golden_csv t = golden_table(&g, "step4_corrected");
		size_t *drawn = golden_alloc(ids.rows, sizeof *drawn);
		struct pz_galaxies corrected = g.test;
		double *zphot = golden_alloc(g.test.n, sizeof *zphot);
		struct pz_correction *c;
		struct pz_curve curve;

		for (size_t i = 0; i < ids.rows; i++)
			drawn[i] = (size_t)golden_at(&ids, i, "id");
		assert_int_equal(pz_calibrate_table(&c, &g.settings.grid, &g.settings.rows,
						    &g.train, drawn, ids.rows, 1),
				 0);
		check_table(&g, c);
		for (size_t i = 0; i < t.rows; i++) {
			zphot[i] = pz_calibrate_value(c, g.test.zphot[i], g.test.mag[i]);
			assert_golden(zphot[i], golden_at(&t, i, "zphoto_corrected"));
		}
		corrected.zphot = zphot;
		check_summary(&g, &corrected, golden_json(&g, "step4", "summary_corrected"));
		pz_curve_zphot(&g.settings.grid, &corrected, &curve);
		check_line(golden_json(&g, "step4", "fit_zphoto_corrected"), &curve);
		pz_calibrate_free(c);
		free(zphot);
		free(drawn);
		golden_csv_free(&ids);
		golden_csv_free(&t);
		golden_close_survey(&g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variances),     cmocka_unit_test(curves),
		cmocka_unit_test(lines),         cmocka_unit_test(summary),
		cmocka_unit_test(by_magnitude),  cmocka_unit_test(total_variation),
		cmocka_unit_test(probabilities), cmocka_unit_test(plans),
		cmocka_unit_test(corrections),
	};

	return cmocka_run_group_tests_name("golden stats", tests, NULL, NULL);
}
