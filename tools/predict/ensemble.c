/* ensemble.c -- reads models, computes the p(z) of each, combines them */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/used.h"
#include "batches.h"
#include "ensemble.h"

/* All models must estimate the same quantity on the same bins, and those that read the same kinds
 * of data the same data. */
static int check_alike(const struct model *a, const struct model *b, const char *path)
{
	const struct pz_grid *g = &a->header.grid, *h = &b->header.grid;
	bool same = model_uses_pixels(a) == model_uses_pixels(b) &&
		    model_uses_features(a) == model_uses_features(b);
	int rc = same ? model_fits(a, &b->header) : 0;

	if (rc == 0 && (strcmp(g->target, h->target) != 0 || !pz_grid_equal(g, h)))
		rc = pz_fail(PZ_EMISMATCH,
			     "grid: expected '%s' in %d+%d+%d bins as in the first model, found "
			     "'%s' in %d+%d+%d",
			     g->target, g->left, g->bins, g->right, h->target, h->left, h->bins,
			     h->right);
	return rc < 0 ? pz_fail_in(rc, "%s", path) : 0;
}

static int read_model(struct ensemble *e, struct tool *t, const char *path)
{
	struct model *m = &e->model[e->count];
	int rc = model_read(m, path);

	e->count++;
	if (rc == 0 && e->count > 1)
		rc = check_alike(&e->model[0], m, path);
	if (rc == 0)
		rc = used_stream(t, path, m->hash);
	if (rc < 0)
		return rc;
	e->needs_pixels |= model_uses_pixels(m);
	e->needs_ebv |= pz_net_uses_ebv(m->net);
	e->needs_features |= model_uses_features(m);
	return 0;
}

int ensemble_read(struct ensemble *e, struct tool *t, const char *list)
{
	char *copy = strdup(list), *rest, *path;
	int rc = 0;

	if (!copy)
		return pz_fail(PZ_ENOMEM, "no memory for the names of models");
	for (path = strtok_r(copy, ",", &rest); rc == 0 && path; path = strtok_r(NULL, ",", &rest))
		rc = e->count < ENSEMBLE_MAX
			     ? read_model(e, t, path)
			     : pz_fail(PZ_EUSAGE, "--model: expected at most %d files, found more",
				       ENSEMBLE_MAX);
	free(copy);
	if (rc == 0 && e->count == 0)
		rc = pz_fail(PZ_EUSAGE, "--model: expected the name of a file, found none");
	return rc;
}

int ensemble_fits(const struct ensemble *e, const struct pz_header *h)
{
	int rc = 0;

	for (int k = 0; rc == 0 && k < e->count; k++)
		rc = model_fits(&e->model[k], h);
	return rc;
}

int ensemble_allocate(struct ensemble *e, size_t batch)
{
	size_t joined = 0, hidden = 0, outputs = 0;
	bool complete = true;
	int rc = 0;

	e->batch = batch;
	e->bins = (size_t)pz_net_shape(e->model[0].net)->bins;
	for (int k = 0; k < e->count && rc == 0; k++) {
		const struct pz_net *net = e->model[k].net;
		size_t j = pz_net_joined(net), f = pz_net_hidden(net), o = pz_net_outputs(net);

		joined = j > joined ? j : joined;
		hidden = f > hidden ? f : hidden;
		outputs = o > outputs ? o : outputs;
		complete &= (e->pz[k] = malloc(batch * e->bins * sizeof *e->pz[k])) != NULL;
		rc = pz_work_new(&e->work[k], e->model[k].net, batch, false);
	}
	e->joined = malloc((batch * joined + 1) * sizeof *e->joined);
	e->hidden = calloc(batch * hidden, sizeof *e->hidden);
	e->logits = malloc(batch * outputs * sizeof *e->logits);
	e->p = malloc(e->bins * sizeof *e->p);
	if (rc == 0 && (!complete || !e->joined || !e->hidden || !e->logits || !e->p))
		rc = pz_fail(PZ_ENOMEM, "no memory for the p(z) of %zu stamps", batch);
	return rc;
}

void ensemble_release(struct ensemble *e)
{
	for (int k = 0; k < e->count; k++) {
		pz_work_free(e->work[k]);
		model_release(&e->model[k]);
		free(e->pz[k]);
	}
	free(e->joined);
	free(e->hidden);
	free(e->logits);
	free(e->p);
	*e = (struct ensemble){ 0 };
}

/* What joins the vectors of a network, of n galaxies. */
static void fill_joined(float *to, const struct pz_net *net, const struct batch *b)
{
	size_t features = (size_t)pz_net_shape(net)->features;

	for (size_t i = 0; i < b->n; i++) {
		if (pz_net_uses_ebv(net))
			*to++ = b->ebv[i];
		if (features)
			memcpy(to, b->features + i * features, features * sizeof *to);
		to += features;
	}
}

void ensemble_run(struct ensemble *e, const struct batch *b)
{
	for (int k = 0; k < e->count; k++) {
		const struct pz_net *net = e->model[k].net;

		fill_joined(e->joined, net, b);
		pz_net_forward(net, e->work[k], b->n, b->x, e->joined, e->hidden);
		/* Always the logits of a full batch: results must not depend, to the last bit,
		 * on how many stamps there are. */
		pz_net_logits(net, e->work[k], e->batch, e->hidden, e->logits);
		pz_net_pz(net, b->n, e->logits, e->pz[k]);
	}
}

/* The mean of the models' p(z) of stamp i into e->p, arithmetic or harmonic. In the latter a bin
 * that one model excludes is excluded; false if that leaves none. */
static bool combine_models(struct ensemble *e, size_t i, bool harmonic)
{
	double total = 0;

	for (size_t z = 0; z < e->bins; z++) {
		double sum = 0;

		for (int k = 0; k < e->count; k++) {
			double p = (double)e->pz[k][i * e->bins + z];

			sum += harmonic ? 1 / p : p;
		}
		e->p[z] = harmonic ? 1 / sum : sum;
		total += e->p[z];
	}
	if (total == 0)
		return false;
	for (size_t z = 0; z < e->bins; z++)
		e->p[z] /= total;
	return true;
}

const float *ensemble_pz(struct ensemble *e, size_t i, enum ensemble_mean mean)
{
	float *pz = e->pz[0] + i * e->bins;

	if (e->count > 1) {
		if (!combine_models(e, i, mean == ENSEMBLE_HARMONIC)) {
			e->disjoint++;
			return NULL;
		}
		for (size_t z = 0; z < e->bins; z++)
			pz[z] = (float)e->p[z];
	}
	for (size_t z = 0; z < e->bins; z++)
		e->p[z] = (double)pz[z];
	return pz;
}

const float *ensemble_hidden(const struct ensemble *e, size_t i, size_t *width)
{
	*width = pz_net_hidden(e->model[0].net);
	return e->hidden + i * *width;
}
