/* test_base_values.c -- bins, rows, float16 and times, by value */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/bins.h>
#include <pz/error.h>
#include <pz/pixel.h>
#include <pz/progress.h>

static void near(double x, double expected)
{
	if (!(fabs(x - expected) < 1e-12))
		fail_msg("expected %.15g, found %.15g", expected, x);
}

/* ---- bins ---- */

static void indices_are_floors_with_a_little_more(void **state)
{
	(void)state;
	assert_int_equal(pz_bin_index(1 - 0.5e-9, 0, 1), 1);
	assert_int_equal(pz_bin_index(1 - 2e-9, 0, 1), 0);
	assert_int_equal(pz_bin_index(-0.5, 0, 1), -1);
	assert_int_equal(pz_bin_index(7, 2, 2), 2);
	assert_int_equal(pz_bin_index(1e300, 0, 1), 1 << 30);
	assert_int_equal(pz_bin_index(-1e300, 0, 1), -(1 << 30));
	assert_int_equal(pz_bin_index(0x1p30 - 1, 0, 1), (1 << 30) - 1);
	assert_int_equal(pz_bin_index(1 - 0x1p30, 0, 1), 1 - (1 << 30));
}

/* Four bins of 0.5 from 0.5 on, one below and two above. */
static void grids_have_bins_and_more(void **state)
{
	static const struct {
		double z;
		int extended, bin, label, wide;
	} cases[] = { { -0.1, -1, -1, 0, -1 }, { 0, 0, -1, 0, -1 },   { 0.49, 0, -1, 0, -1 },
		      { 0.5, 1, 0, 0, 0 },     { 0.56, 1, 0, 0, 1 },  { 2.4, 4, 3, 3, 38 },
		      { 2.49, 4, 3, 3, 39 },   { 2.5, 5, -1, 3, -1 }, { 3.4, 6, -1, 3, -1 },
		      { 3.5, -1, -1, 3, -1 },  { 1e9, -1, -1, 3, -1 } };
	const struct pz_grid g = { .min = 0.5, .max = 2.5, .bins = 4, .left = 1, .right = 2 };

	(void)state;
	near(pz_grid_width(&g), 0.5);
	assert_int_equal(pz_grid_total(&g), 7);
	near(pz_grid_centre(&g, 0), 0.25);
	near(pz_grid_centre(&g, 6), 3.25);
	near(pz_grid_wide_centre(&g, 0), 0.525);
	near(pz_grid_wide_centre(&g, 39), 2.475);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(pz_grid_extended(&g, cases[i].z), cases[i].extended);
		assert_int_equal(pz_grid_bin(&g, cases[i].z), cases[i].bin);
		assert_int_equal(pz_grid_label(&g, cases[i].z), cases[i].label);
		assert_int_equal(pz_grid_wide(&g, cases[i].z), cases[i].wide);
	}
	assert_int_equal(pz_grid_extended(&g, NAN), -1);
	assert_int_equal(pz_grid_bin(&g, NAN), -1);
	assert_int_equal(pz_grid_wide(&g, NAN), -1);
}

static void grids_are_equal_in_all_of_their_numbers(void **state)
{
	const struct pz_grid g = { "z", 0.5, 2.5, 4, 1, 2 };
	const struct pz_grid other[] = { { "z", 0.4, 2.5, 4, 1, 2 },
					 { "z", 0.5, 2.6, 4, 1, 2 },
					 { "z", 0.5, 2.5, 5, 1, 2 },
					 { "z", 0.5, 2.5, 4, 2, 2 },
					 { "z", 0.5, 2.5, 4, 1, 1 } };

	(void)state;
	assert_true(pz_grid_equal(&g, &(struct pz_grid){ "mass", 0.5, 2.5, 4, 1, 2 }));
	for (int i = 0; i < 5; i++)
		assert_false(pz_grid_equal(&g, &other[i]));
}

static void grid_is(struct pz_grid g, const char *why)
{
	int rc = pz_grid_check(&g);

	assert_int_equal(rc, *why ? PZ_EARG : 0);
	if (*why)
		assert_string_equal(pz_error_text(), why);
}

