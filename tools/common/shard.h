/* shard.h -- one of several runs that share the work on a stream: --shard 2/8
 *
 *      The outputs of 1/8, 2/8, ... 8/8 one after the other have the records of a single run.
 */
#ifndef SHARD_H
#define SHARD_H

#include <stdint.h>

struct shard {
	int part, parts; /* part, from 1, of parts; 0, 0: the whole stream             */
};

/* Parses "2/8"; NULL: the whole stream. PZ_EUSAGE. */
int shard_parse(struct shard *s, const char *text);
/* The shard's share of count records: *first to *end - 1. A shard has whole pieces of `piece`
 * records, except at the end of the stream. */
void shard_range(const struct shard *s, uint64_t count, uint64_t piece, uint64_t *first,
		 uint64_t *end);

#endif
