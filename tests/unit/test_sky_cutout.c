/* test_sky_cutout.c -- stamps from frames made here, whose every pixel is known */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/threads.h>

#include "descriptors.h"
#include "sky_header.h"

#define SIDE 120 /* of most frames */

static char dir[] = "/tmp/pz-test-cutout-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", dir);
	return system(command);
}

static const char *in_dir(const char *name)
{
	static char path[4][256];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
	return path[turn];
}

static void write_frame(const char *name, const float *image, size_t side, const struct test_wcs *w,
			const char *unit)
{
	struct pz_fits_card cards[CARDS_OF_WCS + 1];
	int n = w ? test_wcs_cards(w, cards) : 0;

	if (unit)
		cards[n++] = (struct pz_fits_card){ "BUNIT", .text = unit };
	if (pz_fits_write_image(in_dir(name), image, side, side, cards, n) != 0)
		fail_msg("%s", pz_error_text());
}

/* A frame of 0.4" pixels, north up, its middle at (ra, dec). */
static struct test_wcs plain_wcs(double ra, double dec, double side)
{
	double scale = 0.4 / 3600;

	return (struct test_wcs){ .crval = { ra, dec },
				  .crpix = { (side + 1) / 2, (side + 1) / 2 },
				  .cd = { { -scale, 0 }, { 0, scale } } };
}

static void add_star(float *image, int side, const double xy[2], double sigma, double flux)
{
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			double r2 = (x - xy[0]) * (x - xy[0]) + (y - xy[1]) * (y - xy[1]);

			image[y * side + x] += (float)(flux / (2 * M_PI * sigma * sigma) *
						       exp(-r2 / (2 * sigma * sigma)));
		}
}

/* Opened frames and the cutout of them. */
struct run {
	struct pz_frames *frames;
	struct pz_cutout *c;
};

static int try_begin(struct run *r, const char *pattern, const char *const *band, int bands,
		     const struct pz_cutout_options *o, size_t n, const double *radec)
{
	int rc = pz_frames_find(&r->frames, in_dir(pattern), band, bands);

	r->c = NULL;
	return rc < 0 ? rc : pz_cutout_open(&r->c, r->frames, o, n, radec);
}

static void begin(struct run *r, const char *pattern, const char *const *band, int bands,
		  const struct pz_cutout_options *o, size_t n, const double *radec)
{
	if (try_begin(r, pattern, band, bands, o, n, radec) != 0)
		fail_msg("%s", pz_error_text());
}

static struct pz_stamp next(struct run *r)
{
	struct pz_stamp s;

	if (pz_cutout_next(r->c, &s) != 1)
		fail_msg("no stamp: %s", pz_error_text());
	return s;
}

static void end(struct run *r)
{
	struct pz_stamp s;

	assert_int_equal(pz_cutout_next(r->c, &s), 0);
	pz_cutout_close(r->c);
	pz_frames_free(r->frames);
}

static void centroid(const float *p, int size, double at[2], double *total)
{
	at[0] = at[1] = *total = 0;
	for (int j = 0; j < size; j++)
		for (int i = 0; i < size; i++) {
			*total += p[j * size + i];
			at[0] += (double)i * p[j * size + i];
			at[1] += (double)j * p[j * size + i];
		}
	at[0] /= *total;
	at[1] /= *total;
}

static const char *const one_band[] = { "r" };

/* Where on a stamp, north up, a place on the sky is. */
static void expected_pixel(const double galaxy[2], const double star[2], double pixscale, int size,
			   double at[2])
{
	double rad = M_PI / 180, d0 = galaxy[1] * rad, d = star[1] * rad;
	double a = (star[0] - galaxy[0]) * rad;
	double below = sin(d0) * sin(d) + cos(d0) * cos(d) * cos(a);
	double xi = cos(d) * sin(a) / below;
	double eta = (cos(d0) * sin(d) - sin(d0) * cos(d) * cos(a)) / below;

	at[0] = (size - 1) / 2.0 - xi / rad * 3600 / pixscale;
	at[1] = (size - 1) / 2.0 + eta / rad * 3600 / pixscale;
}

