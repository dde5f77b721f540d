/* test_catalogue_cells.c -- what the text in a cell means, and the unit of a column */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/catalogue/parts.h"
#include "says.h"

/* ---- numbers ---- */

static void numbers_and_nothing(void **state)
{
	static const char *const none[] = { "",   "nan", "NaN", "NULL",   "none", "n/a",
					    "NA", "--",  "\\N", "masked", "<NA>", "<na>" };
	static const struct {
		const char *cell;
		double value;
	} number[] = { { "1.5", 1.5 },   { "-3", -3 },         { "+2", 2 },        { "1e3", 1000 },
		       { "1.5D2", 150 }, { "-2.5d-1", -0.25 }, { "3D+00", 3 },     { "7 ", 7 },
		       { " 8  ", 8 },    { ".5", 0.5 },        { "inf", INFINITY } };
	static const char *const text[] = { "abc",  "1.5x", "0x10", "1 2",   "1,5",  "D5",  "1D2D3",
					    "1D2x", "-",    "nano", "nulls", "1d 2", "0X1", "--1" };
	double x;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		x = 5;
		if (!pz_cell_number(none[i], &x) || !isnan(x))
			fail_msg("'%s' is nothing", none[i]);
	}
	for (size_t i = 0; i < sizeof number / sizeof *number; i++)
		if (!pz_cell_number(number[i].cell, &x) || x != number[i].value)
			fail_msg("'%s': found %g", number[i].cell, x);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		x = 5;
		if (pz_cell_number(text[i], &x) || !isnan(x))
			fail_msg("'%s' is no number", text[i]);
	}
}

/* A D as exponent counts in up to 63 letters. */
static void long_numbers_of_fortran(void **state)
{
	char cell[80];
	double x;

	(void)state;
	for (int n = 60; n <= 66; n++) {
		snprintf(cell, sizeof cell, "%0*d.5D1", n - 4, 7);
		assert_int_equal(strlen(cell), n);
		assert_int_equal(pz_cell_number(cell, &x), n < 64);
		assert_true(n < 64 ? x == 75 : isnan(x));
	}
}

static void commas_in_numbers(void **state)
{
	static const char *const comma[] = { "1,5", "-1,5", ",5", "1,", "1,5e-3", "+12,25E+2" };
	static const char *const other[] = { "1.5", ",", "a,b", "1,5x", "1,2,3",
					     "",    "-", "-,",  "1 ,5" };

	(void)state;
	for (size_t i = 0; i < sizeof comma / sizeof *comma; i++)
		if (!pz_cell_has_comma(comma[i]))
			fail_msg("'%s' has a comma", comma[i]);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (pz_cell_has_comma(other[i]))
			fail_msg("'%s' has none", other[i]);
}

/* ---- ids ---- */

static void ids_are_numbers_or_texts(void **state)
{
	static const struct {
		const char *cell;
		int64_t id;
		const char *name;
	} good[] = {
		{ "0", 0, "" },
		{ "-5", -5, "" },
		{ "9223372036854775807", INT64_MAX, "" },
		{ "9223372036854775808", 0, "9223372036854775808" },
		{ "007", 0, "007" },
		{ "+7", 0, "+7" },
		{ "12.0", 12, "" },
		{ "1.2e+01", 12, "" },
		{ "-3.", -3, "" },
		{ "1.5", 0, "1.5" },
		{ "1e3", 0, "1e3" },
		{ "NGC 1", 0, "NGC 1" },
		{ "9007199254740992.0", INT64_C(9007199254740992), "" },
		{ "0x1.8p1", 0, "0x1.8p1" },
		{ "inf.", 0, "inf." },
		{ "a23456789012345678901234567890123456789012345678901234567890123", 0,
		  "a23456789012345678901234567890123456789012345678901234567890123" },
	};
	char name[PZ_ID_MAX];
	int64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		id = 77;
		assert_int_equal(pz_catalogue_id(good[i].cell, &id, name), 0);
		if (id != good[i].id || strcmp(name, good[i].name) != 0)
			fail_msg("'%s': found %lld '%s'", good[i].cell, (long long)id, name);
	}
	says(pz_catalogue_id("", &id, name), PZ_EDATA,
	     "expected an id of 1 to 63 bytes, found none");
	says(pz_catalogue_id("a234567890123456789012345678901234567890123456789012345678901234",
			     &id, name),
	     PZ_EDATA, "expected an id of 1 to 63 bytes, found a longer one");
	says(pz_catalogue_id("9007199254740994.0", &id, name), PZ_EDATA,
	     "id 9007199254740994: whole numbers above 2^53 are rounded when they are kept so: "
	     "write "
	     "the ids as integers or texts");
}

