/* test_delimited_split.c -- the cells of a row of text, however much of it is there; what a cell
 * holds; which files are no text
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/delimited/parts.h"
#include "own_folder.h"

/* -- rows */

/* The cells of a row between bars, then how many bytes and lines it has. */
static const char *split(const char *bytes, size_t n, char delimiter, bool last)
{
	static const char *const how[] = { "more", "row", "nul", "behind", "open" };
	static char said[400];
	struct span span[8];
	struct spans s = { .span = span, .room = 8 };
	char copy[200];
	struct dialect d;
	enum split found;
	size_t used;

	pz_split_begin(&d, delimiter);
	found = pz_split_row(&d, bytes, n, last, &s);
	used = (size_t)sprintf(said, "%s", how[found]);
	if (found != SPLIT_ROW)
		return said;
	for (size_t i = 0; i < s.n && i < 8; i++) {
		memcpy(copy, bytes, n);
		used += (size_t)sprintf(said + used, "|%s", pz_split_finish(copy, &span[i]));
	}
	sprintf(said + used, "|%zu %zu %u", s.n, s.used, s.lines);
	return said;
}

/* A row that is followed by others; without its end it goes on, wherever it is cut. */
static void row_is(const char *row, const char *behind, char delimiter, const char *expected)
{
	char all[200];
	size_t n = strlen(row), more = strlen(behind);

	snprintf(all, sizeof all, "%s%s", row, behind);
	assert_string_equal(split(all, n + more, delimiter, false), expected);
	assert_string_equal(split(all, n + more, delimiter, true), expected);
	for (size_t cut = 0; cut < n; cut++)
		if (strcmp(split(all, cut, delimiter, false), "more") != 0)
			fail_msg("'%.*s' should go on", (int)cut, all);
}

/* The last row of a file, which has no end. */
static void last_row_is(const char *row, char delimiter, const char *expected)
{
	assert_string_equal(split(row, strlen(row), delimiter, true), expected);
}

static void rows_end_at_their_line_end(void **state)
{
	(void)state;
	row_is("a,b\n", "c", ',', "row|a|b|2 4 1");
	row_is("a,b\r\n", "c", ',', "row|a|b|2 5 1");
	row_is("a,b\r", "c", ',', "row|a|b|2 4 1");
	row_is("a,\n", "c", ',', "row|a||2 3 1");
	row_is("\n", "c", ',', "row||1 1 1");
	last_row_is("a,b", ',', "row|a|b|2 3 1");
	last_row_is("a,b\r", ',', "row|a|b|2 4 1");
	last_row_is("a,", ',', "row|a||2 2 1");
	last_row_is("", ',', "row||1 0 1");
	last_row_is("a,b,c,d,e,f,g,h,i,j", ',', "row|a|b|c|d|e|f|g|h|10 19 1");
}

static void blanks_around_cells_are_none_of_them(void **state)
{
	(void)state;
	row_is(" \ta \t, b c ,\t\n", "", ',', "row|a|b c||3 14 1");
	row_is("a\t b\t\tc\n", "", '\t', "row|a|b||c|4 8 1");
	row_is("  a \t b  c\n", "", ' ', "row|a|b|c|3 11 1");
	row_is("a b \n", "", ' ', "row|a|b|2 5 1");
	row_is("a ; b\n", "", ';', "row|a|b|2 6 1");
	row_is(" a b, \"c\n", "", '\n', "row|a b, \"c|1 9 1");
}

static void quotes_hold_anything(void **state)
{
	(void)state;
	row_is("\"a,b\",\"c\"\"d\"\n", "", ',', "row|a,b|c\"d|2 13 1");
	row_is("\"\"\"a\"\"\", \"\" ,x\n", "", ',', "row|\"a\"||x|3 15 1");
	row_is("\"a\nb\r\nc\rd\",e\n", "f", ',', "row|a\nb\r\nc\rd|e|2 13 4");
	row_is("\"a b\" \"c\"\n", "", ' ', "row|a b|c|2 10 1");
	row_is("\" a \"\t,b\n", "", ',', "row| a |b|2 9 1");
	row_is("a\"b,c\"d\n", "", ',', "row|a\"b|c\"d|2 8 1");
	last_row_is("\"a\"", ',', "row|a|1 3 1");
	last_row_is("\"a\"\"", ',', "open");
	last_row_is("\"a", ',', "open");
	last_row_is("\"a\r", ',', "open");
	last_row_is("\"a\"b,c", ',', "behind");
	last_row_is("\"a\" b,c", ',', "behind");
	last_row_is("\"a\" b", ' ', "row|a|b|2 5 1");
	last_row_is("\"a\"b", ' ', "behind");
	assert_string_equal(split("\"a\"", 3, ',', false), "more");
	assert_string_equal(split("a\0b", 3, ',', true), "nul");
	assert_string_equal(split("\"a\0b\"", 5, ',', true), "nul");
	assert_string_equal(split("\"a\"\0", 4, ',', true), "nul");
}

