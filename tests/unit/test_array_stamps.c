/* test_array_stamps.c -- fromarray: FITS files of galaxies as stamps, by their names, bands and
 * sizes; what arrays say of themselves
 */
#include <fitsio.h>
#include <math.h>

#include "in_process.h"
#include "raw_hdf5.h"

#define SIDE 4

/* How a file of stamps is. */
struct form {
	int side, planes;     /* planes 0: an HDU for each of `names`            */
	double scale;         /* arcsec of a pixel; 0: no WCS                    */
	const char *unit;     /* NULL: none                                      */
	const char *bands;    /* BANDS; NULL: none                               */
	const char *names[3]; /* BAND0 ..., or EXTNAME of HDUs; NULL: none      */
};

static void put_header(fitsfile *f, const struct form *m, int *status)
{
	double d = m->scale / 3600, minus = -d;

	if (m->scale > 0) {
		fits_write_key(f, TDOUBLE, "CD1_1", &minus, NULL, status);
		fits_write_key(f, TDOUBLE, "CD2_2", &d, NULL, status);
	}
	if (m->unit)
		fits_write_key(f, TSTRING, "BUNIT", (void *)m->unit, NULL, status);
}

/* Pixel i of plane p of galaxy g is 100 g + 20 p + i. */
static void write_stamp(const char *name, int g, const struct form *m)
{
	long size[] = { m->side, m->side, m->planes }, n = (long)m->side * m->side;
	int hdus = m->planes ? 1 : m->names[2] ? 3 : 2, planes = m->planes ? m->planes : 1;
	fitsfile *f = NULL;
	float x[400];
	int status = 0;

	unlink(name);
	fits_create_file(&f, name, &status);
	for (int h = 0; h < hdus; h++) {
		for (int p = 0; p < planes; p++)
			for (long i = 0; i < n; i++)
				x[p * n + i] = (float)(100 * g + 20 * (p + h) + i);
		fits_create_img(f, FLOAT_IMG, planes > 1 ? 3 : 2, size, &status);
		put_header(f, m, &status);
		if (m->bands)
			fits_write_key(f, TSTRING, "BANDS", (void *)m->bands, NULL, &status);
		for (int p = 0; m->planes && p < planes && m->names[p]; p++) {
			char key[16];

			snprintf(key, sizeof key, "BAND%d", p);
			fits_write_key(f, TSTRING, key, (void *)m->names[p], NULL, &status);
		}
		if (!m->planes && *m->names[h])
			fits_write_key(f, TSTRING, "EXTNAME", (void *)m->names[h], NULL, &status);
		fits_write_img(f, TFLOAT, 1, n * planes, x, &status);
	}
	fits_close_file(f, &status);
	if (status)
		fail_msg("%s: CFITSIO %d", name, status);
}

static const struct form cube = {
	.side = SIDE, .planes = 2, .scale = 0.25, .unit = "nanomaggy", .bands = "gr"
};

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	write_text("cat.csv", "id,zspec,r,file\n7,0.1,17.5,one.fits\n8,0.2,18,two.fits\n");
	if (system("mkdir d") != 0)
		return -1;
	write_stamp("d/7.fits", 7, &cube);
	write_stamp("d/8.fits", 8, &cube);
	return 0;
}

/* The pixels of record i are those of these planes, the central size x size. */
static void pixels_are(const char *name, size_t i, int g, int size, const int *plane, int bands)
{
	double x[400];
	int edge = (SIDE - size) / 2;

	assert_int_equal(numbers(name, i, "img", x, 400), bands * size * size);
	for (int b = 0; b < bands; b++)
		for (int k = 0; k < size * size; k++) {
			double y = 100 * g + 20 * plane[b] + (k / size + edge) * SIDE + k % size +
				   edge;

			if (x[b * size * size + k] != y)
				fail_msg("%s: record %zu, band %d, pixel %d: expected %g, found %g",
					 name, i, b, k, y, x[b * size * size + k]);
		}
}

