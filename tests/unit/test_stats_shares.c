/* test_stats_shares.c -- shares of galaxies: trends, tomographic bins and PITs as numpy has them;
 * values that repeat
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/quantiles.h>
#include <pz/scores.h>
#include <pz/tomography.h>
#include <pz/trend.h>

#include "../../lib/stats/weighed.h"

#define N 26

static const double z[] = { 0.62,  0.425, 0.61,  0.62, 0.61,  0.43,  0.425, 0.425, 0.41,
			    0.425, 0.415, 0.41,  0.62, 0.405, 0.604, 0.648, 1.046, 0.863,
			    0.71,  1.04,  0.344, 0.15, 0.701, 0.205, 0.21,  0.613 };
static const double zphot[] = { 0.591, 0.401, 0.642, 0.596, 0.609, 0.457, 0.407, 0.422, 0.613,
				0.427, 0.378, 0.412, 0.661, 0.359, 0.63,  0.852, 1.027, 0.923,
				0.733, 1.004, 0.546, 0.311, 0.695, 0.211, 0.218, 0.633 };
static const double weight[] = { 2.75, 0.71, 2.82, 0.31, 2.33, 2.49, 0.67, 1.43, 2.5,
				 0.34, 2.0,  2.44, 1.69, 2.26, 0.91, 0.84, 1.28, 0.78,
				 1.23, 2.86, 1.85, 1.22, 1.03, 2.87, 1.5,  2.95 };
static const double pit[] = { 0.129, 0.499, 0.601, NAN,   0.148, 0.928, 0.07,  0.13, 0.948,
			      0.622, 0.369, NAN,   0.663, 0.275, 0.138, 0.788, 0.67, NAN,
			      0.817, 0.549, 0.981, 0.205, 0.554, 0.484, 0.353, 0.592 };
static const double key[] = { -1.12, 3.42, NAN,   -1.97, 0.74,  -0.78, -2.34, 4.17,  0.44,
			      -1.82, 2.39, -1.38, 4.21,  -1.26, -2.74, -1.39, -0.23, 0.75,
			      4.25,  2.58, NAN,   -2.86, -1.72, 4.97,  0.68,  2.53 };
static const double pz_mean[] = { 0.6325, 0.433,  0.6291, 0.5934, NAN,    0.4421, 0.3896,
				  0.4319, 0.405,  0.4406, 0.4062, 0.4096, 0.6269, NAN,
				  0.616,  0.6459, 1.0558, 0.8526, 0.7317, 1.0521, 0.3404,
				  0.1626, 0.7262, 0.2408, 0.1785, 0.6307 };
static const double pz_square[] = { 0.40166, 0.18889, 0.39969, 0.35592, 0.38895, 0.19748, 0.15339,
				    0.18965, 0.16467, 0.19486, 0.16691, 0.16913, 0.39646, 0.15325,
				    0.38187, 0.42,    1.11764, 0.73016, 0.53913, 1.10794, 0.11856,
				    0.02744, 0.52942, 0.06124, 0.03549, 0.40094 };
static const int tomographic[] = { 1, -1, -1, 0, 1, -1, 1, 2,  -1, -1, 2, -1, 2,
				   0, 2,  -1, 1, 2, 0,  1, -1, -1, -1, 0, 1,  -1 };

static const struct pz_trend_bin trends[2][3] = {
	{ { 10,
	    -2.86,
	    -0.904147582697202,
	    -1.6455677368833204,
	    0.3375674842758979,
	    { 0.01202499661535631, 0.023272660105384146, 0.3382928739232576, 0.504441117764471 },
	    { NAN, NAN, NAN, NAN } },
	  { 7,
	    -0.904147582697202,
	    2.438457912457912,
	    0.5413509316770186,
	    0.34070045965405993,
	    { 0.02921976394210878, 0.02132676248278121, 0.4099378881987578, 0.34039669421487606 },
	    { NAN, NAN, NAN, NAN } },
	  { 7,
	    2.438457912457912,
	    4.97,
	    3.6273580786026205,
	    0.33505227609347177,
	    { 0.0032565296261051068, 0.010942093083843602, 0.12299854439592432,
	      0.37992430858806403 },
	    { NAN, NAN, NAN, NAN } } },
	{ { 8,
	    -2.86,
	    -1.3,
	    -2.0275,
	    0.33228738498731214,
	    { 0.043375, 0.03261720000000003, 0.5, 0.29500000000000004 },
	    { NAN, NAN, NAN, NAN } },
	  { 8,
	    -1.3,
	    1.2966666666666646,
	    -0.0975,
	    0.3094513164649837,
	    { 0.025374999999999988, 0.04151280000000004, 0.625, 0.21842857142857142 },
	    { NAN, NAN, NAN, NAN } },
	  { 8,
	    1.2966666666666646,
	    4.97,
	    3.565,
	    0.2908063893103057,
	    { -0.0012499999999999872, 0.034841099999999986, 0.75, 0.244 },
	    { NAN, NAN, NAN, NAN } } },
};

static const struct pz_tomography_bin bins_of[2][3] = {
	{ { 4,
	    3,
	    { 0.38517991004497754, 0.4025036281179138, 0.3753013493253373, 0.019985817591134346,
	      -0.0071316084271821805, 0.9898814198118593, 0.6611694152923538 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } },
	  { 6,
	    5,
	    { 0.7058235294117646, 0.731632119205298, 0.6874372256365232, 0.0006733626609975281,
	      -0.010778549749270807, 1.0571744912905074, 0.9411764705882353 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } },
	  { 5,
	    5,
	    { 0.5445418502202644, 0.5455309838472835, 0.5535668135095447, 0.0006404058438934986,
	      0.0058431328927690375, 1.0645159826143067, 0.7518355359765052 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } } },
	{ { 4,
	    3,
	    { 0.485, 0.5219666666666666, 0.47475, 0.010299999999999865, -0.010249999999999981,
	      0.978495304411685, 0.75 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } },
	  { 6,
	    5,
	    { 0.6585, 0.6617, 0.6426666666666666, -0.006500000000000061, -0.015833333333333366,
	      1.0653032938871287, 0.8333333333333334 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } },
	  { 5,
	    5,
	    { 0.5854, 0.58672, 0.6028, 0.0013199999999999878, 0.01739999999999997,
	      1.0385429332901308, 0.8 },
	    { NAN, NAN, NAN, NAN, NAN, NAN, NAN } } },
};

static const double values[] = { 0.0, 0.0004, 0.02, 0.16,  0.161, 0.3,
				 0.3, 0.55,   0.84, 0.975, 0.976, 1.0 };
static const double times[] = { 1.0, 0.5, 2.0, 0.0, 1.5, 1.0, 3.0, 0.25, 1.0, 2.0, 1.0, 0.75 };
static const struct pz_pit counted = { 0.3428571428571429,
				       0.3697474609523811,
				       6.295474486977064,
				       0.125,
				       0.48214285714285715,
				       0.625,
				       { 0.25,
					 0.0,
					 0.0,
					 0.10714285714285714,
					 0.0,
					 0.0,
					 0.2857142857142857,
					 0.0,
					 0.0,
					 0.0,
					 0.0,
					 0.017857142857142856,
					 0.0,
					 0.0,
					 0.0,
					 0.0,
					 0.07142857142857142,
					 0.0,
					 0.0,
					 0.26785714285714285 } };

/* Each of n doubles. */
static void all_near(const void *found, const void *expected, size_t n)
{
	const double *a = found, *b = expected;

	for (size_t i = 0; i < n; i++)
		if (isnan(b[i]) ? !isnan(a[i])
				: !(fabs(a[i] - b[i]) <= 1e-12 * fmax(1, fabs(b[i]))))
			fail_msg("number %zu: found %.15g, expected %.15g", i, a[i], b[i]);
}

