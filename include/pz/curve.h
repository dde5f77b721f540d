/* curve.h -- residuals as a function of redshift, in wide bins
 *
 * pzpipe-method(7), equation 16, with d = (zphot - z)/(1 + z):
 *
 *      by z          mean of d weighted by 1/s^2, s^2 = max(variance, 1e-5)/(1 + z)^2;
 *                    error (sum of weights)^(-1/2); empty bins are absent. Of another
 *                    target (g->plain) the square of a bin's width stands for 1e-5,
 *                    whatever its unit
 *      by zphot      plain mean; error = deviation / sqrt(count - 1); bins with
 *                    fewer than two galaxies or without spread are absent
 *      weights w     multiply those of a mean; by z the error is then
 *                    sqrt(sum of w^2/s^2)/(sum of w/s^2), by zphot the effective
 *                    count stands for the count
 *      simulated     what regression to the mean alone would do, from the counts of
 *                    z and the variances; no error (NaN)
 *
 * Curves are plain values of fixed size: nothing to free.
 */
#ifndef PZ_CURVE_H
#define PZ_CURVE_H

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/galaxies.h>
#include <pz/variance.h>

struct pz_point {
	int bin;  /* wide bin, 0..PZ_WIDE-1                                 */
	double z; /* its centre                                             */
	size_t count;
	double weight;    /* sum of the galaxies' weights; without them their count */
	double effective; /* (sum of weights)^2/(sum of their squares); likewise   */
	double residual, error;
};

struct pz_curve {
	int n; /* points, by rising z                                          */
	struct pz_point point[PZ_WIDE];
};

/* variance: of each galaxy, in redshift squared (pz_variance_at). */
PZ_API void pz_curve_zspec(const struct pz_grid *grid, const struct pz_galaxies *g,
			   const double *variance, struct pz_curve *curve);

PZ_API void pz_curve_zphot(const struct pz_grid *grid, const struct pz_galaxies *g,
			   struct pz_curve *curve);

/* The grid's variances times factor (the paper's figure: 1 and 0.5). Rows whose
 * variance is 0 in a bin say nothing about it. */
PZ_API void pz_curve_simulated(const struct pz_variance *v, const struct pz_galaxies *g,
			       double factor, struct pz_curve *curve);

/* Root of the mean square of the residuals, weighted by weight, over the points of
 * at least min_count galaxies; NaN where there are none. */
PZ_API double pz_curve_rms(const struct pz_curve *curve, size_t min_count);

/* The same of what is above the noise: from each squared residual the square of its point's
 * error is taken, which is what noise alone adds on average. 0 where less than nothing is left. */
PZ_API double pz_curve_rms_above(const struct pz_curve *curve, size_t min_count);

#endif
