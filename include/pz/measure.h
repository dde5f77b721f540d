/* measure.h -- all numbers of point estimates at once, and their errors
 *
 * A resample of the galaxies gives all of them together, so a hundred resamples give
 * every number its error. Resample i of a seed draws the same galaxies whatever the
 * estimates are: numbers of two estimates of the same galaxies move together.
 *
 * Example:
 *      struct pz_measure m = { .galaxies = &g, .variance = v, .outlier = 0.05,
 *                              .fit_from = 0.15, .fit_count = 5, .rms_count = 20,
 *                              .factor = 1 };
 *      pz_measure_galaxies(&m, &found);
 *      pz_measure_bootstrap(&m, 100, seed, &mean, &error);
 */
#ifndef PZ_MEASURE_H
#define PZ_MEASURE_H

#include <pz/api.h>
#include <pz/curve.h>
#include <pz/fit.h>
#include <pz/metrics.h>
#include <pz/variance.h>

/* What is measured, and how; all borrowed. */
struct pz_measure {
	const struct pz_galaxies *galaxies; /* with magnitudes                       */
	const struct pz_variance *variance; /* weights the curve by z, makes the
					       simulated one; its grid is the grid; the
					       same in every resample                */
	double outlier;                     /* threshold on abs(d)                   */
	double fit_from;                    /* the line by z begins there; that by
					       zphot takes the whole range           */
	size_t fit_count;                   /* galaxies that a point needs to be fitted */
	size_t rms_count;                   /* and to count in rms_zphot, rms_zspec  */
	double factor;                      /* of the simulated curve's variances    */
	struct pz_measures *each;           /* [draws], what each resample gave; NULL:
					       not wanted                            */
};

/* The numbers. Doubles alone; NaN: there is none. */
struct pz_measures {
	struct pz_summary summary;
	double slope_zspec, intercept_zspec, slope_zphot, intercept_zphot;
	double offset_zspec; /* mean of the points that the line by z is fitted to,
				with the weights of the fit                       */
	double rms_zspec;    /* pz_curve_rms_above of the curve by z              */
	double rms_zphot;    /* pz_curve_rms of the curve by zphot                */
	double tv;           /* total variation                                     */
	double zspec[PZ_WIDE], zphot[PZ_WIDE], simulated[PZ_WIDE]; /* the curves' residuals */
};

/* The same of all galaxies, with what curves and lines have beside. */
struct pz_measured {
	struct pz_measures value;
	struct pz_curve zspec, zphot, simulated;
	struct pz_line zspec_line, zphot_line; /* slope NaN: too few points         */
};

/* 0, PZ_EDATA (NaN), PZ_ENOMEM. */
PZ_API int pz_measure_galaxies(const struct pz_measure *m, struct pz_measured *out);

/* Means and errors over resamples of the galaxies, each with its weight. Memory: per thread 5
 * doubles a galaxy, with weights 8. */
PZ_API int pz_measure_bootstrap(const struct pz_measure *m, int draws, uint64_t seed,
				struct pz_measures *mean, struct pz_measures *error);

#endif
