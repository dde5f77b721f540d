/* test_array_write.c -- a .npz to the byte, and how many rows of a column are written at a time
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include <pz/error.h>

#include "../../lib/array/write.h"
#include "own_folder.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

/* -- a .npz */

#define ALL_ONES 0xffffffffu

static unsigned char file[1 << 16];
static size_t file_size;

static void read_file(const char *name)
{
	FILE *from = fopen(name, "rb");

	assert_non_null(from);
	file_size = fread(file, 1, sizeof file, from);
	fclose(from);
	assert_true(file_size < sizeof file);
}

/* n bytes from `at` on as a number, lowest first. */
static uint64_t le(size_t at, int n)
{
	uint64_t x = 0;

	assert_true(at + (size_t)n <= file_size);
	while (n-- > 0)
		x = x << 8 | file[at + (size_t)n];
	return x;
}

/* What each member is: its name, header, and values as they stand there. */
struct expected {
	const char *name, *header;
	size_t header_size;
	const void *values;
	size_t size;
	size_t at; /* where it was found */
};

/* The fields that both entries of a member have, from the version on. */
static void check_entry(size_t at, const struct expected *e, uint32_t crc, size_t extra)
{
	const uint64_t fields[][2] = {
		{ 45, 2 },  { 0x800, 2 },    { 0, 2 },        { 0, 2 }, { 33, 2 },
		{ crc, 4 }, { ALL_ONES, 4 }, { ALL_ONES, 4 }, { 0, 2 }, { extra, 2 },
	};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; at += fields[i++][1])
		assert_int_equal(le(at, (int)fields[i][1]),
				 i == 8 ? strlen(e->name) : fields[i][0]);
}

/* One behind the other; where they end. */
static size_t check_members(struct expected *e, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t name = strlen(e[i].name), all = e[i].header_size + e[i].size, begin;

		e[i].at = at;
		begin = at + 30 + name + 20;
		assert_int_equal(le(at, 4), 0x04034b50);
		check_entry(at + 4, &e[i], (uint32_t)crc32_z(0, file + begin, all), 20);
		assert_memory_equal(file + at + 30, e[i].name, name);
		assert_int_equal(le(begin - 20, 4), 1 | 16 << 16);
		assert_int_equal(le(begin - 16, 8), all);
		assert_int_equal(le(begin - 8, 8), all);
		assert_memory_equal(file + begin, "\x93NUMPY\1\0", 8);
		assert_int_equal(le(begin + 8, 2), e[i].header_size - 10);
		assert_memory_equal(file + begin + 10, e[i].header, strlen(e[i].header));
		for (size_t k = 10 + strlen(e[i].header); k < e[i].header_size; k++)
			assert_int_equal(file[begin + k], k + 1 < e[i].header_size ? ' ' : '\n');
		assert_memory_equal(file + begin + e[i].header_size, e[i].values, e[i].size);
		at = begin + all;
	}
	return at;
}

static void check_directory(const struct expected *e, size_t n, size_t begin)
{
	size_t at = begin, end;

	for (size_t i = 0; i < n; i++) {
		size_t name = strlen(e[i].name), all = e[i].header_size + e[i].size,
		       local = e[i].at;

		assert_int_equal(le(at, 4), 0x02014b50);
		assert_int_equal(le(at + 4, 2), 3 << 8 | 45);
		check_entry(at + 6, &e[i], (uint32_t)le(local + 14, 4), 28);
		assert_int_equal(le(at + 32, 6), 0);
		assert_int_equal(le(at + 38, 4), (uint64_t)0100644 << 16);
		assert_int_equal(le(at + 42, 4), ALL_ONES);
		assert_memory_equal(file + at + 46, e[i].name, name);
		at += 46 + name;
		assert_int_equal(le(at, 4), 1 | 24 << 16);
		assert_true(le(at + 4, 8) == all && le(at + 12, 8) == all);
		assert_int_equal(le(at + 20, 8), local);
		at += 28;
	}
	end = at;
	assert_int_equal(le(at, 4), 0x06064b50);
	assert_int_equal(le(at + 4, 8), 44);
	assert_int_equal(le(at + 12, 4), 45 | 45 << 16);
	assert_int_equal(le(at + 16, 8), 0);
	assert_true(le(at + 24, 8) == n && le(at + 32, 8) == n);
	assert_true(le(at + 40, 8) == end - begin && le(at + 48, 8) == begin);
	assert_int_equal(le(at + 56, 4), 0x07064b50);
	assert_int_equal(le(at + 60, 4), 0);
	assert_int_equal(le(at + 64, 8), end);
	assert_int_equal(le(at + 72, 4), 1);
	assert_int_equal(le(at + 76, 4), 0x06054b50);
	assert_int_equal(le(at + 80, 4), 0);
	assert_int_equal(le(at + 84, 4), ALL_ONES);
	assert_int_equal(le(at + 88, 8), UINT64_MAX);
	assert_int_equal(le(at + 96, 2), 0);
	assert_int_equal(file_size, at + 98);
}

