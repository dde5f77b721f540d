/* from_pzpipe.h -- reads a table that totable wrote as the records from which it was made
 *
 *      rc = pzpipe_table_open(&b, "step3.fits", NULL);         // 1; 0: totable did not write it
 *      while ((rc = pzpipe_table_next(&b, record)) > 0) {      // all but p(z)
 *              has = pzpipe_table_pz(&b, p);
 *              ...
 *              pzpipe_table_end(&b, record);
 *      }
 *      pzpipe_table_close(&b);
 *
 * Columns that other programs added are carried under their names; a renamed column counts as a
 * new one. Memory: a block of rows.
 */
#ifndef FROM_PZPIPE_H
#define FROM_PZPIPE_H

#include <pz/bins.h>

#include "../common/carry.h"
#include "header.h"
#include "key.h"

struct pzpipe_column {
	int at; /* in the file                                                */
	const char *name;
	char path[VALUE_NAME];
	char tag;
	bool coded, empties, is_new;
	bool own_null; /* its TNULL is the number that totable writes          */
	size_t repeat;

	/* a block of rows */
	double *number;
	int64_t *whole;
	bool *undefined;
	char *text;
	size_t size; /* of a text                                             */
};

struct pzpipe_table {
	struct table_file *file;
	struct pz_survey survey;
	int version;
	char lacks[TABLE_LACKS]; /* header.h                             */
	struct table_keys keys;
	struct pzpipe_column *column;
	int n, pz;        /* pz: the column of p(z), -1                        */
	size_t bins;      /* of it                                             */
	struct carry put; /* where column i goes                               */
	size_t block, at, have;
	uint64_t row;
	char *is_new, *gone, *left_out; /* columns, "a, b"; NULL: none         */
	char *unlisted;                 /* those that columns and carry below lack, p(z) apart */
	char *columns, *carry; /* the same for pz_catalogue_open: "zphot=zphot_mode", "u=u" */
};

/* 1; 0: totable did not write the table, and b is closed again. PZ_EDATA: the columns do not agree
 * with what the table says about them. */
int pzpipe_table_open(struct pzpipe_table *b, const char *path, const char *hdu);
void pzpipe_table_close(struct pzpipe_table *b); /* all zero is fine */

/* Reads the next row into the record: 1, 0 at the end, < 0. For its p(z) there is a nil in the
 * record, so that the order of keys stays. */
int pzpipe_table_next(struct pzpipe_table *b, pz_map *record);
/* Reads its p(z) into p[bins]; false: the table has no p(z). */
bool pzpipe_table_pz(const struct pzpipe_table *b, double *p);
/* Puts the maps into the record, and removes the nil of a p(z) that was not set. */
void pzpipe_table_end(struct pzpipe_table *b, pz_map *record);
/* The column of this path; NULL: there is none. */
const struct pzpipe_column *pzpipe_table_find(const struct pzpipe_table *b, const char *path);
/* Whether a column has this path. */
bool pzpipe_table_has(const struct pzpipe_table *b, const char *path);

#endif
