/* known.h -- the ids that were read, to find one that occurs twice
 *
 *      struct known k = { 0 };
 *
 *      rc = known_add(&k, hash);       // 1 new, 0 it was there
 *      known_release(&k);
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct known {
	uint64_t *slot; /* 0: free                                                 */
	size_t n, room; /* room is 0 or a power of 2                               */
};

/* Adds the hash of an id: 1; 0: it was there; PZ_ENOMEM. */
int known_add(struct known *k, uint64_t id);
bool known_has(const struct known *k, uint64_t id);
void known_release(struct known *k); /* all zero is fine */

#endif
