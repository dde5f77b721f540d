/* test_table_cards.c -- what the header of a table of arrays says of its columns and its stream:
 * cards that are right, at their limits, and wrong */
#include <math.h>

#include "../../tools/table/header.h"
#include "../../tools/table/key.h"
#include "in_process.h"
#include "raw_hdf5.h"

/* A file of the columns b, a and c in the group photometry, with these cards. */
static struct table_file *with_cards(const char *cards)
{
	const int64_t x[] = { 7, 8, 9 };
	struct table_file *f;
	hid_t file = h5_create("c.h5");

	h5_put_texts(file, "pzpipe/header", 1, strlen(cards), cards);
	h5_put(file, "photometry/b", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, x);
	h5_put(file, "photometry/a", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, x);
	h5_put(file, "photometry/c", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, x);
	h5_put(file, "alone", H5T_NATIVE_INT64, 1, (hsize_t[]){ 1 }, x);
	H5Fclose(file);
	if (table_file_open(&f, "c.h5", NULL) < 0)
		fail_msg("%s", pz_error_text());
	return f;
}

#define GROUP "GROUP=photometry\n"

static void cards_by_their_keys(void **state)
{
	struct table_file *f =
		with_cards("AB=1\nA=2.5\n\nABC=x%41%20\nBAD=5%4\nA=3\nLAST=9\n" GROUP);
	char text[16];

	(void)state;
	assert_true(table_file_number(f, "A", -1) == 2.5);
	assert_true(table_file_number(f, "AB", -1) == 1);
	assert_true(table_file_number(f, "LAST", -1) == 9);
	assert_true(table_file_number(f, "LAS", -1) == -1);
	assert_true(table_file_number(f, "B", -1) == -1);
	assert_int_equal(table_file_text(f, "ABC", text, sizeof text), 1);
	assert_string_equal(text, "xA ");
	assert_int_equal(table_file_text(f, "BAD", text, sizeof text), 1);
	assert_string_equal(text, "");
	assert_int_equal(table_file_text(f, "NONE", text, sizeof text), 0);
	assert_int_equal(table_file_text(f, "ABC", text, 3), 1);
	assert_string_equal(text, "xA");
	assert_true(table_file_is_arrays(f));
	assert_string_equal(table_file_where(f), "c.h5");
	assert_int_equal(table_file_rows(f), 3);
	assert_int_equal(table_file_columns(f), 3);
	table_file_close(f);
}

static void columns_in_the_order_of_their_cards(void **state)
{
	struct table_file *f = with_cards("TKEY1=c=i:c\nTKEY2=none=i:x\nTKEY3=b=i:b\n" GROUP);

	(void)state;
	assert_string_equal(table_file_column_name(f, 0), "c");
	assert_string_equal(table_file_column_name(f, 1), "b");
	assert_string_equal(table_file_column_name(f, 2), "a");
	table_file_close(f);
}

/* ---- keys ---- */

