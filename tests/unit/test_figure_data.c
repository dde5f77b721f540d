/* test_figure_data.c -- the data of a figure, its notes and its caption, word for word */
#include <math.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "../../lib/draw/panels.h"
#include "drawn.h"

static const struct pz_figure_point curve[] = {
	{ 1, 2, 0.25 }, { 2, 3, -1 }, { 3, 4, 2.6 }, { 4, NAN, NAN }
};
static const double counts[] = { 1, 0, 3 }, cells[] = { 1, 2, 3, 4 };

/* One point less of each curve than of the one before, in the order of the struct. */
static struct pz_figure_stream stream_of(const struct pz_figure_curve *against)
{
	return (struct pz_figure_stream){ .name = "a'b",
					  .zspec = { 4, curve },
					  .zphot = { 1, curve },
					  .simulated = { 1, curve + 1 },
					  .mad = { 1, curve + 2 },
					  .wasserstein = { 1, curve + 1 },
					  .tomography = { 2, curve },
					  .against = against,
					  .zspec_line = { 0.5, 1, 0.125, 2, 4 },
					  .zphot_line = { -0.25, 3, NAN, 0, 8 },
					  .n_zphot = { 3, 1, 2.5, counts },
					  .n_zspec = { 2, 0, 4, cells },
					  .n_stacked = { 1, 0, 2, cells },
					  .pit = { 2, 0, 1, cells + 1 },
					  .density_n = 2,
					  .density = cells,
					  .tv = 0.5,
					  .tv_error = -1,
					  .floor = NAN };
}

/* Those much less certain than the best stand apart; errors are 0 or more; histograms are divided
 * by their area, and end with an edge. */
static void data_are_blocks(void **state)
{
	static const struct pz_figure_curve against[] = { { 0, curve }, { 1, curve + 1 } };
	const struct pz_figure_stream s = stream_of(against);
	const struct pz_figure f = { .keys = 2, .streams = 1, .stream = &s };

	(void)state;
	pz_figure_write_data(&f, to_text());
	assert_string_equal(text(), "\n# \"a\\047b\"\n"
				    "$zspec0 << EOD\n1 2 0.25\n2 3 0\n\n3 4 2.6\n4 nan 0\nEOD\n"
				    "$zphot0 << EOD\n1 2 0.25\nEOD\n"
				    "$simulated0 << EOD\n2 3 0\nEOD\n"
				    "$mad0 << EOD\n3 4 2.6\nEOD\n"
				    "$wasserstein0 << EOD\n2 3 0\nEOD\n"
				    "$zspecline0 << EOD\n2 2\n4 3\nEOD\n"
				    "$zphotline0 << EOD\n0 3\n8 1\nEOD\n"
				    "$nzphot0 << EOD\n1 0.5\n1.5 0\n2 1.5\n2.5 0\nEOD\n"
				    "$nzspec0 << EOD\n0 0.16666667\n2 0.33333333\n4 0\nEOD\n"
				    "$stacked0 << EOD\n0 0.5\n2 0\nEOD\n"
				    "$pit0 << EOD\n0 0.8\n0.5 1.2\n1 0\nEOD\n"
				    "$density0 << EOD\n1 2\n3 4\nEOD\n"
				    "$tomography0 << EOD\n1 2 0.25\n2 3 0\nEOD\n"
				    "$against1_0 << EOD\n2 3 0\nEOD\n"
				    "$tv0 << EOD\n0.5 0.5 0.125 0 0\nEOD\n");
}

static void what_there_is_not_has_no_block(void **state)
{
	static const double nothing[2] = { 0 };
	const struct pz_figure_stream s[] = {
		{ .zspec_line = { NAN, 0, -1, 0, 1 },
		  .zphot_line = { .slope = NAN },
		  .n_zphot = { 3, 0, 1, NULL },
		  .density_n = 2,
		  .tv = 0.5,
		  .tv_error = 0.25,
		  .floor = 0.125 },
		{ .zspec_line = { NAN, 0, -1, 0, 1 },
		  .zphot_line = { .slope = NAN },
		  .n_zphot = { 2, 0, 1, nothing },
		  .tv = 0.5,
		  .tv_error = 0.25,
		  .floor = 0.125 },
	};
	const struct pz_figure f = { .keys = 1, .streams = 2, .stream = s };

	(void)state;
	pz_figure_write_data(&f, to_text());
	assert_string_equal(text(), "\n# ''\n"
				    "$tv0 << EOD\nnan 0.5 0 0.25 0.125\nEOD\n"
				    "\n# ''\n"
				    "$nzphot1 << EOD\n0 0\n0.5 0\n1 0\nEOD\n"
				    "$tv1 << EOD\nnan 0.5 0 0.25 0.125\nEOD\n");
}

