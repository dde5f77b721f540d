/* table.h -- a stream's records as the rows of a table
 *
 *      rc = table_learn(&table, t->in);                // reads all: which columns
 *      rc = table_choose(&table, "id,z,zphot_mode");
 *      rc = pz_reader_rewind(t->in, 0);
 *      rc = table_write_fits(&table, t->in, "out.fits");       // reads all again
 *      table_release(&table);
 *
 * Numbers, texts and bools are columns, one level of nesting opened: zphot.mode is
 * the column zphot_mode. pz is a vector. Other values (pixels, arrays) have no
 * place in a table. Memory: the columns, and one row.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdint.h>
#include <stdio.h>

#include <pz/stream.h>

#include "values.h"

#define TABLE_COLUMNS_MAX 256

enum table_type { TABLE_INTEGER, TABLE_DOUBLE, TABLE_TEXT, TABLE_VECTOR };

struct table_column {
	char key[VALUE_NAME];  /* in the record: zphot.mode                      */
	char name[VALUE_NAME]; /* in the table: zphot_mode                       */
	enum table_type type;
	size_t width; /* bytes of the longest text, numbers of the vector       */
	uint64_t present;
};

struct table {
	struct table_column *column;
	int n;
	int order[TABLE_COLUMNS_MAX]; /* the columns to write, [chosen]          */
	int chosen;
	uint64_t rows;
	char left_out[256]; /* names of values that are no cells: "img, label"   */
};

/* Reads the stream to its end. All columns are chosen, as they came. PZ_EDATA: a
 * p(z) of another length than the first, too many columns. */
int table_learn(struct table *t, struct pz_reader *in);
/* Chooses columns by a comma list of names or keys. PZ_EDATA lists those there are. */
int table_choose(struct table *t, const char *list);
/* The column of that key, chosen or not; NULL: there is none. */
const struct table_column *table_find(const struct table *t, const char *key);
void table_release(struct table *t);

/* What a value of type PZ_BOOL says. */
bool table_bool(const struct value *v);
/* A number, text or bool as a text without quotes; a double in the fewest digits that
 * bring it back; "" where v is NULL or NaN. The caller frees it; NULL: no memory. */
char *table_cell(const struct value *v);

/* The records of in as a FITS file at path, units and UCDs in its header. */
int table_write_fits(const struct table *t, struct pz_reader *in, const char *path);
/* As CSV into to, vectors apart: into pz, a line of id and numbers each (NULL: nowhere). */
int table_write_csv(const struct table *t, struct pz_reader *in, FILE *to, FILE *pz);

#endif
