/* names.h -- names that users and reports give to streams and values
 *
 * They stand in tables, JSON and figures. A tab or a line end would be a column or a line of
 * its own there, and no JSON has a text that is no UTF-8.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>

/* Copies the n bytes of a name, 1 to size - 1, into name. what: "NAME=FILE", where the name
 * comes from. code: PZ_EUSAGE, or PZ_EDATA of a name in a file. */
int name_take(char *name, size_t size, const char *from, size_t n, const char *what, int code);

#endif
