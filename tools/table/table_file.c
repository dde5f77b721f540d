/* table_file.c -- a table in a FITS file or in arrays (HDF5, .npz), with what totable says about it
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "escape.h"
#include "table_file.h"

#define HEADER_MAX ((size_t)1 << 24) /* as totable writes at most, in UCS-4 */
#define TEXT_ANY   256               /* bytes of texts that may have any length */

struct table_file {
	struct pz_fits *fits; /* NULL: arrays                                   */

	struct pz_arrays *arrays;
	char *path, *header;
	char prefix[PZ_ARRAY_NAME + 1]; /* "photometry/"                        */
	int *column;                    /* the number of each column's array    */
	int columns;
	uint64_t rows;
};

static int no_memory(const char *path)
{
	return pz_fail(PZ_ENOMEM, "%s: no memory for a table", path);
}

/* -- the header of arrays */

/* The value of a card: at *length bytes; NULL: there is no such card. */
static const char *find_card(const struct table_file *f, const char *key, size_t *length)
{
	size_t n = strlen(key);

	for (const char *line = f->header; line && *line; line += strspn(line, "\n")) {
		size_t size = strcspn(line, "\n");

		if (size > n && !strncmp(line, key, n) && line[n] == '=') {
			*length = size - n - 1;
			return line + n + 1;
		}
		line += size;
	}
	return NULL;
}

static int read_header(struct table_file *f)
{
	int at = pz_arrays_find(f->arrays, TABLE_ARRAYS_HEADER);
	const struct pz_array *array = at < 0 ? NULL : pz_arrays_at(f->arrays, at);

	if (!array)
		return 0;
	if (array->kind != PZ_ARRAY_TEXT || array->rows != 1 || array->values != 1 ||
	    array->bytes == 0 || array->bytes > HEADER_MAX)
		return pz_fail(PZ_EDATA, "%s: %s: expected one text, found something else", f->path,
			       TABLE_ARRAYS_HEADER);
	if (!(f->header = calloc(1, array->bytes + 1)))
		return no_memory(f->path);
	return pz_array_read_texts(f->arrays, at, 0, 1, f->header, array->bytes + 1);
}

/* "photometry/", "" for those in no group. */
static void find_group(struct table_file *f, const char *group)
{
	char named[PZ_ARRAY_NAME] = "";

	if (!group)
		table_file_text(f, "GROUP", named, sizeof named);
	group = group ? group : named;
	group += strspn(group, "/");
	snprintf(f->prefix, sizeof f->prefix, "%s%s", group, *group ? "/" : "");
}

static bool is_column(const struct table_file *f, const struct pz_array *array)
{
	size_t n = strlen(f->prefix);

	return !strncmp(array->name, f->prefix, n) && !strchr(array->name + n, '/') &&
	       array->dims > 0 && array->kind != PZ_ARRAY_OTHER;
}

static int list_columns(struct table_file *f)
{
	int n = pz_arrays_count(f->arrays);

	if (!(f->column = malloc(((size_t)n + 1) * sizeof *f->column)))
		return no_memory(f->path);
	for (int i = 0; i < n; i++) {
		const struct pz_array *array = pz_arrays_at(f->arrays, i);

		if (!is_column(f, array))
			continue;
		if (f->columns && array->rows != f->rows)
			return pz_fail(PZ_EDATA,
				       "%s: array '%s': expected %llu rows as the others have, "
				       "found %llu",
				       f->path, array->name, (unsigned long long)f->rows,
				       (unsigned long long)array->rows);
		f->rows = array->rows;
		f->column[f->columns++] = i;
	}
	return 0;
}

/* Puts the columns into the order in which they were written: HDF5 keeps none. */
static void sort_columns(struct table_file *f)
{
	int placed = 0, at;
	char name[PZ_ARRAY_NAME];

	for (const char *line = f->header; *line; line += strspn(line, "\n")) {
		const char *key = strncmp(line, "TKEY", 4) ? NULL : strchr(line, '=');
		int n = key ? (int)strcspn(key + 1, "=\n") : 0;

		line += strcspn(line, "\n");
		if (!key || n >= (int)sizeof name)
			continue;
		snprintf(name, sizeof name, "%.*s", n, key + 1);
		if (table_text_decode(name) < 0)
			continue;
		for (at = placed; at < f->columns; at++)
			if (!strcmp(table_file_column_name(f, at), name)) {
				int column = f->column[at];

				memmove(f->column + placed + 1, f->column + placed,
					(size_t)(at - placed) * sizeof *f->column);
				f->column[placed++] = column;
				break;
			}
	}
}

/* -- opening */

bool table_file_has_header(const char *path)
{
	struct pz_arrays *a;
	bool has;

	if (pz_arrays_open(&a, path, NULL) < 0)
		return false;
	has = pz_arrays_find(a, TABLE_ARRAYS_HEADER) >= 0;
	pz_arrays_close(a);
	return has;
}

static int open_arrays(struct table_file *f, const char *path, const char *group)
{
	int rc;

	if (!(f->path = strdup(path)))
		return no_memory(path);
	if ((rc = pz_arrays_open(&f->arrays, path, NULL)) < 0 || (rc = read_header(f)) < 0)
		return rc;
	if (!f->header) /* totable did not write it */
		return 0;
	find_group(f, group);
	if ((rc = list_columns(f)) < 0)
		return rc;
	if (f->columns == 0 && group)
		return pz_fail(PZ_EDATA,
			       "%s: --hdu: expected a group with columns, found none in "
			       "'%s'",
			       path, group);
	sort_columns(f);
	return 0;
}

