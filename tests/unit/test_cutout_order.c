/* test_cutout_order.c -- stamps of frames that lie in memory one way or another, beside plain sums
 *
 * Rows of a stamp that run along columns of a frame are made from a turned copy of its pixels, and
 * frames of some widths are copied too: whichever it is, every pixel is the sum of lanczos3.h.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/random.h>

#include "../../lib/cutout/lanczos3.h"
#include "../../lib/cutout/resample.h"

enum { WIDE = 512, HIGH = 90, SIZE = 40 };

static int prepare(void **state)
{
	(void)state;
	pz_lanczos3_prepare();
	return 0;
}

/* Noise, of which one pixel in `rare` is bad; 0: none. A column more where width is WIDE + 1. */
static float *make_frame(long width, int rare)
{
	float *frame = malloc((size_t)width * HIGH * sizeof *frame);
	struct pz_random r;

	assert_non_null(frame);
	pz_random_init(&r, 11, 3);
	for (int y = 0; y < HIGH; y++)
		for (int x = 0; x < width; x++) {
			frame[y * width + x] = x < WIDE ? 10 + (float)pz_random_normal(&r) : NAN;
			if (x < WIDE && rare && pz_random_uniform(&r) * rare < 1)
				frame[y * width + x] = (x + y) % 2 ? NAN : INFINITY;
		}
	return frame;
}

/* The map whose rows run so many radians off the frame's; flipped: from the last column on. */
static struct stamp_map make_map(double x, double y, double angle, bool flipped)
{
	struct stamp_map m = { .kind = MAP_AFFINE };
	double half = SIZE / 2.0 * 1.5, step = flipped ? -1.01 : 1.01;

	memcpy(m.c[0], (double[6]){ x, step * cos(angle), -sin(angle) }, sizeof m.c[0]);
	memcpy(m.c[1], (double[6]){ y, step * sin(angle), cos(angle) }, sizeof m.c[1]);
	for (int k = 0; k < 2; k++) {
		m.low[k] = m.c[k][0] - half;
		m.high[k] = m.c[k][0] + half;
	}
	return m;
}

static double weight(double f, int tap)
{
	int phase = (int)(f * LANCZOS3_PHASES);
	const struct lanczos3_phase *t = &pz_lanczos3_table[phase];

	return t->weight[tap] + (f * LANCZOS3_PHASES - phase) * t->growth[tap];
}

/* The pixel at (x, y) of the frame, and the share of its kernel that has data. */
static double sum_plainly(const float *frame, long width, double x, double y, double *share)
{
	long x0 = (long)floor(x), y0 = (long)floor(y);
	double sum = 0;

	*share = 0;
	for (long j = 0; j < 6; j++)
		for (long l = 0; l < 6; l++) {
			long a = x0 - 2 + l, b = y0 - 2 + j;
			double w = weight(x - (double)x0, (int)l) * weight(y - (double)y0, (int)j);

			if (a < 0 || b < 0 || a >= width || b >= HIGH ||
			    !isfinite(frame[b * width + a]))
				continue;
			sum += w * frame[b * width + a];
			*share += w;
		}
	return *share >= 0.5 ? sum / *share : 0;
}

static void make_stamp(const float *frame, long width, const struct stamp_map *m, float *stamp,
		       double *cover)
{
	struct window w = { frame, width, HIGH, 0, HIGH, .scale = 1 };
	struct resampling what = { .window = &w, .map = m, .kernel = PZ_LANCZOS3, .size = SIZE };
	struct resampler r = { 0 };

	assert_int_equal(pz_resample(&r, &what, stamp, cover), 0);
	pz_resampler_release(&r);
}

static void check_stamp(const float *frame, long width, const struct stamp_map *m,
			const float *stamp, double cover)
{
	double area = fabs(m->c[0][1] * m->c[1][2] - m->c[0][2] * m->c[1][1]), all = 0;

	for (int j = 0; j < SIZE; j++)
		for (int i = 0; i < SIZE; i++) {
			double xy[2], share, value;

			map_point(m, i - (SIZE - 1) / 2.0, j - (SIZE - 1) / 2.0, xy);
			value = sum_plainly(frame, width, xy[0], xy[1], &share) * area;
			all += share < 0.5 ? 0 : fmin(share, 1);
			assert_true(fabs(stamp[j * SIZE + i] - value) < 2e-5 * (1 + fabs(value)));
		}
	assert_true(fabs(cover - all / (SIZE * SIZE)) < 1e-5);
}

/* In all directions, a little off them, and by the edge of a frame. */
static void every_pixel_is_the_sum_of_its_kernel(void **state)
{
	static const double off[] = { 0, 0.001, -0.02, 0.3 };
	float stamp[SIZE * SIZE];
	double cover;

	(void)state;
	for (int rare = 0; rare <= 40; rare += 40) {
		float *frame = make_frame(WIDE, rare);

		for (int k = 0; k < 4 * 4 * 2 * 2; k++) {
			double angle = M_PI / 2 * (k % 4) + off[k / 4 % 4];
			struct stamp_map m =
				make_map(k / 32 ? 20.3 : 200.4, 45.6, angle, k / 16 % 2);

			make_stamp(frame, WIDE, &m, stamp, &cover);
			check_stamp(frame, WIDE, &m, stamp, cover);
		}
		free(frame);
	}
}

/* A frame whose rows share the places of the cache is copied; one with a column more is not. */
static void the_width_of_a_frame_changes_no_byte(void **state)
{
	float *narrow = make_frame(WIDE, 0), *wide = malloc((WIDE + 1) * HIGH * sizeof *wide);
	float stamp[2][SIZE * SIZE];
	double cover[2];

	(void)state;
	assert_non_null(wide);
	for (int y = 0; y < HIGH; y++) {
		memcpy(wide + y * (WIDE + 1), narrow + y * WIDE, WIDE * sizeof *wide);
		wide[y * (WIDE + 1) + WIDE] = NAN;
	}
	for (int k = 0; k < 8; k++) {
		struct stamp_map m = make_map(200.4, 45.6, M_PI / 4 * k + 0.001, false);

		make_stamp(narrow, WIDE, &m, stamp[0], &cover[0]);
		make_stamp(wide, WIDE + 1, &m, stamp[1], &cover[1]);
		assert_memory_equal(stamp[0], stamp[1], sizeof stamp[0]);
		assert_true(cover[0] == 1 && cover[1] == 1);
	}
	free(narrow);
	free(wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pixel_is_the_sum_of_its_kernel),
		cmocka_unit_test(the_width_of_a_frame_changes_no_byte),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