/* Cuts a stamp of a frame with this star on it: the star is in its place, all of it. */
static void check_star(const struct test_wcs *w, const double galaxy[2], const double star[2],
		       const struct pz_cutout_options *o)
{
	double radec[2], sky[2], want[2], at[2], total;
	bool sharp = o->kernel == PZ_LANCZOS3;
	struct run run;

	test_wcs_sky(w, galaxy, radec);
	test_wcs_sky(w, star, sky);
	begin(&run, "star-%b.fits", one_band, 1, o, 1, radec);
	centroid(next(&run).pixels, o->size, at, &total);
	end(&run);
	expected_pixel(radec, sky, o->pixscale, o->size, want);
	/* Bilinear interpolation lets frequencies pass that the stamp's grid cannot hold: up
	 * to a per cent of the flux of such a star. */
	assert_true(hypot(at[0] - want[0], at[1] - want[1]) < (sharp ? 2.5e-3 : 0.03));
	assert_true(fabs(total - 1000) < (sharp ? 1 : 20));
}

static void stars_land_where_they_should(void **state)
{
	static float image[SIDE * SIDE];
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 5, 0);
	for (int i = 0; i < 200; i++) {
		struct pz_cutout_options o = { .size = 40 + i % 2 };
		double star[2], galaxy[2];
		struct test_wcs w;

		random_wcs(&w, &r, i, SIDE);
		for (int k = 0; k < 2; k++) {
			star[k] = SIDE / 2 + 4 * pz_random_uniform(&r);
			galaxy[k] = star[k] + 6 * pz_random_uniform(&r) - 3;
		}
		memset(image, 0, sizeof image);
		add_star(image, SIDE, star, 2, 1000);
		write_frame("star-r.fits", image, SIDE, &w, NULL);
		o.pixscale = 3600 * hypot(w.cd[0][0], w.cd[1][0]) *
			     (0.85 + 0.3 * pz_random_uniform(&r));
		o.kernel = PZ_LANCZOS3;
		check_star(&w, galaxy, star, &o);
		o.kernel = PZ_BILINEAR;
		check_star(&w, galaxy, star, &o);
	}
}

/* Coarse stamps average frame pixels, fine ones spread them: flux stays. */
static void flux_is_conserved_at_any_scale(void **state)
{
	static float image[SIDE * SIDE];
	const double factor[] = { 0.3, 0.7, 1.6, 2.3, 4 };
	struct test_wcs w = plain_wcs(150, 60, SIDE);
	double star[2] = { 59.3, 60.8 }, radec[2], at[2], total;

	(void)state;
	memset(image, 0, sizeof image);
	add_star(image, SIDE, star, 3, 1000);
	write_frame("scale-r.fits", image, SIDE, &w, NULL);
	test_wcs_sky(&w, star, radec);
	for (int i = 0; i < 5; i++) {
		struct pz_cutout_options o = { .size = (int)(40 / factor[i]),
					       .pixscale = 0.4 * factor[i],
					       .kernel = PZ_LANCZOS3 };
		struct run run;

		begin(&run, "scale-%b.fits", one_band, 1, &o, 1, radec);
		centroid(next(&run).pixels, o.size, at, &total);
		end(&run);
		assert_true(fabs(total - 1000) < 1);
		assert_true(fabs(at[0] - (o.size - 1) / 2.0) < 1e-3);
		assert_true(fabs(at[1] - (o.size - 1) / 2.0) < 1e-3);
	}
}

/* Far from its middle a large stamp on a distorted frame is no polynomial of low
 * degree any more: stars near its corners must still be in their places. */
static void large_stamps_follow_distortions(void **state)
{
	enum { BIG = 420, SIZE = 301 };
	const double corner[4][2] = { { 80, 80 }, { 340, 85 }, { 75, 335 }, { 345, 342 } };
	float *image = calloc(BIG * BIG, sizeof *image);
	struct pz_random r;

	(void)state;
	assert_non_null(image);
	pz_random_init(&r, 12, 0);
	for (int k = 0; k < 4; k++)
		add_star(image, BIG, corner[k], 2, 1000);
	for (int i = 0; i < 10; i++) {
		double middle[2] = { BIG / 2.0, BIG / 2.0 }, radec[2];
		struct test_wcs w;
		struct pz_stamp s;
		struct run run;

		random_wcs(&w, &r, 1, BIG);
		test_wcs_sky(&w, middle, radec);
		struct pz_cutout_options o = {
			.size = SIZE,
			.kernel = PZ_LANCZOS3,
			.pixscale = 3600 * 1.5 * hypot(w.cd[0][0], w.cd[1][0]),
		};
		write_frame("distorted-r.fits", image, BIG, &w, NULL);
		begin(&run, "distorted-%b.fits", one_band, 1, &o, 1, radec);
		s = next(&run);
		for (int k = 0; k < 4; k++) {
			double sky[2], want[2], at[2], total;
			float window[21 * 21];
			int x0, y0;

			test_wcs_sky(&w, corner[k], sky);
			expected_pixel(radec, sky, o.pixscale, SIZE, want);
			x0 = (int)lround(want[0]) - 10;
			y0 = (int)lround(want[1]) - 10;
			for (int p = 0; p < 21 * 21; p++)
				window[p] = s.pixels[(y0 + p / 21) * SIZE + x0 + p % 21];
			centroid(window, 21, at, &total);
			assert_true(fabs(total - 1000) < 0.5);
			assert_true(hypot(at[0] + x0 - want[0], at[1] + y0 - want[1]) < 1e-3);
		}
		end(&run);
	}
	free(image);
}

