/* distance.h -- how far the distribution of estimates is from that of the truth
 *
 * pzpipe-method(7), equation 19. Histograms are those of the grid's n bins; what lies
 * outside of it counts in none.
 *
 *      total variation   half the sum of abs(counts of zphot - counts of z), over
 *                        the number of galaxies: 0 the same, 1 disjoint
 *      its floor         what estimates without mode collapse would reach: each
 *                        wide bin of z redrawn from a normal with the mean and
 *                        spread of its residuals
 *      Wasserstein       w times the sum of abs(cumulated counts of zphot - those of
 *                        z), over the number of galaxies, in redshift
 *
 * The article's figures are the means of 100 bootstraps; report them beside the
 * values of the full sample, which are lower.
 */
#ifndef PZ_DISTANCE_H
#define PZ_DISTANCE_H

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/bootstrap.h>
#include <pz/curve.h>
#include <pz/galaxies.h>
#include <pz/metrics.h>

/* NaN of none; errors are from pz_measure_bootstrap. 0, PZ_EDATA (NaN), PZ_ENOMEM. */
PZ_API int pz_distance_tv(const struct pz_grid *grid, const struct pz_galaxies *g, double *value);

/* zspec: the residual curve by z of the same galaxies. Bins absent from it and
 * galaxies outside the grid keep their z. */
PZ_API int pz_distance_tv_floor(const struct pz_grid *grid, const struct pz_galaxies *g,
				const struct pz_curve *zspec, int draws, uint64_t seed,
				struct pz_spread *floor);

/* Per magnitude bin, m equal ones over the rows' range with open ends, into
 * out[m]; value is NaN where there are none. */
PZ_API int pz_distance_wasserstein(const struct pz_grid *grid, const struct pz_rows *rows,
				   const struct pz_galaxies *g, int draws, uint64_t seed,
				   struct pz_by_mag *out);

#endif
