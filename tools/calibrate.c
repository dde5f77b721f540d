/* calibrate -- step 4: take away what bias is left as a function of photo-z
 *
 *   in    predictions (zphot, mag); --train: predictions of galaxies with known z
 *   out   the same, every estimate corrected, without p(z)
 *
 * Each kind of estimate (mode, mean, median) that both streams have is corrected by
 * a table of its own; --plan and --table write them down. Two passes over the input:
 * scalars for the plan, then the correction.
 */
#include <math.h>
#include <string.h>

#include <pz/calibrate.h>

#include "shared/axes.h"
#include "shared/calibration.h"
#include "shared/scalars.h"
#include "shared/tool.h"

#define TIMES 10 /* drawn per galaxy of the input, unless --size says another number  */

struct options {
	const char *train, *plan, *table;
	double size; /* 0: TIMES the input                                      */
	int min_count;
	bool whole;
};

/* Whether every galaxy has this estimate; *lacks: whether none has. */
static bool complete(const struct scalars *c, enum estimate e, bool *lacks)
{
	size_t have = 0;

	for (size_t i = 0; i < c->n; i++)
		have += isfinite(c->zphot[e][i]);
	*lacks = have == 0;
	return have == c->n;
}

/* Reads scalars; where without_z is not NULL, galaxies of which the truth is not known
 * are left out and counted. */
static int collect(struct pz_reader *in, struct scalars *c, size_t *without_z)
{
	int rc;

	scalars_begin(c, pz_reader_header(in));
	while ((rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);

		if (without_z && !isfinite(pz_map_number(record, c->target, NAN)))
			++*without_z;
		else if ((rc = scalars_add(c, record)) < 0)
			return record_fail(in, record, rc);
	}
	return rc;
}

static int read_training(const struct tool *t, const char *path, struct scalars *c)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct pz_reader *in = NULL;
	size_t without_z = 0;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);

	if (rc == 0 && (rc = pz_header_need_kind(pz_reader_header(in), "predictions")) < 0)
		rc = pz_fail_in(rc, "%s", path);
	if (rc == 0 && (rc = axes_needed(pz_reader_header(in))) < 0)
		rc = pz_fail_in(rc, "%s", path);
	if (rc == 0 && (rc = axes_agree(h, pz_reader_header(in), path)) == 0)
		rc = collect(in, c, &without_z);
	if (rc == 0 && c->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no record has a '%s'", path, axes_target(h));
	else if (rc == 0 && without_z)
		tool_say(t, "%s: %zu galaxies have no '%s' and are left out", path, without_z,
			 axes_target(h));
	pz_reader_close(in);
	return rc;
}

/* What corrects one kind of estimate; nothing where a stream has none of it. */
static int fit_one(const struct tool *t, const struct options *o, const struct scalars *train,
		   const struct scalars *test, enum estimate e, struct calibration *c)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct pz_galaxies of_train = scalars_galaxies(train, e);
	struct pz_galaxies of_test = scalars_galaxies(test, e);
	bool train_lacks, test_lacks, train_full = complete(train, e, &train_lacks);
	bool test_full = complete(test, e, &test_lacks);
	double size = o->size > 0 ? o->size : (double)TIMES * (double)test->n;
	size_t least = (size_t)o->min_count;

	if (train_lacks || test_lacks)
		return 0;
	if (!train_full || !test_full)
		return pz_fail(PZ_EDATA, "%s: not every record has a finite '%s'",
			       train_full ? pz_reader_name(t->in) : o->train, estimate_path[e]);
	if (o->whole)
		return pz_calibrate_table(&c->correction, &h->grid, &h->rows, &of_train, NULL, 0,
					  least);
	return pz_calibrate_fit(&c->correction, &c->plan, &h->grid, &h->rows, &of_train, &of_test,
				(size_t)size, least, t->seed);
}

