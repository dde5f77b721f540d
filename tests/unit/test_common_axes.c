/* test_common_axes.c -- the axes of a stream as options and other streams have them, and the keys
 * of carried columns */
#include <math.h>

#include "../../tools/common/axes.h"
#include "../../tools/common/carry.h"
#include "../../tools/common/scalars.h"
#include "json_map.h"

#define HEADER                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": 0.25, " \
	"\"max\": 1.25, \"bins\": 5, \"left\": 1, \"right\": 2}, \"rows\": {\"mag\": \"r\", "      \
	"\"min\": 15, \"width\": 0.5, \"channels\": 3}, \"limits\": {\"divide\": 2, \"outlier\": " \
	"0.07, \"fit_from\": 0.15, \"threshold\": 5}}"

/* ---- axes ---- */

static void axes_as_options_say(void **state)
{
	struct pz_header h = header_of(HEADER);
	struct axes_options o = { 0 };

	(void)state;
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_true(h.grid.min == 0.25 && h.grid.max == 1.25 && h.grid.bins == 5);
	assert_true(h.rows.channels == 3 && h.limits.fit_from == 0.15 && h.limits.outlier == 0.07);
	o.target = "z";
	o.bins = 7;
	o.channels = 4;
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_true(h.grid.bins == 7 && h.rows.channels == 4 && h.limits.outlier == 0.07);
	assert_true(h.grid.left == 1 && h.grid.right == 2);
	/* lines are not fitted below the grid */
	o.range = (struct pz_numbers){ .value = { 0.5, 3 }, .count = 2 };
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_true(h.grid.min == 0.5 && h.grid.max == 3 && h.limits.fit_from == 0.5);
	o.range.value[0] = 0.125;
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_true(h.grid.min == 0.125 && h.limits.fit_from == 0.5);
	o.target = "mass";
	o.range.value[0] = -3;
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_string_equal(h.grid.target, "mass");
	assert_string_equal(axes_target(&h), "mass");
	assert_true(isnan(h.limits.outlier) && h.limits.fit_from == -3);
	pz_header_release(&h);
}

static void axes_that_cannot_be(void **state)
{
	struct pz_header h = header_of(HEADER);
	struct axes_options o = { .range = { .value = { 0, 1, 2 }, .count = 3 } };
	char name[40], says[120];

	(void)state;
	FAILS(axes_apply(&o, &h), PZ_EUSAGE, "--range: expected two numbers, found 3");
	o.range.count = 1;
	FAILS(axes_apply(&o, &h), PZ_EUSAGE, "--range: expected two numbers, found 1");
	o.range.count = 0;
	o.target = "mass";
	FAILS(axes_apply(&o, &h), PZ_EUSAGE,
	      "--target mass: give --range as well, because the grid is one of 'z'");
	o.target = "";
	snprintf(says, sizeof says, "--target: expected a key of 1 to %zu bytes, found 0",
		 sizeof h.grid.target - 1);
	FAILS(axes_apply(&o, &h), PZ_EUSAGE, says);
	memset(name, 'a', sizeof name);
	name[sizeof h.grid.target] = 0;
	o.target = name;
	snprintf(says, sizeof says, "--target: expected a key of 1 to %zu bytes, found %zu",
		 sizeof h.grid.target - 1, sizeof h.grid.target);
	FAILS(axes_apply(&o, &h), PZ_EUSAGE, says);
	name[sizeof h.grid.target - 1] = 0;
	o.range.count = 2;
	assert_int_equal(axes_apply(&o, &h), 0);
	assert_string_equal(h.grid.target, name);
	o.range.value[1] = 0;
	assert_int_equal(axes_apply(&o, &h), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "--bins, --range: "));
	pz_header_release(&h);
}

static void truths_of_a_target(void **state)
{
	struct pz_header h = header_of(HEADER);
	pz_map *r = map_of("{\"z\": 1000, \"mass\": 1000, \"old\": -99, \"low\": -1}");

	(void)state;
	assert_true(isnan(axes_truth(&h, r)));
	strcpy(h.grid.target, "mass");
	assert_true(axes_truth(&h, r) == 1000);
	strcpy(h.grid.target, "old");
	assert_true(isnan(axes_truth(&h, r)));
	*h.grid.target = 0;
	assert_string_equal(axes_target(&h), "z");
	strcpy(h.grid.target, "low");
	assert_true(axes_truth(&h, r) == -1);
	h.has_grid = false;
	assert_string_equal(axes_target(&h), "z");
	assert_false(axes_is_value("mass", INFINITY));
	assert_false(axes_is_value("z", -1));
	assert_true(axes_is_value("z", -0.5));
	pz_map_free(r);
	pz_header_release(&h);
}