#define OF(what) (sizeof(what) / sizeof(double))

static const struct pz_galaxies samples[] = { { N, z, zphot, NULL, false, weight },
					      { N, z, zphot, NULL, true, NULL } };

static void trends_with_a_key(void **state)
{
	struct pz_trend_bin out[3];

	(void)state;
	for (int k = 0; k < 2; k++) {
		const struct pz_trend t = { &samples[k], key, pit, 0.02 };

		assert_int_equal(pz_trend_measure(&t, 3, 0, 1, out), 0);
		for (int b = 0; b < 3; b++) {
			const struct pz_trend_bin *e = &trends[k][b];

			assert_int_equal(out[b].count, e->count);
			all_near(&out[b].low, &e->low, 4);
			all_near(&out[b].value, &e->value, OF(e->value));
		}
	}
}

static void bins_of_tomography(void **state)
{
	static const double low[] = { 0.3, 0.42, 0.61 }, high[] = { 0.41, 0.6, 0.71 };
	struct pz_tomography_bin out[3];

	(void)state;
	for (int k = 0; k < 2; k++) {
		const struct pz_tomography t = { &samples[k], tomographic, 3,        low,
						 high,        pz_mean,     pz_square };

		assert_int_equal(pz_tomography_measure(&t, 0, 1, out), 0);
		for (int b = 0; b < 3; b++) {
			const struct pz_tomography_bin *e = &bins_of[k][b];

			assert_true(out[b].count == e->count && out[b].stacked == e->stacked);
			all_near(&out[b].value, &e->value, OF(e->value));
		}
	}
}

