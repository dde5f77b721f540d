/* test_cutout_frames.c -- names of files to fields: patterns, masks, lists and tables of frames */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/frames.h>

#include "own_folder.h"
#include "says.h"

static const char *const gri[] = { "g", "r", "i" };

/* Makes empty files of these names, with blanks between. */
static void touch(const char *names)
{
	char list[1000], *save;

	snprintf(list, sizeof list, "%s", names);
	for (char *name = strtok_r(list, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		FILE *f = fopen(name, "w");

		assert_non_null(f);
		fclose(f);
	}
}

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What is found, a line for each field: its name, and the files of its bands with their masks. */
static const char *listed(const struct pz_frames *f)
{
	static char text[4000];
	size_t n = 0;

	*text = 0;
	for (size_t i = 0; i < pz_frames_fields(f); i++) {
		n += (size_t)snprintf(text + n, sizeof text - n, "%s:", pz_frames_name(f, i));
		for (int b = 0; b < pz_frames_bands(f); b++) {
			struct pz_frame one = pz_frames_get(f, i, b);

			n += (size_t)snprintf(text + n, sizeof text - n, " %s%s%s",
					      one.path ? one.path : "-", one.mask ? "+" : "",
					      one.mask ? one.mask : "");
			if (one.path)
				assert_string_equal(one.band, pz_frames_band(f, b));
		}
		n += (size_t)snprintf(text + n, sizeof text - n, "\n");
	}
	return text;
}

static void finds(const char *patterns, int bands, const char *text)
{
	struct pz_frames *f;

	if (pz_frames_find(&f, patterns, gri, bands) < 0)
		fail_msg("%s: %s", patterns, pz_error_text());
	assert_int_equal(pz_frames_bands(f), bands);
	assert_string_equal(listed(f), text);
	pz_frames_free(f);
}

static void fails(const char *patterns, int bands, int code, const char *text)
{
	struct pz_frames *f;

	says(pz_frames_find(&f, patterns, gri, bands), code, text);
	assert_null(f);
}

/* ---- patterns ---- */

static void patterns_make_fields(void **state)
{
	(void)state;
	touch("a-g-2.fits a-r-2.fits a-i-2.fits a-g-10.fits a-i-10.fits a-r-x.fits b-g.g b-r.r");
	/* in the order of their names; a band may be missing */
	finds("a-%b-*.fits", 3,
	      "a-%b-10.fits: a-g-10.fits - a-i-10.fits\n"
	      "a-%b-2.fits: a-g-2.fits a-r-2.fits a-i-2.fits\n"
	      "a-%b-x.fits: - a-r-x.fits -\n");
	finds("a-%b-?.fits", 3,
	      "a-%b-2.fits: a-g-2.fits a-r-2.fits a-i-2.fits\n"
	      "a-%b-x.fits: - a-r-x.fits -\n");
	finds("a-%b-[0-9].fits", 3, "a-%b-2.fits: a-g-2.fits a-r-2.fits a-i-2.fits\n");
	finds("a-%b-[!0-9].fits,a-%b-10.fits", 3,
	      "a-%b-10.fits: a-g-10.fits - a-i-10.fits\na-%b-x.fits: - a-r-x.fits -\n");
	/* the band several times */
	finds("b-%b.%b", 2, "b-%b.%b: b-g.g b-r.r\n");
	finds("b-%b.[gr]", 2, "b-%b.g: b-g.g -\nb-%b.r: - b-r.r\n");
	/* of one band the pattern need not say it */
	finds("a-?-2.fits", 1,
	      "a-g-2.fits: a-g-2.fits\na-i-2.fits: a-i-2.fits\na-r-2.fits: a-r-2.fits\n");
	fails("a-*-2.fits", 2, PZ_EUSAGE,
	      "frames: expected %b in 'a-*-2.fits', in place of the band; @a-*-2.fits would be a "
	      "list of files");
	fails("b-%b.%b", 3, PZ_EDATA, "no frame in band i: no file matches 'b-%b.%b'");
	fails("c-%b.fits", 1, PZ_EDATA, "no frame in band g: no file matches 'c-%b.fits'");
	fails("%b%b%b%b%b%b%b%b%b%b%b%b%b%b%b%b", 1, PZ_EUSAGE,
	      "frames: more than 15 times %b in a pattern");
	fails("%b%b%b%b%b%b%b%b%b%b%b%b%b%b%b", 1, PZ_EDATA,
	      "no frame in band g: no file matches '%b%b%b%b%b%b%b%b%b%b%b%b%b%b%b'");
}

/* %* stands for something else in each band, which is no part of the field's name. */
static void wildcards_of_each_band(void **state)
{
	(void)state;
	touch("n1-g-2001.fits n1-r-2003.fits n2-g-2002.fits n2-r-2004.fits");
	finds("n?-%b-%*.fits", 2,
	      "n1-%b-*.fits: n1-g-2001.fits n1-r-2003.fits\n"
	      "n2-%b-*.fits: n2-g-2002.fits n2-r-2004.fits\n");
	finds("n%*-%b-2001.fits,n%*-%b-2003.fits", 2,
	      "n*-%b-2001.fits: n1-g-2001.fits -\nn*-%b-2003.fits: - n1-r-2003.fits\n");
	fails("n%*-g-%*.fits", 1, PZ_EDATA,
	      "frames: field 'n*-g-*.fits' has two in band g, n1-g-2001.fits and n2-g-2002.fits; "
	      "the "
	      "column 'field' of a table can tell them apart");
}

/* %z stands for the ending of a packed file, or none; files of other endings are none. */
static void endings_of_packed_files(void **state)
{
	(void)state;
	touch("p1-g.fits p1-r.fits.fz p2-g.fits.gz p2-r.fits.bz2 p1-g.fits.md5 p2-g.fits.gz.md5 "
	      "p3-g.fits.zip p1-r.fits.txt p2-r.fits.fzz");
	finds("p?-%b.fits%z", 2,
	      "p1-%b.fits: p1-g.fits p1-r.fits.fz\np2-%b.fits: p2-g.fits.gz p2-r.fits.bz2\n");
	fails("p3-%b.fits%z", 1, PZ_EDATA, "no frame in band g: no file matches 'p3-%b.fits%z'");
}

/* Letters behind a backslash, and brackets that are none. */
static void patterns_may_have_odd_letters(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0777) | mkdir("d/e", 0777), 0);
	touch("d/x*1-g d/x*2-g d/x[1]-g d/e/x-g d/y]-g d/y^-g");
	finds("d/x\\*?-%b", 1, "d/x*1-%b: d/x*1-g\nd/x*2-%b: d/x*2-g\n");
	finds("d/x[1]-%b", 1, "d/x[1]-%b: d/x[1]-g\n"); /* there is such a file */
	finds("d/*/x-%b", 1, "d/e/x-%b: d/e/x-g\n");
	finds("d/y[]^]-%b", 1, "d/y]-%b: d/y]-g\nd/y^-%b: d/y^-g\n");
	finds("d/y[!a]-%b", 1, "d/y]-%b: d/y]-g\nd/y^-%b: d/y^-g\n");
	finds("d/y[^^]-%b", 1, "d/y]-%b: d/y]-g\n");
	fails("d/x/*-%b", 1, PZ_EDATA, "no frame in band g: no file matches 'd/x/*-%b'");
}

