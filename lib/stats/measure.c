/* measure.c -- a resample is a copy of the galaxies drawn, measured as all are */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/measure.h>

#include "sample.h"

#define STATS (sizeof(struct pz_measures) / sizeof(double))

static void fill_bins(const struct pz_curve *c, double residual[PZ_WIDE])
{
	for (int b = 0; b < PZ_WIDE; b++)
		residual[b] = NAN;
	for (int i = 0; i < c->n; i++)
		residual[c->point[i].bin] = c->point[i].residual;
}

/* A curve with too few points for a line has none: all NaN. */
static void fit(const struct pz_measure *m, const struct pz_curve *curve, double from,
		struct pz_line *line)
{
	struct pz_fit_range range = { .from = from,
				      .to = m->variance->grid.max,
				      .min_count = m->fit_count };

	(void)pz_fit_line(curve, range, line);
}

static void measure_curves(const struct pz_measure *m, const struct pz_galaxies *g,
			   const double *variance, struct pz_measured *out)
{
	const struct pz_grid *grid = &m->variance->grid;
	struct pz_measures *v = &out->value;

	pz_curve_zspec(grid, g, variance, &out->zspec);
	pz_curve_zphot(grid, g, &out->zphot);
	pz_curve_simulated(m->variance, g, m->factor, &out->simulated);
	fit(m, &out->zspec, m->fit_from, &out->zspec_line);
	fit(m, &out->zphot, grid->min, &out->zphot_line);
	v->slope_zspec = out->zspec_line.slope;
	v->intercept_zspec = out->zspec_line.intercept;
	v->slope_zphot = out->zphot_line.slope;
	v->intercept_zphot = out->zphot_line.intercept;
	v->offset_zspec = out->zspec_line.mean;
	v->rms_zspec = pz_curve_rms_above(&out->zspec, m->rms_count);
	v->rms_zphot = pz_curve_rms(&out->zphot, m->rms_count);
	fill_bins(&out->zspec, v->zspec);
	fill_bins(&out->zphot, v->zphot);
	fill_bins(&out->simulated, v->simulated);
}

/* What measure needs beside galaxies and variances: doubles for one of them. */
static size_t work_of(const struct pz_measure *m)
{
	size_t bins = (size_t)m->variance->grid.bins + 1;
	size_t residuals = pz_sample_work(m->galaxies);

	return residuals > bins ? residuals : bins;
}

static void measure(const struct pz_measure *m, const struct pz_galaxies *g, const double *variance,
		    double *work, struct pz_measured *out)
{
	measure_curves(m, g, variance, out);
	out->value.tv = pz_sample_tv(&m->variance->grid, g, work);
	out->value.summary = pz_sample_summary(g, m->outlier, work);
}

/* The variance of every galaxy, freed by the caller; NULL: no memory. */
static double *new_variances(const struct pz_measure *m)
{
	const struct pz_galaxies *g = m->galaxies;
	double *variance = malloc((g->n + !g->n) * sizeof *variance);

	for (size_t i = 0; i < g->n && variance; i++)
		variance[i] = pz_variance_at(m->variance, g->z[i], g->mag[i]);
	if (!variance)
		pz_fail(PZ_ENOMEM, "no memory for %zu variances", g->n);
	return variance;
}

int pz_measure_galaxies(const struct pz_measure *m, struct pz_measured *out)
{
	double *variance, *work;
	int rc = pz_galaxies_check(m->galaxies);

	if (rc)
		return rc;
	if (!(variance = new_variances(m)))
		return PZ_ENOMEM;
	if ((work = malloc(work_of(m) * sizeof *work)))
		measure(m, m->galaxies, variance, work, out);
	else
		rc = pz_fail(PZ_ENOMEM, "no memory to measure %zu galaxies", m->galaxies->n);
	free(variance);
	free(work);
	return rc;
}

/* What a resample draws from. */
struct sample {
	const struct pz_measure *measure;
	const double *variance;
};

static void draw_measures(struct pz_random *r, const void *data, double *work, double *out)
{
	const struct sample *s = data;
	const struct pz_galaxies *g = s->measure->galaxies;
	double *z = work, *zphot = z + g->n, *mag = zphot + g->n, *variance = mag + g->n;
	double *weight = g->weight ? variance + g->n : NULL;
	struct pz_galaxies drawn = { g->n, z, zphot, mag, g->plain, weight };
	struct pz_measured found;

	for (size_t i = 0; i < g->n; i++) {
		size_t j = (size_t)pz_random_below(r, g->n);

		z[i] = g->z[j];
		zphot[i] = g->zphot[j];
		mag[i] = g->mag[j];
		variance[i] = s->variance[j];
		if (weight)
			weight[i] = g->weight[j];
	}
	measure(s->measure, &drawn, variance, variance + (weight ? 2 : 1) * g->n, &found);
	memcpy(out, &found.value, sizeof found.value);
}

int pz_measure_bootstrap(const struct pz_measure *m, int draws, uint64_t seed,
			 struct pz_measures *mean, struct pz_measures *error)
{
	size_t n = m->galaxies->n;
	struct sample s = { .measure = m };
	struct pz_bootstrap b = { .draws = n ? draws : 0,
				  .seed = seed,
				  .purpose = "measures",
				  .stats = STATS,
				  .work = (m->galaxies->weight ? 5 : 4) * n + work_of(m),
				  .draw = draw_measures,
				  .data = &s,
				  .values = (double *)m->each };
	double *means = (double *)mean, *errors = (double *)error, *variance;
	struct pz_spread spread[STATS];
	int rc = pz_galaxies_check(m->galaxies);

	if (rc)
		return rc;
	if (!(s.variance = variance = new_variances(m)))
		return PZ_ENOMEM;
	rc = pz_bootstrap_run(&b, spread);
	for (size_t i = 0; i < STATS && rc == 0; i++) {
		means[i] = spread[i].mean;
		errors[i] = spread[i].error;
	}
	free(variance);
	return rc;
}
