/* stored.h -- the columns that the values of a stream's records make
 *
 * A column is a key of the records (of an inner map: mag.g), learned from all its values: the
 * narrowest type that gives each of them back. What no array can hold, as vectors whose lengths
 * differ, belongs to the rest, which is kept as it is in MessagePack.
 */
#ifndef STORED_H
#define STORED_H

#include <stdint.h>

#include <pz/array.h>
#include <pz/map.h>
#include <pz/stream.h>

#include "../common/values.h"

#define COLUMNS_MAX 512
#define TEXT_MAX    1000      /* bytes of a text; longer ones are among the rest */
#define UNKNOWN     INT64_MIN /* a whole number that is missing and has no NaN */

/* What values a column has, as bits. */
enum seen {
	SEEN_BOOL = 1,
	SEEN_WHOLE = 2,
	SEEN_BIG = 4,  /* whole and beyond 2^53 */
	SEEN_HUGE = 8, /* whole, from 2^63 on   */
	SEEN_FLOAT = 16,
	SEEN_DOUBLE = 32,
	SEEN_TEXT = 64,
	SEEN_BYTES = 128,
	SEEN_ARRAY = 256,
	SEEN_SCALAR = 512,
	SEEN_OTHER = 1024,     /* what no array can hold, or vectors of several lengths */
	SEEN_UNDEFINED = 2048, /* nil among numbers                             */
};

enum stored {
	STORED_REST,
	STORED_INTEGER,
	STORED_DOUBLE,
	STORED_FLOAT,
	STORED_BOOL,
	STORED_TEXT,
	STORED_BYTES, /* as they are       */
	STORED_BINS,  /* bytes, float32    */
	STORED_IMAGE, /* bytes, the pixels */
};

struct stored_column {
	char path[VALUE_NAME];
	char key[PZ_KEY_MAX + 1]; /* the last key of the path, in an inner map or in the record */
	size_t key_size;
	unsigned seen;
	size_t width; /* numbers or bytes of a vector; bytes of the longest text; 0: of a number */
	bool vector;
	uint64_t present, total; /* values, and their bytes in MessagePack */
	enum stored stored;
};

struct stored_columns {
	struct stored_column *column;
	int n, guess;
};

/* The number of the column of that path and key, which is added where it is new; < 0 error. */
int stored_find(struct stored_columns *c, const char *path, const char *key, size_t key_size);
void stored_release(struct stored_columns *c);

/* Whether an array of that name describes the columns, and so has rows of its own (store.h). */
bool stored_is_beside(const char *name);

/* Learns from a value: raw MessagePack of `size` bytes or, where raw is NULL, bytes of that size.
 */
void stored_learn(struct stored_column *c, enum pz_type type, const unsigned char *raw,
		  size_t size);
/* Chooses the types, after all of `rows` records. */
void stored_choose(struct stored_columns *c, uint64_t rows, const struct pz_header *h);
/* The name of the column's array. */
const char *stored_array(const char *path);

#endif
