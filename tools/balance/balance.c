/* balance -- a subset nearly flat in redshift and magnitude
 *
 *   in    any stream whose records have id, z (or another target) and mag; header with
 *         grid and rows
 *   out   the records kept, unchanged, in their order
 *
 * Two passes: the first reads scalars only and chooses, the second copies. With --like nothing is
 * chosen: every record gets a weight (like.c).
 */
#include <math.h>
#include <stdlib.h>

#include <pz/balance.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "like.h"

struct options {
	int threshold; /* 0: the survey's                                       */
	int fold;
	bool strict;
	struct axes_options axes;
	struct like_options like;
};

/* What the first pass keeps of each record. */
struct cells {
	size_t n, room;
	int *row, *bin;
	uint64_t *key;
	unsigned char *keep;
	struct lacking without;
	size_t without_mag;
};

static void release_cells(struct cells *c)
{
	free(c->row);
	free(c->bin);
	free(c->key);
	free(c->keep);
}

static int make_room(struct cells *c)
{
	size_t room = c->room ? 2 * c->room : 1024;
	int *row, *bin;
	uint64_t *key;

	if (c->n < c->room)
		return 0;
	if ((row = realloc(c->row, room * sizeof *row)))
		c->row = row;
	if ((bin = realloc(c->bin, room * sizeof *bin)))
		c->bin = bin;
	if ((key = realloc(c->key, room * sizeof *key)))
		c->key = key;
	if (!row || !bin || !key)
		return pz_fail(PZ_ENOMEM, "no memory for the cells of %zu galaxies", room);
	c->room = room;
	return 0;
}

static int add_galaxy(struct cells *c, const struct pz_header *h, bool strict, const pz_map *record)
{
	const char *target = axes_target(h);
	int rc = make_room(c);
	double mag = record_magnitude(record), z;

	if (rc < 0)
		return rc;
	z = record_value(record, target, target, &c->without);
	if (isnan(z) && strict)
		return record_lacks(record, target);
	/* A galaxy without a true value is in no cell: bin -1. */
	c->bin[c->n] = pz_grid_label(&h->grid, z);
	c->row[c->n] = pz_rows_row(&h->rows, mag);
	c->without_mag += c->bin[c->n] >= 0 && !(mag >= 0);
	rc = record_hash(record, 0, &c->key[c->n]);
	c->n += rc == 0;
	return rc;
}

static int read_cells(struct pz_reader *in, const struct pz_header *h, bool strict, struct cells *c)
{
	int rc;

	while ((rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);

		if ((rc = add_galaxy(c, h, strict, record)) < 0)
			return record_fail(in, record, rc);
	}
	return rc;
}

static int choose_galaxies(struct tool *t, const struct pz_header *h, const struct options *o,
			   struct cells *c)
{
	struct pz_balance b = { .threshold = (size_t)o->threshold,
				.fold = o->fold,
				.seed = t->seed };
	struct pz_balance_counts counts;
	int rc;

	if (!(c->keep = malloc(c->n + 1)))
		return pz_fail(PZ_ENOMEM, "no memory to balance %zu galaxies", c->n);
	rc = pz_balance(&b, c->n, c->row, c->bin, c->key, c->keep, &counts);
	if (rc < 0)
		return rc;
	if (c->n > 0 && counts.outside == c->n)
		return pz_fail(PZ_EDATA, "%s: expected records with '%s', found none among %s",
			       pz_reader_name(t->in), axes_target(h),
			       COUNTED(c->n, "record", "records"));
	say_lacking(t, "", axes_target(h), &c->without);
	say_without_mag(t, "", c->without_mag);
	if (t->verbose)
		tool_say(t, "kept %zu of %zu galaxies; %zu of %zu cells had more than %d",
			 counts.kept, c->n, counts.cells_cut, counts.cells, o->threshold);
	return 0;
}

