/* test_sheet.c -- contact sheets pixel by pixel, and the scale of colours by value */
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
#include <pz/sheet.h>

#include "../../lib/draw/png_write.h"
#include "descriptors.h"

static char path[] = "/tmp/pz-test-sheet-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

/* The picture of a sheet, which is freed. */
static struct {
	int width, height;
	unsigned char *rgb;
} picture;

static void take(struct pz_sheet *s)
{
	png_image image = { .version = PNG_IMAGE_VERSION };

	assert_int_equal(pz_sheet_write(s, path), 0);
	pz_sheet_free(s);
	assert_true(png_image_begin_read_from_file(&image, path));
	image.format = PNG_FORMAT_RGB;
	free(picture.rgb);
	picture.rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, picture.rgb, 0, NULL));
	picture.width = (int)image.width;
	picture.height = (int)image.height;
}

static struct pz_sheet *sheet(struct pz_sheet_form form)
{
	struct pz_sheet *s;

	assert_int_equal(pz_sheet_new(&s, &form), 0);
	return s;
}

/* Ink in a part of the picture, as lines of # and . */
static const char *ink(int left, int top, int width, int height)
{
	static char text[8192];
	char *to = text;

	for (int y = top; y < top + height; y++) {
		for (int x = left; x < left + width; x++) {
			const unsigned char *c = picture.rgb + 3 * (y * picture.width + x);

			*to++ = c[0] == 205 && c[1] == 205 && c[2] == 200 ? '#' : '.';
		}
		*to++ = '\n';
	}
	*to = 0;
	return text;
}

static int all_ink(void)
{
	int n = 0;

	for (int i = 0; i < picture.width * picture.height; i++)
		n += picture.rgb[3 * i] == 205;
	return n;
}

/* ---- captions ---- */

/* A letter is 5 x 7 in a cell of 6 x 9; lines stand in the middle, 2 pixels below the stamp. */
static void captions_are_letters_below_the_stamp(void **state)
{
	unsigned char stamp[50 * 50 * 3] = { 0 };
	struct pz_sheet *s = sheet((struct pz_sheet_form){ 2, 2, 50, 2, 0 });

	(void)state;
	pz_sheet_put(s, 1, stamp, "L?\n\xe9\nnot this");
	take(s);
	assert_int_equal(picture.width, 2 * 104 + 4);
	assert_int_equal(picture.height, 100 + 2 * 9 + 2 + 4 + 4);
	assert_string_equal(ink(108 + 44, 106, 12, 9), "#......###..\n"
						       "#.....#...#.\n"
						       "#.........#.\n"
						       "#........#..\n"
						       "#.......#...\n"
						       "#...........\n"
						       "#####...#...\n"
						       "............\n"
						       "............\n");
	assert_string_equal(ink(108 + 47, 115, 6, 7), ".###..\n"
						      "#...#.\n"
						      "....#.\n"
						      "...#..\n"
						      "..#...\n"
						      "......\n"
						      "..#...\n");
	assert_int_equal(all_ink(), 11 + 9 + 9);
}

/* Sixteen letters fit under 100 pixels, of more the last: ids differ there. */
static void long_captions_lose_their_beginning(void **state)
{
	unsigned char stamp[50 * 50 * 3] = { 0 };
	struct pz_sheet *s = sheet((struct pz_sheet_form){ 3, 1, 50, 1, 0 });

	(void)state;
	pz_sheet_put(s, 0, stamp, "L!!!!!!!!!!!!!!!");
	pz_sheet_put(s, 1, stamp, "LL!!!!!!!!!!!!!!!");
	pz_sheet_put(s, 2, stamp, "L!!!!!!!!!!!!!!!!\n");
	take(s);
	assert_int_equal(picture.height, 3 * 115 + 4);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(ink(4 + 2, 106 + 115 * i, 9, 1),
				    i < 2 ? "#.......#\n" : "..#.....#\n");
		assert_string_equal(ink(4 + 92, 106 + 115 * i, 8, 1), "..#.....\n");
	}
	assert_int_equal(all_ink(), 2 * (11 + 15 * 6) + 16 * 6);
}

/* All that is printed has a letter of its own; what is not is a question mark. */
static void letters_are_those_of_ascii(void **state)
{
	unsigned char stamp[50 * 50 * 3] = { 0 };
	struct pz_sheet *s = sheet((struct pz_sheet_form){ 1, 1, 50, 1, 0 });

	(void)state;
	pz_sheet_put(s, 0, stamp, " ~\x1f\x7fU");
	take(s);
	assert_string_equal(ink(4 + 35, 106, 30, 7), ".............###...###..#...#.\n"
						     "............#...#.#...#.#...#.\n"
						     ".......#........#.....#.#...#.\n"
						     "......#.#.#....#.....#..#...#.\n"
						     ".........#....#.....#...#...#.\n"
						     "........................#...#.\n"
						     "..............#.....#....###..\n");
}

/* ---- sizes ---- */

