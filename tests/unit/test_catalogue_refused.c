/* test_catalogue_refused.c -- what is wrong with a catalogue, and where: columns without names,
 * features that are none, ids of tables that are rounded or undefined, rows that are passed over
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/array.h>
#include <pz/catalogue.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "open_catalogue.h"
#include "own_folder.h"
#include "raw_fits.h"
#include "raw_hdf5.h"

static const struct pz_catalogue_options plain;

static void not_opened(const char *path, struct pz_catalogue_options o, int code, const char *text)
{
	struct pz_catalogue *c = (struct pz_catalogue *)(uintptr_t)path;

	says(pz_catalogue_open(&c, path, &o), code, text);
	assert_null(c);
}

static void write_text(const char *text)
{
	FILE *f = fopen("t.csv", "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* The first rows are good, the next is refused. */
static void fails_behind(const char *path, const struct pz_catalogue_options *o, int good,
			 const char *text)
{
	struct pz_catalogue *c = opened(path, o);
	struct pz_catalogue_row row;

	for (int i = 0; i < good; i++)
		assert_int_equal(pz_catalogue_next(c, &row), 1);
	says(pz_catalogue_next(c, &row), PZ_EDATA, text);
	pz_catalogue_close(c);
}

/* That words stand behind the path, however long it is. */
static void ends_so(const char *path, const char *words)
{
	const char *found = pz_error_text();

	assert_memory_equal(found, path, strlen(path));
	assert_string_equal(found + strlen(found) - strlen(words), words);
}

/* A path of more than a thousand bytes leaves room for what is wrong with it, and for what helps.
 */
static void paths_that_are_long(void **state)
{
	struct pz_catalogue_options anywhere = { .anywhere = true };
	char path[1500] = "", *at = path;
	struct pz_catalogue *c;

	(void)state;
	for (int i = 0; i < 700; i++)
		at = stpcpy(at, "./");
	strcpy(at, "t.csv");
	write_text("x,y\n1,2\n");
	assert_int_equal(pz_catalogue_open(&c, path, &anywhere), PZ_EDATA);
	ends_so(path, ": say which is which by --columns, or which table of a FITS file or group "
		      "of an HDF5 file by --hdu");
	strcpy(at, "z.csv");
	assert_int_equal(system("gzip -c t.csv >z.csv"), 0);
	assert_int_equal(pz_catalogue_open(&c, path, &plain), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "(a compressed table of text can be read through "
						"a pipe: gzip -dc ./"));
	ends_so(path, " | ...)");
}

/* ---- columns ---- */

static void columns_that_nobody_knows(void **state)
{
	struct pz_catalogue_options anywhere = { .anywhere = true };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_text("1,2,3\n4,5,6\n");
	not_opened("t.csv", anywhere, PZ_EDATA,
		   "t.csv: the file does not name its columns, or not as many as there are: they "
		   "are called col1 to col3: say which is which, as --columns z=col2");
	write_text("a,b\n1,2\n");
	not_opened("t.csv", anywhere, PZ_EDATA,
		   "t.csv: no column 'id' or the like for id; it has a, b: say which is which by "
		   "--columns, or which table of a FITS file or group of an HDF5 file by --hdu");
	not_opened("t.csv", plain, PZ_EDATA,
		   "t.csv: no column 'ra' or the like for ra; it has a, b");
	anywhere.numbered = true;
	c = opened("t.csv", &anywhere);
	assert_string_equal(pz_catalogue_note(c),
			    "t.csv: no column 'id' or the like: ids are the numbers of the rows, "
			    "from 1 (--columns id=NAME)");
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.id == 1 && isnan(row.ra));
	pz_catalogue_close(c);
}

/* ---- features ---- */

