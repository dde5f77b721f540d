/* density.h -- p(z) in the forms that other codes write, as probabilities of a grid's bins
 *
 * Example:
 *      const struct pz_density d = { PZ_DENSITY_POINTS, .n = 301, .x = z, .y = values };
 *      rc = pz_density_integrate(&d, &grid, p, &outside);     // p (bins of the extended grid)
 *
 * The probability of a bin is the exact integral of the density over it, so that bins of any
 * width, and edges that fall anywhere, lose nothing. All is divided by the integral over all
 * redshifts: p and outside, the share beyond the grid's ends, have the sum 1.
 *
 *      PZ_DENSITY_BINS        constant between edges x[0..n], which ascend; heights y[n]
 *      PZ_DENSITY_POINTS      values y[n] at x[n], which ascend; linear between them, 0 beyond
 *      PZ_DENSITY_QUANTILES   x[n], which do not descend, at cumulated probabilities y[n], which
 *                             ascend; the cumulated probability is linear between them. What lies
 *                             below y[0] and above y[n-1] is not known, and left out.
 *      PZ_DENSITY_NORMALS     normal distributions of means x[n] and standard deviations y[n],
 *                             weights w[n] (NULL: 1 each)
 *      PZ_DENSITY_SAMPLES     draws x[n], weights w[n] (NULL: 1 each); one on an edge belongs to
 *                             the upper bin, as bins.h says
 *
 * Redshifts are those of the grid: who has a grid in log(1+z) hands over its edges or points in
 * z, with densities in z.
 */
#ifndef PZ_DENSITY_H
#define PZ_DENSITY_H

#include <stddef.h>

#include <pz/api.h>
#include <pz/bins.h>

enum pz_density_form {
	PZ_DENSITY_BINS,
	PZ_DENSITY_POINTS,
	PZ_DENSITY_QUANTILES,
	PZ_DENSITY_NORMALS,
	PZ_DENSITY_SAMPLES,
};

struct pz_density {
	enum pz_density_form form;
	size_t n;
	const double *x, *y, *w; /* borrowed */
};

/* Fills p, of pz_grid_total(grid) bins, and *outside (NULL: not wanted). PZ_EDATA: numbers that
 * are not finite, x that descends, a negative density, weight or width, an integral of 0. */
PZ_API int pz_density_integrate(const struct pz_density *d, const struct pz_grid *grid, double *p,
				double *outside);

#endif
