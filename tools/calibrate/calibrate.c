/* calibrate -- step 4: correct the bias that remains as a function of the photometric redshift
 *
 *   in    predictions (zphot, mag); --train: predictions of galaxies with known z
 *   out   the same, every estimate corrected, without p(z)
 *
 * Each kind of estimate (mode, mean, median) that both streams have is corrected by a table of its
 * own; --plan and --table write these tables to files. The input is read twice: first scalars for
 * the plan, then everything for the correction.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/calibrate.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "../common/used.h"
#include "calibration.h"

#define TIMES 10 /* training galaxies drawn for each galaxy of the input, without --size */

struct options {
	const char *train, *plan, *table;
	double size; /* 0: TIMES the input                                      */
	int min_count;
	bool whole, strict;
};

/* Reads scalars. If without_z is not NULL, galaxies without a true value are left out and counted.
 */
static int read_scalars(struct pz_reader *in, bool strict, struct scalars *c,
			struct lacking *without_z)
{
	struct whole whole = { 0 };
	int rc;

	scalars_begin(c, pz_reader_header(in));
	while ((rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);
		const char *target = c->target;

		if (without_z && isnan(record_value(record, target, target, without_z)))
			rc = strict ? record_lacks(record, target) : 0;
		else if ((rc = strict ? whole_check(&whole, target, record) : 0) == 0)
			rc = scalars_add(c, record);
		if (rc < 0)
			return record_fail(in, record, rc);
	}
	return rc;
}

static int read_training(struct tool *t, const struct options *o, struct scalars *c)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct lacking without_z = { 0 };
	const char *path = o->train;
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);

	if (rc == 0 && (rc = pz_header_need_kind(pz_reader_header(in), "predictions")) < 0)
		rc = pz_fail_in(rc, "%s", path);
	if (rc == 0 && (rc = axes_needed(pz_reader_header(in))) < 0)
		rc = pz_fail_in(rc, "%s", path);
	if (rc == 0 && (rc = axes_agree(h, pz_reader_header(in), path)) == 0)
		rc = read_scalars(in, o->strict, c, &without_z);
	if (rc == 0 && c->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: expected records with '%s', found none", path,
			     axes_target(h));
	else if (rc == 0)
		say_lacking(t, path, axes_target(h), &without_z);
	if (rc == 0)
		rc = used_stream(t, path, pz_reader_hash(in));
	pz_reader_close(in);
	return rc;
}

/* Fits the correction of one kind of estimate to the galaxies that have it; there is none where a
 * stream has no such estimate. */
static int fit_one(const struct tool *t, const struct options *o, const struct pz_galaxies *train,
		   const struct pz_galaxies *test, struct calibration *c)
{
	const struct pz_header *h = pz_reader_header(t->in);
	double size = o->size > 0 ? o->size : (double)TIMES * (double)test->n;
	size_t least = (size_t)o->min_count;

	if (train->n == 0 || test->n == 0)
		return 0;
	if (o->whole)
		return pz_calibrate_table(&c->correction, &h->grid, &h->rows, train, NULL, 0,
					  least);
	return pz_calibrate_fit(&c->correction, &c->plan, &h->grid, &h->rows, train, test,
				(size_t)size, least, t->seed);
}

static int fit_estimate(const struct tool *t, const struct options *o, const struct scalars *train,
			const struct scalars *test, enum estimate e, struct calibration *c)
{
	struct pz_galaxies of_train = { 0 }, of_test = { 0 };
	double *own = NULL, *own_test = NULL;
	int rc = scalars_with(train, e, &of_train, &own);

	if (rc == 0)
		rc = scalars_with(test, e, &of_test, &own_test);
	if (rc == 0)
		rc = fit_one(t, o, &of_train, &of_test, c);
	if (rc == 0 && c->correction && of_train.n < train->n)
		tool_say(t, "%s: %zu of %s %s no '%s' and %s left out", o->train,
			 train->n - of_train.n, COUNTED(train->n, "galaxy", "galaxies"),
			 train->n - of_train.n == 1 ? "has" : "have", estimate_path[e],
			 train->n - of_train.n == 1 ? "was" : "were");
	free(own);
	free(own_test);
	return rc;
}

/* Writes plan and table. If one cannot be written, the stream is written all the same. */
static void write_beside(struct tool *t, const struct options *o, const struct calibration *c)
{
	int rc;

	if (o->plan && (rc = calibration_write_plan(o->plan, c)) < 0)
		tool_fault(t, rc);
	if (o->table && (rc = calibration_write_table(o->table, c)) < 0)
		tool_fault(t, rc);
}

static int fit_all(struct tool *t, const struct options *o, const struct scalars *test,
		   struct calibration c[ESTIMATES])
{
	struct scalars train = { 0 };
	int rc = read_training(t, o, &train), found = 0;

	for (int e = 0; e < ESTIMATES && rc == 0 && test->n > 0; e++) {
		rc = fit_estimate(t, o, &train, test, (enum estimate)e, &c[e]);
		found += c[e].correction != NULL;
	}
	if (rc == 0 && test->n > 0 && found == 0)
		rc = pz_fail(PZ_EDATA,
			     "expected an estimate 'zphot' that both streams have, found none");
	if (rc == 0) {
		say_without_mag(t, o->train, train.without_mag);
		say_without_mag(t, "", test->without_mag);
	}
	scalars_release(&train);
	if (rc == 0)
		write_beside(t, o, c);
	return rc;
}

/* Galaxies with an estimate that is not corrected, and why; each reason counts once per galaxy. */
struct kept {
	uint64_t galaxies, sparse, outside, without;
};

