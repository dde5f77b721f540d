/* catalogue_csv.c -- a catalogue's rows from delimited text */
#include <stdlib.h>

#include <pz/delimited.h>
#include <pz/error.h>

#include "catalogue_source.h"

struct csv_source {
	struct source source;
	struct pz_delimited *rows;
};

static const char *column_name(const struct source *s, int c)
{
	return ((const struct csv_source *)s)->rows->column[c];
}

/* The cell of wanted column w into row i of the block. */
static int take_cell(const struct pz_delimited *s, int column, int w, struct rows *rows, size_t i)
{
	struct cells *any = w >= WANT_CARRY ? rows->cells[w - WANT_CARRY] : NULL;
	const char *cell = s->cell[column];

	if (any && !cell_any(cell, any, i, &rows->value[w][i]))
		return pz_fail(PZ_EDATA, "%s: row %llu: column '%s': a text of more than %d bytes",
			       s->path, (unsigned long long)s->row, s->column[column],
			       PZ_CELL_MAX - 1);
	if (!any && !cell_number(cell, w, &rows->value[w][i]) && w != WANT_RA && w != WANT_DEC)
		return pz_fail(PZ_EDATA,
			       "%s: row %llu: column '%s': expected a number, found '%.40s'",
			       s->path, (unsigned long long)s->row, s->column[column], cell);
	return 0;
}

/* Row i of the block from the cells read. */
static int take_row(const struct pz_delimited *s, const int *column, int wants, int id,
		    struct rows *rows, size_t i)
{
	int rc = 0;

	for (int w = 0; w < wants && rc == 0; w++)
		if (column[w] >= 0)
			rc = take_cell(s, column[w], w, rows, i);
	if (rc == 0 && !cell_id(s->cell[id], &rows->id[i], rows->name[i]))
		rc = pz_fail(PZ_EDATA, "%s: row %llu: expected an id of 1 to %d bytes", s->path,
			     (unsigned long long)s->row, PZ_ID_MAX - 1);
	return rc;
}

static int next(struct source *source, const int *column, int wants, int id, struct rows *rows)
{
	struct pz_delimited *s = ((struct csv_source *)source)->rows;
	int rc = 0;

	for (rows->n = 0; rows->n < SOURCE_BLOCK; rows->n++)
		if ((rc = pz_delimited_next(s)) <= 0 ||
		    (rc = take_row(s, column, wants, id, rows, rows->n)) < 0)
			break;
	return rc < 0 ? rc : rows->n > 0;
}

static void close_source(struct source *source)
{
	pz_delimited_close(((struct csv_source *)source)->rows);
	free(source);
}

int source_open_csv(struct source **out, const char *path)
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
				     .next = next,
				     .close = close_source };
	*out = &s->source;
	return 0;
}