/* The whole text of two panels, of which one has a point outside. */
static void captions_are_paragraphs(void **state)
{
	static const struct pz_figure_point far[] = { { 0.1, 0, 0.001 }, { 0.2, 3, 0.5 } };
	static const char *const other[] = { "step2" };
	const struct pz_figure_stream s = { .name = "knn",
					    .galaxies = 7,
					    .made = "mock 1",
					    .numbers = 1,
					    .number = { { "x", 1.5, 0.25, NAN } },
					    .zspec = { 2, far },
					    .zspec_line = { .slope = NAN },
					    .zphot_line = { .slope = NAN },
					    .tv = NAN,
					    .pit = { 3, 0, 1, counts } };
	const struct pz_figure f = {
		.target = "z", .max = 0.4, .streams = 1, .stream = &s, .others = 1, .other = other
	};

	(void)state;
	assert_int_equal(pz_figure_caption(&f, to_text()), 0);
	assert_string_equal(
		text(),
		"(a) Mean residual in bins of true redshift, weighted by inverse variances, with "
		"its "
		"standard error; thick lines are fitted to the bins above the redshift where they "
		"begin. Arrows are points outside of the axes: knn at 0.2: 3 +- 0.5.\n"
		"(b) Histogram of the probability integral transform (the share of p(z) below the "
		"true redshift); calibrated p(z) are uniform, within the grey band in two of three "
		"bins.\n"
		"\n"
		"The residual is (z_phot - z_spec) / (1 + z_spec). Error bars are of one standard "
		"deviation. Points of several streams are shifted sideways a little, so that their "
		"bars can be told apart.\n"
		"\n"
		"knn (grey open triangles, point down, long and short dashes): 7 galaxies; made by "
		"mock 1.\n"
		"\n"
		"Numbers, with their standard deviation over bootstrap samples:\n"
		"knn: x 1.50 +- 0.25.\n"
		"\n"
		"Measured, but not drawn: step2.\n");
}

/* ---- notes ---- */

static void program_of(const struct pz_figure_stream *s, const char *panels)
{
	const struct pz_figure f = {
		.target = "z", .max = 0.4, .streams = 2, .stream = s, .panels = panels
	};

	if (pz_figure_program(&f, to_text()) != 0)
		fail_msg("%s", pz_error_text());
	text();
}

/* A note stands where its panel does, and what it is about in one of the streams. */
static void notes_are_of_what_is_drawn(void **state)
{
	static const struct pz_figure_point inside[] = { { 0.1, 0, 0.001 }, { 0.2, 3, 0.5 } };
	struct pz_figure_stream s[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		s[i] = (struct pz_figure_stream){ .zspec = { 1, inside },
						  .zspec_line = { .slope = NAN },
						  .zphot_line = { .slope = NAN },
						  .tv = NAN,
						  .floor = NAN,
						  .n_zphot = { 3, 0, 0.4, counts },
						  .pit = { 3, 0, 1, counts } };
	program_of(s, "zspec");
	says_not("line fitted");
	says_not("regression to the mean");
	says_not("outside of the axes");
	s[1].zphot_line.slope = 1;
	program_of(s, "zspec");
	says("'line fitted'");
	says_not("uniform");
	program_of(s, "pit");
	says_not("line fitted");
	says("'uniform, with error'");
	s[1].simulated = (struct pz_figure_curve){ 1, inside };
	program_of(s, "zspec");
	says("'regression to the mean'");
	program_of(s, "nz");
	says_not("regression to the mean");
	says("'spectroscopic'");
	says_not("mean p(");
	s[1].n_stacked = (struct pz_figure_histogram){ 3, 0, 0.4, counts };
	program_of(s, "nz");
	says("'mean p({/:Italic z})'");
	s[1].zspec_line.slope = s[1].tv = 0.1;
	program_of(s, "tv");
	says_not("no mode collapse");
	s[0].floor = 0.05;
	program_of(s, "tv");
	says("'no mode collapse'");
	program_of(s, "zspec");
	says_not("no mode collapse");
	s[1].zspec.n = 2;
	program_of(s, "tv,zspec");
	says("'outside of the axes'");
	program_of(s, "tv,pit");
	says_not("outside of the axes");
}

/* Axes of histograms reach to the highest bin of any stream: 2.2 times the mean here. */
static void axes_reach_to_the_highest_bin(void **state)
{
	static const double high[] = { 11, 3, 1 }, low[] = { 3, 4, 3 };
	struct pz_figure_stream s[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		s[i] = (struct pz_figure_stream){ .zspec_line = { .slope = NAN },
						  .zphot_line = { .slope = NAN },
						  .tv = NAN,
						  .floor = NAN,
						  .pit_error = 0.125 * (i + 1),
						  .n_zspec = { 3, 0, 1, i ? high : low },
						  .n_zphot = { 3, 0, 1, low },
						  .pit = { 3, 0, 1, i ? high : low } };
	program_of(s, "pit");
	says("set xrange [0:1]\nset xtics 0.25,0.5,0.75\nset ytics 1\nset yrange [0:2.376]\n");
	says("set object 1 rectangle from 0,0.875 to 1,1.125 ");
	says("set object 1 rectangle from 0,0.75 to 1,1.25 ");
	program_of(s, "nz");
	says("set ytics 1\nset yrange [0:2.31]\n");
	says("set xrange [-0.02:1.02]\n");
	/* the mean p(z) alone where there are no estimates */
	s[0].n_stacked = (struct pz_figure_histogram){ 2, 0, 1, (const double[]){ 1, 9 } };
	program_of(s, "nz");
	says("set ytics 1\nset yrange [0:2.31]\n");
	s[1].n_zspec.n = s[0].n_zphot.n = 0;
	s[0].n_zspec.count = low;
	s[1].n_stacked = (struct pz_figure_histogram){ 4, 0, 1, (const double[]){ 1, 3, 0, 0 } };
	program_of(s, "nz");
	says("set ytics 0.5\nset yrange [0:1.89]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_are_blocks),
		cmocka_unit_test(what_there_is_not_has_no_block),
		cmocka_unit_test(captions_are_paragraphs),
		cmocka_unit_test(notes_are_of_what_is_drawn),
		cmocka_unit_test(axes_reach_to_the_highest_bin),
	};

	return cmocka_run_group_tests_name("data of figures", tests, NULL, NULL);
}
