/* test_array_hdf5.c -- HDF5 files as libhdf5 writes them: every type, chunks, records, texts, what
 * attributes mean, what was never written; read by pz_arrays
 */
#include <math.h>

#include <pz/array.h>

#include "in_process.h"
#include "raw_hdf5.h"

static struct pz_arrays *open_file(const char *name)
{
	struct pz_arrays *a;

	if (pz_arrays_open(&a, name, NULL) < 0)
		fail_msg("%s", pz_error_text());
	return a;
}

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return in_folder(state);
}

/* The array's numbers, all of them, are these. */
static void numbers_are(struct pz_arrays *a, const char *name, const double *expected, size_t n)
{
	int i = pz_arrays_find(a, name);
	const struct pz_array *is;
	double x[64];
	float f[64];

	if (i < 0)
		fail_msg("no array '%s'", name);
	is = pz_arrays_at(a, i);
	assert_int_equal(is->rows * is->values, n);
	if (pz_array_read_doubles(a, i, 0, (size_t)is->rows, x) < 0 ||
	    pz_array_read_floats(a, i, 0, (size_t)is->rows, f) < 0)
		fail_msg("%s", pz_error_text());
	for (size_t k = 0; k < n; k++) {
		bool nan = isnan(expected[k]);

		if (nan ? !isnan(x[k]) || !isnan(f[k])
			: x[k] != expected[k] || f[k] != (float)expected[k])
			fail_msg("%s: number %zu: expected %.17g, found %.17g", name, k,
				 expected[k], x[k]);
	}
}

#define NUMBERS_ARE(a, name, ...)                                                                  \
	numbers_are(a, name, (const double[]){ __VA_ARGS__ },                                      \
		    sizeof(const double[]){ __VA_ARGS__ } / sizeof(double))

static void fails(struct pz_arrays *a, const char *name, int code, const char *says)
{
	int i = pz_arrays_find(a, name), rc;
	double x[64];

	assert_true(i >= 0);
	rc = pz_array_read_doubles(a, i, 0, (size_t)pz_arrays_at(a, i)->rows, x);
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("%s: code %d, '%s' should say '%s'", name, rc, pz_error_text(), says);
}

/* Numbers -2, 3 and 100 as each type keeps them. */
static void every_type_of_numbers(void **state)
{
	const struct {
		const char *name;
		hid_t type;
		bool is_unsigned, is_float;
		size_t bytes;
	} types[] = {
		{ "i1", H5T_STD_I8LE, false, false, 1 },
		{ "u1", H5T_STD_U8BE, true, false, 1 },
		{ "i2", H5T_STD_I16LE, false, false, 2 },
		{ "i2b", H5T_STD_I16BE, false, false, 2 },
		{ "u2", H5T_STD_U16BE, true, false, 2 },
		{ "i4", H5T_STD_I32BE, false, false, 4 },
		{ "u4", H5T_STD_U32LE, true, false, 4 },
		{ "i8", H5T_STD_I64BE, false, false, 8 },
		{ "u8", H5T_STD_U64LE, true, false, 8 },
		{ "f4", H5T_IEEE_F32BE, false, true, 4 },
		{ "f4l", H5T_IEEE_F32LE, false, true, 4 },
		{ "f8", H5T_IEEE_F64BE, false, true, 8 },
	};
	const double x[] = { -2, 3, 100 }, u[] = { 2, 3, 100 };
	hid_t file = h5_create("n.h5");
	struct pz_arrays *a;
	unsigned char bytes[64];
	int64_t whole[3];

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		h5_put_as(file, types[i].name, types[i].type, H5T_NATIVE_DOUBLE, 1,
			  (hsize_t[]){ 3 }, H5P_DEFAULT, types[i].is_unsigned ? u : x);
	H5Fclose(file);
	a = open_file("n.h5");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		int at = pz_arrays_find(a, types[i].name);
		const struct pz_array *is = pz_arrays_at(a, at);

		numbers_are(a, types[i].name, types[i].is_unsigned ? u : x, 3);
		assert_int_equal(is->bytes, types[i].bytes);
		assert_int_equal(is->kind, types[i].is_float ? PZ_ARRAY_FLOAT : PZ_ARRAY_INTEGER);
		if (types[i].is_float) {
			assert_int_equal(pz_array_read_integers(a, at, 0, 3, whole), PZ_EDATA);
			assert_non_null(strstr(pz_error_text(), "whole numbers, found floats"));
			continue;
		}
		assert_int_equal(pz_array_read_integers(a, at, 1, 2, whole), 0);
		assert_true(whole[0] == 3 && whole[1] == 100);
	}
	/* bytes are the lowest first, whatever they are in the file */
	assert_int_equal(pz_array_read_bytes(a, pz_arrays_find(a, "i2b"), 0, 3, bytes), 0);
	assert_memory_equal(bytes, "\xfe\xff\3\0\144\0", 6);
	assert_int_equal(pz_array_read_bytes(a, pz_arrays_find(a, "i2"), 1, 2, bytes), 0);
	assert_memory_equal(bytes, "\3\0\144\0", 4);
	assert_int_equal(pz_array_read_doubles(a, 0, 2, 2, (double[2]){ 0 }), PZ_EARG);
	assert_non_null(strstr(pz_error_text(), "expected rows below 3, found 2 rows from 2"));
	pz_arrays_close(a);
}

