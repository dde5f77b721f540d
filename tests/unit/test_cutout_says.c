/* test_cutout_says.c -- the galaxies of a catalogue in cutout's memory, and what it says of
 * catalogue and frames: every count, one and many */
#include <math.h>

#include "../../tools/cutout/messages.h"
#include "../../tools/cutout/preset.h"
#include "json_map.h"

static const struct tool tool = { .name = "cutout", .called = "cutout" };

/* ---- what goes to stderr ---- */

static int kept_stderr;

static void begin_hearing(void)
{
	fflush(stderr);
	kept_stderr = dup(2);
	point(2, "said", O_WRONLY | O_CREAT | O_TRUNC);
}

static const char *end_hearing(void)
{
	fflush(stderr);
	dup2(kept_stderr, 2);
	close(kept_stderr);
	return contents("said");
}

#define SAYS(call, expected)                                                                       \
	do {                                                                                       \
		begin_hearing();                                                                   \
		call;                                                                              \
		assert_string_equal(end_hearing(), expected);                                      \
	} while (0)

/* ---- galaxies ---- */

static struct galaxies galaxies;

static void read_galaxies(const char *text, const struct pz_catalogue_options *more)
{
	write_text("cat.csv", text);
	galaxies = (struct galaxies){ 0 };
	begin_hearing();
	if (galaxies_read(&tool, &galaxies, "cat.csv", more, more->features != NULL) != 0)
		fail_msg("%s", pz_error_text());
	end_hearing();
}

static const char *record_of(size_t i)
{
	pz_map *m = pz_map_new();
	const char *json;

	galaxies_record(&galaxies, i, m);
	json = json_of(m);
	pz_map_free(m);
	return json;
}

static void galaxies_keep_their_numbers(void **state)
{
	char name[PZ_ID_MAX];

	(void)state;
	read_galaxies("id,ra,dec,zspec,r,ebv,u,v,zz,g1,g2\n"
		      "7,10,-5,0.25,17,0.5,1,2,3,20,18\n"
		      "b,11,-6,,18,,nan,5,6,21,nan\n"
		      "-9,12,-7,0.5,,,7,8,9,22,19\n",
		      &(struct pz_catalogue_options){
			      .carry = "u,in.v=v,z=zz", .features = "g1,g2", .missing = { true } });
	assert_int_equal(galaxies.n, 3);
	assert_true(galaxies.z == 2 && galaxies.mag == 2 && galaxies.ebv == 1);
	assert_true(galaxies.has_z && galaxies.has_mag && galaxies.has_ebv);
	assert_true(galaxies.radec[2] == 11 && galaxies.radec[5] == -7);
	assert_string_equal(
		record_of(0),
		"{\"id\":7,\"ra\":10.0,\"dec\":-5.0,\"z\":0.25,\"mag\":17.0,\"ebv\":0.5,"
		"\"u\":1.0,\"in\":{\"v\":2.0},\"catalogue_z\":3.0,\"features\":{\"bytes\":12}"
		"}");
	assert_string_equal(
		record_of(1),
		"{\"id\":\"b\",\"ra\":11.0,\"dec\":-6.0,\"mag\":18.0,\"in\":{\"v\":5.0},"
		"\"catalogue_z\":6.0,\"features\":{\"bytes\":12}}");
	assert_string_equal(
		record_of(2),
		"{\"id\":-9,\"ra\":12.0,\"dec\":-7.0,\"z\":0.5,\"u\":7.0,\"in\":{\"v\":8.0}"
		",\"catalogue_z\":9.0,\"features\":{\"bytes\":12}}");
	assert_true(galaxies.feature[0] == 20 && galaxies.feature[1] == 18 &&
		    galaxies.feature[4] == 22);
	galaxies_name(&galaxies, 1, name);
	assert_string_equal(name, "b");
	galaxies_name(&galaxies, 2, name);
	assert_string_equal(name, "-9");
	galaxies_release(&galaxies);
}

