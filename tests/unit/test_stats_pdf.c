/* test_stats_pdf.c -- shares of rows and their ratios, and numbers of p(z), as numpy and scipy have
 * them
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/pdf.h>
#include <pz/prior.h>

#define N    4
#define BINS 9

static const struct pz_grid grid = { .min = 0.1, .max = 0.7, .bins = 6, .left = 1, .right = 2 };
static const struct pz_rows rows = { .mag = "r", .min = 18, .width = 0.5, .channels = 2 };

static const short p_of[N][BINS] = { /* in 256ths */
				     { 0, 0, 0, 3, 16, 45, 79, 72, 41 },
				     { 0, 0, 4, 48, 126, 70, 8, 0, 0 },
				     { 118, 106, 30, 2, 0, 0, 0, 0, 0 },
				     { 0, 0, 13, 166, 76, 1, 0, 0, 0 }
};
static const double trained_of[3][BINS] = { { 8, 5, 2, 22, 8, 5, 1, 7, 7 },
					    { 0, 1, 6, 3, 3, 0, 1, 7, 7 },
					    { 0, 0, 0, 0, 0, 0, 0, 0, 0 } };

/* The trained shares of each row, smoothed by 0.7 bins. */
static const double shares[3 * BINS] = {
	0.10815707120583122, 0.07930414731065781,  0.1071297962669554,  0.22200316219443286,
	0.1530823392329992,  0.07481685200483666,  0.04998542317090594, 0.09305919679729326,
	0.11246201181608771, 0.028614220226881894, 0.06806819601946523, 0.14379260326832113,
	0.1455455011666525,  0.09843674959860309,  0.04085555607710697, 0.07033425928249083,
	0.1823961179633896,  0.22195679639708893,  0.08140814786777748, 0.07552568581450454,
	0.1194588818072377,  0.19629173636208191,  0.1347059462586005,  0.06339623921498067,
	0.05682839460666015, 0.12310170126022828,  0.14928326680792883
};
static const double target_of[3][BINS] = { { 3, 3, 4, 0, 6, 6, 5, 1, 3 },
					   { 3, 2, 0, 5, 0, 5, 1, 4, 2 },
					   { 1, 6, 3, 6, 1, 3, 2, 3, 0 } };
static const double ratios[2][3 * BINS] = {
	/* of both, and over flat */
	{ 0.9232292207175621, 1.2634090528828683, 0.944089439672391,  0.43003529134089713,
	  0.9519367839279348, 1.9987308747480184, 2.148775287822948,  0.8826540696909503,
	  0.7693908915769078, 2.4867723218710065, 1.2672609617998738, 0.6382869836104988,
	  0.9050061840934012, 1.0246660232057518, 2.419472110519924,  1.4202489999321966,
	  0.7186945986932938, 0.5119395079444047, 1.0398764772974922, 1.46548234923487,
	  1.1459302341077475, 0.8708267005735753, 0.8710518640236323, 1.2858842003868751,
	  1.2863500631070806, 0.84519567986368,   0.5607047551722856 },
	{ 0.9031020717348276, 0.9668422325275159, 0.916350105995599,  0.7819690080940409,
	  1.2467969785869508, 1.4633675476096226, 1.1794464742184234, 0.7650641339060995,
	  0.7770614473269215, 1.0457117450734856, 0.8841043149320611, 0.7848169656126388,
	  1.1239096170781766, 0.9334403541565869, 1.2254567316907838, 1.0134434996240351,
	  1.078569209060453,  0.91054756277178,   0.8391420616752093, 1.330167846262002,
	  1.2890372467957636, 1.3358160882448489, 0.9522484403542069, 0.9928232354293421,
	  0.9328842686196981, 0.8385874348578504, 0.4892933777610794 },
};
static const double crps[][2] = { /* of the fourth, at these redshifts */
				  { -0.2, 0.5406300862630208 },  { 0.033, 0.3076300862630208 },
				  { 0.25, 0.09189961751302082 }, { 0.4999, 0.09014027220052089 },
				  { 0.72, 0.30984883626302084 }, { 1.3, 0.8898488362630209 }
};
static const double moments[2] = { 0.375390625, 0.1447395833333333 };
static const double quantiles[][2] = { { 0.01, 0.2196923076923077 },
				       { 0.16, 0.3168433734939759 },
				       { 0.5, 0.3692771084337349 },
				       { 0.84, 0.4474210526315789 },
				       { 0.999, 0.5743999999999999 } };

static void all_near(const double *a, const double *b, size_t n, double within)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(b[i]) ? !isnan(a[i])
				: !(fabs(a[i] - b[i]) <= within * fmax(1, fabs(b[i]))))
			fail_msg("number %zu: found %.15g, expected %.15g", i, a[i], b[i]);
}

static void pdf_of(int i, double p[BINS])
{
	for (int b = 0; b < BINS; b++)
		p[b] = p_of[i][b] / 256.;
}

static struct pz_counts counts_of(const double count[3][BINS])
{
	struct pz_counts c;

