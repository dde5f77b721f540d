/* test_recalibrate.c -- maps of PITs, ratios of n(z), conformal margins, n(z) of a sample: small
 * cases whose numbers are known
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/conformal.h>
#include <pz/error.h>
#include <pz/nz.h>
#include <pz/pdf.h>
#include <pz/prior.h>
#include <pz/recalibrate.h>

#include "../../lib/stats/pit_map.h"
#include "../../lib/stats/smooth.h"

#define N 1000

static const struct pz_grid grid = { .target = "z", .min = 0, .max = 1, .bins = 10 };
static const struct pz_rows rows = { .mag = "r", .min = 15, .width = 1, .channels = 2 };

static void near(double found, double expected)
{
	if (!(fabs(found - expected) < 1e-12))
		fail_msg("found %.17g, expected %.17g", found, expected);
}

/* ---- one map */

/* Three numbers and a pseudo number: 0, .1, 1 at the knots 0, 1/2, 1 are 0, (1 + .5)/4, 1. */
static void a_map_counts_what_is_at_or_below_its_knots(void **state)
{
	struct pit_map m;
	double before = -1;

	(void)state;
	assert_int_equal(pz_pit_map_init(&m, 2), 0);
	pz_pit_map_add(&m, 0.5, 1); /* on a knot: below it */
	pz_pit_map_add(&m, 0.9, 1);
	pz_pit_map_add(&m, 1, 1);
	pz_pit_map_finish(&m, 1);
	near(pz_pit_map_value(&m, 0), 0);
	near(pz_pit_map_value(&m, 0.5), 1.5 / 4);
	near(pz_pit_map_value(&m, 1), 1);
	near(pz_pit_map_value(&m, 2), 1);
	near(pz_pit_map_value(&m, -1), 0);
	/* slopes of the intervals .75 and 1.25: at the middle the harmonic mean */
	near(m.slope[1], 2 * 0.75 * 1.25 / 2);
	near(m.slope[0], (3 * 0.75 - 1.25) / 2);
	near(m.slope[2], (3 * 1.25 - 0.75) / 2);
	for (int i = 0; i <= 1000; i++) {
		double at = pz_pit_map_value(&m, i / 1000.0);

		assert_true(at > before);
		before = at;
	}
	pz_pit_map_release(&m);
}

/* A first interval that hardly rises, beside a steep one: no slope is 0, and the map rises. */
static void a_map_rises_everywhere(void **state)
{
	struct pit_map m;

	(void)state;
	assert_int_equal(pz_pit_map_init(&m, 20), 0);
	for (int i = 0; i < 10000; i++)
		pz_pit_map_add(&m, 0.07, 1);
	pz_pit_map_finish(&m, 20);
	assert_true(m.slope[0] > 0 && m.slope[20] > 0);
	assert_true(pz_pit_map_value(&m, 1e-9) > 1e-13);
	for (int i = 0; i < 2000; i++)
		assert_true(pz_pit_map_value(&m, (i + 1) / 2000.0) >
			    pz_pit_map_value(&m, i / 2000.0));
	pz_pit_map_release(&m);
}

/* ---- the chain of maps */

/* PITs of N galaxies in rows 0 and 2, none in 1: u = (k + 1/2)/N to the power of `power`. */
static void make_pits(double *u, double *at, int *row, double power)
{
	for (size_t i = 0; i < N; i++) {
		u[i] = pow(((double)(i * 7 % N) + 0.5) / N, power);
		at[i] = (double)i / N;
		row[i] = i % 2 ? 2 : 0;
	}
}

