/* prior.c -- counts, shares and their ratio */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/prior.h>

#include "smooth.h"

static size_t bins_of(const struct pz_counts *c)
{
	return (size_t)pz_grid_total(&c->grid);
}

int pz_counts_init(struct pz_counts *c, const struct pz_grid *grid, const struct pz_rows *rows)
{
	*c = (struct pz_counts){ .grid = *grid, .rows = *rows };
	c->count = calloc((size_t)pz_rows_count(rows) * bins_of(c), sizeof *c->count);
	return c->count ? 0
			: pz_fail(PZ_ENOMEM, "no memory for counts of %d rows and %zu bins",
				  pz_rows_count(rows), bins_of(c));
}

void pz_counts_release(struct pz_counts *c)
{
	free(c->count);
	*c = (struct pz_counts){ 0 };
}

bool pz_counts_add(struct pz_counts *c, double z, double mag)
{
	int bin = pz_grid_extended(&c->grid, z);

	if (bin < 0)
		return false;
	c->count[(size_t)pz_rows_row(&c->rows, mag) * bins_of(c) + (size_t)bin]++;
	return true;
}

double pz_counts_of(const struct pz_counts *c, int row)
{
	size_t bins = bins_of(c), rows = (size_t)pz_rows_count(&c->rows);
	size_t from = row < 0 ? 0 : (size_t)row * bins;
	size_t to = row < 0 ? rows * bins : from + bins;
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += c->count[i];
	return sum;
}

int pz_counts_share(double *share, const struct pz_counts *c, double smooth)
{
	size_t bins = bins_of(c), rows = (size_t)pz_rows_count(&c->rows);
	double all = pz_counts_of(c, -1), *mean;

	if (!(smooth >= 0 && smooth <= PZ_SMOOTH_MAX))
		return pz_fail(PZ_EARG, "smooth: expected 0 to %d bins, found %g", PZ_SMOOTH_MAX,
			       smooth);
	if (!(all > 0))
		return pz_fail(PZ_EDATA, "n(z): expected galaxies, found none");
	if (!(mean = calloc(bins, sizeof *mean)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu bins", bins);
	for (size_t r = 0; r < rows; r++) {
		pz_smooth(c->count + r * bins, share + r * bins, (int)bins, smooth);
		for (size_t b = 0; b < bins; b++)
			mean[b] += share[r * bins + b] / all;
	}
	for (size_t r = 0; r < rows; r++) {
		double n = pz_counts_of(c, (int)r);

		for (size_t b = 0; b < bins; b++)
			share[r * bins + b] = (share[r * bins + b] + PZ_PRIOR_SHRINK * mean[b]) /
					      (n + PZ_PRIOR_SHRINK);
	}
	free(mean);
	return 0;
}

static bool same_axes(const struct pz_counts *a, const struct pz_counts *b)
{
	return pz_grid_equal(&a->grid, &b->grid) && a->rows.min == b->rows.min &&
	       a->rows.width == b->rows.width && a->rows.channels == b->rows.channels;
}

int pz_prior_ratio(double *ratio, const struct pz_counts *target, const struct pz_counts *trained,
		   double smooth)
{
	size_t bins = bins_of(target), rows = (size_t)pz_rows_count(&target->rows);
	double *old = NULL;
	int rc;

	if (trained && !same_axes(target, trained))
		return pz_fail(PZ_EMISMATCH, "the two n(z) have different bins or rows");
	if ((rc = pz_counts_share(ratio, target, smooth)) < 0)
		return rc;
	if (!(old = malloc(rows * bins * sizeof *old)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu rows of %zu bins", rows, bins);
	if (trained)
		rc = pz_counts_share(old, trained, smooth);
	for (size_t r = 0; r < rows && rc == 0; r++) {
		double n = pz_counts_of(target, (int)r);
		double of_old = trained ? pz_counts_of(trained, (int)r) : n;
		double base = 1 / (PZ_PRIOR_SHRINK + fmin(n, of_old));

		for (size_t i = r * bins; i < (r + 1) * bins; i++)
			ratio[i] = (ratio[i] + base) /
				   ((trained ? old[i] : 1 / (double)bins) + base);
	}
	free(old);
	return rc;
}

void pz_prior_apply(const struct pz_grid *grid, const double *ratio, const double *p, double *out)
{
	int n = pz_grid_total(grid);
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += out[i] = p[i] * ratio[i];
	for (int i = 0; i < n; i++)
		out[i] /= sum;
}
