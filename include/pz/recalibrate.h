/* recalibrate.h -- p(z) that mean what they say, at each magnitude and photometric redshift
 *
 * If p(z) are right, the share of p(z) below the true redshift (PIT, pz/scores.h) is uniform
 * among galaxies with known redshift: in the sample (Bordoloi et al. 2010, MNRAS 406, 881), and
 * in every part of it that is chosen without looking at the truth (Dey et al. 2022,
 * arXiv:2205.14568). Where it is not, its distribution R(u) says what the cumulated p(z) should
 * have been: F'(z) = R(F(z)). pzpipe-method(7), equations 28 to 30:
 *
 *      R = cell(row(all(u)))
 *
 *      all    distribution of the PITs of all galaxies
 *      row    that of what is left of them in each magnitude row
 *      cell   that of what is left in cells of the photometric redshift along the row; between
 *             the middles of two cells the mean of both, weighted by distance
 *
 * Each of them is drawn towards "no change" by PZ_PIT_SHRINK galaxies and is a monotone cubic
 * between equally spaced u, which rises everywhere: R(0) = 0, R(1) = 1. The photometric redshift
 * is the median of p(z), so that R depends on p(z) and row alone.
 *
 * Example:
 *      struct pz_pits pits = { .n = n, .pit = pit, .at = median, .row = row };
 *      struct pz_recalibration *r;
 *
 *      if ((rc = pz_recalibrate_fit(&r, pz_rows_count(&rows), &pits, 100)) == 0) {
 *              pz_recalibrate_pdf(r, &grid, pz_rows_row(&rows, mag), p, p);
 *              pz_recalibrate_free(r);
 *      }
 */
#ifndef PZ_RECALIBRATE_H
#define PZ_RECALIBRATE_H

#include <stddef.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_PIT_SHRINK 20 /* uniform PITs that are added to those of each map       */
#define PZ_PIT_LEAST  20 /* galaxies that a fit needs                               */

/* Galaxies with known redshift; borrowed. */
struct pz_pits {
	size_t n;
	const double *pit; /* share of p(z) below the true redshift, 0 to 1          */
	const double *at;  /* median of p(z), finite                                 */
	const int *row;    /* magnitude row, 0 to rows - 1                           */
};

struct pz_recalibration;

/* cell: galaxies from the middle of a cell to that of the next, at least 1. *out is freed by
 * the caller. PZ_EDATA: fewer than PZ_PIT_LEAST galaxies, or a number out of its range; PZ_EARG;
 * PZ_ENOMEM. */
PZ_API int pz_recalibrate_fit(struct pz_recalibration **out, int rows, const struct pz_pits *p,
			      size_t cell);
PZ_API void pz_recalibrate_free(struct pz_recalibration *r); /* NULL is fine */

/* R(u) for a galaxy of this row whose p(z) has the median at; u is cut to 0..1. */
PZ_API double pz_recalibrate_value(const struct pz_recalibration *r, int row, double at, double u);
/* The p(z) with F' = R(F): p[N] over the extended grid, any positive sum; out[N], sum 1, may be
 * p. Bins of p = 0 stay 0. */
PZ_API void pz_recalibrate_pdf(const struct pz_recalibration *r, const struct pz_grid *grid,
			       int row, const double *p, double *out);

/* How many cells a row has, at least 1. */
PZ_API int pz_recalibrate_cells(const struct pz_recalibration *r, int row);
/* The middle of cell i; *galaxies: sum of their weights in it. */
PZ_API double pz_recalibrate_middle(const struct pz_recalibration *r, int row, int i,
				    double *galaxies);

#endif
