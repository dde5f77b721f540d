/* test_draw.c -- pictures decode to what was drawn; colours say what they should */
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

#include <pz/colour.h>
#include <pz/error.h>
#include <pz/random.h>
#include <pz/sheet.h>

#include "../../lib/draw/png_write.h"
#include "descriptors.h"

#define SIDE   24
#define PIXELS (SIDE * SIDE)

static char folder[] = "/tmp/pz-test-draw-XXXXXX";
static char path[64];

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/a.png", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* rgb[height][width][3] of the file, for the caller to free. */
static unsigned char *decode(int *width, int *height)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *rgb;

	assert_true(png_image_begin_read_from_file(&image, path));
	image.format = PNG_FORMAT_RGB;
	rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
	*width = (int)image.width;
	*height = (int)image.height;
	return rgb;
}

static void png_decodes_to_what_was_written(void **state)
{
	unsigned char rgb[5 * 7 * 3], *back;
	int width, height;

	(void)state;
	for (size_t i = 0; i < sizeof rgb; i++)
		rgb[i] = (unsigned char)(i * 37);
	assert_int_equal(pz_png_write(path, rgb, 5, 7), 0);
	back = decode(&width, &height);
	assert_int_equal(width, 5);
	assert_int_equal(height, 7);
	assert_memory_equal(rgb, back, sizeof rgb);
	free(back);
}

static void png_refuses_what_it_cannot(void **state)
{
	unsigned char rgb[3] = { 0 }, *many;
	struct pz_random random;

	(void)state;
	assert_int_equal(pz_png_write(path, rgb, 0, 1), PZ_EARG);
	assert_int_equal(pz_png_write(path, rgb, 1, 70000), PZ_EARG);
	assert_int_equal(pz_png_write("/no/such/folder/a.png", rgb, 1, 1), PZ_EIO);
	assert_int_equal(pz_png_write("/dev/full", rgb, 1, 1), PZ_EIO);
	/* one of more bytes than a stream keeps fails while it is made */
	many = malloc(3 * 700 * 700);
	assert_non_null(many);
	pz_random_init(&random, 3, 0);
	for (int i = 0; i < 3 * 700 * 700; i++)
		many[i] = (unsigned char)pz_random_below(&random, 256);
	assert_int_equal(pz_png_write("/dev/full", many, 700, 700), PZ_EIO);
	assert_string_equal(pz_error_text(), "/dev/full: cannot write: No space left on device");
	free(many);
}

/* A blob of the given peaks (red, green, blue bands) on noise of 0.01. */
static void fill_blob(float *planes, double r, double g, double b, uint64_t seed)
{
	const double peak[3] = { r, g, b };
	struct pz_random random;

	pz_random_init(&random, seed, 0);
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < PIXELS; i++) {
			double x = i % SIDE - SIDE / 2, y = i / SIDE - SIDE / 2;

			planes[k * PIXELS + i] = (float)(peak[k] * exp(-(x * x + y * y) / 18) +
							 0.01 * pz_random_normal(&random));
		}
}

static const unsigned char *centre(const unsigned char *rgb)
{
	return rgb + 3 * (SIDE / 2 * SIDE + SIDE / 2);
}

