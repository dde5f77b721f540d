/* test_wcs_places.c -- places on the sky by other ways than WCSLIB's: FK4 by astropy, many points
 * at a time; what is said of systems that are refused
 */
#include "wcs_of.h"

/* -- FK4: astropy's FK4 and FK4NoETerms of B1950 seen at J1900, J1950 and J2000 */

static const struct {
	double epoch;
	double fk4[2], icrs[2], without[2]; /* the terms of aberration */
} old_places[] = {
	{ 1900,
	  { 10, 5 },
	  { 10.645116565254, 5.273957457044 },
	  { 10.645114720676, 5.273957828447 } },
	{ 1900,
	  { 100, -60 },
	  { 100.165103860987, -60.048738670538 },
	  { 100.165293824363, -60.048745135947 } },
	{ 1900,
	  { 250, 80 },
	  { 249.168310505277, 79.902900296396 },
	  { 249.167854517380, 79.902848519550 } },
	{ 1950,
	  { 10, 5 },
	  { 10.645148669760, 5.273897863947 },
	  { 10.645146825182, 5.273898235350 } },
	{ 1950,
	  { 100, -60 },
	  { 100.165240489006, -60.048728820405 },
	  { 100.165430452353, -60.048735285616 } },
	{ 2000,
	  { 10, 5 },
	  { 10.645180774260, 5.273838270849 },
	  { 10.645178929682, 5.273838642252 } },
	{ 2000,
	  { 100, -60 },
	  { 100.165377116944, -60.048718970131 },
	  { 100.165567080261, -60.048725435144 } },
	{ 2000,
	  { 250, 80 },
	  { 249.169008139647, 79.902944875712 },
	  { 249.168552146451, 79.902893099761 } },
};

static void fk4_at_three_epochs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof old_places / sizeof *old_places; i++)
		for (int aberrated = 0; aberrated < 2; aberrated++) {
			const double *icrs = aberrated ? old_places[i].icrs : old_places[i].without;
			double radec[4] = { 0, 0, old_places[i].fk4[0], old_places[i].fk4[1] };
			struct fk4 k;

			pz_fk4_begin(&k, old_places[i].epoch, aberrated);
			pz_fk4_to_icrs(&k, 2, radec);
			near(radec[2], icrs[0], 2e-9);
			near(radec[3], icrs[1], 2e-9);
			pz_fk4_from_icrs(&k, 2, radec);
			near(radec[1], 0, 1e-9);
			near(radec[2], old_places[i].fk4[0], 1e-9);
			near(radec[3], old_places[i].fk4[1], 1e-9);
		}
}

