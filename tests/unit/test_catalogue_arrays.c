/* test_catalogue_arrays.c -- catalogues of arrays: which are columns, what they are called; and
 * numbers of several columns of text
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/array.h>
#include <pz/catalogue.h>
#include <pz/error.h>

#include "open_catalogue.h"
#include "own_folder.h"

static const struct pz_catalogue_options plain;

/* ---- arrays ---- */

#define ROWS 3

/* Value k of a row of column c. */
static double value_of(int c, int row, int k)
{
	return 10 * c + row + 0.25 * k;
}

/* Writes columns of floats; of those that are alone one number. */
static void write_arrays(const char *path, const struct pz_array_column *column, int n)
{
	struct pz_arrays_file *f;

	assert_int_equal(pz_arrays_begin(&f, path, ROWS, column, n), 0);
	for (int c = 0; c < n; c++) {
		int values = column[c].dims ? (int)column[c].shape[0] : 1;
		double x[ROWS * 4];

		for (int i = 0; i < ROWS * values; i++)
			x[i] = column[c].alone ? 7
					       : value_of(c, i / values, i % values) +
							 (column[c].kind == PZ_ARRAY_TEXT ? 1 : 0);
		if (column[c].kind == PZ_ARRAY_TEXT)
			assert_int_equal(pz_arrays_add(f, c, ROWS, "12.5\0a2\0\0\0-3\0\0\0"), 0);
		else
			assert_int_equal(
				pz_arrays_add(f, c, column[c].alone ? (size_t)values : ROWS, x), 0);
	}
	assert_int_equal(pz_arrays_finish(f), 0);
}

/* The columns of a file, as a message lists them. */
static const char *columns_of(const char *path)
{
	struct pz_catalogue_options o = { .carry = "none", .anywhere = true };
	struct pz_catalogue *c;
	const char *list;

	assert_int_equal(pz_catalogue_open(&c, path, &o), PZ_EDATA);
	list = strstr(pz_error_text(), "no column 'none' for carry; it has ");
	assert_non_null(list);
	return list + strlen("no column 'none' for carry; it has ");
}

#define FLOATS(name) name, PZ_ARRAY_FLOAT, 8

static void arrays_with_as_many_rows_are_columns(void **state)
{
	(void)state;
	write_arrays("a.h5",
		     (const struct pz_array_column[]){ { FLOATS("id"), .dims = 0 },
						       { FLOATS("ra"), .dims = 0 },
						       { FLOATS("grid"), 1, { 4 }, true },
						       { FLOATS("v"), 1, { 2 }, false },
						       { FLOATS("one"), 1, { 1 }, true } },
		     5);
	assert_string_equal(columns_of("a.h5"), "id, ra, v");
	/* groups of a common name are none */
	write_arrays("a.h5",
		     (const struct pz_array_column[]){ { FLOATS("phot/a/id"), .dims = 0 },
						       { FLOATS("phot/ab"), .dims = 0 },
						       { FLOATS("phot/a/ra"), .dims = 0 } },
		     3);
	assert_string_equal(columns_of("a.h5"), "a/id, a/ra, ab");
	write_arrays("a.h5",
		     (const struct pz_array_column[]){ { FLOATS("phot/a/id"), .dims = 0 },
						       { FLOATS("phot/a/ra"), .dims = 0 } },
		     2);
	assert_string_equal(columns_of("a.h5"), "id, ra");
	write_arrays("a.h5",
		     (const struct pz_array_column[]){ { FLOATS("phot/id"), .dims = 0 },
						       { FLOATS("pho"), .dims = 0 } },
		     2);
	assert_string_equal(columns_of("a.h5"), "pho, phot/id");
}

