/* map_parts.h -- private: what a map consists of, for the files that read, set and write it */
#ifndef PZ_STREAM_MAP_PARTS_H
#define PZ_STREAM_MAP_PARTS_H

#include <msgpack.h>

#include <pz/map.h>

/* Offsets into the borrowed bytes, or into the map's own where own is true. */
struct part {
	size_t at, size;
	bool own;
};

struct entry {
	struct part packed_key; /* with its MessagePack head: written as it is */
	struct part key;        /* the text alone                              */
	struct part value;
	uint32_t sum; /* checksum of a large value; 0: not known             */
};

struct pz_map {
	const unsigned char *bytes; /* borrowed: what was decoded                  */
	msgpack_sbuffer own;        /* what was set                                */
	struct entry entry[PZ_KEYS_MAX + 1];
	size_t count;
	int error; /* the first of a setter                       */
};

static inline const unsigned char *bytes_of(const pz_map *m, struct part p)
{
	return (p.own ? (const unsigned char *)m->own.data : m->bytes) + p.at;
}

/* Size of the head of a text of at most 255 bytes, and in *size that of its payload; 0: it is
 * longer, or no text. */
size_t pz_map_text_head(const unsigned char *p, size_t *size);
/* How many entries the map at p claims, and where the first begins. 0 or PZ_ECORRUPT. */
int pz_map_head(const unsigned char *p, size_t size, size_t *at, size_t *count);
/* The entry of a key; NULL: there is none. */
const struct entry *pz_map_find(const pz_map *m, const char *key, size_t size);
/* Appends to the map's own bytes; map is a pz_map. msgpack-c reports no failed growth while it
 * packs, so the map remembers it as its error. */
int pz_map_own_write(void *map, const char *bytes, size_t size);
/* Room for size bytes behind the map's own bytes, to which it is added; NULL: the map's error. */
char *pz_map_own_room(pz_map *m, size_t size);

#endif
