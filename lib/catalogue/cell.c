/* cell.c -- what the text in a cell means */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "source.h"

static bool is_nothing(const char *cell)
{
	const char *const spelling[] = { "",   "nan", "null", "none",   "n/a",
					 "na", "--",  "\\N",  "masked", "<NA>" };

	for (size_t i = 0; i < sizeof spelling / sizeof *spelling; i++)
		if (!strcasecmp(cell, spelling[i]))
			return true;
	return false;
}

/* A number, with the D of Fortran as exponent too; 0x1f is none. */
static bool parse_number(const char *cell, double *value)
{
	char copy[64], *end, *d;

	if (strpbrk(cell, "xX"))
		return false;
	*value = strtod(cell, &end);
	if (end != cell && (*end == 'D' || *end == 'd') && strlen(cell) < sizeof copy &&
	    cell[strspn(cell, "+-.0123456789Dd")] == '\0') {
		strcpy(copy, cell);
		if ((d = strpbrk(copy, "Dd")))
			*d = 'e';
		*value = strtod(copy, &end);
		return !*end;
	}
	return end != cell && !end[strspn(end, " ")];
}

bool pz_cell_number(const char *cell, double *value)
{
	if (parse_number(cell, value))
		return true;
	*value = NAN;
	return is_nothing(cell);
}

bool pz_cell_has_comma(const char *cell)
{
	const char *p = cell + strspn(cell, "+-");
	size_t whole = strspn(p, "0123456789"), decimals;

	if (p[whole] != ',')
		return false;
	p += whole + 1;
	decimals = strspn(p, "0123456789");
	return whole + decimals > 0 && p[decimals + strspn(p + decimals, "eE+-0123456789")] == '\0';
}

/* 007 and +7 are none: as numbers they would come out changed. */
static bool is_integer(const char *cell, int64_t *value)
{
	char again[32];
	long long number;

	errno = 0;
	number = strtoll(cell, NULL, 10);
	snprintf(again, sizeof again, "%lld", number);
	*value = number;
	return errno == 0 && !strcmp(cell, again);
}

int pz_cell_id_number(double x, int digits, int64_t *id)
{
	if (x != floor(x))
		return pz_fail(PZ_EDATA, "expected ids, whole numbers or texts, found %.17g", x);
	if (!(fabs(x) <= ldexp(1, digits)))
		return pz_fail(PZ_EDATA,
			       "id %.17g: whole numbers above 2^%d are rounded when they are kept "
			       "so: write the ids as integers or texts",
			       x, digits);
	*id = (int64_t)x;
	return 0;
}

/* Ids that pandas or numpy.savetxt wrote as 12.0 or 1.2e+01. */
static int take_rounded(const char *cell, int64_t *id, char name[PZ_ID_MAX])
{
	char *end;
	double x = strtod(cell, &end);

	if (*end || !strchr(cell, '.') || cell[strspn(cell, "+-.0123456789eE")] || x != floor(x)) {
		strcpy(name, cell);
		return 0;
	}
	return pz_cell_id_number(x, 53, id);
}

int pz_cell_id(const char *cell, int64_t *id, char name[PZ_ID_MAX])
{
	*name = '\0';
	*id = 0;
	if (!*cell || strlen(cell) >= PZ_ID_MAX)
		return pz_fail(PZ_EDATA, "expected an id of 1 to %d bytes, found %s", PZ_ID_MAX - 1,
			       *cell ? "a longer one" : "none");
	if (is_integer(cell, id))
		return 0;
	*id = 0;
	return take_rounded(cell, id, name);
}

int pz_catalogue_id(const char *cell, int64_t *id, char name[PZ_ID_MAX])
{
	return pz_cell_id(cell, id, name);
}

/* Digits with a point or an exponent; neither 0x1f nor inf. */
static bool is_real(const char *cell, double *value)
{
	char *end;

	*value = strtod(cell, &end);
	return *cell && *end == '\0' && cell[strspn(cell, "+-.0123456789eE")] == '\0' &&
	       strpbrk(cell, ".eE") && isfinite(*value);
}

bool pz_cell_any(const char *cell, struct cells *c, size_t i, double *value)
{
	*value = NAN;
	c->type[i] = PZ_CELL_NUMBER;
	c->text[i][0] = '\0';
	if (is_nothing(cell) || is_real(cell, value))
		return true;
	*value = NAN;
	if (is_integer(cell, &c->integer[i])) {
		c->type[i] = PZ_CELL_INTEGER;
		*value = (double)c->integer[i];
		return true;
	}
	if (strlen(cell) >= PZ_CELL_MAX)
		return false;
	c->type[i] = PZ_CELL_TEXT;
	strcpy(c->text[i], cell);
	return true;
}