static void ids_of_real_numbers(void **state)
{
	int64_t id = 0;

	(void)state;
	assert_int_equal(pz_cell_id_number(-12, 24, &id), 0);
	assert_int_equal(id, -12);
	assert_int_equal(pz_cell_id_number(16777216, 24, &id), 0);
	assert_int_equal(id, 16777216);
	says(pz_cell_id_number(16777217, 24, &id), PZ_EDATA,
	     "id 16777217: whole numbers above 2^24 are rounded when they are kept so: write the "
	     "ids "
	     "as integers or texts");
	says(pz_cell_id_number(-16777217, 24, &id), PZ_EDATA,
	     "id -16777217: whole numbers above 2^24 are rounded when they are kept so: write the "
	     "ids "
	     "as integers or texts");
	says(pz_cell_id_number(1.5, 24, &id), PZ_EDATA,
	     "expected ids, whole numbers or texts, found 1.5");
	says(pz_cell_id_number(NAN, 24, &id), PZ_EDATA,
	     "expected ids, whole numbers or texts, found nan");
}

/* ---- further cells ---- */

static void cells_of_any_kind(void **state)
{
	static struct cells c;
	static const struct {
		const char *cell;
		enum pz_cell type;
		double value;
		int64_t integer;
	} one[] = {
		{ "12", PZ_CELL_INTEGER, 12, 12 },
		{ "-7", PZ_CELL_INTEGER, -7, -7 },
		{ "1.5", PZ_CELL_NUMBER, 1.5, 0 },
		{ "1e3", PZ_CELL_NUMBER, 1000, 0 },
		{ "1.", PZ_CELL_NUMBER, 1, 0 },
		{ "null", PZ_CELL_NUMBER, NAN, 0 },
		{ "", PZ_CELL_NUMBER, NAN, 0 },
		{ "007", PZ_CELL_TEXT, NAN, 0 },
		{ "a12", PZ_CELL_TEXT, NAN, 0 },
		{ "0x1.8", PZ_CELL_TEXT, NAN, 0 },
		{ "1e400", PZ_CELL_TEXT, NAN, 0 },
		{ "inf", PZ_CELL_TEXT, NAN, 0 },
		{ "1.5 ", PZ_CELL_TEXT, NAN, 0 },
		{ "1,5", PZ_CELL_TEXT, NAN, 0 },
		{ "9223372036854775808", PZ_CELL_TEXT, NAN, 0 },
	};
	char longest[PZ_CELL_MAX + 1];
	double x;

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		size_t at = i % 5;

		strcpy(c.text[at], "before");
		assert_true(pz_cell_any(one[i].cell, &c, at, &x));
		if (c.type[at] != one[i].type ||
		    (isnan(one[i].value) ? !isnan(x) : x != one[i].value) ||
		    strcmp(c.text[at], one[i].type == PZ_CELL_TEXT ? one[i].cell : "") != 0 ||
		    (one[i].type == PZ_CELL_INTEGER && c.integer[at] != one[i].integer))
			fail_msg("'%s': found type %d, %g, '%s'", one[i].cell, (int)c.type[at], x,
				 c.text[at]);
	}
	memset(longest, 'a', sizeof longest);
	longest[PZ_CELL_MAX] = 0;
	assert_false(pz_cell_any(longest, &c, 0, &x));
	longest[PZ_CELL_MAX - 1] = 0;
	assert_true(pz_cell_any(longest, &c, 0, &x));
	assert_string_equal(c.text[0], longest);
}

/* ---- units ---- */

