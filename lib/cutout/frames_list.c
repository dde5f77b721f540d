/* frames_list.c -- lists of files, and tables of files and bands */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/delimited.h>
#include <pz/error.h>
#include <pz/fits.h>
#include <pz/missing.h>

#include "frames_found.h"

#define TEXT 4096 /* bytes of a cell */

enum { FILE_NAME, BAND, HDU, PLANE, FIELD, MASK, MASK_HDU, ZEROPOINT, PSF, COLUMNS };

static const struct {
	const char *name[3];
} wanted[COLUMNS] = {
	[FILE_NAME] = { { "file", "filename", "path" } },
	[BAND] = { { "band", "filter" } },
	[HDU] = { { "hdu" } },
	[PLANE] = { { "plane" } },
	[FIELD] = { { "field" } },
	[MASK] = { { "mask" } },
	[MASK_HDU] = { { "mask_hdu" } },
	[ZEROPOINT] = { { "zeropoint", "zero_point", "zp" } },
	[PSF] = { { "psf", "psf_fwhm" } },
};

/* What is being read. */
struct list {
	struct found_list *to;
	const char *path;
	const char *const *band;
	int bands;
};

static bool is_word(int c)
{
	return isalnum(c);
}

/* Where band's name stands alone in the file's name, without its directory; or NULL. */
static const char *stands_alone(const char *path, const char *band)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *at;
	size_t n = strlen(band);

	for (at = strstr(name, band); at; at = strstr(at + 1, band))
		if ((at == name || !is_word((unsigned char)at[-1])) &&
		    !is_word((unsigned char)at[n]))
			break;
	return at;
}

/* The path with %b for the band where that stands alone, else as it is; a new string. */
static char *field_of(const char *path, const char *band)
{
	const char *at = stands_alone(path, band);
	char *field = NULL;

	if (!at)
		return strdup(path);
	if (asprintf(&field, "%.*s%%b%s", (int)(at - path), path, at + strlen(band)) < 0)
		return NULL;
	return field;
}

static int add(const struct list *l, const char *path, int band)
{
	struct found one = { .field = field_of(path, l->band[band]),
			     .path = strdup(path),
			     .band = band,
			     .plane = -1,
			     .pattern = l->to->patterns };

	return pz_found_add(l->to, one, true);
}

/* A line of a list: a pattern, or a file that names its band. */
static int add_line(const struct list *l, const char *line)
{
	int band = -1;

	if (strstr(line, "%b"))
		return pz_frames_match(l->to, line, l->band, l->bands);
	for (int b = 0; b < l->bands; b++) {
		if (l->bands > 1 && !stands_alone(line, l->band[b]))
			continue;
		if (band >= 0)
			return pz_fail(PZ_EDATA,
				       "%s: '%s' could be of band %s or %s; a table with columns "
				       "file and band would say",
				       l->path, line, l->band[band], l->band[b]);
		band = b;
	}
	return band < 0 ? 0 : add(l, line, band);
}

static int read_lines(const struct list *l, struct pz_delimited *rows)
{
	int rc = pz_delimited_list(rows);

	while (rc == 0 && (rc = pz_delimited_next(rows)) > 0)
		rc = add_line(l, rows->cell[0]);
	return rc;
}

/* A copy of a text that is not empty; NULL, and not whole, where there is no memory. */
static char *copy_or_null(const char *text, bool *whole)
{
	char *copy = text && *text ? strdup(text) : NULL;

	*whole &= copy || !text || !*text;
	return copy;
}

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

/* The FWHM of a frame's PSF. */
static int take_psf(const struct list *l, const char *cell, uint64_t row, double *value)
{
	if (take_number(cell, value) &&
	    (*value == 0 || (*value > 0 && *value <= 3600 && !pz_missing_suspect(*value))))
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: row %llu: psf: expected a FWHM in arcsec, or an empty cell where it is "
		       "unknown, found '%s'",
		       l->path, (unsigned long long)row, cell);
}

/* A table's zero point for a frame. 0 itself, -99 and their like stand for none as well, but then
 * somebody took them for one. */
static int take_zeropoint(const struct list *l, const char *cell, uint64_t row, double *value)
{
	if (take_number(cell, value) && (*value == 0 || pz_is_magnitude(*value)))
		return 0;
	return pz_fail(
		PZ_EDATA,
		"%s: row %llu: zeropoint: expected a magnitude, or an empty cell where there "
		"is none, found '%s'",
		l->path, (unsigned long long)row, cell);
}

/* A plane of a cube, -1 where its cell is empty. */
static int take_plane(const struct list *l, const char *cell, uint64_t row, long *plane)
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

