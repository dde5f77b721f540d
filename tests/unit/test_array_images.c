/* test_array_images.c -- fromarray: images of every shape and type, more than fit a block, pixels
 * without a value, what arrays beside them say, options that do not go together
 */
#include <math.h>

#include <pz/pixel.h>

#include "in_process.h"
#include "raw_hdf5.h"
#include "raw_npz.h"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

static void write_npy(const char *name, const char *type, const char *shape, const void *values,
		      size_t bytes)
{
	char head[160], *file = malloc(256 + bytes);
	size_t n;

	snprintf(head, sizeof head, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type,
		 shape);
	n = make_npy(file, 1, head, 192, values, bytes);
	file[191] = '\n';
	write_file(name, file, n);
	free(file);
}

#define FROM "fromarray --bands g,r --pixscale 0.25 --unit nmgy -o s.pz "

/* ---- shapes ---- */

/* Galaxy i, band b, row y, column x: 1000 i + 100 b + 10 y + x, of n images of 2 x 4 x 4. */
static float *pixels_of(size_t n, bool last)
{
	float *x = malloc(n * 32 * sizeof *x);

	for (size_t k = 0; k < n * 32; k++) {
		size_t i = k / 32, b = last ? k % 2 : k / 16 % 2, at = last ? k / 2 % 16 : k % 16;

		x[k] = (float)(1000 * i + 100 * b + 10 * (at / 4) + at % 4);
	}
	return x;
}

static void image_is(size_t record, size_t i, int size)
{
	double x[32];
	int edge = (4 - size) / 2, n = size * size;

	assert_int_equal(numbers("s.pz", record, "img", x, 32), 2 * n);
	for (int k = 0; k < 2 * n; k++)
		assert_true(x[k] == 1000. * (double)i + 100 * (k / n) + 10 * (k % n / size + edge) +
					    k % size + edge);
}

static void layouts_and_central_parts(void **state)
{
	float *first = pixels_of(3, false), *last = pixels_of(3, true);

	(void)state;
	write_npy("first.npy", "<f4", "(3, 2, 4, 4)", first, 384);
	write_npy("last.npy", "<f4", "(3, 4, 4, 2)", last, 384);
	for (int size = 2; size <= 4; size += 2)
		for (int k = 0; k < 2; k++) {
			char line[128];

			snprintf(line, sizeof line, FROM "--size %d %s", size,
				 k ? "last.npy" : "first.npy");
			run_well(fromarray_main, line);
			for (size_t i = 0; i < 3; i++) {
				image_is(i, i, size);
				assert_true(number("s.pz", i, "id") == (double)i + 1);
			}
		}
	/* further files go on with the ids */
	run_well(fromarray_main, FROM "first.npy last.npy");
	image_is(5, 2, 4);
	assert_true(number("s.pz", 5, "id") == 6);
	run_badly(
		fromarray_main, FROM "--size 3 first.npy", 2,
		"--size: expected at most the 4 pixels of the images in first.npy, and as many to "
		"leave out on both sides, found 3");
	run_badly(fromarray_main, FROM "--size 6 first.npy", 2, "found 6");
	free(first);
	free(last);
}

