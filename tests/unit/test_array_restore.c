/* test_array_restore.c -- fromarray: values of arrays of every type as each tag of a form writes
 * them, also where another program has changed the type or the number
 */
#include <math.h>

#include "../../lib/array/parts.h"
#include "../../tools/array/restore_parts.h"
#include "json_map.h"

static struct array array = { .is = { .dims = 1 }, .name = "col" };
static struct pz_arrays arrays = { .path = (char *)"f", .array = &array, .n = 1 };
static struct restored_column column;
static struct restore r = { .file = &arrays, .path = "f.h5", .column = &column, .row = 100 };

/* The column is of so many values of a row, in this block. */
static void take_column(enum load load, const void *block, size_t one, size_t values)
{
	array.is.name = array.name;
	column = (struct restored_column){
		.load = load, .values = values, .one = one, .block = (char *)block
	};
}

#define COLUMN(load, block) take_column(load, block, sizeof *(block), 1)

/* Puts the value of a row by a tag, or by tags of the elements of an array. */
static int put(size_t row, const char *tags, size_t n, int first)
{
	struct restored_part part = { .tags = 0, .n_tags = n };

	part.array = first >= 0;
	part.first = (unsigned char)(first >= 0 ? first : 0);
	r.parts.size = 0;
	pack_raw(&r.parts, tags, n);
	r.record.size = 0;
	return restore_put_value(&r, &part, row);
}

static void gives(size_t row, unsigned tag, const char *expected, size_t n)
{
	const char one[] = { (char)tag };

	if (put(row, one, 1, -1) != 0)
		fail_msg("row %zu, tag %x: %s", row, tag, pz_error_text());
	if (r.record.size != n || memcmp(r.record.bytes, expected, n) != 0)
		fail_msg("row %zu, tag %x: found %zu bytes, of which the first is %x", row, tag,
			 r.record.size, r.record.bytes[0]);
}

#define GIVES(row, tag, text) gives(row, tag, text, sizeof text - 1)

static void refuses(size_t row, unsigned tag, const char *what)
{
	const char one[] = { (char)tag };
	char says[160];

	snprintf(says, sizeof says,
		 "f.h5: array 'col': row %zu: expected %s, as in its stream, found none", 101 + row,
		 what);
	FAILS(put(row, one, 1, -1), PZ_EDATA, says);
}

static void whole_numbers(void **state)
{
	static const int64_t x[] = { 7, -200, 0, 16777217, 16777216, 9007199254740993 };

	(void)state;
	COLUMN(LOAD_INTEGER, x);
	GIVES(0, TAG_WHOLE, "\7");
	GIVES(1, TAG_WHOLE, "\xd1\xff\x38");
	GIVES(5, TAG_WHOLE, "\xcf\0\x20\0\0\0\0\0\1");
	GIVES(0, 0xcc, "\xcc\7");
	GIVES(0, 0xcf, "\xcf\0\0\0\0\0\0\0\7");
	GIVES(0, 0xd0, "\xd0\7");
	GIVES(1, 0xd3, "\xd3\xff\xff\xff\xff\xff\xff\xff\x38");
	GIVES(0, TAG_BOOL, "\xc3");
	GIVES(1, TAG_BOOL, "\xc3");
	GIVES(2, TAG_BOOL, "\xc2");
	GIVES(1, TAG_DOUBLE, "\xcb\xc0\x69\0\0\0\0\0\0");
	GIVES(0, TAG_FLOAT, "\xca\x40\xe0\0\0");
	/* what no float32 is becomes a float64 */
	GIVES(4, TAG_FLOAT, "\xca\x4b\x80\0\0");
	GIVES(3, TAG_FLOAT, "\xcb\x41\x70\0\0\x10\0\0\0");
	refuses(0, TAG_TEXT, "a text");
	refuses(2, 0xd9, "a text");
}

