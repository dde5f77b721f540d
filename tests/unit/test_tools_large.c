/* test_tools_large.c -- a stream of which large values are left out: features are read all the same
 * where they are asked for
 */
#include "in_process.h"

#define FEATURES 1100                 /* 4400 bytes: a large value                       */
#define PADDING  ((size_t)(64 << 20)) /* files from here on are not read whole */

/* Six galaxies, each of whose features grow with the square of its number, and a record that is
 * only large. */
static void write_large(const char *name)
{
	static char text[FEATURES][8];
	static const char *names[FEATURES];
	static float x[FEATURES];
	FILE *to = fopen(name, "wb");
	pz_map *m = pz_map_new();
	struct pz_writer *w;
	struct pz_header h;
	void *room;

	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	for (int i = 0; i < FEATURES; i++) {
		snprintf(text[i], sizeof text[i], "f%d", i);
		names[i] = text[i];
	}
	assert_int_equal(pz_header_set_features(&h, names, FEATURES), 0);
	assert_int_equal(pz_writer_open(&w, to, name, &h), 0);
	for (int i = 0; i < 6; i++) {
		for (int k = 0; k < FEATURES; k++)
			x[k] = (float)(i * i) + 0.5f * (float)k;
		pz_map_clear(m);
		pz_map_set_integer(m, "id", i);
		pz_map_set_number(m, "mag", 10 - i);
		pz_map_set_bytes(m, "features", x, sizeof x);
		assert_int_equal(pz_write(w, m), 0);
	}
	pz_map_clear(m);
	room = pz_map_set_room(m, "pad", PADDING);
	assert_non_null(room);
	memset(room, 0, PADDING);
	assert_int_equal(pz_write(w, m), 0);
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	pz_header_release(&h);
	pz_map_free(m);
}

/* Of a sample that is like itself all weights are 1. */
static void weights_by_features_of_large_files(void **state)
{
	static const char *const by[] = { "f1,mag", "mag,f3-mag", "mag-f2" };
	char line[120];

	(void)state;
	write_large("large.pz");
	for (size_t i = 0; i < 3; i++) {
		snprintf(line, sizeof line,
			 "balance --like large.pz --by %s -k 2 large.pz -o out.pz", by[i]);
		run_well(balance_main, line);
		for (size_t k = 0; k < 6; k++)
			assert_true(number("out.pz", k, "weight") == 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_by_features_of_large_files),
	};

	return cmocka_run_group_tests_name("large files", tests, in_folder, out_of_folder);
}
