/* frames_cells.c -- what the cells of a table of frames say */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "frames_cells.h"

/* The number in a table's cell, 0 where that is empty; false: it is none. */
static bool take_number(const char *cell, double *value)
{
	char *end;

	*value = 0;
	if (!cell || !*cell || !strcasecmp(cell, "nan") || !strcasecmp(cell, "null"))
		return true;
	*value = strtod(cell, &end);
	return end != cell && !end[strspn(end, " ")] && *value != 0;
}

int pz_frames_cell_psf(const struct frames_list *l, const char *cell, uint64_t row, double *value)
{
	if (take_number(cell, value) &&
	    (*value == 0 || (*value > 0 && *value <= 3600 && !pz_missing_suspect(*value))))
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: row %llu: psf: expected a FWHM in arcsec, or an empty cell where it is "
		       "unknown, found '%s'",
		       l->path, (unsigned long long)row, cell);
}

/* Whether the zero point of a band is 0 for frames of which a table has none. */
static bool is_zero_else(const struct frames_list *l, int band)
{
	const char *list = l->o ? l->o->zeropoint : NULL, *item = list;
	char *end;

	for (int i = 0; item && i < band && strchr(list, ','); i++)
		item = (item = strchr(item, ',')) ? item + 1 : NULL;
	return item && strtod(item, &end) == 0 && end != item && (!*end || *end == ',');
}

int pz_frames_cell_zeropoint(const struct frames_list *l, const char *cell, uint64_t row, int band,
			     double *value)
{
	char *end;

	*value = 0;
	if (cell && *cell && strtod(cell, &end) == 0 && end != cell && !*end &&
	    is_zero_else(l, band))
		return 0;
	if (take_number(cell, value) && (*value == 0 || pz_is_magnitude(*value)))
		return 0;
	return pz_fail(
		PZ_EDATA,
		"%s: row %llu: zeropoint: expected a magnitude, or an empty cell where there "
		"is none, found '%s'",
		l->path, (unsigned long long)row, cell);
}

int pz_frames_cell_plane(const struct frames_list *l, const char *cell, uint64_t row, long *plane)
{
	char *end;

	*plane = -1;
	if (!cell || !*cell)
		return 0;
	*plane = strtol(cell, &end, 10);
	if (end != cell && !end[strspn(end, " ")] && *plane >= 0)
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: row %llu: plane: expected a number from 0, or an empty cell, found "
		       "'%s'",
		       l->path, (unsigned long long)row, cell);
}
