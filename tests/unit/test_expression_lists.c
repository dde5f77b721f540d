/* test_expression_lists.c -- lists of conditions, and what is counted of them and of keys */
#include <math.h>

#include "conditions.h"

static char folder[] = "/tmp/pz-test-lists-XXXXXX";
static char path[64], other[64];

static int make_record(void **state)
{
	static const float values[] = { 0.5F, -2.25F };

	(void)state;
	record = pz_map_new();
	if (!record || !mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/list", folder);
	snprintf(other, sizeof other, "%s/b c", folder);
	pz_map_set_text(record, "name", "NGC 12");
	pz_map_set_text(record, "code", "007");
	pz_map_set_integer(record, "n", 7);
	pz_map_set_number(record, "x", 7);
	pz_map_set_integer(record, "most", INT64_MAX);
	pz_map_set_integer(record, "least", INT64_MIN);
	pz_map_set_integer(record, "minus", -99);
	pz_map_set_integer(record, "plus", 99);
	pz_map_set_number(record, "real", 99);
	pz_map_set_number(record, "nan", NAN);
	pz_map_set_nil(record, "nil");
	pz_map_set_bytes(record, "features", values, sizeof values);
	pz_map_set_bytes(record, "pz", values, sizeof values - 1);
	pz_map_set_numbers(record, "flux", (double[]){ 1, 2.5 }, 2, 0);
	return pz_map_error(record);
}

static int drop_record(void **state)
{
	(void)state;
	pz_map_free(record);
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

static void write_list(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Whether the key is in the list of this text; how many values it has and were found. */
static void asks(const char *key, const char *list, char expected, size_t count, size_t found)
{
	struct pz_expression_list l;
	struct pz_expression *e;
	char text[128];
	int rc;

	write_list(path, list);
	snprintf(text, sizeof text, "%s in @%s", key, path);
	if (pz_expression_parse(&e, text, NULL) != 0)
		fail_msg("%s", pz_error_text());
	rc = pz_expression_test(e, record);
	if (rc < 0 || "ft?"[rc] != expected)
		fail_msg("%s in '%s': %d, %s", key, list, rc, pz_error_text());
	assert_int_equal(pz_expression_lists(e), 1);
	pz_expression_list(e, 0, &l);
	assert_string_equal(l.path, path);
	if (l.count != count || l.found != found)
		fail_msg("%s in '%s': %zu values, %zu found", key, list, l.count, l.found);
	pz_expression_free(e);
}

/* A cell counts as a text and, where it is one, as a number: of several that are the same number
 * the first is found. */
static void cells_are_texts_and_numbers(void **state)
{
	(void)state;
	asks("n", "6\n7\n8\n", 't', 3, 1);
	asks("x", "7\n", 't', 1, 1);
	asks("n", "7.0\n", 't', 1, 1);
	asks("n", "7\n7.0\n007\n7\n", 't', 3, 1);
	asks("code", "7\n7.0\n007\n", 't', 3, 1);
	asks("code", "7\n7.0\n", 'f', 2, 0);
	asks("n", "7x\n8\n", 'f', 2, 0);
	asks("n", "7  \n", 't', 1, 1);
	asks("n", "\"7\"\n", 't', 1, 1);
	asks("code", "  \"007\"\n", 't', 1, 1);
	asks("name", "title\n\"NGC 12\"\nx\n", 't', 3, 1);
	asks("name", "\"NGC 12 \"\n\"x\"\n", 'f', 2, 0);
	asks("name", "\"\"\n\"NGC 12\"\nx\n", 't', 2, 1); /* quotes with nothing in them */
	asks("n", "inf\n8\n", 'f', 2, 0);
	asks("nan", "nan\n8\n", '?', 1, 0); /* a title */
}

/* To 64 bits, the ends included; what does not fit is a double. */
static void ids_are_exact(void **state)
{
	(void)state;
	asks("most", "9223372036854775807\n", 't', 1, 1);
	asks("most", "9223372036854775806\n9223372036854775808\n", 'f', 2, 0);
	asks("least", "-9223372036854775808\n", 't', 1, 1);
	asks("least", "-9223372036854775807\n", 'f', 1, 0);
}

/* The name of the key is a title in the first line alone. */
static void titles_are_no_values(void **state)
{
	(void)state;
	asks("name", "name\nname\nx\n", 'f', 2, 0);
	asks("n", "n\n7\n", 't', 1, 1);
	asks("code", "x\ncode\n007\n", 't', 3, 1);
	asks("zphot.code", "code,n\n1,2\n3,4\n", '?', 2, 0);
	asks("n", "code,n\n1,7\n3,4\n", 't', 2, 1);
	asks("n", "n,code\n7,7\n3,4\n", 't', 2, 1);
}

static void lists_fail(const char *key, const char *list, const char *why)
{
	char text[128], said[256];

	write_list(path, list);
	snprintf(text, sizeof text, "%s in @%s", key, path);
	snprintf(said, sizeof said, "%s: %s", path, why);
	fails(text, said);
}

static void tables_need_a_column_of_the_name(void **state)
{
	(void)state;
	lists_fail(
		"n", "a,b\n1,2\n",
		"expected a list with a value in each line, or a table with a column 'n', found 2 "
		"columns");
	lists_fail(
		"zphot.mode", "a,b,c\n1,2,3\n",
		"expected a list with a value in each line, or a table with a column 'mode', found "
		"3 columns");
	lists_fail(
		"n + 1", "a,b\n1,2\n",
		"expected a list with a value in each line, or a table with a column 'id', found 2 "
		"columns");
	lists_fail("n", "n\n", "expected values, one in each line, found none");
}

/* More values than there is room for at first; each is found where it stands. */
static void lists_grow(void **state)
{
	static char list[20000];
	struct pz_expression_list l;
	struct pz_expression *e;
	char text[128];

	(void)state;
	*list = '\0';
	for (int i = 0; i < 1000; i++)
		sprintf(list + strlen(list), "%d\nt%d\n", i, i);
	write_list(path, list);
	snprintf(text, sizeof text, "k in @%s", path);
	assert_int_equal(pz_expression_parse(&e, text, NULL), 0);
	for (int i = -2; i < 1002; i++) {
		pz_map *one = pz_map_new();

		pz_map_set_integer(one, "k", i);
		assert_int_equal(pz_expression_test(e, one),
				 i >= 0 && i < 1000 ? PZ_TRUE : PZ_FALSE);
		snprintf(text, sizeof text, "t%d", i);
		pz_map_set_text(one, "k", text);
		assert_int_equal(pz_expression_test(e, one),
				 i >= 0 && i < 1000 ? PZ_TRUE : PZ_FALSE);
		pz_map_free(one);
		pz_expression_list(e, 0, &l);
		assert_int_equal(l.found, i < 0 ? 0 : i < 1000 ? 2 * (i + 1) : 2000);
	}
	assert_int_equal(l.count, 2000);
	pz_expression_free(e);
}

/* Lists of brackets are not counted among the files; folders are left out of the text. */
static void files_are_told_without_their_folders(void **state)
{
	struct pz_expression_list l;
	struct pz_expression *e;
	char text[512];

	(void)state;
	write_list(path, "7\n");
	write_list(other, "1\n2\n");
	snprintf(text, sizeof text,
		 "n in (1) or n in @'%s' or n in (2) and n not in @%s or n in @\"%s\" or n = 1 ",
		 other, path, path);
	assert_int_equal(pz_expression_parse(&e, text, NULL), 0);
	assert_string_equal(
		pz_expression_text(e),
		"n in (1) or n in @'b c' or n in (2) and n not in @list or n in @\"list\" "
		"or n = 1 ");
	assert_int_equal(pz_expression_lists(e), 3);
	assert_int_equal(pz_expression_test(e, record), PZ_TRUE);
	for (int i = 0; i < 3; i++) {
		pz_expression_list(e, i, &l);
		assert_string_equal(l.path, i ? path : other);
		assert_int_equal(l.count, i ? 1 : 2);
		assert_int_equal(l.found, i ? 1 : 0);
	}
	pz_expression_free(e);
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(pz_expression_parse(&e, "n in @list", NULL), 0);
	assert_string_equal(pz_expression_text(e), "n in @list");
	pz_expression_free(e);
	assert_int_equal(chdir("/"), 0);
}

/* Each key once, in the order of the text, with what two records had under it. */
static void keys_are_counted(void **state)
{
	static const struct {
		const char *name;
		int element;
		uint64_t found, suspects;
		double suspect;
	} cases[] = { { "minus", -1, 2, 2, -99 }, { "plus", -1, 1, 0, 0 },
		      { "real", -1, 2, 1, 99 },   { "nan", -1, 1, 0, 0 },
		      { "nil", -1, 1, 0, 0 },     { "flux", 1, 1, 0, 0 },
		      { "flux", 2, 0, 0, 0 },     { "features", 1, 1, 0, 0 },
		      { "features", 2, 0, 0, 0 }, { "pz", 0, 1, 0, 0 },
		      { "pz", 1, 0, 0, 0 },       { "name", -1, 1, 0, 0 },
		      { "flux", -1, 1, 0, 0 },    { "absent", -1, 0, 0, 0 } };
	struct pz_expression_key key;
	struct pz_expression *e;
	pz_map *second = pz_map_new();

	(void)state;
	pz_map_set_integer(second, "minus", -999);
	pz_map_set_number(second, "real", 5);
	assert_int_equal(pz_expression_parse(
				 &e,
				 "minus > plus and real > nan or nil = flux[1] or flux[2] > 1 or "
				 "features[1] < features[2] or pz[0] < pz[1] or name is missing or "
				 "flux is missing or absent is missing or plus > minus",
				 NULL),
			 0);
	assert_int_equal(pz_expression_test(e, record), PZ_TRUE);
	assert_int_equal(pz_expression_test(e, second), PZ_TRUE);
	assert_int_equal(pz_expression_keys(e), 14);
	for (int i = 0; i < 14; i++) {
		pz_expression_key(e, i, &key);
		assert_string_equal(key.name, cases[i].name);
		assert_int_equal(key.element, cases[i].element);
		if (key.found != cases[i].found || key.suspects != cases[i].suspects ||
		    key.suspect != cases[i].suspect)
			fail_msg("%s: %d found, %d suspects, %g", key.name, (int)key.found,
				 (int)key.suspects, key.suspect);
	}
	pz_map_free(second);
	pz_expression_free(e);
}

/* The elements of arrays and of float32, least byte first. */
static void elements_are_values(void **state)
{
	(void)state;
	MEETS('t', "flux[0] = 1", "flux[1] = 2.5", "features[0] = 0.5", "features[1] = -2.25",
	      "pz[0] = 0.5", "pz[1] is missing", "features[2] is missing", "flux[2] is missing",
	      "flux[0] + flux[1] = 3.5");
	fails("n[0] = 1", "column 6: expected a number or a text, found bytes, an array or a map");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_texts_and_numbers),
		cmocka_unit_test(ids_are_exact),
		cmocka_unit_test(titles_are_no_values),
		cmocka_unit_test(tables_need_a_column_of_the_name),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(files_are_told_without_their_folders),
		cmocka_unit_test(keys_are_counted),
		cmocka_unit_test(elements_are_values),
	};

	return cmocka_run_group_tests_name("lists of conditions", tests, make_record, drop_record);
}
