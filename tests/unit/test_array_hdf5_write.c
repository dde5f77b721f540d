/* test_array_hdf5_write.c -- HDF5 files as pz_arrays writes them, read by libhdf5 itself: types,
 * places, attributes; what is left open; what is said when the disk is full
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <pz/array.h>

#include "in_process.h"
#include "raw_hdf5.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

/* Everything of libhdf5's that is open. */
static int open_things(void)
{
	static const H5I_type_t kinds[] = { H5I_FILE,    H5I_GROUP, H5I_DATATYPE,   H5I_DATASPACE,
					    H5I_DATASET, H5I_ATTR,  H5I_GENPROP_LST };
	hsize_t all = 0, n = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (H5Inmembers(kinds[i], &n) >= 0)
			all += n;
	return (int)all;
}

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return in_folder(state);
}

static const struct pz_array_column columns[] = {
	{ "f4", PZ_ARRAY_FLOAT, 4, .dims = 2, .shape = { 2, 1 } },
	{ "g/f8", PZ_ARRAY_FLOAT, 8, .dims = 0 },
	{ "g/h/f2", PZ_ARRAY_FLOAT, 2, .dims = 1, .shape = { 2 } },
	{ "i8", PZ_ARRAY_INTEGER, 8, .dims = 0 },
	{ "u1", PZ_ARRAY_INTEGER, 1, .dims = 1, .shape = { 5 }, .alone = true },
	{ "b", PZ_ARRAY_BOOL, 1, .dims = 0 },
	{ "s3", PZ_ARRAY_TEXT, 3, .dims = 0 },
	{ "s0", PZ_ARRAY_TEXT, 0, .dims = 0 },
	{ "one", PZ_ARRAY_FLOAT, 8, .dims = 0, .alone = true },
	{ "table", PZ_ARRAY_INTEGER, 8, .dims = 2, .shape = { 2, 3 }, .alone = true },
};
#define COLUMNS ((int)(sizeof columns / sizeof *columns))

static const float f4[3][2] = { { 1, 2 }, { 3, 4 }, { 5, 6.5F } };
static const double f8[] = { 0.1, -0.2, 1e300 };
static const uint16_t f2[3][2] = { { 0x3c00, 0xc100 }, { 0, 1 }, { 0x7bff, 0x8000 } };
static const int64_t i8[] = { INT64_MAX, -5, 0 };
static const int64_t table[] = { 11, 12, 13, 21, 22, 23 };

static const void *const values[COLUMNS] = {
	f4, f8, f2, i8, "\1\2\3\4\377", "\1\0\1", "abcde\0f\0\0", "", &(double){ 2.5 }, table
};

/* Three rows, in one piece or in pieces of one. */
static void write_rows(const char *name, bool by_one)
{
	struct pz_arrays_file *f;

	assert_int_equal(pz_arrays_begin(&f, name, 3, columns, COLUMNS), 0);
	for (int c = 0; c < COLUMNS; c++) {
		size_t rows = c == 4 ? 5 : c == 8 ? 1 : c == 9 ? 2 : 3, one = columns[c].bytes;

		for (int d = columns[c].alone; d < columns[c].dims; d++)
			one *= columns[c].shape[d];
		for (size_t r = 0; r < rows; r += by_one ? 1 : rows)
			assert_int_equal(pz_arrays_add(f, c, by_one ? 1 : rows,
						       (const char *)values[c] + r * one),
					 0);
	}
	assert_int_equal(pz_arrays_note(f, 1, "unit", "km/s \xc3\xa9"), 0);
	assert_int_equal(pz_arrays_note_number(f, 1, "half", 0.1), 0);
	refused(pz_arrays_note(f, 1, "unit", "again"), PZ_EIO,
		"HDF5: an error writing an attribute");
	assert_int_equal(pz_arrays_finish(f), 0);
}