static void lines_end_at_their_line_end(void **state)
{
	size_t text = 9;

	(void)state;
	assert_int_equal(pz_split_line("ab\ncd", 5, false, &text), 3);
	assert_int_equal(text, 2);
	assert_int_equal(pz_split_line("ab\r\ncd", 6, false, &text), 4);
	assert_int_equal(text, 2);
	assert_int_equal(pz_split_line("ab\rcd", 5, false, &text), 3);
	assert_int_equal(pz_split_line("ab\r", 3, false, &text), 0);
	assert_int_equal(pz_split_line("ab\r", 3, true, &text), 3);
	assert_int_equal(text, 2);
	assert_int_equal(pz_split_line("ab", 2, false, &text), 0);
	assert_int_equal(pz_split_line("ab", 2, true, &text), 2);
	assert_int_equal(text, 2);
	assert_int_equal(pz_split_line("\n\n", 2, true, &text), 1);
	assert_int_equal(text, 0);
}

/* -- cells */

static void cells_are_copied(void **state)
{
	const char *line = "a, \"b\"\"c\",,";
	struct spans s;
	char **cells;

	(void)state;
	assert_int_equal(pz_cells_copy(line, strlen(line), ',', &cells), 4);
	assert_string_equal(cells[0], "a");
	assert_string_equal(cells[1], "b\"c");
	assert_string_equal(cells[2], "");
	assert_string_equal(cells[3], "");
	pz_cells_release(cells, 4);
	assert_int_equal(pz_cells_copy("\"a", 2, ',', &cells), 0);
	pz_cells_release(cells, 0);
	assert_int_equal(pz_cells_find(",,,", 3, ',', &s), 0);
	assert_true(s.n == 4 && s.room == 4);
	free(s.span);
}

static void cells_hold_numbers_words_or_nothing(void **state)
{
	static const char *const numbers[] = { "1", "-1.5e3", ".5", "0x10", "inf", "1,5", "1,5e3" };
	static const char *const nothing[] = { "",    "nan", "NaN", "NULL", "None",
					       "N/A", "--",  "\\N", "-",    "nUlL" };
	static const char *const words[] = {
		"a", "1a", "1,", "1,a", "1,5x", "1 2", "---", ".", ",5"
	};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		assert_int_equal(pz_cells_kind(numbers[i]), CELL_NUMBER);
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		assert_int_equal(pz_cells_kind(nothing[i]), CELL_NOTHING);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pz_cells_kind(words[i]) != CELL_WORD)
			fail_msg("'%s' should be a word", words[i]);
}

/* -- other files */

static void is_kind(const char *bytes, size_t n, const char *says)
{
	if (pz_kind_check("f", bytes, n) != PZ_EDATA || !strstr(pz_error_text(), says) ||
	    strncmp(pz_error_text(), "f: expected a table, found ", 27) != 0)
		fail_msg("'%s' should say '%s'", pz_error_text(), says);
}

/* Each is known by all of its first bytes, and not by fewer. */
static void kinds_are_known_by_their_first_bytes(void **state)
{
	static const struct {
		const char *bytes, *says;
	} kinds[] = {
		{ "PAR1", "a Parquet file: python3" },
		{ "\x89HDF\r\n\x1a\n", "an HDF5 file: as a catalogue it" },
		{ "\x93NUMPY", "a NumPy array (.npy): as a catalogue" },
		{ "SIMPLE  =", "a FITS file: give its name" },
		{ "\x1f\x8b", "packed by gzip: gzip -dc FILE" },
		{ "BZh", "packed by bzip2: bzip2 -dc FILE" },
		{ "\xfd\x37zXZ", "packed by xz: xz -dc FILE" },
		{ "\x28\xb5\x2f\xfd", "packed by zstd: zstd -dc FILE" },
		{ "\xd0\xcf\x11\xe0", "an Excel file (.xls): save it as CSV" },
		{ "ARROW1", "a Feather file: python3" },
		{ "SQLite format 3", "an SQLite database: sqlite3" },
		{ "%PDF", "a PDF document: get the table" },
		{ "\xff\xfe", "text in UTF-16: iconv" },
		{ "\xfe\xff", "text in UTF-16: iconv" },
		{ "\\", "an IPAC table: stilts" },
		{ "{\"", "JSON: write CSV" },
		{ "{\n", "JSON: write CSV" },
		{ "[{", "JSON: write CSV" },
		{ "[\n", "JSON: write CSV" },
		{ "PK\3\4", "a zip archive: unzip it" },
		{ "\x80\xa6pzpipe", "a stream of pzpipe's: tools" },
		{ "\x8f\xa7history", "a stream of pzpipe's: tools" },
		{ "\xde\1\xa6pzpipe", "a stream of pzpipe's: tools" },
		{ "\xdf\1\xa6pzpipe", "a stream of pzpipe's: tools" },
		{ "<", "a page of markup" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i].bytes);
		char other[32];

		is_kind(kinds[i].bytes, n, kinds[i].says);
		assert_int_equal(pz_kind_check("f", kinds[i].bytes, n - 1), 0);
		memcpy(other, kinds[i].bytes, n);
		other[n - 1] ^= 1;
		if (i != 15) /* of {" with another second byte, # */
			assert_int_equal(pz_kind_check("f", other, n), 0);
	}
	assert_int_equal(pz_kind_check("f", "\x7f\xa6pzpipe", 8), 0);
	assert_int_equal(pz_kind_check("f", "\x90\xa6pzpipe", 8), 0);
	assert_int_equal(pz_kind_check("f", "\xdd\xa6pzpipe", 8), 0);
	assert_int_equal(pz_kind_check("f", "", 0), 0);
}