static void floats(void **state)
{
	static const uint32_t bits[] = { 0x3fc00000, 0x40400000, 0x80000000, 0x7f800001,
					 0xc0800000, 0x5a000000, 0x5a000001, 0 };
	static float x[8];

	(void)state;
	memcpy(x, bits, sizeof x);
	COLUMN(LOAD_FLOAT, x);
	GIVES(0, TAG_FLOAT, "\xca\x3f\xc0\0\0");
	GIVES(2, TAG_FLOAT, "\xca\x80\0\0\0");
	GIVES(3, TAG_FLOAT, "\xca\x7f\x80\0\1"); /* with all its bits */
	GIVES(0, TAG_DOUBLE, "\xcb\x3f\xf8\0\0\0\0\0\0");
	GIVES(4, TAG_DOUBLE, "\xcb\xc0\x10\0\0\0\0\0\0");
	GIVES(0, TAG_WHOLE, "\xcb\x3f\xf8\0\0\0\0\0\0");
	GIVES(1, TAG_WHOLE, "\3");
	GIVES(4, TAG_WHOLE, "\xfc");
	GIVES(7, TAG_WHOLE, "\0");
	GIVES(2, TAG_WHOLE, "\xcb\x80\0\0\0\0\0\0\0"); /* -0 is no whole number */
	GIVES(5, TAG_WHOLE, "\xcf\0\x20\0\0\0\0\0\0"); /* 2^53 is, and no larger one */
	GIVES(6, TAG_WHOLE, "\xcb\x43\x40\0\0\x20\0\0\0");
	GIVES(0, TAG_BOOL, "\xc3");
	GIVES(2, TAG_BOOL, "\xc2");
	GIVES(1, 0xd1, "\xd1\0\3");
}

static void doubles(void **state)
{
	static const double x[] = { 0x1p53, 0x1p53 + 2, 0.1, 0.5, -3, -0x1p53, 300, NAN, -2.5 };

	(void)state;
	COLUMN(LOAD_DOUBLE, x);
	GIVES(0, TAG_WHOLE, "\xcf\0\x20\0\0\0\0\0\0");
	GIVES(1, TAG_WHOLE, "\xcb\x43\x40\0\0\0\0\0\1");
	GIVES(2, TAG_WHOLE, "\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a");
	GIVES(4, TAG_WHOLE, "\xfd");
	GIVES(5, TAG_WHOLE, "\xd3\xff\xe0\0\0\0\0\0\0");
	GIVES(8, TAG_WHOLE, "\xcb\xc0\4\0\0\0\0\0\0");
	GIVES(6, 0xcc, "\xcd\1\x2c");
	GIVES(2, TAG_FLOAT, "\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a");
	GIVES(3, TAG_FLOAT, "\xca\x3f\0\0\0");
	GIVES(7, TAG_FLOAT, "\xca\x7f\xc0\0\0");
	GIVES(6, TAG_DOUBLE, "\xcb\x40\x72\xc0\0\0\0\0\0");
	GIVES(2, TAG_BOOL, "\xc3");
}

