/* test_stats_parts.c -- margins, draws, Gaussians and groups by hand; what is no p(z)
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/bootstrap.h>
#include <pz/conformal.h>
#include <pz/density.h>
#include <pz/error.h>
#include <pz/threads.h>

#include "../../lib/stats/gauss.h"
#include "../../lib/stats/group.h"

/* Each of n doubles. */
static void all_near(const void *found, const void *expected, size_t n)
{
	const double *a = found, *b = expected;

	for (size_t i = 0; i < n; i++)
		if (isnan(b[i]) ? !isnan(a[i])
				: !(fabs(a[i] - b[i]) <= 1e-12 * fmax(1, fabs(b[i]))))
			fail_msg("number %zu: found %.15g, expected %.15g", i, a[i], b[i]);
}

/* -- margins */

static void margins_of_several_levels_and_rows(void **state)
{
	static const double level[] = { 0.9, 0.5 };
	static double score[2 * 500];
	static int row[500];
	const struct pz_grid grid = { .min = 0, .max = 1, .bins = 10 };
	double p[10], low, high, margin[] = { 0, 0.1, 0.2, 0.3, 0.05, 0.01 };
	struct pz_conformal c;

	(void)state;
	/* 200 of row 0, 199 of row 1, one of row 3: row 1 takes those behind */
	for (int i = 0; i < 400; i++) {
		row[i] = i < 200 ? 0 : i < 399 ? 1 : 3;
		score[2 * i] = i < 200 ? 199 - i : i;
		score[2 * i + 1] = -score[2 * i];
	}
	assert_int_equal(pz_conformal_fit(&c, 5, level, 2, row, score, 400), 0);
	assert_true(c.rows == 5 && c.levels == 2 && c.level[0] == 0.9 && c.level[1] == 0.5);
	/* ceil(201 * 0.9) = 181 and ceil(100.5) = 101 */
	all_near(c.margin, (const double[]){ 180, -99, 380, -299, 380, -299, 380, -299, 380, -299 },
		 10);
	for (int r = 0; r < 5; r++)
		assert_int_equal(c.count[r], 200);
	pz_conformal_release(&c);
	/* as many galaxies as the largest level needs */
	assert_int_equal(pz_conformal_fit(&c, 1, level, 2, row, score, 8), PZ_EDATA);
	assert_string_equal(pz_error_text(), "intervals: expected at least 9 galaxies to find them "
					     "on, found 8");
	assert_int_equal(pz_conformal_fit(&c, 1, level, 2, row, score, 9), 0);
	all_near(c.margin, (const double[]){ 199, -195 }, 2);
	pz_conformal_release(&c);
	assert_int_equal(pz_conformal_fit(&c, 1, level + 1, 1, row, score, 1), 0);
	pz_conformal_release(&c);
	assert_int_equal(pz_conformal_fit(&c, 0, level, 2, row, score, 9), PZ_EARG);
	assert_string_equal(pz_error_text(), "conformal: expected rows and levels, found 0 and 2");
	assert_int_equal(pz_conformal_fit(&c, 1, level, 0, row, score, 9), PZ_EARG);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pz_conformal_fit(&c, 1, (const double[]){ i == 2 ? NAN : i }, 1,
						  row, score, 9),
				 PZ_EARG);
	/* of row 1 the second level */
	for (int i = 0; i < 10; i++)
		p[i] = 0.1;
	c = (struct pz_conformal){ 2, 3, (double[]){ 0.2, 0.4, 0.6 }, margin, NULL };
	pz_conformal_interval(&c, &grid, p, 1, 1, &low, &high);
	all_near((double[]){ low, high }, (const double[]){ 0.25, 0.75 }, 2);
	pz_conformal_interval(&c, &grid, p, 1, 2, &low, &high);
	all_near((double[]){ low, high }, (const double[]){ 0.19, 0.81 }, 2);
}

/* -- draws */

/* The number of the draw, in the order in which they are asked for by one thread. */
static void draw_count(struct pz_random *r, const void *data, double *work, double *out)
{
	(void)r;
	(void)work;
	out[0] = ++*(double *)data;
	out[1] = out[0] < 3 ? out[0] : NAN;
	out[2] = out[0] < 2 ? 7 : NAN;
}

