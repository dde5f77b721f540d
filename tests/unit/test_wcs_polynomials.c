/* test_wcs_polynomials.c -- SIP, TPV, plates and IRAF's texts in a header: which one is meant, what
 * of it counts, and how it is written
 */
#include "clean_header.h"

#define TAN "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n"
#define SIP "CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\n"
#define TPV "CTYPE1  = 'RA---TPV'\nCTYPE2  = 'DEC--TPV'\n"
#define TNX "CTYPE1  = 'RA---TNX'\nCTYPE2  = 'DEC--TNX'\n"
#define ZPX "CTYPE1  = 'RA---ZPX'\nCTYPE2  = 'DEC--ZPX'\n"

#define NO_SIP "its SIP coefficients are not applied: CTYPE does not end in -SIP"
#define NO_PV  "its polynomials under PV are not applied: CTYPE says SIP"
#define BEYOND "its SIP coefficients beyond A_ORDER and B_ORDER are not applied"

/* -- SIP */

static void sip_is_what_ctype_says(void **state)
{
	(void)state;
	cleans_to(TAN "A_ORDER = 2\nB_ORDER = x\nA_2_0   = 1\nAP_ORDER= 1\n", TAN, NO_SIP);
	cleans_to(TAN "AP_ORDER= 2\nAP_1_0  = 2\n", TAN, "");
	cleans_to(TAN "B_0_1   = 2\n", TAN, NO_SIP);
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 1\nA_2_0   = 1\n",
		  "A_2_0   = 1\nA_ORDER = 2\nB_ORDER = 1\n" SIP, "");
	refuses("CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN'\n",
		"h: expected -SIP in both CTYPE1 and CTYPE2 or in none, found RA---TAN-SIP and "
		"DEC--TAN");
	refuses("CTYPE1  = '-SI'\nCTYPE2  = '-SIP'\n",
		"h: expected -SIP in both CTYPE1 and CTYPE2 or in none, found -SI and -SIP");
	refuses("CTYPE1  = 'RA---TAB'\nCTYPE2  = 'DEC--TAN'\n",
		"h: coordinates given as a table (CTYPE RA---TAB, DEC--TAN) are not supported");
	refuses("CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAB'\n",
		"h: coordinates given as a table (CTYPE RA---TAN, DEC--TAB) are not supported");
	/* the first of several counts here; that they differ is an error later on */
	refuses(SIP "CTYPE1  = 'RA---TAN'\n",
		"h: CTYPE1: expected one card, found two: RA---TAN-SIP and RA---TAN");
}

static void sip_ends_at_its_order(void **state)
{
	(void)state;
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 3\nA_2_1   = 0\nA_1_1   = 5\nB_2_1   = 6\n"
		      "B_0_4   = 0\nA_0_0   = 7\n",
		  "A_0_0   = 7\nA_1_1   = 5\nA_ORDER = 2\nB_2_1   = 6\nB_ORDER = 3\n" SIP, "");
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 3\nA_2_1   = 1\n", "A_ORDER = 2\nB_ORDER = 3\n" SIP,
		  BEYOND);
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 3\nB_4_0   = -1\n", "A_ORDER = 2\nB_ORDER = 3\n" SIP,
		  BEYOND);
	/* of the inverse nothing is said */
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 3\nAP_ORDER= 1\nAP_1_1  = 5\nAP_0_1  = 6\n"
		      "BP_0_0  = 7\n",
		  "AP_0_1  = 6\nAP_ORDER= 1\nA_ORDER = 2\nB_ORDER = 3\n" SIP, "");
	for (int order = -1; order <= 10; order++) {
		char lines[300], words[80];

		snprintf(lines, sizeof lines, SIP "A_ORDER = 0\nB_ORDER = 0\nBP_ORDER= %d\n",
			 order);
		snprintf(words, sizeof words, "h: BP_ORDER: expected 0 to 9, found %d", order);
		if (order < 0 || order > 9)
			refuses(lines, words);
		else
			free(clean(lines));
	}
	refuses(SIP "A_ORDER = 10\nB_ORDER = 0\n", "h: A_ORDER: expected 0 to 9, found 10");
	refuses(SIP "A_ORDER = 2\nB_ORDER = -1\n", "h: B_ORDER: expected 0 to 9, found -1");
	refuses(SIP "B_ORDER = 2\nA_1_0   = 0\n",
		"h: A_1_0: expected A_ORDER with it, which is missing");
	refuses(SIP "A_ORDER = 2\nB_1_0   = 0\n",
		"h: B_1_0: expected B_ORDER with it, which is missing");
	refuses(SIP "A_ORDER = 2\n", "h: A_ORDER: expected B_ORDER with it, which is missing");
	refuses(SIP "B_ORDER = 2\n", "h: B_ORDER: expected A_ORDER with it, which is missing");
}

