/* knn -- photo-z by a plane through the k nearest galaxies, the benchmark of networks
 *
 *   in    stamps or predictions; --train: a stream of galaxies with known z
 *   out   predictions: "pz" over the input's grid, "zphot", and "knn", what the
 *         neighbours say of the estimate
 *
 * The training stream is read once; of each galaxy its features, redshift and a hash of its id
 * are kept. The input is read by a thread of its own, a batch ahead.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/ahead.h>
#include <pz/alike.h>
#include <pz/knn.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/tool.h"
#include "../common/used.h"
#include "colours.h"

#define BATCH        2048 /* galaxies at a time: many, to be searched in spatial order */
#define BATCH_STAMPS 128  /* with their pixels                                         */

struct options {
	const char *train;
	struct features_options features;
	struct pz_knn_options knn;
	int weights;
	bool plane, keep_stamps, strict;
};

/* Galaxies that cannot take part, and why. */
struct left_out {
	struct lacking without_z;
	uint64_t off_grid, unmeasured;
	char missing[FEATURES_NAME]; /* what the first of the latter lacks      */
};

struct training {
	size_t n, room;
	float *raw; /* (n, raw), then (n, dims)                                 */
	double *z;
	uint64_t *id;
};

struct batch {
	size_t n;
	pz_map *record[BATCH];
	float *x;
	uint64_t id[BATCH];
};

struct job {
	struct tool *tool;
	const struct options *o;
	struct features f;
	struct gauge gauge; /* of the input                                     */
	struct pz_knn *knn;
	size_t batch;
	struct batch slot[PZ_AHEAD_SLOTS];
	struct left_out left_out; /* of the input                               */
	uint64_t extrapolated, flat, beyond, alone;
	struct pz_grid grid;
	struct pz_knn_estimate estimate[BATCH];
	float *pz; /* (BATCH, bins)                                             */
	double *p; /* (bins)                                                    */
};

/* Counts a galaxy that lacks a measure; where that is an error, says which. */
static int note_missing(struct left_out *l, bool strict, const char *missing)
{
	if (strict)
		return pz_fail(PZ_EDATA, "no '%s' to compare galaxies by", missing);
	if (l->unmeasured++ == 0)
		snprintf(l->missing, sizeof l->missing, "%s", missing);
	return 0;
}

/* What to do where records lack this; list[PZ_ALIKE_MAX] takes bands. */
static const char *way_out(const struct options *o, const char *missing, const char **bands,
			   char *list)
{
	*bands = "";
	if (!strcmp(missing, "ebv"))
		return "; cutout --columns ebv=NAME takes E(B-V) from the catalogue";
	if (!o->features.magnitudes || strcmp(missing, o->features.magnitudes) != 0 ||
	    !pz_alike_bands(missing, list))
		return "";
	*bands = list;
	return "; did you mean --magnitudes ";
}

static void say_left_out(const struct tool *t, const struct options *o, const struct left_out *l,
			 const char *name)
{
	char list[PZ_ALIKE_MAX];
	const char *bands, *out;

	const char *target = axes_target(pz_reader_header(t->in));

	say_lacking(t, name, target, &l->without_z);
	if (l->off_grid)
		tool_say(t, "%s: %" PRIu64 " galaxies left out, whose '%s' is outside of the range",
			 name, l->off_grid, target);
	if (l->unmeasured) {
		out = way_out(o, l->missing, &bands, list);
		tool_say(t, "%s: %" PRIu64 " galaxies left out, the first for want of '%s'%s%s%s",
			 name, l->unmeasured, l->missing, out, bands, *bands ? "?" : "");
	}
}

/* ---- the training set ---- */

static int make_room(struct training *s, int raw)
{
	size_t room = s->room ? 2 * s->room : 4096;
	float *measures = realloc(s->raw, room * (size_t)raw * sizeof *measures);
	double *z;
	uint64_t *id;

	if (measures)
		s->raw = measures;
	z = realloc(s->z, room * sizeof *z);
	if (z)
		s->z = z;
	id = realloc(s->id, room * sizeof *id);
	if (id)
		s->id = id;
	if (!measures || !z || !id)
		return pz_fail(PZ_ENOMEM, "no memory for %zu training galaxies", room);
	s->room = room;
	return 0;
}

