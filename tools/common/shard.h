/* shard.h -- one of several runs in a row that are a whole together: --shard 2/8
 *
 *      cat of the outputs of 1/8, 2/8, ... 8/8 has the records of one run, in its order
 */
#ifndef SHARD_H
#define SHARD_H

#include <stdint.h>

struct shard {
	int part, parts; /* the part-th, from 1, of parts; 0, 0: the whole             */
};

/* "2/8"; NULL is the whole. PZ_EUSAGE. */
int shard_parse(struct shard *s, const char *text);
/* Which of count records: *first ... *end - 1, whole pieces of that many but the last. */
void shard_range(const struct shard *s, uint64_t count, uint64_t piece, uint64_t *first,
		 uint64_t *end);

#endif