/* In a file of qp's columns are called as in its group of them. */
static void files_of_qp_have_a_group_of_columns(void **state)
{
	struct pz_catalogue_options o = { .columns = "ra=z,dec=data/x,id=id" };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_arrays(
		"q.h5",
		(const struct pz_array_column[]){ { FLOATS("ancil/id"), .dims = 0 },
						  { FLOATS("ancil/z"), .dims = 0 },
						  { FLOATS("ancillary"), .dims = 0 },
						  { FLOATS("data/x"), .dims = 0 },
						  { FLOATS("meta/pdf_name"), 1, { 1 }, true } },
		5);
	assert_string_equal(columns_of("q.h5"), "id, z, ancillary, data/x");
	c = opened("q.h5", &o);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.id == 0 && row.ra == value_of(1, 0, 0));
	pz_catalogue_close(c);
}

static void values_of_arrays(void **state)
{
	struct pz_catalogue_options o = { .features = "v,x=w[1],t",
					  .carry = "w0=w[0],t",
					  .texts = true };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_arrays("v.npz",
		     (const struct pz_array_column[]){ { FLOATS("id"), .dims = 0 },
						       { FLOATS("ra"), .dims = 0 },
						       { FLOATS("dec"), .dims = 0 },
						       { FLOATS("v"), 1, { 3 }, false },
						       { FLOATS("w"), 1, { 2 }, false } },
		     5);
	o.features = "v,x=ra,w[1:2]";
	o.carry = "w0=w[0]";
	c = opened("v.npz", &o);
	assert_int_equal(pz_catalogue_features(c), 5);
	for (int i = 0; i < ROWS; i++) {
		assert_int_equal(pz_catalogue_next(c, &row), 1);
		assert_int_equal(row.id, i);
		for (int k = 0; k < 3; k++)
			assert_true(row.features[k] == (float)value_of(3, i, k));
		assert_true(row.features[3] == (float)value_of(1, i, 0));
		assert_true(row.features[4] == (float)value_of(4, i, 1));
		assert_true(row.carry[0] == value_of(4, i, 0));
		assert_int_equal(row.carry_type[0], PZ_CELL_NUMBER);
	}
	assert_int_equal(pz_catalogue_next(c, &row), 0);
	pz_catalogue_close(c);
	/* texts that are to be numbers */
	write_arrays("t.npz",
		     (const struct pz_array_column[]){ { "t", PZ_ARRAY_TEXT, 5, .dims = 0 },
						       { FLOATS("ra"), .dims = 0 },
						       { FLOATS("dec"), .dims = 0 } },
		     3);
	c = opened("t.npz", &(struct pz_catalogue_options){ .columns = "mag=t", .numbered = true });
	says(pz_catalogue_next(c, &row), PZ_EDATA,
	     "t.npz: row 2: column 't': expected a number, found 'a2'");
	pz_catalogue_close(c);
}

/* Below two to the power of a mantissa's bits whole numbers are exact. */
static void ids_of_floats(void **state)
{
	static const size_t bytes[] = { 2, 4, 8 };
	static const int digits[] = { 11, 24, 53 };

	(void)state;
	for (int k = 0; k < 3; k++)
		for (int beyond = 0; beyond < 2; beyond++) {
			const struct pz_array_column column[] = { { "id", PZ_ARRAY_FLOAT, bytes[k],
								    .dims = 0 },
								  { FLOATS("ra"), .dims = 0 },
								  { FLOATS("dec"), .dims = 0 } };
			double id = ldexp(1, digits[k]) * (beyond ? 2 : 1), x = 1;
			const uint16_t half = beyond ? 0x6c00 : 0x6800;
			const float narrow = (float)id;
			const void *values[] = { k == 0   ? (const void *)&half
						 : k == 1 ? (const void *)&narrow
							  : (const void *)&id,
						 &x, &x };
			struct pz_arrays_file *f;
			struct pz_catalogue_row row;
			struct pz_catalogue *c;

			assert_int_equal(pz_arrays_begin(&f, "i.npz", 1, column, 3), 0);
			for (int i = 0; i < 3; i++)
				assert_int_equal(pz_arrays_add(f, i, 1, values[i]), 0);
			assert_int_equal(pz_arrays_finish(f), 0);
			c = opened("i.npz", &plain);
			assert_int_equal(pz_catalogue_next(c, &row), beyond ? PZ_EDATA : 1);
			assert_true(beyond || row.id == (int64_t)id);
			if (beyond)
				assert_non_null(
					strstr(pz_error_text(), "i.npz: row 1: column 'id': "));
			pz_catalogue_close(c);
		}
}