static void types_that_are_no_numbers_here(void **state)
{
	hid_t file = h5_create("o.h5"), twelve = H5Tcopy(H5T_STD_I16LE);
	hid_t odd = H5Tcopy(H5T_IEEE_F32LE), opaque = H5Tcreate(H5T_OPAQUE, 3);
	hid_t truth = H5Tenum_create(H5T_NATIVE_INT8), colours = H5Tenum_create(H5T_NATIVE_INT8);
	struct pz_arrays *a;
	int64_t whole[2];
	int8_t no = 0, yes = 1;

	(void)state;
	H5Tset_tag(opaque, "three bytes");
	H5Tset_precision(twelve, 12);
	H5Tset_ebias(odd, 100);
	H5Tenum_insert(truth, "FALSE", &no);
	H5Tenum_insert(truth, "TRUE", &yes);
	H5Tenum_insert(colours, "RED", &no);
	H5Tenum_insert(colours, "BLUE", &yes);
	h5_put(file, "twelve", twelve, 1, (hsize_t[]){ 2 }, (const int16_t[]){ 1, 2 });
	h5_put(file, "odd", odd, 1, (hsize_t[]){ 1 }, (const float[]){ 1 });
	h5_put(file, "opaque", opaque, 1, (hsize_t[]){ 1 }, "abc");
	h5_put(file, "truth", truth, 1, (hsize_t[]){ 2 }, (const int8_t[]){ 1, 0 });
	h5_put(file, "colours", colours, 1, (hsize_t[]){ 2 }, (const int8_t[]){ 1, 0 });
	h5_put(file, "scalar", H5T_NATIVE_DOUBLE, 0, NULL, &(double){ 7 });
	H5Fclose(file);
	a = open_file("o.h5");
	fails(a, "twelve", PZ_EDATA, "expected numbers, found something else (Python objects");
	fails(a, "odd", PZ_EDATA, "expected numbers, found something else");
	fails(a, "opaque", PZ_EDATA, "expected numbers, found something else");
	fails(a, "colours", PZ_EDATA, "expected numbers, found something else");
	assert_int_equal(pz_arrays_at(a, pz_arrays_find(a, "truth"))->kind, PZ_ARRAY_BOOL);
	assert_int_equal(pz_array_read_integers(a, pz_arrays_find(a, "truth"), 0, 2, whole), 0);
	assert_true(whole[0] == 1 && whole[1] == 0);
	assert_int_equal(pz_arrays_at(a, pz_arrays_find(a, "scalar"))->dims, 0);
	NUMBERS_ARE(a, "scalar", 7);
	pz_arrays_close(a);
}