static void uniform_pits_change_nothing_and_others_become_uniform(void **state)
{
	static double u[N], at[N];
	static int row[N];
	struct pz_pits pits = { N, u, at, row };
	struct pz_recalibration *r;
	double galaxies, sum = 0, p[10] = { 0, 0.5, 0.2, 0, 0.3 }, new[10];

	(void)state;
	make_pits(u, at, row, 1);
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 100), 0);
	for (int i = 0; i <= 10; i++)
		assert_true(fabs(pz_recalibrate_value(r, 2, 0.4, i / 10.0) - i / 10.0) < 0.01);
	assert_int_equal(pz_recalibrate_cells(r, 0), 5);
	assert_int_equal(pz_recalibrate_cells(r, 1), 1);
	for (int i = 0; i < 5; i++) {
		near(pz_recalibrate_middle(r, 0, i, &galaxies), (0.1 + 0.2 * i) * 998 / N);
		sum += galaxies;
	}
	near(sum, 500);
	pz_recalibrate_free(r);
	/* P(u^2 < x) = sqrt(x); the row without galaxies takes the map of all, and is not far */
	make_pits(u, at, row, 2);
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 100), 0);
	for (int k = 0; k < 3; k++)
		for (int i = 1; i < 10; i++)
			assert_true(fabs(pz_recalibrate_value(r, k, 0.4, i / 10.0) -
					 sqrt(i / 10.0)) < 0.015);
	pz_recalibrate_pdf(r, &grid, 0, p, new);
	near(new[0] + new[3] + new[5], 0);
	near(new[1], pz_recalibrate_value(r, 0, pz_pdf_median(&grid, p), 0.5));
	sum = 0;
	for (int i = 0; i < 10; i++)
		sum += new[i];
	near(sum, 1);
	pz_recalibrate_free(r);
}

static void fits_refuse_what_is_no_pit(void **state)
{
	static double u[N], at[N];
	static int row[N];
	struct pz_pits pits = { PZ_PIT_LEAST - 1, u, at, row };
	struct pz_recalibration *r;

	(void)state;
	make_pits(u, at, row, 1);
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 100), PZ_EDATA);
	pits.n = N;
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 0), PZ_EARG);
	assert_int_equal(pz_recalibrate_fit(&r, 2, &pits, 1), PZ_EDATA); /* a row 2 */
	u[3] = NAN;
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 1), PZ_EDATA);
	u[3] = 0.1;
	at[3] = INFINITY;
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 1), PZ_EDATA);
	assert_null(r);
	/* all galaxies at one place: one cell */
	for (size_t i = 0; i < N; i++)
		at[i] = 0.5;
	assert_int_equal(pz_recalibrate_fit(&r, 3, &pits, 10), 0);
	assert_int_equal(pz_recalibrate_cells(r, 2), 1);
	pz_recalibrate_free(r);
	pz_recalibrate_free(NULL);
}

/* ---- n(z) */

static void smoothing_keeps_the_sum_and_mirrors(void **state)
{
	double x[5] = { 1, 0, 0, 0, 0 }, y[5], sum = 0, k1 = exp(-0.5 / 0.25), all;

	(void)state;
	pz_smooth(x, y, 5, 0.5); /* reaches 2 bins */
	all = 1 + 2 * k1 + 2 * exp(-2 / 0.25);
	near(y[0], (1 + k1) / all);
	near(y[1], (k1 + exp(-2 / 0.25)) / all);
	for (int i = 0; i < 5; i++)
		sum += y[i];
	near(sum, 1);
	pz_smooth(x, y, 5, 100); /* many mirrors */
	for (int i = 0; i < 5; i++)
		assert_true(fabs(y[i] - 0.2) < 0.01);
	pz_smooth(x, y, 5, 0);
	assert_memory_equal(x, y, sizeof x);
}

