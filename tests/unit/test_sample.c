/* test_sample.c -- properties of normalisation, partition, balance and labels */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/balance.h>
#include <pz/error.h>
#include <pz/label.h>
#include <pz/normalize.h>
#include <pz/partition.h>
#include <pz/random.h>
#include <pz/threads.h>

#include "../../lib/stats/dispersion.h"

static const struct pz_grid grid = { .min = 0, .max = 0.4, .bins = 80, .left = 40, .right = 40 };
static const struct pz_rows rows = { .mag = "r", .min = 15.5, .width = 0.5, .channels = 3 };

/* Galaxies at z = 0.02 .. 0.35 whose estimates scatter by `scatter` and are pulled
 * towards 0.15, as a network's are. */
struct sample {
	struct pz_galaxies g;
	double *z, *zphot, *mag;
};

static struct sample make_sample(size_t n, double scatter, uint64_t seed)
{
	struct sample s = { .z = malloc(n * sizeof(double)),
			    .zphot = malloc(n * sizeof(double)),
			    .mag = malloc(n * sizeof(double)) };
	struct pz_random r;

	assert_true(s.z && s.zphot && s.mag);
	pz_random_init(&r, seed, 0);
	for (size_t i = 0; i < n; i++) {
		s.z[i] = 0.02 + 0.33 * pz_random_uniform(&r) * pz_random_uniform(&r);
		s.zphot[i] = s.z[i] + 0.1 * (0.15 - s.z[i]) + scatter * pz_random_normal(&r);
		s.mag[i] = 15 + 3 * pz_random_uniform(&r);
	}
	s.g = (struct pz_galaxies){ n, s.z, s.zphot, s.mag };
	return s;
}

static void free_sample(struct sample *s)
{
	free(s->z);
	free(s->zphot);
	free(s->mag);
}

static void stretches_are_odd_and_increase(void **state)
{
	const char *const names[] = { "sqrt", "asinh", "log", "none" };
	enum pz_stretch stretch;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		double last = -INFINITY;

		assert_int_equal(pz_normalize_find(names[i], &stretch), 0);
		assert_string_equal(pz_normalize_name(stretch), names[i]);
		for (double x = -1e4; x <= 1e4; x += 7.25) {
			double y = pz_normalize_value(stretch, 2, x);
			float pixel = (float)x;

			assert_true(y > last);
			assert_true(y == -pz_normalize_value(stretch, 2, -x));
			assert_int_equal(pz_normalize_pixels(stretch, 2, &pixel, 1), 0);
			assert_true(fabs((double)pixel - y) <= 1e-6 * fabs(y));
			last = y;
		}
	}
	assert_int_equal(pz_normalize_find("cbrt", &stretch), PZ_EUSAGE);
}

static void pixels_without_a_value_become_zero(void **state)
{
	float x[] = { 3, NAN, -INFINITY, INFINITY, -8 };

	(void)state;
	assert_int_equal(pz_normalize_pixels(PZ_STRETCH_SQRT, 1, x, 5), 3);
	assert_true(x[0] == 1 && x[1] == 0 && x[2] == 0 && x[3] == 0 && x[4] == -2);
}

static void parts_have_their_shares(void **state)
{
	struct pz_parts p;
	int count[4] = { 0 }, n = 50000;

	(void)state;
	assert_int_equal(pz_parts_parse(&p, "train=0.8,valid=0.04,test=0.1"), 0);
	assert_int_equal(p.count, 3);
	assert_int_equal(pz_parts_find(&p, "test"), 2);
	for (int i = 0; i < n; i++)
		count[pz_parts_of(&p, pz_id_hash_int(i, 1)) + 1]++;
	assert_true(abs(count[0] - 3000) < 300); /* of no part */
	assert_true(abs(count[1] - 40000) < 500);
	assert_true(abs(count[2] - 2000) < 250);
	assert_true(abs(count[3] - 5000) < 400);
}

