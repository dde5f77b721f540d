/* quantiles.h -- bins that hold equal numbers of galaxies
 *
 * Example:
 *      rc = pz_quantile_edges(mag, NULL, n, 10, edge);      // 9 edges
 *      bin = pz_quantile_bin(edge, 10, mag[i]);             // 0..9
 *
 * Edges are quantiles of the values (of weighted ones as in lib/stats/weighed.h). A value on an
 * edge belongs to the upper bin, so bins of values that repeat differ in number; the first and the
 * last bin are open.
 */
#ifndef PZ_QUANTILES_H
#define PZ_QUANTILES_H

#include <stddef.h>

#include <pz/api.h>

/* Edges between bins of equal weight into edge[bins - 1], rising. weight: above 0; NULL: all alike.
 * NaN in x: left out; all NaN: edges are NaN. 0 or PZ_ENOMEM (16 bytes a value). */
PZ_API int pz_quantile_edges(const double *x, const double *weight, size_t n, int bins,
			     double *edge);
/* The bin of x; -1: x is NaN. */
PZ_API int pz_quantile_bin(const double *edge, int bins, double x);

#endif