static void make_noise(float *image, int n, uint64_t stream)
{
	struct pz_random r;

	pz_random_init(&r, 9, stream);
	for (int i = 0; i < n; i++)
		image[i] = (float)pz_random_normal(&r);
}

static void native_crops_are_exact(void **state)
{
	static float image[SIDE * SIDE];
	const char *band[] = { "g", "r" };
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 6, 0);
	make_noise(image, SIDE * SIDE, 0);
	for (int i = 0; i < 20; i++) {
		double pixel[2] = { 40 + 30 * pz_random_uniform(&r),
				    40 + 30 * pz_random_uniform(&r) };
		struct pz_cutout_options o = { .size = 16 + i % 2, .native = true };
		int x0, y0, whole = i >= 10;
		struct test_wcs w;
		struct pz_stamp s;
		double radec[2];
		struct run run;

		random_wcs(&w, &r, i, SIDE);
		if (whole) { /* a shift by whole pixels: every kernel is a crop */
			o.kernel = i % 3 ? PZ_LANCZOS3 : PZ_BILINEAR;
			pixel[0] = floor(pixel[0]) + (o.size % 2 ? 0 : 0.5);
			pixel[1] = floor(pixel[1]) + (o.size % 2 ? 0 : 0.5);
		}
		write_frame("crop-g.fits", image, SIDE, &w, NULL);
		write_frame("crop-r.fits", image, SIDE, &w, NULL);
		test_wcs_sky(&w, pixel, radec);
		begin(&run, "crop-%b.fits", band, 2, &o, 1, radec);
		s = next(&run);
		assert_true(s.cover[0] == 1 && s.cover[1] == 1);
		x0 = (int)floor(pixel[0] - (o.size - 1) / 2.0 + 0.5);
		y0 = (int)floor(pixel[1] - (o.size - 1) / 2.0 + 0.5);
		for (int k = 0; k < 2 * o.size * o.size; k++) {
			int x = k % o.size, y = k / o.size % o.size;

			assert_true(s.pixels[k] == image[(y0 + y) * SIDE + x0 + x]);
		}
		end(&run);
	}
}

/* A flat sky with a hole and an edge. */
static void holes_are_left_out(void **state)
{
	static float image[SIDE * SIDE];
	struct test_wcs w = plain_wcs(10, 0, SIDE);
	double pixel[2][2] = { { 60, 60 }, { 0.2, 60 } }, radec[2][2];
	struct pz_cutout_options o = { .size = 21, .pixscale = 0.4 };
	struct pz_stamp s;
	struct run run;

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = 2;
	for (int k = 0; k < 3; k++)
		image[60 * SIDE + 59 + k] = k == 1 ? INFINITY : NAN;
	write_frame("hole-r.fits", image, SIDE, &w, NULL);
	test_wcs_sky(&w, pixel[0], radec[0]);
	test_wcs_sky(&w, pixel[1], radec[1]);
	for (int kernel = PZ_NEAREST; kernel <= PZ_LANCZOS3; kernel++) {
		o.kernel = kernel;
		begin(&run, "hole-%b.fits", one_band, 1, &o, 2, radec[0]);
		s = next(&run);
		assert_true(s.cover[0] <= 438.0F / 441 && s.cover[0] >= 420.0F / 441);
		assert_true(s.pixels[10 * 21 + 10] == 0);
		for (int i = 0; i < 441; i++)
			assert_true(s.pixels[i] == 0 || fabsf(s.pixels[i] - 2) < 1e-4F);
		s = next(&run);
		assert_true(fabsf(s.cover[0] - 11.0F / 21) < 0.06F);
		for (int i = 0; i < 441; i++)
			assert_true(s.pixels[i] == 0 || fabsf(s.pixels[i] - 2) < 1e-4F);
		assert_true(s.pixels[10 * 21 + 20] > 0 && s.pixels[10 * 21] == 0);
		end(&run);
	}
	o.min_cover = 0.8;
	begin(&run, "hole-%b.fits", one_band, 1, &o, 2, radec[0]);
	assert_int_equal(next(&run).galaxy, 0);
	end(&run);
}

