/* to_layout.c -- learns which columns the records of a stream have, and chooses among them */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/error.h>
#include <pz/file.h>

#include "../common/scalars.h"
#include "escape.h"
#include "to_layout.h"

#define MESSAGEPACK_TRUE 0xc3

/* What learning needs besides the table. */
struct learning {
	struct table *table;
	int guess; /* the column after the one found last                      */
};

static int column_of(struct learning *l, const struct value *v, struct table_column **out)
{
	struct table *t = l->table;
	int i = l->guess;

	if (i >= t->n || strcmp(t->column[i].path, v->name) != 0)
		for (i = 0; i < t->n && strcmp(t->column[i].path, v->name) != 0; i++)
			;
	if (i == TABLE_COLUMNS_MAX)
		return pz_fail(PZ_EDATA, "'%s': expected at most %d columns, found more", v->name,
			       TABLE_COLUMNS_MAX);
	*out = &t->column[i];
	if (i == t->n)
		strcpy(t->column[t->n++].path, v->name);
	l->guess = (i + 1) % TABLE_COLUMNS_MAX;
	return 0;
}

static bool is_pz(const struct table_column *c)
{
	return !strcmp(c->path, "pz");
}

/* A vector of n numbers. If lengths differ it cannot be a column. */
static void learn_length(struct table_column *c, size_t n, unsigned seen)
{
	c->seen |= n == 0 || (c->width && c->width != n) ? TABLE_SEEN_OTHER : seen;
	c->width = c->width ? c->width : n;
}

/* Bins of float32 are p(z) and features; the meaning of others is unknown. */
static int learn_bytes(struct table_column *c, const struct value *v)
{
	size_t bytes = 0, one = sizeof(float);

	pz_value_bytes(v->raw, v->size, &bytes);
	if (is_pz(c) && (bytes == 0 || bytes % one || (c->width && c->width != bytes / one)))
		return pz_fail(PZ_EDATA, "pz: expected %zu bytes as in the first record, found %zu",
			       c->width * one, bytes);
	if (bytes % one || !(is_pz(c) || !strcmp(c->path, "features")))
		c->seen |= TABLE_SEEN_OTHER;
	else
		learn_length(c, bytes / one, TABLE_SEEN_BYTES);
	return 0;
}

static unsigned look_at_whole(const struct value *v)
{
	const int64_t most = (int64_t)1 << 53;
	int64_t whole;

	if (!pz_value_integer(v->raw, v->size, &whole))
		return TABLE_SEEN_WHOLE | TABLE_SEEN_HUGE;
	return TABLE_SEEN_WHOLE | (whole > most || whole < -most ? TABLE_SEEN_BIG : 0) |
	       (whole == (int64_t)TABLE_UNKNOWN ? TABLE_SEEN_UNKNOWN : 0);
}

/* An array of numbers and nils, which mean NaN. */
static void learn_array(struct table_column *c, const struct value *v)
{
	const void *item = NULL;
	size_t size = 0, n = 0;
	unsigned seen = TABLE_SEEN_ARRAY;

	while (pz_value_next(v->raw, v->size, &item, &size)) {
		struct value inner = { .raw = item, .size = size, .type = pz_value_type(item) };

		n++;
		if (inner.type == PZ_INTEGER)
			seen |= look_at_whole(&inner);
		else
			seen |= inner.type == PZ_FLOAT || inner.type == PZ_NIL ? TABLE_SEEN_REAL
									       : TABLE_SEEN_OTHER;
	}
	learn_length(c, n, seen);
}

static void learn_text(struct table_column *c, const struct value *v)
{
	size_t n = 0, coded;
	bool like;
	const char *text = pz_value_bytes(v->raw, v->size, &n);

	like = table_text_is_number(text, n);
	coded = n == 0 ? 1 : table_text_coded(text, n) + (like ? 2 : 0);
	c->seen |= TABLE_SEEN_SCALAR | TABLE_SEEN_TEXT | (n == 0 ? TABLE_SEEN_EMPTY : 0) |
		   (like ? TABLE_SEEN_LIKE : 0) |
		   (table_text_needs_code(text, n) ? TABLE_SEEN_CODED : 0) |
		   (memchr(text, 0, n) ? TABLE_SEEN_NUL : 0);
	c->width = n > c->width ? n : c->width;
	c->coded = coded > c->coded ? coded : c->coded;
}

/* Numbers may have to be texts, where others of the column are. */
static int learn_scalar(struct table_column *c, const struct value *v)
{
	char *text = table_cell(v);

	if (!text)
		return PZ_ENOMEM;
	if (strlen(text) > c->width)
		c->width = strlen(text);
	c->coded = c->width > c->coded ? c->width : c->coded;
	free(text);
	c->seen |= TABLE_SEEN_SCALAR;
	c->seen |= v->type == PZ_BOOL      ? TABLE_SEEN_BOOL
		   : v->type == PZ_INTEGER ? look_at_whole(v)
					   : TABLE_SEEN_REAL;
	return 0;
}