static int fit(struct tool *t, const struct options *o, const struct scalars *test,
	       struct calibration c[ESTIMATES])
{
	struct scalars train = { 0 };
	int rc = read_training(t, o->train, &train), found = 0;

	for (int e = 0; e < ESTIMATES && rc == 0 && test->n > 0; e++) {
		rc = fit_one(t, o, &train, test, (enum estimate)e, &c[e]);
		found += c[e].correction != NULL;
	}
	if (rc == 0 && test->n > 0 && found == 0)
		rc = pz_fail(PZ_EDATA, "no estimate 'zphot' that both streams have");
	if (rc == 0) {
		say_without_mag(t, o->train, train.without_mag);
		say_without_mag(t, "", test->without_mag);
	}
	scalars_release(&train);
	if (rc == 0 && o->plan)
		rc = calibration_write_plan(o->plan, c);
	if (rc == 0 && o->table)
		rc = calibration_write_table(o->table, c);
	return rc;
}

/* Corrects the estimates of a record; counts those that no cell corrects. */
static void correct(const struct calibration *c, pz_map *record, uint64_t *untouched)
{
	double mag = pz_map_number(record, "mag", NAN), value[ESTIMATES];
	const char *name[ESTIMATES];
	int n = 0;

	for (int e = 0; e < ESTIMATES; e++) {
		double before = pz_map_number(record, estimate_path[e], NAN);

		if (!c[e].correction)
			continue;
		name[n] = estimate_name[e];
		value[n] = pz_calibrate_value(c[e].correction, before, mag);
		*untouched += n == 0 && value[n] == before;
		n++;
	}
	pz_map_set_named(record, "zphot", name, value, n);
	pz_map_drop(record, "pz");
}

static int calibrate(struct tool *t, const struct calibration *c)
{
	struct pz_progress progress;
	uint64_t untouched = 0;
	int rc = pz_reader_rewind(t->in, 0);

	if (rc < 0)
		return rc;
	tool_progress(t, &progress, "calibrate", "galaxies", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		correct(c, record, &untouched);
		if ((rc = pz_write(t->out, record)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0 && t->verbose)
		tool_say(t,
			 "%llu galaxies stay as they are: their cell is too sparse, or they "
			 "lie outside of the grid",
			 (unsigned long long)untouched);
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
		return pz_fail(PZ_EUSAGE, "--whole draws nothing: it goes without --%s",
			       o->plan ? "plan" : "size");
	for (int i = 0; i < 2; i++)
		if (file[i] && !strcmp(file[i], "-"))
			return pz_fail(PZ_EUSAGE,
				       "--%s: standard output is the stream's: name a file",
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
		  "predictions of galaxies with known redshift" },
		{ PZ_OPTION_DOUBLE, 's', "size", "N", &o.size,
		  "training galaxies to draw; 0: ten times the input", .min = 0,
		  .max = PZ_DRAWN_MAX },
		{ PZ_OPTION_INT, 'm', "min-count", "N", &o.min_count,
		  "correct only where N or more were drawn", .min = 1, .max = 1 << 30 },
		{ PZ_OPTION_FLAG, 'w', "whole", NULL, &o.whole,
		  "the table of all training galaxies as they are: nothing is drawn" },
		{ PZ_OPTION_OUTPUT, 0, "plan", "FILE", &o.plan,
		  "write here how many galaxies each cell draws, and from which", .local = true },
		{ PZ_OPTION_OUTPUT, 0, "table", "FILE", &o.table,
		  "write here what is subtracted in each cell", .local = true },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "calibrate",
		.does = "step 4: take away what bias is left as a function of photo-z",
		.usage = "--train FILE [options] [predictions ...] >predictions",
		.notes = "Reads its input twice; a pipe is spooled to $TMPDIR.\n",
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
	    (rc = collect(t.in, &test, NULL)) == 0 && (rc = fit(&t, &o, &test, c)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = calibrate(&t, c);
	calibration_release(c);
	scalars_release(&test);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
