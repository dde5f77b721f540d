/* test_sky_catalogue.c -- rows of text and FITS tables, and what their columns mean */
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

#include <pz/array.h>
#include <pz/catalogue.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "descriptors.h"

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

/* A number that looks like "no value" is refused in a magnitude, not in what is about one. */
static void columns_are_magnitudes_by_the_words_of_their_names(void **state)
{
	static const char *const other[] = { "magnitude_n", "mag_err", "magerror_g", "umag_flag" };
	static const char *const magnitude[] = { "magnitude_g", "umag", "dered_g", "G" };
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		struct pz_catalogue_row g;
		struct pz_catalogue *c;

		snprintf(text, sizeof text, "id,ra,dec,%s\n1,10,20,-99\n", other[i]);
		write_text(text);
		c = open_it(NULL, other[i]);
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.carry[0] == -99);
		pz_catalogue_close(c);
	}
	for (size_t i = 0; i < sizeof magnitude / sizeof *magnitude; i++) {
		struct pz_catalogue_options o = { .carry = magnitude[i] };
		struct pz_catalogue_row g;
		struct pz_catalogue *c;

		snprintf(text, sizeof text, "id,ra,dec,%s\n1,10,20,-99\n", magnitude[i]);
		write_text(text);
		assert_int_equal(pz_catalogue_open(&c, path, &o), 0);
		assert_int_equal(pz_catalogue_next(c, &g), PZ_EDATA);
		pz_catalogue_close(c);
	}
}

static void names_to_carry_are_not_empty(void **state)
{
	static const char *const bad[] = { "=u", "u=", "=", "u,=g" };

	(void)state;
	write_text("id,ra,dec,u,g\n1,10,20,19,18\n");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct pz_catalogue_options o = { .carry = bad[i] };
		struct pz_catalogue *c;

		assert_int_equal(pz_catalogue_open(&c, path, &o), PZ_EUSAGE);
		pz_catalogue_close(c);
	}
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

/* Each cell as RA and as Dec of a row, "-" where it is no coordinate. */
static void expect_angle(const char *cell, bool ra, double degrees)
{
	char text[200];
	struct pz_catalogue_row g;
	struct pz_catalogue *c;
	int got;

	snprintf(text, sizeof text, "id\tra\tdec\n1\t%s\t%s\n", ra ? cell : "1", ra ? "1" : cell);
	write_text(text);
	c = open_it(NULL, NULL);
	got = pz_catalogue_next(c, &g);
	if (got != !isnan(degrees) || (got && !(fabs((ra ? g.ra : g.dec) - degrees) < 1e-11)))
		fail_msg("%s: expected %.12g, found %.12g", cell, degrees,
			 got == 1 ? (ra ? g.ra : g.dec) : NAN);
	pz_catalogue_close(c);
}

