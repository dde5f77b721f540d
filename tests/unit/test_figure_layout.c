/* test_figure_layout.c -- which panels a figure has, and where each stands, in centimetres */
#include <math.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "../../lib/draw/panels.h"
#include "drawn.h"

static struct figure_layout layout;

/* So many panels of a kind behind those that there are. */
static void add(enum panel_kind kind, int n)
{
	for (int i = 0; i < n; i++)
		layout.panel[layout.panels++].kind = kind;
}

static void begin(double width)
{
	memset(&layout, 0, sizeof layout);
	layout.width = width;
}

static void near(double x, double expected)
{
	if (!(fabs(x - expected) < 1e-9))
		fail_msg("expected %.12g, found %.12g", expected, x);
}

static void stands(int i, double left, double top, double width, double height)
{
	near(layout.panel[i].left, left);
	near(layout.panel[i].top, top);
	near(layout.panel[i].width, width);
	near(layout.panel[i].height, height);
}

static void ends(int i, bool first, bool last)
{
	assert_int_equal(layout.panel[i].first, first);
	assert_int_equal(layout.panel[i].last, last);
}

/* ---- places ---- */

/* 1.45 left and 0.3 right of the axes, 0.45 above and 0.8 below. */
static void panels_of_all_streams_stand_two_in_a_row(void **state)
{
	(void)state;
	begin(18);
	add(PANEL_ZSPEC, 1);
	add(PANEL_TV, 1);
	near(pz_figure_place(&layout, 1), 6.45);
	stands(0, 1.45, 1.45, 7.25, 4.2);
	stands(1, 10.45, 1.45, 7.25, 4.2);
	begin(8.8);
	add(PANEL_MAD, 1);
	near(pz_figure_place(&layout, 0.5), 5.95);
	stands(0, 1.45, 0.95, 7.05, 4.2);
}

static void of_an_odd_number_three_stand_in_the_last_row(void **state)
{
	(void)state;
	begin(18);
	add(PANEL_ZSPEC, 1);
	add(PANEL_ZPHOT, 1);
	add(PANEL_AGAINST, 3);
	near(pz_figure_place(&layout, 0), 2 * 5.45);
	stands(1, 10.45, 0.45, 7.25, 4.2);
	stands(2, 1.45, 5.9, 4.25, 4.2);
	stands(3, 7.45, 5.9, 4.25, 4.2);
	stands(4, 13.45, 5.9, 4.25, 4.2);
	begin(18);
	add(PANEL_AGAINST, 3);
	near(pz_figure_place(&layout, 0), 5.45);
	stands(2, 13.45, 0.45, 4.25, 4.2);
}

/* 7 are 4 and 3; a kind begins a row of its own. */
static void panels_of_one_stream_stand_in_even_rows(void **state)
{
	(void)state;
	begin(18);
	add(PANEL_PIT, 7);
	add(PANEL_NZ, 2);
	add(PANEL_MAD, 1);
	near(pz_figure_place(&layout, 0), 3 * 3.35 + 5.45);
	stands(0, 1.45, 0.45, 3.8, 2.1);
	stands(3, 1.45 + 3 * 4.15, 0.45, 3.8, 2.1);
	stands(4, 1.45, 3.8, 3.8, 2.1);
	stands(6, 1.45 + 2 * 4.15, 3.8, 3.8, 2.1);
	stands(7, 1.45, 7.15, 7.95, 2.1);
	stands(8, 1.45 + 8.3, 7.15, 7.95, 2.1);
	stands(9, 1.45, 10.5, 16.25, 4.2);
	ends(0, true, false);
	ends(1, false, false);
	ends(3, false, true);
	ends(4, true, false);
	ends(6, false, true);
	begin(8.8);
	add(PANEL_NZ, 5);
	near(pz_figure_place(&layout, 0), 6.7);
	stands(2, 1.45 + 2 * 2.4666666666666667, 0.45, 2.1166666666666667, 2.1);
	stands(3, 1.45, 3.8, 2.1166666666666667, 2.1);
}

/* Densities are square, at most 3.6, and leave room for their colours. */
static void densities_are_square(void **state)
{
	(void)state;
	begin(18);
	add(PANEL_DENSITY, 3);
	near(pz_figure_place(&layout, 0), 4.85);
	stands(0, 1.45, 0.45, 3.6, 3.6);
	stands(2, 1.45 + 2 * 4.05, 0.45, 3.6, 3.6);
	begin(18);
	add(PANEL_DENSITY, 5);
	near(pz_figure_place(&layout, 0), 3.98);
	stands(4, 1.45 + 4 * 3.18, 0.45, 2.73, 2.73);
	begin(8.8);
	add(PANEL_DENSITY, 2);
	near(pz_figure_place(&layout, 0), 4.15);
	stands(1, 1.45 + 3.35, 0.45, 2.9, 2.9);
}

