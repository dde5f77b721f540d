/* test_header.c -- headers of streams: keys within their limits, history; limits of records */
#include <math.h>

#include "in_process.h"

#include "../../lib/stream/foreign.h"
#include "../../lib/stream/header.h"
#include "../../lib/stream/trailer.h"

#define HEAD "{\"pzpipe\": 1, \"kind\": \"stamps\", "

static const char *const paths[] = { "in.pz" };

/* The header of these keys must be refused so. */
static void header_fails(const char *keys, const char *why)
{
	char text[8192], expected[512];
	struct pz_reader *r = NULL;

	snprintf(text, sizeof text, "%s%s}", *keys == '{' ? "" : HEAD, keys);
	stream("in.pz", text, NULL);
	assert_int_equal(pz_reader_open(&r, paths, 1, 0), PZ_ECORRUPT);
	snprintf(expected, sizeof expected, "in.pz: %s", why);
	assert_string_equal(pz_error_text(), expected);
}

static struct pz_header header_of(const char *keys)
{
	char text[8192];
	struct pz_reader *r = NULL;
	struct pz_header h;

	snprintf(text, sizeof text, HEAD "%s}", keys);
	stream("in.pz", text, NULL);
	if (pz_reader_open(&r, paths, 1, 0) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_header_copy(&h, pz_reader_header(r)), 0);
	pz_reader_close(r);
	return h;
}

static void keys_have_limits(void **state)
{
	(void)state;
	header_fails("{\"pzpipe\": 2, \"kind\": \"a\"", "expected stream version 1, found 2");
	header_fails("{\"kind\": \"a\"", "not a pzpipe stream (no key 'pzpipe' in its header)");
	header_fails("{\"pzpipe\": 1", "header: no kind");
	header_fails("\"bands\": 7", "header: bands: expected an array of names");
	header_fails("\"bands\": [\"\"]", "header: bands: expected names of 1 to 15 bytes");
	header_fails("\"bands\": [\"abcdefghijklmnop\"]",
		     "header: bands: expected names of 1 to 15 bytes");
	header_fails("\"size\": 0", "header: size: expected 1 to 4096, found 0");
	header_fails("\"size\": 4097", "header: size: expected 1 to 4096, found 4097");
	header_fails("\"pixel\": \"f8\"", "header: pixel: expected f4 or f2, found 'f8'");
	header_fails("\"grid\": {\"min\": 0, \"max\": 1, \"bins\": 1}",
		     "header: grid.bins: expected 2 to 100000, found 1");
	header_fails("\"grid\": {\"min\": 0, \"max\": 1, \"bins\": 7, \"left\": -1}",
		     "header: grid.left: expected 0 to 100000, found -1");
	header_fails("\"grid\": {\"min\": 0, \"max\": 1, \"bins\": 7, \"right\": 100001}",
		     "header: grid.right: expected 0 to 100000, found 100001");
	header_fails("\"grid\": {\"min\": 1, \"max\": 1, \"bins\": 7}",
		     "header: grid: expected finite min below max, found 1 and 1");
	header_fails("\"grid\": {\"max\": 1, \"bins\": 7}",
		     "header: grid: expected finite min below max, found nan and 1");
	header_fails("\"rows\": {\"min\": 1, \"width\": 0.5, \"channels\": 101}",
		     "header: rows.channels: expected 1 to 100, found 101");
	header_fails("\"rows\": {\"min\": 1, \"width\": 0, \"channels\": 1}",
		     "header: rows: expected finite min and width above 0, found 1 and 0");
	header_fails("\"limits\": {\"threshold\": 1073741825}",
		     "header: limits.threshold: expected 0 to 1073741824, found 1073741825");
	header_fails("\"bands\": [\"g\", \"r\"], \"soften\": [1]",
		     "header: soften: expected a number for each of 2 bands, found 1");
	header_fails("\"bands\": [\"g\"], \"soften\": [0]",
		     "header: soften: expected numbers above 0, found 0");
	header_fails("\"bands\": [\"g\"], \"soften\": [1e39]",
		     "header: soften: expected numbers above 0, found 1e+39");
}

