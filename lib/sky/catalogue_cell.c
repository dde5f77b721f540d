/* catalogue_cell.c -- what the text in a cell means */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalogue_source.h"

static bool is_nothing(const char *cell)
{
	const char *const spelling[] = { "", "nan", "null", "none", "n/a", "na", "--", "\\N" };

	for (size_t i = 0; i < sizeof spelling / sizeof *spelling; i++)
		if (!strcasecmp(cell, spelling[i]))
			return true;
	return false;
}

/* Three numbers with a separator or unit letters between them. */
static bool sexagesimal(const char *cell, int want, double *value)
{
	double part[3] = { 0 };
	const char *p = cell;
	bool minus;
	char *end;
	int n = 0;

	while (*p == ' ')
		p++;
	minus = *p == '-';
	p += minus || *p == '+';
	while (n < 3 && *p >= '0' && *p <= '9') {
		part[n++] = strtod(p, &end);
		p = end + strspn(end, n < 3 ? ":hdm' " : "s\" ");
	}
	if (n < 2 || *p || part[1] >= 60 || part[2] >= 60)
		return false;
	*value = part[0] + part[1] / 60 + part[2] / 3600;
	*value *= (minus ? -1 : 1) * (want == WANT_RA ? 15 : 1);
	return true;
}

bool cell_number(const char *cell, int want, double *value)
{
	char *end;

	*value = NAN;
	if (is_nothing(cell))
		return true;
	*value = strtod(cell, &end);
	if (end != cell && !end[strspn(end, " ")])
		return true;
	*value = NAN;
	return (want == WANT_RA || want == WANT_DEC) && sexagesimal(cell, want, value);
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

bool cell_id(const char *cell, int64_t *id, char name[PZ_ID_MAX])
{
	if (!*cell || strlen(cell) >= PZ_ID_MAX)
		return false;
	*name = '\0';
	if (!is_integer(cell, id)) {
		*id = 0;
		strcpy(name, cell);
	}
	return true;
}

/* Digits with a point or an exponent; neither 0x1f nor inf. */
static bool is_real(const char *cell, double *value)
{
	char *end;

	*value = strtod(cell, &end);
	return *cell && *end == '\0' && cell[strspn(cell, "+-.0123456789eE")] == '\0' &&
	       strpbrk(cell, ".eE") && isfinite(*value);
}

bool cell_any(const char *cell, struct cells *c, size_t i, double *value)
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
