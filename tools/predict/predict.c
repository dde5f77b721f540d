/* predict -- p(z) and point estimates of stamps, by one model or several
 *
 *   in    stamps, as normalised as those that the model learned from
 *   out   predictions: "pz" over the model's grid, "zphot"; the stamps on demand
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/ahead.h>
#include <pz/libraries.h>
#include <pz/missing.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/model.h"
#include "../common/scalars.h"
#include "../common/shard.h"
#include "../common/stamp.h"
#include "../common/tool.h"
#include "../common/used.h"

#define BATCH      64 /* stamps at a time */
#define MODELS_MAX 64

enum { MEAN, HARMONIC };

struct options {
	const char *model, *shard;
	int combine;
	bool keep_stamps, features;
};

/* Records whose pixels are decoded. */
struct batch {
	size_t n;
	pz_map *record[BATCH];
	float *x, *ebv;
};

/* Galaxies beside those that the model was made for. */
struct beyond {
	uint64_t brighter, fainter, unknown;
};

struct job {
	struct tool *tool;
	const struct options *o;
	int models;
	struct model model[MODELS_MAX];
	struct pz_work *work[MODELS_MAX];
	bool needs_ebv;
	struct shard shard;
	uint64_t left; /* records to read, at most                    */
	size_t bins;
	struct batch slot[PZ_AHEAD_SLOTS];
	float *features, *logits; /* of a batch, by the model at work          */
	float *pz[MODELS_MAX];    /* (BATCH, bins) of each model               */
	double *p;                /* of a record                               */
	struct beyond beyond;
};

/* ---- models ---- */

/* All of them must estimate the same on the same bins. */
static int check_alike(const struct model *a, const struct model *b, const char *path)
{
	const struct pz_grid *g = &a->header.grid, *h = &b->header.grid;
	int rc = model_fits(a, &b->header);

	if (rc == 0 && (strcmp(g->target, h->target) != 0 || !pz_grid_equal(g, h)))
		rc = pz_fail(PZ_EMISMATCH,
			     "grid: expected %s in %d+%d+%d bins, found %s in %d+%d+%d", g->target,
			     g->left, g->bins, g->right, h->target, h->left, h->bins, h->right);
	return rc < 0 ? pz_fail_in(rc, "%s", path) : 0;
}

static int read_model(struct job *job, const char *path)
{
	struct model *m = &job->model[job->models];
	int rc = model_read(m, path);

	job->models++;
	if (rc == 0 && job->models > 1)
		rc = check_alike(&job->model[0], m, path);
	if (rc == 0)
		rc = pz_work_new(&job->work[job->models - 1], m->net, BATCH, false);
	if (rc == 0)
		rc = used_stream(job->tool, path, m->hash);
	job->needs_ebv |= rc == 0 && model_uses_ebv(m);
	return rc;
}

/* --model A,B,C */
static int read_models(struct job *job)
{
	char *list, *rest, *path;
	int rc = 0;

	if (!job->o->model)
		return pz_fail(PZ_EUSAGE, "--model is needed");
	if (!(list = strdup(job->o->model)))
		return pz_fail(PZ_ENOMEM, "no memory for the models' names");
	for (path = strtok_r(list, ",", &rest); rc == 0 && path; path = strtok_r(NULL, ",", &rest))
		rc = job->models < MODELS_MAX
			     ? read_model(job, path)
			     : pz_fail(PZ_EUSAGE, "--model: more than %d", MODELS_MAX);
	free(list);
	if (rc == 0 && job->models == 0)
		rc = pz_fail(PZ_EUSAGE, "--model: no name");
	if (rc == 0 && job->o->features && job->models > 1)
		rc = pz_fail(PZ_EUSAGE, "--features: expected one model, found %d", job->models);
	return rc;
}

/* ---- reading, in a thread of its own ---- */

static int fill(void *context, void *slot)
{
	struct job *job = context;
	struct pz_reader *in = job->tool->in;
	const struct pz_header *h = pz_reader_header(in);
	struct batch *b = slot;
	int rc = 0;

	for (b->n = 0; b->n < BATCH && job->left > 0 && (rc = pz_read(in)) > 0; b->n++) {
		pz_map *record = pz_reader_record(in);

		job->left--;
		if ((rc = stamp_load(record, h, b->x + b->n * stamp_pixels(h))) < 0 ||
		    (rc = stamp_ebv(record, job->needs_ebv, &b->ebv[b->n])) < 0)
			return record_fail(in, record, rc);
		if (!job->o->keep_stamps)
			pz_map_drop(record, "img");
		if ((rc = pz_map_copy(b->record[b->n], record)) < 0)
			return rc;
	}
	return rc < 0 ? rc : b->n > 0;
}

/* Where to begin, and how far to go. A part has whole batches of the stream: the last
 * bits of a result depend on its place in the batch. */
