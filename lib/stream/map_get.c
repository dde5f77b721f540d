/* map_get.c -- values of a map, found by their paths */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "map_parts.h"

/* Moves *at behind the object there; false where it is cut short or none. */
static bool pass_over(const unsigned char *p, size_t size, size_t *at)
{
	size_t need;
	int64_t n = pz_map_scan(p + *at, size - *at, &need);

	*at += n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* Whether the object at p is a text, and this key. */
static bool is_key(const unsigned char *p, const char *key, size_t key_size)
{
	size_t size, head = pz_map_text_head(p, &size);

	return head > 0 && size == key_size && !memcmp(p + head, key, size);
}

/* The value under key of the map that the bytes *p are. Maps of others may have keys that are no
 * texts. */
static const unsigned char *find_below(const unsigned char *p, size_t *size, const char *key,
				       size_t key_size)
{
	size_t at = 0, count = 0;

	if (pz_map_head(p, *size, &at, &count) < 0)
		return NULL;
	while (count-- > 0) {
		size_t key_at = at, value_at;

		if (!pass_over(p, *size, &at))
			return NULL;
		value_at = at;
		if (!pass_over(p, *size, &at))
			return NULL;
		if (is_key(p + key_at, key, key_size)) {
			*size = at - value_at;
			return p + value_at;
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
	const struct entry *e = pz_map_path(path, &p) ? pz_map_find(m, p.first, p.first_size)
						      : NULL;

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
