/* test_cutout_lists.c -- bits of a mask by name, in all the ways of saying them; maps of dust */
#include <math.h>

#include <pz/dust.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "../../lib/cutout/planes.h"
#include "in_process.h"
#include "raw_fits.h"

static void fails(int rc, int expected, const char *says)
{
	assert_int_equal(rc, expected);
	if (!strstr(pz_error_text(), says))
		fail_msg("'%s' should say '%s'", pz_error_text(), says);
}

/* ---- planes ---- */

/* An image of 2 x 2 pixels with these cards. */
static void write_mask(const char *const *more)
{
	const char *card[32] = { "SIMPLE  =                    T", "BITPIX  =                    8",
				 "NAXIS   =                    2", "NAXIS1  =                    2",
				 "NAXIS2  =                    2" };
	FILE *f = fopen("mask.fits", "wb");
	int n = 5;

	while (*more)
		card[n++] = *more++;
	assert_non_null(f);
	raw_hdu(f, card, "\0\0\0", 4, 0);
	assert_int_equal(fclose(f), 0);
}

static int bits_of(const char *names, uint64_t *bits)
{
	struct pz_fits *f;
	int rc;

	assert_int_equal(pz_fits_open_image(&f, "mask.fits", NULL), 0);
	rc = pz_mask_planes(f, names, bits);
	pz_fits_close(f);
	return rc;
}

static void expect_bits(const char *names, uint64_t expected)
{
	uint64_t bits = 0;

	if (bits_of(names, &bits) < 0)
		fail_msg("%s: %s", names, pz_error_text());
	if (bits != expected)
		fail_msg("%s: found 0x%llx, expected 0x%llx", names, (unsigned long long)bits,
			 (unsigned long long)expected);
}

static void bits_by_names(void **state)
{
	static const char *const numbers[] = { "MP_BAD  =                    0",
					       "MP_SAT  =                    1 / saturated",
					       "MP_TOP  =                   63",
					       "MP_FAR  =                   64",
					       "MP_TEXT = 'a'",
					       "HIERARCH MP_NOT_DEBLENDED = 12",
					       "MB_SAT_R=                    8",
					       "MB_TWO  =                    3",
					       "MBIT_4  = 'MEDIUM  '",
					       "BITNM5  = 'CLUSTER '",
					       "MBIT_64 = 'BEYOND  '",
					       NULL };
	uint64_t bits = 0x100;

	(void)state;
	write_mask(numbers);
	expect_bits("BAD", 1);
	expect_bits("SAT", 2);
	expect_bits("mp_sat", 2);
	expect_bits("TOP", (uint64_t)1 << 63);
	expect_bits("NOT_DEBLENDED", 1 << 12);
	expect_bits("SAT_R", 8);
	expect_bits("MB_two", 3);
	expect_bits("MEDIUM,Cluster", 0x30);
	expect_bits("BAD,SAT,SAT_R,MEDIUM", 0x1b);
	/* bits are added to those there */
	assert_int_equal(bits_of("SAT", &bits), 0);
	assert_true(bits == 0x102);
	fails(bits_of("FAR", &bits), PZ_EDATA,
	      "no mask plane 'FAR'; it has BAD, SAT, TOP, NOT_DEBLENDED, SAT_R, TWO, MEDIUM, "
	      "CLUSTER");
	fails(bits_of("MB_SAT", &bits), PZ_EDATA, "no mask plane 'MB_SAT'");
	fails(bits_of("BEYOND", &bits), PZ_EDATA, "no mask plane 'BEYOND'");
}

static void names_and_values_in_pairs(void **state)
{
	static const char *const rubin[] = {
		"MSKN0001= 'SAT     '", "MSKM0001=                    2",
		"MSKN0002= 'CR      '", "MSKM0002=                   64",
		"MSKN0003= 'ALONE   '", NULL
	};
	static const char *const spherex[] = { "MSKN0000= 'FIRST   '", "MSKN0021= 'SOURCE  '",
					       "MSKN0063= 'LAST    '", "MSKN0064= 'BEYOND  '",
					       NULL };
	/* a value before its name */
	static const char *const panstarrs[] = { "MSKVAL01=                    4",
						 "MSKNAM01= 'DETECTOR'", "MSKNAM00= 'FLAT    '",
						 "MSKVAL00=                    1", NULL };
	static const char *const twice[] = { "MP_SAT  =                    1",
					     "MB_SAT  =                    4",
					     "MP_CR   =                    3",
					     "MB_CR   =                    8", NULL };
	static const char *const none[] = { "OBJECT  = 'M 31'", NULL };
	uint64_t bits = 0;

	(void)state;
	write_mask(rubin);
	expect_bits("SAT", 2);
	expect_bits("SAT,CR", 66);
	fails(bits_of("ALONE", &bits), PZ_EDATA, "no mask plane 'ALONE'; it has SAT, CR, ALONE");
	write_mask(spherex);
	expect_bits("FIRST", 1);
	expect_bits("SOURCE", 1 << 21);
	expect_bits("LAST", (uint64_t)1 << 63);
	fails(bits_of("BEYOND", &bits), PZ_EDATA, "no mask plane 'BEYOND'");
	write_mask(panstarrs);
	expect_bits("DETECTOR", 4);
	expect_bits("FLAT", 1);
	write_mask(twice);
	fails(bits_of("SAT", &bits), PZ_EDATA,
	      "mask.fits: HDU 0: mask plane 'SAT' has two values, 0x2 and 0x4");
	expect_bits("CR", 8);
	expect_bits("MB_SAT", 4);
	write_mask(none);
	fails(bits_of("SAT", &bits), PZ_EDATA,
	      "mask.fits: HDU 0: no mask plane 'SAT': its header names none (MP_*, MB_*, MBIT_*, "
	      "MSKN*); "
	      "give bits by number");
}

