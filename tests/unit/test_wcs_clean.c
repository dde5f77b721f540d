/* test_wcs_clean.c -- the cards of a WCS, each once, in order and written anew: which ones count,
 * and which contradict each other
 */
#include "clean_header.h"

#define TAN "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n"

static void cards_come_in_order_and_written_anew(void **state)
{
	(void)state;
	cleans_to("SIMPLE  =                    T / a file\n"
		  "NAXIS   = 2.0\n"
		  "ctype2  = 'DEC--TAN' / the other\n"
		  "COMMENT CRVAL1  = 99.\n"
		  "CRVAL1  =  -1d1 / deg\n"
		  "CTYPE1  = 'RA---TAN'\n"
		  "PC001002= .5\n"
		  "CRVAL1A = 7.\n"
		  "PLTDECSN= 'a'\n"
		  "RADESYS = 'it''s'\n"
		  "LATPOLE = / none\n"
		  "CRPIX02 = 3\n"
		  "END\n"
		  "CRPIX1  = 4\n",
		  "CRPIX2  = 3\n"
		  "CRVAL1  = -1E1\n" TAN "NAXIS   = 2\n"
		  "PC1_2   = .5\n"
		  "RADESYS = 'IT''S   '\n",
		  "");
	assert_true(!notes.undated && notes.other == 0);
	cleans_to("", "", "");
	cleans_to("END     \nCRPIX1  = 4\n", "", "");
	cleans_to("ENDED   = 3\nCRPIX1  = 4\n", "CRPIX1  = 4\n", "");
}

static void alternates_are_noted(void **state)
{
	static const struct {
		const char *lines;
		char other;
	} cases[] = {
		{ "CTYPE1A = 'RA---TAN'\n", 'A' },
		{ "CTYPE1A = 'RA---TAN'\nCTYPE1Z = 'RA---TAN'\n", 'Z' },
		{ "CTYPE1a = 'RA---TAN'\n", 0 },
		{ "CTYPE1AB= 'RA---TAN'\n", 0 },
		{ "CTYPE2B = 'RA---TAN'\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cleans_to(cases[i].lines, "", "");
		assert_int_equal(notes.other, cases[i].other);
	}
}

static void dates_may_be_none(void **state)
{
	(void)state;
	cleans_to("DATE-OBS= '2001-02-03'\n", "DATE-OBS= '2001-02-03'\n", "");
	assert_false(notes.undated);
	cleans_to("DATE-OBS= 5\nMJD-OBS = 51000.5\n", "MJD-OBS = 51000.5\n", "");
	assert_true(notes.undated);
	cleans_to("MJD-OBS = 1\nMJD-OBS = 1.0\n", "MJD-OBS = 1\n", "");
	assert_false(notes.undated);
	cleans_to("MJD-OBS = 1\nMJD-OBS = 2\nMJD-OBS = 3\n", "MJD-OBS = 1\n", "");
	assert_true(notes.undated);
}

static void further_axes_have_no_types(void **state)
{
	(void)state;
	cleans_to(TAN "CTYPE3  = 'WAVE'\nCUNIT3  = 5\nCROTA3  = x\nPV3_1   = x\nCRVAL3  = 7\n"
		      "CDELT3  = 8\nCUNIT2  = 'deg'\nPROJP3  = 2\nPC3_3   = 4\n",
		  "CDELT3  = 8\nCRVAL3  = 7\n" TAN "CUNIT2  = 'deg     '\nPC3_3   = 4\n"
		  "PROJP3  = 2\n",
		  "");
}

static void old_keywords_count_where_there_are_no_new_ones(void **state)
{
	(void)state;
	cleans_to("RADECSYS= 'fk4'\nEPOCH   = 1950\n", "EPOCH   = 1950\nRADECSYS= 'FK4     '\n",
		  "");
	cleans_to("RADECSYS= 'FK4'\nRADESYS = 'icrs'\nEPOCH   = 1950\nEQUINOX = '2000.'\n",
		  "EQUINOX = 2000.\nRADESYS = 'ICRS    '\n", "");
	cleans_to("RADECSYS= 'FK4'\nEQUINOX = 1950\n", "EQUINOX = 1950\nRADECSYS= 'FK4     '\n",
		  "");
	/* other texts keep their letters */
	cleans_to("CUNIT1  = 'deg'\n", "CUNIT1  = 'deg     '\n", "");
}

static void axes_are_counted(void **state)
{
	static const char *const good[] = {
		"NAXIS   = 0\n", "NAXIS   = 9\n", "WCSAXES = 2\n",
		"WCSAXES = 9\n", "CRPIX9  = 1\n", "CD1_1   = 1\nCD2_2   = 1\nCD9_9   = 1\n",
		"PC1_9   = 1\n", "PC9_1   = 1\n", "PROJP29 = 1\n",
	};
	static const char *const bad[] = { "CRPIX0", "CRPIX10", "CRVAL0",  "CDELT10", "CD0_1",
					   "CD1_0",  "CD10_1",  "CD1_10",  "PC0_1",   "PC1_0",
					   "PC10_1", "PC1_10",  "CROTA0",  "CROTA10", "PV0_1",
					   "PV10_1", "CTYPE0",  "CTYPE10", "CUNIT0",  "CUNIT10",
					   "CPDIS0", "CPDIS10", "D2IM10",  "DP0",     "DQ10" };
	char line[40], words[80];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		cleans_to(good[i], good[i], "");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(line, sizeof line, "%-8s= 1\n", bad[i]);
		snprintf(words, sizeof words, "h: %s: expected axes from 1 to 9", bad[i]);
		refuses(line, words);
	}
	refuses("NAXIS   = -1\n", "h: NAXIS: expected 2 to 9, found -1");
	refuses("NAXIS   = 10\n", "h: NAXIS: expected 2 to 9, found 10");
	refuses("WCSAXES = 1\n", "h: WCSAXES: expected 2 to 9, found 1");
	refuses("WCSAXES = 10\n", "h: WCSAXES: expected 2 to 9, found 10");
	cleans_to("AXISCORR= 3\n", "AXISCORR= 3\n", "");
}

