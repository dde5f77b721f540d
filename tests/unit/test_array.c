/* test_array.c -- arrays of NumPy and HDF5: what is written comes back, and what is no array or
 * was cut is refused */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include <pz/array.h>
#include <pz/error.h>
#include <pz/pixel.h>

#include "../../lib/array/crc.h"
#include "descriptors.h"

#define ROWS 5000 /* more than a block of any column below */

static char folder[] = "/tmp/test_array.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[200];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static const struct pz_array_column columns[] = {
	{ "id", PZ_ARRAY_INTEGER, 8, .dims = 0 },
	{ "z", PZ_ARRAY_FLOAT, 8, .dims = 0 },
	{ "name", PZ_ARRAY_TEXT, 8, .dims = 0 },
	{ "flag", PZ_ARRAY_BOOL, 1, .dims = 0 },
	{ "image", PZ_ARRAY_FLOAT, 4, .dims = 3, .shape = { 2, 3, 3 } },
	{ "half", PZ_ARRAY_FLOAT, 2, .dims = 1, .shape = { 4 } },
	{ "header", PZ_ARRAY_INTEGER, 1, .dims = 1, .shape = { 300 }, .alone = true },
	{ "scale", PZ_ARRAY_FLOAT, 8, .dims = 0, .alone = true },
};
#define COLUMNS ((int)(sizeof columns / sizeof *columns))

static float pixel(uint64_t row, int k)
{
	return (float)row + (float)k / 32;
}

static void add_row(struct pz_arrays_file *f, uint64_t row)
{
	int64_t id = (int64_t)row - 7;
	double z = (double)row / 1000;
	char name[8] = "";
	unsigned char flag = row % 3 == 0;
	float image[18];
	uint16_t half[4];

	snprintf(name, sizeof name, "n\xc3\xa9%u", (unsigned)(row % 1000));
	for (int k = 0; k < 18; k++)
		image[k] = pixel(row, k);
	for (int k = 0; k < 4; k++)
		half[k] = pz_half_of((float)(row % 100) + (float)k / 4);
	assert_int_equal(pz_arrays_add(f, 0, 1, &id), 0);
	assert_int_equal(pz_arrays_add(f, 1, 1, &z), 0);
	assert_int_equal(pz_arrays_add(f, 2, 1, name), 0);
	assert_int_equal(pz_arrays_add(f, 3, 1, &flag), 0);
	assert_int_equal(pz_arrays_add(f, 4, 1, image), 0);
	assert_int_equal(pz_arrays_add(f, 5, 1, half), 0);
}

static void write_file(const char *path)
{
	struct pz_arrays_file *f;
	unsigned char header[300];
	double scale = 0.396;

	for (int i = 0; i < 300; i++)
		header[i] = (unsigned char)i;
	assert_int_equal(pz_arrays_begin(&f, path, ROWS, columns, COLUMNS), 0);
	for (uint64_t row = 0; row < ROWS; row++)
		add_row(f, row);
	assert_int_equal(pz_arrays_add(f, 6, 300, header), 0);
	assert_int_equal(pz_arrays_add(f, 7, 1, &scale), 0);
	assert_int_equal(pz_arrays_note(f, 4, "unit", "nmgy"), 0);
	assert_int_equal(pz_arrays_finish(f), 0);
}

static void check_column(const struct pz_arrays *a, int c)
{
	int i = pz_arrays_find(a, columns[c].name);
	const struct pz_array *array;

	assert_true(i >= 0);
	array = pz_arrays_at(a, i);
	assert_int_equal(array->kind, columns[c].kind);
	assert_int_equal(array->dims, columns[c].dims + !columns[c].alone);
	assert_int_equal(array->rows, columns[c].alone ? (c == 6 ? 300 : 1) : ROWS);
}

static void check_rows(struct pz_arrays *a, uint64_t row, size_t n)
{
	int64_t *id = malloc(n * sizeof *id), *flag = malloc(n * sizeof *flag);
	double *z = malloc(n * sizeof *z), *half = malloc(4 * n * sizeof *half);
	float *image = malloc(18 * n * sizeof *image);
	char(*name)[16] = malloc(n * sizeof *name), expected[16];

	assert_int_equal(pz_array_read_integers(a, pz_arrays_find(a, "id"), row, n, id), 0);
	assert_int_equal(pz_array_read_integers(a, pz_arrays_find(a, "flag"), row, n, flag), 0);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "z"), row, n, z), 0);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "half"), row, n, half), 0);
	assert_int_equal(pz_array_read_floats(a, pz_arrays_find(a, "image"), row, n, image), 0);
	assert_int_equal(pz_array_read_texts(a, pz_arrays_find(a, "name"), row, n, name[0], 16), 0);
	for (size_t i = 0; i < n; i++) {
		uint64_t at = row + i;

		assert_int_equal(id[i], (int64_t)at - 7);
		assert_int_equal(flag[i], at % 3 == 0);
		assert_true(z[i] == (double)at / 1000);
		snprintf(expected, sizeof expected, "n\xc3\xa9%u", (unsigned)(at % 1000));
		assert_string_equal(name[i], expected);
		for (int k = 0; k < 18; k++)
			assert_true(image[18 * i + (size_t)k] == pixel(at, k));
		for (int k = 0; k < 4; k++)
			assert_true(half[4 * i + (size_t)k] == (double)(at % 100) + k / 4.0);
	}
	free(id);
	free(flag);
	free(z);
	free(half);
	free(image);
	free(name);
}