static void red_is_red_and_blue_is_blue(void **state)
{
	static float planes[2][3 * PIXELS];
	static unsigned char rgb[3 * PIXELS];
	const unsigned char *p;
	struct pz_colour c;
	double sky = 0;

	(void)state;
	fill_blob(planes[0], 3, 2, 1, 1);
	fill_blob(planes[1], 1, 1.2, 1.5, 2);
	assert_int_equal(pz_colour_fit(&c, planes[0], 2, PIXELS), 0);
	pz_colour_apply(&c, planes[0], PIXELS, rgb);
	p = centre(rgb);
	assert_true(p[0] > p[1] + 20 && p[1] > p[2] + 20);
	assert_true(p[0] > 230);
	for (int i = 0; i < 3 * SIDE; i++)
		sky += rgb[i] / (3.0 * SIDE);
	assert_true(sky > 1 && sky < 50);

	pz_colour_apply(&c, planes[1], PIXELS, rgb);
	p = centre(rgb);
	assert_true(p[2] > p[1] && p[1] > p[0] + 10);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of the intensity the fainter 60 % are sky, whose median less its quantile of 15.9 % is the noise:
 * softened below twice that, and white where the brightest pixel is. */
static void the_scale_follows_noise_and_peak(void **state)
{
	static float planes[3 * PIXELS];
	static double x[PIXELS];
	struct pz_colour c;
	double noise;

	(void)state;
	fill_blob(planes, 1, 1, 1, 3);
	assert_int_equal(pz_colour_fit(&c, planes, 1, PIXELS), 0);
	for (int i = 0; i < PIXELS; i++)
		for (int b = 0; b < 3; b++)
			x[i] = (b ? x[i] : 0) +
			       c.weight[b] * (planes[b * PIXELS + i] - c.black[b]) / 3;
	qsort(x, PIXELS, sizeof *x, ascending);
	noise = x[(int)(0.3 * (PIXELS - 1) + 0.5)] - x[(int)(0.6 * 0.159 * (PIXELS - 1) + 0.5)];
	assert_true(noise > 0.002 && noise < 0.02);
	assert_true(fabs(c.soft / (2 * noise) - 1) < 1e-4);
	/* black is lower by the noise than the sky was */
	assert_true(fabs(c.white / x[PIXELS - 1] - 1) < 1e-4);
}

/* Lupton's point: a galaxy has one colour from the core to the wings. */
static void colour_does_not_depend_on_brightness(void **state)
{
	const struct pz_colour c = { .weight = { 1, 1, 1 }, .soft = 0.1, .white = 10 };
	float planes[3 * 3] = { 0.3f, 3, 300, 0.2f, 2, 200, 0.1f, 1, 100 };
	unsigned char rgb[3 * 3];

	(void)state;
	pz_colour_apply(&c, planes, 3, rgb);
	for (int i = 0; i < 3; i++) {
		assert_true(fabs(rgb[3 * i + 1] / (double)rgb[3 * i] - 2.0 / 3) < 0.01);
		assert_true(fabs(rgb[3 * i + 2] / (double)rgb[3 * i] - 1.0 / 3) < 0.01);
	}
	assert_int_equal(rgb[6], 255);
	/* f(2)/2 * 3 where white is 10 and soft 0.1 */
	assert_int_equal(rgb[3], (int)(255 * 1.5 * asinh(20) / asinh(100) + 0.5) > 255
					 ? 255
					 : (int)(255 * 1.5 * asinh(20) / asinh(100) + 0.5));
	assert_int_equal(rgb[0], (int)(255 * 1.5 * asinh(2) / asinh(100) + 0.5));
}

static void one_band_is_grey_and_nan_black(void **state)
{
	static float planes[3 * PIXELS];
	static unsigned char rgb[3 * PIXELS];
	struct pz_colour c;

	(void)state;
	fill_blob(planes, 2, 0, 0, 1);
	memcpy(planes + PIXELS, planes, PIXELS * sizeof *planes);
	memcpy(planes + 2 * PIXELS, planes, PIXELS * sizeof *planes);
	planes[0] = NAN;
	planes[5] = INFINITY;
	assert_int_equal(pz_colour_fit(&c, planes, 1, PIXELS), 0);
	pz_colour_apply(&c, planes, PIXELS, rgb);
	for (int i = 0; i < PIXELS; i++)
		assert_true(rgb[3 * i] == rgb[3 * i + 1] && rgb[3 * i] == rgb[3 * i + 2]);
	assert_int_equal(rgb[0], 0);
	assert_int_equal(rgb[15], 0);
	assert_true(centre(rgb)[0] > 230);
}

static void stamps_of_zeros_or_nan_have_a_scale(void **state)
{
	static float planes[3 * PIXELS];
	static unsigned char rgb[3 * PIXELS];
	struct pz_colour c;

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 3 * PIXELS; i++)
			planes[i] = pass ? NAN : 0;
		assert_int_equal(pz_colour_fit(&c, planes, 1, PIXELS), 0);
		assert_true(c.soft > 0 && c.white > 0 && isfinite(c.black[0]));
		pz_colour_apply(&c, planes, PIXELS, rgb);
		assert_int_equal(rgb[0], 0);
	}
}

