/* table.c -- prints the scalars of all records as a table, and the list of keys */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/file.h>

#include "columns.h"
#include "view.h"

#define NAME_WIDTH 20
#define EXAMPLE    60 /* bytes of an example */

/* ---- --tsv ---- */

static int add_scalar_column(void *context, const struct value *v)
{
	if (value_is_scalar(v))
		columns_find(context, v);
	return 0;
}

static void print_row(const struct columns *c, const pz_map *record, FILE *to)
{
	struct value v;

	for (int i = 0; i < c->n; i++) {
		fputs(i ? "\t" : "", to);
		if (value_find(record, c->column[i].name, &v))
			value_print_cell(&v, to);
	}
	fputc('\n', to);
}

/* Not all records have all keys (a redshift, for example), so the names are collected first. */
static int print_table(struct tool *t, struct columns *c)
{
	int rc = columns_walk(c, t, add_scalar_column);

	if (rc < 0 || c->n == 0)
		return rc;
	for (int i = 0; i < c->n; i++) {
		fputs(i ? "\t" : "", t->text);
		column_print_name(&c->column[i], 0, t->text);
	}
	fputc('\n', t->text);
	rc = pz_reader_rewind(t->in, PZ_READ_SCALARS);
	while (rc == 0 && (rc = pz_read(t->in)) > 0) {
		print_row(c, pz_reader_record(t->in), t->text);
		rc = 0;
	}
	return rc;
}

int view_table(struct tool *t)
{
	struct columns c;
	int rc = columns_init(&c);

	if (rc == 0)
		rc = print_table(t, &c);
	columns_release(&c);
	return rc;
}

/* ---- --fields ---- */

/* The beginning of the value as text. */
static int set_example(struct column *column, const struct value *v)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int rc = to ? value_print_readable(v, -1, to) : 0, closed = pz_file_close_text(to, &text);

	rc = rc < 0 ? rc : closed;
	if (rc == 0)
		snprintf(column->example, sizeof column->example, "%.*s%s", EXAMPLE, text,
			 size > EXAMPLE ? "..." : "");
	free(text);
	return rc;
}

static int add_field(void *context, const struct value *v)
{
	struct column *column = columns_find(context, v);
	bool number = value_is_number(v);

	if (!column)
		return 0;
	/* Whole numbers and others together are numbers; nil has no type. */
	if (number && column->type == PZ_INTEGER)
		column->type = v->type;
	if (column->type == PZ_NIL)
		column->type = v->type;
	if (v->type != column->type && v->type != PZ_NIL && !(number && column->type == PZ_FLOAT))
		column->mixed = true;
	if (column->present++ == 0 && set_example(column, v) < 0)
		return PZ_ENOMEM;
	return number ? tally_add(&column->tally, pz_value_number(v->raw, v->size, NAN)) : 0;
}

static const char *type_name(const struct column *c)
{
	static const char *const name[] = { "nil",   "bool",  "integer", "number",   "text",
					    "bytes", "array", "map",     "extension" };

	return c->mixed ? "mixed" : name[c->type];
}

/* "0.013 to 0.398", if the column has numbers. */
static void print_range(const struct tally *t, char *text, size_t size)
{
	*text = 0;
	if (t->count > t->nan)
		snprintf(text, size, "%.7g to %.7g", t->min, t->max);
}

int view_fields(struct tool *t)
{
	struct columns c;
	int rc = columns_init(&c);

	if (rc == 0)
		rc = columns_walk(&c, t, add_field);
	if (rc == 0)
		fprintf(t->text, "%-*s %-9s %9s  %-28s %s\n", NAME_WIDTH, "key", "type", "records",
			"range", "first");
	for (int i = 0; rc == 0 && i < c.n; i++) {
		const struct column *k = &c.column[i];
		char range[64];

		print_range(&k->tally, range, sizeof range);
		column_print_name(k, NAME_WIDTH, t->text);
		fprintf(t->text, " %-9s %9" PRIu64 "  %-28s %s\n", type_name(k), k->present, range,
			k->example);
	}
	columns_release(&c);
	return rc;
}