/* All columns, in blocks that do not fit the writer's, and back to the beginning. */
static void check_file(const char *path)
{
	struct pz_arrays *a;
	float header[300];
	double scale;

	assert_int_equal(pz_arrays_look_like(path), 1);
	assert_int_equal(pz_arrays_open(&a, path, NULL), 0);
	assert_int_equal(pz_arrays_count(a), COLUMNS);
	for (int c = 0; c < COLUMNS; c++)
		check_column(a, c);
	check_rows(a, 0, ROWS);
	check_rows(a, ROWS - 3, 3);
	check_rows(a, 17, 1234);
	assert_int_equal(pz_array_read_floats(a, pz_arrays_find(a, "header"), 1, 299, header), 0);
	assert_true(header[0] == 1 && header[255] == 0 && header[298] == 43);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "scale"), 0, 1, &scale), 0);
	assert_true(scale == 0.396);
	pz_arrays_close(a);
}

static void npz_comes_back(void **state)
{
	(void)state;
	write_file(in_folder("a.npz"));
	check_file(in_folder("a.npz"));
}

static void hdf5_comes_back(void **state)
{
	struct pz_arrays *a;
	char unit[10];

	(void)state;
	write_file(in_folder("a.h5"));
	check_file(in_folder("a.h5"));
	assert_int_equal(pz_arrays_open(&a, in_folder("a.h5"), NULL), 0);
	assert_int_equal(
		pz_array_attribute(a, pz_arrays_find(a, "image"), "unit", unit, sizeof unit), 1);
	assert_string_equal(unit, "nmgy");
	assert_int_equal(pz_array_attribute(a, 0, "unit", unit, sizeof unit), 0);
	pz_arrays_close(a);
}

static char *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

static void the_same_rows_make_the_same_bytes(void **state)
{
	const char *const name[] = { "a.npz", "b.npz", "a.h5", "b.h5" };

	(void)state;
	for (int i = 0; i < 4; i += 2) {
		size_t size[2];
		char *bytes[2];

		sleep(1); /* a time in the file would differ */
		write_file(in_folder(name[i + 1]));
		for (int k = 0; k < 2; k++)
			bytes[k] = read_whole(in_folder(name[i + k]), &size[k]);
		assert_int_equal(size[0], size[1]);
		assert_memory_equal(bytes[0], bytes[1], size[0]);
		free(bytes[0]);
		free(bytes[1]);
	}
}

/* What stands before the first member, for those who read an archive from its beginning. */
static void a_member_begins_with_its_name_and_size(void **state)
{
	size_t size, name, more;
	uint64_t length[2];
	unsigned char *bytes = (unsigned char *)read_whole(in_folder("a.npz"), &size), *at;

	(void)state;
	assert_memory_equal(bytes, "PK\3\4", 4);
	name = bytes[26] + 256U * bytes[27];
	more = bytes[28] + 256U * bytes[29];
	assert_memory_equal(bytes + 30, "id.npy", name);
	assert_memory_equal(bytes + 18, "\xff\xff\xff\xff\xff\xff\xff\xff", 8); /* see there */
	at = bytes + 30 + name;
	assert_true(at[0] == 1 && at[1] == 0 && at[2] + 256U * at[3] == more - 4);
	memcpy(length, at + 4, sizeof length);
	assert_true(length[0] == length[1] && length[0] > 8 * ROWS && length[0] < 8 * ROWS + 200);
	assert_memory_equal(at + more, "\x93NUMPY", 6);
	free(bytes);
}

