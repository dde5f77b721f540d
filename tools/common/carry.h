/* carry.h -- puts further columns of a table into records
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
 * Names are paths (pz/map.h): a dot leads into a map, so that tools find the value under the same
 * path.
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

/* Adds a column of that name and returns its number. PZ_EUSAGE: the name is no path, or it is the
 * name of another column or of a map; PZ_ENOMEM. */
int carry_add(struct carry *c, const char *name);
/* The map in which column i of this record belongs, and its key there. */
pz_map *carry_map(struct carry *c, pz_map *record, int i, const char **key);
/* The map of the columns called "first.something"; NULL: there are none. */
pz_map *carry_nested(struct carry *c, const char *first);
/* Puts the maps that are not empty into the record, and empties them. */
void carry_end(struct carry *c, pz_map *record);
void carry_release(struct carry *c);

/* The key with a meaning in streams (id, z, zphot, img ...) that the name is, or leads into; NULL:
 * none. */
const char *carry_taken(const char *name);

#endif
