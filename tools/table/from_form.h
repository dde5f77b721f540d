/* from_form.h -- turns the numbers of a p(z), whatever they are, into probabilities of bins
 *
 *      rc = form_open(&f, &options, numbers, items);   // once
 *      ...
 *      fault = form_to_pz(&f, &grid, tiny, v, p);      // for each galaxy
 *      form_release(&f);
 *
 * Without places the numbers belong to the bins of the stream's grid (from_likelihood.h). With
 * places, or if they are quantiles, normal distributions or samples, they are a density
 * (pz/density.h), which is integrated over each bin. Memory: one p(z) and its places.
 */
#ifndef FROM_FORM_H
#define FROM_FORM_H

#include <stdint.h>

#include <pz/density.h>

#include "from_likelihood.h"
#include "places.h"

/* What the numbers are: an enum likelihood, or one of these. */
enum form_is { FORM_QUANTILES = LIKELIHOOD_CHI2 + 1, FORM_NORMAL, FORM_SAMPLES };
#define FORM_CHOICES LIKELIHOOD_CHOICES ",quantiles,normal,samples"

struct form {
	/* set by the caller, or by qp_form */
	int is;
	bool scale;     /* divide by what lies within the grid                 */
	bool any_sum;   /* a density need not have the integral 1              */
	bool own_x;     /* the first half of the numbers are the points        */
	double omitted; /* of quantiles: what lies beyond them is left out     */
	struct places places;

	bool of_grid; /* the numbers belong to the bins of the stream's grid  */
	enum pz_density_form shape;
	size_t n, k;  /* numbers; heights, quantiles, components or samples   */
	double *work; /* [n + 1]                                              */
	uint64_t cut; /* galaxies of which more than FORM_CUT lay outside     */
	double worst; /* the most that did                                    */
};

#define FORM_CUT 0.01

/* For numbers that come n at a time, from `items` columns. PZ_EMISMATCH: another number than the
 * places need; PZ_EUSAGE: options that do not agree. */
int form_open(struct form *f, size_t n, int items);
void form_release(struct form *f);

/* Fills p[N] of the grid from v[n], which is changed: an enum likelihood_fault. PZ_EDATA: the
 * integral is not 1, or more than PZ_PDF_SUM lies outside of the grid, and f->scale is not set. */
int form_to_pz(struct form *f, const struct pz_grid *grid, double tiny, double *v, double *p);

#endif
