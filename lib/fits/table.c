/* table.c -- reads columns of FITS tables, in blocks of rows */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/file.h>

#include "open.h"

#define TEXT_MOST 28799 /* bytes of a text, of which CFITSIO reads no longer ones */

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
	LONGLONG count = 1, width;
	int type = TDOUBLE, status = 0;

	if (f->ascii)
		return pz_fits_ascii_type(f, c, repeat);
	fits_get_eqcoltypell(f->file, c + 1, &type, &count, &width, &status);
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

size_t pz_fits_column_texts(struct pz_fits *f, int c)
{
	LONGLONG count = 1, width = 1; /* bytes: of the cell, and of each text by TDIM */
	int type = 0, status = 0;

	if (f->ascii)
		return 1;
	fits_get_coltypell(f->file, c + 1, &type, &count, &width, &status);
	return status || type != TSTRING || width < 1 || count <= width ? 1
									: (size_t)(count / width);
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

/* Whether values can be read: 1, or 0 where there are none. */
static int begin_numbers(struct pz_fits *f, int c, size_t row, size_t n, size_t *repeat)
{
	int rc = check_rows(f, c, row, n);

	if (rc < 0)
		return rc;
	if (pz_fits_column_type(f, c, repeat) == PZ_FITS_TEXT)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected numbers, found text", f->where,
			       f->name[c]);
	return n && *repeat;
}

/* CFITSIO makes no numbers of logicals: 1, 0, and 2 where undefined, by hand. NULL: the
 * column is of another type, or *rc says what failed. */
static char *read_logicals(struct pz_fits *f, int c, size_t row, size_t n, int *rc)
{
	LONGLONG repeat = 1, width;
	int type = 0, any, status = 0;
	char undefined = 2, *logical;

	fits_get_coltypell(f->file, c + 1, &type, &repeat, &width, &status);
	if (status || type != TLOGICAL)
		return NULL;
	if (!(logical = calloc(n * (size_t)repeat + 1, 1))) {
		*rc = pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", f->where);
		return NULL;
	}
	fits_read_col(f->file, TLOGICAL, c + 1, (LONGLONG)row + 1, 1, (LONGLONG)n * repeat,
		      &undefined, logical, &any, &status);
	if (!status)
		return logical;
	*rc = pz_fits_fail_column(f, status, c, row);
	free(logical);
	return NULL;
}

/* Whether the column holds floats. Asked to look for undefined values CFITSIO takes infinities
 * for such, and subnormal numbers for 0; floats say themselves what is undefined. */
static bool holds_floats(struct pz_fits *f, int c)
{
	int type = 0, status = 0;

	fits_get_coltypell(f->file, c + 1, &type, NULL, NULL, &status);
	return !status && (type == TFLOAT || type == TDOUBLE);
}

int pz_fits_read_doubles(struct pz_fits *f, int c, size_t row, size_t n, double *values)
{
	double undefined = NAN;
	size_t repeat;
	int status = 0, any, rc = begin_numbers(f, c, row, n, &repeat);
	char *logical;

	if (rc <= 0)
		return rc;
	if (f->ascii)
		return pz_fits_ascii_doubles(f, c, row, n, values);
	rc = 0;
	logical = read_logicals(f, c, row, n, &rc);
	for (size_t i = 0; logical && i < n * repeat; i++)
		values[i] = logical[i] == 2 ? NAN : logical[i];
	if (logical || rc < 0) {
		free(logical);
		return rc;
	}
	fits_read_col(f->file, TDOUBLE, c + 1, (LONGLONG)row + 1, 1, (LONGLONG)(n * repeat),
		      holds_floats(f, c) ? NULL : &undefined, values, &any, &status);
	return status ? pz_fits_fail_column(f, status, c, row) : 0;
}

