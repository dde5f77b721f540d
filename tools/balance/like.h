/* like.h -- weights that make one sample like another */
#ifndef LIKE_H
#define LIKE_H

#include "../common/tool.h"

struct like_options {
	const char *target; /* a stream; NULL: no weights are asked for             */
	const char *by;     /* what is compared: keys, features or differences of two,
			       with commas between them                          */
	int neighbours;
	bool strict;
};

/* Writes the input with a weight in each record. */
int like_run(struct tool *t, const struct like_options *o);

#endif
