/* test_scores.c -- scores of p(z): cases known by hand, and what chance must give */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/pdf.h>
#include <pz/random.h>
#include <pz/scores.h>

#define CLOSE                                1e-12
#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))
#define BINS                                 60
#define MANY                                 800

static const struct pz_grid plain = { .target = "z", .min = 0, .max = 2, .bins = 4 };

static void below_is_linear_inside_of_a_bin(void **state)
{
	const struct pz_grid wide = {
		.target = "z", .min = 0, .max = 1, .bins = 2, .left = 1, .right = 1
	};
	const double p[] = { 0.1, 0.2, 0.4, 0.3 };

	(void)state;
	assert_near(pz_score_below(&plain, p, 0), 0, CLOSE);
	assert_near(pz_score_below(&plain, p, 0.75), 0.2, CLOSE);
	assert_near(pz_score_below(&plain, p, 2), 1, CLOSE);
	assert_near(pz_score_below(&plain, p, -3), 0, CLOSE);
	assert_near(pz_score_below(&wide, p, 0), 0.1, CLOSE);
	assert_near(pz_score_below(&wide, p, -0.25), 0.05, CLOSE);
	assert_near(pz_score_below(&wide, p, 9), 1, CLOSE);
}

static void flat_and_sharp(void **state)
{
	const double flat[] = { 0.25, 0.25, 0.25, 0.25 }, sharp[] = { 0, 1, 0, 0 };
	struct pz_score s;

	(void)state;
	pz_score_pdf(&plain, flat, 0.75, 1, 0.5, &s);
	assert_near(s.log_loss, log(4), CLOSE);
	assert_near(s.brier, 0.75, CLOSE);
	assert_near(s.cde_loss, -0.5, CLOSE);
	assert_near(s.odds, 0.5, CLOSE);
	assert_near(s.pit, 0.375, CLOSE);
	pz_score_pdf(&plain, sharp, 0.75, 0.75, 0.875, &s);
	assert_near(s.log_loss, 0, CLOSE);
	assert_near(s.brier, 0, CLOSE);
	assert_near(s.cde_loss, -2, CLOSE);
	assert_near(s.odds, 1, CLOSE);
	assert_near(s.crps_discrete, 0, CLOSE);
	assert_near(s.crps, 0.5 / 12, CLOSE); /* of a box as wide as the bin, z in its middle */
	pz_score_pdf(&plain, sharp, 1.5, 0.75, 0.875, &s);
	assert_near(s.log_loss, -log(1e-12), 1e-9);
	assert_near(s.brier, 2, CLOSE);
}

/* The integral of (F(x) - [x >= z])^2 in steps too small to matter. */
static double integrated(const struct pz_grid *grid, const double *p, double z)
{
	const int steps = 1000000;
	double lo = fmin(-0.5, z), hi = fmax(2.5, z), sum = 0;

	for (int i = 0; i < steps; i++) {
		double x = lo + (hi - lo) * (i + 0.5) / steps;
		double off = pz_score_below(grid, p, x) - (x >= z);

		sum += off * off;
	}
	return sum * (hi - lo) / steps;
}

static void crps_is_the_integral(void **state)
{
	const struct pz_grid wide = {
		.target = "z", .min = 0.5, .max = 1.5, .bins = 2, .left = 1, .right = 1
	};
	const double p[] = { 0.1, 0.2, 0.4, 0.3 }, twice[] = { 0.2, 0.4, 0.8, 0.6 };
	const double z[] = { 0, 0.02, 0.5, 0.77, 1, 1.25, 1.999, 2, 2.4, -0.3 };

	(void)state;
	for (size_t i = 0; i < sizeof z / sizeof *z; i++) {
		assert_near(pz_pdf_crps(&wide, p, z[i]), integrated(&wide, p, z[i]), 1e-5);
		assert_near(pz_pdf_crps(&wide, p, z[i]), pz_pdf_crps(&wide, twice, z[i]), CLOSE);
	}
}