/* Two fields that overlap; the second lacks a band. The first galaxy lies deepest in the
 * second, but has all bands in the first; it comes last. */
static void galaxies_go_to_the_deepest_field(void **state)
{
	static float image[2][SIDE * SIDE];
	const char *band[] = { "g", "r" };
	struct test_wcs w = plain_wcs(10, 0, SIDE);
	double pixel[4][2] = { { 110, 60 }, { 50, 60 }, { 160, 60 }, { 70, 61 } }, radec[4][2];
	double off[2] = { 300, 60 }, nowhere[2];
	const size_t order[] = { 1, 3, 2, 0 };
	const bool lacks[] = { false, false, true, false };
	struct pz_cutout_options o = { .size = 9, .pixscale = 0.4 };
	struct pz_cutout_counts counts;
	struct pz_stamp s;
	struct run run;
	double all[5][2];

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++) {
		image[0][i] = 1;
		image[1][i] = 2;
	}
	for (int i = 0; i < 4; i++)
		test_wcs_sky(&w, pixel[i], radec[i]);
	test_wcs_sky(&w, off, nowhere);
	memcpy(all, radec, sizeof radec);
	memcpy(all[4], nowhere, sizeof nowhere);
	write_frame("field-g-1.fits", image[0], SIDE, &w, "nanomaggy");
	write_frame("field-r-1.fits", image[0], SIDE, &w, "nanomaggy");
	w.crpix[0] -= 80; /* 80 pixels on */
	write_frame("field-g-2.fits", image[1], SIDE, &w, "nmgy");
	begin(&run, "field-%b-*.fits", band, 2, &o, 5, all[0]);
	assert_string_equal(pz_cutout_unit(run.c), "nmgy");
	for (int i = 0; i < 4; i++) {
		s = next(&run);
		assert_int_equal(s.galaxy, order[i]);
		assert_true(fabsf(s.pixels[40] - (lacks[i] ? 2 : 1)) < 1e-4F);
		assert_true(s.cover[0] == 1 && s.cover[1] == (lacks[i] ? 0 : 1));
		assert_true(fabsf(s.pixels[81 + 40] - (lacks[i] ? 0 : 1)) < 1e-4F);
	}
	assert_int_equal(pz_cutout_next(run.c, &s), 0);
	assert_int_equal(pz_cutout_next(run.c, &s), 0);
	pz_cutout_count(run.c, &counts);
	assert_int_equal(counts.galaxies, 5);
	assert_int_equal(counts.outside, 1);
	assert_int_equal(counts.cut, 4);
	assert_int_equal(counts.missing_frames, 1);
	assert_non_null(strstr(counts.missing, "field-%b-2.fits in band r"));
	assert_int_equal(counts.missing_galaxy, 0);
	assert_int_equal(counts.lacking, 1);
	assert_int_equal(counts.moved, 1);
	assert_int_equal(counts.bare, 0);
	end(&run);
	o.shards = 2;
	for (o.shard = 1; o.shard <= 2; o.shard++) {
		begin(&run, "field-%b-*.fits", band, 2, &o, 5, all[0]);
		assert_int_equal(next(&run).galaxy, order[2 * o.shard - 2]);
		assert_int_equal(next(&run).galaxy, order[2 * o.shard - 1]);
		end(&run);
	}
}

/* Three frames, one over the other, in two bands: the first is NaN, the second has data in
 * one band, the third in both. */
