/* predict -- p(z) and point estimates of stamps, by one model or several
 *
 *   in    stamps, as normalised as those that the model learned from, or galaxies with features
 *   out   predictions: "pz" over the model's grid, "zphot"; the stamps on demand
 */
#include <stdlib.h>
#include <string.h>

#include <pz/libraries.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/record_pdf.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/tool.h"
#include "batches.h"
#include "ensemble.h"
#include "magnitudes.h"
#include "reference.h"

struct options {
	const char *model, *shard, *domain;
	int combine; /* enum ensemble_mean */
	int neighbours;
	bool keep_stamps, features;
};

static int check_options(const struct options *o)
{
	return o->model ? 0 : pz_fail(PZ_EUSAGE, "--model is needed");
}

static int read_models(struct ensemble *e, struct tool *t, const struct options *o)
{
	int rc = ensemble_read(e, t, o->model);

	if (rc == 0 && (o->features || o->domain) && e->count > 1)
		rc = pz_fail(PZ_EUSAGE, "--%s: expected one model, found %d",
			     o->features ? "features" : "domain", e->count);
	return rc;
}

/* The data must be like those that the models learned from. */
static int check_input(const struct pz_reader *in, const struct ensemble *e)
{
	const struct pz_header *h = pz_reader_header(in);
	int rc = pz_header_need_kind(h, "stamps,predictions,catalogue");

	if (rc == 0)
		rc = ensemble_fits(e, h);
	return rc < 0 ? pz_fail_in(rc, "%s", pz_reader_name(in)) : 0;
}

/* The header of the input with the model's grid, and its rows and limits where the input has
 * none. */
static void make_header(struct pz_header *h, const struct pz_header *m, bool keep_stamps)
{
	strcpy(h->kind, "predictions");
	if (!h->has_rows)
		h->rows = m->rows;
	/* Limits of redshifts do not hold for another target. */
	if (!h->has_limits || strcmp(axes_target(h), axes_target(m)) != 0)
		h->limits = m->limits;
	h->grid = m->grid;
	h->has_grid = true;
	h->has_rows |= m->has_rows;
	h->has_limits |= m->has_limits;
	if (!h->survey[0])
		memcpy(h->survey, m->survey, sizeof h->survey);
	if (!keep_stamps)
		stamp_drop_header(h);
}

/* The last hidden layer is what the records have as features from now on. */
static int name_hidden(struct pz_header *h, const struct pz_net *net)
{
	size_t n = pz_net_hidden(net);
	char(*name)[PZ_FEATURE_NAME] = malloc(n * sizeof *name);
	const char **names = malloc(n * sizeof *names);
	int rc = name && names ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of features");

	for (size_t i = 0; rc == 0 && i < n; i++) {
		snprintf(name[i], sizeof name[i], "hidden%zu", i);
		names[i] = name[i];
	}
	if (rc == 0)
		rc = pz_header_set_features(h, names, (int)n);
	free(name);
	free(names);
	return rc;
}

/* By which sample and which neighbour distances were measured. */
static void note_domain(struct pz_header *h, const struct reference *d, int neighbours)
{
	static const char *const name[] = { "galaxies", "neighbours" };
	double value[] = { (double)d->galaxies, neighbours };

	if (d->sample)
		pz_map_set_named(h->map, "domain", name, value, 2);
}

static int open_output(struct tool *t, const struct model *m, const struct reference *d,
		       const struct options *o)
{
	struct pz_header h;
	int rc = pz_header_copy(&h, pz_reader_header(t->in));

	if (rc < 0)
		return rc;
	make_header(&h, &m->header, o->keep_stamps);
	note_domain(&h, d, o->neighbours);
	rc = o->features ? name_hidden(&h, m->net) : 0;
	if (rc == 0)
		rc = tool_open_output(t, &h);
	pz_header_release(&h);
	return rc;
}

/* Adds the estimates of stamp i of the batch to its record, or takes away those that it had. */
static int put_estimates(struct ensemble *e, size_t i, const struct options *o, pz_map *record)
{
	const struct pz_grid *grid = &e->model[0].header.grid;
	const float *pz = ensemble_pz(e, i, (enum ensemble_mean)o->combine);
	int rc = pz ? pz_pdf_check(grid, e->p) : 0;

	if (rc < 0)
		return rc;
	if (pz) {
		pz_map_set_bytes(record, "pz", pz, e->bins * sizeof *pz);
		pdf_put_estimates(grid, e->p, record);
	} else {
		pz_map_drop(record, "pz");
		pz_map_drop(record, "zphot");
	}
	if (o->features) {
		size_t width;
		const float *hidden = ensemble_hidden(e, i, &width);

		pz_map_set_bytes(record, "features", hidden, width * sizeof *hidden);
	}
	return 0;
}

