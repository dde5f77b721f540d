/* test_cutout_counts.c -- what is said and counted of stamps: scale, unit, ring, poor ones, faulty
 * ones, PSFs, notes
 */
#include "cut_all.h"

/* A frame whose pixels are so far from the place (40, 10), which is its pixel (30, 25). */
static void write_distances(const char *name, double scale)
{
	static float image[61 * 51];
	struct test_wcs w = north_up(40, 10, 30, 25);
	struct pz_fits_card cards[CARDS_OF_WCS];

	w.cd[0][0] = -scale / 3600;
	w.cd[1][1] = scale / 3600;
	for (int i = 0; i < 61 * 51; i++)
		image[i] = (float)hypot(i % 61 - 30, i / 61 - 25);
	assert_int_equal(pz_fits_write_image(name, image, 61, 51, cards, test_wcs_cards(&w, cards)),
			 0);
}

static void scales_are_rounded(void **state)
{
	static const double scale[][2] = { { 0.3964, 0.396 },
					   { 0.3966, 0.397 },
					   { 0.0004, 0.001 } };
	const double here[2] = { 40, 10 };
	struct pz_cutout_options o = { .size = 3 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		write_distances("scale-g.fits", scale[i][0]);
		o.pixscale = 0;
		open_all("scale-%b.fits", 1, &o, 1, here);
		assert_true(fabs(pz_cutout_pixscale(cutout) - scale[i][1]) < 1e-12);
		close_all();
		o.pixscale = 0.25;
		open_all("scale-%b.fits", 1, &o, 1, here);
		assert_true(pz_cutout_pixscale(cutout) == 0.25);
		close_all();
	}
}

/* The frame's middle is behind the sky: of its pixels' size is known what the user says. */
static void a_scale_may_be_unknown(void **state)
{
	static const float image[500 * 4];
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = "RA---SIN" }, { "CTYPE2", .text = "DEC--SIN" },
		{ "CRVAL1", .number = 40 },       { "CRVAL2", .number = 10 },
		{ "CRPIX1", .number = 490 },      { "CRPIX2", .number = 2 },
		{ "CDELT1", .number = -1 },       { "CDELT2", .number = 1 }
	};
	const double here[2] = { 40, 10 };
	struct pz_cutout_options o = { .size = 3 };

	(void)state;
	assert_int_equal(pz_fits_write_image("hidden-g.fits", image, 500, 4, cards, 8), 0);
	assert_int_equal(opened("hidden-%b.fits", 1, &o, 1, here), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "the WCS of the first frame gives no pixel scale at its "
			    "centre; give one by --pixscale");
	close_all();
	o.pixscale = 3600;
	open_all("hidden-%b.fits", 1, &o, 1, here);
	assert_true(pz_cutout_pixscale(cutout) == 3600);
	assert_int_equal(cut_all(), 0);
	assert_int_equal(counts.cut, 1);
	close_all();
}

/* From half of the stamp's side, at least 5 arcsec, to one and a half times as far: the median is
 * at the root of the mean of both squares. */
static void rings_of_no_radii(void **state)
{
	static const struct {
		int size;
		double inner, outer;
	} ring[] = { { 20, 10, 15 }, { 12, 6, 9 }, { 9, 5, 7.5 }, { 3, 5, 7.5 } };
	const double here[2] = { 40, 10 };
	struct pz_stamp s;

	(void)state;
	write_distances("ring-g.fits", 1);
	for (size_t i = 0; i < sizeof ring / sizeof *ring; i++) {
		struct pz_cutout_options o = { .size = ring[i].size, .sky = true, .native = true };
		double wanted =
			sqrt((ring[i].inner * ring[i].inner + ring[i].outer * ring[i].outer) / 2);

		open_all("ring-%b.fits", 1, &o, 1, here);
		assert_int_equal(pz_cutout_next(cutout, &s), 1);
		if (!(fabs((double)s.sky[0] - wanted) < 0.15))
			fail_msg("size %d: %g, expected %g", ring[i].size, (double)s.sky[0],
				 wanted);
		close_all();
	}
}

