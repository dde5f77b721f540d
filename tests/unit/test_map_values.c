/* test_map_values.c -- what getters of a map give of each kind of value, and what setters pack */
#include <math.h>

#include "../../lib/stream/map_write.h"
#include "json_map.h"

/* ---- getters ---- */

static void arrays_are_flattened_as_far_as_there_is_room(void **state)
{
	pz_map *m = map_of("{\"a\": [1, [2.5, null, [-3]], []], \"e\": [], \"z\": null}");
	double x[5];

	(void)state;
	for (int max = 0; max <= 5; max++) {
		for (int i = 0; i < 5; i++)
			x[i] = -9;
		assert_int_equal(pz_map_numbers(m, "a", x, max), 4);
		assert_true(x[0] == (max > 0 ? 1 : -9));
		assert_true(x[1] == (max > 1 ? 2.5 : -9));
		assert_true(max > 2 ? isnan(x[2]) : x[2] == -9);
		assert_true(x[3] == (max > 3 ? -3 : -9));
		assert_true(x[4] == -9);
	}
	assert_int_equal(pz_map_numbers(m, "e", x, 5), 0);
	assert_int_equal(pz_map_numbers(m, "z", x, 5), 0);
	assert_int_equal(pz_map_numbers(m, "absent", x, 5), 0);
	pz_map_free(m);
}

static void what_is_no_array_of_numbers_is_told(void **state)
{
	pz_map *m = map_of("{\"t\": [1, \"x\"], \"u\": [[\"x\"], 1, 2], \"n\": 7, \"b\": [true]}");
	double x[5];

	(void)state;
	FAILS(pz_map_numbers(m, "t", x, 5), PZ_ECORRUPT, "key 't': expected an array of numbers");
	FAILS(pz_map_numbers(m, "u", x, 5), PZ_ECORRUPT, "key 'u': expected an array of numbers");
	FAILS(pz_map_numbers(m, "n", x, 5), PZ_ECORRUPT, "key 'n': expected an array of numbers");
	FAILS(pz_map_numbers(m, "b", x, 5), PZ_ECORRUPT, "key 'b': expected an array of numbers");
	pz_map_free(m);
}

static void texts_are_cut_to_their_room(void **state)
{
	pz_map *m = map_of("{\"t\": \"abcdef\", \"e\": \"\", \"n\": 5, \"z\": null, \"img\": [1]}");
	char text[8];

	(void)state;
	assert_int_equal(pz_map_text(m, "t", text, 7), 1);
	assert_string_equal(text, "abcdef");
	assert_int_equal(pz_map_text(m, "t", text, 4), 1);
	assert_string_equal(text, "abc");
	assert_int_equal(pz_map_text(m, "z", text, 4), 0);
	assert_int_equal(pz_map_text(m, "absent", text, 4), 0);
	assert_string_equal(text, "abc");
	FAILS(pz_map_text(m, "n", text, 8), PZ_ECORRUPT, "key 'n': expected a text");
	FAILS(pz_map_text(m, "img", text, 8), PZ_ECORRUPT, "key 'img': expected a text");
	assert_string_equal(text, "abc");
	assert_int_equal(pz_map_text(m, "e", text, 8), 1);
	assert_string_equal(text, "");
	pz_map_free(m);
}

static void bytes_are_those_of_bins(void **state)
{
	pz_map *m = map_of("{\"img\": [1, 2], \"t\": \"abcd\", \"z\": null}");
	const void *bytes = NULL;
	size_t size = 77;
	float x[2];

	(void)state;
	assert_int_equal(pz_map_bytes(m, "z", &bytes, &size), 0);
	assert_int_equal(pz_map_bytes(m, "absent", &bytes, &size), 0);
	FAILS(pz_map_bytes(m, "t", &bytes, &size), PZ_ECORRUPT, "key 't': expected bytes");
	assert_true(!bytes && size == 77);
	assert_int_equal(pz_map_bytes(m, "img", &bytes, &size), 1);
	assert_int_equal(size, 8);
	memcpy(x, bytes, 8);
	assert_true(x[0] == 1 && x[1] == 2);
	pz_map_free(m);
}

