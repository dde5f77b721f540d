/* names.h -- names that users and reports give to streams and values
 *
 * They are printed in tables, JSON and figures. A tab or a line end would begin another column or
 * line there, and JSON can only hold UTF-8.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>

/* Copies the n bytes of a name, 1 to size - 1, into name. what: where the name was found, as
 * "NAME=FILE", for messages. code: PZ_EUSAGE, or PZ_EDATA for a name in a file. */
int name_take(char *name, size_t size, const char *from, size_t n, const char *what, int code);

#endif
