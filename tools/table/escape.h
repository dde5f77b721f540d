/* escape.h -- texts that FITS cannot hold as they are, coded so that they come back
 *
 * FITS has printable ASCII alone, and takes blanks at an end for padding. In a column where
 * a text has more, bytes below 0x20 and above 0x7e, a blank at an end and the percent sign
 * become %XX, two capital hexadecimal digits: Gal%C3%A1xia. TKEY says so (key.h).
 */
#ifndef TABLE_ESCAPE_H
#define TABLE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether FITS cannot hold the text of n bytes as it is. */
bool table_text_needs_code(const char *text, size_t n);
/* Bytes of the text when it is coded. */
size_t table_text_coded(const char *text, size_t n);
/* Codes it: a text of its own, which the caller frees; NULL: no memory. also: further
 * characters to code. */
char *table_text_code(const char *text, size_t n, const char *also);
/* Takes it back in place: how many bytes it has then, which may hold a byte 0; -1: it is not
 * coded as above. */
long table_text_decode(char *text);

#endif
