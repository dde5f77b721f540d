/* test_cutout_images.c -- which images of a file are frames, what they are called, which plane of a
 * cube is of which band, and headers beside files
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

#include "../../lib/cutout/beside.h"
#include "../../lib/cutout/cube.h"
#include "../../lib/cutout/hdu_name.h"
#include "../../lib/cutout/images.h"
#include "own_folder.h"
#include "says.h"
#include "sky_hdus.h"

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

#define HDUS(...)                                                                                  \
	write_hdus("m.fits", (const struct sky_hdu[]){ __VA_ARGS__ },                              \
		   sizeof((const struct sky_hdu[]){ __VA_ARGS__ }) / sizeof(struct sky_hdu))

/* The frames of m.fits, "2 SCI,1" each; what else was seen: without WCS, layers. */
static const char *frames(const char *mask, const char *planes)
{
	static char text[600];
	const struct image_search how = { .mask = mask, .planes = planes };
	struct images all;

	if (pz_images_find(&all, "m.fits", &how) < 0)
		fail_msg("%s", pz_error_text());
	*text = 0;
	for (size_t i = 0; i < all.count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%d %s; ",
			 all.image[i].hdu, all.image[i].name);
	snprintf(text + strlen(text), sizeof text - strlen(text), "%zu bare %d, %zu layers %d",
		 all.bare, all.bare_hdu, all.layers, all.layer_hdu);
	pz_images_release(&all);
	return text;
}

/* ---- frames and their names ---- */

static void frames_have_a_place_and_a_name(void **state)
{
	(void)state;
	HDUS({ .name = "SCI", .ra = 10 }, { .name = "N4", .ra = 11 });
	assert_string_equal(frames(NULL, NULL), "1 SCI; 2 N4; 0 bare 0, 0 layers 0");
	/* two of a name have versions, two of the same version, or of no name, numbers */
	HDUS({ .name = "SCI", .ra = 10 }, { .name = "sci", .version = 2, .ra = 11 },
	     { .name = "CCD", .version = 7, .ra = 12 });
	assert_string_equal(frames(NULL, NULL), "1 SCI,1; 2 sci,2; 3 CCD; 0 bare 0, 0 layers 0");
	HDUS({ .name = "SCI", .ra = 10 }, { .name = "SCI", .version = 1, .ra = 11 }, { .ra = 12 });
	assert_string_equal(frames(NULL, NULL), "1 1; 2 2; 3 3; 0 bare 0, 0 layers 0");
	/* without a place; another layer of the same pixels */
	HDUS({ .name = "A", .ra = 10 }, { .name = "B" }, { .name = "C" }, { .name = "D", .ra = 11 },
	     { .name = "E", .ra = 10 }, { .name = "F", .ra = 11 });
	assert_string_equal(frames(NULL, NULL), "1 A; 4 D; 2 bare 2, 2 layers 5");
	HDUS({ .primary = true, .ra = 10 }, { .name = "B", .ra = 11 });
	assert_string_equal(frames(NULL, NULL), "0 0; 1 B; 0 bare 0, 0 layers 0");
}

/* By words that pipelines use, whatever stands beside them; EXTTYPE says it too, or an option. */
static void companions_are_no_frames(void **state)
{
	static const struct {
		const char *name;
		bool other;
	} one[] = { { "MASK", true },     { "mask", true },       { "SCI_ERR", true },
		    { "ERR.1", true },    { "B SKY", true },      { "DQ12", true },
		    { "x/WHT(2)", true }, { "INVVAR[g]", true },  { "SKYFIT", false },
		    { "MASKED_", true },  { "AMASK", false },     { "SCI", false },
		    { "D2IMARR", true },  { "WCSDVARR", true },   { "im:1;rms", true },
		    { "STDS", false },    { "UNCERTAINTY", true } };

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		struct sky_hdu hdu = { .name = one[i].name, .ra = 10 };
		bool found;

		write_hdus("m.fits", &hdu, 1);
		found = strstr(frames(NULL, NULL), "1 ") == NULL;
		if (found != one[i].other)
			fail_msg("%s", one[i].name);
	}
	HDUS({ .name = "A", .ra = 10, .more = { "EXTTYPE = 'WEIGHT'" } }, { .name = "B", .ra = 11 },
	     { .name = "C", .version = 3, .ra = 12 });
	assert_string_equal(frames(NULL, NULL), "2 B; 3 C; 0 bare 0, 0 layers 0");
	assert_string_equal(frames("B", NULL), "3 C; 0 bare 0, 0 layers 0");
	assert_string_equal(frames("c,3", NULL), "2 B; 0 bare 0, 0 layers 0");
	assert_string_equal(frames("2", NULL), "3 C; 0 bare 0, 0 layers 0");
	assert_string_equal(frames("C,2", NULL), "2 B; 3 C; 0 bare 0, 0 layers 0");
}

