/* from_lines.h -- finds the lines of a text file for the galaxies of a table, by their ids
 *
 *      rc = lines_open(&l, "pz.csv");
 *      while (... pz_catalogue_next(c, &row) ...)
 *              got = lines_find(l, &row);      // 1: l->table->cell is its line; 0: it has none
 *      rc = lines_end(l, &others);
 *      lines_close(l);
 *
 * The file is text as pz/delimited.h reads it, with or without a line of names; the first cell of
 * a line is the id. Lines in the order of the table are read one after the other, also from a pipe.
 * If a regular file has another order, or lacks galaxies, it is read once to index its ids.
 *
 * Memory: one line; with the index also 24 to 48 bytes for each line.
 */
#ifndef LINES_H
#define LINES_H

#include <pz/catalogue.h>
#include <pz/delimited.h>

struct place_of_line;

struct lines {
	const char *name;
	struct pz_delimited *table;
	bool waiting; /* table->cell is a line that was not yet asked for    */
	bool taken;   /* it is the line that was found last              */
	int64_t id;   /* of the line that is waiting                       */
	char text[PZ_ID_MAX];
	uint64_t found;
	struct place_of_line *index; /* NULL: none so far                      */
	size_t indexed, room;
};

int lines_open(struct lines *l, const char *name);
void lines_close(struct lines *l);

/* Finds the line of this row: 1; 0: there is none. PZ_EDATA: two lines have the same id. */
int lines_find(struct lines *l, const struct pz_catalogue_row *row);
/* After the last row: how many lines belong to no galaxy of the table. PZ_EDATA: all of them do, or
 * one line of a pipe, behind which no other line could be found. */
int lines_end(struct lines *l, uint64_t *others);

#endif