/* Whether a value is one that p(z) can hold. */
static bool on_grid(const struct pz_grid *g, double z)
{
	double w = pz_grid_width(g);

	return z >= g->min - g->left * w && z <= g->max + g->right * w;
}

static int take_galaxy(struct training *s, struct gauge *gauge, const pz_map *record,
		       const struct pz_header *input, bool strict, struct left_out *l)
{
	const char *target = axes_target(input);
	size_t raw = (size_t)gauge->f->raw;
	const char *missing;
	int rc = s->n == s->room ? make_room(s, gauge->f->raw) : 0;

	if (rc < 0)
		return rc;
	s->z[s->n] = record_value(record, target, target, &l->without_z);
	if (isnan(s->z[s->n]))
		return strict ? record_lacks(record, target) : 0;
	if (!on_grid(&input->grid, s->z[s->n])) {
		l->off_grid++;
		return 0;
	}
	if ((rc = record_hash(record, 0, &s->id[s->n])) < 0 ||
	    (rc = gauge_measure(gauge, record, s->raw + s->n * raw, &missing)) < 0)
		return rc;
	s->n += rc > 0;
	return rc > 0 ? 0 : note_missing(l, strict, missing);
}

static int read_galaxies(struct job *job, struct pz_reader *in, struct training *s)
{
	const struct pz_header *input = pz_reader_header(job->tool->in);
	struct gauge gauge = { 0 };
	struct left_out l = { 0 };
	struct pz_progress progress;
	int rc = gauge_init(&gauge, &job->f, pz_reader_header(in));

	if (rc < 0)
		pz_fail_in(rc, "%s", job->o->train);
	tool_progress(job->tool, &progress, "learn", "galaxies", 0);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);

		if ((rc = take_galaxy(s, &gauge, record, input, job->o->strict, &l)) < 0)
			rc = record_fail(in, record, rc);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		features_learn(&job->f, &gauge);
	gauge_release(&gauge);
	say_left_out(job->tool, job->o, &l, job->o->train);
	if (rc == 0 && s->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no galaxy to learn from", job->o->train);
	return rc;
}

/* In place: no galaxy has fewer measures than features. */
static void make_features(const struct features *f, struct training *s)
{
	float x[2 * FEATURES_BANDS + FEATURES_APERTURES];

	for (size_t i = 0; i < s->n; i++) {
		features_make(f, s->raw + i * (size_t)f->raw, x);
		memcpy(s->raw + i * (size_t)f->dims, x, (size_t)f->dims * sizeof *x);
	}
}

static int learn(struct job *job)
{
	const struct options *o = job->o;
	struct features_options features = o->features;
	struct pz_knn_options options = o->knn;
	struct training s = { 0 };
	struct pz_reader *in = NULL;
	/* With magnitudes in the records nobody looks at pixels. */
	int rc = pz_reader_open(&in, &o->train, 1, o->features.magnitudes ? PZ_READ_SCALARS : 0);

	features.target = axes_target(pz_reader_header(job->tool->in));
	if (rc == 0 &&
	    ((rc = pz_header_need_kind(pz_reader_header(in), "stamps,predictions")) < 0 ||
	     (rc = features_init(&job->f, &features, pz_reader_header(in))) < 0))
		pz_fail_in(rc, "%s", o->train);
	if (rc == 0)
		rc = read_galaxies(job, in, &s);
	if (rc == 0)
		rc = used_stream(job->tool, o->train, pz_reader_hash(in));
	pz_reader_close(in);
	if (rc == 0) {
		make_features(&job->f, &s);
		if (s.n < (size_t)options.k)
			tool_say(job->tool, "%s: %zu galaxies, fewer than %d neighbours: all are",
				 o->train, s.n, options.k);
		options.weights = (enum pz_knn_weights)o->weights;
		rc = pz_knn_new(&job->knn,
				&(struct pz_knn_set){ s.n, job->f.dims, s.raw, s.z, s.id },
				&options);
	}
	free(s.raw);
	free(s.z);
	free(s.id);
	return rc;
}