/* -- polynomials under PV */

static void polynomials_beside_sip(void **state)
{
	(void)state;
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 2\nB_1_1   = 0\nPV1_5   = 1\nPV1_1   = 3\n",
		  "A_ORDER = 2\nB_1_1   = 0\nB_ORDER = 2\n" SIP, NO_PV);
	cleans_to(SIP "A_ORDER = 2\nB_ORDER = 2\nB_1_1   = 0\nPV1_4   = 1\n",
		  "A_ORDER = 2\nB_1_1   = 0\nB_ORDER = 2\n" SIP "PV1_4   = 1\n", "");
	refuses(SIP "PV2_1   = 1\n", "h: CTYPE1: expected SIP coefficients with RA---TAN-SIP, "
				     "found polynomials under PV "
				     "alone (RA---TPV?)");
	cleans_to(SIP "PV1_4   = 1\n", SIP "PV1_4   = 1\n", "");
}

static void tan_with_polynomials_is_tpv(void **state)
{
	(void)state;
	cleans_to(TAN "PV1_5   = 3\n", TPV "PV1_5   = 3\nPV1_1   = 1\nPV2_1   = 1\n", "");
	cleans_to(TAN "PV1_4   = 3\n", TAN "PV1_4   = 3\n", "");
	cleans_to(TAN "PV2_0   = 3\n", TPV "PV2_0   = 3\nPV1_1   = 1\nPV2_1   = 1\n", "");
	cleans_to(TAN "PV2_1   = 3\nPV1_1   = 2\n", TPV "PV1_1   = 2\nPV2_1   = 3\n", "");
	cleans_to(TAN "PV3_7   = 3\nPROJP5  = 2\n", TAN "PROJP5  = 2\n", "");
	cleans_to("CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nPV1_2   = 3\nPV2_4   = 1\n",
		  "CTYPE1  = 'DEC--TPV'\nCTYPE2  = 'RA---TPV'\nPV1_2   = 3\nPV2_4   = 1\n"
		  "PV1_1   = 1\nPV2_1   = 1\n",
		  "");
	cleans_to("CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nPV2_4   = 3\n",
		  "CTYPE1  = 'DEC--TAN'\nCTYPE2  = 'RA---TAN'\nPV2_4   = 3\n", "");
	cleans_to("CTYPE1  = 'GLAT-TAN'\nCTYPE2  = 'GLON-TAN'\nPV1_2   = 3\n",
		  "CTYPE1  = 'GLAT-TPV'\nCTYPE2  = 'GLON-TPV'\nPV1_2   = 3\nPV1_1   = 1\n"
		  "PV2_1   = 1\n",
		  "");
	cleans_to(TPV, TPV "PV1_1   = 1\nPV2_1   = 1\n", "");
	/* other projections have numbers of their own */
	cleans_to("CTYPE1  = 'RA---ZPN'\nCTYPE2  = 'DEC--ZPN'\nPV2_1   = 3\n",
		  "CTYPE1  = 'RA---ZPN'\nCTYPE2  = 'DEC--ZPN'\nPV2_1   = 3\n", "");
	cleans_to("CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--SIN'\nPV2_1   = 3\n",
		  "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--SIN'\nPV2_1   = 3\n", "");
	cleans_to("CTYPE1  = 'RA---SIN'\nCTYPE2  = 'DEC--TAN'\nPV2_1   = 3\n",
		  "CTYPE1  = 'RA---SIN'\nCTYPE2  = 'DEC--TAN'\nPV2_1   = 3\n", "");
}

/* -- plates */

static const char *const plate[] = { "AMDX1",   "AMDX2",   "AMDX3",    "AMDY1",    "AMDY2",
				     "AMDY3",   "CNPIX1",  "CNPIX2",   "PLATEID",  "PLTDECD",
				     "PLTDECM", "PLTDECS", "PLTDECSN", "PLTRAH",   "PLTRAM",
				     "PLTRAS",  "PPO3",    "PPO6",     "XPIXELSZ", "YPIXELSZ" };

/* The cards of a plate without the one of that number, in the order of their keywords. */
static void plate_but(int without, const char *id, char *lines)
{
	*lines = '\0';
	for (int i = 0; i < 20; i++)
		if (i != without)
			sprintf(lines + strlen(lines), "%-8s= %s\n", plate[i],
				i == 8    ? id
				: i == 12 ? "'+       '"
					  : "2");
}

