/* from_pz.h -- p(z) of the galaxies of a table, from its columns or from a second file
 *
 *      rc = probabilities_open(&p, catalogue, &source, &grid);
 *      while (... pz_catalogue_next(catalogue, &row) ...)
 *              got = probabilities_next(p, &row, pz, &fault);  // 1; 0: it has none
 *      rc = probabilities_end(p, &others);
 *      probabilities_close(p);
 *
 * The numbers are columns of the table; or columns or arrays of a second one, which has the same
 * galaxies in the same order; or lines of a text file, each with an id, for all galaxies of the
 * table or some (from_lines.h). What they are, from_form.h says.
 * Memory: one p(z), a block of rows; with lines in another order than the table also 24 to 48 bytes
 * for each line.
 */
#ifndef PROBABILITIES_H
#define PROBABILITIES_H

#include <pz/catalogue.h>

#include "from_form.h"

struct probabilities;

/* Where p(z) are, as the options say. */
struct pz_source {
	const char *path;    /* the table                                      */
	const char *name;    /* columns of the table, or a file                */
	const char *columns; /* of the file; NULL: its only array with several numbers a row */
	const char *places;  /* --pz-grid; may be NULL                         */
	int is;              /* --pz-is                                        */
	bool scale;          /* --scale-pz                                     */
};

/* PZ_EDATA: neither columns nor a file; PZ_EMISMATCH: another number of numbers than the grid or
 * the places need. */
int probabilities_open(struct probabilities **p, struct pz_catalogue *table,
		       const struct pz_source *from, const struct pz_grid *grid);
void probabilities_close(struct probabilities *p); /* NULL is fine */

/* Fills pz, of the grid's bins, for this row: 1; 0: there is none. *fault: why the numbers are no
 * p(z). Rows must be asked for in their order. PZ_EMISMATCH: another number of numbers; PZ_EDATA:
 * not numbers, or a p(z) that is wrong in another way. */
int probabilities_next(struct probabilities *p, const struct pz_catalogue_row *row, double *pz,
		       enum likelihood_fault *fault);
/* After the last row: how many lines of the file belong to no galaxy of the table. PZ_EDATA: all of
 * them do, or one line of a pipe; the second table has another number of rows. */
int probabilities_end(struct probabilities *p, uint64_t *others);
const struct form *probabilities_form(const struct probabilities *p);

#endif