static void what_cannot_be_read_behind_a_frame(void **state)
{
	const struct image_search how = { .mask = NULL };
	struct images all;

	(void)state;
	HDUS({ .primary = true, .ra = 10 }, { .name = "B" });
	assert_int_equal(truncate("m.fits", 3 * 2880 + 5), 0);
	assert_int_equal(pz_images_find(&all, "m.fits", &how), 0);
	assert_true(all.cut && all.count == 1);
	assert_string_equal(all.why, "m.fits: HDU 1: cut short or corrupt: expected to byte 11520, "
				     "found 8645 bytes");
	pz_images_release(&all);
	HDUS({ .primary = true }, { .name = "B", .ra = 10 });
	assert_int_equal(truncate("m.fits", 3 * 2880 + 5), 0);
	says(pz_images_find(&all, "m.fits", &how), PZ_ECORRUPT,
	     "m.fits: HDU 1: cut short or corrupt: expected to byte 11520, found 8645 bytes");
	pz_images_release(&all);
	says(pz_images_find(&all, "none.fits", &how), PZ_EIO,
	     "none.fits: No such file or directory");
	pz_images_release(&all);
}

static void hdus_are_named(void **state)
{
	(void)state;
	assert_true(pz_hdu_is_named("3", 3, "SCI", 1));
	assert_false(pz_hdu_is_named("3", 2, "3", 1));
	assert_true(pz_hdu_is_named("sci", 3, "SCI", 1));
	assert_true(pz_hdu_is_named("sci,12", 3, "SCI", 12));
	assert_false(pz_hdu_is_named("sci,1", 3, "SCI", 12));
	assert_false(pz_hdu_is_named("SC", 3, "SCI", 1));
	assert_false(pz_hdu_is_named("", 0, "", 1));
	assert_false(pz_hdu_is_named(",1", 0, "", 1));
	assert_false(pz_hdu_is_named("3x", 3, "SCI", 1));
}

/* ---- planes of cubes ---- */

static void bands_have_names(void **state)
{
	(void)state;
	assert_true(pz_cube_is_band("g", "g"));
	assert_true(pz_cube_is_band("g DECam SDSS c0001", "g"));
	assert_true(pz_cube_is_band("g.MP9401", "g"));
	assert_false(pz_cube_is_band("gri", "g"));
	assert_false(pz_cube_is_band("G", "g"));
	assert_false(pz_cube_is_band("r g", "g"));
	assert_false(pz_cube_is_band("", "g"));
}

/* The names of the planes of m.fits, with bars between. */
static const char *planes_of(const char *planes)
{
	static char text[200];
	struct pz_fits *f;
	char name[CUBE_NAME];

	*text = 0;
	assert_int_equal(pz_fits_open_cube(&f, "m.fits", NULL), 0);
	for (size_t p = 0; p < pz_fits_planes(f); p++) {
		int rc = pz_cube_name(f, planes, p, name);

		assert_true(rc < 0 || rc == (name[0] != 0));
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s|",
			 rc < 0 ? "error" : name);
	}
	pz_fits_close(f);
	return text;
}

