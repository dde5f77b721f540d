/* vectors.c -- columns whose numbers together are a vector of each row, as a p(z) is
 *
 *      NAME           the number of a column, or all values of a vector
 *      NAME[2]        one value of a vector
 *      NAME[0:512]    those from 0 to 511
 *      FIRST..LAST    all columns from one to another, in the order of the file
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define BLOCK ((size_t)1 << 20) /* numbers of a block of rows, one row at least */

static int fail_none(const struct pz_catalogue *c, const char *name)
{
	char quoted[NAME + 2];

	snprintf(quoted, sizeof quoted, "'%s'", name);
	return pz_columns_fail_missing(c, "a vector", quoted);
}

static int add_span(struct pz_catalogue *c, int column, size_t first, size_t count)
{
	struct column_spans *v = &c->rows.vector;
	struct column_span *grown = realloc(v->span, ((size_t)v->n + 1) * sizeof *grown);

	if (!grown)
		return pz_fail(PZ_ENOMEM, "%s: no memory for the columns of a vector", c->path);
	v->span = grown;
	v->span[v->n++] = (struct column_span){ column, (long)first, count, v->values };
	v->values += count;
	if (v->values > PZ_VECTOR_MAX)
		return pz_fail(PZ_EDATA, "%s: expected at most %d numbers in a vector, found more",
			       c->path, PZ_VECTOR_MAX);
	return 0;
}

static int add_column(struct pz_catalogue *c, int column)
{
	return add_span(c, column, 0, c->source->values(c->source, column));
}

/* NAME[2:5]: the name without its end, and the numbers; false: it has no such end. */
static bool split_slice(const char *name, char base[NAME], size_t *from, size_t *to)
{
	const char *open = strrchr(name, '[');
	unsigned long a, b;
	int n = 0;

	if (!open || open == name || strspn(open + 1, "0123456789:") + 2 != strlen(open) ||
	    sscanf(open, "[%9lu:%9lu]%n", &a, &b, &n) != 2 || (size_t)n != strlen(open))
		return false;
	snprintf(base, NAME, "%.*s", (int)(open - name), name);
	*from = a;
	*to = b;
	return true;
}

static int add_slice(struct pz_catalogue *c, const char *name, const char *base, size_t from,
		     size_t to)
{
	int column, rc = pz_columns_find(c, base, &column);
	size_t values;

	if (rc < 0 || column < 0)
		return rc < 0 ? rc : fail_none(c, base);
	values = c->source->values(c->source, column);
	if (from >= to || to > values)
		return pz_fail(PZ_EDATA,
			       "%s: '%s': expected [FROM:TO] within 0 to %zu, found %zu:%zu",
			       c->path, name, values, from, to);
	return add_span(c, column, from, to - from);
}

static int add_range(struct pz_catalogue *c, const char *first, const char *last)
{
	int from, to = -1, rc = pz_columns_find(c, first, &from);

	if (rc < 0 || (rc = pz_columns_find(c, last, &to)) < 0)
		return rc;
	if (from < 0 || to < 0)
		return fail_none(c, from < 0 ? first : last);
	if (from > to)
		return pz_fail(PZ_EDATA, "%s: expected column '%s' before '%s', found it behind",
			       c->path, first, last);
	for (int k = from; k <= to && rc == 0; k++)
		rc = add_column(c, k);
	return rc;
}

static int add_item(struct pz_catalogue *c, char *item)
{
	char base[NAME], *dots;
	struct place p;
	size_t from, to;
	int rc = pz_columns_place(c, item, &p);

	if (rc < 0)
		return rc;
	if (p.column >= 0 && p.element >= 0)
		return add_span(c, p.column, (size_t)p.element, 1);
	if (p.column >= 0)
		return add_column(c, p.column);
	if (split_slice(item, base, &from, &to))
		return add_slice(c, item, base, from, to);
	if (!(dots = strstr(item, "..")) || dots == item)
		return fail_none(c, item);
	*dots = '\0';
	return add_range(c, item, dots + 2);
}

static int make_block(struct pz_catalogue *c)
{
	struct column_spans *v = &c->rows.vector;
	size_t most;

	if (v->values == 0)
		return pz_fail(PZ_EDATA, "%s: expected numbers in each row, found columns without",
			       c->path);
	most = BLOCK / v->values > 0 ? BLOCK / v->values : 1;
	c->rows.most = most < c->rows.most ? most : c->rows.most;
	v->value = malloc(c->rows.most * v->values * sizeof *v->value);
	return v->value ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for vectors", c->path);
}

int pz_catalogue_set_vector(struct pz_catalogue *c, const char *list, int *items)
{
	char item[NAME];
	int rc;

	if (c->rows.vector.n)
		return pz_fail(PZ_EARG, "%s: rows have a vector already", c->path);
	*items = 0;
	while ((rc = pz_columns_next_item(&list, item, "vector")) > 0) {
		if ((rc = add_item(c, item)) < 0)
			return rc;
		++*items;
	}
	return rc < 0 ? rc : make_block(c);
}

bool pz_catalogue_has_column(const struct pz_catalogue *c, const char *name)
{
	struct place p;

	return pz_columns_place(c, name, &p) < 0 || p.column >= 0;
}

size_t pz_catalogue_vector_values(const struct pz_catalogue *c)
{
	return c->rows.vector.values;
}

bool pz_catalogue_vector_narrow(const struct pz_catalogue *c)
{
	const struct source *s = c->source;
	bool narrow = false;

	for (int i = 0; i < c->rows.vector.n && s->narrow; i++)
		narrow |= s->narrow(s, c->rows.vector.span[i].column);
	return narrow;
}

const double *pz_vectors_take(const struct pz_catalogue *c)
{
	const struct column_spans *v = &c->rows.vector;
	double *x = v->value ? v->value + c->at * v->values : NULL;

	for (size_t i = 0; x && c->missing.count && i < v->values; i++)
		if (pz_missing_is(&c->missing, x[i]))
			x[i] = NAN;
	return x;
}

void pz_vectors_release(struct pz_catalogue *c)
{
	free(c->rows.vector.span);
	free(c->rows.vector.value);
}
