/* restore_parts.h -- what the parts of the way back from arrays to a stream share
 *
 *      restore.c           opens the file, hands out records
 *      restore_form.c      reads the forms, and finds the arrays that they name
 *      restore_value.c     writes one value as its tag says
 */
#ifndef RESTORE_PARTS_H
#define RESTORE_PARTS_H

#include "form.h"
#include "restore.h"

#define COLUMN_NONE (-1)
#define COLUMN_REST (-2)

enum load { LOAD_BYTES, LOAD_FLOAT, LOAD_DOUBLE, LOAD_INTEGER, LOAD_TEXT };

struct restored_column {
	int array;
	enum load load;
	size_t values, one; /* of a row; bytes of a value in the block  */
	char *block;
};

/* Bytes as they stand in the record, then a value: the next key, or an inner map's head, and what
 * its tag says. Places are those in r->parts. */
struct restored_part {
	size_t begin, size;
	int column;          /* or COLUMN_NONE: no value, COLUMN_REST */
	bool array;          /* tags are those of its elements   */
	unsigned char first; /* its first byte, where it is a longer one */
	size_t tags, n_tags; /* one: of all                           */
};

struct restored_form {
	struct restored_part *part;
	int n, room;
};

/* -- restore_form.c */

/* The forms in these bytes. */
int restore_take_forms(struct restore *r, const unsigned char *bytes, size_t size);

/* -- restore_value.c */

/* Puts the value of this part, of row `row` of the block, into r->record. */
int restore_put_value(struct restore *r, const struct restored_part *part, size_t row);

#endif
