/* reader_large.c -- the large values of records: their checksums, and where they stand */
#include <pz/error.h>

#include "map_write.h"
#include "reader_parts.h"

/* ---- large values and their checksums ---- */

/* Finds the large values of the record: those left out, and those that were read. */
static void find_large(struct pz_reader *r)
{
	const unsigned char *start = r->buffer + r->begin, *raw;
	size_t size, n;
	int gap = 0;

	r->larges = 0;
	for (size_t i = 0; i < pz_map_count(r->record); i++) {
		raw = pz_map_raw_at(r->record, i, &size);
		if (gap < r->gaps && raw == start + r->gap[gap].at) {
			r->large[r->larges++] =
				(struct large){ .at = r->gap[gap++].at, .entry = i };
		} else if (size > LARGE && pz_value_type(raw) == PZ_BYTES) {
			raw = pz_value_bytes(raw, size, &n);
			if (n > LARGE)
				r->large[r->larges++] = (struct large){ .at = (size_t)(raw - start),
									.size = n,
									.entry = i };
		}
	}
}

/* Takes the record's bytes into the hash of small ones: all but the payloads of large
 * values, whose heads stand where they were left out. */
static void hash_small(struct pz_reader *r)
{
	const unsigned char *start = r->buffer + r->begin;
	size_t from = 0;
	int gap = 0;

	for (size_t i = 0; i < r->larges; i++) {
		const struct large *l = &r->large[i];

		XXH3_64bits_update(r->small, start + from, l->at - from);
		from = l->at + l->size;
		if (l->size == 0) {
			XXH3_64bits_update(r->small, r->gap[gap].head, r->gap[gap].head_size);
			gap++;
			from = l->at + 1;
		}
	}
	XXH3_64bits_update(r->small, start + from, r->object - from);
}

static int corrupt(void)
{
	return pz_fail(PZ_ECORRUPT,
		       "corrupt: a large value does not match its checksum (key '" SUMS "')");
}

/* Takes the checksums out of the record, and compares those of values that were read. */
static int take_sums(struct pz_reader *r)
{
	const unsigned char *start = r->buffer + r->begin, *sums, *raw;
	size_t size;

	if (!(raw = pz_map_raw(r->record, SUMS, &size)) || pz_value_type(raw) != PZ_BYTES)
		return pz_map_count(r->record) > PZ_KEYS_MAX
			       ? pz_fail(PZ_ECORRUPT, "expected at most %d keys", PZ_KEYS_MAX)
			       : 0;
	sums = pz_value_bytes(raw, size, &size);
	if (r->larges > 0 && size != SUM_SIZE * r->larges)
		return pz_fail(PZ_ECORRUPT,
			       "key '" SUMS "': expected checksums of %zu large values, found %zu "
			       "bytes (who changes these values has to drop the key)",
			       r->larges, size);
	for (size_t i = 0; i < r->larges; i++, sums += SUM_SIZE) {
		struct large *l = &r->large[i];

		l->sum = (uint32_t)sums[0] << 24 | (uint32_t)sums[1] << 16 |
			 (uint32_t)sums[2] << 8 | sums[3];
		if (l->size > 0 && l->sum != pz_map_sum(start + l->at, l->size))
			return corrupt();
		pz_map_note_sum(r->record, l->entry, l->sum);
	}
	pz_map_drop(r->record, SUMS);
	return 0;
}

int pz_reader_take_record(struct pz_reader *r)
{
	find_large(r);
	r->partial = r->partial || r->gaps > 0;
	if (!r->partial)
		XXH3_64bits_update(r->hash, r->buffer + r->begin, r->object);
	hash_small(r);
	r->segment_count++;
	r->count++;
	return take_sums(r);
}

/* Where in the input the byte stands that is `at` bytes into the object in the buffer. */
static off_t offset_of(const struct pz_reader *r, size_t at)
{
	off_t offset = r->object_offset + (off_t)at;

	for (int i = 0; i < r->gaps && r->gap[i].at < at; i++)
		offset = r->gap[i].end + (off_t)(at - r->gap[i].at - 1);
	return offset;
}

/* What was left out under key; NULL: nothing was. */
static const struct gap *gap_under(const struct pz_reader *r, const char *key)
{
	size_t size;
	const unsigned char *value = pz_map_raw(r->record, key, &size);

	for (int i = 0; i < r->gaps; i++)
		if (value == r->buffer + r->begin + r->gap[i].at)
			return &r->gap[i];
	return NULL;
}

/* The checksum of the large value that is `at` bytes into the object; 0: none is known. */
static uint32_t sum_at(const struct pz_reader *r, size_t at)
{
	for (size_t i = 0; i < r->larges; i++)
		if (r->large[i].at == at)
			return r->large[i].sum;
	return 0;
}

int pz_reader_place(const struct pz_reader *r, const char *key, struct pz_place *place)
{
	const unsigned char *start = r->buffer + r->begin;
	const struct gap *gap = gap_under(r, key);
	const void *bytes;
	size_t size, at;
	int rc;

	if (gap) {
		*place = (struct pz_place){ .file = r->source.at,
					    .sum = sum_at(r, gap->at),
					    .offset = gap->end - (off_t)gap->size,
					    .size = gap->size };
		return 1;
	}
	if ((rc = pz_map_bytes(r->record, key, &bytes, &size)) <= 0)
		return rc;
	if ((const unsigned char *)bytes < start ||
	    (const unsigned char *)bytes > start + r->object)
		return pz_fail(PZ_EARG, "key '%s': was set anew, it stands in no file", key);
	at = (size_t)((const unsigned char *)bytes - start);
	*place = (struct pz_place){
		.file = r->source.at, .sum = sum_at(r, at), .offset = offset_of(r, at), .size = size
	};
	/* What is at hand needs nobody's checksum. */
	if (!place->sum)
		place->sum = pz_map_sum(bytes, size);
	return 1;
}

int pz_reader_fetch(struct pz_reader *r, const struct pz_place *place, void *bytes)
{
	int rc = pz_source_fetch(&r->source, place->file, place->offset, bytes, place->size);

	if (rc < 0)
		return rc;
	if (place->sum ? pz_map_sum(bytes, place->size) == place->sum
		       : (rc = pz_source_check(&r->source, place->file)) == 0)
		return 0;
	return pz_source_fail(&r->source, place->file, place->sum ? corrupt() : rc);
}

void pz_reader_ask(const struct pz_reader *r, const struct pz_place *place)
{
	pz_source_ask(&r->source, place->file, place->offset, (off_t)place->size);
}
