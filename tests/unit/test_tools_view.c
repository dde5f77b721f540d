/* test_tools_view.c -- what inspect prints of a stream, and the pixels of its sheet of stamps */
#include <math.h>
#include <png.h>

#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}"
#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\", \"i\"], \"size\": 2, "    \
	"\"pixel\": \"f4\", \"unit\": \"nmgy\", " AXES ", \"history\": [{\"tool\": \"mock\", "     \
	"\"version\": \"1\", \"args\": \"-n 2\", \"seed\": 4}]}"

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	stream("a.pz", STAMPS,
	       "{\"id\": 7, \"z\": 0.1, \"mag\": 17.5, \"note\": \"tab\\there\", \"zphot\": "
	       "{\"mode\": "
	       "0.25}, \"img\": [0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3]}",
	       "{\"id\": 8, \"z\": 0.3, \"mag\": null, \"cover\": [1, 0.5], \"img\": [1, 0, 0, 0, "
	       "4, "
	       "0, 0, 0, 1, 1, 1, 1]}",
	       "{\"id\": 9, \"z\": 0.2, \"mag\": 16, \"note\": \"\", \"img\": [0, 0, 0, 0, 0, 0, "
	       "0, 0, "
	       "0, 0, 0, 0]}",
	       NULL);
	return 0;
}

static void the_summary_counts_and_lists(void **state)
{
	const char *text;

	(void)state;
	run_well(inspect_main, "inspect a.pz");
	text = contents("stdout");
	assert_non_null(strstr(text, "kind "));
	assert_non_null(strstr(text, "[\"g\",\"r\",\"i\"]"));
	assert_non_null(strstr(text, "mock 1 -n 2 (seed 4)\n"));
	assert_non_null(strstr(text, " 3, complete, hash as written\n"));
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"model\"}",
	       "{\"name\": \"a.weight\", \"shape\": [3, 4, 5], \"data\": 1}",
	       "{\"name\": \"a.bias\", \"shape\": [3], \"data\": 1}", NULL);
	run_well(inspect_main, "inspect m.pz");
	assert_non_null(strstr(contents("stdout"), "a.weight  3 x 4 x 5  (60)\n"));
	assert_non_null(strstr(contents("stdout"), "a.bias  3  (3)\n"));
	assert_non_null(strstr(contents("stdout"), " 63\n"));
}

static void records_as_a_table_and_as_json(void **state)
{
	(void)state;
	run_well(inspect_main, "inspect --tsv a.pz");
	assert_string_equal(contents("stdout"), "id\tz\tmag\tnote\tzphot.mode\n"
						"7\t0.1\t17.5\ttab here\t0.25\n"
						"8\t0.3\t\t\t\n"
						"9\t0.2\t16\t\t\n");
	run_well(inspect_main, "inspect --json a.pz -o a.json");
	assert_non_null(strstr(contents("a.json"),
			       "\n{\"id\":8,\"z\":0.3,\"mag\":null,\"cover\":[1,0.5],\"img\":"
			       "{\"bytes\":48}}\n"));
	run_well(inspect_main, "inspect -n 2 a.pz");
	assert_non_null(strstr(contents("stdout"), "record 1\nid "));
	assert_non_null(strstr(contents("stdout"), "\n\nrecord 2\nid "));
	assert_null(strstr(contents("stdout"), "record 3"));
	run_well(inspect_main, "inspect --check a.pz a.pz");
	assert_string_equal(contents("stdout"), "ok: 6 records\n");
	run_badly(inspect_main, "inspect --check --json a.pz", 2, "exclude each other");
	run_badly(inspect_main, "inspect --bands g a.pz", 2, "--bands needs --png");
}

/* The words of the line that begins with this one. */
static void words_of(const char *text, const char *first, char word[10][32])
{
	const char *line = text;
	size_t n = strlen(first);

	for (int i = 0; i < 10; i++)
		word[i][0] = 0;
	while (line && strncmp(line, first, n) != 0)
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	if (!line)
		fail_msg("no line begins with '%s' in\n%s", first, text);
	sscanf(line + n, "%31s %31s %31s %31s %31s %31s %31s %31s", word[0], word[1], word[2],
	       word[3], word[4], word[5], word[6], word[7]);
}

static void numbers_are_counted_and_summed_up(void **state)
{
	char word[10][32];
	const char *text;

	(void)state;
	run_well(inspect_main, "inspect --stats a.pz");
	text = contents("stdout");
	words_of(text, "z ", word); /* count, nan, least, median, mean, greatest */
	assert_int_equal(atoi(word[0]), 3);
	assert_int_equal(atoi(word[1]), 0);
	assert_true(atof(word[2]) == 0.1 && atof(word[3]) == 0.2 && atof(word[5]) == 0.3);
	assert_true(fabs(atof(word[4]) - 0.2) < 1e-6);
	words_of(text, "cover ", word);
	assert_int_equal(atoi(word[0]), 2);
	assert_true(atof(word[2]) == 0.5 && atof(word[3]) == 0.75 && atof(word[5]) == 1);
	words_of(text, "pixels i ", word);
	assert_int_equal(atoi(word[0]), 12);
	assert_true(atof(word[2]) == 0 && atof(word[3]) == 1 && atof(word[5]) == 9);
	assert_true(fabs(atof(word[4]) - 19 / 12.) < 1e-5);
	words_of(text, "pixels r ", word);
	assert_true(atof(word[5]) == 4);
	run_well(inspect_main, "inspect --fields a.pz");
	text = contents("stdout");
	words_of(text, "z ", word);
	assert_string_equal(word[0], "number");
	assert_int_equal(atoi(word[1]), 3);
	assert_true(atof(word[2]) == 0.1 && atof(word[4]) == 0.3);
	words_of(text, "note ", word);
	assert_string_equal(word[0], "text");
	assert_int_equal(atoi(word[1]), 2);
	words_of(text, "img ", word);
	assert_string_equal(word[0], "bytes");
	assert_int_equal(atoi(word[2]), 48);
}

