/* knn_pdf.c -- a Gaussian on each residual, summed over the bins */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../base/order.h"
#include "knn_pdf.h"

#define REACH   5.5 /* deviations: 4e-8 of a Gaussian lies beyond                 */
#define STEPS   256 /* table entries per deviation: linear between them, to 5e-7  */
#define ENTRIES ((int)(2 * REACH) * STEPS + 2)
#define LEAST   1e-3 /* bandwidth, in bins: then as good as none                   */
#define NOTHING 1e-9 /* of the probability                                         */

int pz_knn_pdf_init(struct knn_pdf *f, const struct pz_grid *grid, size_t room)
{
	*f = (struct knn_pdf){ .grid = *grid };
	f->below = malloc(ENTRIES * sizeof *f->below);
	f->sample = malloc(2 * room * sizeof *f->sample);
	f->p = malloc((size_t)pz_grid_total(grid) * sizeof *f->p);
	if (!f->below || !f->sample || !f->p)
		return pz_fail(PZ_ENOMEM, "no memory for p(z) of %d bins", pz_grid_total(grid));
	for (int i = 0; i < ENTRIES; i++)
		f->below[i] = 0.5 * erfc((REACH - (double)i / STEPS) * M_SQRT1_2);
	return 0;
}

void pz_knn_pdf_release(struct knn_pdf *f)
{
	free(f->below);
	free(f->sample);
	free(f->p);
}

/* Share of the normal distribution below t. */
static double below(const struct knn_pdf *f, double t)
{
	double at = (t + REACH) * STEPS;
	int i;

	if (at <= 0)
		return 0;
	if (at >= ENTRIES - 2)
		return 1;
	i = (int)at;
	return f->below[i] + (at - i) * (f->below[i + 1] - f->below[i]);
}

/* Silverman's rule for the samples, in their unit; 0 where they do not differ. *shrink: what
 * takes back the widening. */
static double silverman_bandwidth(struct knn_pdf *f, size_t n, const double *weight, double *shrink)
{
	double *copy = f->sample + n, sum = 0, squares = 0, moment = 0, rate, width, quartiles;

	for (size_t i = 0; i < n; i++) {
		sum += weight[i];
		squares += weight[i] * weight[i];
		moment += weight[i] * f->sample[i] * f->sample[i];
	}
	memcpy(copy, f->sample, n * sizeof *copy);
	quartiles = pz_order_quantile(copy, n, 0.75) - pz_order_quantile(copy, n, 0.25);
	width = sqrt(moment / sum);
	if (quartiles > 0)
		width = fmin(width, quartiles / 1.349);
	rate = fmin(0.9 * pow(sum * sum / squares, -0.2), 0.8);
	*shrink = sqrt(1 - rate * rate);
	return rate * width;
}

/* Adds a Gaussian around `at` (bins from the grid's begin) of width h bins. */
static void add_gaussian(struct knn_pdf *f, double at, double h, double weight)
{
	int total = pz_grid_total(&f->grid);
	double from = floor(at - REACH * h), to = ceil(at + REACH * h), before;
	int first = from > 0 ? from < total ? (int)from : total : 0;
	int end = to < total ? to > 0 ? (int)to : 0 : total;

	before = below(f, (first - at) / h);
	for (int i = first; i < end; i++) {
		double share = below(f, (i + 1 - at) / h);

		f->p[i] += weight * (share - before);
		before = share;
	}
}

/* Divides by the sum; where there is none, the bin nearest to `at` has all. */
static bool normalise_pdf(struct knn_pdf *f, double at, double weight, float *pz)
{
	int total = pz_grid_total(&f->grid);
	double sum = 0;

	for (int i = 0; i < total; i++)
		sum += f->p[i];
	if (sum > NOTHING * weight) {
		for (int i = 0; i < total; i++)
			pz[i] = (float)(f->p[i] / sum);
		return false;
	}
	memset(pz, 0, (size_t)total * sizeof *pz);
	pz[at > 0 ? total - 1 : 0] = 1;
	return true;
}

bool pz_knn_pdf_make(struct knn_pdf *f, double z, double deviation, size_t n,
		     const double *residual, const double *deviations, const double *weight,
		     float *pz)
{
	double bin = pz_grid_width(&f->grid), shrink, h, sum = 0;
	double at = (z - f->grid.min) / bin + f->grid.left;

	for (size_t i = 0; i < n; i++)
		f->sample[i] = residual[i] / deviations[i] * deviation / bin;
	h = fmax(silverman_bandwidth(f, n, weight, &shrink), LEAST);
	memset(f->p, 0, (size_t)pz_grid_total(&f->grid) * sizeof *f->p);
	for (size_t i = 0; i < n; i++) {
		add_gaussian(f, at + shrink * f->sample[i], h, weight[i]);
		sum += weight[i];
	}
	return normalise_pdf(f, at, sum, pz);
}
