/* from_pzpipe_rows.c -- reads the rows of a table that totable wrote as records */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "escape.h"
#include "from_pzpipe.h"

/* MessagePack types for which a map has no setter. */
#define STR32  0xdb
#define UINT64 0xcf
#define FALSE  0xc2

static int fail_row(const struct pzpipe_table *b, const struct pzpipe_column *c, const char *what)
{
	return pz_fail(PZ_EDATA, "%s: row %" PRIu64 ": column '%s': %s", table_file_where(b->file),
		       b->row + 1, c->name, what);
}

static void store_big_endian(unsigned char *to, uint64_t x, int bytes)
{
	while (bytes--) {
		to[bytes] = (unsigned char)x;
		x >>= 8;
	}
}

/* Puts a text, which may have a byte 0 in it. */
static int put_text(pz_map *to, const char *key, const char *text, size_t n)
{
	unsigned char *raw = malloc(n + 5);

	if (!raw)
		return pz_fail(PZ_ENOMEM, "no memory for a text");
	*raw = STR32;
	store_big_endian(raw + 1, n, 4);
	memcpy(raw + 5, text, n);
	pz_map_set_raw(to, key, raw, n + 5);
	free(raw);
	return 0;
}

/* Puts a whole number that totable wrote as a text; false: the text is none. */
static bool put_whole(pz_map *to, const char *key, const char *text)
{
	unsigned char raw[9] = { UINT64 };
	char again[32];
	unsigned long long u;
	long long i;

	errno = 0;
	i = strtoll(text, NULL, 10);
	snprintf(again, sizeof again, "%lld", i);
	if (errno == 0 && !strcmp(again, text)) {
		pz_map_set_integer(to, key, i);
		return true;
	}
	errno = 0;
	u = strtoull(text, NULL, 10);
	snprintf(again, sizeof again, "%llu", u);
	if (errno != 0 || strcmp(again, text) != 0)
		return false;
	store_big_endian(raw + 1, u, 8);
	pz_map_set_raw(to, key, raw, sizeof raw);
	return true;
}

/* Puts a cell of text: a text, or a number that is written as one. */
static int put_text_cell(const struct pzpipe_table *b, const struct pzpipe_column *c, pz_map *to,
			 const char *key)
{
	char *text = c->text + b->at * c->size, *end;
	long n = (long)strlen(text);
	double x;

	if (n == 0)
		return c->empties ? put_text(to, key, text, 0) : 0;
	if (c->tag != TABLE_TAG_TEXT && put_whole(to, key, text))
		return 0;
	if (c->tag == TABLE_TAG_NUMBER ||
	    (c->tag == TABLE_TAG_VALUES && table_text_is_number(text, (size_t)n))) {
		x = strtod(text, &end);
		if (*end)
			return fail_row(
				b, c, "expected a number as totable writes it, found another text");
		pz_map_set_number(to, key, x);
		return 0;
	}
	if (c->coded && (n = table_text_decode(text)) < 0)
		return fail_row(b, c,
				"expected two hexadecimal digits after each percent sign, as TKEY "
				"says that the texts are coded, found others");
	if (!pz_text_is_utf8(text, (size_t)n))
		return fail_row(b, c, "expected UTF-8, found other bytes");
	return put_text(to, key, text, (size_t)n);
}

static bool all_nan(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			return false;
	return true;
}

static int put_floats(const struct pzpipe_column *c, const double *x, pz_map *to, const char *key)
{
	float *f4 = malloc(2 * c->repeat * sizeof *f4), *stored;

	if (!f4)
		return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->repeat);
	stored = f4 + c->repeat;
	for (size_t i = 0; i < c->repeat; i++)
		f4[i] = (float)x[i];
	pz_pixels_store(stored, f4, c->repeat, PZ_F4);
	pz_map_set_bytes(to, key, stored, c->repeat * sizeof *stored);
	free(f4);
	return 0;
}

/* Puts an array of whole numbers, each with all of its digits. */
static int put_wholes(const struct pzpipe_column *c, const int64_t *x, pz_map *to, const char *key)
{
	unsigned char *raw = malloc(5 + 9 * c->repeat);

	if (!raw)
		return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->repeat);
	raw[0] = 0xdd; /* array 32 */
	store_big_endian(raw + 1, c->repeat, 4);
	for (size_t i = 0; i < c->repeat; i++) {
		raw[5 + 9 * i] = 0xd3; /* int 64 */
		store_big_endian(raw + 6 + 9 * i, (uint64_t)x[i], 8);
	}
	pz_map_set_raw(to, key, raw, 5 + 9 * c->repeat);
	free(raw);
	return 0;
}

