/* test_sky_unit.c -- what BUNIT says, in the ways that headers write it */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/cutout/unit.h"

#define ARCSEC2 (M_PI / 180 / 3600 * M_PI / 180 / 3600)

static void expect(const char *text, const char *name, double area, double jansky)
{
	struct unit u;

	pz_unit_parse(&u, text);
	if (strcmp(u.name, name) != 0 || fabs(u.area - area) > 1e-12 * area || u.log || u.unclear ||
	    fabs(u.jansky - jansky) > 1e-12 * jansky)
		fail_msg("'%s': '%s' of %g sr, %g Jy, log %d, unclear %d", text, u.name, u.area,
			 u.jansky, u.log, u.unclear);
}

static void test_areas(void **state)
{
	static const char *const steradian[] = { "MJy/sr",       "MJy sr-1",      "MJy.sr**-1",
						 "MJy.sr^(-1)",  "MJy*sr**(-1)",  "MJy / sr",
						 "MJy/(sr)",     "MJy/steradian", "sr-1 MJy",
						 "MJy/sr/pixel", "MJy sr^{-1}",   "MJy per sr" };
	static const char *const second[] = {
		"nJy/arcsec2",    "nJy/arcsec^2",  "nJy/arcsec**2", "nJy arcsec-2",
		"nJy.arcsec**-2", "nJy/sqarcsec",  "nJy/sq.arcsec", "nJy per square arcsec",
		"nJy/ARCSEC^2",   "nJy/(arcsec2)", "nJy/sq arcsec", "nJy arcsecond^-2"
	};

	(void)state;
	for (size_t i = 0; i < sizeof steradian / sizeof *steradian; i++)
		expect(steradian[i], "MJy", 1, 1e6);
	for (size_t i = 0; i < sizeof second / sizeof *second; i++)
		expect(second[i], "nJy", ARCSEC2, 1e-9);
	expect("mJy/deg2", "mJy", 3600.0 * 3600 * ARCSEC2, 1e-3);
	expect("Jy/arcmin^2", "Jy", 3600 * ARCSEC2, 1);
	expect("uJy/mas2", "uJy", 1e-6 * ARCSEC2, 1e-6);
	expect("nanomaggies/arcsec2", "nmgy", ARCSEC2, 0);
	expect("W/(m2 sr)", "W/(m2)", 1, 0);
	expect("W m-2 sr-1", "W m-2", 1, 0);
	expect("erg/s/cm2/Angstrom/arcsec2", "erg/s/cm2/Angstrom", ARCSEC2, 0);
	expect("1e-20 erg/(s cm2 Angstrom arcsec2)", "1e-20 erg/(s cm2 Angstrom)", ARCSEC2, 0);
	expect("electron s-1 arcsec-2", "electron s-1", ARCSEC2, 0);
}

/* Every way to write the operator, the bracket and the power, with blanks wherever they may be. */
static void test_spellings(void **state)
{
	static const char *const over[] = { "/", " / ", "/ ", " /", " per " };
	static const char *const bracket[][2] = { { "", "" }, { "(", ")" }, { "( ", " )" } };
	static const char *const area[] = { "arcsec2",      "arcsec^2",     "arcsec**2",
					    "ARCSEC^(2)",   "arcsec**(+2)", "sq arcsec",
					    "square arcsec" };
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof over / sizeof *over; i++)
		for (size_t k = 0; k < sizeof bracket / sizeof *bracket; k++)
			for (size_t a = 0; a < sizeof area / sizeof *area; a++) {
				snprintf(text, sizeof text, "nJy%s%s%s%s", over[i], bracket[k][0],
					 area[a], bracket[k][1]);
				expect(text, "nJy", ARCSEC2, 1e-9);
			}
}

static void test_plain(void **state)
{
	(void)state;
	expect("", "", 0, 0);
	expect("nanomaggy", "nmgy", 0, 0);
	expect("Nanomaggies", "nmgy", 0, 0);
	expect("adu", "adu", 0, 0);
	expect("e-/s", "e-/s", 0, 0);
	expect("count/pixel", "count", 0, 0);
	expect("electron/s/pix", "electron/s", 0, 0);
	expect("10**(-17) erg/s/cm2", "10**(-17) erg/s/cm2", 0, 0);
	expect("mJy", "mJy", 0, 1e-3);
	expect("MJY", "MJY", 0, 1e6);
	expect("JY/PIXEL", "JY", 0, 1);
	expect("\xc2\xb5Jy", "\xc2\xb5Jy", 0, 1e-6);
	expect("maggies", "maggies", 0, 0);
	expect("image units", "image units", 0, 0);
}

