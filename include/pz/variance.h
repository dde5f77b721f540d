/* variance.h -- the variance of an estimate, by redshift and magnitude
 *
 * pzpipe-method(7), equation 12: scatter.h's V times w^2, in redshift squared. A galaxy
 * takes the value at its redshift bin, the mean over its row's channels of those
 * above 0; the grid (row, bin) the mean over the row's channels that have any.
 *
 * Example:
 *      struct pz_variance *v;
 *      pz_variance_fit(&v, &grid, &rows, &galaxies, NULL);
 *      s2 = pz_variance_at(v, z, mag);
 *      pz_variance_free(v);
 */
#ifndef PZ_VARIANCE_H
#define PZ_VARIANCE_H

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/galaxies.h>

struct pz_variance {
	struct pz_grid grid;
	struct pz_rows rows;
	double *dispersion; /* sigma_disp of channel k, bins; [m]              */
	double *channel;    /* of channel k, bin i; [m][n], 0: no value        */
	double *row;        /* the grid: of row j, bin i; [2m-1][n], 0: none   */
};

/* dispersion[m] in bins, or NULL to fit it to the same galaxies. *out is freed by
 * the caller; NULL on failure: PZ_EDATA (NaN), PZ_ENOMEM. */
PZ_API int pz_variance_fit(struct pz_variance **out, const struct pz_grid *grid,
			   const struct pz_rows *rows, const struct pz_galaxies *g,
			   const double *dispersion);
PZ_API void pz_variance_free(struct pz_variance *v); /* NULL is fine */

/* Of a galaxy; 0 where its channels have no value. z must not be NaN. */
PZ_API double pz_variance_at(const struct pz_variance *v, double z, double mag);

#endif
