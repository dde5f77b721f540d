/* csv_rows.h -- the rows of a CSV file, as cells, one at a time
 *
 *      rc = csv_rows_open(&r, "galaxies.csv");           // reads the names of the columns
 *      while (rc == 0 && (got = csv_rows_next(r)) > 0)
 *              use(r->cell[0], r->row);
 *      csv_rows_close(r);
 */
#ifndef CSV_ROWS_H
#define CSV_ROWS_H

#include <csv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct csv_rows {
	char *path;
	char **column; /* the names                                              */
	int columns;
	char **cell;  /* of this row, until the next; as many as columns          */
	uint64_t row; /* its number, from 1                                       */

	/* private */
	struct csv_parser parser;
	bool parsing; /* the parser needs freeing */
	FILE *file;
	char *bytes; /* the row's cells, each terminated                        */
	size_t used;
	int cells;
	bool whole, ended;
	const char *wrong; /* what the callbacks found, who cannot fail         */
};

/* Opens a file, "-" for standard input. Lines before the names that begin with # and
 * hold one cell are passed over. */
int csv_rows_open(struct csv_rows **r, const char *path);
/* The next row: 1; 0 at the end; PZ_ECUT: one of another number of cells. */
int csv_rows_next(struct csv_rows *r);
void csv_rows_close(struct csv_rows *r); /* NULL is fine */

#endif