static void galaxies_go_where_the_data_are(void **state)
{
	static float image[SIDE * SIDE];
	const char *band[] = { "g", "r" };
	struct test_wcs w = plain_wcs(10, 0, SIDE);
	/* Pixels of the first. Deepest in the second, with data in the third; deepest in the
	 * second, with data there alone; without data on any; on the first alone. */
	double pixel[4][2] = { { 100, 60 }, { 90, 60 }, { 80, 60 }, { 20, 60 } }, radec[4][2];
	const int expected[4] = { 3, 2, 0, 0 };
	struct pz_cutout_options o = { .size = 8, .pixscale = 0.4 };
	struct pz_cutout_counts counts;
	struct pz_stamp s;
	struct run run;
	int seen = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		test_wcs_sky(&w, pixel[i], radec[i]);
	for (int field = 1; field <= 3; field++) {
		char name[20];

		for (int b = 0; b < 2; b++) {
			for (int i = 0; i < SIDE * SIDE; i++) {
				double x = i % SIDE + 40 * (field - 1);

				image[i] = NAN;
				if (field == 2 && b == 1 && x > 84)
					image[i] = 2;
				if (field == 3 && x > 94)
					image[i] = 3;
			}
			sprintf(name, "data-%s-%d.fits", band[b], field);
			write_frame(name, image, SIDE, &w, "nmgy");
		}
		w.crpix[0] -= 40;
	}
	for (int threads = 1; threads <= 3; threads += 2) {
		pz_threads_use(threads);
		begin(&run, "data-%b-*.fits", band, 2, &o, 4, radec[0]);
		for (seen = 0; pz_cutout_next(run.c, &s) > 0; seen++) {
			int want = expected[s.galaxy];

			assert_true(s.cover[0] == (want == 3) && s.cover[1] == (want > 0));
			for (int i = 0; i < 64; i++) {
				assert_true(fabsf(s.pixels[i] - (want == 3 ? 3 : 0)) < 1e-4F);
				assert_true(fabsf(s.pixels[64 + i] - (float)want) < 1e-4F);
			}
		}
		assert_int_equal(seen, 4);
		pz_cutout_count(run.c, &counts);
		assert_int_equal(counts.cut, 4);
		assert_int_equal(counts.bare, 3);
		assert_int_equal(counts.moved, 1);
		end(&run);
	}
	pz_threads_use(0);
}

/* A map of the whole sky, 1 degree a pixel, RA 180 in its middle: its columns, and ones. */
static void write_sky(const char *projection)
{
	enum { WIDTH = 360, HEIGHT = 180 };
	static float image[WIDTH * HEIGHT];
	char one[9], two[9];
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = one },     { "CTYPE2", .text = two },
		{ "CRVAL1", .number = 180 },   { "CRVAL2", .number = 0 },
		{ "CRPIX1", .number = 180.5 }, { "CRPIX2", .number = 90.5 },
		{ "CDELT1", .number = -1 },    { "CDELT2", .number = 1 },
	};

	sprintf(one, "RA---%.3s", projection);
	sprintf(two, "DEC--%.3s", projection);
	for (int b = 0; b < 2; b++) {
		for (int i = 0; i < WIDTH * HEIGHT; i++)
			image[i] = b ? 1 : (float)(i % WIDTH);
		assert_int_equal(pz_fits_write_image(in_dir(b ? "sky-o.fits" : "sky-x.fits"), image,
						     WIDTH, HEIGHT, cards, 8),
				 0);
	}
}

/* Columns from the middle of such a map, on the equator. */
static double column_of(const char *projection, double ra)
{
	double half = ra / 2 * (M_PI / 180);

	if (!strcmp(projection, "AIT"))
		return 2 * (180 / M_PI) * sqrt(2 / (1 + cos(half))) * sin(half);
	return strcmp(projection, "MOL") ? ra : 2 * sqrt(2.0) / M_PI * ra;
}

