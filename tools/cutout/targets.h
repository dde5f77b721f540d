/* targets.h -- a catalogue in memory, for stamps that come in another order
 *
 * 64 bytes a galaxy and 8 for each further column.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include <pz/catalogue.h>

#include "../common/carry.h"
#include "../common/tool.h"

struct galaxy {
	int64_t id;
	char *name;         /* NULL: id counts                                 */
	double z, mag, ebv; /* NaN: unknown                                    */
};

struct galaxies {
	size_t n, room;
	double *radec; /* (n, 2), degrees                                      */
	struct galaxy *galaxy;
	double *carry; /* (n, carried)                                         */
	int carried;
	struct carry put;             /* what they are called in records                   */
	bool has_z, has_mag, has_ebv; /* the file has a column of it            */
	bool doubted_z;               /* it has one that may be a magnitude: said */
	size_t z, mag, ebv;           /* galaxies for which that has a value    */
	uint64_t bad, first_bad;      /* rows without coordinates                 */
	char bad_id[PZ_ID_MAX];       /* of the first of them                     */
};

/* Reads all of a catalogue, and says what there is to say of it. g: all zero. A further column that
 * has the name of a key that has a meaning in streams, z say, becomes catalogue_z. */
int galaxies_read(const struct tool *t, struct galaxies *g, const char *path,
		  const struct pz_catalogue_options *o);
void galaxies_release(struct galaxies *g);
/* How many galaxies have the id of one before them, and in *first one of those. < 0: no memory. */
int galaxies_count_duplicates(const struct galaxies *g, size_t *duplicates, size_t *first);
/* The id of galaxy i as text. */
void galaxies_name(const struct galaxies *g, size_t i, char name[PZ_ID_MAX]);
/* Sets id, ra, dec and what is known of galaxy i in a record. */
void galaxies_record(struct galaxies *g, size_t i, pz_map *record);

#endif
