/* twice.c -- galaxies that have the id of another one */
#include <inttypes.h>
#include <stdio.h>

#include "counted.h"
#include "scalars.h"
#include "twice.h"

static void keep_id(struct twice *w, const pz_map *record)
{
	int64_t id;

	if (pz_map_integer(record, "id", &id) > 0)
		snprintf(w->first, sizeof w->first, "%" PRId64, id);
	else
		pz_map_text(record, "id", w->first, sizeof w->first);
}

int twice_note(struct twice *w, const pz_map *record)
{
	uint64_t hash;
	int rc;

	if (!pz_map_has(record, "id"))
		return 0;
	if ((rc = record_hash(record, 0, &hash)) < 0)
		return rc;
	if (w->known.n < TWICE_MAX)
		rc = known_add(&w->known, hash);
	else
		rc = !known_has(&w->known, hash);
	if (rc == 0 && w->count++ == 0)
		keep_id(w, record);
	return rc < 0 ? rc : 0;
}

void twice_say(const struct tool *t, const char *path, uint64_t count, const char *first)
{
	if (count)
		tool_say(t,
			 "%s: %s the id of another one, first id %s: programs that join tables by "
			 "id cannot tell them apart",
			 path, COUNTED(count, "galaxy has", "galaxies have"), first);
}

void twice_release(struct twice *w)
{
	known_release(&w->known);
}