static void letters_say_what_a_coordinate_is(void **state)
{
	(void)state;
	expect_angle("12d30m00s", true, 12.5);
	expect_angle("12h30m00s", true, 187.5);
	expect_angle("187d42m21s", true, 187.70583333333333);
	expect_angle("187d30m", true, 187.5);
	expect_angle("187.5d", true, 187.5);
	expect_angle("187.5 deg", true, 187.5);
	expect_angle("187.5\xc2\xb0", true, 187.5);
	expect_angle("12.5h", true, 187.5);
	expect_angle("12:30:00", true, 187.5);
	expect_angle("12 30 00", true, 187.5);
	expect_angle("12:30", true, 187.5);
	expect_angle("09:59:60.0", true, 150);
	expect_angle("09:60:00.0", true, 150);
	expect_angle("23:59:60", true, 0);
	expect_angle("24:00:00", true, 0);
	expect_angle("12\xc2\xb0"
		     "30'36\"",
		     true, 12.51);
	expect_angle("12\xc2\xb0 30\xe2\x80\xb2 36\xe2\x80\xb3", true, 12.51);
	expect_angle("12h30m36s", false, NAN); /* beyond the pole */
	expect_angle("1h30m", false, 22.5);
	expect_angle("-00:30:18", false, -0.505);
	expect_angle("\xe2\x88\x92"
		     "00:30:18",
		     false, -0.505);
	expect_angle("+10d06m36s", false, 10.11);
	expect_angle("-10.5d", false, -10.5);
	expect_angle("1.5D+01", false, 15);
	expect_angle("12:61:00", true, NAN);
	expect_angle("12:30:61", true, NAN);
	expect_angle("12.5:30:00", true, NAN);
	expect_angle("12s30m", true, NAN);
	expect_angle("12 30 00 5", true, NAN);
	expect_angle("abc", true, NAN);
	expect_angle("12:", true, NAN);
	expect_angle("12:30:", true, NAN);
	expect_angle("12:30:00:", true, NAN);
	expect_angle("12m30m", true, NAN);
	expect_angle("12d30s", true, NAN);
	expect_angle("12d30d", true, NAN);
	expect_angle("12d30m15m", true, NAN);
	expect_angle("12d30m15h", true, NAN);
	expect_angle("-180", true, 180);
	expect_angle("-180.5", true, NAN);
	expect_angle("360", true, 0);
	expect_angle("360.5", true, NAN);
	expect_angle("90", false, 90);
	expect_angle("-90", false, -90);
	expect_angle("90.5", false, NAN);
	expect_angle("-90.5", false, NAN);
	write_text("id,ra,dec\n1,187:30:00,2\n");
	expect_error(PZ_EDATA, NULL,
		     "row 1: column 'ra': expected hours, or degrees as 187d30m00s");
}

/* What ra and dec of units become. */
static void expect_units(const char *ra, const char *dec, const char *cells, double x, double y)
{
	char text[400];
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	snprintf(text, sizeof text,
		 "# %%ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: int64}\n"
		 "# - {name: ra, unit: %s, datatype: float64}\n"
		 "# - {name: dec, unit: %s, datatype: float64}\n# delimiter: ','\n"
		 "id,ra,dec\n1,%s\n",
		 ra, dec, cells);
	write_text(text);
	c = open_it(NULL, NULL);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	if (!(fabs(g.ra - x) < 1e-11 && fabs(g.dec - y) < 1e-11))
		fail_msg("%s: found %.12g, %.12g", cells, g.ra, g.dec);
	pz_catalogue_close(c);
}

static void units_of_coordinates_count(void **state)
{
	(void)state;
	expect_units("deg", "degree", "10,2", 10, 2);
	expect_units("rad", "radian", "1.5707963267948966,-0.5235987755982989", 90, -30);
	expect_units("hourangle", "deg", "10,2", 150, 2);
	expect_units("h", "deg", "10,2", 150, 2);
	expect_units("arcsec", "arcmin", "36000,-120", 10, -2);
	expect_units("deg", "deg", "12:30:36,-1:30:00", 12.51, -1.5);
	expect_units("\"h:m:s\"", "\"d:m:s\"", "12:30:36,-1:30:00", 187.65, -1.5);
	expect_units("rad", "deg", "12h30m36s,-1d30m", 187.65, -1.5);
	write_text("id,ra,dec\n1,1,2\n");
	write_text("# %ECSV 1.0\n# - {name: id}\n# - {name: ra, unit: pix}\n# - {name: dec}\n"
		   "id ra dec\n1 2 3\n");
	expect_error(PZ_EDATA, NULL,
		     "column 'ra': expected deg, rad, hourangle, arcmin or arcsec as "
		     "unit of ra, found 'pix'");
	write_text("id,x_rad,y [rad]\n1,1,0.5\n");
	{
		struct pz_catalogue *c = open_it("ra=x_rad,dec=y [rad]", NULL);
		struct pz_catalogue_row g;

		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(fabs(g.ra - 57.29577951308232) < 1e-11 && g.dec == g.ra / 2);
		pz_catalogue_close(c);
	}
}

