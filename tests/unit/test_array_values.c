/* test_array_values.c -- values as they stand in files of arrays: types, numbers and texts in
 * either byte order; numbers that mean others; the list of arrays and its limits
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

#include <pz/error.h>

#include "../../lib/array/parts.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

static struct element type_of(const char *text)
{
	struct element e;

	if (!pz_element_parse(text, &e))
		fail_msg("'%s' should be a type", text);
	return e;
}

/* -- types */

/* Of each kind the sizes from 0 to 16, of which those named exist. */
static void types_have_their_sizes(void **state)
{
	static const struct {
		char kind;
		enum pz_array_kind is;
		unsigned sizes; /* bit n: n is one */
	} kinds[] = {
		{ 'f', PZ_ARRAY_FLOAT, 1 << 2 | 1 << 4 | 1 << 8 },
		{ 'i', PZ_ARRAY_INTEGER, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 },
		{ 'u', PZ_ARRAY_INTEGER, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 },
		{ 'b', PZ_ARRAY_BOOL, 1 << 1 },
		{ 'S', PZ_ARRAY_TEXT, 0x1ffff },
		{ 'U', PZ_ARRAY_TEXT, 0x1ffff },
	};
	struct element e;
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (unsigned n = 0; n <= 16; n++)
			for (const char *order = "<>|="; *order; order++) {
				snprintf(text, sizeof text, "%c%c%u", *order, kinds[i].kind, n);
				assert_int_equal(pz_element_parse(text, &e),
						 kinds[i].sizes >> n & 1);
				if (!(kinds[i].sizes >> n & 1))
					continue;
				assert_int_equal(e.kind, kinds[i].kind);
				assert_int_equal(e.size, n * (e.kind == 'U' ? 4 : 1));
				assert_int_equal(e.swap, *order == '>');
				assert_int_equal(pz_element_kind(&e), kinds[i].is);
			}
	e.kind = 'V';
	assert_int_equal(pz_element_kind(&e), PZ_ARRAY_TEXT);
	e.kind = 'c';
	assert_int_equal(pz_element_kind(&e), PZ_ARRAY_OTHER);
}

static void what_is_no_type(void **state)
{
	static const char *const none[] = { "",     "<",    "f4",  "<g4",  "<f",   "<f4x",
					    "<f4,", "|O8",  "!f4", "<f 4", "<f-4", "<f/",
					    "<f:",  "<f+4", "<O4", "<fx",  "<c16", "<M8[s]" };
	struct element e;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (pz_element_parse(none[i], &e))
			fail_msg("'%s' should be no type", none[i]);
	assert_true(type_of("|O").kind == 'O' && type_of("|O").size == 8);
	assert_int_equal(type_of("|S262144").size, 262144);
	assert_false(pz_element_parse("|S262145", &e));
	assert_int_equal(type_of("<U262144").size, 1 << 20);
	assert_false(pz_element_parse("<U262145", &e));
	assert_int_equal(type_of("|S09").size, 9);
}

/* -- numbers */

/* The bytes of two numbers, highest first, read in either order by each function. */
static void numbers_are(const char *type, const char *highest_first, double first, double second)
{
	char text[8], turned[16];
	struct element e;

	for (int lowest = 0; lowest < 2; lowest++) {
		double x[3] = { -77, -77, -77 };
		float f[3] = { -77, -77, -77 };

		snprintf(text, sizeof text, "%c%s", lowest ? '<' : '>', type);
		e = type_of(text);
		for (size_t i = 0; i < 2 * e.size; i++) {
			size_t from = lowest ? i / e.size * e.size + e.size - 1 - i % e.size : i;

			turned[i] = highest_first[from];
		}
		pz_element_doubles(&e, turned, 2, x);
		pz_element_floats(&e, turned, 2, f);
		if (x[0] != first || x[1] != second || x[2] != -77)
			fail_msg("%s: found %g and %g", text, x[0], x[1]);
		assert_true(f[0] == (float)first && f[1] == (float)second && f[2] == -77);
	}
}

