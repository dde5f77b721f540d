/* distance.c -- total variation, its floor, Wasserstein */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/distance.h>
#include <pz/error.h>

#include "group.h"
#include "sample.h"

/* Galaxies as bins + 1: 0 is outside the grid. */
struct binned {
	const struct pz_grid *grid;
	size_t n;
	int *z, *zphot;
	const double *weight; /* NULL: all alike                                  */
};

static int bin_galaxies(struct binned *b, const struct pz_grid *grid, const struct pz_galaxies *g)
{
	int rc = pz_galaxies_check(g);

	*b = (struct binned){ .grid = grid, .n = g->n, .weight = g->weight };
	if (rc)
		return rc;
	b->z = malloc((2 * g->n + 1) * sizeof *b->z);
	if (!b->z)
		return pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", g->n);
	b->zphot = b->z + g->n;
	for (size_t i = 0; i < g->n; i++) {
		b->z[i] = pz_grid_bin(grid, g->z[i]) + 1;
		b->zphot[i] = pz_grid_bin(grid, g->zphot[i]) + 1;
	}
	return 0;
}

/* Half the sum of abs(difference[bins + 1]) over the total; the first is of no bin. */
static double half_sum(const double *difference, int bins, double total)
{
	double sum = 0;

	for (int i = 1; i <= bins; i++)
		sum += fabs(difference[i]);
	return sum / 2 / total;
}

static void clear(double *x, int n)
{
	memset(x, 0, (size_t)n * sizeof *x);
}

double pz_sample_tv(const struct pz_grid *grid, const struct pz_galaxies *g, double *difference)
{
	clear(difference, grid->bins + 1);
	for (size_t i = 0; i < g->n; i++) {
		double weight = pz_galaxies_weight(g, i);

		difference[pz_grid_bin(grid, g->zphot[i]) + 1] += weight;
		difference[pz_grid_bin(grid, g->z[i]) + 1] -= weight;
	}
	return half_sum(difference, grid->bins, pz_galaxies_total(g));
}

int pz_distance_tv(const struct pz_grid *grid, const struct pz_galaxies *g, double *value)
{
	double *difference;
	int rc = pz_galaxies_check(g);

	if (rc)
		return rc;
	if (!(difference = malloc(((size_t)grid->bins + 1) * sizeof *difference)))
		return pz_fail(PZ_ENOMEM, "no memory for a histogram of %d bins", grid->bins);
	*value = pz_sample_tv(grid, g, difference);
	free(difference);
	return 0;
}

/* Where a wide bin's galaxies are redrawn: as many as they are worth, each with this weight. */
struct normal {
	double mean, deviation, weight;
	size_t count;
};

struct redraw {
	const struct pz_grid *grid;
	double total;
	struct normal normal[PZ_WIDE];
	double *fixed; /* histogram of z, less the galaxies that keep their place */
};

static void draw_floor(struct pz_random *r, const void *data, double *difference, double *out)
{
	const struct redraw *d = data;

	memcpy(difference, d->fixed, ((size_t)d->grid->bins + 1) * sizeof *difference);
	for (int b = 0; b < PZ_WIDE; b++) {
		const struct normal *at = &d->normal[b];

		for (size_t i = 0; i < at->count; i++) {
			double z = at->mean + at->deviation * pz_random_normal(r);

			difference[pz_grid_bin(d->grid, z) + 1] -= at->weight;
		}
	}
	*out = half_sum(difference, d->grid->bins, d->total);
}

/* The normals that a curve stands for. */
static void normals_of(const struct pz_curve *zspec, const struct pz_galaxies *g,
		       struct normal normal[PZ_WIDE])
{
	for (int i = 0; i < zspec->n; i++) {
		const struct pz_point *p = &zspec->point[i];
		double scale = pz_galaxies_scale(g, p->z);

		normal[p->bin].mean = p->z + p->residual * scale;
		normal[p->bin].deviation = sqrt(p->effective) * p->error * scale;
		normal[p->bin].count = (size_t)ceil(p->effective - 1e-6);
		normal[p->bin].weight = p->weight / (double)normal[p->bin].count;
	}
}

int pz_distance_tv_floor(const struct pz_grid *grid, const struct pz_galaxies *g,
			 const struct pz_curve *zspec, int draws, uint64_t seed,
			 struct pz_spread *floor)
{
	struct redraw d = { .grid = grid, .total = pz_galaxies_total(g) };
	struct pz_bootstrap b = { .draws = draws,
				  .seed = seed,
				  .purpose = "floor",
				  .stats = 1,
				  .work = (size_t)grid->bins + 1,
				  .draw = draw_floor,
				  .data = &d };
	int rc = pz_galaxies_check(g);

