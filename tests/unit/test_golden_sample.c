/* test_golden_sample.c -- normalisation, bins, balance and labels against the golden values */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/balance.h>
#include <pz/label.h>
#include <pz/normalize.h>
#include <pz/partition.h>

#include "../../lib/stats/dispersion.h"
#include "golden.h"

static const char *const surveys[] = { "sdss", "cfhtls" };

static void normalises(void **state)
{
	struct golden_csv t;

	(void)state;
	t = golden_csv("normalise.csv", true);
	for (size_t i = 0; i < t.rows; i++) {
		double flux = golden_at(&t, i, "flux");
		double sdss = golden_at(&t, i, "normalised_sdss");
		float pixel = (float)flux;

		assert_golden(pz_normalize_value(PZ_STRETCH_SQRT, 1, flux), sdss);
		assert_golden(pz_normalize_value(PZ_STRETCH_SQRT, 1000, flux),
			      golden_at(&t, i, "normalised_cfhtls"));
		pz_normalize_pixels(PZ_STRETCH_SQRT, 1, &pixel, 1);
		assert_true(fabs((double)pixel - sdss) <= 4e-7 * fabs(sdss));
	}
	golden_csv_free(&t);
}

static void bins_and_rows(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		const struct pz_grid *grid = &g.settings.grid;

		for (size_t i = 0; i < g.all.n; i++) {
			assert_int_equal(pz_rows_row(&g.settings.rows, g.mag[i]),
					 golden_at(&g.catalogue, i, "row"));
			assert_int_equal(pz_grid_label(grid, g.z[i]),
					 golden_at(&g.catalogue, i, "zspec_bin"));
			assert_int_equal(pz_grid_label(grid, g.zphot[i]),
					 golden_at(&g.catalogue, i, "zphoto_bin"));
		}
		golden_close_survey(&g);
	}
}

static void fits_dispersions(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		double sigma[PZ_CHANNELS_MAX], least[PZ_CHANNELS_MAX];

		assert_int_equal(pz_dispersion_fit(&g.settings.grid, &g.settings.rows, &g.train,
						   sigma, least),
				 0);
		for (size_t k = 0; k < (size_t)g.settings.rows.channels; k++) {
			double expected = golden_item(&g, "sigma_disp", "sigma", k);
			double objective = golden_item(&g, "sigma_disp", "objective", k);

			assert_true(fabs(sigma[k] - expected) <= 1e-3 * expected);
			assert_true(fabs(least[k] - objective) <= 1e-8);
		}
		golden_close_survey(&g);
	}
}

static void objectives_at_given_widths(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		json_t *probe = golden_json(&g, "sigma_disp", "probe_sigma");
		json_t *expected = golden_json(&g, "sigma_disp", "probe_objective");
		double sigma[16], value[16];
		int n = (int)json_array_size(probe);

		for (int i = 0; i < n; i++)
			sigma[i] = json_number_value(json_array_get(probe, (size_t)i));
		for (int k = 0; k < g.settings.rows.channels; k++) {
			json_t *row = json_array_get(expected, (size_t)k);

			assert_int_equal(pz_dispersion_objective(&g.settings.grid, &g.settings.rows,
								 &g.train, k, sigma, n, value),
					 0);
			for (int i = 0; i < n; i++)
				assert_golden(value[i],
					      json_number_value(json_array_get(row, (size_t)i)));
		}
		golden_close_survey(&g);
	}
}

/* Kept galaxies, cells and rows at one threshold. */
static void check_balance(const struct golden *g, const char *key, size_t threshold)
{
	size_t n = g->train.n, kept[2 * PZ_CHANNELS_MAX] = { 0 };
	struct pz_balance b = { .threshold = threshold, .fold = 1, .seed = 1 };
	struct pz_balance_counts counts;
	int *row = pz_galaxies_rows(&g->train, &g->settings.rows);
	int *bin = golden_alloc(n, sizeof *bin);
	uint64_t *id = golden_alloc(n, sizeof *id);
	unsigned char *keep = golden_alloc(n, 1);

	for (size_t i = 0; i < n; i++) {
		bin[i] = pz_grid_label(&g->settings.grid, g->z[i]);
		id[i] = pz_id_hash_int((int64_t)i, 1);
	}
	assert_int_equal(pz_balance(&b, n, row, bin, id, keep, &counts), 0);
	for (size_t i = 0; i < n; i++)
		kept[row[i]] += keep[i];
	assert_int_equal(counts.kept, golden_number(g, key, "total"));
	assert_int_equal(counts.cells, golden_number(g, key, "cells"));
	assert_int_equal(counts.cells_cut, golden_number(g, key, "cells_cut"));
	for (int j = 0; j < pz_rows_count(&g->settings.rows); j++)
		assert_int_equal(kept[j], golden_item(g, key, "kept_per_row", (size_t)j));
	free(row);
	free(bin);
	free(id);
	free(keep);
}