static void ratios_are_those_of_shares_above_a_floor(void **state)
{
	struct pz_counts a, b, other;
	struct pz_grid finer = grid;
	double ratio[30], share[30], p[10] = { 0.5, 0.5 }, new[10];

	(void)state;
	assert_int_equal(pz_counts_init(&a, &grid, &rows), 0);
	assert_int_equal(pz_counts_init(&b, &grid, &rows), 0);
	assert_int_equal(pz_prior_ratio(ratio, &a, &b, 0), PZ_EDATA); /* none */
	for (int i = 0; i < 90; i++) {
		assert_true(pz_counts_add(&a, i < 60 ? 0.05 : 0.15, 15.5));
		assert_true(pz_counts_add(&b, i < 30 ? 0.05 : 0.15, 15.5));
	}
	assert_false(pz_counts_add(&a, 1.5, 15.5));
	assert_false(pz_counts_add(&a, NAN, 15.5));
	near(pz_counts_of(&a, 0), 90);
	near(pz_counts_of(&a, -1), 90);
	assert_int_equal(pz_counts_share(share, &a, 0), 0);
	near(share[0], 2. / 3);
	near(share[10], 2. / 3); /* a row without galaxies: that of all */
	assert_int_equal(pz_prior_ratio(ratio, &a, &b, 0), 0);
	near(ratio[0], (2. / 3 + 0.01) / (1. / 3 + 0.01));
	near(ratio[2], 1);                                /* no galaxy in either */
	near(ratio[10], (2. / 3 + 0.1) / (1. / 3 + 0.1)); /* no galaxy of the row */
	pz_prior_apply(&grid, ratio, p, new);
	near(new[0], ratio[0] / (ratio[0] + ratio[1]));
	near(new[0] + new[1], 1);
	assert_int_equal(pz_prior_ratio(ratio, &a, NULL, 0), 0);
	near(ratio[0], (2. / 3 + 0.01) / (0.1 + 0.01));
	assert_int_equal(pz_prior_ratio(ratio, &a, &b, -1), PZ_EARG);
	finer.bins = 11;
	assert_int_equal(pz_counts_init(&other, &finer, &rows), 0);
	assert_int_equal(pz_prior_ratio(ratio, &a, &other, 0), PZ_EMISMATCH);
	pz_counts_release(&a);
	pz_counts_release(&b);
	pz_counts_release(&other);
}

/* Half of the sample's p(z) are sure, half are not; without smoothing the sure ones tell where the
 * others are. p = (1/2, 1/2) of 100 galaxies and (1, 0) of 300: maximum likelihood is n = (1, 0).
 */
static void the_sure_tell_where_the_others_are(void **state)
{
	double sure[10] = { 1 }, half[10] = { 0.5, 0.5 };
	struct pz_nz_options options = { .smooth = 1e-3, .draws = 0, .seed = 1 };
	struct pz_nz_found found;
	struct pz_nz *s;

	(void)state;
	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	assert_int_equal(pz_nz_run(s, NULL, &options, &found), PZ_EDATA);
	for (int i = 0; i < 400; i++)
		assert_int_equal(pz_nz_add(s, i < 300 ? sure : half, 17.5), 0);
	assert_int_equal(pz_nz_run(s, NULL, &options, &found), 0);
	assert_int_equal(found.n[0], 0);
	assert_int_equal(found.n[2], 400);
	assert_int_equal(found.n[3], 400);
	assert_true(isnan(found.share[0]) && isnan(found.error[20]) && isnan(found.mean[0]));
	assert_true(found.settled && found.rounds[2] > 1);
	/* the floor of 1/410 keeps a little: 1 - n(0) solves n = (300 + 100 g0/(g0 + g1))/400 */
	assert_true(found.share[20] > 0.97 && found.share[20] < 1);
	near(found.share[20] + found.share[21], 1);
	near(found.share[30], found.share[20]);
	near(found.mean[3], 0.05 * found.share[30] + 0.15 * found.share[31]);
	pz_nz_found_release(&found);
	options.smooth = -1;
	assert_int_equal(pz_nz_run(s, NULL, &options, &found), PZ_EARG);
	pz_nz_free(s);
	pz_nz_free(NULL);
}

/* p(z) of one bin each leave nothing to find: errors are those of a multinomial sample. */
static void errors_are_those_of_counting(void **state)
{
	double p[2][10] = { { 0, 1 }, { 0, 0, 0, 1 } };
	struct pz_nz_options options = { .draws = 400, .seed = 1, .single = true };
	struct pz_nz_found found;
	struct pz_nz *s;

	(void)state;
	assert_int_equal(pz_nz_new(&s, &grid, &rows), 0);
	for (int i = 0; i < 400; i++)
		assert_int_equal(pz_nz_add(s, p[i % 4 == 0], 15.5), 0);
	assert_int_equal(pz_nz_run(s, NULL, &options, &found), 0);
	near(found.share[1], 0.75);
	near(found.share[3], 0.25);
	assert_true(fabs(found.error[1] / sqrt(0.75 * 0.25 / 400) - 1) < 0.12);
	assert_true(fabs(found.mean_error[3] / (0.2 * found.error[1]) - 1) < 1e-6);
	pz_nz_found_release(&found);
	pz_nz_free(s);
}

