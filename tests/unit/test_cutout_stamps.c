/* test_cutout_stamps.c -- one band of one stamp: its grid, the rows and points that it needs, its
 * sky, its notes, and why it cannot be cut
 */
#include "../../lib/cutout/stamp.h"
#include "../../lib/cutout/widened.h"
#include "wcs_of.h"

#define ARCSEC (M_PI / 180 / 3600)
#define WIDE   60
#define HIGH   50

/* A frame of pixels of 0.4 arcsec, north up; pixel (30, 20) is at (10, 20). */
#define FRAME                                                                                      \
	TAN "CRVAL1  = 10\nCRVAL2  = 20\nCRPIX1  = 31\nCRPIX2  = 21\n"                             \
	    "CDELT1  = -1.111111111111111E-4\nCDELT2  = 1.111111111111111E-4\n"

static const double here[2] = { 10, 20 };
static float image[WIDE * HIGH];
static struct field field;
static struct resampler r;

static void begin(const char *lines)
{
	field = (struct field){ .reference = 0 };
	field.frame[0] = (struct frame){ .wcs = wcs_of(lines),
					 .width = WIDE,
					 .height = HIGH,
					 .path = "f.fits",
					 .band = "r",
					 .spool = -1 };
	pthread_mutex_init(&field.frame[0].lock, NULL);
	for (int i = 0; i < WIDE * HIGH; i++)
		image[i] = (float)(i % WIDE) + 0.25F * (float)(i / WIDE);
}

static void end(void)
{
	pz_wcs_free(field.frame[0].wcs);
	pthread_mutex_destroy(&field.frame[0].lock);
}

/* -- what is needed */

static void rows_of_stamps(void **state)
{
	struct stamp_map m = { .kind = MAP_AFFINE,
			       .c = { { 7, 1 }, { 15, 0.6, 0.8 } },
			       .low = { 1, 10.5 },
			       .high = { 2, 20.25 } };
	struct pz_cutout_options o = { .size = 9, .sky_outer = 4 };
	double low = 12, high = 16;

	(void)state;
	pz_stamp_rows(&m, &o, 0.5, &low, &high);
	assert_true(low == 10.5 && high == 20.25);
	low = 3;
	high = 30;
	pz_stamp_rows(&m, &o, 0.5, &low, &high);
	assert_true(low == 3 && high == 30);
	/* with a ring for the sky: 4 arcsec are 8 pixels of the stamp, and as many of the frame */
	o.sky = true;
	low = INFINITY;
	high = -INFINITY;
	pz_stamp_rows(&m, &o, 0.5, &low, &high);
	near(low, 7, 1e-12);
	near(high, 23, 1e-12);
	m.c[1][1] = 0.3;
	m.c[1][2] = -0.4;
	low = INFINITY;
	high = -INFINITY;
	pz_stamp_rows(&m, &o, 0.5, &low, &high);
	assert_true(low == 10.5 && high == 20.25);
	m.kind = MAP_NONE;
	low = 12;
	high = 16;
	pz_stamp_rows(&m, &o, 0.5, &low, &high);
	assert_true(low == 12 && high == 16);
}

/* Four sigma on each side, in pixels of the stamp, or of the frame where they are larger. */
static void grids_with_margins(void **state)
{
	struct pz_cutout_options o = { .size = 9 };
	struct stamp_grid g;

	(void)state;
	begin(FRAME);
	pz_stamp_make_grid(&g, &o, here, 0.5, field.frame[0].wcs);
	assert_true(g.size == 9 && !g.frame && g.x[0] == -0.5);
	/* sigma 2 / 2.3548 arcsec: 1.6986 pixels, so seven */
	o.match_psf = 2;
	pz_stamp_make_grid(&g, &o, here, 0.5, field.frame[0].wcs);
	assert_int_equal(g.size, 9 + 2 * 7);
	o.native = true;
	/* 2.1233 pixels of 0.4 arcsec: nine */
	pz_stamp_make_grid(&g, &o, here, 0.5, field.frame[0].wcs);
	assert_int_equal(g.size, 9 + 2 * 9);
	assert_ptr_equal(g.frame, field.frame[0].wcs);
	/* of the first frame's pixels more would be needed */
	pz_stamp_make_grid(&g, &o, here, 0.25, field.frame[0].wcs);
	assert_int_equal(g.size, 9 + 2 * 14);
	/* pixels that are asked for are all the same */
	o.pixscale = 0.5;
	pz_stamp_make_grid(&g, &o, here, 0.5, field.frame[0].wcs);
	assert_int_equal(g.size, 9 + 2 * 7);
	assert_null(g.frame);
	/* behind the plane */
	pz_stamp_make_grid(&g, &o, (const double[]){ 190, -20 }, 0.5, field.frame[0].wcs);
	assert_int_equal(g.size, 0);
	end();
}

