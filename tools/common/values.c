/* values.c -- lists the values of a record with their names, and prints them */
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "values.h"

void value_append_key(char *name, const char *key, size_t size, bool first)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < size; i++) {
		if (key[i] == '\\' || key[i] == '\0' || (first && key[i] == '.'))
			name[n++] = '\\';
		name[n++] = key[i] ? key[i] : '0';
	}
	name[n] = '\0';
}

/* The i-th value of a map; outer: the name of the map, NULL: a record's. */
static void take_value(struct value *v, const pz_map *m, size_t i, const char *outer)
{
	size_t n;
	const char *key = pz_map_key(m, i, &n);

	v->name[0] = '\0';
	if (outer)
		snprintf(v->name, sizeof v->name, "%s.", outer);
	value_append_key(v->name, key, n, !outer);
	v->raw = pz_map_raw_at(m, i, &v->size);
	v->type = pz_value_type(v->raw);
}

int values_each(const pz_map *record, pz_map *scratch, value_fn *fn, void *context)
{
	struct value outer, v;
	int rc = 0;

	for (size_t i = 0; i < pz_map_count(record) && rc >= 0; i++) {
		take_value(&outer, record, i, NULL);
		/* A map whose keys are not texts is treated as one value. */
		if (outer.type != PZ_MAP || pz_map_decode(scratch, outer.raw, outer.size) < 0) {
			rc = fn(context, &outer);
			continue;
		}
		for (size_t k = 0; k < pz_map_count(scratch) && rc >= 0; k++) {
			take_value(&v, scratch, k, outer.name);
			rc = fn(context, &v);
		}
	}
	return rc;
}

bool value_find(const pz_map *record, const char *path, struct value *v)
{
	if (!(v->raw = pz_map_raw(record, path, &v->size)))
		return false;
	snprintf(v->name, sizeof v->name, "%s", path);
	v->type = pz_value_type(v->raw);
	return true;
}

bool value_is_number(const struct value *v)
{
	return v->type == PZ_INTEGER || v->type == PZ_FLOAT;
}

bool value_is_scalar(const struct value *v)
{
	return value_is_number(v) || v->type == PZ_TEXT || v->type == PZ_BOOL;
}

/* Lines after the first are indented; with indent < 0 newlines become spaces too. */
static void print_text(const struct value *v, int indent, FILE *to)
{
	size_t n;
	const char *text = pz_value_bytes(v->raw, v->size, &n);

	const char *line;

	while (n > 0 && text[n - 1] == '\n')
		n--;
	while (indent >= 0 && (line = memchr(text, '\n', n))) {
		pz_text_print(text, (size_t)(line - text), ' ', to);
		fprintf(to, "\n%*s", indent, "");
		n -= (size_t)(line + 1 - text);
		text = line + 1;
	}
	pz_text_print(text, n, ' ', to);
}

void value_print_cell(const struct value *v, FILE *to)
{
	if (value_is_number(v))
		pz_value_print_number(v->raw, v->size, to);
	else if (v->type == PZ_TEXT)
		print_text(v, -1, to);
	else if (v->type == PZ_BOOL)
		pz_map_print_json(v->raw, v->size, 0, to);
}

int value_print_readable(const struct value *v, int indent, FILE *to)
{
	size_t n;

	if (v->type == PZ_TEXT)
		print_text(v, indent, to);
	else if (v->type == PZ_BYTES && pz_value_bytes(v->raw, v->size, &n))
		fprintf(to, "%zu bytes", n);
	else if (value_is_scalar(v))
		value_print_cell(v, to);
	else
		return pz_map_print_json(v->raw, v->size, 0, to);
	return 0;
}
