/* fits.c -- rows of a FITS table */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "columnar.h"

#define TEXT 80 /* bytes of a cell with a coordinate in it             */

struct fits_source {
	struct columnar base;
	struct pz_fits *file;
	char unit[TEXT]; /* the last that was asked for */
};

static const char *column_name(const struct source *s, int c)
{
	return pz_fits_column_name(((const struct fits_source *)s)->file, c);
}

static const char *column_unit(const struct source *source, int c)
{
	struct fits_source *s = (struct fits_source *)source;
	char key[16];

	snprintf(key, sizeof key, "TUNIT%hd", (short)(c + 1));
	pz_fits_text(s->file, key, s->unit, sizeof s->unit);
	return s->unit;
}

static size_t column_values(const struct source *s, int c)
{
	struct pz_fits *file = ((const struct fits_source *)s)->file;
	size_t repeat;

	return pz_fits_column_type(file, c, &repeat) == PZ_FITS_TEXT ? 1 : repeat;
}

static int no_memory(const struct fits_source *s)
{
	return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", pz_fits_where(s->file));
}

static bool is_text(struct columnar *s, int c)
{
	return pz_fits_column_type(((struct fits_source *)s)->file, c, NULL) == PZ_FITS_TEXT;
}

static int read_doubles(struct columnar *s, int c, uint64_t row, size_t n, double *to)
{
	return pz_fits_read_doubles(((struct fits_source *)s)->file, c, (size_t)row, n, to);
}

static int read_texts(struct columnar *s, int c, uint64_t row, size_t n, char *to, size_t size)
{
	return pz_fits_read_texts(((struct fits_source *)s)->file, c, (size_t)row, n, to, size);
}

/* One of the whole numbers that each row has, row by row. */
static int read_whole_element(struct fits_source *s, struct place p, size_t n, int64_t *value,
			      bool *undefined)
{
	size_t repeat;
	int64_t *vector;
	bool *none;
	int rc = 0;

	pz_fits_column_type(s->file, p.column, &repeat);
	vector = malloc(repeat * sizeof *vector);
	none = malloc(repeat * sizeof *none);
	if (!vector || !none)
		rc = no_memory(s);
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = pz_fits_read_integers(s->file, p.column, s->base.row + i, 1, vector, none);
		value[i] = rc ? 0 : vector[p.element];
		undefined[i] = rc || none[p.element];
	}
	free(vector);
	free(none);
	return rc;
}

/* A further column of whole numbers or texts; undefined numbers are NaN in value. */
static int read_cells(struct columnar *base, struct place p, int want, size_t n, struct rows *rows)
{
	struct fits_source *s = (struct fits_source *)base;
	struct cells *cells = rows->cells[want - WANT_CARRY];
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, p.column, &repeat);
	bool undefined[SOURCE_BLOCK], whole = type == PZ_FITS_INTEGER;
	int rc = 0;

	if (type == PZ_FITS_TEXT && repeat >= PZ_CELL_MAX)
		return pz_fail(
			PZ_EDATA,
			"%s: column '%s': expected texts of at most %d bytes, found longer ones",
			pz_fits_where(s->file), pz_fits_column_name(s->file, p.column),
			PZ_CELL_MAX - 1);
	if (type == PZ_FITS_TEXT)
		rc = pz_fits_read_texts(s->file, p.column, s->base.row, n, cells->text[0],
					PZ_CELL_MAX);
	else if ((rc = pz_columnar_numbers(base, p, want, n, rows)) == 0 && whole && p.element >= 0)
		rc = read_whole_element(s, p, n, cells->integer, undefined);
	else if (rc == 0 && whole)
		rc = pz_fits_read_integers(s->file, p.column, s->base.row, n, cells->integer,
					   undefined);
	for (size_t i = 0; i < n && rc == 0; i++) {
		cells->type[i] = PZ_CELL_NUMBER;
		if (type == PZ_FITS_TEXT) {
			cells->type[i] = cells->text[i][0] ? PZ_CELL_TEXT : PZ_CELL_NUMBER;
			rows->value[want][i] = NAN;
		} else if (whole && !undefined[i]) {
			cells->type[i] = PZ_CELL_INTEGER;
		}
	}
	return rc;
}

static int read_ids(struct columnar *base, int c, struct rows *rows)
{
	struct fits_source *s = (struct fits_source *)base;
	bool undefined[SOURCE_BLOCK];
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, c, &repeat);
	int rc;

	if (type == PZ_FITS_TEXT)
		return pz_columnar_names(base, c, rows);
	if ((rc = pz_columnar_check_one_id(base, c, repeat)) < 0)
		return rc;
	memset(rows->name, 0, rows->n * sizeof *rows->name);
	if (type != PZ_FITS_INTEGER)
		return pz_columnar_real_ids(base, c, type == PZ_FITS_FLOAT ? 24 : 53, rows);
	rc = pz_fits_read_integers(s->file, c, s->base.row, rows->n, rows->id, undefined);
	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if (undefined[i])
			rc = pz_columnar_fail_id(base, c, i,
						 pz_fail(PZ_EDATA,
							 "expected an id, found an undefined one "
							 "(masked, TNULL)"));
	return rc;
}

static bool is_narrow(const struct source *s, int c)
{
	return pz_fits_column_type(((const struct fits_source *)s)->file, c, NULL) == PZ_FITS_FLOAT;
}

static void close_source(struct source *source)
{
	struct fits_source *s = (struct fits_source *)source;

	pz_fits_close(s->file);
	free(s);
}

int pz_catalogue_open_fits(struct source **out, const char *path, const char *hdu)
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
	s->base = (struct columnar){ .source = { .columns = pz_fits_columns(s->file),
						 .name = column_name,
						 .unit = column_unit,
						 .values = column_values,
						 .narrow = is_narrow,
						 .next = pz_columnar_next,
						 .close = close_source,
						 .named = true },
				     .path = pz_fits_where(s->file),
				     .rows = pz_fits_rows(s->file),
				     .parsed = TEXT,
				     .is_text = is_text,
				     .doubles = read_doubles,
				     .texts = read_texts,
				     .cells = read_cells,
				     .ids = read_ids };
	*out = &s->base.source;
	return 0;
}
