/* test_figure_values.c -- numbers of a figure's program, and pixels of the figure, by value */
#include <ctype.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/figure.h>

#define POINTS 6
#define BINS   8
#define SIDE   4
#define GOLDEN "tests/data/figure.gp" /* what golden() must give: PZ_RENEW=1 writes it anew */

static struct pz_figure_point zspec[3][POINTS], zphot[3][POINTS], simulated[POINTS], mad[2][POINTS];
static double counts[3][BINS], truth[BINS], stacked[BINS], pit[3][SIDE], density[SIDE * SIDE];
static struct pz_figure_stream streams[3];

static void fill_curves(void)
{
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < POINTS; k++) {
			zspec[i][k] = (struct pz_figure_point){ 0.05 * k, 0.01 * (i - k),
								0.001 * (1 + k * k) };
			zphot[i][k] =
				(struct pz_figure_point){ 0.06 * k, 0.002 * (k - 2 * i), 0.002 };
		}
	for (int k = 0; k < POINTS; k++) {
		simulated[k] = (struct pz_figure_point){ 0.05 * k, -0.09 + 0.03 * k, NAN };
		mad[0][k] = (struct pz_figure_point){ 15 + 0.5 * k, 0.01 + 0.003 * k, 0.001 };
		mad[1][k] = (struct pz_figure_point){ 15 + k, 0.004 + 0.001 * k, 0.0005 };
	}
}

static void fill_histograms(void)
{
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < BINS; k++)
			counts[i][k] = k == BINS - 1 ? 0 : 10 + (k + 1) * (BINS - k) + 7 * i;
	for (int k = 0; k < BINS; k++) {
		truth[k] = k < 5 ? 20 + 3 * k : 0;
		stacked[k] = 0.5 * k;
	}
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < SIDE; k++)
			pit[i][k] = k == i ? 6 : 2;
	memset(density, 0, sizeof density);
	density[1 * SIDE + 2] = 100;
	density[3 * SIDE + 0] = 1;
	density[0 * SIDE + 3] = 10;
}

static int setup(void **state)
{
	static const char *const name[] = { "one", "the second", "third" };

	(void)state;
	fill_curves();
	fill_histograms();
	for (int i = 0; i < 3; i++)
		streams[i] = (struct pz_figure_stream){
			.name = name[i],
			.zspec = { POINTS, zspec[i] },
			.zphot = { POINTS, zphot[i] },
			.zspec_line = { -0.1 - 0.05 * i, 0.01, 0.02, 0.1, 0.3 },
			.zphot_line = { .slope = i == 1 ? NAN : 0.02 * i, 0.001, 0.004, 0, 0.4 },
			.n_zspec = { BINS, 0, 0.4, truth },
			.n_zphot = { BINS, 0, 0.4, counts[i] },
			.n_stacked = { i ? 0 : BINS, 0, 0.4, stacked },
			.tv = 0.1 * (i + 1),
			.tv_error = 0.03,
			.floor = 0.04 + 0.01 * i,
			.floor_error = 0.005,
			.mad = { POINTS, mad[0] },
			.wasserstein = { i < 2 ? POINTS : 0, mad[1] },
			.pit = { SIDE, 0, 1, pit[i] },
			.pit_error = 0.1,
			.density_n = SIDE,
			.density = density,
		};
	return 0;
}

static struct pz_figure figure(int n, const char *panels)
{
	return (struct pz_figure){ .target = "z",
				   .min = 0,
				   .max = 0.4,
				   .magnitude = "r",
				   .panels = panels,
				   .streams = n,
				   .stream = streams };
}

static char *program_of(int n, const char *panels)
{
	struct pz_figure f = figure(n, panels);
	static char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_int_equal(pz_figure_program(&f, to), 0);
	fclose(to);
	return text;
}

/* ---- numbers */

/* The number behind the n-th (from 1) of these words. */
static double after(const char *text, const char *words, int n)
{
	const char *at = text;

	for (int i = 0; i < n; i++) {
		const char *found = strstr(at, words);

		if (!found) {
			fail_msg("no '%s', %d of %d", words, i + 1, n);
			return NAN;
		}
		at = found + strlen(words);
	}
	return strtod(at, NULL);
}

static void equal(double x, double y)
{
	if (!(fabs(x - y) <= 1e-5 * fmax(fabs(y), 0.1)))
		fail_msg("expected %.7g, found %.7g", y, x);
}

