/* columnar.c -- rows of files whose columns are read each by itself */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "columnar.h"

#define VECTORS_MAX (1 << 18) /* numbers of vectors that are read at a time, at most */

static const char *name_of(const struct columnar *s, int c)
{
	return s->source.name(&s->source, c);
}

static int no_memory(const struct columnar *s)
{
	return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", s->path);
}

static int fail_cell(const struct columnar *s, int c, size_t i, const char *expected,
		     const char *found)
{
	return pz_fail(PZ_EDATA, "%s: row %llu: column '%s': expected %s, found '%s'", s->path,
		       (unsigned long long)(s->row + i + 1), name_of(s, c), expected, found);
}

/* -- numbers */

/* Numbers that are written as text. */
static int parse_texts(struct columnar *s, int c, int want, size_t n, struct rows *rows)
{
	char *texts = calloc(n, s->parsed);
	double *value = rows->value[want];
	int rc;

	if (!texts)
		return no_memory(s);
	rc = s->texts(s, c, s->row, n, texts, s->parsed);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const char *text = texts + i * s->parsed;

		if (want != WANT_RA && want != WANT_DEC) {
			if (!pz_cell_number(text, &value[i]))
				rc = fail_cell(s, c, i, "a number", text);
		} else if (!pz_cell_angle(text, want == WANT_RA, rows->scale[want], &value[i])) {
			rc = fail_cell(s, c, i, "hours, or degrees as 187d30m00s", text);
		}
	}
	free(texts);
	return rc;
}

/* Some of the values that each row has, to every stride-th place. */
static int read_span(struct columnar *s, const struct column_span *span, size_t n, double *value,
		     size_t stride)
{
	size_t values = s->source.values(&s->source, span->column), some;
	size_t step = values < VECTORS_MAX ? VECTORS_MAX / values : 1;
	double *vector = malloc((step < n ? step : n) * values * sizeof *vector);
	int rc = vector ? 0 : no_memory(s);

	for (size_t i = 0; i < n && rc == 0; i += some) {
		some = n - i < step ? n - i : step;
		rc = s->doubles(s, span->column, s->row + i, some, vector);
		for (size_t k = 0; k < some && rc == 0; k++)
			memcpy(value + (i + k) * stride, vector + k * values + span->first,
			       span->count * sizeof *value);
	}
	free(vector);
	return rc;
}

static int read_spans(struct columnar *s, const struct column_spans *of, size_t n)
{
	int rc = 0;

	for (int i = 0; i < of->n && rc == 0; i++)
		rc = read_span(s, &of->span[i], n, of->value + of->span[i].at, of->values);
	return rc;
}

int pz_columnar_numbers(struct columnar *s, struct place p, int want, size_t n, struct rows *rows)
{
	size_t values = s->source.values(&s->source, p.column);
	double *value = rows->value[want];
	int rc;

	if (values != 1 && p.element < 0)
		return pz_fail(PZ_EDATA,
			       "%s: column '%s': expected one number a row, found %zu (NAME[0] is "
			       "the first)",
			       s->path, name_of(s, p.column), values);
	if (p.element < 0 && s->is_text(s, p.column))
		return parse_texts(s, p.column, want, n, rows);
	rc = p.element < 0
		     ? s->doubles(s, p.column, s->row, n, value)
		     : read_span(s, &(struct column_span){ p.column, (size_t)p.element, 1, 0 }, n,
				 value, 1);
	for (size_t i = 0; want <= WANT_DEC && rows->scale[want] > 0 && i < n; i++)
		value[i] *= rows->scale[want];
	return rc;
}

/* -- ids */

int pz_columnar_fail_id(const struct columnar *s, int c, size_t i, int rc)
{
	return pz_fail_in(rc, "%s: row %llu: column '%s'", s->path,
			  (unsigned long long)(s->row + i + 1), name_of(s, c));
}

int pz_columnar_check_one_id(const struct columnar *s, int c, size_t values)
{
	return values == 1 ? 0
			   : pz_fail(PZ_EDATA, "%s: column '%s': expected one id a row, found %zu",
				     s->path, name_of(s, c), values);
}

int pz_columnar_names(struct columnar *s, int c, struct rows *rows)
{
	char text[PZ_ID_MAX + 1];
	int rc = 0;

	for (size_t i = 0; i < rows->n && rc == 0; i++) {
		rc = s->texts(s, c, s->row + i, 1, text, sizeof text);
		if (rc == 0 && (rc = pz_cell_id(text, &rows->id[i], rows->name[i])) < 0)
			rc = pz_columnar_fail_id(s, c, i, rc);
	}
	return rc;
}

int pz_columnar_real_ids(struct columnar *s, int c, int digits, struct rows *rows)
{
	double x[SOURCE_BLOCK];
	int rc = s->doubles(s, c, s->row, rows->n, x);

	for (size_t i = 0; i < rows->n && rc == 0; i++)
		if ((rc = pz_cell_id_number(x[i], digits, &rows->id[i])) < 0)
			rc = pz_columnar_fail_id(s, c, i, rc);
	return rc;
}

/* -- rows */

int pz_columnar_next(struct source *source, const struct place *place, int wants, int id,
		     struct rows *rows)
{
	struct columnar *s = (struct columnar *)source;
	uint64_t left = s->rows - s->row;
	int rc = 0;

	rows->n = left < rows->most ? (size_t)left : rows->most;
	if (rows->n == 0)
		return 0;
	for (int w = 0; w < wants && rc == 0; w++)
		if (w >= WANT_CARRY && rows->cells[w - WANT_CARRY])
			rc = s->cells(s, place[w], w, rows->n, rows);
		else if (place[w].column >= 0)
			rc = pz_columnar_numbers(s, place[w], w, rows->n, rows);
	if (rc == 0 && (rc = read_spans(s, &rows->features, rows->n)) == 0)
		rc = read_spans(s, &rows->vector, rows->n);
	if (rc == 0 && id >= 0)
		rc = s->ids(s, id, rows);
	s->row += rows->n;
	return rc < 0 ? rc : 1;
}