static void sheets_are_about_square(void **state)
{
	static const struct {
		struct pz_sheet_form form;
		int width, height;
	} cases[] = {
		{ { 5, 0, 96, 0, 0 }, 3 * 100 + 4, 2 * 102 + 4 },
		{ { 4, 0, 96, 0, 0 }, 2 * 100 + 4, 2 * 102 + 4 },
		{ { 2, 7, 97, 1, 0 }, 2 * 101 + 4, 112 + 4 },
		{ { 7, 3, 95, 4, 0.5 }, 3 * 194 + 4, 3 * 232 + 4 + 16 },
		{ { 1, 1, 1, 0, NAN }, 104, 106 },
		{ { 1, 1, 1, 0, INFINITY }, 104, 106 },
		{ { 1, 1, 96, 0, 1e307 }, 104, 106 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		take(sheet(cases[i].form));
		assert_int_equal(picture.width, cases[i].width);
		assert_int_equal(picture.height, cases[i].height);
	}
}

static void sheets_have_limits(void **state)
{
	static const struct {
		struct pz_sheet_form form;
		const char *why;
	} cases[] = {
		{ { 0, 1, 9, 1, 0 }, "a sheet of 0 stamps of 9 pixels, captions of 1 lines" },
		{ { 1, -1, 9, 1, 0 }, "a sheet of 1 stamps of 9 pixels, captions of 1 lines" },
		{ { 1, 1, 0, 1, 0 }, "a sheet of 1 stamps of 0 pixels, captions of 1 lines" },
		{ { 1, 1, 9, -1, 0 }, "a sheet of 1 stamps of 9 pixels, captions of -1 lines" },
		{ { 1, 1, 9, 5, 0 }, "a sheet of 1 stamps of 9 pixels, captions of 5 lines" },
		{ { 22, 1, 4096, 0, 0 },
		  "a sheet of 4104 x 90248 pixels is too large: choose fewer stamps" },
		{ { 22, 1, 4096, 0, 1 },
		  "a sheet of 4104 x 90264 pixels is too large: choose fewer stamps" },
	};
	unsigned char rgb[3] = { 0 };

	(void)state;
	pz_sheet_free(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_sheet *s;

		assert_int_equal(pz_sheet_new(&s, &cases[i].form), PZ_EARG);
		assert_string_equal(pz_error_text(), cases[i].why);
		assert_null(s);
	}
	for (int side = 0; side < 2; side++) {
		int wrong = side ? 65536 : -1;

		assert_int_equal(pz_png_write("a.png", rgb, side ? wrong : 1, side ? 1 : wrong),
				 PZ_EARG);
		assert_int_equal(pz_png_write("a.png", rgb, side ? 1 : wrong, side ? wrong : 1),
				 PZ_EARG);
	}
	assert_int_equal(pz_png_write("a.png", rgb, 0, 7), PZ_EARG);
	assert_string_equal(pz_error_text(), "a.png: expected a picture of 1 to 65535 pixels a "
					     "side, found 0 x 7");
	assert_int_equal(pz_png_write("a.png", rgb, 7, 0), PZ_EARG);
}

static void pictures_may_be_as_long_as_the_limit(void **state)
{
	unsigned char *rgb = calloc(65535, 3);
	png_image image = { .version = PNG_IMAGE_VERSION };

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_png_write(path, rgb, i ? 1 : 65535, i ? 65535 : 1), 0);
		assert_true(png_image_begin_read_from_file(&image, path));
		assert_int_equal(image.width, i ? 1 : 65535);
		png_image_free(&image);
	}
	free(rgb);
}

/* ---- the bar ---- */