static void pits_that_count_several_times(void **state)
{
	struct pz_pit found;
	double none[] = { 0, 0 };

	(void)state;
	pz_pit_measure(values, times, OF(values), &found);
	all_near(&found, &counted, OF(found));
	pz_pit_measure(values, none, 2, &found);
	assert_true(isnan(found.ks) && isnan(found.ad) && isnan(found.cover_68) &&
		    isnan(found.histogram[0]) && isnan(found.histogram[PZ_PIT_BINS - 1]));
	/* one in the middle: F is half a step off on both sides */
	pz_pit_measure((double[]){ 0.5 }, NULL, 1, &found);
	all_near(&found, &(const struct pz_pit){ .ks = 0.5, .cvm = 1. / 12, .ad = 2 * log(2) - 1 },
		 3);
	assert_true(found.histogram[10] == 1 && found.cover_68 == 1 && found.outliers == 0);
	/* Kolmogorov's distribution as scipy has it, at Stephens's (sqrt(n) + 0.12 + 0.11/sqrt(n))
	 * ks */
	all_near((double[]){ pz_pit_ks_p(0.1, 100), pz_pit_ks_p(0.2, 25), pz_pit_ks_p(0.019, 100),
			     pz_pit_ks_p(0.021, 100), pz_pit_ks_floor(25), pz_pit_ks_noise(25) },
		 (double[]){ 0.25622118507010405, 0.24079199341891797, 1, 0.9999999999828617,
			     sqrt(M_PI / 2) * log(2) / 5.142, M_PI / sqrt(12) / 5.142 },
		 6);
}

/* -- quantiles */

static void values_that_repeat_stand_by_their_weight(void **state)
{
	struct weighed v[] = { { 2, 5 }, { 2, 1 }, { 1, 9 }, { 2, 3 }, { 3, 1 } };
	double edge[3] = { 1, 2, -77 };

	(void)state;
	pz_weighed_sort(v, 5);
	all_near(v, (const double[]){ 1, 9, 2, 1, 2, 3, 2, 5, 3, 1 }, 10);
	assert_int_equal(pz_quantile_edges((double[]){ 3, NAN, 1, 2 }, NULL, 4, 3, edge), 0);
	all_near(edge, (const double[]){ 1 + 2 / 3., 2 + 1 / 3., -77 }, 3);
	edge[0] = 1;
	edge[1] = 2;
	assert_true(pz_quantile_bin(edge, 3, 0.9) == 0 && pz_quantile_bin(edge, 3, 1) == 1 &&
		    pz_quantile_bin(edge, 3, 1.9) == 1 && pz_quantile_bin(edge, 3, 2) == 2 &&
		    pz_quantile_bin(edge, 1, 7) == 0 && pz_quantile_bin(edge, 3, NAN) == -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trends_with_a_key),
		cmocka_unit_test(bins_of_tomography),
		cmocka_unit_test(pits_that_count_several_times),
		cmocka_unit_test(values_that_repeat_stand_by_their_weight),
	};

	return cmocka_run_group_tests_name("shares of galaxies", tests, NULL, NULL);
}
