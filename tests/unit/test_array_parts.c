/* test_array_parts.c -- how values become columns of arrays, by their parts: MessagePack at the
 * limits of its forms, the types of columns, and streams of every form that come back to the byte
 */
#include <math.h>

#include "../../tools/array/bands.h"
#include "../../tools/array/pack.h"
#include "../../tools/array/store.h"
#include "json_map.h"

/* ---- MessagePack ---- */

static struct pack pack;

static void packed(const char *expected, size_t n)
{
	assert_int_equal(pack_failed(&pack), 0);
	assert_int_equal(pack.size, n);
	assert_memory_equal(pack.bytes, expected, n);
	pack.size = 0;
}

#define PACKED(text) packed(text, sizeof text - 1)

static void heads_at_their_limits(void **state)
{
	(void)state;
	pack_map_head(&pack, 15);
	PACKED("\x8f");
	pack_map_head(&pack, 16);
	PACKED("\xde\0\x10");
	pack_map_head(&pack, 65535);
	PACKED("\xde\xff\xff");
	pack_map_head(&pack, 65536);
	PACKED("\xdf\0\1\0\0");
	pack_array_head(&pack, 0, 15);
	PACKED("\x9f");
	pack_array_head(&pack, 0, 16);
	PACKED("\xdc\0\x10");
	pack_array_head(&pack, 0xdc, 3);
	PACKED("\xdc\0\3");
	pack_array_head(&pack, 0, 65535);
	PACKED("\xdc\xff\xff");
	pack_array_head(&pack, 0xdc, 65536);
	PACKED("\xdd\0\1\0\0");
	pack_array_head(&pack, 0xdd, 3);
	PACKED("\xdd\0\0\0\3");
	pack_bytes_head(&pack, 255);
	PACKED("\xc4\xff");
	pack_bytes_head(&pack, 256);
	PACKED("\xc5\1\0");
	pack_bytes_head(&pack, 65535);
	PACKED("\xc5\xff\xff");
	pack_bytes_head(&pack, 65536);
	PACKED("\xc6\0\1\0\0");
}

static void heads_of_texts(void **state)
{
	(void)state;
	pack_text_head(&pack, 0, 31);
	PACKED("\xbf");
	pack_text_head(&pack, 0, 32);
	PACKED("\xd9\x20");
	pack_text_head(&pack, 0xd9, 3);
	PACKED("\xd9\3");
	pack_text_head(&pack, 0xdc, 3);
	PACKED("\xa3");
	pack_text_head(&pack, 0xd8, 3);
	PACKED("\xa3");
	pack_text_head(&pack, 0, 255);
	PACKED("\xd9\xff");
	pack_text_head(&pack, 0xd9, 256);
	PACKED("\xda\1\0");
	pack_text_head(&pack, 0xda, 3);
	PACKED("\xda\0\3");
	pack_text_head(&pack, 0, 65535);
	PACKED("\xda\xff\xff");
	pack_text_head(&pack, 0xda, 65536);
	PACKED("\xdb\0\1\0\0");
	pack_text_head(&pack, 0xdb, 3);
	PACKED("\xdb\0\0\0\3");
	pack_text(&pack, "ab", 2);
	PACKED("\xa2"
	       "ab");
}

static void whole(unsigned first, int64_t x, const char *expected, size_t n)
{
	pack_whole(&pack, first, x < 0, (uint64_t)x);
	packed(expected, n);
}

#define WHOLE(first, x, text) whole(first, x, text, sizeof text - 1)

