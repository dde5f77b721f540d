/* test_ahead.c -- order, the end, errors and leaving early */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/ahead.h>
#include <pz/error.h>

struct counter {
	int next, last, fails_at;
};

static int count_on(void *context, void *slot)
{
	struct counter *c = context;

	if (c->next == c->fails_at)
		return pz_fail(PZ_ECORRUPT, "number %d is bad", c->next);
	if (c->next == c->last)
		return 0;
	if (c->next % 7 == 0)
		usleep(200);
	*(int *)slot = c->next++;
	return 1;
}

static struct pz_ahead *begin(struct counter *c, int number[PZ_AHEAD_SLOTS])
{
	void *slot[PZ_AHEAD_SLOTS];
	struct pz_ahead *a;

	for (int i = 0; i < PZ_AHEAD_SLOTS; i++)
		slot[i] = &number[i];
	assert_int_equal(pz_ahead_begin(&a, count_on, c, slot), 0);
	return a;
}

static void test_in_order(void **state)
{
	struct counter c = { .last = 100, .fails_at = -1 };
	int number[PZ_AHEAD_SLOTS], n = 0;
	struct pz_ahead *a = begin(&c, number);
	void *slot;

	(void)state;
	while (pz_ahead_next(a, &slot) > 0) {
		if (n % 5 == 0)
			usleep(200);
		assert_int_equal(*(int *)slot, n++);
	}
	assert_int_equal(n, 100);
	assert_int_equal(pz_ahead_next(a, &slot), 0);
	assert_true(pz_ahead_waited(a) > 0);
	pz_ahead_end(a);
}

static void test_error_after_what_was_filled(void **state)
{
	struct counter c = { .last = 100, .fails_at = 10 };
	int number[PZ_AHEAD_SLOTS], n = 0;
	struct pz_ahead *a = begin(&c, number);
	void *slot;
	int rc;

	(void)state;
	while ((rc = pz_ahead_next(a, &slot)) > 0)
		n++;
	assert_int_equal(n, 10);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(rc, PZ_ECORRUPT);
		assert_string_equal(pz_error_text(), "number 10 is bad");
		rc = pz_ahead_next(a, &slot);
	}
	pz_ahead_end(a);
}

static void test_leaving_early(void **state)
{
	struct counter c = { .last = 1 << 30, .fails_at = -1 };
	int number[PZ_AHEAD_SLOTS];
	struct pz_ahead *a = begin(&c, number);
	void *slot;

	(void)state;
	assert_int_equal(pz_ahead_next(a, &slot), 1);
	pz_ahead_end(a);
	assert_true(c.next <= 1 + PZ_AHEAD_SLOTS);
	pz_ahead_end(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_error_after_what_was_filled),
		cmocka_unit_test(test_leaving_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
