/* test_figure_sweep.c -- the figure of an experiment: its data, axes and panels, by value */
#include <math.h>

#include <pz/error.h>
#include <pz/figure.h>
#include <pz/sweep.h>

#include "drawn.h"

static struct pz_sweep_point points[PZ_FIGURE_STREAMS + 1][4];
static struct pz_sweep_stream streams[PZ_FIGURE_STREAMS + 1];

static int setup(void **state)
{
	const double none = NAN;

	(void)state;
	for (int k = 0; k <= PZ_FIGURE_STREAMS; k++) {
		for (int i = 0; i < 4; i++)
			points[k][i] = (struct pz_sweep_point){ none, none, none, none, none, none,
								none, none, none, none, 0 };
		streams[k] = (struct pz_sweep_stream){ k % 2 ? "b" : "a", points[k] };
	}
	return 0;
}

static struct pz_sweep sweep(int n, const double *x)
{
	return (struct pz_sweep){ .name = "size", .n = n, .x = x, .streams = 2, .stream = streams };
}

static void program_of(const struct pz_sweep *s)
{
	if (pz_sweep_program(s, to_text()) != 0)
		fail_msg("%s", pz_error_text());
	text();
}

/* Logarithms of 1, 10 and 1000; the streams 0.012 of the axis apart. */
static void data_stand_behind_the_place(void **state)
{
	static const double x[] = { 1, 10, 1000 };
	struct pz_sweep s = sweep(3, x);

	(void)state;
	s.log = true;
	points[0][0] = (struct pz_sweep_point){ -0.3, 0.01, 0.2, 0.02,  0.125, 0.5,
						NAN,  -1,   0.5, 0.003, 0 };
	points[1][2] = (struct pz_sweep_point){ 0.25, NAN,   INFINITY, -2,  NAN, 1,
						0.75, 0.625, NAN,      0.5, 7 };
	program_of(&s);
	says("$stream0 << EOD\n"
	     "-0.02088 -0.3 0.01 0.2 0.02 NaN 0 0.5 0.003 0.125\n"
	     "0.97912 NaN 0 NaN 0 NaN 0 NaN 0 NaN\n"
	     "2.97912 NaN 0 NaN 0 NaN 0 NaN 0 NaN\nEOD\n");
	says("$stream1 << EOD\n0.02088 NaN 0 NaN 0 NaN 0 NaN 0 NaN\n");
	says("\n3.02088 0.25 0 NaN 0 0.75 0.625 NaN 0.5 NaN\nEOD\n");
	says("set xlabel 'size' noenhanced\nset xrange [-0.24:3.24]\n"
	     "set xtics ('1' 0, '10' 1, '1000' 3) noenhanced\n");
	s.log = false;
	program_of(&s);
	says("set xrange [-78.92:1079.92]\nset xtics ('1' 1, '1000' 1000) noenhanced\n");
}

/* A ninth of the axis is room enough, in either direction. */
static void tics_leave_room(void **state)
{
	static const double rising[] = { 0, 1, 1.2, 9 }, falling[] = { 9, 1.2, 1, 0 },
			    one[] = { 5 };
	static const char *const label[] = { "10%", "b", "c" };
	struct pz_sweep s = sweep(4, rising);

	(void)state;
	points[1][0].slope = 0;
	program_of(&s);
	says("set xrange [-0.72:9.72]\nset xtics ('0' 0, '1.2' 1.2, '9' 9) noenhanced\n");
	s.x = falling;
	program_of(&s);
	says("set xrange [-0.72:9.72]\nset xtics ('9' 9, '1.2' 1.2, '0' 0) noenhanced\n");
	s.x = one;
	s.n = 1;
	s.name = NULL;
	program_of(&s);
	says("set xlabel '' noenhanced\nset xrange [4.5:5.5]\nset xtics ('5' 5) noenhanced\n");
	s.x = NULL;
	s.n = 3;
	s.label = label;
	program_of(&s);
	says("set xrange [-0.16:2.16]\n"
	     "set xtics (\"\\061\\060\\045\\045\" 0, 'b' 1, 'c' 2) noenhanced\n");
}