static void cards_of_one_keyword_must_agree(void **state)
{
	(void)state;
	cleans_to("CRVAL1  = 1.0\nCRPIX1  = 3\nCRVAL1  = 10E-1\nCRVAL01 = 1\n",
		  "CRPIX1  = 3\nCRVAL1  = 1.0\n", "");
	cleans_to("CUNIT1  = 'deg'\nCUNIT1  = 'deg   '\n", "CUNIT1  = 'deg     '\n", "");
	refuses("CRVAL1  = 1.0\nCRVAL1  = 2\n",
		"h: CRVAL1: expected one card, found two: 1.0 and 2");
	refuses("CRVAL1  = 1.0\nCRVAL1  = 1\nCRVAL1  = 3\n",
		"h: CRVAL1: expected one card, found two: 1.0 and 3");
	refuses("CUNIT1  = 'deg'\nCUNIT1  = 'rad'\n",
		"h: CUNIT1: expected one card, found two: deg and rad");
	/* records are of one keyword, and differ by their field */
	cleans_to("CPDIS1  = 'Lookup'\nDP1     = 'NAXES: 2'\nDP1     = 'EXTVER: 1'\n"
		  "DP1     = 'AXIS.1: 1'\nDP1     = 'NAXES: 2.0'\n",
		  "CPDIS1  = 'Lookup  '\nDP1     = 'AXIS.1: 1'\nDP1     = 'EXTVER: 1'\n"
		  "DP1     = 'NAXES: 2'\n",
		  "");
	refuses("CPDIS1  = 'Lookup'\nDP1     = 'NAXES: 2'\nDP1     = 'NAXES: 3'\n",
		"h: DP1: expected one card, found two: NAXES: 2 and NAXES: 3");
}

static void records_have_their_most(void **state)
{
	char *lines = malloc(4100 * 32), *left;
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 4097; i++) {
		used += (size_t)sprintf(lines + used, "DP1     = 'A%d: 1'\n", i);
		if (i == 4095) {
			assert_non_null(left = clean(lines));
			assert_string_equal(left, ""); /* without a distortion they are none */
			free(left);
		}
	}
	refuses(lines, "h: 4097 records of distortions (DP, DQ), more than 4096");
	free(lines);
}

static void tables_are_the_only_distortions_of_paper_iv(void **state)
{
	(void)state;
	cleans_to("D2IMDIS2= 'lookup'\nD2IM2   = 'EXTVER: 1'\nD2IM1   = 'EXTVER: 1'\n"
		  "DP2     = 'EXTVER: 1'\nCQDIS1  = 'LOOKUP'\nDQ1     = 'EXTVER: 2'\n"
		  "CPDIS1  = 'Lookup'\nDP1     = 'EXTVER: 3'\n",
		  "CPDIS1  = 'Lookup  '\nCQDIS1  = 'LOOKUP  '\nD2IM2   = 'EXTVER: 1'\n"
		  "D2IMDIS2= 'lookup  '\nDP1     = 'EXTVER: 3'\nDQ1     = 'EXTVER: 2'\n",
		  "");
	refuses("CPDIS1  = 'Lookups'\n",
		"h: CPDIS1: expected 'Lookup', found 'Lookups', which is not supported");
}

/* -- the matrix */

