/* table.c -- which columns the records of a stream have */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/error.h>
#include <pz/file.h>

#include "scalars.h"
#include "table.h"

#define MESSAGEPACK_TRUE 0xc3

/* What learning needs beside the table. */
struct learning {
	struct table *table;
	int guess; /* the column after the one found last                      */
};

static void note_left_out(struct table *t, const char *name)
{
	size_t used = strlen(t->left_out);

	for (const char *at = t->left_out; (at = strstr(at, name)); at++)
		if (at[strlen(name)] == ',' || at[strlen(name)] == '\0')
			return;
	snprintf(t->left_out + used, sizeof t->left_out - used, "%s%s", used ? ", " : "", name);
}

/* Its name in the table has nothing that needs quotes there. */
static void add_column(struct table *t, const char *key, enum table_type type)
{
	struct table_column *c = &t->column[t->n++];

	snprintf(c->key, sizeof c->key, "%s", key);
	strcpy(c->name, c->key);
	for (char *p = c->name; *p; p++)
		if (strchr(".,=\"\n\r\t ", *p))
			*p = '_';
	c->type = type;
}

static int column_of(struct learning *l, const struct value *v, struct table_column **out)
{
	struct table *t = l->table;
	int i = l->guess;

	if (i >= t->n || strcmp(t->column[i].key, v->name) != 0)
		for (i = 0; i < t->n && strcmp(t->column[i].key, v->name) != 0; i++)
			;
	if (i == TABLE_COLUMNS_MAX)
		return pz_fail(PZ_EDATA, "'%s': more than %d columns", v->name, TABLE_COLUMNS_MAX);
	*out = &t->column[i];
	if (i == t->n)
		add_column(t, v->name, v->type == PZ_BYTES ? TABLE_VECTOR : TABLE_INTEGER);
	l->guess = (i + 1) % TABLE_COLUMNS_MAX;
	return 0;
}

static int learn_vector(struct table_column *c, const struct value *v)
{
	size_t bytes = 0, n;

	if (c->type != TABLE_VECTOR || !pz_value_bytes(v->raw, v->size, &bytes))
		return pz_fail(PZ_EDATA, "%s: expected bytes in all records or none", c->key);
	n = bytes / sizeof(float);
	if (n == 0 || bytes % sizeof(float) || (c->width && c->width != n))
		return pz_fail(PZ_EDATA, "%s: expected %zu bytes as in the first record, found %zu",
			       c->key, c->width * sizeof(float), bytes);
	c->width = n;
	c->present++;
	return 0;
}

/* Tables have no whole numbers from 2^63, and ids must keep their digits. */
static bool is_beyond_int64(const struct value *v)
{
	return v->type == PZ_INTEGER && pz_value_number(v->raw, v->size, 0) >= 0x1p63;
}

/* A column is the widest of what it holds: integer, double, text. */
static int learn_value(void *context, const struct value *v)
{
	struct learning *l = context;
	bool is_pz = !strcmp(v->name, "pz") && v->type == PZ_BYTES;
	struct table_column *c = NULL;
	char *text;
	int rc;

	if (!is_pz && !value_is_scalar(v)) {
		if (v->type != PZ_NIL)
			note_left_out(l->table, v->name);
		return 0;
	}
	if ((rc = column_of(l, v, &c)) < 0)
		return rc;
	if (is_pz || c->type == TABLE_VECTOR)
		return learn_vector(c, v);
	if (!(text = table_cell(v)))
		return PZ_ENOMEM;
	if (strlen(text) > c->width)
		c->width = strlen(text);
	free(text);
	if (v->type == PZ_TEXT || is_beyond_int64(v))
		c->type = TABLE_TEXT;
	else if (v->type == PZ_FLOAT && c->type == TABLE_INTEGER)
		c->type = TABLE_DOUBLE;
	c->present++;
	return 0;
}

/* What a table says of its p(z) is the header's grid. */
static int check_vector(const struct table *t, const struct pz_header *h)
{
	const struct table_column *pz = table_find(t, "pz");

	if (!pz || !h->has_grid || pz->type != TABLE_VECTOR ||
	    pz->width == (size_t)pz_grid_total(&h->grid))
		return 0;
	return pz_fail(PZ_EFIT, "p(z) of %zu numbers, but a grid of %d bins", pz->width,
		       pz_grid_total(&h->grid));
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
	/* Nothing came, so nothing says which columns there would be. */
	if (rc == 0 && t->n == 0)
		add_column(t, "id", TABLE_INTEGER);
	for (int i = 0; i < t->n; i++)
		t->order[i] = i;
	t->chosen = t->n;
	return rc < 0 ? rc : check_vector(t, pz_reader_header(in));
}

static int fail_column(const struct table *t, const char *name, int size)
{
	char found[600] = "";
	const char *meant;
	struct pz_alike alike;
	size_t used = 0;

	pz_alike_begin(&alike, name, (size_t)size);
	for (int i = 0; i < t->n; i++)
		pz_alike_try(&alike, t->column[i].name, strlen(t->column[i].name));
	meant = pz_alike_best(&alike);
	for (int i = 0; i < t->n && used < sizeof found; i++)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i ? ", " : "",
					 t->column[i].name);
	return pz_fail(PZ_EDATA, "no column '%.*s'; there are %s%s%s%s%s", size, name, found,
		       used >= sizeof found ? " ..." : "", meant ? "; did you mean " : "",
		       meant ? meant : "", meant ? "?" : "");
}

static bool is_called(const char *name, const char *wanted, size_t size)
{
	return strlen(name) == size && !memcmp(name, wanted, size);
}

int table_choose(struct table *t, const char *list)
{
	t->chosen = 0;
	for (const char *item = list; item; item = strchr(item, ',')) {
		size_t size;
		int i = 0;

		item += *item == ',';
		item += strspn(item, " ");
		for (size = strcspn(item, ","); size && item[size - 1] == ' '; size--)
			;
		while (i < t->n && !is_called(t->column[i].name, item, size) &&
		       !is_called(t->column[i].key, item, size))
			i++;
		if (i == t->n)
			return fail_column(t, item, (int)size);
		if (t->chosen == TABLE_COLUMNS_MAX)
			return pz_fail(PZ_EUSAGE, "more than %d columns", TABLE_COLUMNS_MAX);
		t->order[t->chosen++] = i;
	}
	return 0;
}

const struct table_column *table_find(const struct table *t, const char *key)
{
	for (int i = 0; i < t->n; i++)
		if (!strcmp(t->column[i].key, key))
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
	else if (to && v && !isnan(pz_value_number(v->raw, v->size, NAN)))
		value_print_cell(v, to);
	pz_file_close_text(to, &text);
	return text;
}
