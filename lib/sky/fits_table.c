/* fits_table.c -- columns of FITS tables, read and written in blocks of rows */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "fits_open.h"

size_t pz_fits_rows(const struct pz_fits *f)
{
	return (size_t)f->rows;
}

int pz_fits_columns(const struct pz_fits *f)
{
	return f->columns;
}

const char *pz_fits_column_name(const struct pz_fits *f, int c)
{
	return f->name[c];
}

int pz_fits_column(const struct pz_fits *f, const char *name)
{
	for (int c = 0; c < f->columns; c++)
		if (!strcasecmp(f->name[c], name))
			return c;
	return -1;
}

enum pz_fits_type pz_fits_column_type(struct pz_fits *f, int c, size_t *repeat)
{
	LONGLONG count = 1;
	int type = TDOUBLE, status = 0;

	fits_get_eqcoltypell(f->file, c + 1, &type, &count, NULL, &status);
	/* A complex number is two; bits, and what varies in length (below 0), are none. */
	if (type == TCOMPLEX || type == TDBLCOMPLEX)
		count *= 2;
	if (repeat)
		*repeat = count > 0 && type > TBIT ? (size_t)count : 0;
	switch (type) {
	case TSTRING:
		return PZ_FITS_TEXT;
	case TFLOAT:
		return PZ_FITS_FLOAT;
	case TLOGICAL:
	case TBYTE:
	case TSBYTE:
	case TSHORT:
	case TUSHORT:
	case TINT:
	case TUINT:
	case TLONG:
	case TULONG:
	case TLONGLONG:
	case TULONGLONG:
		return PZ_FITS_INTEGER;
	default:
		return PZ_FITS_DOUBLE;
	}
}

/* "where: column 'ra'", for a failure while reading rows. */
static int fail_column(const struct pz_fits *f, int status, int c, size_t row)
{
	char doing[PZ_FITS_NAME + 80];

	snprintf(doing, sizeof doing, "reading column '%s' from row %zu", f->name[c], row + 1);
	return fits_fail(f->where, status, doing);
}

static int check_rows(const struct pz_fits *f, int c, size_t row, size_t n)
{
	if (c < 0 || c >= f->columns)
		return pz_fail(PZ_EARG, "%s: column %d of %d", f->where, c, f->columns);
	if (row > (size_t)f->rows || n > (size_t)f->rows - row)
		return pz_fail(PZ_EARG, "%s: rows %zu to %zu of a table of %zu", f->where, row,
			       row + n, (size_t)f->rows);
	return 0;
}

/* Values of a CFITSIO type, with what stands for undefined ones. */
static int read_numbers(struct pz_fits *f, int c, size_t row, size_t n, int type, void *undefined,
			void *values)
{
	int status = 0, any, rc = check_rows(f, c, row, n);
	size_t repeat;

	if (rc < 0)
		return rc;
	if (pz_fits_column_type(f, c, &repeat) == PZ_FITS_TEXT)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected numbers, found text", f->where,
			       f->name[c]);
	if (n && repeat)
		fits_read_col(f->file, type, c + 1, (LONGLONG)row + 1, 1, (LONGLONG)(n * repeat),
			      undefined, values, &any, &status);
	return status ? fail_column(f, status, c, row) : 0;
}

/* CFITSIO makes no numbers of logicals: 1, 0, and 2 where undefined, by hand. NULL: the
 * column is of another type, or *rc says what failed. */
static char *read_logicals(struct pz_fits *f, int c, size_t row, size_t n, int *rc)
{
	LONGLONG repeat = 1;
	int type = 0, any, status = 0;
	char undefined = 2, *logical;

	if ((*rc = check_rows(f, c, row, n)) < 0)
		return NULL;
	fits_get_coltypell(f->file, c + 1, &type, &repeat, NULL, &status);
	if (status || type != TLOGICAL)
		return NULL;
	if (!(logical = calloc(n * (size_t)repeat + 1, 1))) {
		*rc = pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", f->where);
		return NULL;
	}
	if (n && repeat)
		fits_read_col(f->file, TLOGICAL, c + 1, (LONGLONG)row + 1, 1, (LONGLONG)n * repeat,
			      &undefined, logical, &any, &status);
	if (!status)
		return logical;
	*rc = fail_column(f, status, c, row);
	free(logical);
	return NULL;
}

int pz_fits_read_doubles(struct pz_fits *f, int c, size_t row, size_t n, double *values)
{
	double undefined = NAN;
	size_t repeat;
	int rc;
	char *logical = read_logicals(f, c, row, n, &rc);

	if (rc < 0)
		return rc;
	if (logical) {
		pz_fits_column_type(f, c, &repeat);
		for (size_t i = 0; i < n * repeat; i++)
			values[i] = logical[i] == 2 ? NAN : logical[i];
		free(logical);
		return 0;
	}
	return read_numbers(f, c, row, n, TDOUBLE, &undefined, values);
}

int pz_fits_read_integers(struct pz_fits *f, int c, size_t row, size_t n, int64_t *values)
{
	LONGLONG undefined = 0;
	size_t repeat;
	int rc;
	char *logical = read_logicals(f, c, row, n, &rc);

	if (rc < 0)
		return rc;
	if (logical) {
		pz_fits_column_type(f, c, &repeat);
		for (size_t i = 0; i < n * repeat; i++)
			values[i] = logical[i] == 1;
		free(logical);
		return 0;
	}
	return read_numbers(f, c, row, n, TLONGLONG, &undefined, values);
}

/* One cell into text[size]. CFITSIO writes up to the column's display width, so
 * it gets room of its own. */
