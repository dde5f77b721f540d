/* report.c -- reads the scalars and p(z) scores of a stream of predictions */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "report.h"

#define WIDTHS_ALIKE 1e-9 /* bins whose widths differ by less of themselves         */

/* What reading one stream needs besides the report. */
struct reading {
	struct report *report;
	int bins;           /* of the extended grid                              */
	float *f4;          /* a p(z) as stored                                  */
	double *p;          /* and as numbers                                    */
	struct whole whole; /* --strict: what the first galaxy has                  */
	bool expected_pz;   /* --strict: whether the first galaxy has a p(z)       */
};

/* Whether bins of redshift and their range are the same, extensions apart. */
static bool same_bins(const struct pz_grid *a, const struct pz_grid *b)
{
	return a->min == b->min && a->max == b->max && a->bins == b->bins;
}

static int take_header(struct report *r, const struct pz_header *h, const struct report_options *o,
		       const struct report *first)
{
	int rc = pz_header_need_kind(h, "predictions");

	if (rc < 0 || (rc = axes_needed(h)) < 0)
		return rc;
	r->options = *o;
	r->grid = h->grid;
	r->axes = first && !same_bins(&first->axes, &h->grid) ? first->axes : h->grid;
	r->rows = first ? first->rows : h->rows;
	r->binned_alike = !first || fabs(pz_grid_width(&h->grid) / pz_grid_width(&first->grid) -
					 1) < WIDTHS_ALIKE;
	scalars_begin(&r->scalars, h);
	if (isnan(o->outlier))
		r->options.outlier = h->has_limits ? h->limits.outlier : NAN;
	if (isnan(o->fit_from))
		r->options.fit_from = h->has_limits ? h->limits.fit_from : r->axes.min;
	if (!(r->options.outlier > 0))
		return pz_fail(PZ_EUSAGE,
			       "header: expected an outlier threshold, found none: give --outlier");
	return 0;
}

