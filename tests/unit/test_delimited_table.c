/* test_delimited_table.c -- the rows of a text, with their numbers, lines and places; comments
 * between them; rows that go on over lines and over what is in memory
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <pz/delimited.h>
#include <pz/error.h>

#include "own_folder.h"

static struct pz_delimited *open_text(const char *text)
{
	struct pz_delimited *t;
	FILE *to = fopen("t", "wb");

	fputs(text, to);
	fclose(to);
	if (pz_delimited_open(&t, "t", NULL) < 0)
		fail_msg("%s", pz_error_text());
	return t;
}

/* The next row: its first cell, number, line, place and the comments so far. */
static void next_is(struct pz_delimited *t, const char *cell, int row, int line, int place,
		    int aside)
{
	if (pz_delimited_next(t) != 1)
		fail_msg("%s", pz_error_text());
	assert_string_equal(t->cell[0], cell);
	if ((int)t->row != row || (int)t->line != line || (int)t->place != place ||
	    (int)t->aside != aside)
		fail_msg("%s: row %d, line %d, place %d, %d aside", cell, (int)t->row, (int)t->line,
			 (int)t->place, (int)t->aside);
}

static void rows_have_numbers_lines_and_places(void **state)
{
	struct pz_delimited *t = open_text("# x\n\nid,z\n1,2\n\n \t\n3,\"a\nb\"\n5,6");

	(void)state;
	next_is(t, "1", 1, 4, 10, 0);
	next_is(t, "3", 2, 7, 18, 0);
	next_is(t, "5", 3, 9, 26, 0);
	assert_int_equal(pz_delimited_next(t), 0);
	assert_true(t->row == 3);
	pz_delimited_close(t);
	/* with either end of a line, and a byte order mark */
	t = open_text("\xef\xbb\xbf\r\n# x\r\nid,z\r\n1,2\r\n3,4\r\n");
	next_is(t, "1", 1, 4, 16, 0);
	next_is(t, "3", 2, 5, 21, 0);
	pz_delimited_close(t);
	t = open_text("\r# x\rid,z\r1,2\r3,4");
	next_is(t, "1", 1, 4, 10, 0);
	next_is(t, "3", 2, 5, 14, 0);
	pz_delimited_close(t);
	/* where the first row is none of names */
	t = open_text("# id z\n\n1 2\n3 4\n");
	next_is(t, "1", 1, 3, 8, 0);
	next_is(t, "3", 2, 4, 12, 0);
	pz_delimited_close(t);
}

static void comments_between_rows_are_counted(void **state)
{
	struct pz_delimited *t =
		open_text("# x\nid,z\n# y\n1,2\n#a\n  # b #\n\n3,4\n5,#6\n7,8\n# end\n#");

	(void)state;
	next_is(t, "1", 1, 4, 13, 1);
	next_is(t, "3", 2, 8, 29, 3);
	next_is(t, "5", 3, 9, 33, 3);
	next_is(t, "7", 4, 10, 38, 3);
	assert_int_equal(pz_delimited_next(t), 0);
	assert_int_equal(t->aside, 5);
	pz_delimited_close(t);
	/* lines between names and a rule are a part of the format */
	t = open_text("id,z\n# y\nm,s\n--,--\n# a\n1,2\n");
	assert_string_equal(t->unit[1], "s");
	next_is(t, "1", 1, 6, 23, 1);
	pz_delimited_close(t);
	/* a tab that parts cells begins a row */
	t = open_text("id\tz\n\t2\n \t3\n");
	next_is(t, "", 1, 2, 5, 0);
	next_is(t, "", 2, 3, 8, 0);
	pz_delimited_close(t);
}

static void fails(const char *text, size_t n, int code, const char *says)
{
	struct pz_delimited *t;
	FILE *to = fopen("t", "wb");
	int rc;

	fwrite(text, 1, n, to);
	fclose(to);
	if ((rc = pz_delimited_open(&t, "t", NULL)) == 0) {
		while ((rc = pz_delimited_next(t)) > 0)
			;
		pz_delimited_close(t);
	}
	if (rc != code || strcmp(pz_error_text(), says) != 0)
		fail_msg("%d: '%s' should be '%s'", rc, pz_error_text(), says);
}

