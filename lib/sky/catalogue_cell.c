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

bool cell_id(const char *cell, int64_t *id, char name[PZ_ID_MAX])
{
	char again[32];
	long long number;

	if (!*cell || strlen(cell) >= PZ_ID_MAX)
		return false;
	errno = 0;
	number = strtoll(cell, NULL, 10);
	snprintf(again, sizeof again, "%lld", number);
	*id = 0;
	*name = '\0';
	/* 007 and +7 are names: as numbers they would come out changed. */
	if (errno == 0 && !strcmp(cell, again))
		*id = number;
	else
		strcpy(name, cell);
	return true;
}
