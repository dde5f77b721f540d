/* store_plan.h -- the arrays of a file that holds a stream */
#ifndef STORE_PLAN_H
#define STORE_PLAN_H

#include <pz/array.h>

#include "store.h"

struct plan {
	struct pz_arrays_file *file;
	struct pz_array_column *column; /* of the file          */
	int n;
	int *array; /* of each column of the stream; -1: it has none */
	char *met;  /* room for a mark at each column              */
	void *row;  /* room for the values of a record in any column */
	int form, rest, rest_at;
	bool small; /* a byte is enough for the number of a form  */
	enum pz_pixel pixel;
};

/* Begins the file and writes what does not depend on records. */
int plan_begin(struct plan *p, const struct store *s, const struct pz_header *h, const char *path);
/* A record's form, and where its rest begins. */
int plan_add_form(struct plan *p, int form, int64_t rest_at);
/* Finishes the file where rc is 0, else leaves none; frees the plan, and hands rc on. */
int plan_end(struct plan *p, int rc);

#endif
