/* test_sky_catalogue.c -- rows of CSV files and FITS tables */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/catalogue.h>
#include <pz/error.h>
#include <pz/fits.h>

static char path[] = "/tmp/pz-test-catalogue-XXXXXX";

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

static void write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct pz_catalogue *open_it(const char *columns, const char *carry)
{
	struct pz_catalogue_options o = { .columns = columns, .carry = carry };
	struct pz_catalogue *c;

	if (pz_catalogue_open(&c, path, &o) != 0)
		fail_msg("%s", pz_error_text());
	return c;
}

static void expect_error(int code, const char *columns, const char *words)
{
	struct pz_catalogue_options o = { .columns = columns };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	int rc = pz_catalogue_open(&c, path, &o);

	while (rc == 0 && (rc = pz_catalogue_next(c, &row)) > 0)
		rc = 0;
	pz_catalogue_close(c);
	assert_int_equal(rc, code);
	if (!strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
}

static void csv_rows_come_in_order(void **state)
{
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	write_text("#Table1\nobjid,RA,dec,zspec,dered_r,ebv,u\n"
		   "1237645876861272064,10.5,-1.25,,17.5,0.03,19\n"
		   "\"a, b\",-0.5,2,0.1,null,,\n"
		   "007,360,90,0.2,16,0.1,20.5");
	c = open_it(NULL, "u");
	assert_int_equal(pz_catalogue_carried(c), 1);
	assert_string_equal(pz_catalogue_carry(c, 0), "u");
	assert_true(pz_catalogue_has(c, "z") && pz_catalogue_has(c, "ebv"));
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == 1237645876861272064 && g.name[0] == '\0' && g.row == 0);
	assert_true(g.ra == 10.5 && g.dec == -1.25 && isnan(g.z) && g.mag == 17.5);
	assert_true(g.ebv == 0.03 && g.carry[0] == 19);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "a, b");
	assert_true(g.ra == 359.5 && g.z == 0.1 && isnan(g.mag) && isnan(g.ebv));
	assert_true(isnan(g.carry[0]));
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "007");
	assert_true(g.ra == 0 && g.carry[0] == 20.5);
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_int_equal(pz_catalogue_bad(c, NULL), 0);
	pz_catalogue_close(c);
}

static void columns_are_mapped(void **state)
{
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	write_text("n,lon,lat,photoz,z\n5,1,2,0.3,18\n");
	c = open_it("id=n, ra=lon,dec=LAT,z=photoz,mag=z", "n, mag_z=Z");
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(pz_catalogue_carry(c, 1), "mag_z");
	assert_true(g.carry[0] == 5 && g.carry[1] == 18);
	assert_true(g.id == 5 && g.ra == 1 && g.dec == 2 && g.z == 0.3 && g.mag == 18);
	assert_false(pz_catalogue_has(c, "ebv"));
	pz_catalogue_close(c);
}

static void sexagesimal_is_read(void **state)
{
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	write_text("id,ra,dec\n1,12:30:36,-00:30:18\n2,1h30m,+10d6m36s\n3,1 0 0,-1 30 0\n");
	c = open_it(NULL, NULL);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(fabs(g.ra - 187.65) < 1e-12 && fabs(g.dec + 0.505) < 1e-12);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(fabs(g.ra - 22.5) < 1e-12 && fabs(g.dec - 10.11) < 1e-12);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.ra == 15 && g.dec == -1.5);
	pz_catalogue_close(c);
}

static void bad_coordinates_are_counted(void **state)
{
	struct pz_catalogue_row g;
	struct pz_catalogue *c;
	uint64_t first;

	(void)state;
	write_text("id,ra,dec\n1,1,1\n2,,1\n3,1,91\n4,abc,0\n5,400,0\n6,2,2\n");
	c = open_it(NULL, NULL);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == 6 && g.row == 5);
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_int_equal(pz_catalogue_bad(c, &first), 4);
	assert_int_equal(first, 1);
	pz_catalogue_close(c);
}