static void limits_have_defaults(void **state)
{
	struct pz_header h =
		header_of("\"limits\": {\"threshold\": 1073741824}, \"pixel\": \"f2\"");

	(void)state;
	assert_true(h.has_limits && !h.has_grid && !h.has_rows && !h.has_soften);
	assert_true(h.limits.divide == 1 && isnan(h.limits.outlier));
	assert_true(isinf(h.limits.fit_from) && h.limits.fit_from < 0);
	assert_int_equal(h.limits.threshold, 1 << 30);
	assert_int_equal(h.pixel, PZ_F2);
	assert_true(h.pixscale == 0 && h.psf == 0);
	pz_header_release(&h);
	h = header_of("\"bands\": [\"g\", \"r\", \"i\"], \"size\": 5, \"psf\": 1.5, \"divide\": 3");
	assert_true(h.psf == 1.5);
	assert_int_equal(pz_header_stamp_bytes(&h), 3 * 25 * 4);
	assert_true(pz_header_divisor(&h, 2) == 1); /* nothing was stretched */
	pz_header_release(&h);
}

/* ---- features ---- */

static void features_have_names(void **state)
{
	static const char longest[] =
		"a23456789a123456789b123456789c123456789d123456789e123456789f123";
	static const char no_text[] = "\x83\xa6pzpipe\x01\xa4kind\xa1k\xa8"
				      "features\x91\xa3"
				      "a\0b";
	struct pz_feature_walk walk = { 0 };
	char keys[256], name[PZ_FEATURE_NAME];
	struct pz_header h;

	(void)state;
	assert_int_equal(strlen(longest), 63);
	snprintf(keys, sizeof keys, "\"features\": [\"g-r\", \"%s\", \"n\"]", longest);
	h = header_of(keys);
	assert_int_equal(h.features, 3);
	pz_header_feature(&h, 0, name);
	assert_string_equal(name, "g-r");
	pz_header_feature(&h, 1, name);
	assert_string_equal(name, longest);
	pz_header_feature(&h, 2, name);
	assert_string_equal(name, "n");
	pz_header_feature(&h, 3, name);
	assert_string_equal(name, "");
	for (int i = 0; i < 3; i++)
		assert_true(pz_header_next_feature(&h, &walk, name));
	assert_string_equal(name, "n");
	assert_false(pz_header_next_feature(&h, &walk, name));
	assert_string_equal(name, "");
	pz_header_release(&h);
	snprintf(keys, sizeof keys, "\"features\": [\"%s4\"]", longest);
	header_fails(keys, "header: features: expected names of 1 to 63 bytes");
	header_fails("\"features\": [\"\"]", "header: features: expected names of 1 to 63 bytes");
	assert_int_equal(pz_header_decode(&h, no_text, sizeof no_text - 1), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "header: features: expected names of 1 to 63 bytes");
	pz_header_release(&h);
	header_fails("\"features\": \"a\"", "header: features: expected an array of names");
}

static void features_are_set(void **state)
{
	static const char *const names[] = {
		"g-r", "a23456789a123456789b123456789c123456789d123456789e123456789f1234"
	};
	const char *const empty[] = { "" };
	struct pz_header h;
	char name[PZ_FEATURE_NAME];

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	assert_int_equal(pz_header_set_features(&h, names, 2), PZ_EARG);
	assert_string_equal(
		pz_error_text(),
		"feature 'a23456789a123456789b123456789c123456789d123456789e123456789f1234'"
		": expected a name of 1 to 63 bytes");
	assert_int_equal(pz_header_set_features(&h, empty, 1), PZ_EARG);
	assert_int_equal(pz_header_set_features(&h, names, -1), PZ_EARG);
	assert_string_equal(pz_error_text(), "features: expected at most 65536, found -1");
	assert_int_equal(pz_header_set_features(&h, names, 65537), PZ_EARG);
	assert_int_equal(pz_header_set_features(&h, names, 1), 0);
	assert_int_equal(h.features, 1);
	pz_header_feature(&h, 0, name);
	assert_string_equal(name, "g-r");
	assert_int_equal(pz_header_set_features(&h, NULL, 0), 0);
	assert_int_equal(h.features, 0);
	assert_false(pz_map_has(h.map, "features"));
	pz_header_release(&h);
}

/* ---- what is written ---- */

static void packs_to(struct pz_header *h, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_int_equal(pz_header_pack(h), 0);
	assert_int_equal(pz_map_json(h->map, 0, to), 0);
	fclose(to);
	assert_string_equal(text, expected);
	free(text);
}

