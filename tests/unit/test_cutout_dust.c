/* test_cutout_dust.c -- cutout: E(B-V) from maps of dust, bands that files call otherwise, masks
 * that a survey has beside its frames
 */
#include <math.h>
#include <sys/stat.h>

#include <pz/fits.h>

#include "in_process.h"
#include "sky_header.h"

#define SIDE  40
#define SCALE (0.5 / 3600)

static float image[SIDE * SIDE];

/* A frame of 0.5" pixels of this flux, its middle at (10, 0). */
static void frame(const char *name, float flux)
{
	struct test_wcs w = { .crval = { 10, 0 },
			      .crpix = { (SIDE + 1) / 2., (SIDE + 1) / 2. },
			      .cd = { { -SCALE, 0 }, { 0, SCALE } } };
	struct pz_fits_card cards[CARDS_OF_WCS + 1];
	int n = test_wcs_cards(&w, cards);

	cards[n++] = (struct pz_fits_card){ "BUNIT", .text = "nanomaggy" };
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = flux;
	assert_int_equal(pz_fits_write_image(name, image, SIDE, SIDE, cards, n), 0);
}

/* A map of one value, of the southern hemisphere, in which the frame lies. */
static void write_map(float value)
{
	const struct pz_fits_card cards[] = { { "LAM_NSGP", .number = -1 },
					      { "LAM_SCAL", .number = 1 },
					      { "CRPIX1", .number = 2.5 },
					      { "CRPIX2", .number = 2.5 },
					      { "CTYPE1", .text = "GLON-ZEA" } };

	for (int i = 0; i < 16; i++)
		image[i] = value;
	assert_int_equal(pz_fits_write_image("SFD_dust_4096_sgp.fits", image, 4, 4, cards, 5), 0);
}

#define PRESET                                                                                     \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 2, \"bins\": 40}, \"rows\": "          \
	"{\"mag\": \"r\", \"min\": 16, \"width\": 0.5, \"channels\": 4}, \"limits\": "             \
	"{\"divide\": 3, \"outlier\": 0.1, \"fit_from\": 0.2, \"threshold\": 50}"

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	frame("f-g.fits", 1);
	frame("f-r.fits", 2);
	mkdir("presets", 0700);
	write_text("presets/mine.json",
		   "{" PRESET ", \"frames\": {\"files\": \"sci-%b.fits\", \"bands\": \"g,r\", "
		   "\"names\": \"HSC-G,HSC-R\", \"pixscale\": 0.5}, \"mask\": {\"instead\": "
		   "\"sci\", \"files\": \"bad\"}}");
	setenv("PZ_SURVEYS", "presets", 1);
	write_text("cat.csv", "id,ra,dec,zspec,r\n5,10,0,0.25,17\n");
	return 0;
}

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

/* ---- dust ---- */