static int learn_value(void *context, const struct value *v)
{
	struct table_column *c = NULL;
	int rc;

	if (v->type == PZ_NIL)
		return 0;
	if ((rc = column_of(context, v, &c)) < 0)
		return rc;
	if (is_pz(c) &&
	    (v->type == PZ_BYTES ? c->seen & TABLE_SEEN_SCALAR : c->seen & TABLE_SEEN_BYTES))
		return pz_fail(PZ_EDATA,
			       "pz: expected bytes in all records or in none, found both");
	c->present++;
	if (v->type == PZ_BYTES)
		return learn_bytes(c, v);
	if (v->type == PZ_ARRAY)
		learn_array(c, v);
	else if (v->type == PZ_TEXT)
		learn_text(c, v);
	else if (value_is_scalar(v))
		return learn_scalar(c, v);
	else
		c->seen |= TABLE_SEEN_OTHER;
	return 0;
}

/* The type of an array's column. A missing float is NaN, but few programs understand a missing
 * whole number in an array: if records lack the array, floats are written, if they have enough
 * digits. */
static enum table_type type_of_array(const struct table_column *c, uint64_t rows)
{
	unsigned s = c->seen;

	if (s & TABLE_SEEN_HUGE || (s & TABLE_SEEN_REAL && s & TABLE_SEEN_BIG))
		return TABLE_NONE;
	if (s & TABLE_SEEN_REAL || (c->present < rows && !(s & TABLE_SEEN_BIG)))
		return TABLE_DOUBLES;
	return s & TABLE_SEEN_UNKNOWN ? TABLE_NONE : TABLE_INTEGERS;
}

/* The narrowest type that holds all values of the column with all of their digits. */
static enum table_type type_of(const struct table_column *c, uint64_t rows)
{
	unsigned s = c->seen, kinds = s & (TABLE_SEEN_SCALAR | TABLE_SEEN_ARRAY | TABLE_SEEN_BYTES);

	if (s & TABLE_SEEN_OTHER || kinds & (kinds - 1)) /* more than one of them */
		return TABLE_NONE;
	if (kinds == TABLE_SEEN_BYTES)
		return TABLE_FLOATS;
	if (kinds == TABLE_SEEN_ARRAY)
		return type_of_array(c, rows);
	if (s & (TABLE_SEEN_TEXT | TABLE_SEEN_HUGE | TABLE_SEEN_UNKNOWN) ||
	    (s & TABLE_SEEN_REAL && s & TABLE_SEEN_BIG))
		return TABLE_TEXT;
	return s & TABLE_SEEN_REAL ? TABLE_DOUBLE : TABLE_INTEGER;
}

/* The table will describe its p(z) by the grid of the header, so both must agree. */
static int check_vector(const struct table *t, const struct pz_header *h)
{
	const struct table_column *pz = table_find(t, "pz");

	if (!pz || !h->has_grid || pz->type != TABLE_FLOATS ||
	    pz->width == (size_t)pz_grid_total(&h->grid))
		return 0;
	return pz_fail(PZ_EMISMATCH, "pz: expected %d numbers, as the grid has bins, found %zu",
		       pz_grid_total(&h->grid), pz->width);
}

static void choose_all(struct table *t)
{
	for (int i = 0; i < t->n; i++) {
		t->column[i].type = type_of(&t->column[i], t->rows);
		if (t->column[i].type != TABLE_NONE)
			t->order[t->chosen++] = i;
	}
	/* Without records it is unknown which columns there would be. */
	if (t->chosen == 0 && t->n < TABLE_COLUMNS_MAX) {
		strcpy(t->column[t->n].path, "id");
		t->order[t->chosen++] = t->n++;
	}
}

int table_learn(struct table *t, struct pz_reader *in)
{
	struct learning l = { .table = t };
	pz_map *scratch = pz_map_new();
	int rc = 0;

	*t = (struct table){ .column = calloc(TABLE_COLUMNS_MAX, sizeof *t->column) };
	if (!scratch || !t->column)
		rc = pz_fail(PZ_ENOMEM, "no memory for the columns");
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		t->rows++;
		l.guess = 0;
		rc = values_each(pz_reader_record(in), scratch, learn_value, &l);
		if (rc < 0)
			rc = record_fail(in, pz_reader_record(in), rc);
	}
	pz_map_free(scratch);
	if (rc < 0)
		return rc;
	choose_all(t);
	return check_vector(t, pz_reader_header(in));
}