/* ---- the input, in a thread of its own ---- */

/* 1, or 0 where the record has no place among the features. */
static int take_query(struct job *job, struct batch *b, pz_map *record)
{
	float raw[FEATURES_RAW];
	const char *missing;
	int rc = gauge_measure(&job->gauge, record, raw, &missing);

	if (rc == 0)
		return note_missing(&job->left_out, job->o->strict, missing);
	if (rc < 0 || (rc = record_hash(record, 0, &b->id[b->n])) < 0)
		return rc;
	features_make(&job->f, raw, b->x + b->n * (size_t)job->f.dims);
	if (!job->o->keep_stamps)
		pz_map_drop(record, "img");
	rc = pz_map_copy(b->record[b->n], record);
	b->n++;
	return rc;
}

static int fill(void *context, void *slot)
{
	struct job *job = context;
	struct pz_reader *in = job->tool->in;
	struct batch *b = slot;
	int rc = 0;

	for (b->n = 0; b->n < job->batch && (rc = pz_read(in)) > 0;) {
		pz_map *record = pz_reader_record(in);

		if ((rc = take_query(job, b, record)) < 0)
			return record_fail(in, record, rc);
	}
	return rc < 0 ? rc : b->n > 0;
}

/* ---- computing and writing ---- */

static void put_estimates(struct job *job, pz_map *record, double plane)
{
	double value[ESTIMATES] = { plane, plane, plane };

	if (!job->o->plane) {
		value[ESTIMATE_MODE] = pz_pdf_mode(&job->grid, job->p);
		value[ESTIMATE_MEAN] = pz_pdf_mean(&job->grid, job->p);
		value[ESTIMATE_MEDIAN] = pz_pdf_median(&job->grid, job->p);
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

static int write_record(struct job *job, pz_map *record, const struct pz_knn_estimate *e,
			const float *pz)
{
	size_t bins = (size_t)pz_grid_total(&job->grid);
	int rc;

	if (e->count == 0) {
		job->alone++;
		return 0;
	}
	job->extrapolated += e->extrapolated;
	job->flat += e->rank < job->f.dims;
	job->beyond += e->beyond;
	for (size_t i = 0; i < bins; i++)
		job->p[i] = (double)pz[i];
	if ((rc = pz_pdf_check(&job->grid, job->p)) < 0)
		return rc;
	pz_map_set_bytes(record, "pz", pz, bins * sizeof *pz);
	put_estimates(job, record, e->z);
	put_neighbours(record, e);
	return pz_write(job->tool->out, record);
}

static void say_counts(const struct job *job)
{
	const struct tool *t = job->tool;

	say_left_out(t, job->o, &job->left_out, pz_reader_name(t->in));
	if (job->alone)
		tool_say(t, "%" PRIu64 " galaxies left out: no training galaxy but themselves",
			 job->alone);
	if (job->extrapolated)
		tool_say(t, "%" PRIu64 " of %" PRIu64 " estimates lie outside of their neighbours",
			 job->extrapolated, pz_writer_count(t->out));
	if (job->flat)
		tool_say(t, "%" PRIu64 " estimates have neighbours alike in some feature",
			 job->flat);
	if (job->beyond)
		tool_say(t, "%" PRIu64 " estimates lie beyond the grid: p(z) is in its last bin",
			 job->beyond);
}

static int knn(struct job *job)
{
	void *const slot[PZ_AHEAD_SLOTS] = { &job->slot[0], &job->slot[1] };
	size_t bins = (size_t)pz_grid_total(&job->grid);
	struct pz_ahead *ahead;
	struct pz_progress progress;
	void *filled;
	int rc = pz_ahead_begin(&ahead, fill, job, slot);

	tool_progress(job->tool, &progress, "knn", "galaxies", 0);
	while (rc >= 0 && (rc = pz_ahead_next(ahead, &filled)) > 0) {
		struct batch *b = filled;

		rc = pz_knn_run(job->knn, b->n, b->x, b->id, &job->grid, job->estimate, job->pz);
		for (size_t i = 0; rc >= 0 && i < b->n; i++)
			rc = write_record(job, b->record[i], &job->estimate[i], job->pz + i * bins);
		pz_progress_add(&progress, (double)b->n);
	}
	pz_progress_end(&progress);
	pz_ahead_end(ahead);
	if (rc >= 0)
		say_counts(job);
	return rc;
}

/* ---- setting up ---- */

static int check_input(struct job *job)
{
	const struct pz_header *h = pz_reader_header(job->tool->in);
	int rc = pz_header_need_kind(h, "stamps,predictions");

	if (rc == 0)
		rc = axes_needed(h);
	job->grid = h->grid;
	return rc;
}

static int allocate(struct job *job)
{
	size_t bins = (size_t)pz_grid_total(&job->grid), dims = (size_t)job->f.dims;
	bool whole = true;

	job->batch = job->o->keep_stamps ? BATCH_STAMPS : BATCH;
	job->pz = malloc(BATCH * bins * sizeof *job->pz);
	job->p = malloc(bins * sizeof *job->p);
	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		struct batch *b = &job->slot[s];

		whole &= (b->x = malloc(BATCH * dims * sizeof *b->x)) != NULL;
		for (size_t i = 0; i < BATCH; i++)
			whole &= (b->record[i] = pz_map_new()) != NULL;
	}
	return whole && job->pz && job->p ? 0
					  : pz_fail(PZ_ENOMEM, "no memory for %d galaxies", BATCH);
}

static int open_output(struct job *job)
{
	struct pz_header h;
	int rc = pz_header_copy(&h, pz_reader_header(job->tool->in));

	if (rc < 0)
		return rc;
	strcpy(h.kind, "predictions");
	if (!job->o->keep_stamps)
		stamp_drop_header(&h);
	rc = tool_open_output(job->tool, &h);
	pz_header_release(&h);
	return rc;
}

static void release(struct job *job)
{
	for (int s = 0; s < PZ_AHEAD_SLOTS; s++) {
		for (size_t i = 0; i < BATCH; i++)
			pz_map_free(job->slot[s].record[i]);
		free(job->slot[s].x);
	}
	gauge_release(&job->gauge);
	pz_knn_free(job->knn);
	free(job->pz);
	free(job->p);
	free(job);
}

static int run(struct job *job)
{
	struct tool *t = job->tool;
	int rc;

	if (!job->o->train)
		return pz_fail(PZ_EUSAGE, "--train: expected a stream of galaxies with redshifts");
	if (job->o->knn.clip > 0 && job->o->knn.clip < 1)
		return pz_fail(PZ_EUSAGE, "--clip: expected 0, or 1 and more, found %g",
			       job->o->knn.clip);
	if ((rc = tool_open_input(t, 0)) < 0 || (rc = tool_blame_input(t, check_input(job))) < 0 ||
	    (rc = learn(job)) < 0 ||
	    (rc = tool_blame_input(t, gauge_init(&job->gauge, &job->f, pz_reader_header(t->in)))) <
		    0 ||
	    (rc = allocate(job)) < 0 || (rc = open_output(job)) < 0)
		return rc;
	return knn(job);
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
	struct job *job;
	int rc;

	tool_begin(&t, argc, argv);
	if (!(job = calloc(1, sizeof *job)))
		return tool_end(&t, pz_fail(PZ_ENOMEM, "no memory for a batch"));
	job->tool = &t;
	job->o = &o;
	rc = run(job);
	release(job);
	return tool_end(&t, rc);
}