/* Frames of which one has no data left of a column. */
static void stamps_are_counted_by_their_data(void **state)
{
	static float image[60 * 50];
	const double x[] = { 10, 30, 50, 32, 29 };
	struct test_wcs w = north_up(40, 10, 30, 25);
	struct pz_cutout_options o = { .size = 5, .pixscale = 0.4, .min_cover = 0.5 };
	struct pz_fits_card cards[CARDS_OF_WCS];
	double radec[5][2];

	(void)state;
	for (int i = 0; i < 5; i++)
		test_wcs_sky(&w, (const double[]){ x[i], 20 }, radec[i]);
	for (int b = 0; b < 2; b++) {
		for (int i = 0; i < 60 * 50; i++)
			image[i] = b == 1 && i % 60 < 31 ? NAN : 7;
		assert_int_equal(pz_fits_write_image(b ? "data-r.fits" : "data-g.fits", image, 60,
						     50, cards, test_wcs_cards(&w, cards)),
				 0);
	}
	/* of the second and fifth two and one of five columns have data */
	open_all("data-%b.fits", 2, &o, 5, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.galaxies == 5 && counts.cut == 2 && counts.poor == 3);
	assert_true(counts.bare == 0 && counts.skyless == 0 && counts.lacking == 0);
	close_all();
	o.min_cover = 0.1;
	open_all("data-%b.fits", 2, &o, 5, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.cut == 4 && counts.poor == 1 && counts.bare == 2);
	close_all();
	/* a ring of three pixels, of which there are too few where there are not four columns */
	o.min_cover = 0;
	o.sky = true;
	o.sky_inner = 0.1;
	o.sky_outer = 1.3;
	open_all("data-%b.fits", 2, &o, 5, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.cut == 5 && counts.poor == 0 && counts.faulty == 0);
	assert_int_equal(counts.skyless, 3);
	close_all();
}

/* Fields of which one has pixels that are longer one way, which no PSF can be. */
static void stamps_that_cannot_be_cut(void **state)
{
	const char *names[] = { "faulty-g-1.fits", "faulty-g-2.fits" };
	struct pz_cutout_options o = {
		.size = 5, .native = true, .kernel = PZ_LANCZOS3, .match_psf = 1.5, .psf = "1.0"
	};
	const double radec[3][2] = { { 41, 10 }, { 40, 10 }, { 41, 10.0001 } };
	char text[400];
	struct pz_stamp s;

	(void)state;
	for (int f = 0; f < 2; f++) {
		struct test_wcs w = north_up(40 + f, 10, 30, 25);

		w.cd[0][0] *= f ? 1.1 : 1;
		write_bytes(names[f], 60, 50, &w, NULL);
	}
	open_all("faulty-%b-*.fits", 1, &o, 3, radec[0]);
	assert_int_equal(pz_cutout_next(cutout, &s), 1);
	assert_int_equal(s.galaxy, 1);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.cut == 1 && counts.faulty == 2 && counts.faulty_galaxy == 0);
	snprintf(text, sizeof text, "%s", counts.fault);
	assert_string_equal(
		text, "--match-psf with --native: faulty-g-2.fits: at RA 41.000000, Dec "
		      "10.000000 pixels are 1.1 times longer one way than the other, which no "
		      "PSF is to be; give --pixscale, or leave out --native");
	close_all();
	/* where no stamp can be cut that is an error, which stays */
	open_all("faulty-%b-2.fits", 1, &o, 1, radec[0]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_cutout_next(cutout, &s), PZ_EDATA);
		assert_string_equal(pz_error_text(), text);
	}
	close_all();
}

