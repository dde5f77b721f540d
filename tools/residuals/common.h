/* common.h -- the galaxies that several streams have in common, by their ids
 *
 *      rc = common_begin(&c, in, o);           // of the first stream, scalars only
 *      rc = common_keep(&c, in, o);            // of each other one
 *      place = common_place(&c, hash);         // of a galaxy; -1: not all streams have it
 *
 * A galaxy counts if it has a true value, the chosen estimate, and with weights a weight. Ids are
 * compared by hashes of 64 bits. Memory: 16 bytes a galaxy of the first stream, and 8 of the stream
 * that is read.
 */
#ifndef COMMON_H
#define COMMON_H

#include <stddef.h>
#include <stdint.h>

#include <pz/stream.h>

struct report_options;

struct common_galaxy {
	uint64_t hash;
	uint32_t place; /* in the order of the first stream                     */
};

struct common {
	struct common_galaxy *galaxy; /* by rising hash                          */
	size_t n;
};

/* 0; PZ_EDATA: a record without id, or an id that occurs twice; PZ_ENOMEM. */
int common_begin(struct common *c, struct pz_reader *in, const struct report_options *o);
int common_keep(struct common *c, struct pz_reader *in, const struct report_options *o);
/* PZ_EDATA: no galaxy is left. */
int common_end(struct common *c);
void common_release(struct common *c);

/* The place of a galaxy among the common ones, in the order of the first stream; -1: it is none. */
int64_t common_place(const struct common *c, uint64_t hash);

#endif