static void note_kept(struct kept *k, bool sparse, bool outside, bool without)
{
	k->galaxies += sparse || outside || without;
	k->sparse += sparse;
	k->outside += outside;
	k->without += without;
}

/* Corrects the estimates of a record. A number that means "none" stays as it is. */
static void correct_record(const struct calibration *c, const struct pz_header *h, pz_map *record,
			   struct kept *kept)
{
	bool sparse = false, outside = false, without = false;
	double mag = record_magnitude(record), value[ESTIMATES];
	const char *name[ESTIMATES];
	int n = 0;

	for (int e = 0; e < ESTIMATES; e++) {
		double before = pz_map_number(record, estimate_path[e], NAN);
		bool is_value = axes_is_value(axes_target(h), before);

		if (!c[e].correction)
			continue;
		without |= !is_value;
		outside |= is_value && pz_grid_wide(&h->grid, before) < 0;
		sparse |= is_value && pz_grid_wide(&h->grid, before) >= 0 &&
			  !pz_calibrate_has(c[e].correction, before, mag);
		if (!pz_map_has(record, estimate_path[e]))
			continue;
		name[n] = estimate_name[e];
		value[n++] = is_value ? pz_calibrate_value(c[e].correction, before, mag) : before;
	}
	note_kept(kept, sparse, outside, without);
	if (n > 0)
		pz_map_set_named(record, "zphot", name, value, n);
	else
		pz_map_drop(record, "zphot");
	pz_map_drop(record, "pz");
}

/* Uncorrected estimates are always counted and said: the output mixes them with corrected ones. */
static void say_kept(const struct tool *t, const struct options *o, const struct pz_header *h,
		     const struct kept *k)
{
	if (k->galaxies)
		tool_say(t,
			 "%" PRIu64 " of %s %s not corrected: %" PRIu64
			 " in cells of fewer than %s, %" PRIu64 " outside of %g to %g, %" PRIu64
			 " without an estimate",
			 k->galaxies, COUNTED(pz_reader_count(t->in), "galaxy", "galaxies"),
			 k->galaxies == 1 ? "is" : "are", k->sparse,
			 COUNTED(o->min_count, "training galaxy", "training galaxies"), k->outside,
			 h->grid.min, h->grid.max, k->without);
}

static int calibrate_stream(struct tool *t, const struct options *o, const struct pz_header *h,
			    const struct calibration *c)
{
	struct pz_progress progress;
	struct kept kept = { 0 };
	int rc = pz_reader_rewind(t->in, 0);

	if (rc < 0)
		return rc;
	tool_progress(t, &progress, "calibrate", "galaxies", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		correct_record(c, h, record, &kept);
		if ((rc = pz_write(t->out, record)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		say_kept(t, o, h, &kept);
	return rc;
}

static int check_options(const struct options *o)
{
	const char *file[] = { o->plan, o->table };

	if (!o->train)
		return pz_fail(PZ_EUSAGE, "--train: expected a file of predictions with redshifts");
	if (o->size != floor(o->size))
		return pz_fail(PZ_EUSAGE, "--size: expected a whole number, found %g", o->size);
	if (o->whole && (o->plan || o->size > 0))
		return pz_fail(PZ_EUSAGE, "--whole draws no galaxies, so it excludes --%s",
			       o->plan ? "plan" : "size");
	for (int i = 0; i < 2; i++)
		if (file[i] && !strcmp(file[i], "-"))
			return pz_fail(PZ_EUSAGE,
				       "--%s: expected a file: the stream goes to standard output",
				       i ? "table" : "plan");
	return 0;
}

static int check_header(const struct pz_header *h)
{
	int rc = pz_header_need_kind(h, "predictions");

	return rc < 0 ? rc : axes_needed(h);
}

int main(int argc, char **argv)
{
	struct options o = { .min_count = 1 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 't', "train", "FILE", &o.train,
		  "predictions for galaxies with known redshift, from which the correction is "
		  "measured" },
		{ PZ_OPTION_DOUBLE, 's', "size", "N", &o.size,
		  "number of training galaxies to draw; 0: ten times the input", .min = 0,
		  .max = PZ_DRAWN_MAX },
		{ PZ_OPTION_INT, 'm', "min-count", "N", &o.min_count,
		  "correct only cells in which at least N galaxies were drawn", .min = 1,
		  .max = 1 << 30 },
		{ PZ_OPTION_FLAG, 'w', "whole", NULL, &o.whole,
		  "use all training galaxies as they are, without drawing a sample" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy without estimate (or, in training, without redshift)" },
		{ PZ_OPTION_OUTPUT, 0, "plan", "FILE", &o.plan,
		  "write the number of galaxies drawn for each cell, and from which cell, to this "
		  "table",
		  .local = true },
		{ PZ_OPTION_OUTPUT, 0, "table", "FILE", &o.table,
		  "write the correction of each cell to this table", .local = true },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "calibrate",
		.does = "step 4: subtract the mean residual at each photometric redshift",
		.usage = "--train FILE [options] [predictions ...] >predictions",
		.notes = "The input is read twice; a pipe is first copied to a temporary file in "
			 "$TMPDIR.\n",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct calibration c[ESTIMATES] = { 0 };
	struct scalars test = { 0 };
	struct pz_header h = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o)) == 0 &&
	    (rc = tool_open_input(&t, PZ_READ_KEEP | PZ_READ_SCALARS)) == 0 &&
	    (rc = tool_blame_input(&t, check_header(pz_reader_header(t.in)))) == 0 &&
	    (rc = read_scalars(t.in, o.strict, &test, NULL)) == 0 &&
	    (rc = fit_all(&t, &o, &test, c)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = calibrate_stream(&t, &o, &h, c);
	calibration_release(c);
	scalars_release(&test);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