/* A galaxy at the seam has the data of its own side, and areas as anywhere. */
static void maps_of_the_sky_have_a_seam(void **state)
{
	static const char *const projection[] = { "CAR", "CEA", "AIT", "MOL", "SFL" };
	const char *band[] = { "x", "o" };
	const double radec[4][2] = { { 0.6, 0 }, { 359.2, 0 }, { 2.1, 1 }, { 90.3, 0 } };
	struct pz_cutout_options o = { .size = 5, .pixscale = 3600, .kernel = PZ_NEAREST };
	struct pz_stamp s;
	struct run run;

	(void)state;
	for (int p = 0; p < 5; p++) {
		double stretched = p == 2 || p == 3 ? 0.2 : 0.03; /* away from the middle */

		write_sky(projection[p]);
		for (int native = 0; native < 2; native++) {
			o.native = native;
			begin(&run, "sky-%b.fits", band, 2, &o, 4, radec[0]);
			for (int g = 0; g < 4; g++) {
				double column = 179.5 - column_of(projection[p], radec[g][0] - 180);
				int whole = 0;

				s = next(&run);
				for (int i = 0; i < 25; i++) {
					float x = s.pixels[i], one = s.pixels[25 + i];

					if (one == 0)
						continue;
					whole++;
					assert_true(fabs(x / one - column) < 5);
					assert_true(fabs(one - 1) < stretched);
				}
				assert_true(whole >= (g < 2 ? 10 : g == 2 ? 18 : 25));
				assert_true(g >= 2 || whole < 25);
				assert_true(s.pixels[25 + 12] > 0);
			}
			end(&run);
		}
	}
}

/* A distortion that ends beyond the frame's corners: f(r) = r - k r^3. */
static double undistorted(double f, double k)
{
	double low = 0, high = 1 / sqrt(3 * k);

	for (int i = 0; i < 60; i++) {
		double r = (low + high) / 2;

		if (r - k * r * r * r < f)
			low = r;
		else
			high = r;
	}
	return low;
}

/* A stamp loses the corner that has no pixel, and no more. */
static void stamps_lose_what_has_no_pixel(void **state)
{
	enum { SIZE = 31, WIDE = 200 };
	static float image[WIDE * WIDE];
	const double k = 7.5e-6, step = 1e-4, place[] = { 4, 12, 100 };
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---TAN-SIP" },
		{ "CTYPE2", .text = "DEC--TAN-SIP" },
		{ "CRVAL1", .number = 10 },
		{ "CRVAL2", .number = 0 },
		{ "CRPIX1", .number = 100.5 },
		{ "CRPIX2", .number = 100.5 },
		{ "CDELT1", .number = -step },
		{ "CDELT2", .number = step },
		{ "A_ORDER", .number = 3 },
		{ "B_ORDER", .number = 3 },
		{ "A_3_0", .number = -k },
		{ "A_1_2", .number = -k },
		{ "B_0_3", .number = -k },
		{ "B_2_1", .number = -k },
	};
	struct pz_cutout_options o = { .size = SIZE, .pixscale = 3600 * step };
	struct run run;

	(void)state;
	for (int i = 0; i < WIDE * WIDE; i++)
		image[i] = 1;
	assert_int_equal(pz_fits_write_image(in_dir("bent-x.fits"), image, WIDE, WIDE, cards, 14),
			 0);
	for (int g = 0; g < 3; g++) {
		struct test_wcs t = {
			{ 10, 0 }, { 100.5, 100.5 }, { { -step, 0 }, { 0, step } }, { { 0 } }
		};
		double u = place[g] - 99.5, f = u - k * 2 * u * u * u, radec[2];
		double expected = 0, covered = 0, flux = 0;
		struct pz_stamp s;

		test_wcs_sky(&t, (const double[]){ f + 99.5, f + 99.5 }, radec);
		begin(&run, "bent-x.fits", one_band, 1, &o, 1, radec);
		s = next(&run);
		for (int i = 0; i < SIZE * SIZE; i++) {
			double x = f + i % SIZE - SIZE / 2, y = f + i / SIZE - SIZE / 2,
			       focal = hypot(x, y);
			double r = undistorted(focal, k), ratio = focal > 0 ? r / focal : 1;
			double area = 1 / ((1 - k * r * r) * (1 - 3 * k * r * r));
			bool on = fabs(x * ratio) < 100 && fabs(y * ratio) < 100;

			covered += on;
			expected += on ? area : 0;
			flux += s.pixels[i];
			/* Between the frame's edge and the half of a kernel beyond it either is
			 * right. */
			if (on && s.pixels[i] > 0)
				assert_true(fabs(s.pixels[i] - area) < 0.01 * area);
		}
		assert_true(fabs(s.cover[0] - covered / (SIZE * SIZE)) < 0.02);
		assert_true(fabs(flux - expected) < 0.03 * expected);
		end(&run);
	}
}

/* Frames of more than a strip: pixels are a plane over the frame, so that every
 * stamp says where it came from. Also with one thread and with four. The bands lie alike, so
 * that no stamp has to wait in $TMPDIR. */
