/* nz.h -- the n(z) of a sample from its p(z), by expectation maximisation
 *
 * The sum of p(z) is no estimate of n(z) where the galaxies are distributed otherwise than those
 * that the p(z) were trained or calibrated on: each p(z) contains the n(z) of these. With
 * o(b) the share of bin b there, the galaxies' own distribution n(b) = g(b) o(b) is found by
 * repeating (pzpipe-method(7), equation 32)
 *
 *      w_j(b) = p_j(b) g(b)/sum over b of the same         galaxy j
 *      n(b)   = mean of w_j(b)
 *      g(b)   = (S n(b) + floor)/(o(b) + floor)            from g = 1 on
 *
 * until g stays. S smooths by a Gaussian as wide as the p(z) are: what is finer cannot be told
 * from noise. Rows have a g of their own, or share one.
 *
 * Example:
 *      struct pz_nz *s = NULL;
 *      struct pz_nz_options options = { .draws = 100, .seed = 1 };
 *      struct pz_nz_found found = { 0 };
 *
 *      if ((rc = pz_nz_new(&s, &grid, &rows)) == 0 && (rc = pz_nz_add(s, p, mag)) == 0)
 *              rc = pz_nz_run(s, &trained, &options, &found);
 *      if (rc == 0)
 *              use(found.share, found.error);
 *      pz_nz_found_release(&found);
 *      pz_nz_free(s);
 */
#ifndef PZ_NZ_H
#define PZ_NZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/prior.h>

#define PZ_NZ_CHANGE 1e-4 /* g stays where half the sum of |change of g|/g n is below this */
#define PZ_NZ_ROUNDS 1000 /* at most                                                      */

struct pz_nz; /* the p(z) of a sample */

struct pz_nz_options {
	double smooth; /* standard deviation of S in bins; 0: the mean over galaxies of half the
			  width of the central 68 % of p(z)                          */
	bool single;   /* one g for all rows                                         */
	int draws;     /* of the bootstrap over galaxies; 0: no errors (NaN)         */
	uint64_t seed;
};

/* Rows 0 to rows - 1, and behind them all galaxies; a row without galaxies: NaN. */
struct pz_nz_found {
	int rows, bins;
	size_t *n;                 /* [rows + 1]                                      */
	double *share, *error;     /* [rows + 1][bins] of the extended grid           */
	double *mean, *mean_error; /* [rows + 1]: of z                                */
	double *smooth;            /* [rows + 1]: what was taken; of all rows: the mean */
	int *rounds;               /* [rows + 1]; of all rows: the most               */
	bool settled;              /* false: some g still changed after PZ_NZ_ROUNDS  */
};

PZ_API int pz_nz_new(struct pz_nz **s, const struct pz_grid *grid, const struct pz_rows *rows);
PZ_API void pz_nz_free(struct pz_nz *s); /* NULL is fine */
/* Adds a galaxy; p[N] as pz_pdf_check wants it. Memory: 4 bytes a bin that has more than 1e-7 of
 * the largest, and those between. PZ_ENOMEM. */
PZ_API int pz_nz_add(struct pz_nz *s, const double *p, double mag);

/* trained: the n(z) that the p(z) contain, over the same axes; NULL: flat. A row without trained
 * galaxies takes that of all rows. The same at any number of threads. The caller releases found.
 * PZ_EDATA: no galaxies; PZ_EARG, PZ_EMISMATCH, PZ_ENOMEM. */
PZ_API int pz_nz_run(const struct pz_nz *s, const struct pz_counts *trained,
		     const struct pz_nz_options *options, struct pz_nz_found *found);
PZ_API void pz_nz_found_release(struct pz_nz_found *found); /* all zero is fine */

#endif
