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
 * Step 3 reads its input twice: scalars for the fit, then everything.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/label.h>
#include <pz/random.h>

#include "../common/axes.h"
#include "../common/labels.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "../common/used.h"

struct options {
	bool single, hard, no_shift, strict;
	const char *fit;
	struct pz_numbers extend, dispersions;
	struct axes_options axes;
	double errors; /* of the labels, a deviation in the target's unit; 0: none */
};

/* How labels are made: model NULL for those that need none. */
struct labeller {
	const struct options *options;
	struct pz_grid grid; /* of the network to be trained                    */
	struct pz_rows rows; /* a single channel for the baseline               */
	struct pz_label_model *model;
	enum pz_label_variant variant;
	const char *target;
	struct lacking without_z;
	uint64_t seed, outside, left, beyond;
	size_t without_mag;
};

/* Whether labels come from a fit to estimates. */
static bool fits(const struct options *o, const struct pz_header *h)
{
	return !o->single && (o->fit || !strcmp(h->kind, "predictions"));
}

static int check_options(const struct options *o, const struct pz_header *h)
{
	if (o->single && (o->hard || o->no_shift || o->fit || o->extend.count))
		return pz_fail(PZ_EUSAGE,
			       "--single goes with none of --hard, --no-shift, --fit and "
			       "--extend");
	if (!fits(o, h) && (o->no_shift || o->extend.count))
		return pz_fail(PZ_EUSAGE,
			       "--%s needs estimates: predictions with stamps "
			       "(predict --keep-stamps), or --fit FILE",
			       o->no_shift ? "no-shift" : "extend");
	if (fits(o, h) && o->errors > 0)
		return pz_fail(PZ_EUSAGE, "--errors: labels of step 3 are made of true values");
	if (fits(o, h) && !o->fit && o->axes.target && strcmp(o->axes.target, axes_target(h)))
		return pz_fail(PZ_EMISMATCH, "estimates of '%s', labels of '%s'", axes_target(h),
			       o->axes.target);
	if (o->extend.count && o->extend.count != 2)
		return pz_fail(PZ_EUSAGE, "--extend: expected two numbers, found %d",
			       o->extend.count);
	for (int i = 0; i < o->extend.count; i++)
		if (o->extend.value[i] != floor(o->extend.value[i]))
			return pz_fail(PZ_EUSAGE, "--extend: expected whole numbers, found %g",
				       o->extend.value[i]);
	return 0;
}

/* The network's grid and rows, into the header too. */
static int plan(struct labeller *l, const struct options *o, struct pz_header *h)
{
	bool extended = fits(o, h);
	struct pz_grid *g = &h->grid;
	int rc = pz_header_need_kind(h, "stamps,predictions");

	if (rc < 0 || (rc = axes_needed(h)) < 0 || (rc = check_options(o, h)) < 0 ||
	    (rc = axes_apply(&o->axes, h)) < 0)
		return rc;
	if (o->dispersions.count && (!extended || o->dispersions.count != h->rows.channels))
		return pz_fail(PZ_EUSAGE,
			       "--dispersions: expected estimates to fit to and %d numbers, a "
			       "channel each; found %d",
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
	snprintf(h->kind, sizeof h->kind, "stamps");
	labels_set_kind(h, o->single ? LABELS_SINGLE : LABELS_CHANNELS);
	return 0;
}

/* -- the fit */

static int fit(struct tool *t, struct labeller *l, struct pz_reader *in)
{
	const struct pz_numbers *known = &l->options->dispersions;
	struct lacking z = { 0 }, zphot = { 0 };
	struct scalars c = { 0 };
	struct pz_galaxies g;
	double *own = NULL;
	int rc;

	scalars_begin(&c, pz_reader_header(in));
	rc = scalars_collect(&c, in, ESTIMATE_MODE, l->options->strict, &z, &zphot);
	if (rc == 0 && c.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no record has a '%s'%s: nothing to fit",
			     pz_reader_name(in), l->target,
			     zphot.count ? " and an estimate 'zphot.mode'" : "");
	if (rc == 0 && (rc = scalars_with(&c, ESTIMATE_MODE, &g, &own)) == 0)
		rc = pz_label_fit(&l->model, &l->grid, &l->rows, &g,
				  known->count ? known->value : NULL);
	if (rc == 0 && l->options->fit) /* of the input it is said when it is labelled */
		say_lacking(t, pz_reader_name(in), l->target, &z);
	if (rc == 0 && zphot.count)
		tool_say(t, "%s: %" PRIu64 " galaxies have no '%s': not in the fit",
			 pz_reader_name(in), zphot.count, estimate_path[ESTIMATE_MODE]);
	free(own);
	for (int k = 0; rc == 0 && t->verbose && k < l->rows.channels; k++)
		tool_say(t, "channel %d: estimates scatter by %.2f bins", k,
			 l->model->dispersion[k]);
	scalars_release(&c);
	return rc;
}

static int fit_file(struct tool *t, struct labeller *l)
{
	const char *path = l->options->fit;
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);

	if (rc == 0)
		rc = pz_header_need_kind(pz_reader_header(in), "predictions");
	if (rc == 0 && strcmp(axes_target(pz_reader_header(in)), l->target))
		rc = pz_fail(PZ_EMISMATCH, "%s: estimates of '%s', labels of '%s'", path,
			     axes_target(pz_reader_header(in)), l->target);
	if (rc == 0)
		rc = fit(t, l, in);
	if (rc == 0)
		rc = used_stream(t, path, pz_reader_hash(in));
	pz_reader_close(in);
	return rc;
}

