/* test_tools_survey.c -- options of cutout and what presets make of them, galaxies that mock
 * paints, and an archive of no arrays
 */
#include <math.h>

#include <pz/array.h>
#include <pz/mock.h>

#include "../../tools/cutout/preset.h"
#include "../../tools/mock/origin.h"
#include "in_process.h"

/* ---- lists of options ---- */

static void bits_are_numbers_or_names(void **state)
{
	static const struct {
		const char *text;
		uint64_t bits;
		const char *planes;
	} good[] = {
		{ "0", 1, NULL },
		{ "0,3", 9, NULL },
		{ "63", UINT64_C(1) << 63, NULL },
		{ "010", 1 << 10, NULL },
		{ "0x10", 16, NULL },
		{ "0X1f", 31, NULL },
		{ "0xffffffffffffffff", UINT64_MAX, NULL },
		{ "0x6,0", 7, NULL },
		{ "SAT,3,MP_BAD", 8, "SAT,MP_BAD" },
		{ "A-b_9", 0, "A-b_9" },
	};
	static const char *const wrong[] = { "",
					     "64",
					     "-1",
					     "0x0",
					     "0xg",
					     "3x",
					     ",1",
					     "1,",
					     "1,,2",
					     " 1",
					     "A B",
					     "A.B",
					     "+3",
					     "0x10000000000000000",
					     "99999999999999999999999" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct pz_cutout_options c = { 0 };
		char planes[SETTINGS_PLANES] = "";

		assert_int_equal(settings_parse_bits(&c, good[i].text, planes), 0);
		assert_true(c.mask_bits == good[i].bits);
		if (good[i].planes)
			assert_string_equal(c.mask_planes, good[i].planes);
		else
			assert_null(c.mask_planes);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct pz_cutout_options c = { 0 };
		char planes[SETTINGS_PLANES] = "";

		if (settings_parse_bits(&c, wrong[i], planes) != PZ_EUSAGE ||
		    !strstr(pz_error_text(), "--mask-bits: expected bits from 0 to 63 or names"))
			fail_msg("'%s' should be refused", wrong[i]);
	}
}

static void pixels_without_data_have_a_value(void **state)
{
	static const char *const wrong[] = { "", "x", "1x", " ", "nan", "-inf", "3.5e38", "0,1" };
	static const char *const none[] = { NULL, "none" };
	struct pz_cutout_options c = { 0 };
	double value = 5;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(settings_parse_nodata(&c, none[i], &value), 0);
		assert_null(c.nodata);
	}
	assert_int_equal(settings_parse_nodata(&c, "-3.4e38", &value), 0);
	assert_ptr_equal(c.nodata, &value);
	assert_true(*c.nodata == -3.4e38);
	assert_int_equal(settings_parse_nodata(&c, "0", &value), 0);
	assert_true(*c.nodata == 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		c.nodata = NULL;
		assert_int_equal(settings_parse_nodata(&c, wrong[i], &value), PZ_EUSAGE);
		assert_null(c.nodata);
	}
}