/* A dataset's type (to be closed), whose axes are these and whose bytes are where they belong. */
static hid_t type_and_axes(hid_t file, const char *name, int dims, const hsize_t *shape)
{
	hid_t id = H5Dopen2(file, name, H5P_DEFAULT), space, plan, type;
	hsize_t found[H5S_MAX_RANK];
	H5O_info_t info;

	assert_true(id >= 0);
	space = H5Dget_space(id);
	plan = H5Dget_create_plist(id);
	type = H5Dget_type(id);
	assert_int_equal(H5Sget_simple_extent_dims(space, found, NULL), dims);
	for (int d = 0; d < dims; d++)
		assert_int_equal(found[d], shape[d]);
	assert_int_equal(H5Pget_layout(plan), H5D_CONTIGUOUS);
	assert_true(H5Oget_info2(id, &info, H5O_INFO_ALL) >= 0);
	assert_true(info.ctime == 0 && info.mtime == 0);
	H5Pclose(plan);
	H5Sclose(space);
	H5Dclose(id);
	return type;
}

static void same_type(hid_t file, const char *name, hid_t expected, int dims, const hsize_t *shape)
{
	hid_t type = type_and_axes(file, name, dims, shape);

	assert_true(H5Tequal(type, expected) > 0);
	H5Tclose(type);
}

