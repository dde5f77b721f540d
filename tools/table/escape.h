/* escape.h -- codes texts that FITS cannot hold, so that they can be decoded
 *
 * FITS has only printable ASCII, and takes spaces at an end for padding. In a column with another
 * text, bytes below 0x20 and above 0x7e, spaces at the ends and percent signs become %XX, two
 * capital hexadecimal digits: Gal%C3%A1xia. Where other cells are empty because they have no text,
 * an empty text is a single %; in a column of texts and numbers the first byte of a text that looks
 * like a number is coded: %35. TKEY says which columns are coded (key.h).
 */
#ifndef TABLE_ESCAPE_H
#define TABLE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether FITS cannot hold the text of n bytes as it is. */
bool table_text_needs_code(const char *text, size_t n);
/* Bytes of the text when it is coded. */
size_t table_text_coded(const char *text, size_t n);
/* The coded text, which the caller frees; NULL: no memory. also: further characters to code. */
char *table_text_code(const char *text, size_t n, const char *also);
/* The same of a text of a cell: an empty one is "%"; number: it would be read as one. */
char *table_text_code_cell(const char *text, size_t n, bool number);
/* Whether the text of n bytes would be read as a number. */
bool table_text_is_number(const char *text, size_t n);
/* Decodes the text in place, and returns its number of bytes, of which some may be 0; -1: the text
 * is not coded as above. */
long table_text_decode(char *text);

#endif
