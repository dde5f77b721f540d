/* test_groups.c -- quantiles, values with weights, tomographic bins and trends: cases by hand */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/galaxies.h>
#include <pz/quantiles.h>
#include <pz/random.h>
#include <pz/tomography.h>
#include <pz/trend.h>

#include "../../lib/stats/weighed.h"

#define CLOSE                                1e-12
#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))
#define MANY                                 2000

/* ---- values with weights */

static void quantiles_of_values_with_weights(void **state)
{
	/* middles at 0.5, 1.5 and 3 of a width of 4: quantiles 0, 0.4 and 1 */
	struct weighed v[] = { { 4, 2 }, { 1, 1 }, { 2, 1 } };

	(void)state;
	pz_weighed_sort(v, 3);
	assert_near(v[0].x, 1, 0);
	assert_near(v[2].weight, 2, 0);
	assert_near(pz_weighed_quantile(v, 3, 0), 1, 0);
	assert_near(pz_weighed_quantile(v, 3, 0.2), 1.5, CLOSE);
	assert_near(pz_weighed_quantile(v, 3, 0.4), 2, CLOSE);
	assert_near(pz_weighed_quantile(v, 3, 0.5), 2 + 2 * 0.1 / 0.6, CLOSE);
	assert_near(pz_weighed_quantile(v, 3, 1), 4, 0);
	/* distances 1/3, 4/3 and 5/3 with weights 1, 1 and 2: the median is a sixth of the way
	 * from the second to the third */
	assert_near(pz_weighed_mad(v, 3), 1.4826 * (4. / 3 + 1. / 18), CLOSE);
	assert_near(pz_weighed_quantile(v, 1, 0.7), v[0].x, 0);
	assert_true(isnan(pz_weighed_quantile(v, 0, 0.5)));
}

static void equal_weights_of_any_unit_change_nothing(void **state)
{
	struct weighed one[5], other[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		one[i] = (struct weighed){ i * i, 1 };
		other[i] = (struct weighed){ i * i, 1e-7 };
	}
	for (double q = 0; q <= 1; q += 0.125)
		assert_near(pz_weighed_quantile(one, 5, q), pz_weighed_quantile(other, 5, q), 1e-9);
	assert_near(pz_weighed_quantile(one, 5, 0.5), 4, CLOSE);
	assert_near(pz_weighed_quantile(one, 5, 0.625), 6.5, CLOSE);
	assert_near(pz_weighed_mad(one, 5), 1.4826 * 4, CLOSE); /* 4, 3, 0, 5, 12 */
}

static void bins_of_equal_weight(void **state)
{
	const double ten[] = { 3, 9, NAN, 0, 7, 1, 5, 2, 8, 6, 4 }, few[] = { 0, 1, 1, 1, 2 };
	const double three[] = { 0, 1, 2 }, weight[] = { 1, 1, 2 }, none[] = { NAN, NAN };
	double edge[3];

	(void)state;
	assert_int_equal(pz_quantile_edges(ten, NULL, 11, 4, edge), 0);
	assert_near(edge[0], 2.25, CLOSE);
	assert_near(edge[1], 4.5, CLOSE);
	assert_near(edge[2], 6.75, CLOSE);
	assert_int_equal(pz_quantile_bin(edge, 4, -5), 0);
	assert_int_equal(pz_quantile_bin(edge, 4, 2.25), 1); /* on an edge: the upper one */
	assert_int_equal(pz_quantile_bin(edge, 4, 6.74), 2);
	assert_int_equal(pz_quantile_bin(edge, 4, 1e9), 3);
	assert_int_equal(pz_quantile_bin(edge, 4, NAN), -1);
	assert_int_equal(pz_quantile_edges(few, NULL, 5, 2, edge), 0);
	assert_near(edge[0], 1, 0);
	assert_int_equal(pz_quantile_bin(edge, 2, 1), 1);
	assert_int_equal(pz_quantile_edges(three, weight, 3, 2, edge), 0);
	assert_near(edge[0], 1 + 0.25 / 1.5, CLOSE);
	assert_int_equal(pz_quantile_edges(none, NULL, 2, 2, edge), 0);
	assert_true(isnan(edge[0]));
}

/* ---- tomographic bins */

