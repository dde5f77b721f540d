/* test_figure_panels.c -- what each panel of a figure says to gnuplot, number by number */
#include <math.h>

#include <pz/figure.h>

#include "../../lib/draw/panels.h"
#include "drawn.h"

static const struct pz_figure_point first[] = { { 0.2, 0.001, 0.0005 }, { 0.8, -0.002, 0.0005 } };
static const struct pz_figure_point second[] = { { 0.5, 0.004, 0.001 } };
static const struct pz_figure_requirement required[] = { { "A", 0.002 }, { "B", 0.01 },
							 { "C", 0.002 }, { NULL, 0.007 },
							 { "D", 0.003 }, { "E", 0.004 } };
static struct pz_figure_stream streams[6];

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		streams[i] = (struct pz_figure_stream){
			.name = i == 1 ? "two" : "s",
			.zspec_line = { .slope = NAN },
			.zphot_line = { .slope = NAN },
			.tv = NAN,
			.floor = NAN,
			.floor_error = NAN,
		};
	return 0;
}

static struct pz_figure figure(int n)
{
	return (struct pz_figure){
		.target = "z", .max = 1, .streams = n, .stream = streams, .requirement = required
	};
}

static void write_panel(const struct pz_figure *f, enum panel_kind kind, struct panel p)
{
	p.kind = kind;
	if (pz_panel_is_single(kind))
		pz_panel_write_single(f, &p, to_text());
	else
		pz_panel_write(f, &p, to_text());
}

static void axes_are(double x0, double x1, double y0, double y1)
{
	double a = NAN, b = NAN;
	const char *at = strstr(text(), "set xrange [");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "set xrange [%lf:%lf]", &a, &b), 2);
	assert_true(fabs(a - x0) < 1e-6 && fabs(b - x1) < 1e-6);
	assert_non_null(at = strstr(text(), "set yrange ["));
	assert_int_equal(sscanf(at, "set yrange [%lf:%lf]", &a, &b), 2);
	assert_true(fabs(a - y0) < 1e-6 && fabs(b - y1) < 1e-6);
}

/* ---- tomography ---- */

/* 0.2 to 0.8 and four hundredths beside; eleven tenths of the largest requirement, and a twentieth.
 * Bars are 0.012 of the axis apart. */
static void tomography_has_room_for_requirements(void **state)
{
	struct pz_figure f = figure(2);

	(void)state;
	streams[0].tomography = (struct pz_figure_curve){ 2, first };
	streams[1].tomography = (struct pz_figure_curve){ 1, second };
	f.requirements = 6;
	write_panel(&f, PANEL_TOMOGRAPHY, (struct panel){ .number = 3, .width = 7.25 });
	axes_are(0.176, 0.824, -0.0121, 0.0121);
	says("set label 1 '(d)' at graph 0,graph 1 left offset 0,0.55\n");
	says("set xtics 0.1\nset ytics 0.005\n");
	says(", \\\n  $tomography0 using ($1-0.003888):2 with lines lc rgb '#80000000' lw 1");
	says(" $tomography1 using ($1+0.003888):($2-$3):(0):(2*$3) with vectors nohead ");
	says(" $tomography1 using ($1+0.003888):2 with points lc rgb '#E69F00' pt 5 ps 0.28 ");
	streams[0].zphot = streams[0].tomography;
	write_panel(&f, PANEL_ZPHOT, (struct panel){ .width = 7 });
	says_not("\nset arrow");
	f.requirements = 0;
	write_panel(&f, PANEL_TOMOGRAPHY, (struct panel){ .width = 5 });
	axes_are(0.176, 0.824, -0.0055, 0.0055);
	says("set xtics 0.2\nset ytics 0.002\n");
	says_not("\nset arrow");
}

/* Of equal ones the names stand together; by turns above and below, two by two to the left. */
static void requirements_are_named_once(void **state)
{
	static const char *const label[] = {
		"label 11 'A, C' at graph 0.99,first 0.002 right offset 0,0.45 ",
		"label 12 'B' at graph 0.99,first -0.01 right offset 0,-0.5 ",
		"label 15 'D' at graph 0.69,first 0.003 right offset 0,0.45 ",
		"label 16 'E' at graph 0.69,first -0.004 right offset 0,-0.5 "
	};
	struct pz_figure f = figure(1);

	(void)state;
	streams[0].tomography = (struct pz_figure_curve){ 2, first };
	f.requirements = 6;
	write_panel(&f, PANEL_TOMOGRAPHY, (struct panel){ .width = 7 });
	for (int i = 0; i < 4; i++)
		says(label[i]);
	says("set arrow 11 from graph 0,first 0.002 to graph 1,first 0.002 nohead ");
	says("set arrow 12 from graph 0,first -0.002 to graph 1,first -0.002 nohead ");
	says("set arrow 13 from graph 0,first 0.01 to graph 1,first 0.01 nohead ");
	says("set arrow 19 from graph 0,first 0.003 to graph 1,first 0.003 nohead ");
	says("set arrow 22 from graph 0,first -0.004 to graph 1,first -0.004 nohead ");
	says_not("set arrow 15"); /* C is with A */
	says_not("set arrow 17"); /* the fourth has no name */
	says_not("label 13");
}

