/* test_tools_array.c -- toarray and fromarray: streams become arrays and arrays streams, by value
 */
#include <math.h>
#include <string.h>

#include <pz/random.h>

#include "../../tools/array/planes.h"
#include "in_process.h"

#define HEADER                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"bands\": [\"g\", \"r\"], \"size\": 2, "      \
	"\"pixel\": \"f4\", \"unit\": \"nmgy\", \"pixscale\": 0.25, \"features\": [\"u\", "        \
	"\"g - r\"], \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 1, \"bins\": 2, "          \
	"\"left\": 1, \"right\": 0}}"

/* Records that differ in what they have. */
static void write_small(const char *name)
{
	stream(name, HEADER,
	       "{\"id\": 9007199254740993, \"z\": 0.5, \"mag\": {\"g\": 20, \"r\": 19.5}, "
	       "\"good\": true, \"n\": 1, \"name\": \"\\u00e9\", \"img\": [0, 1, 2, 3, 4, 5, 6, "
	       "7.5], \"pz\": [0.25, 0.25, 0.5], \"features\": [1, 2]}",
	       "{\"id\": -2, \"z\": null, \"mag\": {\"g\": 21}, \"good\": false, \"name\": "
	       "\"second\", \"img\": [8, 9, 10, 11, 12, 13, 14, 15], \"pz\": [0, 0, 1]}",
	       "{\"id\": 3, \"mag\": {\"g\": 22, \"r\": 20.5}, \"good\": true, \"n\": 3, "
	       "\"label\": [[1, 2, 0.5]], \"pz\": [1, 0, 0], \"features\": [3, 4]}",
	       NULL);
}

