/* test_stream_values.c -- how much of an object is needed, values as numbers, and places of values
 */
#include <math.h>

#include "../../lib/stream/map_write.h"
#include "in_process.h"

/* ---- lengths ---- */

/* {"a": "hello", "b": [1, 300]}, of which more and more is there: what is known to be needed. */
static void an_object_tells_what_it_needs(void **state)
{
	static const unsigned char map[] = { 0x82, 0xa1, 'a', 0xd9, 5, 'h',  'e', 'l', 'l',
					     'o',  0xa1, 'b', 0x92, 1, 0xcd, 1,   44 };
	static const size_t needs[] = { 1,  2,  3,  4,  5,  10, 10, 10, 10,
					10, 11, 12, 13, 14, 15, 17, 17 };
	unsigned char *copy;
	size_t need;

	(void)state;
	for (size_t n = 0; n < sizeof map; n++) {
		copy = malloc(n + 1); /* nothing behind it is looked at */
		memcpy(copy, map, n);
		copy[n] = 0xc1;
		assert_int_equal(pz_map_scan(copy, n, &need), 0);
		assert_int_equal(need, needs[n]);
		free(copy);
	}
	assert_int_equal(pz_map_scan(map, sizeof map, &need), sizeof map);
	assert_int_equal(pz_map_scan(map, sizeof map - 1, &need), 0);
}

static void objects_have_limits(void **state)
{
	static const unsigned char bin[] = { 0xc6, 0x3f, 0xff, 0xff, 0xfb },
				   more[] = { 0xc6, 0x3f, 0xff, 0xff, 0xfc },
				   array[] = { 0xdd, 0x3f, 0xff, 0xff, 0xfb },
				   longer[] = { 0xdd, 0x3f, 0xff, 0xff, 0xfc };
	unsigned char nested[20];
	size_t need;

	(void)state;
	assert_int_equal(pz_map_scan(bin, 5, &need), 0);
	assert_int_equal(need, PZ_MAP_MAX);
	assert_int_equal(pz_map_scan(more, 5, &need), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "MessagePack object above 1073741824 bytes");
	assert_int_equal(pz_map_scan(array, 5, &need), 0);
	assert_int_equal(need, 6);
	assert_int_equal(pz_map_scan(longer, 5, &need), PZ_ECORRUPT);
	memset(nested, 0x91, sizeof nested);
	nested[15] = 1;
	assert_int_equal(pz_map_scan(nested, sizeof nested, &need), 16);
	nested[15] = 0x91;
	nested[16] = 1;
	assert_int_equal(pz_map_scan(nested, sizeof nested, &need), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "MessagePack nested deeper than 15");
	nested[15] = 0x90; /* an empty one has nothing within */
	assert_int_equal(pz_map_scan(nested, sizeof nested, &need), 16);
	assert_int_equal(pz_map_scan("\xc1", 1, &need), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "not MessagePack (byte 0xc1)");
}

/* ---- numbers ---- */

static const struct {
	const char *raw;
	size_t size;
	double number;
	int whole; /* whether it is one of int64 */
	int64_t integer;
	const char *printed;
} numbers_of[] = {
	{ "\x7f", 1, 127, 1, 127, "127" },
	{ "\xe0", 1, -32, 1, -32, "-32" },
	{ "\xff", 1, -1, 1, -1, "-1" },
	{ "\xcc\xfe", 2, 254, 1, 254, "254" },
	{ "\xcd\x80\x01", 3, 32769, 1, 32769, "32769" },
	{ "\xce\x80\x00\x00\x01", 5, 2147483649.0, 1, 2147483649, "2147483649" },
	{ "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", 9, 0x1p63, 1, INT64_MAX, "9223372036854775807" },
	{ "\xcf\x80\x00\x00\x00\x00\x00\x00\x00", 9, 0x1p63, 0, 0, "9223372036854775808" },
	{ "\xd0\x80", 2, -128, 1, -128, "-128" },
	{ "\xd1\xff\x7f", 3, -129, 1, -129, "-129" },
	{ "\xd2\x80\x00\x00\x00", 5, -2147483648.0, 1, INT32_MIN, "-2147483648" },
	{ "\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9, -0x1p63, 1, INT64_MIN,
	  "-9223372036854775808" },
	{ "\xca\x40\x20\x00\x00", 5, 2.5, 0, 0, "2.5" },
	{ "\xca\xc0\x40\x00\x00", 5, -3, 1, -3, "-3" },
	{ "\xca\x3d\xcc\xcc\xcd", 5, 0.10000000149011612, 0, 0, "0.1" },
	{ "\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", 9, 0.1, 0, 0, "0.1" },
	{ "\xcb\x43\x3f\xff\xff\xff\xff\xff\xff", 9, 0x1p53 - 1, 1, (1LL << 53) - 1,
	  "9007199254740991" },
	{ "\xcb\x43\x40\x00\x00\x00\x00\x00\x00", 9, 0x1p53, 0, 0, "9007199254740992" },
	{ "\xc3", 1, -7, 0, 0, NULL },
};