static void panels_against_have_a_curve_for_each_key(void **state)
{
	static const struct pz_figure_curve against[] = { { 1, second }, { 2, first } };
	static const char *const key[] = { "air", "seeing_r" };
	struct pz_figure f = figure(5);

	(void)state;
	f.key = key;
	f.keys = 2;
	streams[1].against = against;
	write_panel(&f, PANEL_AGAINST, (struct panel){ .key = 1, .width = 7.25 });
	axes_are(0.176, 0.824, -0.0055, 0.0055);
	says("set xlabel 'seeing_r' noenhanced\n");
	/* of five streams half as far apart */
	says(" $against1_1 using ($1-0.000972):2 with lines");
	says_not("$against1_0");
	write_panel(&f, PANEL_AGAINST, (struct panel){ .key = 0, .width = 7.25 });
	says("set xlabel 'air' noenhanced\n");
	axes_are(-0.04, 1.04, -0.0055, 0.0055); /* one point at 0.5 */
	says(" $against0_1 using ($1-0.00162):2 with lines");
	f.streams = 4;
	write_panel(&f, PANEL_AGAINST, (struct panel){ .key = 1, .width = 7.25 });
	says(" $against1_1 using ($1-0.000972):2 with lines"); /* half of 0.001944 */
}

/* ---- residuals ---- */

/* The simulated curve counts where there are points: its ends at -0.5 and 0.9 do not. */
static void residuals_have_lines_and_what_is_simulated(void **state)
{
	static const struct pz_figure_point simulated[] = {
		{ -0.5, 7, 0 }, { 0, 0.02, 0 }, { 0.8, -0.03, 0 }, { 0.9, 0.06, 0 }
	};
	static const struct pz_figure_point far[] = { { 0.2, 0.001, 0.0005 },
						      { 0.5, 0.3, 0.1 },
						      { 0.8, -0.004, 0.0005 } };
	struct pz_figure f = figure(3);

	(void)state;
	streams[0].zspec = (struct pz_figure_curve){ 2, first };
	streams[2].zspec = (struct pz_figure_curve){ 3, far };
	streams[2].zspec_line.slope = streams[1].zphot_line.slope = 0.1;
	streams[1].simulated = (struct pz_figure_curve){ 4, simulated };
	write_panel(&f, PANEL_ZSPEC, (struct panel){ .width = 4 });
	axes_are(-0.024, 0.824, -0.0325, 0.0225);
	says("set xtics 0.5\nset ytics 0.01\n");
	says("$zspec2outside << EOD\n0.5 0.01975 0 0.00275\nEOD\nplot 0 with lines ");
	says_not("$zspec0outside");
	says(" $zspec0 using ($1-0.002544):2 with points");
	says(" $zspec2outside using ($1+0.002544):2:3:4 with vectors head filled size screen "
	     "0.0067,22 lc rgb '#56B4E9' lw 1");
	says(" $simulated1 using 1:2 with lines lc");
	says_not("$simulated0");
	says(" $zspecline2 with lines lc rgb '#56B4E9' dt (6,4) lw 2.0 title");
	says_not("line1");
	streams[1].zphot = (struct pz_figure_curve){ 2, first };
	f.min = -0.3;
	write_panel(&f, PANEL_ZPHOT, (struct panel){ .width = 5.1 });
	axes_are(-0.333, 0.833, -0.0055, 0.0055);
	says("set xtics 0.2\nset ytics 0.002\n");
	says(" $zphotline1 with lines lc rgb '#E69F00' dt (12,4) lw 2.0 title 'two' ");
	says_not("line2");
	says_not("simulated");
}

/* ---- widths ---- */

