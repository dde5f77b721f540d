/* prior.h -- n(z) of each magnitude row, and what p(z) are multiplied by when it changes
 *
 * A p(z) contains the n(z) of the galaxies that its network was trained on. For a sample of
 * other n(z) it is multiplied by the ratio of the two (pzpipe-method(7), equation 27):
 *
 *      counts   galaxies by row and bin of the extended grid; shares of galaxies serve as well
 *      share    n(z given row): smoothed, and a row of few galaxies drawn towards all rows
 *      ratio    share of the one over share of the other, both raised by a floor
 *
 * Example:
 *      struct pz_counts target = { 0 }, trained = { 0 };
 *
 *      if ((rc = pz_counts_init(&target, &grid, &rows)) == 0 &&
 *          (rc = pz_counts_init(&trained, &grid, &rows)) == 0) {
 *              pz_counts_add(&target, z, mag);
 *              pz_counts_add(&trained, z, mag);
 *              rc = pz_prior_ratio(ratio, &target, &trained, 3);
 *      }
 *      pz_counts_release(&target);
 *      pz_counts_release(&trained);
 */
#ifndef PZ_PRIOR_H
#define PZ_PRIOR_H

#include <stdbool.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_PRIOR_SHRINK 10    /* galaxies of all rows that are added to each row    */
#define PZ_SMOOTH_MAX   10000 /* bins                                               */

struct pz_counts {
	struct pz_grid grid;
	struct pz_rows rows;
	double *count; /* [rows][N], N bins of the extended grid; at least 0 */
};

/* All counts 0; the caller releases c. PZ_ENOMEM. */
PZ_API int pz_counts_init(struct pz_counts *c, const struct pz_grid *grid,
			  const struct pz_rows *rows);
PZ_API void pz_counts_release(struct pz_counts *c); /* all zero is fine */
/* Counts a galaxy; false: z lies in no bin of the extended grid, or is NaN. An unknown mag
 * belongs to the last row. */
PZ_API bool pz_counts_add(struct pz_counts *c, double z, double mag);
/* Galaxies of a row; row -1: of all. */
PZ_API double pz_counts_of(const struct pz_counts *c, int row);

/* share[rows][N]: n(z given row), each row's sum 1. smooth: standard deviation of a Gaussian in
 * bins, 0 none, at most PZ_SMOOTH_MAX. PZ_EDATA: no galaxies; PZ_EARG: smooth; PZ_ENOMEM. */
PZ_API int pz_counts_share(double *share, const struct pz_counts *c, double smooth);

/* ratio[rows][N] = (share of target + floor)/(share of trained + floor), floor =
 * 1/(PZ_PRIOR_SHRINK + the row's galaxies in the smaller of the two), so that bins with a
 * galaxy or two say little. trained NULL: flat. Above 0 everywhere. Errors as above, and
 * PZ_EMISMATCH: the two have different axes. */
PZ_API int pz_prior_ratio(double *ratio, const struct pz_counts *target,
			  const struct pz_counts *trained, double smooth);

/* p[N] times ratio[N] (of the galaxy's row), brought to the sum 1; p may be out. */
PZ_API void pz_prior_apply(const struct pz_grid *grid, const double *ratio, const double *p,
			   double *out);

#endif
