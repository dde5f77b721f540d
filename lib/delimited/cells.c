/* cells.c -- the cells of a line, and what kind of thing a cell holds */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

/* Finds the cells of a line; the caller frees s->span. */
int pz_cells_find(const char *line, size_t n, char delimiter, struct spans *s)
{
	struct dialect d;

	pz_split_begin(&d, delimiter);
	*s = (struct spans){ .room = n + 1 };
	if (!(s->span = malloc(s->room * sizeof *s->span)))
		return pz_fail(PZ_ENOMEM, "no memory for a line of %zu bytes", n);
	if (pz_split_row(&d, line, n, true, s) != SPLIT_ROW)
		s->n = 0;
	return 0;
}

void pz_cells_release(char **cells, int n)
{
	for (int i = 0; cells && i < n; i++)
		free(cells[i]);
	free(cells);
}

int pz_cells_copy(const char *line, size_t n, char delimiter, char ***cells)
{
	char *copy = malloc(n + 1);
	struct spans s = { 0 };
	int rc, count = 0;

	*cells = NULL;
	if (!copy || (rc = pz_cells_find(line, n, delimiter, &s)) < 0 ||
	    !(*cells = calloc(s.n + 1, sizeof **cells))) {
		rc = pz_fail(PZ_ENOMEM, "no memory for a line of %zu bytes", n);
		goto done;
	}
	memcpy(copy, line, n);
	for (rc = 0; (size_t)count < s.n && rc == 0; count++)
		if (!((*cells)[count] = strdup(pz_split_finish(copy, &s.span[count]))))
			rc = pz_fail(PZ_ENOMEM, "no memory for a line of %zu bytes", n);
	if (rc < 0) {
		pz_cells_release(*cells, count);
		*cells = NULL;
	}
done:
	free(s.span);
	free(copy);
	return rc < 0 ? rc : count;
}

enum cell_kind pz_cells_kind(const char *cell)
{
	static const char *const nothing[] = { "nan", "null", "none", "n/a", "--", "\\N", "-" };
	char *end;

	if (!*cell)
		return CELL_NOTHING;
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (!strcasecmp(cell, nothing[i]))
			return CELL_NOTHING;
	strtod(cell, &end);
	if (end != cell && *end == ',' && end[1]) /* a decimal comma */
		strtod(end + 1, &end);
	return end != cell && !*end ? CELL_NUMBER : CELL_WORD;
}