static void rows_that_are_not_there_are_refused(void **state)
{
	struct pz_arrays *a;
	double x[2];

	(void)state;
	assert_int_equal(pz_arrays_open(&a, in_folder("a.npz"), NULL), 0);
	assert_int_equal(pz_array_read_doubles(a, 1, ROWS - 1, 2, x), PZ_EARG);
	assert_int_equal(pz_array_read_doubles(a, 1, UINT64_MAX, 2, x), PZ_EARG);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "name"), 0, 1, x), PZ_EDATA);
	assert_int_equal(pz_array_read_texts(a, 1, 0, 1, (char *)x, 8), PZ_EDATA);
	assert_int_equal(pz_array_read_integers(a, 1, 0, 1, (int64_t *)x), PZ_EDATA);
	pz_arrays_close(a);
}

static void too_few_rows_make_no_file(void **state)
{
	const int before = open_descriptors();
	struct pz_arrays_file *f;
	const struct pz_array_column c = { "z", PZ_ARRAY_FLOAT, 8, .dims = 0 };
	const char *const name[] = { "few.npz", "few.h5" };
	double z = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_arrays_begin(&f, in_folder(name[i]), 2, &c, 1), 0);
		assert_int_equal(pz_arrays_add(f, 0, 1, &z), 0);
		assert_int_equal(pz_arrays_finish(f), PZ_EARG);
		assert_int_equal(access(in_folder(name[i]), F_OK), -1);
		assert_int_equal(open_descriptors(), before);
	}
}

static void names_that_clash_are_refused(void **state)
{
	struct pz_arrays_file *f;
	const struct pz_array_column c[] = { { "a", PZ_ARRAY_FLOAT, 8, .dims = 0 },
					     { "a/b", PZ_ARRAY_FLOAT, 8, .dims = 0 } };

	(void)state;
	assert_int_equal(pz_arrays_begin(&f, in_folder("x.h5"), 1, c, 2), PZ_EDATA);
	assert_int_equal(access(in_folder("x.h5"), F_OK), -1);
}

/* -- headers of .npy */

static int open_npy(const char *header, const void *values, size_t size, struct pz_arrays **a)
{
	FILE *file = fopen(in_folder("x.npy"), "wb");
	size_t n = strlen(header);

	assert_non_null(file);
	fwrite("\x93NUMPY\x01\0", 1, 8, file);
	putc((int)(n & 0xff), file);
	putc((int)(n >> 8), file);
	fwrite(header, 1, n, file);
	fwrite(values, 1, size, file);
	fclose(file);
	return pz_arrays_open(a, in_folder("x.npy"), NULL);
}

static void a_file_that_ends_within_its_header_is_cut(void **state)
{
	static const char bytes[] = "\x93NUMPY\x01\0\x76\0{'descr': '<f8'";
	struct pz_arrays *a;

	(void)state;
	for (size_t size = 8; size < sizeof bytes; size++) {
		FILE *file = fopen(in_folder("x.npy"), "wb");

		assert_int_equal(fwrite(bytes, 1, size, file), size);
		fclose(file);
		assert_int_equal(pz_arrays_open(&a, in_folder("x.npy"), NULL), PZ_ECORRUPT);
		assert_non_null(strstr(pz_error_text(), "x.npy: the file became shorter"));
	}
}

static void headers_that_numpy_does_not_write_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 4294967296, 4294967296)}",
		"{'descr': '<f8', 'fortran_order': False}",
		"{'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape' (1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': 1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)",
		"{'descr': '<f8', 'fortran_order': False 'shape': (1,)}",
		"{'descr' '<f8', 'fortran_order': False, 'shape': (1,)}",
		"{descr: '<f8', 'fortran_order': False, 'shape': (1,)}",
		"'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<f8, 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [('a', '<f8'), 'fortran_order': False, 'shape': (1,)}",
		"{'descr': [], 'fortran_order': False, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1000,)}", /* cut */
	};
	struct pz_arrays *a;
	double x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int rc = open_npy(bad[i], &x, sizeof x, &a);

		assert_true(rc == PZ_ECORRUPT || rc == PZ_EDATA);
		assert_null(a);
	}
}

static void records_are_read_field_by_field(void **state)
{
	static const char header[] = "{'descr': [('z', '<f4'), ('m', '>f8', (2,)), ('s', '|S3')], "
				     "'fortran_order': False, 'shape': (2,), }\n";
	unsigned char rows[2][23];
	struct pz_arrays *a;
	double m[4];
	float z[2] = { 0.25F, 1.5F };
	char s[2][4];

	(void)state;
	memset(rows, 0, sizeof rows);
	for (int i = 0; i < 2; i++) {
		memcpy(rows[i], &z[i], 4);
		rows[i][4] = 0x40 + (unsigned char)i; /* 2 and, of 0x41.., 131072, highest first */
		rows[i][12] = 0xc0;                   /* -2 */
		memcpy(rows[i] + 20, "ab", 2 + (i == 0));
	}
	assert_int_equal(open_npy(header, rows, sizeof rows, &a), 0);
	assert_int_equal(pz_arrays_count(a), 3);
	assert_string_equal(pz_arrays_at(a, 1)->name, "m");
	assert_int_equal(pz_arrays_at(a, 1)->values, 2);
	assert_int_equal(pz_array_read_floats(a, 0, 0, 2, z), 0);
	assert_true(z[0] == 0.25F && z[1] == 1.5F);
	assert_int_equal(pz_array_read_doubles(a, 1, 0, 2, m), 0);
	assert_true(m[0] == 2 && m[1] == -2 && m[2] == 131072 && m[3] == -2);
	assert_int_equal(pz_array_read_texts(a, 2, 0, 2, s[0], 4), 0);
	assert_string_equal(s[1], "ab");
	pz_arrays_close(a);
}

