/* allowed.h -- what of a figure from outside goes into the page, and how it is written */
#ifndef ALLOWED_H
#define ALLOWED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define ALLOWED_TITLE 512 /* bytes of a title, with the zero behind it               */

/* A stretch of the file. */
struct piece {
	const char *at;
	size_t n;
};

bool piece_is(struct piece p, const char *word);
/* words ends with NULL. */
bool piece_is_among(struct piece p, const char *const *words);

bool element_is_allowed(struct piece name);
/* Whether all entities of a text are among those that every XML has. */
bool entities_are_allowed(struct piece p);
/* Writes a text with all but & escaped, whose entities are allowed. */
void allowed_write_text(struct piece p, FILE *to);
/* A text without its entities, as names are compared; cut where it is too long. */
void allowed_plain_text(struct piece p, char text[ALLOWED_TITLE]);
/* Writes an attribute, with a space before it, or nothing where it is not allowed. Ids, and what
 * refers to them, begin with f<number>-. */
void allowed_write_attribute(struct piece name, struct piece value, int number, FILE *to);

#endif
