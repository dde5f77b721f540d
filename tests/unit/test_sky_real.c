/* test_sky_real.c -- one SDSS field: every galaxy in the middle of its stamps, with
 * the flux that it has on the frames
 *
 * The bands' frames lie up to 8 pixels apart, so that a mistake shows. Where a galaxy is
 * in a band the frame's header tells but to 0.1 pixels: a drift scan sees the bands
 * minutes apart, and refraction wanders by some 40 mas meanwhile (Pier et al. 2003). By
 * how much it did in this field the stars say, which are no part of the catalogue. Skipped
 * where the shared data are not there.
 */
#include <math.h>
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

#include <pz/catalogue.h>
#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "../../lib/wcs/transform.h"
#include "descriptors.h"

#define BANDS    5
#define GALAXIES 140
#define SIZE     64
#define SCALE    0.396
#define RADIUS   7.5   /* of the aperture, pixels                 */
#define COLOUR   0.005 /* magnitudes that a colour may be off     */

enum { U, G, R }; /* of the bands that are meant by name */

static const char *const bands[BANDS] = { "u", "g", "r", "i", "z" };
static const double noise[BANDS] = { .044, .024, .032, .057, .213 }; /* nanomaggies per pixel */
static char dir[] = "/tmp/pz-test-real-XXXXXX";                      /* unpacked frames       */

static struct field {
	double radec[GALAXIES][2], mag[GALAXIES];
	struct pz_wcs *wcs[BANDS];
	double off[BANDS][2]; /* of the stars from where r has them, pixels       */
	float *frame[BANDS];
	long width, height;
} field;

static const char *shared(const char *name)
{
	static char path[600];
	const char *root = getenv("PZ_SHARED");

	snprintf(path, sizeof path, "%s/data/sdss-94-1-12/%s", root ? root : "../shared", name);
	return path;
}

static void read_frame(int b)
{
	char name[64], command[800], *header;
	struct pz_fits *f;
	int cards;

	snprintf(name, sizeof name, "frame-%s-000094-1-0012.fits.bz2", bands[b]);
	snprintf(command, sizeof command, "bzip2 -dc '%s' >'%s/%s.fits'", shared(name), dir,
		 bands[b]);
	assert_int_equal(system(command), 0);
	snprintf(name, sizeof name, "%s/%s.fits", dir, bands[b]);
	assert_int_equal(pz_fits_open_image(&f, name, NULL), 0);
	assert_int_equal(pz_fits_header(f, &header, &cards), 0);
	assert_int_equal(pz_wcs_parse(&field.wcs[b], header, cards, name), 0);
	field.width = (long)pz_fits_width(f);
	field.height = (long)pz_fits_height(f);
	field.frame[b] = malloc((size_t)(field.width * field.height) * sizeof(float));
	assert_non_null(field.frame[b]);
	assert_int_equal(pz_fits_read_rows(f, 0, (size_t)field.height, field.frame[b]), 0);
	free(header);
	pz_fits_close(f);
}

static void find_offsets(void);

static int read_field(void **state)
{
	struct pz_catalogue_options o = { 0 };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	int n = 0;

	(void)state;
	if (access(shared("galaxies.csv"), R_OK) != 0)
		return 0;
	if (pz_catalogue_open(&c, shared("galaxies.csv"), &o) != 0)
		return -1;
	for (; n < GALAXIES && pz_catalogue_next(c, &row) == 1; n++) {
		field.radec[n][0] = row.ra;
		field.radec[n][1] = row.dec;
		field.mag[n] = row.mag;
	}
	pz_catalogue_close(c);
	if (!mkdtemp(dir))
		return -1;
	for (int b = 0; b < BANDS; b++)
		read_frame(b);
	find_offsets();
	return n == GALAXIES ? 0 : -1;
}

static int release_field(void **state)
{
	(void)state;
	for (int b = 0; b < BANDS; b++) {
		pz_wcs_free(field.wcs[b]);
		if (field.frame[b]) {
			char name[64];

			snprintf(name, sizeof name, "%s/%s.fits", dir, bands[b]);
			unlink(name);
		}
		free(field.frame[b]);
	}
	rmdir(dir);
	return 0;
}