/* A truth in an added bin is scored there; one in no bin has odds alone. */
static void truths_in_added_bins_and_in_none(void **state)
{
	const struct pz_grid wide = {
		.target = "z", .min = 0.5, .max = 1.5, .bins = 2, .left = 1, .right = 1
	};
	const double p[] = { 0.1, 0.2, 0.4, 0.3 }, none[] = { 2, -0.01, 7, INFINITY };
	struct pz_score s[6];
	struct pz_scores value, error;

	(void)state;
	assert_true(pz_score_pdf(&wide, p, 1.7, 1.25, 0.25, &s[0]));
	assert_near(s[0].log_loss, -log(0.3), CLOSE);
	assert_near(s[0].brier, 0.3 - 0.6 + 1, CLOSE);
	assert_near(s[0].cde_loss, (0.3 - 0.6) / 0.5, CLOSE);
	assert_near(s[0].crps_discrete, 0.5 * (0.01 + 0.09 + 0.49), CLOSE);
	assert_true(pz_score_pdf(&wide, p, 0, 1.25, 0.25, &s[1])); /* the lowest edge is in */
	assert_near(s[1].log_loss, -log(0.1), CLOSE);
	for (int i = 0; i < 4; i++) {
		assert_false(pz_score_pdf(&wide, p, none[i], 1.25, 0.25, &s[2 + i]));
		assert_true(isnan(s[2 + i].crps) && isnan(s[2 + i].brier) && isnan(s[2 + i].pit));
		assert_near(s[2 + i].odds, 0.4, CLOSE);
	}
	assert_int_equal(pz_scores_summary(&(struct pz_scored){ .n = 6, .score = s }, 20, 1, NULL,
					   &value, &error),
			 0);
	assert_near(value.brier, (0.7 + 1.1) / 2, CLOSE);
	assert_near(value.odds, 0.4, CLOSE);
	assert_true(isfinite(error.crps) && error.odds < CLOSE);
	assert_int_equal(pz_scores_summary(&(struct pz_scored){ .n = 4, .score = s + 2 }, 20, 1,
					   NULL, &value, &error),
			 0);
	assert_true(isnan(value.crps) && isnan(value.pit.ks) && isnan(error.crps));
	assert_near(value.odds, 0.4, CLOSE);
}

static void distances_by_hand(void **state)
{
	const double one[] = { 0.5 }, two[] = { 0.25, 0.75 };
	struct pz_pit s;

	(void)state;
	pz_pit_measure(one, NULL, 1, &s);
	assert_near(s.ks, 0.5, CLOSE);
	assert_near(s.cvm, 1.0 / 12, CLOSE);
	assert_near(s.ad, 2 * log(2) - 1, CLOSE);
	pz_pit_measure(two, NULL, 2, &s);
	assert_near(s.ks, 0.25, CLOSE);
	assert_near(s.cvm, 1.0 / 24, CLOSE);
	assert_near(s.ad, -2 - log(0.25) - 3 * log(0.75), CLOSE);
	assert_near(s.histogram[5], 0.5, CLOSE);
	assert_near(s.cover_68, 1, CLOSE);
	pz_pit_measure(two, NULL, 0, &s);
	assert_true(isnan(s.ks) && isnan(s.cover_95) && isnan(s.histogram[0]));
}

static void counting_twice_is_standing_there_twice(void **state)
{
	const double pit[] = { 0, 0.2, 0.4, 0.99995 }, times[] = { 1, 3, 0, 2 };
	const double spelled[] = { 0, 0.2, 0.2, 0.2, 0.99995, 0.99995 };
	struct pz_pit s, t;

	(void)state;
	pz_pit_measure(pit, times, 4, &s);
	pz_pit_measure(spelled, NULL, 6, &t);
	assert_near(s.ks, t.ks, CLOSE);
	assert_near(s.cvm, t.cvm, CLOSE);
	assert_near(s.ad, t.ad, CLOSE);
	assert_near(s.outliers, 0.5, CLOSE);
	assert_near(t.outliers, 0.5, CLOSE);
	assert_near(s.cover_68, t.cover_68, CLOSE);
	assert_near(s.histogram[19], t.histogram[19], CLOSE);
}

/* A bell somewhere on the grid, of some width, that sums to 1. */
static void bell(struct pz_random *r, double *p)
{
	double at = BINS * pz_random_uniform(r), width = 1 + 9 * pz_random_uniform(r), sum = 0;

	for (int i = 0; i < BINS; i++)
		sum += p[i] = exp(-0.5 * (i - at) * (i - at) / (width * width));
	for (int i = 0; i < BINS; i++)
		p[i] /= sum;
}

static double draw(struct pz_random *r, const struct pz_grid *grid, const double *p)
{
	double u = pz_random_uniform(r);
	int i = 0;

	while (i < BINS - 1 && u >= p[i])
		u -= p[i++];
	return pz_grid_centre(grid, i) + (u / p[i] - 0.5) * pz_grid_width(grid);
}

