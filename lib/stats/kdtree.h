/* kdtree.h -- the k nearest of many points, exactly
 *
 * Example:
 *      struct pz_kdtree *t;
 *      rc = pz_kdtree_new(&t, n, dims, x);              // x[n][dims], copied
 *      pz_near *near = malloc(pz_kdtree_room(k) * sizeof *near);
 *      found = pz_kdtree_search(t, q, k, near);         // near[0] is the nearest
 *
 * Distances are Euclidean, in float as they stand. Points as far as each other are ordered by
 * their index, so what is found depends neither on the tree's shape nor on who asks: any number
 * of threads may search one tree. Memory: 4 dims + 4 bytes a point, and 4 dims bytes for every
 * eight points.
 */
#ifndef PZ_STATS_KDTREE_H
#define PZ_STATS_KDTREE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PZ_KDTREE_DIMS 32          /* dimensions at most                         */
#define PZ_KDTREE_MOST 4000000000u /* points at most                           */

struct pz_kdtree;

/* A point that was found: the bits of its squared distance above those of its index, so that
 * integers sort as (distance, index) do. */
typedef uint64_t pz_near;

static inline uint32_t pz_near_index(pz_near p)
{
	return (uint32_t)p;
}

static inline float pz_near_square(pz_near p)
{
	uint32_t bits = (uint32_t)(p >> 32);
	float square;

	memcpy(&square, &bits, sizeof square);
	return square;
}

/* PZ_EARG: dims or n out of range (n from 1); PZ_EDATA: a coordinate that is not finite. */
int pz_kdtree_new(struct pz_kdtree **t, size_t n, int dims, const float *x);
void pz_kdtree_free(struct pz_kdtree *t); /* NULL is fine */

/* How many pz_near a search for k needs room for. */
size_t pz_kdtree_room(size_t k);
/* The k points nearest to q[dims] (finite), or all where there are fewer, the nearest first;
 * returns how many. What follows them in near is undefined. */
size_t pz_kdtree_search(const struct pz_kdtree *t, const float *q, size_t k, pz_near *near);

/* A number that is near for queries near each other: asked in its order, they find in the
 * processor's caches what the ones before have read. */
uint32_t pz_kdtree_place(const struct pz_kdtree *t, const float *q);

#endif
