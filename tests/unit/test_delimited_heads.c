/* test_delimited_heads.c -- what the first lines of a text say: delimiter, names, units, and where
 * the rows begin
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/delimited.h>
#include <pz/error.h>

#include "own_folder.h"

static char said[200000];

/* The delimiter, the names with their units, and the cells of the first row with its line:
 * "," names "id[unit]|z" and "1|.1 @2"; made-up names behind a *. */
static const char *read_text(const char *text, bool rows)
{
	struct pz_delimited_options o = { .rows = rows };
	struct pz_delimited *t;
	FILE *to = fopen("t", "w");
	size_t n;
	int rc;

	fputs(text, to);
	fclose(to);
	if (pz_delimited_open(&t, "t", &o) < 0)
		return pz_error_text();
	n = (size_t)sprintf(said, "%c%s", t->delimiter ? t->delimiter : '0', t->named ? "" : "*");
	for (int c = 0; c < t->columns; c++) {
		n += (size_t)sprintf(said + n, "%s%s", c ? "|" : "", t->column[c]);
		if (t->unit[c][0])
			n += (size_t)sprintf(said + n, "[%s]", t->unit[c]);
	}
	if ((rc = pz_delimited_next(t)) > 0) {
		for (int c = 0; c < t->columns; c++)
			n += (size_t)sprintf(said + n, "%c%s", c ? '|' : '/', t->cell[c]);
		sprintf(said + n, " @%d", (int)t->line);
	}
	pz_delimited_close(t);
	return rc < 0 ? pz_error_text() : said;
}

static void expect(const char *text, const char *expected)
{
	const char *found = read_text(text, false);

	if (strcmp(found, expected) != 0)
		fail_msg("'%s': found '%s', expected '%s'", text, found, expected);
}

static void expect_rows(const char *text, const char *expected)
{
	assert_string_equal(read_text(text, true), expected);
}

/* -- delimiters */

static void the_first_eight_rows_have_equally_many(void **state)
{
	(void)state;
	/* of several delimiters the first of: tab ; | , blanks */
	expect("a\tb;c|d,e f\n1\t2;3|4,5 6\n", "\ta|b;c|d,e f/1|2;3|4,5 6 @2");
	expect("a;b|c,d e\n1;2|3,4 5\n", ";a|b|c,d e/1|2|3,4 5 @2");
	expect("a|b,c d\n1|2,3 4\n", "|a|b,c d/1|2,3 4 @2");
	expect("a,b c\n1,2 3\n", ",a|b c/1|2 3 @2");
	expect("a b\n1 2\n", " a|b/1|2 @2");
	/* the eighth row counts, the ninth no longer does */
	expect("a;b,c\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1 2,3\n", ",a;b|c/1;2|3 @2");
	expect("a;b,c\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1;2,3\n1 2,3\n",
	       ";a|b,c/1|2,3 @2");
	/* where no delimiter makes equal rows, one that the first has, outside of quotes */
	expect("a;b\n1;2;3\n", "t: row 1: expected 2 cells, found 3 (line 2)");
	expect("\"a;b\",c\n1,2,3\n", "t: row 1: expected 2 cells, found 3 (line 2)");
	expect("a b\n1 2 3\n", "t: row 1: expected 2 cells, found 3 (line 2)");
	expect("a b\n1\n", ",a b/1 @2");
	expect("ab\n1 2\n", ",ab/1 2 @2");
	expect(" ab\n 12\n", ",ab/12 @2");
}

/* -- names */

/* A first row that has numbers as well is one of names where its first is a usual one. */
static void usual_names_are_known(void **state)
{
	static const char *const usual[] = {
		"id",       "objid", "object_id", "source_id", "name",  "ra",   "dec",
		"z",        "zspec", "z_spec",    "redshift",  "file",  "path", "band",
		"filename", "zphot", "photoz",    "filter",    "specz", "mag",  "pz",
	};
	char text[80], expected[80];

	(void)state;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		snprintf(text, sizeof text, "%s,0.5\n1,2\n", usual[i]);
		snprintf(expected, sizeof expected, ",%s|0.5/1|2 @2", usual[i]);
		expect(text, expected);
	}
	expect("ID,0.5\n1,2\n", ",ID|0.5/1|2 @2");
	/* or where two are, and words are more than numbers */
	expect("a,ra,dec,.5\n1,2,3,4\n", ",a|ra|dec|.5/1|2|3|4 @2");
	expect("a,ra,dec,.5,.6\n1,2,3,4,5\n", ",a|ra|dec|.5|.6/1|2|3|4|5 @2");
	expect("a,ra,dec,.5,.6,.7\n1,2,3,4,5,6\n",
	       "t: line 1: expected the names of the columns, found words and numbers ('a', '.5'): "
	       "put a line of names above it, such as '# id ra dec'");
	expect("a,ra,b,.5\n1,2,3,4\n",
	       "t: line 1: expected the names of the columns, found words and numbers ('a', '.5'): "
	       "put a line of names above it, such as '# id ra dec'");
	expect("\n\n.5,.6,b,c\n1,2,3,4\n",
	       "t: line 3: expected the names of the columns, found words and numbers ('b', '.5'): "
	       "put a line of names above it, such as '# id ra dec'");
	expect_rows("a,ra,b,.5\n", ",*col1|col2|col3|col4/a|ra|b|.5 @1");
	expect_rows("-,nan\n1,2\n", ",*col1|col2/-|nan @1");
	expect("-,nan\n1,2\n", ",*col1|col2/-|nan @1");
	expect("a,nan\n1,2\n", ",a|nan/1|2 @2");
}

