/* test_npy_headers.c -- what the header of a .npy says, to the byte: types, shapes, fields and
 * their places; where each limit is; what is no header
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/array/parts.h"

static struct pz_arrays list;

/* The arrays of a header of so many bytes, each named by `name`. */
static int add_bytes(const char *name, const char *header, size_t size)
{
	free(list.array);
	list = (struct pz_arrays){ .path = (char *)"x.npy" };
	return pz_npy_add(&list, name, 7, header, size);
}

static int add(const char *header)
{
	return add_bytes("", header, strlen(header));
}

/* An array of this type and shape, as NumPy writes its header. */
static int add_plain(const char *type, const char *shape)
{
	char header[800];

	snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n",
		 type, shape);
	return add(header);
}

/* Three records of these fields. */
static int add_records(const char *fields)
{
	char header[800];

	snprintf(header, sizeof header,
		 "{'descr': [%s], 'fortran_order': False, 'shape': (3,), }\n", fields);
	return add(header);
}

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

static void is_no_header(const char *header)
{
	if (add(header) != PZ_ECORRUPT)
		fail_msg("'%s' should be refused", header);
}

static int begin(void **state)
{
	(void)state;
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(list.array);
	return 0;
}

static void the_size_stands_behind_the_version(void **state)
{
	unsigned char bytes[NPY_BEGIN] = "\x93NUMPY\x01\0\x34\x12\x56\x78";

	(void)state;
	assert_int_equal(pz_npy_header_size(bytes), 0x1234 + 10);
	for (bytes[6] = 2; bytes[6] < 4; bytes[6]++) {
		memcpy(bytes + 8, "\x0e\x0d\x0c\0", 4);
		assert_int_equal(pz_npy_header_size(bytes), 0x0c0d0e + 12);
		memcpy(bytes + 8, "\0\0\x10\0", 4);
		assert_int_equal(pz_npy_header_size(bytes), (1 << 20) + 12);
		bytes[8] = 1;
		assert_int_equal(pz_npy_header_size(bytes), 0);
		memcpy(bytes + 8, "\0\0\0\1", 4);
		assert_int_equal(pz_npy_header_size(bytes), 0);
	}
	assert_int_equal(pz_npy_header_size(bytes), 0); /* version 4 */
	memcpy(bytes + 8, "\x10\0\0", 4);
	assert_int_equal(pz_npy_header_size(bytes), 0);
	bytes[6] = 0;
	assert_int_equal(pz_npy_header_size(bytes), 0);
	bytes[6] = 1;
	assert_int_equal(pz_npy_header_size(bytes), 26);
	for (int i = 0; i < 6; i++) {
		bytes[i]++;
		assert_int_equal(pz_npy_header_size(bytes), 0);
		bytes[i]--;
	}
}

static void a_plain_array_is_of_one_type_and_shape(void **state)
{
	const struct array *is;

	(void)state;
	assert_int_equal(add_plain("<f4", "(5, 4, 3)"), 0);
	assert_int_equal(list.n, 1);
	is = list.array;
	assert_string_equal(is->name, "data");
	assert_true(is->element.kind == 'f' && is->element.size == 4 && !is->element.swap);
	assert_int_equal(is->is.dims, 3);
	assert_true(is->is.shape[0] == 5 && is->is.shape[1] == 4 && is->is.shape[2] == 3);
	assert_true(is->is.rows == 5 && is->is.values == 12 && is->is.bytes == 4);
	assert_true(is->source == 7 && is->record == 0 && is->offset == 0 && !is->fortran);
	assert_int_equal(pz_npy_bytes(is), 240);
	assert_int_equal(add_plain(">i2", "()"), 0);
	assert_true(list.array->is.dims == 0 && list.array->is.rows == 1 &&
		    list.array->is.values == 1 && list.array->element.swap);
	assert_int_equal(add_plain("|u1", "(2,)"), 0);
	assert_true(list.array->is.rows == 2 && list.array->is.kind == PZ_ARRAY_INTEGER);
	assert_int_equal(
		add_bytes("dir/x", "{'descr':'<f8','fortran_order':True,'shape':(1,2)}", 50), 0);
	assert_string_equal(list.array->name, "dir/x");
	assert_true(list.array->fortran);
	/* complex numbers are known, but cannot be read */
	assert_int_equal(add_plain("<c16", "(9,)"), 0);
	assert_true(list.array->element.kind == 'O' && list.array->is.kind == PZ_ARRAY_OTHER);
	assert_int_equal(pz_npy_bytes(list.array), 0);
}