/* ---- text ---- */

static void write_text(const char *text)
{
	FILE *f = fopen("t.csv", "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void numbers_of_several_columns_of_text(void **state)
{
	static const float first[] = { 5, 4, 4, 5, 6 };
	struct pz_catalogue_options o = { .features = "b,x=a,a..c" };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	char name[PZ_FEATURE];
	int items;

	(void)state;
	write_text("id,ra,dec,a,b,c\n1,2,3,4,5,6\n2,2,3,7,,9\n");
	c = opened("t.csv", &o);
	assert_int_equal(pz_catalogue_set_vector(c, "c,a", &items), 0);
	assert_int_equal(pz_catalogue_features(c), 5);
	pz_catalogue_feature(c, 1, name);
	assert_string_equal(name, "x");
	pz_catalogue_feature(c, 4, name);
	assert_string_equal(name, "c");
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	for (int k = 0; k < 5; k++)
		assert_true(row.features[k] == first[k]);
	assert_true(row.vector[0] == 6 && row.vector[1] == 4);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(isnan(row.features[0]) && row.features[1] == 7 && isnan(row.features[3]));
	assert_true(row.vector[0] == 9 && row.vector[1] == 7);
	assert_int_equal(pz_catalogue_next(c, &row), 0);
	pz_catalogue_close(c);
}

static void fails(const struct pz_catalogue_options *o, const char *text)
{
	struct pz_catalogue_row row;
	struct pz_catalogue *c = opened("t.csv", o);
	int rc;

	while ((rc = pz_catalogue_next(c, &row)) > 0)
		;
	says(rc, PZ_EDATA, text);
	pz_catalogue_close(c);
}

static void cells_that_are_no_numbers(void **state)
{
	struct pz_catalogue_options a = { .features = "a" }, b = { .carry = "b", .texts = true };
	char text[400] = "id,ra,dec,a,b\n1,2,3,4,";

	(void)state;
	write_text("id,ra,dec,a,b\n1,2,3,4,5\n2,2,3,x,5\n");
	fails(&a, "t.csv: row 2: column 'a': expected a number, found 'x'");
	write_text("id;ra;dec;a;b\n1;2;3;1,5;2,5\n");
	fails(&a, "t.csv: row 1: column 'a': expected a decimal point in a number, found '1,5'");
	fails(&b, "t.csv: row 1: column 'b': expected a decimal point in a number, found '2,5'");
	b.texts = false;
	write_text("id,ra,dec,a,b\n1,2,3,4,\"2,5\"\n");
	fails(&b, "t.csv: row 1: column 'b': expected a decimal point in a number, found '2,5'");
	b.texts = true;
	memset(text + strlen(text), 'w', PZ_CELL_MAX);
	write_text(text);
	fails(&b, "t.csv: row 1: column 'b': a text of more than 255 bytes");
	write_text("id,ra,dec\n1,2,3\n,2,3\n");
	fails(&plain, "t.csv: row 2: column 'id': expected an id of 1 to 63 bytes, found none");
}

static void what_is_said_of_a_column_z(void **state)
{
	struct pz_catalogue *c;

	(void)state;
	write_text("id,ra,dec,Z,g\n1,2,3,4,5\n");
	c = opened("t.csv", &plain);
	assert_string_equal(
		pz_catalogue_note(c),
		"t.csv: column 'Z' beside 'g' may be a magnitude: no redshift is read; if "
		"there is one, say --columns z=NAME");
	assert_null(pz_catalogue_note(c));
	assert_true(pz_catalogue_doubted(c) && !pz_catalogue_has(c, "z"));
	pz_catalogue_close(c);
	write_text("# %ECSV 1.0\n# - {name: id}\n# - {name: ra}\n# - {name: dec}\n"
		   "# - {name: z, unit: mag}\nid ra dec z\n1 2 3 4\n");
	c = opened("t.csv", &plain);
	assert_string_equal(pz_catalogue_note(c),
			    "t.csv: column 'z' is in magnitudes: no redshift is "
			    "read; if there is one, say --columns z=NAME");
	pz_catalogue_close(c);
	says(pz_catalogue_open(&c, "t.csv", &(struct pz_catalogue_options){ .carry = "q,none=b" }),
	     PZ_EDATA, "t.csv: no column 'q' for carry; it has id, ra, dec, z");
}

/* Where all further columns hold what is above 0, what is not is none: in the first of them, too.
 */
static void what_is_not_above_0(void **state)
{
	struct pz_catalogue_options o = { .carry = "a,b,c", .positive = true, .texts = true };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_text("id,ra,dec,a,b,c,mag\n1,2,3,0,-5,1,-2\n2,2,3,4,0.5,-0.25,7\n");
	c = opened("t.csv", &o);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(isnan(row.carry[0]) && isnan(row.carry[1]) && row.carry[2] == 1);
	assert_int_equal(row.carry_type[0], PZ_CELL_NUMBER);
	assert_int_equal(row.carry_type[1], PZ_CELL_NUMBER);
	assert_int_equal(row.carry_type[2], PZ_CELL_INTEGER);
	assert_true(row.mag == -2);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.carry[0] == 4 && row.carry[1] == 0.5 && isnan(row.carry[2]));
	pz_catalogue_close(c);
}

/* A redshift has no unit; but some tables write one that says nothing else. */
static void units_of_redshifts(void **state)
{
	static const char *const other[] = { "1/s", "km", "kpc", "MJy", "njy", "dmag", "Gyr" };
	static const char *const none[] = { "redshift", "z", "kilo", "p c" };
	struct pz_catalogue_options o = { .columns = "z=w" };
	struct pz_catalogue *c;
	char text[300], message[300];

	(void)state;
	for (size_t i = 0; i < 11; i++) {
		const char *unit = i < 7 ? other[i] : none[i - 7];

		snprintf(text, sizeof text,
			 "# %%ECSV 1.0\n# - {name: id}\n# - {name: ra}\n# - {name: dec}\n"
			 "# - {name: w, unit: %s}\nid ra dec w\n1 2 3 4\n",
			 unit);
		write_text(text);
		snprintf(message, sizeof message,
			 "t.csv: column 'w': expected a redshift, which has no unit, for z, found "
			 "the unit '%s': name another column by --columns",
			 unit);
		if (i < 7) {
			says(pz_catalogue_open(&c, "t.csv", &o), PZ_EDATA, message);
			continue;
		}
		c = opened("t.csv", &o);
		assert_true(pz_catalogue_has(c, "z"));
		pz_catalogue_close(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_with_as_many_rows_are_columns),
		cmocka_unit_test(files_of_qp_have_a_group_of_columns),
		cmocka_unit_test(values_of_arrays),
		cmocka_unit_test(ids_of_floats),
		cmocka_unit_test(numbers_of_several_columns_of_text),
		cmocka_unit_test(cells_that_are_no_numbers),
		cmocka_unit_test(what_is_said_of_a_column_z),
		cmocka_unit_test(units_of_redshifts),
		cmocka_unit_test(what_is_not_above_0),
	};

	return cmocka_run_group_tests_name("arrays of a catalogue", tests, enter_own_folder,
					   leave_own_folder);
}
