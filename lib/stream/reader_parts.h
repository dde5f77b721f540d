/* reader_parts.h -- private: what a reader consists of, for the files that it is made of */
#ifndef PZ_STREAM_READER_PARTS_H
#define PZ_STREAM_READER_PARTS_H

#include <pz/stream.h>

#include "hash.h"
#include "source.h"

#define CHUNK    ((size_t)1 << 20) /* read at a time                            */
#define GAPS_MAX 16                /* large values of a record; more are read   */

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

/* Moves on to the next object, into r->object: 1, 0 at the end of this input, < 0. */
int pz_reader_advance(struct pz_reader *r);
/* Takes the record into the segment's hashes, and its checksums out of it. 0 or PZ_ECORRUPT. */
int pz_reader_take_record(struct pz_reader *r);

#endif
