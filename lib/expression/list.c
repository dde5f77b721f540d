/* list.c -- the values that "in" looks for, by their hashes, from brackets or a file */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/delimited.h>
#include <pz/error.h>
#include <pz/random.h>

#include "parts.h"

#define LEAST 64 /* slots */

/* Numbers that are equal have the same hash, whether they are written as 2 or 2.0; a text has
 * another than a number. */
static uint64_t hash_value(const struct value *v)
{
	struct value whole = *v;
	uint64_t hash;

	if (v->is == NUMBER && fabs(v->number) < 0x1p53 && v->number == trunc(v->number))
		whole = (struct value){ .is = INTEGER, .integer = (int64_t)v->number };
	if (whole.is == TEXT)
		hash = pz_hash(whole.text, whole.size, TEXT);
	else if (whole.is == INTEGER)
		hash = pz_hash(&whole.integer, sizeof whole.integer, INTEGER);
	else
		hash = pz_hash(&whole.number, sizeof whole.number, NUMBER);
	return hash ? hash : 1;
}

/* Where a hash stands, or would. */
static struct slot *find_slot(const struct list *l, uint64_t hash)
{
	size_t i = (size_t)hash & (l->room - 1);

	while (l->slot[i].hash && l->slot[i].hash != hash)
		i = (i + 1) & (l->room - 1);
	return &l->slot[i];
}

static int make_room(struct list *l)
{
	struct list more = { .room = l->room ? 2 * l->room : LEAST };

	if (2 * (l->used + 2) <= l->room)
		return 0;
	if (!(more.slot = calloc(more.room, sizeof *more.slot)))
		return pz_fail(PZ_ENOMEM, "no memory for a list");
	for (size_t i = 0; i < l->room; i++)
		if (l->slot[i].hash)
			*find_slot(&more, l->slot[i].hash) = l->slot[i];
	free(l->slot);
	l->slot = more.slot;
	l->room = more.room;
	return 0;
}

/* One more value, not found yet. */
static int add_item(struct list *l)
{
	if (l->count == l->found_room) {
		size_t room = l->found_room ? 2 * l->found_room : LEAST;
		bool *more = realloc(l->found, room);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for a list");
		l->found = more;
		l->found_room = room;
	}
	l->found[l->count++] = false;
	return 0;
}

/* Makes the value stand for an item; where it did for one before, that one is given back. */
static size_t put_value(struct list *l, const struct value *v, size_t item)
{
	uint64_t hash = hash_value(v);
	struct slot *slot = find_slot(l, hash);

	l->numbers |= v->is != TEXT;
	l->texts |= v->is == TEXT;
	if (!slot->hash) {
		*slot = (struct slot){ hash, item };
		l->used++;
	}
	return slot->item;
}

int pz_list_add(struct list *l, const struct value *v)
{
	int rc = make_room(l);

	if (rc == 0 && put_value(l, v, l->count) == l->count)
		rc = add_item(l);
	return rc;
}

/* A cell, which may be an id that records have as a number or as a text. */
static int add_cell(struct list *l, const char *cell)
{
	struct value text = { .is = TEXT, .text = cell, .size = strlen(cell) }, number;
	size_t item;
	char *end;
	int rc;

	while (text.size && strchr(" \t", cell[text.size - 1]))
		text.size--;
	if (text.size > 1 && *cell == '"' && cell[text.size - 1] == '"') { /* lines of a list */
		text.text = ++cell;
		text.size -= 2;
	}
	if (text.size == 0)
		return 0;
	if ((rc = make_room(l)) < 0)
		return rc;
	item = put_value(l, &text, l->count);
	if (item == l->count && (rc = add_item(l)) < 0)
		return rc;
	errno = 0;
	number = (struct value){ .is = INTEGER, .integer = strtoll(cell, &end, 10) };
	if (end != cell + text.size || errno)
		number = pz_value_of_double(strtod(cell, &end));
	if (end == cell + text.size && number.is != MISSING)
		put_value(l, &number, item);
	return 0;
}

/* Which column has the values: the one of the key's name, or the only one. */
static int choose_column(const struct list *l, struct pz_delimited *t, const char *key, int *column)
{
	const char *dot = key ? strrchr(key, '.') : NULL;
	const char *name = dot ? dot + 1 : key;

	*column = 0;
	if (t->columns <= 1)
		return pz_delimited_list(t);
	for (int i = 0; t->named && name && i < t->columns; i++)
		if (!strcmp(t->column[i], name)) {
			*column = i;
			return 0;
		}
	return pz_fail(PZ_EDATA,
		       "%s: expected a list with a value in each line, or a table with a column "
		       "'%s', found %d columns",
		       l->path, name ? name : "id", t->columns);
}

int pz_list_read(struct list *l, const char *key)
{
	struct pz_delimited *t;
	int column, rc = pz_delimited_open(&t, l->path, &(struct pz_delimited_options){ true });

	if (rc < 0)
		return rc;
	rc = choose_column(l, t, key, &column);
	while (rc == 0 && (rc = pz_delimited_next(t)) > 0)
		if (t->row == 1 && t->columns == 1 && key && !strcmp(t->cell[0], key))
			rc = 0; /* the title of a list */
		else
			rc = add_cell(l, t->cell[column]);
	pz_delimited_close(t);
	if (rc == 0 && l->count == 0)
		rc = pz_fail(PZ_EDATA, "%s: expected values, one in each line, found none",
			     l->path);
	return rc;
}

bool pz_list_has(struct list *l, const struct value *v)
{
	const struct slot *slot = l->room ? find_slot(l, hash_value(v)) : NULL;

	if (!slot || !slot->hash)
		return false;
	l->found[slot->item] = true;
	return true;
}

void pz_list_release(struct list *l)
{
	free(l->slot);
	free(l->found);
}
