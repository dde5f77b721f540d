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
#include "../../lib/stats/scatter.h"

#define N    26
#define BINS 12

static const struct pz_grid grid = { .min = 0.2, .max = 0.8, .bins = BINS };
static const struct pz_rows rows = { .mag = "r", .min = 18, .width = 0.5, .channels = 2 };

static const double z[N] = { 0.62,  0.425, 0.61,  0.62,  0.61,  0.43,  0.425, 0.425, 0.41,
			     0.425, 0.415, 0.41,  0.62,  0.405, 0.604, 0.648, 1.046, 0.863,
			     0.71,  1.04,  0.344, 0.294, 0.701, 0.205, 0.182, 0.613 };
static const double zphot[N] = { 0.591, 0.401, 0.642, 0.596, 0.609, 0.457, 0.407, 0.422, 0.613,
				 0.427, 0.378, 0.412, 0.661, 0.359, 0.63,  0.852, 1.027, 0.923,
				 0.733, 1.004, 0.546, 0.311, 0.695, 0.235, 0.18,  0.633 };
static const double mag[N] = { 19.4,  19.2,  18.65, 18.75, 18.27, -1.0,  20.05, 18.91, 19.13,
			       0.0,   19.7,  17.67, 18.64, 17.68, 17.94, 20.31, 19.44, 18.8,
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
		{ 0.49398340315843914,
		  3.8110041005872213,
		  12.733912489605046,
		  12.68018261591833,
		  3.5942101931074193,
		  0.26488394685765076,
		  0.11167221639180883,
		  0.16214429404902841,
		  0.23652674032506898,
		  0.0,
		  0.0,
		  0.0,
		  3.878600621047564,
		  5.290554814651843,
		  6.260755452672588,
		  6.463077619332349,
		  5.881657766117109,
		  4.807815144612357,
		  3.637276800847748,
		  2.6460470521074733,
		  1.9092838857122705,
		  1.3704697577539589,
		  0.9525944184780859,
		  0.0 },
		{ 0.4939834051033011,
		  3.811006562602957,
		  12.734319281459337,
		  12.689223341386771,
		  3.627204321063004,
		  0.30651726931302486,
		  0.15392820547385094,
		  0.20700352889562917,
		  0.2779188863376056,
		  0.0,
		  0.0,
		  0.0,
		  3.941017782654098,
		  5.410946621483057,
		  6.460911172699631,
		  6.748795340074032,
		  6.228679814451924,
		  5.159482078868987,
		  3.921611312660936,
		  2.8068654661042816,
		  1.9328460498784594,
		  1.2892778668746783,
		  0.8240903941183024,
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
	static const double
		expected[2][2 * BINS] = {
			{ 0.6449843571770542,  2.1116244177469516,  3.707657604052562,
			  0.6280379350793575,  -0.2070763391334478, -0.22451082314954926,
			  0.06444657505315796, 0.29588126805933224, 0.2959999661619362,
			  0.29599999999035875, 0.29599999999999743, 0.2960000000000002,
			  1.0366086497606959,  1.0306710787686415,  0.9878263181962496,
			  0.9181158946705499,  0.8396957144550298,  0.7707961095154334,
			  0.7208713487384868,  0.6860405427842529,  0.6549908371834319,
			  0.6191812846238735,  0.5762468826253418,  0.5277322588692865 },
			{ 0.6291322857257181,  1.7550949924247,     3.6994804998386166,
			  0.6515040297722738,  -0.2965026200585189, -0.3168141369664485,
			  0.09735961506069717, 0.4301515912417617,  0.4303225319139217,
			  0.4303225806312766,  0.4303225806451576,  0.4303225806451616,
			  1.1524899973875482,  1.2135276153892587,  1.228851688894931,
			  1.1864478498460223,  1.0877956560350668,  0.9496732817036098,
			  0.8019815288927646,  0.6747937816678603,  0.5815335086094748,
			  0.5178106211442717,  0.47269342405096854, 0.43702485960391946 },
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
		{ 2.3850213432380905, 2.092175109448237, 2.428941418296273, 2.48391898304851 },
		{ 2.3959657390522158, 2.298919315415399, 2.45155417641313, 2.4841294035791264 },
	};
	static const double least[2][2] = { { 0.4373787747702891, 1.8394750702714084 },
					    { 0.42214749555683345, 2.1595424294664114 } };
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

/* Estimates that are the truth need no width; where there are none, it is 1. */
static void widths_of_nothing(void **state)
{
	double outside[N], fitted[2], objective[2];
	struct pz_galaxies g = alike;

	(void)state;
	g.zphot = z;
	assert_int_equal(pz_dispersion_fit(&grid, &rows, &g, fitted, NULL), 0);
	near(fitted[0], 0.1, 1e-9);
	near(fitted[1], 0.1, 1e-9);
	for (int i = 0; i < N; i++)
		outside[i] = 2;
	for (int k = 0; k < 2; k++) {
		g.z = k ? outside : z;
		g.zphot = k ? z : outside;
		assert_int_equal(pz_dispersion_fit(&grid, &rows, &g, fitted, objective), 0);
		assert_true(fitted[0] == 1 && fitted[1] == 1 && objective[0] == 0);
	}
	outside[3] = NAN;
	assert_int_equal(pz_dispersion_fit(&grid, &rows, &g, fitted, objective), PZ_EDATA);
	assert_int_equal(pz_dispersion_objective(&grid, &rows, &g, 0, sigma, 2, fitted), PZ_EDATA);
	assert_int_equal(pz_scatter_spread(&grid, &rows, &g, sigma, outside), PZ_EDATA);
	assert_int_equal(pz_bias_measure(&grid, &rows, &g, sigma, outside), PZ_EDATA);
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

/* The nearest bin of the row itself, not of the next one; whoever is outside of the grid is drawn
 * for nobody. */
static void cells_at_the_ends_of_rows(void **state)
{
	static const double of[] = { 0.36, 0.21, 0.1, 0.9, 0.26 },
			    magnitude[] = { 17, 18.6, 17, 17, 17 };
	static const double estimate[] = { 0.79, 0.26 }, both[] = { 17, 17 };
	const struct pz_galaxies train = { 5, of, of, magnitude, false, NULL };
	const struct pz_galaxies test = { 2, NULL, estimate, both, false, NULL };
	const struct pz_galaxies many = { N, z, zphot, mag, false, NULL };
	struct pz_plan plan;
	size_t *drawn, *other;

	(void)state;
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &train, &test, 20), 0);
	assert_int_equal(plan.count, 2);
	assert_true(plan.cell[0].zspec_bin == 1 && plan.cell[1].zspec_bin == 3);
	assert_non_null(drawn = pz_calibrate_draw(&plan, &grid, &rows, &train, 5));
	for (size_t i = 0; i < plan.drawn; i++)
		assert_int_equal(drawn[i], i < 10 ? 4 : 0);
	free(drawn);
	pz_plan_release(&plan);
	/* one seed gives one order, another another */
	assert_int_equal(pz_calibrate_plan(&plan, &grid, &rows, &many, &many, 500), 0);
	for (uint64_t seed = 5; seed < 7; seed++) {
		assert_non_null(drawn = pz_calibrate_draw(&plan, &grid, &rows, &many, 5));
		assert_non_null(other = pz_calibrate_draw(&plan, &grid, &rows, &many, seed));
		assert_int_equal(!memcmp(drawn, other, plan.drawn * sizeof *drawn), seed == 5);
		free(drawn);
		free(other);
	}
	pz_plan_release(&plan);
}

static void plans_that_are_too_large(void **state)
{
	const struct pz_galaxies one = { 1, z, zphot, mag, false, NULL };
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
		{ 0, 15, 1, 0.0020000000000000018 },
		{ 0, 27, 1, -0.0010000000000000009 },
		{ 0, 28, 1, 0.026000000000000023 },
		{ 1, 2, 1, 0.03 },
		{ 1, 14, 1, -0.0030000000000000027 },
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
	struct pz_galaxies g = weighed;
	struct pz_spread floor;
	double one_in_first[N];

	(void)state;
	memcpy(one_in_first, z, sizeof z);
	one_in_first[23] = 0.205;
	g.z = one_in_first;
	for (int i = 0; i < 3; i++)
		c.point[i] =
			(struct pz_point){ .bin = i ? 10 * (i + 1) : 0,
					   .z = pz_grid_wide_centre(&fine, i ? 10 * (i + 1) : 0),
					   .count = 3,
					   .weight = 2.3 * (i + 1),
					   .effective = i == 0   ? 1
							: i == 1 ? 3
								 : 1.7,
					   .residual = i == 0   ? 0.05
						       : i == 1 ? -0.02
								: 0.1 };
	assert_int_equal(pz_distance_tv_floor(&fine, &g, &c, 5, 1, &floor), 0);
	near(floor.mean, 0.29142078983204717, 1e-12);
	near(floor.error, 0, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scatter_of_each_channel),
		cmocka_unit_test(bias_of_each_channel),
		cmocka_unit_test(widths_of_each_channel),
		cmocka_unit_test(widths_of_nothing),
		cmocka_unit_test(plans_are_drawn_up_cell_by_cell),
		cmocka_unit_test(cells_at_the_ends_of_rows),
		cmocka_unit_test(plans_that_are_too_large),
		cmocka_unit_test(tables_have_means_of_wide_bins),
		cmocka_unit_test(the_floor_of_a_curve_without_scatter),
	};

	return cmocka_run_group_tests_name("sums over bins", tests, NULL, NULL);
}
