/* from_records.c -- a row with its p(z) as a record */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>
#include <pz/pdf.h>

#include "../common/row.h"
#include "../common/scalars.h"
#include "from_records.h"

/* -- opening */

static int fail_target(const char *target)
{
	return pz_fail(
		PZ_EUSAGE,
		"--target: expected a carried column '%s', found none: --carry %s, or %s=NAME",
		target, target, target);
}

/* The true value of another target than z is a carried column. */
static int check_target(const struct pz_catalogue *c, const char *target)
{
	if (!strcmp(target, "z"))
		return 0;
	for (int i = 0; i < pz_catalogue_carried(c); i++)
		if (!strcmp(pz_catalogue_carry(c, i), target))
			return 0;
	return fail_target(target);
}

static int allocate_row(struct table_rows *r)
{
	size_t total = (size_t)pz_grid_total(&r->grid);

	r->f4 = malloc(total * sizeof *r->f4);
	r->stored = malloc(total * sizeof *r->f4);
	r->p = malloc(total * sizeof *r->p);
	r->record = pz_map_new();
	return r->f4 && r->stored && r->p && r->record
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for a galaxy of %zu bins", total);
}

int table_rows_open_pzpipe(struct table_rows *r, struct pzpipe_table *table, const char *target)
{
	size_t total = (size_t)pz_grid_total(&r->grid);

	r->pzpipe = table;
	if (table->pz >= 0 && table->bins != total)
		return pz_fail(PZ_EMISMATCH,
			       "%s: column 'pz': expected %zu probabilities, as the grid has bins, "
			       "found %zu",
			       table_file_where(table->file), total, table->bins);
	if (strcmp(target, "z") && !pzpipe_table_has(table, target))
		return fail_target(target);
	return allocate_row(r);
}

int table_rows_open_foreign(struct table_rows *r, const struct table_source *from)
{
	struct pz_catalogue_options c = { .columns = from->columns,
					  .carry = from->carry,
					  .band = from->band,
					  .hdu = from->hdu,
					  .features = from->features,
					  .anywhere = true,
					  .texts = true,
					  .numbered = from->pz.name != NULL,
					  .strict = from->target };
	int rc = pz_missing_parse(&c.missing, from->missing);

	if (rc == 0)
		rc = pz_catalogue_open(&r->table, from->path, &c);
	if (rc < 0 || (rc = row_begin(&r->form, r->table, from->colours)) < 0 ||
	    (rc = check_target(r->table, from->target)) < 0 || (rc = allocate_row(r)) < 0 ||
	    !from->pz.name)
		return rc;
	return probabilities_open(&r->pz, r->table, &from->pz, &r->grid);
}

void table_rows_close(struct table_rows *r)
{
	pz_catalogue_close(r->table);
	probabilities_close(r->pz);
	pz_map_free(r->record);
	row_release(&r->form);
	free(r->f4);
	free(r->stored);
	free(r->p);
}

/* -- a record */

/* The estimates of the table, or if it has none those of the p(z). */
static void put_estimates(struct table_rows *r, const struct pz_catalogue_row *row, bool has_pz)
{
	double value[ESTIMATES] = { row->zphot, row->zphot_mean, row->zphot_median };
	const char *name[ESTIMATES];
	int n = 0;

	if (!r->complete && isnan(row->zphot) && has_pz) {
		value[ESTIMATE_MODE] = pz_pdf_mode(&r->grid, r->p);
		value[ESTIMATE_MEAN] = pz_pdf_mean(&r->grid, r->p);
		value[ESTIMATE_MEDIAN] = pz_pdf_median(&r->grid, r->p);
	}
	for (int e = 0; e < ESTIMATES; e++) {
		double x = isnan(value[e]) && !r->complete ? value[ESTIMATE_MODE] : value[e];

		if (!isfinite(x))
			continue;
		name[n] = estimate_name[e];
		value[n++] = x;
	}
	if (n > 0)
		pz_map_set_named(r->record, "zphot", name, value, n);
}

/* Names the options for a p(z) of which nothing but the sum is wrong. */
static int suggest_scale(const struct table_rows *r, int rc)
{
	if (r->scale_pz)
		return rc;
	return pz_fail((enum pz_error)rc,
		       "%s (--scale-pz divides by the sum; --pz-is says that the numbers are "
		       "density, loglike or chi2)",
		       pz_error_text());
}

