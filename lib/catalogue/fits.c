/* fits.c -- rows of a FITS table */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "source.h"

#define TEXT        80        /* bytes of a cell with a coordinate in it             */
#define VECTORS_MAX (1 << 18) /* numbers of vectors that are read at a time, at most */

struct fits_source {
	struct source source;
	struct pz_fits *file;
	size_t row;
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

static int fail_cell(const struct fits_source *s, int c, size_t i, const char *expected,
		     const char *found)
{
	return pz_fail(PZ_EDATA, "%s: row %zu: column '%s': expected %s, found '%s'",
		       pz_fits_where(s->file), s->row + i + 1, pz_fits_column_name(s->file, c),
		       expected, found);
}

/* Numbers that are written as text. */
static int read_parsed(struct fits_source *s, int c, int want, size_t n, struct rows *rows)
{
	char(*text)[TEXT] = calloc(n, sizeof *text);
	double *value = rows->value[want];
	int rc;

	if (!text)
		return no_memory(s);
	rc = pz_fits_read_texts(s->file, c, s->row, n, text[0], TEXT);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (want != WANT_RA && want != WANT_DEC) {
			if (!pz_cell_number(text[i], &value[i]))
				rc = fail_cell(s, c, i, "a number", text[i]);
		} else if (!pz_cell_angle(text[i], want == WANT_RA, rows->scale[want], &value[i])) {
			rc = fail_cell(s, c, i, "hours, or degrees as 187d30m00s", text[i]);
		}
	free(text);
	return rc;
}

/* Some of the values that each row has, to every stride-th place. */
static int read_span(struct fits_source *s, int column, size_t first, size_t count, size_t n,
		     double *value, size_t stride)
{
	size_t repeat, step;
	double *vector;
	int rc = 0;

	pz_fits_column_type(s->file, column, &repeat);
	step = repeat < VECTORS_MAX ? VECTORS_MAX / repeat : 1;
	step = step < n ? step : n;
	if (!(vector = malloc(step * repeat * sizeof *vector)))
		return no_memory(s);
	for (size_t i = 0; i < n && rc == 0; i += step) {
		size_t some = n - i < step ? n - i : step;

		rc = pz_fits_read_doubles(s->file, column, s->row + i, some, vector);
		for (size_t k = 0; k < some && rc == 0; k++)
			memcpy(value + (i + k) * stride, vector + k * repeat + first,
			       count * sizeof *value);
	}
	free(vector);
	return rc;
}

/* The same of whole numbers, row by row. */
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
		rc = pz_fits_read_integers(s->file, p.column, s->row + i, 1, vector, none);
		value[i] = rc ? 0 : vector[p.element];
		undefined[i] = rc || none[p.element];
	}
	free(vector);
	free(none);
	return rc;
}

static int read_numbers(struct fits_source *s, struct place p, int want, size_t n,
			struct rows *rows)
{
	size_t repeat;
	int rc;

	if (pz_fits_column_type(s->file, p.column, &repeat) == PZ_FITS_TEXT)
		return read_parsed(s, p.column, want, n, rows);
	if (p.element >= 0)
		rc = read_span(s, p.column, (size_t)p.element, 1, n, rows->value[want], 1);
	else if (repeat == 1)
		rc = pz_fits_read_doubles(s->file, p.column, s->row, n, rows->value[want]);
	else
		return pz_fail(PZ_EDATA,
			       "%s: column '%s': expected one number a row, found %zu (NAME[0] is "
			       "the first)",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, p.column),
			       repeat);
	for (size_t i = 0; want <= WANT_DEC && rows->scale[want] > 0 && i < n; i++)
		rows->value[want][i] *= rows->scale[want];
	return rc;
}

/* A further column of whole numbers or texts; undefined numbers are NaN in value. */
static int read_cells(struct fits_source *s, struct place p, int want, size_t n, struct rows *rows)
{
	struct cells *cells = rows->cells[want - WANT_CARRY];
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, p.column, &repeat);
	bool undefined[SOURCE_BLOCK], whole = type == PZ_FITS_INTEGER;
	int rc = 0;

	if (type == PZ_FITS_TEXT && repeat >= PZ_CELL_MAX)
		return pz_fail(PZ_EDATA, "%s: column '%s': texts of more than %d bytes",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, p.column),
			       PZ_CELL_MAX - 1);
	if (type == PZ_FITS_TEXT)
		rc = pz_fits_read_texts(s->file, p.column, s->row, n, cells->text[0], PZ_CELL_MAX);
	else if ((rc = read_numbers(s, p, want, n, rows)) == 0 && whole && p.element >= 0)
		rc = read_whole_element(s, p, n, cells->integer, undefined);
	else if (rc == 0 && whole)
		rc = pz_fits_read_integers(s->file, p.column, s->row, n, cells->integer, undefined);
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

