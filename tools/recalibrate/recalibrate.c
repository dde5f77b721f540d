/* recalibrate -- p(z) that mean what they say at each magnitude and photometric redshift
 *
 *   in    predictions with p(z); --train: predictions of galaxies with known redshift that
 *         were not used in training
 *   out   the same with another p(z), and intervals; estimates stay as they are
 *
 * First p(z) are multiplied by a ratio of n(z) (--prior, --trained), then their cumulated shares
 * are mapped (--train). The input is read once.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/prior.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/nofz.h"
#include "../common/scalars.h"
#include "learned.h"
#include "note.h"

struct options {
	struct fit_options fit;
	const char *prior, *trained, *table;
	double smooth;
};

/* Galaxies of the input of which something is to be said. */
struct counts {
	uint64_t without_pz, known, outdated;
	size_t without_mag;
};

static int check_options(struct options *o)
{
	if (!o->fit.train && !o->prior)
		return pz_fail(
			PZ_EUSAGE,
			"--train: expected a file of predictions with redshifts, or --prior");
	if (o->table && !strcmp(o->table, "-"))
		return pz_fail(PZ_EUSAGE,
			       "--table: expected a file: the stream goes to standard output");
	for (int i = 0; i < o->fit.intervals.count; i++)
		for (int k = 0; k < i; k++)
			if (o->fit.intervals.value[i] == o->fit.intervals.value[k])
				return pz_fail(PZ_EUSAGE,
					       "--intervals: expected each level once, "
					       "found %g twice",
					       o->fit.intervals.value[i]);
	return 0;
}

static int check_header(const struct pz_header *h)
{
	int rc = pz_header_need_kind(h, "predictions");

	return rc < 0 ? rc : axes_needed(h);
}

/* The ratio of n(z) by row, over the bins of the input. */
static int read_prior(struct tool *t, const struct options *o, const struct pz_header *h,
		      struct fit *f)
{
	size_t size = (size_t)pz_rows_count(&h->rows) * (size_t)pz_grid_total(&h->grid);
	struct pz_counts target = { 0 }, trained = { 0 };
	int rc = nofz_read(t, o->prior, h, &target);

	if (rc == 0 && o->trained)
		rc = nofz_read(t, o->trained, h, &trained);
	if (rc == 0 && !(f->ratio = malloc(size * sizeof *f->ratio)))
		rc = pz_fail(PZ_ENOMEM, "no memory for the n(z) of %d rows",
			     pz_rows_count(&h->rows));
	if (rc == 0)
		rc = pz_prior_ratio(f->ratio, &target, o->trained ? &trained : NULL, o->smooth);
	pz_counts_release(&target);
	pz_counts_release(&trained);
	return rc;
}

/* A second recalibration is allowed, as p(z) may have been multiplied by a prior since, but the
 * same once more is a mistake. */
static void say_again(const struct tool *t, const struct options *o, const struct pz_header *h,
		      const struct fit *f)
{
	char train[9] = "";

	if (!o->fit.train || !pz_map_has(h->map, "recalibrated"))
		return;
	pz_map_text(h->map, "recalibrated.train", train, sizeof train);
	tool_say(t, "%s: the p(z) were recalibrated before%s", pz_reader_name(t->in),
		 strcmp(train, f->hash) ? "" : ", with the same --train");
}

/* ---- a record ---- */

static void put_intervals(const struct fit *f, const struct fit_options *o, const struct pdf *pdf,
			  int row, pz_map *record)
{
	char text[2 * PZ_NUMBERS_MAX][32];
	const char *name[2 * PZ_NUMBERS_MAX];
	double value[2 * PZ_NUMBERS_MAX];
	int n = 0;

	for (int l = 0; l < f->intervals.levels; l++) {
		pz_conformal_interval(&f->intervals, &pdf->grid, f->p, row, l, &value[n],
				      &value[n + 1]);
		snprintf(text[n], sizeof *text, "low%g", o->intervals.value[l]);
		snprintf(text[n + 1], sizeof *text, "high%g", o->intervals.value[l]);
		name[n] = text[n];
		name[n + 1] = text[n + 1];
		n += 2;
	}
	pz_map_set_named(record, "interval", name, value, n);
}

static int recalibrate_record(const struct options *o, struct fit *f, const struct pz_rows *rows,
			      struct pdf *pdf, pz_map *record, struct counts *n)
{
	double mag = record_magnitude(record);
	int row = pz_rows_row(rows, mag), rc = pdf_load(pdf, record);

