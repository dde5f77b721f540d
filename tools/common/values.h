/* values.h -- the values of a record with their names; those of an inner map are listed too
 *
 *      {"id": 7, "zphot": {"mode": 0.1}}    is    id = 7, zphot.mode = 0.1
 *      {"zphot.mode": 0.1}                  is    zphot\.mode = 0.1
 *
 * (names are paths of pz/map.h, which distinguish the two), and functions that print values for
 * readers and for tables.
 */
#ifndef VALUES_H
#define VALUES_H

#include <stdbool.h>
#include <stdio.h>

#include <pz/map.h>

#define VALUE_NAME (4 * PZ_KEY_MAX + 2) /* bytes of a name: two keys, each byte escaped */

struct value {
	char name[VALUE_NAME];
	const void *raw; /* MessagePack, borrowed from the record                 */
	size_t size;
	enum pz_type type;
};

/* Called for each value; a negative return ends the walk. */
typedef int value_fn(void *context, const struct value *v);

/* Walks the record in order; scratch is a map that this may use. */
int values_each(const pz_map *record, pz_map *scratch, value_fn *fn, void *context);

/* The value under path, if it is there. */
bool value_find(const pz_map *record, const char *path, struct value *v);

bool value_is_number(const struct value *v);

/* Appends a key to a name, escaped as in paths; first: it is that of a record, else of an inner
 * map. */
void value_append_key(char *name, const char *key, size_t size, bool first);

/* Whether it is a bool, number or text, which fit into a cell of a table. */
bool value_is_scalar(const struct value *v);

/* Prints a cell of a table: numbers in as many digits as are needed to read the same number back;
 * tabs and other control characters in texts become spaces; a value that is no scalar is empty. */
void value_print_cell(const struct value *v, FILE *to);
/* Prints for readers: texts with their further lines indented, and with control characters as
 * spaces, so that they cannot control the terminal; bytes as a count; everything else as JSON. */
int value_print_readable(const struct value *v, int indent, FILE *to);

#endif
