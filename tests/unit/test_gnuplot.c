/* test_gnuplot.c -- what gnuplot is given and how it ends, with scripts in gnuplot's place */
#include <math.h>
#include <sys/stat.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "../../lib/draw/page.h"
#include "descriptors.h"
#include "drawn.h"

static char folder[] = "/tmp/pz-test-gnuplot-XXXXXX";
static char picture[64], script[64], *path_before;

static const struct pz_figure_point point[] = { { 0.1, 0.01, 0.001 } };
static const struct pz_figure_stream stream = { .name = "a",
						.zspec = { 1, point },
						.zspec_line = { .slope = NAN },
						.zphot_line = { .slope = NAN } };
static const struct pz_figure figure = {
	.target = "z", .max = 0.4, .streams = 1, .stream = &stream, .panels = "zspec"
};

static int setup(void **state)
{
	char path[128];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(script, sizeof script, "%s/gnuplot", folder);
	snprintf(path, sizeof path, "%s:/usr/bin:/bin", folder);
	path_before = strdup(getenv("PATH"));
	return setenv("PATH", path, 1);
}

static int teardown(void **state)
{
	(void)state;
	setenv("PATH", path_before, 1);
	free(path_before);
	unlink(script);
	return rmdir(folder);
}

/* Draws with these commands of the shell in gnuplot's place; the code. */
static int draw_by(const char *commands, const char *name)
{
	FILE *to = fopen(script, "w");

	assert_non_null(to);
	fprintf(to, "#!/bin/sh\n%s\n", commands);
	fclose(to);
	assert_int_equal(chmod(script, 0700), 0);
	snprintf(picture, sizeof picture, "%s/%s", folder, name);
	return pz_figure_write(&figure, picture);
}

/* The picture, which is taken away. */
static const char *drawn(size_t *size)
{
	static char bytes[1 << 18];
	FILE *from = fopen(picture, "rb");

	assert_non_null(from);
	*size = fread(bytes, 1, sizeof bytes - 1, from);
	bytes[*size] = 0;
	fclose(from);
	assert_int_equal(unlink(picture), 0);
	return bytes;
}

/* ---- what it is given ---- */

/* 160 pixels of a PNG to the centimetre, 80 units of an SVG, text of 7 points: a page of one panel
 * is 8.8 cm wide, and 0.48 of a legend and 5.45 of the panel high. */
static void terminals_keep_the_size_of_text(void **state)
{
	static const char *const cases[][2] = {
		{ "a.pdf", "set terminal pdfcairo size 8.80cm,5.93cm font 'Sans,7' fontscale 0.75\n"
			   "set encoding utf8\n" },
		{ "a.png", "set terminal pngcairo size 1408,949 font 'Sans,7' fontscale 4.233 "
			   "lw 2.822 dashlength 1.411 pointscale 5.644\nset encoding utf8\n" },
		{ "a.svg", "set terminal svg size 704,474 font 'sans-serif,19.756' lw 1.411 "
			   "background '#ffffff'\nset key spacing 0.95\nset encoding utf8\n" },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t size;
		const char *given;

		assert_int_equal(draw_by("exec cat", cases[i][0]), 0);
		given = drawn(&size);
		if (strncmp(given, cases[i][1], strlen(cases[i][1])))
			fail_msg("expected %s, found %.200s", cases[i][1], given);
		assert_non_null(strstr(given, "$zspec0 << EOD\n0.1 0.01 0.001\nEOD\n"));
		assert_non_null(strstr(given, "\nunset multiplot\n"));
	}
	assert_int_equal(pz_figure_program(&figure, to_text()), 0);
	says("# set terminal pdfcairo size 8.80cm,5.93cm font 'Sans,7' fontscale 0.75; set output");
}

static void settings_of_the_user_are_left_out(void **state)
{
	size_t size;

	(void)state;
	assert_int_equal(draw_by("echo \"$@\"; cat >/dev/null", "a.png"), 0);
	assert_string_equal(drawn(&size), "-d -\n");
}

static void large_pictures_arrive_whole(void **state)
{
	const char *bytes;
	size_t size;

	(void)state;
	assert_int_equal(draw_by("cat >/dev/null; head -c 200001 /dev/zero | tr '\\0' x", "a.png"),
			 0);
	bytes = drawn(&size);
	assert_int_equal(size, 200001);
	assert_int_equal(strspn(bytes, "x"), 200001);
}

/* ---- how it ends ---- */

