/* metrics.c -- numbers of a sample of residuals */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/metrics.h>

#include "../base/order.h"
#include "group.h"
#include "sample.h"

#define ONE_SIGMA 0.15865525393145705 /* share of a normal below -1 sigma         */

void pz_sample_residuals(const struct pz_galaxies *g, double *d)
{
	for (size_t i = 0; i < g->n; i++)
		d[i] = (g->zphot[i] - g->z[i]) / pz_galaxies_scale(g, g->z[i]);
}

static double *new_residuals(const struct pz_galaxies *g)
{
	double *d = malloc((g->n + !g->n) * sizeof *d);

	if (d)
		pz_sample_residuals(g, d);
	else
		pz_fail(PZ_ENOMEM, "no memory for the residuals of %zu galaxies", g->n);
	return d;
}

/* Spoils d. */
static double sigma_mad(double *d, size_t n)
{
	double median = pz_order_median(d, n);

	for (size_t i = 0; i < n; i++)
		d[i] = fabs(d[i] - median);
	return 1.4826 * pz_order_median(d, n);
}

struct pz_summary pz_sample_summary(double *d, size_t n, double threshold)
{
	double sum = 0, square = 0, high;
	struct pz_summary s;
	size_t beyond = 0;

	for (size_t i = 0; i < n; i++) {
		sum += d[i];
		square += d[i] * d[i];
		beyond += fabs(d[i]) > threshold;
	}
	s.mean = sum / (double)n;
	s.rms = sqrt(square / (double)n);
	s.outliers = (double)beyond / (double)n;
	s.median = pz_order_median(d, n);
	high = pz_order_quantile(d, n, 1 - ONE_SIGMA);
	s.sigma_68 = (high - pz_order_quantile(d, n, ONE_SIGMA)) / 2;
	s.sigma_mad = sigma_mad(d, n);
	return s;
}

int pz_metrics_summary(const struct pz_galaxies *g, double threshold, struct pz_summary *s)
{
	int rc = pz_galaxies_check(g);
	double *d;

	if (rc)
		return rc;
	d = new_residuals(g);
	if (!d)
		return PZ_ENOMEM;
	*s = pz_sample_summary(d, g->n, threshold);
	free(d);
	return 0;
}

/* The residuals that a resample draws from. */
struct residuals {
	size_t n;
	const double *d;
};

static void resample(struct pz_random *r, const struct residuals *of, double *d)
{
	for (size_t i = 0; i < of->n; i++)
		d[i] = of->d[pz_random_below(r, of->n)];
}

static void draw_sigma_mad(struct pz_random *r, const void *data, double *work, double *out)
{
	const struct residuals *of = data;

	resample(r, of, work);
	*out = sigma_mad(work, of->n);
}

/* One row, whose residuals d[n] are spoiled. */
static int measure_row(double *d, size_t n, int draws, uint64_t seed, struct pz_by_mag *out)
{
	struct residuals of = { .n = n, .d = d };
	struct pz_bootstrap b = { .draws = draws,
				  .seed = seed,
				  .purpose = "sigma_mad",
				  .stats = 1,
				  .work = n,
				  .draw = draw_sigma_mad,
				  .data = &of };
	int rc = pz_bootstrap_run(&b, &out->boot);

	out->value = sigma_mad(d, n);
	return rc;
}

static int group_by_row(struct group *group, const struct pz_rows *rows,
			const struct pz_galaxies *g)
{
	long *key = malloc((g->n + !g->n) * sizeof *key);
	int rc;

	if (!key)
		return pz_fail(PZ_ENOMEM, "no memory for the rows of %zu galaxies", g->n);
	for (size_t i = 0; i < g->n; i++)
		key[i] = pz_rows_row(rows, g->mag[i]);
	rc = pz_group_init(group, g->n, key, (size_t)pz_rows_count(rows));
	free(key);
	return rc;
}

int pz_metrics_rows(const struct pz_rows *rows, const struct pz_galaxies *g, int draws,
		    uint64_t seed, struct pz_by_mag *out)
{
	int rc = pz_galaxies_check(g);
	struct group group = { 0 };
	double *d = NULL, *row;

	if (rc)
		return rc;
	rc = group_by_row(&group, rows, g);
	if (rc)
		return rc;
	d = new_residuals(g);
	row = malloc((g->n + !g->n) * sizeof *row);
	if (!d || !row)
		rc = PZ_ENOMEM;
	for (size_t j = 0; j < group.count && rc == 0; j++) {
		size_t n = pz_group_size(&group, j);

		for (size_t i = 0; i < n; i++)
			row[i] = d[group.galaxy[group.first[j] + i]];
		out[j] = (struct pz_by_mag){ .count = n,
					     .mag = pz_group_mean_mag(&group, j, g->mag) };
		rc = measure_row(row, n, draws, seed, &out[j]);
	}
	free(d);
	free(row);
	pz_group_release(&group);
	return rc;
}
