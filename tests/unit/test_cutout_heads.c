/* test_cutout_heads.c -- the header beside a frame: its WCS and its scale of fluxes; as many images
 * as a file may have
 */
#include "../../lib/cutout/beside.h"
#include "../../lib/cutout/images.h"
#include "../../lib/wcs/transform.h"
#include "sky_hdus.h"
#include "small_frames.h"

static void write_text(const char *name, const char *text)
{
	FILE *to = fopen(name, "w");

	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

#define WCS(ra)                                                                                    \
	"CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRVAL1  = " ra "\nCRVAL2  = 10\n"             \
	"CRPIX1  = 1\nCRPIX2  = 1\nCDELT1  = -0.001\nCDELT2  = 0.001\n"

/* What a frame with the header of that number gets: its RA, and the scale. */
static int read_beside(struct pz_fits *f, int number, bool scaled, double *ra, double *scale)
{
	const struct pz_frame frame = { .path = "a.fits", .head = "a.head", .head_number = number };
	double pixel[2] = { 0, 0 }, sky[2] = { NAN, NAN };
	struct pz_wcs *w;
	int rc = pz_beside_read_wcs(&w, f, &frame, scaled ? scale : NULL);

	assert_int_equal(w != NULL, rc == 0);
	if (w)
		pz_wcs_sky(w, 1, pixel, sky);
	pz_wcs_free(w);
	*ra = sky[0];
	return rc;
}

static void headers_have_a_scale(void **state)
{
	struct test_wcs own = north_up(40, 10, 0, 0);
	struct pz_wcs *w;
	struct pz_fits *f;
	double ra, scale;

	(void)state;
	write_bytes("a.fits", 6, 4, &own, NULL);
	write_text("a.head", WCS("41") "FLXSCALE= 2.5\nEND\n" WCS("42") "END\n" WCS(
				     "43") "FLXSCALE= 0\nEND\n" WCS("44") "FLXSCALE= x\nEND\n");
	assert_int_equal(pz_fits_open_image(&f, "a.fits", NULL), 0);
	assert_int_equal(read_beside(f, 0, true, &ra, &scale), 0);
	assert_true(fabs(ra - 41) < 1e-9 && scale == 2.5);
	assert_int_equal(read_beside(f, 1, true, &ra, &scale), 0);
	assert_true(fabs(ra - 42) < 1e-9 && scale == 1);
	assert_int_equal(read_beside(f, 2, true, &ra, &scale), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "a.head: header 3: FLXSCALE: expected a factor above 0, found 0");
	assert_int_equal(read_beside(f, 3, true, &ra, &scale), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "a.head: header 4: FLXSCALE: expected a number, found x");
	/* who asks for no scale hears nothing of it */
	assert_int_equal(read_beside(f, 2, false, &ra, &scale), 0);
	assert_true(fabs(ra - 43) < 1e-9);
	assert_int_equal(read_beside(f, 4, true, &ra, &scale), PZ_EDATA);
	assert_string_equal(pz_error_text(), "a.head: it changed while it was read");
	assert_int_equal(pz_beside_list(f, "a.head", 4, (char[80]){ 0 }, 80), PZ_EDATA);
	assert_string_equal(pz_error_text(), "a.head: it changed while it was read");
	/* a frame without one has its own */
	scale = 7;
	assert_int_equal(pz_beside_read_wcs(&w, f, &(struct pz_frame){ .path = "a.fits" }, &scale),
			 0);
	assert_true(scale == 1);
	pz_wcs_free(w);
	pz_fits_close(f);
}

/* Pixels of stamps are multiplied with the scale of the header beside. */
static void fluxes_are_scaled(void **state)
{
	const struct pz_frames_options heads = { .heads = true };
	const struct pz_cutout_options o = { .size = 1, .pixscale = 0.4, .kernel = PZ_NEAREST };
	const char *band[] = { "g" };
	const double here[2] = { 50, 20 };
	struct test_wcs own = north_up(40, 10, 30, 25);
	struct pz_frames_seen seen;
	struct pz_frames *frames;
	struct pz_cutout *c;
	struct pz_stamp s;

	(void)state;
	write_bytes("flux-g.fits", 60, 50, &own, NULL);
	write_text("flux-g.head",
		   "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRVAL1  = 50\nCRVAL2  = 20\n"
		   "CRPIX1  = 31\nCRPIX2  = 26\nCDELT1  = -1.111111111111111E-4\n"
		   "CDELT2  = 1.111111111111111E-4\nFLXSCALE= 2.5\nEND\n");
	assert_int_equal(pz_frames_search(&frames, "flux-%b.fits", band, 1, &heads), 0);
	assert_int_equal(pz_frames_look(frames, &heads, &seen), 0);
	assert_int_equal(pz_cutout_open(&c, frames, &o, 1, here), 0);
	assert_int_equal(pz_cutout_next(c, &s), 1);
	assert_true(fabsf(s.pixels[0] - 2.5F * (float)((25 * 60 + 30) % 250 + 1)) < 1e-2F);
	pz_cutout_close(c);
	pz_frames_free(frames);
}

/* Images at different places, one more than there may be, and as many. */
static void files_of_many_images(void **state)
{
	const struct image_search how = { .planes = NULL };
	struct images all;

	(void)state;
	for (int n = 1025; n >= 1024; n--) {
		FILE *to = fopen("many.fits", "wb");

		raw_primary(to);
		for (int i = 0; i < n; i++)
			add_hdu(to, &(struct sky_hdu){ .ra = 10 + 0.1 * i });
		fclose(to);
		if (n == 1025) {
			assert_int_equal(pz_images_find(&all, "many.fits", &how), PZ_EDATA);
			assert_string_equal(pz_error_text(), "many.fits: HDU 1025: more than 1024 "
							     "images that may be frames");
		} else {
			assert_int_equal(pz_images_find(&all, "many.fits", &how), 0);
			assert_int_equal(all.count, 1024);
			assert_string_equal(all.image[1023].name, "1024");
		}
		pz_images_release(&all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_have_a_scale),
		cmocka_unit_test(fluxes_are_scaled),
		cmocka_unit_test(files_of_many_images),
	};

	return cmocka_run_group_tests_name("headers beside frames", tests, enter_own_folder,
					   leave_own_folder);
}