static void ends_with(const char *commands, const char *why)
{
	char expected[512];

	assert_int_equal(draw_by(commands, "a.png"), PZ_EDATA);
	snprintf(expected, sizeof expected, "%s: %s", picture, why);
	assert_string_equal(pz_error_text(), expected);
	assert_int_equal(access(picture, F_OK), -1);
}

static void failures_are_told_in_its_own_words(void **state)
{
	char spoken[400], expected[400];

	(void)state;
	ends_with("printf 'line 3: what\\n   ^\\n\\t  undefined x\\n \\n' >&2; echo x; exit 1",
		  "gnuplot failed: undefined x");
	ends_with("cat >/dev/null; echo x; exit 2", "gnuplot failed: it gave no reason");
	ends_with("printf 'a\\nno terminal' >&2; cat >/dev/null",
		  "gnuplot drew nothing: no terminal");
	ends_with("cat >/dev/null", "gnuplot drew nothing: it gave no reason");
	ends_with("echo x; kill -9 $$", "gnuplot was ended by signal 9 (Killed)");
	ends_with("exit 127",
		  "gnuplot was not found: install it (Debian: gnuplot-nox), or write its "
		  "program with --gnuplot");
	/* of a long line the beginning */
	snprintf(spoken, sizeof spoken, "echo %0300d >&2; exit 1", 7);
	snprintf(expected, sizeof expected, "gnuplot failed: %0255d", 0);
	ends_with(spoken, expected);
}

static void what_is_full_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w"), *program = pz_gnuplot_scratch();
	int ends[2];

	(void)state;
	draw_by("cat", "a.png");
	unlink(picture);
	assert_int_equal(fputs("plot x\n", program) >= 0 && fflush(program) == 0, 1);
	assert_int_equal(pz_gnuplot_run(program, full), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write: No space left on device");
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(pz_gnuplot_run(program, full), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write: No space left on device");
	fclose(program);
	assert_int_equal(pz_figure_program(&figure, full), PZ_EIO);
	assert_string_equal(pz_error_text(),
			    "cannot write the gnuplot program: No space left on device");
	clearerr(full);
	assert_int_equal(pz_figure_caption(&figure, full), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write the caption: No space left on device");
	fclose(full);
	assert_int_equal(pipe(ends), 0);
	program = fdopen(ends[0], "r");
	assert_int_equal(pz_gnuplot_run(program, stdout), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot read the gnuplot program: Illegal seek");
	fclose(program);
	close(ends[1]);
}

/* From its beginning, wherever it stands. */
static void programs_are_run_from_their_beginning(void **state)
{
	FILE *program = pz_gnuplot_scratch(), *out = pz_gnuplot_scratch();
	char back[16] = "";

	(void)state;
	draw_by("cat", "a.png");
	unlink(picture);
	assert_int_equal(fputs("plot x\n", program) >= 0 && fflush(program) == 0, 1);
	assert_int_equal(pz_gnuplot_run(program, out), 0);
	rewind(out);
	assert_int_equal(fread(back, 1, 15, out), 7);
	assert_string_equal(back, "plot x\n");
	fclose(program);
	fclose(out);
}

static void endings_are_those_of_pictures(void **state)
{
	(void)state;
	assert_int_equal(pz_page_check("a.png"), 0);
	assert_int_equal(pz_page_check("a.pdf"), 0);
	assert_int_equal(pz_page_check("a.svg"), 0);
	assert_int_equal(pz_page_check("a.ps"), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "a.ps: expected a file name that ends in .png, .pdf or .svg");
	assert_int_equal(pz_figure_check("zspec,tv", "a.png"), 0);
	assert_int_equal(pz_figure_check(NULL, NULL), 0);
	assert_int_equal(pz_figure_check("zspec", NULL), 0);
	assert_int_equal(pz_figure_check(NULL, "a.gif"), PZ_EUSAGE);
	assert_int_equal(pz_figure_check("zspec,x", "a.png"), PZ_EUSAGE);
	assert_int_equal(draw_by("exit 1", "a.gif"), PZ_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminals_keep_the_size_of_text),
		cmocka_unit_test(settings_of_the_user_are_left_out),
		cmocka_unit_test(large_pictures_arrive_whole),
		cmocka_unit_test(failures_are_told_in_its_own_words),
		cmocka_unit_test(what_is_full_is_told),
		cmocka_unit_test(programs_are_run_from_their_beginning),
		cmocka_unit_test(endings_are_those_of_pictures),
	};

	return cmocka_run_group_tests_name("gnuplot", tests, setup, teardown);
}
