/* test_cutout_parts.c -- pixel scales, masks, names of bands and errors of cutting, by value */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/threads.h>

#include "../../lib/cutout/frames_found.h"
#include "../../lib/cutout/mask.h"
#include "../../lib/cutout/sky.h"
#include "../../lib/cutout/stampmap.h"
#include "../../lib/wcs/transform.h"
#include "own_folder.h"
#include "sky_header.h"

/* ---- pixel scale */

/* The determinant of CD tells the area, whichever way the frame is turned, sheared or flipped. */
static void the_scale_of_a_turned_frame_is_that_of_its_area(void **state)
{
	static const float image[16 * 16];

	(void)state;
	for (int i = 0; i < 12; i++) {
		double a = 0.3 + 0.55 * i, x = 0.3 / 3600, y = 0.5 / 3600, flip = i % 2 ? -1 : 1;
		struct test_wcs w = { .crval = { 150, 30 }, .crpix = { 8, 8 } };
		struct pz_fits_card cards[CARDS_OF_WCS];
		struct pz_fits *file;
		struct pz_wcs *wcs;

		w.cd[0][0] = flip * x * cos(a);
		w.cd[0][1] = -y * sin(a + 0.2);
		w.cd[1][0] = flip * x * sin(a);
		w.cd[1][1] = y * cos(a + 0.2);
		assert_int_equal(pz_fits_write_image("turned.fits", image, 16, 16, cards,
						     test_wcs_cards(&w, cards)),
				 0);
		assert_int_equal(pz_fits_open_image(&file, "turned.fits", NULL), 0);
		assert_int_equal(pz_wcs_read(&wcs, file), 0);
		/* The angle between the axes is 0.2 off a right one. */
		assert_true(fabs(pz_frame_pixscale(wcs, 7, 7) - sqrt(0.3 * 0.5 * cos(0.2))) < 1e-6);
		pz_wcs_free(wcs);
		pz_fits_close(file);
		unlink("turned.fits");
	}
}

/* ---- masks */

#define WIDTH  300L /* 219 rows are read at a time */
#define HEIGHT 700L

/* Applies a mask, of which (3 y) mod 300 is bad in row y, to `rows` rows from `from` on. */
static void check_mask(const struct pz_cutout_options *o, long from, long rows, uint64_t expected)
{
	const struct pz_frame frame = { .path = "frame.fits", .mask = "mask.fits" };
	float *pixels = calloc((size_t)(WIDTH * rows), sizeof *pixels);
	struct mask mask;

	assert_int_equal(pz_mask_open(&mask, &frame, NULL, WIDTH, HEIGHT, o), 0);
	assert_true(mask.bad.bits == expected);
	assert_int_equal(pz_mask_apply(&mask, from, rows, pixels), 0);
	for (long y = 0; y < rows; y++)
		for (long x = 0; x < WIDTH; x++)
			if (isnan(pixels[y * WIDTH + x]) != (x == 3 * (from + y) % WIDTH))
				fail_msg("row %ld of %ld, column %ld", y, rows, x);
	pz_fits_close(mask.file);
	free(pixels);
}

static void masks_are_applied_beyond_the_first_piece(void **state)
{
	float *image = malloc((size_t)(WIDTH * HEIGHT) * sizeof *image);

	(void)state;
	for (int weights = 0; weights < 2; weights++) {
		struct pz_cutout_options o = { .mask_weights = weights };

		for (long i = 0; i < WIDTH * HEIGHT; i++)
			image[i] = (i % WIDTH == 3 * (i / WIDTH) % WIDTH) == weights ? 0 : 2;
		assert_int_equal(pz_fits_write_image("mask.fits", image, (size_t)WIDTH,
						     (size_t)HEIGHT, NULL, 0),
				 0);
		check_mask(&o, 0, HEIGHT, UINT64_MAX);
		check_mask(&o, 119, 581, UINT64_MAX);
		check_mask(&o, 699, 1, UINT64_MAX);
	}
	unlink("mask.fits");
	free(image);
}

/* A file of 16-bit integers, which pz_fits_write_image does not write: bit 2 where bad, and
 * bit 1 in every pixel. */
static void write_bits(const char *name)
{
	FILE *to = fopen(name, "wb");
	long bytes = 0;

	assert_non_null(to);
	fprintf(to, "%-80s%-80s%-80s%-80s%-80s%-80s", "SIMPLE  =                    T",
		"BITPIX  =                   16", "NAXIS   =                    2",
		"NAXIS1  =                  300", "NAXIS2  =                  700", "END");
	fprintf(to, "%2400s", "");
	for (long i = 0; i < WIDTH * HEIGHT; i++, bytes += 2) {
		putc(0, to);
		putc(i % WIDTH == 3 * (i / WIDTH) % WIDTH ? 6 : 2, to);
	}
	for (; bytes % 2880; bytes++)
		putc(0, to);
	assert_int_equal(fclose(to), 0);
}

