/* restore_form.c -- the forms of records in a file of toarray's, and the arrays that they name */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/values.h"
#include "restore_parts.h"

static int fail_form(const struct restore *r, const char *found)
{
	return pz_fail(PZ_ECORRUPT,
		       "%s: array '%s': expected forms as toarray writes them, found %s", r->path,
		       STORE_FORMS, found);
}

/* -- the arrays */

static enum load load_of(const struct pz_array *a, bool bytes)
{
	if (bytes)
		return LOAD_BYTES;
	if (a->kind == PZ_ARRAY_TEXT)
		return LOAD_TEXT;
	if (a->kind == PZ_ARRAY_FLOAT)
		return a->bytes == sizeof(float) ? LOAD_FLOAT : LOAD_DOUBLE;
	return LOAD_INTEGER;
}

/* The pixels must be what the header says, as they go into records as they are. */
static int check_array(const struct restore *r, const struct pz_array *a, const char *path,
		       bool bytes)
{
	size_t stamp = pz_header_stamp_bytes(&r->header);

	if (a->rows != r->rows)
		return pz_fail(PZ_EMISMATCH,
			       "%s: array '%s': expected %llu rows, as '%s' has, found %llu",
			       r->path, a->name, (unsigned long long)r->rows, STORE_FORM,
			       (unsigned long long)a->rows);
	if (a->kind == PZ_ARRAY_OTHER || (bytes && a->kind == PZ_ARRAY_TEXT))
		return pz_fail(PZ_EDATA, "%s: array '%s': expected numbers, found something else",
			       r->path, a->name);
	if (bytes && !strcmp(path, "img") &&
	    (a->kind != PZ_ARRAY_FLOAT || a->values * a->bytes != stamp ||
	     a->bytes != pz_pixel_bytes(r->header.pixel)))
		return pz_fail(PZ_EMISMATCH,
			       "%s: array '%s': expected images of %d bands and %d pixels as %s, "
			       "found %zu numbers of %zu bytes",
			       r->path, a->name, r->header.bands, r->header.size,
			       pz_pixel_name(r->header.pixel), a->values, a->bytes);
	return 0;
}

/* The number of the column of that path; < 0 error. */
static int find_column(struct restore *r, const char *path, bool bytes)
{
	int array = pz_arrays_find(r->file, stored_array(path)), rc;
	const struct pz_array *a;
	struct restored_column *c;

	if (array < 0)
		return pz_fail(PZ_EDATA,
			       "%s: expected an array '%s', as the records of its stream have this "
			       "key, found none",
			       r->path, stored_array(path));
	a = pz_arrays_at(r->file, array);
	for (int i = 0; i < r->columns; i++)
		if (r->column[i].array == array && (r->column[i].load == LOAD_BYTES) == bytes)
			return i;
	if ((rc = check_array(r, a, path, bytes)) < 0)
		return rc;
	if (r->columns == r->columns_room) {
		int room = r->columns_room ? 2 * r->columns_room : 64;

		if (!(c = realloc(r->column, (size_t)room * sizeof *c)))
			return pz_fail(PZ_ENOMEM, "no memory for columns");
		r->column = c;
		r->columns_room = room;
	}
	c = &r->column[r->columns];
	*c = (struct restored_column){ .array = array, .load = load_of(a, bytes) };
	c->values = a->values;
	c->one = c->load == LOAD_BYTES   ? a->bytes
		 : c->load == LOAD_FLOAT ? sizeof(float)
		 : c->load == LOAD_TEXT  ? (a->bytes ? a->bytes : TEXT_MAX) + 1
					 : sizeof(double);
	return r->columns++;
}

/* -- tags */

static bool take_tag(const void *raw, size_t size, unsigned char *tag)
{
	int64_t x;

	if (pz_value_type(raw) != PZ_INTEGER || !pz_value_integer(raw, size, &x) || x < 0 ||
	    x > 255)
		return false;
	*tag = (unsigned char)x;
	return true;
}

/* The array of a first byte and tags. */
static int take_array_tag(struct restore *r, struct restored_part *part, const void *raw,
			  size_t size)
{
	const void *item = NULL;
	size_t item_size = 0;
	unsigned char tag;

	part->array = true;
	part->tags = r->parts.size;
	for (int i = 0; pz_value_next(raw, size, &item, &item_size); i++) {
		if (!take_tag(item, item_size, &tag))
			return fail_form(r, "an array with something else");
		if (i == 0)
			part->first = tag;
		else
			pack_byte(&r->parts, tag);
	}
	if (r->parts.failed)
		return pz_fail(PZ_ENOMEM, "no memory for forms");
	part->n_tags = r->parts.size - part->tags;
	return part->n_tags ? 0 : fail_form(r, "an array without tags");
}