static void balances(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);

		check_balance(&g, "balance_20", 20);
		check_balance(&g, "balance_5", 5);
		golden_close_survey(&g);
	}
}

static void scatters(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		struct golden_csv t = golden_table(&g, "sigma_scatter");
		struct pz_label_model *m;
		double *sigma = golden_sigma(&g);

		assert_int_equal(
			pz_label_fit(&m, &g.settings.grid, &g.settings.rows, &g.train, sigma), 0);
		for (size_t i = 0; i < t.rows; i++)
			for (size_t k = 0; k < t.columns - 1; k++)
				assert_golden(m->scatter[k * t.rows + i],
					      t.value[i * t.columns + k + 1]);
		pz_label_free(m);
		free(sigma);
		golden_csv_free(&t);
		golden_close_survey(&g);
	}
}

/* One line of labels.csv against a soft label over the extended grid. */
static void check_expanded(const struct golden *g, const struct golden_csv *t, size_t line,
			   const struct pz_label *label)
{
	const struct pz_grid *grid = &g->settings.grid;
	int n = pz_grid_total(grid), best = 0, back;
	double *y = golden_alloc((size_t)n, sizeof *y), mean = 0, square = 0;

	pz_label_expand(grid, label, y);
	for (int i = 0; i < n; i++) {
		best = y[i] > y[best] ? i : best;
		mean += y[i] * (i - grid->left);
		square += y[i] * y[i];
	}
	back = (int)floor(label->centre + 0.5) + grid->left - 3;
	assert_int_equal(best, golden_at(t, line, "argmax_ext"));
	assert_golden(y[best], golden_at(t, line, "max"));
	assert_golden(mean, golden_at(t, line, "mean"));
	assert_golden(square, golden_at(t, line, "sum_sq"));
	assert_golden(y[back < 0 ? 0 : back], golden_at(t, line, "value_minus3"));
	free(y);
}

static void check_label(const struct golden *g, const struct golden_csv *t, size_t line,
			const struct pz_label_model *m)
{
	size_t galaxy = (size_t)golden_at(t, line, "id");
	int channel = (int)golden_at(t, line, "channel"), i = 0;
	double z = g->z[galaxy], mag = g->mag[galaxy];
	struct pz_label soft[2], hard[2];
	int n = pz_label_soft(m, PZ_LABEL_STEP3, z, mag, soft);

	assert_int_equal(pz_label_soft(m, PZ_LABEL_HARD, z, mag, hard), n);
	while (i < n && soft[i].channel != channel)
		i++;
	assert_true(i < n);
	assert_golden(soft[i].centre, golden_at(t, line, "centre"));
	assert_golden(soft[i].width, m->dispersion[channel]);
	check_expanded(g, t, line, &soft[i]);
	assert_golden(hard[i].width, 0);
	assert_int_equal(floor(hard[i].centre + 0.5), golden_at(t, line, "hard_bin"));
}

static void labels(void **state)
{
	(void)state;
	for (int s = 0; s < golden_surveys(); s++) {
		struct golden g = golden_open(surveys[s]);
		struct golden_csv t = golden_table(&g, "labels");
		struct pz_label_model *m;
		double *sigma = golden_sigma(&g);

		assert_int_equal(
			pz_label_fit(&m, &g.settings.grid, &g.settings.rows, &g.train, sigma), 0);
		for (size_t i = 0; i < t.rows; i++)
			check_label(&g, &t, i, m);
		pz_label_free(m);
		free(sigma);
		golden_csv_free(&t);
		golden_close_survey(&g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normalises),       cmocka_unit_test(bins_and_rows),
		cmocka_unit_test(fits_dispersions), cmocka_unit_test(objectives_at_given_widths),
		cmocka_unit_test(balances),         cmocka_unit_test(scatters),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests_name("golden sample", tests, NULL, NULL);
}