static int plan(struct widening *w, double scale, double ratio, double pixels, double fwhm,
		double match)
{
	const struct pz_cutout_options o = { .size = 9, .match_psf = match };
	/* pixels of the frame in one of the stamp */
	const struct stamp_map m = { .kind = MAP_AFFINE,
				     .c = { { 30, pixels, 0 }, { 20, 0, pixels } } };
	const struct stamp_grid g = { .size = 9 + 2 * 5,
				      .x = { -scale * ratio, 0 },
				      .y = { 0, scale },
				      .area = scale * scale * ARCSEC * ARCSEC };
	const struct window window = { .width = WIDE, .height = HIGH, .rows = HIGH };
	const struct piece p = { &field, 0, &g, &m, &window, scale };

	field.frame[0].psf = fwhm;
	return pz_widened_plan(w, &p, &o);
}

#define FWHM 2.354820045030949

/* The Gaussian that a PSF lacks, in points, of which there are two in a pixel of two. */
static void gaussians_of_stamps(void **state)
{
	struct widening w;

	(void)state;
	begin(FRAME);
	assert_int_equal(plan(&w, 0.5, 1, 1, 0, 2), 0);
	assert_true(w.side == 0 && w.step == 1 && w.radius == 0);
	/* sigma 1 pixel: (2.5^2 - 1.5^2) / 2^2 */
	assert_int_equal(plan(&w, 1, 1, 1, 1.5 * FWHM, 2.5 * FWHM), 0);
	near(w.variance, 4, 1e-12);
	assert_true(w.step == 1 && w.radius == 5 && w.side == 9 + 2 * 5);
	assert_int_equal(plan(&w, 2, 1, 1, 1.5 * FWHM, 2.5 * FWHM), 0);
	near(w.variance, 1, 1e-12);
	near(w.found, 1, 1e-12);
	assert_true(w.radius == 4 && w.side == 9 + 2 * 4);
	/* half as far from point to point */
	assert_int_equal(plan(&w, 2, 1, 2, 1.5 * FWHM, 2.5 * FWHM), 0);
	near(w.variance, 4, 1e-12);
	assert_true(w.step == 2 && w.radius == 8 && w.side == 2 * 8 + 1 + 2 * 8);
	/* as wide already, or wider: the points of a pixel are needed all the same */
	assert_int_equal(plan(&w, 2, 1, 3, 2.5 * FWHM, 2.5 * FWHM), 0);
	assert_true(w.variance == 0 && w.step == 3 && w.radius == 0 && w.side == 3 * 8 + 1 + 2);
	assert_int_equal(plan(&w, 2, 1, 4, 2.6 * FWHM, 2.5 * FWHM), 0);
	assert_true(w.variance == 0 && w.step == 4 && w.side == 4 * 8 + 1 + 4);
	/* pixels that are longer one way, by more than a fiftieth */
	assert_int_equal(plan(&w, 2, 1.019, 1, 1.5 * FWHM, 2.5 * FWHM), 0);
	assert_int_equal(plan(&w, 2, 1.021, 1, 1.5 * FWHM, 2.5 * FWHM), STAMP_LONG);
	near(w.found, 1.021, 1e-9);
	/* of 256 points a kernel has all */
	assert_int_equal(plan(&w, 1, 1, 1, FWHM, sqrt(256.0 * 256 + 0.9) * FWHM), 0);
	assert_int_equal(plan(&w, 1, 1, 1, FWHM, sqrt(256.0 * 256 + 1.1) * FWHM), STAMP_BLURRED);
	near(w.found, 256, 1e-3);
	end();
}

/* -- pixels and notes */

struct cut {
	float pixels[81], note[NOTES];
};

