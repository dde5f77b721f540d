/* partners.c -- reads along in the other stream, and keeps what came too early */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "partners.h"
#include "scalars.h"

#define ROOM_MIN 64

struct waiting {
	uint64_t id;
	size_t size[]; /* of each value, 0: there is none; then the values         */
};

int partners_open(struct partners *p, const char *path, const char *const *key, int keys)
{
	p->path = path;
	p->key = key;
	p->keys = keys;
	p->room = ROOM_MIN;
	if (!(p->slot = calloc(p->room, sizeof(struct waiting *))))
		return pz_fail(PZ_ENOMEM, "no memory for galaxies that wait");
	return pz_reader_open(&p->in, &p->path, 1, 0);
}

/* The values, one behind the other. */
static unsigned char *values_of(const struct partners *p, struct waiting *w)
{
	return (unsigned char *)(w->size + p->keys);
}

void partners_close(struct partners *p)
{
	for (size_t i = 0; i < p->room && p->slot; i++)
		free(p->slot[i]);
	free(p->slot);
	free(p->found);
	known_release(&p->known);
	pz_reader_close(p->in);
	*p = (struct partners){ 0 };
}

/* The slot of this id, or the free one where it belongs. */
static size_t slot_of(const struct partners *p, uint64_t id)
{
	size_t i = (size_t)id & (p->room - 1);

	while (p->slot[i] && p->slot[i]->id != id)
		i = (i + 1) & (p->room - 1);
	return i;
}

/* Doubles the table; slots are never more than half full. */
static int grow_table(struct partners *p)
{
	struct waiting **old = p->slot;
	size_t room = p->room;

	if (2 * (p->waiting + 1) <= room)
		return 0;
	if (!(p->slot = calloc(2 * room, sizeof(struct waiting *)))) {
		p->slot = old;
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies that wait", p->waiting);
	}
	p->room = 2 * room;
	for (size_t i = 0; i < room; i++)
		if (old[i])
			p->slot[slot_of(p, old[i]->id)] = old[i];
	free(old);
	return 0;
}

/* Takes the galaxy out of its slot and moves those behind it, which may have been displaced. */
static struct waiting *take_out(struct partners *p, size_t at)
{
	struct waiting *taken = p->slot[at];

	p->slot[at] = NULL;
	p->waiting--;
	for (size_t i = (at + 1) & (p->room - 1); p->slot[i]; i = (i + 1) & (p->room - 1)) {
		struct waiting *moved = p->slot[i];

		p->slot[i] = NULL;
		p->slot[slot_of(p, moved->id)] = moved;
	}
	return taken;
}

/* Copies the values of a record. */
static struct waiting *copy_values(const struct partners *p, uint64_t id, const pz_map *record)
{
	const void *raw[PARTNERS_KEYS];
	size_t size[PARTNERS_KEYS] = { 0 }, total = 0, at = 0;
	struct waiting *w;

	for (int k = 0; k < p->keys; k++) {
		raw[k] = pz_map_raw(record, p->key[k], &size[k]);
		if (!raw[k])
			size[k] = 0;
		total += size[k];
	}
	if (!(w = malloc(sizeof *w + (size_t)p->keys * sizeof *w->size + total))) {
		pz_fail(PZ_ENOMEM, "no memory for the values of a galaxy");
		return NULL;
	}
	w->id = id;
	memcpy(w->size, size, (size_t)p->keys * sizeof *size);
	for (int k = 0; k < p->keys; k++) {
		if (size[k])
			memcpy(values_of(p, w) + at, raw[k], size[k]);
		at += size[k];
	}
	return w;
}

/* Reads the next record of the other stream: 1, with the hash of its id in *id; 0 at the end. */
static int read_id(struct partners *p, uint64_t *id)
{
	const pz_map *record;
	int rc = p->ended ? 0 : pz_read(p->in);

	if (rc <= 0) {
		p->ended = true;
		return rc;
	}
	record = pz_reader_record(p->in);
	if ((rc = record_hash(record, 0, id)) == 0 && (rc = known_add(&p->known, *id)) == 0)
		rc = pz_fail(PZ_EDATA, "id: expected one record for each galaxy, found another "
				       "with this id");
	return rc < 0 ? record_fail(p->in, record, rc) : 1;
}

/* The same, with its values in *w. */
static int read_next(struct partners *p, struct waiting **w)
{
	uint64_t id;
	int rc = read_id(p, &id);

	*w = NULL;
	if (rc <= 0)
		return rc;
	return (*w = copy_values(p, id, pz_reader_record(p->in))) ? 1 : PZ_ENOMEM;
}

/* Keeps a galaxy until it is asked for. */
static int let_wait(struct partners *p, struct waiting *w)
{
	int rc = grow_table(p);

	if (rc < 0) {
		free(w);
		return rc;
	}
	p->slot[slot_of(p, w->id)] = w;
	p->waiting++;
	return 0;
}

static int give_values(struct partners *p, struct waiting *w, struct partner_value *value)
{
	size_t at = 0;

	p->found = w;
	for (int k = 0; k < p->keys; k++) {
		value[k] = (struct partner_value){ w->size[k] ? values_of(p, w) + at : NULL,
						   w->size[k] };
		at += w->size[k];
	}
	return 1;
}

int partners_find(struct partners *p, uint64_t id, struct partner_value *value)
{
	size_t at = slot_of(p, id);
	struct waiting *w;
	int rc;

	free(p->found);
	p->found = NULL;
	if (p->slot[at])
		return give_values(p, take_out(p, at), value);
	while ((rc = read_next(p, &w)) > 0) {
		if (w->id == id)
			return give_values(p, w, value);
		if ((rc = let_wait(p, w)) < 0)
			return rc;
	}
	return rc;
}

bool partners_gave(const struct partners *p, uint64_t id)
{
	return known_has(&p->known, id) && !p->slot[slot_of(p, id)];
}

int partners_finish(struct partners *p)
{
	uint64_t id;
	int rc;

	while ((rc = read_id(p, &id)) > 0)
		;
	return rc;
}