static void sheet_puts_stamps_where_they_belong(void **state)
{
	unsigned char stamp[4 * 4 * 3] = { 0 }, *rgb;
	struct pz_sheet *s;
	int width, height;

	(void)state;
	stamp[0] = 200; /* row 0, column 0: to be bottom left */
	assert_int_equal(pz_sheet_new(&s, &(struct pz_sheet_form){ 3, 2, 4, 2, 0 }), 0);
	for (int i = 0; i < 3; i++)
		pz_sheet_put(s, i, stamp, "a caption that is much too long to fit\nz 0.1");
	assert_int_equal(pz_sheet_write(s, path), 0);
	pz_sheet_free(s);
	rgb = decode(&width, &height);
	assert_int_equal(width, 2 * 100 + 4);
	assert_int_equal(height, 2 * 120 + 4);
	for (int i = 0; i < 3; i++) {
		int left = 4 + i % 2 * 100, bottom = 4 + i / 2 * 120 + 95;

		assert_int_equal(rgb[3 * (bottom * width + left)], 200);
		assert_int_equal(rgb[3 * ((bottom - 23) * width + left + 23)], 200);
		assert_int_equal(rgb[3 * ((bottom - 24) * width + left)], 0);
		assert_int_equal(rgb[3 * (bottom * width + left + 24)], 0);
	}
	/* the fourth cell is empty */
	assert_int_equal(rgb[3 * ((4 + 120 + 95) * width + 104)], 24);
	free(rgb);
}

static void sheet_refuses_what_is_too_large(void **state)
{
	struct pz_sheet *s;

	(void)state;
	assert_int_equal(pz_sheet_new(&s, &(struct pz_sheet_form){ 10000, 0, 4096, 2, 0 }),
			 PZ_EARG);
	assert_null(s);
	assert_int_equal(pz_sheet_new(&s, &(struct pz_sheet_form){ 0, 0, 10, 2, 0 }), PZ_EARG);
	assert_int_equal(pz_sheet_new(&s, &(struct pz_sheet_form){ 1, 0, 10, 9, 0 }), PZ_EARG);
}

/* 0.4 arcsec a pixel, a pixel 24 wide: of 1, 2, 5, ... the longest bar that is at most half a stamp
 * of 1.6 arcsec is 0.5, 30 pixels. */
static void sheet_has_a_bar_of_round_length(void **state)
{
	unsigned char *rgb;
	struct pz_sheet *s;
	int width, height, longest = 0;

	(void)state;
	assert_int_equal(pz_sheet_new(&s, &(struct pz_sheet_form){ 2, 2, 4, 2, 0.4 }), 0);
	assert_int_equal(pz_sheet_write(s, path), 0);
	pz_sheet_free(s);
	rgb = decode(&width, &height);
	assert_int_equal(height, 120 + 4 + 16);
	for (int y = 124; y < height; y++)
		for (int x = 0, run = 0; x < width; x++) {
			run = rgb[3 * (y * width + x)] == 205 ? run + 1 : 0;
			longest = run > longest ? run : longest;
		}
	assert_int_equal(longest, 30);
	free(rgb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_decodes_to_what_was_written),
		cmocka_unit_test(png_refuses_what_it_cannot),
		cmocka_unit_test(red_is_red_and_blue_is_blue),
		cmocka_unit_test(the_scale_follows_noise_and_peak),
		cmocka_unit_test(colour_does_not_depend_on_brightness),
		cmocka_unit_test(one_band_is_grey_and_nan_black),
		cmocka_unit_test(stamps_of_zeros_or_nan_have_a_scale),
		cmocka_unit_test(sheet_puts_stamps_where_they_belong),
		cmocka_unit_test(sheet_refuses_what_is_too_large),
		cmocka_unit_test(sheet_has_a_bar_of_round_length),
	};

	return cmocka_run_group_tests_name("draw", tests, setup, teardown);
}