static void fluxes_are_no_magnitudes(void **state)
{
	static const char *const wrong[][2] = { { "r", "nmgy" },    { "r", "uJy" },
						{ "r", "mmag" },    { "r", "count/s" },
						{ "zspec", "mag" }, { "zspec", "km/s" },
						{ "zspec", "deg" }, { "ebv", "Jy" },
						{ "zphot", "Mpc" } };
	static const char *const right[][2] = { { "r", "mag" },      { "r", "mag(AB)" },
						{ "r", "ABmag" },    { "r", "---" },
						{ "zspec", "none" }, { "zspec", "redshift" },
						{ "ebv", "mag" } };
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(text, sizeof text,
			 "# %%ECSV 1.0\n# - {name: id}\n# - {name: ra}\n# - {name: dec}\n"
			 "# - {name: %s, unit: %s}\nid ra dec %s\n1 2 3 4\n",
			 wrong[i][0], wrong[i][1], wrong[i][0]);
		write_text(text);
		expect_error(PZ_EDATA, NULL, "found the unit");
	}
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		snprintf(text, sizeof text,
			 "# %%ECSV 1.0\n# - {name: id}\n# - {name: ra}\n# - {name: dec}\n"
			 "# - {name: %s, unit: %s}\nid ra dec %s\n1 2 3 4\n",
			 right[i][0], right[i][1], right[i][0]);
		write_text(text);
		pz_catalogue_close(open_it(NULL, NULL));
	}
}

/* Whether z is a redshift beside these columns, and that it is said where it is none. */
static void expect_redshift(const char *names, bool is)
{
	char text[300];
	struct pz_catalogue *c;
	const char *note;

	snprintf(text, sizeof text, "id,ra,dec,%s\n", names);
	write_text(text);
	c = open_it(NULL, NULL);
	if (pz_catalogue_has(c, "z") != is)
		fail_msg("%s: z is %sa redshift", names, is ? "not " : "");
	note = pz_catalogue_note(c);
	assert_true(is == !note);
	if (note)
		assert_non_null(strstr(note, "say --columns z=NAME"));
	pz_catalogue_close(c);
}

static void z_beside_bands_is_a_magnitude(void **state)
{
	struct pz_catalogue *c;
	char text[300];

	(void)state;
	expect_redshift("u,g,r,i,z", false);
	expect_redshift("z,i", false);
	expect_redshift("U,G,Z", false);
	expect_redshift("g,z_best,z", false);
	expect_redshift("mag_u,mag_g,mag_r,mag_i,z", false);
	expect_redshift("rmag,imag,z", false);
	expect_redshift("dered_r,Z", false);
	expect_redshift("z", true);
	expect_redshift("y,z", true);
	expect_redshift("u,g,r,i,z,zspec", true);
	expect_redshift("MAG_R,MAGERR_R,MAG_Z,MAGERR_Z,Z", true);
	expect_redshift("rmag,zmag,z", true);
	expect_redshift("dered_r,dered_z,z", true);
	expect_redshift("flag_r,z", true);
	write_text("id,ra,dec,g,z\n");
	c = open_it("z=z", NULL);
	assert_true(pz_catalogue_has(c, "z") && !pz_catalogue_note(c));
	pz_catalogue_close(c);
	for (int is = 0; is < 2; is++) { /* units decide */
		snprintf(text, sizeof text,
			 "# %%ECSV 1.0\n# - {name: id}\n# - {name: ra}\n# - {name: dec}\n"
			 "# - {name: r, unit: mag}\n# - {name: z%s}\nid ra dec r z\n",
			 is ? "" : ", unit: mag");
		write_text(text);
		c = open_it(NULL, NULL);
		assert_true(pz_catalogue_has(c, "z") == is && (pz_catalogue_note(c) == NULL) == is);
		pz_catalogue_close(c);
	}
}

