/* test_stats_bins.c -- sums over bins, by the formulas of the method as numpy has them: widths,
 * scatter and bias of each channel, plans and tables of step 4, the floor of the total variation
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/calibrate.h>
#include <pz/distance.h>
#include <pz/error.h>

#include "../../lib/stats/bias.h"
#include "../../lib/stats/dispersion.h"
#include "../../lib/stats/group.h"
#include "../../lib/stats/scatter.h"

#define N    26
#define BINS 12

static const struct pz_grid grid = { .min = 0.2, .max = 0.8, .bins = BINS };
static const struct pz_rows rows = { .mag = "r", .min = 18, .width = 0.5, .channels = 2 };

static const double z[N] = { 0.62,  0.425, 0.61,  0.62,  0.61,  0.43,  0.425, 0.425, 0.41,
			     0.425, 0.415, 0.41,  0.62,  0.405, 0.604, 0.648, 1.046, 0.863,
			     0.71,  1.04,  0.344, 0.294, 0.701, 0.19,  0.182, 0.613 };
static const double zphot[N] = { 0.591, 0.401, 0.642, 0.596, 0.609, 0.457, 0.407, 0.422, 0.613,
				 0.427, 0.378, 0.412, 0.661, 0.359, 0.63,  0.852, 1.027, 0.923,
				 0.733, 1.004, 0.546, 0.311, 0.695, 0.21,  0.18,  0.633 };
static const double mag[N] = { 19.4,  19.2,  18.65, 18.75, 18.27, -1.0,  20.05, 18.91, 19.13,
			       18.5,  19.7,  17.67, 18.64, 17.68, 17.94, 20.31, 19.44, 18.8,
			       19.07, 20.04, 18.56, 19.25, 19.51, 18.6,  19.05, 19.74 };
static const double weight[N] = { 2.75, 0.71, 2.82, 0.31, 2.33, 2.49, 0.67, 1.43, 2.5,
				  0.34, 2.0,  2.44, 1.69, 2.26, 0.91, 0.84, 1.28, 0.78,
				  1.23, 2.86, 1.85, 1.22, 1.03, 2.87, 1.5,  2.95 };

static const struct pz_galaxies alike = { N, z, zphot, mag, false, NULL };
static const struct pz_galaxies weighed = { N, z, zphot, mag, false, weight };

static void near(double found, double value, double within)
{
	if (!(fabs(found - value) <= within))
		fail_msg("found %.15g, expected %.15g", found, value);
}

static const double sigma[] = { 0.7, 2.5 }; /* bins */

/* (median + mean) / 2 of squares, handed out by Gaussians between the first and last bin. */
static void scatter_of_each_channel(void **state)
{
	static const double expected[2][2 * BINS] = {
		{ 0.0,
		  0.0,
		  15.235565439503265,
		  13.685958431824906,
		  3.6699621803815816,
		  0.26668108661330603,
		  0.11168181948331508,
		  0.16214430186722145,
		  0.23652674032641685,
		  0.0,
		  0.0,
		  0.0,
		  0.0,
		  5.821630382434496,
		  6.879189440659312,
		  7.060523033018574,
		  6.356361944737905,
		  5.109377863557236,
		  3.7778249354673115,
		  2.6772688721166906,
		  1.888419342410569,
		  1.3377866161614105,
		  0.9267985218174577,
		  0.0 },
		{ 0.0,
		  0.0,
		  15.235972255041013,
		  13.694999663038763,
		  3.7029577117878634,
		  0.3083149159037025,
		  0.1539378326482871,
		  0.20700353687666767,
		  0.2779188863391831,
		  0.0,
		  0.0,
		  0.0,
		  0.0,
		  5.966813191418079,
		  7.120929130278422,
		  7.407057397231428,
		  6.781169036129576,
		  5.548269889960904,
		  4.148056384815914,
		  2.9124111277903966,
		  1.9684460531792871,
		  1.29418800715919,
		  0.8201694580188259,
		  0.0 },
	};
	double v[2 * BINS];

	(void)state;
	for (int k = 0; k < 2; k++) {
		assert_int_equal(pz_scatter_spread(&grid, &rows, k ? &weighed : &alike, sigma, v),
				 0);
		for (int i = 0; i < 2 * BINS; i++)
			near(v[i], expected[k][i], 1e-11);
	}
}

