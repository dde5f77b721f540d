/* test_psf.c -- convolution with a Gaussian, and stars that are brought to one PSF */
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
#include <pz/psf.h>
#include <pz/random.h>

#include "own_folder.h"
#include "sky_header.h"

/* ---- the kernel */

static void moments_are_those_of_the_gaussian(void **state)
{
	static float weight[PZ_PSF_RADIUS_MAX + 1];

	(void)state;
	for (double variance = 1e-4; variance < 3000; variance *= 1.3) {
		int radius = pz_psf_radius(variance);
		double sum = weight[0], second = 0, fourth = 0;

		assert_true(radius >= 4 * sqrt(variance) && radius >= 2);
		pz_psf_kernel(variance, radius, weight);
		sum = weight[0];
		for (int k = 1; k <= radius; k++) {
			sum += 2.0 * weight[k];
			second += 2.0 * weight[k] * k * k;
			fourth += 2.0 * weight[k] * k * k * (double)k * k;
		}
		assert_true(fabs(sum - 1) < 1e-6);
		assert_true(fabs(second / variance - 1) < 1e-4);
		assert_true(fabs(fourth - 3 * variance * variance) < 1e-4 * fourth + 1e-7);
	}
	assert_int_equal(pz_psf_radius(0), 0);
	assert_int_equal(pz_psf_radius(-1), 0);
	assert_int_equal(pz_psf_radius(NAN), 0);
	assert_int_equal(pz_psf_radius(1e12), PZ_PSF_RADIUS_MAX);
	pz_psf_kernel(0, 0, weight);
	assert_true(weight[0] == 1);
}

/* No weight of a kernel that is sampled well differs from the Gaussian's. */
static void a_wide_kernel_is_the_gaussian(void **state)
{
	float weight[41];

	(void)state;
	pz_psf_kernel(100, 40, weight);
	for (int k = 0; k <= 40; k++)
		assert_true(fabs(weight[k] - exp(-k * k / 200.0) / sqrt(200 * M_PI)) < 1e-4);
}

/* ---- convolution, beside the double sum */

#define SIZE 21
#define SIDE 100

static double plain_sum(const float *image, const float *data, int radius, const float *weight,
			int x, int y)
{
	double sum = 0, share = 0;

	for (int j = -radius; j <= radius; j++)
		for (int i = -radius; i <= radius; i++) {
			int at = (y + j) * SIDE + x + i;
			double w = (double)weight[abs(i)] * weight[abs(j)];

			sum += w * image[at];
			share += w * (data ? data[at] : 1);
		}
	return !data ? sum : share >= 0.01 ? sum / share : NAN;
}

static void check_convolution(double variance, int step, const float *image, const float *data)
{
	static float scratch[2 * SIDE], out[SIZE * SIZE];
	int radius = pz_psf_radius(variance);
	struct pz_psf_image from = { image + SIDE + 1, data ? data + SIDE + 1 : NULL, SIDE };
	float weight[32];

	assert_true(1 + step * (SIZE - 1) + 1 + 2 * radius <= SIDE);
	pz_psf_kernel(variance, radius, weight);
	pz_psf_convolve(&from, SIZE, step, radius, weight, scratch, out);
	for (int y = 0; y < SIZE; y++)
		for (int x = 0; x < SIZE; x++) {
			double want = plain_sum(image, data, radius, weight, 1 + radius + step * x,
						1 + radius + step * y);

			if (isnan(want))
				assert_true(isnan(out[y * SIZE + x]));
			else
				assert_true(fabs(out[y * SIZE + x] - want) <
					    2e-5 * fmax(1, fabs(want)));
		}
}

static void it_is_the_sum_over_the_kernel(void **state)
{
	static float image[SIDE * SIDE], data[SIDE * SIDE];
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 3, 0);
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = (float)pz_random_normal(&r);
	for (double variance = 0.01; variance < 15; variance *= 2.1)
		for (int step = 1; step < 4; step++)
			check_convolution(variance, step, image, NULL);
	for (int i = 0; i < SIDE * SIDE; i++) {
		data[i] = i % SIDE > 12 && pz_random_uniform(&r) < 0.6;
		image[i] *= data[i];
	}
	for (double variance = 0.01; variance < 15; variance *= 2.1)
		for (int step = 1; step < 4; step++)
			check_convolution(variance, step, image, data);
}

/* ---- stars */

static const char *const bands[] = { "g", "r" };

