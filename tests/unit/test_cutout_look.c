/* test_cutout_look.c -- files that hold several frames, or several bands, and headers beside them
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/frames.h>
#include <pz/threads.h>

#include "own_folder.h"
#include "says.h"
#include "sky_hdus.h"

static const char *const gr[] = { "g", "r", "i" };

static void write_hdus(const char *name, const struct sky_hdu *hdu, size_t n)
{
	FILE *to = fopen(name, "wb");

	assert_non_null(to);
	if (!hdu->primary)
		raw_primary(to);
	for (size_t i = 0; i < n; i++)
		add_hdu(to, &hdu[i]);
	fclose(to);
}

#define HDUS(file, ...)                                                                            \
	write_hdus(file, (const struct sky_hdu[]){ __VA_ARGS__ },                                  \
		   sizeof((const struct sky_hdu[]){ __VA_ARGS__ }) / sizeof(struct sky_hdu))

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What was found, a line for each field; of each band the file, HDU, plane, name and version, and
 * the number of its header beside. */
static const char *listed(const struct pz_frames *f)
{
	static char text[4000];
	size_t n = 0;

	*text = 0;
	for (size_t i = 0; i < pz_frames_fields(f); i++) {
		n += (size_t)snprintf(text + n, sizeof text - n, "%s:", pz_frames_name(f, i));
		for (int b = 0; b < pz_frames_bands(f); b++) {
			struct pz_frame one = pz_frames_get(f, i, b);

			n += (size_t)snprintf(text + n, sizeof text - n, " %s",
					      one.path ? one.path : "-");
			if (one.hdu)
				n += (size_t)snprintf(text + n, sizeof text - n, "[%s]", one.hdu);
			if (one.plane >= 0 && one.path)
				n += (size_t)snprintf(text + n, sizeof text - n, "/%ld", one.plane);
			if (one.name)
				n += (size_t)snprintf(text + n, sizeof text - n, "=%s.%d", one.name,
						      one.version);
			if (one.head)
				n += (size_t)snprintf(text + n, sizeof text - n, "+%s.%d", one.head,
						      one.head_number);
		}
		n += (size_t)snprintf(text + n, sizeof text - n, "\n");
	}
	return text;
}

static struct pz_frames_seen seen;

/* Finds files, and looks into them. */
static void looks(const char *patterns, int bands, const struct pz_frames_options *o,
		  const char *text)
{
	struct pz_frames *f;

	for (int threads = 1; threads < 4; threads += 2) {
		pz_threads_use(threads);
		if (pz_frames_search(&f, patterns, gr, bands, o) < 0 ||
		    pz_frames_look(f, o, &seen) < 0)
			fail_msg("%s: %s", patterns, pz_error_text());
		assert_string_equal(listed(f), text);
		pz_frames_free(f);
	}
	pz_threads_use(0);
}

static const struct pz_frames_options none;

/* ---- mosaics ---- */

static void parts_of_mosaics_become_fields(void **state)
{
	(void)state;
	HDUS("a-g.fits", { .name = "N1", .ra = 10 }, { .name = "N2", .ra = 11 });
	HDUS("a-r.fits", { .name = "n2", .version = 4, .ra = 11 }, { .name = "N3", .ra = 12 });
	HDUS("b-g.fits", { .primary = true, .ra = 20 });
	looks("?-%b.fits", 2, &none,
	      "a-%b.fits[N1]: a-g.fits[1]=N1.1 -\n"
	      "a-%b.fits[N2]: a-g.fits[2]=N2.1 a-r.fits[1]=n2.4\n"
	      "a-%b.fits[N3]: - a-r.fits[2]=N3.1\n"
	      "b-%b.fits: b-g.fits[0] -\n");
	assert_int_equal(seen.mosaics, 2);
	assert_int_equal(seen.frames, 4);
	assert_string_equal(seen.mosaic, "a-g.fits");
	assert_true(seen.bare == 0 && seen.layers == 0 && seen.cut == 0 && seen.headed == 0);
	/* where an HDU is named, no other is looked for */
	looks("?-%b.fits", 2, &(struct pz_frames_options){ .hdu = "N2" },
	      "a-%b.fits: a-g.fits a-r.fits\nb-%b.fits: b-g.fits -\n");
	assert_true(seen.mosaics == 0 && seen.frames == 0);
	write_text("t.csv", "file,band,hdu,plane\na-g.fits,g,2,\nb-g.fits,r,,0\n");
	looks("@t.csv", 2, &none, "a-%b.fits: a-g.fits[2] -\nb-g.fits: - b-g.fits/0\n");
}

