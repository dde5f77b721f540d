/* test_sample_values.c -- parts, balanced cells and stretches, number by number */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/aperture.h>
#include <pz/balance.h>
#include <pz/error.h>
#include <pz/normalize.h>
#include <pz/partition.h>

/* ---- parts ---- */

/* Shares lie end to end, each half open, at the 53 upper bits of the hash. */
static void hashes_fall_into_shares(void **state)
{
	struct pz_parts p;

	(void)state;
	assert_int_equal(pz_parts_parse(&p, "a=1000/4000,b=0.5"), 0);
	assert_int_equal(p.count, 2);
	assert_true(p.part[0].share == 0.25 && p.part[1].share == 0.5);
	assert_string_equal(p.part[1].name, "b");
	assert_int_equal(pz_parts_of(&p, 0), 0);
	assert_int_equal(pz_parts_of(&p, 0x3fffffffffffffff), 0);
	assert_int_equal(pz_parts_of(&p, 0x4000000000000000), 1);
	assert_int_equal(pz_parts_of(&p, 0xbfffffffffffffff), 1);
	assert_int_equal(pz_parts_of(&p, 0xc000000000000000), -1);
	assert_int_equal(pz_parts_of(&p, UINT64_MAX), -1);
	/* what rounding leaves is the last part's */
	assert_int_equal(pz_parts_parse(&p, "a=0.5,b=0.4999999995"), 0);
	assert_int_equal(pz_parts_of(&p, UINT64_MAX), 1);
	assert_int_equal(pz_parts_parse(&p, "a=0.5,b=0.4999999985"), 0);
	assert_int_equal(pz_parts_of(&p, UINT64_MAX), -1);
	assert_int_equal(pz_parts_parse(&p, "a=1"), 0);
	assert_int_equal(pz_parts_of(&p, UINT64_MAX), 0);
}

static void parts_fail(const char *text, const char *why)
{
	struct pz_parts p;

	assert_int_equal(pz_parts_parse(&p, text), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), why);
}

static void parts_have_limits(void **state)
{
	char many[33 * 9 + 1] = "";
	struct pz_parts p;

	(void)state;
	assert_int_equal(pz_parts_parse(&p, "a=0.5,b=0.5000000005"), 0);
	parts_fail("a=0.5,b=0.5000000015", "parts: expected shares of at most 1 together, found 1");
	parts_fail("a=0.75,b=0.5", "parts: expected shares of at most 1 together, found 1.25");
	parts_fail("a=1.0001", "parts: a: expected a share above 0 and up to 1, found '1.0001'");
	parts_fail("a=1/", "parts: a: expected a share above 0 and up to 1, found '1/'");
	parts_fail("a=/2", "parts: a: expected a share above 0 and up to 1, found '/2'");
	parts_fail("a=1/2/3", "parts: a: expected a share above 0 and up to 1, found '1/2/3'");
	parts_fail("a=1/0", "parts: a: expected a share above 0 and up to 1, found '1/0'");
	parts_fail("b=0.1,a=0.2,b=0.3", "parts: 'b' is listed twice");
	parts_fail("=1", "parts: expected name=share, found '=1'");
	assert_int_equal(pz_parts_parse(&p, "a123456789012345678901234567890=1"), 0);
	assert_int_equal(strlen(p.part[0].name), 31);
	parts_fail("a1234567890123456789012345678901=1",
		   "parts: expected name=share, found 'a1234567890123456789012345678901=1'");
	for (int i = 0; i < 33; i++)
		sprintf(many + strlen(many), "%sp%02d=0.01", i ? "," : "", i);
	parts_fail(many, "parts: expected at most 32");
	many[32 * 9 - 1] = '\0';
	assert_int_equal(pz_parts_parse(&p, many), 0);
	assert_int_equal(p.count, 32);
	assert_int_equal(pz_parts_find(&p, "p31"), 31);
	assert_int_equal(pz_parts_find(&p, "p00"), 0);
	assert_int_equal(pz_parts_parse(&p, "one=0.1,two=0.1"), 0);
	assert_int_equal(pz_parts_find(&p, "three"), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "part: expected one of one, two, found 'three'");
}

static void ids_are_hashed_as_their_text(void **state)
{
	(void)state;
	assert_true(pz_id_hash_int(INT64_MIN, 3) == pz_id_hash_text("-9223372036854775808", 20, 3));
	assert_true(pz_id_hash_int(INT64_MAX, 3) == pz_id_hash_text("9223372036854775807", 19, 3));
	assert_true(pz_id_hash_int(0, 0) == pz_id_hash_text("0", 1, 0));
}

/* ---- balance ---- */

/* The order of a cell of five, from windows of one. */
static void order_of_cell(const uint64_t key[5], int order[5])
{
	const int zero[5] = { 0 };
	unsigned char keep[5];

	for (int fold = 1; fold <= 5; fold++) {
		struct pz_balance b = { 1, fold, 7 };

		assert_int_equal(pz_balance(&b, 5, zero, zero, key, keep, NULL), 0);
		order[fold - 1] = -1;
		for (int i = 0; i < 5; i++)
			if (keep[i]) {
				assert_int_equal(order[fold - 1], -1);
				order[fold - 1] = i;
			}
		assert_true(order[fold - 1] >= 0);
	}
}