/* A frame with a star of flux 1000 in its middle, at (150, 2), on a sky of 0. */
static void write_star(const char *name, int side, double scale, double fwhm, double tilt)
{
	struct test_wcs w = { .crval = { 150, 2 },
			      .crpix = { 0.5 * side + 0.77, 0.5 * side + 0.2 } };
	float *image = malloc((size_t)side * (size_t)side * sizeof *image);
	double s = fwhm / PZ_PSF_FWHM / scale;
	struct pz_fits_card cards[CARDS_OF_WCS + 2];
	int n;

	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			double dx = x + 1 - w.crpix[0], dy = y + 1 - w.crpix[1];

			image[y * side + x] = (float)(1000 / (2 * M_PI * s * s) *
						      exp(-(dx * dx + dy * dy) / (2 * s * s)));
		}
	w.cd[0][0] = -cos(tilt) * scale / 3600;
	w.cd[0][1] = w.cd[1][0] = sin(tilt) * scale / 3600;
	w.cd[1][1] = cos(tilt) * scale / 3600;
	n = test_wcs_cards(&w, cards);
	cards[n++] = (struct pz_fits_card){ "SEEING", .number = fwhm };
	cards[n++] = (struct pz_fits_card){ "PXSEEING", .number = fwhm / scale };
	if (pz_fits_write_image(name, image, (size_t)side, (size_t)side, cards, n) != 0)
		fail_msg("%s", pz_error_text());
	free(image);
}

/* The FWHM of the Gaussian around the middle that fits a stamp best, in pixels. */
static double fit_fwhm(const float *stamp, int size)
{
	double best = 0, least = INFINITY, middle = (size - 1) / 2.0;

	for (double s = 0.5; s < 12; s *= 1.0005) {
		double own = 0, both = 0;

		for (int y = 0; y < size; y++)
			for (int x = 0; x < size; x++) {
				double dx = x - middle, dy = y - middle;
				double g = exp(-(dx * dx + dy * dy) / (2 * s * s));

				own += g * g;
				both += g * stamp[y * size + x];
			}
		if (-both * both / own < least) {
			least = -both * both / own;
			best = s;
		}
	}
	return best * PZ_PSF_FWHM;
}

static double sum_of(const float *stamp, int size)
{
	double sum = 0;

	for (int i = 0; i < size * size; i++)
		sum += stamp[i];
	return sum;
}

/* Opens the two frames at the star. */
static int open_star(struct pz_frames **frames, struct pz_cutout **c, const char *pattern,
		     const struct pz_cutout_options *o)
{
	static const double radec[2] = { 150, 2 };

	*c = NULL;
	if (pz_frames_find(frames, pattern, bands, 2) != 0)
		fail_msg("%s", pz_error_text());
	return pz_cutout_open(c, *frames, o, 1, radec);
}

/* Both bands of the star have the FWHM that is asked for, all of the flux, and a whole cover. */
static void check_star(const char *what, const struct pz_cutout_options *o)
{
	size_t area = (size_t)o->size * (size_t)o->size;
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp stamp;

	if (open_star(&frames, &c, "star-%b.fits", o) != 0 || pz_cutout_next(c, &stamp) != 1)
		fail_msg("%s: %s", what, pz_error_text());
	for (int b = 0; b < 2; b++) {
		const float *p = stamp.pixels + (size_t)b * area;
		double fwhm = fit_fwhm(p, o->size) * pz_cutout_pixscale(c);

		if (getenv("PSF_PRINT"))
			print_message("%s: band %s: %.4f for %.2f, flux %.5f\n", what, bands[b],
				      fwhm, o->match_psf, sum_of(p, o->size) / 1000);
		assert_true(fabs(fwhm / o->match_psf - 1) < 0.01);
		assert_true(fabs(sum_of(p, o->size) / 1000 - 1) < 0.006);
		assert_true(stamp.cover[b] == 1);
	}
	pz_cutout_close(c);
	pz_frames_free(frames);
}

static void stars_get_the_fwhm_at_any_scale(void **state)
{
	static const double frame_scale[][2] = {
		{ .1, .2 }, { .262, .186 }, { .396, .1 }, { .5, .262 }, { .2, .5 }
	};
	static const double stamp_scale[] = { .1, .262, .396, .8, 1 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		const double *scale = frame_scale[i];

		write_star("star-g.fits", (int)(40 / scale[0]), scale[0], 1.3, 0.3 * i);
		write_star("star-r.fits", (int)(40 / scale[1]), scale[1], 0.9, -0.2 * i);
		for (int k = 0; k < 5; k++) {
			char what[80];
			struct pz_cutout_options o = { .size = (int)(12 / stamp_scale[k]) + k % 2,
						       .pixscale = stamp_scale[k],
						       .kernel = PZ_LANCZOS3,
						       .match_psf = 1.6,
						       .psf = "SEEING" };

			snprintf(what, sizeof what, "%g\" and %g\" to %g\"", scale[0], scale[1],
				 stamp_scale[k]);
			check_star(what, &o);
		}
	}
}

