/* test_constant.c -- what an answer that is the same for all galaxies loses, by hand */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

/* A large sample is looked at in 10000 places, evenly: of 20001 galaxies in every second one. */
static void of_many_galaxies_a_part_is_looked_at(void **state)
{
	enum { MANY = 20001, SAMPLE = 10000 };
	struct pz_lesson *lesson = calloc(MANY, sizeof *lesson);
	struct pz_examples e = { .count = MANY, .lesson = lesson };
	struct pz_net_shape shape = { .bins = 3 };
	double share[3] = { 0 }, loss = 0;
	struct constant c;

	(void)state;
	assert_non_null(lesson);
	for (int i = 0; i < MANY; i++)
		lesson[i] = (struct pz_lesson){ .target = { { i % 2 ? 2 : i < 3000, 0 } },
						.channel = { 0, -1 } };
	/* the places are 0, 2, 4, ... 19998 */
	for (int k = 0; k < SAMPLE; k++)
		share[2 * k < 3000] += 1. / SAMPLE;
	for (int b = 0; b < 3; b++)
		loss -= share[b] > 0 ? share[b] * log(share[b]) : 0;
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(c.loss, loss, 1e-9);
	/* and all of 10000 */
	e.count = SAMPLE;
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(c.loss, -(0.5 * log(0.5) + 0.15 * log(0.15) + 0.35 * log(0.35)), 1e-9);
	free(lesson);
}

/* Soft labels keep their own entropy, which is what no answer is below. */
static void soft_labels_leave_their_width(void **state)
{
	struct pz_lesson lesson[3] = { { .target = { { 2, 1.5f } }, .channel = { 0, -1 } },
				       { .target = { { 5, 0.75f } }, .channel = { 0, -1 } },
				       { .target = { { 6, 0 } }, .channel = { 0, -1 } } };
	struct pz_examples e = { .count = 3, .lesson = lesson };
	struct pz_net_shape shape = { .bins = 9 };
	double mean[9] = { 0 }, least = 0, loss = 0;
	struct constant c;

	(void)state;
	for (int i = 0; i < 3; i++) {
		float y[9];

		pz_target_expand(lesson[i].target[0], 9, y);
		for (int b = 0; b < 9; b++) {
			mean[b] += (double)y[b] / 3;
			least -= y[b] > 0 ? (double)y[b] * log((double)y[b]) / 3 : 0;
		}
	}
	for (int b = 0; b < 9; b++)
		loss -= mean[b] > 0 ? mean[b] * log(mean[b]) : 0;
	assert_int_equal(constant_measure(&e, &shape, &c), 0);
	assert_float_equal(c.loss, loss, 1e-9);
	assert_float_equal(c.least, least, 1e-9);
	assert_true(c.least > 0.5);
	assert_float_equal(constant_learned(&c, (loss + 3 * least) / 4), 0.75, 1e-9);
	/* worse than the constant is less than nothing */
	assert_float_equal(constant_learned(&c, 2 * loss - least), -1, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_labels),
		cmocka_unit_test(labels_of_channels),
		cmocka_unit_test(one_label),
		cmocka_unit_test(of_many_galaxies_a_part_is_looked_at),
		cmocka_unit_test(soft_labels_leave_their_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