/* Each fold takes the galaxies behind those of the one before, round and round. */
static void folds_go_round_their_cell(void **state)
{
	const uint64_t key[5] = { 11, 22, 33, 44, 55 };
	const int zero[5] = { 0 };
	int order[5];

	(void)state;
	order_of_cell(key, order);
	for (int t = 1; t <= 6; t++)
		for (int fold = 1; fold <= 12; fold++) {
			struct pz_balance b = { (size_t)t, fold, 7 };
			struct pz_balance_counts counts;
			unsigned char keep[5], expected[5] = { 0 };

			assert_int_equal(pz_balance(&b, 5, zero, zero, key, keep, &counts), 0);
			for (int k = 0; k < t; k++)
				expected[order[((fold - 1) * t + k) % 5]] = 1;
			if (t >= 5)
				memset(expected, 1, 5);
			assert_memory_equal(keep, expected, 5);
			assert_int_equal(counts.kept, t < 5 ? t : 5);
			assert_int_equal(counts.cells, 1);
			assert_int_equal(counts.cells_cut, t < 5);
		}
}

/* A cell is a row and a bin; what has neither is outside. */
static void cells_are_counted(void **state)
{
	const int row[] = { 0, 1, 0, 1, 2, 2, 2, -1, 0, -2 };
	const int bin[] = { 3, 3, 3, 0, 3, 3, 3, 3, -1, -1 };
	const uint64_t key[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct pz_balance b = { 2, 1, 0 };
	struct pz_balance_counts counts;
	unsigned char keep[10];

	(void)state;
	memset(keep, 9, sizeof keep);
	assert_int_equal(pz_balance(&b, 10, row, bin, key, keep, &counts), 0);
	assert_int_equal(counts.cells, 4);
	assert_int_equal(counts.cells_cut, 1);
	assert_int_equal(counts.kept, 6);
	assert_int_equal(counts.outside, 3);
	for (int i = 0; i < 4; i++)
		assert_int_equal(keep[i], 1);
	assert_int_equal(keep[4] + keep[5] + keep[6], 2);
	for (int i = 7; i < 10; i++)
		assert_int_equal(keep[i], 0);
	assert_int_equal(pz_balance(&b, 0, row, bin, key, keep, &counts), 0);
	assert_int_equal(counts.cells + counts.kept + counts.outside, 0);
	b.fold = 0;
	assert_int_equal(pz_balance(&b, 10, row, bin, key, keep, NULL), PZ_EARG);
	assert_string_equal(pz_error_text(),
			    "balance: expected threshold and fold from 1, found 2 and 0");
}

/* ---- stretches ---- */

static void stretches_have_their_values(void **state)
{
	static const struct {
		enum pz_stretch stretch;
		double of30, inverse3;
	} cases[] = { { PZ_STRETCH_NONE, 15, 6 },
		      { PZ_STRETCH_SQRT, 3, 30 },
		      { PZ_STRETCH_ASINH, 3.402306645, 20.03574985 },
		      { PZ_STRETCH_LOG, 2.772588722, 38.17107385 } };
	enum pz_stretch stretch;

	(void)state;
	for (int i = 0; i < 4; i++) {
		enum pz_stretch s = cases[i].stretch;
		float x[] = { 30, -30, 0, FLT_MAX, -FLT_MAX, NAN, -INFINITY };

		for (int sign = -1; sign <= 1; sign += 2) {
			assert_true(fabs(pz_normalize_value(s, 2, sign * 30) -
					 sign * cases[i].of30) < 1e-8);
			assert_true(fabs(pz_normalize_inverse(s, 2, sign * 3) -
					 sign * cases[i].inverse3) < 1e-7);
		}
		assert_int_equal(pz_normalize_pixels(s, 2, x, 7), 2);
		assert_true(fabs((double)x[0] - cases[i].of30) < 1e-6);
		assert_true(fabs((double)x[1] + cases[i].of30) < 1e-6);
		assert_true(x[2] == 0 && x[5] == 0 && x[6] == 0);
		assert_true(fabs((double)x[3] / pz_normalize_value(s, 2, (double)FLT_MAX) - 1) <
			    1e-6);
		assert_true(x[4] == -x[3]);
	}
	assert_int_equal(pz_normalize_find("cube", &stretch), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "stretch: expected sqrt, asinh, log or none, found 'cube'");
}

/* The largest float is a number, what a division makes larger is none. */
static void pixels_are_finite_numbers(void **state)
{
	float x[] = { FLT_MAX, -FLT_MAX, 1e38f, 0.75f * FLT_MAX };

	(void)state;
	assert_int_equal(pz_normalize_pixels(PZ_STRETCH_NONE, 1, x, 2), 0);
	assert_true(x[0] == FLT_MAX && x[1] == -FLT_MAX);
	assert_int_equal(pz_normalize_pixels(PZ_STRETCH_NONE, 0.5, x, 4), 3);
	assert_true(x[0] == 0 && x[1] == 0 && x[2] == 2e38f && x[3] == 0);
}

static void apertures_fit_into_stamps(void **state)
{
	struct pz_aperture *a;

	(void)state;
	assert_int_equal(pz_aperture_new(&a, 10, 5.001), PZ_EARG);
	assert_string_equal(pz_error_text(), "aperture: expected a radius up to 5 pixels, half of "
					     "the stamp, found 5.001");
	assert_int_equal(pz_aperture_new(&a, 10, 5), 0);
	pz_aperture_free(a);
	pz_aperture_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_fall_into_shares),
		cmocka_unit_test(parts_have_limits),
		cmocka_unit_test(ids_are_hashed_as_their_text),
		cmocka_unit_test(folds_go_round_their_cell),
		cmocka_unit_test(cells_are_counted),
		cmocka_unit_test(stretches_have_their_values),
		cmocka_unit_test(pixels_are_finite_numbers),
		cmocka_unit_test(apertures_fit_into_stamps),
	};

	return cmocka_run_group_tests_name("values of samples", tests, NULL, NULL);
}