/* One image goes with all parts of the other bands, unless it has the name of one. */
static void single_images_go_with_all_parts(void **state)
{
	(void)state;
	HDUS("c-g.fits", { .name = "N1", .ra = 10 }, { .name = "N2", .ra = 11 });
	HDUS("c-r.fits", { .primary = true, .ra = 10 });
	looks("c-%b.fits", 2, &none,
	      "c-%b.fits[N1]: c-g.fits[1]=N1.1 c-r.fits[0]\n"
	      "c-%b.fits[N2]: c-g.fits[2]=N2.1 c-r.fits[0]\n");
	HDUS("c-r.fits", { .name = "N2", .ra = 11 });
	looks("c-%b.fits", 2, &none,
	      "c-%b.fits[N1]: c-g.fits[1]=N1.1 -\n"
	      "c-%b.fits[N2]: c-g.fits[2]=N2.1 c-r.fits[1]\n");
	/* a file without any frame is left to whoever opens it */
	HDUS("c-r.fits", { .name = "OTHER" });
	looks("c-%b.fits", 2, &none,
	      "c-%b.fits[N1]: c-g.fits[1]=N1.1 c-r.fits\n"
	      "c-%b.fits[N2]: c-g.fits[2]=N2.1 c-r.fits\n");
	assert_int_equal(seen.bare, 0);
}

static void what_was_seen_is_counted(void **state)
{
	(void)state;
	HDUS("d-g.fits", { .name = "A", .ra = 10 }, { .name = "B" }, { .name = "C" });
	HDUS("d-r.fits", { .name = "A", .ra = 10 }, { .name = "B" }, { .name = "C", .ra = 10 },
	     { .name = "D", .ra = 10 });
	looks("d-%b.fits", 2, &none, "d-%b.fits: d-g.fits[1] d-r.fits[1]\n");
	assert_int_equal(seen.mosaics, 0);
	assert_int_equal(seen.frames, 0);
	assert_int_equal(seen.bare, 3);
	assert_string_equal(seen.no_wcs, "d-g.fits: HDU 2");
	assert_int_equal(seen.layers, 2);
	assert_string_equal(seen.layer, "d-r.fits: HDU 3");
	HDUS("d-r.fits", { .primary = true, .ra = 10 }, { .name = "B" });
	assert_int_equal(truncate("d-r.fits", 3 * 2880 + 5), 0);
	looks("d-%b.fits", 2, &none, "d-%b.fits: d-g.fits[1] d-r.fits[0]\n");
	assert_int_equal(seen.cut, 1);
	assert_string_equal(seen.why,
			    "d-r.fits: HDU 1: cut short or corrupt: expected to byte 11520, "
			    "found 8645 bytes");
	assert_int_equal(seen.bare, 3);
}

/* Masks in the frames' own files are no frames; of other files they are. */
static void masks_in_the_same_file(void **state)
{
	const struct pz_frames_options o = { .mask_hdu = "BAD" };

	(void)state;
	HDUS("e-g.fits", { .name = "A", .ra = 10 }, { .name = "BAD", .ra = 11 });
	write_text("t.csv", "file,band,mask\ne-g.fits,g,e-g.fits\n");
	looks("@t.csv", 1, &o, "e-%b.fits: e-g.fits[1]\n");
	write_text("t.csv", "file,band,mask\ne-g.fits,g,other.fits\n");
	looks("@t.csv", 1, &o,
	      "e-%b.fits[A]: e-g.fits[1]=A.1\ne-%b.fits[BAD]: e-g.fits[2]=BAD.1\n");
	write_text("t.csv", "file,band,mask,mask_hdu\ne-g.fits,g,e-g.fits,A\n");
	looks("@t.csv", 1, &o, "e-%b.fits: e-g.fits[2]\n");
}

/* Of packed files the first alone is looked into, and of that the beginning. */
static void packed_files_are_taken_to_be_alike(void **state)
{
	(void)state;
	HDUS("f-g.fits", { .primary = true, .ra = 10 }, { .name = "B", .ra = 11 });
	HDUS("f-r.fits", { .name = "B", .ra = 12 });
	assert_int_equal(system("gzip -kf f-g.fits f-r.fits"), 0);
	looks("f-%b.fits.gz", 2, &none,
	      "f-%b.fits.gz[0]: f-g.fits.gz[0]=0.1 -\n"
	      "f-%b.fits.gz[B]: f-g.fits.gz[1]=B.1 f-r.fits.gz[1]\n");
	HDUS("f-g.fits", { .primary = true, .ra = 10 });
	assert_int_equal(system("gzip -kf f-g.fits"), 0);
	looks("f-%b.fits.gz", 2, &none, "f-%b.fits.gz: f-g.fits.gz[0] f-r.fits.gz\n");
}

/* ---- several bands in a file ---- */