	if (rc)
		return rc;
	normals_of(zspec, g, d.normal);
	d.fixed = calloc((size_t)grid->bins + 1, sizeof *d.fixed);
	if (!d.fixed)
		return pz_fail(PZ_ENOMEM, "no memory for a histogram of %d bins", grid->bins);
	for (size_t i = 0; i < g->n; i++) {
		int wide = pz_grid_wide(grid, g->z[i]);

		/* A galaxy that keeps its z is added to and taken from the same bin. */
		if (wide >= 0 && d.normal[wide].count > 0)
			d.fixed[pz_grid_bin(grid, g->z[i]) + 1] += pz_galaxies_weight(g, i);
	}
	rc = pz_bootstrap_run(&b, floor);
	free(d.fixed);
	return rc;
}

/* One magnitude bin's galaxies among the binned ones. */
struct members {
	const struct binned *binned;
	const size_t *galaxy;
	size_t n;
};

/* Of the members, or with r of a resample of them; difference: bins + 1. */
static double distance_of(const struct members *m, struct pz_random *r, double *difference)
{
	const struct binned *b = m->binned;
	double cumulated = 0, sum = 0, total = 0;

	clear(difference, b->grid->bins + 1);
	for (size_t i = 0; i < m->n; i++) {
		size_t j = m->galaxy[r ? pz_random_below(r, m->n) : i];
		double weight = b->weight ? b->weight[j] : 1;

		total += weight;
		difference[b->zphot[j]] += weight;
		difference[b->z[j]] -= weight;
	}
	for (int i = 1; i <= b->grid->bins; i++)
		sum += fabs(cumulated += difference[i]);
	return pz_grid_width(b->grid) * sum / total;
}

static void draw_wasserstein(struct pz_random *r, const void *data, double *difference, double *out)
{
	*out = distance_of(data, r, difference);
}

/* m equal bins over the magnitude range of the rows, the ends open. */
static int group_by_mag(struct group *group, const struct pz_rows *rows,
			const struct pz_galaxies *g)
{
	double width = rows->width * pz_rows_count(rows) / rows->channels;
	long *key = malloc((g->n + !g->n) * sizeof *key);
	int rc;

	if (!key)
		return pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", g->n);
	for (size_t i = 0; i < g->n; i++) {
		double mag = g->mag[i];
		int bin = rows->channels - 1;

		if (mag >= 0 && pz_bin_index(mag, rows->min, width) < bin)
			bin = pz_bin_index(mag, rows->min, width);
		key[i] = bin < 0 ? 0 : bin;
	}
	rc = pz_group_init(group, g->n, key, (size_t)rows->channels);
	free(key);
	return rc;
}

/* One magnitude bin; difference: bins + 1. */
static int measure_bin(const struct members *m, int draws, uint64_t seed, double *difference,
		       struct pz_by_mag *out)
{
	struct pz_bootstrap b = { .draws = draws,
				  .seed = seed,
				  .purpose = "wasserstein",
				  .stats = 1,
				  .work = (size_t)m->binned->grid->bins + 1,
				  .draw = draw_wasserstein,
				  .data = m };

	out->value = distance_of(m, NULL, difference);
	return pz_bootstrap_run(&b, &out->boot);
}

int pz_distance_wasserstein(const struct pz_grid *grid, const struct pz_rows *rows,
			    const struct pz_galaxies *g, int draws, uint64_t seed,
			    struct pz_by_mag *out)
{
	double *difference = malloc(((size_t)grid->bins + 1) * sizeof *difference);
	struct group group = { 0 };
	struct binned binned = { 0 };
	int rc;

	if (!difference)
		return pz_fail(PZ_ENOMEM, "no memory for a histogram of %d bins", grid->bins);
	rc = bin_galaxies(&binned, grid, g);
	if (rc == 0)
		rc = group_by_mag(&group, rows, g);
	for (size_t k = 0; k < group.count && rc == 0; k++) {
		struct members m = { &binned, group.galaxy + group.first[k],
				     pz_group_size(&group, k) };

		out[k] = (struct pz_by_mag){ .count = m.n, .mag = pz_group_mean_mag(&group, k, g) };
		rc = measure_bin(&m, draws, seed, difference, &out[k]);
	}
	pz_group_release(&group);
	free(binned.z);
	free(difference);
	return rc;
}
