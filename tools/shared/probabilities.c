/* probabilities.c -- p(z) from a FITS column, or from the lines of a file */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "probabilities.h"

struct probabilities {
	const char *name;
	int bins;
	double *value; /* [bins]                                               */

	struct pz_fits *table; /* NULL: a file                                  */
	int column;

	FILE *file;
	char *line;
	size_t room;
	char *rest; /* of the line, behind the id; NULL: no line is waiting    */
	uint64_t lines;
};

static int fail_bins(const struct probabilities *p, size_t found)
{
	return pz_fail(PZ_EFIT, "%s: expected %d probabilities, as the grid has bins, found %zu",
		       p->name, p->bins, found);
}

/* -- a file */

/* The next line that is not empty: id in p->line, the rest behind it. At the end no
 * line is waiting. */
static int read_line(struct probabilities *p)
{
	ssize_t n;

	p->rest = NULL;
	do {
		errno = 0;
		if ((n = getline(&p->line, &p->room, p->file)) < 0)
			return feof(p->file)
				       ? 0
				       : pz_fail(PZ_EDATA, "%s: %s", p->name, strerror(errno));
		p->lines++;
		p->line[strcspn(p->line, "\r\n")] = '\0';
	} while (!*p->line);
	if (!(p->rest = strchr(p->line, ',')))
		return pz_fail(PZ_EDATA, "%s: line %" PRIu64 ": expected an id and probabilities",
			       p->name, p->lines);
	*p->rest++ = '\0';
	return 0;
}

static int parse_line(struct probabilities *p)
{
	char *at = p->rest, *end;
	size_t n = 1;

	for (const char *c = p->rest; *c; c++)
		n += *c == ',';
	if (n != (size_t)p->bins)
		return pz_fail_in(fail_bins(p, n), "line %" PRIu64, p->lines);
	for (int i = 0; i < p->bins; i++, at = end + 1) {
		p->value[i] = strtod(at, &end);
		if (end == at || (*end != ',' && *end != '\0'))
			return pz_fail(PZ_EDATA,
				       "%s: line %" PRIu64 ": expected a number, found '%.*s'",
				       p->name, p->lines, (int)strcspn(at, ","), at);
	}
	return 0;
}

static int next_of_file(struct probabilities *p, const struct pz_catalogue_row *row)
{
	char number[32];
	const char *id = row->name;
	int rc;

	if (!*id) {
		snprintf(number, sizeof number, "%" PRId64, row->id);
		id = number;
	}
	if (!p->rest || strcmp(p->line, id) != 0)
		return 0;
	if ((rc = parse_line(p)) < 0 || (rc = read_line(p)) < 0)
		return rc;
	return 1;
}

static int open_file(struct probabilities *p)
{
	if (!(p->file = fopen(p->name, "re")))
		return pz_fail(PZ_EDATA,
			       "%s: %s (p(z) come from a column of a FITS table or a file)",
			       p->name, strerror(errno));
	return read_line(p);
}

/* -- a column */

/* Opens the table where path is one that has the column; else p->table stays NULL. */
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
	if (p->file)
		fclose(p->file);
	free(p->line);
	free(p->value);
	free(p);
}

int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz)
{
	int rc;

	if (!p->table)
		rc = next_of_file(p, row);
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

int probabilities_end(const struct probabilities *p)
{
	if (p->table || !p->rest)
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: line %" PRIu64
		       ": id %s: the table has no such galaxy, or has it before "
		       "those of the lines above",
		       p->name, p->lines, p->line);
}
