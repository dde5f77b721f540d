/* map_set.c -- setting values of a map: packed behind what the map owns */
#include <stdatomic.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "map_parts.h"
#include "map_write.h"

static _Atomic uint64_t texts_mended;

/* Begins to set key: its entry (the old one, or a new one with the key packed),
 * or NULL. The value is then packed behind what own holds, and end_set called. */
static struct entry *begin_set(pz_map *m, const char *key, msgpack_packer *pack)
{
	struct entry *e = m->error ? NULL : (struct entry *)pz_map_find(m, key, strlen(key));
	size_t size = strlen(key), at = m->own.size;

	if (m->error)
		return NULL;
	msgpack_packer_init(pack, m, pz_map_own_write);
	if (!e) {
		if (m->count == PZ_KEYS_MAX || size > PZ_KEY_MAX) {
			m->error = pz_fail(PZ_EDATA,
					   "cannot add key '%.40s': %d keys are the limit", key,
					   PZ_KEYS_MAX);
			return NULL;
		}
		msgpack_pack_str(pack, size);
		msgpack_pack_str_body(pack, key, size);
		if (m->error)
			return NULL;
		e = &m->entry[m->count++];
		e->packed_key = (struct part){ at, m->own.size - at, true };
		e->key = (struct part){ m->own.size - size, size, true };
	}
	e->value = (struct part){ m->own.size, 0, true };
	e->sum = 0;
	return e;
}

static void end_set(pz_map *m, struct entry *e)
{
	e->value.size = m->own.size - e->value.at;
}

void pz_map_set_nil(pz_map *m, const char *key)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (e) {
		msgpack_pack_nil(&pack);
		end_set(m, e);
	}
}

void pz_map_set_number(pz_map *m, const char *key, double value)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (e) {
		msgpack_pack_double(&pack, value);
		end_set(m, e);
	}
}

void pz_map_set_integer(pz_map *m, const char *key, int64_t value)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (e) {
		msgpack_pack_int64(&pack, value);
		end_set(m, e);
	}
}

/* Text in a stream is UTF-8: bytes that are none become U+FFFD, three bytes each. */
static void pack_mended(msgpack_packer *pack, const char *text, size_t n)
{
	size_t size, bad = 0;
	uint32_t point;

	for (size_t i = 0; i < n; i += size ? size : 1)
		bad += (size = pz_text_utf8(text + i, n - i, &point)) == 0;
	msgpack_pack_str(pack, n + 2 * bad);
	for (size_t i = 0; i < n; i += size ? size : 1) {
		size = pz_text_utf8(text + i, n - i, &point);
		msgpack_pack_str_body(pack, size ? text + i : "\xef\xbf\xbd", size ? size : 3);
	}
	atomic_fetch_add(&texts_mended, 1);
}

uint64_t pz_map_texts_mended(void)
{
	return texts_mended;
}

void pz_map_set_text(pz_map *m, const char *key, const char *text)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);
	size_t n = strlen(text);

	if (!e)
		return;
	if (pz_text_is_utf8(text, n)) {
		msgpack_pack_str(&pack, n);
		msgpack_pack_str_body(&pack, text, n);
	} else {
		pack_mended(&pack, text, n);
	}
	end_set(m, e);
}

/* Begins to set key to so many bytes, whose head is packed. */
static struct entry *begin_bytes(pz_map *m, const char *key, size_t size, msgpack_packer *pack)
{
	struct entry *e;

	if (size > PZ_MAP_MAX) {
		m->error = pz_fail(PZ_EDATA, "key '%s': %zu bytes are above the limit", key, size);
		return NULL;
	}
	if ((e = begin_set(m, key, pack)))
		msgpack_pack_bin(pack, size);
	return e;
}

void pz_map_set_bytes(pz_map *m, const char *key, const void *bytes, size_t size)
{
	msgpack_packer pack;
	struct entry *e = begin_bytes(m, key, size, &pack);

	if (e) {
		msgpack_pack_bin_body(&pack, bytes, size);
		end_set(m, e);
	}
}

void *pz_map_set_room(pz_map *m, const char *key, size_t size)
{
	msgpack_packer pack;
	struct entry *e = begin_bytes(m, key, size, &pack);
	char *room = e ? pz_map_own_room(m, size) : NULL;

	if (room)
		end_set(m, e);
	return room;
}

void pz_map_set_numbers(pz_map *m, const char *key, const double *values, int n, int cols)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (!e)
		return;
	msgpack_pack_array(&pack, (size_t)(cols > 0 ? n / cols : n));
	for (int i = 0; i < n; i++) {
		if (cols > 0 && i % cols == 0)
			msgpack_pack_array(&pack, (size_t)cols);
		msgpack_pack_double(&pack, values[i]);
	}
	end_set(m, e);
}

void pz_map_set_named(pz_map *m, const char *key, const char *const *names, const double *values,
		      int n)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (!e)
		return;
	msgpack_pack_map(&pack, (size_t)n);
	for (int i = 0; i < n; i++) {
		msgpack_pack_str(&pack, strlen(names[i]));
		msgpack_pack_str_body(&pack, names[i], strlen(names[i]));
		msgpack_pack_double(&pack, values[i]);
	}
	end_set(m, e);
}

void pz_map_set_raw(pz_map *m, const char *key, const void *bytes, size_t size)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (e) {
		pz_map_own_write(m, bytes, size);
		end_set(m, e);
	}
}

static int into_own(void *map, const void *bytes, size_t size, bool large)
{
	(void)large;
	return pz_map_own_write(map, bytes, size);
}

void pz_map_set_map(pz_map *m, const char *key, const pz_map *value)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (!e)
		return;
	if (value->error && !m->error)
		m->error = value->error;
	pz_map_write(value, false, into_own, m);
	end_set(m, e);
}
