/* test_tools_sky.c -- cutout and mock called within the test: pixels and catalogues, by value */
#include <math.h>

#include <pz/fits.h>

#include "in_process.h"
#include "sky_header.h"

#define SIDE  80
#define SCALE (0.4 / 3600)

static float image[SIDE * SIDE];

/* A frame of 0.4" pixels whose pixel (x, y) is `base` + x + 100 y, its middle at (ra, 0). */
static void frame(const char *name, double ra, float base, const char *unit)
{
	struct test_wcs w = { .crval = { ra, 0 },
			      .crpix = { (SIDE + 1) / 2., (SIDE + 1) / 2. },
			      .cd = { { -SCALE, 0 }, { 0, SCALE } } };
	struct pz_fits_card cards[CARDS_OF_WCS + 3];
	int n = test_wcs_cards(&w, cards);

	cards[n++] = (struct pz_fits_card){ "BUNIT", .text = unit };
	cards[n++] = (struct pz_fits_card){ "MAGZERO", .number = 25 };
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = base + (float)(i % SIDE) + 100 * (float)(i / SIDE);
	assert_int_equal(pz_fits_write_image(name, image, SIDE, SIDE, cards, n), 0);
}

/* Galaxy a at pixel (30, 20) of the first field, b at (50, 60) of the second. */
static int begin(void **state)
{
	char text[400];

	if (in_folder(state) != 0)
		return -1;
	frame("f1-g.fits", 10, 0, "nanomaggy");
	frame("f1-r.fits", 10, 10000, "nanomaggy");
	frame("f2-g.fits", 11, 20000, "nanomaggy");
	frame("f2-r.fits", 11, 30000, "nanomaggy");
	snprintf(text, sizeof text,
		 "objid,ra,dec,zspec,dered_r,ebv,u\nb,%.12f,%.12f,0.2,17,0.03,19.5\n"
		 "a,%.12f,%.12f,,18,,20.5\nfar,200,50,0.1,17,0.1,20\n",
		 11 - (50 - 39.5) * SCALE, (60 - 39.5) * SCALE, 10 - (30 - 39.5) * SCALE,
		 (20 - 39.5) * SCALE);
	write_text("galaxies.csv", text);
	return 0;
}

#define BOTH "cutout -c galaxies.csv -f f*-%b.fits -b g,r "

static void near(double x, double y)
{
	if (!(fabs(x - y) <= 1e-4 * fmax(fabs(y), 1)))
		fail_msg("expected %.9g, found %.9g", y, x);
}

static void stamps_are_the_frames_pixels(void **state)
{
	double x[50];
	const char *text;

	(void)state;
	run_well(cutout_main, BOTH "-s 5 -n -k nearest --pixscale 0 --carry u -v -o c.pz");
	text = records("c.pz");
	assert_non_null(strstr(text, "{\"id\":\"a\",\"ra\":"));
	assert_non_null(strstr(contents("stderr"), "1 of 3 galaxies"));
	assert_true(number("c.pz", 0, "mag") == 18 && number("c.pz", 0, "u") == 20.5);
	assert_true(number("c.pz", 0, "z") == -999 && number("c.pz", 1, "z") == 0.2);
	assert_true(number("c.pz", 1, "ebv") == 0.03);
	for (size_t k = 0; k < 2; k++) {
		double at = k ? 20000 + 50 + 6000 : 30 + 2000;

		assert_int_equal(numbers("c.pz", k, "img", x, 50), 50);
		for (int i = 0; i < 50; i++)
			near(x[i], at + (i % 5 - 2) + 100 * (i / 5 % 5 - 2) + 10000 * (i / 25));
		numbers("c.pz", k, "cover", x, 2);
		assert_true(x[0] == 1 && x[1] == 1);
	}
	text = header("c.pz");
	assert_non_null(strstr(
		text, "\"bands\":[\"g\",\"r\"],\"size\":5,\"pixel\":\"f4\",\"pixscale\":0.4"));
	assert_non_null(strstr(text, "\"unit\":\"nmgy\""));
	assert_non_null(strstr(text, "\"bins\":180"));
	/* North up of a frame that is north up; lanczos gives back a plane. */
	run_well(cutout_main, BOTH "-s 4 -o c.pz");
	numbers("c.pz", 0, "img", x, 32);
	for (int i = 0; i < 32; i++)
		near(x[i], 2030 + (i % 4 - 1.5) + 100 * (i / 4 % 4 - 1.5) + 10000 * (i / 16));
	/* Pixels twice as wide have four times the flux. */
	run_well(cutout_main, BOTH "-s 3 -p 0.8 -k bilinear -o c.pz");
	numbers("c.pz", 0, "img", x, 18);
	for (int i = 0; i < 9; i++)
		near(x[i] / 4, 2030 + 2 * (i % 3 - 1) + 200 * (i / 3 - 1));
}