static void whole_numbers_are_integers(void **state)
{
	pz_map *m = map_of("{\"i\": -7, \"w\": 3.0, \"h\": 1.5, \"t\": \"8\", \"z\": null}");
	int64_t i = 77;

	(void)state;
	FAILS(pz_map_integer(m, "h", &i), PZ_ECORRUPT, "key 'h': expected a whole number");
	FAILS(pz_map_integer(m, "t", &i), PZ_ECORRUPT, "key 't': expected a whole number");
	assert_int_equal(pz_map_integer(m, "z", &i), 0);
	assert_int_equal(pz_map_integer(m, "absent", &i), 0);
	assert_int_equal(i, 77);
	assert_int_equal(pz_map_integer(m, "w", &i), 1);
	assert_int_equal(i, 3);
	assert_int_equal(pz_map_integer(m, "i", &i), 1);
	assert_int_equal(i, -7);
	assert_true(pz_map_number(m, "i", 5) == -7 && pz_map_number(m, "h", 5) == 1.5);
	assert_true(pz_map_number(m, "t", 5) == 5 && pz_map_number(m, "z", 5) == 5);
	assert_true(pz_map_has(m, "z") && !pz_map_has(m, "absent"));
	pz_map_free(m);
}

/* ---- paths ---- */

static void paths_have_one_key_or_two(void **state)
{
	struct pz_map_path p;

	(void)state;
	assert_true(pz_map_path("ab", &p) && !p.nested && p.first_size == 2 && p.below_size == 0);
	assert_string_equal(p.first, "ab");
	assert_string_equal(p.below, "");
	assert_true(pz_map_path("a.bc.d", &p) && p.nested && p.first_size == 1);
	assert_int_equal(p.below_size, 4);
	assert_string_equal(p.first, "a");
	assert_string_equal(p.below, "bc.d");
	assert_true(pz_map_path("a.", &p) && p.nested && p.below_size == 0);
	assert_true(pz_map_path("", &p) && !p.nested && p.first_size == 0);
	/* escapes, and backslashes that are none */
	assert_true(pz_map_path("a\\.b\\\\c\\0d\\x\\", &p) && !p.nested);
	assert_int_equal(p.first_size, 10);
	assert_memory_equal(p.first, "a.b\\c\0d\\x\\", 11);
	assert_true(pz_map_path("a.b\\.c\\0", &p) && p.nested && p.below_size == 4);
	assert_memory_equal(p.below, "b.c\0", 5);
}

static void keys_of_paths_have_a_limit(void **state)
{
	char path[600];
	struct pz_map_path p;

	(void)state;
	memset(path, 'k', sizeof path);
	path[255] = '\0';
	assert_true(pz_map_path(path, &p) && p.first_size == 255 && !p.first[255]);
	path[255] = '.';
	memset(path + 256, 'l', 255);
	path[256 + 255] = '\0';
	assert_true(pz_map_path(path, &p) && p.first_size == 255 && p.below_size == 255);
	assert_true(p.nested && p.below[254] == 'l' && !p.below[255]);
	path[256 + 255] = 'l';
	path[256 + 256] = '\0';
	assert_false(pz_map_path(path, &p));
	assert_true(p.first_size == 255 && p.below_size == 0);
	path[256 + 255] = '.';
	assert_false(pz_map_path(path, &p));
	path[255] = 'k';
	path[256] = '\0';
	assert_false(pz_map_path(path, &p));
	assert_int_equal(p.first_size, 0);
	/* an escape is one byte of the key */
	for (int i = 0; i < 255; i++)
		memcpy(path + 2 * i, "\\.", 2);
	path[510] = '\0';
	assert_true(pz_map_path(path, &p) && p.first_size == 255 && p.first[254] == '.');
}

/* ---- maps in maps ---- */

/* What is found under path in a map whose key m has these bytes: a number, or -1. */
static double below(const char *bytes, size_t size, const char *path)
{
	pz_map *m = pz_map_new();
	double found;

	pz_map_set_raw(m, "m", bytes, size);
	found = pz_map_number(m, path, -1);
	pz_map_free(m);
	return found;
}

#define BELOW(bytes, path) below(bytes, sizeof(bytes) - 1, path)

