/* calibrate.h -- step 4: what bias is left as a function of photo-z, taken away
 *
 * pzpipe-method(7), CALIBRATION. From the training galaxies, a sample is drawn that
 * resembles the test galaxies cell by cell (row, bin of the test photo-z); the
 * mean of zphot - z in the wide photo-z bins of the drawn sample is subtracted
 * from the test galaxies' estimates.
 *
 *      plan         how many training galaxies each test cell draws, and where
 *      draw         their numbers
 *      table        row x wide bin: mean and count
 *      correction   zphot - mean, where the count is large enough
 *
 * Example:
 *      struct pz_correction *c;
 *      struct pz_plan plan;
 *
 *      rc = pz_calibrate_fit(&c, &plan, &grid, &rows, &train, &test, size, 1, seed);
 *      if (rc == 0) {
 *              zphot = pz_calibrate_value(c, zphot, mag);
 *              pz_calibrate_free(c);
 *              pz_plan_release(&plan);
 *      }
 */
#ifndef PZ_CALIBRATE_H
#define PZ_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/galaxies.h>

#define PZ_DRAWN_MAX 200000000 /* galaxies drawn at most                          */

struct pz_plan_cell {
	int row;
	int zphot_bin; /* of the test galaxies                                 */
	int zspec_bin; /* of the training galaxies drawn: the nearest that the
			* row has, of two the lower                            */
	size_t number;
};

struct pz_plan {
	size_t count; /* cells, by rising row and zphot_bin                    */
	struct pz_plan_cell *cell;
	size_t drawn; /* sum of number: near the size wished, not equal        */
};

/* size: the wished number of drawn galaxies. test's z is not looked at. Rows without
 * training galaxies and photo-z outside the grid are passed over. p is released by the
 * caller. 0, PZ_EDATA (NaN, no test galaxies), PZ_EARG (size), PZ_ENOMEM. */
PZ_API int pz_calibrate_plan(struct pz_plan *p, const struct pz_grid *grid,
			     const struct pz_rows *rows, const struct pz_galaxies *train,
			     const struct pz_galaxies *test, size_t size);
PZ_API void pz_plan_release(struct pz_plan *p);

/* The numbers of p->drawn training galaxies: a cell's once through in random
 * order, further ones with replacement. Freed by the caller; NULL: PZ_ENOMEM. */
PZ_API size_t *pz_calibrate_draw(const struct pz_plan *p, const struct pz_grid *grid,
				 const struct pz_rows *rows, const struct pz_galaxies *train,
				 uint64_t seed);

struct pz_correction {
	struct pz_grid grid;
	struct pz_rows rows;
	size_t min_count; /* a cell of fewer corrects nothing; at least 1      */
	size_t *count;    /* drawn galaxies of row j, wide bin b; [2m-1][PZ_WIDE] */
	double *mean;     /* of zphot - z; 0 where count is 0                  */
};

/* The table of the n drawn galaxies; drawn NULL: of all of train, each once. *out is
 * freed by the caller. */
PZ_API int pz_calibrate_table(struct pz_correction **out, const struct pz_grid *grid,
			      const struct pz_rows *rows, const struct pz_galaxies *train,
			      const size_t *drawn, size_t n, size_t min_count);
PZ_API void pz_calibrate_free(struct pz_correction *c); /* NULL is fine */

/* Plan, draw and table in one. p, released by the caller, is the plan. */
PZ_API int pz_calibrate_fit(struct pz_correction **out, struct pz_plan *p,
			    const struct pz_grid *grid, const struct pz_rows *rows,
			    const struct pz_galaxies *train, const struct pz_galaxies *test,
			    size_t size, size_t min_count, uint64_t seed);

/* Whether an estimate's cell has enough galaxies to correct it; false where zphot is NaN
 * or outside of the grid. */
PZ_API bool pz_calibrate_has(const struct pz_correction *c, double zphot, double mag);

/* The corrected estimate, a real number that may leave its cell; unchanged where it has no
 * cell to correct it. */
PZ_API double pz_calibrate_value(const struct pz_correction *c, double zphot, double mag);

#endif
