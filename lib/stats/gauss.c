/* gauss.c -- a table of distances and its running sum */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "dispersion.h"
#include "gauss.h"

int pz_gauss_init(struct gauss *g, int n)
{
	*g = (struct gauss){ .n = n };
	g->room = malloc((2 * (size_t)n - 1) * sizeof *g->room);
	g->sum = malloc((size_t)n * sizeof *g->sum);
	if (!g->room || !g->sum) {
		pz_gauss_release(g);
		return pz_fail(PZ_ENOMEM, "no memory for a Gaussian over %d bins", n);
	}
	g->at = g->room + n - 1;
	return 0;
}

void pz_gauss_release(struct gauss *g)
{
	free(g->room);
	free(g->sum);
	*g = (struct gauss){ 0 };
}

void pz_gauss_set(struct gauss *g, double sigma)
{
	double sum = 0;

	g->reach = 0;
	for (int d = 0; d < g->n; d++) {
		double x = d / sigma;

		/* Beyond 37 sigma (1e-297) come denormals: slow, and of no weight. */
		if (d == 0)
			g->at[0] = 1;
		else
			g->at[d] = sigma < PZ_NO_DISPERSION || x > 37 ? 0 : exp(-0.5 * x * x);
		if (g->at[d] > 0)
			g->reach = d;
		g->at[-d] = g->at[d];
		g->sum[d] = sum += g->at[d];
	}
}

void pz_gauss_add(const struct gauss *g, int j, double weight, double *f, int n)
{
	double total = g->sum[j] + g->sum[n - 1 - j] - 1;
	int first = j > g->reach ? j - g->reach : 0;
	int last = j + g->reach < n ? j + g->reach : n - 1;
	const double *at = g->at - j;

	weight /= total;
	for (int i = first; i <= last; i++)
		f[i] += weight * at[i];
}