/* Stamps whose outermost pixels are the frame's. */
static void stamps_reach_the_edges(void **state)
{
	static const int corner[4][2] = { { 2, 2 }, { 77, 2 }, { 2, 77 }, { 77, 77 } };
	char text[400] = "id,ra,dec\n", *end = text + strlen(text);
	double x[25];

	(void)state;
	for (int i = 0; i < 4; i++)
		end += sprintf(end, "%d,%.12f,%.12f\n", i, 10 - (corner[i][0] - 39.5) * SCALE,
			       (corner[i][1] - 39.5) * SCALE);
	write_text("corners.csv", text);
	run_well(cutout_main, "cutout -c corners.csv -f f1-g.fits -b g -s 5 -n -k nearest -o c.pz");
	for (size_t k = 0; k < 4; k++) {
		const int *at = corner[(int)number("c.pz", k, "id")];

		assert_true(number("c.pz", k, "cover") == 1);
		assert_int_equal(numbers("c.pz", k, "img", x, 25), 25);
		for (int i = 0; i < 25; i++)
			near(x[i], at[0] + i % 5 - 2 + 100 * (at[1] + i / 5 - 2));
	}
}

static void fluxes_are_brought_to_nanomaggies(void **state)
{
	double x[18], y[18];

	(void)state;
	run_well(cutout_main, BOTH "-s 3 -n -k nearest -o plain.pz");
	run_well(cutout_main, BOTH "-s 3 -n -k nearest --zeropoint 25 -o keyword.pz");
	run_well(cutout_main,
		 BOTH "-s 3 -n -k nearest --zeropoint MAGZERO,22.5 --bias 100,1000 -o b.pz");
	numbers("plain.pz", 0, "img", x, 18);
	numbers("keyword.pz", 0, "img", y, 18);
	for (int i = 0; i < 18; i++)
		near(y[i], 0.1 * x[i]);
	numbers("b.pz", 0, "img", y, 18);
	for (int i = 0; i < 18; i++)
		near(y[i], i < 9 ? 0.1 * (x[i] - 100) : x[i] - 1000);
	/* The median of a plane's ring is its middle. */
	run_well(cutout_main,
		 BOTH "-s 3 -n -k nearest --subtract-sky annulus --sky-radii 2,6 -o sky.pz");
	numbers("sky.pz", 0, "img", y, 18);
	for (int i = 0; i < 18; i++)
		assert_true(fabs(y[i] - (i % 3 - 1) - 100 * (i / 3 % 3 - 1)) < 60);
	numbers("sky.pz", 0, "sky", y, 2);
	assert_true(fabs(y[0] - 2030) < 60 && fabs(y[1] - 12030) < 60);
}

/* Stacks of Pan-STARRS: BOFFSET + 2 BSOFTEN sinh(x ln 10 / 2.5), zero point 25 + 2.5 lg EXPTIME. */
static void stacks_of_pan_starrs_become_linear(void **state)
{
	struct test_wcs w = { .crval = { 12, 0 },
			      .crpix = { (SIDE + 1) / 2., (SIDE + 1) / 2. },
			      .cd = { { -SCALE, 0 }, { 0, SCALE } } };
	struct pz_fits_card cards[CARDS_OF_WCS + 3];
	int n = test_wcs_cards(&w, cards);
	double y[4];

	(void)state;
	cards[n++] = (struct pz_fits_card){ "BSOFTEN", .number = 2 };
	cards[n++] = (struct pz_fits_card){ "BOFFSET", .number = 5 };
	cards[n++] = (struct pz_fits_card){ "EXPTIME", .number = 100 };
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = 0.02F * (float)(i % SIDE);
	assert_int_equal(pz_fits_write_image("ps1-g.fits", image, SIDE, SIDE, cards, n), 0);
	write_text("middle.csv", "id,ra,dec\n1,12,0\n");
	run_well(cutout_main, "cutout -c middle.csv -f ps1-%b.fits -b g -s 2 -n -k nearest "
			      "--zeropoint PS1 -o ps1.pz");
	if (strstr(contents("stderr"), "Pan-STARRS"))
		fail_msg("%s", contents("stderr"));
	assert_int_equal(numbers("ps1.pz", 0, "img", y, 4), 4);
	for (int i = 0; i < 4; i++)
		near(y[i], 1e-3 * (5 + 4 * sinh(0.02 * (SIDE / 2 - 1 + i % 2) * log(10) / 2.5)));
	run_well(cutout_main, "cutout -c middle.csv -f ps1-%b.fits -b g -s 2 -n -o ps1.pz");
	assert_non_null(strstr(contents("stderr"),
			       "cutout: pixels of Pan-STARRS stacks are converted to linear fluxes "
			       "(BSOFTEN, BOFFSET) in units of the flux of AB "));
}