/* In chunks, packed and shuffled; of several axes; the values of a row that are arrays. */
static void chunks_and_axes(void **state)
{
	hid_t file = h5_create("c.h5"), plan = H5Pcreate(H5P_DATASET_CREATE), rows;
	hid_t pairs = H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 2 });
	double x[30], y[6];
	struct pz_arrays *a;
	int i;

	(void)state;
	for (int k = 0; k < 30; k++)
		x[k] = k * 1.5;
	H5Pset_chunk(plan, 2, (hsize_t[]){ 4, 2 });
	H5Pset_shuffle(plan);
	H5Pset_deflate(plan, 5);
	h5_put_as(file, "g/packed", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, 2, (hsize_t[]){ 10, 3 },
		  plan, x);
	rows = H5Pcreate(H5P_DATASET_CREATE);
	H5Pset_layout(rows, H5D_COMPACT);
	h5_put_as(file, "compact", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 5 }, rows,
		  x);
	h5_put(file, "pairs", pairs, 1, (hsize_t[]){ 3 }, x);
	H5Fclose(file);
	a = open_file("c.h5");
	numbers_are(a, "g/packed", x, 30);
	numbers_are(a, "compact", x, 5);
	numbers_are(a, "pairs", x, 6);
	i = pz_arrays_find(a, "g/packed");
	assert_true(pz_arrays_at(a, i)->dims == 2 && pz_arrays_at(a, i)->shape[0] == 10 &&
		    pz_arrays_at(a, i)->values == 3);
	assert_int_equal(pz_array_read_doubles(a, i, 7, 2, y), 0);
	assert_true(y[0] == x[21] && y[5] == x[26]);
	i = pz_arrays_find(a, "pairs");
	assert_true(pz_arrays_at(a, i)->dims == 2 && pz_arrays_at(a, i)->shape[1] == 2);
	pz_arrays_close(a);
	/* names from a group on */
	assert_int_equal(pz_arrays_open(&a, "c.h5", "g"), 0);
	assert_int_equal(pz_arrays_count(a), 1);
	numbers_are(a, "packed", x, 30);
	pz_arrays_close(a);
	assert_int_equal(pz_arrays_open(&a, "c.h5", "none"), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "c.h5: no group 'none'"));
	file = h5_create("e.h5");
	H5Fclose(file);
	assert_int_equal(pz_arrays_open(&a, "e.h5", NULL), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "e.h5: expected datasets, found none"));
}

/* Fields of records are arrays of their own. */
static void records_have_fields(void **state)
{
	static const struct galaxy {
		double z;
		int16_t n;
		float pair[2];
	} galaxy[] = { { 0.5, 7, { 1, 2 } }, { 0.25, -8, { 3, 4 } } };
	hid_t pair = H5Tarray_create2(H5T_NATIVE_FLOAT, 1, (hsize_t[]){ 2 });
	hid_t type = H5Tcreate(H5T_COMPOUND, sizeof *galaxy), file = h5_create("r.h5");
	struct pz_arrays *a;

	(void)state;
	H5Tinsert(type, "z", offsetof(struct galaxy, z), H5T_NATIVE_DOUBLE);
	H5Tinsert(type, "n", offsetof(struct galaxy, n), H5T_NATIVE_INT16);
	H5Tinsert(type, "pair", offsetof(struct galaxy, pair), pair);
	h5_put(file, "labels", type, 1, (hsize_t[]){ 2 }, galaxy);
	H5Fclose(file);
	a = open_file("r.h5");
	assert_int_equal(pz_arrays_count(a), 3);
	NUMBERS_ARE(a, "labels/z", 0.5, 0.25);
	NUMBERS_ARE(a, "labels/n", 7, -8);
	NUMBERS_ARE(a, "labels/pair", 1, 2, 3, 4);
	pz_arrays_close(a);
}

static void texts_of_one_length_and_of_any(void **state)
{
	hid_t file = h5_create("t.h5"), any = H5Tcopy(H5T_C_S1);
	const char *words[] = { "one", "", "three\xc3\xa9" };
	struct pz_arrays *a;
	char text[3][8];
	int i;

	(void)state;
	H5Tset_size(any, H5T_VARIABLE);
	h5_put(file, "any", any, 1, (hsize_t[]){ 3 }, words);
	h5_put_texts(file, "four", 3, 4, "ab\0\0cd\0\0efgh");
	H5Fclose(file);
	a = open_file("t.h5");
	i = pz_arrays_find(a, "any");
	assert_true(pz_arrays_at(a, i)->kind == PZ_ARRAY_TEXT && pz_arrays_at(a, i)->bytes == 0);
	assert_int_equal(pz_array_read_texts(a, i, 0, 3, text[0], 8), 0);
	assert_string_equal(text[0], "one");
	assert_string_equal(text[1], "");
	assert_string_equal(text[2], "three\xc3\xa9");
	assert_int_equal(pz_array_read_texts(a, i, 0, 3, text[0], 7), PZ_EDATA);
	assert_non_null(
		strstr(pz_error_text(), "'any': row 3: expected a text of at most 6 bytes"));
	fails(a, "any", PZ_EDATA, "expected numbers, found texts");
	i = pz_arrays_find(a, "four");
	assert_int_equal(pz_arrays_at(a, i)->bytes, 4);
	assert_int_equal(pz_array_read_texts(a, i, 1, 2, text[0], 8), 0);
	assert_string_equal(text[0], "cd");
	assert_string_equal(text[1], "efgh");
	assert_int_equal(pz_array_read_texts(a, i, 0, 3, text[0], 4), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "'four': row 3: expected a text of at most 3"));
	pz_arrays_close(a);
}

