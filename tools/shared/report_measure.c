/* report_measure.c -- from scalars to numbers */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "report.h"

const struct report_estimate *report_chosen(const struct report *r)
{
	return &r->of[r->options.estimate];
}

static bool has_all(const struct scalars *c, enum estimate e)
{
	for (size_t i = 0; i < c->n; i++)
		if (!isfinite(c->zphot[e][i]))
			return false;
	return true;
}

/* One estimate, with variances fitted to these galaxies or to others. */
static int measure_estimate(struct report *r, enum estimate e)
{
	const struct report_options *o = &r->options;
	struct pz_galaxies g = scalars_galaxies(&r->scalars, e);
	struct pz_galaxies from = o->variances ? scalars_galaxies(o->variances, e) : g;
	struct pz_variance *v = NULL;
	struct pz_measure m = { .galaxies = &g,
				.outlier = o->outlier,
				.fit_from = o->fit_from,
				.fit_count = (size_t)o->fit_count,
				.rms_count = REPORT_RMS_MIN,
				.factor = o->factor };
	int rc = pz_variance_fit(&v, &r->grid, &r->rows, &from, o->dispersions);

	m.variance = v;
	if (rc == 0)
		rc = pz_measure_galaxies(&m, &r->of[e].all);
	if (rc == 0)
		rc = pz_measure_bootstrap(&m, o->bootstrap, o->seed, &r->of[e].mean,
					  &r->of[e].error);
	if (rc == 0 && e == o->estimate)
		memcpy(r->sigma_disp, v->dispersion,
		       (size_t)r->rows.channels * sizeof *r->sigma_disp);
	pz_variance_free(v);
	return rc;
}

/* Those that the records have, and the galaxies of the variances as well. */
static int measure_estimates(struct report *r)
{
	const struct scalars *others = r->options.variances;
	int rc = 0;

	for (enum estimate e = 0; e < ESTIMATES && rc == 0; e++) {
		r->of[e].there = r->of[e].there && (!others || has_all(others, e));
		if (r->of[e].there)
			rc = measure_estimate(r, e);
	}
	return rc;
}

static void count_outside(struct report *r)
{
	const double *zphot = r->scalars.zphot[r->options.estimate];

	for (size_t i = 0; i < r->scalars.n; i++) {
		r->outside_z += pz_grid_bin(&r->grid, r->scalars.z[i]) < 0;
		r->outside_zphot += pz_grid_bin(&r->grid, zphot[i]) < 0;
	}
}

/* The floor, and what is a function of magnitude, of the chosen estimate. */
static int measure_chosen(struct report *r)
{
	struct pz_galaxies g = scalars_galaxies(&r->scalars, r->options.estimate);
	int draws = r->options.bootstrap;
	uint64_t seed = r->options.seed;
	int rc = pz_distance_tv_floor(&r->grid, &g, &report_chosen(r)->all.zspec, draws, seed,
				      &r->tv_floor);

	if (rc == 0)
		rc = pz_distance_wasserstein(&r->grid, &r->rows, &g, draws, seed, r->wasserstein);
	return rc < 0 ? rc : pz_metrics_rows(&r->rows, &g, draws, seed, r->mad);
}

int report_measure(struct report *r)
{
	const struct report_options *o = &r->options;
	size_t m = (size_t)r->rows.channels;
	int rc;

	if (r->scalars.n < 2)
		return pz_fail(PZ_EDATA, "%s: expected at least 2 galaxies with a '%s', found %zu",
			       r->name, r->scalars.target, r->scalars.n);
	r->sigma_disp = malloc(m * sizeof *r->sigma_disp);
	r->mad = malloc((2 * m - 1) * sizeof *r->mad);
	r->wasserstein = malloc(m * sizeof *r->wasserstein);
	if (!r->sigma_disp || !r->mad || !r->wasserstein)
		return pz_fail(PZ_ENOMEM, "no memory for %zu channels", m);
	count_outside(r);
	rc = measure_estimates(r);
	if (rc == 0)
		rc = measure_chosen(r);
	if (rc == 0 && r->has_pz)
		rc = pz_scores_summary(r->score, r->scalars.n, o->bootstrap, o->seed, &r->scores,
				       &r->scores_error);
	return rc < 0 ? pz_fail_in(rc, "%s", r->name) : 0;
}
