/* map.c -- a MessagePack map as spans: decoded when asked, written as it came */
#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/map.h>

#include "map_write.h"
#include "scan.h"

/* Offsets into the borrowed bytes, or into the map's own where own is true. */
struct part {
	size_t at, size;
	bool own;
};

struct entry {
	struct part packed_key; /* with its MessagePack head: written as it is */
	struct part key;        /* the text alone                              */
	struct part value;
};

struct pz_map {
	const unsigned char *bytes; /* borrowed: what was decoded                  */
	msgpack_sbuffer own;        /* what was set                                */
	struct entry entry[PZ_KEYS_MAX];
	size_t count;
	int error; /* the first of a setter                       */
};

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

static const unsigned char *bytes_of(const pz_map *m, struct part p)
{
	return (p.own ? (const unsigned char *)m->own.data : m->bytes) + p.at;
}

/* Size of the head of a str or bin of at most 32 bits, and its payload's size. */
static size_t text_head(const unsigned char *p, size_t *size)
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

/* How many entries the map at p claims, and where the first begins. */
static int map_head(const unsigned char *p, size_t size, size_t *at, size_t *count)
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
		return pz_fail(PZ_ECUT, "expected a MessagePack map");
	}
	return 0;
}

/* The entry at p + *at; moves *at behind it. */
static int take_entry(const unsigned char *p, size_t size, size_t *at, struct entry *e)
{
	struct scan s = { 0 };
	size_t head, key_size;
	int64_t n = scan_object(p + *at, size - *at, &s);

	if (n <= 0)
		return n < 0 ? (int)n : pz_fail(PZ_ECUT, "MessagePack map cut short");
	if (!(head = text_head(p + *at, &key_size)))
		return pz_fail(PZ_ECUT, "expected keys that are texts of at most %d bytes",
			       PZ_KEY_MAX);
	e->packed_key = (struct part){ *at, (size_t)n, false };
	e->key = (struct part){ *at + head, key_size, false };
	*at += (size_t)n;
	n = scan_object(p + *at, size - *at, &s);
	if (n <= 0)
		return n < 0 ? (int)n : pz_fail(PZ_ECUT, "MessagePack map cut short");
	e->value = (struct part){ *at, (size_t)n, false };
	*at += (size_t)n;
	return 0;
}

/* A bit for a key: keys of different bits are different. */
static uint64_t key_bit(const unsigned char *key, size_t size)
{
	unsigned sum = (unsigned)size;

	if (size > 0)
		sum += 7u * key[0] + 31u * key[size - 1] + 3u * key[size / 2];
	return (uint64_t)1 << (sum & 63);
}

static int comes_twice(const unsigned char *key, size_t size)
{
	return pz_fail(PZ_ECUT, "key '%.*s' comes twice", (int)size, (const char *)key);
}

static bool same_key(const unsigned char *p, struct part a, struct part b)
{
	return a.size == b.size && !memcmp(p + a.at, p + b.at, a.size);
}

/* Whether the key is that of one of the first n entries from p + at on. */
static bool came_before(const unsigned char *p, size_t size, size_t at, size_t n, struct part key)
{
	struct entry e;

	while (n-- > 0)
		if (take_entry(p, size, &at, &e) == 0 && same_key(p, e.key, key))
			return true;
	return false;
}

/* The keys of a map that is a value, and of those in it. One of other keys than texts, or
 * of very many, is somebody else's and passes as it is. */
static int check_below(const unsigned char *p, size_t size)
{
	size_t at = 0, count = 0, first;
	uint64_t seen = 0, bit;
	struct entry e;
	int rc = 0;

	if (map_head(p, size, &at, &count) < 0 || count > PZ_KEYS_MAX)
		return 0;
	first = at;
	for (size_t i = 0; i < count && rc == 0 && take_entry(p, size, &at, &e) == 0; i++) {
		bit = key_bit(p + e.key.at, e.key.size);
		if (seen & bit && came_before(p, size, first, i, e.key))
			rc = comes_twice(p + e.key.at, e.key.size);
		else if (pz_value_type(p + e.value.at) == PZ_MAP)
			rc = check_below(p + e.value.at, e.value.size);
		seen |= bit;
	}
	return rc;
}

/* A key that comes twice has two values, and readers do not agree in which to take. */
static int check_keys(const unsigned char *p, const struct entry *entry, size_t count)
{
	uint64_t seen = 0;
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct part key = entry[i].key, value = entry[i].value;
		uint64_t bit = key_bit(p + key.at, key.size);

		for (size_t k = 0; k < i && seen & bit && rc == 0; k++)
			if (same_key(p, entry[k].key, key))
				rc = comes_twice(p + key.at, key.size);
		if (rc == 0 && pz_value_type(p + value.at) == PZ_MAP)
			rc = check_below(p + value.at, value.size);
		seen |= bit;
	}
	return rc;
}

