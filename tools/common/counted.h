/* counted.h -- numbers with their nouns in messages: "1 galaxy", "2 galaxies"
 *
 *      tool_say(t, "%s without a redshift %s left out", COUNTED(n, "galaxy", "galaxies"),
 *               n == 1 ? "was" : "were");
 */
#ifndef COUNTED_H
#define COUNTED_H

#include <stdint.h>

#define COUNTED_MAX 96 /* bytes: 20 digits, a space and a noun with its adjectives */

/* The number and its noun as a text that lasts as long as the block in which it stands. */
#define COUNTED(n, one, many) counted_format((char[COUNTED_MAX]){ "" }, (uint64_t)(n), one, many)

/* Writes "1 <one>", or "<n> <many>" for any other number, into text, and returns text. */
char *counted_format(char text[COUNTED_MAX], uint64_t n, const char *one, const char *many);

#endif