static void bands_are_names(void **state)
{
	struct band_list b;
	char many[600] = "b0";

	(void)state;
	assert_int_equal(settings_parse_bands(&b, " u, g ,r2"), 0);
	assert_int_equal(b.count, 3);
	assert_string_equal(b.name[0], "u");
	assert_string_equal(b.name[1], "g");
	assert_string_equal(b.name[2], "r2");
	assert_int_equal(settings_parse_bands(&b, "u,g,u"), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--bands: 'u' is named twice");
	assert_int_equal(settings_parse_bands(&b, ""), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--bands: expected bands, found none");
	assert_int_equal(settings_parse_bands(&b, "u, ,g"), PZ_EUSAGE);
	assert_int_equal(settings_parse_bands(&b, "a234567890123456"), PZ_EUSAGE);
	assert_int_equal(settings_parse_bands(&b, "a23456789012345"), 0);
	for (int i = 1; i < PZ_BANDS_MAX; i++)
		sprintf(many + strlen(many), ",b%d", i);
	assert_int_equal(settings_parse_bands(&b, many), 0);
	assert_int_equal(b.count, PZ_BANDS_MAX);
	strcat(many, ",x");
	assert_int_equal(settings_parse_bands(&b, many), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "bands, found more"));
}

static void radii_are_two_rising_numbers(void **state)
{
	static const char *const wrong[] = { "15",    "15,15", "25,15",   "-1,5",
					     "1,2,3", "1,2x",  "0,36000", "nan,5" };
	struct pz_cutout_options c = { 0 };

	(void)state;
	assert_int_equal(settings_parse_radii(&c, NULL), 0);
	assert_true(c.sky_outer == 0);
	assert_int_equal(settings_parse_radii(&c, "0,35999"), 0);
	assert_true(c.sky_inner == 0 && c.sky_outer == 35999);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (settings_parse_radii(&c, wrong[i]) != PZ_EUSAGE)
			fail_msg("'%s' should be refused", wrong[i]);
}

static void lists_have_an_item_for_each_band(void **state)
{
	(void)state;
	assert_int_equal(settings_check_list("--zeropoint", NULL, 3, true), 0);
	assert_int_equal(settings_check_list("--zeropoint", "22.5", 3, true), 0);
	assert_int_equal(settings_check_list("--zeropoint", "25,26.5,PHOTZP", 3, true), 0);
	assert_int_equal(settings_check_list("--zeropoint", "25,26", 3, true), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--zeropoint: expected one number or keyword, or 3 "
					     "with commas between, found '25,26'");
	assert_int_equal(settings_check_list("--zeropoint", "25,,26", 3, true), PZ_EUSAGE);
	assert_int_equal(settings_check_list("--zeropoint", "-99", 3, true), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "--zeropoint: expected a magnitude or a keyword, found '-99'");
	assert_int_equal(settings_check_list("--bias", "-99", 3, false), 0);
	assert_int_equal(settings_check_list("--bias", "1,2,inf", 3, false), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--bias: expected a number or a keyword, found 'inf'");
}

/* ---- presets ---- */

static struct pz_survey survey(void)
{
	return (struct pz_survey){ .name = "mine",
				   .frames = { .files = "sci-%b-*.fits",
					       .bands = "g,r",
					       .names = "HSC-G,HSC-R",
					       .pixscale = 0.25,
					       .hdu = "SCI",
					       .zeropoint = "27",
					       .bias = "100",
					       .nodata = "-9",
					       .masked = true,
					       .mask_instead = "sci",
					       .mask_files = "mask",
					       .mask_hdu = "MASK",
					       .mask_bits = "SAT,BAD" } };
}

static void presets_fill_what_was_not_given(void **state)
{
	struct pz_survey s = survey();
	struct preset p = { .frames = "x/sci-%b-1.fits,y/sci-%b-2.fits" };

	(void)state;
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_string_equal(p.bands, "g,r");
	assert_string_equal(p.hdu, "SCI");
	assert_string_equal(p.zeropoint, "27");
	assert_string_equal(p.bias, "100");
	assert_string_equal(p.nodata, "-9");
	assert_true(p.pixscale == 0.25);
	assert_true(!p.mask && p.masks_beside && !p.mask_weights);
	assert_string_equal(p.mask_hdu, "MASK");
	assert_string_equal(p.mask_bits, "SAT,BAD");
	preset_release(&p);
	/* what was given stays; stamps of the frames' own pixels have their scale */
	p = (struct preset){ .frames = "sci.fits",
			     .bands = "z",
			     .hdu = "2",
			     .zeropoint = "5",
			     .bias = "1",
			     .nodata = "none",
			     .mask_bits = "3" };
	assert_int_equal(preset_apply(&p, &s, true), 0);
	assert_true(!strcmp(p.bands, "z") && !strcmp(p.hdu, "2") && !strcmp(p.zeropoint, "5") &&
		    !strcmp(p.bias, "1") && !strcmp(p.nodata, "none") &&
		    !strcmp(p.mask_bits, "3") && p.pixscale == 0);
	preset_release(&p);
	p = (struct preset){ .frames = "sci.fits", .pixscale = 3, .mask_weights = true };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_true(p.pixscale == 3 && p.mask_weights && !p.mask_bits);
	preset_release(&p);
	/* no survey's bands: those of SDSS */
	s = (struct pz_survey){ .name = "none" };
	p = (struct preset){ .frames = "a.fits" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_string_equal(p.bands, "u,g,r,i,z");
	assert_null(p.hdu);
	assert_null(p.mask);
	preset_release(&p);
}

static void masks_of_a_preset(void **state)
{
	struct pz_survey s = survey();
	struct preset p = { .frames = "f/sci.fits", .mask = "none", .mask_weights = true };

	(void)state;
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_true(!p.mask && !p.mask_hdu && !p.mask_bits && !p.mask_weights && !p.masks_beside);
	preset_release(&p);
	p = (struct preset){ .frames = "f/sci.fits", .mask = "own.fits" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_string_equal(p.mask, "own.fits");
	assert_false(p.masks_beside);
	assert_string_equal(p.mask_hdu, "MASK");
	preset_release(&p);
	/* frames of a list have theirs beside them, too */
	p = (struct preset){ .frames = "@list" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_true(!p.mask && p.masks_beside);
	assert_string_equal(p.mask_bits, "SAT,BAD");
	preset_release(&p);
	/* of weights */
	*s.frames.mask_bits = 0;
	s.frames.mask_weights = true;
	p = (struct preset){ .frames = "f/sci.fits" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_true(p.masks_beside && p.mask_weights && !p.mask_bits);
	preset_release(&p);
	s.frames.masked = false;
	p = (struct preset){ .frames = "f/sci.fits" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_true(!p.mask && !p.masks_beside);
	preset_release(&p);
}

static void folders_have_the_names_of_the_survey(void **state)
{
	struct pz_survey s = survey();
	struct preset p = { .frames = "folder" };

	(void)state;
	assert_int_equal(system("mkdir -p folder"), 0);
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_string_equal(p.frames, "folder/%/sci-%b-*.fits");
	preset_release(&p);
	p = (struct preset){ .frames = "folder/" };
	assert_int_equal(preset_apply(&p, &s, false), 0);
	assert_string_equal(p.frames, "folder/%/sci-%b-*.fits");
	preset_release(&p);
	*s.frames.files = 0;
	p = (struct preset){ .frames = "folder" };
	assert_int_equal(preset_apply(&p, &s, false), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "--frames: 'folder' is a folder, and the survey "
						"'mine' has no names of"));
	preset_release(&p);
}

static void files_may_call_bands_otherwise(void **state)
{
	struct pz_survey s = survey();
	const char *names[PZ_BANDS_MAX];
	char text[PRESET_NAMES];
	struct band_list bands;

	(void)state;
	settings_parse_bands(&bands, "r,z,g");
	assert_true(preset_file_names(&s.frames, &bands, names, text));
	assert_string_equal(names[0], "HSC-R");
	assert_string_equal(names[1], "z");
	assert_string_equal(names[2], "HSC-G");
	settings_parse_bands(&bands, "z");
	assert_false(preset_file_names(&s.frames, &bands, names, text));
	assert_string_equal(names[0], "z");
	*s.frames.names = 0;
	settings_parse_bands(&bands, "g");
	assert_false(preset_file_names(&s.frames, &bands, names, text));
}

/* ---- galaxies to paint ---- */

static const char catalogue[] = "z,mu,mg,mr,mi,mz,eu,eg,er,ei,ez,radius,ebv\n"
				"0.1,18,17,16,15.8,15.7,0.1,0.1,0.1,0,0.1,2.5,0.02\n"
				"# by hand\n"
				"0.2,19,18,17,16.8,16.7,-1,0.2,0.2,0.2,0.2,1.5,0.03\n"
				"0,18,17,16,15,15,1,1,1,1,1,1,0\n"
				"0.3,18,17,-99,15,15,1,1,1,1,1,1,0\n"
				"9,18,17,16,15,15,1,1,1,1,1,1,0\n"
				"0.3,20,19,18,17.8,17.7,0.3,0.3,0.3,0.3,0.3,1,0.01\n";

static void galaxies_of_a_catalogue(void **state)
{
	struct tool t = { .name = "mock", .quiet = true };
	struct origin_catalogue c = { .path = "own.csv",
				      .magnitudes = "m%b",
				      .errors = "e%b",
				      .sizes = "radius",
				      .most = 100 };
	struct origin from = { 0 };
	struct pz_mock_galaxy g;

	(void)state;
	write_text("own.csv", catalogue);
	assert_int_equal(pz_mock_open(&from.sky, "sdss", 1), 0);
	if (origin_read(&from, &t, &c) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(from.count, 3);
	assert_true(from.known[0].z == 0.1 && from.known[0].ebv == 0.02);
	assert_true(from.known[0].mags[0] == 18 && from.known[0].mags[4] == 15.7);
	assert_true(!(from.known[1].errors[0] > 0) && from.known[1].errors[4] == 0.2);
	assert_true(from.known[1].size == 1.5 && from.known[2].z == 0.3);
	/* painted with that redshift and, within its error, these magnitudes */
	assert_int_equal(origin_galaxy(&from, 1, &g), 0);
	assert_true(g.z == 0.2 && fabs(g.mags[2] - 17) < 1);
	origin_release(&from);
	/* at most so many */
	from = (struct origin){ 0 };
	c.most = 2;
	assert_int_equal(pz_mock_open(&from.sky, "sdss", 1), 0);
	assert_int_equal(origin_read(&from, &t, &c), 0);
	assert_int_equal(from.count, 2);
	origin_release(&from);
}

static void what_mock_says_of_a_catalogue(void **state)
{
	(void)state;
	write_text("own.csv", catalogue);
	run_well(mock_main, "mock --from own.csv --magnitudes m%b --errors e%b --sizes radius "
			    "--columns z=z --stamps --size 4 -o m.pz");
	/* what was noted when it was opened comes first, what was noted since last */
	assert_string_equal(
		contents("stderr"),
		"mock: own.csv: no column 'id' or the like: ids are the numbers of the rows, "
		"from 1 (--columns id=NAME)\n"
		"mock: own.csv: 3 galaxies were left out, because r or a redshift up to "
		"0.4 is missing\n"
		"mock: own.csv: 2 magnitudes are taken as exact, because the error is "
		"missing or not above 0\n"
		"mock: own.csv: comment lines (#) between the rows are skipped: 1\n");
	assert_true(number("m.pz", 2, "z") == 0.3);
	run_badly(mock_main, "mock --from own.csv --magnitudes mr --stamps", 2,
		  "--magnitudes: expected a name with %b for the band, found 'mr'");
	run_badly(mock_main, "mock --from own.csv --magnitudes m%b,x --stamps", 2,
		  "--magnitudes: expected a name with %b for the band, found 'm%b,x'");
	run_badly(mock_main, "mock --from own.csv --magnitudes m%b --errors e --stamps", 2,
		  "--errors: expected a name with %b for the band, found 'e'");
	write_text("none.csv", "z,mu,mg,mr,mi,mz\n9,1,1,1,1,1\n8,1,1,1,1,1\n");
	run_badly(mock_main, "mock --from none.csv --magnitudes m%b --stamps", 1,
		  "none.csv: expected galaxies with r and a redshift up to 0.4, found none among "
		  "2 galaxies");
}

/* ---- arrays ---- */

/* A .npz of no arrays is an archive's end alone. */
static void an_archive_of_nothing_is_known_as_one(void **state)
{
	static const char end[22] = "PK\5\6";
	struct pz_arrays *a;

	(void)state;
	write_file("empty.npz", end, sizeof end);
	assert_int_equal(pz_arrays_look_like("empty.npz"), 1);
	assert_int_equal(pz_arrays_open(&a, "empty.npz", NULL), PZ_EDATA);
	assert_null(strstr(pz_error_text(), "another kind"));
	write_file("other", "PK\5\7", 4);
	assert_int_equal(pz_arrays_look_like("other"), 0);
	assert_int_equal(pz_arrays_open(&a, "other", NULL), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "other: expected an HDF5 file, .npy or .npz, found another kind");
	assert_int_equal(pz_arrays_open(&a, ".", NULL), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    ".: expected an HDF5 file, .npy or .npz, found a folder");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_are_numbers_or_names),
		cmocka_unit_test(pixels_without_data_have_a_value),
		cmocka_unit_test(bands_are_names),
		cmocka_unit_test(radii_are_two_rising_numbers),
		cmocka_unit_test(lists_have_an_item_for_each_band),
		cmocka_unit_test(presets_fill_what_was_not_given),
		cmocka_unit_test(masks_of_a_preset),
		cmocka_unit_test(folders_have_the_names_of_the_survey),
		cmocka_unit_test(files_may_call_bands_otherwise),
		cmocka_unit_test(galaxies_of_a_catalogue),
		cmocka_unit_test(what_mock_says_of_a_catalogue),
		cmocka_unit_test(an_archive_of_nothing_is_known_as_one),
	};

	return cmocka_run_group_tests_name("surveys", tests, in_folder, out_of_folder);
}