static void galaxies_by_the_thousand(void **state)
{
	static char text[1 << 17];
	char *at = text + sprintf(text, "id,ra,dec,u,w\n");
	size_t twice, first = 99999;

	(void)state;
	for (int i = 0; i < 2500; i++)
		at += sprintf(at, "%d,%.3f,%.3f,%d,%d\n", i % 2400, 0.1 * i, 0.01 * i, 3 * i,
			      5 * i);
	read_galaxies(text, &(struct pz_catalogue_options){ .carry = "u,w", .missing = { true } });
	assert_int_equal(galaxies.n, 2500);
	assert_int_equal(galaxies.room, 4096);
	for (int i = 0; i < 2500; i++) {
		assert_true(fabs(galaxies.radec[2 * i] - 0.1 * i) < 1e-9);
		assert_true(galaxies.carry[2 * i] == 3 * i && galaxies.carry[2 * i + 1] == 5 * i);
		assert_int_equal(galaxies.galaxy[i].id, i % 2400);
	}
	assert_int_equal(galaxies_count_duplicates(&galaxies, &twice, &first), 0);
	assert_int_equal(twice, 100);
	assert_int_equal(galaxies.galaxy[first].id, 0);
	galaxies_release(&galaxies);
}

/* Numbers and names of the same letters are different; the first of a pair in their order. */
static void ids_that_come_twice(void **state)
{
	size_t twice, first = 9;

	(void)state;
	read_galaxies("id,ra,dec\nc,1,1\n8,1,1\na,1,1\n3,1,1\nc,1,1\n-4,1,1\nb,1,1\na,1,1\n",
		      &(struct pz_catalogue_options){ 0 });
	assert_int_equal(galaxies_count_duplicates(&galaxies, &twice, &first), 0);
	assert_int_equal(twice, 2);
	assert_string_equal(galaxies.galaxy[first].name, "a");
	galaxies_release(&galaxies);
	read_galaxies("id,ra,dec\n1,1,1\n2,1,1\n", &(struct pz_catalogue_options){ 0 });
	first = 9;
	assert_int_equal(galaxies_count_duplicates(&galaxies, &twice, &first), 0);
	assert_true(twice == 0 && first == 9);
	galaxies_release(&galaxies);
}

/* ---- catalogue ---- */

static void what_is_said_of_columns(void **state)
{
	(void)state;
	read_galaxies("id,ra,dec\n5,1,1\n5,1,1\n6,1,1\n5,1,1\n",
		      &(struct pz_catalogue_options){ 0 });
	SAYS(assert_int_equal(messages_of_catalogue(&tool, &galaxies, "f"), 0),
	     "cutout: f: no column of redshifts, magnitudes or E(B-V) was found: the stamps will "
	     "lack "
	     "z, mag and ebv; --columns z=NAME,mag=NAME,ebv=NAME names them\n"
	     "cutout: f: 2 galaxies have the id of another one, first id 5: programs that join "
	     "tables by id cannot tell them apart\n");
	galaxies.has_ebv = true;
	galaxies.ebv = 1;
	SAYS(messages_of_catalogue(&tool, &galaxies, "f"),
	     "cutout: f: no column of redshifts or magnitudes was found: the stamps will lack z "
	     "and "
	     "mag; --columns z=NAME,mag=NAME names them\n"
	     "cutout: f: 2 galaxies have the id of another one, first id 5: programs that join "
	     "tables by id cannot tell them apart\n");
	galaxies.galaxy[0].id = galaxies.galaxy[1].id = 9;
	galaxies.galaxy[0].id = 1;
	galaxies.has_z = true;
	galaxies.bad = 1;
	galaxies.first_bad = 6;
	strcpy(galaxies.bad_id, "x");
	SAYS(messages_of_catalogue(&tool, &galaxies, "f"),
	     "cutout: f: 1 row was left out, because the coordinates are missing or impossible; "
	     "the "
	     "first is row 7, id x\n"
	     "cutout: f: the column of redshifts has no value in any row\n"
	     "cutout: f: no column of magnitudes was found: the stamps will lack mag; --columns "
	     "mag=NAME names one\n");
	galaxies.z = galaxies.mag = 1;
	galaxies.has_mag = true;
	galaxies.bad = 0;
	SAYS(messages_of_catalogue(&tool, &galaxies, "f"), "");
	galaxies.has_z = false;
	galaxies.doubted_z = true;
	SAYS(messages_of_catalogue(&tool, &galaxies, "f"), "");
	galaxies.mag = galaxies.ebv = 0;
	SAYS(messages_of_catalogue(&tool, &galaxies, "f"),
	     "cutout: f: the column of magnitudes has no value in any row\n"
	     "cutout: f: the column of E(B-V) has no value in any row\n");
	galaxies_release(&galaxies);
}

