/* trailer.h -- private: the end of a segment, {"end": records, "xxh3": hash, "small": hash}
 *
 * "xxh3" is the hash of all bytes of the segment before the trailer. "small" is that of the
 * same bytes without the payloads of large values, and of the trailer's count and first
 * hash, eight bytes each, the highest first: so that readers that leave large values out
 * check all that they read. Streams of other programs may lack it.
 */
#ifndef PZ_TRAILER_H
#define PZ_TRAILER_H

#include <stdint.h>

#include <pz/map.h>

#include "hash.h"

struct trailer {
	uint64_t count, hash, small;
	bool has_small;
};

/* Whether the map is a trailer: keys "end" and "xxh3", perhaps "small", and no other. */
bool pz_trailer_is(const pz_map *m);
/* PZ_ECORRUPT: no count, or hashes that are no whole numbers. Any integer of the same 64 bits is
 * taken, signed ones too. */
int pz_trailer_parse(struct trailer *t, const pz_map *m);

/* The value of "small"; takes the count and the hash into the state. */
uint64_t pz_trailer_small(XXH3_state_t *small, uint64_t count, uint64_t hash);

void pz_trailer_store_big_endian(unsigned char *to, uint64_t value);

#endif
