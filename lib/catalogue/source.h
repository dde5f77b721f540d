/* source.h -- where rows come from: delimited text, a FITS table, arrays
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

/* Where a wanted value stands. */
struct place {
	int column;   /* -1: nowhere                                         */
	long element; /* of its values in a row, from 0; -1: it has just one */
};

/* Numbers of a column that are features of a galaxy, or part of a vector. */
struct column_span {
	int column;
	size_t first; /* of its values in a row, from 0                         */
	size_t count;
	size_t at; /* the number of the first of them among all           */
};

/* The numbers of several columns, one behind the other. */
struct column_spans {
	struct column_span *span;
	int n;
	size_t values; /* of a row                                             */
	double *value; /* (most, values)                                       */
};

struct rows {
	size_t n;
	size_t most;                /* rows of a block: SOURCE_BLOCK, or fewer of many features */
	double scale[WANT_DEC + 1]; /* degrees of a unit of RA, Dec; 0: none is said */
	double *value[WANTS_MAX];   /* SOURCE_BLOCK each, NULL: not wanted     */
	struct cells *cells[PZ_CARRY_MAX]; /* NULL: numbers only             */
	struct column_spans features, vector;
	int64_t *id;             /* SOURCE_BLOCK                            */
	char (*name)[PZ_ID_MAX]; /* SOURCE_BLOCK; "": id counts             */
};

struct source {
	int columns;
	/* Name of column c, its unit ("": not said; until the next call), its values in a row. */
	const char *(*name)(const struct source *s, int c);
	const char *(*unit)(const struct source *s, int c);
	size_t (*values)(const struct source *s, int c);
	/* The name of column c with its groups, and whether it has numbers of 32 bits; NULL: no
	 * column of this kind of file has. */
	const char *(*path)(const struct source *s, int c);
	bool (*narrow)(const struct source *s, int c);
	/* Fills the next rows: place[w] is that of the wanted value w; id is the column of the
	 * ids, -1: they are left as they are. 1, 0 at the end, < 0. */
	int (*next)(struct source *s, const struct place *place, int wants, int id,
		    struct rows *rows);
	void (*close)(struct source *s);
	bool named; /* false: the file names no columns */
	/* Lines that were set aside so far; NULL: there are no lines. */
	const uint64_t *aside;
};

int pz_catalogue_open_csv(struct source **s, const char *path);
int pz_catalogue_open_fits(struct source **s, const char *path, const char *hdu);
int pz_catalogue_open_arrays(struct source **s, const char *path, const char *group);

/* The number in a cell: true; an empty one, nan, null and the like are NaN. */
bool pz_cell_number(const char *cell, double *value);
/* A coordinate in degrees: a number in a unit of scale degrees, or sexagesimal. ra: hours where
 * neither the unit (0: none is said) nor letters say other. What is none is NaN; false: more
 * than 24 hours, which are degrees then, and those of other rows too. */
bool pz_cell_angle(const char *cell, bool ra, double scale, double *degrees);
/* A cell of whatever kind, as the i-th of c; *value is its number. False: too long. */
bool pz_cell_any(const char *cell, struct cells *c, size_t i, double *value);
/* Whether it reads as 0,61: a number with a decimal comma. */
bool pz_cell_has_comma(const char *cell);
/* An id: a whole number in its usual form or as 12.0 and 1.2e1, or a name. PZ_EDATA: it is
 * empty, too long, or a number that has been rounded; the text says which. */
int pz_cell_id(const char *cell, int64_t *id, char name[PZ_ID_MAX]);
/* The same of a number; digits: whole numbers are exact below 2^digits. */
int pz_cell_id_number(double x, int digits, int64_t *id);

#endif