/* Room for one more score. */
static int make_room(struct report *r)
{
	size_t room = r->score_room ? 2 * r->score_room : 1024;
	struct pz_score *more;

	if (r->n_pz < r->score_room)
		return 0;
	if (!(more = realloc(r->score, room * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", room);
	r->score = more;
	r->score_room = room;
	return 0;
}

/* Loads the p(z) of a record into d->p: 1; 0: it has none; zeros and NaN mean that as well. */
static int load_pz(struct reading *d, const pz_map *record)
{
	const struct pz_grid *grid = &d->report->grid;
	const void *bytes;
	size_t size, expected = (size_t)d->bins * sizeof *d->f4;
	int rc = pz_map_bytes(record, "pz", &bytes, &size);

	if (rc == 0)
		return 0;
	if (rc < 0)
		return pz_fail(PZ_EDATA, "pz: expected bytes, found another value");
	if (size != expected)
		return pz_fail(PZ_EDATA, "pz: expected %zu bytes (%d bins), found %zu", expected,
			       d->bins, size);
	pz_pixels_load(d->f4, bytes, (size_t)d->bins, PZ_F4);
	for (int i = 0; i < d->bins; i++)
		d->p[i] = (double)d->f4[i];
	if (pz_pdf_is_missing(grid, d->p))
		return 0;
	rc = pz_pdf_check(grid, d->p);
	return rc < 0 ? rc : 1;
}

/* Adds the scores of a record's p(z), if it has one. */
static int take_pz(struct reading *d, const pz_map *record, double z, double zphot)
{
	struct report *r = d->report;
	int rc = load_pz(d, record);

	if (rc == 0 && r->options.strict && d->expected_pz)
		return pz_fail(PZ_EDATA, "pz: expected probabilities, found %s",
			       pz_map_has(record, "pz") ? "zeros or NaN" : "none");
	if (rc <= 0 || (rc = make_room(r)) < 0)
		return rc;
	if (!pz_score_pdf(&r->grid, d->p, z, zphot,
			  r->options.outlier * (scalars_plain(&r->scalars) ? 1 : 1 + zphot),
			  &r->score[r->n_pz++]))
		r->outside_pz++;
	for (int i = 0; i < d->bins; i++) {
		r->stacked[i] += d->p[i];
		r->squared[i] += d->p[i] * d->p[i];
	}
	return 0;
}

/* --strict: every galaxy must have the chosen estimate, and what the first galaxy has. */
static int check_whole(struct reading *d, const pz_map *record)
{
	const struct report *r = d->report;
	bool begins = !d->whole.begun, has_pz = pz_map_has(record, "pz");
	int rc;

	d->whole.estimate[r->options.estimate] = true;
	if ((rc = whole_check(&d->whole, r->scalars.target, record)) < 0)
		return rc;
	d->expected_pz |= begins && has_pz;
	return has_pz && !d->expected_pz
		       ? pz_fail(PZ_EDATA, "pz: expected none, as in the first galaxy, found one")
		       : 0;
}

static int take_record(struct reading *d, const pz_map *record)
{
	struct report *r = d->report;
	const char *target = r->scalars.target, *path = estimate_path[r->options.estimate];
	double z = record_value(record, target, target, &r->without_z), zphot;
	int rc;

	if (isnan(z))
		return r->options.strict ? record_lacks(record, target) : 0;
	if (r->options.strict && (rc = check_whole(d, record)) < 0)
		return rc;
	zphot = record_value(record, path, target, &r->without_zphot);
	if ((rc = scalars_add(&r->scalars, record)) < 0)
		return rc;
	return isnan(zphot) ? 0 : take_pz(d, record, z, zphot);
}

/* Says what a stream lacks in which no galaxy can be measured. */
static int check_any(const struct report *r, const char *name)
{
	if (r->scalars.n == 0)
		return pz_fail(PZ_EDATA, "%s: expected records with '%s', found none among %s",
			       name, r->scalars.target,
			       COUNTED(r->without_z.count, "record", "records"));
	if (r->without_zphot.count == r->scalars.n)
		return pz_fail(
			PZ_EDATA,
			"%s: expected records with an estimate '%s', found none among %s with '%s'",
			name, estimate_path[r->options.estimate],
			COUNTED(r->scalars.n, "record", "records"), r->scalars.target);
	return 0;
}

int report_read(struct report *r, struct pz_reader *in, const struct report_options *o,
		const struct report *first)
{
	struct reading d = { .report = r };
	int rc = take_header(r, pz_reader_header(in), o, first);

	if (rc < 0)
		return pz_fail_in(rc, "%s", pz_reader_name(in));
	d.bins = pz_grid_total(&r->grid);
	d.f4 = malloc((size_t)d.bins * sizeof *d.f4);
	d.p = malloc((size_t)d.bins * sizeof *d.p);
	r->stacked = calloc((size_t)d.bins, sizeof *r->stacked);
	r->squared = calloc((size_t)d.bins, sizeof *r->squared);
	if (!d.f4 || !d.p || !r->stacked || !r->squared)
		rc = pz_fail(PZ_ENOMEM, "no memory for p(z) of %d bins", d.bins);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);

		if ((rc = take_record(&d, record)) < 0)
			rc = record_fail(in, record, rc);
	}
	if (rc == 0)
		rc = check_any(r, pz_reader_name(in));
	free(d.f4);
	free(d.p);
	return rc;
}

size_t report_scored(const struct report *r)
{
	return r->n_pz - r->outside_pz;
}

void report_release(struct report *r)
{
	scalars_release(&r->scalars);
	free(r->made);
	free(r->own);
	free(r->stacked);
	free(r->squared);
	free(r->score);
	free(r->sigma_disp);
	free(r->mad);
	free(r->wasserstein);
	*r = (struct report){ 0 };
}