/* In the shortest form, or in a longer one that holds the number. */
static void whole_numbers_at_their_limits(void **state)
{
	(void)state;
	WHOLE(0, 0, "\0");
	WHOLE(0, 127, "\x7f");
	WHOLE(0, 128, "\xcc\x80");
	WHOLE(0, 255, "\xcc\xff");
	WHOLE(0, 256, "\xcd\1\0");
	WHOLE(0, 65535, "\xcd\xff\xff");
	WHOLE(0, 65536, "\xce\0\1\0\0");
	WHOLE(0, 4294967295, "\xce\xff\xff\xff\xff");
	WHOLE(0, 4294967296, "\xcf\0\0\0\1\0\0\0\0");
	WHOLE(0, -1, "\xff");
	WHOLE(0, -32, "\xe0");
	WHOLE(0, -33, "\xd0\xdf");
	WHOLE(0, -128, "\xd0\x80");
	WHOLE(0, -129, "\xd1\xff\x7f");
	WHOLE(0, -32768, "\xd1\x80\0");
	WHOLE(0, -32769, "\xd2\xff\xff\x7f\xff");
	WHOLE(0, INT32_MIN, "\xd2\x80\0\0\0");
	WHOLE(0, (int64_t)INT32_MIN - 1, "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff");
	WHOLE(0xcc, 5, "\xcc\5");
	WHOLE(0xcc, 256, "\xcd\1\0");
	WHOLE(0xcd, 65535, "\xcd\xff\xff");
	WHOLE(0xcd, 65536, "\xce\0\1\0\0");
	WHOLE(0xcf, 1, "\xcf\0\0\0\0\0\0\0\1");
	WHOLE(0xd0, 5, "\xd0\5");
	WHOLE(0xd0, 127, "\xd0\x7f");
	WHOLE(0xd0, 128, "\xcc\x80");
	WHOLE(0xd0, -128, "\xd0\x80");
	WHOLE(0xd0, -129, "\xd1\xff\x7f");
	WHOLE(0xd3, -1, "\xd3\xff\xff\xff\xff\xff\xff\xff\xff");
	WHOLE(0xd3, 7, "\xd3\0\0\0\0\0\0\0\7");
	WHOLE(0xcd, -1, "\xff");
	WHOLE(0xd4, 5, "\5");
	WHOLE(0xcb, 5, "\5");
	pack_whole(&pack, 0xcf, false, UINT64_MAX);
	PACKED("\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
	pack_whole(&pack, 0xd3, false, UINT64_MAX);
	PACKED("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"); /* no int64 */
	pack_float(&pack, 1.5f);
	PACKED("\xca\x3f\xc0\0\0");
	pack_double(&pack, -1.5);
	PACKED("\xcb\xbf\xf8\0\0\0\0\0\0");
}

/* Each further byte goes behind those before, however often the buffer has to grow. */
static void a_buffer_that_grows(void **state)
{
	struct pack p = { 0 };

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		pack_byte(&p, i * 7);
	pack_raw(&p, "", 0);
	assert_int_equal(p.size, 5000);
	assert_true(p.room >= 5000);
	for (unsigned i = 0; i < 5000; i++)
		assert_int_equal(p.bytes[i], (unsigned char)(i * 7));
	p.failed = true;
	assert_null(pack_room(&p, p.room));
	FAILS(pack_failed(&p), PZ_ENOMEM, "no memory for a record");
	pack_release(&p);
	assert_true(!p.bytes && !p.size && !p.failed);
}

/* ---- bands ---- */

static void names_of_bands(void **state)
{
	char band[PZ_BANDS_MAX][PZ_BAND_NAME], many[2 * PZ_BANDS_MAX + 3];
	size_t n = 0;

	(void)state;
	assert_int_equal(bands_take(band, "g,NUV,123456789012345"), 3);
	assert_string_equal(band[0], "g");
	assert_string_equal(band[1], "NUV");
	assert_string_equal(band[2], "123456789012345");
	FAILS(bands_take(band, "g,1234567890123456"), PZ_EUSAGE,
	      "--bands: expected at most 64 names of 1 to 15 bytes with commas between, found "
	      "'g,1234567890123456'");
	assert_int_equal(bands_take(band, "g,,r"), PZ_EUSAGE);
	for (int i = 0; i < PZ_BANDS_MAX; i++)
		n += (size_t)sprintf(many + n, "%sb", i ? "," : "");
	assert_int_equal(bands_take(band, many), PZ_BANDS_MAX);
	strcpy(many + n, ",b");
	assert_int_equal(bands_take(band, many), PZ_EUSAGE);
}

/* ---- types of columns ---- */

/* What a column "x" of the stream becomes. */
static enum stored type_of(const char *path, const char *header, const char *const *record,
			   size_t n)
{
	struct pz_reader *in = NULL;
	const char *name = "types.pz";
	struct store s;
	enum stored stored = STORED_REST;

	stream_of(name, header, record, n);
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(store_learn(&s, in), 0);
	assert_int_equal(s.rows, n);
	for (int i = 0; i < s.columns.n; i++)
		if (!strcmp(s.columns.column[i].path, path))
			stored = s.columns.column[i].stored;
	store_release(&s);
	pz_reader_close(in);
	return stored;
}

#define PLAIN "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

static void columns_have_the_narrowest_type(void **state)
{
	static const struct {
		const char *value[3]; /* NULL: the record has none */
		enum stored stored;
	} cases[] = {
		{ { "1", "-2", "3" }, STORED_INTEGER },
		{ { "1", NULL, "3" }, STORED_DOUBLE },
		{ { "1", "null", "3" }, STORED_DOUBLE },
		{ { "9007199254740993", NULL, "3" }, STORED_INTEGER },
		{ { "9007199254740992", NULL, "3" }, STORED_DOUBLE },
		{ { "-9007199254740993", NULL, "3" }, STORED_INTEGER },
		{ { "-9007199254740992", NULL, "3" }, STORED_DOUBLE },
		{ { "9007199254740993", "1.5", "3" }, STORED_REST },
		{ { "9007199254740992", "1.5", "3" }, STORED_DOUBLE },
		{ { "true", "false", "true" }, STORED_BOOL },
		{ { "true", NULL, "true" }, STORED_DOUBLE },
		{ { "true", "2", "true" }, STORED_INTEGER },
		{ { "true", "2.5", "true" }, STORED_DOUBLE },
		{ { "0.5", NULL, "1" }, STORED_DOUBLE },
		{ { "\"a\"", NULL, "\"\"" }, STORED_TEXT },
		{ { "\"a\"", "5", "-7" }, STORED_TEXT },
		{ { "\"a\"", "0.5", "-7" }, STORED_REST },
		{ { "\"a\"", "true", NULL }, STORED_REST },
		{ { "[1, 2]", "[3, 4]", "[5, 6]" }, STORED_INTEGER },
		{ { "[1, 2]", "[3, 4]", NULL }, STORED_DOUBLE },
		{ { "[1, 2]", "[3, null]", "[5, 6]" }, STORED_DOUBLE },
		{ { "[1, 2]", "[3, 0.5]", NULL }, STORED_DOUBLE },
		{ { "[1, 9007199254740993]", "[3, 0.5]", NULL }, STORED_REST },
		{ { "[1, 9007199254740993]", "[3, null]", NULL }, STORED_REST },
		{ { "[1, 9007199254740993]", "[3, 4]", NULL }, STORED_INTEGER },
		{ { "[1, 2]", "[3]", NULL }, STORED_REST },
		{ { "[]", NULL, NULL }, STORED_REST },
		{ { "[1, 2]", "3", NULL }, STORED_REST },
		{ { "[1, [2]]", NULL, NULL }, STORED_REST },
		{ { "[1, \"2\"]", NULL, NULL }, STORED_REST },
		{ { "null", NULL, NULL }, STORED_REST },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[3][80];
		const char *record[3];
		enum stored found;

		for (int k = 0; k < 3; k++) {
			const char *value = cases[i].value[k];

			snprintf(text[k], sizeof text[k], "{\"id\": %d%s%s}", k,
				 value ? ", \"x\": " : "", value ? value : "");
			record[k] = text[k];
		}
		found = type_of("x", PLAIN, record, 3);
		if (found != cases[i].stored)
			fail_msg("case %zu (%s): expected %d, found %d", i, cases[i].value[0],
				 (int)cases[i].stored, (int)found);
	}
}

/* Bytes of more than 64, where an array would be more than four times as large, are kept apart. */
static void values_of_few_records(void **state)
{
	static char text[12][1300];
	const char *record[12];

	(void)state;
	for (int has = 2; has <= 3; has++)
		for (size_t n = 64; n <= 65; n++) {
			for (int i = 0; i < 12; i++) {
				if (i < has)
					snprintf(text[i], sizeof text[i],
						 "{\"id\": %d, \"x\": \"%.*s\"}", i,
						 (int)n - (i > 0),
						 "0123456789012345678901234567890123456789"
						 "0123456789012345678901234567890123456789");
				else
					snprintf(text[i], sizeof text[i], "{\"id\": %d}", i);
				record[i] = text[i];
			}
			assert_int_equal(type_of("x", PLAIN, record, 12),
					 has == 2 && n == 65 ? STORED_REST : STORED_TEXT);
		}
	/* texts of up to 1000 bytes */
	for (size_t n = 1000; n <= 1001; n++) {
		char *at = text[0] + sprintf(text[0], "{\"id\": 0, \"x\": \"");

		memset(at, 'a', n);
		strcpy(at + n, "\"}");
		assert_int_equal(type_of("x", PLAIN, record, 1),
				 n == 1000 ? STORED_TEXT : STORED_REST);
	}
}

static void columns_of_bytes_and_names(void **state)
{
	static const char stamps[] = "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", "
				     "\"r\"], \"size\": 2, \"pixel\": \"f4\"}";
	static const char *const names[] = { "image",         "pzpipe", "bands", "grid_edges",
					     "feature_names", "a/b",    "." };
	const char *one[] = { "{\"id\": 1, \"img\": [1, 2, 3, 4, 5, 6, 7, 8], \"pz\": [1, 0], "
			      "\"features\": [1]}" };
	const char *other[] = { "{\"id\": 1, \"img\": [1, 2, 3, 4]}" };

	(void)state;
	assert_int_equal(type_of("img", stamps, one, 1), STORED_IMAGE);
	assert_int_equal(type_of("pz", stamps, one, 1), STORED_BINS);
	assert_int_equal(type_of("features", stamps, one, 1), STORED_BINS);
	assert_int_equal(type_of("img", stamps, other, 1), STORED_BYTES);
	assert_int_equal(type_of("img", PLAIN, other, 1), STORED_BYTES);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char text[64], path[32];

		snprintf(text, sizeof text, "{\"%s\": 1, \"x%s\": 1}", names[i], names[i]);
		*one = text;
		snprintf(path, sizeof path, "%s%s", *names[i] == '.' ? "\\" : "", names[i]);
		assert_int_equal(type_of(path, PLAIN, one, 1),
				 *names[i] == '.' ? STORED_INTEGER : STORED_REST);
	}
	assert_string_equal(stored_array("img"), "image");
	assert_string_equal(stored_array("image"), "image");
	assert_string_equal(stored_array("z"), "z");
	assert_true(stored_is_beside("bands") && stored_is_beside("grid_edges") &&
		    stored_is_beside("feature_names") && !stored_is_beside("image"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_at_their_limits),
		cmocka_unit_test(heads_of_texts),
		cmocka_unit_test(whole_numbers_at_their_limits),
		cmocka_unit_test(a_buffer_that_grows),
		cmocka_unit_test(names_of_bands),
		cmocka_unit_test(columns_have_the_narrowest_type),
		cmocka_unit_test(values_of_few_records),
		cmocka_unit_test(columns_of_bytes_and_names),
	};
	int failed =
		cmocka_run_group_tests_name("parts of arrays", tests, in_folder, out_of_folder);

	pack_release(&pack);
	return failed;
}
