/* map_write.c -- a map's bytes, piece by piece, with the checksums of its large values */
#include <string.h>

#include <pz/error.h>

#include "hash.h"
#include "map_parts.h"
#include "map_write.h"

uint32_t pz_map_sum(const void *bytes, size_t size)
{
	uint32_t sum = (uint32_t)XXH3_64bits(bytes, size);

	return sum ? sum : 1;
}

/* The payload of an entry whose value is large, or NULL. */
static const unsigned char *large_of(const pz_map *m, const struct entry *e, size_t *size)
{
	const unsigned char *raw = bytes_of(m, e->value), *payload;

	if (e->value.size <= LARGE || pz_value_type(raw) != PZ_BYTES)
		return NULL;
	payload = pz_value_bytes(raw, e->value.size, size);
	return *size > LARGE ? payload : NULL;
}

static int write_head(size_t count, map_sink *sink, void *to)
{
	unsigned char head[3] = { (unsigned char)(0x80 | count) };

	if (count <= 15)
		return sink(to, head, 1, false);
	head[0] = 0xde;
	head[1] = (unsigned char)(count >> 8);
	head[2] = (unsigned char)count;
	return sink(to, head, 3, false);
}

static int write_sums(const unsigned char *sums, size_t size, map_sink *sink, void *to)
{
	const unsigned char head[] = { 0xa4,
				       SUMS[0],
				       SUMS[1],
				       SUMS[2],
				       SUMS[3],
				       0xc5,
				       (unsigned char)(size >> 8),
				       (unsigned char)size };
	int rc = sink(to, head, sizeof head, false);

	return rc == 0 ? sink(to, sums, size, false) : rc;
}

void pz_map_note_sum(pz_map *m, size_t i, uint32_t sum)
{
	m->entry[i].sum = sum;
}

/* A large value in its two parts, and its checksum. */
static int write_large(const unsigned char *raw, const unsigned char *payload, size_t size,
		       uint32_t known, unsigned char sum[SUM_SIZE], map_sink *sink, void *to)
{
	uint32_t value = known ? known : pz_map_sum(payload, size);
	int rc = sink(to, raw, (size_t)(payload - raw), false);

	for (int i = 0; i < SUM_SIZE; i++)
		sum[i] = (unsigned char)(value >> (8 * (SUM_SIZE - 1 - i)));
	return rc == 0 ? sink(to, payload, size, true) : rc;
}

static int count_large(const pz_map *m, size_t *count)
{
	size_t size;

	*count = 0;
	for (size_t i = 0; i < m->count; i++)
		*count += large_of(m, &m->entry[i], &size) != NULL;
	if (*count > 0 && pz_map_find(m, SUMS, strlen(SUMS)))
		return pz_fail(PZ_EDATA,
			       "key '" SUMS "': the stream has it for its checksums: give it "
			       "another name");
	return 0;
}

int pz_map_write(const pz_map *m, bool sums, map_sink *sink, void *to)
{
	unsigned char sum[SUM_SIZE * (PZ_KEYS_MAX + 1)];
	size_t large = 0, n = 0, size;
	int rc = m->error;

	if (rc < 0 || (sums && (rc = count_large(m, &large)) < 0) ||
	    (rc = write_head(m->count + (large > 0), sink, to)) < 0)
		return rc;
	for (size_t i = 0; i < m->count && rc == 0; i++) {
		const struct entry *e = &m->entry[i];
		const unsigned char *raw = bytes_of(m, e->value), *payload;

		rc = sink(to, bytes_of(m, e->packed_key), e->packed_key.size, false);
		payload = large ? large_of(m, e, &size) : NULL;
		if (rc == 0 && payload)
			rc = write_large(raw, payload, size, e->sum, sum + SUM_SIZE * n++, sink,
					 to);
		else if (rc == 0)
			rc = sink(to, raw, e->value.size, false);
	}
	return rc == 0 && large ? write_sums(sum, SUM_SIZE * n, sink, to) : rc;
}
