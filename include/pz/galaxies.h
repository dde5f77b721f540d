/* galaxies.h -- a set of galaxies as columns
 *
 * Numbers about many galaxies (labels, curves, distances, step 4) come from
 * these columns and nothing else: no pixels, 24 bytes a galaxy. The arrays are
 * borrowed; nothing here writes into them.
 *
 *      struct pz_galaxies g = { .n = n, .z = z, .zphot = zphot, .mag = r };
 */
#ifndef PZ_GALAXIES_H
#define PZ_GALAXIES_H

#include <stddef.h>

#include <pz/bins.h>

struct pz_galaxies {
	size_t n;
	const double *z;     /* true redshift (or other target), finite         */
	const double *zphot; /* point estimate, finite; may leave the grid      */
	const double *mag;   /* magnitude; NaN or negative: unknown, last row   */
};

/* 0 where every z and zphot is finite, else PZ_EDATA naming the first galaxy
 * (counted from 0) that is not. A column that is NULL is not looked at. */
int pz_galaxies_check(const struct pz_galaxies *g);

/* Row of every galaxy, freed by the caller; NULL where memory is out (the text
 * is left as by pz_fail). */
int *pz_galaxies_rows(const struct pz_galaxies *g, const struct pz_rows *rows);

#endif