/* Blanks of every kind, quotes of both, what Python 2 wrote, entries in any order. */
static void forms_that_python_allows(void **state)
{
	(void)state;
	assert_int_equal(
		add(" \t\r\n{ \t\"shape\"\n:\r( 3L ,\t4L\n), u'descr' : b'>f8' ,\n'fortran_order'"
		    ":\tFalse\r}  "),
		0);
	assert_true(list.array->is.shape[0] == 3 && list.array->is.shape[1] == 4 &&
		    list.array->is.dims == 2);
	assert_true(list.array->element.swap && !list.array->fortran);
	assert_int_equal(add("{'shape': 90, 'fortran_order': True, 'descr': '|b1'}"), 0);
	assert_true(list.array->is.dims == 1 && list.array->is.rows == 90);
	assert_true(list.array->is.kind == PZ_ARRAY_BOOL && list.array->fortran);
	assert_int_equal(add("{'shape': (3, 4), 'descr': '|b1'}"), 0);
	assert_int_equal(add_records("(\"z\", '<f4'), ('m', '<f8', 2), ( 'n' , '<i2' , ( 2 , 3 , ) "
				     ", ) , ('o', '<i4', ),"),
			 0);
	assert_int_equal(list.n, 4);
	assert_int_equal(list.array[3].record, 4 + 16 + 12 + 4);
}

