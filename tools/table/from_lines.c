/* from_lines.c -- finds the lines of a text file for the galaxies of a table, by their ids */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/utf8.h>

#include "from_lines.h"

/* The place of a line in the file. */
struct place_of_line {
	uint64_t hash; /* of its id                      */
	uint64_t place;
	uint32_t line; /* 0: nothing here                */
	uint32_t row;  /* below USED                     */
};

#define USED ((uint32_t)1 << 31) /* a galaxy of the table has asked for the line */

static int no_memory(const struct lines *l)
{
	return pz_fail(PZ_ENOMEM, "%s: no memory for the places of %zu lines", l->name, l->indexed);
}

/* -- a line */

/* Reads the next line, which then waits to be asked for; at the end of the file none waits. */
static int read_line(struct lines *l)
{
	char cell[2 * PZ_ID_MAX];
	int rc = pz_delimited_next(l->table);

	l->taken = false;
	l->waiting = rc > 0;
	if (rc <= 0)
		return rc;
	snprintf(cell, sizeof cell, "%s", l->table->cell[0]);
	if ((rc = pz_utf8_from_latin1(cell, sizeof cell)) < 0 ||
	    (rc = pz_catalogue_id(cell, &l->id, l->text)) < 0)
		return pz_fail_in(rc, "%s: line %" PRIu64, l->name, l->table->line);
	return 0;
}

static bool is_of(const struct lines *l, const struct pz_catalogue_row *row)
{
	return l->waiting && !strcmp(l->text, row->name) && l->id == row->id;
}

int lines_open(struct lines *l, const char *name)
{
	int rc;

	*l = (struct lines){ .name = name };
	if (access(name, R_OK) != 0)
		return pz_fail(PZ_EIO, "%s: %s", name, strerror(errno));
	rc = pz_delimited_open(&l->table, name, &(struct pz_delimited_options){ .rows = true });
	return rc < 0 ? rc : read_line(l);
}

void lines_close(struct lines *l)
{
	pz_delimited_close(l->table);
	free(l->index);
}

/* -- the index of all ids */

/* Different whole numbers have different hashes; two names may have the same one, once in 2^64. */
static uint64_t hash_of(int64_t id, const char *text)
{
	uint64_t h = (uint64_t)id;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ULL + 0x9e3779b97f4a7c15ULL;
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ULL;
	h = (h ^ h >> 27) * 0x94d049bb133111ebULL;
	return h ^ h >> 31;
}

/* The slot of an id, or the empty one where it would be. */
static struct place_of_line *find_slot(const struct lines *l, uint64_t hash)
{
	size_t i = (size_t)hash & (l->room - 1);

	while (l->index[i].line && l->index[i].hash != hash)
		i = (i + 1) & (l->room - 1);
	return &l->index[i];
}

static int make_room(struct lines *l)
{
	struct place_of_line *old = l->index;
	size_t room = l->room;

	if (2 * (l->indexed + 1) <= room)
		return 0;
	l->room = room ? 2 * room : 1024;
	if (!(l->index = calloc(l->room, sizeof *l->index))) {
		l->index = old;
		l->room = room;
		return no_memory(l);
	}
	for (size_t i = 0; i < room; i++)
		if (old[i].line)
			*find_slot(l, old[i].hash) = old[i];
	free(old);
	return 0;
}

/* Adds the waiting line; used: a galaxy has asked for it. */
static int add_line(struct lines *l, bool used)
{
	uint64_t hash = hash_of(l->id, l->text);
	const struct pz_delimited *t = l->table;
	struct place_of_line *at;
	int rc = make_room(l);

	if (rc < 0)
		return rc;
	if (t->line > UINT32_MAX || t->row >= USED)
		return pz_fail(PZ_EDATA, "%s: expected at most %u lines, found more", l->name,
			       USED - 1);
	at = find_slot(l, hash);
	if (at->line)
		return pz_fail(PZ_EDATA, "%s: line %" PRIu64 ": the id is the same as in line %u",
			       l->name, t->line, at->line);
	*at = (struct place_of_line){ hash, t->place, (uint32_t)t->line,
				      (uint32_t)t->row | (used ? USED : 0) };
	l->indexed++;
	return 0;
}

/* Reads the whole file from its beginning. Until then lines were asked for one after the other, so
 * that those before the waiting one have been used. */
static int build_index(struct lines *l)
{
	uint64_t unused = l->waiting ? l->table->row : UINT64_MAX;
	int rc;

	pz_delimited_close(l->table);
	l->table = NULL;
	rc = pz_delimited_open(&l->table, l->name, &(struct pz_delimited_options){ .rows = true });
	while (rc == 0 && (rc = read_line(l)) == 0 && l->waiting)
		rc = add_line(l, l->table->row < unused);
	return rc < 0 || l->index ? rc : make_room(l);
}

static int go_to(struct lines *l, const struct place_of_line *at)
{
	int rc;

	if (l->waiting && l->table->place == at->place)
		return 0;
	rc = pz_delimited_seek(l->table, at->place, at->row & ~USED, at->line);
	return rc < 0 ? rc : read_line(l);
}

static int find_anywhere(struct lines *l, const struct pz_catalogue_row *row)
{
	struct place_of_line *at = find_slot(l, hash_of(row->id, row->name));
	int rc;

	if (!at->line)
		return 0;
	if ((rc = go_to(l, at)) < 0)
		return rc;
	at->row |= USED;
	return is_of(l, row);
}

/* -- all of it */

int lines_find(struct lines *l, const struct pz_catalogue_row *row)
{
	int rc = l->taken ? read_line(l) : 0;

	if (rc == 0 && !l->index && !is_of(l, row)) {
		if (!pz_delimited_seekable(l->table))
			return 0;
		rc = build_index(l);
	}
	if (rc == 0)
		rc = l->index ? find_anywhere(l, row) : 1;
	l->taken = rc > 0;
	l->found += rc > 0;
	return rc;
}

/* "line 7: id 12: ..." for the waiting line, which no galaxy has asked for. */
static int fail_other(const struct lines *l)
{
	return pz_fail(PZ_EDATA,
		       "%s: line %" PRIu64 ": id %s: the table has no galaxy with this id%s",
		       l->name, l->table->line, l->table->cell[0],
		       pz_delimited_seekable(l->table)
			       ? ""
			       : ", or has it before the galaxies of the lines above (lines of a "
				 "regular file may have any order)");
}

int lines_end(struct lines *l, uint64_t *others)
{
	const struct place_of_line *first = NULL;
	int rc = l->taken ? read_line(l) : 0;

	*others = 0;
	if (rc == 0 && !l->index && !l->waiting)
		return 0;
	if (rc == 0 && !pz_delimited_seekable(l->table))
		return fail_other(l);
	if (rc == 0 && !l->index)
		rc = build_index(l);
	for (size_t i = 0; i < l->room && rc == 0; i++)
		if (l->index[i].line && !(l->index[i].row & USED)) {
			++*others;
			first = !first || l->index[i].line < first->line ? &l->index[i] : first;
		}
	if (rc < 0 || !first || l->found)
		return rc;
	return (rc = go_to(l, first)) < 0 ? rc : fail_other(l);
}
