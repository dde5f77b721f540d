/* csv.c -- a catalogue's rows from delimited text */
#include <stdlib.h>

#include <pz/delimited.h>
#include <pz/error.h>

#include "source.h"

struct csv_source {
	struct source source;
	struct pz_delimited *rows;
};

static const char *column_name(const struct source *s, int c)
{
	return ((const struct csv_source *)s)->rows->column[c];
}

static const char *column_unit(const struct source *s, int c)
{
	return ((const struct csv_source *)s)->rows->unit[c];
}

static size_t column_values(const struct source *s, int c)
{
	(void)s;
	(void)c;
	return 1;
}

static int fail_cell(const struct pz_delimited *s, int column, const char *expected)
{
	return pz_fail(PZ_EDATA, "%s: row %llu: column '%s': expected %s, found '%.40s'", s->path,
		       (unsigned long long)s->row, s->column[column], expected, s->cell[column]);
}

/* The cell of wanted column w into row i of the block. */
static int take_cell(const struct pz_delimited *s, int column, int w, struct rows *rows, size_t i)
{
	struct cells *any = w >= WANT_CARRY ? rows->cells[w - WANT_CARRY] : NULL;
	const char *cell = s->cell[column];
	double *value = &rows->value[w][i];

	if (w == WANT_RA || w == WANT_DEC)
		return pz_cell_angle(cell, w == WANT_RA, rows->scale[w], value)
			       ? 0
			       : fail_cell(s, column, "hours, or degrees as 187d30m00s");
	if ((!any || s->delimiter != ',') && pz_cell_has_comma(cell))
		return fail_cell(s, column, "a decimal point in a number");
	if (!any && !pz_cell_number(cell, value))
		return fail_cell(s, column, "a number");
	if (any && !pz_cell_any(cell, any, i, value))
		return pz_fail(PZ_EDATA, "%s: row %llu: column '%s': a text of more than %d bytes",
			       s->path, (unsigned long long)s->row, s->column[column],
			       PZ_CELL_MAX - 1);
	return 0;
}

/* The features, or the vector, of row i. */
static int take_spans(const struct pz_delimited *s, const struct column_spans *of, size_t i)
{
	for (int k = 0; k < of->n; k++) {
		int column = of->span[k].column;
		const char *cell = s->cell[column];

		if (pz_cell_has_comma(cell))
			return fail_cell(s, column, "a decimal point in a number");
		if (!pz_cell_number(cell, &of->value[i * of->values + of->span[k].at]))
			return fail_cell(s, column, "a number");
	}
	return 0;
}

/* Row i of the block from the cells read. */
static int take_row(const struct pz_delimited *s, const struct place *place, int wants, int id,
		    struct rows *rows, size_t i)
{
	int rc = 0;

	for (int w = 0; w < wants && rc == 0; w++)
		if (place[w].column >= 0)
			rc = take_cell(s, place[w].column, w, rows, i);
	if (rc == 0 && (rc = take_spans(s, &rows->features, i)) == 0)
		rc = take_spans(s, &rows->vector, i);
	if (rc == 0 && id >= 0 && (rc = pz_cell_id(s->cell[id], &rows->id[i], rows->name[i])) < 0)
		rc = pz_fail_in(rc, "%s: row %llu: column '%s'", s->path,
				(unsigned long long)s->row, s->column[id]);
	return rc;
}

static int next(struct source *source, const struct place *place, int wants, int id,
		struct rows *rows)
{
	struct pz_delimited *s = ((struct csv_source *)source)->rows;
	int rc = 0;

	for (rows->n = 0; rows->n < rows->most; rows->n++)
		if ((rc = pz_delimited_next(s)) <= 0 ||
		    (rc = take_row(s, place, wants, id, rows, rows->n)) < 0)
			break;
	return rc < 0 ? rc : rows->n > 0;
}

static void close_source(struct source *source)
{
	pz_delimited_close(((struct csv_source *)source)->rows);
	free(source);
}

int pz_catalogue_open_csv(struct source **out, const char *path)
{
	struct csv_source *s = calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	if (!s)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = pz_delimited_open(&s->rows, path, NULL)) < 0) {
		free(s);
		return rc;
	}
	s->source = (struct source){ .columns = s->rows->columns,
				     .name = column_name,
				     .unit = column_unit,
				     .values = column_values,
				     .next = next,
				     .close = close_source,
				     .named = s->rows->named,
				     .aside = &s->rows->aside };
	*out = &s->source;
	return 0;
}