static void bias_of_each_channel(void **state)
{
	static const double expected[2][2 * BINS] = {
		{ 4.03991795471662,    4.035144903703537,    3.7702578418981636,
		  0.6280399706345214,  -0.20707635991492837, -0.22451082315562138,
		  0.06444657505315746, 0.29588126805933224,  0.2959999661619362,
		  0.29599999999035875, 0.29599999999999743,  0.2960000000000002,
		  1.1477030597341775,  1.0608611247291724,   0.9596701799734001,
		  0.8591548558615278,  0.7732697011814201,   0.7119113911806543,
		  0.6764648018916465,  0.6569894737524016,   0.6383537050962884,
		  0.6106898145352379,  0.5722922647937227,   0.5260171145919997 },
		{ 4.0399267109581976,  4.035662451350752,   3.797115975310642,
		  0.6515104789755661,  -0.2965026609929517, -0.31681413697842853,
		  0.09735961506069635, 0.4301515912417617,  0.4303225319139217,
		  0.4303225806312766,  0.4303225806451576,  0.4303225806451616,
		  1.5799420929016734,  1.5002515417733429,  1.3905560379756055,
		  1.2572264059772438,  1.1060387916669672,  0.9461660631978032,
		  0.7943836635671881,  0.6692746636164396,  0.578498578653195,
		  0.5163217228564637,  0.47200084361674977, 0.43671358910728997 },
	};
	double v[2 * BINS];

	(void)state;
	for (int k = 0; k < 2; k++) {
		assert_int_equal(pz_bias_measure(&grid, &rows, k ? &weighed : &alike, sigma, v), 0);
		for (int i = 0; i < 2 * BINS; i++)
			near(v[i], expected[k][i], 1e-11);
	}
}

/* The least of the objective is looked for between 0.1 and 1000 bins. */
static void widths_of_each_channel(void **state)
{
	static const double at[] = { 0.2, 0.9, 3, 40 };
	static const double expected[2][4] = {
		{ 2.469442548412507, 2.0402913599300883, 2.3678101699114995, 2.4829122902443417 },
		{ 2.3737772602619645, 2.2405408358313106, 2.38862607442021, 2.4832796971501763 },
	};
	static const double least[2][2] = { { 0.4491051277625381, 1.8150981298442326 },
					    { 0.4273776405657416, 2.1131202892186933 } };
	double found[4], fitted[2], objective[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		assert_int_equal(pz_dispersion_objective(&grid, &rows, &weighed, k, at, 4, found),
				 0);
		for (int i = 0; i < 4; i++)
			near(found[i], expected[k][i], 1e-11);
	}
	assert_int_equal(pz_dispersion_fit(&grid, &rows, &weighed, fitted, objective), 0);
	for (int k = 0; k < 2; k++) {
		near(fitted[k], least[k][0], 2e-7 * least[k][0]);
		near(objective[k], least[k][1], 1e-12);
	}
}

/* -- step 4 */

static const double test_zphot[] = { 0.229, 0.573, 0.485, 0.566, 0.611, 0.365, 0.823, 0.476,
				     0.59,  0.595, 0.279, 0.193, 0.438, 0.685, 0.721, 0.661,
				     0.229, 0.789, 0.711, 0.764, 0.516, 0.791, 0.183, 0.171,
				     0.164, 0.327, 0.324, 0.281, 0.547, 0.177 };
static const double test_mag[] = { 19.25, 18.06, 19.5,  17.66, 18.47, 20.23, 19.11, 19.87,
				   19.44, 19.31, 18.14, 19.21, 17.71, 19.84, 20.29, 19.99,
				   17.74, 18.55, 18.49, 17.92, 19.35, 19.83, 18.48, 20.02,
				   19.83, 17.96, 19.75, 20.07, 18.15, 19.21 };

