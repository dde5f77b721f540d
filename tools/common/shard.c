/* shard.c -- parses "2/8", and finds the records of this share */
#include <stdio.h>

#include <pz/error.h>
#include <pz/ranks.h>

#include "shard.h"

int shard_parse(struct shard *s, const char *text)
{
	char rest;

	*s = (struct shard){ 0 };
	if (text && (sscanf(text, "%d/%d%c", &s->part, &s->parts, &rest) != 2 || s->parts < 1 ||
		     s->part < 1 || s->part > s->parts))
		return pz_fail(PZ_EUSAGE, "--shard: expected i/n with i from 1 to n, found '%s'",
			       text);
	return 0;
}

void shard_range(const struct shard *s, uint64_t count, uint64_t piece, uint64_t *first,
		 uint64_t *end)
{
	uint64_t pieces = (count + piece - 1) / piece;

	*first = 0;
	*end = count;
	if (s->parts == 0)
		return;
	*first = pz_ranks_first(s->part - 1, s->parts, pieces) * piece;
	if (s->part < s->parts)
		*end = pz_ranks_first(s->part, s->parts, pieces) * piece;
}
