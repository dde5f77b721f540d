/* listing.h -- a small table beside a stream: a text and numbers in each line
 *
 *      struct listing l;
 *      static const char *const name[] = { "estimate", "row", "mean" };
 *
 *      if ((rc = listing_begin(&l, path, name, 3)) == 0) {
 *              listing_add(&l, "mode", (double[]){ 2, 0.01 });
 *              rc = listing_end(&l);
 *      }
 *
 * The file has tabs between its columns and their names in the first line; if its name ends in
 * .json, it is an array of objects, in which what is no number is null.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/file.h>

struct listing {
	struct pz_file file;
	const char *const *name;
	int columns; /* the first is a text */
	bool json;
	size_t count;
};

/* name[columns], borrowed until the end. < 0: the file cannot be written. */
int listing_begin(struct listing *l, const char *path, const char *const *name, int columns);
/* value[columns - 1]. */
void listing_add(struct listing *l, const char *text, const double *value);
/* 0, or < 0: the file cannot be written. */
int listing_end(struct listing *l);

#endif
