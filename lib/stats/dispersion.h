/* dispersion.h -- how wide the estimates of a channel scatter about the truth
 *
 * pzpipe-method(7), equation 10. sigma_disp, one number per magnitude channel, in bins:
 * the width of the Gaussian that, blurring the histogram of the channel's
 * estimates, makes the histogram of its true redshifts most likely.
 *
 *      O_k(s) = - sum_i y_k(i) ln( sum_j x_k(j) K_s(i | j) )
 *
 * with x_k, y_k the normalised histograms of zphot and z, K_s normalised over
 * the grid, the logarithm's argument clipped to [1e-5, 1 - 1e-5]. Galaxies of
 * an odd row count in both of its channels; values outside the grid are left out.
 *
 * The extension of a grid plays no part here. Channels are fitted in parallel;
 * the result does not depend on the number of threads.
 */
#ifndef PZ_STATS_DISPERSION_H
#define PZ_STATS_DISPERSION_H

#include <pz/bins.h>
#include <pz/galaxies.h>

#define PZ_NO_DISPERSION 0.1 /* bins: a width below it counts as none            */

/* Fits sigma[m], in bins, and where not NULL writes the minimum into
 * objective[m]. A channel without galaxies inside the grid gets width 1 and
 * objective 0. 0, or PZ_EDATA (NaN), PZ_ENOMEM. */
int pz_dispersion_fit(const struct pz_grid *grid, const struct pz_rows *rows,
		      const struct pz_galaxies *g, double *sigma, double *objective);

/* O of one channel at each of the count widths of sigma[], into value[]. */
int pz_dispersion_objective(const struct pz_grid *grid, const struct pz_rows *rows,
			    const struct pz_galaxies *g, int channel, const double *sigma,
			    int count, double *value);

#endif
