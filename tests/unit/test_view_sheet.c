/* test_view_sheet.c -- inspect --png: which bands are red, green and blue, and what the captions
 * say
 */
#include <png.h>

#include <pz/sheet.h>

#include "in_process.h"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

/* ---- bands ---- */

/* A stamp for each band, whose middle has light in this band alone. */
static void write_lights(const char *bands)
{
	static char text[8][256];
	const char *record[8];
	char head[300], list[200] = "";
	int n = 0;

	for (const char *b = bands; *b; b++)
		n++;
	for (int i = 0; i < n; i++) {
		size_t at = (size_t)snprintf(text[i], sizeof text[i], "{\"id\": %d, \"img\": [", i);

		sprintf(list + strlen(list), "%s\"%c\"", i ? ", " : "", bands[i]);
		for (int k = 0; k < 9 * n; k++)
			at += (size_t)snprintf(text[i] + at, sizeof text[i] - at, "%s%d",
					       k ? "," : "", k == 9 * i + 4 ? 50 : 0);
		snprintf(text[i] + at, sizeof text[i] - at, "]}");
		record[i] = text[i];
	}
	snprintf(head, sizeof head,
		 "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [%s], \"size\": 3, \"pixel\": "
		 "\"f4\"}",
		 list);
	stream_of("lights.pz", head, record, (size_t)n);
}

/* The bands that are red, green and blue, by the colours of the stamps, which stand in a row. */
static void bands_are(const char *bands, const char *more, const char *expected)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *rgb;
	char line[128], found[4] = "...";

	write_lights(bands);
	snprintf(line, sizeof line, "inspect --png l.png --columns %zu %s lights.pz", strlen(bands),
		 more);
	run_well(inspect_main, line);
	assert_true(png_image_begin_read_from_file(&image, "l.png"));
	image.format = PNG_FORMAT_RGB;
	rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
	for (size_t i = 0; bands[i]; i++) {
		size_t step = (image.width - 4) / strlen(bands), x = 4 + i * step + 48, y = 52;

		for (size_t k = 0; k < 3; k++)
			if (rgb[3 * (y * image.width + x) + k] > 0)
				found[k] = bands[i];
	}
	if (strcmp(found, expected) != 0)
		fail_msg("%s %s: expected %s, found %s", bands, more, expected, found);
	free(rgb);
}

static void bands_of_colours(void **state)
{
	(void)state;
	bands_are("g", "", "ggg");
	bands_are("gr", "", "rrr");
	bands_are("ugr", "", "rgu");
	bands_are("gri", "", "irg");
	bands_are("igr", "", "irg");
	bands_are("YJHK", "", "HJY");
	bands_are("ugrz", "", "rgu");
	bands_are("ugrizy", "", "irg");
	bands_are("abcdef", "", "edc");
	bands_are("ugriz", "--bands z,u,g", "zug");
	bands_are("ugriz", "--bands z", "zzz");
	run_badly(inspect_main, "inspect --png no.png --bands u,g,r,i lights.pz", 2,
		  "--bands: expected one or three bands, found more");
	run_badly(inspect_main, "inspect --png no.png --bands u,g lights.pz", 2,
		  "--bands: expected one or three bands, found 'u,g'");
	run_badly(inspect_main, "inspect --png no.png --bands u,g,zz lights.pz", 2,
		  "--bands u,g,zz: the stream has no band 'zz'");
	run_badly(inspect_main, "inspect --png no.png --bands ugr lights.pz", 2,
		  "--bands ugr: the stream has no band 'ugr'; did you mean --bands u,g,r?");
}

/* ---- captions ---- */

#define HEAD(rows)                                                                                 \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 5, \"pixel\": "       \
	"\"f4\"" rows "}"
#define ROWS                                                                                       \
	", \"rows\": {\"mag\": \"i\", \"min\": 15, \"width\": 1, \"channels\": 3}, \"pixscale\": " \
	"0.5"
#define DARK "\"img\": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"

/* The sheet of these dark stamps is the one that has these captions. */
static void captions_are(const char *head, const char *const *record, int n, const char *more,
			 const struct pz_sheet_form *form, const char *const *caption)
{
	static const unsigned char black[75];
	struct pz_sheet *sheet;
	char line[128];

	stream_of("dark.pz", head, record, (size_t)n);
	snprintf(line, sizeof line, "inspect --png dark.png %s dark.pz", more);
	run_well(inspect_main, line);
	assert_int_equal(pz_sheet_new(&sheet, form), 0);
	for (int i = 0; i < form->count; i++)
		pz_sheet_put(sheet, i, black, caption[i]);
	assert_int_equal(pz_sheet_write(sheet, "expected.png"), 0);
	pz_sheet_free(sheet);
	assert_int_equal(system("cmp dark.png expected.png"), 0);
}