static void axes_of_two_streams(void **state)
{
	static const char *const says[] = {
		"b: grid.target: expected 'z' as in the other stream, found 'y'",
		"b: grid.min: expected 0.25 as in the other stream, found 0.5",
		"b: grid.max: expected 1.25 as in the other stream, found 2",
		"b: grid.bins: expected 5 as in the other stream, found 6",
		"b: rows.min: expected 15 as in the other stream, found 16",
		"b: rows.width: expected 0.5 as in the other stream, found 1",
		"b: rows.channels: expected 3 as in the other stream, found 4",
	};
	struct pz_header h = header_of(HEADER);

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct pz_header other = h;

		other.grid.left = 9; /* extensions may differ, and the band */
		strcpy(other.rows.mag, "i");
		if (i == 0)
			strcpy(other.grid.target, "y");
		other.grid.min += 0.25 * (i == 1);
		other.grid.max += 0.75 * (i == 2);
		other.grid.bins += i == 3;
		other.rows.min += i == 4;
		other.rows.width += 0.5 * (i == 5);
		other.rows.channels += i == 6;
		if (i < 7)
			FAILS(axes_agree(&h, &other, "b"), PZ_EMISMATCH, says[i]);
		else
			assert_int_equal(axes_agree(&h, &other, "b"), 0);
	}
	assert_int_equal(axes_needed(&h), 0);
	h.has_rows = false;
	FAILS(axes_needed(&h), PZ_EMISMATCH,
	      "header: expected magnitude rows, found none: give --survey to the tool that made "
	      "the stream");
	h.has_grid = false;
	h.has_rows = true;
	FAILS(axes_needed(&h), PZ_EMISMATCH,
	      "header: expected a redshift grid, found none: give --survey to the tool that made "
	      "the stream");
	pz_header_release(&h);
}

/* ---- carried columns ---- */

static void columns_go_into_maps_by_their_dots(void **state)
{
	struct carry c = { 0 };
	pz_map *r = pz_map_new(), *to;
	const char *key;

	(void)state;
	assert_int_equal(carry_add(&c, "shape.e1"), 0);
	assert_int_equal(carry_add(&c, "u"), 1);
	assert_int_equal(carry_add(&c, "flux.u"), 2);
	assert_int_equal(carry_add(&c, "shape.e2"), 3);
	assert_int_equal(c.maps, 2);
	for (int round = 0; round < 2; round++) {
		pz_map_clear(r);
		for (int i = 0; i < 4; i++) {
			to = carry_map(&c, r, i, &key);
			if (i != 2 || round)
				pz_map_set_integer(to, key, 10 * round + i);
		}
		carry_end(&c, r);
		assert_string_equal(
			json_of(r),
			round ? "{\"shape\":{\"e1\":10,\"e2\":13},\"u\":11,\"flux\":{\"u\""
				":12}}"
			      : "{\"shape\":{\"e1\":0,\"e2\":3},\"u\":1}");
	}
	assert_true(carry_nested(&c, "shape") == c.map[0].map);
	assert_true(carry_nested(&c, "flux") == c.map[1].map);
	assert_null(carry_nested(&c, "u"));
	FAILS(carry_add(&c, "u"), PZ_EUSAGE,
	      "expected different names for columns, found 'u' twice");
	FAILS(carry_add(&c, "flux.u"), PZ_EUSAGE,
	      "expected different names for columns, found 'flux.u' twice");
	FAILS(carry_add(&c, "flux"), PZ_EUSAGE,
	      "'flux' is the name of a column and, before a dot, of a map: carry one of them under "
	      "another key (KEY=NAME)");
	assert_int_equal(carry_add(&c, "u.x"), PZ_EUSAGE);
	FAILS(carry_add(&c, ""), PZ_EUSAGE, "'' cannot be the key of a record");
	assert_int_equal(carry_add(&c, "a\\0b"), PZ_EUSAGE);
	assert_int_equal(carry_add(&c, "a.b\\0"), PZ_EUSAGE);
	for (int i = 4; i < 40; i++) {
		char name[8];

		snprintf(name, sizeof name, "k%d", i);
		assert_int_equal(carry_add(&c, name), i);
	}
	assert_string_equal(c.column[3].path.below, "e2");
	carry_release(&c);
	assert_true(!c.column && c.n == 0);
	pz_map_free(r);
}

static void keys_with_a_meaning(void **state)
{
	static const char *const taken[] = { "id",    "ra",    "dec",     "z",   "mag",
					     "ebv",   "zphot", "pz",      "img", "label",
					     "cover", "sky",   "features" };

	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		char name[24];

		assert_string_equal(carry_taken(taken[i]), taken[i]);
		snprintf(name, sizeof name, "%s.x", taken[i]);
		assert_string_equal(carry_taken(name), taken[i]);
		snprintf(name, sizeof name, "x.%s", taken[i]);
		assert_null(carry_taken(name));
	}
	assert_null(carry_taken("zz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_as_options_say),
		cmocka_unit_test(axes_that_cannot_be),
		cmocka_unit_test(truths_of_a_target),
		cmocka_unit_test(axes_of_two_streams),
		cmocka_unit_test(columns_go_into_maps_by_their_dots),
		cmocka_unit_test(keys_with_a_meaning),
	};

	return cmocka_run_group_tests_name("axes", tests, in_folder, out_of_folder);
}
