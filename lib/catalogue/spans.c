/* spans.c -- columns whose numbers are taken one behind the other: a vector, or features
 *
 *      NAME           the number of a column, or all values of a vector
 *      NAME[2]        one value of a vector
 *      NAME[0:512]    those from 0 to 511
 *      FIRST..LAST    all columns from one to another, in the order of the file
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

/* What columns are looked for, for messages, and how many numbers there may be. */
struct wanted_spans {
	const struct pz_catalogue *c;
	struct column_spans *spans;
	const char *what;
	size_t most;
};

static int fail_none(const struct wanted_spans *w, const char *name)
{
	char quoted[NAME + 2];

	snprintf(quoted, sizeof quoted, "'%s'", name);
	return pz_columns_fail_missing(w->c, w->what, quoted);
}

static int add_span(const struct wanted_spans *w, int column, size_t first, size_t count)
{
	const struct source *source = w->c->source;
	struct column_spans *v = w->spans;
	struct column_span *grown;

	if (count == 0)
		return pz_fail(PZ_EDATA, "%s: %s: column '%s' has no values", w->c->path, w->what,
			       source->name(source, column));
	grown = realloc(v->span, ((size_t)v->n + 1) * sizeof *grown);
	if (!grown)
		return pz_fail(PZ_ENOMEM, "%s: no memory for the columns of %s", w->c->path,
			       w->what);
	v->span = grown;
	v->span[v->n++] = (struct column_span){ column, first, count, v->values };
	v->values += count;
	if (v->values > w->most)
		return pz_fail(PZ_EDATA, "%s: expected at most %zu numbers in %s, found more",
			       w->c->path, w->most, w->what);
	return 0;
}

static int add_column(const struct wanted_spans *w, int column)
{
	return add_span(w, column, 0, w->c->source->values(w->c->source, column));
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

static int add_slice(const struct wanted_spans *w, const char *name, const char *base, size_t from,
		     size_t to)
{
	const struct pz_catalogue *c = w->c;
	int column, rc = pz_columns_find(c, base, &column);
	size_t values;

	if (rc < 0 || column < 0)
		return rc < 0 ? rc : fail_none(w, base);
	values = c->source->values(c->source, column);
	if (from >= to || to > values)
		return pz_fail(PZ_EDATA,
			       "%s: '%s': expected [FROM:TO] within 0 to %zu, found %zu:%zu",
			       c->path, name, values, from, to);
	return add_span(w, column, from, to - from);
}

static int add_range(const struct wanted_spans *w, const char *first, const char *last)
{
	const struct pz_catalogue *c = w->c;
	int from, to = -1, rc = pz_columns_find(c, first, &from);

	if (rc < 0 || (rc = pz_columns_find(c, last, &to)) < 0)
		return rc;
	if (from < 0 || to < 0)
		return fail_none(w, from < 0 ? first : last);
	if (from > to)
		return pz_fail(PZ_EDATA, "%s: expected column '%s' before '%s', found it behind",
			       c->path, first, last);
	for (int k = from; k <= to && rc == 0; k++)
		rc = add_column(w, k);
	return rc;
}

int pz_spans_add(const struct pz_catalogue *c, struct column_spans *spans, char *item,
		 const char *what, size_t most)
{
	const struct wanted_spans w = { c, spans, what, most };
	char base[NAME], *dots;
	struct place p;
	size_t from, to;
	int rc = pz_columns_place(c, item, &p);

	if (rc < 0)
		return rc;
	if (p.column >= 0 && p.element >= 0)
		return add_span(&w, p.column, (size_t)p.element, 1);
	if (p.column >= 0)
		return add_column(&w, p.column);
	if (split_slice(item, base, &from, &to))
		return add_slice(&w, item, base, from, to);
	if (!(dots = strstr(item, "..")) || dots == item)
		return fail_none(&w, item);
	*dots = '\0';
	return add_range(&w, item, dots + 2);
}
