/* columns.h -- collects the values of all records by their names
 *
 *      columns_init(&c);
 *      rc = columns_walk(&c, t, add);      // add(&c, value) calls columns_find
 *      columns_release(&c);
 *
 * The caller decides what a column collects. Memory: a tally for each of at most COLUMNS_MAX names.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "../common/tool.h"
#include "../common/values.h"
#include "tally.h"

#define COLUMNS_MAX 256 /* names that are followed; values of others are counted */

struct column {
	char name[VALUE_NAME];
	enum pz_type type; /* of the first value                                  */
	bool mixed;        /* other values have another type                      */
	uint64_t present;
	char example[64]; /* the first value as text                             */
	struct tally tally;
};

struct columns {
	struct column *column; /* [COLUMNS_MAX]                                   */
	int n, guess;          /* guess: the column after the one found last      */
	uint64_t dropped;      /* values whose names did not fit                  */
	void *context;         /* the caller's                                    */
};

int columns_init(struct columns *c);
void columns_release(struct columns *c);

/* The column of v's name, which is made if it is new; NULL: there are too many. */
struct column *columns_find(struct columns *c, const struct value *v);

/* Reads the stream to its end and calls fn(c, value) for each value. */
int columns_walk(struct columns *c, struct tool *t, value_fn *fn);

/* Prints the name, with control characters as spaces, padded to width. */
void column_print_name(const struct column *column, int width, FILE *to);

#endif
