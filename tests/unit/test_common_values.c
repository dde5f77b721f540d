/* test_common_values.c -- values of records as texts, steps of a history, listings, and numbers of
 * reports */
#include <math.h>

#include "../../tools/common/history.h"
#include "../../tools/common/json_number.h"
#include "../../tools/common/listing.h"
#include "../../tools/common/values.h"
#include "json_map.h"

/* ---- values ---- */

static void list_one(FILE *to, const struct value *v)
{
	fprintf(to, "%s=%d;", v->name, (int)v->type);
}

static int list_value(void *context, const struct value *v)
{
	list_one(context, v);
	return strcmp(v->name, "stop") ? 0 : -5;
}

static void values_have_paths(void **state)
{
	pz_map *scratch = pz_map_new(), *m = map_of("{\"a\": 1, \"m\": {\"x.y\": true, \"b\\\\\": "
						    "null}, \"d.e\": \"t\", \"l\": [1]}");
	struct value v;
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(values_each(m, scratch, list_value, to), 0);
	fclose(to);
	assert_string_equal(text, "a=2;m.x.y=1;m.b\\\\=0;d\\.e=4;l=6;");
	free(text);
	assert_true(value_find(m, "m.x.y", &v) && v.type == PZ_BOOL && value_is_scalar(&v) &&
		    !value_is_number(&v));
	assert_string_equal(v.name, "m.x.y");
	assert_true(value_find(m, "a", &v) && value_is_number(&v));
	assert_true(value_find(m, "l", &v) && !value_is_scalar(&v));
	assert_false(value_find(m, "nothing", &v));
	pz_map_free(m);
	/* the first that fails ends it, within a map as well */
	m = map_of("{\"a\": 1, \"stop\": 2, \"b\": 3}");
	to = open_memstream(&text, &size);
	assert_int_equal(values_each(m, scratch, list_value, to), -5);
	fclose(to);
	assert_string_equal(text, "a=2;stop=2;");
	free(text);
	pz_map_free(m);
	pz_map_free(scratch);
}

/* The value of "v" as a cell, or with this indent. */
static void printed(const char *json, int indent, const char *cell, const char *readable)
{
	pz_map *m = map_of(json);
	struct value v;
	char *text[2];
	size_t size;

	assert_true(value_find(m, "v", &v));
	for (int i = 0; i < 2; i++) {
		FILE *to = open_memstream(&text[i], &size);

		if (i)
			assert_int_equal(value_print_readable(&v, indent, to), 0);
		else
			value_print_cell(&v, to);
		fclose(to);
	}
	assert_string_equal(text[0], cell);
	assert_string_equal(text[1], readable);
	free(text[0]);
	free(text[1]);
	pz_map_free(m);
}

static void values_as_texts(void **state)
{
	(void)state;
	printed("{\"v\": 0.25}", 0, "0.25", "0.25");
	printed("{\"v\": -3}", 0, "-3", "-3");
	printed("{\"v\": true}", 0, "true", "true");
	printed("{\"v\": [1, 2]}", 0, "", "[1,2]");
	printed("{\"v\": null}", 0, "", "null");
	printed("{\"v\": \"a\\tb\\n\\n\"}", 3, "a b", "a b");
	printed("{\"v\": \"a\\nb\\nc\\n\"}", 3, "a b c", "a\n   b\n   c");
	printed("{\"v\": \"a\\nb\"}", 0, "a b", "a\nb");
	printed("{\"v\": \"a\\nb\"}", -1, "a b", "a b");
}

static void bytes_are_counted(void **state)
{
	printed("{\"v\": {\"x\": 1}}", 0, "", "{\"x\":1}");
	(void)state;
	{
		pz_map *m = pz_map_new();
		struct value v;
		char *text;
		size_t size;
		FILE *to = open_memstream(&text, &size);

		pz_map_set_bytes(m, "v", "abc", 3);
		assert_true(value_find(m, "v", &v));
		assert_int_equal(value_print_readable(&v, 0, to), 0);
		fclose(to);
		assert_string_equal(text, "3 bytes");
		free(text);
		pz_map_free(m);
	}
}

