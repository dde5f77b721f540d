/* test_array_hdf5_read.c -- HDF5 files read in this process: which types are numbers, what is in
 * the file, in which chunks; nothing of the library's stays open
 */
#include <string.h>

#include <pz/array.h>

#include "../../lib/array/parts.h"
#include "in_process.h"
#include "raw_hdf5.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return in_folder(state);
}

static hid_t file;

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

static int things_before;

static struct pz_arrays *here(const char *name, const char *group, int *rc)
{
	struct pz_arrays *a = calloc(1, sizeof *a);

	things_before = open_things();
	a->path = strdup(name);
	a->raw_size = 1 << 20; /* as arrays.c has it */
	a->raw = malloc(a->raw_size);
	*rc = pz_hdf5_open(a, group);
	return a;
}

static void close_here(struct pz_arrays *a)
{
	pz_arrays_close(a);
	assert_int_equal(open_things(), things_before);
}

static struct pz_arrays *open_here(const char *name)
{
	int rc;
	struct pz_arrays *a = here(name, NULL, &rc);

	if (rc < 0)
		fail_msg("%s", pz_error_text());
	return a;
}

static void not_opened(const char *name, const char *group, int code, const char *says)
{
	int rc;
	struct pz_arrays *a = here(name, group, &rc);

	refused(rc, code, says);
	close_here(a);
}

static const struct array *find(struct pz_arrays *a, const char *name)
{
	int i = pz_arrays_find(a, name);

	if (i < 0)
		fail_msg("no array '%s'", name);
	return &a->array[i];
}

/* Two values of a type, which is closed, that nobody reads. */
static void put_type(const char *name, hid_t type)
{
	h5_put(file, name, type, 1, (hsize_t[]){ 2 }, NULL);
	H5Tclose(type);
}

/* -- types */

static void put_float(const char *name, hid_t base, const size_t fields[5], size_t bias)
{
	hid_t type = H5Tcopy(base);

	assert_true(H5Tset_fields(type, fields[0], fields[1], fields[2], fields[3], fields[4]) >=
		    0);
	H5Tset_ebias(type, bias);
	put_type(name, type);
}

/* Those whose sign, exponent or mantissa is elsewhere, or is another, are none of ours. */
static void floats_are_those_of_ieee(void **state)
{
	hid_t type;
	struct pz_arrays *a;
	char name[8];

	(void)state;
	file = h5_create("f.h5");
	put_float("f32", H5T_IEEE_F32LE, (const size_t[]){ 31, 23, 8, 0, 23 }, 127);
	put_float("f64", H5T_IEEE_F64BE, (const size_t[]){ 63, 52, 11, 0, 52 }, 1023);
	put_float("o0", H5T_IEEE_F32LE, (const size_t[]){ 31, 23, 8, 0, 22 }, 127);
	put_float("o1", H5T_IEEE_F32LE, (const size_t[]){ 31, 23, 7, 0, 23 }, 127);
	put_float("o2", H5T_IEEE_F32LE, (const size_t[]){ 31, 23, 8, 0, 23 }, 126);
	put_float("o3", H5T_IEEE_F32LE, (const size_t[]){ 23, 24, 8, 0, 23 }, 127);
	put_float("o4", H5T_IEEE_F32LE, (const size_t[]){ 0, 24, 8, 1, 23 }, 127);
	put_float("o5", H5T_IEEE_F32LE, (const size_t[]){ 31, 0, 8, 8, 23 }, 127);
	put_float("o6", H5T_IEEE_F64LE, (const size_t[]){ 63, 52, 11, 0, 51 }, 1023);
	put_float("o7", H5T_IEEE_F64LE, (const size_t[]){ 63, 52, 11, 0, 52 }, 127);
	type = H5Tcopy(H5T_IEEE_F32LE);
	H5Tset_norm(type, H5T_NORM_NONE);
	put_type("o8", type);
	put_type("o9", H5Tcopy(H5T_NATIVE_LDOUBLE));
	type = H5Tcopy(H5T_IEEE_F32LE);
	H5Tset_fields(type, 15, 10, 5, 0, 10);
	H5Tset_size(type, 2);
	H5Tset_ebias(type, 15);
	H5Tset_order(type, H5T_ORDER_BE);
	put_type("f16", type);
	H5Fclose(file);
	a = open_here("f.h5");
	assert_int_equal(a->n, 13);
	assert_true(find(a, "f16")->element.kind == 'f' && find(a, "f16")->element.size == 2 &&
		    find(a, "f16")->element.swap);
	assert_true(find(a, "f32")->element.kind == 'f' && !find(a, "f32")->element.swap);
	assert_true(find(a, "f64")->element.kind == 'f' && find(a, "f64")->element.swap);
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "o%d", i);
		if (find(a, name)->element.kind != 'O')
			fail_msg("%s should be no float", name);
		assert_int_equal(find(a, name)->is.kind, PZ_ARRAY_OTHER);
		assert_int_equal(find(a, name)->begin, 0);
	}
	close_here(a);
}

