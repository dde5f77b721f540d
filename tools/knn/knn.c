/* knn -- photo-z by a plane through the k nearest galaxies, the benchmark of networks
 *
 *   in    stamps or predictions; --train: a stream of galaxies with known z
 *   out   predictions: "pz" over the input's grid, "zphot", and "knn", what the
 *         neighbours say of the estimate
 *
 * The training stream is read once (training.c). The input is read by a thread of its own, a
 * batch ahead (queries.c).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/tool.h"
#include "queries.h"
#include "training.h"

struct options {
	const char *train;
	struct features_options features;
	struct pz_knn_options knn;
	int weights;
	bool plane, keep_stamps, strict;
};

/* The estimates of a batch. */
struct estimates {
	struct pz_grid grid;
	bool plane; /* zphot is the value of the plane                         */
	struct pz_knn_estimate estimate[BATCH];
	float *pz; /* (BATCH, bins)                                            */
	double *p; /* of one galaxy                                            */
};

/* Estimates of which something is to be said. */
struct counts {
	uint64_t alone;        /* there was no neighbour: left out            */
	uint64_t extrapolated; /* outside of the neighbours                   */
	uint64_t flat;         /* the neighbours are alike in some feature    */
	uint64_t beyond;       /* outside of the grid                         */
};

static int check_options(const struct options *o)
{
	if (!o->train)
		return pz_fail(PZ_EUSAGE, "--train: expected a stream of galaxies with redshifts");
	if (o->knn.clip > 0 && o->knn.clip < 1)
		return pz_fail(PZ_EUSAGE, "--clip: expected 0, or 1 and more, found %g",
			       o->knn.clip);
	return 0;
}

static int check_input(const struct pz_header *h)
{
	int rc = pz_header_need_kind(h, "stamps,predictions,catalogue");

	return rc == 0 ? axes_needed(h) : rc;
}

static int open_output(struct tool *t, bool keep_stamps)
{
	struct pz_header h;
	int rc = pz_header_copy(&h, pz_reader_header(t->in));

	if (rc < 0)
		return rc;
	strcpy(h.kind, "predictions");
	if (!keep_stamps)
		stamp_drop_header(&h);
	rc = tool_open_output(t, &h);
	pz_header_release(&h);
	return rc;
}

/* ---- a record ---- */

static void put_estimates(const struct estimates *e, pz_map *record, double plane)
{
	double value[ESTIMATES] = { plane, plane, plane };

	if (!e->plane) {
		value[ESTIMATE_MODE] = pz_pdf_mode(&e->grid, e->p);
		value[ESTIMATE_MEAN] = pz_pdf_mean(&e->grid, e->p);
		value[ESTIMATE_MEDIAN] = pz_pdf_median(&e->grid, e->p);
	}
	pz_map_set_named(record, "zphot", estimate_name, value, ESTIMATES);
}

static void put_neighbours(pz_map *record, const struct pz_knn_estimate *e)
{
	static const char *const name[] = { "z",      "error",     "extrapolated", "count", "rank",
					    "mean_z", "nearest_z", "distance",     "volume" };
	const double value[] = { e->z,      e->error,     e->extrapolated, e->count, e->rank,
				 e->mean_z, e->nearest_z, e->distance,     e->volume };

	pz_map_set_named(record, "knn", name, value, sizeof value / sizeof *value);
}

static int write_record(struct pz_writer *out, struct estimates *e, size_t i, pz_map *record)
{
	size_t bins = (size_t)pz_grid_total(&e->grid);
	const float *pz = e->pz + i * bins;
	int rc;

	for (size_t b = 0; b < bins; b++)
		e->p[b] = (double)pz[b];
	if ((rc = pz_pdf_check(&e->grid, e->p)) < 0)
		return rc;
	pz_map_set_bytes(record, "pz", pz, bins * sizeof *pz);
	put_estimates(e, record, e->estimate[i].z);
	put_neighbours(record, &e->estimate[i]);
	return pz_write(out, record);
}

/* ---- all of them ---- */

static int write_batch(struct pz_writer *out, struct estimates *e, const struct batch *b, int dims,
		       struct counts *n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		const struct pz_knn_estimate *of = &e->estimate[i];

		if (of->count == 0) {
			n->alone++;
			continue;
		}
		n->extrapolated += of->extrapolated;
		n->flat += of->rank < dims;
		n->beyond += of->beyond;
		rc = write_record(out, e, i, b->record[i]);
	}
	return rc;
}

static void say_counts(const struct tool *t, const struct counts *n)
{
	if (n->alone)
		tool_say(t, "%s left out: the training stream has no other galaxy",
			 COUNTED(n->alone, "galaxy was", "galaxies were"));
	if (n->extrapolated)
		tool_say(t,
			 "%" PRIu64 " of %s %s extrapolated: the galaxy is outside of the box "
			 "of its neighbours",
			 n->extrapolated, COUNTED(pz_writer_count(t->out), "estimate", "estimates"),
			 n->extrapolated == 1 ? "is" : "are");
	if (n->flat)
		tool_say(t, "%s neighbours that are all alike in some feature",
			 COUNTED(n->flat, "estimate has", "estimates have"));
	if (n->beyond)
		tool_say(t, "%s outside of the grid: p(z) is all in the first or last bin",
			 COUNTED(n->beyond, "estimate is", "estimates are"));
}

static int estimate_all(struct tool *t, const struct pz_knn *neighbours, struct queries *q,
			struct estimates *e)
{
	void *const slot[PZ_AHEAD_SLOTS] = { &q->slot[0], &q->slot[1] };
	struct pz_progress progress;
	struct pz_ahead *ahead;
	struct counts n = { 0 };
	void *filled;
	int rc = pz_ahead_begin(&ahead, queries_fill, q, slot);

