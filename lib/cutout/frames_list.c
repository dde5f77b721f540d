/* frames_list.c -- lists of files, and tables of files and bands */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <pz/delimited.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "frames_cells.h"

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

/* What the names of files call a band. */
static const char *file_name(const struct frames_list *l, int band)
{
	return l->o && l->o->file_name ? l->o->file_name[band] : l->band[band];
}

/* The field by the names that a survey gives its files, where they tell more than where the band
 * stands: that they call it otherwise, or have something else of their own in each band. A new
 * string; NULL: they tell nothing. */
static char *field_by_survey(const struct frames_list *l, const char *path, int band)
{
	const char *slash = strrchr(path, '/'), *name = file_name(l, band);

	if (!l->o || !l->o->files || (!strstr(l->o->files, "%*") && !strcmp(name, l->band[band])))
		return NULL;
	return pz_frames_field_of(l->o->files, slash ? slash + 1 : path, name);
}

/* The path with %b for the band where that stands alone, else as it is, or by the survey; a new
 * string. */
static char *field_of(const struct frames_list *l, const char *path, int band)
{
	char *field = field_by_survey(l, path, band);
	const char *at = field ? NULL : stands_alone(path, l->band[band]);

	if (field)
		return field;
	if (!at)
		return strdup(path);
	if (asprintf(&field, "%.*s%%b%s", (int)(at - path), path, at + strlen(l->band[band])) < 0)
		return NULL;
	return field;
}

/* Whether a file's name says that it is of a band. */
static bool is_of_band(const struct frames_list *l, const char *path, int band)
{
	char *field = field_by_survey(l, path, band);
	bool is = field || stands_alone(path, l->band[band]);

	free(field);
	return is;
}

/* A name as the list has it, or, if it means no file from here but one beside the list, that; a new
 * string. NULL of "" and NULL. */
static char *place_of(const struct frames_list *l, const char *path)
{
	const char *slash = strrchr(l->path, '/');
	char *beside = NULL;

	if (!path || !*path)
		return NULL;
	if (*path == '/' || !slash || access(path, F_OK) == 0)
		return strdup(path);
	if (asprintf(&beside, "%.*s%s", (int)(slash + 1 - l->path), l->path, path) < 0)
		return NULL;
	if (access(beside, F_OK) == 0)
		return beside;
	free(beside);
	return strdup(path);
}

static int add(const struct frames_list *l, const char *path, int band)
{
	struct found one = { .field = field_of(l, path, band),
			     .path = place_of(l, path),
			     .band = band,
			     .plane = -1,
			     .pattern = l->to->patterns };

	return pz_found_add(l->to, one, true);
}

/* A line of a list: a pattern, or a file that names its band. */
static int add_line(const struct frames_list *l, const char *line)
{
	int band = -1;

	if (strstr(line, "%b"))
		return pz_frames_match(l->to, line, l->band, l->bands);
	for (int b = 0; b < l->bands; b++) {
		if (l->bands > 1 && !is_of_band(l, line, b))
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

static int read_lines(const struct frames_list *l, struct pz_delimited *rows)
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

/* A row of a table; cells may be NULL. */
static int add_row(const struct frames_list *l, const char *const cell[COLUMNS], uint64_t row)
{
	struct found one = { .pattern = l->to->patterns };
	const char *path = cell[FILE_NAME];
	bool whole = true;
	int b = 0, rc;

	if (!*path || !cell[BAND][0])
		return pz_fail(PZ_EDATA, "%s: row %llu: expected a file and a band", l->path,
			       (unsigned long long)row);
	while (b < l->bands && strcmp(l->band[b], cell[BAND]) != 0 &&
	       strcmp(file_name(l, b), cell[BAND]) != 0)
		b++;
	if (b == l->bands)
		return 0;
	if ((rc = pz_frames_cell_zeropoint(l, cell[ZEROPOINT], row, b, &one.zeropoint)) < 0 ||
	    (rc = pz_frames_cell_psf(l, cell[PSF], row, &one.psf)) < 0 ||
	    (rc = pz_frames_cell_plane(l, cell[PLANE], row, &one.plane)) < 0)
		return rc;
	one.field = cell[FIELD] && *cell[FIELD] ? strdup(cell[FIELD]) : field_of(l, path, b);
	one.path = place_of(l, path);
	one.hdu = copy_or_null(cell[HDU], &whole);
	one.mask = place_of(l, cell[MASK]);
	whole &= one.mask || !cell[MASK] || !*cell[MASK];
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
static void note_unknown(const struct frames_list *l, const char *name, bool *first)
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
static int find_columns(const struct frames_list *l, int n, const char *const *name,
			int column[COLUMNS])
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

static int read_table(const struct frames_list *l, struct pz_delimited *rows)
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
static int read_text(const struct frames_list *l)
{
	struct pz_delimited *rows;
	int rc = pz_delimited_open(&rows, l->path, &(struct pz_delimited_options){ .rows = true });

	if (rc == 0)
		rc = is_table(rows) ? read_table(l, rows) : read_lines(l, rows);
	pz_delimited_close(rows);
	return rc;
}

static int read_fits_row(const struct frames_list *l, struct pz_fits *f, const int column[COLUMNS],
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

static int read_fits(const struct frames_list *l)
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

int pz_frames_read_list(struct found_list *to, const char *path, const char *const *band, int bands,
			const struct pz_frames_options *o)
{
	struct frames_list l = { to, path, band, bands, o };
	int fits = pz_fits_looks_like(path), rc;

	if (fits < 0)
		return fits;
	rc = fits ? read_fits(&l) : read_text(&l);
	to->patterns++;
	return rc;
}