/* An image and where to look in it. */
struct view {
	const float *pixels;
	long width, height;
	double at[2];
};

/* Sum over the pixels within RADIUS, those on the border by the part inside. */
static double aperture(const struct view *v)
{
	double total = 0;

	for (long y = (long)v->at[1] - 9; y <= (long)v->at[1] + 10; y++)
		for (long x = (long)v->at[0] - 9; x <= (long)v->at[0] + 10; x++) {
			int in = 0;

			for (int k = 0; k < 100; k++) {
				double dx = (double)x + (k % 10 - 4.5) / 10 - v->at[0];
				double dy = (double)y + (k / 10 - 4.5) / 10 - v->at[1];

				in += dx * dx + dy * dy < RADIUS * RADIUS;
			}
			total += in * (double)v->pixels[y * v->width + x] / 100;
		}
	return total;
}

/* Centre of light under a round window that moves along with it. */
static void centroid(const struct view *v, double at[2])
{
	memcpy(at, v->at, 2 * sizeof *at);
	for (int round = 0; round < 20; round++) {
		double sum = 0, shift[2] = { 0 };

		for (long y = (long)v->at[1] - 9; y <= (long)v->at[1] + 10; y++)
			for (long x = (long)v->at[0] - 9; x <= (long)v->at[0] + 10; x++) {
				double dx = (double)x - at[0], dy = (double)y - at[1];
				double w = exp(-(dx * dx + dy * dy) / 8) *
					   v->pixels[y * v->width + x];

				sum += w;
				shift[0] += w * dx;
				shift[1] += w * dy;
			}
		at[0] += 2 * shift[0] / sum;
		at[1] += 2 * shift[1] / sum;
	}
}

static bool deep_inside(const double xy[2])
{
	return xy[0] > 12 && xy[1] > 12 && xy[0] < (double)field.width - 12 &&
	       xy[1] < (double)field.height - 12;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, int n)
{
	qsort(x, (size_t)n, sizeof *x, ascending);
	return x[n / 2];
}

/* Whether pixel (x, y) of r is the highest around, and neither faint nor saturated. */
static bool is_peak(long x, long y)
{
	const float *p = field.frame[R] + y * field.width + x;

	if (*p < 2 || *p > 100)
		return false;
	for (int k = 0; k < 15 * 15; k++)
		if (p[(k / 15 - 7) * field.width + k % 15 - 7] > *p)
			return false;
	return true;
}

/* The sources of r that are bright and have a point for a middle, nearly all of them stars:
 * the medians of where the other bands have them. */
static void find_offsets(void)
{
	enum { MOST = 400 };
	static double offset[BANDS][2][MOST];
	int n[BANDS] = { 0 };

	for (long k = 0; k < field.width * field.height; k++) {
		struct view v = { field.frame[R], field.width, field.height, { 0 } };
		double at[2], radec[2];

		v.at[0] = (double)(k % field.width);
		v.at[1] = (double)(k / field.width);
		if (!deep_inside(v.at) || !is_peak(k % field.width, k / field.width))
			continue;
		centroid(&v, at);
		pz_wcs_sky(field.wcs[R], 1, at, radec);
		for (int b = 0; b < BANDS; b++) {
			v.pixels = field.frame[b];
			pz_wcs_pixels(field.wcs[b], 1, radec, v.at);
			if (!deep_inside(v.at) || n[b] == MOST)
				continue;
			centroid(&v, at);
			if (hypot(at[0] - v.at[0], at[1] - v.at[1]) > 1)
				continue;
			for (int i = 0; i < 2; i++)
				offset[b][i][n[b]] = at[i] - v.at[i];
			n[b]++;
		}
	}
	for (int b = 0; b < BANDS; b++) {
		assert_true(n[b] > 50);
		for (int i = 0; i < 2; i++)
			field.off[b][i] = median(offset[b][i], n[b]);
	}
}

