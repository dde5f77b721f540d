/* from_records.h -- makes records of predictions out of the rows of a table
 *
 *      struct table_rows rows = { .grid = h.grid, ... };
 *
 *      rc = table_rows_open_pzpipe(&rows, &table, "z");     // a table that totable wrote, or
 *      rc = table_rows_open_foreign(&rows, path, &source);  // any other one
 *      while ((rc = table_rows_next(&rows, &keep)) > 0)
 *              if (keep)
 *                      ... rows.record ...
 *      table_rows_close(&rows);
 *
 * Memory: one row, one p(z), and what the readers of p(z) need (from_pz.h).
 */
#ifndef FROM_RECORDS_H
#define FROM_RECORDS_H

#include <pz/catalogue.h>

#include "../common/row.h"
#include "from_likelihood.h"
#include "from_pz.h"
#include "from_pzpipe.h"

/* Galaxies without a p(z). */
struct pz_counts {
	uint64_t unlisted;                 /* the file of p(z) has no line of it: left out      */
	uint64_t kept;                     /* the numbers are no p(z), but there is an estimate */
	uint64_t left_out;                 /* the same, and there is none                       */
	uint64_t fault[LIKELIHOOD_FAULTS]; /* why the numbers are no p(z)       */
};

struct table_rows {
	/* set by the caller */
	struct pz_grid grid; /* of p(z), extended                            */
	int pz_is;           /* what its numbers are: an enum form_is          */
	bool scale_pz;       /* it need not have the sum 1                     */
	bool strict;         /* every galaxy must have one                     */
	bool complete;       /* totable wrote the table: nothing is added to its rows */

	/* a table that totable wrote, read without further options; else NULL */
	struct pzpipe_table *pzpipe;

	/* any other table */
	struct pz_catalogue *table;
	struct probabilities *pz; /* NULL: no p(z) are read                    */
	struct row_form form;

	pz_map *record; /* the row that was read                               */
	double *p;      /* its p(z), [bins]                                    */
	float *f4;      /* the same as it is stored                            */
	void *stored;   /* its bytes                                           */
	struct pz_counts counts;
};

/* Where a table of others is, and which of its columns are read; as the options say. */
struct table_source {
	const char *path, *hdu, *columns, *carry, *missing;
	struct pz_source pz;  /* name NULL: no p(z) are read                    */
	const char *band;     /* of the magnitude rows                            */
	const char *target;   /* what is estimated                               */
	const char *features; /* columns that are features, or NULL             */
	bool colours;         /* and their differences                          */
};

/* PZ_EMISMATCH: the p(z) has another number of bins; PZ_EUSAGE: there is no column of the
 * target. Borrows the table. */
int table_rows_open_pzpipe(struct table_rows *r, struct pzpipe_table *table, const char *target);
int table_rows_open_foreign(struct table_rows *r, const struct table_source *from);
void table_rows_close(struct table_rows *r);

/* Reads the next row into r->record: 1, 0 at the end, < 0. *keep: false if the galaxy is left out,
 * because it has no p(z). */
int table_rows_next(struct table_rows *r, bool *keep);

#endif
