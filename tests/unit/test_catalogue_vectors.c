/* test_catalogue_vectors.c -- columns by name, and numbers of several columns: vectors, features,
 * further cells, ids, of tables of FITS and of text
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

#include <pz/catalogue.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "open_catalogue.h"
#include "own_folder.h"

#define ROWS 1300 /* more than two blocks of 512 */

/* ---- a table whose every number says where it stands ---- */

static const struct pz_fits_column columns[] = {
	{ "id", PZ_FITS_INTEGER, 1, NULL }, { "ra", PZ_FITS_DOUBLE, 1, "deg" },
	{ "dec", PZ_FITS_DOUBLE, 1, NULL }, { "z", PZ_FITS_DOUBLE, 1, NULL },
	{ "a", PZ_FITS_DOUBLE, 1, NULL },   { "v", PZ_FITS_DOUBLE, 5, NULL },
	{ "f", PZ_FITS_FLOAT, 3, NULL },    { "n", PZ_FITS_INTEGER, 2, NULL },
	{ "word", PZ_FITS_TEXT, 6, NULL },  { "pair[1]", PZ_FITS_DOUBLE, 1, NULL },
};

#define COLUMNS 10

/* Value k of column c in a row. */
static double value_of(int c, long row, int k)
{
	return (double)row + 2000. * c + 0.125 * k;
}

