/* partition.h -- which part of a sample a galaxy belongs to, by its id alone
 *
 * The id's hash, a number in [0, 1), falls into one of the shares laid end to
 * end. So a galaxy keeps its part when others come or go, in every survey file
 * that names it alike, in any order, on any machine:
 *
 * Example:
 *      struct pz_parts parts;
 *      pz_parts_parse(&parts, "train=0.8,valid=0.04,test=0.16");
 *      int part = pz_parts_of(&parts, pz_id_hash_int(objid, seed));
 *
 * An integer hashes as its decimal text: id 42 and id "42" are one galaxy,
 * whatever a table's format made of it.
 */
#ifndef PZ_PARTITION_H
#define PZ_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

#define PZ_PARTS_MAX 32

struct pz_part {
	char name[32];
	double share; /* above 0                                               */
};

struct pz_parts {
	int count;
	struct pz_part part[PZ_PARTS_MAX];
};

PZ_API uint64_t pz_id_hash_int(int64_t id, uint64_t seed);
PZ_API uint64_t pz_id_hash_text(const char *id, size_t length, uint64_t seed);

/* Reads "name=share,...": distinct names, shares above 0 that sum to at most 1
 * (what is missing to 1 belongs to no part); a share may be a fraction, 1000/20000.
 * 0, or PZ_EUSAGE. */
PZ_API int pz_parts_parse(struct pz_parts *p, const char *text);

/* Index of a part by name, or PZ_EUSAGE naming those there are. */
PZ_API int pz_parts_find(const struct pz_parts *p, const char *name);

/* Index of the part of a hash; -1 where it belongs to none. */
PZ_API int pz_parts_of(const struct pz_parts *p, uint64_t hash);

#endif