static void ids_are_found(void **state)
{
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	write_text("ra,dec\n1,2\n,\n3,4\n");
	c = open_it(NULL, NULL);
	assert_non_null(strstr(pz_catalogue_note(c), "ids are the numbers of the rows, from 1"));
	assert_null(pz_catalogue_note(c));
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == 1 && !*g.name);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == 3);
	pz_catalogue_close(c);
	write_text("id,ra,dec\n12.0,1,2\n1.200000000000000000e+01,1,2\n12e0,1,2\n1.5,1,2\n"
		   "9007199254740992.0,1,2\n");
	c = open_it(NULL, NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.id == 12 && !*g.name);
	}
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "12e0");
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "1.5");
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == 9007199254740992);
	pz_catalogue_close(c);
	write_text("id,ra,dec\n1.237645876861272064e+18,1,2\n");
	expect_error(PZ_EDATA, NULL,
		     "row 1: column 'id': id 1.2376458768612721e+18: whole numbers "
		     "above 2^53 are rounded");
	write_text("id,ra,dec,ID\n1,1,2,3\n");
	pz_catalogue_close(open_it(NULL, NULL));
	write_text("Id,ra,dec,ID\n1,1,2,3\n");
	expect_error(PZ_EDATA, NULL, "columns 'Id' and 'ID' could both be id");
}

static void texts_become_utf8(void **state)
{
	struct pz_catalogue_options o = { .carry = "note", .texts = true };
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	write_text("name,ra,dec,note\nCaf\xe9,1,2,\xb5m\nCaf\xc3\xa9,1,2,x\n");
	assert_int_equal(pz_catalogue_open(&c, path, &o), 0);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "Caf\xc3\xa9");
	assert_string_equal(g.carry_text[0], "\xc2\xb5m");
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_string_equal(g.name, "Caf\xc3\xa9");
	assert_null(pz_catalogue_note(c));
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_non_null(strstr(pz_catalogue_note(c), "read as Latin-1: 2, the first in row 1"));
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_null(pz_catalogue_note(c));
	pz_catalogue_close(c);
}

static void texts_that_need_more_room_name_their_row(void **state)
{
	struct pz_catalogue_options o = { .carry = "note", .texts = true };
	struct pz_catalogue_row g;
	struct pz_catalogue *c;
	char text[512], *end;

	(void)state;
	write_text("name,ra,dec,note\na,1,2,x\nb,1,2,\xe9\nc,1,2,\xe9\n");
	assert_int_equal(pz_catalogue_open(&c, path, &o), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_int_equal(pz_catalogue_next(c, &g), 0);
	assert_non_null(strstr(pz_catalogue_note(c), "read as Latin-1: 2, the first in row 2"));
	pz_catalogue_close(c);
	/* the most that has room, and one more */
	for (size_t n = (PZ_ID_MAX - 1) / 2; n <= PZ_ID_MAX / 2; n++) {
		end = stpcpy(text, "name,ra,dec\na,1,2\n");
		memset(end, '\xe9', n);
		strcpy(end + n, ",1,2\n");
		write_text(text);
		if (n == PZ_ID_MAX / 2)
			expect_error(PZ_EDATA, NULL, "row 2: a text that is not UTF-8, of more");
		else
			expect_error(0, NULL, "");
	}
	end = stpcpy(text, "id,ra,dec,note\n1,1,2,x\n2,1,2,y\n3,1,2,");
	memset(end, '\xe9', PZ_CELL_MAX / 2);
	strcpy(end + PZ_CELL_MAX / 2, "\n");
	write_text(text);
	assert_int_equal(pz_catalogue_open(&c, path, &o), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_int_equal(pz_catalogue_next(c, &g), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), ": row 3: a text that is not UTF-8"));
	pz_catalogue_close(c);
}

