/* test_header_limits.c -- how long the history of a header may be, and how many features it names
 */
#include "../../lib/stream/header.h"
#include "json_map.h"

static void histories_have_a_limit(void **state)
{
	struct pz_header h;
	unsigned char *raw = calloc(1, 65537);
	size_t size, n = 0, item_size = 0;
	const void *item = NULL;

	(void)state;
	assert_int_equal(pz_header_init(&h, "k"), 0);
	for (int over = 0; over < 2; over++) {
		size = 65536 + (size_t)over;
		memcpy(raw, "\x91\xc5", 2);
		raw[2] = (unsigned char)((size - 4) >> 8);
		raw[3] = (unsigned char)(size - 4);
		pz_map_set_raw(h.map, "history", raw, size);
		if (over)
			FAILS(pz_header_add_history(&h, "t", "1", "", NULL, NULL, 0), PZ_ECORRUPT,
			      "header: history above 65536 bytes");
		else
			assert_int_equal(pz_header_add_history(&h, "t", "1", "", NULL, NULL, 0), 0);
	}
	/* arrays of more than 15 entries have longer heads */
	pz_map_drop(h.map, "history");
	for (int i = 0; i < 40; i++)
		assert_int_equal(pz_header_add_history(&h, "t", "1", "", NULL, NULL, 0), 0);
	raw = memcpy(raw, pz_map_raw(h.map, "history", &size), 3);
	assert_memory_equal(raw, "\xdc\x00\x28", 3);
	while (pz_value_next(pz_map_raw(h.map, "history", &size), size, &item, &item_size)) {
		assert_int_equal(pz_value_type(item), PZ_MAP);
		n++;
	}
	assert_int_equal(n, 40);
	free(raw);
	pz_header_release(&h);
}

static void features_have_a_limit(void **state)
{
	enum { MOST = 65536 };
	unsigned char *raw = malloc(5 + 2 * (MOST + 1));
	struct pz_header h;

	(void)state;
	memcpy(raw, "\xdd\x00\x01\x00\x00", 5);
	for (int i = 0; i <= MOST; i++)
		memcpy(raw + 5 + 2 * (size_t)i,
		       "\xa1"
		       "f",
		       2);
	assert_int_equal(pz_header_init(&h, "k"), 0);
	pz_map_set_integer(h.map, "pzpipe", 1);
	pz_map_set_text(h.map, "kind", "k");
	pz_map_set_raw(h.map, "features", raw, 5 + 2 * MOST);
	assert_int_equal(pz_header_parse(&h), 0);
	assert_int_equal(h.features, MOST);
	raw[4] = 1;
	h.features = 0;
	pz_map_set_raw(h.map, "features", raw, 5 + 2 * (MOST + 1));
	FAILS(pz_header_parse(&h), PZ_ECORRUPT, "header: features: expected at most 65536 names");
	free(raw);
	pz_header_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(histories_have_a_limit),
		cmocka_unit_test(features_have_a_limit),
	};

	return cmocka_run_group_tests_name("limits of headers", tests, in_folder, out_of_folder);
}