/* Truths drawn from the p(z) themselves, off by a shift. */
static void simulate(uint64_t seed, double shift, struct pz_scores *value, struct pz_scores *error)
{
	const struct pz_grid grid = {
		.target = "z", .min = 0.1, .max = 1.1, .bins = BINS - 10, .left = 4, .right = 6
	};
	struct pz_score score[MANY];
	struct pz_random r;
	double p[BINS];

	pz_random_init(&r, seed, pz_random_stream("test", 0));
	for (int i = 0; i < MANY; i++) {
		bell(&r, p);
		pz_score_pdf(&grid, p, draw(&r, &grid, p) + shift, 0.5, 0.075, &score[i]);
	}
	assert_int_equal(pz_scores_summary(&(struct pz_scored){ .n = MANY, .score = score }, 50,
					   seed, NULL, value, error),
			 0);
}

/* Kolmogorov's distribution at its usual points. */
static void chances_of_ks(void **state)
{
	const size_t n = 1000000;

	(void)state;
	assert_near(pz_pit_ks_p(1.3581 / 1000.12, n), 0.05, 1e-4);
	assert_near(pz_pit_ks_p(1.6276 / 1000.12, n), 0.01, 1e-4);
	assert_near(pz_pit_ks_p(0.8276 / 1000.12, n), 0.5, 1e-3);
	assert_near(pz_pit_ks_p(0, n), 1, 0);
	assert_near(pz_pit_ks_p(0.3 / 1000.12, n), 1, 1e-4);
	assert_true(pz_pit_ks_p(1, n) == 0);
	assert_near(pz_pit_ks_p(0.409, 10), 0.05, 0.005); /* the exact table's */
	assert_true(isnan(pz_pit_ks_p(NAN, 10)));
}

/* The 1 % points of the three tests. */
static void pits_of_honest_pdfs_are_uniform(void **state)
{
	struct pz_scores value, error;

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		simulate(seed, 0, &value, &error);
		assert_true(pz_pit_ks_p(value.pit.ks, MANY) > 0.01);
		assert_true(value.pit.cvm < 0.743);
		assert_true(value.pit.ad < 3.857);
		assert_true(fabs(value.pit.cover_68 - 0.68) < 4 * error.pit.cover_68);
		assert_true(fabs(value.pit.cover_95 - 0.95) < 4 * error.pit.cover_95);
	}
}

static void pits_of_shifted_truths_are_not(void **state)
{
	struct pz_scores value, error, honest;

	(void)state;
	simulate(1, 0.05, &value, &error);
	assert_true(pz_pit_ks_p(value.pit.ks, MANY) < 1e-5);
	assert_true(value.pit.cvm > 2);
	assert_true(value.pit.ad > 10);
	simulate(1, 0, &honest, &error);
	assert_true(value.log_loss > honest.log_loss);
	assert_true(value.cde_loss > honest.cde_loss);
	assert_true(value.crps > honest.crps);
}

/* The bootstrap's error of a mean is its standard error, of a share that of a count. */
static void errors_are_standard_errors(void **state)
{
	struct pz_score score[MANY];
	struct pz_scores value, error;

	(void)state;
	for (int i = 0; i < MANY; i++)
		score[i] = (struct pz_score){ .pit = (i + 0.5) / MANY, .crps = i % 2 };
	assert_int_equal(pz_scores_summary(&(struct pz_scored){ .n = MANY, .score = score }, 400, 1,
					   NULL, &value, &error),
			 0);
	assert_near(value.crps, 0.5, CLOSE);
	assert_near(error.crps, 0.5 / sqrt(MANY), 0.1 * 0.5 / sqrt(MANY));
	assert_near(value.pit.cover_68, 0.68, 1.0 / MANY);
	assert_near(error.pit.cover_68, sqrt(0.68 * 0.32 / MANY), 0.002);
	assert_near(value.pit.histogram[3], 0.05, CLOSE);
	assert_true(error.brier == 0);
	assert_int_equal(pz_scores_summary(&(struct pz_scored){ .n = MANY, .score = score }, 0, 1,
					   NULL, &value, &error),
			 0);
	assert_true(isnan(error.crps) && isnan(error.pit.histogram[19]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(below_is_linear_inside_of_a_bin),
		cmocka_unit_test(flat_and_sharp),
		cmocka_unit_test(crps_is_the_integral),
		cmocka_unit_test(truths_in_added_bins_and_in_none),
		cmocka_unit_test(distances_by_hand),
		cmocka_unit_test(counting_twice_is_standing_there_twice),
		cmocka_unit_test(chances_of_ks),
		cmocka_unit_test(pits_of_honest_pdfs_are_uniform),
		cmocka_unit_test(pits_of_shifted_truths_are_not),
		cmocka_unit_test(errors_are_standard_errors),
	};

	return cmocka_run_group_tests_name("scores", tests, NULL, NULL);
}