/* First lower, then with eight in a row, then lower still; what does not fit even so is higher than
 * the page. So many panels of all streams, n(z), PITs and densities are so high, those of n(z)
 * so high each and in rows of so many. */
static void figures_shrink_to_the_page(void **state)
{
	static const struct {
		int large, nz, pit, density;
		double top, ends, high;
		int row;
	} cases[] = {
		{ 0, 16, 10, 0, 0, 20.1, 2.1, 4 },     { 0, 16, 11, 0, 0.6, 21.845, 1.785, 4 },
		{ 0, 16, 16, 0, 0, 21.76, 1.47, 4 },   { 0, 16, 16, 10, 0, 20.1, 1.785, 8 },
		{ 6, 16, 16, 0, 0, 23.45, 1.47, 8 },   { 8, 16, 16, 0, 0, 23.86, 1.155, 8 },
		{ 6, 16, 16, 9, 0, 22.53, 0.84, 8 },   { 8, 16, 16, 16, 0, 22.22, 0.63, 8 },
		{ 14, 16, 16, 16, 0, 29.75, 0.63, 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct panel *nz;

		begin(18);
		add(PANEL_AGAINST, cases[i].large);
		add(PANEL_NZ, cases[i].nz);
		add(PANEL_PIT, cases[i].pit);
		add(PANEL_DENSITY, cases[i].density);
		near(pz_figure_place(&layout, cases[i].top), cases[i].ends);
		nz = layout.panel + cases[i].large;
		near(nz->height, cases[i].high);
		for (int k = 0; k < cases[i].row; k++)
			near(nz[k].top, nz->top);
		assert_true(nz[cases[i].row].top > nz->top + 1);
		if (cases[i].large)
			near(layout.panel[0].height, 2 * cases[i].high);
	}
	/* in one column four stand in a row, however high it all is */
	begin(8.8);
	add(PANEL_NZ, 48);
	near(pz_figure_place(&layout, 0), 12 * (1.25 + 0.63));
	near(layout.panel[4].top - layout.panel[3].top, 1.25 + 0.63);
}

/* A figure just as high as the page keeps its size. */
static void a_full_page_is_not_too_high(void **state)
{
	double top;

	(void)state;
	begin(18);
	add(PANEL_NZ, 16);
	add(PANEL_PIT, 11);
	for (top = 0.55 - 1e-13; top < 0.55 + 1e-13; top = nextafter(top, 1)) {
		double height = pz_figure_place(&layout, top);

		if (height == 24)
			return near(layout.panel[0].height, 2.1);
	}
	fail_msg("no figure is as high as a page");
}

/* ---- which ---- */

static const struct pz_figure_point point[] = { { 0.1, 0.01, 0.001 } };
static const double counts[] = { 1, 2 };
static struct pz_figure_stream streams[6];

static struct pz_figure figure(const char *panels, int n)
{
	return (struct pz_figure){ .panels = panels, .streams = n, .stream = streams };
}

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		streams[i] = (struct pz_figure_stream){
			.zspec = { 1, point },
			.zphot = { 1, point },
			.zspec_line = { .slope = -0.1 },
			.tv = 0.1,
			.n_zphot = { 2, 0, 1, counts },
			.pit = { 2, 0, 1, counts },
			.density_n = 1,
			.density = counts,
		};
	return 0;
}

