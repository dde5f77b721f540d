/* test_table_columns.c -- which columns a stream's records make: their types, widths and names, and
 * how cells are written */
#include <math.h>

#include "../../tools/table/to_layout.h"
#include "../../tools/table/to_row.h"
#include "json_map.h"

#define PLAIN "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

/* Learns from these records, up to NULL: the code of table_learn. */
static int learn(struct table *t, const char *header, const char *const *record)
{
	struct pz_reader *in = NULL;
	const char *name = "learn.pz";
	size_t n = 0;
	int rc;

	while (record[n])
		n++;
	stream_of(name, header, record, n);
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	rc = table_learn(t, in);
	pz_reader_close(in);
	return rc;
}

#define LEARN(t, ...) learn(t, PLAIN, (const char *const[]){ __VA_ARGS__, NULL })

/* ---- types */

struct expected {
	const char *value[3]; /* of x in three records; NULL: it has none */
	enum table_type type;
	size_t width, coded;
	bool fits, arrays, empties, mixed; /* coded in FITS, in arrays; empty cells are texts */
};

static const struct expected columns[] = {
	{ { "1", "-20", "300" }, TABLE_INTEGER, 3, 3 },
	{ { "true", NULL, "false" }, TABLE_INTEGER, 1, 1 },
	{ { "1", "0.25", NULL }, TABLE_DOUBLE, 4, 4 },
	{ { "9007199254740992", "1", NULL }, TABLE_INTEGER, 16, 16 },
	{ { "9007199254740992", "0.5", NULL }, TABLE_DOUBLE, 16, 16 },
	{ { "-9007199254740992", "0.5", NULL }, TABLE_DOUBLE, 17, 17 },
	{ { "9007199254740993", "0.5", NULL }, TABLE_TEXT, 16, 16 },
	{ { "-9007199254740993", "0.5", NULL }, TABLE_TEXT, 17, 17 },
	{ { "-9007199254740991", "5", NULL }, TABLE_TEXT, 17, 17 }, /* means missing */
	{ { "-9007199254740990", "5", NULL }, TABLE_INTEGER, 17, 17 },
	{ { "\"a\"", "\"bcd\"", NULL }, TABLE_TEXT, 3, 3 },
	{ { "\"a\"", "\"\"", "\"b\"" }, TABLE_TEXT, 1, 1, .empties = true },
	{ { "\"a\"", "\"\"", NULL }, TABLE_TEXT, 1, 1, true, true },
	{ { "\"a%\"", "\"bc\"", NULL }, TABLE_TEXT, 2, 4 },
	{ { "\"\\u00e9\"", "\"bc\"", NULL }, TABLE_TEXT, 2, 6, .fits = true },
	{ { "\"a \"", "\"bcdefg\"", NULL }, TABLE_TEXT, 6, 6, .fits = true },
	{ { "\"5\"", "\"6\"", NULL }, TABLE_TEXT, 1, 3 },
	{ { "\"5\"", "6", NULL }, TABLE_TEXT, 1, 3, true, true, .mixed = true },
	{ { "\"a\"", "600", NULL }, TABLE_TEXT, 3, 3, .mixed = true },
	{ { "\"a\"", "true", NULL }, TABLE_TEXT, 1, 1, .mixed = true },
	{ { "\"a\"", "0.5", NULL }, TABLE_TEXT, 3, 3, .mixed = true },
	{ { "[1, 2]", "[3, 4]", "[5, 6]" }, TABLE_INTEGERS, 2, 0 },
	{ { "[1, 2]", "[3, 4]", NULL }, TABLE_DOUBLES, 2, 0 },
	{ { "[1, 9007199254740993]", "[3, 4]", NULL }, TABLE_INTEGERS, 2, 0 },
	{ { "[1, 9007199254740993]", "[3, 0.5]", NULL }, TABLE_NONE, 2, 0 },
	{ { "[1, 9007199254740992]", "[3, null]", NULL }, TABLE_DOUBLES, 2, 0 },
	{ { "[1, -9007199254740991]", "[3, 4]", "[5, 6]" }, TABLE_NONE, 2, 0 },
	{ { "[1, 2]", "[3]", NULL }, TABLE_NONE, 2, 0 },
	{ { "[]", NULL, NULL }, TABLE_NONE, 0, 0 },
	{ { "[1, \"a\"]", NULL, NULL }, TABLE_NONE, 2, 0 },
	{ { "[1, 2]", "3", NULL }, TABLE_NONE, 2, 2 },
	{ { "[[1], [2]]", NULL, NULL }, TABLE_NONE, 2, 0 },
	{ { "{\"a\": {\"b\": 1}}", NULL, NULL }, TABLE_NONE, 0, 0 },
};

