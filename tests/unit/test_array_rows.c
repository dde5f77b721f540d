/* test_array_rows.c -- rows of arrays: how many are asked of the file at a time, and what is said
 * of those that cannot be read; which files are files of arrays
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

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

/* -- a file whose byte i of row r is r + i, and which remembers what was asked of it */

static struct {
	int calls;
	uint64_t row[16];
	size_t n[16];
	void *to[16];
} asked;

static int read_fake(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	size_t one = which->is.values * which->element.size;
	unsigned char *to = raw;

	(void)a;
	assert_true(asked.calls < 16);
	asked.row[asked.calls] = row;
	asked.n[asked.calls] = n;
	asked.to[asked.calls++] = raw;
	for (size_t i = 0; i < n * one; i++)
		to[i] = (unsigned char)(row + i / one + i % one);
	return 0;
}

/* Text `value` of row r is as many letters as r, of the alphabet from `value` on. */
static int text_fake(struct pz_arrays *a, const struct array *which, uint64_t row, size_t value,
		     char *to, size_t size, size_t *length)
{
	(void)a;
	(void)which;
	for (size_t i = 0; i < row && i < size; i++)
		to[i] = (char)('a' + (int)(value + i));
	*length = row;
	return 0;
}

static int attribute_fake(struct pz_arrays *a, const struct array *which, const char *key,
			  bool number, char *text, size_t size)
{
	(void)a;
	snprintf(text, size, number ? "0.12345678901234567" : "%s of %s", key, which->name);
	return strcmp(key, "none") != 0;
}

static const struct backend fake = { .read = read_fake, .text = text_fake };
static const struct backend noted = { .attribute = attribute_fake };

/* An array of `values` of a type in each of 10 rows. */
static struct pz_arrays *open_fake(const char *type, size_t values)
{
	static struct array array;
	static struct pz_arrays a;

	free(a.raw);
	memset(&asked, 0, sizeof asked);
	array = (struct array){ .is = { .rows = 10, .values = values, .dims = 2 }, .name = "x" };
	assert_true(pz_element_parse(type, &array.element));
	array.is.kind = pz_element_kind(&array.element);
	a = (struct pz_arrays){ .path = (char *)"f", .array = &array, .n = 1, .backend = &fake };
	a.raw_size = 1 << 20;
	assert_non_null(a.raw = malloc(a.raw_size));
	return &a;
}

static void asked_for(int calls, const size_t *n, uint64_t row)
{
	assert_int_equal(asked.calls, calls);
	for (int i = 0; i < calls; i++) {
		assert_int_equal(asked.n[i], n[i]);
		assert_int_equal(asked.row[i], row);
		row += n[i];
	}
}

/* A megabyte at a time, a row at least. */
static void rows_come_in_pieces_of_a_megabyte(void **state)
{
	double *x = malloc(10 * 150000 * sizeof *x);
	int64_t *whole = (int64_t *)x;
	struct pz_arrays *a = open_fake(">i2", 150000);

	(void)state;
	assert_int_equal(pz_array_read_doubles(a, 0, 1, 7, x), 0);
	asked_for(3, (const size_t[]){ 3, 3, 1 }, 1);
	for (int r = 0; r < 7; r++)
		assert_true(x[r * 150000] == 256 * (r + 1) + r + 2 &&
			    x[r * 150000 + 2] == 256 * (r + 5) + r + 6);
	open_fake(">i2", 150000);
	assert_int_equal(pz_array_read_integers(a, 0, 3, 5, whole), 0);
	asked_for(2, (const size_t[]){ 3, 2 }, 3);
	for (int r = 0; r < 5; r++)
		assert_true(whole[r * 150000 + 1] == 256 * (r + 5) + r + 6);
	open_fake(">f4", 150000);
	assert_int_equal(pz_array_read_floats(a, 0, 8, 2, (float *)x), 0);
	asked_for(2, (const size_t[]){ 1, 1 }, 8);
	assert_true(asked.to[1] == a->raw && a->raw_size == 1 << 20);
	open_fake(">i2", 1 << 19);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, x), 0);
	asked_for(2, (const size_t[]){ 1, 1 }, 0);
	assert_true(a->raw_size == 1 << 20);
	open_fake(">i2", (1 << 19) + 1);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, x), 0);
	asked_for(2, (const size_t[]){ 1, 1 }, 0);
	assert_true(a->raw_size == (1 << 20) + 2);
	free(x);
}