/* scale_factor, add_offset, _FillValue and missing_value of the CF conventions. */
static void attributes_say_what_numbers_mean(void **state)
{
	const int16_t x[] = { 1, 2, -9, -8 };
	hid_t file = h5_create("p.h5");
	struct pz_arrays *a;
	int64_t whole[4];
	double number;
	char text[32];
	int i;

	(void)state;
	for (int k = 0; k < 5; k++)
		h5_put(file, ((const char *[]){ "scaled", "offset", "none", "unclear", "one" })[k],
		       H5T_NATIVE_INT16, 1, (hsize_t[]){ 4 }, x);
	h5_note(file, "scaled", "scale_factor", 1, &(double){ 0.5 });
	h5_note(file, "scaled", "add_offset", 1, &(double){ 10 });
	h5_note(file, "scaled", "_FillValue", 1, &(double){ -9 });
	h5_note(file, "offset", "add_offset", 1, &(double){ 3 });
	h5_note(file, "none", "_FillValue", 1, &(double){ -9 });
	h5_note(file, "none", "missing_value", 1, &(double){ -8 });
	h5_note(file, "unclear", "BSCALE", 1, &(double){ 2 });
	/* a factor of 1, two numbers, NaN: none of these means anything */
	h5_note(file, "one", "scale_factor", 1, &(double){ 1 });
	h5_note(file, "one", "add_offset", 2, (const double[]){ 1, 2 });
	h5_note(file, "one", "_FillValue", 1, &(double){ NAN });
	h5_note(file, "one", "BZERO", 1, &(double){ 0 });
	H5Fclose(file);
	a = open_file("p.h5");
	NUMBERS_ARE(a, "scaled", 10.5, 11, NAN, 6);
	NUMBERS_ARE(a, "offset", 4, 5, -6, -5);
	NUMBERS_ARE(a, "none", 1, 2, NAN, NAN);
	NUMBERS_ARE(a, "one", 1, 2, -9, -8);
	fails(a, "unclear", PZ_EDATA, "found the attributes BSCALE or BZERO, which do not say");
	i = pz_arrays_find(a, "none");
	assert_true(pz_arrays_at(a, i)->packed && pz_arrays_at(a, i)->kind == PZ_ARRAY_INTEGER);
	assert_int_equal(pz_array_read_integers(a, i, 0, 4, whole), 0);
	assert_int_equal(whole[2], -9);
	assert_true(pz_array_is_none(a, i, -9) && !pz_array_is_none(a, i, 1));
	assert_int_equal(pz_arrays_at(a, pz_arrays_find(a, "scaled"))->kind, PZ_ARRAY_FLOAT);
	assert_false(pz_arrays_at(a, pz_arrays_find(a, "one"))->packed);
	assert_int_equal(pz_array_attribute(a, i, "_FillValue", text, sizeof text), 0);
	assert_int_equal(pz_array_attribute_number(a, i, "_FillValue", &number), 1);
	assert_true(number == -9);
	assert_int_equal(pz_array_attribute_number(a, i, "nothing", &number), 0);
	assert_int_equal(pz_array_attribute(a, i, "nothing", text, sizeof text), 0);
	pz_arrays_close(a);
}

static void attributes_that_are_texts(void **state)
{
	hid_t file = h5_create("a.h5"), space = H5Screate(H5S_SCALAR), type, id, of;
	const char *any = "any length";
	struct pz_arrays *a;
	char text[8];

	(void)state;
	h5_put(file, "x", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 1 }, &(double){ 1 });
	of = H5Dopen2(file, "x", H5P_DEFAULT);
	for (int k = 0; k < 2; k++) {
		type = H5Tcopy(H5T_C_S1);
		H5Tset_size(type, k ? H5T_VARIABLE : 4);
		id = H5Acreate2(of, k ? "any" : "four", type, space, H5P_DEFAULT, H5P_DEFAULT);
		assert_true(H5Awrite(id, type, k ? (const void *)&any : "nJy\0") >= 0);
		H5Aclose(id);
		H5Tclose(type);
	}
	H5Dclose(of);
	H5Fclose(file);
	a = open_file("a.h5");
	assert_int_equal(pz_array_attribute(a, 0, "four", text, sizeof text), 1);
	assert_string_equal(text, "nJy");
	assert_int_equal(pz_array_attribute(a, 0, "any", text, sizeof text), 1);
	assert_string_equal(text, "any len");
	/* where it does not fit, one of a fixed length is none */
	assert_int_equal(pz_array_attribute(a, 0, "four", text, 4), 0);
	assert_int_equal(pz_array_attribute_number(a, 0, "four", &(double){ 0 }), 0);
	pz_arrays_close(a);
}

