/* from_pz.c -- reads p(z) from columns of a table, or from the lines of a text file */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/array.h>
#include <pz/error.h>
#include <pz/fits.h>

#include "from_lines.h"
#include "from_pz.h"
#include "from_qp.h"

struct probabilities {
	const char *name;
	struct pz_grid grid;
	struct form form;
	double *value; /* [form.n]                                             */
	double tiny;   /* least number that the file keeps with all digits     */

	struct pz_catalogue *other; /* the second table; NULL: the first   */
	bool has_ids;               /* the second table has, too           */

	bool by_lines; /* of a text file                                       */
	struct lines lines;
};

/* line: of a text file; 0: it is none. */
static int fail_count(const struct probabilities *p, size_t found, uint64_t line)
{
	char at[40] = "";

	if (line)
		snprintf(at, sizeof at, ": line %" PRIu64, line);
	if (p->form.of_grid)
		return pz_fail(PZ_EMISMATCH,
			       "%s%s: expected %d probabilities, as the grid has bins, found %zu "
			       "(--grid, or --pz-grid for those on another one)",
			       p->name, at, pz_grid_total(&p->grid), found);
	return pz_fail(PZ_EMISMATCH, "%s%s: expected %zu numbers, found %zu", p->name, at,
		       p->form.n, found);
}

/* -- lines of a file */

/* Parses the numbers of the line that was found. */
static int parse_line(struct probabilities *p)
{
	const struct pz_delimited *t = p->lines.table;
	size_t n = (size_t)t->columns - 1;
	char *end;

	if (n != p->form.n)
		return fail_count(p, n, t->line);
	for (size_t i = 0; i < n; i++) {
		const char *cell = t->cell[i + 1];

		p->value[i] = strtod(cell, &end);
		if (end == cell || *end)
			return pz_fail(PZ_EDATA,
				       "%s: line %" PRIu64 ": expected a number, found '%.40s'",
				       p->name, t->line, cell);
	}
	return 1;
}

static int read_line(struct probabilities *p, const struct pz_catalogue_row *row)
{
	int rc = lines_find(&p->lines, row);

	return rc > 0 ? parse_line(p) : rc;
}

/* How many numbers there are in *n. */
static int open_lines(struct probabilities *p, size_t *n)
{
	int rc = lines_open(&p->lines, p->name);

	p->by_lines = true;
	if (rc < 0 && access(p->name, F_OK) != 0)
		return pz_fail(PZ_EIO, "%s: %s (--pz names columns of the table, or a file)",
			       p->name, strerror(errno));
	*n = rc < 0 || p->lines.table->columns < 1 ? 0 : (size_t)p->lines.table->columns - 1;
	return rc;
}

/* -- columns */

static int open_columns(struct probabilities *p, struct pz_catalogue *table, const char *columns,
			size_t *n, int *items)
{
	int rc = pz_catalogue_set_vector(table, columns, items);

	if (rc < 0)
		return rc;
	*n = pz_catalogue_vector_values(table);
	p->tiny = pz_catalogue_vector_narrow(table) ? FLT_MIN : DBL_MIN;
	return 0;
}

/* The only array with several numbers a row. */
static int choose_array(const char *path, char name[PZ_ARRAY_NAME])
{
	struct pz_arrays *a;
	int rc = pz_arrays_open(&a, path, NULL), found = 0;

	if (rc < 0)
		return rc;
	for (int i = 0; i < pz_arrays_count(a); i++) {
		const struct pz_array *array = pz_arrays_at(a, i);

		if (array->dims < 2 || array->values < 2 || array->kind == PZ_ARRAY_TEXT ||
		    array->kind == PZ_ARRAY_OTHER)
			continue;
		found++;
		snprintf(name, PZ_ARRAY_NAME, "%s", array->name);
	}
	pz_arrays_close(a);
	if (found == 1)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "--pz %s: expected one array with several numbers a row, found %d: say "
		       "which by --pz-columns",
		       path, found);
}

/* A second table, with the same galaxies in the same order. */
static int open_other(struct probabilities *p, const char *columns, size_t *n, int *items)
{
	const struct pz_catalogue_options o = { .anywhere = true, .numbered = true };
	char array[PZ_ARRAY_NAME];
	int rc;

	if (!columns && (rc = choose_array(p->name, array)) < 0)
		return rc;
	if ((rc = pz_catalogue_open(&p->other, p->name, &o)) < 0)
		return rc;
	p->has_ids = pz_catalogue_has(p->other, "id");
	return open_columns(p, p->other, columns ? columns : array, n, items);
}