static void catalogues_without_galaxies(void **state)
{
	struct galaxies none = { .first_bad = 2, .bad_id = "q" };

	(void)state;
	FAILS(messages_of_catalogue(&tool, &none, "f"), PZ_EDATA,
	      "f: expected galaxies, found no rows");
	none.bad = 1;
	FAILS(messages_of_catalogue(&tool, &none, "f"), PZ_EDATA,
	      "f: expected RA from -180 to 360 and Dec from -90 to 90 degrees, or 12:34:56.7, "
	      "found "
	      "no such coordinates in 1 row; the first is row 3, id q: are RA and Dec exchanged "
	      "(--columns ra=NAME,dec=NAME)?");
	SAYS(messages_of_dust(&tool, "f", 7, 0), "");
	SAYS(messages_of_dust(&tool, "f", 7, 1), "cutout: f: 1 galaxy keeps the E(B-V) of the "
						 "catalogue, 7 that of the maps of --dust\n");
	SAYS(messages_of_dust(&tool, "f", 0, 2), "cutout: f: 2 galaxies keep the E(B-V) of the "
						 "catalogue, 0 that of the maps of --dust\n");
}

/* ---- frames ---- */

static void what_is_said_of_images(void **state)
{
	struct pz_frames_seen one = { 1, 12, 1, 1, 1, 1, "m", "w", "l", "why", "h", "" };
	struct pz_frames_seen many = { 2, 12, 2, 2, 2, 2, "m", "w", "l", "why", "h", "CD1_1" };
	struct pz_frames_seen none = { .frames = 12 };

	(void)state;
	SAYS(messages_of_images(&tool, &none), "");
	SAYS(messages_of_images(&tool, &one),
	     "cutout: 1 file has several images with a WCS, which are frames, 12 in all; the first "
	     "is m (--hdu restricts them to one)\n"
	     "cutout: 1 image beside frames has no celestial WCS and is no frame; the first is w\n"
	     "cutout: 1 image has size and WCS of a frame before in the same file and is left "
	     "aside; "
	     "the first is l (--hdu names one)\n"
	     "cutout: 1 frame has its WCS from the header beside, which may have FLXSCALE too; the "
	     "first is h\n"
	     "cutout: 1 file cannot be read beyond the first image; the first: why\n");
	SAYS(messages_of_images(&tool, &many),
	     "cutout: 2 files have several images with a WCS, which are frames, 12 in all; the "
	     "first "
	     "is m (--hdu restricts them to one)\n"
	     "cutout: 2 images beside frames have no celestial WCS and are no frame; the first is "
	     "w\n"
	     "cutout: 2 images have size and WCS of a frame before in the same file and are left "
	     "aside; the first is l (--hdu names one)\n"
	     "cutout: 2 frames have their WCS from the header beside, which may have FLXSCALE too; "
	     "the first is h, in place of the frame's own CD1_1\n"
	     "cutout: 2 files cannot be read beyond the first image; the first: why\n");
}

/* ---- names of bands in files ---- */

/* Names that fill all of the room that there is. */
static void names_of_as_many_bytes_as_fit(void **state)
{
	struct pz_survey_frames f = { .bands = "a,b" };
	const char *names[PZ_BANDS_MAX];
	char text[PRESET_NAMES];
	struct band_list bands;

	(void)state;
	memset(f.names, 'x', 100);
	f.names[100] = ',';
	memset(f.names + 101, 'y', 154);
	assert_int_equal(settings_parse_bands(&bands, "b,a"), 0);
	assert_true(preset_file_names(&f, &bands, names, text));
	assert_int_equal(strlen(names[0]), 154);
	assert_int_equal(strspn(names[0], "y"), 154);
	assert_int_equal(strspn(names[1], "x"), 100);
	assert_int_equal(strlen(names[1]), 100);
	/* the second of three */
	strcpy(f.bands, "a,b,c");
	strcpy(f.names, "A,Bee,C");
	assert_int_equal(settings_parse_bands(&bands, "b,c"), 0);
	assert_true(preset_file_names(&f, &bands, names, text));
	assert_string_equal(names[0], "Bee");
	assert_string_equal(names[1], "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_keep_their_numbers),
		cmocka_unit_test(galaxies_by_the_thousand),
		cmocka_unit_test(ids_that_come_twice),
		cmocka_unit_test(what_is_said_of_columns),
		cmocka_unit_test(catalogues_without_galaxies),
		cmocka_unit_test(what_is_said_of_images),
		cmocka_unit_test(names_of_as_many_bytes_as_fit),
	};

	return cmocka_run_group_tests_name("catalogue and frames", tests, in_folder, out_of_folder);
}