static const double z[] = { 0.1, 0.2, 0.5, 0.7, 9 }, zphot[] = { 0.12, 0.22, 0.4, 0.8, 9 };
static const double mean[] = { 0.11, 0.25, NAN, 0.6, 9 },
		    square[] = { 0.0221, 0.0725, NAN, 0.4, 99 };
static const double low[] = { 0, 0.3 }, high[] = { 0.3, 0.6 };
static const int bin[] = { 0, 0, 1, 1, -1 };

static struct pz_tomography_bin *measure(const struct pz_galaxies *g, bool with_pz)
{
	static struct pz_tomography_bin out[2];
	struct pz_tomography t = { .galaxies = g,
				   .bin = bin,
				   .bins = 2,
				   .low = low,
				   .high = high,
				   .pz_mean = with_pz ? mean : NULL,
				   .pz_square = with_pz ? square : NULL };

	assert_int_equal(pz_tomography_measure(&t, 0, 1, out), 0);
	return out;
}

static void means_and_widths_of_tomographic_bins(void **state)
{
	struct pz_galaxies g = { .n = 5, .z = z, .zphot = zphot };
	struct pz_tomography_bin *out = measure(&g, true);

	(void)state;
	assert_int_equal(out[0].count, 2);
	assert_int_equal(out[0].stacked, 2);
	assert_near(out[0].value.mean_true, 0.15, CLOSE);
	assert_near(out[0].value.mean_zphot, 0.17, CLOSE);
	assert_near(out[0].value.bias_zphot, 0.02 / 1.15, CLOSE);
	assert_near(out[0].value.mean_pz, 0.18, CLOSE);
	assert_near(out[0].value.bias_pz, 0.03 / 1.15, CLOSE);
	assert_near(out[0].value.width_ratio, sqrt(0.0473 - 0.0324) / 0.05, 1e-9);
	assert_near(out[0].value.outside, 0, 0);
	/* the p(z) of the second bin is compared with its own galaxy alone */
	assert_int_equal(out[1].count, 2);
	assert_int_equal(out[1].stacked, 1);
	assert_near(out[1].value.mean_true, 0.6, CLOSE);
	assert_near(out[1].value.bias_pz, -0.1 / 1.7, CLOSE);
	assert_near(out[1].value.outside, 0.5, CLOSE); /* 0.7 lies beyond 0.6 */
	assert_true(isnan(out[1].error.mean_true));
	out = measure(&g, false);
	assert_int_equal(out[0].stacked, 0);
	assert_true(isnan(out[0].value.bias_pz) && isnan(out[0].value.width_ratio));
	assert_near(out[0].value.bias_zphot, 0.02 / 1.15, CLOSE);
}

static void weights_and_plain_targets(void **state)
{
	const double weight[] = { 1, 3, 2, 2, 50 };
	struct pz_galaxies g = { .n = 5, .z = z, .zphot = zphot, .weight = weight, .plain = true };
	struct pz_tomography_bin *out = measure(&g, true);

	(void)state;
	assert_near(out[0].value.mean_true, (0.1 + 0.6) / 4, CLOSE);
	assert_near(out[0].value.mean_pz, (0.11 + 0.75) / 4, CLOSE);
	assert_near(out[0].value.bias_pz, (0.11 + 0.75 - 0.7) / 4, CLOSE); /* not over 1 + z */
	assert_near(out[0].value.bias_zphot, 0.02, CLOSE);
	assert_near(out[1].value.outside, 0.5, CLOSE);
}

/* Uniform numbers; the error of their mean is known. */
static void errors_of_tomographic_bins(void **state)
{
	static double truth[MANY], estimate[MANY];
	static int one[MANY];
	const double from = 0, to = 0.5;
	struct pz_galaxies g = { .n = MANY, .z = truth, .zphot = estimate };
	struct pz_tomography t = {
		.galaxies = &g, .bin = one, .bins = 1, .low = &from, .high = &to
	};
	struct pz_tomography_bin out;
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 7, 0);
	for (int i = 0; i < MANY; i++) {
		truth[i] = pz_random_uniform(&r);
		estimate[i] = truth[i] + 0.1 * pz_random_normal(&r);
	}
	assert_int_equal(pz_tomography_measure(&t, 200, 3, &out), 0);
	assert_near(out.error.mean_true, sqrt(1. / 12 / MANY), 0.15 * sqrt(1. / 12 / MANY));
	/* truth and estimate go up and down together: the bias is known better */
	assert_near(out.error.bias_zphot * (1 + out.value.mean_true), 0.1 / sqrt(MANY),
		    0.15 * 0.1 / sqrt(MANY));
	assert_near(out.value.outside, 0.5, 0.05);
	assert_near(out.error.outside, 0.5 / sqrt(MANY), 0.15 * 0.5 / sqrt(MANY));
}

