/* bias.h -- the mean residual of the estimates per channel and redshift bin
 *
 * pzpipe-method(7), equation 14b. For each channel, in bins:
 *
 *      r_k(b) = sum_j S_j G(b | j) / sum_j C_j G(b | j)
 *
 * S_j is the sum of (zphot - z)/w over the channel's galaxies whose true redshift is in bin j, C_j
 * their number, and G a Gaussian as wide as the channel's dispersion, normalised over all bins. It
 * is 0 where no galaxy is within its reach.
 */
#ifndef PZ_STATS_BIAS_H
#define PZ_STATS_BIAS_H

#include <pz/bins.h>
#include <pz/galaxies.h>

/* r of channel k, bin b of the unextended grid into r[k*n + b], in bins. sigma[m] in bins, as from
 * pz_dispersion_fit. A redshift outside the grid counts nowhere; weights count. 0, or PZ_EDATA
 * (NaN), PZ_ENOMEM: then r is as it was. */
int pz_bias_measure(const struct pz_grid *grid, const struct pz_rows *rows,
		    const struct pz_galaxies *g, const double *sigma, double *r);

#endif
