/* conformal.h -- intervals of redshift that hold the stated share of galaxies
 *
 * Conformalised quantiles (Romano, Patterson & Candes 2019, arXiv:1905.03222): the central
 * interval [low, high] of p(z) gets a margin on both sides, which is found on galaxies with known
 * redshift that p(z) were not fitted to. Of a galaxy with the redshift z the margin that it
 * would need is
 *
 *      score = max(low - z, z - high)           below 0: the interval could be smaller
 *
 * and the margin of n galaxies is the k-th smallest score, k = ceil((n + 1) level). A further
 * galaxy of the same kind then lies inside with a probability of at least the level and at most
 * 1/(n + 1) more, however wrong the p(z) are. This holds in each magnitude row ("Mondrian").
 * Rows with few galaxies share a margin with their fainter neighbours: rows are taken together,
 * from the bright end on, until they have PZ_CONFORMAL_LEAST galaxies and as many as the levels
 * need, level/(1 - level); what is left at the faint end joins the last of them. Fewer than
 * PZ_CONFORMAL_LEAST in all are one group.
 *
 * Example:
 *      struct pz_conformal c = { 0 };
 *
 *      for (size_t i = 0; i < n; i++)
 *              score[i] = pz_conformal_score(&grid, p, z[i], 0.68);
 *      if ((rc = pz_conformal_fit(&c, pz_rows_count(&rows), &level, 1, row, score, n)) == 0)
 *              pz_conformal_interval(&c, &grid, p, 2, 0, &low, &high);
 *      pz_conformal_release(&c);
 */
#ifndef PZ_CONFORMAL_H
#define PZ_CONFORMAL_H

#include <stddef.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_CONFORMAL_LEAST 100 /* galaxies that have a margin of their own */

struct pz_conformal {
	int rows, levels;
	double *level;  /* [levels], each above 0 and below 1                   */
	double *margin; /* [rows][levels], in redshift                          */
	size_t *count;  /* [rows]: galaxies whose margin a row has              */
};

/* level[levels], row[n] (0 to rows - 1), score[n][levels], finite. The caller releases c. PZ_EDATA:
 * fewer galaxies than a level needs; PZ_EARG; PZ_ENOMEM. */
PZ_API int pz_conformal_fit(struct pz_conformal *c, int rows, const double *level, int levels,
			    const int *row, const double *score, size_t n);
PZ_API void pz_conformal_release(struct pz_conformal *c); /* all zero is fine */

/* The margin that the central interval of p (share: level) needs to reach z. */
PZ_API double pz_conformal_score(const struct pz_grid *grid, const double *p, double z,
				 double level);
/* The interval of p for a level of c, by its number. Where a negative margin makes the ends
 * cross, both are the middle. */
PZ_API void pz_conformal_interval(const struct pz_conformal *c, const struct pz_grid *grid,
				  const double *p, int row, int level, double *low, double *high);

#endif
