/* test_sky_lanczos3.c -- the kernel's weights, and its sums beside plain loops */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/random.h>

#include "../../lib/cutout/lanczos3.h"

#define SIDE 40

static int prepare(void **state)
{
	(void)state;
	pz_lanczos3_prepare();
	return 0;
}

/* What a fraction f beyond the third pixel gives of the powers of the place there. */
static double moment(const struct lanczos3_phase *t, double rest, double f, int power)
{
	double sum = 0;

	for (int k = 0; k < LANCZOS3_TAPS; k++)
		sum += (t->weight[k] + rest * t->growth[k]) * pow(k - 2 - f, power);
	return sum;
}

static void weights_reproduce_every_cubic(void **state)
{
	(void)state;
	for (int i = 0; i <= LANCZOS3_PHASES; i++) {
		const struct lanczos3_phase *t = &pz_lanczos3_table[i];
		double f = (double)i / LANCZOS3_PHASES;

		assert_true(t->weight[6] == 0 && t->weight[7] == 0);
		assert_true(fabs(moment(t, 0, f, 0) - 1) < 1e-6);
		for (int power = 1; power <= 3; power++)
			assert_true(fabs(moment(t, 0, f, power)) < 1e-5);
		/* Half way to the next line the table is as good. */
		if (i < LANCZOS3_PHASES)
			for (int power = 1; power <= 3; power++)
				assert_true(fabs(moment(t, 0.5, f + 0.5 / LANCZOS3_PHASES, power)) <
					    2e-5);
	}
}

static void at_a_pixel_it_is_the_pixel(void **state)
{
	(void)state;
	for (int k = 0; k < LANCZOS3_TAPS; k++) {
		assert_true(pz_lanczos3_table[0].weight[k] == (k == 2));
		assert_true(pz_lanczos3_table[LANCZOS3_PHASES].weight[k] == (k == 3));
	}
}

/* The same sum with every addition in the order that lanczos3.h names. */
static float plain(const float *p, long stride, float fx, float fy)
{
	int x = (int)(fx * LANCZOS3_PHASES), y = (int)(fy * LANCZOS3_PHASES);
	float rx = fx * LANCZOS3_PHASES - (float)x, ry = fy * LANCZOS3_PHASES - (float)y;
	float v[LANCZOS3_TAPS];

	for (int l = 0; l < LANCZOS3_TAPS; l++) {
		for (int k = 0; k < LANCZOS3_ROWS; k++) {
			const struct lanczos3_phase *t = &pz_lanczos3_table[y];
			float product = (t->weight[k] + ry * t->growth[k]) * p[k * stride + l];

			v[l] = k ? v[l] + product : product;
		}
		v[l] *= pz_lanczos3_table[x].weight[l] + rx * pz_lanczos3_table[x].growth[l];
	}
	return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/* Where the kernels of points begin: anywhere; or group by group one after the other, forwards,
 * backwards, or with a step to the next line in between. */
static void place_kernels(struct pz_random *r, int32_t *at)
{
	for (int k = 0; k < SIDE; k++) {
		int kind = k / LANCZOS3_GROUP % 4, i = k % LANCZOS3_GROUP, line = k % 7;

		at[k] = (int32_t)(pz_random_uniform(r) * (SIDE - LANCZOS3_TAPS)) * SIDE +
			(int32_t)(pz_random_uniform(r) * (SIDE - LANCZOS3_TAPS));
		if (kind > 0 && i > 0)
			at[k] = at[k - 1] + (kind == 2 ? -1 : 1);
		else if (kind > 0)
			at[k] = line * SIDE + 10;
		if (kind == 3 && i == 5)
			at[k] += SIDE;
	}
}

/* The pixels as they are, and turned: x is down, and y along a line. */
static void sums_are_those_of_plain_loops(void **state)
{
	float pixel[SIDE * SIDE], turned[SIDE * SIDE], ones[SIDE * SIDE];
	float f[2][SIDE], rest[2][SIDE], sums[SIDE], wholes[SIDE];
	int32_t at[SIDE], phase[2][SIDE];
	struct lanczos3_points points = { at, { phase[0], phase[1] }, { rest[0], rest[1] } };
	struct lanczos3_pixels of[2] = { { pixel, 1, SIDE }, { pixel, SIDE, 1 } };
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 7, 1);
	for (int i = 0; i < SIDE * SIDE; i++) {
		pixel[i] = (float)pz_random_normal(&r);
		turned[i % SIDE * SIDE + i / SIDE] = pixel[i];
		ones[i] = 1;
	}
	place_kernels(&r, at);
	for (int k = 0; k < SIDE; k++) {
		f[0][k] = (float)pz_random_uniform(&r);
		f[1][k] = k % 8 == 3 ? 1 : k % 8 == 4 ? 0 : (float)pz_random_uniform(&r);
	}
	for (int k = 0; k < 2; k++)
		lanczos3_find(SIDE, f[k], phase[k], rest[k]);
	for (int t = 0; t < 2; t++)
		for (int k = 0; k < SIDE; k++) {
			int there = at[k] % SIDE * SIDE + at[k] / SIDE;
			const float *first = t ? turned + there : pixel + at[k];
			float expected = plain(first, SIDE, f[0][k], f[1][k]);
			float whole = plain(ones, SIDE, f[0][k], f[1][k]);

			if (k % LANCZOS3_GROUP == 0) {
				lanczos3_sum(&of[t], &points, k, sums + k);
				lanczos3_sum_ones(&points, k, wholes + k);
			}
			assert_memory_equal(&sums[k], &expected, sizeof expected);
			assert_memory_equal(&wholes[k], &whole, sizeof whole);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_reproduce_every_cubic),
		cmocka_unit_test(at_a_pixel_it_is_the_pixel),
		cmocka_unit_test(sums_are_those_of_plain_loops),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
