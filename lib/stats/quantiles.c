/* quantiles.c -- edges between bins of equal weight */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/quantiles.h>

#include "weighed.h"

int pz_quantile_edges(const double *x, const double *weight, size_t n, int bins, double *edge)
{
	struct weighed *v = malloc((n + !n) * sizeof *v);
	size_t known = 0;

	if (!v)
		return pz_fail(PZ_ENOMEM, "no memory for the quantiles of %zu values", n);
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			v[known++] = (struct weighed){ x[i], weight ? weight[i] : 1 };
	pz_weighed_sort(v, known);
	for (int b = 0; b + 1 < bins; b++)
		edge[b] = pz_weighed_quantile(v, known, (b + 1.0) / bins);
	free(v);
	return 0;
}

int pz_quantile_bin(const double *edge, int bins, double x)
{
	int low = 0, high = bins - 1;

	if (isnan(x))
		return -1;
	while (low < high) {
		int middle = (low + high) / 2;

		if (x >= edge[middle])
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