/* Cuts 9 x 9 pixels of `scale` arcsec around a place. */
static int cut(struct cut *to, const struct pz_cutout_options *o, double scale,
	       const struct window *window, const double radec[2])
{
	struct stamp_grid g;
	struct stamp_map m;
	const struct piece p = { &field, 0, &g, &m, window, scale };

	pz_stamp_make_grid(&g, o, radec, scale, field.frame[0].wcs);
	pz_frame_maps(&field.frame[0], &field.frame[0], o->size, 1, &g, &m);
	return pz_stamp_cut_piece(&r, o, &p, to->pixels, to->note);
}

static void skies_and_notes(void **state)
{
	struct pz_cutout_options o = {
		.size = 9, .kernel = PZ_BILINEAR, .sky = true, .sky_inner = 3, .sky_outer = 6
	};
	struct window window = {
		.pixels = image, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 3
	};
	struct cut c;

	(void)state;
	begin(FRAME);
	/* the sky of a plane is the middle's; pixels of the stamp have four of the frame's */
	assert_int_equal(cut(&c, &o, 0.8, &window, here), 0);
	near((double)c.note[1], 35 * 4 * 3, 4 * 3 * 0.3);
	assert_true(c.note[0] == 1 && c.note[2] == 1);
	for (int i = 0; i < 81; i++) {
		double x = 30 + 2 * (i % 9 - 4), y = 20 + 2 * (i / 9 - 4);

		near((double)(c.pixels[i] + c.note[1]), 12 * (x + 0.25 * y), 1e-3);
	}
	/* without one nothing is taken off */
	o.sky = false;
	assert_int_equal(cut(&c, &o, 0.8, &window, here), 0);
	assert_true(c.note[1] == 0 && c.note[0] == 1 && c.note[2] == 1);
	near((double)c.pixels[40], 12 * 35, 1e-3);
	/* a hole in the middle, and none of a ring */
	image[20 * WIDE + 30] = image[20 * WIDE + 31] = NAN;
	image[21 * WIDE + 30] = image[21 * WIDE + 31] = NAN;
	assert_int_equal(cut(&c, &o, 0.4, &window, here), 0);
	assert_true(c.note[2] == 0 && c.note[0] > 0.9F && c.note[0] < 1 && c.pixels[40] == 0);
	o.sky = true;
	window.rows = 5;
	assert_int_equal(cut(&c, &o, 0.4, &window, here), 0);
	assert_true(isnan(c.note[1]) && c.note[0] == 0 && c.note[2] == 0);
	for (int i = 0; i < 81; i++)
		assert_true(c.pixels[i] == 0);
	/* beyond the frame there is no sky either */
	o.sky = false;
	assert_int_equal(cut(&c, &o, 0.4, &window, (const double[]){ 190, -20 }), 0);
	assert_true(c.note[0] == 0 && c.note[1] == 0 && c.note[2] == 0);
	end();
}

/* Pixels of the frame that are brightnesses: what a stamp's pixel sees of the sky counts. */
static void brightnesses(void **state)
{
	struct pz_cutout_options o = { .size = 9, .kernel = PZ_BILINEAR };
	const struct window window = { .pixels = image,
				       .width = WIDE,
				       .height = HIGH,
				       .rows = HIGH,
				       .scale = 3,
				       .per_area = true };
	struct cut c;

	(void)state;
	begin(FRAME);
	assert_int_equal(cut(&c, &o, 0.8, &window, here), 0);
	for (int i = 0; i < 81; i++) {
		double x = 30 + 2 * (i % 9 - 4), y = 20 + 2 * (i / 9 - 4);

		near((double)c.pixels[i] / (0.64 * ARCSEC * ARCSEC), 3 * (x + 0.25 * y), 1e-3);
	}
	end();
}

/* PSFs are widened: of a plane nothing changes, a point becomes a Gaussian with all of its light,
 * and holes count nothing. */
