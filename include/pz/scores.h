/* scores.h -- how good p(z) are: calibration (PIT) and proper scores
 *
 * Example:
 *      size_t scored = 0;
 *
 *      for (i = 0; i < n; i++)
 *              scored += pz_score_pdf(&grid, p, z[i], zphot[i], 0.05 * (1 + zphot[i]),
 *                                     &score[i]);
 *      rc = pz_scores_summary(&(struct pz_scored){ .n = n, .score = score }, 100, seed, NULL,
 *                             &value, &error);
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

/* Of one galaxy. All but the odds are NaN where its z lies in no bin; without p(z) these are as
 * well. */
struct pz_score {
	double pit, crps, crps_discrete, log_loss, cde_loss, brier, odds;
	uint32_t galaxy;          /* the caller's, of the galaxy; not used here          */
	signed char in_68, in_95; /* whether z lies in the galaxy's interval; below 0: it
				     has none. The caller's, 0 after pz_score_pdf        */
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
	double ks_local; /* root of the mean over cells of ks^2 - (floor's mean square), by
			    weight, 0 where noise is all there is; NaN without cells  */
	double ks_worst; /* the largest of a cell's ks less its floor               */
	double interval_68, interval_95; /* shares of z in their intervals      */
};

/* A sample, all borrowed. */
struct pz_scored {
	size_t n;
	const struct pz_score *score; /* [n]                                      */
	const double *weight;         /* [n], pz_is_weight(); NULL: all alike        */
	bool intervals;               /* whether any score has one                   */
	const int *cell;              /* [n], below 0: in none; NULL: there are none */
	int cells;
};

/* PITs of one cell. */
struct pz_pit_cell {
	size_t count;     /* that are scored                                    */
	double effective; /* (sum of weights)^2/(sum of squares): without weights count */
	double ks, floor; /* NaN of none; floor: the mean of uniform ones'          */
};

/* Share of p (over the extended grid) below z, linear inside of a bin. */
PZ_API double pz_score_below(const struct pz_grid *grid, const double *p, double z);
/* Whether z lies in a bin of the extended grid. */
PZ_API bool pz_score_pdf(const struct pz_grid *grid, const double *p, double z, double zphot,
			 double reach, struct pz_score *s);

/* pit[n] rising; times[n]: how much each counts, at least 0; NULL: once. The sum of what
 * counts stands for n in cvm and ad. All NaN where nothing counts. */
PZ_API void pz_pit_measure(const double *pit, const double *times, size_t n, struct pz_pit *out);

/* Chance that n uniform PITs have a ks at least this large (NaN for NaN). n need not be whole. */
PZ_API double pz_pit_ks_p(double ks, double n);
/* The mean ks of n uniform PITs, and the root of its mean square (Kolmogorov's distribution). */
PZ_API double pz_pit_ks_floor(double n);
PZ_API double pz_pit_ks_noise(double n);

/* value: of all galaxies; error: deviation over draws resamples of them, each with its weight; 0
 * draws: NaN. each: [draws], what every resample gave; NULL: not wanted. Resample i of a seed draws
 * the same galaxies as that of any other sample of as many. With weights, (sum)^2/(sum of squares)
 * stands for n in cvm and ad. PZ_ENOMEM: 12 bytes a galaxy; draws times 36 doubles, threads
 * times n + 2 cells. */
PZ_API int pz_scores_summary(const struct pz_scored *of, int draws, uint64_t seed,
			     struct pz_scores *each, struct pz_scores *value,
			     struct pz_scores *error);
/* The cells, into cell[of->cells]. PZ_ENOMEM. */
PZ_API int pz_scores_cells(const struct pz_scored *of, struct pz_pit_cell *cell);

#endif