static void reddening_where_the_catalogue_has_none(void **state)
{
	(void)state;
	write_map(0.125F);
	write_text("some.csv", "id,ra,dec,ebv\n5,10,0,0.5\n6,10.0002,0.0001,\n7,10,0.0002,nan\n");
	run_well(cutout_main, "cutout -c some.csv -f f-%b.fits -b g,r -s 3 --dust . -o c.pz");
	assert_true(number("c.pz", 0, "ebv") == 0.5);
	assert_true(fabs(number("c.pz", 1, "ebv") - 0.125) < 1e-6);
	assert_true(fabs(number("c.pz", 2, "ebv") - 0.125) < 1e-6);
	says("cutout: some.csv: 1 galaxy keeps the E(B-V) of the catalogue, 2 that of the maps of "
	     "--dust\n");
	says("cutout: some.csv: no column of redshifts or magnitudes was found: ");
	/* of all galaxies nothing is said, as there is no column to be missed */
	run_well(cutout_main, "cutout -c cat.csv -f f-%b.fits -b g,r -s 3 --dust . -o c.pz");
	assert_true(fabs(number("c.pz", 0, "ebv") - 0.125) < 1e-6);
	assert_string_equal(contents("stderr"), "");
	run_well(cutout_main, "cutout -c cat.csv -f f-%b.fits -b g,r -s 3 -o c.pz");
	says("cutout: cat.csv: no column of E(B-V) was found: the stamps will lack ebv; ");
	assert_true(number("c.pz", 0, "ebv") == -999);
	run_badly(cutout_main, "cutout -c cat.csv -f f-%b.fits -b g,r -s 3 --dust no -o no.pz", 1,
		  "no/SFD_dust_4096_sgp.fits: No such file or directory: expected the maps of");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* ---- messages ---- */

static void frames_that_are_missing(void **state)
{
	(void)state;
	frame("h1-g.fits", 1);
	frame("h1-r.fits", 1);
	frame("h2-g.fits", 1);
	write_text("far.csv",
		   "id,ra,dec,zspec,r,ebv\n5,10,0,0.25,17,0.1\n8,10.0001,0,0.25,17,0.1\n");
	run_well(cutout_main, "cutout -c far.csv -f h1-%b.fits -b g,r -s 3 -o c.pz");
	assert_string_equal(contents("stderr"), "");
	write_text("t.csv", "file,band,field\nh1-g.fits,g,a\nh1-r.fits,r,b\n");
	run_well(cutout_main, "cutout -c far.csv -f @t.csv -b g,r -s 3 -o c.pz");
	says(" missing; the first is ");
	says(", for galaxy 5; 2 galaxies have pixels and cover 0 there\n");
	write_text("far.csv", "id,ra,dec,zspec,r,ebv\nx7,10,0,0.25,17,0.1\n");
	run_well(cutout_main, "cutout -c far.csv -f @t.csv -b g,r -s 3 -o c.pz");
	says(", for galaxy x7; 1 galaxy has pixels and cover 0 there\n");
}

/* ---- names and masks of a survey ---- */

#define SURVEY "cutout -c cat.csv --survey mine -s 3 -q -o c.pz -f "

static void middle_is(double g, double r)
{
	double x[18];

	assert_int_equal(numbers("c.pz", 0, "img", x, 18), 18);
	if (fabs(x[4] - g) > 1e-5 || fabs(x[13] - r) > 1e-5)
		fail_msg("expected %g and %g, found %g and %g", g, r, x[4], x[13]);
	assert_non_null(strstr(header("c.pz"), "\"bands\":[\"g\",\"r\"]"));
}

/* By the survey's names of bands in files, or where there is no such file by the bands' own. */
static void files_by_either_name_of_a_band(void **state)
{
	(void)state;
	mkdir("a", 0700);
	frame("a/sci-HSC-G.fits", 3);
	frame("a/sci-HSC-R.fits", 4);
	mkdir("b", 0700);
	frame("b/sci-g.fits", 5);
	frame("b/sci-r.fits", 6);
	mkdir("c", 0700);
	run_well(cutout_main, SURVEY "a");
	middle_is(3, 4);
	run_well(cutout_main, SURVEY "b");
	middle_is(5, 6);
	run_well(cutout_main, SURVEY "f-%b.fits");
	middle_is(1, 2);
	write_text("list", "b/sci-g.fits\nb/sci-r.fits\n");
	run_well(cutout_main, SURVEY "@list");
	middle_is(5, 6);
	/* of neither the survey's are told */
	run_badly(cutout_main, SURVEY "c", 1, "HSC-G");
}

static void masks_beside_frames_may_be_missing(void **state)
{
	double cover[2];

	(void)state;
	run_well(cutout_main, "cutout -c cat.csv --survey mine -s 3 -f a -o c.pz");
	says(": stamps are cut without masks (--mask none says that there are none)\n");
	numbers("c.pz", 0, "cover", cover, 2);
	assert_true(cover[0] == 1 && cover[1] == 1);
	run_well(cutout_main, "cutout -c cat.csv --survey mine -s 3 -f a -m none -o c.pz");
	if (strstr(contents("stderr"), "without masks"))
		fail_msg("%s", contents("stderr"));
	/* all of g is bad; the mask of r is not, and may not be written over */
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = 1;
	assert_int_equal(pz_fits_write_image("a/bad-HSC-G.fits", image, SIDE, SIDE, NULL, 0), 0);
	memset(image, 0, sizeof image);
	assert_int_equal(pz_fits_write_image("a/bad-HSC-R.fits", image, SIDE, SIDE, NULL, 0), 0);
	run_well(cutout_main, "cutout -c cat.csv --survey mine -s 3 -n -f a -o c.pz");
	numbers("c.pz", 0, "cover", cover, 2);
	assert_true(cover[0] == 0 && cover[1] == 1);
	run_badly(cutout_main, "cutout -c cat.csv --survey mine -f a -o a/bad-HSC-R.fits", 2,
		  "--output 'a/bad-HSC-R.fits' is the input 'a/");
	run_badly(cutout_main, "cutout -c cat.csv --survey mine -f a -o a/sci-HSC-R.fits", 2,
		  "--output 'a/sci-HSC-R.fits' is the input 'a/");
}

/* How masks are read may be said where a table of frames has some. */
static void masks_of_a_table_of_frames(void **state)
{
	(void)state;
	write_text("none.csv", "file,band\nf-g.fits,g\nf-r.fits,r\n");
	run_badly(cutout_main,
		  "cutout -c cat.csv -f @none.csv -b g,r -s 3 --mask-bits 0 -q -o c.pz", 2,
		  "--mask-bits needs --mask, or a table of frames with a column 'mask'");
	write_text("some.csv",
		   "file,band,mask,hue\nf-g.fits,g,,1\nf-r.fits,r,a/bad-HSC-R.fits,2\n");
	run_well(cutout_main, "cutout -c cat.csv -f @some.csv -b g,r -s 3 --mask-weights -o c.pz");
	says("cutout: 1 of 2 frames has no mask; the first is ");
	says("cutout: unknown columns of a table of frames are ignored: some.csv: hue; known ");
	run_badly(cutout_main, "cutout -c cat.csv -f @some.csv -b g,r -s 3 -o a/bad-HSC-R.fits", 2,
		  "is the input");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reddening_where_the_catalogue_has_none),
		cmocka_unit_test(frames_that_are_missing),
		cmocka_unit_test(files_by_either_name_of_a_band),
		cmocka_unit_test(masks_beside_frames_may_be_missing),
		cmocka_unit_test(masks_of_a_table_of_frames),
	};

	return cmocka_run_group_tests_name("dust, names and masks", tests, begin, out_of_folder);
}