static void units_of_angles(void **state)
{
	static const struct {
		const char *unit;
		double degrees;
	} one[] = { { "deg", 1 },
		    { "Degrees", 1 },
		    { " degs.", 1 },
		    { "\"d:m:s\"", 1 },
		    { "dms", 1 },
		    { "dd:mm:ss.s", 1 },
		    { "dd:mm:ss", 1 },
		    { "dd:mm:ss.ss", 1 },
		    { "angle[deg]", 1 },
		    { "degree", 1 },
		    { "\xc2\xb0", 1 },
		    { "rad", 57.29577951308232 },
		    { "radian", 57.29577951308232 },
		    { "radians", 57.29577951308232 },
		    { "mrad", 0.05729577951308232 },
		    { "h", 15 },
		    { "hr", 15 },
		    { "hrs", 15 },
		    { "Hour", 15 },
		    { "hours", 15 },
		    { "hourangle", 15 },
		    { "h:m:s", 15 },
		    { "hms", 15 },
		    { "hh:mm:ss", 15 },
		    { "hh:mm:ss.s", 15 },
		    { "hh:mm:ss.ss", 15 },
		    { "arcmin", 1 / 60. },
		    { "arcminute", 1 / 60. },
		    { "arcminutes", 1 / 60. },
		    { "arcsec", 1 / 3600. },
		    { "arcsecs", 1 / 3600. },
		    { "arcsecond", 1 / 3600. },
		    { "arcseconds", 1 / 3600. },
		    { "mas", 1 / 3.6e6 },
		    { "marcsec", 1 / 3.6e6 },
		    { "uas", 1 / 3.6e9 } };
	static const char *const none[] = { "",     "-", "--",       "---",
					    "None", "1", "unitless", "dimensionless",
					    " ' ' " };
	static const char *const magnitude[] = { "mag",    "mags",    "Magnitude", "magnitudes",
						 "ABmag",  "VEGAMAG", "stmag",     "mag(AB)",
						 "mag_AB", "AB mag",  "Vega mag",  "mag." };
	static const char *const other[] = {
		"pix", "mmag", "magma", "abmagx", "km/s", "degx", "Jy"
	};
	double degrees;

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++)
		if (pz_catalogue_unit(one[i].unit, &degrees) != UNIT_ANGLE ||
		    fabs(degrees / one[i].degrees - 1) > 1e-14)
			fail_msg("'%s': found %.17g", one[i].unit, degrees);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		assert_int_equal(pz_catalogue_unit(none[i], &degrees), UNIT_NONE);
		assert_true(degrees == 0);
	}
	for (size_t i = 0; i < sizeof magnitude / sizeof *magnitude; i++)
		assert_int_equal(pz_catalogue_unit(magnitude[i], &degrees), UNIT_MAGNITUDE);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_int_equal(pz_catalogue_unit(other[i], &degrees), UNIT_OTHER);
}

static void units_in_names(void **state)
{
	static const struct {
		const char *name;
		double degrees; /* 0: it says nothing */
	} one[] = { { "ra [rad]", 57.29577951308232 },
		    { "ra(deg)", 1 },
		    { "x_rad", 57.29577951308232 },
		    { "ra_hours", 15 },
		    { "x_deg", 1 },
		    { "ra_hms", 15 },
		    { "ra_h", 0 },
		    { "x_hr", 0 },
		    { "pm_mas", 0 },
		    { "pm_MAS", 0 },
		    { "ra_mag", 0 },
		    { "ra", 0 },
		    { "", 0 },
		    { "ra[deg", 0 },
		    { "radeg)", 0 },
		    { "[deg]", 1 },
		    { "a[x](h)", 15 },
		    { "a_deg[x]", 0 },
		    { "ra[]", 0 } };
	char longest[100] = "ra[";
	double degrees;

	(void)state;
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		enum unit unit = pz_catalogue_unit_of_name(one[i].name, &degrees);

		if ((unit == UNIT_ANGLE) != (one[i].degrees > 0) ||
		    (unit == UNIT_ANGLE && fabs(degrees / one[i].degrees - 1) > 1e-14))
			fail_msg("'%s': found %d, %.17g", one[i].name, (int)unit, degrees);
	}
	memset(longest + 3, ' ', 70);
	strcpy(longest + 73, "deg]");
	assert_int_equal(pz_catalogue_unit_of_name(longest, &degrees), UNIT_NONE);
	strcpy(longest + 20, "deg]");
	assert_int_equal(pz_catalogue_unit_of_name(longest, &degrees), UNIT_ANGLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_nothing), cmocka_unit_test(long_numbers_of_fortran),
		cmocka_unit_test(commas_in_numbers),   cmocka_unit_test(ids_are_numbers_or_texts),
		cmocka_unit_test(ids_of_real_numbers), cmocka_unit_test(cells_of_any_kind),
		cmocka_unit_test(units_of_angles),     cmocka_unit_test(units_in_names),
	};

	return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
