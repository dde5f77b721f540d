/* test_values.c -- values by their bytes, and the tallies that inspect makes of them */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/map.h>
#include <pz/random.h>

#include "../../tools/inspect/tally.h"

static const struct {
	const char *bytes;
	size_t size;
	enum pz_type type;
	double number;
	const char *text;
} numbers[] = {
	{ "\x07", 1, PZ_INTEGER, 7, "7" },
	{ "\xff", 1, PZ_INTEGER, -1, "-1" },
	{ "\xcc\xff", 2, PZ_INTEGER, 255, "255" },
	{ "\xcd\x01\x00", 3, PZ_INTEGER, 256, "256" },
	{ "\xce\xff\xff\xff\xff", 5, PZ_INTEGER, 4294967295., "4294967295" },
	{ "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", 9, PZ_INTEGER, 18446744073709551615.,
	  "18446744073709551615" },
	{ "\xd0\x80", 2, PZ_INTEGER, -128, "-128" },
	{ "\xd1\xff\xfe", 3, PZ_INTEGER, -2, "-2" },
	{ "\xd2\x80\x00\x00\x00", 5, PZ_INTEGER, -2147483648., "-2147483648" },
	{ "\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9, PZ_INTEGER, -9223372036854775808.,
	  "-9223372036854775808" },
	{ "\xca\x3d\xcc\xcc\xcd", 5, PZ_FLOAT, 0.1f, "0.1" },
	{ "\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", 9, PZ_FLOAT, 0.1, "0.1" },
	{ "\xcb\x3f\xd3\x33\x33\x33\x33\x33\x34", 9, PZ_FLOAT, 0.1 + 0.2, "0.30000000000000004" },
	{ "\xcb\xff\xf0\0\0\0\0\0\0", 9, PZ_FLOAT, -INFINITY, "-inf" },
};

static void numbers_of_all_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		char text[64] = "";
		FILE *to = fmemopen(text, sizeof text, "w");

		assert_int_equal(pz_value_type(numbers[i].bytes), numbers[i].type);
		assert_true(pz_value_number(numbers[i].bytes, numbers[i].size, NAN) ==
			    numbers[i].number);
		pz_value_print_number(numbers[i].bytes, numbers[i].size, to);
		fclose(to);
		assert_string_equal(text, numbers[i].text);
	}
	assert_true(pz_value_number("\xc0", 1, 5) == 5);
	assert_true(pz_value_number("\xa1x", 2, 5) == 5);
}

/* In the fewest digits that bring a number back, at least 15, of a float32 6. */
static void numbers_are_printed_in_the_digits_that_they_need(void **state)
{
	static const struct {
		double x;
		bool narrow;
		const char *text;
	} cases[] = { { 1e14, false, "100000000000000" },
		      { 1e15, false, "1e+15" },
		      { 0.1, false, "0.1" },
		      { 0.1 + 0.2, false, "0.30000000000000004" },
		      { 123456789012345678, false, "1.2345678901234568e+17" },
		      { NAN, false, "nan" },
		      { INFINITY, false, "inf" },
		      { 100000, true, "100000" },
		      { 1e6, true, "1e+06" },
		      { 0.1F, true, "0.1" },
		      { 16777216, true, "16777216" },
		      { 1.F / 3, true, "0.33333334" } };
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pz_value_format(cases[i].x, cases[i].narrow, text, sizeof text);
		assert_string_equal(text, cases[i].text);
	}
}

static void bytes_of_texts_and_bins(void **state)
{
	size_t n = 9;

	(void)state;
	assert_memory_equal(pz_value_bytes("\xa2hi", 3, &n), "hi", 2);
	assert_int_equal(n, 2);
	assert_memory_equal(pz_value_bytes("\xd9\2hi", 4, &n), "hi", 2);
	assert_memory_equal(pz_value_bytes("\xda\0\2hi", 5, &n), "hi", 2);
	assert_memory_equal(pz_value_bytes("\xc4\2hi", 4, &n), "hi", 2);
	assert_memory_equal(pz_value_bytes("\xc6\0\0\0\2hi", 7, &n), "hi", 2);
	assert_int_equal(n, 2);
	assert_null(pz_value_bytes("\x07", 1, &n));
	assert_null(pz_value_bytes("\x91\x07", 2, &n));
}

static void items_of_an_array(void **state)
{
	static const char raw[] = "\x93\x01\x92\x02\x03\xa1z";
	const void *item = NULL;
	size_t n = 0, sizes[4], count = 0;

	(void)state;
	while (pz_value_next(raw, sizeof raw - 1, &item, &n))
		sizes[count++] = n;
	assert_int_equal(count, 3);
	assert_int_equal(sizes[0], 1);
	assert_int_equal(sizes[1], 3);
	assert_int_equal(sizes[2], 2);
	item = NULL;
	assert_false(pz_value_next("\x90", 1, &item, &n));
	assert_false(pz_value_next("\x07", 1, &item, &n));
}

static void tally_of_a_few(void **state)
{
	static const double x[] = { 3, NAN, -1, 10, 4 };
	struct tally t;

	(void)state;
	tally_init(&t);
	assert_true(isnan(tally_median(&t)) && isnan(tally_mean(&t)));
	for (int i = 0; i < 5; i++)
		assert_int_equal(tally_add(&t, x[i]), 0);
	assert_int_equal(t.count, 5);
	assert_int_equal(t.nan, 1);
	assert_true(t.min == -1 && t.max == 10);
	assert_true(tally_mean(&t) == 4);
	assert_true(tally_median(&t) == 3.5);
	tally_release(&t);
}

/* Beyond what is kept the median is a sample's: half of all numbers lie below it,
 * to five standard errors, also where they rise from first to last. */
static void tally_of_very_many(void **state)
{
	const int n = 20 * TALLY_KEPT;
	struct pz_random r;
	struct tally rising, random;

	(void)state;
	tally_init(&rising);
	tally_init(&random);
	pz_random_init(&r, 7, 0);
	for (int i = 0; i < n; i++) {
		tally_add(&rising, (i + 0.5) / n);
		tally_add(&random, pz_random_uniform(&r));
	}
	assert_true(fabs(tally_median(&rising) - 0.5) < 5 * 0.5 / sqrt(TALLY_KEPT));
	assert_true(fabs(tally_median(&random) - 0.5) < 5 * 0.5 / sqrt(TALLY_KEPT));
	assert_true(fabs(tally_mean(&rising) - 0.5) < 1e-9);
	tally_release(&rising);
	tally_release(&random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_all_formats),
		cmocka_unit_test(numbers_are_printed_in_the_digits_that_they_need),
		cmocka_unit_test(bytes_of_texts_and_bins),
		cmocka_unit_test(items_of_an_array),
		cmocka_unit_test(tally_of_a_few),
		cmocka_unit_test(tally_of_very_many),
	};

	return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