#define HEAD(type, shape) "{'descr': '" type "', 'fortran_order': False, 'shape': " shape ", }"

static const struct pz_array_column columns[] = {
	{ "a", PZ_ARRAY_FLOAT, 4, .dims = 0 },
	{ "dir/text", PZ_ARRAY_TEXT, 3, .dims = 1, .shape = { 2 } },
	{ "i", PZ_ARRAY_INTEGER, 8, .dims = 2, .shape = { 2, 1 } },
	{ "u", PZ_ARRAY_INTEGER, 1, .dims = 1, .shape = { 5 }, .alone = true },
	{ "s", PZ_ARRAY_FLOAT, 8, .dims = 0, .alone = true },
	{ "t", PZ_ARRAY_BOOL, 1, .dims = 0 },
	{ "h", PZ_ARRAY_FLOAT, 2, .dims = 2, .shape = { 2, 3 }, .alone = true },
	{ "w", PZ_ARRAY_TEXT, 4, .dims = 0, .alone = true },
};
#define COLUMNS ((int)(sizeof columns / sizeof *columns))

static void a_zip_file_to_the_byte(void **state)
{
	static const float a[] = { 0.5, -2, 1e9F };
	static const int64_t i[] = { 1, -2, 3, -4, 5, INT64_MIN };
	static const uint16_t h[] = { 1, 2, 3, 4, 5, 0xfffe };
	static const double s = -0.125;
	/* two of each row: whole, shorter, of two bytes, cut within, no UTF-8 twice, none */
	static const char text[] = "abcd\0\0\xc3\xa9z\xc3\0\0\xff\xfe!\0\0\0";
	static const uint32_t wide[] = { 'a',    'b', 'c', 'd',    0,      0,   0xe9, 'z', 0,
					 0xfffd, 0,   0,   0xfffd, 0xfffd, '!', 0,    0,   0 };
	static const uint32_t widest[] = { 0x1f600, 0, 0, 0 };
	struct expected e[] = {
		{ "a.npy", HEAD("<f4", "(3,)"), 128, a, sizeof a, 0 },
		{ "dir/text.npy", HEAD("<U3", "(3, 2)"), 128, wide, sizeof wide, 0 },
		{ "i.npy", HEAD("<i8", "(3, 2, 1)"), 128, i, sizeof i, 0 },
		{ "u.npy", HEAD("|u1", "(5,)"), 128, "\1\2\3\4\377", 5, 0 },
		{ "s.npy", HEAD("<f8", "()"), 128, &s, 8, 0 },
		{ "t.npy", HEAD("|b1", "(3,)"), 128, "\1\0\1", 3, 0 },
		{ "h.npy", HEAD("<f2", "(2, 3)"), 128, h, sizeof h, 0 },
		{ "w.npy", HEAD("<U4", "()"), 128, widest, sizeof widest, 0 },
	};
	const void *rows[] = { a, text, i, "\1\2\3\4\377", &s, "\1\0\1", h, "\xf0\x9f\x98\x80" };
	struct pz_arrays_file *f;

	(void)state;
	assert_int_equal(pz_arrays_begin(&f, "a.npz", 3, columns, COLUMNS), 0);
	/* in two pieces where there are several rows, the last columns first */
	for (int c = COLUMNS - 1; c >= 0; c--) {
		size_t n = (size_t)f->out[c].rows, some = n > 1;

		assert_int_equal(pz_arrays_add(f, c, n - some, rows[c]), 0);
		assert_int_equal(pz_arrays_add(f, c, some,
					       (const char *)rows[c] + (n - some) * f->out[c].one),
				 0);
	}
	assert_int_equal(pz_arrays_note(f, 0, "unit", "mag"), 0);
	assert_int_equal(pz_arrays_note_number(f, 0, "scale", 2), 0);
	assert_int_equal(pz_arrays_finish(f), 0);
	read_file("a.npz");
	check_directory(e, COLUMNS, check_members(e, COLUMNS));
}