static void wider_psfs(void **state)
{
	enum { SIZE = 21, MIDDLE = SIZE / 2 };
	struct pz_cutout_options o = { .size = 9, .kernel = PZ_LANCZOS3, .match_psf = 2 };
	struct window window = {
		.pixels = image, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 3
	};
	static float point[SIZE * SIZE];
	double sum = 0, x2 = 0, y2 = 0, variance = (4 - 1) / (FWHM * FWHM * 0.16);
	struct cut c;

	(void)state;
	begin(FRAME);
	field.frame[0].psf = 1;
	for (int n = 1; n <= 2; n++) {
		assert_int_equal(cut(&c, &o, 0.4 * n, &window, here), 0);
		assert_true(c.note[0] == 1 && c.note[1] == 0 && c.note[2] == 1);
		for (int i = 0; i < 81; i++) {
			double x = 30 + n * (i % 9 - 4), y = 20 + n * (i / 9 - 4);

			near((double)c.pixels[i], 3 * n * n * (x + 0.25 * y), 0.02 * n * n);
		}
	}
	for (int i = 0; i < WIDE * HIGH; i++)
		image[i] = 7;
	image[20 * WIDE + 30] = NAN;
	assert_int_equal(cut(&c, &o, 0.4, &window, here), 0);
	assert_true(c.note[0] > 0.9F && c.note[0] < 1 && c.note[2] == 0);
	for (int i = 0; i < 81; i++)
		near((double)c.pixels[i], i == 40 ? 0 : 21, 1e-4);
	for (int i = 0; i < WIDE * HIGH; i++)
		image[i] = 0;
	image[20 * WIDE + 30] = 1000;
	o.size = SIZE;
	{
		struct stamp_grid g;
		struct stamp_map m;
		const struct piece p = { &field, 0, &g, &m, &window, 0.4 };

		pz_stamp_make_grid(&g, &o, here, 0.4, field.frame[0].wcs);
		pz_frame_maps(&field.frame[0], &field.frame[0], SIZE, 1, &g, &m);
		assert_int_equal(pz_stamp_cut_piece(&r, &o, &p, point, c.note), 0);
	}
	for (int i = 0; i < SIZE * SIZE; i++) {
		double v = (double)point[i];

		sum += v;
		x2 += v * pow(i % SIZE - MIDDLE, 2);
		y2 += v * pow(i / SIZE - MIDDLE, 2);
	}
	near(sum, 3000, 0.01);
	near(x2 / sum, variance, 1e-3);
	near(y2 / sum, variance, 1e-3);
	near((double)point[MIDDLE * SIZE + MIDDLE] / sum, 1 / (2 * M_PI * variance), 1e-3);
	end();
}

static void stamps_that_cannot_be_cut(void **state)
{
	struct pz_cutout_options o = { .size = 9, .kernel = PZ_LANCZOS3, .match_psf = 700 };
	struct window window = {
		.pixels = image, .width = WIDE, .height = HIGH, .rows = HIGH, .scale = 1
	};
	struct cut c;

	(void)state;
	begin(FRAME);
	/* a Gaussian of 743 pixels: said in the notes, with pixels of 0 */
	field.frame[0].psf = 1;
	for (int i = 0; i < 81; i++)
		c.pixels[i] = 5;
	assert_int_equal(cut(&c, &o, 0.4, &window, here), 0);
	near((double)c.note[1], sqrt(700.0 * 700 - 1) / FWHM / 0.4, 1e-3);
	assert_true(c.note[0] == 0 && c.note[2] == STAMP_BLURRED);
	for (int i = 0; i < 81; i++)
		assert_true(c.pixels[i] == 0);
	/* a ring of too many pixels */
	o = (struct pz_cutout_options){ .size = 9, .sky = true, .sky_outer = 35000 };
	assert_int_equal(cut(&c, &o, 0.4, &window, here), 0);
	assert_true(c.note[2] == STAMP_RING);
	/* what no float holds is an error of the frame */
	o = (struct pz_cutout_options){ .size = 9, .kernel = PZ_NEAREST };
	window.scale = 1e38;
	assert_int_equal(cut(&c, &o, 0.4, &window, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "f.fits: pixels times 1e+38 do not fit a float; is the "
			    "zero point, or the unit, right?");
	end();
}

static int release(void **state)
{
	(void)state;
	pz_resampler_release(&r);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_stamps),
		cmocka_unit_test(grids_with_margins),
		cmocka_unit_test(gaussians_of_stamps),
		cmocka_unit_test(skies_and_notes),
		cmocka_unit_test(wider_psfs),
		cmocka_unit_test(brightnesses),
		cmocka_unit_test(stamps_that_cannot_be_cut),
	};

	return cmocka_run_group_tests_name("stamps", tests, NULL, release);
}