/* A header that was stretched keeps what the stretch of now needs, and no more. */
static void stretches_replace_each_other(void **state)
{
	struct pz_header h;

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	h.bands = 2;
	strcpy(h.band[0], "g");
	strcpy(h.band[1], "r");
	packs_to(&h, "{\"pzpipe\":1,\"kind\":\"stamps\",\"bands\":[\"g\",\"r\"]}");
	strcpy(h.stretch, "sqrt");
	h.divide = 3;
	packs_to(&h, "{\"pzpipe\":1,\"kind\":\"stamps\",\"bands\":[\"g\",\"r\"],"
		     "\"stretch\":\"sqrt\",\"divide\":3.0}");
	h.has_soften = true;
	h.soften[0] = 0.5;
	h.soften[1] = 2;
	packs_to(&h, "{\"pzpipe\":1,\"kind\":\"stamps\",\"bands\":[\"g\",\"r\"],"
		     "\"stretch\":\"sqrt\",\"soften\":[0.5,2.0]}");
	assert_true(pz_header_divisor(&h, 1) == 2);
	*h.stretch = '\0';
	packs_to(&h, "{\"pzpipe\":1,\"kind\":\"stamps\",\"bands\":[\"g\",\"r\"]}");
	strcpy(h.stretch, "sqrt");
	h.has_soften = false;
	h.divide = 0;
	assert_true(pz_header_divisor(&h, 1) == 1);
	pz_header_release(&h);
}

static void histories_grow(void **state)
{
	const struct pz_used used[] = { { "a.pz", 0x123456789abcdef0, true }, { "-", 7, false } };
	const uint64_t seed = UINT64_MAX;
	struct pz_header h;

	(void)state;
	assert_int_equal(pz_header_init(&h, "k"), 0);
	assert_int_equal(pz_header_add_history(&h, "mock", "1.0", "--n 5", &seed, NULL, 0), 0);
	assert_int_equal(pz_header_add_history(&h, "keep", "2", "", NULL, used, 2), 0);
	packs_to(&h, "{\"history\":[{\"tool\":\"mock\",\"version\":\"1.0\",\"args\":\"--n 5\","
		     "\"seed\":18446744073709551615},{\"tool\":\"keep\",\"version\":\"2\","
		     "\"args\":\"\",\"files\":[[\"a.pz\",\"12345678\"],[\"-\"]]}],"
		     "\"pzpipe\":1,\"kind\":\"k\"}");
	pz_header_release(&h);
}

static void kinds_are_needed(void **state)
{
	struct pz_header h;

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	assert_int_equal(pz_header_need_kind(&h, "stamps"), 0);
	assert_int_equal(pz_header_need_kind(&h, "catalogue,stamps"), 0);
	assert_int_equal(pz_header_need_kind(&h, "stamps,catalogue"), 0);
	assert_int_equal(pz_header_need_kind(&h, "stamp,stampss"), PZ_EMISMATCH);
	assert_string_equal(pz_error_text(), "expected a stream of stamp,stampss, found stamps");
	pz_header_release(&h);
}

/* ---- records ---- */

static void records_have_so_many_keys(void **state)
{
	pz_map *m = pz_map_new();
	char key[PZ_KEY_MAX + 2];

	(void)state;
	for (int i = 0; i < 512; i++) {
		snprintf(key, sizeof key, "k%d", i);
		pz_map_set_integer(m, key, i);
	}
	assert_int_equal(pz_map_error(m), 0);
	pz_map_set_integer(m, "k7", -7);
	assert_int_equal(pz_map_error(m), 0);
	assert_true(pz_map_number(m, "k7", 0) == -7);
	pz_map_set_integer(m, "more", 1);
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	assert_string_equal(pz_error_text(), "cannot add key 'more': 512 keys are the limit");
	pz_map_clear(m);
	assert_int_equal(pz_map_error(m), 0);
	memset(key, 'k', sizeof key);
	key[PZ_KEY_MAX] = '\0';
	pz_map_set_nil(m, key);
	assert_int_equal(pz_map_error(m), 0);
	key[PZ_KEY_MAX] = 'k';
	key[PZ_KEY_MAX + 1] = '\0';
	pz_map_set_nil(m, key);
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	pz_map_free(m);
}

