/* map.h -- one MessagePack map, as keys and the bytes of their values
 *
 * A record or header is kept as it came: values are spans of the bytes that
 * were read, decoded only when asked for, and written back untouched when they
 * were not set anew. So keys that a tool does not know pass through it to the
 * byte, and pixels that it does not touch are never copied.
 *
 * Example:
 *      double z = pz_map_number(m, "z", NAN);
 *      pz_map_set_number(m, "z", z + 0.1);
 *      pz_map_drop(m, "img");
 *
 * Getters take a path: a dot leads into a map, so that "zphot.mode" is key "mode" of the
 * map under "zphot", and never a key that is itself called "zphot.mode": that is the path
 * "zphot\.mode". In a path \. is a dot of the key, \\ a backslash and \0 a byte 0; dots
 * behind the first that leads into a map are the key's own. Setters take keys, not paths.
 *
 * An absent key or nil gives the value handed over (numbers) or 0; a value of
 * another type is PZ_ECORRUPT. Setters keep the first error and ignore later
 * calls; pz_map_error tells (pz_write checks it).
 *
 * Limits: depth 15, 512 keys of at most 255 bytes in a map, 1 GiB. A key that comes
 * twice in a map, or in a map that is a value of it, is PZ_ECORRUPT: readers do not agree in
 * which of its values to take.
 */
#ifndef PZ_MAP_H
#define PZ_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <pz/api.h>

#define PZ_KEYS_MAX 512
#define PZ_KEY_MAX  255 /* bytes of a key */
#define PZ_MAP_MAX  ((size_t)1 << 30)

typedef struct pz_map pz_map;

PZ_API pz_map *pz_map_new(void); /* empty; NULL: no memory */
PZ_API void pz_map_free(pz_map *m);
PZ_API void pz_map_clear(pz_map *m);
/* dst becomes a copy that borrows nothing. */
PZ_API int pz_map_copy(pz_map *dst, const pz_map *src);

/* Reads the map that fills bytes exactly; borrows them until the next clear. */
PZ_API int pz_map_decode(pz_map *m, const void *bytes, size_t size);

PZ_API size_t pz_map_count(const pz_map *m);
/* Key i < count: not terminated by 0. */
PZ_API const char *pz_map_key(const pz_map *m, size_t i, size_t *size);
/* The MessagePack bytes of a value, or NULL; valid until the map changes. */
PZ_API const void *pz_map_raw(const pz_map *m, const char *path, size_t *size);
PZ_API const void *pz_map_raw_at(const pz_map *m, size_t i, size_t *size);
PZ_API bool pz_map_has(const pz_map *m, const char *path);
/* The keys of a path, each terminated. */
struct pz_map_path {
	char first[PZ_KEY_MAX + 1], below[PZ_KEY_MAX + 1];
	size_t first_size, below_size;
	bool nested; /* below is a key of the map under first; else it is "" */
};
/* Whether path is one: false where a key is too long. */
PZ_API bool pz_map_path(const char *path, struct pz_map_path *p);

/* Any number as a double; absent, nil or not a number: absent. */
PZ_API double pz_map_number(const pz_map *m, const char *path, double absent);
/* 1 found, 0 absent, PZ_ECORRUPT another type. Floats that are whole count. */
PZ_API int pz_map_integer(const pz_map *m, const char *path, int64_t *value);
/* 1 found (cut to size - 1 bytes, terminated), 0 absent, PZ_ECORRUPT another type. */
PZ_API int pz_map_text(const pz_map *m, const char *path, char *text, size_t size);
/* 1 found (borrowed bytes of a bin), 0 absent, PZ_ECORRUPT another type. */
PZ_API int pz_map_bytes(const pz_map *m, const char *path, const void **bytes, size_t *size);
/* Numbers of an array, nested arrays flattened in order: how many there are (at
 * most max are stored), 0 absent, PZ_ECORRUPT another type. */