int pz_map_decode(pz_map *m, const void *bytes, size_t size)
{
	size_t at = 0, count = 0;
	int rc;

	pz_map_clear(m);
	m->bytes = bytes;
	if ((rc = map_head(bytes, size, &at, &count)) < 0)
		return rc;
	if (count > PZ_KEYS_MAX)
		return pz_fail(PZ_ECUT, "expected at most %d keys, found %zu", PZ_KEYS_MAX, count);
	for (size_t i = 0; i < count; i++)
		if ((rc = take_entry(bytes, size, &at, &m->entry[i])) < 0)
			return rc;
	if (at != size)
		return pz_fail(PZ_ECUT, "%zu bytes behind a MessagePack map", size - at);
	if ((rc = check_keys(bytes, m->entry, count)) < 0)
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

static const struct entry *find(const pz_map *m, const char *key, size_t size)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->entry[i].key.size == size &&
		    !memcmp(bytes_of(m, m->entry[i].key), key, size))
			return &m->entry[i];
	return NULL;
}

/* The value under key of the map that the bytes *p are. */
static const unsigned char *find_below(const unsigned char *p, size_t *size, const char *key,
				       size_t key_size)
{
	size_t at = 0, count = 0;

	if (map_head(p, *size, &at, &count) < 0)
		return NULL;
	while (count-- > 0) {
		struct entry e = { 0 };

		if (take_entry(p, *size, &at, &e) < 0)
			return NULL;
		if (e.key.size == key_size && !memcmp(p + e.key.at, key, key_size)) {
			*size = e.value.size;
			return p + e.value.at;
		}
	}
	return NULL;
}

/* Takes a key from *path, up to its first dot or, of the last key, to its end: its size, or
 * -1 where that is more than a key may have. *path is then behind the key. */
static int take_key(const char **path, bool last, char key[PZ_KEY_MAX + 1])
{
	const char *p = *path;
	int n = 0;

	for (; *p && (last || *p != '.') && n < PZ_KEY_MAX; p++) {
		bool escape = *p == '\\' && p[1] && strchr(".\\0", p[1]);

		p += escape;
		key[n++] = escape && *p == '0' ? '\0' : *p;
	}
	key[n] = '\0';
	*path = p;
	return *p && (last || *p != '.') ? -1 : n;
}

bool pz_map_path(const char *path, struct pz_map_path *p)
{
	int first = take_key(&path, false, p->first), below = 0;

	p->nested = *path == '.';
	p->below[0] = '\0';
	if (first >= 0 && p->nested) {
		path++;
		below = take_key(&path, true, p->below);
	}
	p->first_size = first < 0 ? 0 : (size_t)first;
	p->below_size = below < 0 ? 0 : (size_t)below;
	return first >= 0 && below >= 0;
}

const void *pz_map_raw(const pz_map *m, const char *path, size_t *size)
{
	struct pz_map_path p;
	const struct entry *e = pz_map_path(path, &p) ? find(m, p.first, p.first_size) : NULL;

	if (!e)
		return NULL;
	*size = e->value.size;
	if (p.nested)
		return find_below(bytes_of(m, e->value), size, p.below, p.below_size);
	return bytes_of(m, e->value);
}

bool pz_map_has(const pz_map *m, const char *path)
{
	size_t size;

	return pz_map_raw(m, path, &size) != NULL;
}

/* The value under path; NULL: absent or nil. */
static const void *value_of(const pz_map *m, const char *path, size_t *size)
{
	const void *raw = pz_map_raw(m, path, size);

	return raw && pz_value_type(raw) != PZ_NIL ? raw : NULL;
}

static int misfit(const char *path, const char *expected)
{
	return pz_fail(PZ_ECUT, "key '%s': expected %s", path, expected);
}

double pz_map_number(const pz_map *m, const char *path, double absent)
{
	size_t size;
	const void *raw = value_of(m, path, &size);

	return raw ? pz_value_number(raw, size, absent) : absent;
}

int pz_map_integer(const pz_map *m, const char *path, int64_t *value)
{
	size_t size;
	const void *raw = value_of(m, path, &size);
	int64_t found;

	if (!raw)
		return 0;
	if (!pz_value_integer(raw, size, &found))
		return misfit(path, "a whole number");
	*value = found;
	return 1;
}

int pz_map_text(const pz_map *m, const char *path, char *text, size_t size)
{
	size_t raw_size, n;
	const void *raw = value_of(m, path, &raw_size);

	if (!raw)
		return 0;
	if (pz_value_type(raw) != PZ_TEXT)
		return misfit(path, "a text");
	raw = pz_value_bytes(raw, raw_size, &n);
	snprintf(text, size, "%.*s", (int)n, (const char *)raw);
	return 1;
}