/* ---- intervals */

static void margins_are_order_statistics(void **state)
{
	static double score[3 * 600];
	static int row[600];
	double level[3] = { 0.68, 0.95, 0.995 };
	struct pz_conformal c;

	(void)state;
	/* row 0: 1..299 in any order; row 1: 10 galaxies; row 2: 201 + 10 more than its number */
	for (int i = 0; i < 510; i++) {
		row[i] = i < 299 ? 0 : i < 309 ? 1 : 2;
		for (int l = 0; l < 3; l++)
			score[3 * i + l] = i < 299 ? i * 7 % 299 + 1 : i < 309 ? -5 : 1000 + i;
	}
	assert_int_equal(pz_conformal_fit(&c, 3, level, 3, row, score, 510), 0);
	assert_int_equal(c.count[0], 299);
	near(c.margin[0], 204); /* ceil(300 * .68) */
	near(c.margin[1], 285); /* 300 * .95, whole but for rounding */
	near(c.margin[2], 299); /* ceil(298.5) */
	/* rows 1 and 2 are one group of 211: ceil(212 * .68) = 145, of which 10 are -5 */
	assert_int_equal(c.count[1], 211);
	near(c.margin[3], 1000 + 309 + 134);
	near(c.margin[3], c.margin[6]);
	pz_conformal_release(&c);
	/* 199 are needed for .995; the last group is too small, and joins */
	assert_int_equal(pz_conformal_fit(&c, 3, level, 3, row, score, 198), PZ_EDATA);
	assert_int_equal(pz_conformal_fit(&c, 3, level, 3, row, score, 350), 0);
	assert_int_equal(c.count[0], 350);
	pz_conformal_release(&c);
	level[0] = 1;
	assert_int_equal(pz_conformal_fit(&c, 3, level, 3, row, score, 510), PZ_EARG);
}

static void intervals_are_quantiles_with_a_margin(void **state)
{
	double p[10] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, level = 0.6, low, high;
	double margin[3] = { 0.05, -0.1, -0.4 };
	size_t count[3] = { 0 };
	struct pz_conformal c = { 3, 1, &level, margin, count };

	(void)state;
	near(pz_pdf_quantile(&grid, p, 0.25), 0.25);
	near(pz_conformal_score(&grid, p, 0.15, 0.6), 0.05);
	near(pz_conformal_score(&grid, p, 0.7, 0.6), -0.1);
	near(pz_conformal_score(&grid, p, 0.9, 0.6), 0.1);
	pz_conformal_interval(&c, &grid, p, 0, 0, &low, &high);
	near(low, 0.15);
	near(high, 0.85);
	pz_conformal_interval(&c, &grid, p, 1, 0, &low, &high);
	near(low, 0.3);
	near(high, 0.7);
	pz_conformal_interval(&c, &grid, p, 2, 0, &low, &high); /* they cross */
	near(low, 0.5);
	near(high, 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_counts_what_is_at_or_below_its_knots),
		cmocka_unit_test(a_map_rises_everywhere),
		cmocka_unit_test(uniform_pits_change_nothing_and_others_become_uniform),
		cmocka_unit_test(fits_refuse_what_is_no_pit),
		cmocka_unit_test(smoothing_keeps_the_sum_and_mirrors),
		cmocka_unit_test(ratios_are_those_of_shares_above_a_floor),
		cmocka_unit_test(the_sure_tell_where_the_others_are),
		cmocka_unit_test(errors_are_those_of_counting),
		cmocka_unit_test(margins_are_order_statistics),
		cmocka_unit_test(intervals_are_quantiles_with_a_margin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
