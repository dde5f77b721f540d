/* arrays.c -- a catalogue's rows from arrays: HDF5, NumPy's .npz and .npy
 *
 * Each array with as many rows as there are galaxies is a column. How many there are, the file
 * does not say: as many as most of its arrays have rows.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/error.h>

#include "columnar.h"

#define ANCIL "ancil/"
#define UNIT  80 /* bytes of a unit                                   */

struct arrays_source {
	struct columnar base;
	struct pz_arrays *file;
	char *path;
	int *column;     /* the number of each column's array                      */
	size_t prefix;   /* bytes of a group's name that all columns begin with */
	bool qp;         /* a file of qp's: columns are in a group of that name */
	char unit[UNIT]; /* the last that was asked for */
};

static const struct pz_array *array_of(const struct arrays_source *s, int c)
{
	return pz_arrays_at(s->file, s->column[c]);
}

/* Whether it is in the group where qp keeps columns. */
static bool is_ancil(const char *path)
{
	return !strncmp(path, ANCIL, sizeof ANCIL - 1);
}

static const char *column_name(const struct source *source, int c)
{
	const struct arrays_source *s = (const struct arrays_source *)source;

	const char *path = array_of(s, c)->name;

	return path + (s->qp ? is_ancil(path) ? sizeof ANCIL - 1 : 0 : s->prefix);
}

static const char *column_path(const struct source *s, int c)
{
	return array_of((const struct arrays_source *)s, c)->name;
}

static const char *column_unit(const struct source *source, int c)
{
	struct arrays_source *s = (struct arrays_source *)source;
	int i = s->column[c];

	s->unit[0] = '\0';
	if (!pz_array_attribute(s->file, i, "unit", s->unit, sizeof s->unit))
		pz_array_attribute(s->file, i, "units", s->unit, sizeof s->unit);
	return s->unit;
}

static size_t column_values(const struct source *s, int c)
{
	return array_of((const struct arrays_source *)s, c)->values;
}

/* -- values */

static bool is_text(struct columnar *s, int c)
{
	return array_of((struct arrays_source *)s, c)->kind == PZ_ARRAY_TEXT;
}

static int read_doubles(struct columnar *base, int c, uint64_t row, size_t n, double *to)
{
	struct arrays_source *s = (struct arrays_source *)base;

	return pz_array_read_doubles(s->file, s->column[c], row, n, to);
}

static int read_texts(struct columnar *base, int c, uint64_t row, size_t n, char *to, size_t size)
{
	struct arrays_source *s = (struct arrays_source *)base;

	return pz_array_read_texts(s->file, s->column[c], row, n, to, size);
}

static int read_whole(struct arrays_source *s, int c, size_t n, int64_t *to)
{
	return pz_array_read_integers(s->file, s->column[c], s->base.row, n, to);
}

/* A further column of whole numbers or texts. */
static int read_cells(struct columnar *base, struct place p, int want, size_t n, struct rows *rows)
{
	struct arrays_source *s = (struct arrays_source *)base;
	struct cells *cells = rows->cells[want - WANT_CARRY];
	const struct pz_array *array = array_of(s, p.column);
	bool whole = array->kind == PZ_ARRAY_INTEGER || array->kind == PZ_ARRAY_BOOL;
	bool text = array->kind == PZ_ARRAY_TEXT && array->values == 1;
	int rc;

	if (text)
		rc = read_texts(base, p.column, base->row, n, cells->text[0], PZ_CELL_MAX);
	else if ((rc = pz_columnar_numbers(base, p, want, n, rows)) == 0 && whole &&
		 array->values == 1)
		rc = read_whole(s, p.column, n, cells->integer);
	for (size_t i = 0; i < n && rc == 0; i++) {
		cells->type[i] = PZ_CELL_NUMBER;
		if (text) {
			cells->type[i] = cells->text[i][0] ? PZ_CELL_TEXT : PZ_CELL_NUMBER;
			rows->value[want][i] = NAN;
		} else if (whole && array->values == 1 && !isnan(rows->value[want][i])) {
			cells->type[i] = PZ_CELL_INTEGER;
		}
	}
	return rc;
}

/* -- ids */

/* Bits of a mantissa: below two to their power whole numbers are exact. */
static int digits_of(const struct pz_array *array)
{
	return array->bytes == 8 || array->packed ? 53 : array->bytes == 4 ? 24 : 11;
}