static void columns_hold_all_of_their_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const struct expected *e = &columns[i];
		const struct table_column *c;
		char text[3][80];
		struct table t;

		for (int k = 0; k < 3; k++)
			snprintf(text[k], sizeof text[k], "{\"id\": %d%s%s}", k,
				 e->value[k] ? ", \"x\": " : "", e->value[k] ? e->value[k] : "");
		assert_int_equal(LEARN(&t, text[0], text[1], text[2]), 0);
		c = table_find(&t, *e->value[0] == '{' ? "x.a" : "x");
		if (!c || c->type != e->type || c->width != e->width || c->coded != e->coded ||
		    table_is_coded(c, 3, TABLE_FITS) != e->fits ||
		    table_is_coded(c, 3, TABLE_ARRAYS) != e->arrays ||
		    table_is_coded(c, 3, TABLE_CSV) || table_has_empties(c, 3) != e->empties ||
		    table_is_mixed(c) != e->mixed)
			fail_msg("case %zu (%s): type %d, width %zu, coded %zu, in FITS %d, in "
				 "arrays %d, empty %d, mixed %d",
				 i, e->value[0], c ? (int)c->type : -1, c ? c->width : 0,
				 c ? c->coded : 0, table_is_coded(c, 3, TABLE_FITS),
				 table_is_coded(c, 3, TABLE_ARRAYS), table_has_empties(c, 3),
				 table_is_mixed(c));
		assert_int_equal(table_is_vector(c), e->type == TABLE_FLOATS ||
							     e->type == TABLE_DOUBLES ||
							     e->type == TABLE_INTEGERS);
		table_release(&t);
	}
}

static void whole_numbers_beyond_all_types(void **state)
{
	const char *name = "huge.pz";
	struct pz_reader *in = NULL;
	struct pz_writer *out = NULL;
	struct pz_header h;
	struct table t;
	pz_map *m = pz_map_new();
	FILE *to = fopen(name, "wb");

	(void)state;
	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	assert_int_equal(pz_writer_open(&out, to, name, &h), 0);
	pz_map_set_integer(m, "id", 1);
	pz_map_set_raw(m, "x", "\xcf\x80\0\0\0\0\0\0\0", 9);
	pz_map_set_raw(m, "n",
		       "\xa3"
		       "a\0b",
		       4);
	pz_map_set_raw(m, "v", "\x91\xcf\x80\0\0\0\0\0\0\0", 10);
	assert_int_equal(pz_write(out, m), 0);
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	assert_int_equal(pz_reader_open(&in, &name, 1, 0), 0);
	assert_int_equal(table_learn(&t, in), 0);
	assert_int_equal(table_find(&t, "x")->type, TABLE_TEXT);
	assert_int_equal(table_find(&t, "x")->width, 19);
	assert_int_equal(table_find(&t, "v")->type, TABLE_NONE);
	assert_int_equal(table_find(&t, "n")->type, TABLE_TEXT);
	assert_true(table_is_coded(table_find(&t, "n"), 1, TABLE_ARRAYS));
	assert_null(table_find(&t, "y"));
	table_release(&t);
	pz_reader_close(in);
	run_badly(totable_main, "totable huge.pz", 1,
		  "n: expected texts without a byte 0, which CSV cannot hold, found one: leave the "
		  "column out (--columns), or write FITS");
	run_well(totable_main, "totable -c x,id huge.pz");
	assert_string_equal(contents("stdout"), "x,id\n9223372036854775808,1\n");
	pz_map_free(m);
	pz_header_release(&h);
}

