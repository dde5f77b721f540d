/* metrics.c -- numbers of a sample of residuals */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/metrics.h>

#include "../base/order.h"
#include "group.h"
#include "sample.h"
#include "weighed.h"

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

/* The numbers that are means: of residuals d, with weights. */
static void summarise_means(const struct pz_galaxies *g, const double *d, double threshold,
			    struct pz_summary *s)
{
	double sum = 0, square = 0, beyond = 0, total = 0;

	for (size_t i = 0; i < g->n; i++) {
		double weight = pz_galaxies_weight(g, i);

		sum += weight * d[i];
		square += weight * (d[i] * d[i]);
		beyond += weight * (fabs(d[i]) > threshold);
		total += weight;
	}
	s->mean = sum / total;
	s->rms = sqrt(square / total);
	s->outliers = beyond / total;
}

size_t pz_sample_work(const struct pz_galaxies *g)
{
	return g->weight ? 3 * g->n : g->n;
}

struct pz_summary pz_sample_summary(const struct pz_galaxies *g, double threshold, double *work)
{
	struct weighed *v = (struct weighed *)(work + g->n);
	size_t n = g->n;
	struct pz_summary s;
	double high;

	pz_sample_residuals(g, work);
	summarise_means(g, work, threshold, &s);
	if (!g->weight) {
		s.median = pz_order_median(work, n);
		high = pz_order_quantile(work, n, 1 - ONE_SIGMA);
		s.sigma_68 = (high - pz_order_quantile(work, n, ONE_SIGMA)) / 2;
		s.sigma_mad = sigma_mad(work, n);
		return s;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = (struct weighed){ work[i], g->weight[i] };
	pz_weighed_sort(v, n);
	s.median = pz_weighed_quantile(v, n, 0.5);
	high = pz_weighed_quantile(v, n, 1 - ONE_SIGMA);
	s.sigma_68 = (high - pz_weighed_quantile(v, n, ONE_SIGMA)) / 2;
	s.sigma_mad = pz_weighed_mad(v, n);
	return s;
}

int pz_metrics_summary(const struct pz_galaxies *g, double threshold, struct pz_summary *s)
{
	int rc = pz_galaxies_check(g);
	double *work;

	if (rc)
		return rc;
	if (!(work = malloc((pz_sample_work(g) + 1) * sizeof *work)))
		return pz_fail(PZ_ENOMEM, "no memory for the residuals of %zu galaxies", g->n);
	*s = pz_sample_summary(g, threshold, work);
	free(work);
	return 0;
}

/* The residuals that a resample draws from, those of one row. */
struct residuals {
	const struct pz_galaxies *g;
	const double *d; /* of all galaxies                                     */
	const size_t *galaxy;
	size_t n;
};

/* Of the row, or with r of a resample of it. */
static double row_sigma_mad(const struct residuals *of, struct pz_random *r, double *work)
{
	struct weighed *v = (struct weighed *)work;

	for (size_t i = 0; i < of->n; i++) {
		size_t j = of->galaxy[r ? pz_random_below(r, of->n) : i];

		if (of->g->weight)
			v[i] = (struct weighed){ of->d[j], of->g->weight[j] };
		else
			work[i] = of->d[j];
	}
	return of->g->weight ? pz_weighed_mad(v, of->n) : sigma_mad(work, of->n);
}

static void draw_sigma_mad(struct pz_random *r, const void *data, double *work, double *out)
{
	*out = row_sigma_mad(data, r, work);
}

/* One row. work: as much as a draw's. */
static int measure_row(const struct residuals *of, int draws, uint64_t seed, double *work,
		       struct pz_by_mag *out)
{
	struct pz_bootstrap b = { .draws = draws,
				  .seed = seed,
				  .purpose = "sigma_mad",
				  .stats = 1,
				  .work = (of->g->weight ? 2 : 1) * of->n,
				  .draw = draw_sigma_mad,
				  .data = of };

	out->value = row_sigma_mad(of, NULL, work);
	return pz_bootstrap_run(&b, &out->boot);
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
	struct group group;
	double *d, *work;

	if (rc)
		return rc;
	rc = group_by_row(&group, rows, g);
	if (rc)
		return rc;
	d = new_residuals(g);
	work = malloc((2 * g->n + 1) * sizeof *work);
	if (!d || !work)
		rc = pz_fail(PZ_ENOMEM, "no memory for the rows of %zu galaxies", g->n);
	for (size_t j = 0; j < group.count && rc == 0; j++) {
		struct residuals of = { g, d, group.galaxy + group.first[j],
					pz_group_size(&group, j) };

		out[j] =
			(struct pz_by_mag){ .count = of.n, .mag = pz_group_mean_mag(&group, j, g) };
		rc = measure_row(&of, draws, seed, work, &out[j]);
	}
	free(d);
	free(work);
	pz_group_release(&group);
	return rc;
}
