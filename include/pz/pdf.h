/* pdf.h -- what a p(z) says: point estimates and scores
 *
 * p[N] over the extended grid, probabilities of the bins. Functions take them as
 * they stand; pz_pdf_check first says whether they are any.
 */
#ifndef PZ_PDF_H
#define PZ_PDF_H

#include <stdbool.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_PDF_SUM 1e-3 /* a p(z) may miss the sum 1 by this much               */

/* Whether there is no p(z) in p: a NaN, or zeros alone, which codes write for a galaxy
 * that they could not fit. */
PZ_API bool pz_pdf_is_missing(const struct pz_grid *grid, const double *p);

/* 0, or PZ_EDATA: a value that is negative or not finite, a sum that is not 1. */
PZ_API int pz_pdf_check(const struct pz_grid *grid, const double *p);

/* Centre of the first most probable bin: the method's point estimate. */
PZ_API double pz_pdf_mode(const struct pz_grid *grid, const double *p);
/* Mean of the bins' centres, weighted by p. */
PZ_API double pz_pdf_mean(const struct pz_grid *grid, const double *p);
/* The mean, and the mean square of z, of a density that is constant inside of each bin. */
PZ_API void pz_pdf_moments(const struct pz_grid *grid, const double *p, double *mean,
			   double *square);
/* Where half of the sum is reached, linear inside of the bin. */
PZ_API double pz_pdf_median(const struct pz_grid *grid, const double *p);
/* The same where share q of the sum is reached, 0 < q < 1. */
PZ_API double pz_pdf_quantile(const struct pz_grid *grid, const double *p, double q);

/* Continuous ranked probability score of a true z, in redshift: the integral of
 * (F(x) - [x >= z])^2 over all x. F, the share of p below x, is linear inside of a bin,
 * as p is constant there. z may lie anywhere. */
PZ_API double pz_pdf_crps(const struct pz_grid *grid, const double *p, double z);

/* The same as the article sums it (pzpipe-method(7), equation 24): w times the sum over bins of
 * (cumulated p - [bin at or above that of z])^2, z's bin that of the extended grid. It
 * takes all of a bin for its upper edge, so it is too small where p is narrower than a
 * bin: 0 for a p(z) of the true bin alone. */
PZ_API double pz_pdf_crps_discrete(const struct pz_grid *grid, const double *p, double z);

#endif