/* From 0 to 1.08 of the highest point with its error; those below are outside. */
static void widths_begin_at_nothing(void **state)
{
	static const struct pz_figure_point zero[] = { { 20, 0, NAN }, { 22, 0, NAN } };
	struct pz_figure f = figure(3);

	(void)state;
	streams[1].mad = (struct pz_figure_curve){ 2, first };
	streams[1].wasserstein = (struct pz_figure_curve){ 1, second };
	write_panel(&f, PANEL_MAD, (struct panel){ .width = 5 });
	axes_are(0.176, 0.824, 0, 0.00162);
	says("set xlabel 'magnitude' noenhanced\n");
	says("set ylabel '{/:Italic σ}_{MAD}' enhanced\n");
	says("set xtics 0.2\nset ytics 0.0005\n");
	says("$mad1outside << EOD\n0.8 8.1e-05 0 -8.1e-05\nEOD\n");
	says(" $mad1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.42 ");
	f.magnitude = "r_{x}";
	write_panel(&f, PANEL_WASSERSTEIN, (struct panel){ .width = 5 });
	axes_are(-0.04, 1.04, 0, 0.0054);
	says("set xlabel 'r_{x}'.' [mag]' noenhanced\nset ylabel 'Wasserstein distance' ");
	says_not("outside");
	streams[1].mad = (struct pz_figure_curve){ 2, zero };
	write_panel(&f, PANEL_MAD, (struct panel){ .width = 5 });
	axes_are(19.92, 22.08, 0, 1);
}

/* ---- total variation ---- */

/* Slopes and 0, with errors where there are any, and a twentieth beside; from 0 to eleven tenths.
 */
static void total_variation_stands_over_its_floor(void **state)
{
	struct pz_figure f = figure(3);
	struct pz_figure_stream *a = &streams[1], *b = &streams[2];

	(void)state;
	a->zspec_line = (struct pz_figure_line){ -0.3, 0, 0.1, 0, 1 };
	b->zspec_line = (struct pz_figure_line){ -0.1, 0, NAN, 0, 1 };
	a->tv = 0.5;
	a->tv_error = -1;
	b->tv = 0.3;
	b->tv_error = NAN;
	b->floor = 0.4;
	b->floor_error = 0.2;
	f.target = "mass";
	write_panel(&f, PANEL_TV, (struct panel){ .width = 5.5 });
	axes_are(-0.42, 0.02, 0, 0.66);
	says("set xtics 0.1\nset ytics 0.2\n");
	says("set xlabel 'slope of the residuals' enhanced\n");
	says("\nplot $tv1 using 1:2:3:4 with xyerrorbars lc rgb '#E69F00' pt 5 ps 0.56 ");
	says(", \\\n  $tv2 using 1:5:(0):($2-$5) with vectors nohead lc rgb '#56B4E9' lw 0.8 ");
	says(", \\\n  $tv2 using ($1-0.00528):5:(0.01056):(0) with vectors nohead ");
	says(", \\\n  $tv2 using 1:2:3:4 with xyerrorbars ");
	says_not("$tv0");
	a->tv = NAN;
	b->tv = b->floor = b->zspec_line.slope = 0;
	b->floor_error = NAN;
	f.target = "z";
	write_panel(&f, PANEL_TV, (struct panel){ .width = 5 });
	axes_are(-0.55, 0.55, 0, 1);
	says("set xtics 0.5\n");
	says("residuals against {/:Italic z}_{spec}' enhanced\n");
	says("\nplot $tv2 using 1:5:(0):($2-$5) with");
	b->zspec_line.slope_error = 0.2;
	b->tv_error = 0.3;
	write_panel(&f, PANEL_TV, (struct panel){ .width = 5.5 });
	axes_are(-0.22, 0.22, 0, 0.33);
	says(" $tv2 using ($1-0.00528):5:(0.01056):(0) ");
}

/* ---- of one stream each ---- */

