/* test_cutout_options.c -- cutout: options that do not go together, and what its header, its
 * records and its messages say of a small field */
#include <math.h>

#include <pz/fits.h>

#include "in_process.h"
#include "sky_header.h"

#define SIDE  40
#define SCALE (0.5 / 3600)

static float image[SIDE * SIDE];

/* A frame of 0.5" pixels, its middle at (10, 0), whose pixel (x, y) is base + x + 100 y. */
static void frame(const char *name, float base)
{
	struct test_wcs w = { .crval = { 10, 0 },
			      .crpix = { (SIDE + 1) / 2., (SIDE + 1) / 2. },
			      .cd = { { -SCALE, 0 }, { 0, SCALE } } };
	struct pz_fits_card cards[CARDS_OF_WCS + 3];
	int n = test_wcs_cards(&w, cards);

	cards[n++] = (struct pz_fits_card){ "BUNIT", .text = "adu" };
	cards[n++] = (struct pz_fits_card){ "MAGZERO", .number = 25 };
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = base + (float)(i % SIDE) + 100 * (float)(i / SIDE);
	assert_int_equal(pz_fits_write_image(name, image, SIDE, SIDE, cards, n), 0);
}

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	frame("f-g.fits", 0);
	frame("f-r.fits", 10000);
	write_text("cat.csv", "id,ra,dec,zspec,u,v\n5,10,0,0.25,1,3\nb,10.0001,0.0001,,2,5\n"
			      "7,50,0,0.5,1,1\n8,60,0,0.5,1,1\n");
	return 0;
}

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

#define CUT "cutout -c cat.csv -f f-%b.fits -b g,r -s 3 "

