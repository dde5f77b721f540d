/* softlabel -- turn redshifts into training labels
 *
 *   in    stamps; with estimates of them (predictions with stamps, or --fit) for step 3
 *   out   stamps with "label", header with "labels" and the network's grid
 *
 *              stamps                      predictions with stamps
 *              baseline  steps 1, 2        step 3   3a       3b
 *   options    --single  none, or --hard   none     --hard   --no-shift
 *   labels     one-hot   one-hot           soft     one-hot  soft
 *   centres    bin of z  bin of z          shifted  shifted  bin of z
 *
 * Step 3 reads its input twice: first scalars for the fit (labelfit.c), then everything.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/label.h>
#include <pz/random.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/labels.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "labelfit.h"

struct options {
	bool single, hard, no_shift, strict;
	const char *fit, *refine;
	double share; /* of what was left, by which labels are moved; 0: half */
	struct pz_numbers extend, dispersions;
	struct axes_options axes;
	double errors; /* of the labels, a deviation in the target's unit; 0: none */
};

/* How labels are made, and counts of what was labelled. */
struct labeller {
	const struct options *options;
	struct pz_grid grid;          /* of the network to be trained                    */
	struct pz_rows rows;          /* a single channel for the baseline               */
	struct pz_label_model *model; /* of step 3; NULL: none is needed        */
	enum pz_label_variant variant;
	const char *target;
	struct lacking without_z;
	bool of_features; /* a network learns from features, not from pixels     */
	uint64_t seed;
	uint64_t outside; /* the true value is outside of the grid              */
	uint64_t left;    /* the same of a value with an error: left out        */
	uint64_t beyond;  /* the label is outside of the bins                   */
	size_t without_mag;
};

/* Whether the labels need a fit to estimates: step 3. */
static bool needs_fit(const struct options *o, const struct pz_header *h)
{
	return !o->single && (o->fit || !strcmp(h->kind, "predictions"));
}

static int check_options(const struct options *o, const struct pz_header *h)
{
	if (o->single && (o->hard || o->no_shift || o->fit || o->refine || o->extend.count))
		return pz_fail(
			PZ_EUSAGE,
			"--single excludes --hard, --no-shift, --fit, --refine and --extend");
	if (!needs_fit(o, h) && (o->no_shift || o->extend.count || o->refine))
		return pz_fail(PZ_EUSAGE,
			       "--%s needs estimates: expected predictions with stamps (predict "
			       "--keep-stamps), or --fit FILE",
			       o->no_shift ? "no-shift"
			       : o->refine ? "refine"
					   : "extend");
	if (o->share > 0 && !o->refine)
		return pz_fail(PZ_EUSAGE, "--share needs --refine FILE");
	if (o->no_shift && o->refine)
		return pz_fail(PZ_EUSAGE, "--no-shift excludes --refine, which shifts labels");
	if (needs_fit(o, h) && o->errors > 0)
		return pz_fail(PZ_EUSAGE, "--errors: expected stamps, found estimates: labels of "
					  "step 3 are made from "
					  "true values");
	if (needs_fit(o, h) && !o->fit && o->axes.target && strcmp(o->axes.target, axes_target(h)))
		return pz_fail(PZ_EMISMATCH,
			       "expected estimates of '%s', as the labels, found estimates of '%s'",
			       o->axes.target, axes_target(h));
	if (o->extend.count && o->extend.count != 2)
		return pz_fail(PZ_EUSAGE, "--extend: expected two numbers, found %d",
			       o->extend.count);
	for (int i = 0; i < o->extend.count; i++)
		if (o->extend.value[i] != floor(o->extend.value[i]))
			return pz_fail(PZ_EUSAGE, "--extend: expected whole numbers, found %g",
				       o->extend.value[i]);
	return 0;
}