/* A row of a table; cells may be NULL. */
static int add_row(const struct list *l, const char *const cell[COLUMNS], uint64_t row)
{
	struct found one = { .pattern = l->to->patterns };
	const char *path = cell[FILE_NAME];
	bool whole = true;
	int b = 0, rc;

	if (!*path || !cell[BAND][0])
		return pz_fail(PZ_EDATA, "%s: row %llu: expected a file and a band", l->path,
			       (unsigned long long)row);
	while (b < l->bands && strcmp(l->band[b], cell[BAND]) != 0)
		b++;
	if (b == l->bands)
		return 0;
	if ((rc = take_zeropoint(l, cell[ZEROPOINT], row, &one.zeropoint)) < 0 ||
	    (rc = take_psf(l, cell[PSF], row, &one.psf)) < 0 ||
	    (rc = take_plane(l, cell[PLANE], row, &one.plane)) < 0)
		return rc;
	one.field = cell[FIELD] && *cell[FIELD] ? strdup(cell[FIELD]) : field_of(path, l->band[b]);
	one.path = strdup(path);
	one.hdu = copy_or_null(cell[HDU], &whole);
	one.mask = copy_or_null(cell[MASK], &whole);
	one.mask_hdu = copy_or_null(cell[MASK_HDU], &whole);
	one.band = b;
	return pz_found_add(l->to, one, whole);
}

/* What a column of this name is for; -1: nothing. */
static int purpose(const char *name)
{
	for (int w = 0; w < COLUMNS; w++)
		for (int i = 0; i < 3 && wanted[w].name[i]; i++)
			if (!strcasecmp(name, wanted[w].name[i]))
				return w;
	return -1;
}

/* Notes a column that means nothing here: "table.csv: note, depth". */
static void note_unknown(const struct list *l, const char *name, bool *first)
{
	char *unknown = l->to->unknown;
	size_t used = strlen(unknown), room = sizeof l->to->unknown - used;

	if (*first)
		snprintf(unknown + used, room, "%s%s: %s", used ? "; " : "", l->path, name);
	else
		snprintf(unknown + used, room, ", %s", name);
	*first = false;
}

/* Which of a table's n columns is for what; -1: none is. */
static int find_columns(const struct list *l, int n, const char *const *name, int column[COLUMNS])
{
	bool first = true;

	for (int w = 0; w < COLUMNS; w++)
		column[w] = -1;
	for (int c = 0; c < n; c++) {
		int w = purpose(name[c]);

		if (w < 0)
			note_unknown(l, name[c], &first);
		else if (column[w] >= 0)
			return pz_fail(PZ_EDATA,
				       "%s: columns '%s' and '%s' mean the same; keep one of them",
				       l->path, name[column[w]], name[c]);
		else
			column[w] = c;
	}
	if (column[FILE_NAME] < 0 || column[BAND] < 0)
		return pz_fail(PZ_EDATA, "%s: expected columns file and band", l->path);
	return 0;
}

static int read_table(const struct list *l, struct pz_delimited *rows)
{
	int column[COLUMNS];
	int rc = find_columns(l, rows->columns, (const char *const *)rows->column, column);

	while (rc == 0 && (rc = pz_delimited_next(rows)) > 0) {
		const char *cell[COLUMNS];

		for (int w = 0; w < COLUMNS; w++)
			cell[w] = column[w] < 0 ? NULL : rows->cell[column[w]];
		rc = add_row(l, cell, rows->row);
	}
	return rc;
}

/* Whether the columns file and band are named. */
static bool is_table(const struct pz_delimited *rows)
{
	int seen[COLUMNS] = { 0 };

	for (int c = 0; c < rows->columns; c++)
		if (purpose(rows->column[c]) >= 0)
			seen[purpose(rows->column[c])] = 1;
	return seen[FILE_NAME] && seen[BAND];
}

/* A table whose columns are named, or a list of files. */
static int read_text(const struct list *l)
{
	struct pz_delimited *rows;
	int rc = pz_delimited_open(&rows, l->path, &(struct pz_delimited_options){ .rows = true });

	if (rc == 0)
		rc = is_table(rows) ? read_table(l, rows) : read_lines(l, rows);
	pz_delimited_close(rows);
	return rc;
}

static int read_fits_row(const struct list *l, struct pz_fits *f, const int column[COLUMNS],
			 char (*text)[TEXT], size_t row)
{
	const char *cell[COLUMNS] = { 0 };

	for (int w = 0; w < COLUMNS; w++) {
		int rc = column[w] < 0 ? 0
				       : pz_fits_read_texts(f, column[w], row, 1, text[w], TEXT);

		if (rc < 0)
			return rc;
		cell[w] = column[w] < 0 ? NULL : text[w];
	}
	return add_row(l, cell, row + 1);
}

static int read_fits(const struct list *l)
{
	const char *name[PZ_FITS_COLUMNS_MAX];
	int column[COLUMNS], rc;
	char(*text)[TEXT] = malloc(COLUMNS * sizeof *text);
	struct pz_fits *f;

	if (!text)
		return pz_fail(PZ_ENOMEM, "%s: no memory", l->path);
	if ((rc = pz_fits_open_table(&f, l->path, NULL)) < 0)
		goto done;
	for (int c = 0; c < pz_fits_columns(f); c++)
		name[c] = pz_fits_column_name(f, c);
	rc = find_columns(l, pz_fits_columns(f), name, column);
	for (size_t row = 0; row < pz_fits_rows(f) && rc == 0; row++)
		rc = read_fits_row(l, f, column, text, row);
	pz_fits_close(f);
done:
	free(text);
	return rc;
}

int pz_frames_read_list(struct found_list *to, const char *path, const char *const *band, int bands)
{
	struct list l = { to, path, band, bands };
	int fits = pz_fits_looks_like(path), rc;

	if (fits < 0)
		return fits;
	rc = fits ? read_fits(&l) : read_text(&l);
	to->patterns++;
	return rc;
}
