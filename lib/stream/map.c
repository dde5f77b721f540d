/* map.c -- a MessagePack map as spans of bytes: decoding, copying and finding keys
 *
 * Values are kept as the bytes that were read, until they are asked for (map_get.c) or set
 * (map_set.c); map_write.c writes them.
 */
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "hash.h"
#include "map_parts.h"
#include "scan.h"

pz_map *pz_map_new(void)
{
	pz_map *m = malloc(sizeof *m);

	if (m) {
		msgpack_sbuffer_init(&m->own);
		m->count = 0;
		pz_map_clear(m);
	}
	return m;
}

void pz_map_free(pz_map *m)
{
	if (m)
		msgpack_sbuffer_destroy(&m->own);
	free(m);
}

void pz_map_clear(pz_map *m)
{
	m->bytes = NULL;
	m->count = 0;
	m->error = 0;
	msgpack_sbuffer_clear(&m->own);
}

size_t pz_map_text_head(const unsigned char *p, size_t *size)
{
	if (*p >= 0xa0 && *p <= 0xbf) {
		*size = *p & 31;
		return 1;
	}
	if (*p == 0xd9) {
		*size = p[1];
		return 2;
	}
	return 0; /* longer than a key may be, or no text */
}

int pz_map_head(const unsigned char *p, size_t size, size_t *at, size_t *count)
{
	if (size >= 1 && (*p & 0xf0) == 0x80) {
		*count = *p & 15;
		*at = 1;
	} else if (size >= 3 && *p == 0xde) {
		*count = (size_t)p[1] << 8 | p[2];
		*at = 3;
	} else if (size >= 5 && *p == 0xdf) {
		*count = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
		*at = 5;
	} else {
		return pz_fail(PZ_ECORRUPT, "expected a MessagePack map");
	}
	return 0;
}

#define SLOTS (2 * PZ_KEYS_MAX)

/* The keys of a map so far, to see whether one comes twice: a hash table of their places. */
struct keys {
	struct part key[PZ_KEYS_MAX + 1];
	uint16_t slot[SLOTS]; /* number of a key + 1; 0: free                        */
	size_t count, slots;
};

static void keys_begin(struct keys *k, size_t count)
{
	k->count = 0;
	k->slots = 16;
	while (k->slots < 2 * count && k->slots < SLOTS)
		k->slots *= 2;
	memset(k->slot, 0, k->slots * sizeof *k->slot);
}

/* PZ_ECORRUPT where the key came before. */
static int keys_add(struct keys *k, const unsigned char *p, struct part key)
{
	size_t at = (size_t)XXH3_64bits(p + key.at, key.size) % k->slots;

	for (; k->slot[at]; at = (at + 1) % k->slots) {
		struct part other = k->key[k->slot[at] - 1];

		if (other.size == key.size && !memcmp(p + other.at, p + key.at, key.size))
			return pz_fail(PZ_ECORRUPT, "key '%.*s' comes twice", (int)key.size,
				       (const char *)p + key.at);
	}
	k->key[k->count++] = key;
	k->slot[at] = (uint16_t)k->count;
	return 0;
}

static int check_value(const unsigned char *p, size_t *at);

/* Checks the keys of a map that is a value, and of the maps in it. Maps with more than PZ_KEYS_MAX
 * keys, and keys that are not text, are not checked. */
static int check_below(const unsigned char *p, size_t *at, size_t count)
{
	struct keys keys;
	size_t head, size;
	int rc = 0;

	if (count <= PZ_KEYS_MAX)
		keys_begin(&keys, count);
	for (size_t i = 0; i < count && rc == 0; i++) {
		head = count <= PZ_KEYS_MAX ? pz_map_text_head(p + *at, &size) : 0;
		if (head)
			rc = keys_add(&keys, p, (struct part){ *at + head, size, false });
		if (rc == 0 && (rc = check_value(p, at)) == 0)
			rc = check_value(p, at);
	}
	return rc;
}

/* Walks once through a value that was scanned; *at moves to the byte after it. */
static int check_value(const unsigned char *p, size_t *at)
{
	bool map = pz_value_type(p + *at) == PZ_MAP;
	struct token t;
	int rc = 0;

	pz_scan_token(&t, p + *at, SIZE_MAX);
	*at += t.head + t.payload;
	if (map)
		return check_below(p, at, t.children / 2);
	for (size_t i = 0; i < t.children && rc == 0; i++)
		rc = check_value(p, at);
	return rc;
}