static void numbers_of_every_type_and_order(void **state)
{
	(void)state;
	numbers_are("f2", "\x3c\x01\xc1\x00", 1.0009765625, -2.5);
	numbers_are("f4", "\x3f\x80\x00\x01\xc0\x20\x00\x00", 1.00000011920928955078125, -2.5);
	numbers_are("f8", "\x3f\xf0\0\0\0\0\0\1\xc0\x04\0\0\0\0\0\0", 1.0000000000000002, -2.5);
	numbers_are("i1", "\x7f\xfe", 127, -2);
	numbers_are("u1", "\x7f\xfe", 127, 254);
	numbers_are("i2", "\x12\x34\xff\xfe", 4660, -2);
	numbers_are("u2", "\x12\x34\xff\xfe", 4660, 65534);
	numbers_are("i4", "\x12\x34\x56\x78\xff\xff\xff\xfe", 305419896, -2);
	numbers_are("u4", "\x12\x34\x56\x78\xff\xff\xff\xfe", 305419896, 4294967294);
	numbers_are("i8", "\0\0\0\1\0\0\0\2\xff\xff\xff\xff\xff\xff\xff\xfe", 4294967298, -2);
	numbers_are("u8", "\0\0\0\1\0\0\0\2\x80\0\0\0\0\0\0\0", 4294967298, 9223372036854775808.0);
	numbers_are("b1", "\2\0", 1, 0);
	numbers_are("b1", "\0\1", 0, 1);
}

