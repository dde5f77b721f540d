/* archive.c -- how the archives of surveys name, scale and mask their frames
 *
 * Names are those of real files but for the tile, which is "mock" and a number, so that no real
 * file is ever taken for a simulated one. Bits, HDUs and units are those that the surveys' own
 * pages describe (pzpipe-surveys(7)).
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "archive.h"

#define U 0
#define G 1
#define R MOCK_R
#define I 3
#define Z 4

static const struct archive archives[] = {
	{
		.name = "legacy",
		.pixscale = 0.262,
		.unit = UNIT_NANOMAGGY,
		.bad = 5,
		.harmless = 1,
		.shared = true,
		.border = 3,
		.zeros = true,
		.frame = { "legacysurvey-mock%n-image-%b.fits.fz",
			   1,
			   { { PART_PIXELS, "IMAGE", PZ_FITS_F4, true } } },
		.mask = { "legacysurvey-mock%n-maskbits.fits.fz",
			  1,
			  { { PART_BITS, "MASKBITS", PZ_FITS_I4, true } } },
		.weights = { "legacysurvey-mock%n-invvar-%b.fits.fz",
			     1,
			     { { PART_WEIGHTS, "INVVAR", PZ_FITS_F4, true } } },
		.bands = 4,
		.band = { { "g", G, 22.5 }, { "r", R, 22.5 }, { "i", I, 22.5 }, { "z", Z, 22.5 } },
	},
	{
		.name = "panstarrs",
		.pixscale = 0.25,
		.unit = UNIT_PS1,
		.wcs = WCS_PC,
		.bad = 5,
		.harmless = 9,
		.border = 4,
		.frame = { "rings.v3.skycell.mock.%n.stk.%b.unconv.fits",
			   1,
			   { { PART_PIXELS, NULL, PZ_FITS_F4, false } } },
		.mask = { "rings.v3.skycell.mock.%n.stk.%b.unconv.mask.fits",
			  1,
			  { { PART_BITS, NULL, PZ_FITS_I2, false } } },
		.bands = 5,
		.band = { { "g", G, 0 },
			  { "r", R, 0 },
			  { "i", I, 0 },
			  { "z", Z, 0 },
			  { "y", Z, 0 } },
	},
	{
		.name = "hsc",
		.pixscale = 0.168,
		.unit = UNIT_FLUXMAG0,
		.bad = 1,
		.harmless = 5,
		.planes = "BAD SAT INTRP CR EDGE DETECTED DETECTED_NEGATIVE SUSPECT NO_DATA",
		.frame = { "calexp-%b-mock-%n.fits",
			   4,
			   { { PART_NOTHING, NULL, PZ_FITS_F4, false },
			     { PART_PIXELS, "IMAGE", PZ_FITS_F4, true },
			     { PART_BITS, "MASK", PZ_FITS_I4, true },
			     { PART_VARIANCE, "VARIANCE", PZ_FITS_F4, true } } },
		.bands = 5,
		.band = { { "HSC-G", G, 27 },
			  { "HSC-R", R, 27 },
			  { "HSC-I", I, 27 },
			  { "HSC-Z", Z, 27 },
			  { "HSC-Y", Z, 27 } },
	},
	{
		.name = "rubin",
		.pixscale = 0.2,
		.unit = UNIT_NJY,
		.bad = 0,
		.harmless = 4,
		/* other numbers than HSC's: planes are found by their names */
		.planes = "NO_DATA BAD SAT EDGE DETECTED SUSPECT CR INTRP",
		.frame = { "deep_coadd_mock_%n_%b_lsst.fits",
			   4,
			   { { PART_NOTHING, NULL, PZ_FITS_F4, false },
			     { PART_PIXELS, "IMAGE", PZ_FITS_F4, true },
			     { PART_BITS, "MASK", PZ_FITS_I4, true },
			     { PART_VARIANCE, "VARIANCE", PZ_FITS_F4, true } } },
		.bands = 6,
		.band = { { "u", U, 31.4 },
			  { "g", G, 31.4 },
			  { "r", R, 31.4 },
			  { "i", I, 31.4 },
			  { "z", Z, 31.4 },
			  { "y", Z, 31.4 } },
	},
	{
		.name = "des",
		.pixscale = 0.263,
		.unit = UNIT_FIXED,
		.wcs = WCS_TPV,
		.bad = 0,
		.harmless = -1,
		.border = 3,
		.zeros = true,
		.frame = { "DESmock%n_%b.fits.fz",
			   3,
			   { { PART_PIXELS, "SCI", PZ_FITS_F4, true },
			     { PART_BITS, "MSK", PZ_FITS_I4, true },
			     { PART_WEIGHTS, "WGT", PZ_FITS_F4, true } } },
		.bands = 5,
		.band = { { "g", G, 30 },
			  { "r", R, 30 },
			  { "i", I, 30 },
			  { "z", Z, 30 },
			  { "Y", Z, 30 } },
	},
	{
		.name = "kids",
		.pixscale = 0.2,
		.unit = UNIT_FIXED,
		.bad = 6,
		.harmless = 3,
		.frame = { "KiDS_DRmock_%n_%b_sci.fits",
			   1,
			   { { PART_PIXELS, NULL, PZ_FITS_F4, false } } },
		.mask = { "KiDS_DRmock_%n_%b_msk.fits",
			  1,
			  { { PART_BITS, NULL, PZ_FITS_I4, false } } },
		.bands = 4,
		.band = { { "u", U, 0 }, { "g", G, 0 }, { "r", R, 0 }, { "i", I, 0 } },
	},
	{
		.name = "euclid",
		.pixscale = 0.1,
		.unit = UNIT_MAGZERO,
		.bad = -1,
		.harmless = -1,
		.border = 3,
		.zeros = true,
		.frame = { "EUC_MER_BGSUB-MOSAIC-%b_TILEmock%n-%b.fits",
			   1,
			   { { PART_PIXELS, NULL, PZ_FITS_F4, false } } },
		.bands = 8,
		.band = { { "VIS", R, 24.6 },
			  { "NIR-Y", Z, 29.8 },
			  { "NIR-J", Z, 30 },
			  { "NIR-H", Z, 29.9 },
			  { "DES-G", G, 30 },
			  { "DES-R", R, 30 },
			  { "DES-I", I, 30 },
			  { "DES-Z", Z, 30 } },
	},
	{
		.name = "unions",
		.pixscale = 0.186,
		.unit = UNIT_FIXED,
		.wcs = WCS_SCAMP,
		.bad = 0,
		.harmless = 1,
		.frame = { "CFIS.mock.%n.%b.fits",
			   1,
			   { { PART_PIXELS, NULL, PZ_FITS_F4, false } } },
		.mask = { "CFIS.mock.%n.%b.weight.fits.fz",
			  1,
			  { { PART_WEIGHTS, "WEIGHT", PZ_FITS_F4, true } } },
		.bands = 2,
		.band = { { "u", U, 30 }, { "r", R, 30 } },
	},
};