/* ---- the sheet */

/* rgb[height][width][3], for the caller to free. */
static unsigned char *decode(const char *name, int *width, int *height)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *rgb;

	assert_true(png_image_begin_read_from_file(&image, name));
	image.format = PNG_FORMAT_RGB;
	rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
	*width = (int)image.width;
	*height = (int)image.height;
	return rgb;
}

/* Three stamps of 2 x 2 pixels, each magnified to 96, two in a row; row 0 is at the bottom. Of
 * bands i, r, g, which are red, green and blue. */
static void the_sheet_shows_the_stamps(void **state)
{
	int width, height;
	unsigned char *rgb;

	(void)state;
	run_well(inspect_main, "inspect --png sheet.png --columns 2 --scale 0.1 a.pz");
	rgb = decode("sheet.png", &width, &height);
	assert_int_equal(width, 2 * 100 + 4);
	assert_int_equal(height, 2 * 120 + 4 + 18); /* the scale bar is below */
#define AT(x, y) (rgb + 3 * ((y)*width + (x)))
	/* The first stamp: red alone, most of it bottom left. */
	assert_true(AT(4 + 10, 4 + 90)[0] > 100 && AT(4 + 10, 4 + 90)[2] == 0);
	assert_true(AT(4 + 10, 4 + 90)[0] > AT(4 + 80, 4 + 10)[0]);
	assert_true(AT(4 + 80, 4 + 10)[0] > AT(4 + 10, 4 + 10)[0]);
	assert_true(AT(4 + 10, 4 + 10)[0] > AT(4 + 80, 4 + 90)[0]);
	/* The second: green bottom left, red the rest. */
	assert_true(AT(104 + 10, 4 + 90)[1] > AT(104 + 10, 4 + 90)[0]);
	assert_true(AT(104 + 80, 4 + 10)[0] > AT(104 + 80, 4 + 10)[1]);
	/* The third is black, and the fourth is none: paper. */
	assert_int_equal(AT(4 + 10, 124 + 10)[0], AT(4 + 80, 124 + 90)[0]);
	assert_int_equal(AT(150, 180)[0], 24);
	assert_int_equal(AT(150, 180)[2], 28);
	free(rgb);
	run_well(inspect_main, "inspect --png few.png --count 1 --bands r a.pz");
	rgb = decode("few.png", &width, &height);
	assert_int_equal(width, 104);
	free(rgb);
	run_badly(inspect_main, "inspect --png no.png --bands r,g a.pz", 2,
		  "expected one or three");
	run_badly(inspect_main, "inspect --png no.png --bands y a.pz", 2, "no band 'y'");
	assert_int_not_equal(access("no.png", F_OK), 0);
}

/* A single band is grey: the brightest of the stamps' peaks, 9, is white, and as many times more
 * as --scale makes it fainter; from the sky, 0, on it is linear to a fiftieth of white, and
 * logarithmic above. */
static void one_band_is_grey(void **state)
{
	static const struct {
		int x, y;
		double flux;
	} pixel[] = {
		{ 14, 94, 9 },  { 84, 94, 1 },  { 14, 14, 2 },  { 84, 14, 3 }, { 114, 94, 1 },
		{ 184, 14, 1 }, { 214, 94, 0 }, { 284, 14, 0 }, { 4, 99, 9 },  { 51, 52, 9 },
		{ 52, 52, 1 },  { 51, 51, 2 },  { 52, 51, 3 },
	};
	static const double scale[] = { 0.1, 1, 3 };
	int width, height;

	(void)state;
	for (int k = 0; k < 3; k++) {
		double white = 9 / scale[k], soft = 0.18 / scale[k];
		unsigned char *rgb;
		char line[96];

		snprintf(line, sizeof line,
			 "inspect --png grey.png --bands i --scale %g --columns 3 a.pz", scale[k]);
		run_well(inspect_main, line);
		rgb = decode("grey.png", &width, &height);
		assert_int_equal(width, 304);
		for (size_t i = 0; i < sizeof pixel / sizeof *pixel; i++) {
			const unsigned char *at = AT(pixel[i].x, pixel[i].y);
			double x = fmin(asinh(pixel[i].flux / soft) / asinh(white / soft), 1);

			if (at[0] != (int)(255 * x + 0.5) || at[1] != at[0] || at[2] != at[0])
				fail_msg("scale %g, pixel %zu: expected %d, found %d %d %d",
					 scale[k], i, (int)(255 * x + 0.5), at[0], at[1], at[2]);
		}
		free(rgb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_summary_counts_and_lists),
		cmocka_unit_test(records_as_a_table_and_as_json),
		cmocka_unit_test(numbers_are_counted_and_summed_up),
		cmocka_unit_test(the_sheet_shows_the_stamps),
		cmocka_unit_test(one_band_is_grey),
	};

	return cmocka_run_group_tests_name("inspect", tests, begin, out_of_folder);
}