static void put_enum(const char *name, hid_t base, const char *const *names, int n)
{
	hid_t type = H5Tenum_create(base);

	for (int i = 0; i < n; i++)
		H5Tenum_insert(type, names[i], &(int32_t){ i });
	put_type(name, type);
}

static void whole_numbers_and_truth_values(void **state)
{
	static const char *const truth[] = { "FALSE", "TRUE", "MAYBE" };
	static const char *const other[] = { "TRUE", "NO" }, *const third[] = { "FALSE", "YES" };
	hid_t type = H5Tcopy(H5T_STD_I32LE), three;
	struct pz_arrays *a;

	(void)state;
	file = h5_create("i.h5");
	H5Tset_precision(type, 12);
	H5Tset_offset(type, 4);
	put_type("shifted", type);
	three = H5Tcopy(H5T_STD_U32BE);
	H5Tset_precision(three, 24);
	H5Tset_size(three, 3);
	put_type("three", three);
	type = H5Tcopy(H5T_STD_I16LE);
	H5Tset_precision(type, 15);
	put_type("fifteen", type);
	put_type("u1", H5Tcopy(H5T_STD_U8LE));
	put_type("i4", H5Tcopy(H5T_STD_I32BE));
	put_enum("truth", H5T_NATIVE_INT8, truth, 2);
	put_enum("three_truths", H5T_NATIVE_INT8, truth, 3);
	put_enum("wide", H5T_NATIVE_INT16, truth, 2);
	put_enum("other", H5T_NATIVE_INT8, other, 2);
	put_enum("third", H5T_NATIVE_INT8, third, 2);
	H5Fclose(file);
	a = open_here("i.h5");
	for (int i = 0; i < a->n; i++) {
		const char *name = a->array[i].name;
		char kind = a->array[i].element.kind;

		assert_int_equal(kind, !strcmp(name, "u1")      ? 'u'
				       : !strcmp(name, "i4")    ? 'i'
				       : !strcmp(name, "truth") ? 'b'
								: 'O');
	}
	assert_true(find(a, "i4")->element.swap && find(a, "i4")->element.size == 4);
	assert_true(find(a, "u1")->is.bytes == 1 && find(a, "three")->is.bytes == 0);
	close_here(a);
}

