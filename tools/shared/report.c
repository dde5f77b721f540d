/* report.c -- from records to numbers */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "report.h"

/* What reading one stream needs beside the report. */
struct reading {
	struct report *report;
	int bins;  /* of the extended grid                                      */
	float *f4; /* a p(z) as stored                                          */
	double *p; /* and as numbers                                            */
};

static int take_header(struct report *r, const struct pz_header *h, const struct report_options *o)
{
	int rc = pz_header_need_kind(h, "predictions");

	if (rc < 0 || (rc = axes_needed(h)) < 0)
		return rc;
	r->options = *o;
	r->grid = h->grid;
	r->rows = h->rows;
	scalars_begin(&r->scalars, h);
	if (isnan(o->outlier))
		r->options.outlier = h->has_limits ? h->limits.outlier : NAN;
	if (isnan(o->fit_from))
		r->options.fit_from = h->has_limits ? h->limits.fit_from : h->grid.min;
	if (!(r->options.outlier > 0))
		return pz_fail(PZ_EUSAGE, "no outlier threshold in the header: give --outlier");
	return 0;
}

/* Room for the score of the galaxy last added to the scalars. */
static int make_room(struct report *r)
{
	struct pz_score *more;

	if (r->scalars.n <= r->score_room)
		return 0;
	if (!(more = realloc(r->score, r->scalars.room * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies",
			       r->scalars.room);
	r->score = more;
	r->score_room = r->scalars.room;
	return 0;
}

/* The p(z) of a record that has one. */
static int take_pz(struct reading *d, const pz_map *record, double z, double zphot)
{
	struct report *r = d->report;
	const void *bytes;
	size_t size, expected = (size_t)d->bins * sizeof *d->f4;
	int rc = pz_map_bytes(record, "pz", &bytes, &size);

	if (rc == 0 && !r->has_pz)
		return 0;
	if (rc <= 0)
		return pz_fail(PZ_EDATA, "pz: expected bytes, as the first record has them");
	if (!r->has_pz)
		return pz_fail(PZ_EDATA, "pz: the first record has none");
	if (size != expected)
		return pz_fail(PZ_EDATA, "pz: expected %zu bytes (%d bins), found %zu", expected,
			       d->bins, size);
	pz_pixels_load(d->f4, bytes, (size_t)d->bins, PZ_F4);
	for (int i = 0; i < d->bins; i++)
		d->p[i] = (double)d->f4[i];
	if ((rc = pz_pdf_check(&r->grid, d->p)) < 0 || (rc = make_room(r)) < 0)
		return rc;
	pz_score_pdf(&r->grid, d->p, z, zphot,
		     r->options.outlier * (scalars_plain(&r->scalars) ? 1 : 1 + zphot),
		     &r->score[r->scalars.n - 1]);
	for (int i = 0; i < d->bins; i++) {
		r->stacked[i] += d->p[i];
		r->squared[i] += d->p[i] * d->p[i];
	}
	return 0;
}

int report_check_estimate(const pz_map *record, enum estimate e)
{
	const char *path = estimate_path[e];

	if (isfinite(pz_map_number(record, path, NAN)))
		return 0;
	return pz_fail(PZ_EDATA, "%s: expected a finite number, found %s", path,
		       pz_map_has(record, path) ? "another value" : "none");
}

/* The chosen estimate, and others that the first record has, are in every record. */
static int check_estimates(struct report *r, const pz_map *record)
{
	int rc = 0;

	for (enum estimate e = 0; e < ESTIMATES && rc == 0; e++) {
		if (r->scalars.n == 0)
			r->of[e].there = e == r->options.estimate ||
					 pz_map_has(record, estimate_path[e]);
		if (r->of[e].there)
			rc = report_check_estimate(record, e);
		else if (pz_map_has(record, estimate_path[e]))
			rc = pz_fail(PZ_EDATA, "%s: the first record has none", estimate_path[e]);
	}
	return rc;
}

static int take_record(struct reading *d, const pz_map *record)
{
	struct report *r = d->report;
	double z = pz_map_number(record, r->scalars.target, NAN);
	double zphot = pz_map_number(record, estimate_path[r->options.estimate], NAN);
	int rc;

	if (!isfinite(z)) {
		r->without_z++;
		return 0;
	}
	if (!scalars_plain(&r->scalars) && z <= -1)
		return pz_fail(PZ_EDATA, "z: expected more than -1 (or none), found %g", z);
	if ((rc = check_estimates(r, record)) < 0)
		return rc;
	if (r->scalars.n == 0)
		r->has_pz = pz_map_has(record, "pz");
	return scalars_add(&r->scalars, record) < 0 ? PZ_ENOMEM : take_pz(d, record, z, zphot);
}

int report_read(struct report *r, struct pz_reader *in, const struct report_options *o)
{
	struct reading d = { .report = r };
	int rc = take_header(r, pz_reader_header(in), o);

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
	if (rc == 0 && r->scalars.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: none of %zu records has a '%s'", pz_reader_name(in),
			     r->without_z, r->scalars.target);
	free(d.f4);
	free(d.p);
	return rc;
}

void report_release(struct report *r)
{
	scalars_release(&r->scalars);
	free(r->stacked);
	free(r->squared);
	free(r->score);
	free(r->sigma_disp);
	free(r->mad);
	free(r->wasserstein);
	*r = (struct report){ 0 };
}
