/* text.h -- text from outside: what of it is UTF-8, and what a terminal may see of it */
#ifndef PZ_TEXT_H
#define PZ_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <pz/api.h>

/* Bytes of the UTF-8 sequence at s, of n bytes at most, and its code point; 0: it is none
 * (too long a form, a surrogate, above U+10FFFF, cut). */
PZ_API size_t pz_text_utf8(const void *s, size_t n, uint32_t *point);

/* Whether all of n bytes are UTF-8. */
PZ_API bool pz_text_is_utf8(const char *text, size_t n);

/* How many bytes of a text to keep, of `most` at most, so that no character is cut in two. A text
 * that is no UTF-8 may be cut anywhere. */
PZ_API size_t pz_text_cut(const char *text, size_t most);

/* Whether a terminal obeys it: C0, DEL, C1. */
PZ_API bool pz_text_is_control(uint32_t point);

/* Whether it can stand in a line: no control, and no other end of a line (U+2028, U+2029). */
PZ_API bool pz_text_shows(uint32_t point);

/* Whether all of a text is UTF-8 that can stand in a line, or in a cell of a table. */
PZ_API bool pz_text_is_line(const char *text);

/* Whether a text ends in another, as a path in ".png". */
PZ_API bool pz_text_ends(const char *text, const char *ending);

/* Prints text for people: instead stands in the place of each control, and of each byte that
 * is no UTF-8. Returns how many characters were printed. */
PZ_API size_t pz_text_print(const char *text, size_t n, char instead, FILE *to);

#endif
