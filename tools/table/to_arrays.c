/* to_arrays.c -- writes rows as arrays: HDF5 or .npz, one array for each column; or a file of qp's
 *
 * A missing whole number is NaN, so that its column has doubles, unless these have too few digits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/error.h>
#include <pz/file.h>

#include "../common/axes.h"
#include "../common/scalars.h"
#include "escape.h"
#include "header.h"
#include "key.h"
#include "to_row.h"

#define OTHERS     4                 /* arrays that are no columns                */
#define HEADER_MAX ((size_t)1 << 22) /* NumPy's texts have 4 bytes a character   */

struct arrays {
	const struct table *table;
	struct table_row row;
	struct pz_array_column column[TABLE_COLUMNS_MAX + OTHERS];
	char *name[TABLE_COLUMNS_MAX + OTHERS];
	int n;
	int pz;       /* of qp: the chosen column that is p(z); else -1           */
	char *header; /* pzpipe/header */
	char *text;   /* of one cell, filled up with zeros */
	double *pdf;  /* of qp: densities */
	double width; /* of a bin         */
};

static int no_memory(void)
{
	return pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
}

static const struct table_column *chosen(const struct table *t, int i)
{
	return &t->column[t->order[i]];
}

/* -- what is written */

static int add_array(struct arrays *a, const char *group, const char *name,
		     struct pz_array_column column)
{
	bool grouped = group[strspn(group, "/")] != '\0';

	if (asprintf(&a->name[a->n], "%s%s%s", grouped ? group : "", grouped ? "/" : "", name) <
	    0) {
		a->name[a->n] = NULL;
		return no_memory();
	}
	column.name = a->name[a->n];
	a->column[a->n++] = column;
	return 0;
}

/* Whether missing whole numbers of the column are NaN. */
static bool is_double(const struct table_column *c, uint64_t rows)
{
	return c->present < rows && !(c->seen & TABLE_SEEN_BIG);
}

static bool is_truth(const struct table_column *c, uint64_t rows)
{
	return c->present == rows && !(c->seen & (TABLE_SEEN_WHOLE | TABLE_SEEN_REAL));
}

static int add_column(struct arrays *a, const char *group, int i)
{
	const struct table_column *c = chosen(a->table, i);
	struct pz_array_column column = { .kind = PZ_ARRAY_FLOAT, .bytes = sizeof(double) };

	if (table_is_vector(c)) {
		column.dims = 1;
		column.shape[0] = c->width;
	}
	if (c->type == TABLE_FLOATS) {
		column.bytes = sizeof(float);
	} else if (c->type == TABLE_TEXT) {
		column.kind = PZ_ARRAY_TEXT;
		column.bytes = a->row.coded[i] ? c->coded : c->width;
		column.bytes += column.bytes == 0;
	} else if (c->type == TABLE_INTEGERS) {
		column.kind = PZ_ARRAY_INTEGER;
	} else if (c->type == TABLE_INTEGER && is_truth(c, a->table->rows)) {
		column.kind = PZ_ARRAY_BOOL;
		column.bytes = 1;
	} else if (c->type == TABLE_INTEGER && !is_double(c, a->table->rows)) {
		column.kind = PZ_ARRAY_INTEGER;
	}
	return add_array(a, group, c->name, column);
}

/* -- the header */

static int put_card(FILE *to, const char *key, const char *text)
{
	char *coded = table_text_code(text, strlen(text), "");

	if (!coded)
		return no_memory();
	fprintf(to, "%s=%s\n", key, coded);
	free(coded);
	return 0;
}

static int put_keys(const struct arrays *a, FILE *to)
{
	char key[TABLE_KEY_TEXT], name[16];
	int rc = 0;

	for (int i = 0; i < a->table->chosen && rc == 0; i++) {
		const struct table_column *c = chosen(a->table, i);

		snprintf(name, sizeof name, "TKEY%d", i + 1);
		rc = table_key_write(c, a->row.coded[i], table_has_empties(c, a->table->rows), key);
		if (rc == 0)
			rc = put_card(to, name, key);
	}
	return rc;
}

static int put_cards(const struct arrays *a, const struct pz_header *h, const char *group, FILE *to)
{
	struct pz_fits_card card[TABLE_HEADER_CARDS];
	char number[40], *features = NULL;
	int n = table_header_cards(h, card), rc = put_card(to, "GROUP", group);

	for (int i = 0; i < n && rc == 0; i++) {
		pz_value_format(card[i].number, false, number, sizeof number);
		rc = put_card(to, card[i].key, card[i].text ? card[i].text : number);
	}
	if (rc == 0 && (rc = table_features_text(h, &features)) == 0 && features)
		rc = put_card(to, "FEATURES", features);
	free(features);
	return rc < 0 ? rc : put_keys(a, to);
}

