/* test_cutout_tables.c -- tables of frames: columns, numbers, what means nothing, what is wrong */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/frames.h>

#include "own_folder.h"
#include "says.h"

static const char *const band[] = { "g", "r" };

static void write_text(const char *text)
{
	FILE *f = fopen("t.csv", "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct pz_frames *table(const char *text)
{
	struct pz_frames *f;

	write_text(text);
	if (pz_frames_find(&f, "@t.csv", band, 2) < 0)
		fail_msg("%s", pz_error_text());
	return f;
}

static void refused(const char *text, const char *words)
{
	struct pz_frames *f;
	char whole[300];

	write_text(text);
	snprintf(whole, sizeof whole, "t.csv: %s", words);
	says(pz_frames_find(&f, "@t.csv", band, 2), PZ_EDATA, whole);
	assert_null(f);
}

static void same(const char *found, const char *wanted)
{
	if (!wanted)
		assert_null(found);
	else
		assert_string_equal(found, wanted);
}

/* ---- columns ---- */

static void columns_say_all_of_a_frame(void **state)
{
	struct pz_frames *f = table("path,Filter,hdu,plane,field,mask,mask_hdu,zp,psf_fwhm\n"
				    "a.fits,r,SCI,2,one,m.fits,DQ,25.5,0.9\n"
				    "b.fits,z,,,,,,,\n"
				    "c-g.fits,g,,,,,,nan,NULL\n");
	struct pz_frame one = pz_frames_get(f, 1, 1), other = pz_frames_get(f, 0, 0);
	const char *without;

	(void)state;
	assert_int_equal(pz_frames_fields(f), 2);
	assert_string_equal(pz_frames_name(f, 0), "c-%b.fits");
	assert_string_equal(pz_frames_name(f, 1), "one");
	same(one.path, "a.fits");
	same(one.hdu, "SCI");
	same(one.mask, "m.fits");
	same(one.mask_hdu, "DQ");
	same(one.band, "r");
	assert_int_equal(one.plane, 2);
	assert_true(one.zeropoint == 25.5 && one.psf == 0.9);
	assert_true(!one.name && !one.head && one.version == 0 && one.head_number == 0);
	same(other.path, "c-g.fits");
	same(other.hdu, NULL);
	same(other.mask, NULL);
	same(other.mask_hdu, NULL);
	assert_int_equal(other.plane, -1);
	assert_true(other.zeropoint == 0 && other.psf == 0);
	assert_null(pz_frames_get(f, 1, 0).path);
	assert_int_equal(pz_frames_zeropoints(f, &without), 1);
	same(without, "c-g.fits");
	assert_true(pz_frames_psfs(f));
	pz_frames_free(f);
	f = table("file,band,zero_point\na-g,g,20\na-r,r,21\n");
	assert_int_equal(pz_frames_zeropoints(f, &without), 2);
	same(without, NULL);
	assert_false(pz_frames_psfs(f));
	assert_int_equal(pz_frames_fields(f), 1);
	assert_string_equal(pz_frames_name(f, 0), "a-%b");
	pz_frames_free(f);
}

/* Files whose names have no band that stands alone are of one field where they are the same. */
static void fields_by_names(void **state)
{
	struct pz_frames *f = table("file,band\nx.fits,g\ny.fits,r\nx.fits,r\nd/g/gr_g1.g.fits,g\n"
				    "d/g/gr_g1.r.fits,r\n");

	(void)state;
	assert_int_equal(pz_frames_fields(f), 3);
	assert_string_equal(pz_frames_name(f, 0), "d/g/gr_g1.%b.fits");
	assert_string_equal(pz_frames_name(f, 1), "x.fits");
	assert_string_equal(pz_frames_name(f, 2), "y.fits");
	same(pz_frames_get(f, 0, 1).path, "d/g/gr_g1.r.fits");
	same(pz_frames_get(f, 1, 0).path, "x.fits");
	same(pz_frames_get(f, 1, 1).path, "x.fits");
	same(pz_frames_get(f, 2, 0).path, NULL);
	pz_frames_free(f);
}

static void columns_that_mean_nothing(void **state)
{
	struct pz_frames *f = table("file,band,note,depth\na,g,1,2\na,r,1,2\n");

	(void)state;
	same(pz_frames_unknown(f), "t.csv: note, depth");
	pz_frames_free(f);
	/* of several tables */
	write_text("file,band,note\na,g,1\n");
	assert_int_equal(rename("t.csv", "u.csv"), 0);
	write_text("seen,file,band\n1,a,r\n");
	assert_int_equal(pz_frames_find(&f, "@u.csv,@t.csv", band, 2), 0);
	same(pz_frames_unknown(f), "u.csv: note; t.csv: seen");
	pz_frames_free(f);
	f = table("file,band\na,g\na,r\n");
	same(pz_frames_unknown(f), NULL);
	pz_frames_free(f);
}

/* ---- what is wrong ---- */

static void tables_that_are_wrong(void **state)
{
	(void)state;
	refused("file,band,path\na,g,b\n",
		"columns 'file' and 'path' mean the same; keep one of them");
	refused("file,band\n,g\n", "row 1: expected a file and a band");
	refused("file,band\na,g\nb,\n", "row 2: expected a file and a band");
	refused("file,band,zp\na,g,-99\n",
		"row 1: zeropoint: expected a magnitude, or an empty cell "
		"where there is none, found '-99'");
	refused("file,band,zp\na,g,25\nb,r,0\n", "row 2: zeropoint: expected a magnitude, or an "
						 "empty cell where there is none, found "
						 "'0'");
	refused("file,band,zp\na,g,25x\n",
		"row 1: zeropoint: expected a magnitude, or an empty cell "
		"where there is none, found '25x'");
	refused("file,band,psf\na,g,-1\n",
		"row 1: psf: expected a FWHM in arcsec, or an empty cell "
		"where it is unknown, found '-1'");
	refused("file,band,psf\na,g,3600.5\n", "row 1: psf: expected a FWHM in arcsec, or an empty "
					       "cell where it is unknown, found "
					       "'3600.5'");
	refused("file,band,psf\na,g,0\n", "row 1: psf: expected a FWHM in arcsec, or an empty cell "
					  "where it is unknown, found '0'");
	refused("file,band,psf\na,g,99\n",
		"row 1: psf: expected a FWHM in arcsec, or an empty cell "
		"where it is unknown, found '99'");
	refused("file,band,plane\na,g,-1\n",
		"row 1: plane: expected a number from 0, or an empty cell, found '-1'");
	refused("file,band,plane\na,g,1.5\n",
		"row 1: plane: expected a number from 0, or an empty cell, found '1.5'");
	refused("file,band,plane\na,g,x\n",
		"row 1: plane: expected a number from 0, or an empty cell, found 'x'");
}

static void numbers_at_their_limits(void **state)
{
	struct pz_frames *f = table("file,band,psf,plane,zp\na,g,3600,0,25.25\nb,r,0.001,7,-1.5\n");

	(void)state;
	assert_true(pz_frames_get(f, 0, 0).psf == 3600 && pz_frames_get(f, 0, 0).plane == 0);
	assert_true(pz_frames_get(f, 1, 1).psf == 0.001 && pz_frames_get(f, 1, 1).plane == 7);
	assert_true(pz_frames_get(f, 1, 1).zeropoint == -1.5);
	pz_frames_free(f);
}

/* ---- tables of FITS ---- */

static void write_fits(int columns)
{
	const struct pz_fits_column column[] = { { "band", PZ_FITS_TEXT, 1, NULL },
						 { "FILE", PZ_FITS_TEXT, 8, NULL },
						 { "zeropoint", PZ_FITS_DOUBLE, 1, NULL },
						 { "plane", PZ_FITS_INTEGER, 1, NULL },
						 { "night", PZ_FITS_DOUBLE, 1, NULL } };
	const char *bands[] = { "g", "r", "z" }, *file[] = { "a.fits", "b.fits", "c.fits" };
	const double number[] = { 25.125, NAN, 1 };
	const int64_t plane[] = { 3, 0, 1 };
	const void *values[] = { bands, file, number, plane, number };
	struct pz_fits_table *t;

	assert_int_equal(pz_fits_table_begin(&t, "t.fits", "T", column, columns, NULL, 0), 0);
	assert_int_equal(pz_fits_table_add(t, 3, values), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
}

static void tables_of_fits(void **state)
{
	struct pz_frames *f;
	struct pz_frame a, b;

	(void)state;
	write_fits(5);
	assert_int_equal(pz_frames_find(&f, "@t.fits", band, 2), 0);
	assert_int_equal(pz_frames_fields(f), 2);
	a = pz_frames_get(f, 0, 0);
	b = pz_frames_get(f, 1, 1);
	same(a.path, "a.fits");
	same(b.path, "b.fits");
	assert_true(a.zeropoint == 25.125 && b.zeropoint == 0);
	assert_true(a.plane == 3 && b.plane == 0 && !a.hdu);
	same(pz_frames_unknown(f), "t.fits: night");
	pz_frames_free(f);
	write_fits(1);
	says(pz_frames_find(&f, "@t.fits", band, 2), PZ_EDATA,
	     "t.fits: expected columns file and band");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_say_all_of_a_frame),
		cmocka_unit_test(fields_by_names),
		cmocka_unit_test(columns_that_mean_nothing),
		cmocka_unit_test(tables_that_are_wrong),
		cmocka_unit_test(numbers_at_their_limits),
		cmocka_unit_test(tables_of_fits),
	};

	return cmocka_run_group_tests_name("tables of frames", tests, enter_own_folder,
					   leave_own_folder);
}