static void lone_panels_and_rows_are_narrow(void **state)
{
	static const struct {
		const char *panels;
		int streams;
		double width;
	} cases[] = { { "zspec", 6, 8.8 },   { "zspec,zphot", 1, 18 }, { "pit", 4, 8.8 },
		      { "pit", 5, 18 },      { "density", 2, 8.8 },    { "density", 3, 18 },
		      { "nz", 4, 8.8 },      { "nz,pit", 1, 18 },      { "nz,zspec", 1, 18 },
		      { "zspec,nz", 1, 18 }, { "density,pit", 1, 18 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_figure f = figure(cases[i].panels, cases[i].streams);

		assert_int_equal(pz_figure_layout(&f, &layout), 0);
		near(layout.width, cases[i].width);
	}
}

static void is_panel(int i, enum panel_kind kind, int stream, int key)
{
	assert_int_equal(layout.panel[i].kind, kind);
	assert_int_equal(layout.panel[i].stream, stream);
	assert_int_equal(layout.panel[i].key, key);
	assert_int_equal(layout.panel[i].number, i);
}

/* In the order that is asked for; of streams and keys those that have data. */
static void panels_are_those_with_data(void **state)
{
	const struct pz_figure_curve against[3] = { { 0, point }, { 1, point }, { 1, point } };
	struct pz_figure f = figure("pit,against,density,nz,tv,mad,zspec", 3);

	(void)state;
	f.keys = 3;
	streams[2].against = against;
	streams[0].pit.count = NULL;
	streams[1].density_n = 0;
	streams[2].density = NULL;
	streams[0].n_zphot.n = 0;
	streams[1].n_zphot.count = NULL;
	streams[1].n_stacked = (struct pz_figure_histogram){ 2, 0, 1, counts };
	streams[2].n_zphot.n = 0;
	streams[2].n_stacked = (struct pz_figure_histogram){ 2, 0, 1, NULL };
	assert_int_equal(pz_figure_layout(&f, &layout), 0);
	assert_int_equal(layout.panels, 8);
	is_panel(0, PANEL_PIT, 1, 0);
	is_panel(1, PANEL_PIT, 2, 0);
	is_panel(2, PANEL_AGAINST, -1, 1);
	is_panel(3, PANEL_AGAINST, -1, 2);
	is_panel(4, PANEL_DENSITY, 0, 0);
	is_panel(5, PANEL_NZ, 1, 0);
	is_panel(6, PANEL_TV, -1, 0);
	is_panel(7, PANEL_ZSPEC, -1, 0);
	/* total variation needs the slope too, of one and the same stream */
	f.panels = "tv,zphot";
	streams[0].tv = streams[1].tv = NAN;
	streams[2].zspec_line.slope = NAN;
	assert_int_equal(pz_figure_layout(&f, &layout), 0);
	assert_int_equal(layout.panels, 1);
	is_panel(0, PANEL_ZPHOT, -1, 0);
	streams[2].zphot.n = streams[1].zphot.n = 0;
	streams[0].zphot.n = 0;
	assert_int_equal(pz_figure_layout(&f, &layout), PZ_EDATA);
	assert_string_equal(pz_error_text(), "figure: nothing to draw");
	setup(NULL);
}

static void lists_of_panels_are_read(void **state)
{
	static const enum panel_kind all[] = { PANEL_ZSPEC,       PANEL_ZPHOT,   PANEL_TV,
					       PANEL_TOMOGRAPHY,  PANEL_AGAINST, PANEL_MAD,
					       PANEL_WASSERSTEIN, PANEL_NZ,      PANEL_PIT,
					       PANEL_DENSITY };
	enum panel_kind kinds[PANEL_KINDS];

	(void)state;
	assert_int_equal(pz_figure_kinds(NULL, kinds), 10);
	assert_memory_equal(kinds, all, sizeof all);
	memset(kinds, 0, sizeof kinds);
	assert_int_equal(pz_figure_kinds("all", kinds), 10);
	assert_memory_equal(kinds, all, sizeof all);
	assert_int_equal(pz_figure_kinds("wasserstein,tv,zspec", kinds), 3);
	assert_int_equal(kinds[0], PANEL_WASSERSTEIN);
	assert_int_equal(kinds[1], PANEL_TV);
	assert_int_equal(kinds[2], PANEL_ZSPEC);
	assert_int_equal(pz_figure_kinds("tv,mad,pit,mad", kinds), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "panels: 'mad' is listed twice");
	assert_int_equal(pz_figure_kinds("tv,zspe,pit", kinds), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "no panel 'zspe': there are zspec,"));
	assert_int_equal(pz_figure_kinds("zspecs", kinds), PZ_EUSAGE);
	assert_int_equal(pz_figure_kinds("tv,", kinds), PZ_EUSAGE);
}

static void panels_are_lettered(void **state)
{
	static const struct {
		int number;
		const char *letter;
	} cases[] = { { 0, "(a)" },   { 1, "(b)" },   { 25, "(z)" },  { 26, "(aa)" },
		      { 27, "(ab)" }, { 51, "(az)" }, { 52, "(ba)" }, { 63, "(bl)" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct panel p = { .number = cases[i].number };
		char letter[16];

		pz_panel_letter(&p, letter);
		assert_string_equal(letter, cases[i].letter);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_of_all_streams_stand_two_in_a_row),
		cmocka_unit_test(of_an_odd_number_three_stand_in_the_last_row),
		cmocka_unit_test(panels_of_one_stream_stand_in_even_rows),
		cmocka_unit_test(densities_are_square),
		cmocka_unit_test(figures_shrink_to_the_page),
		cmocka_unit_test(a_full_page_is_not_too_high),
		cmocka_unit_test(lone_panels_and_rows_are_narrow),
		cmocka_unit_test(panels_are_those_with_data),
		cmocka_unit_test(lists_of_panels_are_read),
		cmocka_unit_test(panels_are_lettered),
	};

	return cmocka_run_group_tests_name("layout of figures", tests, setup, NULL);
}
