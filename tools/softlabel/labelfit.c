/* labelfit.c -- fitting the labels of step 3 to the estimates of a stream */
#include <stdlib.h>
#include <string.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/used.h"
#include "labelfit.h"

/* True values and estimates of a stream, as columns. */
struct estimates {
	struct scalars scalars;
	struct pz_galaxies galaxies;
	double *own;
};

static void release_estimates(struct estimates *e)
{
	free(e->own);
	scalars_release(&e->scalars);
}

/* Reads them all, and says which galaxies were left out; release_estimates in any case. */
static int read_estimates(struct tool *t, const struct label_fit *how, struct pz_reader *in,
			  struct estimates *e)
{
	struct lacking z = { 0 }, zphot = { 0 };
	int rc;

	*e = (struct estimates){ 0 };
	scalars_begin(&e->scalars, pz_reader_header(in));
	rc = scalars_collect(&e->scalars, in, ESTIMATE_MODE, how->strict, &z, &zphot);
	if (rc == 0 && e->scalars.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: expected records with '%s'%s to fit to, found none",
			     pz_reader_name(in), how->target,
			     zphot.count ? " and an estimate 'zphot.mode'" : "");
	if (rc == 0)
		rc = scalars_with(&e->scalars, ESTIMATE_MODE, &e->galaxies, &e->own);
	if (rc < 0)
		return rc;
	if (in != t->in) /* for the input this is said after labelling */
		say_lacking(t, pz_reader_name(in), how->target, &z);
	if (zphot.count)
		tool_say(t, "%s: %s no '%s' and %s left out of the fit", pz_reader_name(in),
			 COUNTED(zphot.count, "galaxy has", "galaxies have"),
			 estimate_path[ESTIMATE_MODE], zphot.count == 1 ? "was" : "were");
	return 0;
}

/* The same of a file of predictions of what the labels are of, which goes into the history. */
static int read_file(struct tool *t, const struct label_fit *how, const char *path,
		     struct estimates *e)
{
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);

	*e = (struct estimates){ 0 };
	if (rc == 0)
		rc = pz_header_need_kind(pz_reader_header(in), "predictions");
	if (rc == 0 && strcmp(axes_target(pz_reader_header(in)), how->target))
		rc = pz_fail(
			PZ_EMISMATCH,
			"%s: expected estimates of '%s', as the labels, found estimates of '%s'",
			path, how->target, axes_target(pz_reader_header(in)));
	if (rc == 0)
		rc = read_estimates(t, how, in, e);
	if (rc == 0)
		rc = used_stream(t, path, pz_reader_hash(in));
	pz_reader_close(in);
	return rc;
}

static int fit_labels(struct tool *t, const struct label_fit *how, const struct estimates *e,
		      struct pz_label_model **m)
{
	const double *known = how->known->count ? how->known->value : NULL;
	int rc = pz_label_fit(m, how->grid, how->rows, &e->galaxies, known);

	for (int k = 0; rc == 0 && t->verbose && k < how->rows->channels; k++)
		tool_say(t, "channel %d: the dispersion of the estimates is %.2f bins", k,
			 (*m)->dispersion[k]);
	return rc;
}

int fit_input(struct tool *t, const struct label_fit *how, struct pz_label_model **m)
{
	struct estimates e;
	int rc = read_estimates(t, how, t->in, &e);

	if (rc == 0)
		rc = fit_labels(t, how, &e, m);
	release_estimates(&e);
	return rc;
}

int fit_file(struct tool *t, const struct label_fit *how, const char *path,
	     struct pz_label_model **m)
{
	struct estimates e;
	int rc = read_file(t, how, path, &e);

	if (rc == 0)
		rc = fit_labels(t, how, &e, m);
	release_estimates(&e);
	return rc;
}

int refine_file(struct tool *t, const struct label_fit *how, const char *path, double share,
		struct pz_label_model *m)
{
	struct estimates e;
	int rc = read_file(t, how, path, &e);

	if (rc == 0)
		rc = pz_label_refine(m, &e.galaxies, share);
	release_estimates(&e);
	return rc;
}
