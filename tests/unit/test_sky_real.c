/* test_sky_real.c -- one SDSS field: every galaxy in the middle of its stamps, with
 * the flux that it has on the frames
 *
 * The bands' frames lie up to 8 pixels apart, so that a mistake shows. Skipped where
 * the shared data are not there.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
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
#include <pz/wcs.h>

#define BANDS    5
#define GALAXIES 140
#define SIZE     64
#define SCALE    0.396
#define RADIUS   7.5 /* of the aperture, pixels */

static const char *const bands[BANDS] = { "u", "g", "r", "i", "z" };
static const double noise[BANDS] = { .044, .024, .032, .057, .213 }; /* nanomaggies per pixel */
static char dir[] = "/tmp/pz-test-real-XXXXXX";                      /* unpacked frames       */

static struct field {
	double radec[GALAXIES][2], mag[GALAXIES];
	struct pz_wcs *wcs[BANDS];
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

/* Stamp pixel of a place on the sky; north up. */
static void on_stamp(const double galaxy[2], const double place[2], double at[2])
{
	double cosine = cos(galaxy[1] * M_PI / 180);

	at[0] = (SIZE - 1) / 2.0 - (place[0] - galaxy[0]) * cosine * 3600 / SCALE;
	at[1] = (SIZE - 1) / 2.0 + (place[1] - galaxy[1]) * 3600 / SCALE;
}

/* Compares a band of a stamp with its frame; the flux, or NaN where it is not deep
 * inside. */
static double compare(const struct pz_stamp *s, int b, double tolerance, double *offset)
{
	const double *radec = field.radec[s->galaxy];
	struct view stamp = {
		s->pixels + b * SIZE * SIZE, SIZE, SIZE, { (SIZE - 1) / 2.0, (SIZE - 1) / 2.0 }
	};
	struct view frame = { field.frame[b], field.width, field.height, { 0 } };
	double flux, at[2], sky[2], want[2], found[2];

	*offset = NAN;
	pz_wcs_pixels(field.wcs[b], 1, radec, frame.at);
	if (!deep_inside(frame.at))
		return NAN;
	flux = aperture(&frame);
	/* The aperture's border meets other noise on another grid. */
	assert_true(fabs(aperture(&stamp) - flux) < tolerance * fabs(flux) + 4 * noise[b]);
	if (flux < 30 || field.mag[s->galaxy] > 18.5)
		return flux;
	centroid(&frame, at);
	pz_wcs_sky(field.wcs[b], 1, at, sky);
	on_stamp(radec, sky, want);
	centroid(&stamp, found);
	assert_true(hypot(found[0] - want[0], found[1] - want[1]) < 0.05);
	*offset = hypot(found[0] - stamp.at[0], found[1] - stamp.at[1]);
	return flux;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run(enum pz_kernel kernel, double tolerance)
{
	struct pz_cutout_options o = { .size = SIZE, .pixscale = SCALE, .kernel = kernel };
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp s;
	double offset[BANDS][GALAXIES];
	char pattern[64];
	int n = 0, bright[BANDS] = { 0 };

	if (!field.frame[0])
		skip(); /* no shared data */
	snprintf(pattern, sizeof pattern, "%s/%%b.fits", dir);
	assert_int_equal(pz_frames_find(&frames, pattern, bands, BANDS), 0);
	assert_int_equal(pz_cutout_open(&c, frames, &o, GALAXIES, field.radec[0]), 0);
	for (; pz_cutout_next(c, &s) == 1; n++)
		for (int b = 0; b < BANDS; b++) {
			double d;

			compare(&s, b, tolerance, &d);
			if (isfinite(d))
				offset[b][bright[b]++] = d;
		}
	assert_int_equal(n, GALAXIES);
	/* The catalogue's positions are of r; between bands SDSS's astrometry differs by
	 * some 0.05", the frames' bands by up to 8 pixels. */
	for (int b = 1; b < BANDS; b++) {
		assert_true(bright[b] >= 5);
		qsort(offset[b], (size_t)bright[b], sizeof **offset, ascending);
		assert_true(offset[b][bright[b] / 2] < (b == 2 ? 0.12 : 0.25));
	}
	pz_cutout_close(c);
	pz_frames_free(frames);
}

static void lanczos3_keeps_place_and_flux(void **state)
{
	(void)state;
	run(PZ_LANCZOS3, 0.005);
}

static void bilinear_keeps_place_and_flux(void **state)
{
	(void)state;
	run(PZ_BILINEAR, 0.005);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanczos3_keeps_place_and_flux),
		cmocka_unit_test(bilinear_keeps_place_and_flux),
	};

	return cmocka_run_group_tests(tests, read_field, release_field);
}