bool table_is_mixed(const struct table_column *c)
{
	return c->seen & TABLE_SEEN_TEXT &&
	       c->seen & (TABLE_SEEN_WHOLE | TABLE_SEEN_REAL | TABLE_SEEN_BOOL);
}

bool table_is_coded(const struct table_column *c, uint64_t rows, enum table_kind kind)
{
	unsigned needs = kind == TABLE_FITS ? TABLE_SEEN_CODED : TABLE_SEEN_NUL;

	if (c->type != TABLE_TEXT || kind == TABLE_CSV)
		return false;
	return c->seen & needs || (table_is_mixed(c) && c->seen & TABLE_SEEN_LIKE) ||
	       (c->seen & TABLE_SEEN_EMPTY && c->present < rows);
}

bool table_has_empties(const struct table_column *c, uint64_t rows)
{
	return c->type == TABLE_TEXT && c->seen & TABLE_SEEN_EMPTY && c->present == rows;
}

bool table_is_vector(const struct table_column *c)
{
	return c->type == TABLE_FLOATS || c->type == TABLE_DOUBLES || c->type == TABLE_INTEGERS;
}

static int fail_column(const struct table *t, const char *name, int size)
{
	char found[600] = "";
	const char *meant;
	struct pz_alike alike;
	size_t used = 0;

	pz_alike_begin(&alike, name, (size_t)size);
	for (int i = 0; i < t->n; i++)
		if (t->column[i].type != TABLE_NONE)
			pz_alike_try(&alike, t->column[i].name, strlen(t->column[i].name));
	meant = pz_alike_best(&alike);
	for (int i = 0; i < t->n && used < sizeof found; i++)
		if (t->column[i].type != TABLE_NONE)
			used += (size_t)snprintf(found + used, sizeof found - used, "%s%s",
						 used ? ", " : "", t->column[i].name);
	return pz_fail(PZ_EDATA, "--columns: there is no column '%.*s'; there are %s%s%s%s%s", size,
		       name, found, used >= sizeof found ? " ..." : "",
		       meant ? "; did you mean " : "", meant ? meant : "", meant ? "?" : "");
}

static bool is_called(const char *name, const char *wanted, size_t size)
{
	return strlen(name) == size && !memcmp(name, wanted, size);
}

/* The column of that path, or if there is none of that name; -1: none. */
static int find_item(const struct table *t, const char *item, size_t size)
{
	for (int i = 0; i < t->n; i++)
		if (t->column[i].type != TABLE_NONE && is_called(t->column[i].path, item, size))
			return i;
	for (int i = 0; i < t->n; i++)
		if (t->column[i].type != TABLE_NONE && is_called(t->column[i].name, item, size))
			return i;
	return -1;
}

int table_choose(struct table *t, const char *list)
{
	t->chosen = 0;
	for (const char *item = list; item; item = strchr(item, ',')) {
		size_t size;
		int at;

		item += *item == ',';
		item += strspn(item, " ");
		for (size = strcspn(item, ","); size && item[size - 1] == ' '; size--)
			;
		if ((at = find_item(t, item, size)) < 0)
			return fail_column(t, item, (int)size);
		for (int i = 0; i < t->chosen; i++)
			if (t->order[i] == at)
				return pz_fail(PZ_EUSAGE, "--columns: '%.*s' is named twice",
					       (int)size, item);
		t->order[t->chosen++] = at;
	}
	return 0;
}

const struct table_column *table_find(const struct table *t, const char *path)
{
	for (int i = 0; i < t->n; i++)
		if (!strcmp(t->column[i].path, path))
			return &t->column[i];
	return NULL;
}

void table_release(struct table *t)
{
	free(t->column);
	*t = (struct table){ 0 };
}

bool table_bool(const struct value *v)
{
	return *(const unsigned char *)v->raw == MESSAGEPACK_TRUE;
}

/* -0 would be read as a whole number, which has no sign. */
static void print_number(const struct value *v, FILE *to)
{
	double x = pz_value_number(v->raw, v->size, NAN);

	if (isnan(x))
		return;
	pz_value_print_number(v->raw, v->size, to);
	if (x == 0 && signbit(x))
		fputs(".0", to);
}

char *table_cell(const struct value *v)
{
	char *text = NULL;
	size_t size = 0, n = 0;
	const void *bytes = NULL;
	FILE *to = open_memstream(&text, &size);

	if (to && v && v->type == PZ_TEXT)
		bytes = pz_value_bytes(v->raw, v->size, &n);
	if (bytes)
		fwrite(bytes, 1, n, to);
	else if (to && v && v->type == PZ_BOOL)
		putc(table_bool(v) ? '1' : '0', to);
	else if (to && v && value_is_number(v))
		print_number(v, to);
	pz_file_close_text(to, &text);
	return text;
}