static void plans_are_drawn_up_cell_by_cell(void **state)
{
	static const struct pz_plan_cell many[] = {
		{ 0, 0, 4, 2 }, { 0, 1, 4, 2 }, { 0, 2, 4, 2 },  { 0, 4, 4, 2 },   { 0, 6, 4, 2 },
		{ 0, 7, 8, 3 }, { 0, 8, 8, 2 }, { 0, 10, 8, 2 }, { 0, 11, 8, 2 },  { 1, 11, 8, 2 },
		{ 2, 0, 1, 2 }, { 2, 1, 1, 2 }, { 2, 2, 1, 2 },  { 2, 3, 4, 2 },   { 2, 5, 4, 3 },
		{ 2, 6, 4, 2 }, { 2, 7, 8, 3 }, { 2, 9, 8, 3 },  { 2, 10, 10, 2 }, { 2, 11, 10, 2 },
	};
	static const struct pz_plan_cell few[] = {
		{ 0, 7, 8, 1 },
		{ 2, 5, 4, 1 },
		{ 2, 7, 8, 1 },
		{ 2, 9, 8, 1 },
	};
	const struct pz_galaxies test = { 30, NULL, test_zphot, test_mag, false, NULL };
	struct pz_plan plan;

	(void)state;
	for (int k = 0; k < 2; k++) {
		const struct pz_plan_cell *e = k ? few : many;
		size_t n = k ? sizeof few / sizeof *few : sizeof many / sizeof *many, drawn = 0;
		size_t *galaxy, *at;

		assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &alike, &test, k ? 11 : 45),
				 0);
		assert_int_equal(plan.count, n);
		for (size_t i = 0; i < n; i++) {
			assert_true(plan.cell[i].row == e[i].row &&
				    plan.cell[i].zphot_bin == e[i].zphot_bin &&
				    plan.cell[i].zspec_bin == e[i].zspec_bin &&
				    plan.cell[i].number == e[i].number);
			drawn += e[i].number;
		}
		assert_int_equal(plan.drawn, drawn);
		assert_non_null(at = galaxy = pz_calibrate_draw(&plan, &grid, &rows, &alike, 5));
		for (size_t i = 0; i < n; i++)
			for (size_t c = 0; c < e[i].number; c++, at++) {
				assert_int_equal(pz_grid_bin(&grid, z[*at]), e[i].zspec_bin);
				assert_int_equal(pz_rows_row(&rows, mag[*at]), e[i].row);
			}
		free(galaxy);
		pz_plan_release(&plan);
	}
}

static void plans_that_are_too_large(void **state)
{
	const struct pz_galaxies one = { 1, z, zphot, mag, false, NULL };
	const struct pz_galaxies none = { 0, z, zphot, mag, false, NULL };
	struct pz_plan plan;

	(void)state;
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &one, &one, PZ_DRAWN_MAX), 0);
	assert_int_equal(plan.drawn, PZ_DRAWN_MAX);
	pz_plan_release(&plan);
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &one, &one, PZ_DRAWN_MAX + 1),
			 PZ_EARG);
	assert_string_equal(pz_error_text(),
			    "size: expected at most 200000000 galaxies to be drawn");
	assert_true(!plan.cell && plan.count == 0 && plan.drawn == 0);
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &one, &none, 5), PZ_EDATA);
	assert_string_equal(pz_error_text(), "calibrate: no galaxies to correct");
}

