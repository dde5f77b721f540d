/* to_layout.h -- a stream's records as the rows of a table
 *
 *      rc = table_learn(&table, t->in);                // reads all: which columns
 *      table_name_columns(&table, TABLE_FITS);         // what they are called
 *      rc = table_choose(&table, "id,z,zphot_mode");
 *      rc = pz_reader_rewind(t->in, 0);
 *      rc = table_write_fits(&table, t->in, "out.fits", NULL); // reads all again
 *      table_release(&table);
 *
 * Numbers, texts and bools become columns, also those in a map of the record: zphot.mode becomes
 * the column zphot_mode. pz, features and arrays of numbers that have the same length in all
 * records become vectors. Other values (pixels, arrays of arrays) cannot go into a table.
 * Memory: the columns, and one row.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdint.h>
#include <stdio.h>

#include <pz/stream.h>

#include "../common/tool.h"
#include "../common/values.h"
#include "comments.h"

#define TABLE_COLUMNS_MAX 256
#define TABLE_NAME        64 /* bytes of a column's name, the 0 included: FITS has room for 68 */

enum table_kind { TABLE_CSV, TABLE_FITS, TABLE_ARRAYS };

enum table_type {
	TABLE_INTEGER,
	TABLE_DOUBLE,
	TABLE_TEXT,
	TABLE_FLOATS,   /* a vector: a bin of float32       */
	TABLE_DOUBLES,  /* an array of numbers              */
	TABLE_INTEGERS, /* an array of whole numbers        */
	TABLE_NONE      /* cannot go into a table: left out */
};

/* Which kinds of values the column has, as bits. */
enum table_seen {
	TABLE_SEEN_BOOL = 1,
	TABLE_SEEN_WHOLE = 2,
	TABLE_SEEN_BIG = 4,   /* whole and beyond 2^53: not all of them are doubles */
	TABLE_SEEN_HUGE = 8,  /* whole, from 2^63 on: no int64                      */
	TABLE_SEEN_REAL = 16, /* a float                                            */
	TABLE_SEEN_TEXT = 32,
	TABLE_SEEN_EMPTY = 64,    /* a text of no bytes                                */
	TABLE_SEEN_CODED = 128,   /* a text that FITS cannot hold as it is            */
	TABLE_SEEN_NUL = 256,     /* a text with a byte 0 in it                       */
	TABLE_SEEN_UNKNOWN = 512, /* the number that means "none" in FITS           */
	TABLE_SEEN_BYTES = 1024,
	TABLE_SEEN_ARRAY = 2048,
	TABLE_SEEN_SCALAR = 4096,
	TABLE_SEEN_OTHER = 8192, /* cannot go into a table, or a vector of another length */
	TABLE_SEEN_LIKE = 16384  /* a text that looks like a number                       */
};

struct table_column {
	char path[VALUE_NAME]; /* in the record: zphot.mode                      */
	char name[TABLE_NAME]; /* in the table: zphot_mode                       */
	enum table_type type;
	unsigned seen;
	size_t width; /* bytes of the longest text, numbers of the vector       */
	size_t coded; /* bytes of the longest text as escape.h codes them   */
	uint64_t present;
};

struct table {
	struct table_column *column;
	int n;
	int order[TABLE_COLUMNS_MAX]; /* the columns to write, [chosen]          */
	int chosen;
	uint64_t rows;
};

#define TABLE_UNKNOWN (-0x1p53 + 1) /* means that a whole number is missing */

/* Reads the stream to its end. All columns that a table can have are chosen, in their order.
 * PZ_EDATA: a p(z) of another length than the first, too many columns. */
int table_learn(struct table *t, struct pz_reader *in);
/* Names the columns: all names differ (in FITS regardless of case), have no characters that need
 * quotes, and in FITS are ASCII. Keys with a meaning in streams keep their names: zphot_mode. */
void table_name_columns(struct table *t, enum table_kind kind);
/* Chooses columns by a comma list of names or paths. PZ_EDATA lists those there are. */
int table_choose(struct table *t, const char *list);
/* Whether the column is a vector. */
bool table_is_vector(const struct table_column *c);
/* The column of that path, chosen or not; NULL: there is none. */
const struct table_column *table_find(const struct table *t, const char *path);
void table_release(struct table *t);

/* Says which columns are left out, or written in another form. */
void table_say(const struct table *t, const struct tool *tool, enum table_kind kind);

/* Whether texts of the column are coded (escape.h), and whether an empty cell is an empty text. */
bool table_is_coded(const struct table_column *c, uint64_t rows, enum table_kind kind);
bool table_has_empties(const struct table_column *c, uint64_t rows);
/* Whether the column has texts and also numbers or truth values. */
bool table_is_mixed(const struct table_column *c);
/* What is known of a key: its unit, and its UCD (unified content descriptor, IVOA); of_z: estimates
 * are redshifts. What is not known stays as it is. */
void table_meaning(const char *path, bool of_z, const char **unit, const char **ucd);

/* The value of a PZ_BOOL. */
bool table_bool(const struct value *v);
/* A number, text or bool as a text without quotes; a double in the fewest digits that
 * bring it back; "" where v is NULL or NaN. The caller frees it; NULL: no memory. */
char *table_cell(const struct value *v);

/* The records of in as a FITS file at path, units and UCDs in its header, and comments, if it is
 * not NULL. */
int table_write_fits(const struct table *t, struct pz_reader *in, const char *path,
		     const struct comments *comments);
/* The same as arrays, HDF5 or .npz by the name: one for each column, in this group ("/": none; HDF5
 * only). qp: a file of qp's, with p(z) as histograms; *left_out: galaxies that have none. */
int table_write_arrays(const struct table *t, struct pz_reader *in, const char *path,
		       const char *group, bool qp, uint64_t *left_out);
/* Writes CSV without vectors into to, and p(z) into pz, a line of an id and numbers for each galaxy
 * (NULL: not at all).
 * PZ_EDATA: a text with a byte 0. */
int table_write_csv(const struct table *t, struct pz_reader *in, FILE *to, FILE *pz);

#endif
