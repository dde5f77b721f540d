/* group.h -- galaxies sorted into groups (rows, magnitude bins, cells) */
#ifndef PZ_STATS_GROUP_H
#define PZ_STATS_GROUP_H

#include <stddef.h>

#include <pz/bins.h>
#include <pz/galaxies.h>

struct group {
	size_t count;   /* groups                                                */
	size_t *first;  /* count + 1: where a group begins in galaxy             */
	size_t *galaxy; /* group after group, by rising number inside           */
};

/* key[i] in 0..count-1, or below 0: galaxy i is in no group. 0 or PZ_ENOMEM. */
int pz_group_init(struct group *g, size_t n, const long *key, size_t count);
void pz_group_release(struct group *g);

size_t pz_group_size(const struct group *g, size_t which);

/* Mean magnitude; NaN where the group is empty or one of it is unknown. */
double pz_group_mean_mag(const struct group *g, size_t which, const struct pz_galaxies *of);

#endif