static void numbers_that_are_no_features(void **state)
{
	struct pz_catalogue_options o = { .features = "g,f=w" };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_text("id,ra,dec,g,w\n1,2,3,4,5\n2,2,3,,-99\n3,2,3,4,5\n");
	fails_behind("t.csv", &o, 1,
		     "t.csv: row 2: feature 'f': -99 looks like a missing value: say --missing -99 "
		     "(or --missing none if it is a value)");
	o.missing = (struct pz_missing){ .given = "none" };
	c = opened("t.csv", &o);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pz_catalogue_next(c, &row), 1);
	pz_catalogue_close(c);
	o.missing = (struct pz_missing){ .given = "-99,4", .count = 2, .value = { -99, 4 } };
	c = opened("t.csv", &o);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(isnan(row.features[0]) && row.features[1] == 5);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(isnan(row.features[0]) && isnan(row.features[1]));
	pz_catalogue_close(c);
	/* beyond what a float32 can keep, whatever is missing */
	write_text("id,ra,dec,g,w\n1,2,3,3e38,5\n2,2,3,-4e38,6\n");
	fails_behind("t.csv", &o, 1,
		     "t.csv: row 2: feature 'g': expected a number that float32 can keep, found "
		     "-4e+38 (--missing -4e+38 says that it is no value)");
	o.missing = (struct pz_missing){ .given = NULL };
	fails_behind("t.csv", &o, 1,
		     "t.csv: row 2: feature 'g': expected a number that float32 can keep, found "
		     "-4e+38 (--missing -4e+38 says that it is no value)");
}

/* A vector's further values may be missing as its first; all of a row are looked at. */
static void values_of_vectors_that_are_missing(void **state)
{
	struct pz_catalogue_options o = { .missing = {
						  .given = "7,8", .count = 2, .value = { 7, 8 } } };
	struct pz_catalogue *c;
	struct pz_catalogue_row row;
	int items;

	(void)state;
	write_text("id,ra,dec,a,b,c,d\n1,2,3,4,7,6,8\n");
	c = opened("t.csv", &o);
	assert_int_equal(pz_catalogue_set_vector(c, "a..d", &items), 0);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.vector[0] == 4 && isnan(row.vector[1]) && row.vector[2] == 6 &&
		    isnan(row.vector[3]));
	pz_catalogue_close(c);
}

/* ---- magnitudes and redshifts ---- */

/* As many digits are shown as the option needs to mean the number. */
static void missing_values_have_their_digits(void **state)
{
	(void)state;
	write_text("id,ra,dec,z\n1,2,3,0.5\n2,2,3,-9999\n");
	fails_behind("t.csv", &plain, 1,
		     "t.csv: row 2: column z: -9999 looks like a missing value: say --missing "
		     "-9999 (or --missing none if it is a value)");
	write_text("id,ra,dec,z\n1,2,3,-1234.5678901234567\n");
	fails_behind("t.csv", &plain, 0,
		     "t.csv: row 1: column z: -1234.5678901234567 looks like a missing value: say "
		     "--missing -1234.5678901234567 (or --missing none if it is a value)");
}

/* ---- ids ---- */

