/* test_figure_caption.c -- the words below a figure, how many of what it may have, its scratch */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "../../lib/draw/page.h"

static char *caption;

static const char *caption_of(const struct pz_figure *f)
{
	size_t size;
	FILE *to;

	free(caption);
	to = open_memstream(&caption, &size);
	if (pz_figure_caption(f, to) < 0)
		fail_msg("%s", pz_error_text());
	fclose(to);
	return caption;
}

static void says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected '%s' in\n%s", part, text);
}

static const struct pz_figure_point line[] = { { 0.1, 0.002, 0.001 }, { 0.2, 0.001, 0.001 } };
static const double counts[] = { 1, 2, 3, 4 };

/* One stream with one curve. */
static struct pz_figure_stream stream_of(const char *name)
{
	return (struct pz_figure_stream){ .name = name,
					  .zspec = { 2, line },
					  .zspec_line = { .slope = NAN },
					  .zphot_line = { .slope = NAN },
					  .tv = NAN };
}

static void panels_are_told_by_their_letters(void **state)
{
	static const char *const key[] = { "seeing" };
	static const struct pz_figure_curve against[] = { { 2, line } };
	struct pz_figure_stream s[] = { stream_of("baseline"), stream_of("step3") };
	struct pz_figure f = { .target = "z", .max = 0.4, .streams = 2, .stream = s };
	const char *text;

	(void)state;
	text = caption_of(&f);
	says(text, "(a) Mean residual in bins of true redshift, weighted by");
	says(text, "\nThe residual is (z_phot - z_spec) / (1 + z_spec). Error bars are of one");
	says(text, "\nbaseline (black discs, solid line).\nstep3 (green triangles, point down, "
		   "dash and dot).\n");
	assert_null(strstr(text, "All streams"));
	assert_null(strstr(text, "Numbers"));
	assert_null(strstr(text, "Measured, but"));
	/* panels of one stream each share a sentence */
	for (int i = 0; i < 2; i++) {
		s[i].pit = (struct pz_figure_histogram){ 4, 0, 1, counts };
		s[i].zphot = s[i].zspec;
	}
	s[1].against = against;
	f.keys = 1;
	f.key = key;
	f.networks = 3;
	s[0].tomography = (struct pz_figure_curve){ 2, line };
	f.panels = "zphot,tomography,against,pit,zspec";
	text = caption_of(&f);
	says(text, "\n(c) Mean residual against seeing, with its standard error.");
	says(text, " to (e) Histogram of the probability integral transform");
	says(text, "surveys ask for. Errors include the scatter between 3 networks.\n");
	/* another target */
	f.target = "mass";
	text = caption_of(&f);
	says(text, "The residual is estimate minus truth of mass. Error bars");
}

/* Ten points far outside of the axes: eight are told, and how many more there are. */
static void points_outside_are_told(void **state)
{
	static struct pz_figure_point wild[40];
	struct pz_figure_stream s = stream_of("one");
	struct pz_figure f = { .target = "z", .max = 0.4, .streams = 1, .stream = &s };
	const char *text;
	int told = 0;

	(void)state;
	for (int k = 0; k < 40; k++)
		wild[k] = (struct pz_figure_point){ 0.01 * k, k % 4 == 3 ? 5 + 0.125 * k : 0.001,
						    k == 3 ? 0.25 : NAN };
	for (int k = 0; k < 40; k++)
		wild[k].error = k % 4 == 3 ? k == 3 ? 100 : 99 : 0.0005;
	s.zspec = (struct pz_figure_curve){ 40, wild };
	text = caption_of(&f);
	says(text, " Arrows are points outside of the axes: one at 0.03: 5.38 +- 1e+02; one at "
		   "0.07: 5.88 +- 99; ");
	for (const char *at = strstr(text, "one at"); at; at = strstr(at + 1, "one at"))
		told++;
	assert_int_equal(told, 8);
	says(text, "; and 2 more.\n");
}