/* Axes of a type that is an array follow those of the dataset. */
static void types_that_are_arrays(void **state)
{
	hid_t text = H5Tcopy(H5T_C_S1), any = H5Tcopy(H5T_C_S1);
	struct pz_arrays *a;
	const struct array *is;
	double x[48];

	(void)state;
	for (int i = 0; i < 48; i++)
		x[i] = i;
	file = h5_create("a.h5");
	H5Tset_size(any, H5T_VARIABLE);
	H5Tset_size(text, 5);
	h5_put(file, "m", H5Tarray_create2(H5T_IEEE_F64LE, 2, (hsize_t[]){ 2, 3 }), 2,
	       (hsize_t[]){ 4, 2 }, x);
	put_type("any", H5Tarray_create2(any, 1, (hsize_t[]){ 2 }));
	put_type("text", H5Tarray_create2(text, 1, (hsize_t[]){ 3 }));
	h5_put(file, "null", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 0 }, NULL);
	H5Fclose(file);
	a = open_here("a.h5");
	is = find(a, "m");
	assert_true(is->is.dims == 4 && is->is.rows == 4 && is->is.values == 12);
	for (int d = 0; d < 4; d++)
		assert_int_equal(is->is.shape[d], ((const int[]){ 4, 2, 2, 3 })[d]);
	assert_int_equal(pz_array_read_doubles(a, (int)(is - a->array), 1, 2, x), 0);
	assert_true(x[0] == 12 && x[23] == 35);
	assert_int_equal(find(a, "any")->element.kind, 'O');
	assert_true(find(a, "text")->element.kind == 'S' && find(a, "text")->element.size == 5 &&
		    find(a, "text")->is.values == 3 && !find(a, "text")->element.swap);
	assert_true(find(a, "null")->is.rows == 0);
	close_here(a);
	file = h5_create("n.h5");
	h5_put(file, "nine", H5T_NATIVE_DOUBLE, 9, (hsize_t[]){ 1, 1, 1, 1, 1, 1, 1, 1, 1 }, x);
	H5Fclose(file);
	not_opened("n.h5", NULL, PZ_EDATA, "array 'nine': expected at most 8 axes, found 9");
	file = h5_create("n.h5");
	put_type("far",
		 H5Tarray_create2(H5T_NATIVE_DOUBLE, 8, (hsize_t[]){ 1, 1, 1, 1, 1, 1, 1, 1 }));
	H5Fclose(file);
	not_opened("n.h5", NULL, PZ_EDATA, "array 'far': expected at most 8 axes, found 9");
}

/* -- where values are */

/* A dataset of float64 in chunks; where it is not NULL, x is written. */
static void put_chunks(const char *name, int dims, const hsize_t *shape, const hsize_t *side,
		       const double *x)
{
	hid_t plan = H5Pcreate(H5P_DATASET_CREATE);

	assert_true(H5Pset_chunk(plan, dims, side) >= 0);
	h5_put_as(file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, dims, shape, plan, x);
	H5Pclose(plan);
}

/* The cache of the open dataset of that name: 0: that of the library. */
static size_t cache_of(const char *name, size_t *slots)
{
	hid_t id[100], list;
	ssize_t n = H5Fget_obj_ids((hid_t)H5F_OBJ_ALL, H5F_OBJ_DATASET, 100, id);
	size_t bytes = 0;
	double first;
	char called[40];

	for (ssize_t i = 0; i < n; i++)
		if (H5Iget_name(id[i], called, sizeof called) > 0 && !strcmp(called, name)) {
			list = H5Dget_access_plist(id[i]);
			H5Pget_chunk_cache(list, slots, &bytes, &first);
			H5Pclose(list);
		}
	return bytes;
}

static void large_chunks_are_kept_in_memory(void **state)
{
	struct pz_arrays *a;
	size_t slots;

	(void)state;
	file = h5_create("k.h5");
	put_chunks("exact", 2, (hsize_t[]){ 9, 65536 }, (hsize_t[]){ 2, 32768 }, NULL);
	put_chunks("less", 2, (hsize_t[]){ 9, 65536 }, (hsize_t[]){ 1, 65535 }, NULL);
	put_chunks("most", 2, (hsize_t[]){ 16, 1 << 24 }, (hsize_t[]){ 8, 1 << 24 }, NULL);
	put_chunks("over", 2, (hsize_t[]){ 16, 1 << 24 }, (hsize_t[]){ 16, (1 << 23) + 1 }, NULL);
	H5Fclose(file);
	a = open_here("k.h5");
	assert_int_equal(cache_of("/exact", &slots), 1 << 20);
	assert_int_equal(slots, 521);
	assert_int_equal(cache_of("/less", &slots), 1 << 20);
	assert_int_not_equal(slots, 0);
	assert_true(cache_of("/most", &slots) == 1UL << 31 && slots == 521);
	assert_int_equal(find(a, "exact")->element.kind, 'f');
	assert_int_equal(find(a, "most")->element.kind, 'f');
	assert_int_equal(find(a, "over")->element.kind, 'O');
	close_here(a);
}

