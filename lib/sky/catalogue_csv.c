/* catalogue_csv.c -- rows of a CSV file, through libcsv
 *
 * libcsv calls back for every cell and every row of the bytes it is fed. It is fed
 * a line at a time, which ends at most one row (a quoted cell may go on in the next
 * line), so that one row is held at a time.
 */
#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "catalogue_source.h"

#define CHUNK     16384
#define CELLS_MAX 4096      /* of a row */
#define BYTES_MAX (1 << 20) /* of a row */

struct csv_source {
	struct source source;
	struct csv_parser parser;
	bool parsing; /* the parser needs freeing */
	FILE *file;
	char *path;

	char *bytes; /* BYTES_MAX: the row's cells, each terminated */
	size_t used;
	char **cell; /* CELLS_MAX                                   */
	int cells;
	bool whole, ended;
	const char *wrong; /* what the callbacks found, who cannot fail   */

	char **column; /* the names                                   */
	uint64_t row;  /* rows of data so far                         */
};

static void on_cell(void *text, size_t size, void *context)
{
	struct csv_source *s = context;

	if (s->whole)
		s->wrong = "rows that end in CR alone";
	else if (s->cells == CELLS_MAX || size >= BYTES_MAX - s->used)
		s->wrong = "a row that is too long";
	if (s->wrong)
		return;
	s->cell[s->cells++] = s->bytes + s->used;
	memcpy(s->bytes + s->used, text, size);
	s->bytes[s->used + size] = '\0';
	s->used += size + 1;
}

static void on_row(int terminator, void *context)
{
	struct csv_source *s = context;

	(void)terminator;
	s->whole = true;
}

/* Feeds the parser the next line or chunk of one, or the end. */
static int feed(struct csv_source *s)
{
	char line[CHUNK];
	size_t n = 0;

	if (fgets(line, sizeof line, s->file)) {
		n = strlen(line);
		if (csv_parse(&s->parser, line, n, on_cell, on_row, s) != n)
			return pz_fail(PZ_EDATA, "%s: after row %llu: %s", s->path,
				       (unsigned long long)s->row,
				       csv_strerror(csv_error(&s->parser)));
	} else if (ferror(s->file)) {
		return pz_fail(PZ_EDATA, "%s: %s", s->path, strerror(errno));
	} else {
		s->ended = true;
		if (csv_fini(&s->parser, on_cell, on_row, s) != 0)
			return pz_fail(PZ_ECUT, "%s: ends inside a quoted cell", s->path);
	}
	if (s->wrong)
		return pz_fail(PZ_EDATA, "%s: after row %llu: %s", s->path,
			       (unsigned long long)s->row, s->wrong);
	return 0;
}

/* Reads the next row into s->cell: 1, 0 at the end. */
static int read_row(struct csv_source *s)
{
	int rc = 0;

	s->whole = false;
	s->used = 0;
	s->cells = 0;
	while (rc == 0 && !s->whole && !s->ended)
		rc = feed(s);
	return rc < 0 ? rc : s->whole;
}

/* The names of the columns, after comments. */
static int read_names(struct csv_source *s)
{
	int rc;

	do
		rc = read_row(s);
	while (rc > 0 && s->cells == 1 && s->cell[0][0] == '#');
	if (rc == 0)
		return pz_fail(PZ_ECUT, "%s: expected a line of column names, found none", s->path);
	if (rc < 0)
		return rc;
	if (!(s->column = calloc((size_t)s->cells, sizeof *s->column)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for the column names", s->path);
	for (; s->source.columns < s->cells; s->source.columns++) {
		const char *name = s->cell[s->source.columns];

		if (s->source.columns == 0) /* a byte order mark, a comment sign */
			name += !strncmp(name, "\xef\xbb\xbf", 3) ? 3 : strspn(name, "# ");
		if (!(s->column[s->source.columns] = strdup(name)))
			return pz_fail(PZ_ENOMEM, "%s: no memory for the column names", s->path);
	}
	return 0;
}

static const char *column_name(const struct source *s, int c)
{
	return ((const struct csv_source *)s)->column[c];
}

/* The cell of wanted column w into row i of the block. */
static int take_cell(struct csv_source *s, int column, int w, struct rows *rows, size_t i)
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
static int take_row(struct csv_source *s, const int *column, int wants, int id, struct rows *rows,
		    size_t i)
{
	unsigned long long number = s->row;
	int rc = 0;

	if (s->cells != s->source.columns)
		return pz_fail(PZ_ECUT, "%s: row %llu: expected %d cells, found %d", s->path,
			       number, s->source.columns, s->cells);
	for (int w = 0; w < wants && rc == 0; w++)
		if (column[w] >= 0)
			rc = take_cell(s, column[w], w, rows, i);
	if (rc == 0 && !cell_id(s->cell[id], &rows->id[i], rows->name[i]))
		rc = pz_fail(PZ_EDATA, "%s: row %llu: expected an id of 1 to %d bytes", s->path,
			     number, PZ_ID_MAX - 1);
	return rc;
}

static int next(struct source *source, const int *column, int wants, int id, struct rows *rows)
{
	struct csv_source *s = (struct csv_source *)source;
	int rc = 0;

	for (rows->n = 0; rows->n < SOURCE_BLOCK; rows->n++) {
		if ((rc = read_row(s)) <= 0)
			break;
		s->row++;
		if ((rc = take_row(s, column, wants, id, rows, rows->n)) < 0)
			break;
	}
	return rc < 0 ? rc : rows->n > 0;
}

static void close_source(struct source *source)
{
	struct csv_source *s = (struct csv_source *)source;

	if (s->file && s->file != stdin)
		fclose(s->file);
	if (s->parsing)
		csv_free(&s->parser);
	for (int c = 0; c < s->source.columns; c++)
		free(s->column[c]);
	free(s->column);
	free(s->cell);
	free(s->bytes);
	free(s->path);
	free(s);
}

static int begin(struct csv_source *s, const char *path)
{
	s->path = strdup(path);
	s->bytes = malloc(BYTES_MAX);
	s->cell = malloc(CELLS_MAX * sizeof *s->cell);
	if (!s->path || !s->bytes || !s->cell ||
	    csv_init(&s->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	s->parsing = true;
	s->file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (!s->file)
		return pz_fail(PZ_EDATA, "%s: %s", path, strerror(errno));
	return read_names(s);
}

int source_open_csv(struct source **out, const char *path)
{
	struct csv_source *s = calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	if (!s)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	s->source = (struct source){ .name = column_name, .next = next, .close = close_source };
	if ((rc = begin(s, path)) < 0)
		close_source(&s->source);
	else
		*out = &s->source;
	return rc;
}