static void histories_are_told_once(void **state)
{
	struct pz_figure_stream s[] = { stream_of("a"), stream_of("b"), stream_of("c") };
	struct pz_figure f = { .target = "z", .max = 0.4, .streams = 2, .stream = s };
	const char *text;

	(void)state;
	s[0].made = "mock 1 | cutout 1 | predict 1 -x\t";
	s[1].made = "mock 1 | cutout 1 | predict 1 -y";
	s[2].made = "mock 1 | cut";
	s[1].galaxies = 1200;
	text = caption_of(&f);
	says(text,
	     "All streams were made by mock 1 | cutout 1, then each by what is said of it.\n");
	says(text, "a (black discs, solid line): made by predict 1 -x?.\n");
	says(text, "line): 1200 galaxies; made by predict 1 -y.\n");
	f.streams = 3;
	text = caption_of(&f);
	says(text, "All streams were made by mock 1, then each");
	says(text, ": made by cut.\n");
	s[2].made = NULL;
	text = caption_of(&f);
	assert_null(strstr(text, "All streams"));
	says(text, ": made by mock 1 | cutout 1 | predict 1 -x?.\n");
	f.streams = 1;
	assert_null(strstr(caption_of(&f), "All streams"));
}

/* Two digits of the error, both errors together; of a number without one three. */
static void numbers_have_two_errors(void **state)
{
	static const char *const other[] = { "step1", "step2" };
	struct pz_figure_stream s[] = { stream_of("a"), stream_of("b"), stream_of("c") };
	struct pz_figure f = { .target = "z",
			       .max = 0.4,
			       .streams = 3,
			       .stream = s,
			       .networks = 5,
			       .others = 2,
			       .other = other };
	const char *text;

	(void)state;
	s[0].numbers = 4;
	s[0].number[0] = (struct pz_figure_number){ "x", 0.12345, 0.0034, NAN };
	s[0].number[1] = (struct pz_figure_number){ "y", NAN, 1, 1 };
	s[0].number[2] = (struct pz_figure_number){ "w", 123.4, NAN, NAN };
	s[0].number[3] = (struct pz_figure_number){ "v", 5, 0.03, 0.4 };
	s[2].numbers = 1;
	s[2].number[0] = (struct pz_figure_number){ "x", 0, NAN, NAN };
	text = caption_of(&f);
	says(text, "\nNumbers, with their standard deviation over bootstrap ");
	says(text, " and, as a second one, that between 5 networks:\n"
		   "a: x 0.1235 +- 0.0034, w 123, v 5.00 +- 0.03 +- 0.40.\nc: x 0.000.\n");
	says(text, "\nMeasured, but not drawn: step1, step2.\n");
	f.networks = 0;
	assert_null(strstr(caption_of(&f), "second one"));
}

/* ---- how many ---- */

static int program_rc(const struct pz_figure *f)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int rc = pz_figure_program(f, to);

	fclose(to);
	free(text);
	return rc;
}

static void figures_have_so_many_streams_and_keys(void **state)
{
	static struct pz_figure_stream s[PZ_FIGURE_STREAMS + 1];
	static const char *const key[PZ_FIGURE_KEYS + 1];
	static const struct pz_figure_requirement required[PZ_FIGURE_KEYS + 1];
	struct pz_figure f = { .target = "z",
			       .max = 0.4,
			       .streams = PZ_FIGURE_STREAMS,
			       .stream = s,
			       .key = key,
			       .requirement = required };

	(void)state;
	for (int i = 0; i <= PZ_FIGURE_STREAMS; i++)
		s[i] = stream_of("s");
	f.keys = f.requirements = PZ_FIGURE_KEYS;
	assert_int_equal(program_rc(&f), 0);
	f.streams++;
	assert_int_equal(program_rc(&f), PZ_EARG);
	assert_string_equal(pz_error_text(), "a figure of 17 streams: at most 16");
	f.streams = -1;
	assert_int_equal(program_rc(&f), PZ_EARG);
	f.streams = 0;
	assert_int_equal(program_rc(&f), PZ_EDATA);
	f.streams = 1;
	f.keys++;
	assert_int_equal(program_rc(&f), PZ_EARG);
	assert_string_equal(pz_error_text(), "a figure of 9 keys and 8 requirements: at most 8");
	f.keys = -1;
	assert_int_equal(program_rc(&f), PZ_EARG);
	f.keys = 0;
	f.requirements++;
	assert_int_equal(program_rc(&f), PZ_EARG);
	f.requirements = -1;
	assert_int_equal(program_rc(&f), PZ_EARG);
	f.requirements = 0;
	f.panels = "zspec,zspec";
	assert_int_equal(program_rc(&f), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "panels: 'zspec' is listed twice");
	f.panels = "";
	assert_int_equal(program_rc(&f), PZ_EUSAGE);
	f.panels = "zspec";
	assert_int_equal(program_rc(&f), 0);
}

