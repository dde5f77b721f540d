/* test_label_values.c -- labels of step 3 by value: of a model by hand, and of one that is fitted
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/label.h>

#include "../../lib/stats/dispersion.h"
#include "../../lib/stats/scatter.h"

#define BINS 6

static const struct pz_grid grid = { .min = 0, .max = 0.6, .bins = BINS, .left = 1, .right = 2 };
static const struct pz_rows rows = { .mag = "r", .min = 15, .width = 0.5, .channels = 2 };

static void near(double x, double expected)
{
	if (!(fabs(x - expected) < 1e-9))
		fail_msg("expected %.12g, found %.12g", expected, x);
}

/* A model whose shifted means are computed when they are asked for. */
static struct pz_label_model model_by_hand(void)
{
	static double dispersion[] = { 0.1, 0.09 }, objective[2], left[2 * BINS];
	static double count[] = { 5, 0, 0, 1, 0, 0, 1, 0, 2, 0, 4, 1, 0, 3, 0, 0, 0, 7 };
	static double scatter[] = { 1, 2, 1.5, 0.1, 0.05, 3, 2.5, 0.5, 0.75, 1.25, 2, 0.8 };
	static double centre[3 * 2 * BINS];

	for (int i = 0; i < 3 * 2 * BINS; i++)
		centre[i] = NAN;
	for (int i = 0; i < BINS; i++) {
		left[i] = 0.1 + 0.01 * i;
		left[BINS + i] = -0.3 - 0.02 * i;
	}
	return (struct pz_label_model){ grid,    rows,  dispersion, objective,
					scatter, count, centre,     left };
}

/* 2 b - <i>, computed by hand (python) for each cell, less what a network left there. */
static void shifted_means_are_those_of_the_cell(void **state)
{
	static const struct {
		double mag, z;
		int n, side, channel;
		double centre;
	} cases[] = {
		{ 15.7, 0.25, 2, 0, 0, 1.1945429787776871 },
		{ 15.7, 0.25, 2, 1, 1, 2.2595584305618709 },
		{ 15.2, 0.25, 1, 0, 0, 3.0389772883308272 },
		{ 15.2, 0.35, 1, 0, 0, 2.87 },
		{ 15.2, 0.45, 1, 0, 0, 3.86 }, /* the estimates there do not scatter */
		{ 16.2, 0.05, 1, 0, 1, -1.719558206638981 },
		{ 16.2, 0.55, 1, 0, 1, 5.4000063885380932 },
		{ 15.7, 0.35, 2, 0, 0, 2.5366666666666667 },
		{ 15.7, 0.35, 2, 1, 1, 2.9677718210572572 },
	};
	struct pz_label_model m = model_by_hand();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_label l[2];

		assert_int_equal(pz_label_soft(&m, PZ_LABEL_STEP3, cases[i].z, cases[i].mag, l),
				 cases[i].n);
		assert_int_equal(l[cases[i].side].channel, cases[i].channel);
		near(l[cases[i].side].centre, cases[i].centre);
		/* a width below a tenth of a bin is none */
		assert_true(l[cases[i].side].width == (cases[i].channel ? 0 : 0.1));
	}
}

/* Those that the fit has stored are taken, each of its row, side and bin. */
static void stored_means_are_taken(void **state)
{
	struct pz_label_model m = model_by_hand();

	(void)state;
	for (int i = 0; i < 3 * 2 * BINS; i++)
		m.centre[i] = 100 + i;
	for (int row = 0; row < 3; row++)
		for (int b = 0; b < BINS; b++) {
			struct pz_label l[2];
			int n = pz_label_soft(&m, PZ_LABEL_HARD, 0.1 * b + 0.05, 15.2 + 0.5 * row,
					      l);

			assert_int_equal(n, row == 1 ? 2 : 1);
			for (int side = 0; side < n; side++) {
				near(l[side].centre, 100 + (row * 2 + side) * BINS + b -
							     m.left[l[side].channel * BINS + b]);
				assert_true(l[side].width == 0);
			}
			assert_int_equal(pz_label_soft(&m, PZ_LABEL_NO_SHIFT, 0.1 * b + 0.05,
						       15.2 + 0.5 * row, l),
					 n);
			near(l[n - 1].centre, b);
			assert_true(l[0].width == (row == 2 ? 0 : 0.1));
		}
}

/* What pz_label_fit stores: counts without what is outside of the grid, sqrt(V + sigma^2), and the
 * mean of every cell that has a galaxy. */