/* ---- dust ---- */

/* A map of 4 x 4 pixels whose values are 10 y + x. */
static void write_map(const char *path, const char *sign, const char *scale, const char *x,
		      const char *type, const char *width)
{
	static unsigned char pixel[16];
	const char *card[16] = { "SIMPLE  =                    T",
				 "BITPIX  =                    8",
				 "NAXIS   =                    2",
				 width,
				 "NAXIS2  =                    4",
				 "CRPIX2  =                  2.5",
				 "CRVAL1  =                 0.25",
				 x,
				 sign,
				 scale,
				 type };
	FILE *f = fopen(path, "wb");

	for (int i = 0; i < 16; i++)
		pixel[i] = (unsigned char)(10 * (i / 4) + i % 4);
	assert_non_null(f);
	raw_hdu(f, card, pixel, 16, 0);
	assert_int_equal(fclose(f), 0);
}

#define NGP   "./SFD_dust_4096_ngp.fits"
#define SGP   "./SFD_dust_4096_sgp.fits"
#define NORTH "LAM_NSGP=                    1"
#define SOUTH "LAM_NSGP=                   -1"
#define ONE   "LAM_SCAL=                    1"
#define X     "CRPIX1  =                  2.5"
#define ZEA   "CTYPE1  = 'GLON-ZEA'"
#define WIDE  "NAXIS1  =                    4"

static double dust_at(double ra, double dec)
{
	double radec[2] = { ra, dec }, ebv = NAN;

	if (pz_dust_fill(".", 1, radec, &ebv) < 0)
		fail_msg("%s", pz_error_text());
	return ebv;
}

static void reddening_of_places(void **state)
{
	/* the celestial poles: l = 122.93192 and 302.93192, b = +-27.12825 */
	const double r = sqrt(1 - sin(27.12825 * M_PI / 180)), l = 122.93192 * M_PI / 180;
	double radec[4] = { 192.85948, 27.12825, 12.85948, -27.12825 }, ebv[2] = { NAN, 0.5 };

	(void)state;
	write_map(NGP, NORTH, ONE, X, ZEA, WIDE);
	write_map(SGP, SOUTH, ONE, X, ZEA, WIDE);
	assert_true(fabs(dust_at(192.85948, 27.12825) - 16.5) < 1e-6);
	assert_true(fabs(dust_at(12.85948, -27.12825) - 16.5) < 1e-6);
	assert_true(fabs(dust_at(0, 90) - (16.5 + r * cos(l) - 10 * r * sin(l))) < 1e-6);
	assert_true(fabs(dust_at(0, -90) - (16.5 - r * cos(l) - 10 * r * sin(l))) < 1e-6);
	/* what has a value keeps it */
	assert_int_equal(pz_dust_fill(".", 2, radec, ebv), 0);
	assert_true(fabs(ebv[0] - 16.5) < 1e-6 && ebv[1] == 0.5);
	/* beyond the edge: left and below of the north, right and below of the south */
	write_map(NGP, NORTH, "LAM_SCAL=                  100", X, ZEA, WIDE);
	write_map(SGP, SOUTH, "LAM_SCAL=                  100", X, ZEA, WIDE);
	assert_true(dust_at(0, 90) == 0);
	assert_true(dust_at(0, -90) == 3);
	/* CRVAL counts in files of the first release only */
	write_map(NGP, NORTH, ONE, X, "CTYPE1  = 'LAMBERT--X'", WIDE);
	assert_true(fabs(dust_at(192.85948, 27.12825) - 16.25) < 1e-6);
}

static void maps_that_are_none(void **state)
{
	double radec[2] = { 192.85948, 27.12825 }, ebv = NAN;

	(void)state;
	write_map(NGP, SOUTH, ONE, X, ZEA, WIDE);
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EDATA,
	      "ngp.fits: HDU 0: LAM_NSGP: expected 1, as of the northern hemisphere, found -1");
	write_map(NGP, NORTH, "LAM_SCAL=                    0", X, ZEA, WIDE);
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EDATA,
	      "LAM_SCAL: expected pixels from pole to equator, found 0");
	write_map(NGP, NORTH, "OBJECT  = 'dust'", X, ZEA, WIDE);
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EDATA, "LAM_SCAL is missing");
	write_map(NGP, NORTH, ONE, "OBJECT  = 'dust'", ZEA, WIDE);
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EDATA, "CRPIX1 is missing");
	write_map(NGP, NORTH, ONE, X, ZEA, "NAXIS1  =                    1");
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EDATA,
	      "expected a map of 4096 x 4096 pixels, found 1 x 4");
	write_map(NGP, NORTH, ONE, X, ZEA, WIDE);
	assert_int_equal(unlink(SGP), 0);
	assert_int_equal(pz_dust_fill(".", 1, radec, &ebv), 0);
	radec[0] = 12.85948;
	radec[1] = -60;
	ebv = NAN;
	fails(pz_dust_fill(".", 1, radec, &ebv), PZ_EIO,
	      "./SFD_dust_4096_sgp.fits: No such file or directory: expected the maps of");
	assert_true(isnan(ebv));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_by_names),
		cmocka_unit_test(names_and_values_in_pairs),
		cmocka_unit_test(reddening_of_places),
		cmocka_unit_test(maps_that_are_none),
	};

	return cmocka_run_group_tests_name("lists of cutout", tests, in_folder, out_of_folder);
}
