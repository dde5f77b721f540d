/* twice.h -- counts galaxies that have the id of another one, and says how many there are
 *
 *      struct twice w = { 0 };
 *
 *      rc = twice_note(&w, record);         // each record
 *      twice_say(t, path, w.count, w.first); // at the end
 *      twice_release(&w);
 *
 * Memory: 16 bytes for each galaxy, 64 MB at most.
 */
#ifndef TWICE_H
#define TWICE_H

#include <pz/map.h>

#include "known.h"
#include "tool.h"

#define TWICE_MAX ((size_t)1 << 22) /* galaxies whose ids are kept: the first ones */

struct twice {
	struct known known;
	uint64_t count;
	char first[64]; /* the first id that occurred again, perhaps cut */
};

/* A further record; one without id is passed over. 0, or PZ_ENOMEM. */
int twice_note(struct twice *w, const pz_map *record);
/* Says that `count` galaxies of the file have the id of another one, `first` for example; nothing
 * where there are none. */
void twice_say(const struct tool *t, const char *path, uint64_t count, const char *first);
void twice_release(struct twice *w); /* all zero is fine */

#endif
