/* test_map_json.c -- values as JSON: one line or many, keys of any kind, texts, what fails */
#include "json_map.h"

static char *text_of(const void *bytes, size_t size, int indent)
{
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	assert_int_equal(pz_map_print_json(bytes, size, indent, to), 0);
	fclose(to);
	return text;
}

static void prints(const void *bytes, size_t size, int indent, const char *expected)
{
	char *text = text_of(bytes, size, indent);

	assert_string_equal(text, expected);
	free(text);
}

#define PRINTS(bytes, indent, expected) prints(bytes, sizeof(bytes) - 1, indent, expected)

static void kinds_of_values(void **state)
{
	(void)state;
	PRINTS("\xc0", 0, "null");
	PRINTS("\xc2", 0, "false");
	PRINTS("\xc3", 0, "true");
	PRINTS("\x05", 0, "5");
	PRINTS("\xfb", 0, "-5");
	PRINTS("\xd0\x80", 0, "-128");
	PRINTS("\xca\x3f\xc0\x00\x00", 0, "1.5");
	PRINTS("\xca\x40\x00\x00\x00", 0, "2.0");
	PRINTS("\xcb\xc0\x08\x00\x00\x00\x00\x00\x00", 0, "-3.0");
	PRINTS("\xcb\x54\xb2\x49\xad\x25\x94\xc3\x7d", 0, "1e+100");
	PRINTS("\xc4\x02zz", 0, "{\"bytes\":2}");
	PRINTS("\xd4\xfe\x01", 0, "{\"extension\":-2}");
	PRINTS("\x90", 0, "[]");
	PRINTS("\x80", 0, "{}");
	PRINTS("\x93\x01\x02\x03", 0, "[1,2,3]");
}

static void texts_are_escaped(void **state)
{
	(void)state;
	PRINTS("\xa0", 0, "\"\"");
	PRINTS("\xa5\"\\/'&", 0, "\"\\\"\\\\/'&\"");
	PRINTS("\xa4\n\x1f ~", 0, "\"\\u000a\\u001f ~\"");
	PRINTS("\xa4\xc2\x80\xc2\xa0", 0, "\"\\u0080\xc2\xa0\"");
	PRINTS("\xa7\xe2\x82\xac\xf0\x9f\x98\x80", 0, "\"\xe2\x82\xac\xf0\x9f\x98\x80\"");
	PRINTS("\xa3\x80z\xc3", 0, "\"\\ufffdz\\ufffd\"");
}

/* Keys that are no texts are printed on one line, and quoted. */
static void keys_of_every_kind(void **state)
{
	(void)state;
	PRINTS("\x81\x92\x01\x02\x03", 0, "{\"[1,2]\":3}");
	PRINTS("\x81\x81\xa1k\x01\x02", 0, "{\"{\\\"k\\\":1}\":2}");
	PRINTS("\x82\xc3\x01\x92\x90\xa0\x02", 3, "{\n   \"true\": 1,\n   \"[[],\\\"\\\"]\": 2\n}");
}

static void lines_are_indented_by_their_depth(void **state)
{
	pz_map *m = map_of("{\"a\": {\"b\": [1, [], [2, 3]], \"c\": {}}, \"d\": 4}"), *none;
	const char *expected = "{\n"
			       "  \"a\": {\n"
			       "    \"b\": [\n"
			       "      1,\n"
			       "      [],\n"
			       "      [\n"
			       "        2,\n"
			       "        3\n"
			       "      ]\n"
			       "    ],\n"
			       "    \"c\": {}\n"
			       "  },\n"
			       "  \"d\": 4\n"
			       "}";
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	(void)state;
	assert_int_equal(pz_map_json(m, 2, to), 0);
	fclose(to);
	assert_string_equal(text, expected);
	free(text);
	PRINTS("\x82\xa1\x61\x82\xa1\x62\x93\x01\x90\x92\x02\x03\xa1\x63\x80\xa1\x64\x04", 2,
	       expected);
	none = pz_map_new();
	to = open_memstream(&text, &n);
	assert_int_equal(pz_map_json(none, 2, to), 0);
	fclose(to);
	assert_string_equal(text, "{}");
	free(text);
	pz_map_free(none);
	pz_map_free(m);
}

/* Bytes that are no value, or that cannot be written. */
static void json_fails(void **state)
{
	pz_map *m = pz_map_new();
	FILE *full = fopen("/dev/full", "w");
	char *text = NULL;
	size_t n;
	FILE *to = open_memstream(&text, &n);

	(void)state;
	setvbuf(full, NULL, _IONBF, 0);
	FAILS(pz_map_print_json("\xc1", 1, 0, to), PZ_ECORRUPT, "no MessagePack value");
	FAILS(pz_map_print_json("\x92\x01", 2, 0, to), PZ_ECORRUPT, "no MessagePack value");
	FAILS(pz_map_print_json("\x01", 1, 0, full), PZ_EIO,
	      "cannot write JSON: No space left on device");
	pz_map_set_raw(m, "k", "\xc1", 1);
	pz_map_set_integer(m, "behind", 1);
	FAILS(pz_map_json(m, 0, to), PZ_ECORRUPT, "no MessagePack value");
	fclose(to);
	assert_string_equal(text, "{\"k\":");
	free(text);
	pz_map_clear(m);
	clearerr(full);
	FAILS(pz_map_json(m, 0, full), PZ_EIO, "cannot write JSON: No space left on device");
	fclose(full);
	pz_map_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_values),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(keys_of_every_kind),
		cmocka_unit_test(lines_are_indented_by_their_depth),
		cmocka_unit_test(json_fails),
	};

	return cmocka_run_group_tests_name("maps as JSON", tests, in_folder, out_of_folder);
}
