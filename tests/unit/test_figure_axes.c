/* test_figure_axes.c -- ranges, tics, labels, quotes, arrows, styles and legends, by value */
#include <math.h>

#include <pz/figure.h>

#include "../../lib/draw/panels.h"
#include "drawn.h"

static void range_is(struct range r, double lo, double hi)
{
	if (!(fabs(r.lo - lo) < 1e-12 && fabs(r.hi - hi) < 1e-12))
		fail_msg("expected %g to %g, found %g to %g", lo, hi, r.lo, r.hi);
}

static void ranges_hold_what_is_finite(void **state)
{
	struct range r = { INFINITY, -INFINITY };

	(void)state;
	pz_axis_widen_range(&r, NAN);
	pz_axis_widen_range(&r, INFINITY);
	pz_axis_widen_range(&r, -INFINITY);
	assert_true(r.lo > r.hi);
	pz_axis_widen_range(&r, 3);
	range_is(r, 3, 3);
	pz_axis_widen_range(&r, -2);
	pz_axis_widen_range(&r, 1);
	range_is(r, -2, 3);
	pz_axis_widen_range(&r, 7);
	range_is(r, -2, 7);
}

/* An empty range is 0 to 1, a single value stands in the middle of one as wide. */
static void axes_are_never_empty(void **state)
{
	(void)state;
	range_is(pz_axis_padded((struct range){ 2, 6 }, 0.25), 1, 7);
	range_is(pz_axis_padded((struct range){ -2, 6 }, 0), -2, 6);
	range_is(pz_axis_padded((struct range){ 3, 3 }, 0.1), 2.4, 3.6);
	range_is(pz_axis_padded((struct range){ 1, 0.5 }, 0.25), -0.25, 1.25);
	range_is(pz_axis_padded((struct range){ NAN, NAN }, 0), 0, 1);
	pz_axis_range("y", (struct range){ 2, 6 }, 0.125, to_text());
	assert_string_equal(text(), "set yrange [1.5:6.5]\n");
}