/* Sets grid and rows of the network to be trained, here and in the header. */
static int plan_labels(struct labeller *l, const struct options *o, struct pz_header *h)
{
	bool extended = needs_fit(o, h);
	struct pz_grid *g = &h->grid;
	int rc = pz_header_need_kind(h, "stamps,predictions,catalogue");

	if (rc < 0 || (rc = axes_needed(h)) < 0 || (rc = check_options(o, h)) < 0 ||
	    (rc = axes_apply(&o->axes, h)) < 0)
		return rc;
	if (o->dispersions.count && (!extended || o->dispersions.count != h->rows.channels))
		return pz_fail(
			PZ_EUSAGE,
			"--dispersions: expected estimates to fit to, and %d numbers, one for "
			"each channel; found %d",
			h->rows.channels, o->dispersions.count);
	g->left = !extended ? 0 : o->extend.count ? (int)o->extend.value[0] : g->bins / 2;
	g->right = !extended ? 0 : o->extend.count ? (int)o->extend.value[1] : g->bins / 2;
	if (pz_grid_check(g) < 0)
		return pz_fail_in(PZ_EUSAGE, "--bins, --range, --extend");
	l->options = o;
	l->grid = *g;
	l->target = axes_target(h);
	l->rows = h->rows;
	if (o->single)
		l->rows.channels = 1;
	l->variant = o->hard ? PZ_LABEL_HARD : o->no_shift ? PZ_LABEL_NO_SHIFT : PZ_LABEL_STEP3;
	l->of_features = h->bands == 0 && h->features > 0;
	snprintf(h->kind, sizeof h->kind, "%s", l->of_features ? "catalogue" : "stamps");
	labels_set_kind(h, o->single ? LABELS_SINGLE : LABELS_CHANNELS);
	return 0;
}

/* Fits the labels, if they need it, to the estimates in the input or another file; refines them, if
 * wished; and writes dispersions into the header. Afterwards the input is at its first record. */
static int prepare_fit(struct tool *t, struct labeller *l, struct pz_header *h)
{
	const struct options *o = l->options;
	const struct label_fit how = { &l->grid, &l->rows, l->target, &o->dispersions, o->strict };
	bool twice = needs_fit(o, pz_reader_header(t->in)) && !o->fit;
	int rc = 0;

	if (!twice)
		pz_reader_no_rewind(t->in);
	if (o->fit)
		rc = fit_file(t, &how, o->fit, &l->model);
	else if (twice && (rc = fit_input(t, &how, &l->model)) == 0)
		rc = pz_reader_rewind(t->in, 0);
	if (rc == 0 && o->refine)
		rc = refine_file(t, &how, o->refine, o->share > 0 ? o->share : 0.5, l->model);
	if (rc < 0 || !l->model)
		return rc;
	pz_map_set_numbers(h->map, "sigma_disp", l->model->dispersion, h->rows.channels, 0);
	pz_map_set_numbers(h->map, "sigma_disp_objective", l->model->objective, h->rows.channels,
			   0);
	return 0;
}

/* -- the labels */

static int make_label(const struct labeller *l, double z, double mag, struct pz_label label[2])
{
	if (!l->model || (l->options->hard && l->options->no_shift))
		return pz_label_hard(&l->grid, &l->rows, z, mag, label);
	return pz_label_soft(l->model, l->variant, z, mag, label);
}

/* The value to be learned from a record: its true value, or with --errors one with an error, which
 * depends on the seed and the id alone. 1; 0: the record is left out; < 0. */
static int choose_value(struct labeller *l, const pz_map *record, double *z)
{
	struct pz_random random;
	uint64_t id;
	int rc;

	*z = record_value(record, l->target, l->target, &l->without_z);
	if (isnan(*z))
		return l->options->strict ? record_lacks(record, l->target) : 0;
	if (l->options->errors == 0)
		return 1;
	if ((rc = record_hash(record, 0, &id)) < 0)
		return rc;
	pz_random_init(&random, l->seed, pz_random_stream("errors of labels", id));
	*z += l->options->errors * pz_random_normal(&random);
	if (pz_grid_bin(&l->grid, *z) >= 0)
		return 1;
	l->left++;
	return 0;
}

/* Whether a label is outside of the network's bins, so that its first or last bin is learned. */
static bool is_beyond(const struct pz_grid *grid, const struct pz_label *label, int n)
{
	bool beyond = false;

	for (int i = 0; i < n; i++) {
		double bin = floor(grid->left + label[i].centre + 0.5);

		beyond = beyond || bin < 0 || bin >= pz_grid_total(grid);
	}
	return beyond;
}

/* 1: labelled; 0: left out; < 0. */
static int label_record(struct labeller *l, pz_map *record)
{
	double z, mag = record_magnitude(record);
	struct pz_label label[LABELS_MAX];
	int n;

	if (l->of_features && !pz_map_has(record, "features"))
		return pz_fail(PZ_EDATA, "features: expected those of a galaxy, found none");
	if (!l->of_features && !pz_map_has(record, "img"))
		return pz_fail(
			PZ_EDATA,
			"img: expected the pixels of a stamp, found none (predict --keep-stamps "
			"keeps them)");
	if ((n = choose_value(l, record, &z)) <= 0)
		return n;
	if ((n = make_label(l, z, mag, label)) < 0)
		return n;
	l->outside += pz_grid_bin(&l->grid, z) < 0;
	l->beyond += is_beyond(&l->grid, label, n);
	l->without_mag += !l->options->single && !(mag >= 0);
	labels_put(record, label, n);
	/* An old p(z) may have another grid than the new one. */
	pz_map_drop(record, "pz");
	return 1;
}