static int add_header(struct arrays *a, const struct pz_header *h, const char *group)
{
	size_t size = 0;
	FILE *to = open_memstream(&a->header, &size);
	int rc = to ? put_cards(a, h, group, to) : no_memory();

	if (pz_file_close_text(to, &a->header) < 0)
		return PZ_ENOMEM;
	if (rc < 0)
		return rc;
	size = strlen(a->header);
	if (size > HEADER_MAX)
		return pz_fail(PZ_EDATA,
			       "expected at most %zu bytes of names of columns and features for "
			       "arrays, found %zu: choose --columns, or write FITS",
			       HEADER_MAX, size);
	return add_array(
		a, "", TABLE_ARRAYS_HEADER,
		(struct pz_array_column){ .kind = PZ_ARRAY_TEXT, .bytes = size, .alone = true });
}

/* -- qp's arrays */

static int add_qp(struct arrays *a, const struct pz_header *h)
{
	const struct pz_array_column name = {
		.kind = PZ_ARRAY_TEXT, .bytes = 4, .dims = 1, .shape = { 1 }, .alone = true
	};
	const struct pz_array_column version = { .kind = PZ_ARRAY_INTEGER,
						 .bytes = sizeof(int64_t),
						 .dims = 1,
						 .shape = { 1 },
						 .alone = true };
	struct pz_array_column bins = { .kind = PZ_ARRAY_FLOAT,
					.bytes = sizeof(double),
					.dims = 2,
					.shape = { 1, (uint64_t)pz_grid_total(&h->grid) + 1 },
					.alone = true };
	struct pz_array_column pdfs = { .kind = PZ_ARRAY_FLOAT,
					.bytes = sizeof(double),
					.dims = 1,
					.shape = { (uint64_t)pz_grid_total(&h->grid) } };
	int rc;

	if ((rc = add_array(a, "meta", "pdf_name", name)) < 0 ||
	    (rc = add_array(a, "meta", "pdf_version", version)) < 0 ||
	    (rc = add_array(a, "meta", "bins", bins)) < 0)
		return rc;
	return add_array(a, "data", "pdfs", pdfs);
}

/* The p(z) among the chosen columns. */
static int find_pz(struct arrays *a, const struct pz_header *h)
{
	for (int i = 0; i < a->table->chosen; i++)
		if (!strcmp(chosen(a->table, i)->path, "pz") &&
		    chosen(a->table, i)->type == TABLE_FLOATS)
			a->pz = i;
	if (a->pz < 0 || !h->has_grid)
		return pz_fail(PZ_EDATA, "--format qp: expected a stream with p(z) and their grid, "
					 "found none");
	a->width = pz_grid_width(&h->grid);
	a->pdf = malloc((size_t)pz_grid_total(&h->grid) * sizeof *a->pdf);
	return a->pdf ? 0 : no_memory();
}

static int write_qp_meta(const struct arrays *a, const struct pz_header *h,
			 struct pz_arrays_file *to)
{
	const struct pz_grid *g = &h->grid;
	const int64_t version = 0;
	size_t n = (size_t)pz_grid_total(g) + 1;
	double *edge = malloc(n * sizeof *edge);
	int rc = edge ? 0 : no_memory();

	for (size_t i = 0; i < n && rc == 0; i++)
		edge[i] = g->min + ((double)i - g->left) * a->width;
	if (rc == 0 && (rc = pz_arrays_add(to, a->n - 4, 1, "hist")) == 0 &&
	    (rc = pz_arrays_add(to, a->n - 3, 1, &version)) == 0)
		rc = pz_arrays_add(to, a->n - 2, 1, edge);
	free(edge);
	return rc;
}

static int plan_arrays(struct arrays *a, const struct pz_header *h, const char *group, bool qp)
{
	int rc = table_row_open(&a->row, a->table, TABLE_ARRAYS);
	size_t widest = 1;

	a->pz = -1;
	if (rc == 0 && qp)
		rc = find_pz(a, h);
	for (int i = 0; i < a->table->chosen && rc == 0; i++) {
		if (i == a->pz)
			continue;
		if ((rc = add_column(a, qp ? "ancil" : group, i)) == 0 &&
		    a->column[a->n - 1].kind == PZ_ARRAY_TEXT && a->column[a->n - 1].bytes > widest)
			widest = a->column[a->n - 1].bytes;
	}
	if (rc == 0 && !(a->text = malloc(widest)))
		rc = no_memory();
	if (rc < 0)
		return rc;
	return qp ? add_qp(a, h) : add_header(a, h, group);
}

