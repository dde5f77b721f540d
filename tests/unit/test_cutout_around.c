/* test_cutout_around.c -- the pixels around a stamp, and the median of a ring */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/cutout/sky.h"
#include "../../lib/cutout/surroundings.h"

static uint32_t chance = 1;

static double uniform(void)
{
	chance = chance * 1664525 + 1013904223;
	return (chance >> 8) / 16777216.;
}

/* ---- surroundings ---- */

#define WIDE 60 /* of a frame, of which 40 rows from row 10 on are in memory */
#define ROWS 40
#define Y0   10
#define HIGH 70

static float rows[ROWS * WIDE];

static const struct window window = {
	.pixels = rows, .width = WIDE, .height = HIGH, .y0 = Y0, .rows = ROWS, .scale = 1
};

static bool has_data(long x, long y)
{
	return x >= 0 && x < WIDE && y >= Y0 && y < Y0 + ROWS &&
	       fabsf(rows[(y - Y0) * WIDE + x]) < 1e30F;
}

/* The same of a pixel of what was found. */
static bool holds_data(const struct surroundings *s, long x, long y)
{
	return s->turned ? has_data(s->y0 + y, s->x0 + x) : has_data(s->x0 + x, s->y0 + y);
}

/* Whether a kernel of eight by six pixels that begins at (x, y) has a hole; of those pixels that
 * the surroundings have. */
static bool is_near_hole(const struct surroundings *s, long x, long y)
{
	for (long j = y; j < y + 6 && j < s->height; j++)
		for (long i = x; i < x + 8 && i < s->width; i++)
			if (!holds_data(s, i, j))
				return true;
	return false;
}

/* Every pixel of what is found, which begins four pixels before the stamp, and has as many behind
 * it and eight more, or one more row. */
static void pixels_are(struct surroundings *s, const struct stamp_map *m, enum pixel_order order,
		       float sky)
{
	long x0 = (long)floor(m->low[0]) - 4, y0 = (long)floor(m->low[1]) - 4;
	long width = (long)ceil(m->high[0]) + 12 - x0, height = (long)ceil(m->high[1]) + 5 - y0;
	bool holes = false, turned = order == PIXELS_BY_COLUMNS;

	assert_int_equal(pz_surroundings_find(s, &window, m, order, sky), 1);
	assert_int_equal(s->turned, turned);
	assert_int_equal(s->x0, turned ? y0 : x0);
	assert_int_equal(s->y0, turned ? x0 : y0);
	assert_int_equal(s->width, turned ? height : width);
	assert_int_equal(s->height, turned ? width : height);
	for (long y = 0; y < height; y++)
		for (long x = 0; x < width; x++)
			holes |= !has_data(x0 + x, y0 + y);
	assert_int_equal(s->holes, holes);
	for (long y = 0; y < s->height; y++)
		for (long x = 0; x < s->width; x++) {
			bool good = holds_data(s, x, y);
			long at = y * s->stride + x, fx = turned ? y : x, fy = turned ? x : y;
			float wanted = good ? rows[(y0 + fy - Y0) * WIDE + x0 + fx] - sky : 0;

			assert_true(s->pixels[at] == wanted);
			if (!holes)
				continue;
			assert_true(s->data[at] == (good ? 1 : 0));
			if (x + 8 <= s->width && y + 6 <= s->height)
				assert_int_equal(s->near[at] != 0, is_near_hole(s, x, y));
		}
	/* where nothing is to be changed, the frame's own rows do */
	assert_int_equal(s->pixels >= rows && s->pixels < rows + ROWS * WIDE,
			 !holes && sky == 0 && !turned);
}

static void surroundings_are(struct surroundings *s, double low_x, double low_y, double high_x,
			     double high_y, float sky)
{
	const struct stamp_map m = { .low = { low_x, low_y }, .high = { high_x, high_y } };

	pixels_are(s, &m, PIXELS_AS_THEY_LIE, sky);
	pixels_are(s, &m, PIXELS_BY_ROWS, sky);
	pixels_are(s, &m, PIXELS_BY_COLUMNS, sky);
}

