/* choice.c -- stamps without data at the galaxy wait for a better frame */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "choice.h"

void pz_choice_begin(struct choice *c, int bands, int size)
{
	*c = (struct choice){ .bands = bands,
			      .floats = (size_t)bands * (size_t)size * (size_t)size,
			      .notes = 3 * (size_t)bands,
			      .spool = -1 };
}

void pz_choice_end(struct choice *c)
{
	if (c->spool >= 0)
		close(c->spool);
	free(c->now);
	free(c->next);
	free(c->kept);
	*c = (struct choice){ .spool = -1 };
}

static int by_galaxy(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return (x->place.galaxy > y->place.galaxy) - (x->place.galaxy < y->place.galaxy);
}

/* The galaxy's entry of this round; NULL in the first. */
static struct waiting *entry_of(const struct choice *c, const struct placed *place)
{
	struct waiting key = { .place = *place };

	if (!c->now)
		return NULL;
	return bsearch(&key, c->now, c->count, sizeof key, by_galaxy);
}

static int prepare_spool(struct choice *c)
{
	if (c->spool >= 0)
		return 0;
	if (!(c->kept = malloc((c->floats + c->notes) * sizeof *c->kept)))
		return pz_fail(PZ_ENOMEM, "no memory for a stamp");
	c->spool = pz_file_spool();
	return c->spool < 0 ? c->spool : 0;
}

static size_t bytes_of_slot(const struct choice *c)
{
	return (c->floats + c->notes) * sizeof *c->kept;
}

static int keep(struct choice *c, const struct candidate *s, uint32_t slot)
{
	int rc = prepare_spool(c);

	if (rc < 0)
		return rc;
	memcpy(c->kept, s->pixels, c->floats * sizeof *c->kept);
	memcpy(c->kept + c->floats, s->notes, c->notes * sizeof *c->kept);
	return pz_file_put(c->spool, (off_t)(slot * bytes_of_slot(c)), c->kept, bytes_of_slot(c));
}

static int make_room(struct choice *c)
{
	size_t room = c->room ? 2 * c->room : 256;
	struct waiting *more;

	if (c->next_count < c->room)
		return 0;
	if (!(more = realloc(c->next, room * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu stamps that wait for data", room);
	c->next = more;
	c->room = room;
	return 0;
}

/* Keeps the better of this stamp and the one kept before; the galaxy waits for the next round. */
static int wait_for_more(struct choice *c, const struct candidate *s, const struct waiting *entry)
{
	struct waiting w = { *s->place, c->slots, (int16_t)s->good, s->lacking, s->moved };
	int rc = make_room(c);

	if (rc < 0)
		return rc;
	if (entry)
		w.slot = entry->slot;
	else
		c->slots++;
	if (entry && entry->good >= s->good) {
		w.good = entry->good;
		w.lacking = entry->lacking;
		w.moved = entry->moved;
	} else if ((rc = keep(c, s, w.slot)) < 0) {
		return rc;
	}
	c->next[c->next_count++] = w;
	return 0;
}

int pz_choice_pick(struct choice *c, struct candidate *s)
{
	const struct waiting *entry = entry_of(c, s->place);
	int rc;

	s->moved = entry != NULL;
	if (s->good < c->bands && s->place->more)
		return wait_for_more(c, s, entry);
	if (!entry || s->good > entry->good)
		return 1;
	if ((rc = pz_file_get(c->spool, (off_t)(entry->slot * bytes_of_slot(c)), c->kept,
			      bytes_of_slot(c))) < 0)
		return pz_fail_in(rc, "a temporary file in $TMPDIR");
	s->good = entry->good;
	s->lacking = entry->lacking;
	s->moved = entry->moved;
	s->pixels = c->kept;
	s->notes = c->kept + c->floats;
	return 1;
}

int pz_choice_next_round(struct choice *c, struct placed **places, size_t *count)
{
	*places = NULL;
	*count = c->next_count;
	free(c->now);
	c->now = c->next;
	c->count = c->next_count;
	c->next = NULL;
	c->next_count = c->room = 0;
	if (c->count == 0)
		return 0;
	if (!(*places = malloc(c->count * sizeof **places)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu places", c->count);
	for (size_t i = 0; i < c->count; i++)
		(*places)[i] = c->now[i].place;
	qsort(c->now, c->count, sizeof *c->now, by_galaxy);
	return 1;
}