/* Says what was left out, and why; PZ_EDATA: everything was. */
static int say_left_out(struct tool *t, const struct labeller *l)
{
	if (l->without_z.count && l->without_z.count == pz_reader_count(t->in))
		return pz_fail(PZ_EDATA, "%s: expected records with '%s', found none",
			       pz_reader_name(t->in), l->target);
	say_lacking(t, "", l->target, &l->without_z);
	if (l->left)
		tool_say(t, "%s left out, because --errors moves the value out of %g to %g",
			 COUNTED(l->left, "galaxy was", "galaxies were"), l->grid.min, l->grid.max);
	if (l->outside)
		tool_say(t, "%s outside of %g to %g: the label is the first or last bin",
			 COUNTED(l->outside, "galaxy is", "galaxies are"), l->grid.min,
			 l->grid.max);
	if (l->beyond)
		tool_say(t,
			 "%s a label outside of the bins, which counts in the first or last bin: a "
			 "larger --extend adds bins for it",
			 COUNTED(l->beyond, "galaxy has", "galaxies have"));
	say_without_mag(t, "", l->without_mag);
	return 0;
}

static int label_stream(struct tool *t, struct labeller *l)
{
	struct pz_progress progress;
	int rc;

	tool_progress(t, &progress, "softlabel", "stamps", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		rc = label_record(l, record);
		if (rc < 0)
			rc = record_fail(t->in, record, rc);
		else if (rc > 0)
			rc = pz_write(t->out, record);
		if (rc < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	return rc == 0 ? say_left_out(t, l) : rc;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FLAG, 's', "single", NULL, &o.single,
		  "one label over the bins, without magnitude channels: for the baseline network" },
		{ PZ_OPTION_FLAG, 0, "hard", NULL, &o.hard,
		  "one-hot labels: for steps 1 and 2; with predictions, step 3a" },
		{ PZ_OPTION_FLAG, 0, "no-shift", NULL, &o.no_shift,
		  "with predictions: do not shift the labels (step 3b)" },
		{ PZ_OPTION_FILE, 'f', "fit", "FILE", &o.fit,
		  "fit dispersions and shifts to these predictions instead of those in the input" },
		{ PZ_OPTION_FILE, 0, "refine", "FILE", &o.refine,
		  "shift the labels further, against what these predictions left: those of a "
		  "network that was trained on such labels" },
		{ PZ_OPTION_DOUBLE, 0, "share", "X", &o.share,
		  "with --refine: by this share of the mean residual that was left; default: 0.5",
		  .min = 1e-9, .max = 1 },
		{ PZ_OPTION_NUMBERS, 'e', "extend", "L,R", &o.extend,
		  "with predictions: redshift bins to add below and above; default: half of the "
		  "bins on each side",
		  .min = 0, .max = PZ_BINS_MAX },
		{ PZ_OPTION_NUMBERS, 0, "dispersions", "BINS,...", &o.dispersions,
		  "dispersion of each magnitude channel in bins, instead of fitting them",
		  .min = 1e-9, .max = 1e9 },
		{ PZ_OPTION_DOUBLE, 0, "errors", "X", &o.errors,
		  "add normal errors of this standard deviation to the redshifts of one-hot labels",
		  .min = 0, .max = 1e9 },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy without redshift, or without an estimate where the fit needs "
		  "one" },
		AXES_OPTIONS(o.axes, 'r', 'b', 'c'),
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "softlabel",
		.does = "turn redshifts into training labels",
		.usage = "[options] [stamps ...] >labelled stamps",
		.notes = "Predictions are read twice; a pipe is first copied to a temporary file "
			 "in\n"
			 "$TMPDIR.\n",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct labeller l = { 0 };
	struct pz_header h = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	l.seed = t.seed;
	if ((rc = tool_open_input(&t, PZ_READ_KEEP | PZ_READ_SCALARS)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_blame_input(&t, plan_labels(&l, &o, &h))) == 0 &&
	    (rc = prepare_fit(&t, &l, &h)) == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = label_stream(&t, &l);
	pz_label_free(l.model);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