static void draws_are_averaged(void **state)
{
	double values_of[12], count = 0;
	struct pz_bootstrap b = { 4, 1, "test", 3, 0, draw_count, &count, values_of };
	struct pz_spread out[3];

	(void)state;
	pz_threads_use(1);
	assert_int_equal(pz_bootstrap_run(&b, out), 0);
	assert_true(count == 4);
	all_near(out, (const double[]){ 2.5, sqrt(5 / 3.), 1.5, sqrt(0.5), 7, NAN }, 6);
	assert_true(values_of[0] + values_of[3] + values_of[6] + values_of[9] == 10);
	b.draws = -1;
	assert_int_equal(pz_bootstrap_run(&b, out), PZ_EARG);
	b.draws = 1;
	assert_int_equal(pz_bootstrap_run(&b, out), PZ_EARG);
	assert_string_equal(pz_error_text(),
			    "bootstrap: expected 0 or 2 to 1000000 draws, found 1");
	b.draws = PZ_DRAWS_MAX + 1;
	assert_int_equal(pz_bootstrap_run(&b, out), PZ_EARG);
	pz_threads_use(0);
	b.stats = 0;
	b.values = NULL;
	b.draws = 0;
	assert_int_equal(pz_bootstrap_run(&b, out), 0);
}

/* -- Gaussians */

static void gaussians_are_cut_and_normalised(void **state)
{
	static const double width[] = { 30, 0.5, 2, 0.1, 0.0999 };
	struct gauss g;

	(void)state;
	assert_int_equal(pz_gauss_init(&g, 9), 0);
	for (int k = 0; k < 5; k++) {
		double s = width[k];

		pz_gauss_set(&g, s);
		assert_int_equal(g.reach, k == 0 || k == 1 || k == 2 ? 8 : k == 3 ? 3 : 0);
		for (int n = 1; n <= 9; n++)
			for (int j = 0; j < n; j++) {
				double f[11], e[11], sum = 0;

				for (int i = 0; i < 11; i++)
					f[i] = e[i] = i;
				for (int i = 0; i < n; i++)
					sum += s < 0.1 ? i == j
						       : exp(-0.5 * (i - j) * (i - j) / (s * s));
				for (int i = 0; i < n; i++)
					e[i] += 3 / sum *
						(s < 0.1 ? i == j
							 : exp(-0.5 * (i - j) * (i - j) / (s * s)));
				pz_gauss_add(&g, j, 3, f, n);
				all_near(f, e, 11);
			}
	}
	pz_gauss_release(&g);
	assert_int_equal(pz_gauss_init(&g, 60), 0);
	pz_gauss_set(&g, 1);
	assert_true(g.reach == 37 && g.at[37] > 0 && g.at[38] == 0 && g.at[-37] == g.at[37]);
	pz_gauss_release(&g);
}

/* -- what is no p(z) */

static void refused(struct pz_density d, const char *words)
{
	const struct pz_grid grid = { .min = 0, .max = 1, .bins = 2 };
	double p[3] = { 0, 0, -77 };
	int rc = pz_density_integrate(&d, &grid, p, NULL);

	if (rc != PZ_EDATA || strcmp(pz_error_text(), words) != 0)
		fail_msg("%d: '%s' should be '%s'", rc, pz_error_text(), words);
	assert_true(p[2] == -77);
}

