/* to_row.c -- the values of a record as those of a table's columns */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "escape.h"
#include "to_row.h"

/* The numbers of a bin of float32; NaN where there is none. */
static void take_floats(const struct table_column *c, const struct value *v, float *to)
{
	size_t size = 0;
	const void *bytes = v && v->type == PZ_BYTES ? pz_value_bytes(v->raw, v->size, &size)
						     : NULL;

	/* The size differs only if the input changed since the first pass. */
	if (size != c->width * sizeof *to)
		bytes = NULL;
	if (bytes)
		pz_pixels_load(to, bytes, c->width, PZ_F4);
	for (size_t i = 0; i < c->width && !bytes; i++)
		to[i] = NAN;
}

/* Item k of an array, as a double or a whole number. */
static void take_item(const struct table_column *c, void *to, size_t k, const void *raw,
		      size_t size)
{
	int64_t whole = (int64_t)TABLE_UNKNOWN;

	if (c->type == TABLE_DOUBLES) {
		((double *)to)[k] = raw ? pz_value_number(raw, size, NAN) : NAN;
		return;
	}
	if (raw && !pz_value_integer(raw, size, &whole))
		whole = (int64_t)TABLE_UNKNOWN;
	((int64_t *)to)[k] = whole;
}

static void take_array(const struct table_column *c, const struct value *v, void *to)
{
	const void *item = NULL;
	size_t size = 0, k = 0;

	while (v && v->type == PZ_ARRAY && k < c->width &&
	       pz_value_next(v->raw, v->size, &item, &size))
		take_item(c, to, k++, item, size);
	while (k < c->width)
		take_item(c, to, k++, NULL, 0);
}

static double number_of(const struct value *v)
{
	if (v && v->type == PZ_BOOL)
		return table_bool(v);
	return v ? pz_value_number(v->raw, v->size, NAN) : NAN;
}

/* The text of a cell, coded where its column is. */
static int take_text(struct table_row *r, int i, const struct table_column *c,
		     const struct value *v)
{
	size_t n = 0;
	const char *bytes = v && v->type == PZ_TEXT ? pz_value_bytes(v->raw, v->size, &n) : NULL;

	free(r->text[i]);
	if (bytes && r->coded[i])
		r->text[i] = table_text_code_cell(
			bytes, n, table_is_mixed(c) && table_text_is_number(bytes, n));
	else
		r->text[i] = table_cell(v);
	return r->text[i] ? 0 : pz_fail(PZ_ENOMEM, "no memory for a text");
}

static int take_cell(struct table_row *r, int i, const struct table_column *c,
		     const struct value *v)
{
	if (c->type == TABLE_TEXT)
		return take_text(r, i, c, v);
	if (c->type == TABLE_FLOATS)
		take_floats(c, v, r->vector[i]);
	else if (table_is_vector(c))
		take_array(c, v, r->vector[i]);
	r->number[i] = number_of(v);
	if (c->type != TABLE_INTEGER)
		return 0;
	if (v && v->type == PZ_BOOL)
		r->integer[i] = table_bool(v);
	else if (!v || !pz_value_integer(v->raw, v->size, &r->integer[i]))
		r->integer[i] = (int64_t)TABLE_UNKNOWN;
	return 0;
}

int table_row_open(struct table_row *r, const struct table *t, enum table_kind kind)
{
	*r = (struct table_row){ .table = t };
	for (int i = 0; i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		r->coded[i] = table_is_coded(c, t->rows, kind);
		if (table_is_vector(c) && !(r->vector[i] = malloc(c->width * sizeof(double))))
			return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->width);
	}
	return 0;
}

int table_row_take(struct table_row *r, const pz_map *record)
{
	const struct table *t = r->table;
	struct value v;
	int rc = 0;

	for (int i = 0; i < t->chosen && rc == 0; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		rc = take_cell(r, i, c, value_find(record, c->path, &v) ? &v : NULL);
	}
	return rc;
}

void table_row_release(struct table_row *r)
{
	for (int i = 0; r->table && i < r->table->chosen; i++) {
		free(r->text[i]);
		free(r->vector[i]);
	}
}
