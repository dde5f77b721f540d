/* test_missing.c -- numbers that stand for "no value" */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/missing.h>

static void a_list_is_read(void **state)
{
	struct pz_missing m;

	(void)state;
	assert_int_equal(pz_missing_parse(&m, "-99, -99.9,1e30"), 0);
	assert_true(m.given);
	assert_int_equal(m.count, 3);
	assert_true(pz_missing_is(&m, -99));
	assert_true(pz_missing_is(&m, -99.9));
	assert_true(pz_missing_is(&m, (double)-99.9f));
	assert_true(pz_missing_is(&m, 1e30));
	assert_false(pz_missing_is(&m, -98.9));
	assert_false(pz_missing_is(&m, NAN));
}

static void none_is_a_list_too(void **state)
{
	struct pz_missing m;

	(void)state;
	assert_int_equal(pz_missing_parse(&m, "none"), 0);
	assert_true(m.given);
	assert_int_equal(m.count, 0);
	assert_int_equal(pz_missing_parse(&m, NULL), 0);
	assert_false(m.given);
}

static void what_is_no_number_is_refused(void **state)
{
	const char *const bad[] = { "", "x", "-99,", "-99;1", "-99 1", ",1" };
	struct pz_missing m;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(pz_missing_parse(&m, bad[i]), PZ_EUSAGE);
	assert_int_equal(
		pz_missing_parse(
			&m, "1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6"),
		PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "at most 32"));
}

static void sentinels_are_no_redshifts_and_no_magnitudes(void **state)
{
	const double sentinel[] = {
		-99,
		-999,
		-9999,
		-99.9,
		-99.99,
		99,
		99.9,
		99.99,
		999,
		9999,
		-9.999995e8,
		-1.6375e30,
		1e20,
		1e30,
		NAN,
		INFINITY,
		-32768,
		-2147483648.,
		-9223372036854775808.,
		3.4028234663852886e38,
		-1e30,
		99999,
		9.969209968386869e36,
		-3.4028234663852886e38,
		1.7976931348623157e308,
		-99999,
		65535,
	};

	(void)state;
	for (size_t i = 0; i < sizeof sentinel / sizeof *sentinel; i++) {
		assert_false(pz_is_redshift(sentinel[i]));
		if (fabs(sentinel[i]) < 1e38)
			assert_false(pz_is_redshift((double)(float)sentinel[i]));
		assert_false(pz_is_magnitude(sentinel[i]));
	}
	assert_false(pz_is_redshift(-1));
	assert_true(pz_is_redshift(-0.0028)); /* a star's */
	assert_true(pz_is_redshift(12));
	assert_true(pz_is_magnitude(-1.5)); /* Sirius */
	assert_true(pz_is_magnitude(99.5));
	/* Of other numbers 65535 is a value, and infinity no sentinel. */
	assert_false(pz_missing_suspect(65535));
	assert_false(pz_missing_suspect(INFINITY));
	assert_true(pz_missing_suspect(-2147483648.));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read),
		cmocka_unit_test(none_is_a_list_too),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(sentinels_are_no_redshifts_and_no_magnitudes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