static void large_frames_come_in_strips(void **state)
{
	const int side = 3100, n = 200;
	const char *band[] = { "r", "g" };
	char *before = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
	float *image = malloc((size_t)side * (size_t)side * sizeof *image);
	struct test_wcs w = plain_wcs(200, -40, side);
	double *radec = malloc(2 * (size_t)n * sizeof *radec),
	       (*pixel)[2] = malloc((size_t)n * sizeof *pixel);
	struct pz_cutout_options o = { .size = 5, .native = true, .kernel = PZ_BILINEAR };
	float *centre = malloc((size_t)n * sizeof *centre);
	struct pz_random r;

	(void)state;
	assert_true(image && radec && pixel && centre);
	pz_random_init(&r, 8, 0);
	for (int i = 0; i < side * side; i++)
		image[i] = (float)(i % side) + 0.25F * (float)(i / side);
	write_frame("large-r.fits", image, (size_t)side, &w, NULL);
	assert_int_equal(symlink(in_dir("large-r.fits"), in_dir("large-g.fits")), 0);
	setenv("TMPDIR", "/no/such/folder", 1);
	for (int i = 0; i < n; i++) {
		pixel[i][0] = 10 + (side - 20) * pz_random_uniform(&r);
		pixel[i][1] = 10 + (side - 20) * pz_random_uniform(&r);
		test_wcs_sky(&w, pixel[i], radec + 2 * i);
	}
	for (int threads = 4; threads > 0; threads -= 3) {
		struct run run;
		int seen = 0;

		pz_threads_use(threads);
		begin(&run, "large-%b.fits", band, 2, &o, (size_t)n, radec);
		for (int i = 0; i < n; i++) {
			struct pz_stamp s = next(&run);
			double want = pixel[s.galaxy][0] + 0.25 * pixel[s.galaxy][1];

			assert_true(fabs(s.pixels[12] - want) < 2e-3);
			assert_true(s.pixels[25 + 12] == s.pixels[12]);
			if (threads == 4)
				centre[i] = s.pixels[12];
			assert_true(s.pixels[12] == centre[i]);
			seen++;
		}
		assert_int_equal(seen, n);
		end(&run);
	}
	pz_threads_use(0);
	unsetenv("TMPDIR");
	if (before)
		setenv("TMPDIR", before, 1);
	free(before);
	free(image);
	free(radec);
	free(pixel);
	free(centre);
}

/* Frames of the same sky, the second turned against the first: every strip of the first
 * crosses most rows of the second. */
static void large_frames_may_be_turned(void **state)
{
	enum { BIG = 3100, N = 60 };
	const double angle[] = { M_PI / 2, 0.65, -2 };
	const char *band[] = { "g", "r" };
	float *image = malloc((size_t)BIG * BIG * sizeof *image), first[N][2];
	struct test_wcs w[2] = { plain_wcs(200, -40, BIG), plain_wcs(200, -40, BIG) };
	double radec[N][2], pixel[N][2];
	struct pz_random r;

	(void)state;
	assert_non_null(image);
	pz_random_init(&r, 15, 0);
	for (int i = 0; i < BIG * BIG; i++)
		image[i] = (float)(i % BIG) + 0.25F * (float)(i / BIG);
	write_frame("turned-g.fits", image, BIG, &w[0], NULL);
	for (int a = 0; a < 3; a++) {
		double scale = w[0].cd[1][1];

		memcpy(w[1].cd,
		       (double[2][2]){ { -scale * cos(angle[a]), scale * sin(angle[a]) },
				       { scale * sin(angle[a]), scale * cos(angle[a]) } },
		       sizeof w[1].cd);
		write_frame("turned-r.fits", image, BIG, &w[1], NULL);
		for (int i = 0; i < N; i++) {
			for (int k = 0; k < 2; k++)
				pixel[i][k] = BIG / 2.0 + 1500 * (2 * pz_random_uniform(&r) - 1);
			test_wcs_sky(&w[1], pixel[i], radec[i]);
		}
		for (int threads = 4; threads > 0; threads -= 3) {
			struct pz_cutout_options o = { .size = 5,
						       .native = threads == 4,
						       .pixscale = 0.4,
						       .kernel = PZ_BILINEAR };
			struct pz_cutout_counts counts;
			struct pz_stamp s;
			struct run run;

			pz_threads_use(threads);
			begin(&run, "turned-%b.fits", band, 2, &o, N, radec[0]);
			while (pz_cutout_next(run.c, &s) == 1) {
				double want = pixel[s.galaxy][0] + 0.25 * pixel[s.galaxy][1];

				/* A tangent plane's pixels differ in area by 1e-5 here. */
				assert_true(fabs(s.pixels[25 + 12] - want) < 0.1);
				assert_true(s.cover[1] > 0.9F);
				if (threads == 4)
					memcpy(first[s.galaxy],
					       (float[2]){ s.pixels[12], s.pixels[37] },
					       sizeof first[0]);
				assert_true(fabsf(first[s.galaxy][0] - s.pixels[12]) < 0.1F);
			}
			pz_cutout_count(run.c, &counts);
			assert_true(counts.cut > N / 3 && counts.cut + counts.outside == N);
			end(&run);
		}
	}
	pz_threads_use(0);
	free(image);
}