static int copy_kept(struct tool *t, const struct cells *c)
{
	struct pz_progress progress;
	int rc = pz_reader_rewind(t->in, 0);

	tool_progress(t, &progress, "balance", "records", (double)c->n);
	for (size_t i = 0; rc == 0 && i < c->n && (rc = pz_read(t->in)) > 0; i++) {
		rc = c->keep[i] ? pz_write(t->out, pz_reader_record(t->in)) : 0;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	return rc < 0 ? rc : pz_read(t->in); /* the trailer */
}

static int plan_header(struct pz_header *h, struct options *o)
{
	int rc = axes_needed(h);

	if (rc == 0)
		rc = axes_apply(&o->axes, h);
	if (rc == 0 && o->threshold == 0) {
		o->threshold = h->has_limits ? h->limits.threshold : 0;
		if (o->threshold < 1)
			rc = pz_fail(PZ_EUSAGE,
				     "header: expected a threshold, found none: give --threshold");
	}
	return rc;
}

/* The axes of cells say nothing where galaxies get weights. */
static int write_weights(struct tool *t, struct options *o)
{
	const struct axes_options *a = &o->axes;

	o->like.strict = o->strict;
	if (a->target || a->range.count || a->bins || a->channels)
		return pz_fail(PZ_EUSAGE, "--like excludes --target, --range, --bins and "
					  "--channels: it has no cells");
	return like_run(t, &o->like);
}

static int write_subset(struct tool *t, struct options *o)
{
	struct cells cells = { 0 };
	struct pz_header h = { 0 };
	int rc;

	if ((rc = tool_open_input(t, PZ_READ_KEEP | PZ_READ_SCALARS)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t->in))) == 0 &&
	    (rc = tool_blame_input(t, plan_header(&h, o))) == 0 &&
	    (rc = read_cells(t->in, &h, o->strict, &cells)) == 0 &&
	    (rc = choose_galaxies(t, &h, o, &cells)) == 0 && (rc = tool_open_output(t, &h)) == 0)
		rc = copy_kept(t, &cells);
	pz_header_release(&h);
	release_cells(&cells);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .fold = 1, .like = { .by = "mag", .neighbours = 20 } };
	const struct pz_option table[] = {
		{ PZ_OPTION_INT, 't', "threshold", "N", &o.threshold,
		  "keep at most N galaxies of each cell of redshift bin and magnitude row; 0: the "
		  "survey's value",
		  .min = 0, .max = 1 << 30, .excludes = "like" },
		{ PZ_OPTION_INT, 'f', "fold", "N", &o.fold,
		  "which subset: fold 1, 2, ... takes the first, second, ... N galaxies of each "
		  "cell, in a fixed random order",
		  .min = 1, .max = 1 << 30, .excludes = "like" },
		{ PZ_OPTION_FILE, 0, "like", "TARGET", &o.like.target,
		  "select nothing: write to each galaxy the weight that makes the sample like "
		  "this one" },
		{ PZ_OPTION_TEXT, 0, "by", "LIST", &o.like.by,
		  "numbers of the records in which the samples are compared: keys, features, or "
		  "differences KEY-KEY",
		  .needs = "like" },
		{ PZ_OPTION_INT, 'k', "neighbours", "K", &o.like.neighbours,
		  "nearest neighbours whose distance is the radius in which galaxies are counted",
		  .min = 1, .max = 10000, .needs = "like" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy without redshift instead of leaving it out" },
		AXES_OPTIONS(o.axes, 'r', 'b', 'c'),
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "balance",
		.does = "select a balanced subset: nearly flat in redshift and magnitude",
		.usage = "[options] [stamps ...] >subset",
		.notes = "The input is read twice; a pipe is first copied to a temporary file in "
			 "$TMPDIR.\n",
		.options = table,
		.chance = true,
		.writes = true,
	};

	tool_begin(&t, argc, argv);
	return tool_end(&t, o.like.target ? write_weights(&t, &o) : write_subset(&t, &o));
}