#define RECORDS(...) ((const char *const[]){ __VA_ARGS__ })

static void captions_say_what_is_known(void **state)
{
	(void)state;
	captions_are(
		HEAD(ROWS),
		RECORDS("{\"id\": 1237648720693755918, \"z\": 0.0814, \"mag\": 16.931, "
			"\"zphot\": {\"mode\": 0.0794, \"mean\": 0.5}, " DARK "}",
			"{\"id\": \"b\", " DARK "}", "{\"z\": 1, " DARK "}"),
		3, "--columns 2", &(struct pz_sheet_form){ 3, 2, 5, 3, 0.5 },
		RECORDS("1237648720693755918\nz 0.081 i 16.93\nphot 0.079", "b\n", "\nz 1.000 "));
	captions_are(HEAD(""),
		     RECORDS("{\"id\": 4, \"mag\": 20, \"zphot\": {\"mode\": 1}, " DARK "}"), 1,
		     "-e mean", &(struct pz_sheet_form){ 1, 0, 5, 2, 0 }, RECORDS("4\nmag 20.00"));
	captions_are(HEAD(""),
		     RECORDS("{\"id\": 4, \"zphot\": {\"median\": 1.25}, " DARK "}", "{\"id\": 5}"),
		     2, "-e median", &(struct pz_sheet_form){ 1, 0, 5, 3, 0 },
		     RECORDS("4\n\nphot 1.250"));
	/* 79 bytes of a caption */
	captions_are(
		HEAD(""),
		RECORDS("{\"id\": "
			"\"12345678901234567890123456789012345678901234567890123456789012345678"
			"90123456789012345\", \"z\": 5, " DARK "}"),
		1, "", &(struct pz_sheet_form){ 1, 0, 5, 2, 0 },
		RECORDS("1234567890123456789012345678901234567890123456789012345678901234567890"
			"123456789"));
}

/* The worst first, of those that have both numbers; what lacks is said. */
static void the_worst_come_first(void **state)
{
	(void)state;
	captions_are(HEAD(""),
		     RECORDS("{\"id\": 1, \"z\": 0, \"zphot\": {\"mode\": 0.1}, " DARK "}",
			     "{\"id\": 2, \"z\": 0, \"zphot\": {\"mode\": 0.3}, " DARK "}",
			     "{\"id\": 3, \"z\": 0, " DARK "}",
			     "{\"id\": 4, \"zphot\": {\"mode\": 0.9}, " DARK "}",
			     "{\"id\": 5, \"z\": 0, \"zphot\": {\"mode\": 0.2}, " DARK "}"),
		     5, "--choose worst --count 2", &(struct pz_sheet_form){ 2, 0, 5, 3, 0 },
		     RECORDS("2\nz 0.000 \nphot 0.300", "5\nz 0.000 \nphot 0.200"));
	says("inspect: 1 galaxy has no 'z' and was left out\n"
	     "inspect: 1 galaxy has no 'zphot.mode' and was left out\n");
	run_badly(inspect_main, "inspect --png no.png --choose worst -e mean dark.pz", 1,
		  "dark.pz: no stamps to draw that have a redshift and an estimate");
	stream("none.pz", HEAD(""), "{\"id\": 1}", NULL);
	run_badly(inspect_main, "inspect --png no.png none.pz", 1, "none.pz: no stamps to draw\n");
	stream("short.pz", HEAD(""), "{\"id\": 1, \"img\": [1, 2]}", NULL);
	run_badly(inspect_main, "inspect --png no.png short.pz", 3,
		  "short.pz: record 1 (id 1): img: expected 100 bytes, found 8");
	stream("bare.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	run_badly(inspect_main, "inspect --png no.png bare.pz", 4,
		  "--png: expected a stream of stamps, found catalogue");
	stream("odd.pz", HEAD(", \"stretch\": \"cube\""), NULL);
	run_badly(inspect_main, "inspect --png no.png odd.pz", 4,
		  "header: stretch: 'cube' is unknown to this version");
	stream("large.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 4096, "
	       "\"pixel\": "
	       "\"f4\"}",
	       NULL);
	run_badly(inspect_main, "inspect --png no.png --count 6 large.pz", 2,
		  "--count: expected at most 5 stamps of this size, found 6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_of_colours),
		cmocka_unit_test(captions_say_what_is_known),
		cmocka_unit_test(the_worst_come_first),
	};

	return cmocka_run_group_tests_name("sheets", tests, in_folder, out_of_folder);
}