static void steps_of_a_history(void **state)
{
	pz_map *m = map_of("{\"tool\": \"mock\", \"version\": \"0.1\", \"args\": \"-n 3\", "
			   "\"seed\": 4, \"files\": [[\"a.pz\", \"1a2b\"], [\"-\"]]}");
	pz_map *h = map_of("{\"history\": [{\"tool\": \"a\", \"seed\": \"no\"}, 5, {\"version\": "
			   "\"2\", \"tool\": [1]}, {\"tool\": \"c\"}]}");
	char *text;

	(void)state;
	assert_int_equal(history_step_text(m, &text), 0);
	assert_string_equal(text, "mock 0.1 -n 3 (seed 4), a.pz 1a2b, -");
	free(text);
	assert_int_equal(history_line(h, &text), 0);
	assert_string_equal(text, "a |  2 | c");
	free(text);
	assert_int_equal(history_line(m, &text), 0);
	assert_null(text);
	pz_map_free(m);
	pz_map_free(h);
}

/* ---- listings and reports ---- */

static void listings_are_tables_or_json(void **state)
{
	static const char *const name[] = { "estimate", "row", "mean" };
	static const char *const file[] = { "l.tsv", ".json", "json" };
	struct listing l;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(listing_begin(&l, file[i], name, 3), 0);
		listing_add(&l, "mode", (double[]){ 2, 0.25 });
		listing_add(&l, "mean", (double[]){ NAN, -1 });
		assert_int_equal(listing_end(&l), 0);
		assert_string_equal(contents(file[i]),
				    i == 1 ? "[\n{\"estimate\": \"mode\", \"row\": 2, \"mean\": "
					     "0.25},\n{\"estimate\": \"mean\", \"row\": null, "
					     "\"mean\": -1}\n]\n"
					   : "estimate\trow\tmean\nmode\t2\t0.25\nmean\tnan\t-1\n");
	}
	assert_int_equal(listing_begin(&l, "no/such/folder.tsv", name, 3), PZ_EIO);
}

static void numbers_deep_in_a_report(void **state)
{
	json_t *report;

	(void)state;
	write_text("r.json", "{\"s\": {\"n\": 3, \"tv\": {\"value\": 0.5, \"none\": null}, "
			     "\"bins\": [{\"x\": 1}, {\"x\": 2.5}]}}");
	assert_int_equal(json_report_read("r.json", &report), 0);
	assert_true(json_number_at(report, "s.n") == 3);
	assert_true(json_number_at(report, "s.tv.value") == 0.5);
	assert_true(json_number_at(report, "s.bins.1.x") == 2.5);
	assert_true(json_number_at(report, "s.bins.0.x") == 1);
	assert_true(isnan(json_number_at(report, "s.tv.none")));
	assert_true(isnan(json_number_at(report, "s.bins.2.x")));
	assert_true(isnan(json_number_at(report, "s.bins..x")));
	assert_true(isnan(json_number_at(report, "s.bins.0z.x")));
	assert_true(isnan(json_number_at(report, "s.tv")));
	assert_true(isnan(json_number_at(report, "s.nothing.x")));
	json_decref(report);
	write_text("r.json", "{}");
	FAILS(json_report_read("r.json", &report), PZ_EDATA,
	      "r.json: expected a report of residuals --json, found no stream in it");
	json_decref(report);
	write_text("r.json", "{\"a\": {\"n\": 1}, \"b\": {\"n\": 0.5}}");
	FAILS(json_report_read("r.json", &report), PZ_EDATA,
	      "r.json: expected a report of residuals --json, found no count 'n' in 'b'");
	json_decref(report);
	write_text("r.json", "[1]");
	FAILS(json_report_read("r.json", &report), PZ_EDATA,
	      "r.json: expected a report of residuals --json, found other JSON");
	json_decref(report);
	write_text("r.json", "{\"a\": {\"n\": 1}, \"a\": {\"n\": 2}}");
	assert_int_equal(json_report_read("r.json", &report), PZ_EDATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_paths),
		cmocka_unit_test(values_as_texts),
		cmocka_unit_test(bytes_are_counted),
		cmocka_unit_test(steps_of_a_history),
		cmocka_unit_test(listings_are_tables_or_json),
		cmocka_unit_test(numbers_deep_in_a_report),
	};

	return cmocka_run_group_tests_name("values", tests, in_folder, out_of_folder);
}
