/* order.c -- selection by Hoare's partition */
#include <math.h>

#include "order.h"

static void swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

/* Orders the first, middle and last of x[lo..hi] and returns the middle one: a
 * pivot that sorted and reversed input do not defeat. */
static double pivot(double *x, ptrdiff_t lo, ptrdiff_t hi)
{
	ptrdiff_t mid = lo + (hi - lo) / 2;

	if (x[mid] < x[lo])
		swap(&x[mid], &x[lo]);
	if (x[hi] < x[lo])
		swap(&x[hi], &x[lo]);
	if (x[hi] < x[mid])
		swap(&x[hi], &x[mid]);
	return x[mid];
}

double pz_order_select(double *x, size_t n, size_t k)
{
	ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1, at = (ptrdiff_t)k;

	while (lo < hi) {
		double p = pivot(x, lo, hi);
		ptrdiff_t i = lo, j = hi;

		/* Equal values stop both scans: ties (binned redshifts) stay balanced. */
		while (i <= j) {
			while (x[i] < p)
				i++;
			while (x[j] > p)
				j--;
			if (i <= j)
				swap(&x[i++], &x[j--]);
		}
		/* x[lo..j] <= p <= x[i..hi], and what lies between equals p. */
		if (at <= j)
			hi = j;
		else if (at >= i)
			lo = i;
		else
			break;
	}
	return x[k];
}

/* The value behind x[k], given that pz_order_select has placed k; k + 1 < n. */
static double next(const double *x, size_t n, size_t k)
{
	double least = x[k + 1];

	for (size_t i = k + 2; i < n; i++)
		least = x[i] < least ? x[i] : least;
	return least;
}

double pz_order_median(double *x, size_t n)
{
	double low;

	if (n == 0)
		return NAN;
	low = pz_order_select(x, n, (n - 1) / 2);
	return n % 2 ? low : (low + next(x, n, (n - 1) / 2)) / 2;
}

double pz_order_quantile(double *x, size_t n, double q)
{
	double position, low;
	size_t k;

	if (n == 0)
		return NAN;
	position = q * (double)(n - 1);
	k = (size_t)position;
	if (k >= n - 1)
		return pz_order_select(x, n, n - 1);
	low = pz_order_select(x, n, k);
	return low + (position - (double)k) * (next(x, n, k) - low);
}
