/* sample.h -- private: numbers of a sample, in memory that the caller lends */
#ifndef PZ_STATS_SAMPLE_H
#define PZ_STATS_SAMPLE_H

#include <pz/bins.h>
#include <pz/galaxies.h>
#include <pz/metrics.h>

/* d[n] = (zphot - z)/(1 + z). */
void pz_sample_residuals(const struct pz_galaxies *g, double *d);
/* Of residuals d[n], which are spoiled. */
struct pz_summary pz_sample_summary(double *d, size_t n, double threshold);
/* Total variation; difference: bins + 1 doubles of any content. */
double pz_sample_tv(const struct pz_grid *grid, const struct pz_galaxies *g, double *difference);

#endif
