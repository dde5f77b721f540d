/* knn_pdf.h -- p(z) from the residuals of neighbours (the formula is in knn.h) */
#ifndef PZ_STATS_KNN_PDF_H
#define PZ_STATS_KNN_PDF_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/bins.h>

struct knn_pdf {
	struct pz_grid grid;
	double *below;  /* the normal distribution, tabulated                  */
	double *sample; /* (2 room): residuals, and room to sort them          */
	double *p;      /* (bins)                                              */
};

/* room: residuals at most. 0 or PZ_ENOMEM. */
int pz_knn_pdf_init(struct knn_pdf *f, const struct pz_grid *grid, size_t room);
void pz_knn_pdf_release(struct knn_pdf *f); /* all zero is fine */

/* pz[bins] of an estimate z, whose value deviates by `deviation` where the noise does by 1, from
 * n residuals with their deviations and weights. Returns whether all of it lay outside. */
bool pz_knn_pdf_make(struct knn_pdf *f, double z, double deviation, size_t n,
		     const double *residual, const double *deviations, const double *weight,
		     float *pz);

#endif