/* What was never written would be read as zeros; what stands in other files is not followed. */
static void values_that_are_not_in_the_file(void **state)
{
	hid_t file = h5_create("w.h5"), chunks = H5Pcreate(H5P_DATASET_CREATE);
	hid_t outside = H5Pcreate(H5P_DATASET_CREATE), space, id, slab;
	struct pz_arrays *a;

	(void)state;
	H5Pset_chunk(chunks, 1, (hsize_t[]){ 4 });
	h5_put_as(file, "some", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 10 }, chunks,
		  NULL);
	id = H5Dopen2(file, "some", H5P_DEFAULT);
	space = H5Dget_space(id);
	H5Sselect_hyperslab(space, H5S_SELECT_SET, (hsize_t[]){ 0 }, NULL, (hsize_t[]){ 8 }, NULL);
	slab = H5Screate_simple(1, (hsize_t[]){ 8 }, NULL);
	assert_true(H5Dwrite(id, H5T_NATIVE_DOUBLE, slab, space, H5P_DEFAULT, (double[8]){ 1 }) >=
		    0);
	H5Sclose(slab);
	H5Sclose(space);
	H5Dclose(id);
	h5_put(file, "none", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 10 }, NULL);
	write_text("secret", "12345678");
	H5Pset_external(outside, "secret", 0, 8);
	h5_put_as(file, "outside", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 1 },
		  outside, NULL);
	H5Lcreate_soft("/none", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
	H5Fclose(file);
	a = open_file("w.h5");
	fails(a, "some", PZ_ECORRUPT,
	      "expected all of its values in the file (3 chunks or bytes), found 2: what was never "
	      "written would be read as zeros");
	fails(a, "none", PZ_ECORRUPT, "(80 chunks or bytes), found 0");
	fails(a, "outside", PZ_EDATA, "expected numbers, found something else");
	assert_int_equal(pz_arrays_find(a, "soft"), -1);
	pz_arrays_close(a);
}

/* The library crashes, or says what is wrong, in a process of its own. */
static void files_that_are_cut(void **state)
{
	const char *bytes;
	struct pz_arrays *a;
	hid_t file = h5_create("whole.h5");
	double x[512] = { 1 };

	(void)state;
	h5_put(file, "x", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 512 }, x);
	H5Fclose(file);
	bytes = contents("whole.h5");
	for (size_t n = 8; n < 2000; n += 96) {
		write_file("cut.h5", bytes, n);
		assert_int_equal(pz_arrays_open(&a, "cut.h5", NULL), PZ_ECORRUPT);
		assert_non_null(strstr(pz_error_text(), "cut.h5: "));
	}
	/* behind a block of the user's */
	{
		char *shifted = calloc(1, 1 << 14);

		memcpy(shifted + 512, bytes, 1 << 13);
		write_file("user.h5", shifted, 512 + (1 << 13));
		assert_int_equal(pz_arrays_look_like("user.h5"), 1);
		memmove(shifted + 600, shifted + 512, 1 << 13);
		memset(shifted + 512, 0, 88);
		write_file("user.h5", shifted, 600 + (1 << 13));
		assert_int_equal(pz_arrays_look_like("user.h5"), 0);
		free(shifted);
	}
	assert_int_equal(pz_arrays_look_like("none.h5"), PZ_EIO);
	assert_int_equal(pz_arrays_look_like("."), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_of_numbers),
		cmocka_unit_test(types_that_are_no_numbers_here),
		cmocka_unit_test(chunks_and_axes),
		cmocka_unit_test(records_have_fields),
		cmocka_unit_test(texts_of_one_length_and_of_any),
		cmocka_unit_test(attributes_say_what_numbers_mean),
		cmocka_unit_test(attributes_that_are_texts),
		cmocka_unit_test(values_that_are_not_in_the_file),
		cmocka_unit_test(files_that_are_cut),
	};

	return cmocka_run_group_tests_name("HDF5", tests, begin, out_of_folder);
}