/* 6 of 12 in a quarter of 0..1: a density of 2; eight hundredths of room above the fullest bin. */
static void pits_are_densities(void **state)
{
	char *text = program_of(2, "pit");

	(void)state;
	equal(after(text, "$pit0 << EOD\n0 ", 1), 2);
	equal(after(text, "$pit0 << EOD\n0 2\n0.25 ", 1), 2 / 3.);
	equal(after(text, "$pit1 << EOD\n0 ", 1), 2 / 3.);
	equal(after(text, "set yrange [0:", 2), 2.16);
	equal(after(text, "set yrange [0:", 3), 2.16); /* that of the fullest, for all */
	equal(after(text, "rectangle from 0,", 1), 0.9);
	equal(after(text, " to 1,", 1), 1.1);
	equal(after(text, "set xrange [", 2), 0);
	free(text);
	for (int k = 0; k < SIDE; k++)
		pit[0][k] = 3;
	text = program_of(1, "pit");
	equal(after(text, "set yrange [0:", 2), 1.08);
	free(text);
	pit[0][0] = 6;
	for (int k = 1; k < SIDE; k++)
		pit[0][k] = 2;
	streams[0].pit_error = 1.5; /* a band from 0, not from below */
	text = program_of(1, "pit");
	equal(after(text, "rectangle from 0,", 1), 0);
	equal(after(text, " to 1,", 1), 2.5);
	free(text);
	streams[0].pit_error = 0.1;
}

/* Points whose error is more than ten times the smallest may lie below or above, but not beside:
 * the first stream's points reach from -0.04 - 0.01 * ... with those of 0.001 to 0.010. */
static void residuals_have_the_range_of_their_sure_points(void **state)
{
	char *text = program_of(1, "zspec");
	double low = 0, high = 0, end = 0, pad;
	int sure = 0;

	(void)state;
	for (int k = 0; k < POINTS; k++)
		if (zspec[0][k].error <= 10 * zspec[0][0].error) {
			low = fmin(low, zspec[0][k].y - zspec[0][k].error);
			high = fmax(high, zspec[0][k].y + zspec[0][k].error);
			sure = k;
		}
	for (int k = 0; k < POINTS; k++)
		end = fmax(end, zspec[0][k].x);
	high = fmax(high, 0.005);
	assert_int_equal(sure, 3); /* errors of 0.001, 2, 5, 10, and then 17 and 26 */
	equal(end, 0.25);
	pad = 0.03 * end;
	equal(after(text, "set xrange [", 2), -pad);
	pad = 0.05 * (high - low);
	equal(after(text, "set yrange [", 2), low - pad);
	free(text);
	/* The simulated curve widens y where there are points: from -0.09 at 0 on. */
	streams[0].simulated = (struct pz_figure_curve){ POINTS, simulated };
	text = program_of(1, "zspec");
	pad = 0.05 * (0.06 + 0.09); /* which ends at 0.06 */
	equal(after(text, "set yrange [", 2), -0.09 - pad);
	free(text);
	streams[0].simulated.n = 0;
}

static void total_variation_has_its_floor(void **state)
{
	char *text = program_of(3, "tv");

	(void)state;
	/* each has its own: 0.04, 0.05 and 0.06, behind slope, tv and their errors */
	equal(after(text, "$tv0 << EOD\n-0.1 0.1 0.02 0.03 ", 1), 0.04);
	equal(after(text, "$tv2 << EOD\n-0.2 0.3 0.02 0.03 ", 1), 0.06);
	equal(after(text, "set yrange [0:", 2), 1.1 * 0.33);
	/* slopes of -0.2 - 0.02 to 0, and a twentieth beside */
	equal(after(text, "set xrange [", 2), -0.22 - 0.05 * 0.22);
	equal(after(text, "$tv1 << EOD\n", 1), -0.15);
	free(text);
}

static void widths_against_magnitude(void **state)
{
	char *text = program_of(2, "mad,wasserstein");

	(void)state;
	equal(after(text, "set xrange [", 2), 15 - 0.04 * 2.5);
	equal(after(text, "set yrange [0:", 2), 1.08 * 0.026);
	equal(after(text, "set xrange [", 3), 15 - 0.04 * 5);
	equal(after(text, "set yrange [0:", 3), 1.08 * 0.0095);
	free(text);
}

