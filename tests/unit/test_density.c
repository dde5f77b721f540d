/* test_density.c -- p(z) of any form on a grid: values of scipy, and what must hold
 *
 * The numbers expected are those of scipy 1.10 (quad over interpolated densities, norm.cdf), for
 * the grid and densities below.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/density.h>
#include <pz/error.h>
#include <pz/random.h>

#define CLOSE    1e-13
#define BINS     6
#define COUNT(x) (sizeof(x) / sizeof *(x))

static const struct pz_grid grid = {
	.target = "z", .min = 0, .max = 0.4, .bins = 4, .left = 1, .right = 1
};

static void assert_shares(const struct pz_density *d, const double *expected, double beyond)
{
	double p[BINS], outside;

	assert_int_equal(pz_density_integrate(d, &grid, p, &outside), 0);
	for (int i = 0; i < BINS; i++)
		assert_true(fabs(p[i] - expected[i]) < CLOSE);
	assert_true(fabs(outside - beyond) < CLOSE);
}

static const double x[] = { -0.3, -0.05, 0.07, 0.2, 0.33, 0.61 };

static void points_are_joined_by_lines(void **state)
{
	const double y[] = { 0, 0.5, 2, 3, 0.25, 0.1 };
	const double expected[] = { 0.0791287997492949, 0.216655015307475,  0.327845141383217,
				    0.24347322999783,   0.0416254851384905, 0.0232797600393965 };

	(void)state;
	assert_shares(&(struct pz_density){ PZ_DENSITY_POINTS, COUNT(y), x, y, NULL }, expected,
		      0.06799256838429524);
}

static void bins_of_any_width_are_cut(void **state)
{
	const double y[] = { 0.5, 2, 3, 0.25, 0.1 };
	const double expected[] = { 0.153280196198651,  0.282035561005518,  0.367872470876763,
				    0.0306560392397303, 0.0177805027590436, 0.0122624156958921 };

	(void)state;
	assert_shares(&(struct pz_density){ PZ_DENSITY_BINS, COUNT(y), x, y, NULL }, expected,
		      0.13611281422440225);
}

/* Quantiles that are equal are a share at one redshift; on an edge it belongs to the upper bin. */
static void equal_quantiles_belong_to_the_upper_bin(void **state)
{
	const double at[] = { -0.1, -0.1, 0.1, 0.1, 0.15, 0.5 };
	const double up[] = { 0, 0.2, 0.3, 0.55, 0.8, 1 };
	/* 0.2 at -0.1; 0.1 from there to 0.1; 0.25 at 0.1; 0.25 to 0.15; 0.2 to 0.5 */
	const double expected[] = { 0.25, 0.05, 0.5 + 0.2 / 7, 0.4 / 7, 0.4 / 7, 0.4 / 7 };

	(void)state;
	assert_shares(&(struct pz_density){ PZ_DENSITY_QUANTILES, COUNT(at), at, up, NULL },
		      expected, 0);
}

static void quantiles_leave_their_tails_out(void **state)
{
	const double at[] = { -0.2, 0.05, 0.15, 0.3, 0.7 }, y[] = { 0.01, 0.1, 0.5, 0.9, 0.99 };
	const double raw[] = { 0.036, 0.218, 1. / 3, 0.4 * 2 / 3, 0.0225, 0.0225 };
	double expected[BINS], sum = 0;

	(void)state;
	for (int i = 0; i < BINS; i++)
		sum += expected[i] = raw[i] / 0.98;
	assert_shares(&(struct pz_density){ PZ_DENSITY_QUANTILES, COUNT(y), at, y, NULL }, expected,
		      1 - sum);
}

static void equal_quantiles_are_a_step(void **state)
{
	const double at[] = { 0.05, 0.15, 0.15 }, y[] = { 0, 0.5, 1 };
	const double expected[] = { 0, 0.25, 0.75, 0, 0, 0 };

	(void)state;
	assert_shares(&(struct pz_density){ PZ_DENSITY_QUANTILES, COUNT(y), at, y, NULL }, expected,
		      0);
}

static void mixtures_of_normals_are_exact(void **state)
{
	const double mean[] = { 0.1, 0.3, 0.9 }, sigma[] = { 0.05, 0.01, 0.2 };
	const double weight[] = { 5, 3, 2 };
	const double expected[] = { 0.0113598525574836, 0.238630588739652, 0.238665125593351,
				    0.161582684143691,  0.150987788586453, 0.00330809381777408 };
	double sum = 0;

	(void)state;
	for (int i = 0; i < BINS; i++)
		sum += expected[i];
	assert_shares(&(struct pz_density){ PZ_DENSITY_NORMALS, 3, mean, sigma, weight }, expected,
		      1 - sum);
}

