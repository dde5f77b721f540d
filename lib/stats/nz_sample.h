/* nz_sample.h -- the p(z) of a sample, kept without their empty ends */
#ifndef PZ_STATS_NZ_SAMPLE_H
#define PZ_STATS_NZ_SAMPLE_H

#include <pz/nz.h>

struct nz_galaxy {
	size_t from;     /* its first bin's place in p              */
	int first, bins; /* bins first .. first + bins - 1 are kept */
	int row;
};

struct pz_nz {
	struct pz_grid grid;
	struct pz_rows rows;
	size_t n, room;
	struct nz_galaxy *galaxy;
	float *p;
	size_t used, p_room;
	double *half; /* [rows]: sum of half widths of the central 68 %, in bins */
};

/* The galaxies that are summed: numbers galaxy[0..n-1], each times[i] times (NULL: once). */
struct nz_sum {
	const size_t *galaxy;
	size_t n;
	const double *times; /* by a galaxy's number in the sample */
};

/* sum[rows][N] += posterior of each galaxy under g[N], by row; weight[rows] += its times. */
void pz_nz_expect(const struct pz_nz *s, const struct nz_sum *of, const double *g, double *sum,
		  double *weight);

#endif