static int read_ids(struct columnar *base, int c, struct rows *rows)
{
	struct arrays_source *s = (struct arrays_source *)base;
	const struct pz_array *array = array_of(s, c);
	int rc = pz_columnar_check_one_id(base, c, array->values);

	if (rc < 0 || array->kind == PZ_ARRAY_TEXT)
		return rc < 0 ? rc : pz_columnar_names(base, c, rows);
	memset(rows->name, 0, rows->n * sizeof *rows->name);
	if (array->kind == PZ_ARRAY_FLOAT)
		return pz_columnar_real_ids(base, c, digits_of(array), rows);
	rc = read_whole(s, c, rows->n, rows->id);
	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if (pz_array_is_none(s->file, s->column[c], (double)rows->id[i]))
			rc = pz_fail(PZ_EDATA,
				     "%s: array '%s': row %llu: expected an id, found the number "
				     "that means none (_FillValue)",
				     s->path, array->name, (unsigned long long)(base->row + i + 1));
	return rc;
}

static bool is_narrow(const struct source *s, int c)
{
	const struct pz_array *array = array_of((const struct arrays_source *)s, c);

	return array->kind == PZ_ARRAY_FLOAT && array->bytes < sizeof(double) && !array->packed;
}

static void close_source(struct source *source)
{
	struct arrays_source *s = (struct arrays_source *)source;

	pz_arrays_close(s->file);
	free(s->column);
	free(s->path);
	free(s);
}

/* -- opening */

static bool is_column(const struct pz_array *array)
{
	return array->dims > 0 && array->kind != PZ_ARRAY_OTHER;
}

/* As many rows as most arrays have; of several such numbers the largest. Those of one row, which
 * say something of the whole, do not count beside others. */
static uint64_t count_rows(const struct pz_arrays *file)
{
	uint64_t rows = 0;
	int most = 0;

	for (int i = 0; i < pz_arrays_count(file); i++) {
		const struct pz_array *array = pz_arrays_at(file, i);
		int votes = array->rows == 1 ? -PZ_ARRAYS_MAX : 0;

		for (int k = 0; k < pz_arrays_count(file) && is_column(array); k++)
			votes += is_column(pz_arrays_at(file, k)) &&
				 pz_arrays_at(file, k)->rows == array->rows;
		if (is_column(array) &&
		    (rows == 0 || votes > most || (votes == most && array->rows > rows))) {
			most = votes;
			rows = array->rows;
		}
	}
	return rows;
}

/* Bytes of the group's name that all columns begin with: "photometry/". */
static size_t common_group(const struct arrays_source *s)
{
	const char *first = s->base.source.columns ? array_of(s, 0)->name : "";
	const char *end = strrchr(first, '/');
	size_t n = end ? (size_t)(end - first) + 1 : 0;

	for (int c = 1; c < s->base.source.columns && n > 0; c++)
		while (n > 0 && strncmp(array_of(s, c)->name, first, n) != 0)
			for (n--; n > 0 && first[n - 1] != '/'; n--)
				;
	return n;
}

static int open_file(struct arrays_source *s, const char *path, const char *group)
{
	int n, rc;

	if (!(s->path = strdup(path)))
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	s->base.path = s->path;
	if ((rc = pz_arrays_open(&s->file, path, group)) < 0)
		return rc;
	n = pz_arrays_count(s->file);
	if (!(s->column = malloc((size_t)n * sizeof *s->column)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for %d columns", path, n);
	s->base.rows = count_rows(s->file);
	for (int i = 0; i < n; i++)
		if (is_column(pz_arrays_at(s->file, i)) &&
		    pz_arrays_at(s->file, i)->rows == s->base.rows)
			s->column[s->base.source.columns++] = i;
	if (s->base.source.columns == 0)
		return pz_fail(PZ_EDATA, "%s: no array has rows, so that none is a column", path);
	s->prefix = common_group(s);
	s->qp = !group && pz_arrays_find(s->file, "meta/pdf_name") >= 0;
	return 0;
}

int pz_catalogue_open_arrays(struct source **out, const char *path, const char *group)
{
	struct arrays_source *s = calloc(1, sizeof *s);
	int rc;

	*out = NULL;
	if (!s)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	s->base = (struct columnar){ .source = { .name = column_name,
						 .unit = column_unit,
						 .values = column_values,
						 .path = column_path,
						 .narrow = is_narrow,
						 .next = pz_columnar_next,
						 .close = close_source,
						 .named = true },
				     .parsed = PZ_CELL_MAX,
				     .is_text = is_text,
				     .doubles = read_doubles,
				     .texts = read_texts,
				     .cells = read_cells,
				     .ids = read_ids };
	if ((rc = open_file(s, path, group)) < 0)
		close_source(&s->base.source);
	else
		*out = &s->base.source;
	return rc;
}