/* Stamp pixel of a place on the sky; north up. */
static void on_stamp(const double galaxy[2], const double place[2], double at[2])
{
	double cosine = cos(galaxy[1] * M_PI / 180);

	at[0] = (SIZE - 1) / 2.0 - (place[0] - galaxy[0]) * cosine * 3600 / SCALE;
	at[1] = (SIZE - 1) / 2.0 + (place[1] - galaxy[1]) * 3600 / SCALE;
}

static double distance(const double a[2], const double b[2])
{
	return hypot(a[0] - b[0], a[1] - b[1]);
}

/* What is found of a galaxy in a band: NaN where it is not deep inside, or too faint. */
struct found {
	double flux;     /* of the stamp, by RADIUS                             */
	double on_frame; /* the same on the frame                               */
	double offset;   /* of its centroid, from where the band's stars have it */
};

/* Compares a band of a stamp with its frame; of stamps that are north up also places. */
static struct found compare(const struct pz_stamp *s, int b, bool north)
{
	const double *radec = field.radec[s->galaxy];
	struct view stamp = {
		s->pixels + b * SIZE * SIZE, SIZE, SIZE, { (SIZE - 1) / 2.0, (SIZE - 1) / 2.0 }
	};
	struct view frame = { field.frame[b], field.width, field.height, { 0 } };
	struct found found = { NAN, NAN, NAN };
	double flux, at[2], sky[2], want[2], centre[2];

	pz_wcs_pixels(field.wcs[b], 1, radec, frame.at);
	if (!deep_inside(frame.at))
		return found;
	flux = aperture(&frame);
	found.flux = aperture(&stamp);
	found.on_frame = flux;
	/* The aperture's border meets other noise on another grid. */
	assert_true(fabs(found.flux - flux) < 0.005 * fabs(flux) + 4 * noise[b]);
	if (flux < 30 || field.mag[s->galaxy] > 18.5)
		found.flux = NAN;
	if (!north || isnan(found.flux))
		return found;
	centroid(&frame, at);
	pz_wcs_sky(field.wcs[b], 1, at, sky);
	on_stamp(radec, sky, want);
	centroid(&stamp, centre);
	assert_true(distance(centre, want) < 0.05);
	for (int i = 0; i < 2; i++)
		at[i] = frame.at[i] + field.off[b][i];
	pz_wcs_sky(field.wcs[b], 1, at, sky);
	on_stamp(radec, sky, want);
	found.offset = distance(centre, want);
	return found;
}

static void begin(struct pz_frames **frames, struct pz_cutout **c, const char *const *band,
		  int count, const struct pz_cutout_options *o)
{
	char pattern[64];

	snprintf(pattern, sizeof pattern, "%s/%%b.fits", dir);
	assert_int_equal(pz_frames_find(frames, pattern, band, count), 0);
	assert_int_equal(pz_cutout_open(c, *frames, o, GALAXIES, field.radec[0]), 0);
}

static void cut(const struct pz_cutout_options *o, struct found found[GALAXIES][BANDS])
{
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp s;
	int n = 0;

	begin(&frames, &c, bands, BANDS, o);
	for (; pz_cutout_next(c, &s) == 1; n++)
		for (int b = 0; b < BANDS; b++)
			found[s.galaxy][b] = compare(&s, b, !o->native);
	assert_int_equal(n, GALAXIES);
	pz_cutout_close(c);
	pz_frames_free(frames);
}

/* What noise does to one sum it does not to all of them. (Bilinear interpolation blurs: some
 * light leaves the aperture.) */
static void check_fluxes(struct found found[GALAXIES][BANDS], enum pz_kernel kernel)
{
	for (int b = G; b < BANDS; b++) {
		double flux = 0, on_frame = 0;

		for (int i = 0; i < GALAXIES; i++)
			if (isfinite(found[i][b].flux)) {
				flux += found[i][b].flux;
				on_frame += found[i][b].on_frame;
			}
		assert_true(fabs(flux / on_frame - 1) < (kernel == PZ_LANCZOS3 ? 0.001 : 0.005));
	}
}