static void planes_have_names(void **state)
{
	static const struct {
		const char *card[4], *options, *names;
	} one[] = {
		{ { "BANDS   = 'grz'" }, NULL, "g|r|z|" },
		{ { "BANDS   = 'g,r,z'" }, NULL, "g|r|z|" },
		{ { "FILTERS = 'g1 ; r , z3'" }, NULL, "g1|r|z3|" },
		{ { "BAND    = 'ugr'" }, NULL, "u|g|r|" },
		{ { "FILTER  = 'a b c'" }, NULL, "a|b|c|" },
		{ { "BANDS   = 'gr'" }, NULL, "|||" },
		{ { "BANDS   = 'griz'" }, NULL, "|||" },
		{ { "BANDS   = 'gr'", "BAND    = 'xyz'" }, NULL, "x|y|z|" },
		{ { "BAND0   = 'g'", "BAND1   = 'r'", "BAND2   = 'z'" }, NULL, "g|r|z|" },
		{ { "BAND1   = 'g'", "BAND2   = 'r'", "BAND3   = 'z'" }, NULL, "g|r|z|" },
		{ { "FILTER1 = 'g'", "FILTER2 = 'r'", "FILTER3 = 'z'" }, NULL, "g|r|z|" },
		{ { "BAND0   = 'g'", "BAND1   = 'r'" }, NULL, "|||" },
		{ { "BAND1   = 'g'", "BAND2   = 'r'" }, NULL, "|||" },
		{ { "OBJECT  = 'M 31'" }, NULL, "|||" },
		{ { "BANDS   = 'grz'" }, "a,b,c", "a|b|c|" },
		{ { "BANDS   = 'grz'" }, "a,b", "error|error|error|" },
		{ { "BANDS   = 'grz'" }, "a,b,c,d", "error|error|error|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		struct sky_hdu hdu = { .primary = true, .ra = 10, .planes = 3 };

		memcpy(hdu.more, one[i].card, sizeof one[i].card);
		write_hdus("m.fits", &hdu, 1);
		if (strcmp(planes_of(one[i].options), one[i].names) != 0)
			fail_msg("%s: found %s", one[i].card[0], planes_of(one[i].options));
	}
	assert_string_equal(
		pz_error_text(),
		"m.fits: HDU 0: --planes a,b,c,d: expected the bands of 3 planes, found 4");
	/* a cube is a frame where its planes have names */
	assert_string_equal(frames(NULL, NULL), "0 0; 0 bare 0, 0 layers 0");
	HDUS({ .primary = true, .ra = 10, .planes = 3 });
	assert_string_equal(frames(NULL, NULL), "0 bare 0, 0 layers 0");
	assert_string_equal(frames(NULL, "a,b,c"), "0 0; 0 bare 0, 0 layers 0");
}

/* The first pixel of a frame's plane, or an error below 0. */
static int plane_of(const char *band, long plane, const char *hdu, const char *planes, bool peek)
{
	const struct pz_frame frame = {
		.path = "m.fits", .band = band, .plane = plane, .hdu = hdu
	};
	struct pz_fits *f;
	float pixel[4];
	int rc = pz_cube_open(&f, &frame, "1", planes, peek);

	if (rc < 0) {
		assert_null(f);
		return rc;
	}
	assert_int_equal(pz_fits_read_rows(f, 0, 1, pixel), 0);
	pz_fits_close(f);
	return (int)pixel[0];
}

static void frames_are_planes(void **state)
{
	(void)state;
	HDUS({ .primary = true, .ra = 10, .planes = 3, .more = { "BANDS   = 'rgg'" } },
	     { .ra = 11,
	       .planes = 3,
	       .more = { "BAND0   = 'u c1'", "BAND1   = 'g.2'", "BAND2   = 'r'" } },
	     { .ra = 12 });
	for (int peek = 0; peek < 2; peek++) {
		assert_int_equal(plane_of("u", -1, NULL, NULL, peek), 1);
		assert_int_equal(plane_of("r", -1, NULL, NULL, peek), 3);
		assert_int_equal(plane_of("g", -1, NULL, "g,x,y", peek), 1);
		assert_int_equal(plane_of("q", 1, NULL, NULL, peek), 2);
		assert_int_equal(plane_of("q", -1, "2", NULL, peek), 1);
	}
	says(plane_of("i", -1, NULL, NULL, false), PZ_EDATA,
	     "m.fits: HDU 1: a cube with planes of the bands u c1, g.2, r: none is of band i");
	says(plane_of("g", -1, "0", NULL, false), PZ_EDATA,
	     "m.fits: HDU 0: planes 1 and 2 are both of band g");
	says(plane_of("g", 3, NULL, NULL, false), PZ_EDATA,
	     "m.fits: HDU 1: expected a plane from 0 to 2, found 3");
	says(plane_of("g", -1, "3", NULL, false), PZ_EDATA,
	     "m.fits: no HDU '3' (3 HDUs, counted from 0)");
	HDUS({ .primary = true, .ra = 10, .planes = 2 });
	says(plane_of("g", -1, "0", NULL, false), PZ_EDATA,
	     "m.fits: HDU 0: a cube of 2 planes, and no BANDS, BAND0 or FILTER keywords say of "
	     "which "
	     "bands: expected --planes with their names, or a table of frames with a column plane");
}

/* ---- headers beside ---- */

static void head_is(const char *path, const char *there, const char *wanted)
{
	char head[BESIDE_PATH];
	FILE *f = fopen(there, "w");

	assert_non_null(f);
	fclose(f);
	if (wanted) {
		assert_int_equal(pz_beside_find(path, head), 0);
		assert_string_equal(head, wanted);
	} else {
		assert_int_equal(pz_beside_find(path, head), PZ_EIO);
	}
	unlink(there);
}

static void heads_have_names(void **state)
{
	char head[BESIDE_PATH];

	(void)state;
	head_is("a.fits", "a.head", "a.head");
	head_is("a.FITS.fz", "a.head", "a.head");
	head_is("a.fit.gz", "a.head", "a.head");
	head_is("a.b.fts.bz2", "a.b.head", "a.b.head");
	head_is("a.img", "a.img.head", "a.img.head");
	/* as SWarp has it */
	head_is("a.img", "a.head", "a.head");
	head_is("a.fits.fz", "a.fits.head", "a.fits.head");
	head_is("a.fits", "a.fits.head", NULL);
	head_is(".fits", ".fits.head", ".fits.head");
	says(pz_beside_find("d.x/a.fits", head), PZ_EIO,
	     "d.x/a.head: No such file or directory: expected the header of d.x/a.fits that "
	     "--heads "
	     "asks for");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_have_a_place_and_a_name),
		cmocka_unit_test(companions_are_no_frames),
		cmocka_unit_test(what_cannot_be_read_behind_a_frame),
		cmocka_unit_test(hdus_are_named),
		cmocka_unit_test(bands_have_names),
		cmocka_unit_test(planes_have_names),
		cmocka_unit_test(frames_are_planes),
		cmocka_unit_test(heads_have_names),
	};

	return cmocka_run_group_tests_name("images", tests, enter_own_folder, leave_own_folder);
}
