/* csv_rows.c -- rows of a CSV file, through libcsv
 *
 * libcsv calls back for every cell and every row of the bytes it is fed. It is fed
 * a line at a time, which ends at most one row (a quoted cell may go on in the next
 * line), so that one row is held at a time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "csv_rows.h"

#define CHUNK     16384
#define CELLS_MAX 4096      /* of a row */
#define BYTES_MAX (1 << 20) /* of a row */

static void on_cell(void *text, size_t size, void *context)
{
	struct csv_rows *s = context;

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
	struct csv_rows *s = context;

	(void)terminator;
	s->whole = true;
}

/* Feeds the parser the next line or chunk of one, or the end. */
static int feed(struct csv_rows *s)
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

/* Reads the next row into s->cell, whatever its cells: 1, 0 at the end. */
static int read_row(struct csv_rows *s)
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
static int read_names(struct csv_rows *s)
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
	for (; s->columns < s->cells; s->columns++) {
		const char *name = s->cell[s->columns];

		if (s->columns == 0) /* a byte order mark, a comment sign */
			name += !strncmp(name, "\xef\xbb\xbf", 3) ? 3 : strspn(name, "# ");
		if (!(s->column[s->columns] = strdup(name)))
			return pz_fail(PZ_ENOMEM, "%s: no memory for the column names", s->path);
	}
	return 0;
}

static int begin(struct csv_rows *s, const char *path)
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

int csv_rows_open(struct csv_rows **out, const char *path)
{
	struct csv_rows *s = calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	if (!s)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = begin(s, path)) < 0)
		csv_rows_close(s);
	else
		*out = s;
	return rc;
}

int csv_rows_next(struct csv_rows *s)
{
	int rc = read_row(s);

	if (rc <= 0)
		return rc;
	s->row++;
	if (s->cells != s->columns)
		return pz_fail(PZ_ECUT, "%s: row %llu: expected %d cells, found %d", s->path,
			       (unsigned long long)s->row, s->columns, s->cells);
	return 1;
}

void csv_rows_close(struct csv_rows *s)
{
	if (!s)
		return;
	if (s->file && s->file != stdin)
		fclose(s->file);
	if (s->parsing)
		csv_free(&s->parser);
	for (int c = 0; c < s->columns; c++)
		free(s->column[c]);
	free(s->column);
	free(s->cell);
	free(s->bytes);
	free(s->path);
	free(s);
}