static void grids_have_limits(void **state)
{
	(void)state;
	grid_is((struct pz_grid){ "z", 0, 1, 2, 0, 0 }, "");
	grid_is((struct pz_grid){ "z", 0, 1, 1, 0, 0 }, "grid: expected 2 to 100000 bins, found 1");
	grid_is((struct pz_grid){ "z", 0, 1, 100000, 0, 0 }, "");
	grid_is((struct pz_grid){ "z", 0, 1, 100001, 0, 0 },
		"grid: expected 2 to 100000 bins, found 100001");
	grid_is((struct pz_grid){ "z", 0, 1, 99990, 7, 3 }, "");
	grid_is((struct pz_grid){ "z", 0, 1, 99990, 7, 4 },
		"grid: expected at most 100000 bins with those added, found 7 + 99990 + 4");
	grid_is((struct pz_grid){ "z", 0, 1, 2, -1, 0 },
		"grid: expected at most 100000 bins with those added, found -1 + 2 + 0");
	grid_is((struct pz_grid){ "z", 0, 1, 2, 0, -1 },
		"grid: expected at most 100000 bins with those added, found 0 + 2 + -1");
	grid_is((struct pz_grid){ "z", 0, 1, 2, 2147483647, 0 },
		"grid: expected at most 100000 bins with those added, found 2147483647 + 2 + 0");
	grid_is((struct pz_grid){ "z", 0, 1, 2, 0, 2147483647 },
		"grid: expected at most 100000 bins with those added, found 0 + 2 + 2147483647");
	grid_is((struct pz_grid){ "z", 1, 1, 2, 0, 0 },
		"grid: expected finite min below max, found 1 and 1");
	grid_is((struct pz_grid){ "z", NAN, 1, 2, 0, 0 },
		"grid: expected finite min below max, found nan and 1");
	grid_is((struct pz_grid){ "z", 0, INFINITY, 2, 0, 0 },
		"grid: expected finite min below max, found 0 and inf");
	grid_is((struct pz_grid){ "z", 0, 1e-310, 2, 0, 0 },
		"grid: expected bins of a width above 0, found 0 to 1e-310");
	grid_is((struct pz_grid){ "z", 0, 2e5 * DBL_MIN, 2, 0, 0 }, "");
}

static void rows_have_limits(void **state)
{
	static const struct {
		struct pz_rows rows;
		const char *why;
	} cases[] = {
		{ { "r", 12, 0.5, 1 }, "" },
		{ { "r", 12, 0.5, 100 }, "" },
		{ { "r", 12, 0.5, 0 }, "rows: expected 1 to 100 channels, found 0" },
		{ { "r", 12, 0.5, 101 }, "rows: expected 1 to 100 channels, found 101" },
		{ { "r", 12, 0, 2 },
		  "rows: expected finite min and width above 0, found 12 and 0" },
		{ { "r", 12, -1, 2 },
		  "rows: expected finite min and width above 0, found 12 and -1" },
		{ { "r", -INFINITY, 1, 2 },
		  "rows: expected finite min and width above 0, found -inf and 1" },
	};
	const struct pz_rows r = { "r", 12, 0.5, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(pz_rows_check(&cases[i].rows), *cases[i].why ? PZ_EARG : 0);
		if (*cases[i].why)
			assert_string_equal(pz_error_text(), cases[i].why);
	}
	assert_int_equal(pz_rows_row(&r, 0), 0);
	assert_int_equal(pz_rows_row(&r, -0.1), 4);
	assert_int_equal(pz_rows_row(&r, 12.6), 1);
	assert_int_equal(pz_rows_row(&r, 13.99), 3);
	for (int row = 0; row < 6; row++)
		for (int channel = 0; channel < 3; channel++)
			assert_int_equal(pz_rows_in_channel(row, channel),
					 row / 2 == channel || (row % 2 && row / 2 + 1 == channel));
}

/* ---- float16 ---- */

/* IEEE 754, binary16. */
static double half_by_hand(unsigned h)
{
	int exponent = h >> 10 & 31;
	double x = exponent ? ldexp(1024 + (h & 1023), exponent - 25) : ldexp(h & 1023, -24);

	x = exponent < 31 ? x : h & 1023 ? NAN : INFINITY;
	return h & 0x8000 ? -x : x;
}