/* A comment of as many words may hold the names, or the first row does. */
static void names_in_a_comment_or_below(void **state)
{
	(void)state;
	expect("# id ra\n1 2\n", " id|ra/1|2 @2");
	expect("# x,y\n1 2\n", " x|y/1|2 @2");
	expect("# x;y\n1 2\n", " x|y/1|2 @2");
	expect("#x\ty\n1 2\n", " x|y/1|2 @2");
	expect("#x|y\n1 2\n", " x|y/1|2 @2");
	expect("# u v\n# x y\n# no names of the columns\n1 2\n", " x|y/1|2 @4");
	expect("# x x\n1 2\n", " *col1|col2/1|2 @2");
	expect("# x 5\n1 2\n", " *col1|col2/1|2 @2");
	expect("# x -\n1 2\n", " *col1|col2/1|2 @2");
	/* usual names in the comment: words above numbers are the names all the same */
	expect("# id ra\na b\n1 2\n", " a|b/1|2 @3");
	expect("# id ra\na b\nc d\n", " id|ra/a|b @2");
	expect("# id ra\na b\n", " id|ra/a|b @2");
	expect("# id ra\nz b\nc d\n", " z|b/c|d @3");
	expect("# id ra\n- 5\nc d\n", " id|ra/-|5 @2");
	expect("# id ra\na -\nb 5\n", " id|ra/a|- @2");
	expect("# id ra\na x\nb 5\n", " a|x/b|5 @3");
	expect("# id ra\na x\n5 b\n", " a|x/5|b @3");
	/* no usual one there: the first row's are, if it has no number */
	expect("# u v\na b\nc d\n", " a|b/c|d @3");
	expect("# u v\na 5\nc d\n", " u|v/a|5 @2");
	expect("# u v\n- -\nc d\n", " -|-/c|d @3");
	/* types before the names, of all or none */
	expect("# F:a D:b\n1 2\n", " a|b/1|2 @2");
	expect("# F:a f:b\n1 2\n", " F:a|f:b/1|2 @2");
	expect("# F:a D:\n1 2\n", " F:a|D:/1|2 @2");
	expect("# F:a D;b\n1 2\n", " F:a|D;b/1|2 @2");
	expect("##\t # x y #\t#\n1 2\n", " x|y/1|2 @2");
}

/* Names that are alike are none; of thousands, neighbours up to 64 apart are compared. */
static void long_lists_of_names(void **state)
{
	char text[3000];

	(void)state;
	for (int twin = 63; twin < 67; twin++) {
		size_t n = (size_t)sprintf(text, "#");
		const char *found;

		for (int i = 0; i < 70; i++)
			n += (size_t)sprintf(text + n, " n%d", i == twin ? 0 : i);
		n += (size_t)sprintf(text + n, "\n");
		for (int i = 0; i < 70; i++)
			n += (size_t)sprintf(text + n, " %d", i);
		found = read_text(text, false);
		assert_int_equal(found[1] == '*', twin <= 64);
	}
	/* and of comments any number is kept */
	{
		char *many = malloc(300 * 20);
		size_t n = (size_t)sprintf(many, "# x y\n");

		for (int i = 0; i < 200; i++)
			n += (size_t)sprintf(many + n, "# note\n");
		sprintf(many + n, "1 2\n");
		expect(many, " x|y/1|2 @202");
		free(many);
	}
}

/* -- a line for each column */