static int count(const char *part)
{
	int n = 0;

	for (const char *at = strstr(text(), part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

/* Each panel is 3.2 cm high and 0.8 from the next; the legend is 0.48, and so is that of a floor.
 */
static void panels_are_those_with_numbers(void **state)
{
	static const double x[] = { 1, 2, 3 };
	struct pz_sweep s = sweep(3, x);

	(void)state;
	points[1][2].slope = 0.1;
	program_of(&s);
	says("size 8.80cm,4.48cm ");
	assert_int_equal(count("set ylabel '"), 1);
	says_not("no mode collapse");
	points[1][2].outliers = 0.1;
	program_of(&s);
	says("size 8.80cm,8.48cm ");
	says("set ylabel 'outliers' enhanced\nset yrange [0:*]\nplot NaN, \\\n  $stream0 using "
	     "1:8 ");
	points[0][1].sigma_mad = 0.1;
	program_of(&s);
	says("size 8.80cm,12.48cm ");
	says("σ}_{MAD}' enhanced\nset yrange [*:*]\nplot NaN, \\\n  $stream0 using 1:6 ");
	assert_int_equal(count("lw 1.2 dt (1,2)"), 0);
	points[1][2].floor = 0.1;
	program_of(&s);
	says("size 8.80cm,12.96cm ");
	says("no mode collapse");
	assert_int_equal(count("lw 1.2 dt (1,2)"),
			 1); /* in the legend, of a panel that is not there */
	points[1][2].tv = 0.1;
	program_of(&s);
	says("size 8.80cm,16.96cm ");
	says("set ylabel 'total variation' enhanced\nset yrange [0:*]\nplot NaN, \\\n"
	     "  $stream0 using 1:10 with lines lc rgb '#000000' lw 1.2 dt (1,2), \\\n"
	     "  $stream1 using 1:10 with lines lc rgb '#E69F00' lw 1.2 dt (1,2), \\\n"
	     "  $stream0 using 1:4 with lines lc rgb '#000000' dt 1 lw 1.2, \\\n"
	     "  $stream0 using 1:($4-$5):(0):(2*$5) with vectors nohead lc rgb '#000000' lw 1, \\\n"
	     "  $stream0 using 1:4 with points lc rgb '#000000' pt 7 ps 0.40 lw 0.8, \\\n"
	     "  $stream1 using 1:4 with lines ");
	assert_int_equal(count("lw 1.2 dt (1,2)"), 3);
}

/* Each begins where the one above it ends, and 0.8 cm for its tics. */
static void panels_stand_below_each_other(void **state)
{
	static const double x[] = { 1, 2 };
	struct pz_sweep s = sweep(2, x);
	double top = NAN, bottom = NAN;
	const char *at;

	(void)state;
	points[0][0] = (struct pz_sweep_point){ .slope = 0.1, .floor = NAN };
	program_of(&s);
	at = strstr(text(), "plot 0 with lines");
	assert_non_null(at);
	for (int i = 0; i < 3; i++) {
		assert_non_null(at = strstr(at, "set tmargin at screen "));
		assert_int_equal(sscanf(at, "set tmargin at screen %lf; set bmargin at screen %lf",
					&top, &bottom),
				 2);
		assert_true(fabs(16.48 * (1 - top) - (4.48 + 4 * i)) < 0.002);
		assert_true(fabs(16.48 * (top - bottom) - 3.2) < 0.002);
		at++;
	}
	assert_null(strstr(at, "set tmargin"));
	says("set rmargin at screen 0.9659\nset tmargin at screen 0.9709; set bmargin at screen "
	     "0.7767\nset xlabel");
}

static void sweep_fails(struct pz_sweep s, int code, const char *why)
{
	int rc = pz_sweep_program(&s, to_text());

	text();
	assert_int_equal(rc, code);
	assert_string_equal(pz_error_text(), why);
	assert_int_equal(pz_sweep_write(&s, "/tmp/pz-never.png"), code);
}

static void what_cannot_be_drawn_is_told(void **state)
{
	static const double x[] = { 1, -2, 3 }, nan[] = { 1, 2, NAN }, zero[] = { 1, 2, 0 };
	struct pz_sweep s = sweep(3, x);

	(void)state;
	sweep_fails(s, PZ_EDATA, "figure: nothing to draw");
	points[1][2].tv = 0.5;
	program_of(&s);
	points[1][2].tv = NAN;
	points[1][2].slope = 0.5;
	program_of(&s);
	s.log = true;
	sweep_fails(s, PZ_EUSAGE, "a logarithmic axis cannot have -2");
	s.x = zero;
	sweep_fails(s, PZ_EUSAGE, "a logarithmic axis cannot have 0");
	s.log = false;
	program_of(&s);
	s.x = nan;
	sweep_fails(s, PZ_EUSAGE, "a linear axis cannot have nan");
	s.x = x;
	s.streams = 0;
	sweep_fails(s, PZ_EUSAGE, "a figure holds 1 to 16 streams, found 0");
	s.streams = 17;
	sweep_fails(s, PZ_EUSAGE, "a figure holds 1 to 16 streams, found 17");
	s.streams = 16;
	program_of(&s);
	assert_int_equal(pz_sweep_write(&s, "/tmp/pz-never.jpg"), PZ_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(data_stand_behind_the_place, setup),
		cmocka_unit_test_setup(tics_leave_room, setup),
		cmocka_unit_test_setup(panels_are_those_with_numbers, setup),
		cmocka_unit_test_setup(panels_stand_below_each_other, setup),
		cmocka_unit_test_setup(what_cannot_be_drawn_is_told, setup),
	};

	return cmocka_run_group_tests_name("figures of experiments", tests, NULL, NULL);
}
