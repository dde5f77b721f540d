/* scores.h -- how good p(z) are: calibration (PIT) and proper scores
 *
 * Example:
 *      size_t scored = 0;
 *
 *      for (i = 0; i < n; i++)
 *              scored += pz_score_pdf(&grid, p, z[i], zphot[i], 0.05 * (1 + zphot[i]),
 *                                     &score[i]);
 *      rc = pz_scores_summary(score, n, 100, seed, &value, &error);
 *
 * A p(z) is a density constant within each bin. Its sum is taken for 1 where a score
 * says so, and divided by where it is cumulated:
 *
 *      pit         share of p(z) below the true z: uniform in 0..1 where the p(z) are
 *                  what they say
 *      crps        pz_pdf_crps, the exact integral
 *      crps_discrete  pz_pdf_crps_discrete, the article's sum
 *      log_loss    -ln p of the true z's bin, p at least 1e-12
 *      cde_loss    integral of p(z)^2 - 2 p(true z), in 1/redshift (Izbicki & Lee 2017)
 *      brier       sum of (p - [the true z's bin])^2
 *      odds        share of p(z) within reach of the estimate zphot
 *
 * The true z's bin is that of the extended grid. Where it lies in none of these bins p(z)
 * says nothing about it: such a galaxy has no score but the odds, which ask for no truth.
 */
#ifndef PZ_SCORES_H
#define PZ_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_PIT_BINS    20     /* of the histogram                               */
#define PZ_PIT_OUTLIER 0.0001 /* a PIT this near to 0 or 1 is an outlier (Schmidt et al. 2020) */

/* Of one galaxy. All but the odds are NaN where its z lies in no bin. */
struct pz_score {
	double pit, crps, crps_discrete, log_loss, cde_loss, brier, odds;
};

/* Distances of n PITs from uniform, as their tests define them, and shares of galaxies:
 * outliers; those whose z lies in the central 68 and 95 % of their p(z); each bin's. */
struct pz_pit {
	double ks;  /* Kolmogorov-Smirnov: largest distance of the cumulated shares */
	double cvm; /* Cramer-von Mises: n times the integral of its square         */
	double ad;  /* Anderson-Darling: weighted by 1/(u(1 - u)), u 1e-12 inside of 0..1 */
	double outliers, cover_68, cover_95;
	double histogram[PZ_PIT_BINS];
};

/* Of a sample: means, and what the PITs are like. The odds are those of all galaxies,
 * what else there is of those that are scored; NaN of none. Doubles alone. */
struct pz_scores {
	double crps, crps_discrete, log_loss, cde_loss, brier, odds;
	struct pz_pit pit;
};

/* Share of p (over the extended grid) below z, linear inside of a bin. */
PZ_API double pz_score_below(const struct pz_grid *grid, const double *p, double z);
/* Whether z lies in a bin of the extended grid. */
PZ_API bool pz_score_pdf(const struct pz_grid *grid, const double *p, double z, double zphot,
			 double reach, struct pz_score *s);

/* pit[n] rising; times[n]: how often each counts, whole numbers; NULL: once. All NaN
 * where nothing counts. */
PZ_API void pz_pit_measure(const double *pit, const double *times, size_t n, struct pz_pit *out);

/* Chance that n uniform PITs have a ks at least this large (NaN for NaN). */
PZ_API double pz_pit_ks_p(double ks, size_t n);

/* Sorts score by pit, those without behind. error: over draws resamples of the galaxies; 0 draws:
 * NaN. PZ_ENOMEM: draws times 32 doubles, threads times n. */
PZ_API int pz_scores_summary(struct pz_score *score, size_t n, int draws, uint64_t seed,
			     struct pz_scores *value, struct pz_scores *error);

#endif
