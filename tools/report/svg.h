/* svg.h -- a figure from outside as part of the page: only what draws, and no name twice */
#ifndef SVG_H
#define SVG_H

#include <stdio.h>

#include "input.h"

struct svg_form {
	int number;              /* of the figure: its ids begin with f<number>-       */
	const char *title;       /* for readers who do not see it                      */
	int streams;             /* a group with the title of stream k gets the class s<k> */
	const char *const *name; /* [streams]                                          */
};

/* Writes the figure without what could load, run or clash: elements and attributes that are not on
 * a list are left out, ids and references to them get a prefix. *left is how many elements were
 * left out. PZ_EDATA: it is no SVG that can be read. */
int svg_write(const struct input *in, const struct svg_form *form, int *left, FILE *to);

#endif