/* ---- named twice ---- */

static void files_that_are_named_again(void **state)
{
	const char *first;
	struct pz_frames *f;

	(void)state;
	touch("t-g.fits t-r.fits");
	assert_int_equal(pz_frames_find(&f, "t-%b.fits,t-?-*,t-%b.f*,t-%b.fits", gri, 1), 0);
	assert_string_equal(listed(f), "t-%b.fits: t-g.fits\n");
	assert_int_equal(pz_frames_twice(f, &first), 2);
	assert_string_equal(first, "t-g.fits");
	assert_null(pz_frames_unknown(f));
	pz_frames_free(f);
	/* an error behind them leaves the others as they were */
	write_text("t.csv",
		   "file,band,field\nt-g.fits,g,a\nt-g.fits,g,a\nt-r.fits,g,b\nu-r.fits,g,b\n"
		   "v-g.fits,g,c\nw-g.fits,g,d\n");
	fails("@t.csv", 1, PZ_EDATA,
	      "frames: field 'b' has two in band g, t-r.fits and u-r.fits; the column 'field' of a "
	      "table can tell them apart");
	/* of two fields it is two frames */
	write_text("t.csv", "file,band,field\nt-g.fits,g,one\nt-r.fits,r,one\nt-g.fits,g,two\n"
			    "t-r.fits,r,two\nt-r.fits,g,two\n");
	fails("@t.csv", 2, PZ_EDATA,
	      "frames: field 'two' has two in band g, t-g.fits and t-r.fits; the column 'field' of "
	      "a "
	      "table can tell them apart");
	write_text("t.csv", "file,band,field\nt-r.fits,r,two\nt-g.fits,g,one\nt-r.fits,r,one\n"
			    "t-g.fits,g,two\n");
	assert_int_equal(pz_frames_find(&f, "@t.csv", gri, 2), 0);
	assert_string_equal(listed(f), "one: t-g.fits t-r.fits\ntwo: t-g.fits t-r.fits\n");
	assert_int_equal(pz_frames_twice(f, &first), 2);
	assert_string_equal(first, "t-g.fits");
	pz_frames_free(f);
	/* other planes and HDUs of a file are other images */
	write_text("t.csv",
		   "file,band,field,hdu,plane\nt.fits,g,a,1,\nt.fits,g,b,2,\nt.fits,g,c,2,1\n"
		   "t.fits,r,c,2,1\nt.fits,g,d,,0\nt.fits,g,e,,1\n");
	assert_int_equal(pz_frames_find(&f, "@t.csv", gri, 2), 0);
	assert_int_equal(pz_frames_twice(f, &first), 0);
	assert_null(first);
	pz_frames_free(f);
	/* the same image with other properties */
	write_text("t.csv", "file,band,zeropoint\nt.fits,g,25\nt.fits,g,26\n");
	fails("@t.csv", 1, PZ_EDATA,
	      "frames: t.fits is named twice in band g, with another zeropoint, psf, mask or "
	      "mask_hdu");
	write_text("t.csv", "file,band,mask\nt.fits,g,\nt.fits,g,m.fits\n");
	fails("@t.csv", 1, PZ_EDATA,
	      "frames: t.fits is named twice in band g, with another zeropoint, psf, mask or "
	      "mask_hdu");
}

