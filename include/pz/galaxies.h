/* galaxies.h -- a set of galaxies as columns, and what their residuals are
 *
 * Numbers about many galaxies (labels, curves, distances, step 4) come from
 * these columns and nothing else: no pixels, 24 bytes a galaxy. The arrays are
 * borrowed; nothing here writes into them.
 *
 * Example:
 *      struct pz_galaxies g = { .n = n, .z = z, .zphot = zphot, .mag = r };
 *
 * A residual is (zphot - z)/(1 + z) of a redshift; of another target, which has no
 * zero of its own, the plain difference.
 *
 * With weights w the sample stands for another one, in which there are w galaxies like each.
 */
#ifndef PZ_GALAXIES_H
#define PZ_GALAXIES_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/api.h>
#include <pz/bins.h>

struct pz_galaxies {
	size_t n;
	const double *z;      /* true redshift (or other target), finite         */
	const double *zphot;  /* point estimate, finite; may leave the grid      */
	const double *mag;    /* magnitude; NaN or negative: unknown, last row   */
	bool plain;           /* no redshift: residuals are differences          */
	const double *weight; /* pz_is_weight(), in any unit; NULL: all alike. What is
				 counted or averaged over galaxies takes them; n stays n */
};

/* The least and the largest weight. Sums of their squares are between 1e-200 and 1e200 times the
 * number of galaxies, so neither overflows nor is 0. */
#define PZ_WEIGHT_MIN 1e-100
#define PZ_WEIGHT_MAX 1e100

/* Whether a number can be a weight; NaN, 0 and negative numbers cannot. */
static inline bool pz_is_weight(double x)
{
	return x >= PZ_WEIGHT_MIN && x <= PZ_WEIGHT_MAX;
}

/* A galaxy's weight. */
static inline double pz_galaxies_weight(const struct pz_galaxies *g, size_t i)
{
	return g->weight ? g->weight[i] : 1;
}

/* The sum of all weights. */
PZ_API double pz_galaxies_total(const struct pz_galaxies *g);

/* What the difference of estimate and truth is divided by, at z. */
static inline double pz_galaxies_scale(const struct pz_galaxies *g, double z)
{
	return g->plain ? 1 : 1 + z;
}

/* 0 where every z and zphot is finite and every weight is one, else PZ_EDATA naming the
 * first galaxy (counted from 0) that is not so. A column that is NULL is not looked at. */
PZ_API int pz_galaxies_check(const struct pz_galaxies *g);

/* Row of every galaxy, freed by the caller; NULL where memory is out (the text
 * is left as by pz_fail). */
PZ_API int *pz_galaxies_rows(const struct pz_galaxies *g, const struct pz_rows *rows);

#endif