/* A key that comes twice has two values, and readers do not agree in which to take. */
static int decode_entries(pz_map *m, const unsigned char *p, size_t at, size_t count)
{
	struct keys keys;
	size_t head, size;
	int rc = 0;

	keys_begin(&keys, count);
	for (size_t i = 0; i < count && rc == 0; i++) {
		struct entry *e = &m->entry[i];

		if (!(head = pz_map_text_head(p + at, &size)))
			return pz_fail(PZ_ECORRUPT,
				       "expected keys that are texts of at most %d bytes",
				       PZ_KEY_MAX);
		e->packed_key = (struct part){ at, head + size, false };
		e->key = (struct part){ at + head, size, false };
		at += head + size;
		e->value = (struct part){ at, 0, false };
		e->sum = 0;
		if ((rc = keys_add(&keys, p, e->key)) == 0)
			rc = check_value(p, &at);
		e->value.size = at - e->value.at;
	}
	return rc;
}

int pz_map_decode(pz_map *m, const void *bytes, size_t size)
{
	size_t at = 0, count = 0;
	struct scan s = { 0 };
	int64_t n;
	int rc;

	pz_map_clear(m);
	m->bytes = bytes;
	if ((rc = pz_map_head(bytes, size, &at, &count)) < 0)
		return rc;
	/* One more for the checksums, which readers take out again. */
	if (count > PZ_KEYS_MAX + 1)
		return pz_fail(PZ_ECORRUPT, "expected at most %d keys, found %zu", PZ_KEYS_MAX,
			       count);
	if ((n = pz_scan_object(bytes, size, &s)) < 0)
		return (int)n;
	if (n == 0)
		return pz_fail(PZ_ECORRUPT, "MessagePack map cut short");
	if ((size_t)n != size)
		return pz_fail(PZ_ECORRUPT, "%zu bytes behind a MessagePack map", size - (size_t)n);
	if ((rc = decode_entries(m, bytes, at, count)) < 0)
		return rc;
	m->count = count;
	return 0;
}

size_t pz_map_count(const pz_map *m)
{
	return m->count;
}

const char *pz_map_key(const pz_map *m, size_t i, size_t *size)
{
	*size = m->entry[i].key.size;
	return (const char *)bytes_of(m, m->entry[i].key);
}

const void *pz_map_raw_at(const pz_map *m, size_t i, size_t *size)
{
	*size = m->entry[i].value.size;
	return bytes_of(m, m->entry[i].value);
}

const struct entry *pz_map_find(const pz_map *m, const char *key, size_t size)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->entry[i].key.size == size &&
		    !memcmp(bytes_of(m, m->entry[i].key), key, size))
			return &m->entry[i];
	return NULL;
}

int pz_map_own_write(void *map, const char *bytes, size_t size)
{
	pz_map *m = map;

	if (msgpack_sbuffer_write(&m->own, bytes, size) == 0)
		return 0;
	m->error = pz_fail(PZ_ENOMEM, "no memory for a record");
	return -1;
}

char *pz_map_own_room(pz_map *m, size_t size)
{
	msgpack_sbuffer *own = &m->own;
	size_t need = own->size + size;

	if (need > own->alloc) {
		char *grown = realloc(own->data, need);

		if (!grown) {
			m->error = pz_fail(PZ_ENOMEM, "no memory for a record");
			return NULL;
		}
		own->data = grown;
		own->alloc = need;
	}
	own->size = need;
	return own->data + need - size;
}

void pz_map_drop(pz_map *m, const char *key)
{
	const struct entry *e = pz_map_find(m, key, strlen(key));
	size_t i = e ? (size_t)(e - m->entry) : m->count;

	if (e)
		memmove(&m->entry[i], &m->entry[i + 1], (--m->count - i) * sizeof *m->entry);
}

int pz_map_error(const pz_map *m)
{
	return m->error;
}

int pz_map_copy(pz_map *dst, const pz_map *src)
{
	pz_map_clear(dst);
	for (size_t i = 0; i < src->count; i++) {
		const struct entry *e = &src->entry[i];
		struct entry *to = &dst->entry[i];
		size_t at = dst->own.size, head = e->packed_key.size - e->key.size;

		pz_map_own_write(dst, (const char *)bytes_of(src, e->packed_key),
				 e->packed_key.size);
		pz_map_own_write(dst, (const char *)bytes_of(src, e->value), e->value.size);
		if (dst->error)
			return dst->error;
		to->packed_key = (struct part){ at, e->packed_key.size, true };
		to->key = (struct part){ at + head, e->key.size, true };
		to->sum = e->sum;
		to->value = (struct part){ at + e->packed_key.size, e->value.size, true };
		dst->count++;
	}
	return 0;
}
