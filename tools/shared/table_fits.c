/* table_fits.c -- rows as a FITS binary table that says what its columns are */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "table.h"

#define GRID_CARDS 5

/* What is known of a key: unit and UCD (unified content descriptor, IVOA). */
static const struct {
	const char *key, *unit, *ucd;
} known[] = {
	{ "id", NULL, "meta.id;meta.main" },
	{ "ra", "deg", "pos.eq.ra;meta.main" },
	{ "dec", "deg", "pos.eq.dec;meta.main" },
	{ "z", NULL, "src.redshift" },
	{ "mag", "mag", "phot.mag" },
	{ "ebv", "mag", "phot.color.excess" },
	{ "zphot.mode", NULL, "src.redshift.phot;stat.mode" },
	{ "zphot.mean", NULL, "src.redshift.phot;stat.mean" },
	{ "zphot.median", NULL, "src.redshift.phot;stat.median" },
	{ "pz", NULL, "stat.probability;src.redshift.phot" },
};

/* The columns as the library takes them, and one row of values: doubles, int64s and
 * texts one to a column, the vectors' floats one behind the other. */
struct fits_rows {
	struct pz_fits_column column[TABLE_COLUMNS_MAX];
	const void *value[TABLE_COLUMNS_MAX];
	double number[TABLE_COLUMNS_MAX];
	int64_t integer[TABLE_COLUMNS_MAX];
	char *text[TABLE_COLUMNS_MAX];
	float *vector[TABLE_COLUMNS_MAX];
	struct pz_fits_card card[GRID_CARDS + TABLE_COLUMNS_MAX];
	char key[TABLE_COLUMNS_MAX][16];
	int cards;
};

static void add_card(struct fits_rows *r, const char *key, double number, const char *comment)
{
	r->card[r->cards++] =
		(struct pz_fits_card){ .key = key, .number = number, .comment = comment };
}

/* The bins of the p(z), for whoever reads the table. */
static void add_grid(struct fits_rows *r, const struct pz_header *h)
{
	if (!h->has_grid)
		return;
	add_card(r, "GRIDMIN", h->grid.min, "lower end of the redshift grid");
	add_card(r, "GRIDMAX", h->grid.max, "upper end of the redshift grid");
	add_card(r, "GRIDBINS", h->grid.bins, "its bins");
	add_card(r, "GRIDLOW", h->grid.left, "bins of pz below it");
	add_card(r, "GRIDHIGH", h->grid.right, "bins of pz above it");
}

static void describe(struct fits_rows *r, int i, const struct table_column *c)
{
	const enum pz_fits_type type[] = { [TABLE_INTEGER] = PZ_FITS_INTEGER,
					   [TABLE_DOUBLE] = PZ_FITS_DOUBLE,
					   [TABLE_TEXT] = PZ_FITS_TEXT,
					   [TABLE_VECTOR] = PZ_FITS_FLOAT };
	bool wide = c->type == TABLE_TEXT || c->type == TABLE_VECTOR;

	r->column[i] = (struct pz_fits_column){ .name = c->name,
						.type = type[c->type],
						.repeat = wide ? c->width : 1 };
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		if (strcmp(known[k].key, c->key) != 0)
			continue;
		r->column[i].unit = known[k].unit;
		snprintf(r->key[i], sizeof r->key[i], "TUCD%hd", (short)(i + 1));
		r->card[r->cards++] =
			(struct pz_fits_card){ .key = r->key[i], .text = known[k].ucd };
	}
}

static int plan(struct fits_rows *r, const struct table *t, const struct pz_header *h)
{
	add_grid(r, h);
	for (int i = 0; i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		describe(r, i, c);
		r->value[i] = c->type == TABLE_INTEGER ? (const void *)&r->integer[i]
			      : c->type == TABLE_TEXT  ? (const void *)&r->text[i]
						       : &r->number[i];
		if (c->type != TABLE_VECTOR)
			continue;
		if (!(r->vector[i] = malloc(c->width * sizeof *r->vector[i])))
			return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->width);
		r->value[i] = r->vector[i];
	}
	return 0;
}

static void take_vector(const struct table_column *c, const struct value *v, float *to)
{
	size_t size;
	const void *bytes = v ? pz_value_bytes(v->raw, v->size, &size) : NULL;

	if (bytes)
		pz_pixels_load(to, bytes, c->width, PZ_F4);
	for (size_t i = 0; i < c->width && !bytes; i++)
		to[i] = NAN;
}

static double number_of(const struct value *v)
{
	if (v && v->type == PZ_BOOL)
		return table_bool(v);
	return v ? pz_value_number(v->raw, v->size, NAN) : NAN;
}

/* Integers go by their text, which keeps all digits of an id. */
static int take_cell(struct fits_rows *r, int i, const struct table_column *c,
		     const struct value *v)
{
	if (c->type == TABLE_VECTOR) {
		take_vector(c, v, r->vector[i]);
	} else if (c->type == TABLE_DOUBLE) {
		r->number[i] = number_of(v);
	} else {
		free(r->text[i]);
		if (!(r->text[i] = table_cell(v)))
			return PZ_ENOMEM;
		r->integer[i] = strtoll(r->text[i], NULL, 10);
	}
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

			rc = take_cell(r, i, c, value_find(record, c->key, &v) ? &v : NULL);
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
	int rc = r ? plan(r, t, h) : pz_fail(PZ_ENOMEM, "no memory for a row");

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
	}
	free(r);
	return rc;
}