static int find_shard(struct job *job)
{
	struct pz_reader *in = job->tool->in;
	uint64_t first, end;
	int rc;

	job->left = UINT64_MAX;
	if (job->shard.parts == 0)
		return 0;
	while ((rc = pz_read(in)) > 0)
		;
	if (rc < 0)
		return rc;
	shard_range(&job->shard, pz_reader_count(in), BATCH, &first, &end);
	job->left = end - first;
	rc = pz_reader_rewind(in, 0);
	return rc < 0 ? rc : pz_reader_pass(in, first);
}

/* ---- computing and writing ---- */

static void run_models(struct job *job, const struct batch *b)
{
	for (int k = 0; k < job->models; k++) {
		const struct pz_net *net = job->model[k].net;

		pz_net_forward(net, job->work[k], b->n, b->x, b->ebv, job->features);
		/* All rows, however few are of use: no bit depends on how many there are. */
		pz_net_logits(net, job->work[k], BATCH, job->features, job->logits);
		pz_net_pz(net, b->n, job->logits, job->pz[k]);
	}
}

/* The models' p(z) of record i into job->p: their mean, arithmetic or harmonic (where
 * a bin that any model excludes is excluded). */
static void combine(struct job *job, size_t i)
{
	bool harmonic = job->o->combine == HARMONIC;
	double total = 0;

	for (size_t z = 0; z < job->bins; z++) {
		double sum = 0;

		for (int k = 0; k < job->models; k++) {
			double p = (double)job->pz[k][i * job->bins + z];

			sum += harmonic ? 1 / p : p;
		}
		job->p[z] = harmonic ? 1 / sum : sum;
		total += job->p[z];
	}
	for (size_t z = 0; z < job->bins; z++)
		job->p[z] /= total;
}

/* ---- whom the model was made for ---- */

static double faint_end(const struct pz_rows *rows)
{
	return rows->min + rows->width * pz_rows_count(rows);
}

static void count_beyond(struct job *job, const pz_map *record)
{
	const struct pz_rows *rows = &job->model[0].header.rows;
	double mag = pz_map_number(record, "mag", NAN);

	if (!pz_is_magnitude(mag))
		job->beyond.unknown++;
	else if (mag < rows->min)
		job->beyond.brighter++;
	else if (mag >= faint_end(rows))
		job->beyond.fainter++;
}

/* Nothing in a stamp says that the network has never seen its like. */
static void say_beyond(const struct job *job)
{
	const struct pz_rows *rows = &job->model[0].header.rows;
	const struct beyond *b = &job->beyond;
	unsigned long long all = pz_writer_count(job->tool->out);

	if (!job->model[0].header.has_rows)
		return;
	if (b->fainter)
		tool_say(job->tool,
			 "%llu of %llu galaxies are fainter than the model's rows, %s = %g: their "
			 "p(z) is extrapolated",
			 (unsigned long long)b->fainter, all, rows->mag, faint_end(rows));
	if (b->brighter)
		tool_say(job->tool,
			 "%llu of %llu galaxies are brighter than the model's rows, %s = %g: their "
			 "p(z) is extrapolated",
			 (unsigned long long)b->brighter, all, rows->mag, rows->min);
	if (b->unknown)
		tool_say(job->tool,
			 "%llu of %llu galaxies have no magnitude 'mag': nobody knows whether they "
			 "lie within the model's rows, %s = %g to %g",
			 (unsigned long long)b->unknown, all, rows->mag, rows->min,
			 faint_end(rows));
}

static int write_record(struct job *job, const struct batch *b, size_t i)
{
	static const char *const names[] = { "mode", "mean", "median" };
	const struct pz_grid *grid = &job->model[0].header.grid;
	float *pz = job->pz[0] + i * job->bins;
	pz_map *record = b->record[i];
	double point[3];
	int rc;

	if (job->models > 1) {
		combine(job, i);
		for (size_t z = 0; z < job->bins; z++)
			pz[z] = (float)job->p[z];
	}
	for (size_t z = 0; z < job->bins; z++)
		job->p[z] = (double)pz[z];
	if ((rc = pz_pdf_check(grid, job->p)) < 0)
		return rc;
	point[0] = pz_pdf_mode(grid, job->p);
	point[1] = pz_pdf_mean(grid, job->p);
	point[2] = pz_pdf_median(grid, job->p);
	pz_map_set_bytes(record, "pz", pz, job->bins * sizeof *pz);
	pz_map_set_named(record, "zphot", names, point, 3);
	if (job->o->features) {
		size_t width = pz_net_features(job->model[0].net);

		pz_map_set_bytes(record, "features", job->features + i * width,
				 width * sizeof *job->features);
	}
	count_beyond(job, record);
	return pz_write(job->tool->out, record);
}

static int predict(struct job *job)
{
	void *const slot[PZ_AHEAD_SLOTS] = { &job->slot[0], &job->slot[1] };
	struct pz_ahead *ahead;
	struct pz_progress progress;
	void *filled;
	int rc = pz_ahead_begin(&ahead, fill, job, slot);

	tool_progress(job->tool, &progress, "predict", "stamps", 0);
	while (rc >= 0 && (rc = pz_ahead_next(ahead, &filled)) > 0) {
		struct batch *b = filled;

		run_models(job, b);
		for (size_t i = 0; rc >= 0 && i < b->n; i++)
			if ((rc = write_record(job, b, i)) < 0)
				pz_fail_in(rc, "record %llu",
					   (unsigned long long)pz_writer_count(job->tool->out) + 1);
		pz_progress_add(&progress, (double)b->n);
	}
	pz_progress_end(&progress);
	pz_ahead_end(ahead);
	if (rc == 0)
		say_beyond(job);
	return rc;
}