static void keys_that_are_no_texts_are_passed_over(void **state)
{
	(void)state;
	assert_true(BELOW("\x84\x01\x07\xc4\x01x\x06\xa2xy\x08\xd9\x01x\x09", "m.x") == 9);
	assert_true(BELOW("\x84\x01\x07\xc4\x01x\x06\xa2xy\x08\xd9\x01x\x09", "m.xy") == 8);
	assert_true(BELOW("\x84\x01\x07\xc4\x01x\x06\xa2xy\x08\xd9\x01x\x09", "m.y") == -1);
	assert_true(BELOW("\xde\x00\x01\xa1x\x05", "m.x") == 5);
	assert_true(BELOW("\xdf\x00\x00\x00\x01\xa1x\x04", "m.x") == 4);
	assert_true(BELOW("\x81\xa0\x03", "m.") == 3);
	assert_true(BELOW("\x80", "m.x") == -1);
	assert_true(BELOW("\x92\xa1x\x05", "m.x") == -1);
}

/* Of bytes that a caller set, and nobody checked. */
static void maps_that_are_cut_short_end(void **state)
{
	(void)state;
	assert_true(BELOW("\x82\xa1x\x05", "m.x") == 5);
	assert_true(BELOW("\x82\xa1x\x05", "m.y") == -1);
	assert_true(BELOW("\x82\xa1x\x05\xa5y", "m.y") == -1);
	assert_true(BELOW("\x81\xa1x", "m.x") == -1);
	assert_true(BELOW("\x81\xa1x\xcd\x01", "m.x") == -1);
	assert_true(BELOW("\x81\xa1x\xc1", "m.x") == -1);
	assert_true(BELOW("\x82\xc1\x01\xa1x\x05", "m.x") == -1);
}

/* A map of n keys, the last one the first once more, as the value of a key. */
static int decode_many(unsigned n)
{
	size_t size = 6 + 4 * (size_t)n;
	unsigned char *bytes = malloc(size), *p = bytes + 6;
	pz_map *m = pz_map_new();
	int rc;

	memcpy(bytes, "\x81\xa1m\xde", 4);
	bytes[4] = (unsigned char)(n >> 8);
	bytes[5] = (unsigned char)n;
	for (unsigned i = 0; i < n; i++, p += 4) {
		unsigned k = i + 1 < n ? i : 0;

		memcpy(p, (unsigned char[]){ 0xa2, k >> 8 & 255, k & 255, 0xc0 }, 4);
	}
	rc = pz_map_decode(m, bytes, size);
	pz_map_free(m);
	free(bytes);
	return rc;
}

/* Keys of maps that are values are compared with each other, as many as a record may have. */
static void larger_maps_are_not_looked_through(void **state)
{
	(void)state;
	assert_int_equal(decode_many(2), PZ_ECORRUPT);
	assert_int_equal(decode_many(9), PZ_ECORRUPT);
	assert_int_equal(decode_many(512), PZ_ECORRUPT);
	assert_int_equal(decode_many(513), 0);
}

/* ---- setters ---- */

static void setters_pack_arrays_and_maps(void **state)
{
	static const double x[] = { 1, 2.5, -3, 4, 5, 6 };
	static const char *const names[] = { "mode", "me\"an" };
	pz_map *m = pz_map_new(), *inner = pz_map_new();

	(void)state;
	pz_map_set_numbers(m, "flat", x, 3, 0);
	pz_map_set_numbers(m, "rows", x, 6, 3);
	pz_map_set_numbers(m, "column", x, 2, 1);
	pz_map_set_numbers(m, "none", x, 0, 0);
	pz_map_set_named(m, "named", names, x + 1, 2);
	pz_map_set_nil(inner, "nil");
	pz_map_set_text(inner, "text", "t");
	pz_map_set_map(m, "map", inner);
	pz_map_set_raw(m, "raw", "\x92\x01\xc2", 3);
	assert_string_equal(json_of(m), "{\"flat\":[1.0,2.5,-3.0],"
					"\"rows\":[[1.0,2.5,-3.0],[4.0,5.0,6.0]],"
					"\"column\":[[1.0],[2.5]],\"none\":[],"
					"\"named\":{\"mode\":2.5,\"me\\\"an\":-3.0},"
					"\"map\":{\"nil\":null,\"text\":\"t\"},\"raw\":[1,false]}");
	pz_map_free(m);
	pz_map_free(inner);
}