/* ---- trends */

static const double key[] = { 4, 9, 0, 8, 1, 7, 2, 6, 3, 5, NAN };
static const double truth[11] = { 0 };
static const double d[] = { 0.1, 0.2, 0.01, 0.02, -0.02, -0.2, 0.03, 0.04, 0, 0, 5 };
static const double pit[] = { 0.9, NAN, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.5 };

static void numbers_in_bins_of_a_key(void **state)
{
	struct pz_galaxies g = { .n = 11, .z = truth, .zphot = d, .plain = true };
	struct pz_trend t = { .galaxies = &g, .key = key, .pit = pit, .outlier = 0.05 };
	struct pz_trend_bin out[2];

	(void)state;
	assert_int_equal(pz_trend_measure(&t, 2, 50, 1, out), 0);
	/* keys 0 to 4, with 0.01, -0.02, 0.03, 0 and 0.1 */
	assert_int_equal(out[0].count, 5);
	assert_near(out[0].low, 0, 0);
	assert_near(out[0].high, 4.5, CLOSE);
	assert_near(out[0].key, 2, CLOSE);
	assert_near(out[0].value.mean, 0.024, CLOSE);
	assert_near(out[0].value.sigma_mad, 1.4826 * 0.02, CLOSE);
	assert_near(out[0].value.outliers, 0.2, CLOSE);
	assert_near(out[0].value.ks, 0.1, CLOSE); /* 0.1, 0.3, 0.5, 0.7, 0.9 */
	assert_true(out[0].floor > 0.2 && out[0].floor < 0.5);
	/* keys 5 to 9, of which one has no PIT: 0.2, 0.4, 0.6 and 0.8 */
	assert_int_equal(out[1].count, 5);
	assert_near(out[1].low, 4.5, CLOSE);
	assert_near(out[1].high, 9, 0);
	assert_near(out[1].value.mean, 0.012, CLOSE);
	assert_near(out[1].value.outliers, 0.4, CLOSE);
	assert_near(out[1].value.ks, 0.2, CLOSE);
	for (int b = 0; b < 2; b++)
		assert_true(out[b].error.mean > 0 && out[b].error.ks > 0);
	t.pit = NULL;
	assert_int_equal(pz_trend_measure(&t, 2, 0, 1, out), 0);
	assert_true(isnan(out[0].value.ks) && isnan(out[0].floor) && isnan(out[0].error.mean));
}

static void numbers_in_bins_with_weights(void **state)
{
	const double weight[] = { 1, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1 };
	struct pz_galaxies g = { .n = 11, .z = truth, .zphot = d, .plain = true, .weight = weight };
	struct pz_trend t = { .galaxies = &g, .key = key, .outlier = 0.05 };
	struct pz_trend_bin out[1];

	(void)state;
	assert_int_equal(pz_trend_measure(&t, 1, 0, 1, out), 0);
	assert_int_equal(out[0].count, 10);
	assert_near(out[0].key, (45 + 0 + 1 + 2) / 13., CLOSE);
	assert_near(out[0].value.mean, (0.18 + 0.01 - 0.02 + 0.03) / 13, CLOSE);
	assert_near(out[0].value.outliers, 3 / 13., CLOSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_of_values_with_weights),
		cmocka_unit_test(equal_weights_of_any_unit_change_nothing),
		cmocka_unit_test(bins_of_equal_weight),
		cmocka_unit_test(means_and_widths_of_tomographic_bins),
		cmocka_unit_test(weights_and_plain_targets),
		cmocka_unit_test(errors_of_tomographic_bins),
		cmocka_unit_test(numbers_in_bins_of_a_key),
		cmocka_unit_test(numbers_in_bins_with_weights),
	};

	return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