static void fits_store_counts_scatter_and_means(void **state)
{
	double z[] = { 0.05, 0.15, 0.15, 0.35, 0.55, 0.9, -0.01, 0.6, 0.25, 0.25 };
	double zphot[] = { 0.12, 0.18, 0.02, 0.5, 0.31, 0.4, 0.1, 0.5, 0.2, 0.4 };
	double mag[] = { 15.1, 15.6, 15.9, 16.2, 16.4, 15.7, 16.3, 16.3, 15.2, NAN };
	static const int cells[3][BINS] = { { 1, 0, 1, 0, 0, 0 },
					    { 0, 2, 0, 0, 0, 0 },
					    { 0, 0, 1, 1, 0, 1 } };
	const struct pz_galaxies g = { .n = 10, .z = z, .zphot = zphot, .mag = mag };
	const double sigma[] = { 1.5, 0.75 };
	double v[2 * BINS], objective;
	struct pz_label_model *m;

	(void)state;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &g, sigma), 0);
	assert_int_equal(pz_scatter_spread(&grid, &rows, &g, sigma, v), 0);
	for (int k = 0; k < 2; k++) {
		assert_true(m->dispersion[k] == sigma[k]);
		assert_int_equal(
			pz_dispersion_objective(&grid, &rows, &g, k, sigma + k, 1, &objective), 0);
		assert_true(objective > 0 && m->objective[k] == objective);
		for (int i = 0; i < BINS; i++) {
			near(m->scatter[k * BINS + i], hypot(sqrt(v[k * BINS + i]), sigma[k]));
			assert_true(m->left[k * BINS + i] == 0);
		}
	}
	for (int row = 0; row < 3; row++)
		for (int b = 0; b < BINS; b++) {
			double *centre = m->centre + row * 2 * BINS + b;
			struct pz_label stored[2], computed[2];

			assert_true(m->count[row * BINS + b] == cells[row][b]);
			assert_int_equal(isnan(centre[0]), cells[row][b] == 0);
			assert_int_equal(isnan(centre[BINS]), row != 1 || cells[row][b] == 0);
			pz_label_soft(m, PZ_LABEL_HARD, 0.1 * b + 0.05, 15.2 + 0.5 * row, stored);
			centre[0] = centre[BINS] = NAN;
			pz_label_soft(m, PZ_LABEL_HARD, 0.1 * b + 0.05, 15.2 + 0.5 * row, computed);
			near(stored[0].centre, computed[0].centre);
			if (row == 1)
				near(stored[1].centre, computed[1].centre);
		}
	pz_label_free(m);
	pz_label_free(NULL);
}

static void expands_to(struct pz_label label, const double expected[9])
{
	double y[9], sum = 0;

	pz_label_expand(&grid, &label, y);
	for (int i = 0; i < 9; i++) {
		near(y[i], expected[i]);
		sum += y[i];
	}
	near(sum, 1);
}

/* Gaussians about 1 + centre of 9 bins, computed by hand; a width of 0 is one bin. */
static void labels_expand_to_gaussians(void **state)
{
	static const double within[] = { 0.009794138, 0.058778967, 0.186006960,
					 0.310375885, 0.273085271, 0.126695186,
					 0.030993704, 0.003997959, 0.000271929 };
	static const double below[] = { 0.649382268, 0.266969031, 0.070372273,
					0.011893851, 0.001288913, 8.9558e-05,
					3.99e-06,    1.14e-07,    2e-09 };
	static const double above[] = {
		0, 0, 0, 0, 0, 8e-09, 2.3038e-05, 0.011607049, 0.988369905
	};

	(void)state;
	expands_to((struct pz_label){ 0, 2.3, 1.25 }, within);
	expands_to((struct pz_label){ 0, -2.5, 1.5 }, below);
	expands_to((struct pz_label){ 0, 9, 0.75 }, above);
	expands_to((struct pz_label){ 0, 2.5, 0 }, (double[9]){ [4] = 1 });
	expands_to((struct pz_label){ 0, 2.4999, 0 }, (double[9]){ [3] = 1 });
	expands_to((struct pz_label){ 0, -9, 0 }, (double[9]){ [0] = 1 });
	expands_to((struct pz_label){ 0, 99, 0 }, (double[9]){ [8] = 1 });
}

/* At 37 widths from the middle nothing is left, at 36 something. */
static void gaussians_reach_36_widths(void **state)
{
	const struct pz_grid wide = { .min = 0, .max = 1, .bins = 80 };
	double y[80];

	(void)state;
	pz_label_expand(&wide, &(struct pz_label){ 0, 40, 1 }, y);
	assert_true(y[4] > 0 && y[76] > 0);
	assert_true(y[3] == 0 && y[77] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shifted_means_are_those_of_the_cell),
		cmocka_unit_test(stored_means_are_taken),
		cmocka_unit_test(fits_store_counts_scatter_and_means),
		cmocka_unit_test(labels_expand_to_gaussians),
		cmocka_unit_test(gaussians_reach_36_widths),
	};

	return cmocka_run_group_tests_name("values of labels", tests, NULL, NULL);
}
