/* test_pace.c -- when a long run speaks, and what it expects */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pz/progress.h>

#include "../../tools/train/pace.h"

static void the_whole_is_told_once_after_ten_steps(void **state)
{
	struct pace p;
	double now = 100;

	(void)state;
	pace_begin(&p, 128000, now);
	now += 2; /* the first takes long */
	assert_int_equal(pace_add(&p, 128, now), PACE_NOTHING);
	for (int i = 2; i <= 10; i++)
		assert_int_equal(pace_add(&p, 128, now += 0.1), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 128, now += 0.1), PACE_EXPECTED);
	/* 989 of 1000 steps are left */
	assert_float_equal(pace_left(&p, now), 98.9, 1e-9);
	for (int i = 12; i <= 1000; i++)
		assert_int_equal(pace_add(&p, 128, now += 0.1), PACE_NOTHING);
	assert_float_equal(pace_left(&p, now), 0, 1e-9);
}

static void slow_steps_and_short_runs_are_told_earlier(void **state)
{
	struct pace p;

	(void)state;
	pace_begin(&p, 1e6, 0);
	assert_int_equal(pace_add(&p, 1, 30), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 34), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 38), PACE_EXPECTED);
	assert_float_equal(pace_left(&p, 38), 4.0 * (1e6 - 3), 1e-6);
	pace_begin(&p, 12, 0);
	assert_int_equal(pace_add(&p, 4, 1), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 4, 2), PACE_EXPECTED);
	assert_int_equal(pace_add(&p, 4, 3), PACE_NOTHING);
	pace_begin(&p, 4, 0);
	assert_int_equal(pace_add(&p, 4, 1), PACE_NOTHING);
}

static void silence_lasts_three_minutes(void **state)
{
	struct pace p;
	int said = 0;

	(void)state;
	pace_begin(&p, 1e5, 0);
	for (int i = 1; i <= 3600; i++)
		said += pace_add(&p, 1, i) == PACE_STILL;
	assert_int_equal(said, 19); /* an hour, of which the first line was the expectation */
}

/* Ten steps more than the first, twenty in all, five seconds, three minutes: with just as many it
 * is told, with less it is not. */
static void limits_are_met_exactly(void **state)
{
	struct pace p;

	(void)state;
	/* of 21 steps the time is predicted after the tenth, of 20 after the second */
	for (int all = 20; all <= 21; all++) {
		pace_begin(&p, 8 * all, 0);
		assert_int_equal(pace_add(&p, 8, 1), PACE_NOTHING);
		assert_int_equal(pace_add(&p, 8, 2), all == 20 ? PACE_EXPECTED : PACE_NOTHING);
	}
	for (int steps = 3; steps <= 10; steps++)
		assert_int_equal(pace_add(&p, 8, 2), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 8, 2), PACE_EXPECTED);
	/* five seconds after the first step */
	pace_begin(&p, 1000, 10);
	assert_int_equal(pace_add(&p, 1, 20), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 24.9375), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 25), PACE_EXPECTED);
	/* three minutes after that */
	assert_int_equal(pace_add(&p, 1, 204.9375), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 205), PACE_STILL);
	assert_int_equal(pace_add(&p, 1, 384.9375), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 385), PACE_STILL);
	/* a stage that is done is not predicted */
	pace_begin(&p, 2, 0);
	assert_int_equal(pace_add(&p, 1, 1), PACE_NOTHING);
	assert_int_equal(pace_add(&p, 1, 9), PACE_NOTHING);
}

/* What is left takes as long as what was done since the first step, of whatever size. */
static void what_is_left_follows_from_all_steps_but_the_first(void **state)
{
	struct pace p;

	(void)state;
	pace_begin(&p, 100, 0);
	assert_float_equal(pace_left(&p, 5), 0, 0);
	pace_add(&p, 30, 50);
	assert_float_equal(pace_left(&p, 60), 0, 0); /* nothing was measured */
	pace_add(&p, 4, 58);
	pace_add(&p, 16, 62);
	assert_float_equal(pace_left(&p, 62), 50 * 12 / 20., 1e-12);
	assert_float_equal(pace_left(&p, 70), 50 * 20 / 20., 1e-12);
	assert_float_equal(pace_left(&p, 50), 0, 0); /* a clock that went back */
}

static void times_are_for_people(void **state)
{
	const struct {
		double seconds;
		const char *text;
	} of[] = { { 0, "under 1 s" },   { 0.99, "under 1 s" },  { 12.4, "12 s" },
		   { 59.4, "59 s" },     { 59.6, "0:01 h" },     { 3900, "1:05 h" },
		   { 86400, "24:00 h" }, { 1e300, "a lifetime" } };
	char text[PZ_TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		assert_string_equal(pz_time_text(of[i].seconds, text), of[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_is_told_once_after_ten_steps),
		cmocka_unit_test(slow_steps_and_short_runs_are_told_earlier),
		cmocka_unit_test(silence_lasts_three_minutes),
		cmocka_unit_test(limits_are_met_exactly),
		cmocka_unit_test(what_is_left_follows_from_all_steps_but_the_first),
		cmocka_unit_test(times_are_for_people),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
