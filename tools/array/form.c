/* form.c -- takes records apart into their form and their values */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "form.h"

#define INNER 0xffff /* stands where else the number of a column does: an inner map follows */

/* -- tags */

/* The first byte, or what stands for all shortest forms. */
static unsigned scalar_tag(enum pz_type type, const unsigned char *raw, size_t size)
{
	size_t n = 0;

	switch (type) {
	case PZ_INTEGER: {
		bool negative = *raw >= 0xd0 && raw[1] & 0x80;
		uint64_t x = 0;

		if (*raw < 0xcc || *raw >= 0xe0)
			return TAG_WHOLE;
		for (size_t i = 1; i < size; i++)
			x = x << 8 | raw[i];
		if (negative && size < 9)
			x |= UINT64_MAX << 8 * (size - 1);
		return pack_whole_first(negative, x) == *raw ? TAG_WHOLE : *raw;
	}
	case PZ_TEXT:
		if (!pz_value_bytes(raw, size, &n))
			return TAG_REST;
		if (size - n == 1 || (size - n == 2 && n > 31) || (size - n == 3 && n > 0xff) ||
		    (size - n == 5 && n > 0xffff))
			return TAG_TEXT;
		return *raw;
	case PZ_NIL:
		return TAG_NIL;
	case PZ_BOOL:
		return TAG_BOOL;
	case PZ_FLOAT:
		return *raw;
	default:
		return TAG_BYTES;
	}
}

/* 0x90, the first byte where it is a longer one, 4 bytes of a count, as many tags: of all
 * elements, or of each. */
static void put_array_tag(struct pack *form, const unsigned char *raw, size_t size)
{
	size_t begin = form->size, item_size = 0, n = 0, different = 0;
	const void *item = NULL;
	unsigned char *tags;
	uint32_t count;

	pack_byte(form, TAG_ARRAY);
	pack_byte(form, *raw);
	pack_number(form, 0, 4);
	while (pz_value_next(raw, size, &item, &item_size)) {
		enum pz_type type = pz_value_type(item);

		if (type != PZ_INTEGER && type != PZ_FLOAT && type != PZ_NIL) {
			form->size = begin;
			pack_byte(form, TAG_REST);
			return;
		}
		pack_byte(form, scalar_tag(type, item, item_size));
		n++;
	}
	if (form->failed)
		return;
	tags = form->bytes + begin + 6;
	if (*raw < 0xdc || (*raw == 0xdc && n > 15) || n > 0xffff)
		form->bytes[begin + 1] = TAG_ARRAY;
	for (size_t i = 1; i < n; i++)
		different += tags[i] != tags[0];
	count = (uint32_t)(different ? n : n > 0);
	memcpy(form->bytes + begin + 2, &count, sizeof count);
	form->size = begin + 6 + count;
}

/* -- the walk */

static struct cell *add_cell(struct walk *w)
{
	if (w->n == w->room) {
		int room = w->room ? 2 * w->room : 64;
		void *grown = realloc(w->cell, (size_t)room * sizeof *w->cell);

		if (!grown)
			return NULL;
		w->cell = grown;
		w->room = room;
	}
	return &w->cell[w->n++];
}

static void put_number(struct pack *form, size_t number)
{
	pack_number(form, number, 2);
}

/* A value under that path. Bytes that were left out read as nil. */
static int walk_value(struct walk *w, const char *path, const char *key, size_t key_size,
		      const unsigned char *raw, size_t size, bool outer)
{
	struct cell *cell = add_cell(w);
	struct pz_place place;
	int column = stored_find(w->columns, path, key, key_size);

	if (!cell)
		return pz_fail(PZ_ENOMEM, "no memory for a record");
	if (column < 0)
		return column;
	*cell = (struct cell){ column, pz_value_type(raw), raw, size };
	if (outer && cell->type == PZ_NIL && w->in && pz_reader_place(w->in, path, &place) == 1)
		*cell = (struct cell){ column, PZ_BYTES, NULL, place.size };
	put_number(&w->form, (size_t)column);
	if (cell->type == PZ_ARRAY)
		put_array_tag(&w->form, raw, size);
	else if (cell->type == PZ_MAP || cell->type == PZ_EXTENSION)
		pack_byte(&w->form, TAG_REST);
	else
		pack_byte(&w->form, scalar_tag(cell->type, raw, size));
	return 0;
}