/* Adds cards to a stamp without WCS. */
static void add_numbers(const char *name, const char *const *key, const double *x, int n)
{
	fitsfile *f = NULL;
	int status = 0;

	fits_open_file(&f, name, READWRITE, &status);
	for (int i = 0; i < n; i++)
		fits_write_key(f, TDOUBLE, key[i], (void *)&x[i], NULL, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
}

#define IN_ORDER ((const int[]){ 0, 1 })
#define TURNED   ((const int[]){ 1, 0 })

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

#define FROM "fromarray --catalogue cat.csv -o s.pz --stamps "

static void a_folder_of_cubes(void **state)
{
	(void)state;
	run_well(fromarray_main, FROM "d");
	pixels_are("s.pz", 0, 7, SIDE, IN_ORDER, 2);
	pixels_are("s.pz", 1, 8, SIDE, IN_ORDER, 2);
	assert_non_null(strstr(header("s.pz"), "\"bands\":[\"g\",\"r\"]"));
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.25"));
	assert_non_null(strstr(header("s.pz"), "\"unit\":\"nanomaggy\""));
	assert_true(number("s.pz", 0, "z") == 0.1 && number("s.pz", 1, "mag") == 18);
	assert_non_null(strstr(records("s.pz"), "\"cover\":[1.0,1.0]"));
	/* of several magnitudes that of the survey's rows */
	write_text("many.csv", "id,zspec,g,r,i\n7,0.1,18,17.5,17\n8,0.2,19,18.5,18\n");
	run_well(fromarray_main, "fromarray --catalogue many.csv -o s.pz --stamps d --survey sdss");
	assert_true(number("s.pz", 1, "mag") == 18.5);
	run_well(fromarray_main, "fromarray --catalogue many.csv -o s.pz --stamps d --survey hsc");
	assert_true(number("s.pz", 1, "mag") == 18);
	/* the middle of them; bands in another order, and one alone */
	run_well(fromarray_main, FROM "d --size 2");
	pixels_are("s.pz", 1, 8, 2, IN_ORDER, 2);
	run_well(fromarray_main, FROM "d --bands r,g");
	pixels_are("s.pz", 0, 7, SIDE, TURNED, 2);
	run_well(fromarray_main, FROM "d --bands R");
	pixels_are("s.pz", 0, 7, SIDE, (const int[]){ 1 }, 1);
	/* by a pattern; options say what the files do not */
	run_well(fromarray_main, FROM "d/%i.fits --pixscale 0.5 --unit adu");
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.5"));
	assert_non_null(strstr(header("s.pz"), "\"unit\":\"adu\""));
	run_badly(fromarray_main, FROM "d --size 3", 2,
		  "--size: expected at most the 4 pixels of d/7.fits, and as many to leave out on "
		  "both sides, found 3");
	run_badly(fromarray_main, FROM "d --size 6", 2, "--size: expected at most the 4 pixels");
}

static void files_by_band_and_by_column(void **state)
{
	static const struct form image = { .side = SIDE, .planes = 1, .scale = 0.25 };

	(void)state;
	write_stamp("7-g.fits", 7, &image);
	write_stamp("7-r.fits", 9, &image);
	write_stamp("8-g.fits", 8, &image);
	write_stamp("8-r.fits", 6, &image);
	run_well(fromarray_main, FROM "%i-%b.fits --bands g,r");
	{
		double x[32];

		numbers("s.pz", 0, "img", x, 32);
		assert_true(x[0] == 700 && x[16] == 900 && x[31] == 915);
		numbers("s.pz", 1, "img", x, 32);
		assert_true(x[0] == 800 && x[16] == 600);
	}
	write_stamp("one.fits", 7, &cube);
	write_stamp("x-two.fits", 8, &cube);
	run_well(fromarray_main, FROM "%f");
	pixels_are("s.pz", 0, 7, SIDE, IN_ORDER, 2);
	says("1 of 2 galaxies left out: they have no file (first: two.fits)");
	run_well(fromarray_main, FROM "x-%f --carry q=zspec");
	pixels_are("s.pz", 0, 8, SIDE, IN_ORDER, 2);
	says("they have no file (first: x-one.fits)");
	/* %% is a percent sign */
	assert_int_equal(rename("7-g.fits", "7%.fits"), 0);
	run_well(fromarray_main, FROM "%i%%.fits --bands g");
	assert_true(number("s.pz", 0, "id") == 7);
	run_badly(fromarray_main, FROM "nothing.fits", 2,
		  "--stamps: expected a folder, or a name with %i in the place of the id or %f");
	run_badly(fromarray_main, FROM "%i-%b.fits", 2,
		  "--stamps: expected --bands, whose names are those for %b");
	run_badly(fromarray_main, FROM "none-%i.fits --strict", 1,
		  "--strict: a galaxy would be left out: galaxies have no file: none-7.fits");
	run_badly(fromarray_main, FROM "none-%i.fits", 1,
		  "cat.csv: expected stamps of its 2 galaxies, found none");
}

static void packed_files_of_a_folder(void **state)
{
	(void)state;
	assert_int_equal(system("mkdir p && cp d/7.fits d/8.fits p && gzip p/7.fits"), 0);
	run_well(fromarray_main, FROM "p");
	pixels_are("s.pz", 0, 7, SIDE, IN_ORDER, 2);
	pixels_are("s.pz", 1, 8, SIDE, IN_ORDER, 2);
	/* a plain one goes before */
	write_stamp("p/7.fits", 5, &cube);
	run_well(fromarray_main, FROM "p");
	pixels_are("s.pz", 0, 5, SIDE, IN_ORDER, 2);
}

/* Each galaxy whose stamp is of another kind than the first is left out. */
static void stamps_of_another_kind_are_left_out(void **state)
{
	static const struct {
		struct form form;
		const char *says;
	} cases[] = {
		{ { SIDE + 2, 2, 0.25, "nanomaggy", "gr", { NULL } },
		  "they have stamps of another size (first: k/8.fits: 6 x 6 pixels, not 4 x 4)" },
		{ { SIDE, 2, 0.2526, "nanomaggy", "gr", { NULL } },
		  "they have pixels of another scale (first: k/8.fits: 0.2526 arcsec a pixel, not "
		  "0.25)" },
		{ { SIDE, 2, 0.25, "adu", "gr", { NULL } },
		  "they have pixels of another unit (first: k/8.fits: 'adu', not 'nanomaggy')" },
		{ { SIDE, 2, 0.25, "nanomaggy", "gi", { NULL } },
		  "they lack a band (first: k/8.fits: no band r)" },
		{ { SIDE, 3, 0.25, "nanomaggy", NULL, { NULL } },
		  "they lack a band (first: k/8.fits: no band g)" },
	};

	(void)state;
	assert_int_equal(system("mkdir k && cp d/7.fits k"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_stamp("k/8.fits", 8, &cases[i].form);
		run_well(fromarray_main, FROM "k");
		says("1 of 2 galaxies left out: ");
		says(cases[i].says);
		assert_true(number("s.pz", 0, "id") == 7);
		run_badly(fromarray_main, FROM "k --strict", 1, "--strict: a galaxy would be left");
	}
	/* of a scale that differs by less than a hundredth, by names of planes, and without any */
	write_stamp("k/8.fits", 8,
		    &(struct form){ SIDE, 2, 0.2524, "nanomaggy", NULL, { "R", "g" } });
	run_well(fromarray_main, FROM "k");
	pixels_are("s.pz", 1, 8, SIDE, TURNED, 2);
	write_stamp("k/8.fits", 8, &(struct form){ SIDE, 2, 0, "nanomaggies", NULL, { NULL } });
	run_well(fromarray_main, FROM "k --bands g,r");
	pixels_are("s.pz", 1, 8, SIDE, IN_ORDER, 2);
	/* one that states no unit may have any; what the options say counts for all */
	write_stamp("k/8.fits", 8, &(struct form){ SIDE, 2, 0, NULL, NULL, { NULL } });
	run_well(fromarray_main, FROM "k --bands g,r");
	says("they have pixels of another unit (first: k/8.fits: '', not 'nanomaggy')");
	write_stamp("k/8.fits", 8, &(struct form){ SIDE, 2, 9, "adu", "gr", { NULL } });
	run_well(fromarray_main, FROM "k --pixscale 1 --unit x");
	pixels_are("s.pz", 1, 8, SIDE, IN_ORDER, 2);
}

static void bands_in_parts_of_a_file(void **state)
{
	(void)state;
	assert_int_equal(system("mkdir h"), 0);
	for (int g = 7; g < 9; g++) {
		char name[16];

		snprintf(name, sizeof name, "h/%d.fits", g);
		write_stamp(name, g, &(struct form){ SIDE, 0, 0.25, NULL, NULL, { "r", "g" } });
	}
	/* by their names, or in order where they have none */
	run_well(fromarray_main, FROM "h --bands g,r");
	pixels_are("s.pz", 0, 7, SIDE, TURNED, 2);
	write_stamp("h/8.fits", 8, &(struct form){ SIDE, 0, 0.25, NULL, NULL, { "r", "x" } });
	run_well(fromarray_main, FROM "h --bands r,g");
	says("they lack a band (first: h/8.fits: no band g)");
	for (int g = 7; g < 9; g++) {
		char name[16];

		snprintf(name, sizeof name, "h/%d.fits", g);
		write_stamp(name, g, &(struct form){ SIDE, 0, 0.25, NULL, NULL, { "", "" } });
	}
	run_well(fromarray_main, FROM "h --bands g,r");
	pixels_are("s.pz", 1, 8, SIDE, IN_ORDER, 2);
	run_badly(fromarray_main, FROM "h --bands g,r,i", 1, "found none");
	says("lack a band");
}

static void what_files_must_say(void **state)
{
	(void)state;
	assert_int_equal(system("mkdir n"), 0);
	write_stamp("n/7.fits", 7, &(struct form){ SIDE, 2, 0, NULL, "gr", { NULL } });
	run_badly(fromarray_main, FROM "n", 2,
		  "expected --pixscale, as the first stamp has no WCS that says how many arcsec");
	run_well(fromarray_main, FROM "n --pixscale 0.3");
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.3"));
	write_stamp("n/7.fits", 7, &(struct form){ SIDE, 2, 1, NULL, NULL, { NULL } });
	run_badly(fromarray_main, FROM "n", 2,
		  "expected --bands, as the file does not name its 2 planes (BANDS, BAND0)");
	write_text("slash.csv", "id,z\na/b,0.1\n");
	run_badly(
		fromarray_main, "fromarray --catalogue slash.csv --stamps d", 1,
		"slash.csv: row 1: expected an id that can be part of a file's name, found 'a/b'");
	write_text("twice.csv", "id,z\n7,0.1\n7,0.2\n");
	run_well(fromarray_main, "fromarray --catalogue twice.csv --stamps d -o s.pz");
	says("twice.csv");
}

/* ---- what arrays say of themselves ---- */

static void note_text(hid_t file, const char *name, const char *key, const char *text)
{
	hid_t of = H5Dopen2(file, name, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
	hid_t type = H5Tcopy(H5T_C_S1), id;

	H5Tset_size(type, strlen(text));
	id = H5Acreate2(of, key, type, space, H5P_DEFAULT, H5P_DEFAULT);
	assert_true(H5Awrite(id, type, text) >= 0);
	H5Aclose(id);
	H5Tclose(type);
	H5Sclose(space);
	H5Dclose(of);
}

static void bands_scale_and_unit_beside_the_images(void **state)
{
	static float image[2 * 2 * 3 * 3];
	const int64_t id[] = { 4, 5 };
	const double scale[] = { 0.16800000250339508, 0.16800000250339508, 0.168, 0.168 };
	hid_t file = h5_create("im.h5");

	(void)state;
	for (int i = 0; i < 36; i++)
		image[i] = (float)i;
	h5_put(file, "image", H5T_NATIVE_FLOAT, 4, (hsize_t[]){ 2, 2, 3, 3 }, image);
	h5_put(file, "object_id", H5T_NATIVE_INT64, 1, (hsize_t[]){ 2 }, id);
	h5_put(file, "other", H5T_NATIVE_INT64, 1, (hsize_t[]){ 2 }, id);
	h5_put(file, "longer", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 4 }, scale);
	h5_put(file, "image_scale", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){ 2, 2 }, scale);
	{
		hid_t type = H5Tcopy(H5T_C_S1);

		H5Tset_size(type, 6);
		h5_put(file, "image_band", type, 2, (hsize_t[]){ 2, 2 },
		       "HSC-G\0des-zz"
		       "HSC-G\0des-zz");
		H5Tclose(type);
	}
	note_text(file, "image", "units", "nJy");
	H5Fclose(file);
	run_well(fromarray_main, "fromarray im.h5 -o s.pz");
	assert_non_null(strstr(header("s.pz"), "\"bands\":[\"g\",\"zz\"]"));
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.168"));
	assert_non_null(strstr(header("s.pz"), "\"unit\":\"nJy\""));
	says("im.h5: arrays that have not as many rows as there are images, 2, are not read: "
	     "longer (4)");
	assert_true(number("s.pz", 1, "id") == 5);
	/* scales that differ are none */
	file = H5Fopen("im.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	H5Ldelete(file, "image_scale", H5P_DEFAULT);
	h5_put(file, "image_scale", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){ 2, 2 }, scale + 1);
	H5Fclose(file);
	run_badly(fromarray_main, "fromarray im.h5 -o no.pz", 2, "--pixscale");
}

/* By steps, or by a matrix of which a number that is not there is 0. */
static void scales_of_pixels(void **state)
{
	static const struct form bare = { .side = SIDE, .planes = 2, .bands = "gr" };

	(void)state;
	assert_int_equal(system("mkdir e"), 0);
	write_stamp("e/7.fits", 7, &bare);
	add_numbers("e/7.fits", (const char *const[]){ "CDELT1", "CDELT2" },
		    (const double[]){ -0.5 / 3600, 0.5 / 3600 }, 2);
	write_text("one.csv", "id,zspec\n7,0.1\n");
	run_well(fromarray_main, "fromarray --catalogue one.csv --unit adu -o s.pz --stamps e");
	assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.5"));
	for (int k = 0; k < 2; k++) {
		write_stamp("e/7.fits", 7, &bare);
		add_numbers("e/7.fits",
			    (const char *const[]){ "CD1_1", "CD2_2", k ? "CD1_2" : "CD2_1" },
			    (const double[]){ -0.25 / 3600, 0.25 / 3600, 0.125 / 3600 }, 3);
		run_well(fromarray_main,
			 "fromarray --catalogue one.csv --unit adu -o s.pz --stamps e");
		assert_non_null(strstr(header("s.pz"), "\"pixscale\":0.25"));
	}
	/* a file within a file is none */
	write_text("in.csv", "id,zspec,file\n7,0.1,7.fits\n8,0.2,7.fits/x.fits\n");
	run_well(fromarray_main,
		 "fromarray --catalogue in.csv --carry file --unit adu -o s.pz --stamps e");
	says("1 of 2 galaxies left out");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_of_cubes),
		cmocka_unit_test(scales_of_pixels),
		cmocka_unit_test(files_by_band_and_by_column),
		cmocka_unit_test(packed_files_of_a_folder),
		cmocka_unit_test(stamps_of_another_kind_are_left_out),
		cmocka_unit_test(bands_in_parts_of_a_file),
		cmocka_unit_test(what_files_must_say),
		cmocka_unit_test(bands_scale_and_unit_beside_the_images),
	};

	return cmocka_run_group_tests_name("files of stamps", tests, begin, out_of_folder);
}