static void vectors_of_float32(void **state)
{
	static const char grid[] = "{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": "
				   "{\"target\": \"z\", \"min\": 0, \"max\": 1, \"bins\": 3, "
				   "\"left\": 0, \"right\": 0}}";
	struct table t;

	(void)state;
	assert_int_equal(
		LEARN(&t, "{\"pz\": [0, 1, 0], \"features\": [1, 2]}", "{\"features\": [1, 2]}"),
		0);
	assert_true(table_find(&t, "pz")->type == TABLE_FLOATS && table_find(&t, "pz")->width == 3);
	assert_true(table_find(&t, "pz")->present == 1 && t.rows == 2);
	assert_int_equal(table_find(&t, "features")->type, TABLE_FLOATS);
	table_release(&t);
	assert_int_equal(LEARN(&t, "{\"features\": [1]}", "{\"features\": [1, 2]}"), 0);
	assert_int_equal(table_find(&t, "features")->type, TABLE_NONE);
	table_release(&t);
	assert_int_equal(LEARN(&t, "{\"img\": [1]}"), 0);
	assert_int_equal(table_find(&t, "img")->type, TABLE_NONE);
	table_release(&t);
	FAILS(LEARN(&t, "{\"id\": 7, \"pz\": [1, 0]}", "{\"id\": 8, \"pz\": [1]}"), PZ_EDATA,
	      "learn.pz: record 2 (id 8): pz: expected 8 bytes as in the first record, found 4");
	table_release(&t);
	FAILS(LEARN(&t, "{\"id\": 7, \"pz\": [1, 0]}", "{\"id\": 8, \"pz\": 1}"), PZ_EDATA,
	      "learn.pz: record 2 (id 8): pz: expected bytes in all records or in none, found "
	      "both");
	table_release(&t);
	FAILS(LEARN(&t, "{\"id\": 8, \"pz\": 1}", "{\"id\": 7, \"pz\": [1, 0]}"), PZ_EDATA,
	      "learn.pz: record 2 (id 7): pz: expected bytes in all records or in none, found "
	      "both");
	table_release(&t);
	FAILS(learn(&t, grid, (const char *const[]){ "{\"pz\": [1, 0]}", NULL }), PZ_EMISMATCH,
	      "pz: expected 3 numbers, as the grid has bins, found 2");
	table_release(&t);
	assert_int_equal(learn(&t, grid, (const char *const[]){ "{\"pz\": [1, 0, 0]}", NULL }), 0);
	table_release(&t);
}

static void so_many_columns(void **state)
{
	char text[4096], *at = text + sprintf(text, "{\"k0\": 0");
	struct table t;

	(void)state;
	for (int i = 1; i < TABLE_COLUMNS_MAX; i++)
		at += sprintf(at, ", \"k%d\": %d", i, i);
	strcpy(at, "}");
	assert_int_equal(LEARN(&t, text), 0);
	assert_true(t.n == TABLE_COLUMNS_MAX && t.chosen == TABLE_COLUMNS_MAX);
	assert_string_equal(t.column[t.order[255]].path, "k255");
	table_release(&t);
	strcpy(at, ", \"k256\": 0}");
	FAILS(LEARN(&t, text), PZ_EDATA,
	      "learn.pz: record 1 (id none): 'k256': expected at most 256 columns, found more");
	table_release(&t);
	/* without records there is a column of ids */
	assert_int_equal(learn(&t, PLAIN, (const char *const[]){ NULL }), 0);
	assert_true(t.chosen == 1 && t.n == 1 && !strcmp(t.column[0].path, "id"));
	table_release(&t);
}

/* ---- names */

/* The name of each column, in the order in which records have them. */
static void names_are(enum table_kind kind, const char *record, const char *expected)
{
	struct table t;
	char found[800] = "";

	assert_int_equal(LEARN(&t, record), 0);
	table_name_columns(&t, kind);
	for (int i = 0; i < t.n; i++)
		sprintf(found + strlen(found), "%s%s", i ? " " : "", t.column[i].name);
	assert_string_equal(found, expected);
	table_release(&t);
}

static void names_without_what_needs_quotes(void **state)
{
	(void)state;
	names_are(TABLE_CSV, "{\"a b\": 1, \"a.b\": 1, \"a;b\": 1, \"c/d\": 1}",
		  "a_b a_b_2 a_b_3 c/d");
	names_are(TABLE_CSV, "{\"zphot_mode\": 1, \"zphot\": {\"mode\": 2}}",
		  "zphot_mode_2 zphot_mode");
	names_are(TABLE_CSV, "{\"X\": 1, \"x\": 1, \"\\u00e9\": 1, \"\": 1}", "X x \xc3\xa9 _");
	names_are(TABLE_FITS, "{\"X\": 1, \"x\": 1, \"\\u00e9\": 1, \"c/d\": 1}", "X x_2 __ c/d");
	names_are(TABLE_ARRAYS, "{\"X\": 1, \"x\": 1, \"\\u00e9\": 1, \"c/d\": 1}",
		  "X x \xc3\xa9 c_d");
	names_are(TABLE_CSV, "{\"a\\\\b\": 1, \"t\\tb\": 1, \"q'\\\"=,\": 1, \"d\\u007f\": 1}",
		  "a_b t_b q____ d_");
	/* 63 bytes, and no half of a character */
	names_are(TABLE_CSV,
		  "{\"123456789012345678901234567890123456789012345678901234567890abcd\": 1}",
		  "123456789012345678901234567890123456789012345678901234567890abc");
	names_are(TABLE_CSV,
		  "{\"123456789012345678901234567890123456789012345678901234567890ab\\u00e9\": 1}",
		  "123456789012345678901234567890123456789012345678901234567890ab");
	names_are(TABLE_CSV,
		  "{\"1234567890123456789012345678901234567890123456789012345678901234567\": 1, "
		  "\"1234567890123456789012345678901234567890123456789012345678901234568\": 1}",
		  "123456789012345678901234567890123456789012345678901234567890123 "
		  "1234567890123456789012345678901234567890123456789012345678_2");
}

