/* test_label_refine.c -- labels that are moved against what a network left */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/label.h>
#include <pz/random.h>

#include "../../lib/stats/bias.h"

#define GALAXIES 20000

static const struct pz_grid grid = { .min = 0, .max = 0.4, .bins = 80, .left = 40, .right = 40 };
static const struct pz_rows rows = { .mag = "r", .min = 15.5, .width = 0.5, .channels = 3 };

static const double dispersion[] = { 2, 2, 2 };

struct sample {
	struct pz_galaxies g;
	double *z, *zphot, *mag;
};

/* Galaxies all over the grid and all rows, whose estimates scatter by 3 bins. */
static struct sample make_sample(void)
{
	struct sample s = { .z = malloc(GALAXIES * sizeof(double)),
			    .zphot = malloc(GALAXIES * sizeof(double)),
			    .mag = malloc(GALAXIES * sizeof(double)) };
	struct pz_random r;

	assert_true(s.z && s.zphot && s.mag);
	pz_random_init(&r, 5, 0);
	for (size_t i = 0; i < GALAXIES; i++) {
		s.z[i] = 0.4 * pz_random_uniform(&r);
		s.zphot[i] = s.z[i] + 0.015 * pz_random_normal(&r);
		s.mag[i] = 15 + 3 * pz_random_uniform(&r);
	}
	s.g = (struct pz_galaxies){ GALAXIES, s.z, s.zphot, s.mag };
	return s;
}

static void free_sample(struct sample *s)
{
	free(s->z);
	free(s->zphot);
	free(s->mag);
}

/* Estimates that are off by `low` bins below z = 0.2 and by `high` bins above it. */
static void set_offsets(struct sample *s, double low, double high)
{
	for (size_t i = 0; i < s->g.n; i++)
		s->zphot[i] = s->z[i] + 0.005 * (s->z[i] < 0.2 ? low : high);
}

static void refined_labels_move_against_what_was_left(void **state)
{
	struct sample s = make_sample();
	struct pz_label_model *m;
	struct pz_label before[2], after[2];
	const double z[] = { 0.05, 0.35 }, moved[] = { -1.5, 1 };

	(void)state;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, dispersion), 0);
	for (int again = 0; again < 2; again++) /* a second call replaces the first */
		for (int k = 0; k < 2; k++) {
			set_offsets(&s, 0, 0);
			assert_int_equal(pz_label_refine(m, &s.g, 1), 0);
			assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, z[k], 16.6, before), 1);
			set_offsets(&s, 3, -2);
			assert_int_equal(pz_label_refine(m, &s.g, 0.5), 0);
			assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, z[k], 16.6, after), 1);
			assert_true(fabs(after[0].centre - before[0].centre - moved[k]) < 1e-9);
			assert_true(after[0].width == before[0].width);
			assert_int_equal(pz_label_soft(m, PZ_LABEL_HARD, z[k], 16.6, after), 1);
			assert_true(fabs(after[0].centre - before[0].centre - moved[k]) < 1e-9);
			/* labels that are not shifted stay */
			assert_int_equal(pz_label_soft(m, PZ_LABEL_NO_SHIFT, z[k], 16.6, after), 1);
			assert_true(after[0].centre == floor(z[k] / 0.005 + 0.5));
		}
	pz_label_free(m);
	free_sample(&s);
}

/* Three galaxies of one channel and one of another, in a grid of 80 bins. */
static void residuals_are_smoothed_by_the_dispersion(void **state)
{
	double z[] = { 0.1025, 0.1025, 0.1125, 0.1025, 0.9 };
	double zphot[] = { 0.1075, 0.1125, 0.1025, 0.2025, 0.1 };
	double mag[] = { 15.6, 15.6, 15.6, 17.6, 15.6 }, sigma[] = { 1, 2, 0.05 }, r[3 * 80];
	struct pz_galaxies g = { .n = 5, .z = z, .zphot = zphot, .mag = mag };
	/* bins 20 (residuals 1 and 2) and 22 (-2), a width of 1: at 21 both are one bin away */
	double near = exp(-0.5), far = exp(-2);

	(void)state;
	assert_int_equal(pz_bias_measure(&grid, &rows, &g, sigma, r), 0);
	assert_true(fabs(r[21] - (3 * near - 2 * near) / (3 * near)) < 1e-9);
	assert_true(fabs(r[20] - (3 - 2 * far) / (2 + far)) < 1e-9);
	assert_true(fabs(r[22] - (3 * far - 2) / (2 * far + 1)) < 1e-9);
	/* Of the channel without dispersion, bin 20 alone has a galaxy. The second channel has
	 * none. */
	assert_true(fabs(r[2 * 80 + 20] - 20) < 1e-9);
	for (int b = 0; b < 80; b++) {
		assert_true(r[80 + b] == 0);
		assert_true(b == 20 || r[2 * 80 + b] == 0);
	}
	g.weight = (double[]){ 1, 3, 1, 1, 1 };
	assert_int_equal(pz_bias_measure(&grid, &rows, &g, sigma, r), 0);
	assert_true(fabs(r[20] - (7 - 2 * far) / (4 + far)) < 1e-9);
	zphot[2] = NAN;
	assert_int_equal(pz_bias_measure(&grid, &rows, &g, sigma, r), PZ_EDATA);
}

static void nothing_to_refine_with_is_an_error(void **state)
{
	struct sample s = make_sample();
	struct pz_label_model *m;
	struct pz_label before[2], after[2];

	(void)state;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, dispersion), 0);
	assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, 0.1, 16.6, before), 1);
	s.g.n = 0;
	assert_int_equal(pz_label_refine(m, &s.g, 0.5), PZ_EDATA);
	s.g.n = GALAXIES;
	s.z[7] = INFINITY;
	assert_int_equal(pz_label_refine(m, &s.g, 0.5), PZ_EDATA);
	assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, 0.1, 16.6, after), 1);
	assert_true(after[0].centre == before[0].centre);
	pz_label_free(m);
	free_sample(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refined_labels_move_against_what_was_left),
		cmocka_unit_test(residuals_are_smoothed_by_the_dispersion),
		cmocka_unit_test(nothing_to_refine_with_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
