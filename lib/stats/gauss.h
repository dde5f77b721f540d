/* gauss.h -- Gaussians of one width on a row of n bins, cut and normalised to it
 *
 * G(i | j) = exp(-(i-j)^2 / (2 sigma^2)) / sum over i = 0..n-1 of the same.
 * It depends on i - j but for the normalisation, so one table of distances and
 * its running sum serve every j: n exponentials where n^2 would be called for.
 */
#ifndef PZ_STATS_GAUSS_H
#define PZ_STATS_GAUSS_H

struct gauss {
	int n;        /* bins at most                                           */
	int reach;    /* farthest distance whose weight is above 0              */
	double *at;   /* at[d], -n < d < n: the weight at distance d            */
	double *sum;  /* sum[d] = at[0] + .. + at[d]                            */
	double *room; /* what at points into                                    */
};

/* 0 or PZ_ENOMEM. */
int pz_gauss_init(struct gauss *g, int n);
void pz_gauss_release(struct gauss *g);

/* Makes the table for sigma bins; below 0.1 all weight falls on distance 0. */
void pz_gauss_set(struct gauss *g, double sigma);

/* f(i) += weight G(i | j) for i = 0..n-1 (n at most that of the table). */
void pz_gauss_add(const struct gauss *g, int j, double weight, double *f, int n);

#endif
