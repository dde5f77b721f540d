/* test_aperture.c -- areas, light, noise */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/aperture.h>
#include <pz/error.h>
#include <pz/random.h>

#define MOST 33

static double sum(int size, double radius, const float *x)
{
	struct pz_aperture *a;
	double found;

	assert_int_equal(pz_aperture_new(&a, size, radius), 0);
	found = pz_aperture_sum(a, x);
	assert_true(fabs(pz_aperture_area(a) - M_PI * radius * radius) < 1e-12 * found + 1e-12);
	pz_aperture_free(a);
	return found;
}

static void of_ones_it_is_the_area(void **state)
{
	float ones[MOST * MOST];

	(void)state;
	for (int i = 0; i < MOST * MOST; i++)
		ones[i] = 1;
	for (int size = 1; size <= MOST; size++)
		for (double r = 0.1; r <= size / 2.0; r += 0.37)
			assert_true(fabs(sum(size, r, ones) / (M_PI * r * r) - 1) < 1e-5);
	assert_true(fabs(sum(8, 4, ones) / (M_PI * 16) - 1) < 1e-5);
}

/* A pixel's share by counting a fine grid of points. */
static double counted(int size, double r, int px, int py)
{
	const int fine = 400;
	int inside = 0;

	for (int i = 0; i < fine; i++)
		for (int j = 0; j < fine; j++) {
			double x = px - (size - 1) / 2.0 + (i + 0.5) / fine - 0.5;
			double y = py - (size - 1) / 2.0 + (j + 0.5) / fine - 0.5;

			inside += x * x + y * y < r * r;
		}
	return (double)inside / fine / fine;
}

static void shares_are_those_of_the_area_within(void **state)
{
	static const double radius[] = { 0.3, 0.8, 1.9, 2.5, 3.02 };

	(void)state;
	for (size_t k = 0; k < sizeof radius / sizeof *radius; k++)
		for (int size = 7; size < 9; size++)
			for (int p = 0; p < size * size; p++) {
				float x[64] = { 0 };

				x[p] = 1;
				assert_true(fabs(sum(size, radius[k], x) -
						 counted(size, radius[k], p % size, p / size)) <
					    1e-3);
			}
}

static void a_blob_has_its_light_within(void **state)
{
	float x[MOST * MOST];

	(void)state;
	for (int i = 0; i < MOST * MOST; i++) {
		double dx = i % MOST - 16, dy = i / MOST - 16;

		x[i] = (float)(100 * exp(-(dx * dx + dy * dy) / 18) / (18 * M_PI));
	}
	for (double r = 2; r < 16; r += 2.3)
		assert_true(fabs(sum(MOST, r, x) - 100 * (1 - exp(-r * r / 18))) < 0.5);
}

static void circles_that_do_not_fit_are_refused(void **state)
{
	struct pz_aperture *a;

	(void)state;
	assert_int_equal(pz_aperture_new(&a, 10, 5.001), PZ_EARG);
	assert_int_equal(pz_aperture_new(&a, 10, 0), PZ_EARG);
	assert_int_equal(pz_aperture_new(&a, 10, NAN), PZ_EARG);
	assert_null(a);
}

static void noise_is_the_borders(void **state)
{
	float x[MOST * MOST];
	double work[4 * MOST];
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 1, 0);
	for (int i = 0; i < MOST * MOST; i++)
		x[i] = (float)(5 + 2 * pz_random_normal(&r));
	for (int i = 10; i < 23; i++)
		x[i * MOST + 16] = 1e6f; /* light in the middle */
	for (int i = 0; i < 20; i++)
		x[i] = 1e5f; /* and of a neighbour */
	assert_true(fabs(pz_aperture_noise(MOST, x, NULL, work) - 2) < 0.7);
	memset(x, 0, sizeof x);
	assert_true(pz_aperture_noise(MOST, x, NULL, work) == 0);
	assert_true(pz_aperture_noise(1, x, NULL, work) == 0);
}

/* 1 2 3      the border without its gap is 1 1 2 3 3 4 6 7 7 8 9 9
 * 4 . 6      (corners twice): the median is 5, the distances from it are 4 4 3 2 2 1 1 2 2 3 4 4
 * 7 8 9 */
static void gaps_are_no_noise(void **state)
{
	float x[9] = { 1, 2, 3, 4, NAN, 6, 7, 8, 9 };
	double work[12], level = 0;

	(void)state;
	assert_true(fabs(pz_aperture_noise(3, x, &level, work) - 1.4826 * 2.5) < 1e-12);
	assert_true(level == 5);
	/* 1 1 2 4 6 7 7 8 9 9: 6.5, and 5.5 5.5 4.5 2.5 .5 .5 .5 1.5 2.5 2.5 */
	x[2] = INFINITY;
	assert_true(fabs(pz_aperture_noise(3, x, &level, work) - 1.4826 * 2.5) < 1e-12);
	assert_true(level == 6.5);
	for (int i = 0; i < 9; i++)
		x[i] = NAN;
	assert_true(isnan(pz_aperture_noise(3, x, &level, work)));
	assert_true(isnan(level));
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of(double *x, size_t n)
{
	qsort(x, n, sizeof *x, ascending);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* Every pixel of each side counts, those of the corners twice. */
static void noise_is_of_all_four_sides(void **state)
{
	enum { SIDE = 7 };
	float x[SIDE * SIDE];
	double work[4 * SIDE], border[4 * SIDE], middle;

	(void)state;
	for (int seed = 1; seed <= 20; seed++) {
		size_t n = 0;

		for (int i = 0; i < SIDE * SIDE; i++)
			x[i] = (float)(i * (37 + 2 * seed) % 101);
		for (int i = 0; i < SIDE; i++)
			for (int j = 0; j < SIDE; j++)
				for (int k = 0;
				     k < (i == 0) + (i == SIDE - 1) + (j == 0) + (j == SIDE - 1);
				     k++)
					border[n++] = x[i * SIDE + j];
		assert_int_equal(n, 4 * SIDE);
		middle = median_of(border, n);
		for (size_t i = 0; i < n; i++)
			border[i] = fabs(border[i] - middle);
		assert_true(fabs(pz_aperture_noise(SIDE, x, NULL, work) -
				 1.4826 * median_of(border, n)) < 1e-9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_ones_it_is_the_area),
		cmocka_unit_test(shares_are_those_of_the_area_within),
		cmocka_unit_test(a_blob_has_its_light_within),
		cmocka_unit_test(circles_that_do_not_fit_are_refused),
		cmocka_unit_test(noise_is_the_borders),
		cmocka_unit_test(gaps_are_no_noise),
		cmocka_unit_test(noise_is_of_all_four_sides),
	};

	return cmocka_run_group_tests_name("aperture", tests, NULL, NULL);
}
