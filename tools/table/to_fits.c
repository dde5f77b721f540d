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
#include "to_layout.h"

#define HISTORY_MAX 64 /* tools that are named in the header           */

/* What is known of a key: unit and UCD (unified content descriptor, IVOA); of estimates
 * the UCD where they are redshifts, and where they are of another target. */
static const struct {
	const char *key, *unit, *ucd, *of_other;
} known[] = {
	{ "id", NULL, "meta.id;meta.main", "meta.id;meta.main" },
	{ "ra", "deg", "pos.eq.ra;meta.main", "pos.eq.ra;meta.main" },
	{ "dec", "deg", "pos.eq.dec;meta.main", "pos.eq.dec;meta.main" },
	{ "z", NULL, "src.redshift", "src.redshift" },
	{ "mag", "mag", "phot.mag", "phot.mag" },
	{ "ebv", "mag", "phot.color.excess", "phot.color.excess" },
	{ "zphot.mode", NULL, "src.redshift.phot;meta.main", NULL },
	{ "zphot.mean", NULL, "src.redshift.phot;stat.mean", NULL },
	{ "zphot.median", NULL, "src.redshift.phot;stat.median", NULL },
	{ "pz", NULL, "stat.probability;src.redshift.phot", "stat.probability" },
};

#define COLUMN_CARDS 4 /* TUCD, TKEY, TCOMM, TNULL */

/* The columns as the library takes them, and one row of values: doubles, int64s and
 * texts one to a column, the vectors' numbers one behind the other. */
struct fits_rows {
	struct pz_fits_column column[TABLE_COLUMNS_MAX];
	const void *value[TABLE_COLUMNS_MAX];
	double number[TABLE_COLUMNS_MAX];
	int64_t integer[TABLE_COLUMNS_MAX];
	char *text[TABLE_COLUMNS_MAX];
	void *vector[TABLE_COLUMNS_MAX];
	struct pz_fits_card
		card[TABLE_HEADER_CARDS + COLUMN_CARDS * TABLE_COLUMNS_MAX + HISTORY_MAX];
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

/* A step of the history as a text of ASCII, which is all that a card may hold; NULL: no memory. */
static char *step_text(const pz_map *step)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	history_print_step(step, to);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	for (char *p = text; *p; p++)
		*p = *p < 0x20 || *p > 0x7e ? '?' : *p;
	return text;
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
		if (!(r->history[r->told] = step_text(step))) {
			rc = pz_fail(PZ_ENOMEM, "no memory for the history");
			break;
		}
		r->card[r->cards++] =
			(struct pz_fits_card){ .key = "HISTORY", .text = r->history[r->told++] };
	}
	pz_map_free(step);
	return rc;
}

static void describe_known(struct fits_rows *r, int i, const struct table_column *c, bool of_z)
{
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		const char *ucd = of_z ? known[k].ucd : known[k].of_other;

		if (strcmp(known[k].key, c->path) != 0)
			continue;
		r->column[i].unit = known[k].unit;
		if (ucd)
			add_card(r, "TUCD", i)->text = ucd;
	}
}

/* Describes what the column is in the records, by TKEY, and by TCOMM, which STILTS keeps; the
 * latter also has what the stream's header says about the column, if there is room. */
static int describe_key(struct fits_rows *r, int i, const struct table_column *c,
			const struct pz_header *h)
{
	char text[TABLE_KEY_TEXT], comment[TABLE_COMMENT];
	int rc = table_key_write(c, text);

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
	size_t width = c->type == TABLE_TEXT && c->seen & TABLE_SEEN_CODED ? c->coded : c->width;

	r->column[i] = (struct pz_fits_column){
		.name = c->name,
		.type = type[c->type],
		.repeat = c->type == TABLE_TEXT || table_is_vector(c) ? width : 1
	};
	describe_known(r, i, c, !strcmp(axes_target(h), "z"));
	if (type[c->type] == PZ_FITS_INTEGER && c->present < rows)
		add_card(r, "TNULL", i)->number = TABLE_UNKNOWN;
	return describe_key(r, i, c, h);
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
		r->value[i] = c->type == TABLE_INTEGER ? (const void *)&r->integer[i]
			      : c->type == TABLE_TEXT  ? (const void *)&r->text[i]
						       : &r->number[i];
		if (!table_is_vector(c))
			continue;
		if (!(r->vector[i] = malloc(c->width * sizeof(double))))
			return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->width);
		r->value[i] = r->vector[i];
	}
	return rc < 0 ? rc : add_history(r, h);
}

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
static int take_text(struct fits_rows *r, int i, const struct table_column *c,
		     const struct value *v)
{
	size_t n = 0;
	const char *bytes = v && v->type == PZ_TEXT ? pz_value_bytes(v->raw, v->size, &n) : NULL;

	free(r->text[i]);
	if (bytes && c->seen & TABLE_SEEN_CODED)
		r->text[i] = table_text_code(bytes, n, "");
	else
		r->text[i] = table_cell(v);
	return r->text[i] ? 0 : pz_fail(PZ_ENOMEM, "no memory for a text");
}

static int take_cell(struct fits_rows *r, int i, const struct table_column *c,
		     const struct value *v)
{
	if (c->type == TABLE_TEXT)
		return take_text(r, i, c, v);
	if (c->type == TABLE_FLOATS)
		take_floats(c, v, r->vector[i]);
	else if (table_is_vector(c))
		take_array(c, v, r->vector[i]);
	else if (c->type == TABLE_DOUBLE)
		r->number[i] = number_of(v);
	else if (v && v->type == PZ_BOOL)
		r->integer[i] = table_bool(v);
	else if (!v || !pz_value_integer(v->raw, v->size, &r->integer[i]))
		r->integer[i] = (int64_t)TABLE_UNKNOWN;
	return 0;
}

static int write_rows(struct fits_rows *r, const struct table *t, struct pz_reader *in,
		      struct pz_fits_table *to)
{
	struct value v;
	int rc = 0;

	while (rc == 0 && (rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);

		rc = 0;
		for (int i = 0; i < t->chosen && rc == 0; i++) {
			const struct table_column *c = &t->column[t->order[i]];

			rc = take_cell(r, i, c, value_find(record, c->path, &v) ? &v : NULL);
		}
		if (rc == 0)
			rc = pz_fits_table_add(to, 1, r->value);
	}
	return rc;
}

int table_write_fits(const struct table *t, struct pz_reader *in, const char *path)
{
	struct fits_rows *r = calloc(1, sizeof *r);
	const struct pz_header *h = pz_reader_header(in);
	struct pz_fits_table *to = NULL;
	int rc = r ? plan_columns(r, t, h) : pz_fail(PZ_ENOMEM, "no memory for a row");

	if (rc == 0)
		rc = pz_fits_table_begin(&to, path, h->kind, r->column, t->chosen, r->card,
					 r->cards);
	if (rc == 0)
		rc = write_rows(r, t, in, to);
	if (rc == 0)
		rc = pz_fits_table_finish(to);
	else
		pz_fits_table_abandon(to);
	for (int i = 0; r && i < t->chosen; i++) {
		free(r->text[i]);
		free(r->vector[i]);
		free(r->said[i]);
		free(r->comment[i]);
	}
	for (int i = 0; r && i < r->told; i++)
		free(r->history[i]);
	if (r)
		free(r->features);
	free(r);
	return rc;
}
