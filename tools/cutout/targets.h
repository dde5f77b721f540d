/* targets.h -- a catalogue in memory, for stamps that come in another order
 *
 * Memory: 64 bytes for each galaxy, 8 more for each further column, 4 for each feature.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include <pz/catalogue.h>

#include "../common/carry.h"
#include "../common/row_features.h"
#include "../common/tool.h"

struct galaxy {
	int64_t id;
	char *name;         /* NULL: the id is a number                       */
	double z, mag, ebv; /* NaN: unknown                                    */
};

struct galaxies {
	size_t n, room;
	double *radec; /* (n, 2), degrees                                      */
	struct galaxy *galaxy;
	double *carry; /* (n, carried)                                         */
	int carried;
	struct carry put; /* their keys in records                  */
	struct row_features features;
	float *feature;               /* (n, features.columns)                  */
	bool has_z, has_mag, has_ebv; /* the file has a column of it            */
	bool doubted_z;               /* it has one that may be magnitudes, which was said */
	size_t z, mag, ebv;           /* how many galaxies have a value there   */
	uint64_t bad, first_bad;      /* rows without coordinates                 */
	char bad_id[PZ_ID_MAX];       /* of the first of them                     */
};

/* Reads a catalogue, and says what the catalogue has noted (notes.h). g: all zero. A further
 * column whose name is a key with a meaning in streams, z for example, becomes catalogue_z.
 * colours: as row_features_begin has it. */
int galaxies_read(const struct tool *t, struct galaxies *g, const char *path,
		  const struct pz_catalogue_options *o, bool colours);
/* Gives the galaxies without E(B-V) that of the maps of dust in a folder; *filled: how many. */
int galaxies_fill_ebv(struct galaxies *g, const char *folder, size_t *filled);
void galaxies_release(struct galaxies *g);
/* Counts the galaxies that have the id of another one; *first: one of them. < 0: no memory. */
int galaxies_count_duplicates(const struct galaxies *g, size_t *duplicates, size_t *first);
/* The id of galaxy i as text. */
void galaxies_name(const struct galaxies *g, size_t i, char name[PZ_ID_MAX]);
/* Sets id, ra, dec and the known values of galaxy i in a record. */
void galaxies_record(struct galaxies *g, size_t i, pz_map *record);

#endif