static void halves_are_those_of_ieee(void **state)
{
	(void)state;
	for (unsigned h = 0; h < 0x10000; h++) {
		double expected = half_by_hand(h);
		float x = pz_half_value((uint16_t)h);

		if (isnan(expected)) {
			assert_true(isnan(x));
			assert_int_equal(pz_half_of(x) & 0x7fff, 0x7e00);
			continue;
		}
		assert_true((double)x == expected && !signbit(x) == !(h & 0x8000));
		assert_int_equal(pz_half_of(x), h);
		if (h & 0x8000 || h >= 0x7bff)
			continue;
		/* halfway to the next goes to the even one, anything beyond to the next */
		x = (float)((expected + half_by_hand(h + 1)) / 2);
		assert_int_equal(pz_half_of(x), h + (h & 1));
		assert_int_equal(pz_half_of(nextafterf(x, 1e9F)), h + 1);
		assert_int_equal(pz_half_of(nextafterf(x, 0)), h);
	}
	assert_int_equal(pz_half_of(65504), 0x7bff);
	assert_int_equal(pz_half_of(nextafterf(65520, 0)), 0x7bff);
	assert_int_equal(pz_half_of(65520), 0x7c00);
	assert_int_equal(pz_half_of(-FLT_MAX), 0xfc00);
	assert_int_equal(pz_half_of(FLT_MIN), 0);
}

/* Nineteen are two eights and three more. */
static void pixels_are_stored_and_loaded(void **state)
{
	float x[19], back[20];
	uint16_t halves[20];

	(void)state;
	for (int i = 0; i < 19; i++)
		x[i] = (float)(i - 9) * 1.25F;
	for (size_t n = 0; n <= 19; n++) {
		halves[n] = 0xabcd;
		back[n] = -7;
		pz_pixels_store(halves, x, n, PZ_F2);
		pz_pixels_load(back, halves, n, PZ_F2);
		assert_memory_equal(back, x, n * sizeof *x);
		assert_true(back[n] == -7 && halves[n] == 0xabcd);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(halves[i], pz_half_of(x[i]));
	}
	memset(back, 0, sizeof back);
	pz_pixels_store(back, x, 18, PZ_F4);
	assert_memory_equal(back, x, 18 * sizeof *x);
	assert_true(back[18] == 0);
	memset(back, 0, sizeof back);
	pz_pixels_load(back, x, 18, PZ_F4);
	assert_memory_equal(back, x, 18 * sizeof *x);
	assert_true(back[18] == 0);
	assert_int_equal(pz_pixel_bytes(PZ_F2), 2);
	assert_int_equal(pz_pixel_bytes(PZ_F4), 4);
	assert_string_equal(pz_pixel_name(PZ_F2), "f2");
	assert_string_equal(pz_pixel_name(PZ_F4), "f4");
}

/* Eight at a time or one by one: what is none keeps its sign, and nothing else. */
static void halves_of_all_kinds_are_stored_alike(void **state)
{
	static const uint32_t bits[] = { 0x7f800001, 0xffc12345, 0x3f800000, 0xff800000,
					 0x7f800000, 0xffffffff, 0x00000001, 0x477ff000,
					 0x80000000, 0xbf801000, 0x7fc00000, 0x33000001,
					 0x38800000, 0xff800fff, 0x387fffff, 0x477fefff };
	static float x[0x10000];
	static uint16_t halves[0x10000];
	float from[16];

	(void)state;
	memcpy(from, bits, sizeof from);
	pz_pixels_store(halves, from, 16, PZ_F2);
	for (int i = 0; i < 16; i++)
		assert_int_equal(halves[i], pz_half_of(from[i]));
	assert_true(halves[0] == 0x7e00 && halves[1] == 0xfe00 && halves[5] == 0xfe00);
	for (unsigned h = 0; h < 0x10000; h++)
		halves[h] = (uint16_t)h;
	pz_pixels_load(x, halves, 0x10000, PZ_F2);
	for (unsigned h = 0; h < 0x10000; h++) {
		float one = pz_half_value((uint16_t)h);

		assert_memory_equal(&x[h], &one, sizeof one);
	}
}

static void pixels_are_clipped_to_the_largest_half(void **state)
{
	float x[] = { 65504, 65505, -7e4F, NAN, INFINITY, 1, -65504 };

	(void)state;
	assert_int_equal(pz_pixels_clip(x, 7), 3);
	assert_true(x[0] == 65504 && x[1] == 65504 && x[2] == -65504 && isnan(x[3]) &&
		    x[4] == 65504 && x[5] == 1 && x[6] == -65504);
	assert_int_equal(pz_pixels_clip(x, 7), 0);
}

