/* to_fits.c -- writes rows as a FITS binary table whose header describes the columns */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "../common/axes.h"
#include "../common/history.h"
#include "escape.h"
#include "header.h"
#include "key.h"
#include "to_row.h"

#define HISTORY_MAX 64 /* tools that are named in the header           */

#define COLUMN_CARDS 4 /* TUCD, TKEY, TCOMM, TNULL */

/* The columns as the library takes them, and one row of values. */
struct fits_rows {
	struct pz_fits_column column[TABLE_COLUMNS_MAX];
	const void *value[TABLE_COLUMNS_MAX];
	struct table_row row;
	struct pz_fits_card card[TABLE_HEADER_CARDS + COLUMN_CARDS * TABLE_COLUMNS_MAX +
				 HISTORY_MAX + COMMENTS_MAX];
	char key[COLUMN_CARDS * TABLE_COLUMNS_MAX][16];
	char *said[TABLE_COLUMNS_MAX], *comment[TABLE_COLUMNS_MAX]; /* of TKEY and TCOMM  */
	char *history[HISTORY_MAX], *features;
	int cards, keys, told;
};

/* A keyword of column i: TUCD3. */
static struct pz_fits_card *add_card(struct fits_rows *r, const char *key, int i)
{
	struct pz_fits_card *card = &r->card[r->cards++];
	char *name = r->key[r->keys++];

	snprintf(name, sizeof r->key[0], "%s%hd", key, (short)(i + 1));
	*card = (struct pz_fits_card){ .key = name };
	return card;
}

/* "cutout 0.2.0 --size 64, galaxies.csv 2cd318fa" for each tool of the history. */
static int add_history(struct fits_rows *r, const struct pz_header *h)
{
	size_t size, n;
	const void *raw = pz_map_raw(h->map, "history", &size), *item = NULL;
	pz_map *step = pz_map_new();
	int rc = step ? 0 : pz_fail(PZ_ENOMEM, "no memory for the history");

	while (rc == 0 && raw && r->told < HISTORY_MAX && pz_value_next(raw, size, &item, &n)) {
		if (pz_map_decode(step, item, n) < 0 || !pz_map_has(step, "tool"))
			continue;
		if ((rc = history_step_text(step, &r->history[r->told])) < 0)
			break;
		for (char *p = r->history[r->told]; *p; p++) /* all that a card may hold */
			*p = *p < 0x20 || *p > 0x7e ? '?' : *p;
		r->card[r->cards++] =
			(struct pz_fits_card){ .key = "HISTORY", .text = r->history[r->told++] };
	}
	pz_map_free(step);
	return rc;
}

static void describe_known(struct fits_rows *r, int i, const struct table_column *c, bool of_z)
{
	const char *ucd = NULL;

	table_meaning(c->path, of_z, &r->column[i].unit, &ucd);
	if (ucd)
		add_card(r, "TUCD", i)->text = ucd;
}

/* Describes what the column is in the records, by TKEY, and by TCOMM, which STILTS keeps; the
 * latter also has what the stream's header says about the column, if there is room. */
static int describe_key(struct fits_rows *r, int i, const struct table_column *c, uint64_t rows,
			const struct pz_header *h)
{
	char text[TABLE_KEY_TEXT], comment[TABLE_COMMENT];
	int rc = table_key_write(c, r->row.coded[i], table_has_empties(c, rows), text);

	if (rc < 0)
		return rc;
	if (!(r->said[i] = strdup(text)))
		return pz_fail(PZ_ENOMEM, "no memory for a column's name");
	add_card(r, "TKEY", i)->text = r->said[i];
	if (!table_header_comment(h, c->path, text, comment))
		return 0;
	if (!(r->comment[i] = strdup(comment)))
		return pz_fail(PZ_ENOMEM, "no memory for a column's name");
	add_card(r, "TCOMM", i)->text = r->comment[i];
	return 0;
}

static int describe_column(struct fits_rows *r, int i, const struct table_column *c, uint64_t rows,
			   const struct pz_header *h)
{
	const enum pz_fits_type type[] = {
		[TABLE_INTEGER] = PZ_FITS_INTEGER, [TABLE_DOUBLE] = PZ_FITS_DOUBLE,
		[TABLE_TEXT] = PZ_FITS_TEXT,       [TABLE_FLOATS] = PZ_FITS_FLOAT,
		[TABLE_DOUBLES] = PZ_FITS_DOUBLE,  [TABLE_INTEGERS] = PZ_FITS_INTEGER,
	};
	size_t width = r->row.coded[i] ? c->coded : c->width;

	r->column[i] = (struct pz_fits_column){
		.name = c->name,
		.type = type[c->type],
		.repeat = c->type == TABLE_TEXT || table_is_vector(c) ? width : 1
	};
	describe_known(r, i, c, !strcmp(axes_target(h), "z"));
	if (type[c->type] == PZ_FITS_INTEGER && c->present < rows)
		add_card(r, "TNULL", i)->number = TABLE_UNKNOWN;
	return describe_key(r, i, c, rows, h);
}

static int plan_columns(struct fits_rows *r, const struct table *t, const struct pz_header *h)
{
	int rc = table_features_text(h, &r->features);

	r->cards = table_header_cards(h, r->card);
	if (r->features)
		r->card[r->cards++] = (struct pz_fits_card){ .key = "FEATURES",
							     .text = r->features,
							     .comment = "names of the features" };
	for (int i = 0; i < t->chosen && rc == 0; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		rc = describe_column(r, i, c, t->rows, h);
		r->value[i] = table_is_vector(c)         ? r->row.vector[i]
			      : c->type == TABLE_INTEGER ? (const void *)&r->row.integer[i]
			      : c->type == TABLE_TEXT    ? (const void *)&r->row.text[i]
							 : &r->row.number[i];
	}
	return rc < 0 ? rc : add_history(r, h);
}

static int write_rows(struct fits_rows *r, struct pz_reader *in, struct pz_fits_table *to)
{
	int rc = 0;

	while (rc == 0 && (rc = pz_read(in)) > 0)
		if ((rc = table_row_take(&r->row, pz_reader_record(in))) == 0)
			rc = pz_fits_table_add(to, 1, r->value);
	return rc;
}

/* The lines of a text for people, before the columns are described. */
static void add_comments(struct fits_rows *r, const struct comments *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		r->card[r->cards++] = (struct pz_fits_card){ .key = "COMMENT", .text = c->line[i] };
}

int table_write_fits(const struct table *t, struct pz_reader *in, const char *path,
		     const struct comments *comments)
{
	struct fits_rows *r = calloc(1, sizeof *r);
	const struct pz_header *h = pz_reader_header(in);
	struct pz_fits_table *to = NULL;
	int rc = r ? table_row_open(&r->row, t, TABLE_FITS)
		   : pz_fail(PZ_ENOMEM, "no memory for a row");

	if (rc == 0)
		rc = plan_columns(r, t, h);
	if (rc == 0)
		add_comments(r, comments);
	if (rc == 0)
		rc = pz_fits_table_begin(&to, path, h->kind, r->column, t->chosen, r->card,
					 r->cards);
	if (rc == 0)
		rc = write_rows(r, in, to);
	if (rc == 0)
		rc = pz_fits_table_finish(to);
	else
		pz_fits_table_abandon(to);
	for (int i = 0; r && i < t->chosen; i++) {
		free(r->said[i]);
		free(r->comment[i]);
	}
	for (int i = 0; r && i < r->told; i++)
		free(r->history[i]);
	if (r) {
		free(r->features);
		table_row_release(&r->row);
	}
	free(r);
	return rc;
}
