/* restore.h -- gives back the stream that a file of toarray's holds
 *
 *      rc = restore_open(&r, file, "stream.hdf5");     // the arrays, which stay the caller's
 *      ... r.header ...
 *      while (rc == 0 && (got = restore_next(&r, record)) > 0)
 *              ... record ...
 *      restore_close(&r);
 *
 * Values come from the arrays, so that what another program changed in them comes along; a record
 * keeps the keys that it had, and whole numbers that were changed to others become float64.
 *
 * Memory: a block of some megabytes, or one record where that is larger.
 */
#ifndef RESTORE_H
#define RESTORE_H

#include <pz/array.h>

#include "pack.h"
#include "store.h"

struct restored_column;
struct restored_form;

struct restore {
	struct pz_arrays *file;
	const char *path;
	struct pz_header header;
	uint64_t rows;

	/* private */
	struct restored_column *column;
	int columns, columns_room;
	struct restored_form *form;
	int forms, forms_room;
	struct pack parts; /* keys and tags of all forms          */
	struct pack record, rest;
	int form_array, rest_array, rest_at_array;
	int64_t *form_block, *rest_block;
	uint64_t row, rest_begin;
	size_t block, filled, at; /* rows */
};

/* Whether the file is one of toarray's. */
bool restore_knows(const struct pz_arrays *file);
/* PZ_EDATA, PZ_ECORRUPT: it lacks an array, or one does not fit the others. */
int restore_open(struct restore *r, struct pz_arrays *file, const char *path);
/* The next record, whose bytes are r's until the next call: 1, 0 at the end, < 0. */
int restore_next(struct restore *r, pz_map *record);
void restore_close(struct restore *r); /* all zero is fine */

#endif
