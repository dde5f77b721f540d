/* stored.c -- the columns that the values of a stream's records make */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "stored.h"

/* Values of more bytes are among the rest, where an array would be so many times as large. */
#define SPARSE 64
#define WASTE  4

int stored_find(struct stored_columns *c, const char *path, const char *key, size_t key_size)
{
	int i = c->guess;

	if (i >= c->n || strcmp(c->column[i].path, path) != 0)
		for (i = 0; i < c->n && strcmp(c->column[i].path, path) != 0; i++)
			;
	if (i == COLUMNS_MAX)
		return pz_fail(PZ_EDATA, "'%s': expected at most %d different keys, found more",
			       path, COLUMNS_MAX);
	if (!c->column && !(c->column = calloc(COLUMNS_MAX, sizeof *c->column)))
		return pz_fail(PZ_ENOMEM, "no memory for the columns");
	if (i == c->n) {
		strcpy(c->column[i].path, path);
		memcpy(c->column[i].key, key, key_size);
		c->column[i].key_size = key_size;
		c->n++;
	}
	c->guess = i + 1;
	return i;
}

void stored_release(struct stored_columns *c)
{
	free(c->column);
	*c = (struct stored_columns){ 0 };
}

/* -- learning */

/* A NaN of float32 that loses a bit on the way through float64. */
static bool is_signalling(const unsigned char *raw)
{
	return (raw[1] & 0x7f) == 0x7f && (raw[2] & 0xc0) == 0x80 &&
	       ((raw[2] & 0x3f) || raw[3] || raw[4]);
}

static unsigned look_at_number(const unsigned char *raw, size_t size)
{
	const int64_t most = (int64_t)1 << 53;
	int64_t whole;

	switch (pz_value_type(raw)) {
	case PZ_NIL:
		return SEEN_UNDEFINED;
	case PZ_FLOAT:
		return *raw == 0xcb ? SEEN_DOUBLE
				    : SEEN_FLOAT | (is_signalling(raw) ? SEEN_OTHER : 0);
	case PZ_INTEGER:
		if (!pz_value_integer(raw, size, &whole))
			return SEEN_WHOLE | SEEN_BIG | SEEN_HUGE;
		return SEEN_WHOLE | (whole > most || whole < -most ? SEEN_BIG : 0);
	default:
		return SEEN_OTHER;
	}
}

/* The lengths of all vectors must be the same. */
static void learn_length(struct stored_column *c, size_t n)
{
	if (n == 0 || (c->vector && c->width != n))
		c->seen |= SEEN_OTHER;
	c->vector = true;
	c->width = n;
}

static void learn_array(struct stored_column *c, const unsigned char *raw, size_t size)
{
	const void *item = NULL;
	size_t item_size = 0, n = 0;

	for (; pz_value_next(raw, size, &item, &item_size); n++)
		c->seen |= look_at_number(item, item_size);
	c->seen |= SEEN_ARRAY;
	learn_length(c, n);
}

static void learn_text(struct stored_column *c, const unsigned char *raw, size_t size)
{
	size_t n = 0;
	const char *text = pz_value_bytes(raw, size, &n);

	c->seen |= SEEN_SCALAR | SEEN_TEXT;
	if (n > TEXT_MAX || memchr(text, 0, n) || !pz_text_is_utf8(text, n))
		c->seen |= SEEN_OTHER;
	else if (n > c->width && !c->vector)
		c->width = n;
}

void stored_learn(struct stored_column *c, enum pz_type type, const unsigned char *raw, size_t size)
{
	size_t n = size;

	if (type == PZ_NIL) /* the form says it */
		return;
	c->present++;
	c->total += raw ? size : size + 5;
	switch (type) {
	case PZ_BOOL:
		c->seen |= SEEN_SCALAR | SEEN_BOOL;
		break;
	case PZ_INTEGER:
	case PZ_FLOAT:
		c->seen |= SEEN_SCALAR | look_at_number(raw, size);
		break;
	case PZ_TEXT:
		learn_text(c, raw, size);
		break;
	case PZ_BYTES:
		if (raw)
			pz_value_bytes(raw, size, &n);
		c->seen |= SEEN_BYTES;
		learn_length(c, n);
		break;
	case PZ_ARRAY:
		learn_array(c, raw, size);
		break;
	default:
		c->seen |= SEEN_OTHER;
	}
}