/* Fits where labels need it, and notes in the header what came out. Afterwards the
 * input stands at its first record. */
static int prepare(struct tool *t, struct labeller *l, struct pz_header *h)
{
	bool twice = fits(l->options, pz_reader_header(t->in)) && !l->options->fit;
	int rc = 0;

	if (!twice)
		pz_reader_no_rewind(t->in);
	if (l->options->fit)
		rc = fit_file(t, l);
	else if (twice && (rc = fit(t, l, t->in)) == 0)
		rc = pz_reader_rewind(t->in, 0);
	if (rc < 0 || !l->model)
		return rc;
	pz_map_set_numbers(h->map, "sigma_disp", l->model->dispersion, h->rows.channels, 0);
	pz_map_set_numbers(h->map, "sigma_disp_objective", l->model->objective, h->rows.channels,
			   0);
	return 0;
}

/* -- the labels */

static int label_of(const struct labeller *l, double z, double mag, struct pz_label label[2])
{
	if (!l->model || (l->options->hard && l->options->no_shift))
		return pz_label_hard(&l->grid, &l->rows, z, mag, label);
	return pz_label_soft(l->model, l->variant, z, mag, label);
}

/* What is to be learned of a record: its true value, or one that errs by --errors; the
 * same for every label made with the seed. 1; 0 to be left out; < 0. */
static int lesson_of(struct labeller *l, const pz_map *record, double *z)
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

/* Whether a label's bin is none of the network's, which then learns its first or last. */
static bool is_beyond(const struct pz_grid *grid, const struct pz_label *label, int n)
{
	bool beyond = false;

	for (int i = 0; i < n; i++) {
		double bin = floor(grid->left + label[i].centre + 0.5);

		beyond = beyond || bin < 0 || bin >= pz_grid_total(grid);
	}
	return beyond;
}

/* 1 labelled, 0 to be left out, < 0. */
static int label_record(struct labeller *l, pz_map *record)
{
	double z, mag = record_magnitude(record);
	struct pz_label label[LABELS_MAX];
	int n;

	if (!pz_map_has(record, "img"))
		return pz_fail(PZ_EDATA, "no stamp 'img' (predict --keep-stamps keeps it)");
	if ((n = lesson_of(l, record, &z)) <= 0)
		return n;
	if ((n = label_of(l, z, mag, label)) < 0)
		return n;
	l->outside += pz_grid_bin(&l->grid, z) < 0;
	l->beyond += is_beyond(&l->grid, label, n);
	l->without_mag += !l->options->single && !(mag >= 0);
	labels_put(record, label, n);
	/* The new grid need not be that of an old p(z). */
	pz_map_drop(record, "pz");
	return 1;
}

/* What was left out, and why; PZ_EDATA where that was all. */
static int say_what_is_missing(struct tool *t, const struct labeller *l)
{
	if (l->without_z.count && l->without_z.count == pz_reader_count(t->in))
		return pz_fail(PZ_EDATA, "%s: no record has a '%s'", pz_reader_name(t->in),
			       l->target);
	say_lacking(t, "", l->target, &l->without_z);
	if (l->left)
		tool_say(t, "%llu galaxies err out of %g to %g and are left out",
			 (unsigned long long)l->left, l->grid.min, l->grid.max);
	if (l->outside)
		tool_say(t,
			 "%llu galaxies lie outside of %g to %g: labelled in the first or last bin",
			 (unsigned long long)l->outside, l->grid.min, l->grid.max);
	if (l->beyond)
		tool_say(t,
			 "%llu galaxies have a label beyond the bins, which counts in the first or "
			 "last: a wider --extend has room for it",
			 (unsigned long long)l->beyond);
	say_without_mag(t, "", l->without_mag);
	return 0;
}

static int softlabel(struct tool *t, struct labeller *l)
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
	return rc == 0 ? say_what_is_missing(t, l) : rc;
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
	    (rc = tool_blame_input(&t, plan(&l, &o, &h))) == 0 && (rc = prepare(&t, &l, &h)) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = softlabel(&t, &l);
	pz_label_free(l.model);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