static void shapes_that_are_none(void **state)
{
	static const float x[64 * 65];
	static const struct {
		const char *shape, *says;
		size_t n;
	} cases[] = {
		{ "(4,)",
		  "expected images: numbers with the axes image, band, row, column (nchw) or "
		  "image, row, column, band (nhwc), found 4",
		  4 },
		{ "(1, 2, 2, 2, 2)", "found 1 x 2 x 2 x 2 x 2", 16 },
		{ "(1, 3, 3, 3)",
		  "expected two axes of one length, of rows and columns: say --layout "
		  "nchw or --layout nhwc; otherwise square images, found 1 x 3 x 3 x 3",
		  27 },
		{ "(1, 2, 3, 4)", "expected two axes of one length", 24 },
		{ "(1, 65, 8, 8)",
		  "expected square images of 1 to 4096 pixels in 1 to 64 bands, found 1 "
		  "x 65 x 8 x 8",
		  4160 },
		{ "(1, 3, 4)", "expected square images", 12 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_npy("x.npy", "<f4", cases[i].shape, x, 4 * cases[i].n);
		run_badly(fromarray_main, FROM "x.npy", 1, cases[i].says);
		says("x.npy: array '");
	}
	write_npy("x.npy", "<f4", "(1, 3, 3, 3)", x, 4 * 27);
	run_badly(fromarray_main, FROM "--layout nchw x.npy", 2,
		  "--bands: expected 3 names, as the images have bands, found 'g,r'");
	run_well(fromarray_main,
		 "fromarray --bands g,r,i --pixscale 1 --layout nhwc x.npy -o s.pz");
	/* one band needs no axis */
	write_npy("x.npy", "<f4", "(2, 3, 3)", x, 4 * 18);
	run_well(fromarray_main, "fromarray --bands g --pixscale 1 x.npy -o s.pz");
	assert_non_null(strstr(header("s.pz"), "\"bands\":[\"g\"],\"size\":3"));
	run_badly(fromarray_main, "fromarray --bands g x.npy", 2,
		  "expected --pixscale: arcsec per pixel of the images");
	run_badly(fromarray_main, "fromarray --pixscale 1 x.npy", 2,
		  "expected --bands: the names of the 1 bands, in the order of the images");
}

/* ---- blocks and types ---- */

/* Images of 80 KB, of which twelve fit a block. */
static void images_of_many_blocks(void **state)
{
	enum { N = 30, ONE = 5 * 64 * 64 };
	float *x = malloc(N * ONE * sizeof *x);
	double *y = malloc(ONE * sizeof *y);

	(void)state;
	for (size_t k = 0; k < N * ONE; k++)
		x[k] = (float)(k % 9973);
	write_npy("x.npy", "<f4", "(30, 5, 64, 64)", x, N * ONE * sizeof *x);
	run_well(fromarray_main, "fromarray --bands u,g,r,i,z --pixscale 1 x.npy -o s.pz");
	for (size_t i = 0; i < N; i += i < 10 || i > 22 ? 1 : 4) {
		assert_int_equal(numbers("s.pz", i, "img", y, ONE), ONE);
		for (size_t k = 0; k < ONE; k++)
			assert_true(y[k] == (double)((i * ONE + k) % 9973));
	}
	run_well(inspect_main, "inspect --check s.pz");
	assert_string_equal(contents("stdout"), "ok: 30 records\n");
	free(x);
	free(y);
}

/* Pixels without a value are 0, and lower the cover of their band. */
static void pixels_without_a_value(void **state)
{
	float x[2 * 2 * 4] = {
		1, NAN, 3, INFINITY, 5, 6, 7, 8, 9, 10, 11, 12, -INFINITY, 14, 15, 16
	};
	uint16_t half[16];
	double y[8], cover[2];

	(void)state;
	pz_pixels_store(half, x, 16, PZ_F2);
	write_npy("f4.npy", "<f4", "(2, 2, 2, 2)", x, sizeof x);
	write_npy("f2.npy", "<f2", "(2, 2, 2, 2)", half, sizeof half);
	for (int k = 0; k < 2; k++) {
		run_well(fromarray_main,
			 k ? FROM "--layout nchw f2.npy" : FROM "--layout nchw f4.npy");
		assert_non_null(
			strstr(header("s.pz"), k ? "\"pixel\":\"f2\"" : "\"pixel\":\"f4\""));
		numbers("s.pz", 0, "cover", cover, 2);
		assert_true(cover[0] == 0.5 && cover[1] == 1);
		numbers("s.pz", 1, "cover", cover, 2);
		assert_true(cover[0] == 1 && cover[1] == 0.75);
	}
	run_well(fromarray_main, FROM "--layout nchw f4.npy");
	numbers("s.pz", 0, "img", y, 8);
	assert_true(y[0] == 1 && y[1] == 0 && y[2] == 3 && y[3] == 0 && y[7] == 8);
	numbers("s.pz", 1, "img", y, 8);
	assert_true(y[4] == 0 && y[5] == 14);
	/* of two types the first file's counts, if it is the wider one */
	run_well(fromarray_main, FROM "--layout nchw f4.npy f2.npy");
	numbers("s.pz", 2, "img", y, 8);
	assert_true(y[0] == 1 && y[1] == 0 && y[7] == 8);
	numbers("s.pz", 3, "img", y, 8);
	assert_true(y[0] == 9 && y[4] == 0 && y[7] == 16);
	run_badly(fromarray_main, FROM "--layout nchw f2.npy f4.npy", 4,
		  "f4.npy: expected float16 images, as in the first file, found float32: name this "
		  "file first");
	write_npy("i2.npy", "<i2", "(2, 2, 2, 2)", half, sizeof half);
	run_well(fromarray_main, FROM "--layout nchw i2.npy");
	assert_non_null(strstr(header("s.pz"), "\"pixel\":\"f4\""));
	numbers("s.pz", 0, "img", y, 8);
	assert_true(y[0] == 0x3c00);
	{
		float *other = pixels_of(1, false);

		write_npy("other.npy", "<f4", "(1, 2, 4, 4)", other, 128);
		run_badly(
			fromarray_main, FROM "--layout nchw f4.npy other.npy", 4,
			"other.npy: expected images of 2 bands and 2 pixels, as in the first file, "
			"found 2 and 4");
		free(other);
	}
}

/* ---- tables and names ---- */

static void rows_beside_the_images(void **state)
{
	float *x = pixels_of(2, false);
	hid_t file, opaque;

	(void)state;
	write_npy("x.npy", "<f4", "(2, 2, 4, 4)", x, 256);
	write_text("t.csv", "id,zspec,r,u\n7,0.1,17,3\n8,0.2,18,4\n9,0.3,19,5\n");
	run_badly(fromarray_main, FROM "--catalogue t.csv x.npy", 4,
		  "x.npy: expected a row for each of its 2 images, found more");
	write_text("t.csv", "id,zspec,r,u,v\n7,0.1,17,3,1\n7,0.2,18,4,2\n");
	run_well(fromarray_main,
		 FROM "--catalogue t.csv --features u,v --colours --carry w=v x.npy");
	says("t.csv: 1 galaxy has the id of another one, first id 7");
	assert_non_null(strstr(header("s.pz"), "\"features\":[\"u\",\"v\",\"u-v\"]"));
	assert_true(number("s.pz", 1, "w") == 2 && number("s.pz", 1, "z") == 0.2);
	assert_true(number("s.pz", 1, "features") == 4);
	file = h5_create("t.h5");
	opaque = H5Tcreate(H5T_OPAQUE, 3);
	h5_put(file, "first", opaque, 1, (hsize_t[]){ 2 }, "abcdef");
	H5Tclose(opaque);
	h5_put(file, "image", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 2, 2, 4, 4 }, x);
	h5_put(file, "id", H5T_NATIVE_INT, 1, (hsize_t[]){ 2 }, (const int[]){ 9, 9 });
	H5Fclose(file);
	run_well(fromarray_main, FROM "t.h5");
	says("t.h5: array 'first' is not read: it holds Python objects, references or the like");
	says("t.h5: 1 galaxy has the id of another one, first id 9");
	/* what the array says of itself, unless an option says otherwise */
	file = h5_create("says.h5");
	h5_put(file, "image", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 2, 2, 4, 4 }, x);
	h5_note(file, "image", "psf", 1, (const double[]){ 1.5 });
	h5_note(file, "image", "pixscale", 1, (const double[]){ 0.4 });
	H5Fclose(file);
	run_well(fromarray_main, "fromarray --bands g,r -o s.pz says.h5");
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.4,\"psf\":1.5"));
	assert_null(strstr(contents("header.json"), "\"unit\""));
	run_well(fromarray_main,
		 "fromarray --bands g,r --unit adu --pixscale 0.5 --psf 2 -o s.pz says.h5");
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.5,\"psf\":2.0"));
	assert_non_null(strstr(contents("header.json"), "\"unit\":\"adu\""));
	/* arrays of groups by their last names, if no two have it */
	file = h5_create("g.h5");
	h5_put(file, "a/image", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 2, 2, 4, 4 }, x);
	h5_put(file, "b/data", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 1, 2, 4, 4 }, x);
	H5Fclose(file);
	run_well(fromarray_main, FROM "g.h5");
	image_is(1, 1, 4);
	run_well(fromarray_main, FROM "--images data g.h5");
	assert_true(number("s.pz", 0, "id") == 1);
	run_well(fromarray_main, FROM "--group b g.h5");
	run_badly(fromarray_main, FROM "--images nothing g.h5", 1,
		  "g.h5: no array 'nothing'; it has a/image, b/data: say by --images which holds "
		  "the images");
	file = H5Fopen("g.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	h5_put(file, "c/image", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 2, 2, 4, 4 }, x);
	H5Fclose(file);
	run_badly(fromarray_main, FROM "--images image g.h5", 1, "g.h5: no array 'image'");
	run_well(fromarray_main, FROM "--images c/image g.h5");
	free(x);
}