/* Densities n / (sum width); the end is where but a thousandth lies above. */
static void distributions_are_densities(void **state)
{
	char *text = program_of(2, "nz");
	double sum = 0, peak = 0;

	(void)state;
	for (int k = 0; k < 5; k++)
		sum += truth[k];
	for (int k = 0; k < 5; k++)
		peak = fmax(peak, truth[k] / sum / 0.05);
	equal(after(text, "$nzspec0 << EOD\n0 ", 1), truth[0] / sum / 0.05);
	equal(after(text, "set yrange [", 2), 0);
	equal(after(text, "set yrange [0:", 2), 1.05 * peak);
	equal(after(text, "set xrange [", 2), -0.02 * 0.35);
	equal(after(text, "set xrange [-0.007:", 1), 0.35 + 0.02 * 0.35);
	free(text);
}

static void density_has_one_scale_for_all(void **state)
{
	char *text = program_of(2, "density");

	(void)state;
	equal(after(text, "set cbrange [1:", 1), 100);
	equal(after(text, "set cbrange [1:", 2), 100);
	equal(after(text, "matrix using (", 1), 0.05);
	equal(after(text, "+$1*", 1), 0.1);
	equal(after(text, "+$2*", 2), 0.1);
	free(text);
}

/* Word for word and number for number, the latter to five digits. */
/* A quantity other than redshift has its name on the axes, as it is. */
static void axes_name_what_is_estimated(void **state)
{
	struct pz_figure f = figure(1, "zspec");
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	f.target = "log_mass";
	assert_int_equal(pz_figure_program(&f, to), 0);
	fclose(to);
	assert_non_null(strstr(text, "set ylabel 'mean residual of log_mass' noenhanced\n"));
	assert_null(strstr(text, "Italic z"));
	free(text);
}

static void compare(const char *text, const char *expected)
{
	int line = 1;

	while (*text && *expected) {
		char *a, *b;
		double x, y;

		if (isdigit((unsigned char)*text) && isdigit((unsigned char)*expected)) {
			x = strtod(text, &a);
			y = strtod(expected, &b);
			if (!(fabs(x - y) <= 2e-5 * fmax(fabs(y), 0.01)))
				fail_msg("line %d: expected %.7g, found %.7g", line, y, x);
			text = a;
			expected = b;
			continue;
		}
		if (*text != *expected)
			fail_msg("line %d: expected '%.40s', found '%.40s'", line, expected, text);
		line += *text == '\n';
		text++;
		expected++;
	}
	if (*text || *expected)
		fail_msg("one ends at line %d", line);
}

/* A figure of all panels was looked at, and its program kept: what no test above computes, as
 * tics, margins, colours and the order of what is drawn, stays as it was. */
static void all_panels_as_they_were_seen(void **state)
{
	char *text = program_of(3, NULL), *expected = calloc(1, 1 << 18);
	FILE *file;

	(void)state;
	if (getenv("PZ_RENEW")) {
		file = fopen(GOLDEN, "w");
		assert_non_null(file);
		fputs(text, file);
		fclose(file);
	}
	if (!(file = fopen(GOLDEN, "r")))
		fail_msg("no " GOLDEN ": unit tests are run at the root of the tree");
	assert_true(fread(expected, 1, (1 << 18) - 1, file) > 0);
	fclose(file);
	compare(text, expected);
	free(expected);
	free(text);
}

/* ---- pixels */

struct picture {
	int width, height;
	unsigned char *rgb;
	double left, right, top, bottom; /* of the first panel's frame, in pixels */
};

static void draw(struct picture *p, const char *panels)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	char path[] = "/tmp/pz-test-pixels-XXXXXX.png", *text = program_of(1, panels);
	struct pz_figure f = figure(1, panels);
	const char *frame = strstr(text, "unset key; set border");

	close(mkstemps(path, 4));
	if (pz_figure_write(&f, path) != 0)
		fail_msg("%s", pz_error_text());
	assert_true(png_image_begin_read_from_file(&image, path));
	image.format = PNG_FORMAT_RGB;
	p->rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, p->rgb, 0, NULL));
	p->width = (int)image.width;
	p->height = (int)image.height;
	p->left = p->width * after(frame, "set lmargin at screen ", 1);
	p->right = p->width * after(frame, "set rmargin at screen ", 1);
	p->top = p->height * (1 - after(frame, "set tmargin at screen ", 1));
	p->bottom = p->height * (1 - after(frame, "set bmargin at screen ", 1));
	unlink(path);
	free(text);
}

