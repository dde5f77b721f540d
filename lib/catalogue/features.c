/* features.c -- columns of a catalogue whose numbers together are the features of a galaxy
 *
 * Items of a list as spans.c reads them, or NEW=NAME: a number under another name.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bins.h>
#include <pz/error.h>

#include "parts.h"

#define BLOCK_MAX ((size_t)1 << 20) /* features of a block of rows */

/* The column of the redshift is what is to be estimated. */
static int check_redshift(const struct pz_catalogue *c, const struct column_span *s)
{
	const struct place *z = &c->place[WANT_Z];

	if (s->column != z->column ||
	    (z->element >= 0 &&
	     ((size_t)z->element < s->first || (size_t)z->element >= s->first + s->count)))
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "%s: feature '%s': the column is the redshift that is to be estimated "
		       "(--columns z=NAME names another)",
		       c->path, c->source->name(c->source, s->column));
}

/* Whether a column has one number a row. */
static bool is_alone(const struct pz_catalogue *c, const struct column_span *s)
{
	return c->source->values(c->source, s->column) == 1;
}

/* What the columns of an item are called: by the word given to it, or as in the file. */
static int name_spans(struct pz_catalogue *c, int from, const char *given)
{
	const struct column_spans *f = &c->rows.features;
	char **grown = realloc(c->span_name, ((size_t)f->n + 1) * sizeof *grown);
	int rc;

	if (!grown)
		return pz_fail(PZ_ENOMEM, "%s: no memory", c->path);
	c->span_name = grown;
	if (given && (f->n != from + 1 || !is_alone(c, &f->span[from])))
		return pz_fail(PZ_EUSAGE,
			       "features: '%s=': expected one column of one number to name", given);
	for (int k = from; k < f->n; k++) {
		const char *own = c->source->name(c->source, f->span[k].column);

		if ((rc = check_redshift(c, &f->span[k])) < 0)
			return rc;
		if (!(grown[k] = strdup(given ? given : own)))
			return pz_fail(PZ_ENOMEM, "%s: no memory", c->path);
		c->spans_named++;
	}
	return 0;
}

static int add_features(struct pz_catalogue *c, char *item)
{
	char *equals = strchr(item, '='), *name = equals ? equals + 1 : item;
	int from = c->rows.features.n, rc;

	if (equals)
		*equals = '\0';
	if (!*item || !*name)
		return pz_fail(PZ_EUSAGE, "features: expected name or new=name");
	rc = pz_spans_add(c, &c->rows.features, name, "features", PZ_FEATURES_MAX);
	return rc < 0 ? rc : name_spans(c, from, equals ? item : NULL);
}

int pz_catalogue_find_features(struct pz_catalogue *c)
{
	const char *list = c->features ? c->features : "";
	size_t *values = &c->rows.features.values;
	char item[NAME];
	int rc;

	while ((rc = pz_columns_next_item(&list, item, "features")) > 0)
		if ((rc = add_features(c, item)) < 0)
			return rc;
	if (*values * c->rows.most > BLOCK_MAX)
		c->rows.most = *values < BLOCK_MAX ? BLOCK_MAX / *values : 1;
	return rc;
}

void pz_catalogue_release_features(struct pz_catalogue *c)
{
	for (int i = 0; i < c->spans_named; i++)
		free(c->span_name[i]);
	free(c->span_name);
	free(c->rows.features.span);
	free(c->features);
	free(c->feature);
	free(c->rows.features.value);
}

int pz_catalogue_take_features(const struct pz_catalogue *c)
{
	const size_t n = c->rows.features.values;
	const double *from = n ? c->rows.features.value + c->at * n : NULL;

	for (size_t i = 0; i < n; i++) {
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

/* The columns of feature i: the last that begin with it or before. */
static int span_of(const struct pz_catalogue *c, int i)
{
	int k = 0, end = c->rows.features.n;

	while (end - k > 1) {
		int middle = k + (end - k) / 2;

		if (c->rows.features.span[middle].at <= (size_t)i)
			k = middle;
		else
			end = middle;
	}
	return k;
}

void pz_catalogue_feature(const struct pz_catalogue *c, int i, char name[PZ_FEATURE])
{
	const struct column_span *s = &c->rows.features.span[span_of(c, i)];
	const char *called = c->span_name[span_of(c, i)];

	if (is_alone(c, s))
		snprintf(name, PZ_FEATURE, "%s", called);
	else
		snprintf(name, PZ_FEATURE, "%s[%zu]", called, s->first + (size_t)i - s->at);
}

bool pz_catalogue_feature_alone(const struct pz_catalogue *c, int i)
{
	return is_alone(c, &c->rows.features.span[span_of(c, i)]);
}