/* The least and the greatest of those that are known, and are needed. */
static void widths_of_psfs(void **state)
{
	static const double psf[2][2] = { { 1.2, 0.9 }, { 1.1, 1.3 } };
	struct pz_cutout_options o = { .size = 5, .kernel = PZ_LANCZOS3, .match_psf = 1.5 };
	const double radec[2][2] = { { 40, 10 }, { 41, 10 } };
	FILE *table = fopen("psf.csv", "w");

	(void)state;
	fprintf(table, "file,band,psf,field\n");
	for (int f = 0; f < 3; f++)
		for (int b = 0; b < 2; b++) {
			struct test_wcs w = north_up(40 + f, 10, 30, 25);
			char name[20];

			snprintf(name, sizeof name, "psf-%s-%d.fits", bands[b], f);
			write_bytes(name, 60, 50, &w, NULL);
			/* the third has no galaxy, and would be too wide */
			fprintf(table, "%s,%s,%g,f%d\n", name, bands[b], f < 2 ? psf[f][b] : 3.0,
				f);
		}
	fclose(table);
	open_all("@psf.csv", 2, &o, 2, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_int_equal(counts.cut, 2);
	assert_true((float)counts.psf_low == 0.9F && (float)counts.psf_high == 1.3F);
	close_all();
	o.match_psf = 1.15;
	assert_int_equal(opened("@psf.csv", 2, &o, 2, radec[0]), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"--match-psf 1.15: expected at least the FWHM of every frame's PSF, but "
		"2 of 4 frames have more; the widest is psf-r-1.fits in band r with "
		"1.3\": --match-psf 1.3 would do, or leave such frames out");
	close_all();
	/* one alone */
	assert_int_equal(opened("@psf.csv", 2, &o, 1, radec[0]), PZ_EDATA);
	assert_string_equal(
		pz_error_text(),
		"--match-psf 1.15: expected at least the FWHM of every frame's PSF, but "
		"1 of 2 frames has more; the widest is psf-g-0.fits in band g with "
		"1.2\": --match-psf 1.2 would do, or leave such frames out");
	close_all();
	o.match_psf = 0;
	open_all("@psf.csv", 2, &o, 2, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.psf_low == 0 && counts.psf_high == 0);
	close_all();
}

/* Notes come in the order of fields and bands, each frame once, however many strips and threads. */
static void notes_on_frames(void **state)
{
	const struct pz_cutout_options o = { .size = 5, .pixscale = 0.4 };
	const double radec[4][2] = { { 41, 10 }, { 40, 10 }, { 42, 10 }, { 41, 10.0001 } };

	(void)state;
	for (int f = 0; f < 3; f++)
		for (int b = 0; b < 2; b++) {
			struct test_wcs w = north_up(40 + f, 10, 30, 25);
			char name[20];

			snprintf(name, sizeof name, "note-%s-%d.fits", bands[b], f);
			write_bytes(name, 60, 50, &w,
				    f == 1 && b == 0 ? NULL : "A_2_0   =               1.0E-9");
		}
	for (int threads = 1; threads < 5; threads += 3) {
		static const char *const where[] = { "note-g-0", "note-r-0", "note-r-1", "note-g-2",
						     "note-r-2" };

		pz_threads_use(threads);
		open_all("note-%b-*.fits", 2, &o, 4, radec[0]);
		assert_int_equal(cut_all(), 0);
		assert_true(counts.cut == 4 && counts.noted == 5);
		for (size_t i = 0; i < 5; i++) {
			char text[200];

			snprintf(text, sizeof text,
				 "%s.fits: HDU 0: its SIP coefficients are not applied: CTYPE does "
				 "not "
				 "end in -SIP",
				 where[i]);
			assert_string_equal(pz_cutout_note(cutout, i), text);
		}
		assert_null(pz_cutout_note(cutout, 5));
		close_all();
	}
	pz_threads_use(0);
}

/* A keyword that would say the zero point, where none is asked for. */
static void zero_points_that_are_not_used(void **state)
{
	const double here[2] = { 40, 10 };
	struct test_wcs w = north_up(40, 10, 30, 25);
	struct pz_cutout_options o = { .size = 5 };

	(void)state;
	write_bytes("zero-g.fits", 60, 50, &w, "MAGZPT  = 25.5");
	open_all("zero-%b.fits", 1, &o, 1, here);
	assert_string_equal(pz_cutout_unused_zeropoint(cutout), "MAGZPT");
	assert_string_equal(pz_cutout_unit(cutout), "");
	close_all();
	o.zeropoint = "MAGZPT";
	open_all("zero-%b.fits", 1, &o, 1, here);
	assert_null(pz_cutout_unused_zeropoint(cutout));
	assert_string_equal(pz_cutout_unit(cutout), "nmgy");
	close_all();
	write_bytes("zero-g.fits", 60, 50, &w, NULL);
	o.zeropoint = NULL;
	open_all("zero-%b.fits", 1, &o, 1, here);
	assert_null(pz_cutout_unused_zeropoint(cutout));
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scales_are_rounded),
		cmocka_unit_test(a_scale_may_be_unknown),
		cmocka_unit_test(rings_of_no_radii),
		cmocka_unit_test(stamps_are_counted_by_their_data),
		cmocka_unit_test(stamps_that_cannot_be_cut),
		cmocka_unit_test(widths_of_psfs),
		cmocka_unit_test(notes_on_frames),
		cmocka_unit_test(zero_points_that_are_not_used),
	};

	return cmocka_run_group_tests_name("counts", tests, enter_own_folder, leave_own_folder);
}