/* An array of NumPy: a dictionary of 54 bytes and a newline behind a head of 10. */
static void write_npy(const char *name, const char *type, const char *shape, const void *values,
		      size_t bytes)
{
	unsigned char *file = calloc(1, 128 + bytes);
	char text[119];
	int n = snprintf(text, sizeof text,
			 "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);

	memset(file, ' ', 127);
	memcpy(file, "\x93NUMPY\x01\0\x76\0", 10);
	memcpy(file + 10, text, (size_t)n);
	file[127] = '\n';
	memcpy(file + 128, values, bytes);
	write_file(name, file, 128 + bytes);
	free(file);
}

/* ---- streams and back */

static void assert_same_bytes(const char *one, const char *other)
{
	FILE *a = fopen(one, "rb"), *b = fopen(other, "rb");
	int c;

	assert_true(a && b);
	do {
		c = getc(a);
		assert_int_equal(getc(b), c);
	} while (c != EOF);
	fclose(a);
	fclose(b);
}

/* To the byte, where pzpipe wrote them. */
static void streams_come_back(void **state)
{
	char *before;
	double x[8];

	(void)state;
	write_small("small.pz");
	before = strdup(records("small.pz"));
	run_well(toarray_main, "toarray --output small.h5 small.pz");
	run_well(fromarray_main, "fromarray small.h5 -o once.pz");
	assert_string_equal(records("once.pz"), before);
	free(before);
	assert_int_equal(numbers("once.pz", 0, "img", x, 8), 8);
	assert_true(x[1] == 1 && x[7] == 7.5);
	assert_int_equal(numbers("once.pz", 2, "pz", x, 8), 3);
	assert_true(x[0] == 1 && x[1] == 0);
	run_well(toarray_main, "toarray -v --output again.h5 once.pz");
	run_well(fromarray_main, "fromarray again.h5 -o twice.pz");
	assert_same_bytes("twice.pz", "once.pz");
	run_well(toarray_main, "toarray -q --output again.npz once.pz");
	run_well(fromarray_main, "fromarray again.npz -o twice.pz");
	assert_same_bytes("twice.pz", "once.pz");
}

/* Of the directory of a .npz every entry begins on the first disk and has no comment. */
static void a_zip_file_is_of_one_disk(void **state)
{
	const char *at;
	size_t entries = 0;

	(void)state;
	write_small("small.pz");
	run_well(toarray_main, "toarray -q --output small.npz small.pz");
	at = contents("small.npz");
	for (size_t i = 0; i + 46 < 1 << 20; i++)
		if (!memcmp(at + i, "PK\1\2", 4)) {
			assert_memory_equal(at + i + 32, "\0\0\0\0\0\0", 6);
			entries++;
		}
	assert_true(entries > 8);
}

/* Each array alone is read as another program's would be. */
static void arrays_have_the_values_of_the_records(void **state)
{
	static const char *const files[] = { "small.h5", "small.npz" };
	double x[8];

	(void)state;
	write_small("small.pz");
	for (int k = 0; k < 2; k++) {
		char line[256];

		snprintf(line, sizeof line, "toarray --output %s small.pz", files[k]);
		run_well(toarray_main, line);
		assert_non_null(strstr(contents("stderr"), "label"));
		snprintf(line, sizeof line,
			 "fromarray --bands g,r --unit nmgy --pixscale 0.25 --images image "
			 "--layout nchw --columns id=id,z=z,mag=mag.g "
			 "--carry r=mag.r,n,name "
			 "--features n,mag.g --colours %s -o new.pz",
			 files[k]);
		run_well(fromarray_main, line);
		assert_int_equal(numbers("new.pz", 0, "img", x, 8), 8);
		assert_true(x[0] == 0 && x[4] == 4 && x[7] == 7.5);
		assert_int_equal(numbers("new.pz", 1, "img", x, 8), 8);
		assert_true(x[0] == 8 && x[7] == 15);
		assert_true(number("new.pz", 0, "z") == 0.5 && number("new.pz", 1, "z") == -999);
		assert_true(number("new.pz", 2, "mag") == 22 && number("new.pz", 2, "r") == 20.5);
		assert_int_equal(numbers("new.pz", 2, "features", x, 8), 3);
		assert_true(x[0] == 3 && x[1] == 22 && x[2] == -19);
		assert_non_null(strstr(records("new.pz"), "{\"id\":9007199254740993"));
		assert_non_null(strstr(contents("records.json"), "\"name\":\"second\""));
		assert_non_null(strstr(header("new.pz"), "\"bands\":[\"g\",\"r\"],\"size\":2"));
		assert_non_null(strstr(contents("header.json"), "\"pixscale\":0.25"));
	}
}

/* ---- images of others */

static void write_images(void)
{
	float bands_first[36];
	double bands_last[36], z[2] = { 0.125, 0.25 };
	int64_t id[2] = { 9007199254740993, -5 };

	/* galaxy g, band b, row y, column x: 100 g + 10 b + 3 y + x */
	for (int i = 0; i < 36; i++) {
		bands_first[i] = (float)(100 * (i / 18) + 10 * (i / 9 % 2) + i % 9);
		bands_last[i] = 100 * (i / 18) + 10 * (i % 2) + i / 2 % 9;
	}
	write_npy("first.npy", "<f4", "(2, 2, 3, 3)", bands_first, sizeof bands_first);
	write_npy("last.npy", "<f8", "(2, 3, 3, 2)", bands_last, sizeof bands_last);
	write_npy("z.npy", "<f8", "(2,)", z, sizeof z);
	write_npy("id.npy", "<i8", "(2,)", id, sizeof id);
	write_text("t.csv", "objid,redshift,r\n9007199254740993,0.125,17\n-5,-99,18.5\n");
}

static void images_in_either_order_are_the_same_stamps(void **state)
{
	static const char *const lines[] = {
		"fromarray --bands g,r --pixscale 0.4 --unit nmgy --catalogue t.csv --missing -99 "
		"first.npy -o "
		"s.pz",
		"fromarray --bands g,r --pixscale 0.4 --unit nmgy --catalogue t.csv --missing -99 "
		"last.npy -o "
		"s.pz",
		("fromarray --bands g,r --pixscale 0.4 --unit nmgy --catalogue t.csv --layout nhwc "
		 "--missing -99 --columns mag=r last.npy -o s.pz"),
	};
	double x[18];

	(void)state;
	write_images();
	for (int k = 0; k < 3; k++) {
		run_well(fromarray_main, lines[k]);
		for (int g = 0; g < 2; g++) {
			assert_int_equal(numbers("s.pz", (size_t)g, "img", x, 18), 18);
			for (int i = 0; i < 18; i++)
				assert_true(x[i] == 100 * g + 10 * (i / 9) + i % 9);
		}
		assert_true(number("s.pz", 0, "z") == 0.125 && number("s.pz", 0, "mag") == 17);
		assert_non_null(
			strstr(records("s.pz"), "{\"id\":-5,\"mag\":18.5,\"cover\":[1.0,1.0],"));
	}
	assert_true(number("s.pz", 1, "z") == -999); /* -99 is no redshift */
	run_well(fromarray_main, "fromarray --bands g,r --pixscale 0.4 --size 1 --catalogue t.csv "
				 "--missing -99 "
				 "--unit nmgy first.npy -o s.pz");
	assert_int_equal(numbers("s.pz", 1, "img", x, 18), 2);
	assert_true(x[0] == 104 && x[1] == 114);
}

static void what_is_wrong_is_named(void **state)
{
	static const float cube[48];

	(void)state;
	write_images();
	write_small("small.pz");
	run_badly(fromarray_main, "fromarray --bands g,r,i --pixscale 0.4 --unit nmgy first.npy", 2,
		  "--bands: expected 2 names");
	run_badly(fromarray_main, "fromarray --bands g,r --pixscale 0.4 z.npy", 1, "z.npy");
	run_badly(fromarray_main, "fromarray nowhere.h5", 1, "nowhere.h5: ");
	run_badly(fromarray_main, "fromarray --stamps a", 2, "--catalogue");
	write_npy("cube.npy", "<f4", "(2, 2, 3, 4)", cube, sizeof cube);
	run_badly(fromarray_main, "fromarray --bands g,r --pixscale 0.4 --unit nmgy cube.npy", 1,
		  "cube.npy");
	write_text("short.csv", "id,z\n1,0.5\n");
	run_badly(
		fromarray_main,
		"fromarray --bands g,r --pixscale 0.4 --unit nmgy --catalogue short.csv first.npy",
		4, "first.npy: expected a row for each of its 2 images, found 1");
	run_badly(toarray_main, "toarray --output a.txt small.pz", 2, "a.txt");
	run_badly(toarray_main, "toarray small.pz", 2, "--output");
	write_file("cut.npy", contents("first.npy"), 200);
	run_badly(fromarray_main, "fromarray --bands g,r --pixscale 0.4 --unit nmgy cut.npy", 3,
		  "cut.npy: ");
}

/* Pixel i of band b is number b * plane + i, whatever the number of bands and of pixels; no byte
 * behind the planes is touched. */
static void bands_become_planes(void **state)
{
	enum { BANDS = 8, PIXELS = 19, PLANE = 23, ROOM = 4 * BANDS * PLANE + 1 };
	unsigned char from[ROOM], to[ROOM], wanted[ROOM];
	struct pz_random random;

	(void)state;
	pz_random_init(&random, 7, 0);
	for (size_t i = 0; i < sizeof from; i++)
		from[i] = (unsigned char)pz_random_below(&random, 256);
	for (size_t bands = 1; bands <= BANDS; bands++)
		for (size_t n = 0; n <= PIXELS; n++)
			for (size_t bytes = 2; bytes <= 4; bytes += 2) {
				memset(to, 0xaa, sizeof to);
				memset(wanted, 0xaa, sizeof wanted);
				for (size_t i = 0; i < n * bands; i++)
					memcpy(wanted + 1 + (i % bands * PLANE + i / bands) * bytes,
					       from + 1 + i * bytes, bytes);
				planes_spread(from + 1, n, bands, PLANE, bytes == 2 ? PZ_F2 : PZ_F4,
					      to + 1);
				assert_memory_equal(to, wanted, sizeof to);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_come_back),
		cmocka_unit_test(a_zip_file_is_of_one_disk),
		cmocka_unit_test(arrays_have_the_values_of_the_records),
		cmocka_unit_test(bands_become_planes),
		cmocka_unit_test(images_in_either_order_are_the_same_stamps),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests(tests, in_folder, out_of_folder);
}