static void options_that_do_not_go_together(void **state)
{
	static const char *const cases[][2] = {
		{ "fromarray", "expected a file: HDF5, .npz or .npy" },
		{ "fromarray -",
		  "expected the name of a file, found '-': HDF5, .npz and .npy are" },
		{ "fromarray --stamps d", "--stamps: expected --catalogue, the galaxies' table" },
		{ "fromarray --stamps d --catalogue t.csv x.npy",
		  "--stamps: expected no files of arrays beside it, found x.npy" },
		{ "fromarray --stamps d --catalogue t.csv --images a",
		  "--stamps: expected no files of arrays beside it, found options for them" },
		{ "fromarray --stamps d --catalogue t.csv --group a", "found options for them" },
		{ "fromarray --stamps d --catalogue t.csv --layout nchw",
		  "found options for them" },
		{ "fromarray --stamps d --catalogue t.csv --as mmu", "found options for them" },
		{ "fromarray --catalogue t.csv x.npy x.npy",
		  "--catalogue: expected one file of images, found 2" },
		{ "fromarray --survey nowhere x.npy", "nowhere" },
		{ "fromarray --missing x x.npy", "missing: expected numbers" },
		{ "fromarray --stamps d --catalogue t.csv --missing x",
		  "missing: expected numbers" },
		{ "fromarray --colours x.npy", "--colours needs --features" },
	};

	(void)state;
	write_text("t.csv", "id\n1\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run_badly(fromarray_main, cases[i][0], 2, cases[i][1]);
}

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return in_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_and_central_parts),
		cmocka_unit_test(shapes_that_are_none),
		cmocka_unit_test(images_of_many_blocks),
		cmocka_unit_test(pixels_without_a_value),
		cmocka_unit_test(rows_beside_the_images),
		cmocka_unit_test(options_that_do_not_go_together),
	};

	return cmocka_run_group_tests_name("images of arrays", tests, begin, out_of_folder);
}
