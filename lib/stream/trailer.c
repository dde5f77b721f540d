/* trailer.c -- the end of a segment: its count and hashes, in integers of any type */
#include <pz/error.h>

#include "trailer.h"

void pz_trailer_store_big_endian(unsigned char *to, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		to[i] = (unsigned char)(value >> (56 - 8 * i));
}

bool pz_trailer_is(const pz_map *m)
{
	size_t count = pz_map_count(m);

	return (count == 2 || (count == 3 && pz_map_has(m, "small"))) && pz_map_has(m, "end") &&
	       pz_map_has(m, "xxh3");
}

/* The 64 bits of an integer of any width: of a negative one, two's complement. */
static bool bits_under(const pz_map *m, const char *key, uint64_t *bits)
{
	size_t size;
	const unsigned char *p = pz_map_raw(m, key, &size);
	bool negative;

	if (pz_value_type(p) != PZ_INTEGER)
		return false;
	if (size == 1) {
		*bits = (uint64_t)(int64_t)(signed char)*p;
		return true;
	}
	negative = *p >= 0xd0 && p[1] & 0x80;
	*bits = negative ? UINT64_MAX : 0;
	for (size_t i = 1; i < size; i++)
		*bits = *bits << 8 | p[i];
	return true;
}

int pz_trailer_parse(struct trailer *t, const pz_map *m)
{
	*t = (struct trailer){ .has_small = pz_map_count(m) == 3 };
	if (!bits_under(m, "end", &t->count) || t->count > INT64_MAX)
		return pz_fail(PZ_ECORRUPT, "trailer without a count");
	if (!bits_under(m, "xxh3", &t->hash) ||
	    (t->has_small && !bits_under(m, "small", &t->small)))
		return pz_fail(PZ_ECORRUPT, "trailer without a hash");
	return 0;
}

uint64_t pz_trailer_small(XXH3_state_t *small, uint64_t count, uint64_t hash)
{
	unsigned char bytes[16];

	pz_trailer_store_big_endian(bytes, count);
	pz_trailer_store_big_endian(bytes + 8, hash);
	XXH3_64bits_update(small, bytes, sizeof bytes);
	return XXH3_64bits_digest(small);
}
