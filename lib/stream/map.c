/* map.c -- a MessagePack map as spans: decoded when asked, written as it came */
#include <math.h>
#include <msgpack.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/map.h>
#include <pz/text.h>

#include "hash.h"
#include "map_write.h"
#include "scan.h"

static _Atomic uint64_t texts_mended;

/* Offsets into the borrowed bytes, or into the map's own where own is true. */
struct part {
	size_t at, size;
	bool own;
};

struct entry {
	struct part packed_key; /* with its MessagePack head: written as it is */
	struct part key;        /* the text alone                              */
	struct part value;
	uint32_t sum; /* of a large value, where it is known; 0: it is not   */
};

struct pz_map {
	const unsigned char *bytes; /* borrowed: what was decoded                  */
	msgpack_sbuffer own;        /* what was set                                */
	struct entry entry[PZ_KEYS_MAX + 1];
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
		return pz_fail(PZ_ECORRUPT, "expected a MessagePack map");
	}
	return 0;
}

/* The entry at p + *at; moves *at behind it. */
static int take_entry(const unsigned char *p, size_t size, size_t *at, struct entry *e)
{
	struct scan s = { 0 };
	size_t head, key_size;
	int64_t n = pz_scan_object(p + *at, size - *at, &s);

	if (n <= 0)
		return n < 0 ? (int)n : pz_fail(PZ_ECORRUPT, "MessagePack map cut short");
	if (!(head = text_head(p + *at, &key_size)))
		return pz_fail(PZ_ECORRUPT, "expected keys that are texts of at most %d bytes",
			       PZ_KEY_MAX);
	e->packed_key = (struct part){ *at, (size_t)n, false };
	e->key = (struct part){ *at + head, key_size, false };
	*at += (size_t)n;
	s = (struct scan){ 0 };
	n = pz_scan_object(p + *at, size - *at, &s);
	if (n <= 0)
		return n < 0 ? (int)n : pz_fail(PZ_ECORRUPT, "MessagePack map cut short");
	e->value = (struct part){ *at, (size_t)n, false };
	*at += (size_t)n;
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
		head = count <= PZ_KEYS_MAX ? text_head(p + *at, &size) : 0;
		if (head)
			rc = keys_add(&keys, p, (struct part){ *at + head, size, false });
		if (rc == 0 && (rc = check_value(p, at)) == 0)
			rc = check_value(p, at);
	}
	return rc;
}

/* Walks a value that was scanned, once; *at moves behind it. */
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

		if (!(head = text_head(p + at, &size)))
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
	if ((rc = map_head(bytes, size, &at, &count)) < 0)
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
	return pz_fail(PZ_ECORRUPT, "key '%s': expected %s", path, expected);
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
 * there are now, or PZ_ECORRUPT. */
static int flatten_array(const void *raw, size_t size, double *values, int max, int n)
{
	const void *item = NULL;
	size_t item_size;

	switch (pz_value_type(raw)) {
	case PZ_ARRAY:
		while (n >= 0 && pz_value_next(raw, size, &item, &item_size))
			n = flatten_array(item, item_size, values, max, n);
		return n;
	case PZ_INTEGER:
	case PZ_FLOAT:
	case PZ_NIL:
		if (n < max)
			values[n] = pz_value_number(raw, size, NAN);
		return n + 1;
	default:
		return PZ_ECORRUPT;
	}
}

int pz_map_numbers(const pz_map *m, const char *path, double *values, int max)
{
	size_t size;
	const void *raw = value_of(m, path, &size);
	int n;

	if (!raw)
		return 0;
	n = pz_value_type(raw) == PZ_ARRAY ? flatten_array(raw, size, values, max, 0) : PZ_ECORRUPT;
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

static int into_own(void *map, const void *bytes, size_t size, bool large)
{
	(void)large;
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
	pz_map_write(value, false, into_own, m);
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
		to->sum = e->sum;
		to->value = (struct part){ at + e->packed_key.size, e->value.size, true };
		dst->count++;
	}
	return 0;
}