static void write_table(const char *path)
{
	static double plain[3][ROWS], a[ROWS], v[5 * ROWS], pair[ROWS];
	static float f[3 * ROWS];
	static int64_t id[ROWS], n[2 * ROWS];
	static char word[ROWS][8];
	static const char *words[ROWS];
	const void *values[COLUMNS] = { id, plain[0], plain[1], plain[2], a, v, f, n, words, pair };
	struct pz_fits_table *t;

	for (long i = 0; i < ROWS; i++) {
		id[i] = 5 * i;
		plain[0][i] = (double)(i % 360);
		plain[1][i] = (double)(i % 90);
		plain[2][i] = (double)i / ROWS;
		a[i] = value_of(4, i, 0);
		for (int k = 0; k < 5; k++)
			v[5 * i + k] = value_of(5, i, k);
		for (int k = 0; k < 3; k++)
			f[3 * i + k] = (float)value_of(6, i, k);
		for (int k = 0; k < 2; k++)
			n[2 * i + k] = 10 * i + k;
		snprintf(word[i], sizeof word[i], "w%ld", i);
		words[i] = word[i];
		pair[i] = value_of(9, i, 0);
	}
	assert_int_equal(pz_fits_table_begin(&t, path, "T", columns, COLUMNS, NULL, 0), 0);
	assert_int_equal(pz_fits_table_add(t, ROWS, values), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
}

static int make_table(void **state)
{
	int rc = enter_own_folder(state);

	write_table("t.fits");
	return rc;
}

static void write_text(const char *text)
{
	FILE *f = fopen("t.csv", "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* ---- features and vectors ---- */

/* The columns, and values in these, that a list stands for, as "54" for value 4 of column 5. */
static void features_are(const char *list, const char *digits, const char *names)
{
	struct pz_catalogue_options o = { .features = list };
	struct pz_catalogue *c = opened("t.fits", &o);
	int n = (int)strlen(digits) / 2;
	char name[PZ_FEATURE], all[400] = "";
	struct pz_catalogue_row row;
	long i = 0;

	assert_int_equal(pz_catalogue_features(c), n);
	for (int k = 0; k < n; k++) {
		pz_catalogue_feature(c, k, name);
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s ", name);
		assert_int_equal(pz_catalogue_feature_alone(c, k),
				 digits[2 * k] == '4' || digits[2 * k] == '9');
	}
	assert_string_equal(all, names);
	for (; pz_catalogue_next(c, &row) > 0; i++)
		for (int k = 0; k < n; k++) {
			double wanted =
				digits[2 * k] == '7'
					? 10. * (double)i + digits[2 * k + 1] - '0'
					: value_of(digits[2 * k] - '0', i, digits[2 * k + 1] - '0');

			if (row.features[k] != (float)wanted)
				fail_msg("%s, row %ld, feature %d: expected %g, found %g", list, i,
					 k, wanted, (double)row.features[k]);
		}
	assert_int_equal(i, ROWS);
	pz_catalogue_close(c);
}

static void features_of_many_columns(void **state)
{
	(void)state;
	features_are("a", "40", "a ");
	features_are("v", "5051525354", "v[0] v[1] v[2] v[3] v[4] ");
	features_are("v[3], A ,f[0]", "534060", "v[3] a f[0] ");
	features_are("v[1:4],v[0:1]", "51525350", "v[1] v[2] v[3] v[0] ");
	features_are("new=a,f[1:3]", "406162", "new f[1] f[2] ");
	features_are("a..f", "405051525354606162", "a v[0] v[1] v[2] v[3] v[4] f[0] f[1] f[2] ");
	features_are("n,pair[1]", "707190", "n[0] n[1] pair[1] ");
	features_are("n..n", "7071", "n[0] n[1] ");
}

static void no_features(const char *list, int code, const char *text)
{
	struct pz_catalogue_options o = { .features = list };
	struct pz_catalogue *c;

	says(pz_catalogue_open(&c, "t.fits", &o), code, text);
	assert_null(c);
}

#define HAS "it has id, ra, dec, z, a, v, f, n, word, pair[1]"

static void features_that_are_none(void **state)
{
	(void)state;
	no_features("b", PZ_EDATA, "t.fits: no column 'b' for features; " HAS);
	no_features("a,,f", PZ_EUSAGE, "features: an empty name");
	no_features(",a", PZ_EUSAGE, "features: an empty name");
	no_features("=a", PZ_EUSAGE, "features: expected name or new=name");
	no_features("a=", PZ_EUSAGE, "features: expected name or new=name");
	no_features("x=v", PZ_EUSAGE, "features: 'x=': expected one column of one number to name");
	no_features("x=v[0]", PZ_EUSAGE,
		    "features: 'x=': expected one column of one number to name");
	no_features("x=a..v", PZ_EUSAGE,
		    "features: 'x=': expected one column of one number to name");
	no_features("v[5]", PZ_EDATA,
		    "t.fits: column 'v': expected a number from 0 to 4 in brackets, "
		    "as it has 5 values in a row, found 5");
	no_features("v[2:6]", PZ_EDATA,
		    "t.fits: 'v[2:6]': expected [FROM:TO] within 0 to 5, found 2:6");
	no_features("v[2:2]", PZ_EDATA,
		    "t.fits: 'v[2:2]': expected [FROM:TO] within 0 to 5, found 2:2");
	no_features("b[0:1]", PZ_EDATA, "t.fits: no column 'b' for features; " HAS);
	no_features("v[0:1", PZ_EDATA, "t.fits: no column 'v[0:1' for features; " HAS);
	no_features("f..a", PZ_EDATA, "t.fits: expected column 'f' before 'a', found it behind");
	no_features("a..b", PZ_EDATA, "t.fits: no column 'b' for features; " HAS);
	no_features("b..a", PZ_EDATA, "t.fits: no column 'b' for features; " HAS);
	no_features("..a", PZ_EDATA, "t.fits: no column '..a' for features; " HAS);
	no_features("z", PZ_EUSAGE,
		    "t.fits: feature 'z': the column is the redshift that is to be "
		    "estimated (--columns z=NAME names another)");
	no_features("dec..a", PZ_EUSAGE,
		    "t.fits: feature 'z': the column is the redshift that is to "
		    "be estimated (--columns z=NAME names another)");
}

static void vectors_of_rows(void **state)
{
	struct pz_catalogue_options o = { .missing = {
						  .given = true, .count = 1, .value = { 10000 } } };
	struct pz_catalogue *c = opened("t.fits", &o);
	struct pz_catalogue_row row;
	int items;
	long i = 0;

	(void)state;
	assert_int_equal(pz_catalogue_set_vector(c, "v[1:3],a,f", &items), 0);
	assert_int_equal(items, 3);
	assert_int_equal(pz_catalogue_vector_values(c), 6);
	assert_true(pz_catalogue_vector_narrow(c));
	for (; pz_catalogue_next(c, &row) > 0; i++) {
		for (int k = 0; k < 2; k++)
			assert_true(row.vector[k] == value_of(5, i, k + 1));
		assert_true(row.vector[2] == value_of(4, i, 0));
		for (int k = 0; k < 3; k++)
			assert_true(row.vector[3 + k] == value_of(6, i, k));
	}
	assert_int_equal(i, ROWS);
	says(pz_catalogue_set_vector(c, "a", &items), PZ_EARG,
	     "t.fits: rows have a vector already");
	pz_catalogue_close(c);
	/* a number that means none */
	c = opened("t.fits", &o);
	assert_int_equal(pz_catalogue_set_vector(c, "v[0],a", &items), 0);
	assert_false(pz_catalogue_vector_narrow(c));
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(isnan(row.vector[0]) && row.vector[1] == 8000);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.vector[0] == 10001);
	assert_true(pz_catalogue_has_column(c, "V") && pz_catalogue_has_column(c, "v[4]"));
	assert_true(pz_catalogue_has_column(c, "v[5]")); /* a mistake, which is told elsewhere */
	assert_false(pz_catalogue_has_column(c, "w"));
	pz_catalogue_close(c);
	c = opened("t.fits", &o);
	says(pz_catalogue_set_vector(c, "", &items), PZ_EDATA,
	     "t.fits: expected numbers in each row, found columns without");
	pz_catalogue_close(c);
}

/* ---- further columns ---- */

static void cells_of_tables(void **state)
{
	struct pz_catalogue_options o = { .carry = "a,n0=n[0],n1=n[1],word,v3=v[3],id,f2=f[2]",
					  .texts = true };
	struct pz_catalogue *c = opened("t.fits", &o);
	struct pz_catalogue_row row;
	char text[24];
	long i = 0;

	(void)state;
	assert_int_equal(pz_catalogue_carried(c), 7);
	assert_string_equal(pz_catalogue_carry(c, 1), "n0");
	for (; pz_catalogue_next(c, &row) > 0; i++) {
		assert_int_equal(row.id, 5 * i);
		assert_true(row.ra == (double)(i % 360) && row.dec == (double)(i % 90));
		assert_true(row.z == (double)i / ROWS);
		assert_true(row.carry[0] == value_of(4, i, 0));
		assert_int_equal(row.carry_type[0], PZ_CELL_NUMBER);
		for (int k = 0; k < 2; k++) {
			assert_int_equal(row.carry_type[1 + k], PZ_CELL_INTEGER);
			assert_int_equal(row.carry_integer[1 + k], 10 * i + k);
			assert_true(row.carry[1 + k] == 10. * (double)i + k);
		}
		snprintf(text, sizeof text, "w%ld", i);
		assert_int_equal(row.carry_type[3], PZ_CELL_TEXT);
		assert_string_equal(row.carry_text[3], text);
		assert_true(isnan(row.carry[3]));
		assert_true(row.carry[4] == value_of(5, i, 3) &&
			    row.carry_type[4] == PZ_CELL_NUMBER);
		assert_int_equal(row.carry_integer[5], 5 * i);
		assert_true(row.carry[6] == value_of(6, i, 2));
	}
	assert_int_equal(i, ROWS);
	pz_catalogue_close(c);
}

/* Columns with values in a row are none of one number; ids are no vectors. */
static void columns_of_one_number(void **state)
{
	struct pz_catalogue_options o = { .columns = "mag=v" };
	struct pz_catalogue_row row;
	struct pz_catalogue *c = opened("t.fits", &o);

	(void)state;
	says(pz_catalogue_next(c, &row), PZ_EDATA,
	     "t.fits: HDU 1: column 'v': expected one number a row, found 5 (NAME[0] is the "
	     "first)");
	pz_catalogue_close(c);
	o.columns = "id=n";
	c = opened("t.fits", &o);
	says(pz_catalogue_next(c, &row), PZ_EDATA,
	     "t.fits: HDU 1: column 'n': expected one id a row, found 2");
	pz_catalogue_close(c);
	o.columns = "id=n[1]";
	says(pz_catalogue_open(&c, "t.fits", &o), PZ_EUSAGE,
	     "columns: an id cannot be one value of a vector: 'n[1]'");
	o.columns = "id=word,mag=f[1],z=v[2]";
	o.missing.given = true;
	c = opened("t.fits", &o);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_string_equal(row.name, "w0");
	assert_true(row.id == 0 && row.mag == value_of(6, 0, 1) && row.z == value_of(5, 0, 2));
	pz_catalogue_close(c);
	o.columns = "id=f[0]";
	says(pz_catalogue_open(&c, "t.fits", &o), PZ_EUSAGE,
	     "columns: an id cannot be one value of a vector: 'f[0]'");
}

/* ---- names ---- */

static void names_that_two_columns_have(void **state)
{
	static const struct pz_catalogue_options mag = { .columns = "mag=m" };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	(void)state;
	write_text("id,ra,dec,M,m,n\n1,2,3,4,5,6\n");
	c = opened("t.csv", &mag);
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.mag == 5); /* of the same letters */
	pz_catalogue_close(c);
	write_text("id,ra,dec,Mag,MAG\n1,2,3,4,5\n");
	says(pz_catalogue_open(&c, "t.csv", &(struct pz_catalogue_options){ 0 }), PZ_EDATA,
	     "t.csv: columns 'Mag' and 'MAG' could both be mag: say which by --columns or --carry");
	write_text("id,ra,dec,mag,MAG,mag\n1,2,3,4,5,6\n");
	says(pz_catalogue_open(&c, "t.csv", &(struct pz_catalogue_options){ 0 }), PZ_EDATA,
	     "t.csv: two columns are named 'mag'");
	write_text("id,ra,dec,MAG,MAG\n1,2,3,4,5\n");
	says(pz_catalogue_open(&c, "t.csv", &(struct pz_catalogue_options){ 0 }), PZ_EDATA,
	     "t.csv: two columns are named 'MAG'");
	write_text("id,ra,dec,Mag,MAG,mag\n1,2,3,4,5,6\n");
	c = opened("t.csv", &(struct pz_catalogue_options){ 0 });
	assert_int_equal(pz_catalogue_next(c, &row), 1);
	assert_true(row.mag == 6);
	pz_catalogue_close(c);
}

/* Names of any length stand beside z; those of magnitudes are as long as one that is asked for. */
static void long_names_beside_z(void **state)
{
	char text[400], name[300];

	(void)state;
	for (int n = 70; n < 300; n += n < 73 ? 1 : 75) {
		struct pz_catalogue *c;

		memset(name, 'm', sizeof name);
		memcpy(name, "mag", 3);
		memcpy(name + n - 2, "_r", 3);
		snprintf(text, sizeof text, "id,ra,dec,z,%s\n1,2,3,0.5,5\n", name);
		write_text(text);
		c = opened("t.csv", &(struct pz_catalogue_options){ 0 });
		assert_int_equal(pz_catalogue_doubted(c), n < 72);
		pz_catalogue_close(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_of_many_columns),
		cmocka_unit_test(features_that_are_none),
		cmocka_unit_test(vectors_of_rows),
		cmocka_unit_test(cells_of_tables),
		cmocka_unit_test(columns_of_one_number),
		cmocka_unit_test(names_that_two_columns_have),
		cmocka_unit_test(long_names_beside_z),
	};

	return cmocka_run_group_tests_name("vectors of a catalogue", tests, make_table,
					   leave_own_folder);
}
