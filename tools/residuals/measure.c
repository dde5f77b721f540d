/* measure.c -- measures numbers, curves and distances of a report's galaxies */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "grouped.h"
#include "report.h"

const struct report_estimate *report_chosen(const struct report *r)
{
	return &r->of[r->options.estimate];
}

/* Measures one estimate of galaxies g, with variances fitted to the galaxies of `from`. */
static int measure_galaxies(struct report *r, enum estimate e, const struct pz_galaxies *g,
			    const struct pz_galaxies *from)
{
	const struct report_options *o = &r->options;
	struct pz_variance *v = NULL;
	struct pz_measure m = { .galaxies = g,
				.outlier = o->outlier,
				.fit_from = o->fit_from,
				.fit_count = (size_t)o->fit_count,
				.rms_count = REPORT_RMS_MIN,
				.factor = o->factor,
				.each = e == o->estimate ? r->each : NULL };
	int rc = pz_variance_fit(&v, &r->axes, &r->rows, from, o->dispersions);

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

/* Measures one estimate, if galaxies have it, and the galaxies for the variances have it too. */
static int measure_estimate(struct report *r, enum estimate e)
{
	const struct scalars *others = r->options.variances;
	struct pz_galaxies g = { 0 }, from = { 0 };
	double *own = NULL, *own_from = NULL;
	int rc = scalars_with(&r->scalars, e, &g, &own);

	if (rc == 0)
		rc = scalars_with(others ? others : &r->scalars, e, &from, &own_from);
	r->of[e].n = g.n;
	r->of[e].there = rc == 0 && g.n >= 2 && from.n > 0;
	if (r->of[e].there)
		rc = measure_galaxies(r, e, &g, &from);
	free(own);
	free(own_from);
	return rc;
}

static int measure_estimates(struct report *r)
{
	int rc = 0;

	for (enum estimate e = 0; e < ESTIMATES && rc == 0; e++)
		rc = measure_estimate(r, e);
	if (rc == 0 && !report_chosen(r)->there)
		rc = pz_fail(PZ_EDATA,
			     "--variances: expected galaxies with an estimate '%s', found none",
			     estimate_path[r->options.estimate]);
	return rc;
}

static void count_outside(struct report *r)
{
	for (size_t i = 0; i < r->galaxies.n; i++) {
		r->outside_z += pz_grid_bin(&r->axes, r->galaxies.z[i]) < 0;
		r->outside_zphot += pz_grid_bin(&r->axes, r->galaxies.zphot[i]) < 0;
	}
}

/* The floor of the total variation, and functions of magnitude, of the chosen estimate. */
static int measure_chosen(struct report *r)
{
	const struct pz_galaxies *g = &r->galaxies;
	int draws = r->options.bootstrap;
	uint64_t seed = r->options.seed;
	int rc = pz_distance_tv_floor(&r->axes, g, &report_chosen(r)->all.zspec, draws, seed,
				      &r->tv_floor);

	if (rc == 0)
		rc = pz_distance_wasserstein(&r->axes, &r->rows, g, draws, seed, r->wasserstein);
	return rc < 0 ? rc : pz_metrics_rows(&r->rows, g, draws, seed, r->mad);
}

/* Scores with their weights and cells. */
static int measure_scores(struct report *r)
{
	const double *weight = r->galaxies.weight;
	double *own = weight ? malloc((r->n_score + 1) * sizeof *own) : NULL, sum = 0, square = 0;
	struct pz_scored of = {
		.n = r->n_score, .score = r->score, .weight = own, .intervals = r->intervals
	};
	int rc = weight && !own ? pz_fail(PZ_ENOMEM, "no memory for the weights of %zu galaxies",
					  r->n_score)
				: 0;

	for (size_t k = 0; k < r->n_score && rc == 0; k++) {
		double w = own ? own[k] = weight[r->score[k].galaxy] : 1;
		bool scored = !isnan(r->score[k].pit);

		sum += scored ? w : 0;
		square += scored ? w * w : 0;
	}
	r->scored_effective = sum * sum / square;
	if (rc == 0)
		rc = cells_measure(r, &of, &r->scores, &r->scores_error);
	if (rc == 0 && r->intervals)
		rc = intervals_measure(r, own);
	free(own);
	return rc;
}

/* Room for what each resample gives, if streams are compared. */
static int keep_draws(struct report *r)
{
	size_t draws = (size_t)r->options.bootstrap;

	if (!r->options.differences)
		return 0;
	r->each = calloc(draws + 1, sizeof *r->each);
	r->score_each = calloc(draws + 1, sizeof *r->score_each);
	return r->each && r->score_each
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for the numbers of %zu resamples", draws);
}

/* Room for what is measured of each channel or row. */
static int make_room(struct report *r)
{
	size_t m = (size_t)r->rows.channels;

	r->sigma_disp = malloc(m * sizeof *r->sigma_disp);
	r->mad = malloc((2 * m - 1) * sizeof *r->mad);
	r->wasserstein = malloc(m * sizeof *r->wasserstein);
	if (!r->sigma_disp || !r->mad || !r->wasserstein)
		return pz_fail(PZ_ENOMEM, "no memory for %zu channels", m);
	return keep_draws(r);
}

int report_measure(struct report *r)
{
	int rc = scalars_with(&r->scalars, r->options.estimate, &r->galaxies, &r->own);

	if (rc < 0)
		return rc;
	if (r->galaxies.n < 2)
		return pz_fail(PZ_EDATA,
			       "%s: expected at least 2 galaxies with a '%s' and an estimate, "
			       "found %zu",
			       r->name, r->scalars.target, r->galaxies.n);
	if ((rc = make_room(r)) < 0)
		return rc;
	count_outside(r);
	rc = measure_estimates(r);
	if (rc == 0)
		rc = measure_chosen(r);
	if (rc == 0 && r->n_score)
		rc = measure_scores(r);
	if (rc == 0 && r->options.tomography.bins)
		rc = tomography_measure(r);
	if (rc == 0 && r->options.against)
		rc = trend_measure(r);
	return rc < 0 ? pz_fail_in(rc, "%s", r->name) : 0;
}