static int fail_other(const struct probabilities *p, uint64_t row, const char *what)
{
	return pz_fail(PZ_EMISMATCH,
		       "%s: row %" PRIu64
		       ": expected the galaxies of the table in its order, found "
		       "%s",
		       p->name, row + 1, what);
}

static int read_row(struct probabilities *p, const struct pz_catalogue_row *row)
{
	struct pz_catalogue_row other;
	int rc;

	if (p->other) {
		if ((rc = pz_catalogue_next(p->other, &other)) < 0)
			return rc;
		if (rc == 0)
			return fail_other(p, row->row, "the end");
		if (p->has_ids && (other.id != row->id || strcmp(other.name, row->name) != 0))
			return fail_other(p, row->row, "another id");
		row = &other;
	}
	memcpy(p->value, row->vector, p->form.n * sizeof *p->value);
	return 1;
}

/* -- all of them */

/* Whether the name is that of columns, not of a file. */
static bool are_columns(const struct pz_catalogue *table, const char *name)
{
	return pz_catalogue_has_column(table, name) ||
	       (access(name, F_OK) != 0 &&
		(strchr(name, ',') || strstr(name, "..") || strchr(name, '[')));
}

static int open_source(struct probabilities *p, struct pz_catalogue *table,
		       const struct pz_source *from, size_t *n, int *items)
{
	struct qp qp;
	int rc;

	if (qp_is(from->name)) {
		if (from->places || from->is || from->columns)
			return pz_fail(PZ_EUSAGE,
				       "%s: a file of qp's says itself what its p(z) are: expected "
				       "neither --pz-is, --pz-grid nor --pz-columns",
				       from->name);
		if ((rc = qp_open(&qp, from->name, &p->form)) < 0)
			return rc;
		return strcmp(from->path, from->name) ? open_other(p, qp.parts, n, items)
						      : open_columns(p, table, qp.parts, n, items);
	}
	if (from->places &&
	    (rc = places_read(&p->form.places, from->places,
			      access(from->name, F_OK) ? from->path : from->name)) < 0)
		return rc;
	if (are_columns(table, from->name))
		return open_columns(p, table, from->name, n, items);
	if (from->columns || pz_arrays_look_like(from->name) > 0)
		return open_other(p, from->columns, n, items);
	return open_lines(p, n);
}

int probabilities_open(struct probabilities **out, struct pz_catalogue *table,
		       const struct pz_source *from, const struct pz_grid *grid)
{
	struct probabilities *p = calloc(1, sizeof *p);
	size_t n = 0;
	int rc, items = 1;

	*out = NULL;
	if (!p)
		return pz_fail(PZ_ENOMEM, "no memory for p(z)");
	p->name = from->name;
	p->grid = *grid;
	p->tiny = DBL_MIN;
	p->form.is = from->is;
	p->form.scale = from->scale;
	if ((rc = open_source(p, table, from, &n, &items)) == 0 &&
	    (rc = form_open(&p->form, n, items)) < 0)
		rc = pz_fail_in(rc, "%s", p->name);
	if (rc == 0 && p->form.of_grid && n != (size_t)pz_grid_total(grid))
		rc = fail_count(p, n, p->by_lines ? p->lines.table->line : 0);
	if (rc == 0 && !(p->value = malloc((n + 1) * sizeof *p->value)))
		rc = pz_fail(PZ_ENOMEM, "no memory for a p(z) of %zu numbers", n);
	if (rc < 0)
		probabilities_close(p);
	else
		*out = p;
	return rc;
}

void probabilities_close(struct probabilities *p)
{
	if (!p)
		return;
	pz_catalogue_close(p->other);
	lines_close(&p->lines);
	form_release(&p->form);
	free(p->value);
	free(p);
}

int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz,
		       enum likelihood_fault *fault)
{
	int rc = p->by_lines ? read_line(p, row) : read_row(p, row);

	*fault = LIKELIHOOD_FINE;
	if (rc <= 0)
		return rc;
	if ((rc = form_to_pz(&p->form, &p->grid, p->tiny, p->value, pz)) < 0)
		return pz_fail_in(rc, "row %" PRIu64, row->row + 1);
	*fault = (enum likelihood_fault)rc;
	return 1;
}

int probabilities_end(struct probabilities *p, uint64_t *others)
{
	struct pz_catalogue_row row;
	int rc;

	*others = 0;
	if (p->by_lines)
		return lines_end(&p->lines, others);
	rc = p->other ? pz_catalogue_next(p->other, &row) : 0;
	return rc > 0 ? fail_other(p, row.row, "a row more than the table has") : rc;
}

const struct form *probabilities_form(const struct probabilities *p)
{
	return &p->form;
}