static void what_cannot_be_read_says_so(void **state)
{
	struct pz_arrays *a;
	double x[4] = { 0 };

	(void)state;
	assert_int_equal(open_npy("{'descr': '<c16', 'fortran_order': False, 'shape': (2,)}", x,
				  sizeof x, &a),
			 0);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 1, x), PZ_EDATA);
	pz_arrays_close(a);
	assert_int_equal(open_npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2)}", x,
				  sizeof x, &a),
			 0);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 1, x), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "Fortran"));
	pz_arrays_close(a);
}

static void whole_numbers_keep_all_digits(void **state)
{
	static const unsigned char bytes[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
					       0,    0,    0,    0,    0,    0,    0,    0x80 };
	struct pz_arrays *a;
	int64_t x[2];

	(void)state;
	assert_int_equal(open_npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2,)}", bytes,
				  sizeof bytes, &a),
			 0);
	assert_int_equal(pz_array_read_integers(a, 0, 0, 2, x), 0);
	assert_true(x[0] == INT64_MAX && x[1] == INT64_MIN);
	pz_arrays_close(a);
	assert_int_equal(open_npy("{'descr': '<u8', 'fortran_order': False, 'shape': (2,)}", bytes,
				  sizeof bytes, &a),
			 0);
	assert_int_equal(pz_array_read_integers(a, 0, 0, 1, x), 0);
	assert_int_equal(pz_array_read_integers(a, 0, 0, 2, x), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "row 2"));
	pz_arrays_close(a);
}

/* A file cut anywhere, or with a byte changed in what is no value, gives an error or, where the
 * change is of no account, values; never more. */
static void cut_files_are_refused(void **state)
{
	const char *const name[] = { "a.npz", "a.h5" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t size;
		char *bytes = read_whole(in_folder(name[i]), &size);

		for (size_t keep = 16; keep < size; keep += size / 23) {
			FILE *file = fopen(in_folder("cut"), "wb");
			struct pz_arrays *a;
			double x;
			int rc;

			fwrite(bytes, 1, keep, file);
			fclose(file);
			rc = pz_arrays_open(&a, in_folder("cut"), NULL);
			for (int c = 0; rc == 0 && c < pz_arrays_count(a); c++)
				if (pz_arrays_at(a, c)->rows == ROWS &&
				    pz_arrays_at(a, c)->values == 1 &&
				    pz_arrays_at(a, c)->kind == PZ_ARRAY_FLOAT)
					rc = pz_array_read_doubles(a, c, ROWS - 1, 1, &x);
			assert_true(rc < 0);
			pz_arrays_close(a);
		}
		free(bytes);
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static void checksums_are_those_of_zlib(void **state)
{
	unsigned char bytes[1000];
	uint32_t crc = 0;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * i + i / 7);
	for (size_t n = 0; n < 900; n++) {
		const unsigned char *at = bytes + n % 65;

		assert_int_equal(pz_crc32(crc, at, n), crc32_z(crc, at, n));
		crc = crc * 69069 + 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(npz_comes_back),
		cmocka_unit_test(hdf5_comes_back),
		cmocka_unit_test(the_same_rows_make_the_same_bytes),
		cmocka_unit_test(a_member_begins_with_its_name_and_size),
		cmocka_unit_test(rows_that_are_not_there_are_refused),
		cmocka_unit_test(too_few_rows_make_no_file),
		cmocka_unit_test(names_that_clash_are_refused),
		cmocka_unit_test(a_file_that_ends_within_its_header_is_cut),
		cmocka_unit_test(headers_that_numpy_does_not_write_are_refused),
		cmocka_unit_test(records_are_read_field_by_field),
		cmocka_unit_test(what_cannot_be_read_says_so),
		cmocka_unit_test(whole_numbers_keep_all_digits),
		cmocka_unit_test(cut_files_are_refused),
		cmocka_unit_test(checksums_are_those_of_zlib),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