static void parts_that_fill_lose_no_one(void **state)
{
	struct pz_parts p;

	(void)state;
	assert_int_equal(pz_parts_parse(&p, "a=0.7,b=0.2,c=0.1"), 0);
	assert_int_equal(pz_parts_of(&p, UINT64_MAX), 2);
	assert_int_equal(pz_parts_of(&p, 0), 0);
	assert_int_equal(pz_id_hash_int(-42, 5), pz_id_hash_text("-42", 3, 5));
	assert_true(pz_id_hash_int(42, 5) != pz_id_hash_int(42, 6));
}

static void wrong_parts_are_refused(void **state)
{
	const char *const wrong[] = { "",
				      "train",
				      "=0.5",
				      "a=",
				      "a=x",
				      "a=0.5x",
				      "a=0",
				      "a=-1",
				      "a=0.5,",
				      "a=0.5,a=0.2",
				      "a=0.9,b=0.2",
				      "a=nan",
				      "a=1.5",
				      "a_name_that_is_longer_than_31_bytes=0.5" };
	struct pz_parts p;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(pz_parts_parse(&p, wrong[i]), PZ_EUSAGE);
	assert_int_equal(pz_parts_parse(&p, "a=0.5,b=many,c=0.1"), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "parts: b: expected a share above 0 and up to 1, found 'many'");
	assert_int_equal(pz_parts_parse(&p, "a=0.5,bc,c=0.1"), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "parts: expected name=share, found 'bc'");
	assert_int_equal(pz_parts_parse(&p, "train=0.8,test=0.2"), 0);
	assert_int_equal(pz_parts_find(&p, "valid"), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "train, test"));
}

#define BALANCED 3000

static void cells_to_balance(int *row, int *bin, uint64_t *key)
{
	for (int i = 0; i < BALANCED; i++) {
		row[i] = i % 5;
		bin[i] = (int)sqrt(i) % 17;
		key[i] = pz_id_hash_int(i, 9);
	}
}

static void balance_never_exceeds_the_threshold(void **state)
{
	int row[BALANCED], bin[BALANCED], count[5][17] = { { 0 } }, whole[5][17] = { { 0 } };
	struct pz_balance b = { .threshold = 20, .fold = 2, .seed = 4 };
	struct pz_balance_counts counts;
	unsigned char keep[BALANCED];
	uint64_t key[BALANCED];
	size_t kept = 0;

	(void)state;
	cells_to_balance(row, bin, key);
	bin[5] = -1;
	assert_int_equal(pz_balance(&b, BALANCED, row, bin, key, keep, &counts), 0);
	for (int i = 0; i < BALANCED; i++) {
		kept += keep[i];
		if (bin[i] >= 0) {
			count[row[i]][bin[i]] += keep[i];
			whole[row[i]][bin[i]]++;
		} else {
			assert_false(keep[i]);
		}
	}
	assert_int_equal(counts.kept, kept);
	assert_int_equal(counts.outside, 1);
	for (int j = 0; j < 5; j++)
		for (int i = 0; i < 17; i++)
			assert_int_equal(count[j][i], whole[j][i] < 20 ? whole[j][i] : 20);
}

static void folds_are_disjoint_where_cells_allow(void **state)
{
	unsigned char keep[BALANCED], often[BALANCED] = { 0 };
	int row[BALANCED], bin[BALANCED];
	uint64_t key[BALANCED];

	(void)state;
	cells_to_balance(row, bin, key);
	memset(row, 0, sizeof row);
	for (int i = 0; i < BALANCED; i++)
		bin[i] = i % 6; /* cells of 500 */
	for (int fold = 1; fold <= 5; fold++) {
		struct pz_balance b = { .threshold = 100, .fold = fold, .seed = 4 };

		assert_int_equal(pz_balance(&b, BALANCED, row, bin, key, keep, NULL), 0);
		for (int i = 0; i < BALANCED; i++)
			often[i] += keep[i];
	}
	for (int i = 0; i < BALANCED; i++)
		assert_int_equal(often[i], 1); /* 5 x 100 of 500: each galaxy once */
}

