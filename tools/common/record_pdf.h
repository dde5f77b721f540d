/* record_pdf.h -- the p(z) of a record as numbers, and back
 *
 *      struct pdf pdf = { 0 };
 *
 *      if ((rc = pdf_init(&pdf, &header->grid)) == 0 && (rc = pdf_load(&pdf, record)) > 0) {
 *              ... pdf.p ...
 *              pdf_store(&pdf, record);
 *      }
 *      pdf_release(&pdf);
 */
#ifndef RECORD_PDF_H
#define RECORD_PDF_H

#include <pz/stream.h>

struct pdf {
	struct pz_grid grid;
	size_t bins;
	float *f4;
	double *p; /* [bins] of the extended grid */
};

int pdf_init(struct pdf *d, const struct pz_grid *grid); /* 0 or PZ_ENOMEM */
void pdf_release(struct pdf *d);                         /* all zero is fine */

/* Loads and checks "pz": 1. 0: there is none; zeros and NaN mean that as well. PZ_EDATA: it has
 * another size, or is no p(z). */
int pdf_load(struct pdf *d, const pz_map *record);
/* Sets "pz" to p. */
void pdf_store(struct pdf *d, pz_map *record);
/* Sets "zphot" to mode, mean and median of p over the grid. */
void pdf_put_estimates(const struct pz_grid *grid, const double *p, pz_map *record);

#endif