static void whole_numbers_of_every_type(void **state)
{
	static const struct {
		const char *type, *bytes;
		int64_t first, second;
	} cases[] = {
		{ "<i1", "\x80\x7f", -128, 127 },
		{ "<u1", "\x80\x7f", 128, 127 },
		{ ">i2", "\xff\x01\x01\xff", -255, 511 },
		{ "<u2", "\xff\x01\x01\xff", 511, 65281 },
		{ ">i4", "\x80\0\0\1\0\1\0\0", -2147483647, 65536 },
		{ "<u4", "\1\0\0\x80\0\0\1\0", 2147483649, 65536 },
		{ "<i8", "\1\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x40", INT64_MIN + 1, 1LL << 62 },
		{ ">u8", "\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\2", INT64_MAX, 2 },
		{ "|b1", "\3\0", 1, 0 },
	};
	int64_t x[3];
	size_t at;
	struct element e;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		e = type_of(cases[i].type);
		x[2] = -77;
		at = 9;
		assert_true(pz_element_integers(&e, cases[i].bytes, 2, x, &at));
		assert_true(x[0] == cases[i].first && x[1] == cases[i].second && x[2] == -77);
	}
	e = type_of("<u8");
	x[1] = -77;
	assert_false(pz_element_integers(&e, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80", 2, x, &at));
	assert_true(at == 1 && x[0] == 1 && x[1] == -77);
}

/* -- texts */

static void text_is(const char *type, const char *bytes, size_t size, const char *expected)
{
	struct element e = type_of(type);
	char text[40];
	bool is;

	memset(text, '#', sizeof text);
	is = pz_element_text(&e, bytes, text, size);
	if (is != !!expected || (is && strcmp(text, expected) != 0))
		fail_msg("%s in %zu bytes: found '%.39s', %d", type, size, text, is);
	assert_int_equal(text[size], '#');
}

static void texts_of_bytes(void **state)
{
	(void)state;
	text_is("|S5", "ab\0\0\0", 6, "ab");
	text_is("|S5", "ab\0\0\0", 3, "ab");
	text_is("|S5", "ab\0\0\0", 2, NULL);
	text_is("|S5", "abcde", 6, "abcde");
	text_is("|S5", "abcde", 5, NULL);
	text_is("|S5", "\0\0\0\0\0", 1, "");
	text_is("|S5", "a\0c\0\0", 6, NULL);
	text_is("|S5", "\0b\0\0\0", 6, NULL);
	text_is("|S0", "xyz", 4, "");
}

static void texts_of_code_points(void **state)
{
	(void)state;
	text_is("<U3", "a\0\0\0\xe9\0\0\0\0\0\0\0", 4, "a\xc3\xa9");
	text_is("<U3", "a\0\0\0\xe9\0\0\0\0\0\0\0", 3, NULL);
	text_is(">U3", "\0\0\0a\0\0\0\xe9\0\0\0z", 9, "a\xc3\xa9z");
	/* no 0 between, and none of their bytes is one */
	text_is("<U3", "a\0\0\0\0\0\0\0z\0\0\0", 9, NULL);
	text_is("<U2", "\0\1\0\0\0\0\1\0", 9, "\xc4\x80\xf0\x90\x80\x80");
	text_is(">U1", "\0\1\0\0", 9, "\xf0\x90\x80\x80");
	text_is("<U3", "a\0\0\0b\0\0\0\0\0\1\0", 9, "ab\xf0\x90\x80\x80");
	text_is("<U3", "\0\x8\0\0\1\x8\0\0b\0\0\0", 9,
		"\xe0\xa0\x80\xe0\xa0\x81"
		"b");
	text_is("<U1", "\0\0\0\0", 1, "");
	text_is("<U0", "\1\1\1\1", 1, "");
}

/* Where the number of bytes of UTF-8 changes, and what is no character. */
static void code_points_become_utf8(void **state)
{
	static const struct {
		uint32_t point;
		const char *utf8;
	} cases[] = {
		{ 1, "\1" },
		{ 0x7f, "\x7f" },
		{ 0x80, "\xc2\x80" },
		{ 0x7ff, "\xdf\xbf" },
		{ 0x800, "\xe0\xa0\x80" },
		{ 0x1234, "\xe1\x88\xb4" },
		{ 0xd7ff, "\xed\x9f\xbf" },
		{ 0xd800, NULL },
		{ 0xdfff, NULL },
		{ 0xe000, "\xee\x80\x80" },
		{ 0xffff, "\xef\xbf\xbf" },
		{ 0x10000, "\xf0\x90\x80\x80" },
		{ 0x12345, "\xf0\x92\x8d\x85" },
		{ 0x10ffff, "\xf4\x8f\xbf\xbf" },
		{ 0x110000, NULL },
		{ 0xffffffff, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		text_is("=U1", (const char *)&cases[i].point, 9, cases[i].utf8);
	text_is("=U1", (const char *)&cases[12].point, 5, cases[12].utf8);
	text_is("=U1", (const char *)&cases[12].point, 4, NULL);
}

/* -- what numbers mean */

static void packed_numbers_mean_others(void **state)
{
	const struct packing none = { .scale = 1 }, scaled = { 0.5, -3, true, { 0 }, 0, false };
	const struct packing both = { 2, 1, true, { 7, -9 }, 2, false };
	struct element i2 = type_of("<i2");
	int16_t raw[1300];
	float f[1301];
	double x[] = { 7, -9, 4, 8 };

	(void)state;
	assert_false(pz_packing_is(&none));
	assert_true(pz_packing_is(&scaled));
	assert_true(pz_packing_is(&(struct packing){ 1, 0, false, { 5 }, 1, false }));
	assert_true(pz_packing_none(&both, &i2, -9) && pz_packing_none(&both, &i2, 7));
	assert_false(pz_packing_none(&both, &i2, 9));
	pz_packing_doubles(&both, &i2, 2, x + 1);
	assert_true(x[0] == 7 && isnan(x[1]) && x[2] == 9 && x[3] == 8);
	x[0] = 4;
	pz_packing_doubles(&(struct packing){ 2, 1, false, { 7, 4 }, 1, false }, &i2, 1, x);
	assert_true(x[0] == 4); /* the second is none, and nothing is scaled */
	/* more than are turned at a time */
	for (int i = 0; i < 1300; i++)
		raw[i] = (int16_t)(i - 600);
	f[1300] = -77;
	pz_packing_floats(&scaled, &i2, raw, 1300, f);
	for (int i = 0; i < 1300; i++)
		assert_true(f[i] == (float)(i - 600) / 2 - 3);
	assert_true(f[1300] == -77);
}

/* A number that means none may be kept with more digits than the values have. */
static void none_of_narrow_floats(void **state)
{
	const struct packing p = { 1, 0, false, { 0.1, 0.3 }, 2, false };
	struct element f4 = type_of("<f4"), f8 = type_of("<f8"), i4 = type_of("<i4");

	(void)state;
	assert_true(pz_packing_none(&p, &f4, (double)0.1F) &&
		    pz_packing_none(&p, &f4, (double)0.3F) && pz_packing_none(&p, &f8, 0.3));
	assert_false(pz_packing_none(&p, &f8, (double)0.1F));
	assert_false(pz_packing_none(&p, &i4, (double)0.1F));
	assert_false(pz_packing_none(&p, &f4, (double)0.2F));
}

/* -- the list */

static void a_list_of_arrays_has_its_most(void **state)
{
	struct pz_arrays a = { .path = (char *)"x.h5", .array = malloc(16 * sizeof(struct array)) };
	char name[300];
	int rc = 5;

	(void)state;
	a.room = 16;
	memset(a.array, 7, 16 * sizeof *a.array);
	memset(name, 'n', sizeof name);
	name[256] = '\0';
	assert_null(pz_array_list_add(&a, name, &rc));
	refused(rc, PZ_EDATA,
		"x.h5: an array's name of more than 255 bytes: "
		"'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...'");
	name[255] = '\0';
	assert_non_null(pz_array_list_add(&a, name, &rc));
	assert_true(rc == 0 && a.n == 1 && a.room == 16 && !strcmp(a.array->name, name));
	for (int i = 1; i < PZ_ARRAYS_MAX; i++) {
		struct array *which;

		snprintf(name, sizeof name, "a%d", i);
		which = pz_array_list_add(&a, name, &rc);
		assert_true(rc == 0 && which == &a.array[i] && a.n == i + 1);
		assert_true(which->is.rows == 0 && which->element.kind == 0 && which->begin == 0);
		which->begin = 9;
	}
	assert_int_equal(a.room, PZ_ARRAYS_MAX);
	assert_string_equal(a.array[17].name, "a17");
	assert_null(pz_array_list_add(&a, "more", &rc));
	refused(rc, PZ_EDATA, "x.h5: more than 4096 arrays");
	assert_int_equal(a.n, PZ_ARRAYS_MAX);
	free(a.array);
}

static void sizes_are_measured(void **state)
{
	struct pz_arrays a = { .path = (char *)"x.h5" };
	struct array w = { .name = "w", .is = { .dims = 2, .shape = { 5, 3 } } };

	(void)state;
	w.element = type_of("<f8");
	assert_int_equal(pz_array_list_measure(&a, &w), 0);
	assert_true(w.is.rows == 5 && w.is.values == 3 && w.is.bytes == 8);
	/* rows of records are as long as these */
	w.record = 1 << 20;
	w.is.shape[0] = INT64_MAX >> 20;
	assert_int_equal(pz_array_list_measure(&a, &w), 0);
	w.is.shape[0]++;
	refused(pz_array_list_measure(&a, &w), PZ_ECORRUPT, "x.h5: array 'w': expected a size");
	w = (struct array){ .is = { .dims = 1, .shape = { 7 } }, .element = { 'V', 16, false } };
	assert_int_equal(pz_array_list_measure(&a, &w), 0);
	assert_true(w.is.bytes == 0 && w.is.kind == PZ_ARRAY_TEXT && w.is.values == 1);
	w.element.kind = 'O';
	assert_int_equal(pz_array_list_measure(&a, &w), 0);
	assert_int_equal(w.is.bytes, 0);
}

static void values_must_be_within_the_file(void **state)
{
	struct array w = { .is = { .rows = 5, .values = 3 }, .element = { 'f', 4, false } };

	(void)state;
	w.begin = 100;
	assert_true(pz_array_list_within(&w, 160));
	assert_false(pz_array_list_within(&w, 159));
	assert_false(pz_array_list_within(&w, 99));
	w.is.values = 0;
	assert_true(pz_array_list_within(&w, 100));
	assert_false(pz_array_list_within(&w, 99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_have_their_sizes),
		cmocka_unit_test(what_is_no_type),
		cmocka_unit_test(numbers_of_every_type_and_order),
		cmocka_unit_test(whole_numbers_of_every_type),
		cmocka_unit_test(texts_of_bytes),
		cmocka_unit_test(texts_of_code_points),
		cmocka_unit_test(code_points_become_utf8),
		cmocka_unit_test(packed_numbers_mean_others),
		cmocka_unit_test(none_of_narrow_floats),
		cmocka_unit_test(a_list_of_arrays_has_its_most),
		cmocka_unit_test(sizes_are_measured),
		cmocka_unit_test(values_must_be_within_the_file),
	};

	return cmocka_run_group_tests_name("values of arrays", tests, NULL, NULL);
}