static void masks_shards_and_cover(void **state)
{
	double x[18];
	char whole[4096], parts[4096];

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = i == 20 * SIDE + 31 ? 1 : 0;
	assert_int_equal(pz_fits_write_image("mask-1.fits", image, SIDE, SIDE, NULL, 0), 0);
	run_well(cutout_main, BOTH "-s 3 -n -k nearest -m mask-*.fits -o m.pz");
	numbers("m.pz", 0, "img", x, 18);
	assert_true(x[5] == 0 && x[14] == 0 && x[4] == 2030);
	numbers("m.pz", 0, "cover", x, 2);
	near(x[0], 8 / 9.);
	/* a mask for each band, of which that of r has another pixel */
	assert_int_equal(rename("mask-1.fits", "mask-1-g.fits"), 0);
	image[20 * SIDE + 31] = 0;
	image[20 * SIDE + 29] = 1;
	assert_int_equal(pz_fits_write_image("mask-1-r.fits", image, SIDE, SIDE, NULL, 0), 0);
	run_well(cutout_main, BOTH "-s 3 -n -k nearest -m mask-*-%b.fits -o m.pz");
	numbers("m.pz", 0, "img", x, 18);
	assert_true(x[5] == 0 && x[3] == 2029 && x[12] == 0 && x[14] == 12031);
	assert_int_equal(rename("mask-1-g.fits", "mask-1.fits"), 0);
	assert_int_equal(remove("mask-1-r.fits"), 0);
	run_well(cutout_main, BOTH "-s 3 -n -k nearest -m mask-*.fits --min-cover 0.9 -o m.pz");
	assert_null(strstr(records("m.pz"), "\"id\":\"a\""));
	assert_non_null(strstr(contents("stderr"), "0.9"));
	run_well(cutout_main, BOTH "-s 3 -o c.pz");
	snprintf(whole, sizeof whole, "%s", records("c.pz"));
	run_well(cutout_main, BOTH "-s 3 --shard 1/2 -o c.pz");
	snprintf(parts, sizeof parts, "%s", records("c.pz"));
	run_well(cutout_main, BOTH "-s 3 --shard 2/2 -o c.pz");
	strncat(parts, records("c.pz"), sizeof parts - strlen(parts) - 1);
	assert_string_equal(parts, whole);
}

static void cutout_says_what_is_wrong(void **state)
{
	(void)state;
	run_badly(cutout_main, "cutout -f x-%b.fits -b g", 2, "--catalogue");
	run_badly(cutout_main, "cutout -c galaxies.csv -b g", 2, "--frames");
	run_badly(cutout_main, "cutout -c galaxies.csv -f x-%b.fits -b g", 1, "no file matches");
	run_badly(cutout_main, "cutout -c galaxies.csv -f f1-%b.fits -b g,g", 2, "g");
	run_badly(cutout_main, BOTH "--shard 3/2", 2, "--shard");
	run_badly(cutout_main, BOTH "--sky-radii 5,2 --subtract-sky annulus", 2, "--sky-radii");
	run_badly(cutout_main, BOTH "--columns z=nope", 1, "no column 'nope'");
	frame("g1-g.fits", 10, 0, "nanomaggy");
	frame("g1-r.fits", 10, 0, "adu");
	run_badly(cutout_main, "cutout -c galaxies.csv -f g*-%b.fits -b g,r", 1, "BUNIT");
}

/* ---- mock */