static int write_batch(struct pz_writer *out, struct ensemble *e, const struct options *o,
		       struct reference *d, const struct batch *b, struct magnitudes *counts)
{
	const struct pz_rows *rows = &e->model[0].header.rows;
	int rc = reference_place(d, e, b);

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		if ((rc = put_estimates(e, i, o, b->record[i])) == 0) {
			reference_put(d, i, b->record[i]);
			magnitudes_count(counts, rows, b->record[i]);
			rc = pz_write(out, b->record[i]);
		}
		if (rc < 0)
			pz_fail_in(rc, "record %llu", (unsigned long long)pz_writer_count(out) + 1);
	}
	return rc;
}

static int predict_stream(struct tool *t, const struct options *o, struct ensemble *e,
			  struct reference *d, struct batches *batches)
{
	void *const slot[PZ_AHEAD_SLOTS] = { &batches->slot[0], &batches->slot[1] };
	const struct pz_header *m = &e->model[0].header;
	struct magnitudes counts = { 0 };
	struct pz_progress progress;
	struct pz_ahead *ahead;
	void *filled;
	int rc = pz_ahead_begin(&ahead, batches_fill, batches, slot);

	tool_progress(t, &progress, "predict", "stamps", 0);
	while (rc >= 0 && (rc = pz_ahead_next(ahead, &filled)) > 0) {
		const struct batch *b = filled;

		ensemble_run(e, b);
		rc = write_batch(t->out, e, o, d, b, &counts);
		pz_progress_add(&progress, (double)b->n);
	}
	pz_progress_end(&progress);
	pz_ahead_end(ahead);
	if (rc == 0 && m->has_rows)
		magnitudes_say(&counts, t, &m->rows, pz_writer_count(t->out));
	if (rc == 0)
		reference_say(d, t);
	if (rc == 0 && e->disjoint)
		tool_say(t, "%s no p(z): there is no bin in which all models have probability",
			 COUNTED(e->disjoint, "galaxy has", "galaxies have"));
	if (rc == 0 && batches->incomplete)
		tool_say(t,
			 "%s not all features: the training sample's mean stands for those that "
			 "are missing",
			 COUNTED(batches->incomplete, "galaxy has", "galaxies have"));
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .neighbours = 10 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'm', "model", "FILE", &o.model,
		  "the model, or several separated by commas, which are combined" },
		{ PZ_OPTION_CHOICE, 0, "combine", "HOW", &o.combine,
		  "how to average the p(z) of several models", .choices = "mean,harmonic" },
		{ PZ_OPTION_FLAG, 0, "keep-stamps", NULL, &o.keep_stamps,
		  "keep the pixels in the records" },
		{ PZ_OPTION_FLAG, 0, "features", NULL, &o.features,
		  "add the output of the last hidden layer to each record, as key 'features'" },
		{ PZ_OPTION_FILE, 0, "domain", "FILE", &o.domain,
		  "compare each galaxy with those of this stream in the last hidden layer" },
		{ PZ_OPTION_INT, 0, "neighbours", "N", &o.neighbours,
		  "measure the distance of the N-th nearest galaxy of --domain", .min = 1,
		  .max = PZ_DOMAIN_K, .needs = "domain" },
		{ PZ_OPTION_TEXT, 0, "shard", "I/N", &o.shard,
		  "process only part I of N of the input", .local = true },
		{ .type = PZ_OPTION_END }
	};
	struct tool t = {
		.name = "predict",
		.does = "estimate p(z) and redshifts with a trained model",
		.usage = "--model FILE[,FILE ...] [options] [stamps ...] >predictions",
		.options = table,
		.libraries = (library_name *const[]){ pz_nn_library, NULL },
		.writes = true,
	};
	struct ensemble models = { 0 };
	struct batches batches = { .left = UINT64_MAX };
	struct reference reference = { 0 };
	struct shard shard;
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = shard_parse(&shard, o.shard)) == 0 && (rc = check_options(&o)) == 0 &&
	    (rc = read_models(&models, &t, &o)) == 0 &&
	    (rc = tool_open_input(&t, o.shard ? PZ_READ_KEEP | PZ_READ_SCALARS : 0)) == 0 &&
	    (rc = check_input(t.in, &models)) == 0) {
		batches.in = t.in;
		batches.needs_pixels = models.needs_pixels;
		batches.needs_ebv = models.needs_ebv;
		batches.needs_features = models.needs_features;
		batches.keep_stamps = o.keep_stamps;
		if ((rc = batches_find_shard(&batches, &shard)) == 0 &&
		    (rc = ensemble_allocate(&models, BATCH)) == 0 &&
		    (rc = batches_allocate(&batches)) == 0 &&
		    (rc = o.domain ? reference_read(&reference, &t, o.domain, o.neighbours, &models)
				   : 0) == 0 &&
		    (rc = open_output(&t, &models.model[0], &reference, &o)) == 0)
			rc = predict_stream(&t, &o, &models, &reference, &batches);
	}
	batches_release(&batches);
	reference_release(&reference);
	ensemble_release(&models);
	return tool_end(&t, rc);
}
