/* table_write.c -- writes FITS tables, in blocks of rows */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "open.h"

struct pz_fits_table {
	fitsfile *file;
	struct pz_file beside;
	struct pz_fits_column *column;
	LONGLONG *begin; /* of each column in a row, bytes from 1               */
	char *padded;    /* a text of the widest column                         */
	int columns;
	LONGLONG rows;
};

static const int code[] = { TDOUBLE, TFLOAT, TLONGLONG, TSTRING };

static LONGLONG width_of(const struct pz_fits_column *c)
{
	return c->repeat ? (LONGLONG)c->repeat : 1;
}

/* The texts that CFITSIO takes for the columns; -1: no memory. */
static int describe_columns(const struct pz_fits_column *columns, int n, char **name, char **form,
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

	if (!text || describe_columns(t->column, t->columns, text, text + n, text + 2 * n) < 0)
		rc = pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
	else
		fits_create_tbl(t->file, BINARY_TBL, 0, t->columns, text, text + n, text + 2 * n,
				extension, &status);
	if (status)
		rc = pz_fits_fail(t->beside.path, status, "creating the table");
	for (size_t i = 0; text && i < 3 * n; i++)
		free(text[i]);
	free(text);
	return rc;
}

/* Where columns begin, and room for a text. */
static int measure_row(struct pz_fits_table *t)
{
	static const int size[] = { sizeof(double), sizeof(float), sizeof(int64_t), 1 };
	LONGLONG widest = 1, at = 1;

	if (!(t->begin = calloc((size_t)t->columns, sizeof *t->begin)))
		return pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
	for (int c = 0; c < t->columns; c++) {
		LONGLONG width = width_of(&t->column[c]);

		t->begin[c] = at;
		at += width * size[t->column[c].type];
		widest = t->column[c].type == PZ_FITS_TEXT && width > widest ? width : widest;
	}
	if (!(t->padded = malloc((size_t)widest)))
		return pz_fail(PZ_ENOMEM, "no memory for a text of %lld bytes", (long long)widest);
	return 0;
}

/* Where CFITSIO writes: a file that it makes, in the place of the one beside. Of a name that
 * begins with a path CFITSIO leaves blanks and ~ as they are. */
static int create_file(struct pz_fits_table *t, const char *path)
{
	char name[FLEN_FILENAME];
	const char *lent;
	int status = 0, n, rc = pz_file_begin(&t->beside, path);

	if (rc < 0)
		return rc;
	if (!t->beside.beside)
		return pz_fail(PZ_EDATA, "%s: a table needs a regular file", path);
	if ((rc = pz_file_lend(&t->beside, &lent)) < 0)
		return rc;
	n = snprintf(name, sizeof name, "%s%s", *lent == '/' ? "" : "./", lent);
	if (n >= (int)sizeof name)
		return pz_fail(PZ_EDATA, "%s: a name of more than %d bytes", path,
			       FLEN_FILENAME - 1);
	fits_create_diskfile(&t->file, name, &status);
	return status ? pz_fits_fail(path, status, "creating it") : pz_file_adopt(&t->beside);
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
		if ((rc = measure_row(t)) == 0)
			rc = create_file(t, path);
	} else {
		pz_fail(PZ_ENOMEM, "%s: no memory for a table", path);
	}
	if (rc == 0)
		rc = create_columns(t, name);
	if (rc == 0)
		rc = pz_fits_write_cards(t->file, path, cards, n_cards);
	if (rc < 0) {
		pz_fits_table_abandon(t);
		return rc;
	}
	*out = t;
	return 0;
}

/* CFITSIO pads texts with blanks, which readers may take for a part of them: with zeros they
 * end where they end. */
static void write_texts(struct pz_fits_table *t, int c, size_t n, const char *const *texts,
			int *status)
{
	size_t width = (size_t)width_of(&t->column[c]);

	for (size_t i = 0; i < n; i++) {
		memset(t->padded, 0, width);
		memcpy(t->padded, texts[i], strnlen(texts[i], width));
		fits_write_tblbytes(t->file, t->rows + 1 + (LONGLONG)i, t->begin[c],
				    (LONGLONG)width, (unsigned char *)t->padded, status);
	}
}

int pz_fits_table_add(struct pz_fits_table *t, size_t n, const void *const *values)
{
	int status = 0;

	for (int c = 0; c < t->columns && n > 0; c++) {
		const struct pz_fits_column *column = &t->column[c];

		if (column->type == PZ_FITS_TEXT)
			write_texts(t, c, n, values[c], &status);
		else
			fits_write_col(t->file, code[column->type], c + 1, t->rows + 1, 1,
				       (LONGLONG)n * width_of(column), (void *)(uintptr_t)values[c],
				       &status);
	}
	t->rows += (LONGLONG)n;
	return status ? pz_fits_fail(t->beside.path, status, "writing rows") : 0;
}

int pz_fits_table_finish(struct pz_fits_table *t)
{
	int status = 0, rc = 0;

	fits_close_file(t->file, &status);
	t->file = NULL;
	if (status)
		rc = pz_fits_fail(t->beside.path, status, "finishing the table");
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
	free(t->begin);
	free(t->padded);
	free(t);
}
