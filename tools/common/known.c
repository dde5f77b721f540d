/* known.c -- a set of hashes, with open addressing */
#include <stdlib.h>

#include <pz/error.h>

#include "known.h"

#define ROOM_MIN 1024

/* 0 marks a free slot, so that one hash shares its place with another one. */
static uint64_t mark_of(uint64_t id)
{
	return id ? id : 1;
}

/* The slot of this mark, or the free one where it belongs. */
static size_t slot_of(const struct known *k, uint64_t mark)
{
	size_t i = (size_t)mark & (k->room - 1);

	while (k->slot[i] && k->slot[i] != mark)
		i = (i + 1) & (k->room - 1);
	return i;
}

/* Slots are never more than half full. */
static int make_room(struct known *k)
{
	struct known more = { .n = k->n, .room = k->room ? 2 * k->room : ROOM_MIN };

	if (2 * (k->n + 1) <= k->room)
		return 0;
	if (!(more.slot = calloc(more.room, sizeof *more.slot)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu ids", k->n);
	for (size_t i = 0; i < k->room; i++)
		if (k->slot[i])
			more.slot[slot_of(&more, k->slot[i])] = k->slot[i];
	free(k->slot);
	*k = more;
	return 0;
}

int known_add(struct known *k, uint64_t id)
{
	int rc = make_room(k);
	size_t at;

	if (rc < 0)
		return rc;
	at = slot_of(k, mark_of(id));
	if (k->slot[at])
		return 0;
	k->slot[at] = mark_of(id);
	k->n++;
	return 1;
}

bool known_has(const struct known *k, uint64_t id)
{
	return k->room && k->slot[slot_of(k, mark_of(id))];
}

void known_release(struct known *k)
{
	free(k->slot);
	*k = (struct known){ 0 };
}
