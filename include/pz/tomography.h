/* tomography.h -- mean and width of n(z) in bins of an estimate, against the truth
 *
 * Galaxies are sorted into bins by their estimate. In each bin the mean redshift of the stacked
 * p(z), and that of the estimates, is compared with the mean true redshift:
 *
 *      bias    (mean of p(z) - mean true z)/(1 + mean true z), over the bin's galaxies that have
 *              a p(z); the same of estimates over all of the bin's galaxies
 *      width   standard deviation of the stacked p(z) over that of the true redshifts
 *
 * Of a stacked p(z) the mean is that of the galaxies' means, and the variance the mean of the
 * galaxies' mean squares less its square: two numbers of each p(z) are enough (pz_pdf_moments).
 *
 * Example:
 *      struct pz_tomography t = { .galaxies = &g, .bin = bin, .bins = 4, .low = low,
 *                                 .high = high, .pz_mean = mean, .pz_square = square };
 *      rc = pz_tomography_measure(&t, 100, seed, found);
 */
#ifndef PZ_TOMOGRAPHY_H
#define PZ_TOMOGRAPHY_H

#include <pz/api.h>
#include <pz/galaxies.h>

/* All borrowed. */
struct pz_tomography {
	const struct pz_galaxies *galaxies; /* zphot: the estimate that is averaged   */
	const int *bin;                     /* [n], below 0: in none                  */
	int bins;
	const double *low, *high;          /* [bins], of the true z that is inside   */
	const double *pz_mean, *pz_square; /* [n], of p(z) and of its squared z; NaN: the galaxy
					      has no p(z); NULL: none has one        */
};

/* Doubles alone; NaN: there is none. */
struct pz_tomography_numbers {
	double mean_true, mean_pz, mean_zphot;
	double bias_pz, bias_zphot; /* over 1 + mean true z; plain galaxies: over 1  */
	double width_ratio;
	double outside; /* share of galaxies whose true z is not in [low, high)      */
};

struct pz_tomography_bin {
	size_t count, stacked;                     /* galaxies, and those that have a p(z) */
	struct pz_tomography_numbers value, error; /* error: over resamples of all galaxies */
};

/* Into out[bins]. 0, PZ_EDATA (NaN), PZ_ENOMEM: draws times 7 bins doubles. */
PZ_API int pz_tomography_measure(const struct pz_tomography *t, int draws, uint64_t seed,
				 struct pz_tomography_bin *out);

#endif