/* What needs no change goes where it is wanted, all of it at once. */
static void plain_numbers_need_no_buffer(void **state)
{
	static float x[20 * 300000];
	struct pz_arrays *a = open_fake("<f4", 300000);

	(void)state;
	assert_int_equal(pz_array_read_floats(a, 0, 1, 9, x), 0);
	asked_for(1, (const size_t[]){ 9 }, 1);
	assert_ptr_equal(asked.to[0], x);
	a = open_fake("<u2", 300000);
	assert_int_equal(pz_array_read_bytes(a, 0, 1, 9, x), 0);
	asked_for(1, (const size_t[]){ 9 }, 1);
	assert_ptr_equal(asked.to[0], x);
	/* others do */
	a = open_fake("<f8", 3);
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, x), 0);
	assert_ptr_equal(asked.to[0], a->raw);
	a = open_fake("<f4", 3);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, (double *)x), 0);
	assert_ptr_equal(asked.to[0], a->raw);
	a = open_fake("<i4", 3);
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, x), 0);
	assert_true(asked.to[0] == a->raw && x[0] == 0x03020100);
	a = open_fake("<i8", 3);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, (double *)x), 0);
	assert_ptr_equal(asked.to[0], a->raw);
	/* and no rows, or rows without values, are not asked for */
	a = open_fake("<f4", 0);
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, x), 0);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, (double *)x), 0);
	assert_int_equal(pz_array_read_bytes(a, 0, 0, 2, x), 0);
	a = open_fake("<f8", 1);
	assert_int_equal(pz_array_read_floats(a, 0, 10, 0, x), 0);
	assert_int_equal(pz_array_read_doubles(a, 0, 10, 0, (double *)x), 0);
	assert_int_equal(asked.calls, 0);
}

static void packed_numbers_are_turned(void **state)
{
	struct pz_arrays *a = open_fake("<f8", 3);
	double x[6];
	float f[6];

	(void)state;
	a->array->is.packed = true;
	a->array->packing = (struct packing){ .scale = 0, .offset = 5, .scaled = true };
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, x), 0);
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, f), 0);
	assert_true(x[0] == 5 && x[5] == 5 && f[0] == 5 && f[5] == 5);
	a = open_fake("<f4", 1);
	a->array->is.packed = true;
	a->array->packing = (struct packing){ .scale = 0, .offset = 6, .scaled = true };
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, f), 0);
	assert_true(f[0] == 6 && f[1] == 6);
}

static void bytes_come_lowest_first(void **state)
{
	unsigned char bytes[32] = { 0 };
	struct pz_arrays *a = open_fake(">i2", 2);

	(void)state;
	assert_int_equal(pz_array_read_bytes(a, 0, 0, 2, bytes), 0);
	assert_memory_equal(bytes, "\1\0\3\2\2\1\4\3\0", 9);
	a = open_fake(">u4", 1);
	assert_int_equal(pz_array_read_bytes(a, 0, 5, 2, bytes), 0);
	assert_memory_equal(bytes, "\x8\7\6\5\x9\x8\7\6\0", 9);
	a = open_fake(">f8", 1);
	assert_int_equal(pz_array_read_bytes(a, 0, 1, 2, bytes), 0);
	assert_memory_equal(bytes, "\x8\7\6\5\4\3\2\1\x9\x8\7\6\5\4\3\2\0", 17);
	/* of several pieces */
	{
		unsigned char *long_rows = malloc(10 * 300002);

		a = open_fake(">i2", 150001);
		assert_int_equal(pz_array_read_bytes(a, 0, 2, 8, long_rows), 0);
		asked_for(3, (const size_t[]){ 3, 3, 2 }, 2);
		for (int r = 0; r < 8; r++)
			assert_true(long_rows[300002 * r] == r + 3 &&
				    long_rows[300002 * r + 1] == r + 2);
		free(long_rows);
	}
}

static void rows_and_kinds_that_are_not_there(void **state)
{
	struct pz_arrays *a = open_fake(">u8", 3);
	int64_t x[64];
	char text[64];

	(void)state;
	assert_int_equal(pz_array_read_doubles(a, 0, 8, 2, (double *)x), 0);
	refused(pz_array_read_doubles(a, 0, 8, 3, (double *)x), PZ_EARG,
		"f: array 'x': expected rows below 10, found 3 rows from 8");
	assert_int_equal(pz_array_read_doubles(a, 0, 10, 0, (double *)x), 0);
	refused(pz_array_read_integers(a, 0, 11, 0, x), PZ_EARG, "found 0 rows from 11");
	refused(pz_array_read_texts(a, 0, 0, 1, text, 4), PZ_EDATA,
		"f: array 'x': expected texts, found something else");
	a->array->is.kind = PZ_ARRAY_OTHER;
	refused(pz_array_read_bytes(a, 0, 0, 1, x), PZ_EDATA, "expected numbers, found something");
	a->array->is.kind = PZ_ARRAY_TEXT;
	refused(pz_array_read_floats(a, 0, 0, 1, (float *)x), PZ_EDATA, "numbers, found texts");
	a->array->is.kind = PZ_ARRAY_INTEGER;
	a->array->fortran = true;
	refused(pz_array_read_floats(a, 0, 0, 1, (float *)x), PZ_EDATA, "expected the order of C");
	a->array->is.dims = 1;
	assert_int_equal(pz_array_read_floats(a, 0, 0, 1, (float *)x), 0);
	a->array->packing.unclear = true;
	refused(pz_array_read_floats(a, 0, 0, 1, (float *)x), PZ_EDATA, "BSCALE or BZERO");
	a = open_fake("<f4", 1);
	refused(pz_array_read_integers(a, 0, 0, 1, x), PZ_EDATA, "whole numbers, found floats");
	refused(pz_array_read_integers(a, 0, 0, 11, x), PZ_EARG, "expected rows below 10");
}