	if (rc < 0)
		return rc;
	n->known += fit_has_id(f, record);
	if (pz_map_has(record, "interval")) {
		n->outdated += f->intervals.levels == 0;
		pz_map_drop(record, "interval");
	}
	if (rc == 0) {
		n->without_pz++;
		return o->fit.strict ? pz_fail(PZ_EDATA, "pz: expected probabilities, found %s",
					       pz_map_has(record, "pz") ? "zeros or NaN" : "none")
				     : 0;
	}
	n->without_mag += !(mag >= 0);
	fit_apply(f, pdf, row);
	pdf_store(pdf, record);
	if (f->intervals.levels)
		put_intervals(f, &o->fit, pdf, row, record);
	return 0;
}

/* ---- all of them ---- */

static void say_counts(const struct tool *t, const struct options *o, const struct counts *n)
{
	if (n->without_pz)
		tool_say(t, "%" PRIu64 " of %s no p(z) and %s passed on unchanged", n->without_pz,
			 COUNTED(pz_reader_count(t->in), "galaxy has", "galaxies have"),
			 n->without_pz == 1 ? "was" : "were");
	if (n->known)
		tool_say(t,
			 "%s in %s as well: the p(z) of such galaxies look better calibrated than "
			 "they are",
			 COUNTED(n->known, "galaxy of the input is", "galaxies of the input are"),
			 o->fit.train);
	if (n->outdated)
		tool_say(t, "%s an 'interval' of the p(z) as they were, which was removed",
			 COUNTED(n->outdated, "galaxy has", "galaxies have"));
	say_without_mag(t, "", n->without_mag);
}

static int recalibrate_stream(struct tool *t, const struct options *o, struct fit *f)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct pz_progress progress;
	struct counts n = { 0 };
	struct pdf pdf = { 0 };
	int rc = pdf_init(&pdf, &h->grid);

	tool_progress(t, &progress, "recalibrate", "galaxies", 0);
	while (rc == 0 && (rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		rc = recalibrate_record(o, f, &h->rows, &pdf, record, &n);
		if (rc < 0)
			rc = record_fail(t->in, record, rc);
		else
			rc = pz_write(t->out, record);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	pdf_release(&pdf);
	if (rc == 0)
		say_counts(t, o, &n);
	return rc;
}

static int learn_all(struct tool *t, const struct options *o, struct fit *f)
{
	const struct pz_header *h = pz_reader_header(t->in);
	int rc = o->prior ? read_prior(t, o, h, f) : 0;

	if (rc == 0 && o->fit.train)
		rc = fit_train(t, &o->fit, h, f);
	if (rc < 0)
		return rc;
	say_again(t, o, h, f);
	if (o->table && (rc = note_table(o->table, f, h)) < 0)
		tool_fault(t, rc);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .fit = { .cell = 100, .held = 0.5 }, .smooth = 3 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 't', "train", "FILE", &o.fit.train,
		  "predictions of the same network for galaxies with known redshift that were not "
		  "used in training" },
		{ PZ_OPTION_FILE, 'p', "prior", "FILE", &o.prior,
		  "multiply p(z) by the n(z) of these galaxies in each magnitude row, or of a "
		  "stream that nz wrote" },
		{ PZ_OPTION_FILE, 0, "trained", "FILE", &o.trained,
		  "divide p(z) by the n(z) of these galaxies, which p(z) contain; default: flat",
		  .needs = "prior" },
		{ PZ_OPTION_DOUBLE, 0, "smooth", "BINS", &o.smooth,
		  "smooth both n(z) by a Gaussian of this standard deviation", .min = 0,
		  .max = PZ_SMOOTH_MAX, .needs = "prior" },
		{ PZ_OPTION_NUMBERS, 'i', "intervals", "PERCENT,...", &o.fit.intervals,
		  "add intervals that hold these shares of the galaxies", .min = 1, .max = 99.99,
		  .needs = "train" },
		{ PZ_OPTION_DOUBLE, 0, "held", "SHARE", &o.fit.held,
		  "share of the training galaxies on which the margins of intervals are found",
		  .min = 0.05, .max = 0.95, .needs = "intervals" },
		{ PZ_OPTION_INT, 'c', "cell", "N", &o.fit.cell,
		  "training galaxies from one cell of photometric redshift to the next", .min = 10,
		  .max = 1e9, .needs = "train" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.fit.strict,
		  "stop at a galaxy without p(z), and at a training galaxy without redshift" },
		{ PZ_OPTION_OUTPUT, 0, "table", "FILE", &o.table,
		  "write the map of each cell to this table", .local = true, .needs = "train" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "recalibrate",
		.does = "make p(z) mean what they say, by galaxies with known redshift",
		.usage = "--train FILE [options] [predictions ...] >predictions\n"
			 "--prior FILE [options] [predictions ...] >predictions",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct pz_header h = { 0 };
	struct fit f = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = tool_blame_input(&t, check_header(pz_reader_header(t.in)))) == 0 &&
	    (rc = learn_all(&t, &o, &f)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = note_header(&h, &f, &o.fit)) == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = recalibrate_stream(&t, &o, &f);
	fit_release(&f);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