/* A number is undefined if TNULL says so, or if it is the one that totable writes for that. */
static bool is_undefined(const struct pzpipe_column *c, size_t i)
{
	return c->undefined[i] || c->whole[i] == (int64_t)TABLE_UNKNOWN;
}

/* Puts an array of which some numbers are undefined: these become NaN. */
static int put_some(const struct pzpipe_column *c, size_t at, pz_map *to, const char *key)
{
	double *x = malloc(c->repeat * sizeof *x);

	if (!x)
		return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->repeat);
	for (size_t i = 0; i < c->repeat; i++)
		x[i] = is_undefined(c, at + i) ? NAN : (double)c->whole[at + i];
	pz_map_set_numbers(to, key, x, (int)c->repeat, 0);
	free(x);
	return 0;
}

static int put_whole_cell(const struct pzpipe_table *b, const struct pzpipe_column *c, pz_map *to,
			  const char *key)
{
	size_t at = b->at * c->repeat, undefined = 0;
	unsigned char raw = FALSE;
	int64_t x = c->whole[at];

	for (size_t i = 0; i < c->repeat; i++)
		undefined += is_undefined(c, at + i);
	/* a program that writes another TNULL loses the id that is equal to this number */
	if (undefined && !strcmp(c->path, "id") && !c->own_null)
		return fail_row(b, c,
				"expected an id, found an undefined one, because an id is equal to "
				"TNULL: write the table without TNULL");
	if (undefined == c->repeat)
		return 0;
	if (c->repeat > 1 || c->tag == TABLE_TAG_WHOLES)
		return undefined ? put_some(c, at, to, key) : put_wholes(c, c->whole + at, to, key);
	if (c->tag == TABLE_TAG_BOOL && (x == 0 || x == 1)) {
		raw |= (unsigned char)x;
		pz_map_set_raw(to, key, &raw, 1);
	} else {
		pz_map_set_integer(to, key, x);
	}
	return 0;
}

static int put_cell(struct pzpipe_table *b, int i, pz_map *record)
{
	const struct pzpipe_column *c = &b->column[i];
	const double *x = c->number ? c->number + b->at * c->repeat : NULL;
	const char *key;
	pz_map *to = carry_map(&b->put, record, i, &key);

	if (i == b->pz) {
		pz_map_set_nil(record, key); /* its place */
		return 0;
	}
	if (c->text)
		return put_text_cell(b, c, to, key);
	if (c->whole)
		return put_whole_cell(b, c, to, key);
	if (all_nan(x, c->repeat))
		return 0;
	if (c->tag == TABLE_TAG_FLOATS)
		return put_floats(c, x, to, key);
	if (c->tag == TABLE_TAG_REALS || c->repeat > 1)
		pz_map_set_numbers(to, key, x, (int)c->repeat, 0);
	else
		pz_map_set_number(to, key, *x);
	return 0;
}

static int read_block(struct pzpipe_table *b)
{
	size_t left = table_file_rows(b->file) - (size_t)b->row;
	int rc = 0;

	b->at = 0;
	b->have = left < b->block ? left : b->block;
	for (int i = 0; i < b->n && rc == 0 && b->have > 0; i++) {
		struct pzpipe_column *c = &b->column[i];

		if (c->text)
			rc = table_file_read_texts(b->file, c->at, (size_t)b->row, b->have, c->text,
						   c->size);
		else if (c->whole)
			rc = table_file_read_integers(b->file, c->at, (size_t)b->row, b->have,
						      c->whole, c->undefined);
		else
			rc = table_file_read_doubles(b->file, c->at, (size_t)b->row, b->have,
						     c->number);
	}
	return rc;
}

int pzpipe_table_next(struct pzpipe_table *b, pz_map *record)
{
	int rc = 0;

	if (b->have > 0) {
		b->at++;
		b->row++;
	}
	if (b->at == b->have && (rc = read_block(b)) < 0)
		return rc;
	if (b->have == 0)
		return 0;
	pz_map_clear(record);
	for (int i = 0; i < b->n && rc == 0; i++)
		rc = put_cell(b, i, record);
	return rc < 0 ? rc : 1;
}

bool pzpipe_table_pz(const struct pzpipe_table *b, double *p)
{
	if (b->pz < 0)
		return false;
	memcpy(p, b->column[b->pz].number + b->at * b->bins, b->bins * sizeof *p);
	return true;
}

void pzpipe_table_end(struct pzpipe_table *b, pz_map *record)
{
	size_t size;
	const void *pz = b->pz < 0 ? NULL : pz_map_raw(record, "pz", &size);

	carry_end(&b->put, record);
	if (pz && pz_value_type(pz) == PZ_NIL)
		pz_map_drop(record, "pz");
}