static struct pz_catalogue *open_missing(const char *missing, const char *carry, const char *strict)
{
	struct pz_catalogue_options o = { .carry = carry, .strict = strict, .texts = true };
	struct pz_catalogue *c;

	if (missing)
		assert_int_equal(pz_missing_parse(&o.missing, missing), 0);
	assert_int_equal(pz_catalogue_open(&c, path, &o), 0);
	return c;
}

/* The words of the error at the first row; NULL: there is none. */
static void expect_suspect(const char *missing, const char *carry, const char *strict,
			   const char *words)
{
	struct pz_catalogue *c = open_missing(missing, carry, strict);
	struct pz_catalogue_row g;
	int rc = pz_catalogue_next(c, &g);

	assert_int_equal(rc, words ? PZ_EDATA : 1);
	if (words && !strstr(pz_error_text(), words))
		fail_msg("'%s' lacks '%s'", pz_error_text(), words);
	pz_catalogue_close(c);
}

static void missing_values_are_named_or_refused(void **state)
{
	static const char *const columns[] = { "zspec", "mag", "ebv", "zphot", "zphot_mean" };
	static const char *const suspects[] = { "-99",   "-999", "-9999", "-99.9", "99",
						"99.99", "999",  "9999",  "-99.0", "99e0" };
	char text[200], words[200];
	struct pz_catalogue_row g;
	struct pz_catalogue *c;

	(void)state;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		for (size_t k = 0; k < sizeof suspects / sizeof *suspects; k++) {
			snprintf(text, sizeof text, "id,ra,dec,%s\n1,2,3,%s\n", columns[i],
				 suspects[k]);
			write_text(text);
			snprintf(
				words, sizeof words,
				"row 1: column %s: %g looks like a missing value: say --missing %g "
				"(or --missing none if it is a value)",
				columns[i], atof(suspects[k]), atof(suspects[k]));
			expect_suspect(NULL, NULL, NULL, words);
			expect_suspect("none", NULL, NULL, NULL);
			expect_suspect(suspects[k], NULL, NULL, NULL);
		}
	write_text("id,ra,dec,zspec\n1,2,3,-1\n");
	expect_suspect(NULL, NULL, NULL, "-1 looks like a missing value");
	expect_suspect("-99", NULL, NULL, "-1 looks like a missing value");
	expect_suspect("none", NULL, NULL, NULL);
	write_text("id,ra,dec,zspec,mag\n-99,99,-9,-0.0015,-1\n");
	expect_suspect(NULL, NULL, NULL, NULL);
	write_text("id,ra,dec,flag,u,mag_auto,magerr_u,depth\n1,2,3,99,18,99,99,-99\n");
	expect_suspect(NULL, "flag,magerr_u,depth", NULL, NULL);
	expect_suspect(NULL, "x=mag_auto", NULL, "column mag_auto: 99 looks like");
	expect_suspect(NULL, "mag_depth=depth", NULL, "column depth: -99 looks like");
	expect_suspect(NULL, "u,depth", "depth", "column depth: -99 looks like");
	expect_suspect(NULL, "u,depth", "depths,u", NULL);
	write_text("id,ra,dec,zspec,mag,flag,depth\n-99,99,-9,-99,99,99,-99\n");
	c = open_missing("-99,99", "flag,depth", NULL);
	assert_int_equal(pz_catalogue_next(c, &g), 1);
	assert_true(g.id == -99 && g.ra == 99 && isnan(g.z) && isnan(g.mag));
	assert_true(isnan(g.carry[0]) && isnan(g.carry[1]));
	assert_true(g.carry_type[0] == PZ_CELL_NUMBER);
	pz_catalogue_close(c);
	write_text("id;ra;dec;zspec\n1;2;3;0,61\n");
	expect_suspect(NULL, NULL, NULL, "expected a decimal point in a number, found '0,61'");
	expect_suspect(NULL, "zspec", NULL, "expected a decimal point in a number, found '0,61'");
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

/* Arrays of NumPy and HDF5: whole numbers with all digits, texts, flags, missing numbers. */
static void columns_of_arrays_are_carried(void **state)
{
	static const struct pz_array_column column[] = {
		{ "id", PZ_ARRAY_INTEGER, 8, .dims = 0 }, { "ra", PZ_ARRAY_FLOAT, 8, .dims = 0 },
		{ "dec", PZ_ARRAY_FLOAT, 8, .dims = 0 },  { "n", PZ_ARRAY_INTEGER, 8, .dims = 0 },
		{ "flag", PZ_ARRAY_BOOL, 1, .dims = 0 },  { "note", PZ_ARRAY_TEXT, 4, .dims = 0 },
		{ "x", PZ_ARRAY_FLOAT, 4, .dims = 0 },
	};
	const int64_t id[2] = { 11, 12 }, n[2] = { 9007199254740993, -5 };
	const double ra[2] = { 1, 2 }, dec[2] = { 3, 4 };
	const unsigned char flag[2] = { 1, 0 };
	const float x[2] = { 2.5F, NAN };
	const void *const values[] = { id, ra, dec, n, flag, "abc\0\0\0\0\0", x };
	static const char *const ending[] = { ".npz", ".h5" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct pz_catalogue_options o = { .carry = "n,flag,note,x", .texts = true };
		struct pz_catalogue_row g;
		struct pz_arrays_file *f;
		struct pz_catalogue *c;
		char name[64];

		snprintf(name, sizeof name, "%s%s", path, ending[i]);
		assert_int_equal(pz_arrays_begin(&f, name, 2, column, 7), 0);
		for (int k = 0; k < 7; k++)
			assert_int_equal(pz_arrays_add(f, k, 2, values[k]), 0);
		assert_int_equal(pz_arrays_note(f, 1, "unit", "rad"), 0); /* HDF5 keeps it */
		assert_int_equal(pz_arrays_finish(f), 0);
		if (pz_catalogue_open(&c, name, &o) != 0)
			fail_msg("%s", pz_error_text());
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.id == 11 && g.dec == 3);
		assert_true(fabs(g.ra - (i ? 180 / M_PI : 1)) < 1e-12);
		assert_true(g.carry_type[0] == PZ_CELL_INTEGER && g.carry_integer[0] == n[0]);
		assert_true(g.carry_type[1] == PZ_CELL_INTEGER && g.carry_integer[1] == 1);
		assert_int_equal(g.carry_type[2], PZ_CELL_TEXT);
		assert_string_equal(g.carry_text[2], "abc");
		assert_true(isnan(g.carry[2]));
		assert_true(g.carry_type[3] == PZ_CELL_NUMBER && g.carry[3] == 2.5);
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.id == 12 && g.dec == 4);
		assert_true(g.carry_type[0] == PZ_CELL_INTEGER && g.carry_integer[0] == -5);
		assert_true(g.carry_type[1] == PZ_CELL_INTEGER && g.carry_integer[1] == 0);
		assert_true(g.carry_type[2] == PZ_CELL_NUMBER && isnan(g.carry[2]));
		assert_true(g.carry_type[3] == PZ_CELL_NUMBER && isnan(g.carry[3]));
		assert_int_equal(pz_catalogue_next(c, &g), 0);
		pz_catalogue_close(c);
		unlink(name);
	}
}