/* The first error stays, and nothing is set behind it. */
static void setters_have_limits(void **state)
{
	pz_map *m = pz_map_new();
	char key[PZ_KEY_MAX + 2];

	(void)state;
	assert_non_null(pz_map_set_room(m, "img", PZ_MAP_MAX));
	assert_int_equal(pz_map_error(m), 0);
	pz_map_clear(m);
	assert_null(pz_map_set_room(m, "img", PZ_MAP_MAX + 1));
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	assert_string_equal(pz_error_text(), "key 'img': 1073741825 bytes are above the limit");
	pz_map_set_integer(m, "i", 1);
	assert_int_equal(pz_map_count(m), 0);
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	pz_map_clear(m);
	memset(key, 'k', sizeof key);
	key[PZ_KEY_MAX + 1] = '\0';
	pz_map_set_nil(m, key);
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "cannot add key 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk': 512 keys "
			    "are the limit");
	pz_map_free(m);
}

/* ---- checksums ---- */

static int into_file(void *to, const void *bytes, size_t size, bool large)
{
	(void)large;
	return fwrite(bytes, 1, size, to) == size ? 0 : PZ_EIO;
}

/* The checksums that are written behind the values of a map; their number. */
static size_t sums_of(const pz_map *m, uint32_t sums[4])
{
	char *bytes = NULL;
	size_t size, n = 0;
	FILE *to = open_memstream(&bytes, &size);
	pz_map *back = pz_map_new();
	const void *found;

	assert_int_equal(pz_map_write(m, true, into_file, to), 0);
	fclose(to);
	assert_int_equal(pz_map_decode(back, bytes, size), 0);
	if (pz_map_bytes(back, "xxh3", &found, &n) == 1)
		for (size_t i = 0; i < n / 4; i++) {
			const unsigned char *p = (const unsigned char *)found + 4 * i;

			sums[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
				  (uint32_t)p[2] << 8 | p[3];
		}
	pz_map_free(back);
	free(bytes);
	return n / 4;
}

/* Large are values of more than 4096 bytes; a checksum that is known is not made again, until the
 * value is set anew. */
static void large_values_have_checksums(void **state)
{
	static unsigned char large[5000];
	pz_map *m = pz_map_new(), *copy = pz_map_new();
	uint32_t sums[4] = { 0 }, own;

	(void)state;
	for (size_t i = 0; i < sizeof large; i++)
		large[i] = (unsigned char)(7 * i);
	pz_map_set_bytes(m, "small", large, 4096);
	pz_map_set_text(m, "t", "text");
	assert_int_equal(sums_of(m, sums), 0);
	pz_map_set_bytes(m, "a", large, 4097);
	pz_map_set_bytes(m, "b", large + 1, 4500);
	assert_int_equal(sums_of(m, sums), 2);
	assert_int_equal(sums[0], (uint32_t)XXH3_64bits(large, 4097));
	own = (uint32_t)XXH3_64bits(large + 1, 4500);
	assert_int_equal(sums[1], own);
	assert_int_equal(pz_map_sum(large + 1, 4500), own);
	pz_map_note_sum(m, 3, 0x01020304);
	assert_int_equal(pz_map_copy(copy, m), 0);
	assert_int_equal(sums_of(copy, sums), 2);
	assert_int_equal(sums[0], (uint32_t)XXH3_64bits(large, 4097));
	assert_int_equal(sums[1], 0x01020304);
	pz_map_set_bytes(copy, "b", large + 1, 4500);
	sums_of(copy, sums);
	assert_int_equal(sums[1], own);
	pz_map_free(copy);
	pz_map_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_are_flattened_as_far_as_there_is_room),
		cmocka_unit_test(what_is_no_array_of_numbers_is_told),
		cmocka_unit_test(texts_are_cut_to_their_room),
		cmocka_unit_test(bytes_are_those_of_bins),
		cmocka_unit_test(whole_numbers_are_integers),
		cmocka_unit_test(paths_have_one_key_or_two),
		cmocka_unit_test(keys_of_paths_have_a_limit),
		cmocka_unit_test(keys_that_are_no_texts_are_passed_over),
		cmocka_unit_test(maps_that_are_cut_short_end),
		cmocka_unit_test(larger_maps_are_not_looked_through),
		cmocka_unit_test(setters_pack_arrays_and_maps),
		cmocka_unit_test(setters_have_limits),
		cmocka_unit_test(large_values_have_checksums),
	};

	return cmocka_run_group_tests_name("values of maps", tests, in_folder, out_of_folder);
}
