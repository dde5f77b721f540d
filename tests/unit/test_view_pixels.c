/* test_view_pixels.c -- inspect: statistics of many pixels, arrays without numbers, half floats and
 * stretched pixels on sheets, stamps at random, lists of bands with blanks
 */
#include <math.h>

#include <pz/pixel.h>
#include <pz/random.h>

#include "in_process.h"

/* ---- statistics ---- */

#define WIDE 65 /* more pixels in a stamp than are looked at in one go */

/* The first stamp of g is a ramp from 0 on; that of r has 7 in its first 1000 pixels. */
static void pixels_by_the_thousand(void **state)
{
	const int n = WIDE * WIDE;
	char *text = malloc(1 << 17), *at = text + sprintf(text, "{\"id\": 1, \"img\": [0");
	const char *record[1] = { text };

	(void)state;
	for (int i = 1; i < 2 * n; i++)
		at += sprintf(at, ", %d", i < n ? i : i - n < 1000 ? 7 : i - n);
	strcpy(at, "]}");
	stream_of("wide.pz",
		  "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 65, "
		  "\"pixel\": \"f4\"}",
		  record, 1);
	free(text);
	run_well(inspect_main, "inspect --stats wide.pz");
	/* the sum of r: 1000 of 7, and the numbers from 1000 to 4224 */
	assert_non_null(strstr(contents("stdout"),
			       "\npixels g                   4225        0            0         "
			       "2112         2112         4224\n"
			       "pixels r                   4225        0            7         2112"
			       "      1995.43         4224\n"));
}

/* Only what has numbers has statistics, at whatever depth they are. */
static void arrays_without_numbers_have_no_line(void **state)
{
	(void)state;
	stream("t.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}",
	       "{\"words\": [\"a\", \"b\"], \"none\": [], \"deep\": [[\"x\", [5]], 3], \"x\": 1}",
	       "{\"words\": [[]], \"ok\": true, \"name\": \"n\", \"deep\": [[], [[[4]]]]}", NULL);
	run_well(inspect_main, "inspect --stats t.pz");
	assert_string_equal(strchr(contents("stdout"), '\n'),
			    "\ndeep                          3        0            3            4 "
			    "           4            5\n"
			    "x                             1        0            1            1    "
			    "        1            1\n");
}

/* ---- sheets ---- */

/* A stream of n stamps of 2 x 2 pixels in two bands, of flux[n][2][4]. */
static void write_stamps(const char *name, enum pz_pixel pixel, const char *stretch, double divide,
			 const double *soften, const float *flux, size_t n)
{
	FILE *to = fopen(name, "wb");
	struct pz_writer *out = NULL;
	pz_map *m = pz_map_new();
	struct pz_header h;

	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	h.bands = 2;
	strcpy(h.band[0], "g");
	strcpy(h.band[1], "r");
	h.size = 2;
	h.pixel = pixel;
	strcpy(h.stretch, stretch);
	h.divide = divide;
	h.has_soften = soften != NULL;
	for (int b = 0; soften && b < 2; b++)
		h.soften[b] = soften[b];
	assert_int_equal(pz_writer_open(&out, to, name, &h), 0);
	for (size_t i = 0; i < n; i++) {
		unsigned char bytes[8 * sizeof(float)];

		pz_map_clear(m);
		pz_pixels_store(bytes, flux + 8 * i, 8, pixel);
		pz_map_set_bytes(m, "img", bytes, 8 * pz_pixel_bytes(pixel));
		assert_int_equal(pz_write(out, m), 0);
	}
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	pz_map_free(m);
	pz_header_release(&h);
}

/* Whether what two command lines draw is the same. */
static bool is_same_sheet(const char *options_a, const char *options_b)
{
	char line[160];

	snprintf(line, sizeof line, "inspect --png a.png %s", options_a);
	run_well(inspect_main, line);
	snprintf(line, sizeof line, "inspect --png b.png %s", options_b);
	run_well(inspect_main, line);
	return system("cmp -s a.png b.png") == 0;
}