static void numbers_are_those_of_their_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof numbers_of / sizeof *numbers_of; i++) {
		const char *raw = numbers_of[i].raw;
		size_t size = numbers_of[i].size, n;
		int64_t integer;
		char *text = NULL;
		FILE *to;

		assert_true(pz_value_number(raw, size, -7) == numbers_of[i].number);
		assert_int_equal(pz_value_integer(raw, size, &integer), numbers_of[i].whole);
		if (numbers_of[i].whole)
			assert_true(integer == numbers_of[i].integer);
		if (!numbers_of[i].printed)
			continue;
		to = open_memstream(&text, &n);
		pz_value_print_number(raw, size, to);
		fclose(to);
		assert_string_equal(text, numbers_of[i].printed);
		free(text);
	}
}

static void no_number_has_no_sign(void **state)
{
	char text[40];

	(void)state;
	pz_value_format(-NAN, false, text, sizeof text);
	assert_string_equal(text, "nan");
	pz_value_format(-INFINITY, false, text, sizeof text);
	assert_string_equal(text, "-inf");
	pz_value_format(1. / 3, false, text, sizeof text);
	assert_string_equal(text, "0.3333333333333333");
	pz_value_format((double)(1.F / 3), true, text, sizeof text);
	assert_string_equal(text, "0.33333334");
}

/* By the first byte, as the specification of MessagePack has it. */
static void types_are_those_of_the_first_byte(void **state)
{
	static const struct {
		unsigned first, last;
		enum pz_type type;
	} ranges[] = { { 0x00, 0x7f, PZ_INTEGER }, { 0x80, 0x8f, PZ_MAP },
		       { 0x90, 0x9f, PZ_ARRAY },   { 0xa0, 0xbf, PZ_TEXT },
		       { 0xc0, 0xc0, PZ_NIL },     { 0xc2, 0xc3, PZ_BOOL },
		       { 0xc4, 0xc6, PZ_BYTES },   { 0xca, 0xcb, PZ_FLOAT },
		       { 0xcc, 0xd3, PZ_INTEGER }, { 0xd9, 0xdb, PZ_TEXT },
		       { 0xdc, 0xdd, PZ_ARRAY },   { 0xde, 0xdf, PZ_MAP },
		       { 0xe0, 0xff, PZ_INTEGER } };

	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		for (unsigned b = ranges[i].first; b <= ranges[i].last; b++)
			assert_int_equal(pz_value_type((const unsigned char[]){ (unsigned char)b }),
					 ranges[i].type);
}

/* ---- maps ---- */

static void decode_fails(const char *bytes, size_t size, const char *why)
{
	pz_map *m = pz_map_new();

	assert_int_equal(pz_map_decode(m, bytes, size), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), why);
	pz_map_free(m);
}