static void mock_stamps_are_a_survey(void **state)
{
	double x[80], y[80];

	(void)state;
	run_well(mock_main, "mock --stamps -n 8 --size 4 -o m.pz");
	run_well(mock_main, "mock --stamps -n 8 --size 4 -j 3 -o n.pz");
	assert_memory_equal(contents("m.pz"), contents("n.pz"), 4000);
	run_well(mock_main, "mock --stamps -n 5 --size 4 -o few.pz");
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(numbers("m.pz", i, "img", x, 80), 80);
		numbers("few.pz", i, "img", y, 80);
		assert_memory_equal(x, y, sizeof x);
		assert_true(number("m.pz", i, "id") == (double)i);
		assert_true(number("m.pz", i, "z") > 0 && number("m.pz", i, "z") < 0.4);
		assert_true(number("m.pz", i, "mag") > 12 && number("m.pz", i, "mag") < 17.8);
	}
	run_well(mock_main, "mock --stamps -n 5 --size 4 --seed 2 -o other.pz");
	assert_true(number("other.pz", 0, "z") != number("m.pz", 0, "z"));
	assert_non_null(strstr(header("m.pz"), "\"bands\":[\"u\",\"g\",\"r\",\"i\",\"z\"]"));
	run_badly(mock_main, "mock", 2, "expected a directory for the frames");
	run_badly(mock_main, "mock --stamps d", 2, "d");
	run_badly(mock_main, "mock --survey nowhere d", 2, "nowhere");
}

/* Frames of five bands and a catalogue, from which cutout gets the stamps of the galaxies. */
/* Also one that is known only when a list of frames was read. */
static void no_frame_is_written_over(void **state)
{
	const char *before = contents("f1-g.fits");

	(void)state;
	write_text("frames.txt", "f1-g.fits\nf1-r.fits\n");
	run_badly(cutout_main, "cutout -c galaxies.csv -f @frames.txt -b g,r -s 3 -o f1-g.fits", 2,
		  "--output 'f1-g.fits' is the input 'f1-g.fits': write to another file");
	run_badly(cutout_main, BOTH "-s 3 -o f1-g.fits", 2,
		  "--output 'f1-g.fits' is the input 'f1-g.fits': write to another file");
	assert_memory_equal(contents("f1-g.fits"), before, 2880);
	run_well(cutout_main, "cutout -c galaxies.csv -f @frames.txt -b g,r -s 3 -o l.pz");
	run_badly(cutout_main, "cutout -c galaxies.csv -f @frames.txt -b g,r,i -s 3 -o l.pz", 1,
		  "no frame in band i");
}

static void mock_frames_hold_their_galaxies(void **state)
{
	double x[245], middle = 0, edge = 0;

	(void)state;
	run_well(mock_main, "mock -n 3 --density 3 -q sky");
	assert_int_equal(access("sky/catalogue.fits", F_OK), 0);
	run_well(cutout_main,
		 "cutout -c sky/catalogue.fits -f sky/frame-%b-*.fits -b u,g,r,i,z -s 7 "
		 "--survey sdss -o s.pz");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(numbers("s.pz", i, "img", x, 245), 245);
		middle += x[2 * 49 + 24];
		edge += x[2 * 49];
		assert_true(number("s.pz", i, "z") > 0 && number("s.pz", i, "z") < 0.4);
	}
	assert_true(middle > 2 * edge && middle > 1);
	write_text("own.csv",
		   "id,z,r,u,g,i,zz\n5,0.1,15,17,16,14.8,14.7\n6,0.2,16,18,17,15.8,15.7\n");
	run_badly(mock_main, "mock --from none.csv own", 1, "none.csv");
	run_well(mock_main, "mock -n 2 --compress fz -q packed");
	assert_int_equal(access("packed/frame-r-000001-1-0001.fits.fz", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_are_the_frames_pixels),
		cmocka_unit_test(stamps_reach_the_edges),
		cmocka_unit_test(fluxes_are_brought_to_nanomaggies),
		cmocka_unit_test(stacks_of_pan_starrs_become_linear),
		cmocka_unit_test(masks_shards_and_cover),
		cmocka_unit_test(cutout_says_what_is_wrong),
		cmocka_unit_test(mock_stamps_are_a_survey),
		cmocka_unit_test(no_frame_is_written_over),
		cmocka_unit_test(mock_frames_hold_their_galaxies),
	};

	return cmocka_run_group_tests_name("cutout and mock", tests, begin, out_of_folder);
}
