/* random.h -- random numbers that depend on nothing but where they are asked for
 *
 * Philox 4x32-10 (Salmon et al. 2011, SC11): a bijection of a 128-bit counter
 * under a 64-bit key. Number i of stream s of a seed is a pure function of
 * (seed, s, i), so work may be cut among threads in any way and still draw the
 * same numbers.
 *
 * Example:
 *      struct pz_random r;
 *      pz_random_init(&r, seed, galaxy);        // a stream of its own per galaxy
 *      double dz = 0.02 * pz_random_normal(&r);
 *
 * Streams are cheap: take one per object, iteration or purpose. Purposes that
 * share a seed are kept apart with pz_random_stream("purpose", number).
 */
#ifndef PZ_RANDOM_H
#define PZ_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

struct pz_random {
	uint64_t seed, stream, block; /* block: index of the next 128 bits     */
	uint32_t word[4];             /* the current 128 bits                  */
	int left;                     /* how many words of them are unused     */
};

/* The 128 bits of counter (stream, block) under seed. */
PZ_API void pz_random_block(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4]);

/* A stream number for item `number` of a named purpose. */
PZ_API uint64_t pz_random_stream(const char *purpose, uint64_t number);

PZ_API void pz_random_init(struct pz_random *r, uint64_t seed, uint64_t stream);
PZ_API uint32_t pz_random_bits(struct pz_random *r);              /* 32 random bits          */
PZ_API double pz_random_uniform(struct pz_random *r);             /* [0, 1), 53 bits         */
PZ_API double pz_random_normal(struct pz_random *r);              /* mean 0, deviation 1     */
PZ_API uint64_t pz_random_below(struct pz_random *r, uint64_t n); /* 0 .. n-1, no bias; n > 0 */
PZ_API void pz_random_shuffle(struct pz_random *r, size_t *a, size_t n); /* Fisher-Yates in place */

/* A 64-bit hash of bytes that is the same on every machine (XXH3). */
PZ_API uint64_t pz_hash(const void *bytes, size_t n, uint64_t seed);

#endif