static void maps_that_are_none_are_told(void **state)
{
	(void)state;
	decode_fails("", 0, "expected a MessagePack map");
	decode_fails("\x91\x01", 2, "expected a MessagePack map");
	decode_fails("\xde\x00", 2, "expected a MessagePack map");
	decode_fails("\xdf\x00\x00\x00", 4, "expected a MessagePack map");
	decode_fails("\x81\xa1"
		     "a",
		     3, "MessagePack map cut short");
	decode_fails("\x81\xa1"
		     "a\x01\x02\x03",
		     6, "2 bytes behind a MessagePack map");
	decode_fails("\x81\x01\x02", 3, "expected keys that are texts of at most 255 bytes");
	decode_fails("\x82\xa1"
		     "a\x01\xa1"
		     "a\x02",
		     7, "key 'a' comes twice");
	decode_fails("\x81\xa1"
		     "b\x82\xa2"
		     "cd\x01\xa2"
		     "cd\x02",
		     12, "key 'cd' comes twice");
	decode_fails("\x81\xa1"
		     "b\x91\x82\xa1"
		     "c\x01\xd9\x01"
		     "c\x02",
		     12, "key 'c' comes twice");
	decode_fails("\xde\x02\x02", 3, "expected at most 512 keys, found 514");
	decode_fails("\xdf\x00\x01\x00\x01", 5, "expected at most 512 keys, found 65537");
}

/* All three heads; one key more than a record has, which is that of checksums. */
static void maps_have_heads(void **state)
{
	static unsigned char many[3 + 514 * 5];
	pz_map *m = pz_map_new();
	size_t at = 3;

	(void)state;
	assert_int_equal(pz_map_decode(m,
				       "\x81\xa1"
				       "a\x07",
				       4),
			 0);
	assert_true(pz_map_count(m) == 1 && pz_map_number(m, "a", 0) == 7);
	assert_int_equal(pz_map_decode(m,
				       "\xde\x00\x01\xa1"
				       "a\x08",
				       6),
			 0);
	assert_true(pz_map_count(m) == 1 && pz_map_number(m, "a", 0) == 8);
	assert_int_equal(pz_map_decode(m,
				       "\xdf\x00\x00\x00\x01\xd9\x01"
				       "a\x09",
				       9),
			 0);
	assert_true(pz_map_count(m) == 1 && pz_map_number(m, "a", 0) == 9);
	memcpy(many, "\xde\x02\x01", 3);
	for (int i = 0; i < 513; i++) {
		many[at] = 0xa3;
		sprintf((char *)many + at + 1, "%03d", i);
		many[at + 4] = (unsigned char)(i % 128);
		at += 5;
	}
	assert_int_equal(pz_map_decode(m, many, at), 0);
	assert_int_equal(pz_map_count(m), 513);
	assert_true(pz_map_number(m, "500", -1) == 500 % 128);
	memcpy(many + at - 4, "500", 3);
	assert_int_equal(pz_map_decode(m, many, at), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "key '500' comes twice");
	pz_map_free(m);
}

/* Each value where it is looked for, whatever was dropped before it. */
static void keys_move_up(void **state)
{
	pz_map *m = pz_map_new(), *copy = pz_map_new();
	char key[8];
	size_t size;

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(key, sizeof key, "k%d", i);
		pz_map_set_integer(m, key, 10 * i);
	}
	pz_map_drop(m, "k1");
	pz_map_drop(m, "k9");
	pz_map_set_integer(m, "k3", 33);
	pz_map_set_text(m, "t",
			"a\xff\xfe"
			"b\xc3\xa9");
	assert_int_equal(pz_map_copy(copy, m), 0);
	pz_map_free(m);
	assert_int_equal(pz_map_count(copy), 5);
	assert_memory_equal(pz_map_key(copy, 1, &size), "k2", 2);
	assert_int_equal(size, 2);
	assert_true(pz_map_number(copy, "k0", -1) == 0 && pz_map_number(copy, "k1", -1) == -1 &&
		    pz_map_number(copy, "k2", -1) == 20 && pz_map_number(copy, "k3", -1) == 33 &&
		    pz_map_number(copy, "k4", -1) == 40);
	pz_map_drop(copy, "k0");
	pz_map_drop(copy, "t");
	assert_int_equal(pz_map_count(copy), 3);
	assert_memory_equal(pz_map_key(copy, 0, &size), "k2", 2);
	pz_map_free(copy);
	pz_map_free(NULL);
}