#define NUL(line)                                                                                  \
	"t: line " line ": found a byte of value 0: the file is damaged, or it is not plain text " \
	"(UTF-16?)"
#define MANY "id,z\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n"

static void errors_have_their_code_and_line(void **state)
{
	(void)state;
	fails("id,z\n1,2\n3\n", 11, PZ_ECORRUPT, "t: row 2: expected 2 cells, found 1 (line 3)");
	fails("id,z\n1,2\n3,4,5\n", 15, PZ_ECORRUPT,
	      "t: row 2: expected 2 cells, found 3 (line 3)");
	fails("id,z\n1,\"2\n", 10, PZ_ECORRUPT, "t: line 2: the file ends inside a quoted cell");
	fails("id,z\n1,\"2\"3\n", 12, PZ_EDATA,
	      "t: line 2: expected a delimiter behind a quoted cell, found text");
	fails("", 0, PZ_ECORRUPT, "t: expected a line of column names, found none");
	fails("id,z\n1,2\n3,\0\n", 13, PZ_EDATA, NUL("3"));
	fails("# \0\nid,z\n", 9, PZ_EDATA, NUL("1"));
	fails("\"a\nb\",c\n1,2\n3,\0\n", 16, PZ_EDATA, NUL("4"));
	fails("\n\"a\nb\",c,5\n1,2,3\n", 17, PZ_EDATA,
	      "t: line 3: expected the names of the columns, found words and numbers ('a\nb', "
	      "'5'): "
	      "put a line of names above it, such as '# id ra dec'");
	/* behind the rows that are looked at first */
	fails(MANY "#\0\n1,2\n", sizeof MANY - 1 + 7, PZ_EDATA, NUL("11"));
	fails(MANY "1,\"\n\0\"\n", sizeof MANY - 1 + 7, PZ_EDATA, NUL("12"));
	fails(MANY "1,\0\n", sizeof MANY - 1 + 4, PZ_EDATA, NUL("11"));
	fails(MANY "\n\n1,2,3\n", sizeof MANY - 1 + 8, PZ_ECORRUPT,
	      "t: row 10: expected 2 cells, found 3 (line 13)");
	{
		struct pz_delimited *t = (struct pz_delimited *)&own_folder;

		assert_int_equal(pz_delimited_open(&t, "none", NULL), PZ_EIO);
		assert_string_equal(pz_error_text(), "none: No such file or directory");
		assert_null(t);
	}
}