static int read_text(struct pz_fits *f, int c, size_t row, char *cell, char *text, size_t size)
{
	char empty[] = "";
	size_t length;
	int status = 0, any;

	fits_read_col(f->file, TSTRING, c + 1, (LONGLONG)row + 1, 1, 1, empty, &cell, &any,
		      &status);
	if (status)
		return fail_column(f, status, c, row);
	length = strnlen(cell, size - 1);
	while (length && cell[length - 1] == ' ')
		length--;
	memcpy(text, cell, length);
	text[length] = '\0';
	return 0;
}

int pz_fits_read_texts(struct pz_fits *f, int c, size_t row, size_t n, char *texts, size_t size)
{
	int width = 0, status = 0, rc = check_rows(f, c, row, n);
	char *cell;

	if (rc < 0)
		return rc;
	fits_get_col_display_width(f->file, c + 1, &width, &status);
	if (status)
		return fail_column(f, status, c, row);
	if (!(cell = calloc(1, (size_t)width + FLEN_VALUE)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a text of %d bytes", f->where, width);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_text(f, c, row + i, cell, texts + i * size, size);
	free(cell);
	return rc;
}

struct pz_fits_table {
	fitsfile *file;
	struct pz_file beside;
	struct pz_fits_column *column;
	int columns;
	LONGLONG rows;
};

static const int code[] = { TDOUBLE, TFLOAT, TLONGLONG, TSTRING };

static LONGLONG width_of(const struct pz_fits_column *c)
{
	return c->repeat ? (LONGLONG)c->repeat : 1;
}

/* The texts that CFITSIO takes for the columns; -1: no memory. */
static int describe(const struct pz_fits_column *columns, int n, char **name, char **form,
		    char **unit)
{
	const char letter[] = "DEKA";

	for (int c = 0; c < n; c++) {
		name[c] = strdup(columns[c].name);
		unit[c] = strdup(columns[c].unit ? columns[c].unit : "");
		if (asprintf(&form[c], "%lld%c", (long long)width_of(&columns[c]),
			     letter[columns[c].type]) < 0)
			form[c] = NULL;
		if (!name[c] || !unit[c] || !form[c])
			return -1;
	}
	return 0;
}

static int create_columns(struct pz_fits_table *t, const char *extension)
{
	size_t n = (size_t)t->columns;
	char **text = calloc(3 * n + 1, sizeof *text);
	int status = 0, rc = 0;

	if (!text || describe(t->column, t->columns, text, text + n, text + 2 * n) < 0)
		rc = pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
	else
		fits_create_tbl(t->file, BINARY_TBL, 0, t->columns, text, text + n, text + 2 * n,
				extension, &status);
	if (status)
		rc = fits_fail(t->beside.path, status, "creating the table");
	for (size_t i = 0; text && i < 3 * n; i++)
		free(text[i]);
	free(text);
	return rc;
}

/* Where CFITSIO writes: the file that pz_file has opened beside, made anew. */
static int create_file(struct pz_fits_table *t, const char *path)
{
	int status = 0, rc = pz_file_begin(&t->beside, path);

	if (rc < 0)
		return rc;
	if (!t->beside.beside)
		return pz_fail(PZ_EDATA, "%s: a table needs a regular file", path);
	unlink(t->beside.beside);
	fits_create_diskfile(&t->file, t->beside.beside, &status);
	return status ? fits_fail(path, status, "creating it") : pz_file_adopt(&t->beside);
}

int pz_fits_table_begin(struct pz_fits_table **out, const char *path, const char *name,
			const struct pz_fits_column *columns, int n_columns,
			const struct pz_fits_card *cards, int n_cards)
{
	struct pz_fits_table *t = calloc(1, sizeof *t);
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (n_columns < 1 || n_columns > PZ_FITS_COLUMNS_MAX) {
		free(t);
		return pz_fail(PZ_EARG, "%s: a table of %d columns", path, n_columns);
	}
	if (t && (t->column = calloc((size_t)n_columns, sizeof *t->column))) {
		memcpy(t->column, columns, (size_t)n_columns * sizeof *columns);
		t->columns = n_columns;
		rc = create_file(t, path);
	} else {
		pz_fail(PZ_ENOMEM, "%s: no memory for a table", path);
	}
	if (rc == 0)
		rc = create_columns(t, name);
	if (rc == 0)
		rc = fits_write_cards(t->file, path, cards, n_cards);
	if (rc < 0) {
		pz_fits_table_abandon(t);
		return rc;
	}
	*out = t;
	return 0;
}

int pz_fits_table_add(struct pz_fits_table *t, size_t n, const void *const *values)
{
	int status = 0;

	for (int c = 0; c < t->columns && n > 0; c++) {
		const struct pz_fits_column *column = &t->column[c];
		LONGLONG count = (LONGLONG)n *
				 (column->type == PZ_FITS_TEXT ? 1 : width_of(column));

		fits_write_col(t->file, code[column->type], c + 1, t->rows + 1, 1, count,
			       (void *)(uintptr_t)values[c], &status);
	}
	t->rows += (LONGLONG)n;
	return status ? fits_fail(t->beside.path, status, "writing rows") : 0;
}

int pz_fits_table_finish(struct pz_fits_table *t)
{
	int status = 0, rc = 0;

	fits_close_file(t->file, &status);
	t->file = NULL;
	if (status)
		rc = fits_fail(t->beside.path, status, "finishing the table");
	else
		rc = pz_file_commit(&t->beside);
	pz_fits_table_abandon(t);
	return rc;
}

void pz_fits_table_abandon(struct pz_fits_table *t)
{
	int status = 0;

	if (!t)
		return;
	if (t->file)
		fits_close_file(t->file, &status);
	pz_file_abandon(&t->beside);
	free(t->column);
	free(t);
}