/* ---- masks ---- */

static void masks_are(const char *frames, const char *masks, int bands, const char *text,
		      size_t without, const char *lacks)
{
	struct pz_frames *f;
	const char *first = NULL;
	size_t all;

	assert_int_equal(pz_frames_find(&f, frames, gri, bands), 0);
	if (pz_frames_add_masks(f, masks) < 0)
		fail_msg("%s", pz_error_text());
	assert_string_equal(listed(f), text);
	assert_int_equal(pz_frames_unmasked(f, &all, &first), without);
	assert_true(all >= without);
	if (lacks)
		assert_string_equal(first, lacks);
	pz_frames_free(f);
}

static void masks_belong_to_frames(void **state)
{
	char name[40], wanted[4000] = "";

	(void)state;
	/* many, in no order that a folder would have */
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof name, "s%02d.sci k%02d.msk", i * 7 % 30, i * 11 % 30);
		touch(name);
	}
	for (int i = 0; i < 30; i++)
		snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted),
			 "s%02d.sci: s%02d.sci+k%02d.msk\n", i, i, i);
	masks_are("s*.sci", "k*.msk", 1, wanted, 0, NULL);
	/* of a pattern that is not understood wildcards stand for nothing */
	touch("eq1-g.sci mq1.msk");
	masks_are("?q[[:digit:]]-%b.sci", "mq[[:digit:]].msk", 1, "eq1-g.sci: eq1-g.sci+mq1.msk\n",
		  0, NULL);
	assert_int_equal(unlink("k00.msk") | unlink("k17.msk"), 0);
	masks_are("s0[0-2].sci", "k0?.msk", 1,
		  "s00.sci: s00.sci\ns01.sci: s01.sci+k01.msk\ns02.sci: s02.sci+k02.msk\n", 1,
		  "s00.sci");
}

static void masks_of_bands_and_patterns(void **state)
{
	struct pz_frames *f;

	(void)state;
	touch("p1-g p1-r p2-g p2-r q1-g q1-r w1 w1-r w2 v1-g v1-r");
	/* one for all bands, but where a band has its own */
	masks_are("p*-%b", "w*", 2, "p1-%b: p1-g+w1 p1-r+w1\np2-%b: p2-g+w2 p2-r+w2\n", 0, NULL);
	masks_are("p*-%b", "v*-%b", 2, "p1-%b: p1-g+v1-g p1-r+v1-r\np2-%b: p2-g p2-r\n", 2, "p2-g");
	/* the second pattern for the second pattern */
	masks_are("p*-%b,q*-%b", "w*,v*-%b", 2,
		  "p1-%b: p1-g+w1 p1-r+w1\np2-%b: p2-g+w2 p2-r+w2\nq1-%b: q1-g+v1-g q1-r+v1-r\n", 0,
		  NULL);
	masks_are("p*-%b,q*-%b", "w*", 2,
		  "p1-%b: p1-g+w1 p1-r+w1\np2-%b: p2-g+w2 p2-r+w2\nq1-%b: q1-g+w1 q1-r+w1\n", 0,
		  NULL);
	assert_int_equal(pz_frames_find(&f, "p*-%b", gri, 2), 0);
	says(pz_frames_add_masks(f, "w*,v*-%b"), PZ_EUSAGE,
	     "masks: expected one pattern, or as many as for frames (1), found 2");
	says(pz_frames_add_masks(f, "none*"), PZ_EDATA, "no masks: no file matches 'none*'");
	says(pz_frames_add_masks(f, "s*.sci"), PZ_EDATA,
	     "no masks: the wildcards of 's*.sci' match no text that those of the frames match");
	write_text("masks.txt", "w1\n");
	says(pz_frames_add_masks(f, "@masks.txt"), PZ_EDATA,
	     "no masks: no file matches '@masks.txt'");
	write_text("masks.txt", "w-g.fits\n");
	says(pz_frames_add_masks(f, "@masks.txt"), PZ_EUSAGE,
	     "masks: expected patterns, found a list; a table of frames may have a column mask");
	pz_frames_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_make_fields),
		cmocka_unit_test(wildcards_of_each_band),
		cmocka_unit_test(endings_of_packed_files),
		cmocka_unit_test(patterns_may_have_odd_letters),
		cmocka_unit_test(files_that_are_named_again),
		cmocka_unit_test(masks_belong_to_frames),
		cmocka_unit_test(masks_of_bands_and_patterns),
	};

	return cmocka_run_group_tests_name("frames", tests, enter_own_folder, leave_own_folder);
}
