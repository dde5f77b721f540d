/* store.h -- a stream as arrays of a file
 *
 *      rc = store_learn(&s, in);                       // reads all: which columns and forms
 *      rc = pz_reader_rewind(in, 0);
 *      rc = store_write(&s, in, "out.hdf5");           // reads all again
 *      store_release(&s);
 *
 * The file has an array for each column (stored.h), "image" for the pixels, "bands" and
 * "grid_edges", and below "pzpipe/" what gives the stream back:
 *
 *      pzpipe/header      the header, MessagePack
 *      pzpipe/forms       the forms of records (form.h), one behind the other
 *      pzpipe/form        for each record the number of its form, from 0
 *      pzpipe/rest        the values that are in no array, MessagePack, record by record
 *      pzpipe/rest_at     for each record where its own begin
 *
 * Memory: the columns, and a block of each.
 */
#ifndef STORE_H
#define STORE_H

#include "form.h"

struct store {
	struct stored_columns columns;
	struct forms forms;
	uint64_t rows, rest; /* bytes of the rest */
};

/* The group of what gives the stream back. */
#define STORE_HEADER  "pzpipe/header"
#define STORE_FORMS   "pzpipe/forms"
#define STORE_FORM    "pzpipe/form"
#define STORE_REST    "pzpipe/rest"
#define STORE_REST_AT "pzpipe/rest_at"

/* PZ_EDATA: more columns or forms than there may be. */
int store_learn(struct store *s, struct pz_reader *in);
int store_write(struct store *s, struct pz_reader *in, const char *path);
void store_release(struct store *s);
/* The columns that are among the rest, "label, note"; NULL: none are, or no memory. The caller
 * frees it. */
char *store_list_rest(const struct store *s);

#endif