/* labels/zz is zz, where there is no other. */
static void groups_of_arrays_need_not_be_named(void **state)
{
	struct pz_array_column column[] = {
		{ "id", PZ_ARRAY_INTEGER, 8, .dims = 0 },
		{ "labels/ra", PZ_ARRAY_FLOAT, 8, .dims = 0 },
		{ "dec", PZ_ARRAY_FLOAT, 8, .dims = 0 },
		{ "labels/zz", PZ_ARRAY_FLOAT, 8, .dims = 0 },
		{ "two/zz", PZ_ARRAY_FLOAT, 8, .dims = 0 },
	};
	const int64_t id = 7;
	const double x[] = { 0, 1, 2, 3, 4 };
	char name[64];

	(void)state;
	snprintf(name, sizeof name, "%s.h5", path);
	for (int n = 4; n <= 5; n++) {
		struct pz_catalogue_options o = { .columns = "z=zz" };
		struct pz_catalogue_row g;
		struct pz_arrays_file *f;
		struct pz_catalogue *c;

		assert_int_equal(pz_arrays_begin(&f, name, 1, column, n), 0);
		for (int k = 0; k < n; k++)
			assert_int_equal(pz_arrays_add(f, k, 1, k ? (const void *)&x[k] : &id), 0);
		assert_int_equal(pz_arrays_finish(f), 0);
		if (n == 5) {
			assert_int_equal(pz_catalogue_open(&c, name, &o), PZ_EDATA);
			assert_non_null(strstr(pz_error_text(), "no column 'zz' for z"));
			o.columns = "z=two/zz";
		}
		if (pz_catalogue_open(&c, name, &o) != 0)
			fail_msg("%s", pz_error_text());
		assert_int_equal(pz_catalogue_next(c, &g), 1);
		assert_true(g.id == 7 && g.ra == 1 && g.dec == 2 && g.z == n - 1);
		pz_catalogue_close(c);
	}
	unlink(name);
}

