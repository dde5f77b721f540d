/* trend.c -- groups galaxies by a key, and measures each group and resamples of it */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/quantiles.h>
#include <pz/scores.h>
#include <pz/trend.h>

#include "../base/order.h"
#include "../base/sort.h"
#include "group.h"
#include "weighed.h"

#define STATS (sizeof(struct pz_trend_numbers) / sizeof(double))

/* The galaxies of one bin, by rising PIT, those without behind. */
struct members {
	const struct pz_trend *t;
	const size_t *galaxy;
	size_t n, scored;
};

static double residual(const struct pz_galaxies *g, size_t i)
{
	return (g->zphot[i] - g->z[i]) / pz_galaxies_scale(g, g->z[i]);
}

/* sigma_MAD of v[n], which is spoiled; room: 2 n doubles. */
static double sigma_mad(struct weighed *v, size_t n, bool alike)
{
	double *x = (double *)v, median;

	if (!alike)
		return pz_weighed_mad(v, n);
	for (size_t i = 0; i < n; i++)
		x[i] = v[i].x;
	median = pz_order_median(x, n);
	for (size_t i = 0; i < n; i++)
		x[i] = fabs(x[i] - median);
	return 1.4826 * pz_order_median(x, n);
}

/* Member k counted times[k] times. work: 4 n doubles. */
static void measure_members(const struct members *m, const double *times, double *work,
			    struct pz_trend_numbers *out)
{
	const struct pz_galaxies *g = m->t->galaxies;
	struct weighed *v = (struct weighed *)work;
	double *pit = work + 2 * m->n, *mass = pit + m->n, sum = 0, beyond = 0, all = 0;
	struct pz_pit measured;
	size_t drawn = 0;

	for (size_t k = 0; k < m->n; k++) {
		size_t i = m->galaxy[k];
		double d = residual(g, i), w = pz_galaxies_weight(g, i);

		mass[k] = w * times[k];
		pit[k] = m->t->pit ? m->t->pit[i] : NAN;
		all += mass[k];
		sum += mass[k] * d;
		beyond += mass[k] * (fabs(d) > m->t->outlier);
		for (double c = 0; c < times[k]; c++)
			v[drawn++] = (struct weighed){ d, w };
	}
	out->mean = sum / all;
	out->outliers = beyond / all;
	pz_pit_measure(pit, mass, m->scored, &measured);
	out->ks = measured.ks;
	out->sigma_mad = sigma_mad(v, drawn, !g->weight);
}

static void draw_members(struct pz_random *r, const void *data, double *work, double *out)
{
	const struct members *m = data;
	double *times = work + 4 * m->n;

	memset(times, 0, m->n * sizeof *times);
	for (size_t i = 0; i < m->n; i++)
		times[pz_random_below(r, m->n)]++;
	measure_members(m, times, work, (struct pz_trend_numbers *)out);
}

static int by_pit(const void *a, const void *b, void *trend)
{
	const double *pit = ((const struct pz_trend *)trend)->pit;
	double x = pit[*(const size_t *)a], y = pit[*(const size_t *)b];

	if (isnan(x) || isnan(y))
		return (isnan(x) != 0) - (isnan(y) != 0);
	return (x > y) - (x < y);
}

/* What is known of a bin without resamples. */
static void describe_bin(const struct members *m, struct pz_trend_bin *out)
{
	const struct pz_galaxies *g = m->t->galaxies;
	double sum = 0, all = 0, weight = 0, square = 0;

	for (size_t k = 0; k < m->n; k++) {
		double w = pz_galaxies_weight(g, m->galaxy[k]);

		all += w;
		sum += w * m->t->key[m->galaxy[k]];
		if (k < m->scored) {
			weight += w;
			square += w * w;
		}
	}
	out->count = m->n;
	out->key = sum / all;
	out->floor = m->scored ? pz_pit_ks_floor(weight * weight / square) : NAN;
}

/* One bin; work: 5 n doubles. */
static int measure_bin(const struct members *m, int draws, uint64_t seed, double *work,
		       struct pz_trend_bin *out)
{
	struct pz_bootstrap b = { .draws = m->n ? draws : 0,
				  .seed = seed,
				  .purpose = "trend",
				  .stats = STATS,
				  .work = 5 * m->n,
				  .draw = draw_members,
				  .data = m };
	struct pz_spread spread[STATS];
	double *error = (double *)&out->error;
	int rc = pz_bootstrap_run(&b, spread);

	describe_bin(m, out);
	for (size_t k = 0; k < m->n; k++)
		work[4 * m->n + k] = 1;
	measure_members(m, work + 4 * m->n, work, &out->value);
	for (size_t i = 0; i < STATS && rc == 0; i++)
		error[i] = spread[i].error;
	return rc;
}

/* Bins of the keys; low and high of each. */
static int group_by_key(const struct pz_trend *t, int bins, struct group *group,
			struct pz_trend_bin *out)
{
	double *edge = malloc((size_t)bins * sizeof *edge), least = INFINITY, most = -INFINITY;
	size_t n = t->galaxies->n;
	long *key = malloc((n + !n) * sizeof *key);
	int rc = edge && key ? pz_quantile_edges(t->key, t->galaxies->weight, n, bins, edge)
			     : pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", n);

	for (size_t i = 0; i < n && rc == 0; i++) {
		key[i] = pz_quantile_bin(edge, bins, t->key[i]);
		least = fmin(least, t->key[i]);
		most = fmax(most, t->key[i]);
	}
	for (int b = 0; b < bins && rc == 0; b++) {
		out[b].low = b ? edge[b - 1] : least;
		out[b].high = b + 1 < bins ? edge[b] : most;
	}
	if (rc == 0)
		rc = pz_group_init(group, n, key, (size_t)bins);
	free(edge);
	free(key);
	return rc;
}

int pz_trend_measure(const struct pz_trend *t, int bins, int draws, uint64_t seed,
		     struct pz_trend_bin *out)
{
	struct pz_trend own = *t;
	struct group group = { 0 };
	double *work = malloc((5 * t->galaxies->n + 1) * sizeof *work);
	int rc = pz_galaxies_check(t->galaxies);

	if (rc == 0 && !work)
		rc = pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", t->galaxies->n);
	if (rc == 0)
		rc = group_by_key(t, bins, &group, out);
	for (size_t b = 0; b < group.count && rc == 0; b++) {
		size_t *galaxy = group.galaxy + group.first[b];
		struct members m = { &own, galaxy, pz_group_size(&group, b), 0 };

		if (t->pit)
			rc = pz_sort_by(galaxy, m.n, sizeof *galaxy, by_pit, &own);
		while (t->pit && m.scored < m.n && !isnan(t->pit[galaxy[m.scored]]))
			m.scored++;
		if (rc == 0)
			rc = measure_bin(&m, draws, seed, work, &out[b]);
	}
	pz_group_release(&group);
	free(work);
	return rc;
}