static int fail_id(const struct fits_source *s, int c, size_t i, int rc)
{
	return pz_fail_in(rc, "%s: row %zu: column '%s'", pz_fits_where(s->file), s->row + i + 1,
			  pz_fits_column_name(s->file, c));
}

static int read_names(struct fits_source *s, int c, struct rows *rows)
{
	char text[PZ_ID_MAX + 1];
	int rc = 0;

	for (size_t i = 0; i < rows->n && rc == 0; i++) {
		rc = pz_fits_read_texts(s->file, c, s->row + i, 1, text, sizeof text);
		if (rc == 0 && (rc = pz_cell_id(text, &rows->id[i], rows->name[i])) < 0)
			rc = fail_id(s, c, i, rc);
	}
	return rc;
}

/* Ids that are kept as doubles or floats. */
static int read_real_ids(struct fits_source *s, int c, int digits, struct rows *rows)
{
	double x[SOURCE_BLOCK];
	int rc = pz_fits_read_doubles(s->file, c, s->row, rows->n, x);

	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if ((rc = pz_cell_id_number(x[i], digits, &rows->id[i])) < 0)
			rc = fail_id(s, c, i, rc);
	return rc;
}

static int read_ids(struct fits_source *s, int c, struct rows *rows)
{
	bool undefined[SOURCE_BLOCK];
	size_t repeat;
	enum pz_fits_type type = pz_fits_column_type(s->file, c, &repeat);
	int rc;

	if (type == PZ_FITS_TEXT)
		return read_names(s, c, rows);
	if (repeat != 1)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected one id a row, found %zu",
			       pz_fits_where(s->file), pz_fits_column_name(s->file, c), repeat);
	memset(rows->name, 0, rows->n * sizeof *rows->name);
	if (type != PZ_FITS_INTEGER)
		return read_real_ids(s, c, type == PZ_FITS_FLOAT ? 24 : 53, rows);
	rc = pz_fits_read_integers(s->file, c, s->row, rows->n, rows->id, undefined);
	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if (undefined[i])
			rc = fail_id(s, c, i,
				     pz_fail(PZ_EDATA, "expected an id, found an undefined one "
						       "(masked, TNULL)"));
	return rc;
}

static bool is_narrow(const struct source *s, int c)
{
	return pz_fits_column_type(((const struct fits_source *)s)->file, c, NULL) == PZ_FITS_FLOAT;
}

static int read_spans(struct fits_source *s, const struct column_spans *of, size_t n)
{
	int rc = 0;

	for (int i = 0; i < of->n && rc == 0; i++) {
		const struct column_span *span = &of->span[i];

		rc = read_span(s, span->column, span->first, span->count, n, of->value + span->at,
			       of->values);
	}
	return rc;
}

static int read_rows(struct source *source, const struct place *place, int wants, int id,
		     struct rows *rows)
{
	struct fits_source *s = (struct fits_source *)source;
	size_t left = pz_fits_rows(s->file) - s->row;
	int rc = 0;

	rows->n = left < rows->most ? left : rows->most;
	if (rows->n == 0)
		return 0;
	for (int w = 0; w < wants && rc == 0; w++)
		if (w >= WANT_CARRY && rows->cells[w - WANT_CARRY])
			rc = read_cells(s, place[w], w, rows->n, rows);
		else if (place[w].column >= 0)
			rc = read_numbers(s, place[w], w, rows->n, rows);
	if (rc == 0 && (rc = read_spans(s, &rows->features, rows->n)) == 0)
		rc = read_spans(s, &rows->vector, rows->n);
	if (rc == 0 && id >= 0)
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
	s->source = (struct source){ .columns = pz_fits_columns(s->file),
				     .name = column_name,
				     .unit = column_unit,
				     .values = column_values,
				     .narrow = is_narrow,
				     .next = read_rows,
				     .close = close_source,
				     .named = true };
	*out = &s->source;
	return 0;
}
