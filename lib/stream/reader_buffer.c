/* reader_buffer.c -- objects of a stream one after the other in a buffer, large values left out */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "map_write.h"
#include "reader_parts.h"
#include "scan.h"

#define PAGE      4096 /* read at a time where large values are left out */
#define ASK_AHEAD 64   /* records for which the disk is asked ahead       */
#define ASK_SIZE  1024 /* bytes, about what is read of a record          */

/* Files below this are read whole though large values may be left out. */
static off_t whole_below;

void pz_reader_whole_below(off_t size)
{
	whole_below = size;
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

int pz_reader_advance(struct pz_reader *r)
{
	int64_t n;

	r->begin += r->object;
	r->object = 0;
	if ((n = next_object(r)) <= 0)
		return (int)n;
	r->object = (size_t)n;
	return 1;
}
