/* catalogue_fits.c -- rows of a FITS table */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "catalogue_source.h"

#define TEXT 80 /* bytes of a cell with a coordinate in it */

struct fits_source {
	struct source source;
	struct pz_fits *file;
	size_t row;
};

static const char *column_name(const struct source *s, int c)
{
	return pz_fits_column_name(((const struct fits_source *)s)->file, c);
}

/* Numbers that are written as text. */
static int read_parsed(struct fits_source *s, int c, int want, size_t n, double *value)
{
	char(*text)[TEXT] = calloc(n, sizeof *text);
	int rc;

	if (!text)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows",
			       pz_fits_where(s->file));
	rc = pz_fits_read_texts(s->file, c, s->row, n, text[0], TEXT);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (!cell_number(text[i], want, &value[i]) && want != WANT_RA && want != WANT_DEC)
			rc = pz_fail(PZ_EDATA,
				     "%s: row %zu: column '%s': expected a number, found '%s'",
				     pz_fits_where(s->file), s->row + i + 1,
				     pz_fits_column_name(s->file, c), text[i]);
	free(text);
	return rc;
}

static int read_numbers(struct fits_source *s, int c, int want, size_t n, double *value)
{
	size_t repeat;

	if (pz_fits_column_type(s->file, c, &repeat) == PZ_FITS_TEXT)
		return read_parsed(s, c, want, n, value);
	if (repeat != 1)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected one number a row, found %zu",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, c), repeat);
	return pz_fits_read_doubles(s->file, c, s->row, n, value);
}

/* A further column of whole numbers or texts; undefined numbers are NaN in value. */
static int read_cells(struct fits_source *s, int c, size_t n, struct cells *cells, double *value)
{
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, c, &repeat);
	bool undefined[SOURCE_BLOCK];
	int rc = 0;

	if (type == PZ_FITS_TEXT && repeat >= PZ_CELL_MAX)
		return pz_fail(PZ_EDATA, "%s: column '%s': texts of more than %d bytes",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, c),
			       PZ_CELL_MAX - 1);
	if (type == PZ_FITS_TEXT)
		rc = pz_fits_read_texts(s->file, c, s->row, n, cells->text[0], PZ_CELL_MAX);
	else if ((rc = read_numbers(s, c, WANT_CARRY, n, value)) == 0 && type == PZ_FITS_INTEGER)
		rc = pz_fits_read_integers(s->file, c, s->row, n, cells->integer, undefined);
	for (size_t i = 0; i < n && rc == 0; i++) {
		cells->type[i] = PZ_CELL_NUMBER;
		if (type == PZ_FITS_TEXT) {
			cells->type[i] = cells->text[i][0] ? PZ_CELL_TEXT : PZ_CELL_NUMBER;
			value[i] = NAN;
		} else if (type == PZ_FITS_INTEGER && !undefined[i]) {
			cells->type[i] = PZ_CELL_INTEGER;
		}
	}
	return rc;
}

static int read_names(struct fits_source *s, int c, struct rows *rows)
{
	char text[PZ_ID_MAX + 1];

	for (size_t i = 0; i < rows->n; i++) {
		int rc = pz_fits_read_texts(s->file, c, s->row + i, 1, text, sizeof text);

		if (rc < 0)
			return rc;
		if (!cell_id(text, &rows->id[i], rows->name[i]))
			return pz_fail(PZ_EDATA, "%s: row %zu: expected an id of 1 to %d bytes",
				       pz_fits_where(s->file), s->row + i + 1, PZ_ID_MAX - 1);
	}
	return 0;
}

static int read_ids(struct fits_source *s, int c, struct rows *rows)
{
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, c, &repeat);

	if (type == PZ_FITS_TEXT)
		return read_names(s, c, rows);
	if (type != PZ_FITS_INTEGER || repeat != 1)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected ids, text or whole numbers",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, c));
	memset(rows->name, 0, rows->n * sizeof *rows->name);
	return pz_fits_read_integers(s->file, c, s->row, rows->n, rows->id, NULL);
}

static int next(struct source *source, const int *column, int wants, int id, struct rows *rows)
{
	struct fits_source *s = (struct fits_source *)source;
	size_t left = pz_fits_rows(s->file) - s->row;
	int rc = 0;

	rows->n = left < SOURCE_BLOCK ? left : SOURCE_BLOCK;
	if (rows->n == 0)
		return 0;
	for (int w = 0; w < wants && rc == 0; w++) {
		struct cells *cells = w >= WANT_CARRY ? rows->cells[w - WANT_CARRY] : NULL;

		if (cells)
			rc = read_cells(s, column[w], rows->n, cells, rows->value[w]);
		else if (column[w] >= 0)
			rc = read_numbers(s, column[w], w, rows->n, rows->value[w]);
	}
	if (rc == 0)
		rc = read_ids(s, id, rows);
	s->row += rows->n;
	return rc < 0 ? rc : 1;
}

static void close_source(struct source *source)
{
	struct fits_source *s = (struct fits_source *)source;

	pz_fits_close(s->file);
	free(s);
}

int source_open_fits(struct source **out, const char *path, const char *hdu)
{
	struct fits_source *s = calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	if (!s)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = pz_fits_open_table(&s->file, path, hdu)) < 0) {
		free(s);
		return rc;
	}
	s->source = (struct source){ .columns = pz_fits_columns(s->file),
				     .name = column_name,
				     .next = next,
				     .close = close_source };
	*out = &s->source;
	return 0;
}