uint32_t pz_map_sum(const void *bytes, size_t size)
{
	uint32_t sum = (uint32_t)XXH3_64bits(bytes, size);

	return sum ? sum : 1;
}

/* The payload of an entry whose value is large, or NULL. */
static const unsigned char *large_of(const pz_map *m, const struct entry *e, size_t *size)
{
	const unsigned char *raw = bytes_of(m, e->value), *payload;

	if (e->value.size <= LARGE || pz_value_type(raw) != PZ_BYTES)
		return NULL;
	payload = pz_value_bytes(raw, e->value.size, size);
	return *size > LARGE ? payload : NULL;
}

static int write_head(size_t count, map_sink *sink, void *to)
{
	unsigned char head[3] = { (unsigned char)(0x80 | count) };

	if (count <= 15)
		return sink(to, head, 1, false);
	head[0] = 0xde;
	head[1] = (unsigned char)(count >> 8);
	head[2] = (unsigned char)count;
	return sink(to, head, 3, false);
}

static int write_sums(const unsigned char *sums, size_t size, map_sink *sink, void *to)
{
	const unsigned char head[] = { 0xa4,
				       SUMS[0],
				       SUMS[1],
				       SUMS[2],
				       SUMS[3],
				       0xc5,
				       (unsigned char)(size >> 8),
				       (unsigned char)size };
	int rc = sink(to, head, sizeof head, false);

	return rc == 0 ? sink(to, sums, size, false) : rc;
}

void pz_map_note_sum(pz_map *m, size_t i, uint32_t sum)
{
	m->entry[i].sum = sum;
}

/* A large value in its two parts, and its checksum. */
static int write_large(const unsigned char *raw, const unsigned char *payload, size_t size,
		       uint32_t known, unsigned char sum[SUM_SIZE], map_sink *sink, void *to)
{
	uint32_t value = known ? known : pz_map_sum(payload, size);
	int rc = sink(to, raw, (size_t)(payload - raw), false);

	for (int i = 0; i < SUM_SIZE; i++)
		sum[i] = (unsigned char)(value >> (8 * (SUM_SIZE - 1 - i)));
	return rc == 0 ? sink(to, payload, size, true) : rc;
}

static int count_large(const pz_map *m, size_t *count)
{
	size_t size;

	*count = 0;
	for (size_t i = 0; i < m->count; i++)
		*count += large_of(m, &m->entry[i], &size) != NULL;
	if (*count > 0 && find(m, SUMS, strlen(SUMS)))
		return pz_fail(PZ_EDATA,
			       "key '" SUMS "': the stream has it for its checksums: give it "
			       "another name");
	return 0;
}

int pz_map_write(const pz_map *m, bool sums, map_sink *sink, void *to)
{
	unsigned char sum[SUM_SIZE * (PZ_KEYS_MAX + 1)];
	size_t large = 0, n = 0, size;
	int rc = m->error;

	if (rc < 0 || (sums && (rc = count_large(m, &large)) < 0) ||
	    (rc = write_head(m->count + (large > 0), sink, to)) < 0)
		return rc;
	for (size_t i = 0; i < m->count && rc == 0; i++) {
		const struct entry *e = &m->entry[i];
		const unsigned char *raw = bytes_of(m, e->value), *payload;

		rc = sink(to, bytes_of(m, e->packed_key), e->packed_key.size, false);
		payload = large ? large_of(m, e, &size) : NULL;
		if (rc == 0 && payload)
			rc = write_large(raw, payload, size, e->sum, sum + SUM_SIZE * n++, sink,
					 to);
		else if (rc == 0)
			rc = sink(to, raw, e->value.size, false);
	}
	return rc == 0 && large ? write_sums(sum, SUM_SIZE * n, sink, to) : rc;
}