static void keys_of_columns(void **state)
{
	static const struct {
		const char *text, *path; /* NULL: it is no key */
		char tag;
		bool coded, empties;
	} cases[] = {
		{ "n=i:n", "n", 'i', false, false },
		{ "n=tx:a.b", "a.b", 't', true, false },
		{ "n=te:a", "a", 't', false, true },
		{ "n=vxe:a", "a", 'v', true, true },
		{ "n=D:a rest", "a", 'D', false, false },
		{ "n=f:a%2520b", "a b", 'f', false, false },
		{ "=i:n", NULL, 0, false, false },
		{ "n=:n", NULL, 0, false, false },
		{ "n=i", NULL, 0, false, false },
		{ "n", NULL, 0, false, false },
		{ "n=q:n", NULL, 0, false, false },
		{ "n=iy:n", NULL, 0, false, false },
		{ "n=ixez:n", NULL, 0, false, false },
		{ "n=ixee:n", NULL, 0, false, false },
		{ "n=i:", NULL, 0, false, false },
		{ "n=i:a%254", NULL, 0, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char cards[80];
		struct table_keys k = { 0 };
		struct table_file *f;
		const struct table_key *key;

		snprintf(cards, sizeof cards, "TKEY3=%s\n" GROUP, cases[i].text);
		f = with_cards(cards);
		assert_int_equal(table_keys_read(&k, f, 2), 0);
		key = table_keys_find(&k, "n");
		if (!key != !cases[i].path)
			fail_msg("%s: %s", cases[i].text, key ? "is none" : "is one");
		if (key) {
			assert_string_equal(key->path, cases[i].path);
			assert_int_equal(key->tag, cases[i].tag);
			assert_int_equal(key->coded, cases[i].coded);
			assert_int_equal(key->empties, cases[i].empties);
		}
		assert_int_equal(k.n, key != NULL);
		table_keys_release(&k);
		assert_null(k.key);
		/* without the card of the whole only comments count */
		assert_int_equal(table_keys_read(&k, f, 0), 0);
		assert_int_equal(k.n, 0);
		table_keys_release(&k);
		table_file_close(f);
	}
}

static void keys_by_the_dozen_and_those_that_differ(void **state)
{
	char cards[2000] = GROUP;
	struct table_keys k = { 0 };
	struct table_file *f;

	(void)state;
	for (int i = 1; i <= 70; i++)
		sprintf(cards + strlen(cards), "TKEY%d=n%d=i:p%d\n", i, i, 2 * i);
	f = with_cards(cards);
	assert_int_equal(table_keys_read(&k, f, 2), 0);
	assert_int_equal(k.n, 70);
	assert_string_equal(table_keys_find(&k, "n33")->path, "p66");
	assert_string_equal(table_keys_find(&k, "n70")->path, "p140");
	assert_null(table_keys_find(&k, "n71"));
	table_keys_release(&k);
	table_file_close(f);
	f = with_cards("TKEY1=n=i:m\nTCOMM1=pzpipe n=i:m G=z\nTCOMM2=n=i:q\nTCOMM3=pzpipe o=d:o\n"
		       "TCOMM4=pzpipe p=d:p\n" GROUP);
	assert_int_equal(table_keys_read(&k, f, 2), 0);
	assert_int_equal(k.n, 2); /* of three columns the fourth has no comment */
	assert_string_equal(table_keys_find(&k, "o")->path, "o");
	table_keys_release(&k);
	assert_int_equal(table_keys_read(&k, f, 0), 0);
	assert_int_equal(k.n, 2);
	table_keys_release(&k);
	table_file_close(f);
	for (int i = 0; i < 2; i++) {
		f = with_cards(i ? "TKEY1=n=i:m\nTKEY2=n=d:m\n" GROUP
				 : "TKEY1=n=i:m\nTKEY2=n=i:o\n" GROUP);
		assert_int_equal(table_keys_read(&k, f, 2), PZ_EDATA);
		assert_string_equal(
			pz_error_text(),
			i ? "c.h5: column 'n': its TKEY or TCOMM cards say that it is m "
			    "and that it is m: remove the wrong one"
			  : "c.h5: column 'n': its TKEY or TCOMM cards say that it is m "
			    "and that it is o: remove the wrong one");
		table_keys_release(&k);
		table_file_close(f);
	}
}

/* ---- the stream's header ---- */

static struct pz_survey found;

/* The code of table_header_read. */
static int header_of_cards(const char *cards, int *version, char lacks[TABLE_LACKS])
{
	struct table_file *f = with_cards(cards);
	int rc;

	assert_int_equal(pz_survey_find(&found, "sdss"), 0);
	rc = table_header_read(f, &found, version, lacks);
	table_file_close(f);
	return rc;
}

#define GRID "GRIDMIN=0.5\nGRIDMAX=1.5\nGRIDBINS=10\nGRIDLOW=2\nGRIDHIGH=3\n"

static void headers_of_streams(void **state)
{
	char lacks[TABLE_LACKS];
	int version;

	(void)state;
	assert_int_equal(
		header_of_cards("PZPIPE=2\nSURVEY=mine\nTARGET=mass\nROWSMAG=i\nROWSMIN=16\n"
				"ROWSWID=0.25\nROWSCHAN=4\nLIMDIV=3\nLIMOUT=0.07\nLIMFIT=0.2\n"
				"LIMTHR=50\n" GRID GROUP,
				&version, lacks),
		1);
	assert_true(version == 2 && !*lacks);
	assert_string_equal(found.name, "mine");
	assert_string_equal(found.grid.target, "mass");
	assert_string_equal(found.rows.mag, "i");
	assert_true(found.grid.min == 0.5 && found.grid.max == 1.5 && found.grid.bins == 10 &&
		    found.grid.left == 2 && found.grid.right == 3);
	assert_true(found.rows.min == 16 && found.rows.width == 0.25 && found.rows.channels == 4);
	assert_true(found.divide == 3 && found.outlier == 0.07 && found.fit_from == 0.2 &&
		    found.threshold == 50);
	/* of limits those that are missing are none */
	assert_int_equal(header_of_cards("PZPIPE=1.5\nLIMTHR=50\n" GROUP, &version, lacks), 1);
	assert_int_equal(version, 1);
	assert_true(isnan(found.outlier) && found.fit_from == -INFINITY && found.threshold == 50);
	assert_int_equal(header_of_cards("PZPIPE=3\n" GROUP, &version, lacks), 1);
	assert_true(version == 2 && found.outlier == 0.05 && found.fit_from == 0.15);
	assert_int_equal(header_of_cards("PZPIPE=0.5\n" GROUP, &version, lacks), 0);
	assert_int_equal(version, 0);
	assert_string_equal(lacks, "grid, rows, limits");
	assert_int_equal(
		header_of_cards("TCOMM1=pzpipe a=i:a R=i,16,0.25,4\n" GROUP, &version, lacks), 1);
	assert_string_equal(lacks, "grid, limits");
	assert_true(found.rows.min == 16 && found.rows.channels == 4);
	assert_string_equal(found.rows.mag, "i");
	assert_int_equal(
		header_of_cards("TCOMM1=pzpipe aa=i:a R=i,16,0.25,4\n" GROUP, &version, lacks), 0);
}

static void numbers_of_headers_that_cannot_be(void **state)
{
	static const char *const cases[][2] = {
		{ "PZPIPE=2\nGRIDBINS=10.5\n" GROUP,
		  "c.h5: GRIDBINS: expected a whole number, found 10.5" },
		{ "PZPIPE=2\nLIMTHR=1073741825\n" GROUP,
		  "c.h5: LIMTHR: expected a whole number, found 1.07374e+09" },
		{ "PZPIPE=2\nLIMTHR=-1073741825\n" GROUP,
		  "c.h5: LIMTHR: expected a whole number, found -1.07374e+09" },
		{ "TCOMM1=pzpipe a=i:a R=i,16,0.25\n" GROUP,
		  "c.h5: TCOMM1: expected more numbers in the list, found its end" },
		{ "TCOMM1=pzpipe a=i:a R=i,16,0.25,4\nTCOMM2=pzpipe b=i:b R=i,16,0.25,5\n" GROUP,
		  "c.h5: TCOMM2: expected the same as in the comment of another column, "
		  "'R=i,16,0.25,4', found 'R=i,16,0.25,5'" },
		{ "TCOMM2=pzpipe b=i:b R=i,16,0.25,4.5\n" GROUP,
		  "c.h5: TCOMM2: expected a whole number, found 4.5" },
	};
	char lacks[TABLE_LACKS];
	int version;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(header_of_cards(cases[i][0], &version, lacks), PZ_EDATA);
		assert_string_equal(pz_error_text(), cases[i][1]);
	}
	assert_int_equal(header_of_cards("PZPIPE=2\nLIMTHR=1073741824\n" GROUP, &version, lacks),
			 1);
	assert_int_equal(found.threshold, 1 << 30);
	assert_int_equal(header_of_cards("PZPIPE=2\nGRIDMIN=3\nGRIDMAX=1\n" GROUP, &version, lacks),
			 PZ_EDATA);
	assert_int_equal(header_of_cards("PZPIPE=2\nROWSCHAN=0\n" GROUP, &version, lacks),
			 PZ_EDATA);
}

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	return in_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_by_their_keys),
		cmocka_unit_test(columns_in_the_order_of_their_cards),
		cmocka_unit_test(keys_of_columns),
		cmocka_unit_test(keys_by_the_dozen_and_those_that_differ),
		cmocka_unit_test(headers_of_streams),
		cmocka_unit_test(numbers_of_headers_that_cannot_be),
	};

	return cmocka_run_group_tests_name("cards of tables", tests, begin, out_of_folder);
}