/* Integers of a binary table, with a flag for each. */
static int read_flagged(struct pz_fits *f, int c, size_t row, size_t count, size_t n,
			int64_t *values, bool *undefined)
{
	int status = 0, any, rc = 0;
	char *logical = read_logicals(f, c, row, n, &rc), *flag;

	for (size_t i = 0; logical && i < count; i++) {
		values[i] = logical[i] == 1;
		undefined[i] = logical[i] == 2;
	}
	if (logical || rc < 0) {
		free(logical);
		return rc;
	}
	if (!(flag = calloc(count, 1)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", f->where);
	fits_read_colnull(f->file, TLONGLONG, c + 1, (LONGLONG)row + 1, 1, (LONGLONG)count, values,
			  flag, &any, &status);
	for (size_t i = 0; i < count; i++) {
		undefined[i] = flag[i];
		values[i] = flag[i] ? 0 : values[i];
	}
	free(flag);
	return status ? pz_fits_fail_column(f, status, c, row) : 0;
}

int pz_fits_read_integers(struct pz_fits *f, int c, size_t row, size_t n, int64_t *values,
			  bool *undefined)
{
	size_t repeat, count;
	int rc = begin_numbers(f, c, row, n, &repeat);
	bool *flag = undefined;

	if (rc <= 0)
		return rc;
	count = n * repeat;
	if (!flag && !(flag = calloc(count, sizeof *flag)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", f->where);
	rc = f->ascii ? pz_fits_ascii_integers(f, c, row, n, values, flag)
		      : read_flagged(f, c, row, count, n, values, flag);
	for (size_t i = 0; !undefined && i < count && rc == 0; i++)
		if (flag[i])
			rc = pz_fail(PZ_EDATA,
				     "%s: column '%s': row %zu: expected a whole number, found "
				     "none (it is undefined)",
				     f->where, f->name[c], row + i / repeat + 1);
	if (!undefined)
		free(flag);
	return rc;
}

/* One cell into text[size]. CFITSIO writes up to the column's display width, so
 * it gets room of its own; it prints numbers with blanks before them. */
static int read_text(struct pz_fits *f, int c, size_t row, char *cell, char *text, size_t size)
{
	char undefined = 0, *begin = cell;
	size_t length, width;
	int status = 0, any;
	bool is_text;

	if (f->ascii)
		return pz_fits_ascii_text(f, c, row, text, size);
	is_text = pz_fits_column_type(f, c, &width) == PZ_FITS_TEXT;
	if (is_text && width > TEXT_MOST)
		fits_read_tblbytes(f->file, (LONGLONG)row + 1, f->file->Fptr->tableptr[c].tbcol + 1,
				   (LONGLONG)width, (unsigned char *)cell, &status);
	else
		fits_read_colnull(f->file, TSTRING, c + 1, (LONGLONG)row + 1, 1, 1, &cell,
				  &undefined, &any, &status);
	if (status)
		return pz_fits_fail_column(f, status, c, row);
	if (!is_text)
		begin += strspn(begin, " ");
	length = undefined ? 0 : strnlen(begin, size - 1);
	while (length && begin[length - 1] == ' ')
		length--;
	memcpy(text, begin, length);
	text[length] = '\0';
	return 0;
}

int pz_fits_read_texts(struct pz_fits *f, int c, size_t row, size_t n, char *texts, size_t size)
{
	int width = 0, status = 0, rc = check_rows(f, c, row, n);
	size_t count;
	char *cell;

	if (rc < 0)
		return rc;
	memset(texts, 0, n * size);
	if (pz_fits_column_type(f, c, &count) == PZ_FITS_TEXT) {
		if (count == 0)
			return 0;
		count = pz_fits_column_texts(f, c);
	}
	if (count != 1)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected one value a row, found %zu",
			       f->where, f->name[c], count);
	fits_get_col_display_width(f->file, c + 1, &width, &status);
	if (status)
		return pz_fits_fail_column(f, status, c, row);
	if (!(cell = calloc(1, (size_t)width + FLEN_VALUE)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a text of %d bytes", f->where, width);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_text(f, c, row + i, cell, texts + i * size, size);
	free(cell);
	return rc;
}
