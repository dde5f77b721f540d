/* sample.h -- private: numbers of a sample, in memory that the caller lends */
#ifndef PZ_STATS_SAMPLE_H
#define PZ_STATS_SAMPLE_H

#include <pz/bins.h>
#include <pz/galaxies.h>
#include <pz/metrics.h>

/* d[n] = (zphot - z)/(1 + z). */
void pz_sample_residuals(const struct pz_galaxies *g, double *d);
/* Doubles that a summary needs. */
size_t pz_sample_work(const struct pz_galaxies *g);
/* work: of any content. */
struct pz_summary pz_sample_summary(const struct pz_galaxies *g, double threshold, double *work);
/* Total variation; difference: bins + 1 doubles of any content. */
double pz_sample_tv(const struct pz_grid *grid, const struct pz_galaxies *g, double *difference);

#endif
