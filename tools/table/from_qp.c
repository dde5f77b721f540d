/* from_qp.c -- reads what a file of qp's says about its p(z) */
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/error.h>

#include "from_qp.h"

#define NAME "meta/pdf_name"

static const struct {
	const char *name, *parts;
	const char *places; /* among meta; NULL: none                          */
	enum places_kind kind;
	int is;
} kinds[] = {
	{ "hist", "data/pdfs", "bins", PLACES_EDGES, LIKELIHOOD_DENSITY },
	{ "interp", "data/yvals", "xvals", PLACES_POINTS, LIKELIHOOD_DENSITY },
	{ "interp_irregular", "data/xvals,data/yvals", NULL, PLACES_NONE, LIKELIHOOD_DENSITY },
	{ "quant", "data/locs", "quants", PLACES_GIVEN, FORM_QUANTILES },
	{ "norm", "data/loc,data/scale", NULL, PLACES_NONE, FORM_NORMAL },
	{ "mixmod", "data/means,data/stds,data/weights", NULL, PLACES_NONE, FORM_NORMAL },
};

#define KINDS (sizeof kinds / sizeof *kinds)

int qp_is(const char *path)
{
	struct pz_arrays *a;
	bool is;

	if (pz_arrays_look_like(path) <= 0 || pz_arrays_open(&a, path, NULL) < 0)
		return 0;
	is = pz_arrays_find(a, NAME) >= 0;
	pz_arrays_close(a);
	return is;
}

static int read_name(struct qp *qp, struct pz_arrays *a, const char *path)
{
	int at = pz_arrays_find(a, NAME);
	const struct pz_array *array = at < 0 ? NULL : pz_arrays_at(a, at);

	if (!array || array->rows != 1 || array->values != 1)
		return pz_fail(PZ_EDATA, "%s: expected the form of the p(z) in %s, found none",
			       path, NAME);
	return pz_array_read_texts(a, at, 0, 1, qp->name, sizeof qp->name);
}

static int find_kind(const struct qp *qp, const char *path, size_t *kind)
{
	for (*kind = 0; *kind < KINDS; ++*kind)
		if (!strcmp(kinds[*kind].name, qp->name))
			return 0;
	return pz_fail(
		PZ_EDATA,
		"%s: qp keeps these p(z) as '%s'; expected hist, interp, interp_irregular, quant, "
		"norm or mixmod: qp.convert(ensemble, 'hist', bins=...) makes these",
		path, qp->name);
}

int qp_open(struct qp *qp, const char *path, struct form *form)
{
	struct pz_arrays *a;
	size_t k;
	int rc = pz_arrays_open(&a, path, NULL);

	if (rc < 0)
		return rc;
	if ((rc = read_name(qp, a, path)) == 0)
		rc = find_kind(qp, path, &k);
	pz_arrays_close(a);
	if (rc < 0)
		return rc;
	qp->parts = kinds[k].parts;
	form->is = kinds[k].is;
	form->any_sum = true;
	form->own_x = strstr(qp->parts, "xvals,") != NULL;
	if (kinds[k].places && (rc = places_read(&form->places, kinds[k].places, path)) < 0)
		return pz_fail_in(rc, "%s", path);
	form->places.kind = kinds[k].kind;
	return 0;
}

bool qp_grid(const struct form *form, struct pz_grid *grid)
{
	const struct places *p = &form->places;

	if ((p->kind != PLACES_EDGES && p->kind != PLACES_POINTS) || p->n < 3 ||
	    p->n > PZ_BINS_MAX || !places_are_uniform(p))
		return false;
	grid->min = p->x[0];
	grid->max = p->x[p->n - 1];
	grid->bins = (int)p->n - 1;
	grid->left = grid->right = 0;
	return true;
}
