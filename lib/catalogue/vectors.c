/* vectors.c -- columns whose numbers together are a vector of each row, as a p(z) is (spans.c) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define BLOCK ((size_t)1 << 20) /* numbers of a block of rows, one row at least */

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
		if ((rc = pz_spans_add(c, &c->rows.vector, item, "a vector", PZ_VECTOR_MAX)) < 0)
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
