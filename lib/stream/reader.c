/* reader.c -- segments of several inputs as one stream, checked to the end */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "foreign.h"
#include "hash.h"
#include "header.h"
#include "map_write.h"
#include "scan.h"
#include "source.h"
#include "trailer.h"

#define CHUNK     ((size_t)1 << 20) /* read at a time                            */
#define PAGE      4096              /* the same where large values are left out  */
#define GAPS_MAX  16                /* large values of a record; more are read   */
#define ASK_AHEAD 64                /* records: what a disk does at a time       */
#define ASK_SIZE  1024              /* bytes, about what is read of a record     */

/* A large value that was left out: nil stands in its place. */
struct gap {
	size_t at;             /* of the nil in the buffer, from where the object begins          */
	size_t size;           /* bytes of the value in the input                                */
	off_t end;             /* where it ends there                                            */
	unsigned char head[5]; /* of the value there                                   */
	size_t head_size;
};

/* A large value of the current record. */
struct large {
	size_t at;    /* of its payload, or of the nil, from where the object begins     */
	size_t size;  /* of the payload; 0: left out                                    */
	size_t entry; /* which of the record's                                        */
	uint32_t sum; /* its checksum; 0: not known                                    */
};

/* Files below this are read whole though large values may be left out. */
static off_t whole_below;

struct pz_reader {
	struct source source;
	unsigned flags;
	struct pz_header header;
	pz_map *record;

	unsigned char *buffer;
	size_t capacity, begin, end; /* unread bytes are buffer[begin..end)      */
	bool fresh;                  /* the next object is a header              */
	size_t object;               /* bytes of the current one in the buffer   */
	off_t object_offset;         /* of it in the input                       */
	struct gap gap[GAPS_MAX];    /* what of it was left out, in its order    */
	int gaps;
	struct large large[PZ_KEYS_MAX + 1]; /* in its order                     */
	size_t larges;

	XXH3_state_t *hash, *small; /* as the trailer has them                   */
	bool partial;               /* of this segment, something was left out         */
	uint64_t segment_count, count;
	uint64_t segments; /* begun in this input                     */
	uint64_t hashes;   /* of the trailers so far, mixed           */
	uint64_t trailers; /* how many                                */
	struct {
		bool known; /* a pass before this one came to the end  */
		uint64_t count, hashes;
	} before;
	int status; /* sticky: 1 go on, 0 end, < 0 error        */
};

/* Text before an error: which input, and where. */
static int fail_here(struct pz_reader *r, int rc)
{
	if (r->fresh && r->segments == 0)
		return pz_fail_in(rc, "%s", pz_source_name(&r->source));
	return pz_fail_in(rc, "%s: after record %llu", pz_source_name(&r->source),
			  (unsigned long long)r->count);
}

static bool skips(const struct pz_reader *r)
{
	return r->flags & PZ_READ_SCALARS && r->source.seeks[r->source.at] &&
	       pz_source_is_large(&r->source, whole_below);
}

/* How much to read: where much is left out, to the end of a page, which would be read
 * from the disk in any case; the next one may hold nothing but pixels. */
static size_t step_of(const struct pz_reader *r)
{
	return skips(r) ? PAGE - (size_t)(r->source.offset % PAGE) : CHUNK;
}

/* Reads on until `need` unread bytes are there: 1, 0 the input ended, < 0. The
 * buffer grows with what has come, never with what is only claimed. */
static int fill_buffer(struct pz_reader *r, size_t need)
{
	while (r->end - r->begin < need) {
		size_t have = r->end - r->begin;
		size_t step = step_of(r);
		ssize_t n;

		if (r->begin > 0 && r->end + step > r->capacity) {
			memmove(r->buffer, r->buffer + r->begin, have);
			r->begin = 0;
			r->end = have;
		}
		if (r->end + step > r->capacity) {
			size_t capacity = 2 * r->capacity + step;
			unsigned char *grown = realloc(r->buffer, capacity);

			if (!grown)
				return pz_fail(PZ_ENOMEM, "no memory for a record of %zu bytes",
					       need);
			r->buffer = grown;
			r->capacity = capacity;
		}
		if ((n = pz_source_read(&r->source, r->buffer + r->end, step)) <= 0)
			return (int)n;
		r->end += (size_t)n;
	}
	return 1;
}

/* Notes a gap where the bytes at head are. Records of a stream are much of a length, so
 * the disk is asked ahead for where further ones will go on: waiting for each by itself
 * would take longer than to read it all. */
static void note_gap(struct pz_reader *r, const unsigned char *head, const struct scan *s)
{
	struct gap *gap = &r->gap[r->gaps++];
	off_t before = gap->end, begin = r->source.offset - (r->buffer + r->end - head);

	*gap = (struct gap){ .at = (size_t)(head - r->buffer) - r->begin,
			     .size = s->size,
			     .end = begin + (off_t)(s->head + s->size),
			     .head_size = s->head };
	memcpy(gap->head, head, s->head);
	if (gap->end > before)
		pz_source_ask(&r->source, r->source.at, gap->end + ASK_AHEAD * (gap->end - before),
			      ASK_SIZE);
}

