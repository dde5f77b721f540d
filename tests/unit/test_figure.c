/* test_figure.c -- figures appear whole, show what they should, and say why not */
#include <math.h>
#include <png.h>
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

#include "descriptors.h"

#define POINTS 12
#define BINS   20

static char folder[] = "/tmp/pz-test-figure-XXXXXX";
static char path[64];

static struct pz_figure_point curve[2][POINTS];
static double counts[2][BINS], density[BINS * BINS];
static struct pz_figure_stream streams[2];

static struct pz_figure figure(void)
{
	return (struct pz_figure){
		.target = "z", .min = 0, .max = 0.4, .streams = 2, .stream = streams
	};
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < POINTS; k++)
			curve[i][k] = (struct pz_figure_point){ 0.02 * k,
								(i - 0.5) * 0.01 * k / POINTS,
								0.001 };
		for (int k = 0; k < BINS; k++)
			counts[i][k] = k * (BINS - k) + 10 * i;
		streams[i] = (struct pz_figure_stream){
			.name = i ? "it's `two` \"$x\"_{a}" : "one",
			.zspec = { POINTS, curve[i] },
			.zphot = { POINTS, curve[i] },
			.zspec_line = { -0.05 * (i + 1), 0.001, 0.004, 0.1, 0.2 },
			.zphot_line = { .slope = NAN },
			.n_zphot = { BINS, 0, 0.4, counts[i] },
			.n_zspec = { BINS, 0, 0.4, counts[0] },
			.tv = 0.1 * (i + 1),
			.tv_error = 0.01,
			.floor = 0.04,
			.floor_error = 0.005,
		};
	}
	for (int k = 0; k < BINS * BINS; k++)
		density[k] = k % BINS;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return rmdir(folder); /* fails where a test left something */
}

static const char *in_folder(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* The program as a text, for the caller to free. */
static char *program_of(const struct pz_figure *f)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_int_equal(pz_figure_program(f, to), 0);
	fclose(to);
	return text;
}

static void need_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") != 0)
		skip();
}

/* How many pixels of the picture have the colour. */
static int pixels_of(const char *file, unsigned r, unsigned g, unsigned b)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *rgb;
	int n = 0;

	assert_true(png_image_begin_read_from_file(&image, file));
	image.format = PNG_FORMAT_RGB;
	rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
	for (size_t i = 0; i < (size_t)image.width * image.height; i++)
		n += rgb[3 * i] == r && rgb[3 * i + 1] == g && rgb[3 * i + 2] == b;
	free(rgb);
	return n;
}

static void png_shows_both_streams_and_the_histogram(void **state)
{
	struct pz_figure f = figure();

	(void)state;
	need_gnuplot();
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), 0);
	assert_true(pixels_of(path, 0xe6, 0x9f, 0x00) > 500);  /* the second stream's orange */
	assert_true(pixels_of(path, 0xbb, 0xbb, 0xbb) > 5000); /* n(z) of the true redshifts */
	unlink(path);
}

static void ending_makes_the_format(void **state)
{
	static const char *const name[] = { "a.pdf", "a.svg", "a.png" };
	static const char *const magic[] = { "%PDF", "<?xml", "\x89PNG" };
	struct pz_figure f = figure();
	char head[8] = "";

	(void)state;
	need_gnuplot();
	for (int i = 0; i < 3; i++) {
		FILE *from;

		assert_int_equal(pz_figure_write(&f, in_folder(name[i])), 0);
		from = fopen(path, "rb");
		assert_int_equal(fread(head, 1, 7, from), 7);
		fclose(from);
		assert_memory_equal(head, magic[i], strlen(magic[i]));
		unlink(path);
	}
	assert_int_equal(pz_figure_write(&f, in_folder("a.jpg")), PZ_EUSAGE);
	assert_int_equal(pz_figure_write(&f, in_folder("a")), PZ_EUSAGE);
	assert_int_equal(pz_figure_write(&f, "/no/such/folder/a.png"), PZ_EIO);
}

static void panels_follow_the_data(void **state)
{
	struct pz_figure f = figure();
	char *text = program_of(&f);

	(void)state;
	assert_non_null(strstr(text, "plot 0 with lines"));
	assert_non_null(strstr(text, "'total variation'"));
	assert_null(strstr(text, "PIT"));
	assert_null(strstr(text, "with image"));
	free(text);

	streams[1].pit = (struct pz_figure_histogram){ BINS, 0, 1, counts[1] };
	streams[0].density = density;
	streams[0].density_n = BINS;
	streams[0].mad = (struct pz_figure_curve){ POINTS, curve[0] };
	text = program_of(&f);
	assert_non_null(strstr(text, "PIT"));
	assert_non_null(strstr(text, "with image"));
	free(text);

	f.panels = "pit,density,mad";
	text = program_of(&f);
	assert_null(strstr(text, "'total variation'"));
	free(text);
	need_gnuplot();
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), 0);
	unlink(path);

	f.panels = "pit,nonsense";
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "nonsense"));
	f.streams = 0;
	f.panels = NULL;
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), PZ_EDATA);
	memset(&streams[1].pit, 0, sizeof streams[1].pit);
	memset(&streams[0].mad, 0, sizeof streams[0].mad);
	streams[0].density_n = 0;
}

static void names_are_quoted(void **state)
{
	struct pz_figure f = figure();
	char *text = program_of(&f);

	(void)state;
	/* nothing but letters stands as it is in double quotes, where gnuplot reads octal
	 * numbers after commands and macros; of digits it would take one for part of a number */
	assert_non_null(strstr(
		text, "\"it\\047s \\140two\\140 \\042\\044x\\042\\137\\173a\\175\" noenhanced"));
	assert_null(strchr(text, '`'));
	free(text);
}

/* NaN, no errors, a single point, empty histograms: gnuplot must take them all. */
static void poor_data_still_draw(void **state)
{
	static const double none[BINS];
	struct pz_figure_point lone = { 0.1, 0.01, NAN };
	const struct pz_figure_stream s = {
		.name = "",
		.zspec = { 1, &lone },
		.zphot = { 1, &lone },
		.mad = { 1, &lone },
		.zspec_line = { .slope = 0, .slope_error = NAN, .from = 0, .to = 0.4 },
		.zphot_line = { .slope = NAN },
		.n_zphot = { BINS, 0, 0.4, none },
		.n_zspec = { BINS, 0, 0.4, none },
		.pit = { BINS, 0, 1, none },
		.tv = 0,
		.tv_error = NAN,
		.floor = NAN,
		.floor_error = NAN,
		.density_n = 2,
		.density = none,
	};
	struct pz_figure f = {
		.target = "log mass", .min = 7, .max = 12, .streams = 1, .stream = &s
	};

	(void)state;
	need_gnuplot();
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), 0);
	unlink(path);
}

static void gnuplot_that_is_not_there_is_told(void **state)
{
	struct pz_figure f = figure();
	char *before = strdup(getenv("PATH"));

	(void)state;
	setenv("PATH", folder, 1);
	assert_int_equal(pz_figure_write(&f, in_folder("a.png")), PZ_EDATA);
	setenv("PATH", before, 1);
	free(before);
	assert_non_null(strstr(pz_error_text(), "install"));
	assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_shows_both_streams_and_the_histogram),
		cmocka_unit_test(ending_makes_the_format),
		cmocka_unit_test(panels_follow_the_data),
		cmocka_unit_test(names_are_quoted),
		cmocka_unit_test(poor_data_still_draw),
		cmocka_unit_test(gnuplot_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests_name("figure", tests, setup, teardown);
}
