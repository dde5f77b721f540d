/* angle.c -- what a coordinate in a cell is, in degrees */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source.h"

#define HOUR 15. /* degrees */

/* What may stand behind a part of a sexagesimal number. */
enum mark { MARK_NONE, MARK_COLON, MARK_DEGREE, MARK_HOUR, MARK_MINUTE, MARK_SECOND };

static const struct {
	const char *sign;
	enum mark mark;
} marks[] = {
	{ "degrees", MARK_DEGREE },
	{ "deg", MARK_DEGREE },
	{ "d", MARK_DEGREE },
	{ "\xc2\xb0", MARK_DEGREE },
	{ "\xb0", MARK_DEGREE }, /* Latin-1 */
	{ "hours", MARK_HOUR },
	{ "hr", MARK_HOUR },
	{ "h", MARK_HOUR },
	{ "min", MARK_MINUTE },
	{ "m", MARK_MINUTE },
	{ "\xe2\x80\xb2", MARK_MINUTE },
	{ "\xe2\x80\x99", MARK_MINUTE },
	{ "''", MARK_SECOND },
	{ "'", MARK_MINUTE },
	{ "sec", MARK_SECOND },
	{ "s", MARK_SECOND },
	{ "\"", MARK_SECOND },
	{ "\xe2\x80\xb3", MARK_SECOND },
	{ "\xe2\x80\x9d", MARK_SECOND },
	{ ":", MARK_COLON },
};

/* The mark at *p, which goes behind it and the blanks around. */
static enum mark take_mark(const char **p)
{
	enum mark mark = MARK_NONE;

	*p += strspn(*p, " ");
	for (size_t i = 0; i < sizeof marks / sizeof *marks && mark == MARK_NONE; i++)
		if (!strncasecmp(*p, marks[i].sign, strlen(marks[i].sign))) {
			mark = marks[i].mark;
			*p += strlen(marks[i].sign);
		}
	*p += strspn(*p, " ");
	return mark;
}

/* The sign at *p: whether it is a minus. */
static bool take_minus(const char **p)
{
	bool minus;

	*p += strspn(*p, " ");
	if (!strncmp(*p, "\xe2\x88\x92", 3)) { /* as papers print it */
		*p += 3;
		return true;
	}
	minus = **p == '-';
	*p += minus || **p == '+';
	return minus;
}

/* Up to three parts and the marks behind them: how many, 0: they are none. */
static int take_parts(const char *p, double part[3], enum mark mark[3])
{
	int n = 0;

	while (n < 3 && *p) {
		size_t whole = strspn(p, "0123456789"), fraction = 0;

		if (p[whole] == '.')
			fraction = 1 + strspn(p + whole + 1, "0123456789");
		if (whole == 0)
			return 0;
		part[n] = strtod(p, NULL);
		p += whole + fraction;
		mark[n] = take_mark(&p);
		if (fraction && *p)
			return 0;
		n++;
	}
	return *p ? 0 : n;
}

/* Whether the marks stand in the places of degrees or hours, minutes, seconds. */
static bool are_in_place(const enum mark mark[3], int n)
{
	for (int i = 0; i < n; i++) {
		bool own = mark[i] == MARK_NONE || (mark[i] == MARK_COLON && i < n - 1);

		if (i == 0 && !own && mark[0] != MARK_DEGREE && mark[0] != MARK_HOUR)
			return false;
		if (i == 1 && !own && mark[1] != MARK_MINUTE)
			return false;
		if (i == 2 && !own && mark[2] != MARK_SECOND)
			return false;
	}
	return n > 1 || mark[0] == MARK_DEGREE || mark[0] == MARK_HOUR;
}

/* The degrees of one of the first part, by its mark or else the column's unit; 0: sexagesimal
 * numbers have no such unit. */
static double degrees_of(enum mark mark, bool ra, double scale)
{
	if (mark == MARK_HOUR)
		return HOUR;
	if (mark == MARK_DEGREE)
		return 1;
	if (scale == 1 || scale == HOUR)
		return scale;
	return scale == 0 ? (ra ? HOUR : 1) : 0;
}

/* Minutes and seconds of 60 are carried over: programs that round write them. */
static bool read_sexagesimal(const char *cell, bool ra, double scale, double *degrees)
{
	double part[3] = { 0 }, unit;
	enum mark mark[3] = { MARK_NONE };
	bool minus = take_minus(&cell);
	int n = take_parts(cell, part, mark);

	if (n == 0 || !are_in_place(mark, n) || part[1] > 60 || part[2] > 60 ||
	    !((unit = degrees_of(mark[0], ra, scale)) > 0))
		return true;
	if (unit == HOUR && mark[0] != MARK_HOUR && scale == 0 && part[0] > 24)
		return false;
	*degrees = unit * (part[0] + part[1] / 60 + part[2] / 3600);
	if (minus)
		*degrees = -*degrees;
	return true;
}

bool pz_cell_angle(const char *cell, bool ra, double scale, double *degrees)
{
	if (pz_cell_number(cell, degrees)) {
		*degrees *= scale > 0 ? scale : 1;
		return true;
	}
	*degrees = NAN;
	return read_sexagesimal(cell, ra, scale, degrees);
}
