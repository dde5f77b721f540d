/* carry.c -- puts further columns of a table into records */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "carry.h"

const char *carry_taken(const char *name)
{
	static const char *const taken[] = { "id",    "ra",    "dec",     "z",   "mag",
					     "ebv",   "zphot", "pz",      "img", "label",
					     "cover", "sky",   "features" };
	struct pz_map_path path;

	if (!pz_map_path(name, &path))
		return NULL;
	for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
		if (!strcmp(path.first, taken[k]))
			return taken[k];
	return NULL;
}

static bool is_same_path(const struct pz_map_path *a, const struct pz_map_path *b)
{
	return a->nested == b->nested && !strcmp(a->first, b->first) && !strcmp(a->below, b->below);
}

/* A column must not have the name of a map or of another column. */
static int check_name(const struct carry *c, const struct pz_map_path *path, const char *name)
{
	for (int i = 0; i < c->n; i++) {
		const struct pz_map_path *other = &c->column[i].path;

		if (is_same_path(other, path))
			return pz_fail(PZ_EUSAGE,
				       "expected different names for columns, found '%s' twice",
				       name);
		if (other->nested != path->nested && !strcmp(other->first, path->first))
			return pz_fail(
				PZ_EUSAGE,
				"'%s' is the name of a column and, before a dot, of a map: carry "
				"one of them under another key (KEY=NAME)",
				path->first);
	}
	return 0;
}

/* The number of the map under the first key, which is made if there is none; -1: no memory. */
static int map_of(struct carry *c, const char *first)
{
	void *more;

	for (int i = 0; i < c->maps; i++)
		if (!strcmp(c->map[i].key, first))
			return i;
	if (!(more = realloc(c->map, (size_t)(c->maps + 1) * sizeof *c->map)))
		return -1;
	c->map = more;
	if (!(c->map[c->maps].map = pz_map_new()))
		return -1;
	strcpy(c->map[c->maps].key, first);
	return c->maps++;
}

int carry_add(struct carry *c, const char *name)
{
	struct carry_column column = { .map = -1 };
	int rc;

	if (!pz_map_path(name, &column.path) || !*column.path.first ||
	    strlen(column.path.first) != column.path.first_size ||
	    strlen(column.path.below) != column.path.below_size)
		return pz_fail(PZ_EUSAGE, "'%.80s' cannot be the key of a record", name);
	if ((rc = check_name(c, &column.path, name)) < 0)
		return rc;
	if (c->n == c->room) {
		int room = c->room ? 2 * c->room : 16;
		void *more = realloc(c->column, (size_t)room * sizeof *c->column);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for the columns to carry");
		c->column = more;
		c->room = room;
	}
	if (column.path.nested && (column.map = map_of(c, column.path.first)) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for the columns to carry");
	c->column[c->n] = column;
	return c->n++;
}

pz_map *carry_map(struct carry *c, pz_map *record, int i, const char **key)
{
	const struct carry_column *column = &c->column[i];

	*key = column->path.nested ? column->path.below : column->path.first;
	if (column->map < 0)
		return record;
	/* the map comes in the record where its first column would */
	if (!pz_map_has(record, column->path.first))
		pz_map_set_nil(record, column->path.first);
	return c->map[column->map].map;
}

pz_map *carry_nested(struct carry *c, const char *first)
{
	for (int i = 0; i < c->maps; i++)
		if (!strcmp(c->map[i].key, first))
			return c->map[i].map;
	return NULL;
}

void carry_end(struct carry *c, pz_map *record)
{
	for (int i = 0; i < c->maps; i++) {
		if (pz_map_count(c->map[i].map) > 0 || pz_map_error(c->map[i].map) < 0)
			pz_map_set_map(record, c->map[i].key, c->map[i].map);
		else
			pz_map_drop(record, c->map[i].key);
		pz_map_clear(c->map[i].map);
	}
}

void carry_release(struct carry *c)
{
	for (int i = 0; i < c->maps; i++)
		pz_map_free(c->map[i].map);
	free(c->map);
	free(c->column);
	*c = (struct carry){ 0 };
}
