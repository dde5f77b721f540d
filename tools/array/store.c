/* store.c -- learns what a stream is made of, and writes it as arrays of a file */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "../common/scalars.h"
#include "store.h"
#include "store_plan.h"

/* -- learning */

int store_learn(struct store *s, struct pz_reader *in)
{
	struct walk w = { .columns = &s->columns, .in = in };
	int rc = 0, form;

	*s = (struct store){ 0 };
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		s->rows++;
		if ((rc = walk_record(&w, pz_reader_record(in))) < 0 ||
		    (rc = form = forms_find(&s->forms, &w.form, true)) < 0) {
			rc = record_fail(in, pz_reader_record(in), rc);
			break;
		}
		for (int i = 0; i < w.n; i++)
			stored_learn(&s->columns.column[w.cell[i].column], w.cell[i].type,
				     w.cell[i].raw, w.cell[i].size);
		rc = 0;
	}
	walk_release(&w);
	if (rc < 0)
		return rc;
	stored_choose(&s->columns, s->rows, pz_reader_header(in));
	for (int i = 0; i < s->columns.n; i++)
		if (s->columns.column[i].stored == STORED_REST)
			s->rest += s->columns.column[i].total;
	return 0;
}

char *store_list_rest(const struct store *s)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int n = 0;

	for (int i = 0; to && i < s->columns.n; i++)
		if (s->columns.column[i].stored == STORED_REST && s->columns.column[i].present)
			fprintf(to, "%s%s", n++ ? ", " : "", s->columns.column[i].path);
	pz_file_close_text(to, &text);
	if (n == 0) {
		free(text);
		text = NULL;
	}
	return text;
}

void store_release(struct store *s)
{
	stored_release(&s->columns);
	forms_release(&s->forms);
}

/* -- values as they are in an array */

static uint64_t number_at(const unsigned char *raw, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | raw[i];
	return x;
}

/* A number with all its bits, also those of a NaN. */
static double double_of(const unsigned char *raw, size_t size)
{
	uint64_t bits = *raw == 0xcb ? number_at(raw + 1, 8) : 0;
	double x;

	memcpy(&x, &bits, sizeof x);
	if (*raw == 0xcb)
		return x;
	return pz_value_type(raw) == PZ_BOOL ? *raw & 1 : pz_value_number(raw, size, NAN);
}

static float float_of(const unsigned char *raw)
{
	uint32_t bits = *raw == 0xca ? (uint32_t)number_at(raw + 1, 4) : 0;
	float x;

	memcpy(&x, &bits, sizeof x);
	return *raw == 0xca ? x : NAN;
}

/* Number i of a row, from MessagePack. */
static void put_number(enum stored stored, void *row, size_t i, const unsigned char *raw,
		       size_t size)
{
	if (stored == STORED_DOUBLE)
		((double *)row)[i] = double_of(raw, size);
	else if (stored == STORED_FLOAT)
		((float *)row)[i] = float_of(raw);
	else if (stored == STORED_BOOL)
		((char *)row)[i] = *raw & 1;
	else if (pz_value_type(raw) == PZ_BOOL)
		((int64_t *)row)[i] = *raw & 1;
	else if (!pz_value_integer(raw, size, &((int64_t *)row)[i]))
		((int64_t *)row)[i] = UNKNOWN;
}

/* Whole numbers among texts have their digits. */
static void put_text(const struct stored_column *c, char *row, const struct cell *cell)
{
	size_t n = 0;
	const char *text = cell->type == PZ_TEXT ? pz_value_bytes(cell->raw, cell->size, &n) : NULL;
	char digits[24];
	int64_t whole;

	if (!text) {
		text = digits;
		if (pz_value_integer(cell->raw, cell->size, &whole))
			n = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)whole);
		else
			n = (size_t)snprintf(digits, sizeof digits, "%llu",
					     (unsigned long long)number_at(cell->raw + 1, 8));
	}
	memset(row, 0, c->width);
	memcpy(row, text, n < c->width ? n : c->width);
}

/* False: it has another length than those that were learned from. */
static bool put_array(const struct stored_column *c, void *row, const struct cell *cell)
{
	const void *item = NULL;
	size_t size = 0, i = 0;

	for (; pz_value_next(cell->raw, cell->size, &item, &size); i++)
		if (i < c->width)
			put_number(c->stored, row, i, item, size);
	return i == c->width;
}

/* The values of a cell as they are in an array: in row, or where they stand in the record; NULL:
 * they are none of those that were learned from, PZ_ECORRUPT. */