static void bits_are_chosen_in_every_piece(void **state)
{
	struct pz_cutout_options o = { .mask_bits = 4 };

	(void)state;
	write_bits("mask.fits");
	check_mask(&o, 0, HEIGHT, 4);
	check_mask(&o, 50, 600, 4);
	unlink("mask.fits");
}

static void a_mask_has_the_size_of_its_frame(void **state)
{
	const struct pz_frame frame = { .path = "frame.fits", .mask = "mask.fits" };
	static const float image[20 * 10];
	struct pz_cutout_options o = { 0 };
	struct mask mask;

	(void)state;
	assert_int_equal(pz_fits_write_image("mask.fits", image, 20, 10, NULL, 0), 0);
	assert_int_equal(pz_mask_open(&mask, &frame, NULL, 20, 10, &o), 0);
	pz_fits_close(mask.file);
	assert_int_equal(pz_mask_open(&mask, &frame, NULL, 20, 11, &o), PZ_EDATA);
	pz_fits_close(mask.file);
	assert_int_equal(pz_mask_open(&mask, &frame, NULL, 21, 10, &o), PZ_EDATA);
	pz_fits_close(mask.file);
	o.mask_bits = 1;
	assert_int_equal(pz_mask_open(&mask, &frame, NULL, 20, 10, &o), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "mask of integers for bits, found floats"));
	pz_fits_close(mask.file);
	unlink("mask.fits");
}

/* ---- names of bands */

/* Of these files, in a folder whose own name means nothing, the band's name stands alone only
 * where neither a letter nor a digit is beside it. */
static void a_band_is_named_where_its_name_stands_alone(void **state)
{
	static const struct {
		const char *path, *field;
		int band; /* -1: of none */
	} file[] = {
		{ "g/r/img-g.fits", "g/r/img-%b.fits", 0 },
		{ "img_r1.r.fits", "img_r1.%b.fits", 1 },
		{ "r-img.fits", "%b-img.fits", 1 },
		{ "field_1_g", "field_1_%b", 0 },
		{ "g", "%b", 0 },
		{ "gr.fits", NULL, -1 },
		{ "img-rg.fits", NULL, -1 },
		{ "img-g2.fits", NULL, -1 },
		{ "img-2g.fits", NULL, -1 },
		{ "grr.gg.r.fits", "grr.gg.%b.fits", 1 },
		{ "g/img.fits", NULL, -1 },
	};
	static const char *const band[] = { "g", "r" };
	struct found_list list = { 0 };
	size_t n = 0;
	FILE *to = fopen("frames.txt", "w");

	(void)state;
	for (size_t i = 0; i < sizeof file / sizeof *file; i++)
		fprintf(to, "%s\n", file[i].path);
	fclose(to);
	if (pz_frames_read_list(&list, "frames.txt", band, 2, NULL) != 0)
		fail_msg("%s", pz_error_text());
	for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
		if (file[i].band < 0)
			continue;
		assert_true(n < list.count);
		assert_string_equal(list.found[n].path, file[i].path);
		assert_string_equal(list.found[n].field, file[i].field);
		assert_int_equal(list.found[n].band, file[i].band);
		n++;
	}
	assert_int_equal(list.count, n);
	pz_found_free(&list);

	to = fopen("frames.txt", "w");
	fputs("img-r.g.fits\n", to);
	fclose(to);
	list = (struct found_list){ 0 };
	assert_int_equal(pz_frames_read_list(&list, "frames.txt", band, 2, NULL), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "'img-r.g.fits' could be of band g or r"));
	pz_found_free(&list);
	/* Of one band alone all files are. */
	list = (struct found_list){ 0 };
	assert_int_equal(pz_frames_read_list(&list, "frames.txt", band, 1, NULL), 0);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.found[0].field, "img-r.%b.fits");
	pz_found_free(&list);
	unlink("frames.txt");
}

/* ---- errors of cutting */

/* A pixel that no float holds any more after its zero point, in the last of many stamps: the
 * stamps before it come, the error is not lost, and it stays. */