static void expect_error(int code, const char *pattern, const char *const *band, int bands,
			 const double *radec, const char *words)
{
	struct pz_cutout_options o = { .size = 9 };
	struct pz_stamp s;
	struct run run;
	int rc = try_begin(&run, pattern, band, bands, &o, 1, radec);

	while (rc == 0 && (rc = pz_cutout_next(run.c, &s)) > 0)
		rc = 0;
	assert_int_equal(rc, code);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
	pz_cutout_close(run.c);
	pz_frames_free(run.frames);
}

static void errors_say_what_is_wrong(void **state)
{
	static float image[SIDE * SIDE];
	const char *band[] = { "g", "r" };
	double here[2] = { 10, 0 }, elsewhere[2] = { 100, 50 };
	struct test_wcs w = plain_wcs(10, 0, SIDE);

	(void)state;
	write_frame("bad-g.fits", image, SIDE, &w, "nmgy");
	expect_error(PZ_EDATA, "bad-%b.fits", band, 2, here, "no frame in band r: no file matches");
	expect_error(PZ_EUSAGE, "bad-g.fits", band, 2, here, "expected %b");
	expect_error(PZ_EDATA, "bad-%b.fits", band, 1, elsewhere,
		     "none of the catalogue's 1 galaxies lies on a frame");
	write_frame("bad-r.fits", image, SIDE, &w, "adu");
	expect_error(
		PZ_EDATA, "bad-%b.fits", band, 2, here,
		"bad-r.fits: HDU 0: BUNIT: expected 'nmgy' as in the first frame, found 'adu'");
	write_frame("bad-r.fits", image, SIDE, NULL, "nmgy");
	expect_error(PZ_EDATA, "bad-%b.fits", band, 2, here,
		     "bad-r.fits: HDU 0 has no WCS (CTYPE1 missing)");
	write_frame("bad-r.fits", image, SIDE, &w, "nmgy");
	assert_int_equal(truncate(in_dir("bad-r.fits"), 20000), 0);
	expect_error(PZ_ECORRUPT, "bad-%b.fits", band, 2, here, "bad-r.fits");
}

/* Brackets in a name that is there are letters. */
static void names_are_taken_literally(void **state)
{
	static float image[SIDE * SIDE];
	double here[2] = { 10, 0 };
	struct test_wcs w = plain_wcs(10, 0, SIDE);
	struct pz_cutout_options o = { .size = 3 };
	struct run run;

	(void)state;
	write_frame("odd[1](r).fits", image, SIDE, &w, NULL);
	begin(&run, "odd[1](%b).fits", one_band, 1, &o, 1, here);
	assert_int_equal(pz_frames_fields(run.frames), 1);
	assert_non_null(strstr(pz_frames_name(run.frames, 0), "odd[1](%b).fits"));
	assert_true(pz_cutout_pixscale(run.c) == 0.4);
	next(&run);
	end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stars_land_where_they_should),
		cmocka_unit_test(flux_is_conserved_at_any_scale),
		cmocka_unit_test(large_stamps_follow_distortions),
		cmocka_unit_test(native_crops_are_exact),
		cmocka_unit_test(holes_are_left_out),
		cmocka_unit_test(galaxies_go_to_the_deepest_field),
		cmocka_unit_test(galaxies_go_where_the_data_are),
		cmocka_unit_test(maps_of_the_sky_have_a_seam),
		cmocka_unit_test(stamps_lose_what_has_no_pixel),
		cmocka_unit_test(large_frames_come_in_strips),
		cmocka_unit_test(large_frames_may_be_turned),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(names_are_taken_literally),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
