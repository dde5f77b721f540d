/* test_constant.c -- what an answer that is the same for all galaxies loses, by hand */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../tools/train/constant.h"

static void single_labels(void **state)
{
	struct pz_lesson lesson[4] = { 0 };
	struct pz_examples e = { .count = 4, .lesson = lesson };
	struct pz_net_shape shape = { .bins = 4 };
	struct constant c;

	(void)state;
	for (int i = 0; i < 4; i++)
		lesson[i] = (struct pz_lesson){ .target = { { (float)(i / 2 + i / 3), 0 } },
						.channel = { 0, -1 } };
	/* Bins 0, 0, 1, 2. */
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(c.loss, 0.5 * log(2) + 2 * 0.25 * log(4), 1e-6);
	assert_float_equal(c.least, 0, 1e-9);
	assert_float_equal(constant_learned(&c, c.loss), 0, 1e-9);
	assert_float_equal(constant_learned(&c, c.loss / 4), 0.75, 1e-6);
}

static void labels_of_channels(void **state)
{
	/* One galaxy in channel 0, one in channels 0 and 1. */
	struct pz_lesson lesson[2] = {
		{ .target = { { 0, 0 } }, .channel = { 0, -1 } },
		{ .target = { { 1, 0 }, { 1, 0 } }, .channel = { 0, 1 } },
	};
	struct pz_examples e = { .count = 2, .lesson = lesson };
	struct pz_net_shape shape = { .bins = 2, .channels = 2 };
	struct constant c;
	double head1 = -(0.25 * log(0.25) + 0.75 * log(0.75)); /* (uniform + bin 1)/2 */
	double gate = head1;                                   /* (1, 0) and (1/2, 1/2) */

	(void)state;
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(c.loss, log(2) + head1 + gate, 1e-6);
	assert_float_equal(c.least, (log(2) + log(2)) / 2, 1e-6);
}

/* Labels that all are the same leave nothing to learn. */
static void one_label(void **state)
{
	struct pz_lesson lesson = { .target = { { 1, 0 } }, .channel = { 0, -1 } };
	struct pz_examples e = { .count = 1, .lesson = &lesson };
	struct pz_net_shape shape = { .bins = 3 };
	struct constant c;

	(void)state;
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(constant_learned(&c, 0), 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_labels),
		cmocka_unit_test(labels_of_channels),
		cmocka_unit_test(one_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
