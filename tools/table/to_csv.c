/* to_csv.c -- writes rows as CSV, p(z) into a second file */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/scalars.h"
#include "to_layout.h"

/* Texts that readers could misunderstand as a delimiter, a comment or padding are quoted as well.
 */
static bool needs_quotes(const char *text)
{
	size_t n = strlen(text);

	return strpbrk(text, ",;\t\"\r\n") || *text == '#' || *text == ' ' || *text == '\'' ||
	       (n > 0 && text[n - 1] == ' ');
}

static void print_quoted(const char *text, FILE *to)
{
	if (!needs_quotes(text)) {
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

/* "id,p,p,..."; a galaxy without p(z) has no line. */
static int print_vector(const struct table_column *c, const pz_map *record, float *x, FILE *to)
{
	const void *bytes;
	size_t size;
	int rc;

	if (pz_map_bytes(record, c->path, &bytes, &size) <= 0 || size != c->width * sizeof *x)
		return 0;
	if ((rc = print_cell(record, "id", to)) < 0)
		return rc;
	pz_pixels_load(x, bytes, c->width, PZ_F4);
	for (size_t i = 0; i < c->width; i++) {
		char text[40];

		pz_value_format((double)x[i], true, text, sizeof text);
		fprintf(to, ",%s", text);
	}
	putc('\n', to);
	return 0;
}

static int print_row(const struct table *t, const pz_map *record, FILE *to)
{
	int rc = 0, n = 0;

	for (int i = 0; i < t->chosen && rc == 0; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		if (table_is_vector(c))
			continue;
		if (n++)
			putc(',', to);
		rc = print_cell(record, c->path, to);
	}
	putc('\n', to);
	return rc;
}

static void print_names(const struct table *t, FILE *to)
{
	for (int i = 0, n = 0; i < t->chosen; i++)
		if (!table_is_vector(&t->column[t->order[i]]))
			fprintf(to, "%s%s", n++ ? "," : "", t->column[t->order[i]].name);
	putc('\n', to);
}

static const struct table_column *find_pz(const struct table *t)
{
	const struct table_column *c = table_find(t, "pz");

	return c && c->type == TABLE_FLOATS ? c : NULL;
}

/* Readers of CSV take a byte 0 for the end of a text. */
static int check_texts(const struct table *t)
{
	for (int i = 0; i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		if (c->type == TABLE_TEXT && c->seen & TABLE_SEEN_NUL)
			return pz_fail(PZ_EDATA,
				       "%s: expected texts without a byte 0, which CSV cannot "
				       "hold, found one: "
				       "leave the column out (--columns), or write FITS",
				       c->path);
	}
	return 0;
}

int table_write_csv(const struct table *t, struct pz_reader *in, FILE *to, FILE *pz)
{
	const struct table_column *vector = pz ? find_pz(t) : NULL;
	float *x = malloc((vector ? vector->width : 1) * sizeof *x);
	int rc = x ? check_texts(t) : pz_fail(PZ_ENOMEM, "no memory for a p(z)");

	if (rc == 0)
		print_names(t, to);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		rc = print_row(t, pz_reader_record(in), to);
		if (rc == 0 && vector)
			rc = print_vector(vector, pz_reader_record(in), x, pz);
	}
	free(x);
	if (rc == 0 && (ferror(to) || (pz && ferror(pz))))
		rc = pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
	return rc;
}
