/* weighed.c -- sorts values with their weights, and walks along them */
#include <math.h>
#include <stdlib.h>

#include "weighed.h"

static int compare(const void *a, const void *b)
{
	const struct weighed *p = a, *q = b;

	if (p->x != q->x)
		return p->x < q->x ? -1 : 1;
	return (p->weight > q->weight) - (p->weight < q->weight);
}

void pz_weighed_sort(struct weighed *v, size_t n)
{
	qsort(v, n, sizeof *v, compare);
}

double pz_weighed_quantile(const struct weighed *v, size_t n, double q)
{
	double total = 0, at, middle;

	if (n == 0)
		return NAN;
	for (size_t i = 0; i < n; i++)
		total += v[i].weight;
	/* from the middle of the first to that of the last */
	at = q * (total - (v[0].weight + v[n - 1].weight) / 2);
	middle = 0;
	for (size_t i = 0; i + 1 < n; i++) {
		double step = (v[i].weight + v[i + 1].weight) / 2;

		if (at < middle + step)
			return v[i].x + (v[i + 1].x - v[i].x) * ((at - middle) / step);
		middle += step;
	}
	return v[n - 1].x;
}

double pz_weighed_mad(struct weighed *v, size_t n)
{
	double median;

	pz_weighed_sort(v, n);
	median = pz_weighed_quantile(v, n, 0.5);
	for (size_t i = 0; i < n; i++)
		v[i].x = fabs(v[i].x - median);
	pz_weighed_sort(v, n);
	return 1.4826 * pz_weighed_quantile(v, n, 0.5);
}