static void plates_are_whole_or_none(void **state)
{
	char lines[1000], expected[1000], all[1200];

	(void)state;
	plate_but(-1, "'A0012'", lines);
	plate_but(-1, "'A001    '", expected);
	/* CTYPE stands between CNPIX and PLATEID */
	{
		char *at = strstr(expected, "PLATEID");

		snprintf(all, sizeof all, "%.*s" TAN "%s", (int)(at - expected), expected, at);
	}
	{
		char with[1300];

		snprintf(with, sizeof with, TAN "%s", lines);
		cleans_to(with, all, "");
		snprintf(with, sizeof with, SIP "%s", lines);
		cleans_to(with, SIP, "");
		for (int i = 0; i < 20; i++) {
			plate_but(i, "'A001'", lines);
			snprintf(with, sizeof with, TAN "%s", lines);
			cleans_to(with, TAN, "");
		}
	}
}

#define NO_TERMS                                                                                   \
	"the terms of its plate solution beyond AMDX13 and AMDY13 (of magnitude and colour) are "  \
	"not applied"

static void plates_have_thirteen_terms(void **state)
{
	char lines[1400], *left;
	static const struct {
		const char *more;
		bool noted;
		bool stays;
	} cases[] = {
		{ "AMDX13  = 5\n", false, true },  { "AMDY13  = 5\n", false, true },
		{ "AMDX14  = 0\n", false, false }, { "AMDX14  = 5\n", true, false },
		{ "AMDY14  = 5\n", true, false },  { "AMDX0   = 5\n", true, false },
		{ "AMDY20  = 0\n", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plate_but(-1, "'A'", lines);
		strcat(lines, TAN);
		strcat(lines, cases[i].more);
		assert_non_null(left = clean(lines));
		assert_string_equal(notes.text, cases[i].noted ? NO_TERMS : "");
		assert_int_equal(strstr(left, cases[i].more) != NULL, cases[i].stays);
		assert_non_null(strstr(left, "PLATEID = 'A       '\n"));
		free(left);
	}
}

/* -- TNX and ZPX */

#define NUMBERS "1. 2. 3. 0. -1. 1. -2. 2. "

static void texts_are_of_tnx_and_zpx_alone(void **state)
{
	(void)state;
	cleans_to(TAN "WAT1_001= 'wtype=tan'\n", TAN, "");
	cleans_to("CTYPE1  = 'RA---TNX'\nCTYPE2  = 'DEC--TAN'\nWAT1_001= 5\n",
		  "CTYPE1  = 'RA---TNX'\nCTYPE2  = 'DEC--TAN'\n", "");
	refuses(TNX "WAT1_001= 'wtype=tan '\n", "h: WAT1_001: expected wtype=tnx or wtype=zpx");
	refuses(ZPX "WAT2_001= 'wtype=tan '\n", "h: WAT2_001: expected wtype=tnx or wtype=zpx");
	cleans_to(TNX "WAT2_001= 'wtype=tnx lat = \"" NUMBERS "1 2 3 4\"'\n",
		  TNX "WAT2_001= 'wtype=tnx lat = \"" NUMBERS "1 2 3 4 '\n", "");
	cleans_to(ZPX "WAT1_001= 'wtype=zpx projp0=1 projp29=-2E1 lng = \"" NUMBERS "'\n"
		      "WAT1_002= '1 2 3 4\"'\n",
		  ZPX "WAT1_001= 'wtype=zpx projp0=1 projp29=-2E1 lng = \"" NUMBERS "1 2'\n"
		      "WAT1_002= ' 3 4    '\n",
		  "");
}

/* Numbers come with one blank behind each and E's exponents; what is no longer needed goes. */
static void texts_are_written_anew(void **state)
{
	(void)state;
	cleans_to(TNX "WAT1_002= '-1D0  1.d-2  -2. 2.   0.5D+1 6'\n"
		      "WAT1_001= 'wtype=tnx axtype=ra lngcor = \"  3.   1.   3.   0.'\n"
		      "WAT1_003= '  7  \" and more'\n",
		  TNX
		  "WAT1_001= 'wtype=tnx axtype=ra lngcor = \"3. 1. 3. 0. -1E0 1.E-2 -2. 2. 0.5E+1 "
		  "6'\n"
		  "WAT1_002= ' 7      '\n\n",
		  "");
	cleans_to(TNX "WAT1_001= 'wtype=tnx Dx=1Dx 5D lng = \"" NUMBERS "1 2 3 4\"'\n",
		  TNX "WAT1_001= 'wtype=tnx Dx=1Dx 5D lng = \"" NUMBERS "1 2 3 4 '\n", "");
	/* a text that fills its card goes on in the middle of a number */
	cleans_to(TNX "WAT1_001= 'wtype=tnx axtype=ra lngcor = \"1. 2. 3. 0. -1. 1. -2. 2. "
		      "0.5555555555'\nWAT1_002= '25 2 3 4\"'\n",
		  TNX "WAT1_001= 'wtype=tnx axtype=ra lngcor = \"1. 2. 3. 0. -1. 1. -2. 2. "
		      "0.5555555555'\nWAT1_002= '25 2 3 4 '\n",
		  "");
	refuses(TNX "WAT1_001= 'wtype=tnx'\nWAT1_003= 'x'\n",
		"h: WAT1_003: expected WAT1_001 to WAT1_002, one after the other");
	refuses(TNX "WAT2_000= 'wtype=tnx'\nWAT2_001= 'x'\n",
		"h: WAT2_000: expected WAT2_001 to WAT2_002, one after the other");
}

static void polynomial(const char *numbers, bool good)
{
	char lines[400];

	snprintf(lines, sizeof lines, TNX "WAT1_001= 'wtype=tnx lng = \"%s\"'\n", numbers);
	if (good) {
		char *left = clean(lines);

		if (!left)
			fail_msg("%s: %s", numbers, pz_error_text());
		free(left);
	} else {
		refuses(lines, "h: WAT1_001: expected a polynomial in quotes: its kind, orders, "
			       "cross terms, range and as many coefficients as that makes");
	}
}

static void polynomials_have_all_their_coefficients(void **state)
{
	(void)state;
	/* without cross terms 2 + 3 - 1, with all 2 * 3, with half of them 5 */
	polynomial("1 2 3 0 0 1 0 1 1 2 3 4", true);
	polynomial("1 2 3 0 0 1 0 1 1 2 3", false);
	polynomial("1 2 3 1 0 1 0 1 1 2 3 4 5 6", true);
	polynomial("1 2 3 1 0 1 0 1 1 2 3 4 5", false);
	polynomial("1 2 3 2 0 1 0 1 1 2 3 4 5", true);
	polynomial("1 2 3 2 0 1 0 1 1 2 3 4", false);
	polynomial("1 3 2 2 0 1 0 1 1 2 3 4 5", true);
	polynomial("1 3 2 2 0 1 0 1 1 2 3 4", false);
	polynomial("1 4 4 2 0 1 0 1 1 2 3 4 5 6 7 8 9 0", true);
	polynomial("1 4 4 2 0 1 0 1 1 2 3 4 5 6 7 8 9", false);
	polynomial("3 1 1 1 0 1 0 1 1", true);
	polynomial("3 1 1 1 0 1 0", false);
	polynomial("0 1 1 1 0 1 0 1 1", false);
	polynomial("4 1 1 1 0 1 0 1 1", false);
	polynomial("1.5 1 1 1 0 1 0 1 1", false);
	polynomial("1 0 2 0 0 1 0 1 1", false);
	polynomial("1 2 0 0 0 1 0 1 1", false);
	polynomial("1 1 1 3 0 1 0 1 1 2 3", false);
	polynomial("1 1 1 -1 0 1 0 1 1 2 3", false);
	polynomial("1 1 1 1 0 1 0 1 1x", false);
	polynomial("1 1 1 1 0 1 0 1 inf", false);
	polynomial("1 100 1 1 0 1 0 1 1", false);
	polynomial("1 1 100 1 0 1 0 1 1", false);
	polynomial("1 1 1 1 0 1 0 1 1 projp1=2", false);
}

static void parameters(const char *text, bool good)
{
	char lines[400];

	snprintf(lines, sizeof lines, ZPX "WAT1_001= 'wtype=zpx %s \"" NUMBERS "1 2 3 4\"'\n",
		 text);
	if (good)
		free(clean(lines));
	else
		refuses(lines, "h: WAT1_001: expected a polynomial in quotes: its kind, orders, "
			       "cross terms, range and as many coefficients as that makes");
}

static void parameters_of_zpx(void **state)
{
	(void)state;
	parameters("projp0=0", true);
	parameters("projp29=1", true);
	parameters("projp30=1", false);
	parameters("projp-1=1", false);
	parameters("projp=1", false);
	parameters("projp1 =1", false);
	parameters("projp1=", false);
	parameters("projp1=x", false);
	parameters("projp1=1x", false);
	parameters("projp1=nan", false);
	parameters("projp1=1 projp2=x", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sip_is_what_ctype_says),
		cmocka_unit_test(sip_ends_at_its_order),
		cmocka_unit_test(polynomials_beside_sip),
		cmocka_unit_test(tan_with_polynomials_is_tpv),
		cmocka_unit_test(plates_are_whole_or_none),
		cmocka_unit_test(plates_have_thirteen_terms),
		cmocka_unit_test(texts_are_of_tnx_and_zpx_alone),
		cmocka_unit_test(texts_are_written_anew),
		cmocka_unit_test(polynomials_have_all_their_coefficients),
		cmocka_unit_test(parameters_of_zpx),
	};

	return cmocka_run_group_tests_name("polynomials of a WCS", tests, NULL, NULL);
}
