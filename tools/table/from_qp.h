/* from_qp.h -- reads what a file of qp's says about its p(z)
 *
 * qp (LSST DESC) keeps an ensemble of p(z) in an HDF5 file with the groups
 *
 *      meta    pdf_name, and what all p(z) share: bins (hist), xvals (interp), quants (quant)
 *      data    a row for each: pdfs (hist), yvals (interp), locs (quant), loc and scale (norm),
 *              means, stds and weights (mixmod), xvals and yvals (interp_irregular)
 *      ancil   further columns: id, zmode, ... (need not be there)
 *
 * Source: qp 1.0, src/qp/parameterizations.
 */
#ifndef FROM_QP_H
#define FROM_QP_H

#include "from_form.h"

struct qp {
	char name[32];     /* "hist"                                           */
	const char *parts; /* "data/means,data/stds,data/weights"              */
};

/* Whether path is a file of qp's: 1 or 0. */
int qp_is(const char *path);
/* Fills qp, and what its p(z) are into form. PZ_EDATA: a form that is not read; it lacks an
 * array. */
int qp_open(struct qp *qp, const char *path, struct form *form);
/* The grid on which the p(z) are, if it is uniform: true. */
bool qp_grid(const struct form *form, struct pz_grid *grid);

#endif