/* Puts nil in the place of large bytes: what of them is in the buffer goes, and the
 * rest is not read. */
static int leave_out(struct pz_reader *r, const struct scan *s)
{
	unsigned char *head = r->buffer + r->begin + s->payload - s->head;
	size_t have = (size_t)(r->buffer + r->end - head) - s->head;
	size_t here = s->size < have ? s->size : have;

	note_gap(r, head, s);
	*head = 0xc0;
	memmove(head + 1, head + s->head + here, have - here);
	r->end -= s->head - 1 + here;
	return here < s->size ? pz_source_skip(&r->source, (off_t)(s->size - here)) : 0;
}

/* Makes the next object stand whole at buffer[begin]: its bytes; 0 at the end of
 * the input; < 0. */
static int64_t next_object(struct pz_reader *r)
{
	struct scan s = { 0 };
	int64_t n;
	int rc;

	r->gaps = 0;
	r->object_offset = r->source.offset - (off_t)(r->end - r->begin);
	for (;;) {
		if ((n = pz_scan_object(r->buffer + r->begin, r->end - r->begin, &s)) != 0)
			return n;
		if (skips(r) && r->gaps < GAPS_MAX && s.payload > 0 && s.size > LARGE &&
		    s.payload <= r->end - r->begin) {
			if ((rc = leave_out(r, &s)) < 0)
				return rc;
			continue;
		}
		if ((rc = fill_buffer(r, s.need)) < 0)
			return rc;
		if (rc == 0)
			return r->end == r->begin
				       ? 0
				       : pz_fail(PZ_ECORRUPT, "cut short inside a record");
	}
}

/* Moves on to the next object, into r->object: 1, 0 at the end of this input, < 0. */
static int advance(struct pz_reader *r)
{
	int64_t n;

	r->begin += r->object;
	r->object = 0;
	if ((n = next_object(r)) <= 0)
		return (int)n;
	r->object = (size_t)n;
	return 1;
}

static int take_header(struct pz_reader *r, struct pz_header *h)
{
	int rc = pz_header_init(h, "");

	if (rc == 0)
		rc = pz_map_decode(h->map, r->buffer + r->begin, r->object);
	if (rc < 0)
		return rc == PZ_ECORRUPT ? pz_foreign_fail(r->buffer + r->begin, r->end - r->begin)
					 : rc;
	return pz_header_parse(h);
}

/* A segment's header: the first is kept, others must agree with it. */
static int begin_segment(struct pz_reader *r)
{
	struct pz_header h = { 0 }, kept = { 0 };
	int rc = take_header(r, &h);

	r->partial = false;
	XXH3_64bits_reset(r->hash);
	XXH3_64bits_reset(r->small);
	XXH3_64bits_update(r->hash, r->buffer + r->begin, r->object);
	XXH3_64bits_update(r->small, r->buffer + r->begin, r->object);
	r->segment_count = 0;
	if (rc == 0 && !r->header.map) {
		/* h borrows the buffer: keep a copy that does not. */
		rc = pz_header_copy(&kept, &h);
		r->header = kept;
	} else if (rc == 0) {
		rc = pz_header_agree(&r->header, &h);
		if (rc == 0)
			rc = pz_header_agree(&h, &r->header);
	}
	pz_header_release(&h);
	if (rc < 0)
		return rc;
	r->fresh = false;
	r->segments++;
	return 0;
}

static int end_segment(struct pz_reader *r)
{
	struct trailer t;
	int rc = pz_trailer_parse(&t, r->record);

	if (rc < 0)
		return rc;
	if (t.count != r->segment_count)
		return pz_fail(PZ_ECORRUPT, "trailer says %llu records, found %llu",
			       (unsigned long long)t.count, (unsigned long long)r->segment_count);
	if ((!r->partial && t.hash != XXH3_64bits_digest(r->hash)) ||
	    (t.has_small && t.small != pz_trailer_small(r->small, t.count, t.hash)))
		return pz_fail(PZ_ECORRUPT, "corrupt: the hash of the %llu records does not match",
			       (unsigned long long)r->segment_count);
	r->hashes = r->trailers++ ? (r->hashes ^ t.hash) * 0x9e3779b97f4a7c15u : t.hash;
	r->fresh = true;
	return 0;
}

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

/* What the segment's hashes need of the record, and its checksums. */
static int take_record(struct pz_reader *r)
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

/* A pass must find what the one before it found: what a tool learned in the first it
 * relies on in the second. At the end: all of it. */
static int check_pass(const struct pz_reader *r, bool end)
{
	if (!r->before.known || (end ? r->count == r->before.count && r->hashes == r->before.hashes
				     : r->count <= r->before.count))
		return 0;
	return pz_fail(PZ_ECORRUPT, "changed while it was read");
}

