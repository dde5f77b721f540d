/* trend.h -- numbers of galaxies in bins of some quantity: a magnitude, a colour, a distance
 *
 * Example:
 *      struct pz_trend t = { .galaxies = &g, .key = mag, .pit = pit, .outlier = 0.05 };
 *      rc = pz_trend_measure(&t, 10, 100, seed, found);
 *
 * Bins hold equal numbers of galaxies (quantiles.h). Errors are deviations over resamples of each
 * bin's own galaxies.
 */
#ifndef PZ_TREND_H
#define PZ_TREND_H

#include <pz/api.h>
#include <pz/galaxies.h>

/* All borrowed. */
struct pz_trend {
	const struct pz_galaxies *galaxies;
	const double *key; /* [n], NaN: the galaxy is in no bin                      */
	const double *pit; /* [n], NaN: it has none; NULL: none has one              */
	double outlier;    /* threshold on abs(d)                                    */
};

/* Doubles alone; NaN: there is none. */
struct pz_trend_numbers {
	double mean, sigma_mad, outliers, ks; /* of d; of the PITs                  */
};

struct pz_trend_bin {
	size_t count;
	double low, high; /* edges; of the outermost the least and largest key      */
	double key;       /* mean of the galaxies                                   */
	double floor;     /* mean ks of as many uniform PITs                        */
	struct pz_trend_numbers value, error;
};

/* Into out[bins]. 0, PZ_EDATA (NaN), PZ_ENOMEM: 40 bytes a galaxy, and for each thread 40 of the
 * galaxies of a bin. */
PZ_API int pz_trend_measure(const struct pz_trend *t, int bins, int draws, uint64_t seed,
			    struct pz_trend_bin *out);

#endif