/* Quotes open a cell at the beginning of one, in the first rows by any delimiter. */
static void first_rows_go_on_over_lines(void **state)
{
	static const struct {
		const char *text, *cell;
		int columns, line;
	} cases[] = {
		{ "\"a\nb\",c\n1,2\n", "1", 2, 3 },      { "a;\"b\nc\"\n1;2\n", "1", 2, 3 },
		{ "a|\"b\nc\"\n1|2\n", "1", 2, 3 },      { "a\t\"b\nc\"\n1\t2\n", "1", 2, 3 },
		{ "a \"b\nc\"\n1 2\n", "1", 2, 3 },      { "a,\"b\"\"\nc\"\n1,2\n", "1", 2, 3 },
		{ "a,\"b\"\"\"\n1,2\n", "1", 2, 2 },     { "a,b\"\n1,2\n", "1", 2, 2 },
		{ "a,\"b\n\nc\nd\"\n1,2\n", "1", 2, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_delimited *t = open_text(cases[i].text);

		assert_int_equal(t->columns, cases[i].columns);
		assert_int_equal(pz_delimited_next(t), 1);
		assert_string_equal(t->cell[0], cases[i].cell);
		assert_int_equal(t->line, cases[i].line);
		pz_delimited_close(t);
	}
}

/* Blank lines, comments and quoted cells on both sides of what is read at a time. */
static void lines_across_pieces_of_the_file(void **state)
{
	const size_t piece = 1 << 17;

	(void)state;
	for (int off = -3; off <= 3; off++)
		for (int what = 0; what < 4; what++) {
			static const char *const texts[] = { "\r\n\r\n#\r\n3,4\r\n", "#\r#\r3,4\r",
							     "  \t #x\n3,4\n", "3,\"\"\"4\n\"\n" };
			size_t n = (size_t)((int)piece + off), used;
			char *text = malloc(n + 100);
			struct pz_delimited *t;

			used = (size_t)sprintf(text, "id,z\n1,");
			memset(text + used, '7', n - used);
			text[n - 1] = '\n';
			strcpy(text + n, texts[what]);
			t = open_text(text);
			assert_int_equal(pz_delimited_next(t), 1);
			assert_int_equal(strlen(t->cell[1]), n - 8);
			assert_int_equal(pz_delimited_next(t), 1);
			assert_string_equal(t->cell[0], "3");
			assert_string_equal(t->cell[1], what == 3 ? "\"4\n" : "4");
			assert_int_equal(t->line, what == 0   ? 6
						  : what == 1 ? 5
						  : what == 2 ? 4
							      : 3);
			assert_int_equal(pz_delimited_next(t), 0);
			pz_delimited_close(t);
			free(text);
		}
}

/* 16 MiB without a row are too many: of one, or of all that is above the first. */
static void rows_have_their_most(void **state)
{
	const size_t most = 1 << 24;
	char *text = malloc(most + (1 << 18));
	struct pz_delimited *t;
	size_t used;
	FILE *to;

	(void)state;
	used = (size_t)sprintf(text, MANY "1,");
	memset(text + used, '7', most);
	text[most - 1000] = '\n';
	to = fopen("t", "wb");
	fwrite(text, 1, most - 999, to);
	fclose(to);
	assert_int_equal(pz_delimited_open(&t, "t", NULL), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(pz_delimited_next(t), 1);
	assert_int_equal(strlen(t->cell[1]), most - 1000 - used);
	assert_int_equal(pz_delimited_next(t), 0);
	pz_delimited_close(t);
	memset(text + used, '7', most + (1 << 17));
	text[used + most + (1 << 17)] = '\0';
	to = fopen("t", "wb");
	fwrite(text, 1, used + most + (1 << 17), to);
	fclose(to);
	fails(text, used + most + (1 << 17), PZ_EDATA,
	      "t: line 11: more than 16 MiB without a row");
	free(text);
}

static void places_are_gone_to_in_files_alone(void **state)
{
	struct pz_delimited *t = open_text("id,z\n1,2\n3,4\n5,6\n");
	int ends[2], kept;

	(void)state;
	assert_true(pz_delimited_seekable(t));
	assert_int_equal(pz_delimited_seek(t, 13, 7, 40), 0);
	next_is(t, "5", 7, 40, 13, 0);
	assert_int_equal(pz_delimited_next(t), 0);
	assert_int_equal(pz_delimited_seek(t, 5, 1, 2), 0);
	next_is(t, "1", 1, 2, 5, 0);
	next_is(t, "3", 2, 3, 9, 0);
	pz_delimited_close(t);
	/* standard input that is a pipe */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "id,z\n1,2\n", 9), 9);
	close(ends[1]);
	kept = dup(0);
	assert_int_equal(dup2(ends[0], 0), 0);
	close(ends[0]);
	assert_int_equal(pz_delimited_open(&t, "-", NULL), 0);
	assert_false(pz_delimited_seekable(t));
	next_is(t, "1", 1, 2, 5, 0);
	assert_int_equal(pz_delimited_seek(t, 5, 1, 2), PZ_EDATA);
	assert_string_equal(pz_error_text(), "-: expected a regular file, found a pipe");
	pz_delimited_close(t);
	assert_true(fcntl(0, F_GETFD) >= 0); /* it is not ours to close */
	dup2(kept, 0);
	close(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_have_numbers_lines_and_places),
		cmocka_unit_test(comments_between_rows_are_counted),
		cmocka_unit_test(errors_have_their_code_and_line),
		cmocka_unit_test(first_rows_go_on_over_lines),
		cmocka_unit_test(lines_across_pieces_of_the_file),
		cmocka_unit_test(rows_have_their_most),
		cmocka_unit_test(places_are_gone_to_in_files_alone),
	};

	return cmocka_run_group_tests_name("tables of text", tests, enter_own_folder,
					   leave_own_folder);
}
