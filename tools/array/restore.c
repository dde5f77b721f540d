/* restore.c -- gives back the stream that a file of toarray's holds */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "restore_parts.h"

#define BLOCK      ((size_t)1 << 22) /* bytes of a block, one row at least */
#define ROWS       4096              /* of a block, at most                */
#define REST       ((size_t)1 << 16) /* bytes of the rest read at a time    */
#define HEADER_MAX ((size_t)1 << 24)

bool restore_knows(const struct pz_arrays *file)
{
	return pz_arrays_find(file, STORE_HEADER) >= 0 && pz_arrays_find(file, STORE_FORMS) >= 0 &&
	       pz_arrays_find(file, STORE_FORM) >= 0;
}

/* -- opening */

/* An array of bytes, whole. */
static int read_bytes(const struct restore *r, const char *name, size_t most, struct pack *to)
{
	int i = pz_arrays_find(r->file, name);
	const struct pz_array *a = pz_arrays_at(r->file, i);
	void *at;

	if (a->kind != PZ_ARRAY_INTEGER || a->bytes != 1 || a->dims != 1 || a->rows > most)
		return pz_fail(PZ_ECORRUPT, "%s: array '%s': expected at most %zu bytes (uint8)",
			       r->path, name, most);
	if (!(at = pack_room(to, (size_t)a->rows + 1)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for '%s'", r->path, name);
	to->size--;
	return pz_array_read_bytes(r->file, i, 0, (size_t)a->rows, at);
}

/* Numbers of records, one for each. */
static int find_numbers(const struct restore *r, const char *name, int *array)
{
	const struct pz_array *a;

	if ((*array = pz_arrays_find(r->file, name)) < 0)
		return pz_fail(PZ_EDATA, "%s: expected an array '%s', found none", r->path, name);
	a = pz_arrays_at(r->file, *array);
	if (a->kind == PZ_ARRAY_INTEGER && a->dims == 1 &&
	    (r->form_array == *array || a->rows == r->rows))
		return 0;
	return pz_fail(PZ_EDATA, "%s: array '%s': expected a whole number for each of %llu records",
		       r->path, name, (unsigned long long)r->rows);
}

static int open_rest(struct restore *r)
{
	const struct pz_array *a;

	r->rest_array = -1;
	if (pz_arrays_find(r->file, STORE_REST) < 0)
		return 0;
	r->rest_array = pz_arrays_find(r->file, STORE_REST);
	a = pz_arrays_at(r->file, r->rest_array);
	if (a->kind != PZ_ARRAY_INTEGER || a->bytes != 1 || a->dims != 1)
		return pz_fail(PZ_ECORRUPT, "%s: array '%s': expected bytes (uint8)", r->path,
			       STORE_REST);
	return find_numbers(r, STORE_REST_AT, &r->rest_at_array);
}

static int read_head(struct restore *r)
{
	struct pack header = { 0 }, forms = { 0 };
	int rc = read_bytes(r, STORE_HEADER, HEADER_MAX, &header);

	if (rc == 0 && (rc = pz_header_decode(&r->header, header.bytes, header.size)) < 0)
		rc = pz_fail_in(rc, "%s: array '%s'", r->path, STORE_HEADER);
	if (rc == 0 && (rc = read_bytes(r, STORE_FORMS, FORMS_SIZE_MAX, &forms)) == 0)
		rc = restore_take_forms(r, forms.bytes, forms.size);
	pack_release(&header);
	pack_release(&forms);
	return rc;
}

static int make_block(struct restore *r)
{
	size_t bytes = 2 * sizeof(int64_t);
	bool good = true;

	for (int i = 0; i < r->columns; i++)
		bytes += r->column[i].values * r->column[i].one;
	r->block = bytes < BLOCK / ROWS ? ROWS : bytes < BLOCK ? BLOCK / bytes : 1;
	for (int i = 0; i < r->columns && good; i++) {
		struct restored_column *c = &r->column[i];

		good = (c->block = malloc(r->block * c->values * c->one + 1)) != NULL;
	}
	r->form_block = malloc(r->block * sizeof *r->form_block);
	r->rest_block = malloc(r->block * sizeof *r->rest_block);
	if (!good || !r->form_block || !r->rest_block)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of records", r->path);
	return 0;
}

int restore_open(struct restore *r, struct pz_arrays *file, const char *path)
{
	int rc;

	*r = (struct restore){ .file = file, .path = path, .form_array = -1 };
	r->form_array = pz_arrays_find(file, STORE_FORM);
	r->rows = pz_arrays_at(file, r->form_array)->rows;
	if ((rc = find_numbers(r, STORE_FORM, &r->form_array)) < 0 || (rc = open_rest(r)) < 0 ||
	    (rc = read_head(r)) < 0)
		return rc;
	return make_block(r);
}

void restore_close(struct restore *r)
{
	for (int i = 0; i < r->columns; i++)
		free(r->column[i].block);
	for (int i = 0; i < r->forms; i++)
		free(r->form[i].part);
	free(r->column);
	free(r->form);
	free(r->form_block);
	free(r->rest_block);
	pack_release(&r->parts);
	pack_release(&r->record);
	pack_release(&r->rest);
	pz_header_release(&r->header);
	*r = (struct restore){ 0 };
}

/* -- records */

static int load_column(const struct restore *r, const struct restored_column *c, size_t n)
{
	switch (c->load) {
	case LOAD_BYTES:
		return pz_array_read_bytes(r->file, c->array, r->row, n, c->block);
	case LOAD_FLOAT:
		return pz_array_read_floats(r->file, c->array, r->row, n, (float *)c->block);
	case LOAD_DOUBLE:
		return pz_array_read_doubles(r->file, c->array, r->row, n, (double *)c->block);
	case LOAD_TEXT:
		return pz_array_read_texts(r->file, c->array, r->row, n, c->block, c->one);
	default:
		return pz_array_read_integers(r->file, c->array, r->row, n, (int64_t *)c->block);
	}
}

/* Reads the next rows of all columns; sets r->filled to 0 if none are left. */
static int load_block(struct restore *r)
{
	uint64_t left;
	int rc = 0;

	r->row += r->filled;
	left = r->rows - r->row;
	r->at = 0;
	r->filled = left < r->block ? (size_t)left : r->block;
	if (r->filled == 0)
		return 0;
	for (int i = 0; i < r->columns && rc == 0; i++)
		rc = load_column(r, &r->column[i], r->filled);
	if (rc == 0)
		rc = pz_array_read_integers(r->file, r->form_array, r->row, r->filled,
					    r->form_block);
	if (rc == 0 && r->rest_array >= 0)
		rc = pz_array_read_integers(r->file, r->rest_at_array, r->row, r->filled,
					    r->rest_block);
	return rc;
}

/* At least `need` bytes of the rest from `at` on, of which there are as many. */
static int load_rest(struct restore *r, uint64_t at, size_t need)
{
	uint64_t total = pz_arrays_at(r->file, r->rest_array)->rows;
	size_t n = need > REST ? need : REST;
	void *to;

	if (at >= r->rest_begin && at - r->rest_begin <= r->rest.size &&
	    need <= r->rest.size - (at - r->rest_begin))
		return 0;
	n = n < total - at ? n : (size_t)(total - at);
	r->rest.size = 0;
	r->rest_begin = at;
	if (!(to = pack_room(&r->rest, n)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for '%s'", r->path, STORE_REST);
	return pz_array_read_bytes(r->file, r->rest_array, at, n, to);
}

/* The value of the rest at *at, which moves behind it. */
static int put_rest(struct restore *r, int64_t *at)
{
	uint64_t total = r->rest_array < 0 ? 0 : pz_arrays_at(r->file, r->rest_array)->rows;
	size_t need = 1, begin;
	int64_t n = 0;
	int rc;

	while (n == 0 && *at >= 0 && (uint64_t)*at < total && need <= total - (uint64_t)*at &&
	       need <= PZ_MAP_MAX) {
		if ((rc = load_rest(r, (uint64_t)*at, need)) < 0)
			return rc;
		begin = (size_t)((uint64_t)*at - r->rest_begin);
		n = pz_map_scan(r->rest.bytes + begin, r->rest.size - begin, &need);
		if (n > 0)
			pack_raw(&r->record, r->rest.bytes + begin, (size_t)n);
	}
	*at += n > 0 ? n : 0;
	return n > 0 ? 0
		     : pz_fail(PZ_ECORRUPT,
			       "%s: array '%s': expected a MessagePack value of record %llu, found "
			       "none",
			       r->path, STORE_REST, (unsigned long long)(r->row + r->at + 1));
}

static int put_record(struct restore *r)
{
	int64_t number = r->form_block[r->at];
	int64_t rest_at = r->rest_array < 0 ? 0 : r->rest_block[r->at];
	const struct restored_form *f;
	int rc = 0;

	if (number < 0 || number >= r->forms)
		return pz_fail(PZ_ECORRUPT,
			       "%s: array '%s': row %llu: expected a number below %d, found %lld",
			       r->path, STORE_FORM, (unsigned long long)(r->row + r->at + 1),
			       r->forms, (long long)number);
	f = &r->form[number];
	r->record.size = 0;
	for (int i = 0; i < f->n && rc == 0; i++) {
		const struct restored_part *part = &f->part[i];

		pack_raw(&r->record, r->parts.bytes + part->begin, part->size);
		if (part->column == COLUMN_REST)
			rc = put_rest(r, &rest_at);
		else if (part->column != COLUMN_NONE)
			rc = restore_put_value(r, part, r->at);
		else if (part->n_tags)
			pack_byte(&r->record, TAG_NIL);
	}
	return rc < 0 ? rc : pack_failed(&r->record);
}

int restore_next(struct restore *r, pz_map *record)
{
	int rc = 0;

	if (r->at + (r->filled > 0) >= r->filled)
		rc = load_block(r);
	else
		r->at++;
	if (rc < 0 || r->filled == 0)
		return rc;
	if ((rc = put_record(r)) < 0)
		return rc;
	if ((rc = pz_map_decode(record, r->record.bytes, r->record.size)) < 0)
		return pz_fail_in(rc, "%s: record %llu", r->path,
				  (unsigned long long)(r->row + r->at + 1));
	return 1;
}