	tool_progress(t, &progress, "knn", "galaxies", 0);
	while (rc >= 0 && (rc = pz_ahead_next(ahead, &filled)) > 0) {
		const struct batch *b = filled;

		rc = pz_knn_run(neighbours, b->n, b->x, b->id, &e->grid, e->estimate, e->pz);
		if (rc == 0)
			rc = write_batch(t->out, e, b, q->f->dims, &n);
		pz_progress_add(&progress, (double)b->n);
	}
	pz_progress_end(&progress);
	pz_ahead_end(ahead);
	if (rc >= 0)
		say_counts(t, &n);
	return rc;
}

/* ---- setting up ---- */

static int allocate_estimates(struct estimates *e)
{
	size_t bins = (size_t)pz_grid_total(&e->grid);

	e->pz = malloc(BATCH * bins * sizeof *e->pz);
	e->p = malloc(bins * sizeof *e->p);
	return e->pz && e->p ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d galaxies", BATCH);
}

/* What the training stream and the input are read and estimated with. */
struct work {
	struct features features;
	struct pz_knn *knn;
	struct queries queries;
	struct estimates estimates;
};

static int estimate_input(struct tool *t, const struct options *o, struct work *w)
{
	struct training_options training = { o->train, o->features, o->strict };
	struct pz_knn_options neighbours = o->knn;
	int rc;

	neighbours.weights = (enum pz_knn_weights)o->weights;
	w->queries.in = t->in;
	w->queries.keep_stamps = o->keep_stamps;
	w->queries.strict = o->strict;
	w->estimates.grid = pz_reader_header(t->in)->grid;
	w->estimates.plane = o->plane;
	if ((rc = training_read(&w->features, &w->knn, t, &training, &neighbours)) == 0 &&
	    (rc = tool_blame_input(t, queries_allocate(&w->queries, &w->features))) == 0 &&
	    (rc = allocate_estimates(&w->estimates)) == 0 &&
	    (rc = open_output(t, o->keep_stamps)) == 0 &&
	    (rc = estimate_all(t, w->knn, &w->queries, &w->estimates)) == 0)
		left_out_say(&w->queries.left_out, t, pz_reader_name(t->in),
			     axes_target(pz_reader_header(t->in)), o->features.magnitudes);
	return rc;
}

static void release_work(struct work *w)
{
	queries_release(&w->queries);
	pz_knn_free(w->knn);
	free(w->estimates.pz);
	free(w->estimates.p);
	free(w);
}

int main(int argc, char **argv)
{
	struct options o = { .knn = { .k = 100, .clip = 3 } };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 't', "train", "FILE", &o.train,
		  "galaxies with known redshift, with the same measurements as the input" },
		{ PZ_OPTION_TEXT, 'm', "magnitudes", "NAME,...", &o.features.magnitudes,
		  "keys of the magnitudes in the records, one per band; default: measure the "
		  "stamps" },
		{ PZ_OPTION_NUMBERS, 'a', "apertures", "RADIUS,...", &o.features.apertures,
		  "radii of the apertures on the stamps, in arcsec; colours use the first; "
		  "default: 2.5,5",
		  .min = 1e-3, .max = 1e4 },
		{ PZ_OPTION_TEXT, 'r', "reference", "NAME", &o.features.reference,
		  "band whose magnitude is used beside the colours; default: the middle one" },
		{ PZ_OPTION_TEXT, 0, "also", "NAME,...", &o.features.also,
		  "keys of further numbers by which galaxies are compared" },
		{ PZ_OPTION_NUMBERS, 'e', "extinction", "A,...", &o.features.extinction,
		  "A/E(B-V) of each band: correct magnitudes for extinction, with the key ebv",
		  .min = 0, .max = 100 },
		{ PZ_OPTION_INT, 'k', "neighbours", "N", &o.knn.k, "number of neighbours", .min = 1,
		  .max = PZ_KNN_MOST },
		{ PZ_OPTION_DOUBLE, 'c', "clip", "X", &o.knn.clip,
		  "leave out neighbours farther than X rms from the fitted plane; 0: leave out "
		  "none",
		  .min = 0, .max = 1000 },
		{ PZ_OPTION_CHOICE, 'w', "weights", "HOW", &o.weights,
		  "weights of the neighbours by distance", .choices = "flat,tricube" },
		{ PZ_OPTION_FLAG, 0, "plane", NULL, &o.plane,
		  "take the estimate from the fitted plane instead of from p(z)" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy that lacks a number instead of leaving it out" },
		{ PZ_OPTION_FLAG, 0, "keep-stamps", NULL, &o.keep_stamps,
		  "keep the pixels in the records" },
		{ .type = PZ_OPTION_END }
	};
	struct tool t = {
		.name = "knn",
		.does = "estimate redshifts from the nearest galaxies in colour (a benchmark)",
		.usage = "--train FILE [options] [stamps ...] >predictions",
		.options = table,
		.writes = true,
	};
	struct work *w; /* too large for the stack */
	int rc;

	tool_begin(&t, argc, argv);
	if (!(w = calloc(1, sizeof *w)))
		return tool_end(&t, pz_fail(PZ_ENOMEM, "no memory for a batch"));
	if ((rc = check_options(&o)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = tool_blame_input(&t, check_input(pz_reader_header(t.in)))) == 0)
		rc = estimate_input(&t, &o, w);
	release_work(w);
	return tool_end(&t, rc);
}
