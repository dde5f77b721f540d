/* mock_archives.h -- what the files of archives are like, and a small sky written as theirs */
#ifndef MOCK_ARCHIVES_H
#define MOCK_ARCHIVES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/mock.h>
#include <pz/threads.h>

#include "own_folder.h"
#include "small_sky.h"

#define WIDTH  241
#define HEIGHT 152
#define AREA   (WIDTH * HEIGHT)

/* What a tile is like: where it begins on its frame, and how wide it is. A half of 241 columns is
 * 120, and a 20th more is 12, rounded down. */
static const size_t from[2] = { 0, 108 }, wide[2] = { 132, 133 };

/* What the files of an archive are like. */
static const struct archive_files {
	const char *name;
	double scale;
	int fields;
	const char *bands, *of; /* with blanks between; the band of the sky for each, as a digit */
	double zeropoint;       /* but for those of Pan-STARRS and Euclid                     */
	const char *frame, *hdu, *mask, *mask_hdu, *weights; /* weights: their HDU         */
	const char *kind;                                    /* of the projection          */
	int bad, harmless;                                   /* bits; -1: none             */
	bool tiled;
	long count, x, y;         /* bad pixels in all, and the sums of their places */
	const char *weights_file; /* where it is not the mask's */
} archive[] = {
	{ "legacy", 0.262, 1, "g r i z", "1234", 22.5, "legacysurvey-mock%05d-image-%s.fits.fz",
	  "IMAGE", "legacysurvey-mock%05d-maskbits.fits.fz", "MASKBITS", "INVVAR", "TAN", 5, 1,
	  true, 420, 23472, 20584, "legacysurvey-mock%05d-invvar-%s.fits.fz" },
	{ "panstarrs", 0.25, 1, "g r i z y", "12344", 0,
	  "rings.v3.skycell.mock.%05d.stk.%s.unconv.fits", NULL,
	  "rings.v3.skycell.mock.%05d.stk.%s.unconv.mask.fits", NULL, NULL, "PC", 5, 9, false, 498,
	  33630, 31994 },
	{ "hsc", 0.168, 1, "HSC-G HSC-R HSC-I HSC-Z HSC-Y", "12344", 27,
	  "calexp-%2$s-mock-%1$05d.fits", "IMAGE", "calexp-%2$s-mock-%1$05d.fits", "MASK",
	  "VARIANCE", "TAN", 1, 5, true, 498, 33630, 31994, NULL },
	{ "rubin", 0.2, 1, "u g r i z y", "012344", 31.4, "deep_coadd_mock_%05d_%s_lsst.fits",
	  "IMAGE", "deep_coadd_mock_%05d_%s_lsst.fits", "MASK", "VARIANCE", "TAN", 0, 4, true, 631,
	  40419, 44043, NULL },
	{ "des", 0.263, 1, "g r i z Y", "12344", 30, "DESmock%05d_%s.fits.fz", "SCI",
	  "DESmock%05d_%s.fits.fz", "MSK", "WGT", "TPV", 0, -1, true, 498, 33630, 31994, NULL },
	{ "kids", 0.2, 2, "u g r i", "0123", 0, "KiDS_DRmock_%05d_%s_sci.fits", NULL,
	  "KiDS_DRmock_%05d_%s_msk.fits", NULL, NULL, "TAN", 6, 3, false, 876, 60669, 59802, NULL },
	{ "euclid", 0.1, 3, "VIS NIR-Y NIR-J NIR-H DES-G DES-R DES-I DES-Z", "24441234", 0,
	  "EUC_MER_BGSUB-MOSAIC-%2$s_TILEmock%1$05d-%2$s.fits", NULL, NULL, NULL, NULL, "TAN", -1,
	  -1, false, 0, 0, 0, NULL },
	{ "unions", 0.186, 1, "u r", "02", 30, "CFIS.mock.%05d.%s.fits", NULL, NULL, NULL, "WEIGHT",
	  "SCAMP", 0, 1, false, 241, 14424, 15906, "CFIS.mock.%05d.%s.weight.fits.fz" }
};

#define ARCHIVES (sizeof archive / sizeof *archive)

static struct pz_mock *sky;
static struct pz_mock_layout layout;
static float frame[AREA];

static inline int open_sky(void **state)
{
	sky = open_small(WIDTH, HEIGHT, 0.2, 9);
	pz_threads_use(1);
	return enter_own_folder(state);
}

static inline int close_sky(void **state)
{
	pz_mock_close(sky);
	return leave_own_folder(state);
}

static inline int bright(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	(void)context;
	*g = (struct pz_mock_galaxy){ .angle = 0.3 };
	for (int p = 0; p < 2; p++) {
		g->part[p] = (struct pz_mock_part){ .radius = 1 + p, .axis = 0.6 };
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			g->part[p].flux[b] = 100 + 20. * b + (double)i;
	}
	return 0;
}

static inline void write_archive(const struct archive_files *a)
{
	const struct pz_mock_output to = { .directory = a->name, .archive = a->name };

	sky->survey->pixscale = a->scale;
	assert_int_equal(pz_mock_layout(&layout, sky, 6 * (uint64_t)a->fields, 6), 0);
	if (pz_mock_write(sky, &layout, bright, NULL, &to) < 0)
		fail_msg("%s", pz_error_text());
}

/* A tile of an archive. */
struct tile {
	const struct archive_files *a;
	int field, k, side;
	char band[16];
	double zeropoint;
	size_t from, width;
	double noise, unit; /* of a pixel, and what 1 is, in the archive's unit */
	int64_t bits[AREA]; /* of its mask; of an archive without, 1: bad        */
};

static inline int number_of(const struct tile *t)
{
	return 2 * t->field + t->side + 1;
}

static inline struct pz_fits *open_hdu(const struct tile *t, const char *pattern, const char *hdu)
{
	char path[200], name[160];
	struct pz_fits *f;

	snprintf(name, sizeof name, pattern, number_of(t), t->band);
	snprintf(path, sizeof path, "%s/%s", t->a->name, name);
	if (pz_fits_open_image(&f, path, hdu) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_fits_width(f), t->width);
	assert_int_equal(pz_fits_height(f), HEIGHT);
	return f;
}

static inline void begin_tile(struct tile *t, const struct archive_files *a, int field, int k,
			      int side)
{
	int of = a->of[k] - '0';
	const char *at = a->bands;

	t->a = a;
	t->field = field;
	t->k = k;
	t->side = side;
	t->from = from[side];
	t->width = wide[side];
	t->noise = sky->survey->sky[of];
	for (int i = 0; i < k; i++)
		at += strcspn(at, " ") + 1;
	snprintf(t->band, sizeof t->band, "%.*s", (int)strcspn(at, " "), at);
	t->zeropoint = a->zeropoint;
	if (!strcmp(a->name, "euclid"))
		t->zeropoint = (double[]){ 24.6, 29.8, 30, 29.9, 30, 30, 30, 30 }[k] +
			       0.01 * (number_of(t) % 5);
	if (!strcmp(a->name, "panstarrs"))
		t->zeropoint = 25 + 2.5 * log10(43. * (k + 1));
	t->unit = pow(10, 0.4 * (t->zeropoint - 22.5));
	if (side == 0)
		assert_int_equal(pz_mock_frame(sky, &layout, field, of, bright, NULL, frame), 0);
}

/* The frame at a pixel of the tile. */
static inline double frame_at(const struct tile *t, size_t i)
{
	return frame[i / t->width * WIDTH + t->from + i % t->width];
}

#endif