static void balance_ignores_the_order_of_input(void **state)
{
	int row[BALANCED], bin[BALANCED], row2[BALANCED], bin2[BALANCED];
	struct pz_balance b = { .threshold = 7, .fold = 3, .seed = 2 };
	unsigned char keep[BALANCED], keep2[BALANCED];
	uint64_t key[BALANCED], key2[BALANCED];
	int differ = 0;

	(void)state;
	cells_to_balance(row, bin, key);
	for (int i = 0; i < BALANCED; i++) {
		int j = BALANCED - 1 - i;

		row2[j] = row[i];
		bin2[j] = bin[i];
		key2[j] = key[i];
	}
	assert_int_equal(pz_balance(&b, BALANCED, row, bin, key, keep, NULL), 0);
	assert_int_equal(pz_balance(&b, BALANCED, row2, bin2, key2, keep2, NULL), 0);
	for (int i = 0; i < BALANCED; i++)
		assert_int_equal(keep[i], keep2[BALANCED - 1 - i]);
	b.seed = 3;
	assert_int_equal(pz_balance(&b, BALANCED, row, bin, key, keep2, NULL), 0);
	for (int i = 0; i < BALANCED; i++)
		differ += keep[i] != keep2[i];
	assert_true(differ > 100);
	b.threshold = 0;
	assert_int_equal(pz_balance(&b, BALANCED, row, bin, key, keep, NULL), PZ_EARG);
}

/* Galaxies of one id, and so of one random number, in the order in which they come. */
static void galaxies_of_one_id_keep_their_order(void **state)
{
	enum { SAME = 50 };
	const struct pz_balance b = { .threshold = 20, .fold = 1, .seed = 4 };
	int row[SAME] = { 0 }, bin[SAME] = { 0 };
	unsigned char keep[SAME];
	uint64_t key[SAME];

	(void)state;
	for (int i = 0; i < SAME; i++)
		key[i] = 99;
	assert_int_equal(pz_balance(&b, SAME, row, bin, key, keep, NULL), 0);
	for (int i = 0; i < SAME; i++)
		assert_int_equal(keep[i], i < 20);
}

static void hard_labels_follow_the_rows(void **state)
{
	struct pz_rows one = rows;
	struct pz_label l[2];

	(void)state;
	assert_int_equal(pz_label_hard(&grid, &rows, 0.101, 16.1, l), 2); /* row 1 */
	assert_int_equal(l[0].channel, 0);
	assert_int_equal(l[1].channel, 1);
	assert_true(l[0].centre == 20 && l[0].width == 0 && l[1].centre == 20);
	assert_int_equal(pz_label_hard(&grid, &rows, 9, NAN, l), 1); /* beyond: last bin */
	assert_true(l[0].channel == 2 && l[0].centre == 79);
	assert_int_equal(pz_label_hard(&grid, &rows, NAN, 16, l), PZ_EDATA);
	one.channels = 1; /* the baseline */
	for (double mag = 10; mag < 30; mag++)
		assert_int_equal(pz_label_hard(&grid, &one, 0.1, mag, l), 1);
	assert_int_equal(l[0].channel, 0);
}

static void labels_sum_to_one(void **state)
{
	const struct pz_label label[] = { { 0, 20, 0 },     { 0, 20.4, 2.5 }, { 0, -60, 3 },
					  { 0, 1e4, 0.2 },  { 0, -1e5, 0 },   { 0, 79.6, 0.1 },
					  { 0, 40.5, 1000 } };
	double y[160];

	(void)state;
	for (size_t i = 0; i < sizeof label / sizeof *label; i++) {
		double sum = 0;

		pz_label_expand(&grid, &label[i], y);
		for (int k = 0; k < 160; k++)
			sum += y[k];
		assert_true(fabs(sum - 1) < 1e-12);
	}
	pz_label_expand(&grid, &label[0], y);
	assert_true(y[60] == 1);
	pz_label_expand(&grid, &label[3], y);
	assert_true(y[159] == 1);
	pz_label_expand(&grid, &label[4], y);
	assert_true(y[0] == 1);
}