static const void *take_cell(const struct stored_column *c, void *row, const struct cell *cell)
{
	size_t n = 0;
	const void *bytes;
	bool good = cell->type != PZ_BYTES;

	if (!good) {
		bytes = pz_value_bytes(cell->raw, cell->size, &n);
		if (n == c->width && c->stored >= STORED_BYTES)
			return bytes;
	} else if (c->stored == STORED_TEXT) {
		put_text(c, row, cell);
	} else if (!c->vector) {
		put_number(c->stored, row, 0, cell->raw, cell->size);
	} else {
		good = cell->type == PZ_ARRAY && c->stored < STORED_BYTES &&
		       put_array(c, row, cell);
	}
	if (good)
		return row;
	pz_fail(PZ_ECORRUPT, "the input changed while it was read");
	return NULL;
}

/* What stands where a record has no value. */
static void put_missing(const struct stored_column *c, void *row, enum pz_pixel pixel)
{
	size_t n = c->vector ? c->width : 1;
	bool floats = c->stored == STORED_IMAGE ? pixel == PZ_F4 : c->stored == STORED_BINS;

	if (c->stored == STORED_IMAGE || c->stored == STORED_BINS)
		n /= floats ? sizeof(float) : 2;
	for (size_t i = 0; i < n; i++)
		if (c->stored == STORED_DOUBLE)
			((double *)row)[i] = NAN;
		else if (c->stored == STORED_INTEGER)
			((int64_t *)row)[i] = UNKNOWN;
		else if (c->stored == STORED_FLOAT || floats)
			((float *)row)[i] = NAN;
		else if (c->stored == STORED_IMAGE)
			((uint16_t *)row)[i] = 0x7e00; /* NaN as a float16 */
	if (c->stored == STORED_TEXT || c->stored == STORED_BYTES || c->stored == STORED_BOOL)
		memset(row, 0, c->width ? c->width : 1);
}

/* -- writing */

/* Bytes have the shortest head, which the form takes for granted. */
static void put_rest(const struct cell *cell, struct pack *rest)
{
	size_t n;
	const void *bytes;

	if (cell->type != PZ_BYTES) {
		pack_raw(rest, cell->raw, cell->size);
		return;
	}
	bytes = pz_value_bytes(cell->raw, cell->size, &n);
	pack_bytes_head(rest, n);
	pack_raw(rest, bytes, n);
}

/* The values of one record into their arrays. */
static int write_cells(struct plan *p, const struct store *s, const struct walk *w,
		       struct pack *rest)
{
	int rc = 0;

	memset(p->met, 0, (size_t)s->columns.n);
	rest->size = 0;
	for (int i = 0; i < w->n && rc == 0; i++) {
		const struct cell *cell = &w->cell[i];
		const void *values;
		int c = cell->column, to = c < s->columns.n ? p->array[c] : -1;

		if (cell->type == PZ_NIL)
			continue;
		if (to < 0) {
			put_rest(cell, rest);
			continue;
		}
		p->met[c] = 1;
		values = take_cell(&s->columns.column[c], p->row, cell);
		rc = values ? pz_arrays_add(p->file, to, 1, values) : PZ_ECORRUPT;
	}
	for (int c = 0; c < s->columns.n && rc == 0; c++)
		if (p->array[c] >= 0 && !p->met[c]) {
			put_missing(&s->columns.column[c], p->row, p->pixel);
			rc = pz_arrays_add(p->file, p->array[c], 1, p->row);
		}
	return rc < 0 ? rc : pack_failed(rest);
}

static int write_records(struct plan *p, struct store *s, struct pz_reader *in)
{
	struct walk w = { .columns = &s->columns };
	struct pack rest = { 0 };
	int64_t rest_at = 0;
	int rc = 0;

	while (rc == 0 && (rc = pz_read(in)) > 0) {
		int form = FORM_NONE;

		if ((rc = walk_record(&w, pz_reader_record(in))) == 0)
			form = forms_find(&s->forms, &w.form, false);
		if (rc == 0 && form < 0)
			rc = pz_fail(PZ_ECORRUPT, "the input changed while it was read");
		if (rc == 0)
			rc = write_cells(p, s, &w, &rest);
		if (rc == 0)
			rc = plan_add_form(p, form, rest_at);
		if (rc == 0 && rest.size)
			rc = pz_arrays_add(p->file, p->rest, rest.size, rest.bytes);
		rest_at += (int64_t)rest.size;
	}
	walk_release(&w);
	pack_release(&rest);
	return rc;
}

int store_write(struct store *s, struct pz_reader *in, const char *path)
{
	struct plan p;
	int rc = plan_begin(&p, s, pz_reader_header(in), path);

	if (rc == 0)
		rc = write_records(&p, s, in);
	return plan_end(&p, rc);
}
