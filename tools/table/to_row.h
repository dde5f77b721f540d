/* to_row.h -- the values of a record as those of a table's columns
 *
 *      rc = table_row_open(&r, &table, TABLE_FITS);
 *      while (pz_read(in) > 0 && (rc = table_row_take(&r, pz_reader_record(in))) == 0)
 *              ... r.number[2] ...
 *      table_row_release(&r);
 *
 * Memory: one row.
 */
#ifndef TO_ROW_H
#define TO_ROW_H

#include "to_layout.h"

/* By the number of a chosen column: what its type has. */
struct table_row {
	const struct table *table;
	bool coded[TABLE_COLUMNS_MAX];
	double number[TABLE_COLUMNS_MAX];   /* TABLE_DOUBLE, TABLE_INTEGER; NaN: none         */
	int64_t integer[TABLE_COLUMNS_MAX]; /* TABLE_INTEGER; TABLE_UNKNOWN: none             */
	char *text[TABLE_COLUMNS_MAX];      /* TABLE_TEXT; "": none                           */
	void *vector[TABLE_COLUMNS_MAX];    /* floats, doubles or int64_t                     */
};

int table_row_open(struct table_row *r, const struct table *t, enum table_kind kind);
int table_row_take(struct table_row *r, const pz_map *record);
void table_row_release(struct table_row *r);

#endif
