/* partners.h -- finds the record of the same galaxy in another stream
 *
 *      struct partners p = { 0 };
 *
 *      rc = partners_open(&p, "other.pz", keys, n);
 *      rc = partners_find(&p, hash, value);           // 1 found, 0 none
 *      partners_close(&p);
 *
 * Both streams usually have their galaxies in the same order: then the other one is read along, and
 * one record is kept. Where the orders differ, values that have not been asked for yet wait in
 * memory.
 */
#ifndef PARTNERS_H
#define PARTNERS_H

#include <pz/stream.h>

#include "known.h"

#define PARTNERS_KEYS 64 /* keys to take at most                                  */

/* A value as MessagePack bytes, borrowed until the next search; bytes NULL: the record has none. */
struct partner_value {
	const void *bytes;
	size_t size;
};

struct waiting; /* the values of a record */

struct partners {
	struct pz_reader *in;
	const char *path;
	const char *const *key; /* paths, borrowed                                 */
	int keys;
	bool ended;
	struct known known;    /* the galaxies that were read                     */
	struct waiting **slot; /* by hash of the id; NULL: free                    */
	size_t room, waiting;  /* room is a power of 2                             */
	struct waiting *found; /* what the last search gave                        */
};

/* Opens the stream at path. */
int partners_open(struct partners *p, const char *path, const char *const *key, int keys);
/* The values of the galaxy whose id has this hash (record_hash, seed 0) into value[keys]: 1; 0: the
 * other stream has no such galaxy, or it was found before. PZ_EDATA: a record of the other stream
 * has no id, or that of another one. */
int partners_find(struct partners *p, uint64_t id, struct partner_value *value);
/* Whether the galaxy was found before. */
bool partners_gave(const struct partners *p, uint64_t id);
/* Reads what is left of the stream, so that a cut or an id that occurs twice is noticed: 0 or an
 * error. */
int partners_finish(struct partners *p);
void partners_close(struct partners *p); /* all zero is fine */

#endif