/* Headers fill up to a multiple of 64 bytes: 10 before, and a newline. */
static void headers_are_filled_up(void **state)
{
	static const struct {
		uint64_t last;
		const char *header;
		size_t size;
	} cases[] = {
		{ 123456,
		  HEAD("<f8", "(3, 0, 12345678, 12345678, 12345678, 12345678, 12345678, 123456)"),
		  128 },
		{ 1234567,
		  HEAD("<f8", "(3, 0, 12345678, 12345678, 12345678, 12345678, 12345678, 1234567)"),
		  192 },
	};

	(void)state;
	assert_int_equal(strlen(cases[0].header), 117);
	for (int i = 0; i < 2; i++) {
		struct pz_array_column c = { "x", PZ_ARRAY_FLOAT, 8, .dims = 7 };
		struct expected e = { "x.npy", cases[i].header, cases[i].size, "", 0, 0 };
		struct pz_arrays_file *f;

		for (int d = 1; d < 7; d++)
			c.shape[d] = d < 6 ? 12345678 : cases[i].last;
		assert_int_equal(pz_arrays_begin(&f, "e.npz", 3, &c, 1), 0);
		assert_int_equal(pz_arrays_add(f, 0, 3, ""), 0);
		assert_int_equal(pz_arrays_finish(f), 0);
		read_file("e.npz");
		check_directory(&e, 1, check_members(&e, 1));
	}
}

/* -- rows are gathered */

static struct {
	int calls;
	size_t n[80];
	double first[80];
	uint64_t written[80];
} put;

static int put_fake(struct pz_arrays_file *f, int c, size_t n, const void *values)
{
	assert_true(put.calls < 80);
	put.n[put.calls] = n;
	put.written[put.calls] = f->out[c].written;
	memcpy(&put.first[put.calls++], values, sizeof(double));
	return 0;
}

static const struct writer fake = { .put = put_fake };

/* Begins a file of one column of rows of `one` bytes, whose blocks are not written. */
static struct pz_arrays_file *gather(uint64_t rows, size_t one)
{
	static struct pz_array_column c;
	struct pz_arrays_file *f;

	c = (struct pz_array_column){ "x", PZ_ARRAY_FLOAT, 8, .dims = 1, .shape = { one / 8 } };
	assert_int_equal(pz_arrays_begin(&f, "x.npz", rows, &c, 1), 0);
	f->writer = &fake;
	memset(&put, 0, sizeof put);
	return f;
}

static void stop(struct pz_arrays_file *f)
{
	f->writer = &pz_arrays_npz;
	pz_arrays_abandon(f);
	assert_int_equal(access("x.npz", F_OK), -1);
	assert_int_equal(access("x.npz.part", F_OK), -1);
}

static void blocks_have_a_quarter_of_a_megabyte(void **state)
{
	static double x[3 * 30005];
	struct pz_arrays_file *f = gather(30005, 24);

	(void)state;
	for (int i = 0; i < 30005; i++)
		x[3 * i] = i;
	assert_int_equal(f->out->room, 10922);
	assert_int_equal(pz_arrays_add(f, 0, 5, x), 0);
	assert_int_equal(pz_arrays_add(f, 0, 10916, x + 3 * 5), 0);
	assert_true(put.calls == 0 && f->out->used == 10921);
	assert_int_equal(pz_arrays_add(f, 0, 1, x + 3 * 10921), 0);
	assert_true(put.calls == 1 && put.n[0] == 10922 && f->out->used == 0);
	assert_int_equal(pz_arrays_add(f, 0, 19000, x + 3 * 10922), 0);
	assert_true(put.calls == 2 && put.n[1] == 10922 && put.first[1] == 10922 &&
		    put.written[1] == 10922);
	assert_true(f->out->used == 8078 && f->out->written == 21844);
	refused(pz_arrays_add(f, 0, 84, x), PZ_EARG,
		"x.npz: array 'x': expected 30005 rows, found more");
	assert_int_equal(pz_arrays_add(f, 0, 83, x + 3 * 29922), 0);
	refused(pz_arrays_add(f, 0, 1, x), PZ_EARG, "found more");
	assert_int_equal(f->unsettled, 21844 * 24);
	stop(f);
}

/* After 2^24 bytes the disk is asked to begin. */
static void large_rows_are_written_one_by_one(void **state)
{
	double *x = calloc(2, 1 << 18);
	struct pz_arrays_file *f = gather(100, 1 << 18);

	(void)state;
	for (int i = 1; i <= 65; i++) {
		x[0] = i;
		assert_int_equal(pz_arrays_add(f, 0, 1, x), 0);
		assert_true(put.calls == i && put.n[i - 1] == 1 && put.first[i - 1] == i);
		assert_int_equal(f->unsettled, (size_t)(i % 64) << 18);
	}
	stop(f);
	f = gather(100, (1 << 18) + 8);
	assert_int_equal(f->out->room, 1);
	stop(f);
	f = gather(100, 1 << 17);
	assert_int_equal(f->out->room, 2);
	stop(f);
	f = gather(100, 0);
	assert_int_equal(f->out->room, 1);
	stop(f);
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zip_file_to_the_byte),
		cmocka_unit_test(headers_are_filled_up),
		cmocka_unit_test(blocks_have_a_quarter_of_a_megabyte),
		cmocka_unit_test(large_rows_are_written_one_by_one),
	};

	return cmocka_run_group_tests_name("writing arrays", tests, enter_own_folder,
					   leave_own_folder);
}
