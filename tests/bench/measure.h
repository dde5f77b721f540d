/* measure.h -- what programs that measure share: medians, and noise to work on */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>
#include <stdlib.h>

#include <pz/random.h>

static inline int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts x[n], n above 0. */
static inline double median(double *x, size_t n)
{
	qsort(x, n, sizeof *x, ascending);
	return x[n / 2];
}

/* Fills x[n], which may be NULL for want of memory: then the program ends. */
static inline float *fill_noise(float *x, size_t n, uint64_t stream)
{
	struct pz_random r;

	if (!x)
		exit(1);
	pz_random_init(&r, 1, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)pz_random_normal(&r);
	return x;
}

#endif
