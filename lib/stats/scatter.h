/* scatter.h -- the variance of the estimates per channel and redshift bin
 *
 * pzpipe-method(7), equations 11 and 12, shared by the labels of step 3 and the variances of the
 * residual curves. For each channel, in bins^2:
 *
 *      v_j   (median + mean)/2 of (zphot - z)^2 / w^2 over the galaxies of
 *            redshift bin j; bins without take the nearest one's below
 *      V(i)  = sum_j v_j G(i | j)
 *
 * where j runs from the first to the last bin with v > 0 and the Gaussian G, as
 * wide as the channel's dispersion, is normalised over just those. Each source
 * bin hands out its whole value: this is no average. V = 0 outside.
 */
#ifndef PZ_STATS_SCATTER_H
#define PZ_STATS_SCATTER_H

#include <pz/bins.h>
#include <pz/galaxies.h>

/* V of channel k, bin i of the unextended grid into v[k*n + i], in bins^2; a
 * channel in which nothing scatters is all 0. sigma[m] in bins, as from
 * pz_dispersion_fit. 0, or PZ_EDATA (NaN), PZ_ENOMEM. */
int pz_scatter_spread(const struct pz_grid *grid, const struct pz_rows *rows,
		      const struct pz_galaxies *g, const double *sigma, double *v);

#endif