static void write_ids(enum pz_fits_type type, const void *ids)
{
	const struct pz_fits_column columns[] = { { "id", type, 1, NULL },
						  { "ra", PZ_FITS_DOUBLE, 1, "deg" },
						  { "dec", PZ_FITS_DOUBLE, 1, "deg" } };
	const double x[] = { 1, 2, 3 };
	const void *values[] = { ids, x, x };
	struct pz_fits_table *t;

	assert_int_equal(pz_fits_table_begin(&t, "i.fits", "T", columns, 3, NULL, 0), 0);
	assert_int_equal(pz_fits_table_add(t, 3, values), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
}

/* Up to two to the power of a mantissa's bits whole numbers are exact. */
static void ids_of_real_columns(void **state)
{
	(void)state;
	write_ids(PZ_FITS_FLOAT, (const float[]){ 5, 0x1p24F, 0x1p25F });
	fails_behind("i.fits", &plain, 0,
		     "i.fits: HDU 1: row 3: column 'id': id 33554432: whole numbers above 2^24 are "
		     "rounded when they are kept so: write the ids as integers or texts");
	write_ids(PZ_FITS_DOUBLE, (const double[]){ 0x1p25, 0x1p53, 0x1p54 });
	fails_behind("i.fits", &plain, 0,
		     "i.fits: HDU 1: row 3: column 'id': id 18014398509481984: whole numbers above "
		     "2^53 are rounded when they are kept so: write the ids as integers or texts");
	write_ids(PZ_FITS_DOUBLE, (const double[]){ 1, 2.5, 3 });
	fails_behind("i.fits", &plain, 0,
		     "i.fits: HDU 1: row 2: column 'id': expected ids, whole numbers or texts, "
		     "found 2.5");
	not_opened("i.fits", (struct pz_catalogue_options){ .hdu = "2" }, PZ_EDATA,
		   "i.fits: no HDU '2' (2 HDUs, counted from 0)");
}

/* Of three rows the second has the number that means none. */
static void ids_that_are_undefined(void **state)
{
	static const char *const cards[] = {
		"XTENSION= 'BINTABLE'",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                   18",
		"NAXIS2  =                    3", "PCOUNT  =                    0",
		"GCOUNT  =                    1", "TFIELDS =                    3",
		"TTYPE1  = 'id      '",           "TFORM1  = 'I       '",
		"TNULL1  =                   -9", "TTYPE2  = 'ra      '",
		"TFORM2  = 'D       '",           "TTYPE3  = 'dec     '",
		"TFORM3  = 'D       '",           NULL
	};
	char data[3 * 18] = { 0 };
	FILE *to = fopen("n.fits", "wb");

	(void)state;
	data[1] = 7;
	memcpy(data + 18, "\xff\xf7", 2);
	raw_primary(to);
	raw_hdu(to, cards, data, sizeof data, 0);
	fclose(to);
	fails_behind("n.fits", &plain, 0,
		     "n.fits: HDU 1: row 2: column 'id': expected an id, found an undefined one "
		     "(masked, TNULL)");
}

/* Of two numbers in each row, one is undefined: now the first, now the second. */
static void whole_numbers_that_are_undefined(void **state)
{
	static const char *const cards[] = {
		"XTENSION= 'BINTABLE'",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                    4",
		"NAXIS2  =                    2", "PCOUNT  =                    0",
		"GCOUNT  =                    1", "TFIELDS =                    1",
		"TTYPE1  = 'n       '",           "TFORM1  = '2I      '",
		"TNULL1  =                   -9", NULL
	};
	struct pz_catalogue_options o = {
		.carry = "a=n[0],b=n[1]", .texts = true, .anywhere = true, .numbered = true
	};
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	FILE *to = fopen("w.fits", "wb");

	(void)state;
	raw_primary(to);
	raw_hdu(to, cards, "\xff\xf7\0\7\0\5\xff\xf7", 8, 0);
	fclose(to);
	c = opened("w.fits", &o);
	for (int none = 0; none < 2; none++) {
		assert_int_equal(pz_catalogue_next(c, &row), 1);
		assert_int_equal(row.carry_type[none], PZ_CELL_NUMBER);
		assert_true(isnan(row.carry[none]));
		assert_int_equal(row.carry_type[!none], PZ_CELL_INTEGER);
		assert_int_equal(row.carry_integer[!none], none ? 5 : 7);
	}
	pz_catalogue_close(c);
}

static void ids_of_arrays(void **state)
{
	const struct pz_array_column column[] = { { "id", PZ_ARRAY_TEXT, 6, .dims = 0 },
						  { "ra", PZ_ARRAY_FLOAT, 8, .dims = 0 },
						  { "dec", PZ_ARRAY_FLOAT, 8, .dims = 0 },
						  { "no", PZ_ARRAY_FLOAT, 8, 1, { 0 }, false } };
	static const int64_t ids[] = { 4, 5, -7 };
	static const double x[] = { 1, 2, 3 };
	hid_t file = h5_create("n.h5"), id, space, note;
	const int64_t none = -7;
	struct pz_arrays_file *f;
	struct pz_catalogue *c;
	struct pz_catalogue_row row;

	(void)state;
	assert_int_equal(pz_arrays_begin(&f, "a.npz", 2, column, 4), 0);
	assert_int_equal(pz_arrays_add(f, 0, 2, "ab\0\0\0\0007\0\0\0\0\0"), 0);
	assert_int_equal(pz_arrays_add(f, 1, 2, x), 0);
	assert_int_equal(pz_arrays_add(f, 2, 2, x), 0);
	assert_int_equal(pz_arrays_add(f, 3, 2, x), 0);
	assert_int_equal(pz_arrays_finish(f), 0);
	c = opened("a.npz", &plain);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(!strcmp(row.name, "ab") && row.ra == 1);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(!strcmp(row.name, "") && row.id == 7);
	pz_catalogue_close(c);
	not_opened("a.npz", (struct pz_catalogue_options){ .features = "no" }, PZ_EDATA,
		   "a.npz: features: column 'no' has no values");
	/* the number that means none is no id */
	h5_put(file, "id", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, ids);
	h5_put(file, "ra", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 3 }, x);
	h5_put(file, "dec", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 3 }, x);
	id = H5Dopen2(file, "id", H5P_DEFAULT);
	space = H5Screate(H5S_SCALAR);
	note = H5Acreate2(id, "_FillValue", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
	assert_true(H5Awrite(note, H5T_NATIVE_INT64, &none) >= 0);
	H5Aclose(note);
	H5Sclose(space);
	H5Dclose(id);
	H5Fclose(file);
	fails_behind("n.h5", &plain, 0,
		     "n.h5: array 'id': row 3: expected an id, found the number that means none "
		     "(_FillValue)");
	not_opened("none.npz", plain, PZ_EIO, "none.npz: No such file or directory");
}