static void values_are(hid_t file, const char *name, const void *expected, size_t size)
{
	hid_t id = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(id);
	char found[64];

	assert_true(size <= sizeof found);
	assert_true(H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
	assert_memory_equal(found, expected, size);
	H5Tclose(type);
	H5Dclose(id);
}

static void check_numbers(hid_t file)
{
	const hsize_t rows[] = { 3, 2, 1 };

	same_type(file, "f4", H5T_IEEE_F32LE, 3, rows);
	same_type(file, "g/f8", H5T_IEEE_F64LE, 1, rows);
	same_type(file, "i8", H5T_STD_I64LE, 1, rows);
	same_type(file, "u1", H5T_STD_U8LE, 1, (hsize_t[]){ 5 });
	same_type(file, "one", H5T_IEEE_F64LE, 0, NULL);
	same_type(file, "table", H5T_STD_I64LE, 2, (hsize_t[]){ 2, 3 });
	values_are(file, "f4", f4, sizeof f4);
	values_are(file, "g/f8", f8, sizeof f8);
	values_are(file, "g/h/f2", f2, sizeof f2);
	values_are(file, "i8", i8, sizeof i8);
	values_are(file, "u1", values[4], 5);
	values_are(file, "b", values[5], 3);
	values_are(file, "s3", values[6], 9);
	values_are(file, "s0", "\0\0\0", 3);
	values_are(file, "one", values[8], 8);
	values_are(file, "table", table, sizeof table);
}

/* float16, truth values and texts are not of the library's own types. */
static void check_other_types(hid_t file)
{
	const hsize_t rows[] = { 3, 2 };
	hid_t type = type_and_axes(file, "g/h/f2", 2, rows);
	size_t sign, at, bits, mantissa_at, mantissa_bits;
	float half[6];
	signed char value;
	hid_t id = H5Dopen2(file, "g/h/f2", H5P_DEFAULT);

	H5Tget_fields(type, &sign, &at, &bits, &mantissa_at, &mantissa_bits);
	assert_true(sign == 15 && at == 10 && bits == 5 && mantissa_at == 0 && mantissa_bits == 10);
	assert_true(H5Tget_size(type) == 2 && H5Tget_ebias(type) == 15);
	assert_true(H5Tget_precision(type) == 16 && H5Tget_order(type) == H5T_ORDER_LE);
	H5Tclose(type);
	assert_true(H5Dread(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, half) >= 0);
	H5Dclose(id);
	assert_true(half[0] == 1 && half[1] == -2.5F && half[4] == 65504);
	type = type_and_axes(file, "b", 1, rows);
	assert_true(H5Tget_class(type) == H5T_ENUM && H5Tget_size(type) == 1);
	assert_int_equal(H5Tget_nmembers(type), 2);
	assert_true(H5Tenum_valueof(type, "FALSE", &value) >= 0 && value == 0);
	assert_true(H5Tenum_valueof(type, "TRUE", &value) >= 0 && value == 1);
	H5Tclose(type);
	for (int i = 0; i < 2; i++) {
		type = type_and_axes(file, i ? "s0" : "s3", 1, rows);
		assert_true(H5Tget_class(type) == H5T_STRING && H5Tget_size(type) == (i ? 1 : 3));
		assert_int_equal(H5Tget_strpad(type), H5T_STR_NULLPAD);
		assert_int_equal(H5Tget_cset(type), H5T_CSET_UTF8);
		H5Tclose(type);
	}
}

static void check_notes(hid_t file)
{
	hid_t of = H5Dopen2(file, "g/f8", H5P_DEFAULT), id = H5Aopen(of, "unit", H5P_DEFAULT), type;
	hid_t space = H5Aget_space(id);
	char *text = NULL;
	double x = 0;

	type = H5Aget_type(id);
	assert_true(H5Tis_variable_str(type) > 0 && H5Tget_cset(type) == H5T_CSET_UTF8);
	assert_int_equal(H5Sget_simple_extent_type(space), H5S_SCALAR);
	assert_true(H5Aread(id, type, &text) >= 0);
	assert_string_equal(text, "km/s \xc3\xa9");
	H5free_memory(text);
	H5Sclose(space);
	H5Tclose(type);
	H5Aclose(id);
	id = H5Aopen(of, "half", H5P_DEFAULT);
	type = H5Aget_type(id);
	assert_true(H5Tequal(type, H5T_IEEE_F64LE) > 0);
	assert_true(H5Aread(id, H5T_NATIVE_DOUBLE, &x) >= 0 && x == 0.1);
	H5Tclose(type);
	H5Aclose(id);
	H5Dclose(of);
}

static void files_are_what_was_asked_for(void **state)
{
	(void)state;
	for (int by_one = 0; by_one < 2; by_one++) {
		int before = open_things();
		hid_t file;

		write_rows("w.h5", by_one);
		assert_int_equal(open_things(), before);
		file = H5Fopen("w.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
		assert_true(file >= 0);
		check_numbers(file);
		check_other_types(file);
		check_notes(file);
		H5Fclose(file);
		assert_int_equal(open_things(), before);
	}
}

/* -- names and places */

static void names_that_cannot_be_written(void **state)
{
	static char longest[300];
	struct pz_array_column c[] = { { "a", PZ_ARRAY_FLOAT, 8, .dims = 0 },
				       { "ab", PZ_ARRAY_FLOAT, 8, .dims = 0 } };
	static const char *const bad[][2] = {
		{ "a", "a" },
		{ "a", "a/b" },
		{ "b/c/d", "b/c" },
	};
	struct pz_arrays_file *f;

	(void)state;
	assert_int_equal(pz_arrays_begin(&f, "n.h5", 0, c, 2), 0);
	pz_arrays_abandon(f);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		c[0].name = bad[i][0];
		c[1].name = bad[i][1];
		f = (struct pz_arrays_file *)c;
		refused(pz_arrays_begin(&f, "n.h5", 0, c, 2), PZ_EDATA,
			"n.h5: two arrays cannot have the names '");
		assert_null(f);
	}
	refused(pz_arrays_begin(&f, "n.h5", 0, c, 2), PZ_EDATA, "names 'b/c' and 'b/c/d'");
	memset(longest, 'n', 256);
	c[0].name = longest;
	refused(pz_arrays_begin(&f, "n.npz", 0, c, 1), PZ_EDATA,
		"n.npz: an array cannot have the name 'nnn");
	longest[255] = '\0';
	assert_int_equal(pz_arrays_begin(&f, "n.npz", 0, c, 1), 0);
	pz_arrays_abandon(f);
	c[0].name = "";
	refused(pz_arrays_begin(&f, "n.npz", 0, c, 1), PZ_EDATA, "cannot have the name ''");
	c[0].name = "/x";
	refused(pz_arrays_begin(&f, "n.npz", 0, c, 1), PZ_EDATA, "cannot have the name '/x'");
	/* one that only the library refuses */
	c[0].name = ".";
	refused(pz_arrays_begin(&f, "n.h5", 0, c, 1), PZ_EIO,
		"n.h5: HDF5: an error making an array");
	pz_arrays_abandon(NULL);
}

static void names_say_which_kind_of_file(void **state)
{
	struct pz_array_column c = { "a", PZ_ARRAY_FLOAT, 8, .dims = 0 };
	struct pz_arrays_file *f;

	(void)state;
	assert_true(pz_arrays_can_write("a.npz") && pz_arrays_can_write("b.HDF5") &&
		    pz_arrays_can_write("dir.x/c.h5"));
	assert_false(pz_arrays_can_write(".npz") || pz_arrays_can_write("npz") ||
		     pz_arrays_can_write("a.npz.gz") || pz_arrays_can_write("a.npy") ||
		     pz_arrays_can_write("") || pz_arrays_can_write(".h5"));
	assert_int_equal(pz_arrays_begin(&f, "A.NPZ", 0, &c, 1), 0);
	assert_int_equal(pz_arrays_finish(f), 0);
	assert_memory_equal(contents("A.NPZ"), "PK\3\4", 4);
	assert_int_equal(pz_arrays_begin(&f, "a.npz.h5", 0, &c, 1), 0);
	assert_int_equal(pz_arrays_finish(f), 0);
	assert_memory_equal(contents("a.npz.h5"), "\x89HDF", 4);
	refused(pz_arrays_begin(&f, "/dev/null", 0, &c, 1), PZ_EUSAGE,
		"/dev/null: expected a file: HDF5 goes into no device or pipe");
	refused(pz_arrays_begin(&f, "none/a.h5", 0, &c, 1), PZ_EIO, "none/a.h5");
	assert_int_equal(pz_arrays_begin(&f, "few.h5", 7, &c, 1), 0);
	assert_int_equal(pz_arrays_add(f, 0, 5, (double[5]){ 0 }), 0);
	refused(pz_arrays_finish(f), PZ_EARG, "few.h5: array 'a': expected 7 rows, found 5");
}

/* -- the disk */

/* Writes a megabyte where a file may have 100 kB; -1: a column of text. */
static void write_too_much(const char *name, int kind)
{
	struct pz_array_column c = { "x", PZ_ARRAY_FLOAT, 8, .dims = 1, .shape = { 1000 } };
	static double x[1000 * 131];
	int before = open_things(), rc;
	struct pz_arrays_file *f;
	struct rlimit usual, little;
	char says[100];

	if (kind < 0)
		c = (struct pz_array_column){ "x", PZ_ARRAY_TEXT, 8000, .dims = 0 };
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &usual);
	little = (struct rlimit){ 100000, usual.rlim_max };
	assert_int_equal(pz_arrays_begin(&f, name, 131, &c, 1), 0);
	setrlimit(RLIMIT_FSIZE, &little);
	rc = pz_arrays_add(f, 0, 131, x);
	setrlimit(RLIMIT_FSIZE, &usual);
	snprintf(says, sizeof says, "%s: %s", name,
		 strstr(name, ".h5") ? "HDF5: an error writing rows: File too large" : "");
	refused(rc, PZ_EIO, says);
	assert_non_null(strstr(pz_error_text(), "File too large"));
	pz_arrays_abandon(f);
	assert_int_equal(open_things(), before);
	assert_int_equal(access(name, F_OK), -1);
}

static void a_full_disk_is_named(void **state)
{
	(void)state;
	write_too_much("full.h5", 0);
	write_too_much("full.npz", 0);
	write_too_much("text.npz", -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_what_was_asked_for),
		cmocka_unit_test(names_that_cannot_be_written),
		cmocka_unit_test(names_say_which_kind_of_file),
		cmocka_unit_test(a_full_disk_is_named),
	};

	return cmocka_run_group_tests_name("writing HDF5", tests, begin, out_of_folder);
}
