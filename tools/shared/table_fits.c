/* table_fits.c -- rows as a FITS binary table that says what its columns are */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "axes.h"
#include "table.h"
#include "table_header.h"

#define HISTORY_MAX 64            /* tools that are named in the header           */
#define UNKNOWN     (-0x1p53 + 1) /* stands for a whole number that is not there */

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

/* The columns as the library takes them, and one row of values: doubles, int64s and
 * texts one to a column, the vectors' floats one behind the other. */
struct fits_rows {
	struct pz_fits_column column[TABLE_COLUMNS_MAX];
	const void *value[TABLE_COLUMNS_MAX];
	double number[TABLE_COLUMNS_MAX];
	int64_t integer[TABLE_COLUMNS_MAX];
	char *text[TABLE_COLUMNS_MAX];
	float *vector[TABLE_COLUMNS_MAX];
	struct pz_fits_card card[TABLE_HEADER_CARDS + 3 * TABLE_COLUMNS_MAX + HISTORY_MAX];
	char key[3 * TABLE_COLUMNS_MAX][16];
	char *history[HISTORY_MAX];
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

/* "cutout 0.1.0 --size 64" for each tool of the history. */
static int add_history(struct fits_rows *r, const struct pz_header *h)
{
	size_t size, n;
	const void *raw = pz_map_raw(h->map, "history", &size), *item = NULL;
	pz_map *one = pz_map_new();
	char tool[64], version[32], args[1024];
	int rc = 0;

	if (!one)
		return pz_fail(PZ_ENOMEM, "no memory for the history");
	while (raw && r->told < HISTORY_MAX && pz_value_next(raw, size, &item, &n)) {
		*tool = *version = *args = '\0';
		if (pz_map_decode(one, item, n) < 0 ||
		    pz_map_text(one, "tool", tool, sizeof tool) <= 0)
			continue;
		pz_map_text(one, "version", version, sizeof version);
		pz_map_text(one, "args", args, sizeof args);
		if (asprintf(&r->history[r->told], "%s %s %s", tool, version, args) < 0) {
			r->history[r->told] = NULL;
			rc = pz_fail(PZ_ENOMEM, "no memory for the history");
			break;
		}
		for (char *p = r->history[r->told]; *p; p++)
			*p = *p < 0x20 || *p > 0x7e ? '?' : *p;
		r->card[r->cards++] =
			(struct pz_fits_card){ .key = "HISTORY", .text = r->history[r->told++] };
	}
	pz_map_free(one);
	return rc;
}

static void describe_known(struct fits_rows *r, int i, const struct table_column *c, bool of_z)
{
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		const char *ucd = of_z ? known[k].ucd : known[k].of_other;

		if (strcmp(known[k].key, c->key) != 0)
			continue;
		r->column[i].unit = known[k].unit;
		if (ucd)
			add_card(r, "TUCD", i)->text = ucd;
	}
}

static void describe(struct fits_rows *r, int i, const struct table_column *c, uint64_t rows,
		     bool of_z)
{
	const enum pz_fits_type type[] = { [TABLE_INTEGER] = PZ_FITS_INTEGER,
					   [TABLE_DOUBLE] = PZ_FITS_DOUBLE,
					   [TABLE_TEXT] = PZ_FITS_TEXT,
					   [TABLE_VECTOR] = PZ_FITS_FLOAT };
	bool wide = c->type == TABLE_TEXT || c->type == TABLE_VECTOR;

	r->column[i] = (struct pz_fits_column){ .name = c->name,
						.type = type[c->type],
						.repeat = wide ? c->width : 1 };
	describe_known(r, i, c, of_z);
	if (strcmp(c->key, c->name))
		add_card(r, "TKEY", i)->text = c->key;
	if (c->type == TABLE_INTEGER && c->present < rows)
		add_card(r, "TNULL", i)->number = UNKNOWN;
}

static int plan(struct fits_rows *r, const struct table *t, const struct pz_header *h)
{
	bool of_z = !strcmp(axes_target(h), "z");

	r->cards = table_header_cards(h, r->card);
	for (int i = 0; i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		describe(r, i, c, t->rows, of_z);
		r->value[i] = c->type == TABLE_INTEGER ? (const void *)&r->integer[i]
			      : c->type == TABLE_TEXT  ? (const void *)&r->text[i]
						       : &r->number[i];
		if (c->type != TABLE_VECTOR)
			continue;
		if (!(r->vector[i] = malloc(c->width * sizeof *r->vector[i])))
			return pz_fail(PZ_ENOMEM, "no memory for %zu numbers", c->width);
		r->value[i] = r->vector[i];
	}
	return add_history(r, h);
}

static void take_vector(const struct table_column *c, const struct value *v, float *to)
{
	size_t size = 0;
	const void *bytes = v ? pz_value_bytes(v->raw, v->size, &size) : NULL;

	/* Of another size only where the input is not what the first pass read. */
	if (size != c->width * sizeof *to)
		bytes = NULL;
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
		r->integer[i] = *r->text[i] ? strtoll(r->text[i], NULL, 10) : (int64_t)UNKNOWN;
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
	for (int i = 0; r && i < r->told; i++)
		free(r->history[i]);
	free(r);
	return rc;
}