/* ---- rows ---- */

/* The first that was passed over is told by its name or number. */
static void rows_without_a_place(void **state)
{
	struct pz_catalogue *c;
	struct pz_catalogue_row row;
	uint64_t first = 9;

	(void)state;
	write_text("id,ra,dec\n1,2,3\nab,2,91\nc,361,3\n7,-180,-90\n");
	c = opened("t.csv", &plain);
	assert_int_equal(pz_catalogue_bad(c, &first), 0);
	assert_int_equal(first, 9);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.id == 7 && row.row == 3 && row.ra == 180 && row.dec == -90);
	assert_int_equal(pz_catalogue_bad(c, &first), 2);
	assert_int_equal(first, 1);
	assert_string_equal(pz_catalogue_bad_id(c), "ab");
	assert_int_equal(pz_catalogue_next(c, &row), 0);
	pz_catalogue_close(c);
	write_text("id,ra,dec\n-12,2,91\n");
	c = opened("t.csv", &plain);
	assert_int_equal(pz_catalogue_next(c, &row), 0);
	assert_int_equal(pz_catalogue_bad(c, NULL), 1);
	assert_string_equal(pz_catalogue_bad_id(c), "-12");
	pz_catalogue_close(c);
}

/* Of a block that cannot be read whole nothing is handed out, whoever asks again. */
static void blocks_with_a_mistake(void **state)
{
	struct pz_catalogue *c;
	struct pz_catalogue_row row;

	(void)state;
	write_text("id,ra,dec,mag\n1,2,3,4\n2,2,3,x\n");
	c = opened("t.csv", &plain);
	assert_int_equal(pz_catalogue_next(c, &row), PZ_EDATA);
	assert_int_equal(pz_catalogue_next(c, &row), 0);
	pz_catalogue_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_are_long),
		cmocka_unit_test(columns_that_nobody_knows),
		cmocka_unit_test(numbers_that_are_no_features),
		cmocka_unit_test(values_of_vectors_that_are_missing),
		cmocka_unit_test(missing_values_have_their_digits),
		cmocka_unit_test(ids_of_real_columns),
		cmocka_unit_test(ids_that_are_undefined),
		cmocka_unit_test(whole_numbers_that_are_undefined),
		cmocka_unit_test(ids_of_arrays),
		cmocka_unit_test(rows_without_a_place),
		cmocka_unit_test(blocks_with_a_mistake),
	};

	return cmocka_run_group_tests_name("catalogues that are refused", tests, enter_own_folder,
					   leave_own_folder);
}