/* Galaxies are no points: one may be an arm or a knot off; most are not. */
static void check_places(struct found found[GALAXIES][BANDS])
{
	for (int b = G; b < BANDS; b++) {
		double offset[GALAXIES];
		int n = 0;

		for (int i = 0; i < GALAXIES; i++)
			if (isfinite(found[i][b].offset))
				offset[n++] = found[i][b].offset;
		assert_true(n >= 5);
		assert_true(median(offset, n) < 0.15);
	}
}

/* Ratios of a galaxy's fluxes are the same on stamps turned by a right angle and some. */
static void check_colours(struct found a[GALAXIES][BANDS], struct found b[GALAXIES][BANDS])
{
	int n = 0;

	for (int i = 0; i < GALAXIES * BANDS; i++) {
		int g = i / BANDS, band = i % BANDS;
		double colour = 2.5 * log10(a[g][band].flux / a[g][R].flux);
		double again = 2.5 * log10(b[g][band].flux / b[g][R].flux);

		if (band == R || isnan(colour))
			continue;
		assert_true(fabs(colour - again) < COLOUR);
		n++;
	}
	assert_true(n > 30);
}

static void run(enum pz_kernel kernel)
{
	static struct found north[GALAXIES][BANDS], native[GALAXIES][BANDS];
	struct pz_cutout_options o = { .size = SIZE, .pixscale = SCALE, .kernel = kernel };

	if (!field.frame[0])
		skip(); /* no shared data */
	cut(&o, north);
	check_places(north);
	check_fluxes(north, kernel);
	o.native = true;
	cut(&o, native);
	check_fluxes(native, kernel);
	check_colours(north, native);
}

static void lanczos3_keeps_place_and_flux(void **state)
{
	(void)state;
	run(PZ_LANCZOS3);
}

static void bilinear_keeps_place_and_flux(void **state)
{
	(void)state;
	run(PZ_BILINEAR);
}

/* The bands' headers say where they are, to what refraction wanders. */
static void bands_fall_on_each_other(void **state)
{
	(void)state;
	if (!field.frame[0])
		skip();
	for (int b = 0; b < BANDS; b++)
		assert_true(hypot(field.off[b][0], field.off[b][1]) < 0.15);
}

/* Each band by itself: the frame's own pixels, and so its sums, to the bit. */
static void crops_are_exact(void **state)
{
	struct pz_cutout_options o = { .size = SIZE, .native = true, .kernel = PZ_NEAREST };

	(void)state;
	if (!field.frame[0])
		skip();
	for (int b = 0; b < BANDS; b++) {
		struct view frame = { field.frame[b], field.width, field.height, { 0 } };
		struct pz_frames *frames;
		struct pz_cutout *c;
		struct pz_stamp s;
		int whole = 0;

		begin(&frames, &c, &bands[b], 1, &o);
		while (pz_cutout_next(c, &s) == 1) {
			double middle = (SIZE - 1) / 2.0;
			struct view stamp = { s.pixels, SIZE, SIZE, { middle, middle } };
			long corner[2];

			if (s.cover[0] < 1)
				continue;
			pz_wcs_pixels(field.wcs[b], 1, field.radec[s.galaxy], frame.at);
			for (int i = 0; i < 2; i++) {
				corner[i] = (long)floor(frame.at[i] - middle + 0.5);
				frame.at[i] = (double)corner[i] + middle;
			}
			for (long y = 0; y < SIZE; y++)
				assert_memory_equal(s.pixels + y * SIZE,
						    field.frame[b] + (corner[1] + y) * field.width +
							    corner[0],
						    SIZE * sizeof *s.pixels);
			assert_true(aperture(&stamp) == aperture(&frame));
			whole++;
		}
		assert_true(whole > 100);
		pz_cutout_close(c);
		pz_frames_free(frames);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_fall_on_each_other),
		cmocka_unit_test(crops_are_exact),
		cmocka_unit_test(lanczos3_keeps_place_and_flux),
		cmocka_unit_test(bilinear_keeps_place_and_flux),
	};

	return cmocka_run_group_tests(tests, read_field, release_field);
}