/* Of 10 x 3 numbers in chunks of 4 x 2 there are six. */
static void chunks_are_counted(void **state)
{
	double x[30] = { 0 };
	struct pz_arrays *a;
	hid_t id, space, slab;

	(void)state;
	file = h5_create("c.h5");
	put_chunks("all", 2, (hsize_t[]){ 10, 3 }, (hsize_t[]){ 4, 2 }, x);
	put_chunks("even", 2, (hsize_t[]){ 8, 2 }, (hsize_t[]){ 4, 2 }, x);
	put_chunks("five", 2, (hsize_t[]){ 10, 3 }, (hsize_t[]){ 4, 2 }, NULL);
	id = H5Dopen2(file, "five", H5P_DEFAULT);
	space = H5Dget_space(id);
	for (int k = 0; k < 5; k++) {
		H5Sselect_hyperslab(space, k ? H5S_SELECT_OR : H5S_SELECT_SET,
				    (hsize_t[]){ (hsize_t)(4 * (k / 2)), (hsize_t)(2 * (k % 2)) },
				    NULL, (hsize_t[]){ 1, 1 }, NULL);
	}
	slab = H5Screate_simple(1, (hsize_t[]){ 5 }, NULL);
	assert_true(H5Dwrite(id, H5T_NATIVE_DOUBLE, slab, space, H5P_DEFAULT, x) >= 0);
	H5Sclose(slab);
	H5Sclose(space);
	H5Dclose(id);
	H5Fclose(file);
	a = open_here("c.h5");
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "all"), 0, 10, x), 0);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "even"), 3, 5, x), 0);
	refused(pz_array_read_doubles(a, pz_arrays_find(a, "five"), 0, 1, x), PZ_ECORRUPT,
		"c.h5: array 'five': expected all of its values in the file (6 chunks or bytes), "
		"found 5");
	close_here(a);
}

/* Many arrays, each with its own values. */
static void a_file_of_many_arrays(void **state)
{
	struct pz_arrays *a;
	char name[16];
	double x[2];
	int rc;

	(void)state;
	file = h5_create("m.h5");
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "g%d/x%d", i % 3, i);
		h5_put(file, name, H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 2 },
		       (const double[]){ i, -i });
	}
	H5Fclose(file);
	a = open_here("m.h5");
	assert_int_equal(a->n, 40);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "g%d/x%d", i % 3, i);
		assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, name), 0, 2, x), 0);
		assert_true(x[0] == i && x[1] == -i);
		assert_true(find(a, name)->begin > 0);
	}
	close_here(a);
	a = here("m.h5", "g1", &rc);
	assert_true(rc == 0 && a->n == 13);
	close_here(a);
	not_opened("m.h5", "g7", PZ_EDATA, "m.h5: no group 'g7'");
	file = h5_create("e.h5");
	H5Gclose(H5Gcreate2(file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
	H5Fclose(file);
	not_opened("e.h5", "g", PZ_EDATA, "e.h5: expected datasets below g, found none");
	not_opened("e.h5", NULL, PZ_EDATA, "e.h5: expected datasets, found none");
	not_opened("none.h5", NULL, PZ_EIO, "none.h5: No such file or directory");
	write_file("bad.h5", "\x89HDF\r\n\x1a\n and no more", 20);
	not_opened("bad.h5", NULL, PZ_ECORRUPT, "bad.h5: HDF5: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floats_are_those_of_ieee),
		cmocka_unit_test(whole_numbers_and_truth_values),
		cmocka_unit_test(types_that_are_arrays),
		cmocka_unit_test(large_chunks_are_kept_in_memory),
		cmocka_unit_test(chunks_are_counted),
		cmocka_unit_test(a_file_of_many_arrays),
	};

	return cmocka_run_group_tests_name("reading HDF5", tests, begin, out_of_folder);
}