	assert_int_equal(pz_counts_init(&c, &grid, &rows), 0);
	memcpy(c.count, count, 3 * BINS * sizeof **count);
	return c;
}

/* -- shares and ratios */

static void shares_and_ratios_of_counts(void **state)
{
	struct pz_counts trained = counts_of(trained_of), target = counts_of(target_of), other;
	double found[3 * BINS];

	(void)state;
	assert_int_equal(pz_counts_share(found, &trained, 0.7), 0);
	all_near(found, shares, 3 * BINS, 1e-13);
	assert_int_equal(pz_prior_ratio(found, &target, &trained, 0.7), 0);
	all_near(found, ratios[0], 3 * BINS, 1e-12);
	assert_int_equal(pz_prior_ratio(found, &target, NULL, 0.7), 0);
	all_near(found, ratios[1], 3 * BINS, 1e-12);
	assert_int_equal(pz_counts_share(found, &trained, -0.1), PZ_EARG);
	assert_int_equal(pz_counts_share(found, &trained, 10000), 0);
	assert_int_equal(pz_counts_share(found, &trained, 10000.1), PZ_EARG);
	assert_string_equal(pz_error_text(), "smooth: expected 0 to 10000 bins, found 10000.1");
	for (int k = 0; k < 4; k++) {
		other = trained;
		if (k == 0)
			other.grid.max = 0.8;
		else if (k == 1)
			other.rows.min = 17;
		else if (k == 2)
			other.rows.width = 1;
		else
			other.rows.channels = 1;
		assert_int_equal(pz_prior_ratio(found, &target, &other, 1), PZ_EMISMATCH);
		assert_string_equal(pz_error_text(), "the two n(z) have different bins or rows");
	}
	memset(target.count, 0, 3 * BINS * sizeof *target.count);
	assert_int_equal(pz_prior_ratio(found, &target, &trained, 1), PZ_EDATA);
	assert_int_equal(pz_prior_ratio(found, &trained, &target, 1), PZ_EDATA);
	pz_counts_release(&trained);
	/* galaxies are counted in their rows and bins */
	assert_true(pz_counts_add(&target, 0.1, 19) && pz_counts_add(&target, 0, 17) &&
		    pz_counts_add(&target, 0.8999, -1) && !pz_counts_add(&target, 0.9, 18) &&
		    !pz_counts_add(&target, -0.001, 18) && !pz_counts_add(&target, NAN, 18));
	assert_true(target.count[0] == 1 && target.count[2 * BINS + 1] == 1 &&
		    target.count[3 * BINS - 1] == 1);
	assert_true(pz_counts_of(&target, 0) == 1 && pz_counts_of(&target, 1) == 0 &&
		    pz_counts_of(&target, 2) == 2 && pz_counts_of(&target, -1) == 3);
	pz_counts_release(&target);
	assert_null(target.count);
}

/* -- p(z) */

static void numbers_of_a_pdf(void **state)
{
	double p[BINS], twice[BINS], mean, square, ratio[BINS], out[BINS], sum = 0;

	(void)state;
	pdf_of(3, p);
	for (int b = 0; b < BINS; b++) {
		twice[b] = 2 * p[b];
		ratio[b] = 1 + b;
		sum += p[b] * (1 + b);
	}
	for (size_t i = 0; i < sizeof crps / sizeof *crps; i++) {
		double found[] = { pz_pdf_crps(&grid, p, crps[i][0]),
				   pz_pdf_crps(&grid, twice, crps[i][0]) };

		all_near(found, (const double[]){ crps[i][1], crps[i][1] }, 2, 1e-9);
	}
	for (int k = 0; k < 2; k++) {
		pz_pdf_moments(&grid, k ? twice : p, &mean, &square);
		all_near((double[]){ mean, square, pz_pdf_mean(&grid, k ? twice : p) },
			 (const double[]){ moments[0], moments[1], moments[0] }, 3, 1e-13);
		for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
			double found = pz_pdf_quantile(&grid, k ? twice : p, quantiles[i][0]);

			all_near(&found, &quantiles[i][1], 1, 1e-12);
		}
	}
	pz_prior_apply(&grid, ratio, p, out);
	for (int b = 0; b < BINS; b++)
		assert_true(fabs(out[b] - p[b] * (1 + b) / sum) < 1e-15);
	/* sums are 1 to within PZ_PDF_SUM */
	assert_int_equal(pz_pdf_check(&grid, p), 0);
	p[4] += 0.99 * PZ_PDF_SUM;
	assert_int_equal(pz_pdf_check(&grid, p), 0);
	p[4] += 0.02 * PZ_PDF_SUM;
	assert_int_equal(pz_pdf_check(&grid, p), PZ_EDATA);
	p[8] = INFINITY;
	assert_int_equal(pz_pdf_check(&grid, p), PZ_EDATA);
	assert_string_equal(pz_error_text(), "p(z): expected probabilities, found inf in bin 8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_and_ratios_of_counts),
		cmocka_unit_test(numbers_of_a_pdf),
	};

	return cmocka_run_group_tests_name("p(z) and shares", tests, NULL, NULL);
}