/* Texts of 21 bytes at most, with the 0 behind them. */
static void texts(void **state)
{
	static const char x[][22] = {
		"-5",  "18446744073709551615", "-9223372036854775808", "12", "", "x",
		"12 ", "18446744073709551616", "-9223372036854775809", "hi"
	};

	(void)state;
	COLUMN(LOAD_TEXT, x);
	GIVES(0, TAG_WHOLE, "\xfb");
	GIVES(1, TAG_WHOLE, "\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
	GIVES(2, TAG_WHOLE, "\xd3\x80\0\0\0\0\0\0\0");
	GIVES(3, TAG_FLOAT, "\xca\x41\x40\0\0");
	GIVES(0, TAG_DOUBLE, "\xcb\xc0\x14\0\0\0\0\0\0");
	GIVES(1, TAG_DOUBLE, "\xcb\x43\xf0\0\0\0\0\0\0");
	for (size_t i = 4; i < 10; i++)
		refuses(i, TAG_WHOLE, "a number");
	GIVES(9, TAG_TEXT, "\xa2hi");
	GIVES(4, TAG_TEXT, "\xa0");
	GIVES(9, 0xd9, "\xd9\2hi");
	GIVES(9, 0xdb, "\xdb\0\0\0\2hi");
	refuses(9, 0xd8, "a text");
	refuses(9, 0xdc, "a text");
	refuses(9, 0xd4, "a text"); /* behind the tags of numbers, and before them */
	refuses(9, 0xc9, "a text");
}

static void bytes_and_single_values(void **state)
{
	static const char x[] = "abcdefuvwxyz";
	static const int64_t pairs[] = { 1, 2, 3, 4 };

	(void)state;
	take_column(LOAD_BYTES, x, 2, 3);
	GIVES(1, TAG_BYTES, "\xc4\6uvwxyz");
	GIVES(0, TAG_BYTES,
	      "\xc4\6"
	      "abcdef");
	take_column(LOAD_INTEGER, pairs, sizeof *pairs, 2);
	refuses(1, TAG_WHOLE, "a single value");
}

/* Rows of three numbers, which one tag or three describe. */
static void arrays_of_numbers(void **state)
{
	static const double x[] = { 9, 9, 9, 1, 2.5, -3 };

	(void)state;
	take_column(LOAD_DOUBLE, x, sizeof *x, 3);
	assert_int_equal(put(1, "\0", 1, 0x90), 0);
	assert_int_equal(r.record.size, 12);
	assert_memory_equal(r.record.bytes, "\x93\1\xcb\x40\4\0\0\0\0\0\0\xfd", 12);
	assert_int_equal(put(1, "\xcc\xc0\xca", 3, 0xdc), 0);
	assert_int_equal(r.record.size, 11);
	assert_memory_equal(r.record.bytes, "\xdc\0\3\xcc\1\xc0\xca\xc0\x40\0\0", 11);
	FAILS(put(1, "\0\0", 2, 0x90), PZ_EDATA,
	      "f.h5: array 'col': row 102: expected as many numbers, as in its stream, found none");
	FAILS(put(0, "\0\xa0\0", 3, 0x90), PZ_EDATA,
	      "f.h5: array 'col': row 101: expected numbers, as in its stream, found none");
}

/* Forms that toarray does not write. */
static void broken(const char *bytes, size_t n, const char *found)
{
	struct restore own = { .file = &arrays, .path = "f.h5" };
	char says[160];

	snprintf(says, sizeof says,
		 "f.h5: array 'pzpipe/forms': expected forms as toarray writes them, found %s",
		 found);
	FAILS(restore_take_forms(&own, (const unsigned char *)bytes, n), PZ_ECORRUPT, says);
	own.path = NULL;
	restore_close(&own);
}

#define BROKEN(text, found) broken(text, sizeof text - 1, found)

static void forms_that_are_none(void **state)
{
	(void)state;
	BROKEN("\x05", "something else");
	BROKEN("\x81\xa1v", "something else");
	BROKEN("\x81\xa1v\x92\xcc\x90\xa1x", "an array with something else");
	BROKEN("\x81\xa1v\x92\xa1x\0", "an array with something else");
	BROKEN("\x81\xa1v\x91\xcc\x90", "an array without tags");
	BROKEN("\x81\xa1v\xa1x", "a key without a tag");
	BROKEN("\x81\xa1v\xcd\1\0", "a key without a tag");
	BROKEN("\x81\xa1v\xff", "a key without a tag");
	BROKEN("\x81\xa1v\x81\xa1w\x81\xa1x\0", "maps within maps");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(floats),
		cmocka_unit_test(doubles),
		cmocka_unit_test(texts),
		cmocka_unit_test(bytes_and_single_values),
		cmocka_unit_test(arrays_of_numbers),
		cmocka_unit_test(forms_that_are_none),
	};
	int failed =
		cmocka_run_group_tests_name("values of arrays", tests, in_folder, out_of_folder);

	pack_release(&r.parts);
	pack_release(&r.record);
	return failed;
}
