/* from_likelihood.h -- converts densities, likelihoods or chi squared to probabilities of bins
 *
 *      fault = likelihood_to_pz(LIKELIHOOD_CHI2, true, &grid, DBL_MIN, p);
 *      if (fault)
 *              count[fault]++;              // the numbers are no p(z)
 *      else if ((rc = pz_pdf_check(&grid, p)) < 0)
 *              ...                          // not scaled: the sum is not 1
 *
 * The arithmetic is in doubles, and the greatest logarithm is subtracted first, so that numbers of
 * any size can be converted: exp(-chi2/2) would be 0 in doubles from a chi2 of 1490 on.
 */
#ifndef LIKELIHOOD_H
#define LIKELIHOOD_H

#include <stdbool.h>

#include <pz/bins.h>

enum likelihood {
	LIKELIHOOD_PROBABILITY, /* of each bin                                  */
	LIKELIHOOD_DENSITY,     /* per unit of redshift, times the bins' width  */
	LIKELIHOOD_LOG,         /* ln L                                         */
	LIKELIHOOD_CHI2,        /* -2 ln L                                      */
};
#define LIKELIHOOD_CHOICES "probability,density,loglike,chi2"

/* Why numbers cannot be a p(z). */
enum likelihood_fault {
	LIKELIHOOD_FINE,
	LIKELIHOOD_ABSENT,   /* all of them are NaN                             */
	LIKELIHOOD_NAN,      /* some are                                        */
	LIKELIHOOD_NEGATIVE, /* a probability, density or chi2 below 0          */
	LIKELIHOOD_INFINITE, /* an infinite probability, density or likelihood  */
	LIKELIHOOD_ZERO,     /* all are 0                                       */
	LIKELIHOOD_TINY,     /* too small to have all digits: see tiny          */
	LIKELIHOOD_DESCENDS, /* quantiles or points that do not ascend          */
	LIKELIHOOD_WIDTH,    /* a standard deviation that is not above 0        */
	LIKELIHOOD_OUTSIDE,  /* nothing of it is within the grid                */
	LIKELIHOOD_FAULTS
};

/* "all of them are NaN" and the like, for messages. */
const char *likelihood_says(enum likelihood_fault fault);

/* Converts p[N], over the extended grid, to probabilities. scale: probabilities and densities are
 * divided by their sum as well (logarithms always are). tiny: the least number that the file keeps
 * with all digits (FLT_MIN, DBL_MIN): if the greatest number to be scaled is not well above it, the
 * others have lost their digits. After a fault p is undefined. */
enum likelihood_fault likelihood_to_pz(enum likelihood is, bool scale, const struct pz_grid *grid,
				       double tiny, double *p);

/* The same for n heights of a density anywhere: probabilities and densities stay as they are, of
 * logarithms the greatest becomes 1. scaled: their size does not count. */
enum likelihood_fault likelihood_to_heights(enum likelihood is, bool scaled, double tiny, int n,
					    double *p);
/* Whether some or all of n numbers are NaN. */
enum likelihood_fault likelihood_check_nan(int n, const double *p);

#endif
