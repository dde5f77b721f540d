/* test_order.c -- selection against sorting */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/random.h>

#include "../../lib/base/order.h"

#define MOST 200

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* n values of few or many kinds, shuffled, rising or falling. */
static void fill(double *x, size_t n, int kind, struct pz_random *r)
{
	for (size_t i = 0; i < n; i++)
		x[i] = kind == 0   ? (double)pz_random_below(r, 3)
		       : kind == 1 ? pz_random_normal(r)
		       : kind == 2 ? (double)i
				   : -(double)i;
}

static void selects_what_sorting_would(void **state)
{
	double x[MOST], sorted[MOST];
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 1, 0);
	for (size_t n = 1; n < MOST; n++) {
		for (int kind = 0; kind < 4; kind++) {
			size_t k = (size_t)pz_random_below(&r, n);

			fill(x, n, kind, &r);
			memcpy(sorted, x, n * sizeof *x);
			qsort(sorted, n, sizeof *sorted, ascending);
			assert_true(pz_order_select(x, n, k) == sorted[k]);
			for (size_t i = 0; i < n; i++)
				assert_true(i < k ? x[i] <= x[k] : x[i] >= x[k]);
			assert_true(pz_order_median(x, n) ==
				    (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
			assert_true(pz_order_quantile(x, n, 0) == sorted[0]);
			assert_true(pz_order_quantile(x, n, 1) == sorted[n - 1]);
		}
	}
}

static void quantiles_are_linear_between_values(void **state)
{
	double x[] = { 40, 10, 30, 20 };

	(void)state;
	assert_true(fabs(pz_order_quantile(x, 4, 0.25) - 17.5) < 1e-12);
	assert_true(fabs(pz_order_quantile(x, 4, 0.5) - 25) < 1e-12);
	assert_true(isnan(pz_order_median(x, 0)));
	assert_true(isnan(pz_order_quantile(x, 0, 0.5)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selects_what_sorting_would),
		cmocka_unit_test(quantiles_are_linear_between_values),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
