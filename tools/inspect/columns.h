/* columns.h -- the values of all records, gathered by name
 *
 *      columns_init(&c);
 *      rc = columns_walk(&c, t, add);      // add(&c, value) calls columns_find
 *      columns_release(&c);
 *
 * What a column gathers is its user's business. Memory: a tally for each of at
 * most COLUMNS_MAX names.
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
	bool mixed;        /* others had another                                  */
	uint64_t present;
	char example[64]; /* what the first reads like                           */
	struct tally tally;
};

struct columns {
	struct column *column; /* [COLUMNS_MAX]                                   */
	int n, guess;          /* guess: the column after the one found last      */
	uint64_t dropped;      /* values whose names were one too many            */
	void *context;         /* the user's                                      */
};

int columns_init(struct columns *c);
void columns_release(struct columns *c);

/* The column of v's name, made if it is new; NULL where there are too many. */
struct column *columns_find(struct columns *c, const struct value *v);

/* Reads the stream to its end and calls fn(c, value) for each value. */
int columns_walk(struct columns *c, struct tool *t, value_fn *fn);

/* The name, controls made spaces, filled up to width. */
void column_print_name(const struct column *column, int width, FILE *to);

#endif