/* -- rows */

/* The value of chosen column i as array k keeps it. */
static const void *value_of(struct arrays *a, int i, int k, unsigned char *truth)
{
	const struct pz_array_column *column = &a->column[k];
	const char *text = a->row.text[i];
	size_t n;

	if (a->row.vector[i])
		return a->row.vector[i];
	switch (column->kind) {
	case PZ_ARRAY_TEXT:
		n = strlen(text);
		memset(a->text, 0, column->bytes);
		memcpy(a->text, text, n < column->bytes ? n : column->bytes);
		return a->text;
	case PZ_ARRAY_BOOL:
		*truth = a->row.integer[i] == 1;
		return truth;
	case PZ_ARRAY_INTEGER:
		return &a->row.integer[i];
	default:
		return &a->row.number[i];
	}
}

/* The densities of the p(z) of the row; false: it has none. */
static bool take_densities(struct arrays *a)
{
	const float *p = a->row.vector[a->pz];
	size_t n = chosen(a->table, a->pz)->width;

	for (size_t i = 0; i < n; i++)
		a->pdf[i] = (double)p[i] / a->width;
	return !isnan(p[0]);
}

static int write_row(struct arrays *a, struct pz_arrays_file *to)
{
	unsigned char truth = 0;
	int rc = 0, k = 0;

	for (int i = 0; i < a->table->chosen && rc == 0; i++)
		if (i != a->pz) {
			rc = pz_arrays_add(to, k, 1, value_of(a, i, k, &truth));
			k++;
		}
	if (rc == 0 && a->pz >= 0)
		rc = pz_arrays_add(to, a->n - 1, 1, a->pdf);
	return rc;
}

static int write_rows(struct arrays *a, struct pz_reader *in, struct pz_arrays_file *to,
		      uint64_t *left_out)
{
	int rc = 0;

	while (rc == 0 && (rc = pz_read(in)) > 0) {
		if ((rc = table_row_take(&a->row, pz_reader_record(in))) < 0)
			break;
		if (a->pz >= 0 && !take_densities(a))
			++*left_out;
		else
			rc = write_row(a, to);
	}
	return rc;
}

static int note_meanings(const struct arrays *a, const struct pz_header *h,
			 struct pz_arrays_file *to)
{
	bool of_z = !strcmp(axes_target(h), "z");
	int rc = 0, k = 0;

	for (int i = 0; i < a->table->chosen && rc == 0; i++) {
		const char *unit = NULL, *ucd = NULL;

		if (i == a->pz)
			continue;
		table_meaning(chosen(a->table, i)->path, of_z, &unit, &ucd);
		if (unit)
			rc = pz_arrays_note(to, k, "unit", unit);
		if (rc == 0 && ucd)
			rc = pz_arrays_note(to, k, "ucd", ucd);
		k++;
	}
	return rc;
}

int table_write_arrays(const struct table *t, struct pz_reader *in, const char *path,
		       const char *group, bool qp, uint64_t *left_out)
{
	struct arrays *a = calloc(1, sizeof *a);
	const struct pz_header *h = pz_reader_header(in);
	struct pz_arrays_file *to = NULL;
	uint64_t rows = t->rows;
	int rc = a ? 0 : no_memory();

	*left_out = 0;
	if (a) {
		a->table = t;
		rc = plan_arrays(a, h, group, qp);
		rows = a->pz < 0 ? t->rows : chosen(t, a->pz)->present;
	}
	if (rc == 0 && (rc = pz_arrays_begin(&to, path, rows, a->column, a->n)) == 0)
		rc = note_meanings(a, h, to);
	if (rc == 0)
		rc = qp ? write_qp_meta(a, h, to) : pz_arrays_add(to, a->n - 1, 1, a->header);
	if (rc == 0)
		rc = write_rows(a, in, to, left_out);
	if (rc == 0)
		rc = pz_arrays_finish(to);
	else
		pz_arrays_abandon(to);
	for (int i = 0; a && i < a->n; i++)
		free(a->name[i]);
	if (a) {
		table_row_release(&a->row);
		free(a->header);
		free(a->text);
		free(a->pdf);
	}
	free(a);
	return rc;
}
