/* nz -- the redshift distribution of a sample, from its p(z)
 *
 *   in    predictions with p(z); --trained: galaxies whose n(z) the p(z) contain
 *   out   a stream of kind nz: a record for each magnitude row, and one for all galaxies
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/nz.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/listing.h"
#include "../common/nofz.h"
#include "../common/record_pdf.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/tool.h"

struct options {
	const char *trained, *table;
	double smooth;
	int bootstrap;
	bool single, strict;
};

/* Galaxies of which something is to be said. */
struct counts {
	uint64_t without_pz;
	size_t without_mag;
};

static int check_header(const struct pz_header *h)
{
	int rc = pz_header_need_kind(h, "predictions");

	return rc < 0 ? rc : axes_needed(h);
}

/* ---- reading ---- */

static int read_sample(struct tool *t, bool strict, struct pz_nz *sample, struct counts *n)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct pz_progress progress;
	struct pdf pdf = { 0 };
	int rc = pdf_init(&pdf, &h->grid);

	tool_progress(t, &progress, "nz", "galaxies", 0);
	while (rc == 0 && (rc = pz_read(t->in)) > 0) {
		const pz_map *record = pz_reader_record(t->in);
		double mag = record_magnitude(record);

		if ((rc = pdf_load(&pdf, record)) > 0) {
			n->without_mag += !(mag >= 0);
			rc = pz_nz_add(sample, pdf.p, mag);
		} else if (rc == 0) {
			n->without_pz++;
			rc = strict ? pz_fail(PZ_EDATA, "pz: expected probabilities, found none")
				    : 0;
		}
		if (rc < 0)
			rc = record_fail(t->in, record, rc);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	pdf_release(&pdf);
	return rc;
}

static void say_counts(const struct tool *t, const struct counts *n)
{
	if (n->without_pz)
		tool_say(t, "%s no p(z) and %s left out",
			 COUNTED(n->without_pz, "galaxy has", "galaxies have"),
			 n->without_pz == 1 ? "was" : "were");
	say_without_mag(t, "", n->without_mag);
}

/* ---- writing ---- */

static double row_middle(const struct pz_header *h, int row)
{
	return h->rows.min + (row + 0.5) * h->rows.width;
}

/* The number under key; nothing where there is none. */
static void put_number(pz_map *record, const char *key, double value)
{
	if (isfinite(value))
		pz_map_set_number(record, key, value);
}

/* The record of a row, or of all galaxies behind the last row. */
static void put_row(const struct pz_header *h, const struct pz_nz_found *f, int row,
		    struct pdf *pdf, double *error, pz_map *record)
{
	const double *share = f->share + (size_t)row * pdf->bins;
	const double *errors = f->error + (size_t)row * pdf->bins;
	char id[16] = "all";

	pz_map_clear(record);
	if (row < f->rows)
		snprintf(id, sizeof id, "row %d", row);
	pz_map_set_text(record, "id", id);
	if (row < f->rows) {
		pz_map_set_integer(record, "row", row);
		pz_map_set_number(record, "mag", row_middle(h, row));
	}
	pz_map_set_integer(record, "n", (int64_t)f->n[row]);
	if (f->n[row] == 0)
		return;
	put_number(record, "mean", f->mean[row]);
	put_number(record, "mean_error", f->mean_error[row]);
	pz_map_set_number(record, "smooth", f->smooth[row]);
	pz_map_set_integer(record, "rounds", f->rounds[row]);
	for (size_t b = 0; b < pdf->bins; b++) {
		pdf->p[b] = share[b];
		error[b] = errors[b];
	}
	pdf_store(pdf, record);
	if (isfinite(errors[0]))
		pz_map_set_numbers(record, "error", error, (int)pdf->bins, 0);
}

static int write_rows(struct tool *t, const struct pz_header *h, const struct pz_nz_found *f)
{
	struct pdf pdf = { 0 };
	double *error = malloc((size_t)f->bins * sizeof *error);
	pz_map *record = pz_map_new();
	int rc = pdf_init(&pdf, &h->grid);

	if (rc == 0 && (!error || !record))
		rc = pz_fail(PZ_ENOMEM, "no memory for n(z) of %d bins", f->bins);
	for (int row = 0; row <= f->rows && rc == 0; row++) {
		put_row(h, f, row, &pdf, error, record);
		rc = pz_write(t->out, record);
	}
	pz_map_free(record);
	pdf_release(&pdf);
	free(error);
	return rc;
}