static void tables_have_means_of_wide_bins(void **state)
{
	static const struct {
		int row, wide;
		size_t count;
		double mean;
	} expected[] = {
		{ 0, 10, 1, -0.04600000000000004 },
		{ 0, 14, 1, 0.0020000000000000018 },
		{ 0, 27, 1, -0.0010000000000000009 },
		{ 0, 28, 1, 0.026000000000000023 },
		{ 1, 0, 1, 0.01999999999999999 },
		{ 1, 14, 1, -0.0030000000000000027 },
		{ 1, 15, 1, 0.0020000000000000018 },
		{ 1, 23, 1, 0.20200000000000007 },
		{ 1, 26, 1, -0.02400000000000002 },
		{ 1, 29, 1, 0.03200000000000003 },
		{ 1, 30, 1, 0.041000000000000036 },
		{ 2, 7, 1, 0.017000000000000015 },
		{ 2, 11, 1, -0.03699999999999998 },
		{ 2, 13, 2, -0.02099999999999999 },
		{ 2, 17, 1, 0.027000000000000024 },
		{ 2, 26, 1, -0.029000000000000026 },
		{ 2, 27, 1, 0.203 },
		{ 2, 28, 1, 0.020000000000000018 },
		{ 2, 33, 1, -0.006000000000000005 },
		{ 2, 35, 1, 0.02300000000000002 },
	};
	size_t n = 0, in_table = 0;
	struct pz_correction *c;

	(void)state;
	assert_int_equal(pz_calibrate_table(&c, &grid, &rows, &alike, NULL, 7, 2), 0);
	for (int i = 0; i < 3 * PZ_WIDE; i++)
		in_table += c->count[i] > 0;
	assert_int_equal(in_table, sizeof expected / sizeof *expected);
	for (; n < sizeof expected / sizeof *expected; n++) {
		int cell = expected[n].row * PZ_WIDE + expected[n].wide;
		double at = pz_grid_wide_centre(&grid, expected[n].wide),
		       in_row = 18.2 + 0.5 * expected[n].row;
		bool has = expected[n].count >= 2;

		assert_int_equal(c->count[cell], expected[n].count);
		near(c->mean[cell], expected[n].mean, 1e-14);
		assert_int_equal(pz_calibrate_has(c, at, in_row), has);
		near(pz_calibrate_value(c, at, in_row), has ? at - expected[n].mean : at, 1e-14);
	}
	pz_calibrate_free(c);
}

/* Bins whose residuals do not scatter go where their means are, as many as they are worth. */
static void the_floor_of_a_curve_without_scatter(void **state)
{
	static const struct pz_grid fine = { .min = 0.2, .max = 1, .bins = 80 };
	struct pz_curve c = { .n = 3 };
	struct pz_spread floor;

	(void)state;
	for (int i = 0; i < 3; i++)
		c.point[i] = (struct pz_point){ .bin = 10 * (i + 1),
						.z = pz_grid_wide_centre(&fine, 10 * (i + 1)),
						.count = 3,
						.weight = 2.3 * (i + 1),
						.effective = i == 0   ? 2.5
							     : i == 1 ? 3
								      : 1.7,
						.residual = i == 0   ? 0.05
							    : i == 1 ? -0.02
								     : 0.1 };
	assert_int_equal(pz_distance_tv_floor(&fine, &weighed, &c, 5, 1, &floor), 0);
	near(floor.mean, 0.3632546527462551, 1e-12);
	near(floor.error, 0, 1e-12);
}

static void groups_are_sorted_by_their_key(void **state)
{
	static const long key[] = { 2, -1, 0, 2, 5, 0, -7, 2 };
	static const size_t first[] = { 0, 2, 2, 5, 5, 5, 6 }, galaxy[] = { 2, 5, 0, 3, 7, 4 };
	struct group g;

	(void)state;
	assert_int_equal(pz_group_init(&g, 8, key, 6), 0);
	assert_int_equal(g.count, 6);
	for (int i = 0; i < 7; i++)
		assert_int_equal(g.first[i], first[i]);
	for (int i = 0; i < 6; i++)
		assert_int_equal(g.galaxy[i], galaxy[i]);
	assert_true(pz_group_size(&g, 2) == 3 && pz_group_size(&g, 1) == 0);
	near(pz_group_mean_mag(&g, 2, &weighed),
	     (mag[0] * weight[0] + mag[3] * weight[3] + mag[7] * weight[7]) /
		     (weight[0] + weight[3] + weight[7]),
	     1e-13);
	assert_true(isnan(pz_group_mean_mag(&g, 0, &weighed))); /* one is not known */
	assert_true(isnan(pz_group_mean_mag(&g, 1, &weighed)));
	pz_group_release(&g);
	assert_true(!g.first && !g.galaxy && g.count == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scatter_of_each_channel),
		cmocka_unit_test(bias_of_each_channel),
		cmocka_unit_test(widths_of_each_channel),
		cmocka_unit_test(plans_are_drawn_up_cell_by_cell),
		cmocka_unit_test(plans_that_are_too_large),
		cmocka_unit_test(tables_have_means_of_wide_bins),
		cmocka_unit_test(the_floor_of_a_curve_without_scatter),
		cmocka_unit_test(groups_are_sorted_by_their_key),
	};

	return cmocka_run_group_tests_name("sums over bins", tests, NULL, NULL);
}