/* The date of a frame is the epoch: J1900 is MJD 15019.5, J2000 51544.5. */
static void the_date_is_the_epoch(void **state)
{
	static const struct {
		const char *lines;
		double epoch;
		bool aberrated;
	} cases[] = {
		{ "RADESYS = 'FK4'\n", 1950, true },
		{ "EQUINOX = 1950\n", 1950, true },
		{ "EQUINOX = 1950.0000009\nRADESYS = 'FK4'\n", 1950, true },
		{ "RADESYS = 'FK4-NO-E'\nMJD-OBS = 51544.5\n", 2000, false },
		{ "RADESYS = 'FK4'\nMJD-OBS = 15019.5\n", 1900, true },
		{ "RADESYS = 'FK4'\nDATE-OBS= '2000-01-01T12:00:00'\n", 2000, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char lines[400];
		struct pz_wcs *w;
		struct fk4 k;

		snprintf(lines, sizeof lines, LINEAR "%s", cases[i].lines);
		w = wcs_of(lines);
		pz_fk4_begin(&k, cases[i].epoch, cases[i].aberrated);
		assert_true(w->old && w->fk4.aberrated == cases[i].aberrated);
		for (int j = 0; j < 9; j++)
			near(w->fk4.matrix[j / 3][j % 3], k.matrix[j / 3][j % 3], 1e-15);
		pz_wcs_free(w);
	}
}

static void systems_that_are_refused(void **state)
{
	(void)state;
	pz_wcs_free(wcs_of(LINEAR "EQUINOX = 2000.0000009\n"));
	pz_wcs_free(wcs_of(LINEAR "RADESYS = 'ICRS'\nEQUINOX = 1975\n"));
	refused(LINEAR "EQUINOX = 2000.000002\nRADESYS = 'FK5'\n",
		"h: expected FK5 of equinox 2000, found 2000");
	refused(LINEAR "EQUINOX = 1984\n", "h: expected FK5 of equinox 2000, found 1984");
	refused(LINEAR "EQUINOX = 1983.9\n", "h: expected FK4 of equinox 1950, found 1983.9");
	refused(LINEAR "RADESYS = 'FK4'\nEQUINOX = 2000\n",
		"h: expected FK4 of equinox 1950, found 2000");
	refused(LINEAR "RADESYS = 'GAPPT'\n",
		"h: expected RA and Dec in ICRS, FK5 or FK4, found GAPPT");
	refused(LINEAR "RADESYS = 'FK4'\nDATE-OBS= 'then'\n",
		"h: DATE-OBS or MJD-OBS: expected a date, on which FK4 depends");
	refused(LINEAR "RADESYS = 'FK4'\nDATE-OBS= 5\n",
		"h: DATE-OBS or MJD-OBS: expected a date, on which FK4 depends");
	refused("CTYPE1  = 'ELON-TAN'\nCTYPE2  = 'ELAT-TAN'\n",
		"h: expected axes RA and Dec, found ELON-TAN and ELAT-TAN");
	refused("CTYPE1  = 'FREQ'\n", "h has no celestial WCS (CTYPE1 FREQ, CTYPE2 (none))");
	refused("CTYPE1  = 'FREQ'\nCTYPE2  = 'STOKES'\n",
		"h has no celestial WCS (CTYPE1 FREQ, CTYPE2 STOKES)");
	refused("CRVAL1  = 5\n", "h has no WCS (CTYPE1 missing)");
	refused("CTYPE1B = 'RA---TAN'\n", "h has no WCS (CTYPE1 missing; of alternate systems, as "
					  "its CTYPE1B, none is read)");
	refused(PLACED "CDELT1  = 0\n",
		"h has a WCS that cannot be used: Linear transformation matrix is singular");
	refused(TAN "CD1_1   = 2\nCD1_2   = 3\nCD2_1   = 4\nCD2_2   = 6\n",
		"h has a WCS that cannot be used: singular CD matrix");
	refused("WCSAXES = 3\nCTYPE1  = 'FREQ'\nCTYPE2  = 'RA---TAN'\nCTYPE3  = 'DEC--TAN'\n",
		"h has a WCS that cannot be used: Unmatched celestial axes");
	refused("CTYPE1  = 'GLON-TAN'\nCTYPE2  = 'GLAT-TAN'\nCD1_1   = 2\nCD1_2   = 3\nCD2_1   = "
		"4\n"
		"CD2_2   = 6\n",
		"h has a WCS that cannot be used: singular CD matrix");
	refused(LINEAR "CPDIS1  = 'Lookup'\n", "h has a distortion given as a table (CPDIS1)");
	refused("CTYPE1  = 'RA---TPV'\nCTYPE2  = 'DEC--TPV'\nCUNIT2  = 'arcsec'\n",
		"h: CUNIT2: expected deg with TPV, found arcsec");
	refused("CTYPE1  = 'GLAT-TPV'\nCTYPE2  = 'GLON-TPV'\n",
		"h: CTYPE1: expected the axis of longitude first with TPV, found GLAT-TPV");
}

/* -- many points */

static void points_of_several_blocks(void **state)
{
	const struct test_wcs t = {
		{ 10, 20 }, { 51, 21 }, { { -1e-2, 0 }, { 0, 2e-2 } }, { { 0 } }
	};
	struct pz_wcs *w = wcs_of(LINEAR "WCSAXES = 3\nCTYPE3  = 'FREQ'\nCRVAL3  = 5\n");
	static double pixel[402], radec[402], found[402];
	static const size_t many[] = { 1, 63, 64, 65, 128, 200 };

	(void)state;
	for (int i = 0; i < 200; i++) {
		pixel[2 * i] = 3 * i - 50;
		pixel[2 * i + 1] = i * i % 97;
		test_wcs_sky(&t, pixel + 2 * i, radec + 2 * i);
	}
	for (size_t k = 0; k < sizeof many / sizeof *many; k++) {
		memset(found, 0, sizeof found);
		pz_wcs_pixels(w, many[k], radec, found);
		for (size_t i = 0; i < 2 * many[k]; i++)
			near(found[i], pixel[i], 1e-8);
		assert_true(found[2 * many[k]] == 0);
		pz_wcs_sky(w, many[k], pixel, found);
		for (size_t i = 0; i < 2 * many[k]; i++)
			near(found[i], radec[i], 1e-10);
		assert_true(found[2 * many[k]] == 0);
	}
	/* one without a place among others */
	radec[20] = 190;
	radec[21] = -20;
	pz_wcs_pixels(w, 30, radec, found);
	for (int i = 0; i < 60; i++)
		if (i / 2 == 10)
			assert_true(isnan(found[i]));
		else
			near(found[i], pixel[i], 1e-8);
	pz_wcs_free(w);
	w = wcs_of("CTYPE1  = 'RA---SIN'\nCTYPE2  = 'DEC--SIN'\nCRVAL1  = 10\nCRVAL2  = 20\n"
		   "CRPIX1  = 1\nCRPIX2  = 1\nCDELT1  = -1\nCDELT2  = 1\n");
	pz_wcs_sky(w, 3, (const double[]){ 0, 0, 60, 0, 0, 1 }, found);
	near(found[0], 10, 1e-12);
	assert_true(isnan(found[2]) && isnan(found[3]));
	near(found[5], 20 + asin(M_PI / 180) * 180 / M_PI, 1e-9);
	pz_wcs_free(w);
}

/* -- polynomials of degrees */

/* TPV's plane of degrees, bent: xi + 0.5 xi^2, eta + 0.3 eta xi. */
static void place_bent(const double cd[2][2], const double pixel[2], double radec[2])
{
	const struct test_wcs degrees = { { 10, 20 }, { 1, 1 }, { { 1, 0 }, { 0, 1 } }, { { 0 } } };
	double p = pixel[0] - 50, q = pixel[1] - 20;
	double xi = cd[0][0] * p + cd[0][1] * q, eta = cd[1][0] * p + cd[1][1] * q;

	test_wcs_sky(&degrees, (const double[]){ xi + 0.5 * xi * xi, eta + 0.3 * eta * xi }, radec);
}

/* Whatever way the matrix is written, the polynomial is one of degrees. */
static void matrices_before_polynomials(void **state)
{
	const double c = cos(M_PI / 6), s = sin(M_PI / 6);
	const struct {
		const char *lines;
		double cd[2][2];
	} way[] = {
		{ "CDELT1  = -1E-2\nCDELT2  = 2E-2\n", { { -1e-2, 0 }, { 0, 2e-2 } } },
		{ "CDELT1  = -1E-2\nCDELT2  = 2E-2\nWCSAXES = 3\nCDELT3  = 7\nCRVAL3  = 5\n",
		  { { -1e-2, 0 }, { 0, 2e-2 } } },
		{ "CDELT1  = -1E-2\nCDELT2  = 2E-2\nPC1_1   = 0.9\nPC1_2   = 0.2\nPC2_1   = 0.3\n"
		  "PC2_2   = 1.1\n",
		  { { -0.9e-2, -0.2e-2 }, { 0.6e-2, 2.2e-2 } } },
		{ "CD1_1   = 1E-2\nCD1_2   = 3E-3\nCD2_1   = -2E-3\nCD2_2   = 1.5E-2\n",
		  { { 1e-2, 3e-3 }, { -2e-3, 1.5e-2 } } },
		{ "CDELT1  = -1E-2\nCDELT2  = 2E-2\nCROTA2  = 30\n",
		  { { -1e-2 * c, -2e-2 * s }, { -1e-2 * s, 2e-2 * c } } },
		{ "WCSAXES = 3\nCDELT1  = -1E-2\nCDELT2  = 2E-2\nCROTA2  = 30\n",
		  { { -1e-2 * c, -2e-2 * s }, { -1e-2 * s, 2e-2 * c } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		char lines[800];
		struct pz_wcs *w;

		snprintf(lines, sizeof lines,
			 "CTYPE1  = 'RA---TPV'\nCTYPE2  = 'DEC--TPV'\nCRVAL1  = 10\nCRVAL2  = 20\n"
			 "CRPIX1  = 51\nCRPIX2  = 21\nPV1_4   = 0.5\nPV2_5   = 0.3\n%s",
			 way[i].lines);
		w = wcs_of(lines);
		for (int k = 0; k < 9; k++) {
			double at[2] = { 15 * (k % 3) + 35, 13 * (k / 3) + 4 }, want[2], radec[2];

			place_bent(way[i].cd, at, want);
			pz_wcs_sky(w, 1, at, radec);
			near(radec[0], want[0], 1e-9);
			near(radec[1], want[1], 1e-9);
			pz_wcs_pixels(w, 1, want, radec);
			near(radec[0], at[0], 1e-6);
			near(radec[1], at[1], 1e-6);
		}
		pz_wcs_free(w);
	}
	refused("CTYPE1  = 'DEC--TPV'\nCTYPE2  = 'RA---TPV'\n",
		"h: CTYPE1: expected the axis of longitude first with TPV, found DEC--TPV");
	refused("CTYPE1  = 'RA---TNX'\nCTYPE2  = 'DEC--TNX'\nCUNIT1  = 'arcsec'\n",
		"h: CUNIT1: expected deg with TNX, found arcsec");
	refused("CTYPE1  = 'RA---ZPX'\nCTYPE2  = 'DEC--ZPX'\nCUNIT1  = 'arcsec'\n",
		"h: CUNIT1: expected deg with ZPX, found arcsec");
	/* elsewhere it may be another unit */
	pz_wcs_free(wcs_of(PLACED "CUNIT1  = 'arcsec'\nCUNIT2  = 'arcsec'\nCDELT1  = -1\n"
				  "CDELT2  = 2\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fk4_at_three_epochs),
		cmocka_unit_test(the_date_is_the_epoch),
		cmocka_unit_test(systems_that_are_refused),
		cmocka_unit_test(points_of_several_blocks),
		cmocka_unit_test(matrices_before_polynomials),
	};

	return cmocka_run_group_tests_name("places on the sky", tests, NULL, NULL);
}