/* A value that is several times what is read at once arrives whole. */
static void large_records_are_read(void **state)
{
	const size_t size = (size_t)7 << 20;
	unsigned char *blob = malloc(size);
	struct pz_header h;
	struct pz_writer *w;
	struct pz_reader *r;
	pz_map *m = pz_map_new();
	const void *back;
	size_t n;
	FILE *to = fopen("in.pz", "wb");

	(void)state;
	for (size_t i = 0; i < size; i++)
		blob[i] = (unsigned char)(i * 2654435761u >> 13);
	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	assert_int_equal(pz_writer_open(&w, to, "in.pz", &h), 0);
	for (int i = 1; i < 3; i++) {
		pz_map_clear(m);
		pz_map_set_bytes(m, "blob", blob, i * (size / 2));
		assert_int_equal(pz_write(w, m), 0);
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	assert_int_equal(pz_reader_open(&r, paths, 1, 0), 0);
	for (int i = 1; i < 3; i++) {
		assert_int_equal(pz_read(r), 1);
		assert_int_equal(pz_map_bytes(pz_reader_record(r), "blob", &back, &n), 1);
		assert_int_equal(n, i * (size / 2));
		assert_memory_equal(back, blob, n);
	}
	assert_int_equal(pz_read(r), 0);
	pz_reader_close(r);
	pz_header_release(&h);
	pz_map_free(m);
	free(blob);
}

static void trailers_have_counts_and_hashes(void **state)
{
	pz_map *m = pz_map_new();
	struct trailer t;

	(void)state;
	pz_map_set_integer(m, "end", INT64_MAX);
	pz_map_set_text(m, "xxh3", "2");
	assert_int_equal(pz_trailer_parse(&t, m), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "trailer without a hash");
	pz_map_set_integer(m, "xxh3", -2);
	assert_int_equal(pz_trailer_parse(&t, m), 0);
	assert_true(t.count == INT64_MAX && t.hash == UINT64_MAX - 1 && !t.has_small);
	pz_map_set_integer(m, "small", 300);
	assert_int_equal(pz_trailer_parse(&t, m), 0);
	assert_true(t.has_small && t.small == 300);
	pz_map_set_integer(m, "end", -1);
	assert_int_equal(pz_trailer_parse(&t, m), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "trailer without a count");
	pz_map_free(m);
}

/* ---- what is no stream ---- */

static void is_foreign(const char *bytes, size_t n, const char *what)
{
	char expected[256];

	pz_fail(PZ_ECORRUPT, "why");
	assert_int_equal(pz_foreign_fail((const unsigned char *)bytes, n), PZ_ECORRUPT);
	snprintf(expected, sizeof expected, "not a pzpipe stream%s", what);
	assert_string_equal(pz_error_text(), expected);
}

/* Text has lines, and no other control characters in its first 512 bytes. */
static void text_is_told_by_its_bytes(void **state)
{
	static const char said[] =
		" but text: cutout makes stamps of a catalogue, fromtable a stream "
		"of a table";
	char lengthy[600];

	(void)state;
	is_foreign("a\tb\r\f c\n", 8, said);
	is_foreign("\n", 1, said);
	is_foreign("\xc3\xa9\n", 3, said);
	is_foreign("a\0\n", 3, ": why");
	is_foreign("a\x0b\n", 3, ": why");
	is_foreign("a\x7f\n", 3, ": why");
	is_foreign("a\x1f\n", 3, ": why");
	is_foreign("abc", 3, ": why");
	is_foreign("", 0, ": why");
	memset(lengthy, 'a', sizeof lengthy);
	lengthy[511] = '\n';
	lengthy[512] = 1;
	is_foreign(lengthy, sizeof lengthy, said);
	lengthy[511] = 'a';
	lengthy[512] = '\n';
	is_foreign(lengthy, sizeof lengthy, ": why");
	is_foreign("BZh\n", 4, " but packed by bzip2: bzip2 -dc gives what is in it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_limits),
		cmocka_unit_test(limits_have_defaults),
		cmocka_unit_test(features_have_names),
		cmocka_unit_test(features_are_set),
		cmocka_unit_test(stretches_replace_each_other),
		cmocka_unit_test(histories_grow),
		cmocka_unit_test(kinds_are_needed),
		cmocka_unit_test(records_have_so_many_keys),
		cmocka_unit_test(large_records_are_read),
		cmocka_unit_test(trailers_have_counts_and_hashes),
		cmocka_unit_test(text_is_told_by_its_bytes),
	};

	return cmocka_run_group_tests_name("headers", tests, in_folder, out_of_folder);
}