/* Whether within `reach` pixels of (x, y), shares of the frame from bottom left, one has the
 * colour, to 12 of 255. */
static bool has(const struct picture *p, double x, double y, int reach, unsigned colour)
{
	int px = (int)(p->left + x * (p->right - p->left));
	int py = (int)(p->bottom - y * (p->bottom - p->top));

	for (int j = py - reach; j <= py + reach; j++)
		for (int i = px - reach; i <= px + reach; i++) {
			const unsigned char *c = p->rgb + 3 * (j * p->width + i);

			if (abs(c[0] - (int)(colour >> 16)) <= 12 &&
			    abs(c[1] - (int)(colour >> 8 & 255)) <= 12 &&
			    abs(c[2] - (int)(colour & 255)) <= 12)
				return true;
		}
	return false;
}

static void need_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") != 0)
		skip();
}

/* The steps are at densities of 2 and 2/3 of 2.16, the band from 0.9 to 1.1. */
static void pixels_of_a_pit_histogram(void **state)
{
	struct picture p;

	(void)state;
	need_gnuplot();
	draw(&p, "pit");
	assert_true(has(&p, 0.12, 2 / 2.16, 3, 0x000000));
	assert_false(has(&p, 0.12, 1.5 / 2.16, 3, 0x000000));
	assert_true(has(&p, 0.6, 2 / 3. / 2.16, 3, 0x000000));
	assert_false(has(&p, 0.6, 2 / 2.16, 3, 0x000000));
	assert_true(has(&p, 0.25, 1.4 / 2.16, 3, 0x000000)); /* down at the end of the first bin */
	assert_true(has(&p, 0.6, 1.06 / 2.16, 0, 0xdddddd));
	assert_true(has(&p, 0.6, 0.94 / 2.16, 0, 0xdddddd));
	assert_true(has(&p, 0.6, 1.2 / 2.16, 0, 0xffffff));
	assert_true(has(&p, 0.6, 0.8 / 2.16, 0, 0xffffff));
	free(p.rgb);
}

/* A cell of 100 is the darkest, of 1 the lightest, of 10 halfway; x is the truth. */
static void pixels_of_a_density(void **state)
{
	struct picture p;

	(void)state;
	need_gnuplot();
	draw(&p, "density");
	assert_true(has(&p, 0.625, 0.45, 1, 0x081336));
	assert_true(has(&p, 0.7, 0.3, 1, 0x081336));
	assert_true(has(&p, 0.125, 0.8, 1, 0xd6e8f5));
	assert_true(
		has(&p, 0.875, 0.2, 1, 0x3a9ad8)); /* from 56B4E9 to 0072B2, a third of the way */
	assert_true(has(&p, 0.375, 0.8, 1, 0xffffff));
	assert_true(has(&p, 0.375, 0.125, 1, 0xffffff));
	free(p.rgb);
}

/* Points of residuals, 0 to 0.15, and the rule at 0. */
static void pixels_of_residuals(void **state)
{
	struct picture p;
	double low = -0.04 * 1.0, x0 = -0.0075, x1 = 0.2575, y0, y1;

	(void)state;
	need_gnuplot();
	draw(&p, "zspec");
	low = -0.03 - 0.01; /* the fourth point and its error */
	y0 = low - 0.05 * (0.005 - low);
	y1 = 0.005 + 0.05 * (0.005 - low);
	for (int k = 0; k < 4; k++) {
		double x = (0.05 * k - x0) / (x1 - x0), y = (-0.01 * k - y0) / (y1 - y0);

		assert_true(has(&p, x, y, 2, 0x000000));
		assert_false(has(&p, x, y + 0.3, 3, 0x000000) && k > 1);
	}
	free(p.rgb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pits_are_densities),
		cmocka_unit_test(residuals_have_the_range_of_their_sure_points),
		cmocka_unit_test(total_variation_has_its_floor),
		cmocka_unit_test(axes_name_what_is_estimated),
		cmocka_unit_test(widths_against_magnitude),
		cmocka_unit_test(distributions_are_densities),
		cmocka_unit_test(density_has_one_scale_for_all),
		cmocka_unit_test(all_panels_as_they_were_seen),
		cmocka_unit_test(pixels_of_a_pit_histogram),
		cmocka_unit_test(pixels_of_a_density),
		cmocka_unit_test(pixels_of_residuals),
	};

	return cmocka_run_group_tests_name("values of figures", tests, setup, NULL);
}
