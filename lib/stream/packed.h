/* packed.h -- private: values of headers, packed by msgpack-c
 *
 *      pz_packed_init(&b, &p);
 *      msgpack_pack_array(&p, n); ...
 *      pz_packed_put(map, "bands", &b);
 *      rc = pz_packed_release(&b, map);
 */
#ifndef PZ_PACKED_H
#define PZ_PACKED_H

#include <msgpack.h>

#include <pz/map.h>

/* What is packed, and whether there was memory for it: msgpack-c does not tell. */
struct packed {
	msgpack_sbuffer bytes;
	bool failed;
};

void pz_packed_init(struct packed *b, msgpack_packer *p);
/* Frees the packer; returns its first error, or the map's. */
int pz_packed_release(struct packed *b, const pz_map *m);
/* Adds bytes that are packed already. */
int pz_packed_write(void *to, const char *bytes, size_t size);
void pz_packed_text(msgpack_packer *p, const char *text);
/* Sets key to what was packed, and empties the buffer. */
void pz_packed_put(pz_map *m, const char *key, struct packed *b);

#endif
