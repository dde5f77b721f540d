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

#include "source.h"

#define ANCIL       "ancil/"
#define UNIT        80        /* bytes of a unit                                   */
#define VECTORS_MAX (1 << 18) /* numbers of vectors that are read at a time, at most */

struct arrays_source {
	struct source source;
	struct pz_arrays *file;
	char *path;
	int *column;   /* the number of each column's array                      */
	size_t prefix; /* bytes of a group's name that all columns begin with */
	bool qp;       /* a file of qp's: columns are in a group of that name */
	uint64_t rows, row;
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

/* -- cells */

static int fail_cell(const struct arrays_source *s, int c, size_t i, const char *expected,
		     const char *found)
{
	return pz_fail(PZ_EDATA, "%s: row %llu: column '%s': expected %s, found '%.40s'", s->path,
		       (unsigned long long)(s->row + i + 1), column_name(&s->source, c), expected,
		       found);
}

/* Numbers that are written as text. */
static int parse_texts(struct arrays_source *s, int c, int want, size_t n, struct rows *rows)
{
	char(*text)[PZ_CELL_MAX] = calloc(n, sizeof *text);
	double *value = rows->value[want];
	int rc;

	if (!text)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", s->path);
	rc = pz_array_read_texts(s->file, s->column[c], s->row, n, text[0], PZ_CELL_MAX);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (want != WANT_RA && want != WANT_DEC) {
			if (!pz_cell_number(text[i], &value[i]))
				rc = fail_cell(s, c, i, "a number", text[i]);
		} else if (!pz_cell_angle(text[i], want == WANT_RA, rows->scale[want], &value[i])) {
			rc = fail_cell(s, c, i, "hours, or degrees as 187d30m00s", text[i]);
		}
	free(text);
	return rc;
}

/* Some of the values that each row has, to every stride-th place. */
static int read_span(struct arrays_source *s, int column, size_t first, size_t count, size_t n,
		     double *value, size_t stride)
{
	size_t values = array_of(s, column)->values, some;
	size_t step = values < VECTORS_MAX ? VECTORS_MAX / values : 1;
	double *vector = malloc((step < n ? step : n) * values * sizeof *vector);
	int rc = vector ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", s->path);

	for (size_t i = 0; i < n && rc == 0; i += some) {
		some = n - i < step ? n - i : step;
		rc = pz_array_read_doubles(s->file, s->column[column], s->row + i, some, vector);
		for (size_t k = 0; k < some && rc == 0; k++)
			memcpy(value + (i + k) * stride, vector + k * values + first,
			       count * sizeof *value);
	}
	free(vector);
	return rc;
}

static int read_numbers(struct arrays_source *s, struct place p, int want, size_t n,
			struct rows *rows)
{
	const struct pz_array *array = array_of(s, p.column);
	int rc;

	if (array->values != 1 && p.element < 0)
		return pz_fail(PZ_EDATA,
			       "%s: column '%s': expected one value a row, found %zu (NAME[0] is "
			       "the first)",
			       s->path, column_name(&s->source, p.column), array->values);
	if (array->kind == PZ_ARRAY_TEXT && p.element < 0)
		return parse_texts(s, p.column, want, n, rows);
	rc = p.element >= 0 ? read_span(s, p.column, (size_t)p.element, 1, n, rows->value[want], 1)
			    : pz_array_read_doubles(s->file, s->column[p.column], s->row, n,
						    rows->value[want]);
	for (size_t i = 0; want <= WANT_DEC && rows->scale[want] > 0 && i < n; i++)
		rows->value[want][i] *= rows->scale[want];
	return rc;
}

/* A further column of whole numbers or texts. */
static int read_cells(struct arrays_source *s, struct place p, int want, size_t n,
		      struct rows *rows)
{
	struct cells *cells = rows->cells[want - WANT_CARRY];
	const struct pz_array *array = array_of(s, p.column);
	bool whole = array->kind == PZ_ARRAY_INTEGER || array->kind == PZ_ARRAY_BOOL;
	bool text = array->kind == PZ_ARRAY_TEXT && array->values == 1;
	int rc;

