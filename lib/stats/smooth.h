/* smooth.h -- a row of numbers, smoothed by a Gaussian and mirrored at its ends */
#ifndef PZ_STATS_SMOOTH_H
#define PZ_STATS_SMOOTH_H

/* out[i] = sum over d of k(d) x[i + d], k(d) ~ exp(-d^2/(2 sigma^2)) for |d| <= 4 sigma, sum 1.
 * Beyond an end stand x's numbers in reverse: x[-1] is x[0], x[n] is x[n - 1]. sigma 0 copies.
 * The sum of x is kept. out is not x. */
void pz_smooth(const double *x, double *out, int n, double sigma);

#endif
