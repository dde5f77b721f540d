/* metrics.h -- how good point estimates are, in single numbers
 *
 * With d = (zphot - z)/(1 + z) (pzpipe-method(7), equation 15):
 *
 *      sigma_mad   1.4826 median(abs(d - median d))
 *      sigma_68    half of what lies between the quantiles at -1 and +1 sigma
 *      rms         root of the mean of d^2
 *      outliers    share of abs(d) > threshold
 *
 * Weights multiply each galaxy's part; in quantiles galaxies stand in order, each as wide as its
 * weight (lib/stats/weighed.h).
 */
#ifndef PZ_METRICS_H
#define PZ_METRICS_H

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/bootstrap.h>
#include <pz/galaxies.h>

struct pz_summary {
	double mean, median, sigma_mad, sigma_68, rms, outliers;
};

/* All NaN where there are no galaxies. 0, PZ_EDATA (NaN), PZ_ENOMEM. */
PZ_API int pz_metrics_summary(const struct pz_galaxies *g, double threshold, struct pz_summary *s);

/* A number as a function of magnitude: of one row, or of one magnitude bin. */
struct pz_by_mag {
	size_t count;
	double mag;   /* mean magnitude; NaN where one of them is unknown       */
	double value; /* of all galaxies; NaN where there are none              */
	struct pz_spread boot;
};

/* sigma_mad of each magnitude row into out[2m-1], resampled inside of the row. */
PZ_API int pz_metrics_rows(const struct pz_rows *rows, const struct pz_galaxies *g, int draws,
			   uint64_t seed, struct pz_by_mag *out);

#endif
