/* probabilities.h -- p(z) that stand beside a table: a column of it, or a file of lines
 *
 *      rc = probabilities_open(&p, "table.fits", NULL, "pz", bins);
 *      while (... pz_catalogue_next(c, &row) ...)
 *              got = probabilities_next(p, &row, pz);          // 1, 0: it has none
 *      rc = probabilities_end(p, &others);
 *      probabilities_close(p);
 *
 * The column is a vector of a FITS table. The lines of the file are an id and the
 * probabilities, of all galaxies of the table or some (lines.h).
 * Memory: one p(z), and of a file in another order than the table 24 to 48 bytes a line.
 */
#ifndef PROBABILITIES_H
#define PROBABILITIES_H

#include <pz/catalogue.h>

struct probabilities;

/* name: a column of the FITS table at path (hdu as for the catalogue), else a file.
 * PZ_EDATA: neither; PZ_EMISMATCH: a vector of another number of bins. */
int probabilities_open(struct probabilities **p, const char *path, const char *hdu,
		       const char *name, int bins);
void probabilities_close(struct probabilities *p); /* NULL is fine */

/* What the file has for this row, the rows of a table with a column in its order, into pz[bins]: 1,
 * or 0 where it has none. Undefined is NaN. PZ_EMISMATCH: another number of bins; PZ_EDATA: not
 * numbers.
 */
int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz);
/* Whether the numbers are float32. */
bool probabilities_narrow(const struct probabilities *p);
/* After the last row: how many lines of the file are of no galaxy of the table; PZ_EDATA: all
 * of them, or any of a pipe's. */
int probabilities_end(struct probabilities *p, uint64_t *others);

#endif