static int write_table(const char *path, const struct pz_header *h, const struct pz_nz_found *f)
{
	static const char *const name[] = { "row", "mag", "n", "bin", "z", "share", "error" };
	struct listing l;
	int rc = listing_begin(&l, path, name, 7);

	for (int row = 0; row <= f->rows && rc == 0; row++)
		for (int b = 0; b < f->bins && f->n[row] > 0; b++) {
			size_t i = (size_t)row * (size_t)f->bins + (size_t)b;
			char text[16] = "all";
			double value[] = { row < f->rows ? row_middle(h, row) : NAN,
					   (double)f->n[row],
					   b - h->grid.left,
					   pz_grid_centre(&h->grid, b),
					   f->share[i],
					   f->error[i] };

			if (row < f->rows)
				snprintf(text, sizeof text, "%d", row);
			listing_add(&l, text, value);
		}
	return rc < 0 ? rc : listing_end(&l);
}

/* The header of the output: axes and survey, without what describes galaxies. */
static int make_header(struct pz_header *h, const struct pz_header *in)
{
	int rc = pz_header_copy(h, in);

	if (rc < 0)
		return rc;
	strcpy(h->kind, NOFZ_KIND);
	stamp_drop_header(h);
	return pz_header_set_features(h, NULL, 0);
}

/* ---- all of it ---- */

static int find_nz(struct tool *t, const struct options *o, const struct pz_nz *sample,
		   struct pz_nz_found *found)
{
	const struct pz_header *h = pz_reader_header(t->in);
	struct pz_nz_options options = { o->smooth, o->single, o->bootstrap, t->seed };
	struct pz_counts trained = { 0 };
	int rc = o->trained ? nofz_read(t, o->trained, h, &trained) : 0;

	if (rc == 0)
		rc = pz_nz_run(sample, o->trained ? &trained : NULL, &options, found);
	if (rc == 0 && !found->settled)
		tool_say(t,
			 "n(z) still changed after %d rounds: take it with care, or smooth it more "
			 "(--smooth)",
			 PZ_NZ_ROUNDS);
	pz_counts_release(&trained);
	return rc;
}

static int write_output(struct tool *t, const struct options *o, const struct pz_nz_found *found)
{
	struct pz_header h = { 0 };
	int rc = make_header(&h, pz_reader_header(t->in));

	if (rc == 0 && o->table) {
		int beside = write_table(o->table, &h, found);

		if (beside < 0)
			tool_fault(t, beside);
	}
	if (rc == 0 && (rc = tool_open_output(t, &h)) == 0)
		rc = write_rows(t, &h, found);
	pz_header_release(&h);
	return rc;
}

static int check_options(const struct options *o)
{
	if (o->bootstrap == 1)
		return pz_fail(PZ_EUSAGE, "--bootstrap: expected 0, or 2 and more, found 1");
	if (o->table && !strcmp(o->table, "-"))
		return pz_fail(PZ_EUSAGE,
			       "--table: expected a file: the stream goes to standard output");
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = { .bootstrap = 100 };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 't', "trained", "FILE", &o.trained,
		  "galaxies whose n(z) the p(z) contain: those that the network was trained on or "
		  "the p(z) were recalibrated with; default: flat" },
		{ PZ_OPTION_INT, 'b', "bootstrap", "N", &o.bootstrap,
		  "bootstrap samples of the galaxies, for errors; 0: no errors", .min = 0,
		  .max = 100000 },
		{ PZ_OPTION_DOUBLE, 0, "smooth", "BINS", &o.smooth,
		  "smooth n(z) by at least this standard deviation; 0: by the width of the p(z)",
		  .min = 0, .max = PZ_SMOOTH_MAX },
		{ PZ_OPTION_FLAG, 's', "single", NULL, &o.single,
		  "one ratio to the trained n(z) for all magnitude rows, instead of one for each" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict, "stop at a galaxy without p(z)" },
		{ PZ_OPTION_OUTPUT, 0, "table", "FILE", &o.table,
		  "write n(z) and its errors to this table", .local = true },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "nz",
		.does = "estimate the redshift distribution of a sample from its p(z)",
		.usage = "[options] [predictions ...] >nz",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct pz_nz *sample = NULL;
	struct pz_nz_found found = { 0 };
	struct counts n = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = tool_blame_input(&t, check_header(pz_reader_header(t.in)))) == 0 &&
	    (rc = pz_nz_new(&sample, &pz_reader_header(t.in)->grid,
			    &pz_reader_header(t.in)->rows)) == 0 &&
	    (rc = read_sample(&t, o.strict, sample, &n)) == 0) {
		say_counts(&t, &n);
		if ((rc = find_nz(&t, &o, sample, &found)) == 0)
			rc = write_output(&t, &o, &found);
	}
	pz_nz_found_release(&found);
	pz_nz_free(sample);
	return tool_end(&t, rc);
}
