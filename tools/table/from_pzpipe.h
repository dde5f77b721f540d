/* back.h -- a table of totable's as the records that it was
 *
 *      rc = table_back_open(&b, "step3.fits", NULL);         // 1; 0: it is no such table
 *      while ((rc = table_back_next(&b, record)) > 0) {      // all but p(z)
 *              has = table_back_pz(&b, p);
 *              ...
 *              table_back_end(&b, record);
 *      }
 *      table_back_close(&b);
 *
 * Columns that others added since are carried under their names; those that they renamed
 * are new ones. Memory: a block of rows.
 */
#ifndef TABLE_BACK_H
#define TABLE_BACK_H

#include <pz/bins.h>
#include <pz/fits.h>

#include "../common/carry.h"
#include "header.h"
#include "key.h"

struct back_column {
	int at; /* in the file                                                */
	const char *name;
	char path[VALUE_NAME];
	char tag;
	bool coded, is_new;
	bool own_null; /* its TNULL is the one that totable writes             */
	size_t repeat;

	/* a block of rows */
	double *number;
	int64_t *whole;
	bool *undefined;
	char *text;
	size_t size; /* of a text                                             */
};

struct table_back {
	struct pz_fits *file;
	struct pz_survey survey;
	int version;
	char lacks[TABLE_LACKS]; /* header.h                             */
	struct table_keys keys;
	struct back_column *column;
	int n, pz;        /* pz: the column of p(z), -1                        */
	size_t bins;      /* of it                                             */
	struct carry put; /* where column i goes                               */
	size_t block, at, have;
	uint64_t row;
	char *is_new, *gone, *left_out; /* columns, "a, b"; NULL: none         */
	char *columns, *carry; /* the same for pz_catalogue_open: "zphot=zphot_mode", "u=u" */
};

/* 1, or 0 where path is no table of totable's; b is then as closed. PZ_EDATA: columns that
 * cannot be what the table says. */
int table_back_open(struct table_back *b, const char *path, const char *hdu);
void table_back_close(struct table_back *b); /* all zero is fine */

/* The next row into the record, p(z) apart, which has its place: 1, 0 at the end, < 0. */
int table_back_next(struct table_back *b, pz_map *record);
/* Its p(z) into p[bins]: whether the table has any. */
bool table_back_pz(const struct table_back *b, double *p);
/* Puts in what belongs into maps, and takes the place of a p(z) that was not set. */
void table_back_end(struct table_back *b, pz_map *record);
/* Whether a column has this path. */
bool table_back_has(const struct table_back *b, const char *path);

#endif