	if (text)
		rc = pz_array_read_texts(s->file, s->column[p.column], s->row, n, cells->text[0],
					 PZ_CELL_MAX);
	else if ((rc = read_numbers(s, p, want, n, rows)) == 0 && whole && array->values == 1)
		rc = pz_array_read_integers(s->file, s->column[p.column], s->row, n,
					    cells->integer);
	for (size_t i = 0; i < n && rc == 0; i++) {
		cells->type[i] = PZ_CELL_NUMBER;
		if (text) {
			cells->type[i] = cells->text[i][0] ? PZ_CELL_TEXT : PZ_CELL_NUMBER;
			rows->value[want][i] = NAN;
		} else if (whole && array->values == 1) {
			cells->type[i] = PZ_CELL_INTEGER;
		}
	}
	return rc;
}

/* -- ids */

static int fail_id(const struct arrays_source *s, int c, size_t i, int rc)
{
	return pz_fail_in(rc, "%s: row %llu: column '%s'", s->path,
			  (unsigned long long)(s->row + i + 1), column_name(&s->source, c));
}

static int read_names(struct arrays_source *s, int c, struct rows *rows)
{
	char text[PZ_ID_MAX + 1];
	int rc = 0;

	for (size_t i = 0; i < rows->n && rc == 0; i++) {
		rc = pz_array_read_texts(s->file, s->column[c], s->row + i, 1, text, sizeof text);
		if (rc == 0 && (rc = pz_cell_id(text, &rows->id[i], rows->name[i])) < 0)
			rc = fail_id(s, c, i, rc);
	}
	return rc;
}

/* Bits of a mantissa: below two to their power whole numbers are exact. */
static int digits_of(const struct pz_array *array)
{
	return array->bytes == 8 ? 53 : array->bytes == 4 ? 24 : 11;
}

static int read_ids(struct arrays_source *s, int c, struct rows *rows)
{
	const struct pz_array *array = array_of(s, c);
	double x[SOURCE_BLOCK];
	int rc;

	if (array->values != 1)
		return pz_fail(PZ_EDATA, "%s: column '%s': expected one id a row, found %zu",
			       s->path, column_name(&s->source, c), array->values);
	if (array->kind == PZ_ARRAY_TEXT)
		return read_names(s, c, rows);
	memset(rows->name, 0, rows->n * sizeof *rows->name);
	if (array->kind != PZ_ARRAY_FLOAT)
		return pz_array_read_integers(s->file, s->column[c], s->row, rows->n, rows->id);
	rc = pz_array_read_doubles(s->file, s->column[c], s->row, rows->n, x);
	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if ((rc = pz_cell_id_number(x[i], digits_of(array), &rows->id[i])) < 0)
			rc = fail_id(s, c, i, rc);
	return rc;
}

/* -- rows */

static bool is_narrow(const struct source *s, int c)
{
	const struct pz_array *array = array_of((const struct arrays_source *)s, c);

	return array->kind == PZ_ARRAY_FLOAT && array->bytes < sizeof(double);
}

static int read_spans(struct arrays_source *s, const struct column_spans *of, size_t n)
{
	int rc = 0;

	for (int i = 0; i < of->n && rc == 0; i++) {
		const struct column_span *span = &of->span[i];

		rc = read_span(s, span->column, span->first, span->count, n, of->value + span->at,
			       of->values);
	}
	return rc;
}

static int next_block(struct source *source, const struct place *place, int wants, int id,
		      struct rows *rows)
{
	struct arrays_source *s = (struct arrays_source *)source;
	uint64_t left = s->rows - s->row;
	int rc = 0;

	rows->n = left < rows->most ? (size_t)left : rows->most;
	if (rows->n == 0)
		return 0;
	for (int w = 0; w < wants && rc == 0; w++)
		if (w >= WANT_CARRY && rows->cells[w - WANT_CARRY])
			rc = read_cells(s, place[w], w, rows->n, rows);
		else if (place[w].column >= 0)
			rc = read_numbers(s, place[w], w, rows->n, rows);
	if (rc == 0 && (rc = read_spans(s, &rows->features, rows->n)) == 0)
		rc = read_spans(s, &rows->vector, rows->n);
	if (rc == 0 && id >= 0)
		rc = read_ids(s, id, rows);
	s->row += rows->n;
	return rc < 0 ? rc : 1;
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
	const char *first = s->source.columns ? array_of(s, 0)->name : "";
	const char *end = strrchr(first, '/');
	size_t n = end ? (size_t)(end - first) + 1 : 0;

	for (int c = 1; c < s->source.columns && n > 0; c++)
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
	if ((rc = pz_arrays_open(&s->file, path, group)) < 0)
		return rc;
	n = pz_arrays_count(s->file);
	if (!(s->column = malloc((size_t)n * sizeof *s->column)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for %d columns", path, n);
	s->rows = count_rows(s->file);
	for (int i = 0; i < n; i++)
		if (is_column(pz_arrays_at(s->file, i)) &&
		    pz_arrays_at(s->file, i)->rows == s->rows)
			s->column[s->source.columns++] = i;
	if (s->source.columns == 0)
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
	s->source = (struct source){ .name = column_name,
				     .unit = column_unit,
				     .values = column_values,
				     .path = column_path,
				     .narrow = is_narrow,
				     .next = next_block,
				     .close = close_source,
				     .named = true };
	if ((rc = open_file(s, path, group)) < 0)
		close_source(&s->source);
	else
		*out = &s->source;
	return rc;
}