static void a_file_without_names_is_told(void **state)
{
	static const char *const text[] = { "1 2.5 3\n2 3.5 4\n", "id ra dec\n1 2.5 3\n" };

	(void)state;
	for (int named = 0; named < 2; named++) {
		struct pz_catalogue *c;
		const char *note;
		bool told = false;

		write_text(text[named]);
		c = open_it(named ? NULL : "id=col1,ra=col2,dec=col3", NULL);
		while ((note = pz_catalogue_note(c)))
			told |= strstr(note, "are called col1 to col3") != NULL;
		assert_int_equal(told, !named);
		pz_catalogue_close(c);
	}
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
	expect_error(PZ_ECORRUPT, NULL, "row 2: expected 4 cells, found 3");
	write_text("id,ra,dec,z\n1,2,3,many\n");
	expect_error(PZ_EDATA, NULL, "row 1: column 'z': expected a number, found 'many'");
	write_text("id,ra,dec\n1,2,\"3\n");
	expect_error(PZ_ECORRUPT, NULL, "inside a quoted cell");
	write_text("id,ra,dec\n,2,3\n");
	expect_error(PZ_EDATA, NULL, "row 1: column 'id': expected an id");
	write_text("");
	expect_error(PZ_ECORRUPT, NULL, "column names");
	unlink(path);
	expect_error(PZ_EIO, NULL, "No such file");
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
		cmocka_unit_test(columns_are_magnitudes_by_the_words_of_their_names),
		cmocka_unit_test(names_to_carry_are_not_empty),
		cmocka_unit_test(sexagesimal_is_read),
		cmocka_unit_test(letters_say_what_a_coordinate_is),
		cmocka_unit_test(units_of_coordinates_count),
		cmocka_unit_test(fluxes_are_no_magnitudes),
		cmocka_unit_test(z_beside_bands_is_a_magnitude),
		cmocka_unit_test(ids_are_found),
		cmocka_unit_test(texts_become_utf8),
		cmocka_unit_test(columns_of_arrays_are_carried),
		cmocka_unit_test(groups_of_arrays_need_not_be_named),
		cmocka_unit_test(a_file_without_names_is_told),
		cmocka_unit_test(texts_that_need_more_room_name_their_row),
		cmocka_unit_test(missing_values_are_named_or_refused),
		cmocka_unit_test(bad_coordinates_are_counted),
		cmocka_unit_test(errors_say_what_is_wrong),
		cmocka_unit_test(fits_tables_are_read),
		cmocka_unit_test(fits_tables_of_text_are_read),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
