/* test_cutout_torn.c -- stamps that are torn: what hangs together, and its areas; notes, strips */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/cutout/index.h"
#include "../../lib/cutout/notes.h"
#include "../../lib/cutout/stampmap.h"

#define SIDE 7

static double web[SIDE * SIDE][2];

/* A web of points a pixel apart, or so many. */
static void make_web(double apart)
{
	for (int i = 0; i < SIDE * SIDE; i++) {
		web[i][0] = 10 + apart * (i % SIDE - 3);
		web[i][1] = 50 + apart * (i / SIDE - 3);
	}
}

/* The points that hang together with the middle, as letters. */
static const char *connected(double x, double y)
{
	static char text[SIDE * SIDE + 1];
	const struct stamp_map m = { .c = { { x }, { y } } };

	assert_int_equal(pz_stampmap_connect(&m, SIDE, web[0]), 0);
	for (int i = 0; i < SIDE * SIDE; i++) {
		assert_int_equal(isnan(web[i][0]), isnan(web[i][1]));
		text[i] = isnan(web[i][0]) ? '.' : 'x';
	}
	return text;
}

static void what_hangs_together_stays(void **state)
{
	(void)state;
	make_web(1);
	assert_string_equal(connected(10, 50), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	/* points two pixels apart always hang together, others where those beside them are alike:
	 * up to twice, and four times that */
	make_web(30);
	assert_string_equal(connected(10, 50), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	/* the two columns on the right lie elsewhere */
	for (int k = 0; k < 2; k++) {
		make_web(1);
		for (int i = 0; i < SIDE * SIDE; i++)
			if (i % SIDE >= 5)
				web[i][0] += k ? 5.01 : 4.99; /* a step of 1, and as much */
		assert_string_equal(connected(10, 50),
				    k ? "xxxxx..xxxxx..xxxxx..xxxxx..xxxxx..xxxxx..xxxxx.."
				      : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	}
	/* the lowest two rows likewise, far away */
	make_web(1);
	for (int i = 0; i < 2 * SIDE; i++)
		web[i][1] -= 300;
	assert_string_equal(connected(10, 50), "..............xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void holes_part_a_stamp(void **state)
{
	(void)state;
	/* a wall of points without a place, with what is behind it */
	make_web(1);
	for (int i = 0; i < SIDE; i++)
		web[i * SIDE + 1][0] = web[i * SIDE + 1][1] = NAN;
	assert_string_equal(connected(10, 50), "..xxxxx..xxxxx..xxxxx..xxxxx..xxxxx..xxxxx..xxxxx");
	/* with a gap at the top */
	make_web(1);
	for (int i = 0; i < SIDE - 1; i++)
		web[i * SIDE + 1][0] = NAN;
	assert_string_equal(connected(10, 50), "x.xxxxxx.xxxxxx.xxxxxx.xxxxxx.xxxxxx.xxxxxxxxxxxx");
	/* steps between two holes have none to be like: they are of two pixels at most */
	for (int k = 0; k < 3; k++) {
		make_web(1);
		for (int i = 0; i < SIDE * SIDE; i++)
			web[i][0] -= i % SIDE <= 2 ? k == 0 ? 1 : k == 1 ? 1.01 : 4.99 : 0;
		for (int i = 0; i < SIDE; i++)
			web[i * SIDE + 1][0] = web[i * SIDE + 4][0] = NAN;
		assert_string_equal(connected(10, 50),
				    k ? "...x......x......x......x......x......x......x..."
				      : "..xx.....xx.....xx.....xx.....xx.....xx.....xx...");
	}
	/* one of four points in the middle of an even web: the nearest to the galaxy */
	{
		double four[4][2] = { { 0, 0 }, { 50, 0 }, { 0, 50 }, { 50, 50 } };
		const struct stamp_map m = { .c = { { 49 }, { 2 } } };

		assert_int_equal(pz_stampmap_connect(&m, 2, four[0]), 0);
		assert_true(isnan(four[0][0]) && four[1][0] == 50 && isnan(four[2][0]) &&
			    isnan(four[3][0]));
	}
}

/* Slopes from the places beside a point: both where they are alike, else the shorter way. */
static void areas_of_points(void **state)
{
	const double h = 2e-3;
	double place[8][2 * MAP_AROUND] = {
		/* in the middle, left, right, below, above */
		{ 5, 5, 5 - 3 * h, 5, 5 + 3 * h, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
		{ 5, 5, 5 - 3 * h, 5 + h, 5 + 3 * h, 5 - h, 5 - h, 5 - 2 * h, 5 + h, 5 + 2 * h },
		{ 5, 5, 5 - 3 * h, 5, 300, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
		{ 5, 5, -300, 5, 5 + 3 * h, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
		{ 5, 5, NAN, 5, 5 + 3 * h, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
		{ 5, 5, 5 - 3 * h, 5, NAN, 5, 5, 5 - 2 * h, 5, NAN },
		{ 5, 5, 5 - 3 * h, 5, 5 + 5 * h, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
		{ 5, 5, NAN, 5, NAN, 5, 5, 5 - 2 * h, 5, 5 + 2 * h },
	};
	const double wanted[8] = { 6, 7, 6, 6, 6, 6, 8, NAN };
	double area[8];

	(void)state;
	pz_stampmap_areas(8, place[0], area);
	for (int i = 0; i < 8; i++)
		if (isnan(wanted[i]) ? !isnan(area[i]) : !(fabs(area[i] - wanted[i]) < 1e-9))
			fail_msg("place %d: expected %g, found %g", i, wanted[i], area[i]);
}

/* ---- notes ---- */

static void the_first_notes_are_kept(void **state)
{
	static const size_t order[] = { 40, 7, 25, 7, 3, 39, 12, 13, 14, 8, 1, 2, 30, 0, 31 };
	static const size_t kept[] = { 0, 1, 2, 3, 7, 8, 12, 13, 14, 25 };
	struct notes n;
	char where[20], text[40];

	(void)state;
	pz_notes_init(&n);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		snprintf(where, sizeof where, "frame %zu", order[i]);
		assert_int_equal(pz_notes_add(&n, 41, order[i], where, i == 3 ? "again" : "odd"),
				 0);
	}
	assert_int_equal(n.count, 14);
	for (size_t i = 0; i < PZ_CUTOUT_NOTES; i++) {
		snprintf(text, sizeof text, "frame %zu: odd", kept[i]);
		assert_string_equal(n.kept[i].text, text);
		assert_int_equal(n.kept[i].at, kept[i]);
	}
	pz_notes_release(&n);
}

static void strips_have_about_two_million_pixels(void **state)
{
	(void)state;
	assert_int_equal(pz_cutout_strips(2048, 2048), 1);
	assert_int_equal(pz_cutout_strips(2048, 2049), 3);
	assert_int_equal(pz_cutout_strips(3072, 2048), 3);
	assert_int_equal(pz_cutout_strips(3072, 2049), 4);
	assert_int_equal(pz_cutout_strips(10000, 10000), 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_hangs_together_stays),
		cmocka_unit_test(holes_part_a_stamp),
		cmocka_unit_test(areas_of_points),
		cmocka_unit_test(the_first_notes_are_kept),
		cmocka_unit_test(strips_have_about_two_million_pixels),
	};

	return cmocka_run_group_tests_name("torn stamps", tests, NULL, NULL);
}