static void options_that_do_not_go_together(void **state)
{
	static const char *const cases[][2] = {
		{ "cutout -f f-%b.fits", "--catalogue and --frames are needed" },
		{ "cutout -c cat.csv", "--catalogue and --frames are needed" },
		{ CUT "more.fits", "'more.fits': expected no operands; in quotes, --frames "
				   "'frame-%b-*.fits' is one pattern" },
		{ CUT "--sky-radii 1,2", "--sky-radii needs --subtract-sky annulus" },
		{ CUT "--match-psf 2 --psf 1 -k bilinear",
		  "--match-psf needs --kernel lanczos3; the other kernels widen PSFs" },
		{ CUT "--match-psf 2",
		  "--match-psf needs the PSFs of the frames: --psf FWHM (arcsec) "
		  "or --psf KEYWORD, or a table of frames with a column 'psf'" },
		{ CUT "--mask-bits 1",
		  "--mask-bits needs --mask, or a table of frames with a column "
		  "'mask'" },
		{ CUT "--mask-weights", "--mask-weights needs --mask" },
		{ CUT "--mask-hdu 1", "--mask-hdu needs --mask" },
		{ CUT "--missing x", "missing: expected numbers" },
		{ CUT "--zeropoint 1,2,3",
		  "--zeropoint: expected one number or keyword, or 2 with" },
		{ CUT "--bias 1,2,3", "--bias: expected one number or keyword, or 2 with" },
		{ CUT "--mask-bits 64", "--mask-bits: expected bits from 0 to 63 or names" },
		{ CUT "--shard 0/2", "--shard: expected i/n with i from 1 to n, found '0/2'" },
		{ CUT "--carry a=u,a=v", "different names" },
		{ CUT "--features u --colours",
		  "--colours: expected two features and more, found 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run_badly(cutout_main, cases[i][0], 2, cases[i][1]);
	run_badly(cutout_main, CUT "-m none-%b.fits", 1, "none-");
	run_badly(cutout_main, "cutout -c none.csv -f f-%b.fits -b g", 1, "none.csv: ");
	run_badly(cutout_main, "cutout -c cat.csv -f h-%b.fits -b ugr", 1,
		  "did you mean --bands u,g,r?");
	run_badly(cutout_main, "cutout -c cat.csv -f h-%b.fits -b g,r", 1, "h-");
	if (strstr(contents("stderr"), "did you mean"))
		fail_msg("%s", contents("stderr"));
}

static void header_and_records(void **state)
{
	static const char *const part[] = {
		"\"kind\":\"stamps\"", "\"bands\":[\"g\",\"r\"],\"size\":3,\"pixel\":\"f4\"",
		"\"pixscale\":0.5",    "\"unit\":\"adu\"",
		"\"bins\":180",        "\"features\":[\"u\",\"v\",\"u-v\"]",
	};
	double x[18], f[3];

	(void)state;
	run_well(cutout_main,
		 CUT "-n -k nearest --features u,v --colours --carry q.u=u -v -o c.pz");
	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (!strstr(header("c.pz"), part[i]))
			fail_msg("'%s' lacks '%s'", header("c.pz"), part[i]);
	if (strstr(header("c.pz"), "\"psf\""))
		fail_msg("%s", header("c.pz"));
	assert_string_equal(
		strstr(records("c.pz"), "{\"id\":\"b\""),
		"{\"id\":\"b\",\"ra\":10.0001,\"dec\":0.0001,\"q\":{\"u\":2.0},\"features\""
		":{\"bytes\":12},\"cover\":[1.0,1.0],\"img\":{\"bytes\":72}}\n");
	assert_true(number("c.pz", 0, "z") == 0.25);
	assert_int_equal(numbers("c.pz", 1, "features", f, 3), 3);
	assert_true(f[0] == 2 && f[1] == 5 && f[2] == -3);
	numbers("c.pz", 0, "img", x, 18);
	for (int i = 0; i < 18; i++)
		assert_true(x[i] - x[0] == i % 3 + 100 * (i / 3 % 3) + 10000 * (i / 9));
	says("cutout: cat.csv: no column of magnitudes or E(B-V) was found: the stamps will lack "
	     "mag "
	     "and ebv; --columns mag=NAME,ebv=NAME names them\n");
	says("cutout: 2 of 4 galaxies are on no frame\n");
	says("cutout: 2 stamps of 2 bands, 3 x 3 pixels of 0.5\"\n");
	says("cutout: pixels stay in 'adu', although the frames have a zero point, MAGZERO; with "
	     "--zeropoint MAGZERO all frames and bands have the same unit, nanomaggies\n");
	run_well(cutout_main,
		 CUT "--zeropoint 25 --subtract-sky annulus --sky-radii 3,8 -q -o c.pz");
	assert_non_null(strstr(header("c.pz"), "\"unit\":\"nmgy\""));
	assert_int_equal(numbers("c.pz", 0, "sky", f, 3), 2);
	assert_true(fabs(f[1] - f[0] - 1000) < 1e-2);
	run_well(cutout_main, CUT "--match-psf 2.5 --psf 1.5,2 -v -o c.pz");
	says("cutout: the frames' PSFs had a FWHM from 1.5\" to 2\"\n");
	assert_non_null(strstr(header("c.pz"), "\"psf\":2.5"));
	run_well(cutout_main, CUT "-p 0.25 -q -o c.pz");
	assert_non_null(strstr(header("c.pz"), "\"pixscale\":0.25"));
}

/* Gaps of 0 cover, and galaxies with less of it than is asked for. */
static void masked_pixels_and_cover(void **state)
{
	double cover[2], weight[2];

	(void)state;
	for (int i = 0; i < SIDE * SIDE; i++)
		image[i] = i % SIDE < SIDE / 2 ? 4 : 0;
	assert_int_equal(pz_fits_write_image("m-g.fits", image, SIDE, SIDE, NULL, 0), 0);
	assert_int_equal(pz_fits_write_image("m-r.fits", image, SIDE, SIDE, NULL, 0), 0);
	run_well(cutout_main, CUT "-n -k nearest -m m-%b.fits -q -o c.pz");
	numbers("c.pz", 0, "cover", cover, 2);
	assert_true(cover[0] == cover[1] && cover[0] > 0.3 && cover[0] < 0.7);
	/* what is masked is good as a weight, and the other way round */
	run_well(cutout_main, CUT "-n -k nearest -m m-%b.fits --mask-weights -q -o c.pz");
	assert_int_equal(numbers("c.pz", 0, "cover", weight, 2), 2);
	assert_true(fabs(weight[0] + cover[0] - 1) < 1e-6);
	run_well(cutout_main, CUT "-n -k nearest -m m-%b.fits --min-cover 0.9 -o c.pz");
	says("cutout: 2 galaxies were dropped: the cover of a band is below 0.9\n");
	assert_string_equal(records("c.pz"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_that_do_not_go_together),
		cmocka_unit_test(header_and_records),
		cmocka_unit_test(masked_pixels_and_cover),
	};

	return cmocka_run_group_tests_name("cutout's options", tests, begin, out_of_folder);
}