static void what_python_would_refuse(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
		"{'more':, 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape' 5}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (,5)}",
		"{'descr': '<f8', 'fortran_order': Falsy, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': Tru",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (/,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (:,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,2}",
		"{'descr': '<f8\", 'fortran_order': False, 'shape': (1,)}",
		"{'descr': \"<f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<\\f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': x'<f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8'], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8') ('b', '<f8')], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': ['a', '<f8')], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a' '<f8')], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8', (2,)], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8', (2,), 3)], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8', x)], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8', (0,))], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '|S0')], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<c8')], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8'), ('b', '|O')], 'fortran_order': False, 'shape': (1,)}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_no_header(bad[i]);
	refused(add_bytes("A", "{'descr': 5}", 12), PZ_ECORRUPT,
		"x.npy: array 'A': expected a header as NumPy writes it, found '{'descr': 5}'");
	/* a byte 0 is no blank, and ends no text */
	assert_int_equal(add_bytes("", "{'descr':\0'<f8','shape':(1,)}", 29), PZ_ECORRUPT);
	assert_int_equal(add_bytes("", "{'descr':'<f8\0','shape':(1,)}", 29), PZ_ECORRUPT);
}

/* What stands behind the end belongs to the values: it is not looked at. */
static void a_header_ends_where_it_says(void **state)
{
	static const char *const all[] = {
		"{'descr': u'<f8', 'fortran_order': False, 'shape': (12L, 3) }",
		"{'shape':(12L,3L),'fortran_order':False,'descr':u'<f8'}",
		"{'fortran_order':True,'descr':u'','shape':7L}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(add(all[i]), 0);
		for (size_t n = 0; n < strlen(all[i]); n++)
			assert_int_equal(add_bytes("", all[i], n), PZ_ECORRUPT);
	}
}

static void names_and_types_have_their_most(void **state)
{
	char header[700], name[300];

	(void)state;
	memset(name, 'n', sizeof name);
	for (int n = 254; n < 258; n++) {
		snprintf(header, sizeof header,
			 "{'descr': [('%.*s', '<f4')], 'fortran_order': False, 'shape': (1,)}", n,
			 name);
		assert_int_equal(add(header), n < 256 ? 0 : PZ_ECORRUPT);
		if (n < 256)
			assert_int_equal(strlen(list.array->name), n);
	}
	name[253] = '\0';
	assert_int_equal(add_bytes(name, "{'descr':[('z','<f4')],'shape':(1,)}", 36), 0);
	assert_int_equal(add_bytes(name, "{'descr':[('zz','<f4')],'shape':(1,)}", 37), PZ_EDATA);
	/* a type that is not known, of 23 bytes and of 24 */
	assert_int_equal(add_plain("<M8[2345678901234567890", "(1,)"), 0);
	assert_int_equal(list.array->element.kind, 'O');
	assert_int_equal(add_plain("<M8[23456789012345678901", "(1,)"), PZ_ECORRUPT);
}

static void axes_and_rows_have_their_most(void **state)
{
	(void)state;
	assert_int_equal(add_plain("<f8", "(2, 3, 4, 5, 1, 6, 7, 8)"), 0);
	assert_int_equal(list.array->is.dims, 8);
	for (int d = 0; d < 8; d++)
		assert_int_equal(list.array->is.shape[d],
				 ((const int[]){ 2, 3, 4, 5, 1, 6, 7, 8 })[d]);
	assert_int_equal(list.array->is.values, 3 * 4 * 5 * 6 * 7 * 8);
	refused(add_plain("<f8", "(2, 3, 4, 5, 1, 6, 7, 8, 9)"), PZ_EDATA,
		"x.npy: array 'data': expected at most 8 axes, found 9");
	/* a row of 2^28 bytes */
	assert_int_equal(add_plain("|u1", "(2, 16384, 16384)"), 0);
	assert_int_equal(list.array->is.values, 1 << 28);
	assert_int_equal(add_plain("<f4", "(2, 16384, 4096)"), 0);
	refused(add_plain("<f4", "(2, 16384, 4097)"), PZ_EDATA,
		"array 'data': a row of more than 268435456 bytes");
	refused(add_plain("|u1", "(2, 268435457)"), PZ_EDATA, "a row of more than");
	/* without values, rows of any length */
	assert_int_equal(add_plain("<f8", "(2, 0, 268435457)"), 0);
	assert_int_equal(list.array->is.values, 0);
	assert_int_equal(add_plain("<f8", "(9223372036854775799, 0)"), 0);
	assert_int_equal(add_plain("|S0", "(2, 268435456)"), 0);
	assert_int_equal(add_plain("|S0", "(2, 268435457)"), PZ_EDATA);
	/* 2^63 - 1 bytes in all: of 8 that is 2^60 - 1 rows */
	assert_int_equal(add_plain("<f8", "(1152921504606846975,)"), 0);
	assert_int_equal(list.array->is.rows, 1152921504606846975);
	refused(add_plain("<f8", "(1152921504606846976,)"), PZ_ECORRUPT,
		"array 'data': expected a size that a file can have, found more");
	refused(add_plain("<f8", "(384307168202282326, 3)"), PZ_ECORRUPT, "expected a size that");
	assert_int_equal(add_plain("<f8", "(384307168202282325, 3)"), 0);
	/* numbers that no file can have are not taken at all */
	assert_int_equal(add_plain("|S0", "(9223372036854775799,)"), 0);
	assert_int_equal(list.array->is.rows, 9223372036854775799);
	refused(add_plain("|S0", "(9223372036854775800,)"), PZ_ECORRUPT, "expected a header as");
}

static void fields_stand_one_behind_the_other(void **state)
{
	static const struct {
		const char *name;
		size_t offset, values, size;
		int dims;
	} expected[] = { { "z", 0, 1, 4, 1 }, { "m", 4, 6, 8, 3 }, { "s", 52, 1, 3, 1 } };

	(void)state;
	assert_int_equal(add_records("('z', '<f4'), ('m', '>f8', (2, 3)), ('s', '|S3')"), 0);
	assert_int_equal(list.n, 3);
	for (int i = 0; i < 3; i++) {
		const struct array *is = &list.array[i];

		assert_string_equal(is->name, expected[i].name);
		assert_int_equal(is->offset, expected[i].offset);
		assert_int_equal(is->record, 55);
		assert_int_equal(is->is.values, expected[i].values);
		assert_int_equal(is->element.size, expected[i].size);
		assert_int_equal(is->is.dims, expected[i].dims);
		assert_true(is->is.rows == 3 && is->source == 7);
		assert_int_equal(pz_npy_bytes(is), 3 * 55);
	}
	assert_true(list.array[1].is.shape[1] == 2 && list.array[1].is.shape[2] == 3);
	/* of a member of a .npz they have its name before their own */
	assert_int_equal(
		add_bytes("t", "{'descr':[('z','<f4')],'fortran_order':False,'shape':(2,)}", 58),
		0);
	assert_string_equal(list.array->name, "t/z");
	/* records within a row are not read */
	assert_int_equal(add("{'descr':[('z','<f4')],'fortran_order':False,'shape':(2,3)}"), 0);
	assert_int_equal(list.array->element.kind, 'O');
	assert_int_equal(add("{'descr':[('z','<f4')],'fortran_order':False,'shape':()}"), 0);
	assert_true(list.array->element.kind == 'f' && list.array->is.rows == 1);
}

static void records_have_their_most(void **state)
{
	char *header = malloc(20000);

	(void)state;
	for (int n = 511; n < 514; n++) {
		size_t used = (size_t)sprintf(header, "{'descr': [");

		for (int i = 0; i < n; i++)
			used += (size_t)sprintf(header + used, "('f%d', '<i2'),", i);
		strcpy(header + used, "], 'fortran_order': False, 'shape': (2,)}");
		assert_int_equal(add(header), n <= 512 ? 0 : PZ_ECORRUPT);
		assert_int_equal(list.n, n <= 512 ? n : 0);
		if (n <= 512)
			assert_int_equal(list.array[n - 1].offset, 2 * (n - 1));
	}
	free(header);
	/* 2^28 bytes of a field, and of all */
	assert_int_equal(add_records("('a', '|u1', (268435456,))"), 0);
	assert_int_equal(list.array->record, 1 << 28);
	assert_int_equal(add_records("('a', '|u1', (268435457,))"), PZ_ECORRUPT);
	assert_int_equal(add_records("('z', '<f4'), ('a', '|u1', (268435457,))"), PZ_ECORRUPT);
	assert_int_equal(add_records("('a', '<f8', (32768, 1024))"), 0);
	assert_int_equal(add_records("('a', '<f8', (32768, 1025))"), PZ_ECORRUPT);
	assert_int_equal(add_records("('a', '|u1', (134217728,)), ('b', '<u2', 67108864)"), 0);
	assert_int_equal(list.array[1].offset, 1 << 27);
	assert_int_equal(add_records("('a', '|u1', (134217729,)), ('b', '<u2', 67108864)"),
			 PZ_ECORRUPT);
	assert_int_equal(add_records("('a', '<f4', (1, 1, 1, 1, 1, 1, 2))"), 0);
	assert_int_equal(list.array->is.dims, 8);
	refused(add_records("('a', '<f4', (1, 1, 1, 1, 1, 1, 1, 2))"), PZ_EDATA,
		"expected at most 8 axes, found 9");
	assert_int_equal(add_records("('a', '<f4', (1, 1, 1, 1, 1, 1, 1, 1, 1))"), PZ_ECORRUPT);
}

static void one_field_is_picked_from_records(void **state)
{
	char bytes[] = "abcdefghijklmnopqrstu";
	struct array which = { .is = { .values = 2 }, .element = { .size = 2 } };

	(void)state;
	pz_npy_pick_field(&which, 3, bytes);
	assert_string_equal(bytes, "abcdefghijklmnopqrstu");
	which.record = 7;
	which.offset = 2;
	pz_npy_pick_field(&which, 3, bytes);
	assert_memory_equal(bytes, "cdefjklmqrst", 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_size_stands_behind_the_version),
		cmocka_unit_test(a_plain_array_is_of_one_type_and_shape),
		cmocka_unit_test(forms_that_python_allows),
		cmocka_unit_test(what_python_would_refuse),
		cmocka_unit_test(a_header_ends_where_it_says),
		cmocka_unit_test(names_and_types_have_their_most),
		cmocka_unit_test(axes_and_rows_have_their_most),
		cmocka_unit_test(fields_stand_one_behind_the_other),
		cmocka_unit_test(records_have_their_most),
		cmocka_unit_test(one_field_is_picked_from_records),
	};

	return cmocka_run_group_tests_name("headers of .npy", tests, begin, end);
}