PZ_API int pz_map_numbers(const pz_map *m, const char *path, double *values, int max);

PZ_API void pz_map_set_nil(pz_map *m, const char *key);
PZ_API void pz_map_set_number(pz_map *m, const char *key, double value);
PZ_API void pz_map_set_integer(pz_map *m, const char *key, int64_t value);
/* Bytes that are no UTF-8 become U+FFFD, and the text is counted. */
PZ_API void pz_map_set_text(pz_map *m, const char *key, const char *text);
/* How many texts that was, in the whole process. */
PZ_API uint64_t pz_map_texts_mended(void);
PZ_API void pz_map_set_bytes(pz_map *m, const char *key, const void *bytes, size_t size);
/* The same without a copy: where to write the bytes, which are not cleared, until the next setter
 * of m is called. NULL where there is an error (pz_map_error). */
PZ_API void *pz_map_set_room(pz_map *m, const char *key, size_t size);
/* An array of n numbers; cols > 0: an array of n/cols arrays of cols numbers. */
PZ_API void pz_map_set_numbers(pz_map *m, const char *key, const double *values, int n, int cols);
/* {"name": value, ...} */
PZ_API void pz_map_set_named(pz_map *m, const char *key, const char *const *names,
			     const double *values, int n);
/* A map as a value, copied; an error of its setters becomes one of m's. */
PZ_API void pz_map_set_map(pz_map *m, const char *key, const pz_map *value);
/* Value given as MessagePack bytes: exactly one object. */
PZ_API void pz_map_set_raw(pz_map *m, const char *key, const void *bytes, size_t size);
PZ_API void pz_map_drop(pz_map *m, const char *key);
PZ_API int pz_map_error(const pz_map *m);

/* How long the first MessagePack object of bytes is, checked against the limits
 * without decoding it: its size; 0 where it goes on beyond, with *need the size
 * known to be needed; PZ_ECORRUPT where it is none. */
PZ_API int64_t pz_map_scan(const void *bytes, size_t size, size_t *need);

/* What a value is, and any number as a double, from its bytes (pz_map_raw). */
enum pz_type {
	PZ_NIL,
	PZ_BOOL,
	PZ_INTEGER,
	PZ_FLOAT,
	PZ_TEXT,
	PZ_BYTES,
	PZ_ARRAY,
	PZ_MAP,
	PZ_EXTENSION
};
PZ_API enum pz_type pz_value_type(const void *raw);
PZ_API double pz_value_number(const void *raw, size_t size, double absent);
/* A whole number, written as an integer or as a float within 2^53; false for all else. */
PZ_API bool pz_value_integer(const void *raw, size_t size, int64_t *value);
/* The bytes of a text or bin, borrowed; NULL for another type. */
PZ_API const void *pz_value_bytes(const void *raw, size_t size, size_t *n);
/* Walks an array: *item is NULL before the first, *n the size of what it is at. */
PZ_API bool pz_value_next(const void *raw, size_t size, const void **item, size_t *n);
/* A number in the fewest digits that bring it back; "nan", "inf". */
PZ_API void pz_value_print_number(const void *raw, size_t size, FILE *to);

/* x as text[size] (40 are enough) in the fewest digits that bring it back, narrow: to the same
 * float32; "nan", "inf". */
PZ_API void pz_value_format(double x, bool narrow, char *text, size_t size);

/* A MessagePack value as JSON: numbers in the fewest digits that bring them back, NaN and
 * infinity as null, bins as {"bytes": n}, keys that are no texts as texts, bytes that are
 * no UTF-8 as U+FFFD, controls escaped. indent 0: on one line. PZ_ECORRUPT: no value; PZ_EIO:
 * cannot write. */
PZ_API int pz_map_print_json(const void *raw, size_t size, int indent, FILE *to);
/* The same of a whole map. */
PZ_API int pz_map_json(const pz_map *m, int indent, FILE *to);

#endif
