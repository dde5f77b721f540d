/* find.c -- a column of a catalogue by its name */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

/* The column of that name with its groups; -1: none. */
static int find_path(const struct source *s, const char *name)
{
	for (int i = 0; i < s->columns; i++)
		if (!strcmp(s->path(s, i), name))
			return i;
	return -1;
}

/* The only column of that name, whatever groups it is in (labels/z); -1: none, or several. */
static int find_last(const struct source *s, const char *name)
{
	int found = -1, n = 0;

	for (int i = 0; i < s->columns; i++) {
		const char *last = strrchr(s->path(s, i), '/');

		if (last && !strcasecmp(last + 1, name)) {
			found = i;
			n++;
		}
	}
	return n == 1 ? found : -1;
}

int pz_columns_find(const struct pz_catalogue *c, const char *name, int *at)
{
	const struct source *s = c->source;
	int same = -1, alike = -1, other = -1;

	for (int i = 0; i < s->columns; i++) {
		if (strcasecmp(s->name(s, i), name) != 0)
			continue;
		if (strcmp(s->name(s, i), name) == 0) {
			if (same >= 0)
				return pz_fail(PZ_EDATA, "%s: two columns are named '%s'", c->path,
					       name);
			same = i;
		}
		other = alike >= 0 && other < 0 ? i : other;
		alike = alike < 0 ? i : alike;
	}
	if (alike < 0 && s->path)
		same = find_path(s, name);
	if (alike < 0 && same < 0 && s->path)
		same = find_last(s, name);
	*at = same >= 0 ? same : alike;
	if (same < 0 && other >= 0 && strcmp(s->name(s, alike), s->name(s, other)) == 0)
		return pz_fail(PZ_EDATA, "%s: two columns are named '%s'", c->path,
			       s->name(s, alike));
	if (same < 0 && other >= 0)
		return pz_fail(PZ_EDATA,
			       "%s: columns '%s' and '%s' could both be %s: say which by "
			       "--columns or --carry",
			       c->path, s->name(s, alike), s->name(s, other), name);
	return 0;
}

/* NAME[2]: the name without its end, and the number; false: it has no such end. */
static bool split_element(const char *name, char base[NAME], long *element)
{
	size_t n = strlen(name);
	const char *open = strrchr(name, '[');

	if (!open || open == name || name[n - 1] != ']' ||
	    strspn(open + 1, "0123456789") != n - 2 - (size_t)(open - name) || open[1] == ']' ||
	    n - (size_t)(open - name) > 10)
		return false;
	memcpy(base, name, (size_t)(open - name));
	base[open - name] = '\0';
	*element = strtol(open + 1, NULL, 10);
	return true;
}

int pz_columns_place(const struct pz_catalogue *c, const char *name, struct place *p)
{
	char base[NAME];
	long element;
	size_t values;
	int rc;

	*p = (struct place){ -1, -1 };
	if ((rc = pz_columns_find(c, name, &p->column)) < 0 || p->column >= 0 ||
	    !split_element(name, base, &element))
		return rc;
	if ((rc = pz_columns_find(c, base, &p->column)) < 0 || p->column < 0)
		return rc;
	values = c->source->values(c->source, p->column);
	if ((size_t)element >= values)
		return pz_fail(
			PZ_EDATA,
			"%s: column '%s': expected a number from 0 to %zu in brackets, as it "
			"has %zu values in a row, found %ld",
			c->path, base, values ? values - 1 : 0, values, element);
	p->element = values > 1 ? element : -1;
	return 0;
}

int pz_columns_fail_missing(const struct pz_catalogue *c, const char *what, const char *name)
{
	char found[600] = "none";
	size_t used = 0;

	for (int i = 0; i < c->source->columns && used < sizeof found; i++)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i ? ", " : "",
					 c->source->name(c->source, i));
	return pz_fail(PZ_EDATA, "%s: no column %s for %s; it has %s%s", c->path, name, what, found,
		       used >= sizeof found ? " ..." : "");
}
