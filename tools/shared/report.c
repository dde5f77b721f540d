/* report.c -- from records to numbers */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	pz_score_pdf(&r->grid, d->p, z, zphot, r->options.outlier, &r->score[r->scalars.n - 1]);
	for (int i = 0; i < d->bins; i++)
		r->stacked[i] += d->p[i];
	return 0;
}

static int take_record(struct reading *d, const pz_map *record)
{
	struct report *r = d->report;
	const char *path = estimate_path[r->options.estimate];
	double z = pz_map_number(record, "z", NAN), zphot = pz_map_number(record, path, NAN);

	if (!isfinite(z)) {
		r->without_z++;
		return 0;
	}
	if (!isfinite(zphot))
		return pz_fail(PZ_EDATA, "%s: expected a finite number, found %s", path,
			       pz_map_has(record, path) ? "another value" : "none");
	if (r->scalars.n == 0)
		r->has_pz = pz_map_has(record, "pz");
	if (scalars_add(&r->scalars, record) < 0)
		return PZ_ENOMEM;
	return take_pz(d, record, z, zphot);
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
	if (!d.f4 || !d.p || !r->stacked)
		rc = pz_fail(PZ_ENOMEM, "no memory for p(z) of %d bins", d.bins);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);

		if ((rc = take_record(&d, record)) < 0)
			rc = record_fail(in, record, rc);
	}
	if (rc == 0 && r->scalars.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: none of %zu records has a redshift 'z'",
			     pz_reader_name(in), r->without_z);
	free(d.f4);
	free(d.p);
	return rc;
}

void report_release(struct report *r)
{
	scalars_release(&r->scalars);
	free(r->stacked);
	free(r->score);
	free(r->sigma_disp);
	free(r->mad);
	free(r->wasserstein);
	*r = (struct report){ 0 };
}

/* A curve with too few points for a line has none: all NaN. */
static void fit_line(const struct report *r, const struct pz_curve *curve, double from,
		     struct pz_line *line)
{
	struct pz_fit_range range = { .from = from,
				      .to = r->grid.max,
				      .min_count = (size_t)r->options.fit_count };

	(void)pz_fit_line(curve, range, line);
}

/* Curves and their lines, with variances fitted to these galaxies or to others. */
static int measure_curves(struct report *r, const struct pz_galaxies *g)
{
	double *variance = malloc(g->n * sizeof *variance);
	struct pz_variance *v = NULL;
	const struct report_options *o = &r->options;
	struct pz_galaxies from = o->variances ? scalars_galaxies(o->variances, o->estimate) : *g;
	int rc = variance ? pz_variance_fit(&v, &r->grid, &r->rows, &from, o->dispersions)
			  : pz_fail(PZ_ENOMEM, "no memory for %zu variances", g->n);

	if (rc == 0) {
		for (size_t i = 0; i < g->n; i++)
			variance[i] = pz_variance_at(v, g->z[i], g->mag[i]);
		memcpy(r->sigma_disp, v->dispersion,
		       (size_t)r->rows.channels * sizeof *r->sigma_disp);
		pz_curve_zspec(&r->grid, g, variance, &r->zspec);
		pz_curve_zphot(&r->grid, g, &r->zphot);
		pz_curve_simulated(v, g, 1, &r->simulated);
		fit_line(r, &r->zspec, r->options.fit_from, &r->zspec_line);
		fit_line(r, &r->zphot, r->grid.min, &r->zphot_line);
		r->rms_zphot = pz_curve_rms(&r->zphot, REPORT_RMS_MIN);
	}
	pz_variance_free(v);
	free(variance);
	return rc;
}

static int measure_distances(struct report *r, const struct pz_galaxies *g)
{
	int draws = r->options.bootstrap;
	uint64_t seed = r->options.seed;
	int rc = pz_distance_tv(&r->grid, g, draws, seed, &r->tv, &r->tv_boot);

	if (rc == 0)
		rc = pz_distance_tv_floor(&r->grid, g, &r->zspec, draws, seed, &r->tv_floor);
	if (rc == 0)
		rc = pz_distance_wasserstein(&r->grid, &r->rows, g, draws, seed, r->wasserstein);
	return rc;
}

/* Scores of the p(z), where the stream has them. */
static int measure_scores(struct report *r)
{
	return r->has_pz ? pz_scores_summary(r->score, r->scalars.n, r->options.bootstrap,
					     r->options.seed, &r->scores, &r->scores_error)
			 : 0;
}

int report_measure(struct report *r)
{
	struct pz_galaxies g = scalars_galaxies(&r->scalars, r->options.estimate);
	const struct report_options *o = &r->options;
	size_t m = (size_t)r->rows.channels;
	int rc;

	if (g.n < 2)
		return pz_fail(PZ_EDATA,
			       "%s: expected at least 2 galaxies with a redshift, found %zu",
			       r->name, g.n);
	r->sigma_disp = malloc(m * sizeof *r->sigma_disp);
	r->mad = malloc((2 * m - 1) * sizeof *r->mad);
	r->wasserstein = malloc(m * sizeof *r->wasserstein);
	if (!r->sigma_disp || !r->mad || !r->wasserstein)
		return pz_fail(PZ_ENOMEM, "no memory for %zu channels", m);
	if ((rc = pz_metrics_summary(&g, o->outlier, &r->summary)) == 0 &&
	    (rc = pz_metrics_bootstrap(&g, o->outlier, o->bootstrap, o->seed,
				       &(struct pz_summary){ 0 }, &r->error)) == 0 &&
	    (rc = measure_scores(r)) == 0 && (rc = measure_curves(r, &g)) == 0 &&
	    (rc = measure_distances(r, &g)) == 0)
		rc = pz_metrics_rows(&r->rows, &g, o->bootstrap, o->seed, r->mad);
	return rc < 0 ? pz_fail_in(rc, "%s", r->name) : 0;
}