static void markup_and_archives(void **state)
{
	static char bytes[5000];

	(void)state;
	is_kind("\xef\xbb\xbf \t\r\n<html>", 13, "a page of markup (HTML or XML)");
	assert_int_equal(pz_kind_check("f", " \0<html>", 8), 0);
	assert_int_equal(pz_kind_check("f", "  ", 2), 0);
	assert_int_equal(pz_kind_check("f", "a<b", 3), 0);
	memset(bytes, ' ', sizeof bytes);
	bytes[0] = '<';
	memcpy(bytes + 4089, "VOTABLE", 7);
	is_kind(bytes, sizeof bytes, "a VOTable: stilts");
	is_kind(bytes, 4096, "a VOTable: stilts");
	is_kind(bytes, 4095, "a page of markup");
	memmove(bytes + 4090, "VOTABLE", 7);
	is_kind(bytes, sizeof bytes, "a page of markup");
	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, "PK\3\4", 4);
	memcpy(bytes + 4092, ".npy", 4);
	is_kind(bytes, 4096, "NumPy arrays (.npz)");
	is_kind(bytes, 4095, "a zip archive");
	memcpy(bytes + 4092, " .npy", 5);
	is_kind(bytes, sizeof bytes, "a zip archive");
	memcpy(bytes + 4077, "[Content_Types].xml", 19);
	is_kind(bytes, 4096, "an Excel file (.xlsx)");
	is_kind(bytes, 4095, "a zip archive");
	memcpy(bytes + 4077, "                   xl/", 22);
	is_kind(bytes, sizeof bytes, "a zip archive");
	memcpy(bytes + 4093, "xl/", 3);
	is_kind(bytes, sizeof bytes, "an Excel file (.xlsx)");
}

static void put(const char *name, const void *bytes, size_t n)
{
	FILE *to = fopen(name, "wb");

	assert_int_equal(fwrite(bytes, 1, n, to), n);
	fclose(to);
}

static void packed_files_and_archives_by_name(void **state)
{
	(void)state;
	put("a.zip", "PK\3\4 x", 6);
	assert_int_equal(pz_kind_check_archive("a.zip"), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "a.zip: expected a table, found a zip archive: unzip it");
	put("a.npz", "PK\3\4 x.npy", 10);
	assert_int_equal(pz_kind_check_archive("a.npz"), 0);
	put("a.zip", "PK\3", 3);
	assert_int_equal(pz_kind_check_archive("a.zip"), 0);
	assert_int_equal(pz_kind_check_archive("none"), 0);
	put("a.gz", "\x1f\x8b", 2);
	pz_fail(PZ_EDATA, "it is bad");
	assert_int_equal(pz_kind_hint_packed("a.gz", PZ_EDATA), PZ_EDATA);
	assert_string_equal(pz_error_text(), "it is bad (a compressed table of text can be read "
					     "through a pipe: gzip -dc a.gz | ...)");
	assert_int_equal(pz_kind_hint_packed("a.gz", PZ_EIO), PZ_EIO);
	put("a.bz2", "BZh", 3);
	pz_fail(PZ_EDATA, "it is bad");
	assert_int_equal(pz_kind_hint_packed("a.bz2", PZ_EDATA), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "bzip2 -dc a.bz2 | ...)"));
	put("a.bz2", "BZ", 2);
	pz_fail(PZ_EDATA, "it is bad");
	assert_int_equal(pz_kind_hint_packed("a.bz2", PZ_EDATA), PZ_EDATA);
	assert_string_equal(pz_error_text(), "it is bad");
	put("a.gz", "\x1f", 1);
	assert_int_equal(pz_kind_hint_packed("a.gz", PZ_EDATA), PZ_EDATA);
	assert_string_equal(pz_error_text(), "it is bad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_end_at_their_line_end),
		cmocka_unit_test(blanks_around_cells_are_none_of_them),
		cmocka_unit_test(quotes_hold_anything),
		cmocka_unit_test(lines_end_at_their_line_end),
		cmocka_unit_test(cells_are_copied),
		cmocka_unit_test(cells_hold_numbers_words_or_nothing),
		cmocka_unit_test(kinds_are_known_by_their_first_bytes),
		cmocka_unit_test(markup_and_archives),
		cmocka_unit_test(packed_files_and_archives_by_name),
	};

	return cmocka_run_group_tests_name("rows of text", tests, enter_own_folder,
					   leave_own_folder);
}
