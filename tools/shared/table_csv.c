/* table_csv.c -- rows as CSV, p(z) in a file of their own */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "scalars.h"
#include "table.h"

static void print_quoted(const char *text, FILE *to)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, to);
		return;
	}
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', to);
		putc(*text, to);
	}
	putc('"', to);
}

static int print_cell(const pz_map *record, const char *key, FILE *to)
{
	struct value v;
	char *text = table_cell(value_find(record, key, &v) ? &v : NULL);

	if (!text)
		return PZ_ENOMEM;
	print_quoted(text, to);
	free(text);
	return 0;
}

/* A float in the fewest digits that bring it back. */
static void print_float(float x, FILE *to)
{
	char text[32];

	for (int digits = 6; digits <= 9; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, (double)x);
		if (strtof(text, NULL) == x)
			break;
	}
	fputs(text, to);
}

/* "id,p,p,..."; a galaxy without p(z) has no line. */
static int print_vector(const struct table_column *c, const pz_map *record, float *x, FILE *to)
{
	const void *bytes;
	size_t size;
	int rc;

	if (pz_map_bytes(record, c->key, &bytes, &size) <= 0 || size != c->width * sizeof *x)
		return 0;
	if ((rc = print_cell(record, "id", to)) < 0)
		return rc;
	pz_pixels_load(x, bytes, c->width, PZ_F4);
	for (size_t i = 0; i < c->width; i++) {
		putc(',', to);
		print_float(x[i], to);
	}
	putc('\n', to);
	return 0;
}

static int print_row(const struct table *t, const pz_map *record, FILE *to)
{
	int rc = 0, n = 0;

	for (int i = 0; i < t->chosen && rc == 0; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		if (c->type == TABLE_VECTOR)
			continue;
		if (n++)
			putc(',', to);
		rc = print_cell(record, c->key, to);
	}
	putc('\n', to);
	return rc;
}

static void print_names(const struct table *t, FILE *to)
{
	for (int i = 0, n = 0; i < t->chosen; i++)
		if (t->column[t->order[i]].type != TABLE_VECTOR)
			fprintf(to, "%s%s", n++ ? "," : "", t->column[t->order[i]].name);
	putc('\n', to);
}

int table_write_csv(const struct table *t, struct pz_reader *in, FILE *to, FILE *pz)
{
	const struct table_column *vector = pz ? table_find(t, "pz") : NULL;
	float *x = malloc((vector ? vector->width : 1) * sizeof *x);
	int rc = x ? 0 : pz_fail(PZ_ENOMEM, "no memory for a p(z)");

	print_names(t, to);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		rc = print_row(t, pz_reader_record(in), to);
		if (rc == 0 && vector)
			rc = print_vector(vector, pz_reader_record(in), x, pz);
	}
	free(x);
	if (rc == 0 && (ferror(to) || (pz && ferror(pz))))
		rc = pz_fail(PZ_EDATA, "cannot write: %s", strerror(errno));
	return rc;
}
