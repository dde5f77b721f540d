/* from_pz.c -- reads p(z) from a FITS column, or from the lines of a text file */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "from_lines.h"
#include "from_pz.h"

struct probabilities {
	const char *name;
	int bins;
	double *value; /* [bins]                                               */

	struct pz_fits *table; /* NULL: a file                                  */
	int column;

	struct lines lines; /* of a file */
};

static int fail_bins(const struct probabilities *p, size_t found)
{
	return pz_fail(PZ_EMISMATCH,
		       "%s: expected %d probabilities, as the grid has bins, found %zu", p->name,
		       p->bins, found);
}

/* -- a file */

/* Parses the numbers of the line that was found. */
static int parse_line(struct probabilities *p)
{
	const struct pz_delimited *t = p->lines.table;
	size_t n = (size_t)t->columns - 1;
	char *end;

	if (n != (size_t)p->bins)
		return pz_fail_in(fail_bins(p, n), "line %" PRIu64, t->line);
	for (int i = 0; i < p->bins; i++) {
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

static int open_file(struct probabilities *p)
{
	int rc = lines_open(&p->lines, p->name);

	if (rc < 0 && access(p->name, F_OK) != 0)
		return pz_fail(PZ_EIO, "%s: %s (--pz names a column of a FITS table, or a file)",
			       p->name, strerror(errno));
	return rc;
}

/* -- a column */

/* Opens the FITS table at path, if it has the column; otherwise p->table stays NULL. */
static int open_column(struct probabilities *p, const char *path, const char *hdu)
{
	size_t repeat;
	int rc = hdu ? 1 : pz_fits_looks_like(path);

	if (rc <= 0 || (rc = pz_fits_open_table(&p->table, path, hdu)) < 0)
		return rc;
	if ((p->column = pz_fits_column(p->table, p->name)) < 0) {
		pz_fits_close(p->table);
		p->table = NULL;
		return 0;
	}
	if (pz_fits_column_type(p->table, p->column, &repeat) == PZ_FITS_TEXT)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected numbers, found texts",
			       pz_fits_where(p->table), p->name);
	return repeat == (size_t)p->bins ? 0 : fail_bins(p, repeat);
}

int probabilities_open(struct probabilities **out, const char *path, const char *hdu,
		       const char *name, int bins)
{
	struct probabilities *p = calloc(1, sizeof *p);
	int rc;

	*out = NULL;
	if (!p || !(p->value = malloc((size_t)bins * sizeof *p->value))) {
		free(p);
		return pz_fail(PZ_ENOMEM, "no memory for a p(z) of %d bins", bins);
	}
	p->name = name;
	p->bins = bins;
	rc = open_column(p, path, hdu);
	if (rc == 0 && !p->table)
		rc = open_file(p);
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
	pz_fits_close(p->table);
	lines_close(&p->lines);
	free(p->value);
	free(p);
}

int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz)
{
	int rc;

	if (!p->table)
		rc = read_line(p, row);
	else if ((rc = pz_fits_read_doubles(p->table, p->column, row->row, 1, p->value)) == 0)
		rc = 1;
	if (rc > 0)
		memcpy(pz, p->value, (size_t)p->bins * sizeof *pz);
	return rc;
}

bool probabilities_narrow(const struct probabilities *p)
{
	return p->table && pz_fits_column_type(p->table, p->column, NULL) == PZ_FITS_FLOAT;
}

int probabilities_end(struct probabilities *p, uint64_t *others)
{
	*others = 0;
	return p->table ? 0 : lines_end(&p->lines, others);
}