static void an_error_while_cutting_is_returned(void **state)
{
	enum { SIDE = 200, N = 150 };
	static float image[SIDE * SIDE];
	const char *band[] = { "r" };
	struct test_wcs w = { .crval = { 20, 10 },
			      .crpix = { SIDE / 2, SIDE / 2 },
			      .cd = { { -1e-4, 0 }, { 0, 1e-4 } } };
	struct pz_fits_card cards[CARDS_OF_WCS];
	double radec[N][2];

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = i / SIDE > 180 ? 9e29F : 1;
	assert_int_equal(pz_fits_write_image("large-r.fits", image, SIDE, SIDE, cards,
					     test_wcs_cards(&w, cards)),
			 0);
	for (int i = 0; i < N; i++)
		test_wcs_sky(&w, (double[2]){ 100, i == N - 1 ? 190 : 20 + i % 100 }, radec[i]);
	for (int threads = 1; threads <= 4; threads += 3) {
		struct pz_cutout_options o = { .size = 5, .native = true, .zeropoint = "0" };
		struct pz_frames *frames;
		struct pz_cutout *c;
		struct pz_stamp s;
		int rc, n = 0;

		pz_threads_use(threads);
		assert_int_equal(pz_frames_find(&frames, "large-%b.fits", band, 1), 0);
		if (pz_cutout_open(&c, frames, &o, N, radec[0]) != 0)
			fail_msg("%s", pz_error_text());
		while ((rc = pz_cutout_next(c, &s)) == 1)
			n++;
		assert_int_equal(rc, PZ_EDATA);
		assert_non_null(strstr(pz_error_text(), "do not fit a float"));
		assert_int_equal(pz_cutout_next(c, &s), PZ_EDATA);
		assert_true(n < N);
		pz_cutout_close(c);
		/* Without the galaxy there all is well. */
		assert_int_equal(pz_cutout_open(&c, frames, &o, N - 1, radec[0]), 0);
		for (n = 0; (rc = pz_cutout_next(c, &s)) == 1; n++)
			assert_true(fabsf(s.pixels[12] / 1e9F - 1) < 1e-5F);
		assert_int_equal(rc, 0);
		assert_int_equal(n, N - 1);
		pz_cutout_close(c);
		pz_frames_free(frames);
	}
	pz_threads_use(0);
	unlink("large-r.fits");
}

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* The lower median of the ring, whatever order its pixels have; stars and holes count nothing. */
static void the_sky_is_the_median_of_a_ring(void **state)
{
	enum { WIDE = 41, MIDDLE = 20 };
	const struct stamp_map map = { .c = { { MIDDLE, 1 }, { MIDDLE, 0, 1 } } };
	static float pixels[WIDE * WIDE], ring[WIDE * WIDE];
	const struct window w = {
		.pixels = pixels, .width = WIDE, .height = WIDE, .rows = WIDE, .scale = 1
	};
	size_t n = 0, whole = 0;
	float sky;

	(void)state;
	for (int i = 0; i < WIDE * WIDE; i++) {
		double r = hypot(i % WIDE - MIDDLE, i / WIDE - MIDDLE);

		pixels[i] = 10 + (float)(i * 7919 % 1009 - 504) / 504;
		if (r >= 5.1 && r < 12.3 && ++whole % 10 == 0)
			pixels[i] = whole % 20 ? 1000 : NAN;
		else if (r >= 5.1 && r < 12.3)
			ring[n++] = pixels[i];
	}
	qsort(ring, n, sizeof *ring, ascending);
	assert_int_equal(pz_sky_annulus(&w, &map, 5.1, 12.3, &sky), 1);
	assert_true(sky == ring[(n - 1) / 2]);
	/* less than a tenth of it has data */
	for (int i = 0, k = 0; i < WIDE * WIDE; i++)
		if (hypot(i % WIDE - MIDDLE, i / WIDE - MIDDLE) >= 5.1 && k++ % 11)
			pixels[i] = NAN;
	assert_int_equal(pz_sky_annulus(&w, &map, 5.1, 12.3, &sky), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sky_is_the_median_of_a_ring),
		cmocka_unit_test(the_scale_of_a_turned_frame_is_that_of_its_area),
		cmocka_unit_test(masks_are_applied_beyond_the_first_piece),
		cmocka_unit_test(bits_are_chosen_in_every_piece),
		cmocka_unit_test(a_mask_has_the_size_of_its_frame),
		cmocka_unit_test(a_band_is_named_where_its_name_stands_alone),
		cmocka_unit_test(an_error_while_cutting_is_returned),
	};

	return cmocka_run_group_tests_name("parts of cutout", tests, enter_own_folder,
					   leave_own_folder);
}