static size_t text_bytes(size_t n)
{
	return n + (n <= 31 ? 1 : 2);
}

/* Whether an inner map has the shortest heads, so that its keys and values give it back. */
static bool is_plain_map(const pz_map *m, size_t size)
{
	size_t bytes = pz_map_count(m) <= 15 ? 1 : 3, n;

	for (size_t i = 0; i < pz_map_count(m); i++) {
		pz_map_key(m, i, &n);
		bytes += text_bytes(n);
		pz_map_raw_at(m, i, &n);
		bytes += n;
	}
	return bytes == size;
}

static int walk_inner(struct walk *w, const char *outer, const char *key, size_t key_size)
{
	char path[VALUE_NAME];
	size_t n = pz_map_count(w->scratch), size;
	/* the outer key is a column without values, for its name */
	int column = stored_find(w->columns, outer, key, key_size), rc = 0;

	if (column < 0)
		return column;
	put_number(&w->form, INNER);
	put_number(&w->form, (size_t)column);
	put_number(&w->form, n);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const char *inner = pz_map_key(w->scratch, i, &size);
		size_t inner_size = size;
		const void *raw = pz_map_raw_at(w->scratch, i, &size);

		snprintf(path, sizeof path, "%s.", outer);
		value_append_key(path, inner, inner_size, false);
		rc = walk_value(w, path, inner, inner_size, raw, size, false);
	}
	return rc;
}

int walk_record(struct walk *w, const pz_map *record)
{
	char path[VALUE_NAME];
	size_t n, size;
	int rc = 0;

	w->form.size = 0;
	w->n = 0;
	w->columns->guess = 0;
	put_number(&w->form, pz_map_count(record));
	if (!w->scratch && !(w->scratch = pz_map_new()))
		return pz_fail(PZ_ENOMEM, "no memory for a record");
	for (size_t i = 0; i < pz_map_count(record) && rc == 0; i++) {
		const char *key = pz_map_key(record, i, &n);
		const unsigned char *raw = pz_map_raw_at(record, i, &size);

		path[0] = '\0';
		value_append_key(path, key, n, true);
		if (pz_value_type(raw) == PZ_MAP && pz_map_decode(w->scratch, raw, size) == 0 &&
		    is_plain_map(w->scratch, size))
			rc = walk_inner(w, path, key, n);
		else
			rc = walk_value(w, path, key, n, raw, size, true);
	}
	return rc < 0 ? rc : pack_failed(&w->form);
}

void walk_release(struct walk *w)
{
	pz_map_free(w->scratch);
	pack_release(&w->form);
	free(w->cell);
	*w = (struct walk){ 0 };
}

/* -- the set of forms */

/* FNV-1a. */
static uint32_t slot_of(const struct forms *f, const unsigned char *form, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ form[i]) * 0x100000001b3;
	return (uint32_t)(hash >> 32) % f->slots;
}

static bool is_form(const struct forms *f, int i, const struct pack *form)
{
	return f->begin[i + 1] - f->begin[i] == form->size &&
	       !memcmp(f->bytes.bytes + f->begin[i], form->bytes, form->size);
}

