/* test_delimited.c -- tables that are text: delimiters, names, comments, quotes, line ends */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/delimited.h>
#include <pz/error.h>

#include "descriptors.h"

static char path[] = "/tmp/pz-test-delimited-XXXXXX";

static int make_file(void **state)
{
	(void)state;
	return close(mkstemp(path));
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_bytes(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Names and rows as "a|b/1|2/3|4", the rows of names that are made up behind a *. */
static const char *read_back(bool rows)
{
	static char said[4096];
	struct pz_delimited *t;
	int rc = pz_delimited_open(&t, path, &(struct pz_delimited_options){ .rows = rows });
	size_t n = 0;

	if (rc < 0)
		return pz_error_text();
	if (!t->named)
		said[n++] = '*';
	for (int c = 0; c < t->columns; c++)
		n += (size_t)sprintf(said + n, "%s%s%s", c ? "|" : "", t->column[c],
				     t->unit[c][0] ? "!" : "");
	while ((rc = pz_delimited_next(t)) > 0)
		for (int c = 0; c < t->columns; c++)
			n += (size_t)sprintf(said + n, "%c%s", c ? '|' : '/', t->cell[c]);
	said[n] = '\0';
	pz_delimited_close(t);
	return rc < 0 ? pz_error_text() : said;
}

static void expect(const char *text, const char *said)
{
	write_bytes(text, strlen(text));
	assert_string_equal(read_back(false), said);
}

/* The same where names may be absent. */
static void expect_rows(const char *text, const char *said)
{
	write_bytes(text, strlen(text));
	assert_string_equal(read_back(true), said);
}

static void expect_words(const char *text, const char *words)
{
	write_bytes(text, strlen(text));
	if (!strstr(read_back(false), words))
		fail_msg("'%s' lacks '%s'", read_back(false), words);
}

static void delimiters_are_found(void **state)
{
	(void)state;
	expect("id,z\n1,.1\n2,.2\n", "id|z/1|.1/2|.2");
	expect("id;z\n1;0,61\n", "id|z/1|0,61");
	expect("id\tz\tnote\n1\t\ta b\n", "id|z|note/1||a b");
	expect("id | z\n1 | .1\n", "id|z/1|.1");
	expect(" id  z \n  1\t .1\n 10   .2  \n", "id|z/1|.1/10|.2");
	expect("id\t\tz\n1\t2\n1000\t\t3\n", "id|z/1|2/1000|3");
	expect("object id\n1\n2\n", "object id/1/2");
	expect("name, short\tra\nx\t1\ny\t2\n", "name, short|ra/x|1/y|2");
	expect("id,flags\n1,a;b\n2,c;d\n", "id|flags/1|a;b/2|c;d");
	/* a row of several lines is one of the first rows, and the next begins behind it */
	expect("id,\"a\nb\",c\n1,2,3\n4,5,6\n", "id|a\nb|c/1|2|3/4|5|6");
	expect("id,a,c\n1,\"x\ny,z\nw\",3\n4,5,6\n", "id|a|c/1|x\ny,z\nw|3/4|5|6");
	expect("id,\"a,b\"\n1,\"2;3\"\n", "id|a,b/1|2;3");
	expect("1;0,61;0,62\n2;0,5;0,7\n", "*col1|col2|col3/1|0,61|0,62/2|0,5|0,7");
	expect("id,z\n", "id|z");
	expect("id z\n", "id|z");
	expect("id\n1\n2", "id/1/2");
}

static void names_are_found(void **state)
{
	(void)state;
	expect("#id zb zspec\n 0 0.61 .673\n", "id|zb|zspec/0|0.61|.673");
	expect("# made by X, version 2\n# id,z\n1,.1\n", "id|z/1|.1");
	expect("# made by X, version 2\nid,z\n1,.1\n", "id|z/1|.1");
	expect("#Table1\nobjid,z\n1,.1\n", "objid|z/1|.1");
	expect("#F:MAG_R;F:MAG_I;D:Z\n22.5,21,0.66\n21.1,20,0.25\n",
	       "MAG_R|MAG_I|Z/22.5|21|0.66/21.1|20|0.25");
	expect("#  1 id\n#  2 zb  \n#\n#  id   zb\n 7 .5\n", "id|zb/7|.5");
	expect("# 1 NUMBER  Running number\n# 2 RA  Right ascension [deg]\n# 3 MAG  Apertures "
	       "[mag]\n"
	       "1 10.5 20 21 22\n",
	       "NUMBER|RA!|MAG!|MAG[1]!|MAG[2]!/1|10.5|20|21|22");
	expect("# 1 id\n# 1 zb\n# 2 zz\n1 2\n", "*col1|col2/1|2");
	expect("# 2 id\n# 3 zb\n1 2\n", "*col1|col2/1|2");
	expect("##########\n#  id  z  #\n##########\n1 2\n", "id|z/1|2");
	expect("1 2.5\n2 3.5\n", "*col1|col2/1|2.5/2|3.5");
	expect("1.0e+00 nan\n2.0e+00 1\n", "*col1|col2/1.0e+00|nan/2.0e+00|1");
	expect("#id\n1\n2\n", "id/1/2");
	expect("# file band\nf-r.fits r\nf-g.fits g\n", "file|band/f-r.fits|r/f-g.fits|g");
	expect("# id,ra\nobjid,ra\n1,2\n", "objid|ra/1|2");
	expect("id,0.25,0.75\n1,.2,.8\n", "id|0.25|0.75/1|.2|.8");
	expect("_RA\t_DE\tn\ndeg\tdeg\t\n---\t---\t-\n1\t2\tx\n", "_RA!|_DE!|n/1|2|x");
	expect("| id | z |\n|----|---|\n| 1 | .1 |\n", "|id|z|/|1|.1|");
	expect_words("a1,10.5\n13,10.6\n", "line 1: expected the names of the columns");
	expect_rows("a1,.5,.5\nb,1,0\n", "*col1|col2|col3/a1|.5|.5/b|1|0");
	expect_rows("id,.5,.5\nb,1,0\n", "id|.5|.5/b|1|0");
	expect_rows("", "*");
}

static void ecsv_is_read(void **state)
{
	(void)state;
	expect("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int64}\n"
	       "# - {name: ra, unit: rad, datatype: float64}\n# delimiter: ','\n"
	       "# schema: astropy-2.0\nid,ra\n1,2\n",
	       "id|ra!/1|2");
	expect("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: string}\n"
	       "# - name: ra\n#   unit: deg\n#   datatype: float64\nid ra\n\"a b\" 2\n\"\" 3\n",
	       "id|ra!/a b|2/|3");
	expect("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: string}\n"
	       "# - {name: of, datatype: string}\nid of\na b\nc d\n",
	       "id|of/a|b/c|d");
}

static void lines_and_quotes_are_read(void **state)
{
	(void)state;
	expect("\xef\xbb\xbf\"id\",\"z\"\r\n\"1\",\".1\"\r\n", "id|z/1|.1");
	expect("id,z\r1,.1\r2,.2\r", "id|z/1|.1/2|.2");
	expect("id,z\r\n\r\n1,.1\r\n2,.2", "id|z/1|.1/2|.2");
	expect("id,z\n\"a, \"\"b\"\"\nc\",1\n", "id|z/a, \"b\"\nc|1");
	expect_rows("\"a\nb\",.5,.5\nc,1,0\n", "*col1|col2|col3/a\nb|.5|.5/c|1|0");
	expect("id,dec\n1,12d30'15\"\n", "id|dec/1|12d30'15\"");
	expect("id,z\n1,.1\n#2,.2\n  # second half\n\n3,.3\n", "id|z/1|.1/3|.3");
	expect("id,z\n\"#2\",.2\n", "id|z/#2|.2");
	expect(" id , z \n 1 , \"x\" \n", "id|z/1|x");
	expect("id,z,\n1,2,\n", "id|z|/1|2|");
}

static void errors_name_the_line(void **state)
{
	(void)state;
	expect_words("id,z\n1,2\n\n3\n", "row 2: expected 2 cells, found 1 (line 4)");
	expect_words("id,z\n1,\"2\n", "ends inside a quoted cell");
	expect_words("id,z\n1,\"2\"3\n", "line 2: expected a delimiter behind a quoted cell");
	expect_words("", "expected a line of column names");
	expect_words("# only\n\n", "expected a line of column names");
	write_bytes("id,z\n1,2\n3,\0\n", 13);
	assert_non_null(strstr(read_back(false), "line 3: found a byte of value 0"));
	write_bytes("id,z\n1,\"\n\0\"\n", 12);
	assert_non_null(strstr(read_back(false), "line 3: found a byte of value 0"));
	write_bytes("id,z\n#\0\n1,2\n", 12);
	assert_non_null(strstr(read_back(false), "line 2: found a byte of value 0"));
	write_bytes("\xff\xfei\0d\0", 6);
	assert_non_null(strstr(read_back(false), "UTF-16"));
	write_bytes("i\0d\0\n\0", 6);
	assert_non_null(strstr(read_back(false), "UTF-16"));
}

static void other_kinds_are_named(void **state)
{
	static const char *const kinds[][2] = {
		{ "PAR1\x15\x04", "Parquet" },
		{ "\x89HDF\r\n\x1a\n", "HDF5" },
		{ "\x93NUMPY\x01", "NumPy" },
		{ "PK\x03\x04......xl/workbook.xml", "Excel" },
		{ "PK\x03\x04......pz.npy", "npz" },
		{ "PK\x03\x04......galaxies.csv", "unzip" },
		{ "\x1f\x8b\x08", "gzip -dc" },
		{ "BZh9", "bzip2 -dc" },
		{ "\x85\xa6pzpipe\x01", "stream" },
		{ "SIMPLE  =                    T", "FITS" },
		{ "<?xml version='1.0'?>\n<VOTABLE>", "VOTable" },
		{ "<!DOCTYPE html>", "HTML" },
		{ "\\fixlen = T\n|id|\n", "IPAC" },
		{ "[{\"id\": 1}]", "JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		expect_words(kinds[i][0], kinds[i][1]);
}

/* Rows that are longer than what is read at a time, and a long one in between. */
static void rows_of_any_length_are_read(void **state)
{
	enum { ROWS = 40000, LONG = 300000 };
	struct pz_delimited *t;
	FILE *f = fopen(path, "w");
	int rc;

	(void)state;
	fputs("id,text\r\n", f);
	for (int i = 0; i < ROWS; i++)
		fprintf(f, "%d,\"%*d\"\"\n\"\r\n", i, i == 777 ? LONG : 5, i);
	fclose(f);
	assert_int_equal(pz_delimited_open(&t, path, NULL), 0);
	for (int i = 0; i < ROWS; i++) {
		assert_int_equal(pz_delimited_next(t), 1);
		assert_int_equal(atoi(t->cell[0]), i);
		assert_int_equal(strlen(t->cell[1]), (i == 777 ? LONG : 5) + 2);
		assert_int_equal(atoi(t->cell[1]), i);
		assert_int_equal(t->row, i + 1);
		assert_int_equal(t->line, 2 + 2 * i);
	}
	assert_int_equal(pz_delimited_next(t), 0);
	assert_int_equal(pz_delimited_next(t), 0);
	pz_delimited_close(t);
	f = fopen(path, "w"); /* a row without an end is given up in time */
	fputs("id,z\n1,\"", f);
	for (int i = 0; i < (17 << 20); i++)
		fputc('x', f);
	fclose(f);
	assert_int_equal(pz_delimited_open(&t, path, NULL), PZ_EDATA);
	f = fopen(path, "w");
	fputs("id,z\n1,2\n3,4\n5,6\n7,8\n9,1\n1,2\n3,4\n5,6\n", f);
	for (int i = 0; i < (17 << 20); i++)
		fputc('x', f);
	fclose(f);
	assert_int_equal(pz_delimited_open(&t, path, NULL), 0);
	while ((rc = pz_delimited_next(t)) > 0)
		;
	assert_int_equal(rc, PZ_EDATA);
	pz_delimited_close(t);
}

static void rows_are_gone_back_to(void **state)
{
	struct pz_delimited *t;
	uint64_t place, line;

	(void)state;
	write_bytes("\xef\xbb\xbfid,z\n1,.1\n\n2,.2\n3,.3\n", 23);
	assert_int_equal(pz_delimited_open(&t, path, NULL), 0);
	assert_int_equal(pz_delimited_next(t), 1);
	assert_int_equal(pz_delimited_next(t), 1);
	place = t->place;
	line = t->line;
	assert_int_equal(line, 4);
	while (pz_delimited_next(t) > 0)
		;
	assert_int_equal(pz_delimited_seek(t, place, 2, line), 0);
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[0], "2");
	assert_true(t->row == 2 && t->line == 4 && t->place == place);
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[1], ".3");
	pz_delimited_close(t);
}

/* Behind the first window, which holds some 100 kB, as well. */
static void an_open_quote_in_the_head_is_named(void **state)
{
	const char *text = "id,\"z\"x,r\n1,.1,3\n";
	struct pz_delimited *t;

	(void)state;
	write_bytes(text, strlen(text));
	assert_int_equal(pz_delimited_open(&t, path, NULL), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "line 1: a quoted name is not closed"));
}

static void rows_far_behind_are_gone_back_to(void **state)
{
	uint64_t place[3] = { 0 }, line[3] = { 0 };
	const uint64_t row[] = { 2, 30000, 59000 };
	struct pz_delimited *t;
	FILE *f = fopen(path, "w");

	(void)state;
	fputs("id,z\n", f);
	for (int i = 1; i <= 60000; i++)
		fprintf(f, "%d,%s\n", i, i % 3 ? "0.25" : "");
	fclose(f);
	assert_int_equal(pz_delimited_open(&t, path, NULL), 0);
	while (pz_delimited_next(t) > 0)
		for (int k = 0; k < 3; k++)
			if (t->row == row[k]) {
				place[k] = t->place;
				line[k] = t->line;
			}
	for (int k = 2; k >= 0; k--) {
		char id[16];

		snprintf(id, sizeof id, "%d", (int)row[k]);
		assert_int_equal(line[k], row[k] + 1);
		assert_int_equal(pz_delimited_seek(t, place[k], row[k], line[k]), 0);
		assert_int_equal(pz_delimited_next(t), 1);
		assert_string_equal(t->cell[0], id);
	}
	pz_delimited_close(t);
}

static void lists_are_lines(void **state)
{
	const char *list = "# frames\nframe r.fits\n  \"odd.fits\n\nlast, one.fits";
	struct pz_delimited *t;

	(void)state;
	write_bytes(list, strlen(list));
	assert_int_equal(
		pz_delimited_open(&t, path, &(struct pz_delimited_options){ .rows = true }), 0);
	assert_int_equal(pz_delimited_list(t), 0);
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[0], "frame r.fits");
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[0], "\"odd.fits");
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[0], "last, one.fits");
	assert_int_equal(pz_delimited_next(t), 0);
	pz_delimited_close(t);
	/* what looked like names is the first of its lines */
	write_bytes("file,band\n1,r\n", 14);
	assert_int_equal(pz_delimited_open(&t, path, NULL), 0);
	assert_true(t->named && t->columns == 2);
	assert_int_equal(pz_delimited_list(t), 0);
	assert_true(!t->named && t->columns == 1);
	assert_string_equal(t->column[0], "col1");
	assert_string_equal(t->unit[0], "");
	assert_int_equal(pz_delimited_next(t), 1);
	assert_string_equal(t->cell[0], "file,band");
	pz_delimited_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delimiters_are_found),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(ecsv_is_read),
		cmocka_unit_test(lines_and_quotes_are_read),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(other_kinds_are_named),
		cmocka_unit_test(rows_of_any_length_are_read),
		cmocka_unit_test(rows_are_gone_back_to),
		cmocka_unit_test(an_open_quote_in_the_head_is_named),
		cmocka_unit_test(rows_far_behind_are_gone_back_to),
		cmocka_unit_test(lists_are_lines),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