/* flux[3 stamps][2 bands][4] */
static const float flux[24] = { 0, 3,  12,  27, 48, 75, 3,  0, 12, -3,  0,   3,
				0, 12, 108, 27, 0,  0,  48, 0, 3,  192, -12, 0 };

/* The sheet shows fluxes, however they are kept. */
static void fluxes_are_shown(void **state)
{
	static const double soften[2] = { 2, 5 };
	float kept[24];

	(void)state;
	write_stamps("f4.pz", PZ_F4, "", 0, NULL, flux, 3);
	write_stamps("f2.pz", PZ_F2, "", 0, NULL, flux, 3);
	assert_true(is_same_sheet("f4.pz", "f2.pz"));
	assert_true(is_same_sheet("--bands g --columns 1 f4.pz", "--bands g --columns 1 f2.pz"));
	assert_false(is_same_sheet("--bands g f4.pz", "--bands r f4.pz"));
	run_well(inspect_main, "inspect --stats f2.pz");
	assert_non_null(strstr(contents("stdout"),
			       "\npixels g                     12        0           -3          "
			       "1.5          8.5           48\n"));
	for (int i = 0; i < 24; i++)
		kept[i] = (float)copysign(sqrt(fabs(flux[i]) / 3 + 1) - 1, flux[i]);
	write_stamps("sqrt.pz", PZ_F4, "sqrt", 3, NULL, kept, 3);
	assert_true(is_same_sheet("--bands r,g,g f4.pz", "--bands r,g,g sqrt.pz"));
	for (int i = 0; i < 24; i++)
		kept[i] = (float)asinh(flux[i] / soften[i / 4 % 2]);
	write_stamps("asinh.pz", PZ_F4, "asinh", 0, soften, kept, 3);
	assert_true(is_same_sheet("--bands r,g,g f4.pz", "--bands r,g,g asinh.pz"));
}

/* Of each seed those with the largest of the numbers that it gives, in their order. */
static void some_at_random(void **state)
{
	char more[96];

	(void)state;
	for (int seed = 1; seed < 6; seed++) {
		float of[9][8], chosen[4][8];
		struct pz_random r;
		double rank[9];
		size_t n = 0;

		pz_random_init(&r, (uint64_t)seed, pz_random_stream("sheet", 0));
		for (int i = 0; i < 9; i++) {
			rank[i] = pz_random_uniform(&r);
			for (int k = 0; k < 8; k++)
				of[i][k] = (float)(k == i % 8 ? 50 + 20 * i : 0);
		}
		for (int i = 0; i < 9; i++) {
			int larger = 0;

			for (int k = 0; k < 9; k++)
				larger += rank[k] > rank[i];
			if (larger < 4)
				memcpy(chosen[n++], of[i], sizeof of[i]);
		}
		assert_int_equal(n, 4);
		write_stamps("all.pz", PZ_F4, "", 0, NULL, of[0], 9);
		write_stamps("four.pz", PZ_F4, "", 0, NULL, chosen[0], 4);
		snprintf(more, sizeof more, "--bands g --choose random --seed %d --count 4 all.pz",
			 seed);
		assert_true(is_same_sheet("--bands g four.pz", more));
	}
}

static void blanks_between_bands(void **state)
{
	static const char *const list[] = { "r,g,g", " r , g,g  ", "r  ,  g  ,g" };
	char name[3][8] = { "0.png", "1.png", "2.png" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *argv[] = { (char *)"inspect", (char *)"--png", name[i],
				 (char *)"--bands", (char *)list[i], (char *)"f4.pz" };

		assert_int_equal(run_words(inspect_main, 6, argv), 0);
	}
	assert_int_equal(system("cmp 0.png 1.png && cmp 0.png 2.png"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_by_the_thousand),
		cmocka_unit_test(arrays_without_numbers_have_no_line),
		cmocka_unit_test(fluxes_are_shown),
		cmocka_unit_test(some_at_random),
		cmocka_unit_test(blanks_between_bands),
	};

	return cmocka_run_group_tests_name("pixels of views", tests, in_folder, out_of_folder);
}