/* Bytes that are no UTF-8 become U+FFFD, and are counted. */
static void texts_are_mended(void **state)
{
	uint64_t before = pz_map_texts_mended();
	pz_map *m = pz_map_new();
	const void *raw;
	size_t size;

	(void)state;
	pz_map_set_text(m, "t",
			"a\xff\xfe"
			"b\xc3\xa9");
	pz_map_set_text(m, "u", "\xc3\xa9");
	pz_map_set_nil(m, "nil");
	assert_memory_equal(pz_map_raw(m, "nil", &size), "\xc0", 1);
	assert_int_equal(size, 1);
	assert_int_equal(pz_map_texts_mended() - before, 1);
	raw = pz_map_raw(m, "t", &size);
	assert_int_equal(size, 11);
	assert_memory_equal(raw,
			    "\xaa"
			    "a\xef\xbf\xbd\xef\xbf\xbd"
			    "b\xc3\xa9",
			    11);
	raw = pz_map_raw(m, "u", &size);
	assert_int_equal(size, 3);
	assert_memory_equal(raw, "\xa2\xc3\xa9", 3);
	pz_map_free(m);
}

/* ---- places ---- */

static struct pz_reader *reader(unsigned flags)
{
	static const char *name = "in.pz";
	struct pz_reader *r;

	if (pz_reader_open(&r, &name, 1, flags) < 0)
		fail_msg("%s", pz_error_text());
	return r;
}

static void write_two(void)
{
	stream("in.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}",
	       "{\"id\": 1, \"features\": [1, 2.5]}", "{\"id\": 2, \"features\": [3, 4, 5]}", NULL);
}

/* A value at hand has its checksum, and stands where the file has it. */
static void places_have_checksums(void **state)
{
	struct pz_reader *r;
	struct pz_place place[2];
	float x[3] = { 0 };
	char *file;

	(void)state;
	write_two();
	r = reader(PZ_READ_KEEP);
	for (int i = 0; i < 2; i++) {
		const void *bytes;
		size_t size;

		assert_int_equal(pz_read(r), 1);
		assert_int_equal(pz_reader_place(r, "features", &place[i]), 1);
		assert_int_equal(pz_map_bytes(pz_reader_record(r), "features", &bytes, &size), 1);
		assert_int_equal(place[i].size, i ? 12 : 8);
		assert_int_equal(size, place[i].size);
		assert_int_equal(place[i].sum, pz_map_sum(bytes, size));
		assert_int_equal(place[i].file, 0);
		file = (char *)contents("in.pz");
		assert_memory_equal(file + place[i].offset, bytes, size);
		assert_int_equal(pz_reader_place(r, "absent", &place[1]), 0);
	}
	assert_int_equal(pz_reader_fetch(r, &place[0], x), 0);
	assert_true(x[0] == 1 && x[1] == 2.5F && x[2] == 0);
	place[0].sum++;
	assert_int_equal(pz_reader_fetch(r, &place[0], x), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "in.pz: corrupt: a large value does not match its "
					     "checksum (key 'xxh3')");
	place[0].sum = 0;
	assert_int_equal(pz_reader_fetch(r, &place[0], x), 0);
	pz_reader_close(r);
}

/* Descriptor 0 is one like any other, where standard input is closed. */
static void a_file_may_be_the_first_descriptor(void **state)
{
	int kept = dup(0), n = 0;
	struct pz_reader *r;

	(void)state;
	write_two();
	close(0);
	r = reader(PZ_READ_KEEP);
	assert_true(fcntl(0, F_GETFD) >= 0);
	for (int pass = 0; pass < 2; pass++) {
		while (pz_read(r) > 0)
			n++;
		assert_int_equal(pz_reader_rewind(r, 0), 0);
	}
	pz_reader_close(r);
	assert_int_equal(n, 4);
	assert_int_equal(fcntl(0, F_GETFD), -1);
	assert_int_equal(dup2(kept, 0), 0);
	close(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_tells_what_it_needs),
		cmocka_unit_test(objects_have_limits),
		cmocka_unit_test(numbers_are_those_of_their_bytes),
		cmocka_unit_test(types_are_those_of_the_first_byte),
		cmocka_unit_test(no_number_has_no_sign),
		cmocka_unit_test(maps_that_are_none_are_told),
		cmocka_unit_test(maps_have_heads),
		cmocka_unit_test(keys_move_up),
		cmocka_unit_test(texts_are_mended),
		cmocka_unit_test(places_have_checksums),
		cmocka_unit_test(a_file_may_be_the_first_descriptor),
	};

	return cmocka_run_group_tests_name("values of streams", tests, in_folder, out_of_folder);
}