/* The 8 bytes of row r begin with r + i: from row 128 on that is above 2^63 - 1. */
static void the_row_of_a_number_above_all(void **state)
{
	struct pz_arrays *a = open_fake(">u8", 65536);
	int64_t *x = malloc(10 * 65536 * sizeof *x);

	(void)state;
	a->array->is.rows = 300;
	/* the first number of each row is below from row 0 on; those behind are not */
	refused(pz_array_read_integers(a, 0, 5, 4, x), PZ_EDATA,
		"f: array 'x': row 6: a whole number above 2^63 - 1");
	a = open_fake(">u8", 3);
	a->array->is.rows = 200;
	refused(pz_array_read_integers(a, 0, 100, 40, x), PZ_EDATA, "row 113: a whole number");
	assert_int_equal(pz_array_read_integers(a, 0, 100, 12, x), 0);
	assert_true(x[0] == 0x6465666768696a6b && x[35] == 0x7f80818283848586);
	free(x);
}

static void texts_of_any_length(void **state)
{
	struct pz_arrays *a = open_fake("|S1", 2);
	char text[12][4];

	(void)state;
	a->array->element.kind = 'V';
	assert_int_equal(pz_array_read_texts(a, 0, 1, 3, text[0], 4), 0);
	for (int i = 0; i < 6; i++)
		assert_string_equal(text[i],
				    ((const char *[]){ "a", "b", "ab", "bc", "abc", "bcd" })[i]);
	refused(pz_array_read_texts(a, 0, 2, 3, text[0], 4), PZ_EDATA,
		"f: array 'x': row 5: expected a text of at most 3 bytes");
	refused(pz_array_read_texts(a, 0, 9, 2, text[0], 4), PZ_EARG, "expected rows below 10");
}

static void texts_of_one_length(void **state)
{
	struct pz_arrays *a = open_fake("|S3", 2);
	char text[12][5], *many;

	(void)state;
	memset(text, '#', sizeof text);
	assert_int_equal(pz_array_read_texts(a, 0, 6, 2, text[0], 5), 0);
	for (int i = 0; i < 4; i++)
		assert_string_equal(text[i], ((const char *[]){ "\6\7\x8", "\x9\xa\xb", "\7\x8\x9",
								"\xa\xb\xc" })[i]);
	assert_int_equal(text[4][0], '#');
	refused(pz_array_read_texts(a, 0, 6, 2, text[0], 3), PZ_EDATA,
		"f: array 'x': row 7: expected a text of at most 2 bytes");
	/* of row 0 the first ends at once; that of row 250 has a 0 within */
	a = open_fake("|S9", 150000);
	a->array->is.rows = 300;
	many = malloc(2 * 150000 * 10);
	refused(pz_array_read_texts(a, 0, 248, 2, many, 10), PZ_EDATA, "row 249: expected a text");
	free(many);
}

static void attributes_come_from_the_file(void **state)
{
	struct pz_arrays *a = open_fake("<f4", 1);
	char text[20] = "before";
	double x = 7;

	(void)state;
	assert_int_equal(pz_array_attribute(a, 0, "unit", text, sizeof text), 0);
	assert_int_equal(pz_array_attribute_number(a, 0, "unit", &x), 0);
	assert_true(x == 7 && !strcmp(text, "before"));
	a->backend = &noted;
	assert_int_equal(pz_array_attribute(a, 0, "unit", text, sizeof text), 1);
	assert_string_equal(text, "unit of x");
	assert_int_equal(pz_array_attribute_number(a, 0, "unit", &x), 1);
	assert_true(x == 0.12345678901234567);
	assert_int_equal(pz_array_attribute(a, 0, "none", text, sizeof text), 0);
	a->array->packing = (struct packing){ .none = { 3, 4 }, .nones = 1 };
	assert_true(pz_array_is_none(a, 0, 3) && !pz_array_is_none(a, 0, 4));
	free(a->raw);
	a->raw = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_in_pieces_of_a_megabyte),
		cmocka_unit_test(plain_numbers_need_no_buffer),
		cmocka_unit_test(packed_numbers_are_turned),
		cmocka_unit_test(bytes_come_lowest_first),
		cmocka_unit_test(rows_and_kinds_that_are_not_there),
		cmocka_unit_test(the_row_of_a_number_above_all),
		cmocka_unit_test(texts_of_any_length),
		cmocka_unit_test(texts_of_one_length),
		cmocka_unit_test(attributes_come_from_the_file),
	};

	return cmocka_run_group_tests_name("rows of arrays", tests, NULL, NULL);
}