static void tics_are_round(void **state)
{
	static const struct {
		double lo, hi;
		int most;
		const char *step;
	} cases[] = { { 0, 10, 10, "1" },     { 0, 10.001, 10, "2" }, { 0, 20, 10, "2" },
		      { 0, 20.001, 10, "5" }, { 0, 50, 10, "5" },     { 0, 50.001, 10, "10" },
		      { 0, 99.9, 10, "10" },  { -5, 5, 5, "2" },      { -5, 5, 4, "5" },
		      { 0, 0.4, 4, "0.1" },   { 3, 3, 4, "0.5" },     { 2, 1, 8, "0.2" },
		      { 0, 30000, 7, "5000" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[64];

		pz_axis_tics("x", (struct range){ cases[i].lo, cases[i].hi }, cases[i].most,
			     to_text());
		snprintf(line, sizeof line, "set xtics %s\n", cases[i].step);
		assert_string_equal(text(), line);
	}
}

static void labels_name_the_target(void **state)
{
	struct pz_figure f = { 0 };

	(void)state;
	assert_true(pz_axis_is_z(&f));
	pz_axis_label("x", &f, "{z}", "true ", " [dex]", to_text());
	assert_string_equal(text(), "set xlabel '{z}' enhanced\n");
	f.target = "z";
	assert_true(pz_axis_is_z(&f));
	f.target = "z_cos";
	assert_false(pz_axis_is_z(&f));
	pz_axis_label("y", &f, "{z}", "true ", " [dex]", to_text());
	assert_string_equal(text(), "set ylabel 'true z_cos [dex]' noenhanced\n");
}

/* All but letters and blanks by octal numbers, once a text cannot stand as it is. */
static void texts_are_quoted(void **state)
{
	static const char *const cases[][3] = {
		{ "", "''", "''" },
		{ "a b_{2}", "'a b_{2}'", "'a b_{2}'" },
		{ "50%", "'50%'", "\"\\065\\060\\045\\045\"" },
		{ "z's Ab", "\"z\\047s Ab\"", "\"z\\047s Ab\"" },
		{ "a\\b", "\"a\\134b\"", "\"a\\134b\"" },
		{ "a`b", "\"a\\140b\"", "\"a\\140b\"" },
		{ "@b", "\"\\100b\"", "\"\\100b\"" },
		{ "a\nb", "\"a\\077b\"", "\"a\\077b\"" },
		{ "@\xce\xbc", "\"\\100\xce\xbc\"", "\"\\100\xce\xbc\"" },
		{ "\xce\xbc", "'\xce\xbc'", "'\xce\xbc'" },
		{ "a\xff\xfez", "\"a\\077\\077z\"", "\"a\\077\\077z\"" },
		{ "'%", "\"\\047\\045\"", "\"\\047\\045\\045\"" },
		{ "@\xc2\x80z", "\"\\100\\077z\"", "\"\\100\\077z\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pz_page_quote(cases[i][0], to_text());
		assert_string_equal(text(), cases[i][1]);
		pz_page_quote_tic(cases[i][0], to_text());
		assert_string_equal(text(), cases[i][2]);
	}
}

/* ---- points outside ---- */

static const struct range across = { 0, 10 }, up = { -1, 1 };

/* On a limit is inside. */
static void points_on_the_edge_are_inside(void **state)
{
	static const struct pz_figure_point inside[] = { { 0, 0.5, 0 },  { 10, 0.5, 0 },
							 { 5, -1, 0 },   { 5, 1, 0 },
							 { 5, 0.25, 0 }, { NAN, NAN, 0 } };
	static const struct pz_figure_point outside[] = {
		{ -0.5, 0.5, 0 }, { 10.5, 0.5, 0 }, { 5, -1.5, 0 }, { 5, 1.5, 0 }, { 11, 2, 0 }
	};

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_int_equal(
			pz_outside_count(&(struct pz_figure_curve){ 1, &inside[i] }, &across, &up),
			0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
			pz_outside_count(&(struct pz_figure_curve){ 1, &outside[i] }, &across, &up),
			1);
	assert_int_equal(pz_outside_count(&(struct pz_figure_curve){ 5, outside }, &across, &up),
			 5);
	assert_int_equal(pz_outside_count(&(struct pz_figure_curve){ 0, outside }, &across, &up),
			 0);
}

/* An arrow is a twentieth of the axis long and ends at the edge, on the side of the point. */
static void arrows_point_outside(void **state)
{
	static const struct pz_figure_point point[] = { { -3, 0.5, 0 }, { 2, 0.25, 0 },
							{ 12, 3, 0 },   { 10, -1, 0 },
							{ 4, -7, 0 },   { 99, 1, 0 } };

	(void)state;
	pz_outside_write("far", &(struct pz_figure_curve){ 6, point }, &across, &up, to_text());
	assert_string_equal(text(), "$far << EOD\n"
				    "0.5 0.5 -0.5 0\n"
				    "9.5 0.9 0.5 0.1\n"
				    "4 -0.9 0 -0.1\n"
				    "9.5 1 0.5 0\n"
				    "EOD\n");
}

static void the_limit_is_ten_times_the_smallest_error(void **state)
{
	static const struct pz_figure_point point[] = {
		{ 0, 0, 0.5 }, { 1, 0, -9 }, { 2, 0, 0.25 }, { 3, 0, 0 }, { 4, 0, 3 }, { 5, 0, NAN }
	};

	(void)state;
	assert_true(pz_figure_curve_limit(&(struct pz_figure_curve){ 6, point }) == 2.5);
	assert_true(pz_figure_curve_limit(&(struct pz_figure_curve){ 1, point }) == 5);
	assert_true(isinf(pz_figure_curve_limit(&(struct pz_figure_curve){ 1, point + 1 })));
}

/* ---- styles ---- */

/* Free styles in order, those of names are kept for them; of more streams than styles some repeat.
 */
static void names_have_styles(void **state)
{
	static const char *const name[] = {
		"mine", "step1", NULL, "baseline", "knn-mag", "step3a"
	};
	static const int expected[] = { 2, 1, 3, 0, 9, 4 };
	static const char *many[19];
	int style[19];

	(void)state;
	pz_figure_styles(name, 6, style);
	assert_memory_equal(style, expected, sizeof expected);
	for (int i = 0; i < 19; i++)
		many[i] = "another";
	many[18] = "step2";
	pz_figure_styles(many, 19, style);
	for (int i = 0; i < 15; i++)
		assert_int_equal(style[i], i < 2 ? i : i + 1);
	assert_int_equal(style[15], 15);
	assert_int_equal(style[16], 0);
	assert_int_equal(style[17], 1);
	assert_int_equal(style[18], 2);
	assert_string_equal(pz_figure_colour(17), pz_figure_colour(1));
	assert_string_equal(pz_style_dash(18), pz_style_dash(2));
}

/* gnuplot's number of each shape that the caption names. */
static int point_of(const char *said)
{
	static const struct {
		const char *shape;
		int point;
	} shapes[] = { { "open triangles, point down", 10 },
		       { "open triangles", 8 },
		       { "open squares", 4 },
		       { "open circles", 6 },
		       { "open diamonds", 12 },
		       { "triangles, point down", 11 },
		       { "triangles", 9 },
		       { "squares", 5 },
		       { "discs", 7 },
		       { "diamonds", 13 },
		       { "crosses", 1 },
		       { "saltires", 2 },
		       { "stars", 3 } };

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (strstr(said, shapes[i].shape))
			return shapes[i].point;
	fail_msg("no shape in '%s'", said);
	return 0;
}

static void shapes_are_those_that_are_said(void **state)
{
	char said[80], expected[80];

	(void)state;
	for (int i = 0; i < 17; i++) {
		pz_style_say(i, to_text());
		snprintf(said, sizeof said, "%s", text());
		snprintf(expected, sizeof expected, "lc rgb '%s' pt %d ps 0.25 lw 0.8",
			 pz_figure_colour(i), point_of(said));
		pz_style_points(i, 0.25, to_text());
		assert_string_equal(text(), expected);
	}
	pz_style_line(3, 1.5, to_text());
	assert_string_equal(text(), "lc rgb '#009E73' dt (12,4,3,4) lw 1.5");
}

/* ---- pages ---- */

static void legend_is(struct page *p, int columns, double high, int note_columns, double note_high)
{
	double sum = pz_page_legend(p);

	assert_int_equal(p->name_columns, columns);
	assert_int_equal(p->note_columns, note_columns);
	assert_true(fabs(p->name_height - high) < 1e-9);
	assert_true(fabs(p->note_height - note_high) < 1e-9);
	assert_true(fabs(sum - high - note_high) < 1e-9);
}

/* A letter is 0.15 cm, a sign 1.15, a line 0.36 with 0.12 about them all. */
static void legends_have_as_many_columns_as_names_leave(void **state)
{
	struct page p = { .width = 18, .streams = 7 };

	(void)state;
	for (int i = 0; i < 7; i++)
		p.name[i] = i == 3 ? NULL : "abc";
	p.name[2] = "abcde";
	legend_is(&p, 7, 0.48, 1, 0); /* 9 would fit */
	p.name[2] = "abcdefghijabcdefghij";
	p.notes = 4;
	legend_is(&p, 4, 0.84, 4, 0.48); /* 4 */
	p.notes = 5;
	p.streams = 4;
	legend_is(&p, 4, 0.48, 3, 0.84);
	p.streams = 5;
	legend_is(&p, 3, 0.84, 3, 0.84);
	p.width = 8.8;
	p.notes = 3;
	legend_is(&p, 2, 1.2, 2, 0.84);
	p.name[0] = "a name of which not even one fits in a column, but it must";
	legend_is(&p, 1, 1.92, 2, 0.84);
}

static void frames_are_shares_of_the_page(void **state)
{
	const struct page p = { .width = 20, .height = 8 };

	(void)state;
	pz_page_frame(&p, 5, 2, 10, 1, to_text());
	assert_string_equal(text(), "\nset lmargin at screen 0.2500; set rmargin at screen 0.7500\n"
				    "set tmargin at screen 0.7500; set bmargin at screen 0.6250\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_hold_what_is_finite),
		cmocka_unit_test(axes_are_never_empty),
		cmocka_unit_test(tics_are_round),
		cmocka_unit_test(labels_name_the_target),
		cmocka_unit_test(texts_are_quoted),
		cmocka_unit_test(points_on_the_edge_are_inside),
		cmocka_unit_test(arrows_point_outside),
		cmocka_unit_test(the_limit_is_ten_times_the_smallest_error),
		cmocka_unit_test(names_have_styles),
		cmocka_unit_test(shapes_are_those_that_are_said),
		cmocka_unit_test(legends_have_as_many_columns_as_names_leave),
		cmocka_unit_test(frames_are_shares_of_the_page),
	};

	return cmocka_run_group_tests_name("axes and legends of figures", tests, NULL, NULL);
}