static void pixels_around_a_stamp(void **state)
{
	struct surroundings s = { 0 };

	(void)state;
	for (int i = 0; i < ROWS * WIDE; i++)
		rows[i] = 1 + (float)uniform();
	for (int sky = 0; sky < 2; sky++) {
		float off = sky ? 0.25F : 0;

		surroundings_are(&s, 20, 20, 30, 30, off);
		surroundings_are(&s, 20.7, 25.1, 21.2, 33.9, off);
		/* just within the rows and columns that there are, and just beyond, on each side */
		surroundings_are(&s, 4, 20, 30, 30, off);
		surroundings_are(&s, 3.9, 20, 30, 30, off);
		surroundings_are(&s, 20, 14, 30, 30, off);
		surroundings_are(&s, 20, 13.9, 30, 30, off);
		surroundings_are(&s, 20, 20, 48, 30, off);
		surroundings_are(&s, 20, 20, 48.1, 30, off);
		surroundings_are(&s, 20, 20, 30, 45, off);
		surroundings_are(&s, 20, 20, 30, 45.1, off);
		/* far beyond, on each side and at a corner */
		surroundings_are(&s, -30, 20, 5, 25, off);
		surroundings_are(&s, 50, 20, 90, 30, off);
		surroundings_are(&s, 20, -10, 25, 15, off);
		surroundings_are(&s, 20, 40, 25, 90, off);
		surroundings_are(&s, -20, -15, 90, 95, off);
	}
	/* holes of any kind in the middle, alone and several */
	rows[15 * WIDE + 25] = NAN;
	surroundings_are(&s, 20, 20, 30, 30, 0);
	surroundings_are(&s, 20, 20, 30, 30, 0.5F);
	rows[15 * WIDE + 25] = -1e30F;
	rows[12 * WIDE + 33] = INFINITY;
	rows[20 * WIDE + 40] = 9.9e29F;
	surroundings_are(&s, 20, 20, 30, 30, 0);
	surroundings_are(&s, 36, 30, 38, 31, 0);
	pz_surroundings_release(&s);
	assert_true(!s.patch && !s.data && !s.near && s.room == 0);
}

/* Rows that are a multiple of 512 pixels apart share places of the cache: they are copied, where
 * pixels are wanted by rows. */
static void crowded_rows_are_copied(void **state)
{
	const struct stamp_map m = { .low = { 100, 10 }, .high = { 110, 12 } };
	static const int widths[] = { 1024, 1023, 768, 512 };
	float *frame = calloc(1024 * 40, sizeof *frame);

	(void)state;
	assert_non_null(frame);
	for (int i = 0; i < 1024 * 40; i++)
		frame[i] = (float)uniform();
	for (int i = 0; i < 4; i++) {
		struct window w = { frame, widths[i], 40, 0, 40, 1, false };
		struct surroundings s = { 0 };
		const float *first = frame + 6L * widths[i] + 96;
		bool crowded = widths[i] % 512 == 0;

		assert_int_equal(pz_surroundings_find(&s, &w, &m, PIXELS_AS_THEY_LIE, 0), 1);
		assert_ptr_equal(s.pixels, first);
		assert_int_equal(pz_surroundings_find(&s, &w, &m, PIXELS_BY_ROWS, 0), 1);
		assert_ptr_equal(s.pixels, crowded ? s.patch : first);
		assert_int_equal(s.stride, crowded ? s.width : widths[i]);
		for (long y = 0; y < s.height; y++)
			assert_memory_equal(s.pixels + y * s.stride, first + y * widths[i],
					    (size_t)s.width * sizeof *first);
		pz_surroundings_release(&s);
	}
	free(frame);
}

static int find(double low_x, double low_y, double high_x, double high_y)
{
	const struct stamp_map m = { .low = { low_x, low_y }, .high = { high_x, high_y } };
	struct surroundings s = { 0 };
	int rc = pz_surroundings_find(&s, &window, &m, PIXELS_AS_THEY_LIE, 0);

	pz_surroundings_release(&s);
	return rc;
}

static void stamps_beyond_the_frame(void **state)
{
	(void)state;
	/* a pixel reaches half a one beyond its middle, and kernels see it from less than one */
	assert_int_equal(find(-9, 20, -1, 30), 0);
	assert_int_equal(find(-9, 20, -0.99, 30), 1);
	assert_int_equal(find(WIDE, 20, 70, 30), 0);
	assert_int_equal(find(WIDE - 0.01, 20, 70, 30), 1);
	assert_int_equal(find(20, -9, 30, -1), 0);
	assert_int_equal(find(20, -9, 30, -0.99), 1);
	assert_int_equal(find(20, HIGH, 30, 90), 0);
	assert_int_equal(find(20, HIGH - 0.01, 30, 90), 1);
	assert_int_equal(find(NAN, 20, 30, 30), 0);
	/* 4096 x 4096 pixels at most, 16 around the stamp being counted */
	assert_int_equal(find(0, 0, 4064, 4064), 1);
	assert_int_equal(find(0, 0, 4065, 4064), STAMP_WIDE);
	assert_int_equal(find(0, 0, 4064, 4065), STAMP_WIDE);
}

/* ---- the sky ---- */

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static float middle_of(const float *x, size_t n)
{
	static float sorted[4000];

	memcpy(sorted, x, n * sizeof *x);
	qsort(sorted, n, sizeof *sorted, ascending);
	return sorted[(n - 1) / 2];
}