/* A number for all, one for each, pixels of the frame; the frame's own axes and pixels. */
static void every_way_to_say_it_means_the_same(void **state)
{
	static const char *const said[] = { "1.3,0.9", "SEEING,0.9", "PXSEEING:px", "6.5:px,.9",
					    "1.3, SEEING" };

	(void)state;
	write_star("star-g.fits", 201, .2, 1.3, 0.4);
	write_star("star-r.fits", 161, .25, .9, 0);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct pz_cutout_options o = { .size = 48,
					       .kernel = PZ_LANCZOS3,
					       .native = i % 2,
					       .match_psf = 1.7,
					       .psf = said[i] };

		check_star(said[i], &o);
	}
}

static void the_frame_table_says_it_first(void **state)
{
	struct pz_cutout_options o = {
		.size = 50, .kernel = PZ_LANCZOS3, .pixscale = 0.25, .match_psf = 1.6
	};
	FILE *table = fopen("frames.csv", "w");
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp stamp;

	(void)state;
	fprintf(table, "file,band,psf\nstar-g.fits,g,1.3\nstar-r.fits,r,\n");
	fclose(table);
	assert_int_equal(open_star(&frames, &c, "@frames.csv", &o), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "star-r.fits: band r: the FWHM of its PSF"));
	assert_true(pz_frames_psfs(frames));
	pz_frames_free(frames);
	o.psf = "0.9";
	assert_int_equal(open_star(&frames, &c, "@frames.csv", &o), 0);
	assert_int_equal(pz_cutout_next(c, &stamp), 1);
	assert_true(fabs(fit_fwhm(stamp.pixels, 50) * 0.25 / 1.6 - 1) < 0.01);
	assert_true(fabs(fit_fwhm(stamp.pixels + 2500, 50) * 0.25 / 1.6 - 1) < 0.01);
	pz_cutout_close(c);
	pz_frames_free(frames);
}

/* ---- what cannot be done */

static void check_error(const struct pz_cutout_options *o, int code, const char *text)
{
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp stamp;
	int rc = open_star(&frames, &c, "star-%b.fits", o);

	rc = rc == 0 ? pz_cutout_next(c, &stamp) : rc;
	assert_int_equal(rc, code);
	if (!strstr(pz_error_text(), text))
		fail_msg("expected '%s' in '%s'", text, pz_error_text());
	pz_cutout_close(c);
	pz_frames_free(frames);
}

static void errors_name_frame_and_way_out(void **state)
{
	struct pz_cutout_options o = { .size = 20,
				       .pixscale = .25,
				       .kernel = PZ_LANCZOS3,
				       .match_psf = 1.295,
				       .psf = "SEEING" };

	(void)state;
	/* within 0.5 per cent: nearly enough */
	check_error(&o, 1, "");
	o.match_psf = 1.2;
	check_error(&o, PZ_EDATA,
		    "but 1 of 2 frames has more; the widest is star-g.fits in band g with 1.3\": "
		    "--match-psf 1.3 would do");
	o.match_psf = 1.4;
	o.pixscale = 1.1;
	check_error(&o, PZ_EDATA,
		    "--match-psf 1.4: expected at least 1.54, 1.4 pixels of 1.1 arcsec");
	o.pixscale = 1;
	o.psf = "NOPE";
	check_error(&o, PZ_EDATA, "star-g.fits: HDU 0 has no keyword 'NOPE', which --psf names");
	o.psf = "CRVAL1,1";
	check_error(&o, PZ_EDATA, "more; the widest is star-g.fits in band g with 150\"");
	o.psf = "CD1_1";
	check_error(&o, PZ_EDATA, "expected the FWHM of a PSF, above 0, found CD1_1 = -");
	o.match_psf = 1e4;
	check_error(&o, PZ_EDATA, "--match-psf 10000: expected at most");
	o.kernel = PZ_BILINEAR;
	check_error(&o, PZ_EARG, "expected the kernel lanczos3");
	o.kernel = PZ_LANCZOS3;
	o.match_psf = NAN;
	check_error(&o, PZ_EARG, "match-psf: expected at least 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_those_of_the_gaussian),
		cmocka_unit_test(a_wide_kernel_is_the_gaussian),
		cmocka_unit_test(it_is_the_sum_over_the_kernel),
		cmocka_unit_test(stars_get_the_fwhm_at_any_scale),
		cmocka_unit_test(every_way_to_say_it_means_the_same),
		cmocka_unit_test(the_frame_table_says_it_first),
		cmocka_unit_test(errors_name_frame_and_way_out),
	};

	return cmocka_run_group_tests(tests, enter_own_folder, leave_own_folder);
}
