/* lines.h -- the lines of a file that belong to the galaxies of a table, by their ids
 *
 *      rc = lines_open(&l, "pz.csv");
 *      while (... pz_catalogue_next(c, &row) ...)
 *              got = lines_find(l, &row);      // 1: l->table->cell is its line; 0: it has none
 *      rc = lines_end(l, &others);
 *      lines_close(l);
 *
 * The file is text as pz/delimited.h reads it, with a line of names or without; the first cell
 * of a line is the id. Lines in the table's order are read one after the other, from a pipe
 * too; where a regular file has another order, or lacks galaxies, it is looked through once for
 * where each id stands.
 *
 * Memory: a line; with such an index 24 to 48 bytes for each line.
 */
#ifndef LINES_H
#define LINES_H

#include <pz/catalogue.h>
#include <pz/delimited.h>

struct place_of_line;

struct lines {
	const char *name;
	struct pz_delimited *table;
	bool waiting; /* table->cell is a line that nobody has asked for yet */
	bool taken;   /* it is the line that was found last              */
	int64_t id;   /* of the line that is waiting                       */
	char text[PZ_ID_MAX];
	uint64_t found;
	struct place_of_line *index; /* NULL: none so far                      */
	size_t indexed, room;
};

int lines_open(struct lines *l, const char *name);
void lines_close(struct lines *l);

/* The line of this row: 1, or 0 where it has none. PZ_EDATA: an id that stands in two lines. */
int lines_find(struct lines *l, const struct pz_catalogue_row *row);
/* After the last row: how many lines are of no galaxy of the table. PZ_EDATA: all of them, or
 * those of a pipe, after one of which no other could be found. */
int lines_end(struct lines *l, uint64_t *others);

#endif
