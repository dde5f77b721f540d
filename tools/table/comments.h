/* comments.h -- a text for people that goes into the header of a FITS table */
#ifndef COMMENTS_H
#define COMMENTS_H

#include <pz/fits.h>

#define COMMENTS_MAX 1000 /* at most */

struct comments {
	char **line;
	size_t n;
};

/* Reads the lines of a file. PZ_EDATA: too many of them, or one that is not printable ASCII, which
 * is all that a FITS header may hold. */
int comments_read(struct comments *n, const char *path);
void comments_release(struct comments *n); /* all zero is fine */

#endif