/* Every name of an angle and of a jansky, and where the words that go with them may stand. */
static void test_names(void **state)
{
	static const struct {
		const char *name;
		double value; /* arcsec, or Jy */
	} angle[] = { { "arcsec", 1 },
		      { "arcsecond", 1 },
		      { "arcsecs", 1 },
		      { "arcseconds", 1 },
		      { "asec", 1 },
		      { "arcmin", 60 },
		      { "arcminute", 60 },
		      { "arcminutes", 60 },
		      { "deg", 3600 },
		      { "degree", 3600 },
		      { "degrees", 3600 },
		      { "mas", 1e-3 },
		      { "marcsec", 1e-3 },
		      { "uas", 1e-6 },
		      { "milliarcsec", 1e-3 },
		      { "rad", 206264.806247096355 },
		      { "Radian", 206264.806247096355 } },
	  jansky[] = { { "Jy", 1 },
		       { "kJy", 1e3 },
		       { "MJy", 1e6 },
		       { "GJy", 1e9 },
		       { "mJy", 1e-3 },
		       { "uJy", 1e-6 },
		       { "nJy", 1e-9 },
		       { "pJy", 1e-12 },
		       { "\xce\xbcJy", 1e-6 },
		       { "megaJansky", 1e6 },
		       { "millijansky", 1e-3 },
		       { "microJY", 1e-6 },
		       { "nanojanskys", 1e-9 },
		       { "UJY", 1e-6 },
		       { "NJY", 1e-9 },
		       { "Kjy", 1e3 },
		       { "xJy", 0 },
		       { "Jyx", 0 } };
	static const char *const steradian[] = { "sr", "sterad", "Steradian", "steradians", "str" };
	char text[80];

	(void)state;
	for (size_t i = 0; i < sizeof angle / sizeof *angle; i++) {
		double area = angle[i].value * angle[i].value * ARCSEC2;

		snprintf(text, sizeof text, "adu/%s2", angle[i].name);
		expect(text, "adu", area, 0);
		snprintf(text, sizeof text, "adu/Sq%s", angle[i].name);
		expect(text, "adu", area, 0);
	}
	for (size_t i = 0; i < sizeof jansky / sizeof *jansky; i++)
		expect(jansky[i].name, jansky[i].name, 0, jansky[i].value);
	for (size_t i = 0; i < sizeof steradian / sizeof *steradian; i++) {
		snprintf(text, sizeof text, "adu/%s", steradian[i]);
		expect(text, "adu", 1, 0);
	}
	expect("sq arcsec^-1 mJy", "mJy", ARCSEC2, 1e-3);
	expect("square.arcsec-1 mJy", "mJy", ARCSEC2, 1e-3);
	expect("per arcsec2 mJy", "mJy", ARCSEC2, 1e-3);
	expect("/arcsec2 mJy", "mJy", ARCSEC2, 1e-3);
	expect("mJy per (sr)", "mJy", 1, 1e-3);
	expect("mJy per ( sr )", "mJy", 1, 1e-3);
	expect("asq arcsec", "asq arcsec", 0, 0);           /* no word of its own */
	expect("adu/(s) arcsec2", "adu/(s) arcsec2", 0, 0); /* the bracket is closed */
	expect("adu/(s (m)) arcsec-2", "adu/(s (m))", ARCSEC2, 0);
	expect("adu/(s (m) arcsec2)", "adu/(s (m))", ARCSEC2, 0);
	expect("count/pixels", "count", 0, 0);
	expect("count px-1", "count", 0, 0);
	expect("count pixel-2", "count pixel-2", 0, 0);
	expect("pixel count", "pixel count", 0, 0);
	expect("Jy sr", "Jy sr", 0, 0);
	expect("arcsec", "arcsec", 0, 0);
	expect("arcsec2", "arcsec2", 0, 0);
	expect("Jy arcsec^99", "Jy arcsec^99", 0, 0);
	expect("magma", "magma", 0, 0);
}

static void test_no_flux(void **state)
{
	static const char *const log[] = { "mag",        "mag/arcsec2", "mmag",       "ABmag",
					   "mag(AB)",    "MAG",         "log(Jy)",    "log10 Jy",
					   "dex",        "dB",          "dex(Jy)",    "magnitude",
					   "VEGAMAG",    "lg Jy",       "sqrt(ADU)",  "bel",
					   "decibel",    "ln(Jy)",      "asinh",      "luptitude",
					   "LUPTITUDES", "mags",        "magnitudes", "logarithm" };
	static const char *const unclear[] = {
		"Jy/beam",      "uJy/arcsec", "Jy/sr2",       "Jy/arcsec2/sr",
		"nJy/arcsec^x", "mJy BEAM-1", "Jy/bm",        "Jy arcsec^100",
		"Jy arcsec^-3", "Jy sr-2",    "Jy/arcsec^(2", "Jy/sqarcsec/arcsec2"
	};
	struct unit u;

	(void)state;
	for (size_t i = 0; i < sizeof log / sizeof *log; i++) {
		pz_unit_parse(&u, log[i]);
		if (!u.log)
			fail_msg("'%s' is no logarithm", log[i]);
	}
	for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++) {
		pz_unit_parse(&u, unclear[i]);
		if (!u.unclear)
			fail_msg("'%s' is clear", unclear[i]);
	}
}

static void test_any_text(void **state)
{
	static const char part[][8] = { "sr", "/", "(",      ")",   "-",   "2",  "^",
					"**", " ", "arcsec", "sq",  ".",   "Jy", "mag",
					"{",  "}", "pix",    "per", "\xff" };
	uint32_t draw = 1;
	struct unit u;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[100] = "";

		for (int k = 0; k < 12; k++) {
			draw = draw * 1664525 + 1013904223;
			strcat(text, part[(draw >> 16) % (sizeof part / sizeof *part)]);
		}
		pz_unit_parse(&u, text);
		assert_true(memchr(u.name, 0, sizeof u.name) && u.area >= 0 && u.jansky >= 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_areas),   cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_plain),   cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_flux), cmocka_unit_test(test_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