static void wrong_numbers_are_named(void **state)
{
	static const double up[] = { 0, 0.1, 0.2, NAN }, first[] = { NAN, 1, 2 };
	static const double last[] = { 1, 2, -1, -1 }, width[] = { 1, 1, 0, 0 };
	static const double ones[] = { 1, 1, 1, -1 }, down[] = { 1, 2, 0.5 }, zeros[] = { 0, 0, 0 };
	static const double quantiles[] = { 0, 0.5, 1.5 }, equal[] = { 0, 0.5, 0.5 };

	(void)state;
	refused((struct pz_density){ PZ_DENSITY_BINS, 2, first, ones, NULL },
		"p(z): number 1: expected a redshift, found nan");
	refused((struct pz_density){ PZ_DENSITY_BINS, 3, up, ones, NULL },
		"p(z): number 4: expected a redshift, found nan");
	refused((struct pz_density){ PZ_DENSITY_POINTS, 3, down, ones, NULL },
		"p(z): number 3: expected redshifts that ascend, found 0.5");
	refused((struct pz_density){ PZ_DENSITY_POINTS, 3, up, last, NULL },
		"p(z): number 3: expected a density of at least 0, found -1");
	refused((struct pz_density){ PZ_DENSITY_BINS, 2, up, last + 1, NULL },
		"p(z): number 2: expected a density of at least 0, found -1");
	refused((struct pz_density){ PZ_DENSITY_QUANTILES, 3, up, quantiles, NULL },
		"p(z): number 3: expected cumulated probabilities that ascend, found 1.5");
	refused((struct pz_density){ PZ_DENSITY_QUANTILES, 3, up, equal, NULL },
		"p(z): number 3: expected cumulated probabilities that ascend, found 0.5");
	refused((struct pz_density){ PZ_DENSITY_QUANTILES, 3, down, quantiles, NULL },
		"p(z): number 3: expected redshifts that ascend, found 0.5");
	refused((struct pz_density){ PZ_DENSITY_NORMALS, 3, up, width, NULL },
		"p(z): number 3: expected a standard deviation above 0, found 0");
	refused((struct pz_density){ PZ_DENSITY_NORMALS, 3, up, zeros, NULL },
		"p(z): number 1: expected a standard deviation above 0, found 0");
	refused((struct pz_density){ PZ_DENSITY_NORMALS, 3, first, ones, NULL },
		"p(z): number 1: expected a redshift, found nan");
	refused((struct pz_density){ PZ_DENSITY_NORMALS, 3, up, ones, last },
		"p(z): number 3: expected a weight of at least 0, found -1");
	refused((struct pz_density){ PZ_DENSITY_SAMPLES, 4, up, NULL, NULL },
		"p(z): number 4: expected a redshift, found nan");
	refused((struct pz_density){ PZ_DENSITY_SAMPLES, 3, up, NULL, last },
		"p(z): number 3: expected a weight of at least 0, found -1");
	for (int form = PZ_DENSITY_POINTS; form <= PZ_DENSITY_SAMPLES; form++)
		refused((struct pz_density){ form, 0, up, ones, NULL },
			"p(z): expected an integral above 0, found 0");
	refused((struct pz_density){ PZ_DENSITY_POINTS, 3, up, zeros, NULL },
		"p(z): expected an integral above 0, found 0");
}

static void groups_are_sorted_by_their_key(void **state)
{
	static const long key[] = { 2, -1, 0, 2, 5, 0, -7, 2 };
	static const size_t first[] = { 0, 2, 2, 5, 5, 5, 6 }, galaxy[] = { 2, 5, 0, 3, 7, 4 };
	static const double mag[] = { 16, 5, -1, 17, 5, 18, 5, 20.5 },
			    weight[] = { 1, 9, 2, 3, 9, 4, 9, 5 };
	const struct pz_galaxies of = { 8, NULL, NULL, mag, false, weight };
	struct group g;

	(void)state;
	assert_int_equal(pz_group_init(&g, 8, key, 6), 0);
	assert_int_equal(g.count, 6);
	for (int i = 0; i < 7; i++)
		assert_int_equal(g.first[i], first[i]);
	for (int i = 0; i < 6; i++)
		assert_int_equal(g.galaxy[i], galaxy[i]);
	assert_true(pz_group_size(&g, 2) == 3 && pz_group_size(&g, 1) == 0);
	assert_true(fabs(pz_group_mean_mag(&g, 2, &of) - (16 + 3 * 17 + 5 * 20.5) / 9) < 1e-14);
	assert_true(isnan(pz_group_mean_mag(&g, 0, &of))); /* one is not known */
	assert_true(isnan(pz_group_mean_mag(&g, 1, &of)));
	pz_group_release(&g);
	assert_true(!g.first && !g.galaxy && g.count == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(margins_of_several_levels_and_rows),
		cmocka_unit_test(draws_are_averaged),
		cmocka_unit_test(gaussians_are_cut_and_normalised),
		cmocka_unit_test(groups_are_sorted_by_their_key),
		cmocka_unit_test(wrong_numbers_are_named),
	};

	return cmocka_run_group_tests_name("parts of statistics", tests, NULL, NULL);
}