/* The difference of two cumulated probabilities near 1 would be 0. */
static void far_tails_keep_their_digits(void **state)
{
	const double mean = 0, sigma = 0.02;
	double p[BINS];

	(void)state;
	assert_int_equal(pz_density_integrate(
				 &(struct pz_density){ PZ_DENSITY_NORMALS, 1, &mean, &sigma, NULL },
				 &grid, p, NULL),
			 0);
	assert_true(fabs(p[5] / 2.75362411860616e-89 - 1) < 1e-10);
}

static void samples_fall_into_bins(void **state)
{
	const double at[] = { -0.2, -0.1, 0, 0.1, 0.1999, 0.5 }, weight[] = { 1, 1, 2, 3, 1, 2 };
	const double expected[] = { 0.1, 0.2, 0.4, 0, 0, 0 };

	(void)state;
	assert_shares(&(struct pz_density){ PZ_DENSITY_SAMPLES, 6, at, NULL, weight }, expected,
		      0.3);
}

/* The grid's own bins come back as they were, whatever their number. */
static void own_bins_come_back(void **state)
{
	const struct pz_grid g = { .target = "z", .min = 0.1, .max = 1.7, .bins = 300, .left = 7 };
	double edge[308], y[307], p[307], outside, sum = 0;
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 5, 0);
	for (int i = 0; i <= 307; i++)
		edge[i] = g.min + (i - g.left) * pz_grid_width(&g);
	for (int i = 0; i < 307; i++)
		sum += y[i] = pz_random_uniform(&r);
	assert_int_equal(
		pz_density_integrate(&(struct pz_density){ PZ_DENSITY_BINS, 307, edge, y, NULL },
				     &g, p, &outside),
		0);
	assert_true(fabs(outside) < 1e-12);
	for (int i = 0; i < 307; i++)
		assert_true(fabs(p[i] - y[i] / sum) < 1e-12);
}

static void what_is_no_density_is_refused(void **state)
{
	const double up[] = { 0, 0.1, 0.2 }, down[] = { 0, 0.2, 0.1 }, same[] = { 0, 0.1, 0.1 };
	const double zero[] = { 0, 0, 0 }, bad[] = { 1, NAN, 1 }, negative[] = { 1, -1, 1 };
	const double one_zero[] = { 0.1, 0 }, ones[] = { 1, 1, 1 };
	const struct pz_density wrong[] = {
		{ PZ_DENSITY_BINS, 2, down, up, NULL },
		{ PZ_DENSITY_BINS, 2, same, up, NULL },
		{ PZ_DENSITY_POINTS, 3, up, negative, NULL },
		{ PZ_DENSITY_POINTS, 3, up, bad, NULL },
		{ PZ_DENSITY_POINTS, 3, up, zero, NULL },
		{ PZ_DENSITY_POINTS, 1, up, up, NULL },
		{ PZ_DENSITY_QUANTILES, 3, up, down, NULL },
		{ PZ_DENSITY_QUANTILES, 3, up, same, NULL },
		{ PZ_DENSITY_NORMALS, 3, up, zero, NULL },
		{ PZ_DENSITY_NORMALS, 0, up, up, NULL },
		{ PZ_DENSITY_NORMALS, 2, up, one_zero, NULL },
		{ PZ_DENSITY_NORMALS, 3, bad, ones, NULL },
		{ PZ_DENSITY_NORMALS, 3, up, ones, negative },
		{ PZ_DENSITY_SAMPLES, 3, bad, NULL, NULL },
		{ PZ_DENSITY_SAMPLES, 3, up, NULL, zero },
	};
	double p[BINS];

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(pz_density_integrate(&wrong[i], &grid, p, NULL), PZ_EDATA);
	assert_int_equal(pz_density_integrate(
				 &(struct pz_density){ PZ_DENSITY_NORMALS, 2, up, one_zero, NULL },
				 &grid, p, NULL),
			 PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "expected a standard deviation above 0, found 0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_joined_by_lines),
		cmocka_unit_test(bins_of_any_width_are_cut),
		cmocka_unit_test(equal_quantiles_belong_to_the_upper_bin),
		cmocka_unit_test(quantiles_leave_their_tails_out),
		cmocka_unit_test(equal_quantiles_are_a_step),
		cmocka_unit_test(mixtures_of_normals_are_exact),
		cmocka_unit_test(far_tails_keep_their_digits),
		cmocka_unit_test(samples_fall_into_bins),
		cmocka_unit_test(own_bins_come_back),
		cmocka_unit_test(what_is_no_density_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