/* ---- setting up ---- */

static int check_input(struct job *job)
{
	const struct pz_header *h = pz_reader_header(job->tool->in);
	int rc = pz_header_need_kind(h, "stamps,predictions");

	if (rc == 0)
		rc = model_fits(&job->model[0], h);
	return rc < 0 ? pz_fail_in(rc, "%s", pz_reader_name(job->tool->in)) : 0;
}

static int open_output(struct job *job)
{
	const struct pz_header *m = &job->model[0].header;
	struct pz_header h;
	int rc = pz_header_copy(&h, pz_reader_header(job->tool->in));

	if (rc < 0)
		return rc;
	strcpy(h.kind, "predictions");
	if (!h.has_rows)
		h.rows = m->rows;
	/* Limits of redshifts are none of another target. */
	if (!h.has_limits || strcmp(axes_target(&h), axes_target(m)) != 0)
		h.limits = m->limits;
	h.grid = m->grid;
	h.has_grid = true;
	h.has_rows |= m->has_rows;
	h.has_limits |= m->has_limits;
	if (!h.survey[0])
		memcpy(h.survey, m->survey, sizeof h.survey);
	if (!job->o->keep_stamps)
		stamp_drop_header(&h);
	rc = tool_open_output(job->tool, &h);
	pz_header_release(&h);
	return rc;
}

static int batch_new(struct batch *b, size_t pixels)
{
	bool whole = true;

	b->x = malloc(BATCH * pixels * sizeof *b->x);
	b->ebv = malloc(BATCH * sizeof *b->ebv);
	for (size_t i = 0; i < BATCH; i++)
		whole &= (b->record[i] = pz_map_new()) != NULL;
	return b->x && b->ebv && whole ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d stamps", BATCH);
}

static int allocate(struct job *job)
{
	size_t pixels = stamp_pixels(&job->model[0].header), features = 0, outputs = 0;
	bool whole = true;
	int rc = 0;

	job->bins = (size_t)pz_net_shape(job->model[0].net)->bins;
	for (int k = 0; k < job->models; k++) {
		size_t f = pz_net_features(job->model[k].net),
		       o = pz_net_outputs(job->model[k].net);

		features = f > features ? f : features;
		outputs = o > outputs ? o : outputs;
		whole &= (job->pz[k] = malloc(BATCH * job->bins * sizeof *job->pz[k])) != NULL;
	}
	job->features = calloc(BATCH * features, sizeof *job->features);
	job->logits = malloc(BATCH * outputs * sizeof *job->logits);
	job->p = malloc(job->bins * sizeof *job->p);
	if (!whole || !job->features || !job->logits || !job->p)
		rc = pz_fail(PZ_ENOMEM, "no memory for %d models", job->models);
	for (int i = 0; rc == 0 && i < PZ_AHEAD_SLOTS; i++)
		rc = batch_new(&job->slot[i], pixels);
	return rc;
}

static void release(struct job *job)
{
	for (int k = 0; k < job->models; k++) {
		pz_work_free(job->work[k]);
		model_release(&job->model[k]);
		free(job->pz[k]);
	}
	for (int i = 0; i < PZ_AHEAD_SLOTS; i++) {
		for (size_t k = 0; k < BATCH; k++)
			pz_map_free(job->slot[i].record[k]);
		free(job->slot[i].x);
		free(job->slot[i].ebv);
	}
	free(job->features);
	free(job->logits);
	free(job->p);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'm', "model", "FILE", &o.model,
		  "the model, or several separated by commas, which are combined" },
		{ PZ_OPTION_CHOICE, 0, "combine", "HOW", &o.combine,
		  "how to average the p(z) of several models", .choices = "mean,harmonic" },
		{ PZ_OPTION_FLAG, 0, "keep-stamps", NULL, &o.keep_stamps,
		  "keep the pixels in the records" },
		{ PZ_OPTION_FLAG, 0, "features", NULL, &o.features,
		  "add the output of the last hidden layer to each record, as key 'features'" },
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
	struct job job = { .tool = &t, .o = &o };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = shard_parse(&job.shard, o.shard)) == 0 && (rc = read_models(&job)) == 0 &&
	    (rc = tool_open_input(&t, o.shard ? PZ_READ_KEEP | PZ_READ_SCALARS : 0)) == 0 &&
	    (rc = check_input(&job)) == 0 && (rc = find_shard(&job)) == 0 &&
	    (rc = allocate(&job)) == 0 && (rc = open_output(&job)) == 0)
		rc = predict(&job);
	release(&job);
	return tool_end(&t, rc);
}