int table_file_open(struct table_file **out, const char *path, const char *hdu)
{
	struct table_file *f = calloc(1, sizeof *f);
	int rc;

	*out = NULL;
	if (!f)
		return no_memory(path);
	if ((rc = pz_arrays_look_like(path)) == 0)
		rc = pz_fits_open_table(&f->fits, path, hdu);
	else if (rc > 0)
		rc = open_arrays(f, path, hdu);
	if (rc < 0)
		table_file_close(f);
	else
		*out = f;
	return rc;
}

void table_file_close(struct table_file *f)
{
	if (!f)
		return;
	pz_fits_close(f->fits);
	pz_arrays_close(f->arrays);
	free(f->path);
	free(f->header);
	free(f->column);
	free(f);
}

bool table_file_is_arrays(const struct table_file *f)
{
	return !f->fits;
}

const char *table_file_where(const struct table_file *f)
{
	return f->fits ? pz_fits_where(f->fits) : f->path;
}

/* -- cards */

double table_file_number(struct table_file *f, const char *key, double absent)
{
	const char *value;
	size_t n;

	if (f->fits)
		return pz_fits_number(f->fits, key, absent);
	return (value = find_card(f, key, &n)) ? strtod(value, NULL) : absent;
}

int table_file_text(struct table_file *f, const char *key, char *text, size_t size)
{
	const char *value;
	char *copy;
	size_t n;

	if (f->fits)
		return pz_fits_text(f->fits, key, text, size);
	*text = '\0';
	if (!(value = find_card(f, key, &n)))
		return 0;
	if (!(copy = strndup(value, n)))
		return no_memory(f->path);
	if (table_text_decode(copy) >= 0)
		snprintf(text, size, "%s", copy);
	free(copy);
	return 1;
}

/* -- columns */

size_t table_file_rows(const struct table_file *f)
{
	return f->fits ? pz_fits_rows(f->fits) : (size_t)f->rows;
}

int table_file_columns(const struct table_file *f)
{
	return f->fits ? pz_fits_columns(f->fits) : f->columns;
}

static const struct pz_array *array_of(const struct table_file *f, int c)
{
	return pz_arrays_at(f->arrays, f->column[c]);
}

const char *table_file_column_name(const struct table_file *f, int c)
{
	return f->fits ? pz_fits_column_name(f->fits, c) : array_of(f, c)->name + strlen(f->prefix);
}

enum pz_fits_type table_file_column_type(struct table_file *f, int c, size_t *repeat)
{
	const struct pz_array *array;

	if (f->fits)
		return pz_fits_column_type(f->fits, c, repeat);
	array = array_of(f, c);
	*repeat = array->kind == PZ_ARRAY_TEXT ? array->bytes ? array->bytes : TEXT_ANY
					       : array->values;
	switch (array->kind) {
	case PZ_ARRAY_TEXT:
		return PZ_FITS_TEXT;
	case PZ_ARRAY_FLOAT:
		return array->bytes == sizeof(double) ? PZ_FITS_DOUBLE : PZ_FITS_FLOAT;
	default:
		return PZ_FITS_INTEGER;
	}
}

size_t table_file_column_texts(struct table_file *f, int c)
{
	if (f->fits)
		return pz_fits_column_texts(f->fits, c);
	return array_of(f, c)->kind == PZ_ARRAY_TEXT ? array_of(f, c)->values : 1;
}

int table_file_read_doubles(struct table_file *f, int c, size_t row, size_t n, double *values)
{
	return f->fits ? pz_fits_read_doubles(f->fits, c, row, n, values)
		       : pz_array_read_doubles(f->arrays, f->column[c], row, n, values);
}

/* Whole numbers that are kept as doubles, NaN for those that are missing. */
static int read_whole_doubles(struct table_file *f, int c, size_t row, size_t n, int64_t *values,
			      bool *undefined)
{
	size_t repeat = array_of(f, c)->values;
	double *x = malloc((n * repeat + 1) * sizeof *x);
	int rc = x ? pz_array_read_doubles(f->arrays, f->column[c], row, n, x) : no_memory(f->path);

	for (size_t i = 0; i < n * repeat && rc == 0; i++) {
		undefined[i] = isnan(x[i]);
		if (!undefined[i] && !(x[i] == floor(x[i]) && fabs(x[i]) <= 0x1p53))
			rc = pz_fail(PZ_EDATA,
				     "%s: row %zu: column '%s': expected a whole number, as "
				     "%s says, found %.17g",
				     f->path, row + i / repeat + 1, table_file_column_name(f, c),
				     TABLE_ARRAYS_HEADER, x[i]);
		values[i] = rc < 0 || undefined[i] ? 0 : (int64_t)x[i];
	}
	free(x);
	return rc;
}

int table_file_read_integers(struct table_file *f, int c, size_t row, size_t n, int64_t *values,
			     bool *undefined)
{
	if (f->fits)
		return pz_fits_read_integers(f->fits, c, row, n, values, undefined);
	if (array_of(f, c)->kind == PZ_ARRAY_FLOAT)
		return read_whole_doubles(f, c, row, n, values, undefined);
	memset(undefined, 0, n * array_of(f, c)->values * sizeof *undefined);
	return pz_array_read_integers(f->arrays, f->column[c], row, n, values);
}

int table_file_read_texts(struct table_file *f, int c, size_t row, size_t n, char *texts,
			  size_t size)
{
	return f->fits ? pz_fits_read_texts(f->fits, c, row, n, texts, size)
		       : pz_array_read_texts(f->arrays, f->column[c], row, n, texts, size);
}