int pz_map_bytes(const pz_map *m, const char *path, const void **bytes, size_t *size)
{
	size_t raw_size;
	const void *raw = value_of(m, path, &raw_size);

	if (!raw)
		return 0;
	if (pz_value_type(raw) != PZ_BYTES)
		return misfit(path, "bytes");
	*bytes = pz_value_bytes(raw, raw_size, size);
	return 1;
}

/* Appends the numbers of a value, or of an array and those in it, to values; how many
 * there are now, or PZ_ECUT. */
static int flatten(const void *raw, size_t size, double *values, int max, int n)
{
	const void *item = NULL;
	size_t item_size;

	switch (pz_value_type(raw)) {
	case PZ_ARRAY:
		while (n >= 0 && pz_value_next(raw, size, &item, &item_size))
			n = flatten(item, item_size, values, max, n);
		return n;
	case PZ_INTEGER:
	case PZ_FLOAT:
	case PZ_NIL:
		if (n < max)
			values[n] = pz_value_number(raw, size, NAN);
		return n + 1;
	default:
		return PZ_ECUT;
	}
}

int pz_map_numbers(const pz_map *m, const char *path, double *values, int max)
{
	size_t size;
	const void *raw = value_of(m, path, &size);
	int n;

	if (!raw)
		return 0;
	n = pz_value_type(raw) == PZ_ARRAY ? flatten(raw, size, values, max, 0) : PZ_ECUT;
	return n < 0 ? misfit(path, "an array of numbers") : n;
}

/* What is packed goes behind what own holds. msgpack-c reports no failed growth when
 * it packs: the map remembers it. */
static int own_write(void *map, const char *bytes, size_t size)
{
	pz_map *m = map;

	if (msgpack_sbuffer_write(&m->own, bytes, size) == 0)
		return 0;
	m->error = pz_fail(PZ_ENOMEM, "no memory for a record");
	return -1;
}

/* Begins to set key: its entry (the old one, or a new one with the key packed),
 * or NULL. The value is then packed behind what own holds, and end_set called. */
static struct entry *begin_set(pz_map *m, const char *key, msgpack_packer *pack)
{
	struct entry *e = m->error ? NULL : (struct entry *)find(m, key, strlen(key));
	size_t size = strlen(key), at = m->own.size;

	if (m->error)
		return NULL;
	msgpack_packer_init(pack, m, own_write);
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

void pz_map_set_text(pz_map *m, const char *key, const char *text)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (e) {
		msgpack_pack_str(&pack, strlen(text));
		msgpack_pack_str_body(&pack, text, strlen(text));
		end_set(m, e);
	}
}

void pz_map_set_bytes(pz_map *m, const char *key, const void *bytes, size_t size)
{
	msgpack_packer pack;
	struct entry *e;

	if (size > PZ_MAP_MAX) {
		m->error = pz_fail(PZ_EDATA, "key '%s': %zu bytes are above the limit", key, size);
		return;
	}
	if ((e = begin_set(m, key, &pack))) {
		msgpack_pack_bin(&pack, size);
		msgpack_pack_bin_body(&pack, bytes, size);
		end_set(m, e);
	}
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
		own_write(m, bytes, size);
		end_set(m, e);
	}
}

static int into_own(void *map, const void *bytes, size_t size)
{
	return own_write(map, bytes, size);
}

void pz_map_set_map(pz_map *m, const char *key, const pz_map *value)
{
	msgpack_packer pack;
	struct entry *e = begin_set(m, key, &pack);

	if (!e)
		return;
	if (value->error && !m->error)
		m->error = value->error;
	map_write(value, into_own, m);
	end_set(m, e);
}

void pz_map_drop(pz_map *m, const char *key)
{
	const struct entry *e = find(m, key, strlen(key));
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

		own_write(dst, (const char *)bytes_of(src, e->packed_key), e->packed_key.size);
		own_write(dst, (const char *)bytes_of(src, e->value), e->value.size);
		if (dst->error)
			return dst->error;
		to->packed_key = (struct part){ at, e->packed_key.size, true };
		to->key = (struct part){ at + head, e->key.size, true };
		to->value = (struct part){ at + e->packed_key.size, e->value.size, true };
		dst->count++;
	}
	return 0;
}

int map_write(const pz_map *m, map_sink *sink, void *to)
{
	unsigned char head[3];
	size_t n = 1;
	int rc;

	if (m->error)
		return m->error;
	head[0] = (unsigned char)(0x80 | m->count);
	if (m->count > 15) {
		head[0] = 0xde;
		head[1] = (unsigned char)(m->count >> 8);
		head[2] = (unsigned char)m->count;
		n = 3;
	}
	rc = sink(to, head, n);
	for (size_t i = 0; i < m->count && rc == 0; i++) {
		const struct entry *e = &m->entry[i];

		rc = sink(to, bytes_of(m, e->packed_key), e->packed_key.size);
		if (rc == 0)
			rc = sink(to, bytes_of(m, e->value), e->value.size);
	}
	return rc;
}