static void columns_are_numbered_in_comments(void **state)
{
	(void)state;
	expect("# 1 id\n# 2 ra [deg]\n1 2\n", " id|ra[deg]/1|2 @3");
	expect("# 1: id\n# 2. ra\n# 3) dec\n#4\tz\n1 2 3 4\n", " id|ra|dec|z/1|2|3|4 @5");
	expect("# 1 id words of it [a] [b c]\n# 2 ra [x] y\n1 2\n", " id[b c]|ra/1|2 @3");
	expect("# 1 id ]\n# 2 ra []\n1 2\n", " id|ra/1|2 @3");
	expect("# 1 id [x]]\n# 2 ra\n1 2\n", " id[x]]|ra/1|2 @3");
	expect("# 1 id\n# 3 m [mag]\n# 7 e\n1 2 3 4 5 6 7 8\n",
	       " id|id[1]|m[mag]|m[1][mag]|m[2][mag]|m[3][mag]|e|e[1]/1|2|3|4|5|6|7|8 @4");
	expect("# 1 id\n# 2 ra\n1\n", ",2 ra/1 @3");
	expect("# 1 id\n1 2\n", " *col1|col2/1|2 @2");
	expect("# 1 id\n# 3 ra\n1 2\n", " *col1|col2/1|2 @3");
	expect("# 1 id\n# 3 ra\n# 2 z\n1 2 3\n", " *col1|col2|col3/1|2|3 @4");
	expect("# 0 id\n# 1 ra\n1 2\n", " *col1|col2/1|2 @3");
	expect("# 1id\n# 2 ra\n1 2\n", " *col1|col2/1|2 @3");
	expect("# 1\n# 2 ra\n1 2\n", " *col1|col2/1|2 @3");
	expect("# 00000001 id\n# 2 ra\n1 2\n", " id|ra/1|2 @3");
	expect("# 000000001 id\n# 2 ra\n1 2\n", " *col1|col2/1|2 @3");
	expect("# notes on it\n# 1 id\n# more\n# 2 ra\n1 2\n", " id|ra/1|2 @5");
}

/* -- rules and units */

static void rules_stand_below_names(void **state)
{
	(void)state;
	expect("id,ra\n---,---\n1,2\n", ",id|ra/1|2 @3");
	expect("id,ra\n,deg\n===,===\n1,2\n", ",id|ra[deg]/1|2 @4");
	expect("id,ra\na,b\nc,d\n---,---\n", ",id|ra/a|b @2");
	expect("id|ra\n--+: --\n1|2\n", "|id|ra/1|2 @3");
	expect("id,ra\n-,-\n1,2\n", ",id|ra/-|- @2");
	expect("id,ra\n-,--x\n1,2\n", ",id|ra/-|--x @2");
	expect("id;ra\na\n--;--\n1;2\n", "t: row 1: expected 2 cells, found 1 (line 2)");
}

/* -- ECSV */

#define ECSV "# %ECSV 1.0\n# ---\n"

static void ecsv_says_delimiter_and_units(void **state)
{
	(void)state;
	expect(ECSV "# delimiter: ','\n# - {name: id}\n# - {name: x, unit: 'km/s'}\n"
		    "# - {unit: \"deg\", name: y}\nid,x,y\n1,2,3\n",
	       ",id|x[km/s]|y[deg]/1|2|3 @8");
	expect(ECSV "# delimiter: ' '\n# - {name: id}\nid x,y\n1 2,5\n", " id|x,y/1|2,5 @6");
	expect(ECSV "# delimiters: ','\nid x,y\n1 2,5\n", " id|x,y/1|2,5 @5");
	expect(ECSV "# - name: id\n#   unit: m \n# - name: x\n#   runit: s\n# - name: y\n"
		    "#   unit: s\nid x y\n1 2 3\n",
	       " id[m]|x|y[s]/1|2|3 @10");
	expect(ECSV "# - {name: id, unit: m}\n# - {name: x, unit: s}\n# - {name: y, unit: t}\n"
		    "id x\n1 2\n",
	       " id[m]|x[s]/1|2 @7");
	expect(ECSV "#   unit: m\n# - {name: id}\n#   name: x\nid x\n1 2\n", " id|x/1|2 @7");
	/* its names are the first row, whatever they are */
	expect(ECSV "5 6\n1 2\n", " 5|6/1|2 @4");
	expect("# no\n" ECSV "# delimiter: ','\nid x\n1 2\n", " id|x/1|2 @6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_eight_rows_have_equally_many),
		cmocka_unit_test(usual_names_are_known),
		cmocka_unit_test(names_in_a_comment_or_below),
		cmocka_unit_test(long_lists_of_names),
		cmocka_unit_test(columns_are_numbered_in_comments),
		cmocka_unit_test(rules_stand_below_names),
		cmocka_unit_test(ecsv_says_delimiter_and_units),
	};

	return cmocka_run_group_tests_name("heads of tables", tests, enter_own_folder,
					   leave_own_folder);
}
