/* variance.c -- means over the channels of a row */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/variance.h>

#include "dispersion.h"
#include "scatter.h"

static struct pz_variance *new_variance(const struct pz_grid *grid, const struct pz_rows *rows)
{
	struct pz_variance *v = malloc(sizeof *v);
	size_t m = (size_t)rows->channels, n = (size_t)grid->bins;

	if (!v)
		return NULL;
	*v = (struct pz_variance){ .grid = *grid, .rows = *rows };
	v->dispersion = malloc(m * sizeof *v->dispersion);
	v->channel = malloc(m * n * sizeof *v->channel);
	v->row = calloc((size_t)pz_rows_count(rows) * n, sizeof *v->row);
	if (!v->dispersion || !v->channel || !v->row) {
		pz_variance_free(v);
		return NULL;
	}
	return v;
}

void pz_variance_free(struct pz_variance *v)
{
	if (!v)
		return;
	free(v->dispersion);
	free(v->channel);
	free(v->row);
	free(v);
}

static const double *of_channel(const struct pz_variance *v, int channel)
{
	return v->channel + (size_t)channel * (size_t)v->grid.bins;
}

static int has_any(const struct pz_variance *v, int channel)
{
	const double *x = of_channel(v, channel);

	for (int i = 0; i < v->grid.bins; i++)
		if (x[i] > 0)
			return 1;
	return 0;
}

static void fill_row(struct pz_variance *v, int row)
{
	int channel[2], n = pz_rows_channels(row, channel), used = 0;
	double *out = v->row + (size_t)row * (size_t)v->grid.bins;

	for (int k = 0; k < n; k++) {
		if (!has_any(v, channel[k]))
			continue;
		for (int i = 0; i < v->grid.bins; i++)
			out[i] += of_channel(v, channel[k])[i];
		used++;
	}
	for (int i = 0; i < v->grid.bins && used; i++)
		out[i] /= used;
}

int pz_variance_fit(struct pz_variance **out, const struct pz_grid *grid,
		    const struct pz_rows *rows, const struct pz_galaxies *g,
		    const double *dispersion)
{
	size_t values = (size_t)rows->channels * (size_t)grid->bins;
	struct pz_variance *v = new_variance(grid, rows);
	double w = pz_grid_width(grid);
	int rc = 0;

	*out = NULL;
	if (!v)
		return pz_fail(PZ_ENOMEM, "no memory for variances of %d bins and %d channels",
			       grid->bins, rows->channels);
	if (dispersion)
		memcpy(v->dispersion, dispersion, (size_t)rows->channels * sizeof *dispersion);
	else
		rc = pz_dispersion_fit(grid, rows, g, v->dispersion, NULL);
	if (rc == 0)
		rc = pz_scatter_spread(grid, rows, g, v->dispersion, v->channel);
	if (rc) {
		pz_variance_free(v);
		return rc;
	}
	for (size_t i = 0; i < values; i++)
		v->channel[i] *= w * w;
	for (int j = 0; j < pz_rows_count(rows); j++)
		fill_row(v, j);
	*out = v;
	return 0;
}

double pz_variance_at(const struct pz_variance *v, double z, double mag)
{
	int channel[2], n = pz_rows_channels(pz_rows_row(&v->rows, mag), channel);
	int bin = pz_grid_label(&v->grid, z), used = 0;
	double sum = 0;

	for (int k = 0; k < n; k++) {
		double x = of_channel(v, channel[k])[bin];

		sum += x;
		used += x > 0;
	}
	return used ? sum / used : 0;
}
