/* packed.c -- values of headers, packed by msgpack-c */
#include <string.h>

#include <pz/error.h>

#include "packed.h"

int pz_packed_write(void *to, const char *bytes, size_t size)
{
	struct packed *b = to;
	int rc = msgpack_sbuffer_write(&b->bytes, bytes, size);

	b->failed |= rc != 0;
	return rc;
}

void pz_packed_init(struct packed *b, msgpack_packer *p)
{
	b->failed = false;
	msgpack_sbuffer_init(&b->bytes);
	msgpack_packer_init(p, b, pz_packed_write);
}

int pz_packed_release(struct packed *b, const pz_map *m)
{
	msgpack_sbuffer_destroy(&b->bytes);
	return b->failed ? pz_fail(PZ_ENOMEM, "no memory for a header") : pz_map_error(m);
}

void pz_packed_text(msgpack_packer *p, const char *text)
{
	msgpack_pack_str(p, strlen(text));
	msgpack_pack_str_body(p, text, strlen(text));
}

void pz_packed_put(pz_map *m, const char *key, struct packed *b)
{
	pz_map_set_raw(m, key, b->bytes.data, b->bytes.size);
	msgpack_sbuffer_clear(&b->bytes);
}
