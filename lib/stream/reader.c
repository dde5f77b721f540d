/* reader.c -- segments of several inputs as one stream, checked to the end */
#include <stdlib.h>

#include <pz/error.h>

#include "foreign.h"
#include "header.h"
#include "reader_parts.h"
#include "trailer.h"

/* Text before an error: which input, and where. */
static int fail_here(struct pz_reader *r, int rc)
{
	if (r->fresh && r->segments == 0)
		return pz_fail_in(rc, "%s", pz_source_name(&r->source));
	return pz_fail_in(rc, "%s: after record %llu", pz_source_name(&r->source),
			  (unsigned long long)r->count);
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

/* A pass must find what the one before it found: what a tool learned in the first it
 * relies on in the second. At the end: all of it. */
static int check_pass(const struct pz_reader *r, bool end)
{
	if (!r->before.known || (end ? r->count == r->before.count && r->hashes == r->before.hashes
				     : r->count <= r->before.count))
		return 0;
	return pz_fail(PZ_ECORRUPT, "the file changed while it was read");
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
		int rc = pz_reader_advance(r);

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
		if ((rc = pz_reader_take_record(r)) < 0)
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
	int rc = pz_reader_advance(r);

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
	/* At the first record still: a pipe need not be copied to its end. */
	if (r->status > 0 && r->count == 0 && r->trailers == 0 && r->source.keep &&
	    !r->source.again) {
		r->flags = flags | PZ_READ_KEEP;
		return 0;
	}
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

uint64_t pz_reader_hash(const struct pz_reader *r)
{
	return r->hashes;
}