/* At the foot of 16 pixels, with ends of 5 and its length behind it. */
static void bars_are_round(void **state)
{
	static const struct {
		double pixscale;
		int length;
	} cases[] = { { 0.5, 40 },     { 0.25, 40 },   { 10. / 48, 48 }, { 0.2083, 24 },
		      { 4. / 96, 48 }, { 0.0416, 24 }, { 1, 20 },        { 0.105, 48 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int run = 0;

		take(sheet((struct pz_sheet_form){ 1, 1, 96, 0, cases[i].pixscale }));
		for (int x = 4; ink(x, 102 + 4 + 8, 1, 1)[0] == '#'; x++)
			run++;
		assert_int_equal(run, cases[i].length);
	}
	take(sheet((struct pz_sheet_form){ 1, 1, 96, 0, 0.5 })); /* 20 arcsec */
	assert_string_equal(ink(0, 108, 8, 12), "........\n........\n........\n........\n"
						"....#...\n....#...\n....####\n....#...\n"
						"....#...\n........\n........\n........\n");
	assert_string_equal(ink(40, 111, 26, 7), ".........###...###...#.#..\n"
						 "...#....#...#.#...#..#.#..\n"
						 "...#........#.#..##..#.#..\n"
						 "####.......#..#.#.#.......\n"
						 "...#......#...##..#.......\n"
						 "...#.....#....#...#.......\n"
						 "........#####..###........\n");
}

/* ---- colours ---- */

static void near(double x, double expected)
{
	if (!(fabs(x - expected) <= 1e-5 * fabs(expected)))
		fail_msg("expected %.9g, found %.9g", expected, x);
}

/* planes[n][3][pixels] of sky that differs from band to band, and three bright pixels at the end of
 * each; one pixel is unknown and one infinite. */
static void fill_planes(float *planes, int n, int pixels)
{
	for (int k = 0; k < n; k++)
		for (int b = 0; b < 3; b++)
			for (int i = 0; i < pixels; i++) {
				int sky = (i * 7 + 3 * b + k) % pixels * (1 + b) + 10 * b;
				int core = 100 * (b + 1) * (i - pixels + 4) * (k + 1) +
					   (b == 1 ? 50 : 0);

				planes[(k * 3 + b) * pixels + i] =
					(float)(i < pixels - 3 ? sky : core);
			}
	planes[pixels + 2] = NAN;
	planes[3 * pixels + 3] = INFINITY;
}

/* Computed with numpy from what colour.h says. */
static void scales_are_those_of_the_stamps(void **state)
{
	static const struct {
		int n, pixels;
		double weight[3], black[3], soft, white;
	} cases[] = { { 3,
			13,
			{ 1.63137651, 0.97814972, 0.76327869 },
			{ 2.32867821, 17.2125381, 28.427838 },
			5.45311022,
			1765.44482 },
		      { 2,
			11,
			{ 1.63406478, 0.95526929, 0.76345714 },
			{ 3.80972182, 15.9639336, 29.4523892 },
			3.8899833,
			1168.2625 } };
	float planes[3 * 3 * 13];
	struct pz_colour c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fill_planes(planes, cases[i].n, cases[i].pixels);
		assert_int_equal(
			pz_colour_fit(&c, planes, (size_t)cases[i].n, (size_t)cases[i].pixels), 0);
		for (int b = 0; b < 3; b++) {
			near(c.weight[b], cases[i].weight[b]);
			near(c.black[b], cases[i].black[b]);
		}
		near(c.soft, cases[i].soft);
		near(c.white, cases[i].white);
	}
}

/* Of 250 000 pixels every third is looked at: here those alone are sky. */
static void large_samples_are_thinned(void **state)
{
	size_t pixels = 125000;
	float *planes = malloc(6 * pixels * sizeof *planes);
	struct pz_colour c;

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (size_t b = 0; b < 3; b++)
			for (size_t i = 0; i < pixels; i++)
				planes[(3 * k + b) * pixels + i] =
					(k * pixels + i) % 3 ? 900 : (float)((i % 2) + 10 * b);
	assert_int_equal(pz_colour_fit(&c, planes, 2, pixels), 0);
	free(planes);
	/* one half 0, the other 1, and no noise below the median of the fainter part */
	for (int b = 0; b < 3; b++)
		near(c.black[b] + 1, 10 * b + 1);
	near(c.white, 900 * (c.weight[0] + c.weight[1] * 890 / 900 + c.weight[2] * 880 / 900) / 3);
	near(c.soft, 0.02 * c.white);
}

/* What has noise but no light, or light but hardly noise. */
static void poor_stamps_have_a_scale(void **state)
{
	float noise[3 * 4], light[3 * 5];
	struct pz_colour c;

	(void)state;
	for (int i = 0; i < 12; i++)
		noise[i] = (float)(i % 4 < 3 ? -4 : -2);
	assert_int_equal(pz_colour_fit(&c, noise, 1, 4), 0);
	near(c.white, 2);
	near(c.soft, 0.04);
	for (int i = 0; i < 15; i++)
		light[i] = (float)(i % 5 == 4 ? 1001 : i % 5 ? 1 : 0);
	assert_int_equal(pz_colour_fit(&c, light, 1, 5), 0);
	near(c.white, 1001); /* noise of 1 is a thousandth of 1001 and less */
	near(c.soft, 0.02 * 1001);
	near(c.black[1] + 1, 1);
	light[4] = light[9] = light[14] = 900;
	assert_int_equal(pz_colour_fit(&c, light, 1, 5), 0);
	near(c.soft, 2);
	near(c.white, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captions_are_letters_below_the_stamp),
		cmocka_unit_test(long_captions_lose_their_beginning),
		cmocka_unit_test(letters_are_those_of_ascii),
		cmocka_unit_test(sheets_are_about_square),
		cmocka_unit_test(sheets_have_limits),
		cmocka_unit_test(pictures_may_be_as_long_as_the_limit),
		cmocka_unit_test(bars_are_round),
		cmocka_unit_test(scales_are_those_of_the_stamps),
		cmocka_unit_test(large_samples_are_thinned),
		cmocka_unit_test(poor_stamps_have_a_scale),
	};

	return cmocka_run_group_tests_name("sheets", tests, setup, teardown);
}