static void files_may_hold_bands(void **state)
{
	struct pz_frames *f;

	(void)state;
	HDUS("h1.fits", { .name = "r", .ra = 10 }, { .name = "x", .ra = 10 },
	     { .name = "y", .ra = 10, .more = { "FILTER  = 'g c0001'" } },
	     { .name = "r", .ra = 10 });
	HDUS("h2.fits", { .name = "G", .ra = 11 }, { .ra = 11, .more = { "BAND    = 'r.MP9601'" } },
	     { .name = "r_err", .ra = 12, .more = { "BAND    = 'r'" } }, { .name = "r" });
	looks("h?.fits", 2, &none,
	      "h1.fits: h1.fits[3] h1.fits[1]\nh2.fits: h2.fits[1] h2.fits[2]\n");
	HDUS("h1.fits", { .primary = true, .ra = 10, .planes = 3, .more = { "BANDS   = 'rig'" } });
	looks("h1.fits", 3, &none, "h1.fits: h1.fits[0]/2 h1.fits[0]/0 h1.fits[0]/1\n");
	looks("h1.fits", 3, &(struct pz_frames_options){ .planes = "i,g,r" },
	      "h1.fits: h1.fits[0]/1 h1.fits[0]/2 h1.fits[0]/0\n");
	/* one HDU alone, by option */
	HDUS("h1.fits", { .name = "r", .ra = 10 }, { .name = "g", .ra = 10 });
	says(pz_frames_search(&f, "h1.fits", gr, 2, &(struct pz_frames_options){ .hdu = "1" }),
	     PZ_EDATA, "no frame in band g: no file matches 'h1.fits'");
	/* two places of a band */
	HDUS("h1.fits", { .name = "r", .ra = 10 }, { .name = "r", .ra = 11 },
	     { .name = "g", .ra = 10 });
	says(pz_frames_search(&f, "h1.fits", gr, 2, &none), PZ_EDATA,
	     "frames: field 'h1.fits' has two in band r, h1.fits and h1.fits; the column 'field' "
	     "of a "
	     "table can tell them apart");
	/* names of any case are of a band unless they could be of two */
	HDUS("h1.fits", { .name = "R", .ra = 10 }, { .name = "x", .ra = 10 });
	says(pz_frames_search(&f, "h1.fits", gr, 2, &none), PZ_EDATA,
	     "no frame in band g: no file matches 'h1.fits'");
	HDUS("h1.fits", { .name = "x", .ra = 10 });
	says(pz_frames_search(&f, "h1.fits", gr, 2, &none), PZ_EUSAGE,
	     "frames: expected %b in 'h1.fits', in place of the band; @h1.fits would be a list of "
	     "files; no file of it says of which bands its images or planes are");
	says(pz_frames_search(&f, "h1.fits", gr, 2, NULL), PZ_EUSAGE,
	     "frames: expected %b in 'h1.fits', in place of the band; @h1.fits would be a list of "
	     "files");
}

/* ---- headers beside ---- */

#define HEAD(ra)                                                                                   \
	"CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRVAL1  = " ra                                \
	"\nCRVAL2  = 0.0\nCRPIX1  = 2.5\nCRPIX2  = 2.0\nCD1_1   = -1e-4\nCD1_2   = 0.0\n"          \
	"CD2_1   = 0.0\nCD2_2   = 1e-4\nEND\n"

static void headers_beside_files(void **state)
{
	const struct pz_frames_options heads = { .heads = true };
	struct pz_frames *f;

	(void)state;
	HDUS("k-g.fits", { .name = "A", .ra = 10 }, { .name = "A_WHT" }, { .name = "B" });
	/* one for each image that is no mask */
	write_text("k-g.head", HEAD("30.0") HEAD("31.0"));
	looks("k-%b.fits", 1, &heads,
	      "k-%b.fits[A]: k-g.fits[1]=A.1+k-g.head.0\nk-%b.fits[B]: "
	      "k-g.fits[3]=B.1+k-g.head.1\n");
	assert_int_equal(seen.headed, 2);
	assert_string_equal(seen.head, "k-g.head");
	assert_non_null(strstr(seen.replaced, "CRVAL1"));
	/* one for each image, or for the frame alone */
	write_text("k-g.head", HEAD("30.0") "END\n" HEAD("31.0"));
	looks("k-%b.fits", 1, &heads,
	      "k-%b.fits[A]: k-g.fits[1]=A.1+k-g.head.0\nk-%b.fits[B]: "
	      "k-g.fits[3]=B.1+k-g.head.2\n");
	write_text("k-g.head", HEAD("30.0"));
	looks("k-%b.fits", 1, &heads, "k-%b.fits: k-g.fits[1]+k-g.head.0\n");
	looks("k-%b.fits", 1, &(struct pz_frames_options){ .heads = true, .hdu = "3" },
	      "k-%b.fits: k-g.fits[3]\n");
	write_text("k-g.head", HEAD("30.0") "END\nEND\nEND\n");
	assert_int_equal(pz_frames_search(&f, "k-%b.fits", gr, 1, &heads), 0);
	says(pz_frames_look(f, &heads, &seen), PZ_EDATA,
	     "k-g.head: expected 3 headers, one for each image of k-g.fits, found 4");
	assert_int_equal(unlink("k-g.head"), 0);
	assert_int_equal(pz_frames_look(f, &heads, &seen), PZ_EIO);
	pz_frames_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_mosaics_become_fields),
		cmocka_unit_test(single_images_go_with_all_parts),
		cmocka_unit_test(what_was_seen_is_counted),
		cmocka_unit_test(masks_in_the_same_file),
		cmocka_unit_test(packed_files_are_taken_to_be_alike),
		cmocka_unit_test(files_may_hold_bands),
		cmocka_unit_test(headers_beside_files),
	};

	return cmocka_run_group_tests_name("looks", tests, enter_own_folder, leave_own_folder);
}