/* ---- times ---- */

static void times_are_for_people(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = { { 0, "under 1 s" },     { 0.99, "under 1 s" },
		      { 1, "1 s" },           { 59.4, "59 s" },
		      { 59.5, "0:01 h" },     { 89, "0:01 h" },
		      { 90, "0:02 h" },       { 3569, "0:59 h" },
		      { 3570, "1:00 h" },     { 7530, "2:06 h" },
		      { 86400, "24:00 h" },   { 6e10 - 60, "16666666:39 h" },
		      { 6e10, "a lifetime" }, { INFINITY, "a lifetime" } };
	char text[PZ_TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(pz_time_text(cases[i].seconds, text), cases[i].text);
}

/* What is written by a count of n, 1000 s after the beginning and `ago` after the last writing. */
static const char *progress(const char *what, double total, double n, double ago)
{
	static char text[600];
	struct pz_progress p;
	FILE *to = tmpfile();
	size_t size;

	assert_non_null(to);
	pz_progress_begin(&p, to, what, "stamps", total);
	p.begun -= 1000;
	p.shown -= ago;
	pz_progress_add(&p, n);
	rewind(to);
	size = fread(text, 1, sizeof text - 1, to);
	text[size] = '\0';
	assert_true(p.done == n);
	pz_progress_end(&p);
	assert_null(p.to);
	fclose(to);
	return text;
}

static void progress_is_a_line(void **state)
{
	char what[300], expected[300];

	(void)state;
	assert_string_equal(
		progress("fill", 10000, 3000, 5),
		"\r\033[Kfill [=======                 ]  30 %  3.0 stamps/s  0:39 h left");
	assert_string_equal(progress("fill", 0, 3000, 5), "\r\033[Kfill 3000 stamps  3.0 stamps/s");
	assert_string_equal(
		progress("fill", 2e5, 1e5, 5),
		"\r\033[Kfill [============            ]  50 %  100 stamps/s  0:17 h left");
	assert_string_equal(progress("fill", 3000, 4000, 5),
			    "\r\033[Kfill [========================] 100 %  4.0 stamps/s");
	assert_string_equal(progress("fill", 3000, 0, 5),
			    "\r\033[Kfill [                        ]   0 %  0.0 stamps/s");
	assert_string_equal(progress("fill", 10000, 3000, 0.1), "");
	assert_true(*progress("fill", 10000, 3000, 0.21));
	memset(what, 'x', 299);
	what[299] = '\0';
	snprintf(expected, sizeof expected, "\r\033[K%.255s", what);
	assert_string_equal(progress(what, 0, 3000, 5), expected);
}

/* The line is cleared where there is one. */
static void lines_are_cleared(void **state)
{
	struct pz_progress p;
	char text[64] = "";
	FILE *to = tmpfile();

	(void)state;
	pz_progress_begin(&p, to, "fill", "stamps", 0);
	assert_int_equal(p.terminal, -1);
	pz_progress_clear(&p);
	assert_int_equal(ftell(to), 0);
	p.begun -= 1;
	pz_progress_end(&p);
	assert_int_equal(ftell(to), 4);
	rewind(to);
	assert_int_equal(fread(text, 1, sizeof text - 1, to), 4);
	assert_string_equal(text, "\r\033[K");
	fclose(to);
	pz_progress_begin(&p, NULL, "fill", "stamps", 0);
	pz_progress_add(&p, 5);
	assert_true(p.done == 0 && p.begun == 0);
	pz_progress_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indices_are_floors_with_a_little_more),
		cmocka_unit_test(grids_have_bins_and_more),
		cmocka_unit_test(grids_are_equal_in_all_of_their_numbers),
		cmocka_unit_test(grids_have_limits),
		cmocka_unit_test(rows_have_limits),
		cmocka_unit_test(halves_are_those_of_ieee),
		cmocka_unit_test(pixels_are_stored_and_loaded),
		cmocka_unit_test(halves_of_all_kinds_are_stored_alike),
		cmocka_unit_test(pixels_are_clipped_to_the_largest_half),
		cmocka_unit_test(times_are_for_people),
		cmocka_unit_test(progress_is_a_line),
		cmocka_unit_test(lines_are_cleared),
	};

	return cmocka_run_group_tests_name("values of the base", tests, NULL, NULL);
}