/* The lower median of those within 4.45 median deviations of it, again and again, 20 times. */
static float clipped(float *x, size_t n, int *rounds)
{
	static float off[4000];

	for (*rounds = 0; *rounds < 20; ++*rounds) {
		float median = middle_of(x, n), limit;
		size_t kept = 0;

		for (size_t i = 0; i < n; i++)
			off[i] = fabsf(x[i] - median);
		limit = 4.45F * middle_of(off, n);
		for (size_t i = 0; i < n; i++)
			if (fabsf(x[i] - median) <= limit)
				x[kept++] = x[i];
		if (kept == n)
			break;
		n = kept;
	}
	return middle_of(x, n);
}

/* A ring on a frame that is stretched and sheared against the stamp. */
static void the_sky_is_clipped(void **state)
{
	const struct stamp_map m = { .c = { { 28.3, 1.1, -0.4 }, { 29.2, 0.3, 0.8 } } };
	static float ring[4000];
	int most = 0;

	(void)state;
	for (int k = 0; k < 60; k++) {
		double inner = 3 + k % 4, outer = 11 + k % 5;
		size_t n = 0;
		float sky;
		int rounds;

		for (int i = 0; i < ROWS * WIDE; i++) {
			double wing = uniform();

			rows[i] = (float)(-20 + uniform() + uniform() +
					  (k % 3 ? 0.5 / wing : 3 * wing * wing * wing * wing));
			if (uniform() < 0.05)
				rows[i] = uniform() < 0.5 ? NAN : 1e30F;
		}
		for (int i = 0; i < ROWS * WIDE; i++) {
			double dx = i % WIDE - m.c[0][0], dy = i / WIDE + Y0 - m.c[1][0];
			double u = (0.8 * dx + 0.4 * dy) / 1.0, v = (1.1 * dy - 0.3 * dx) / 1.0;
			double r = hypot(u, v) / (1.1 * 0.8 + 0.4 * 0.3);

			if (r >= inner && r < outer && fabsf(rows[i]) < 1e30F)
				ring[n++] = rows[i];
		}
		assert_int_equal(pz_sky_annulus(&window, &m, inner, outer, &sky), 1);
		if (sky != clipped(ring, n, &rounds))
			fail_msg("ring %d: expected %.9g, found %.9g", k,
				 (double)middle_of(ring, n), (double)sky);
		most = rounds > most ? rounds : most;
	}
	assert_true(most > 3);
}

/* Twenty pixels make a sky, and a tenth of the ring; 2^26 pixels are too many. */
static void a_sky_needs_pixels(void **state)
{
	const struct stamp_map m = { .c = { { 30, 1 }, { 30, 0, 1 } } };
	const struct stamp_map edge = { .c = { { 30, 1 }, { 9, 0, 1 } } };
	static float ring[4000];
	size_t all = 0, need;
	float sky = 7;
	int rounds;

	(void)state;
	for (int x = -60; x <= 60; x++)
		for (int y = -60; y <= 60; y++)
			all += hypot(x, y) >= 5 && hypot(x, y) < 19;
	need = (all + 9) / 10;
	assert_true(need > 20);
	for (int k = 0; k < 2; k++) {
		size_t n = 0, keep = need - (size_t)k;

		for (int i = 0; i < ROWS * WIDE; i++) {
			double r = hypot(i % WIDE - 30, i / WIDE + Y0 - 30);

			rows[i] = r >= 5 && r < 19 && n++ >= keep ? NAN : 3;
		}
		assert_int_equal(pz_sky_annulus(&window, &m, 5, 19, &sky), k == 0);
		assert_true(sky == (k == 0 ? 3 : 7));
		sky = 7;
	}
	for (int k = 0; k < 2; k++) {
		int n = 0;

		for (int i = 0; i < ROWS * WIDE; i++) {
			double r = hypot(i % WIDE - 30, i / WIDE + Y0 - 30);

			rows[i] = r >= 2 && r < 5 && n++ >= 20 - k ? NAN : 3;
		}
		assert_int_equal(pz_sky_annulus(&window, &m, 2, 5, &sky), k == 0);
	}
	/* rows that are not in memory have no pixels */
	all = 0;
	for (int i = 0; i < ROWS * WIDE; i++) {
		double r = hypot(i % WIDE - 30, i / WIDE + Y0 - 9);

		rows[i] = (float)(i / WIDE);
		if (r >= 2 && r < 6)
			ring[all++] = rows[i];
	}
	assert_int_equal(pz_sky_annulus(&window, &edge, 2, 6, &sky), 1);
	assert_true(sky == clipped(ring, all, &rounds));
	assert_int_equal(pz_sky_annulus(&window, &m, 5, 1e5, &sky), STAMP_RING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_around_a_stamp),
		cmocka_unit_test(crowded_rows_are_copied),
		cmocka_unit_test(stamps_beyond_the_frame),
		cmocka_unit_test(the_sky_is_clipped),
		cmocka_unit_test(a_sky_needs_pixels),
	};

	return cmocka_run_group_tests_name("around a stamp", tests, NULL, NULL);
}
