/* catalogue_source.h -- where rows come from: a CSV file or a FITS table
 *
 * A source knows its columns by number and name and hands out blocks of rows: for
 * each wanted column its numbers, for the id what it is.
 */
#ifndef CATALOGUE_SOURCE_H
#define CATALOGUE_SOURCE_H

#include <pz/catalogue.h>

#define SOURCE_BLOCK 1024 /* rows handed out at a time, at most             */

enum {
	WANT_RA,
	WANT_DEC,
	WANT_Z,
	WANT_MAG,
	WANT_EBV,
	WANT_ZPHOT,
	WANT_ZPHOT_MEAN,
	WANT_ZPHOT_MEDIAN,
	WANT_CARRY
};

#define WANTS_MAX (WANT_CARRY + PZ_CARRY_MAX)

/* A further column's cells, whatever they are. */
struct cells {
	enum pz_cell type[SOURCE_BLOCK];
	int64_t integer[SOURCE_BLOCK];
	char text[SOURCE_BLOCK][PZ_CELL_MAX];
};

struct rows {
	size_t n;
	double *value[WANTS_MAX];          /* SOURCE_BLOCK each, NULL: not wanted     */
	struct cells *cells[PZ_CARRY_MAX]; /* NULL: numbers only             */
	int64_t *id;                       /* SOURCE_BLOCK                            */
	char (*name)[PZ_ID_MAX];           /* SOURCE_BLOCK; "": id counts             */
};

struct source {
	int columns;
	/* Name of column c. */
	const char *(*name)(const struct source *s, int c);
	/* Fills the next rows: column[w] is the number of wanted column w, or -1;
	 * id likewise, -1: the row's number. 1, 0 at the end, < 0. */
	int (*next)(struct source *s, const int *column, int wants, int id, struct rows *rows);
	void (*close)(struct source *s);
};

int source_open_csv(struct source **s, const char *path);
int source_open_fits(struct source **s, const char *path, const char *hdu);

/* The number in a cell: true; an empty one, nan and null are NaN; false: neither.
 * WANT_RA and WANT_DEC may be sexagesimal. */
bool cell_number(const char *cell, int want, double *value);
/* A cell of whatever kind, as the i-th of c; *value is its number. False: too long. */
bool cell_any(const char *cell, struct cells *c, size_t i, double *value);
/* An id: a whole number in its usual form, or a name; false: too long or empty. */
bool cell_id(const char *cell, int64_t *id, char name[PZ_ID_MAX]);

#endif