/* Puts the p(z) in r->p into the record as float32, and rounds r->p to these values. */
static int put_pz(struct table_rows *r, uint64_t row)
{
	size_t total = (size_t)pz_grid_total(&r->grid);
	int rc = pz_pdf_check(&r->grid, r->p);

	if (rc < 0)
		return pz_fail_in(suggest_scale(r, rc), "row %" PRIu64, row + 1);
	for (size_t i = 0; i < total; i++) {
		r->f4[i] = (float)r->p[i];
		r->p[i] = (double)r->f4[i];
	}
	pz_pixels_store(r->stored, r->f4, total, PZ_F4);
	pz_map_set_bytes(r->record, "pz", r->stored, total * sizeof *r->f4);
	return 0;
}

/* What there is of a galaxy's p(z). */
enum got {
	GOT_NONE, /* none is read, or the record of the stream from which the table is had none */
	GOT_PZ,
	GOT_FAULT,    /* numbers that are no p(z)                               */
	GOT_UNLISTED, /* the file has no line of it                             */
};

static int fail_strict(uint64_t row, const char *found)
{
	return pz_fail(PZ_EDATA,
		       "row %" PRIu64 ": p(z): expected one, because of --strict, found %s",
		       row + 1, found);
}

/* An enum got for numbers of a p(z) that are none, or < 0. */
static int judge_fault(struct table_rows *r, enum likelihood_fault fault, uint64_t row)
{
	if (fault == LIKELIHOOD_FINE)
		return GOT_PZ;
	if (fault == LIKELIHOOD_ABSENT && r->complete)
		return GOT_NONE;
	r->counts.fault[fault]++;
	return r->strict ? fail_strict(row, likelihood_says(fault)) : GOT_FAULT;
}

/* Reads the p(z) of the row into r->p: an enum got, or < 0. */
static int take_pz(struct table_rows *r, const struct pz_catalogue_row *row)
{
	enum likelihood_fault fault;
	int listed = r->pz ? probabilities_next(r->pz, row, r->p, &fault) : 0;

	if (listed < 0 || !r->pz)
		return listed;
	if (listed)
		return judge_fault(r, fault, row->row);
	return r->strict ? fail_strict(row->row, "no line") : GOT_UNLISTED;
}

/* Counts a galaxy without p(z). Whether it stays: it is left out if it is not listed, or if it has
 * neither p(z) nor an estimate. */
static bool stays(struct pz_counts *n, enum got got, bool estimated)
{
	n->unlisted += got == GOT_UNLISTED;
	n->kept += got == GOT_FAULT && estimated;
	n->left_out += got == GOT_FAULT && !estimated;
	return got != GOT_UNLISTED && (got != GOT_FAULT || estimated);
}

static bool has_estimate(const pz_map *record)
{
	for (int e = 0; e < ESTIMATES; e++)
		if (isfinite(pz_map_number(record, estimate_path[e], NAN)))
			return true;
	return false;
}

/* As table_rows_next, of a table of others. */
static int next_foreign(struct table_rows *r, bool *keep)
{
	struct pz_catalogue_row row;
	int rc, got;

	if ((rc = pz_catalogue_next(r->table, &row)) <= 0 || (rc = got = take_pz(r, &row)) < 0)
		return rc;
	*keep = stays(&r->counts, (enum got)got,
		      isfinite(row.zphot) || isfinite(row.zphot_mean) ||
			      isfinite(row.zphot_median));
	if (!*keep)
		return 1;
	row_put(&r->form, r->table, &row, r->record);
	if (got == GOT_PZ && (rc = put_pz(r, row.row)) < 0)
		return rc;
	put_estimates(r, &row, got == GOT_PZ);
	return 1;
}

/* As table_rows_next, of a table that totable wrote. */
static int next_pzpipe(struct table_rows *r, bool *keep)
{
	enum likelihood_fault fault;
	int rc, got = GOT_NONE;
	uint64_t row;

	if ((rc = pzpipe_table_next(r->pzpipe, r->record)) <= 0)
		return rc;
	row = r->pzpipe->row;
	if (pzpipe_table_pz(r->pzpipe, r->p)) {
		fault = likelihood_to_pz((enum likelihood)r->pz_is, r->scale_pz, &r->grid, FLT_MIN,
					 r->p);
		if ((got = judge_fault(r, fault, row)) < 0)
			return got;
	}
	if (got == GOT_PZ && (rc = put_pz(r, row)) < 0)
		return rc;
	pzpipe_table_end(r->pzpipe, r->record);
	*keep = stays(&r->counts, (enum got)got, has_estimate(r->record));
	return 1;
}

int table_rows_next(struct table_rows *r, bool *keep)
{
	return r->pzpipe ? next_pzpipe(r, keep) : next_foreign(r, keep);
}
