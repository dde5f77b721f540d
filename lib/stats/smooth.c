/* smooth.c -- smoothing by a Gaussian */
#include <math.h>
#include <string.h>

#include "smooth.h"

#define REACH 4 /* standard deviations at which the Gaussian is cut */

/* The index in 0..n-1 that stands at i, with mirrors at both ends. */
static int mirrored(int i, int n)
{
	i %= 2 * n;
	if (i < 0)
		i += 2 * n;
	return i < n ? i : 2 * n - 1 - i;
}

void pz_smooth(const double *x, double *out, int n, double sigma)
{
	int reach = (int)(REACH * sigma + 0.5);
	double sum = 0;

	if (reach == 0) {
		memcpy(out, x, (size_t)n * sizeof *x);
		return;
	}
	memset(out, 0, (size_t)n * sizeof *out);
	for (int d = -reach; d <= reach; d++) {
		double k = exp(-0.5 * d * d / (sigma * sigma));

		sum += k;
		for (int i = 0; i < n; i++)
			out[i] += k * x[mirrored(i + d, n)];
	}
	for (int i = 0; i < n; i++)
		out[i] /= sum;
}