static void errors_say_what_is_wrong(void **state)
{
	(void)state;
	write_text("objid,ra,decl\n");
	expect_error(PZ_EDATA, NULL, "no column 'dec' or the like for dec; it has objid, ra, decl");
	expect_error(PZ_EDATA, "dec=dek", "no column 'dek' for dec");
	expect_error(PZ_EUSAGE, "foo=bar", "found 'foo'");
	expect_error(PZ_EUSAGE, "dec", "expected what=name");
	expect_error(PZ_EUSAGE, "id=objid,,dec=decl", "an empty name");
	write_text("id,ra,dec,z\n1,2,3,0.1\n2,3,4\n");
	expect_error(PZ_ECUT, NULL, "row 2: expected 4 cells, found 3");
	write_text("id,ra,dec,z\n1,2,3,many\n");
	expect_error(PZ_EDATA, NULL, "row 1: column 'z': expected a number, found 'many'");
	write_text("id,ra,dec\n1,2,\"3\n");
	expect_error(PZ_ECUT, NULL, "inside a quoted cell");
	write_text("id,ra,dec\n,2,3\n");
	expect_error(PZ_EDATA, NULL, "row 1: expected an id");
	write_text("");
	expect_error(PZ_ECUT, NULL, "column names");
	unlink(path);
	expect_error(PZ_EDATA, NULL, "No such file");
	write_text("");
}

/* More rows than a block, so that blocks are seen to join. */
static void fits_tables_are_read(void **state)
{
	const struct pz_fits_column columns[] = { { "id", PZ_FITS_INTEGER },
						  { "ra", PZ_FITS_DOUBLE },
						  { "dec", PZ_FITS_FLOAT },
						  { "z", PZ_FITS_DOUBLE } };
	struct pz_fits_table *t;
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	assert_int_equal(pz_fits_table_begin(&t, path, "CAT", columns, 4, NULL, 0), 0);
	for (int64_t i = 0; i < 2500; i++) {
		double ra = 0.1 * (double)i, z = i % 2 ? NAN : 0.5;
		float dec = 0.25F;
		const void *values[] = { &i, &ra, &dec, &z };

		assert_int_equal(pz_fits_table_add(t, 1, values), 0);
	}
	assert_int_equal(pz_fits_table_finish(t), 0);
	c = open_it(NULL, NULL);
	for (int i = 0; i < 2500; i++) {
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.id == i && g.ra == 0.1 * i && g.dec == 0.25);
		assert_true(i % 2 ? isnan(g.z) : g.z == 0.5);
	}
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	pz_catalogue_close(c);
	expect_error(PZ_EDATA, "z=zz", "it has id, ra, dec, z");
}

static void fits_tables_of_text_are_read(void **state)
{
	const struct pz_fits_column columns[] = { { "NAME", PZ_FITS_TEXT, .repeat = 8 },
						  { "RA", PZ_FITS_TEXT, .repeat = 12 },
						  { "DEC", PZ_FITS_TEXT, .repeat = 12 } };
	const char *name[] = { "UGC 1" }, *ra[] = { "12:00:00" }, *dec[] = { "-30:15:00" };
	const void *values[] = { name, ra, dec };
	struct pz_fits_table *t;
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	assert_int_equal(pz_fits_table_begin(&t, path, "CAT", columns, 3, NULL, 0), 0);
	assert_int_equal(pz_fits_table_add(t, 1, values), 0);
	assert_int_equal(pz_fits_table_finish(t), 0);
	c = open_it(NULL, NULL);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "UGC 1");
	assert_true(g.ra == 180 && g.dec == -30.25);
	pz_catalogue_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_rows_come_in_order),
		cmocka_unit_test(columns_are_mapped),
		cmocka_unit_test(sexagesimal_is_read),
		cmocka_unit_test(bad_coordinates_are_counted),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(fits_tables_are_read),
		cmocka_unit_test(fits_tables_of_text_are_read),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