/* ---- n(z) ---- */

/* The numbers behind the last of these words in the program. */
static void behind(const char *text, const char *word, double *a, double *b)
{
	const char *at = NULL;

	for (const char *next = strstr(text, word); next; next = strstr(next + 1, word))
		at = next;
	if (!at || sscanf(at + strlen(word), "%lf:%lf", a, b) != 2)
		fail_msg("no numbers behind '%s' in\n%s", word, text);
}

/* The axis ends where but a thousandth of the galaxies is above; a histogram without counts says
 * nothing, and the mean p(z) is drawn in its place. */
static void the_axis_of_n_of_z_ends_with_the_galaxies(void **state)
{
	static const double most[] = { 500, 499, 0, 1 }, more[] = { 500, 498, 0, 2 };
	struct pz_figure_stream s = stream_of("a");
	struct pz_figure f = {
		.target = "z", .max = 0.4, .streams = 1, .stream = &s, .panels = "nz"
	};
	double from, to, peak;
	char *text = NULL;
	size_t size;

	(void)state;
	for (int k = 0; k < 3; k++) {
		FILE *program = open_memstream(&text, &size);

		s.n_zphot = (struct pz_figure_histogram){ 4, 0, 0.4,
							  k == 0   ? most
							  : k == 1 ? more
								   : NULL };
		s.n_stacked = (struct pz_figure_histogram){ 4, 0, 0.4, counts };
		assert_int_equal(pz_figure_program(&f, program), 0);
		fclose(program);
		behind(text, "set xrange [", &from, &to);
		/* 0.2 or 0.4, and 0.02 of the range on either side */
		if (k < 2)
			assert_true(fabs(to - (k == 0 ? 0.204 : 0.408)) < 1e-9);
		behind(text, "set yrange [", &from, &peak);
		assert_true(fabs(peak - 1.05 * (k < 2 ? 0.5 : 0.4) / 0.1) < 1e-5);
		assert_int_equal(strstr(text, "$nzphot0 with steps") != NULL, k < 2);
		assert_non_null(strstr(text, "$stacked0 with lines"));
		free(text);
	}
}

/* ---- a file without a name ---- */

static void scratch_can_be_written_and_read(void **state)
{
	FILE *file = pz_gnuplot_scratch();
	char back[4];

	(void)state;
	assert_non_null(file);
	assert_int_equal(fwrite("a\0\r\n", 1, 4, file), 4);
	rewind(file);
	assert_int_equal(fread(back, 1, 4, file), 4);
	assert_memory_equal(back, "a\0\r\n", 4);
	assert_int_equal(fclose(file), 0);
}

/* Also where it is the first descriptor that is free, as in a program whose input is closed. */
static void scratch_may_be_the_first_descriptor(void **state)
{
	int kept = dup(0);
	FILE *file;

	(void)state;
	close(0);
	file = pz_gnuplot_scratch();
	assert_non_null(file);
	assert_int_equal(fileno(file), 0);
	fclose(file);
	assert_int_equal(dup2(kept, 0), 0);
	close(kept);
}

static void scratch_that_cannot_be_made_is_told(void **state)
{
	char *before = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;

	(void)state;
	setenv("TMPDIR", "/no/such/folder", 1);
	assert_null(pz_gnuplot_scratch());
	assert_non_null(strstr(pz_error_text(), "/no/such/folder/pzpipe.XXXXXX: cannot create"));
	if (before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
	free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panels_are_told_by_their_letters),
		cmocka_unit_test(points_outside_are_told),
		cmocka_unit_test(histories_are_told_once),
		cmocka_unit_test(numbers_have_two_errors),
		cmocka_unit_test(figures_have_so_many_streams_and_keys),
		cmocka_unit_test(the_axis_of_n_of_z_ends_with_the_galaxies),
		cmocka_unit_test(scratch_can_be_written_and_read),
		cmocka_unit_test(scratch_may_be_the_first_descriptor),
		cmocka_unit_test(scratch_that_cannot_be_made_is_told),
	};

	return cmocka_run_group_tests_name("captions", tests, NULL, NULL);
}