#define ARCHIVES (sizeof archives / sizeof *archives)

const struct archive *pz_mock_archive_find(const char *name)
{
	for (size_t i = 0; i < ARCHIVES; i++)
		if (!strcmp(archives[i].name, name))
			return &archives[i];
	return NULL;
}

bool pz_mock_archive_at(int i, struct pz_mock_archive *a)
{
	if (i < 0 || (size_t)i >= ARCHIVES)
		return false;
	*a = (struct pz_mock_archive){ archives[i].name, archives[i].pixscale, archives[i].bands };
	return true;
}

void pz_mock_archive_name(const char *pattern, const char *band, const char *tile, char *to,
			  size_t size)
{
	size_t used = 0;

	*to = '\0';
	for (const char *at = pattern; *at && used < size; at++) {
		if (at[0] == '%' && at[1] == 'b')
			used += (size_t)snprintf(to + used, size - used, "%s", band);
		else if (at[0] == '%' && at[1] == 'n')
			used += (size_t)snprintf(to + used, size - used, "%s", tile);
		else
			used += (size_t)snprintf(to + used, size - used, "%c", *at);
		at += *at == '%';
	}
}

bool pz_mock_is_file(const char *glob, const char *name)
{
	static const char *const unfinished[] = { "", ".part", ".*.part" };
	char whole[160];

	for (size_t i = 0; i < sizeof unfinished / sizeof *unfinished; i++) {
		snprintf(whole, sizeof whole, "%s%s", glob, unfinished[i]);
		if (fnmatch(whole, name, 0) == 0)
			return true;
	}
	return false;
}

static bool is_named(const char *pattern, const char *name)
{
	char glob[120];

	if (!pattern)
		return false;
	pz_mock_archive_name(pattern, "*", "[0-9][0-9][0-9][0-9][0-9]", glob, sizeof glob);
	return pz_mock_is_file(glob, name);
}

bool pz_mock_archive_is_file(const char *name)
{
	for (size_t i = 0; i < ARCHIVES; i++)
		if (is_named(archives[i].frame.name, name) ||
		    is_named(archives[i].mask.name, name) ||
		    is_named(archives[i].weights.name, name))
			return true;
	return false;
}