/* Room for further forms, and slots for all of them anew. */
static int grow_forms(struct forms *f)
{
	int room = f->room ? 2 * f->room : 64;
	void *begin = realloc(f->begin, ((size_t)room + 1) * sizeof *f->begin);
	uint32_t *slot = calloc((size_t)room * 4, sizeof *slot);

	if (begin)
		f->begin = begin;
	if (!begin || !slot) {
		free(slot);
		return pz_fail(PZ_ENOMEM, "no memory for the forms of records");
	}
	f->begin[0] = 0;
	free(f->slot);
	f->slot = slot;
	f->slots = (uint32_t)room * 4;
	f->room = room;
	for (int i = 0; i < f->n; i++) {
		size_t size = f->begin[i + 1] - f->begin[i];
		uint32_t at = slot_of(f, f->bytes.bytes + f->begin[i], size);

		while (slot[at])
			at = (at + 1) % f->slots;
		slot[at] = (uint32_t)i + 1;
	}
	return 0;
}

int forms_find(struct forms *f, const struct pack *form, bool add)
{
	uint32_t at;
	int rc;

	if (f->last < f->n && is_form(f, f->last, form))
		return f->last;
	if (f->n == f->room && (rc = grow_forms(f)) < 0)
		return rc;
	for (at = slot_of(f, form->bytes, form->size); f->slot[at]; at = (at + 1) % f->slots)
		if (is_form(f, (int)f->slot[at] - 1, form))
			return f->last = (int)f->slot[at] - 1;
	if (!add)
		return FORM_NONE;
	if (f->n == FORMS_MAX || f->bytes.size + form->size > FORMS_SIZE_MAX)
		return pz_fail(PZ_EDATA,
			       "expected records that have few forms, found more than %d sets of "
			       "keys, types and lengths",
			       f->n);
	pack_raw(&f->bytes, form->bytes, form->size);
	f->slot[at] = (uint32_t)++f->n;
	f->begin[f->n] = f->bytes.size;
	return pack_failed(&f->bytes) < 0 ? PZ_ENOMEM : f->n - 1;
}

void forms_release(struct forms *f)
{
	pack_release(&f->bytes);
	free(f->begin);
	free(f->slot);
	*f = (struct forms){ 0 };
}

/* -- in the file */

static int take_number(const unsigned char **at)
{
	int number = (*at)[0] << 8 | (*at)[1];

	*at += 2;
	return number;
}

/* The tag of a value as MessagePack; of an array, those of its elements. */
static void write_tag(const unsigned char **at, const struct stored_column *c, struct pack *to)
{
	unsigned tag = *(*at)++;
	uint32_t count;

	if (tag != TAG_ARRAY) {
		tag = c->stored == STORED_REST && tag != TAG_NIL ? TAG_REST : tag;
		pack_whole(to, 0, false, tag);
		return;
	}
	memcpy(&count, *at + 1, sizeof count);
	if (c->stored == STORED_REST) {
		pack_whole(to, 0, false, TAG_REST);
	} else {
		pack_array_head(to, 0, count + 1);
		pack_whole(to, 0, false, **at);
		for (uint32_t i = 0; i < count; i++)
			pack_whole(to, 0, false, (*at)[5 + i]);
	}
	*at += 5 + count;
}

/* n keys and their tags; those of an inner map in the place of its tag. */
static void write_keys(const unsigned char **at, int n, const struct stored_columns *columns,
		       struct pack *to)
{
	while (n-- > 0) {
		int column = take_number(at), inner = column == INNER ? take_number(at) : 0;
		const struct stored_column *c = &columns->column[column == INNER ? inner : column];

		pack_text(to, c->key, c->key_size);
		if (column == INNER) {
			inner = take_number(at);
			pack_map_head(to, (size_t)inner);
			write_keys(at, inner, columns, to);
		} else {
			write_tag(at, c, to);
		}
	}
}

void form_write(const struct forms *f, int i, const struct stored_columns *columns, struct pack *to)
{
	const unsigned char *at = f->bytes.bytes + f->begin[i];
	int n = take_number(&at);

	pack_map_head(to, (size_t)n);
	write_keys(&at, n, columns, to);
}