/* The axis is that of all streams, and what is drawn is there. */
static void distributions_share_their_axes(void **state)
{
	static const double one[] = { 1, 3, 4, 0 }, other[] = { 2, 996, 0, 1 }, none[4] = { 0 };
	struct pz_figure f = figure(3);

	(void)state;
	f.max = 8;
	streams[0].n_zphot = (struct pz_figure_histogram){ 4, 0, 8, one };
	streams[1].n_zspec = (struct pz_figure_histogram){ 4, 0, 8, other };
	streams[1].n_stacked = (struct pz_figure_histogram){ 4, 0, 8, one };
	streams[2].n_zphot = (struct pz_figure_histogram){ 4, 0, 8, none };
	write_panel(&f, PANEL_NZ, (struct panel){ .width = 3, .stream = 1, .number = 1 });
	/* 996 of 999 in a bin of 2; the bin above 6 has a thousandth and more */
	axes_are(-0.16, 8.16, 0, 1.05 * 996 / 999 / 2);
	says("set xtics 2\nset ytics 0.2\n");
	says("set label 1 '(b) two' at graph 0.5,graph 1 ");
	says("set ylabel ''; set format y ''\n");
	says("plot $nzspec1 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \\\n  $stacked1 ");
	write_panel(&f, PANEL_NZ, (struct panel){ .width = 2.9, .first = true });
	says("set xtics 5\n"); /* three tics fit into 2.9 cm, and four into 3 */
	says("plot $nzphot0 with steps lc rgb '#000000' lw 1 title 's'");
	says_not("set ylabel ''");
	write_panel(&f, PANEL_NZ, (struct panel){ .width = 1.5, .stream = 2 });
	says("set xtics 5\n");
	/* the mean p(z) counts where there are no estimates */
	f.streams = 1;
	streams[0].n_stacked = (struct pz_figure_histogram){ 4, 0, 8, other };
	write_panel(&f, PANEL_NZ, (struct panel){ .width = 1.6 });
	axes_are(-0.12, 6.12, 0, 1.05 * 0.25);
	says("plot $nzphot0 with steps lc rgb '#000000' lw 1 title 's' noenhanced, \\\n  "
	     "$stacked0 ");
	streams[0].n_zphot.count = NULL;
	write_panel(&f, PANEL_NZ, (struct panel){ .width = 1.6 });
	axes_are(-0.52, 0.52, 0, 1.05 * 996 / 999 / 2);
	says("plot $stacked0 with");
}

static void densities_have_cells_of_their_own(void **state)
{
	static const double cells[16] = { [5] = 30 }, few[4] = { 1, 0, 0, 1 };
	struct pz_figure f = figure(2);

	(void)state;
	f.min = 1;
	f.max = 3;
	streams[0].density = few;
	streams[0].density_n = 2;
	write_panel(&f, PANEL_DENSITY, (struct panel){ .width = 3 });
	axes_are(1, 3, 1, 3);
	says("set xtics 0.5\nset ytics 0.5\n");
	says("set cbrange [1:10]");
	says(" $density0 matrix using (1.5+$1*1):(1.5+$2*1):");
	says("unset colorbox\n");
	streams[1].density = cells;
	streams[1].density_n = 4;
	write_panel(&f, PANEL_DENSITY, (struct panel){ .width = 3, .stream = 1, .last = true });
	says("set cbrange [1:30]");
	says(" $density1 matrix using (1.25+$1*0.5):(1.25+$2*0.5):");
	says("user origin graph 1.0400,0 size graph 0.0500,1\n");
}

static void pits_share_their_height(void **state)
{
	static const double flat[] = { 3, 3 }, steep[] = { 1, 3 };
	struct pz_figure f = figure(2);

	(void)state;
	streams[0].pit = (struct pz_figure_histogram){ 2, 0, 1, flat };
	write_panel(&f, PANEL_PIT, (struct panel){ .width = 3 });
	says("set yrange [0:1.08]\n");
	says("set ytics 0.5\n");
	says_not("\nset object");
	streams[1].pit = (struct pz_figure_histogram){ 2, 0, 1, steep };
	streams[0].pit_error = 0.25;
	write_panel(&f, PANEL_PIT, (struct panel){ .width = 3 });
	says("set yrange [0:1.62]\n");
	says("set object 1 rectangle from 0,0.75 to 1,1.25 ");
	says(", $pit0 with steps lc rgb '#000000' lw 1.2 title 's'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tomography_has_room_for_requirements, setup),
		cmocka_unit_test_setup(requirements_are_named_once, setup),
		cmocka_unit_test_setup(panels_against_have_a_curve_for_each_key, setup),
		cmocka_unit_test_setup(residuals_have_lines_and_what_is_simulated, setup),
		cmocka_unit_test_setup(widths_begin_at_nothing, setup),
		cmocka_unit_test_setup(total_variation_stands_over_its_floor, setup),
		cmocka_unit_test_setup(distributions_share_their_axes, setup),
		cmocka_unit_test_setup(densities_have_cells_of_their_own, setup),
		cmocka_unit_test_setup(pits_share_their_height, setup),
	};

	return cmocka_run_group_tests_name("panels of figures", tests, NULL, NULL);
}