/* At the end of an input: on to the next one. 1, 0 the stream is over, < 0. */
static int next_input(struct pz_reader *r)
{
	if (!r->fresh)
		return pz_fail(PZ_ECORRUPT, "cut short: no trailer");
	if (r->segments == 0)
		return pz_fail(PZ_ECORRUPT, "empty: expected a pzpipe stream");
	r->segments = 0;
	r->begin = r->end = 0;
	return pz_source_next(&r->source);
}

/* 1 a record is there, 0 end, < 0. */
static int read_step(struct pz_reader *r)
{
	for (;;) {
		int rc = advance(r);

		if (rc == 0 && (rc = next_input(r)) > 0)
			continue;
		if (rc <= 0)
			return rc < 0 ? rc : check_pass(r, true);
		if (r->fresh) {
			if ((rc = begin_segment(r)) < 0)
				return rc;
			continue;
		}
		if ((rc = pz_map_decode(r->record, r->buffer + r->begin, r->object)) < 0)
			return rc;
		if (pz_trailer_is(r->record)) {
			if ((rc = end_segment(r)) < 0)
				return rc;
			continue;
		}
		if ((rc = take_record(r)) < 0)
			return rc;
		return (rc = check_pass(r, false)) < 0 ? rc : 1;
	}
}

int pz_read(struct pz_reader *r)
{
	if (r->status <= 0)
		return r->status;
	pz_map_clear(r->record);
	r->status = read_step(r);
	if (r->status < 0)
		r->status = fail_here(r, r->status);
	return r->status;
}

int pz_reader_pass(struct pz_reader *r, uint64_t n)
{
	unsigned flags = r->flags;
	int rc = 1;

	r->flags |= PZ_READ_SCALARS;
	while (rc > 0 && n-- > 0)
		rc = pz_read(r);
	r->flags = flags;
	if (rc == 0)
		return pz_fail(PZ_ECORRUPT, "%s: ended after record %llu",
			       pz_source_name(&r->source), (unsigned long long)r->count);
	return rc < 0 ? rc : 0;
}

/* The first header of the stream. */
static int open_first(struct pz_reader *r)
{
	int rc = advance(r);

	if (rc < 0)
		return rc == PZ_ECORRUPT ? pz_foreign_fail(r->buffer + r->begin, r->end - r->begin)
					 : rc;
	if (rc == 0)
		return pz_fail(PZ_ECORRUPT, "empty: expected a pzpipe stream");
	return begin_segment(r);
}

int pz_reader_open(struct pz_reader **out, const char *const *paths, int n, unsigned flags)
{
	struct pz_reader *r = calloc(1, sizeof *r);
	int rc = PZ_ENOMEM;

	*out = NULL;
	if (!r || !(r->hash = XXH3_createState()) || !(r->small = XXH3_createState()) ||
	    !(r->record = pz_map_new()) || !(r->buffer = malloc(CHUNK))) {
		pz_fail(PZ_ENOMEM, "no memory for a reader");
		goto failed;
	}
	r->capacity = CHUNK;
	r->flags = flags;
	r->fresh = true;
	r->status = 1;
	if ((rc = pz_source_open(&r->source, paths, n, flags & PZ_READ_KEEP)) < 0 ||
	    (rc = open_first(r)) < 0) {
		fail_here(r, rc);
		goto failed;
	}
	*out = r;
	return 0;
failed:
	pz_reader_close(r);
	return rc;
}

void pz_reader_close(struct pz_reader *r)
{
	if (!r)
		return;
	pz_source_close(&r->source);
	pz_header_release(&r->header);
	pz_map_free(r->record);
	XXH3_freeState(r->hash);
	XXH3_freeState(r->small);
	free(r->buffer);
	free(r);
}

const struct pz_header *pz_reader_header(const struct pz_reader *r)
{
	return &r->header;
}

const char *pz_reader_name(const struct pz_reader *r)
{
	return pz_source_name(&r->source);
}

pz_map *pz_reader_record(struct pz_reader *r)
{
	return r->record;
}

uint64_t pz_reader_count(const struct pz_reader *r)
{
	return r->count;
}

int pz_reader_rewind(struct pz_reader *r, unsigned flags)
{
	int rc;

	if (r->status < 0)
		return r->status;
	if ((rc = pz_source_rewind(&r->source)) < 0)
		return pz_source_fail(&r->source, r->source.at, rc);
	if (r->status == 0) {
		r->before.known = true;
		r->before.count = r->count;
		r->before.hashes = r->hashes;
	}
	pz_map_clear(r->record);
	r->flags = flags | PZ_READ_KEEP;
	r->begin = r->end = r->object = 0;
	r->fresh = true;
	r->count = r->segment_count = r->segments = r->hashes = r->trailers = 0;
	r->status = 1;
	return 0;
}

void pz_reader_no_rewind(struct pz_reader *r)
{
	r->flags = 0;
	pz_source_no_rewind(&r->source);
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

uint64_t pz_reader_hash(const struct pz_reader *r)
{
	return r->hashes;
}

void pz_reader_whole_below(off_t size)
{
	whole_below = size;
}

void pz_reader_ask(const struct pz_reader *r, const struct pz_place *place)
{
	pz_source_ask(&r->source, place->file, place->offset, (off_t)place->size);
}