static void meanings_of_keys(void **state)
{
	static const struct {
		const char *path, *unit, *ucd, *other;
	} cases[] = {
		{ "id", NULL, "meta.id;meta.main", "meta.id;meta.main" },
		{ "ra", "deg", "pos.eq.ra;meta.main", "pos.eq.ra;meta.main" },
		{ "dec", "deg", "pos.eq.dec;meta.main", "pos.eq.dec;meta.main" },
		{ "z", NULL, "src.redshift", "src.redshift" },
		{ "mag", "mag", "phot.mag", "phot.mag" },
		{ "ebv", "mag", "phot.color.excess", "phot.color.excess" },
		{ "zphot.mode", NULL, "src.redshift.phot;meta.main", "before" },
		{ "zphot.mean", NULL, "src.redshift.phot;stat.mean", "before" },
		{ "zphot.median", NULL, "src.redshift.phot;stat.median", "before" },
		{ "pz", NULL, "stat.probability;src.redshift.phot", "stat.probability" },
	};
	const char *unit = "kept", *ucd = "before";

	(void)state;
	table_meaning("other", true, &unit, &ucd);
	assert_string_equal(unit, "kept");
	assert_string_equal(ucd, "before");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int of_z = 0; of_z < 2; of_z++) {
			unit = "kept";
			ucd = "before";
			table_meaning(cases[i].path, of_z, &unit, &ucd);
			assert_string_equal(ucd, of_z ? cases[i].ucd : cases[i].other);
			assert_int_equal(unit != NULL, cases[i].unit != NULL);
			if (unit)
				assert_string_equal(unit, cases[i].unit);
		}
}

static void columns_are_chosen_by_path_or_name(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(LEARN(&t, "{\"id\": 1, \"a\": {\"b\": 2}, \"a_b\": 3, \"l\": []}"), 0);
	table_name_columns(&t, TABLE_CSV);
	assert_int_equal(table_choose(&t, " a.b , id"), 0);
	assert_true(t.chosen == 2 && t.order[0] == 1 && t.order[1] == 0);
	/* a path before a name */
	assert_int_equal(table_choose(&t, "a_b,a_b_2"), 0);
	assert_true(t.chosen == 2 && t.order[0] == 2 && t.order[1] == 1);
	assert_int_equal(table_choose(&t, "a_b"), 0);
	assert_int_equal(t.order[0], 2);
	FAILS(table_choose(&t, "id,a.b,id"), PZ_EUSAGE, "--columns: 'id' is named twice");
	FAILS(table_choose(&t, "idd"), PZ_EDATA,
	      "--columns: there is no column 'idd'; there are id, a_b_2, a_b; did you mean id?");
	FAILS(table_choose(&t, "l"), PZ_EDATA,
	      "--columns: there is no column 'l'; there are id, a_b_2, a_b");
	FAILS(table_choose(&t, "id,"), PZ_EDATA,
	      "--columns: there is no column ''; there are id, a_b_2, a_b");
	table_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_hold_all_of_their_values),
		cmocka_unit_test(whole_numbers_beyond_all_types),
		cmocka_unit_test(vectors_of_float32),
		cmocka_unit_test(so_many_columns),
		cmocka_unit_test(names_without_what_needs_quotes),
		cmocka_unit_test(meanings_of_keys),
		cmocka_unit_test(columns_are_chosen_by_path_or_name),
	};

	return cmocka_run_group_tests_name("columns", tests, in_folder, out_of_folder);
}
