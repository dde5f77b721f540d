/* features.c -- columns of a catalogue whose numbers together are the features of a galaxy
 *
 *      NAME          the number of a column, or all values of a vector
 *      NAME[2]       one value of a vector
 *      NAME[0:512]   those from 0 to 511
 *      NEW=NAME      a number under another name
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define FEATURES_MAX 65536
#define BLOCK_MAX    ((size_t)1 << 20) /* features of a block of rows */

/* NAME[from:to] or NAME[from]: cuts the name off and fills the numbers; false: it has no such
 * end. */
static bool split_range(char *name, long *from, long *to)
{
	char *open = strrchr(name, '['), *rest;

	if (!open || open == name || open[1] < '0' || open[1] > '9')
		return false;
	*from = strtol(open + 1, &rest, 10);
	*to = *from + 1;
	if (*rest == ':')
		*to = strtol(rest + 1, &rest, 10);
	if (strcmp(rest, "]") != 0)
		return false;
	*open = '\0';
	return true;
}

/* Which values of the column are meant: all of them, or from to to - 1. */
static int set_range(const struct pz_catalogue *c, const char *name, struct column_span *s,
		     bool given, long from, long to)
{
	size_t values = c->source->values(c->source, s->column);

	if (!given) {
		s->first = values == 1 ? -1 : 0;
		s->count = values;
		return 0;
	}
	if (from >= to || (size_t)to > values)
		return pz_fail(PZ_EDATA,
			       "%s: feature '%s[%ld:%ld]': expected a range within 0:%zu, the "
			       "values that the column has in a row",
			       c->path, name, from, to, values);
	s->first = values == 1 ? -1 : from;
	s->count = (size_t)(to - from);
	return 0;
}

static int check_column(const struct pz_catalogue *c, const char *name, const struct column_span *s)
{
	const struct place *z = &c->place[WANT_Z];

	if (s->column == z->column && (z->element < 0 || s->first < 0 || z->element == s->first))
		return pz_fail(PZ_EUSAGE,
			       "%s: feature '%s': the column is the redshift that is to be "
			       "estimated (--columns z=NAME names another)",
			       c->path, name);
	if (s->count == 0 || s->at + s->count > FEATURES_MAX)
		return pz_fail(PZ_EDATA, "%s: feature '%s': expected 1 to %d features in all",
			       c->path, name, FEATURES_MAX);
	return 0;
}

static int find_span(struct pz_catalogue *c, char *item, struct column_span *s, char **called)
{
	char *from = strchr(item, '='), *name = from ? from + 1 : item, quoted[NAME + 2];
	long first = 0, last = 0;
	bool range = false;
	int rc;

	if (from)
		*from = '\0';
	if (!*item || !*name)
		return pz_fail(PZ_EUSAGE, "features: expected name or new=name");
	if ((rc = pz_columns_find(c, name, &s->column)) == 0 && s->column < 0 &&
	    (range = split_range(name, &first, &last)))
		rc = pz_columns_find(c, name, &s->column);
	if (rc < 0)
		return rc;
	snprintf(quoted, sizeof quoted, "'%s'", name);
	if (s->column < 0)
		return pz_columns_fail_missing(c, "features", quoted);
	if ((rc = set_range(c, name, s, range, first, last)) < 0 ||
	    (rc = check_column(c, name, s)) < 0)
		return rc;
	*called = strdup(from ? item : c->source->name(c->source, s->column));
	return *called ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory", c->path);
}

int pz_catalogue_find_features(struct pz_catalogue *c)
{
	const char *list = c->features ? c->features : "";
	char item[NAME];
	int rc;

	c->rows.features.span = c->span;
	while ((rc = pz_columns_next_item(&list, item, "features")) > 0) {
		struct column_span *s = &c->span[c->rows.features.n];

		if (c->rows.features.n == FEATURE_SPANS)
			return pz_fail(PZ_EUSAGE, "features: more than %d columns", FEATURE_SPANS);
		s->at = c->rows.features.values;
		if ((rc = find_span(c, item, s, &c->span_name[c->rows.features.n])) < 0)
			return rc;
		c->rows.features.n++;
		c->rows.features.values += s->count;
	}
	if (c->rows.features.values * c->rows.most > BLOCK_MAX)
		c->rows.most = c->rows.features.values < BLOCK_MAX
				       ? BLOCK_MAX / c->rows.features.values
				       : 1;
	return rc;
}

void pz_catalogue_release_features(struct pz_catalogue *c)
{
	for (int i = 0; i < c->rows.features.n; i++)
		free(c->span_name[i]);
	free(c->features);
	free(c->feature);
	free(c->rows.features.value);
}

int pz_catalogue_take_features(const struct pz_catalogue *c)
{
	const double *from = c->rows.features.value + c->at * c->rows.features.values;

	for (size_t i = 0; i < c->rows.features.values; i++) {
		char name[PZ_FEATURE];
		bool missing = pz_missing_is(&c->missing, from[i]);

		c->feature[i] = missing ? NAN : (float)from[i];
		if (missing || isnan(from[i]) ||
		    (isfinite(c->feature[i]) && (c->missing.given || !pz_missing_suspect(from[i]))))
			continue;
		pz_catalogue_feature(c, (int)i, name);
		if (!isfinite(c->feature[i]))
			return pz_fail(PZ_EDATA,
				       "%s: row %llu: feature '%s': expected a number that float32 "
				       "can keep, found %g (--missing %g says that it is no value)",
				       c->path, (unsigned long long)c->row + 1, name, from[i],
				       from[i]);
		return pz_fail(PZ_EDATA,
			       "%s: row %llu: feature '%s': %g looks like a missing value: say "
			       "--missing %g (or --missing none if it is a value)",
			       c->path, (unsigned long long)c->row + 1, name, from[i], from[i]);
	}
	return 0;
}

int pz_catalogue_features(const struct pz_catalogue *c)
{
	return (int)c->rows.features.values;
}

static int span_of(const struct pz_catalogue *c, int i)
{
	int k = 0;

	while (k + 1 < c->rows.features.n && c->span[k + 1].at <= (size_t)i)
		k++;
	return k;
}

void pz_catalogue_feature(const struct pz_catalogue *c, int i, char name[PZ_FEATURE])
{
	const struct column_span *s = &c->span[span_of(c, i)];
	const char *called = c->span_name[span_of(c, i)];

	if (s->first < 0)
		snprintf(name, PZ_FEATURE, "%s", called);
	else
		snprintf(name, PZ_FEATURE, "%s[%zu]", called, (size_t)s->first + (size_t)i - s->at);
}

bool pz_catalogue_feature_alone(const struct pz_catalogue *c, int i)
{
	return c->span[span_of(c, i)].first < 0;
}
