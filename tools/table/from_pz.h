/* from_pz.h -- p(z) of the galaxies of a table, from one of its columns or from a second file
 *
 *      rc = probabilities_open(&p, "table.fits", NULL, "pz", bins);
 *      while (... pz_catalogue_next(c, &row) ...)
 *              got = probabilities_next(p, &row, pz);          // 1; 0: it has none
 *      rc = probabilities_end(p, &others);
 *      probabilities_close(p);
 *
 * The column is a vector of a FITS table. A line of the file has an id and the probabilities, for
 * all galaxies of the table or some (from_lines.h).
 * Memory: one p(z); with a file in another order than the table also 24 to 48 bytes for each line.
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

/* Reads the p(z) of this row into pz[bins]: 1; 0: there is none. Rows of a table with a column must
 * be asked for in their order. Undefined numbers become NaN. PZ_EMISMATCH: another number of bins;
 * PZ_EDATA: not numbers. */
int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz);
/* Whether the numbers are float32. */
bool probabilities_narrow(const struct probabilities *p);
/* After the last row: how many lines of the file belong to no galaxy of the table. PZ_EDATA: all of
 * them do, or one line of a pipe. */
int probabilities_end(struct probabilities *p, uint64_t *others);

#endif