static void one_matrix_stays(void **state)
{
	(void)state;
	cleans_to("CD1_1   = 2\nCD2_2   = 3\nCROTA1  = 5\nCROTA2  = 7\nPC1_1   = 2\nPC2_2   = 3\n",
		  "CD1_1   = 2\nCD2_2   = 3\n", "");
	cleans_to("CROTA2  = 0\nPC1_2   = .5\n", "PC1_2   = .5\n", "");
	cleans_to("CROTA2  = 7\nCROTA1  = 7.0\n", "CROTA1  = 7.0\nCROTA2  = 7\n", "");
	cleans_to("CROTA2  = 7\nCROTA1  = 0\n", "CROTA1  = 0\nCROTA2  = 7\n", "");
	refuses("CROTA2  = 7\nCROTA1  = 5\n",
		"h: CROTA1: expected the angle of CROTA2, 7, found 5");
	refuses("CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nCROTA2  = 7\nCROTA1  = 5\n",
		"h: CROTA2: expected the angle of CROTA1, 5, found 7");
	refuses("CTYPE1  = 'GLAT-TAN'\nCTYPE2  = 'GLON-TAN'\nCROTA2  = 7\n",
		"h: CROTA2: expected the angle of CROTA1, 0, found 7");
	refuses("CD1_1   = 2\nCD1_2   = 3\n", "h: CD2_2: expected a matrix, found a row of 0");
	refuses("CD2_1   = 2\nCD2_2   = 3\n", "h: CD1_1: expected a matrix, found a row of 0");
	cleans_to("CD1_2   = 2\nCD2_1   = 3\n", "CD1_2   = 2\nCD2_1   = 3\n", "");
}

/* To a millionth of the largest element. */
static void matrices_agree_to_a_millionth(void **state)
{
	(void)state;
	cleans_to("CDELT1  = 2\nCDELT2  = 5\nPC1_2   = 2\nPC2_1   = 3\nCD1_1   = 2\nCD1_2   = 4\n"
		  "CD2_1   = 15.0000149\nCD2_2   = 4.9999851\n",
		  "CD1_1   = 2\nCD1_2   = 4\nCD2_1   = 15.0000149\nCD2_2   = 4.9999851\n"
		  "CDELT1  = 2\nCDELT2  = 5\n",
		  "");
	refuses("CDELT1  = 2\nCDELT2  = 5\nPC1_2   = 2\nPC2_1   = 3\nCD1_1   = 2\nCD1_2   = 4\n"
		"CD2_1   = 15\nCD2_2   = 5.0000151\n",
		"h: CD1_1 and PC1_1: expected one of them, found both, which contradict each "
		"other");
	refuses("CDELT1  = 2\nCDELT2  = 5\nPC1_2   = 2\nPC2_1   = 3\nCD1_1   = 1.999984\n"
		"CD1_2   = 4\nCD2_1   = 15\nCD2_2   = 5\n",
		"h: CD1_1 and PC1_1: expected one of them, found both, which contradict each "
		"other");
	/* turned by 90 degrees: x is step 5 along y, and y step 2 along x, with this sign */
	cleans_to("CDELT1  = 2\nCDELT2  = 5\nCROTA2  = 90\nPC1_1   = 0\nPC1_2   = -2.5\n"
		  "PC2_1   = .4\nPC2_2   = 0\n",
		  "CDELT1  = 2\nCDELT2  = 5\nPC1_1   = 0\nPC1_2   = -2.5\nPC2_1   = .4\n"
		  "PC2_2   = 0\n",
		  "");
	refuses("CDELT1  = 2\nCDELT2  = 5\nCROTA2  = 90\nPC1_1   = 0\nPC1_2   = 2.5\n"
		"PC2_1   = -.4\nPC2_2   = 0\n",
		"h: PC1_1 and CROTA2: expected one of them, found both, which contradict each "
		"other");
	/* with the axis of latitude first the other way round */
	cleans_to("CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nCDELT1  = 2\nCDELT2  = 5\n"
		  "CROTA1  = 90\nPC1_1   = 0\nPC1_2   = 2.5\nPC2_1   = -.4\nPC2_2   = 0\n",
		  "CDELT1  = 2\nCDELT2  = 5\nCTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\n"
		  "PC1_1   = 0\nPC1_2   = 2.5\nPC2_1   = -.4\nPC2_2   = 0\n",
		  "");
	refuses("CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nCROTA1  = 90\nPC1_1   = 1\n",
		"h: PC1_1 and CROTA1: expected one of them, found both, which contradict each "
		"other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_come_in_order_and_written_anew),
		cmocka_unit_test(alternates_are_noted),
		cmocka_unit_test(dates_may_be_none),
		cmocka_unit_test(further_axes_have_no_types),
		cmocka_unit_test(old_keywords_count_where_there_are_no_new_ones),
		cmocka_unit_test(axes_are_counted),
		cmocka_unit_test(cards_of_one_keyword_must_agree),
		cmocka_unit_test(records_have_their_most),
		cmocka_unit_test(tables_are_the_only_distortions_of_paper_iv),
		cmocka_unit_test(one_matrix_stays),
		cmocka_unit_test(matrices_agree_to_a_millionth),
	};

	return cmocka_run_group_tests_name("cleaned headers", tests, NULL, NULL);
}