static void dispersion_is_recovered(void **state)
{
	struct sample s = make_sample(20000, 0, 3);
	struct pz_random r;
	double sigma[3];

	(void)state;
	/* True redshifts that scatter by 4 bins about sharp estimates: the model itself. */
	pz_random_init(&r, 8, 0);
	for (size_t i = 0; i < s.g.n; i++) {
		s.zphot[i] = 0.1 + 0.1 * (double)pz_random_below(&r, 3);
		s.z[i] = s.zphot[i] + 4 * 0.005 * pz_random_normal(&r);
	}
	assert_int_equal(pz_dispersion_fit(&grid, &rows, &s.g, sigma, NULL), 0);
	for (int k = 0; k < 3; k++)
		assert_true(fabs(sigma[k] - 4) < 0.15);
	free_sample(&s);
}

static void means_shift_away_from_the_crowd(void **state)
{
	struct sample s = make_sample(20000, 0.015, 5);
	struct pz_label_model *m;
	struct pz_label l[2], plain[2];

	(void)state;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, NULL), 0);
	/* Galaxies crowd at low redshift: labels of the far ones move further out. */
	assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, 0.302, 16.6, l), 1);
	assert_int_equal(pz_label_soft(m, PZ_LABEL_NO_SHIFT, 0.302, 16.6, plain), 1);
	assert_true(plain[0].centre == 60);
	assert_true(l[0].centre > 60.2 && l[0].centre < 70);
	assert_true(l[0].width == plain[0].width && l[0].width > 0);
	assert_int_equal(pz_label_soft(m, PZ_LABEL_HARD, 0.302, 16.6, plain), 1);
	assert_true(plain[0].centre == l[0].centre && plain[0].width == 0);
	/* A cell without galaxies of the fit is computed when asked for. */
	assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, 0.399, 16.6, l), 1);
	assert_true(isfinite(l[0].centre));
	assert_int_equal(pz_label_soft(m, PZ_LABEL_STEP3, NAN, 16.6, l), PZ_EDATA);
	pz_label_free(m);
	free_sample(&s);
}

static void fit_is_the_same_at_any_thread_count(void **state)
{
	struct sample s = make_sample(5000, 0.01, 6);
	struct pz_label_model *one, *two;
	size_t n = 5 * 2 * 80;

	(void)state;
	pz_threads_use(1);
	assert_int_equal(pz_label_fit(&one, &grid, &rows, &s.g, NULL), 0);
	pz_threads_use(3);
	assert_int_equal(pz_label_fit(&two, &grid, &rows, &s.g, NULL), 0);
	pz_threads_use(0);
	assert_memory_equal(one->dispersion, two->dispersion, 3 * sizeof(double));
	assert_memory_equal(one->centre, two->centre, n * sizeof(double));
	pz_label_free(one);
	pz_label_free(two);
	free_sample(&s);
}

static void unfit_samples_are_refused(void **state)
{
	struct sample s = make_sample(10, 0.01, 6);
	struct pz_label_model *m;

	(void)state;
	s.zphot[7] = NAN;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, NULL), PZ_EDATA);
	assert_null(m);
	assert_non_null(strstr(pz_error_text(), "galaxy 7"));
	s.g.n = 0;
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, NULL), PZ_EDATA);
	s.g.n = 1; /* one galaxy: its channels get labels, the others the default width */
	assert_int_equal(pz_label_fit(&m, &grid, &rows, &s.g, NULL), 0);
	pz_label_free(m);
	free_sample(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stretches_are_odd_and_increase),
		cmocka_unit_test(pixels_without_a_value_become_zero),
		cmocka_unit_test(parts_have_their_shares),
		cmocka_unit_test(parts_that_fill_lose_no_one),
		cmocka_unit_test(wrong_parts_are_refused),
		cmocka_unit_test(balance_never_exceeds_the_threshold),
		cmocka_unit_test(folds_are_disjoint_where_cells_allow),
		cmocka_unit_test(galaxies_of_one_id_keep_their_order),
		cmocka_unit_test(balance_ignores_the_order_of_input),
		cmocka_unit_test(hard_labels_follow_the_rows),
		cmocka_unit_test(labels_sum_to_one),
		cmocka_unit_test(dispersion_is_recovered),
		cmocka_unit_test(means_shift_away_from_the_crowd),
		cmocka_unit_test(fit_is_the_same_at_any_thread_count),
		cmocka_unit_test(unfit_samples_are_refused),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