/* What stands in the place of the value under that path. */
static int take_value(struct restore *r, struct restored_part *part, const char *path,
		      const void *raw, size_t size)
{
	unsigned char tag;
	int rc;

	if (pz_value_type(raw) == PZ_ARRAY) {
		if ((rc = take_array_tag(r, part, raw, size)) < 0)
			return rc;
		return part->column = find_column(r, path, false);
	}
	if (!take_tag(raw, size, &tag))
		return fail_form(r, "a key without a tag");
	part->tags = r->parts.size;
	part->n_tags = 1;
	pack_byte(&r->parts, tag);
	if (tag == TAG_NIL)
		return 0;
	if (tag == TAG_REST)
		part->column = COLUMN_REST;
	else
		part->column = find_column(r, path, tag == TAG_BYTES);
	return part->column == COLUMN_REST ? 0 : part->column;
}

/* -- forms */

/* A part that begins with this key. */
static struct restored_part *add_part(struct restore *r, struct restored_form *f, const char *key,
				      size_t size)
{
	struct restored_part *part;

	if (f->n == f->room) {
		int room = f->room ? 2 * f->room : 16;

		if (!(part = realloc(f->part, (size_t)room * sizeof *part))) {
			pz_fail(PZ_ENOMEM, "no memory for forms");
			return NULL;
		}
		f->part = part;
		f->room = room;
	}
	part = &f->part[f->n++];
	*part = (struct restored_part){ .begin = r->parts.size, .column = COLUMN_NONE };
	if (key)
		pack_text(&r->parts, key, size);
	else
		pack_map_head(&r->parts, size);
	part->size = r->parts.size - part->begin;
	return part;
}

/* The keys of a map of a form: the record's (outer NULL), or an inner one's. */
static int take_keys(struct restore *r, struct restored_form *f, const pz_map *map,
		     const char *outer)
{
	char path[VALUE_NAME];
	pz_map *inner = outer ? NULL : pz_map_new();
	int rc = outer || inner ? 0 : pz_fail(PZ_ENOMEM, "no memory for forms");

	if (rc == 0 && !add_part(r, f, NULL, pz_map_count(map)))
		rc = PZ_ENOMEM;
	for (size_t i = 0; i < pz_map_count(map) && rc >= 0; i++) {
		size_t n, size;
		const char *key = pz_map_key(map, i, &n);
		const void *raw = pz_map_raw_at(map, i, &size);
		struct restored_part *part = add_part(r, f, key, n);

		path[0] = '\0';
		if (outer)
			snprintf(path, sizeof path, "%s.", outer);
		value_append_key(path, key, n, !outer);
		if (!part)
			rc = PZ_ENOMEM;
		else if (pz_value_type(raw) != PZ_MAP)
			rc = take_value(r, part, path, raw, size);
		else if (outer || pz_map_decode(inner, raw, size) < 0)
			rc = fail_form(r, "maps within maps");
		else
			rc = take_keys(r, f, inner, path);
	}
	pz_map_free(inner);
	return rc < 0 ? rc : 0;
}

static struct restored_form *add_form(struct restore *r)
{
	struct restored_form *f;

	if (r->forms == r->forms_room) {
		int room = r->forms_room ? 2 * r->forms_room : 16;

		if (!(f = realloc(r->form, (size_t)room * sizeof *f))) {
			pz_fail(PZ_ENOMEM, "no memory for forms");
			return NULL;
		}
		r->form = f;
		r->forms_room = room;
	}
	f = &r->form[r->forms++];
	*f = (struct restored_form){ 0 };
	return f;
}

int restore_take_forms(struct restore *r, const unsigned char *bytes, size_t size)
{
	pz_map *map = pz_map_new();
	int rc = map ? 0 : pz_fail(PZ_ENOMEM, "no memory for forms");

	for (size_t at = 0, need; at < size && rc == 0;) {
		int64_t n = pz_map_scan(bytes + at, size - at, &need);
		struct restored_form *f;

		if (r->forms == FORMS_MAX || n <= 0 ||
		    pz_map_decode(map, bytes + at, (size_t)n) < 0)
			rc = fail_form(r, "something else");
		else if (!(f = add_form(r)))
			rc = PZ_ENOMEM;
		else
			rc = take_keys(r, f, map, NULL);
		at += n > 0 ? (size_t)n : 0;
	}
	pz_map_free(map);
	return rc < 0 ? rc : pack_failed(&r->parts);
}
