/* scatter.c -- from squared deviations to a variance for every bin */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../base/order.h"
#include "gauss.h"
#include "scatter.h"
#include "weighed.h"

/* Working memory for one channel after the other. */
struct work {
	struct gauss gauss;
	int *row;                /* of each galaxy                                        */
	size_t *first;           /* bins + 1: where a bin's deviations begin              */
	double *square;          /* squared deviations in bins^2, sorted by bin           */
	struct weighed *weighed; /* the same with weights; NULL: all alike     */
	double *v;               /* bins                                                  */
};

static void release(struct work *w)
{
	pz_gauss_release(&w->gauss);
	free(w->row);
	free(w->first);
	free(w->square);
	free(w->weighed);
	free(w->v);
}

static int init_channel(struct work *w, const struct pz_grid *grid, const struct pz_rows *rows,
			const struct pz_galaxies *g)
{
	size_t n = (size_t)grid->bins;
	int rc;

	*w = (struct work){ 0 };
	rc = pz_gauss_init(&w->gauss, grid->bins);
	if (rc)
		return rc;
	w->row = pz_galaxies_rows(g, rows);
	w->first = malloc((n + 2) * sizeof *w->first);
	w->square = malloc((g->n + !g->n) * sizeof *w->square);
	w->v = malloc(n * sizeof *w->v);
	if (g->weight)
		w->weighed = malloc((g->n + !g->n) * sizeof *w->weighed);
	if (!w->row || !w->first || !w->square || !w->v || (g->weight && !w->weighed)) {
		release(w);
		return pz_fail(PZ_ENOMEM, "no memory for the scatter of %zu galaxies", g->n);
	}
	return 0;
}

/* Sorts the channel's squared deviations by redshift bin (a counting sort). */
static void gather_squares(struct work *w, const struct pz_grid *grid, const struct pz_galaxies *g,
			   int channel)
{
	double width = pz_grid_width(grid);
	size_t *end = w->first + 1; /* while filling, end[b] is the end of bin b */

	memset(w->first, 0, ((size_t)grid->bins + 2) * sizeof *w->first);
	for (size_t i = 0; i < g->n; i++)
		if (pz_rows_in_channel(w->row[i], channel) && pz_grid_bin(grid, g->z[i]) >= 0)
			end[pz_grid_bin(grid, g->z[i]) + 1]++;
	for (int b = 0; b < grid->bins; b++)
		end[b + 1] += end[b];
	for (size_t i = 0; i < g->n; i++) {
		double d = (g->zphot[i] - g->z[i]) / width;
		int b = pz_rows_in_channel(w->row[i], channel) ? pz_grid_bin(grid, g->z[i]) : -1;

		if (b >= 0 && w->weighed) {
			w->weighed[end[b]].x = d * d;
			w->weighed[end[b]].weight = g->weight[i];
		}
		if (b >= 0)
			w->square[end[b]++] = d * d;
	}
}

/* Half of median and mean of n squares, with weights. */
static double weighed_centre(struct weighed *x, size_t n)
{
	double sum = 0, total = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i].weight * x[i].x;
		total += x[i].weight;
	}
	pz_weighed_sort(x, n);
	return (pz_weighed_quantile(x, n, 0.5) + sum / total) / 2;
}

/* v of every bin, 0 where it is empty. */
static void measure(struct work *w, int bins)
{
	for (int b = 0; b < bins; b++) {
		double *x = w->square + w->first[b], sum = 0;
		size_t n = w->first[b + 1] - w->first[b];

		for (size_t i = 0; i < n; i++)
			sum += x[i];
		w->v[b] = n ? (pz_order_median(x, n) + sum / (double)n) / 2 : 0;
		if (n && w->weighed)
			w->v[b] = weighed_centre(w->weighed + w->first[b], n);
	}
}

/* Fills the gaps of w->v and hands it out to out[bins]. */
static void spread_variance(struct work *w, int bins, double *out)
{
	int lo = 0, hi = bins - 1;

	memset(out, 0, (size_t)bins * sizeof *out);
	while (lo < bins && !(w->v[lo] > 0))
		lo++;
	if (lo == bins)
		return;
	while (!(w->v[hi] > 0))
		hi--;
	for (int j = lo; j <= hi; j++) {
		if (!(w->v[j] > 0))
			w->v[j] = w->v[j - 1];
		pz_gauss_add(&w->gauss, j - lo, w->v[j], out + lo, hi - lo + 1);
	}
}

int pz_scatter_spread(const struct pz_grid *grid, const struct pz_rows *rows,
		      const struct pz_galaxies *g, const double *sigma, double *v)
{
	struct work w;
	int rc = pz_galaxies_check(g);

	if (rc == 0)
		rc = init_channel(&w, grid, rows, g);
	if (rc)
		return rc;
	for (int k = 0; k < rows->channels; k++) {
		gather_squares(&w, grid, g, k);
		measure(&w, grid->bins);
		pz_gauss_set(&w.gauss, sigma[k]);
		spread_variance(&w, grid->bins, v + (size_t)k * (size_t)grid->bins);
	}
	release(&w);
	return 0;
}