/* -- choosing */

/* Whether no number of them is missing, as a type without NaN needs it. */
static bool is_whole(const struct stored_column *c, uint64_t rows)
{
	return c->present == rows && !(c->seen & SEEN_UNDEFINED);
}

static enum stored choose_number(const struct stored_column *c, uint64_t rows)
{
	unsigned s = c->seen, real = s & (SEEN_FLOAT | SEEN_DOUBLE);

	if (s & SEEN_HUGE || (s & SEEN_BIG && (real || s & SEEN_UNDEFINED)))
		return STORED_REST;
	if (s & SEEN_BOOL && !(s & SEEN_WHOLE) && !real)
		return is_whole(c, rows) ? STORED_BOOL : STORED_DOUBLE;
	if (!real)
		return s & SEEN_BIG || is_whole(c, rows) ? STORED_INTEGER : STORED_DOUBLE;
	return real == SEEN_FLOAT && !(s & (SEEN_WHOLE | SEEN_BOOL)) ? STORED_FLOAT : STORED_DOUBLE;
}

/* Whole numbers can be texts, where others of the column are, or where they are large. */
static enum stored choose_scalar(struct stored_column *c, uint64_t rows)
{
	const unsigned number = SEEN_BOOL | SEEN_FLOAT | SEEN_DOUBLE;

	if (!(c->seen & (SEEN_TEXT | SEEN_HUGE)))
		return choose_number(c, rows);
	if (c->seen & number)
		return STORED_REST;
	if (c->seen & SEEN_WHOLE && c->width < 20)
		c->width = 20;
	c->width = c->width ? c->width : 1;
	return STORED_TEXT;
}

static enum stored choose_bytes(const struct stored_column *c, const struct pz_header *h)
{
	if (!strcmp(c->path, "img") && h->size > 0 && c->width == pz_header_stamp_bytes(h))
		return STORED_IMAGE;
	if ((!strcmp(c->path, "pz") || !strcmp(c->path, "features")) &&
	    c->width % sizeof(float) == 0)
		return STORED_BINS;
	return STORED_BYTES;
}

bool stored_is_beside(const char *name)
{
	return !strcmp(name, "bands") || !strcmp(name, "grid_edges") ||
	       !strcmp(name, "feature_names");
}

/* Names that are none of arrays, or that have another meaning in the file. */
static bool can_name(const char *path)
{
	size_t n = strlen(path);

	if (!strcmp(path, "image") || !strcmp(path, "pzpipe") || stored_is_beside(path))
		return false;
	return n > 0 && n < PZ_ARRAY_NAME - 8 && strcmp(path, ".") != 0 && !strchr(path, '/') &&
	       pz_text_is_utf8(path, n);
}

static enum stored choose_type(struct stored_column *c, uint64_t rows, const struct pz_header *h)
{
	unsigned kinds = c->seen & (SEEN_SCALAR | SEEN_ARRAY | SEEN_BYTES);
	size_t one = c->width * (kinds == SEEN_ARRAY ? sizeof(double) : 1);
	bool wasteful = one > SPARSE && c->total / one < rows / WASTE;

	if (c->seen & SEEN_OTHER || !kinds || kinds & (kinds - 1) || !can_name(c->path))
		return STORED_REST;
	if (wasteful && strcmp(c->path, "img") != 0)
		return STORED_REST;
	if (kinds == SEEN_BYTES)
		return choose_bytes(c, h);
	return kinds == SEEN_ARRAY ? choose_number(c, rows) : choose_scalar(c, rows);
}

void stored_choose(struct stored_columns *c, uint64_t rows, const struct pz_header *h)
{
	for (int i = 0; i < c->n; i++)
		c->column[i].stored = choose_type(&c->column[i], rows, h);
}

const char *stored_array(const char *path)
{
	return strcmp(path, "img") ? path : "image";
}
