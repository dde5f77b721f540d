/* carry.h -- further columns of a table as values of a record
 *
 *      struct carry c = { 0 };
 *
 *      rc = carry_add(&c, "u");                // 0, 1, ...: its number
 *      rc = carry_add(&c, "shape.e1");         // goes into the map under shape
 *      ...
 *      to = carry_map(&c, record, 1, &key);    // for each record
 *      pz_map_set_number(to, key, x);
 *      carry_end(&c, record);                  // puts the maps into the record
 *      carry_release(&c);
 *
 * Names are paths (pz/map.h): a dot leads into a map, so that no column stands in the way
 * of what tools look for under the same path.
 */
#ifndef CARRY_H
#define CARRY_H

#include <pz/map.h>

struct carry_column {
	struct pz_map_path path;
	int map; /* among the maps below; -1: the record itself                */
};

struct carry {
	struct carry_column *column;
	int n, room;
	struct {
		char key[PZ_KEY_MAX + 1];
		pz_map *map;
	} * map; /* one for each first key of nested columns                */
	int maps;
};

/* Adds a column of that name: its number, or PZ_EUSAGE (no path, no two columns have one
 * name, and a map has the name of no column), PZ_ENOMEM. */
int carry_add(struct carry *c, const char *name);
/* Where column i of this record belongs, and under which key. */
pz_map *carry_map(struct carry *c, pz_map *record, int i, const char **key);
/* The map of the columns called "first.something", NULL: there are none. */
pz_map *carry_nested(struct carry *c, const char *first);
/* Puts the maps that are not empty into the record, and empties them. */
void carry_end(struct carry *c, pz_map *record);
void carry_release(struct carry *c);

/* Whether the name is, or leads into, a key that tools give a meaning: id, z, zphot, img ...:
 * that key, or NULL. */
const char *carry_taken(const char *name);

#endif
